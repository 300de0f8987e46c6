"""Rows of samples on their way to the clipboard and back: tabs between the cells."""

from collections.abc import Sequence

from engine.data import Data
from engine.errors import Refused
from engine.numerals import count, counted
from engine.op_list import Floats


def rows_text(data: Data, rows: Sequence[int], wide: int) -> str:
    """The first `wide` columns of these rows, every number exact."""
    lines = ["\t".join(map(_plain, data.cells[row, :wide].tolist())) for row in rows]
    return "\n".join(lines) + "\n"


def _plain(value: float) -> str:
    return repr(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def put_in(data: Data, block: Floats, row: int, column: int, wide: int) -> tuple[Data, str]:
    """The data with these cells from there on, and what was done in words.

    Only the first `wide` columns are there to be filled.
    """
    place = _first_column(data, block, column, wide)
    rows, columns = block.shape
    if rows == columns == 1:
        return data.with_cell(row, place, float(block[0, 0])), "Paste a cell"
    return data.with_block(row, place, block), f"Paste {count(rows)} × {count(columns)} cells"


def _first_column(data: Data, block: Floats, column: int, wide: int) -> int:
    """Whole rows begin at the first column, wherever the cursor is."""
    columns = block.shape[1]
    if columns == wide:
        return 0
    room = wide - column
    if columns <= room:
        return column
    pasted = f"{counted(columns, 'column')} {'is' if columns == 1 else 'are'} pasted"
    if columns > wide:
        raise Refused(
            f"{pasted}, but there {'is' if wide == 1 else 'are'} only {count(wide)} to fill: "
            f"{len(data.inputs)} for inputs and {wide - len(data.inputs)} for targets."
        )
    here = counted(max(0, room), "column")
    raise Refused(
        f"{pasted}, but from here on there is room for {here}. Choose a cell further to the left."
    )
