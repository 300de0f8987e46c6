"""From the bytes of a lesson's files to their typed contents, or what is wrong in a sentence.

A lesson is as untrusted as any document: it is data, and every part of it is checked.
"""

import difflib
import re
from collections.abc import Iterator
from dataclasses import is_dataclass
from pathlib import Path
from typing import Any, TypeVar, get_args, get_type_hints

import msgspec

from engine.files import limits
from engine.files.json_text import parse
from engine.files.lesson_checks import Check, CountName, Dock, EndingRule, Part, SettingName
from engine.files.lesson_numbers import NumberKind, Plain, StepKind
from engine.files.lesson_wire import Step, WireGroup, WireIndex, WireLesson
from engine.files.names import brief, called, clean_name
from engine.files.reading import read_bytes
from engine.files.refusals import DocumentError, FileGone
from engine.files.wire import WireSettings, msgspec_path, msgspec_sentence
from engine.numerals import counted

WORDS = 60  # of a step: they and its tasks stand beside the canvas without scrolling
LESSON_BYTES = limits.MEGABYTE  # forty steps of the longest texts take less
LESSON_FILE, EXPERIMENT_FILE = "lesson.json", "experiment.json"

_T = TypeVar("_T")
_UNKNOWN = re.compile(r"(?s)Object contains unknown field `(.*?)`")
_WRONG_WORD = re.compile(r"(?s)Invalid (?:enum )?value '(.*?)' - ")
_WORD_LISTS = (NumberKind, StepKind, SettingName, CountName, EndingRule, Dock, Part)


def read_index(data: bytes) -> WireIndex:
    """The list of the lessons that ship."""
    return _converted(parse(data), WireIndex)


def read_lesson(data: bytes) -> WireLesson:
    """The text, the tasks and the variants of a lesson."""
    parsed = parse(data)
    for text in _texts(parsed):
        if clean_name(text, len(text) + 1)[1]:
            raise DocumentError(f"“{brief(text)}” contains invisible characters.")
    lesson = _converted(parsed, WireLesson)
    for number, step in enumerate(lesson.steps, 1):
        _check_text(number, step)
        _check_spans(number, step)
    return lesson


def read_folder_file(folder: Path, name: str, limit: int = limits.FILE_BYTES) -> bytes:
    """The bytes of a file of a lesson's folder; one that is missing is named with its folder."""
    try:
        return read_bytes(folder / name, limit)
    except FileGone as gone:
        raise DocumentError(f"The folder “{called(folder)}” has no {name}.", gone.details) from None


def words_of(step: Step) -> int:
    return sum(len(paragraph.split()) for paragraph in step.text)


def runs_of(paragraph: str) -> tuple[tuple[str, bool], ...]:
    """The pieces of a paragraph, and which of them are **bold**."""
    pieces = enumerate(paragraph.split("**"))
    return tuple((piece, bool(place % 2)) for place, piece in pieces if piece)


def _check_text(number: int, step: Step) -> None:
    if words_of(step) > WORDS:
        raise DocumentError(
            f"Step {number} has {words_of(step)} words; a step has at most {WORDS}. "
            "Shorten it, or make two steps of it."
        )
    for paragraph in step.text:
        if paragraph.count("**") % 2:
            raise DocumentError(f"In step {number}, “{brief(paragraph)}”, a ** has no second one.")


def _check_spans(number: int, step: Step) -> None:
    spans, axes = step.setup.spans, step.setup.surface
    if spans and len(spans) != len(axes):
        wide = "1 axis" if len(axes) == 1 else f"{len(axes)} axes"
        raise DocumentError(
            f"Step {number} has {counted(len(spans), 'span')} for {wide} of the surface. "
            "Give one for each, such as [-2, 3]."
        )
    for low, high in spans:
        if low >= high:
            raise DocumentError(
                f"In step {number} a span goes from {low:g} to {high:g}. The smaller number must "
                "be the first."
            )


def _converted(parsed: Any, kind: type[_T]) -> _T:
    try:
        return msgspec.convert(parsed, kind)
    except msgspec.ValidationError as error:
        sentence = msgspec_sentence(error) + _hint(error)
        raise DocumentError(sentence.replace("The document ", "The lesson "), str(error)) from None


def _hint(error: msgspec.ValidationError) -> str:
    """The nearest word that is known, where a key or one of a few words is not."""
    if unknown := _UNKNOWN.match(str(error)):
        return _did_you_mean(unknown[1], _keys())
    if wrong := _WRONG_WORD.match(str(error)):
        path = msgspec_path(error)
        known = _kinds() if path and path[-1] == "kind" else _words()
        return _did_you_mean(wrong[1], known)
    return ""


def _did_you_mean(word: str, known: Iterator[str]) -> str:
    near = difflib.get_close_matches(word, sorted(set(known)), n=1)
    return f" Did you mean “{near[0]}”?" if near else ""


def _keys() -> Iterator[str]:
    """Every key that any part of a lesson knows."""
    parts: list[type[msgspec.Struct]] = [*_parts(Plain), WireGroup, WireIndex]
    for part in parts:
        yield from part.__struct_encode_fields__
    for setting in get_type_hints(WireSettings).values():
        if is_dataclass(setting):
            yield from get_type_hints(setting)


def _parts(kind: type[Plain]) -> Iterator[type[Plain]]:
    for part in kind.__subclasses__():
        yield part
        yield from _parts(part)


def _kinds() -> Iterator[str]:
    for kind in get_args(Check):
        yield str(kind.__struct_config__.tag)


def _words() -> Iterator[str]:
    """Every word of a closed list."""
    for words in _WORD_LISTS:
        yield from get_args(words)


def _texts(parsed: object) -> Iterator[str]:
    if isinstance(parsed, str):
        yield parsed
    elif isinstance(parsed, dict):
        for value in parsed.values():
            yield from _texts(value)
    elif isinstance(parsed, list):
        for value in parsed:
            yield from _texts(value)
