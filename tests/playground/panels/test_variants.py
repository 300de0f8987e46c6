"""Named settings: kept, switched, forgotten, and where the run of each came to."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from engine.experiment.training import Goal, trained
from playground.panels.variants import EMPTY, NOT_KEPT, Variants, differences
from tests.engine.experiments import small
from tests.playground.panel_window import PanelWindow, enter, opened, unnamed, walked

Window = PanelWindow[Variants]
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def window(qtbot: QtBot) -> Window:
    return opened(qtbot, Variants, small(), (336, 300))


def names(window: Window) -> list[str]:
    return [row.button.text() for row in window.panel.rows if row.isVisible()]


def checked(window: Window) -> list[str]:
    rows = [row for row in window.panel.rows if row.isVisible()]
    return [row.button.text() for row in rows if row.button.isChecked()]


def set_rate(window: Window, rate: float) -> None:
    window.document.set_settings(replace(window.value.settings, rate=rate))


def two(window: Window) -> None:
    """“slow” at 0.01 and “fast” at 0.5, which is in force."""
    set_rate(window, 0.01)
    enter(window.panel.field, "slow")
    set_rate(window, 0.5)
    QTest.keyClicks(window.panel.field, "fast")
    QTest.mouseClick(window.panel.keep, LEFT)


def test_the_present_settings_are_kept_under_a_name(window: Window) -> None:
    assert window.panel.note.text() == EMPTY
    two(window)
    assert names(window) == ["slow", "fast"] and checked(window) == ["fast"]
    assert window.panel.field.text() == "" and not window.panel.field.refusal
    assert not window.panel.note.isVisible()
    set_rate(window, 0.2)
    assert checked(window) == [] and window.panel.note.text() == NOT_KEPT


def test_a_click_switches_and_the_run_is_kept_under_its_name(window: Window) -> None:
    two(window)
    window.document.do("Train", lambda _now: trained(window.value, Goal(updates=25)))
    QTest.mouseClick(window.panel.rows[0].button, LEFT)
    assert (window.value.settings.rate, window.value.updates) == (0.01, 0)
    assert checked(window) == ["slow"]
    assert [run.title for run in window.value.runs] == ["fast"]
    said = window.panel.rows[1].button.accessibleName()
    assert said.startswith("fast, rate 0.5, loss ") and said.endswith(" after 25 updates")
    assert window.document.stack.undoText() == "Switch to “slow”"
    window.document.stack.undo()
    assert window.value.updates == 25 and checked(window) == ["fast"]


def test_what_is_in_force_stays_when_it_is_clicked(window: Window) -> None:
    two(window)
    before = window.value
    QTest.mouseClick(window.panel.rows[1].button, LEFT)
    assert window.value is before and checked(window) == ["fast"]


def test_keys_switch_too(window: Window) -> None:
    two(window)
    window.panel.rows[0].button.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(window.panel.rows[0].button, Qt.Key.Key_Space)
    assert window.value.variant == "slow"


def test_forgetting_is_undone_as_everything(window: Window) -> None:
    two(window)
    QTest.mouseClick(window.panel.rows[0].remove, LEFT)
    assert names(window) == ["fast"] and window.value.settings.rate == 0.5
    window.document.stack.undo()
    assert names(window) == ["slow", "fast"]
    while window.document.stack.canUndo():
        window.document.stack.undo()
    assert names(window) == [] and not window.value.variants


def test_without_a_name_nothing_is_kept(window: Window) -> None:
    QTest.mouseClick(window.panel.keep, LEFT)
    assert window.panel.field.refusal.startswith("Give the settings a name")
    assert window.document.stack.count() == 0
    enter(window.panel.field, "a" * 300)
    assert window.panel.field.refusal == "A name has at most 200 characters."
    assert not window.value.variants


def test_only_what_differs_is_told() -> None:
    first = small().settings
    second = replace(first, batch=None, l2=0.1)
    assert differences(first, [first, second]) == "batch 3, L2 0"
    assert differences(second, [first, second]) == "all rows at once, L2 0.1"
    assert differences(first, [first]) == "rate 0.05, batch 3"


def test_every_control_has_a_name(window: Window) -> None:
    two(window)
    controls = walked(window, window.panel.rows[0].button)
    assert {window.panel.rows[1].remove, window.panel.field, window.panel.keep} <= set(controls)
    assert not unnamed(controls)
