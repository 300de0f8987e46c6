"""What lies along an axis: a stretch of numbers, even or by powers of ten, and its ticks."""

import math
from typing import NamedTuple

import numpy as np

from engine.calls import Floats
from engine.numerals import MINUS, short

LARGEST = 1e30
SMALLEST_LOG = 1e-300
NICE = (1.0, 2.0, 5.0, 10.0)
PLAIN_UNTIL = 1e6
MOST_DECIMALS = 5


def drawable(values: Floats) -> Floats:
    """The same numbers, NaN where one is not finite or too large to be drawn."""
    numbers = np.asarray(values, dtype=np.float64)
    with np.errstate(invalid="ignore"):
        return np.where(np.abs(numbers) <= LARGEST, numbers, np.nan)


class Tick(NamedTuple):
    """A place on an axis and what stands there."""

    value: float
    label: str


class Span(NamedTuple):
    """From low to high; `log` counts in powers of ten and knows no number from 0 down.

    Ticks stand at multiples of `least` at the finest: 1 where only whole numbers mean anything.
    """

    low: float
    high: float
    log: bool = False
    least: float = 0.0

    def shares(self, values: Floats) -> Floats:
        """Where these numbers lie: 0 at the low end, 1 at the high one; NaN where nowhere."""
        low, high = self._counted(self.low), self._counted(self.high)
        numbers = drawable(values)
        if self.log:
            with np.errstate(divide="ignore", invalid="ignore"):
                numbers = np.log10(np.where(numbers > 0, numbers, np.nan))
        return np.asarray((numbers - low) / (high - low))

    def share(self, value: float) -> float:
        """Where one number lies."""
        return float(self.shares(np.array([value]))[0])

    def value(self, share: float) -> float:
        """The number that lies there."""
        low, high = self._counted(self.low), self._counted(self.high)
        found = low + (high - low) * share
        return float(10.0**found) if self.log else found

    def zoomed(self, share: float, factor: float) -> "Span":
        """So many times as wide; what lies at that share stays where it is."""
        return self._between(share - share * factor, share + (1 - share) * factor)

    def moved(self, share: float) -> "Span":
        """The same width, further on by this share of it."""
        return self._between(share, 1 + share)

    def _between(self, low: float, high: float) -> "Span":
        ends = self.value(low), self.value(high)
        wide = ends[1] - ends[0]
        room = 1e-12 * max(abs(ends[0]), abs(ends[1]), SMALLEST_LOG)
        sound = all(abs(end) <= LARGEST for end in ends) and wide > room
        return Span(*ends, self.log, self.least) if sound else self

    def _counted(self, value: float) -> float:
        return math.log10(max(value, SMALLEST_LOG)) if self.log else value


def span_of(values: Floats, log: bool = False, zero: bool = False, room: float = 0.0) -> Span:
    """A stretch that holds these numbers with some room; `zero` begins it at 0 if that is near."""
    low, high = _ends(values, log)
    if not low <= high:
        return Span(0.1, 1.0, True) if log else Span(0.0, 1.0)
    if log:
        return _log_span(low, high)
    if zero and 0 <= low <= 0.7 * high:
        low = 0.0
    if high - low <= 1e-9 * max(abs(low), abs(high), 1e-9):
        wide = max(abs(high) * 0.1, 1e-6)
        return Span(low - wide, high + wide)
    wide = (high - low) * room
    return Span(low - wide * (low != 0.0 or not zero), high + wide)


def _ends(values: Floats, log: bool) -> tuple[float, float]:
    """The least and the largest number that can be drawn; NaN where there is none."""
    if not len(values):
        return math.nan, math.nan
    low, high = float(np.fmin.reduce(values)), float(np.fmax.reduce(values))
    if low >= -LARGEST and high <= LARGEST and not (log and low <= 0):
        return low, high
    numbers = drawable(values)
    if log:
        numbers = np.where(numbers > 0, numbers, np.nan)
    return float(np.fmin.reduce(numbers)), float(np.fmax.reduce(numbers))


def _log_span(low: float, high: float) -> Span:
    low, high = max(low, SMALLEST_LOG), max(high, SMALLEST_LOG)
    if high / low < 1.05:
        return Span(low / 2, high * 2, True)
    return Span(low * (low / high) ** 0.04, high * (high / low) ** 0.04, True)


def ticks(span: Span, most: int) -> list[Tick]:
    """At most about so many round places inside the span, with what stands at each."""
    if span.log:
        return _log_ticks(span, most)
    step = max(_nice_step((span.high - span.low) / max(1, most)), span.least)
    first = math.ceil(span.low / step - 1e-9)
    last = math.floor(span.high / step + 1e-9)
    values = [k * step for k in range(first, min(last, first + 100) + 1)]
    return [Tick(value, _label(value, step)) for value in values]


def _nice_step(least: float) -> float:
    power = 10.0 ** math.floor(math.log10(least))
    return next((nice * power for nice in NICE if nice * power >= least * 0.999), 10 * power)


def _label(value: float, step: float) -> str:
    """All labels of an axis have as many decimals as its step."""
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    if abs(value) < step / 2:
        value = 0.0
    if decimals > MOST_DECIMALS or abs(value) >= PLAIN_UNTIL:
        return short(value, 3)
    return f"{value:,.{decimals if value else 0}f}".replace("-", MINUS)


def _log_ticks(span: Span, most: int) -> list[Tick]:
    low, high = math.log10(max(span.low, SMALLEST_LOG)), math.log10(max(span.high, SMALLEST_LOG))
    if high - low < 2.2:
        return _between_decades(span, low, high, most)
    step = max(1, math.ceil((high - low) / max(1, most)))
    powers = range(math.ceil(low / step) * step, math.floor(high) + 1, step)
    return [Tick(10.0**power, short(10.0**power, 3)) for power in powers]


def _between_decades(span: Span, low: float, high: float, most: int) -> list[Tick]:
    values = [
        nice * 10.0**power
        for power in range(math.floor(low), math.ceil(high) + 1)
        for nice in (NICE[:3] if high - low > 0.5 else (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 7.0))
    ]
    inside = [value for value in values if span.low <= value <= span.high]
    return [Tick(value, short(value, 3)) for value in inside[: 2 * most]]
