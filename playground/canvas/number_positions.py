"""Where each number and each label stands, and which give way to others."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.experiment.trace import NEVER
from engine.network import Node
from engine.numerals import Role
from engine.op_list import Floats
from playground.canvas.layout import (
    CARD_ROW,
    CELL_INWARD,
    HALF_ROW,
    LEAD,
    NAME_ROOM,
    NEXT_ROW,
    ROW,
    ROW_OUTWARD,
    Geometry,
    LossCard,
    NodeShape,
    Outline,
    Rect,
    _card_boxes,
    _points_along,
    meeting,
    point_along,
    tile_aside,
)
from playground.canvas.scene_state import (
    Key,
    LabelPlaces,
    NumberItem,
    SceneState,
    Shares,
    at_place,
    edge_key,
    of_node,
)
from playground.theme.fonts import DELTA, GRADIENT, VALUE, WEIGHT, strong, width_of
from playground.widgets.number_plate import State

FIRST = 0.34
MIDDLE = 0.50
OTHERS = (0.26, 0.42, 0.22, 0.50, 0.58, 0.66, 0.18, 0.74, 0.30, 0.38, 0.46, 0.54, 0.62, 0.70)
NEAR_ENDS = (0.14, 0.78, 0.82, 0.86)  # for labels that stand aside of their edge
LINE = 22.0
SECOND_LINE = 18.0
MOST_EDGES = 150
OVERLAP = 8.0  # so much of a label that stands aside of its edge still lies on it
STEP_ASIDE = 4.0
LIT = 10.0  # so much wider is a label that takes part in the step


def label_places(
    geometry: Geometry, widths: list[float], width: float, names: Sequence[float] = ()
) -> LabelPlaces:
    """A place for each label of one line, and of two; where it can, a label stays in its place.

    `widths` are those of the weights (0: no label); `width` leaves room for a new weight; `names`
    are the widths of the names of the nodes; without them no label stands aside of its edge.
    """
    count = len(widths)
    if count > MOST_EDGES:
        return LabelPlaces()
    single = _labels_placed(geometry, widths, LINE, (None,) * count, _Taken(geometry, count))
    taken = _Taken(geometry, count)
    full = [width if own else 0.0 for own in widths]
    double = _labels_placed(geometry, full, LINE + SECOND_LINE, single, taken)
    double, asides = _set_aside(geometry, full, double, names, taken)
    rest = [0.0 if share is not None else own for share, own in zip(double, widths, strict=True)]
    lean = _labels_placed(geometry, rest, LINE, (MIDDLE,) * count, taken)
    return LabelPlaces(single, double, lean, asides)


def clear_of_nodes(
    geometry: Geometry, edge: int, size: tuple[float, float], liked: float
) -> float | None:
    """Where along an edge a label of this size lies on no node, whatever other labels do."""
    return _place(geometry.points(edge), size, liked, _Taken(geometry, 1))


def _labels_placed(
    geometry: Geometry, widths: list[float], height: float, liked: Shares, taken: "_Taken"
) -> Shares:
    """Go through the edges in order; each label takes the first place that is free."""
    return tuple(
        _place(geometry.points(edge), (width, height), liked[edge], taken) if width else None
        for edge, width in enumerate(widths)
    )


def _place(
    points: Floats, size: tuple[float, float], liked: float | None, taken: "_Taken"
) -> float | None:
    """The first share of the way at which a label lies on nothing; it is taken from now on."""
    shares = np.array((liked or FIRST, FIRST, *OTHERS))
    middles, half = _points_along(points, shares), np.array(size) / 2
    boxes = np.hstack((middles - half, middles + half))
    free = taken.are_free(boxes)
    first = int(free.argmax())
    if not free[first]:
        return None
    taken.take(boxes[first])
    return float(shares[first])


def _set_aside(
    geometry: Geometry, widths: list[float], shares: Shares, names: Sequence[float], taken: "_Taken"
) -> tuple[Shares, dict[int, float]]:
    """Labels that have no room on the middle of their edge lie on it with one of their ends.

    They use all that the nodes leave free: beside a short name, below a single row.
    """
    homeless = [k for k, share in enumerate(shares) if share is None and widths[k]]
    found, asides = list(shares), dict[int, float]()
    if not homeless or not names:
        return shares, asides
    room = _Taken(geometry, len(shares), _close_rooms(geometry, names, widths[homeless[0]]))
    for box in taken.labels:
        room.take(box)
    for edge in homeless:
        size = np.array((widths[edge] + LIT, LINE + SECOND_LINE))
        place = _place_aside(geometry.points(edge), size, room)
        if place is not None:
            found[edge], asides[edge] = place
            taken.take(room.labels[-1])
    return tuple(found), asides


def _place_aside(points: Floats, size: Floats, room: "_Taken") -> tuple[float, float] | None:
    """The share of the way, and how far aside; the least there is."""
    most = size[0] / 2 - OVERLAP
    steps = np.arange(-most, most, STEP_ASIDE)
    shares = np.array((FIRST, *OTHERS, *NEAR_ENDS))
    asides, which = steps.repeat(len(shares)), np.tile(np.arange(len(shares)), len(steps))
    middles = _points_along(points, shares)[which] + np.stack((asides, np.zeros_like(asides)), 1)
    boxes = np.hstack((middles - size / 2, middles + size / 2))
    free = np.flatnonzero(room.are_free(boxes))
    if not len(free):
        return None
    best = int(free[np.abs(asides[free]).argmin()])
    room.take(boxes[best])
    return float(shares[which[best]]), float(asides[best])


def _close_rooms(geometry: Geometry, names: Sequence[float], width: float) -> Floats:
    """What nodes cover: their bodies, their names, and their rows left and right below."""
    boxes: list[tuple[float, ...]] = []
    for index, figure in enumerate(geometry.frame.figures):
        left, top, right, bottom = geometry.box(index)
        if figure.outline is not Outline.CAPSULE:
            boxes.append(tuple(geometry.rooms[index].tolist()))
            continue
        x, half = (left + right) / 2, names[index] / 2
        apart, wide = figure.width / 4 + ROW_OUTWARD, width / 2
        low = bottom + float(geometry.frame.below[index])
        boxes += [
            (left, top, right, bottom),
            (x - half, top - NAME_ROOM, x + half, top),
            (x - apart - wide, bottom, x - apart + wide, low),
            (x + apart - wide, bottom, x + apart + wide, bottom + ROW + HALF_ROW),
        ]
    return np.array(boxes).reshape(-1, 4)


class _Taken:
    """The boxes that are taken: those of nodes and cards, then those of labels."""

    def __init__(self, geometry: Geometry, more: int, rooms: Floats | None = None) -> None:
        rooms = geometry.rooms if rooms is None else rooms
        boxes = np.concatenate((rooms, _card_boxes(geometry, 20.0)))
        self._boxes = np.empty((len(boxes) + more, 4))
        self._boxes[: len(boxes)] = boxes
        self._count = self._fixed = len(boxes)

    @property
    def labels(self) -> Floats:
        """The boxes of the labels that have a place."""
        return self._boxes[self._fixed : self._count]

    def are_free(self, boxes: Floats) -> NDArray[np.bool_]:
        """Which of these boxes (left, top, right, bottom) lie on none that is taken."""
        meets = meeting(self._boxes[: self._count], *boxes.T[:, :, None])
        return np.asarray(~meets.any(axis=1))

    def take(self, box: Floats) -> None:
        self._boxes[self._count] = box
        self._count += 1


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


def lit_edges(sight: SceneState) -> list[int]:
    """The edges whose labels take part in the step."""
    if sight.highlight is None:
        return []
    count = len(sight.experiment.network.edges)
    keys = (*sight.highlight.sources, sight.highlight.new)
    places = {p for kind, _, p in keys if kind in ("weight", "gradient", "update")}
    return sorted(place for place in places if 0 <= place < count)


def resolve_label_overlaps(sight: SceneState) -> LabelPlaces:
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


def share_for_pair(sight: SceneState, edge: int, share: float) -> float | None:
    """Where the old weight fits beside the new one, on no node; None where it does not."""
    texts = [sight.text(at_place(kind, edge)) for kind in ("weight", "update")]
    wide = width_of(f"{texts[0]} → {texts[1]}", strong(sight.face(WEIGHT))) + PAIR_PADDING
    return clear_of_nodes(sight.geometry, edge, (wide, LINE + SECOND_LINE), share)


class _Others:
    """The labels that do not take part, found by where they stand and measured when near."""

    def __init__(self, sight: SceneState, lit: frozenset[int]) -> None:
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
    sight: SceneState, boxes: dict[int, Rect], now: dict[int, float | None], others: _Others
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


def _share(sight: SceneState, edge: int, lit: list[Rect], others: _Others) -> float:
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


def _size(sight: SceneState, edge: int, lit: bool) -> _Size:
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


def _box(sight: SceneState, edge: int, share: float, size: _Size) -> Rect:
    return _around(sight.label_point(edge, share), size)


def _around(at: tuple[float, float], size: _Size) -> Rect:
    x, y = at
    return (x - size.aside, y - size.up, x + size.aside, y + size.down)


def _count(box: Rect, others: Iterable[Sequence[float]]) -> int:
    left, top, right, bottom = box
    return sum(1 for o in others if o[0] < right and o[2] > left and o[1] < bottom and o[3] > top)


CIRCLE_ROWS = 38.0
VALUE_DROP = 11.0
TILE_DROP = 18.0
LINE_HALF = 9.0
ABOVE_WIRE, BELOW_WIRE = 15.0, 18.0
STUB = LEAD + 7.0


def node_spots(sight: SceneState, index: int) -> Iterator[NumberItem]:
    """Every number of a node that is known, and the empty places of those that are coming."""
    spots = _node_spots(sight, index)
    return _legible(sight, (spot for spot in spots if spot.slot or sight.knows(spot.key)))


def edge_spots(sight: SceneState, edge: int, full: bool = False) -> Iterator[NumberItem]:
    """The label of an edge: its weight, and its gradient once that is known.

    Where `full`, or where the update is at work, the old weight stands before the new one, if the
    two have room between the nodes.
    """
    return _legible(sight, _edge_spots(sight, edge, full))


def card_spots(sight: SceneState, card: LossCard) -> Iterator[NumberItem]:
    """The numbers of a card, right of their signs."""
    return _legible(sight, _card_spots(sight, card))


def all_spots(
    sight: SceneState, key: Key, full: frozenset[int] = frozenset()
) -> Iterator[NumberItem]:
    """Every spot at which a number stands; `full` are the edges whose label is shown in full."""
    kind, node, place = key
    network = sight.experiment.network
    if kind in ("weight", "gradient", "update") and 0 <= place < len(network.edges):
        spots = edge_spots(sight, place, place in full)
        yield from (spot for spot in spots if spot.key == key)
        return
    owner = network.places[place].target if place >= 0 else node
    if owner in network.index:
        yield from (s for s in node_spots(sight, network.index[owner]) if s.key == key)
    for card in sight.geometry.cards:
        yield from (spot for spot in card_spots(sight, card) if spot.key == key)


def first_spot(sight: SceneState, *keys: Key) -> NumberItem | None:
    """Where the first of these numbers stands that is shown: as it is, or as it will be."""
    return next((spot for key in keys for spot in all_spots(sight, key)), None)


def _legible(sight: SceneState, spots: Iterator[NumberItem]) -> Iterator[NumberItem]:
    """The same, in letters that can be read from where the canvas is seen."""
    return (spot._replace(face=sight.face_of(spot.face, sight.text(spot.key))) for spot in spots)


def _node_spots(sight: SceneState, index: int) -> Iterator[NumberItem]:
    node = sight.experiment.network.nodes[index]
    figure = sight.geometry.frame.figures[index]
    x, y = sight.geometry.centres[index].tolist()
    low = y + figure.height / 2 + ROW
    if figure.outline in (Outline.TAG, Outline.KNOB):
        yield _ground(sight, node, x + figure.width / 2, y)
    elif figure.outline is Outline.CAPSULE:
        apart = figure.width / 4 - CELL_INWARD
        yield NumberItem(
            of_node("sum", node.id), x - apart, y + VALUE_DROP, Role.FORWARD, VALUE, slot=True
        )
        yield _answer(node, figure, x + (tile_aside(figure) if figure.mapped else apart), y)
    elif figure.outline is Outline.CELL:
        yield _answer(node, figure, x, y)
    if sight.geometry.frame.circuit:
        yield from _wire_spots(sight, node, x + figure.width / 2, y)
    else:
        yield from _rows(sight, node, x, low)


def _answer(node: Node, figure: NodeShape, x: float, y: float) -> NumberItem:
    """The value of a neuron: below its sign, or along the lower edge of its map."""
    face, drop = (DELTA, TILE_DROP) if figure.mapped else (VALUE, VALUE_DROP)
    return NumberItem(of_node("value", node.id), x, y + drop, Role.FORWARD, face, slot=True)


def _edge_spots(sight: SceneState, edge: int, full: bool) -> Iterator[NumberItem]:
    gradient, key = at_place("gradient", edge), edge_key(sight, edge)
    lit = sight.is_lit(gradient) or sight.is_lit(key)
    two = sight.knows(gradient) and (full or lit or sight.labels.has_two_lines(edge))
    share = sight.label_share(edge) or FIRST
    x, y = sight.label_point(edge, share)
    updated, before = key[0] == "update", ""
    if updated and (full or sight.state(key) is State.AT_WORK):
        roomy = _share_for_pair(sight, edge, share, full)
        if roomy is not None:
            before = sight.text(at_place("weight", edge)) + " →"
            x, y = point_along(sight.geometry.points(edge), roomy)
    top = y - LINE_HALF * two
    locked = sight.experiment.network.edges[edge].locked
    label = "→" if updated and not before and two else ""
    yield NumberItem(key, x, top, Role.MEMORY, WEIGHT, label, locked=locked, before=before)
    if two:
        yield NumberItem(gradient, x, y + LINE_HALF + 2, Role.BACKWARD, GRADIENT, "∂")


def _share_for_pair(sight: SceneState, edge: int, share: float, full: bool) -> float | None:
    """Where the old weight stands beside the new one; at work it may lie on no other label."""
    if full:
        return share_for_pair(sight, edge, share)
    pair = sight.labels.pair
    return pair[1] if pair is not None and pair[0] == edge else None


def _card_spots(sight: SceneState, card: LossCard) -> Iterator[NumberItem]:
    top = card.y - card.height / 2 + CARD_ROW / 2
    x = card.numbers_x
    for number, row in enumerate(card.rows):
        key = of_node(row.kind, row.node)
        role = Role.TRUTH
        if row.kind == "probability":
            role = Role.FORWARD
            key = key if sight.knows(key) else _power(sight, key)
        yield NumberItem(key, x, top + number * CARD_ROW, role, VALUE, slot=True)


def has_stub(sight: SceneState, node: Node) -> bool:
    """Whether a circuit's node has a wire of its own, since nothing takes its value on."""
    return node.kind == "neuron" and not sight.experiment.network.leaving[node.id]


def _power(sight: SceneState, key: Key) -> Key:
    power = of_node("exp", key[1])
    return power if sight.knows(power) else key


def _ground(sight: SceneState, node: Node, right: float, y: float) -> NumberItem:
    """The number inside an input or a parameter."""
    locked = node.kind == "parameter" and node.locked
    key = of_node("value", node.id)
    if node.id in sight.notation.spelled and node.kind == "input":
        middle = float(sight.geometry.centres[sight.experiment.network.index[node.id]][0])
        return NumberItem(key, middle, y, Role.FORWARD, VALUE, slot=True)
    return NumberItem(
        key, right - 14.0, y, _role(node), VALUE, align="right", slot=True, locked=locked
    )


def _role(node: Node) -> Role:
    """A parameter is remembered; every other value travels forward."""
    return Role.MEMORY if node.kind == "parameter" else Role.FORWARD


def _rows(sight: SceneState, node: Node, x: float, low: float) -> Iterator[NumberItem]:
    if node.kind == "input":
        key = of_node("derivative", node.id)
        yield NumberItem(key, x, low, Role.BACKWARD, GRADIENT, "∂")
        return
    if node.kind == "parameter":
        yield from _learnt(sight.place_of("value", node.id), x, low)
        return
    figure = sight.geometry.frame.figures[sight.experiment.network.index[node.id]]
    apart = figure.width / (2 if figure.outline is Outline.CELL else 4) + ROW_OUTWARD
    letters = sight.notation.letters
    key = of_node("error", node.id)
    error = NumberItem(
        key, x + apart, low, Role.BACKWARD, DELTA, letters.error, slot=_is_coming(sight, key)
    )
    if figure.outline is Outline.CIRCLE:
        yield from _circle_rows(sight, node, x, low, error)
        return
    if node.bias:
        place = sight.place_of("bias", node.id)
        bias = at_place("bias", place)
        old = NumberItem(bias, x - apart, low, Role.MEMORY, GRADIENT, "b", locked=node.locked)
        rows = (old, *_learnt(place, x - apart, low + NEXT_ROW))
        yield from _folded(sight, *rows) if sight.geometry.frame.folded else rows
    yield error


def _circle_rows(
    sight: SceneState, node: Node, x: float, low: float, error: NumberItem
) -> Iterator[NumberItem]:
    """A circle has no room inside: its numbers stand below it, forward left, backward right."""
    value = NumberItem(
        of_node("value", node.id), x - CIRCLE_ROWS, low, Role.FORWARD, DELTA, slot=True
    )
    if node.activation != "identity":
        letters = sight.notation.letters
        total = of_node("sum", node.id)
        yield NumberItem(total, x - CIRCLE_ROWS, low, Role.FORWARD, DELTA, letters.sum, slot=True)
        value = value._replace(label=letters.value, y=low + NEXT_ROW)
    yield value
    yield error._replace(x=x + CIRCLE_ROWS)


def _wire_spots(sight: SceneState, node: Node, rim: float, y: float) -> Iterator[NumberItem]:
    """The value above the wire that leaves a node, and the slope below it."""
    leaving = bool(sight.experiment.network.leaving[node.id])
    if not leaving and node.kind != "neuron":
        return
    x = rim + LEAD / 2
    if node.activation != "identity":
        total = of_node("sum", node.id)
        if sight.is_lit(total):
            yield NumberItem(
                total, rim - 26.0, y + 42.0, Role.FORWARD, DELTA, sight.notation.letters.sum
            )
    yield NumberItem(of_node("value", node.id), x, y - ABOVE_WIRE, _role(node), VALUE, slot=True)
    if node.kind == "parameter":
        place = sight.place_of("value", node.id)
        gradient = NumberItem(at_place("gradient", place), x, y + BELOW_WIRE, Role.BACKWARD, VALUE)
        yield gradient._replace(slot=_is_coming(sight, gradient.key))
        key = at_place("update", place)
        yield NumberItem(key, x, y + BELOW_WIRE + 24, Role.MEMORY, DELTA, "→")
        return
    key = of_node("derivative" if node.kind == "input" else "error", node.id)
    label = sight.notation.letters.error if node.activation != "identity" else ""
    slot = _is_coming(sight, key)
    yield NumberItem(key, x, y + BELOW_WIRE, Role.BACKWARD, VALUE, label, slot=slot)


def _folded(
    sight: SceneState, bias: NumberItem, gradient: NumberItem, update: NumberItem
) -> Iterator[NumberItem]:
    """The same in two rows: a new bias in the place of the old one, unless that is pointed at."""
    moved = sight.knows(update.key) and bias.key != sight.pointed
    yield update._replace(y=bias.y) if moved else bias
    yield gradient


def _learnt(place: int, x: float, y: float) -> tuple[NumberItem, NumberItem]:
    return (
        NumberItem(at_place("gradient", place), x, y, Role.BACKWARD, GRADIENT, "∂"),
        NumberItem(at_place("update", place), x, y + NEXT_ROW, Role.MEMORY, GRADIENT, "→"),
    )


def _is_coming(sight: SceneState, key: Key) -> bool:
    """Whether its empty place is shown: error terms are being computed, and the pass tells it."""
    trace, highlight = sight.experiment.trace, sight.highlight
    if trace is None or highlight is None or highlight.step.phase not in ("loss", "backward"):
        return False
    kind, node, place = key
    if kind != "error" and not sight.shown.in_batch:
        return False  # these are the batch's alone
    script, index = trace.script, sight.experiment.network.index
    since = {"gradient": script.gradients, "derivative": script.derivatives}
    number = place if kind == "gradient" else index[node]
    return bool(since.get(kind, script.errors)[number] != NEVER)
