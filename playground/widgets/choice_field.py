"""A field one chooses in: Qt's combo box with the program's own chevron."""

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPaintEvent, QPalette
from PySide6.QtWidgets import QComboBox, QStyle, QStyleOptionComboBox, QStylePainter, QWidget

from playground import icons
from playground.palette import Tokens, tokens_of
from playground.widgets.plain_text import set_tip
from playground.widgets.wheel import turn_only_in_hand

CHEVRON = 16
INSIDE = 10


class ChoiceField(QComboBox):
    """A named combo box."""

    def __init__(self, name: str, tip: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        set_tip(self, tip)
        turn_only_in_hand(self)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(6)

    def _option(self, tokens: Tokens) -> QStyleOptionComboBox:
        """What Qt paints, with an ellipsis where room is short."""
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        text = option.currentText
        if self.currentIndex() < 0:
            text = self.placeholderText()
            option.palette.setColor(QPalette.ColorRole.ButtonText, tokens.text2)
        room = self.width() - CHEVRON - 2 * INSIDE - 4
        elide = Qt.TextElideMode.ElideRight
        option.currentText = option.fontMetrics.elidedText(text, elide, room)
        return option

    def showPopup(self) -> None:
        """The list is as wide as its longest entry."""
        self.view().setMinimumWidth(self.view().sizeHintForColumn(0) + 2 * INSIDE)
        super().showPopup()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = tokens_of(self.palette())
        painter = QStylePainter(self)
        option = self._option(tokens)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
        color = tokens.text2 if self.isEnabled() else tokens.off
        corner = QPointF(self.width() - CHEVRON - 8, (self.height() - CHEVRON) / 2)
        icons.paint(painter, "chevron-down", color, corner, CHEVRON)
