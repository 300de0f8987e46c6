"""Training as a generator, when it ends by itself, and the ways on from infinity."""

from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace
from math import isfinite

import numpy as np

from engine.data import Data
from engine.errors import Refused
from engine.experiment.curve import (
    MOST_POINTS,
    Curve,
    Evaluator,
    Point,
    goes_up_and_down,
    has_point,
    points_kept,
    points_within,
    thinnings,
    update_of_point,
)
from engine.experiment.editing import with_settings
from engine.experiment.experiment import (
    Ending,
    Experiment,
    cut_past,
    in_context,
    with_first_point,
    without_pass,
)
from engine.experiment.history import History, begun, with_updates
from engine.experiment.stepping import go_to, grown, in_epoch, too_high
from engine.experiment.trace import record
from engine.experiment.walk import (
    COUNTED_OUT,
    EpochPosition,
    Position,
    Updater,
    batch_size,
    next_batch,
    updates_left,
)
from engine.functions import Floats
from engine.functions.losses import loss
from engine.network import Network
from engine.numerals import count, counted, short
from engine.settings import Settings, without_rounding

UP_AND_DOWN = "The loss goes up and down: the rate may be too high."
NOTHING_LEFT = "The loss is 0: nothing is left to learn."


def remark(curve: Curve, history: History, settings: Settings, data: Data) -> str:
    """What is to be said of a loss that can fall no further, or only goes up and down."""
    since = history[-1].first if history else 0
    if curve.last is not None and curve.last.update > since and _is_least(curve.last, settings):
        return NOTHING_LEFT
    all_rows = batch_size(settings, data) >= len(data.training)
    return UP_AND_DOWN if goes_up_and_down(curve, since, all_rows) else ""


@dataclass(frozen=True, slots=True)
class Watch:
    """What the rules must remember from point to point of one run."""

    first_epoch: int
    best: float = float("inf")
    best_epoch: int = 0

    def after(self, point: Point) -> "Watch":
        """The same, knowing one more point."""
        progress = _watched(point)
        if progress < self.best:
            return replace(self, best=progress, best_epoch=int(point.epoch))
        return self


def ending_at(settings: Settings, watch: Watch, point: Point, epoch_ended: bool) -> Ending | None:
    """The first rule that says stop at this point of the curve, if one does."""
    update = int(point.update)
    for rule, reason in _reasons(settings, watch, point, epoch_ended):
        return Ending(rule, f"Stopped at update {count(update)}: {reason}.", update)
    return None


def _reasons(
    settings: Settings, watch: Watch, point: Point, epoch_ended: bool
) -> list[tuple[str, str]]:
    stops, digits = settings.stops, settings.digits
    reasons: list[tuple[str, str]] = []
    if stops.loss_below is not None and point.loss < stops.loss_below:
        reasons.append(("loss", f"the training loss, {short(point.loss, digits)}, is below "
                                f"{short(stops.loss_below)}"))  # fmt: skip
    if stops.change_below is not None and point.change < stops.change_below:
        reasons.append(("change", f"the largest change of a weight, "
                                  f"{short(point.change, digits)}, is below "
                                  f"{short(stops.change_below)}"))  # fmt: skip
    wrong = round(1 - point.accuracy, 12)  # 1 − 0.9 would be a little below 0.1
    if stops.misclassified_below is not None and wrong < stops.misclassified_below:
        reasons.append(("misclassified", f"the misclassified share, {short(wrong)}, is below "
                                         f"{short(stops.misclassified_below)}"))  # fmt: skip
    if epoch_ended:
        reasons += _epoch_reasons(settings, watch, point)
    return reasons


def _epoch_reasons(settings: Settings, watch: Watch, point: Point) -> list[tuple[str, str]]:
    stops, epoch = settings.stops, int(point.epoch)
    reasons: list[tuple[str, str]] = []
    if stops.patience is not None and epoch - watch.best_epoch >= stops.patience:
        reasons.append(("progress", f"no progress for {counted(stops.patience, 'epoch')}; the best "
                                    f"loss was {short(watch.best, settings.digits)}"))  # fmt: skip
    if stops.epochs is not None and epoch >= last_epoch(stops.epochs, watch.first_epoch):
        verb = "is" if epoch == 1 else "are"
        reasons.append(("epochs", f"{counted(epoch, 'epoch')} {verb} done, as set"))
    return reasons


def last_epoch(wanted: int, first: int) -> int:
    """The rule counts all epochs; a run that begins where it ended gets as many again."""
    return wanted if first < wanted else first + wanted


def _is_least(point: Point, settings: Settings) -> bool:
    """Whether no weights can do better: "the output itself" has no least, and penalties go on."""
    bounded = loss(settings.loss).has_targets and not (settings.l1 or settings.l2)
    return bounded and point.loss == 0


def _watched(point: Point) -> float:
    """Progress is told by the test loss where there is a test part."""
    return point.loss if np.isnan(point.test_loss) else point.test_loss


SLICE_MICROSECONDS = 3000.0
POINT_MICROSECONDS = 100.0
MOST_IN_SLICE = 512
MOST_NUMBERS_IN_SLICE = 2_000_000
GROWN = 1e20  # no number that learns well comes near


@dataclass(frozen=True, slots=True)
class Goal:
    """How far to go at most; None leaves it to the stop rules.

    `as_steps` comes to what steps come to: what is rounded stays so, no rule is asked, and no
    sentence is left. `epoch_end` is that at the end of the present epoch; what is recorded of it is
    walked.
    """

    updates: int | None = None
    epochs: int | None = None
    epoch_end: bool = False
    as_steps: bool = False


@dataclass(frozen=True, slots=True)
class RunCommand:
    """What may be said to a run between two slices: other settings, how far, or to stop."""

    settings: Settings | None = None
    most: int | None = None
    stop: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class RunProgress:
    """A snapshot of a run; its record may be some updates behind.

    `network` is the one that is trained: a view that shows another one has nothing to do with it.
    """

    network: Network
    update: int
    done: int
    turn: EpochPosition
    parameters: Floats
    curve: Curve
    settings: Settings
    point: Point | None = None
    ending: Ending | None = None
    position: Position | None = None
    history: History = ()


Training = Generator[RunProgress, RunCommand | None, Experiment]


def train(experiment: Experiment, goal: Goal | None = None) -> Training:
    """Train until a rule, the goal or the one who pulls says stop.

    The first number that is not finite ends it at the last finite update.
    """
    wanted = goal or Goal()
    if wanted.epoch_end:
        epoch, experiment = experiment.turn.epoch, in_epoch(experiment)
        if experiment.turn.epoch != epoch:
            return experiment
        wanted = Goal(epochs=1, as_steps=True)
    run = _Run(experiment, wanted)
    most: int | None = None
    while True:
        command = yield run.progress()
        if run.ending is not None:
            return run.experiment()
        if command is not None:
            if command.settings is not None:
                run.change(command.settings)
            if command.stop:
                return run.experiment()
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


def as_of(experiment: Experiment, progress: RunProgress) -> Experiment:
    """The experiment as its run has it at this update, to be looked at; nothing is recorded."""
    context, position = experiment.context, experiment.position
    if progress.settings is not context.settings:
        context = replace(context, settings=progress.settings)
    position = replace(position, parameters=progress.parameters, turn=progress.turn)
    return replace(
        experiment, context=context, position=position, updates=progress.update,
        curve=progress.curve, ending=progress.ending, trace=None, cursor=0,
    )  # fmt: skip


def exactly_as_of(experiment: Experiment, progress: RunProgress) -> Experiment:
    """The same as Train computes it: exactly, also where everything else is rounded."""
    seen = as_of(experiment, progress)
    exact = without_rounding(seen.settings)
    return replace(seen, context=replace(seen.context, settings=exact))


def snapshot(experiment: Experiment, progress: RunProgress) -> Experiment:
    """The experiment that can go on from this update, to be kept; its record begins there."""
    position = progress.position
    assert position is not None
    seen = as_of(experiment, progress)
    history = (begun(progress.update, seen.context, position, seen.start),)
    return replace(seen, position=position, history=history)


class _Run:
    """One run: a walk, and the record it leaves."""

    def __init__(self, experiment: Experiment, goal: Goal) -> None:
        begun = without_pass(cut_past(experiment))
        self._goal = goal
        self._first = begun.turn, begun.updates
        largest = np.abs(begun.parameters).max(initial=0)
        self._grown = bool(begun.updates and largest > GROWN)
        self._watch = Watch(begun.turn.epoch, best_epoch=begun.turn.epoch)
        self.ending: Ending | None = None
        self._begin(begun)
        self._check_goal()

    def _begin(self, experiment: Experiment) -> None:
        """Train always computes exactly, so a rounding experiment gets a stretch of its own."""
        wanted = experiment.settings
        in_force = wanted if self._goal.as_steps else without_rounding(wanted)
        exact = replace(experiment.context, settings=in_force)
        walk = Updater(exact, experiment.position)
        if not experiment.history[-1].context.trains_like(exact):
            experiment = in_context(experiment, exact, experiment.position)
        self._wanted, self._context, self._walk = wanted, exact, walk
        self._begun = with_first_point(experiment)
        self._position, self._updates = experiment.position, experiment.updates
        self._recorded, self._curve = experiment.history, self._begun.curve
        self._evaluator = Evaluator(exact)
        width = walk.runner.vector_size
        self._planned = self._plan()
        self._next_point = next(self._planned, None)
        self._most = max(1, min(MOST_IN_SLICE, MOST_NUMBERS_IN_SLICE // max(1, width)))
        self._rows, self._filled = np.empty((self._most, width)), 0

    def _plan(self) -> Iterator[int]:
        """The updates whose points stay in the curve, where it is known how far this goes.

        The others are not even computed: they would take far longer than the updates.
        """
        context, goal, curve = self._context, self._goal, self._curve
        if goal.updates is None or not goal.as_steps or curve.count > MOST_POINTS:
            return iter(())
        start = context, self._updates, self._position.turn
        coming = points_within(*start, goal.updates - self._updates + self._first[1])
        self._curve = curve.thinned(thinnings(curve.count, coming))
        return (update_of_point(*start, number) for number in points_kept(curve.count, coming))

    def progress(self) -> RunProgress:
        """What there is to see now."""
        return RunProgress(
            self._begun.network, self._updates, self._updates - self._first[1], self._position.turn,
            self._position.parameters, self._curve, self._wanted, self._curve.last, self.ending,
            self._position, self._recorded,
        )  # fmt: skip

    def experiment(self) -> Experiment:
        """The experiment as the run leaves it."""
        context = replace(self._context, settings=self._wanted)
        done = self._now()
        if not done.history[-1].context.trains_like(context):
            done = in_context(done, context, done.position)
        asked = self.ending is not None and self.ending.rule == "goal" and self._goal.as_steps
        return replace(done, context=context, ending=None if asked else self.ending)

    def _now(self) -> Experiment:
        return replace(
            self._begun, position=self._position, updates=self._updates, curve=self._curve,
            history=self._flushed(),
        )  # fmt: skip

    def _flushed(self) -> History:
        """The record with all updates made so far; the buffer of rows is free again."""
        if self._filled:
            self._recorded = with_updates(self._recorded, self._rows[: self._filled])
            self._filled = 0
        return self._recorded

    def change(self, settings: Settings) -> None:
        """Other settings from the next update on; such as cannot be end the run."""
        try:
            self._begin(with_settings(self._now(), settings))
        except Refused as refused:
            self.ending = Ending("refused", refused.sentence, self._updates)
        epoch = self._position.turn.epoch
        self._watch = Watch(self._watch.first_epoch, best_epoch=epoch)

    def slice(self, most: int | None) -> None:
        """A few milliseconds of updates."""
        left, point = (self._slice_length(), self._point_cost()) if most is None else (most, 0)
        while left > 0 and self.ending is None:
            before = self._curve
            left -= self._stretch(left)
            if self._curve is not before:
                left -= point

    def _slice_length(self) -> int:
        """An estimate of what the updates cost, from their size alone."""
        return max(1, min(MOST_IN_SLICE, int(SLICE_MICROSECONDS / self._update_cost())))

    def _update_cost(self) -> float:
        """Microseconds, more or less."""
        settings, data = self._context.settings, self._context.data
        return 8 + len(self._position.parameters) * batch_size(settings, data) * 1e-3

    def _point_cost(self) -> int:
        """How many updates take as long as a point of the curve."""
        work = len(self._position.parameters) * self._context.data.count
        return int((POINT_MICROSECONDS + work * 1e-3) / self._update_cost())

    def _stretch(self, most: int) -> int:
        """Updates up to the next point of the curve, at most so many."""
        if self._filled == self._most:
            self._flushed()
        length, ends_epoch = self._to_next_point(min(most, self._most - self._filled))
        rows = self._rows[self._filled : self._filled + length]
        self._walk.advance(length, rows)
        batch_loss = self._evaluator.batch_loss(self._walk.runner)
        if not self._exists(rows, batch_loss):
            self._stop_before_infinity()
            return length
        before = self._position
        self._keep(length)
        if self._is_due(ends_epoch):
            previous = rows[-2] if length > 1 else before.parameters
            self._add_point(previous, batch_loss, ends_epoch)
        self._check_goal()
        return length

    def _is_due(self, ends_epoch: bool) -> bool:
        """Whether the update just made has a point."""
        if self._next_point is None:
            return has_point(self._context, self._updates, ends_epoch)
        due = self._updates == self._next_point
        self._next_point = next(self._planned, None) if due else self._next_point
        return due

    def _to_next_point(self, most: int) -> tuple[int, bool]:
        """How many updates until a point is due, and whether an epoch ends there."""
        if self._next_point is not None:
            return min(most, self._next_point - self._updates), False
        settings, data = self._context.settings, self._context.data
        size = batch_size(settings, data)
        left = -(-(len(data.training) - self._position.turn.row) // size)
        length = min(most, left, updates_left(self._updates, self._position))
        if self._goal.updates is not None:
            length = min(length, self._goal.updates - (self._updates - self._first[1]))
        if has_point(self._context, self._updates + 1, epoch_ended=False):
            length = 1
        return length, length == left

    def _exists(self, rows: Floats, batch_loss: float) -> bool:
        """Whether the numbers after every update, and those of the last pass, are numbers."""
        values = self._walk.runner.values()
        return bool(np.isfinite(rows).all() and np.isfinite(values).all()) and isfinite(batch_loss)

    def _keep(self, length: int) -> None:
        """So many more updates count; their rows wait in the buffer."""
        self._position = self._walk.position()
        self._updates += length
        self._filled += length

    def _add_point(self, previous: Floats, batch_loss: float, ends_epoch: bool) -> None:
        parameters, epoch = self._position.parameters, float(self._position.turn.epoch)
        change = np.abs(parameters - previous[: len(parameters)]).max(initial=0)
        norm = np.linalg.norm(self._walk.runner.gradient())
        point = self._evaluator.point(
            parameters, self._updates, epoch, batch_loss, float(norm), float(change)
        )
        self._curve = self._curve.with_points([point])
        if ends_epoch:
            self._watch = self._watch.after(point)
        if not self._goal.as_steps:
            self.ending = ending_at(self._context.settings, self._watch, point, ends_epoch)

    def _check_goal(self) -> None:
        turn, updates = self._first
        wanted = self._goal
        epochs = self._position.turn.epoch - turn.epoch
        epochs_done = wanted.epochs is not None and epochs >= wanted.epochs
        updates_done = wanted.updates is not None and self._updates - updates >= wanted.updates
        if self.ending is None and (epochs_done or updates_done):
            sentence = f"Stopped at update {count(self._updates)}, as asked."
            self.ending = Ending("goal", sentence, self._updates)
        if self.ending is None and not updates_left(self._updates, self._position):
            self.ending = Ending("refused", COUNTED_OUT, self._updates)

    def _stop_before_infinity(self) -> None:
        """Go again from before the slice, update by update, and stay at the last finite one."""
        self._walk = Updater(self._context, self._position)
        while True:
            row = self._rows[self._filled : self._filled + 1]
            self._walk.advance(1, row)
            if not self._exists(row, self._evaluator.batch_loss(self._walk.runner)):
                break
            self._keep(1)
        update = self._updates + 1
        self.ending = Ending("infinite", self._why_infinite(update), update)

    def _why_infinite(self, update: int) -> str:
        """What does not exist, or was too large from the first, is named; else it is the rate.

        Numbers that were too large when the run began are not the fault of its rate.
        """
        settings, position = self._context.settings, self._position
        rows, _ = next_batch(settings, self._context.data, position.turn)
        try:
            record(self._context, position, rows)
        except Refused as refused:
            if "does not exist" in refused.sentence or not self._updates:
                return refused.sentence
            if self._updates == self._first[1]:
                return grown(update)
        if self._grown:
            return grown(update)
        return too_high(update, settings.rate_in(position.turn.epoch))


LARGEST = 1e30  # a loss beyond it is as good as infinite


def paused_at_infinity(experiment: Experiment) -> bool:
    """Whether the experiment stands at the last finite update of a run that became infinite."""
    ending = experiment.ending
    infinite = ending is not None and ending.rule == "infinite"
    return infinite and experiment.updates == experiment.newest


def way_back(experiment: Experiment) -> tuple[int, str]:
    """The update to go back to, and why there.

    The numbers of the last finite update are as good as infinite: training on from there fails at
    once, at any rate. The lowest loss is where learning was still learning.
    """
    updates = experiment.curve.column("update")
    losses = experiment.curve.column("loss")
    known = (np.abs(losses) <= LARGEST) & (updates >= _same_since(experiment))
    known &= updates <= experiment.updates
    if not known.any():
        return experiment.updates, "the last update with finite numbers"
    best = int(updates[known][losses[known].argmin()])
    return best, "the update with the lowest loss"


def gone_back(experiment: Experiment) -> Experiment:
    """Back there; a lower rate that was set since stays, else the same would happen again."""
    back, settings = go_to(experiment, way_back(experiment)[0], 0), experiment.settings
    return with_settings(back, settings) if settings.rate < back.settings.rate else back


def halved(experiment: Experiment) -> Experiment:
    """Back there, with half the rate that led astray."""
    settings = replace(experiment.settings, rate=experiment.settings.rate / 2)
    return with_settings(go_to(experiment, way_back(experiment)[0], 0), settings)


def _same_since(experiment: Experiment) -> int:
    """The first update with the network and the samples of now."""
    first = experiment.updates
    for segment in reversed(experiment.history):
        then = segment.context
        if then.network is not experiment.network or then.data is not experiment.data:
            break
        first = segment.first
    return first
