"""A picture of all that stays the same from frame to frame, painted in short slices.

While a new picture is under way the last one is shown, moved and scaled to where it belongs.
"""

import time
from collections.abc import Callable, Hashable, Iterator
from typing import NamedTuple

from PySide6.QtCore import QObject, QSize, QTimer
from PySide6.QtGui import QColor, QPainter, QPainterStateGuard, QPixmap, QTransform

FIRST_SLICE = 0.007
SLICE = 0.005
QUICK = 0.02  # what a picture may cost without a rest before the next one of a run
RESTS = 7  # times as long as it took beyond that


class Subject(NamedTuple):
    """What the picture is of: another look or another view of it needs another picture."""

    what: Hashable
    view: QTransform
    size: QSize
    ratio: float
    ground: QColor
    draw: Callable[[QPainter], Iterator[None]]

    def differs(self, other: "Subject") -> bool:
        """Whether a picture of the other one does not show this one."""
        return self.what != other.what or self.is_elsewhere(other)

    def is_elsewhere(self, other: "Subject") -> bool:
        """Whether it is seen from somewhere else."""
        mine, theirs = (self.view, self.size, self.ratio), (other.view, other.size, other.ratio)
        return mine != theirs or self.ground != other.ground


class Backing(QObject):
    """One finished picture, and one under way."""

    def __init__(self, finished: Callable[[], object], parent: QObject) -> None:
        super().__init__(parent)
        self._finished = finished
        self._shown: tuple[Subject, QPixmap] | None = None
        self._subject: Subject | None = None
        self._next: Subject | None = None
        self._pixmap = QPixmap()
        self._painter = QPainter()
        self._portions: Iterator[None] | None = None
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self.go_on)
        self.spent, self.done_at = 0.0, 0.0

    @property
    def is_done(self) -> bool:
        """Whether nothing is under way."""
        return self._portions is None

    def is_rested(self) -> bool:
        """Whether painting has left the rest of the program most of the time."""
        rest = RESTS * max(0.0, self.spent - QUICK)
        return self.is_done and time.perf_counter() - self.done_at >= rest

    def show(self, painter: QPainter, subject: Subject) -> None:
        """Paint the picture of this, or what there is of it by now."""
        self._want(subject)
        shown, pixmap = self._shown or (subject, self._pixmap)
        moved = shown.is_elsewhere(subject)
        with QPainterStateGuard(painter):
            painter.setTransform(shown.view.inverted()[0] * subject.view if moved else QTransform())
            painter.drawPixmap(0, 0, pixmap)

    def forget(self) -> None:
        """Nothing is kept."""
        self._shown = self._subject = self._next = self._portions = None
        self._timer.stop()

    def finish(self) -> None:
        """Paint to the end at once: for pictures that are kept."""
        while self._portions is not None:
            self._paint_for(1.0)

    def go_on(self) -> None:
        """Another slice."""
        self._paint_for(SLICE)
        if self._portions is None:
            self._finished()

    def _want(self, subject: Subject) -> None:
        if self._subject is not None and not subject.differs(self._subject):
            self._next = None
            return
        if (
            self._portions is not None
            and self._subject is not None
            and (not subject.is_elsewhere(self._subject))
        ):
            self._next = subject  # the one under way is finished first, or none would ever be
            return
        self._begin(subject)

    def _begin(self, subject: Subject) -> None:
        self._subject, self._next, self.spent = subject, None, 0.0
        self._pixmap = QPixmap(subject.size * subject.ratio)
        self._pixmap.setDevicePixelRatio(subject.ratio)
        self._pixmap.fill(subject.ground)
        self._portions = subject.draw(self._painter)
        self._paint_for(FIRST_SLICE)

    def _paint_for(self, seconds: float) -> None:
        subject, portions = self._subject, self._portions
        if subject is None or portions is None:
            self._timer.stop()
            return
        begun, spent = time.perf_counter(), time.thread_time()
        self._painter.begin(self._pixmap)
        self._painter.setTransform(subject.view)
        self._painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        try:
            done = _run(portions, begun + seconds)
        finally:
            self._painter.end()
        self.done_at = time.perf_counter()
        self.spent += time.thread_time() - spent
        if not done:
            self._timer.start()
            return
        self._portions = None
        self._shown = (subject, self._pixmap)
        self._timer.stop()
        if self._next is not None:
            self._begin(self._next)


def _run(portions: Iterator[None], end: float) -> bool:
    """Take portions until the time is up; whether there are no more."""
    return all(time.perf_counter() < end for _ in portions)
