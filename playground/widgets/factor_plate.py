"""A product taken apart: under each symbol its number and what it is, on a sunken plate."""

from dataclasses import dataclass
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QWidget

from engine.formulas import Factor
from playground.theme.fonts import CAPTION, FACTOR, FACTOR_SYMBOL, font_of
from playground.theme.formula_pictures import Extent, FormulaPictures
from playground.theme.painting import fill_rounded
from playground.theme.palette import Tokens, role_color
from playground.widgets.spots import Laid, Pointing, Spot, SpotArea, spot_of

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
    """A factor in its place: the middle of its column, how wide it is itself and with its share of
    what is over, its row's symbol baseline."""

    factor: Factor
    middle: float
    own: float
    width: float
    baseline: float
    first: bool


@dataclass(frozen=True, kw_only=True)
class _PlateLaid(Laid):
    """The columns; `below` is from the symbols' baseline down to the stems."""

    columns: tuple[_Column, ...] = ()
    below: float = 0.0
    stem: float = STEM


class FactorPlate(SpotArea):
    """Columns of symbol, stem, number and caption."""

    laid: _PlateLaid = _PlateLaid()

    def __init__(
        self,
        name: str,
        pictures: FormulaPictures,
        parent: QWidget,
        pointing: Pointing | None = None,
    ) -> None:
        super().__init__(name, pictures, pointing, parent)
        self._factors: tuple[Factor, ...] = ()

    def show_factors(self, factors: tuple[Factor, ...]) -> None:
        """Show this product."""
        self._factors = factors
        words = (f"{f.symbol.plain} {f.number.plain} {f.caption}".strip() for f in factors)
        self.refresh(", ".join(words), (factor.symbol for factor in factors))

    def lay_out(self, width: float) -> _PlateLaid:
        """Spread the columns over the plate; a row that is too wide goes on below."""
        extents = [self._symbol(factor) for factor in self._factors]
        above = max((extent.ascent for extent in extents), default=0.0)
        below = max((extent.descent for extent in extents), default=0.0) + 3
        stem = SHORT_STEM if above + below > TALL else STEM
        top, columns = PADDING, list[_Column]()
        rows = self._rows(width - PADDING)
        for row in rows:
            columns += self._spread(row, width, top + above)
            more = LINE * (max(len(_lines(factor)) for factor in row) - 1)
            top += above + below + stem + NUMBER + CAPTION_ROW + BRACKET + LEADING + more
        return _PlateLaid(
            height=top - LEADING + PADDING - BRACKET if rows else 0.0,
            spots=tuple(self._spot(column, below + stem) for column in columns),
            columns=tuple(columns), below=below, stem=stem,
        )  # fmt: skip

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

    def _spread(self, row: list[Factor], width: float, baseline: float) -> list[_Column]:
        """Give each column its own width and an equal share of what is over."""
        widths = [self._wide(factor) for factor in row]
        need = sum(widths) + JOINT * (len(row) - 1) + PADDING
        share = min(44.0, max(0.0, (width - need) / max(1, len(row))))
        left = (width - need - share * len(row)) / 2 + PADDING / 2
        columns = []
        for place, (factor, wide) in enumerate(zip(row, widths, strict=True)):
            middle = left + (wide + share) / 2
            columns.append(_Column(factor, middle, wide, wide + share, baseline, place == 0))
            left += wide + share + JOINT
        return columns

    def _spot(self, column: _Column, to_number: float) -> Spot:
        ascent = self._symbol(column.factor).ascent
        left, top = column.middle - column.own / 2, column.baseline - ascent
        box = QRectF(left, top, column.own, ascent + to_number + NUMBER)
        return spot_of(box, column.factor.symbol)

    def _symbol(self, factor: Factor) -> Extent:
        return self.pictures.extent(factor.symbol.latex, factor.symbol.plain, FACTOR_SYMBOL)

    def _wide(self, factor: Factor) -> float:
        number = QFontMetricsF(font_of(FACTOR)).horizontalAdvance(factor.number.plain)
        metrics = QFontMetricsF(font_of(CAPTION))
        caption = max(metrics.horizontalAdvance(line) for line in _lines(factor))
        if self._shared(factor):
            caption /= 2
        return max(self._symbol(factor).width, number, caption)

    def _shared(self, factor: Factor) -> bool:
        return bool(factor.caption) and sum(f.caption == factor.caption for f in self._factors) > 1

    def _paint_column(self, painter: QPainter, tokens: Tokens, column: _Column) -> None:
        factor, middle = column.factor, column.middle
        color = role_color(tokens, factor.symbol.role)
        start = QPointF(middle - self._symbol(factor).width / 2, column.baseline)
        symbol = factor.symbol
        self.pictures.paint(painter, symbol.latex, symbol.plain, FACTOR_SYMBOL, color, start)
        stem = column.baseline + self.laid.below
        foot = stem + self.laid.stem
        painter.setPen(QPen(color, STEM_WIDTH))
        painter.drawLine(QPointF(middle, stem), QPointF(middle, foot))
        painter.setFont(font_of(FACTOR))
        box = QRectF(middle - column.width, foot, 2 * column.width, NUMBER)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, factor.number.plain)
        if not column.first:
            painter.setPen(tokens.text2)
            sign = QRectF(middle - column.width / 2 - JOINT, box.top(), JOINT, NUMBER)
            painter.drawText(sign, Qt.AlignmentFlag.AlignCenter, factor.operator)

    def _captions(self) -> list[list[_Column]]:
        """Neighbouring columns that share a caption."""
        groups: list[list[_Column]] = []
        for column in self.laid.columns:
            last = groups[-1][-1] if groups else None
            same = last is not None and last.factor.caption == column.factor.caption
            if same and column.factor.caption and not column.first:
                groups[-1].append(column)
            else:
                groups.append([column])
        return groups

    def _paint_caption(self, painter: QPainter, tokens: Tokens, group: list[_Column]) -> None:
        low = group[0].baseline + self.laid.below + self.laid.stem + NUMBER
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
        if not self.laid.columns:
            return
        fill_rounded(painter, self.rect().toRectF(), RADIUS, tokens.sunken)
        for column in self.laid.columns:
            self._paint_column(painter, tokens, column)
        for group in self._captions():
            self._paint_caption(painter, tokens, group)


def _lines(factor: Factor) -> list[str]:
    """A caption may say two things, each on a line: from 6, reused."""
    return factor.caption.split(", ")
