"""Labels of edges at a step: those that take part have room, and the others give way to them."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from playground.canvas.geometry import Rect
from playground.canvas.label_places import (
    FIRST,
    LINE,
    OTHERS,
    SECOND_LINE,
    LabelPlaces,
    clear_of_nodes,
    point_along,
)
from playground.canvas.lighting import at_place
from playground.canvas.sight import Sight, edge_key
from playground.theme.fonts import GRADIENT, WEIGHT, strong, width_of
from playground.widgets.number_plate import State

MOST = 40
PAIR_PADDING = 16.0
AROUND, AROUND_QUIET = 12.0, 2.0
LOCK = 14.0
ABOVE = 9.0  # the first line of two stands so much higher, the second a little lower
BELOW = 11.0
HALF, HALF_QUIET = 11.0, 8.0
FAR = (160.0, 45.0)  # labels farther away cannot meet


class _Size(NamedTuple):
    """How far a label reaches aside of, above and below its point."""

    aside: float
    up: float
    down: float


def lit_edges(sight: Sight) -> list[int]:
    """The edges whose labels take part in the step."""
    if sight.lighting is None:
        return []
    count = len(sight.experiment.network.edges)
    keys = (*sight.lighting.sources, sight.lighting.new)
    places = {p for kind, _, p in keys if kind in ("weight", "gradient", "update")}
    return sorted(place for place in places if 0 <= place < count)


def given_way(sight: Sight) -> LabelPlaces:
    """The labels as they stand at this step."""
    lit = [edge for edge in lit_edges(sight) if sight.has_label(edge)]
    if not sight.labels.single or not 0 < len(lit) <= MOST:
        return sight.labels
    others = _Others(sight, frozenset(lit))
    now: dict[int, float | None] = {}
    boxes: dict[int, Rect] = {}
    for edge in lit:
        now[edge] = share = _share(sight, edge, list(boxes.values()), others)
        boxes[edge] = _box(sight, edge, share, _size(sight, edge, lit=True))
    pair = _pair(sight, boxes, now, others)
    for box in boxes.values():
        now |= dict.fromkeys(others.under(box))
    now = {edge: share for edge, share in now.items() if share != sight.label_share(edge)}
    return replace(sight.labels, now=now, pair=pair) if now or pair else sight.labels


def share_for_pair(sight: Sight, edge: int, share: float) -> float | None:
    """Where the old weight fits beside the new one, on no node; None where it does not."""
    texts = [sight.text(at_place(kind, edge)) for kind in ("weight", "update")]
    wide = width_of(f"{texts[0]} → {texts[1]}", strong(sight.face(WEIGHT))) + PAIR_PADDING
    return clear_of_nodes(sight.geometry, edge, (wide, LINE + SECOND_LINE), share)


class _Others:
    """The labels that do not take part, found by where they stand and measured when near."""

    def __init__(self, sight: Sight, lit: frozenset[int]) -> None:
        self._sight = sight
        count = len(sight.experiment.network.edges)
        shares = {e: sight.label_share(e) for e in range(count) if e not in lit}
        self._shares = {edge: share for edge, share in shares.items() if share is not None}
        middles = [sight.label_point(*placed) for placed in self._shares.items()]
        self._middles = np.array(middles).reshape(-1, 2)
        self._edges = list(self._shares)
        self._boxes: dict[int, Rect] = {}

    def under(self, box: Rect) -> list[int]:
        """Those that this box would cover."""
        middle = np.array(((box[0] + box[2]) / 2, (box[1] + box[3]) / 2))
        near = np.all(np.abs(self._middles - middle) < FAR, axis=1)
        edges = [self._edges[row] for row in np.flatnonzero(near).tolist()]
        return [edge for edge in edges if _count(box, (self._box(edge),))]

    def _box(self, edge: int) -> Rect:
        if edge not in self._boxes:
            size = _size(self._sight, edge, lit=False)
            self._boxes[edge] = _box(self._sight, edge, self._shares[edge], size)
        return self._boxes[edge]


def _pair(
    sight: Sight, boxes: dict[int, Rect], now: dict[int, float | None], others: _Others
) -> tuple[int, float] | None:
    """The edge whose new weight is at work, and where both weights have room beside each other."""
    edge = next((e for e in boxes if sight.state(at_place("update", e)) is State.AT_WORK), None)
    share = None if edge is None else share_for_pair(sight, edge, now[edge] or FIRST)
    if edge is None or share is None:
        return None
    old = width_of(sight.text(at_place("weight", edge)) + " →", sight.face(WEIGHT)) + AROUND
    size = _size(sight, edge, lit=True)
    at = point_along(sight.geometry.points(edge), share)
    box = _around(at, size._replace(aside=size.aside + old / 2))
    return None if others.under(box) else (edge, share)


def _share(sight: Sight, edge: int, lit: list[Rect], others: _Others) -> float:
    """Its own place; where it has none, or its plate is on a node there, the place that is best."""
    share, size = sight.label_share(edge), _size(sight, edge, lit=True)
    shares: tuple[float, ...] = (FIRST, *OTHERS)
    if share is not None:
        if not _count(_box(sight, edge, share, size), sight.geometry.boxes.tolist()):
            return share
        shares = (share, *shares)
    rooms = sight.geometry.rooms.tolist()

    def cost(share: float) -> tuple[int, int, int]:
        """It should cover no other of the step, no node, few labels."""
        box = _box(sight, edge, share, size)
        return (_count(box, lit), _count(box, rooms), len(others.under(box)))

    return min(shares, key=cost)


def _size(sight: Sight, edge: int, lit: bool) -> _Size:
    key, gradient = edge_key(sight, edge), at_place("gradient", edge)
    two = sight.knows(gradient) and (lit or sight.labels.has_two_lines(edge))
    texts = sight.text(key), sight.text(gradient)
    faces = map(sight.face_of, (WEIGHT, GRADIENT), texts)
    first, second = [strong(face) for face in faces] if lit else faces
    arrow = "→ " if two and key[0] == "update" else ""
    wide = width_of(arrow + texts[0], first)
    wide += LOCK * sight.experiment.network.edges[edge].locked
    if two:
        wide = max(wide, width_of("∂ " + texts[1], second))
    half = HALF if lit else HALF_QUIET
    aside = (wide + (AROUND if lit else AROUND_QUIET)) / 2
    return _Size(aside, half + ABOVE * two, half + (BELOW - 3.0) * two)


def _box(sight: Sight, edge: int, share: float, size: _Size) -> Rect:
    return _around(sight.label_point(edge, share), size)


def _around(at: tuple[float, float], size: _Size) -> Rect:
    x, y = at
    return (x - size.aside, y - size.up, x + size.aside, y + size.down)


def _count(box: Rect, others: Iterable[Sequence[float]]) -> int:
    left, top, right, bottom = box
    return sum(1 for o in others if o[0] < right and o[2] > left and o[1] < bottom and o[3] > top)
