"""The arrays of one runner: allocated once, written in every pass, never handed out."""

from functools import cached_property, partial

import numpy as np

from engine.op_list import Call, Floats
from engine.program.plan import Indices, Plan

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
        self.batch, self.lead, self.dtype, self._rows = batch, lead, dtype, plan.row_count
        self.z = self.blank(plan.row_count)
        self.a = self.blank(plan.row_count)
        self.z.fill(1)
        self.a.fill(1)
        self.memory: Floats = np.zeros((*lead, (1 + states) * size), dtype)
        self.vector = self.memory[..., :size]
        self.state = tuple(
            self.memory[..., i * size : (i + 1) * size] for i in range(1, 1 + states)
        )
        self.gradient: Floats = np.zeros_like(self.vector)
        self.head = self.a[..., : plan.inputs.stop, :]
        self.targets = self.a[..., : plan.target_count, :]

    @cached_property
    def slope(self) -> Floats:
        """da/dz; like the two below it is not there before a backward pass is wanted."""
        return self.blank(self._rows)

    @cached_property
    def back(self) -> Floats:
        """dE/da"""
        return self.blank(self._rows)

    @cached_property
    def error(self) -> Floats:
        """dE/dz"""
        return self.blank(self._rows)

    def blank(self, count: int) -> Floats:
        """So many rows of zeros × samples."""
        rows_first = np.zeros((count, *self.lead, self.batch), self.dtype)
        return rows_first.swapaxes(0, 1) if self.lead else rows_first

    def matrices(self, plan: Plan) -> list[Floats | None]:
        """The matrix of each level's sums: a view of the vector, or a block of its own."""
        found: list[Floats | None] = []
        for level in plan.levels:
            block = level.sums
            if block is None or block.form == "listed":
                found.append(None)
                continue
            shape = (block.rows.stop - block.rows.start, block.high - block.low)
            if block.form == "full":
                found.append(split(self.vector[..., block.slots], shape))
            else:
                found.append(np.zeros((*self.lead, *shape), self.dtype))
        return found


def rows(array: Floats, which: slice) -> Floats:
    """These rows, for all samples."""
    return array[..., which, :]


def split(array: Floats, shape: tuple[int, ...]) -> Floats:
    """The last axis laid out in that shape; always a view."""
    return array.reshape(*array.shape[:-1], *shape)


def product(left: Floats, right: Floats, out: Floats) -> Call:
    """left · right into out. The bound `dot` is the cheapest call NumPy has for it."""
    if left.ndim == 2:
        return partial(left.dot, right, out)
    return partial(np.matmul, left, right, out)


def transposed(array: Floats) -> Floats:
    """Rows and columns swapped; always a view."""
    return np.swapaxes(array, -1, -2)


def take(array: Floats, indices: Indices, out: Floats) -> Call:
    """array[indices] along the last axis; "clip" because the default mode would copy `out`."""
    return partial(array.take, indices, -1, out, "clip")


def take_rows(array: Floats, indices: Indices, out: Floats) -> Call:
    """The rows of these indices into out; as the first axis they lie in one piece."""
    return partial(np.moveaxis(array, -2, 0).take, indices, 0, np.moveaxis(out, -2, 0), "clip")


def put(array: Floats, indices: Indices, values: Floats) -> Call:
    """array[indices] = values along the last axis; one index alone is several times faster."""
    return partial(array.__setitem__, indices if array.ndim == 1 else (..., indices), values)


def put_rows(array: Floats, indices: Indices, values: Floats) -> Call:
    """The rows of these indices become values."""
    return partial(np.moveaxis(array, -2, 0).__setitem__, indices, np.moveaxis(values, -2, 0))


def rounded(array: Floats, places: int, where: Indices | slice = EVERYWHERE) -> Call:
    """Round in place as Python does: half to even of the decimal that is nearest to the number."""
    python_round = np.frompyfunc(lambda value: round(float(value), places) + 0.0, 1, 1)  # no -0

    def round_in_place() -> None:
        array[..., where] = python_round(array[..., where])

    return round_in_place
