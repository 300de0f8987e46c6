"""The loss over one or two parameters or directions, as pictures that grow finer."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from engine.errors import Refused
from engine.functions import Floats, frozen
from engine.network import Place
from engine.program.program import Program, why_not_run
from engine.views.objective import Objective, Probe
from engine.views.surface_tiles import (
    BOTH,
    FIRST,
    SECOND,
    FixedValues,
    Reach,
    Room,
    TileLoss,
    parts,
    reach_of,
    tile_losses,
    tilings,
)

COARSER = 4
MOST_VALUES = 1 << 22
MOST_WORK = 1 << 25

Axis = Place | Floats


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

    def places(self) -> tuple[Place, ...] | None:
        """The parameters, where no axis is a direction."""
        places = tuple(axis for axis in self.both() if isinstance(axis, Place))
        return places if len(places) == len(self.both()) else None

    def present(self, program: Program, parameters: Floats) -> tuple[float, ...]:
        """Where the parameters stand in these coordinates."""
        index = program.network.place_index
        return tuple(
            float(parameters[index[axis]]) if isinstance(axis, Place) else 0.0
            for axis in self.both()
        )

    def directions(self, program: Program) -> tuple[Floats, ...]:
        """The axes as vectors: a parameter is the direction in which it alone changes by 1."""
        return tuple(_vector(program, axis) for axis in self.both())


def _vector(program: Program, axis: Axis) -> Floats:
    if not isinstance(axis, Place):
        return axis
    vector = np.zeros(len(program.network.places))
    vector[program.network.place_index[axis]] = 1
    return vector


class Field(Protocol):
    """The loss over a plane, given by offsets from the present point."""

    objective: Objective

    def pieces(self, across: Floats, down: Floats) -> Iterator[TileLoss]:
        """The sums of the loss, tile by tile; a tile may come again with further samples."""

    def work(self, width: int, height: int) -> float:
        """Multiply-adds for a grid of that size."""


def field(objective: Objective, axes: Axes, dtype: type[np.floating]) -> Field:
    """The fastest way to the loss over a plane."""
    places = axes.places()
    if places is not None:
        return ParameterField(objective, places, dtype)
    return DirectionField(objective, axes.directions(objective.program), dtype)


def check_axes(objective: Objective, axes: Axes) -> None:
    """Refuse what cannot be drawn."""
    network = objective.program.network
    reason = why_not_run(network, objective.settings)
    if reason is not None:
        raise Refused(reason)
    for axis in axes.both():
        if isinstance(axis, Place) and axis not in network.place_index:
            raise Refused("One of the two numbers is no longer in the network. Choose another one.")
        if not isinstance(axis, Place) and len(axis) != len(objective.parameters):
            raise Refused("The direction belongs to another network. Choose a new one.")
    places = axes.places() or ()
    if len(set(places)) < len(places):
        raise Refused("Choose two different numbers: both axes show the same one.")


class ParameterField:
    """One or two parameters: recomputes only what lies downstream of them."""

    def __init__(
        self, objective: Objective, places: tuple[Place, ...], dtype: type[np.floating]
    ) -> None:
        self.objective, self.dtype = objective, dtype
        self.reach = reach_of(objective.program, objective.parameters, places, dtype)
        self._rooms: list[Room] = []

    def pieces(self, across: Floats, down: Floats) -> Iterator[TileLoss]:
        """As Field says; many rows of data come in several rounds."""
        objective = self.objective
        rounds = parts(len(objective.inputs), _rows_at_once(objective.program, self.reach))
        for rows in rounds:
            room = self._rooms[0] if self._rooms else self._room(rows)
            if len(rounds) == 1:
                self._rooms = [room]
            yield from tile_losses(room, across, down)

    def _room(self, rows: slice) -> Room:
        return Room(FixedValues(self.objective.part(rows), self.reach, self.dtype))

    def work(self, width: int, height: int) -> float:
        return len(self.objective.inputs) * work_of(self.reach, width, height)


def work_of(reach: Reach, width: int, height: int) -> float:
    """Multiply-adds for one sample over a grid."""
    lines = width * reach.work(FIRST) + height * reach.work(SECOND)
    return lines + width * height * (1 + reach.work(BOTH))


def _rows_at_once(program: Program, reach: Reach) -> int:
    """So few rows of data that one point of the grid stays a matter of milliseconds."""
    values = MOST_VALUES // program.plan.row_count
    return max(1, min(values, int(MOST_WORK / (1 + reach.work(BOTH)))))


class DirectionField:
    """Any two directions: every parameter changes, so whole networks run side by side."""

    def __init__(
        self, objective: Objective, directions: tuple[Floats, ...], dtype: type[np.floating]
    ) -> None:
        self.objective, self.directions, self.dtype = objective, directions, dtype
        self._probes: list[Probe] = []

    def pieces(self, across: Floats, down: Floats) -> Iterator[TileLoss]:
        objective, per_row = self.objective, work_per_row(self.objective.program)
        rounds = parts(len(objective.inputs), max(1, int(MOST_WORK / per_row)))
        for rows in rounds:
            probe = self._probes[0] if self._probes else Probe(objective.part(rows), self.dtype)
            if len(rounds) == 1:
                self._probes = [probe]
            samples = rows.stop - rows.start
            for high, wide in tilings(len(down), len(across), probe.size):
                points = self._points(across[wide], down[high])
                sums = probe.by_sample(points).sum(axis=1)
                shape = (high.stop - high.start, wide.stop - wide.start)
                work = sums.size * samples * per_row
                yield TileLoss(high, wide, sums.reshape(shape), samples, work)

    def _points(self, across: Floats, down: Floats) -> Floats:
        """θ + x u + y v for every point of a tile, (points × parameters)."""
        points = self.objective.parameters + across[None, :, None] * self.directions[0]
        if len(self.directions) > 1:
            points = points + down[:, None, None] * self.directions[1]
        return np.asarray(points.reshape(-1, points.shape[-1]))

    def work(self, width: int, height: int) -> float:
        return width * height * len(self.objective.inputs) * work_per_row(self.objective.program)


def work_per_row(program: Program) -> float:
    """Multiply-adds of one sample through the whole network; an activation counts as a few."""
    return float(1 + len(program.network.edges) + 4 * len(program.network.nodes))


def coarser(count: int) -> int:
    """The points of the first picture, where the complete one has so many."""
    return max(2, -(-count // COARSER))


def estimate(program: Program, axes: Axes, width: int, height: int, rows: int) -> float:
    """Multiply-adds for a picture of that size over so many rows of data.

    Seconds follow from the coarse picture: the time it took × this / the estimate of it.
    """
    places = axes.places()
    if places is None:
        return width * height * rows * work_per_row(program)
    reach = reach_of(program, np.zeros(len(program.network.places)), places)
    return rows * work_of(reach, width, height)


SLICE = 1e7
SMALL = 2e6
PICTURES = 32


@dataclass(frozen=True, slots=True)
class SurfaceGrid:
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
class LossCurve:
    """The loss along one parameter or direction, by steps away from the present point."""

    offsets: Floats
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
    check_axes(objective, axes)
    x, y = axes.present(objective.program, objective.parameters)
    coarse = grid.xs(grid.coarse), grid.ys(grid.coarse)
    fine = grid.xs(grid.count), grid.ys(grid.count)
    offsets = ((across - x, up - y) for across, up in (coarse, fine))
    for picture in _refined(objective, axes, *offsets):
        xs, ys = fine if picture.losses.shape == (grid.count, grid.count) else coarse
        yield replace(picture, xs=frozen(xs), ys=frozen(ys))


def loss_curve(objective: Objective, axis: Axis, offsets: Floats) -> Iterator[LossCurve]:
    """The loss at these steps away from the present point along one parameter or direction."""
    axes, here = Axes(axis), np.zeros(1)
    check_axes(objective, axes)
    coarse = offsets[np.linspace(0, len(offsets) - 1, coarser(len(offsets))).round().astype(int)]
    for picture in _refined(objective, axes, (coarse, here), (offsets, here)):
        yield LossCurve(picture.xs, picture.losses[0], picture.done)


def _refined(
    objective: Objective, axes: Axes, coarse: tuple[Floats, Floats], fine: tuple[Floats, Floats]
) -> Iterator[Surface]:
    """The coarse picture, then the fine one; offsets from the present point as coordinates."""
    rough = field(objective, axes, np.float32)
    total = _work(rough, coarse) + _work(rough, fine)
    if axes.second is not None and total > SMALL:
        last = None
        for last in _both(rough, coarse, fine, total):
            if not last.complete:
                yield last
        if last is not None and np.isfinite(last.losses).all():
            yield last
            return
    yield from _both(field(objective, axes, np.float64), coarse, fine, total)


def _work(plane: Field, offsets: tuple[Floats, Floats]) -> float:
    return plane.work(len(offsets[0]), len(offsets[1]))


def _both(
    plane: Field, coarse: tuple[Floats, Floats], fine: tuple[Floats, Floats], total: float
) -> Iterator[Surface]:
    preview = Surface(*coarse, np.full((len(coarse[1]), len(coarse[0])), np.nan), 0.0)
    share_of_it = _work(plane, coarse) / total
    for picture in _drawn(plane, preview, total, share_of_it):
        preview = picture
        yield picture
    start = Surface(*fine, _stretched(preview, *fine), share_of_it)
    yield from _drawn(plane, start, total, 1.0)


def _drawn(plane: Field, start: Surface, total: float, end: float) -> Iterator[Surface]:
    """Fill a picture piece by piece; it leaves after every slice of work, renewed now and then."""
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
            picture = replace(picture, losses=_means(plane.objective, start, sums, seen))
        picture = replace(picture, done=min(work / total, 0.99 * end))
        yield picture
    yield replace(picture, losses=_means(plane.objective, start, sums, seen), done=end)


def _means(objective: Objective, start: Surface, sums: Floats, seen: Floats) -> Floats:
    """The mean (or sum) over the samples seen so far; the rest as it was."""
    scale = len(objective.inputs) / objective.share
    with np.errstate(invalid="ignore", divide="ignore"):
        losses = sums / seen * scale
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
