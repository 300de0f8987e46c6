"""How a table is written, guessed from its beginning. Every guess can be seen and overruled."""

import codecs
import csv
import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

from engine.errors import unknown
from engine.files.json_text import looks_like
from engine.files.names import brief
from engine.files.table_numbers import is_number
from engine.files.table_types import (
    DELIMITERS,
    ENCODINGS,
    Dialect,
    Options,
    TableError,
    not_text,
    too_long,
)

HEAD: Final = 1 << 20  # bytes that a guess is made from
_ROWS: Final = 200  # of those bytes
_NO_NAMES: Final = {"na", "n/a", "nan", "null", "none", "inf", "-inf", "infinity", "-", "?"}
_QUOTED = re.compile(r'"(?:[^"]|"")*+"')
_BINARY = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
NEWLINE = re.compile(r"\r\n|\r|\n")
_PREFERRED: Final = "\t;|,"
_NEARLY_ALL: Final = 0.9  # of the lines; the others may be remarks, or broken

Records = Sequence[Sequence[str]]


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
        raise not_text()
    if len(data) > HEAD:
        end = max(text.rfind("\n"), text.rfind("\r")) + 1
        text = text[:end] or text
    return text


def sample(text: str, delimiter: str) -> list[list[str]]:
    """The first records, leniently; empty lines are left out."""
    reader = csv.reader(NEWLINE.split(text), delimiter=delimiter, skipinitialspace=True)
    records: list[list[str]] = []
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


def decimal_mark(records: Records) -> str:
    """The mark that most numbers with a fraction have."""
    cells = [cell for record in records for cell in record]
    commas = sum("," in cell and is_number(cell, ",") for cell in cells)
    points = sum("." in cell and is_number(cell, ".") for cell in cells)
    return "," if commas > points else "."


def has_header(records: Records, decimal: str) -> bool:
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


def label_note(name: str, column: Sequence[str], decimal: str) -> str | None:
    """Why a column is read as labels although some cells look like numbers."""
    if not any(is_value(cell.strip(), decimal) for cell in column):
        return None
    odd = next(cell for cell in column if cell.strip() and not is_number(cell, decimal))
    return f"“{name}” is read as labels, because “{brief(odd.strip())}” is not a number."


def is_value(cell: str, decimal: str) -> bool:
    """Whether the cell is a number, or what stands for one, rather than a name."""
    if is_number(cell, decimal) or cell.lower() in _NO_NAMES:
        return True
    digits = any(letter.isdigit() for letter in cell)
    return digits and not any(letter.isalpha() for letter in cell)
