"""The samples: a column for each input and each output, in blocks of rows.

Columns belong to node ids. An edit of a cell copies one block; all else is shared.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from engine.errors import Refused
from engine.functions import Floats, frozen
from engine.functions.datasets import Recipe, Scaling
from engine.functions.losses import looks_like_classes, middle_of
from engine.numerals import counted

BLOCK = 1000
Marks = NDArray[np.bool_]
Rows = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Data:
    """At least one row. `test` marks the rows that are never trained.

    `scaling` says how the inputs were standardised, `classes` what the outputs stand for, and
    `recipe` how the rows were generated, where any of these is known.
    """

    inputs: tuple[str, ...]
    targets: tuple[str, ...]
    blocks: tuple[Floats, ...]
    test: Marks
    scaling: Scaling | None = None
    classes: tuple[str, ...] = ()
    recipe: Recipe | None = None

    @cached_property
    def cells(self) -> Floats:
        """All rows: the columns of the inputs, then those of the targets."""
        return self.blocks[0] if len(self.blocks) == 1 else frozen(np.concatenate(self.blocks))

    @cached_property
    def count(self) -> int:
        return sum(len(block) for block in self.blocks)

    @cached_property
    def training(self) -> Rows:
        return frozen(np.flatnonzero(~self.test))

    @cached_property
    def testing(self) -> Rows:
        return frozen(np.flatnonzero(self.test))

    @cached_property
    def has_classes(self) -> bool:
        """Whether all targets that are trained are one of two marks."""
        return looks_like_classes(self.target_rows(self.training))

    @cached_property
    def middle(self) -> float:
        """What separates two classes, as the targets that are trained have it."""
        return middle_of(self.target_rows(self.training))

    @property
    def columns(self) -> tuple[str, ...]:
        return (*self.inputs, *self.targets)

    def input_rows(self, which: Rows | slice = slice(None)) -> Floats:
        return self.cells[which, : len(self.inputs)]

    def target_rows(self, which: Rows | slice = slice(None)) -> Floats:
        return self.cells[which, len(self.inputs) :]

    def cell(self, row: int, column: int) -> float:
        return float(self.blocks[row // BLOCK][row % BLOCK, column])

    def with_cell(self, row: int, column: int, value: float) -> "Data":
        block = self.blocks[row // BLOCK].copy()
        block[row % BLOCK, column] = value
        blocks = list(self.blocks)
        blocks[row // BLOCK] = frozen(block)
        return replace(self, blocks=tuple(blocks), recipe=None)

    def with_row(self, values: Sequence[float]) -> "Data":
        """One more row at the end, to learn from; all full blocks are shared."""
        row = np.array([values], np.float64)
        blocks, last = self.blocks[:-1], self.blocks[-1]
        full = len(last) >= BLOCK
        added = (last, frozen(row)) if full else (frozen(np.concatenate([last, row])),)
        test = frozen(np.append(self.test, False))
        return replace(self, blocks=(*blocks, *added), test=test, recipe=None)

    def with_block(self, row: int, column: int, block: Floats) -> "Data":
        """The same rows with a block of numbers put in there; rows that are missing are added."""
        rows, columns = block.shape
        missing = max(0, row + rows - self.count)
        cells = np.pad(self.cells, ((0, missing), (0, 0)))
        cells[row : row + rows, column : column + columns] = block
        return self.with_rows(cells, np.pad(self.test, (0, missing)))

    def without_rows(self, rows: Sequence[int]) -> "Data":
        """The rows but for these; at least one is left."""
        if len(set(rows)) >= self.count:
            raise Refused("There must be a row to learn from. Leave at least one.")
        gone = list(rows)
        return self.with_rows(np.delete(self.cells, gone, axis=0), np.delete(self.test, gone))

    def with_tests(self, test: Marks) -> "Data":
        """The same rows, these of them only for testing."""
        if test.all():
            raise Refused("All rows are marked for testing. Leave at least one to learn from.")
        return replace(self, test=frozen(test.copy()))

    def with_rows(self, cells: Floats, test: Marks | None = None) -> "Data":
        return make_data(self.inputs, self.targets, cells, test, self.scaling, self.classes)

    def fitted(self, inputs: Sequence[str], targets: Sequence[str]) -> "Data":
        """The same rows for these inputs and outputs: kept by id, new columns are 0."""
        if (*inputs, None, *targets) == (*self.inputs, None, *self.targets):
            return self
        cells = np.zeros((self.count, len(inputs) + len(targets)))
        for i, name in enumerate(inputs):
            if name in self.inputs:
                cells[:, i] = self.input_rows()[:, self.inputs.index(name)]
        for i, name in enumerate(targets, len(inputs)):
            if name in self.targets:
                cells[:, i] = self.target_rows()[:, self.targets.index(name)]
        same_targets = tuple(targets) == self.targets
        return replace(
            self,
            inputs=tuple(inputs),
            targets=tuple(targets),
            blocks=_blocks(cells),
            scaling=self._scaling_of(inputs),
            classes=self.classes if same_targets else (),
        )

    def _scaling_of(self, inputs: Sequence[str]) -> Scaling | None:
        """Each as it was standardised, a new one as it is; None where no old one is left."""
        known = self.scaling
        if known is None or not set(inputs) & set(self.inputs):
            return None
        old = dict(zip(self.inputs, zip(known.mean, known.deviation, strict=True), strict=True))
        mean, deviation = zip(*(old.get(name, (0.0, 1.0)) for name in inputs), strict=True)
        return Scaling(mean, deviation)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Data) or self is other:
            return self is other
        own, others = (
            (d.inputs, d.targets, d.scaling, d.classes, d.recipe, len(d.blocks))
            for d in (self, other)
        )
        blocks = zip(self.blocks, other.blocks, strict=False)
        same = all(a is b or np.array_equal(a, b) for a, b in blocks)
        return own == others and same and np.array_equal(self.test, other.test)


def make_data(
    inputs: Sequence[str],
    targets: Sequence[str],
    cells: Sequence[Sequence[float]] | Floats,
    test: Marks | None = None,
    scaling: Scaling | None = None,
    classes: Sequence[str] = (),
    recipe: Recipe | None = None,
) -> Data:
    """Data from rows of numbers, inputs first; no row at all becomes one row of zeros."""
    width = len(inputs) + len(targets)
    array = np.asarray(cells, dtype=np.float64)
    if array.size == 0:
        array = np.zeros((max(1, len(array) if array.ndim == 2 else 1), width))
    if array.ndim != 2 or array.shape[1] != width:
        found = counted(array.shape[1], "column") if array.ndim == 2 else "ragged columns"
        raise Refused(f"The data has {found}, but the network has {width}: "
                      f"{counted(len(inputs), 'input')} and {counted(len(targets), 'target')}."
                      )  # fmt: skip
    if not np.isfinite(array).all():
        row, column = np.argwhere(~np.isfinite(array))[0]
        raise Refused(f"Row {row + 1}, column {column + 1} of the data is not a number.")
    marks = np.zeros(len(array), dtype=np.bool_) if test is None else np.asarray(test, np.bool_)
    if len(marks) != len(array):
        found = f"{counted(len(array), 'row')} but {counted(len(marks), 'mark')}"
        raise Refused(f"The data has {found} for testing.")
    if marks.all():
        raise Refused("All rows are marked for testing. Leave at least one to learn from.")
    return Data(
        tuple(inputs), tuple(targets), _blocks(array), frozen(marks.copy()),
        scaling, tuple(classes), recipe,
    )  # fmt: skip


def _blocks(cells: Floats) -> tuple[Floats, ...]:
    starts = range(0, len(cells), BLOCK)
    return tuple(frozen(np.array(cells[start : start + BLOCK], np.float64)) for start in starts)
