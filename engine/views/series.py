"""Numbers over updates as they can be drawn: what is recorded of a parameter, and what follows."""

from collections.abc import Sequence

import numpy as np

from engine.experiment.history import History
from engine.functions import Floats
from engine.network import Place

MOST_POINTS = 200_000
LARGEST = 1e30  # beyond it the pixels of a plot are no numbers any more

Series = tuple[Floats, Floats]
Live = Sequence[tuple[int, float]]


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
