"""Training beside the window: one worker thread, its jobs, and whoever follows a run."""

import threading
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QWidget

from engine.errors import Refused
from engine.experiment.experiment import Experiment
from engine.experiment.training import Goal, RunCommand, RunProgress, sample_as_of, train
from engine.numerals import counted, short
from engine.settings import Settings, check
from engine.views.surfaces import work_per_row
from playground.model import training_process
from playground.model.document import Document
from playground.widgets.fields import PlaceField

SLICE = 0.004
LONGEST_REST = 0.2
TRAIN, BACKUP = "train", "backup"

Job = Generator[Any, Any, Any]


@dataclass(slots=True)
class Letter:
    """What lies in a mailbox: the newest value, and the result or the error once it is over."""

    value: Any = None
    over: bool = False
    result: Any = None
    error: BaseException | None = None


@dataclass(slots=True)
class _Running:
    job: Job
    message: Callable[[], Any]
    begun: bool = False
    newest: Any = None


class Worker:
    """Owns the thread. Whoever made it asks for letters; nothing is called back."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._jobs: dict[str, _Running] = {}
        self._letters: dict[str, Letter] = {}
        self._closing = False
        self._awaited = ""
        # Not set, the thread begins nothing more: the window has the processor for itself.
        self.awake = threading.Event()
        self.awake.set()
        self._thread = threading.Thread(target=self._work, name="worker", daemon=True)
        self._thread.start()

    def start(self, kind: str, job: Job, message: Callable[[], Any] = lambda: None) -> None:
        """Pull this job from now on; one of the same kind that still runs gives way.

        `message` is asked before each pull for what to send into the generator.
        """
        with self._condition:
            self._letters.pop(kind, None)
            self._jobs[kind] = _Running(job, message)
            self._condition.notify_all()

    def cancel(self, kind: str) -> None:
        with self._condition:
            self._jobs.pop(kind, None)
            self._letters.pop(kind, None)

    def is_running(self, kind: str) -> bool:
        with self._condition:
            return kind in self._jobs

    def take(self) -> dict[str, Letter]:
        """The newest letter of every kind since the last time."""
        with self._condition:
            found, self._letters = self._letters, {}
            return found

    def wait_for_end(self, kind: str, seconds: float) -> bool:
        """Wait until the job of that kind is over; False if it takes longer."""
        self.awake.set()
        with self._condition:
            self._awaited = kind
            ended = self._condition.wait_for(lambda: kind not in self._jobs, seconds)
            self._awaited = ""
        return ended

    def close(self) -> None:
        """End the thread; jobs are dropped where they are."""
        with self._condition:
            self._closing = True
            self._jobs.clear()
            self._condition.notify_all()
        self.awake.set()
        self._thread.join(timeout=2)

    def _work(self) -> None:
        while True:
            with self._condition:
                self._condition.wait_for(lambda: self._jobs or self._closing)
                if self._closing:
                    return
                awaited = self._jobs.get(self._awaited)
                turn = [(self._awaited, awaited)] if awaited else list(self._jobs.items())
            for kind, running in turn:
                if self._awaited in ("", kind):
                    self._pull(kind, running)

    def _pull(self, kind: str, running: _Running) -> None:
        """One slice of a job; the newest value of the slice is kept."""
        self.awake.wait(LONGEST_REST)
        began = time.monotonic()
        letter = Letter()
        try:
            while True:
                message = running.message() if running.begun else None
                running.begun = True
                running.newest = running.job.send(message)
                if not self.awake.is_set() or time.monotonic() >= began + SLICE:
                    break
        except StopIteration as stopped:
            letter.over, letter.result = True, stopped.value
        except Exception as error:
            letter.over, letter.error = True, error
        letter.value = running.newest  # the last one, also where it has been taken out already
        with self._condition:
            if self._jobs.get(kind) is running:
                self._letters[kind] = letter
                if letter.over:
                    del self._jobs[kind]
                self._condition.notify_all()


FRAME, LONGEST_FRAME = 33, 100
SHARE = 5  # the window shows what is new in a fifth of the time at most
PAINTED = QEvent.Type(QEvent.registerEventType())
AFTER_PAINTING = Qt.EventPriority.LowEventPriority.value - 1
PATIENCE = 30.0

Taker = Callable[[Any, bool], None]


class Trainer(QObject):
    """One run at a time; its end is one undo entry."""

    progressed = Signal(object)
    running_changed = Signal(bool)

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self.worker, self.training_worker = Worker(), Worker()  # neither waits for the other
        self._workers = (self.worker, self.training_worker)
        self._takers: dict[str, Taker] = {}
        self._asked: Settings | None = None
        self._stopping = False
        self._pace: float | None = None
        self._owed = 0.0
        self._counted = 0.0
        self._begun: Experiment | None = None
        self.progress: RunProgress | None = None  # the newest of the run that goes on
        self._timer = QTimer(self, interval=FRAME)
        self._timer.timeout.connect(self.make_frame)
        self._frame_began = 0.0

    @property
    def is_running(self) -> bool:
        return self._begun is not None

    @property
    def settings(self) -> Settings:
        """Those the run goes on with."""
        return self._asked or (self._begun or self._document.value).settings

    @property
    def is_busy(self) -> bool:
        """Whether a run or other work still goes on."""
        return self.is_running or any(map(self.worker.is_running, self._takers))

    def is_of_run(self, progress: RunProgress) -> bool:
        """Whether a snapshot belongs to the run that goes on: a late one may be of another."""
        return self.is_running and progress.network is self._document.value.network

    def prepare(self) -> None:
        """Begin the process that trains, so that a first run finds it there."""

        def begun() -> Job:
            training_process.prepare()
            yield None

        self.work("training process", begun(), lambda _value, _over: None)

    def start(self, goal: Goal | None = None) -> None:
        if self.is_running:
            return
        self._begun = self._document.value
        self._asked = None
        self._stopping = False
        self._document.run = self
        self._counted = time.monotonic()
        run = train(self._begun, goal, training_process.begin)
        self.training_worker.start(TRAIN, run, self._command)
        self._timer.start()
        self.running_changed.emit(True)

    def stop(self) -> None:
        """End the run at the end of an update; on return the document holds what was learnt."""
        if not self.is_running:
            return
        self._stopping = True
        self.training_worker.wait_for_end(TRAIN, PATIENCE)
        self.take_letters()

    def take(self, settings: Settings) -> bool:
        """Go on with these from the next update on; False where they need the run to end."""
        live = ("rate", "batch", "l1", "l2")  # what may change while a run goes on
        now = {name: getattr(self.settings, name) for name in live}
        if not self.is_running or replace(settings, **now) != self.settings:
            return False
        self._asked = check(settings)
        return True

    def set_pace(self, updates_per_second: float | None) -> None:
        """So many updates a second, or as fast as it goes."""
        self._pace = updates_per_second

    def work(self, kind: str, job: Job, take: Taker) -> None:
        """Long work beside the window: `take(value, over)` is called with the newest picture."""
        self._takers[kind] = take
        self.worker.start(kind, job)
        self._timer.start()

    def is_working(self, kind: str) -> bool:
        return self.worker.is_running(kind)

    def finish(self, kind: str) -> None:
        """Wait until that work is over, and hand on what it came to."""
        if kind in self._takers:
            self.worker.wait_for_end(kind, PATIENCE)
            self.take_letters()

    def cancel(self, kind: str) -> None:
        self._takers.pop(kind, None)
        self.worker.cancel(kind)

    def close(self) -> None:
        """End everything; a run is kept as far as it came."""
        self.stop()
        self._timer.stop()
        for worker in self._workers:
            worker.close()

    def make_frame(self) -> None:
        """Show what is new; until that is painted, the worker rests."""
        self._frame_began = time.monotonic()
        for worker in self._workers:
            worker.awake.clear()
        QCoreApplication.postEvent(self, QEvent(PAINTED), AFTER_PAINTING)
        self.take_letters()

    def event(self, event: QEvent) -> bool:
        if event.type() == PAINTED:
            for worker in self._workers:
                worker.awake.set()
            spent = 1000 * (time.monotonic() - self._frame_began)
            self._timer.setInterval(round(min(max(FRAME, SHARE * spent), LONGEST_FRAME)))
        return super().event(event)

    def take_letters(self) -> None:
        """Take out what lies in the mailboxes and hand it on; errors last, so that none is lost."""
        working = self.is_busy
        letters = self.worker.take() | self.training_worker.take()
        takers = dict(self._takers)  # a job that is begun meanwhile has said nothing yet
        failed = {kind: letter.error for kind, letter in letters.items() if letter.error}
        for kind in failed:
            self._end(kind)
        if TRAIN in letters:
            self._take_training(letters[TRAIN])
        for kind, letter in letters.items():
            take = self._takers.get(kind)
            if take is not None and take is takers.get(kind) and letter.value is not None:
                take(letter.value, letter.over)
        for error in failed.values():
            if not isinstance(error, Refused):
                raise error  # a bug, which is not hidden
            self._document.report(error.sentence)
        if not working and not letters:  # asked before taking: nothing can have come since
            self._timer.stop()

    def _take_training(self, letter: Letter) -> None:
        if isinstance(letter.value, RunProgress) and self.is_of_run(letter.value):
            before, self.progress = self.progress, letter.value
            if before is None or _seen_of(before) != _seen_of(letter.value):
                self.progressed.emit(letter.value)
        if letter.over and isinstance(letter.result, Experiment):
            begun, after = self._begun or letter.result, letter.result
            self._end(TRAIN)
            # One that ended in the past has cut the record, also before its first update; one that
            # was only stopped by then has left it as it was.
            cut = after.ending is not None and begun.newest != after.newest
            if cut or (begun.updates, begun.settings) != (after.updates, after.settings):
                rates = dict.fromkeys(short(value.settings.rate) for value in (begun, after))
                done = counted(after.updates - begun.updates, "update")
                self._document.do(f"Train {done}, rate {' → '.join(rates)}", lambda _begun: after)
            elif after.ending:  # nothing to undo, but why it ended is told
                self._document.show_value(replace(begun, ending=after.ending))

    def _end(self, kind: str) -> None:
        if kind == TRAIN:
            self._begun = self.progress = self._document.run = None
            self.running_changed.emit(False)
        else:
            self._takers.pop(kind, None)

    def _command(self) -> RunCommand:
        """Asked by the worker's thread before each slice: frozen values only.

        The settings are read after whether to stop: they were asked for before.
        """
        pace, now = self._pace, time.monotonic()
        elapsed, self._counted = now - self._counted, now
        allowed: int | None = None
        if pace is not None and not self._stopping:
            self._owed = min(self._owed + pace * elapsed, max(1.0, pace * SLICE))
            allowed = int(self._owed)
            self._owed -= allowed
            if not allowed:
                time.sleep(SLICE)
        return RunCommand(most=allowed, stop=self._stopping, settings=self._asked)


def _seen_of(progress: RunProgress) -> tuple[object, ...]:
    """What tells one snapshot of a run from the next: a slow run has many that are the same."""
    return progress.update, progress.settings, progress.ending, progress.curve.count


def guarded(job: Job) -> Generator[Refused | bool, None, None]:
    """The same, with its refusal or its success as the last thing it says."""
    try:
        for _ in job:
            yield False
    except Refused as refused:
        yield refused
    else:
        yield True


class LatestJob:
    """The newest work of one kind: what it replaces is dropped, or finished first.

    `make` begins it, or does without it: None. `take(value, over)` gets the newest it has come to.
    """

    def __init__(
        self, trainer: Trainer, kind: str, make: Callable[[], Job | None], take: Taker
    ) -> None:
        self._trainer, self._kind = trainer, kind
        self._make, self._take = make, take
        self._stale = False
        self.busy = False

    def start(self) -> None:
        """Begin now; what still goes on gives way."""
        job = self._make()
        if job is None:
            self.cancel()
            return
        self.busy, self._stale = True, False
        self._trainer.work(self._kind, job, self._hand_on)

    def refresh(self) -> None:
        """Begin, or once more as soon as what goes on is over."""
        if self.busy:
            self._stale = True
        else:
            self.start()

    def cancel(self) -> None:
        """Neither go on nor begin again."""
        self.busy = self._stale = False
        self._trainer.cancel(self._kind)

    def _hand_on(self, value: Any, over: bool) -> None:
        self.busy = not over
        self._take(value, over)
        if over and self._stale:
            self.start()


class Pace(NamedTuple):
    """Milliseconds after the canvas, and between two snapshots at least."""

    delay: int
    every: int


SAMPLES, CURVES, PLANES, NUMBERS = Pace(6, 120), Pace(12, 60), Pace(18, 110), Pace(24, 200)


class ThrottledProgress(QObject):
    """Hands on the newest snapshot; `over` is called when a run begins or ends.

    `shown` is the one that is handed on, or was last, while its run goes on.
    """

    def __init__(
        self,
        trainer: Trainer,
        take: Callable[[RunProgress], object],
        over: Callable[[bool], object],
        pace: Pace,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._trainer, self._take, self._over = trainer, take, over
        self._pace, self._handed = pace, 0.0
        self._newest: RunProgress | None = None
        self.shown: RunProgress | None = None
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._hand_on)
        trainer.progressed.connect(self._keep)
        trainer.running_changed.connect(self._drop)

    def _keep(self, progress: RunProgress) -> None:
        self._newest = progress
        if not self._timer.isActive():
            since = 1000 * (time.monotonic() - self._handed)
            self._timer.start(max(self._pace.delay, round(self._pace.every - since)))

    def _hand_on(self) -> None:
        newest, self._newest = self._newest, None
        self._handed = time.monotonic()
        if newest is not None and self._trainer.is_of_run(newest):
            self.shown = newest
            self._take(newest)

    def _drop(self, running: bool) -> None:
        """What the run said last is in the document now."""
        self._newest = self.shown = None
        self._timer.stop()
        self._over(running)


AT_ONCE = 3e5  # multiply-adds that may be made between two frames


class RunFollower(QObject):
    """Holds the newest experiment, and calls `refresh` when the panel has another one to show.

    It is called only while the panel is seen, and when that comes into sight.
    """

    def __init__(self, document: Document, refresh: Callable[[], object], panel: QWidget) -> None:
        super().__init__(panel)
        self._document, self._refresh, self._panel = document, refresh, panel
        self._of_run: Experiment | None = None
        panel.installEventFilter(self)
        document.changed.connect(self._changed)

    def follow(self, trainer: Trainer) -> None:
        def take(progress: RunProgress) -> None:
            self._show(sample_as_of(self._document.value, progress))

        def over(running: bool) -> None:
            if self._of_run is not None:
                self._show(None)

        ThrottledProgress(trainer, take, over, NUMBERS, self)

    @property
    def value(self) -> Experiment:
        """The experiment as it stands, or as its run has it."""
        return self._document.value if self._of_run is None else self._of_run

    @property
    def quick(self) -> bool:
        """Whether a pass over all training samples is nothing that the window would feel."""
        value = self.value
        work = len(value.data.training) * work_per_row(value.program)
        return self._of_run is None or work <= AT_ONCE

    def _changed(self, before: Experiment, after: Experiment) -> None:
        if self._panel.isVisible():
            self._refresh()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show:
            self._refresh()
        return super().eventFilter(watched, event)

    def _show(self, of_run: Experiment | None) -> None:
        self._of_run = of_run
        field = QApplication.focusWidget()
        typed = isinstance(field, PlaceField) and field.text() != field.shown
        if typed and field is not None and self._panel.isAncestorOf(field):
            return  # what stands there must not change
        if self._panel.isVisible():
            self._refresh()
