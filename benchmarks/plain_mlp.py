"""A multilayer perceptron as one writes it by hand in NumPy: allocating, a loop over the layers."""

import numpy as np

from engine.functions import Floats


class PlainMlp:
    """tanh layers trained by mini-batch gradient descent on half the squared error."""

    def __init__(self, sizes: list[int], seed: int = 0) -> None:
        rng = np.random.default_rng(seed)
        pairs = list(zip(sizes[1:], sizes[:-1], strict=True))
        self.weights: list[Floats] = [rng.normal(size=shape) * 0.5 for shape in pairs]
        self.biases: list[Floats] = [np.zeros(rows) for rows, _ in pairs]

    def parameters(self) -> Floats:
        """All weights, then all biases, as our engine lays them out."""
        return np.concatenate([array.ravel() for array in (*self.weights, *self.biases)])

    def epoch(self, x: Floats, t: Floats, batch: int, rate: float) -> None:
        """One pass over the rows, batch by batch."""
        for start in range(0, len(x), batch):
            self.update(x[start : start + batch], t[start : start + batch], rate)

    def update(self, x: Floats, t: Floats, rate: float) -> None:
        """Forward, backward and step; the gradient is the mean over the rows."""
        values = [x]
        for w, b in zip(self.weights, self.biases, strict=True):
            values.append(np.tanh(values[-1] @ w.T + b))
        delta = (values[-1] - t) * (1 - values[-1] ** 2)
        for i in reversed(range(len(self.weights))):
            w_gradient = delta.T @ values[i] / len(x)
            b_gradient = delta.mean(axis=0)
            if i:
                delta = (delta @ self.weights[i]) * (1 - values[i] ** 2)
            self.weights[i] -= rate * w_gradient
            self.biases[i] -= rate * b_gradient
