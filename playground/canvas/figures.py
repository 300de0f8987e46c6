"""What shape a node has and how large it is; this follows from the node and the digits alone."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from engine.network import Network, Node

NEURON_HEIGHT, MAPPED_HEIGHT = 60.0, 68.0
TILE, TILE_INWARD = 52.0, 8.0
GROUND_HEIGHT = 44.0
CIRCLE = 52.0

NAME_ROOM = 28.0
ROW = 20.0
NEXT_ROW = 17.0
HALF_ROW = 10.0
CELL_INWARD = 3.0  # numbers stand so much nearer to the middle of a neuron than the rest
ROW_OUTWARD = 3.0  # what stands below a neuron, left and right, from the middles of its halves


class Outline(StrEnum):
    """The shapes there are."""

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


class Figure(NamedTuple):
    """The outline of a node, its size, the sign in it, and the room kept free below its rim.

    A node that is `mapped` holds a tile with its own map.
    """

    outline: Outline
    width: float
    height: float
    sign: str
    below: float
    mapped: bool = False


SIGNS = {"sum": "Σ", "product": "×", "max": "max", "min": "min"}
CURVE = "curve"


def figure_of(node: Node, measures: Measures, circuit: bool) -> Figure:
    """The figure of a node."""
    if node.kind == "input":
        return Figure(Outline.TAG, measures.input, GROUND_HEIGHT, "", 0.0)
    if node.kind == "parameter":
        below = 0.0 if circuit else ROW + NEXT_ROW + HALF_ROW
        return Figure(Outline.KNOB, measures.parameter, GROUND_HEIGHT, "", below)
    if is_circle(node):
        below = 0.0 if circuit else ROW + NEXT_ROW * (node.activation != "identity") + HALF_ROW
        return Figure(Outline.CIRCLE, CIRCLE, CIRCLE, circle_sign(node), below)
    below = ROW + HALF_ROW + 2 * NEXT_ROW * node.bias
    plain, sign, maps = node.activation == "identity", SIGNS[node.combine], measures.maps
    outline = Outline.CELL if plain else Outline.CAPSULE
    width = measures.neuron / 2 if plain else measures.neuron
    return Figure(outline, width, MAPPED_HEIGHT if maps else NEURON_HEIGHT, sign, below, maps)


def tile_aside(figure: Figure) -> float:
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
    """What is drawn inside a circle."""
    if node.activation != "identity":
        return CURVE
    if node.combine == "sum":
        return "−" if node.subtracts else "+"
    return SIGNS[node.combine]


def is_circuit(network: Network) -> bool:
    """Only circles, and wires that nobody trains: drawn with values above the wires."""
    neurons = [node for node in network.nodes if node.kind == "neuron"]
    return bool(neurons) and all(map(is_circle, neurons)) and all(e.locked for e in network.edges)
