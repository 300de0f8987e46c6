"""A refusal where the hand is: a sentence beside the pointer that goes away by itself."""

from PySide6.QtCore import QPoint, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from playground import icons
from playground.fonts import HINT, font_of
from playground.palette import tokens_of
from playground.strokes import fill_rounded
from playground.widgets.message import Message

ASIDE = 12
PADDING = 10
ICON = 16
WIDEST = 320


class Tip(Message):
    """Warn icon and sentence on the warn tint."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def show_at(self, at: QPoint, text: str) -> None:
        """Stand 12 pixels beside this point, inside the canvas."""
        self.text = text
        self.resize(self.sizeHint())
        parent = self.parentWidget()
        assert parent is not None
        x, y = at.x() + ASIDE, at.y() + ASIDE
        if x + self.width() > parent.width() - 4:
            x = max(4, at.x() - ASIDE - self.width())
        if y + self.height() > parent.height() - 4:
            y = max(4, at.y() - ASIDE - self.height())
        self.move(x, y)
        self.begin(text)

    def sizeHint(self) -> QSize:
        box = self._text_box()
        return QSize(box.width() + 2 * PADDING + ICON + 8, max(box.height(), ICON) + PADDING + 4)

    def _text_box(self) -> QRect:
        metrics = QFontMetrics(font_of(HINT))
        return metrics.boundingRect(0, 0, WIDEST, 400, Qt.TextFlag.TextWordWrap, self.text)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = tokens_of(self.palette())
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            fill_rounded(painter, self.rect().toRectF(), 6, tokens.warn_t)
            icon_top = (self.height() - ICON) / 2
            icons.paint(painter, "warning", tokens.warn, QPointF(PADDING, icon_top), ICON)
            painter.setFont(font_of(HINT))
            painter.setPen(tokens.warn)
            inner = self.rect().adjusted(PADDING + ICON + 8, 0, -PADDING + 4, 0)
            flags = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(inner, flags, self.text)
