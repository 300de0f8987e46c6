"""What learning makes small: the loss of a network over some rows, and its slope.

Everything here is computed exactly, never with lecture rounding.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from engine.data import Rows
from engine.errors import Refused
from engine.experiment.trace import why_not_finite
from engine.experiment.walk import Context
from engine.functions import Floats, frozen
from engine.functions.losses import loss
from engine.program.program import Program
from engine.program.runner import Pass, Runner
from engine.settings import Settings, without_rounding

CACHED = 1 << 17
ROWS_AT_ONCE = 4096


@dataclass(frozen=True, slots=True, eq=False)
class Objective:
    """A network with its numbers, the rows it answers, and how its loss counts."""

    program: Program
    settings: Settings
    parameters: Floats
    inputs: Floats
    targets: Floats
    middle: float = 0.5

    @property
    def share(self) -> int:
        """What the sum over the rows is divided by: their number for a mean, 1 for a sum."""
        return len(self.inputs) if self.settings.reduction == "mean" else 1

    def part(self, rows: slice) -> "Objective":
        """The same over some of its rows."""
        return replace(self, inputs=self.inputs[rows], targets=self.targets[rows])

    def runner(self, dtype: type[np.floating] = np.float64, stack: int = 0) -> Runner:
        exact = without_rounding(self.settings)
        return self.program.runner(exact, len(self.inputs), dtype, stack=stack)

    def head(self) -> Floats:
        """The rows as a runner takes them."""
        return self.program.heads(self.inputs, self.targets)


def objective_of(context: Context, parameters: Floats, rows: Rows) -> Objective:
    """The loss that is in force, over these rows of the data."""
    data = context.data
    return Objective(
        context.program, context.settings, parameters,
        data.input_rows(rows), data.target_rows(rows), data.middle,
    )  # fmt: skip


class Probe:
    """Runs many networks of the same drawing side by side over the same samples."""

    def __init__(
        self, objective: Objective, dtype: type[np.floating] = np.float64, most: int = 1 << 30
    ) -> None:
        plan, samples = objective.program.plan, max(1, len(objective.inputs))
        self.size = max(1, min(most, CACHED // (samples * plan.row_count)))
        self._loss, self._middle = loss(objective.settings.loss), objective.middle
        self._runner = objective.runner(dtype, stack=self.size)
        with np.errstate(over="ignore"):
            self._head = objective.head().astype(dtype)
        self._targets = np.tile(self._head[: plan.target_count], self.size)

    def by_sample(self, parameters: Floats) -> Floats:
        """The loss of every sample, (vectors × samples), for up to `size` vectors.

        E_s = Σ over the outputs of E(a, t)
        """
        count = len(parameters)
        if count < self.size:
            spare = np.broadcast_to(parameters[-1:], (self.size - count, parameters.shape[1]))
            parameters = np.concatenate([parameters, spare])
        with np.errstate(all="ignore"):
            self._runner.load(parameters)
            self._runner.forward(self._head)
            a, z = (_side_by_side(v) for v in (self._runner.outputs(), self._runner.output_sums()))
            values = self._loss.value(a, self._targets, z, self._middle)
            return np.asarray(values.sum(axis=0).reshape(self.size, -1)[:count])


def _side_by_side(values: Floats) -> Floats:
    """(networks × outputs × samples) as (outputs × (networks · samples))."""
    return values.swapaxes(0, 1).reshape(values.shape[1], -1)


def loss_at(objective: Objective) -> float:
    """The data loss: the sum over the outputs, and the mean or sum over all rows."""
    total = 0.0
    for start in range(0, len(objective.inputs), ROWS_AT_ONCE):
        probe = Probe(objective.part(slice(start, start + ROWS_AT_ONCE)), most=1)
        total += float(probe.by_sample(objective.parameters[None]).sum())
    return total / objective.share


def slope_at(objective: Objective, penalties: bool = False) -> Floats:
    """The gradient of the data loss over all rows; with `penalties`, plus λw of L2."""
    settings, parameters = objective.settings, objective.parameters
    summed = replace(objective, settings=replace(settings, reduction="sum"))
    total = np.zeros(len(parameters))
    runner: Runner | None = None
    for start in range(0, len(objective.inputs), ROWS_AT_ONCE):
        part = summed.part(slice(start, start + ROWS_AT_ONCE))
        if runner is None or len(part.inputs) < ROWS_AT_ONCE:
            runner = part.runner()
        _pass(part, runner)
        total += runner.gradient()
    total /= objective.share
    if penalties:
        total += settings.l2 * parameters * penalised(objective.program)
    return frozen(total)


def _pass(objective: Objective, runner: Runner) -> None:
    with np.errstate(all="ignore"):
        runner.load(objective.parameters)
        runner.forward(objective.head())
        runner.backward()


def penalised(program: Program) -> Floats:
    """1 where penalties act (the unlocked weights), else 0."""
    plan = program.plan
    return plan.penalised[plan.slot_of].astype(np.float64)


def existing_pass(
    objective: Objective, call: Callable[[str], str] = str, samples: Sequence[int] | None = None
) -> Pass:
    """A whole pass over these rows, or the refusal of the first number that does not exist.

    `samples` are the numbers of the rows in the data, from 0, where they are not simply the first.
    """
    runner = objective.runner()
    _pass(objective, runner)
    passed = runner.record()
    sentence = why_not_finite(objective.program.network, passed, call, samples)
    if sentence is not None:
        raise Refused(sentence)
    return passed
