"""A run that became infinite, and a step that would: the ways on stand wherever it is said."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QPushButton
from pytestqt.qtbot import QtBot

from playground.window.furniture import Furniture
from tests.playground.canvas_desk import LEFT
from tests.playground.opened import opened
from tests.sampled import sampled

PLOTS = ("surface", "map", "samples", "table")


@pytest.fixture
def furniture(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Furniture]:
    with opened(qtbot, qapp, tmp_path, "squared-error-regression") as made:
        settings = replace(made.document.settings, rate=50.0)
        made.document.set_settings(settings)
        yield made


def in_front(furniture: Furniture, name: str) -> None:
    dock = furniture.docks.docks[name]
    dock.show()
    dock.raise_()
    QApplication.processEvents()


def diverge(qtbot: QtBot, furniture: Furniture) -> str:
    furniture.window.menus.actions["train"].trigger()
    qtbot.waitUntil(lambda: not furniture.trainer.is_running, timeout=30_000)
    ending = furniture.document.value.ending
    assert ending is not None
    assert ending.rule == "infinite"
    return ending.sentence


def buttons(furniture: Furniture) -> dict[str, QPushButton]:
    found = furniture.ways_on.findChildren(QPushButton)
    return {b.text(): b for b in found if b.isVisible() and b.text()}


@pytest.mark.parametrize("name", sampled(PLOTS, 1))
def test_the_ways_on_stand_above_the_canvas_whatever_plot_is_in_front(
    qtbot: QtBot, furniture: Furniture, name: str
) -> None:
    furniture.docks.docks["curves"].close()
    in_front(furniture, name)
    sentence = diverge(qtbot, furniture)
    qtbot.waitUntil(furniture.ways_on.isVisible)
    assert furniture.ways_on.text == sentence
    assert furniture.strip.refusal.isHidden(), "there it would stand without the ways on"
    rate = furniture.document.settings.rate
    QTest.mouseClick(buttons(furniture)["Halve the rate"], LEFT)
    assert furniture.document.settings.rate == rate / 2
    assert furniture.ways_on.isHidden()
    furniture.document.undo()
    assert furniture.ways_on.isVisible()
    back = next(b for text, b in buttons(furniture).items() if text.startswith("Go back to"))
    update = int(back.text().rsplit(" ", 1)[1])
    assert update < furniture.document.value.updates
    QTest.mouseClick(back, LEFT)
    assert furniture.document.value.updates == update
    assert furniture.ways_on.isHidden()


def test_the_curves_say_it_while_they_are_seen(qtbot: QtBot, furniture: Furniture) -> None:
    in_front(furniture, "curves")
    diverge(qtbot, furniture)
    assert furniture.ways_on.isHidden()
    furniture.docks.docks["curves"].close()
    qtbot.waitUntil(furniture.ways_on.isVisible)
    in_front(furniture, "curves")
    qtbot.waitUntil(furniture.ways_on.isHidden)


def test_it_can_be_closed_and_goes_with_another_run(qtbot: QtBot, furniture: Furniture) -> None:
    furniture.docks.docks["curves"].close()
    diverge(qtbot, furniture)
    (close,) = (b for b in furniture.ways_on.findChildren(QAbstractButton) if not b.text())
    QTest.mouseClick(close, LEFT)
    assert furniture.ways_on.isHidden()
    node = furniture.document.value.network.nodes[0].id
    furniture.document.rename(node, "another name")
    assert furniture.ways_on.isHidden(), "it was closed"
    furniture.document.undo()
    furniture.document.undo()
    furniture.document.redo()
    assert furniture.ways_on.isVisible()


def test_a_step_that_cannot_be_made_has_the_same_ways_on(
    qtbot: QtBot, furniture: Furniture
) -> None:
    in_front(furniture, "curves")
    heard: list[str] = []
    furniture.document.refused.connect(heard.append)
    while not heard:
        furniture.window.menus.actions["update"].trigger()
    assert furniture.ways_on.isVisible()
    assert furniture.ways_on.text == heard[0]
    rate = furniture.document.settings.rate
    QTest.mouseClick(buttons(furniture)["Halve the rate"], LEFT)
    assert furniture.document.settings.rate == rate / 2
    assert furniture.ways_on.isHidden()
    assert furniture.strip.refusal.isHidden()


def test_numbers_of_the_run_before_are_not_blamed_on_a_low_rate(
    qtbot: QtBot, furniture: Furniture
) -> None:
    furniture.docks.docks["curves"].close()
    diverge(qtbot, furniture)
    document = furniture.document
    document.set_settings(replace(document.settings, rate=0.01))
    entries = document.stack.count()
    sentence = diverge(qtbot, furniture)
    assert "the numbers have grown too large. Go back" in sentence
    assert "rate" not in sentence
    assert furniture.ways_on.text == sentence
    assert document.stack.count() == entries, "no update was made"
    back = next(b for text, b in buttons(furniture).items() if text.startswith("Go back to"))
    QTest.mouseClick(back, LEFT)
    assert document.value.updates == int(back.text().rsplit(" ", 1)[1])
    assert document.settings.rate == 0.01, "with the rate of before the same would happen again"
    assert not furniture.ways_on.isVisible()
    document.undo()
    assert document.value.ending is not None
