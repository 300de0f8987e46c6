"""The window at its sizes: nothing lies on anything else, and what is hidden is announced."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from engine.experiment.experiment import new_experiment
from engine.network import Network
from playground.cli.shared import open_experiment
from playground.panels.inspector import Inspector
from playground.panels.lesson import LessonPanel
from playground.window.docks import DOWN
from tests.playground.canvas_desk import Desk
from tests.playground.opened import opened


def place_of(widget: QWidget, window: QWidget) -> QRect:
    return QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())


@pytest.mark.parametrize("size", [(1024, 700), (800, 600)], ids=["usual", "smallest"])
def test_a_panel_below_opens_under_the_transport(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, size: tuple[int, int]
) -> None:
    with opened(qtbot, qapp, tmp_path, size=size) as workspace:
        window, dock = workspace.window, workspace.docks.docks["samples"]
        dock.show()
        dock.raise_()
        meant = 188 if size == (1024, 700) else 160  # two rows and more; or what there is
        qtbot.waitUntil(lambda: dock.height() == meant)
        assert window.size().toTuple() == size
        transport = place_of(workspace.transport, window)
        assert transport.bottom() < place_of(dock, window).top()
        assert transport.top() > place_of(workspace.canvas, window).bottom()
        assert workspace.canvas.height() >= 184


def test_a_panel_below_keeps_the_height_a_hand_gave_it(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    with opened(qtbot, qapp, tmp_path, size=(1024, 700)) as workspace:
        dock = workspace.docks.docks["samples"]
        dock.show()
        qtbot.waitUntil(lambda: dock.height() == 188)
        workspace.window.resizeDocks([dock], [230], DOWN)
        qtbot.waitUntil(lambda: dock.height() == 230)
        dock.hide()
        dock.show()
        qtbot.wait(20)
        qtbot.waitUntil(lambda: dock.height() == 230)


@pytest.mark.parametrize("size", [(1440, 900), (1024, 700)], ids=["wide", "narrow"])
def test_without_a_lesson_sentence_and_button_stand_together_in_the_middle(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, size: tuple[int, int]
) -> None:
    with opened(qtbot, qapp, tmp_path, size=size) as workspace:
        panel = workspace.docks.panel("lesson")
        assert isinstance(panel, LessonPanel)
        workspace.files.new()

        def middle() -> float:
            low = place_of(panel.button, panel).bottom()
            return (place_of(panel.empty, panel).top() + low) / 2

        qtbot.waitUntil(lambda: abs(middle() - panel.height() / 2) <= 8)
        sentence, button = place_of(panel.empty, panel), place_of(panel.button, panel)
        assert 0 < button.top() - sentence.bottom() <= 16
        assert abs(button.center().x() - panel.width() / 2) <= 2


def test_scroll_bars_are_there_only_while_something_is_out_of_sight(qtbot: QtBot) -> None:
    desk = Desk(qtbot, open_experiment("student-grade"))
    view, across, down = desk.view, desk.view.horizontalScrollBar(), desk.view.verticalScrollBar()
    room = view.viewport().size()
    assert not across.isVisible() and not down.isVisible()
    view.zoom_to(2.0)
    assert across.isVisible() and down.isVisible()
    assert view.viewport().size() == room, "they lie over the canvas"
    before = view.scene_point(QPointF(0, 0))
    across.setValue(across.value() + 50)
    after = view.scene_point(QPointF(0, 0))
    assert after.x() - before.x() == pytest.approx(25, abs=1)
    assert after.y() == pytest.approx(before.y())
    down.setValue(down.maximum())
    low = view.visible_rect().bottom()
    assert low == pytest.approx(view.canvas.bounds().bottom(), abs=2)
    view.resize(900, 480)
    assert across.pageStep() == view.viewport().width() == 900
    view.fit()
    assert not across.isVisible() and not down.isVisible()
    view.pan(QPointF(-300, 0))
    assert across.isVisible() and not down.isVisible()
    view.document.replace(new_experiment(Network()))
    assert not across.isVisible()


def test_the_inspector_names_the_rows_that_have_no_room(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    with opened(qtbot, qapp, tmp_path) as workspace:
        panel = workspace.docks.panel("inspector")
        assert isinstance(panel, Inspector)
        assert not panel.below.isVisible()
        workspace.stage.select(("4", "5", "6"))
        qtbot.waitUntil(lambda: panel.below.isVisible())
        assert panel.below.text == "Below: Locked, Output, Subtracts"
        seen = place_of(panel.viewport(), panel)
        assert seen.bottom() < panel.below.geometry().top(), "no row lies under the line"
        QTest.mouseClick(panel.below, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: not panel.below.isVisible())
        assert place_of(panel.subtracts_row, panel).bottom() < panel.height()
        workspace.stage.select(("4",))
        qtbot.waitUntil(lambda: panel.below.isVisible())
        workspace.stage.select(())
        qtbot.waitUntil(lambda: not panel.below.isVisible())
