"""Layers of neurons from a few words: 3-4-2 is 3 inputs, 4 hidden neurons and 2 outputs."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from engine.errors import Refused, brief
from engine.experiment.editing import drawn_numbers
from engine.functions.initializers import Initializer
from engine.layout import NODE_WIDTH_OF_FOUR_DIGITS, Layout, arranged
from engine.network import Edge, Network, Node
from engine.numerals import count
from engine.op_list import Floats, frozen
from engine.settings import Settings

MOST_DIGITS = 9
_BETWEEN = "-–−,;x×→> "
_SEPARATORS = re.compile(rf"[\s{re.escape(_BETWEEN)}]+")


@dataclass(frozen=True, slots=True)
class Counts:
    """How large a network of layers is; inputs are no neurons."""

    inputs: int
    neurons: int
    weights: int
    biases: int

    @property
    def parameters(self) -> int:
        return self.weights + self.biases


@dataclass(frozen=True, slots=True, eq=False)
class Layered:
    """What is drawn, where it stands, and the numbers it starts from."""

    network: Network
    layout: Layout
    start: Floats


def sizes_of(text: str) -> tuple[int, ...]:
    """The sizes of the layers as they are typed: 3-4-2, "3 4 2" and "3,4,2" are the same."""
    plain = text.strip().rstrip(_BETWEEN)
    if not plain:
        raise Refused("Type the size of each layer, such as 3-4-2.")
    sizes = []
    for part in _SEPARATORS.split(plain):
        if not part.isascii() or not part.isdigit():
            wrong = f"“{brief(part)}” is not a whole number." if part else "A number is missing."
            raise Refused(f"{wrong} Type the size of each layer, such as 3-4-2.")
        if len(part) > MOST_DIGITS:
            raise Refused(f"A layer of {part[:MOST_DIGITS]}… neurons is too large.")
        sizes.append(int(part))
    if 0 in sizes:
        raise Refused("A layer needs at least one neuron. Leave the 0 out.")
    if len(sizes) < 2:
        raise Refused("One layer is not enough: type the inputs and the outputs, such as 3-2.")
    return tuple(sizes)


def counts_of(sizes: Sequence[int], biases: bool) -> Counts:
    """3-4-2: 4 + 2 = 6 neurons, 3·4 + 4·2 = 20 weights, and with 6 biases 26 parameters."""
    neurons = sum(sizes[1:])
    weights = sum(a * b for a, b in pairwise(sizes))
    return Counts(sizes[0], neurons, weights, neurons if biases else 0)


def why_too_large(sizes: Sequence[int], most_nodes: int, most_edges: int) -> str | None:
    """None, or the sentence that names the limit which these layers pass."""
    counts = counts_of(sizes, biases=False)
    nodes = counts.inputs + counts.neurons
    if nodes > most_nodes:
        return (f"That would be {count(nodes)} neurons with the inputs; "
                f"the limit is {count(most_nodes)}.")  # fmt: skip
    if counts.weights > most_edges:
        return f"That would be {count(counts.weights)} weights; the limit is {count(most_edges)}."
    return None


def network_of(
    sizes: Sequence[int],
    hidden: str = "tanh",
    output: str = "identity",
    biases: bool = True,
    initializer: Initializer | None = None,
    seed: int = 0,
) -> Layered:
    """Every neuron reads the whole layer before it; the start is drawn by the initialiser."""
    layers = _layers(sizes, hidden, output, biases)
    edges = [
        Edge(source.id, target.id)
        for before, after in pairwise(layers)
        for target in after
        for source in before
    ]
    network = Network(tuple(node for layer in layers for node in layer), tuple(edges))
    settings = Settings(initializer=initializer or Initializer(), seed=seed)
    start = drawn_numbers(network, settings, np.zeros(len(network.places)))
    levels = {node.id: depth for depth, layer in enumerate(layers) for node in layer}
    return Layered(
        network, Layout(arranged(levels, biases, NODE_WIDTH_OF_FOUR_DIGITS)), frozen(start)
    )


def _layers(sizes: Sequence[int], hidden: str, output: str, biases: bool) -> list[list[Node]]:
    """Inputs are called x1, x2 …, hidden neurons h1, h2 … through all layers, outputs y1, y2 …"""
    layers = [[Node(f"x{i}", "input") for i in range(1, sizes[0] + 1)]]
    done = 0
    for size in sizes[1:-1]:
        names = [f"h{i}" for i in range(done + 1, done + size + 1)]
        layers.append([Node(name, activation=hidden, bias=biases) for name in names])
        done += size
    last = [f"y{i}" for i in range(1, sizes[-1] + 1)] if sizes[-1] > 1 else ["y"]
    layers.append([Node(name, activation=output, bias=biases, output=True) for name in last])
    return layers
