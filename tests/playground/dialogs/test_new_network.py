"""New network: it counts while one types, refuses nonsense, and makes what was asked."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from playground.dialogs.new_network import NewNetwork
from tests.playground.dressed import dressed
from tests.playground.panel_window import unnamed


@pytest.fixture
def dialog(qtbot: QtBot) -> NewNetwork:
    dressed()
    made = NewNetwork()
    qtbot.addWidget(made)
    made.open()
    qtbot.waitExposed(made)
    made.activateWindow()
    return made


def type_over(dialog: NewNetwork, text: str) -> None:
    dialog.layers.setFocus()
    dialog.layers.selectAll()
    QTest.keyClick(dialog.layers, Qt.Key.Key_Delete)
    QTest.keyClicks(dialog.layers, text)


def test_it_counts_what_is_typed(dialog: NewNetwork) -> None:
    assert dialog.told.text() == "6 neurons, 20 weights, 26 parameters"
    type_over(dialog, "2 1")
    assert dialog.told.text() == "1 neuron, 2 weights, 3 parameters"
    QTest.mouseClick(dialog.biases.field, Qt.MouseButton.LeftButton)
    assert dialog.told.text() == "1 neuron, 2 weights, 2 parameters"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Type the size of each layer, such as 3-4-2."),
        ("3-x4!-2", "“4!” is not a whole number. Type the size of each layer, such as 3-4-2."),
        ("1 9999 1", "That would be 10,001 neurons with the inputs; the limit is 10,000."),
        ("500-401", "That would be 200,500 weights; the limit is 200,000."),
    ],
)
def test_nonsense_turns_red_and_cannot_be_made(
    dialog: NewNetwork, text: str, sentence: str
) -> None:
    type_over(dialog, text)
    assert dialog.told.text() == sentence
    assert dialog.layers.property("wrong") is True
    assert not dialog.create_button.isEnabled()
    QTest.keyClick(dialog.layers, Qt.Key.Key_Return)
    assert dialog.isVisible()
    assert dialog.experiment is None
    type_over(dialog, "3-2")
    assert dialog.layers.property("wrong") is False
    assert dialog.create_button.isEnabled()


def test_enter_makes_the_network(qtbot: QtBot, dialog: NewNetwork) -> None:
    type_over(dialog, "3-4-2")
    combo = dialog.output.field
    combo.setFocus()
    QTest.keyClick(combo, Qt.Key.Key_Down)
    with qtbot.waitSignal(dialog.accepted):
        QTest.keyClick(dialog.layers, Qt.Key.Key_Return)
    experiment = dialog.experiment
    assert experiment is not None
    network = experiment.network
    assert (len(network.nodes), len(network.edges), len(network.places)) == (9, 20, 26)
    assert {network.node(i).activation for i in network.outputs} == {"sigmoid"}
    assert network.node("h1").activation == "tanh"
    assert experiment.parameters[:20].all()
    assert experiment.layout.position("y1") != (0.0, 0.0)


def test_enter_makes_it_from_a_drop_down_too(qtbot: QtBot, dialog: NewNetwork) -> None:
    for field in (dialog.hidden.field, dialog.output.field):
        field.setFocus()
        qtbot.waitUntil(field.hasFocus)
        field.showPopup()
        qtbot.waitUntil(field.view().isVisible)
        QTest.keyClick(field.view(), Qt.Key.Key_Down)
        QTest.keyClick(field.view(), Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: QApplication.activePopupWidget() is None)
        assert dialog.isVisible()
    with qtbot.waitSignal(dialog.accepted):
        QTest.keyClick(dialog.windowHandle(), Qt.Key.Key_Return)
    assert dialog.experiment is not None
    assert dialog.experiment.network.node("h1").activation != "tanh"


def test_enter_on_cancel_cancels(qtbot: QtBot, dialog: NewNetwork) -> None:
    dialog.cancel_button.setFocus()
    with qtbot.waitSignal(dialog.rejected):
        QTest.keyClick(dialog.cancel_button, Qt.Key.Key_Return)
    assert dialog.experiment is None


def test_escape_changes_nothing(qtbot: QtBot, dialog: NewNetwork) -> None:
    with qtbot.waitSignal(dialog.rejected):
        QTest.keyClick(dialog.layers, Qt.Key.Key_Escape)
    assert dialog.experiment is None


def test_every_control_is_named_tipped_and_reached(dialog: NewNetwork) -> None:
    wanted = [
        dialog.layers, dialog.hidden.field, dialog.output.field, dialog.biases.field,
        dialog.cancel_button, dialog.create_button,
    ]  # fmt: skip
    dialog.layers.setFocus(Qt.FocusReason.TabFocusReason)
    found = []
    for _ in wanted:
        now = dialog.focusWidget()
        found.append(now)
        QTest.keyClick(now, Qt.Key.Key_Tab)
    assert found == wanted
    assert dialog.focusWidget() is dialog.layers
    assert unnamed(list(wanted)) == []
