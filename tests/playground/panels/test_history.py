"""The history names every change and goes back and forth."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from engine.experiment import stepping
from engine.files import limits
from playground.model.document import Document
from playground.model.stage import Stage
from playground.panels.history import HistoryList
from tests.engine.experiments import student
from tests.playground.panel_window import PanelWindow, opened, unnamed


def make(document: Document, stage: Stage, parent: QWidget) -> HistoryList:
    return HistoryList(document, parent)


@pytest.fixture
def window(qtbot: QtBot) -> PanelWindow[HistoryList]:
    return opened(qtbot, make, student(), (336, 186))


def rows(window: PanelWindow[HistoryList]) -> list[str]:
    model = window.panel.model
    return [str(model.index(row, 0).data()) for row in range(model.rowCount())]


def test_every_change_has_its_name(qtbot: QtBot, window: PanelWindow[HistoryList]) -> None:
    assert rows(window) == ["Start"]
    window.document.rename("4", "upper")
    for _ in range(12):
        window.document.step(stepping.step)
    qtbot.waitUntil(lambda: window.panel.list.currentIndex().row() == 2)
    assert rows(window) == ["Start", "Rename", "12 steps"]


def test_a_click_goes_back_and_forth(qtbot: QtBot, window: PanelWindow[HistoryList]) -> None:
    start = window.value
    for name in ("a", "b", "c"):
        window.document.rename("4", name)
    last = window.value
    panel = window.panel
    qtbot.waitUntil(lambda: panel.list.currentIndex().row() == 3)
    place = panel.list.visualRect(panel.model.index(0, 0)).center()
    QTest.mouseClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert window.value is start
    said = Qt.ItemDataRole.AccessibleTextRole
    assert panel.model.index(2, 0).data(said) == "Rename, undone"
    qtbot.waitUntil(lambda: panel.list.currentIndex().row() == 0)
    QTest.keyClick(panel.list, Qt.Key.Key_End)
    assert window.value is last


def test_it_says_that_older_changes_are_forgotten(
    qtbot: QtBot, window: PanelWindow[HistoryList], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "UNDO_BYTES", 1000)
    for step in range(limits.UNDO_ENTRIES + 5):
        window.document.rename("4", f"name {step}")
    qtbot.waitUntil(lambda: window.panel.model.rowCount() == limits.UNDO_ENTRIES + 1)
    assert rows(window)[:2] == ["Older changes are forgotten", "Rename"]
    qtbot.waitUntil(lambda: window.panel.list.currentIndex().row() == limits.UNDO_ENTRIES)
    QTest.keyClick(window.panel.list, Qt.Key.Key_Home)
    assert window.value.layout.name("4") == "name 4"


def test_the_list_is_named_tipped_and_reached(window: PanelWindow[HistoryList]) -> None:
    window.panel.list.setFocus()
    assert window.focusWidget() is window.panel.list
    assert unnamed([window.panel.list]) == []
