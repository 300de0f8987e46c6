"""A field one chooses in: Qt's combo box with the program's own chevron."""

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPaintEvent, QPalette
from PySide6.QtWidgets import QComboBox, QStyle, QStyleOptionComboBox, QStylePainter, QWidget

from playground.theme import icons
from playground.theme.palette import Tokens, tokens_of
from playground.widgets.plain_text import set_tip
from playground.widgets.wheel import turn_only_in_hand

CHEVRON = 16
INSIDE = 10
AROUND = CHEVRON + 2 * INSIDE + 4


class ChoiceField(QComboBox):
    """A named combo box."""

    def __init__(self, name: str, tip: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        set_tip(self, tip)
        turn_only_in_hand(self)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(6)

    def needed(self) -> int:
        """How wide it must be to show each of its entries whole."""
        widths = [
            self.fontMetrics().horizontalAdvance(self.itemText(k)) for k in range(self.count())
        ]
        return max(widths, default=0) + AROUND

    def written(self) -> str:
        """What stands there, with an ellipsis where room is short."""
        text = self.placeholderText() if self.currentIndex() < 0 else self.currentText()
        elide = Qt.TextElideMode.ElideRight
        return self.fontMetrics().elidedText(text, elide, self.width() - AROUND)

    def _option(self, tokens: Tokens) -> QStyleOptionComboBox:
        """What Qt paints."""
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        option.currentText = self.written()
        if self.currentIndex() < 0:
            option.palette.setColor(QPalette.ColorRole.ButtonText, tokens.text2)
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
