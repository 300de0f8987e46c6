"""The numbers that weights start from, before anything is learnt: drawn from a seed, by a rule."""

import math
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from engine.errors import Refused, unknown

if TYPE_CHECKING:
    from numpy.random import Generator

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


class Source(Protocol):
    """Where random numbers come from."""

    def uniform(self, low: float, high: float, size: int) -> Float64s:
        """All equally likely."""

    def standard_normal(self, size: int) -> Float64s:
        """A bell curve."""


@dataclass(frozen=True, slots=True)
class InitializerKind:
    """One row of the table: `draw(size, fan_in, fan_out, source)` gives a weight for each edge.

    `uses_size` tells whether the learner has a size to choose, `is_random` whether it draws.
    """

    title: str
    help: str
    draw: Callable[[float, IntArray, IntArray, Source], Float64s]
    uses_size: bool = False
    is_random: bool = True


def _zeros(_size: float, fan_in: IntArray, _fan_out: IntArray, _source: Source) -> Float64s:
    return np.zeros(len(fan_in))


def _constant(size: float, fan_in: IntArray, _fan_out: IntArray, _source: Source) -> Float64s:
    return np.full(len(fan_in), size)


def _ones(_size: float, fan_in: IntArray, _fan_out: IntArray, source: Source) -> Float64s:
    return source.uniform(-1, 1, len(fan_in))


def _uniform(size: float, fan_in: IntArray, _fan_out: IntArray, source: Source) -> Float64s:
    return size * source.uniform(-1, 1, len(fan_in))


def _normal(size: float, fan_in: IntArray, _fan_out: IntArray, source: Source) -> Float64s:
    return size * source.standard_normal(len(fan_in))


def _xavier(_size: float, fan_in: IntArray, fan_out: IntArray, source: Source) -> Float64s:
    """Uniform within ±√(6 / (in + out))."""
    return np.sqrt(6 / (fan_in + fan_out)) * source.uniform(-1, 1, len(fan_in))


def _he(_size: float, fan_in: IntArray, _fan_out: IntArray, source: Source) -> Float64s:
    """Normal with standard deviation √(2 / in)."""
    return np.sqrt(2 / fan_in) * source.standard_normal(len(fan_in))


AS_DRAWN = "as drawn"
INITIALIZERS = {
    AS_DRAWN: InitializerKind(
        "As drawn", "The numbers typed or drawn on the canvas stay as they are.", _ones
    ),
    "zeros": InitializerKind(
        "Zeros", "Every weight starts at 0; then hidden neurons of a layer stay equal.",
        _zeros, is_random=False,
    ),
    "constant": InitializerKind(
        "Constant", "Every weight starts at the same number.",
        _constant, uses_size=True, is_random=False,
    ),
    "uniform": InitializerKind(
        "Uniform", "Anything from −size to size, all equally likely.", _uniform, uses_size=True
    ),
    "normal": InitializerKind(
        "Normal", "A bell curve around 0 whose standard deviation is the size.",
        _normal, uses_size=True,
    ),
    "xavier": InitializerKind(
        "Xavier (Glorot)",
        "Uniform within ±√(6 / (in + out)), which suits the sigmoid and tanh.", _xavier,
    ),
    "he": InitializerKind(
        "He (Kaiming)", "Normal with standard deviation √(2 / in), which suits ReLU.", _he
    ),
}  # fmt: skip


def check_initializer(initializer: Initializer) -> None:
    """Refuse an initialiser that is not known or whose numbers make no sense."""
    if initializer.kind not in INITIALIZERS:
        raise unknown("Initialiser", initializer.kind, INITIALIZERS)
    if not math.isfinite(initializer.size) or not math.isfinite(initializer.bias):
        raise Refused("The size and the bias of the initialiser must be numbers. Type them again.")
    row = INITIALIZERS[initializer.kind]
    if row.uses_size and row.is_random and initializer.size <= 0:
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
    return INITIALIZERS[initializer.kind].draw(initializer.size, fan_in, fan_out, _generator(seed))


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
    row, source = INITIALIZERS[initializer.kind], _OwnDraws(seed, ends)
    exact = row.draw(initializer.size, fan_in, fan_out, source).tolist()
    if not row.is_random:
        return [0.0 if number == 0 else _readable(number) for number in exact]
    return [_readable(number) for number in exact]


def _readable(exact: float) -> float:
    return round(exact, 1) or math.copysign(0.1, exact)


class _OwnDraws:
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


def _generator(*numbers: int) -> "Generator":
    _check_seed(numbers[0])
    return np.random.default_rng(np.random.SeedSequence(numbers))


def _check_seed(seed: int) -> None:
    if seed < 0:
        raise Refused(f"The seed cannot be {seed}. Give a whole number from 0.")
