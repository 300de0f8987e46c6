"""Reading tables: guess how they are written, read them in portions, report every problem."""

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, Final

import numpy as np

from engine.errors import Refused, brief, unknown
from engine.files import limits
from engine.files.disk import opened_file
from engine.files.json_text import looks_like
from engine.files.table import (
    DELIMITERS,
    ENCODINGS,
    Codes,
    Dialect,
    Options,
    Preview,
    Problem,
    Table,
    TableColumn,
    TableError,
    TooManyRows,
    column_names,
    is_number,
    numbers_in,
    plain_block,
    unguarded,
    why_not,
)
from engine.functions import Floats, frozen
from engine.numerals import count, counted

LISTED: Final = 20  # problems told one by one, as many as a person will read
NOT_TEXT: Final = "Not a text table."

TableRows = list[list[str]]
Values = Floats | Codes
Fault = tuple[int, list[str], int | None]
Source = str | Path | bytes


@dataclass(frozen=True, slots=True)
class TablePlan:
    """What is settled before the rows are read: how they are written, and what columns hold."""

    dialect: Dialect
    names: tuple[str, ...]
    is_text: tuple[bool, ...]
    notes: tuple[str, ...] = ()
    preview: Preview = ()


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


class Gather:
    """All that has been read so far. It belongs to one reading and is never shared."""

    def __init__(self, plan: TablePlan) -> None:
        self.plan = plan
        self.next_row = 1
        self.seen = self.kept = self.problem_count = self.problem_rows = 0
        self.problems: list[Problem] = []
        self._parts: list[list[Values]] = [[] for _ in plan.names]
        self._labels = [Labels() for _ in plan.names]

    def add_plain(self, text: str, room: int) -> bool:
        """Take a portion of nothing but numbers the fast way; False where it is not one."""
        if any(self.plan.is_text) or '"' in text:
            return False
        dialect, width = self.plan.dialect, len(self.plan.names)
        block = plain_block(text, dialect.delimiter, dialect.decimal, width)
        if block is None:
            return False
        for parts, column in zip(self._parts, block[:room].T, strict=True):
            parts.append(column.copy())
        self.seen += len(block)
        self.kept += min(room, len(block))
        ends = text.count("\n") + text.count("\r") - text.count("\r\n")
        self.next_row += ends + (not text.endswith(("\n", "\r")))
        return True

    def add(self, rows: TableRows, room: int) -> None:
        """Take the records of a portion, cell by cell; at most `room` of them."""
        width = len(self.plan.names)
        filled = [
            (row, cells) for row, cells in enumerate(rows, start=self.next_row)
            if cells and (len(cells) > 1 or width == 1 or cells[0].strip())
        ]  # fmt: skip
        self.seen += len(filled)
        del filled[max(room, 0) :]
        numbered = [one for one in filled if len(one[1]) == width]
        faults: list[Fault] = [(row, cells, None) for row, cells in filled if len(cells) != width]
        self.next_row += len(rows)
        good = np.ones(len(numbered), dtype=bool)
        for index, column in enumerate(zip(*(cells for _, cells in numbered), strict=True)):
            values: Values
            if self.plan.is_text[index]:
                codes = map(self._labels[index].__getitem__, column)
                values = np.fromiter(codes, np.int32, len(column))
                bad = np.flatnonzero(values < 0).tolist()
            else:
                values, bad = numbers_in(column, self.plan.dialect.decimal)
            good[bad] = False
            faults += [(*numbered[place], index) for place in bad]
            self._parts[index].append(values)
        self.kept += int(good.sum())
        if not good.all():
            for parts in self._parts:
                parts[-1] = parts[-1][good]
        self._note(faults)

    def _note(self, faults: list[Fault]) -> None:
        faults.sort(key=lambda fault: (fault[0], fault[2] or 0))
        self.problem_count += len(faults)
        self.problem_rows += len({row for row, _, _ in faults})
        for row, cells, index in faults[: LISTED - len(self.problems)]:
            if index is None:
                values = counted(len(cells), "value")
                name, told = "", f" has {values} instead of {count(len(self.plan.names))}."
            else:
                name = self.plan.names[index]
                told = f", column “{name}”: {why_not(cells[index], self.plan.dialect.decimal)}"
            self.problems.append(Problem(name, f"Row {count(row)}{told}"))

    def columns(self) -> tuple[TableColumn, ...]:
        """The columns, once all rows are read."""
        found = []
        for index, name in enumerate(self.plan.names):
            parts, self._parts[index] = self._parts[index], []
            if not self.plan.is_text[index]:
                found.append(TableColumn(name, frozen(np.concatenate([np.zeros(0), *parts]))))
                continue
            joined = np.concatenate([np.zeros(0, np.int32), *parts])
            used, places = np.unique(joined, return_inverse=True)
            codes = np.asarray(places, dtype=np.int32)
            codes.flags.writeable = False
            labels = tuple(self._labels[index].codes)
            kept = tuple(labels[int(code)] for code in used)
            found.append(TableColumn(name, codes=codes, labels=kept))
        return tuple(found)


def too_long(row: int) -> TableError:
    return TableError(f"Row {count(row)}: a cell has more than {count(limits.FIELD)} characters.")


HEAD: Final = 1 << 20  # bytes that a guess is made from
_ROWS: Final = 200  # of those bytes
_NO_NAMES: Final = {"na", "n/a", "nan", "null", "none", "inf", "-inf", "infinity", "-", "?"}
_QUOTED = re.compile(r'"(?:[^"]|"")*+"')
_BINARY = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
NEWLINE = re.compile(r"\r\n|\r|\n")
_PREFERRED: Final = "\t;|,"
_NEARLY_ALL: Final = 0.9  # of the lines; the others may be remarks, or broken


def guess(data: bytes, options: Options | None = None) -> Dialect:
    """Delimiter, decimal mark, encoding and header of the table that begins with `data`."""
    options = options or Options()
    encoding = options.encoding or _encoding(data[:HEAD])
    if encoding not in ENCODINGS:
        raise unknown("Encoding", encoding, ENCODINGS)
    text = head_text(data, encoding)
    delimiter = options.delimiter or _delimiter(NEWLINE.split(_QUOTED.sub('""', text)))
    if delimiter not in DELIMITERS:
        raise TableError("A table is divided by commas, semicolons, tabs or bars.")
    records = sample(text, delimiter)
    decimal = options.decimal or ("." if delimiter == "," else decimal_mark(records))
    if decimal not in (".", ",") or decimal == delimiter:
        raise TableError("The decimal mark is a point or a comma, and not what divides the cells.")
    header = has_header(records, decimal) if options.header is None else options.header
    return Dialect(delimiter, decimal, encoding, header)


def head_text(data: bytes, encoding: str) -> str:
    """The beginning of a table as text, as far as its last whole line."""
    kind = looks_like(data[:HEAD])
    if kind:
        raise TableError(f"Not a text table. It looks like {kind}; save it as CSV first.")
    try:
        text = codecs.getincrementaldecoder(encoding)().decode(data[:HEAD], len(data) <= HEAD)
    except UnicodeDecodeError as error:
        raise TableError(f"The file is not {ENCODINGS[encoding]} text.", str(error)) from error
    if _BINARY.search(text):
        raise TableError(NOT_TEXT)
    if len(data) > HEAD:
        end = max(text.rfind("\n"), text.rfind("\r")) + 1
        text = text[:end] or text
    return text


def sample(text: str, delimiter: str) -> TableRows:
    """The first records, leniently; empty lines are left out."""
    reader = csv.reader(NEWLINE.split(text), delimiter=delimiter, skipinitialspace=True)
    records: TableRows = []
    try:
        for record in reader:
            if any(cell.strip() for cell in record) or len(record) > 1:
                records.append(record)
            if len(records) > _ROWS:
                break
    except csv.Error as error:
        if not records:
            raise too_long(1) from error
    return records


def _encoding(head: bytes) -> str:
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return "latin-1"
    return "utf-8"


def _delimiter(lines: Sequence[str]) -> str:
    """The mark that stands equally often in nearly every line; the comma, also a decimal, last.

    Where each line below the first is one number with a comma, there is a single column.
    """
    lines = [line for line in lines if line.strip()][:_ROWS]
    shares = {mark: _share(lines, mark) for mark in _PREFERRED}
    even = [mark for mark, share in shares.items() if share >= _NEARLY_ALL]
    if not even and shares[","] and all(is_number(line, ",") for line in lines[1:]):
        return ";"
    return even[0] if even else max((",", "\t", ";", "|"), key=lambda mark: shares[mark])


def _share(lines: Sequence[str], mark: str) -> float:
    """The part of the lines that hold the mark as often as is usual; half if the first does not."""
    counts = Counter(line.count(mark) for line in lines).most_common(1)
    if not counts or not counts[0][0]:
        return 0.0
    usual, times = counts[0]
    return times / len(lines) / (1 if lines[0].count(mark) == usual else 2)


def decimal_mark(records: TableRows) -> str:
    """The mark that most numbers with a fraction have."""
    cells = [cell for record in records for cell in record]
    commas = sum("," in cell and is_number(cell, ",") for cell in cells)
    points = sum("." in cell and is_number(cell, ".") for cell in cells)
    return "," if commas > points else "."


def has_header(records: TableRows, decimal: str) -> bool:
    """Whether the first row is one of names: no numbers in it, and unlike what stands below."""
    if not records:
        return False
    first = [cell.strip() for cell in records[0]]
    if not any(first) or any(is_value(cell, decimal) for cell in first):
        return False
    below = list(zip(*(row for row in records[1:] if len(row) == len(first)), strict=True))
    if any(is_numeric(column, decimal) for column in below):
        return True
    return not any(name in column for name, column in zip(first, below, strict=False))


def is_numeric(column: Sequence[str], decimal: str) -> bool:
    """Whether at least half of the filled cells are numbers, so that the others are mistakes."""
    filled = [cell for cell in column if cell.strip()]
    good = sum(is_number(cell, decimal) or cell.strip().lower() in _NO_NAMES for cell in filled)
    return 2 * good >= len(filled)


def is_value(cell: str, decimal: str) -> bool:
    """Whether the cell is a number, or what stands for one, rather than a name."""
    if is_number(cell, decimal) or cell.lower() in _NO_NAMES:
        return True
    digits = any(letter.isdigit() for letter in cell)
    return digits and not any(letter.isalpha() for letter in cell)


MOST_TEXT: Final = 8 * 1024 * 1024  # letters; the window waits while they are read
_BEGINNING: Final = 1 << 16  # letters that tell whether it is a table


def is_table(text: str) -> bool:
    """Whether the text is rows of cells: several columns, or one of numbers; else it is words."""
    beginning = text[:_BEGINNING].lstrip("\ufeff \r\n")
    data = beginning.encode("utf-8", "replace")
    try:
        dialect = guess(data)
        rows = sample(head_text(data, dialect.encoding), dialect.delimiter)
    except Refused:
        return False
    if not rows or beginning.startswith("{"):
        return False
    width = len(rows[0])
    if width == 1:
        return sum(is_number(row[0].strip(), dialect.decimal) for row in rows if row) > 1
    return dialect.delimiter == "\t" or sum(len(row) == width for row in rows) > 1


def pasted_cells(text: str) -> Floats:
    """The numbers of the text, (rows × columns); a first row of names is left out."""
    if len(text) > MOST_TEXT:
        raise Refused("That is too much to paste. Save it as a table (CSV) and open that.")
    lines = [line for line in NEWLINE.split(text) if line.strip()]
    if not lines:
        raise Refused("There are no cells to paste. Copy numbers from a spreadsheet first.")
    mark = _mark(lines)
    rows = [[cell.strip() for cell in line.split(mark)] if mark else [line] for line in lines]
    decimal = decimal_mark(rows)
    skipped = int(len(rows) > 1 and not any(is_number(cell, decimal) for cell in rows[0]))
    rows = rows[skipped:]
    width = len(rows[0])
    for place, row in enumerate(rows, 1 + skipped):
        if len(row) != width:
            cells = counted(len(row), "cell")
            raise Refused(f"Row {count(place)} of what is pasted has {cells} instead of {width}.")
    found = np.empty((len(rows), width))
    for index, column in enumerate(zip(*rows, strict=True)):
        found[:, index], bad = numbers_in(column, decimal)
        if bad:
            where = f"Row {count(bad[0] + 1 + skipped)}, cell {index + 1} of what is pasted"
            raise Refused(f"{where}: {why_not(column[bad[0]], decimal)}")
    return frozen(found)


def _mark(lines: Sequence[str]) -> str:
    """What stands between the cells; "" where each line is one cell."""
    for mark in "\t;":
        if any(mark in line for line in lines):
            return mark
    whole = all(is_number(line, ".") or is_number(line, ",") for line in lines)
    return "" if whole or not any("," in line for line in lines) else ","


PORTION: Final = 1 << 18  # larger ones are no faster, and hold the window while they are split
LONGEST_ROW: Final = 16 * PORTION  # letters of what should be one row; then it is no table


def opened(source: Source) -> AbstractContextManager[tuple[BinaryIO, int]]:
    """A stream of the table's bytes, and how many there are."""
    if isinstance(source, bytes):
        return nullcontext((io.BytesIO(source), len(source)))
    return opened_file(source)


def portions(stream: BinaryIO, encoding: str) -> Iterator[str]:
    """The text in portions that end with a row; a row break inside quotes does not count."""
    decoder = codecs.getincrementaldecoder(encoding)()
    text = ""
    while data := stream.read(PORTION):
        text += decoder.decode(data)
        end = max(text.rfind("\n", 0, -1), text.rfind("\r", 0, -1)) + 1
        if (end and text.count('"', 0, end) % 2 == 0) or len(text) > LONGEST_ROW:
            if not end or "\0" in text:
                raise TableError(NOT_TEXT)
            yield text[:end]
            text = text[end:]
    text += decoder.decode(b"", True)
    if "\0" in text:
        raise TableError(NOT_TEXT)
    if text:
        yield text


def records(text: str, dialect: Dialect, row: int) -> TableRows:
    """The records of a portion whose first row has this number; an empty line gives []."""
    reader = csv.reader(
        io.StringIO(text, newline=""),
        delimiter=dialect.delimiter,
        skipinitialspace=True,
        strict=True,
    )
    found: TableRows = []
    lines = 0
    try:
        for record in reader:
            found.append(record)
            lines = reader.line_num
    except csv.Error as error:
        message, number = str(error), row + len(found)
        if reader.line_num - lines > 1 or message == "unexpected end of data":
            why = "a quote is never closed."
        elif "field limit" in message:
            raise too_long(number) from error
        else:
            why = "after a closing quote the next cell has to begin."
        raise TableError(f"Row {count(number)}: {why}", message) from error
    if '"' in text or max(map(len, text.split("\n")), default=0) > limits.FIELD:
        for place, record in enumerate(found):
            if any(len(cell) > limits.FIELD for cell in record):
                raise too_long(row + place)
    return found


PREVIEW: Final = 20  # rows shown before the table is taken


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
    with opened(source) as (stream, size):
        head = stream.read(HEAD + 1)
        if not head.strip(b"\xef\xbb\xbf \t\r\n"):
            raise TableError("No data rows. The file is empty.")
        plan = _plan(head, options)
        preview = plan.preview
        try:
            return (yield from _gathered(stream, size, options, head, plan))
        except TableError as error:
            error.preview, error.dialect = preview, plan.dialect
            raise
        except UnicodeDecodeError as error:
            if options.encoding or plan.dialect.encoding != "utf-8":
                name, byte = ENCODINGS[plan.dialect.encoding], error.object[error.start]
                sentence = f"The file is not {name} text (byte 0x{byte:02X})."
                raise TableError(sentence, str(error.reason)) from error
    return (yield from reading(source, replace(options, encoding="latin-1")))


def _gathered(
    stream: BinaryIO, size: int, options: Options, head: bytes, plan: TablePlan
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
            if place == 0 and plan.dialect.header:  # and the empty lines above it
                filled = (len(c) > 1 or any(cell.strip() for cell in c) for c in found)
                behind = next((row for row, is_one in enumerate(filled, 1) if is_one), None)
                gather.next_row += behind or 0
                found = found[behind:] if behind else []
            gather.add(found, room)
        if gather.seen > most:
            if options.rows is None:
                rows = max(gather.seen, _estimate(head, size))
                raise TooManyRows(rows, offered, size)
            break
        yield ReadingProgress(gather.seen, min(1.0, stream.tell() / max(size, 1)))
    return _table(gather, most)


def _plan(head: bytes, options: Options) -> TablePlan:
    dialect = guess(head, options)
    first = sample(head_text(head, dialect.encoding), dialect.delimiter)
    preview = tuple(tuple(cell[: limits.NAME] for cell in row) for row in first[:PREVIEW])
    if not first:
        raise TableError("No data rows. The file is empty.")
    width = len(first[0])
    if width > limits.FIELD:
        error = TableError(f"Row 1 has {count(width)} values; the limit is {count(limits.FIELD)}.")
        error.preview = preview
        raise error
    header = first[0] if dialect.header else [f"x{place + 1}" for place in range(width)]
    names, notes = column_names(header)
    for name in (*options.text, *options.numbers):
        if name not in names:
            raise TableError(f"The table has no column “{name}”.")
    rows = [row for row in first[dialect.header :] if len(row) == width]
    columns = list(zip(*rows, strict=True)) or [()] * width
    is_text, remarks = list[bool](), [*notes]
    for name, cells in zip(names, columns, strict=True):
        guessed = name not in options.numbers and not is_numeric(cells, dialect.decimal)
        is_text.append(name in options.text or guessed)
        if name in options.text or not guessed:
            continue
        if any(is_value(cell.strip(), dialect.decimal) for cell in cells):  # which may surprise
            odd = next(c.strip() for c in cells if c.strip() and not is_number(c, dialect.decimal))
            why = f"because “{brief(odd)}” is not a number"
            remarks.append(f"“{name}” is read as labels, {why}.")
    return TablePlan(dialect, names, tuple(is_text), tuple(remarks), preview)


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


def _table(gather: Gather, most: int) -> Table:
    plan = gather.plan
    if not gather.seen:
        names = counted(len(plan.names), "column")
        raise TableError(f"No data rows. The file holds only the names of {names}.")
    columns = gather.columns()
    notes = [*plan.notes]
    for column in columns:  # one that always says the same cannot be scaled or learned from
        values = column.codes if column.numbers is None else column.numbers
        if values is not None and len(values) > 1 and bool(np.all(values == values[0])):
            notes.append(f"“{column.name}” is constant.")
    if gather.seen > most:
        rows = "row was" if most == 1 else f"{count(most)} rows were"
        notes.append(f"Only the first {rows} loaded.")
    if len(columns) == 1:
        notes.append("The table has only one column.")
    if gather.seen == 1:
        notes.append("The table has only one row.")
    return Table(
        columns, gather.kept, plan.dialect, plan.preview, tuple(notes), tuple(gather.problems),
        gather.problem_count, gather.problem_rows,
    )  # fmt: skip
