"""What a document looks like in the file: frozen types of plain lists, and nothing else.

The JSON Schema in resources/schema is generated from these types.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct

Text = str
Count = Annotated[int, Meta(ge=0)]
Positive = Annotated[int, Meta(ge=1)]


class Wire(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What every type of the file shares: keys in a fixed order, defaults left out."""


class WireNeuron(Wire, frozen=True):
    """A node. `start` is the number it started from, where that is another one."""

    id: Text
    kind: Literal["input", "parameter", "neuron"] = "neuron"
    name: Text = ""
    x: float = 0.0
    y: float = 0.0
    combine: Text = "sum"
    activation: Text = "identity"
    leak: float = 0.01
    bias: float | None = None
    value: float | None = None
    start: float | None = None
    subtracts: bool = False
    locked: bool = False
    output: bool = False


class WireEdge(Wire, frozen=True):
    """An edge with its weight."""

    source: Text
    target: Text
    weight: float
    start: float | None = None
    locked: bool = False


class WireScaling(Wire, frozen=True):
    """How the inputs were standardised: (x - mean) / deviation, a number per input."""

    mean: list[float]
    deviation: list[float]


class WireRecipe(Wire, frozen=True):
    """How the rows were generated."""

    kind: Text
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
    classes: list[Text] = []
    recipe: WireRecipe | None = None


class WireOptimizer(Wire, frozen=True, omit_defaults=False):
    """The rule that turns gradients into updates."""

    kind: Text = "sgd"
    momentum: float = 0.9
    beta1: float = 0.9
    beta2: float = 0.999
    smoothing: float = 0.99
    epsilon: float = 1e-8


class WireSchedule(Wire, frozen=True, omit_defaults=False):
    """How the rate changes from epoch to epoch."""

    kind: Text = "constant"
    every: Positive = 10
    factor: float = 0.5
    epochs: Positive = 100
    floor: float = 0.0
    decay: float = 0.1


class WireInitializer(Wire, frozen=True, omit_defaults=False):
    """The numbers that weights and biases start from."""

    kind: Text = "uniform"
    size: float = 0.5
    bias: float = 0.0


class WireStops(Wire, frozen=True, omit_defaults=False):
    """When training ends by itself."""

    epochs: Positive | None = None
    loss_below: float | None = None
    change_below: float | None = None
    misclassified_below: float | None = None
    patience: Positive | None = None


class WireSettings(Wire, frozen=True, omit_defaults=False):
    """How the network is trained and told; `batch` null takes all rows at once."""

    loss: Text = "half squared"
    reduction: Literal["mean", "sum"] = "mean"
    optimizer: WireOptimizer = WireOptimizer()
    rate: float = 0.1
    schedule: WireSchedule = WireSchedule()
    batch: Positive | None = 1
    shuffle: bool = False
    l1: float = 0.0
    l2: float = 0.0
    seed: Count = 0
    initializer: WireInitializer = WireInitializer()
    stops: WireStops = WireStops()
    rounding: bool = False
    digits: Positive = 4


class WireVariant(Wire, frozen=True):
    """Settings that are kept under a name."""

    name: Text
    settings: WireSettings


class WireLetters(Wire, frozen=True, omit_defaults=False):
    """The letters of the formulas."""

    sum: Text = "z"
    value: Text = "o"
    error: Text = "δ"
    loss: Text = "E"


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

    columns: list[Text]
    points: list[list[float | None]]


class WireDocument(Wire, frozen=True):
    """The whole experiment."""

    format: Literal["neural-playground"]
    version: Positive
    lesson: Text = ""
    neurons: list[WireNeuron] = []
    edges: list[WireEdge] = []
    letters: WireLetters = WireLetters()
    settings: WireSettings = WireSettings()
    variants: list[WireVariant] = []
    data: WireData | None = None
    progress: WireProgress = WireProgress()
    curve: WireCurve | None = None
