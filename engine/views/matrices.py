"""A layered network as matrices: y = W2·σ(W1·x + b1) + b2, and which number stands where."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.errors import Refused
from engine.functions.activations import activation
from engine.network import Network, Place

NOWHERE = -1
_WORDS = {"product": "multiplies what arrives", "max": "takes the largest of what arrives",
          "min": "takes the smallest of what arrives"}  # fmt: skip
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """z = W·before + b. A row of W belongs to a neuron, a column to what comes before it.

    `weights` and `biases` hold places of the vector of numbers, -1 where there is none.
    `activation` is that of all its neurons, or "" where they differ.
    """

    before: tuple[str, ...]
    neurons: tuple[str, ...]
    weights: NDArray[np.intp]
    biases: NDArray[np.intp]
    activation: str

    @property
    def has_biases(self) -> bool:
        return bool((self.biases != NOWHERE).any())

    @property
    def sign(self) -> str:
        """How its activation is written before a bracket; "" for the identity."""
        return activation(self.activation).sign if self.activation else "f"


def layers_of(network: Network, call: Callable[[str], str] = str) -> tuple[Layer, ...]:
    """The layers from left to right, or the refusal that says why there are none."""
    if not network.edges:
        raise Refused("Draw edges from layer to layer: each layer of edges becomes a matrix.")
    for node in network.nodes:
        if node.kind == "neuron" and node.combine != "sum":
            raise Refused(f"{call(node.id)} {_WORDS[node.combine]}; only sums are matrices.")
    for edge in network.edges:
        if network.levels[edge.target] - network.levels[edge.source] != 1:
            raise Refused(
                f"The edge from {call(edge.source)} to {call(edge.target)} skips a layer, "
                "so one matrix after the other cannot tell this network."
            )
    levels: dict[int, list[str]] = {}
    for node in network.order:
        levels.setdefault(network.levels[node.id], []).append(node.id)
    depths = range(1, max(levels) + 1)
    return tuple(_layer(network, levels.get(d - 1, []), levels[d]) for d in depths)


def _layer(network: Network, before: list[str], neurons: list[str]) -> Layer:
    columns = {node_id: i for i, node_id in enumerate(before)}
    weights = np.full((len(neurons), len(before)), NOWHERE, np.intp)
    biases = np.full(len(neurons), NOWHERE, np.intp)
    index = network.place_index
    for row, node_id in enumerate(neurons):
        biases[row] = index.get(Place("bias", node_id), NOWHERE)
        for edge in network.arriving[node_id]:
            weights[row, columns[edge.source]] = index[Place("weight", node_id, edge.source)]
    activations = {network.node(node_id).activation for node_id in neurons}
    same = activations.pop() if len(activations) == 1 else ""
    return Layer(tuple(before), tuple(neurons), weights, biases, same)


def formula_of(layers: tuple[Layer, ...]) -> str:
    """The whole network in one line: y = W₂·σ(W₁·x + b₁) + b₂."""
    inside = "x"
    for number, layer in enumerate(layers, 1):
        is_call = inside.endswith(")") and inside[: inside.index("(")].isalpha()
        held = inside if number == 1 or is_call else f"({inside})"  # a call has its brackets
        sums = f"W{number}".translate(_SUBSCRIPTS) + f"·{held}"
        if layer.has_biases:
            sums += f" + b{number}".translate(_SUBSCRIPTS)
        inside = f"{layer.sign}({sums})" if layer.sign else sums
    return f"y = {inside}"
