"""784-512-512-10 in float32, where the matrix products are the work: against them, and torch."""

from collections.abc import Callable, Iterator
from importlib.util import find_spec
from itertools import pairwise

import numpy as np

from benchmarks.layers import RATE, layered
from benchmarks.timing import Row, ratio
from engine.functions import Floats
from engine.program.program import Program, Runner
from engine.settings import Settings

SIZES = [784, 512, 512, 10]
BATCH = 128
NAME = "784-512-512-10, batch 128, float32, one update"
Job = Callable[[], object]


def ours(x: Floats, t: Floats) -> tuple[Program, Runner, Floats]:
    """The engine with its numbers."""
    program = Program(layered(SIZES))
    runner = program.runner(Settings(rate=RATE), BATCH, np.float32)
    rng = np.random.default_rng(0)
    runner.load(rng.normal(size=len(program.network.places)).astype(np.float32) * np.float32(0.05))
    return program, runner, program.heads(x, t)


def products() -> Job:
    """The matrix products of one update and nothing else: forward, back (not into the inputs),
    gradients; without biases."""
    rng = np.random.default_rng(0)

    def filled(rows: int, columns: int) -> Floats:
        return rng.normal(size=(rows, columns)).astype(np.float32)

    calls: list[tuple[Floats, Floats, Floats]] = []
    for depth, (above, below) in enumerate(zip(SIZES[1:], SIZES[:-1], strict=True)):
        w, a, e = filled(above, below), filled(below, BATCH), filled(above, BATCH)
        calls += [(w, a, filled(above, BATCH)), (e, a.T, filled(above, below))]
        if depth:
            calls.append((w.T, e, filled(below, BATCH)))

    def run() -> None:
        for left, right, out in calls:
            left.dot(right, out)

    return run


def torch_update(x: Floats, t: Floats) -> Job | None:
    """One eager update by torch with its own optimiser, on one thread."""
    if find_spec("torch") is None:
        return None
    import torch

    torch.set_num_threads(1)
    layers: list[torch.nn.Module] = []
    for below, above in pairwise(SIZES):
        layers += [torch.nn.Linear(below, above), torch.nn.Tanh()]
    model = torch.nn.Sequential(*layers)
    optimizer = torch.optim.SGD(model.parameters(), lr=RATE)
    rows, targets = torch.tensor(x), torch.tensor(t)

    def run() -> None:
        optimizer.zero_grad()
        (0.5 * ((model(rows) - targets) ** 2).sum(dim=1).mean()).backward()
        optimizer.step()

    return run


def measured() -> Iterator[Row]:
    """Against the products alone, and against torch where it is installed."""
    rng = np.random.default_rng(1)
    x = rng.normal(size=(BATCH, SIZES[0])).astype(np.float32)
    t = rng.uniform(-0.5, 0.5, size=(BATCH, SIZES[-1])).astype(np.float32)
    _, runner, head = ours(x, t)
    found = ratio(products(), lambda: runner.update(head), 4.0)
    yield Row(NAME, "matrix products alone", found, 0.93)
    torch = torch_update(x, t)
    if torch is None:
        yield Row(NAME, "torch, eager", bar=1.15, note="not installed")
    else:
        yield Row(NAME, "torch, eager", ratio(torch, lambda: runner.update(head), 4.0), 1.15)
