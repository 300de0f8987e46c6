"""What a document looks like in the file: frozen types of plain lists, and nothing else.

Settings, letters and scaling are the engine's own values; a class here only says which of their
numbers the file bounds. The JSON Schema in resources/schema is generated from these types.
"""

from dataclasses import dataclass
from typing import Annotated, Literal, TypeVar

import msgspec
from msgspec import Meta, Struct

from engine.datasets import Scaling
from engine.initializers import Initializer
from engine.layout import Letters
from engine.network import Kind
from engine.optimizers import Optimizer
from engine.schedules import Schedule
from engine.settings import Settings, Stops

Count = Annotated[int, Meta(ge=0)]
Positive = Annotated[int, Meta(ge=1)]
_T = TypeVar("_T")


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


@dataclass(frozen=True, slots=True)
class WireScaling(Scaling):
    """How the inputs were standardised: (x - mean) / deviation, a number per input."""


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
    scaling: WireScaling | None = None
    classes: list[str] = []
    recipe: WireRecipe | None = None


@dataclass(frozen=True, slots=True)
class WireOptimizer(Optimizer):
    """The rule that turns gradients into updates."""


@dataclass(frozen=True, slots=True)
class WireSchedule(Schedule):
    """How the rate changes from epoch to epoch."""

    every: Positive = 10
    epochs: Positive = 100


@dataclass(frozen=True, slots=True)
class WireInitializer(Initializer):
    """The numbers that weights and biases start from."""


@dataclass(frozen=True, slots=True)
class WireStops(Stops):
    """When training ends by itself."""

    epochs: Positive | None = None
    patience: Positive | None = None


@dataclass(frozen=True, slots=True)
class WireSettings(Settings):
    """How the network is trained and told; `batch` null takes all rows at once."""

    optimizer: WireOptimizer = WireOptimizer()
    schedule: WireSchedule = WireSchedule()
    batch: Positive | None = 1
    seed: Count = 0
    initializer: WireInitializer = WireInitializer()
    stops: WireStops = WireStops()
    digits: Positive = 4


class WireVariant(Wire, frozen=True):
    """Settings that are kept under a name."""

    name: str
    settings: WireSettings


@dataclass(frozen=True, slots=True)
class WireLetters(Letters):
    """The letters of the formulas."""


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
    letters: WireLetters = WireLetters()
    settings: WireSettings = WireSettings()
    variants: list[WireVariant] = []
    data: WireData | None = None
    progress: WireProgress = WireProgress()
    curve: WireCurve | None = None
