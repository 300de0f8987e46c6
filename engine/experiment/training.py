"""Training as a generator, when it ends by itself, and the ways on from infinity."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, replace
from math import isfinite

import numpy as np

from engine.data import Data
from engine.errors import Refused
from engine.experiment.curve import (
    CHEAP_POINT,
    KNOWN,
    NAN,
    Curve,
    Point,
    goes_up_and_down,
    schedule_of,
    work_of_point,
    work_of_update,
)
from engine.experiment.editing import with_settings
from engine.experiment.experiment import Ending, Experiment, cut_past, without_pass
from engine.experiment.history import History, begun
from engine.experiment.record import Record
from engine.experiment.stepping import go_to, grown, in_epoch, too_high
from engine.experiment.trace import record
from engine.experiment.walk import (
    COUNTED_OUT,
    EpochPosition,
    Keyframes,
    Position,
    Updater,
    batch_size,
    epoch_position_after,
    next_batch,
    updates_left,
)
from engine.functions import Floats, frozen
from engine.functions.activations import activation
from engine.functions.losses import loss
from engine.network import Network
from engine.numerals import count, counted, short
from engine.program.plan import Indices
from engine.program.program import PassEnd, why_not_run
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
    return None


def last_epoch(wanted: int, first: int) -> int:
    """The rule counts all epochs; a run that begins where it ended gets as many again."""
    return wanted if first < wanted else first + wanted


SLICE = 80_000_000  # multiply-adds, or calls that take as long: some milliseconds
LOOKED = 2048  # updates: so often at least it is asked whether all numbers still exist
MOST_IN_SLICE = 2048
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


def train(
    experiment: Experiment,
    goal: Goal | None = None,
    begin: Callable[[Record, Goal], "TrainingRun"] | None = None,
) -> Training:
    """Train until a rule, the goal or the one who pulls says stop.

    The first number that is not finite ends it at the last finite update. `begin` makes a run that
    makes its updates elsewhere.
    """
    wanted = goal or Goal()
    if wanted.epoch_end:
        epoch, experiment = experiment.turn.epoch, in_epoch(experiment)
        if experiment.turn.epoch != epoch:
            return experiment
        wanted = Goal(epochs=1, as_steps=True)
    reason = why_not_run(experiment.network, experiment.settings)
    if reason is not None:
        raise Refused(reason)
    run = (begin or LocalRun)(Record(without_pass(cut_past(experiment)), wanted.as_steps), wanted)
    try:
        most: int | None = None
        while True:
            command = yield run.progress()
            if run.ending is not None:
                return run.experiment()
            if command is not None:
                most = command.most
                if command.settings not in (None, run.record.settings):
                    run.change(command.settings)
                if command.stop:
                    return run.experiment()
            with np.errstate(all="ignore"):
                run.slice(most, command is not None)
    finally:
        run.close()


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


class _Rows:
    """The numbers after some of the updates of a slice."""

    def __init__(self, room: Floats, updates: Indices, to_be_kept: bool = False) -> None:
        self._numbers, self._updates, self._to_be_kept = room, updates, to_be_kept

    def for_updates(self, first: int, last: int) -> Keyframes:
        """Where the numbers after each of these are to be put, if they are wanted."""
        if len(self._numbers) == last - first + 1:
            return self._numbers
        found: list[Floats | None] = [None] * (last - first + 1)
        for update, row in zip(self._updates.tolist(), self._numbers, strict=True):
            found[update - first] = row
        return found

    def after(self, updates: Sequence[int]) -> Floats:
        """A row for each, as a copy where the room is used again."""
        if self._to_be_kept and len(updates) == len(self._numbers):
            return frozen(self._numbers)
        places = np.searchsorted(self._updates, np.asarray(updates, dtype=np.intp))
        return np.asarray(self._numbers[places])

    def not_finite(self) -> list[int]:
        if np.isfinite(self._numbers[-1]).all():  # what is no number at once stays so
            return []
        finite = np.isfinite(self._numbers).all(axis=1)
        return [int(update) for update in self._updates[~finite]]


class TrainingRun(ABC):
    """Where a run stands, whoever makes its updates, and what it has told its record."""

    def __init__(self, record: Record) -> None:
        self.record = record
        self.position, self.updates = record.begun.position, record.begun.updates
        self.now: Floats | None = None  # the point of the present update while it is the last
        self.ending: Ending | None = None
        self._first = self.updates

    @abstractmethod
    def slice(self, most: int | None, seen: bool) -> None:
        """So many updates, or as many as some milliseconds have.

        Where it is seen, the present update has a point while it is the last, if that costs little.
        """

    @abstractmethod
    def change(self, settings: Settings) -> None:
        """Other settings from the next update on; such as cannot be end the run."""

    @abstractmethod
    def close(self) -> None:
        """Nobody pulls any more."""

    def progress(self) -> RunProgress:
        record = self.record
        return RunProgress(
            record.context.network, self.updates, self.updates - self._first, self.position,
            self._curve, record.settings, self.ending, record.history,
        )  # fmt: skip

    def experiment(self) -> Experiment:
        return self.record.experiment(self.position, self.updates, self._curve, self.ending)

    @property
    def _curve(self) -> Curve:
        return self.record.curve if self.now is None else self.record.curve.with_points(self.now)


class LocalRun(TrainingRun):
    """A run that makes its updates itself.

    The numbers after each update of a slice are rows; from those the points of the curve are
    evaluated when the slice is over. One that meets a rule takes the run back to it.
    """

    def __init__(self, record: Record, goal: Goal) -> None:
        super().__init__(record)
        epoch = self.position.turn.epoch
        self._as_steps, self._has_points = goal.as_steps, record.curve.count > 0
        self._last = ENDLESS if goal.updates is None else self.updates + goal.updates
        self._last_epoch = ENDLESS if goal.epochs is None else epoch + goal.epochs
        self._grown = bool(self.updates and np.abs(self.position.parameters).max(initial=0) > GROWN)
        self._watch = Watch(epoch, best_epoch=epoch)
        self._begin(record)
        self._check_goal()
        if self.ending is not None:
            record.begin_curve()

    def _begin(self, record: Record) -> None:
        position = record.begun.position
        self._walk = Updater(record.context, position)
        self.record, self._context = record, record.context
        self.position, self.now = position, None
        self._evaluator = record.evaluator
        self._schedule = schedule_of(record.context, self._as_steps)
        self._size, width = len(position.parameters), self._walk.runner.vector_size
        most = max(1, min(MOST_IN_SLICE, MOST_NUMBERS_IN_SLICE // max(1, width)))
        self._buffer = np.empty((most, width))
        # Up to here every number exists; and what is known of that update, if it has no point.
        self._sure: tuple[int, Position, Floats | None] = self.updates, position, None
        self._begun = self.updates
        activations = {node.activation for node in record.context.network.nodes}
        # What does not exist need not be seen later on: a logarithm has a slope all the same.
        self._looked = 1 if any(activation(name).may_be_missing for name in activations) else LOOKED
        self._end = self._end_of(position)

    def _end_of(self, position: Position) -> int:
        """The update with which the goal is reached, or the number of epochs that was set."""
        epoch, row = position.turn
        settings, data, last = self._context.settings, self._context.data, self._last_epoch
        if settings.stops.epochs is not None and not self._as_steps:
            wanted = last_epoch(settings.stops.epochs, self._watch.first_epoch)
            last = min(last, max(wanted, epoch + 1))
        if last == ENDLESS:
            return self._last
        rows, size = len(data.training), batch_size(settings, data)
        left = -((row - rows) // size) + (last - epoch - 1) * -(-rows // size)
        return min(self._last, self.updates + max(0, left))

    def close(self) -> None:
        self._walk.close()
        self._evaluator.close()

    def change(self, settings: Settings) -> None:
        self._watch = Watch(self._watch.first_epoch, best_epoch=self.position.turn.epoch)
        try:
            self._begin(self.record.changed(settings, self.position, self.updates))
        except Refused as refused:
            self.ending = Ending("refused", refused.sentence, self.updates)

    def slice(self, most: int | None, seen: bool) -> None:
        left = 1 if most is None else most
        while left > 0 and self.ending is None:
            length, points = self._plan(most and left)
            left -= length
            self._walk_on(length, points, seen and left <= 0)
            if self.ending is None:
                self._check_goal()

    def _plan(self, most: int | None) -> tuple[int, list[int]]:
        """How many updates come next, and which of them have a point."""
        context, left = self._context, updates_left(self.updates, self.position)
        room = min(len(self._buffer), self._end - self.updates, left)
        room, work = (room, SLICE) if most is None else (min(room, most), ENDLESS)
        update, turn = work_of_update(context), self.position.turn
        length, points = 0, list[int]()
        while length < room and work > 0:
            point = self._schedule.next_after(self.updates + length, turn)
            point = point if self._as_steps else min(point, self._end)
            more = min(point - self.updates, room, length + max(1, work // update)) - length
            length, work = length + more, work - more * update
            turn = epoch_position_after(context.settings, context.data, turn, more)
            if self.updates + length == point:
                points.append(point)
                work -= work_of_point(context)
        return length, points

    def _walk_on(self, length: int, points: list[int], seen: bool) -> None:
        """So many updates. Where they lead to infinity, they are made again one by one."""
        first, last = self.updates, self.updates + length
        cheap = not self._as_steps and work_of_point(self._context) <= CHEAP_POINT
        now = {last} if seen and cheap and last not in points[-1:] else set[int]()
        checks = range(-(-(first + 1) // self._looked) * self._looked, last + 1, self._looked)
        # At other settings the numbers may come back from infinity, where a step is refused.
        begun = {first + 1} if length and first == self._begun else set[int]()
        checked = {*points, *checks, *begun}  # whoever pulls
        looks = sorted({*checked, *now})
        rows = self._rows(first, last, looks)
        ends = self._advance(rows.for_updates(first + 1, last), looks)
        known = self._known(rows, looks, ends)
        bad = [look for look, batch_loss in zip(looks, known[:, 2].tolist(), strict=True)
               if not isfinite(batch_loss) and look in checked]  # fmt: skip
        bad += rows.not_finite()
        passed = [look for look in sorted(checked) if look < min(bad, default=ENDLESS)]
        kept = last if not bad else max(passed, default=first)
        told = [k for k, look in enumerate(looks) if look <= kept and look in {*points, *now}]
        parameters = rows.after([looks[k] for k in told])[:, : self._size]
        of_curve = self._points(parameters, known[told])
        passing = last in now and kept == last
        kept, new = self._up_to_ending(kept, of_curve[: len(told) - passing])
        self.now = of_curve[-1:] if passing and self.ending is None else None
        there = self._position_after(kept, rows) if kept > first else self.position
        if passed:
            sure, looked = passed[-1], looks.index(passed[-1])
            position = there if sure == kept else self._position_after(sure, rows)
            self._sure = sure, position, None if sure in points else known[[looked]]
        if kept > first:
            self._keep(kept, there, rows, new)
        if bad and self.ending is None:
            self.updates, self.position, latest = self._sure
            self.record.go_back(self.updates)
            self._stop_before_infinity(min(bad), latest)

    def _keep(self, last: int, position: Position, rows: "_Rows", points: Floats) -> None:
        updates = last - self.updates
        self.position, self.updates = position, last
        due = self.record.keyframes_due(updates)
        self.record.add_updates(updates, rows.after(due))
        self.record.add_points(points)

    def _advance(self, keyframes: Keyframes, looks: list[int]) -> list[PassEnd]:
        """All these updates, and what those come to that are looked at."""
        walk, first, ends = self._walk, self.updates, list[PassEnd]()
        done = 0
        for look in looks:
            walk.advance(look - first - done, keyframes[done : look - first])
            ends.append(walk.runner.pass_end())
            done = look - first
        walk.advance(len(keyframes) - done, keyframes[done:])
        return ends

    def _rows(self, first: int, last: int, looks: list[int]) -> "_Rows":
        """Room for the numbers that are wanted: for the record, and around each look."""
        due = self.record.keyframes_due(last - first)
        if len(due) == last - first:  # all of them go to the record
            room = np.empty((len(due), self._buffer.shape[1]))
            return _Rows(room, np.arange(first + 1, last + 1), to_be_kept=True)
        before = (look - 1 for look in looks if look > first + 1)
        updates = np.array(sorted({*due, *looks, *before, last}), dtype=np.intp)
        return _Rows(self._buffer[: len(updates)], updates)

    def _points(self, parameters: Floats, known: Floats) -> Floats:
        """Points of the curve, which begins with one of where the run begins."""
        if self._has_points:
            return self._evaluator.points(parameters, known)
        self._has_points = True
        here = [[self.updates, self.position.turn.epoch, *[NAN] * (len(KNOWN) - 2)]]
        parameters = np.concatenate([self.position.parameters[None], parameters])
        found = self._evaluator.points(parameters, np.concatenate([here, known]))
        self.record.add_points(found[:1])
        return found[1:]

    def _known(self, rows: "_Rows", looks: list[int], ends: list[PassEnd]) -> Floats:
        """What is known of these updates before any sample is evaluated: the columns of `KNOWN`."""
        first, start = self.updates + 1, self.position.parameters
        known = np.empty((len(looks), len(KNOWN)))
        known[:, 0], known[:, 1] = looks, [self._turn_after(look).epoch for look in looks]
        if looks:
            after = rows.after(looks)[:, : self._size]
            before = rows.after([look - 1 for look in looks if look > first])[:, : self._size]
            before = np.concatenate([start[None], before]) if looks[0] == first else before
            known[:, 2:4] = self._evaluator.passes(ends)
            known[:, 4] = np.abs(after - before).max(axis=1, initial=0)
        return known

    def _up_to_ending(self, kept: int, points: Floats) -> tuple[int, Floats]:
        """As far as no rule is met; the first of the points that meets one ends the run."""
        settings = self._context.settings
        if settings.stops.look_at_points and not self._as_steps:
            for number, row in enumerate(points.tolist()):
                point = Point(*row)
                update = int(point.update)
                ended = self._turn_after(update).row == 0
                self._watch = self._watch.after(point) if ended else self._watch
                self.ending = ending_at(settings, self._watch, point, ended)
                if self.ending is not None:
                    return update, points[: number + 1]
        return kept, points

    def _position_after(self, update: int, rows: "_Rows") -> Position:
        """After that update of the slice."""
        base, made = self.position, update - self.updates
        parameters, *state = frozen(rows.after((update,)).reshape(1 + len(base.state), -1))
        count = base.count + made if state else base.count
        return Position(parameters, tuple(state), count, self._turn_after(update))

    def _turn_after(self, update: int) -> EpochPosition:
        settings, data = self._context.settings, self._context.data
        made = update - self.updates
        return epoch_position_after(settings, data, self.position.turn, made)

    def _check_goal(self) -> None:
        if self.updates >= self._end:
            epoch, wanted = self.position.turn.epoch, self._context.settings.stops.epochs
            of_rule = wanted is not None and epoch >= last_epoch(wanted, self._watch.first_epoch)
            rule, why = "goal", ", as asked."
            if of_rule and not self._as_steps:
                are = "is" if epoch == 1 else "are"
                rule, why = "epochs", f": {counted(epoch, 'epoch')} {are} done, as set."
            sentence = f"Stopped at update {count(self.updates)}{why}"
            self.ending = Ending(rule, sentence, self.updates)
        elif not updates_left(self.updates, self.position):
            self.ending = Ending("refused", COUNTED_OUT, self.updates)

    def _stop_before_infinity(self, seen: int, latest: Floats | None) -> None:
        """Go again from where all was sure, update by update, and stay at the last finite one.

        At the update `seen` at the latest there is no such number. `latest` is what is known of the
        last finite one where it has no point.
        """
        self._walk = Updater(self._context, self.position)
        while self.updates < seen:
            update = self.updates + 1
            row = _Rows(self._buffer[:1], np.array([update]))
            ends = self._advance(row.for_updates(update, update), [update])
            known = self._known(row, [update], ends)
            if row.not_finite() or not isfinite(known[0, 2]):
                break
            latest = known
            self._keep(update, self._position_after(update, row), row, known[:0])
        if latest is not None and not self._as_steps:
            self.now = self._evaluator.points(self.position.parameters[None], latest)
        self.ending = Ending("infinite", self._why_infinite(update), update)

    def _why_infinite(self, update: int) -> str:
        """What does not exist, or was too large from the first, is named; else it is the rate.

        Numbers that were too large when the run began are not the fault of its rate.
        """
        settings, position = self._context.settings, self.position
        rows, _ = next_batch(settings, self._context.data, position.turn)
        try:
            record(self._context, position, rows)
        except Refused as refused:
            if "does not exist" in refused.sentence or not self.updates:
                return refused.sentence
            if self.updates == self._first:
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
