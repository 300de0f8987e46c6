"""The backward pass as calls: slopes, error terms level by level, gradients.

error = dE/dz of each node and sample; back = dE/da. Neither knows the rate or the batch size.
"""

from functools import partial
from itertools import pairwise

import numpy as np

from engine.activations import activation
from engine.buffers import (
    ROUND_SLOPES,
    Buffers,
    product,
    put_rows,
    rounded,
    rows,
    split,
    take,
    take_rows,
    transposed,
)
from engine.calls import Call, Floats
from engine.forward import arriving_parts
from engine.losses import Loss
from engine.plan import ActivationRun, Group, Indices, Level, Plan, SumBlock


def slope_calls(plan: Plan, buffers: Buffers) -> list[Call]:
    """da/dz of every neuron; neighbours with the same activation in one go, ones between or not."""
    runs = [run for level in plan.levels for run in level.runs]
    calls: list[Call] = []
    start = 0
    for end in range(1, len(runs) + 1):
        if end < len(runs) and runs[end].name == runs[start].name:
            continue
        calls += _slope_of(runs[start:end], buffers)
        start = end
    return calls


def _slope_of(runs: list[ActivationRun], buffers: Buffers) -> list[Call]:
    together = slice(runs[0].rows.start, runs[-1].rows.stop)
    if runs[0].name == "identity":
        rows(buffers.slope, together)[...] = 1  # once and for all
        return []
    parts = [runs[0].leaks]
    for before, after in pairwise(runs):
        gap = after.rows.start - before.rows.stop
        parts += [np.ones((gap, 1)), after.leaks]
    leaks = np.concatenate(parts).astype(buffers.z.dtype)
    z, a, slope = (rows(array, together) for array in (buffers.z, buffers.a, buffers.slope))
    return activation(runs[0].name).slope(z, a, slope, leaks)


class BackwardCalls:
    """Collects the calls from the loss down to the inputs, writing each row of `back` in turn.

    The first to write into a row may overwrite it; whoever comes later adds. Where anything is
    added at all, everything is set to 0 before.
    """

    def __init__(
        self,
        plan: Plan,
        buffers: Buffers,
        matrices: list[Floats | None],
        inputs_too: bool,
        rounding: bool,
    ) -> None:
        self.plan, self.buffers = plan, buffers
        self.inputs_too, self.rounding = inputs_too, rounding
        self.written = np.zeros(plan.row_count, dtype=np.bool_)
        self.adds = False
        self.calls: list[Call] = []
        self.matrices = matrices

    def collect(self, loss: Loss) -> list[Call]:
        """All calls in order, for this loss."""
        if not loss.by_sum:
            self._loss(loss, self.buffers.back, self.calls)
            self.written[self.plan.outputs] = True
        for level, matrix in zip(reversed(self.plan.levels), reversed(self.matrices), strict=True):
            self._errors(level, loss)
            if level.sums is not None:
                self._sums(level.sums, matrix)
            for group in level.groups:
                self._group(group)
        self._parameters()
        return [partial(self.buffers.back.fill, 0), *self.calls] if self.adds else self.calls

    def _loss(self, loss: Loss, into: Floats, calls: list[Call]) -> None:
        """The slope of the loss at the outputs, written where they stand."""
        outputs, buffers = self.plan.outputs, self.buffers
        where = slice(int(outputs[0]), int(outputs[0]) + len(outputs))
        if outputs.tolist() == list(range(where.start, where.stop)):
            calls += loss.slope(rows(buffers.a, where), buffers.targets, rows(into, where))
            return
        values, slopes = buffers.blank(len(outputs)), buffers.blank(len(outputs))
        calls.append(take_rows(buffers.a, outputs, values))
        calls += loss.slope(values, buffers.targets, slopes)
        calls.append(put_rows(into, outputs, slopes))

    def _errors(self, level: Level, loss: Loss) -> None:
        """error = back · slope; a loss that is written in z adds its slope by z."""
        buffers, outputs = self.buffers, self.plan.outputs
        error = rows(buffers.error, level.rows)
        here = outputs[(outputs >= level.rows.start) & (outputs < level.rows.stop)]
        fused = loss.by_sum and len(here) > 0
        if fused and len(here) == len(outputs):  # nothing above or beside them matters
            self._loss(loss, buffers.error, self.calls)
        else:
            back, slope = rows(buffers.back, level.rows), rows(buffers.slope, level.rows)
            self.calls.append(partial(np.multiply, back, slope, error))
            if fused:
                self.calls.append(_add_loss_by_sum(buffers, outputs, here))
        if self.rounding:
            self.calls.append(rounded(error, ROUND_SLOPES))

    def _sums(self, block: SumBlock, matrix: Floats | None) -> None:
        error = rows(self.buffers.error, block.rows)
        if matrix is None:
            self._listed_sums(block, error)
            return
        read = slice(block.low, block.high)
        if self._wanted(read):
            weights = transposed(matrix)  # whole, ones and all: NumPy would copy a part of it
            if self._first_to_write(read):
                self.calls.append(product(weights, error, rows(self.buffers.back, read)))
            else:
                into = rows(self.buffers.back, read)
                share = self.buffers.blank(into.shape[-2])
                self.calls += [product(weights, error, share), partial(np.add, into, share, into)]
        self._matrix_gradient(block, matrix, error)

    def _matrix_gradient(self, block: SumBlock, matrix: Floats, error: Floats) -> None:
        """dE/dW = Σ over the samples of error · value"""
        values = transposed(rows(self.buffers.a, slice(block.low, block.high)))
        slots = self.buffers.gradient[..., block.slots]
        if block.form == "full":
            self.calls.append(product(error, values, split(slots, matrix.shape[-2:])))
            return
        whole = np.empty(matrix.shape, matrix.dtype)
        flat = whole.reshape(*whole.shape[:-2], -1)
        self.calls += [product(error, values, whole), take(flat, block.positions, slots)]

    def _listed_sums(self, block: SumBlock, error: Floats) -> None:
        buffers = self.buffers
        errors, values = buffers.blank(len(block.sources)), buffers.blank(len(block.sources))
        self.calls += [
            take_rows(error, block.targets, errors),
            take_rows(buffers.a, block.sources, values),
            _sum_over_samples(errors, values, buffers.gradient[..., block.slots]),
        ]
        weights = buffers.vector[..., block.slots, None]
        self.calls.append(partial(np.multiply, errors, weights, errors))
        self._scatter(block.sources, errors)

    def _group(self, group: Group) -> None:
        """dE/d(part) = error · the slope of the combine by that part, then by the chain rule."""
        if not group.fan:
            return
        buffers = self.buffers
        arriving, parts = arriving_parts(group, buffers)
        error = rows(buffers.error, group.rows)[..., None, :]
        local, combine = _combine_slopes(group.combine, parts)
        flat = local.reshape(*local.shape[:-3], -1, local.shape[-1])
        values = buffers.blank(len(group.sources))
        weights = buffers.vector[..., group.slots, None]
        self.calls += [
            *arriving,
            *combine,
            partial(np.multiply, local, error, local),
            take_rows(buffers.a, group.sources, values),
            _sum_over_samples(flat, values, buffers.gradient[..., group.slots]),
            partial(np.multiply, flat, weights, flat),
        ]
        self._scatter(group.sources, flat)

    def _scatter(self, sources: Indices, shares: Floats) -> None:
        """back[source] += share, for every edge; shares of one source are added up first."""
        order = np.argsort(sources, kind="stable")
        unique, starts = np.unique(sources[order], return_index=True)
        back, blank = self.buffers.back, self.buffers.blank
        sorted_shares, sums, there = blank(len(order)), blank(len(unique)), blank(len(unique))
        self.calls += [
            take_rows(shares, order, sorted_shares),
            partial(np.add.reduceat, sorted_shares, starts, axis=-2, out=sums),
            take_rows(back, unique, there),
            partial(np.add, there, sums, there),
            put_rows(back, unique, there),
        ]
        self.adds = True
        self.written[unique] = True

    def _parameters(self) -> None:
        """The gradient of a parameter node is dE/da, over the samples."""
        plan, buffers = self.plan, self.buffers
        if plan.parameters.start == plan.parameters.stop:
            return
        into = buffers.gradient[..., plan.parameter_slots]
        self.calls.append(partial(np.sum, rows(buffers.back, plan.parameters), axis=-1, out=into))

    def _wanted(self, read: slice) -> bool:
        """Whether anybody needs dE/da of these rows: not where there are only inputs."""
        only_inputs = read.stop <= self.plan.inputs.stop
        return self.inputs_too or not only_inputs

    def _first_to_write(self, read: slice) -> bool:
        first = not self.written[read].any()
        self.written[read] = True
        self.adds |= not first
        return first


def _sum_over_samples(left: Floats, right: Floats, out: Floats) -> Call:
    return partial(np.vecdot, left, right, out)


def _add_loss_by_sum(buffers: Buffers, outputs: Indices, here: Indices) -> Call:
    columns = np.flatnonzero(np.isin(outputs, here))

    def add() -> None:
        slopes = buffers.a[..., here, :] - buffers.targets[..., columns, :]
        buffers.error[..., here, :] += slopes

    return add


def _combine_slopes(combine: str, parts: Floats) -> tuple[Floats, list[Call]]:
    """d(combined)/d(part), (nodes × fan × samples), and the calls that fill it."""
    local = np.empty_like(parts)
    if combine == "product":
        return local, _product_slopes(parts, local)
    choose = np.argmax if combine == "max" else np.argmin
    winner = np.empty((*parts.shape[:-2], 1, parts.shape[-1]), np.intp)
    places = np.arange(parts.shape[-2])[:, None]
    return local, [
        partial(choose, parts, axis=-2, keepdims=True, out=winner),
        partial(np.equal, winner, places, out=local, casting="unsafe"),
    ]


def _product_slopes(parts: Floats, local: Floats) -> list[Call]:
    """The product of all others, by products from the front and from the back: never a division."""
    ahead, behind = np.ones_like(parts), np.ones_like(parts)
    back_to_front = (..., slice(None, 0, -1), slice(None))
    return (
        [
            partial(np.multiply.accumulate, parts[..., :-1, :], axis=-2, out=ahead[..., 1:, :]),
            partial(
                np.multiply.accumulate,
                parts[back_to_front],
                axis=-2,
                out=behind[..., -2::-1, :],
            ),
            partial(np.multiply, ahead, behind, local),
        ]
        if parts.shape[-2] > 1
        else [partial(local.fill, 1)]
    )
