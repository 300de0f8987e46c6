"""What the folders of the lessons hold beside their experiment: the list, titles and lines."""

from typing import TypeVar

import msgspec

from engine.files.json_text import parse
from engine.files.refusals import DocumentError
from engine.files.type_words import msgspec_sentence

_T = TypeVar("_T")


class WireLesson(msgspec.Struct, frozen=True):
    """lesson.json: what a list of lessons shows."""

    title: str
    line: str


class WireGroup(msgspec.Struct, frozen=True):
    """A group of lessons, by their ids, in the order in which they are told."""

    title: str
    lessons: list[str]


class WireIndex(msgspec.Struct, frozen=True):
    """index.json: the groups in their order."""

    groups: list[WireGroup]


def read_wire(data: bytes, kind: type[_T]) -> _T:
    """The typed contents of a file of a lesson, or a DocumentError."""
    try:
        return msgspec.convert(parse(data), kind)
    except msgspec.ValidationError as error:
        raise DocumentError(msgspec_sentence(error), str(error)) from None
