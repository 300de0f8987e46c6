"""The faults that a strict parse can meet, each with its sentence, with or without a place."""

from dataclasses import dataclass
from typing import Final

from engine.files import limits
from engine.files.json_words import Path, dotted, opening, words
from engine.files.names import brief
from engine.files.refusals import DocumentError
from engine.numerals import MINUS, count

NOT_A_NUMBER: Final = "not a number"
LARGE: Final = "too large"
LONG: Final = "too many digits"
DUPLICATE: Final = "key twice"


@dataclass(frozen=True, slots=True)
class Fault:
    """What the fast pass met: its kind, and the number or the key as it stands in the file."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where a fault is: line and column from 1, the path to it, and the edge it belongs to."""

    line: int
    column: int
    path: Path
    owner: object = None


def refusal(fault: Fault, place: Place | None) -> DocumentError:
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
    return DocumentError(sentence, details(place) if place else "")


def details(place: Place) -> str:
    """Line, column and path, for the button that shows more."""
    where = f"Line {count(place.line)}, column {count(place.column)}"
    path = dotted(place.path)
    return f"{where}, {path}" if path else where
