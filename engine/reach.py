"""What lies downstream of one or two parameters: which rows change, and what they read.

A row is changed by the first parameter (class 1), the second (2), both (3) or none (0). Only
rows of class 3 need a value for every point of a grid; those of class 1 need one per column.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from engine.calls import Floats
from engine.network import Place
from engine.plan import Group, Indices, Level, Plan, SumBlock
from engine.program import Program

UNTOUCHED, FIRST, SECOND, BOTH = 0, 1, 2, 3
CLASSES = (FIRST, SECOND, BOTH)
PER_VALUE = 4


@dataclass(frozen=True, slots=True)
class Knob:
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
class Stage:
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
    knobs: tuple[Knob, ...]
    stages: tuple[tuple[Stage, ...], ...]

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


def _knob(plan: Plan, axis: int, slot: int, base: float) -> Knob:
    """Find the edge that a slot of the vector belongs to."""
    if slot >= plan.parameter_slots.start and slot < plan.parameter_slots.stop:
        return Knob(axis, plan.parameters.start + slot - plan.parameter_slots.start, None, base)
    for level in plan.levels:
        if level.sums is not None and level.sums.slots.start <= slot < level.sums.slots.stop:
            block = level.sums
            entry = int(np.flatnonzero(entry_slots(block) == slot)[0])
            target = block.rows.start + int(block.targets[entry])
            return Knob(axis, target, int(block.sources[entry]), base)
        for group in level.groups:
            if group.slots.start <= slot < group.slots.stop:
                entry = slot - group.slots.start
                target = group.rows.start + entry // group.fan
                return Knob(axis, target, int(group.sources[entry]), base)
    raise AssertionError("a slot belongs to nobody")


def entry_slots(block: SumBlock) -> Indices:
    """Where the weight of each entry of a block of sums stands in the vector."""
    if block.form == "full":
        return np.asarray(block.slots.start + block.positions)
    return np.arange(block.slots.start, block.slots.stop)


def _classes(plan: Plan, knobs: tuple[Knob, ...]) -> Indices:
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


def _group_targets(group: Group) -> Indices:
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

    def stage(self, level: Level, which: int) -> Stage:
        """The part of a level that belongs to a class."""
        runs = tuple(
            (run.name, here, run.leaks[self.classes[run.rows] == which])
            for run in level.runs
            if (here := self._places(run.rows, which)).start < here.stop
        )
        if level.sums is None:
            start = self._places(level.rows, which).start
            return Stage(slice(start, start), {}, tuple(self._combined(level, which)), runs)
        sums = self._places(level.sums.rows, which)
        links = self._links(level.sums, which, sums) if sums.start < sums.stop else {}
        return Stage(sums, links, tuple(self._combined(level, which)), runs)

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
