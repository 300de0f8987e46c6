"""An optimiser bound to arrays of one's own, as the runner binds it to its buffers."""

from collections.abc import Sequence

import numpy as np

from engine.functions import Call, Floats, run
from engine.functions.optimizers import OPTIMIZERS, Optimizer, OptimizerBuffers, State


def bound(
    optimizer: Optimizer, gradient: Floats, update: Floats, state: Sequence[Floats],
    rate: Floats, count: Floats,
) -> list[Call]:  # fmt: skip
    """The calls that fill `update` from `gradient`, changing `state` and `count` in place."""
    at = OptimizerBuffers(update, tuple(state), rate.reshape(()), count.reshape(()))
    return OPTIMIZERS[optimizer.kind].bind(optimizer, gradient, at)


def bound_steady(
    optimizer: Optimizer, state: Sequence[Floats], rate: Floats, count: Floats, out: Floats
) -> list[Call]:
    """The calls that fill `out` with how far a steady gradient of 1 would move each parameter."""
    at = OptimizerBuffers(out, tuple(state), rate.reshape(()), count.reshape(()))
    return OPTIMIZERS[optimizer.kind].bind_steady(optimizer, at)


def step(
    optimizer: Optimizer, gradient: Floats, state: Sequence[Floats], rate: Floats, count: Floats
) -> tuple[Floats, State, Floats]:
    """The update, the new state and the new count, leaving what was given as it is."""
    update, new_count = np.empty_like(gradient), count.copy()
    new_state = tuple(array.copy() for array in state)
    run(bound(optimizer, gradient, update, new_state, rate, new_count))
    return update, new_state, new_count
