"""A table read at one go."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from engine.files.table import Options, Table, TableColumn, TableUse, filling_of
from engine.files.table_reading import ReadingProgress, Source, reading
from engine.functions import Floats


def read_table(
    source: Source,
    options: Options | None = None,
    progress: Callable[[ReadingProgress], object] | None = None,
) -> Table:
    """The table in a file or in bytes; `progress` may raise to cancel."""
    steps = reading(source, options)
    while True:
        try:
            step = next(steps)
        except StopIteration as done:
            table: Table = done.value
            return table
        if progress:
            progress(step)


def cells(column: TableColumn) -> list[float] | list[str]:
    """The column as plain Python values."""
    if column.codes is not None:
        return [column.labels[code] for code in column.codes]
    assert column.numbers is not None
    return [float(value) for value in column.numbers]


class Arrays(NamedTuple):
    inputs: Floats
    targets: Floats
    input_names: tuple[str, ...]
    target_names: tuple[str, ...]


def to_arrays(
    table: Table, inputs: Sequence[str] | None = None, targets: Sequence[str] | None = None
) -> Arrays:
    """The chosen columns as arrays; unless chosen, the last is the target, the others inputs."""
    names = [column.name for column in table.columns]
    if targets is None:
        targets = [name for name in names if name not in (inputs or ())][-1:]
    if inputs is None:
        inputs = [name for name in names if name not in targets]
    uses = TableUse({**dict.fromkeys(inputs, "input"), **dict.fromkeys(targets, "target")})
    found = filling_of(table, uses)
    cells = np.hsplit(found.cells, [len(found.inputs)])
    return Arrays(cells[0], cells[1], found.inputs, found.targets)
