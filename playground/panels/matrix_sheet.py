"""Where the matrices of a layered network stand: one line of columns and brackets per layer."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from PySide6.QtCore import QPointF, QRectF, QSizeF

from engine.matrices import Layer

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

    def row(self, row: int) -> QRectF:
        """A whole row."""
        return self.cell(row, 0).united(self.cell(row, self.columns - 1))

    def at(self, place: QPointF) -> tuple[int, int] | None:
        """Row and column at a place."""
        if not self.box.contains(place):
            return None
        across = (place.x() - self.box.left()) / self.box.width() * self.columns
        down = (place.y() - self.box.top()) / CELL_HIGH
        return min(int(down), self.rows - 1), min(int(across), self.columns - 1)

    def seen(self, view: QRectF) -> Iterator[tuple[int, int]]:
        """The rows and columns that lie in a part of the sheet."""
        part = self.box.intersected(view)
        if part.isEmpty():
            return
        wide = self.box.width() / self.columns
        top, left = part.top() - self.box.top(), part.left() - self.box.left()
        rows = range(
            int(top / CELL_HIGH), min(self.rows, int((top + part.height()) / CELL_HIGH) + 1)
        )
        columns = range(int(left / wide), min(self.columns, int((left + part.width()) / wide) + 1))
        for row in rows:
            for column in columns:
                yield row, column


class Sign(NamedTuple):
    """An operator between two grids."""

    text: str
    box: QRectF


@dataclass(frozen=True, slots=True)
class Sheet:
    """All grids and signs, and how much room they need."""

    grids: tuple[Grid, ...] = ()
    signs: tuple[Sign, ...] = ()
    size: QSizeF = field(default_factory=QSizeF)

    def at(self, place: QPointF) -> Spot | None:
        """The number at a place of the sheet."""
        for index, grid in enumerate(self.grids):
            found = grid.at(place)
            if found is not None:
                return Spot(index, *found)
        return None

    def cell(self, spot: Spot) -> QRectF:
        """Where a number stands."""
        return self.grids[spot.grid].cell(spot.row, spot.column)

    def has(self, spot: Spot) -> bool:
        """Whether there is such a number."""
        if not 0 <= spot.grid < len(self.grids):
            return False
        grid = self.grids[spot.grid]
        return 0 <= spot.row < grid.rows and 0 <= spot.column < grid.columns

    def moved(self, spot: Spot, across: int, down: int) -> Spot:
        """The next number in a direction: in its grid, else in the next grid or layer."""
        there = Spot(spot.grid, spot.row + down, spot.column + across)
        if self.has(there):
            return there
        if across:
            return self._into(spot.grid + across, spot.row, across)
        return self._other_layer(spot, down)

    def _into(self, index: int, row: int, across: int) -> Spot:
        if not 0 <= index < len(self.grids):
            return Spot(index - across, min(row, self.grids[index - across].rows - 1),
                        self.grids[index - across].columns - 1 if across > 0 else 0)  # fmt: skip
        grid = self.grids[index]
        return Spot(index, min(row, grid.rows - 1), 0 if across > 0 else grid.columns - 1)

    def _other_layer(self, spot: Spot, down: int) -> Spot:
        here = self.grids[spot.grid]
        for index, grid in enumerate(self.grids):
            if grid.layer == here.layer + down and grid.kind == here.kind:
                row = 0 if down > 0 else grid.rows - 1
                return Spot(index, row, min(spot.column, grid.columns - 1))
        return spot


def sheet_of(
    layers: tuple[Layer, ...], cell: float, names: float, letters: tuple[str, str]
) -> Sheet:
    """One line for each layer: W · x + b = z → σ → o. `names` is the room for names of rows."""
    grids: list[Grid] = []
    signs: list[Sign] = []
    top, widest = MARGIN_Y, 0.0
    for number, layer in enumerate(layers):
        line = _Line(number, top, max(len(layer.neurons), len(layer.before)), cell)
        last = number == len(layers) - 1
        line.lay(layer, MARGIN_X + names, letters, "y" if last else letters[1])
        grids += line.grids
        signs += line.signs
        widest = max(widest, line.x)
        top += CAPTION + line.rows * CELL_HIGH + BETWEEN
    return Sheet(tuple(grids), tuple(signs), QSizeF(widest + MARGIN_X, top - BETWEEN + MARGIN_Y))


class _Line:
    """Lays out one layer from left to right, everything centred on its middle."""

    def __init__(self, layer: int, top: float, rows: int, cell: float) -> None:
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
