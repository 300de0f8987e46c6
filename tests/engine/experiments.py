"""Experiments to test with, and what must hold of every experiment whatever was done to it."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from functools import cache
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import pytest

from engine.data import Data, make_data
from engine.errors import Refused
from engine.experiment.curve import Curve, schedule_of
from engine.experiment.editing import connect_all, with_layout, with_network
from engine.experiment.experiment import Experiment, new_experiment
from engine.experiment.history import History, end_of, start_of
from engine.experiment.stepping import step_update
from engine.experiment.training import Goal, RunCommand, Training, trained
from engine.experiment.walk import Context, EpochPosition, batch_size, epoch_position_after
from engine.functions import Floats
from engine.functions.optimizers import OPTIMIZERS, Optimizer
from engine.layout import NodePosition
from engine.network import Edge, Network, Node
from engine.program.program import why_not_run
from engine.settings import Settings
from tests.engine.networks import layered, student_grade, student_numbers

_LEAVES = (str, int, float, type(None))
EVERY_OPTIMIZER = tuple(Optimizer(kind) for kind in OPTIMIZERS)


def student(**settings: Any) -> Experiment:
    """The flagship before its first update: one student, rate 0.9, half squared error."""
    network = student_grade()
    data = make_data(network.inputs, network.outputs, [[1, 0, 1, 1]])
    return new_experiment(
        network, data=data, settings=Settings(**{"rate": 0.9, **settings}),
        parameters=student_numbers(),
    )  # fmt: skip


def small(
    rows: int = 7, tests: int = 0, sizes: tuple[int, ...] = (2, 3, 1), **settings: Any
) -> Experiment:
    """A small tanh network on so many random rows, the last ones of them for testing only."""
    network = layered(sizes, "tanh")
    generator = np.random.default_rng(rows)
    return new_experiment(
        network, data=random_data(network, rows, tests),
        settings=Settings(**{"rate": 0.05, "batch": 3, **settings}),
        parameters=generator.uniform(-0.8, 0.8, len(network.places)),
    )  # fmt: skip


def random_data(network: Network, rows: int, tests: int = 0, seed: int = 5) -> Data:
    """Inputs all over, targets of two classes."""
    generator = np.random.default_rng(seed)
    inputs = generator.uniform(-1, 1, (rows, len(network.inputs)))
    targets = generator.integers(0, 2, (rows, len(network.outputs)))
    marks = np.arange(rows) >= rows - tests
    return make_data(network.inputs, network.outputs, np.hstack([inputs, targets]), marks)


def perceptron(**settings: Any) -> Experiment:
    """The smallest one: y = w·x from w = 0, on four samples."""
    network = Network((Node("x", "input"), Node("y", output=True)), (Edge("x", "y"),))
    cells = [[10, 10.1], [2, 1.9], [3.5, 3.4], [1, 1.1]]
    return new_experiment(
        network, data=make_data(["x"], ["y"], cells), settings=Settings(**settings)
    )


def three_inputs() -> Experiment:
    """f = a + b·c with trainable a = 1, b = -2, c = 3; the output itself is made small."""
    nodes = (
        Node("a", "parameter"), Node("b", "parameter"), Node("c", "parameter"),
        Node("q", combine="product"), Node("f", output=True),
    )  # fmt: skip
    pairs = (("b", "q"), ("c", "q"), ("a", "f"), ("q", "f"))
    network = Network(nodes, tuple(Edge(source, target, locked=True) for source, target in pairs))
    numbers = np.array([1, 1, 1, 1, 1, -2, 3.0])
    return new_experiment(network, settings=Settings(loss="output", rate=0.01), parameters=numbers)


def logarithm(start: float, rate: float = 0.4, samples: tuple[float, ...] = (1.0,)) -> Experiment:
    """f = log(w·x) is made small, so every update takes rate / w from w, soon below 0."""
    nodes = (Node("x", "input"), Node("h", activation="logarithm", output=True))
    network = Network(nodes, (Edge("x", "h"),))
    return new_experiment(
        network, data=make_data(["x"], ["h"], [[x, 0.0] for x in samples]),
        settings=Settings(loss="output", rate=rate), parameters=np.array([start]),
    )  # fmt: skip


@contextmanager
def refused(sentence: str) -> Iterator[None]:
    """What happens within is refused, and the sentence holds these words."""
    with pytest.raises(Refused) as caught:
        yield
    assert sentence in caught.value.sentence


def train(experiment: Experiment, updates: int) -> Experiment:
    """The experiment so many updates later."""
    return trained(experiment, Goal(updates=updates))


def stepped(experiment: Experiment, updates: int) -> Experiment:
    """So many updates by Step."""
    for _ in range(updates):
        experiment = step_update(experiment)
    return experiment


def returned(training: Training, command: RunCommand | None) -> Experiment:
    """The end of a run that is always sent the same."""
    next(training)
    while True:
        try:
            training.send(command)
        except StopIteration as stopped:
            result: Experiment = stopped.value
            return result


class Made(NamedTuple):
    """An update that has a point, and whose turn it is after it."""

    update: int
    turn: EpochPosition


def points_from(context: Context, begun: Made, as_steps: bool = False) -> Iterator[Made]:
    """One after the other, without end."""
    schedule, (update, turn) = schedule_of(context, as_steps), begun
    while True:
        following = schedule.next_after(update, turn)
        turn = epoch_position_after(context.settings, context.data, turn, following - update)
        update = following
        yield Made(update, turn)


def scheduled(experiment: Experiment, last: int) -> list[int]:
    """The updates that have a point in a run from this one on to the last, which has one always."""
    begun = Made(experiment.updates, experiment.turn)
    found = [experiment.updates]
    for made in points_from(experiment.context, begun):
        if made.update >= last:
            return [*found, last]
        found.append(made.update)
    raise AssertionError("the points never end")


def same_points(left: Curve, right: Curve) -> bool:
    """Where both have a point it is the same to the last bit; the shorter shares most of its own.

    Step has a point at every update, Train where it costs little beside learning.
    """
    here, there = left.column("update"), right.column("update")
    one, other = left.table[np.isin(here, there)], right.table[np.isin(there, here)]
    shared = 2 * len(one) >= min(len(here), len(there)) and one[:1, 0] == here[:1] == there[:1]
    return bool(shared) and one.tobytes() == other.tobytes()


def arrays(value: Any) -> Iterator[Floats]:
    """Every array within a value, but for those of the compiled program."""
    if isinstance(value, np.ndarray):
        yield value
    elif isinstance(value, tuple | list):
        for item in value:
            if not isinstance(item, _LEAVES):
                yield from arrays(item)
    elif isinstance(value, dict):
        yield from arrays(list(value.values()))
    else:
        yield from arrays([getattr(value, name) for name in _members(value.__class__)])


@cache
def _members(kind: type) -> tuple[str, ...]:
    """The fields of a dataclass in which arrays may be."""
    if not is_dataclass(kind) or issubclass(kind, Network):
        return ()
    return tuple(field.name for field in fields(kind) if field.name != "program")


def check_invariants(experiment: Experiment) -> None:
    """What must hold whatever was done."""
    network, position = experiment.network, experiment.position
    assert experiment.data.inputs == network.inputs
    assert experiment.data.targets == network.outputs
    assert experiment.data.count >= 1 and len(experiment.data.training) >= 1
    for vector in (position.parameters, experiment.start, *position.state):
        assert len(vector) == len(network.places)
        assert np.isfinite(vector).all()
    assert 0 <= position.turn.row < len(experiment.data.training)
    assert batch_size(experiment.settings, experiment.data) >= 1
    _check_history(experiment.history)
    assert start_of(experiment.history) <= experiment.updates <= end_of(experiment.history)
    _check_pass(experiment)
    _check_curve(experiment)
    assert len(experiment.runs) <= 20
    assert all(not array.flags.writeable for array in arrays(experiment))


def _check_history(history: History) -> None:
    for before, after in pairwise(history):
        assert before.last == after.first
    for segment in history:
        width = len(segment.start.parameters) * (1 + len(segment.start.state))
        assert all(block.shape[1] == width for block in segment.blocks)
        assert segment.keyframes == segment.updates // segment.spacing + 1
        assert len(segment.start.parameters) == len(segment.context.network.places)
        assert len(segment.origin) == len(segment.start.parameters)
    assert all(segment.updates for segment in history[:-1])


def _check_pass(experiment: Experiment) -> None:
    trace = experiment.trace
    if trace is None:
        assert experiment.cursor == 0
        return
    assert 1 <= experiment.cursor <= trace.length
    assert trace.before is experiment.parameters
    assert set(trace.rows.tolist()) <= set(experiment.data.training.tolist())


def _check_curve(experiment: Experiment) -> None:
    updates = experiment.curve.column("update")
    assert (np.diff(updates) > 0).all()
    if experiment.curve.count and why_not_run(experiment.network, experiment.settings) is None:
        assert updates[-1] <= experiment.newest
    assert not np.isinf(experiment.curve.table).any()


def connect(experiment: Experiment, source: str, target: str) -> Experiment:
    return connect_all(experiment, [(source, target)])


def disconnect(experiment: Experiment, edges: Iterable[tuple[str, str]]) -> Experiment:
    return with_network(experiment, experiment.network.without_edges(edges))


def remove_nodes(experiment: Experiment, node_ids: Iterable[str]) -> Experiment:
    return with_network(experiment, experiment.network.remove(node_ids))


def lock_edges(experiment: Experiment, edges: Iterable[tuple[str, str]], on: bool) -> Experiment:
    return with_network(experiment, experiment.network.lock_edges(edges, on))


def move(experiment: Experiment, moves: Mapping[str, NodePosition]) -> Experiment:
    return with_layout(experiment, experiment.layout.move(moves))


def rename(experiment: Experiment, node_id: str, name: str) -> Experiment:
    return with_layout(experiment, experiment.layout.rename(node_id, name))
