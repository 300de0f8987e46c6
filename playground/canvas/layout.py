"""Where everything stands: nodes, labels, cards, and what snaps and lines up."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import IntEnum
from functools import cached_property
from math import ceil, inf
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF

from engine.functions import Floats
from engine.functions.losses import loss
from engine.layout import NodePosition, arranged
from engine.network import Network
from engine.settings import Settings
from playground.canvas.node_shape import (
    HALF_ROW,
    LEAD,
    MARGIN,
    MOST_TESTS,
    NAME_ROOM,
    NEXT_ROW,
    ROW,
    ROW_OUTWARD,
    Indices,
    Measures,
    NodeShape,
    Outline,
    bow_height,
    bowed,
    crossings,
    figure_of,
    is_circuit,
    port_heights,
    rim_inset,
    wire,
)
from playground.theme.fonts import SMALLEST, Face

#: The axis along which nodes move, and where their rim is from their middle, as a share.
SIDES = {
    "left": (0, -0.5), "center": (0, 0.0), "right": (0, 0.5),
    "top": (1, -0.5), "middle": (1, 0.0), "bottom": (1, 0.5),
}  # fmt: skip
Sizes = Mapping[str, tuple[float, float]]
Places = dict[str, NodePosition]
SWEEPS = 4


def aligned(places: Mapping[str, NodePosition], sizes: Sizes, side: str) -> Places:
    """The nodes on one line: their left rims, their middles, and so on."""
    axis, share = SIDES[side]
    rims = {name: at[axis] + share * sizes[name][axis] for name, at in places.items()}
    low, high = min(rims.values()), max(rims.values())
    line = (low + high) / 2 if share == 0 else low if share < 0 else high
    return {name: _with(at, axis, line - share * sizes[name][axis]) for name, at in places.items()}


def distributed(places: Mapping[str, NodePosition], sizes: Sizes, axis_name: str) -> Places:
    """Equal gaps between the nodes, the outermost staying where they are."""
    axis = 0 if axis_name == "across" else 1
    ordered = sorted(places, key=lambda name: places[name][axis])
    if len(ordered) < 3:
        return dict(places)
    first, last = places[ordered[0]][axis], places[ordered[-1]][axis]
    inner = sum(sizes[name][axis] for name in ordered[1:-1])
    ends = (sizes[ordered[0]][axis] + sizes[ordered[-1]][axis]) / 2
    gap = (last - first - ends - inner) / (len(ordered) - 1)
    found, at = {}, first - sizes[ordered[0]][axis] / 2
    for name in ordered:
        found[name] = _with(places[name], axis, at + sizes[name][axis] / 2)
        at += sizes[name][axis] + gap
    return found


def columns(places: Mapping[str, NodePosition], sizes: Sizes) -> list[tuple[str, ...]]:
    """The nodes column by column from left to right, each from top to bottom.

    A node stands in the column whose leftmost node it overlaps from left to right. That one alone
    counts: nodes that stand like stairs would else all be one column.
    """
    found: list[list[str]] = []
    end = -inf
    for name in sorted(places, key=lambda name: places[name][0] - sizes[name][0] / 2):
        left = places[name][0] - sizes[name][0] / 2
        if left >= end:
            found.append([])
            end = left + sizes[name][0]
        found[-1].append(name)
    return [tuple(sorted(column, key=lambda name: places[name][1])) for column in found]


def in_layers(network: Network, measures: Measures) -> Places:
    """Every node in its layer, the rows in an order with few crossings."""
    order = _few_crossings(network)
    levels = {name: network.levels[name] for name in order}
    has_biases = any(node.bias for node in network.nodes)
    found = arranged(levels, has_biases, measures.neuron)
    return {name: (round(x), round(y)) for name, (x, y) in found.items()}


def _few_crossings(network: Network) -> list[str]:
    """Rows sorted by the mean height of their neighbours, first forwards and then backwards."""
    layers: dict[int, list[str]] = {}
    for node in network.nodes:
        layers.setdefault(network.levels[node.id], []).append(node.id)
    rank = {name: row - (len(layer) - 1) / 2
            for layer in layers.values() for row, name in enumerate(layer)}  # fmt: skip
    for sweep in range(SWEEPS):
        forwards = sweep % 2 == 0
        for level in sorted(layers, reverse=not forwards):
            beside = {
                name: [edge.source for edge in network.arriving[name]] if forwards
                else [edge.target for edge in network.leaving[name]]
                for name in layers[level]
            }  # fmt: skip
            _sort(layers[level], beside, rank)
    return [name for level in sorted(layers) for name in layers[level]]


def _sort(layer: list[str], beside: Mapping[str, Sequence[str]], rank: dict[str, float]) -> None:
    def height(name: str) -> float:
        found = beside[name]
        return sum(rank[other] for other in found) / len(found) if found else rank[name]

    layer.sort(key=lambda name: round(height(name), 6))
    for row, name in enumerate(layer):
        rank[name] = row - (len(layer) - 1) / 2


def _with(at: NodePosition, axis: int, value: float) -> NodePosition:
    return (value, at[1]) if axis == 0 else (at[0], value)


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
    above: bool = False

    @property
    def numbers_x(self) -> float:
        """Where the middle of its numbers is: right of the signs."""
        left = WORD_ROOM if _has_words(self.rows) else SIGN_ROOM
        return self.x + (left - PADDING) / 2


def _has_words(rows: tuple["CardRow", ...]) -> bool:
    return any(len(row.sign) > 1 for row in rows)


SMALLEST_ZOOM, LARGEST_ZOOM = 0.02, 4.0
FIT_AT_MOST = 1.15
LARGEST_TEXT = 15  # in the scene; larger letters would leave their places
ROUNDING = 0.1


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


def grown(face: Face, smallest: int) -> Face:
    """The face with letters at least this large, on plates that are no higher for it."""
    more = smallest - face.pixels
    return face if more <= 0 else face._replace(pixels=smallest, around=face.around - more)


ROOMY_ROWS = 3  # as many neurons of a layer have three rows below them

Rect = tuple[float, float, float, float]  # left, top, right, bottom
Side = float | Floats  # of one rectangle, or of many


@dataclass(frozen=True, eq=False)
class Frame:
    """What is to be placed: the figures of the nodes and the ends of the edges as indices."""

    network: Network
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

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(self.network.index)

    @cached_property
    def edge_index(self) -> Mapping[tuple[str, str], int]:
        """Where each edge stands in the arrays."""
        return {(e.source, e.target): i for i, e in enumerate(self.network.edges)}


def frame_of(network: Network, measures: Measures) -> Frame:
    circuit = is_circuit(network)
    figures = tuple(figure_of(node, measures, circuit) for node in network.nodes)
    index = network.index
    folded = not circuit and is_crowded(network)
    sizes = np.array([(f.width, f.height) for f in figures]).reshape(-1, 2)
    return Frame(
        network,
        circuit,
        figures,
        sizes / 2,
        np.array([figure.radius for figure in figures]),
        np.array([f.below - NEXT_ROW * (folded and n.bias)
                  for f, n in zip(figures, network.nodes, strict=True)]),
        np.array([figure.outline is Outline.CIRCLE for figure in figures], dtype=np.bool_),
        np.array([index[edge.source] for edge in network.edges], dtype=np.intp),
        np.array([index[edge.target] for edge in network.edges], dtype=np.intp),
        np.array([_aside(figure, measures, circuit) for figure in figures]),
        folded,
    )  # fmt: skip


def _aside(figure: NodeShape, measures: Measures, circuit: bool) -> float:
    """Below a narrow cell there is as much as below a wide neuron."""
    if circuit or figure.outline is not Outline.CELL:
        return 0.0
    return measures.neuron / 4 + ROW_OUTWARD + measures.label / 2 - figure.width / 2


def is_crowded(network: Network) -> bool:
    """Whether a layer has so many neurons with a bias that their rows are near each other."""
    levels = Counter(network.levels[node.id] for node in network.nodes if node.bias)
    return any(count > ROOMY_ROWS for count in levels.values())


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

    def box(self, node: int) -> Rect:
        (x, y), (half, tall) = self.centres[node].tolist(), self.frame.halves[node].tolist()
        return (x - half, y - tall, x + half, y + tall)

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
    def bounds(self) -> Rect | None:
        """What a picture of everything must show; None where there is nothing."""
        if not len(self.centres):
            return None
        boxes = np.concatenate((self.rooms, _card_boxes(self, TITLE_ROOM)))
        left, top = boxes[:, :2].min(axis=0).tolist()
        right, bottom = boxes[:, 2:].max(axis=0).tolist()
        for points in self.bends.values():
            heights = points[:, 1].tolist()
            top, bottom = min(top, *heights), max(bottom, *heights)
        return (left, top, right, bottom)

    @cached_property
    def chords(self) -> Floats:
        """All edges from middle to middle, as they are seen from far away."""
        frame = self.frame
        return np.hstack((self.centres[frame.sources], self.centres[frame.targets]))

    @cached_property
    def segments(self) -> tuple[Floats, Indices]:
        """All edges as straight pieces (x1, y1, x2, y2), and whose piece each is."""
        count = len(self.starts)
        straight = np.array([k for k in range(count) if k not in self.bends], dtype=np.intp)
        pieces = [np.hstack((self.starts[straight], self.ends[straight]))]
        owners = [straight]
        for edge, points in self.bends.items():
            pieces.append(np.hstack((points[:-1], points[1:])))
            owners.append(np.full(len(points) - 1, edge, dtype=np.intp))
        return np.concatenate(pieces), np.concatenate(owners)


def geometry_of(frame: Frame, positions: Mapping[str, NodePosition]) -> Geometry:
    centres = np.array([positions.get(name, (0.0, 0.0)) for name in frame.network.index])
    return _placed(frame, centres.reshape(-1, 2).astype(np.float64))


def moved(geometry: Geometry, moves: Mapping[str, NodePosition], hasty: bool = False) -> Geometry:
    """The same with these nodes somewhere else; in haste, edges that move run straight."""
    frame = geometry.frame
    centres = geometry.centres.copy()
    nodes = [frame.network.index[name] for name in moves]
    centres[nodes] = [moves[name] for name in moves]
    return _placed(frame, centres, geometry, nodes, hasty)


def meeting(boxes: Floats, left: Side, top: Side, right: Side, bottom: Side) -> NDArray[np.bool_]:
    """Which boxes (left, top, right, bottom) meet this one, or each of these."""
    across = (boxes[:, 0] < right) & (boxes[:, 2] > left)
    return np.asarray(across & (boxes[:, 1] < bottom) & (boxes[:, 3] > top))


def touching(frame: Frame, nodes: Iterable[int]) -> Indices:
    """The edges that start or end at these nodes."""
    marks = np.zeros(len(frame.figures), dtype=np.bool_)
    marks[list(nodes)] = True
    if not len(frame.sources):
        return frame.sources
    return np.flatnonzero(marks[frame.sources] | marks[frame.targets])


def _placed(
    frame: Frame,
    centres: Floats,
    old: Geometry | None = None,
    nodes: Iterable[int] = (),
    hasty: bool = False,
) -> Geometry:
    sources, targets = frame.sources, frame.targets
    heights = port_heights(sources, targets, centres, len(centres))
    starts, ends = np.zeros((len(sources), 2)), np.zeros((len(sources), 2))
    if len(sources):
        starts = centres[sources] + frame.halves[sources] * (1.0, 0.0)
        ends = centres[targets] - frame.halves[targets] * (1.0, 0.0)
        ends[:, 0] += rim_inset(heights, frame.radii[targets])
        ends[:, 1] += heights
    if frame.circuit:
        bends = {k: wire(starts[k], ends[k]) for k in range(len(starts))}
    elif len(starts) * len(centres) > MOST_TESTS:
        bends = {}
    elif hasty and old is not None:
        still = ~_shifted(starts, ends, old)
        bends = {edge: points for edge, points in old.bends.items() if still[edge]}
    else:
        bends = _bows(frame, centres, starts, ends, old, nodes)
    return Geometry(frame, centres, starts, ends, bends)


def _shifted(starts: Floats, ends: Floats, old: Geometry) -> NDArray[np.bool_]:
    elsewhere = np.any(starts != old.starts, axis=1) | np.any(ends != old.ends, axis=1)
    return np.asarray(elsewhere, dtype=np.bool_)


def _bows(
    frame: Frame,
    centres: Floats,
    starts: Floats,
    ends: Floats,
    old: Geometry | None,
    nodes: Iterable[int],
) -> dict[int, Floats]:
    """The edges that would cross a node, as curves round it."""
    boxes = np.hstack((centres - frame.halves - MARGIN, centres + frame.halves + MARGIN))
    boxes[:, 3] += np.where(frame.circles, frame.below, 0.0)
    edges = np.arange(len(starts))
    kept: dict[int, Floats] = {}
    if old is not None:
        shifted = _shifted(starts, ends, old)
        bent = np.zeros(len(starts), dtype=np.bool_)
        bent[list(old.bends)] = True
        near = crossings(starts, ends, boxes[list(nodes)]).any(axis=1)
        again = shifted | bent | near
        edges = np.flatnonzero(again)
    meet = crossings(starts[edges], ends[edges], boxes)
    rows = np.arange(len(edges))
    if len(edges):
        meet[rows, frame.sources[edges]] = False
        meet[rows, frame.targets[edges]] = False
    for row in np.flatnonzero(meet.any(axis=1)):
        edge = int(edges[row])
        height = bow_height(starts[edge], ends[edge], boxes[meet[row]])
        kept[edge] = bowed(starts[edge], ends[edge], height)
    return kept


def cards_of(
    geometry: Geometry, settings: Settings, samples: int, measures: Measures, narrow: bool
) -> tuple[LossCard, ...]:
    """All cards of a network: one at a single output, else one at each and one for them all."""
    network = geometry.frame.network
    outputs, has_targets = network.outputs, loss(settings.loss).has_targets
    if not outputs or (geometry.frame.circuit and not has_targets):
        return ()
    shared = _shared_rows(settings, samples, len(outputs) > 1)
    if len(outputs) > 1:
        own = [_right_of(geometry, o, "target", _own_rows(o, settings), measures) for o in outputs]
        return (*(card for card in own if card.rows), _common(own, shared, measures))
    title = "target, loss" if has_targets else "loss"
    rows = _own_rows(outputs[0], settings) or (CardRow("loss", outputs[0], "E"),)
    card = _right_of(geometry, outputs[0], title, (*rows, *shared), measures)
    return (_lifted(geometry, card) if narrow or network.leaving[outputs[0]] else card,)


def _own_rows(output: str, settings: Settings) -> tuple[CardRow, ...]:
    truth = loss(settings.loss)
    if not truth.has_targets:
        return ()
    shares = (CardRow("probability", output, "p"),) if truth.shares else ()
    return (CardRow("target", output, "◎"), *shares, CardRow("loss", output, "E"))


def _shared_rows(settings: Settings, samples: int, several: bool) -> tuple[CardRow, ...]:
    rows = [CardRow("total", "", "E")] if several else []
    if samples > 1:
        rows.append(CardRow("mean", "", settings.reduction))
    if settings.l1 or settings.l2:
        rows.append(CardRow("penalty", "", "penalty"))
    return tuple(rows)


def _right_of(
    geometry: Geometry, output: str, title: str, rows: tuple[CardRow, ...], measures: Measures
) -> LossCard:
    """Right of its output; a circuit's answer stands on a wire of its own."""
    frame = geometry.frame
    index = frame.network.index[output]
    x, y = geometry.centres[index].tolist()
    rim = frame.figures[index].width / 2 + (LEAD if frame.circuit else CARD_GAP)
    return _card(output, title, x + max(rim, _past_error(rows, measures)), y, rows, measures)


def _past_error(rows: tuple[CardRow, ...], measures: Measures) -> float:
    """How far from the middle of its output a high card stands: right of the error term."""
    if len(rows) <= LOW_ROWS or rows[0].kind != "target":
        return 0.0
    aside = max(ERROR_ASIDE, measures.neuron / 4 + ROW_OUTWARD)
    return aside + measures.label * LARGER / 2 + PADDING


def _card(
    node: str, title: str, left: float, y: float, rows: tuple[CardRow, ...], measures: Measures
) -> LossCard:
    width = measures.card + (WORD_ROOM - SIGN_ROOM) * _has_words(rows)
    return LossCard(node, title, left + width / 2, y, width, CARD_ROW * max(1, len(rows)), rows)


def _lifted(geometry: Geometry, card: LossCard) -> LossCard:
    """Above its output: 118 between the centres of a card of two rows."""
    x, y = geometry.centres[geometry.frame.network.index[card.node]].tolist()
    return replace(card, x=x, y=y - (ABOVE - CARD_ROW) - card.height / 2, above=True)


def _common(own: list[LossCard], rows: tuple[CardRow, ...], measures: Measures) -> LossCard:
    """The shared card: in the middle gap between the others, or below them where it is too low."""
    ordered = sorted(own, key=lambda card: card.y)
    middle = (len(ordered) - 1) // 2
    upper, lower, last = ordered[middle], ordered[middle + 1], ordered[-1]
    card = _card("", "loss", max(c.x - c.width / 2 for c in own), 0.0, rows, measures)
    top, bottom = upper.y + upper.height / 2, lower.y - lower.height / 2
    if bottom - top >= card.height + 2 * TITLE_ROOM + 8:
        return replace(card, y=(top + bottom) / 2)
    return replace(card, y=last.y + last.height / 2 + TITLE_ROOM + 8 + card.height / 2)


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

Shares = tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class LabelPlaces:
    """The share of the way at which each edge has its label; None where it is hidden.

    `single` is for the weight alone; `double` is for a weight with its gradient below, and `lean`
    is for the weight of those that have no room for their gradient then. `asides` says how far
    right of their edge some of two lines stand, for want of room. `now` says it for those that
    the present step moves or hides, and `pair` for the edge with its old and its new weight.
    """

    single: Shares = ()
    double: Shares = ()
    lean: Shares = ()
    asides: Mapping[int, float] = field(default_factory=dict)
    now: Mapping[int, float | None] = field(default_factory=dict)
    pair: tuple[int, float] | None = None

    def of(self, edge: int, double: bool) -> float | None:
        if edge >= len(self.single):
            return None
        if edge in self.now:
            return self.now[edge]
        if not double:
            return self.single[edge]
        return self.lean[edge] if self.double[edge] is None else self.double[edge]

    def aside(self, edge: int, double: bool) -> float:
        """How far right of its edge a label stands."""
        moved = double and edge not in self.now
        return self.asides.get(edge, 0.0) if moved else 0.0

    def has_two_lines(self, edge: int) -> bool:
        """Whether there is room for the gradient."""
        return edge >= len(self.double) or self.double[edge] is not None


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


def point_along(points: Floats, t: float) -> tuple[float, float]:
    """The point at this share of the way along straight pieces."""
    if len(points) == 2:  # much the most, so this way is a short one
        (x1, y1), (x2, y2) = points.tolist()
        return (x1 + (x2 - x1) * t, y1 + (y2 - y1) * t)
    ((x, y),) = _points_along(points, np.array((t,))).tolist()
    return (x, y)


def _points_along(points: Floats, shares: Floats) -> Floats:
    """A point for each of these shares of the way."""
    steps = np.hypot(*np.diff(points, axis=0).T)
    ways = np.concatenate(([0.0], np.cumsum(steps)))
    at = shares * ways[-1]
    return np.stack((np.interp(at, ways, points[:, 0]), np.interp(at, ways, points[:, 1])), axis=1)


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


def _card_boxes(geometry: Geometry, title: float) -> Floats:
    boxes = [
        (c.x - c.width / 2, c.y - c.height / 2 - title, c.x + c.width / 2, c.y + c.height / 2)
        for c in geometry.cards
    ]
    return np.array(boxes).reshape(-1, 4)


PULL = 6.0


class Snapped(NamedTuple):
    """How far to move, and the lines that were met: an x, a y, or None."""

    dx: float
    dy: float
    x: float | None = None
    y: float | None = None


def snapped(moving: Floats, others: Floats, dx: float, dy: float, pull: float) -> Snapped:
    """The move that puts a node in the hand on the nearest line, if one is within the pull."""
    if not len(others) or not len(moving):
        return Snapped(round(dx), round(dy))
    more_x, x = _nearest(moving[:, 0] + dx, others[:, 0], pull)
    more_y, y = _nearest(moving[:, 1] + dy, others[:, 1], pull)
    return Snapped(
        round(dx) if more_x is None else dx + more_x,
        round(dy) if more_y is None else dy + more_y,
        x,
        y,
    )


def _nearest(moving: Floats, lines: Floats, pull: float) -> tuple[float | None, float | None]:
    some = moving if len(moving) <= 20 else moving[:1]
    gaps = lines[None, :] - some[:, None]
    best = np.unravel_index(np.abs(gaps).argmin(), gaps.shape)
    if abs(gaps[best]) > pull:
        return None, None
    return float(gaps[best]), float(lines[best[1]])
