"""The columns of a table while they grow, portion by portion, and the problems met on the way."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from engine.files import limits
from engine.files.table_names import unguarded
from engine.files.table_numbers import numbers, plain_block, why_not
from engine.files.table_types import Codes, Column, Dialect, Problem, TableError
from engine.numerals import count, counted
from engine.op_list import Floats, frozen

LISTED: Final = 20  # problems told one by one, as many as a person will read

Rows = list[list[str]]
Values = Floats | Codes
Fault = tuple[int, list[str], int | None]


@dataclass(frozen=True, slots=True)
class TablePlan:
    """What is settled before the rows are read: how they are written, and what columns hold."""

    dialect: Dialect
    names: tuple[str, ...]
    is_text: tuple[bool, ...]
    notes: tuple[str, ...] = ()


class Labels(dict[str, int]):
    """The code of every cell of a text column; −1 for an empty one. Grows as cells are asked."""

    def __init__(self) -> None:
        super().__init__()
        self.codes: dict[str, int] = {}
        self.size = 0

    def __missing__(self, cell: str) -> int:
        self.size += len(cell)
        if self.size > limits.TABLE_TEXT:
            raise TableError(
                f"A column of the table has more than {count(limits.TABLE_TEXT // 2**20)} MB of "
                "text. Leave it out."
            )
        label = unguarded(cell)
        code = self.codes.setdefault(label, len(self.codes)) if label else -1
        self[cell] = code
        return code


@dataclass(slots=True)
class Gather:
    """All that has been read so far. It belongs to one reading and is never shared."""

    plan: TablePlan
    next_row: int = 1
    seen: int = 0
    kept: int = 0
    problems: list[Problem] = field(default_factory=list)
    problem_count: int = 0
    problem_rows: int = 0
    parts: list[list[Values]] = field(default_factory=list)
    labels: list[Labels] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.parts = [[] for _ in self.plan.names]
        self.labels = [Labels() for _ in self.plan.names]

    def add_plain(self, text: str, room: int) -> bool:
        """Take a portion of nothing but numbers the fast way; False where it is not one."""
        if any(self.plan.is_text) or '"' in text:
            return False
        dialect, width = self.plan.dialect, len(self.plan.names)
        block = plain_block(text, dialect.delimiter, dialect.decimal, width)
        if block is None:
            return False
        for parts, column in zip(self.parts, block[:room].T, strict=True):
            parts.append(column.copy())
        self.seen += len(block)
        self.kept += min(room, len(block))
        self.next_row += _lines(text)
        return True

    def add(self, rows: Rows, room: int) -> None:
        """Take the records of a portion, cell by cell; at most `room` of them."""
        faults: list[Fault] = []
        numbered = list(self._whole_rows(rows, room, faults))
        self.next_row += len(rows)
        good = np.ones(len(numbered), dtype=bool)
        for index, cells in enumerate(zip(*(cells for _, cells in numbered), strict=True)):
            values, bad = self._column(index, cells)
            good[bad] = False
            faults += [(*numbered[place], index) for place in bad]
            self.parts[index].append(values)
        self.kept += int(good.sum())
        if not good.all():
            for parts in self.parts:
                parts[-1] = parts[-1][good]
        self._note(faults)

    def _whole_rows(
        self, rows: Rows, room: int, faults: list[Fault]
    ) -> Iterator[tuple[int, list[str]]]:
        width = len(self.plan.names)
        for row, cells in enumerate(rows, start=self.next_row):
            if not cells or (len(cells) == 1 < width and not cells[0].strip()):
                continue
            self.seen += 1
            room -= 1
            if room < 0:
                continue
            if len(cells) == width:
                yield row, cells
            else:
                faults.append((row, cells, None))

    def _column(self, index: int, cells: Sequence[str]) -> tuple[Values, list[int]]:
        if not self.plan.is_text[index]:
            return numbers(cells, self.plan.dialect.decimal)
        codes = np.fromiter(map(self.labels[index].__getitem__, cells), np.int32, len(cells))
        return codes, np.flatnonzero(codes < 0).tolist()

    def _note(self, faults: list[Fault]) -> None:
        faults.sort(key=lambda fault: (fault[0], fault[2] or 0))
        self.problem_count += len(faults)
        self.problem_rows += len({row for row, _, _ in faults})
        for row, cells, index in faults[: LISTED - len(self.problems)]:
            self.problems.append(
                ragged(row, cells, len(self.plan.names))
                if index is None
                else misfit(row, self.plan.names[index], cells[index], self.plan.dialect.decimal)
            )

    def columns(self) -> tuple[Column, ...]:
        """The columns, once all rows are read."""
        return tuple(self._finished(index) for index in range(len(self.parts)))

    def _finished(self, index: int) -> Column:
        name, parts = self.plan.names[index], self.parts[index]
        self.parts[index] = []
        if not self.plan.is_text[index]:
            whole = np.concatenate([np.zeros(0), *parts])
            return Column(name, numbers=frozen(whole))
        used, codes = np.unique(
            np.concatenate([np.zeros(0, np.int32), *parts]), return_inverse=True
        )
        places = np.asarray(codes, dtype=np.int32)
        places.flags.writeable = False
        labels = tuple(self.labels[index].codes)
        return Column(name, codes=places, labels=tuple(labels[int(code)] for code in used))


def _lines(text: str) -> int:
    ends = text.count("\n") + text.count("\r") - text.count("\r\n")
    return ends + (not text.endswith(("\n", "\r")))


def misfit(row: int, name: str, cell: str, decimal: str) -> Problem:
    """The problem of a cell that is no number, or empty."""
    sentence = f"Row {count(row)}, column “{name}”: {why_not(cell, decimal)}"
    return Problem(row, name, cell[: limits.NAME], sentence)


def ragged(row: int, cells: list[str], width: int) -> Problem:
    """The problem of a row that is too short or too long."""
    sentence = f"Row {count(row)} has {counted(len(cells), 'value')} instead of {count(width)}."
    return Problem(row, "", ", ".join(cells)[: limits.NAME], sentence)
