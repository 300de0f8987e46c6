"""JSON as a person can read it: one neuron, edge or row a line, exact numbers, a final newline."""

import json
import re
from collections.abc import Container, Iterable, Iterator
from dataclasses import is_dataclass
from functools import cache
from typing import Any, get_type_hints

from msgspec import NODEFAULT, Struct
from msgspec.structs import FieldInfo, fields

LINE = 100  # letters, as many as an editor shows side by side
INDENT = "  "
_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False)
_SCALARS = {str, float, int, bool, type(None)}
_HALF = re.compile("[\ud800-\udfff]")


def to_plain(value: Any, always: Container[str] = ()) -> Any:
    """A wire value as dicts and lists; defaults are left out where the type says so.

    `always` are members of the value itself that are written even so.
    """
    if isinstance(value, list | tuple):
        return _plain_list(value)
    kind = type(value)
    if not (issubclass(kind, Struct) or is_dataclass(kind)):
        return value
    found: dict[str, Any] = {}
    for name, default in _fields(kind):
        member = getattr(value, name)
        if member != default or name in always:
            found[name] = member if type(member) in _SCALARS else to_plain(member)
    return found


def _plain_list(values: Iterable[Any]) -> list[Any]:
    return [item if type(item) in _SCALARS else to_plain(item) for item in values]


@cache
def _fields(kind: type) -> tuple[tuple[str, Any], ...]:
    """Names and the values that are left out, if any: none of one of the engine's own values.

    Asked once: to read the annotations of a type takes longer than to write its value.
    """
    if not issubclass(kind, Struct):
        return tuple((name, NODEFAULT) for name in get_type_hints(kind))
    return tuple((field.name, _default(field)) for field in fields(kind))


def _default(field: FieldInfo) -> Any:
    """Only ever compared with, so one for all."""
    return field.default if field.default_factory is NODEFAULT else field.default_factory()


def to_json(value: Any) -> str:
    """The text of a document; half a character (a lone surrogate) is written as an escape."""
    return "".join(json_pieces(value))


def json_pieces(value: Any) -> Iterator[str]:
    """The same text piece by piece, for work that others must be able to interrupt."""
    for piece in _pieces(value, ""):
        yield piece if piece.isascii() else _HALF.sub(_escape, piece)
    yield "\n"


def _pieces(value: Any, indent: str) -> Iterator[str]:
    """A value on one line where it is short and holds no long list, else a line per member."""
    if not isinstance(value, dict | list) or not value:
        yield _flat(value)
        return
    opening, closing = ("{", "}") if isinstance(value, dict) else ("[", "]")
    members = value.items() if isinstance(value, dict) else ((None, item) for item in value)
    inner = indent + INDENT
    lead = f"{opening}\n"
    for key, member in members:
        start = lead + inner + ("" if key is None else f"{_flat(key)}: ")
        line = _line(member)
        if line is None:
            yield start
            yield from _pieces(member, inner)
        else:
            yield start + line
        lead = ",\n"
    yield f"\n{indent}{closing}"


def _line(value: Any) -> str | None:
    """A member on one line, or None where it is a line per member."""
    if not isinstance(value, dict | list) or not value:
        return _flat(value)
    if not _is_leaf(value):
        return None
    line = _flat(value)
    return line if len(line) <= LINE or not _holds_objects(value) else None


def _is_leaf(value: dict[str, Any] | list[Any]) -> bool:
    """Whether it belongs on one line: no list of lists or of objects inside."""
    members = value.values() if isinstance(value, dict) else value
    if _SCALARS.issuperset(map(type, members)):
        return True  # the usual case, and asked for every edge
    if isinstance(value, list):
        return not any(isinstance(member, dict | list) for member in members)
    return not any(isinstance(m, list) and m and isinstance(m[0], dict | list) for m in members)


def _holds_objects(value: dict[str, Any] | list[Any]) -> bool:
    members = value.values() if isinstance(value, dict) else value
    return any(isinstance(member, dict) for member in members)


def _escape(half: re.Match[str]) -> str:
    return f"\\u{ord(half[0]):04x}"


def _flat(value: Any) -> str:
    """On one line; a number that is not finite has no place in a file, and is an error here."""
    return _ENCODER.encode(value)
