"""Where each number and each label stands, and which give way to others."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Concatenate, ParamSpec

import numpy as np
from numpy.typing import NDArray

from engine.experiment.trace import NEVER
from engine.functions import Floats
from engine.network import Node
from engine.numerals import NumberRole
from playground.canvas.layout import (
    CARD_ROW,
    CELL_INWARD,
    HALF_ROW,
    LEAD,
    NAME_ROOM,
    NEXT_ROW,
    PADDING,
    ROW,
    ROW_OUTWARD,
    Geometry,
    LossCard,
    Outline,
    card_boxes,
    meeting,
    point_along,
    points_along,
    tile_aside,
)
from playground.canvas.scene_state import Key, LabelPlaces, NumberItem, SceneState, Shares, edge_key
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
    single = _Taken(geometry).place_all(widths, LINE, (None,) * count)
    taken = _Taken(geometry)
    full = [width if own else 0.0 for own in widths]
    double = taken.place_all(full, LINE + SECOND_LINE, single)
    asides: dict[int, float] = {}
    homeless = [edge for edge, share in enumerate(double) if share is None and widths[edge]]
    if homeless and names:
        found = _set_aside(taken, homeless, width, names)
        asides = {edge: aside for edge, (_, aside) in found.items()}
        double = tuple(found[e][0] if e in found else share for e, share in enumerate(double))
    rest = [0.0 if share is not None else own for share, own in zip(double, widths, strict=True)]
    lean = taken.place_all(rest, LINE, (MIDDLE,) * count)
    return LabelPlaces(single, double, lean, asides)


class _Taken:
    """The boxes that are taken: those of nodes and cards, then those of labels."""

    def __init__(self, geometry: Geometry, rooms: Floats | None = None) -> None:
        self.geometry = geometry
        rooms = geometry.rooms if rooms is None else rooms
        self._boxes = np.concatenate((rooms, card_boxes(geometry, 20.0)))
        self._fixed = len(self._boxes)

    @property
    def labels(self) -> Floats:
        return self._boxes[self._fixed :]

    def take(self, boxes: Floats) -> None:
        self._boxes = np.concatenate((self._boxes, boxes))

    def take_first(self, middles: Floats, size: Floats) -> int | None:
        """The first middle at which a box of this size lies on nothing; it is taken from now on."""
        boxes = np.hstack((middles - size / 2, middles + size / 2))
        free = np.asarray(~meeting(self._boxes, *boxes.T[:, :, None]).any(axis=1))
        first = int(free.argmax())
        if not free[first]:
            return None
        self.take(boxes[first : first + 1])
        return first

    def place(self, edge: int, width: float, height: float, liked: float | None) -> float | None:
        """The first share of the way along an edge at which a label lies on nothing."""
        shares = np.array((liked or FIRST, FIRST, *OTHERS))
        middles = points_along(self.geometry.points(edge), shares)
        first = self.take_first(middles, np.array((width, height)))
        return None if first is None else float(shares[first])

    def place_all(self, widths: list[float], height: float, liked: Shares) -> Shares:
        """Go through the edges in order; each label takes the first place that is free."""
        return tuple(
            self.place(edge, width, height, liked[edge]) if width else None
            for edge, width in enumerate(widths)
        )


def _set_aside(
    taken: _Taken, edges: list[int], width: float, names: Sequence[float]
) -> dict[int, tuple[float, float]]:
    """Labels that have no room on the middle of their edge lie on it with one of their ends.

    Each has its share of the way, and how far aside it stands: the least there is. They use all
    that the nodes leave free: beside a short name, below a single row.
    """
    room = _Taken(taken.geometry, _close_rooms(taken.geometry, names, width))
    room.take(taken.labels)
    size = np.array((width + LIT, LINE + SECOND_LINE))
    most, shares = size[0] / 2 - OVERLAP, np.array((FIRST, *OTHERS, *NEAR_ENDS))
    steps = np.arange(-most, most, STEP_ASIDE)
    asides, which = steps.repeat(len(shares)), np.tile(np.arange(len(shares)), len(steps))
    least = np.abs(asides).argsort(kind="stable")
    asides, which = asides[least], which[least]
    found = {}
    for edge in edges:
        middles = points_along(taken.geometry.points(edge), shares)[which]
        first = room.take_first(middles + np.stack((asides, np.zeros_like(asides)), 1), size)
        if first is not None:
            found[edge] = float(shares[which[first]]), float(asides[first])
            taken.take(room.labels[-1:])
    return found


def _close_rooms(geometry: Geometry, names: Sequence[float], width: float) -> Floats:
    """What nodes cover: their bodies, their names, and their rows left and right below."""
    boxes: list[tuple[float, ...]] = []
    for index, figure in enumerate(geometry.frame.figures):
        left, top, right, bottom = geometry.boxes[index].tolist()
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


MOST = 40
PAIR_PADDING = 16.0
AROUND, AROUND_QUIET = 12.0, 2.0
LOCK = 14.0
ABOVE = 9.0  # the first line of two stands so much higher, the second a little lower
BELOW = 11.0
HALF, HALF_QUIET = 11.0, 8.0
FAR = (160.0, 45.0)  # labels farther away cannot meet


def lit_edges(sight: SceneState) -> list[int]:
    """The edges whose labels take part in the step."""
    if sight.highlight is None:
        return []
    count = len(sight.network.edges)
    keys = (*sight.highlight.sources, sight.highlight.new)
    places = {p for kind, _, p in keys if kind in ("weight", "gradient", "update")}
    return sorted(place for place in places if 0 <= place < count)


def resolve_label_overlaps(sight: SceneState) -> LabelPlaces:
    lit = [edge for edge in lit_edges(sight) if sight.has_label(edge)]
    if not sight.labels.single or not 0 < len(lit) <= MOST:
        return sight.labels
    others = _Others(sight, frozenset(lit))
    now: dict[int, float | None] = {}
    boxes: dict[int, Floats] = {}
    for edge in lit:
        reach = _reach(sight, edge, lit=True)
        now[edge] = share = _share(sight, edge, reach, list(boxes.values()), others)
        boxes[edge] = _box(sight.label_point(edge, share), reach)
    pair = None
    edge = next((e for e in lit if sight.state(Key("update", place=e)) is State.AT_WORK), -1)
    roomy = None if edge < 0 else _share_for_pair(sight, edge, now[edge] or FIRST)
    if roomy is not None:
        old = width_of(sight.text(Key("weight", place=edge)) + " →", sight.face(WEIGHT)) + AROUND
        reach = _reach(sight, edge, lit=True) + np.array((-old / 2, 0.0, old / 2, 0.0))
        box = _box(point_along(sight.geometry.points(edge), roomy), reach)
        pair = None if others.under(box) else (edge, roomy)
    for box in boxes.values():
        now |= dict.fromkeys(others.under(box))
    now = {edge: share for edge, share in now.items() if share != sight.label_share(edge)}
    return replace(sight.labels, now=now, pair=pair) if now or pair else sight.labels


def _share_for_pair(sight: SceneState, edge: int, share: float) -> float | None:
    """Where the old weight fits beside the new one, on no node; None where it does not."""
    texts = [sight.text(Key(kind, place=edge)) for kind in ("weight", "update")]
    wide = width_of(f"{texts[0]} → {texts[1]}", strong(sight.face(WEIGHT))) + PAIR_PADDING
    return _Taken(sight.geometry).place(edge, wide, LINE + SECOND_LINE, share)


class _Others:
    """The labels that do not take part, found by where they stand and measured when near."""

    def __init__(self, sight: SceneState, lit: frozenset[int]) -> None:
        self._sight = sight
        count = len(sight.network.edges)
        shares = {e: sight.label_share(e) for e in range(count) if e not in lit}
        placed = {edge: share for edge, share in shares.items() if share is not None}
        self._edges = list(placed)
        self._middles = np.array([sight.label_point(*each) for each in placed.items()])
        self._boxes: dict[int, Floats] = {}

    def under(self, box: Floats) -> list[int]:
        """Those that this box would cover."""
        away = np.abs(self._middles.reshape(-1, 2) - (box[:2] + box[2:]) / 2)
        rows = np.flatnonzero((away < FAR).all(axis=1)).tolist()
        for row in rows:
            if row not in self._boxes:
                reach = _reach(self._sight, self._edges[row], lit=False)
                self._boxes[row] = _box(self._middles[row], reach)
        covered = _meeting(box, [self._boxes[row] for row in rows])
        return [self._edges[row] for row, hit in zip(rows, covered, strict=True) if hit]


def _share(
    sight: SceneState, edge: int, reach: Floats, lit: list[Floats], others: _Others
) -> float:
    """Its own place; where it has none, or its plate is on a node there, the place that is best."""
    share, geometry = sight.label_share(edge), sight.geometry

    def box_at(share: float) -> Floats:
        return _box(sight.label_point(edge, share), reach)

    def cost(share: float) -> tuple[int, int, int]:
        """It should cover no other of the step, no node, few labels."""
        box = box_at(share)
        on_lit, on_nodes = _meeting(box, lit).sum(), _meeting(box, geometry.rooms).sum()
        return (int(on_lit), int(on_nodes), len(others.under(box)))

    if share is not None and not _meeting(box_at(share), geometry.boxes).any():
        return share
    return min((share or FIRST, FIRST, *OTHERS), key=cost)


def _reach(sight: SceneState, edge: int, lit: bool) -> Floats:
    """How far a label reaches from its point: left and up (negative), right and down."""
    key, gradient = edge_key(sight, edge), Key("gradient", place=edge)
    two = sight.knows(gradient) and (lit or sight.labels.has_two_lines(edge))
    texts = sight.text(key), sight.text(gradient)
    faces = map(sight.face_of, (WEIGHT, GRADIENT), texts)
    first, second = [strong(face) for face in faces] if lit else faces
    arrow = "→ " if two and key[0] == "update" else ""
    wide = width_of(arrow + texts[0], first)
    wide += LOCK * sight.network.edges[edge].locked
    if two:
        wide = max(wide, width_of("∂ " + texts[1], second))
    half = HALF if lit else HALF_QUIET
    aside = (wide + (AROUND if lit else AROUND_QUIET)) / 2
    return np.array((-aside, -half - ABOVE * two, aside, half + (BELOW - 3.0) * two))


def _box(at: Sequence[float] | Floats, reach: Floats) -> Floats:
    return np.asarray(reach + np.array((*at, *at)))


def _meeting(box: Floats, others: Sequence[Floats] | Floats) -> NDArray[np.bool_]:
    return meeting(np.reshape(others, (-1, 4)), *box)


CIRCLE_ROWS = 38.0
VALUE_DROP = 11.0
TILE_DROP = 18.0
LINE_HALF = 9.0
ABOVE_WIRE, BELOW_WIRE = 15.0, 18.0
STUB = LEAD + 7.0


_P = ParamSpec("_P")
_Find = Callable[Concatenate[SceneState, _P], Iterator[NumberItem]]


def _legible(find: _Find[_P]) -> _Find[_P]:
    """Those that are known or have a slot, in letters that can be read from where one looks."""

    def spots(sight: SceneState, /, *of: _P.args, **how: _P.kwargs) -> Iterator[NumberItem]:
        for spot in find(sight, *of, **how):
            if spot.slot or sight.knows(spot.key):
                text, state = sight.text(spot.key), sight.state(spot.key)
                yield spot._replace(face=sight.face_of(spot.face, text), text=text, state=state)

    return spots


def all_spots(
    sight: SceneState, key: Key, full: frozenset[int] = frozenset()
) -> Iterator[NumberItem]:
    """Every spot at which a number stands; `full` are the edges whose label is shown in full."""
    kind, node, place = key
    network = sight.network
    if kind in ("weight", "gradient", "update") and 0 <= place < len(network.edges):
        spots = edge_spots(sight, place, place in full)
        yield from (spot for spot in spots if spot.key == key)
        return
    owner = network.places[place].target if place >= 0 else node
    if owner in network.index:
        yield from (s for s in node_spots(sight, network.index[owner]) if s.key == key)
    for card in sight.geometry.cards_about.get(node, ()):
        yield from (spot for spot in card_spots(sight, card) if spot.key == key)


def first_spot(sight: SceneState, *keys: Key) -> NumberItem | None:
    """Where the first of these numbers stands that is shown: as it is, or as it will be."""
    return next((spot for key in keys for spot in all_spots(sight, key)), None)


@_legible
def node_spots(sight: SceneState, index: int) -> Iterator[NumberItem]:
    """Every number of a node that is known, and the empty places of those that are coming."""
    node, figure = sight.network.nodes[index], sight.geometry.frame.figures[index]
    x, y = sight.geometry.centres[index].tolist()
    right, role = (
        x + figure.width / 2,
        NumberRole.MEMORY if node.kind == "parameter" else NumberRole.FORWARD,
    )
    value = NumberItem(Key("value", node.id), x, y, role, VALUE, slot=True)
    if node.kind == "input" and node.id in sight.notation.spelled:
        yield value
    elif figure.outline in (Outline.TAG, Outline.KNOB):
        locked = node.kind == "parameter" and node.locked
        yield value._replace(x=right - 14.0, flush=True, locked=locked)
    elif figure.outline in (Outline.CAPSULE, Outline.CELL):
        aside = 0.0
        if figure.outline is Outline.CAPSULE:
            aside = figure.width / 4 - CELL_INWARD
            yield value._replace(key=Key("sum", node.id), x=x - aside, y=y + VALUE_DROP)
        if figure.mapped:  # along the lower edge of its map, else below its sign
            yield value._replace(x=x + tile_aside(figure), y=y + TILE_DROP, face=DELTA)
        else:
            yield value._replace(x=x + aside, y=y + VALUE_DROP)
    if sight.geometry.frame.circuit:
        yield from _wire_spots(sight, node, value._replace(x=right))
    else:
        yield from _rows(sight, node, index, x, y + figure.height / 2 + ROW)


@_legible
def edge_spots(sight: SceneState, edge: int, full: bool = False) -> Iterator[NumberItem]:
    """The label of an edge: its weight, and its gradient once that is known.

    Where `full`, or where the update is at work, the old weight stands before the new one, if the
    two have room between the nodes; at work it may lie on no other label.
    """
    gradient, key = Key("gradient", place=edge), edge_key(sight, edge)
    lit = sight.is_lit(gradient) or sight.is_lit(key)
    two = sight.knows(gradient) and (full or lit or sight.labels.has_two_lines(edge))
    share = sight.label_share(edge) or FIRST
    x, y = sight.label_point(edge, share)
    updated, before, roomy, pair = key[0] == "update", "", None, sight.labels.pair
    if updated and full:
        roomy = _share_for_pair(sight, edge, share)
    elif updated and pair is not None and pair[0] == edge and sight.state(key) is State.AT_WORK:
        roomy = pair[1]
    if roomy is not None:
        before = sight.text(Key("weight", place=edge)) + " →"
        x, y = point_along(sight.geometry.points(edge), roomy)
    locked = sight.network.edges[edge].locked
    label = "→" if updated and not before and two else ""
    top = y - LINE_HALF * two
    yield NumberItem(key, x, top, NumberRole.MEMORY, WEIGHT, label, locked=locked, before=before)
    if two:
        yield NumberItem(gradient, x, y + LINE_HALF + 2, NumberRole.BACKWARD, GRADIENT, "∂")


@_legible
def card_spots(sight: SceneState, card: LossCard) -> Iterator[NumberItem]:
    """The numbers of a card, right of their signs; a probability is a power before."""
    x, y = card.x + (card.signs - PADDING) / 2, card.y - card.height / 2 + CARD_ROW / 2
    for row in card.rows:
        key, power = Key(row.kind, row.node), Key("exp", row.node)
        role = NumberRole.FORWARD if row.kind == "probability" else NumberRole.TRUTH
        if row.kind == "probability" and sight.knows(power) and not sight.knows(key):
            key = power
        yield NumberItem(key, x, y, role, VALUE, slot=True)
        y += CARD_ROW


def _rows(sight: SceneState, node: Node, index: int, x: float, low: float) -> Iterator[NumberItem]:
    """What stands below a node: forward and memory left, backward right."""
    figure, letters = sight.geometry.frame.figures[index], sight.notation.letters
    if node.kind == "input":
        yield NumberItem(Key("derivative", node.id), x, low, NumberRole.BACKWARD, GRADIENT, "∂")
        return
    if node.kind == "parameter":
        yield from _learnt(sight.place_of("value", node.id), x, low)
        return
    apart = figure.width / (2 if figure.outline is Outline.CELL else 4) + ROW_OUTWARD
    if figure.outline is Outline.CIRCLE:  # it has no room inside
        apart = CIRCLE_ROWS
        value = NumberItem(
            Key("value", node.id), x - apart, low, NumberRole.FORWARD, DELTA, slot=True
        )
        if node.activation != "identity":
            yield value._replace(key=Key("sum", node.id), label=letters.sum)
            value = value._replace(label=letters.value, y=low + NEXT_ROW)
        yield value
    elif node.bias:
        place = sight.place_of("bias", node.id)
        key = Key("bias", place=place)
        bias = NumberItem(key, x - apart, low, NumberRole.MEMORY, GRADIENT, "b", locked=node.locked)
        gradient, update = _learnt(place, x - apart, low + NEXT_ROW)
        if not sight.geometry.frame.folded:
            yield from (bias, gradient, update)
        else:  # a new bias in the place of the old one, unless that is pointed at
            moved = sight.knows(update.key) and bias.key != sight.pointed
            yield from (update._replace(y=low) if moved else bias, gradient)
    key = Key("error", node.id)
    slot = _is_coming(sight, key)
    yield NumberItem(key, x + apart, low, NumberRole.BACKWARD, DELTA, letters.error, slot=slot)


def _wire_spots(sight: SceneState, node: Node, rim: NumberItem) -> Iterator[NumberItem]:
    """The value above the wire that leaves a node at its rim, and the slope below it."""
    if not sight.network.leaving[node.id] and node.kind != "neuron":
        return
    x, y, letters = rim.x + LEAD / 2, rim.y, sight.notation.letters
    total, squeezes = Key("sum", node.id), node.activation != "identity"
    if squeezes and sight.is_lit(total):
        yield NumberItem(total, rim.x - 26.0, y + 42.0, NumberRole.FORWARD, DELTA, letters.sum)
    yield rim._replace(x=x, y=y - ABOVE_WIRE)
    if node.kind == "parameter":
        place = sight.place_of("value", node.id)
        key, update = Key("gradient", place=place), Key("update", place=place)
        slot = _is_coming(sight, key)
        yield NumberItem(key, x, y + BELOW_WIRE, NumberRole.BACKWARD, VALUE, slot=slot)
        yield NumberItem(update, x, y + BELOW_WIRE + 24, NumberRole.MEMORY, DELTA, "→")
        return
    key = Key("derivative" if node.kind == "input" else "error", node.id)
    label, slot = letters.error if squeezes else "", _is_coming(sight, key)
    yield NumberItem(key, x, y + BELOW_WIRE, NumberRole.BACKWARD, VALUE, label, slot=slot)


def _learnt(place: int, x: float, y: float) -> tuple[NumberItem, NumberItem]:
    return (
        NumberItem(Key("gradient", place=place), x, y, NumberRole.BACKWARD, GRADIENT, "∂"),
        NumberItem(Key("update", place=place), x, y + NEXT_ROW, NumberRole.MEMORY, GRADIENT, "→"),
    )


def _is_coming(sight: SceneState, key: Key) -> bool:
    """Whether its empty place is shown: error terms are being computed, and the pass tells it."""
    trace, highlight = sight.experiment.trace, sight.highlight
    if trace is None or highlight is None or highlight.step.phase not in ("loss", "backward"):
        return False
    kind, node, place = key
    if kind != "error" and not sight.shown.in_batch:
        return False  # these are the batch's alone
    since, index = trace.script.since, sight.network.index
    told = {"gradient": since.gradients, "derivative": since.derivatives}
    number = place if kind == "gradient" else index[node]
    return bool(told.get(kind, since.errors)[number] != NEVER)
