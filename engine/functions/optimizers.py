"""How a gradient becomes an update, as PyTorch defines it, and how the rate changes by epoch."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from engine.errors import Refused, unknown
from engine.op_list import Call, Floats, number

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


@dataclass(frozen=True, slots=True)
class OptimizerKind:
    """One row of the table: how an optimiser is called, what it keeps, and its calls.

    It moves by rate × gradient, or by what it keeps of the gradients; over the root of what it
    keeps of their squares, if it does. `looks_ahead` adds the gradient once more. The calls of
    `bind` fill `out` with the update and change state and count in place; those of `bind_steady`,
    made after them, fill it with how far a steady gradient of 1 would move each parameter.
    """

    title: str
    short: str
    help: str
    bind: Callable[[Optimizer, Floats, OptimizerBuffers], list[Call]]
    bind_steady: Callable[[Optimizer, OptimizerBuffers], list[Call]]
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


def _bind_sgd(_optimizer: Optimizer, gradient: Floats, at: OptimizerBuffers) -> list[Call]:
    """update = η·g; it keeps no count, so that plain SGD costs one call."""
    return [partial(np.multiply, gradient, at.rate, at.out)]


def _bind_momentum(optimizer: Optimizer, gradient: Floats, at: OptimizerBuffers) -> list[Call]:
    """v ← μ·v + g; update = η·v."""
    (velocity,) = at.state
    return [
        _counting(at.count),
        *_gather_speed(optimizer, gradient, velocity),
        partial(np.multiply, velocity, at.rate, at.out),
    ]


def _bind_nesterov(optimizer: Optimizer, gradient: Floats, at: OptimizerBuffers) -> list[Call]:
    """v ← μ·v + g; update = η·(g + μ·v)."""
    (velocity,) = at.state
    return [
        _counting(at.count),
        *_gather_speed(optimizer, gradient, velocity),
        partial(np.multiply, velocity, number(optimizer.momentum, gradient), at.out),
        partial(np.add, at.out, gradient, at.out),
        partial(np.multiply, at.out, at.rate, at.out),
    ]


def _bind_rmsprop(optimizer: Optimizer, gradient: Floats, at: OptimizerBuffers) -> list[Call]:
    """v ← α·v + (1 − α)·g²; update = η·g / (√v + ε)."""
    (square,) = at.state
    root = np.empty_like(gradient)
    return [
        _counting(at.count),
        *_smooth_square(optimizer.smoothing, gradient, square, root),
        partial(np.sqrt, square, root),
        partial(np.add, root, number(optimizer.epsilon, root), root),
        partial(np.divide, gradient, root, at.out),
        partial(np.multiply, at.out, at.rate, at.out),
    ]


def _bind_adam(optimizer: Optimizer, gradient: Floats, at: OptimizerBuffers) -> list[Call]:
    """m ← m + (1 − β₁)·(g − m); v ← β₂·v + (1 − β₂)·g²;
    update = η/(1 − β₁ᵗ) · m / (√v / √(1 − β₂ᵗ) + ε), t being the count with this update.
    """
    mean, square = at.state
    scratch, missing, stretched = np.empty_like(gradient), np.empty(()), np.empty_like(at.rate)
    return [
        _counting(at.count),
        partial(np.subtract, gradient, mean, scratch),
        partial(np.multiply, scratch, number(1 - optimizer.beta1, gradient), scratch),
        partial(np.add, mean, scratch, mean),
        *_smooth_square(optimizer.beta2, gradient, square, scratch),
        *_root_square(optimizer, square, at.count, scratch),
        *_missing(optimizer.beta1, at.count, missing),
        # The quotient is taken in float64 and only then rounded to the type of the rate.
        partial(np.divide, at.rate, missing, stretched),
        partial(np.divide, mean, scratch, at.out),
        partial(np.multiply, at.out, stretched, at.out),
    ]


def _steady_sgd(_optimizer: Optimizer, at: OptimizerBuffers) -> list[Call]:
    """η."""
    return [partial(np.copyto, at.out, at.rate)]


def _steady_momentum(optimizer: Optimizer, at: OptimizerBuffers) -> list[Call]:
    """η / (1 − μ), to which the velocities of a steady gradient add up."""
    return [partial(np.divide, at.rate, number(1 - optimizer.momentum, at.out), at.out)]


def _steady_rmsprop(optimizer: Optimizer, at: OptimizerBuffers) -> list[Call]:
    """η / (√v + ε)."""
    (square,) = at.state
    return [
        partial(np.sqrt, square, at.out),
        partial(np.add, at.out, number(optimizer.epsilon, at.out), at.out),
        partial(np.divide, at.rate, at.out, at.out),
    ]


def _steady_adam(optimizer: Optimizer, at: OptimizerBuffers) -> list[Call]:
    """η / (√v̂ + ε); the corrected mean of a steady gradient of 1 is 1."""
    _, square = at.state
    return [
        *_root_square(optimizer, square, at.count, at.out),
        partial(np.divide, at.rate, at.out, at.out),
    ]


def _counting(count: Floats) -> Call:
    return partial(np.add, count, number(1, count), count)


def _gather_speed(optimizer: Optimizer, gradient: Floats, velocity: Floats) -> list[Call]:
    """v ← μ·v + g."""
    return [
        partial(np.multiply, velocity, number(optimizer.momentum, gradient), velocity),
        partial(np.add, velocity, gradient, velocity),
    ]


def _smooth_square(
    smoothing: float, gradient: Floats, square: Floats, scratch: Floats
) -> list[Call]:
    """v ← β·v + (1 − β)·g²."""
    return [
        partial(np.multiply, gradient, gradient, scratch),
        partial(np.multiply, scratch, number(1 - smoothing, gradient), scratch),
        partial(np.multiply, square, number(smoothing, gradient), square),
        partial(np.add, square, scratch, square),
    ]


def _root_square(optimizer: Optimizer, square: Floats, count: Floats, out: Floats) -> list[Call]:
    """√v̂ + ε = √v / √(1 − β₂ᵗ) + ε."""
    missing, root = np.empty(()), np.empty((), out.dtype)
    return [
        *_missing(optimizer.beta2, count, missing),
        partial(np.sqrt, missing, root),
        partial(np.sqrt, square, out),
        partial(np.divide, out, root, out),
        partial(np.add, out, number(optimizer.epsilon, out), out),
    ]


def _missing(beta: float, count: Floats, out: Floats) -> list[Call]:
    """1 − βᵗ: how much of a full mean t updates hold; in float64, since 0.999ᵗ is close to 1."""
    return [
        partial(np.power, np.array(beta), count, out),
        partial(np.subtract, np.array(1.0), out, out),
    ]


OPTIMIZERS = {
    "sgd": OptimizerKind(
        "Gradient descent (SGD)", "SGD",
        "Every number moves against its gradient, by rate × gradient.", _bind_sgd, _steady_sgd,
    ),
    "momentum": OptimizerKind(
        "SGD with momentum", "momentum",
        "Keeps a velocity, v ← μ·v + gradient, and moves by rate × v.",
        _bind_momentum, _steady_momentum, (StateVector("velocity", "v", "momentum"),),
    ),
    "nesterov": OptimizerKind(
        "Nesterov momentum", "Nesterov",
        "As momentum, but looks ahead: moves by rate × (gradient + μ·v).",
        _bind_nesterov, _steady_momentum, (StateVector("velocity", "v", "momentum"),),
        looks_ahead=True,
    ),
    "rmsprop": OptimizerKind(
        "RMSProp", "RMSProp", "Divides each gradient by the root of the mean of its squares.",
        _bind_rmsprop, _steady_rmsprop,
        (StateVector("square", "s", "smoothing", squared=True, mean=True),),
    ),
    "adam": OptimizerKind(
        "Adam", "Adam", "The mean of the gradients over the root of the mean of their squares.",
        _bind_adam, _steady_adam,
        (
            StateVector("mean", "m", "beta1", mean=True, corrected=True),
            StateVector("square", "s", "beta2", squared=True, mean=True, corrected=True),
        ),
    ),
}  # fmt: skip

_SHARES = {
    "momentum": "momentum μ",
    "beta1": "Adam's β₁",
    "beta2": "Adam's β₂",
    "smoothing": "smoothing α of RMSProp",
}


def check_optimizer(optimizer: Optimizer) -> None:
    """Refuse an optimiser that is not known or whose numbers make no sense."""
    if optimizer.kind not in OPTIMIZERS:
        raise unknown("Optimiser", optimizer.kind, OPTIMIZERS)
    for field, words in _SHARES.items():
        value = getattr(optimizer, field)
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


def _constant(_schedule: Schedule, rate: float, _epoch: int) -> float:
    """η."""
    return rate


def _step(schedule: Schedule, rate: float, epoch: int) -> float:
    """η · factor^⌊e / every⌋."""
    return float(rate * schedule.factor ** (epoch // schedule.every))


def _exponential(schedule: Schedule, rate: float, epoch: int) -> float:
    """η · factor^e."""
    return float(rate * schedule.factor**epoch)


def _cosine(schedule: Schedule, rate: float, epoch: int) -> float:
    """floor + (η − floor) · (1 + cos(π · e / epochs)) / 2, and the floor after the last epoch."""
    turn = math.pi * min(epoch, schedule.epochs) / schedule.epochs
    return schedule.floor + (rate - schedule.floor) * (1 + math.cos(turn)) / 2


def _inverse(schedule: Schedule, rate: float, epoch: int) -> float:
    """η / (1 + decay · e)."""
    return rate / (1 + schedule.decay * epoch)


SCHEDULES = {
    "constant": ScheduleKind("Constant", "η", (), _constant),
    "step": ScheduleKind("In steps", "η · factor^⌊e / every⌋", ("factor", "every"), _step),
    "exponential": ScheduleKind("Exponential", "η · factor^e", ("factor",), _exponential),
    "cosine": ScheduleKind(
        "Cosine",
        "floor + (η − floor) · (1 + cos(π · min(e, epochs) / epochs)) / 2",
        ("floor", "epochs"),
        _cosine,
    ),
    "inverse": ScheduleKind("Inverse (1/t)", "η / (1 + decay · e)", ("decay",), _inverse),
}


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


def rate_at(schedule: Schedule, rate: float, epoch: int) -> float:
    """The rate in force during `epoch`, counted from 0, when the learner set `rate`."""
    return SCHEDULES[schedule.kind].rate(schedule, rate, epoch)
