"""Runs training, and other long work, beside the window and hands over snapshots.

A timer of the window takes the newest letters out; the document changes only when a run is over.
"""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal

from engine.errors import Refused
from engine.experiment.experiment import Experiment
from engine.experiment.training import Goal, RunCommand, RunProgress, train
from engine.numerals import counted, short
from engine.settings import Settings, check
from playground.document import Document
from playground.worker import FAVOUR, SLICE, TRAIN, Job, Letter, Worker

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
        self._worker = Worker()
        self._takers: dict[str, Taker] = {}
        self._settings = document.value.settings
        self._asked: Settings | None = None
        self._heard: Settings | None = None
        self._stopping = False
        self._pace: float | None = None
        self._owed = 0.0
        self._counted = 0.0
        self._begun: Experiment | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(FRAME)
        self._timer.timeout.connect(self.make_frame)
        self._frame_began = 0.0

    @property
    def is_running(self) -> bool:
        """Whether a run is not over yet."""
        return self._begun is not None

    @property
    def settings(self) -> Settings:
        """Those the run goes on with."""
        return self._settings

    @property
    def is_busy(self) -> bool:
        """Whether a run or other work still goes on."""
        return self.is_running or self._busy()

    def is_of_run(self, progress: RunProgress) -> bool:
        """Whether a snapshot belongs to the run that goes on: a late one may be of another."""
        return self.is_running and progress.network is self._document.value.network

    def start(self, goal: Goal | None = None) -> None:
        """Train the document's experiment from here on."""
        if self.is_running:
            return
        self._begun = self._document.value
        self._settings = self._begun.settings
        self._asked = self._heard = None
        self._stopping = False
        self._document.run = self
        self._counted = time.monotonic()
        self._worker.start(TRAIN, train(self._begun, goal), self._command)
        self._timer.start()
        self.running_changed.emit(True)

    def stop(self) -> None:
        """End the run at the end of an update; on return the document holds what was learnt."""
        if not self.is_running:
            return
        self._stopping = True
        self._worker.wait_for_end(TRAIN, PATIENCE)
        self.take_letters()

    def end(self) -> None:
        """What the document asks for before anything else changes it."""
        self.stop()

    def take(self, settings: Settings) -> bool:
        """Go on with these from the next update on; False where they need the run to end."""
        if not self.is_running or without_live(settings) != without_live(self._settings):
            return False
        self._settings = self._asked = check(settings)
        return True

    def set_pace(self, updates_per_second: float | None) -> None:
        """So many updates a second, or as fast as it goes."""
        self._pace = updates_per_second
        self._worker.favour = FAVOUR if updates_per_second is None else 1

    def work(self, kind: str, job: Job, take: Taker) -> None:
        """Long work beside the window: `take(value, over)` is called with the newest picture."""
        self._takers[kind] = take
        self._worker.start(kind, job)
        self._timer.start()

    def is_working(self, kind: str) -> bool:
        """Whether that work still goes on."""
        return self._worker.is_running(kind)

    def finish(self, kind: str) -> None:
        """Wait until that work is over, and hand on what it came to."""
        if kind in self._takers:
            self._worker.wait_for_end(kind, PATIENCE)
            self.take_letters()

    def cancel(self, kind: str) -> None:
        """Forget that work."""
        self._takers.pop(kind, None)
        self._worker.cancel(kind)

    def close(self) -> None:
        """End everything; a run is kept as far as it came."""
        self.stop()
        self._timer.stop()
        self._worker.close()

    def make_frame(self) -> None:
        """Show what is new; until that is painted, the worker rests."""
        self._frame_began = time.monotonic()
        self._worker.rest()
        QCoreApplication.postEvent(self, QEvent(PAINTED), AFTER_PAINTING)
        self.take_letters()

    def event(self, event: QEvent) -> bool:
        if event.type() == PAINTED:
            self._worker.go_on()
            spent = 1000 * (time.monotonic() - self._frame_began)
            self._timer.setInterval(round(min(max(FRAME, SHARE * spent), LONGEST_FRAME)))
        return super().event(event)

    def take_letters(self) -> None:
        """Take out what lies in the mailboxes and hand it on; errors last, so that none is lost."""
        working = self.is_busy
        letters = self._worker.take()
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
            self._tell(error)
        if not working and not letters:  # asked before taking: nothing can have come since
            self._timer.stop()

    def _take_training(self, letter: Letter) -> None:
        if isinstance(letter.value, RunProgress) and self.is_of_run(letter.value):
            self.progressed.emit(letter.value)
        if letter.over and isinstance(letter.result, Experiment):
            begun, after = self._begun, letter.result
            self._end(TRAIN)
            if begun is None or _differ(begun, after):
                self._document.commit_run(run_text(begun or after, after), after)
            elif after.ending:  # nothing to undo, but why it ended is told
                self._document.show_value(replace(begun, ending=after.ending))

    def _end(self, kind: str) -> None:
        if kind == TRAIN:
            self._begun, self._document.run = None, None
            self.running_changed.emit(False)
        else:
            self._takers.pop(kind, None)

    def _tell(self, error: BaseException) -> None:
        """What cannot be done is told in words; anything else is a bug, and is not hidden."""
        if not isinstance(error, Refused):
            raise error
        self._document.refuse(error.sentence)

    def _busy(self) -> bool:
        return any(self._worker.is_running(kind) for kind in self._takers)

    def _command(self) -> RunCommand:
        """Asked by the worker's thread before each slice: frozen values only.

        What was asked for is read after whether to stop: it was said before.
        """
        most, stop, asked = self._allowance(), self._stopping, self._asked
        news = asked if asked is not self._heard else None
        self._heard = asked
        return RunCommand(settings=news, most=most, stop=stop)

    def _allowance(self) -> int | None:
        """How many updates the pace allows in the next slice; where none, wait a little."""
        pace, now = self._pace, time.monotonic()
        elapsed, self._counted = now - self._counted, now
        if pace is None or self._stopping:
            return None
        self._owed = min(self._owed + pace * elapsed, max(1.0, pace * SLICE))
        allowed = int(self._owed)
        self._owed -= allowed
        if not allowed:
            time.sleep(SLICE)
        return allowed


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


def without_live(settings: Settings) -> Settings:
    """All but what may change while a run goes on: rate, batch size and penalties."""
    fixed = Settings()
    return replace(settings, rate=fixed.rate, batch=fixed.batch, l1=fixed.l1, l2=fixed.l2)


def _differ(begun: Experiment, after: Experiment) -> bool:
    """Whether it made an update, took other settings, or ended in the past: that cuts the record.

    A run that was stopped before its first update leaves the record as it was.
    """
    cut = after.ending is not None and begun.newest != after.newest
    return cut or (begun.updates, begun.settings) != (after.updates, after.settings)


def run_text(before: Experiment, after: Experiment) -> str:
    """What the undo entry of a run says."""
    done = after.updates - before.updates
    rates = (before.settings.rate, after.settings.rate)
    told = short(rates[0]) if rates[0] == rates[1] else f"{short(rates[0])} → {short(rates[1])}"
    return f"Train {counted(done, 'update')}, rate {told}"
