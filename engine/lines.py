"""Values along a line: what one parameter alone changes, for some of its values at once.

The ground is what nothing changes. The samples are always the last axis.
"""

from collections.abc import Callable
from functools import partial

import numpy as np

from engine.activations import activation
from engine.calls import Call, Floats, run
from engine.forward import COMBINE_CALLS
from engine.program import Program
from engine.reach import BOTH, CLASSES, FIRST, UNTOUCHED, Combined, Knob, Link, Reach, Stage
from engine.settings import Settings

Values = Callable[[int], Floats]


class Ground:
    """The values that nothing changes, for some samples, in the number type of the picture."""

    def __init__(
        self,
        program: Program,
        settings: Settings,
        reach: Reach,
        parameters: Floats,
        inputs: Floats,
        targets: Floats,
        dtype: type[np.floating],
    ) -> None:
        plan = program.plan
        self.reach, self.samples, self.dtype = reach, len(inputs), np.dtype(dtype)
        self.outputs = plan.outputs
        self.targets: Floats = np.ascontiguousarray(targets.T, dtype)
        runner = program.runner(settings, len(inputs))
        a, z = np.ones((plan.row_count, len(inputs))), np.ones((plan.row_count, len(inputs)))
        with np.errstate(all="ignore"):
            runner.load(parameters)
            runner.forward(program.heads(inputs, targets))
            a[plan.row_of] = runner.values()
            z[plan.outputs] = runner.output_sums()
            self.a: Floats = a.astype(dtype)
            self.z: Floats = z.astype(dtype)
            stages = [stage for which in CLASSES for stage in reach.stages[which]]
            self._starts = {stage: _start(stage, a).astype(dtype) for stage in stages}

    def start(self, stage: Stage) -> Floats:
        """What the untouched rows bring to the sums of a stage, (sums × samples)."""
        return self._starts[stage]


class Line:
    """The rows that one parameter alone changes, at some of its values: (rows × values × samples).

    `parts` is what they bring to the sums of each stage of class 3; the first line brings the
    untouched rows along.
    """

    def __init__(self, ground: Ground, axis: int, offsets: Floats) -> None:
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

    def _fill(self, stage: Stage) -> None:
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

    def _turn(self, stage: Stage, sums: Floats) -> None:
        """z += Δw · a: a changed weight moves its sum by an outer product.

        Its source is untouched, or changed by the other parameter: that meets it in the tiles.
        """
        knob, reach = self._knob, self.ground.reach
        if knob and knob.source is not None and reach.classes[knob.source] == UNTOUCHED:
            place = reach.position[knob.target] - stage.sums.start
            sums[place] += self.offsets[:, None] * self.ground.a[knob.source]

    def _turns(self, stage: Stage, which: int) -> bool:
        return self._knob is not None and is_sum(stage, self.ground.reach, self._knob, which)

    def _weight(self, target: int, source: int) -> Floats | None:
        if self._knob and (self._knob.target, self._knob.source) == (target, source):
            return self.offsets[:, None]
        return None

    def _part(self, stage: Stage) -> Floats | None:
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


def _start(stage: Stage, values: Floats) -> Floats:
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


def is_sum(stage: Stage, reach: Reach, knob: Knob, which: int) -> bool:
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


def activations(stage: Stage, z: Floats, a: Floats) -> list[Call]:
    """a = the activation of z, for the rows of a stage"""
    calls: list[Call] = []
    for name, rows, leaks in stage.runs:
        if name != "identity" or a is not z:
            spread = leaks.reshape(-1, *(1,) * (z.ndim - 1)).astype(z.dtype)
            calls += activation(name).forward(z[rows], a[rows], spread)
    return calls
