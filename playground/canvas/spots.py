"""Which numbers stand where: in and under a node, on a wire, on an edge, on a card."""

from collections.abc import Iterator, Sequence

from engine.experiment.trace import NEVER
from engine.network import Node
from engine.numerals import Role
from playground.canvas.cards import CARD_ROW, Card
from playground.canvas.figures import (
    CELL_INWARD,
    NEXT_ROW,
    ROW,
    ROW_OUTWARD,
    Figure,
    Outline,
    tile_aside,
)
from playground.canvas.giving_way import share_for_pair
from playground.canvas.label_places import FIRST, point_along
from playground.canvas.lighting import Key, at_place, of_node
from playground.canvas.ports import LEAD
from playground.canvas.sight import Sight, Spot, edge_key
from playground.theme.fonts import DELTA, GRADIENT, VALUE, WEIGHT
from playground.widgets.number_plate import State

CIRCLE_ROWS = 38.0
VALUE_DROP = 11.0
TILE_DROP = 18.0
LINE_HALF = 9.0
ABOVE_WIRE, BELOW_WIRE = 15.0, 18.0
STUB = LEAD + 7.0


def node_spots(sight: Sight, index: int) -> Iterator[Spot]:
    """Every number of a node."""
    return _legible(sight, _node_spots(sight, index))


def edge_spots(sight: Sight, edge: int, full: bool = False) -> Iterator[Spot]:
    """The label of an edge: its weight, and its gradient once that is known.

    Where `full`, or where the update is at work, the old weight stands before the new one, if the
    two have room between the nodes.
    """
    return _legible(sight, _edge_spots(sight, edge, full))


def card_spots(sight: Sight, card: Card) -> Iterator[Spot]:
    """The numbers of a card, right of their signs."""
    return _legible(sight, _card_spots(sight, card))


def _legible(sight: Sight, spots: Iterator[Spot]) -> Iterator[Spot]:
    """The same, in letters that can be read from where the canvas is seen."""
    return (spot._replace(face=sight.face_of(spot.face, sight.text(spot.key))) for spot in spots)


def _node_spots(sight: Sight, index: int) -> Iterator[Spot]:
    node = sight.experiment.network.nodes[index]
    figure = sight.geometry.frame.figures[index]
    x, y = sight.geometry.centres[index].tolist()
    low = y + figure.height / 2 + ROW
    if figure.outline in (Outline.TAG, Outline.KNOB):
        yield _ground(sight, node, x + figure.width / 2, y)
    elif figure.outline is Outline.CAPSULE:
        apart = figure.width / 4 - CELL_INWARD
        yield Spot(
            of_node("sum", node.id), x - apart, y + VALUE_DROP, Role.FORWARD, VALUE, slot=True
        )
        yield _answer(node, figure, x + (tile_aside(figure) if figure.mapped else apart), y)
    elif figure.outline is Outline.CELL:
        yield _answer(node, figure, x, y)
    if sight.geometry.frame.circuit:
        yield from _wire_spots(sight, node, x + figure.width / 2, y)
    else:
        yield from _rows(sight, node, x, low)


def _answer(node: Node, figure: Figure, x: float, y: float) -> Spot:
    """The value of a neuron: below its sign, or along the lower edge of its map."""
    face, drop = (DELTA, TILE_DROP) if figure.mapped else (VALUE, VALUE_DROP)
    return Spot(of_node("value", node.id), x, y + drop, Role.FORWARD, face, slot=True)


def _edge_spots(sight: Sight, edge: int, full: bool) -> Iterator[Spot]:
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
    yield Spot(key, x, top, Role.MEMORY, WEIGHT, label, locked=locked, before=before)
    if two:
        yield Spot(gradient, x, y + LINE_HALF + 2, Role.BACKWARD, GRADIENT, "∂")


def _share_for_pair(sight: Sight, edge: int, share: float, full: bool) -> float | None:
    """Where the old weight stands beside the new one; at work it may lie on no other label."""
    if full:
        return share_for_pair(sight, edge, share)
    pair = sight.labels.pair
    return pair[1] if pair is not None and pair[0] == edge else None


def _card_spots(sight: Sight, card: Card) -> Iterator[Spot]:
    top = card.y - card.height / 2 + CARD_ROW / 2
    x = card.numbers_x
    for number, row in enumerate(card.rows):
        key = of_node(row.kind, row.node)
        role = Role.TRUTH
        if row.kind == "probability":
            role = Role.FORWARD
            key = key if sight.knows(key) else _power(sight, key)
        yield Spot(key, x, top + number * CARD_ROW, role, VALUE, slot=True)


def local_spot(sight: Sight, edge: int) -> tuple[float, float]:
    """Where the local slope of a wire stands: at its receiving port."""
    return point_along(sight.geometry.points(edge), 0.86)


def has_stub(sight: Sight, node: Node) -> bool:
    """Whether a circuit's node has a wire of its own, since nothing takes its value on."""
    return node.kind == "neuron" and not sight.experiment.network.leaving[node.id]


def _power(sight: Sight, key: Key) -> Key:
    power = of_node("exp", key[1])
    return power if sight.knows(power) else key


def _ground(sight: Sight, node: Node, right: float, y: float) -> Spot:
    """The number inside an input or a parameter."""
    locked = node.kind == "parameter" and node.locked
    key = of_node("value", node.id)
    if node.id in sight.notation.spelled and node.kind == "input":
        middle = float(sight.geometry.centres[sight.experiment.network.index[node.id]][0])
        return Spot(key, middle, y, Role.FORWARD, VALUE, slot=True)
    return Spot(key, right - 14.0, y, _role(node), VALUE, align="right", slot=True, locked=locked)


def _role(node: Node) -> Role:
    """A parameter is remembered; every other value travels forward."""
    return Role.MEMORY if node.kind == "parameter" else Role.FORWARD


def _rows(sight: Sight, node: Node, x: float, low: float) -> Iterator[Spot]:
    """The rows below a node."""
    if node.kind == "input":
        yield from _known(sight, Spot(of_node("derivative", node.id), x, low, Role.BACKWARD,
                                      GRADIENT, "∂"))  # fmt: skip
        return
    if node.kind == "parameter":
        yield from _learnt(sight, sight.place_of("value", node.id), x, low)
        return
    figure = sight.geometry.frame.figures[sight.experiment.network.index[node.id]]
    apart = figure.width / (2 if figure.outline is Outline.CELL else 4) + ROW_OUTWARD
    letters = sight.notation.letters
    error = Spot(of_node("error", node.id), x + apart, low, Role.BACKWARD, DELTA, letters.error,
                 slot=_is_coming(sight, of_node("error", node.id)))  # fmt: skip
    if figure.outline is Outline.CIRCLE:
        yield from _circle_rows(sight, node, x, low, error)
        return
    if node.bias:
        place = sight.place_of("bias", node.id)
        bias = at_place("bias", place)
        old = Spot(bias, x - apart, low, Role.MEMORY, GRADIENT, "b", locked=node.locked)
        rows = (old, *_learnt(sight, place, x - apart, low + NEXT_ROW))
        yield from _folded(sight, rows) if sight.geometry.frame.folded else rows
    yield from _known(sight, error)


def _circle_rows(sight: Sight, node: Node, x: float, low: float, error: Spot) -> Iterator[Spot]:
    """A circle has no room inside: its numbers stand below it, forward left, backward right."""
    value = Spot(of_node("value", node.id), x - CIRCLE_ROWS, low, Role.FORWARD, DELTA, slot=True)
    if node.activation != "identity":
        letters = sight.notation.letters
        total = of_node("sum", node.id)
        yield Spot(total, x - CIRCLE_ROWS, low, Role.FORWARD, DELTA, letters.sum, slot=True)
        value = value._replace(label=letters.value, y=low + NEXT_ROW)
    yield value
    yield from _known(sight, error._replace(x=x + CIRCLE_ROWS))


def _wire_spots(sight: Sight, node: Node, rim: float, y: float) -> Iterator[Spot]:
    """The value above the wire that leaves a node, and the slope below it."""
    leaving = bool(sight.experiment.network.leaving[node.id])
    if not leaving and node.kind != "neuron":
        return
    x = rim + LEAD / 2
    if node.activation != "identity":
        total = of_node("sum", node.id)
        if sight.is_lit(total):
            yield Spot(total, rim - 26.0, y + 42.0, Role.FORWARD, DELTA, sight.notation.letters.sum)
    yield Spot(of_node("value", node.id), x, y - ABOVE_WIRE, _role(node), VALUE, slot=True)
    kinds = {"input": "derivative", "neuron": "error"}
    if node.kind == "parameter":
        place = sight.place_of("value", node.id)
        gradient = Spot(at_place("gradient", place), x, y + BELOW_WIRE, Role.BACKWARD, VALUE)
        update = Spot(at_place("update", place), x, y + BELOW_WIRE + 24, Role.MEMORY, DELTA, "→")
        yield from _known(sight, gradient._replace(slot=_is_coming(sight, gradient.key)))
        yield from _known(sight, update)
        return
    key = of_node(kinds[node.kind], node.id)
    label = sight.notation.letters.error if node.activation != "identity" else ""
    slot = _is_coming(sight, key)
    yield from _known(sight, Spot(key, x, y + BELOW_WIRE, Role.BACKWARD, VALUE, label, slot=slot))


def _folded(sight: Sight, rows: Sequence[Spot]) -> Iterator[Spot]:
    """The same in two rows: a new bias in the place of the old one, unless that is pointed at."""
    bias, *learnt = rows
    new = next((spot for spot in learnt if spot.key[0] == "update"), bias)
    yield bias if bias.key == sight.pointed else new._replace(y=bias.y)
    yield from (spot for spot in learnt if spot is not new)


def _learnt(sight: Sight, place: int, x: float, y: float) -> Iterator[Spot]:
    """A gradient and the new number, once they are known."""
    yield from _known(sight, Spot(at_place("gradient", place), x, y, Role.BACKWARD, GRADIENT, "∂"))
    new = Spot(at_place("update", place), x, y + NEXT_ROW, Role.MEMORY, GRADIENT, "→")
    yield from _known(sight, new)


def _known(sight: Sight, spot: Spot) -> Iterator[Spot]:
    if spot.slot or sight.knows(spot.key):
        yield spot


def _is_coming(sight: Sight, key: Key) -> bool:
    """Whether its empty place is shown: error terms are being computed, and the pass tells it."""
    trace, lighting = sight.experiment.trace, sight.lighting
    if trace is None or lighting is None or lighting.step.phase not in ("loss", "backward"):
        return False
    kind, node, place = key
    if kind != "error" and not sight.shown.in_batch:
        return False  # these are the batch's alone
    script, index = trace.script, sight.experiment.network.index
    since = {"gradient": script.gradients, "derivative": script.derivatives}
    number = place if kind == "gradient" else index[node]
    return bool(since.get(kind, script.errors)[number] != NEVER)
