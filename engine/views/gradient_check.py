"""Analytic against numeric slopes: the backward pass held against what small steps really do."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from engine.errors import Refused
from engine.functions import Floats
from engine.network import Place
from engine.numerals import short
from engine.views.objective import Objective, Probe, existing_pass, penalised

STEP = 1e-5
TOLERANCE = 1e-6
TABLE_STEPS = (1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8)


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
    """The agreement of every parameter in the order of the vector, a few at a time, so that the
    reader can stop in between; `call` gives the name by which a sentence calls a node."""
    slope = _Slope(objective, call)
    wanted = np.arange(len(objective.parameters))
    for start in range(0, len(wanted), slope.at_once):
        yield slope.agreements(wanted[start : start + slope.at_once])


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
        network, parameters = objective.program.network, objective.parameters
        self.places, self.locks = network.places, network.locks
        self.decay = objective.settings.l2 * penalised(objective.program)
        self.analytic = existing_pass(objective, call).gradient + self.decay * parameters
        self.parameters, self.share = parameters, objective.share
        self.probe = Probe(objective, most=2 * len(parameters) + 1)
        self.at_once = max(1, (self.probe.size - 1) // 2)

    def agreements(self, where: np.ndarray) -> tuple[Agreement, ...]:
        """Central differences (f(x+h) - f(x-h)) / 2h for these places."""
        right, left = self.one_sided(where, STEP)
        return tuple(self._agreement(*one) for one in zip(where.tolist(), right, left, strict=True))

    def _agreement(self, where: int, right: float, left: float) -> Agreement:
        analytic, numeric = float(self.analytic[where]), float(right + left) / 2
        difference = _relative(analytic, numeric)
        agrees = difference <= TOLERANCE
        remark = "" if agrees else self._remark(where, float(right), float(left))
        return Agreement(self.places[where], analytic, numeric, difference, agrees,
                         self.locks[where], remark)  # fmt: skip

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

    def _remark(self, where: int, right: float, left: float) -> str:
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
