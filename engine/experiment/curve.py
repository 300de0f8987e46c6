"""The curve of learning: the loss over all rows at chosen updates, and what goes with it."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from math import isfinite
from typing import NamedTuple

import numpy as np

from engine.data import Rows
from engine.experiment.trace import losses_of, penalty_of, reduced
from engine.experiment.walk import Context, EpochPosition, batch_size, epoch_position_after
from engine.functions import Floats, frozen
from engine.functions.losses import classes_of, looks_like_classes, loss
from engine.program.program import Runner

MOST_POINTS = 20_000
EVERY_UPDATE_UNTIL = 1000
CHEAP_ROWS = 2000
CHUNK = 4096
NAN = float("nan")
EMPTY: Floats = np.empty(0)
# Tried on 4,889 runs (12 sets, 3 optimisers, 3 sizes of batch, rates from 0.001 to 5): 753 are said
# to go up and down, and of 750 a fifth of the rate makes the loss at least a tenth less, as a rule
# a third of it.
LAST_POINTS, FEWEST_POINTS = 20, 10  # of the curve that are looked at
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

    def with_points(self, points: list[Point]) -> "Curve":
        if not points:
            return self
        blocks = (*self.blocks, frozen(np.array(points, dtype=np.float64)))
        while len(blocks) > 1 and len(blocks[-2]) <= len(blocks[-1]):
            blocks = (*blocks[:-2], frozen(np.concatenate(blocks[-2:])))
        longer = Curve(blocks)
        return longer.thinned(1) if longer.count > MOST_POINTS else longer

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
    whole = table[:, Point._fields.index("loss")]
    losses = whole[-LAST_POINTS:][table[-LAST_POINTS:, 0] >= since]
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
    """Loss and accuracy over whole parts of the data, rounded as its updates are; owns runners."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self._runners: dict[int, Runner] = {}

    @cached_property
    def classifies(self) -> bool:
        return is_classification(self.context)

    @cached_property
    def training(self) -> _Part:
        return self._part(self.context.data.training)

    @cached_property
    def testing(self) -> _Part:
        return self._part(self.context.data.testing)

    def summary(self, parameters: Floats, part: _Part) -> tuple[float, float]:
        """Loss and accuracy over these rows; NaN where there are none."""
        if not len(part.rows):
            return NAN, NAN
        found = [self._losses(parameters, head) for head in part.heads]
        total = reduced(_joined([losses for losses, _ in found]), self.context.settings)
        if not self.classifies:
            return total, NAN
        answered = classes_of(_joined([answers for _, answers in found]), self.context.data.middle)
        return total, np.count_nonzero(answered == part.classes) / len(part.rows)

    def batch_loss(self, runner: Runner) -> float:
        """The loss of the batch that this runner took last, as a pass tells it."""
        return reduced(losses_of(runner, self.context.data.middle), self.context.settings)

    @np.errstate(all="ignore")
    def point(
        self, parameters: Floats, update: int, epoch: float, batch_loss: float = NAN,
        gradient_norm: float = NAN, change: float = NAN,
    ) -> Point:  # fmt: skip
        """The point of the curve at that update; what is too large for a number is left out."""
        context = self.context
        train, accuracy = self.summary(parameters, self.training)
        test, test_accuracy = self.summary(parameters, self.testing)
        penalty = penalty_of(context.program, context.settings, parameters)
        numbers = (train, test, batch_loss, penalty, accuracy, test_accuracy, gradient_norm, change)
        shown = (number if isfinite(number) else NAN for number in numbers)
        return Point(float(update), epoch, *shown)

    def _losses(self, parameters: Floats, head: Floats) -> tuple[Floats, Floats]:
        """The loss of every output and sample, and the values of the outputs."""
        context, size = self.context, head.shape[1]
        if size not in self._runners:
            self._runners[size] = context.program.runner(context.settings, size)
        runner = self._runners[size]
        runner.load(parameters)
        runner.forward(head)
        return losses_of(runner, context.data.middle), runner.outputs()

    def _part(self, rows: Rows) -> _Part:
        data, program = self.context.data, self.context.program
        known = data.target_rows(rows).T
        chunks = [rows[start : start + CHUNK] for start in range(0, len(rows), CHUNK)]
        return _Part(
            rows,
            tuple(program.heads(data.input_rows(c), data.target_rows(c)) for c in chunks),
            classes_of(known, data.middle) if self.classifies else EMPTY,
        )


def _joined(parts: list[Floats]) -> Floats:
    return parts[0] if len(parts) == 1 else np.concatenate(parts, axis=1)


def is_classification(context: Context) -> bool:
    """Whether the loss compares classes, or all training targets are one of two marks."""
    chosen, data = loss(context.settings.loss), context.data
    return chosen.classifies or (
        chosen.has_targets and looks_like_classes(data.target_rows(data.training))
    )


def has_point(context: Context, update: int, epoch_ended: bool) -> bool:
    """Whether the curve has a point there: every update at first, then at the end of an epoch.

    Where there are many rows, a point costs many updates; then only the ends of epochs have one.
    """
    return epoch_ended or update <= (EVERY_UPDATE_UNTIL if context.data.count <= CHEAP_ROWS else 0)


def updates_with_point(
    context: Context, updates: int, turn: EpochPosition, last: int
) -> tuple[range, range]:
    """Those that have a point, from this update and turn on: each at first, then ends of epochs."""
    settings, data = context.settings, context.data
    each = max(updates, min(last, EVERY_UPDATE_UNTIL)) if data.count <= CHEAP_ROWS else updates
    turn = epoch_position_after(settings, data, turn, each - updates)
    rows, size = len(data.training), batch_size(settings, data)
    left = -(-(rows - turn.row) // size)
    return range(updates + 1, each + 1), range(each + left, last + 1, -(-rows // size))


def thinnings(count: int, coming: int) -> int:
    """How often a curve of so many points is thinned while so many more come, one by one."""
    return max(0, -(-(count + coming - MOST_POINTS) // (MOST_POINTS // 2)))


def points_kept(count: int, coming: int) -> Iterator[int]:
    """The numbers, counted from 1, of the points that will still be there in the end."""
    place, number, times = count, 0, thinnings(count, coming)
    while number < coming:
        skipped = -place % (1 << times)
        if place + skipped <= MOST_POINTS:
            number, place = number + skipped + 1, place + skipped + 1
            yield number
        else:
            number, place = number + MOST_POINTS + 1 - place, MOST_POINTS + 1
        if place > MOST_POINTS:
            place, times = MOST_POINTS // 2 + 1, times - 1
