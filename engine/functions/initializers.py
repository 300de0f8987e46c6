"""The numbers that weights start from, before anything is learnt: drawn from a seed, by a rule."""

import math
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

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


@dataclass(frozen=True, slots=True)
class InitializerKind:
    """One row of the table: a weight is `scale(size, fan_in, fan_out)` × what it draws.

    It draws anything `"within"` ±1, all equally likely, or from a `"bell"` curve around 0, or
    takes 1 where there is nothing to draw. `uses_size` tells whether the learner has a size.
    """

    title: str
    help: str
    draws: Literal["within", "bell", ""]
    scale: Callable[[float, IntArray, IntArray], Float64s | float]
    uses_size: bool = False

    def unit(self, generator: "Generator", count: int) -> Float64s:
        """So many numbers before they are scaled."""
        if self.draws == "within":
            return generator.uniform(-1, 1, count)
        return generator.standard_normal(count) if self.draws == "bell" else np.ones(count)


AS_DRAWN = "as drawn"
INITIALIZERS = {
    AS_DRAWN: InitializerKind(
        "As drawn", "The numbers typed or drawn on the canvas stay as they are.",
        "within", lambda size, fan_in, fan_out: 1.0,
    ),
    "zeros": InitializerKind(
        "Zeros", "Every weight starts at 0; then hidden neurons of a layer stay equal.",
        "", lambda size, fan_in, fan_out: 0.0,
    ),
    "constant": InitializerKind(
        "Constant", "Every weight starts at the same number.",
        "", lambda size, fan_in, fan_out: size, uses_size=True,
    ),
    "uniform": InitializerKind(
        "Uniform", "Anything from −size to size, all equally likely.",
        "within", lambda size, fan_in, fan_out: size, uses_size=True,
    ),
    "normal": InitializerKind(
        "Normal", "A bell curve around 0 whose standard deviation is the size.",
        "bell", lambda size, fan_in, fan_out: size, uses_size=True,
    ),
    "xavier": InitializerKind(
        "Xavier (Glorot)", "Uniform within ±√(6 / (in + out)), which suits the sigmoid and tanh.",
        "within", lambda size, fan_in, fan_out: np.sqrt(6 / (fan_in + fan_out)),
    ),
    "he": InitializerKind(
        "He (Kaiming)", "Normal with standard deviation √(2 / in), which suits ReLU.",
        "bell", lambda size, fan_in, fan_out: np.sqrt(2 / fan_in),
    ),
}  # fmt: skip


def check_initializer(initializer: Initializer) -> None:
    """Refuse an initialiser that is not known or whose numbers make no sense."""
    if initializer.kind not in INITIALIZERS:
        raise unknown("Initialiser", initializer.kind, INITIALIZERS)
    if not math.isfinite(initializer.size) or not math.isfinite(initializer.bias):
        raise Refused("The size and the bias of the initialiser must be numbers. Type them again.")
    row = INITIALIZERS[initializer.kind]
    if row.uses_size and row.draws and initializer.size <= 0:
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
    row, generator = INITIALIZERS[initializer.kind], _generator(seed)
    return row.scale(initializer.size, fan_in, fan_out) * row.unit(generator, len(fan_in))


def draw_each(
    initializer: Initializer,
    fan_in: IntArray,
    fan_out: IntArray,
    seed: int,
    ends: Sequence[tuple[str, str]],
) -> list[float]:
    """The weights of edges just drawn, each from a generator of its own, as if drawn alone.

    One decimal, which can be read and copied, and never 0, which would look like no edge at all,
    unless it was 0 that was asked for.
    """
    row = INITIALIZERS[initializer.kind]
    crc = {name: zlib.crc32(name.encode()) for pair in ends for name in pair}
    generators = (_generator(seed, crc[source], crc[target]) for source, target in ends)
    units = np.array([row.unit(each, 1)[0] for each in generators])
    exact = (row.scale(initializer.size, fan_in, fan_out) * units).tolist()
    return [
        0.0 if number == 0 and not row.draws
        else round(number, 1) or math.copysign(0.1, number) for number in exact
    ]  # fmt: skip


def _generator(seed: int, *more: int) -> "Generator":
    if seed < 0:
        raise Refused(f"The seed cannot be {seed}. Give a whole number from 0.")
    return np.random.default_rng(np.random.SeedSequence((seed, *more)))
