"""Keys that a control needs itself are not taken by the shortcuts of the window.

Fields keep their letters by themselves. Buttons that the keyboard walked to keep Space; lists and
choices keep the letters by which one searches in them.
"""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QMainWindow,
    QWidget,
)

_PLAIN = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.KeypadModifier,
)


class Keys(QObject):
    """Watches a window and its docks, which are windows of their own while they float."""

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self._window = window
        window.installEventFilter(self)

    def watch(self, part: QWidget) -> None:
        """Also while the keyboard is in this one."""
        part.installEventFilter(self)

    def _wanted(self, event: QKeyEvent) -> bool:
        """Whether the control that has the keyboard needs this key itself."""
        control = QApplication.focusWidget()
        if control is None or event.modifiers() not in _PLAIN or not event.text().isprintable():
            return False
        if isinstance(control, QComboBox | QAbstractItemView):
            return bool(event.text())
        if not isinstance(control, QAbstractButton) or event.key() != Qt.Key.Key_Space:
            return False
        return control.window().testAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        asked = event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
        if not asked or not isinstance(event, QKeyEvent) or not self._wanted(event):
            return False
        event.accept()
        return True
