"""Where the matrices of a layered network stand: one line of columns and brackets per layer.

The edges of all that stands there are those of the rows and columns of one table.
"""

from bisect import bisect, bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise, product
from typing import Literal, NamedTuple

from PySide6.QtCore import QRectF

from engine.views.matrices import Layer

Kind = Literal["weight", "before", "bias", "sum", "value"]

CELL_HIGH = 26.0
CAPTION = 18.0
BETWEEN = 22.0
BRACKET = 7.0
SIGN = 19.0
FUNCTION, LETTER = 46.0, 28.0
MARGIN_X, MARGIN_Y = 14.0, 6.0


class Spot(NamedTuple):
    """One number: in which grid, row and column."""

    grid: int
    row: int
    column: int = 0


@dataclass(frozen=True, slots=True)
class Grid:
    """Numbers of one kind between two brackets, and the letter above them."""

    kind: Kind
    layer: int
    letter: str
    box: QRectF
    rows: int
    columns: int

    def cell(self, row: int, column: int) -> QRectF:
        """Where one number stands."""
        wide, high = self.box.width() / self.columns, CELL_HIGH
        return QRectF(self.box.left() + column * wide, self.box.top() + row * high, wide, high)

    def across(self) -> list[float]:
        """The edges of its columns."""
        wide = self.box.width() / self.columns
        return [self.box.left() + column * wide for column in range(self.columns + 1)]

    def down(self) -> list[float]:
        """The edges of its rows."""
        return [self.box.top() + row * CELL_HIGH for row in range(self.rows + 1)]


class Sign(NamedTuple):
    """An operator between two grids."""

    text: str
    box: QRectF


class Places(NamedTuple):
    """Where the rows and columns of a grid begin in the table; the last ones are its end."""

    rows: tuple[int, ...]
    columns: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """All grids and signs, and the table whose rows and columns lie between their edges."""

    grids: tuple[Grid, ...] = ()
    signs: tuple[Sign, ...] = ()
    across: tuple[float, ...] = (0.0,)
    down: tuple[float, ...] = (0.0,)
    places: tuple[Places, ...] = ()

    def at(self, row: int, column: int) -> Spot | None:
        """The number that begins in a cell of the table."""
        for index, (rows, columns) in enumerate(self.places):
            if rows[0] <= row < rows[-1] and columns[0] <= column < columns[-1]:
                spot = Spot(index, bisect(rows, row) - 1, bisect(columns, column) - 1)
                return spot if self.place(spot) == (row, column) else None
        return None

    def place(self, spot: Spot) -> tuple[int, int]:
        """The cell of the table in which a number begins."""
        rows, columns = self.places[spot.grid]
        return rows[spot.row], columns[spot.column]

    def spans(self) -> Iterator[tuple[int, int, int, int]]:
        """Row, column, rows and columns of every number that takes several cells of the table."""
        for rows, columns in self.places:
            for (top, below), (left, right) in product(pairwise(rows), pairwise(columns)):
                if below - top > 1 or right - left > 1:
                    yield top, left, below - top, right - left

    def moved(self, spot: Spot, across: int, down: int) -> Spot:
        """The next number in a direction: in its grid, else in the next grid or layer."""
        grid, row, column = self.grids[spot.grid], spot.row + down, spot.column + across
        if 0 <= row < grid.rows and 0 <= column < grid.columns:
            return Spot(spot.grid, row, column)
        beside, alike = spot.grid + across, (grid.layer + down, grid.kind)
        for index, other in enumerate(self.grids):
            if across and index == beside:
                ends = 0 if across > 0 else other.columns - 1
                return Spot(index, min(row, other.rows - 1), ends)
            if down and (other.layer, other.kind) == alike:
                ends = 0 if down > 0 else other.rows - 1
                return Spot(index, ends, min(column, other.columns - 1))
        return spot


def sheet_of(layers: tuple[Layer, ...], cell: int, names: int, letters: tuple[str, str]) -> Sheet:
    """One line for each layer: W · x + b = z → σ → o. `names` is the room for names of rows."""
    grids: list[Grid] = []
    signs: list[Sign] = []
    top = MARGIN_Y
    for number, layer in enumerate(layers):
        line = _Line(number, top, max(len(layer.neurons), len(layer.before)), cell)
        last = number == len(layers) - 1
        line.lay(layer, MARGIN_X + names, letters, "y" if last else letters[1])
        grids += line.grids
        signs += line.signs
        top += CAPTION + line.rows * CELL_HIGH + BETWEEN
    right = max(grid.box.right() for grid in grids) + BRACKET + MARGIN_X
    bottom = top - BETWEEN + MARGIN_Y
    across = sorted({0.0, right}.union(*(grid.across() for grid in grids)))
    down = sorted({0.0, bottom}.union(*(grid.down() for grid in grids)))
    places = [
        Places(
            tuple(bisect_left(down, edge) for edge in grid.down()),
            tuple(bisect_left(across, edge) for edge in grid.across()),
        )
        for grid in grids
    ]
    return Sheet(tuple(grids), tuple(signs), tuple(across), tuple(down), tuple(places))


class _Line:
    """Lays out one layer from left to right, everything centred on its middle."""

    def __init__(self, layer: int, top: float, rows: int, cell: int) -> None:
        self.layer, self.top, self.rows, self._cell = layer, top + CAPTION, rows, cell
        self.x = 0.0
        self.grids: list[Grid] = []
        self.signs: list[Sign] = []

    def lay(self, layer: Layer, left: float, letters: tuple[str, str], result: str) -> None:
        """W, what comes before, the biases, the sums, and the values, which are the `result`."""
        number, count = self.layer + 1, len(layer.neurons)
        total, before = letters
        self.x = left
        self._grid("weight", f"W{number}", count, len(layer.before))
        self._sign("·", SIGN)
        self._grid("before", "x" if self.layer == 0 else before, len(layer.before), 1)
        if layer.has_biases:
            self._sign("+", SIGN)
            self._grid("bias", f"b{number}", count, 1)
        self._sign("=", SIGN)
        if layer.activation == "identity":
            self._grid("value", result, count, 1)
            return
        self._grid("sum", total, count, 1)
        self._sign(layer.sign, FUNCTION if len(layer.sign) > 1 else LETTER)
        self._grid("value", result, count, 1)

    def _grid(self, kind: Kind, letter: str, rows: int, columns: int) -> None:
        down = self.top + (self.rows - rows) * CELL_HIGH / 2
        box = QRectF(self.x + BRACKET, down, columns * self._cell, rows * CELL_HIGH)
        self.grids.append(Grid(kind, self.layer, letter, box, rows, columns))
        self.x = box.right() + BRACKET

    def _sign(self, text: str, wide: float) -> None:
        middle = self.top + self.rows * CELL_HIGH / 2
        self.signs.append(Sign(text, QRectF(self.x, middle - 14, wide, 28)))
        self.x += wide
