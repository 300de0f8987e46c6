"""A field one chooses in: Qt's combo box with the program's own chevron."""

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QWidget

from playground import icons
from playground.palette import tokens_of

CHEVRON = 16


class ChoiceField(QComboBox):
    """A named combo box; the wheel over it scrolls the panel unless it has the keyboard."""

    def __init__(self, name: str, tip: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setToolTip(tip)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(6)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        tokens = tokens_of(self.palette())
        painter = QPainter(self)
        color = tokens.text2 if self.isEnabled() else tokens.off
        corner = QPointF(self.width() - CHEVRON - 8, (self.height() - CHEVRON) / 2)
        icons.paint(painter, "chevron-down", color, corner, CHEVRON)
