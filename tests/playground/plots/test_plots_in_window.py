"""The plots in the whole window, by the learner's own mouse."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.experiment.editing import change_nodes, with_settings
from engine.experiment.experiment import Experiment
from engine.experiment.training import Goal, trained
from engine.lessons.lesson import open_lesson
from playground.plots.curves import Curves
from playground.plots.panel import PlotPanel
from playground.window.workspace import Workspace
from tests.playground.opened import LEFT, opened


def led_astray() -> Experiment:
    """A straight network after sixty good updates, now with a rate that is far too high."""
    lesson = open_lesson("xor").experiment
    straight = [replace(n, activation="identity") if n.kind == "neuron" else n
                for n in lesson.network.nodes]  # fmt: skip
    careful = with_settings(
        change_nodes(lesson, straight), replace(lesson.settings, rate=0.01, rounding=False)
    )
    good = trained(careful, Goal(updates=60))
    return with_settings(good, replace(good.settings, rate=10.0))


@pytest.fixture
def workspace(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Workspace]:
    with opened(qtbot, qapp, tmp_path, "xor") as made:
        made.document.replace(led_astray())
        yield made
        made.trainer.stop()


def brought_up(qtbot: QtBot, workspace: Workspace) -> Curves:
    curves = workspace.docks.panel("curves")
    assert isinstance(curves, Curves)
    workspace.docks.docks["curves"].show()
    workspace.docks.docks["curves"].raise_()
    qtbot.waitUntil(curves.isVisible)
    return curves


def train(qtbot: QtBot, workspace: Workspace) -> None:
    """Press Train; it ends by itself, or after a while by the same button."""
    button = workspace.transport.buttons.train
    updates: list[int] = []
    workspace.trainer.progressed.connect(lambda progress: updates.append(progress.done))
    QTest.mouseClick(button, LEFT)
    qtbot.waitUntil(
        lambda: not workspace.trainer.is_running or (bool(updates) and updates[-1] > 400),
        timeout=20_000,
    )
    if workspace.trainer.is_running:
        QTest.mouseClick(button, LEFT)


def test_a_learner_gets_out_of_a_divergence(qtbot: QtBot, workspace: Workspace) -> None:
    curves = brought_up(qtbot, workspace)
    train(qtbot, workspace)
    title = workspace.transport.title.text
    assert title.startswith("The loss became infinite at update 6")
    assert curves.note.isVisible()
    assert not curves.note.visibleRegion().isEmpty()
    assert curves.rect().contains(curves.note.geometry())
    QTest.mouseClick(curves.note.back, LEFT)
    assert workspace.document.value.updates <= 60
    assert "infinite" not in workspace.transport.title.text
    workspace.document.undo()
    assert curves.note.isVisible()
    presses = 0
    while curves.note.isVisible():
        presses += 1
        assert presses < 14
        QTest.mouseClick(curves.note.halve, LEFT)
        assert workspace.document.value.settings.rate == 10.0 / 2**presses
        train(qtbot, workspace)
    assert workspace.document.value.updates > 400
    # Further on it depends on when Stop came.
    learnt = workspace.document.value.curve.cut_after(400).last
    assert learnt is not None and learnt.loss < 0.6


def test_the_keyboard_comes_to_the_runs_and_checks_them(qtbot: QtBot, workspace: Workspace) -> None:
    curves = brought_up(qtbot, workspace)
    curves.start_again()
    QTest.mouseClick(curves.runs_button, LEFT)
    curves.runs_button.setFocus(Qt.FocusReason.TabFocusReason)
    for _ in range(9):
        if curves.runs.list.hasFocus():
            break
        QTest.keyClick(workspace.window.windowHandle(), Qt.Key.Key_Tab)
    assert curves.runs.list.hasFocus()
    before = workspace.document.value
    QTest.keyClick(workspace.window.windowHandle(), Qt.Key.Key_Down)
    QTest.keyClick(workspace.window.windowHandle(), Qt.Key.Key_Space)
    assert curves.runs.list.item(1).checkState() == Qt.CheckState.Checked
    assert curves.runs.comparison.isVisible()
    assert workspace.document.value is before  # Space is the list's, not Step's


def test_every_plot_asks_where_to_save(workspace: Workspace) -> None:
    for name in ("curves", "surface", "map", "function"):
        panel = workspace.docks.panel(name)
        assert isinstance(panel, PlotPanel)
        entries = [action.text() for action in panel.menu().actions()]
        assert "Save…" in entries and "Copy picture" in entries
