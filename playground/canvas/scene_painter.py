"""Paints edges, labels and cards; the order of painting; what stands out."""

from collections import deque
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from math import inf, isnan
from typing import cast

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterStateGuard, QPen, QPolygonF
from shiboken6 import Shiboken

from engine.functions import Floats
from engine.numerals import NumberRole, count
from engine.views.samples import local_slope
from playground.canvas.layout import (
    CARD_ROW,
    CELL_INWARD,
    CardRow,
    Detail,
    Geometry,
    Indices,
    LossCard,
    Outline,
    card_boxes,
    detail_at,
    magnified,
    meeting,
    point_along,
    touching,
)
from playground.canvas.node_painter import (
    Brush,
    Symbol,
    outline_path,
    paint_node,
    paint_spot,
    paint_symbol,
)
from playground.canvas.number_positions import (
    STUB,
    all_spots,
    card_spots,
    edge_spots,
    first_spot,
    lit_edges,
)
from playground.canvas.scene_state import Highlight, Key, NumberItem, SceneState, written
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
from playground.theme.palette import faded, mixed, role_color
from playground.widgets.number_plate import PlacedNumber, State, paint_place, plate_rect

RADIUS = 10.0
LABEL_GROUND = 0.94
LABEL_PADDING = 4.0
LETTERS = ("x", "y")
WHERE = ("across (x)", "upwards (y)")
MARK = 18.0
SMALLEST = 0.9  # of its size on screen, however far the canvas is


def _card_works(sight: SceneState, card: LossCard) -> bool:
    highlight = sight.highlight
    if highlight is None or highlight.step.phase != "loss":
        return False
    keys = {Key(row.kind, row.node) for row in card.rows}
    keys |= {Key("exp", row.node) for row in card.rows if row.kind == "probability"}
    return highlight.new in keys


def _paint_card(brush: Brush, card: LossCard) -> None:
    painter, tokens, sight, _ = brush
    left, top = card.x - card.width / 2, card.y - card.height / 2
    rect = QRectF(left, top, card.width, card.height)
    works = _card_works(sight, card)
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
    for row, spot in zip(card.rows, card_spots(sight, card), strict=True):
        _paint_sign(brush, sign_of(sight, row, spot.key[0]), left, spot.y)
        paint_spot(brush, spot)


def _paint_tether(brush: Brush, card: LossCard) -> None:
    """The dotted line between an output and its card."""
    if not card.node:
        return
    body = brush.sight.geometry.rect(brush.sight.network.index[card.node])
    width = EMPHASISED if _card_works(brush.sight, card) else 1.25
    brush.painter.setPen(dotted_pen(brush.tokens.truth, width))
    if card.above:
        line = QLineF(card.x, card.y + card.height / 2, card.x, body.top() - 28)
    else:
        y = body.center().y()
        line = QLineF(body.right(), y, card.x - card.width / 2, y)
    brush.painter.drawLine(line)


def _paint_label(brush: Brush, edge: int, full: bool = False) -> None:
    spots = list(edge_spots(brush.sight, edge, full))
    for spot in spots:
        _paint_ground(brush, spot, LABEL_GROUND)
    for spot in spots:
        paint_spot(brush, spot)


def _paint_labels(brush: Brush, edges: Iterable[int]) -> Iterator[None]:
    """Those that are shown; a pause after every portion."""
    if brush.detail is Detail.ALL:
        for number, edge in enumerate(edges):
            if brush.sight.label_share(edge) is not None:
                _paint_label(brush, edge)
            if number % 10 == 9:
                yield


def _paint_ground(brush: Brush, spot: NumberItem, share: float) -> None:
    if spot.state is not State.NOT_COMPUTED:
        rect = spot.rect.adjusted(2 - spot.width_before, 1, -2, -1)
        fill_rounded(brush.painter, rect, LABEL_PADDING, faded(brush.tokens.canvas, share))


def sign_of(sight: SceneState, row: CardRow, kind: str) -> str:
    """The sign before a number that is of this kind now, in the letters of the formulas."""
    letters = sight.notation.letters
    if kind == "exp":
        return f"e^{letters.value}"
    return letters.loss if row.kind in ("loss", "total") else row.sign


def _paint_sign(brush: Brush, sign: str, left: float, y: float) -> None:
    painter, tokens = brush.painter, brush.tokens
    if sign == "◎":
        painter.setPen(QPen(tokens.truth, 1.4))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(QPointF(left + 18, y), 6.5, 6.5)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tokens.truth)
        painter.drawEllipse(QPointF(left + 18, y), 2.2, 2.2)
    elif len(sign) == 1:
        paint_symbol(painter, Symbol(sign), 16, tokens.truth, left + 12, y + 5)
    else:
        painter.setFont(font_of(brush.sight.face(CAPTION)))
        painter.setPen(tokens.text2)
        box = QRectF(left + 6, y - 10, 60, 20)
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, sign)


def paint_grid(brush: Brush, exposed: QRectF) -> None:
    """Dots 24 apart, hidden when small."""
    if brush.detail < Detail.ALL:
        return
    step, size = 24.0, 1.3
    pen = QPen(brush.tokens.dot, size / max(brush.zoom, 1.0))
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
WIDE = 2.0  # so many pixels a thin line reaches at most, softened at its rim
REACH = 60_000.0  # how long the lines of a portion are together: long ones take longer


def _paint_edge(brush: Brush, edge: int) -> None:
    """An edge at rest: colour, width and dash follow its weight."""
    sight, tokens = brush.sight, brush.tokens
    if sight.highlight is not None:
        _paint_line(brush, edge, tokens.quiet, HAIRLINE)
    elif sight.network.edges[edge].locked:
        _paint_line(brush, edge, tokens.node_line, 1.25)
    else:
        weight = sight.weight(edge)
        color, width = weight_color(tokens, weight), weight_width(weight, sight.scale)
        _paint_line(brush, edge, color, width)


def _many_edges(brush: Brush, edges: Indices, exposed: QRectF, smooth: bool) -> Iterator[None]:
    """Those in sight as thin lines, the weak ones first; a pause after every portion."""
    sight, geometry = brush.sight, brush.sight.geometry
    if brush.detail is Detail.POINTS:
        centres, frame = geometry.centres, geometry.frame
        ends = (frame.sources[edges], frame.targets[edges])
        pieces = np.hstack([centres.take(nodes, axis=0) for nodes in ends])
        owners = edges
    elif len(edges) == len(geometry.starts):
        pieces, owners = geometry.segments
    else:
        pieces, owners = geometry.pieces(edges)
    seen = lines_in_sight(pieces, exposed, WIDE / brush.zoom)
    pieces, owners = pieces[seen], owners[seen]
    weights = sight.experiment.parameters[owners]
    # a number for each way an edge can look: shade × sign, those without a colour first
    shade = np.minimum(SHADES - 1, np.abs(weights) / max(sight.scale, 0.6) * SHADES)
    plain = geometry.frame.locks[owners] | (sight.highlight is not None)
    kinds = np.where(plain, 0, shade.astype(np.intp) + 1) * 2 + (weights < 0)
    for kind in np.unique(kinds):
        chosen = np.ascontiguousarray(pieces[kinds == kind])
        pen = _many_pen(brush, int(kind))
        long = float(np.hypot(*(chosen[:, 2:] - chosen[:, :2]).T).mean()) * brush.zoom
        portion = max(1, min(PORTION, int(REACH / max(long, 1.0))))
        for start in range(0, len(chosen), portion):
            brush.painter.setPen(pen)
            brush.painter.setRenderHint(QPainter.RenderHint.Antialiasing, smooth)
            draw_lines(brush.painter, chosen[start : start + portion])
            yield


def lines_in_sight(pieces: Floats, exposed: QRectF, wide: float) -> NDArray[np.bool_]:
    """Which lines may be seen there, so wide as they are."""
    x1, y1, x2, y2 = pieces.T
    across = np.maximum(x1, x2) > exposed.left() - wide
    across &= np.minimum(x1, x2) < exposed.right() + wide
    down = np.maximum(y1, y2) > exposed.top() - wide
    return np.asarray(across & down & (np.minimum(y1, y2) < exposed.bottom() + wide))


def _many_pen(brush: Brush, kind: int) -> QPen:
    tokens = brush.tokens
    shade, negative = divmod(kind, 2)
    if shade:
        own = tokens.neg if negative else tokens.pos
        share = FAINTEST + (1 - FAINTEST) * (shade - 0.5) / SHADES
        color = mixed(tokens.canvas, own, min(1.0, share))
    else:
        color = tokens.quiet if brush.sight.highlight is not None else tokens.node_line
    pen = QPen(color, 1)
    pen.setCosmetic(True)
    if negative and brush.detail is Detail.ALL:
        pen.setDashPattern([DASH_ON, DASH_OFF])
    return pen


def draw_lines(painter: QPainter, lines: Floats) -> None:
    """Lines as rows x1, y1, x2, y2 in memory that Qt reads as it is."""
    if len(lines):
        memory = np.ascontiguousarray(lines, dtype=np.float64)
        first = cast(QLineF, Shiboken.wrapInstance(memory.ctypes.data, QLineF))
        painter.drawLines(first, len(memory))


def _paint_arrow(painter: QPainter, points: Floats, color: QColor) -> None:
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


def _paint_line(
    brush: Brush, edge: int, color: QColor, width: float, backwards: bool = False
) -> None:
    """The line of an edge, dashed where its weight is negative; it ends inside its arrow head."""
    painter, points = brush.painter, brush.sight.geometry.points(edge)
    points = points[::-1] if backwards else points
    line, way = points.copy(), points[-1] - _behind(points)
    length = float(np.hypot(*way))
    if length > ARROW:
        line[-1] -= way / length * (ARROW - 2.0)
        while len(line) > 2 and float((line[-1] - line[-2]) @ way) < 0:
            line = np.delete(line, -2, axis=0)
    painter.setPen(edge_pen(color, width, brush.sight.weight(edge) < 0))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if len(line) == 2:
        painter.drawLine(QPointF(*line[0].tolist()), QPointF(*line[1].tolist()))
    else:
        painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in line.tolist()]))
    _paint_arrow(painter, points, color)


def _paint_stubs(brush: Brush) -> None:
    """The wire on which a value stands that nothing takes on."""
    sight, tokens = brush.sight, brush.tokens
    ink = tokens.quiet if sight.highlight is not None else tokens.node_line
    brush.painter.setPen(QPen(ink, 1.25))
    stubs = [_stub(sight, index) for index in range(len(sight.network.nodes))]
    brush.painter.drawLines([stub for stub in stubs if stub is not None])


def _stub(sight: SceneState, index: int) -> QLineF | None:
    node = sight.network.nodes[index]
    if node.kind != "neuron" or sight.network.leaving[node.id]:
        return None
    x, y = sight.geometry.centres[index].tolist()
    left = x + sight.geometry.frame.figures[index].width / 2
    return QLineF(left, y, left + STUB, y)


def _paint_minus_signs(brush: Brush) -> None:
    """A small minus at each port that is subtracted."""
    sight = brush.sight
    brush.painter.setPen(QPen(brush.tokens.text, 1.6))
    for number, edge in enumerate(sight.network.edges):
        if sight.network.node(edge.target).subtracts and sight.weight(number) < 0:
            x, y = sight.geometry.ends[number].tolist()
            brush.painter.drawLine(QLineF(x - 16, y + 9, x - 9, y + 9))


def _paint_local_slopes(brush: Brush, highlight: Highlight) -> None:
    """The local slope of each wire at work, as a plate at its receiving port."""
    sight = brush.sight
    for edge in highlight.edges if highlight.backwards else ():
        slope = written(local_slope(sight.experiment, sight.shown, edge), sight.digits)
        place = PlacedNumber(State.SOURCE, NumberRole.MEMORY, slope, "×")
        _paint_at_port(brush, edge, place, WEIGHT)


def _paint_contributions(brush: Brush) -> None:
    """Where several wires leave a node, what each brings back stands below it at its far end."""
    sight = brush.sight
    for number, edge in enumerate(sight.network.edges):
        upstream = sight.number(Key("error", edge.target))
        if len(sight.network.leaving[edge.source]) < 2 or isnan(upstream):
            continue
        back = upstream * local_slope(sight.experiment, sight.shown, number)
        place = PlacedNumber(State.QUIET, NumberRole.BACKWARD, written(back, sight.digits))
        _paint_at_port(brush, number, place, DELTA, 16.0)


def _paint_at_port(
    brush: Brush, edge: int, place: PlacedNumber, face: Face, below: float = 0.0
) -> None:
    face = brush.sight.face_of(face, place.text)
    x, y = point_along(brush.sight.geometry.points(edge), AT_PORT)
    rect = plate_rect(QPointF(x, y + below), place, face)
    paint_place(brush.painter, brush.tokens, rect, place, face)


def _paint_bright_stub(brush: Brush, highlight: Highlight) -> None:
    """At an output the slope comes in over its own wire."""
    if not highlight.backwards or highlight.edges:
        return
    line = _stub(brush.sight, brush.sight.network.index[highlight.ring])
    if line is None:
        return
    color = role_color(brush.tokens, highlight.role)
    brush.painter.setPen(edge_pen(color, EMPHASISED, dashed=False))
    brush.painter.drawLine(QLineF(line.p1() + QPointF(6, 0), line.p2()))
    ends = np.array([line.p2().toTuple(), line.p1().toTuple()])
    _paint_arrow(brush.painter, ends, color)


HASTY_EDGES, HASTY_NODES = 2_000, 100
POINTS_AT_ONCE = 500
CARD_REACH = 200.0  # how far from a card its title, its halo and its tether reach
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
    brush: Brush, exposed: QRectF, left_out: frozenset[int], smooth: bool = True
) -> Iterator[None]:
    """Everything but what is left out; a pause after every portion."""
    sight, geometry = brush.sight, brush.sight.geometry
    circuit, cards = geometry.frame.circuit, cards_in_sight(geometry, exposed)
    drawn = np.ones(len(geometry.starts), dtype=np.bool_)
    drawn[touching(geometry.frame, left_out)] = False
    brush.painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    for card in cards:
        _paint_tether(brush, card)
        yield
    if circuit:
        _paint_stubs(brush)
    if len(drawn) > MANY or brush.detail is Detail.POINTS:
        yield from _many_edges(brush, np.flatnonzero(drawn), exposed, smooth)
    else:
        drawn[list(_bright_edges(sight))] = False
        edges = np.flatnonzero(drawn).tolist()
        for number, edge in enumerate(edges):
            _paint_edge(brush, edge)
            if number % 20 == 19:
                yield
        if circuit:
            _paint_minus_signs(brush)
        yield from _paint_labels(brush, edges)
        if circuit and brush.detail is Detail.ALL:
            _paint_contributions(brush)
        yield
    brush.painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    yield from _paint_nodes(brush, exposed, left_out | _bright_nodes(sight))
    for card in cards:
        _paint_card(brush, card)
        yield


def cards_in_sight(geometry: Geometry, exposed: QRectF) -> list[LossCard]:
    near = exposed.adjusted(-CARD_REACH, -CARD_REACH, CARD_REACH, CARD_REACH)
    boxes = card_boxes(geometry, 0.0)
    seen = meeting(boxes, near.left(), near.top(), near.right(), near.bottom())
    return [geometry.cards[number] for number in np.flatnonzero(seen).tolist()]


def _paint_nodes(brush: Brush, exposed: QRectF, left_out: frozenset[int]) -> Iterator[None]:
    seen = _nodes_in_sight(brush.sight.geometry, exposed)
    seen = np.setdiff1d(seen, list(left_out), assume_unique=True)
    if brush.detail is Detail.POINTS:
        for start in range(0, len(seen), POINTS_AT_ONCE):
            _paint_points(brush, seen[start : start + POINTS_AT_ONCE], brush.tokens.node_line)
            yield
        return
    for number, index in enumerate(seen.tolist()):
        paint_node(brush, index)
        if number % NODES_AT_ONCE == NODES_AT_ONCE - 1:
            yield


def _nodes_in_sight(
    geometry: Geometry, exposed: QRectF, of: Collection[int] | None = None
) -> Indices:
    """All of them, or some."""
    near = exposed.adjusted(-120, -40, 120, 40)
    seen = meeting(geometry.rooms, near.left(), near.top(), near.right(), near.bottom())
    found = np.flatnonzero(seen)
    return found if of is None else found[np.isin(found, list(of))]


def _bright_nodes(sight: SceneState) -> frozenset[int]:
    """The nodes the present step lights up; they are painted over all others."""
    highlight = sight.highlight
    if highlight is None:
        return frozenset()
    names = [highlight.ring, *(node for _, node, _ in highlight.sources)][: MANY + 1]
    return frozenset(sight.network.index[name] for name in names if name in sight.network.index)


def _bright_edges(sight: SceneState) -> tuple[int, ...]:
    """The edges the present step lights up, as far as they can be told apart."""
    return sight.highlight.edges[:MANY] if sight.highlight is not None else ()


def paint_moving(brush: Brush, nodes: frozenset[int], exposed: QRectF, hasty: bool = False) -> None:
    """The nodes in the hand and their edges; in haste, of very many only as much as can be seen
    of a picture that lasts a moment: the strongest edges, and no more nodes than that.
    """
    geometry = brush.sight.geometry
    edges = touching(geometry.frame, nodes)
    if len(edges) > MANY:
        if hasty and len(edges) > HASTY_EDGES:
            weights = np.abs(brush.sight.experiment.parameters[edges])
            edges = edges[np.argpartition(weights, -HASTY_EDGES)[-HASTY_EDGES:]]
        deque(_many_edges(brush, edges, exposed, smooth=False), maxlen=0)
    else:
        for edge in edges.tolist():
            _paint_edge(brush, edge)
        deque(_paint_labels(brush, edges.tolist()), maxlen=0)
    brush.painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    seen = _nodes_in_sight(geometry, exposed, nodes)
    if brush.detail is Detail.POINTS or (hasty and len(seen) > HASTY_NODES):
        _paint_points(brush, seen, brush.tokens.node_line)
        return
    for index in seen.tolist():
        paint_node(brush, index)


def _paint_points(brush: Brush, nodes: Indices, color: QColor) -> None:
    pen = QPen(color, POINT)
    pen.setCosmetic(True)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    brush.painter.setPen(pen)
    centres = np.ascontiguousarray(brush.sight.geometry.centres[nodes])
    if len(centres):
        first = cast(QPointF, Shiboken.wrapInstance(centres.ctypes.data, QPointF))
        brush.painter.drawPoints(first, len(centres))


def paint_live(brush: Brush, attention: Attention, exposed: QRectF) -> None:
    """What is at work, selected, pointed at or under the mouse, or an axis of the surface."""
    sight, painter, tokens = brush.sight, brush.painter, brush.tokens
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    index, chosen = sight.geometry.frame.edge_index, attention.look.edges
    lifted = [index[e] for e in chosen if e in index] if len(chosen) <= MANY else []
    hovered = index.get(attention.edge) if attention.edge else None
    if hovered is not None and hovered not in lifted:
        lifted.append(hovered)
    full = frozenset(lifted[:MOST_FULL])
    _paint_lifted(brush, attention, lifted)
    _paint_work(brush, full, exposed)
    if attention.number is not None and brush.detail >= Detail.NODES:
        for spot in all_spots(sight, attention.number, full):  # it can be typed and turned
            rect = spot.rect
            low = rect.bottom() - 2
            painter.setPen(dotted_pen(tokens.text2))
            painter.drawLine(QPointF(rect.left() + 6, low), QPointF(rect.right() - 6, low))
    _paint_rings(brush, attention, exposed)
    _paint_axes(brush, attention.look)


def _paint_lifted(brush: Brush, attention: Attention, lifted: list[int]) -> None:
    """Selected edges in ink, the edge under the mouse, and the labels this brings back."""
    sight, network, index = brush.sight, brush.sight.network, brush.sight.geometry.frame.edge_index
    for edge in lifted[:MOST_FULL] if brush.detail is Detail.ALL else ():
        if sight.label_share(edge) is not None:
            for spot in edge_spots(sight, edge):  # it is about to stand elsewhere in full
                _paint_ground(brush, spot, 1.0)
    for edge in lifted:  # stronger, in ink or in its own colour
        weight = sight.weight(edge)
        selected = network.edges[edge][:2] in attention.look.edges
        ink = brush.tokens.text if selected else weight_color(brush.tokens, weight)
        _paint_line(brush, edge, ink, max(EMPHASISED, weight_width(weight, sight.scale)))
    shown = list(lifted)
    for node in {*attention.look.nodes[:8], attention.node} & set(network.index):
        for drawn in (*network.arriving[node], *network.leaving[node]):
            number = index[drawn.source, drawn.target]
            if sight.label_share(number) is None and sight.has_label(number):
                shown.append(number)
    hovered = index.get(attention.edge) if attention.edge else None
    for edge in dict.fromkeys(shown[:MOST_FULL]) if brush.detail >= Detail.NODES else ():
        if sight.has_label(edge) or edge == hovered:
            _paint_label(brush, edge, full=edge in lifted)


def _paint_work(brush: Brush, full: frozenset[int], exposed: QRectF) -> None:
    """What the step is at, and the number a factor of the formula comes from."""
    sight, highlight = brush.sight, brush.sight.highlight
    circuit = sight.geometry.frame.circuit
    if highlight is not None:
        for edge in _bright_edges(sight):  # backwards their arrows are turned round
            color = role_color(brush.tokens, highlight.role)
            _paint_line(brush, edge, color, EMPHASISED, highlight.backwards)
        if circuit:
            _paint_bright_stub(brush, highlight)
        for index in _nodes_in_sight(sight.geometry, exposed, _bright_nodes(sight)).tolist():
            if brush.detail > Detail.POINTS or sight.network.nodes[index].id == highlight.ring:
                paint_node(brush, index)
        if circuit:
            _paint_local_slopes(brush, highlight)
        _paint_lit_numbers(brush, highlight, full, exposed)
    if sight.pointed is not None:
        for spot in all_spots(sight, sight.pointed, full):
            paint_spot(brush, spot)
        if brush.detail < Detail.ALL:
            _paint_readable(brush, sight.pointed, [], full)


def _paint_lit_numbers(
    brush: Brush, highlight: Highlight, full: frozenset[int], exposed: QRectF
) -> None:
    """The labels that take part in the step; from far away each number large enough to read."""
    if brush.detail is Detail.ALL:
        for edge in lit_edges(brush.sight)[:MANY]:
            if brush.sight.has_label(edge) or highlight.new[2] == edge:
                _paint_label(brush, edge, edge in full)
        return

    taken: list[QRectF] = []  # values come before the weights they arrive by
    keys = sorted(highlight.sources, key=lambda key: (key[0] in ("weight", "bias"), key))
    near = exposed.adjusted(-CARD_REACH, -CARD_REACH, CARD_REACH, CARD_REACH)
    nodes, index = brush.sight.network.nodes, brush.sight.network.index
    seen = {nodes[number].id for number in _nodes_in_sight(brush.sight.geometry, near).tolist()}
    for key in (highlight.new, *keys):
        if key.node in seen or key.node not in index:
            _paint_readable(brush, key, taken, full)


def _paint_readable(brush: Brush, key: Key, taken: list[QRectF], full: frozenset[int]) -> None:
    """The numbers at work stay at least 11 pixels high, however small the rest.

    Where there is no room for all of them, those that matter less are left out.
    """
    sight, zoom = brush.sight, brush.zoom
    spot = next(all_spots(sight, key, full), None)
    if spot is None:
        return
    if magnified(spot.face, zoom) <= 1 and brush.detail >= Detail.NODES and spot.key[2] < 0:
        return
    rect, wide = spot.rect, readable_rect(sight, spot, zoom)
    if any(wide.intersects(other) for other in taken):
        return
    taken.append(wide)
    with QPainterStateGuard(brush.painter):
        brush.painter.translate(rect.center())
        brush.painter.scale(wide.width() / rect.width(), wide.height() / rect.height())
        brush.painter.translate(-rect.center())
        paint_spot(brush, spot)


def readable_rect(sight: SceneState, spot: NumberItem, zoom: float) -> QRectF:
    """Where a number lies that is at least 11 pixels high; one in a cell keeps to its cell."""
    rect, larger = spot.rect, magnified(spot.face, zoom)
    room, index = inf, sight.network.index.get(spot.key[1])
    if index is not None and detail_at(zoom) >= Detail.NODES:
        figure = sight.geometry.frame.figures[index]
        inside = sight.geometry.rect(index).contains(QPointF(spot.x, spot.y))
        if inside and figure.outline is Outline.CAPSULE:  # else it would reach the one beside it
            room = figure.width / 2 - 2 * CELL_INWARD - CELL_GAP
    readable = QRectF(0, 0, min(rect.width() * larger, room), rect.height() * larger)
    readable.moveCenter(rect.center())
    return readable


def _paint_rings(brush: Brush, attention: Attention, exposed: QRectF) -> None:
    """Selection is a ring in ink; sources and targets to be connected have a mark of their own."""
    painter, tokens, sight, zoom = brush
    index = sight.network.index
    painter.setBrush(Qt.BrushStyle.NoBrush)
    wide = max(1.0, 1 / zoom)
    rings = (
        (attention.look.nodes, QPen(tokens.text, SOURCE_BORDER * wide), SELECTION),
        (attention.look.sources, QPen(tokens.fwd, 2 * wide, Qt.PenStyle.DashLine), MARKED),
        (attention.look.targets, QPen(tokens.truth, 2 * wide, Qt.PenStyle.DotLine), MARKED),
        ((attention.focused,), QPen(tokens.fwd, 2 * wide), FOCUS),
    )
    for names, pen, outside in rings:
        grown = outside * min(wide, 3)
        known = [index[name] for name in names if name in index]
        chosen = _nodes_in_sight(sight.geometry, exposed, known)
        if brush.detail is Detail.POINTS and len(chosen) > MANY:  # no more than points themselves
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            _paint_points(brush, chosen, pen.color())
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
            continue
        painter.setPen(pen)
        for node in chosen.tolist():
            rect = sight.geometry.rect(node).adjusted(-grown, -grown, grown, grown)
            painter.drawPath(outline_path(sight.geometry.frame.figures[node], rect))


def note_of(sight: SceneState, look: Look) -> str:
    """What the canvas says at its corner; nothing most of the time."""
    if look.choosing is not None:
        return f"Click the weight, bias or parameter that goes {WHERE[look.choosing]}; Esc ends"
    if sight.experiment.trace is None or sight.shown.in_batch:
        return ""
    rows = sight.experiment.trace.rows.tolist()
    learnt = f"sample {count(rows[0] + 1)}" if len(rows) == 1 else f"{count(len(rows))} others"
    return f"Sample {count(sight.shown.row + 1)} is not learnt now: this update takes {learnt}"


def _paint_axes(brush: Brush, look: Look) -> None:
    """An x and a y beside the two numbers, as long as they are being chosen."""
    painter, tokens, sight, zoom = brush
    disc, larger = QRectF(-MARK, -MARK / 2, MARK, MARK), max(1.0, SMALLEST / zoom)
    for letter, place in zip(LETTERS, look.surface, strict=True):
        index = sight.network.place_index.get(place) if place is not None else None
        if look.choosing is None or place is None or index is None:
            continue
        if place.what == "weight" and brush.detail >= Detail.NODES and sight.has_label(index):
            _paint_label(brush, index)
        by_node = place.what == "value"
        own = Key("value", place.target) if by_node else Key(place.what, place=index)
        spot = first_spot(sight, own, Key("update", place=index))
        if spot is not None:
            with QPainterStateGuard(painter):  # a filled disc in ink, to be read from afar
                painter.translate(spot.rect.left() - 3, spot.rect.center().y())
                painter.scale(larger, larger)
                painter.setPen(QPen(tokens.canvas, 1.5))
                painter.setBrush(tokens.text)
                painter.drawEllipse(disc)
                painter.setPen(tokens.on_accent)
                painter.setFont(font_of(strong(CAPTION)))
                painter.drawText(disc.translated(0, -1), Qt.AlignmentFlag.AlignCenter, letter)
