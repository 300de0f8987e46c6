"""The simple way to train any graph: nodes in a dictionary, one loop over them per sample."""

import math

import numpy as np

from engine.functions import Floats
from engine.network import Network, Place


class GraphLoop:
    """tanh sums only; half the squared error, mean over the batch, plain gradient descent."""

    def __init__(self, network: Network, parameters: Floats) -> None:
        self.inputs, self.outputs = network.inputs, network.outputs
        self.order = [node.id for node in network.order if node.kind == "neuron"]
        self.sources = {i: [e.source for e in network.arriving[i]] for i in self.order}
        numbers = dict(zip(network.places, parameters.tolist(), strict=True))
        self.weights = {
            i: [numbers[Place("weight", i, source)] for source in self.sources[i]]
            for i in self.order
        }
        self.biases = {i: numbers[Place("bias", i)] for i in self.order}
        self.places = network.places

    def parameters(self) -> Floats:
        """In the order of the network."""
        found = []
        for what, target, source in self.places:
            spot = self.sources[target].index(source) if what == "weight" else 0
            found.append(self.weights[target][spot] if what == "weight" else self.biases[target])
        return np.array(found)

    def update(self, x: list[list[float]], t: list[list[float]], rate: float) -> None:
        """One batch: every sample forward and backward, then the step."""
        w_sums = {i: [0.0] * len(w) for i, w in self.weights.items()}
        b_sums = dict.fromkeys(self.biases, 0.0)
        for row, targets in zip(x, t, strict=True):
            self._sample(row, targets, w_sums, b_sums)
        share = rate / len(x)
        for i in self.order:
            self.biases[i] -= share * b_sums[i]
            self.weights[i] = [
                w - share * g for w, g in zip(self.weights[i], w_sums[i], strict=True)
            ]

    def _sample(
        self,
        row: list[float],
        targets: list[float],
        w_sums: dict[str, list[float]],
        b_sums: dict[str, float],
    ) -> None:
        values = dict(zip(self.inputs, row, strict=True))
        for i in self.order:
            z = self.biases[i]
            for w, source in zip(self.weights[i], self.sources[i], strict=True):
                z += w * values[source]
            values[i] = math.tanh(z)
        back = dict.fromkeys(values, 0.0)
        for i, target in zip(self.outputs, targets, strict=True):
            back[i] = values[i] - target
        for i in reversed(self.order):
            error = back[i] * (1 - values[i] * values[i])
            b_sums[i] += error
            sums, weights = w_sums[i], self.weights[i]
            for k, source in enumerate(self.sources[i]):
                sums[k] += error * values[source]
                back[source] += error * weights[k]
