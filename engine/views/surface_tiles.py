"""The loss over tiles of a grid, computed from what lies downstream of one or two parameters."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

import numpy as np

from engine.functions import Call, Floats, run
from engine.functions.activations import activation
from engine.functions.losses import loss
from engine.network import Place
from engine.program.plan import EdgeGroup, Indices, Level, Plan, SumBlock
from engine.program.program import Program
from engine.program.runner import COMBINE_CALLS
from engine.views.objective import Objective

UNTOUCHED, FIRST, SECOND, BOTH = 0, 1, 2, 3
CLASSES = (FIRST, SECOND, BOTH)
PER_VALUE = 4


@dataclass(frozen=True, slots=True)
class TurnedParameter:
    """A parameter that is turned: the edge or bias (from a row of ones) it stands on.

    A parameter node has no source; its base is its value.
    """

    axis: int
    target: int
    source: int | None
    base: float


@dataclass(frozen=True, slots=True)
class Link:
    """The weights from the rows of one class into some sums; `sources` are places in that class.

    For class 0 they are rows of the activation array.
    """

    matrix: Floats
    sources: slice | Indices


@dataclass(frozen=True, slots=True)
class Combined:
    """A product, maximum or minimum: the row it fills, its sources and their weights."""

    combine: str
    row: int
    sources: tuple[int, ...]
    weights: tuple[float, ...]


@dataclass(frozen=True, slots=True, eq=False)
class ReachLevel:
    """What one level computes for the rows of one class; slices are places in that class."""

    sums: slice
    links: dict[int, Link]
    combined: tuple[Combined, ...]
    runs: tuple[tuple[str, slice, Floats], ...]


@dataclass(frozen=True, slots=True)
class Reach:
    """The classes of all rows, the rows of each class in order, and the stages of each class."""

    classes: Indices
    rows: tuple[Indices, ...]
    position: Indices
    knobs: tuple[TurnedParameter, ...]
    stages: tuple[tuple[ReachLevel, ...], ...]

    def live(self, which: int) -> int:
        """How many rows belong to a class."""
        return len(self.rows[which])

    def work(self, which: int) -> float:
        """Multiply-adds per sample and point for the rows of a class and what they bring to others.

        An activation counts as a few.
        """
        stages = [stage for stages in self.stages for stage in stages]
        links = sum(s.links[which].matrix.size for s in stages if which in s.links)
        fans = sum(len(c.sources) for s in self.stages[which] for c in s.combined)
        return float(links + fans + PER_VALUE * self.live(which))


def reach_of(
    program: Program,
    parameters: Floats,
    places: tuple[Place, ...],
    dtype: type[np.floating] = np.float64,
) -> Reach:
    """The reach of one or two places; the weights of what is untouched stay exact in any type."""
    plan = program.plan
    vector = np.zeros(plan.slot_count)
    vector[plan.slot_of] = parameters
    slots = [int(plan.slot_of[program.network.place_index[place]]) for place in places]
    knobs = tuple(
        _knob(plan, axis, slot, float(vector[slot]))
        for axis, slot in zip((FIRST, SECOND), slots, strict=False)
    )
    classes = _classes(plan, knobs)
    rows = tuple(np.flatnonzero(classes == which) for which in (UNTOUCHED, *CLASSES))
    position = np.zeros(plan.row_count, dtype=np.intp)
    for members in rows:
        position[members] = np.arange(len(members))
    cut = _Cut(classes, rows, position, vector, dtype)
    with np.errstate(over="ignore"):
        stages = tuple(
            tuple(cut.stage(level, which) for level in plan.levels if cut.touches(level, which))
            for which in (UNTOUCHED, *CLASSES)
        )
    return Reach(classes, rows, position, knobs, stages)


def _knob(plan: Plan, axis: int, slot: int, base: float) -> TurnedParameter:
    """Find the edge that a slot of the vector belongs to."""
    if slot >= plan.parameter_slots.start and slot < plan.parameter_slots.stop:
        return TurnedParameter(
            axis, plan.parameters.start + slot - plan.parameter_slots.start, None, base
        )
    for level in plan.levels:
        if level.sums is not None and level.sums.slots.start <= slot < level.sums.slots.stop:
            block = level.sums
            entry = int(np.flatnonzero(entry_slots(block) == slot)[0])
            target = block.rows.start + int(block.targets[entry])
            return TurnedParameter(axis, target, int(block.sources[entry]), base)
        for group in level.groups:
            if group.slots.start <= slot < group.slots.stop:
                entry = slot - group.slots.start
                target = group.rows.start + entry // group.fan
                return TurnedParameter(axis, target, int(group.sources[entry]), base)
    raise AssertionError("a slot belongs to nobody")


def entry_slots(block: SumBlock) -> Indices:
    """Where the weight of each entry of a block of sums stands in the vector."""
    if block.form == "full":
        return np.asarray(block.slots.start + block.positions)
    return np.arange(block.slots.start, block.slots.stop)


def _classes(plan: Plan, knobs: tuple[TurnedParameter, ...]) -> Indices:
    """A row is touched by whatever touches one of its sources, and by a knob of its own."""
    classes = np.zeros(plan.row_count, dtype=np.intp)
    for knob in knobs:
        classes[knob.target] |= knob.axis
    for level in plan.levels:
        if level.sums is not None:
            block = level.sums
            np.bitwise_or.at(classes, block.rows.start + block.targets, classes[block.sources])
        for group in level.groups:
            np.bitwise_or.at(classes, _group_targets(group), classes[group.sources])
    return classes


def _group_targets(group: EdgeGroup) -> Indices:
    return np.repeat(np.arange(group.rows.start, group.rows.stop), group.fan)


class _Cut:
    """Cuts the levels of a plan into the stages of each class."""

    def __init__(
        self,
        classes: Indices,
        rows: tuple[Indices, ...],
        position: Indices,
        vector: Floats,
        dtype: type[np.floating],
    ) -> None:
        self.classes, self.rows, self.position, self.vector = classes, rows, position, vector
        self.dtype = dtype

    def touches(self, level: Level, which: int) -> bool:
        """Whether a level has rows of a class at all."""
        return which != UNTOUCHED and bool((self.classes[level.rows] == which).any())

    def stage(self, level: Level, which: int) -> ReachLevel:
        """The part of a level that belongs to a class."""
        runs = tuple(
            (run.name, here, run.leaks[self.classes[run.rows] == which])
            for run in level.runs
            if (here := self._places(run.rows, which)).start < here.stop
        )
        if level.sums is None:
            start = self._places(level.rows, which).start
            return ReachLevel(slice(start, start), {}, tuple(self._combined(level, which)), runs)
        sums = self._places(level.sums.rows, which)
        links = self._links(level.sums, which, sums) if sums.start < sums.stop else {}
        return ReachLevel(sums, links, tuple(self._combined(level, which)), runs)

    def _places(self, rows: slice, which: int) -> slice:
        """Where the rows of a range stand within their class."""
        low, high = np.searchsorted(self.rows[which], (rows.start, rows.stop)).tolist()
        return slice(low, high)

    def _links(self, block: SumBlock, which: int, sums: slice) -> dict[int, Link]:
        targets = block.rows.start + block.targets
        ours = self.classes[targets] == which
        weights = self.vector[entry_slots(block)]
        links = {}
        for source_class in (UNTOUCHED, *CLASSES):
            chosen = ours & (self.classes[block.sources] == source_class)
            if not chosen.any():
                continue
            sources = block.sources[chosen]
            used = np.unique(sources)
            exact = np.float64 if source_class == UNTOUCHED else self.dtype
            matrix = np.zeros((sums.stop - sums.start, len(used)), exact)
            rows = self.position[targets[chosen]] - sums.start
            matrix[rows, np.searchsorted(used, sources)] = weights[chosen]
            places = used if source_class == UNTOUCHED else self.position[used]
            links[source_class] = Link(matrix, _range(places))
        return links

    def _combined(self, level: Level, which: int) -> Iterator[Combined]:
        for group in level.groups:
            for i in range(group.rows.stop - group.rows.start):
                row = group.rows.start + i
                if self.classes[row] == which:
                    entries = slice(i * group.fan, (i + 1) * group.fan)
                    weights = self.vector[group.slots][entries]
                    yield Combined(group.combine, row, tuple(group.sources[entries].tolist()),
                                   tuple(weights.tolist()))  # fmt: skip


def _range(places: Indices) -> slice | Indices:
    """Neighbours as a slice: reading them costs no copy."""
    if np.array_equal(places, np.arange(places[0], places[0] + len(places))):
        return slice(int(places[0]), int(places[0]) + len(places))
    return places


Values = Callable[[int], Floats]


class FixedValues:
    """The values that nothing changes, for some samples, in the number type of the picture."""

    def __init__(self, objective: Objective, reach: Reach, dtype: type[np.floating]) -> None:
        plan, runner = objective.program.plan, objective.runner()
        self.reach, self.samples, self.dtype = reach, len(objective.inputs), np.dtype(dtype)
        self.outputs, self.middle = plan.outputs, objective.middle
        self.loss = loss(objective.settings.loss)
        self.targets: Floats = np.ascontiguousarray(objective.targets.T, dtype)
        a = np.ones((plan.row_count, self.samples))
        z = a.copy()
        with np.errstate(all="ignore"):
            runner.load(objective.parameters)
            runner.forward(objective.head())
            a[plan.row_of] = runner.values()
            z[plan.outputs] = runner.output_sums()
            self.a: Floats = a.astype(dtype)
            self.z: Floats = z.astype(dtype)
            stages = [stage for which in CLASSES for stage in reach.stages[which]]
            self._starts = {stage: _start(stage, a).astype(dtype) for stage in stages}

    def start(self, stage: ReachLevel) -> Floats:
        """What the untouched rows bring to the sums of a stage, (sums × samples)."""
        return self._starts[stage]


class ParameterLine:
    """The rows that one parameter alone changes, at some of its values: (rows × values × samples).

    `parts` is what they bring to the sums of each stage of class 3; the first line brings the
    untouched rows along.
    """

    def __init__(self, ground: FixedValues, axis: int, offsets: Floats) -> None:
        reach = ground.reach
        self.ground, self.axis = ground, axis
        with np.errstate(over="ignore"):
            self.offsets = offsets.astype(ground.dtype)
        shape = (reach.live(axis), len(offsets), ground.samples)
        self.a, self.z = np.empty(shape, ground.dtype), np.empty(shape, ground.dtype)
        self._knob = next((knob for knob in reach.knobs if knob.axis == axis), None)
        with np.errstate(all="ignore"):
            if self._knob and self._knob.source is None:
                moved = self._knob.base + offsets
                self.a[reach.position[self._knob.target]] = moved[:, None]
                self.z[reach.position[self._knob.target]] = moved[:, None]
            for stage in reach.stages[axis]:
                self._fill(stage)
            self.parts = [self._part(stage) for stage in reach.stages[BOTH]]

    @property
    def work(self) -> float:
        """Multiply-adds that this line took."""
        return len(self.offsets) * self.ground.samples * self.ground.reach.work(self.axis)

    def value(self, row: int) -> Floats:
        """The values of a row that this line knows."""
        reach = self.ground.reach
        if reach.classes[row] == UNTOUCHED:
            return np.asarray(self.ground.a[row])
        return np.asarray(self.a[reach.position[row]])

    def _fill(self, stage: ReachLevel) -> None:
        sums, reach = self.z[stage.sums], self.ground.reach
        if len(sums):
            if self.axis in stage.links:
                run(bring(stage.links[self.axis], self.a, sums))
                sums += self.ground.start(stage)[:, None]
            else:
                sums[...] = self.ground.start(stage)[:, None]
            if self._turns(stage, self.axis):
                self._turn(stage, sums)
        for combined in stage.combined:
            place = reach.position[combined.row]
            combine(combined, self.value, self._weight, self.z[place])
        run(activations(stage, self.z, self.a))

    def _turn(self, stage: ReachLevel, sums: Floats) -> None:
        """z += Δw · a: a changed weight moves its sum by an outer product.

        Its source is untouched, or changed by the other parameter: that meets it in the tiles.
        """
        knob, reach = self._knob, self.ground.reach
        if knob and knob.source is not None and reach.classes[knob.source] == UNTOUCHED:
            place = reach.position[knob.target] - stage.sums.start
            sums[place] += self.offsets[:, None] * self.ground.a[knob.source]

    def _turns(self, stage: ReachLevel, which: int) -> bool:
        return self._knob is not None and is_sum(stage, self.ground.reach, self._knob, which)

    def _weight(self, target: int, source: int) -> Floats | None:
        if self._knob and (self._knob.target, self._knob.source) == (target, source):
            return self.offsets[:, None]
        return None

    def _part(self, stage: ReachLevel) -> Floats | None:
        """(sums × values × samples) that this line adds to a stage of class 3."""
        count = stage.sums.stop - stage.sums.start
        if not count:
            return None
        part: Floats | None = None
        if self.axis in stage.links:
            part = np.empty((count, *self.a.shape[1:]), self.a.dtype)
            run(bring(stage.links[self.axis], self.a, part))
        if self._turns(stage, BOTH):
            if part is None:
                part = np.zeros((count, *self.a.shape[1:]), self.a.dtype)
            self._turn(stage, part)
        if self.axis == FIRST:
            start = self.ground.start(stage)[:, None]
            part = start if part is None else np.add(part, start, out=part)
        return part


def _start(stage: ReachLevel, values: Floats) -> Floats:
    if UNTOUCHED not in stage.links:
        return np.zeros((stage.sums.stop - stage.sums.start, values.shape[1]))
    link = stage.links[UNTOUCHED]
    return np.asarray(link.matrix @ values[link.sources])


def bring(link: Link, values: Floats, into: Floats) -> list[Call]:
    """What the rows of a class bring to some sums: z = W a"""
    flat = into.reshape(len(into), -1)
    if isinstance(link.sources, slice):
        sources = values[link.sources]
        sources = sources.reshape(len(sources), -1)
        calls: list[Call] = []
    else:
        every = values.reshape(len(values), -1)
        sources = np.empty((len(link.sources), every.shape[1]), every.dtype)
        calls = [partial(every.take, link.sources, 0, sources, "clip")]
    if len(sources) == 1:  # ten times as fast as a matrix product that is only an outer one
        return [*calls, partial(np.multiply, link.matrix, sources, flat)]
    return [*calls, partial(np.matmul, link.matrix, sources, flat)]


def is_sum(stage: ReachLevel, reach: Reach, knob: TurnedParameter, which: int) -> bool:
    """Whether the knob stands on an edge into one of the sums of this stage."""
    if reach.classes[knob.target] != which:
        return False
    return bool(stage.sums.start <= reach.position[knob.target] < stage.sums.stop)


def combine(
    combined: Combined,
    value: Values,
    change: Callable[[int, int], Floats | None],
    into: Floats,
) -> None:
    """z = the product, maximum or minimum of weight · value"""
    call = COMBINE_CALLS[combined.combine]
    for i, (source, weight) in enumerate(zip(combined.sources, combined.weights, strict=True)):
        changed = change(combined.row, source)
        part = value(source) * (weight if changed is None else changed + weight)
        if i:
            call(into, part, out=into)
        else:
            into[...] = part


def activations(stage: ReachLevel, z: Floats, a: Floats) -> list[Call]:
    """a = the activation of z, for the rows of a stage"""
    calls: list[Call] = []
    for name, rows, leaks in stage.runs:
        if name != "identity" or a is not z:
            spread = leaks.reshape(-1, *(1,) * (z.ndim - 1)).astype(z.dtype)
            calls += activation(name).forward(z[rows], a[rows], spread)
    return calls


TILE = 1 << 19
LINE = 1 << 21


@dataclass(frozen=True, slots=True)
class TileLoss:
    """The summed loss of some samples at a tile of the grid, and what it took to compute."""

    rows: slice
    columns: slice
    sums: Floats
    samples: int
    work: float


class TileBuffers:
    """The buffers of one tile, (rows of class 3 × height × width × samples), used again and again.

    Where nobody asks for the sums, values are written over them.
    """

    def __init__(self, room: "Room", height: int, width: int) -> None:
        self.ground, self.reach = room.ground, room.ground.reach
        self.shape = (height, width, room.ground.samples)
        self.a = room.view(room.a, self.shape)
        self.z = self.a if room.z is room.a else room.view(room.z, self.shape)
        stages = self.reach.stages[BOTH]
        self._products = [
            bring(stage.links[BOTH], self.a, self.z[stage.sums]) if BOTH in stage.links else None
            for stage in stages
        ]
        self._activations = [activations(stage, self.z, self.a) for stage in stages]
        self._targets = room.targets[:, : height * width * room.ground.samples]
        self._ones = room.ones
        self._crossing = [knob for knob in self.reach.knobs if self._crosses(knob)]

    def _crosses(self, knob: TurnedParameter) -> bool:
        """Whether the changed weight meets a value that the other parameter changes."""
        if knob.source is None:
            return False
        return bool(self.reach.classes[knob.source] != UNTOUCHED)

    def sums(
        self, first: ParameterLine, second: ParameterLine, rows: slice, columns: slice
    ) -> Floats:
        """Σ of the loss over the samples, (height × width), at this part of two lines."""
        self.first, self.second, self.rows, self.columns = first, second, rows, columns
        with np.errstate(all="ignore"):
            for i, stage in enumerate(self.reach.stages[BOTH]):
                across = first.parts[i]
                if across is not None:
                    self._add(self.z[stage.sums], self._products[i], across, second.parts[i])
                for knob in self._crossing:
                    self._turn(stage, knob)
                for combined in stage.combined:
                    into = self.z[self.reach.position[combined.row]]
                    combine(combined, self.value, self._weight, into)
                run(self._activations[i])
            return self._losses()

    def _add(
        self, sums: Floats, product: list[Call] | None, across: Floats, down: Floats | None
    ) -> None:
        """The sums: from rows of class 3 by a matrix product, from the lines by stretching."""
        across = (across[:, self.columns] if across.shape[1] > 1 else across)[:, None]
        down = down if down is None else down[:, self.rows, None]
        if product is not None:
            run(product)
            np.add(sums, across, out=sums)
            if down is not None:
                np.add(sums, down, out=sums)
        elif down is not None:
            np.add(across, down, out=sums)
        else:
            sums[...] = across

    def _turn(self, stage: ReachLevel, knob: TurnedParameter) -> None:
        """z += Δw · a where the other parameter changes a."""
        if knob.source is not None and is_sum(stage, self.reach, knob, BOTH):
            into = self.z[self.reach.position[knob.target]]
            into += self._offsets(knob.axis) * self.value(knob.source)

    def _offsets(self, axis: int) -> Floats:
        if axis == FIRST:
            return self.first.offsets[self.columns][None, :, None]
        return self.second.offsets[self.rows][:, None, None]

    def _weight(self, target: int, source: int) -> Floats | None:
        """How much the weight of an edge is changed, if it is."""
        for knob in self.reach.knobs:
            if (knob.target, knob.source) == (target, source):
                return self._offsets(knob.axis)
        return None

    def value(self, row: int) -> Floats:
        """The values of any row, ready to be stretched over the tile."""
        return self._stretched(row, self.ground.a, self.first.a, self.second.a, self.a)

    def total(self, row: int) -> Floats:
        """What a row has summed up."""
        return self._stretched(row, self.ground.z, self.first.z, self.second.z, self.z)

    def _stretched(
        self, row: int, ground: Floats, first: Floats, second: Floats, own: Floats
    ) -> Floats:
        which, place = self.reach.classes[row], self.reach.position[row]
        if which == UNTOUCHED:
            return np.asarray(ground[row])
        if which == FIRST:
            return np.asarray(first[place, self.columns][None])
        if which == SECOND:
            return np.asarray(second[place, self.rows][:, None])
        return np.asarray(own[place])

    def _losses(self) -> Floats:
        ground, a = self.ground, self._of_outputs(self.value)
        z = self._of_outputs(self.total) if ground.loss.by_sum else a
        values = ground.loss.value(a, self._targets, z, ground.middle)
        if len(values) > 1:
            values = values.sum(axis=0)
        sums = values.reshape(-1, ground.samples) @ self._ones
        return np.asarray(sums.reshape(self.shape[:2]))

    def _of_outputs(self, value: Values) -> Floats:
        """(outputs × points and samples)"""
        outputs = self.ground.outputs
        if len(outputs) == 1 and self.reach.classes[outputs[0]] == BOTH:
            return value(int(outputs[0])).reshape(1, -1)
        found = np.empty((len(outputs), *self.shape), self.a.dtype)
        for into, row in zip(found, outputs.tolist(), strict=True):
            into[...] = value(row)
        return found.reshape(len(outputs), -1)


class Room:
    """The memory of the tiles of a grid; they come in a few sizes and share it."""

    def __init__(self, ground: FixedValues) -> None:
        self.ground = ground
        live, samples = ground.reach.live(BOTH), ground.samples
        self.cells = max(1, TILE // ((live + 3 * len(ground.outputs)) * samples))
        self.a = np.empty(live * self.cells * samples, ground.dtype)
        self.z = np.empty_like(self.a) if self._keeps_sums() else self.a
        self.targets = np.tile(ground.targets, self.cells)
        self.ones = np.ones(samples, ground.dtype)
        self._tiles: dict[tuple[int, int], TileBuffers] = {}

    def _keeps_sums(self) -> bool:
        """The loss asks for the sums of the outputs, or an activation reads its sum twice."""
        names = {name for stage in self.ground.reach.stages[BOTH] for name, _, _ in stage.runs}
        return self.ground.loss.by_sum or not all(activation(name).in_place for name in names)

    def view(self, memory: Floats, shape: tuple[int, ...]) -> Floats:
        """The front of the memory as an array, (rows of class 3 × height × width × samples)."""
        whole = (self.ground.reach.live(BOTH), *shape)
        return memory[: math.prod(whole)].reshape(whole)

    def tile(self, rows: slice, columns: slice) -> TileBuffers:
        """The tile of that size."""
        size = rows.stop - rows.start, columns.stop - columns.start
        if size not in self._tiles:
            self._tiles[size] = TileBuffers(self, *size)
        return self._tiles[size]


def tile_losses(room: Room, across: Floats, down: Floats) -> Iterator[TileLoss]:
    """The losses over the whole grid of offsets, tile by tile."""
    ground = room.ground
    reach, samples = ground.reach, ground.samples
    live = 1 + sum(reach.live(which) for which in (FIRST, SECOND, BOTH))
    strip = max(1, LINE // (live * samples))
    per_value = samples * reach.work(BOTH)
    for columns in parts(len(across), strip):
        first = ParameterLine(ground, FIRST, across[columns])
        pending = first.work
        for rows in parts(len(down), strip):
            second = ParameterLine(ground, SECOND, down[rows])
            pending += second.work
            for high, wide in tilings(len(second.offsets), len(first.offsets), room.cells):
                sums = room.tile(high, wide).sums(first, second, high, wide)
                work = pending + sums.size * per_value
                yield TileLoss(_shift(high, rows), _shift(wide, columns), sums, samples, work)
                pending = 0.0


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
