"""A walk takes the same rows as Step, in one go or in pieces, whatever the batch size."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engine.experiment import walk as walking
from engine.experiment.editing import with_settings
from engine.experiment.experiment import Experiment
from engine.experiment.stepping import step_update
from engine.experiment.trace import record
from engine.experiment.walk import (
    EpochPosition,
    Position,
    Updater,
    keyframe_of,
    next_batch,
    with_free_settings,
)
from engine.functions import Floats
from engine.functions.initializers import Initializer
from engine.functions.optimizers import Optimizer
from engine.settings import Stops
from tests.engine.experiments import move, small, train


def recorded(experiment: Experiment, position: Position, updates: int) -> list[Position]:
    """The same updates by recording passes, one after the other."""
    found = [position]
    for _ in range(updates):
        at = found[-1]
        rows, turn = next_batch(experiment.settings, experiment.data, at.turn)
        trace = record(experiment.context, at, rows)
        found.append(Position(trace.after, trace.state, trace.count, turn))
    return found


def bits(position: Position) -> tuple[bytes, int, EpochPosition]:
    return keyframe_of(position).tobytes(), position.count, position.turn


SETTINGS = [
    {"batch": 3}, {"batch": 1}, {"batch": None}, {"batch": 100}, {"batch": 4, "shuffle": True},
    {"batch": 7}, {"batch": 6, "optimizer": Optimizer("adam"), "shuffle": True},
]  # fmt: skip


@pytest.mark.parametrize("settings", SETTINGS)
@pytest.mark.parametrize("row", [0, 3, 6])
@pytest.mark.parametrize("laid_out", [2000, 1])
def test_a_walk_is_one_recorded_pass_after_the_other(
    settings: dict[str, object], row: int, laid_out: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walking, "LAID_OUT", laid_out)
    start = with_settings(small(), replace(small().settings, **settings))  # type: ignore[arg-type]
    position = replace(start.position, turn=EpochPosition(2, row))
    expected = [bits(p) for p in recorded(start, position, 13)]
    at_once = Updater(start.context, position)
    at_once.advance(13)
    assert bits(at_once.position()) == expected[-1]
    one_by_one = Updater(start.context, position)
    for update in expected[1:]:
        one_by_one.advance(1)
        assert bits(one_by_one.position()) == update
    kept: Floats = np.empty((13, one_by_one.runner.vector_size))
    in_pieces = Updater(start.context, position)
    in_pieces.advance(5, kept[:5])
    in_pieces.advance(0, kept[5:5])
    in_pieces.advance(8, kept[5:])
    assert [row.tobytes() for row in kept] == [keyframe for keyframe, _, _ in expected[1:]]
    assert bits(in_pieces.position()) == expected[-1]


def test_before_its_first_update_a_walk_stands_where_it_was_put() -> None:
    done = train(small(optimizer=Optimizer("adam"), batch=5), 3)
    assert bits(Updater(done.context, done.position).position()) == bits(done.position)


def test_a_walk_begun_at_the_last_short_batch_of_an_epoch() -> None:
    done = train(small(optimizer=Optimizer("momentum")), 2)
    assert done.turn == EpochPosition(0, 6)
    walk = Updater(done.context, done.position)
    walk.advance(1)
    assert bits(walk.position()) == bits(step_update(done).position)


def test_a_keyframe_is_parameters_and_state_in_one_row() -> None:
    done = train(small(optimizer=Optimizer("adam")), 3)
    row = keyframe_of(done.position)
    assert row.shape == (3 * 13,)
    assert row[:13].tobytes() == done.parameters.tobytes()
    assert row[26:].tobytes() == done.position.state[1].tobytes()
    with pytest.raises(ValueError, match="read-only"):
        row[0] = 1


def test_contexts_train_alike_whatever_their_names_digits_and_stop_rules() -> None:
    start = small()
    same = start.context
    assert same.trains_like(move(start, {"x1": (1, 1)}).context)
    shown = replace(start.settings, digits=17, stops=Stops(epochs=3), initializer=Initializer("he"))
    assert same.trains_like(replace(same, settings=shown))
    assert with_free_settings(shown, start.settings) == start.settings
    changes: tuple[dict[str, Any], ...] = (
        {"rate": 0.1},
        {"seed": 4},
        {"batch": None},
        {"l1": 0.1},
        {"rounding": True},
    )
    for change in changes:
        other = replace(start.settings, **change)
        assert not same.trains_like(replace(same, settings=other))
        assert with_free_settings(other, start.settings) == other
    cell = start.data.with_cell(0, 0, 2.0)
    assert not same.trains_like(replace(same, data=cell))
    assert not same.trains_like(small().context)  # compiled anew
