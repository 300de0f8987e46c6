"""Any past update comes back bit for bit, whatever was changed in between and however full it."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from engine.data import make_data
from engine.experiment import history as record
from engine.experiment.editing import add_node, set_cell, set_numbers, with_data, with_settings
from engine.experiment.experiment import Experiment, at_position, new_experiment
from engine.experiment.history import (
    CAP,
    MOST_KEYFRAMES,
    History,
    bounded,
    cut_after,
    end_of,
    path_of,
    position_at,
    segment_at,
    start_of,
    turn_at,
)
from engine.experiment.stepping import go_to, step, step_update
from engine.experiment.trace import Trace
from engine.experiment.training import Goal, trained
from engine.experiment.walk import EpochPosition, Position, Updater, keyframe_of
from engine.functions.optimizers import Optimizer
from engine.network import Network, Node, Place
from tests.engine.experiments import (
    EVERY_OPTIMIZER,
    check_invariants,
    connect,
    disconnect,
    lock_edges,
    random_data,
    refused,
    small,
    train,
)

Seen = tuple[bytes, int, EpochPosition, bool]
Witness = dict[int, Seen]


def seen(experiment: Experiment) -> Seen:
    """What must come back at this update."""
    position = experiment.position
    return (keyframe_of(position).tobytes(), position.count, position.turn,
            experiment.settings.rounding)  # fmt: skip


def go_on(experiment: Experiment, updates: int, witness: Witness) -> Experiment:
    """So many updates by Step, each written down."""
    witness[experiment.updates] = seen(experiment)
    for _ in range(updates):
        experiment = step_update(experiment)
        witness[experiment.updates] = seen(experiment)
    return experiment


def settings_of(**changes: object) -> Callable[[Experiment], Experiment]:
    """A move that changes these settings."""
    return lambda e: with_settings(e, replace(e.settings, **changes))  # type: ignore[arg-type]


MOVES: list[Callable[[Experiment], Experiment]] = [
    settings_of(rate=0.2),
    settings_of(batch=2),
    settings_of(rounding=True),
    settings_of(rounding=False),
    settings_of(optimizer=Optimizer("momentum")),
    lambda e: set_numbers(e, {Place("weight", "y1", "h1.2"): -0.75}),
    lambda e: set_cell(e, 3, 1, 0.5),
    lambda e: with_data(e, random_data(e.network, 9, tests=2)),
    lambda e: connect(add_node(e, Node("n", activation="tanh", bias=True), (0, 0)), "x1", "n"),
    lambda e: connect(e, "n", "y1"),
    settings_of(shuffle=True, l1=0.001),
    lambda e: lock_edges(e, [("x1", "h1.1")], True),
    settings_of(optimizer=Optimizer("adam"), batch=None),
    lambda e: disconnect(e, [("x2", "h1.1")]),
    settings_of(optimizer=Optimizer("rmsprop"), batch=5, l2=0.1),
]


def eventful(updates: int = 7) -> tuple[Experiment, Witness]:
    """A long record of which every kind of edit begins a new segment."""
    witness: Witness = {}
    moved = go_on(small(), updates, witness)
    for move in MOVES:
        moved = go_on(move(moved), updates, witness)
    return moved, witness


EVENTFUL, WITNESS = eventful()


def check_all(history: History, witness: Witness) -> None:
    """Every update of the record is what was seen."""
    for update, (keyframe, count, turn, rounding) in witness.items():
        context, position = position_at(history, update)
        assert keyframe_of(position).tobytes() == keyframe
        assert (position.count, position.turn) == (count, turn)
        assert turn_at(history, update) == turn
        assert context.settings.rounding is rounding


def test_any_past_update_across_all_kinds_of_segments() -> None:
    assert len(EVENTFUL.history) == 1 + len(MOVES)
    assert sorted(WITNESS) == list(range(7 * 16 + 1))
    check_all(EVENTFUL.history, WITNESS)
    check_invariants(EVENTFUL)


@pytest.mark.parametrize("cap", [20_000, 8_000, 1])
def test_any_past_update_after_keyframes_had_to_go(cap: int) -> None:
    thinned = bounded(EVENTFUL.history, cap)
    spacings = {segment.spacing for segment in thinned}
    assert max(spacings) > 1
    assert all(spacing & (spacing - 1) == 0 for spacing in spacings)
    check_all(thinned, WITNESS)
    if cap == 1:
        assert {segment.keyframes for segment in thinned} == {1}


@pytest.mark.long
@pytest.mark.ci
@pytest.mark.parametrize("optimizer", EVERY_OPTIMIZER, ids=lambda optimizer: optimizer.kind)
def test_any_past_update_of_a_run_within_a_small_cap(
    optimizer: Optimizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = small(optimizer=optimizer, shuffle=True, l1=1e-3)
    free = train(start, 400)
    monkeypatch.setattr(record, "FULL", 6_000)
    tight = train(start, 400)
    by_step = start
    for _ in range(90):
        by_step = step_update(by_step)
    monkeypatch.undo()
    assert sum(segment.size for segment in tight.history) <= 6_000
    assert tight.history[0].spacing >= 4
    for update in (*range(30), 77, 89, 90, 201, 398, 399, 400):
        _, expected = position_at(free.history, update)
        _, found = position_at(tight.history, update)
        assert keyframe_of(found).tobytes() == keyframe_of(expected).tobytes()
        assert (found.count, found.turn) == (expected.count, expected.turn)
        if update <= 90:
            _, stepped = position_at(by_step.history, update)
            assert keyframe_of(stepped).tobytes() == keyframe_of(expected).tobytes()
    check_invariants(tight)


@pytest.mark.parametrize("optimizer", EVERY_OPTIMIZER, ids=lambda optimizer: optimizer.kind)
def test_keyframes_take_no_more_memory_than_their_numbers(optimizer: Optimizer) -> None:
    done = train(small(optimizer=optimizer), 333)
    (segment,) = done.history
    width = 8 * len(done.parameters) * (1 + len(done.position.state)) + 8
    assert segment.keyframes == 334
    assert segment.size <= segment.keyframes * width
    assert len(segment.blocks) < 12  # small blocks are put together as they come
    owners = {id(block.base) if block.base is not None else id(block) for block in segment.blocks}
    assert len(owners) == len(segment.blocks)


def test_stepping_puts_small_blocks_together() -> None:
    moved = small()
    for _ in range(100):
        moved = step_update(moved)
    assert len(moved.history[0].blocks) < 10


def test_blocks_are_shared_between_the_record_before_and_after() -> None:
    before = train(small(), 300)
    after = train(before, 2)
    assert after.history[0].blocks[0] is before.history[0].blocks[0]
    assert before.history[0].updates == 300


def numbers(trace: Trace) -> list[bytes]:
    """All numbers of a pass, bit for bit."""
    passed = trace.numbers
    found = [getattr(passed, name).tobytes() for name in passed.__slots__]
    return [*found, trace.after.tobytes(), trace.losses.tobytes(), trace.rows.tobytes()]


def test_the_pass_of_a_past_update_has_the_numbers_it_had() -> None:
    start = small(optimizer=Optimizer("adam"), shuffle=True)
    traces = []
    moved = start
    for _ in range(12):
        begun = step(moved)
        assert begun.trace is not None
        traces.append(numbers(begun.trace))
        moved = step_update(begun)
    thin = replace(moved, history=bounded(moved.history, 1))
    trained_alike = train(start, 12)
    for update, expected in enumerate(traces):
        for whole in (moved, thin, trained_alike):
            there = go_to(whole, update, 9)
            assert there.trace is not None
            assert numbers(there.trace) == expected


def test_an_update_that_is_not_recorded_is_refused() -> None:
    with refused("Update 8 is not recorded; the record goes from 0 to 7."):
        segment_at(train(small(), 7).history, 8)
    later = cut_front(train(small(), 7), 3)
    with refused("Update 2 is not recorded; the record begins at update 3, where"):
        position_at(later, 2)
    assert (start_of(later), end_of(later)) == (3, 7)
    assert (start_of(()), end_of(())) == (0, 0)


def cut_front(experiment: Experiment, update: int) -> History:
    """A record that begins there, as after opening a file."""
    there = go_to(experiment, update)
    opened = at_position(there.context, there.position, there.start, update)
    return train(opened, experiment.updates - update).history


def test_of_two_segments_that_meet_at_an_update_the_newer_one_holds_it() -> None:
    first = train(small(), 5)
    second = train(with_settings(first, replace(first.settings, rate=0.5)), 2)
    assert segment_at(second.history, 5) is second.history[1]
    assert segment_at(second.history, 4) is second.history[0]


def test_an_edit_repeated_without_an_update_adds_one_segment_only() -> None:
    moved = train(small(), 5)
    place = Place("weight", "y1", "h1.1")
    for value in (0.1, 0.2, 0.3):
        moved = set_numbers(moved, {place: value})
    assert [segment.updates for segment in moved.history] == [5, 0]
    assert go_to(moved, 5).parameters[moved.network.place_index[place]] == 0.3


@pytest.mark.parametrize("update", [0, 1, 6, 7, 8, 20, 111, 112])
@pytest.mark.parametrize("cap", [CAP, 8_000])
def test_the_record_up_to_an_update(update: int, cap: int) -> None:
    cut = cut_after(bounded(EVENTFUL.history, cap), update)
    assert end_of(cut) == update
    check_all(cut, {k: v for k, v in WITNESS.items() if k <= update})
    assert cut_after(cut, update) == cut
    for segment in cut:
        assert segment.keyframes == segment.updates // segment.spacing + 1


def test_the_path_is_every_recorded_position_of_the_last_structure() -> None:
    first = train(small(), 5)
    typed = set_numbers(first, {Place("bias", "y1"): 0.5})
    done = train(with_settings(typed, replace(typed.settings, optimizer=Optimizer("adam"))), 6)
    path = path_of(done.history)
    assert path.shape == (6 + 7, 13)
    assert path[0].tobytes() == done.start.tobytes()
    assert path[-1].tobytes() == done.parameters.tobytes()
    assert path[6].tobytes() == typed.parameters.tobytes()
    grown = train(add_node(done, Node("n", bias=True), (0, 0)), 3)
    assert path_of(grown.history).shape == (4, 14)


@pytest.mark.parametrize("most", [1, 2, 5, 13, 50])
def test_a_long_path_is_every_so_many_of_its_points_with_both_ends(most: int) -> None:
    done = train(with_settings(train(small(), 5), small(rate=0.5).settings), 44)
    whole, few = path_of(done.history), path_of(done.history, most)
    assert len(whole) == 51
    assert 1 <= len(few) <= most + 1 or len(whole) <= most
    assert few[-1].tobytes() == whole[-1].tobytes()
    assert most == 1 or few[0].tobytes() == whole[0].tobytes()
    stride = -(-len(whole) // most)
    regular = whole[::-1][::stride][::-1]
    assert np.array_equal(few[-len(regular) :], regular)


def test_when_full_the_largest_segment_is_thinned_first() -> None:
    first = train(small(), 10)
    second = train(with_settings(first, replace(first.settings, rate=0.5)), 40)
    size = sum(segment.size for segment in second.history)
    thin = bounded(second.history, size - 1)
    assert [segment.spacing for segment in thin] == [1, 2]
    assert bounded(second.history, size) == second.history


def test_a_record_cannot_shrink_below_the_starts_of_its_segments() -> None:
    assert [s.keyframes for s in bounded(train(small(), 10).history, 0)] == [1]


def test_a_position_of_the_record_cannot_be_written_to() -> None:
    done = bounded(train(small(optimizer=Optimizer("adam")), 10).history, 1000)
    for update in range(11):
        position: Position = position_at(done, update)[1]
        for vector in (position.parameters, *position.state):
            with pytest.raises(ValueError, match="read-only"):
                vector[0] = 1


def test_networks_without_numbers_have_a_record_too() -> None:
    alone = Network((Node("y", output=True),))
    start = new_experiment(alone, data=make_data([], ["y"], [[1.0], [2.0], [3.0]]))
    done = train(start, 5)
    assert (done.updates, done.turn, done.parameters.shape) == (5, (1, 2), (0,))
    assert go_to(done, 3).updates == 3
    assert step_update(done).updates == 6


def test_every_second_keyframe_goes_across_blocks_of_any_length() -> None:
    start = small()
    width = len(keyframe_of(start.position))
    numbers = np.arange(41.0)[:, None] * np.ones(width)
    blocks = tuple(np.split(numbers, [3, 4, 9, 10, 11, 30]))
    segment = replace(start.history[0], blocks=blocks, updates=40)
    (once,) = bounded((segment,), segment.size - 1)
    assert np.array_equal(np.concatenate(once.blocks)[:, 0], np.arange(0.0, 41, 2))
    (twice,) = bounded((segment,), segment.size // 3)
    assert np.array_equal(np.concatenate(twice.blocks)[:, 0], np.arange(0.0, 41, 4))
    assert (once.spacing, twice.spacing, twice.updates) == (2, 4, 40)


@pytest.mark.parametrize(
    ("updates", "spacing"),
    [(MOST_KEYFRAMES - 1, 1), (MOST_KEYFRAMES, 2), (2 * MOST_KEYFRAMES - 1, 2),
     (2 * MOST_KEYFRAMES, 4)],
)  # fmt: skip
def test_of_a_long_stretch_every_so_manieth_update_is_kept_and_any_other_made_again(
    updates: int, spacing: int
) -> None:
    start = small(optimizer=Optimizer("adam"), shuffle=True)
    done = train(start, updates)
    (segment,) = done.history
    assert (segment.spacing, segment.keyframes) == (spacing, updates // spacing + 1)
    assert segment.keyframes <= MOST_KEYFRAMES
    check_rebuilt(done, start, 97)
    further = train(step_update(done), updates)  # what is kept depends on their number alone
    assert [(s.updates, s.spacing) for s in further.history] == [
        (s.updates, s.spacing) for s in train(start, 2 * updates + 1).history
    ]
    check_rebuilt(further, start, 511)


def test_the_stretches_before_keep_what_they_have() -> None:
    first = train(small(), 300)
    done = train(with_settings(first, replace(first.settings, rate=0.01)), 900)
    assert [(s.spacing, s.keyframes) for s in done.history] == [(1, 301), (2, 451)]


@pytest.mark.long
@pytest.mark.ci
def test_a_really_long_run_keeps_few_updates_and_any_can_be_rebuilt() -> None:
    start = small(rows=250, sizes=(2, 8, 8, 1), batch=10, optimizer=Optimizer("adam"))
    done = trained(start, Goal(updates=150_000))
    (segment,) = done.history
    assert MOST_KEYFRAMES / 2 < segment.keyframes <= MOST_KEYFRAMES
    assert segment.spacing == 512
    check_rebuilt(done, start, 7_001)
    check_invariants(done)


@pytest.mark.long
@pytest.mark.ci
def test_a_run_of_many_numbers_stays_within_64_megabytes() -> None:
    start = small(rows=50, sizes=(2, 60, 60, 1), batch=10, optimizer=Optimizer("adam"))
    done = trained(start, Goal(updates=1_000))
    (segment,) = done.history
    assert CAP / 4 < segment.size <= CAP
    assert segment.spacing == 4 and segment.keyframes < MOST_KEYFRAMES / 2
    check_rebuilt(done, start, 101)
    check_invariants(done)


def check_rebuilt(done: Experiment, start: Experiment, apart: int) -> None:
    """Each so manieth update, as a walk from the start comes to it."""
    walk = Updater(start.context, start.position)
    for update in range(apart, done.updates + 1, apart):
        walk.advance(apart)
        there = position_at(done.history, update)[1]
        assert keyframe_of(there).tobytes() == keyframe_of(walk.position()).tobytes()
        assert (there.count, there.turn) == (walk.position().count, walk.turn)
