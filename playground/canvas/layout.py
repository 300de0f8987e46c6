"""What shape a node has, and where everything stands: nodes, ports, edges, cards."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum, StrEnum
from functools import cached_property
from math import ceil
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF

from engine.experiment.editing import free_id
from engine.functions import Floats
from engine.functions.losses import loss
from engine.layout import NodePosition
from engine.network import Network, Node
from engine.settings import Settings
from playground.model.stage import Tool
from playground.theme.fonts import SMALLEST, Face

NEURON_HEIGHT, MAPPED_HEIGHT = 60.0, 68.0
TILE, TILE_INWARD = 52.0, 8.0
GROUND_HEIGHT = 44.0
CIRCLE = 52.0
CORNER = 8.0  # the radius of a corner where a rim is not round
ROOMY_ROWS = 3  # as many neurons of a layer have three rows below them
SIGNS = {"sum": "Σ", "product": "×", "max": "max", "min": "min"}
CURVE = "curve"
SMALLEST_ZOOM, LARGEST_ZOOM = 0.02, 4.0
FIT_AT_MOST = 1.15
LARGEST_TEXT = 15  # in the scene; larger letters would leave their places
ROUNDING = 0.1

NAME_ROOM = 28.0
ROW = 20.0
NEXT_ROW = 17.0
HALF_ROW = 10.0
CELL_INWARD = 3.0  # numbers stand so much nearer to the middle of a neuron than the rest
ROW_OUTWARD = 3.0  # what stands below a neuron, left and right, from the middles of its halves


class Outline(StrEnum):
    TAG = "tag"  # an input
    KNOB = "knob"  # a parameter
    CAPSULE = "capsule"  # sum and activation, side by side
    CELL = "cell"  # a sum with a bias and nothing else
    CIRCLE = "circle"  # one operation


@dataclass(frozen=True, slots=True)
class Measures:
    """Widths that depend on how many digits are shown; and whether nodes hold a map each."""

    neuron: float = 144.0
    input: float = 84.0
    parameter: float = 84.0
    card: float = 88.0
    label: float = 66.0
    maps: bool = False


class NodeShape(NamedTuple):
    """The outline of a node, its size, the sign in it, and the room kept free below its rim.

    A node that is `mapped` holds a tile with its own map.
    """

    outline: Outline
    width: float
    height: float
    sign: str
    below: float
    mapped: bool = False

    @property
    def radius(self) -> float:
        return CORNER if self.outline in (Outline.TAG, Outline.KNOB) else self.height / 2


def figure_of(node: Node, measures: Measures, circuit: bool) -> NodeShape:
    if node.kind == "input":
        return NodeShape(Outline.TAG, measures.input, GROUND_HEIGHT, "", 0.0)
    if node.kind == "parameter":
        below = 0.0 if circuit else ROW + NEXT_ROW + HALF_ROW
        return NodeShape(Outline.KNOB, measures.parameter, GROUND_HEIGHT, "", below)
    if is_circle(node):
        squeezes, sign = node.activation != "identity", SIGNS[node.combine]
        below = 0.0 if circuit else ROW + NEXT_ROW * squeezes + HALF_ROW
        if squeezes or node.combine == "sum":
            sign = CURVE if squeezes else "−" if node.subtracts else "+"
        return NodeShape(Outline.CIRCLE, CIRCLE, CIRCLE, sign, below)
    below = ROW + HALF_ROW + 2 * NEXT_ROW * node.bias
    plain, sign, maps = node.activation == "identity", SIGNS[node.combine], measures.maps
    outline = Outline.CELL if plain else Outline.CAPSULE
    width = measures.neuron / 2 if plain else measures.neuron
    return NodeShape(outline, width, MAPPED_HEIGHT if maps else NEURON_HEIGHT, sign, below, maps)


def tile_aside(figure: NodeShape) -> float:
    """How far right of the middle of its node a tile stands: clear of the round end."""
    return 0.0 if figure.outline is Outline.CELL else (figure.width / 2 - TILE_INWARD) / 2


def mapped_nodes(network: Network) -> tuple[str, ...]:
    """The nodes that have room for a map of their own."""
    if is_circuit(network):
        return ()
    return tuple(n.id for n in network.nodes if n.kind == "neuron" and not is_circle(n))


def is_circle(node: Node) -> bool:
    """A neuron that does one thing: it combines, or it squeezes what arrives."""
    if node.kind != "neuron" or node.bias:
        return False
    return node.activation == "identity" or (node.combine == "sum" and node.activation == "sigmoid")


def is_circuit(network: Network) -> bool:
    """Only circles, and wires that nobody trains: drawn with values above the wires."""
    neurons = [node for node in network.nodes if node.kind == "neuron"]
    return bool(neurons) and all(map(is_circle, neurons)) and all(e.locked for e in network.edges)


Indices = NDArray[np.intp]

PORT_PITCH = 13.0
PORT_PITCH_OF_TWO = 16.0
PORT_REACH = 22.0
MARGIN = 12.0
LEAD = 88.0
CURVE_POINTS = 24
MOST_TESTS = 1_500_000
CORNERS = ((0, 1), (2, 1), (0, 3), (2, 3))
_T = np.linspace(0.0, 1.0, CURVE_POINTS)
BASIS = np.stack(((1 - _T) ** 3, 3 * (1 - _T) ** 2 * _T, 3 * (1 - _T) * _T**2, _T**3), axis=1)


def port_heights(sources: Indices, targets: Indices, centres: Floats, count: int) -> Floats:
    """How far above or below its middle each edge arrives at its target.

    Arriving edges are spread 13 apart (16 for two, at most ±22), sorted by their sources' height.
    """
    if not len(sources):
        return np.zeros(0)
    order = np.lexsort((sources, centres[sources, 0], centres[sources, 1], targets))
    arrivals = np.bincount(targets, minlength=count)
    firsts = np.concatenate(([0], np.cumsum(arrivals)[:-1]))
    rank = np.empty(len(sources))
    rank[order] = np.arange(len(sources)) - firsts[targets[order]]
    many = arrivals[targets]
    pitch = np.where(many == 2, PORT_PITCH_OF_TWO, PORT_PITCH)
    pitch = np.minimum(pitch, 2 * PORT_REACH / np.maximum(many - 1, 1))
    heights: Floats = (rank - (many - 1) / 2) * pitch
    return heights


def rim_inset(heights: Floats, radii: Floats) -> Floats:
    """How far inside the box a round rim lies at this height."""
    reach = np.minimum(np.abs(heights), radii)
    inset: Floats = radii - np.sqrt(radii * radii - reach * reach)
    return inset


def crossings(starts: Floats, ends: Floats, boxes: Floats) -> NDArray[np.bool_]:
    """Which lines (rows) meet which boxes (columns; left, top, right, bottom)."""
    way = (ends - starts)[:, None, :]
    with np.errstate(divide="ignore", invalid="ignore"):
        one = (boxes[None, :, :2] - starts[:, None, :]) / way
        two = (boxes[None, :, 2:] - starts[:, None, :]) / way
    low, high = np.fmin(one, two), np.fmax(one, two)
    inside = (starts[:, None, :] >= boxes[None, :, :2]) & (starts[:, None, :] <= boxes[None, :, 2:])
    flat = way == 0
    low = np.where(flat, np.where(inside, -np.inf, np.inf), low)
    high = np.where(flat, np.where(inside, np.inf, -np.inf), high)
    enter, leave = low.max(axis=2), high.min(axis=2)
    meet: NDArray[np.bool_] = (enter <= leave) & (leave > 0.0) & (enter < 1.0)
    return meet


def bow_height(start: Floats, end: Floats, boxes: Floats) -> float:
    """How far the middle of a line must swing out to pass these boxes, on the nearer side.

    A cubic with both handles swung by 4/3 h is 4t(1-t)h away from its chord at t.
    """
    way = end - start
    length = float(np.hypot(*way)) or 1.0
    across = np.array([-way[1], way[0]]) / length
    corners = boxes[:, CORNERS].reshape(-1, 2) - start
    along = np.clip(corners @ way / length**2, 0.12, 0.88)
    away = corners @ across / (4 * along * (1 - along))
    one, other = max(0.0, float(away.max())), max(0.0, -float(away.min()))
    return one if one <= other else -other


def bowed(start: Floats, end: Floats, height: float) -> Floats:
    """The points of a cubic that swings out by so much."""
    way = end - start
    across = np.array([-way[1], way[0]]) / (float(np.hypot(*way)) or 1.0)
    swing = across * height * 4 / 3
    return cubic(start, start + way / 3 + swing, end - way / 3 + swing, end)


def wire(start: Floats, end: Floats) -> Floats:
    """The points of a circuit's wire: a straight lead, then one cubic into the port."""
    bend = start + np.array((min(LEAD, max(12.0, float(end[0] - start[0]) * 0.45)), 0.0))
    handle = np.array((max(24.0, float(end[0] - bend[0]) * 0.5), 0.0))
    return np.concatenate((start[None, :], cubic(bend, bend + handle, end - handle, end)))


def cubic(*points: Floats) -> Floats:
    """Points along a cubic with these ends and handles, both ends included."""
    return np.asarray(BASIS @ np.stack(points))


_LETTERS = "abcdefghijklmnopqrstuvw"
#: The node that a tool makes; its id is the stem of the new one's.
_TOOLS: dict[Tool, Node] = {
    "input": Node("x", "input"),
    "parameter": Node("a", "parameter"),
    "neuron": Node("n", activation="sigmoid", bias=True),
    "sum": Node("s"),
    "minus": Node("d", subtracts=True),
    "times": Node("p", combine="product"),
    "sigmoid": Node("g", activation="sigmoid"),
    "output": Node("y", activation="sigmoid", bias=True, output=True),
}


def node_of(tool: Tool, network: Network) -> Node:
    """The node that a tool makes, under an id that is free: a parameter is a, b, c …, a1, a2 …"""
    letters = (letter for letter in _LETTERS if letter not in network.index)
    letter = next(letters, "") if tool == "parameter" else ""
    return replace(_TOOLS[tool], id=letter or free_id(network, _TOOLS[tool].id))


CARD_GAP = 28.0
LOW_ROWS = 2  # a card that is no higher ends above the row below its output
ERROR_ASIDE = 40.0
LARGER = 1.25  # an error term at work, in letters that are read from farther off
CARD_ROW = 32.0
ABOVE = 118.0
TITLE_ROOM = 24.0
SIGN_ROOM, WORD_ROOM, PADDING = 30.0, 54.0, 6.0


class CardRow(NamedTuple):
    """One number of a card: the kind of it, whose it is, and the sign before it."""

    kind: str  # target, probability, loss, total, mean, penalty
    node: str
    sign: str


@dataclass(frozen=True, slots=True)
class LossCard:
    """A card with its centre and size; `node` is the output it hangs on, "" for the shared one."""

    node: str
    title: str
    x: float
    y: float
    width: float
    height: float
    rows: tuple[CardRow, ...]
    signs: float  # the room for what stands before its numbers
    above: bool = False


class Detail(IntEnum):
    """From points to every number."""

    POINTS = 0
    SHAPES = 1
    NODES = 2
    ALL = 3


def detail_at(zoom: float) -> Detail:
    """All from 60 %, whole nodes from 40 %, shapes from 25 %, below that points."""
    if zoom >= 0.5995:
        return Detail.ALL
    if zoom >= 0.4:
        return Detail.NODES
    return Detail.SHAPES if zoom >= 0.25 else Detail.POINTS


def magnified(face: Face, zoom: float) -> float:
    """How much larger a number must be drawn so that it is 11 pixels high on screen."""
    return max(1.0, SMALLEST / (face.pixels * zoom))


def smallest_text(zoom: float) -> int:
    """How many pixels of the scene a letter needs to be 11 high on screen, as far as that goes."""
    needed = ceil(SMALLEST / max(zoom, SMALLEST_ZOOM) - ROUNDING)
    return min(max(needed, SMALLEST), LARGEST_TEXT)


Side = float | Floats  # of one rectangle, or of many


@dataclass(frozen=True, eq=False)
class Frame:
    """What is to be placed: the figures of the nodes and the ends of the edges as indices."""

    network: Network
    measures: Measures
    circuit: bool
    figures: tuple[NodeShape, ...]
    halves: Floats
    radii: Floats
    below: Floats
    circles: NDArray[np.bool_]
    sources: Indices
    targets: Indices
    asides: Floats  # how far the rows below stand out at the sides
    folded: bool  # a new bias stands in the place of the old one: rows are near each other

    @cached_property
    def locks(self) -> NDArray[np.bool_]:
        """Which edges are not trained."""
        return np.array([edge.locked for edge in self.network.edges], dtype=np.bool_)

    @cached_property
    def edge_index(self) -> Mapping[tuple[str, str], int]:
        """Where each edge stands in the arrays."""
        return {(e.source, e.target): i for i, e in enumerate(self.network.edges)}


def frame_of(network: Network, measures: Measures) -> Frame:
    circuit = is_circuit(network)
    figures = tuple(figure_of(node, measures, circuit) for node in network.nodes)
    index = network.index
    levels = Counter(network.levels[node.id] for node in network.nodes if node.bias)
    folded = not circuit and any(count > ROOMY_ROWS for count in levels.values())
    sizes = np.array([(f.width, f.height) for f in figures]).reshape(-1, 2)
    reach = measures.neuron / 4 + ROW_OUTWARD + measures.label / 2  # of the rows below a neuron
    return Frame(
        network,
        measures,
        circuit,
        figures,
        sizes / 2,
        np.array([figure.radius for figure in figures]),
        np.array([f.below - NEXT_ROW * (folded and n.bias)
                  for f, n in zip(figures, network.nodes, strict=True)]),
        np.array([figure.outline is Outline.CIRCLE for figure in figures], dtype=np.bool_),
        np.array([index[edge.source] for edge in network.edges], dtype=np.intp),
        np.array([index[edge.target] for edge in network.edges], dtype=np.intp),
        np.array([reach - f.width / 2 if f.outline is Outline.CELL and not circuit else 0.0
                  for f in figures]),
        folded,
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class Geometry:
    """Everything that is drawn in its place. `bends` holds the points of edges that are curved."""

    frame: Frame
    centres: Floats
    starts: Floats
    ends: Floats
    bends: Mapping[int, Floats]
    cards: tuple[LossCard, ...] = ()

    def inside(self, seen: QRectF) -> NDArray[np.bool_]:
        x, y = self.centres[:, 0], self.centres[:, 1]
        across = (x >= seen.left()) & (x <= seen.right())
        return np.asarray(across & (y >= seen.top()) & (y <= seen.bottom()))

    def points(self, edge: int) -> Floats:
        """The points of an edge, from its source to its target."""
        if edge in self.bends:
            return self.bends[edge]
        return np.array((self.starts[edge], self.ends[edge]))

    def rect(self, node: int) -> QRectF:
        """The body of a node."""
        (x, y), (half, tall) = self.centres[node].tolist(), self.frame.halves[node].tolist()
        return QRectF(QPointF(x - half, y - tall), QPointF(x + half, y + tall))

    @cached_property
    def boxes(self) -> Floats:
        """The bodies of all nodes: left, top, right, bottom."""
        return np.hstack((self.centres - self.frame.halves, self.centres + self.frame.halves))

    @cached_property
    def rooms(self) -> Floats:
        """The bodies with their names above, and the rows kept free below them."""
        rooms = self.boxes.copy()
        rooms[:, 1] -= NAME_ROOM
        rooms[:, 3] += self.frame.below
        rooms[:, 0] -= self.frame.asides
        rooms[:, 2] += self.frame.asides
        if self.frame.circuit and len(rooms):
            wired = np.array([node.output for node in self.frame.network.nodes])
            rooms[:, 2] += np.where(wired, LEAD, 0.0)
            rooms[:, 3] = np.maximum(rooms[:, 3], self.centres[:, 1] + 34.0)
        return rooms

    @cached_property
    def cards_about(self) -> Mapping[str, list[LossCard]]:
        """The cards with a row about each output; about none of them, those of the whole."""
        found: dict[str, list[LossCard]] = {}
        for card in self.cards:
            for node in {row.node for row in card.rows}:
                found.setdefault(node, []).append(card)
        return found

    @cached_property
    def bounds(self) -> QRectF:
        """What a picture of everything must show; empty where there is nothing."""
        if not len(self.centres):
            return QRectF()
        boxes = np.concatenate((self.rooms, card_boxes(self, TITLE_ROOM)))
        left, top = boxes[:, :2].min(axis=0).tolist()
        right, bottom = boxes[:, 2:].max(axis=0).tolist()
        ways = () if self.frame.circuit else self.bends.values()  # wires stay beside their ends
        for points in ways:
            heights = points[:, 1].tolist()
            top, bottom = min(top, *heights), max(bottom, *heights)
        return QRectF(QPointF(left, top), QPointF(right, bottom))

    @cached_property
    def segments(self) -> tuple[Floats, Indices]:
        """All edges as straight pieces (x1, y1, x2, y2), and whose piece each is."""
        return self.pieces(np.arange(len(self.starts)))

    def pieces(self, edges: Indices) -> tuple[Floats, Indices]:
        """The same of some edges."""
        bent = np.zeros(len(self.starts), dtype=np.bool_)
        bent[list(self.bends)] = True
        straight, curved = edges[~bent[edges]], edges[bent[edges]]
        pieces = np.hstack((self.starts[straight], self.ends[straight]))
        if not len(curved):
            return pieces, straight
        ways = [self.bends[edge] for edge in curved.tolist()]
        points, owners = np.concatenate(ways), curved.repeat([len(way) for way in ways])
        same = owners[:-1] == owners[1:]  # from the end of one to the start of the next is no piece
        more = np.hstack((points[:-1], points[1:]))[same]
        return np.concatenate((pieces, more)), np.concatenate((straight, owners[:-1][same]))


def geometry_of(frame: Frame, positions: Mapping[str, NodePosition]) -> Geometry:
    centres = np.array([positions.get(name, (0.0, 0.0)) for name in frame.network.index])
    return _placed(frame, centres.reshape(-1, 2).astype(np.float64))


def moved(geometry: Geometry, moves: Mapping[str, NodePosition], hasty: bool = False) -> Geometry:
    """The same with these nodes somewhere else, but for the cards; in haste, edges that move run
    straight.
    """
    frame = geometry.frame
    centres = geometry.centres.copy()
    nodes = [frame.network.index[name] for name in moves]
    centres[nodes] = [moves[name] for name in moves]
    return replace(_placed(frame, centres, geometry, nodes, hasty), cards=geometry.cards)


def meeting(boxes: Floats, left: Side, top: Side, right: Side, bottom: Side) -> NDArray[np.bool_]:
    """Which boxes (left, top, right, bottom) meet this one, or each of these."""
    across = (boxes[:, 0] < right) & (boxes[:, 2] > left)
    return np.asarray(across & (boxes[:, 1] < bottom) & (boxes[:, 3] > top))


def touching(frame: Frame, nodes: Iterable[int]) -> Indices:
    """The edges that start or end at these nodes."""
    marks = np.zeros(len(frame.figures), dtype=np.bool_)
    marks[list(nodes)] = True
    return np.flatnonzero(marks[frame.sources] | marks[frame.targets])


def _placed(
    frame: Frame,
    centres: Floats,
    old: Geometry | None = None,
    nodes: Sequence[int] = (),
    hasty: bool = False,
) -> Geometry:
    nothing = np.zeros((len(frame.sources), 2))
    edges = np.arange(len(nothing)) if old is None else _concerned(frame, nodes)
    starts: Floats = (nothing if old is None else old.starts).copy()
    ends: Floats = (nothing if old is None else old.ends).copy()
    if len(edges):
        sources, targets = frame.sources[edges], frame.targets[edges]
        heights = port_heights(sources, targets, centres, len(centres))
        starts[edges] = centres[sources] + frame.halves[sources] * (1.0, 0.0)
        tips = centres[targets] - frame.halves[targets] * (1.0, 0.0)
        tips[:, 0] += rim_inset(heights, frame.radii[targets])
        tips[:, 1] += heights
        ends[edges] = tips
    straight = Geometry(frame, centres, starts, ends, {})
    if frame.circuit:
        wires = {} if old is None else dict(old.bends)
        wires |= {k: wire(starts[k], ends[k]) for k in edges.tolist()}
        return replace(straight, bends=wires)
    if len(starts) * len(centres) > MOST_TESTS:
        return straight
    if hasty and old is not None:
        still = ~_shifted(straight, old)
        return replace(straight, bends={k: way for k, way in old.bends.items() if still[k]})
    return replace(straight, bends=_bows(straight, old, nodes))


def _concerned(frame: Frame, nodes: Sequence[int]) -> Indices:
    """The edges that may run otherwise where these nodes move.

    Those that arrive where one from there arrives change ports with it.
    """
    marks = np.zeros(len(frame.figures), dtype=np.bool_)
    marks[list(nodes)] = True
    marks[frame.targets[marks[frame.sources]]] = True
    return np.flatnonzero(marks[frame.targets])


def _shifted(now: Geometry, old: Geometry) -> NDArray[np.bool_]:
    """Which edges run somewhere else."""
    return np.asarray(((now.starts != old.starts) | (now.ends != old.ends)).any(axis=1))


def _bows(straight: Geometry, old: Geometry | None, nodes: Sequence[int]) -> dict[int, Floats]:
    """The edges that would cross a node, as curves round it; again only what `nodes` concern."""
    frame, starts, ends = straight.frame, straight.starts, straight.ends
    boxes, found = _kept_free(straight), dict[int, Floats]()
    edges = np.arange(len(starts))
    if old is not None:
        moving = np.concatenate((_kept_free(old)[nodes], boxes[nodes]))
        again = _shifted(straight, old) | crossings(starts, ends, moving).any(axis=1)
        edges = np.flatnonzero(again)
        found = {edge: points for edge, points in old.bends.items() if not again[edge]}
    meet = crossings(starts[edges], ends[edges], boxes)
    if len(edges):
        rows = np.arange(len(edges))
        meet[rows, frame.sources[edges]] = False
        meet[rows, frame.targets[edges]] = False
    for row in np.flatnonzero(meet.any(axis=1)):
        edge = int(edges[row])
        height = bow_height(starts[edge], ends[edge], boxes[meet[row]])
        found[edge] = bowed(starts[edge], ends[edge], height)
    return found


def _kept_free(geometry: Geometry) -> Floats:
    """The boxes that edges run round."""
    boxes = geometry.boxes + np.array((-MARGIN, -MARGIN, MARGIN, MARGIN))
    boxes[:, 3] += np.where(geometry.frame.circles, geometry.frame.below, 0.0)
    return np.asarray(boxes)


def cards_of(
    geometry: Geometry, settings: Settings, samples: int, narrow: bool
) -> tuple[LossCard, ...]:
    """All cards of a network: one at a single output, else one at each and one for them all."""
    frame, truth = geometry.frame, loss(settings.loss)
    outputs = frame.network.outputs
    if not outputs or (frame.circuit and not truth.has_targets):
        return ()

    def own_rows(output: str) -> tuple[CardRow, ...]:
        if not truth.has_targets:
            return ()
        shares = (CardRow("probability", output, "p"),) if truth.shares else ()
        return (CardRow("target", output, "◎"), *shares, CardRow("loss", output, "E"))

    shared = (CardRow("total", "", "E"),) if len(outputs) > 1 else ()
    if samples > 1:
        shared = (*shared, CardRow("mean", "", settings.reduction))
    if settings.l1 or settings.l2:
        shared = (*shared, CardRow("penalty", "", "penalty"))
    if len(outputs) > 1:
        own = [_right_of(geometry, output, "target", own_rows(output)) for output in outputs]
        return (*(card for card in own if card.rows), _common(frame.measures, own, shared))
    title = "target, loss" if truth.has_targets else "loss"
    rows = own_rows(outputs[0]) or (CardRow("loss", outputs[0], "E"),)
    card = _right_of(geometry, outputs[0], title, (*rows, *shared))
    if narrow or frame.network.leaving[outputs[0]]:
        x, y = geometry.centres[frame.network.index[outputs[0]]].tolist()
        card = replace(card, x=x, y=y - (ABOVE - CARD_ROW) - card.height / 2, above=True)
    return (card,)


def _right_of(geometry: Geometry, output: str, title: str, rows: tuple[CardRow, ...]) -> LossCard:
    """Right of its output; a circuit's answer stands on a wire of its own."""
    frame, measures = geometry.frame, geometry.frame.measures
    index = frame.network.index[output]
    x, y = geometry.centres[index].tolist()
    rim = frame.figures[index].width / 2 + (LEAD if frame.circuit else CARD_GAP)
    if len(rows) > LOW_ROWS and rows[0].kind == "target":  # so high that it is beside the error
        aside = max(ERROR_ASIDE, measures.neuron / 4 + ROW_OUTWARD)
        rim = max(rim, aside + measures.label * LARGER / 2 + PADDING)
    return _card(measures, output, title, x + rim, y, rows)


def _card(
    measures: Measures, node: str, title: str, left: float, y: float, rows: tuple[CardRow, ...]
) -> LossCard:
    signs = WORD_ROOM if any(len(row.sign) > 1 for row in rows) else SIGN_ROOM
    width, height = measures.card + signs - SIGN_ROOM, CARD_ROW * max(1, len(rows))
    return LossCard(node, title, left + width / 2, y, width, height, rows, signs)


def _common(measures: Measures, own: list[LossCard], rows: tuple[CardRow, ...]) -> LossCard:
    """The shared card: in the middle gap between the others, or below them where it is too low."""
    ordered = sorted(own, key=lambda card: card.y)
    middle = (len(ordered) - 1) // 2
    upper, lower, last = ordered[middle], ordered[middle + 1], ordered[-1]
    card = _card(measures, "", "loss", max(c.x - c.width / 2 for c in own), 0.0, rows)
    top, bottom = upper.y + upper.height / 2, lower.y - lower.height / 2
    if bottom - top >= card.height + 2 * TITLE_ROOM + 8:
        return replace(card, y=(top + bottom) / 2)
    return replace(card, y=last.y + last.height / 2 + TITLE_ROOM + 8 + card.height / 2)


def point_along(points: Floats, t: float) -> tuple[float, float]:
    """The point at this share of the way along straight pieces."""
    if len(points) == 2:  # much the most, so this way is a short one
        (x1, y1), (x2, y2) = points.tolist()
        return (x1 + (x2 - x1) * t, y1 + (y2 - y1) * t)
    ((x, y),) = points_along(points, np.array((t,))).tolist()
    return (x, y)


def points_along(points: Floats, shares: Floats) -> Floats:
    """A point for each of these shares of the way."""
    steps = np.hypot(*np.diff(points, axis=0).T)
    ways = np.concatenate(([0.0], np.cumsum(steps)))
    at = shares * ways[-1]
    return np.stack((np.interp(at, ways, points[:, 0]), np.interp(at, ways, points[:, 1])), axis=1)


def card_boxes(geometry: Geometry, title: float) -> Floats:
    boxes = [
        (c.x - c.width / 2, c.y - c.height / 2 - title, c.x + c.width / 2, c.y + c.height / 2)
        for c in geometry.cards
    ]
    return np.array(boxes).reshape(-1, 4)
