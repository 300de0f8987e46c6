"""The one picture of a surface that is being computed: when it starts, how long it takes, its end.

While training runs a picture is finished before the next one is begun, so that there is always one.
What takes long says so in a bar over the plot.
"""

import time
from collections.abc import Callable, Generator
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QProgressBar

from engine.numerals import count
from engine.views.surface_planes import Here, Picture, SurfacePlane, pictures
from engine.views.surfaces import Surface, SurfaceGrid
from playground.model.trainer import Job, LatestJob, Trainer
from playground.plots.panel import PlotPanel
from playground.theme.fonts import HINT, font_of
from playground.widgets.buttons import push_button, restyle
from playground.widgets.plain_text import plain_label

FIRST_SPEED = 3e8  # multiply-adds a second, until one picture was timed
WORTH_TIMING = 0.004
LONG = 1.0  # seconds that need a bar
SIDE, AXIS = 10, 26  # pixels of a plot beside and below the picture


@dataclass(frozen=True, slots=True, eq=False)
class Request:
    """What to compute, and how many multiply-adds it takes; what is `known` already is kept."""

    here: Here
    plane: SurfacePlane
    grid: SurfaceGrid
    work: float
    known: Surface | None = None


class SurfaceWork:
    """`show` gets every picture or the sentence of a refusal, and whether it is the last."""

    def __init__(self, trainer: Trainer, show: Callable[[Picture | str, bool], object]) -> None:
        self._trainer, self._show = trainer, show
        self._job = LatestJob(trainer, "surface", self._make, self._take)
        self._speed = FIRST_SPEED
        self._began = 0.0
        self._now: Request | None = None
        self._newest: Request | None = None

    @property
    def busy(self) -> bool:
        """Whether a picture is not finished yet."""
        return self._job.busy

    @property
    def elapsed(self) -> float:
        """Seconds since it was begun."""
        return time.monotonic() - self._began

    @property
    def seconds(self) -> float:
        """How long it takes in all, as far as one can tell; a run takes most of the time."""
        if self._now is None or not self.busy:
            return 0.0
        return self._now.work / self._speed

    def start(self, request: Request) -> None:
        """Compute this now, instead of whatever is being computed."""
        self._newest = request
        self._job.start()

    def follow(self, request: Request) -> None:
        """Compute this as soon as the present picture is finished."""
        self._newest = request
        self._job.refresh()

    def cancel(self) -> None:
        """Stop where it is; what was drawn so far stays."""
        self._job.cancel()

    def _make(self) -> Job | None:
        self._now = self._newest
        self._began = time.monotonic()
        return _job(self._now) if self._now is not None else None

    def _take(self, found: tuple[Picture | str, float], over: bool) -> None:
        value, spent = found
        fresh = self._now if isinstance(value, Picture) and spent > WORTH_TIMING else None
        if over and fresh is not None and not fresh.known:
            self._speed = max(1e6, fresh.work / spent)
        self._show(value, over)


def _job(request: Request) -> Generator[tuple[Picture | str, float], None, None]:
    """Every picture with the seconds spent on it so far."""
    spent = 0.0
    job = pictures(request.here, request.plane, request.grid, request.known)
    while True:
        began = time.perf_counter()
        found = next(job, None)
        spent += time.perf_counter() - began
        if found is None:
            return
        yield found, spent


class WaitBar(QFrame):
    """How long a picture will take, and Cancel; in the lower right corner of the plot."""

    cancelled = Signal()

    def __init__(self, panel: PlotPanel) -> None:
        super().__init__(panel)
        self._panel = panel
        restyle(self, "look", "plate")
        self.words = plain_label("", self)
        self.words.setFont(font_of(HINT))
        self.bar = QProgressBar(self)
        self.bar.setTextVisible(False)
        tip = "Cancel: stop here and keep what is drawn so far."
        self.cancel = push_button("Cancel", tip, self.cancelled.emit, self)
        restyle(self.cancel, "look", "tight")
        self.cancel.setFixedHeight(26)
        grid = QGridLayout(self)
        grid.setContentsMargins(10, 4, 6, 6)
        grid.setVerticalSpacing(2)
        grid.addWidget(self.words, 0, 0)
        grid.addWidget(self.cancel, 0, 1)
        grid.addWidget(self.bar, 1, 0, 1, 2)
        self.hide()

    def tell(self, seconds: float, done: float) -> None:
        """So long in all, and this share of it is done; what is short needs no bar."""
        self.setVisible(seconds > LONG)
        self.words.setText(f"about {spoken(seconds)}")
        self.bar.setValue(round(100 * done))
        self.setAccessibleName(f"{self.words.text()}, {self.bar.value()} % done")
        self.adjustSize()
        room = self._panel.shown_plot().geometry().adjusted(0, 0, -SIDE, -AXIS)
        self.move(room.right() - self.width(), max(room.top(), room.bottom() - self.height()))


def spoken(seconds: float) -> str:
    """A rough time: "4 s", "40 s", "3 min", "2 h"."""
    if seconds < 10:
        return f"{max(1, round(seconds))} s"
    if seconds < 90:
        return f"{round(seconds / 5) * 5} s"
    if seconds < 5400:
        return f"{round(seconds / 60)} min"
    return f"{count(round(seconds / 3600))} h"
