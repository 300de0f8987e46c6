"""A run to the end of the epoch comes to what steps come to, bit for bit, from anywhere."""

from collections.abc import Callable
from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from engine.experiment import curve
from engine.experiment.curve import EVERY_UPDATE_UNTIL
from engine.experiment.editing import with_settings
from engine.experiment.experiment import Experiment
from engine.experiment.history import end_of, position_at, start_of
from engine.experiment.stepping import epoch_left, go_to, step, step_epoch, step_update
from engine.experiment.training import Goal, RunCommand, train, trained
from engine.experiment.walk import EpochPosition
from engine.functions.optimizers import Optimizer, Schedule
from engine.settings import Stops
from tests.engine.experiments import (
    EVERY_OPTIMIZER,
    check_invariants,
    logarithm,
    small,
    stepped,
    student,
)
from tests.engine.experiments import train as after
from tests.sampled import sampled

TO_THE_END = Goal(epoch_end=True)
SETTINGS: list[dict[str, Any]] = [
    {},
    {"batch": 1},
    {"batch": None},
    {"batch": None, "schedule": Schedule("exponential")},
    {"rounding": True},
    {"rounding": True, "batch": 2, "shuffle": True},
    *({"optimizer": each, "shuffle": True, "l1": 0.01, "l2": 0.02} for each in EVERY_OPTIMIZER),
]
STARTS: dict[str, Callable[[Experiment], Experiment]] = {
    "the start": lambda e: e,
    "the first step": step,
    "the middle of a pass": lambda e: go_to(e, 0, 17),
    "the end of a pass": lambda e: go_to(e, 0, None),
    "the middle of an epoch": step_update,
    "the last pass of an epoch": lambda e: go_to(step_update(step_epoch(e)), e.updates + 1, 5),
    "the end of an epoch": step_epoch,
    "a past update": lambda e: go_to(step_update(step_epoch(e)), 1),
    "a pass of the past": lambda e: go_to(step_epoch(step_epoch(e)), 1, 9),
    "an epoch that is recorded": lambda e: go_to(step_epoch(step_epoch(e)), 0),
    "a record under other settings": lambda e: go_to(
        step_update(with_settings(step_update(e), replace(e.settings, rate=0.2))), 0
    ),
}


def same(left: Experiment, right: Experiment) -> None:
    """All that is saved, and every update that is recorded, is the same to the last bit."""
    assert left == right
    assert left.position.parameters.tobytes() == right.position.parameters.tobytes()
    assert (left.trace, left.cursor, left.ending) == (right.trace, right.cursor, right.ending)
    assert left.curve == right.curve
    assert [s.first for s in left.history] == [s.first for s in right.history]
    assert end_of(left.history) == end_of(right.history)
    for update in range(start_of(left.history), end_of(left.history) + 1):
        one, other = (position_at(each.history, update)[1] for each in (left, right))
        assert one.parameters.tobytes() == other.parameters.tobytes()
        assert one.turn == other.turn
    check_invariants(left)


@pytest.mark.parametrize("start", STARTS.values(), ids=list(STARTS))
@pytest.mark.parametrize("more", SETTINGS, ids=repr)
def test_a_run_comes_to_what_steps_come_to(
    more: dict[str, Any], start: Callable[[Experiment], Experiment]
) -> None:
    begun = start(small(rows=7, tests=1, **more))
    same(trained(begun, TO_THE_END), step_epoch(begun))


def test_the_rounded_flagship_ends_in_the_rounded_numbers_of_the_lecture() -> None:
    begun = go_to(student(rounding=True), 0, 11)
    done = trained(begun, TO_THE_END)
    same(done, step_epoch(begun))
    assert done.settings.rounding
    assert done.parameters.tolist() == [round(number, 3) for number in done.parameters.tolist()]
    assert done.curve.last is not None
    assert done.curve.last.batch_loss == 0.1383


def test_no_rule_ends_it_and_no_sentence_is_left() -> None:
    begun = small(stops=Stops(loss_below=1e6, change_below=1e6, misclassified_below=1.1))
    assert trained(begun).ending is not None
    done = trained(begun, TO_THE_END)
    assert (done.updates, done.turn, done.ending) == (3, EpochPosition(1, 0), None)


def test_points_are_where_steps_have_them_after_the_first_thousand_updates() -> None:
    begun = go_to(after(small(batch=2), EVERY_UPDATE_UNTIL + 5), EVERY_UPDATE_UNTIL - 1)
    begun = after(begun, 3)
    same(trained(begun, TO_THE_END), step_epoch(begun))


def test_what_does_not_exist_ends_it_at_the_last_update_that_does() -> None:
    begun = logarithm(1.0, samples=(1.0,) * 5)
    done = trained(begun, TO_THE_END)
    assert done.ending is not None
    assert done.ending.rule == "infinite"
    assert 0 < done.updates < 5
    assert done == after(begun, done.updates)


def test_it_can_be_stopped_and_told_another_rate_on_the_way() -> None:
    begun = small(rows=40, batch=1, rounding=True)
    run = train(begun, TO_THE_END)
    next(run)
    assert run.send(RunCommand(most=4)).update == 4
    other = replace(begun.settings, rate=0.5)
    assert run.send(RunCommand(settings=other, most=2)).update == 6
    with pytest.raises(StopIteration) as ended:
        run.send(RunCommand(stop=True))
    stopped = ended.value.value
    by_step = begun
    for update in range(6):
        if update == 4:
            by_step = with_settings(by_step, other)
        by_step = step_update(by_step)
    same(stopped, by_step)


BEGINNINGS = ("the start", "the middle of a pass", "the middle of an epoch")
RUNS = tuple(product((1, 7), SETTINGS, BEGINNINGS))


@pytest.mark.parametrize(("rows", "more", "start"), sampled(RUNS, 8))
def test_a_number_of_updates_comes_to_what_so_many_steps_come_to(
    monkeypatch: pytest.MonkeyPatch, rows: int, more: dict[str, Any], start: str
) -> None:
    monkeypatch.setattr(curve, "MOST_POINTS", 10)
    monkeypatch.setattr(curve, "EVERY_UPDATE_UNTIL", 21)
    begun = STARTS[start](small(rows=rows, tests=int(rows > 1), **more))
    for updates in (1, 9, 10, 11, 40, 73):
        wanted = stepped(begun, updates)
        same(trained(begun, Goal(updates=updates, as_steps=True)), wanted)
        assert wanted.curve.count <= 10


def test_what_is_left_of_an_epoch_is_what_is_not_recorded() -> None:
    begun = small(optimizer=Optimizer("adam"))  # 7 rows, 3 at once: 3 updates
    assert epoch_left(begun) == epoch_left(step(begun)) == 3
    once = step_update(begun)
    assert epoch_left(once) == epoch_left(go_to(once, 0)) == epoch_left(go_to(once, 0, 4)) == 2
    whole = step_update(step_epoch(begun))
    assert epoch_left(whole) == epoch_left(go_to(whole, 3)) == 2
    assert epoch_left(go_to(whole, 0)) == epoch_left(go_to(whole, 2, 3)) == 0
