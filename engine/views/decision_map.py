"""What nodes answer over the plane of two inputs, or along one, and the samples on it."""

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.data import Data, Rows
from engine.errors import Refused
from engine.functions import Floats, frozen
from engine.functions.losses import looks_like_classes, middle_of
from engine.program.program import Program, Runner
from engine.settings import Settings, without_rounding
from engine.views.surface_tiles import parts
from engine.views.surfaces import coarser, work_per_row

VALUES = 1 << 16  # numbers of all nodes that are computed at once
SLICE = 2e7  # multiply-adds between two pictures
CLASS = "largest output"  # asked for instead of the answer of one node
MOST = 2000  # marks: more hide each other, and take too long to draw


@dataclass(frozen=True, slots=True)
class InputPlane:
    """Two inputs and their ranges, the points a side, and the values of all inputs otherwise.

    Without a second input it is a line. `held` has a value for every input, in their order.
    """

    first: str
    second: str | None
    x_range: tuple[float, float]
    y_range: tuple[float, float] = (0.0, 0.0)
    count: int = 100
    held: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class AnswerMap:
    """The values of nodes over a plane, (nodes × ys × xs)."""

    xs: Floats
    ys: Floats
    nodes: tuple[str, ...]
    values: Floats
    complete: bool

    def columns(self) -> list[Floats]:
        """Every point of the plane as a row: its x, its y, and the value of every node there."""
        across, up = np.tile(self.xs, len(self.ys)), np.repeat(self.ys, len(self.xs))
        # as short as their accuracy: 0.3 rather than 0.30000001192092896
        values = self.values.reshape(len(self.nodes), -1).astype(str).astype(np.float64)
        return [across, up, *values]


class Mapper:
    """Draws one plane of one program for any parameters; belongs to whoever made it."""

    def __init__(
        self,
        program: Program,
        settings: Settings,
        plane: InputPlane,
        nodes: Sequence[str] | None = None,
        dtype: type[np.floating] = np.float32,
    ) -> None:
        _check(program, plane)
        network = program.network
        self.program, self.plane = program, plane
        self.nodes = tuple(n.id for n in network.nodes) if nodes is None else tuple(nodes)
        self._chosen = [network.index[network.node(node_id).id] for node_id in self.nodes]
        self._dtype, self._settings = dtype, without_rounding(settings)
        self._runners: dict[int, Runner] = {}
        self._coarse, self._fine = self._points(coarser(plane.count)), self._points(plane.count)

    def pictures(self, parameters: Floats) -> Generator[AnswerMap, None, None]:
        """A coarse picture of all these nodes, then the complete one."""
        yield from self._picture(parameters, *self._coarse, last=False)
        yield from self._picture(parameters, *self._fine, last=True)

    def complete(self, parameters: Floats) -> AnswerMap:
        *_, last = self._picture(parameters, *self._fine, last=True)
        return last

    def _picture(
        self, parameters: Floats, xs: Floats, ys: Floats, heads: list[Floats], last: bool
    ) -> Iterator[AnswerMap]:
        """Filled part by part; where nothing is known yet it is NaN."""
        shape = len(self.nodes), len(ys), len(xs)
        values = np.empty((shape[0], shape[1] * shape[2]), self._dtype)
        done = since = 0
        for head in heads:
            if since * work_per_row(self.program) > SLICE:
                since = 0
                values[:, done:] = np.nan
                yield AnswerMap(xs, ys, self.nodes, frozen(values.reshape(shape).copy()), False)
            wide = head.shape[1]
            if wide not in self._runners:
                plan = self.program.plan
                self._runners[wide] = Runner(plan, self._settings, wide, self._dtype)
            runner = self._runners[wide]
            with np.errstate(all="ignore"):
                runner.load(parameters)
                runner.forward(head)
            found = runner.values()
            every = len(self._chosen) == len(found)
            values[:, done : done + wide] = found if every else found[self._chosen]
            done, since = done + wide, since + wide
        yield AnswerMap(xs, ys, self.nodes, frozen(values.reshape(shape)), last)

    def _points(self, count: int) -> tuple[Floats, Floats, list[Floats]]:
        """Both axes, and all points of the plane as samples, a slice of work at a time."""
        plane, network = self.plane, self.program.network
        xs = np.linspace(*plane.x_range, count)
        ys = np.zeros(1) if plane.second is None else np.linspace(*plane.y_range, count)
        points = np.zeros((len(xs) * len(ys), len(network.inputs)), self._dtype)
        points[:] = plane.held or 0.0
        if plane.second is not None:
            points[:, network.inputs.index(plane.second)] = np.repeat(ys, len(xs))
        points[:, network.inputs.index(plane.first)] = np.tile(xs, len(ys))
        targets = np.zeros((len(points), self.program.plan.target_count), self._dtype)
        head = self.program.heads(points, targets)
        most = max(1, VALUES // self.program.plan.row_count)
        heads = [np.ascontiguousarray(head[:, part]) for part in parts(len(points), most)]
        return frozen(xs), frozen(ys), heads


def _check(program: Program, plane: InputPlane) -> None:
    inputs = program.network.inputs
    for name in (plane.first, plane.second):
        if name is not None and program.network.node(name).id not in inputs:
            raise Refused(f"{name} is not an input. A map needs one or two inputs as its axes.")
    if plane.first == plane.second:
        raise Refused(f"Both axes show {plane.first}. Choose two different inputs.")
    if plane.held and len(plane.held) != len(inputs):
        given = f"{len(plane.held)} of {len(inputs)}"
        raise Refused(f"Each input needs a value to be held at; {given} have one.")
    if plane.count < 2:
        raise Refused("A map needs at least two points a side.")


@dataclass(frozen=True, slots=True, eq=False)
class MapPoints:
    """Some rows of the data on a plane; evenly chosen where there are very many."""

    places: Floats
    targets: Floats
    tested: NDArray[np.bool_]
    kinds: Rows | None  # the class of each, where there are classes
    over_one: bool
    middle: float  # between the two classes
    ends: tuple[float, float]  # of the targets


def map_points(data: Data, first: str, second: str | None, answer: str) -> MapPoints:
    """The rows on the plane of two inputs, or over one input by their target.

    Their classes are told apart where the answer is one of two numbers, or CLASS.
    """
    rows = np.linspace(0, data.count - 1, min(data.count, MOST)).round().astype(np.intp)
    cells, inputs = data.input_rows(rows), data.inputs
    if answer in data.targets:
        targets = data.target_rows()[:, data.targets.index(answer)]
    else:
        targets = np.zeros(data.count)
    known = targets[data.training]
    middle = middle_of(known)
    kinds: Rows | None = None
    if answer == CLASS:
        kinds = data.target_rows(rows).argmax(axis=1)
    elif looks_like_classes(known):
        kinds = (targets[rows] >= middle).astype(np.intp)
    up = cells[:, inputs.index(second)] if second is not None else targets[rows]
    places = np.stack([cells[:, inputs.index(first)], up], axis=1)
    ends = float(known.min()), float(known.max())
    return MapPoints(places, targets[rows], data.test[rows], kinds, second is None, middle, ends)
