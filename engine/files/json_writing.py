"""JSON as a person can read it: one neuron, edge or row a line, exact numbers, a final newline."""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from msgspec import NODEFAULT, Struct
from msgspec.structs import FieldInfo, fields

LINE = 100
INDENT = "  "
_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False)
_HALF = re.compile("[\ud800-\udfff]")


def to_plain(value: Any, unknown: Mapping[str, Any] | None = None) -> Any:
    """A wire value as dicts and lists; defaults are left out where the type says so."""
    if not isinstance(value, Struct):
        return [to_plain(item) for item in value] if isinstance(value, list | tuple) else value
    found: dict[str, Any] = {}
    brief = value.__struct_config__.omit_defaults
    for field in _fields(type(value)):
        member = getattr(value, field.name)
        default = field.default if field.default_factory is NODEFAULT else field.default_factory()
        if not (brief and member == default):
            found[field.name] = to_plain(member)
    return {**found, **(unknown or {})}


@cache
def _fields(kind: type[Struct]) -> tuple[FieldInfo, ...]:
    """Asked once: to read the annotations of a type takes longer than to write its value."""
    return fields(kind)


def to_json(value: Any) -> str:
    """The text of a document; half a character (a lone surrogate) is written as an escape."""
    return "".join(json_pieces(value))


def json_pieces(value: Any) -> Iterator[str]:
    """The same text piece by piece, for work that others must be able to interrupt."""
    for piece in _pieces(value, ""):
        yield _HALF.sub(lambda half: f"\\u{ord(half[0]):04x}", piece)
    yield "\n"


def _pieces(value: Any, indent: str) -> Iterator[str]:
    """A value on one line where it is short and holds no long list, else a line per member."""
    if not isinstance(value, dict | list) or not value:
        yield _flat(value)
        return
    line = _flat(value) if _is_leaf(value) else None
    if indent and line is not None and (len(line) <= LINE or not _holds_objects(value)):
        yield line
        return
    opening, closing = ("{", "}") if isinstance(value, dict) else ("[", "]")
    members = value.items() if isinstance(value, dict) else ((None, item) for item in value)
    inner = indent + INDENT
    lead = f"{opening}\n"
    for key, member in members:
        yield lead + inner + ("" if key is None else f"{_flat(key)}: ")
        yield from _pieces(member, inner)
        lead = ",\n"
    yield f"\n{indent}{closing}"


def _is_leaf(value: dict[str, Any] | list[Any]) -> bool:
    """Whether it belongs on one line: no list of lists or of objects inside."""
    members = value.values() if isinstance(value, dict) else value
    if isinstance(value, list):
        return not any(isinstance(member, dict | list) for member in members)
    return not any(isinstance(m, list) and m and isinstance(m[0], dict | list) for m in members)


def _holds_objects(value: dict[str, Any] | list[Any]) -> bool:
    members = value.values() if isinstance(value, dict) else value
    return any(isinstance(member, dict) for member in members)


def _flat(value: Any) -> str:
    """On one line; a number that is not finite has no place in a file, and is an error here."""
    return _ENCODER.encode(value)
