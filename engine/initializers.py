"""The numbers that weights start from, before anything is learnt: drawn from a seed, by a rule."""

import math
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from engine.errors import Refused, unknown

if TYPE_CHECKING:
    from numpy.random import Generator  # imported when the first number is drawn

Float64s = NDArray[np.float64]
IntArray = NDArray[np.integer]


@dataclass(frozen=True, slots=True)
class Initializer:
    """Which rule, and its numbers; every bias starts at `bias`, which no rule draws.

    `size` is the half width of uniform, the standard deviation of normal, the value of constant.
    """

    kind: str = "uniform"
    size: float = 0.5
    bias: float = 0.0


@dataclass(frozen=True, slots=True)
class Kind:
    """One row of the table: `uses_size` tells whether the learner has a size to choose."""

    title: str
    help: str
    uses_size: bool = False


AS_DRAWN = "as drawn"
KINDS = {
    AS_DRAWN: Kind("As drawn", "The numbers typed or drawn on the canvas stay as they are."),
    "zeros": Kind("Zeros", "Every weight starts at 0; then hidden neurons of a layer stay equal."),
    "constant": Kind("Constant", "Every weight starts at the same number.", uses_size=True),
    "uniform": Kind("Uniform", "Anything from −size to size, all equally likely.", uses_size=True),
    "normal": Kind(
        "Normal", "A bell curve around 0 whose standard deviation is the size.", uses_size=True
    ),
    "xavier": Kind(
        "Xavier (Glorot)",
        "Uniform within ±√(6 / (in + out)), which suits the sigmoid and tanh.",
    ),
    "he": Kind("He (Kaiming)", "Normal with standard deviation √(2 / in), which suits ReLU."),
}


def check(initializer: Initializer) -> None:
    """Refuse an initialiser that is not known or whose numbers make no sense."""
    if initializer.kind not in KINDS:
        raise unknown("Initialiser", initializer.kind, KINDS)
    if not math.isfinite(initializer.size) or not math.isfinite(initializer.bias):
        raise Refused("The size and the bias of the initialiser must be numbers. Type them again.")
    if initializer.kind in ("uniform", "normal") and initializer.size <= 0:
        raise Refused(
            f"The size of the initialiser cannot be {initializer.size:g}. "
            "Give a number above 0, or choose zeros."
        )


def draw(
    initializer: Initializer,
    fan_in: IntArray,
    fan_out: IntArray,
    seed: int,
    drawn: Float64s | None = None,
) -> Float64s:
    """One weight for each edge, in the order given; the same for the same seed.

    `fan_in` and `fan_out` count, for each edge, the edges into its target and out of its source.
    `drawn` are the starting weights so far, which "as drawn" returns; without them it draws ±1.
    """
    if initializer.kind == AS_DRAWN and drawn is not None:
        return drawn.copy()
    return _weights(initializer, fan_in, fan_out, _generator(seed))


def draw_each(
    initializer: Initializer,
    fan_in: IntArray,
    fan_out: IntArray,
    seed: int,
    ends: Sequence[tuple[str, str]],
) -> list[float]:
    """The weights of edges just drawn, each as if it were drawn alone.

    One decimal, which can be read and copied, and never 0, which would look like no edge at all,
    unless it was 0 that was asked for.
    """
    _check_seed(seed)
    exact = _weights(initializer, fan_in, fan_out, _Alone(seed, ends)).tolist()
    if initializer.kind in ("zeros", "constant"):
        return [0.0 if number == 0 else _readable(number) for number in exact]
    return [_readable(number) for number in exact]


def _readable(exact: float) -> float:
    return round(exact, 1) or math.copysign(0.1, exact)


class _Source(Protocol):
    """Where random numbers come from."""

    def uniform(self, low: float, high: float, size: int) -> Float64s:
        """All equally likely."""

    def standard_normal(self, size: int) -> Float64s:
        """A bell curve."""


class _Alone:
    """The first number of a generator of its own for each edge."""

    def __init__(self, seed: int, ends: Sequence[tuple[str, str]]) -> None:
        self._seed, self._ends = seed, ends

    def uniform(self, low: float, high: float, size: int) -> Float64s:
        """All equally likely."""
        return np.fromiter((each.uniform(low, high) for each in self._generators()), float, size)

    def standard_normal(self, size: int) -> Float64s:
        """A bell curve."""
        return np.fromiter((each.standard_normal() for each in self._generators()), float, size)

    def _generators(self) -> Iterator["Generator"]:
        crc = {name: zlib.crc32(name.encode()) for pair in self._ends for name in pair}
        for source, target in self._ends:
            yield _generator(self._seed, crc[source], crc[target])


def _weights(
    initializer: Initializer, fan_in: IntArray, fan_out: IntArray, generator: _Source
) -> Float64s:
    """Xavier: uniform within ±√(6 / (in + out)); He: normal with deviation √(2 / in)."""
    kind, size, edges = initializer.kind, initializer.size, len(fan_in)
    if kind in ("zeros", "constant"):
        return np.full(edges, size if kind == "constant" else 0.0)
    if kind == "normal":
        return size * generator.standard_normal(edges)
    if kind == "he":
        return np.sqrt(2 / fan_in) * generator.standard_normal(edges)
    even = generator.uniform(-1, 1, edges)
    if kind == "xavier":
        return np.sqrt(6 / (fan_in + fan_out)) * even
    return even if kind == AS_DRAWN else size * even


def _generator(*numbers: int) -> "Generator":
    _check_seed(numbers[0])
    return np.random.default_rng(np.random.SeedSequence(numbers))


def _check_seed(seed: int) -> None:
    if seed < 0:
        raise Refused(f"The seed cannot be {seed}. Give a whole number from 0.")
