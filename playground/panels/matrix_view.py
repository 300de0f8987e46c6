"""A layered network as matrices, every number in its place in a table."""

import math
from bisect import bisect, bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise, product
from typing import Literal, NamedTuple

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPointF, QRectF, Qt
from PySide6.QtGui import (
    QFocusEvent,
    QFontMetricsF,
    QPainter,
    QPainterStateGuard,
    QPaintEvent,
    QPen,
    QShowEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyleOptionViewItem, QVBoxLayout, QWidget

from engine.errors import Refused
from engine.experiment.experiment import Experiment
from engine.network import Place
from engine.numerals import Role, read, short
from engine.views.matrices import NOWHERE, Layer, formula_of, layers_of
from engine.views.samples import SampleNumbers, SampleView
from playground.model.document import Document
from playground.model.stage import EdgeKey, Look, Pointed, Stage
from playground.model.trainer import RunFollower
from playground.theme.fonts import BODY, CAPTION, WEIGHT, font_of, stand_in, strong
from playground.theme.painting import fill_rounded, rim_rounded
from playground.theme.palette import Tokens, tokens_of
from playground.widgets.buttons import ElidedLabel
from playground.widgets.form import words
from playground.widgets.number_plate import PlacedNumber, State, paint_place, plate_rect
from playground.widgets.table import (
    NOWHERE as NO_INDEX,
)
from playground.widgets.table import (
    Cell,
    CellDelegate,
    CellModel,
    CellTable,
    Column,
    Index,
    number_cell,
)

Kind = Literal["weight", "before", "bias", "sum", "value"]

CELL_HIGH = 26.0
CAPTION_HIGH = 18.0
BETWEEN = 22.0
BRACKET = 7.0
SIGN = 19.0
FUNCTION, LETTER = 46.0, 28.0
MARGIN_X, MARGIN_Y = 14.0, 6.0


class MatrixSpot(NamedTuple):
    """One number: in which grid, row and column."""

    grid: int
    row: int
    column: int = 0


@dataclass(frozen=True, slots=True)
class Grid:
    """Numbers of one kind between two brackets, the edges of its columns and rows, and the letter
    above them."""

    kind: Kind
    layer: int
    letter: str
    across: tuple[float, ...]
    down: tuple[float, ...]

    @property
    def columns(self) -> int:
        """How many it has."""
        return len(self.across) - 1

    @property
    def rows(self) -> int:
        """How many it has."""
        return len(self.down) - 1

    @property
    def box(self) -> QRectF:
        """All its numbers."""
        corner = QPointF(self.across[0], self.down[0])
        return QRectF(corner, QPointF(self.across[-1], self.down[-1]))

    def cell(self, row: int, column: int) -> QRectF:
        """Where one number stands."""
        corner = QPointF(self.across[column], self.down[row])
        return QRectF(corner, QPointF(self.across[column + 1], self.down[row + 1]))


class Sign(NamedTuple):
    """An operator between two grids."""

    text: str
    box: QRectF


class Places(NamedTuple):
    """Where the rows and columns of a grid begin in the table; the last ones are its end."""

    rows: tuple[int, ...]
    columns: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class MatrixSheet:
    """All grids and signs, and the table whose rows and columns lie between their edges."""

    grids: tuple[Grid, ...] = ()
    signs: tuple[Sign, ...] = ()
    across: tuple[float, ...] = (0.0,)
    down: tuple[float, ...] = (0.0,)
    places: tuple[Places, ...] = ()

    def at(self, row: int, column: int) -> MatrixSpot | None:
        """The number that begins in a cell of the table."""
        for index, (rows, columns) in enumerate(self.places):
            if rows[0] <= row < rows[-1] and columns[0] <= column < columns[-1]:
                spot = MatrixSpot(index, bisect(rows, row) - 1, bisect(columns, column) - 1)
                return spot if self.place(spot) == (row, column) else None
        return None

    def place(self, spot: MatrixSpot) -> tuple[int, int]:
        """The cell of the table in which a number begins."""
        rows, columns = self.places[spot.grid]
        return rows[spot.row], columns[spot.column]

    def spans(self) -> Iterator[tuple[int, int, int, int]]:
        """Row, column, rows and columns of every number that takes several cells of the table."""
        for rows, columns in self.places:
            for (top, below), (left, right) in product(pairwise(rows), pairwise(columns)):
                if below - top > 1 or right - left > 1:
                    yield top, left, below - top, right - left

    def moved(self, spot: MatrixSpot, across: int, down: int) -> MatrixSpot:
        """The next number in a direction: in its grid, else in the next grid or layer."""
        grid, row, column = self.grids[spot.grid], spot.row + down, spot.column + across
        if 0 <= row < grid.rows and 0 <= column < grid.columns:
            return MatrixSpot(spot.grid, row, column)
        beside, alike = spot.grid + across, (grid.layer + down, grid.kind)
        for index, other in enumerate(self.grids):
            if across and index == beside:
                ends = 0 if across > 0 else other.columns - 1
                return MatrixSpot(index, min(row, other.rows - 1), ends)
            if down and (other.layer, other.kind) == alike:
                ends = 0 if down > 0 else other.rows - 1
                return MatrixSpot(index, ends, min(column, other.columns - 1))
        return spot


def sheet_of(
    layers: tuple[Layer, ...], cell: int, names: int, letters: tuple[str, str]
) -> MatrixSheet:
    """One line for each layer, everything centred on its middle; `names` is the room for names."""
    grids: list[Grid] = []
    signs: list[Sign] = []
    top = MARGIN_Y
    for number, layer in enumerate(layers):
        high = CELL_HIGH * max(len(layer.neurons), len(layer.before))
        x, middle = MARGIN_X + names, top + CAPTION_HIGH + high / 2
        last = number == len(layers) - 1
        for sign, kind, letter, rows, columns in _parts(layer, number, letters, last):
            if sign:
                wide = SIGN if sign in "·+=" else FUNCTION if len(sign) > 1 else LETTER
                signs.append(Sign(sign, QRectF(x, middle - 14, wide, 28)))
                x += wide
            left, upper = x + BRACKET, middle - rows * CELL_HIGH / 2
            across = tuple(left + column * cell for column in range(columns + 1))
            down = tuple(upper + row * CELL_HIGH for row in range(rows + 1))
            grids.append(Grid(kind, number, letter, across, down))
            x = across[-1] + BRACKET
        top += CAPTION_HIGH + high + BETWEEN
    right = max(grid.across[-1] for grid in grids) + BRACKET + MARGIN_X
    bottom = top - BETWEEN + MARGIN_Y
    all_across = sorted({0.0, right}.union(*(grid.across for grid in grids)))
    all_down = sorted({0.0, bottom}.union(*(grid.down for grid in grids)))
    places = (
        Places(
            tuple(bisect_left(all_down, edge) for edge in grid.down),
            tuple(bisect_left(all_across, edge) for edge in grid.across),
        )
        for grid in grids
    )
    return MatrixSheet(
        tuple(grids), tuple(signs), tuple(all_across), tuple(all_down), tuple(places)
    )


def _parts(
    layer: Layer, index: int, letters: tuple[str, str], last: bool
) -> Iterator[tuple[str, Kind, str, int, int]]:
    """W · x + b = z → σ → o: each grid with the sign before it, its letter, rows and columns."""
    number, count, before = index + 1, len(layer.neurons), len(layer.before)
    total, value = letters
    yield "", "weight", f"W{number}", count, before
    yield "·", "before", value if index else "x", before, 1
    if layer.has_biases:
        yield "+", "bias", f"b{number}", count, 1
    if layer.activation != "identity":
        yield "=", "sum", total, count, 1
    sign = "=" if layer.activation == "identity" else layer.sign
    yield sign, "value", "y" if last else value, count, 1


@dataclass(frozen=True, slots=True)
class MatrixNumber:
    """One number: what it belongs to, what it is, and whether it can be set."""

    kind: str
    node: str = ""
    edge: EdgeKey | None = None
    place: int = NOWHERE
    value: float = math.nan
    name: str = ""
    editable: bool = False
    locked: bool = False
    there: bool = True

    @property
    def pointed(self) -> Pointed:
        """The same number on the canvas."""
        if self.kind in ("weight", "bias"):
            return Pointed(self.kind, "" if self.edge else self.node, self.place)
        return Pointed(self.kind, self.node)

    def is_pointed(self, pointed: Pointed | None) -> bool:
        """Whether a factor of a formula, or the mouse, speaks of it."""
        if pointed is None:
            return False
        if self.kind in ("weight", "bias"):
            return pointed.kind == self.kind and pointed.place == self.place
        kinds = ("value", "parameter") if self.kind == "value" else (self.kind,)
        return pointed.kind in kinds and pointed.node == self.node

    def is_selected(self, look: Look) -> bool:
        """Whether its edge or its node is selected."""
        return self.edge in look.edges if self.edge is not None else self.node in look.nodes

    def told(self, digits: int) -> str:
        """What a tip and a screen reader say."""
        if not self.there:
            return f"{self.name}: no edge"
        lock = ", locked" if self.locked else ""
        return f"{self.name}: {short(self.value, digits) or 'not computed'}{lock}"


class MatrixNumbers:
    """Looks numbers up in one experiment, for one sample."""

    def __init__(
        self, experiment: Experiment, shown: SampleNumbers, layers: tuple[Layer, ...]
    ) -> None:
        self._experiment, self._shown, self.layers = experiment, shown, layers

    def number(self, grid: Grid, row: int, column: int) -> MatrixNumber:
        """The number of a cell."""
        layer = self.layers[grid.layer]
        if grid.kind == "before":
            return self._value(layer.before[row])
        node = layer.neurons[row]
        if grid.kind == "weight":
            source = layer.before[column]
            name, place = f"{self.name(source)} → {self.name(node)}", layer.weights[row, column]
            return self._learnt("weight", node, int(place), name, (source, node))
        if grid.kind == "bias":
            return self._learnt("bias", node, int(layer.biases[row]), f"bias of {self.name(node)}")
        if grid.kind == "value":
            return self._value(node)
        sums = self._shown.sums[self._experiment.network.index[node]]
        return MatrixNumber("sum", node, value=float(sums), name=f"sum of {self.name(node)}")

    def name(self, node: str) -> str:
        """What the learner calls a node."""
        return self._experiment.layout.name(node)

    def _learnt(
        self, kind: Kind, node: str, place: int, name: str, edge: EdgeKey | None = None
    ) -> MatrixNumber:
        if place == NOWHERE:
            return MatrixNumber("none", name=name, there=False)
        value = float(self._experiment.parameters[place])
        locked = self._experiment.network.locks[place]
        return MatrixNumber(kind, node, edge, place, value, name, True, locked)

    def _value(self, node: str) -> MatrixNumber:
        network = self._experiment.network
        value = float(self._shown.values[network.index[node]])
        editable = network.node(node).kind != "neuron"
        return MatrixNumber("value", node, value=value, name=self.name(node), editable=editable)

    def set(self, document: Document, number: MatrixNumber, value: float) -> None:
        """Set it, unless it is so already; Refused where that cannot be."""
        if value == number.value:
            return
        network, place = self._experiment.network, Place("value", number.node)
        if number.place != NOWHERE:
            place = network.places[number.place]
        if place in network.place_index:
            document.insist(lambda: document.set_number(place, value))
        else:
            column = self._experiment.data.inputs.index(number.node)
            document.insist(lambda: document.set_cell(self._shown.row, column, value))

    def working(self) -> tuple[str, str]:
        """The kind and the node of the number that the present micro-step has computed."""
        step = self._experiment.last_step
        if step is None:
            return "", ""
        plain = step.node and self._experiment.network.node(step.node).activation == "identity"
        if step.what == "sum":
            return ("value" if plain else "sum"), step.node
        return ("value", step.node) if step.what == "activation" else ("", "")


ROW = 16.0
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def paint_product(
    painter: QPainter, tokens: Tokens, sheet: MatrixSheet, hovered: MatrixSpot
) -> None:
    """A sum is a row of the matrix times the column before it."""
    grid = sheet.grids[hovered.grid]
    if grid.kind not in ("sum", "value"):
        return
    for other in sheet.grids:
        if other.layer == grid.layer and other.kind in ("weight", "before"):
            box = other.box
            if other.kind == "weight":
                box = other.cell(hovered.row, 0) | other.cell(hovered.row, other.columns - 1)
            fill_rounded(painter, box.adjusted(1, 1, -1, -1), 6, tokens.sunken)


def paint_frames(
    painter: QPainter, tokens: Tokens, sheet: MatrixSheet, numbers: MatrixNumbers, names: float
) -> None:
    """All that stands round the numbers, and the signs between the grids."""
    for grid in sheet.grids:
        _paint_frame(painter, tokens, grid, numbers, names)
    painter.setFont(stand_in(17))
    painter.setPen(tokens.text2)
    for sign in sheet.signs:
        painter.drawText(sign.box, Qt.AlignmentFlag.AlignCenter, sign.text)


def _paint_frame(
    painter: QPainter, tokens: Tokens, grid: Grid, numbers: MatrixNumbers, names: float
) -> None:
    """Two brackets, the letter, and for a matrix the names of its rows and columns."""
    box = grid.box
    painter.setPen(QPen(tokens.node_line, 1.25))
    for side, foot in ((box.left() - BRACKET + 2, 4.0), (box.right() + BRACKET - 2, -4.0)):
        points = [QPointF(side + foot, box.top()), QPointF(side, box.top()),
                  QPointF(side, box.bottom()), QPointF(side + foot, box.bottom())]  # fmt: skip
        painter.drawPolyline(points)
    painter.setPen(tokens.text2)
    painter.setFont(stand_in(14))
    if grid.kind != "weight":
        row = QRectF(box.left() - BRACKET, box.top() - ROW - 1, box.width() + 2 * BRACKET, ROW)
        painter.drawText(row, Qt.AlignmentFlag.AlignCenter, grid.letter)
        return
    row = QRectF(MARGIN_X, box.top() - ROW - 1, names, ROW)
    painter.drawText(row, Qt.AlignmentFlag.AlignVCenter, grid.letter)
    _paint_names(painter, grid, numbers, names)


def _paint_names(painter: QPainter, grid: Grid, numbers: MatrixNumbers, names: float) -> None:
    """Of a large matrix only those that are seen."""
    layer, view, places = numbers.layers[grid.layer], painter.clipBoundingRect(), []
    for column, node in enumerate(layer.before):
        cell = grid.cell(0, column)
        room = QRectF(cell.left(), cell.top() - ROW - 1, cell.width(), ROW)
        places.append((room, Qt.AlignmentFlag.AlignCenter, node))
    for row, node in enumerate(layer.neurons):
        room = QRectF(MARGIN_X, grid.cell(row, 0).top(), names - 6, CELL_HIGH)
        places.append((room, _RIGHT, node))
    painter.setFont(font_of(CAPTION))
    elide, end = painter.fontMetrics().elidedText, Qt.TextElideMode.ElideRight
    for room, side, node in places:
        if room.intersects(view):
            painter.drawText(room, side, elide(numbers.name(node), end, int(room.width())))


NARROWEST, MOST_DIGITS = 46, 7
MOST_NAME = 84
SELECTED = 1.5
NOTHING = MatrixNumber("none", there=False)
_TURNS = {
    QAbstractItemView.CursorAction.MoveLeft: (-1, 0),
    QAbstractItemView.CursorAction.MoveRight: (1, 0),
    QAbstractItemView.CursorAction.MoveUp: (0, -1),
    QAbstractItemView.CursorAction.MoveDown: (0, 1),
}


class MatrixModel(CellModel):
    """The numbers of a sheet in its cells; those between are empty."""

    def __init__(self, document: Document, parent: QObject) -> None:
        super().__init__(parent)
        self._document = document
        self.numbers: MatrixNumbers | None = None
        self.sheet = MatrixSheet()

    @property
    def digits(self) -> int:
        """With more the columns would get too wide."""
        return min(MOST_DIGITS, self._document.value.settings.digits)

    def lay_out(self, numbers: MatrixNumbers | None, sheet: MatrixSheet) -> None:
        """Show these from now on: other neurons or names stand there."""
        self.beginResetModel()
        self.numbers, self.sheet = numbers, sheet
        widths = (round(right - left) for left, right in pairwise(sheet.across))
        self.columns = tuple(Column("", "", width) for width in widths)
        self.endResetModel()

    def index_of(self, spot: MatrixSpot) -> QModelIndex:
        """The cell in which a number begins."""
        return self.index(*self.sheet.place(spot))

    def number(self, row: int, column: int) -> MatrixNumber:
        """What stands in a cell."""
        spot = self.sheet.at(row, column)
        if spot is None or self.numbers is None:
            return NOTHING
        return self.numbers.number(self.sheet.grids[spot.grid], spot.row, spot.column)

    def count(self) -> int:
        return len(self.sheet.down) - 1

    def row_name(self, row: int) -> str:
        return ""

    def cell_name(self, row: int, column: int) -> str:
        return self.number(row, column).name

    def read_aloud(self, row: int, column: int) -> str:
        number = self.number(row, column)
        return number.told(self.digits) if number.name else ""

    def cell(self, row: int, column: int) -> Cell:
        number = self.number(row, column)
        return number_cell(number.value, self.digits, editable=number.editable)

    def entry(self, row: int, column: int) -> str:
        return short(self.number(row, column).value, self._document.value.settings.digits)

    def take(self, row: int, column: int, text: str) -> None:
        if self.numbers is not None:
            self.numbers.set(self._document, self.number(row, column), read(text))

    def flags(self, index: Index) -> Qt.ItemFlag:
        if self.sheet.at(index.row(), index.column()) is None:
            return Qt.ItemFlag.NoItemFlags
        return super().flags(index)


class MatrixDelegate(CellDelegate):
    """Paints each number in its state."""

    def __init__(self, view: QAbstractItemView) -> None:
        super().__init__(view)
        assert isinstance(view, MatrixView)
        self._view = view

    def _paint_number(
        self, painter: QPainter, tokens: Tokens, box: QRectF, spot: MatrixSpot
    ) -> None:
        number = self._view.matrix.number(*self._view.matrix.sheet.place(spot))
        if not number.there:
            painter.setFont(font_of(WEIGHT))
            painter.setPen(tokens.text2)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, "·")
            return
        if number.is_selected(self._view.stage.look):
            rim_rounded(painter, box.adjusted(2, 1.5, -2, -1.5), 6, QPen(tokens.text, SELECTED))
        place = self._view.place(spot, number)
        plate = plate_rect(box.center(), place, WEIGHT)
        paint_place(painter, tokens, plate.intersected(box.adjusted(1, 1, -1, -1)), place, WEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        spot = self._view.matrix.sheet.at(index.row(), index.column())
        if spot is None:
            return
        tokens, box = tokens_of(option.palette), QRectF(option.rect)
        with QPainterStateGuard(painter):
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_number(painter, tokens, box, spot)
            if option.state & QStyle.StateFlag.State_HasFocus and self._view.hasFocus():
                rim_rounded(painter, box, 7, QPen(tokens.fwd, 2))

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, index: Index
    ) -> None:
        editor.setGeometry(option.rect.adjusted(-3, -2, 9, 2))


class MatrixView(CellTable):
    """Shows one experiment's matrices; what it selects and points at goes through the stage."""

    delegate_type = MatrixDelegate

    def __init__(self, document: Document, stage: Stage, parent: QWidget) -> None:
        self.matrix = MatrixModel(document, parent)
        self.stage = stage
        self.hovered: MatrixSpot | None = None
        self._names = 0
        tip = "Matrices: arrows move, Enter or a double-click types a number in place."
        super().__init__("Matrices", tip, self.matrix, parent)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        for header in (self.horizontalHeader(), self.verticalHeader()):
            header.hide()
            header.setMinimumSectionSize(1)
        for bar in (self.horizontalScrollBar(), self.verticalScrollBar()):
            bar.setSingleStep(round(CELL_HIGH))
        self.setMouseTracking(True)
        self.pressed.connect(self._select)
        self.entered.connect(self._hover)
        self.viewportEntered.connect(self._hover)

    def show_numbers(
        self, numbers: MatrixNumbers | None, letters: tuple[str, str], anew: bool
    ) -> None:
        """Show these; `anew` where other neurons or names stand there."""
        if not anew:
            self.matrix.numbers = numbers
            self.matrix.show_all()
            return
        self.clearSpans()
        self.hovered = None
        sheet = self._sheet(numbers, letters) if numbers else MatrixSheet()
        self.matrix.lay_out(numbers, sheet)
        for span in self.matrix.sheet.spans():
            self.setSpan(*span)

    def _sheet(self, numbers: MatrixNumbers, letters: tuple[str, str]) -> MatrixSheet:
        bold = QFontMetricsF(font_of(strong(WEIGHT)))
        wide = round(bold.horizontalAdvance("−0." + "8" * self.matrix.digits) + 8.5)
        metrics = QFontMetricsF(font_of(CAPTION))
        names = [numbers.name(node) for layer in numbers.layers for node in layer.neurons[:200]]
        widest = max((round(metrics.horizontalAdvance(name) + 8.5) for name in names), default=0)
        self._names = min(MOST_NAME, max(26, widest))
        return sheet_of(numbers.layers, max(NARROWEST, wide), self._names, letters)

    def place(self, spot: MatrixSpot, number: MatrixNumber) -> PlacedNumber:
        """How a number stands there at the present step."""
        assert self.matrix.numbers is not None
        text, kind = (
            short(number.value, self.matrix.digits),
            self.matrix.sheet.grids[spot.grid].kind,
        )
        role = Role.MEMORY if kind in ("weight", "bias") else Role.FORWARD
        works = (number.kind, number.node) == self.matrix.numbers.working() and kind != "before"
        state = State.AT_WORK
        if not text:
            state = State.NOT_COMPUTED
        elif not works:
            pointed = number.is_pointed(self.stage.look.pointed)
            at_rest = State.QUIET if number.locked else State.AT_REST
            state = State.SOURCE if pointed else at_rest
        return PlacedNumber(state, role, text, hovered=spot == self.hovered and number.editable)

    def _select(self, index: QModelIndex) -> None:
        """Select the edge or the node of a number."""
        number = self.matrix.number(index.row(), index.column())
        if number.edge is not None:
            self.stage.select(edges=(number.edge,))
        elif number.there and number.node:
            self.stage.select(nodes=(number.node,))

    def _hover(self, index: Index = NO_INDEX) -> None:
        """Point at the number under the mouse; at nothing where there is none."""
        spot = self.matrix.sheet.at(index.row(), index.column())
        if spot == self.hovered:
            return
        self.hovered = spot
        number = self.matrix.number(index.row(), index.column())
        self.stage.point_at(number.pointed if number.there else None)
        self.viewport().update()

    # Qt's own

    def fit_columns(self) -> None:
        """Columns and rows are as wide and high as the sheet has them."""
        for column, wanted in enumerate(self.matrix.columns):
            self.setColumnWidth(column, wanted.width)
        for row, (top, bottom) in enumerate(pairwise(self.matrix.sheet.down)):
            self.setRowHeight(row, round(bottom - top))

    def moveCursor(
        self, cursorAction: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        """Arrows lead through a matrix and on to the next; what they come to is selected."""
        here = self.currentIndex()
        spot = self.matrix.sheet.at(here.row(), here.column())
        if cursorAction in _TURNS and spot is not None:
            there = self.matrix.index_of(self.matrix.sheet.moved(spot, *_TURNS[cursorAction]))
        else:
            there = super().moveCursor(cursorAction, modifiers)
        self._select(there)
        return there

    def scrollTo(
        self,
        index: Index,
        hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible,
    ) -> None:
        """A number comes into view with its bracket, and with what stands above it."""
        cell = self.visualRect(index).adjusted(-8, -8 - round(CELL_HIGH), 8, 8)
        view = self.viewport()
        for bar, low, beyond in (
            (self.horizontalScrollBar(), cell.left(), cell.right() - view.width()),
            (self.verticalScrollBar(), cell.top(), cell.bottom() - view.height()),
        ):
            bar.setValue(bar.value() + max(min(0, low), beyond))

    def focusInEvent(self, event: QFocusEvent) -> None:
        if not self.currentIndex().isValid() and self.matrix.sheet.grids:
            self.setCurrentIndex(self.matrix.index_of(MatrixSpot(0, 0, 0)))
        super().focusInEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hover()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.matrix.numbers is not None:
            tokens, sheet = tokens_of(self.palette()), self.matrix.sheet
            with QPainter(self.viewport()) as painter:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.setClipRect(event.rect())
                painter.translate(-self.horizontalOffset(), -self.verticalOffset())
                if self.hovered is not None:
                    paint_product(painter, tokens, sheet, self.hovered)
                paint_frames(painter, tokens, sheet, self.matrix.numbers, self._names)
        super().paintEvent(event)


class Matrices(QWidget):
    """Follows document and stage while it is seen; says why a network is no row of matrices."""

    def __init__(self, document: Document, stage: Stage, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName("Matrices")
        self._stage = stage
        self.live = RunFollower(document, self.refresh, self)
        self._showing = SampleView()
        self._layers: tuple[Layer, ...] = ()
        self._laid: tuple[object, ...] = ()
        self.formula = ElidedLabel("", BODY, "text2", self)
        self.view = MatrixView(document, stage, self)
        self.empty = words("", BODY, self)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setContentsMargins(20, 8, 20, 8)
        self.formula.setContentsMargins(0, 0, 0, 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 4, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.formula)
        column.addWidget(self.view, 1)
        column.addWidget(self.empty, 1)
        document.changed.connect(self._changed)
        stage.looked.connect(self._looked)

    def refresh(self) -> None:
        """Show what there is to see now."""
        if not self.isVisible():
            return
        value = self.live.value
        letters = (value.layout.letters.sum, value.layout.letters.value)
        laid = (value.network, value.layout.names, letters, self.view.matrix.digits)
        anew = self._laid != laid
        if anew:
            self._laid = laid
            self._divide(value)
        numbers = None
        if self._layers:
            shown = self._showing.shown(value, self._stage.look.row)
            numbers = MatrixNumbers(value, shown, self._layers)
        self.view.show_numbers(numbers, letters, anew)

    def _divide(self, value: Experiment) -> None:
        """The layers, or the sentence that says why there are none."""
        sentence = ""
        try:
            self._layers = layers_of(value.network, value.layout.name)
        except Refused as refused:
            self._layers, sentence = (), refused.sentence
        self.formula.set_text(formula_of(self._layers) if self._layers else "")
        self.empty.setText(sentence)
        self.empty.setVisible(bool(sentence))
        self.formula.setVisible(not sentence)
        self.view.setVisible(not sentence)

    def _changed(self, before: Experiment, after: Experiment) -> None:
        self.refresh()

    def _looked(self, before: Look, after: Look) -> None:
        if before.row != after.row:
            self.refresh()
        elif (before.nodes, before.edges, before.pointed) != (
            after.nodes, after.edges, after.pointed,
        ):  # fmt: skip
            self.view.viewport().update()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()
