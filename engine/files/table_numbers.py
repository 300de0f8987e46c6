"""Numbers in tables, by a pattern of our own: Python also takes 1_000, ١ and nan for numbers."""

import re
from collections.abc import Sequence
from typing import Final

import numpy as np

from engine.files.names import brief
from engine.numerals import MINUS
from engine.op_list import Floats

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


def numbers(cells: Sequence[str], decimal: str) -> tuple[Floats, list[int]]:
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
    return _loaded(lines, delimiter, width)


def _loaded(lines: list[str], delimiter: str, width: int) -> Floats | None:
    try:
        block = np.loadtxt(lines, delimiter=delimiter, comments=None, ndmin=2, dtype=np.float64)
    except ValueError:
        return None
    if block.shape[1] != width or not np.isfinite(block).all():
        return None
    return block
