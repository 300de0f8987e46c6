"""Runs: their numbers over updates as they can be drawn, and how they are told apart."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from engine.experiment.experiment import Experiment, PastRun
from engine.experiment.history import History
from engine.experiment.training import RunProgress
from engine.functions import Floats
from engine.functions.initializers import INITIALIZERS
from engine.functions.optimizers import OPTIMIZERS, SCHEDULES
from engine.network import Place
from engine.numerals import count, counted, short
from engine.settings import Settings

MOST_POINTS = 200_000
LARGEST = 1e30  # beyond it the pixels of a plot are no numbers any more
Series = tuple[Floats, Floats]
Live = Sequence[tuple[int, float]]

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


def drawable(values: Floats) -> Floats:
    """The same numbers, NaN where one is not finite or too large to be drawn."""
    numbers = np.asarray(values, dtype=np.float64)
    with np.errstate(invalid="ignore"):
        return np.where(np.abs(numbers) <= LARGEST, numbers, np.nan)


def series(history: History, place: Place) -> Series:
    """A parameter after every update that is kept."""
    stride = 1 + sum(segment.keyframes for segment in history) // MOST_POINTS
    xs: list[Floats] = [np.empty(0)]
    ys: list[Floats] = [np.empty(0)]
    for segment in history:
        index = segment.context.network.place_index.get(place)
        if index is None:
            continue
        values = np.concatenate([block[:, index] for block in segment.blocks])[::stride]
        xs.append(segment.first + segment.spacing * stride * np.arange(len(values), dtype=float))
        ys.append(values)
    return np.concatenate(xs), drawable(np.concatenate(ys))


def longer(begun: Series, live: Live) -> Series:
    """The same, and what was seen of it since."""
    seen = np.array(live, dtype=float).reshape(-1, 2)
    return np.concatenate([begun[0], seen[:, 0]]), np.concatenate([begun[1], drawable(seen[:, 1])])


def ends_of(series: Sequence[Series]) -> tuple[float, float] | None:
    """The first update and the last of all; None where there is none."""
    ends = [xs[[0, -1]] for xs, _ in series if len(xs)]
    return (float(np.min(ends)), float(np.max(ends))) if ends else None


def between(xs: Floats, left: float, right: float) -> slice:
    """The points between two updates, and one more on either side."""
    first, last = np.searchsorted(xs, (left, right))
    return slice(max(0, int(first) - 1), min(len(xs), int(last) + 1))


def thinned(series: Series, left: float, right: float, columns: int) -> Series:
    """The lowest and the highest number of each of so many columns, in the order they come in.

    Points may be far apart here and close there; those that are far apart stay as they are.
    """
    xs, ys = (part[between(series[0], left, right)] for part in series)
    if len(xs) <= 2 * columns:
        return xs, ys
    edges = np.searchsorted(xs, np.linspace(left, right, columns + 1))
    starts = np.unique(np.append(0, edges.clip(0, len(xs) - 1)))
    ends = np.append(starts[1:], len(xs)) - 1
    low, high = np.fmin.reduceat(ys, starts), np.fmax.reduceat(ys, starts)
    with np.errstate(invalid="ignore"):  # a column may begin or end without a number
        rising = ys[ends] >= ys[starts]
    both = np.stack([np.where(rising, low, high), np.where(rising, high, low)], axis=1)
    return np.stack([xs[starts], xs[ends]], axis=1).ravel(), both.ravel()


def nearest(xs: Floats, update: float) -> int:
    """Which point is the nearest to an update, of one at least."""
    right = int(np.clip(np.searchsorted(xs, update), 0, len(xs) - 1))
    left = max(0, right - 1)
    return left if abs(xs[left] - update) <= abs(xs[right] - update) else right


def last_known(series: Series, left: float, right: float) -> int | None:
    """The last point from one update to another where there is a number."""
    xs, ys = series
    first, last = np.searchsorted(xs, left), np.searchsorted(xs, right, "right")
    if last > first and np.isfinite(ys[last - 1]):
        return int(last) - 1
    known = np.flatnonzero(np.isfinite(ys[first:last]))
    return int(first + known[-1]) if len(known) else None


def height_at(series: Series, update: float) -> float:
    """The number there, between two points if need be; NaN beyond the last."""
    xs, ys = series
    known = np.isfinite(ys)
    if not known.any():
        return float("nan")
    return float(np.interp(update, xs[known], ys[known], np.nan, np.nan))


def columns_of(series: Sequence[Series]) -> list[Floats]:
    """Every update that has a point, and what each is there, NaN where it has none."""
    updates = np.unique(np.concatenate([xs for xs, _ in series]))
    columns = [updates]
    for xs, ys in series:
        column = np.full(len(updates), np.nan)
        column[np.searchsorted(updates, xs)] = ys
        columns.append(column)
    return columns
