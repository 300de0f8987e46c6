"""How the matrices look: brackets, letters, names, and each number in its state."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from engine.matrices import Layer
from engine.numerals import Role, short
from playground.fonts import CAPTION, WEIGHT, font_of, stand_in
from playground.palette import Tokens
from playground.panels.matrix_numbers import Number, Numbers
from playground.panels.matrix_sheet import BRACKET, MARGIN_X, Grid, Sheet, Spot
from playground.stage import Look
from playground.strokes import fill_rounded, rim_rounded
from playground.widgets.number_plate import Place, State, paint_place, plate_rect

ROW = 16.0
SELECTED = 1.5


class MatrixPainting:
    """Paints what lies in a part of the sheet; made anew for each painting."""

    def __init__(
        self, painter: QPainter, tokens: Tokens, numbers: Numbers, look: Look, digits: int
    ) -> None:
        self._painter, self._tokens, self._numbers = painter, tokens, numbers
        self._look, self._digits = look, digits
        self._work = numbers.working()

    def paint(self, sheet: Sheet, view: QRectF, names: float, hovered: Spot | None) -> None:
        """Everything that is seen."""
        if hovered is not None:
            self._paint_product(sheet, hovered)
        for grid in sheet.grids:
            self._paint_frame(grid, names)
            for row, column in grid.seen(view):
                over = hovered is not None and hovered[1:] == (row, column)
                own = over and hovered is not None and sheet.grids[hovered.grid] is grid
                self._paint_number(grid, row, column, own)
        self._painter.setFont(stand_in(17))
        self._painter.setPen(self._tokens.text2)
        for sign in sheet.signs:
            self._painter.drawText(sign.box, Qt.AlignmentFlag.AlignCenter, sign.text)

    def _paint_product(self, sheet: Sheet, hovered: Spot) -> None:
        """A sum is a row of the matrix times the column before it."""
        grid = sheet.grids[hovered.grid]
        if grid.kind not in ("sum", "value"):
            return
        for other in sheet.grids:
            if other.layer == grid.layer and other.kind in ("weight", "before"):
                box = other.row(hovered.row) if other.kind == "weight" else other.box
                fill_rounded(self._painter, box.adjusted(1, 1, -1, -1), 6, self._tokens.sunken)

    def _paint_frame(self, grid: Grid, names: float) -> None:
        """Two brackets, the letter, and for a matrix the names of its rows and columns."""
        painter, tokens, box = self._painter, self._tokens, grid.box
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
        self._paint_names(grid, self._numbers.layers[grid.layer], names)

    def _paint_names(self, grid: Grid, layer: Layer, names: float) -> None:
        painter = self._painter
        painter.setFont(font_of(CAPTION))
        elide, name = painter.fontMetrics().elidedText, self._numbers.name
        view = painter.clipBoundingRect() if painter.hasClipping() else grid.box
        seen = list(grid.seen(view.adjusted(-200, -60, 200, 60)))
        for column in sorted({column for _, column in seen}):
            cell = grid.cell(0, column)
            text = elide(name(layer.before[column]), Qt.TextElideMode.ElideRight, int(cell.width()))
            row = QRectF(cell.left(), cell.top() - ROW - 1, cell.width(), ROW)
            painter.drawText(row, Qt.AlignmentFlag.AlignCenter, text)
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for line in sorted({line for line, _ in seen}):
            cell = grid.cell(line, 0)
            room = QRectF(MARGIN_X, cell.top(), names - 6, cell.height())
            text = elide(name(layer.neurons[line]), Qt.TextElideMode.ElideRight, int(room.width()))
            painter.drawText(room, right, text)

    def _paint_number(self, grid: Grid, row: int, column: int, hovered: bool) -> None:
        painter, tokens, cell = self._painter, self._tokens, grid.cell(row, column)
        number = self._numbers.number(grid, row, column)
        if not number.there:
            painter.setFont(font_of(WEIGHT))
            painter.setPen(tokens.text2)
            painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, "·")
            return
        if number.is_selected(self._look):
            ring = cell.adjusted(2, 1.5, -2, -1.5)
            rim_rounded(painter, ring, 6, QPen(tokens.text, SELECTED))
        place = self._place(grid, number, hovered)
        box = plate_rect(cell.center(), place, WEIGHT)
        paint_place(painter, tokens, box.intersected(cell.adjusted(1, 1, -1, -1)), place, WEIGHT)

    def _place(self, grid: Grid, number: Number, hovered: bool) -> Place:
        text = short(number.value, self._digits)
        role = Role.MEMORY if grid.kind in ("weight", "bias") else Role.FORWARD
        state = State.AT_REST if text else State.NOT_COMPUTED
        if text and number.locked:
            state = State.QUIET
        if text and number.is_pointed(self._look.pointed):
            state = State.SOURCE
        if text and (number.kind, number.node) == self._work and grid.kind != "before":
            state = State.AT_WORK
        return Place(state, role, text, hovered=hovered and number.editable)
