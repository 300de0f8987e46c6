"""The loss over tiles of a grid, computed from what lies downstream of one or two parameters.

Each row of the plan belongs to a class: what neither parameter changes, what the first or the
second alone changes, and what both change. Only the last has to be computed at every point of the
grid; an array of a class is (rows × ys × xs × samples), of length 1 where nothing changes.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from engine.functions import Call, Floats, run
from engine.functions.activations import activation
from engine.functions.losses import loss
from engine.network import Place
from engine.program.plan import Indices, Level, Plan, SumBlock
from engine.program.program import COMBINE_CALLS, Program
from engine.views.objective import Objective

UNTOUCHED, FIRST, SECOND, BOTH = CLASSES = range(4)
PER_VALUE = 4  # multiply-adds that an activation counts as
TILE = 1 << 19  # numbers of a tile, which should stay in the cache
LINE = 1 << 21  # numbers of what one parameter alone changes, kept while a strip is drawn
ALL = slice(None)
NO_OFFSETS: Floats = np.zeros((1, 1, 1, 1))


@dataclass(frozen=True, slots=True)
class TurnedParameter:
    """A parameter along an axis, as the edge it stands on; a bias comes from a row of ones.

    A parameter node has no source; its base is its value. `meets` is the class of what the
    changed weight brings: more than its axis where the other parameter changes the source.
    """

    axis: int
    target: int
    source: int | None
    base: float
    meets: int


@dataclass(frozen=True, slots=True)
class Link:
    """The weights from the rows of one class into some sums; `sources` are places in that class."""

    matrix: Floats
    sources: slice | Indices


@dataclass(frozen=True, slots=True)
class Combined:
    """A product, maximum or minimum: the row it fills, and what arrives over each of its edges.

    An edge is the row of its source, its weight, and the parameter that this is, if it is one.
    """

    combine: str
    row: int
    edges: tuple[tuple[int, float, TurnedParameter | None], ...]


@dataclass(frozen=True, slots=True, eq=False)
class ClassStage:
    """What one level computes for the rows of one class; slices are places in that class."""

    sums: slice
    links: dict[int, Link]
    turned: tuple[TurnedParameter, ...]  # those that stand on an edge into one of the sums
    combined: tuple[Combined, ...]
    runs: tuple[tuple[str, slice, Floats], ...]


class Reach:
    """What one or two parameters change: the class of every row, and the stages of each class.

    The weights from what is untouched stay exact in any number type.
    """

    def __init__(
        self,
        program: Program,
        parameters: Floats,
        places: Sequence[Place],
        dtype: type[np.floating] = np.float64,
    ) -> None:
        plan, network = program.plan, program.network
        self._dtype, self._vector = dtype, np.zeros(plan.slot_count)
        self._vector[plan.slot_of] = parameters
        rows = dict(zip((node.id for node in network.nodes), plan.row_of.tolist(), strict=True))
        ones = int(plan.ones[0])
        ends = [
            (rows[p.target], {"weight": rows.get(p.source), "bias": ones, "value": None}[p.what])
            for p in places
        ]
        self.classes = _classes(plan, [target for target, _ in ends])
        self.turned = tuple(
            TurnedParameter(
                axis, target, source, float(parameters[network.place_index[place]]),
                axis if source is None else axis | int(self.classes[source]),
            )
            for axis, place, (target, source) in zip((FIRST, SECOND), places, ends, strict=False)
        )  # fmt: skip
        self.rows = [np.flatnonzero(self.classes == which) for which in CLASSES]
        self.position = np.zeros(plan.row_count, dtype=np.intp)
        for members in self.rows:
            self.position[members] = np.arange(len(members))
        with np.errstate(over="ignore"):
            self.stages: list[list[ClassStage]] = [
                [
                    self._stage(level, which)
                    for level in plan.levels
                    if which != UNTOUCHED and which in self.classes[level.rows]
                ]
                for which in CLASSES
            ]

    def work(self, which: int) -> float:
        """Multiply-adds per sample and point for the rows of a class and what they bring to others.

        An activation counts as a few.
        """
        stages = [stage for stages in self.stages for stage in stages]
        links = sum(s.links[which].matrix.size for s in stages if which in s.links)
        fans = sum(len(c.edges) for s in self.stages[which] for c in s.combined)
        return float(links + fans + PER_VALUE * len(self.rows[which]))

    def work_over(self, width: int, height: int) -> float:
        """Multiply-adds for one sample over a grid."""
        lines = width * self.work(FIRST) + height * self.work(SECOND)
        return lines + width * height * (1 + self.work(BOTH))

    def _stage(self, level: Level, which: int) -> ClassStage:
        """The part of a level that belongs to a class."""
        runs = tuple(
            (run.name, here, run.leaks[self.classes[run.rows] == which])
            for run in level.runs
            if (here := self._places(run.rows, which)).start < here.stop
        )
        combined = tuple(self._combined(level, which))
        if level.sums is None:
            return ClassStage(slice(0, 0), {}, (), combined, runs)
        rows = level.sums.rows
        turned = tuple(
            knob
            for knob in self.turned
            if rows.start <= knob.target < rows.stop and self.classes[knob.target] == which
        )
        sums = self._places(rows, which)
        return ClassStage(sums, self._links(level.sums, which, sums), turned, combined, runs)

    def _places(self, rows: slice, which: int) -> slice:
        """Where the rows of a range stand within their class."""
        low, high = np.searchsorted(self.rows[which], (rows.start, rows.stop)).tolist()
        return slice(low, high)

    def _links(self, block: SumBlock, which: int, sums: slice) -> dict[int, Link]:
        targets = block.rows.start + block.targets
        ours = self.classes[targets] == which
        entries = block.positions if block.form == "full" else slice(None)
        weights = self._vector[block.slots][entries]
        links = {}
        for source_class in CLASSES:
            chosen = ours & (self.classes[block.sources] == source_class)
            if not chosen.any():
                continue
            sources = block.sources[chosen]
            used = np.unique(sources)
            exact = np.float64 if source_class == UNTOUCHED else self._dtype
            matrix = np.zeros((sums.stop - sums.start, len(used)), exact)
            rows = self.position[targets[chosen]] - sums.start
            matrix[rows, np.searchsorted(used, sources)] = weights[chosen]
            places = self.position[used]
            low, high = int(places[0]), int(places[-1]) + 1
            neighbours = high - low == len(places)  # reading them as a slice costs no copy
            links[source_class] = Link(matrix, slice(low, high) if neighbours else places)
        return links

    def _combined(self, level: Level, which: int) -> Iterator[Combined]:
        knobs = {(knob.target, knob.source): knob for knob in self.turned}
        for group in level.groups:
            shape = group.rows.stop - group.rows.start, group.fan
            weights = self._vector[group.slots].reshape(shape).tolist()
            sources = group.sources.reshape(shape).tolist()
            for i, row in enumerate(range(group.rows.start, group.rows.stop)):
                if self.classes[row] == which:
                    edges = zip(sources[i], weights[i], strict=True)
                    yield Combined(
                        group.combine, row, tuple((s, w, knobs.get((row, s))) for s, w in edges)
                    )


def _classes(plan: Plan, targets: list[int]) -> Indices:
    """A row is touched by whatever touches one of its sources, and by a parameter of its own."""
    classes = np.zeros(plan.row_count, dtype=np.intp)
    for axis, target in zip((FIRST, SECOND), targets, strict=False):
        classes[target] |= axis
    for level in plan.levels:
        if level.sums is not None:
            block = level.sums
            np.bitwise_or.at(classes, block.rows.start + block.targets, classes[block.sources])
        for group in level.groups:
            into = np.repeat(np.arange(group.rows.start, group.rows.stop), group.fan)
            np.bitwise_or.at(classes, into, classes[group.sources])
    return classes


class ClassValues(NamedTuple):
    """Sums and values of the rows of one class, and what they bring to the sums of later stages.

    `offsets` are the steps away from the present value of the parameter that changes them.
    """

    z: Floats
    a: Floats
    offsets: Floats
    brought: dict[ClassStage, Floats]

    def part(self, *at: slice) -> "ClassValues":
        here = (ALL, *at)
        brought = {stage: array[here] for stage, array in self.brought.items()}
        return ClassValues(self.z[here], self.a[here], self.offsets[here], brought)


Known = dict[int, ClassValues]


class ClassCalls:
    """Fills the rows of one class, again and again in the same memory.

    Where z and a are the same memory, nobody asks for the sums any more.
    """

    def __init__(self, reach: Reach, which: int, own: ClassValues) -> None:
        self.reach, self.which, self.own = reach, which, own
        self._known: Known = {}
        self._steps = [
            (
                stage,
                own.z[stage.sums],
                self._product(stage, own.z[stage.sums]),
                _activations(stage, own.z, own.a),
            )
            for stage in reach.stages[which]
        ]

    def fill(self, below: Known) -> None:
        """Every stage; what the untouched rows bring to class 3 comes with the first parameter."""
        self._known = {**below, self.which: self.own}
        bringing = [below[which] for which in below if which or self.which != BOTH]
        for stage, sums, product, activations in self._steps:
            parts = [one.brought[stage] for one in bringing if stage in one.brought]
            if product:  # from rows of their own class, from others by stretching
                run(product)
                for part in parts:
                    np.add(sums, part, out=sums)
            elif len(parts) > 1:
                np.add(parts[0], parts[1], out=sums)
            elif len(sums):
                sums[...] = parts[0]
            self._turn(stage, sums)
            for combined in stage.combined:
                self._combine(combined)
            run(activations)

    def _product(self, stage: ClassStage, into: Floats) -> list[Call]:
        """What these rows bring to the sums of a stage: z = W a"""
        if self.which not in stage.links:
            return []
        link, values = stage.links[self.which], self.own.a
        flat = into.reshape(len(into), -1)
        calls: list[Call] = []
        if isinstance(link.sources, slice):
            sources = values[link.sources]
            sources = sources.reshape(len(sources), -1)
        else:
            every = values.reshape(len(values), -1)
            sources = np.empty((len(link.sources), every.shape[1]), every.dtype)
            calls.append(partial(every.take, link.sources, 0, sources, "clip"))
        # a matrix product that is only an outer one takes ten times as long
        product = np.multiply if len(sources) == 1 else np.matmul
        return [*calls, partial(product, link.matrix, sources, flat)]

    def _turn(self, stage: ClassStage, sums: Floats) -> None:
        """z += Δw · a: a changed weight moves its sum, where its source and its change meet."""
        for knob in stage.turned:
            if knob.meets == self.which and knob.source is not None:
                into = sums[self.reach.position[knob.target] - stage.sums.start]
                into += self._known[knob.axis].offsets[0] * self.value(knob.source)

    def _combine(self, combined: Combined) -> None:
        """z = the product, maximum or minimum of weight · value"""
        into, call = self.own.z[self.reach.position[combined.row]], COMBINE_CALLS[combined.combine]
        for i, (source, weight, knob) in enumerate(combined.edges):
            moved = self._known[knob.axis].offsets[0] + weight if knob else weight
            part = self.value(source) * moved
            if i:
                call(into, part, out=into)
            else:
                into[...] = part

    def value(self, row: int, sums: bool = False) -> Floats:
        """The values (or what was summed up) of any row, ready to be stretched over the grid."""
        known = self._known[int(self.reach.classes[row])]
        return np.asarray((known.z if sums else known.a)[self.reach.position[row]])

    def bring_to(self, stage: ClassStage) -> None:
        """Note what these rows add to the sums of a stage of class 3."""
        shape = (stage.sums.stop - stage.sums.start, *self.own.a.shape[1:])
        turns = any(knob.meets == self.which for knob in stage.turned)
        part: Floats | None = None
        if self.which in stage.links or turns:
            blank = np.empty if self.which in stage.links else np.zeros  # the product fills it
            part = blank(shape, self.own.a.dtype)
            run(self._product(stage, part))
            self._turn(stage, part)
        if self.which == FIRST and shape[0]:
            start = self._known[UNTOUCHED].brought[stage]
            part = np.broadcast_to(start, shape) if part is None else np.add(part, start, out=part)
        if part is not None:
            self.own.brought[stage] = part


def _activations(stage: ClassStage, z: Floats, a: Floats) -> list[Call]:
    calls: list[Call] = []
    for name, rows, leaks in stage.runs:
        if name != "identity" or a is not z:
            spread = leaks.reshape(-1, 1, 1, 1).astype(z.dtype)
            calls += activation(name).forward(z[rows], a[rows], spread)
    return calls


@dataclass(frozen=True, slots=True)
class TileLoss:
    """The summed loss of some samples at a tile of the grid, and what it took to compute."""

    rows: slice
    columns: slice
    sums: Floats
    samples: int
    work: float


class ParameterTiles:
    """The loss of some samples over one or two parameters; tiles of a few sizes share memory."""

    def __init__(self, reach: Reach, dtype: type[np.floating], objective: Objective) -> None:
        self._reach, self._dtype = reach, np.dtype(dtype)
        self._samples, self._outputs = len(objective.inputs), objective.program.plan.outputs
        self._loss, self._middle = loss(objective.settings.loss), objective.middle
        self._ground = self._untouched(objective)
        live = len(reach.rows[BOTH])
        self._cells = max(1, TILE // ((live + 3 * len(self._outputs)) * self._samples))
        self._a = np.empty(live * self._cells * self._samples, dtype)
        # the loss asks for the sums of the outputs, or an activation reads its sum twice
        names = {name for stage in reach.stages[BOTH] for name, _, _ in stage.runs}
        keeps = self._loss.by_sum or not all(activation(name).in_place for name in names)
        self._z = np.empty_like(self._a) if keeps else self._a
        self._targets = np.tile(np.ascontiguousarray(objective.targets.T, dtype), self._cells)
        self._ones = np.ones(self._samples, dtype)
        self._sizes: dict[tuple[int, int], ClassCalls] = {}

    def losses(self, across: Floats, down: Floats) -> Iterator[TileLoss]:
        """The losses over the whole grid of offsets, tile by tile."""
        reach, samples = self._reach, self._samples
        strip = max(1, LINE // ((1 + sum(map(len, reach.rows[1:]))) * samples))
        per_value = samples * reach.work(BOTH)
        for columns in parts(len(across), strip):
            first = self._line(FIRST, across[columns].reshape(1, 1, -1, 1))
            pending = first.offsets.size * samples * reach.work(FIRST)
            for rows in parts(len(down), strip):
                second = self._line(SECOND, down[rows].reshape(1, -1, 1, 1))
                pending += second.offsets.size * samples * reach.work(SECOND)
                for high, wide in tilings(second.offsets.size, first.offsets.size, self._cells):
                    sums = self._sums(first.part(ALL, wide), second.part(high))
                    work = pending + sums.size * per_value
                    yield TileLoss(_shift(high, rows), _shift(wide, columns), sums, samples, work)
                    pending = 0.0

    def _untouched(self, objective: Objective) -> ClassValues:
        """What nothing changes; computed exactly."""
        plan, runner, reach = objective.program.plan, objective.runner(), self._reach
        a = np.ones((plan.row_count, self._samples))
        z = a.copy()
        with np.errstate(all="ignore"):
            runner.load(objective.parameters)
            runner.forward(objective.head())
            a[plan.row_of] = runner.values()
            z[plan.outputs] = runner.output_sums()
            a, z = (array[reach.rows[UNTOUCHED]] for array in (a, z))
            brought = {}
            for stage in (stage for stages in reach.stages for stage in stages):
                start = np.zeros((stage.sums.stop - stage.sums.start, self._samples))
                if UNTOUCHED in stage.links:
                    link = stage.links[UNTOUCHED]
                    start = link.matrix @ a[link.sources]
                brought[stage] = self._spread(start)
            return ClassValues(self._spread(z), self._spread(a), NO_OFFSETS, brought)

    def _spread(self, values: Floats) -> Floats:
        """The same at every point of the grid, in the number type of the picture."""
        return values.astype(self._dtype)[:, None, None]

    def _line(self, axis: int, steps: Floats) -> ClassValues:
        """The rows that one parameter alone changes, at some of its values."""
        reach = self._reach
        shape = (len(reach.rows[axis]), *steps.shape[1:3], self._samples)
        with np.errstate(all="ignore"):
            a, z, offsets = (np.empty(shape, self._dtype), np.empty(shape, self._dtype),
                             steps.astype(self._dtype))  # fmt: skip
            for knob in reach.turned:
                if knob.axis == axis and knob.source is None:
                    here = reach.position[knob.target]
                    a[here] = z[here] = knob.base + steps[0]
            line = ClassCalls(reach, axis, ClassValues(z, a, offsets, {}))
            line.fill({UNTOUCHED: self._ground})
            for stage in reach.stages[BOTH]:
                line.bring_to(stage)
        return line.own

    def _sums(self, first: ClassValues, second: ClassValues) -> Floats:
        """Σ of the loss over the samples, (height × width)."""
        height, width = second.offsets.size, first.offsets.size
        tile = self._sizes.get((height, width))
        if tile is None:
            whole = (len(self._reach.rows[BOTH]), height, width, self._samples)
            z, a = (memory[: math.prod(whole)].reshape(whole) for memory in (self._z, self._a))
            own = ClassValues(a if self._z is self._a else z, a, NO_OFFSETS, {})
            self._sizes[height, width] = tile = ClassCalls(self._reach, BOTH, own)
        with np.errstate(all="ignore"):
            tile.fill({UNTOUCHED: self._ground, FIRST: first, SECOND: second})
            a = self._of_outputs(tile, sums=False)
            z = self._of_outputs(tile, sums=True) if self._loss.by_sum else a
            values = self._loss.value(a, self._targets[:, : a.shape[1]], z, self._middle)
            if len(values) > 1:
                values = values.sum(axis=0)
            sums = values.reshape(-1, self._samples) @ self._ones
            return np.asarray(sums.reshape(height, width))

    def _of_outputs(self, tile: ClassCalls, sums: bool) -> Floats:
        """(outputs × points and samples)"""
        outputs = self._outputs.tolist()
        if len(outputs) == 1 and self._reach.classes[outputs[0]] == BOTH:
            return tile.value(outputs[0], sums).reshape(1, -1)
        found = np.empty((len(outputs), *tile.own.a.shape[1:]), self._dtype)
        for into, row in zip(found, outputs, strict=True):
            into[...] = tile.value(row, sums)
        return found.reshape(len(outputs), -1)


def parts(count: int, most: int) -> list[slice]:
    """So many things in as few parts of nearly the same size as fit."""
    number = -(-count // most)
    cuts = [count * i // number for i in range(number + 1)]
    return [slice(low, high) for low, high in pairwise(cuts)]


def tilings(height: int, width: int, cells: int) -> Iterator[tuple[slice, slice]]:
    """Tiles of at most so many cells that cover a grid: whole rows where they fit."""
    for rows in parts(height, max(1, cells // width)):
        for columns in parts(width, cells):
            yield rows, columns


def _shift(inner: slice, outer: slice) -> slice:
    return slice(outer.start + inner.start, outer.start + inner.stop)
