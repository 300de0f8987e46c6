"""The curve of learning: the loss over all rows at chosen updates, and what goes with it."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from engine.data import Rows
from engine.experiment.trace import losses_at, penalty_of, reduced_each
from engine.experiment.walk import Context, EpochPosition, batch_size
from engine.functions import Floats, frozen
from engine.functions.losses import classes_of, loss
from engine.program.program import CACHED, OutputNumbers, PassEnd, Runner

MOST_POINTS = 20_000
EVERY_UPDATE_UNTIL = 1000
CHEAP_ROWS = 2000
CHUNK = 4096
# Passes that are made side by side: each number of them needs a runner of its own. One alone is not
# among them, since its products may end in other bits than those of several.
SIDE_BY_SIDE = (4, 8, 16, 32, 64)
# What the calls of an update and of a point cost, in multiply-adds of a small matrix (measured).
CALLS_OF_UPDATE, CALLS_OF_POINT, ACTIVATION = 32_000, 75_000, 10
# Times the work of a point is done between two: with all else about a tenth. With all rows in a
# batch an update is an epoch, and a run has fewer of them.
SHARE, SHARE_OF_ALL = 32, 8
FIRST, ALLOWED = 2, 8  # updates: each has a point, the more of them the more work is allowed
FEW_ROWS, FIRST_OF_FEW = 50, 32  # where there are so few samples, each update is worth seeing
CHEAP_POINT = 4_000_000  # multiply-adds: nobody notices one more
NAN = float("nan")
EMPTY: Floats = np.empty(0)
# Tried on 4,649 runs of 100 epochs (6 sets with and without noise, with a hidden layer and without,
# 3 optimisers, 3 sizes of batch, rates from 0.001 to 5): 685 are said to go up and down, and of 663
# a fifth of the rate makes the loss at least a tenth less, as a rule a third of it.
LAST_POINTS, FEWEST_POINTS = 20, 6  # of the curve that are looked at
EARLY = 0.25  # of the updates: how it began says nothing of how it goes on, and has many points
TO_AND_FRO = 0.6  # of the way, there and back
STRIDE, STRIDE_OF_ALL = 0.2, 0.1  # a mean step as a part of the loss; without noise less will do
SEEN = 0.01  # the same as a part of the first loss; less is not seen on the curve


class Point(NamedTuple):
    """What is known at one update; NaN where it does not apply."""

    update: float
    epoch: float
    loss: float
    test_loss: float = NAN
    batch_loss: float = NAN
    penalty: float = 0.0
    accuracy: float = NAN
    test_accuracy: float = NAN
    gradient_norm: float = NAN
    change: float = NAN


WIDTH = len(Point._fields)
KNOWN = [Point._fields.index(name) for name in
         ("update", "epoch", "batch_loss", "gradient_norm", "change")]  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """Points in order of their update, as blocks of rows; bounded by leaving out every second."""

    blocks: tuple[Floats, ...] = ()

    @property
    def count(self) -> int:
        return sum(len(block) for block in self.blocks)

    @property
    def table(self) -> Floats:
        """All points, (points × fields of `Point`)."""
        return np.concatenate(self.blocks) if self.blocks else np.empty((0, WIDTH))

    def column(self, name: str) -> Floats:
        return np.asarray(self.table[:, Point._fields.index(name)])

    @property
    def last(self) -> Point | None:
        return Point(*self.blocks[-1][-1].tolist()) if self.blocks else None

    def at(self, update: int) -> Point | None:
        table = self.table
        row = int(np.searchsorted(table[:, 0], update))
        found = row < len(table) and table[row, 0] == update
        return Point(*table[row].tolist()) if found else None

    def with_points(self, points: Sequence[Sequence[float]] | Floats) -> "Curve":
        """The same as if they came one by one, also where every second point has to go."""
        if not len(points):
            return self
        room = MOST_POINTS + 1 - self.count
        if len(points) >= room:
            return self._joined(points[:room]).thinned(1).with_points(points[room:])
        return self._joined(points)

    def _joined(self, points: Sequence[Sequence[float]] | Floats) -> "Curve":
        blocks = (*self.blocks, frozen(np.array(points, dtype=np.float64)))
        while len(blocks) > 1 and len(blocks[-2]) <= len(blocks[-1]):
            blocks = (*blocks[:-2], frozen(np.concatenate(blocks[-2:])))
        return Curve(blocks)

    def thinned(self, times: int) -> "Curve":
        """Every second point, so many times over."""
        return Curve((frozen(self.table[:: 1 << times].copy()),)) if times else self

    def cut_after(self, update: int) -> "Curve":
        table = self.table
        kept = table[table[:, 0] <= update]
        if len(kept) == len(table):
            return self
        return Curve((frozen(kept),)) if len(kept) else Curve()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Curve) and np.array_equal(self.table, other.table, equal_nan=True)


def goes_up_and_down(curve: Curve, since: int = 0, all_rows: bool = False) -> bool:
    """Whether the loss goes to and fro in large steps and gets nowhere: the rate may be too high.

    The ways up and down between the last points are added up. A loss that falls hardly goes up
    again, and the noise of small batches at a good rate moves it little beside what it is; with
    `all_rows` in every batch there is no noise.
    """
    table = curve.table
    whole, updates = table[:, Point._fields.index("loss")], table[-LAST_POINTS:, 0]
    late = updates >= since + EARLY * np.maximum(0, updates[-1:] - since)
    losses = whole[-LAST_POINTS:][late]
    if len(losses) < FEWEST_POINTS or not np.isfinite(losses).all():
        return False
    steps, first = np.diff(losses), whole[0]
    up, down = float(steps[steps > 0].sum()), float(-steps[steps < 0].sum())
    stride = STRIDE_OF_ALL if all_rows else STRIDE
    least = max(stride * float(np.abs(losses).mean()), SEEN * abs(first)) * len(steps)
    return bool(0 < least <= up + down and 2 * min(up, down) >= TO_AND_FRO * (up + down))


class _Part(NamedTuple):
    """Some rows of the data as a program takes them, and their true classes."""

    rows: Rows
    heads: tuple[Floats, ...]
    classes: Floats


class Evaluator:
    """Loss and accuracy over whole parts of the data, rounded as its updates are; owns runners.

    Several sets of parameters are evaluated side by side: it costs less than one after the other.
    """

    def __init__(self, context: Context) -> None:
        self.context = context
        self._runners: dict[tuple[int, int], Runner] = {}

    @cached_property
    def classifies(self) -> bool:
        return is_classification(self.context)

    @cached_property
    def training(self) -> _Part:
        return self._part(self.context.data.training)

    @cached_property
    def testing(self) -> _Part:
        return self._part(self.context.data.testing)

    def close(self) -> None:
        """Nobody evaluates any more."""
        self.context.program.give_back(self._runners.values())

    def summary(self, parameters: Floats, part: _Part) -> tuple[float, float]:
        """Loss and accuracy over these rows; NaN where there are none."""
        alone = _filled_up(parameters[None], self._most(min(self.context.data.count, CHUNK)))
        total, accuracy = self._summaries(alone, part)[0].tolist()
        return total, accuracy

    @np.errstate(all="ignore")
    def points(self, parameters: Floats, known: Floats) -> Floats:
        """A row of the curve for each row of parameters, with the columns of `KNOWN` as given.

        What is too large for a number is left out.
        """
        context, count = self.context, len(parameters)
        table = np.full((count, WIDTH), NAN)
        table[:, KNOWN] = known
        most = self._most(min(context.data.count, CHUNK))
        parts = [(self.training, 2), (self.testing, 3)][: 1 + bool(len(context.data.testing))]
        for start in range(0, count, most):
            some = _filled_up(parameters[start : start + most], most)
            for part, column in parts:
                found = self._summaries(some, part)[: count - start]
                table[start : start + most, column : column + 5 : 4] = found  # and the accuracy
        table[:, 5] = [penalty_of(context.program, context.settings, row) for row in parameters]
        table[~np.isfinite(table)] = NAN
        return table

    @np.errstate(all="ignore")
    def passes(self, ends: Sequence[PassEnd]) -> Floats:
        """The loss of each of these passes, and how long its gradient is: columns.

        The loss is NaN where any value of the pass is no number.
        """
        table = np.empty((len(ends), 2))
        sizes = [end.outputs.values.shape[1] for end in ends]
        for size in set(sizes):  # as a rule there is one
            which = [k for k, each in enumerate(sizes) if each == size]
            outputs = zip(*(ends[k].outputs for k in which), strict=True)
            numbers = OutputNumbers(*(np.concatenate(arrays, 1) for arrays in outputs))
            each = losses_at(self.context.settings, numbers, self.context.data.middle)
            split = each.reshape(len(each), len(which), size)
            table[which, 0] = reduced_each(split, self.context.settings)
        table[[k for k, end in enumerate(ends) if not end.is_finite], 0] = NAN
        gradients = np.array([end.gradient for end in ends])
        table[:, 1] = np.sqrt(np.vecdot(gradients, gradients))
        return table

    def _most(self, columns: int) -> int:
        """How many passes side by side have their numbers in the cache."""
        most = CACHED // (columns * self.context.program.plan.row_count)
        return next((size for size in reversed(SIDE_BY_SIDE) if size <= most), 1)

    def _after(self, parameters: Floats, heads: Floats) -> Runner:
        """The runner that has taken these samples forward, with each row of parameters."""
        context, key = self.context, (len(parameters), heads.shape[-1])
        if key not in self._runners:
            self._runners[key] = context.program.runner(context.settings, key[1], stack=key[0])
        runner = self._runners[key]
        runner.load(parameters)
        runner.forward(heads)
        return runner

    def _summaries(self, parameters: Floats, part: _Part) -> Floats:
        """Loss and accuracy for each row of parameters; NaN where there are no samples."""
        count, rows = len(parameters), len(part.rows)
        found = np.full((count, 2), NAN)
        if not rows:
            return found
        settings, middle = self.context.settings, self.context.data.middle
        losses, classes = list[Floats](), list[Floats]()
        for head in part.heads:
            numbers = self._after(parameters, head).output_numbers()
            each = losses_at(settings, numbers, middle)
            losses.append(each.reshape(len(each), count, -1))
            if self.classifies:
                classes.append(classes_of(numbers.values, middle).reshape(count, -1))
        found[:, 0] = reduced_each(_joined(losses), settings)
        if self.classifies:
            found[:, 1] = np.count_nonzero(_joined(classes) == part.classes, axis=1) / rows
        return found

    def _part(self, rows: Rows) -> _Part:
        data, program = self.context.data, self.context.program
        known = data.target_rows(rows).T
        chunks = [rows[start : start + CHUNK] for start in range(0, len(rows), CHUNK)]
        return _Part(
            rows,
            tuple(program.heads(data.input_rows(c), data.target_rows(c)) for c in chunks),
            classes_of(known, data.middle) if self.classifies else EMPTY,
        )


def _filled_up(rows: Floats, most: int) -> Floats:
    """As many as some runner takes, the last of them repeated."""
    size = min(most, next(size for size in SIDE_BY_SIDE if size >= len(rows)))
    more = size - len(rows)
    return np.concatenate([rows, rows[-1:].repeat(more, 0)]) if more else rows


def _joined(parts: list[Floats]) -> Floats:
    """Along the samples."""
    return parts[0] if len(parts) == 1 else np.concatenate(parts, axis=-1)


def is_classification(context: Context) -> bool:
    """Whether the loss compares classes, or all training targets are one of two marks."""
    chosen = loss(context.settings.loss)
    return chosen.classifies or (chosen.has_targets and context.data.has_classes)


def has_point(context: Context, update: int, epoch_ended: bool) -> bool:
    """Whether a step leaves a point there: every one at first, then the one that ends an epoch.

    Where there are many rows, a point costs many updates; then only the ends of epochs have one.
    """
    return epoch_ended or update <= (EVERY_UPDATE_UNTIL if context.data.count <= CHEAP_ROWS else 0)


def work_of_update(context: Context) -> int:
    """Multiply-adds of an update, and what its calls cost besides, counted in them."""
    rows = batch_size(context.settings, context.data)
    return CALLS_OF_UPDATE + 3 * rows * len(context.network.places)


def work_of_point(context: Context) -> int:
    """The same of a point of the curve: a pass over all rows."""
    rows, network = context.data.count, context.network
    return CALLS_OF_POINT + rows * (len(network.places) + ACTIVATION * len(network.nodes))


@dataclass(frozen=True, slots=True)
class PointSchedule:
    """Which updates of a run have a point of the curve. It depends on nothing but the experiment.

    Each update up to one, then some that stand farther and farther `apart`; after those every
    so manieth update, and the end of every so manieth epoch.
    """

    each: int
    apart: tuple[int, ...]
    every: int
    epochs: int
    rows: int
    size: int

    def next_after(self, update: int, turn: EpochPosition) -> int:
        """The first update with a point after this one, which has left training at that turn."""
        if update < self.each:
            return update + 1
        more = -(turn.epoch + 1) % self.epochs
        end = update - (turn.row - self.rows) // self.size + more * -(-self.rows // self.size)
        if self.apart and update < self.apart[-1]:
            early = self.apart[bisect_right(self.apart, update)]
            return min(early, end) if self.epochs == 1 else early
        return min(end, (update // self.every + 1) * self.every) if self.every else end


def schedule_of(context: Context, as_steps: bool = False) -> PointSchedule:
    """Points that cost about a tenth of what learning costs; none farther off than an epoch ...

    ... where a rule looks at them. A loss that goes up and down from update to update, or from
    epoch to epoch, must be seen: the distances are odd.
    """
    settings, data = context.settings, context.data
    rows, size = len(data.training), batch_size(settings, data)
    if as_steps:
        each = EVERY_UPDATE_UNTIL if data.count <= CHEAP_ROWS else 0
        return PointSchedule(each, (), 0, 1, rows, size)
    update, point, epoch = work_of_update(context), work_of_point(context), -(-rows // size)
    apart = -(-point * (SHARE if size < rows else SHARE_OF_ALL) // update) | 1
    every, epochs = (apart, 1) if 2 * apart < epoch else (0, -(-apart // epoch) | 1)
    if settings.stops.look_at_points:
        epochs = 1
    between = every or epochs * epoch
    few_rows = data.count <= FEW_ROWS
    first = (FIRST_OF_FEW if few_rows else FIRST) if point <= CHEAP_POINT else 1
    last = each = max(first, ALLOWED * update // point)
    growing = list[int]()
    while last < between:
        last += min(max(last // 4 if few_rows else 3 * last, between // 32), between)
        growing.append(last)
    return PointSchedule(each, tuple(growing), every, epochs, rows, size)
