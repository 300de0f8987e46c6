"""What a lesson looks like in its file: frozen types, used as they are once they are read.

The JSON Schema in resources/schema is generated from these types.
"""

from typing import Annotated

from msgspec import Meta, Struct

from engine.errors import Refused
from engine.experiment.editing import set_cell, set_numbers
from engine.experiment.experiment import Experiment
from engine.files.lesson_checks import Change, Check, Dock
from engine.files.lesson_numbers import Ends, Id, Moment, Number, Plain, Positive, owner_of

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
        """The experiment with this number by hand."""
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
