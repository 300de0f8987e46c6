"""A table as a stream: opened, decoded in portions of whole rows, divided into records."""

import codecs
import contextlib
import csv
import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

from engine.files import limits
from engine.files.reading import open_ordinary
from engine.files.table_types import ENCODINGS, Dialect, TableError, not_text, too_long
from engine.numerals import count

PORTION: Final = 1 << 18  # larger ones are no faster, and hold the window while they are split
LONGEST_ROW: Final = 16 * PORTION  # letters of what should be one row; then it is no table


@contextlib.contextmanager
def opened(source: str | Path | bytes) -> Iterator[tuple[BinaryIO, int]]:
    """A stream of the table's bytes, and how many there are."""
    if isinstance(source, bytes):
        yield io.BytesIO(source), len(source)
        return
    descriptor, size = open_ordinary(source)
    with os.fdopen(descriptor, "rb") as stream:
        yield stream, size


def portions(stream: BinaryIO, encoding: str) -> Iterator[str]:
    """The text in portions that end with a row; a row break inside quotes does not count."""
    decoder = codecs.getincrementaldecoder(encoding)()
    text = ""
    while data := stream.read(PORTION):
        text += decoder.decode(data)
        end = max(text.rfind("\n", 0, -1), text.rfind("\r", 0, -1)) + 1
        if (end and text.count('"', 0, end) % 2 == 0) or len(text) > LONGEST_ROW:
            if not end or "\0" in text:
                raise not_text()
            yield text[:end]
            text = text[end:]
    text += decoder.decode(b"", True)
    if "\0" in text:
        raise not_text()
    if text:
        yield text


def undecodable(error: UnicodeDecodeError, encoding: str) -> TableError:
    """The refusal of bytes that the encoding does not know."""
    byte = error.object[error.start]
    name = ENCODINGS.get(encoding, encoding)
    return TableError(f"The file is not {name} text (byte 0x{byte:02X}).", str(error.reason))


def records(text: str, dialect: Dialect, row: int) -> list[list[str]]:
    """The records of a portion whose first row has this number; an empty line gives []."""
    reader = csv.reader(
        io.StringIO(text, newline=""),
        delimiter=dialect.delimiter,
        quotechar=dialect.quote,
        skipinitialspace=True,
        strict=True,
    )
    found: list[list[str]] = []
    lines = 0
    try:
        for record in reader:
            found.append(record)
            lines = reader.line_num
    except csv.Error as error:
        raise _broken(row + len(found), reader.line_num - lines, str(error)) from error
    if '"' in text or max(map(len, text.split("\n")), default=0) > limits.FIELD:
        _refuse_long(found, row)
    return found


def _broken(row: int, lines: int, message: str) -> TableError:
    where = f"Row {count(row)}"
    if lines > 1 or message == "unexpected end of data":
        return TableError(f"{where}: a quote is never closed.", message)
    if "field limit" in message:
        return too_long(row)
    return TableError(f"{where}: after a closing quote the next cell has to begin.", message)


def _refuse_long(found: list[list[str]], row: int) -> None:
    for place, record in enumerate(found):
        if any(len(cell) > limits.FIELD for cell in record):
            raise too_long(row + place)
