"""What a step of a lesson sets up on the stage: selection, row, axes, switches; and what it clears.

A task that asks for something to be looked at begins with that not being looked at.
"""

from dataclasses import replace

from engine.experiment.experiment import Experiment
from engine.files.lesson import Setup
from engine.files.lesson_checks import Check, Number, OpenedCheck
from engine.network import Network, Place
from playground.model.stage import Look


def docks_asked_for(checks: tuple[Check, ...]) -> frozenset[str]:
    """The docks that these tasks want the learner to open."""
    return frozenset(check.dock for check in checks if isinstance(check, OpenedCheck))


def staged(look: Look, setup: Setup, checks: tuple[Check, ...], experiment: Experiment) -> Look:
    """The look as the step wants it; `checks` are those of the tasks that are still to do."""
    network = experiment.network
    for check in checks:
        look = replace(look, **check.not_yet)
    if setup.select is not None:
        drawn = [edge for edge in setup.select.edges if edge in network.pairs]
        nodes = [node for node in setup.select.nodes if node in network.index]
        look = replace(look, nodes=tuple(nodes), edges=tuple(drawn))
    if setup.row is not None:
        look = replace(look, row=min(setup.row, experiment.data.count) - 1)
    if setup.surface:
        look = replace(look, surface=_axes(network, setup.surface), spans=setup.spans)
    if setup.maps is not None:
        look = replace(look, maps=setup.maps)
    return look if setup.order is None else replace(look, orders=setup.order)


def _axes(network: Network, numbers: tuple[Number, ...]) -> tuple[Place | None, Place | None]:
    found = [number.place(network) for number in numbers]
    axes = [network.places[place] if place is not None else None for place in found]
    return axes[0], axes[1] if len(axes) > 1 else None
