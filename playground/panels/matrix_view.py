"""A layered network as matrices, every number in its place in a table."""

import math
from bisect import bisect_left
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
)
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyleOptionViewItem, QVBoxLayout, QWidget

from engine.errors import Refused
from engine.experiment.experiment import Experiment
from engine.network import Place
from engine.numerals import NumberRole, read, short
from engine.views.matrices import NOWHERE, Layer, formula_of, layers_of
from engine.views.samples import SampleNumbers, SampleView
from playground.model.document import Document
from playground.model.stage import EdgeKey, Look, Pointed, Stage
from playground.model.trainer import RunFollower
from playground.theme.fonts import BODY, CAPTION, WEIGHT, font_of, stand_in, strong
from playground.theme.painting import fill_rounded, painted, rim_rounded
from playground.theme.palette import Tokens, tokens_of
from playground.widgets import table
from playground.widgets.buttons import ElidedLabel
from playground.widgets.form import words
from playground.widgets.layout import lay_out
from playground.widgets.number_plate import PlacedNumber, State, paint_place, plate_rect
from playground.widgets.table import Cell, CellDelegate, CellModel, CellTable, Column, Index

Kind = Literal["weight", "before", "bias", "sum", "value"]

CELL_HIGH, CAPTION_HIGH, BETWEEN = 26.0, 18.0, 22.0
BRACKET = 7.0
SIGN, FUNCTION, LETTER = 19.0, 46.0, 28.0
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
        return len(self.across) - 1

    @property
    def rows(self) -> int:
        return len(self.down) - 1

    @property
    def box(self) -> QRectF:
        return self.cell(0, 0) | self.cell(self.rows - 1, self.columns - 1)

    def cell(self, row: int, column: int) -> QRectF:
        corner = QPointF(self.across[column], self.down[row])
        return QRectF(corner, QPointF(self.across[column + 1], self.down[row + 1]))


@dataclass(frozen=True, slots=True)
class MatrixSheet:
    """All grids, the signs between them, and the edges of all their rows and columns, between which
    lie those of a table; `names` is the room for names at the left."""

    grids: tuple[Grid, ...] = ()
    signs: tuple[tuple[str, QRectF], ...] = ()
    across: tuple[float, ...] = (0.0,)
    down: tuple[float, ...] = (0.0,)
    names: float = 0.0

    def at(self, row: int, column: int) -> MatrixSpot | None:
        """The number that begins in a cell of the table."""
        left, top = self.across[column], self.down[row]
        for index, grid in enumerate(self.grids):
            spot = MatrixSpot(index, bisect_left(grid.down, top), bisect_left(grid.across, left))
            inside = spot.row < grid.rows and spot.column < grid.columns
            if inside and self.place(spot) == (row, column):
                return spot
        return None

    def place(self, spot: MatrixSpot) -> tuple[int, int]:
        """The cell of the table in which a number begins."""
        grid = self.grids[spot.grid]
        row = bisect_left(self.down, grid.down[spot.row])
        return row, bisect_left(self.across, grid.across[spot.column])

    def spans(self) -> Iterator[tuple[int, int, int, int]]:
        """Row, column, rows and columns of every number that takes several cells of the table."""
        for grid in self.grids:
            rows = [bisect_left(self.down, edge) for edge in grid.down]
            columns = [bisect_left(self.across, edge) for edge in grid.across]
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
    """One line for each layer, everything centred on its middle."""
    grids: list[Grid] = []
    signs: list[tuple[str, QRectF]] = []
    top = MARGIN_Y
    for number, layer in enumerate(layers):
        high = CELL_HIGH * max(len(layer.neurons), len(layer.before))
        x, middle = MARGIN_X + names, top + CAPTION_HIGH + high / 2
        last = number == len(layers) - 1
        for sign, kind, letter, rows, columns in _parts(layer, number, letters, last):
            if sign:
                wide = SIGN if sign in "·+=" else FUNCTION if len(sign) > 1 else LETTER
                signs.append((sign, QRectF(x, middle - 14, wide, 28)))
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
    return MatrixSheet(tuple(grids), tuple(signs), tuple(all_across), tuple(all_down), names)


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
        return self.edge in look.edges if self.edge is not None else self.node in look.nodes

    def told(self, digits: int) -> str:
        """What a tip and a screen reader say."""
        if not self.there:
            return f"{self.name}: no edge"
        lock = ", locked" if self.locked else ""
        return f"{self.name}: {short(self.value, digits) or 'not computed'}{lock}"


ROW = 16.0
NARROWEST, MOST_DIGITS = 46, 7
NOTHING = MatrixNumber("none", there=False)
_TURNS = {
    QAbstractItemView.CursorAction.MoveLeft: (-1, 0),
    QAbstractItemView.CursorAction.MoveRight: (1, 0),
    QAbstractItemView.CursorAction.MoveUp: (0, -1),
    QAbstractItemView.CursorAction.MoveDown: (0, 1),
}


class MatrixModel(CellModel):
    """The numbers of an experiment and of one sample, in the cells of a sheet; those between are
    empty."""

    def __init__(self, document: Document, parent: QObject) -> None:
        super().__init__(parent)
        self._document, self._value = document, document.value
        self._showing = SampleView()
        self._shown: SampleNumbers | None = None
        self.layers: tuple[Layer, ...] = ()
        self.sheet = MatrixSheet()

    @property
    def digits(self) -> int:
        """With more the columns would get too wide."""
        return min(MOST_DIGITS, self._document.value.settings.digits)

    def lay_out(self, layers: tuple[Layer, ...], sheet: MatrixSheet) -> None:
        """Other neurons or names stand there from now on; their numbers are shown next."""
        self.beginResetModel()
        self.layers, self.sheet, self._shown = layers, sheet, None
        widths = (round(right - left) for left, right in pairwise(sheet.across))
        self.columns = tuple(Column("", "", width) for width in widths)
        self.endResetModel()

    def show_numbers(self, value: Experiment, row: int | None) -> None:
        """The numbers of this experiment and this sample, in the places there are."""
        self._value, self._shown = value, self._showing.shown(value, row)
        self.show_all()

    def index_of(self, spot: MatrixSpot) -> QModelIndex:
        return self.index(*self.sheet.place(spot))

    def number(self, row: int, column: int) -> MatrixNumber:
        spot, shown = self.sheet.at(row, column), self._shown
        if spot is None or shown is None:
            return NOTHING
        grid, network = self.sheet.grids[spot.grid], self._value.network
        layer = self.layers[grid.layer]
        node = (layer.before if grid.kind == "before" else layer.neurons)[spot.row]
        name, index = self.name(node), network.index[node]
        if grid.kind == "weight":
            source = layer.before[spot.column]
            name, place = f"{self.name(source)} → {name}", layer.weights[spot.row, spot.column]
            return self._learnt("weight", node, int(place), name, (source, node))
        if grid.kind == "bias":
            return self._learnt("bias", node, int(layer.biases[spot.row]), f"bias of {name}")
        if grid.kind == "sum":
            found = float(shown.sums[index])
            return MatrixNumber("sum", node, value=found, name=f"sum of {name}")
        found, editable = float(shown.values[index]), network.node(node).kind != "neuron"
        return MatrixNumber("value", node, value=found, name=name, editable=editable)

    def name(self, node: str) -> str:
        return self._value.layout.name(node)

    def _learnt(
        self, kind: Kind, node: str, place: int, name: str, edge: EdgeKey | None = None
    ) -> MatrixNumber:
        if place == NOWHERE:
            return MatrixNumber("none", name=name, there=False)
        value, locked = float(self._value.parameters[place]), self._value.network.locks[place]
        return MatrixNumber(kind, node, edge, place, value, name, True, locked)

    def working(self) -> tuple[str, str]:
        """The kind and the node of the number that the present micro-step has computed."""
        step = self._value.last_step
        if step is None or step.what not in ("sum", "activation"):
            return "", ""
        plain = step.node and self._value.network.node(step.node).activation == "identity"
        return ("sum" if step.what == "sum" and not plain else "value"), step.node

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
        return table.number_cell(number.value, self.digits, editable=number.editable)

    def entry(self, row: int, column: int) -> str:
        return short(self.number(row, column).value, self._document.value.settings.digits)

    def take(self, row: int, column: int, text: str) -> None:
        number, value, document = self.number(row, column), read(text), self._document
        if value == number.value or self._shown is None:
            return
        network, place = self._value.network, Place("value", number.node)
        if number.place != NOWHERE:
            place = network.places[number.place]
        if place in network.place_index:
            document.apply_or_raise(lambda: document.set_number(place, value))
        else:
            sample, inputs = self._shown.row, self._value.data.inputs.index(number.node)
            document.apply_or_raise(lambda: document.set_cell(sample, inputs, value))

    def flags(self, index: Index) -> Qt.ItemFlag:
        if self.sheet.at(index.row(), index.column()) is None:
            return Qt.ItemFlag.NoItemFlags
        return super().flags(index)


class MatrixDelegate(CellDelegate):
    def _paint_number(
        self, painter: QPainter, tokens: Tokens, box: QRectF, view: "MatrixView", spot: MatrixSpot
    ) -> None:
        matrix, look = view.matrix, view.stage.look
        number = matrix.number(*matrix.sheet.place(spot))
        if not number.there:
            painter.setFont(font_of(WEIGHT))
            painter.setPen(tokens.text2)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, "·")
            return
        if number.is_selected(look):
            rim_rounded(painter, box.adjusted(2, 1.5, -2, -1.5), 6, QPen(tokens.text, 1.5))
        text, kind = short(number.value, matrix.digits), matrix.sheet.grids[spot.grid].kind
        if not text:
            state = State.NOT_COMPUTED
        elif (number.kind, number.node) == matrix.working() and kind != "before":
            state = State.AT_WORK
        elif number.is_pointed(look.pointed):
            state = State.SOURCE
        else:
            state = State.QUIET if number.locked else State.AT_REST
        role = NumberRole.MEMORY if kind in ("weight", "bias") else NumberRole.FORWARD
        hovered = spot == view.hovered and number.editable
        place = PlacedNumber(state, role, text, hovered=hovered)
        plate = plate_rect(box.center(), place, WEIGHT)
        paint_place(painter, tokens, plate.intersected(box.adjusted(1, 1, -1, -1)), place, WEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        view = option.widget
        assert isinstance(view, MatrixView)
        spot = view.matrix.sheet.at(index.row(), index.column())
        if spot is None:
            return
        tokens, box = tokens_of(option.palette), QRectF(option.rect)
        with QPainterStateGuard(painter):
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_number(painter, tokens, box, view, spot)
            if option.state & QStyle.StateFlag.State_HasFocus and view.hasFocus():
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

    def lay_out(self, value: Experiment, layers: tuple[Layer, ...]) -> None:
        """Other neurons or names stand there from now on."""
        self.clearSpans()
        self.hovered = None
        sheet = MatrixSheet()
        if layers:
            bold = QFontMetricsF(font_of(strong(WEIGHT)))
            wide = round(bold.horizontalAdvance("−0." + "8" * self.matrix.digits) + 8.5)
            measure = QFontMetricsF(font_of(CAPTION)).horizontalAdvance
            nodes = (node for layer in layers for node in layer.neurons[:200])
            widest = max(round(measure(value.layout.name(node)) + 8.5) for node in nodes)
            names, letters = min(84, max(26, widest)), value.layout.letters
            both = letters.sum, letters.value
            sheet = sheet_of(layers, max(NARROWEST, wide), names, both)
        self.matrix.lay_out(layers, sheet)
        for span in sheet.spans():
            self.setSpan(*span)

    def _select(self, index: QModelIndex) -> None:
        number = self.matrix.number(index.row(), index.column())
        if number.edge is not None:
            self.stage.select(edges=(number.edge,))
        elif number.node:
            self.stage.select(nodes=(number.node,))

    def _hover(self, index: Index = table.NOWHERE) -> None:
        """Point at the number under the mouse; at nothing where there is none."""
        spot = self.matrix.sheet.at(index.row(), index.column())
        if spot == self.hovered:
            return
        self.hovered = spot
        number = self.matrix.number(index.row(), index.column())
        self.stage.point_at(number.pointed if number.there else None)
        self.viewport().update()

    # painting what stands round the numbers

    def _paint_product(self, painter: QPainter, tokens: Tokens, hovered: MatrixSpot) -> None:
        """A sum is a row of the matrix times the column before it."""
        grids = self.matrix.sheet.grids
        if grids[hovered.grid].kind not in ("sum", "value"):
            return
        for other in grids:
            if other.layer == grids[hovered.grid].layer and other.kind in ("weight", "before"):
                box = other.box
                if other.kind == "weight":
                    box = other.cell(hovered.row, 0) | other.cell(hovered.row, other.columns - 1)
                fill_rounded(painter, box.adjusted(1, 1, -1, -1), 6, tokens.sunken)

    def _paint_frame(self, painter: QPainter, tokens: Tokens, grid: Grid) -> None:
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
        row = QRectF(MARGIN_X, box.top() - ROW - 1, self.matrix.sheet.names, ROW)
        painter.drawText(row, Qt.AlignmentFlag.AlignVCenter, grid.letter)
        layer, view, places = self.matrix.layers[grid.layer], painter.clipBoundingRect(), []
        for column, node in enumerate(layer.before):
            cell = grid.cell(0, column)
            room = QRectF(cell.left(), cell.top() - ROW - 1, cell.width(), ROW)
            places.append((room, Qt.AlignmentFlag.AlignCenter, node))
        for place, node in enumerate(layer.neurons):
            top, wide = grid.cell(place, 0).top(), self.matrix.sheet.names - 6
            places.append((QRectF(MARGIN_X, top, wide, CELL_HIGH), table.RIGHT, node))
        painter.setFont(font_of(CAPTION))
        elide, end = painter.fontMetrics().elidedText, Qt.TextElideMode.ElideRight
        for room, side, node in places:
            if room.intersects(view):  # of a large matrix only those that are seen
                name = elide(self.matrix.name(node), end, int(room.width()))
                painter.drawText(room, side, name)

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
        sheet = self.matrix.sheet
        with painted(self.viewport()) as (painter, tokens):
            painter.setClipRect(event.rect())
            painter.translate(-self.horizontalOffset(), -self.verticalOffset())
            if self.hovered is not None:
                self._paint_product(painter, tokens, self.hovered)
            for grid in sheet.grids:
                self._paint_frame(painter, tokens, grid)
            painter.setFont(stand_in(17))
            painter.setPen(tokens.text2)
            for sign, box in sheet.signs:
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, sign)
        super().paintEvent(event)


class Matrices(QWidget):
    """Follows document and stage while it is seen; says why a network is no row of matrices."""

    def __init__(self, document: Document, stage: Stage, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName("Matrices")
        self._stage = stage
        self.live = RunFollower(document, self.refresh, self)
        self._laid: tuple[object, ...] = ()
        self.formula = ElidedLabel("", BODY, "text2", self)
        self.view = MatrixView(document, stage, self)
        self.empty = words("", BODY, self, centred=True)
        self.empty.setContentsMargins(20, 8, 20, 8)
        parts = (self.formula, (self.view, 1), (self.empty, 1))
        lay_out(QVBoxLayout(self), *parts, spacing=2, margins=(14, 4, 0, 0))
        stage.looked.connect(self._on_looked)

    def refresh(self) -> None:
        value = self.live.value
        layout, digits = value.layout, self.view.matrix.digits
        laid = (value.network, layout.names, layout.letters.sum, layout.letters.value, digits)
        if self._laid != laid:
            self._laid = laid
            layers: tuple[Layer, ...] = ()
            sentence = ""
            try:
                layers = layers_of(value.network, layout.name)
            except Refused as refused:
                sentence = refused.sentence
            self.view.lay_out(value, layers)
            self.formula.set_text(formula_of(layers) if layers else "")
            self.empty.setText(sentence)
            self.empty.setVisible(bool(sentence))
            self.formula.setVisible(not sentence)
            self.view.setVisible(not sentence)
        if self.view.matrix.layers:
            self.view.matrix.show_numbers(value, self._stage.look.row)

    def _on_looked(self, before: Look, after: Look) -> None:
        if before.row != after.row and self.isVisible():
            self.refresh()
        else:
            self.view.viewport().update()
