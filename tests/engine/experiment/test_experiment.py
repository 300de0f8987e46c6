"""The experiment as one value: what equality compares, and what holds after any random moves."""

from collections.abc import Callable
from dataclasses import replace
from random import Random

import numpy as np
import pytest

from engine.data import make_data
from engine.errors import Refused
from engine.experiment.curve import Curve
from engine.experiment.editing import (
    add_node,
    change_nodes,
    draw_again,
    free_id,
    set_cell,
    set_numbers,
    start_again,
    with_data,
    with_settings,
)
from engine.experiment.experiment import Experiment, at_position, new_experiment
from engine.experiment.history import end_of, start_of
from engine.experiment.stepping import (
    go_to,
    step,
    step_back,
    step_epoch,
    step_epoch_back,
    step_phase,
    step_phase_back,
    step_update,
    step_update_back,
)
from engine.experiment.training import Goal, trained
from engine.experiment.walk import EpochPosition
from engine.functions.activations import ACTIVATIONS
from engine.functions.initializers import INITIALIZERS, Initializer
from engine.functions.losses import LOSSES
from engine.functions.optimizers import OPTIMIZERS, Optimizer
from engine.layout import Layout
from engine.network import COMBINES, Network, Node
from engine.settings import Settings, Stops
from tests.engine.experiments import (
    check_invariants,
    connect,
    disconnect,
    lock_edges,
    move,
    random_data,
    refused,
    remove_nodes,
    rename,
    same_points,
    small,
    student,
    three_inputs,
    train,
)
from tests.sampled import sampled

# --- what it is -----------------------------------------------------------------------------


def test_a_new_experiment_is_before_its_first_update() -> None:
    start = student()
    assert (start.updates, start.newest, start.cursor, start.trace) == (0, 0, 0, None)
    assert (start.turn, start.position.count, start.curve.count, start.ending) == (
        EpochPosition(),
        0,
        0,
        None,
    )
    assert start.start.tobytes() == start.parameters.tobytes()
    assert start.network is start.program.network
    check_invariants(start)


def test_what_is_not_given_is_empty_or_zero() -> None:
    bare = new_experiment(student().network)
    assert bare.parameters.tolist() == [0] * 11
    assert bare.data.cells.tolist() == [[0, 0, 0, 0]]
    assert (bare.settings, bare.layout) == (Settings(), Layout())
    empty = new_experiment(Network())
    assert (empty.parameters.size, empty.data.count) == (0, 1)
    with refused("Nothing is drawn yet."):
        step(empty)
    with refused("The learning rate must be a positive number"):
        new_experiment(student().network, settings=Settings(rate=0.0))


def test_numbers_that_were_given_may_change_afterwards() -> None:
    given = np.zeros(11)
    start = new_experiment(student().network, parameters=given)
    given[:] = 5
    assert start.parameters.tolist() == start.start.tolist() == [0] * 11


def test_a_layout_keeps_only_nodes_that_there_are() -> None:
    start = new_experiment(student().network, Layout({"1": (1, 1), "gone": (2, 2)}))
    assert start.layout.positions == {"1": (1, 1)}


SAVED: dict[str, Callable[[Experiment], Experiment]] = {
    "network": lambda e: connect(e, "1", "6"),
    "layout": lambda e: move(e, {"1": (3, 3)}),
    "name": lambda e: rename(e, "1", "first"),
    "cell": lambda e: set_cell(e, 0, 0, 0.5),
    "rate": lambda e: with_settings(e, replace(e.settings, rate=0.3)),
    "digits": lambda e: with_settings(e, replace(e.settings, digits=6)),
    "update": step_update,
    "cursor": step,
    "start": lambda e: replace(e, start=e.start + 1),
    "count": lambda e: replace(e, position=replace(e.position, count=7)),
    "turn": lambda e: replace(e, position=replace(e.position, turn=EpochPosition(0, 1))),
    "state": lambda e: replace(e, position=replace(e.position, state=(e.parameters,))),
    "lesson": lambda e: replace(e, lesson="xor"),
    "unknown": lambda e: replace(e, unknown={(): {"new": 1}}),
    "curve": lambda e: replace(e, curve=Curve()),
}


@pytest.mark.parametrize("change", SAVED.values(), ids=SAVED.keys())
def test_equality_compares_whatever_is_saved(change: Callable[[Experiment], Experiment]) -> None:
    done = train(student(), 2)
    assert change(done) != done
    assert done == train(student(), 2)


def test_equality_looks_at_the_state_of_the_optimiser() -> None:
    done = train(student(optimizer=Optimizer("momentum")), 2)
    (velocity,) = done.position.state
    other = replace(done, position=replace(done.position, state=(velocity + 1,)))
    assert other != done
    assert done != "experiment"


def test_equality_ignores_what_is_not_saved() -> None:
    done = train(student(), 5)
    opened = at_position(done.context, done.position, done.start, 5)
    assert replace(opened, curve=done.curve) == done
    stray = replace(done, context=replace(done.context, layout=Layout({"gone": (1, 1)})))
    assert stray == done


def test_the_newest_update_is_the_end_of_the_record() -> None:
    done = train(student(), 5)
    assert (done.newest, go_to(done, 2).newest, go_to(done, 2).updates) == (5, 5, 2)


def test_a_step_first_and_an_edit_then_is_one_segment_each() -> None:
    moved = student()
    for rate in (0.1, 0.2, 0.3):
        moved = step_update(with_settings(moved, replace(moved.settings, rate=rate)))
    assert [(s.first, s.updates) for s in moved.history] == [(0, 1), (1, 1), (2, 1)]


# --- random moves ---------------------------------------------------------------------------

Move = Callable[[Experiment, Random], Experiment]


def _any_node(experiment: Experiment, rng: Random) -> str:
    return rng.choice([node.id for node in experiment.network.nodes] or ["nobody"])


def _new_node(experiment: Experiment, rng: Random) -> Experiment:
    kind = rng.choice(("input", "parameter", "neuron", "neuron", "neuron"))
    new = Node(free_id(experiment.network), kind)  # type: ignore[arg-type]
    if kind == "neuron":
        combine = rng.choice(COMBINES)
        new = replace(
            new, combine=combine, activation=rng.choice(sorted(ACTIVATIONS)),
            bias=combine == "sum" and rng.random() < 0.5, output=rng.random() < 0.3,
            subtracts=rng.random() < 0.2, locked=rng.random() < 0.2,
        )  # fmt: skip
    return add_node(experiment, new, (rng.random(), rng.random()), rng.choice(("", "name")))


def _change(experiment: Experiment, rng: Random) -> Experiment:
    node = experiment.network.node(_any_node(experiment, rng))
    if rng.random() < 0.5:
        return change_nodes(experiment, [replace(node, output=not node.output)])
    return change_nodes(experiment, [replace(node, activation=rng.choice(sorted(ACTIVATIONS)),
                                             bias=not node.bias)])  # fmt: skip


def _edges(experiment: Experiment, rng: Random) -> Experiment:
    edges = experiment.network.edges
    if edges and rng.random() < 0.5:
        edge = rng.choice(edges)
        if rng.random() < 0.5:
            return disconnect(experiment, [(edge.source, edge.target)])
        return lock_edges(experiment, [(edge.source, edge.target)], not edge.locked)
    return connect(experiment, _any_node(experiment, rng), _any_node(experiment, rng))


def _settings(experiment: Experiment, rng: Random) -> Experiment:
    changes: dict[str, object] = {
        "loss": rng.choice(sorted(LOSSES)), "reduction": rng.choice(("mean", "sum")),
        "optimizer": Optimizer(rng.choice(sorted(OPTIMIZERS))), "rate": 10 ** rng.uniform(-3, 1),
        "batch": rng.choice((None, 1, 2, 3, 50)), "shuffle": rng.random() < 0.5,
        "l1": rng.choice((0.0, 0.01)), "l2": rng.choice((0.0, 0.1)), "seed": rng.randrange(9),
        "rounding": rng.random() < 0.5, "digits": rng.choice((3, 17)),
        "stops": Stops(epochs=rng.choice((None, 2))),
        "initializer": Initializer(rng.choice(sorted(INITIALIZERS))),
    }  # fmt: skip
    chosen = rng.sample(sorted(changes), rng.choice((1, 1, 2)))
    new = replace(experiment.settings, **{name: changes[name] for name in chosen})  # type: ignore[arg-type]
    return with_settings(experiment, new)


def _numbers(experiment: Experiment, rng: Random) -> Experiment:
    if not experiment.network.places:
        return experiment
    place = rng.choice(experiment.network.places)
    return set_numbers(experiment, {place: rng.choice((0.0, rng.gauss(0, 1), 1e3))})


def _cell(experiment: Experiment, rng: Random) -> Experiment:
    if not experiment.data.columns:
        return experiment
    row = rng.randrange(experiment.data.count)
    return set_cell(experiment, row, rng.randrange(len(experiment.data.columns)), rng.gauss(0, 1))


def _data(experiment: Experiment, rng: Random) -> Experiment:
    rows = rng.randint(1, 9)
    return with_data(experiment, random_data(experiment.network, rows, rng.randint(0, rows - 1)))


MOVES: list[Move] = [
    _new_node, _change, _edges, _edges, _settings, _settings, _numbers, _cell, _data,
    lambda e, rng: remove_nodes(e, [_any_node(e, rng)]),
    lambda e, rng: move(e, {_any_node(e, rng): (rng.random(), 0)}),
    lambda e, rng: rename(e, _any_node(e, rng), "other"),
    lambda e, rng: draw_again(e, rng.randrange(5)) if rng.random() < 0.3 else e,
    lambda e, rng: start_again(e) if rng.random() < 0.3 else e,
    lambda e, rng: step(e), lambda e, rng: step(e), lambda e, rng: step_back(e),
    lambda e, rng: step_phase(e), lambda e, rng: step_phase_back(e),
    lambda e, rng: step_update(e), lambda e, rng: step_update(e),
    lambda e, rng: step_update_back(e), lambda e, rng: step_epoch(e),
    lambda e, rng: step_epoch_back(e),
    lambda e, rng: trained(e, Goal(updates=rng.randint(1, 12))),
    lambda e, rng: trained(e, Goal(epochs=1)),
    lambda e, rng: go_to(e, rng.randint(0, e.newest)),
    lambda e, rng: go_to(e, rng.randint(0, e.newest), rng.choice((None, 1, 5))),
]  # fmt: skip
STARTS = (student, small, three_inputs, lambda: small(rows=5, tests=2, optimizer=Optimizer("adam")))


@pytest.mark.parametrize("seed", sampled(range(200), 50))
def test_whatever_is_done_the_invariants_hold(seed: int) -> None:
    rng = Random(seed)
    way = [STARTS[seed % len(STARTS)]()]
    for _ in range(25):
        try:
            moved = rng.choice(MOVES)(way[-1], rng)
        except Refused as refusal:
            assert refusal.sentence.endswith((".", "?", "”?"))
            continue
        check_invariants(moved)
        way.append(rng.choice(way) if rng.random() < 0.1 else moved)  # now and then an undo
    _rebuild_all(way[-1])
    _step_and_train_agree(way[-1])


def _step_and_train_agree(experiment: Experiment) -> None:
    """Three updates more, by Step as far as it goes and by Train."""
    if experiment.updates < experiment.newest or experiment.settings.rounding:
        return
    try:
        by_train = trained(experiment, Goal(updates=3))
    except Refused:
        return
    by_step = experiment
    while by_step.updates < by_train.updates:
        by_step = step_update(by_step)
    assert by_step.parameters.tobytes() == by_train.parameters.tobytes()
    assert by_step.turn == by_train.turn
    assert by_train.updates == 0 or same_points(by_step.curve, by_train.curve)
    if by_train.ending is not None and by_train.ending.rule == "infinite":
        with pytest.raises(Refused):
            step_update(by_step)


def _rebuild_all(experiment: Experiment) -> None:
    """Every update of the record can be gone to, and going on from there comes back."""
    history = experiment.history
    for update in range(start_of(history), end_of(history) + 1):
        there = go_to(experiment, update)
        check_invariants(there)
        if update < end_of(history):
            on = (
                go_to(step_update(there), update + 1)
                if _can_step(there)
                else go_to(there, update + 1)
            )
            again = go_to(experiment, update + 1)
            assert on.parameters.tobytes() == again.parameters.tobytes()


def _can_step(experiment: Experiment) -> bool:
    try:
        step(experiment)
    except Refused:
        return False
    return True


def test_data_of_any_number_of_rows_fits_any_step() -> None:
    start = small(batch=4)
    for rows in (1, 2, 3, 4, 5, 9, 1):
        network = start.network
        start = with_data(start, make_data(network.inputs, network.outputs, np.ones((rows, 3))))
        start = step_epoch(train(start, 2))
        assert start.turn.row == 0
        check_invariants(start)
