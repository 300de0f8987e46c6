"""How a gradient becomes an update, as PyTorch defines it, and how the rate changes by epoch."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from engine.errors import Refused, unknown
from engine.functions import Call, Floats, bound

State = tuple[Floats, ...]


@dataclass(frozen=True, slots=True)
class Optimizer:
    """Which rule turns gradients into updates, and its fixed numbers; the rate is not among them.

    `smoothing` belongs to RMSProp, `beta1` and `beta2` to Adam, `epsilon` to both.
    """

    kind: str = "sgd"
    momentum: float = 0.9
    beta1: float = 0.9
    beta2: float = 0.999
    smoothing: float = 0.99
    epsilon: float = 1e-8


@dataclass(frozen=True, slots=True)
class OptimizerBuffers:
    """The arrays that the calls are bound to, apart from the gradient; the caller's own.

    `rate` and `count` may be changed between updates. They have no axes: NumPy takes such an array
    in half the time of one number.
    """

    out: Floats
    state: State
    rate: Floats
    count: Floats


@dataclass(frozen=True, slots=True)
class StateVector:
    """What an optimiser keeps for each parameter, and how that grows from update to update.

    `share` names the setting that says how much of the old stays (all, where there is none);
    then the gradient is added, or its square, in a `mean` times 1 − share. `corrected` says
    that a mean is divided by 1 − shareᵗ, since it began at 0.
    """

    name: str
    letter: str
    share: str = ""
    squared: bool = False
    mean: bool = False
    corrected: bool = False

    def bind(
        self, optimizer: Optimizer, gradient: Floats, kept: Floats, scratch: Floats
    ) -> list[Call]:
        """v ← μ·v + g; v ← β·v + (1 − β)·g²; m ← m + (1 − β)·(g − m)."""
        share, added = getattr(optimizer, self.share, 1.0), gradient
        calls: list[tuple[Any, ...]] = []
        if self.squared:
            calls, added = [(np.multiply, gradient, gradient, scratch)], scratch
        elif self.mean:
            calls, added = [(np.subtract, gradient, kept, scratch)], scratch
        if self.mean:
            calls.append((np.multiply, scratch, 1 - share, scratch))
        if self.share and (self.squared or not self.mean):
            calls.append((np.multiply, kept, share, kept))
        return bound(gradient, *calls, (np.add, kept, added, kept))

    def bind_root(
        self, optimizer: Optimizer, kept: Floats, count: Floats, out: Floats
    ) -> list[Call]:
        """√v + ε, or corrected √v / √(1 − βᵗ) + ε."""
        calls = bound(out, (np.sqrt, kept, out))
        if self.corrected:
            missing, root = np.empty(()), np.empty((), out.dtype)
            calls += self.bind_missing(optimizer, count, missing)
            calls += bound(out, (np.sqrt, missing, root), (np.divide, out, root, out))
        return [*calls, *bound(out, (np.add, out, optimizer.epsilon, out))]

    def bind_missing(self, optimizer: Optimizer, count: Floats, out: Floats) -> list[Call]:
        """1 − βᵗ: how much of a full mean t updates hold; in float64, since 0.999ᵗ is near 1."""
        share = getattr(optimizer, self.share)
        return bound(out, (np.power, share, count, out), (np.subtract, 1, out, out))


@dataclass(frozen=True, slots=True)
class OptimizerKind:
    """One row of the table: how an optimiser is called, and what it keeps.

    It moves by rate × gradient, or by what it keeps of the gradients; over the root of what it
    keeps of their squares, if it does. `looks_ahead` adds the gradient once more.
    """

    title: str
    short: str
    help: str
    keeps: tuple[StateVector, ...] = ()
    looks_ahead: bool = False

    @property
    def state(self) -> tuple[str, ...]:
        """The names of the vectors it keeps."""
        return tuple(vector.name for vector in self.keeps)

    @property
    def uses(self) -> tuple[str, ...]:
        """The numbers of an optimiser that matter to it."""
        shares = tuple(vector.share for vector in self.keeps if vector.share)
        return (*shares, "epsilon") if any(v.squared for v in self.keeps) else shares

    def bind(self, optimizer: Optimizer, gradient: Floats, at: OptimizerBuffers) -> list[Call]:
        """Calls that fill `out` with the update and change state and count in place.

        What keeps nothing counts nothing, so that plain descent costs one call: η·g. The others
        move by η·v, by η·(g + μ·v) where they look ahead, by η·g / (√v + ε), or, corrected, by
        η/(1 − β₁ᵗ) · m / (√v / √(1 − β₂ᵗ) + ε), t being the count with this update.
        """
        calls: list[Call] = []
        moves, rate, scratch = gradient, at.rate, np.empty_like(gradient)
        if self.keeps:
            calls += bound(at.count, (np.add, at.count, 1, at.count))
        for vector, kept in zip(self.keeps, at.state, strict=True):
            calls += vector.bind(optimizer, gradient, kept, scratch)
            if vector.squared:
                calls += vector.bind_root(optimizer, kept, at.count, scratch)
                calls.append(partial(np.divide, moves, scratch, at.out))
                moves = at.out
            else:
                moves = kept
                if vector.corrected:
                    missing, rate = np.empty(()), np.empty_like(at.rate)
                    calls += vector.bind_missing(optimizer, at.count, missing)
                    # The quotient is taken in float64 and only then rounded to the rate's type.
                    calls.append(partial(np.divide, at.rate, missing, rate))
        if self.looks_ahead:
            share = getattr(optimizer, self.keeps[0].share)
            calls += bound(
                gradient, (np.multiply, moves, share, at.out), (np.add, at.out, gradient, at.out)
            )
            moves = at.out
        return [*calls, partial(np.multiply, moves, rate, at.out)]

    def bind_steady(self, optimizer: Optimizer, at: OptimizerBuffers) -> list[Call]:
        """Calls, made after those, that fill `out` with how far a steady gradient of 1 would move.

        That is η; η / (1 − μ), to which velocities add up; or η / (√v + ε), since the corrected
        mean of a steady gradient of 1 is 1.
        """
        for vector, kept in zip(self.keeps, at.state, strict=True):
            if vector.squared:
                root = vector.bind_root(optimizer, kept, at.count, at.out)
                return [*root, partial(np.divide, at.rate, at.out, at.out)]
            if not vector.mean:
                rest = 1 - getattr(optimizer, vector.share)
                return bound(at.out, (np.divide, at.rate, rest, at.out))
        return [partial(np.copyto, at.out, at.rate)]


OPTIMIZERS = {
    "sgd": OptimizerKind(
        "Gradient descent (SGD)", "SGD",
        "Every number moves against its gradient, by rate × gradient.",
    ),
    "momentum": OptimizerKind(
        "SGD with momentum", "momentum",
        "Keeps a velocity, v ← μ·v + gradient, and moves by rate × v.",
        (StateVector("velocity", "v", "momentum"),),
    ),
    "nesterov": OptimizerKind(
        "Nesterov momentum", "Nesterov",
        "As momentum, but looks ahead: moves by rate × (gradient + μ·v).",
        (StateVector("velocity", "v", "momentum"),), looks_ahead=True,
    ),
    "rmsprop": OptimizerKind(
        "RMSProp", "RMSProp", "Divides each gradient by the root of the mean of its squares.",
        (StateVector("square", "s", "smoothing", squared=True, mean=True),),
    ),
    "adam": OptimizerKind(
        "Adam", "Adam", "The mean of the gradients over the root of the mean of their squares.",
        (
            StateVector("mean", "m", "beta1", mean=True, corrected=True),
            StateVector("square", "s", "beta2", squared=True, mean=True, corrected=True),
        ),
    ),
}  # fmt: skip


def check_optimizer(optimizer: Optimizer) -> None:
    """Refuse an optimiser that is not known or whose numbers make no sense."""
    if optimizer.kind not in OPTIMIZERS:
        raise unknown("Optimiser", optimizer.kind, OPTIMIZERS)
    for words, value in (
        ("momentum μ", optimizer.momentum), ("Adam's β₁", optimizer.beta1),
        ("Adam's β₂", optimizer.beta2), ("smoothing α of RMSProp", optimizer.smoothing),
    ):  # fmt: skip
        if not 0 <= value < 1:
            raise Refused(f"The {words} cannot be {value:g}. Give a number from 0 to just below 1.")
    if not 0 < optimizer.epsilon < math.inf:
        raise Refused(
            f"The ε of the optimiser cannot be {optimizer.epsilon:g}. "
            "Give a small number above 0, such as 1e-8."
        )


def empty_state(optimizer: Optimizer, like: Floats) -> State:
    """The state before the first update: a vector of zeros for each name."""
    return tuple(np.zeros_like(like) for _ in OPTIMIZERS[optimizer.kind].state)


@dataclass(frozen=True, slots=True)
class Schedule:
    """Which rule, and its numbers: `every` and `factor` for the steps, `factor` for exponential,
    `epochs` and `floor` for the cosine, `decay` for inverse."""

    kind: str = "constant"
    every: int = 10
    factor: float = 0.5
    epochs: int = 100
    floor: float = 0.0
    decay: float = 0.1


@dataclass(frozen=True, slots=True)
class ScheduleKind:
    """One row of the table: η is the rate that was set, e the epoch, counted from 0.

    `uses` names the fields of the schedule that matter, in the order of the formula.
    """

    title: str
    formula: str
    uses: tuple[str, ...]
    rate: Callable[[Schedule, float, int], float]


SCHEDULES = {
    "constant": ScheduleKind("Constant", "η", (), lambda own, rate, epoch: rate),
    "step": ScheduleKind(
        "In steps", "η · factor^⌊e / every⌋", ("factor", "every"),
        lambda own, rate, epoch: rate * own.factor ** (epoch // own.every),
    ),
    "exponential": ScheduleKind(
        "Exponential", "η · factor^e", ("factor",),
        lambda own, rate, epoch: rate * own.factor**epoch,
    ),
    "cosine": ScheduleKind(  # it stays at the floor after the last epoch
        "Cosine", "floor + (η − floor) · (1 + cos(π · min(e, epochs) / epochs)) / 2",
        ("floor", "epochs"),
        lambda own, rate, epoch: own.floor + (rate - own.floor)
        * (1 + math.cos(math.pi * min(epoch, own.epochs) / own.epochs)) / 2,
    ),
    "inverse": ScheduleKind(
        "Inverse (1/t)", "η / (1 + decay · e)", ("decay",),
        lambda own, rate, epoch: rate / (1 + own.decay * epoch),
    ),
}  # fmt: skip


def check_schedule(schedule: Schedule) -> None:
    """Refuse a schedule that is not known or whose numbers make no sense."""
    if schedule.kind not in SCHEDULES:
        raise unknown("Schedule", schedule.kind, SCHEDULES)
    for field in ("every", "epochs"):
        value = getattr(schedule, field)
        if value < 1:
            raise Refused(f"“{field}” of the schedule cannot be {value}. Give 1 epoch or more.")
    if not 0 < schedule.factor <= 1:
        raise Refused(
            f"The factor of the schedule cannot be {schedule.factor:g}. "
            "Give a number above 0 and up to 1."
        )
    for field in ("floor", "decay"):
        value = getattr(schedule, field)
        if not 0 <= value < math.inf:
            raise Refused(f"“{field}” of the schedule cannot be {value:g}. Give 0 or more.")
