"""A formula in symbols: its pieces on one baseline, each in its colour, broken before operators."""

from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from playground.fonts import SYMBOLS_LINE, SYMBOLS_SMALLEST
from playground.formula_pieces import Piece
from playground.mathematics import Extent, FormulaPictures
from playground.palette import Tokens
from playground.widgets.spots import Pointing, Spot, SpotArea, ink

GAP = 0.22  # em between pieces
AROUND_EQUALS = 0.32
INDENT = 1.4  # em before a continued line
LEADING = 8.0
TOP, BOTTOM = 4.0, 6.0  # room for the ring, and for the line under a piece


class _Set(NamedTuple):
    """A piece in its place."""

    piece: Piece
    extent: Extent
    x: float


def _runs(pieces: tuple[Piece, ...]) -> list[list[Piece]]:
    """The stretches that must stay together: each but the first begins with an operator."""
    runs: list[list[Piece]] = [[]]
    for piece in pieces:
        if piece.may_break and runs[-1]:
            runs.append([])
        runs[-1].append(piece)
    return runs


def _end(line: list[_Set]) -> float:
    return line[-1].x + line[-1].extent.width


class FormulaRow(SpotArea):
    """The line of symbols of a step."""

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
        self._pieces: tuple[Piece, ...] = ()
        self._wished = pixels
        self._pixels = pixels
        self._lines: list[tuple[float, list[_Set]]] = []  # baseline, what stands on it

    def show_pieces(self, pieces: tuple[Piece, ...]) -> None:
        """Show this formula."""
        self._pieces = pieces
        self.refresh(" ".join(piece.plain for piece in pieces))

    def lay_out(self, width: float) -> float:
        """Break before operators; only what still does not fit is set smaller, never below 15."""
        missing = [piece for piece in self._pieces if not self.pictures.ready(piece.latex)]
        self.complete = not missing
        for pixels in range(self._wished, SYMBOLS_SMALLEST - 1, -1):
            self._pixels = pixels
            lines = self._break(width - self._margin)
            if all(_end(line) <= width - self._margin for line in lines):
                break
        return self._stack(lines)

    def _break(self, width: float) -> list[list[_Set]]:
        lines: list[list[_Set]] = []
        for run in _runs(self._pieces) if self._pieces else []:
            start = _end(lines[-1]) + GAP * self._pixels if lines else float(self._margin)
            placed = self._set_run(run, start)
            if lines and _end(placed) > width:
                lines.append(self._set_run(run, self._margin + INDENT * self._pixels))
            elif lines:
                lines[-1].extend(placed)
            else:
                lines.append(placed)
        return lines

    def _set_run(self, run: list[Piece], start: float) -> list[_Set]:
        placed: list[_Set] = []
        for piece in run:
            if placed and not piece.tight:
                equals = "=" in (piece.plain, placed[-1].piece.plain)
                start += (AROUND_EQUALS if equals else GAP) * self._pixels
            extent = self.pictures.extent(piece.latex, piece.plain, self._pixels)
            placed.append(_Set(piece, extent, start))
            start += extent.width
        return placed

    def _stack(self, lines: list[list[_Set]]) -> float:
        """Give each line its baseline and each piece its spot; return the height of all."""
        top, self._lines, self.spots = TOP, [], []
        for line in lines:
            ascent = max(placed.extent.ascent for placed in line)
            descent = max(placed.extent.descent for placed in line)
            self._lines.append((top + ascent, line))
            for placed in line:
                high = top + ascent - placed.extent.ascent
                tall = placed.extent.ascent + placed.extent.descent
                box = QRectF(placed.x, high, placed.extent.width, tall)
                self.spots.append(Spot(box, placed.piece.refers_to, placed.piece.role))
            top += ascent + descent + LEADING
        return top - LEADING + BOTTOM if lines else 0.0

    def baselines(self) -> list[float]:
        """Where the lines stand."""
        return [baseline for baseline, _ in self._lines]

    def paint_content(self, painter: QPainter, tokens: Tokens) -> None:
        if not self.complete:
            return  # all of it at once, or nothing
        for baseline, line in self._lines:
            for piece, _, x in line:
                color = ink(tokens, piece.role)
                origin = QPointF(x, baseline)
                self.pictures.paint(painter, piece.latex, piece.plain, self._pixels, color, origin)
