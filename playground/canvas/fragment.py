"""A part of the drawing as text and back: what the clipboard holds, also between windows.

The text is a small document, so that what is pasted is checked like any file that is opened.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from engine.experiment import editing
from engine.experiment.experiment import Experiment, new_experiment
from engine.layout import Layout, NodePosition
from engine.network import Network, came_from, carried_over


@dataclass(frozen=True, slots=True)
class Fragment:
    """Nodes with the edges between them, their places, names and numbers in their order."""

    network: Network
    positions: Mapping[str, NodePosition]
    names: Mapping[str, str]
    numbers: tuple[float, ...]


def cut_out(experiment: Experiment, nodes: Iterable[str]) -> Fragment:
    """These nodes and what is between them."""
    wanted = set(nodes)
    network, layout = experiment.network, experiment.layout
    part = network.remove([name for name in network.index if name not in wanted])
    numbers = carried_over(experiment.parameters, came_from(network.place_index, part.places))
    return Fragment(
        part,
        {name: layout.position(name) for name in part.index},
        {name: text for name, text in layout.names.items() if name in wanted},
        tuple(numbers.tolist()),
    )


def to_text(fragment: Fragment) -> str:
    """The fragment as the text of a small document."""
    from engine.files.document import document_text

    layout = Layout(fragment.positions, fragment.names)
    numbers = np.array(fragment.numbers)
    return document_text(new_experiment(fragment.network, layout, parameters=numbers))


def from_text(text: str) -> Fragment:
    """The fragment that a text spells out, or the refusal that says what is wrong with it."""
    from engine.files.loading import load_bytes

    experiment = load_bytes(text.encode("utf-8", "replace")).experiment
    return cut_out(experiment, experiment.network.index)


def put_in(
    experiment: Experiment, fragment: Fragment, shift: NodePosition
) -> tuple[Experiment, tuple[str, ...]]:
    """The experiment with the fragment beside it, under free ids; these are returned too."""
    ids = _free_ids(experiment.network, fragment.network)
    network = experiment.network.beside(fragment.network, ids)
    layout = experiment.layout.move(
        {ids[n]: (x + shift[0], y + shift[1]) for n, (x, y) in fragment.positions.items()}
    )
    taken = {*layout.names.values(), *experiment.network.index}
    for old, name in fragment.names.items():
        layout = layout.rename(ids[old], _free_name(taken, name))
        taken.add(layout.name(ids[old]))
    numbers = np.array(fragment.numbers)
    return editing.with_network(experiment, network, layout, numbers), tuple(ids.values())


def _free_ids(network: Network, other: Network) -> dict[str, str]:
    """Each id of the other: the same if it is free, else its stem with the next number."""
    ids, taken, last = dict[str, str](), set(network.index), Counter[str]()
    for wanted in other.index:
        found, stem = wanted, wanted.rstrip("0123456789")
        while found in taken:
            last[stem] += 1
            found = f"{stem}{last[stem]}"
        ids[wanted] = found
        taken.add(found)
    return ids


def _free_name(taken: set[str], wanted: str) -> str:
    """The same name if nobody has it, else with a number behind it."""
    if wanted not in taken:
        return wanted
    stem = wanted.rstrip("0123456789").rstrip()
    number = 2
    while f"{stem} {number}" in taken:
        number += 1
    return f"{stem} {number}"
