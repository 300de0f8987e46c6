"""A panel takes the snapshots of a run a moment later than the canvas, each at its own moment.

Otherwise all of them would be painted in one turn of the event loop, and hold the window for long.
"""

import time
from collections.abc import Callable
from typing import NamedTuple

from PySide6.QtCore import QObject, QTimer

from engine.experiment.training import RunProgress
from playground.trainer import Trainer


class Pace(NamedTuple):
    """Milliseconds after the canvas, and between two snapshots at least."""

    delay: int
    every: int


SAMPLES, CURVES, PLANES = Pace(6, 120), Pace(12, 60), Pace(18, 110)


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
