"""Cells pasted from a spreadsheet: whether they are a table, and the numbers where they are all."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from engine.errors import Refused
from engine.files.table_guess import NEWLINE, decimal_mark, guess, head_text, sample
from engine.files.table_numbers import is_number, numbers, why_not
from engine.numerals import count, counted
from engine.op_list import Floats, frozen

MOST_TEXT: Final = 8 * 1024 * 1024  # letters; the window waits while they are read
_BEGINNING: Final = 1 << 16  # letters that tell whether it is a table

Rows = list[list[str]]


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
    return _numbers(rows)


def _mark(lines: Sequence[str]) -> str:
    """What stands between the cells; "" where each line is one cell."""
    for mark in "\t;":
        if any(mark in line for line in lines):
            return mark
    whole = all(is_number(line, ".") or is_number(line, ",") for line in lines)
    return "" if whole or not any("," in line for line in lines) else ","


def _numbers(rows: Rows) -> Floats:
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
        found[:, index], bad = numbers(column, decimal)
        if bad:
            where = f"Row {count(bad[0] + 1 + skipped)}, cell {index + 1} of what is pasted"
            raise Refused(f"{where}: {why_not(column[bad[0]], decimal)}")
    return frozen(found)
