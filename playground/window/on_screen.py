"""Where a window may lie so that its frame, and with it the title bar, lies on the screen too."""

from PySide6.QtCore import QMargins, QRect, QSize
from PySide6.QtWidgets import QWidget

FRAME = QMargins(8, 40, 8, 8)  # about what is put around a window, until that is known


def room_for(window: QWidget) -> QRect:
    """The part of its screen that the inside of the window may take."""
    outer, inner = window.frameGeometry(), window.geometry()
    frame = FRAME
    if outer != inner:
        frame = QMargins(
            inner.left() - outer.left(), inner.top() - outer.top(),
            outer.right() - inner.right(), outer.bottom() - inner.bottom(),
        )  # fmt: skip
    return window.screen().availableGeometry().marginsRemoved(frame)


def brought_into(box: QRect, room: QRect, least: QSize) -> QRect:
    """The box no larger than the room and inside it; where it cannot be, its top left corner is."""
    size = box.size().boundedTo(room.size()).expandedTo(least)
    brought = QRect(box.topLeft(), size)
    brought.moveRight(min(brought.right(), room.right()))
    brought.moveBottom(min(brought.bottom(), room.bottom()))
    brought.moveLeft(max(brought.left(), room.left()))
    brought.moveTop(max(brought.top(), room.top()))
    return brought
