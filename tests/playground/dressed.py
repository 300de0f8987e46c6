"""One theme for all tests: to dress the application takes as long as to open a window."""

from functools import cache

from PySide6.QtWidgets import QApplication

from playground.theme.theme import Choice, Theme, style_sheet


def dressed(choice: Choice = "light") -> Theme:
    """The theme of the application, which is dressed anew only where it wears something else."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme = _theme(app)
    if theme.choice != choice or app.styleSheet() != style_sheet(theme.tokens):
        theme.choose(choice)
    return theme


@cache
def _theme(app: QApplication) -> Theme:
    return Theme(app, "light")
