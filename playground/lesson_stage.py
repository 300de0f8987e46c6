"""What a step of a lesson sets up on the stage: selection, row, axes, switches; and what it clears.

A task that asks for something to be looked at begins with that not being looked at.
"""

from dataclasses import replace

from engine.experiment import Experiment
from engine.files.lesson_checks import (
    Check,
    GradientsCheck,
    Number,
    OpenedCheck,
    RowCheck,
    SelectedCheck,
)
from engine.files.lesson_wire import Setup
from engine.lessons.numbers import place_of
from engine.network import Network, Place
from playground.stage import Look


def docks_asked_for(checks: tuple[Check, ...]) -> frozenset[str]:
    """The docks that these tasks want the learner to open."""
    return frozenset(check.dock for check in checks if isinstance(check, OpenedCheck))


def staged(look: Look, setup: Setup, checks: tuple[Check, ...], experiment: Experiment) -> Look:
    """The look as the step wants it; `checks` are those of the tasks that are still to do."""
    network = experiment.network
    look = _selected(look, setup, checks, network)
    if setup.row is not None:
        look = replace(look, row=min(setup.row, experiment.data.count) - 1)
    elif any(isinstance(check, RowCheck) for check in checks):
        look = replace(look, row=None)
    if any(isinstance(check, GradientsCheck) for check in checks):
        look = replace(look, checked=False)
    if setup.surface:
        look = replace(look, surface=_axes(network, setup.surface), spans=setup.spans)
    if setup.maps is not None:
        look = replace(look, maps=setup.maps)
    return look if setup.order is None else replace(look, orders=setup.order)


def _selected(look: Look, setup: Setup, checks: tuple[Check, ...], network: Network) -> Look:
    if setup.select is not None:
        drawn = {(edge.source, edge.target) for edge in network.edges}
        nodes = tuple(node for node in setup.select.nodes if node in network.index)
        edges = tuple(edge for edge in setup.select.edges if edge in drawn)
        return replace(look, nodes=nodes, edges=edges)
    if any(isinstance(check, SelectedCheck) for check in checks):
        return replace(look, nodes=(), edges=())
    return look


def _axes(network: Network, numbers: tuple[Number, ...]) -> tuple[Place | None, Place | None]:
    found = [place_of(network, number) for number in numbers]
    axes = [network.places[place] if place is not None else None for place in found]
    return axes[0], axes[1] if len(axes) > 1 else None
