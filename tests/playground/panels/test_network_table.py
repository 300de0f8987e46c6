"""The table of nodes and edges shows and edits the same network as the canvas."""

from time import thread_time

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QComboBox, QLineEdit
from pytestqt.qtbot import QtBot

from engine.experiment import stepping
from engine.experiment.experiment import new_experiment
from engine.network import Edge, Network, Node, Place
from playground.panels.network_table import EdgesModel, NetworkTable, NodesModel
from playground.widgets.fields import PlaceField
from playground.widgets.table import CellTable
from tests.engine.experiments import student
from tests.playground.panel_window import PanelWindow, opened, unnamed, walked

Window = PanelWindow[NetworkTable]


@pytest.fixture
def window(qtbot: QtBot) -> Window:
    return opened(qtbot, NetworkTable, student(), (900, 400))


def texts(table: CellTable, row: int) -> list[str]:
    model = table.model()
    return [str(model.index(row, column).data()) for column in range(model.columnCount())]


def middle(table: CellTable, row: int, column: int) -> QPoint:
    return table.visualRect(table.model().index(row, column)).center()


def click(table: CellTable, row: int, column: int) -> None:
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=middle(table, row, column))


def begin(table: CellTable, row: int, column: int) -> QLineEdit:
    """Open the field of a cell by double-click."""
    place = middle(table, row, column)
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    QTest.mouseDClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    (field,) = table.findChildren(PlaceField)
    return field


def test_every_node_and_edge_has_a_row(window: Window) -> None:
    nodes, edges = window.panel.nodes, window.panel.edges
    assert texts(nodes, 0)[:3] == ["1", "1", "Input"]
    neuron = texts(nodes, 3)
    assert neuron[:6] == ["4", "4", "Neuron", "Sum", "Sigmoid", "−0.4"]
    assert neuron[NodesModel.SUM] == "−0.7"
    assert neuron[NodesModel.ERROR] == ""
    assert texts(edges, 0)[:3] == ["1", "4", "0.2"]
    assert [window.panel.tabs.tabText(i) for i in (0, 1)] == ["Nodes 6", "Edges 8"]


def test_numbers_come_as_they_are_computed(window: Window) -> None:
    window.document.step(stepping.step)
    assert texts(window.panel.nodes, 3)[NodesModel.SUM] == "−0.7"
    assert texts(window.panel.nodes, 3)[NodesModel.VALUE] == ""
    for _ in range(9):
        window.document.step(stepping.step)
    assert texts(window.panel.nodes, 3)[NodesModel.VALUE] == "0.3318"
    for _ in range(22):
        window.document.step(stepping.step)
    assert texts(window.panel.edges, 6)[EdgesModel.GRADIENT] == "−0.04352"
    assert texts(window.panel.edges, 6)[EdgesModel.UPDATED] == "−0.2608"


def test_a_screen_reader_hears_what_the_cell_is(window: Window) -> None:
    model = window.panel.nodes.model()
    said = Qt.ItemDataRole.AccessibleTextRole
    assert model.index(3, NodesModel.BIAS).data(said) == "bias of 4: −0.4"
    assert model.index(3, NodesModel.ERROR).data(said) == "error of 4: not computed"
    assert model.index(5, NodesModel.OUTPUT).data(said) == "output of 6: on"
    heads = [model.headerData(i, Qt.Orientation.Horizontal) for i in range(model.columnCount())]
    assert heads[:2] == ["id", "name"]
    assert all(
        model.headerData(i, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)
        for i in range(model.columnCount())
    )


def test_a_bias_is_typed_in_its_cell_and_undone(window: Window) -> None:
    start = window.value
    field = begin(window.panel.nodes, 4, NodesModel.BIAS)
    assert field.text() == "0.2"
    field.selectAll()
    QTest.keyClicks(field, "1/8")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert texts(window.panel.nodes, 4)[NodesModel.BIAS] == "0.125"
    assert window.panel.nodes.state() != QAbstractItemView.State.EditingState
    window.document.stack.undo()
    assert window.value is start


def test_a_bad_entry_stays_in_its_cell_and_escape_drops_it(window: Window) -> None:
    table = window.panel.nodes
    field = begin(table, 4, NodesModel.BIAS)
    field.selectAll()
    QTest.keyClicks(field, "many")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert field.isVisible()
    assert field.property("wrong") is True
    assert window.document.stack.count() == 0
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert table.state() != QAbstractItemView.State.EditingState
    assert texts(table, 4)[NodesModel.BIAS] == "0.2"


def test_enter_opens_a_cell_and_tab_goes_on_to_the_next(window: Window) -> None:
    table = window.panel.nodes
    table.setFocus()
    table.setCurrentIndex(table.model().index(4, NodesModel.BIAS))
    QTest.keyClick(table, Qt.Key.Key_Return)
    (field,) = table.findChildren(PlaceField)
    field.selectAll()
    QTest.keyClicks(field, "0.5")
    QTest.keyClick(field, Qt.Key.Key_Tab)
    assert texts(table, 4)[NodesModel.BIAS] == "0.5"
    assert window.document.stack.count() == 1


def test_a_name_an_input_and_a_weight_are_set(window: Window) -> None:
    nodes, edges = window.panel.nodes, window.panel.edges
    field = begin(nodes, 0, NodesModel.NAME)
    field.setText("assignments")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert window.value.layout.name("1") == "assignments"
    nodes.model().take(0, NodesModel.VALUE, "0,5")  # type: ignore[attr-defined]
    assert window.value.data.cell(0, 0) == 0.5
    window.panel.tabs.setCurrentIndex(1)
    field = begin(edges, 0, EdgesModel.WEIGHT)
    field.setText("-2")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert window.value.parameters[0] == -2
    assert texts(edges, 0)[0] == "assignments"


def test_a_number_where_there_is_no_bias_adds_one_in_one_entry(qtbot: QtBot) -> None:
    network = Network((Node("x", "input"), Node("y", output=True)), (Edge("x", "y"),))
    window = opened(qtbot, NetworkTable, new_experiment(network), (900, 300))
    field = begin(window.panel.nodes, 1, NodesModel.BIAS)
    assert field.text() == ""
    field.setText("3")
    QTest.keyClick(field, Qt.Key.Key_Return)
    index = window.value.network.place_index[Place("bias", "y")]
    assert window.value.parameters[index] == 3
    assert window.document.stack.count() == 1


def test_marks_are_clicked_and_toggled_by_space(window: Window) -> None:
    nodes, edges = window.panel.nodes, window.panel.edges
    click(nodes, 4, NodesModel.OUTPUT)
    assert list(window.value.network.outputs) == ["5", "6"]
    QTest.keyClick(nodes, Qt.Key.Key_Space)
    assert list(window.value.network.outputs) == ["6"]
    window.panel.tabs.setCurrentIndex(1)
    click(edges, 2, EdgesModel.LOCKED)
    assert window.value.network.edges[2].locked
    assert texts(edges, 2)[EdgesModel.GRADIENT] == ""


def test_an_activation_is_chosen_from_a_list(qtbot: QtBot, window: Window) -> None:
    table = window.panel.nodes
    place = middle(table, 4, NodesModel.ACTIVATION)
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    QTest.mouseDClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    (combo,) = table.findChildren(QComboBox)
    assert combo.currentData() == "sigmoid"
    qtbot.waitUntil(combo.view().isVisible)
    QTest.keyClick(combo.view(), Qt.Key.Key_Down)
    QTest.keyClick(combo.view(), Qt.Key.Key_Return)
    assert window.value.network.node("5").activation == "tanh"
    assert table.state() != QAbstractItemView.State.EditingState


def test_only_a_sum_keeps_its_bias(window: Window) -> None:
    model = window.panel.nodes.cells
    model.take(4, NodesModel.COMBINE, "product")
    assert not window.value.network.node("5").bias
    assert texts(window.panel.nodes, 4)[NodesModel.BIAS] == ""
    model.take(4, NodesModel.COMBINE, "sum")
    assert texts(window.panel.nodes, 4)[NodesModel.BIAS] == "none"


def test_the_selection_follows_and_sets_the_stage(window: Window) -> None:
    nodes, edges = window.panel.nodes, window.panel.edges
    window.stage.select(("4", "6"), (("1", "4"),))
    assert (nodes.chosen_rows(), edges.chosen_rows()) == ([3, 5], [0])
    click(nodes, 1, NodesModel.KIND)
    assert [window.stage.look.nodes, window.stage.look.edges] == [("2",), ()]
    QTest.mouseClick(
        nodes.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier,
        middle(nodes, 3, NodesModel.KIND),
    )  # fmt: skip
    assert window.stage.look.nodes == ("2", "3", "4")
    window.panel.tabs.setCurrentIndex(1)
    click(edges, 7, EdgesModel.FROM)
    assert [window.stage.look.nodes, window.stage.look.edges] == [(), (("5", "6"),)]
    assert nodes.chosen_rows() == []


def test_a_removed_node_takes_its_row_along(window: Window) -> None:
    window.stage.select(("6",))
    window.document.remove(["5"])
    assert window.panel.nodes.cells.count() == 5
    assert window.panel.edges.cells.count() == 4
    assert window.panel.nodes.chosen_rows() == [4]
    assert window.panel.tabs.tabText(0) == "Nodes 5"
    window.document.stack.undo()
    assert window.panel.nodes.chosen_rows() == [5]


def test_every_control_is_named_tipped_and_reached(window: Window) -> None:
    panel = window.panel
    assert walked(window, panel.tabs) == [panel.tabs, panel.nodes]
    panel.tabs.setFocus()
    QTest.keyClick(panel.tabs, Qt.Key.Key_Right)
    assert walked(window, panel.tabs) == [panel.tabs, panel.edges]
    assert unnamed([panel.tabs, panel.nodes, panel.edges]) == []


def large() -> Network:
    """1,000 nodes and 10,000 edges in ten layers."""
    nodes = [Node(f"x{i}", "input") for i in range(100)]
    nodes += [Node(f"h{i}", activation="tanh", bias=True, output=i >= 800) for i in range(900)]
    edges = [
        Edge(nodes[at - 100 - at % 100 + (at * 7 + k * 13) % 100].id, nodes[at].id)
        for at in range(100, 1000)
        for k in range(11)
    ]
    return Network(tuple(nodes), tuple(dict.fromkeys(edges)))


def test_it_stays_quick_with_a_large_network(qtbot: QtBot) -> None:
    window = opened(qtbot, NetworkTable, new_experiment(large()), (900, 400))
    assert window.panel.nodes.cells.count() == 1000
    assert window.panel.edges.cells.count() > 9000
    times = []
    for look in (("h5",), tuple(f"h{i}" for i in range(900)), ("h7", "h9")):
        begun = thread_time()
        window.stage.select(look)
        window.document.set_number(Place("bias", "h3"), len(look) / 7)
        window.panel.nodes.viewport().repaint()
        times.append(thread_time() - begun)
    assert max(times) < 0.25, times
