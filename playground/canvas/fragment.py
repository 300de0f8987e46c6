"""A part of the drawing as text and back: what the clipboard holds, also between windows.

The text is a small document, so that what is pasted is checked like any file that is opened.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from engine import editing
from engine.experiment import Experiment, new_experiment
from engine.layout import Layout, Position
from engine.network import Edge, Network, Node, Place


@dataclass(frozen=True, slots=True)
class Fragment:
    """Nodes with the edges between them, their places, names and numbers."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    positions: Mapping[str, Position]
    names: Mapping[str, str]
    numbers: Mapping[Place, float]


def cut_out(experiment: Experiment, nodes: Iterable[str]) -> Fragment:
    """These nodes and what is between them."""
    wanted = set(nodes)
    network, layout = experiment.network, experiment.layout
    inner = tuple(e for e in network.edges if e.source in wanted and e.target in wanted)
    kept = tuple(node for node in network.nodes if node.id in wanted)
    places = Network(kept, inner).places
    index = network.place_index
    return Fragment(
        kept,
        inner,
        {node.id: layout.position(node.id) for node in kept},
        {name: text for name, text in layout.names.items() if name in wanted},
        {place: float(experiment.parameters[index[place]]) for place in places},
    )


def to_text(fragment: Fragment) -> str:
    """The fragment as the text of a small document."""
    from engine.files.document_writing import document_text

    network = Network(fragment.nodes, fragment.edges)
    numbers = np.array([fragment.numbers[place] for place in network.places])
    layout = Layout(fragment.positions, fragment.names)
    return document_text(new_experiment(network, layout, parameters=numbers))


def from_text(text: str) -> Fragment:
    """The fragment that a text spells out, or the refusal that says what is wrong with it."""
    from engine.files.documents import load_bytes

    experiment = load_bytes(text.encode("utf-8", "replace")).experiment
    return cut_out(experiment, experiment.network.index)


def put_in(
    experiment: Experiment, fragment: Fragment, shift: Position
) -> tuple[Experiment, tuple[str, ...]]:
    """The experiment with the fragment beside it, under free ids; these are returned too."""
    network, ids = experiment.network, dict[str, str]()
    for node in fragment.nodes:
        ids[node.id] = _free(network, node.id)
        network = network.add(replace(node, id=ids[node.id]))
    edges = tuple(Edge(ids[e.source], ids[e.target], e.locked) for e in fragment.edges)
    network = Network(network.nodes, (*network.edges, *edges))
    layout = experiment.layout.move(
        {ids[n]: (x + shift[0], y + shift[1]) for n, (x, y) in fragment.positions.items()}
    )
    for old, name in fragment.names.items():
        taken = {*layout.names.values(), *experiment.network.index}
        layout = layout.rename(ids[old], _free_name(taken, name))
    numbers = {
        Place(p.what, ids[p.target], ids.get(p.source, "")): value
        for p, value in fragment.numbers.items()
    }
    return editing.with_network(experiment, network, layout, numbers), tuple(ids.values())


def _free(network: Network, wanted: str) -> str:
    """The same id if it is free, else its stem with the next number."""
    if wanted not in network.index:
        return wanted
    return editing.free_id(network, wanted.rstrip("0123456789"))


def _free_name(taken: set[str], wanted: str) -> str:
    """The same name if nobody has it, else with a number behind it."""
    if wanted not in taken:
        return wanted
    stem = wanted.rstrip("0123456789").rstrip()
    number = 2
    while f"{stem} {number}" in taken:
        number += 1
    return f"{stem} {number}"
