"""Everything by keyboard: walking, moving, connecting, placing, deleting."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from engine.experiment.experiment import new_experiment
from engine.layout import Layout
from engine.lessons.lesson import open_lesson
from engine.network import Network, Node
from playground.model.stage import Look
from tests.playground.canvas_desk import Desk

SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    made = Desk(qtbot, open_lesson("student-grade").experiment)
    made.view.setFocus()
    return made


def chosen(desk: Desk) -> Look:
    return desk.stage.look


def at_node(desk: Desk) -> str:
    return desk.view.keyboard.current


def test_tab_walks_the_nodes_and_leaves_after_the_last(qtbot: QtBot, desk: Desk) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    before, after = QLineEdit(window), QLineEdit(window)
    for widget in (before, desk.view, after):
        column.addWidget(widget)
    QWidget.setTabOrder(before, desk.view)
    QWidget.setTabOrder(desk.view, after)
    window.resize(830, 560)
    window.show()
    qtbot.waitExposed(window)
    window.activateWindow()
    before.setFocus()
    qtbot.waitUntil(before.hasFocus)
    walked = []
    for _ in range(6):
        QTest.keyClick(window.focusWidget(), Qt.Key.Key_Tab)
        walked.append(at_node(desk))
    assert walked == list("123456")
    assert desk.stage.look.nodes == ("6",)
    assert desk.view.accessibleName() == "Canvas, output 6"
    assert "from hidden 4, hidden 5" in desk.view.accessibleDescription()
    QTest.keyClick(desk.view, Qt.Key.Key_Tab)
    assert not desk.view.hasFocus()
    assert at_node(desk) == ""
    assert desk.view.accessibleName() == "Canvas"
    after.setFocus()
    desk.view.setFocus(Qt.FocusReason.BacktabFocusReason)
    assert at_node(desk) == "6"
    QTest.keyClick(desk.view, Qt.Key.Key_Backtab, SHIFT)
    assert at_node(desk) == "5"
    desk.view.setParent(None)


def test_arrows_move_the_selection(desk: Desk) -> None:
    desk.stage.select(("5",))
    x, y = desk.value.layout.position("5")
    desk.key(Qt.Key.Key_Right)
    desk.key(Qt.Key.Key_Up)
    assert desk.value.layout.position("5") == (x + 24, y - 24)
    desk.key(Qt.Key.Key_Left, SHIFT)
    assert desk.value.layout.position("5") == (x + 23, y - 24)
    desk.check_mirror()


def test_arrows_without_a_selection_move_the_view(desk: Desk) -> None:
    before = desk.at(0, 0)
    desk.key(Qt.Key.Key_Right)
    assert desk.at(0, 0) != before
    assert desk.document.stack.count() == 0


def test_sources_targets_connect(desk: Desk) -> None:
    desk.stage.select(("1", "2"))
    desk.key(Qt.Key.Key_1)
    desk.stage.select(("6",))
    desk.key(Qt.Key.Key_2)
    assert chosen(desk).sources == ("1", "2")
    desk.key(Qt.Key.Key_C)
    assert [edge[:2] for edge in desk.value.network.edges[-2:]] == [("1", "6"), ("2", "6")]
    assert chosen(desk).sources == ()
    assert desk.document.stack.count() == 1


def test_connect_without_marks_says_what_to_do(desk: Desk) -> None:
    desk.key(Qt.Key.Key_C)
    assert desk.view.tip.isVisible()
    assert "press 1" in desk.view.tip.sentence
    desk.stage.select(("1", "6"))
    desk.key(Qt.Key.Key_C)
    assert desk.value.network.edges[-1][:2] == ("1", "6")


def test_a_rubber_band_and_c_join_the_columns_from_left_to_right(qtbot: QtBot) -> None:
    """Two inputs and three neurons in three columns, drawn from right to left; no edge yet."""
    inputs = [Node("x1", "input"), Node("x2", "input")]
    nodes = (Node("y", output=True), Node("h2"), Node("h1"), *inputs)
    places = {"x1": (0.0, 0.0), "x2": (20.0, 120.0), "h1": (240.0, 0.0), "h2": (290.0, 130.0),
              "y": (520.0, 60.0)}  # fmt: skip
    desk = Desk(qtbot, new_experiment(Network(nodes), Layout(places)))
    corners = desk.view.canvas.sight.geometry.boxes
    left, top = corners[:, :2].min(axis=0) - 20
    right, bottom = corners[:, 2:].max(axis=0) + 20
    desk.drag(desk.at(left, top), desk.at(right, bottom))
    assert set(chosen(desk).nodes) == {"x1", "x2", "h1", "h2", "y"}
    desk.key(Qt.Key.Key_C)
    drawn = [edge[:2] for edge in desk.value.network.edges]
    assert set(drawn) == {(a, b) for a in ("x1", "x2") for b in ("h1", "h2")} | {
        ("h1", "y"), ("h2", "y")
    }  # fmt: skip
    assert desk.document.stack.count() == 1
    desk.key(Qt.Key.Key_C)
    assert desk.refusals == ["These are all connected already."]


def test_nodes_of_one_column_are_not_joined_but_told_how(desk: Desk) -> None:
    desk.stage.select(("4", "5"))
    desk.key(Qt.Key.Key_C)
    assert desk.document.stack.count() == 0
    assert "one above the other" in desk.refusals[-1] and "press 1" in desk.refusals[-1]


def test_delete_and_escape(desk: Desk) -> None:
    start = desk.value
    desk.stage.select(("4",))
    desk.key(Qt.Key.Key_Delete)
    assert "4" not in desk.value.network.index
    assert desk.stage.look.nodes == ()
    desk.document.stack.undo()
    assert desk.value is start
    desk.stage.select(("4", "5"), (("1", "4"),))
    desk.key(Qt.Key.Key_Escape)
    assert not desk.stage.look.nodes
    assert not desk.stage.look.edges


@pytest.mark.parametrize(
    ("key", "tool"), [("i", "input"), ("N", "neuron"), ("+", "sum"), ("*", "times")]
)
def test_a_tool_is_taken_and_put_down_without_a_mouse(desk: Desk, key: str, tool: str) -> None:
    QTest.keyClicks(desk.view, key)
    assert desk.stage.look.tool == tool
    desk.key(Qt.Key.Key_Return)
    assert len(desk.value.network.nodes) == 7
    assert desk.stage.look.tool == "select"
    made = desk.value.network.nodes[-1].id
    rooms = desk.view.canvas.sight.geometry.boxes
    index = desk.value.network.index[made]
    left, top, right, bottom = rooms[index]
    for other in range(len(rooms)):
        if other != index:
            apart = (
                rooms[other][0] >= right
                or rooms[other][2] <= left
                or (rooms[other][1] >= bottom or rooms[other][3] <= top)
            )
            assert apart


def test_escape_puts_the_tool_back(desk: Desk) -> None:
    QTest.keyClicks(desk.view, "n")
    desk.key(Qt.Key.Key_Escape)
    assert desk.stage.look.tool == "select"
