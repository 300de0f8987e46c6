"""Keys that a control needs itself are not taken by the shortcuts of the window.

Fields keep their letters by themselves. Buttons and choices that the keyboard walked to keep Space,
and Enter presses such buttons too; lists, choices and the menu bar keep the letters by which one
searches.
"""

from collections.abc import Callable, Iterable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QMainWindow,
    QMenuBar,
    QWidget,
)

_PLAIN = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.KeypadModifier,
)
_ENTERS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class Keys(QObject):
    """Watches a window and its docks, which are windows of their own while they float.

    `unused` is asked of each key that nobody had a use for.
    """

    def __init__(
        self, window: QMainWindow, docks: Iterable[QWidget], unused: Callable[[QKeySequence], bool]
    ) -> None:
        super().__init__(window)
        self._unused = unused
        for part in (window, *docks):
            part.installEventFilter(self)

    def _wanted(self, event: QKeyEvent) -> bool:
        """Whether the control that has the keyboard needs this key itself."""
        control = QApplication.focusWidget()
        if control is None or event.modifiers() not in _PLAIN or not event.text().isprintable():
            return False
        if event.key() == Qt.Key.Key_Space and isinstance(control, QAbstractButton | QComboBox):
            return _walked_to(control)
        return isinstance(control, QComboBox | QAbstractItemView | QMenuBar) and bool(event.text())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent):
            return False
        if event.type() == QEvent.Type.ShortcutOverride and self._wanted(event):
            event.accept()
            return True
        if event.type() != QEvent.Type.KeyPress:
            return False
        if event.key() in _ENTERS:
            return _press(QApplication.focusWidget())
        return self._unused(QKeySequence(event.keyCombination()))


def _walked_to(control: QWidget) -> bool:
    """Whether this got the keyboard from the keyboard."""
    return control.window().testAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange)


def _press(control: QWidget | None) -> bool:
    """Enter, which the button itself has left alone."""
    if not isinstance(control, QAbstractButton) or not _walked_to(control):
        return False
    control.click()
    return True
