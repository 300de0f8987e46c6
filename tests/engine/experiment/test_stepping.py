"""Forward and back: the flagship micro-step by micro-step, every coarser step, and any update."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from engine.data import make_data
from engine.experiment.editing import add_node, change_nodes, set_numbers, with_settings
from engine.experiment.experiment import Experiment, at_position, new_experiment
from engine.experiment.stepping import (
    batch_of,
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
from engine.experiment.trace import MicroStep, known_at, value_of
from engine.experiment.training import Goal, trained
from engine.experiment.walk import EpochPosition
from engine.network import Edge, Network, Node, Place
from engine.numerals import count
from engine.settings import Settings
from tests.engine.experiments import (
    check_invariants,
    connect,
    logarithm,
    move,
    refused,
    remove_nodes,
    same_points,
    small,
    student,
    train,
)

EXACT = {
    ("sum", "4"): -0.7, ("activation", "4"): 0.3318122278318339,
    ("sum", "5"): 0.1, ("activation", "5"): 0.52497918747894,
    ("sum", "6"): -0.10453950584533817, ("activation", "6"): 0.47388889882398544,
    ("loss", "6"): (1 - 0.47388889882398544) ** 2 / 2,
    ("error", "6"): -0.1311690782143445, ("error", "5"): 0.0065420850641689935,
    ("error", "4"): 0.008724561965433263,
    ("gradient", "46"): -0.04352350406494972, ("gradient", "56"): -0.06886103610332811,
    ("gradient", "6"): -0.1311690782143445,
    ("gradient", "15"): 0.0065420850641689935, ("gradient", "25"): 0,
    ("gradient", "35"): 0.0065420850641689935, ("gradient", "5"): 0.0065420850641689935,
    ("gradient", "14"): 0.008724561965433263, ("gradient", "24"): 0,
    ("gradient", "34"): 0.008724561965433263, ("gradient", "4"): 0.008724561965433263,
    ("value", "46"): -0.26082884634154524, ("value", "56"): -0.13802506750700472,
    ("value", "6"): 0.21805217039291008,
    ("value", "15"): -0.30588787655775207, ("value", "25"): 0.1,
    ("value", "35"): 0.19411212344224793, ("value", "5"): 0.19411212344224793,
    ("value", "14"): 0.19214789423111006, ("value", "24"): 0.4,
    ("value", "34"): -0.50785210576889, ("value", "4"): -0.40785210576888997,
}  # fmt: skip
PRINTED = {
    ("sum", "4"): -0.7, ("activation", "4"): 0.332, ("sum", "5"): 0.1, ("activation", "5"): 0.525,
    ("sum", "6"): -0.105, ("activation", "6"): 0.474,
    ("loss", "6"): 0.1383,  # ½ (1 - 0.474)² = 0.138338
    ("error", "6"): -0.1311, ("error", "5"): 0.0065, ("error", "4"): 0.0087,
    ("gradient", "46"): -0.0435, ("gradient", "56"): -0.0688, ("gradient", "6"): -0.1311,
    ("gradient", "15"): 0.0065, ("gradient", "25"): 0, ("gradient", "35"): 0.0065,
    ("gradient", "5"): 0.0065, ("gradient", "14"): 0.0087, ("gradient", "24"): 0,
    ("gradient", "34"): 0.0087, ("gradient", "4"): 0.0087,
    ("value", "46"): -0.261, ("value", "56"): -0.138, ("value", "6"): 0.218,
    ("value", "15"): -0.306, ("value", "25"): 0.1, ("value", "35"): 0.194, ("value", "5"): 0.194,
    ("value", "14"): 0.192, ("value", "24"): 0.4, ("value", "34"): -0.508, ("value", "4"): -0.408,
}  # fmt: skip
PHASES_OF_STUDENT = {"forward": 6, "loss": 7, "backward": 10, "gradient": 21, "update": 32}


def told(experiment: Experiment, step: MicroStep) -> tuple[str, str]:
    """A micro-step by what it computes and whose it is: ("gradient", "46")."""
    if step.place < 0:
        return step.what, step.node
    place = experiment.network.places[step.place]
    return step.what, place.source + place.target


def walked(experiment: Experiment) -> list[tuple[tuple[str, str], float]]:
    """What one pass tells, step by step, with the number that each one shows."""
    found = []
    moved = step(experiment)
    while moved.trace is not None:
        done = moved.trace.script.steps[moved.cursor - 1]
        number = value_of(moved.trace, moved.program, done, 0)
        found.append((told(moved, done), number))
        moved = step(moved)
    return found


@pytest.mark.parametrize("rounding", [False, True])
def test_the_flagship_is_told_in_the_lectures_order_with_its_numbers(rounding: bool) -> None:
    expected = PRINTED if rounding else EXACT
    found = walked(student(rounding=rounding))
    assert len(found) == 32
    assert [what for what, _ in found] == list(expected)
    tolerance = 0 if rounding else 1e-15
    assert [n for _, n in found] == pytest.approx(list(expected.values()), rel=0, abs=tolerance)


@pytest.mark.parametrize("rounding", [False, True])
def test_the_update_is_what_was_told(rounding: bool) -> None:
    after = step_update(student(rounding=rounding))
    shown = PRINTED if rounding else EXACT
    for place, value in zip(after.network.places, after.parameters, strict=True):
        tolerance = 0 if rounding else 1e-15
        assert value == pytest.approx(shown["value", place.source + place.target], abs=tolerance)
    assert (after.updates, after.turn, after.trace, after.cursor) == (
        1,
        EpochPosition(1, 0),
        None,
        0,
    )


def test_phases_end_where_the_lecture_ends_them() -> None:
    trace = step(student()).trace
    assert trace is not None
    assert trace.script.phase_ends() == PHASES_OF_STUDENT


def shown(experiment: Experiment) -> list[bytes]:
    """Everything that is shown at this cursor, bit for bit."""
    found = [experiment.parameters.tobytes()]
    if experiment.trace is not None:
        known = known_at(experiment.trace, experiment.cursor)
        found += [array.tobytes() for array in known]
    return [*found, bytes([experiment.cursor]), bytes([experiment.updates])]


@pytest.mark.parametrize("rounding", [False, True])
def test_stepping_back_shows_what_was_shown_on_the_way(rounding: bool) -> None:
    way = [student(rounding=rounding)]
    for _ in range(3 * 33 + 5):  # three updates and a little
        way.append(step(way[-1]))
    back = way[-1]
    for before in reversed(way[:-1]):
        back = step_back(back)
        assert (back.updates, back.cursor) == (before.updates, before.cursor)
        assert shown(back) == shown(before)
        assert back == before or back.curve.count > before.curve.count
    with refused("This is the very start; there is nothing before it."):
        step_back(back)


FORTH_AND_BACK: list[tuple[Callable[[Experiment], Experiment], Callable[[Experiment], Experiment]]]
FORTH_AND_BACK = [
    (step, step_back),
    (step_phase, step_phase_back),
    (step_update, step_update_back),
    (step_epoch, step_epoch_back),
]


@pytest.mark.parametrize(("forth", "back"), FORTH_AND_BACK)
def test_every_step_back_undoes_the_step_forth(
    forth: Callable[[Experiment], Experiment], back: Callable[[Experiment], Experiment]
) -> None:
    way = [small(shuffle=True)]
    for _ in range(14):
        way.append(forth(way[-1]))
    moved = way[-1]
    for before in reversed(way[:-1]):
        moved = back(moved)
        assert shown(moved) == shown(before)
        assert moved.turn == before.turn
    with refused("very start"):
        back(moved)
    for after in way[1:]:  # and forth again, now in the record
        moved = forth(moved)
        assert shown(moved) == shown(after)
    assert moved.history == way[-1].history


def test_a_phase_ends_at_its_last_micro_step_and_then_the_update_is_made() -> None:
    moved = student()
    for cursor in (*PHASES_OF_STUDENT.values(), 0):
        moved = step_phase(moved)
        assert moved.cursor == cursor
    assert moved.updates == 1
    assert step_phase(step(student())).cursor == 6
    assert step_phase_back(go_to(student(), 0, 8)).cursor == 7
    assert step_phase_back(go_to(student(), 0, 3)).cursor == 0


def test_coarser_steps_are_many_small_ones() -> None:
    start = small(shuffle=True, optimizer=small().settings.optimizer)
    moved = start
    while moved.turn.epoch == 0:
        moved = step(moved)
    assert moved == step_epoch(start) == step_update(step_update(step_update(start)))
    assert (moved.updates, moved.turn) == (3, EpochPosition(1, 0))
    assert step_epoch(step(step_update(start))) == moved
    inside = go_to(moved, 1, 4)
    assert (step_update(inside).updates, step_update(inside).cursor) == (2, 0)
    assert (step_update_back(inside).updates, step_update_back(inside).cursor) == (1, 0)


def test_an_epoch_back_goes_to_the_beginning_of_the_present_or_else_of_the_one_before() -> None:
    done = step_epoch(step_epoch(small()))
    assert step_epoch_back(done).updates == 3
    inside = step(step_update(done))
    assert step_epoch_back(inside).updates == 6
    assert step_epoch_back(step(done)).updates == 6
    assert step_epoch_back(step_epoch_back(done)).updates == 0


def test_the_last_batch_of_an_epoch_holds_what_is_left() -> None:
    first = small()
    rows = []
    for _ in range(4):
        rows.append(batch_of(first).tolist())
        assert batch_of(step(first)).tolist() == rows[-1]
        first = step_update(first)
    assert rows == [[0, 1, 2], [3, 4, 5], [6], [0, 1, 2]]


def test_going_anywhere_at_once() -> None:
    done = train(small(), 9)
    there = go_to(done, 4, 5)
    assert (there.updates, there.cursor, there.newest) == (4, 5, 9)
    by_steps = small()
    for _ in range(4):
        by_steps = step_update(by_steps)
    assert shown(there) == shown(go_to(by_steps, 4, 5))
    length = there.trace.length if there.trace else 0
    assert go_to(done, 4, None).cursor == go_to(done, 4, 10_000).cursor == length
    assert go_to(done, 4, -3).cursor == 1
    for update in (-1, 10):
        with refused(f"Update {count(update)} is not recorded; the record goes from 0 to 9."):
            go_to(done, update)


def test_stepping_in_the_past_walks_what_is_recorded() -> None:
    done = train(small(optimizer=small().settings.optimizer), 6)
    past = step_update(go_to(done, 2))
    assert past.history is done.history
    assert past.curve is done.curve
    assert past.updates == 3
    assert (
        step_update(step_update(step_update(past))).parameters.tobytes()
        == done.parameters.tobytes()
    )


def test_the_past_is_shown_under_what_was_in_force_then() -> None:
    first = train(small(), 4)
    fast = train(with_settings(first, replace(first.settings, rate=0.5)), 2)
    assert go_to(fast, 3).settings.rate == 0.05
    assert go_to(fast, 4).settings.rate == go_to(go_to(fast, 3), 6).settings.rate == 0.5
    last_of_slow = go_to(fast, 3, None)
    assert last_of_slow.trace is not None
    assert last_of_slow.trace.rate == 0.05
    assert step(last_of_slow).settings.rate == 0.5


def test_a_number_typed_in_between_is_there_again_on_the_way_forth() -> None:
    first = train(small(), 4)
    place = Place("weight", "y1", "h1.1")
    typed = train(set_numbers(first, {place: 0.625}), 1)
    index = first.network.place_index[place]
    assert go_to(typed, 4).parameters[index] == 0.625
    at_end = go_to(typed, 3, None)
    assert at_end.trace is not None
    assert at_end.trace.after.tobytes() == first.parameters.tobytes()
    assert step(at_end).parameters[index] == 0.625
    assert step_back(step(at_end)).parameters.tobytes() == at_end.parameters.tobytes()


def test_nodes_stay_where_they_are_now_whichever_update_is_looked_at() -> None:
    first = train(move(small(), {"x1": (1, 1), "h1.1": (2, 2)}), 2)
    grown = connect(add_node(first, Node("n", bias=True), (5, 5), "new"), "x1", "n")
    later = move(train(grown, 2), {"n": (7, 7), "x1": (3, 3)})
    past = go_to(later, 1)
    assert "n" not in past.network.index
    assert past.layout.position("x1") == (3, 3)
    again = go_to(past, 4)
    assert (again.layout.position("n"), again.layout.name("n")) == ((7, 7), "new")
    assert again == later
    cut = set_numbers(past, {Place("bias", "y1"): 0.5})
    assert "n" not in cut.layout.positions
    removed = remove_nodes(later, ["x1"])
    assert "x1" not in go_to(go_to(removed, 1), 4).layout.positions
    assert go_to(removed, 1).layout.position("x1") == (1, 1)
    assert go_to(removed, 3).layout.position("x1") == (3, 3)
    restarted = go_to(removed, 0)
    assert restarted.layout.name("n") == "new"


def test_digits_and_stop_rules_are_those_of_now_whichever_update_is_looked_at() -> None:
    first = train(small(), 4)
    later = with_settings(first, replace(first.settings, digits=6))
    assert go_to(later, 2).settings.digits == 6
    past = go_to(later, 2)
    finer = with_settings(past, replace(past.settings, digits=17))
    assert finer.newest == 4
    assert go_to(finer, 4).settings.digits == 17


def test_the_record_of_a_saved_experiment_begins_where_it_was_saved() -> None:
    done = train(small(), 5)
    opened = at_position(done.context, done.position, done.start, done.updates)
    with refused("This is update 5, where the file was saved; the record begins here."):
        step_back(opened)
    with refused("update 5"):
        step_epoch_back(opened)
    on = step_epoch(step_epoch(opened))
    assert (step_epoch_back(on).updates, step_epoch_back(step_epoch_back(on)).updates) == (6, 5)
    check_invariants(on)


def test_numbers_that_do_not_exist_are_refused() -> None:
    with refused("The logarithm of −1 does not exist: neuron h, sample 1."):
        step(logarithm(-1.0))
    with refused("The logarithm of 0 does not exist"):
        step(logarithm(0.0))


def test_a_loss_or_an_update_too_large_for_a_number_is_refused() -> None:
    network = Network((Node("x", "input"), Node("y", output=True)), (Edge("x", "y"),))
    data = make_data(["x"], ["y"], [[1.0, 0.0]])
    huge = new_experiment(network, data=data, parameters=np.array([1e200]))
    with refused("The loss of y is too large for a number"):
        step(huge)
    fast = Settings(loss="absolute", rate=1e12)
    far = new_experiment(network, data=make_data(["x"], ["y"], [[1e300, 0.0]]), settings=fast,
                         parameters=np.array([1e-5]))  # fmt: skip
    with refused("The loss became infinite at update 1; the rate (1e12) is"):
        step_update(far)


def test_a_step_after_an_ending_takes_the_ending_away() -> None:
    done = train(small(), 3)
    assert done.ending is not None
    assert step(done).ending is not None
    assert step_update(done).ending is None


def test_the_end_of_an_epoch_has_a_point_where_there_are_many_rows() -> None:
    start = small(rows=2100, batch=700)
    assert step_epoch(start).curve.column("update").tolist() == [0, 3]
    assert same_points(step_epoch(start).curve, train(start, 3).curve)
    assert step_update(start).curve.count == 1


def test_a_point_of_the_curve_for_each_update() -> None:
    moved = small()
    assert moved.curve.count == 0
    for updates in range(1, 5):
        moved = step_update(moved)
        assert moved.curve.column("update").tolist() == list(range(updates + 1))
    assert go_to(moved, 1).curve is moved.curve


def test_a_loss_that_is_too_large_only_as_a_sum_ends_stepping_as_it_ends_training() -> None:
    """Each of two samples answers 1.5e308; their sum is no number."""
    start = logarithm(1.0, samples=(1.0, 1.0))
    (output,) = [replace(n, activation="identity") for n in start.network.nodes if n.output]
    start = change_nodes(start, [output])
    start = with_settings(start, replace(start.settings, batch=None, rate=1e-3))
    start = set_numbers(start, {start.network.places[0]: 1.5e308})
    ending = trained(start, Goal(updates=3)).ending
    assert ending is not None
    assert (ending.rule, ending.update) == ("infinite", 1)
    with refused(ending.sentence):
        step_update(start)
