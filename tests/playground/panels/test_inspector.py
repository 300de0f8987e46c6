"""The inspector shows and edits one thing or many, and a refusal stays in its field."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from engine.experiment.experiment import new_experiment
from engine.network import Edge, Network, Node, Place
from playground.panels.inspector import Inspector
from tests.engine.experiments import student
from tests.playground.panel_window import PanelWindow, enter, opened, unnamed, walked

Window = PanelWindow[Inspector]


@pytest.fixture
def window(qtbot: QtBot) -> Window:
    return opened(qtbot, Inspector, student())


def number(window: Window, place: Place) -> float:
    return float(window.value.parameters[window.value.network.place_index[place]])


def labels(window: Window) -> list[str]:
    return [row.label for row in window.panel.rows if row.isVisible()]


def choose(window: Window, title: str) -> None:
    """Open the list of activations and take one, by keyboard."""
    field = window.panel.activation_row.field
    field.setFocus()
    QTest.keyClicks(field, title)
    field.activated.emit(field.currentIndex())


def test_without_a_selection_it_tells_the_size(window: Window) -> None:
    window.panel.show_name("Will it be a B?")
    summary = window.panel.summary
    assert summary.isVisible()
    assert summary.name.text() == "Will it be a B?"
    assert summary.size_line.text() == "3 inputs, 3 neurons, 11 parameters\n1 sample"
    assert labels(window) == []
    window.document.lock_edges([("1", "4"), ("1", "5")], locked=True)
    assert summary.size_line.text().startswith("3 inputs, 3 neurons, 9 parameters")
    window.document.remove(["1", "2", "3", "4", "5"])
    assert summary.size_line.text().startswith("1 neuron, 1 parameter\n")
    window.document.remove(["6"])
    assert summary.size_line.text().startswith("0 neurons\n")


def test_a_neuron_has_the_rows_of_a_neuron(window: Window) -> None:
    window.stage.select(("5",))
    wanted = ["Name", "Combine", "Activation", "Bias", "Locked", "Output", "Subtracts"]
    assert labels(window) == wanted
    assert window.panel.bias_row.field.text() == "0.2"
    window.stage.select(("6",))
    assert "Target" in labels(window)
    assert window.panel.target_row.field.text() == "1"
    window.stage.select(("1",))
    assert labels(window) == ["Name", "Value"]
    window.stage.select((), (("1", "4"),))
    assert labels(window) == ["Weight", "Weight locked"]
    assert window.panel.title.text == "1 → 4"


def test_a_bias_is_typed_and_undone(window: Window) -> None:
    start = window.value
    window.stage.select(("5",))
    enter(window.panel.bias_row.field, "-0,75")
    assert number(window, Place("bias", "5")) == -0.75
    assert window.document.stack.undoText() == "Set bias"
    window.document.stack.undo()
    assert window.value is start
    assert window.panel.bias_row.field.text() == "0.2"


def test_the_same_number_again_is_no_entry(window: Window) -> None:
    window.stage.select(("5",))
    enter(window.panel.bias_row.field, "0.20")
    assert window.document.stack.count() == 0


def test_a_bad_number_stays_red_in_its_field_until_another_node(window: Window) -> None:
    window.document.set_number(Place("bias", "4"), 0.2)
    window.stage.select(("5",))
    field = window.panel.bias_row.field
    enter(field, "abc")
    assert field.text() == "abc"
    assert field.refusal.startswith("“abc” is not a number")
    assert window.document.stack.count() == 1
    window.document.rename("4", "another")
    assert field.text() == "abc"
    window.stage.select(("4",))
    assert (field.text(), field.refusal) == ("0.2", "")


def test_what_differs_is_various_and_one_entry_sets_all(window: Window) -> None:
    window.stage.select(("4", "5", "6"))
    bias = window.panel.bias_row.field
    assert (bias.text(), bias.placeholderText()) == ("", "various")
    assert window.panel.title.text == "3 neurons"
    assert "Name" in labels(window)
    enter(bias, "1/4")
    assert {number(window, Place("bias", i)) for i in "456"} == {0.25}
    assert window.document.stack.count() == 1
    choose(window, "Tanh")
    assert {window.value.network.node(i).activation for i in "456"} == {"tanh"}


def test_an_output_that_differs_can_be_switched_for_all(window: Window) -> None:
    window.stage.select(("5", "6"))
    switch = window.panel.output_row.field
    assert (switch.isChecked(), switch.text()) == (False, "various")
    QTest.mouseClick(switch, Qt.MouseButton.LeftButton, pos=QPoint(10, 14))
    assert window.value.network.outputs == ("5", "6")
    assert (switch.isChecked(), switch.text()) == (True, "")


def test_a_bias_is_switched_off_and_on(window: Window) -> None:
    window.stage.select(("5",))
    row = window.panel.bias_row
    QTest.mouseClick(row.switch, Qt.MouseButton.LeftButton)
    assert not window.value.network.node("5").bias
    assert not row.field.isEnabled()
    assert row.field.placeholderText() == "none"
    QTest.keyClick(row.switch, Qt.Key.Key_Space)
    assert window.value.network.node("5").bias


def test_only_a_sum_keeps_its_bias(window: Window) -> None:
    window.stage.select(("5",))
    combine = window.panel.combine_row.field
    combine.setFocus()
    QTest.keyClick(combine, Qt.Key.Key_Down)
    assert window.value.network.node("5").combine == "product"
    assert not window.value.network.node("5").bias
    assert "Bias" not in labels(window)
    assert window.document.stack.count() == 1


def test_weights_are_set_and_locked(window: Window) -> None:
    window.stage.select((), (("1", "4"), ("2", "5")))
    assert window.panel.title.text == "2 weights"
    enter(window.panel.weight_row.field, "0.5")
    assert number(window, Place("weight", "4", "1")) == 0.5
    assert number(window, Place("weight", "5", "2")) == 0.5
    QTest.mouseClick(window.panel.edge_lock_row.field, Qt.MouseButton.LeftButton)
    locked = [edge[:2] for edge in window.value.network.edges if edge.locked]
    assert locked == [("1", "4"), ("2", "5")]


def test_input_and_target_are_those_of_the_row(window: Window) -> None:
    rows = np.array([[1, 0, 1, 1], [0.5, 0.25, 0, 0]])
    window.document.edit_data(lambda data: data.with_rows(rows), "Change samples")
    window.stage.choose_row(1)
    window.stage.select(("1",))
    assert window.panel.value_row.field.text() == "0.5"
    enter(window.panel.value_row.field, "7")
    assert window.value.data.cell(1, 0) == 7
    window.stage.select(("6",))
    enter(window.panel.target_row.field, "0.9")
    assert window.value.data.cell(1, 3) == 0.9
    assert "sample 2" in window.panel.target_row.help_text


def test_a_parameter_has_a_value_and_a_lock(qtbot: QtBot) -> None:
    network = Network(
        (Node("a", "parameter"), Node("y", output=True)), (Edge("a", "y", locked=True),)
    )
    window = opened(qtbot, Inspector, new_experiment(network))
    window.stage.select(("a",))
    assert labels(window) == ["Name", "Value", "Locked"]
    enter(window.panel.value_row.field, "2")
    assert number(window, Place("value", "a")) == 2
    QTest.mouseClick(window.panel.lock_row.field, Qt.MouseButton.LeftButton)
    assert window.value.network.node("a").locked


def test_the_leak_is_asked_of_leaky_relus_only(window: Window) -> None:
    window.stage.select(("5",))
    assert "Leak" not in labels(window)
    choose(window, "Leaky")
    assert "Leak" in labels(window)
    leak = window.panel.leak_row.field
    enter(leak, "2")
    assert leak.refusal == "The leak is a slope from 0 to 1."
    enter(leak, "0.2")
    assert window.value.network.node("5").leak == 0.2


def test_a_name_is_given_and_taken_back(window: Window) -> None:
    window.stage.select(("5",))
    enter(window.panel.name_row.field, " upper ")
    assert window.value.layout.name("5") == "upper"
    assert window.panel.name_row.field.text() == "upper"
    enter(window.panel.name_row.field, "")
    assert window.value.layout.name("5") == "5"
    assert window.panel.name_row.field.text() == "5"


def test_help_stands_under_the_field_that_has_the_focus(qtbot: QtBot, window: Window) -> None:
    window.stage.select(("5",))
    row = window.panel.activation_row
    low = row.height()
    row.field.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(lambda: row.height() > low)
    assert "is its sum" in row.help_text
    window.panel.name_row.field.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(lambda: row.height() == low)


def test_every_control_is_named_tipped_and_reached(window: Window) -> None:
    window.stage.select(("6",))
    controls = walked(window, window.panel.name_row.field)
    rows = [row for row in window.panel.rows if row.isVisible()]
    assert controls == [control for row in rows for control in row.controls]
    assert unnamed(controls) == []


def test_rows_stay_where_they_are_while_the_mouse_is_held(qtbot: QtBot, window: Window) -> None:
    window.stage.select(("5",))
    name, switch = window.panel.name_row, window.panel.output_row.field
    name.field.setFocus(Qt.FocusReason.TabFocusReason)
    low = window.panel.activation_row.height()
    qtbot.waitUntil(lambda: name.height() > low)
    place = switch.mapTo(window, QPoint(10, 14))
    QTest.mousePress(window.windowHandle(), Qt.MouseButton.LeftButton, pos=place)
    for _ in range(2):
        with qtbot.waitSignal(window.panel.settling.timeout):
            pass
    assert name.height() > low
    QTest.mouseRelease(window.windowHandle(), Qt.MouseButton.LeftButton, pos=place)
    assert window.value.network.node("5").output
    qtbot.waitUntil(lambda: name.height() == low)


def test_many_get_one_name_with_a_number_each(window: Window) -> None:
    start = window.value
    window.stage.select(("4", "5", "6"))
    field = window.panel.name_row.field
    assert (field.text(), field.placeholderText()) == ("", "various")
    enter(window.panel.name_row.field, "hidden")
    assert [window.value.layout.name(node) for node in "456"] == [
        "hidden 1",
        "hidden 2",
        "hidden 3",
    ]
    enter(window.panel.name_row.field, "h")
    assert [window.value.layout.name(node) for node in "456"] == ["h1", "h2", "h3"]
    window.document.undo()
    window.document.undo()
    assert window.value is start
