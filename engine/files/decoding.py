"""From the bytes of a document to its text; what is no text at all is named."""

import codecs
import re

from engine.files.refusals import DocumentError
from engine.numerals import count

_BEGINNINGS = (
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"%PDF", "a PDF file"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"PK\x05\x06", "a ZIP archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ\x00", "an xz archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"SQLite format 3\x00", "a database"),
    (b"\x93NUMPY", "a NumPy array"),
    (b"\x89HDF", "an HDF5 file"),
    (b"RIFF", "a sound or a film"),
    (b"OggS", "a sound or a film"),
    (b"ID3", "a sound"),
    (b"\x80\x04\x95", "a Python pickle"),
    (b"{\\rtf", "a text document"),
)
_PAGE = re.compile(rb"\s*<(!doctype html|html|head|body|\?xml|svg)\b", re.IGNORECASE)
_PAGES = {b"?xml": "an XML file", b"svg": "an SVG image"}
_HEAD = 512


def looks_like(data: bytes) -> str | None:
    """What other kind of file this is, judged by its first bytes; None where nothing is known."""
    for beginning, kind in _BEGINNINGS:
        if data.startswith(beginning):
            return kind
    page = _PAGE.match(data[:_HEAD].removeprefix(codecs.BOM_UTF8))
    return _PAGES.get(page[1].lower(), "a web page") if page else None


def not_a_document(kind: str) -> DocumentError:
    """The refusal of a file that is something else."""
    return DocumentError(f"This is not a playground document (it looks like {kind}).")


def decode(data: bytes) -> str:
    """The text of a document: UTF-8 with or without a mark at its start, or marked UTF-16."""
    kind = looks_like(data)
    if kind:
        raise not_a_document(kind)
    if data and not data.strip(b"\0"):
        raise DocumentError(
            "The file holds nothing but zero bytes. It may have been lost in a power cut."
        )
    text = _unmarked(data)
    if not text or text.isspace():
        raise DocumentError("The file is empty.")
    return text


def _unmarked(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _decoded(data, "utf-16", "UTF-16")
    return _decoded(data, "utf-8", "UTF-8").removeprefix("\ufeff")


def _decoded(data: bytes, encoding: str, name: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        byte, place = error.object[error.start], error.start
        raise DocumentError(
            f"The file is not {name} text (byte 0x{byte:02X} at position {count(place)}).",
            str(error.reason),
        ) from error
