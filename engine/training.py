"""Training as a generator: it yields what the window shows and returns the experiment at the end.

It looks at no clock and belongs to no thread; whoever pulls it decides how fast it goes.
"""

from collections.abc import Generator
from dataclasses import dataclass, replace

import numpy as np

from engine.calls import Floats
from engine.curve import Curve, Evaluator, Point, has_point
from engine.epochs import Turn, batch_size, next_turn
from engine.errors import Refused
from engine.experiment import (
    Ending,
    Experiment,
    cut_past,
    in_context,
    with_first_point,
    without_pass,
)
from engine.history import bounded, with_updates
from engine.settings import Settings, check, without_rounding
from engine.stepping import too_high
from engine.stopping import Watch, ending_at
from engine.trace import record
from engine.walk import Position, Walk

SLICE_MICROSECONDS = 3000.0
MOST_IN_SLICE = 512


@dataclass(frozen=True, slots=True)
class Goal:
    """How far to go at most; None leaves it to the stop rules."""

    updates: int | None = None
    epochs: int | None = None


@dataclass(frozen=True, slots=True)
class Command:
    """What may be said to a run between two slices: other settings, how far, or to stop."""

    settings: Settings | None = None
    most: int | None = None
    stop: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Progress:
    """A snapshot of a run."""

    update: int
    done: int
    turn: Turn
    parameters: Floats
    curve: Curve
    settings: Settings
    point: Point | None = None
    ending: Ending | None = None


Training = Generator[Progress, Command | None, Experiment]


def train(experiment: Experiment, goal: Goal | None = None) -> Training:
    """Train until a rule, the goal or the one who pulls says stop.

    The first number that is not finite ends it at the last finite update.
    """
    run = _Run(experiment, goal or Goal())
    most: int | None = None
    while True:
        command = yield run.progress()
        if run.ending is not None:
            return run.experiment()
        if command is not None:
            if command.stop:
                return run.experiment()
            if command.settings is not None:
                run.change(command.settings)
            most = command.most
        with np.errstate(all="ignore"):
            run.slice(most)


def trained(experiment: Experiment, goal: Goal | None = None) -> Experiment:
    """The experiment after a whole run."""
    training = train(experiment, goal)
    while True:
        try:
            next(training)
        except StopIteration as stopped:
            result: Experiment = stopped.value
            return result


class _Run:
    """One run: a walk, and the record it leaves."""

    def __init__(self, experiment: Experiment, goal: Goal) -> None:
        begun = without_pass(cut_past(experiment))
        self._wanted = begun.settings
        self._begin(with_first_point(begun))
        self._goal = goal
        self._first = Turn(*begun.turn), begun.updates
        self._watch = Watch(begun.turn.epoch, best_epoch=begun.turn.epoch)
        self.ending: Ending | None = None

    def _begin(self, experiment: Experiment) -> None:
        """Train always computes exactly, so a rounding experiment gets a stretch of its own."""
        exact = replace(experiment.context, settings=without_rounding(experiment.settings))
        last = experiment.history[-1]
        if not last.context.trains_like(exact) or last.last != experiment.updates:
            experiment = in_context(experiment, exact, experiment.position)
        self._experiment = experiment
        self._context = exact
        self._walk = Walk(exact, experiment.position)
        self._evaluator = Evaluator(exact)
        self._rows = np.empty((MOST_IN_SLICE, self._walk.runner.vector_size))

    def progress(self) -> Progress:
        """What there is to see now."""
        now = self._experiment
        return Progress(
            now.updates, now.updates - self._first[1], now.turn, now.parameters, now.curve,
            self._wanted, now.curve.last, self.ending,
        )  # fmt: skip

    def experiment(self) -> Experiment:
        """The experiment as the run leaves it."""
        context = replace(self._context, settings=self._wanted)
        return replace(self._experiment, context=context, ending=self.ending)

    def change(self, settings: Settings) -> None:
        """Other settings from the next update on."""
        if settings.optimizer.kind != self._wanted.optimizer.kind:
            raise Refused("Stop the training before you change the optimiser.")
        self._wanted = check(settings)
        context = replace(self._experiment.context, settings=settings)
        self._begin(replace(self._experiment, context=context))

    def slice(self, most: int | None) -> None:
        """A few milliseconds of updates."""
        left = self._slice_length() if most is None else most
        while left > 0 and self.ending is None:
            left -= self._stretch(left)

    def _slice_length(self) -> int:
        """An estimate of what the updates cost, from their size alone."""
        settings, data = self._context.settings, self._context.data
        work = len(self._experiment.parameters) * batch_size(settings, data)
        return max(1, min(MOST_IN_SLICE, int(SLICE_MICROSECONDS / (8 + work * 1e-3))))

    def _stretch(self, most: int) -> int:
        """Updates up to the next point of the curve, at most so many."""
        before = self._experiment
        length, ends_epoch = self._to_next_point(min(most, MOST_IN_SLICE))
        rows = self._rows[:length]
        self._walk.advance(length, rows)
        position = self._walk.position()
        batch_loss = self._evaluator.batch_loss(self._walk.runner)
        if not (np.isfinite(rows).all() and np.isfinite(batch_loss)):
            self._stop_before_infinity(before)
            return length
        self._keep(position, length)
        if has_point(self._context, self._experiment.updates, ends_epoch):
            previous = rows[-2] if length > 1 else before.parameters
            self._add_point(previous, batch_loss, ends_epoch)
        self._check_goal()
        return length

    def _to_next_point(self, most: int) -> tuple[int, bool]:
        """How many updates until a point is due, and whether an epoch ends there."""
        settings, data = self._context.settings, self._context.data
        size = batch_size(settings, data)
        left = -(-(len(data.training) - self._walk.turn.row) // size)
        length = min(most, left)
        if has_point(self._context, self._experiment.updates + 1, epoch_ended=False):
            length = 1
        return length, length == left

    def _keep(self, position: Position, length: int) -> None:
        now = self._experiment
        self._experiment = replace(
            now,
            position=position,
            updates=now.updates + length,
            history=with_updates(now.history, self._rows[:length]),
        )

    def _add_point(self, previous: Floats, batch_loss: float, ends_epoch: bool) -> None:
        now = self._experiment
        change = np.abs(now.parameters - previous[: len(now.parameters)]).max(initial=0)
        norm = np.linalg.norm(self._walk.runner.gradient())
        point = self._evaluator.point(
            now.parameters, now.updates, float(now.turn.epoch), batch_loss, float(norm),
            float(change),
        )  # fmt: skip
        self._experiment = replace(now, curve=now.curve.with_points([point]))
        if ends_epoch:
            self._watch = self._watch.after(point)
        self.ending = ending_at(self._context.settings, self._watch, point, ends_epoch)

    def _check_goal(self) -> None:
        turn, updates = self._first
        now = self._experiment
        wanted = self._goal
        epochs_done = wanted.epochs is not None and now.turn.epoch - turn.epoch >= wanted.epochs
        updates_done = wanted.updates is not None and now.updates - updates >= wanted.updates
        if self.ending is None and (epochs_done or updates_done):
            sentence = f"Stopped at update {now.updates:,}, as asked."
            self.ending = Ending("goal", sentence, now.updates)

    def _stop_before_infinity(self, before: Experiment) -> None:
        """Go again from before the slice, update by update, and stay at the last finite one."""
        walk = Walk(self._context, before.position)
        update, row = before.updates, self._rows[:1]
        self._walk = walk
        while True:
            position = walk.position()
            walk.advance(1, row)
            finite = np.isfinite(row).all()
            if not (finite and np.isfinite(self._evaluator.batch_loss(walk.runner))):
                break
            update += 1
            self._keep(walk.position(), 1)
        self._experiment = replace(self._experiment, history=bounded(self._experiment.history))
        self.ending = Ending("infinite", self._why_infinite(position, update + 1), update + 1)

    def _why_infinite(self, position: Position, update: int) -> str:
        """A number that does not exist is named; otherwise the rate is the likely culprit."""
        settings = self._context.settings
        rows, _ = next_turn(settings, self._context.data, position.turn)
        try:
            record(
                self._context.program, settings, self._context.data, rows, position.turn.epoch,
                position.parameters, position.state, position.count,
            )  # fmt: skip
        except Refused as refused:
            if "does not exist" in refused.sentence:
                return refused.sentence
        return too_high(update, settings.rate_in(position.turn.epoch))
