"""Paints edges with their labels, the cards of the loss, and circuits."""

from collections.abc import Iterator
from math import isnan
from typing import cast

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from shiboken6 import Shiboken

from engine.functions import Floats
from engine.numerals import Role
from engine.views.samples import local_slope
from playground.canvas.layout import CARD_ROW, CardRow, Detail, LossCard, point_along
from playground.canvas.node_painter import (
    Brush,
    Symbol,
    paint_bulls_eye,
    paint_spot,
    paint_symbol,
    spot_rect,
    width_before,
)
from playground.canvas.node_shape import Indices
from playground.canvas.number_positions import STUB, card_spots, edge_spots, has_stub
from playground.canvas.scene_state import NumberItem, SceneState, of_node, written
from playground.theme.fonts import BODY, CAPTION, DELTA, WEIGHT, Face, font_of
from playground.theme.painting import (
    DASH_OFF,
    DASH_ON,
    EMPHASISED,
    HAIRLINE,
    NODE_RIM,
    WORK_RING,
    dotted_pen,
    edge_pen,
    fill_rounded,
    paint_halo,
    rim_rounded,
    weight_color,
    weight_width,
)
from playground.theme.palette import Tokens, faded, mixed, role_color
from playground.widgets.number_plate import PlacedNumber, State, paint_place, plate_rect

RADIUS = 10.0
LABEL_GROUND = 0.94
LABEL_PADDING = 4.0


def card_works(sight: SceneState, card: LossCard) -> bool:
    """Whether the number at work stands on this card."""
    highlight = sight.highlight
    if highlight is None or highlight.step.phase != "loss":
        return False
    keys = {of_node(row.kind, row.node) for row in card.rows}
    keys |= {of_node("exp", row.node) for row in card.rows if row.kind == "probability"}
    return highlight.new in keys


def paint_card(brush: Brush, sight: SceneState, card: LossCard) -> None:
    """A card with its title, its signs and its numbers."""
    painter, tokens = brush.painter, brush.tokens
    left, top = card.x - card.width / 2, card.y - card.height / 2
    rect = QRectF(left, top, card.width, card.height)
    works = card_works(sight, card)
    if works:
        paint_halo(painter, rect, RADIUS, tokens.truth)
    fill_rounded(painter, rect, RADIUS, tokens.truth_t)
    quiet = sight.highlight is not None and not works
    rim = tokens.quiet if quiet else tokens.truth
    rim_rounded(painter, rect, RADIUS, QPen(rim, WORK_RING if works else NODE_RIM))
    if brush.detail < Detail.NODES:
        return
    painter.setFont(font_of(sight.face(BODY)))
    painter.setPen(tokens.text if works else tokens.text2)
    title = QRectF(card.x - 80, rect.top() - 25, 160, 20)
    painter.drawText(title, Qt.AlignmentFlag.AlignCenter, card.title)
    for number in range(1, len(card.rows)):
        y = rect.top() + number * CARD_ROW
        painter.setPen(QPen(faded(tokens.truth, 0.35), 1))
        painter.drawLine(QLineF(rect.left() + 10, y, rect.right() - 10, y))
    for number, spot in enumerate(card_spots(sight, card)):
        sign = sign_of(sight, card.rows[number], spot.key[0])
        _paint_sign(brush, sign, rect.left(), spot, sight.face(CAPTION))
        paint_spot(brush, sight, spot)


def paint_tether(brush: Brush, sight: SceneState, card: LossCard) -> None:
    """The dotted line between an output and its card."""
    if not card.node:
        return
    _, top, right, bottom = sight.geometry.box(sight.experiment.network.index[card.node])
    width = EMPHASISED if card_works(sight, card) else 1.25
    brush.painter.setPen(dotted_pen(brush.tokens.truth, width))
    if card.above:
        line = QLineF(card.x, card.y + card.height / 2, card.x, top - 28)
    else:
        y = (top + bottom) / 2
        line = QLineF(right, y, card.x - card.width / 2, y)
    brush.painter.drawLine(line)


def paint_label(brush: Brush, sight: SceneState, edge: int, full: bool = False) -> None:
    """The label of an edge on its ground."""
    spots = list(edge_spots(sight, edge, full))
    for spot in spots:
        _paint_ground(brush, sight, spot)
    for spot in spots:
        paint_spot(brush, sight, spot)


def cover_label(brush: Brush, sight: SceneState, edge: int) -> None:
    """Nothing is left of the label of an edge that is about to stand elsewhere in full."""
    for spot in edge_spots(sight, edge):
        _paint_ground(brush, sight, spot, 1.0)


def _paint_ground(
    brush: Brush, sight: SceneState, spot: NumberItem, share: float = LABEL_GROUND
) -> None:
    if sight.state(spot.key) is State.NOT_COMPUTED:
        return
    rect = spot_rect(sight, spot).adjusted(2, 1, -2, -1)
    rect.setLeft(rect.left() - width_before(spot))
    fill_rounded(brush.painter, rect, LABEL_PADDING, faded(brush.tokens.canvas, share))


def sign_of(sight: SceneState, row: CardRow, kind: str) -> str:
    """The sign before a number that is of this kind now, in the letters of the formulas."""
    letters = sight.notation.letters
    if kind == "exp":
        return f"e^{letters.value}"
    return letters.loss if row.kind in ("loss", "total") else row.sign


def _paint_sign(brush: Brush, sign: str, left: float, spot: NumberItem, face: Face) -> None:
    painter, tokens = brush.painter, brush.tokens
    if sign == "◎":
        paint_bulls_eye(painter, tokens.truth, QPointF(left + 18, spot.y))
    elif len(sign) == 1:
        paint_symbol(painter, Symbol(sign), 16, tokens.truth, left + 12, spot.y + 5)
    else:
        painter.setFont(font_of(face))
        painter.setPen(tokens.text2)
        box = QRectF(left + 6, spot.y - 10, 60, 20)
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, sign)


def paint_grid(brush: Brush, exposed: QRectF, zoom: float) -> None:
    """Dots 24 apart, hidden when small."""
    if zoom < 0.5995:
        return
    step, size = 24.0, 1.3
    pen = QPen(brush.tokens.dot, size / zoom if zoom > 1 else size)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    brush.painter.setPen(pen)
    left, top = (exposed.left() // step) * step, (exposed.top() // step) * step
    across, down = int(exposed.width() / step) + 2, int(exposed.height() / step) + 2
    brush.painter.drawPoints(
        [QPointF(left + i * step, top + j * step) for i in range(across) for j in range(down)]
    )


ARROW = 8.0
MANY = 150
SHADES = 6
FAINTEST = 0.35
PORTION = 250
AT_PORT = 0.86  # of the way of a wire, where what arrives at its port stands
REACH = 60_000.0  # how long the lines of a portion are together: long ones take longer


def paint_edge(brush: Brush, sight: SceneState, edge: int, quiet: bool = False) -> None:
    """An edge at rest: colour, width and dash follow its weight."""
    pen = _rest_pen(brush.tokens, sight, edge, quiet)
    _paint_line(brush.painter, sight.geometry.points(edge), pen)


def paint_bright_edge(brush: Brush, sight: SceneState, edge: int) -> None:
    """An edge at work, in the colour of the phase; backwards its arrow is turned round."""
    highlight = sight.highlight
    assert highlight is not None
    color = role_color(brush.tokens, highlight.role)
    points = sight.geometry.points(edge)
    pen = edge_pen(color, EMPHASISED, sight.weight(edge) < 0)
    _paint_line(brush.painter, points[::-1] if highlight.backwards else points, pen)


def paint_lifted_edge(
    brush: Brush, sight: SceneState, edge: int, color: QColor | None = None
) -> None:
    """An edge that is selected or under the mouse: stronger, in its own colour or in ink."""
    own = color or weight_color(brush.tokens, sight.weight(edge))
    width = max(EMPHASISED, weight_width(sight.weight(edge), sight.scale))
    pen = edge_pen(own, width, sight.weight(edge) < 0)
    _paint_line(brush.painter, sight.geometry.points(edge), pen)


def many_edges(
    brush: Brush, sight: SceneState, left_out: Indices, zoom: float, smooth: bool
) -> Iterator[None]:
    """All edges as thin lines, the weak ones first; a pause after every portion."""
    geometry = sight.geometry
    pieces, owners = geometry.segments
    if brush.detail is Detail.POINTS:
        pieces, owners = geometry.chords, np.arange(len(geometry.starts))
    weights = sight.experiment.parameters[: len(geometry.starts)][owners]
    locked = np.array(sight.experiment.network.locks[: len(geometry.starts)], dtype=np.bool_)
    keep = np.ones(len(geometry.starts), dtype=np.bool_)
    keep[left_out] = False
    drawn = keep[owners]
    kinds = _kinds(weights, locked[owners] | (sight.highlight is not None), sight.scale)
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


def _rest_pen(tokens: Tokens, sight: SceneState, edge: int, quiet: bool) -> QPen:
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


def _many_pen(tokens: Tokens, sight: SceneState, kind: int, dashes: bool) -> QPen:
    shade, negative = divmod(kind, 2)
    if shade:
        own = tokens.neg if negative else tokens.pos
        share = FAINTEST + (1 - FAINTEST) * (shade - 0.5) / SHADES
        color = mixed(tokens.canvas, own, min(1.0, share))
    else:
        color = tokens.quiet if sight.highlight is not None else tokens.node_line
    pen = QPen(color, 1)
    pen.setCosmetic(True)
    if negative and dashes:
        pen.setDashPattern([DASH_ON, DASH_OFF])
    return pen


def paint_stubs(brush: Brush, sight: SceneState) -> None:
    """The wire on which a value stands that nothing takes on."""
    quiet = sight.highlight is not None
    brush.painter.setPen(QPen(brush.tokens.quiet if quiet else brush.tokens.node_line, 1.25))
    for index, node in enumerate(sight.experiment.network.nodes):
        if has_stub(sight, node):
            brush.painter.drawLine(_stub(sight, index))


def _stub(sight: SceneState, index: int) -> QLineF:
    x, y = sight.geometry.centres[index].tolist()
    left = x + sight.geometry.frame.figures[index].width / 2
    return QLineF(left, y, left + STUB, y)


def paint_minus_signs(brush: Brush, sight: SceneState) -> None:
    """A small minus at each port that is subtracted."""
    network = sight.experiment.network
    brush.painter.setPen(QPen(brush.tokens.text, 1.6))
    for number, edge in enumerate(network.edges):
        if network.node(edge.target).subtracts and sight.weight(number) < 0:
            x, y = sight.geometry.ends[number].tolist()
            brush.painter.drawLine(QLineF(x - 16, y + 9, x - 9, y + 9))


def paint_local_slopes(brush: Brush, sight: SceneState) -> None:
    """The local slope of each wire at work, as a plate at its receiving port."""
    highlight = sight.highlight
    if highlight is None or not highlight.backwards:
        return
    for edge in highlight.edges:
        slope = written(local_slope(sight.experiment, sight.shown, edge), sight.digits)
        place = PlacedNumber(State.SOURCE, Role.MEMORY, slope, "×")
        _paint_at_port(brush, sight, edge, place, WEIGHT)


def paint_contributions(brush: Brush, sight: SceneState) -> None:
    """Where several wires leave a node, what each brings back stands below it at its far end."""
    network = sight.experiment.network
    for number, edge in enumerate(network.edges):
        upstream = sight.number(of_node("error", edge.target))
        if len(network.leaving[edge.source]) < 2 or isnan(upstream):
            continue
        back = upstream * local_slope(sight.experiment, sight.shown, number)
        place = PlacedNumber(State.QUIET, Role.BACKWARD, written(back, sight.digits))
        _paint_at_port(brush, sight, number, place, DELTA, 16.0)


def _paint_at_port(
    brush: Brush, sight: SceneState, edge: int, place: PlacedNumber, face: Face, below: float = 0.0
) -> None:
    face = sight.face_of(face, place.text)
    x, y = point_along(sight.geometry.points(edge), AT_PORT)
    rect = plate_rect(QPointF(x, y + below), place, face)
    paint_place(brush.painter, brush.tokens, rect, place, face)


def paint_bright_stub(brush: Brush, sight: SceneState) -> None:
    """At an output the slope comes in over its own wire."""
    highlight = sight.highlight
    if highlight is None or not highlight.ring or not highlight.backwards or highlight.edges:
        return
    index = sight.experiment.network.index[highlight.ring]
    if not has_stub(sight, sight.experiment.network.nodes[index]):
        return
    line, color = _stub(sight, index), role_color(brush.tokens, highlight.role)
    brush.painter.setPen(edge_pen(color, EMPHASISED, dashed=False))
    brush.painter.drawLine(QLineF(line.p1() + QPointF(6, 0), line.p2()))
    ends = np.array([line.p2().toTuple(), line.p1().toTuple()])
    paint_arrow(brush.painter, ends, color)
