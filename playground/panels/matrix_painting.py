"""How the matrices look: brackets, letters and names round the numbers."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from playground.panels.matrix_numbers import Numbers
from playground.panels.matrix_sheet import BRACKET, CELL_HIGH, MARGIN_X, Grid, Sheet, Spot
from playground.theme.fonts import CAPTION, font_of, stand_in
from playground.theme.painting import fill_rounded
from playground.theme.palette import Tokens

ROW = 16.0
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def paint_product(painter: QPainter, tokens: Tokens, sheet: Sheet, hovered: Spot) -> None:
    """A sum is a row of the matrix times the column before it."""
    grid = sheet.grids[hovered.grid]
    if grid.kind not in ("sum", "value"):
        return
    for other in sheet.grids:
        if other.layer == grid.layer and other.kind in ("weight", "before"):
            box = QRectF(other.box)
            if other.kind == "weight":
                box.setTop(other.cell(hovered.row, 0).top())
                box.setHeight(CELL_HIGH)
            fill_rounded(painter, box.adjusted(1, 1, -1, -1), 6, tokens.sunken)


def paint_frames(
    painter: QPainter, tokens: Tokens, sheet: Sheet, numbers: Numbers, names: float
) -> None:
    """All that stands round the numbers, and the signs between the grids."""
    for grid in sheet.grids:
        _paint_frame(painter, tokens, grid, numbers, names)
    painter.setFont(stand_in(17))
    painter.setPen(tokens.text2)
    for sign in sheet.signs:
        painter.drawText(sign.box, Qt.AlignmentFlag.AlignCenter, sign.text)


def _paint_frame(
    painter: QPainter, tokens: Tokens, grid: Grid, numbers: Numbers, names: float
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


def _paint_names(painter: QPainter, grid: Grid, numbers: Numbers, names: float) -> None:
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
