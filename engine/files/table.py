"""What a table is once it has been read, the arrays that are made of it, and how one is written."""

import csv
import io
import math
import numbers
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from engine.errors import Refused, brief, clean_name
from engine.files import limits
from engine.files.limits import DocumentError, WayOut, megabytes
from engine.functions import Floats, frozen
from engine.numerals import MINUS, count

_GUARDED = re.compile(r"'+[=+\-@]")
_FORMULA = re.compile(r"'*[=+\-@]")
UNNAMED = "x"


def guarded(text: str) -> str:
    """A text cell as it is written: a spreadsheet must not take it for a formula."""
    return "'" + text if _FORMULA.match(text) else text


def unguarded(text: str) -> str:
    """A text cell as it is meant: without the apostrophe of `guarded` and outer spaces."""
    text = text.strip()
    return text[1:] if _GUARDED.match(text) else text


def column_names(cells: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names of the columns from the cells of the header, and a note for each change."""
    wanted = [clean_name(unguarded(cell))[0] for cell in cells]
    names = distinct([name or UNNAMED for name in wanted])
    notes = []
    for place, (old, new) in enumerate(zip(wanted, names, strict=True), start=1):
        if not old:
            notes.append(f"Column {place} has no name and is called “{new}”.")
        elif old != new:
            notes.append(f"Column {place} is called “{new}”, because “{old}” is taken.")
    return names, tuple(notes)


def distinct(names: Sequence[str]) -> tuple[str, ...]:
    """The same names; where one comes again it is called name_2, name_3 …"""
    taken, used = set(names), set[str]()
    numbers: dict[str, int] = {}
    result = []
    for name in names:
        new = name
        while new in used or (new != name and new in taken):
            numbers[name] = numbers.get(name, 1) + 1
            new = f"{name}_{numbers[name]}"
        used.add(new)
        result.append(new)
    return tuple(result)


_SIGN = "[+\\-\u2212]?"
_EXPONENT = "(?:[eE][+\\-\u2212]?[0-9]+)?"
_PATTERNS: Final = {
    mark: re.compile(rf"[ \t]*{_SIGN}(?:[0-9]+(?:[{mark}][0-9]*)?|[{mark}][0-9]+){_EXPONENT}[ \t]*")
    for mark in ".,"
}
_PLAIN: Final = b"0123456789+-.eE \r\n"


def is_number(cell: str, decimal: str) -> bool:
    """Whether the cell is written as a number; how large it is does not matter."""
    return _PATTERNS[decimal].fullmatch(cell) is not None


def why_not(cell: str, decimal: str) -> str:
    """What keeps the cell from being a number, as the second half of a sentence."""
    if not cell.strip():
        return "the cell is empty."
    shown = brief(cell.strip())
    if is_number(cell, decimal):
        return f"“{shown}” is too large."
    return f"“{shown}” is not a number."


def numbers_in(cells: Sequence[str], decimal: str) -> tuple[Floats, list[int]]:
    """The numbers of a column, and the indices of those cells that are none (0 stands there)."""
    match = _PATTERNS[decimal].fullmatch
    bad: list[int] = []
    if not all(map(match, cells)):
        bad = [place for place, cell in enumerate(cells) if not match(cell)]
        kept = list(cells)
        for place in bad:
            kept[place] = "0"
        cells = kept
    values = np.array(_floats(cells, decimal), dtype=np.float64)
    infinite = np.flatnonzero(~np.isfinite(values))
    values[infinite] = 0
    return values, sorted([*bad, *infinite.tolist()])


def _floats(cells: Sequence[str], decimal: str) -> list[float]:
    joined = "\n".join(cells)
    if decimal != "." or MINUS in joined:
        cells = joined.replace(decimal, ".").replace(MINUS, "-").split("\n")
    return list(map(float, cells))


def plain_block(text: str, delimiter: str, decimal: str, width: int) -> Floats | None:
    """The rows of a text that holds nothing but plain numbers; None for any other text.

    NumPy may read it, because only the characters of numbers occur, and all come out finite.
    """
    if decimal != ".":
        if "." in text or delimiter == decimal:
            return None
        text = text.replace(decimal, ".")
    if not text.isascii() or text.encode().translate(None, _PLAIN + delimiter.encode()):
        return None
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
    if not any(lines):
        return None
    try:
        block = np.loadtxt(lines, delimiter=delimiter, comments=None, ndmin=2, dtype=np.float64)
    except ValueError:
        return None
    return block if block.shape[1] == width and np.isfinite(block).all() else None


ENCODINGS: Final = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8 with a byte order mark",
    "utf-16": "UTF-16",
    "latin-1": "Latin-1",
}
DELIMITERS: Final = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}

Codes = NDArray[np.int32]
Preview = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a table is written."""

    delimiter: str = ","
    decimal: str = "."
    encoding: str = "utf-8"
    header: bool = True


@dataclass(frozen=True, slots=True)
class Options:
    """What the user says about a table; what is None is guessed.

    `rows` allows to read only the first so many; `text` and `numbers` name columns whose kind is
    decided, so that a column of digits can serve as a label.
    """

    delimiter: str | None = None
    decimal: str | None = None
    encoding: str | None = None
    header: bool | None = None
    rows: int | None = None
    text: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """A cell (or, without a column, a row) that cannot be used."""

    column: str
    sentence: str


@dataclass(frozen=True, slots=True, eq=False)
class TableColumn:
    """A column of numbers, or of labels: then a code per row points into `labels`."""

    name: str
    numbers: Floats | None = None
    codes: Codes | None = None
    labels: tuple[str, ...] = ()

    @property
    def is_text(self) -> bool:
        """Whether this is a column of labels."""
        return self.numbers is None


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """The rows without a problem, and the problems of the others.

    Rows are counted as a spreadsheet counts them: the header is row 1, an empty line is a row, a
    quoted line break does not start one.
    """

    columns: tuple[TableColumn, ...]
    rows: int
    dialect: Dialect
    preview: Preview
    notes: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    problem_count: int = 0
    problem_rows: int = 0

    def column(self, name: str) -> TableColumn:
        for column in self.columns:
            if column.name == name:
                return column
        raise DocumentError(f"The table has no column “{name}”.")

    def without_problem_rows(self) -> "Table":
        """The table once the user has chosen to skip the rows with problems."""
        if not self.problems:
            return self
        rows = "1 row was" if self.problem_rows == 1 else f"{count(self.problem_rows)} rows were"
        return replace(
            self,
            notes=(*self.notes, f"{rows} skipped."),
            problems=(),
            problem_count=0,
            problem_rows=0,
        )


class TableError(DocumentError):
    """A table that cannot be taken; what could be read of it is in `preview`, and how."""

    preview: Preview = ()
    dialect: Dialect | None = None


class TooManyRows(TableError):
    """The question whether to load the first rows only; `offered` is how many."""

    def __init__(self, rows: int, offered: int, size: int) -> None:
        super().__init__(
            f"The table has about {count(rows)} rows ({megabytes(size)}). "
            f"Load the first {count(offered)}?",
            offer=WayOut("load_first_rows", f"Load the first {count(offered)}"),
        )
        self.rows = rows
        self.offered = offered


@dataclass(frozen=True, slots=True, eq=False)
class Arrays:
    """What a network learns from: a row per sample, a column per input and per target."""

    inputs: Floats
    targets: Floats
    input_names: tuple[str, ...]
    target_names: tuple[str, ...]


def to_arrays(table: Table, inputs: Sequence[str], targets: Sequence[str]) -> Arrays:
    """The chosen columns as arrays.

    A text column becomes a column of 0 and 1 for each of its labels, in alphabetical order.
    """
    _refuse_problems(table)
    left, right = _chosen(table, inputs, targets)
    names = array_names(table, inputs, targets)
    return Arrays(_block(left, table.rows), _block(right, table.rows), *names)


def array_names(
    table: Table, inputs: Sequence[str], targets: Sequence[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names of the columns that `to_arrays` would give, which is quick, or its refusal."""
    left, right = _chosen(table, inputs, targets)
    return (
        distinct([name for column in left for name in column_headings(column, True)]),
        distinct([name for column in right for name in column_headings(column, False)]),
    )


def _chosen(
    table: Table, inputs: Sequence[str], targets: Sequence[str]
) -> tuple[list[TableColumn], list[TableColumn]]:
    if len(table.columns) == 1 and not inputs:
        raise Refused("The table has only one column; it takes one to learn from and a target.")
    if not targets:
        raise Refused("Choose at least one column as a target.")
    if any(len(set(names)) != len(names) for names in (inputs, targets)):
        raise Refused("A column can be chosen only once.")
    if not inputs:
        raise Refused("Choose at least one column as an input.")
    left = [table.column(name) for name in inputs]
    right = [table.column(name) for name in targets]
    _refuse_size(table.rows, [*left, *right])
    return left, right


def _refuse_problems(table: Table) -> None:
    if table.problems:
        rows = "this row" if table.problem_rows == 1 else f"these {count(table.problem_rows)} rows"
        raise Refused(f"{table.problems[0].sentence} Skip {rows}, or use the column as a label.")
    if not table.rows:
        raise Refused("No data rows are left.")


def _refuse_size(rows: int, columns: Sequence[TableColumn]) -> None:
    for column in columns:
        if len(column.labels) > limits.CLASSES:
            raise Refused(
                f"“{column.name}” has {count(len(column.labels))} different labels; "
                f"the limit is {limits.CLASSES}. Leave this column out."
            )
    cells = rows * sum(_width(column) for column in columns)
    if cells > limits.CELLS:
        raise Refused(
            f"These columns need {count(cells)} cells; the limit is {count(limits.CELLS)}. "
            "Choose fewer columns or rows."
        )


def _width(column: TableColumn) -> int:
    return len(column.labels) if column.is_text else 1


def _order(column: TableColumn) -> list[int]:
    return sorted(range(len(column.labels)), key=lambda code: column.labels[code])


def _shown(column: TableColumn) -> tuple[str, ...]:
    return distinct([clean_name(column.labels[code])[0] for code in _order(column)])


def column_headings(column: TableColumn, is_input: bool) -> tuple[str, ...]:
    """What one column becomes: kind=cat, kind=dog for inputs; for targets the labels alone."""
    if not column.is_text:
        return (column.name,)
    labels = _shown(column)
    return tuple(f"{column.name}={label}" for label in labels) if is_input else labels


def _block(columns: Sequence[TableColumn], rows: int) -> Floats:
    block = np.zeros((rows, sum(_width(column) for column in columns)))
    start = 0
    for column in columns:
        if column.numbers is not None:
            block[:, start] = column.numbers
        elif column.codes is not None:
            block[np.arange(rows), start + np.argsort(_order(column))[column.codes]] = 1.0
        start += _width(column)
    return frozen(block)


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
