"""The answers and losses of many rows, and the classes that outputs stand for."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from engine.data import Data
from engine.errors import Refused
from engine.experiment.curve import is_classification
from engine.experiment.experiment import Experiment
from engine.experiment.trace import losses_of
from engine.functions import Floats, frozen
from engine.functions.losses import classes_of, middle_of
from engine.program.program import why_not_run
from engine.program.runner import Runner

BLOCK = 256
MOST_BLOCKS = 64


@dataclass(frozen=True, slots=True, eq=False)
class RowAnswer:
    """What the outputs say to one row, and the row's loss; NaN where it is not known."""

    outputs: Floats
    loss: float


class Answers:
    """Finds them; keeps what it found until something changes that they depend on."""

    def __init__(self) -> None:
        self._of: tuple[object, ...] = ()
        self._blocks: dict[int, tuple[Floats, Floats]] = {}
        self._runner: Runner | None = None
        self._size = 0

    def row(self, experiment: Experiment, row: int) -> RowAnswer:
        """The answer to one row."""
        trace = experiment.trace
        if trace is not None:
            inside = np.flatnonzero(trace.rows == row)
            if len(inside):
                return _known(experiment, int(inside[0]))
        self._keep_up(experiment)
        number = row // BLOCK
        if number not in self._blocks:
            if len(self._blocks) >= MOST_BLOCKS:
                self._blocks.clear()
            self._blocks[number] = self._computed(experiment, number)
        outputs, losses = self._blocks[number]
        return RowAnswer(frozen(outputs[:, row % BLOCK]), float(losses[row % BLOCK]))

    def _keep_up(self, experiment: Experiment) -> None:
        """Forget what no longer holds; the runner serves as long as its rules do."""
        before, now = self._of, (
            experiment.program, experiment.settings, experiment.data, experiment.parameters
        )  # fmt: skip
        if len(before) == len(now) and all(a is b for a, b in zip(before, now, strict=True)):
            return
        if not before or before[0] is not now[0] or before[1] is not now[1]:
            self._runner = None
        self._blocks.clear()
        self._of = now

    def _computed(self, experiment: Experiment, number: int) -> tuple[Floats, Floats]:
        data, settings = experiment.data, experiment.settings
        unfit = why_not_run(experiment.network, settings) is not None
        size = min(BLOCK, data.count)
        if self._runner is None or self._size != size:
            self._size = size
            self._runner = experiment.program.forward_runner(settings, size)
        runner = self._runner
        rows = np.minimum(np.arange(number * BLOCK, number * BLOCK + size), data.count - 1)
        runner.load(experiment.parameters)
        with np.errstate(all="ignore"):
            runner.forward(experiment.program.heads(data.input_rows(rows), data.target_rows(rows)))
            outputs = runner.outputs()
            if unfit:
                return outputs, np.full(size, np.nan)
            found = losses_of(runner, data.middle)
        return outputs, np.asarray(found.sum(axis=0))


def _known(experiment: Experiment, sample: int) -> RowAnswer:
    """What the pass has told of this sample so far."""
    trace, cursor = experiment.trace, experiment.cursor
    assert trace is not None
    since = trace.script.values[trace.outputs] <= cursor
    outputs = np.where(since, trace.numbers.a[trace.outputs, sample], np.nan)
    told = bool((trace.script.losses[trace.outputs] <= cursor).all()) and len(trace.outputs) > 0
    return RowAnswer(frozen(outputs), float(trace.losses[:, sample].sum()) if told else np.nan)


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
