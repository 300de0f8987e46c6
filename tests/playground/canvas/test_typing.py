"""Typing numbers and names where they stand."""

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from engine.lessons.lesson import open_lesson
from engine.network import Place
from playground.canvas.scene_state import Key
from tests.playground.canvas_desk import Desk

START = open_lesson("student-grade").experiment
W14 = START.network.place_index[Place("weight", "4", "1")]
B5 = START.network.place_index[Place("bias", "5")]


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    return Desk(qtbot, START)


@pytest.mark.parametrize(
    ("text", "value"), [("-0.3", -0.3), ("-0,3", -0.3), ("1/3", 1 / 3), ("2e-3", 0.002)]
)
def test_a_weight_takes_every_way_of_writing(desk: Desk, text: str, value: float) -> None:
    desk.double_click(desk.number(Key("weight", place=W14)))
    field = desk.view.typing.field
    assert field is not None
    assert field.accessibleName() == "Weight from assignments to hidden 4"
    assert field.text() == "0.2"
    desk.type(text)
    desk.type_key(Qt.Key.Key_Return)
    assert desk.value.parameters[W14] == value
    assert desk.view.typing.field is None
    assert desk.view.hasFocus()
    assert desk.document.stack.count() == 1


@pytest.mark.parametrize(
    ("key", "read"),
    [
        (Key("bias", place=B5), lambda value: value.parameters[B5]),
        (Key("value", "2"), lambda value: value.data.cell(0, 1)),
        (Key("target", "6"), lambda value: value.data.cell(0, 3)),
    ],
)
def test_a_bias_an_input_and_a_target(desk: Desk, key: Key, read: object) -> None:
    assert callable(read)
    desk.double_click(desk.number(key))
    desk.type("0.25")
    desk.type_key(Qt.Key.Key_Tab)
    assert read(desk.value) == 0.25


@pytest.mark.parametrize(
    ("key", "name"),
    [
        (Key("bias", place=B5), "Bias of hidden 5"),
        (Key("value", "2"), "Input of readings"),
        (Key("target", "6"), "Target of output 6"),
        (Key("weight", place=W14), "Weight from assignments to hidden 4"),
    ],
)
def test_enter_types_the_number_that_was_clicked(desk: Desk, key: Key, name: str) -> None:
    desk.click(desk.number(key))
    desk.key(Qt.Key.Key_Return)
    field = desk.view.typing.field
    assert field is not None
    assert field.accessibleName() == name


def test_without_a_mouse_tab_goes_from_number_to_number_of_a_node(desk: Desk) -> None:
    desk.stage.select(("6",))
    desk.key(Qt.Key.Key_Return)
    names = []
    while desk.view.typing.field is not None:
        names.append(desk.view.typing.field.accessibleName())
        desk.type_key(Qt.Key.Key_Tab)
    assert names == ["Bias of output 6", "Target of output 6", "Name of 6"]


def test_a_bad_entry_turns_red_says_why_and_can_be_cancelled(desk: Desk) -> None:
    desk.double_click(desk.number(Key("weight", place=W14)))
    desk.type("abc")
    desk.type_key(Qt.Key.Key_Return)
    field = desk.view.typing.field
    assert field is not None
    assert field.refusal.startswith("“abc” is not a number.")
    assert field.property("wrong")
    desk.type_key(Qt.Key.Key_Escape)
    assert desk.view.typing.field is None
    assert desk.value is START


def test_what_is_typed_wrong_goes_with_its_number(qtbot: QtBot, desk: Desk) -> None:
    desk.view.activateWindow()
    desk.double_click(desk.number(Key("weight", place=W14)))
    field = desk.view.typing.field
    assert field is not None
    qtbot.waitUntil(field.hasFocus)
    desk.type("abc")
    desk.type_key(Qt.Key.Key_Return)
    assert field.refusal
    desk.document.remove(("4",))
    assert desk.view.typing.field is None
    assert not field.refusal
    assert desk.view.hasFocus()
    desk.document.stack.undo()
    assert desk.value is START


def test_a_number_that_is_too_large_is_refused(desk: Desk) -> None:
    desk.double_click(desk.number(Key("weight", place=W14)))
    desk.type("1e13")
    desk.type_key(Qt.Key.Key_Return)
    field = desk.view.typing.field
    assert field is not None
    assert "at most" in field.refusal
    assert desk.value is START


def test_a_click_elsewhere_commits(desk: Desk) -> None:
    desk.double_click(desk.number(Key("weight", place=W14)))
    desk.type("0.7")
    desk.click(QPoint(5, 5))
    assert desk.value.parameters[W14] == 0.7
    assert desk.view.typing.field is None


def test_enter_edits_what_is_selected(desk: Desk) -> None:
    desk.stage.select(edges=(("1", "4"),))
    desk.key(Qt.Key.Key_Return)
    assert desk.view.typing.field is not None
    desk.type_key(Qt.Key.Key_Escape)
    desk.stage.select(("2",))
    desk.key(Qt.Key.Key_Return)
    field = desk.view.typing.field
    assert field is not None
    assert field.accessibleName() == "Input of readings"


def test_f2_types_the_number_of_an_input_and_the_name_of_a_neuron(desk: Desk) -> None:
    """5 typed over the 0 of an input is its value, and Tab goes on to its name."""
    desk.stage.select(("2",))
    desk.key(Qt.Key.Key_F2)
    desk.type("5")
    desk.type_key(Qt.Key.Key_Tab)
    assert desk.value.data.cell(0, 1) == 5
    assert desk.value.layout.name("2") == "readings"
    field = desk.view.typing.field
    assert field is not None
    assert field.accessibleName() == "Name of 2"
    desk.type_key(Qt.Key.Key_Escape)
    desk.stage.select(("4",))
    desk.key(Qt.Key.Key_F2)
    field = desk.view.typing.field
    assert field is not None
    assert field.text() == "hidden 4"


def test_a_name_is_typed_above_its_node(desk: Desk) -> None:
    body = desk.view.canvas.sight.geometry.rect(desk.value.network.index["4"])
    desk.double_click(desk.at(body.center().x(), body.top() - 16))
    desk.type("  first   neuron ")
    desk.type_key(Qt.Key.Key_Return)
    assert desk.value.layout.name("4") == "first neuron"
    desk.document.stack.undo()
    assert desk.value is START


def test_tab_goes_on_to_the_next_number_of_the_node(desk: Desk) -> None:
    desk.double_click(desk.number(Key("bias", place=B5)))
    desk.type("0.5")
    desk.type_key(Qt.Key.Key_Tab)
    assert desk.value.parameters[B5] == 0.5
    field = desk.view.typing.field
    assert field is not None
    assert field.text() == "hidden 5"
    desk.type_key(Qt.Key.Key_Tab)
    assert desk.view.typing.field is None
    assert desk.view.hasFocus()


def test_the_field_stays_over_its_number(desk: Desk) -> None:
    key = Key("weight", place=W14)
    desk.double_click(desk.number(key))
    field = desk.view.typing.field
    assert field is not None
    for zoom in (0.7, 1.6):
        desk.view.zoom_by(zoom)
        assert (field.geometry().center() - desk.number(key)).manhattanLength() <= 3


def test_typing_leaves_the_pass_where_it_is(desk: Desk) -> None:
    from engine.experiment import stepping

    for _ in range(5):
        desk.document.step(stepping.step)
    desk.double_click(desk.number(Key("weight", place=W14)))
    desk.type("1")
    desk.type_key(Qt.Key.Key_Return)
    assert desk.value.cursor == 5
    assert desk.view.canvas.sight.text(Key("sum", "4")) == "0.1"


def test_the_field_closes_when_a_smaller_network_is_opened(desk: Desk) -> None:
    desk.double_click(desk.number(Key("bias", place=B5)))
    desk.type("7")
    small = open_lesson("smallest-perceptron").experiment
    assert len(small.network.places) <= B5
    desk.document.replace(small)
    assert desk.view.typing.field is None
    assert desk.value is small
