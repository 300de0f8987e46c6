"""Every edit makes a new value, leaves the old one alone, and keeps what still has a place."""

import copy
from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any

import numpy as np
import pytest

from engine.data import make_data
from engine.errors import Refused
from engine.experiment.editing import (
    add_node,
    change_nodes,
    connect_all,
    draw_again,
    free_id,
    new_edge_is_locked,
    set_cell,
    set_numbers,
    start_again,
    with_data,
    with_layout,
    with_network,
    with_settings,
)
from engine.experiment.experiment import Experiment, new_experiment
from engine.experiment.stepping import go_to, step, step_update
from engine.experiment.trace import known_at
from engine.experiment.walk import EpochPosition
from engine.functions.datasets import Scaling
from engine.functions.initializers import Initializer
from engine.functions.optimizers import Optimizer
from engine.layout import Letters
from engine.network import Combine, Network, Node, Place
from engine.settings import Settings, Stops
from tests.engine.experiments import (
    arrays,
    check_invariants,
    connect,
    disconnect,
    lock_edges,
    move,
    random_data,
    refused,
    remove_nodes,
    rename,
    small,
    student,
    train,
)
from tests.engine.networks import drawn as alone

Edit = Callable[[Experiment], Experiment]
W46 = Place("weight", "6", "4")


def settings_of(**changes: Any) -> Edit:
    """A move that changes these settings."""
    return lambda e: with_settings(e, replace(e.settings, **changes))


STRUCTURAL: dict[str, Edit] = {
    "add_node": lambda e: add_node(e, Node("7", "input"), (1, 2), "seven"),
    "remove_nodes": lambda e: remove_nodes(e, ["2", "5"]),
    "connect": lambda e: connect(e, "1", "6"),
    "disconnect": lambda e: disconnect(e, [("1", "4"), ("3", "5")]),
    "change_nodes": lambda e: change_nodes(e, [replace(e.network.node("4"), activation="tanh")]),
    "lock_edges": lambda e: lock_edges(e, [("1", "4")], True),
}
NUMBERS: dict[str, Edit] = {
    "set_numbers": lambda e: set_numbers(e, {W46: 0.5, Place("bias", "4"): 0.25}),
    "set_cell": lambda e: set_cell(e, 0, 1, 0.5),
    "with_data": lambda e: with_data(e, e.data.with_cell(0, 3, 0.0)),
    "rate": settings_of(rate=0.1),
    "loss": settings_of(loss="squared"),
    "optimizer": settings_of(optimizer=Optimizer("adam")),
    "rounding": settings_of(rounding=True),
}
CLOSING: dict[str, Edit] = {
    "batch": settings_of(batch=None),
    "more rows": lambda e: with_data(e, e.data.with_rows(np.ones((3, 4)))),
    "start_again": start_again,
    "draw_again": lambda e: draw_again(e, 3),
}
UNTOLD: dict[str, Edit] = {
    "move": lambda e: move(e, {"4": (9, 9)}),
    "rename": lambda e: rename(e, "4", "hidden"),
    "with_layout": lambda e: with_layout(e, replace(e.layout, letters=Letters("i"))),
    "digits": settings_of(digits=6),
    "stops": settings_of(stops=Stops(epochs=4)),
    "initializer": settings_of(initializer=Initializer("he")),
}
ALL = {**STRUCTURAL, **NUMBERS, **CLOSING, **UNTOLD}


def by_name(edits: dict[str, Edit]) -> pytest.MarkDecorator:
    """Run with each of these edits."""
    return pytest.mark.parametrize("edit", edits.values(), ids=edits.keys())


def in_a_pass() -> Experiment:
    """The flagship after two updates, at the ninth micro-step of the third."""
    moved = train(student(), 2)
    for _ in range(9):
        moved = step(moved)
    return moved


@by_name(ALL)
@pytest.mark.parametrize("start", [student(), in_a_pass(), go_to(train(student(), 3), 1, 4)])
def test_the_old_experiment_is_untouched_and_the_new_one_is_whole(
    edit: Edit, start: Experiment
) -> None:
    before = copy.deepcopy(start)
    trace, cursor, history = start.trace, start.cursor, start.history
    after = edit(start)
    assert start == before
    assert (start.trace, start.cursor, start.history) == (trace, cursor, history)
    left, right = list(arrays(start)), list(arrays(before))
    assert [a.tobytes() for a in left] == [b.tobytes() for b in right]
    assert after is not start
    check_invariants(after)
    check_invariants(step_update(step(after)))
    for array in arrays(after):
        if array.size:
            with pytest.raises(ValueError, match="read-only"):
                array[...] = 0


@by_name(STRUCTURAL | CLOSING)
def test_a_structural_edit_closes_the_pass(edit: Edit) -> None:
    after = edit(in_a_pass())
    assert (after.trace, after.cursor) == (None, 0)


@by_name(NUMBERS)
def test_an_edit_of_numbers_records_the_same_batch_anew_and_keeps_the_cursor(edit: Edit) -> None:
    start = in_a_pass()
    after = edit(start)
    assert start.trace is not None and after.trace is not None
    assert (after.cursor, after.trace.rows.tolist()) == (9, start.trace.rows.tolist())
    assert after.trace.before is after.parameters
    assert (
        after.trace.after.tobytes() == step_update(replace(after, trace=None)).parameters.tobytes()
    )
    assert after.trace.after.tobytes() != start.trace.after.tobytes()
    assert np.isnan(known_at(after.trace, after.cursor).gradients).all()


@by_name(UNTOLD)
def test_what_no_number_depends_on_leaves_everything_else_the_same_object(edit: Edit) -> None:
    for start in (in_a_pass(), go_to(train(student(), 3), 1, 4)):
        after = edit(start)
        assert after.program is start.program
        assert after.history is start.history
        assert after.trace is start.trace
        assert after.curve is start.curve
        assert after.position is start.position
        assert after.data is start.data
        assert (after.cursor, after.newest, after.runs) == (start.cursor, start.newest, start.runs)


@by_name(NUMBERS | {"batch": settings_of(batch=None)})
def test_an_edit_that_changes_no_structure_keeps_network_and_program(edit: Edit) -> None:
    start = in_a_pass()
    assert edit(start).program is start.program
    assert edit(start).layout is start.layout


@by_name({name: ALL[name] for name in ("add_node", "connect", "set_numbers", "set_cell", "rate")})
def test_an_edit_at_a_past_update_cuts_the_record_and_keeps_the_run(edit: Edit) -> None:
    done = train(student(), 9)
    after = edit(go_to(done, 4))
    assert (after.updates, after.newest, len(after.history)) == (4, 4, 2)
    assert after.history[0].updates == 4
    assert after.curve.column("update").tolist() == [0, 1, 2, 3, 4]
    (run,) = after.runs
    assert (run.curve, run.title) == (done.curve, "Updates up to 9")
    assert run.start.tobytes() == done.start.tobytes()
    with refused("Update 5 is not recorded"):
        go_to(after, 5)
    assert go_to(done, 9).parameters.tobytes() == done.parameters.tobytes()
    assert edit(done).runs == ()


# --- structure ------------------------------------------------------------------------------


def test_a_node_stands_where_it_was_put_and_has_its_name() -> None:
    after = STRUCTURAL["add_node"](student())
    assert (after.layout.position("7"), after.layout.name("7")) == ((1, 2), "seven")
    assert add_node(student(), Node("7"), (1, 2)).layout.name("7") == "7"
    with refused("There is already a node “4”."):
        add_node(student(), Node("4"), (0, 0))


def test_numbers_that_still_have_a_place_keep_it() -> None:
    start = train(student(optimizer=Optimizer("adam")), 3)
    after = remove_nodes(start, ["2", "5"])
    for i, place in enumerate(after.network.places):
        old = start.network.place_index[place]
        assert after.parameters[i] == start.parameters[old]
        assert after.start[i] == start.start[old]
        for new, before in zip(after.position.state, start.position.state, strict=True):
            assert new[i] == before[old] != 0
    assert (after.position.count, after.turn, after.updates) == (3, start.turn, 3)


def test_new_numbers_are_born_and_their_state_is_0() -> None:
    start = train(
        student(
            optimizer=Optimizer("momentum"), initializer=Initializer("constant", 0.3, bias=0.7)
        ),
        2,
    )
    after = connect(add_node(start, Node("h", activation="tanh", bias=True), (0, 0)), "1", "h")
    weight, bias = (
        after.network.place_index[p] for p in (Place("weight", "h", "1"), Place("bias", "h"))
    )
    assert (after.parameters[weight], after.parameters[bias]) == (0.3, 0.7)
    assert (after.start[weight], after.start[bias]) == (0.3, 0.7)
    (velocity,) = after.position.state
    assert (velocity[weight], velocity[bias]) == (0, 0)
    grown = add_node(start, Node("p", "parameter"), (0, 0))
    assert grown.parameters[-1] == 0


@pytest.mark.parametrize(
    ("node", "weights", "locked"),
    [
        (Node("n"), [1, 1, 1], True),
        (Node("n", subtracts=True), [1, -1, -1], True),
        (Node("n", combine="product"), [1, 1, 1], True),
        (Node("n", combine="product", activation="tanh"), [1, 1, 1], True),
    ],
)
def test_new_edges_into_plus_minus_and_times(node: Node, weights: list[int], locked: bool) -> None:
    moved = add_node(student(), node, (0, 0))
    for source in "123":
        moved = connect(moved, source, "n")
    found = [moved.parameters[moved.network.place_index[Place("weight", "n", s)]] for s in "123"]
    assert (found, [e.locked for e in moved.network.arriving["n"]]) == (weights, [locked] * 3)
    assert new_edge_is_locked(moved.network, "n") is locked


@pytest.mark.parametrize(
    "node",
    [Node("n", bias=True), Node("n", activation="tanh"), Node("n", combine="max"),
     Node("n", combine="min", subtracts=True), Node("n", activation="relu", subtracts=True)],
)  # fmt: skip
def test_new_edges_elsewhere_are_drawn_and_can_be_read(node: Node) -> None:
    initializer = Initializer("uniform", 2.0)
    moved = add_node(student(initializer=initializer, seed=4), node, (0, 0))
    for count, source in enumerate("123", 1):
        moved = connect(moved, source, "n")
        drawn = moved.parameters[moved.network.place_index[Place("weight", "n", source)]]
        expected = alone(initializer, count, len(moved.network.leaving[source]), 4, source, "n")
        assert drawn == expected == round(drawn, 1) != 0
        assert not moved.network.edge(source, "n").locked


def test_a_new_edge_may_be_0_only_where_zeros_were_asked_for() -> None:
    zeros = connect(student(initializer=Initializer("zeros")), "1", "6")
    assert zeros.parameters[zeros.network.place_index[Place("weight", "6", "1")]] == 0
    tiny = connect(student(initializer=Initializer("uniform", 1e-6)), "1", "6")
    assert abs(tiny.parameters[tiny.network.place_index[Place("weight", "6", "1")]]) == 0.1


def test_an_edge_drawn_again_has_the_same_weight() -> None:
    once = connect(student(), "1", "6")
    again = connect(disconnect(once, [("1", "6")]), "1", "6")
    assert again.parameters.tobytes() == once.parameters.tobytes()


def test_why_an_edge_is_not_allowed_is_told_with_the_learners_names() -> None:
    start = rename(rename(student(), "4", "hidden"), "6", "grade")
    sentence = "That would close a loop: grade → hidden → grade."
    assert start.network.why_not_connect("6", "4", start.layout.name) == sentence
    with refused(sentence):
        connect(start, "6", "4")
    with refused("There is already an edge from hidden to grade."):
        connect(start, "4", "6")
    assert start.network.why_not_connect("1", "6", start.layout.name) is None
    with refused("There is no edge from 1 to 6."):
        disconnect(start, [("1", "6")])
    with refused("The node “9” is not known."):
        remove_nodes(start, ["9"])


def test_the_columns_of_the_data_follow_inputs_and_outputs() -> None:
    start = student()
    more = add_node(start, Node("7", "input"), (0, 0))
    assert more.data.cells.tolist() == [[1, 0, 1, 0, 1]]
    output = change_nodes(more, [replace(more.network.node("5"), output=True)])
    assert (output.data.targets, output.data.cells.tolist()) == (("5", "6"), [[1, 0, 1, 0, 0, 1]])
    less = remove_nodes(output, ["1", "6"])
    assert (less.data.columns, less.data.cells.tolist()) == (("2", "3", "7", "5"), [[0, 1, 0, 0]])
    assert start.data.cells.tolist() == [[1, 0, 1, 1]]
    locked = lock_edges(start, [("1", "4")], True)
    assert locked.data is start.data


def test_inputs_stay_standardised_when_others_come_and_go() -> None:
    plain = student()
    known = Scaling((1.0, 2.0, 3.0), (4.0, 5.0, 6.0))
    start = with_data(plain, replace(plain.data, scaling=known))
    more = add_node(start, Node("7", "input"), (0, 0))
    assert more.data.scaling == Scaling((1.0, 2.0, 3.0, 0.0), (4.0, 5.0, 6.0, 1.0))
    assert remove_nodes(more, ["7"]).data.scaling == known
    assert remove_nodes(more, ["1"]).data.scaling == Scaling((2.0, 3.0, 0.0), (5.0, 6.0, 1.0))
    constant = change_nodes(more, [Node("2", "parameter")])
    assert constant.data.scaling == Scaling((1.0, 3.0, 0.0), (4.0, 6.0, 1.0))
    assert add_node(start, Node("8", output=True), (0, 0)).data.scaling == known
    assert remove_nodes(start, ["6"]).data.scaling == known
    assert rename(start, "1", "wide").data is start.data


def test_the_same_network_again_is_no_edit() -> None:
    start = in_a_pass()
    assert with_network(start, start.network) is start
    assert lock_edges(start, [("1", "4")], False) is start
    moved = with_network(start, start.network, start.layout.move({"1": (2, 2)}))
    assert (moved.trace, moved.layout.position("1")) == (start.trace, (2, 2))


def test_a_locked_number_stays_and_learns_again_when_it_is_opened() -> None:
    start = train(student(optimizer=Optimizer("momentum")), 3)
    locked = lock_edges(start, [("4", "6")], True)
    index = locked.network.place_index[W46]
    still = train(locked, 3)
    assert still.parameters[index] == start.parameters[index]
    assert (
        train(lock_edges(still, [("4", "6")], False), 1).parameters[index]
        != start.parameters[index]
    )


def test_before_the_first_update_a_structural_edit_changes_the_start() -> None:
    after = connect(student(), "1", "6")
    assert after.start.tobytes() == after.parameters.tobytes()
    assert after.curve.count == 0


# --- numbers, data, settings ----------------------------------------------------------------


def test_numbers_by_hand_are_those_of_the_start_before_the_first_update_only() -> None:
    index = student().network.place_index[W46]
    before = set_numbers(student(), {W46: 0.5})
    assert (before.parameters[index], before.start[index]) == (0.5, 0.5)
    later = set_numbers(train(student(), 1), {W46: 0.5})
    assert (later.parameters[index], later.start[index]) == (0.5, -0.3)
    back = set_numbers(go_to(train(student(), 2), 0), {W46: 0.5})
    assert (back.start[index], back.curve.count, len(back.history)) == (0.5, 0, 1)


@pytest.mark.parametrize("edit", [NUMBERS["set_cell"], NUMBERS["loss"], NUMBERS["set_numbers"]])
def test_the_point_before_the_first_update_is_made_anew(edit: Edit) -> None:
    again = step_update(edit(go_to(train(student(), 2), 0)))
    assert again.curve == step_update(edit(student())).curve


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_numbers_and_cells_must_be_numbers(value: float) -> None:
    with refused("A weight must be a number that is neither infinite nor missing."):
        set_numbers(student(), {W46: value})
    with refused("A cell of the data must be a number."):
        set_cell(student(), 0, 0, value)


def test_a_place_that_there_is_not_is_refused() -> None:
    with refused("There is no weight at 4 to set."):
        set_numbers(student(), {Place("weight", "4", "6"): 1.0})


def test_another_number_of_rows_starts_a_new_epoch() -> None:
    inside = train(small(), 1)
    assert inside.turn == EpochPosition(0, 3)
    other = with_data(inside, random_data(inside.network, 8))
    assert other.turn == EpochPosition(1, 0)
    fresh = with_data(small(), random_data(inside.network, 8))
    assert fresh.turn == EpochPosition(0, 0)
    same = with_data(inside, random_data(inside.network, 7, seed=9))
    assert same.turn == EpochPosition(0, 3)
    marked = with_data(inside, random_data(inside.network, 7, tests=1))
    assert marked.turn == EpochPosition(1, 0)
    check_invariants(train(other, 5))


def test_data_of_other_columns_is_fitted() -> None:
    after = with_data(student(), make_data(["3"], ["6"], [[5, 7]]))
    assert (after.data.columns, after.data.cells.tolist()) == (("1", "2", "3", "6"), [[0, 0, 5, 7]])


def test_a_new_kind_of_optimiser_starts_empty_and_another_rate_does_not() -> None:
    start = train(small(optimizer=Optimizer("momentum")), 4)
    adam = with_settings(start, replace(start.settings, optimizer=Optimizer("adam")))
    assert (adam.position.count, adam.turn) == (0, start.turn)
    assert [v.any() for v in adam.position.state] == [False, False]
    softer = with_settings(start, replace(start.settings, optimizer=Optimizer("momentum", 0.5)))
    assert softer.position is start.position
    faster = with_settings(start, replace(start.settings, rate=0.9))
    assert faster.position is start.position


def test_settings_that_make_no_sense_are_refused() -> None:
    start = student()
    with refused("The learning rate must be a positive number"):
        with_settings(start, replace(start.settings, rate=-1.0))
    with refused("Rounding as the lecture does needs plain SGD"):
        settings_of(rounding=True, l2=0.1)(start)
    with refused("Numbers are shown with 1 to 17 digits."):
        settings_of(digits=0)(start)
    assert with_settings(start, replace(start.settings)) is start


def test_switching_the_rounding_records_the_pass_anew() -> None:
    start = in_a_pass()
    rounded = NUMBERS["rounding"](start)
    assert rounded.trace is not None
    sums = known_at(rounded.trace, rounded.cursor).sums
    assert sums[5, 0] == round(float(sums[5, 0]), 3)
    back = settings_of(rounding=False)(rounded)
    assert back.trace is not None and start.trace is not None
    assert back.trace.after.tobytes() == start.trace.after.tobytes()


# --- from the beginning ---------------------------------------------------------------------


def test_starting_again_comes_back_to_the_start_and_keeps_the_run() -> None:
    done = train(small(optimizer=Optimizer("adam")), 9)
    named = replace(done, lesson="xor", unknown={(): {"later": 1}})
    again = start_again(named)
    assert again.parameters.tobytes() == done.start.tobytes()
    assert (again.updates, again.turn, again.position.count) == (0, EpochPosition(), 0)
    assert (again.curve.count, again.ending, again.lesson, again.unknown) == (
        0,
        None,
        "xor",
        {(): {"later": 1}},
    )
    assert [(run.title, run.curve) for run in again.runs] == [("Run of 9 updates", done.curve)]
    assert train(again, 9).parameters.tobytes() == done.parameters.tobytes()
    assert start_again(small()).runs == ()
    past = start_again(go_to(done, 3))
    assert past.runs[0].title == "Run of 9 updates"


def test_an_edit_takes_the_ending_of_the_run_before_away() -> None:
    done = train(small(), 3)
    assert done.ending is not None
    assert settings_of(rate=0.9)(done).ending is None
    assert move(done, {"x1": (1, 1)}).ending is done.ending


def test_only_the_newest_runs_are_kept() -> None:
    moved = small()
    for _ in range(25):
        moved = start_again(train(moved, 1))
    assert len(moved.runs) == 20


def test_drawing_again_draws_by_the_seed_and_leaves_what_is_locked() -> None:
    start = lock_edges(
        train(student(initializer=Initializer("uniform", 0.5, bias=0.25)), 2), [("1", "4")], True
    )
    drawn = draw_again(start, 11)
    assert drawn.settings.seed == 11
    assert drawn.parameters.tobytes() == draw_again(start, 11).parameters.tobytes()
    assert drawn.parameters.tobytes() != draw_again(start, 12).parameters.tobytes()
    assert draw_again(drawn).parameters.tobytes() == drawn.parameters.tobytes()
    weights = drawn.parameters[:8]
    assert weights[0] == 0.2
    assert (weights[1:] != start.start[1:8]).all()
    assert (np.abs(weights[1:]) <= 0.5).all()
    assert drawn.parameters[8:].tolist() == [0.25] * 3
    assert drawn.start.tobytes() == drawn.parameters.tobytes()
    assert (drawn.updates, len(drawn.history)) == (0, 1)
    assert drawn.runs[0].context.settings.seed == 0
    with refused("The seed must be a whole number from 0 on."):
        draw_again(start, -1)


def test_as_drawn_leaves_every_number() -> None:
    start = train(student(initializer=Initializer("as drawn", bias=0.9)), 2)
    assert draw_again(start, 5).parameters.tobytes() == start.start.tobytes()


def test_parameter_nodes_keep_their_value_when_weights_are_drawn() -> None:
    moved = set_numbers(
        add_node(student(), Node("p", "parameter"), (0, 0)), {Place("value", "p"): 2.5}
    )
    assert draw_again(moved, 3).parameters[-1] == 2.5


def test_fans_count_edges() -> None:
    """He: normal with deviation √(2 / in), in = 3 into 4 and 5, 2 into 6."""
    drawn = draw_again(student(initializer=Initializer("he")), 1).parameters
    wide = draw_again(student(initializer=Initializer("normal", 1.0)), 1).parameters
    assert drawn[:6] == pytest.approx(wide[:6] * np.sqrt(2 / 3))
    assert drawn[6:8] == pytest.approx(wide[6:8])


def test_the_first_free_id() -> None:
    network = Network((Node("n1"), Node("n3"), Node("h1")))
    assert (free_id(network), free_id(network, "h"), free_id(network, "x")) == ("n2", "h2", "x1")


def test_combines_change_with_their_node() -> None:
    combines: tuple[Combine, ...] = ("product", "max", "min")
    start = student()
    for combine in combines:
        node = replace(start.network.node("6"), combine=combine, bias=False)
        after = change_nodes(start, [node])
        assert len(after.parameters) == 10
        check_invariants(train(after, 2))
    with refused("only a sum has a bias"):
        change_nodes(start, [replace(start.network.node("6"), combine="max")])


def test_an_empty_experiment_can_be_drawn_from_nothing() -> None:
    moved = new_experiment(Network(), settings=Settings(initializer=Initializer("constant", 0.5)))
    moved = add_node(moved, Node("x", "input"), (0, 0))
    moved = add_node(moved, Node("y", activation="tanh", output=True, bias=True), (1, 0))
    moved = connect(moved, "x", "y")
    moved = set_cell(set_cell(moved, 0, 0, 1.0), 0, 1, 1.0)
    assert moved.parameters.tolist() == [0.5, 0]
    assert train(moved, 3).parameters[0] > 0.5


def test_edges_drawn_together_are_those_drawn_one_by_one() -> None:
    """The same network, or the same sentence about the same pair, whatever the pairs."""
    start = small(sizes=(2, 2, 2, 1))
    names = [*start.network.index, "nobody"]
    rng = Random(8)
    outcomes = set()
    for _ in range(300):
        pairs = [(rng.choice(names), rng.choice(names)) for _ in range(rng.randint(1, 4))]
        together, one_by_one = outcome(start, [pairs]), outcome(start, [[p] for p in pairs])
        assert together == one_by_one, pairs
        outcomes.add(together if isinstance(together, str) else "drawn")
    assert len(outcomes) > 10


def outcome(experiment: Experiment, strokes: list[list[tuple[str, str]]]) -> Network | str:
    """What is drawn in the end, or why it is not."""
    try:
        for pairs in strokes:
            experiment = connect_all(experiment, pairs)
    except Refused as refused:
        return refused.sentence
    return experiment.network
