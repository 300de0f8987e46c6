"""The one picture of a surface that is being computed: when it starts, how long it takes, its end.

While training runs a picture is finished before the next one is begun, so that there is always one.
"""

import time
from collections.abc import Callable, Generator
from dataclasses import dataclass

from engine.surfaces import Curve, Grid, Surface
from playground.plots.plane import Here, Picture, Plane, pictures, refusable
from playground.trainer import Trainer
from playground.worker import FAVOUR

KIND = "surface"
FIRST_SPEED = 3e8  # multiply-adds a second, until one picture was timed
WORTH_TIMING = 0.004


@dataclass(frozen=True, slots=True, eq=False)
class Request:
    """What to compute, and how many multiply-adds it takes; what is `known` already is kept."""

    here: Here
    plane: Plane
    grid: Grid
    work: float
    known: Surface | Curve | None = None


Letter = tuple[Request, Picture | str, float]


class SurfaceWork:
    """`show` gets every picture or the sentence of a refusal, and whether it is the last."""

    def __init__(self, trainer: Trainer, show: Callable[[Picture | str, bool], object]) -> None:
        self._trainer, self._show = trainer, show
        self._speed = FIRST_SPEED
        self._began = 0.0
        self._now: Request | None = None
        self._next: Request | None = None

    @property
    def busy(self) -> bool:
        """Whether a picture is not finished yet."""
        return self._now is not None

    @property
    def elapsed(self) -> float:
        """Seconds since it was begun."""
        return time.monotonic() - self._began

    @property
    def seconds(self) -> float:
        """How long it takes in all, as far as one can tell; a run takes most of the time."""
        if self._now is None:
            return 0.0
        return self._now.work / self._speed * (1 + FAVOUR if self._trainer.is_running else 1)

    def start(self, request: Request) -> None:
        """Compute this now, instead of whatever is being computed."""
        self._now, self._next = request, None
        self._began = time.monotonic()
        self._trainer.work(KIND, _job(request), self._take)

    def follow(self, request: Request) -> None:
        """Compute this as soon as the present picture is finished."""
        if self.busy:
            self._next = request
        else:
            self.start(request)

    def cancel(self) -> None:
        """Stop where it is; what was drawn so far stays."""
        self._now = self._next = None
        self._trainer.cancel(KIND)

    def _take(self, letter: Letter, over: bool) -> None:
        request, value, spent = letter
        if request is not self._now:
            return  # the last word of a job that has given way
        if over:
            self._now = None
            if isinstance(value, Picture) and not request.known and spent > WORTH_TIMING:
                self._speed = max(1e6, request.work / spent)
        self._show(value, over)
        if over and self._next is not None:
            self.start(self._next)


def _job(request: Request) -> Generator[Letter, None, None]:
    """Every picture with the request that it answers and the seconds spent on it so far."""
    spent = 0.0
    job = refusable(pictures(request.here, request.plane, request.grid, request.known))
    while True:
        began = time.perf_counter()
        found = next(job, None)
        spent += time.perf_counter() - began
        if found is None:
            return
        yield request, found, spent
