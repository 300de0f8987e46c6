"""Paints edges, labels and cards; the order of painting; what stands out."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import inf, isnan
from typing import cast

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterStateGuard, QPen, QPolygonF
from shiboken6 import Shiboken

from engine.network import Place
from engine.numerals import Role, count
from engine.op_list import Floats
from engine.views.sample_view import local_slope
from playground.canvas.hit_test import Hit
from playground.canvas.layout import (
    CARD_ROW,
    CELL_INWARD,
    CardRow,
    Detail,
    Indices,
    LossCard,
    Outline,
    detail_at,
    magnified,
    meeting,
    point_along,
    touching,
)
from playground.canvas.node_painter import (
    Brush,
    Symbol,
    look_of,
    node_rect,
    outline_path,
    paint_bulls_eye,
    paint_node,
    paint_spot,
    paint_symbol,
    spot_rect,
    width_before,
)
from playground.canvas.number_positions import (
    STUB,
    all_spots,
    card_spots,
    edge_spots,
    first_spot,
    has_stub,
    lit_edges,
)
from playground.canvas.scene_state import (
    Highlight,
    Key,
    NumberItem,
    SceneState,
    at_place,
    of_node,
    written,
)
from playground.model.stage import EdgeKey, Look
from playground.theme.fonts import BODY, CAPTION, DELTA, WEIGHT, Face, font_of, strong
from playground.theme.painting import (
    DASH_OFF,
    DASH_ON,
    EMPHASISED,
    HAIRLINE,
    NODE_RIM,
    SOURCE_BORDER,
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


SELECTION = 4.5
MARKED = 6.5
FOCUS = 8.0
POINT = 6.0
NODES_AT_ONCE = 2
MOST_FULL = 40
CELL_GAP = 2.0


@dataclass(frozen=True, slots=True)
class Attention:
    """What the learner has in hand or under the mouse; it is painted over everything else."""

    look: Look = field(default_factory=Look)
    node: str = ""
    edge: EdgeKey | None = None
    number: Key | None = None
    focused: str = ""


def paint_ground(
    brush: Brush, sight: SceneState, exposed: QRectF, zoom: float, left_out: frozenset[int],
    smooth: bool = True,
) -> Iterator[None]:  # fmt: skip
    """Everything but what is left out; a pause after every portion."""
    geometry = sight.geometry
    count = len(geometry.starts)
    without = touching(geometry.frame, left_out) if left_out else np.zeros(0, dtype=np.intp)
    brush.painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    for card in geometry.cards:
        paint_tether(brush, sight, card)
    if geometry.frame.circuit:
        paint_stubs(brush, sight)
    if count > MANY or brush.detail is Detail.POINTS:
        yield from many_edges(brush, sight, without, zoom, smooth)
    else:
        gone = {*without.tolist(), *_bright_edges(sight)}
        yield from _paint_edges(brush, sight, [k for k in range(count) if k not in gone])
    brush.painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    yield from _paint_nodes(brush, sight, exposed, left_out | bright_nodes(sight))
    for card in geometry.cards:
        paint_card(brush, sight, card)
    yield


def bright_nodes(sight: SceneState) -> frozenset[int]:
    """The nodes the present step lights up; they are painted over all others."""
    highlight = sight.highlight
    if highlight is None:
        return frozenset()
    index = sight.experiment.network.index
    names = [highlight.ring, *(node for _, node, _ in highlight.sources)][: MANY + 1]
    return frozenset(index[name] for name in names if name in index)


def _bright_edges(sight: SceneState) -> tuple[int, ...]:
    """The edges the present step lights up, as far as they can be told apart."""
    return sight.highlight.edges[:MANY] if sight.highlight is not None else ()


def paint_moving(brush: Brush, sight: SceneState, nodes: frozenset[int], zoom: float) -> None:
    """The nodes in the hand, with their edges."""
    edges = touching(sight.geometry.frame, nodes).tolist()
    quiet = sight.highlight is not None
    if len(edges) > MANY:
        others = np.setdiff1d(np.arange(len(sight.geometry.starts)), edges)
        for _ in many_edges(brush, sight, others, zoom, smooth=False):
            pass
    else:
        for edge in edges:
            paint_edge(brush, sight, edge, quiet)
        if brush.detail is Detail.ALL:
            for edge in edges:
                if sight.label_share(edge) is not None:
                    paint_label(brush, sight, edge)
    brush.painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    if brush.detail is Detail.POINTS:
        paint_points(brush, sight, nodes, zoom)
        return
    for index in nodes:
        paint_node(brush, sight, look_of(sight, index))


def paint_points(
    brush: Brush, sight: SceneState, nodes: frozenset[int] | None, zoom: float
) -> None:
    """Nodes as points of 6 pixels."""
    centres = sight.geometry.centres
    chosen = centres if nodes is None else centres[list(nodes)]
    pen = QPen(brush.tokens.node_line, POINT)
    pen.setCosmetic(True)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    brush.painter.setPen(pen)
    brush.painter.drawPoints([QPointF(x, y) for x, y in chosen.tolist()])


def paint_live(brush: Brush, sight: SceneState, attention: Attention, zoom: float) -> None:
    """What is at work, selected, pointed at or under the mouse."""
    brush.painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    lifted = _lifted_edges(sight, attention)
    full = frozenset(lifted[:MOST_FULL])
    _paint_lifted(brush, sight, attention, lifted)
    _paint_work(brush, sight, zoom, full)
    if attention.number is not None and brush.detail >= Detail.NODES:
        for spot in all_spots(sight, attention.number, full):
            _paint_underline(brush, sight, spot)
    _paint_rings(brush, sight, attention, zoom)


def _paint_underline(brush: Brush, sight: SceneState, spot: NumberItem) -> None:
    """The number under the mouse can be typed and turned."""
    rect = spot_rect(sight, spot)
    brush.painter.setPen(dotted_pen(brush.tokens.text2))
    low = rect.bottom() - 2
    brush.painter.drawLine(QPointF(rect.left() + 6, low), QPointF(rect.right() - 6, low))


def _paint_edges(brush: Brush, sight: SceneState, edges: list[int]) -> Iterator[None]:
    quiet = sight.highlight is not None
    for number, edge in enumerate(edges):
        paint_edge(brush, sight, edge, quiet)
        if number % 20 == 19:
            yield
    if sight.geometry.frame.circuit:
        paint_minus_signs(brush, sight)
    if brush.detail is Detail.ALL:
        for number, edge in enumerate(edges):
            if sight.label_share(edge) is not None:
                paint_label(brush, sight, edge)
            if number % 10 == 9:
                yield
        if sight.geometry.frame.circuit:
            paint_contributions(brush, sight)
    yield


def _paint_nodes(
    brush: Brush, sight: SceneState, exposed: QRectF, left_out: frozenset[int]
) -> Iterator[None]:
    if brush.detail is Detail.POINTS:
        here = frozenset(range(len(sight.geometry.centres))) - left_out
        paint_points(brush, sight, here if left_out else None, 1.0)
        return
    near = exposed.adjusted(-120, -40, 120, 40)
    seen = meeting(sight.geometry.rooms, near.left(), near.top(), near.right(), near.bottom())
    for number, index in enumerate(np.flatnonzero(seen).tolist()):
        if index not in left_out:
            paint_node(brush, sight, look_of(sight, index))
        if number % NODES_AT_ONCE == NODES_AT_ONCE - 1:
            yield


def _lifted_edges(sight: SceneState, attention: Attention) -> list[int]:
    """The edges that are selected, unless these are very many, and the one under the mouse."""
    index = sight.geometry.frame.edge_index
    chosen = [index[edge] for edge in attention.look.edges if edge in index]
    hovered = index.get(attention.edge) if attention.edge else None
    few = chosen if len(chosen) <= MANY else []
    return few if hovered is None or hovered in few else [*few, hovered]


def _paint_lifted(brush: Brush, sight: SceneState, attention: Attention, lifted: list[int]) -> None:
    """Selected edges in ink, the edge under the mouse, and the labels this brings back."""
    network, index = sight.experiment.network, sight.geometry.frame.edge_index
    if brush.detail is Detail.ALL:
        for edge in lifted[:MOST_FULL]:
            if sight.label_share(edge) is not None:
                cover_label(brush, sight, edge)
    selected = set(attention.look.edges)
    for edge in lifted:
        drawn = network.edges[edge]
        ink = brush.tokens.text if (drawn.source, drawn.target) in selected else None
        paint_lifted_edge(brush, sight, edge, ink)
    shown = list(lifted)
    for node in {*attention.look.nodes[:8], attention.node} & set(network.index):
        for drawn in (*network.arriving[node], *network.leaving[node]):
            number = index[drawn.source, drawn.target]
            if sight.label_share(number) is None and sight.has_label(number):
                shown.append(number)
    hovered = index.get(attention.edge) if attention.edge else None
    for edge in dict.fromkeys(shown[:MOST_FULL]):
        if brush.detail >= Detail.NODES and (sight.has_label(edge) or edge == hovered):
            paint_label(brush, sight, edge, full=edge in lifted)


def _paint_work(brush: Brush, sight: SceneState, zoom: float, full: frozenset[int]) -> None:
    highlight = sight.highlight
    if highlight is None:
        _paint_pointed(brush, sight, zoom, full)
        return
    for edge in _bright_edges(sight):
        paint_bright_edge(brush, sight, edge)
    network, circuit = sight.experiment.network, sight.geometry.frame.circuit
    if circuit:
        paint_bright_stub(brush, sight)
    for index in sorted(bright_nodes(sight)):
        if brush.detail > Detail.POINTS or network.nodes[index].id == highlight.ring:
            paint_node(brush, sight, look_of(sight, index))
    if circuit:
        paint_local_slopes(brush, sight)
    _paint_lit_numbers(brush, sight, highlight, zoom, full)
    _paint_pointed(brush, sight, zoom, full)


def _paint_lit_numbers(
    brush: Brush, sight: SceneState, highlight: Highlight, zoom: float, full: frozenset[int]
) -> None:
    """The labels that take part in the step; from far away each number large enough to read."""
    if brush.detail >= Detail.ALL:
        for edge in lit_edges(sight)[:MANY]:
            if sight.has_label(edge) or highlight.new[2] == edge:
                paint_label(brush, sight, edge, edge in full)
        return
    taken: list[QRectF] = []
    for key in (highlight.new, *sorted(highlight.sources, key=_importance)):
        _paint_readable(brush, sight, key, zoom, taken, full)


def _paint_pointed(brush: Brush, sight: SceneState, zoom: float, full: frozenset[int]) -> None:
    """The number a factor of the formula comes from."""
    if sight.pointed is not None:
        for spot in all_spots(sight, sight.pointed, full):
            paint_spot(brush, sight, spot)
        if brush.detail < Detail.ALL:
            _paint_readable(brush, sight, sight.pointed, zoom, [], full)


def _importance(key: Key) -> tuple[bool, Key]:
    """Values come before the weights they arrive by."""
    return (key[0] in ("weight", "bias"), key)


def _paint_readable(
    brush: Brush,
    sight: SceneState,
    key: Key,
    zoom: float,
    taken: list[QRectF],
    full: frozenset[int],
) -> None:
    """The numbers at work stay at least 11 pixels high, however small the rest.

    Where there is no room for all of them, those that matter less are left out.
    """
    for spot in all_spots(sight, key, full):
        if magnified(spot.face, zoom) <= 1 and brush.detail >= Detail.NODES and spot.key[2] < 0:
            return
        rect, wide = spot_rect(sight, spot), readable_rect(sight, spot, zoom)
        center = rect.center()
        if any(wide.intersects(other) for other in taken):
            return
        taken.append(wide)
        with QPainterStateGuard(brush.painter):
            brush.painter.translate(center)
            brush.painter.scale(wide.width() / rect.width(), wide.height() / rect.height())
            brush.painter.translate(-center)
            paint_spot(brush, sight, spot)
        return


def readable_rect(sight: SceneState, spot: NumberItem, zoom: float) -> QRectF:
    """Where a number lies that is at least 11 pixels high; one in a cell keeps to its cell."""
    rect, larger = spot_rect(sight, spot), magnified(spot.face, zoom)
    room = _cell_width(sight, spot) if detail_at(zoom) >= Detail.NODES else inf
    readable = QRectF(0, 0, min(rect.width() * larger, room), rect.height() * larger)
    readable.moveCenter(rect.center())
    return readable


def _cell_width(sight: SceneState, spot: NumberItem) -> float:
    """How wide a number may be so that it does not reach the one beside it in the same node."""
    index = sight.experiment.network.index.get(spot.key[1])
    if index is None or not node_rect(sight, index).contains(QPointF(spot.x, spot.y)):
        return inf
    figure = sight.geometry.frame.figures[index]
    if figure.outline is not Outline.CAPSULE:
        return inf
    return figure.width / 2 - 2 * CELL_INWARD - CELL_GAP


def _paint_rings(brush: Brush, sight: SceneState, attention: Attention, zoom: float) -> None:
    """Selection is a ring in ink; sources and targets to be connected have a mark of their own."""
    network = sight.experiment.network
    painter, tokens = brush.painter, brush.tokens
    painter.setBrush(Qt.BrushStyle.NoBrush)
    wide = max(1.0, 1 / zoom)
    rings = (
        (attention.look.nodes, QPen(tokens.text, SOURCE_BORDER * wide), SELECTION),
        (attention.look.sources, QPen(tokens.fwd, 2 * wide, Qt.PenStyle.DashLine), MARKED),
        (attention.look.targets, QPen(tokens.truth, 2 * wide, Qt.PenStyle.DotLine), MARKED),
        ((attention.focused,), QPen(tokens.fwd, 2 * wide), FOCUS),
    )
    for names, pen, outside in rings:
        painter.setPen(pen)
        for name in names:
            index = network.index.get(name)
            if index is not None:
                figure = sight.geometry.frame.figures[index]
                grown = outside * (wide if wide < 3 else 3)
                rect = node_rect(sight, index).adjusted(-grown, -grown, grown, grown)
                painter.drawPath(outline_path(figure, rect))


LETTERS = ("x", "y")
WHERE = ("across (x)", "upwards (y)")
MARK = 18.0
SMALLEST = 0.9  # of its size on screen, however far the canvas is


def place_of(sight: SceneState, hit: Hit) -> Place | None:
    """The weight, bias or parameter that is meant by a click here."""
    network = sight.experiment.network
    if hit.spot is not None:
        kind, node, index = hit.spot.key
        if index >= 0:
            return network.places[index]
        return _parameter(sight, node) if kind == "value" else None
    if hit.edge is not None:
        return Place("weight", hit.edge[1], hit.edge[0])
    return _parameter(sight, hit.node)


def _parameter(sight: SceneState, node: str) -> Place | None:
    network = sight.experiment.network
    known = node in network.index and network.node(node).kind == "parameter"
    return Place("value", node) if known else None


def note_of(sight: SceneState, look: Look) -> str:
    """What the canvas says at its corner; nothing most of the time."""
    if look.choosing is not None:
        return f"Click the weight, bias or parameter that goes {WHERE[look.choosing]}; Esc ends"
    if sight.experiment.trace is None or sight.shown.in_batch:
        return ""
    rows = sight.experiment.trace.rows.tolist()
    learnt = f"sample {count(rows[0] + 1)}" if len(rows) == 1 else f"{count(len(rows))} others"
    return f"Sample {count(sight.shown.row + 1)} is not learnt now: this update takes {learnt}"


def paint_axes(brush: Brush, sight: SceneState, look: Look, zoom: float) -> None:
    """An x and a y beside the two numbers, as long as they are being chosen."""
    if look.choosing is None:
        return
    for letter, place in zip(LETTERS, look.surface, strict=True):
        if place is not None and place in sight.experiment.network.place_index:
            _paint_axis(brush, sight, place, letter, zoom)


def _paint_axis(brush: Brush, sight: SceneState, place: Place, letter: str, zoom: float) -> None:
    index = sight.experiment.network.place_index[place]
    if place.what == "weight" and brush.detail >= Detail.NODES and sight.has_label(index):
        paint_label(brush, sight, index)
    own = of_node("value", place.target) if place.what == "value" else at_place(place.what, index)
    spot = first_spot(sight, own, at_place("update", index))
    if spot is not None:
        rect = spot_rect(sight, spot)
        _paint_mark(brush, QPointF(rect.left() - 3, rect.center().y()), letter, zoom)


def _paint_mark(brush: Brush, at: QPointF, letter: str, zoom: float) -> None:
    """A filled disc in ink, large enough to be read from afar."""
    painter, tokens = brush.painter, brush.tokens
    with QPainterStateGuard(painter):
        painter.translate(at)
        larger = max(1.0, SMALLEST / zoom)
        painter.scale(larger, larger)
        box = QRectF(-MARK, -MARK / 2, MARK, MARK)
        painter.setPen(QPen(tokens.canvas, 1.5))
        painter.setBrush(tokens.text)
        painter.drawEllipse(box)
        painter.setPen(tokens.on_accent)
        painter.setFont(font_of(strong(CAPTION)))
        painter.drawText(box.translated(0, -1), Qt.AlignmentFlag.AlignCenter, letter)
