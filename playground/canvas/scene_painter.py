"""The order of painting, and how what can be chosen is lit."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import inf

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterStateGuard, QPen

from engine.network import Place
from engine.numerals import count
from playground.canvas.edge_painter import (
    MANY,
    cover_label,
    many_edges,
    paint_bright_edge,
    paint_bright_stub,
    paint_card,
    paint_contributions,
    paint_edge,
    paint_label,
    paint_lifted_edge,
    paint_local_slopes,
    paint_minus_signs,
    paint_stubs,
    paint_tether,
)
from playground.canvas.hit_test import Hit
from playground.canvas.layout import Detail, detail_at, magnified, meeting, touching
from playground.canvas.node_painter import (
    Brush,
    look_of,
    node_rect,
    outline_path,
    paint_node,
    paint_spot,
    spot_rect,
)
from playground.canvas.node_shape import CELL_INWARD, Outline
from playground.canvas.number_positions import all_spots, first_spot, lit_edges
from playground.canvas.scene_state import Highlight, Key, NumberItem, SceneState, at_place, of_node
from playground.model.stage import EdgeKey, Look
from playground.theme.fonts import CAPTION, font_of, strong
from playground.theme.painting import SOURCE_BORDER, dotted_pen

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
