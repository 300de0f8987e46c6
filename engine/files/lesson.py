"""What a lesson looks like in its files, its checks among it, and how they are read."""

from collections.abc import Iterator
from functools import partial
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from engine.errors import Refused, brief, clean_name, did_you_mean
from engine.experiment.editing import set_cell, set_numbers
from engine.experiment.experiment import Experiment
from engine.files import limits
from engine.files.json_text import JsonPath, parse
from engine.files.lesson_checks import (
    Change,
    Check,
    Dock,
    Ends,
    Id,
    Moment,
    Number,
    Plain,
    Positive,
    Starts,
    owner_of,
    refuse_unknown,
)
from engine.files.limits import DocumentError
from engine.files.wire import UNKNOWN_KEY, WRONG_WORD, typed
from engine.numerals import counted

#: All that is bounded here fits on one page of the panel, and keeps a stranger's file small.
Title = Annotated[str, Meta(min_length=1, max_length=80)]
Sentence = Annotated[str, Meta(min_length=1, max_length=300)]
End = Annotated[float, Meta(ge=-1e6, le=1e6)]
Span = tuple[End, End]
Paragraph = Annotated[str, Meta(min_length=1, max_length=600)]


class Formula(Plain, frozen=True):
    """A formula on a plate: in LaTeX, and in plain text for where that cannot be drawn."""

    plain: Annotated[str, Meta(min_length=1, max_length=200)]
    latex: Annotated[str, Meta(max_length=400)] = ""


class Numeral(Plain, frozen=True, rename={"is_": "is"}):
    """A weight, a bias, a parameter's number or an input's value that is put in place."""

    is_: float
    of: Number

    def put_into(self, experiment: Experiment) -> Experiment:
        number, data = self.of, experiment.data
        if number.edge is None and number.node in data.inputs and number.what == "value":
            return set_cell(experiment, 0, data.inputs.index(number.node), self.is_)
        place = number.place(experiment.network)
        if place is None:
            raise Refused(f"There is no number at {owner_of(number)} that could be set.")
        return set_numbers(experiment, {experiment.network.places[place]: self.is_})


class Selection(Plain, frozen=True):
    """What is selected."""

    nodes: Annotated[tuple[Id, ...], Meta(max_length=100)] = ()
    edges: Annotated[tuple[Ends, ...], Meta(max_length=100)] = ()

    def proofread(self, starts: Starts) -> None:
        refuse_unknown(starts, self.nodes, self.edges)


class Setup(Plain, frozen=True):
    """What a step changes on the stage before the learner begins; what is left out stays."""

    variant: Title | None = None
    again: bool = False
    rounding: bool | None = None
    digits: Annotated[int, Meta(ge=1, le=17)] | None = None
    numbers: Annotated[tuple[Numeral, ...], Meta(max_length=100)] = ()
    at: Moment | None = None
    row: Positive | None = None
    select: Selection | None = None
    open: Annotated[tuple[Dock, ...], Meta(max_length=6)] = ()
    surface: Annotated[tuple[Number, ...], Meta(max_length=2)] = ()
    spans: Annotated[tuple[Span, ...], Meta(max_length=2)] = ()
    maps: bool | None = None
    order: bool | None = None


class Task(Plain, frozen=True):
    """Something to do, and how the program sees that it is done."""

    text: Sentence
    check: Check
    hint: Annotated[str, Meta(max_length=300)] = ""


class Step(Plain, frozen=True):
    """One page: a title, at most 60 words, formulas one under the other, and a few tasks."""

    title: Title
    text: Annotated[tuple[Paragraph, ...], Meta(min_length=1, max_length=4)]
    formulas: Annotated[tuple[Formula, ...], Meta(max_length=3)] = ()
    setup: Setup = Setup()
    tasks: Annotated[tuple[Task, ...], Meta(max_length=6)] = ()


class Variant(Plain, frozen=True):
    """Named settings and numbers of the lesson's experiment, or another experiment beside it."""

    name: Title
    file: Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,60}\.json$")] | None = None
    settings: Change = Change()
    numbers: Annotated[tuple[Numeral, ...], Meta(max_length=100)] = ()


class WireLesson(Plain, frozen=True):
    """lesson.json: what a list of lessons shows, the variants, and the steps."""

    title: Title
    line: Annotated[str, Meta(min_length=1, max_length=120)]
    variants: Annotated[tuple[Variant, ...], Meta(max_length=12)] = ()
    steps: Annotated[tuple[Step, ...], Meta(max_length=40)] = ()


class WireGroup(Struct, frozen=True):
    """A group of lessons, by their ids, in the order in which they are told."""

    title: str
    lessons: list[str]


class WireIndex(Struct, frozen=True):
    """index.json: the groups in their order."""

    groups: list[WireGroup]


WORDS = 60  # of a step: they and its tasks stand beside the canvas without scrolling
LESSON_BYTES = limits.MEGABYTE  # forty steps of the longest texts take less
LESSON_FILE, EXPERIMENT_FILE = "lesson.json", "experiment.json"


def read_index(data: bytes) -> WireIndex:
    return typed(parse(data), WireIndex, "The lesson", partial(_hint, WireIndex))


def read_lesson(data: bytes) -> WireLesson:
    """The text, the tasks and the variants of a lesson."""
    parsed = parse(data)
    for text in _parts(parsed):
        if isinstance(text, str) and clean_name(text, len(text) + 1)[1]:
            raise DocumentError(f"“{brief(text)}” contains invisible characters.")
    lesson = typed(parsed, WireLesson, "The lesson", partial(_hint, WireLesson))
    for number, step in enumerate(lesson.steps, 1):
        if words_of(step) > WORDS:
            raise DocumentError(
                f"Step {number} has {words_of(step)} words; a step has at most {WORDS}. "
                "Shorten it, or make two steps of it."
            )
        for paragraph in step.text:
            if paragraph.count("**") % 2:
                shown = brief(paragraph)
                raise DocumentError(f"In step {number}, “{shown}”, a ** has no second one.")
        spans, axes = step.setup.spans, len(step.setup.surface)
        if spans and len(spans) != axes:
            wide = "1 axis" if axes == 1 else f"{axes} axes"
            raise DocumentError(
                f"Step {number} has {counted(len(spans), 'span')} for {wide} of the surface. "
                "Give one for each, such as [-2, 3]."
            )
        if backward := [span for span in spans if span[0] >= span[1]]:
            low, high = backward[0]
            raise DocumentError(
                f"In step {number} a span goes from {low:g} to {high:g}. The smaller number must "
                "be the first."
            )
    return lesson


def words_of(step: Step) -> int:
    return sum(len(paragraph.split()) for paragraph in step.text)


def runs_of(paragraph: str) -> tuple[tuple[str, bool], ...]:
    """The pieces of a paragraph, and which of them are **bold**."""
    pieces = enumerate(paragraph.split("**"))
    return tuple((piece, bool(place % 2)) for place, piece in pieces if piece)


def _hint(kind: type[Struct], message: str, path: JsonPath) -> str:
    """The nearest word that is known, where a key or one of a few words is not."""
    if unknown := UNKNOWN_KEY.fullmatch(message):
        word, of = unknown[1], "properties"
    elif wrong := WRONG_WORD.fullmatch(message):
        word, of = wrong[1].strip("'"), "mapping" if path[-1:] == ("kind",) else "enum"
    else:
        return ""
    parts = [part for part in _parts(msgspec.json.schema(kind)) if isinstance(part, dict)]
    return did_you_mean(word, [known for part in parts for known in part.get(of, ())])


def _parts(value: object) -> Iterator[object]:
    """The value and all that it holds."""
    yield value
    if isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _parts(part)
