"""The legend of a picture in shades: which shade means what."""

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from engine.numerals import short
from playground.bands import BANDS
from playground.fonts import CAPTION, font_of
from playground.palette import Tokens, map_ramp

CELL, HIGH = 9.0, 9.0
GAP = 5.0

Range = tuple[float, float]
Ramp = tuple[QColor, ...]


def key_size(span: Range, bands: int = BANDS) -> QSizeF:
    """How much room the shades and the numbers at their ends need."""
    metrics = QFontMetricsF(font_of(CAPTION))
    ends = sum(metrics.horizontalAdvance(short(value, 3)) for value in span)
    return QSizeF(ends + bands * CELL + 4 * GAP, 18)


def paint_key(
    painter: QPainter, tokens: Tokens, box: QRectF, span: Range, ramp: Ramp | None = None
) -> None:
    """The shades from low to high, those of an answer unless others are given."""
    shades = ramp or map_ramp(tokens, BANDS)
    wide = len(shades) * CELL
    painter.setFont(font_of(CAPTION))
    low, high = (short(value, 3) for value in span)
    left = box.left() + GAP + painter.fontMetrics().horizontalAdvance(low) + GAP
    middle = box.center().y()
    painter.setPen(tokens.text2)
    painter.drawText(QPointF(box.left() + GAP, middle + 4), low)
    painter.drawText(QPointF(left + wide + GAP, middle + 4), high)
    for k, color in enumerate(shades):
        painter.fillRect(QRectF(left + k * CELL, middle - HIGH / 2, CELL, HIGH), color)
    painter.setPen(tokens.line)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(QRectF(left, middle - HIGH / 2, wide, HIGH))
