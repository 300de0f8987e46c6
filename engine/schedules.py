"""How the learning rate changes from epoch to epoch: a function of the epoch and nothing else."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from engine.errors import Refused, unknown


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
class Kind:
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


KINDS = {
    "constant": Kind("Constant", "η", (), _constant),
    "step": Kind("In steps", "η · factor^⌊e / every⌋", ("factor", "every"), _step),
    "exponential": Kind("Exponential", "η · factor^e", ("factor",), _exponential),
    "cosine": Kind(
        "Cosine",
        "floor + (η − floor) · (1 + cos(π · min(e, epochs) / epochs)) / 2",
        ("floor", "epochs"),
        _cosine,
    ),
    "inverse": Kind("Inverse (1/t)", "η / (1 + decay · e)", ("decay",), _inverse),
}


def check(schedule: Schedule) -> None:
    """Refuse a schedule that is not known or whose numbers make no sense."""
    if schedule.kind not in KINDS:
        raise unknown("Schedule", schedule.kind, KINDS)
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
    return KINDS[schedule.kind].rate(schedule, rate, epoch)
