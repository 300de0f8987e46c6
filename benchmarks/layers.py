"""Small layered networks against the plain multilayer perceptron, one epoch of 250 rows each."""

from collections.abc import Iterator, Sequence

import numpy as np

from benchmarks.plain_mlp import PlainMlp
from benchmarks.timing import Row, ratio
from engine.functions import Floats
from engine.network import Edge, Network, Node
from engine.program.program import Program, Runner, batches
from engine.settings import Settings

ROWS = 250
RATE = 0.03


def layered(sizes: Sequence[int], activation: str = "tanh") -> Network:
    """Every neuron reads the whole layer before it."""
    layers = [[Node(f"x{i}", "input") for i in range(sizes[0])]]
    edges: list[Edge] = []
    for depth, size in enumerate(sizes[1:], 1):
        last = depth == len(sizes) - 1
        layer = [Node(f"n{depth}.{i}", activation=activation, bias=True, output=last)
                 for i in range(size)]  # fmt: skip
        edges += [Edge(a.id, b.id) for b in layer for a in layers[-1]]
        layers.append(layer)
    return Network(tuple(node for layer in layers for node in layer), tuple(edges))


def rows(sizes: Sequence[int], count: int = ROWS) -> tuple[Floats, Floats]:
    """Random inputs and targets."""
    rng = np.random.default_rng(1)
    return rng.normal(size=(count, sizes[0])), rng.uniform(-0.5, 0.5, size=(count, sizes[-1]))


def ready(sizes: Sequence[int], batch: int) -> tuple[Program, Runner, Floats]:
    """Our engine with the batches of an epoch laid out."""
    program = Program(layered(sizes))
    runner = program.runner(Settings(rate=RATE), batch)
    x, t = rows(sizes)
    return program, runner, batches(program.heads(x, t), np.arange(len(x)), batch)


def against_plain(sizes: list[int], batch: int, bar: float) -> Row:
    """The same updates from the same numbers; they must end in the same numbers."""
    count = ROWS // batch * batch
    x, t = (array[:count] for array in rows(sizes))
    plain = PlainMlp(sizes)
    _, runner, heads = ready(sizes, batch)
    runner.load(plain.parameters())
    plain.epoch(x, t, batch, RATE)
    runner.updates(heads)
    assert np.allclose(runner.parameters(), plain.parameters(), rtol=1e-10)
    found = ratio(lambda: plain.epoch(x, t, batch, RATE), lambda: runner.updates(heads), 2.0)
    name = "-".join(map(str, sizes))
    return Row(f"{name}, batch {batch}, one epoch", "plain NumPy MLP", found, bar)


def measured() -> Iterator[Row]:
    """The first four rows of the table."""
    yield against_plain([2, 8, 8, 1], 10, 4.5)
    yield against_plain([2, 4, 2, 1], 10, 4.5)
    yield against_plain([2, 8, 8, 1], 30, 3.8)
    yield against_plain([2, 8, 8, 1], 1, 5.0)
