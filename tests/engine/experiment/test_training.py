"""Train does what Step does, bit for bit; it ends with a reason, and never on a missing number."""

import ast
import inspect
import math
import sys
from dataclasses import replace
from random import Random
from typing import Any

import numpy as np
import pytest

from engine.data import make_data
from engine.errors import Refused
from engine.experiment import training
from engine.experiment.editing import with_settings
from engine.experiment.experiment import Experiment, new_experiment
from engine.experiment.history import end_of
from engine.experiment.stepping import go_to, step, step_epoch, step_update
from engine.experiment.training import Goal, RunCommand, RunProgress, Training, trained
from engine.experiment.training import train as training_of
from engine.experiment.walk import EpochPosition
from engine.functions.optimizers import Optimizer, Schedule
from engine.network import Edge, Network, Node
from engine.numerals import count, short
from engine.settings import Settings, Stops
from tests.engine.experiments import (
    EVERY_OPTIMIZER,
    check_invariants,
    logarithm,
    perceptron,
    random_data,
    refused,
    returned,
    same_points,
    scheduled,
    small,
    stepped,
    student,
    three_inputs,
    train,
)
from tests.engine.networks import layered
from tests.sampled import sampled

PENALTIES = {"l1": 1e-3, "l2": 1e-2}
EVERYTHING = {
    "shuffle": True, "schedule": Schedule("exponential", factor=0.97), "reduction": "sum",
    "loss": "squared", "batch": 4,
}  # fmt: skip


def same_bits(left: Experiment, right: Experiment) -> bool:
    """The same numbers, state, count and turn, and where both curves have a point the same one."""
    one, other = left.position, right.position
    return (
        one.parameters.tobytes() == other.parameters.tobytes()
        and [v.tobytes() for v in one.state] == [v.tobytes() for v in other.state]
        and (one.count, one.turn, left.updates) == (other.count, other.turn, right.updates)
        and same_points(left.curve, right.curve)
    )


@pytest.mark.parametrize(
    "more", sampled([{}, EVERYTHING, {**EVERYTHING, **PENALTIES}, {"batch": None}], 1)
)
@pytest.mark.parametrize("optimizer", EVERY_OPTIMIZER, ids=lambda optimizer: optimizer.kind)
def test_step_and_train_give_the_same_bits(optimizer: Optimizer, more: dict[str, Any]) -> None:
    updates = 200 if more else 60
    start = small(rows=7 if more else 5, tests=1, optimizer=optimizer, rate=0.02, **more)
    by_step, by_train = stepped(start, updates), train(start, updates)
    assert same_bits(by_step, by_train)
    assert not np.array_equal(by_train.parameters, start.parameters)
    for update in (1, updates // 3, updates - 1):
        assert same_bits(go_to(by_step, update), go_to(by_train, update))
    check_invariants(by_train)


def test_training_may_go_on_where_stepping_stopped_and_the_other_way_round() -> None:
    start = small(optimizer=Optimizer("adam"), shuffle=True)
    whole = train(start, 50)
    assert same_bits(train(stepped(start, 11), 39), whole)
    assert same_bits(stepped(train(start, 29), 21), whole)
    assert same_bits(train(step(step(stepped(start, 4))), 46), whole)


@pytest.mark.parametrize("batch", [1, 2, 4, 5, None])
def test_another_batch_size_within_an_epoch_counts_from_the_next_row(batch: int | None) -> None:
    half = train(small(rows=11, shuffle=True), 2)  # 6 of 11 rows are taken
    assert half.turn == EpochPosition(0, 6)
    other = with_settings(half, replace(half.settings, batch=batch))
    assert same_bits(train(other, 9), stepped(other, 9))


def pull(training: Training, *commands: RunCommand | None) -> list[RunProgress]:
    """What a generator yields for these commands."""
    progress = [next(training)]
    progress += [training.send(command) for command in commands]
    return progress


@pytest.mark.parametrize("most", [1, 7, 1000])
def test_however_it_is_pulled_the_result_is_the_same(most: int) -> None:
    start = small(rows=40, optimizer=Optimizer("momentum"), shuffle=True, batch=1)
    goal = Goal(updates=1310)
    whole = trained(start, goal)
    pulled = returned(training_of(start, goal), RunCommand(most=most))
    assert same_bits(whole, pulled)
    assert whole.curve == pulled.curve
    assert whole.updates == 1310
    assert pulled.ending is not None and whole.ending is not None
    assert pulled.ending.sentence == whole.ending.sentence
    for update in (0, 520, 600, 999, 1001, 1309):
        assert same_bits(go_to(whole, update), go_to(pulled, update))


def test_the_record_of_a_long_run_is_that_of_many_short_ones() -> None:
    start = small(rows=40, optimizer=Optimizer("momentum"), shuffle=True, batch=1)
    in_pieces = start
    for _ in range(10):
        in_pieces = train(in_pieces, 131)
    whole = train(start, 1310)
    for update in range(0, 1310, 7):
        assert same_bits(go_to(whole, update), go_to(in_pieces, update))


def test_a_slice_makes_as_many_updates_as_it_is_told() -> None:
    progress = pull(
        training_of(small()), RunCommand(most=5), RunCommand(most=0), RunCommand(most=600)
    )
    assert [p.done for p in progress] == [0, 5, 5, 605]
    assert [p.update for p in progress] == [0, 5, 5, 605]
    assert progress[1].position.turn == EpochPosition(1, 6)
    assert progress[1].curve.last is not None
    assert progress[1].curve.last.update == 5
    after = train(small(), 5).position.parameters
    assert progress[1].position.parameters.tobytes() == after.tobytes()


def test_slices_are_shorter_where_updates_cost_more() -> None:
    def first_slice(experiment: Experiment) -> int:
        return pull(training_of(experiment), None)[1].done

    wide = layered((20, 300, 1), "tanh")
    large = new_experiment(wide, data=random_data(wide, 300), settings=Settings(batch=300))
    assert 1 <= first_slice(large) < 10
    assert 500 < first_slice(small()) <= training.MOST_IN_SLICE


def test_slices_are_shorter_where_every_update_has_a_point() -> None:
    """A rule that looks at the points has one at the end of each epoch, here of each update."""
    start = small(rows=90, batch=None)
    looked_at = small(rows=90, batch=None, stops=Stops(loss_below=1e-9))
    lengths = [pull(training_of(each), None)[1].done for each in (looked_at, start)]
    assert 0 < 2 * lengths[0] < lengths[1]


def test_the_buffer_of_a_wide_network_stays_small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "MOST_NUMBERS_IN_SLICE", 13 * 4)
    start = small()
    assert len(start.parameters) == 13
    narrow = returned(training_of(start, Goal(updates=30)), RunCommand(most=30))
    monkeypatch.undo()
    assert same_bits(narrow, train(start, 30))
    assert same_bits(go_to(narrow, 17), go_to(train(start, 30), 17))


def test_goals_count_from_where_the_run_begins() -> None:
    first = train(small(), 4)  # in the middle of epoch 1
    assert trained(first, Goal(updates=3)).updates == 7
    by_epoch = trained(first, Goal(epochs=1))
    assert (by_epoch.updates, by_epoch.turn) == (6, EpochPosition(2, 0))
    assert by_epoch.ending is not None
    assert by_epoch.ending.rule == "goal"
    assert by_epoch.ending.sentence == "Stopped at update 6, as asked."
    both = trained(small(), Goal(updates=100, epochs=2))
    assert both.updates == 6
    assert trained(small(), Goal(updates=0)).updates == 0
    assert same_bits(by_epoch, step_epoch(first))


@pytest.mark.parametrize(
    ("stops", "more", "rule", "sentence"),
    [
        (Stops(epochs=3), {}, "epochs", "Stopped at update 9: 3 epochs are done, as set."),
        (Stops(epochs=1), {}, "epochs", "Stopped at update 3: 1 epoch is done, as set."),
        (Stops(loss_below=0.15), {}, "loss",
         "Stopped at update {n}: the training loss, {loss}, is below 0.15."),
        (Stops(change_below=1e-3), {"schedule": Schedule("exponential", factor=0.5)}, "change",
         "Stopped at update {n}: the largest change of a weight, {change}, is below 0.001."),
        (Stops(misclassified_below=0.3), {"rate": 0.5}, "misclassified",
         "Stopped at update {n}: the misclassified share, {wrong}, is below 0.3."),
        (Stops(patience=2), {"loss": "zero-one"}, "progress",
         "Stopped at update 9: no progress for 2 epochs; the best loss was {loss}."),
    ],
)  # fmt: skip
def test_a_stop_rule_ends_the_run_with_a_sentence(
    stops: Stops, more: dict[str, Any], rule: str, sentence: str
) -> None:
    done = trained(small(stops=stops, **more), Goal(updates=3000))
    assert done.ending is not None
    last = done.curve.last
    assert last is not None
    words = sentence.format(n=count(done.updates), loss=short(last.loss), change=short(last.change),
                            wrong=short(1 - last.accuracy))  # fmt: skip
    assert (done.ending.rule, done.ending.sentence) == (rule, words)
    assert done.ending.update == done.updates == last.update
    if rule in ("loss", "change"):
        bound = stops.loss_below or stops.change_below or 0
        column = done.curve.column(rule)
        assert column[-1] < bound <= column[-2]


def test_a_run_that_begins_where_the_epochs_ended_gets_as_many_again() -> None:
    start = small(stops=Stops(epochs=3))
    once = trained(start)
    assert trained(once).turn == EpochPosition(6, 0)
    assert trained(train(start, 4)).turn == EpochPosition(3, 0)


def test_no_progress_is_told_by_the_test_loss_where_there_is_a_test_part() -> None:
    start = small(rows=12, tests=5, rate=0.4, stops=Stops(patience=3))
    done = trained(start, Goal(updates=3000))
    assert done.ending is not None
    assert done.ending.rule == "progress"
    ends = done.curve.table[done.curve.column("update") % 3 == 0][1:]
    tested = ends[:, 3]
    assert len(tested) - 1 - int(np.argmin(tested)) == 3


def test_settings_may_change_between_slices() -> None:
    start = small(rows=11)
    faster = replace(start.settings, rate=0.3, batch=2)
    training = training_of(start)
    progress = pull(training, RunCommand(most=5), RunCommand(settings=faster, most=4))
    assert progress[2].settings == faster
    done = returned_at_once(training)
    by_hand = train(start, 5)
    by_hand = train(with_settings(by_hand, faster), 4)
    assert same_bits(done, by_hand)
    assert done.settings == faster
    assert [s.updates for s in done.history] == [5, 4]
    assert go_to(done, 3).settings == start.settings
    check_invariants(done)


def returned_at_once(training: Training) -> Experiment:
    """The experiment of a run that is told to stop."""
    with pytest.raises(StopIteration) as stopped:
        training.send(RunCommand(stop=True))
    result: Experiment = stopped.value.value
    return result


def test_what_no_update_depends_on_changes_without_a_new_stretch() -> None:
    start = small()
    training = training_of(start)
    stop_soon = replace(start.settings, stops=Stops(epochs=4), digits=6)
    pull(training, RunCommand(most=5), RunCommand(settings=stop_soon, most=1000))
    with pytest.raises(StopIteration) as stopped:
        next(training)
    done = stopped.value.value
    assert (done.updates, done.ending.rule, done.settings) == (12, "epochs", stop_soon)
    assert len(done.history) == 1


def test_new_settings_get_their_own_time_to_make_progress() -> None:
    """Zero-one never falls: without the change the run ends after epoch 3, with it after 5."""
    start = small(loss="zero-one", stops=Stops(patience=2))
    assert trained(start, Goal(epochs=9)).turn.epoch == 3
    training = training_of(start, Goal(epochs=9))
    pull(
        training,
        RunCommand(most=6),
        RunCommand(settings=replace(start.settings, rate=0.5), most=99),
    )
    with pytest.raises(StopIteration) as stopped:
        next(training)
    assert stopped.value.value.turn.epoch == 5


def test_another_kind_of_optimiser_starts_empty_while_training() -> None:
    start = small(optimizer=Optimizer("momentum"))
    adam = replace(start.settings, optimizer=Optimizer("adam"))
    training = training_of(start)
    pull(training, RunCommand(most=4), RunCommand(settings=adam, most=6))
    done = returned_at_once(training)
    assert same_bits(done, train(with_settings(train(start, 4), adam), 6))
    assert done.position.count == 6


def test_settings_that_cannot_be_end_the_run_and_lose_nothing() -> None:
    start = small()
    training = training_of(start)
    bad = replace(start.settings, loss="softmax cross-entropy")
    progress = pull(training, RunCommand(most=5), RunCommand(settings=bad, most=5))
    ending = progress[-1].ending
    assert ending is not None
    assert (ending.rule, ending.update) == ("refused", 5)
    assert ending.sentence.startswith("Softmax cross-entropy compares several outputs.")
    with pytest.raises(StopIteration) as stopped:
        next(training)
    done = stopped.value.value
    assert same_bits(done, train(start, 5))
    assert done.settings == start.settings
    nothing = replace(start.settings, rate=-1.0)
    progress = pull(training_of(start), RunCommand(settings=nothing, most=5))
    assert progress[-1].ending is not None
    assert "must be a positive number" in progress[-1].ending.sentence


def test_stopping_at_once_leaves_the_experiment_as_it_was() -> None:
    start = train(small(), 5)
    training = training_of(start)
    next(training)
    stopped = returned_at_once(training)
    assert stopped == start
    assert stopped.ending is None
    assert stopped.history == start.history


def test_train_computes_exactly_and_gives_rounding_back() -> None:
    rounded = stepped(student(rounding=True), 2)
    done = train(rounded, 3)
    assert done.settings.rounding
    exact = replace(rounded, history=rounded.history)
    exact = with_settings(exact, replace(exact.settings, rounding=False))
    assert done.parameters.tobytes() == train(exact, 3).parameters.tobytes()
    assert [s.context.settings.rounding for s in done.history] == [True, False, True]
    assert go_to(go_to(done, 1), 5).settings.rounding
    assert not go_to(done, 3).settings.rounding
    again = train(step_update(done), 2)
    assert [s.updates for s in again.history] == [2, 3, 1, 2, 0]
    assert train(done, 0).settings.rounding
    check_invariants(again)


def test_training_in_the_past_cuts_the_record_and_keeps_the_run() -> None:
    done = train(small(), 9)
    again = train(go_to(done, 4), 3)
    assert (again.updates, end_of(again.history)) == (7, 7)
    assert same_bits(again, train(small(), 7))
    assert [run.curve for run in again.runs] == [done.curve]
    assert again.runs[0].title == "Updates up to 9"


def test_the_smallest_perceptron_explodes_at_rate_1() -> None:
    """w ← w + (y - ŷ)x from 0: 101, then 101 + (1.9 - 202)·2 = -299.2, 3377.9 and 1.1."""
    moved = perceptron(rate=1.0, loss="half squared", batch=1)
    found = []
    for _ in range(4):
        moved = train(moved, 1)
        found.append(float(moved.parameters[0]))
    assert found == pytest.approx([101, -299.2, 3377.9, 1.1], rel=1e-13)
    slow = train(perceptron(rate=0.01, loss="half squared", batch=1), 4)
    assert slow.parameters[0] == pytest.approx(1.00413731, abs=1e-12)
    best = trained(perceptron(rate=0.01, batch=None), Goal(updates=300))
    assert best.parameters[0] == pytest.approx(1.00469, abs=5e-6)


def test_a_circuit_goes_downhill_and_one_update_is_one_epoch() -> None:
    """f = a + b·c at 1, -2, 3 is -5; its slopes are 1, c = 3 and b = -2."""
    start = three_inputs()
    first = step(start).trace
    assert first is not None
    assert first.total == -5
    assert first.numbers.gradient[4:].tolist() == [1, 3, -2]
    done = train(start, 1)
    assert done.parameters[4:] == pytest.approx([0.99, -2.03, 3.02], abs=1e-15)
    after = step(done).trace
    assert after is not None
    assert after.total == pytest.approx(-5.1406, abs=1e-15)
    assert done.turn == EpochPosition(1, 0)
    assert done.data.count == 1
    assert same_bits(done, step_update(start))


def divergent(rng: Random) -> Experiment:
    """A linear network whose rate is far too high, of whatever kind."""
    network = layered((2, 3, 1), "identity")
    settings = Settings(
        loss=rng.choice(("squared", "half squared")),
        reduction=rng.choice(("mean", "sum")),
        optimizer=Optimizer(rng.choice(("sgd", "sgd", "momentum", "nesterov"))),
        rate=10 ** rng.uniform(2, 12),
        schedule=rng.choice((Schedule(), Schedule("inverse"))),
        batch=rng.choice((1, 3, 5, None)),
        shuffle=rng.random() < 0.5,
        l2=rng.choice((0.0, 0.01)),
    )
    numbers = np.random.default_rng(rng.randrange(1000)).uniform(0.5, 1, len(network.places))
    return new_experiment(network, data=random_data(network, 8, tests=2), settings=settings,
                          parameters=numbers)  # fmt: skip


@pytest.mark.parametrize("before_the_end", (0, 1))
@pytest.mark.parametrize("seed", range(20))
def test_a_low_rate_is_not_blamed_for_numbers_that_an_earlier_run_left(
    seed: int, before_the_end: int
) -> None:
    """Nor where this run still makes an update or two."""
    start = divergent(Random(seed))
    done = trained(start, Goal(updates=trained(start).updates - before_the_end))
    slow = with_settings(done, replace(done.settings, rate=0.01))
    again = trained(slow, Goal(updates=5000))
    assert again.ending is not None
    assert again.ending.rule == "infinite"
    assert (again.updates > done.updates) == bool(before_the_end)
    update = count(again.updates + 1)
    assert again.ending.sentence == (
        f"The loss is infinite already at update {update}: the numbers have grown too large. "
        "Go back to an update before that, or start again."
    )


def test_a_rate_far_too_high_is_blamed_though_the_run_made_no_update() -> None:
    network = Network((Node("x", "input"), Node("y", output=True)), (Edge("x", "y"),))
    data = make_data(["x"], ["y"], [[1e300, 0.0]])
    slow = Settings(loss="absolute", rate=1e-305)
    done = train(new_experiment(network, data=data, settings=slow, parameters=np.array([1.0])), 5)
    fast = trained(with_settings(done, replace(slow, rate=1e12)), Goal(updates=50))
    assert fast.updates == done.updates == 5
    assert fast.ending is not None
    assert fast.ending.sentence.endswith("the rate (1e12) is probably too high.")


@pytest.mark.parametrize("seed", range(100))
def test_whatever_diverges_stops_at_the_last_finite_update(seed: int) -> None:
    start = divergent(Random(seed))
    done = trained(start, Goal(updates=5000))
    assert done.ending is not None
    assert (done.ending.rule, done.ending.update) == ("infinite", done.updates + 1)
    rate = short(start.settings.rate_in(done.turn.epoch))
    assert done.ending.sentence == (
        f"The loss became infinite at update {done.updates + 1}; "
        f"the rate ({rate}) is probably too high."
    )
    check_invariants(done)
    with pytest.raises(Refused):
        step_update(done)
    again = trained(done)
    assert again.ending is not None
    assert (again.updates, again.ending.update) == (done.updates, done.ending.update)
    if seed < 10:
        assert same_bits(done, stepped(start, done.updates))
        assert same_bits(done, returned(training_of(start), RunCommand(most=1)))


def test_a_number_that_does_not_exist_ends_the_run_with_its_own_sentence() -> None:
    """w: 1, then 1 - 0.4/1 = 0.6, then 0.6 - 0.4/0.6 = -0.0667, of which there is no logarithm."""
    done = trained(logarithm(1.0))
    assert done.ending is not None
    assert done.ending.sentence == (
        "The logarithm of −0.06667 does not exist: neuron h, sample 1. "
        "Change what arrives at h, so that its sum is above 0."
    )
    assert (done.updates, done.ending.update) == (2, 3)
    assert done.parameters[0] == pytest.approx(0.6 - 0.4 / 0.6)
    with refused("The logarithm of −0.06667 does not exist"):
        step(done)
    at_second = trained(logarithm(1.0, 1e-3, samples=(2.0, -3.0)))
    assert at_second.ending is not None
    assert (
        "The logarithm of −2.997 does not exist: neuron h, sample 2." in at_second.ending.sentence
    )


def test_a_missing_number_far_from_any_output_ends_the_run_too() -> None:
    nodes = (Node("x", "input"), Node("h", activation="logarithm"), Node("y", output=True))
    network = Network(nodes, (Edge("x", "h", locked=True), Edge("x", "y")))
    data = make_data(["x"], ["y"], [[1.0, 1.0], [2.0, 1.0], [-2.0, 1.0]])
    start = new_experiment(network, data=data, parameters=np.array([1.0, 0.5]))
    done = trained(start, Goal(updates=10))
    assert done.ending is not None
    assert (done.updates, done.ending.rule) == (2, "infinite")
    assert "The logarithm of −2 does not exist: neuron h, sample 3." in done.ending.sentence
    with refused("The logarithm of −2 does not exist"):
        step(done)


def to_and_fro() -> Experiment:
    """w - 0.5 becomes -1.5 times as much with every update, and its square is too much at last."""
    network = Network((Node("x", "input"), Node("y", output=True)), (Edge("x", "y"),))
    return new_experiment(
        network, data=make_data(["x"], ["y"], [[1.0, 0.5]]), settings=Settings(rate=2.5),
        parameters=np.array([1.0]),
    )  # fmt: skip


def test_an_infinity_within_a_long_slice_is_located() -> None:
    """Nothing but the points is looked at, and they stand far apart; however the run is pulled."""
    long = to_and_fro()
    done = trained(long)
    assert done.ending is not None
    assert (done.ending.rule, done.updates) == ("infinite", 877)
    far = abs(float(done.parameters[0]) - 0.5)
    assert far / 1.5 < sys.float_info.max**0.5 < far
    assert done.curve.column("update").tolist()[-2:] == scheduled(long, 877)[-2:]
    assert same_bits(done, stepped(long, done.updates))
    for most in (1, 7, 333):
        pulled = returned(training_of(long), RunCommand(most=most))
        assert pulled == done and same_bits(go_to(pulled, 870), go_to(done, 870))
    with pytest.raises(Refused):
        step_update(done)
    check_invariants(done)


@pytest.mark.parametrize("most", [None, 1, 7, 333])
def test_where_a_step_is_refused_no_run_goes_on_however_low_its_rate(most: int | None) -> None:
    """The loss is infinite and its slope is not: the next update would be finite again."""
    done = trained(to_and_fro())
    lower = replace(done.settings, rate=0.5)
    with pytest.raises(Refused):
        step_update(with_settings(done, lower))
    again = returned(
        training_of(with_settings(done, lower), Goal(updates=100)), RunCommand(most=most)
    )
    running = training_of(to_and_fro())
    pull(running, RunCommand(most=done.updates), RunCommand(settings=lower, most=most))
    changed = returned_at_once(running)
    for after in (again, changed):
        assert after.ending is not None
        assert (after.ending.rule, after.updates, after.settings) == ("infinite", 877, lower)
        assert after.parameters.tobytes() == done.parameters.tobytes()


def test_an_update_that_becomes_infinite_is_not_made_even_if_it_is_the_last() -> None:
    """The slope is 1e300 and the rate 1e12: the pass is finite, the update is not."""
    network = Network((Node("x", "input"), Node("y", output=True)), (Edge("x", "y"),))
    start = new_experiment(
        network,
        data=make_data(["x"], ["y"], [[1e300, 0.0]]),
        settings=Settings(loss="absolute", rate=1e12),
        parameters=np.array([1e-5]),
    )
    done = train(start, 1)
    assert done.ending is not None
    assert (done.updates, done.ending.rule, done.ending.update) == (0, "infinite", 1)
    assert done.parameters.tolist() == [1e-5]


def test_what_cannot_run_is_refused_at_once() -> None:
    no_output = new_experiment(Network((Node("x", "input"),)))
    with refused("There is no output."):
        next(training_of(no_output))
    with refused("There is no output."):
        step(no_output)


def test_the_generator_looks_at_no_clock_and_starts_no_thread() -> None:
    tree = ast.parse(inspect.getsource(training))
    modules = {n.module for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}
    modules |= {a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
    assert not modules & {"time", "threading", "datetime", "concurrent", "asyncio", "random"}


def test_training_leaves_numpys_warnings_as_they_were() -> None:
    before = np.geterr()
    training = training_of(divergent(Random(1)))
    next(training)
    assert np.geterr() == before
    training.send(RunCommand(most=500))
    assert np.geterr() == before


def test_the_first_point_is_before_the_first_update() -> None:
    done = train(small(), 2)
    first = done.curve.table[0]
    assert (first[0], first[1]) == (0, 0)
    assert math.isnan(first[4])


def test_a_sum_that_is_too_large_ends_a_run_where_a_step_is_refused() -> None:
    """tanh makes a finite value of it, so that nothing after it is infinite."""
    network = Network(
        (Node("x", "input"), Node("h", activation="tanh"), Node("y", output=True)),
        (Edge("x", "h"), Edge("h", "y")),
    )
    data = make_data(["x"], ["y"], [[1, 0], [1e200, 0.5]])
    start = new_experiment(network, data=data, parameters=np.array([1e200, 0.3]))
    done = trained(start, Goal(updates=6))
    assert done.ending is not None
    assert (done.updates, done.ending.rule) == (1, "infinite")
    with refused("The value of h is too large for a number"):
        step_update(step_update(start))


def test_a_count_goes_on_where_there_is_nothing_to_learn() -> None:
    network = Network((Node("y", combine="product", output=True),))
    start = new_experiment(
        network, data=make_data((), ["y"], [[0.5]]), settings=Settings(optimizer=Optimizer("adam"))
    )
    by_step, by_train = stepped(start, 5), trained(start, Goal(updates=5))
    assert by_step.position.count == by_train.position.count == 5
