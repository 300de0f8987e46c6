"""Formulas as widgets, over one base whose parts can be pointed at."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFont,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.formulas import Factor, Piece, Ref, SumRow, TermTable
from engine.numerals import MINUS, Role
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
from playground.theme.painting import fill_rounded, rim_rounded
from playground.theme.palette import Tokens, role_color, tokens_of
from playground.widgets.plain_text import set_tip

UNDERLINE = 2
NOWHERE = ("rate", "setting", "state")  # no number on the canvas stands for these
TIP = "what you point at is shown where it comes from; arrows move, Enter or a click goes there."

_BY_KEYBOARD = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
_TURNS: dict[int, int] = {
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Down: 1,
}


class Hotspot(NamedTuple):
    """A part that can be pointed at, and what it speaks of."""

    box: QRectF
    refers_to: Ref | None
    role: Role | None
    act: Callable[[], None] | None = None  # for a part that does something of its own


class Pointing(NamedTuple):
    """What to call when a part is pointed at (None: no longer) and when it is chosen."""

    pointed: Callable[[Ref | None], None]
    chosen: Callable[[Ref], None]


@dataclass(frozen=True, kw_only=True)
class Laid:
    """What an area shows, in its place within a width; each area adds what it paints from."""

    height: float = 0.0
    spots: tuple[Hotspot, ...] = ()


def spot_of(box: QRectF, piece: Piece) -> Hotspot:
    """The place of a symbol or a number."""
    somewhere = piece.refers is not None and piece.refers.kind not in NOWHERE
    return Hotspot(box, piece.refers if somewhere else None, piece.role)


class HotspotWidget(QWidget):
    """Keeps the spots, the one pointed at, and the keyboard's way through them.

    Subclasses say in `lay_out` what stands where, and paint it in `paint_content`.
    """

    laid: Laid = Laid()

    def __init__(
        self, name: str, pictures: FormulaPictures, pointing: Pointing | None, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._name = name
        self.pictures = pictures
        self._pointing = pointing
        self._at: int | None = None
        self._symbols: tuple[Piece, ...] = ()
        self._heights: dict[int, int] = {}  # what it would take in other widths
        self.complete = True  # whether every formula's picture is there
        self.setProperty("ownRing", True)
        self.setMouseTracking(True)
        self.setAccessibleName(name)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        pictures.follow(self.take_pictures)

    @property
    def spots(self) -> tuple[Hotspot, ...]:
        """The parts that can be pointed at, as they were laid out."""
        return self.laid.spots

    def lay_out(self, width: float) -> Laid:
        """What stands where within this width; nothing is changed, it may only be tried."""
        raise NotImplementedError

    def paint_content(self, painter: QPainter, tokens: Tokens) -> None:
        """Paint what was laid out."""
        raise NotImplementedError

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

    def spot_at(self, place: QPointF) -> int | None:
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
        self.laid = self.lay_out(self.width())
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

    def _paint_pointed(self, painter: QPainter, tokens: Tokens) -> None:
        if self._at is None:
            return
        spot = self.spots[self._at]
        line = QRectF(spot.box.left(), spot.box.bottom() + 1, spot.box.width(), UNDERLINE)
        painter.fillRect(line, role_color(tokens, spot.role))
        if self.hasFocus():
            ring = spot.box.adjusted(-5, -4, 5, 5).intersected(self.rect().toRectF())
            rim_rounded(painter, ring, 6, QPen(tokens.fwd, 2))

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        """Qt asks many times over before it has placed everything."""
        if width not in self._heights:
            laid = self.laid if width == self.width() else self.lay_out(width)
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
        if event.reason() in _BY_KEYBOARD:
            self._turn_to(0)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._point_at(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _TURNS:
            self._turn_to(_TURNS[event.key()])
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._choose()
        else:
            super().keyPressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point_at(self.spot_at(event.position()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._point_at(self.spot_at(event.position()))
        if event.button() == Qt.MouseButton.LeftButton:
            self._choose()

    def leaveEvent(self, event: QEvent) -> None:
        self._point_at(None)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            tokens = tokens_of(self.palette())
            self.paint_content(painter, tokens)
            self._paint_pointed(painter, tokens)


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
        left = 0.0
        for factor in self._factors:
            wide = self._wide(factor) + FACTOR_JOINT
            if not rows or left + wide - FACTOR_JOINT > room:
                rows.append([])
                left = 0.0
            rows[-1].append(factor)
            left += wide
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
            sign = QRectF(middle - column.width / 2 - FACTOR_JOINT, box.top(), FACTOR_JOINT, NUMBER)
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


GAP = 0.22  # em between pieces
AROUND_EQUALS = 0.32
INDENT = 1.4  # em before a continued line
LEADING = 8.0
TOP, BOTTOM = 4.0, 6.0  # room for the ring, and for the line under a piece
SPACES = (r"\,", "")
OPERATORS = ("+", MINUS, "·", "/", "≠")

_OPENS = re.compile(r"[(\[|]$")
_CLOSES = re.compile(r"^[)\]|,²^]")


class _Spaced(NamedTuple):
    """A piece, whether a line may break before it, and whether it follows without a gap."""

    piece: Piece
    may_break: bool
    tight: bool


class _Set(NamedTuple):
    """A piece in its place."""

    piece: Piece
    extent: Extent
    x: float


_Line = list[_Set]


@dataclass(frozen=True, kw_only=True)
class RowLaid(Laid):
    """The size of the symbols, and what stands on each baseline."""

    pixels: int = SYMBOLS_LINE
    lines: tuple[tuple[float, _Line], ...] = ()


def _parts(pieces: Sequence[Piece]) -> list[_Spaced]:
    """Parentheses stay with what they hold; a break may come before an operator, and before each
    further equals sign."""
    parts: list[_Spaced] = []
    open_end, starts, equals = False, True, False
    for piece in pieces:
        plain = piece.plain.strip()
        if piece.latex.strip() in SPACES:
            continue
        is_sign = starts and plain == MINUS
        may_break = (plain in OPERATORS and not is_sign) or (plain == "=" and equals)
        tight = open_end or _CLOSES.match(plain) is not None
        bare = piece if piece.plain == plain else replace(piece, plain=plain)
        parts.append(_Spaced(bare, may_break, tight))
        open_end = is_sign or _OPENS.search(plain) is not None
        starts = open_end or plain == "="
        equals = equals or plain == "="
    return parts


def _runs(parts: Sequence[_Spaced]) -> list[list[_Spaced]]:
    """The stretches that must stay together: each but the first begins with an operator."""
    runs: list[list[_Spaced]] = []
    for part in parts:
        if part.may_break or not runs:
            runs.append([])
        runs[-1].append(part)
    return runs


def _end(line: _Line) -> float:
    return line[-1].x + line[-1].extent.width


class FormulaRow(HotspotWidget):
    """The line of symbols of a step."""

    laid: RowLaid = RowLaid()

    def __init__(
        self,
        name: str,
        pictures: FormulaPictures,
        parent: QWidget,
        pointing: Pointing | None = None,
        pixels: int = SYMBOLS_LINE,
        margin: int = 0,
    ) -> None:
        super().__init__(name, pictures, pointing, parent)
        self._margin = margin  # room at both sides for the ring round a piece
        self._parts: list[_Spaced] = []
        self._wished = pixels

    def show_pieces(self, pieces: Sequence[Piece]) -> None:
        """Show this formula."""
        self._parts = _parts(pieces)
        shown = [part.piece for part in self._parts]
        self.refresh(" ".join(piece.plain for piece in shown), shown)

    def lay_out(self, width: float) -> RowLaid:
        """Break before operators; only what still does not fit is set smaller, never below 15."""
        room = width - self._margin
        for pixels in range(self._wished, SYMBOLS_SMALLEST - 1, -1):
            lines = self._break(room, pixels)
            if all(_end(line) <= room for line in lines):
                break
        return _stacked(lines, pixels)

    def _break(self, width: float, pixels: int) -> list[_Line]:
        lines: list[_Line] = []
        for run in _runs(self._parts):
            start = _end(lines[-1]) + GAP * pixels if lines else float(self._margin)
            placed = self._set_run(run, start, pixels)
            if lines and _end(placed) > width:
                lines.append(self._set_run(run, self._margin + INDENT * pixels, pixels))
            elif lines:
                lines[-1].extend(placed)
            else:
                lines.append(placed)
        return lines

    def _set_run(self, run: list[_Spaced], start: float, pixels: int) -> _Line:
        placed: _Line = []
        for piece, _, tight in run:
            if placed and not tight:
                equals = "=" in (piece.plain, placed[-1].piece.plain)
                start += (AROUND_EQUALS if equals else GAP) * pixels
            extent = self.pictures.extent(piece.latex, piece.plain, pixels)
            placed.append(_Set(piece, extent, start))
            start += extent.width
        return placed

    def paint_content(self, painter: QPainter, tokens: Tokens) -> None:
        if not self.complete:
            return  # all of it at once, or nothing
        pixels = self.laid.pixels
        for baseline, line in self.laid.lines:
            for piece, _, x in line:
                color = role_color(tokens, piece.role)
                origin = QPointF(x, baseline)
                self.pictures.paint(painter, piece.latex, piece.plain, pixels, color, origin)


def _stacked(lines: list[_Line], pixels: int) -> RowLaid:
    """Each line on its baseline, and a spot for each piece."""
    top, stacked, spots = TOP, [], []
    for line in lines:
        ascent = max(placed.extent.ascent for placed in line)
        descent = max(placed.extent.descent for placed in line)
        stacked.append((top + ascent, line))
        for piece, extent, x in line:
            high, tall = top + ascent - extent.ascent, extent.ascent + extent.descent
            spots.append(spot_of(QRectF(x, high, extent.width, tall), piece))
        top += ascent + descent + LEADING
    height = top - LEADING + BOTTOM if lines else 0.0
    return RowLaid(height=height, spots=tuple(spots), pixels=pixels, lines=tuple(stacked))


RESULT_GAP = 14.0


@dataclass(frozen=True, kw_only=True)
class _ResultLaid(Laid):
    """One line: how wide its symbol is, its baseline, and the face of its number."""

    symbol: float = 0.0
    baseline: float = 0.0
    face: Face = RESULT


class ResultLine(HotspotWidget):
    """δ₄ = 0.0087; under a sum the number stands at the right, below the rule."""

    laid: _ResultLaid = _ResultLaid()

    def __init__(self, pictures: FormulaPictures, parent: QWidget, margin: int = 0) -> None:
        super().__init__("Result", pictures, None, parent)
        self._symbol: Piece | None = None
        self._number = ""
        self._at_right = False
        self._margin = margin

    def show_result(self, subject: Piece, number: Piece, at_right: bool = False) -> None:
        """Show what this symbol comes to; nothing, where there is no number."""
        self._number, self._at_right = number.plain, at_right
        self._symbol = replace(subject, latex=f"{subject.latex} =") if self._number else None
        spoken = f"{subject.plain} = {self._number}" if self._number else "none"
        self.refresh(spoken, () if self._symbol is None else (self._symbol,))

    def lay_out(self, width: float) -> _ResultLaid:
        """One line, as high as the symbol or the number."""
        if self._symbol is None:
            return _ResultLaid()
        extent = self.pictures.extent(self._symbol.latex, self._symbol.plain, RESULT_SYMBOL)
        face = self._face_for(width - extent.width - RESULT_GAP - self._margin)
        metrics = QFontMetricsF(font_of(face))
        baseline = max(extent.ascent, metrics.ascent())
        height = baseline + max(extent.descent, metrics.descent())
        return _ResultLaid(height=height, symbol=extent.width, baseline=baseline, face=face)

    def _face_for(self, room: float) -> Face:
        """A number of very many digits is set smaller, so that all of them are seen."""
        for pixels in range(RESULT.pixels, STEP_TITLE.pixels - 4, -1):
            face = Face(pixels, RESULT.weight)
            if QFontMetricsF(font_of(face)).horizontalAdvance(self._number) <= room:
                break
        return face

    def paint_content(self, painter: QPainter, tokens: Tokens) -> None:
        if self._symbol is None:
            return
        latex, plain, baseline = self._symbol.latex, self._symbol.plain, self.laid.baseline
        start = QPointF(0, baseline)
        self.pictures.paint(painter, latex, plain, RESULT_SYMBOL, tokens.text, start)
        painter.setFont(font_of(self.laid.face))
        painter.setPen(role_color(tokens, self._symbol.role))
        wide = painter.fontMetrics().horizontalAdvance(self._number)
        left = (
            self.width() - wide - self._margin if self._at_right else self.laid.symbol + RESULT_GAP
        )
        painter.drawText(QPointF(left, baseline), self._number)


SUM_RADIUS = 8
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


class SumTable(HotspotWidget):
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
            for spot in self._spots(term, SUM_PADDING / 2 + lines.row * place, lines, columns)
        ]
        height = lines.row * len(self._shown) + SUM_PADDING if self._shown else 0.0
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
            over = (width - SUM_PADDING - sum(widths) - symbols - SUM_JOINT / 2) / gaps
            if over >= NARROWEST:
                break
        if lines.are_two:
            over = (width - 2 * SUM_PADDING - sum(widths)) / gaps
        longest = width
        if over < NARROWEST:
            longest = (width - 2 * SUM_PADDING - gaps * NARROWEST) / max(1, len(widths))
            widths = [min(wide, longest) for wide in widths]
            over = (width - 2 * SUM_PADDING - sum(widths)) / gaps
        return lines, _columns(
            widths, min(WIDEST, max(NARROWEST, over)), width - SUM_PADDING, longest
        )

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
            return SUM_PADDING + QFontMetricsF(font_of(HINT)).horizontalAdvance(term.caption)
        wide = sum(self._symbol_width(factor) + SUM_JOINT for factor in term.factors)
        return SUM_PADDING + wide - SUM_JOINT

    def _spots(
        self, term: SumRow | None, top: float, lines: _Lines, columns: _Columns
    ) -> Iterator[Hotspot]:
        """A number, like its symbol, can be pointed at; the folded middle opens."""
        if term is None:
            yield Hotspot(
                QRectF(SUM_PADDING, top + 5, 90, ROW - 10), None, Role.FORWARD, self.unfold
            )
            return
        metrics, left = QFontMetricsF(lines.fonts()[0]), SUM_PADDING
        high = lines.numbers(top, 0).center().y() - ROW / 2 + 5
        for end, factor in zip(_ends(columns, term), term.factors, strict=True):
            wide = self._symbol_width(factor)
            if not term.caption:
                yield spot_of(QRectF(left, top + 5, wide, lines.line - 10), factor.symbol)
            number = min(metrics.horizontalAdvance(factor.number.plain), columns.longest)
            yield spot_of(QRectF(end - number, high, number, ROW - 10), factor.symbol)
            left += wide + SUM_JOINT

    def _symbol_width(self, factor: Factor) -> float:
        return self.pictures.extent(factor.symbol.latex, factor.symbol.plain, FACTOR_SYMBOL).width

    def _paint_term(self, painter: QPainter, tokens: Tokens, term: SumRow, top: float) -> None:
        lines, columns = self.laid.lines, self.laid.columns
        if term.caption:
            painter.setFont(font_of(HINT))
            first = QRectF(0, top, self.width(), lines.line)
            _write(painter, first, SUM_PADDING, term.caption, tokens.text2, at_right=False)
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
        left, baseline = SUM_PADDING, top + self.laid.lines.baseline
        for place, factor in enumerate(term.factors):
            symbol = factor.symbol
            if place:
                painter.setFont(font_of(FACTOR))
                sign = QRectF(left - SUM_JOINT, top, SUM_JOINT, self.laid.lines.line)
                painter.setPen(tokens.text2)
                painter.drawText(sign, Qt.AlignmentFlag.AlignCenter, factor.operator)
            origin = QPointF(left, baseline)
            color = role_color(tokens, symbol.role)
            self.pictures.paint(painter, symbol.latex, symbol.plain, FACTOR_SYMBOL, color, origin)
            left += self._symbol_width(factor) + SUM_JOINT

    def _paint_fold(self, painter: QPainter, tokens: Tokens, top: float) -> None:
        painter.setFont(font_of(HINT))
        row = QRectF(0, top, self.width(), ROW)
        _write(painter, row, SUM_PADDING, f"{self.folded} more", tokens.fwd, at_right=False)

    def paint_content(self, painter: QPainter, tokens: Tokens) -> None:
        if not self._shown:
            return
        fill_rounded(painter, self.rect().toRectF(), SUM_RADIUS, tokens.sunken)
        for place, term in enumerate(self._shown):
            top = SUM_PADDING / 2 + self.laid.lines.row * place
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
