"""The legend of a map: shades or classes, and which samples are trained and which are tested."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.numerals import short
from playground.fonts import CAPTION, font_of
from playground.palette import Tokens, tokens_of
from playground.plots.key import Range, key_size, paint_key
from playground.plots.points import paint_mark
from playground.widgets.plain_text import set_tip

MARK, GAP, BETWEEN = 12.0, 4.0, 10.0
HIGH = 18.0
LONGEST = 90.0
DOT, EITHER = 1, -1


@dataclass(frozen=True, slots=True)
class Legend:
    """What is told: the ends of the shades, or the names of the classes; and the two parts."""

    span: Range | None = None
    classes: tuple[str, ...] = ()
    tested: bool = False


def legend_size(legend: Legend) -> QSizeF:
    """How much room it needs."""
    shades = key_size(legend.span).width() if legend.span is not None else 0.0
    marks = sum(MARK + GAP + _wide(name) + BETWEEN for name, _, _ in _marks(legend))
    return QSizeF(shades + marks + (GAP if marks else 0), HIGH)


def paint_legend(painter: QPainter, tokens: Tokens, box: QRectF, legend: Legend) -> None:
    """From left to right: the marks, then the shades."""
    left, middle = box.left() + GAP, box.center().y()
    for name, kind, hollow in _marks(legend):
        place, either = QPointF(left + MARK / 2, middle), kind == EITHER
        paint_mark(painter, tokens, place, DOT if either else kind, hollow, "text2" * either)
        painter.setFont(font_of(CAPTION))
        painter.setPen(tokens.text2)
        row = QRectF(left + MARK + GAP, box.top(), _wide(name) + 2, box.height())
        elide = painter.fontMetrics().elidedText
        text = elide(name, Qt.TextElideMode.ElideRight, round(LONGEST) + 1)
        painter.drawText(row, Qt.AlignmentFlag.AlignVCenter, text)
        left = row.right() + BETWEEN - 2
    if legend.span is not None:
        wide = key_size(legend.span).width()
        key = QRectF(box.right() - wide, box.top(), wide, box.height())
        paint_key(painter, tokens, key, legend.span)


def _marks(legend: Legend) -> list[tuple[str, int, bool]]:
    """Words beside a mark: the word, the class that the mark is of, and whether it is hollow."""
    found = [(name, kind, False) for kind, name in enumerate(legend.classes)]
    if legend.tested:
        found += [("trained", EITHER, False), ("tested", EITHER, True)]
    return found


def _wide(name: str) -> float:
    return min(LONGEST, QFontMetricsF(font_of(CAPTION)).horizontalAdvance(name))


def words_of(legend: Legend) -> str:
    """The same in words."""
    told = []
    if legend.span is not None:
        low, high = (short(value, 3) for value in legend.span)
        told.append(f"Orange is {low}, blue is {high}")
    if legend.classes:
        told.append(f"Classes: {', '.join(legend.classes)}")
    if legend.tested:
        told.append("Filled samples are trained, hollow ones are tested")
    return ". ".join(told)


class MapLegend(QWidget):
    """The legend among the controls."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.legend = Legend()
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def show_legend(self, legend: Legend, room: float) -> None:
        """As much of this as has room; all of it is in the tip."""
        set_tip(self, words_of(legend))
        self.setAccessibleName(words_of(legend))
        shown = legend
        if legend_size(legend).width() > room:
            shown = Legend(legend.span, legend.classes)
        self.setVisible(0 < legend_size(shown).width() <= room)
        if shown != self.legend:
            self.legend = shown
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        return legend_size(self.legend).toSize()

    def minimumSizeHint(self) -> QSize:
        return QSize(0, round(HIGH))  # the panel may become narrower: then less is told

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            paint_legend(painter, tokens_of(self.palette()), self.rect().toRectF(), self.legend)
