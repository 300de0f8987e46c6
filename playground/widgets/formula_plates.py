"""What goes into a result, in columns: the factors of a product, the terms of a sum."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QPainter,
    QPen,
)

from engine.formulas.terms import Factor, SumRow, TermTable
from engine.numerals import Role
from playground.theme.fonts import (
    BODY,
    CAPTION,
    FACTOR,
    HINT,
    font_of,
    strong,
)
from playground.theme.painting import fill_rounded
from playground.theme.palette import Tokens, role_color
from playground.widgets.formula import Hotspot, HotspotWidget, Laid, spot_of

RADIUS = 8
FACTOR_PADDING = 10.0
FACTOR_JOINT = 14.0  # room for the sign between two columns
STEM, SHORT_STEM, TALL = 12.0, 6.0, 30.0  # a tall symbol has a short stem
STEM_WIDTH = 1.25
NUMBER = 24.0
CAPTION_ROW = 18.0
BRACKET = 5.0
FACTOR_LEADING = 14.0
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


class FactorPlate(HotspotWidget):
    """Columns of symbol, stem, number and caption."""

    laid: _PlateLaid = _PlateLaid()
    _factors: tuple[Factor, ...] = ()

    def show_factors(self, factors: tuple[Factor, ...]) -> None:
        """Show this product."""
        self._factors = factors
        words = (f"{f.symbol.plain} {f.number.plain} {f.caption}".strip() for f in factors)
        self.refresh(", ".join(words), (factor.symbol for factor in factors))

    def lay_out(self, width: float) -> _PlateLaid:
        """Spread the columns over the plate; a row that is too wide goes on below."""
        extents = [self.extent(factor.symbol) for factor in self._factors]
        above = max((extent.ascent for extent in extents), default=0.0)
        below = max((extent.descent for extent in extents), default=0.0) + 3
        stem = SHORT_STEM if above + below > TALL else STEM
        top, columns = FACTOR_PADDING, list[_Column]()
        rows = self._rows(width - FACTOR_PADDING)
        for row in rows:
            columns += self._spread(row, width, top + above)
            more = LINE * (max(len(_lines(factor)) for factor in row) - 1)
            top += above + below + stem + NUMBER + CAPTION_ROW + BRACKET + FACTOR_LEADING + more
        return _PlateLaid(
            height=top - FACTOR_LEADING + FACTOR_PADDING - BRACKET if rows else 0.0,
            spots=tuple(self._spot(column, below + stem) for column in columns),
            columns=tuple(columns), below=below, stem=stem,
        )  # fmt: skip

    def _rows(self, room: float) -> list[list[Factor]]:
        rows: list[list[Factor]] = []
        right = 0.0
        for factor in self._factors:
            right += FACTOR_JOINT + self._wide(factor)
            if not rows or right > room:
                rows.append([])
                right = self._wide(factor)
            rows[-1].append(factor)
        return rows

    def _spread(self, row: list[Factor], width: float, baseline: float) -> list[_Column]:
        """Give each column its own width and an equal share of what is over."""
        widths = [self._wide(factor) for factor in row]
        need = sum(widths) + FACTOR_JOINT * (len(row) - 1) + FACTOR_PADDING
        share = min(44.0, max(0.0, (width - need) / max(1, len(row))))
        left = (width - need - share * len(row)) / 2 + FACTOR_PADDING / 2
        columns = []
        for place, (factor, wide) in enumerate(zip(row, widths, strict=True)):
            middle = left + (wide + share) / 2
            columns.append(_Column(factor, middle, wide, wide + share, baseline, place == 0))
            left += wide + share + FACTOR_JOINT
        return columns

    def _spot(self, column: _Column, to_number: float) -> Hotspot:
        ascent = self.extent(column.factor.symbol).ascent
        left, top = column.middle - column.own / 2, column.baseline - ascent
        box = QRectF(left, top, column.own, ascent + to_number + NUMBER)
        return spot_of(box, column.factor.symbol)

    def _wide(self, factor: Factor) -> float:
        number = QFontMetricsF(font_of(FACTOR)).horizontalAdvance(factor.number.plain)
        metrics = QFontMetricsF(font_of(CAPTION))
        caption = max(metrics.horizontalAdvance(line) for line in _lines(factor))
        sharing = sum(other.caption == factor.caption for other in self._factors)
        if factor.caption and sharing > 1:
            caption /= 2
        return max(self.extent(factor.symbol).width, number, caption)

    def _paint_column(self, painter: QPainter, tokens: Tokens, column: _Column) -> None:
        factor, middle = column.factor, column.middle
        color = role_color(tokens, factor.symbol.role)
        start = QPointF(middle - self.extent(factor.symbol).width / 2, column.baseline)
        self.paint_symbol(painter, factor.symbol, color, start)
        stem = column.baseline + self.laid.below
        foot = stem + self.laid.stem
        painter.setPen(QPen(color, STEM_WIDTH))
        painter.drawLine(QPointF(middle, stem), QPointF(middle, foot))
        painter.setFont(font_of(FACTOR))
        box = QRectF(middle - column.width, foot, 2 * column.width, NUMBER)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, factor.number.plain)
        if not column.first:
            left = middle - column.width / 2 - FACTOR_JOINT / 2
            _write_middle(painter, box, left, factor.operator, tokens.text2)

    def _captions(self) -> list[list[_Column]]:
        """Neighbouring columns that share a caption."""
        alike = groupby(self.laid.columns, lambda c: (c.baseline, c.factor.caption or c.middle))
        return [list(group) for _, group in alike]

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


SUM_PADDING = 12.0
ROW = 30.0
SECOND_LINE = 22.0  # more for a row whose symbols stand above its numbers, where room is short
AROUND = 8.0  # what a line of fractions keeps free above and below them, together
SUM_JOINT = 16.0
NARROWEST, WIDEST = 16.0, 32.0  # the gaps between columns of numbers; = is 9 wide
MOST_ROWS = 7
FIRST_ROWS = 3
MORE_ROWS = 100  # how many are opened at once, so that a large batch stays quick
_VCENTER = Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, kw_only=True)
class _SumLaid(Laid):
    """How high a row is and the line of its symbols, where they stand, and how numbers are set;
    where the columns of numbers end, and the middles of the gaps before them."""

    line: float = ROW
    row: float = ROW
    baseline: float = ROW * 0.62
    small: bool = False
    numbers: tuple[float, ...] = ()
    gaps: tuple[float, ...] = ()
    value: float = 0.0
    rule: float = 0.0  # where the rule under the last column begins
    longest: float = 0.0  # no number is wider

    @property
    def is_two_lines(self) -> bool:
        """Whether the numbers stand below the symbols."""
        return self.row > self.line

    def fonts(self) -> tuple[QFont, QFont]:
        """The fonts of the factors' numbers and of the values; smaller where room is short."""
        if self.small:
            return font_of(strong(HINT)), font_of(HINT)
        return font_of(FACTOR), font_of(BODY)

    def numbers_row(self, top: float, width: float) -> QRectF:
        """Where the numbers of a row stand: beside its symbols, or below them."""
        if not self.is_two_lines:
            return QRectF(0, top, width, self.line)
        return QRectF(0, top + self.row - ROW, width, ROW)

    def ends(self, term: SumRow) -> tuple[float, ...]:
        """The columns of its numbers, the last of all: a bias stands where the weights do."""
        return self.numbers[len(self.numbers) - len(term.factors) :]


class SumTable(HotspotWidget):
    """The terms of a sum; of more than seven the middle ones are folded until asked for."""

    laid: _SumLaid = _SumLaid()
    _terms: Sequence[SumRow] = ()
    _closing: tuple[SumRow, ...] = ()
    _shown: Sequence[SumRow | None] = ()
    _first = FIRST_ROWS

    def show_sum(self, table: TermTable | None) -> None:
        """Show this sum, folded if it is long; only terms that are seen are asked for."""
        self._terms = () if table is None else table.rows
        self._closing = () if table is None or table.closing is None else (table.closing,)
        self._first = FIRST_ROWS
        self._show()

    def unfold(self) -> None:
        """Show more terms: all, unless they are very many."""
        self._first += MORE_ROWS
        self._show()

    def _show(self) -> None:
        if len(self._terms) <= max(MOST_ROWS, self._first + 1):
            self._shown = [*self._terms, *self._closing]
        else:
            first = self._terms[: self._first]
            self._shown = [*first, None, self._terms[-1], *self._closing]
        words = (f"{self.folded} more" if term is None else _spoken(term) for term in self._shown)
        self.refresh("; ".join(words), (factor.symbol for factor in self._named()))

    def rows(self) -> Sequence[SumRow | None]:
        """The rows as they stand; None is the folded middle."""
        return self._shown

    def terms(self) -> list[SumRow]:
        """The terms that are shown."""
        return [term for term in self._shown if term is not None]

    @property
    def folded(self) -> int:
        """How many terms are not shown."""
        return len(self._terms) + len(self._closing) - len(self.terms())

    def _named(self) -> list[Factor]:
        """The factors that are shown with their symbols."""
        return [factor for term in self.terms() if not term.caption for factor in term.factors]

    def lay_out(self, width: float) -> _SumLaid:
        """Symbols at the left; numbers right-aligned in columns, counted from the right edge."""
        laid = self._measure(width)
        spots = [
            spot
            for place, term in enumerate(self._shown)
            for spot in self._spots(term, SUM_PADDING / 2 + laid.row * place, laid)
        ]
        height = laid.row * len(self._shown) + SUM_PADDING if self._shown else 0.0
        return replace(laid, height=height, spots=tuple(spots))

    def _line_and_baseline(self) -> tuple[float, float]:
        """A line is as high as the highest fraction in it."""
        extents = [self.extent(factor.symbol) for factor in self._named()]
        above = max((extent.ascent for extent in extents), default=0.0)
        high = above + max((extent.descent for extent in extents), default=0.0)
        line = max(ROW, high + AROUND)
        return line, ROW * 0.62 if line == ROW else AROUND / 2 + above

    def _measure(self, width: float) -> _SumLaid:
        """Share the room between the columns.

        Too little of it, and the numbers become smaller; still too little, and rows take two lines.
        """
        symbols = max((self._symbols_end(term) for term in self.terms()), default=0.0)
        line, baseline = self._line_and_baseline()
        for high, small in ((line, False), (line, True), (line + SECOND_LINE, True)):
            laid = _SumLaid(line=line, row=high, baseline=baseline, small=small)
            widths = self._widths(laid)
            gaps = max(1, len(widths) - 1)
            over = (width - SUM_PADDING - sum(widths) - symbols - SUM_JOINT / 2) / gaps
            if over >= NARROWEST:
                break
        if laid.is_two_lines:
            over = (width - 2 * SUM_PADDING - sum(widths)) / gaps
        longest = width
        if over < NARROWEST:
            longest = (width - 2 * SUM_PADDING - gaps * NARROWEST) / max(1, len(widths))
            widths = [min(wide, longest) for wide in widths]
            over = (width - 2 * SUM_PADDING - sum(widths)) / gaps
        gap = min(WIDEST, max(NARROWEST, over))
        end, ends = width - SUM_PADDING, list[float]()
        for wide in reversed(widths):
            ends.insert(0, end)
            end -= wide + gap
        middles = [end - wide - gap / 2 for end, wide in zip(ends[1:], widths[1:], strict=True)]
        return replace(
            laid, numbers=tuple(ends[:-1]), gaps=tuple(middles), value=ends[-1],
            rule=ends[-1] - widths[-1] - 8, longest=longest,
        )  # fmt: skip

    def _widths(self, laid: _SumLaid) -> list[float]:
        """How wide each column of numbers is, the values last."""
        numbers, plain = map(QFontMetricsF, laid.fonts())
        widths = [0.0] * max((len(term.factors) for term in self.terms()), default=0)
        for term in self.terms():
            for place, factor in enumerate(term.factors, len(widths) - len(term.factors)):
                wide = numbers.horizontalAdvance(factor.number.plain)
                widths[place] = max(widths[place], wide)
        values = [plain.horizontalAdvance(term.result.plain) for term in self.terms()]
        return [*widths, max(values, default=0.0)]

    def _symbols_end(self, term: SumRow) -> float:
        if term.caption:
            return SUM_PADDING + QFontMetricsF(font_of(HINT)).horizontalAdvance(term.caption)
        wide = sum(self.extent(factor.symbol).width + SUM_JOINT for factor in term.factors)
        return SUM_PADDING + wide - SUM_JOINT

    def _spots(self, term: SumRow | None, top: float, laid: _SumLaid) -> Iterator[Hotspot]:
        """A number, like its symbol, can be pointed at; the folded middle opens."""
        if term is None:
            box = QRectF(SUM_PADDING, top + 5, 90, ROW - 10)
            yield Hotspot(box, None, Role.FORWARD, self.unfold)
            return
        metrics, left = QFontMetricsF(laid.fonts()[0]), SUM_PADDING
        high = laid.numbers_row(top, 0).center().y() - ROW / 2 + 5
        for end, factor in zip(laid.ends(term), term.factors, strict=True):
            wide = self.extent(factor.symbol).width
            if not term.caption:
                yield spot_of(QRectF(left, top + 5, wide, laid.line - 10), factor.symbol)
            number = min(metrics.horizontalAdvance(factor.number.plain), laid.longest)
            yield spot_of(QRectF(end - number, high, number, ROW - 10), factor.symbol)
            left += wide + SUM_JOINT

    def _paint_term(self, painter: QPainter, tokens: Tokens, term: SumRow, top: float) -> None:
        laid = self.laid
        if term.caption:
            painter.setFont(font_of(HINT))
            first = QRectF(0, top, self.width(), laid.line)
            _write(painter, first, SUM_PADDING, term.caption, tokens.text2, at_right=False)
        else:
            self._paint_symbols(painter, tokens, term, top)
        row = laid.numbers_row(top, self.width())
        strong_font, plain_font = laid.fonts()
        painter.setFont(strong_font)
        ends = laid.ends(term)
        gaps = laid.gaps[len(laid.gaps) - len(ends) :]  # the last of them is before the value
        for place, (end, factor) in enumerate(zip(ends, term.factors, strict=True)):
            color = role_color(tokens, factor.symbol.role)
            _write(painter, row, end, self._cut(painter, factor.number.plain), color)
            if place:
                _write_middle(painter, row, gaps[place - 1], factor.operator, tokens.text2)
        painter.setFont(plain_font)
        if term.factors:
            _write_middle(painter, row, laid.gaps[-1], "=", tokens.text2)
        value = self._cut(painter, term.result.plain)
        if term.chosen:
            wide = painter.fontMetrics().horizontalAdvance(value)
            plate = QRectF(laid.value - wide - 6, row.center().y() + 4 - ROW / 2, wide + 12,
                           ROW - 8)  # fmt: skip
            fill_rounded(painter, plate, 6, tokens.fwd_t)
        _write(painter, row, laid.value, value, tokens.fwd if term.chosen else tokens.text)

    def _cut(self, painter: QPainter, number: str) -> str:
        """A number of very many digits ends in dots where the panel is narrow."""
        metrics, longest = painter.fontMetrics(), self.laid.longest
        if metrics.horizontalAdvance(number) <= longest:
            return number
        return metrics.elidedText(number, Qt.TextElideMode.ElideRight, int(longest))

    def _paint_symbols(self, painter: QPainter, tokens: Tokens, term: SumRow, top: float) -> None:
        left, baseline = SUM_PADDING, top + self.laid.baseline
        line = QRectF(0, top, self.width(), self.laid.line)
        for place, factor in enumerate(term.factors):
            if place:
                painter.setFont(font_of(FACTOR))
                middle = left - SUM_JOINT / 2
                _write_middle(painter, line, middle, factor.operator, tokens.text2)
            color = role_color(tokens, factor.symbol.role)
            self.paint_symbol(painter, factor.symbol, color, QPointF(left, baseline))
            left += self.extent(factor.symbol).width + SUM_JOINT

    def _paint_fold(self, painter: QPainter, tokens: Tokens, top: float) -> None:
        painter.setFont(font_of(HINT))
        row = QRectF(0, top, self.width(), ROW)
        _write(painter, row, SUM_PADDING, f"{self.folded} more", tokens.fwd, at_right=False)

    def paint_content(self, painter: QPainter, tokens: Tokens) -> None:
        if not self._shown:
            return
        fill_rounded(painter, self.rect().toRectF(), RADIUS, tokens.sunken)
        for place, term in enumerate(self._shown):
            top = SUM_PADDING / 2 + self.laid.row * place
            if term is None:
                self._paint_fold(painter, tokens, top)
            else:
                self._paint_term(painter, tokens, term, top)
        low = self.height() - 0.75
        painter.setPen(QPen(tokens.text, 1.25))
        painter.drawLine(QPointF(self.laid.rule, low), QPointF(self.width() - 8, low))


def _write(
    painter: QPainter, row: QRectF, x: float, text: str, color: QColor, at_right: bool = True
) -> None:
    """Text that ends (or begins) at x in the middle of a row."""
    wide = painter.fontMetrics().horizontalAdvance(text) + 2
    left = x - wide + 2 if at_right else x
    painter.setPen(color)
    painter.drawText(QRectF(left, row.top(), wide, row.height()), _VCENTER, text)


def _write_middle(painter: QPainter, row: QRectF, x: float, text: str, color: QColor) -> None:
    """A sign in the middle of a gap."""
    painter.setPen(color)
    box = QRectF(x - WIDEST / 2, row.top(), WIDEST, row.height())
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


def _spoken(term: SumRow) -> str:
    factors = " times ".join(f"{f.symbol.plain} {f.number.plain}" for f in term.factors)
    chosen = " (chosen)" if term.chosen else ""
    return f"{term.caption} {factors} = {term.result.plain}{chosen}".strip()
