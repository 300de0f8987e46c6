"""How large files may be, how names in them are told, and why one is refused."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from engine.errors import LONGEST, SENTENCE, Refused, brief
from engine.numerals import count


def called(path: str | Path) -> str:
    """The name of a file as it stands in a sentence: on one line, whatever it holds."""
    return brief(Path(path).name or str(path), LONGEST)


@dataclass(frozen=True, slots=True)
class WayOut:
    """A way out: what to do, by name, and what the button says."""

    action: str
    button: str


NEWEST_BACKUP: Final = WayOut("open_newest_backup", "Open newest backup")
READ_ONLY_COPY: Final = WayOut("open_read_only_copy", "Open a read-only copy")
SAVE_AS: Final = WayOut("save_as", "Save As…")


class DocumentError(Refused):
    """A file that cannot be taken: the sentence, the details behind a button, and a way out."""

    def __init__(self, sentence: str, details: str = "", offer: WayOut | None = None) -> None:
        super().__init__(sentence)
        self.details = brief(details, SENTENCE)
        self.offer = offer


@contextmanager
def refused_as_document(place: str = "") -> Iterator[None]:
    """Whatever is refused inside is a fault of the document, at this place of it."""
    try:
        yield
    except Refused as refused:
        if isinstance(refused, DocumentError) and not place:
            raise
        raise DocumentError(place + refused.sentence) from None


class FileGone(DocumentError):
    """The file is no longer where it was."""


class NotReadable(DocumentError):
    """What stands there may be the file as it was, but it cannot be looked at."""


class NotSaved(DocumentError):
    """A save that did not happen; the file on disk is what it was before."""

    def __init__(self, sentence: str, details: str = "", offer: WayOut | None = SAVE_AS) -> None:
        super().__init__(sentence, details, offer)


def error_code(error: OSError) -> str:
    """An error of the system by its short name, such as EIO."""
    return errno.errorcode.get(error.errno or 0, str(error.errno))


def megabytes(size: int) -> str:
    """A size as a person reads it: 1.2 MB, or kB below a tenth of a megabyte."""
    if size < 100_000:
        return f"{size / 1000:,.1f} kB"
    return f"{size / 1_000_000:,.1f} MB"


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
