"""How edges are painted: one by one with width, dash and arrow head, or many at once as thin lines.

Many lines are never put into one path; they go to the painter in portions, so that a slow drawing
can be broken off and gone on with.
"""

from collections.abc import Iterator
from typing import cast

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from shiboken6 import Shiboken

from engine.op_list import Floats
from playground.canvas.detail import Detail
from playground.canvas.geometry import Geometry
from playground.canvas.node_painting import Brush
from playground.canvas.ports import Indices
from playground.canvas.sight import Sight
from playground.theme.painting import (
    DASH_OFF,
    DASH_ON,
    EMPHASISED,
    HAIRLINE,
    edge_pen,
    weight_color,
    weight_width,
)
from playground.theme.palette import Tokens, mixed, role_color

ARROW = 8.0
MANY = 150
SHADES = 6
FAINTEST = 0.35
PORTION = 250
REACH = 60_000.0  # how long the lines of a portion are together: long ones take longer


def paint_edge(brush: Brush, sight: Sight, edge: int, quiet: bool = False) -> None:
    """An edge at rest: colour, width and dash follow its weight."""
    pen = _rest_pen(brush.tokens, sight, edge, quiet)
    _paint_line(brush.painter, sight.geometry.points(edge), pen)


def paint_bright_edge(brush: Brush, sight: Sight, edge: int) -> None:
    """An edge at work, in the colour of the phase; backwards its arrow is turned round."""
    lighting = sight.lighting
    assert lighting is not None
    color = role_color(brush.tokens, lighting.role)
    points = sight.geometry.points(edge)
    pen = edge_pen(color, EMPHASISED, sight.weight(edge) < 0)
    _paint_line(brush.painter, points[::-1] if lighting.backwards else points, pen)


def paint_lifted_edge(brush: Brush, sight: Sight, edge: int, color: QColor | None = None) -> None:
    """An edge that is selected or under the mouse: stronger, in its own colour or in ink."""
    own = color or weight_color(brush.tokens, sight.weight(edge))
    width = max(EMPHASISED, weight_width(sight.weight(edge), sight.scale))
    pen = edge_pen(own, width, sight.weight(edge) < 0)
    _paint_line(brush.painter, sight.geometry.points(edge), pen)


def many_edges(
    brush: Brush, sight: Sight, geometry: Geometry, left_out: Indices, zoom: float, smooth: bool
) -> Iterator[None]:
    """All edges as thin lines, the weak ones first; a pause after every portion."""
    pieces, owners = geometry.segments
    if brush.detail is Detail.POINTS:
        pieces, owners = geometry.chords, np.arange(len(geometry.starts))
    weights = sight.experiment.parameters[: len(geometry.starts)][owners]
    locked = np.array(sight.experiment.network.locks[: len(geometry.starts)], dtype=np.bool_)
    keep = np.ones(len(geometry.starts), dtype=np.bool_)
    keep[left_out] = False
    drawn = keep[owners]
    kinds = _kinds(weights, locked[owners] | (sight.lighting is not None), sight.scale)
    for kind in np.unique(kinds[drawn]):
        chosen = np.ascontiguousarray(pieces[drawn & (kinds == kind)])
        pen = _many_pen(brush.tokens, sight, int(kind), brush.detail >= Detail.ALL)
        portion = _portion(chosen, zoom)
        for start in range(0, len(chosen), portion):
            brush.painter.setPen(pen)
            brush.painter.setRenderHint(QPainter.RenderHint.Antialiasing, smooth)
            draw_lines(brush.painter, chosen[start : start + portion])
            yield


def _portion(lines: Floats, zoom: float) -> int:
    """How many of these lines are painted without a pause."""
    long = float(np.hypot(lines[:, 2] - lines[:, 0], lines[:, 3] - lines[:, 1]).mean()) * zoom
    return max(1, min(PORTION, int(REACH / max(long, 1.0))))


def draw_lines(painter: QPainter, lines: Floats) -> None:
    """Lines as rows x1, y1, x2, y2 in memory that Qt reads as it is."""
    if len(lines):
        memory = np.ascontiguousarray(lines, dtype=np.float64)
        first = cast(QLineF, Shiboken.wrapInstance(memory.ctypes.data, QLineF))
        painter.drawLines(first, len(memory))


def paint_arrow(painter: QPainter, points: Floats, color: QColor) -> None:
    """The filled head at the end of a line."""
    tip, way = points[-1], points[-1] - _behind(points)
    way = way / (float(np.hypot(*way)) or 1.0)
    across = np.array([-way[1], way[0]]) * ARROW / 2
    back = tip - way * ARROW
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    corners = (tip, back + across, back - across)
    painter.drawPolygon(QPolygonF([QPointF(*corner.tolist()) for corner in corners]))


def _behind(points: Floats) -> Floats:
    """A point a little before the end, so that the head follows a curve."""
    for point in points[-2::-1]:
        if float(np.hypot(*(points[-1] - point))) >= ARROW * 0.7:
            return np.asarray(point)
    return np.asarray(points[0])


def _paint_line(painter: QPainter, points: Floats, pen: QPen) -> None:
    """A line that ends inside its arrow head."""
    line = points.copy()
    way = points[-1] - _behind(points)
    length = float(np.hypot(*way))
    if length > ARROW:
        line[-1] -= way / length * (ARROW - 2.0)
        while len(line) > 2 and float((line[-1] - line[-2]) @ way) < 0:
            line = np.delete(line, -2, axis=0)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if len(line) == 2:
        painter.drawLine(QPointF(*line[0].tolist()), QPointF(*line[1].tolist()))
    else:
        painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in line.tolist()]))
    paint_arrow(painter, points, pen.color())


def _rest_pen(tokens: Tokens, sight: Sight, edge: int, quiet: bool) -> QPen:
    weight = sight.weight(edge)
    if quiet:
        return edge_pen(tokens.quiet, HAIRLINE, weight < 0)
    if sight.experiment.network.edges[edge].locked:
        return edge_pen(tokens.node_line, 1.25, weight < 0)
    return edge_pen(weight_color(tokens, weight), weight_width(weight, sight.scale), weight < 0)


def _kinds(weights: Floats, plain: NDArray[np.bool_], scale: float) -> Indices:
    """A number for each way an edge can look: shade × sign, those without a colour first."""
    shade = np.minimum(SHADES - 1, np.abs(weights) / max(scale, 0.6) * SHADES).astype(np.intp)
    shade = np.where(plain, 0, shade + 1)
    return shade * 2 + (weights < 0)


def _many_pen(tokens: Tokens, sight: Sight, kind: int, dashes: bool) -> QPen:
    shade, negative = divmod(kind, 2)
    if shade:
        own = tokens.neg if negative else tokens.pos
        share = FAINTEST + (1 - FAINTEST) * (shade - 0.5) / SHADES
        color = mixed(tokens.canvas, own, min(1.0, share))
    else:
        color = tokens.quiet if sight.lighting is not None else tokens.node_line
    pen = QPen(color, 1)
    pen.setCosmetic(True)
    if negative and dashes:
        pen.setDashPattern([DASH_ON, DASH_OFF])
    return pen
