"""A strict and fast parse of JSON, and for a bad text where its fault is and what to call it."""

import codecs
import json
import re
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NoReturn

import numpy as np

from engine.errors import brief
from engine.files import limits
from engine.files.limits import NEWEST_BACKUP, DocumentError
from engine.numerals import MINUS, count, nth

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]
JsonPath = tuple[str | int, ...]

NOT_A_NUMBER: Final = "not a number"
LARGE: Final = "too large"
LONG: Final = "too many digits"
DUPLICATE: Final = "key twice"
SECONDS: Final = 0.6  # the second pass gives up then: a sentence without a place beats waiting

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

_LARGEST: Final = 1.7976931348623157e308  # of a float of 64 bits
_NOT_STRUCTURE: Final = bytes(set(range(256)) - set(b'"[]{}'))
_PORTION: Final = 1 << 20  # brackets at a time: counting levels takes eight bytes each
_OWNER: Final = 100_000  # letters; the edge that a fault is in is shorter, and all of it is parsed
_CHECK: Final = 4096  # tokens between two looks at the clock

_STRING = r'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
_TOKEN = re.compile(
    rf"""\s*+(?:
    (?P<flat>[\[{{][^"\[\]{{}}]*+(?:{_STRING}[^"\[\]{{}}]*+)*+[\]}}])
    |(?P<open>[\[{{])|(?P<close>[\]}}])|(?P<comma>,)
    |(?P<string>{_STRING})(?P<colon>\s*+:)?
    |(?P<scalar>[^\s",:\[\]{{}}]++)
    )""",
    re.VERBOSE | re.DOTALL,
)
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


@dataclass(frozen=True, slots=True)
class FaultPlace:
    """Where a fault is: line and column from 1, the path to it, and the edge it belongs to."""

    line: int
    column: int
    path: JsonPath = ()
    owner: object = None

    @property
    def details(self) -> str:
        """Line, column and path, for the button that shows more."""
        where = f"Line {count(self.line)}, column {count(self.column)}"
        path = dotted(self.path)
        return f"{where}, {path}" if path else where


@dataclass(slots=True)
class _Level:
    start: int
    key: str | int
    seen: set[str]


def parse(data: bytes) -> Json:
    """The value that the bytes of a document spell out, or a DocumentError."""
    text = _decoded(data)
    _refuse_deep(data if text.isascii() else text.encode("utf-8", "surrogatepass"))
    try:
        value: Json = _DECODER.decode(text)
        return value
    except Fault as met:
        fault = met
    except json.JSONDecodeError as error:
        raise _syntax_refusal(text, error.msg, error.pos) from None
    except RecursionError:
        raise _too_deep() from None
    raise _refusal(fault, whereabouts(text, fault))


def looks_like(data: bytes) -> str | None:
    """What other kind of file this is, judged by its first bytes; None where nothing is known."""
    for beginning, kind in _BEGINNINGS:
        if data.startswith(beginning):
            return kind
    page = _PAGE.match(data[:_HEAD].removeprefix(codecs.BOM_UTF8))
    return _PAGES.get(page[1].lower(), "a web page") if page else None


def _not_a_document(kind: str) -> DocumentError:
    return DocumentError(f"This is not a playground document (it looks like {kind}).")


def _decoded(data: bytes) -> str:
    """The text of a document: UTF-8 with or without a mark at its start, or marked UTF-16."""
    kind = looks_like(data)
    if kind:
        raise _not_a_document(kind)
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
            raise _too_deep()
        level = int(levels[-1])


def _too_deep() -> DocumentError:
    return DocumentError(
        f"The file is nested more than {count(limits.NESTING)} levels deep; "
        f"playground documents need {limits.NEEDED_NESTING}."
    )


def _constant(text: str) -> NoReturn:
    raise Fault(NOT_A_NUMBER, text)


def _float(text: str) -> float:
    value = float(text)
    if -_LARGEST <= value <= _LARGEST:
        return value
    raise Fault(LARGE, text)


def _integer(text: str) -> int:
    if len(text) > limits.INTEGER_DIGITS and len(text.lstrip("-")) > limits.INTEGER_DIGITS:
        raise Fault(LONG, text)
    return int(text)


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise Fault(DUPLICATE, Counter(key for key, _ in pairs).most_common(1)[0][0])
    return members


_DECODER: Final = json.JSONDecoder(
    parse_constant=_constant,
    parse_float=_float,
    parse_int=_integer,
    object_pairs_hook=_object,
)


def _refusal(fault: Fault, place: FaultPlace | None) -> DocumentError:
    """The refusal of a document because of this fault; without a place if none was found."""
    what = opening(words(place.path, place.owner)) if place else "A value"
    line = f" (line {count(place.line)})" if place else ""
    text = brief(fault.text)
    number = text.replace("-", MINUS)
    if fault.kind == DUPLICATE:
        sentence = f"The key “{text}” appears twice in one object{line}."
    elif fault.kind == LONG:
        sentence = f"{what} has more than {limits.INTEGER_DIGITS} digits."
    elif fault.kind == LARGE:
        sentence = f"{what} is too large ({number})."
    else:
        sentence = f"{what} is not a number{line or f' ({number})'}."
    return DocumentError(sentence, place.details if place else "")


def whereabouts(text: str, fault: Fault, seconds: float = SECONDS) -> FaultPlace | None:
    """Line, column and path of the first such fault; None if it takes too long to find."""
    found = _walk(text, fault, time.perf_counter() + seconds)
    if found is None:
        return None
    at, levels = found
    path: JsonPath = tuple(level.key for level in levels)
    owner = _object_at(text, levels[2].start) if len(levels) > 2 else None
    return FaultPlace(*_line_and_column(text, at), path, owner)


def _walk(text: str, fault: Fault, until: float) -> tuple[int, list[_Level]] | None:
    levels: list[_Level] = []
    at = steps = 0
    while token := _TOKEN.match(text, at):
        kind, start, at = token.lastgroup, token.start(token.lastgroup or 0), token.end()
        steps += 1
        if steps % _CHECK == 0 and time.perf_counter() > until:
            return None
        if kind == "flat" and not _suspicious(text, start, at, fault):
            continue
        if kind in ("open", "flat"):
            at = start + 1
            levels.append(_Level(start, 0 if text[start] == "[" else "", set()))
        elif kind == "scalar" and token[kind] == fault.text and fault.kind != DUPLICATE:
            return start, levels
        elif kind == "colon" and _key(levels, token["string"], fault):
            return token.start("string"), levels
        elif not _moved(levels, kind):
            return None
    return None


def _suspicious(text: str, start: int, end: int, fault: Fault) -> bool:
    """Whether the fault may lie between `start` and `end`; all else is passed over at one go."""
    if fault.kind == DUPLICATE:
        quoted = f'"{fault.text}"'
        return text.count(quoted, start, end) > 1 or text.find("\\", start, end) >= 0
    return text.find(fault.text, start, end) >= 0


def _key(levels: list[_Level], string: str, fault: Fault) -> bool:
    """Take note of a key; whether it is the one that is given twice."""
    if not levels:
        return False
    key = _spelled(string)
    level = levels[-1]
    level.key = key
    if fault.kind != DUPLICATE:
        return False
    twice = key in level.seen and key == fault.text
    level.seen.add(key)
    return twice


def _spelled(string: str) -> str:
    """What a quoted string says; as it is written where that cannot be told."""
    if "\\" in string:
        try:
            return str(json.loads(string, strict=False))
        except ValueError:  # a document may have more than one fault
            pass
    return string[1:-1]


def _moved(levels: list[_Level], kind: str | None) -> bool:
    """Go on to the next item or back up a level; False where that is impossible."""
    if kind == "close":
        if not levels:
            return False
        levels.pop()
    elif kind == "comma" and levels:
        key = levels[-1].key
        levels[-1].key = key + 1 if isinstance(key, int) else key
    return True


def _object_at(text: str, start: int) -> object:
    try:
        return json.JSONDecoder(parse_int=str, strict=False).raw_decode(
            text[start : start + _OWNER]
        )[0]
    except (ValueError, RecursionError):
        return None


def _line_and_column(text: str, at: int) -> tuple[int, int]:
    newline = "\n" if text.find("\n", 0, at) >= 0 else "\r"
    return text.count(newline, 0, at) + 1, at - text.rfind(newline, 0, at)


def _syntax_refusal(text: str, message: str, at: int) -> DocumentError:
    """The refusal of a text that is not JSON, from what the parser said and where."""
    place = FaultPlace(*_line_and_column(text, at))
    if _ends_early(text, message, at):
        end, _ = _line_and_column(text, len(text.rstrip()))
        return DocumentError(
            f"The file ends too early, at line {count(end)}. "
            "It may be only partly saved or downloaded.",
            place.details,
            NEWEST_BACKUP,
        )
    if message == "Expecting value" and not text[:at].strip() and '"format"' not in text:
        return _not_a_document("plain text")
    expected = _EXPECTED.get(message, "this is not JSON")
    return DocumentError(f"{place.details}: {expected}.", f"{place.details}: {message}")


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
