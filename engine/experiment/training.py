"""Training as a generator, when it ends by itself, and the ways on from infinity."""

from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace
from itertools import chain
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
    points_kept,
    thinnings,
    updates_with_point,
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
from engine.settings import ENDLESS, Settings, without_rounding

UP_AND_DOWN = "The loss goes up and down: the rate may be too high."
NOTHING_LEFT = "The loss is 0: nothing is left to learn."


def remark(curve: Curve, history: History, settings: Settings, data: Data) -> str:
    """What is to be said of a loss that can fall no further, or only goes up and down."""
    since = history[-1].first if history else 0
    # "The output itself" has no least, and penalties go on where the loss is 0.
    bounded = loss(settings.loss).has_targets and not (settings.l1 or settings.l2)
    if bounded and curve.last is not None and curve.last.update > since and curve.last.loss == 0:
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
        """The same, knowing one more point; the test loss tells of progress where there is one."""
        progress = point.loss if np.isnan(point.test_loss) else point.test_loss
        if progress < self.best:
            return replace(self, best=progress, best_epoch=int(point.epoch))
        return self


def ending_at(settings: Settings, watch: Watch, point: Point, epoch_ended: bool) -> Ending | None:
    """The first rule that says stop at this point of the curve, if one does."""

    def ending(rule: str, reason: str) -> Ending:
        update = int(point.update)
        return Ending(rule, f"Stopped at update {count(update)}: {reason}.", update)

    stops, digits, epoch = settings.stops, settings.digits, int(point.epoch)
    wrong = round(1 - point.accuracy, 12)  # 1 − 0.9 would be a little below 0.1
    bounds = (
        ("loss", "the training loss", point.loss, digits, stops.loss_below),
        ("change", "the largest change of a weight", point.change, digits, stops.change_below),
        ("misclassified", "the misclassified share", wrong, 4, stops.misclassified_below),
    )
    for rule, what, value, shown, bound in bounds:
        if bound is not None and value < bound:
            return ending(rule, f"{what}, {short(value, shown)}, is below {short(bound)}")
    if not epoch_ended:
        return None
    if stops.patience is not None and epoch - watch.best_epoch >= stops.patience:
        none_for = f"no progress for {counted(stops.patience, 'epoch')}"
        return ending("progress", f"{none_for}; the best loss was {short(watch.best, digits)}")
    if stops.epochs is not None and epoch >= last_epoch(stops.epochs, watch.first_epoch):
        are = "is" if epoch == 1 else "are"
        return ending("epochs", f"{counted(epoch, 'epoch')} {are} done, as set")
    return None


def last_epoch(wanted: int, first: int) -> int:
    """The rule counts all epochs; a run that begins where it ended gets as many again."""
    return wanted if first < wanted else first + wanted


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
    position: Position
    curve: Curve
    settings: Settings
    ending: Ending | None = None
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
            most = command.most
            if command.settings not in (None, run.settings):
                run.change(command.settings)
            if command.stop:
                return run.experiment()
        with np.errstate(all="ignore"):
            run.slice(most)


def trained(experiment: Experiment, goal: Goal | None = None) -> Experiment:
    training = train(experiment, goal)
    while True:
        try:
            next(training)
        except StopIteration as stopped:
            result: Experiment = stopped.value
            return result


def as_of(experiment: Experiment, progress: RunProgress) -> Experiment:
    """The experiment as its run has it at this update, to be looked at; nothing is recorded."""
    context = experiment.context
    if progress.settings is not context.settings:
        context = replace(context, settings=progress.settings)
    return replace(
        experiment, context=context, position=progress.position, updates=progress.update,
        curve=progress.curve, ending=progress.ending, trace=None, cursor=0,
    )  # fmt: skip


def sample_as_of(experiment: Experiment, progress: RunProgress) -> Experiment:
    """The same where a sample is looked at: the one in sight stays, however the batches go."""
    seen = as_of(experiment, progress)
    return replace(seen, position=replace(seen.position, turn=experiment.turn))


def exactly_as_of(experiment: Experiment, progress: RunProgress) -> Experiment:
    """The same as Train computes it: exactly, also where everything else is rounded."""
    return as_of(experiment, replace(progress, settings=without_rounding(progress.settings)))


def snapshot(experiment: Experiment, progress: RunProgress) -> Experiment:
    """The experiment that can go on from this update, to be kept; its record begins there."""
    seen = as_of(experiment, progress)
    return replace(seen, history=(begun(seen.updates, seen.context, seen.position, seen.start),))


class _Run:
    """One run: a walk, and the record it leaves."""

    def __init__(self, experiment: Experiment, goal: Goal) -> None:
        begun = without_pass(cut_past(experiment))
        epoch = begun.turn.epoch
        self._as_steps, self._first = goal.as_steps, begun.updates
        self._last = ENDLESS if goal.updates is None else begun.updates + goal.updates
        self._last_epoch = ENDLESS if goal.epochs is None else epoch + goal.epochs
        largest = np.abs(begun.parameters).max(initial=0)
        self._grown = bool(begun.updates and largest > GROWN)
        self._watch = Watch(epoch, best_epoch=epoch)
        self.ending: Ending | None = None
        self._begin(begun)
        self._check_goal()

    def _begin(self, experiment: Experiment) -> None:
        """Train always computes exactly, so a rounding experiment gets a stretch of its own."""
        wanted = experiment.settings
        in_force = wanted if self._as_steps else without_rounding(wanted)
        exact = replace(experiment.context, settings=in_force)
        walk = Updater(exact, experiment.position)
        if not experiment.history[-1].context.trains_like(exact):
            experiment = in_context(experiment, exact, experiment.position)
        self.settings, self._context, self._walk = wanted, exact, walk
        self._begun = with_first_point(experiment)
        self._position, self._updates = experiment.position, experiment.updates
        self._recorded, self._curve = experiment.history, self._begun.curve
        self._evaluator = Evaluator(exact)
        width = walk.runner.vector_size
        most = max(1, min(MOST_IN_SLICE, MOST_NUMBERS_IN_SLICE // max(1, width)))
        self._rows, self._filled = np.empty((most, width)), 0
        each, ends = updates_with_point(exact, self._updates, self._position.turn, self._last)
        self._points: Iterator[int] = chain(each, ends)
        had = self._curve.count
        if self._last < ENDLESS and self._as_steps and had <= MOST_POINTS:
            # Where it is known how far this goes, only those whose points stay: the others would
            # take far longer than the updates.
            coming = len(each) + len(ends)
            self._curve = self._curve.thinned(thinnings(had, coming))
            kept = (number - 1 for number in points_kept(had, coming))
            self._points = (each[i] if i < len(each) else ends[i - len(each)] for i in kept)
        self._next_point = next(self._points, ENDLESS)

    def progress(self) -> RunProgress:
        return RunProgress(
            self._begun.network, self._updates, self._updates - self._first, self._position,
            self._curve, self.settings, self.ending, self._recorded,
        )  # fmt: skip

    def experiment(self) -> Experiment:
        context = replace(self._context, settings=self.settings)
        done = self._now()
        if not done.history[-1].context.trains_like(context):
            done = in_context(done, context, done.position)
        asked = self.ending is not None and self.ending.rule == "goal" and self._as_steps
        return replace(done, context=context, ending=None if asked else self.ending)

    def _now(self) -> Experiment:
        self._flush()
        return replace(
            self._begun, position=self._position, updates=self._updates, curve=self._curve,
            history=self._recorded,
        )  # fmt: skip

    def _flush(self) -> None:
        """Into the record with all updates made so far; the buffer of rows is free again."""
        if self._filled:
            self._recorded = with_updates(self._recorded, self._rows[: self._filled])
            self._filled = 0

    def change(self, settings: Settings) -> None:
        """Other settings from the next update on; such as cannot be end the run."""
        try:
            self._begin(with_settings(self._now(), settings))
        except Refused as refused:
            self.ending = Ending("refused", refused.sentence, self._updates)
        self._watch = Watch(self._watch.first_epoch, best_epoch=self._position.turn.epoch)

    def slice(self, most: int | None) -> None:
        """So many updates, or a few milliseconds of them; what they cost is told by their size."""
        left, cost_of_point = most, 0  # in updates
        if left is None:
            data, width = self._context.data, len(self._position.parameters)
            update = 8 + width * batch_size(self._context.settings, data) * 1e-3
            left = max(1, min(MOST_IN_SLICE, int(SLICE_MICROSECONDS / update)))
            cost_of_point = int((POINT_MICROSECONDS + width * data.count * 1e-3) / update)
        while left > 0 and self.ending is None:
            before = self._curve
            left -= self._stretch(left)
            if self._curve is not before:
                left -= cost_of_point

    def _stretch(self, most: int) -> int:
        """Updates up to the next point of the curve, at most so many."""
        if self._filled == len(self._rows):
            self._flush()
        length = min(
            most, len(self._rows) - self._filled, self._next_point - self._updates,
            self._last - self._updates, updates_left(self._updates, self._position),
        )  # fmt: skip
        rows = self._rows[self._filled : self._filled + length]
        self._walk.advance(length, rows)
        batch_loss = self._evaluator.batch_loss(self._walk.runner)
        if not self._exists(rows, batch_loss):
            self._stop_before_infinity()
            return length
        before = rows[-2] if length > 1 else self._position.parameters
        self._keep(length)
        if self._updates == self._next_point:
            self._add_point(before, batch_loss)
        self._check_goal()
        return length

    def _exists(self, rows: Floats, batch_loss: float) -> bool:
        """Whether the numbers after every update, and those of the last pass, are numbers."""
        values = self._walk.runner.values()
        return bool(np.isfinite(rows).all() and np.isfinite(values).all()) and isfinite(batch_loss)

    def _keep(self, length: int) -> None:
        """So many more updates count; their rows wait in the buffer."""
        self._position = self._walk.position()
        self._updates += length
        self._filled += length

    def _add_point(self, before: Floats, batch_loss: float) -> None:
        parameters, turn = self._position.parameters, self._position.turn
        change = np.abs(parameters - before[: len(parameters)]).max(initial=0)
        norm = np.linalg.norm(self._walk.runner.gradient())
        point = self._evaluator.point(
            parameters, self._updates, float(turn.epoch), batch_loss, float(norm), float(change)
        )
        self._curve = self._curve.with_points([point])
        self._next_point = next(self._points, ENDLESS)
        epoch_ended = turn.row == 0
        if epoch_ended:
            self._watch = self._watch.after(point)
        if not self._as_steps:
            self.ending = ending_at(self._context.settings, self._watch, point, epoch_ended)

    def _check_goal(self) -> None:
        if self.ending is not None:
            return
        if self._updates >= self._last or self._position.turn.epoch >= self._last_epoch:
            sentence = f"Stopped at update {count(self._updates)}, as asked."
            self.ending = Ending("goal", sentence, self._updates)
        elif not updates_left(self._updates, self._position):
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
            if self._updates == self._first:
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
    since, now = experiment.updates, experiment.context
    for segment in reversed(experiment.history):
        then = segment.context
        if then.network is not now.network or then.data is not now.data:
            break
        since = segment.first  # the first update with the network and the samples of now
    updates, losses = experiment.curve.column("update"), experiment.curve.column("loss")
    known = (np.abs(losses) <= LARGEST) & (updates >= since) & (updates <= experiment.updates)
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
