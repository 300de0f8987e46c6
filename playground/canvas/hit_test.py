"""What lies under the pointer, and which number is edited there."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from PySide6.QtCore import QPointF, QRectF

from engine.errors import Refused
from engine.files import limits
from engine.network import Place
from engine.numerals import short
from playground.canvas.layout import Detail, Outline, detail_at, meeting
from playground.canvas.node_painter import spot_rect
from playground.canvas.number_positions import card_spots, edge_spots, node_spots
from playground.canvas.scene_painter import MANY
from playground.canvas.scene_state import Key, NumberItem, SceneState
from playground.model.document import Document
from playground.model.stage import EdgeKey


@dataclass(frozen=True, slots=True)
class Handle:
    """A number in the hand: how it is called, its value now, and what sets it."""

    key: Key
    name: str
    value: float
    set: Callable[[Document, float, bool], bool]


def handle_of(sight: SceneState, key: Key) -> Handle | None:
    """The handle of a number; None where it follows from others."""
    kind, node, place = key
    kept = sight.network.node(node).kind if kind == "value" else ""
    if kind in ("weight", "bias", "update"):
        return _of_place(sight, key, sight.network.places[place])
    if kept == "parameter":
        return _of_place(sight, key, Place("value", node))
    data, row = sight.experiment.data, sight.shown.row
    if kept == "input":
        column, what = data.inputs.index(node), "Input"
    elif kind == "target":
        column, what = len(data.inputs) + data.targets.index(node), "Target"
    else:
        return None
    return Handle(
        key, f"{what} of {sight.experiment.layout.name(node)}", data.cell(row, column),
        lambda document, number, turning: document.set_cell(row, column, number, turning),
    )  # fmt: skip


def _of_place(sight: SceneState, key: Key, place: Place) -> Handle:
    call = sight.experiment.layout.name
    name = f"{'Bias' if place.what == 'bias' else 'Value'} of {call(place.target)}"
    if place.what == "weight":
        name = f"Weight from {call(place.source)} to {call(place.target)}"
    return Handle(
        key, name, float(sight.experiment.parameters[sight.network.place_index[place]]),
        lambda document, number, turning: document.set_number(place, number, turning),
    )  # fmt: skip


def checked(value: float) -> float:
    """The same number, or the refusal of one that is too large."""
    if abs(value) > limits.WEIGHT:
        raise Refused(f"A number here is at most {short(limits.WEIGHT)}.")
    return value


RIM_INSIDE, RIM_OUTSIDE = 5.0, 8.0
NEAR_EDGE = 6.0
LABEL_REACH = (80.0, 34.0)


@dataclass(frozen=True, slots=True)
class Hit:
    """The topmost thing; `spot` is a number of that node or edge, or of a card."""

    node: str = ""
    rim: bool = False
    name: bool = False
    edge: EdgeKey | None = None
    spot: NumberItem | None = None

    @property
    def is_empty(self) -> bool:
        return not self.node and self.edge is None and self.spot is None


def hit_at(sight: SceneState, at: QPointF, zoom: float) -> Hit:
    index, rim = node_at(sight, at, zoom)
    nodes, legible = sight.network.nodes, detail_at(zoom) >= Detail.NODES
    if index is not None and rim:
        return Hit(nodes[index].id, rim=True)
    for owner, spots in _numbers_near(sight, at, index, zoom) if legible else ():
        for spot in spots:
            if spot_rect(sight, spot).adjusted(-2, -2, 2, 2).contains(at):
                return replace(owner, spot=spot)
    if index is not None:
        return Hit(nodes[index].id)
    names = sight.geometry.boxes[:, (0, 1, 2, 1)] + np.array((0.0, -27.0, 0.0, -8.0))
    named = np.flatnonzero(meeting(names, at.x(), at.y(), at.x(), at.y()))
    if legible and len(named):
        return Hit(nodes[int(named[-1])].id, name=True)
    edge = edge_at(sight, at, zoom)
    return Hit() if edge is None else Hit(edge=_ends(sight, edge))


def node_at(sight: SceneState, at: QPointF, zoom: float) -> tuple[int | None, bool]:
    """The topmost node here, and whether it is its rim."""
    geometry = sight.geometry
    reach = RIM_OUTSIDE / min(zoom, 1.0)
    point = np.array((at.x(), at.y()))
    near = np.all(np.abs(geometry.centres - point) <= geometry.frame.halves + reach, axis=1)
    for index in np.flatnonzero(near)[::-1].tolist():
        away = _outside(sight, index, at)
        if away <= reach:
            return index, away >= -RIM_INSIDE
    return None, False


def edge_at(sight: SceneState, at: QPointF, zoom: float) -> int | None:
    pieces, owners = sight.geometry.segments
    if not len(pieces):
        return None
    start, way = pieces[:, :2], pieces[:, 2:] - pieces[:, :2]
    to = np.array((at.x(), at.y())) - start
    length = np.maximum((way * way).sum(axis=1), 1e-9)
    t = np.clip((to * way).sum(axis=1) / length, 0.0, 1.0)
    away = np.hypot(*(to - way * t[:, None]).T)
    best = int(away.argmin())
    return int(owners[best]) if away[best] <= NEAR_EDGE / min(zoom, 1.5) else None


def within(sight: SceneState, band: QRectF) -> tuple[tuple[str, ...], tuple[EdgeKey, ...]]:
    """The nodes in a rectangle, and the edges between them."""
    inside, frame = sight.geometry.inside(band), sight.geometry.frame
    names = tuple(sight.network.nodes[index].id for index in np.flatnonzero(inside).tolist())
    both = np.flatnonzero(inside[frame.sources] & inside[frame.targets]).tolist()
    return names, tuple(_ends(sight, edge) for edge in both)


def _outside(sight: SceneState, index: int, at: QPointF) -> float:
    """How far outside the rim a point lies; negative inside."""
    (x, y), (half, tall) = sight.geometry.centres[index], sight.geometry.frame.halves[index]
    figure = sight.geometry.frame.figures[index]
    radius = tall if figure.outline is Outline.TAG and at.x() >= x else figure.radius
    dx, dy = abs(at.x() - x) - (half - radius), abs(at.y() - y) - (tall - radius)
    outer = float(np.hypot(max(dx, 0.0), max(dy, 0.0)))
    return float(outer + min(max(dx, dy), 0.0) - radius)


def _numbers_near(
    sight: SceneState, at: QPointF, index: int | None, zoom: float
) -> Iterator[tuple[Hit, Iterator[NumberItem]]]:
    """Whose numbers may lie here: those of the node, or of nodes near it, of cards, of edges."""
    wide = 110.0 if sight.geometry.frame.circuit else 10.0
    near = meeting(sight.geometry.rooms, at.x() - wide, at.y(), at.x() + 40, at.y())
    for node in np.flatnonzero(near).tolist() if index is None else (index,):
        yield Hit(sight.network.nodes[node].id), node_spots(sight, node)
    for card in sight.geometry.cards:
        yield Hit(card.node), card_spots(sight, card)
    shown = min(len(sight.geometry.starts), MANY) if detail_at(zoom) >= Detail.ALL else 0
    for edge in range(shown):
        share = sight.label_share(edge)
        if share is not None:
            x, y = sight.label_point(edge, share)
            if abs(at.x() - x) < LABEL_REACH[0] and abs(at.y() - y) < LABEL_REACH[1]:
                yield Hit(edge=_ends(sight, edge)), edge_spots(sight, edge)


def _ends(sight: SceneState, edge: int) -> EdgeKey:
    drawn = sight.network.edges[edge]
    return (drawn.source, drawn.target)


def place_of(sight: SceneState, hit: Hit) -> Place | None:
    """The weight, bias or parameter that is meant by a click here."""
    network, node = sight.network, hit.node
    if hit.spot is not None:
        kind, node, index = hit.spot.key
        if index >= 0:
            return network.places[index]
        node = node if kind == "value" else ""
    elif hit.edge is not None:
        return Place("weight", hit.edge[1], hit.edge[0])
    known = node in network.index and network.node(node).kind == "parameter"
    return Place("value", node) if known else None
