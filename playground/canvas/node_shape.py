"""What shape and size a node has, where its ports are, and the tools that draw it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.experiment.editing import free_id
from engine.functions import Floats
from engine.network import Network, Node
from playground.model.stage import Tool

NEURON_HEIGHT, MAPPED_HEIGHT = 60.0, 68.0
TILE, TILE_INWARD = 52.0, 8.0
GROUND_HEIGHT = 44.0
CIRCLE = 52.0
CORNER = 8.0  # the radius of a corner where a rim is not round

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


SIGNS = {"sum": "Σ", "product": "×", "max": "max", "min": "min"}
CURVE = "curve"


def figure_of(node: Node, measures: Measures, circuit: bool) -> NodeShape:
    if node.kind == "input":
        return NodeShape(Outline.TAG, measures.input, GROUND_HEIGHT, "", 0.0)
    if node.kind == "parameter":
        below = 0.0 if circuit else ROW + NEXT_ROW + HALF_ROW
        return NodeShape(Outline.KNOB, measures.parameter, GROUND_HEIGHT, "", below)
    if is_circle(node):
        below = 0.0 if circuit else ROW + NEXT_ROW * (node.activation != "identity") + HALF_ROW
        return NodeShape(Outline.CIRCLE, CIRCLE, CIRCLE, circle_sign(node), below)
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


def circle_sign(node: Node) -> str:
    if node.activation != "identity":
        return CURVE
    if node.combine == "sum":
        return "−" if node.subtracts else "+"
    return SIGNS[node.combine]


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
    room = float(end[0] - start[0])
    lead = min(LEAD, max(12.0, room * 0.45))
    bend = start + np.array((lead, 0.0))
    reach = max(24.0, (float(end[0]) - float(bend[0])) * 0.5)
    handle = np.array((reach, 0.0))
    curve = cubic(bend, bend + handle, end - handle, end)
    return np.concatenate((start[None, :], curve))


def cubic(start: Floats, one: Floats, two: Floats, end: Floats) -> Floats:
    """Points along a cubic, both ends included."""
    points: Floats = BASIS @ np.stack((start, one, two, end))
    return points


_LETTERS = "abcdefghijklmnopqrstuvw"
_STEMS: dict[Tool, str] = {
    "input": "x",
    "neuron": "n",
    "sum": "s",
    "minus": "d",
    "times": "p",
    "sigmoid": "g",
    "output": "y",
}


def node_of(tool: Tool, network: Network) -> Node:
    """The node that a tool makes, under an id that is free."""
    name = _letter(network) if tool == "parameter" else free_id(network, _STEMS[tool])
    return {
        "input": Node(name, "input"),
        "parameter": Node(name, "parameter"),
        "neuron": Node(name, activation="sigmoid", bias=True),
        "sum": Node(name),
        "minus": Node(name, subtracts=True),
        "times": Node(name, combine="product"),
        "sigmoid": Node(name, activation="sigmoid"),
        "output": Node(name, activation="sigmoid", bias=True, output=True),
    }[tool]


def _letter(network: Network) -> str:
    """a, b, c …, and then a1, a2 …"""
    for letter in _LETTERS:
        if letter not in network.index:
            return letter
    return free_id(network, "a")
