"""Reading tables: guess how they are written, read them portion by portion, report every problem.

Rows with a problem are left out of the columns, so that no missing number can slip through;
`to_arrays` refuses such a table until the user has chosen what to do about them.
"""

from collections.abc import Generator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, Final

import numpy as np

from engine.files import limits
from engine.files.reading import refusal
from engine.files.table_gather import Gather, TablePlan
from engine.files.table_guess import HEAD, guess, head_text, is_numeric, label_note, sample
from engine.files.table_names import column_names
from engine.files.table_stream import PORTION, opened, portions, records, undecodable
from engine.files.table_types import (
    Column,
    Options,
    Preview,
    Table,
    TableError,
    TooManyRows,
)
from engine.numerals import count, counted

PREVIEW: Final = 20  # rows shown before the table is taken

Source = str | Path | bytes


@dataclass(frozen=True, slots=True)
class ReadingProgress:
    """How far the reading has come: rows so far, and the part of the file, 0 to 1."""

    rows: int
    fraction: float


def reading(
    source: Source, options: Options | None = None
) -> Generator[ReadingProgress, None, Table]:
    """The table in a file or in bytes, as a generator, for a worker; closing it cancels."""
    options = options or Options()
    try:
        return (yield from _reading(source, options))
    except UnicodeDecodeError as error:
        encoding = options.encoding or guess(_head(source)).encoding
        if options.encoding or encoding != "utf-8":
            raise undecodable(error, encoding) from error
    return (yield from _reading(source, replace(options, encoding="latin-1")))


def _head(source: Source) -> bytes:
    with opened(source) as (stream, _):
        return stream.read(HEAD + 1)


def _reading(source: Source, options: Options) -> Generator[ReadingProgress, None, Table]:
    try:
        with opened(source) as (stream, size):
            return (yield from _rows(stream, size, options))
    except OSError as error:
        assert not isinstance(source, bytes)
        raise refusal(error, source) from error


def _rows(stream: BinaryIO, size: int, options: Options) -> Generator[ReadingProgress, None, Table]:
    head = stream.read(HEAD + 1)
    if not head.strip(b"\xef\xbb\xbf \t\r\n"):
        raise TableError("No data rows. The file is empty.")
    plan, preview = _plan(head, options)
    try:
        return (yield from _gathered(stream, size, options, head, plan, preview))
    except TableError as error:
        error.preview, error.dialect = preview, plan.dialect
        raise


def _gathered(
    stream: BinaryIO, size: int, options: Options, head: bytes, plan: TablePlan, preview: Preview
) -> Generator[ReadingProgress, None, Table]:
    offered = min(limits.TABLE_ROWS, limits.CELLS // len(plan.names))
    if options.rows is None and _estimate(head, size) > offered:
        yield from _refuse_many(stream, size, offered, plan.dialect.header)
    stream.seek(0)
    most = min(options.rows or offered, offered)
    gather = Gather(plan)
    for place, text in enumerate(portions(stream, plan.dialect.encoding)):
        room = most - gather.kept - gather.problem_rows
        if place == 0 or not gather.add_plain(text, room):
            found = records(text, plan.dialect, gather.next_row)
            if place == 0 and plan.dialect.header:
                found = _without_header(found, gather)
            gather.add(found, room)
        if gather.seen > most:
            if options.rows is None:
                rows = max(gather.seen, _estimate(head, size))
                raise TooManyRows(rows, offered, size)
            break
        yield ReadingProgress(gather.seen, min(1.0, stream.tell() / max(size, 1)))
    return _table(gather, preview, most)


def _plan(head: bytes, options: Options) -> tuple[TablePlan, Preview]:
    dialect = guess(head, options)
    first = sample(head_text(head, dialect.encoding), dialect.delimiter)
    preview = tuple(tuple(cell[: limits.NAME] for cell in row) for row in first[:PREVIEW])
    if not first:
        raise TableError("No data rows. The file is empty.")
    width = len(first[0])
    if width > limits.FIELD:
        wide = f"Row 1 has {count(width)} values; the limit is {count(limits.FIELD)}."
        error = TableError(wide)
        error.preview = preview
        raise error
    header = first[0] if dialect.header else [f"x{place + 1}" for place in range(width)]
    names, notes = column_names(header)
    _refuse_unknown((*options.text, *options.numbers), names)
    rows = [row for row in first[dialect.header :] if len(row) == width]
    columns = list(zip(*rows, strict=True)) or [()] * width
    is_text = tuple(
        name in options.text
        or (name not in options.numbers and not is_numeric(cells, dialect.decimal))
        for name, cells in zip(names, columns, strict=True)
    )
    labels = [
        label_note(name, cells, dialect.decimal)
        for name, cells, text in zip(names, columns, is_text, strict=True)
        if text and name not in options.text
    ]
    return TablePlan(dialect, names, is_text, (*notes, *filter(None, labels))), preview


def _refuse_unknown(asked: tuple[str, ...], names: tuple[str, ...]) -> None:
    for name in asked:
        if name not in names:
            raise TableError(f"The table has no column “{name}”.")


def _without_header(found: list[list[str]], gather: Gather) -> list[list[str]]:
    """The records after the header, with the count of rows moved on."""
    for place, cells in enumerate(found):
        if any(cell.strip() for cell in cells) or len(cells) > 1:
            gather.next_row += place + 1
            return found[place + 1 :]
    return []


def _estimate(head: bytes, size: int) -> int:
    """How many rows a file of this size has if all are as long as the first ones."""
    rows = max(head.count(b"\n"), head.count(b"\r"), 1)
    return rows if size <= len(head) else rows * size // len(head)


def _refuse_many(
    stream: BinaryIO, size: int, offered: int, header: bool
) -> Generator[ReadingProgress, None, None]:
    """Count the line breaks, which is quick, and ask if there are too many."""
    feeds = returns = 0
    stream.seek(0)
    while data := stream.read(4 * PORTION):
        feeds += data.count(b"\n")
        returns += data.count(b"\r")
        yield ReadingProgress(0, 0.0)
    rows = max(feeds, returns) - header
    if rows > offered:
        raise TooManyRows(rows, offered, size)


def _table(gather: Gather, preview: Preview, most: int) -> Table:
    plan = gather.plan
    if not gather.seen:
        names = counted(len(plan.names), "column")
        raise TableError(f"No data rows. The file holds only the names of {names}.")
    columns = gather.columns()
    notes = [*plan.notes, *_constants(columns)]
    if gather.seen > most:
        rows = "row was" if most == 1 else f"{count(most)} rows were"
        notes.append(f"Only the first {rows} loaded.")
    if len(columns) == 1:
        notes.append("The table has only one column.")
    if gather.seen == 1:
        notes.append("The table has only one row.")
    return Table(
        columns,
        gather.kept,
        plan.dialect,
        preview,
        tuple(notes),
        tuple(gather.problems),
        gather.problem_count,
        gather.problem_rows,
    )


def _constants(columns: tuple[Column, ...]) -> list[str]:
    """A note for each column that always says the same; it cannot be scaled or learned from."""
    notes = []
    for column in columns:
        values = column.codes if column.numbers is None else column.numbers
        if values is not None and len(values) > 1 and bool(np.all(values == values[0])):
            notes.append(f"“{column.name}” is constant.")
    return notes
