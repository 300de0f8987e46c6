"""What looks at a network more closely stands behind its button, and a lesson can ask for it."""

from pathlib import Path
from typing import get_args

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.files.lesson_checks import Dock as DockName
from playground.panels.gradient_table import SlopesTable
from playground.panels.knobs import Knobs
from playground.panels.matrix_view import Matrices
from playground.panels.variants import Variants
from playground.plots.functions import Functions
from playground.widgets.status_bar import DockButton
from playground.window.docks import STUDY
from tests.playground.opened import LEFT, opened
from tests.sampled import sampled

PANELS = {
    "function": Functions,
    "knobs": Knobs,
    "h-table": SlopesTable,
    "matrices": Matrices,
    "variants": Variants,
}


def test_a_lesson_can_name_every_one_of_them() -> None:
    assert set(STUDY) <= set(get_args(DockName))


@pytest.mark.parametrize("name", sampled(tuple(PANELS), 1))
def test_a_press_on_its_button_brings_it_up(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, name: str
) -> None:
    with opened(qtbot, qapp, tmp_path) as workspace:
        dock = workspace.docks.docks[name]
        assert not dock.isVisible()
        found = workspace.strip.findChildren(DockButton)
        button = next(b for b in found if b.text() == dock.windowTitle())
        QTest.mouseClick(button, LEFT)
        qtbot.waitUntil(lambda: isinstance(dock.widget(), PANELS[name]))
        assert dock.isVisible() and not dock.visibleRegion().isEmpty()
        before = workspace.document.value
        workspace.document.step(lambda e: e)  # nothing happens, and nothing breaks
        workspace.document.rename("4", "four")
        workspace.document.stack.undo()
        assert workspace.document.value is before
        QTest.mouseClick(button, LEFT)
        assert not dock.isVisible()


def test_the_menu_opens_a_panel_before_the_tab_that_stands_there(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    with opened(qtbot, qapp, tmp_path) as workspace:
        dock = workspace.docks.docks["knobs"]
        (action,) = [
            each for each in workspace.window.menus.menus["docks"].actions()
            if each.text() == dock.windowTitle()
        ]  # fmt: skip
        action.trigger()
        qtbot.waitUntil(lambda: isinstance(dock.widget(), Knobs))
        assert not dock.visibleRegion().isEmpty()


def test_turning_a_knob_turns_the_number_on_the_canvas(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    with opened(qtbot, qapp, tmp_path, "slope-and-knobs") as workspace:
        dock = workspace.docks.docks["knobs"]
        dock.show()
        dock.raise_()
        qtbot.waitUntil(lambda: isinstance(dock.widget(), Knobs))
        panel = dock.widget()
        assert isinstance(panel, Knobs)
        qtbot.waitUntil(lambda: panel.model.count() == 9)
        panel.list.setFocus()
        QTest.keyClicks(panel.list, "+++")
        assert workspace.document.value.parameters[0] == pytest.approx(0.83)
        assert workspace.stage.look.edges == (("1", "3"),)
        QTest.keyClicks(panel.list, "-")  # the tool "Minus" stays in its drawer
        assert workspace.stage.look.tool == "select"
        assert workspace.document.stack.undoText() == "Set weight"
