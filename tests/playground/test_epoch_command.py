"""“To the end of the epoch”: many updates run beside the window, and come to what steps come to."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.data import make_data
from engine.epochs import batch_size
from engine.experiment import Experiment, new_experiment
from engine.layers import network_of
from engine.settings import Settings, Stops
from engine.stepping import go_to, step_epoch, step_update
from engine.trace import record
from engine.training import Goal, trained
from engine.walk import Walk
from playground.window.command_table import EDIT, STEP, TRAIN
from playground.window.furniture import Furniture
from playground.window.menus import commands_in
from tests.playground.lesson_learner import Learner
from tests.playground.opened import LEFT, opened
from tests.playground.window_calls import calls_here
from tests.sampled import sampled

CONTROL = Qt.KeyboardModifier.ControlModifier
ROWS = 300  # so many updates would hold the window for a quarter of a second


def large(rows: int = ROWS, **settings: Any) -> Experiment:
    """2-8-8-1, one sample at a time."""
    layers = network_of((2, 8, 8, 1))
    network = layers.network
    inputs = np.random.default_rng(3).uniform(-1, 1, (rows, 2))
    cells = np.hstack([inputs, inputs[:, :1] * inputs[:, 1:] > 0])
    data = make_data(network.inputs, network.outputs, cells)
    known = Settings(**{"rate": 0.05, "batch": 1, **settings})
    return new_experiment(network, layers.layout, data, known, layers.start)


@pytest.fixture
def furniture(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Furniture]:
    with opened(qtbot, qapp, tmp_path, "xor") as made:
        yield made
        made.trainer.stop()


def is_running(furniture: Furniture) -> bool:
    return furniture.trainer.is_running


def press_epoch(furniture: Furniture) -> None:
    QTest.keyClick(furniture.window, Qt.Key.Key_PageDown, CONTROL)


def runs_out(qtbot: QtBot, furniture: Furniture) -> Experiment:
    qtbot.waitUntil(lambda: not furniture.trainer.is_running, timeout=60_000)
    return furniture.document.value


def same(left: Experiment, right: Experiment) -> bool:
    return (
        left == right
        and left.parameters.tobytes() == right.parameters.tobytes()
        and (left.curve, left.ending) == (right.curve, right.ending)
    )


def test_many_updates_run_beside_the_window_and_can_be_stopped(
    qtbot: QtBot, furniture: Furniture
) -> None:
    begun = large(2000)
    furniture.document.replace(begun)
    with calls_here(record, Walk.advance) as told:
        press_epoch(furniture)
        assert is_running(furniture)
        assert furniture.document.value is begun
        assert "Stop" in furniture.transport.buttons.train.text()
        qtbot.waitUntil(lambda: (furniture.transport.rail.run or (0, 0))[0] > 0, timeout=20_000)
        assert (furniture.transport.rail.run or (0, 0))[1] == 2000
    assert not told, "no pass is told and no update made in the window's thread"
    QTest.mouseClick(furniture.transport.buttons.train, LEFT)
    assert not is_running(furniture)
    stopped = furniture.document.value
    assert 0 < stopped.updates < 2000
    assert furniture.document.stack.count() == 1
    furniture.document.undo()
    assert furniture.document.value is begun


STARTS: dict[str, Callable[[], Experiment]] = {
    "the start": large,
    "the middle of a pass": lambda: go_to(step_update(large()), 1, 40),
    "rounded passes": lambda: go_to(large(rounding=True), 0, 25),
    "a record that ends before the epoch": lambda: go_to(trained(large(), Goal(updates=9)), 4, 7),
    "a stop rule that holds": lambda: large(stops=Stops(loss_below=1e6)),
}


@pytest.mark.parametrize("start", sampled(tuple(STARTS), 3))
def test_the_run_comes_to_what_steps_come_to(
    qtbot: QtBot, furniture: Furniture, start: str
) -> None:
    begun = STARTS[start]()
    furniture.document.replace(begun)
    with calls_here(record) as told:
        press_epoch(furniture)
        after = runs_out(qtbot, furniture)
    assert not told
    assert same(after, step_epoch(begun))
    assert (after.turn, after.cursor) == ((1, 0), 0)
    done = after.updates - begun.updates
    assert furniture.document.stack.undoText() == f"Train {done} updates, rate 0.05"
    assert furniture.strip.refusal.isHidden()
    furniture.document.undo()
    assert furniture.document.value is begun
    furniture.document.redo()
    assert furniture.document.value is after


def test_what_is_recorded_is_walked_as_one_move(furniture: Furniture) -> None:
    begun = go_to(trained(large(), Goal(updates=ROWS + 5)), 3)
    furniture.document.replace(begun)
    with calls_here(record, Walk.advance) as told:
        press_epoch(furniture)
    after = furniture.document.value
    assert not is_running(furniture)
    assert not told
    assert after.history is begun.history
    assert (after.updates, after.turn) == (ROWS, (1, 0))
    furniture.transport.step_epoch_back()
    assert furniture.document.value.updates == 0
    furniture.document.go_to(3, 0)
    assert furniture.document.stack.count() == 0, "where it began: nothing is to be undone"


def test_few_updates_are_steps_as_before(furniture: Furniture) -> None:
    begun = large(20)
    furniture.document.replace(begun)
    press_epoch(furniture)
    assert not is_running(furniture)
    assert same(furniture.document.value, step_epoch(begun))
    assert furniture.document.stack.undoText() == "1 step"


@pytest.mark.long
@pytest.mark.ci
def test_pressed_again_it_goes_on_and_in_a_run_it_ends_that_first(
    qtbot: QtBot, furniture: Furniture
) -> None:
    furniture.document.replace(large())
    furniture.window.menus.actions["pace-25"].trigger()
    press_epoch(furniture)
    press_epoch(furniture)
    assert is_running(furniture)
    assert furniture.document.stack.count() == 0
    QTest.keyClick(furniture.window, Qt.Key.Key_F5)
    furniture.window.menus.actions["pace-fastest"].trigger()
    QTest.keyClick(furniture.window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: (furniture.transport.rail.run or (0, 0))[0] > 2 * ROWS, timeout=20_000)
    ends: list[Experiment] = []
    furniture.document.changed.connect(lambda before, after: ends.append(after))
    press_epoch(furniture)
    runs_out(qtbot, furniture)
    trained_to, after = ends  # the epoch may be over before the key is let go
    assert trained_to.updates > 2 * ROWS
    assert after.turn == (trained_to.turn.epoch + 1, 0)
    assert same(after, step_epoch(trained_to))


@pytest.mark.long
@pytest.mark.ci
def test_a_task_that_waits_for_an_epoch_is_ticked(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    with opened(qtbot, qapp, tmp_path, "xor") as furniture:
        learner = Learner(qtbot, furniture)
        lesson = furniture.guide.lesson
        assert lesson is not None
        checks = [[task.check for task in step.tasks] for step in lesson.steps]
        page, number = next(
            (page, number)
            for page, tasks in enumerate(checks)
            for number, check in enumerate(tasks)
            if getattr(check, "of", "") == "epochs"
        )
        furniture.guide.go_to(page)
        data = furniture.document.value.data
        furniture.document.set_data(data.with_rows(np.tile(data.cells, (12, 1))))
        value = furniture.document.value
        each = -(-len(value.data.training) // batch_size(value.settings, value.data))
        furniture.document.do("Train", lambda now: trained(now, Goal(updates=49 * each)))
        assert furniture.document.value.turn == (49, 0)
        assert not learner.ticked()[number]
        press_epoch(furniture)
        assert is_running(furniture)
        runs_out(qtbot, furniture)
        assert learner.ticked()[number]


def test_no_command_of_time_tells_a_whole_epoch_in_the_window(
    qtbot: QtBot, furniture: Furniture
) -> None:
    """A pass for where it begins and one for where it ends, and what a keyframe leaves out."""
    begun = go_to(trained(large(), Goal(updates=ROWS + 50)), ROWS + 50, 30)
    asked = commands_in((*STEP.entries, *TRAIN.entries, *EDIT.entries[:2]))
    assert len(asked) > 20
    for command in asked:
        furniture.document.replace(begun)
        with calls_here(record, Walk.advance) as told:
            furniture.window.menus.actions[command.id].trigger()
        assert told["record"] <= 2, command.id
        assert told["advance"] <= 2, command.id
        furniture.trainer.stop()
        furniture.transport.player.stop()
