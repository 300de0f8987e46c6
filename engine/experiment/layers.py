"""Layers of neurons from a few words, and a network that is fitted to new samples.

3-4-2 is 3 inputs, 4 hidden neurons and 2 outputs.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import count as counting
from itertools import islice, pairwise

import numpy as np

from engine.data import make_data
from engine.errors import Refused, brief
from engine.experiment.editing import (
    begin_anew,
    change_nodes,
    drawn_numbers,
    free_ids,
    with_data,
    with_network,
    with_settings,
)
from engine.experiment.experiment import Experiment
from engine.functions import Floats, frozen
from engine.functions.datasets import Bools, Recipe, Scaling, generate
from engine.functions.initializers import Initializer
from engine.layout import (
    INPUT_GAP,
    LAYER_GAP,
    NODE_WIDTH,
    NODE_WIDTH_OF_FOUR_DIGITS,
    PITCH_BIASES,
    PITCH_ROOMY,
    Layout,
    NodePosition,
    arranged,
)
from engine.network import Edge, Network, Node
from engine.numerals import count, counted
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
    """Every neuron reads the whole layer before it; the start is drawn by the initialiser.

    Inputs are called x1, x2 …, hidden neurons h1, h2 …, outputs y1, y2 … or y.
    """
    layers = [[Node(f"x{i}", "input") for i in range(1, sizes[0] + 1)]]
    names = (f"h{i}" for i in counting(1))  # through all layers
    for size in sizes[1:-1]:
        own = islice(names, size)
        layers.append([Node(name, activation=hidden, bias=biases) for name in own])
    last = [f"y{i}" for i in range(1, sizes[-1] + 1)] if sizes[-1] > 1 else ["y"]
    layers.append([Node(name, activation=output, bias=biases, output=True) for name in last])
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
    layout = Layout(arranged(levels, biases, NODE_WIDTH_OF_FOUR_DIGITS))
    return Layered(network, layout, frozen(start))


def fitted_to(experiment: Experiment, inputs: Sequence[str], outputs: Sequence[str]) -> Experiment:
    """The experiment with an input and an output for each of these names, as few changed as can be.

    A new input leads to where the others lead, a new output hears what the last one hears.
    """
    old = experiment.network
    network = _with_outputs(_with_inputs(old, len(inputs)), len(outputs))
    layout = _placed(experiment.layout, old, network)
    called = dict(zip((*network.inputs, *network.outputs), (*inputs, *outputs), strict=True))
    names = {node_id: name for node_id, name in {**layout.names, **called}.items()
             if name and name != node_id}  # fmt: skip
    return with_network(experiment, network, replace(layout, names=names))


def _with_inputs(network: Network, wanted: int) -> Network:
    had = network.inputs
    if len(had) >= wanted:
        return network.remove(had[wanted:])
    heard = {edge.target: None for node_id in had for edge in network.leaving.get(node_id, ())}
    targets = list(heard)
    if not had:  # the neurons that hear nothing yet
        hears = network.arriving
        targets = [n.id for n in network.nodes if n.kind == "neuron" and not hears.get(n.id)]
    names = islice(free_ids(network, "x"), wanted - len(had))
    new = [Node(name, "input") for name in names]
    edges = [Edge(node.id, target) for target in targets for node in new]
    return Network((*network.nodes, *new), (*network.edges, *edges))


def _with_outputs(network: Network, wanted: int) -> Network:
    had = network.outputs
    for node_id in had[wanted:]:  # one that others hear stays as a hidden neuron
        heard = network.leaving.get(node_id)
        hidden = replace(network.node(node_id), output=False)
        network = network.change(hidden) if heard else network.remove([node_id])
    if len(had) >= wanted:
        return network
    pattern = network.node(had[-1]) if had else Node("", bias=True, output=True)
    sources = [edge.source for edge in network.arriving.get(had[-1], ())] if had else []
    if not had:  # the nodes that nothing hears yet
        sources = [node.id for node in network.nodes if not network.leaving.get(node.id)]
    names = islice(free_ids(network, "y"), wanted - len(had))
    new = [replace(pattern, id=name) for name in names]
    edges = [Edge(source, node.id) for node in new for source in sources]
    return Network((*network.nodes, *new), (*network.edges, *edges))


def _placed(layout: Layout, old: Network, network: Network) -> Layout:
    """Inputs and outputs in their columns again, where there are more or fewer of them."""
    moves: dict[str, NodePosition] = {}
    kept = [layout.position(node.id) for node in network.nodes if node.id in old.index]
    left = min((x for x, _ in kept), default=0.0) - INPUT_GAP - NODE_WIDTH / 2
    right = max((x for x, _ in kept), default=0.0) + LAYER_GAP + NODE_WIDTH
    if network.inputs != old.inputs:
        moves |= _column(layout, old.inputs, network.inputs, left)
    if network.outputs != old.outputs:
        moves |= _column(layout, old.outputs, network.outputs, right)
    return layout.move(moves)


def _column(
    layout: Layout, before: Sequence[str], now: Sequence[str], otherwise: float
) -> dict[str, NodePosition]:
    """One below the other, around the middle of those that stood there."""
    stood = [layout.position(node_id) for node_id in before]
    x = stood[0][0] if stood else otherwise
    middle = sum(y for _, y in stood) / len(stood) if stood else 0.0
    pitch = PITCH_ROOMY if len(now) <= 3 else PITCH_BIASES
    top = middle - (len(now) - 1) / 2 * pitch
    return {node_id: (x, top + row * pitch) for row, node_id in enumerate(now)}


PLANE = (2, 1)
HIDDEN = 8  # enough for the classic sets, and few enough to see every number
SCORED = "softmax cross-entropy"


@dataclass(frozen=True, slots=True, eq=False)
class Filling:
    """Samples from elsewhere: a column for each name, the inputs first.

    With `scores` each target is a class, and the outputs are to say how much speaks for it.
    """

    inputs: tuple[str, ...]
    targets: tuple[str, ...]
    cells: Floats
    test: Bools
    scaling: Scaling | None = None
    classes: tuple[str, ...] = ()
    recipe: Recipe | None = None
    scores: bool = False


def with_filling(experiment: Experiment, filling: Filling, fit: bool) -> Experiment:
    """The experiment with these samples; `fit` gives its network their inputs and outputs.

    What was learnt from others stays in the numbers; updates and curve begin anew.
    Otherwise columns go to the nodes of their names, or in order where the names are others.
    Where nothing is drawn yet, a hidden layer comes between: without one little can be learnt.
    """
    cells, scaling, inputs = filling.cells, filling.scaling, len(filling.inputs)
    experiment = begin_anew(experiment)
    if fit and not experiment.network.nodes:
        made = network_of((inputs, HIDDEN, len(filling.targets)))
        experiment = with_network(experiment, made.network, made.layout)
    if fit:
        experiment = fitted_to(experiment, filling.inputs, filling.targets)
    else:
        reason = why_not_fitting(experiment, inputs, len(filling.targets))
        if reason is not None:
            raise Refused(reason)
        order = _order(experiment, filling)
        cells = cells[:, order]
        if scaling is not None:
            mean, deviation = scaling.mean, scaling.deviation
            scaling = Scaling(tuple(mean[place] for place in order[:inputs]),
                              tuple(deviation[place] for place in order[:inputs]))  # fmt: skip
    network = experiment.network
    if filling.scores:  # one plain score for each class; softmax makes them probabilities
        plain = [replace(network.node(i), activation="identity") for i in network.outputs]
        settings = replace(experiment.settings, loss=SCORED)
        experiment = with_settings(change_nodes(experiment, plain), settings)
    data = make_data(
        network.inputs, network.outputs, cells, filling.test, scaling, filling.classes,
        filling.recipe,
    )  # fmt: skip
    return with_data(experiment, data)


def with_set(experiment: Experiment, recipe: Recipe, fit: bool) -> Experiment:
    """The experiment with a generated set of points; nodes that are there keep their names."""
    points = generate(recipe)
    inputs, outputs = _names(experiment)
    inputs = [*inputs[:2], *("x1", "x2")[len(inputs) :]]
    outputs = [*outputs[:1], *("y",)[len(outputs) :]]
    cells = np.hstack([points.inputs, points.targets])
    filling = Filling(tuple(inputs), tuple(outputs), cells, points.test, recipe=recipe)
    return with_filling(experiment, filling, fit)


def why_not_fitting(experiment: Experiment, inputs: int, outputs: int) -> str | None:
    """None where the network has as many inputs and outputs, else the sentence."""
    network = experiment.network
    if (len(network.inputs), len(network.outputs)) == (inputs, outputs):
        return None
    return (f"The samples have {_counted(inputs, 'input')} and {_counted(outputs, 'target')}; "
            f"the network has {_counted(len(network.inputs), 'input')} and "
            f"{_counted(len(network.outputs), 'output')}.")  # fmt: skip


def by_name(experiment: Experiment, inputs: Sequence[str], targets: Sequence[str]) -> bool:
    """Whether every column has the name of a node of its own."""
    called, answers = _names(experiment)
    alone = len(set(called)) == len(called) and len(set(answers)) == len(answers)
    return alone and sorted(called) == sorted(inputs) and sorted(answers) == sorted(targets)


def _names(experiment: Experiment) -> tuple[list[str], list[str]]:
    """What the inputs and the outputs are called."""
    name, network = experiment.layout.name, experiment.network
    return list(map(name, network.inputs)), list(map(name, network.outputs))


def _counted(number: int, word: str) -> str:
    return counted(number, word) if number else f"no {word}s"


def _order(experiment: Experiment, filling: Filling) -> list[int]:
    """For each column of the data, the column of the filling that belongs there."""
    if not by_name(experiment, filling.inputs, filling.targets):
        return list(range(filling.cells.shape[1]))
    inputs, outputs = _names(experiment)
    targets = [len(filling.inputs) + filling.targets.index(name) for name in outputs]
    return [*map(filling.inputs.index, inputs), *targets]
