"""A sum as a table: one row per term, its numbers in columns, a rule under the last column."""

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QWidget

from engine.numerals import Role
from playground.fonts import BODY, FACTOR, FACTOR_SYMBOL, HINT, font_of, strong
from playground.formula_pieces import Factor, Term
from playground.mathematics import FormulaPictures
from playground.palette import Tokens
from playground.strokes import fill_rounded
from playground.widgets.spots import Pointing, Spot, SpotArea, ink

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

    numbers: tuple[float, ...]
    gaps: tuple[float, ...]
    value: float
    rule: float  # where the rule under the last column begins


class SumTable(SpotArea):
    """The terms of a sum; of more than seven the middle ones are folded until asked for."""

    def __init__(
        self,
        name: str,
        pictures: FormulaPictures,
        parent: QWidget,
        pointing: Pointing | None = None,
    ) -> None:
        super().__init__(name, pictures, pointing, parent)
        self._terms: Sequence[Term] = ()
        self._closing: tuple[Term, ...] = ()
        self._shown: list[Term | None] = []
        self._first = FIRST_ROWS
        self._columns = _Columns((), (), 0.0, 0.0)
        self._longest = 0.0  # no number is wider
        self._line, self._row = ROW, ROW
        self._baseline = ROW * 0.62
        self._small = False

    def show_terms(self, terms: Sequence[Term], closing: Term | None = None) -> None:
        """Show this sum, folded if it is long; only terms that are seen are asked for.

        What is done with the sum in the end, to make it a mean, stands in a `closing` row.
        """
        self._terms = terms
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
        self.refresh("; ".join(words))

    def rows(self) -> list[Term | None]:
        """The rows as they stand; None is the folded middle."""
        return self._shown

    def terms(self) -> list[Term]:
        """The terms that are shown."""
        return [term for term in self._shown if term is not None]

    @property
    def folded(self) -> int:
        """How many terms are not shown."""
        return len(self._terms) + len(self._closing) - len(self.terms())

    def lay_out(self, width: float) -> float:
        """Symbols at the left; numbers right-aligned in columns, counted from the right edge."""
        rows = self.rows()
        factors = [factor for term in self.terms() if not term.name for factor in term.factors]
        missing = [f for f in factors if not self.pictures.ready(f.symbol.latex)]
        self.complete = not missing
        self._fit_symbols(factors)
        self._columns = self._measure(width)
        self.spots = [
            spot
            for place, term in enumerate(rows)
            for spot in self._spots(term, PADDING / 2 + self._row * place)
        ]
        return self._row * len(rows) + PADDING if rows else 0.0

    def _fit_symbols(self, factors: Sequence[Factor]) -> None:
        """A line is as high as the highest fraction in it."""
        extents = [
            self.pictures.extent(f.symbol.latex, f.symbol.plain, FACTOR_SYMBOL) for f in factors
        ]
        above = max((extent.ascent for extent in extents), default=0.0)
        high = above + max((extent.descent for extent in extents), default=0.0)
        self._line = max(ROW, high + AROUND)
        self._baseline = ROW * 0.62 if self._line == ROW else AROUND / 2 + above

    def _measure(self, width: float) -> _Columns:
        """Share the room between the columns.

        Too little of it, and the numbers become smaller; still too little, and rows take two lines.
        """
        symbols = max((self._symbols_end(term) for term in self.terms()), default=0.0)
        line = self._line
        for self._row, self._small in ((line, False), (line, True), (line + SECOND_LINE, True)):
            widths = self._widths()
            gaps = max(1, len(widths) - 1)
            over = (width - PADDING - sum(widths) - symbols - JOINT / 2) / gaps
            if over >= NARROWEST:
                break
        if self._has_two_lines:
            over = (width - 2 * PADDING - sum(widths)) / gaps
        self._longest = (width - 2 * PADDING - gaps * NARROWEST) / max(1, len(widths))
        if over < NARROWEST:
            widths = [min(wide, self._longest) for wide in widths]
            over = (width - 2 * PADDING - sum(widths)) / gaps
        else:
            self._longest = width
        gap = min(WIDEST, max(NARROWEST, over))
        end = width - PADDING
        ends: list[float] = []
        for wide in reversed(widths):
            ends.insert(0, end)
            end -= wide + gap
        middles = [place - wide - gap / 2 for place, wide in zip(ends[1:], widths[1:], strict=True)]
        return _Columns(tuple(ends[:-1]), tuple(middles), ends[-1], ends[-1] - widths[-1] - 8)

    def _fonts(self) -> tuple[QFont, QFont]:
        """The fonts of the factors' numbers and of the values; smaller where room is short."""
        if self._small:
            return font_of(strong(HINT)), font_of(HINT)
        return font_of(FACTOR), font_of(BODY)

    def _widths(self) -> list[float]:
        """How wide each column of numbers is, the values last."""
        numbers, plain = map(QFontMetricsF, self._fonts())
        widths = [0.0] * max((len(term.factors) for term in self.terms()), default=0)
        for term in self.terms():
            for place, factor in enumerate(term.factors, len(widths) - len(term.factors)):
                widths[place] = max(widths[place], numbers.horizontalAdvance(factor.number))
        values = [plain.horizontalAdvance(term.value) for term in self.terms()]
        return [*widths, max(values, default=0.0)]

    def _symbols_end(self, term: Term) -> float:
        if term.name:
            return PADDING + QFontMetricsF(font_of(HINT)).horizontalAdvance(term.name)
        wide = sum(self._symbol_width(factor) + JOINT for factor in term.factors)
        return PADDING + wide - JOINT

    @property
    def _has_two_lines(self) -> bool:
        return self._row > self._line

    def _numbers_row(self, top: float) -> QRectF:
        """Where the numbers of a row stand: beside its symbols, or below them."""
        if not self._has_two_lines:
            return QRectF(0, top, self.width(), self._line)
        return QRectF(0, top + self._row - ROW, self.width(), ROW)

    def _spots(self, term: Term | None, top: float) -> list[Spot]:
        """A number, like its symbol, can be pointed at; the folded middle opens."""
        if term is None:
            return [Spot(QRectF(PADDING, top + 5, 90, ROW - 10), None, Role.FORWARD, self.unfold)]
        metrics = QFontMetricsF(self._fonts()[0])
        spots, left = [], PADDING
        for end, factor in zip(self._ends(term), term.factors, strict=True):
            symbol = factor.symbol
            wide = self._symbol_width(factor)
            if not term.name:
                symbols = QRectF(left, top + 5, wide, self._line - 10)
                spots.append(Spot(symbols, symbol.refers_to, symbol.role))
            number = min(metrics.horizontalAdvance(factor.number), self._longest)
            high = self._numbers_row(top).center().y() - ROW / 2 + 5
            box = QRectF(end - number, high, number, ROW - 10)
            spots.append(Spot(box, symbol.refers_to, symbol.role))
            left += wide + JOINT
        return spots

    def _ends(self, term: Term) -> tuple[float, ...]:
        """The columns of its numbers, the last of all: a bias stands where the weights do."""
        return self._columns.numbers[len(self._columns.numbers) - len(term.factors) :]

    def _symbol_width(self, factor: Factor) -> float:
        return self.pictures.extent(factor.symbol.latex, factor.symbol.plain, FACTOR_SYMBOL).width

    def _paint_term(self, painter: QPainter, tokens: Tokens, term: Term, top: float) -> None:
        if term.name:
            painter.setFont(font_of(HINT))
            first = QRectF(0, top, self.width(), self._line)
            _write(painter, first, PADDING, term.name, tokens.text2, at_right=False)
        else:
            self._paint_symbols(painter, tokens, term, top)
        row, columns = self._numbers_row(top), self._columns
        strong_font, plain_font = self._fonts()
        painter.setFont(strong_font)
        ends = self._ends(term)
        gaps = columns.gaps[len(columns.gaps) - len(ends) :]  # the last of them is before the value
        for place, (end, factor) in enumerate(zip(ends, term.factors, strict=True)):
            color = ink(tokens, factor.symbol.role)
            _write(painter, row, end, self._cut(painter, factor.number), color)
            if place:
                _write_middle(painter, row, gaps[place - 1], factor.joint, tokens.text2)
        painter.setFont(plain_font)
        if term.factors:
            _write_middle(painter, row, columns.gaps[-1], "=", tokens.text2)
        value = self._cut(painter, term.value)
        if term.chosen:
            wide = painter.fontMetrics().horizontalAdvance(value)
            plate = QRectF(columns.value - wide - 6, row.center().y() + 4 - ROW / 2, wide + 12,
                           ROW - 8)  # fmt: skip
            fill_rounded(painter, plate, 6, tokens.fwd_t)
        _write(painter, row, columns.value, value, tokens.fwd if term.chosen else tokens.text)

    def _cut(self, painter: QPainter, number: str) -> str:
        """A number of very many digits ends in dots where the panel is narrow."""
        if painter.fontMetrics().horizontalAdvance(number) <= self._longest:
            return number
        right = Qt.TextElideMode.ElideRight
        return painter.fontMetrics().elidedText(number, right, int(self._longest))

    def _paint_symbols(self, painter: QPainter, tokens: Tokens, term: Term, top: float) -> None:
        left, baseline = PADDING, top + self._baseline
        for place, factor in enumerate(term.factors):
            symbol = factor.symbol
            if place:
                painter.setFont(font_of(FACTOR))
                sign = QRectF(left - JOINT, top, JOINT, self._line)
                painter.setPen(tokens.text2)
                painter.drawText(sign, Qt.AlignmentFlag.AlignCenter, factor.joint)
            origin = QPointF(left, baseline)
            color = ink(tokens, symbol.role)
            self.pictures.paint(painter, symbol.latex, symbol.plain, FACTOR_SYMBOL, color, origin)
            left += self._symbol_width(factor) + JOINT

    def _paint_fold(self, painter: QPainter, tokens: Tokens, top: float) -> None:
        painter.setFont(font_of(HINT))
        row = QRectF(0, top, self.width(), ROW)
        _write(painter, row, PADDING, f"{self.folded} more", tokens.fwd, at_right=False)

    def paint_content(self, painter: QPainter, tokens: Tokens) -> None:
        rows = self.rows()
        if not rows:
            return
        fill_rounded(painter, self.rect().toRectF(), RADIUS, tokens.sunken)
        for place, term in enumerate(rows):
            top = PADDING / 2 + self._row * place
            if term is None:
                self._paint_fold(painter, tokens, top)
            else:
                self._paint_term(painter, tokens, term, top)
        low = self.height() - 0.75
        painter.setPen(QPen(tokens.text, 1.25))
        painter.drawLine(QPointF(self._columns.rule, low), QPointF(self.width() - 8, low))


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


def _spoken(term: Term) -> str:
    factors = " times ".join(f"{f.symbol.plain} {f.number}" for f in term.factors)
    chosen = " (chosen)" if term.chosen else ""
    return f"{term.name} {factors} = {term.value}{chosen}".strip()
