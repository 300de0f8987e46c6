"""The forward pass as calls: each level's sums and combines, then its activations."""

from functools import partial

import numpy as np

from engine.activations import activation
from engine.buffers import ROUND_VALUES, Buffers, product, put, rounded, rows, take_rows
from engine.calls import Call, Floats
from engine.plan import Group, Level, Plan, SumBlock

COMBINE_CALLS = {"product": np.multiply, "max": np.maximum, "min": np.minimum}
EMPTY = {"product": 1.0, "max": 0.0, "min": 0.0}


def forward_calls(
    plan: Plan, buffers: Buffers, matrices: list[Floats | None], rounding: bool
) -> list[Call]:
    """Everything from the head of the activation array to the outputs."""
    calls = _parameter_calls(plan, buffers)
    for level, matrix in zip(plan.levels, matrices, strict=True):
        calls += _level_calls(level, matrix, buffers, rounding)
    return calls


def _parameter_calls(plan: Plan, buffers: Buffers) -> list[Call]:
    """A parameter has the same value in every sample."""
    if plan.parameters.start == plan.parameters.stop:
        return []
    values = buffers.vector[..., plan.parameter_slots, None]
    return [partial(np.copyto, rows(buffers.a, plan.parameters), values)]


def _level_calls(
    level: Level, matrix: Floats | None, buffers: Buffers, rounding: bool
) -> list[Call]:
    calls: list[Call] = []
    if level.sums is not None:
        calls += _sum_calls(level.sums, matrix, buffers)
    for group in level.groups:
        calls += _group_calls(group, buffers)
    z, a = rows(buffers.z, level.rows), rows(buffers.a, level.rows)
    if rounding:
        calls.append(rounded(z, ROUND_VALUES))
    for block in level.runs:
        leaks = block.leaks.astype(z.dtype)
        forward = activation(block.name).forward
        calls += forward(rows(buffers.z, block.rows), rows(buffers.a, block.rows), leaks)
    if rounding:
        calls.append(rounded(a, ROUND_VALUES))
    return calls


def _sum_calls(block: SumBlock, matrix: Floats | None, buffers: Buffers) -> list[Call]:
    """z = W a, with the bias as the weight of a row of ones."""
    z = rows(buffers.z, block.rows)
    if matrix is not None:
        return [product(matrix, rows(buffers.a, slice(block.low, block.high)), z)]
    weights = buffers.vector[..., block.slots, None]
    arriving = buffers.blank(len(block.sources))
    return [
        take_rows(buffers.a, block.sources, arriving),
        partial(np.multiply, arriving, weights, arriving),
        partial(np.add.reduceat, arriving, block.starts, axis=-2, out=z),
    ]


def _group_calls(group: Group, buffers: Buffers) -> list[Call]:
    """z = the product, maximum or minimum of weight × value over the arriving edges."""
    z = rows(buffers.z, group.rows)
    if not group.fan:
        return [partial(z.fill, EMPTY[group.combine])]
    arriving, parts = arriving_parts(group, buffers)
    return [
        *arriving,
        partial(COMBINE_CALLS[group.combine].reduce, parts, axis=-2, out=z),
    ]


def arriving_parts(group: Group, buffers: Buffers) -> tuple[list[Call], Floats]:
    """weight × value of every edge of a group: (nodes × fan × samples), and how to fill it."""
    flat = buffers.blank(len(group.sources))
    weights = buffers.vector[..., group.slots, None]
    calls: list[Call] = [
        take_rows(buffers.a, group.sources, flat),
        partial(np.multiply, flat, weights, flat),
    ]
    nodes = group.rows.stop - group.rows.start
    return calls, flat.reshape(*buffers.lead, nodes, group.fan, buffers.batch)


def spread_calls(plan: Plan, buffers: Buffers, matrices: list[Floats | None]) -> list[Call]:
    """Copy the true entries of sparse matrices from the vector to where they are used."""
    calls: list[Call] = []
    for level, matrix in zip(plan.levels, matrices, strict=True):
        block = level.sums
        if block is not None and matrix is not None and block.form == "gathered":
            flat = matrix.reshape(*buffers.lead, -1)
            calls.append(put(flat, block.positions, buffers.vector[..., block.slots]))
    return calls
