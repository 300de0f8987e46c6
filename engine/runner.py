"""A program at work: owns the buffers and replays one flat list of NumPy calls per mini-batch.

A runner belongs to the one caller that made it. What leaves it is a read-only copy.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np

from engine.backward import BackwardCalls, slope_calls
from engine.buffers import ROUND_SLOPES, ROUND_VALUES, Buffers, rounded
from engine.calls import Call, Floats, frozen, number, run
from engine.forward import forward_calls, spread_calls
from engine.losses import bind_shrink, loss
from engine.optimizers import KINDS, State, bind, bind_steady
from engine.plan import Plan
from engine.settings import Settings

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
        states = len(KINDS[settings.optimizer.kind].state)
        self._buffers = buffers = Buffers(plan, batch, np.dtype(dtype), stack, states)
        self._matrices = buffers.matrices(plan)
        self._rate = number(settings.rate, buffers.vector)
        self._counts = np.zeros(-(-plan.slot_count // PIECE) or 1, dtype)
        self._state: State = buffers.state
        self._kept = np.concatenate([plan.slot_of + i * plan.slot_count for i in range(1 + states)])
        self._spread = spread_calls(plan, buffers, self._matrices)
        self._forward = forward_calls(plan, buffers, self._matrices, settings.rounding)
        self._inputs_too = inputs_too

    @cached_property
    def _backward(self) -> list[Call]:
        plan, buffers, settings = self.plan, self._buffers, self.settings
        calls = BackwardCalls(plan, buffers, self._matrices, self._inputs_too, settings.rounding)
        return [
            *slope_calls(plan, buffers),
            *calls.collect(loss(settings.loss)),
            *self._reduce_calls(),
        ]

    @cached_property
    def _apply(self) -> list[Call]:
        """parameters -= update, piece by piece; then what the next pass reads."""
        size = self.plan.slot_count
        scratch = np.empty_like(self._buffers.vector[..., :PIECE])
        calls: list[Call] = []
        for i, start in enumerate(range(0, size, PIECE)):
            at = slice(start, min(start + PIECE, size))
            calls += self._piece_calls(at, scratch[..., : at.stop - start], self._counts[i : i + 1])
        if self.settings.rounding:
            moving = np.flatnonzero(self.plan.trainable)
            calls.append(rounded(self._buffers.vector, ROUND_VALUES, moving))
        return [*calls, *self._spread]

    @cached_property
    def _update(self) -> list[Call]:
        return [*self._forward, *self._backward, *self._apply]

    @property
    def vector_size(self) -> int:
        """How many numbers a keyframe holds: the parameters and the optimiser's state of each."""
        return len(self._kept)

    def load(self, parameters: Floats, state: State = (), count: float = 0) -> None:
        """Start from these numbers; the optimiser starts empty where no state is given."""
        slots = self.plan.slot_of
        self._buffers.vector[..., slots] = parameters
        learns = self.plan.trainable[slots]  # what is locked must not coast on an old velocity
        for i, vector in enumerate(self._state):
            vector[..., slots] = np.where(learns, state[i], 0) if state else 0
        self._counts[...] = count
        run(self._spread)

    def set_rate(self, rate: float) -> None:
        """The learning rate from the next update on."""
        self._rate[...] = rate

    def update(self, head: Floats) -> None:
        """One update from one batch: targets, ones and inputs, as `Program.heads` lays them out."""
        self._buffers.head[...] = head
        run(self._update)

    def updates(self, heads: Iterable[Floats]) -> None:
        """One update after the other."""
        put, calls = self._buffers.head.__setitem__, self._update
        for head in heads:
            put(..., head)
            for call in calls:
                call()

    def recorded_updates(self, heads: Iterable[Floats], keyframes: Floats) -> None:
        """The same, with the numbers after each update kept in a row of `keyframes`."""
        put, calls = self._buffers.head.__setitem__, self._update
        take, kept = self._buffers.memory.take, self._kept
        for head, keyframe in zip(heads, keyframes, strict=True):
            put(..., head)
            for call in calls:
                call()
            take(kept, None, keyframe, "clip")

    def forward(self, head: Floats) -> None:
        """The forward pass alone."""
        self._buffers.head[...] = head
        run(self._forward)

    def backward(self) -> None:
        """Error terms and gradients of the forward pass just made; nothing is updated."""
        run(self._backward)

    def apply(self) -> None:
        """The update from the gradients just computed."""
        run(self._apply)

    @property
    def finite(self) -> bool:
        """Whether every parameter is still a number."""
        return bool(np.isfinite(self._buffers.vector).all())

    def parameters(self) -> Floats:
        return frozen(self._buffers.vector[..., self.plan.slot_of])

    def state(self) -> State:
        """The optimiser's state now, a vector per name."""
        return tuple(frozen(vector[..., self.plan.slot_of]) for vector in self._state)

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

    def values(self) -> Floats:
        """The value of every node and sample."""
        return frozen(self._buffers.a[..., self.plan.row_of, :])

    def gradient(self) -> Floats:
        """The gradient of the data loss by every parameter."""
        return frozen(self._buffers.gradient[..., self.plan.slot_of])

    def record(self) -> Pass:
        """Every number of the pass just made."""
        buffers, order = self._buffers, self.plan.row_of
        back = buffers.back.copy()
        slope_by_value = loss(self.settings.loss).slope_by_value
        if slope_by_value is not None:
            outputs = self.plan.outputs
            a, z = buffers.a[..., outputs, :], buffers.z[..., outputs, :]
            back[..., outputs, :] += slope_by_value(a, buffers.targets, z)
        return Pass(
            z=frozen(buffers.z[..., order, :]),
            a=frozen(buffers.a[..., order, :]),
            back=frozen(back[..., order, :]),
            error=frozen(buffers.error[..., order, :]),
            gradient=self.gradient(),
            targets=frozen(buffers.targets.copy()),
        )

    def _reduce_calls(self) -> list[Call]:
        """The sum over the samples becomes the mean: × 1/B."""
        gradient, batch = self._buffers.gradient, self._buffers.batch
        calls: list[Call] = []
        if self.settings.reduction == "mean" and batch > 1:
            share = number(1 / batch, gradient)
            calls.append(partial(np.multiply, gradient, share, gradient))
        if self.settings.rounding:
            calls.append(rounded(gradient, ROUND_SLOPES))
        return calls

    def _piece_calls(self, at: slice, update: Floats, count: Floats) -> list[Call]:
        """parameters -= update, then the proximal step of an L1 penalty, for a piece of them."""
        settings, vector = self.settings, self._buffers.vector[..., at]
        state = tuple(of_all[..., at] for of_all in self._state)
        total, calls = self._total_gradient(at)
        calls += bind(settings.optimizer, total, update, state, self._rate, count)
        calls.append(partial(np.subtract, vector, update, vector))
        if settings.l1:
            by = np.empty_like(vector)
            amount = self.plan.penalised[at] * vector.dtype.type(settings.l1)
            calls += bind_steady(settings.optimizer, state, self._rate, count, by)
            calls += [partial(np.multiply, by, amount, by), *bind_shrink(vector, by, update)]
        return calls

    def _total_gradient(self, at: slice) -> tuple[Floats, list[Call]]:
        """The gradient that the optimiser sees: nothing where locked or absent, λw from L2."""
        vector, gradient = self._buffers.vector[..., at], self._buffers.gradient[..., at]
        trainable, calls = self.plan.trainable[at], list[Call]()
        total = gradient
        if not trainable.all():
            total = np.empty_like(vector)
            calls.append(partial(np.multiply, gradient, trainable.astype(vector.dtype), total))
        if self.settings.l2:
            decay, both = np.empty_like(vector), np.empty_like(vector)
            amount = self.plan.penalised[at] * vector.dtype.type(self.settings.l2)
            calls += [
                partial(np.multiply, vector, amount, decay),
                partial(np.add, total, decay, both),
            ]
            total = both
        return total, calls
