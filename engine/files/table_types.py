"""What a table is once it has been read: columns of numbers or of labels, and what was wrong."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from engine.files import limits
from engine.files.refusals import DocumentError, Offer, megabytes
from engine.numerals import count
from engine.op_list import Floats

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
    quote: str = '"'


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

    row: int
    column: str
    text: str
    sentence: str


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """A column of numbers, or of labels: then a code per row points into `labels`."""

    name: str
    numbers: Floats | None = None
    codes: Codes | None = None
    labels: tuple[str, ...] = ()

    @property
    def is_text(self) -> bool:
        """Whether this is a column of labels."""
        return self.numbers is None

    def cells(self) -> list[float] | list[str]:
        """The column as plain Python values."""
        if self.codes is not None:
            return [self.labels[code] for code in self.codes]
        assert self.numbers is not None
        return [float(value) for value in self.numbers]


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """The rows without a problem, and the problems of the others.

    Rows are counted as a spreadsheet counts them: the header is row 1, an empty line is a row, a
    quoted line break does not start one.
    """

    columns: tuple[Column, ...]
    rows: int
    dialect: Dialect
    preview: Preview
    notes: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    problem_count: int = 0
    problem_rows: int = 0

    def column(self, name: str) -> Column:
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
            offer=Offer("load_first_rows", f"Load the first {count(offered)}"),
        )
        self.rows = rows
        self.offered = offered


def too_long(row: int) -> TableError:
    """The refusal of a cell that is longer than the limit."""
    return TableError(f"Row {count(row)}: a cell has more than {count(limits.FIELD)} characters.")


def not_text() -> TableError:
    return TableError("Not a text table.")
