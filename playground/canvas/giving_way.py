"""Labels of edges at a step: those that take part have room, and the others give way to them."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from playground.canvas.geometry import Rect
from playground.canvas.label_places import (
    FIRST,
    LINE,
    OTHERS,
    SECOND_LINE,
    LabelPlaces,
    clear_of_nodes,
)
from playground.canvas.lighting import at_place
from playground.canvas.sight import Sight, edge_key
from playground.canvas.wording import width_of
from playground.fonts import GRADIENT, WEIGHT, strong
from playground.widgets.number_plate import State

MOST = 40
PAIR_PADDING = 16.0
AROUND, AROUND_QUIET = 12.0, 2.0
LOCK = 14.0
ABOVE = 9.0  # the first line of two stands so much higher, the second a little lower
BELOW = 11.0
HALF, HALF_QUIET = 11.0, 8.0
FAR = (120.0, 45.0)  # labels farther away cannot meet


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
    now: dict[int, float | None] = {}
    boxes: dict[int, Rect] = {}
    for edge in lit:
        now[edge] = share = _share(sight, edge, boxes.values())
        boxes[edge] = _box(sight, edge, share, _size(sight, edge, lit=True))
    pair = _pair(sight, boxes, now)
    for edge in range(len(sight.experiment.network.edges)):
        box = None if edge in boxes else _near_box(sight, edge, boxes.values())
        if box is not None and _meet(box, boxes.values()):
            now[edge] = None
    now = {edge: share for edge, share in now.items() if share != sight.label_share(edge)}
    return replace(sight.labels, now=now, pair=pair) if now or pair else sight.labels


def share_for_pair(sight: Sight, edge: int, share: float) -> float | None:
    """Where the old weight fits beside the new one, on no node; None where it does not."""
    texts = [sight.text(at_place(kind, edge)) for kind in ("weight", "update")]
    wide = width_of(f"{texts[0]} → {texts[1]}", strong(sight.face(WEIGHT))) + PAIR_PADDING
    return clear_of_nodes(sight.geometry, edge, (wide, LINE + SECOND_LINE), share)


def _pair(
    sight: Sight, boxes: dict[int, Rect], now: dict[int, float | None]
) -> tuple[int, float] | None:
    """The edge whose new weight is at work, and where both weights have room beside each other."""
    edge = next((e for e in boxes if sight.state(at_place("update", e)) is State.AT_WORK), None)
    share = None if edge is None else share_for_pair(sight, edge, now[edge] or FIRST)
    if edge is None or share is None:
        return None
    old = width_of(sight.text(at_place("weight", edge)) + " →", sight.face(WEIGHT)) + AROUND
    size = _size(sight, edge, lit=True)
    box = _box(sight, edge, share, size._replace(aside=size.aside + old / 2))
    others = (_near_box(sight, e, (box,)) for e in range(len(sight.experiment.network.edges))
              if e != edge)  # fmt: skip
    if any(other is not None and _meet(other, (box,)) for other in others):
        return None
    return edge, share


def _share(sight: Sight, edge: int, lit: Iterable[Rect]) -> float:
    """Its own place; where it has none, or its plate is on a node there, the place that is best."""
    share, size = sight.label_share(edge), _size(sight, edge, lit=True)
    if share is None:
        return _freest(sight, edge, (FIRST, *OTHERS), list(lit))
    on_node = _meet(_box(sight, edge, share, size), sight.geometry.boxes.tolist())
    return _freest(sight, edge, (share, FIRST, *OTHERS), list(lit)) if on_node else share


def _freest(sight: Sight, edge: int, shares: tuple[float, ...], taken: list[Rect]) -> float:
    """Where a label covers least: no other of the step, no node, few labels."""
    size, network = _size(sight, edge, lit=True), sight.experiment.network
    rooms = sight.geometry.rooms.tolist()

    def cost(share: float) -> tuple[int, int, int]:
        box = _box(sight, edge, share, size)
        near = (_near_box(sight, e, (box,)) for e in range(len(network.edges)) if e != edge)
        covered = sum(1 for other in near if other is not None and _meet(other, (box,)))
        return (_count(box, taken), _count(box, rooms), covered)

    return min(shares, key=cost)


def _size(sight: Sight, edge: int, lit: bool) -> _Size:
    key, gradient = edge_key(sight, edge), at_place("gradient", edge)
    two = sight.knows(gradient) and (lit or sight.labels.has_two_lines(edge))
    faces = [sight.face(WEIGHT), sight.face(GRADIENT)]
    first, second = [strong(face) for face in faces] if lit else faces
    arrow = "→ " if two and key[0] == "update" else ""
    wide = width_of(arrow + sight.text(key), first)
    wide += LOCK * sight.experiment.network.edges[edge].locked
    if two:
        wide = max(wide, width_of("∂ " + sight.text(gradient), second))
    half = HALF if lit else HALF_QUIET
    aside = (wide + (AROUND if lit else AROUND_QUIET)) / 2
    return _Size(aside, half + ABOVE * two, half + (BELOW - 3.0) * two)


def _box(sight: Sight, edge: int, share: float, size: _Size) -> Rect:
    x, y = sight.label_point(edge, share)
    return (x - size.aside, y - size.up, x + size.aside, y + size.down)


def _near_box(sight: Sight, edge: int, boxes: Iterable[Rect]) -> Rect | None:
    """What a label that does not take part covers, if it is shown near one of these."""
    share = sight.label_share(edge)
    if share is None:
        return None
    x, y = sight.label_point(edge, share)
    around = (x - FAR[0], y - FAR[1], x + FAR[0], y + FAR[1])
    if not _meet(around, boxes):
        return None
    return _box(sight, edge, share, _size(sight, edge, lit=False))


def _meet(box: Rect, others: Iterable[Sequence[float]]) -> bool:
    return _count(box, others) > 0


def _count(box: Rect, others: Iterable[Sequence[float]]) -> int:
    left, top, right, bottom = box
    return sum(1 for o in others if o[0] < right and o[2] > left and o[1] < bottom and o[3] > top)
