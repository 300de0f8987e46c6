"""How large a file and its contents may be; the engine itself knows no limits."""

from typing import Final

from engine.errors import LONGEST
from engine.files.refusals import DocumentError
from engine.numerals import count

MEGABYTE: Final = 1024 * 1024
FILE_BYTES: Final = 64 * MEGABYTE  # 200,000 edges take a third of it
NESTING: Final = 64  # far from where a parser runs out of its stack, and far beyond the need
NEEDED_NESTING: Final = 8
INTEGER_DIGITS: Final = 15  # all whole numbers of so many digits are exact as floats too
NEURONS: Final = 10_000  # one Step through so many, densely joined, takes about two seconds
EDGES: Final = 200_000
REPAIRED_EDGES: Final = 2_000  # more broken ones are not counted: each takes a new network
CELLS: Final = 10_000_000  # 80 MB in memory
TABLE_ROWS: Final = 1_000_000  # read in a few seconds
TABLE_TEXT: Final = 64 * MEGABYTE  # of the labels of one column, which all stay in memory
FIELD: Final = 10_000  # letters of a cell; a longer one is an unclosed quote, or no table
CLASSES: Final = 50  # each becomes an output, or an input, of its own
VARIANTS: Final = 100  # they stand in one list
NAME: Final = LONGEST
COORDINATE: Final = 1e6  # further out nobody finds a neuron again
WEIGHT: Final = 1e12  # beyond it the reader is warned that sums may overflow
UNDO_BYTES: Final = 256 * MEGABYTE
UNDO_ENTRIES: Final = 100  # are kept even where they are larger


def at_most(asked: int, limit: int, what: str) -> None:
    """Refuse a document that asks for more of something than the limit."""
    if asked > limit:
        raise DocumentError(
            f"The document asks for {count(asked)} {what}; the limit is {count(limit)}."
        )
