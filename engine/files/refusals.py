"""Why a document is refused, where exactly, and which way out can be offered."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from engine.errors import SENTENCE, Refused, brief


@dataclass(frozen=True, slots=True)
class Offer:
    """A way out: what to do, by name, and what the button says."""

    action: str
    button: str


NEWEST_BACKUP: Final = Offer("open_newest_backup", "Open newest backup")
READ_ONLY_COPY: Final = Offer("open_read_only_copy", "Open a read-only copy")
SAVE_AS: Final = Offer("save_as", "Save As…")


class DocumentError(Refused):
    """A file that cannot be taken: the sentence, the details behind a button, and a way out."""

    def __init__(self, sentence: str, details: str = "", offer: Offer | None = None) -> None:
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


def error_code(error: OSError) -> str:
    """An error of the system by its short name, such as EIO."""
    return errno.errorcode.get(error.errno or 0, str(error.errno))


def megabytes(size: int) -> str:
    """A size as a person reads it: 1.2 MB, or kB below a tenth of a megabyte."""
    if size < 100_000:
        return f"{size / 1000:,.1f} kB"
    return f"{size / 1_000_000:,.1f} MB"
