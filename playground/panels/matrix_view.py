"""The sheet of matrices as a table: hover, select, walk with arrows, type in place."""

from itertools import pairwise

from PySide6.QtCore import QEvent, QModelIndex, QObject, QRectF, Qt
from PySide6.QtGui import (
    QFocusEvent,
    QFontMetricsF,
    QPainter,
    QPainterStateGuard,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyleOptionViewItem, QWidget

from engine.numerals import Role, read, short
from playground.model.document import Document
from playground.model.stage import Stage
from playground.panels.matrix_numbers import Number, Numbers
from playground.panels.matrix_painting import paint_frames, paint_product
from playground.panels.matrix_sheet import CELL_HIGH, Sheet, Spot, sheet_of
from playground.theme.fonts import CAPTION, WEIGHT, font_of, strong
from playground.theme.painting import rim_rounded
from playground.theme.palette import Tokens, tokens_of
from playground.widgets.number_plate import PlacedNumber, State, paint_place, plate_rect
from playground.widgets.table import (
    NOWHERE,
    Cell,
    CellDelegate,
    CellModel,
    CellTable,
    Column,
    Index,
    number_cell,
)

NARROWEST, MOST_DIGITS = 46, 7
MOST_NAME = 84
SELECTED = 1.5
NOTHING = Number("none", there=False)
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
        self.numbers: Numbers | None = None
        self.sheet = Sheet()

    @property
    def digits(self) -> int:
        """With more the columns would get too wide."""
        return min(MOST_DIGITS, self._document.value.settings.digits)

    def lay_out(self, numbers: Numbers | None, sheet: Sheet) -> None:
        """Show these from now on: other neurons or names stand there."""
        self.beginResetModel()
        self.numbers, self.sheet = numbers, sheet
        widths = (round(right - left) for left, right in pairwise(sheet.across))
        self.columns = tuple(Column("", "", width) for width in widths)
        self.endResetModel()

    def index_of(self, spot: Spot) -> QModelIndex:
        """The cell in which a number begins."""
        return self.index(*self.sheet.place(spot))

    def number(self, row: int, column: int) -> Number:
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

    def _paint_number(self, painter: QPainter, tokens: Tokens, box: QRectF, spot: Spot) -> None:
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
        self.hovered: Spot | None = None
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

    def show_numbers(self, numbers: Numbers | None, letters: tuple[str, str], anew: bool) -> None:
        """Show these; `anew` where other neurons or names stand there."""
        if not anew:
            self.matrix.numbers = numbers
            self.matrix.show_all()
            return
        self.clearSpans()
        self.hovered = None
        self.matrix.lay_out(numbers, Sheet() if numbers is None else self._sheet(numbers, letters))
        for span in self.matrix.sheet.spans():
            self.setSpan(*span)

    def _sheet(self, numbers: Numbers, letters: tuple[str, str]) -> Sheet:
        bold = QFontMetricsF(font_of(strong(WEIGHT)))
        wide = round(bold.horizontalAdvance("−0." + "8" * self.matrix.digits) + 8.5)
        metrics = QFontMetricsF(font_of(CAPTION))
        names = [numbers.name(node) for layer in numbers.layers for node in layer.neurons[:200]]
        widest = max((round(metrics.horizontalAdvance(name) + 8.5) for name in names), default=0)
        self._names = min(MOST_NAME, max(26, widest))
        return sheet_of(numbers.layers, max(NARROWEST, wide), self._names, letters)

    def place(self, spot: Spot, number: Number) -> PlacedNumber:
        """How a number stands there at the present step."""
        assert self.matrix.numbers is not None
        works = (number.kind, number.node) == self.matrix.numbers.working()
        kind = self.matrix.sheet.grids[spot.grid].kind
        text = short(number.value, self.matrix.digits)
        role = Role.MEMORY if kind in ("weight", "bias") else Role.FORWARD
        state = State.AT_REST if text else State.NOT_COMPUTED
        if text and number.locked:
            state = State.QUIET
        if text and number.is_pointed(self.stage.look.pointed):
            state = State.SOURCE
        if text and works and kind != "before":
            state = State.AT_WORK
        return PlacedNumber(state, role, text, hovered=spot == self.hovered and number.editable)

    def _select(self, index: QModelIndex) -> None:
        """Select the edge or the node of a number."""
        number = self.matrix.number(index.row(), index.column())
        if number.edge is not None:
            self.stage.select(edges=(number.edge,))
        elif number.there and number.node:
            self.stage.select(nodes=(number.node,))

    def _hover(self, index: Index = NOWHERE) -> None:
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
            self.setCurrentIndex(self.matrix.index_of(Spot(0, 0, 0)))
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
