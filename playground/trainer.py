"""Runs training, and other long work, beside the window and hands over snapshots.

A timer of the window takes the newest letters out; the document changes only when a run is over.
"""

import time
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from engine.experiment import Experiment
from engine.numerals import count, short
from engine.settings import Settings
from engine.training import Command, Goal, Progress, train
from playground.document import Document
from playground.worker import SLICE, TRAIN, Job, Letter, Worker

FRAME = 33
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
        self._settings: Settings | None = None
        self._stopping = False
        self._pace: float | None = None
        self._owed = 0.0
        self._counted = 0.0
        self._begun: Experiment | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(FRAME)
        self._timer.timeout.connect(self.take_letters)

    @property
    def is_running(self) -> bool:
        """Whether a run is not over yet."""
        return self._begun is not None

    def start(self, goal: Goal | None = None) -> None:
        """Train the document's experiment from here on."""
        if self.is_running:
            return
        self._begun = self._document.value
        self._settings, self._stopping = None, False
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

    def change(self, settings: Settings) -> None:
        """Other settings from the next update of the run on."""
        self._settings = settings

    def set_pace(self, updates_per_second: float | None) -> None:
        """So many updates a second, or as fast as it goes."""
        self._pace = updates_per_second

    def work(self, kind: str, job: Job, take: Taker) -> None:
        """Long work beside the window: `take(value, over)` is called with the newest picture."""
        self._takers[kind] = take
        self._worker.start(kind, job)
        self._timer.start()

    def cancel(self, kind: str) -> None:
        """Forget that work."""
        self._takers.pop(kind, None)
        self._worker.cancel(kind)

    def close(self) -> None:
        """End everything; a run is kept as far as it came."""
        self.stop()
        self._timer.stop()
        self._worker.close()

    def take_letters(self) -> None:
        """Take out what lies in the mailboxes and hand it on."""
        working = self.is_running or self._busy()
        letters = self._worker.take()
        for kind, letter in letters.items():
            if letter.error is not None:
                self._end(kind)
                raise letter.error
            if kind == TRAIN:
                self._take_training(letter)
            elif kind in self._takers and letter.value is not None:
                self._takers[kind](letter.value, letter.over)
        if not working and not letters:  # asked before taking: nothing can have come since
            self._timer.stop()

    def _take_training(self, letter: Letter) -> None:
        if isinstance(letter.value, Progress):
            self.progressed.emit(letter.value)
        if letter.over and isinstance(letter.result, Experiment):
            begun, after = self._begun, letter.result
            self._end(TRAIN)
            if (begun is not None and after.updates != begun.updates) or after.ending:
                self._document.commit_run(run_text(begun or after, after), after)

    def _end(self, kind: str) -> None:
        if kind == TRAIN:
            self._begun = None
            self.running_changed.emit(False)
        else:
            self._takers.pop(kind, None)

    def _busy(self) -> bool:
        return any(self._worker.is_running(kind) for kind in self._takers)

    def _command(self) -> Command:
        """Asked by the worker's thread before each slice: frozen values only."""
        settings, self._settings = self._settings, None
        return Command(settings=settings, most=self._allowance(), stop=self._stopping)

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


def run_text(before: Experiment, after: Experiment) -> str:
    """What the undo entry of a run says."""
    done = after.updates - before.updates
    rates = (before.settings.rate, after.settings.rate)
    told = short(rates[0]) if rates[0] == rates[1] else f"{short(rates[0])} → {short(rates[1])}"
    return f"Train {count(done)} update{'' if done == 1 else 's'}, rate {told}"
