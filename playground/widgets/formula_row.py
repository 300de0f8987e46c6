"""A formula in symbols: its pieces on one baseline, each in its colour, broken before operators."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from engine.formulas import Piece
from engine.numerals import MINUS
from playground.theme.fonts import SYMBOLS_LINE, SYMBOLS_SMALLEST
from playground.theme.formula_pictures import Extent, FormulaPictures
from playground.theme.palette import Tokens, role_color
from playground.widgets.spots import Laid, Pointing, SpotArea, spot_of

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


class FormulaRow(SpotArea):
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
