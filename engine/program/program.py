"""The network compiled and at work: arrays, and forward, backward and update as lists of calls.

A Program is immutable; a Runner belongs to whoever asked for it, until it is given back.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import groupby
from typing import NamedTuple

import numpy as np

from engine.errors import Refused
from engine.functions import Call, Floats, frozen, number, run
from engine.functions.activations import activation
from engine.functions.losses import bind_shrink, loss
from engine.functions.optimizers import OPTIMIZERS, OptimizerBuffers, State
from engine.network import Network
from engine.program.plan import (
    EdgeGroup,
    Indices,
    Level,
    Plan,
    SumBlock,
    compile_plan,
    fewest_first,
)
from engine.settings import Settings, without_rounding

CACHED = 36_000  # numbers of a node array that stay in the cache
FEWEST_ROWS = 128
MOST_SPARE = 16
ROUND_VALUES = 3
ROUND_SLOPES = 4
EVERYWHERE = slice(None)


class Buffers:
    """Rows × samples for what nodes have, one vector for what learning changes.

    The vector and the optimiser's state lie side by side, so that one call keeps them all.

    A stack of networks that are trained side by side gets one more axis in front; in memory it
    lies inside each row, so that neighbouring rows are one piece of memory all the same.
    """

    def __init__(
        self, plan: Plan, batch: int, dtype: np.dtype[np.floating], stack: int, states: int
    ) -> None:
        lead = (stack,) if stack else ()
        size = plan.slot_count
        self.batch, self.lead, self.dtype = batch, lead, dtype
        self.z, self.a = (self._rows(np.ones, plan.row_count) for _ in range(2))
        self.memory: Floats = np.zeros((*lead, (1 + states) * size), dtype)
        self.vector = self.memory[..., :size]
        self.state = tuple(
            self.memory[..., i * size : (i + 1) * size] for i in range(1, 1 + states)
        )
        self.gradient: Floats = np.zeros_like(self.vector)
        self.head = self.a[..., : plan.inputs.stop, :]
        self.targets = self.a[..., : plan.target_count, :]
        self.held = [self._held(level.sums) for level in plan.levels]

    def blank(self, count: int) -> Floats:
        """So many rows of zeros × samples."""
        return self._rows(np.zeros, count)

    def _rows(self, of: Callable[..., Floats], count: int) -> Floats:
        rows_first = of((count, *self.lead, self.batch), self.dtype)
        return rows_first.swapaxes(0, 1) if self.lead else rows_first

    def _held(self, block: SumBlock | None) -> Floats | None:
        """The matrix of a level's sums, in the vector or beside it; or the values a list reads."""
        if block is None:
            return None
        if block.form == "listed":
            return self.blank(len(block.sources))
        shape = (*self.lead, block.rows.stop - block.rows.start, block.high - block.low)
        if block.form == "full":
            return self.vector[..., block.slots].reshape(shape)
        return np.zeros(shape, self.dtype)


def product(left: Floats, right: Floats, out: Floats) -> Call:
    """left · right into out. The bound `dot` is the cheapest call NumPy has for it."""
    if left.ndim == 2:
        return partial(left.dot, right, out)
    return partial(np.matmul, left, right, out)


def take_rows(array: Floats, indices: Indices, out: Floats) -> Call:
    """The rows of these indices into out; as the first axis they lie in one piece."""
    return partial(np.moveaxis(array, -2, 0).take, indices, 0, np.moveaxis(out, -2, 0), "clip")


def put_rows(array: Floats, indices: Indices, values: Floats) -> Call:
    return partial(np.moveaxis(array, -2, 0).__setitem__, indices, np.moveaxis(values, -2, 0))


def rounded(array: Floats, places: int, where: Indices | slice = EVERYWHERE) -> Call:
    """Round in place as Python does: half to even of the decimal that is nearest to the number."""
    python_round = np.frompyfunc(lambda value: round(float(value), places) + 0.0, 1, 1)  # no -0

    def round_in_place() -> None:
        array[..., where] = python_round(array[..., where])

    return round_in_place


COMBINE_CALLS = {"product": np.multiply, "max": np.maximum, "min": np.minimum}
EMPTY = {"product": 1.0, "max": 0.0, "min": 0.0}


def forward_calls(plan: Plan, buffers: Buffers, rounding: bool) -> list[Call]:
    """Everything from the head of the activation array to the outputs."""
    calls: list[Call] = []
    if plan.parameters.start < plan.parameters.stop:
        values = buffers.vector[..., plan.parameter_slots, None]  # the same in every sample
        calls.append(partial(np.copyto, buffers.a[..., plan.parameters, :], values))
    for level, held in zip(plan.levels, buffers.held, strict=True):
        if level.sums is not None and held is not None:
            calls += _sum_calls(level.sums, held, buffers)
        for group in level.groups:
            calls += _group_calls(group, buffers)
        if rounding:
            calls.append(rounded(buffers.z[..., level.rows, :], ROUND_VALUES))
        for alike in level.runs:
            z, a = buffers.z[..., alike.rows, :], buffers.a[..., alike.rows, :]
            calls += activation(alike.name).forward(z, a, alike.leaks.astype(z.dtype))
        if rounding:
            calls.append(rounded(buffers.a[..., level.rows, :], ROUND_VALUES))
    return calls


def _sum_calls(block: SumBlock, held: Floats, buffers: Buffers) -> list[Call]:
    """z = W a, with the bias as the weight of a row of ones."""
    z = buffers.z[..., block.rows, :]
    if block.form != "listed":
        return [product(held, buffers.a[..., block.low : block.high, :], z)]
    weights, sums = buffers.vector[..., block.slots], np.empty_like(z)
    return [
        take_rows(buffers.a, block.sources, held),
        *weighted_sums(block.targets, weights, held, sums),
        take_rows(sums, np.argsort(distinct(block.targets)), z),
    ]


def _group_calls(group: EdgeGroup, buffers: Buffers) -> list[Call]:
    """z = the product, maximum or minimum of weight × value over the arriving edges."""
    z = buffers.z[..., group.rows, :]
    if not group.fan:
        return [partial(z.fill, EMPTY[group.combine])]
    calls, flat = arriving(group, buffers)
    parts = flat.reshape(*buffers.lead, -1, group.fan, buffers.batch)
    return [*calls, partial(COMBINE_CALLS[group.combine].reduce, parts, axis=-2, out=z)]


def arriving(group: EdgeGroup, buffers: Buffers) -> tuple[list[Call], Floats]:
    """weight × value of every edge, (edges × samples), and how to fill it."""
    flat = buffers.blank(len(group.sources))
    weights = buffers.vector[..., group.slots, None]
    take = take_rows(buffers.a, group.sources, flat)
    return [take, partial(np.multiply, flat, weights, flat)], flat


def distinct(indices: Indices) -> Indices:
    """Each index once; the same ones are neighbours."""
    return indices[np.flatnonzero(np.diff(indices, prepend=-1))]


def equal_fans(indices: Indices) -> Iterator[tuple[slice, slice, int]]:
    """Where the entries lie whose indices have equally many; where these indices; how many."""
    entry = index = 0
    for fan, equal in groupby(np.bincount(indices)[distinct(indices)].tolist()):
        count = len(list(equal))
        yield slice(entry, entry + count * fan), slice(index, index + count), fan
        entry, index = entry + count * fan, index + count


def weighted_sums(indices: Indices, weights: Floats, values: Floats, sums: Floats) -> list[Call]:
    """Σ weight × value over the entries of each index, which stand `fewest_first`.

    A stack of tiny matrix products is several times faster than np.add.reduceat.
    """
    lead, batch = values.shape[:-2], values.shape[-1]
    return [
        product(
            weights[..., entries].reshape(*lead, -1, 1, fan),
            values[..., entries, :].reshape(*lead, -1, fan, batch),
            sums[..., each, None, :],
        )
        for entries, each, fan in equal_fans(indices)
    ]


def spread_calls(plan: Plan, buffers: Buffers) -> list[Call]:
    """Copy the true entries of sparse matrices from the vector to where they are used."""
    calls: list[Call] = []
    for level, matrix in zip(plan.levels, buffers.held, strict=True):
        block = level.sums
        if block is not None and matrix is not None and block.form == "gathered":
            flat = matrix.reshape(*buffers.lead, -1)
            # one index alone is several times faster than one after an ellipsis
            where = (..., block.positions) if buffers.lead else block.positions
            calls.append(partial(flat.__setitem__, where, buffers.vector[..., block.slots]))
    return calls


class BackwardCalls:
    """Collects the calls from the loss down to the inputs, writing each row of `back` in turn.

    The first to write into a row may overwrite it; whoever comes later adds. Where anything is
    added at all, everything is set to 0 before.
    """

    def __init__(self, plan: Plan, buffers: Buffers, settings: Settings, inputs_too: bool) -> None:
        self.plan, self.buffers, self.loss = plan, buffers, loss(settings.loss)
        self.inputs_too, self.rounding = inputs_too, settings.rounding
        # da/dz, dE/da and dE/dz
        self.slope, self.back, self.error = (buffers.blank(plan.row_count) for _ in range(3))
        self.written = np.zeros(plan.row_count, dtype=np.bool_)
        self.adds = False
        self.calls: list[Call] = []
        self._levels()
        if self.adds:
            self.calls.insert(0, partial(self.back.fill, 0))
        self.calls = [*self._slopes(), *self.calls]
        gradient = buffers.gradient
        if settings.reduction == "mean" and buffers.batch > 1:  # the sum over the samples × 1/B
            share = number(1 / buffers.batch, gradient)
            self.calls.append(partial(np.multiply, gradient, share, gradient))
        if self.rounding:
            self.calls.append(rounded(gradient, ROUND_SLOPES))

    def _slopes(self) -> Iterator[Call]:
        """Of neighbours with the same activation in one go, rows of ones between them or not."""
        runs = (one for level in self.plan.levels for one in level.runs)
        for name, neighbours in groupby(runs, key=lambda one: one.name):
            alike = list(neighbours)
            where = slice(alike[0].rows.start, alike[-1].rows.stop)
            slope = self.slope[..., where, :]
            if name == "identity":
                slope[...] = 1  # once and for all
                continue
            leaks = np.zeros((where.stop - where.start, 1), slope.dtype)
            for one in alike:
                leaks[one.rows.start - where.start : one.rows.stop - where.start] = one.leaks
            z, a = self.buffers.z[..., where, :], self.buffers.a[..., where, :]
            yield from activation(name).slope(z, a, slope, leaks)

    def _levels(self) -> None:
        plan, buffers = self.plan, self.buffers
        if not self.loss.by_sum:
            self._loss(self.back)
            self.written[plan.outputs] = True
        for level, held in zip(reversed(plan.levels), reversed(buffers.held), strict=True):
            self._errors(level)
            if level.sums is not None and held is not None:
                backward = self._list if level.sums.form == "listed" else self._matrix
                backward(level.sums, held)
            for group in level.groups:
                self._group(group)
        if plan.parameters.start < plan.parameters.stop:  # their gradient is dE/da
            back, into = self.back[..., plan.parameters, :], plan.parameter_slots
            self.calls.append(partial(np.sum, back, axis=-1, out=buffers.gradient[..., into]))

    def _loss(self, into: Floats) -> None:
        """The slope of the loss at the outputs, written where they stand."""
        outputs, buffers = self.plan.outputs, self.buffers
        where = slice(int(outputs[0]), int(outputs[0]) + len(outputs))
        if outputs.tolist() == list(range(where.start, where.stop)):
            a, slope = buffers.a[..., where, :], into[..., where, :]
            self.calls += self.loss.slope(a, buffers.targets, slope)
            return
        values, slopes = buffers.blank(len(outputs)), buffers.blank(len(outputs))
        self.calls.append(take_rows(buffers.a, outputs, values))
        self.calls += self.loss.slope(values, buffers.targets, slopes)
        self.calls.append(put_rows(into, outputs, slopes))

    def _errors(self, level: Level) -> None:
        """error = back · slope; a loss that is written in z adds its slope by z."""
        buffers, outputs, rows = self.buffers, self.plan.outputs, level.rows
        error = self.error[..., rows, :]
        columns = outputs[:0]
        if self.loss.by_sum:
            columns = np.flatnonzero((outputs >= rows.start) & (outputs < rows.stop))
        if len(columns) == len(outputs):  # nothing above or beside them matters
            self._loss(self.error)
        else:
            self.calls.append(
                partial(np.multiply, self.back[..., rows, :], self.slope[..., rows, :], error)
            )
            if len(columns):
                here = outputs[columns]

                def add_loss_by_sum() -> None:
                    slopes = buffers.a[..., here, :] - buffers.targets[..., columns, :]
                    self.error[..., here, :] += slopes

                self.calls.append(add_loss_by_sum)
        if self.rounding:
            self.calls.append(rounded(error, ROUND_SLOPES))

    def _matrix(self, block: SumBlock, matrix: Floats) -> None:
        """dE/da of what is read by W's columns; dE/dW = Σ over the samples of error · value."""
        error, read = self.error[..., block.rows, :], slice(block.low, block.high)
        if self.inputs_too or read.stop > self.plan.inputs.stop:  # inputs alone nobody asks for
            weights = matrix.swapaxes(-1, -2)  # whole, ones and all: NumPy would copy a part of it
            into = self.back[..., read, :]
            if np.count_nonzero(self.written[read]):  # a fifth of the time of any()
                self.adds = True
                share = self.buffers.blank(into.shape[-2])
                self.calls += [product(weights, error, share), partial(np.add, into, share, into)]
            else:
                self.calls.append(product(weights, error, into))
            self.written[read] = True
        values = self.buffers.a[..., read, :].swapaxes(-1, -2)
        slots = self.buffers.gradient[..., block.slots]
        if block.form == "full":
            self.calls.append(product(error, values, slots.reshape(matrix.shape)))
            return
        whole = np.empty(matrix.shape, matrix.dtype)
        flat = whole.reshape(*whole.shape[:-2], -1)
        # "clip" because the default mode would copy what it is put into
        gathered = partial(flat.take, block.positions, -1, slots, "clip")
        self.calls += [product(error, values, whole), gathered]

    def _list(self, block: SumBlock, values: Floats) -> None:
        """The same edge by edge: by target dE/dW, and by source dE/da."""
        buffers, lead = self.buffers, self.buffers.lead
        error, gradient = self.error[..., block.rows, :], buffers.gradient[..., block.slots]
        targets = distinct(block.targets)
        errors = buffers.blank(len(targets))
        self.calls.append(take_rows(error, targets, errors))
        for entries, each, fan in equal_fans(block.targets):
            read = values[..., entries, :].reshape(*lead, -1, fan, buffers.batch)
            slopes = gradient[..., entries].reshape(*lead, -1, fan, 1)
            self.calls.append(product(read, errors[..., each, :, None], slopes))
        order = fewest_first(block.sources)
        if not self.inputs_too:  # inputs alone nobody asks for
            order = order[block.sources[order] >= self.plan.inputs.stop]
        sources = block.sources[order]
        weights, shares = np.empty((*lead, len(order)), buffers.dtype), buffers.blank(len(order))
        sums = buffers.blank(len(distinct(sources)))
        self.calls += [
            partial(buffers.vector[..., block.slots].take, order, -1, weights, "clip"),
            take_rows(error, block.targets[order], shares),
            *weighted_sums(sources, weights, shares, sums),
        ]
        self._add(distinct(sources), sums)

    def _group(self, group: EdgeGroup) -> None:
        """dE/d(part) = error · the slope of the combine by that part; then by the chain rule."""
        if not group.fan:
            return
        buffers, blank, sources = self.buffers, self.buffers.blank, group.sources
        calls, flat = arriving(group, buffers)
        parts = flat.reshape(*buffers.lead, -1, group.fan, buffers.batch)
        local = np.empty_like(parts)
        shares = local.reshape(flat.shape)
        error = self.error[..., group.rows, :][..., None, :]
        values, weights = blank(len(sources)), buffers.vector[..., group.slots, None]
        order = np.argsort(sources, kind="stable")
        unique, starts = np.unique(sources[order], return_index=True)
        sorted_shares, sums = blank(len(order)), blank(len(unique))
        self.calls += [
            *calls,
            *_combine_slopes(group.combine, parts, local),
            partial(np.multiply, local, error, local),
            take_rows(buffers.a, sources, values),
            partial(np.vecdot, shares, values, buffers.gradient[..., group.slots]),
            partial(np.multiply, shares, weights, shares),
            take_rows(shares, order, sorted_shares),
            partial(np.add.reduceat, sorted_shares, starts, axis=-2, out=sums),
        ]
        self._add(unique, sums)

    def _add(self, rows: Indices, sums: Floats) -> None:
        """back[row] += sum, for every row"""
        there = self.buffers.blank(len(rows))
        self.calls += [
            take_rows(self.back, rows, there),
            partial(np.add, there, sums, there),
            put_rows(self.back, rows, there),
        ]
        self.adds = True
        self.written[rows] = True


def _combine_slopes(combine: str, parts: Floats, local: Floats) -> list[Call]:
    """d(combined)/d(part), (nodes × fan × samples), into `local`."""
    fan = parts.shape[-2]
    if combine != "product":
        choose = np.argmax if combine == "max" else np.argmin
        winner = np.empty((*parts.shape[:-2], 1, parts.shape[-1]), np.intp)
        return [
            partial(choose, parts, axis=-2, keepdims=True, out=winner),
            partial(np.equal, winner, np.arange(fan)[:, None], out=local, casting="unsafe"),
        ]
    if fan == 1:
        return [partial(local.fill, 1)]
    # the product of all others, by products from the front and from the back: never a division
    ahead, behind = np.ones_like(parts), np.ones_like(parts)
    accumulate, from_back = np.multiply.accumulate, parts[..., :0:-1, :]
    return [
        partial(accumulate, parts[..., :-1, :], axis=-2, out=ahead[..., 1:, :]),
        partial(accumulate, from_back, axis=-2, out=behind[..., -2::-1, :]),
        partial(np.multiply, ahead, behind, local),
    ]


PIECE = 1 << 16  # numbers of the vector, updated while they are in the cache


@dataclass(frozen=True, slots=True)
class Pass:
    """Every number of one pass, by node (in order of creation) and sample, or by parameter."""

    z: Floats
    a: Floats
    back: Floats
    error: Floats
    gradient: Floats
    targets: Floats


class OutputNumbers(NamedTuple):
    """What a pass comes to at the outputs, (outputs × samples)."""

    values: Floats
    targets: Floats
    sums: Floats


class PassEnd(NamedTuple):
    """What is told of a pass where nobody asks for every number of it."""

    outputs: OutputNumbers
    gradient: Floats
    is_finite: bool


class Runner:
    """Forward, backward and update for one batch size, one number type and one set of rules."""

    def __init__(
        self,
        plan: Plan,
        settings: Settings,
        batch: int,
        dtype: type[np.floating] = np.float64,
        inputs_too: bool = False,
        stack: int = 0,
    ) -> None:
        self.plan, self.settings = plan, settings
        self.asked = settings, batch, dtype, inputs_too, stack
        self.size = plan.row_count * batch * max(1, stack)
        states = len(OPTIMIZERS[settings.optimizer.kind].keeps)
        self._buffers = buffers = Buffers(plan, batch, np.dtype(dtype), stack, states)
        self._rate = number(settings.rate, buffers.vector)
        self._counts = np.zeros(-(-plan.slot_count // PIECE) or 1, dtype)
        self._kept = np.concatenate([plan.slot_of + i * plan.slot_count for i in range(1 + states)])
        self._spread = spread_calls(plan, buffers)
        self._forward = forward_calls(plan, buffers, settings.rounding)
        self._inputs_too = inputs_too

    @cached_property
    def _backward(self) -> BackwardCalls:
        return BackwardCalls(self.plan, self._buffers, self.settings, self._inputs_too)

    @cached_property
    def _update(self) -> list[Call]:
        """A pass, parameters -= update piece by piece, and then what the next pass reads."""
        size, vector = self.plan.slot_count, self._buffers.vector
        scratch = np.empty_like(vector[..., :PIECE])
        calls = [*self._forward, *self._backward.calls]
        for i, start in enumerate(range(0, size or 1, PIECE)):  # a count goes on without them too
            at = slice(start, min(start + PIECE, size))
            count = self._counts[i, ...]  # a view without axes
            calls += self._piece_calls(at, scratch[..., : at.stop - start], count)
        if self.settings.rounding:
            calls.append(rounded(vector, ROUND_VALUES, np.flatnonzero(self.plan.trainable)))
        return [*calls, *self._spread]

    @property
    def vector_size(self) -> int:
        """How many numbers a keyframe holds: the parameters and the optimiser's state of each."""
        return len(self._kept)

    def load(self, parameters: Floats, state: State = (), count: float = 0) -> None:
        """Start from these numbers; the optimiser starts empty where no state is given."""
        slots = self.plan.slot_of
        self._buffers.memory.fill(0)  # of what is absent too: a run may have ended in infinity
        self._buffers.vector[..., slots] = parameters
        learns = self.plan.trainable[slots]  # what is locked must not coast on an old velocity
        for vector, values in zip(self._buffers.state, state, strict=False):
            vector[..., slots] = np.where(learns, values, 0)
        self._counts[...] = count
        run(self._spread)

    def set_rate(self, rate: float) -> None:
        self._rate[...] = rate

    def update(self, head: Floats) -> None:
        """One update from one batch: targets, ones and inputs, as `Program.heads` lays them out."""
        self.updates((head,))

    def updates(self, heads: Iterable[Floats]) -> None:
        put, calls = self._buffers.head.__setitem__, self._update
        for head in heads:
            put(..., head)
            for call in calls:
                call()

    def recorded_updates(self, heads: Iterable[Floats], keyframes: Iterable[Floats | None]) -> None:
        """The same, with the numbers after each update kept in its keyframe, if it has one."""
        put, calls = self._buffers.head.__setitem__, self._update
        take, kept = self._buffers.memory.take, self._kept
        for head, keyframe in zip(heads, keyframes, strict=True):
            put(..., head)
            for call in calls:
                call()
            if keyframe is not None:
                take(kept, None, keyframe, "clip")

    def forward(self, head: Floats) -> None:
        self._buffers.head[...] = head
        run(self._forward)

    def backward(self) -> None:
        """Error terms and gradients of the forward pass just made; nothing is updated."""
        run(self._backward.calls)

    def parameters(self) -> Floats:
        return frozen(self._buffers.vector[..., self.plan.slot_of])

    def state(self) -> State:
        """The optimiser's state now, a vector per name."""
        return tuple(frozen(vector[..., self.plan.slot_of]) for vector in self._buffers.state)

    @property
    def count(self) -> int:
        """The updates that this optimiser has made, where it counts them."""
        return int(self._counts[0])

    def outputs(self) -> Floats:
        """The value of every output and sample."""
        return frozen(self._buffers.a[..., self.plan.outputs, :])

    def output_sums(self) -> Floats:
        """The combined input of every output and sample."""
        return frozen(self._buffers.z[..., self.plan.outputs, :])

    def targets(self) -> Floats:
        """The target of every output and sample."""
        return frozen(self._buffers.targets.copy())

    def output_numbers(self) -> OutputNumbers:
        """What a loss is made of; of a stack, the samples of each network beside the last one's."""
        buffers, outputs = self._buffers, self.plan.outputs
        arrays = buffers.a, buffers.targets, buffers.z
        a, targets, z = (x.swapaxes(0, 1) for x in arrays) if buffers.lead else arrays
        flat = len(outputs), -1
        return OutputNumbers(
            frozen(a.take(outputs, 0).reshape(flat)),
            frozen(targets.reshape(len(targets), -1).copy()),
            frozen(z.take(outputs, 0).reshape(flat)),
        )

    def pass_end(self) -> PassEnd:
        """What the pass just made came to, also where an update has followed it."""
        buffers = self._buffers
        is_finite = bool(np.isfinite(buffers.a).all() and np.isfinite(buffers.z).all())
        return PassEnd(self.output_numbers(), self.gradient(), is_finite)

    def values(self) -> Floats:
        """The value of every node and sample."""
        return frozen(self._buffers.a[..., self.plan.row_of, :])

    def sums(self) -> Floats:
        """The combined input of every node and sample."""
        return frozen(self._buffers.z[..., self.plan.row_of, :])

    def gradient(self) -> Floats:
        """The gradient of the data loss by every parameter."""
        return frozen(self._buffers.gradient.take(self.plan.slot_of, -1))

    def record(self) -> Pass:
        """Every number of the pass just made."""
        buffers, order = self._buffers, self.plan.row_of
        back, slope_by_value = self._backward.back.copy(), self._backward.loss.slope_by_value
        if slope_by_value is not None:
            outputs = self.plan.outputs
            a, z = buffers.a[..., outputs, :], buffers.z[..., outputs, :]
            back[..., outputs, :] += slope_by_value(a, buffers.targets, z)
        return Pass(
            z=frozen(buffers.z[..., order, :]),
            a=frozen(buffers.a[..., order, :]),
            back=frozen(back[..., order, :]),
            error=frozen(self._backward.error[..., order, :]),
            gradient=self.gradient(),
            targets=self.targets(),
        )

    def _piece_calls(self, at: slice, update: Floats, count: Floats) -> list[Call]:
        """parameters -= update, then the proximal step of an L1 penalty, for a piece of them."""
        settings, plan, buffers = self.settings, self.plan, self._buffers
        vector, total = buffers.vector[..., at], buffers.gradient[..., at]
        state = tuple(of_all[..., at] for of_all in buffers.state)
        optimizer, row = settings.optimizer, OPTIMIZERS[settings.optimizer.kind]
        penalised, trainable = plan.penalised[at], plan.trainable[at]
        calls: list[Call] = []
        if not trainable.all():  # nothing moves where locked or absent
            moving = np.empty_like(vector)
            calls.append(partial(np.multiply, total, trainable.astype(vector.dtype), moving))
            total = moving
        if settings.l2:  # λw is a part of what the optimiser sees
            decay, both = np.empty_like(vector), np.empty_like(vector)
            amount = penalised * vector.dtype.type(settings.l2)
            calls.append(partial(np.multiply, vector, amount, decay))
            calls.append(partial(np.add, total, decay, both))
            total = both
        calls += row.bind(optimizer, total, OptimizerBuffers(update, state, self._rate, count))
        calls.append(partial(np.subtract, vector, update, vector))
        if settings.l1:
            by, amount = np.empty_like(vector), penalised * vector.dtype.type(settings.l1)
            calls += row.bind_steady(optimizer, OptimizerBuffers(by, state, self._rate, count))
            calls += [partial(np.multiply, by, amount, by), *bind_shrink(vector, by, update)]
        return calls


@dataclass(frozen=True)
class Program:
    """An immutable plan of a network, and the runners that nobody has at the moment."""

    network: Network

    def __reduce__(self) -> tuple[type["Program"], tuple[Network]]:
        """Another process lays the plan out itself."""
        return Program, (self.network,)

    @cached_property
    def plan(self) -> Plan:
        """Rows, slots and levels; laid out when somebody first runs the program."""
        return compile_plan(self.network)

    def runner(
        self,
        settings: Settings,
        batch: int,
        dtype: type[np.floating] = np.float64,
        inputs_too: bool = False,
        stack: int = 0,
    ) -> Runner:
        """A runner for one batch size; with `stack`, for so many networks side by side."""
        reason = why_not_run(self.network, settings)
        if reason is not None:
            raise Refused(reason)
        asked = settings, batch, dtype, inputs_too, stack
        found = self._spare.pop(asked, None) or Runner(self.plan, *asked)
        found.set_rate(settings.rate)  # a schedule may have left another one
        return found

    @cached_property
    def _spare(self) -> dict[tuple[object, ...], Runner]:
        return {}

    def give_back(self, runners: Iterable[Runner]) -> None:
        """Whoever asks for one of the kind next has it: to make one takes ten updates."""
        for runner in runners:
            if runner.size <= CACHED:
                if len(self._spare) >= MOST_SPARE:
                    self._spare.clear()
                self._spare[runner.asked] = runner

    def forward_runner(self, settings: Settings, batch: int) -> Runner:
        """One for forward values, which can be shown where the loss does not suit the network."""
        suits = why_not_run(self.network, settings) is None
        return Runner(self.plan, settings if suits else Settings(), batch)

    def heads(self, inputs: Floats, targets: Floats) -> Floats:
        """Samples (rows) as the head of the activation array: targets, ones, inputs (columns)."""
        count = len(inputs)
        head = np.ones((self.plan.inputs.stop, count), inputs.dtype)
        head[: self.plan.target_count] = targets.T
        head[self.plan.inputs] = inputs.T
        return frozen(head)

    def answers(self, settings: Settings, parameters: Floats, inputs: Floats) -> Floats:
        """The outputs for every row of inputs, (rows × outputs)."""
        values = self.values(settings, parameters, inputs)
        columns = [self.network.index[node_id] for node_id in self.network.outputs]
        return frozen(values[:, columns])

    def values(self, settings: Settings, parameters: Floats, inputs: Floats) -> Floats:
        """The value of every node for every row of inputs, (rows × nodes)."""
        count = len(inputs)
        chunk = max(FEWEST_ROWS, CACHED // self.plan.row_count)
        size = min(count, chunk)
        found = np.empty((len(self.network.nodes), count), inputs.dtype)
        head = self.heads(inputs, np.zeros((1, self.plan.target_count)))
        runner = Runner(self.plan, without_rounding(settings), size, parameters.dtype.type)
        runner.load(parameters)
        for start in range(0, count, chunk):
            # The last rows may be taken twice, so that every chunk has the same shape.
            rows = slice(min(start, count - size), min(start, count - size) + size)
            runner.forward(head[:, rows])
            found[:, rows] = runner.values()
        return frozen(found.T)


def batches(heads: Floats, order: np.ndarray, batch: int) -> Floats:
    """Full batches of an epoch in that order: (batches × head × samples), one block of memory."""
    count = len(order) // batch
    chosen = heads[:, order[: count * batch]]
    split = chosen.reshape(len(heads), count, batch)
    return np.ascontiguousarray(split.transpose(1, 0, 2))


def why_not_run(
    network: Network, settings: Settings, call: Callable[[str], str] = str
) -> str | None:
    """None where this loss suits these outputs, else the sentence that says why not."""
    chosen = loss(settings.loss)
    if not network.nodes:
        return "Nothing is drawn yet. Draw inputs and an output, and join them."
    if not network.outputs:
        return "There is no output. Mark a neuron as output, so that there is something to learn."
    if chosen.shares and len(network.outputs) < 2:
        return f"{chosen.title} compares several outputs. Add one per class."
    for node_id in network.outputs:
        if chosen.by_sum and network.node(node_id).activation != "sigmoid":
            return (f"{chosen.title} needs an answer between 0 and 1: "
                    f"give {call(node_id)} a sigmoid.")  # fmt: skip
    return None
