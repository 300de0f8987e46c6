"""The theme: palette and style sheet for the whole program, light, dark or as the system."""

from dataclasses import fields
from pathlib import Path
from string import Template
from typing import Literal, get_args

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication

import resources
from playground.theme import icons
from playground.theme.fonts import forget_fonts, ui_font
from playground.theme.palette import DARK, LIGHT, Tokens, qt_palette, token

#: By its path, since the first paint waits for it and importlib.resources takes 7 ms to import.
_SHEET = Path(resources.__file__).with_name("style.qss")


def style_sheet(tokens: Tokens) -> str:
    """The sheet with every $token put in."""
    shades = (each.name for each in fields(tokens) if each.metadata)
    sheet = Template(_SHEET.read_text(encoding="utf-8"))
    return sheet.substitute({name: token(tokens, name).name() for name in shades})


Choice = Literal["system", "light", "dark"]
CHOICES: tuple[Choice, ...] = get_args(Choice)


class Theme(QObject):
    """Dresses the application once, and again whenever the choice or the system changes."""

    def __init__(self, app: QApplication, choice: Choice = "system") -> None:
        super().__init__(app)
        self._app = app
        app.setStyle("Fusion")
        app.setFont(ui_font())
        forget_fonts()
        app.styleHints().colorSchemeChanged.connect(self.follow_system)
        self.choose(choice)

    @property
    def tokens(self) -> Tokens:
        if self.choice == "system":
            dark = self._app.styleHints().colorScheme() == Qt.ColorScheme.Dark
            return DARK if dark else LIGHT
        return DARK if self.choice == "dark" else LIGHT

    def choose(self, choice: Choice) -> None:
        """Show this theme from now on; the system's own window frames are asked to go along."""
        self.choice: Choice = choice
        schemes = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}
        self._app.styleHints().setColorScheme(schemes.get(choice, Qt.ColorScheme.Unknown))
        self._dress()

    def follow_system(self) -> None:
        if self.choice == "system":
            self._dress()

    def _dress(self) -> None:
        tokens = self.tokens
        self._app.setStyleSheet("")  # to take one off and put one on costs half of replacing it
        self._app.setPalette(qt_palette(tokens))
        self._app.setStyleSheet(style_sheet(tokens))
        for window in self._app.topLevelWidgets():
            icons.update_icons(window, tokens)
