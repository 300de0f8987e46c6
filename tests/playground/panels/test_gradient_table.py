"""The table of h: numeric slopes beside the exact one, errors, and four ways to the same number."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from engine.experiment.experiment import new_experiment
from engine.lessons.lesson import open_lesson
from engine.network import Network, Place
from playground.panels.gradient_table import BOTH, NOTHING, RIGHT, RIGHT_ERROR, H, SlopesTable
from playground.widgets.table import CellModel
from tests.engine.experiments import logarithm, small, student
from tests.playground.panel_window import PanelWindow, opened, unnamed, walked

Window = PanelWindow[SlopesTable]
PARABOLA = open_lesson("parabola").experiment
FOUR = open_lesson("four-ways").experiment


def column(model: CellModel, place: int) -> list[str]:
    return [model.cell(row, place).text for row in range(model.count())]


@pytest.fixture
def window(qtbot: QtBot) -> Window:
    return opened(qtbot, SlopesTable, PARABOLA, (450, 300))


def test_the_slopes_of_the_lecture_stand_in_the_table(window: Window) -> None:
    window.stage.select(("x",))
    model = window.panel.steps_model
    assert column(model, H)[:4] == ["0.01", "0.001", "0.0001", "1e−5"]
    assert column(model, RIGHT)[:3] == ["13.04", "13.004", "13.0004"]
    assert column(model, RIGHT_ERROR)[:3] == ["0.04", "0.004", "0.0004"]
    assert set(column(model, BOTH)) == {"13"}
    assert window.panel.exact.text == "∂ 13"
    # at x = −1: −10.96, −10.996, −10.9996 → −11
    window.document.set_number(Place("value", "x"), -1)
    assert column(model, RIGHT)[:3] == ["−10.96", "−10.996", "−10.9996"]
    assert window.panel.exact.text == "∂ −11"


def test_four_ways_agree_on_the_student_grade_network(qtbot: QtBot) -> None:
    window = opened(qtbot, SlopesTable, FOUR, (450, 300))
    window.stage.select(edges=(("4", "6"),))
    tabs = window.panel.tabs
    QTest.mouseClick(tabs, Qt.MouseButton.LeftButton, pos=tabs.tabRect(1).center())
    assert window.panel.ways.isVisible() and not window.panel.steps.isVisible()
    ways = window.panel.ways_model
    assert column(ways, 0) == ["By rule", "By hand", "By trying", "By machine"]
    assert column(ways, 1) == ["e6·o4", "−0.1312·0.3318", "h = 1e−6", "one pass"]
    slopes = window.panel.slopes
    assert slopes is not None
    assert slopes.exact == pytest.approx(-0.04352350406494972, rel=1e-14)
    for way in slopes.ways:
        assert way.slope == pytest.approx(slopes.exact, rel=1e-3)
    assert [way.off < 1e-12 for way in slopes.ways] == [True, False, True, True]
    assert window.panel.told.text() == "∂ = e6·o4 = −0.1312·0.3318"


def test_smaller_is_not_better_for_ever(qtbot: QtBot) -> None:
    window = opened(qtbot, SlopesTable, FOUR, (450, 300))
    window.stage.select(edges=(("4", "6"),))
    slopes = window.panel.slopes
    assert slopes is not None
    errors = [row.central_error for row in slopes.rows]
    assert errors[-1] > errors[-2] > min(errors)
    assert window.panel.told.text().endswith("A smaller h drowns in rounding.")


def test_selection_chooses_and_the_list_selects(window: Window) -> None:
    network = window.value.network
    window.stage.select(edges=(network.edges[0][:2],))
    assert window.panel.place == network.places[0]
    window.stage.select(("f",))
    assert window.panel.place == Place("bias", "f")
    window.stage.select()
    assert window.panel.place == Place("bias", "f")  # nothing else is asked for
    choice = window.panel.choice
    choice.setFocus()
    QTest.keyClick(choice, Qt.Key.Key_End)
    assert window.stage.look.nodes == ("x",)
    assert window.panel.place == Place("value", "x")
    assert choice.word() == "x"


def test_it_follows_the_experiment(qtbot: QtBot) -> None:
    window = opened(qtbot, SlopesTable, student(), (450, 300))
    before = column(window.panel.steps_model, BOTH)
    window.document.set_number(Place("weight", "6", "4"), 2.0)
    assert column(window.panel.steps_model, BOTH) != before
    window.document.stack.undo()
    assert column(window.panel.steps_model, BOTH) == before
    window.document.remove(["4"])
    assert window.panel.place in window.value.network.place_index


def test_a_batch_is_told_as_its_mean(qtbot: QtBot) -> None:
    window = opened(qtbot, SlopesTable, small(rows=9, batch=4), (830, 300))
    slopes = window.panel.slopes
    assert slopes is not None
    assert slopes.ways[0].how.startswith("1/4·Σ ")
    assert np.isclose(slopes.ways[0].slope, slopes.exact, rtol=1e-12)
    assert window.panel.steps.isVisible() and window.panel.ways.isVisible()
    assert not window.panel.tabs.isVisible()


def test_what_does_not_exist_is_said(qtbot: QtBot) -> None:
    window = opened(qtbot, SlopesTable, logarithm(-1.0), (450, 300))
    assert window.panel.empty.isVisible() and "logarithm" in window.panel.empty.text()
    assert not window.panel.steps.isVisible()
    window.document.set_number(Place("weight", "h", "x"), 0.005)  # 0.005 − 0.01 < 0
    model = window.panel.steps_model
    assert column(model, BOTH)[0] == ""
    assert column(model, RIGHT)[0] != ""
    window.document.replace(new_experiment(Network()))
    assert window.panel.empty.text() == NOTHING


def test_lecture_rounding_does_not_touch_the_table(qtbot: QtBot) -> None:
    window = opened(qtbot, SlopesTable, student(rounding=True), (450, 300))
    window.stage.select(edges=(("4", "6"),))
    slopes = window.panel.slopes
    assert slopes is not None and slopes.exact == pytest.approx(-0.04352350406494972, rel=1e-12)
    assert slopes.ways[0].off < 1e-15


def test_every_control_has_a_name(window: Window) -> None:
    controls = walked(window, window.panel.choice)
    assert window.panel.steps in controls and window.panel.tabs in controls
    assert not unnamed(controls)
    index = window.panel.steps_model.index(0, RIGHT)
    said = index.data(Qt.ItemDataRole.AccessibleTextRole)
    assert said == "to the right of h = 0.01: 13.04"
