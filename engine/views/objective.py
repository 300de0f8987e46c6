"""What learning makes small: the loss of a network over some rows, and its slope.

The analytic slope is held against numeric ones, what small steps really do. Everything here is
computed exactly, never with lecture rounding.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from engine.data import Rows
from engine.errors import Refused
from engine.experiment.trace import why_not_finite
from engine.experiment.walk import Context
from engine.functions import Floats, frozen
from engine.functions.losses import loss
from engine.network import Place
from engine.numerals import short
from engine.program.program import Pass, Program, Runner
from engine.settings import Settings, without_rounding

CACHED = 1 << 17  # numbers of all networks side by side
ROWS_AT_ONCE = 4096
STEP = 1e-5
TOLERANCE = 1e-6
TABLE_STEPS = (1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8)


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
        return replace(self, inputs=self.inputs[rows], targets=self.targets[rows])

    def runner(self, dtype: type[np.floating] = np.float64, stack: int = 0) -> Runner:
        exact = without_rounding(self.settings)
        return self.program.runner(exact, len(self.inputs), dtype, stack=stack)

    def head(self) -> Floats:
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
            values = self._loss.value(*self._runner.output_numbers(), self._middle)
            return np.asarray(values.sum(axis=0).reshape(self.size, -1)[:count])


def loss_at(objective: Objective) -> float:
    """The data loss: the sum over the outputs, and the mean or sum over all rows."""
    total = 0.0
    for start in range(0, len(objective.inputs), ROWS_AT_ONCE):
        probe = Probe(objective.part(slice(start, start + ROWS_AT_ONCE)), most=1)
        total += float(probe.by_sample(objective.parameters[None]).sum())
    return total / objective.share


def slope_at(objective: Objective, penalties: bool = False) -> Floats:
    """The gradient of the data loss over all rows; with `penalties`, plus λw of L2."""
    summed = replace(objective, settings=replace(objective.settings, reduction="sum"))
    total = np.zeros(len(objective.parameters))
    runner: Runner | None = None
    for start in range(0, len(objective.inputs), ROWS_AT_ONCE):
        part = summed.part(slice(start, start + ROWS_AT_ONCE))
        if runner is None or len(part.inputs) < ROWS_AT_ONCE:
            runner = part.runner()
        _pass(part, runner)
        total += runner.gradient()
    total /= objective.share
    return frozen(total + _decay(objective) * objective.parameters if penalties else total)


def _pass(objective: Objective, runner: Runner) -> None:
    with np.errstate(all="ignore"):
        runner.load(objective.parameters)
        runner.forward(objective.head())
        runner.backward()


def _decay(objective: Objective) -> Floats:
    """λ of L2 where it acts (on the unlocked weights), else 0."""
    plan = objective.program.plan
    return objective.settings.l2 * plan.penalised[plan.slot_of].astype(np.float64)


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


@dataclass(frozen=True, slots=True)
class Agreement:
    """Both slopes of one parameter, and how far apart they are: |a - n| / max(1, |a|, |n|)."""

    place: Place
    analytic: float
    numeric: float
    difference: float
    agrees: bool
    locked: bool
    remark: str = ""


@dataclass(frozen=True, slots=True)
class StepRow:
    """Numeric slopes with one step size h, and their errors; NaN where there is no number."""

    h: float
    one_sided: float
    central: float
    one_sided_error: float
    central_error: float


def agreements(
    objective: Objective, call: Callable[[str], str] = str
) -> Iterator[tuple[Agreement, ...]]:
    """The agreement of every parameter in the order of the vector, by central differences
    (f(x+h) - f(x-h)) / 2h; a few at a time, so that the reader can stop in between."""
    slope, network = _Slope(objective, call), objective.program.network
    every = np.arange(len(objective.parameters))
    for start in range(0, len(every), slope.at_once):
        found, where = [], every[start : start + slope.at_once]
        right, left = (side.tolist() for side in slope.one_sided(where, STEP))
        for at, after, before in zip(where.tolist(), right, left, strict=True):
            analytic, numeric = float(slope.analytic[at]), (after + before) / 2
            difference = _relative(analytic, numeric)
            agrees = difference <= TOLERANCE
            remark = "" if agrees else slope.remark(at, after, before)
            found.append(Agreement(network.places[at], analytic, numeric, difference, agrees,
                                   network.locks[at], remark))  # fmt: skip
        yield tuple(found)


def step_table(
    objective: Objective, place: Place, call: Callable[[str], str] = str
) -> tuple[StepRow, ...]:
    """The numeric slopes of one parameter for h = 0.01 … 1e-8, beside the analytic one."""
    index = objective.program.network.place_index
    if place not in index:
        raise Refused("There is no such number in this network. Choose a weight or a bias.")
    slope, where = _Slope(objective, call), index[place]
    exact = float(slope.analytic[where])
    rows = []
    for h in TABLE_STEPS:
        right, left = slope.one_sided(np.array([where]), h)
        one, both = float(right[0]), float(right[0] + left[0]) / 2
        rows.append(StepRow(h, one, both, abs(one - exact), abs(both - exact)))
    return tuple(rows)


class _Slope:
    """f = data loss + L2 around one point: its analytic slope and its numeric ones."""

    def __init__(self, objective: Objective, call: Callable[[str], str]) -> None:
        self.parameters, self.decay = objective.parameters, _decay(objective)
        self.analytic = existing_pass(objective, call).gradient + self.decay * self.parameters
        self.share = objective.share
        self.probe = Probe(objective, most=2 * len(self.parameters) + 1)
        self.at_once = max(1, (self.probe.size - 1) // 2)

    def one_sided(self, where: np.ndarray, h: float) -> tuple[Floats, Floats]:
        """(f(x+h) - f(x)) / h and (f(x) - f(x-h)) / h.

        The differences are taken sample by sample, before the sum, so that little is rounded away.
        """
        count = len(where)
        points = np.repeat(self.parameters[None], 2 * count + 1, axis=0)
        here = np.arange(count)
        points[1 + here, where] += h
        points[1 + count + here, where] -= h
        f = np.concatenate([self.probe.by_sample(points[i : i + self.probe.size])
                            for i in range(0, len(points), self.probe.size)])  # fmt: skip
        with np.errstate(invalid="ignore"):
            right = (f[1 : count + 1] - f[0]).sum(axis=1) / self.share
            left = (f[0] - f[count + 1 :]).sum(axis=1) / self.share
            decay, x = self.decay[where], self.parameters[where]
            right += decay * (x * h + h * h / 2)
            left += decay * (x * h - h * h / 2)
            right, left = (np.where(np.isfinite(s), s, np.nan) for s in (right / h, left / h))
        return right, left

    def remark(self, where: int, right: float, left: float) -> str:
        """What the one-sided slopes tell as h shrinks.

        Their gap shrinks with h where f is smooth, stays at a kink and grows at a jump.
        """
        if np.isnan(right + left):
            return f"One step of {STEP:g} further there is no number, so there is no numeric slope."
        nearer = [float(side[0]) for side in self.one_sided(np.array([where]), STEP / 10)]
        gap, nearer_gap = abs(right - left), abs(nearer[0] - nearer[1])
        if nearer_gap > 5 * gap > 0:
            return "The loss jumps here, so no small step gives a slope; 0 is taken."
        if nearer_gap > gap / 2 > TOLERANCE / 2:
            return (f"Here is a kink: the slope is {short(left)} on the left and {short(right)} on "
                    "the right, so the numeric one, their mean, cannot agree.")  # fmt: skip
        if _relative(float(self.analytic[where]), sum(nearer) / 2) <= TOLERANCE:
            return f"A kink lies nearer than {STEP:g}; with a smaller step both agree."
        return ""


def _relative(a: float, n: float) -> float:
    """|a - n| / max(1, |a|, |n|)"""
    return abs(a - n) / max(1.0, abs(a), abs(n))
