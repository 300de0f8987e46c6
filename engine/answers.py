"""The answers and losses of many rows beside each other, a block of rows at a time.

In a pass, rows of its batch show only what is known at the cursor.
"""

from dataclasses import dataclass

import numpy as np

from engine.calls import Floats, frozen
from engine.experiment import Experiment
from engine.losses import middle_of
from engine.program import why_not_run
from engine.runner import Runner
from engine.settings import Settings
from engine.trace import losses_of

BLOCK = 256
MOST_BLOCKS = 64


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
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
        self._middle = 0.0

    def row(self, experiment: Experiment, row: int) -> Answer:
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
        return Answer(frozen(outputs[:, row % BLOCK]), float(losses[row % BLOCK]))

    def _keep_up(self, experiment: Experiment) -> None:
        """Forget what no longer holds; the runner serves as long as its rules do."""
        before, data = self._of, experiment.data
        now = (experiment.program, experiment.settings, data, experiment.parameters)
        if len(before) == len(now) and all(a is b for a, b in zip(before, now, strict=True)):
            return
        if not before or before[0] is not now[0] or before[1] is not now[1]:
            self._runner = None
        self._middle = middle_of(data.target_rows(data.training))
        self._blocks.clear()
        self._of = now

    def _computed(self, experiment: Experiment, number: int) -> tuple[Floats, Floats]:
        data, settings = experiment.data, experiment.settings
        unfit = why_not_run(experiment.network, settings) is not None
        size = min(BLOCK, data.count)
        if self._runner is None or self._size != size:
            self._size = size
            rules = Settings() if unfit else settings
            self._runner = Runner(experiment.program.plan, rules, size)
        runner = self._runner
        rows = np.minimum(np.arange(number * BLOCK, number * BLOCK + size), data.count - 1)
        runner.load(experiment.parameters)
        with np.errstate(all="ignore"):
            runner.forward(experiment.program.heads(data.input_rows(rows), data.target_rows(rows)))
            outputs = runner.outputs()
            if unfit:
                return outputs, np.full(size, np.nan)
            found = losses_of(
                settings, outputs, runner.targets(), runner.output_sums(), self._middle
            )
        return outputs, np.asarray(found.sum(axis=0))


def _known(experiment: Experiment, sample: int) -> Answer:
    """What the pass has told of this sample so far."""
    trace, cursor = experiment.trace, experiment.cursor
    assert trace is not None
    since = trace.script.values[trace.outputs] <= cursor
    outputs = np.where(since, trace.numbers.a[trace.outputs, sample], np.nan)
    told = bool((trace.script.losses[trace.outputs] <= cursor).all()) and len(trace.outputs) > 0
    return Answer(frozen(outputs), float(trace.losses[:, sample].sum()) if told else np.nan)
