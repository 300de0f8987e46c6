"""The theme: palette and style sheet for the whole program, light, dark or as the system."""

from dataclasses import fields
from string import Template
from typing import Literal, get_args

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication

from playground.theme import icons
from playground.theme.fonts import forget_fonts, ui_font
from playground.theme.palette import DARK, LIGHT, Tokens, qt_palette, token


def style_sheet(tokens: Tokens) -> str:
    """The sheet with every $token put in."""
    shades = (each.name for each in fields(tokens) if each.metadata)
    return _SHEET.substitute({name: token(tokens, name).name() for name in shades})


_SHEET = Template("""
QMainWindow, QDialog { background: $surface; }
QMainWindow::separator { background: $line; width: 1px; height: 1px; }
QMainWindow::separator:hover { background: $fwd; }
QSplitter::handle { background: $line; }
QDockWidget { border: none; }
QMainWindow > QTabBar::tab, QMainWindow > QTabBar::tab:selected { height: 0; width: 0;
    min-width: 0; max-height: 0; max-width: 0; padding: 0; margin: 0; border: 0 none;
    border-bottom: 0 none; }
QToolTip { background: $text; color: $surface; border: 1px solid $text; padding: 4px 6px;
    font-size: 12px; }
PlotPanel { background: $surface; }
Ground { background: $canvas; }
Hairline { background: $line; }
StatusBar, Transport { background: $surface; border-top: 1px solid $line; }
DockHeader { background: $surface; border-bottom: 1px solid $line; }
NoticeBar { background: $fwd_t; border-bottom: 1px solid $line; }
ZoomControl { background: $surface; border: 1px solid $line; border-radius: 6px; }
ExplainFooter, LessonFooter { border-top: 1px solid $line; }
QFrame[look="warning"] { background: $warn_t; border-radius: 8px; }
QFrame[look="plate"] { background: $sunken; border-radius: 8px; }
MessageBubble { background: $warn_t; color: $warn; border-radius: 6px; padding: 0 8px; }
MessageBubble[look="icon"] { padding-left: 34px; }
MessageBubble[look="refusal"], MessageBubble[look="note"] { background: $surface;
    border-radius: 0; padding: 0 12px 0 34px; }
MessageBubble[look="note"] { color: $text; }
QScrollArea, QStackedWidget { background: transparent; border: none; }
/* menus */
QMenuBar { background: $surface; color: $text; font-size: 12px; border: none; padding: 2px 6px; }
QMenuBar::item { padding: 4px 8px; border-radius: 6px; background: transparent; }
QMenuBar::item:selected, QMenuBar::item:pressed { background: $sunken; }
QMenuBar::item:disabled { color: $off; }
QMenu { background: $surface; color: $text; border: 1px solid $line; padding: 6px;
    font-size: 12px; }
QMenu::item { padding: 6px 28px 6px 8px; border-radius: 6px; }
QMenu::item:selected { background: $fwd_t; color: $text; }
QMenu::item:disabled { color: $off; }
QMenu::separator { height: 1px; background: $line; margin: 6px 8px; }
QMenu::icon { padding-left: 6px; }
/* buttons */
QPushButton { background: $surface; color: $text; border: 1px solid $line; border-radius: 8px;
    padding: 0 12px; min-height: 28px; font-size: 13px; outline: none; }
QPushButton:hover { border-color: $node_line; }
QPushButton:pressed, QPushButton:checked { background: $sunken; }
QPushButton:disabled { color: $off; }
QPushButton[look="plain"] { border-color: transparent; background: transparent; }
QPushButton[look="plain"]:hover { background: $sunken; }
QPushButton[look="quiet"] { border-color: transparent; background: transparent;
    color: $text2; text-align: left; padding: 0 8px; }
QPushButton[look="quiet"]:hover { background: $sunken; color: $text; }
QPushButton[look="choice"] { text-align: left; min-height: 26px; padding: 0 8px; }
QPushButton[look="choice"]:checked { background: $warn_t; border-color: $warn; color: $text; }
QPushButton[look="choice"][guess="true"]:checked { background: $sunken; border-color: $node_line; }
QPushButton[look="choice"][right="true"]:checked { background: $sunken; border-color: $ok; }
QPushButton[look="tight"] { font-size: 12px; padding: 0 5px; min-height: 24px; }
QPushButton[look="forward"] { background: $fwd; border-color: $fwd; color: $on_accent; }
QPushButton[look="backward"] { background: $bwd; border-color: $bwd; color: $on_accent; }
QPushButton[look="memory"] { background: $text; border-color: $text; color: $on_accent; }
QPushButton[look="truth"] { background: $truth; border-color: $truth; color: $on_accent; }
QPushButton[look="forward"]:disabled, QPushButton[look="backward"]:disabled,
QPushButton[look="memory"]:disabled, QPushButton[look="truth"]:disabled {
    background: $sunken; border-color: $line; color: $off; }
QToolButton { background: transparent; color: $text; border: none; border-radius: 6px;
    padding: 4px; outline: none; }
QToolButton:hover { background: $sunken; }
QToolButton:pressed { background: $line; }
QToolButton:checked { background: $fwd_t; color: $fwd; }
QToolButton:disabled { color: $off; }
QToolButton[look="cell"] { color: $text2; font-size: 11px; border-radius: 8px;
    padding: 5px 0 3px 0; }
QToolButton[look="cell"]:checked { color: $fwd; }
QToolButton[look="strip"] { color: $text2; font-size: 12px; padding: 0 8px; }
QToolButton[look="strip"]:checked { background: $sunken; color: $text; }
QToolButton::menu-indicator, QPushButton::menu-indicator { image: none; width: 0; }
QToolBar { background: $surface; border: none; border-bottom: 1px solid $line; spacing: 0; }
QToolBar::separator { background: $line; width: 1px; margin: 8px 2px; }
/* fields */
QLineEdit, QComboBox, QPlainTextEdit {
    background: $surface; color: $text; border: 1px solid $line; border-radius: 6px;
    padding: 0 9px; min-height: 26px; font-size: 13px;
    selection-background-color: $fwd; selection-color: $on_accent; }
QPlainTextEdit { padding: 6px 8px; }
QLineEdit:hover, QComboBox:hover { border-color: $node_line; }
QLineEdit:focus, QComboBox:focus, QPlainTextEdit:focus { border-color: $fwd; }
QLineEdit:disabled, QComboBox:disabled { color: $off; background: $sunken; }
QLineEdit, QComboBox { placeholder-text-color: $text2; }
QLineEdit[wrong="true"] { border: 1px solid $warn; color: $warn; }
QLineEdit[look="search"] { background: $sunken; border-color: $sunken; border-radius: 8px;
    min-height: 34px; }
QLineEdit[turn="forward"] { border: 2px solid $fwd; font-size: 18px; }
QLineEdit[turn][wrong="true"] { border: 2px solid $warn; }
QLineEdit[turn][right="true"] { border: 2px solid $ok; }
QComboBox { padding-right: 0; }
QComboBox::drop-down { border: none; width: 26px; }
QComboBox::down-arrow { image: none; }
QComboBox QAbstractItemView { background: $surface; color: $text; border: 1px solid $line;
    padding: 4px; outline: none; selection-background-color: $fwd_t; selection-color: $text; }
QSlider::groove:horizontal { height: 4px; border-radius: 2px; background: $line; }
QSlider::sub-page:horizontal { height: 4px; border-radius: 2px; background: $node_line; }
QSlider::handle:horizontal { width: 10px; height: 10px; margin: -5px 0; border-radius: 7px;
    background: $surface; border: 2px solid $text2; }
QSlider::handle:horizontal:hover, QSlider::handle:horizontal:focus { border-color: $fwd; }
QSlider::handle:horizontal:disabled { border-color: $line; }
QListView::indicator { width: 14px; height: 14px;
    background: $surface; border: 1px solid $node_line; border-radius: 4px; }
QListView::indicator:checked {
    width: 6px; height: 6px; background: $on_accent; border: 5px solid $fwd; }
QProgressBar { background: $sunken; border: none; border-radius: 3px; max-height: 6px;
    min-height: 6px; }
QFrame[look="plate"] QProgressBar { background: $line; }
QProgressBar::chunk { background: $fwd; border-radius: 3px; }
/* tables */
QTabBar { background: transparent; outline: none; }
QTabBar::tab { background: transparent; color: $text2; border: none; padding: 9px 0 7px 0;
    margin: 0 10px; border-bottom: 2px solid transparent; font-size: 13px; }
QTabBar::tab:hover { color: $text; }
QTabBar::tab:selected { color: $text; border-bottom: 2px solid $text; }
QTabBar[look="small"]::tab { padding: 5px 0 4px 0; font-size: 12px; }
QAbstractItemView { background: $surface; color: $text; border: none; outline: none;
    font-size: 13px; selection-background-color: $fwd_t; selection-color: $text; }
QTableView { gridline-color: transparent; }
QTableView::item { padding: 0 8px; border: none; }
QTableView::item:selected, QListView::item:selected, QTreeView::item:selected {
    background: $fwd_t; color: $text; }
QListView::item { padding: 6px 8px; border-radius: 6px; }
QListView::item:hover, QTreeView::item:hover { background: $sunken; }
QListView[look="checks"]::item { padding: 0; }
QListView[look="checks"]::item:focus { background: $fwd_t; }
QTableView[look="small"], QListView[look="checks"] { font-size: 12px; }
QTableView[look="small"]::item { padding: 0 2px; }
QTableView[look="small"] QHeaderView::section { padding: 0 2px; }
QHeaderView { background: $surface; border: none; }
QHeaderView::section { background: $surface; color: $text2; border: none; padding: 4px 8px;
    font-size: 11px; font-weight: 400; }
QTableCornerButton::section { background: $surface; border: none; }
/* scroll bars */
QScrollBar { background: transparent; border: none; margin: 0; }
QAbstractScrollArea::corner { background: transparent; border: none; }
QScrollBar:vertical { width: 10px; }
QScrollBar:horizontal { height: 10px; }
QScrollBar::handle { background: $quiet; border-radius: 3px; }
QScrollBar::handle:vertical { min-height: 28px; margin: 2px; }
QScrollBar::handle:horizontal { min-width: 28px; margin: 2px; }
QScrollBar::handle:hover { background: $node_line; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; border: none; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
""")

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
