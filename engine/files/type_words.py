"""What the typed conversion of a document found wrong, in words for a person."""

import re
from collections.abc import Mapping
from typing import Any, Final, TypeVar

import msgspec

from engine.files.json_words import Path, opening, spoken
from engine.files.names import brief
from engine.files.refusals import DocumentError

_KINDS: Final = {
    "float": "a number",
    "int": "a whole number",
    "str": "text",
    "bool": "true or false",
    "array": "a list",
    "object": "an object",
    "null": "empty",
}
_FOUND: Final = _KINDS | {"float": "a fraction", "null": "null"}
_BOUNDS: Final = {"<=": "at most", ">=": "at least", "<": "less than", ">": "more than"}
_PLACE = re.compile(r"(?s)(?P<rest>.*?)(?: - at (?P<key>`key` in )?`(?P<path>\$.*)`)?")
_EXPECTED = re.compile(r"Expected `([^`]*)`(?:, got `([^`]*)`)?")
_SIZED = re.compile(r"Expected `(\w+)` (of length )?(?:([<>]=?) )?(\S+?)(?:, got (\d+))?")
_MISSING = re.compile(r"(?s)Object missing required field `(.*)`")
_UNKNOWN = re.compile(r"(?s)Object contains unknown field `(.*)`")
_ENUM = re.compile(r"(?s)Invalid (?:enum )?value (.*)")
_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+|\.\.\.)\]")


ENDS: Final = 500
_T = TypeVar("_T")


def typed(raw: Mapping[str, Any], kind: type[_T]) -> _T:
    """What was parsed, as a value of this type, or the refusal of what does not fit it."""
    try:
        return msgspec.convert(raw, kind)
    except msgspec.ValidationError as error:
        raise DocumentError(msgspec_sentence(error), str(error)) from None
    except UnicodeEncodeError as error:
        word = brief(str(error.object))
        raise DocumentError(f"“{word}” holds half a character. Write it anew.") from None


def msgspec_sentence(error: msgspec.ValidationError) -> str:
    """“x” of the 4th neuron should be a number but is text. / The 4th neuron has no “id”."""
    message = _PLACE.fullmatch(_short(str(error)))
    assert message is not None
    what = _called(message["path"], bool(message["key"]))
    rest: str = message["rest"]
    if missing := _MISSING.fullmatch(rest):
        return f"{what} has no “{brief(missing[1])}”."
    if unknown := _UNKNOWN.fullmatch(rest):
        return f"{what} has an unknown entry “{brief(unknown[1])}”."
    if expected := _EXPECTED.fullmatch(rest):
        found = f" but is {_kinds(expected[2], _FOUND)}" if expected[2] else ""
        return f"{what} should be {_kinds(expected[1], _KINDS)}{found}."
    if value := _ENUM.fullmatch(rest):
        return f"{what} cannot be {brief(value[1])}."
    if sized := _SIZED.fullmatch(rest):
        return f"{what} should be {_sized(sized)}."
    return f"{what} is not valid: {brief(rest, 120)}."


def msgspec_path(error: msgspec.ValidationError) -> Path:
    """The path inside the document that the error speaks of."""
    message = _PLACE.fullmatch(_short(str(error)))
    return _path(message["path"]) if message and message["path"] else ()


def _short(message: str) -> str:
    """A message that quotes millions of letters, without most of them; the place is at its end."""
    return message if len(message) <= 2 * ENDS else f"{message[:ENDS]}…{message[-ENDS:]}"


def _called(path: str | None, is_key: bool) -> str:
    steps = _path(path) if path else ()
    if not steps:
        return "The document"
    if steps[-1] == "…":
        return f"An entry of {spoken(steps[:-1])}"
    return f"A key in {spoken(steps)}" if is_key else opening(spoken(steps))


def _path(path: str) -> Path:
    return tuple(
        int(index) if index.isdigit() else key or "…" for key, index in _STEP.findall(path)
    )


def _sized(size: re.Match[str]) -> str:
    """text of length at most 3; a number of at least 0; a list of length 2 but has 1"""
    kind, length, bound, number, found = size.groups()
    of = "of length" if length else "of"
    so_much = f"{_BOUNDS[bound]} {number}" if bound else number
    return f"{_kinds(kind, _KINDS)} {of} {so_much}" + (f" but has {found}" if found else "")


def _kinds(types: str, table: dict[str, str]) -> str:
    return " or ".join(table.get(kind, brief(kind)) for kind in types.split(" | "))
