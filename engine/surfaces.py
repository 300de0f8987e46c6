"""The loss over one or two parameters or directions, as pictures that grow finer.

Pictures come from generators: a coarse one first, the complete one last, a few milliseconds of
work between any two, so that whoever draws them can stop at any time by closing the generator.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from engine.calls import Floats, frozen
from engine.errors import Refused
from engine.probe import directional, loss_at, penalty_at, share, slope_at
from engine.program import Program
from engine.settings import Settings
from engine.slices import Axes, Axis, Field, Scene, check, coarser, field

SLICE = 1e7
SMALL = 2e6
PICTURES = 32

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Grid:
    """A square or oblong part of a plane: its middle, half its width and height, points a side.

    For a parameter the coordinate is its value; for a direction, lengths from the present point.
    """

    center_x: float
    center_y: float
    half_x: float
    half_y: float
    count: int

    def xs(self, count: int) -> Floats:
        """So many coordinates from left to right."""
        return np.linspace(self.center_x - self.half_x, self.center_x + self.half_x, count)

    def ys(self, count: int) -> Floats:
        """So many coordinates from bottom to top."""
        return np.linspace(self.center_y - self.half_y, self.center_y + self.half_y, count)

    @property
    def coarse(self) -> int:
        """The points a side of the first picture: a quarter."""
        return coarser(self.count)


@dataclass(frozen=True, slots=True, eq=False)
class Surface:
    """The loss at every point, (ys × xs); `done` is the share of the work.

    What is not computed yet is taken from the coarse picture, or NaN where there is none yet.
    """

    xs: Floats
    ys: Floats
    losses: Floats
    done: float

    @property
    def complete(self) -> bool:
        """Whether this is the last picture."""
        return self.done >= 1


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """The loss along one parameter or direction, and its slope and value at the present point."""

    offsets: Floats
    losses: Floats
    loss: float
    slope: float
    done: float

    def tangent(self) -> Floats:
        """l(θ) + ε ∇l·v: the straight line that touches the curve at ε = 0."""
        return np.asarray(self.loss + self.offsets * self.slope)


def loss_surface(
    program: Program,
    settings: Settings,
    parameters: Floats,
    inputs: Floats,
    targets: Floats,
    axes: Axes,
    grid: Grid,
    middle: float = 0.5,
    penalties: bool = False,
    exact: bool = False,
) -> Iterator[Surface]:
    """The loss around a point of the plane that two axes span.

    Large pictures are computed in float32 (about 1e-6 of the size of the answers) unless `exact`;
    where that overflows they are computed again in float64.
    """
    if axes.second is None:
        raise Refused("A surface needs two numbers or directions. Choose a second one.")
    if grid.count < 2 or not (grid.half_x > 0 and grid.half_y > 0):
        raise Refused("A surface needs a width above 0 and at least two points a side.")
    scene = Scene(program, settings, parameters, inputs, targets, middle, penalties)
    check(scene, axes)
    return _surfaces(scene, axes, grid, exact)


def _surfaces(scene: Scene, axes: Axes, grid: Grid, exact: bool) -> Iterator[Surface]:
    x, y = axes.present(scene.program, scene.parameters)
    coarse = grid.xs(grid.coarse), grid.ys(grid.coarse)
    fine = grid.xs(grid.count), grid.ys(grid.count)
    for picture in _refined(scene, axes, exact, *(_moved(c, (x, y)) for c in (coarse, fine))):
        xs, ys = fine if picture.losses.shape == (grid.count, grid.count) else coarse
        yield replace(picture, xs=frozen(xs), ys=frozen(ys))


def _moved(
    coordinates: tuple[Floats, Floats], present: tuple[float, float]
) -> tuple[Floats, Floats]:
    return coordinates[0] - present[0], coordinates[1] - present[1]


def loss_curve(
    program: Program,
    settings: Settings,
    parameters: Floats,
    inputs: Floats,
    targets: Floats,
    axis: Axis,
    offsets: Floats,
    middle: float = 0.5,
    penalties: bool = False,
) -> Iterator[Curve]:
    """The loss at these steps away from the present point along one parameter or direction."""
    scene = Scene(program, settings, parameters, inputs, targets, middle, penalties)
    check(scene, Axes(axis))
    return _curves(scene, Axes(axis), np.asarray(offsets, dtype=np.float64))


def _curves(scene: Scene, axes: Axes, offsets: Floats) -> Iterator[Curve]:
    here = np.zeros(1)
    rows = scene.inputs, scene.targets
    coarse = offsets[np.linspace(0, len(offsets) - 1, coarser(len(offsets))).round().astype(int)]
    pictures = _refined(scene, axes, True, (coarse, here), (offsets, here))
    value = slope = 0.0
    for i, picture in enumerate(pictures):
        if not i:
            value = loss_at(scene.program, scene.settings, scene.parameters, *rows, scene.middle)
            value += penalty_at(scene.program, scene.settings, scene.parameters) * scene.penalties
            gradient = slope_at(
                scene.program, scene.settings, scene.parameters, *rows, scene.penalties
            )
            slope = directional(gradient, axes.directions(scene.program)[0])
        yield Curve(picture.xs, picture.losses[0], value, slope, picture.done)


def _refined(
    scene: Scene,
    axes: Axes,
    exact: bool,
    coarse: tuple[Floats, Floats],
    fine: tuple[Floats, Floats],
) -> Iterator[Surface]:
    """The coarse picture, then the fine one; offsets from the present point as coordinates."""
    rough = field(scene, axes, np.float32)
    total = _work(rough, coarse) + _work(rough, fine)
    if not exact and total > SMALL:
        last = None
        for last in _both(scene, rough, coarse, fine, total):
            if not last.complete:
                yield last
        if last is not None and np.isfinite(last.losses).all():
            yield last
            return
    yield from _both(scene, field(scene, axes, np.float64), coarse, fine, total)


def _work(plane: Field, offsets: tuple[Floats, Floats]) -> float:
    return plane.work(len(offsets[0]), len(offsets[1]))


def _both(
    scene: Scene,
    plane: Field,
    coarse: tuple[Floats, Floats],
    fine: tuple[Floats, Floats],
    total: float,
) -> Iterator[Surface]:
    preview = Surface(*coarse, np.full((len(coarse[1]), len(coarse[0])), np.nan), 0.0)
    share_of_it = _work(plane, coarse) / total
    for picture in _drawn(scene, plane, preview, total, share_of_it):
        preview = picture
        yield picture
    start = Surface(*fine, _stretched(preview, *fine), share_of_it)
    yield from _drawn(scene, plane, start, total, 1.0)


def _drawn(
    scene: Scene, plane: Field, start: Surface, total: float, end: float
) -> Iterator[Surface]:
    """Fill a picture piece by piece; it leaves after every slice of work, renewed now and then."""
    penalty = plane.penalty(start.xs, start.ys) if scene.penalties else 0.0
    sums, seen = np.zeros(start.losses.shape), np.zeros(start.losses.shape)
    work = shown = start.done * total
    picture, since = start, 0.0
    for piece in plane.pieces(start.xs, start.ys):
        sums[piece.rows, piece.columns] += piece.sums
        seen[piece.rows, piece.columns] += piece.samples
        work, since = work + piece.work, since + piece.work
        if since < SLICE:
            continue
        since = 0.0
        if work - shown > total / PICTURES:
            shown = work
            picture = replace(picture, losses=_means(scene, start, sums, seen, penalty))
        picture = replace(picture, done=min(work / total, 0.99 * end))
        yield picture
    yield replace(picture, losses=_means(scene, start, sums, seen, penalty), done=end)


def _means(
    scene: Scene, start: Surface, sums: Floats, seen: Floats, penalty: Floats | float
) -> Floats:
    """The mean (or sum) over the samples seen so far, and the penalties; the rest as it was."""
    rows = len(scene.inputs)
    scale = rows / share(scene.settings, rows)
    with np.errstate(invalid="ignore", divide="ignore"):
        losses = sums / seen * scale + penalty
    return frozen(np.where(seen > 0, losses, start.losses))


def _stretched(picture: Surface, xs: Floats, ys: Floats) -> Floats:
    """A coarse picture on a finer grid, by straight lines between its points."""
    with np.errstate(all="ignore"):
        wide = _between(picture.losses, picture.xs, xs)
        return np.ascontiguousarray(_between(wide.T, picture.ys, ys).T)


def _between(values: Floats, known: Floats, wanted: Floats) -> Floats:
    """Every row of values, which stand at the known places, at the wanted ones."""
    if len(known) == 1:
        return values
    right = np.clip(np.searchsorted(known, wanted), 1, len(known) - 1)
    share_of_it = (wanted - known[right - 1]) / (known[right] - known[right - 1])
    return np.asarray(values[:, right - 1] * (1 - share_of_it) + values[:, right] * share_of_it)


def whole(pictures: Iterable[_T]) -> _T:
    """The last picture, for those who can wait."""
    return deque(pictures, maxlen=1)[0]
