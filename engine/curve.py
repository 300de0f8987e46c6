"""The curve of learning: the loss over all rows at chosen updates, and what goes with it."""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from engine.calls import Floats, frozen
from engine.data import Rows
from engine.losses import classes_of, looks_like_classes, loss, middle_of
from engine.runner import Runner
from engine.trace import penalty_of, reduced
from engine.walk import Context

MOST_POINTS = 20_000
EVERY_UPDATE_UNTIL = 1000
CHEAP_ROWS = 2000
CHUNK = 4096
NAN = float("nan")


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
        """How many points there are."""
        return sum(len(block) for block in self.blocks)

    @property
    def table(self) -> Floats:
        """All points, (points × fields of `Point`)."""
        return np.concatenate(self.blocks) if self.blocks else np.empty((0, WIDTH))

    def column(self, name: str) -> Floats:
        """One quantity at every point."""
        return np.asarray(self.table[:, Point._fields.index(name)])

    @property
    def last(self) -> Point | None:
        """The newest point."""
        return Point(*self.blocks[-1][-1].tolist()) if self.blocks else None

    def with_points(self, points: list[Point]) -> "Curve":
        """The curve with these points behind it."""
        if not points:
            return self
        blocks = (*self.blocks, frozen(np.array(points, dtype=np.float64)))
        while len(blocks) > 1 and len(blocks[-2]) <= len(blocks[-1]):
            blocks = (*blocks[:-2], frozen(np.concatenate(blocks[-2:])))
        longer = Curve(blocks)
        return Curve((frozen(longer.table[::2].copy()),)) if longer.count > MOST_POINTS else longer

    def cut_after(self, update: int) -> "Curve":
        """The points up to that update."""
        table = self.table
        kept = table[table[:, 0] <= update]
        if len(kept) == len(table):
            return self
        return Curve((frozen(kept),)) if len(kept) else Curve()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Curve) and np.array_equal(self.table, other.table, equal_nan=True)


class Evaluator:
    """Loss and accuracy over whole parts of the data; owns its runners."""

    def __init__(self, context: Context) -> None:
        self.context = context
        data = context.data
        self._heads = context.program.heads(data.input_rows(), data.target_rows())
        self._runners: dict[int, Runner] = {}
        self._value = loss(context.settings.loss).value

    @cached_property
    def middle(self) -> float:
        """What separates two classes."""
        return middle_of(self.context.data.target_rows(self.context.data.training))

    @cached_property
    def classifies(self) -> bool:
        """Whether the task is a classification."""
        return is_classification(self.context)

    def losses(self, parameters: Floats, rows: Rows) -> tuple[Floats, Floats]:
        """The loss of every output and row, and the values of the outputs, (outputs × rows)."""
        losses, answers = [], []
        for start in range(0, len(rows), CHUNK):
            part = rows[start : start + CHUNK]
            runner = self._runner(len(part))
            runner.load(parameters)
            runner.forward(self._heads[:, part])
            outputs = runner.outputs()
            targets = self._heads[: len(outputs), part]
            losses.append(self._value(outputs, targets, runner.output_sums(), self.middle))
            answers.append(outputs)
        return np.concatenate(losses, axis=1), np.concatenate(answers, axis=1)

    def summary(self, parameters: Floats, rows: Rows) -> tuple[float, float]:
        """Loss and accuracy over these rows; NaN where there are none."""
        if not len(rows):
            return NAN, NAN
        losses, answers = self.losses(parameters, rows)
        total = reduced(losses, self.context.settings)
        if not self.classifies:
            return total, NAN
        targets = self._heads[: len(answers), rows]
        right = classes_of(answers, self.middle) == classes_of(targets, self.middle)
        return total, float(right.mean())

    def batch_loss(self, runner: Runner) -> float:
        """The loss of the batch that this runner took last."""
        losses = self._value(runner.outputs(), runner.targets(), runner.output_sums(), self.middle)
        return reduced(losses, self.context.settings)

    def point(
        self, parameters: Floats, update: int, epoch: float, batch_loss: float = NAN,
        gradient_norm: float = NAN, change: float = NAN,
    ) -> Point:  # fmt: skip
        """The point of the curve at that update; what is too large for a number is left out."""
        context = self.context
        train, accuracy = self.summary(parameters, context.data.training)
        test, test_accuracy = self.summary(parameters, context.data.testing)
        penalty = penalty_of(context.program, context.settings, parameters)
        numbers = (train, test, batch_loss, penalty, accuracy, test_accuracy, gradient_norm, change)
        shown = (number if np.isfinite(number) else NAN for number in numbers)
        return Point(float(update), epoch, *shown)

    def _runner(self, size: int) -> Runner:
        if size not in self._runners:
            context = self.context
            self._runners[size] = context.program.runner(context.settings, size)
        return self._runners[size]


def is_classification(context: Context) -> bool:
    """Whether the loss compares classes, or all training targets are one of two marks."""
    if loss(context.settings.loss).classifies:
        return True
    if not loss(context.settings.loss).has_targets:
        return False
    return looks_like_classes(context.data.target_rows(context.data.training))


def has_point(context: Context, update: int, epoch_ended: bool) -> bool:
    """Whether the curve has a point there: every update at first, then at the end of an epoch.

    Where there are many rows, a point costs many updates; then only the ends of epochs have one.
    """
    every = update <= EVERY_UPDATE_UNTIL and context.data.count <= CHEAP_ROWS
    return epoch_ended or every
