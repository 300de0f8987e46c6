"""A run that became infinite, and a step that would: the ways on stand wherever it is said."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QPushButton
from pytestqt.qtbot import QtBot

from playground.window.workspace import Workspace
from tests.playground.canvas_desk import LEFT
from tests.playground.opened import opened
from tests.sampled import sampled

PLOTS = ("surface", "map", "samples", "table")


@pytest.fixture
def workspace(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Workspace]:
    with opened(qtbot, qapp, tmp_path, "squared-error-regression") as made:
        settings = replace(made.document.settings, rate=50.0)
        made.document.set_settings(settings)
        yield made


def in_front(workspace: Workspace, name: str) -> None:
    dock = workspace.docks.docks[name]
    dock.show()
    dock.raise_()
    QApplication.processEvents()


def diverge(qtbot: QtBot, workspace: Workspace) -> str:
    workspace.window.menus.actions["train"].trigger()
    qtbot.waitUntil(lambda: not workspace.trainer.is_running, timeout=30_000)
    ending = workspace.document.value.ending
    assert ending is not None
    assert ending.rule == "infinite"
    return ending.sentence


def buttons(workspace: Workspace) -> dict[str, QPushButton]:
    found = workspace.ways_on.findChildren(QPushButton)
    return {b.text(): b for b in found if b.isVisible() and b.text()}


@pytest.mark.parametrize("name", sampled(PLOTS, 1))
def test_the_ways_on_stand_above_the_canvas_whatever_plot_is_in_front(
    qtbot: QtBot, workspace: Workspace, name: str
) -> None:
    workspace.docks.docks["curves"].close()
    in_front(workspace, name)
    sentence = diverge(qtbot, workspace)
    qtbot.waitUntil(workspace.ways_on.isVisible)
    assert workspace.ways_on.text == sentence
    assert workspace.strip.refusal.isHidden(), "there it would stand without the ways on"
    rate = workspace.document.settings.rate
    QTest.mouseClick(buttons(workspace)["Halve the rate"], LEFT)
    assert workspace.document.settings.rate == rate / 2
    assert workspace.ways_on.isHidden()
    workspace.document.undo()
    assert workspace.ways_on.isVisible()
    back = next(b for text, b in buttons(workspace).items() if text.startswith("Go back to"))
    update = int(back.text().rsplit(" ", 1)[1])
    assert update < workspace.document.value.updates
    QTest.mouseClick(back, LEFT)
    assert workspace.document.value.updates == update
    assert workspace.ways_on.isHidden()


def test_the_curves_say_it_while_they_are_seen(qtbot: QtBot, workspace: Workspace) -> None:
    in_front(workspace, "curves")
    diverge(qtbot, workspace)
    assert workspace.ways_on.isHidden()
    workspace.docks.docks["curves"].close()
    qtbot.waitUntil(workspace.ways_on.isVisible)
    in_front(workspace, "curves")
    qtbot.waitUntil(workspace.ways_on.isHidden)


def test_it_can_be_closed_and_goes_with_another_run(qtbot: QtBot, workspace: Workspace) -> None:
    workspace.docks.docks["curves"].close()
    diverge(qtbot, workspace)
    (close,) = (b for b in workspace.ways_on.findChildren(QAbstractButton) if not b.text())
    QTest.mouseClick(close, LEFT)
    assert workspace.ways_on.isHidden()
    node = workspace.document.value.network.nodes[0].id
    workspace.document.rename(node, "another name")
    assert workspace.ways_on.isHidden(), "it was closed"
    workspace.document.undo()
    workspace.document.undo()
    workspace.document.redo()
    assert workspace.ways_on.isVisible()


def test_a_step_that_cannot_be_made_has_the_same_ways_on(
    qtbot: QtBot, workspace: Workspace
) -> None:
    in_front(workspace, "curves")
    heard: list[str] = []
    workspace.document.refused.connect(heard.append)
    while not heard:
        workspace.window.menus.actions["update"].trigger()
    assert workspace.ways_on.isVisible()
    assert workspace.ways_on.text == heard[0]
    rate = workspace.document.settings.rate
    QTest.mouseClick(buttons(workspace)["Halve the rate"], LEFT)
    assert workspace.document.settings.rate == rate / 2
    assert workspace.ways_on.isHidden()
    assert workspace.strip.refusal.isHidden()


def test_numbers_of_the_run_before_are_not_blamed_on_a_low_rate(
    qtbot: QtBot, workspace: Workspace
) -> None:
    workspace.docks.docks["curves"].close()
    diverge(qtbot, workspace)
    document = workspace.document
    document.set_settings(replace(document.settings, rate=0.01))
    entries = document.stack.count()
    sentence = diverge(qtbot, workspace)
    assert "the numbers have grown too large. Go back" in sentence
    assert "rate" not in sentence
    assert workspace.ways_on.text == sentence
    assert document.stack.count() == entries, "no update was made"
    back = next(b for text, b in buttons(workspace).items() if text.startswith("Go back to"))
    QTest.mouseClick(back, LEFT)
    assert document.value.updates == int(back.text().rsplit(" ", 1)[1])
    assert document.settings.rate == 0.01, "with the rate of before the same would happen again"
    assert not workspace.ways_on.isVisible()
    document.undo()
    assert document.value.ending is not None
