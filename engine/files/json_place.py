"""The second pass over a bad text: where the fault is. It gives up after a moment."""

import json
import re
import time
from dataclasses import dataclass
from typing import Final

from engine.files.decoding import not_a_document
from engine.files.json_faults import DUPLICATE, Fault, Place, details
from engine.files.json_words import Path
from engine.files.refusals import NEWEST_BACKUP, DocumentError
from engine.numerals import count

SECONDS: Final = 0.6
_OWNER: Final = 100_000
_CHECK: Final = 4096

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


@dataclass(slots=True)
class _Level:
    start: int
    key: str | int
    seen: set[str]


def whereabouts(text: str, fault: Fault, seconds: float = SECONDS) -> Place | None:
    """Line, column and path of the first such fault; None if it takes too long to find."""
    found = _walk(text, fault, time.perf_counter() + seconds)
    if found is None:
        return None
    at, levels = found
    path: Path = tuple(level.key for level in levels)
    owner = _object_at(text, levels[2].start) if len(levels) > 2 else None
    return Place(*_line_and_column(text, at), path, owner)


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


def syntax_refusal(text: str, message: str, at: int) -> DocumentError:
    """The refusal of a text that is not JSON, from what the parser said and where."""
    line, column = _line_and_column(text, at)
    if _ends_early(text, message, at):
        end, _ = _line_and_column(text, len(text.rstrip()))
        return DocumentError(
            f"The file ends too early, at line {count(end)}. "
            "It may be only partly saved or downloaded.",
            details(Place(line, column, ())),
            NEWEST_BACKUP,
        )
    if message == "Expecting value" and not text[:at].strip() and '"format"' not in text:
        return not_a_document("plain text")
    expected = _EXPECTED.get(message, "this is not JSON")
    return DocumentError(
        f"Line {count(line)}, column {count(column)}: {expected}.",
        f"{details(Place(line, column, ()))}: {message}",
    )


def _ends_early(text: str, message: str, at: int) -> bool:
    if message == "Extra data":
        return False
    if message == "Unterminated string starting at":
        return True
    if message == "Invalid \\uXXXX escape":
        return len(text) - at < 12 and _BROKEN_ESCAPE.search(text, at - 2) is not None
    return _BROKEN_OFF.fullmatch(text, at) is not None
