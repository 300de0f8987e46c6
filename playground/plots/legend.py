"""What the colours and marks of a plane mean: the key of shades, and the legend of a map."""

from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.numerals import short
from playground.plots.images import BANDS as LOSS_BANDS
from playground.plots.samples import circle_mark, class_mark, paint_mark
from playground.theme.colour_bands import BANDS
from playground.theme.fonts import CAPTION, font_of
from playground.theme.painting import painted
from playground.theme.palette import Tokens, map_ramp, surface_ramp, tokens_of
from playground.widgets.plain_text import set_name

CELL, AROUND, HIGH = 9.0, 5.0, 18.0
MARK, GAP, BETWEEN = 12.0, 4.0, 10.0
LONGEST = 90.0  # of a name
MOST_WORDS = 0.8  # of a caption are read beside the key, else that is left out

Range = tuple[float, float]


def key_size(span: Range, bands: int = BANDS) -> QSizeF:
    """How much room the shades and the numbers at their ends need."""
    ends = sum(_wide(short(value, 3)) for value in span)
    return QSizeF(ends + bands * CELL + 4 * AROUND, HIGH)


def paint_key(
    painter: QPainter, tokens: Tokens, box: QRectF, span: Range, ramp: tuple[QColor, ...] = ()
) -> None:
    """At the right end of a box the shades from low to high, of an answer unless others are given.

    They stand between the numbers they mean.
    """
    shades = ramp or map_ramp(tokens, BANDS)
    low, high = (short(value, 3) for value in span)
    row = QRectF(0, 0, len(shades) * CELL, CELL)
    row.moveCenter(box.center())
    row.moveRight(box.right() - _wide(high) - 2 * AROUND)
    painter.setFont(font_of(CAPTION))
    painter.setPen(tokens.text2)
    painter.drawText(QPointF(row.left() - AROUND - _wide(low), box.center().y() + 4), low)
    painter.drawText(QPointF(row.right() + AROUND, box.center().y() + 4), high)
    for k, color in enumerate(shades):
        painter.fillRect(QRectF(row.left() + k * CELL, row.top(), CELL, CELL), color)
    painter.setPen(tokens.line)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(row)


def paint_caption(
    painter: QPainter, tokens: Tokens, box: QRectF, words: str, span: Range | None
) -> None:
    """What a loss surface was made of, and at the right what its colours mean."""
    key = QRectF(box)
    if span is not None:
        key.setLeft(box.right() - key_size(span, LOSS_BANDS).width())
        if key.left() - box.left() >= MOST_WORDS * _wide(words):
            paint_key(painter, tokens, key, span, surface_ramp(tokens, LOSS_BANDS))
            box = box.adjusted(0, 0, -key.width(), 0)
    painter.setFont(font_of(CAPTION))
    painter.setPen(tokens.text2)
    text = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, int(box.width()))
    painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, text)


@dataclass(frozen=True, slots=True)
class Legend:
    """What is told: the ends of the shades, or the names of the classes; and the two parts."""

    span: Range | None = None
    classes: tuple[str, ...] = ()
    tested: bool = False

    @property
    def names(self) -> list[str]:
        """What stands beside the marks."""
        given = *self.classes, *(("trained", "tested") if self.tested else ())
        metrics = QFontMetricsF(font_of(CAPTION))
        return [metrics.elidedText(name, Qt.TextElideMode.ElideRight, LONGEST) for name in given]

    @property
    def width(self) -> float:
        """How much room it needs."""
        marks = sum(MARK + GAP + _wide(name) + BETWEEN for name in self.names)
        return marks + (key_size(self.span).width() if self.span is not None else 0.0)

    @property
    def words(self) -> str:
        """The same in words."""
        told = []
        if self.span is not None:
            low, high = (short(value, 3) for value in self.span)
            told.append(f"Orange is {low}, blue is {high}")
        if self.classes:
            told.append(f"Classes: {', '.join(self.classes)}")
        if self.tested:
            told.append("Filled samples are trained, hollow ones are tested")
        return ". ".join(told)


def paint_legend(painter: QPainter, tokens: Tokens, box: QRectF, legend: Legend) -> None:
    """At the right end of a box: the marks with their names, then the shades."""
    left, middle = box.right() - legend.width, box.center().y()
    marks = [class_mark(tokens, kind) for kind in range(len(legend.classes))]
    marks += [circle_mark(tokens.text2, tokens.surface, hollow) for hollow in (False, True)]
    for name, mark in zip(legend.names, marks, strict=False):
        paint_mark(painter, QPointF(left + MARK / 2, middle), mark)
        painter.setFont(font_of(CAPTION))
        painter.setPen(tokens.text2)
        painter.drawText(QPointF(left + MARK + GAP, middle + 4), name)
        left += MARK + GAP + _wide(name) + BETWEEN
    if legend.span is not None:
        paint_key(painter, tokens, box, legend.span)


def _wide(text: str) -> float:
    return QFontMetricsF(font_of(CAPTION)).horizontalAdvance(text)


class MapLegend(QWidget):
    """The legend among the controls, in the room they leave; all of it is in the tip."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.legend = Legend()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(round(HIGH))

    def show_legend(self, legend: Legend) -> None:
        """Show this from now on."""
        if legend != self.legend:
            self.legend = legend
            set_name(self, legend.words, legend.words)
            self.update()

    def fitting(self) -> Legend:
        """As much of it as has room."""
        some = (self.legend, replace(self.legend, tested=False))
        return next((one for one in some if one.width <= self.width()), Legend())

    def paintEvent(self, event: QPaintEvent) -> None:
        with painted(self) as (painter, tokens):
            paint_legend(painter, tokens, self.rect().toRectF(), self.fitting())


class Caption(QWidget):
    """The caption of a loss surface, below it; all of its words are in the tip."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.words = ""
        self._span: Range | None = None
        self.setFixedHeight(round(HIGH))

    def tell(self, words: str, span: Range | None) -> None:
        """About this picture."""
        if (words, span) != (self.words, self._span):
            self.words, self._span = words, span
            set_name(self, words, words)
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            box, tokens = self.contentsRect().toRectF(), tokens_of(self.palette())
            paint_caption(painter, tokens, box, self.words, self._span)
