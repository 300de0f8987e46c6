"""What our files look like: frozen types, what else they may hold, and type errors in words."""

import re
from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass, is_dataclass
from functools import cache
from typing import Annotated, Any, Final, Literal, TypeVar, get_args, get_type_hints

import msgspec
from msgspec import NODEFAULT, Meta, Struct
from msgspec.structs import fields

from engine.errors import brief
from engine.files.json_text import JsonPath, opening, spoken
from engine.files.limits import DocumentError
from engine.functions.datasets import Scaling
from engine.functions.initializers import Initializer
from engine.functions.optimizers import Optimizer, Schedule
from engine.layout import Letters
from engine.network import Kind
from engine.settings import Settings, Stops

Count = Annotated[int, Meta(ge=0)]
Positive = Annotated[int, Meta(ge=1)]
_T = TypeVar("_T")
_PLAIN, _DRAWN = Optimizer(), Initializer()

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
_EXPECTED = re.compile(
    r"Expected `([^`]*)`(?P<sized> (of length )?(?:([<>]=?) )?([^\s,`]+))?(?:, got `?([^`]*?)`?)?"
)
_MISSING = re.compile(r"(?s)Object missing required field `(.*)`")
UNKNOWN_KEY = re.compile(r"(?s)Object contains unknown field `(.*)`")
WRONG_WORD = re.compile(r"(?s)Invalid (?:enum )?value (.*)")
_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+|\.\.\.)\]")
ENDS: Final = 500  # letters that are kept at either end of a message


def made_into(kind: type[_T], value: object) -> _T:
    """The same members in another type: a value of the engine for the file, or the other way."""
    return msgspec.convert(value, kind, from_attributes=True)


class Wire(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What every type of the file shares: keys in a fixed order, defaults left out."""


class WireNeuron(Wire, frozen=True):
    """A node. `start` is the number it started from, where that is another one."""

    id: str
    kind: Kind = "neuron"
    name: str = ""
    x: float = 0.0
    y: float = 0.0
    combine: str = "sum"
    activation: str = "identity"
    leak: float = 0.01
    bias: float | None = None
    value: float | None = None
    start: float | None = None
    subtracts: bool = False
    locked: bool = False
    output: bool = False


class WireEdge(Wire, frozen=True):
    """An edge with its weight."""

    source: str
    target: str
    weight: float
    start: float | None = None
    locked: bool = False


class WireRecipe(Wire, frozen=True):
    """How the rows were generated."""

    kind: str
    size: int
    noise: float = 0.0
    seed: Count = 0
    test_share: float = 0.5


class WireData(Wire, frozen=True):
    """The samples: a list of numbers per row. `test` names rows, counted from 1."""

    inputs: list[list[float]]
    targets: list[list[float]]
    test: list[Positive] = []
    scaling: Scaling | None = None
    classes: list[str] = []
    recipe: WireRecipe | None = None


@dataclass(frozen=True, slots=True)
class WireSchedule(Schedule):
    """How the rate changes from epoch to epoch."""

    every: Positive = 10
    epochs: Positive = 100


@dataclass(frozen=True, slots=True)
class WireStops(Stops):
    """When training ends by itself."""

    epochs: Positive | None = None
    patience: Positive | None = None


@dataclass(frozen=True, slots=True)
class WireSettings(Settings):
    """How the network is trained and told; `batch` null takes all rows at once."""

    optimizer: Optimizer = _PLAIN
    schedule: WireSchedule = WireSchedule()
    batch: Positive | None = 1
    seed: Count = 0
    initializer: Initializer = _DRAWN
    stops: WireStops = WireStops()
    digits: Positive = 4


class WireVariant(Wire, frozen=True):
    """Settings that are kept under a name."""

    name: str
    settings: WireSettings


class WireProgress(Wire, frozen=True):
    """Where learning stands. `state` holds the optimiser's vectors in the order of the numbers:
    the weights, then the biases, then the parameters."""

    updates: Count = 0
    epoch: Count = 0
    row: Count = 0
    cursor: Count = 0
    count: Count = 0
    state: dict[str, list[float]] = {}


class WireCurve(Wire, frozen=True):
    """The curve of learning; null stands where a quantity does not apply."""

    columns: list[str]
    points: list[list[float | None]]


class WireDocument(Wire, frozen=True):
    """The whole experiment."""

    format: Literal["neural-playground"]
    version: Positive
    lesson: str = ""
    neurons: list[WireNeuron] = []
    edges: list[WireEdge] = []
    letters: Letters = Letters()
    settings: WireSettings = WireSettings()
    variants: list[WireVariant] = []
    data: WireData | None = None
    progress: WireProgress = WireProgress()
    curve: WireCurve | None = None


def typed(
    raw: object,
    kind: type[_T],
    whole: str = "The document",
    hint: Callable[[str, JsonPath], str] = lambda *_: "",
) -> _T:
    """What was parsed, as a value of this type, or the refusal of what does not fit it.

    `hint` is told the message and the path in the document, and may say more.
    """
    try:
        return msgspec.convert(raw, kind)
    except msgspec.ValidationError as error:
        raise DocumentError(msgspec_sentence(str(error), whole, hint), str(error)) from None
    except UnicodeEncodeError as error:
        word = brief(str(error.object))
        raise DocumentError(f"“{word}” holds half a character. Write it anew.") from None


def msgspec_sentence(message: str, whole: str, hint: Callable[[str, JsonPath], str]) -> str:
    """“x” of the 4th neuron should be a number but is text. / The 4th neuron has no “id”."""
    if len(message) > 2 * ENDS:  # one may quote millions of letters; its place is at the end of it
        message = f"{message[:ENDS]}…{message[-ENDS:]}"
    parts = _PLACE.fullmatch(message)
    assert parts is not None
    path = tuple(
        int(index) if index.isdigit() else key or "…"
        for key, index in _STEP.findall(parts["path"] or "")
    )
    if not path:
        what = whole
    elif path[-1] == "…":
        what = f"An entry of {spoken(path[:-1])}"
    else:
        what = f"A key in {spoken(path)}" if parts["key"] else opening(spoken(path))
    return f"{what} {_fault(parts['rest'])}.{hint(parts['rest'], path)}"


def _fault(rest: str) -> str:
    if missing := _MISSING.fullmatch(rest):
        return f"has no “{brief(missing[1])}”"
    if unknown := UNKNOWN_KEY.fullmatch(rest):
        return f"has an unknown entry “{brief(unknown[1])}”"
    if expected := _EXPECTED.fullmatch(rest):
        kind, sized, length, bound, number, found = expected.groups()
        what = f"should be {_kinds(kind, _KINDS)}"
        if sized:  # text of length at most 3; a number of at least 0; a list of length 2 but has 1
            much = f"{_BOUNDS[bound]} {number}" if bound else number
            has = f" but has {found}" if found else ""
            return f"{what} {'of length' if length else 'of'} {much}{has}"
        return what + (f" but is {_kinds(found, _FOUND)}" if found else "")
    if value := WRONG_WORD.fullmatch(rest):
        return f"cannot be {brief(value[1])}"
    return f"is not valid: {brief(rest, 120)}"


def _kinds(types: str, table: dict[str, str]) -> str:
    return " or ".join(table.get(kind, brief(kind)) for kind in types.split(" | "))


class WireModelNode(Struct, frozen=True, kw_only=True):
    """A node that is computed: activation(combine(weight × value of each source) + bias).

    A parameter is the bias of a sum of nothing.
    """

    id: str
    name: str
    kind: Literal["parameter", "neuron"]
    combine: str
    sources: list[str]
    weights: list[float]
    bias: float
    activation: str
    leak: float


class WireModelInput(Struct, frozen=True, kw_only=True):
    """An input: what arrives there is (x - mean) / deviation."""

    id: str
    name: str
    mean: float
    deviation: float


class WireModel(Struct, frozen=True, kw_only=True):
    """The network with its numbers, nodes in topological order, and what its answers mean."""

    format: Literal["neural-playground-model"]
    version: Annotated[int, Meta(ge=1)]
    loss: str
    inputs: list[WireModelInput]
    nodes: list[WireModelNode]
    outputs: list[str]
    classes: list[str]


EntryPlace = tuple[str, ...]
Unknown = dict[EntryPlace, dict[str, Any]]

#: What the members of a list are told apart by, wherever they stand in it.
_KEYS: Final[dict[type, tuple[str, ...]]] = {
    WireNeuron: ("id",),
    WireEdge: ("source", "target"),
    WireVariant: ("name",),
}


def unknown_in(raw: Mapping[str, Any]) -> Unknown:
    """The entries that no type of the file has, by the place of what they stand in."""
    return {
        place: {name: owner[name] for name in owner if name not in _members(kind)}
        for place, owner, kind in _owners(raw, WireDocument, all_of_them=False)
        if not _members(kind).keys() >= owner.keys()
    }


def put_back(plain: dict[str, Any], unknown: Mapping[EntryPlace, Mapping[str, Any]]) -> None:
    """Each entry stays with what it came with; what is gone takes its entries along."""
    if unknown:
        for place, owner, _ in _owners(plain, WireDocument):
            owner.update(unknown.get(place, {}))


def _owners(
    members: Any, kind: type, place: EntryPlace = (), all_of_them: bool = True
) -> Iterator[tuple[EntryPlace, Any, type]]:
    """Every object of the document with its type and its place, the outer ones first.

    Of two hundred thousand edges those that hold nothing unknown are passed over if they may be.
    """
    yield place, members, kind
    for name, part in _parts(kind):
        value = members.get(name)
        if isinstance(value, dict):
            yield from _owners(value, part, (*place, name), all_of_them)
        elif isinstance(value, list):
            keys, known = _KEYS[part], _members(part).keys()
            every = all_of_them or _parts(part)
            for member in value:
                if every or not known >= member.keys():
                    here = (*place, name, *[member[key] for key in keys])
                    yield from _owners(member, part, here, all_of_them)


@cache
def _parts(kind: type) -> tuple[tuple[str, type], ...]:
    """The members that are objects or lists of objects, each with their type."""
    return tuple(
        (name, part)
        for name, hint in get_type_hints(kind).items()
        for part in (hint, *get_args(hint))
        if isinstance(part, type) and (issubclass(part, Struct) or is_dataclass(part))
    )


_SCALARS = {str, float, int, bool, type(None)}


def to_plain(value: Any, always: Container[str] = ()) -> Any:
    """A wire value as dicts and lists; defaults are left out where the type says so.

    `always` are members of the value itself that are written even so.
    """
    if isinstance(value, list | tuple):
        return [item if type(item) in _SCALARS else to_plain(item) for item in value]
    kind = type(value)
    if not (issubclass(kind, Struct) or is_dataclass(kind)):
        return value
    found: dict[str, Any] = {}
    for name, default in _members(kind).items():
        member = getattr(value, name)
        if member != default or name in always:
            found[name] = member if type(member) in _SCALARS else to_plain(member)
    return found


@cache
def _members(kind: type) -> dict[str, Any]:
    """The members of a type, each with the value that is left out, if any.

    Asked once: to read the annotations of a type takes longer than to write its value.
    """
    if not issubclass(kind, Struct):
        return dict.fromkeys(get_type_hints(kind), NODEFAULT)
    return {
        each.name: each.default if each.default_factory is NODEFAULT else each.default_factory()
        for each in fields(kind)
    }
