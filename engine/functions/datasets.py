"""Sets of points made from a seed, so that learning has something to learn; which rows are kept
back for the test, and the scaling of columns."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from engine.errors import Refused, unknown
from engine.functions import frozen

if TYPE_CHECKING:
    from numpy.random import Generator

Float64s = NDArray[np.float64]
Bools = NDArray[np.bool_]

MOST_TEST = 0.9
# Each purpose has a stream of its own: moving the noise moves the same points, and a larger share
# of test rows takes further rows along with those it had.
_PLACES, _NOISE, _ORDER, _SPLIT = range(4)


@dataclass(frozen=True, slots=True)
class Recipe:
    """All that a generated set depends on."""

    kind: str
    size: int = 500
    noise: float = 0.0
    seed: int = 0
    test_share: float = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """Two inputs and one target a row, and which rows are for the test only; read-only."""

    inputs: Float64s
    targets: Float64s
    test: Bools


@dataclass(frozen=True, slots=True)
class Scaling:
    """The mean and the standard deviation of each column; 0 and 1 where a column stays as it is."""

    mean: tuple[float, ...]
    deviation: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class DatasetKind:
    """One row of the table: `make` gives inputs (N, 2) and targets (N,) in an order of its own."""

    title: str
    line: str
    classification: bool
    make: Callable[[Recipe], tuple[Float64s, Float64s]]


def _circle(recipe: Recipe) -> tuple[Float64s, Float64s]:
    """r in 0 … 2.5 for +1 and in 3.5 … 5 for −1; with noise the class is that of a point nearby."""
    generator = _generator(recipe.seed, _PLACES)
    inside = _alternate(recipe.size) > 0
    part, angle = generator.random(recipe.size), generator.uniform(0, 2 * np.pi, recipe.size)
    radius = np.where(inside, 2.5 * part, 3.5 + 1.5 * part)
    inputs = np.column_stack([radius * np.sin(angle), radius * np.cos(angle)])
    distance = np.hypot(*_nearby(inputs, 5, recipe).T)
    return inputs, np.where(distance < 2.5, 1.0, -1.0)


def _xor(recipe: Recipe) -> tuple[Float64s, Float64s]:
    """+1 where x·y ≥ 0, −1 elsewhere, as many in each quarter; no point within 0.3 of an axis."""
    quarter = np.arange(recipe.size) % 4
    signs = np.array([[1, 1], [1, -1], [-1, -1], [-1, 1]])[quarter]
    inputs = signs * (0.3 + _generator(recipe.seed, _PLACES).uniform(0, 5, (recipe.size, 2)))
    return inputs, np.where(_nearby(inputs, 5, recipe).prod(axis=1) >= 0, 1.0, -1.0)


def _gauss(recipe: Recipe) -> tuple[Float64s, Float64s]:
    """Clouds around (2, 2) for +1 and (−2, −2) for −1, of variance 0.5 + 7·noise."""
    targets = _alternate(recipe.size)
    cloud = _generator(recipe.seed, _PLACES).standard_normal((recipe.size, 2))
    return 2 * targets[:, None] + math.sqrt(0.5 + 7 * recipe.noise) * cloud, targets


def _spiral(recipe: Recipe) -> tuple[Float64s, Float64s]:
    """r = 5·p and angle = 2π·1.75·p along an arm, the arm of −1 turned by half a turn."""
    targets = _alternate(recipe.size)
    # Half a step in, or both arms would begin with the same point in the middle.
    part = (np.arange(recipe.size) // 2 + 0.5) / ((recipe.size + 1) // 2)
    angle = 2 * np.pi * 1.75 * part + np.where(targets > 0, 0, np.pi)
    inputs = 5 * part[:, None] * np.column_stack([np.sin(angle), np.cos(angle)])
    return _nearby(inputs, 1, recipe), targets


def _plane(recipe: Recipe) -> tuple[Float64s, Float64s]:
    """target = (x + y) / 10."""
    inputs = _generator(recipe.seed, _PLACES).uniform(-6, 6, (recipe.size, 2))
    return inputs, _nearby(inputs, 6, recipe).sum(axis=1) / 10


_CENTRES = frozen(np.array([[-4, 2.5], [0, 2.5], [4, 2.5], [-4, -2.5], [0, -2.5], [4, -2.5]]))
_SIGNS = frozen(np.array([1, -1, 1, -1, 1, -1]))


def _bumps(recipe: Recipe) -> tuple[Float64s, Float64s]:
    """target = ±max(0, 1 − d/2), d being the distance to the nearest centre and ± its sign."""
    inputs = _generator(recipe.seed, _PLACES).uniform(-6, 6, (recipe.size, 2))
    apart = _nearby(inputs, 6, recipe)[:, None, :] - _CENTRES
    distance = np.hypot(apart[:, :, 0], apart[:, :, 1])
    height = np.maximum(0, 1 - distance.min(axis=1) / 2)
    return inputs, _SIGNS[distance.argmin(axis=1)] * height


def _nearby(inputs: Float64s, radius: float, recipe: Recipe) -> Float64s:
    """Each point moved by up to noise · radius in each direction."""
    moves = _generator(recipe.seed, _NOISE).uniform(-radius, radius, inputs.shape)
    return inputs + recipe.noise * moves


def _alternate(size: int) -> Float64s:
    return np.where(np.arange(size) % 2 == 0, 1.0, -1.0)


def _generator(seed: int, purpose: int) -> "Generator":
    return np.random.default_rng([seed, purpose])


DATASETS = {
    "circle": DatasetKind(
        "Circle", "A disc of one class inside a ring of the other.", True, _circle),
    "xor": DatasetKind(
        "Exclusive or", "Opposite quarters of the square share a class.", True, _xor),
    "gauss": DatasetKind("Gauss", "Two round clouds, one for each class.", True, _gauss),
    "spiral": DatasetKind("Spiral", "Two arms wound around each other.", True, _spiral),
    "plane": DatasetKind("Plane", "A slope that rises evenly to one corner.", False, _plane),
    "bumps": DatasetKind("Bumps", "Six hills and hollows, taking turns.", False, _bumps),
}  # fmt: skip


def check_recipe(recipe: Recipe) -> None:
    """Refuse a set that cannot be made."""
    if recipe.kind not in DATASETS:
        raise unknown("Data set", recipe.kind, DATASETS)
    if not 0 <= recipe.noise <= 1:
        raise Refused(f"The noise cannot be {recipe.noise:g}. Give a number from 0 to 1.")
    _check_split(recipe.size, recipe.test_share, recipe.seed)


def _check_split(count: int, share: float, seed: int) -> None:
    if count < 1:
        raise Refused(f"A data set cannot have {count} rows. Give 1 or more.")
    if not 0 <= share <= MOST_TEST:
        raise Refused(f"The share of test rows cannot be {share:g}. Give a number from 0 to "
                      f"{MOST_TEST}.")  # fmt: skip
    if seed < 0:
        raise Refused(f"The seed cannot be {seed}. Give a whole number from 0.")


def generate(recipe: Recipe) -> Points:
    """The points of a recipe, shuffled; always the same for the same recipe."""
    check_recipe(recipe)
    inputs, targets = DATASETS[recipe.kind].make(recipe)
    order = _generator(recipe.seed, _ORDER).permutation(recipe.size)
    test = split(recipe.size, recipe.test_share, recipe.seed)
    return Points(frozen(inputs[order]), frozen(targets[order, None]), test)


def split(count: int, share: float, seed: int) -> Bools:
    """True for round(count · share) rows, chosen by the seed; at least one row stays for training.

    A larger share keeps the rows that a smaller one has.
    """
    _check_split(count, share, seed)
    test = np.zeros(count, np.bool_)
    chosen = _generator(seed, _SPLIT).permutation(count)
    test[chosen[: min(round(count * share), count - 1)]] = True
    return frozen(test)


def fit_scaling(inputs: Float64s) -> Scaling:
    """mean = Σx / n and deviation = √(Σ(x − mean)² / n) of each column of the training part."""
    with np.errstate(over="ignore", invalid="ignore"):
        mean, deviation = inputs.mean(axis=0), inputs.std(axis=0)
    # Equal numbers may still have a mean that is off by a rounding, so that is not looked at; and
    # a deviation too small or too large for a float could only make a NaN.
    stays = (inputs == inputs[0]).all(axis=0) | (deviation == 0) | ~np.isfinite(deviation)
    return Scaling(
        tuple(np.where(stays, 0.0, mean).tolist()), tuple(np.where(stays, 1.0, deviation).tolist())
    )


def constant_columns(inputs: Float64s) -> tuple[int, ...]:
    """The columns, counted from 0, that hold one and the same number in every row."""
    return tuple(np.flatnonzero((inputs == inputs[0]).all(axis=0)).tolist())


def scale(scaling: Scaling, inputs: Float64s) -> Float64s:
    """(x − mean) / deviation."""
    return np.asarray((inputs - np.array(scaling.mean)) / np.array(scaling.deviation))


def unscale(scaling: Scaling, inputs: Float64s) -> Float64s:
    """x · deviation + mean."""
    return np.asarray(inputs * np.array(scaling.deviation) + np.array(scaling.mean))
