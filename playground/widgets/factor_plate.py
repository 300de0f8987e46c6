"""A product taken apart: under each symbol its number and what it is, on a sunken plate."""

from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QWidget

from playground.fonts import CAPTION, FACTOR, FACTOR_SYMBOL, font_of
from playground.formula_pieces import Factor
from playground.mathematics import Extent, FormulaPictures
from playground.palette import Tokens
from playground.strokes import fill_rounded
from playground.widgets.spots import Pointing, Spot, SpotArea, ink

RADIUS = 8
PADDING = 10.0
JOINT = 14.0  # room for the sign between two columns
STEM, SHORT_STEM, TALL = 12.0, 6.0, 30.0  # a tall symbol has a short stem
STEM_WIDTH = 1.25
NUMBER = 24.0
CAPTION_ROW = 18.0
BRACKET = 5.0
LEADING = 14.0
LINE = 13.0  # from one line of a caption to the next


class _Column(NamedTuple):
    """A factor in its place: the middle of its column, its width, its row's symbol baseline."""

    factor: Factor
    middle: float
    width: float
    baseline: float
    first: bool


class FactorPlate(SpotArea):
    """Columns of symbol, stem, number and caption."""

    def __init__(
        self,
        name: str,
        pictures: FormulaPictures,
        parent: QWidget,
        pointing: Pointing | None = None,
    ) -> None:
        super().__init__(name, pictures, pointing, parent)
        self._factors: tuple[Factor, ...] = ()
        self._columns: list[_Column] = []
        self._below = 0.0  # from the symbols' baseline down to the stems
        self._stem = STEM

    def show_factors(self, factors: tuple[Factor, ...]) -> None:
        """Show this product."""
        self._factors = factors
        words = (f"{f.symbol.plain} {f.number} {f.caption}".strip() for f in factors)
        self.refresh(", ".join(words))

    def lay_out(self, width: float) -> float:
        """Spread the columns over the plate; a row that is too wide goes on below."""
        missing = [f for f in self._factors if not self.pictures.ready(f.symbol.latex)]
        self.complete = not missing
        self._columns, self.spots = [], []
        extents = [self._symbol(factor) for factor in self._factors]
        above = max((extent.ascent for extent in extents), default=0.0)
        self._below = max((extent.descent for extent in extents), default=0.0) + 3
        self._stem = SHORT_STEM if above + self._below > TALL else STEM
        top = PADDING
        rows = self._rows(width - PADDING)
        for row in rows:
            self._spread(row, width, top + above)
            more = LINE * (max(len(_lines(factor)) for factor in row) - 1)
            top += above + self._below + self._stem + NUMBER + CAPTION_ROW + BRACKET + LEADING
            top += more
        return top - LEADING + PADDING - BRACKET if rows else 0.0

    def _rows(self, room: float) -> list[list[Factor]]:
        rows: list[list[Factor]] = []
        left = 0.0
        for factor in self._factors:
            wide = self._wide(factor) + JOINT
            if not rows or left + wide - JOINT > room:
                rows.append([])
                left = 0.0
            rows[-1].append(factor)
            left += wide
        return rows

    def _spread(self, row: list[Factor], width: float, baseline: float) -> None:
        """Give each column its own width and an equal share of what is over."""
        widths = [self._wide(factor) for factor in row]
        need = sum(widths) + JOINT * (len(row) - 1) + PADDING
        share = min(44.0, max(0.0, (width - need) / max(1, len(row))))
        left = (width - need - share * len(row)) / 2 + PADDING / 2
        for place, (factor, wide) in enumerate(zip(row, widths, strict=True)):
            middle = left + (wide + share) / 2
            column = _Column(factor, middle, wide + share, baseline, place == 0)
            self._columns.append(column)
            self.spots.append(self._spot(column, wide))
            left += wide + share + JOINT

    def _spot(self, column: _Column, wide: float) -> Spot:
        ascent = self._symbol(column.factor).ascent
        tall = ascent + self._below + self._stem + NUMBER
        box = QRectF(column.middle - wide / 2, column.baseline - ascent, wide, tall)
        return Spot(box, column.factor.symbol.refers_to, column.factor.symbol.role)

    def _symbol(self, factor: Factor) -> Extent:
        return self.pictures.extent(factor.symbol.latex, factor.symbol.plain, FACTOR_SYMBOL)

    def _wide(self, factor: Factor) -> float:
        number = QFontMetricsF(font_of(FACTOR)).horizontalAdvance(factor.number)
        metrics = QFontMetricsF(font_of(CAPTION))
        caption = max(metrics.horizontalAdvance(line) for line in _lines(factor))
        if self._shared(factor):
            caption /= 2
        return max(self._symbol(factor).width, number, caption)

    def _shared(self, factor: Factor) -> bool:
        return bool(factor.caption) and sum(f.caption == factor.caption for f in self._factors) > 1

    def _paint_column(self, painter: QPainter, tokens: Tokens, column: _Column) -> None:
        factor, middle = column.factor, column.middle
        color = ink(tokens, factor.symbol.role)
        start = QPointF(middle - self._symbol(factor).width / 2, column.baseline)
        symbol = factor.symbol
        self.pictures.paint(painter, symbol.latex, symbol.plain, FACTOR_SYMBOL, color, start)
        stem = column.baseline + self._below
        painter.setPen(QPen(color, STEM_WIDTH))
        painter.drawLine(QPointF(middle, stem), QPointF(middle, stem + self._stem))
        painter.setFont(font_of(FACTOR))
        box = QRectF(middle - column.width, stem + self._stem, 2 * column.width, NUMBER)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, factor.number)
        if not column.first:
            painter.setPen(tokens.text2)
            sign = QRectF(middle - column.width / 2 - JOINT, box.top(), JOINT, NUMBER)
            painter.drawText(sign, Qt.AlignmentFlag.AlignCenter, factor.joint)

    def _captions(self) -> list[list[_Column]]:
        """Neighbouring columns that share a caption."""
        groups: list[list[_Column]] = []
        for column in self._columns:
            last = groups[-1][-1] if groups else None
            same = last is not None and last.factor.caption == column.factor.caption
            if same and column.factor.caption and not column.first:
                groups[-1].append(column)
            else:
                groups.append([column])
        return groups

    def _paint_caption(self, painter: QPainter, tokens: Tokens, group: list[_Column]) -> None:
        low = group[0].baseline + self._below + self._stem + NUMBER
        left, right = group[0].middle, group[-1].middle
        if len(group) > 1:
            left, right = left - group[0].width / 3, right + group[-1].width / 3
            painter.setPen(QPen(tokens.quiet, 1))
            corners = [(left, low), (left, low + BRACKET), (right, low + BRACKET), (right, low)]
            painter.drawPolyline([QPointF(x, y) for x, y in corners])
            low += BRACKET
        painter.setPen(tokens.text2)
        painter.setFont(font_of(CAPTION))
        middle = (left + right) / 2
        for number, line in enumerate(_lines(group[0].factor)):
            box = QRectF(middle - 120, low + number * LINE, 240, CAPTION_ROW)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, line)

    def paint_content(self, painter: QPainter, tokens: Tokens) -> None:
        if not self._columns:
            return
        fill_rounded(painter, self.rect().toRectF(), RADIUS, tokens.sunken)
        for column in self._columns:
            self._paint_column(painter, tokens, column)
        for group in self._captions():
            self._paint_caption(painter, tokens, group)


def _lines(factor: Factor) -> list[str]:
    """A caption may say two things, each on a line: from 6, reused."""
    return factor.caption.split(", ")
