"""Training as window and command line use it, with curve and history, against the bare updates."""

from collections.abc import Iterator

import numpy as np

from benchmarks.layers import RATE, layered, rows
from benchmarks.timing import Row, ratio
from engine.data import make_data
from engine.experiment.experiment import Experiment, new_experiment
from engine.experiment.layers import network_of
from engine.experiment.training import Goal, trained
from engine.experiment.walk import Updater
from engine.settings import Settings

SIZES = (2, 8, 8, 1)
PAST_THE_FIRST, UPDATES, FIRST = 1000, 6000, 250
XOR = [[0.0, 0.0, 0.0], [0.0, 1.0, 1.0], [1.0, 0.0, 1.0], [1.0, 1.0, 0.0]]


def of_rows(batch: int | None, count: int = 250) -> Experiment:
    """2-8-8-1 before its first update."""
    network = layered(SIZES)
    inputs, targets = rows(SIZES, count)
    data = make_data(network.inputs, network.outputs, np.hstack([inputs, targets]))
    numbers = np.random.default_rng(0).uniform(-0.5, 0.5, len(network.places))
    settings = Settings(rate=RATE / 10, batch=batch)
    return new_experiment(network, data=data, settings=settings, parameters=numbers)


def xor() -> Experiment:
    """2-3-1 with its four rows in one batch."""
    made = network_of((2, 3, 1))
    data = make_data(made.network.inputs, made.network.outputs, XOR)
    return new_experiment(made.network, made.layout, data, Settings(rate=RATE / 10), made.start)


CASES = (
    ("2-8-8-1, batch 10", of_rows(10), 0.85), ("2-8-8-1, batch 30", of_rows(30), 0.75),
    ("2-8-8-1, batch 1", of_rows(1), 0.85), ("2-8-8-1, all 250 in a batch", of_rows(None), 0.6),
    ("XOR 2-3-1, all four in a batch", xor(), 0.6),
)  # fmt: skip


def measured() -> Iterator[Row]:
    """Past the first updates, and the first ones."""
    for name, begun, bar in CASES:
        start = trained(begun, Goal(updates=PAST_THE_FIRST))
        walk = Updater(start.context, start.position)

        def bare(walk: Updater = walk) -> None:
            walk.advance(UPDATES)

        def whole(start: Experiment = start) -> None:
            trained(start, Goal(updates=UPDATES))

        yield Row(f"the updates alone, {name}", "train()", 1 / ratio(whole, bare, 4.0), bar)
    for name, begun, _ in CASES[:1]:
        walk = Updater(begun.context, begun.position)

        def first(begun: Experiment = begun) -> None:
            trained(begun, Goal(updates=FIRST))

        def first_bare(walk: Updater = walk) -> None:
            walk.advance(FIRST)

        found = ratio(first, first_bare, 3.0)
        yield Row(f"the first {FIRST} updates, {name}", "the updates alone", found, 1.5, False)
