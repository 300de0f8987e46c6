"""Formulas as widgets, over one base whose parts can be pointed at."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.formulas.terms import Piece, Ref
from engine.numerals import MINUS, Role
from playground.theme.fonts import (
    FACTOR_SYMBOL,
    RESULT,
    RESULT_SYMBOL,
    STEP_TITLE,
    SYMBOLS_LINE,
    SYMBOLS_SMALLEST,
    Face,
    font_of,
)
from playground.theme.formula_pictures import Extent, FormulaPictures
from playground.theme.painting import rim_rounded
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
        self,
        name: str,
        pictures: FormulaPictures,
        parent: QWidget,
        pointing: Pointing | None = None,
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

    def extent(self, piece: Piece, pixels: int = FACTOR_SYMBOL) -> Extent:
        """The room that a symbol takes."""
        return self.pictures.extent(piece.latex, piece.plain, pixels)

    def paint_symbol(
        self, painter: QPainter, symbol: Piece, color: QColor, origin: QPointF,
        pixels: int = FACTOR_SYMBOL,
    ) -> None:  # fmt: skip
        """Paint a symbol with its left end on the baseline at `origin`."""
        self.pictures.paint(painter, symbol.latex, symbol.plain, pixels, color, origin)

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
        super().__init__(name, pictures, parent, pointing)
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
            extent = self.extent(piece, pixels)
            placed.append(_Set(piece, extent, start))
            start += extent.width
        return placed

    def paint_content(self, painter: QPainter, tokens: Tokens) -> None:
        if not self.complete:
            return  # all of it at once, or nothing
        pixels = self.laid.pixels
        for baseline, line in self.laid.lines:
            for piece, _, x in line:
                color, origin = role_color(tokens, piece.role), QPointF(x, baseline)
                self.paint_symbol(painter, piece, color, origin, pixels)


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
        super().__init__("Result", pictures, parent)
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
        extent = self.extent(self._symbol, RESULT_SYMBOL)
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
        baseline = self.laid.baseline
        self.paint_symbol(painter, self._symbol, tokens.text, QPointF(0, baseline), RESULT_SYMBOL)
        painter.setFont(font_of(self.laid.face))
        painter.setPen(role_color(tokens, self._symbol.role))
        wide = painter.fontMetrics().horizontalAdvance(self._number)
        left = (
            self.width() - wide - self._margin if self._at_right else self.laid.symbol + RESULT_GAP
        )
        painter.drawText(QPointF(left, baseline), self._number)
