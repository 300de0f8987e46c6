"""The loss over one or two parameters or directions, as pictures that grow finer."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from engine.errors import Refused
from engine.functions import Floats, frozen
from engine.network import Place
from engine.program.program import Program, why_not_run
from engine.views.objective import Objective, Probe
from engine.views.surface_tiles import BOTH, ParameterTiles, Reach, TileLoss, parts, tilings

COARSER = 4
MOST_VALUES = 1 << 22  # numbers of all rows of the plan, for the samples of one round
MOST_WORK = 1 << 25  # multiply-adds of one point: it stays a matter of milliseconds
SLICE = 1e7  # multiply-adds until somebody may cancel
SMALL = 2e6  # multiply-adds of a picture that is computed in float64 at once
PICTURES = 32

Axis = Place | Floats
Sides = tuple[Floats, Floats]  # along both axes


@dataclass(frozen=True, slots=True, eq=False)
class Axes:
    """What is changed across and, in a surface, upwards: a parameter or a direction each.

    Across a parameter the coordinate is its value, along a direction the number of its lengths
    from the present point.
    """

    first: Axis
    second: Axis | None = None

    def both(self) -> tuple[Axis, ...]:
        return (self.first,) if self.second is None else (self.first, self.second)

    def places(self) -> tuple[Place, ...]:
        """The parameters, where no axis is a direction."""
        places = tuple(axis for axis in self.both() if isinstance(axis, Place))
        return places if len(places) == len(self.both()) else ()

    def present(self, program: Program, parameters: Floats) -> tuple[float, ...]:
        """Where the parameters stand in these coordinates."""
        index = program.network.place_index
        return tuple(
            float(parameters[index[axis]]) if isinstance(axis, Place) else 0.0
            for axis in self.both()
        )

    def directions(self, program: Program) -> tuple[Floats, ...]:
        """The axes as vectors: a parameter is the direction in which it alone changes by 1."""
        places = program.network.places
        return tuple(
            np.array([place == axis for place in places], float)
            if isinstance(axis, Place)
            else axis
            for axis in self.both()
        )


@dataclass(frozen=True, slots=True)
class SurfaceGrid:
    """A square or oblong part of a plane: its middle, half its width and height, points a side."""

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


@dataclass(frozen=True, slots=True, eq=False)
class Surface:
    """The loss at every point, (ys × xs); `done` is the share of the work.

    What is not computed yet is taken from the coarse picture, or NaN where there is none yet.
    Along one axis it has a single row, and its xs are steps away from the present point.
    """

    xs: Floats
    ys: Floats
    losses: Floats
    done: float


def loss_surface(objective: Objective, axes: Axes, grid: SurfaceGrid) -> Iterator[Surface]:
    """The loss around a point of the plane that two axes span.

    Large pictures are computed in float32 (about 1e-6 of the size of the answers); where that
    overflows they are computed again in float64.
    """
    if axes.second is None:
        raise Refused("A surface needs two numbers or directions. Choose a second one.")
    if grid.count < 2 or not (grid.half_x > 0 and grid.half_y > 0):
        raise Refused("A surface needs a width above 0 and at least two points a side.")
    _check(objective, axes)
    x, y = axes.present(objective.program, objective.parameters)
    few = coarser(grid.count)
    coarse, fine = ((grid.xs(count), grid.ys(count)) for count in (few, grid.count))
    offsets = ((across - x, up - y) for across, up in (coarse, fine))
    for picture in _refined(objective, axes, *offsets):
        xs, ys = fine if len(picture.xs) == grid.count else coarse
        yield replace(picture, xs=frozen(xs), ys=frozen(ys))


def loss_curve(objective: Objective, axis: Axis, offsets: Floats) -> Iterator[Surface]:
    """The loss at these steps away from the present point along one parameter or direction."""
    axes, here = Axes(axis), np.zeros(1)
    _check(objective, axes)
    coarse = offsets[np.linspace(0, len(offsets) - 1, coarser(len(offsets))).round().astype(int)]
    yield from _refined(objective, axes, (coarse, here), (offsets, here))


def _check(objective: Objective, axes: Axes) -> None:
    network = objective.program.network
    reason = why_not_run(network, objective.settings)
    if reason is not None:
        raise Refused(reason)
    for axis in axes.both():
        if isinstance(axis, Place) and axis not in network.place_index:
            raise Refused("One of the two numbers is no longer in the network. Choose another one.")
        if not isinstance(axis, Place) and len(axis) != len(objective.parameters):
            raise Refused("The direction belongs to another network. Choose a new one.")
    places = axes.places()
    if len(set(places)) < len(places):
        raise Refused("Choose two different numbers: both axes show the same one.")


def coarser(count: int) -> int:
    """The points of the first picture, where the complete one has so many."""
    return max(2, -(-count // COARSER))


class Field:
    """The loss over a plane, given by offsets from the present point, the fastest way."""

    def __init__(self, objective: Objective, axes: Axes, dtype: type[np.floating]) -> None:
        program, places = objective.program, axes.places()
        self.objective = objective
        self._tiles: Callable[[Objective], ParameterTiles | DirectionTiles]
        if places:
            reach = Reach(program, objective.parameters, places, dtype)
            self._tiles, self._work = partial(ParameterTiles, reach, dtype), reach.work_over
            most = min(MOST_VALUES // program.plan.row_count, MOST_WORK / (1 + reach.work(BOTH)))
        else:
            self._tiles = partial(DirectionTiles, axes.directions(program), dtype)
            per_row = work_per_row(program)
            self._work, most = lambda width, height: width * height * per_row, MOST_WORK / per_row
        self._rounds = parts(len(objective.inputs), max(1, int(most)))
        self._kept: ParameterTiles | DirectionTiles | None = None

    def pieces(self, across: Floats, down: Floats) -> Iterator[TileLoss]:
        """The sums of the loss, tile by tile; with many rows of data every tile comes again."""
        for rows in self._rounds:
            tiles = self._kept or self._tiles(self.objective.part(rows))
            if len(self._rounds) == 1:
                self._kept = tiles
            yield from tiles.losses(across, down)

    def work(self, sides: Sides) -> float:
        """Multiply-adds for a grid of that size."""
        return len(self.objective.inputs) * self._work(len(sides[0]), len(sides[1]))


class DirectionTiles:
    """Any two directions: every parameter changes, so whole networks run side by side."""

    def __init__(
        self, directions: tuple[Floats, ...], dtype: type[np.floating], objective: Objective
    ) -> None:
        self._objective, self._directions = objective, directions
        self._probe = Probe(objective, dtype)

    def losses(self, across: Floats, down: Floats) -> Iterator[TileLoss]:
        samples = len(self._objective.inputs)
        per_point = samples * work_per_row(self._objective.program)
        for high, wide in tilings(len(down), len(across), self._probe.size):
            # θ + x u + y v for every point of a tile
            points = self._objective.parameters + across[None, wide, None] * self._directions[0]
            if len(self._directions) > 1:
                points = points + down[high, None, None] * self._directions[1]
            shape = points.shape[:2]
            sums = self._probe.by_sample(points.reshape(-1, points.shape[-1])).sum(axis=1)
            yield TileLoss(high, wide, sums.reshape(shape), samples, sums.size * per_point)


def work_per_row(program: Program) -> float:
    """Multiply-adds of one sample through the whole network; an activation counts as a few."""
    return float(1 + len(program.network.edges) + 4 * len(program.network.nodes))


def estimate(program: Program, axes: Axes, count: int, rows: int) -> float:
    """Multiply-adds for a picture of so many points a side over so many rows of data.

    Seconds follow from the coarse picture: the time it took × this / the estimate of it.
    """
    places, height = axes.places(), 1 if axes.second is None else count
    if not places:
        return rows * (count * height * work_per_row(program))
    reach = Reach(program, np.zeros(len(program.network.places)), places)
    return rows * reach.work_over(count, height)


def _refined(objective: Objective, axes: Axes, coarse: Sides, fine: Sides) -> Iterator[Surface]:
    """The coarse picture, then the fine one; offsets from the present point as coordinates."""
    rough = Field(objective, axes, np.float32)
    total = rough.work(coarse) + rough.work(fine)
    if axes.second is not None and total > SMALL:
        last = None
        for last in _both(rough, coarse, fine, total):
            if last.done < 1:
                yield last
        if last is not None and np.isfinite(last.losses).all():
            yield last
            return
    yield from _both(Field(objective, axes, np.float64), coarse, fine, total)


def _both(field: Field, coarse: Sides, fine: Sides, total: float) -> Iterator[Surface]:
    preview = Surface(*coarse, np.full((len(coarse[1]), len(coarse[0])), np.nan), 0.0)
    share_of_it = field.work(coarse) / total
    for picture in _drawn(field, preview, total, share_of_it):
        preview = picture
        yield picture
    with np.errstate(all="ignore"):
        wide = _between(preview.losses, preview.xs, fine[0])
        start = np.ascontiguousarray(_between(wide.T, preview.ys, fine[1]).T)
    yield from _drawn(field, Surface(*fine, start, share_of_it), total, 1.0)


def _drawn(field: Field, start: Surface, total: float, end: float) -> Iterator[Surface]:
    """Fill a picture piece by piece; it leaves after every slice of work, renewed now and then."""
    sums, seen = np.zeros(start.losses.shape), np.zeros(start.losses.shape)
    scale = len(field.objective.inputs) / field.objective.share
    work = shown = start.done * total
    picture, since = start, 0.0

    def renewed() -> Surface:
        """The mean (or sum) over the samples seen so far; the rest as it was."""
        with np.errstate(invalid="ignore", divide="ignore"):
            losses = sums / seen * scale
        return replace(picture, losses=frozen(np.where(seen > 0, losses, start.losses)))

    for piece in field.pieces(start.xs, start.ys):
        sums[piece.rows, piece.columns] += piece.sums
        seen[piece.rows, piece.columns] += piece.samples
        work, since = work + piece.work, since + piece.work
        if since < SLICE:
            continue
        since = 0.0
        if work - shown > total / PICTURES:
            shown = work
            picture = renewed()
        picture = replace(picture, done=min(work / total, 0.99 * end))
        yield picture
    yield replace(renewed(), done=end)


def _between(values: Floats, known: Floats, wanted: Floats) -> Floats:
    """Every row of values, which stand at the known places, at the wanted ones: straight lines."""
    if len(known) == 1:
        return values
    right = np.clip(np.searchsorted(known, wanted), 1, len(known) - 1)
    share_of_it = (wanted - known[right - 1]) / (known[right] - known[right - 1])
    return np.asarray(values[:, right - 1] * (1 - share_of_it) + values[:, right] * share_of_it)
