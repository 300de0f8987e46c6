"""What a trained model looks like in its own lean file: frozen types of plain lists."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

MODEL_FORMAT = "neural-playground-model"


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
