"""Drawing, moving, joining and turning with real mouse events through the viewport."""

from typing import get_args

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.lessons.lesson import open_lesson
from engine.network import Edge, Network, Node
from playground.canvas.interactions import DragEdge
from playground.canvas.layout import node_of
from playground.canvas.scene_state import Key
from playground.model.stage import DRAGGED_TOOL, Tool
from tests.playground.canvas_desk import LEFT, Desk

SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
ALT, NONE = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.NoModifier


@pytest.fixture
def student(qtbot: QtBot) -> Desk:
    return Desk(qtbot, open_lesson("student-grade").experiment)


def nodes(desk: Desk) -> tuple[str, ...]:
    return desk.stage.look.nodes


def wheel(desk: Desk, at: QPoint, turn: QPoint, keys: Qt.KeyboardModifier = NONE) -> None:
    viewport = desk.view.viewport()
    event = QWheelEvent(QPointF(at), viewport.mapToGlobal(QPointF(at)), QPoint(), turn,
                        Qt.MouseButton.NoButton, keys, Qt.ScrollPhase.NoScrollPhase,
                        False)  # fmt: skip
    QApplication.sendEvent(viewport, event)


def test_a_network_is_built_on_an_empty_canvas_and_undone(qtbot: QtBot) -> None:
    desk = Desk(qtbot)
    start = desk.value
    assert desk.view.empty.isVisible()
    for key, at in (("i", (100, 120)), ("i", (100, 300)), ("n", (380, 200)), ("o", (620, 200))):
        QTest.keyClicks(desk.view, key)
        desk.click(QPoint(*at))
        assert desk.stage.look.tool == "select"
    assert not desk.view.empty.isVisible()
    assert list(desk.value.network.index) == ["x1", "x2", "n1", "y1"]
    assert desk.value.network.node("y1") == node_of("output", Network())
    for source, target in (("x1", "n1"), ("x2", "n1"), ("n1", "y1")):
        desk.drag(desk.rim(source), desk.body(target))
    assert [edge[:2] for edge in desk.value.network.edges] == [
        ("x1", "n1"), ("x2", "n1"), ("n1", "y1"),
    ]  # fmt: skip
    desk.check_mirror()
    while desk.document.stack.canUndo():
        desk.document.stack.undo()
        desk.check_mirror()
    assert desk.value is start
    assert desk.view.empty.isVisible()


@pytest.mark.parametrize("tool", sorted(set(get_args(Tool)) - {"select"}))
def test_every_tool_can_be_dropped_from_the_palette(qtbot: QtBot, tool: str) -> None:
    desk = Desk(qtbot)
    data = QMimeData()
    data.setData(DRAGGED_TOOL, tool.encode())
    copy, buttons = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    viewport = desk.view.viewport()
    enter = QDragEnterEvent(QPoint(300, 200), copy, data, buttons, NONE)
    QApplication.sendEvent(viewport, enter)
    assert enter.isAccepted()
    drop = QDropEvent(QPointF(300, 200), copy, data, buttons, NONE)
    QApplication.sendEvent(viewport, drop)
    assert len(desk.value.network.nodes) == 1
    assert desk.stage.look.nodes == (desk.value.network.nodes[0].id,)


@pytest.mark.parametrize("up", (30, 0))
def test_a_node_is_put_where_the_hint_says_so(qtbot: QtBot, up: int) -> None:
    """On the dotted node and on the words below it."""
    desk = Desk(qtbot)
    view, window = desk.view, desk.view.windowHandle()
    at = view.viewport().rect().center() - QPoint(0, up)
    assert view.childAt(at) is view.viewport(), "what is dropped here goes to the canvas"
    QTest.keyClicks(view, "n")
    QTest.mouseMove(window, at)
    qtbot.waitUntil(lambda: view.hand.placing.ghost is not None)
    QTest.mouseClick(window, LEFT, NONE, at)
    qtbot.waitUntil(lambda: bool(desk.value.network.nodes))
    assert not view.empty.isVisible()


def test_a_file_that_is_dragged_over_is_not_for_the_canvas(qtbot: QtBot) -> None:
    desk = Desk(qtbot)
    data = QMimeData()
    data.setText("file:///tmp/a.json")
    enter = QDragEnterEvent(
        QPoint(300, 200), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, NONE
    )
    QApplication.sendEvent(desk.view.viewport(), enter)
    assert not enter.isAccepted()


def test_tools_make_free_ids() -> None:
    network = Network((Node("a", "parameter"), Node("x1", "input")))
    assert node_of("parameter", network).id == "b"
    assert node_of("input", network).id == "x2"
    assert node_of("minus", network) == Node("d1", subtracts=True)


def test_a_click_selects_and_shift_adds(student: Desk) -> None:
    student.click(student.body("4"))
    assert nodes(student) == ("4",)
    student.click(student.body("5"), SHIFT)
    assert nodes(student) == ("4", "5")
    student.click(student.body("4"), CONTROL)
    assert nodes(student) == ("5",)
    student.click(student.number(Key("weight", place=0)))
    assert student.stage.look.edges == (("1", "4"),)
    student.click(QPoint(5, 5))
    assert not nodes(student)
    assert not student.stage.look.edges


def test_a_rubber_band_catches_nodes_and_the_edges_between_them(student: Desk) -> None:
    left, right = student.at(-90, -190), student.at(430, 240)
    student.drag(left, right)
    assert nodes(student) == ("1", "2", "3", "4", "5")
    assert len(student.stage.look.edges) == 6
    assert student.document.stack.count() == 0


def test_nodes_move_with_the_hand_in_one_entry_and_snap(student: Desk) -> None:
    before = student.value
    where = student.value.layout.position("5")
    network = student.value.network
    start = student.body("5")
    student.press(start)
    student.drag_to(start, start + QPoint(60, 30))
    assert student.value is before, "nothing changes before the button is let go"
    assert student.view.canvas.moving
    student.release(start + QPoint(60, 30))
    x, y = student.value.layout.position("5")
    assert x == pytest.approx(where[0] + 60 / student.view.zoom, abs=1.5)
    assert student.value.network is network
    assert student.document.stack.count() == 1
    student.check_mirror()
    line = student.value.layout.position("4")[0]
    student.drag(student.body("5"), student.body("5") - QPoint(58, 0))
    assert student.value.layout.position("5") == (line, y), "drawn to the line of hidden 4"
    student.document.stack.undo()
    student.document.stack.undo()
    assert student.value is before
    student.check_mirror()


def test_escape_gives_a_move_up(student: Desk) -> None:
    before, start = student.value, student.body("5")
    student.press(start)
    student.drag_to(start, start + QPoint(80, 40))
    student.key(Qt.Key.Key_Escape)
    assert not student.view.canvas.moving
    student.release(start + QPoint(80, 40))
    assert student.value is before
    student.check_mirror()


def test_all_selected_nodes_move_together(student: Desk) -> None:
    student.stage.select(("4", "5"))
    gap = student.value.layout.position("5")[1] - student.value.layout.position("4")[1]
    student.drag(student.body("4"), student.body("4") + QPoint(70, 25), ALT)
    four, five = (student.value.layout.position(name) for name in "45")
    assert five[1] - four[1] == gap
    assert four[0] > 340
    assert student.document.stack.count() == 1


def test_a_refused_edge_says_why_while_it_is_dragged(student: Desk) -> None:
    start = student.rim("6")
    student.press(start)
    student.drag_to(start, student.body("4"))
    gesture = student.view.hand.gesture
    assert isinstance(gesture, DragEdge)
    assert gesture.target == "4"
    assert gesture.reason == "That would close a loop: output 6 → hidden 4 → output 6."
    assert student.view.tip.isVisible()
    assert student.view.tip.sentence == gesture.reason
    student.release(student.body("4"))
    assert student.refusals == [gesture.reason]
    assert student.document.stack.count() == 0


def test_an_allowed_edge_is_drawn_and_selected(student: Desk) -> None:
    start = student.rim("1")
    student.press(start)
    student.drag_to(start, student.body("6"))
    gesture = student.view.hand.gesture
    assert isinstance(gesture, DragEdge)
    assert gesture.reason is None
    student.release(student.body("6"))
    assert Edge("1", "6") in student.value.network.edges
    assert student.stage.look.edges == (("1", "6"),)
    student.check_mirror()


def test_letting_go_over_nothing_draws_nothing(student: Desk) -> None:
    student.drag(student.rim("1"), QPoint(200, 20))
    assert student.document.stack.count() == 0


def test_dragging_a_number_sideways_turns_it_in_one_entry(student: Desk) -> None:
    key = Key("weight", place=0)
    sums = student.view.canvas.sight.number(Key("sum", "4"))
    at = student.number(key)
    student.drag(at, at + QPoint(40, 0))
    assert student.value.parameters[0] == pytest.approx(0.2 + 10 * 0.01)
    assert student.view.canvas.sight.number(Key("sum", "4")) > sums, "values follow"
    assert student.document.stack.count() == 1
    student.document.stack.undo()
    assert student.value.parameters[0] == 0.2


def test_escape_gives_a_turn_up(student: Desk) -> None:
    at = student.number(Key("weight", place=0))
    student.press(at)
    student.drag_to(at, at + QPoint(40, 0))
    assert student.value.parameters[0] != 0.2
    student.key(Qt.Key.Key_Escape)
    assert student.value.parameters[0] == 0.2
    student.release(at + QPoint(40, 0))
    assert student.value.parameters[0] == 0.2


@pytest.mark.parametrize("turn", [QPoint(120, 0), QPoint(0, 120)])
def test_the_wheel_with_alt_turns_a_number_whichever_axis_it_reports(
    student: Desk, turn: QPoint
) -> None:
    at = student.number(Key("value", "1"))
    zoom = student.view.zoom
    for _ in range(3):
        wheel(student, at, turn, ALT)
    assert student.value.data.cell(0, 0) == pytest.approx(1.03)
    assert student.document.stack.count() == 1
    assert student.view.zoom == zoom
    student.view.hand.wheel.rest()
    wheel(student, at, turn, ALT)
    assert student.document.stack.count() == 2, "a wheel that rested begins another turn"


def test_a_number_that_follows_from_others_is_not_turned(student: Desk) -> None:
    at = student.number(Key("sum", "4"))
    wheel(student, at, QPoint(0, 120), ALT)
    assert student.document.stack.count() == 0


def test_the_wheel_zooms_at_the_pointer(student: Desk) -> None:
    at = QPoint(300, 200)
    before = student.view.scene_point(QPointF(at))
    zoom = student.view.zoom
    wheel(student, at, QPoint(0, 120))
    assert student.view.zoom == pytest.approx(zoom * 1.2)
    after = student.view.scene_point(QPointF(at))
    assert (after - before).manhattanLength() < 2
    student.view.fit()
    assert student.view.zoom == pytest.approx(zoom)


@pytest.mark.parametrize(("button", "keys"), [(Qt.MouseButton.MiddleButton, NONE), (LEFT, CONTROL)])
def test_panning(student: Desk, button: Qt.MouseButton, keys: Qt.KeyboardModifier) -> None:
    viewport, start = student.view.viewport(), QPoint(20, 460)
    before = student.at(0, 0)
    QTest.mousePress(viewport, button, keys, start)
    QTest.mouseMove(viewport, start + QPoint(20, -15))
    QTest.mouseMove(viewport, start + QPoint(50, -30))
    QTest.mouseRelease(viewport, button, keys, start + QPoint(50, -30))
    moved = student.at(0, 0) - before
    assert (moved - QPoint(50, -30)).manhattanLength() <= 2
    assert student.document.stack.count() == 0


def test_what_is_under_the_mouse_is_lifted_out(student: Desk) -> None:
    at = student.number(Key("weight", place=3))
    QTest.mouseMove(student.view.viewport(), at)
    assert student.view.canvas.attention.edge == ("1", "5")
    assert student.view.canvas.attention.number == Key("weight", place=3)
    assert "assignments → hidden 5" in student.view.hand.told(QPointF(at))
    QTest.mouseMove(student.view.viewport(), student.body("4"))
    assert student.view.canvas.attention.node == "4"


def test_undo_in_the_middle_of_a_gesture_ends_it(student: Desk) -> None:
    student.document.add_node(Node("7", bias=True), (120.0, 200.0))
    student.view.fit()
    start = student.body("7")
    student.press(start)
    student.drag_to(start, start + QPoint(30, 10))
    student.document.stack.undo()
    student.drag_to(start, start + QPoint(60, 20))
    student.release(start + QPoint(60, 20))
    assert "7" not in student.value.network.index
    student.check_mirror()


def tool_of(desk: Desk) -> str:
    return desk.stage.look.tool


def test_a_tool_stays_in_the_hand_while_shift_is_held(qtbot: QtBot) -> None:
    desk = Desk(qtbot)
    desk.view.setFocus()
    QTest.keyClicks(desk.view, "n")
    QTest.keyPress(desk.view, Qt.Key.Key_Shift, SHIFT)
    for across in (120, 330, 540):
        desk.click(QPoint(across, 200), SHIFT)
        assert tool_of(desk) == "neuron"
    QTest.keyRelease(desk.view, Qt.Key.Key_Shift)
    assert tool_of(desk) == "select"
    assert len(desk.value.network.nodes) == 3


def test_shift_and_enter_put_down_one_more(qtbot: QtBot) -> None:
    desk = Desk(qtbot)
    desk.view.setFocus()
    QTest.keyClicks(desk.view, "i")
    QTest.keyPress(desk.view, Qt.Key.Key_Shift, SHIFT)
    for _ in range(2):
        QTest.keyPress(desk.view, Qt.Key.Key_Return, SHIFT)
    assert tool_of(desk) == "input"
    QTest.keyRelease(desk.view, Qt.Key.Key_Shift)
    assert tool_of(desk) == "select"
    places = {desk.value.layout.position(node.id) for node in desk.value.network.nodes}
    assert len(places) == 2


def test_shift_alone_puts_no_tool_back(qtbot: QtBot) -> None:
    desk = Desk(qtbot)
    desk.view.setFocus()
    QTest.keyClicks(desk.view, "n")
    QTest.keyPress(desk.view, Qt.Key.Key_Shift, SHIFT)
    QTest.keyRelease(desk.view, Qt.Key.Key_Shift)
    assert tool_of(desk) == "neuron", "plus and times are typed with it"
