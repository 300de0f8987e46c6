"""A plane cut through the space of all parameters: along two of them, or along two directions.

A field says the loss over such a plane, tile by tile; where the plane lies does not matter to it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from engine.calls import Floats
from engine.errors import Refused
from engine.lines import Ground
from engine.network import Place
from engine.probe import Probe, penalised
from engine.program import Program, why_not_run
from engine.reach import BOTH, FIRST, SECOND, Reach, reach_of
from engine.settings import Settings, without_rounding
from engine.tiles import Piece, Room, parts, pieces, tilings

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
        """The axes there are."""
        return (self.first,) if self.second is None else (self.first, self.second)

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


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """Whose loss is drawn: a network with its numbers, the rows it answers, and how it counts."""

    program: Program
    settings: Settings
    parameters: Floats
    inputs: Floats
    targets: Floats
    middle: float = 0.5
    penalties: bool = False


class Field(Protocol):
    """The loss over a plane, given by offsets from the present point."""

    def pieces(self, across: Floats, down: Floats) -> Iterator[Piece]:
        """The sums of the loss, tile by tile; a tile may come again with further samples."""

    def work(self, width: int, height: int) -> float:
        """Multiply-adds for a grid of that size."""

    def penalty(self, across: Floats, down: Floats) -> Floats:
        """The penalties over a grid, (down × across)."""


def field(scene: Scene, axes: Axes, dtype: type[np.floating]) -> Field:
    """The fastest way to the loss over a plane."""
    places = tuple(axis for axis in axes.both() if isinstance(axis, Place))
    if len(places) == len(axes.both()):
        return PlaceField(scene, places, dtype)
    return DirectionField(scene, axes.directions(scene.program), dtype)


def check(scene: Scene, axes: Axes) -> None:
    """Refuse what cannot be drawn."""
    reason = why_not_run(scene.program.network, scene.settings)
    if reason is not None:
        raise Refused(reason)
    for axis in axes.both():
        if isinstance(axis, Place) and axis not in scene.program.network.place_index:
            raise Refused("One of the two numbers is no longer in the network. Choose another one.")
        if not isinstance(axis, Place) and len(axis) != len(scene.parameters):
            raise Refused("The direction belongs to another network. Choose a new one.")
    places = [axis for axis in axes.both() if isinstance(axis, Place)]
    if len(set(places)) < len(places):
        raise Refused("Choose two different numbers: both axes show the same one.")


class PlaceField:
    """One or two parameters: recomputes only what lies downstream of them."""

    def __init__(self, scene: Scene, places: tuple[Place, ...], dtype: type[np.floating]) -> None:
        self.scene, self.places, self.dtype = scene, places, dtype
        self.settings = without_rounding(scene.settings)
        self.reach = reach_of(scene.program, scene.parameters, places, dtype)
        self._rooms: list[Room] = []

    def pieces(self, across: Floats, down: Floats) -> Iterator[Piece]:
        """As Field says; many rows of data come in several rounds."""
        scene = self.scene
        rounds = parts(len(scene.inputs), _rows_at_once(scene.program, self.reach))
        for rows in rounds:
            room = self._rooms[0] if self._rooms else self._room(rows)
            if len(rounds) == 1:
                self._rooms = [room]
            yield from pieces(room, scene.middle, across, down)

    def _room(self, rows: slice) -> Room:
        scene = self.scene
        inputs, targets = scene.inputs[rows], scene.targets[rows]
        ground = Ground(scene.program, self.settings, self.reach, scene.parameters, inputs, targets,
                        self.dtype)  # fmt: skip
        return Room(ground, self.settings)

    def work(self, width: int, height: int) -> float:
        """As Field says."""
        return len(self.scene.inputs) * work_of(self.reach, width, height)

    def penalty(self, across: Floats, down: Floats) -> Floats:
        """λ/2 Σ w² + λ Σ |w|: only the two terms of the changed weights vary."""
        scene = self.scene
        index = [scene.program.network.place_index[place] for place in self.places]
        weights = scene.parameters * penalised(scene.program)
        total = _terms(scene.settings, np.delete(weights, index)).sum()
        acts = penalised(scene.program)[index]
        for axis, offsets in enumerate((across[None, :], down[:, None])[: len(index)]):
            moved = (scene.parameters[index[axis]] + offsets) * acts[axis]
            total = total + _terms(scene.settings, moved)
        return np.broadcast_to(total, (len(down), len(across)))


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
        self, scene: Scene, directions: tuple[Floats, ...], dtype: type[np.floating]
    ) -> None:
        self.scene, self.directions, self.dtype = scene, directions, dtype
        self._probes: list[Probe] = []

    def pieces(self, across: Floats, down: Floats) -> Iterator[Piece]:
        """As Field says."""
        scene = self.scene
        rows_at_once = max(1, int(MOST_WORK / work_per_row(scene.program)))
        rounds = parts(len(scene.inputs), rows_at_once)
        for rows in rounds:
            probe = self._probes[0] if self._probes else self._probe(rows)
            if len(rounds) == 1:
                self._probes = [probe]
            samples = rows.stop - rows.start
            for high, wide in tilings(len(down), len(across), probe.size):
                points = self._points(across[wide], down[high])
                sums = probe.by_sample(points).sum(axis=1)
                shape = (high.stop - high.start, wide.stop - wide.start)
                work = sums.size * samples * work_per_row(scene.program)
                yield Piece(high, wide, sums.reshape(shape), samples, work)

    def _probe(self, rows: slice) -> Probe:
        scene = self.scene
        return Probe(scene.program, scene.settings, scene.inputs[rows], scene.targets[rows],
                     scene.middle, self.dtype)  # fmt: skip

    def _points(self, across: Floats, down: Floats) -> Floats:
        """θ + x u + y v for every point of a tile, (points × parameters)."""
        points = self.scene.parameters + across[None, :, None] * self.directions[0]
        if len(self.directions) > 1:
            points = points + down[:, None, None] * self.directions[1]
        return np.asarray(points.reshape(-1, points.shape[-1]))

    def work(self, width: int, height: int) -> float:
        """As Field says."""
        return width * height * len(self.scene.inputs) * work_per_row(self.scene.program)

    def penalty(self, across: Floats, down: Floats) -> Floats:
        """λ/2 Σ w² + λ Σ |w| at every point."""
        scene, acts = self.scene, penalised(self.scene.program)
        rows = [_terms(scene.settings, self._points(across, down[i : i + 1]) * acts).sum(axis=1)
                for i in range(len(down))]  # fmt: skip
        return np.stack(rows)


def _terms(settings: Settings, weights: Floats) -> Floats:
    return np.asarray(settings.l2 / 2 * weights**2 + settings.l1 * np.abs(weights))


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
    places = tuple(axis for axis in axes.both() if isinstance(axis, Place))
    if len(places) < len(axes.both()):
        return width * height * rows * work_per_row(program)
    reach = reach_of(program, np.zeros(len(program.network.places)), places)
    return rows * work_of(reach, width, height)
