"""Tables as CSV: commas, decimal points, every number exact, no cell that is a formula."""

import csv
import io
import math
import numbers
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from engine.files.table_names import guarded
from engine.files.table_numbers import is_number

Cell = Any


def write_table(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """The whole table as UTF-8; the same numbers come back when it is read."""
    return "".join(table_lines(columns, rows)).encode("utf-8", "replace")


def table_lines(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    """The table row by row, the header first."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow([guarded(name) for name in columns])
    for cells in rows:
        yield _taken(stream)
        writer.writerow([cell_text(cell) for cell in cells])
    yield _taken(stream)


def cell_text(cell: Cell) -> str:
    """A cell as it is written; NaN is what is not computed yet, and leaves the cell empty."""
    if isinstance(cell, str):
        return cell if is_number(cell, ".") else guarded(cell)
    if isinstance(cell, numbers.Integral):
        return str(int(cell))
    value = float(cell)
    return "" if math.isnan(value) else repr(value)


def _taken(stream: io.StringIO) -> str:
    text = stream.getvalue()
    stream.seek(0)
    stream.truncate()
    return text
