"""Marks on a curve: the ring of the present update, the cross of a divergence, notes and values."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen

from engine.calls import Floats
from playground.fonts import CAPTION, CHIP, HINT, font_of, strong
from playground.palette import Tokens, token
from playground.strokes import fill_rounded, rim_rounded

RING = 4.0
CROSS = 5.0
NOTE_WIDTH = 250.0
NARROW = 220.0
ROW = 15.0


def paint_ring(painter: QPainter, tokens: Tokens, place: QPointF, color: str) -> None:
    painter.setPen(QPen(token(tokens, color), 1.6))
    painter.setBrush(tokens.surface)
    painter.drawEllipse(place, RING, RING)


def paint_cross(painter: QPainter, tokens: Tokens, place: QPointF) -> None:
    painter.setPen(QPen(tokens.warn, 2))
    for side in (-1, 1):
        end = QPointF(CROSS, CROSS * side)
        painter.drawLine(place - end, place + end)


def paint_rows(
    painter: QPainter, tokens: Tokens, area: QRectF, across: float, rows: list[tuple[str, str]]
) -> None:
    """The values on a plate beside the line of the pointer, on the side where there is room."""
    metrics = QFontMetricsF(font_of(CHIP))
    width = max(metrics.horizontalAdvance(text) for text, _ in rows) + 16
    left = across + 10 if across + 10 + width <= area.right() + 8 else across - 10 - width
    box = QRectF(left, area.top() + 2, width, len(rows) * ROW + 8)
    fill_rounded(painter, box, 6, tokens.surface)
    rim_rounded(painter, box, 6, QPen(tokens.line, 1))
    for place, (text, color) in enumerate(rows):
        painter.setFont(font_of(CAPTION if place else CHIP))
        painter.setPen(token(tokens, color))
        row = QRectF(box.left() + 8, box.top() + 4 + place * ROW, width, ROW)
        painter.drawText(row, Qt.AlignmentFlag.AlignVCenter, text)


class Note:
    """The reason in bold and a line below it, as wide as it needs and fits."""

    def __init__(self, sentence: str, area: QRectF) -> None:
        self.head, _, self.rest = sentence.rstrip(".").partition(": ")
        if not self.rest:
            self.head, _, self.rest = sentence.rstrip(".").partition("; ")
        self.rest = self.rest[:1].upper() + self.rest[1:]
        bold, small = QFontMetricsF(font_of(strong(HINT))), QFontMetricsF(font_of(HINT))
        widest = max(60.0, min(NOTE_WIDTH, area.width() - 16))
        room = QRectF(0, 0, widest - 20, 400)
        box = small.boundingRect(room, Qt.TextFlag.TextWordWrap, self.rest)
        if bold.horizontalAdvance(self.head) > widest - 20:
            self.head = self.head.replace(" at update ", " at ")
        if area.width() < NARROW:
            self.rest = ""
        if not self.rest or box.height() + 34 > area.height():
            self.rest = ""
            box = QRectF()
        width = min(widest, max(bold.horizontalAdvance(self.head), box.width()) + 22)
        self.size = QSizeF(width, 26 + (box.height() + 4 if self.rest else 0))

    def paint(self, painter: QPainter, tokens: Tokens, corner: QPointF) -> None:
        """On a sunken plate with its upper left corner here."""
        box = QRectF(corner, self.size)
        fill_rounded(painter, box, 6, tokens.sunken)
        painter.setFont(font_of(strong(HINT)))
        painter.setPen(tokens.text)
        inner = box.adjusted(10, 5, -10, 0)
        elide = painter.fontMetrics().elidedText
        head = elide(self.head, Qt.TextElideMode.ElideRight, int(inner.width()) + 1)
        painter.drawText(inner, Qt.AlignmentFlag.AlignTop, head)
        painter.setFont(font_of(HINT))
        painter.setPen(tokens.text2)
        painter.drawText(box.adjusted(10, 23, -8, 0), Qt.TextFlag.TextWordWrap, self.rest)


def freest(area: QRectF, size: QSizeF, crowd: Floats) -> QPointF:
    """The corner of the area where a plate of this size hides least of these places."""
    first, last = area.left() + 8, area.right() - size.width() - 8
    lefts = (last, first, (first + last) / 2)
    tops = (area.top() + 2, area.bottom() - size.height() - 6)
    corners = [QPointF(left, top) for top in tops for left in lefts]
    return min(corners, key=lambda corner: _hidden(QRectF(corner, size), crowd))


def _hidden(box: QRectF, crowd: Floats) -> int:
    x, y = crowd[:, 0], crowd[:, 1]
    across = (x > box.left() - 6) & (x < box.right() + 6)
    return int(np.count_nonzero(across & (y > box.top() - 4) & (y < box.bottom() + 4)))
