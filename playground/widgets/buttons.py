"""Buttons as the window has them: named, tipped, with an icon that follows the theme."""

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton, QPushButton, QTabBar, QToolButton, QWidget

from engine.numerals import Role
from playground.theme import icons
from playground.widgets.plain_text import set_tip, without_key
from playground.widgets.wheel import turn_only_in_hand

HEIGHT = 32
_B = TypeVar("_B", bound=QAbstractButton)


def restyle(widget: QWidget, name: str, value: object) -> None:
    """Set a property that the style sheet looks at."""
    if widget.property(name) != value:
        widget.setProperty(name, value)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def push_button(
    text: str, tip: str, pressed: Callable[[], object], parent: QWidget, icon: str = ""
) -> QPushButton:
    """A button with words: white with a hairline until `fill` or `flatten` says otherwise."""
    button = QPushButton(without_key(text), parent)
    button.setFixedHeight(HEIGHT)
    _name(button, text, tip, icon)
    button.clicked.connect(lambda: pressed())
    return button


def icon_button(
    icon: str, name: str, tip: str, pressed: Callable[[], object], parent: QWidget
) -> QToolButton:
    """A button that is an icon alone, 32 × 32."""
    button = QToolButton(parent)
    button.setFixedSize(HEIGHT, HEIGHT)
    _name(button, name, tip, icon)
    button.clicked.connect(lambda: pressed())
    return button


def act_on(button: _B, action: QAction, icon: bool = True) -> _B:
    """A button that does what the action does, is off when that is, and has its tip, or why."""
    _name(button, action.iconText(), "", str(action.data()) if icon else "")
    button.setCheckable(action.isCheckable())
    button.clicked.connect(action.trigger)

    def follow() -> None:
        button.setEnabled(action.isEnabled())
        button.setChecked(action.isChecked())
        set_tip(button, action.toolTip())

    action.changed.connect(follow)
    follow()
    return button


def tab_bar(titles: tuple[str, ...], name: str, tip: str, parent: QWidget) -> QTabBar:
    """Small tabs, as wide as their words."""
    tabs = QTabBar(parent)
    tabs.setProperty("look", "small")
    tabs.setDrawBase(False)
    tabs.setExpanding(False)
    tabs.setAccessibleName(name)
    set_tip(tabs, tip)
    turn_only_in_hand(tabs)
    for title in titles:
        tabs.addTab(title)
    return tabs


def _name(button: QAbstractButton, name: str, tip: str, icon: str) -> None:
    button.setAccessibleName(name)
    set_tip(button, tip)
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    button.setIconSize(QSize(icons.SIZE, icons.SIZE))
    if icon:
        icons.wear(button, icon, button.palette())


def fill(button: QPushButton, role: Role) -> None:
    """The one button to press: filled with the colour of a phase."""
    _dress(button, role.value, "on_accent")


def flatten(button: QPushButton) -> None:
    """A button that steps back: no border until the mouse is over it."""
    _dress(button, "plain", "text")


def _dress(button: QPushButton, look: str, color: str) -> None:
    restyle(button, "look", look)
    name = icons.worn(button)
    if name:
        icons.wear(button, name, button.palette(), color)
