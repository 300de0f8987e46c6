"""The 3-2-1 network and one sample against engines that work number by number."""

from collections.abc import Callable, Iterator
from importlib.util import find_spec
from typing import Any

import numpy as np

from benchmarks.graph_loop import GraphLoop
from benchmarks.layers import layered
from benchmarks.timing import Row, ratio
from engine.program.program import Program
from engine.settings import Settings

NAME = "3-2-1, one sample, one whole update"
X, T = [1.0, 0.0, 1.0], [1.0]


def micrograd_update() -> Callable[[], object] | None:
    """One update by micrograd, weights and biases as its own values."""
    if find_spec("micrograd") is None:
        return None
    from micrograd.engine import Value

    rng = np.random.default_rng(0)
    layers = [[[Value(v) for v in rng.normal(size=below + 1)] for _ in range(above)]
              for below, above in ((3, 2), (2, 1))]  # fmt: skip
    parameters = [value for layer in layers for neuron in layer for value in neuron]

    def run() -> None:
        for value in parameters:
            value.grad = 0
        values: list[Any] = list(X)
        for layer in layers:
            values = [
                sum((w * x for w, x in zip(neuron, values, strict=False)), neuron[-1]).relu()
                for neuron in layer
            ]
        ((values[0] - T[0]) ** 2 * 0.5).backward()
        for value in parameters:
            value.data -= 0.01 * value.grad

    return run


def measured() -> Iterator[Row]:
    """Against micrograd where it is installed, and against our own loop."""
    program = Program(layered([3, 2, 1]))
    runner = program.runner(Settings(rate=0.01), 1)
    start = np.random.default_rng(0).normal(size=len(program.network.places))
    runner.load(start)
    head = program.heads(np.array([X]), np.array([T]))
    loop = GraphLoop(program.network, start)
    micrograd = micrograd_update()
    if micrograd is None:
        yield Row(NAME, "micrograd", bar=5.0, note="not installed")
    else:
        yield Row(NAME, "micrograd", ratio(micrograd, lambda: runner.update(head)), 5.0)
    slow = ratio(lambda: loop.update([X], [T], 0.01), lambda: runner.update(head))
    yield Row(NAME, "loop over a dict of nodes", slow)
