"""Classes by their names: which one a row of outputs or targets says, and what to set for one."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from engine.calls import Floats
from engine.curve import is_classification
from engine.data import Data
from engine.errors import Refused
from engine.experiment import Experiment
from engine.losses import classes_of, middle_of


def class_count(data: Data) -> int:
    """One class for each output; one output tells two classes apart."""
    return 2 if len(data.targets) == 1 else len(data.targets)


def class_names(data: Data) -> tuple[str, ...]:
    """The names of all classes, or none."""
    return data.classes if data.targets and len(data.classes) == class_count(data) else ()


def has_output_per_class(experiment: Experiment) -> bool:
    """Whether it is a classification in which the largest of several outputs says the class."""
    data, network = experiment.data, experiment.network
    several = len(network.outputs) > 1 and set(network.outputs) <= set(data.targets)
    return several and is_classification(experiment.context)


def class_of(values: Floats, middle: float) -> int | None:
    """The class that the outputs, or the targets, of one row say; None while one is not known."""
    if not len(values) or np.isnan(values).any():
        return None
    return int(classes_of(values[:, None], middle)[0])


def targets_of(data: Data, which: int) -> tuple[float, ...]:
    """The targets that say this class, with 0 or −1 for no as the other rows have it."""
    low = -1.0 if middle_of(data.target_rows()) == 0 else 0.0
    if len(data.targets) == 1:
        return (1.0 if which else low,)
    return tuple(1.0 if place == which else low for place in range(len(data.targets)))


def with_class(data: Data, row: int, which: int) -> Data:
    """The row with the targets of this class."""
    for place, value in enumerate(targets_of(data, which), len(data.inputs)):
        data = data.with_cell(row, place, value)
    return data


def with_class_names(data: Data, names: Sequence[str]) -> Data:
    """The same rows; their classes are called so. Without any name the classes have none."""
    given = tuple(name.strip() for name in names)
    if not any(given):
        return replace(data, classes=())
    if len(given) != class_count(data) or not all(given):
        raise Refused("Give every class a name, or none.")
    if len(set(given)) < len(given):
        raise Refused("Two classes cannot have the same name.")
    return replace(data, classes=given)
