"""Whom the mouse wheel means: a field that has the keyboard, else what scrolls around it."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QWidget


class _Passing(QObject):
    """Lets the wheel through to what is around a field that has not the keyboard."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.Wheel or not isinstance(watched, QWidget):
            return False
        if watched.hasFocus():
            return False
        event.ignore()
        return True


def turn_only_in_hand(field: QWidget) -> None:
    """The wheel turns this field only while it has the keyboard, and does not give it that.

    Qt gives combo boxes the keyboard at the first notch, and turns sliders and tabs without it.
    """
    if field.focusPolicy() == Qt.FocusPolicy.WheelFocus:
        field.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    field.installEventFilter(_Passing(field))
