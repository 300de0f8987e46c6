"""The loss at many parameter vectors at once, and its slope at one: what checks and pictures ask.

Everything here is computed exactly, never with lecture rounding.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from engine.errors import Refused
from engine.experiment.trace import why_not_finite
from engine.functions.losses import l1_penalty, l2_penalty, loss
from engine.op_list import Floats, frozen
from engine.program.program import Program
from engine.program.runner import Pass, Runner
from engine.settings import Settings, without_rounding

CACHED = 1 << 17
ROWS_AT_ONCE = 4096


class Probe:
    """Runs many networks of the same drawing side by side over the same samples."""

    def __init__(
        self,
        program: Program,
        settings: Settings,
        inputs: Floats,
        targets: Floats,
        middle: float = 0.5,
        dtype: type[np.floating] = np.float64,
        most: int = 1 << 30,
    ) -> None:
        samples = max(1, len(inputs))
        self.size = max(1, min(most, CACHED // (samples * program.plan.row_count)))
        self._settings, self._middle = settings, middle
        self._runner = program.runner(
            without_rounding(settings), len(inputs), dtype, stack=self.size
        )
        with np.errstate(over="ignore"):
            self._head = program.heads(inputs, targets).astype(dtype)
        self._targets = np.tile(self._head[: program.plan.target_count], self.size)
        self._samples = len(inputs)

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
            values = loss(self._settings.loss).value(a, self._targets, z, self._middle)
            return np.asarray(values.sum(axis=0).reshape(self.size, -1)[:count])


def _side_by_side(values: Floats) -> Floats:
    """(networks × outputs × samples) as (outputs × (networks · samples))."""
    return values.swapaxes(0, 1).reshape(values.shape[1], -1)


def loss_at(
    program: Program,
    settings: Settings,
    parameters: Floats,
    inputs: Floats,
    targets: Floats,
    middle: float = 0.5,
) -> float:
    """The data loss: the sum over the outputs, and the mean or sum over all rows."""
    total = 0.0
    for start in range(0, len(inputs), ROWS_AT_ONCE):
        rows = slice(start, start + ROWS_AT_ONCE)
        probe = Probe(program, settings, inputs[rows], targets[rows], middle, most=1)
        total += float(probe.by_sample(parameters[None]).sum())
    return total / share(settings, len(inputs))


def share(settings: Settings, rows: int) -> int:
    """What the sum over so many rows is divided by: their number for a mean, 1 for a sum."""
    return rows if settings.reduction == "mean" else 1


def slope_at(
    program: Program,
    settings: Settings,
    parameters: Floats,
    inputs: Floats,
    targets: Floats,
    penalties: bool = False,
) -> Floats:
    """The gradient of the data loss over all rows; with `penalties`, plus λw of L2."""
    summed = replace(without_rounding(settings), reduction="sum")
    total = np.zeros(len(parameters))
    runner: Runner | None = None
    for start in range(0, len(inputs), ROWS_AT_ONCE):
        part = inputs[start : start + ROWS_AT_ONCE]
        if runner is None or len(part) < ROWS_AT_ONCE:
            runner = program.runner(summed, len(part))
        total += _pass(program, runner, parameters, part, targets[start : start + len(part)])
    total /= share(settings, len(inputs))
    if penalties:
        total += settings.l2 * parameters * penalised(program)
    return frozen(total)


def _pass(
    program: Program, runner: Runner, parameters: Floats, inputs: Floats, targets: Floats
) -> Floats:
    with np.errstate(all="ignore"):
        runner.load(parameters)
        runner.forward(program.heads(inputs, targets))
        runner.backward()
    return runner.gradient()


def directional(gradient: Floats, direction: Floats) -> float:
    """∇l · v: how steeply the loss rises along a direction."""
    return float(np.dot(gradient, direction))


def penalised(program: Program) -> Floats:
    """1 where penalties act (the unlocked weights), else 0."""
    plan = program.plan
    return plan.penalised[plan.slot_of].astype(np.float64)


def penalty_at(program: Program, settings: Settings, parameters: Floats) -> float:
    """λ/2 · Σ w² + λ · Σ |w| over the unlocked weights"""
    weights = parameters * penalised(program)
    return l2_penalty(weights, settings.l2) + l1_penalty(weights, settings.l1)


def existing_pass(
    program: Program, settings: Settings, parameters: Floats, inputs: Floats, targets: Floats,
    samples: Sequence[int] | None = None, call: Callable[[str], str] = str,
) -> Pass:  # fmt: skip
    """A whole pass over these rows, or the refusal of the first number that does not exist.

    `samples` are the numbers of the rows in the data, from 0, where they are not simply the first.
    """
    runner = program.runner(without_rounding(settings), len(inputs))
    _pass(program, runner, parameters, inputs, targets)
    passed = runner.record()
    sentence = why_not_finite(program.network, passed, call, samples)
    if sentence is not None:
        raise Refused(sentence)
    return passed
