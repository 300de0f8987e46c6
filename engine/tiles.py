"""The loss over tiles of a grid of two parameters, from what lies downstream of them alone.

Values that one parameter changes are computed once per column or row of the grid (a line) and
meet in the tiles by addition. The samples are always the last axis.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from engine.activations import activation
from engine.calls import Call, Floats, run
from engine.lines import Ground, Line, Values, activations, bring, combine, is_sum
from engine.losses import loss
from engine.reach import BOTH, FIRST, SECOND, UNTOUCHED, Knob, Stage
from engine.settings import Settings

TILE = 1 << 19
LINE = 1 << 21


@dataclass(frozen=True, slots=True)
class Piece:
    """The summed loss of some samples at a tile of the grid, and what it took to compute."""

    rows: slice
    columns: slice
    sums: Floats
    samples: int
    work: float


class Tile:
    """The buffers of one tile, (rows of class 3 × height × width × samples), used again and again.

    Where nobody asks for the sums, values are written over them.
    """

    def __init__(self, room: "Room", height: int, width: int) -> None:
        self.ground, self.reach, self._loss = room.ground, room.ground.reach, room.loss
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

    def _crosses(self, knob: Knob) -> bool:
        """Whether the changed weight meets a value that the other parameter changes."""
        if knob.source is None:
            return False
        return bool(self.reach.classes[knob.source] != UNTOUCHED)

    def sums(self, first: Line, second: Line, rows: slice, columns: slice, middle: float) -> Floats:
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
            return self._losses(middle)

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

    def _turn(self, stage: Stage, knob: Knob) -> None:
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

    def _losses(self, middle: float) -> Floats:
        a = self._of_outputs(self.value)
        z = self._of_outputs(self.total) if self._loss.by_sum else a
        values = self._loss.value(a, self._targets, z, middle)
        if len(values) > 1:
            values = values.sum(axis=0)
        sums = values.reshape(-1, self.ground.samples) @ self._ones
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

    def __init__(self, ground: Ground, settings: Settings) -> None:
        self.ground, self.loss = ground, loss(settings.loss)
        live, samples = ground.reach.live(BOTH), ground.samples
        self.cells = max(1, TILE // ((live + 3 * len(ground.outputs)) * samples))
        self.a = np.empty(live * self.cells * samples, ground.dtype)
        self.z = np.empty_like(self.a) if self._keeps_sums() else self.a
        self.targets = np.tile(ground.targets, self.cells)
        self.ones = np.ones(samples, ground.dtype)
        self._tiles: dict[tuple[int, int], Tile] = {}

    def _keeps_sums(self) -> bool:
        """The loss asks for the sums of the outputs, or an activation reads its sum twice."""
        names = {name for stage in self.ground.reach.stages[BOTH] for name, _, _ in stage.runs}
        return self.loss.by_sum or not all(activation(name).in_place for name in names)

    def view(self, memory: Floats, shape: tuple[int, ...]) -> Floats:
        """The front of the memory as an array, (rows of class 3 × height × width × samples)."""
        whole = (self.ground.reach.live(BOTH), *shape)
        return memory[: math.prod(whole)].reshape(whole)

    def tile(self, rows: slice, columns: slice) -> Tile:
        """The tile of that size."""
        size = rows.stop - rows.start, columns.stop - columns.start
        if size not in self._tiles:
            self._tiles[size] = Tile(self, *size)
        return self._tiles[size]


def pieces(room: Room, middle: float, across: Floats, down: Floats) -> Iterator[Piece]:
    """The losses over the whole grid of offsets, tile by tile."""
    ground = room.ground
    reach, samples = ground.reach, ground.samples
    live = 1 + sum(reach.live(which) for which in (FIRST, SECOND, BOTH))
    strip = max(1, LINE // (live * samples))
    per_value = samples * reach.work(BOTH)
    for columns in parts(len(across), strip):
        first = Line(ground, FIRST, across[columns])
        pending = first.work
        for rows in parts(len(down), strip):
            second = Line(ground, SECOND, down[rows])
            pending += second.work
            for high, wide in tilings(len(second.offsets), len(first.offsets), room.cells):
                sums = room.tile(high, wide).sums(first, second, high, wide, middle)
                work = pending + sums.size * per_value
                yield Piece(_shift(high, rows), _shift(wide, columns), sums, samples, work)
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
