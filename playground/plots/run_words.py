"""How runs are told apart: one line about each, and what differs between any two."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from engine.experiment import Experiment, Run
from engine.numerals import count, counted, short
from engine.settings import Settings
from engine.training import Progress

Word = Callable[[Settings], str]
NOTHING = "–"
MOST_TOLD = 2
#: How the engine calls a run whose settings have no name of their own.
UNNAMED = ("Run of ", "Updates up to ")


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

#: The same in a word or two.
SHORT: dict[str, Word] = {
    "Rate": lambda s: f"rate {short(s.rate)}",
    "Optimiser": lambda s: _optimizer(s).partition(" ")[0],
    "Batch": lambda s: f"batch {_batch(s)}",
    "L1 penalty": lambda s: f"L1 {short(s.l1)}",
    "L2 penalty": lambda s: f"L2 {short(s.l2)}",
    "Loss": lambda s: s.loss,
    "Schedule": lambda s: s.schedule.kind,
    "Shuffle": lambda s: "shuffled" if s.shuffle else "in order",
    "Seed": lambda s: f"seed {s.seed}",
}


def present_run(experiment: Experiment, running: Progress | None = None) -> Run:
    """The run that goes on now, as one of the list."""
    context, curve = experiment.context, experiment.curve
    if running is not None:
        context, curve = replace(context, settings=running.settings), running.curve
    return Run("This run", context, experiment.start, curve)


def sub_line(run: Run) -> str:
    """Where it came to, and under which settings."""
    last, settings = run.curve.last, run.context.settings
    reached = (
        f"loss {short(last.loss, settings.digits) or 'infinite'}, " if last is not None else ""
    )
    return f"{reached}rate {short(settings.rate)}, batch {_batch(settings)}"


def all_settings(run: Run) -> str:
    """Every setting of a run, a line each."""
    settings = run.context.settings
    return "\n".join(f"{label}: {tell(settings)}" for label, tell in SETTINGS.items())


def differences(left: Run, right: Run) -> list[Difference]:
    """What is not the same in two runs: where they came to, then settings, network and samples."""
    rows = [
        Difference("Updates", count(_updates(left)), count(_updates(right))),
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


def names_of(present: Run, over: Sequence[Run]) -> list[str]:
    """A name for each run that is over: its own, else its number and what tells it apart."""
    names: list[str] = []
    for number, run in enumerate(over, start=1):
        own = own_name(run)
        name = own or f"Run {number}, {telling(present, run)}"
        names.append(f"{name} ({number})" if name in names else name)
    return names


def ends_of(present: Run, over: Sequence[Run], names: Sequence[str]) -> list[str]:
    """The same for the ends of lines, where there is little room."""
    told = [own_name(run) or telling(present, run) for run in over]
    return [
        short_name if told.count(short_name) == 1 else name.partition(",")[0]
        for short_name, name in zip(told, names, strict=True)
    ]


def own_name(run: Run) -> str:
    """The name of the settings it was made with; "" where they have none."""
    return "" if run.title.startswith(UNNAMED) else run.title


def telling(present: Run, run: Run) -> str:
    """What tells a run apart from the present one: its settings, its start, or how far it came."""
    now, then = present.context.settings, run.context.settings
    found = [
        tell(then) for label, tell in SHORT.items() if SETTINGS[label](now) != SETTINGS[label](then)
    ]
    if not found and not np.array_equal(present.start, run.start):
        found = ["another start"]
    return ", ".join(found[:MOST_TOLD]) or counted(_updates(run), "update")


def _updates(run: Run) -> int:
    last = run.curve.last
    return int(last.update) if last is not None else 0


def _reached(run: Run, column: str) -> str:
    last, digits = run.curve.last, run.context.settings.digits
    return (short(getattr(last, column), digits) if last is not None else "") or NOTHING


def _size(run: Run) -> str:
    return count(len(run.context.network.places))


def _samples(left: Run, right: Run) -> str:
    same = left.context.data is right.context.data or left.context.data == right.context.data
    number = count(right.context.data.count)
    return number if same or number != count(left.context.data.count) else f"{number} others"


def _start(left: Run, right: Run) -> str:
    """Whether both set out from the same numbers."""
    return "its own" if np.array_equal(left.start, right.start) else "other numbers"
