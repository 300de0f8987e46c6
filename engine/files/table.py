"""What a table is once it has been read, the samples made of it, and how one is written."""

import csv
import math
import numbers
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from engine.errors import Refused, brief, clean_name
from engine.experiment.experiment import Experiment
from engine.experiment.layers import Filling
from engine.files import limits
from engine.files.limits import DocumentError, WayOut, megabytes
from engine.functions import Floats
from engine.functions.datasets import Bools, Scaling, constant_columns, fit_scaling, scale, split
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
    fault = "is too large" if is_number(cell, decimal) else "is not a number"
    return f"“{brief(cell.strip())}” {fault}."


def numbers_in(cells: Sequence[str], decimal: str) -> tuple[Floats, list[int]]:
    """The numbers of a column, and the indices of those cells that are none (0 stands there)."""
    match = _PATTERNS[decimal].fullmatch
    bad: list[int] = []
    if not all(map(match, cells)):
        bad = [place for place, cell in enumerate(cells) if not match(cell)]
        cells = [cell if match(cell) else "0" for cell in cells]
    joined = "\n".join(cells)
    if decimal != "." or MINUS in joined:
        cells = joined.replace(decimal, ".").replace(MINUS, "-").split("\n")
    values = np.array(list(map(float, cells)), dtype=np.float64)
    infinite = np.flatnonzero(~np.isfinite(values))
    values[infinite] = 0
    return values, sorted([*bad, *infinite.tolist()])


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
        notes = (*self.notes, f"{rows} skipped.")
        return replace(self, notes=notes, problems=(), problem_count=0, problem_rows=0)


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


Use = Literal["input", "target", "test", "none"]
TEST_NAME = "test"
FEW_ROWS = 20
USUAL_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class TableUse:
    """A use for each column, by its name; how inputs are scaled, and which rows are for testing.

    With `scores` the labels of the target are compared by softmax cross-entropy.
    """

    uses: Mapping[str, Use]
    standardise: bool = False
    share: float = 0.0
    seed: int = 0
    scores: bool = False

    def with_use(self, name: str, use: Use) -> "TableUse":
        """One column used otherwise; there is one column of test marks at most."""
        uses = dict(self.uses)
        if use == "test":
            uses = {key: "none" if old == "test" else old for key, old in uses.items()}
        return replace(self, uses={**uses, name: use})

    def names(self, use: Use) -> list[str]:
        """The columns of that use, in the order of the table."""
        return [name for name, found in self.uses.items() if found == use]


def first_use(table: Table, experiment: Experiment) -> TableUse:
    """What is most likely meant: by the names of the nodes, else by how many there are."""
    name, network = experiment.layout.name, experiment.network
    inputs = [name(node_id) for node_id in network.inputs]
    targets = [name(node_id) for node_id in network.outputs]
    names = [column.name for column in table.columns]
    uses: dict[str, Use] = dict.fromkeys(names, "none")
    if inputs and targets and set(inputs) | set(targets) <= set(names):
        uses |= dict.fromkeys(inputs, "input")
        uses |= dict.fromkeys(targets, "target")
    else:
        learnt = [column.name for column in table.columns if not is_mark(column)] or names
        last = len(targets) if len(learnt) == len(inputs) + len(targets) else 1
        uses |= dict.fromkeys(learnt, "input")
        uses |= dict.fromkeys(learnt[len(learnt) - max(1, last) :], "target")
    for column in table.columns:
        if uses[column.name] == "none" and is_mark(column):
            uses[column.name] = "test"
    share = USUAL_SHARE if table.rows >= FEW_ROWS else 0.0
    return proposed(table, TableUse(uses, share=share), None)


def learns_classes(table: Table, use: TableUse) -> bool:
    """Whether the one target is a column of labels, and there is more than one of them."""
    targets = [table.column(name) for name in use.names("target")]
    return len(targets) == 1 and targets[0].is_text and len(targets[0].labels) > 1


def proposed(table: Table, use: TableUse, before: TableUse | None) -> TableUse:
    """The same; what begins to learn classes is to standardise and to score, unless unwanted."""
    if not learns_classes(table, use):
        return replace(use, scores=False)
    if before is not None and before.names("target") == use.names("target"):
        return use
    return replace(use, standardise=True, scores=True)


def is_mark(column: TableColumn) -> bool:
    """Whether the column says which rows are for testing: it is called so and holds 0 and 1."""
    if column.numbers is None or column.name.lower() != TEST_NAME:
        return False
    return bool(np.isin(column.numbers, (0, 1)).all())


def names_of(table: Table, use: TableUse) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names of the inputs and the targets that come of it, or why it cannot be."""
    inputs, targets = use.names("input"), use.names("target")
    if len(table.columns) == 1 and not inputs:
        raise Refused("The table has only one column; it takes one to learn from and a target.")
    if not targets:
        raise Refused("Choose at least one column as a target.")
    if not inputs:
        raise Refused("Choose at least one column as an input.")
    cells = 0
    for column in map(table.column, (*inputs, *targets)):
        if len(column.labels) > limits.CLASSES:
            raise Refused(
                f"“{column.name}” has {count(len(column.labels))} different labels; "
                f"the limit is {limits.CLASSES}. Leave this column out."
            )
        cells += table.rows * (len(column.labels) if column.is_text else 1)
    if cells > limits.CELLS:
        raise Refused(
            f"These columns need {count(cells)} cells; the limit is {count(limits.CELLS)}. "
            "Choose fewer columns or rows."
        )
    called, answers = (
        distinct([heading for name in names for heading in headings_of(table, use, name)])
        for names in (inputs, targets)
    )
    return called, answers


def headings_of(table: Table, use: TableUse, name: str) -> tuple[str, ...]:
    """What one column becomes: kind=cat, kind=dog for inputs; for targets the labels alone.

    Of labels there is a column of 0 and 1 for each, in alphabetical order.
    """
    column = table.column(name)
    if not column.is_text:
        return (name,)
    labels = distinct([clean_name(column.labels[code])[0] for code in _order(column)])
    return tuple(f"{name}={label}" for label in labels) if use.uses[name] == "input" else labels


def filling_of(table: Table, use: TableUse) -> Filling:
    """The samples, without the rows that cannot be used."""
    input_names, target_names = names_of(table, use)
    if not table.rows:
        raise Refused("No data rows are left.")
    inputs = [table.column(name) for name in use.names("input")]
    targets = [table.column(name) for name in use.names("target")]
    test = marks_of(table, use)
    block, scaling = _block(inputs, table.rows), None
    if use.standardise:  # by the training part; the 0 and 1 of labels stay as they are
        fitted = fit_scaling(block[~test])
        of_labels = [each.is_text for each in inputs for _ in headings_of(table, use, each.name)]
        scaling = Scaling(
            tuple(np.where(of_labels, 0.0, fitted.mean).tolist()),
            tuple(np.where(of_labels, 1.0, fitted.deviation).tolist()),
        )
        block = scale(scaling, block)
    return Filling(
        input_names, target_names, np.hstack([block, _block(targets, table.rows)]), test, scaling,
        classes=target_names if len(targets) == 1 and targets[0].is_text else (),
        scores=use.scores and learns_classes(table, use),
    )  # fmt: skip


def _order(column: TableColumn) -> list[int]:
    return sorted(range(len(column.labels)), key=lambda code: column.labels[code])


def _block(columns: Sequence[TableColumn], rows: int) -> NDArray[np.float64]:
    blocks: list[Floats] = []
    for column in columns:
        if column.numbers is not None:
            blocks.append(column.numbers[:, None])
        elif column.codes is not None:
            block = np.zeros((rows, len(column.labels)))
            block[np.arange(rows), np.argsort(_order(column))[column.codes]] = 1.0
            blocks.append(block)
    return np.hstack(blocks, dtype=np.float64)


def marks_of(table: Table, use: TableUse) -> Bools:
    """The rows for testing: those that a column marks, else a share drawn by the seed."""
    marks = use.names("test")
    numbers = table.column(marks[0]).numbers if marks else None
    if numbers is None:
        return split(table.rows, use.share, use.seed)
    return np.asarray(numbers != 0)


def constant_inputs(table: Table, use: TableUse) -> tuple[str, ...]:
    """The inputs of numbers that say the same in every training row, and so are not scaled."""
    rows = ~marks_of(table, use)
    names = [name for name in use.names("input") if not table.column(name).is_text]
    numbers = [np.asarray(table.column(name).numbers, np.float64)[rows] for name in names]
    return tuple(
        name for name, cells in zip(names, numbers, strict=True) if constant_columns(cells[:, None])
    )


Cell = Any


def write_table(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """The whole table as UTF-8; the same numbers come back when it is read."""
    return "".join(table_lines(columns, rows)).encode("utf-8", "replace")


def table_lines(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    """The table row by row, the header first."""
    writer = csv.writer(_Echo(), lineterminator="\r\n")
    yield writer.writerow([guarded(name) for name in columns])
    for cells in rows:
        yield writer.writerow([cell_text(cell) for cell in cells])


class _Echo:
    """Gives a row back to who writes it."""

    write = staticmethod(str)


def cell_text(cell: Cell) -> str:
    """A cell as it is written; NaN is what is not computed yet, and leaves the cell empty."""
    if isinstance(cell, str):
        return cell if is_number(cell, ".") else guarded(cell)
    if isinstance(cell, numbers.Integral):
        return str(int(cell))
    value = float(cell)
    return "" if math.isnan(value) else repr(value)
