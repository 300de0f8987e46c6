"""A program at work: owns the buffers and replays one flat list of NumPy calls per mini-batch.

A runner belongs to the one caller that made it. What leaves it is a read-only copy.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

import numpy as np

from engine.backward import BackwardCalls, slope_calls
from engine.buffers import ROUND_SLOPES, ROUND_VALUES, Buffers, rounded
from engine.calls import Call, Floats, frozen, number, run
from engine.forward import forward_calls
from engine.losses import binary_cross_entropy_by_value, bind_shrink, loss
from engine.optimizers import KINDS, State, bind, bind_steady
from engine.plan import Plan
from engine.settings import Settings


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
        self._count = number(0, buffers.vector)
        self._state: State = buffers.state
        self._kept = np.concatenate([plan.slot_of + i * plan.slot_count for i in range(1 + states)])
        self._spread = self._spread_calls()
        rounding = settings.rounding
        self._forward = forward_calls(plan, buffers, self._matrices, rounding)
        backward = BackwardCalls(plan, buffers, self._matrices, inputs_too, rounding)
        self._backward = [
            *slope_calls(plan, buffers),
            *backward.collect(loss(settings.loss)),
            *self._reduce_calls(),
        ]
        self._apply = self._apply_calls()
        self._update = [*self._forward, *self._backward, *self._apply, *self._spread]

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
        self._count[...] = count
        run(self._spread)

    def set_rate(self, rate: float) -> None:
        """The learning rate from the next update on."""
        self._rate[...] = rate

    def update(self, head: Floats) -> None:
        """One update from one batch: targets, ones and inputs, as `Program.heads` lays them out."""
        self._buffers.head[...] = head
        for call in self._update:
            call()

    def updates(self, heads: Iterable[Floats]) -> None:
        """One update after the other."""
        copy, into, calls = np.copyto, self._buffers.head, self._update
        for head in heads:
            copy(into, head)
            for call in calls:
                call()

    def recorded_updates(self, heads: Iterable[Floats], keyframes: Floats) -> None:
        """The same, with the numbers after each update kept in a row of `keyframes`."""
        copy, into, calls = np.copyto, self._buffers.head, self._update
        take, kept = self._buffers.memory.take, self._kept
        for head, keyframe in zip(heads, keyframes, strict=True):
            copy(into, head)
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
        run(self._spread)

    @property
    def finite(self) -> bool:
        """Whether every parameter is still a number."""
        return bool(np.isfinite(self._buffers.vector).all())

    def parameters(self) -> Floats:
        """The parameters now."""
        return frozen(self._buffers.vector[..., self.plan.slot_of])

    def state(self) -> State:
        """The optimiser's state now, a vector per name."""
        return tuple(frozen(vector[..., self.plan.slot_of]) for vector in self._state)

    @property
    def count(self) -> int:
        """The updates that this optimiser has made, where it counts them."""
        return int(self._count)

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
        if loss(self.settings.loss).by_sum:
            outputs = self.plan.outputs
            a, z = buffers.a[..., outputs, :], buffers.z[..., outputs, :]
            back[..., outputs, :] += binary_cross_entropy_by_value(a, buffers.targets, z)
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

    def _apply_calls(self) -> list[Call]:
        """parameters -= update, then the proximal step of an L1 penalty."""
        settings, vector = self.settings, self._buffers.vector
        total, calls = self._total_gradient()
        update = np.empty_like(vector)
        calls += bind(settings.optimizer, total, update, self._state, self._rate, self._count)
        calls.append(partial(np.subtract, vector, update, vector))
        if settings.l1:
            by, scratch = np.empty_like(vector), np.empty_like(vector)
            amount = self.plan.penalised * vector.dtype.type(settings.l1)
            calls += bind_steady(settings.optimizer, self._state, self._rate, self._count, by)
            calls += [partial(np.multiply, by, amount, by), *bind_shrink(vector, by, scratch)]
        if settings.rounding:
            calls.append(rounded(vector, ROUND_VALUES, np.flatnonzero(self.plan.trainable)))
        return calls

    def _total_gradient(self) -> tuple[Floats, list[Call]]:
        """The gradient that the optimiser sees: nothing where locked or absent, λw from L2."""
        vector, gradient = self._buffers.vector, self._buffers.gradient
        calls: list[Call] = []
        total = gradient
        if not self.plan.trainable.all():
            total = np.empty_like(vector)
            mask = self.plan.trainable.astype(vector.dtype)
            calls.append(partial(np.multiply, gradient, mask, total))
        if self.settings.l2:
            decay = np.empty_like(vector)
            amount = self.plan.penalised * vector.dtype.type(self.settings.l2)
            sum_of_both = np.empty_like(vector)
            calls += [
                partial(np.multiply, vector, amount, decay),
                partial(np.add, total, decay, sum_of_both),
            ]
            total = sum_of_both
        return total, calls

    def _spread_calls(self) -> list[Call]:
        """Copy the true entries of sparse matrices from the vector to where they are used."""
        calls: list[Call] = []
        for level, matrix in zip(self.plan.levels, self._matrices, strict=True):
            block = level.sums
            if block is None or matrix is None or block.form != "gathered":
                continue
            flat = matrix.reshape(*matrix.shape[:-2], -1)
            index = (..., block.positions)
            calls.append(partial(flat.__setitem__, index, self._buffers.vector[..., block.slots]))
        return calls
