"""How large a file and its contents may be; the engine itself knows no limits."""

from typing import Final

from engine.files.refusals import DocumentError
from engine.names import LONGEST
from engine.numerals import count

MEGABYTE: Final = 1024 * 1024
FILE_BYTES: Final = 64 * MEGABYTE
NESTING: Final = 64
NEEDED_NESTING: Final = 8
INTEGER_DIGITS: Final = 15
NEURONS: Final = 10_000
EDGES: Final = 200_000
REPAIRED_EDGES: Final = 2_000
CELLS: Final = 10_000_000
TABLE_ROWS: Final = 1_000_000
TABLE_TEXT: Final = 64 * MEGABYTE
FIELD: Final = 10_000
CLASSES: Final = 50
VARIANTS: Final = 100
NAME: Final = LONGEST
COORDINATE: Final = 1e6
WEIGHT: Final = 1e12
UNDO_BYTES: Final = 256 * MEGABYTE
UNDO_ENTRIES: Final = 100


def at_most(asked: int, limit: int, what: str) -> None:
    """Refuse a document that asks for more of something than the limit."""
    if asked > limit:
        raise DocumentError(
            f"The document asks for {count(asked)} {what}; the limit is {count(limit)}."
        )
