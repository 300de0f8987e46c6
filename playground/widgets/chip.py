"""A short word on a tint: the phase, "your turn", "mean of 10 samples"."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.numerals import Role
from playground.theme.fonts import CHIP, font_of
from playground.theme.painting import fill_rounded
from playground.theme.palette import role_color, role_tint, tokens_of

HEIGHT = 20
PADDING = 8
RADIUS = 10


class Chip(QWidget):
    """A word in the colour of its role."""

    def __init__(self, text: str, role: Role, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.show_word(text, role)

    def show_word(self, text: str, role: Role) -> None:
        """Say something else, perhaps in another colour."""
        self.text = text
        self.role = role
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        width = QFontMetrics(font_of(CHIP)).horizontalAdvance(self.text)
        return QSize(width + 2 * PADDING + 1, HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = tokens_of(self.palette())
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            box = self.rect().toRectF()
            fill_rounded(painter, box, RADIUS, role_tint(tokens, self.role))
            painter.setFont(font_of(CHIP))
            painter.setPen(role_color(tokens, self.role))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self.text)
