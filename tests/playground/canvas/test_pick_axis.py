"""Choosing the axes of the loss surface by clicks on the canvas."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.experiment.stepping import go_to, step
from engine.lessons.lesson import open_lesson
from engine.network import Place
from playground.canvas.number_positions import all_spots
from playground.canvas.scene_painter import note_of
from playground.canvas.scene_state import Key
from playground.canvas.view import CanvasView
from playground.plots.loss_surface import LossSurface
from tests.playground.canvas_desk import Desk
from tests.playground.opened import opened
from tests.playground.plot_window import PlotWindow
from tests.playground.plot_window import opened as plot_opened

STUDENT = open_lesson("student-grade").experiment
FIRST, SECOND = Place("weight", "4", "1"), Place("weight", "6", "5")
BIAS = Place("bias", "5")


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    made = Desk(qtbot, STUDENT)
    made.stage.choose_axes(True)
    return made


def axes(desk: Desk) -> tuple[Place | None, Place | None]:
    return desk.stage.look.surface


def chooses(desk: Desk | PlotWindow[LossSurface]) -> bool:
    return desk.stage.look.choosing is not None


def tool(desk: Desk) -> str:
    return desk.stage.look.tool


def click(desk: Desk, place: Place) -> None:
    desk.click(desk.number(Key(place.what, place=STUDENT.network.place_index[place])))


def test_two_clicks_choose_two_numbers_and_change_nothing(desk: Desk) -> None:
    selected = desk.stage.look.nodes, desk.stage.look.edges
    click(desk, FIRST)
    assert axes(desk) == (FIRST, None)
    click(desk, BIAS)
    assert axes(desk) == (FIRST, BIAS)
    click(desk, SECOND)  # and on, across again
    assert axes(desk) == (SECOND, BIAS)
    assert desk.value is STUDENT and (desk.stage.look.nodes, desk.stage.look.edges) == selected


def test_the_same_number_cannot_be_both(desk: Desk) -> None:
    click(desk, FIRST)
    click(desk, FIRST)
    assert axes(desk) == (FIRST, None)
    click(desk, SECOND)
    click(desk, SECOND)
    assert axes(desk) == (SECOND, None)


def test_an_edge_and_a_parameter_can_be_clicked_too(qtbot: QtBot) -> None:
    desk = Desk(qtbot, open_lesson("squared-error-regression").experiment)
    network = desk.value.network
    parameters = [n.id for n in network.nodes if n.kind == "parameter"]
    desk.stage.choose_axes(True)
    if parameters:
        desk.click(desk.body(parameters[0]))
        assert axes(desk)[0] == Place("value", parameters[0])
    else:
        points = desk.view.canvas.sight.geometry.points(0)
        x, y = (points[0] * 0.1 + points[-1] * 0.9).tolist()
        desk.click(desk.at(x, y))
        assert axes(desk)[0] == network.places[0]


def test_a_click_elsewhere_and_a_drag_choose_nothing(desk: Desk) -> None:
    desk.click(desk.body("4"))
    desk.click(desk.number(Key("value", "1")))
    desk.click(desk.at(0, -200))
    start = desk.number(Key("weight", place=0))
    desk.drag(start, start + (desk.body("6") - start) * 0.2)
    assert axes(desk) == (None, None)
    assert desk.value is STUDENT and chooses(desk)


def test_a_double_click_chooses_and_types_nothing(desk: Desk) -> None:
    at = desk.number(Key("weight", place=STUDENT.network.place_index[FIRST]))
    desk.click(at)
    desk.double_click(at)
    assert desk.view.typing.field is None and axes(desk) == (FIRST, None)


def test_escape_ends_it_and_numbers_can_be_turned_again(desk: Desk) -> None:
    click(desk, FIRST)
    desk.key(Qt.Key.Key_Escape)
    assert not chooses(desk) and axes(desk) == (FIRST, None)
    click(desk, SECOND)
    assert axes(desk) == (FIRST, None)
    assert desk.stage.look.edges == ((SECOND.source, SECOND.target),)


def test_a_tool_ends_it(desk: Desk) -> None:
    desk.key(Qt.Key.Key_N)
    assert tool(desk) == "neuron" and not chooses(desk)
    desk.stage.choose_axes(True)
    assert tool(desk) == "select"


def test_the_chosen_numbers_are_marked_while_choosing(desk: Desk) -> None:
    plain = desk.view.grab().toImage()
    click(desk, FIRST)
    click(desk, SECOND)
    QTest.mouseMove(desk.view.viewport(), desk.at(0, -200))
    marked = desk.view.grab().toImage()
    ink = desk.view.canvas.brush(None, 1.0).tokens.text  # type: ignore[arg-type]
    for place in (FIRST, SECOND):
        at = desk.number(Key("weight", place=STUDENT.network.place_index[place]))
        near = [(x, y) for x in range(at.x() - 45, at.x()) for y in range(at.y() - 9, at.y() + 9)]
        inked = sum(marked.pixelColor(*p) == ink for p in near)
        assert inked > 60 + sum(plain.pixelColor(*p) == ink for p in near)
    desk.stage.choose_axes(False)
    desk.stage.select()
    assert desk.view.grab().toImage() != marked


def test_a_new_weight_in_a_pass_is_marked_too(qtbot: QtBot) -> None:
    desk = Desk(qtbot, go_to(STUDENT, 0, None))
    desk.stage.choose_axes(True)
    desk.click(desk.number(Key("update", place=STUDENT.network.place_index[FIRST])))
    assert axes(desk) == (FIRST, None)
    before = desk.view.grab().toImage()
    desk.stage.choose_axes(False)
    assert desk.view.grab().toImage() != before


def test_the_button_follows_the_stage(qtbot: QtBot) -> None:
    window = plot_opened(qtbot, LossSurface, STUDENT)
    button, panel = window.panel.row.choose, window.panel
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert chooses(window) and button.isChecked()
    QTest.keyClick(button, Qt.Key.Key_Escape)
    assert not chooses(window) and not button.isChecked()
    QTest.keyClick(button, Qt.Key.Key_Space)
    assert chooses(window)
    QTest.keyClick(panel.shown_plot(), Qt.Key.Key_Escape)
    assert not chooses(window)
    ways: tuple[Callable[[], object], ...] = lambda: panel.show_mode("random"), panel.hide
    for leave in ways:
        panel.show_mode("numbers")
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        assert chooses(window)
        leave()
        assert not chooses(window) and not button.isVisible()


def test_from_the_button_over_the_canvas_to_the_surface(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    with opened(qtbot, qapp, tmp_path, "student-grade") as workspace:
        dock = workspace.docks.docks["surface"]
        dock.show()
        dock.raise_()
        qtbot.waitUntil(lambda: dock.findChild(LossSurface) is not None)
        panel = dock.findChild(LossSurface)
        assert isinstance(panel, LossSurface)
        qtbot.waitUntil(panel.isVisible)
        QTest.mouseClick(panel.row.choose, Qt.MouseButton.LeftButton)
        for place in (FIRST, SECOND):
            index = workspace.document.value.network.place_index[place]
            QTest.mouseClick(
                workspace.canvas.viewport(), Qt.MouseButton.LeftButton,
                pos=_seen_at(workspace.canvas, index),
            )  # fmt: skip
        plane = panel.on.plane
        assert plane is not None and plane.axes.places() == (FIRST, SECOND)
        assert panel.row.first.word().startswith("x: ")
        QTest.keyClick(workspace.canvas, Qt.Key.Key_Escape)
        assert not panel.row.choose.isChecked()
        panel.work.cancel()


def _seen_at(view: CanvasView, place: int) -> QPoint:
    sight = view.canvas.sight
    spot = next(all_spots(sight, Key("weight", place=place)))
    return view.transform.map(spot.rect.center()).toPoint()


def test_a_sample_beside_the_batch_names_the_one_that_is_learnt(qtbot: QtBot) -> None:
    made = Desk(qtbot, open_lesson("student-grade-table").experiment)
    made.document.step(step)
    sight, learnt = made.view.canvas.sight, made.view.canvas.sight.shown.row
    assert not note_of(sight, made.stage.look)
    made.stage.choose_row(learnt + 1)
    told = f"Sample {learnt + 2} is not learnt now: this update takes sample {learnt + 1}"
    assert note_of(made.view.canvas.sight, made.stage.look) == told
