"""A sum as a table: one row per term, its numbers in columns, a rule under the last column."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QWidget

from engine.formulas import Factor, SumRow, TermTable
from engine.numerals import Role
from playground.theme.fonts import BODY, FACTOR, FACTOR_SYMBOL, HINT, font_of, strong
from playground.theme.formula_pictures import FormulaPictures
from playground.theme.painting import fill_rounded
from playground.theme.palette import Tokens, role_color
from playground.widgets.spots import Laid, Pointing, Spot, SpotArea, spot_of

RADIUS = 8
PADDING = 12.0
ROW = 30.0
SECOND_LINE = 22.0  # more for a row whose symbols stand above its numbers, where room is short
AROUND = 8.0  # what a line of fractions keeps free above and below them, together
JOINT = 16.0
NARROWEST, WIDEST = 16.0, 32.0  # the gaps between columns of numbers; = is 9 wide
MOST_ROWS = 7
FIRST_ROWS = 3
MORE_ROWS = 100  # how many are opened at once, so that a large batch stays quick
_VCENTER = Qt.AlignmentFlag.AlignVCenter


class _Columns(NamedTuple):
    """Where the columns of numbers end, and the middles of the gaps before them."""

    numbers: tuple[float, ...] = ()
    gaps: tuple[float, ...] = ()
    value: float = 0.0
    rule: float = 0.0  # where the rule under the last column begins
    longest: float = 0.0  # no number is wider


class _Lines(NamedTuple):
    """How high a row is and the line of its symbols, where they stand, and how numbers are set."""

    line: float = ROW
    row: float = ROW
    baseline: float = ROW * 0.62
    small: bool = False

    @property
    def are_two(self) -> bool:
        """Whether the numbers stand below the symbols."""
        return self.row > self.line

    def fonts(self) -> tuple[QFont, QFont]:
        """The fonts of the factors' numbers and of the values; smaller where room is short."""
        if self.small:
            return font_of(strong(HINT)), font_of(HINT)
        return font_of(FACTOR), font_of(BODY)

    def numbers(self, top: float, width: float) -> QRectF:
        """Where the numbers of a row stand: beside its symbols, or below them."""
        if not self.are_two:
            return QRectF(0, top, width, self.line)
        return QRectF(0, top + self.row - ROW, width, ROW)


@dataclass(frozen=True, kw_only=True)
class _SumLaid(Laid):
    """The rows of a sum and their columns."""

    lines: _Lines = field(default_factory=_Lines)
    columns: _Columns = field(default_factory=_Columns)


class SumTable(SpotArea):
    """The terms of a sum; of more than seven the middle ones are folded until asked for."""

    laid: _SumLaid = _SumLaid()

    def __init__(
        self,
        name: str,
        pictures: FormulaPictures,
        parent: QWidget,
        pointing: Pointing | None = None,
    ) -> None:
        super().__init__(name, pictures, pointing, parent)
        self._terms: Sequence[SumRow] = ()
        self._closing: tuple[SumRow, ...] = ()
        self._shown: list[SumRow | None] = []
        self._first = FIRST_ROWS

    def show_sum(self, table: TermTable | None) -> None:
        """Show this sum, folded if it is long; only terms that are seen are asked for."""
        self._terms = () if table is None else table.rows
        closing = None if table is None else table.closing
        self._closing = () if closing is None else (closing,)
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

    def rows(self) -> list[SumRow | None]:
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
        lines, columns = self._measure(width)
        spots = [
            spot
            for place, term in enumerate(self._shown)
            for spot in self._spots(term, PADDING / 2 + lines.row * place, lines, columns)
        ]
        height = lines.row * len(self._shown) + PADDING if self._shown else 0.0
        return _SumLaid(height=height, spots=tuple(spots), lines=lines, columns=columns)

    def _line_and_baseline(self) -> tuple[float, float]:
        """A line is as high as the highest fraction in it."""
        extents = [
            self.pictures.extent(f.symbol.latex, f.symbol.plain, FACTOR_SYMBOL)
            for f in self._named()
        ]
        above = max((extent.ascent for extent in extents), default=0.0)
        high = above + max((extent.descent for extent in extents), default=0.0)
        line = max(ROW, high + AROUND)
        return line, ROW * 0.62 if line == ROW else AROUND / 2 + above

    def _measure(self, width: float) -> tuple[_Lines, _Columns]:
        """Share the room between the columns.

        Too little of it, and the numbers become smaller; still too little, and rows take two lines.
        """
        symbols = max((self._symbols_end(term) for term in self.terms()), default=0.0)
        line, baseline = self._line_and_baseline()
        for high, small in ((line, False), (line, True), (line + SECOND_LINE, True)):
            lines = _Lines(line, high, baseline, small)
            widths = self._widths(lines)
            gaps = max(1, len(widths) - 1)
            over = (width - PADDING - sum(widths) - symbols - JOINT / 2) / gaps
            if over >= NARROWEST:
                break
        if lines.are_two:
            over = (width - 2 * PADDING - sum(widths)) / gaps
        longest = width
        if over < NARROWEST:
            longest = (width - 2 * PADDING - gaps * NARROWEST) / max(1, len(widths))
            widths = [min(wide, longest) for wide in widths]
            over = (width - 2 * PADDING - sum(widths)) / gaps
        return lines, _columns(widths, min(WIDEST, max(NARROWEST, over)), width - PADDING, longest)

    def _widths(self, lines: _Lines) -> list[float]:
        """How wide each column of numbers is, the values last."""
        numbers, plain = map(QFontMetricsF, lines.fonts())
        widths = [0.0] * max((len(term.factors) for term in self.terms()), default=0)
        for term in self.terms():
            for place, factor in enumerate(term.factors, len(widths) - len(term.factors)):
                wide = numbers.horizontalAdvance(factor.number.plain)
                widths[place] = max(widths[place], wide)
        values = [plain.horizontalAdvance(term.result.plain) for term in self.terms()]
        return [*widths, max(values, default=0.0)]

    def _symbols_end(self, term: SumRow) -> float:
        if term.caption:
            return PADDING + QFontMetricsF(font_of(HINT)).horizontalAdvance(term.caption)
        wide = sum(self._symbol_width(factor) + JOINT for factor in term.factors)
        return PADDING + wide - JOINT

    def _spots(
        self, term: SumRow | None, top: float, lines: _Lines, columns: _Columns
    ) -> Iterator[Spot]:
        """A number, like its symbol, can be pointed at; the folded middle opens."""
        if term is None:
            yield Spot(QRectF(PADDING, top + 5, 90, ROW - 10), None, Role.FORWARD, self.unfold)
            return
        metrics, left = QFontMetricsF(lines.fonts()[0]), PADDING
        high = lines.numbers(top, 0).center().y() - ROW / 2 + 5
        for end, factor in zip(_ends(columns, term), term.factors, strict=True):
            wide = self._symbol_width(factor)
            if not term.caption:
                yield spot_of(QRectF(left, top + 5, wide, lines.line - 10), factor.symbol)
            number = min(metrics.horizontalAdvance(factor.number.plain), columns.longest)
            yield spot_of(QRectF(end - number, high, number, ROW - 10), factor.symbol)
            left += wide + JOINT

    def _symbol_width(self, factor: Factor) -> float:
        return self.pictures.extent(factor.symbol.latex, factor.symbol.plain, FACTOR_SYMBOL).width

    def _paint_term(self, painter: QPainter, tokens: Tokens, term: SumRow, top: float) -> None:
        lines, columns = self.laid.lines, self.laid.columns
        if term.caption:
            painter.setFont(font_of(HINT))
            first = QRectF(0, top, self.width(), lines.line)
            _write(painter, first, PADDING, term.caption, tokens.text2, at_right=False)
        else:
            self._paint_symbols(painter, tokens, term, top)
        row = lines.numbers(top, self.width())
        strong_font, plain_font = lines.fonts()
        painter.setFont(strong_font)
        ends = _ends(columns, term)
        gaps = columns.gaps[len(columns.gaps) - len(ends) :]  # the last of them is before the value
        for place, (end, factor) in enumerate(zip(ends, term.factors, strict=True)):
            color = role_color(tokens, factor.symbol.role)
            _write(painter, row, end, self._cut(painter, factor.number.plain), color)
            if place:
                _write_middle(painter, row, gaps[place - 1], factor.operator, tokens.text2)
        painter.setFont(plain_font)
        if term.factors:
            _write_middle(painter, row, columns.gaps[-1], "=", tokens.text2)
        value = self._cut(painter, term.result.plain)
        if term.chosen:
            wide = painter.fontMetrics().horizontalAdvance(value)
            plate = QRectF(columns.value - wide - 6, row.center().y() + 4 - ROW / 2, wide + 12,
                           ROW - 8)  # fmt: skip
            fill_rounded(painter, plate, 6, tokens.fwd_t)
        _write(painter, row, columns.value, value, tokens.fwd if term.chosen else tokens.text)

    def _cut(self, painter: QPainter, number: str) -> str:
        """A number of very many digits ends in dots where the panel is narrow."""
        metrics, longest = painter.fontMetrics(), self.laid.columns.longest
        if metrics.horizontalAdvance(number) <= longest:
            return number
        return metrics.elidedText(number, Qt.TextElideMode.ElideRight, int(longest))

    def _paint_symbols(self, painter: QPainter, tokens: Tokens, term: SumRow, top: float) -> None:
        left, baseline = PADDING, top + self.laid.lines.baseline
        for place, factor in enumerate(term.factors):
            symbol = factor.symbol
            if place:
                painter.setFont(font_of(FACTOR))
                sign = QRectF(left - JOINT, top, JOINT, self.laid.lines.line)
                painter.setPen(tokens.text2)
                painter.drawText(sign, Qt.AlignmentFlag.AlignCenter, factor.operator)
            origin = QPointF(left, baseline)
            color = role_color(tokens, symbol.role)
            self.pictures.paint(painter, symbol.latex, symbol.plain, FACTOR_SYMBOL, color, origin)
            left += self._symbol_width(factor) + JOINT

    def _paint_fold(self, painter: QPainter, tokens: Tokens, top: float) -> None:
        painter.setFont(font_of(HINT))
        row = QRectF(0, top, self.width(), ROW)
        _write(painter, row, PADDING, f"{self.folded} more", tokens.fwd, at_right=False)

    def paint_content(self, painter: QPainter, tokens: Tokens) -> None:
        if not self._shown:
            return
        fill_rounded(painter, self.rect().toRectF(), RADIUS, tokens.sunken)
        for place, term in enumerate(self._shown):
            top = PADDING / 2 + self.laid.lines.row * place
            if term is None:
                self._paint_fold(painter, tokens, top)
            else:
                self._paint_term(painter, tokens, term, top)
        low = self.height() - 0.75
        painter.setPen(QPen(tokens.text, 1.25))
        painter.drawLine(QPointF(self.laid.columns.rule, low), QPointF(self.width() - 8, low))


def _columns(widths: list[float], gap: float, right: float, longest: float) -> _Columns:
    """Columns of these widths that end at the right."""
    end, ends = right, list[float]()
    for wide in reversed(widths):
        ends.insert(0, end)
        end -= wide + gap
    gaps = [place - wide - gap / 2 for place, wide in zip(ends[1:], widths[1:], strict=True)]
    return _Columns(tuple(ends[:-1]), tuple(gaps), ends[-1], ends[-1] - widths[-1] - 8, longest)


def _ends(columns: _Columns, term: SumRow) -> tuple[float, ...]:
    """The columns of its numbers, the last of all: a bias stands where the weights do."""
    return columns.numbers[len(columns.numbers) - len(term.factors) :]


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
