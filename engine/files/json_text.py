"""JSON: parsed strictly and fast, the fault of a bad text told and placed, and written."""

import codecs
import json
import re
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from math import isfinite
from typing import Any, Final, NoReturn

import numpy as np

from engine.errors import brief
from engine.files import limits
from engine.files.limits import NEWEST_BACKUP, DocumentError
from engine.numerals import MINUS, count, nth

JsonPath = tuple[str | int, ...]

NO_DOCUMENT: Final = "This is not a playground document (it looks like {kind})."
NOT_A_NUMBER: Final = "not a number"
LARGE: Final = "too large"
LONG: Final = "too many digits"
DUPLICATE: Final = "key twice"
SECONDS: Final = 0.8  # the second pass gives up then: a sentence without a place beats waiting

#: What one member of a list is called.
ONE = {
    "neurons": "neuron", "edges": "edge", "variants": "variant", "nodes": "node", "steps": "step",
    "tasks": "task", "text": "paragraph", "points": "point", "groups": "group",
}  # fmt: skip

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
_HEAD: Final = 512  # bytes in which a page of the web says that it is one

_NOT_STRUCTURE: Final = bytes(set(range(256)) - set(b'"[]{}'))
_PORTION: Final = 1 << 20  # brackets at a time: counting levels takes eight bytes each
_OWNER: Final = 100_000  # letters; the edge that a fault is in is shorter, and all of it is parsed
_BETWEEN = re.compile(r"[ \t\n\r,:]*+")
_BROKEN_OFF = re.compile(
    r"(-|t|tr|tru|f|fa|fal|fals|n|nu|nul|N|Na|-?I(n(f(i(n(i(t)?)?)?)?)?)?|\.|[eE][+-]?)?\s*"
)
_BROKEN_ESCAPE = re.compile(r"\\u[0-9a-fA-F]{0,4}\Z")
_EXPECTED: Final = {
    "Expecting value": "a value is expected here",
    "Expecting property name enclosed in double quotes": "a key in double quotes is expected here",
    "Illegal trailing comma before end of object": "a key in double quotes is expected here",
    "Illegal trailing comma before end of array": "a value is expected here",
    "Expecting ':' delimiter": "a colon is expected here",
    "Expecting ',' delimiter": "a comma or a closing bracket is expected here",
    "Invalid control character at": "a line break or control character stands inside a text",
    "Invalid \\escape": "this is no escape that JSON knows",
    "Invalid \\uXXXX escape": "four hexadecimal digits are expected here",
    "Extra data": "the document has ended, yet something follows",
}


class Fault(Exception):
    """The fast pass met a fault: its kind, and the number or the key as it stands in the file."""

    def __init__(self, kind: str, text: str) -> None:
        super().__init__(kind)
        self.kind, self.text = kind, text


def parse(data: bytes) -> Any:
    """The value that the bytes of a document spell out, or a DocumentError."""
    text = _decoded(data)
    _refuse_deep(data if text.isascii() else text.encode("utf-8", "surrogatepass"))
    try:
        return _DECODER.decode(text)
    except Fault as fault:
        refusal = _refusal(text, fault)
    except json.JSONDecodeError as error:
        refusal = _syntax_refusal(text, error.msg, error.pos)
    raise refusal


def looks_like(data: bytes) -> str | None:
    """What other kind of file this is, judged by its first bytes; None where nothing is known."""
    for beginning, kind in _BEGINNINGS:
        if data.startswith(beginning):
            return kind
    page = _PAGE.match(data[:_HEAD].removeprefix(codecs.BOM_UTF8))
    return _PAGES.get(page[1].lower(), "a web page") if page else None


def _decoded(data: bytes) -> str:
    """The text of a document: UTF-8 with or without a mark at its start, or marked UTF-16."""
    if kind := looks_like(data):
        raise DocumentError(NO_DOCUMENT.format(kind=kind))
    if data and not data.strip(b"\0"):
        raise DocumentError(
            "The file holds nothing but zero bytes. It may have been lost in a power cut."
        )
    marked = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    encoding = "UTF-16" if marked else "UTF-8"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        byte, place = error.object[error.start], error.start
        raise DocumentError(
            f"The file is not {encoding} text (byte 0x{byte:02X} at position {count(place)}).",
            str(error.reason),
        ) from error
    text = text if marked else text.removeprefix("\ufeff")
    if not text or text.isspace():
        raise DocumentError("The file is empty.")
    return text


def _refuse_deep(data: bytes) -> None:
    """Refuse more than 64 levels. Only brackets outside strings count.

    With escapes and all other characters gone, every second piece between quotes lies outside.
    """
    bare = data.replace(b"\\\\", b"").replace(b'\\"', b"").translate(None, _NOT_STRUCTURE)
    brackets = np.frombuffer(b"".join(bare.replace(b'""', b"").split(b'"')[::2]), np.uint8)
    level = 0
    for start in range(0, len(brackets), _PORTION):
        portion = brackets[start : start + _PORTION]
        levels = level + np.cumsum(np.where(portion & 2, 1, -1))
        if levels.max() > limits.NESTING:
            raise DocumentError(
                f"The file is nested more than {count(limits.NESTING)} levels deep; "
                f"playground documents need {limits.NEEDED_NESTING}."
            )
        level = int(levels[-1])


def _constant(text: str) -> NoReturn:
    raise Fault(NOT_A_NUMBER, text)


def _float(text: str) -> float:
    value = float(text)
    if isfinite(value):
        return value
    raise Fault(LARGE, text)


def _integer(text: str) -> int:
    if len(text) > limits.INTEGER_DIGITS and len(text.lstrip("-")) > limits.INTEGER_DIGITS:
        raise Fault(LONG, text)
    return int(text)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise Fault(DUPLICATE, Counter(key for key, _ in pairs).most_common(1)[0][0])
    return members


_DECODER: Final = json.JSONDecoder(
    parse_constant=_constant, parse_float=_float, parse_int=_integer, object_pairs_hook=_object
)


def _refusal(text: str, fault: Fault) -> DocumentError:
    """The refusal of a document because of this fault; without a place if none was found."""
    what, line, details = "A value", "", ""
    if found := whereabouts(text, fault):
        at, path, owner = found
        number, details = _line_and_column(text, at)
        what, line = opening(words(path, owner)), f" (line {count(number)})"
        details += f", {dotted(path)}" if path else ""
    given = brief(fault.text)
    as_number = given.replace("-", MINUS)
    if fault.kind == DUPLICATE:
        sentence = f"The key “{given}” appears twice in one object{line}."
    elif fault.kind == LONG:
        sentence = f"{what} has more than {limits.INTEGER_DIGITS} digits."
    elif fault.kind == LARGE:
        sentence = f"{what} is too large ({as_number})."
    else:
        sentence = f"{what} is not a number{line or f' ({as_number})'}."
    return DocumentError(sentence, details)


def whereabouts(
    text: str, fault: Fault, seconds: float = SECONDS
) -> tuple[int, JsonPath, object] | None:
    """Where the fault stands, by place and path, and the edge it belongs to.

    The first value that cannot be parsed holds it, and in there again the first one that cannot;
    all that stands before it is sound. None if it takes too long to find.
    """
    until = time.perf_counter() + seconds
    path, starts = list[str | int](), list[int]()
    at, is_twice = _after(text, 0), False
    while text[at] in "[{" and not is_twice:
        starts.append(at)
        found = _member_at_fault(text, at, fault, until)
        if found is None:
            return None
        key, at, is_twice = found
        path.append(key)
    owner = None
    if len(starts) > 2:
        with suppress(ValueError):
            reader = json.JSONDecoder(parse_int=str, strict=False)
            owner = reader.raw_decode(text[starts[2] : starts[2] + _OWNER])[0]
    return at, tuple(path), owner


def _member_at_fault(
    text: str, at: int, fault: Fault, until: float
) -> tuple[str | int, int, bool] | None:
    """The key or the number of a member of what begins here, its place, and if its key is twice."""
    in_list, seen, number = text[at] == "[", set[str | int](), -1
    at += 1
    while time.perf_counter() < until:
        start = _after(text, at)
        number += 1
        key: str | int = number
        if not in_list:
            key, at = _DECODER.raw_decode(text, start)
            if fault.kind == DUPLICATE and key == fault.text and key in seen:
                return key, start, True
            seen.add(key)
            start = _after(text, at)
        try:
            _, at = _DECODER.raw_decode(text, start)
        except Fault:
            return key, start, False
    return None


def _after(text: str, at: int) -> int:
    """Where the next value begins."""
    between = _BETWEEN.match(text, at)
    return between.end() if between else at


def _line_and_column(text: str, at: int) -> tuple[int, str]:
    """The line, counted from 1, and line and column in words."""
    newline = "\n" if text.find("\n", 0, at) >= 0 else "\r"
    line = text.count(newline, 0, at) + 1
    return line, f"Line {count(line)}, column {count(at - text.rfind(newline, 0, at))}"


def _syntax_refusal(text: str, message: str, at: int) -> DocumentError:
    """The refusal of a text that is not JSON, from what the parser said and where."""
    _, place = _line_and_column(text, at)
    if _ends_early(text, message, at):
        end, _ = _line_and_column(text, len(text.rstrip()))
        return DocumentError(
            f"The file ends too early, at line {count(end)}. "
            "It may be only partly saved or downloaded.",
            place,
            NEWEST_BACKUP,
        )
    if message == "Expecting value" and not text[:at].strip() and '"format"' not in text:
        return DocumentError(NO_DOCUMENT.format(kind="plain text"))
    expected = _EXPECTED.get(message, "this is not JSON")
    return DocumentError(f"{place}: {expected}.", f"{place}: {message}")


def _ends_early(text: str, message: str, at: int) -> bool:
    if message == "Extra data":
        return False
    if message == "Unterminated string starting at":
        return True
    if message == "Invalid \\uXXXX escape":
        return len(text) - at < 12 and _BROKEN_ESCAPE.search(text, at - 2) is not None
    return _BROKEN_OFF.fullmatch(text, at) is not None


def words(path: JsonPath, owner: object = None) -> str:
    """`path` for a person; `owner` is the edge that the path goes through, where there is one."""
    if len(path) > 2 and path[0] == "edges" and isinstance(owner, Mapping):
        source, target = owner.get("source"), owner.get("target")
        if isinstance(source, str) and isinstance(target, str):
            return f"{dotted(path[2:])} of edge {brief(source)}→{brief(target)}"
    if not path:
        return "the value"
    if all(isinstance(step, str) for step in path):
        return f"“{brief(str(path[-1]))}”"
    return spoken(path)


def spoken(path: JsonPath) -> str:
    """“x” of the 4th neuron"""
    owner, keys = "", list[str]()
    for step in path:
        if isinstance(step, str):
            keys.append(step)
            continue
        one = ONE.get(keys[0]) if len(keys) == 1 else None
        of = f" of “{dotted(tuple(keys))}”" if keys and not one else ""
        owner = f"the {nth(step + 1)} {one or 'entry'}{of}{f' of {owner}' if owner else ''}"
        keys = []
    inside = dotted(tuple(keys))
    return f"“{inside}” of {owner}" if inside and owner else inside or owner


def opening(phrase: str) -> str:
    """`phrase` as the start of a sentence; a key alone keeps its small letter."""
    return phrase[0].upper() + phrase[1:] if " " in phrase else phrase


def dotted(path: JsonPath) -> str:
    """neurons[3].x"""
    steps = "".join(f"[{step}]" if isinstance(step, int) else f".{brief(step)}" for step in path)
    return steps.removeprefix(".")


LINE = 100  # letters, as many as an editor shows side by side
_HALF = re.compile("[\ud800-\udfff]")
_LISTS = (dict, list)
# On one line; a number that is not finite has no place in a file, and is an error here.
_flat = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode


def json_pieces(value: Any) -> Iterator[str]:
    """The text of a file piece by piece, for work that others must be able to interrupt.

    Half a character (a lone surrogate) is written as an escape.
    """
    for piece in _pieces(value, ""):
        yield piece if piece.isascii() else _HALF.sub(lambda half: f"\\u{ord(half[0]):04x}", piece)
    yield "\n"


def _pieces(value: Any, indent: str) -> Iterator[str]:
    """A value on one line where it is short and holds no long list, else a line per member."""
    if not isinstance(value, _LISTS) or not value:
        yield _flat(value)
        return
    opening, closing = ("{", "}") if isinstance(value, dict) else ("[", "]")
    members = value.items() if isinstance(value, dict) else ((None, item) for item in value)
    inner = indent + "  "
    lead = f"{opening}\n"
    for key, member in members:
        start = lead + inner + ("" if key is None else f"{_flat(key)}: ")
        if (line := _line(member)) is None:
            yield start
            yield from _pieces(member, inner)
        else:
            yield start + line
        lead = ",\n"
    yield f"\n{indent}{closing}"


def _line(value: Any) -> str | None:
    """A member on one line, or None where it is a line per member."""
    is_list = isinstance(value, list)
    if not is_list and not isinstance(value, dict):
        return _flat(value)
    nested = [m for m in (value if is_list else value.values()) if isinstance(m, _LISTS)]
    if not nested:
        return _flat(value)
    if is_list or any(isinstance(m, list) and m and isinstance(m[0], _LISTS) for m in nested):
        return None
    line = _flat(value)
    return line if len(line) <= LINE or not any(isinstance(m, dict) for m in nested) else None
