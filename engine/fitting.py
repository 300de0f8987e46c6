"""Giving a network as many inputs and outputs as a table has columns, called as those are."""

from collections.abc import Sequence
from dataclasses import replace

from engine.editing import free_id, with_network
from engine.experiment import Experiment
from engine.layout import (
    INPUT_GAP,
    LAYER_GAP,
    NODE_WIDTH,
    PITCH_BIASES,
    PITCH_ROOMY,
    Layout,
    Position,
)
from engine.network import Edge, Network, Node


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
    targets = list(heard) if had else _beginnings(network)
    new = _new_nodes(network, "x", wanted - len(had), Node("", "input"))
    edges = [Edge(node.id, target) for target in targets for node in new]
    return Network((*network.nodes, *new), (*network.edges, *edges))


def _with_outputs(network: Network, wanted: int) -> Network:
    had = network.outputs
    if len(had) >= wanted:
        return _without_outputs(network, had[wanted:])
    pattern = network.node(had[-1]) if had else Node("", bias=True, output=True)
    sources = [edge.source for edge in network.arriving.get(had[-1], ())] if had else _ends(network)
    new = _new_nodes(network, "y", wanted - len(had), pattern)
    edges = [Edge(source, node.id) for node in new for source in sources]
    return Network((*network.nodes, *new), (*network.edges, *edges))


def _without_outputs(network: Network, surplus: Sequence[str]) -> Network:
    """One that others hear stays as a hidden neuron."""
    for node_id in surplus:
        if network.leaving.get(node_id):
            network = network.change(replace(network.node(node_id), output=False))
        else:
            network = network.remove([node_id])
    return network


def _new_nodes(network: Network, stem: str, count: int, pattern: Node) -> list[Node]:
    found: list[Node] = []
    for _ in range(count):
        name = _next_id(network, stem, found)
        found.append(replace(pattern, id=name))
    return found


def _next_id(network: Network, stem: str, taken: Sequence[Node]) -> str:
    if not taken:
        return free_id(network, stem)
    k = int(taken[-1].id.removeprefix(stem)) + 1
    while f"{stem}{k}" in network.index:
        k += 1
    return f"{stem}{k}"


def _beginnings(network: Network) -> list[str]:
    """The neurons that hear nothing yet."""
    hears = network.arriving
    return [n.id for n in network.nodes if n.kind == "neuron" and not hears.get(n.id)]


def _ends(network: Network) -> list[str]:
    """The nodes that nothing hears yet."""
    return [node.id for node in network.nodes if not network.leaving.get(node.id)]


def _placed(layout: Layout, old: Network, network: Network) -> Layout:
    """Inputs and outputs in their columns again, where there are more or fewer of them."""
    moves: dict[str, Position] = {}
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
) -> dict[str, Position]:
    """One below the other, around the middle of those that stood there."""
    stood = [layout.position(node_id) for node_id in before]
    x = stood[0][0] if stood else otherwise
    middle = sum(y for _, y in stood) / len(stood) if stood else 0.0
    pitch = PITCH_ROOMY if len(now) <= 3 else PITCH_BIASES
    top = middle - (len(now) - 1) / 2 * pitch
    return {node_id: (x, top + row * pitch) for row, node_id in enumerate(now)}
