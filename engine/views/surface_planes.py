"""Which plane through all parameters a surface shows, and the directions it may lie along."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from engine.errors import Refused
from engine.experiment.experiment import Experiment
from engine.experiment.history import cut_after, path_of
from engine.experiment.walk import Context, Position, Updater
from engine.functions import Floats, frozen
from engine.network import Network, Place
from engine.numerals import count, short
from engine.program.program import Program, why_not_run
from engine.views.objective import loss_at, objective_of, slope_at
from engine.views.surfaces import Axes, Surface, SurfaceGrid, loss_curve, loss_surface, work_per_row

Mode = Literal["numbers", "random", "path"]
Pair = tuple[Place | None, Place | None]

MOST_POINTS = 1000  # of a path, for its directions
STRAIGHT = 1e-9  # of the longest: what is shorter is a rounding error
LEAST_HALF: dict[Mode, float] = {"numbers": 2.0, "random": 1.0, "path": 0.5}
AROUND = 0.7  # of the width of a path, to each side
LONGEST_CURVE = 201
AT_ONCE = 3e5  # multiply-adds of a pass forward that may be made between two frames


def random_directions(program: Program, parameters: Floats, seed: int) -> tuple[Floats, Floats]:
    """Two directions that fit the size of each neuron's weights; locked numbers stay.

    d_w = ‖w‖ · u for the incoming weights w of each neuron, with u a random unit vector; its bias
    moves by N(0, 1) · ‖w‖ / √n, that is on the scale of one of the n weights. Without such a scale
    a direction says more about the sizes of the weights than about the loss.
    """
    network = program.network
    owner = np.array([network.index[place.target] for place in network.places], dtype=np.intp)
    is_weight = np.array([place.what == "weight" for place in network.places], dtype=np.bool_)
    free = ~np.array(network.locks, dtype=np.bool_)

    def summed(values: Floats) -> Floats:
        """Over all that belongs to a neuron, told at each of its numbers."""
        return np.bincount(owner, values, len(network.nodes)).astype(np.float64)[owner]

    def unit(draw: Floats) -> Floats:
        weights = np.where(moves, draw, 0.0)
        length = np.sqrt(summed(weights**2))
        return np.asarray(np.divide(weights, length, out=weights, where=length > 0))

    fan = summed((free & is_weight).astype(np.float64))
    moves = free & (is_weight | (fan == 0))  # a lone number is a filter of its own
    size = np.sqrt(summed(moves * np.asarray(parameters, dtype=np.float64) ** 2))
    fan = np.maximum(1, fan)
    one, other = np.random.default_rng(seed).normal(size=(2, len(free)))
    first = unit(one)
    shadow = summed(np.where(moves, other * first, 0.0))
    second = unit(np.where(fan > 1, other - shadow * first, other))  # at right angles, if it can be
    pair = [
        np.where(free & ~moves, draw * size / np.sqrt(fan), direction * size)
        for direction, draw in ((first, one), (second, other))
    ]
    if not (pair[0].any() and pair[1].any()):
        raise Refused("Every number that learns is 0, so no direction fits their size. Reset to "
                      "random weights, or choose two parameters.")  # fmt: skip
    return frozen(pair[0]), frozen(pair[1])


def principal_directions(
    path: Floats, present: Floats
) -> tuple[Floats, Floats, tuple[float, float]]:
    """The two directions in which a recorded path (updates × parameters) varies most, and the
    shares of its variance that they explain.

    With the points' mean taken off, M = U S Vᵀ: the rows of Vᵀ are the directions, and
    s_k² / Σ s² is the share of the variance that direction k explains.
    """
    points = np.asarray(path, dtype=np.float64)
    if len(points) == 0 or not np.array_equal(points[-1], present):
        points = np.concatenate([points.reshape(-1, len(present)), present[None]])
    if len(points) > MOST_POINTS:
        points = points[np.linspace(0, len(points) - 1, MOST_POINTS).round().astype(np.intp)]
    if len(points) < 3:
        raise Refused("The path has fewer than three points. Train a few updates, or choose "
                      "random directions.")  # fmt: skip
    spread = points - points.mean(axis=0)
    if not np.isfinite(spread).all():
        raise Refused("The path holds numbers that are too large. Go back to where it was finite.")
    _, sizes, directions = np.linalg.svd(spread, full_matrices=False)
    if not sizes[0] > STRAIGHT * max(1.0, float(np.abs(points).max())):
        raise Refused("The parameters have not moved. Train a few updates, or choose random "
                      "directions.")  # fmt: skip
    if len(sizes) < 2 or sizes[1] <= STRAIGHT * sizes[0]:
        raise Refused("The path is a straight line, so it shows one direction only. Train further, "
                      "or choose random directions.")  # fmt: skip
    shares = sizes**2 / (sizes**2).sum()
    # The sign is free; the largest component is made positive, so that it is always the same.
    first, second = (v if v[np.argmax(np.abs(v))] > 0 else -v for v in directions[:2])
    return frozen(first), frozen(second), (float(shares[0]), float(shares[1]))


def project(path: Floats, origin: Floats, directions: Sequence[Floats]) -> Floats:
    """Where each point of a path lies in the plane of two directions, (points × 2).

    The c that make |p - o - Σ c_k v_k| smallest: what is left of the point stands at right angles.
    """
    basis = np.stack(directions, axis=1)
    coordinates, *_ = np.linalg.lstsq(basis, (np.asarray(path) - origin).T, rcond=None)
    return frozen(np.ascontiguousarray(coordinates.T))


@dataclass(frozen=True, slots=True, eq=False)
class SurfacePlane:
    """The axes; along directions everything is counted from the anchor.

    `made_of` says where directions come from.
    """

    mode: Mode
    axes: Axes
    anchor: Floats
    update: int
    names: tuple[str, str] = ("direction 1", "direction 2")
    made_of: str = ""

    @property
    def movable(self) -> bool:
        """Whether the point can be dragged: only where the axes are parameters."""
        return self.mode == "numbers"


@dataclass(frozen=True, slots=True, eq=False)
class Here:
    """Where learning stands: what a job needs to know."""

    context: Context
    parameters: Floats
    position: Position | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Marks:
    """What belongs to the present point: loss and slope there, and where the next step goes.

    `of` are the parameters, `at` their place along the axes, `slope` the gradient along the axes;
    `after` are the parameters after the next update.
    """

    of: Floats
    at: tuple[float, ...]
    loss: float
    slope: tuple[float, ...]
    after: Floats | None


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A surface or a curve, and the marks of the numbers that it was computed from."""

    grid: SurfaceGrid
    shown: Surface
    marks: Marks


def along_numbers(experiment: Experiment, first: Place, second: Place | None) -> SurfacePlane:
    """The plane of one or two parameters, which have no names yet."""
    now, updates = experiment.parameters, experiment.updates
    return SurfacePlane("numbers", Axes(first, second), now, updates, ("", ""))


def along_random(experiment: Experiment, seed: int) -> SurfacePlane:
    """Two directions drawn from a seed, in the sizes of the neurons' weights."""
    now = experiment.parameters
    axes = Axes(*random_directions(experiment.program, now, seed))
    return SurfacePlane("random", axes, now, experiment.updates, made_of=f"seed {seed}")


def along_path(experiment: Experiment) -> SurfacePlane:
    """The two directions in which the path so far varies most."""
    now = experiment.parameters
    first, second, explained = principal_directions(path_so_far(experiment), now)
    shares = " and ".join(f"{100 * share:.0f} %" for share in explained)
    made_of = f"explains {shares} of the path"
    return SurfacePlane("path", Axes(first, second), now, experiment.updates, made_of=made_of)


def path_so_far(experiment: Experiment) -> Floats:
    """The recorded parameters and the present ones, as far as the structure is the same."""
    history, now = experiment.history, experiment.parameters[None]
    if experiment.updates < experiment.newest:
        history = cut_after(history, experiment.updates)
    path = path_of(history)
    if path.shape[1] != now.shape[1]:
        return now
    # Not each update is kept of a long stretch.
    return path if np.array_equal(path[-1:], now) else frozen(np.concatenate([path, now]))


def coordinates(experiment: Experiment, plane: SurfacePlane, points: Floats) -> Floats:
    """Where parameter vectors lie on the plane, (points × axes)."""
    rows = np.atleast_2d(points)
    index = experiment.network.place_index
    if plane.movable:
        return np.asarray(rows[:, [index[place] for place in plane.axes.places()]])
    return project(rows, plane.anchor, plane.axes.directions(experiment.program))


def home(plane: SurfacePlane, path: Floats, points: int) -> SurfaceGrid:
    """A grid that holds the whole path, at least so far to each side."""
    low, high = path.min(axis=0), path.max(axis=0)
    middle, half = (low + high) / 2, np.maximum(AROUND * (high - low), LEAST_HALF[plane.mode])
    if len(middle) == 1:
        middle, half = np.append(middle, 0.0), np.append(half, 1.0)
    return SurfaceGrid(float(middle[0]), float(middle[1]), float(half[0]), float(half[1]), points)


def spanned(grid: SurfaceGrid, spans: Sequence[tuple[float, float]]) -> SurfaceGrid:
    """A grid from so far to so far along each axis; the same where nothing is said."""
    if not spans:
        return grid
    (left, right), (low, high) = spans[0], spans[-1]
    middle, half = ((left + right) / 2, (low + high) / 2), ((right - left) / 2, (high - low) / 2)
    return SurfaceGrid(*middle, *half, grid.count)


def ranges_of(grid: SurfaceGrid) -> tuple[tuple[float, float], tuple[float, float]]:
    """From where to where a grid goes, across and upwards."""
    (left, right), (low, high) = grid.xs(2).tolist(), grid.ys(2).tolist()
    return (left, right), (low, high)


def holds(grid: SurfaceGrid, point: Sequence[float], edge: float = 0.94) -> bool:
    """Whether a point lies well inside a grid."""
    middle = (grid.center_x, grid.center_y)[: len(point)]
    half = (grid.half_x, grid.half_y)[: len(point)]
    return all(abs(p - m) <= edge * h for p, m, h in zip(point, middle, half, strict=True))


def kept(pair: Pair, network: Network) -> Pair:
    """The two that are still there, moved up to the first, and none of them twice."""
    first, second = (place if place in network.place_index else None for place in pair)
    if first is None:
        first, second = second, None
    return first, None if second == first else second


def most_felt(experiment: Experiment) -> tuple[Place, Place | None]:
    """The two parameters with the largest gradients among those that learn; ties go by order."""
    network, data = experiment.network, experiment.data
    reason = why_not_run(network, experiment.settings)
    free = np.flatnonzero(~np.array(network.locks, dtype=np.bool_))
    if reason is None and not len(free):
        reason = "No number learns here, so there is no loss surface. Unlock a weight or a bias."
    if reason is not None:
        raise Refused(reason)
    some = max(1, int(AT_ONCE / work_per_row(experiment.program)))
    rows = data.training[:: -(-len(data.training) // some) or 1]
    gradient = slope_at(objective_of(experiment.context, experiment.parameters, rows))
    sizes = np.nan_to_num(np.abs(gradient[free]), nan=0.0)
    best = free[np.argsort(-sizes, kind="stable")[:2]].tolist()
    return network.places[best[0]], network.places[best[1]] if len(best) > 1 else None


def caption(plane: SurfacePlane, grid: SurfaceGrid) -> str:
    """What a picture was made of: from what, how far it reaches, and around what."""
    far = short(grid.half_x, 3)
    if grid.half_y != grid.half_x and plane.axes.second is not None:
        far += f" and {short(grid.half_y, 3)}"
    if plane.movable:
        middle = [grid.center_x, grid.center_y][: len(plane.axes.both())]
        return f"± {far} around {', '.join(short(number, 3) for number in middle)}"
    return f"{plane.made_of}, ± {far} around update {count(plane.update)}"


def marks_of(here: Here, plane: SurfacePlane) -> Marks:
    """Computed at once: one pass over the samples, and one update."""
    context, after = here.context, None
    program = context.program
    objective = objective_of(context, here.parameters, context.data.training)
    with np.errstate(all="ignore"):
        value, gradient = loss_at(objective), slope_at(objective)
        if here.position is not None:
            walk = Updater(context, here.position)
            walk.advance(1)
            after = walk.position().parameters
    if after is not None and not np.isfinite(after).all():
        after = None
    slope = tuple(float(gradient @ axis) for axis in plane.axes.directions(program))
    at = plane.axes.present(program, here.parameters)
    return Marks(here.parameters, at, value, slope, after)


def quick(experiment: Experiment) -> bool:
    """Whether the marks cost no more than a few milliseconds."""
    return len(experiment.data.training) * work_per_row(experiment.program) <= AT_ONCE


def pictures(
    here: Here, plane: SurfacePlane, grid: SurfaceGrid, known: Surface | None = None
) -> Generator[Picture | str, None, None]:
    """The job: coarse first, the complete picture last. A refusal ends it, as a sentence.

    Where the surface is `known` already, only the marks are computed.
    """
    context, axes = here.context, plane.axes
    try:
        marks = marks_of(here, plane)
        around = here.parameters if plane.movable else plane.anchor
        objective = objective_of(context, around, context.data.training)
        if known is not None:
            surfaces = iter((known,))
        elif axes.second is not None:
            surfaces = loss_surface(objective, axes, grid)
        else:  # the present is among the offsets
            offsets = np.unique(np.append(grid.xs(LONGEST_CURVE) - marks.at[0], 0.0))
            surfaces = loss_curve(objective, axes.first, offsets)
        for surface in surfaces:
            yield Picture(grid, surface, marks)
    except Refused as refused:
        yield refused.sentence
