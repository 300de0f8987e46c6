"""How runs are told apart: one line about each, and what differs between any two."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.experiment import Experiment, Run
from engine.numerals import count, short
from engine.settings import Settings

Word = Callable[[Settings], str]
NOTHING = "–"


@dataclass(frozen=True, slots=True)
class Difference:
    """One row of the comparison."""

    label: str
    left: str
    right: str


def _batch(settings: Settings) -> str:
    return "all" if settings.batch is None else count(settings.batch)


def _schedule(settings: Settings) -> str:
    schedule = settings.schedule
    if schedule.kind == "constant":
        return "constant"
    return f"{schedule.kind} ({short(schedule.factor)}, {count(schedule.every)})"


def _optimizer(settings: Settings) -> str:
    chosen = settings.optimizer
    inside = {
        "momentum": f" {short(chosen.momentum)}",
        "adam": f" {short(chosen.beta1)}, {short(chosen.beta2)}",
        "rmsprop": f" {short(chosen.smoothing)}",
    }
    names = {"sgd": "SGD", "adam": "Adam", "rmsprop": "RMSProp"}
    return names.get(chosen.kind, chosen.kind) + inside.get(chosen.kind, "")


def _initializer(settings: Settings) -> str:
    chosen = settings.initializer
    return f"{chosen.kind} {short(chosen.size)}, bias {short(chosen.bias)}"


SETTINGS: dict[str, Word] = {
    "Rate": lambda s: short(s.rate),
    "Schedule": _schedule,
    "Batch": _batch,
    "Optimiser": _optimizer,
    "Loss": lambda s: s.loss,
    "Reduction": lambda s: s.reduction,
    "L1 penalty": lambda s: short(s.l1),
    "L2 penalty": lambda s: short(s.l2),
    "Shuffle": lambda s: "on" if s.shuffle else "off",
    "Seed": lambda s: str(s.seed),
    "Initialiser": _initializer,
    "Lecture rounding": lambda s: "on" if s.rounding else "off",
}


def present_run(experiment: Experiment) -> Run:
    """The run that goes on now, as one of the list."""
    return Run("This run", experiment.context, experiment.start, experiment.curve)


def sub_line(run: Run) -> str:
    """Where it came to, and under which settings."""
    last, settings = run.curve.last, run.context.settings
    reached = f"loss {short(last.loss, 3)}, " if last is not None else ""
    return f"{reached}rate {short(settings.rate)}, batch {_batch(settings)}"


def differences(left: Run, right: Run) -> list[Difference]:
    """What is not the same in two runs: where they came to, then settings, network and samples."""
    rows = [
        Difference("Updates", _updates(left), _updates(right)),
        Difference("Loss", _reached(left, "loss"), _reached(right, "loss")),
        Difference("Test loss", _reached(left, "test_loss"), _reached(right, "test_loss")),
    ]
    rows += [
        Difference(label, word(left.context.settings), word(right.context.settings))
        for label, word in SETTINGS.items()
    ]
    rows.append(Difference("Parameters", _size(left), _size(right)))
    rows.append(Difference("Samples", count(left.context.data.count), _samples(left, right)))
    rows.append(Difference("Start", "its own", _start(left, right)))
    return [row for row in rows if row.left != row.right and {row.left, row.right} != {NOTHING}]


def _updates(run: Run) -> str:
    last = run.curve.last
    return count(int(last.update)) if last is not None else "0"


def _reached(run: Run, column: str) -> str:
    last = run.curve.last
    return (short(getattr(last, column), 3) if last is not None else "") or NOTHING


def _size(run: Run) -> str:
    return count(len(run.context.network.places))


def _samples(left: Run, right: Run) -> str:
    same = left.context.data is right.context.data or left.context.data == right.context.data
    number = count(right.context.data.count)
    return number if same or number != count(left.context.data.count) else f"{number} others"


def _start(left: Run, right: Run) -> str:
    """Whether both set out from the same numbers."""
    return "its own" if np.array_equal(left.start, right.start) else "other numbers"
