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
from engine.experiment.experiment import Experiment, new_experiment
from engine.experiment.layers import network_of
from engine.experiment.stepping import go_to, step_epoch, step_update
from engine.experiment.trace import record
from engine.experiment.training import Goal, trained
from engine.experiment.walk import Updater, batch_size
from engine.settings import Settings, Stops
from playground.window.command_table import EDIT, STEP, TRAIN
from playground.window.menus import commands_in
from playground.window.workspace import Workspace
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
def workspace(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Workspace]:
    with opened(qtbot, qapp, tmp_path, "xor") as made:
        yield made
        made.trainer.stop()


def is_running(workspace: Workspace) -> bool:
    return workspace.trainer.is_running


def press_epoch(workspace: Workspace) -> None:
    QTest.keyClick(workspace.window, Qt.Key.Key_PageDown, CONTROL)


def runs_out(qtbot: QtBot, workspace: Workspace) -> Experiment:
    qtbot.waitUntil(lambda: not workspace.trainer.is_running, timeout=60_000)
    return workspace.document.value


def same(left: Experiment, right: Experiment) -> bool:
    return (
        left == right
        and left.parameters.tobytes() == right.parameters.tobytes()
        and (left.curve, left.ending) == (right.curve, right.ending)
    )


def test_many_updates_run_beside_the_window_and_can_be_stopped(
    qtbot: QtBot, workspace: Workspace
) -> None:
    begun = large(2000)
    workspace.document.replace(begun)
    with calls_here(record, Updater.advance) as told:
        press_epoch(workspace)
        assert is_running(workspace)
        assert workspace.document.value is begun
        assert "Stop" in workspace.transport.buttons.train.text()
        qtbot.waitUntil(lambda: (workspace.transport.rail.run or (0, 0))[0] > 0, timeout=20_000)
        assert (workspace.transport.rail.run or (0, 0))[1] == 2000
    assert not told, "no pass is told and no update made in the window's thread"
    QTest.mouseClick(workspace.transport.buttons.train, LEFT)
    assert not is_running(workspace)
    stopped = workspace.document.value
    assert 0 < stopped.updates < 2000
    assert workspace.document.stack.count() == 1
    workspace.document.undo()
    assert workspace.document.value is begun


STARTS: dict[str, Callable[[], Experiment]] = {
    "the start": large,
    "the middle of a pass": lambda: go_to(step_update(large()), 1, 40),
    "rounded passes": lambda: go_to(large(rounding=True), 0, 25),
    "a record that ends before the epoch": lambda: go_to(trained(large(), Goal(updates=9)), 4, 7),
    "a stop rule that holds": lambda: large(stops=Stops(loss_below=1e6)),
}


@pytest.mark.parametrize("start", sampled(tuple(STARTS), 3))
def test_the_run_comes_to_what_steps_come_to(
    qtbot: QtBot, workspace: Workspace, start: str
) -> None:
    begun = STARTS[start]()
    workspace.document.replace(begun)
    with calls_here(record) as told:
        press_epoch(workspace)
        after = runs_out(qtbot, workspace)
    assert not told
    assert same(after, step_epoch(begun))
    assert (after.turn, after.cursor) == ((1, 0), 0)
    done = after.updates - begun.updates
    assert workspace.document.stack.undoText() == f"Train {done} updates, rate 0.05"
    assert workspace.strip.refusal.isHidden()
    workspace.document.undo()
    assert workspace.document.value is begun
    workspace.document.redo()
    assert workspace.document.value is after


def test_what_is_recorded_is_walked_as_one_move(workspace: Workspace) -> None:
    begun = go_to(trained(large(), Goal(updates=ROWS + 5)), 3)
    workspace.document.replace(begun)
    with calls_here(record, Updater.advance) as told:
        press_epoch(workspace)
    after = workspace.document.value
    assert not is_running(workspace)
    assert not told
    assert after.history is begun.history
    assert (after.updates, after.turn) == (ROWS, (1, 0))
    workspace.transport.step_epoch_back()
    assert workspace.document.value.updates == 0
    workspace.document.go_to(3, 0)
    assert workspace.document.stack.count() == 0, "where it began: nothing is to be undone"


def test_few_updates_are_steps_as_before(workspace: Workspace) -> None:
    begun = large(20)
    workspace.document.replace(begun)
    press_epoch(workspace)
    assert not is_running(workspace)
    assert same(workspace.document.value, step_epoch(begun))
    assert workspace.document.stack.undoText() == "1 step"


@pytest.mark.long
@pytest.mark.ci
def test_pressed_again_it_goes_on_and_in_a_run_it_ends_that_first(
    qtbot: QtBot, workspace: Workspace
) -> None:
    workspace.document.replace(large())
    workspace.window.menus.actions["pace-25"].trigger()
    press_epoch(workspace)
    press_epoch(workspace)
    assert is_running(workspace)
    assert workspace.document.stack.count() == 0
    QTest.keyClick(workspace.window, Qt.Key.Key_F5)
    workspace.window.menus.actions["pace-fastest"].trigger()
    QTest.keyClick(workspace.window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: (workspace.transport.rail.run or (0, 0))[0] > 2 * ROWS, timeout=20_000)
    ends: list[Experiment] = []
    workspace.document.changed.connect(lambda before, after: ends.append(after))
    press_epoch(workspace)
    runs_out(qtbot, workspace)
    trained_to, after = ends  # the epoch may be over before the key is let go
    assert trained_to.updates > 2 * ROWS
    assert after.turn == (trained_to.turn.epoch + 1, 0)
    assert same(after, step_epoch(trained_to))


@pytest.mark.long
@pytest.mark.ci
def test_a_task_that_waits_for_an_epoch_is_ticked(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    with opened(qtbot, qapp, tmp_path, "xor") as workspace:
        learner = Learner(qtbot, workspace)
        lesson = workspace.guide.lesson
        assert lesson is not None
        checks = [[task.check for task in step.tasks] for step in lesson.steps]
        page, number = next(
            (page, number)
            for page, tasks in enumerate(checks)
            for number, check in enumerate(tasks)
            if getattr(check, "of", "") == "epochs"
        )
        workspace.guide.go_to(page)
        data = workspace.document.value.data
        many = data.with_rows(np.tile(data.cells, (12, 1)))
        workspace.document.edit_data(lambda _now: many, "Change samples")
        value = workspace.document.value
        each = -(-len(value.data.training) // batch_size(value.settings, value.data))
        workspace.document.do("Train", lambda now: trained(now, Goal(updates=49 * each)))
        assert workspace.document.value.turn == (49, 0)
        assert not learner.ticked()[number]
        press_epoch(workspace)
        assert is_running(workspace)
        runs_out(qtbot, workspace)
        assert learner.ticked()[number]


def test_no_command_of_time_tells_a_whole_epoch_in_the_window(
    qtbot: QtBot, workspace: Workspace
) -> None:
    """A pass for where it begins and one for where it ends, and what a keyframe leaves out."""
    begun = go_to(trained(large(), Goal(updates=ROWS + 50)), ROWS + 50, 30)
    asked = commands_in((*STEP.entries, *TRAIN.entries, *EDIT.entries[:2]))
    assert len(asked) > 20
    for command in asked:
        workspace.document.replace(begun)
        with calls_here(record, Updater.advance) as told:
            workspace.window.menus.actions[command.id].trigger()
        assert told["record"] <= 2, command.id
        assert told["advance"] <= 2, command.id
        workspace.trainer.stop()
        workspace.transport.player.stop()
