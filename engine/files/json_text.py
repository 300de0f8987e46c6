"""A strict and fast parse of JSON: no NaN, no infinity, no key twice, no endless number or nesting.

The fast pass only finds that a text is bad; `json_place` then looks for where.
"""

import json
from collections import Counter
from typing import Final, NoReturn

import numpy as np

from engine.files import limits
from engine.files.decoding import decode
from engine.files.json_faults import DUPLICATE, LARGE, LONG, NOT_A_NUMBER, Fault, refusal
from engine.files.json_place import syntax_refusal, whereabouts
from engine.files.refusals import DocumentError
from engine.numerals import count

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]

_LARGEST: Final = 1.7976931348623157e308
_NOT_STRUCTURE: Final = bytes(set(range(256)) - set(b'"[]{}'))
_PORTION: Final = 1 << 20


class _Bad(Exception):
    """The fast pass met a fault; its place is not known yet."""

    def __init__(self, kind: str, text: str) -> None:
        super().__init__(kind)
        self.fault = Fault(kind, text)


def parse(data: bytes) -> Json:
    """The value that the bytes of a document spell out, or a DocumentError."""
    text = decode(data)
    _refuse_deep(data if text.isascii() else text.encode("utf-8", "surrogatepass"))
    try:
        value: Json = _DECODER.decode(text)
        return value
    except _Bad as bad:
        fault = bad.fault
    except json.JSONDecodeError as error:
        raise syntax_refusal(text, error.msg, error.pos) from None
    except RecursionError:
        raise _too_deep() from None
    raise refusal(fault, whereabouts(text, fault))


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
    raise _Bad(NOT_A_NUMBER, text)


def _float(text: str) -> float:
    value = float(text)
    if -_LARGEST <= value <= _LARGEST:
        return value
    raise _Bad(LARGE, text)


def _integer(text: str) -> int:
    if len(text) > limits.INTEGER_DIGITS and len(text.lstrip("-")) > limits.INTEGER_DIGITS:
        raise _Bad(LONG, text)
    return int(text)


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _Bad(DUPLICATE, Counter(key for key, _ in pairs).most_common(1)[0][0])
    return members


_DECODER: Final = json.JSONDecoder(
    parse_constant=_constant,
    parse_float=_float,
    parse_int=_integer,
    object_pairs_hook=_object,
)
