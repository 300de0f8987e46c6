"""Formulas as widgets, over one base whose parts can be pointed at.

Each area says once, in `lay_out`, what stands where: what is painted, and what can be pointed at.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import NamedTuple

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QFocusEvent,
    QFontMetrics,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.formulas.terms import Factor, Piece, Ref, SumRow, TermTable
from engine.numerals import MINUS, NumberRole
from playground.theme.fonts import (
    BODY,
    CAPTION,
    FACTOR,
    FACTOR_SYMBOL,
    HINT,
    RESULT,
    RESULT_SYMBOL,
    STEP_TITLE,
    SYMBOLS_LINE,
    SYMBOLS_SMALLEST,
    Face,
    font_of,
    strong,
)
from playground.theme.formula_pictures import Extent, FormulaPictures
from playground.theme.painting import fill_rounded, painted, rim_rounded
from playground.theme.palette import Tokens, role_color, role_token, token
from playground.widgets.plain_text import set_tip

UNDERLINE = 2
NOWHERE = ("rate", "setting", "state")  # no number on the canvas stands for these
TIP = "what you point at is shown where it comes from; arrows move, Enter or a click goes there."
PLATE_RADIUS = 8

_CENTER, _MIDDLE = Qt.AlignmentFlag.AlignCenter, Qt.AlignmentFlag.AlignVCenter


class Hotspot(NamedTuple):
    """A part that can be pointed at, and what it speaks of."""

    box: QRectF
    refers_to: Ref | None
    role: NumberRole | None
    act: Callable[[], None] | None = None  # for a part that does something of its own


class Pointing(NamedTuple):
    """What to call when a part is pointed at (None: no longer) and when it is chosen."""

    pointed: Callable[[Ref | None], None]
    chosen: Callable[[Ref], None]


@dataclass(slots=True)
class Laid:
    """What stands where in an area of some width; colours are the names of tokens."""

    height: float = 0.0
    spots: list[Hotspot] = field(default_factory=list)
    marks: list[Callable[[QPainter, Tokens], None]] = field(default_factory=list)

    def spot(self, box: QRectF, piece: Piece) -> None:
        """The place of a symbol or a number."""
        somewhere = piece.refers is not None and piece.refers.kind not in NOWHERE
        self.spots.append(Hotspot(box, piece.refers if somewhere else None, piece.role))

    def write(
        self, box: QRectF, text: str, face: Face, color: str, align: Qt.AlignmentFlag = _CENTER
    ) -> None:
        def paint(painter: QPainter, tokens: Tokens) -> None:
            painter.setFont(font_of(face))
            painter.setPen(token(tokens, color))
            painter.drawText(box, align, text)

        self.marks.append(paint)

    def write_before(self, row: QRectF, x: float, text: str, face: Face, color: str) -> None:
        """Text that ends at x in the middle of a row."""
        wide = QFontMetrics(font_of(face)).horizontalAdvance(text) + 2
        self.write(QRectF(x - wide + 2, row.top(), wide, row.height()), text, face, color, _MIDDLE)

    def write_after(self, row: QRectF, x: float, text: str, face: Face, color: str) -> None:
        wide = QFontMetrics(font_of(face)).horizontalAdvance(text) + 2
        self.write(QRectF(x, row.top(), wide, row.height()), text, face, color, _MIDDLE)

    def write_sign(self, row: QRectF, x: float, sign: str, face: Face) -> None:
        """An operator in the middle of a gap."""
        box = QRectF(x - WIDEST / 2, row.top(), WIDEST, row.height())
        self.write(box, sign, face, "text2")

    def line(self, color: str, width: float, *corners: tuple[float, float]) -> None:
        def paint(painter: QPainter, tokens: Tokens) -> None:
            painter.setPen(QPen(token(tokens, color), width))
            points = [QPointF(x, y) for x, y in corners]
            if len(points) == 2:
                painter.drawLine(*points)  # a polyline of two points is set half a pixel beside
            else:
                painter.drawPolyline(points)

        self.marks.append(paint)


class HotspotWidget(QWidget):
    """Keeps the spots, the one pointed at, and the keyboard's way through them."""

    plated = False  # whether it stands on a tinted plate

    def __init__(
        self,
        name: str,
        pictures: FormulaPictures,
        parent: QWidget,
        pointing: Pointing | None = None,
        margin: int = 0,
        pixels: int = SYMBOLS_LINE,
    ) -> None:
        super().__init__(parent)
        self._name, self.pictures, self._pointing = name, pictures, pointing
        self.margin = margin  # room at both sides for the ring round a piece
        self.pixels = pixels  # how large a line of symbols is set where there is room
        self._at: int | None = None
        self._symbols: tuple[Piece, ...] = ()
        self._laid = Laid()
        self.spots: Sequence[Hotspot] = ()  # the parts that can be pointed at, as they are laid out
        self._heights: dict[int, int] = {}  # what it would take in other widths
        self.complete = True  # whether every formula's picture is there
        self.setProperty("ownRing", True)
        self.setMouseTracking(True)
        self.setAccessibleName(name)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        pictures.follow(self.take_pictures)

    def lay_out(self, width: float) -> Laid:
        """What stands where within this width; nothing is changed, it may only be tried."""
        raise NotImplementedError

    def extent(self, piece: Piece, pixels: int = FACTOR_SYMBOL) -> Extent:
        return self.pictures.extent(piece.latex, piece.plain, pixels)

    def put_symbol(
        self, laid: Laid, symbol: Piece, x: float, baseline: float, pixels: int = FACTOR_SYMBOL,
        color: str = "",
    ) -> None:  # fmt: skip
        """A symbol with its left end here, in the colour of what it is or in another."""
        color, origin = color or role_token(symbol.role), QPointF(x, baseline)
        laid.marks.append(
            lambda painter, tokens: self.pictures.paint(
                painter, symbol.latex, symbol.plain, pixels, token(tokens, color), origin
            )
        )

    def refresh(self, spoken: str, symbols: Iterable[Piece]) -> None:
        """The content is another: lay it out, whole when the pictures of all symbols are there;
        `spoken` is what a screen reader says."""
        self._point_at(None)
        self.setAccessibleName(f"{self._name}: {spoken}")
        self._symbols = tuple(symbols)
        self._place()
        live = any(map(self._is_live, self.spots))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if live else Qt.FocusPolicy.NoFocus)
        set_tip(self, f"{self._name}: {TIP}" if live else "")

    def take_pictures(self) -> None:
        """A formula was drawn; if one of ours was missing, see whether it was that one."""
        if not self.complete:
            self._place()

    def _spot_at(self, place: QPointF) -> int | None:
        """The part under the mouse that speaks of something."""
        for index, spot in enumerate(self.spots):
            if self._is_live(spot) and spot.box.adjusted(-2, -4, 2, 4).contains(place):
                return index
        return None

    def _is_live(self, spot: Hotspot) -> bool:
        speaks = spot.refers_to is not None and self._pointing is not None
        return speaks or spot.act is not None

    def _place(self) -> None:
        self._heights.clear()
        missing = [piece for piece in self._symbols if not self.pictures.ready(piece.latex)]
        self.complete = not missing
        self._laid = self.lay_out(self.width())
        self.spots = self._laid.spots
        self.setMinimumHeight(self.heightForWidth(self.width()))
        self.updateGeometry()
        self.update()

    def _point_at(self, index: int | None) -> None:
        if index == self._at:
            return
        self._at = index
        self.setCursor(
            Qt.CursorShape.ArrowCursor if index is None else Qt.CursorShape.PointingHandCursor
        )
        if self._pointing is not None:
            self._pointing.pointed(None if index is None else self.spots[index].refers_to)
        self.update()

    def _choose(self) -> None:
        if self._at is None:
            return
        spot = self.spots[self._at]
        if spot.act is not None:
            spot.act()
        elif self._pointing is not None and spot.refers_to is not None:
            self._pointing.chosen(spot.refers_to)

    def _turn_to(self, turn: int) -> None:
        """Point at the next part in this direction that speaks of something."""
        live = [index for index, spot in enumerate(self.spots) if self._is_live(spot)]
        if live:
            at = live.index(self._at) + turn if self._at in live else 0
            self._point_at(live[min(max(at, 0), len(live) - 1)])

    def heightForWidth(self, width: int) -> int:
        """Qt asks many times over before it has placed everything."""
        if width not in self._heights:
            laid = self._laid if width == self.width() else self.lay_out(width)
            self._heights[width] = round(laid.height + 0.49)
        return self._heights[width]

    def sizeHint(self) -> QSize:
        return QSize(240, self.minimumHeight())

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.minimumHeight())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._place()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self._turn_to(0)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._point_at(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Up):
            self._turn_to(-1)
        elif event.key() in (Qt.Key.Key_Right, Qt.Key.Key_Down):
            self._turn_to(1)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._choose()
        else:
            super().keyPressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point_at(self._spot_at(event.position()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._point_at(self._spot_at(event.position()))
        if event.button() == Qt.MouseButton.LeftButton:
            self._choose()

    def leaveEvent(self, event: QEvent) -> None:
        self._point_at(None)

    def paintEvent(self, event: QPaintEvent) -> None:
        with painted(self) as (painter, tokens):
            if self.plated and self._laid.marks:
                fill_rounded(painter, self.rect().toRectF(), PLATE_RADIUS, tokens.sunken)
            for mark in self._laid.marks:
                mark(painter, tokens)
            if self._at is None:
                return
            box, _, role, _ = self.spots[self._at]
            line = QRectF(box.left(), box.bottom() + 1, box.width(), UNDERLINE)
            painter.fillRect(line, role_color(tokens, role))
            if self.hasFocus():
                ring = box.adjusted(-5, -4, 5, 5).intersected(self.rect().toRectF())
                rim_rounded(painter, ring, 6, QPen(tokens.fwd, 2))


GAP = 0.22  # em between pieces
AROUND_EQUALS = 0.32
INDENT = 1.4  # em before a continued line
LEADING = 8.0
TOP, BOTTOM = 4.0, 6.0  # room for the ring, and for the line under a piece
SPACES = (r"\,", "")
OPERATORS = ("+", MINUS, "·", "/", "≠")

_OPENS = re.compile(r"[(\[|]$")
_CLOSES = re.compile(r"^[)\]|,²^]")

_Run = list[tuple[Piece, bool]]  # pieces that stay together; which of them follow without a gap
_Line = list[tuple[Piece, Extent, float]]  # and where each of them begins


def _runs(pieces: Sequence[Piece]) -> list[_Run]:
    """Parentheses stay with what they hold; a break may come before an operator, and before each
    further equals sign."""
    runs: list[_Run] = []
    open_end, starts, equals = False, True, False
    for piece in pieces:
        plain = piece.plain.strip()
        if piece.latex.strip() in SPACES:
            continue
        is_sign = starts and plain == MINUS
        may_break = (plain in OPERATORS and not is_sign) or (plain == "=" and equals)
        if may_break or not runs:
            runs.append([])
        tight = open_end or _CLOSES.match(plain) is not None
        runs[-1].append((replace(piece, plain=plain), tight))
        open_end = is_sign or _OPENS.search(plain) is not None
        starts = open_end or plain == "="
        equals = equals or plain == "="
    return runs


def _end(line: _Line) -> float:
    _, extent, x = line[-1]
    return x + extent.width


class FormulaRow(HotspotWidget):
    """The line of symbols of a step: all of it is painted at once, or nothing."""

    _runs: Sequence[_Run] = ()

    def show_pieces(self, pieces: Sequence[Piece]) -> None:
        self._runs = _runs(pieces)
        shown = [piece for run in self._runs for piece, _ in run]
        self.refresh(" ".join(piece.plain for piece in shown), shown)

    def lay_out(self, width: float) -> Laid:
        """Break before operators; only what still does not fit is set smaller, never below 15."""
        room = width - self.margin
        for pixels in range(self.pixels, SYMBOLS_SMALLEST - 1, -1):
            lines = self._break(room, pixels)
            if all(_end(line) <= room for line in lines):
                break
        laid, top = Laid(), TOP
        for line in lines:
            ascent = max(extent.ascent for _, extent, _ in line)
            for piece, extent, x in line:
                tall = extent.ascent + extent.descent
                box = QRectF(x, top + ascent - extent.ascent, extent.width, tall)
                laid.spot(box, piece)
                if self.complete:
                    self.put_symbol(laid, piece, x, top + ascent, pixels)
            top += ascent + max(extent.descent for _, extent, _ in line) + LEADING
        laid.height = top - LEADING + BOTTOM if lines else 0.0
        return laid

    def _break(self, width: float, pixels: int) -> list[_Line]:
        lines: list[_Line] = []
        for run in self._runs:
            start = _end(lines[-1]) + GAP * pixels if lines else float(self.margin)
            placed = self._set_run(run, start, pixels)
            if lines and _end(placed) > width:
                placed = self._set_run(run, self.margin + INDENT * pixels, pixels)
            elif lines:
                placed = lines.pop() + placed
            lines.append(placed)
        return lines

    def _set_run(self, run: _Run, start: float, pixels: int) -> _Line:
        placed: _Line = []
        for piece, tight in run:
            if placed and not tight:
                equals = "=" in (piece.plain, placed[-1][0].plain)
                start += (AROUND_EQUALS if equals else GAP) * pixels
            extent = self.extent(piece, pixels)
            placed.append((piece, extent, start))
            start += extent.width
        return placed


RESULT_GAP = 14.0


class ResultLine(HotspotWidget):
    """δ₄ = 0.0087; under a sum the number stands at the right, below the rule."""

    _symbol: Piece | None = None

    def show_result(self, subject: Piece, number: Piece, at_right: bool = False) -> None:
        """Show what this symbol comes to; nothing, where there is no number."""
        self._number, self._at_right = number.plain, at_right
        self._symbol = replace(subject, latex=f"{subject.latex} =") if self._number else None
        spoken = f"{subject.plain} = {self._number}" if self._number else "none"
        self.refresh(spoken, () if self._symbol is None else (self._symbol,))

    def lay_out(self, width: float) -> Laid:
        """One line; a number of very many digits is set smaller, so that all of them are seen."""
        symbol, laid = self._symbol, Laid()
        if symbol is None:
            return laid
        number, extent = self._number, self.extent(symbol, RESULT_SYMBOL)
        for pixels in range(RESULT.pixels, STEP_TITLE.pixels - 4, -1):
            font = font_of(Face(pixels, RESULT.weight))
            room = width - extent.width - RESULT_GAP - self.margin
            if QFontMetricsF(font).horizontalAdvance(number) <= room:
                break
        metrics = QFontMetricsF(font)
        baseline = max(extent.ascent, metrics.ascent())
        left = extent.width + RESULT_GAP
        if self._at_right:
            left = width - QFontMetrics(font).horizontalAdvance(number) - self.margin

        def paint(painter: QPainter, tokens: Tokens) -> None:
            painter.setFont(font)
            painter.setPen(role_color(tokens, symbol.role))
            painter.drawText(QPointF(left, baseline), number)

        self.put_symbol(laid, symbol, 0, baseline, RESULT_SYMBOL, "text")
        laid.marks.append(paint)
        laid.height = baseline + max(extent.descent, metrics.descent())
        return laid


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
    """A factor, the middle of its column, how wide that is alone and with a share of the rest."""

    factor: Factor
    middle: float
    own: float
    width: float


class FactorPlate(HotspotWidget):
    """Columns of symbol, stem, number and caption."""

    plated = True
    _factors: tuple[Factor, ...] = ()

    def show_factors(self, factors: tuple[Factor, ...]) -> None:
        self._factors = factors
        words = (f"{f.symbol.plain} {f.number.plain} {f.caption}".strip() for f in factors)
        self.refresh(", ".join(words), (factor.symbol for factor in factors))

    def lay_out(self, width: float) -> Laid:
        """Spread the columns over the plate; a row that is too wide goes on below."""
        extents = [self.extent(factor.symbol) for factor in self._factors]
        above = max((extent.ascent for extent in extents), default=0.0)
        below = max((extent.descent for extent in extents), default=0.0) + 3
        stem = SHORT_STEM if above + below > TALL else STEM
        laid, top = Laid(), FACTOR_PADDING
        for row in self._rows(width - FACTOR_PADDING):
            baseline, columns = top + above, self._spread(row, width)
            foot = baseline + below + stem
            for place, (factor, middle, own, wide) in enumerate(columns):
                extent, color = self.extent(factor.symbol), role_token(factor.symbol.role)
                high = baseline - extent.ascent
                laid.spot(QRectF(middle - own / 2, high, own, foot + NUMBER - high), factor.symbol)
                self.put_symbol(laid, factor.symbol, middle - extent.width / 2, baseline)
                laid.line(color, STEM_WIDTH, (middle, baseline + below), (middle, foot))
                numbers = QRectF(middle - wide, foot, 2 * wide, NUMBER)
                laid.write(numbers, factor.number.plain, FACTOR, color)
                if place:
                    left = middle - wide / 2 - FACTOR_JOINT / 2
                    laid.write_sign(numbers, left, factor.operator, FACTOR)
            # neighbouring columns that share a caption
            for _, group in groupby(columns, lambda column: column.factor.caption or column.middle):
                sharing = list(group)
                first, last = sharing[0], sharing[-1]
                left, right, low = first.middle, last.middle, foot + NUMBER
                if first is not last:
                    left, right = left - first.width / 3, right + last.width / 3
                    under = low + BRACKET
                    laid.line("quiet", 1, (left, low), (left, under), (right, under), (right, low))
                    low = under
                for number, line in enumerate(_lines(first.factor)):
                    box = QRectF((left + right) / 2 - 120, low + number * LINE, 240, CAPTION_ROW)
                    laid.write(box, line, CAPTION, "text2")
            more = LINE * (max(len(_lines(factor)) for factor in row) - 1)
            top = foot + NUMBER + CAPTION_ROW + BRACKET + FACTOR_LEADING + more
            laid.height = top - FACTOR_LEADING + FACTOR_PADDING - BRACKET
        return laid

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

    def _spread(self, row: list[Factor], width: float) -> list[_Column]:
        """Give each column its own width and an equal share of what is over."""
        widths = [self._wide(factor) for factor in row]
        need = sum(widths) + FACTOR_JOINT * (len(row) - 1) + FACTOR_PADDING
        share = min(44.0, max(0.0, (width - need) / max(1, len(row))))
        left = (width - need - share * len(row)) / 2 + FACTOR_PADDING / 2
        columns = []
        for factor, wide in zip(row, widths, strict=True):
            columns.append(_Column(factor, left + (wide + share) / 2, wide, wide + share))
            left += wide + share + FACTOR_JOINT
        return columns

    def _wide(self, factor: Factor) -> float:
        number = QFontMetricsF(font_of(FACTOR)).horizontalAdvance(factor.number.plain)
        metrics = QFontMetricsF(font_of(CAPTION))
        caption = max(metrics.horizontalAdvance(line) for line in _lines(factor))
        sharing = sum(other.caption == factor.caption for other in self._factors)
        if factor.caption and sharing > 1:
            caption /= 2
        return max(self.extent(factor.symbol).width, number, caption)


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
_FACES = (FACTOR, BODY)  # of the factors' numbers and of the values
_SMALL_FACES = (strong(HINT), HINT)  # the same where room is short


class _Grid(NamedTuple):
    """How high a row is and the line of its symbols, where they stand, and how numbers are set:
    where their columns end, the values last, and how wide the gap before each of them is."""

    line: float
    row: float
    baseline: float
    faces: tuple[Face, Face]
    ends: list[float]
    widths: list[float]
    gap: float
    longest: float  # no number is wider


class SumTable(HotspotWidget):
    """The terms of a sum; of more than seven the middle ones are folded until asked for."""

    plated = True
    _terms: Sequence[SumRow] = ()
    _closing: tuple[SumRow, ...] = ()
    rows: Sequence[SumRow | None] = ()  # as they stand; None is the folded middle
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
            self.rows = [*self._terms, *self._closing]
        else:
            first = self._terms[: self._first]
            self.rows = [*first, None, self._terms[-1], *self._closing]
        words = (f"{self.folded} more" if term is None else _spoken(term) for term in self.rows)
        self.refresh("; ".join(words), (factor.symbol for factor in self._named()))

    def terms(self) -> list[SumRow]:
        return [term for term in self.rows if term is not None]

    @property
    def folded(self) -> int:
        return len(self._terms) + len(self._closing) - len(self.terms())

    def _named(self) -> list[Factor]:
        return [factor for term in self.terms() if not term.caption for factor in term.factors]

    def lay_out(self, width: float) -> Laid:
        """Symbols at the left; numbers right-aligned in columns, counted from the right edge."""
        laid = Laid()
        if not self.rows:
            return laid
        grid, top = self._measure(width), SUM_PADDING / 2
        for term in self.rows:
            if term is None:  # the folded middle opens
                row = QRectF(0, top, width, ROW)
                laid.write_after(row, SUM_PADDING, f"{self.folded} more", HINT, "fwd")
                box = QRectF(SUM_PADDING, top + 5, 90, ROW - 10)
                laid.spots.append(Hotspot(box, None, NumberRole.FORWARD, self.unfold))
            else:
                self._put_term(laid, grid, term, QRectF(0, top, width, grid.line))
            top += grid.row
        laid.height = top + SUM_PADDING / 2
        rule, low = grid.ends[-1] - grid.widths[-1] - 8, round(laid.height + 0.49) - 0.75
        laid.line("text", 1.25, (rule, low), (width - 8, low))
        return laid

    def _measure(self, width: float) -> _Grid:
        """Share the room between the columns.

        Too little of it, and the numbers become smaller; still too little, and rows take two lines.
        """
        extents = [self.extent(factor.symbol) for factor in self._named()]
        above = max((extent.ascent for extent in extents), default=0.0)
        high = above + max((extent.descent for extent in extents), default=0.0) + AROUND
        line = max(ROW, high)  # as high as the highest fraction in it
        baseline = ROW * 0.62 if line == ROW else AROUND / 2 + above
        beside = max((self._symbols_end(term) for term in self.terms()), default=0.0)
        beside += SUM_JOINT / 2
        for faces, more in ((_FACES, 0.0), (_SMALL_FACES, 0.0), (_SMALL_FACES, SECOND_LINE)):
            left = SUM_PADDING if more else beside
            widths = self._widths(faces)
            gaps = max(1, len(widths) - 1)
            gap = (width - SUM_PADDING - left - sum(widths)) / gaps
            if gap >= NARROWEST:
                break
        longest = width
        if gap < NARROWEST:
            longest = (width - 2 * SUM_PADDING - gaps * NARROWEST) / max(1, len(widths))
            widths = [min(wide, longest) for wide in widths]
            gap = (width - 2 * SUM_PADDING - sum(widths)) / gaps
        gap = min(WIDEST, max(NARROWEST, gap))
        end, ends = width - SUM_PADDING, list[float]()
        for wide in reversed(widths):
            ends.insert(0, end)
            end -= wide + gap
        return _Grid(line, line + more, baseline, faces, ends, widths, gap, longest)

    def _widths(self, faces: tuple[Face, Face]) -> list[float]:
        """How wide each column of numbers is, the values last."""
        numbers, plain = (QFontMetricsF(font_of(face)) for face in faces)
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

    def _put_term(self, laid: Laid, grid: _Grid, term: SumRow, line: QRectF) -> None:
        """A number, like its symbol, can be pointed at."""
        row, left = QRectF(line), SUM_PADDING
        if grid.row > grid.line:  # the numbers stand below their symbols
            row = QRectF(0, line.top() + grid.row - ROW, line.width(), ROW)
        if term.caption:
            laid.write_after(line, SUM_PADDING, term.caption, HINT, "text2")
        high, metrics = row.center().y() - ROW / 2, QFontMetricsF(font_of(grid.faces[0]))
        first = len(grid.ends) - 1 - len(term.factors)  # a bias stands where the weights do
        for place, factor in enumerate(term.factors):
            wide, end = self.extent(factor.symbol).width, grid.ends[first + place]
            if not term.caption:
                box = QRectF(left, line.top() + 5, wide, grid.line - 10)
                laid.spot(box, factor.symbol)
                self.put_symbol(laid, factor.symbol, left, line.top() + grid.baseline)
            number = min(metrics.horizontalAdvance(factor.number.plain), grid.longest)
            laid.spot(QRectF(end - number, high + 5, number, ROW - 10), factor.symbol)
            text = _cut(factor.number.plain, grid.faces[0], grid.longest)
            laid.write_before(row, end, text, grid.faces[0], role_token(factor.symbol.role))
            if place:
                if not term.caption:
                    laid.write_sign(line, left - SUM_JOINT / 2, factor.operator, FACTOR)
                before = end - grid.widths[first + place] - grid.gap / 2
                laid.write_sign(row, before, factor.operator, grid.faces[0])
            left += wide + SUM_JOINT
        end, face = grid.ends[-1], grid.faces[1]
        if term.factors:
            laid.write_sign(row, end - grid.widths[-1] - grid.gap / 2, "=", face)
        value = _cut(term.result.plain, face, grid.longest)
        if term.chosen:
            wide = QFontMetrics(font_of(face)).horizontalAdvance(value)
            plate = QRectF(end - wide - 6, high + 4, wide + 12, ROW - 8)
            laid.marks.append(lambda p, tokens: fill_rounded(p, plate, 6, tokens.fwd_t))
        laid.write_before(row, end, value, face, "fwd" if term.chosen else "text")


def _cut(number: str, face: Face, longest: float) -> str:
    """A number of very many digits ends in dots where the panel is narrow."""
    metrics = QFontMetrics(font_of(face))
    if metrics.horizontalAdvance(number) <= longest:
        return number
    return metrics.elidedText(number, Qt.TextElideMode.ElideRight, int(longest))


def _spoken(term: SumRow) -> str:
    factors = " times ".join(f"{f.symbol.plain} {f.number.plain}" for f in term.factors)
    chosen = " (chosen)" if term.chosen else ""
    return f"{term.caption} {factors} = {term.result.plain}{chosen}".strip()
