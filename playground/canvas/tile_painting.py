"""The small map inside a node: what it answers over the inputs, under the number it has now."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QPainter, QPainterPath, QPainterStateGuard, QPen, QPolygonF

from playground.canvas.figures import TILE, Figure, tile_aside
from playground.model.node_maps import SIDE, Tile
from playground.theme.painting import HAIRLINE, rim_rounded
from playground.theme.palette import Tokens, faded

RADIUS = 8.0
PLATE_SHARE = 0.9
COURSE = 1.6
COURSE_ABOVE, COURSE_BELOW = 5.0, 19.0  # it ends above the number


def tile_rect(figure: Figure, body: QRectF) -> QRectF:
    """Where the tile of a node lies."""
    middle = body.center() + QPointF(tile_aside(figure), 0.0)
    return QRectF(middle.x() - TILE / 2, middle.y() - TILE / 2, TILE, TILE)


def paint_tile(painter: QPainter, tokens: Tokens, rect: QRectF, tile: Tile | None) -> None:
    """A tile with its rim; only the rim while nothing is known."""
    if tile is not None:
        brush = QBrush(tile.image(tokens))
        with QPainterStateGuard(painter):
            painter.translate(rect.topLeft())
            painter.scale(rect.width() / SIDE, rect.height() / SIDE)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(brush)
            painter.drawRoundedRect(QRectF(0, 0, SIDE, SIDE), RADIUS, RADIUS)
        _paint_course(painter, tokens, rect, tile)
    rim_rounded(painter, rect, RADIUS, QPen(tokens.line, HAIRLINE))


def paint_plate(painter: QPainter, tokens: Tokens, rect: QRectF, top: float) -> None:
    """The ground of the number along the lower edge of a tile, from this height down."""
    ground = QPainterPath()
    ground.addRoundedRect(rect, RADIUS, RADIUS)
    lower = QPainterPath()
    lower.addRect(QRectF(rect.left(), top, rect.width(), rect.bottom() - top))
    painter.fillPath(ground & lower, faded(tokens.node, PLATE_SHARE))
    rim_rounded(painter, rect, RADIUS, QPen(tokens.line, HAIRLINE))


def _paint_course(painter: QPainter, tokens: Tokens, rect: QRectF, tile: Tile) -> None:
    """With one input the answer is a line, low at the bottom."""
    if tile.course is None:
        return
    wide, high = rect.width() / (len(tile.course) - 1), rect.height() - COURSE_ABOVE - COURSE_BELOW
    bottom = rect.bottom() - COURSE_BELOW
    points = [
        QPointF(rect.left() + k * wide, bottom - share * high)
        for k, share in enumerate(tile.course.tolist())
    ]
    painter.setPen(QPen(tokens.text, COURSE))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolyline(QPolygonF(points[1:-1]))
