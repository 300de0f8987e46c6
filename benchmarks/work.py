"""What the window asks beside training: maps of every node, kept history, many networks at once."""

from collections.abc import Iterator

import numpy as np

from benchmarks.layers import RATE, ready, rows
from benchmarks.plain_mlp import PlainMlp
from benchmarks.timing import Row, ratio
from engine.settings import Settings

SIZES = [2, 8, 8, 1]
BATCH = 10
SIDE = 100
STACK = 64
UPDATES = 1000


def node_maps() -> Row:
    """The value of every node on a 100 × 100 grid, in float32, against training epochs."""
    program, runner, heads = ready(SIZES, BATCH)
    axis = np.linspace(-6, 6, SIDE, dtype=np.float32)
    grid = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
    numbers = runner.parameters().astype(np.float32)
    settings = Settings()
    found = ratio(
        lambda: program.values(settings, numbers, grid), lambda: runner.updates(heads), 2.0
    )
    what = "every node on a 100×100 grid, 2-8-8-1"
    return Row(what, "one epoch of 250", found, 3.0, False, "without colouring")


def kept_history() -> Row:
    """1,000 updates with the numbers after each kept, against the same without."""
    _, runner, heads = ready(SIZES, BATCH)
    many = np.concatenate([heads] * (UPDATES // len(heads)))
    keyframes = np.empty((UPDATES, runner.vector_size))
    found = ratio(lambda: runner.recorded_updates(many, keyframes),
                  lambda: runner.updates(many), 2.0)  # fmt: skip
    return Row("training with history kept, 2-8-8-1", "the same without", found, 1.15, False)


def many_at_once() -> Iterator[Row]:
    """64 networks side by side, against one after the other by hand and by our own runner.

    The bar is 12 × the engine of the web playground, which is 771 / 574 × the plain one.
    """
    program, runner, heads = ready(SIZES, BATCH)
    stack = program.runner(Settings(rate=RATE), BATCH, stack=STACK)
    plain, (x, t) = PlainMlp(SIZES), rows(SIZES)

    def by_hand() -> None:
        for _ in range(STACK):
            plain.epoch(x, t, BATCH, RATE)

    def one_by_one() -> None:
        for _ in range(STACK):
            runner.updates(heads)

    what = "64 networks at once, 2-8-8-1, batch 10"
    found = ratio(by_hand, lambda: stack.updates(heads), 2.0)
    yield Row(what, "plain NumPy MLP, in turn", found, 12 * 771 / 574)
    found = ratio(one_by_one, lambda: stack.updates(heads), 2.0)
    yield Row(what, "ours, one by one", found)


def measured() -> Iterator[Row]:
    """All of them."""
    yield node_maps()
    yield kept_history()
    yield from many_at_once()
