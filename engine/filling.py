"""New samples for an experiment, whose network is fitted to them where it has to be."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from engine.calls import Floats
from engine.data import make_data
from engine.datasets import Bools, Recipe, Scaling, generate
from engine.editing import begin_anew, change_nodes, with_data, with_network, with_settings
from engine.errors import Refused
from engine.experiment import Experiment
from engine.fitting import fitted_to
from engine.layers import network_of
from engine.numerals import counted

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
    cells, experiment = filling.cells, begin_anew(experiment)
    if fit and not experiment.network.nodes:
        made = network_of((len(filling.inputs), HIDDEN, len(filling.targets)))
        experiment = with_network(experiment, made.network, made.layout)
    if fit:
        experiment = fitted_to(experiment, filling.inputs, filling.targets)
    else:
        reason = why_not_fitting(experiment, len(filling.inputs), len(filling.targets))
        if reason is not None:
            raise Refused(reason)
        cells = cells[:, _order(experiment, filling)]
    if filling.scores:
        experiment = _scored(experiment)
    network = experiment.network
    data = make_data(
        network.inputs, network.outputs, cells, filling.test,
        _reordered(filling, experiment, fit), filling.classes, filling.recipe,
    )  # fmt: skip
    return with_data(experiment, data)


def with_set(experiment: Experiment, recipe: Recipe, fit: bool) -> Experiment:
    """The experiment with a generated set of points."""
    points = generate(recipe)
    name, network = experiment.layout.name, experiment.network
    inputs = _names([name(node_id) for node_id in network.inputs], ("x1", "x2"))
    outputs = _names([name(node_id) for node_id in network.outputs], ("y",))
    cells = np.hstack([points.inputs, points.targets])
    return with_filling(
        experiment, Filling(inputs, outputs, cells, points.test, recipe=recipe), fit
    )


def why_not_fitting(experiment: Experiment, inputs: int, outputs: int) -> str | None:
    """None where the network has as many inputs and outputs, else the sentence."""
    network = experiment.network
    if (len(network.inputs), len(network.outputs)) == (inputs, outputs):
        return None
    return (f"The samples have {_counted(inputs, 'input')} and {_counted(outputs, 'target')}; "
            f"the network has {_counted(len(network.inputs), 'input')} and "
            f"{_counted(len(network.outputs), 'output')}.")  # fmt: skip


def _scored(experiment: Experiment) -> Experiment:
    """One plain score for each class; softmax makes them probabilities."""
    network = experiment.network
    plain = [replace(network.node(i), activation="identity") for i in network.outputs]
    settings = replace(experiment.settings, loss=SCORED)
    return with_settings(change_nodes(experiment, plain), settings)


def by_name(experiment: Experiment, inputs: Sequence[str], targets: Sequence[str]) -> bool:
    """Whether every column has the name of a node of its own."""
    name, network = experiment.layout.name, experiment.network
    called = [name(node_id) for node_id in network.inputs]
    answers = [name(node_id) for node_id in network.outputs]
    alone = len(set(called)) == len(called) and len(set(answers)) == len(answers)
    return alone and sorted(called) == sorted(inputs) and sorted(answers) == sorted(targets)


def _counted(number: int, word: str) -> str:
    return counted(number, word) if number else f"no {word}s"


def _names(given: Sequence[str], otherwise: Sequence[str]) -> tuple[str, ...]:
    wanted = len(otherwise)
    return (*given[:wanted], *otherwise[len(given) :])


def _order(experiment: Experiment, filling: Filling) -> list[int]:
    """For each column of the data, the column of the filling that belongs there."""
    if not by_name(experiment, filling.inputs, filling.targets):
        return list(range(filling.cells.shape[1]))
    name, network = experiment.layout.name, experiment.network
    inputs = [filling.inputs.index(name(node_id)) for node_id in network.inputs]
    targets = [filling.targets.index(name(node_id)) for node_id in network.outputs]
    return [*inputs, *(len(filling.inputs) + place for place in targets)]


def _reordered(filling: Filling, experiment: Experiment, fit: bool) -> Scaling | None:
    """The scaling in the order of the network's inputs."""
    scaling = filling.scaling
    if scaling is None or fit:
        return scaling
    order = _order(experiment, filling)[: len(filling.inputs)]
    return Scaling(
        tuple(scaling.mean[place] for place in order),
        tuple(scaling.deviation[place] for place in order),
    )
