"""How two pieces of work compare: taken in turn, A B A B, so that a busy minute hits both."""

import gc
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from statistics import median

Work = Callable[[], object]

BURST = 0.004


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table: a ratio and its bar. `floor` tells whether more is better."""

    what: str
    against: str
    ratio: float | None = None
    bar: float | None = None
    floor: bool = True
    note: str = ""

    @property
    def verdict(self) -> str:
        """Whether the bar is reached, where there is one."""
        if self.ratio is None or self.bar is None:
            return ""
        return "ok" if (self.ratio >= self.bar) == self.floor else "short"


def seconds_each(works: Iterable[Work], seconds: float = 1.5) -> list[list[float]]:
    """The time of one run of each work, over many rounds in which each has its burst."""
    jobs = [(work, _repeats(work)) for work in works]
    rounds: list[list[float]] = []
    gc.collect()
    gc.disable()
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(rounds) < 5:
        rounds.append([_burst(work, count) / count for work, count in jobs])
    gc.enable()
    return rounds


def ratio(slower: Work, faster: Work, seconds: float = 1.5) -> float:
    """How many times longer the first takes: the median over the rounds."""
    return median(slow / fast for slow, fast in seconds_each((slower, faster), seconds))


def _repeats(work: Work) -> int:
    work()
    once = max(min(_burst(work, 1), _burst(work, 1)), 1e-7)
    return max(1, round(BURST / once))


def _burst(work: Work, count: int) -> float:
    start = time.perf_counter()
    for _ in range(count):
        work()
    return time.perf_counter() - start
