"""How runs are told apart: one line about each, and what differs between any two."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from engine.experiment.experiment import Experiment, PastRun
from engine.experiment.training import RunProgress
from engine.functions.initializers import INITIALIZERS
from engine.functions.optimizers import OPTIMIZERS, SCHEDULES
from engine.numerals import count, counted, short
from engine.settings import Settings

Word = Callable[[Settings], str]
Difference = tuple[str, str, str]  # what differs, and how it is left and right
MOST_TOLD = 2  # settings that tell a run apart
#: How a run is called whose settings have no name of their own.
UNNAMED = ("Run of ", "Updates up to ")


def _batch(settings: Settings) -> str:
    return "all" if settings.batch is None else count(settings.batch)


def _schedule(settings: Settings) -> str:
    schedule = settings.schedule
    used = [getattr(schedule, field) for field in SCHEDULES[schedule.kind].uses]
    told = ", ".join(count(one) if isinstance(one, int) else short(one) for one in used)
    return f"{schedule.kind} ({told})" if told else schedule.kind


def _optimizer(settings: Settings) -> str:
    chosen, row = settings.optimizer, OPTIMIZERS[settings.optimizer.kind]
    shares = [short(getattr(chosen, vector.share)) for vector in row.keeps if vector.share]
    return f"{row.short} {', '.join(shares)}".rstrip()


def _initializer(settings: Settings) -> str:
    chosen = settings.initializer
    size = f" {short(chosen.size)}" if INITIALIZERS[chosen.kind].uses_size else ""
    return f"{chosen.kind}{size}, bias {short(chosen.bias)}"


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
    "Optimiser": lambda s: OPTIMIZERS[s.optimizer.kind].short,
    "Batch": lambda s: f"batch {_batch(s)}",
    "L1 penalty": lambda s: f"L1 {short(s.l1)}",
    "L2 penalty": lambda s: f"L2 {short(s.l2)}",
    "Loss": lambda s: s.loss,
    "Schedule": lambda s: s.schedule.kind,
    "Shuffle": lambda s: "shuffled" if s.shuffle else "in order",
    "Seed": lambda s: f"seed {s.seed}",
}


def present_run(experiment: Experiment, running: RunProgress | None = None) -> PastRun:
    """The run that goes on now, as one of the list."""
    context, curve = experiment.context, experiment.curve
    if running is not None:
        context, curve = replace(context, settings=running.settings), running.curve
    return PastRun("This run", context, experiment.start, curve)


def sub_line(run: PastRun) -> str:
    """Where it came to, and under which settings."""
    last, settings = run.curve.last, run.context.settings
    reached = "" if last is None else f"loss {short(last.loss, settings.digits) or 'infinite'}, "
    return f"{reached}rate {short(settings.rate)}, batch {_batch(settings)}"


def all_settings(run: PastRun) -> str:
    """Every setting of a run, a line each."""
    settings = run.context.settings
    return "\n".join(f"{label}: {tell(settings)}" for label, tell in SETTINGS.items())


def differences(left: PastRun, right: PastRun) -> list[Difference]:
    """What is not the same in two runs: where they came to, then settings, network and samples."""
    then, now = left.context, right.context
    same_start = np.array_equal(left.start, right.start)
    rows = [
        ("Updates", count(_updates(left)), count(_updates(right))),
        ("Loss", _reached(left, "loss"), _reached(right, "loss")),
        ("Test loss", _reached(left, "test_loss"), _reached(right, "test_loss")),
        *((label, tell(then.settings), tell(now.settings)) for label, tell in SETTINGS.items()),
        ("Parameters", count(len(then.network.places)), count(len(now.network.places))),
        ("Samples", count(then.data.count), _samples(left, right)),
        ("Start", "its own", "its own" if same_start else "other numbers"),
    ]
    return [row for row in rows if row[1] != row[2]]


def names_of(present: PastRun, over: Sequence[PastRun]) -> list[tuple[str, str]]:
    """What to call each run that is over, apart from all others; and shorter, at a line's end."""
    own = ["" if run.title.startswith(UNNAMED) else run.title for run in over]
    ends = [name or telling(present, run) for name, run in zip(own, over, strict=True)]
    names: list[str] = []
    for number, end in enumerate(ends, start=1):
        name = end if own[number - 1] else f"Run {number}, {end}"
        names.append(f"{name} ({number})" if name in names else name)
    return [
        (name, end if ends.count(end) == 1 else name.partition(",")[0])
        for name, end in zip(names, ends, strict=True)
    ]


def telling(present: PastRun, run: PastRun) -> str:
    """What tells a run apart from the present one: its settings, its start, or how far it came."""
    now, then = present.context.settings, run.context.settings
    found = [
        tell(then) for label, tell in SHORT.items() if SETTINGS[label](now) != SETTINGS[label](then)
    ]
    if not found and not np.array_equal(present.start, run.start):
        found = ["another start"]
    return ", ".join(found[:MOST_TOLD]) or counted(_updates(run), "update")


def _updates(run: PastRun) -> int:
    last = run.curve.last
    return int(last.update) if last is not None else 0


def _reached(run: PastRun, column: str) -> str:
    last, digits = run.curve.last, run.context.settings.digits
    return (short(getattr(last, column), digits) if last is not None else "") or "–"


def _samples(left: PastRun, right: PastRun) -> str:
    same = left.context.data is right.context.data or left.context.data == right.context.data
    number = count(right.context.data.count)
    return number if same or number != count(left.context.data.count) else f"{number} others"
