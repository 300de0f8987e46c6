"""What it costs to keep every update, how much memory that takes, and how soon the past is back."""

from collections.abc import Iterator

import numpy as np

from benchmarks.layers import RATE, layered, rows
from benchmarks.timing import Row, ratio
from engine.data import make_data
from engine.experiment.experiment import Experiment, new_experiment
from engine.experiment.history import (
    History,
    bounded,
    end_of,
    keyframes_due,
    position_at,
    with_updates,
)
from engine.experiment.stepping import go_to
from engine.experiment.training import Goal, trained
from engine.experiment.walk import Updater
from engine.functions.optimizers import Optimizer
from engine.settings import Settings

SIZES = [2, 8, 8, 1]
NAME = "2-8-8-1"
BATCH = 10
SLICE = 500
UPDATES = 5000
FIRST = 1000


def begun(optimizer: Optimizer | None = None) -> Experiment:
    """The experiment before its first update."""
    network = layered(SIZES)
    inputs, targets = rows(SIZES)
    data = make_data(network.inputs, network.outputs, np.hstack([inputs, targets]))
    settings = Settings(rate=RATE, batch=BATCH, optimizer=optimizer or Optimizer())
    numbers = np.random.default_rng(0).uniform(-0.5, 0.5, len(network.places))
    return new_experiment(network, data=data, settings=settings, parameters=numbers)


def keeping() -> Iterator[Row]:
    """The same updates with their record."""
    start = trained(begun(), Goal(updates=FIRST))
    walk, recorded = (Updater(start.context, start.position) for _ in range(2))
    width = walk.runner.vector_size

    def with_record() -> None:
        history = start.history
        for _ in range(UPDATES // SLICE):
            due = keyframes_due(history, SLICE)
            rows = np.empty((len(due), width))
            kept = iter(rows)
            first = end_of(history) + 1
            wanted = [next(kept) if n in due else None for n in range(first, first + SLICE)]
            recorded.advance(SLICE, wanted)
            history = with_updates(history, SLICE, rows)

    def without() -> None:
        for _ in range(UPDATES // SLICE):
            walk.advance(SLICE)

    found = ratio(with_record, without, 4.0)
    yield Row(f"{UPDATES:,} updates with their record, {NAME}", "the same without", found, 1.15,
              floor=False)  # fmt: skip


def memory(kind: str) -> Row:
    """The bytes of a keyframe against 8 · P · (1 + state vectors) + 8."""
    done = trained(begun(Optimizer(kind)), Goal(updates=UPDATES))
    (segment,) = done.history
    allowed = 8 * len(done.parameters) * (1 + len(done.position.state)) + 8
    found = segment.size / segment.keyframes / allowed
    return Row(f"bytes of a keyframe, {NAME}, {kind}", "8·P·(1 + state) + 8", found, 1.0, False)


def rebuilding(spacing: int) -> Row:
    """The update farthest from its keyframe, against 15 + spacing update times."""
    done = trained(begun(), Goal(updates=UPDATES))
    thin: History = done.history
    while thin[0].spacing < spacing:
        thin = bounded(thin, thin[0].size - 1)
    walk = Updater(done.context, done.position)
    allowed = 15 + spacing
    farthest = UPDATES // 2 // spacing * spacing + spacing - 1
    found = ratio(lambda: position_at(thin, farthest), lambda: walk.advance(allowed), 3.0)
    what = f"a past update, {NAME}, one of {spacing} kept"
    return Row(what, f"{allowed} updates", found, 1.0, floor=False)


def with_its_pass() -> Row:
    """A past update with all numbers of its micro-steps."""
    done = trained(begun(), Goal(updates=UPDATES))
    walk = Updater(done.context, done.position)
    found = ratio(lambda: go_to(done, UPDATES // 2, 1), lambda: walk.advance(1), 2.0)
    return Row(f"a past update with its micro-steps, {NAME}", "one update", found)


def measured() -> Iterator[Row]:
    """All of them."""
    yield from keeping()
    yield from (memory(kind) for kind in ("sgd", "momentum", "adam"))
    yield from (rebuilding(spacing) for spacing in (8, 64, 512))
    yield with_its_pass()
