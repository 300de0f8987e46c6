"""The checks of a lesson's tasks, as they stand in its file: a closed table, and no code.

The JSON Schema in resources/schema is generated from these types.
"""

import dataclasses
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self, get_type_hints

from msgspec import UNSET, Meta, Struct, UnsetType, defstruct, structs

from engine.datasets import Recipe
from engine.files.wire import WireSettings, made_into
from engine.settings import Settings, Stops, check

Id = Annotated[str, Meta(min_length=1, max_length=200)]
Ends = tuple[Id, Id]
Positive = Annotated[int, Meta(ge=1, le=10**12)]
Count = Annotated[int, Meta(ge=0, le=10**12)]
Within = Annotated[float, Meta(ge=0)]
Part = Literal["training", "test"]
NumberKind = Literal[
    "value", "activation", "sum", "error", "derivative", "gradient", "new", "bias", "target",
    "loss",
]  # fmt: skip
StepKind = Literal[
    "start", "sum", "activation", "exp", "probability", "loss", "penalty", "error", "derivative",
    "gradient", "value", "end",
]  # fmt: skip
CountName = Literal[
    "inputs", "parameters", "neurons", "outputs", "weights", "numbers", "zero weights", "locked",
    "rows", "test rows", "updates", "epochs", "runs",
]  # fmt: skip
EndingRule = Literal[
    "loss", "change", "misclassified", "progress", "epochs", "infinite", "goal", "refused"
]
Dock = Literal[
    "explain", "inspector", "settings", "history", "samples", "table", "curves", "surface", "map",
    "function", "knobs", "h-table", "matrices",
]  # fmt: skip


_SETTINGS: dict[str, Any] = get_type_hints(Settings)
_BOUNDED: dict[str, Any] = get_type_hints(WireSettings, include_extras=True)
_WHOLE: dict[str, Any] = {"batch": Positive | None, "seed": Count, "digits": Positive}

if TYPE_CHECKING:
    SettingName = str
else:  # all that is one number or word, by the names that the settings themselves have
    SettingName = Literal[
        (*(name for name in _SETTINGS if name not in ("initializer", "stops")),
         *(f"stops.{name}" for name in get_type_hints(Stops)),
         *(f"data.{name}" for name in get_type_hints(Recipe) if name != "seed"))
    ]  # fmt: skip


class Plain(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What all parts of a lesson share: nothing unknown, nothing that can be changed."""

    def but(self, **other: object) -> Self:
        """The same with other entries."""
        return structs.replace(self, **other)


class Number(Plain, frozen=True):
    """A number on the canvas: what it is, and the node or the edge it belongs to."""

    what: NumberKind = "value"
    node: Id = ""
    edge: Ends | None = None


class Moment(Plain, frozen=True):
    """A place in time: in which update, and after which micro-step, named as `step` prints it."""

    what: StepKind
    node: Id = ""
    edge: Ends | None = None
    update: Positive = 1


class ValueOf(Plain, frozen=True, rename={"of": "value of"}):
    """The value of a number in the lesson's own experiment: as a step is set up, or at a moment."""

    of: Number
    at: Moment | None = None


class Change(Plain, frozen=True):
    """Some of the settings; those that are left out stay as they are."""

    def of(self, settings: Settings) -> Settings:
        """The settings with these of them changed, or the refusal of one that cannot be."""
        return check(dataclasses.replace(settings, **self._members()))

    def is_in(self, settings: Settings) -> bool:
        """Whether the settings are so already."""
        return all(getattr(settings, name) == value for name, value in self._members().items())

    def draws_again(self) -> bool:
        """Whether other starting numbers are to be drawn."""
        return not {"seed", "initializer"}.isdisjoint(self._members())

    def _members(self) -> dict[str, Any]:
        """What is to be changed, as the engine's own values."""
        found = {name: value for name, value in structs.asdict(self).items() if value is not UNSET}
        return {name: made_into(_SETTINGS[name], value) for name, value in found.items()}


if not TYPE_CHECKING:  # its members are the settings themselves, which are written down once
    Change = defstruct(
        "Change",
        [(name, kind | UnsetType, UNSET) for name, kind in (_BOUNDED | _WHOLE).items()],
        bases=(Change,),
        namespace={"__doc__": Change.__doc__},
        module=__name__,
        frozen=True,
    )


class _Check(Plain, frozen=True, tag_field="kind", rename={"is_": "is"}):
    """A check; its kind says which."""


class ValueCheck(_Check, frozen=True, tag="value"):
    """A number is, is not, is above or is below another one."""

    of: Number
    is_: float | None = None
    within: Within = 0.0005
    is_not: float | None = None
    above: float | None = None
    below: float | None = None


class SettingCheck(_Check, frozen=True, tag="setting"):
    """A setting is so, or lies above or below a number; `is` null means that it is off."""

    of: SettingName
    is_: float | bool | str | UnsetType | None = UNSET
    above: float | None = None
    below: float | None = None


class CountCheck(_Check, frozen=True, tag="count"):
    """So many of something: neurons, updates, weights of exactly 0 …"""

    of: CountName
    is_: Count | None = None
    at_least: Count | None = None
    at_most: Count | None = None


class LossCheck(_Check, frozen=True, tag="loss"):
    """The loss over all rows of a part is below or above a number."""

    below: float | None = None
    above: float | None = None
    part: Part = "training"


class AccuracyCheck(_Check, frozen=True, tag="accuracy"):
    """At least this share of a part is classified as it should be, from 0 to 1."""

    at_least: Annotated[float, Meta(gt=0, le=1)]
    part: Part = "training"


class ToldCheck(_Check, frozen=True, tag="told"):
    """Stepping has come as far as this micro-step, or further."""

    at: Moment


class EndedCheck(_Check, frozen=True, tag="ended"):
    """Training has ended by this rule."""

    by: EndingRule


class RunCheck(_Check, frozen=True, tag="run"):
    """There is a run, now or before, of so many updates under these settings."""

    settings: Change = Change()
    updates: Positive = 1


class EdgeCheck(_Check, frozen=True, tag="edge"):
    """There is an edge between two nodes, or there is none any more."""

    edge: Ends
    there: bool = True
    locked: bool | None = None


class NodeCheck(_Check, frozen=True, tag="node"):
    """A node is there, or gone, or has this activation or combine."""

    node: Id
    there: bool = True
    activation: str | None = None
    combine: str | None = None


class SelectedCheck(_Check, frozen=True, tag="selected"):
    """These are selected: no other nodes if nodes are named, no other edges if edges are."""

    nodes: tuple[Id, ...] = ()
    edges: tuple[Ends, ...] = ()


class OpenedCheck(_Check, frozen=True, tag="opened"):
    """This dock is open and in front."""

    dock: Dock


class RowCheck(_Check, frozen=True, tag="row"):
    """This row of the samples, counted from 1, is the one that is shown."""

    is_: Positive


class AnswerCheck(_Check, frozen=True, tag="answer"):
    """The learner types a number, or chooses one of a few answers; without `is` any choice does.

    With `known` it is a guess: any answer does, and from that moment on `is` stands beside it.
    """

    choices: Annotated[tuple[Id, ...], Meta(max_length=6)] = ()
    is_: float | str | ValueOf | None = None
    within: Within = 0.0005
    known: Moment | None = None

    @property
    def is_guess(self) -> bool:
        """Whether no answer is right or wrong when it is given."""
        return self.known is not None or self.is_ is None


class RefusedCheck(_Check, frozen=True, tag="refused"):
    """The program has refused something, with this word in its sentence."""

    says: Id


class GradientsCheck(_Check, frozen=True, tag="gradients checked"):
    """The gradients have been checked."""


class AllCheck(_Check, frozen=True, tag="all"):
    """Every one of these checks holds."""

    of: Annotated[tuple["Check", ...], Meta(min_length=1, max_length=10)]


class AnyCheck(_Check, frozen=True, tag="any"):
    """At least one of these checks holds."""

    of: Annotated[tuple["Check", ...], Meta(min_length=1, max_length=10)]


Check = (
    ValueCheck | SettingCheck | CountCheck | LossCheck | AccuracyCheck | ToldCheck | EndedCheck
    | RunCheck | EdgeCheck | NodeCheck | SelectedCheck | OpenedCheck | RowCheck | AnswerCheck
    | RefusedCheck | GradientsCheck | AllCheck | AnyCheck
)  # fmt: skip
