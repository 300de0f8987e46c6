"""The look in force: light, dark, or whatever the system shows.

A change of theme replaces the application's palette and style sheet; Qt then asks every widget to
paint itself anew, and each finds the new table of colours with `tokens_of(self.palette())`.
"""

from typing import Literal, get_args

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication

from playground import icons
from playground.fonts import forget_fonts, ui_font
from playground.palette import DARK, LIGHT, Tokens, qt_palette
from playground.style_sheet import style_sheet

Choice = Literal["system", "light", "dark"]
CHOICES: tuple[Choice, ...] = get_args(Choice)

_SCHEMES = {
    "light": Qt.ColorScheme.Light,
    "dark": Qt.ColorScheme.Dark,
    "system": Qt.ColorScheme.Unknown,
}


class Theme(QObject):
    """Dresses the application once, and again whenever the choice or the system changes."""

    def __init__(self, app: QApplication, choice: Choice = "system") -> None:
        super().__init__(app)
        self._app = app
        self._choice: Choice = choice
        app.setStyle("Fusion")
        app.setFont(ui_font())
        forget_fonts()
        app.styleHints().colorSchemeChanged.connect(self.follow_system)
        self.choose(choice)

    @property
    def choice(self) -> Choice:
        return self._choice

    @property
    def tokens(self) -> Tokens:
        """The table that the choice means now."""
        if self._choice == "system":
            dark = self._app.styleHints().colorScheme() == Qt.ColorScheme.Dark
            return DARK if dark else LIGHT
        return DARK if self._choice == "dark" else LIGHT

    def choose(self, choice: Choice) -> None:
        """Show this theme from now on; the system's own window frames are asked to go along."""
        self._choice = choice
        self._app.styleHints().setColorScheme(_SCHEMES[choice])
        self._dress()

    def follow_system(self) -> None:
        """The system has changed between light and dark."""
        if self._choice == "system":
            self._dress()

    def _dress(self) -> None:
        tokens = self.tokens
        self._app.setStyleSheet("")  # to take one off and put one on costs half of replacing it
        self._app.setPalette(qt_palette(tokens))
        self._app.setStyleSheet(style_sheet(tokens))
        for window in self._app.topLevelWidgets():
            icons.redress(window, tokens)
