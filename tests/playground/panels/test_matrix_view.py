"""The matrices show, select and edit the same numbers as the canvas."""

from functools import partial
from time import thread_time

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.experiment import stepping
from engine.experiment.experiment import new_experiment
from engine.experiment.layers import network_of
from engine.experiment.training import Goal
from engine.lessons.lesson import open_lesson
from engine.network import Network, Place
from engine.views.samples import chosen_row
from playground.model.stage import Pointed
from playground.model.trainer import Trainer
from playground.panels.matrix_view import Kind, Matrices, MatrixNumber, MatrixSpot, MatrixView
from playground.widgets.fields import PlaceField
from tests.engine.experiments import small, student
from tests.playground.panel_window import PanelWindow, opened, unnamed
from tests.playground.plot_window import point_at, seen

Window = PanelWindow[Matrices]
LESSON = open_lesson("matrices").experiment
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def window(qtbot: QtBot) -> Window:
    return opened(qtbot, Matrices, LESSON, (830, 300))


def spot(window: Window, kind: Kind, layer: int, row: int, column: int = 0) -> MatrixSpot:
    grids = window.panel.view.matrix.sheet.grids
    index = next(i for i, g in enumerate(grids) if (g.kind, g.layer) == (kind, layer))
    return MatrixSpot(index, row, column)


def number(view: MatrixView, place: MatrixSpot) -> MatrixNumber:
    index = view.matrix.index_of(place)
    return view.matrix.number(index.row(), index.column())


def cell_rect(view: MatrixView, place: MatrixSpot) -> QRect:
    return view.visualRect(view.matrix.index_of(place))


def go_to(view: MatrixView, place: MatrixSpot) -> None:
    view.setCurrentIndex(view.matrix.index_of(place))


def column(window: Window, kind: Kind, layer: int) -> list[float]:
    view = window.panel.view
    first = spot(window, kind, layer, 0)
    rows = view.matrix.sheet.grids[first.grid].rows
    return [number(view, first._replace(row=row)).value for row in range(rows)]


def field(window: Window) -> PlaceField | None:
    found = window.panel.view.viewport().findChildren(PlaceField)
    return next((entry for entry in found if entry.isVisible()), None)


def pointed(window: Window) -> Pointed | None:
    return window.stage.look.pointed


def selected(window: Window) -> tuple[object, object]:
    return window.stage.look.nodes, window.stage.look.edges


def here(window: Window) -> MatrixSpot | None:
    view = window.panel.view
    return view.matrix.sheet.at(view.currentIndex().row(), view.currentIndex().column())


def click(window: Window, place: MatrixSpot, double: bool = False) -> None:
    view = window.panel.view
    at = cell_rect(view, place).center()
    QTest.mouseClick(view.viewport(), LEFT, pos=at)
    if double:
        QTest.mouseDClick(view.viewport(), LEFT, pos=at)


def test_a_row_belongs_to_a_target_and_a_column_to_a_source(window: Window) -> None:
    """The weight from 3 to 4 stands in the first row, third column of W1."""
    view = window.panel.view
    there = number(view, spot(window, "weight", 0, 0, 2))
    assert (there.name, there.value, there.edge) == ("3 → 4", 0.3, ("3", "4"))
    assert window.panel.formula.text == "y = W₂·σ(W₁·x)"
    assert column(window, "before", 0) == [1, 0.5, -1]
    # 0.5·1 − 0.4·0.5 + 0.3·(−1) = 0; −0.2 + 0.4 − 0.6 = −0.4
    assert column(window, "sum", 0) == pytest.approx([0, -0.4])
    assert column(window, "value", 0) == pytest.approx([0.5, 0.401312339887548])
    assert column(window, "before", 1) == column(window, "value", 0)


def test_a_click_selects_the_edge_and_the_node_on_the_canvas(window: Window) -> None:
    click(window, spot(window, "weight", 0, 0, 2))
    assert selected(window) == ((), (("3", "4"),))
    click(window, spot(window, "value", 1, 1))
    assert selected(window) == (("7",), ())
    click(window, spot(window, "before", 0, 1))
    assert selected(window) == (("2",), ())


def test_what_the_canvas_selects_is_ringed_here(window: Window) -> None:
    view = window.panel.view
    before = seen(window.panel)
    window.stage.select(edges=(("2", "5"),))
    assert number(view, spot(window, "weight", 0, 1, 1)).is_selected(window.stage.look)
    assert not number(view, spot(window, "weight", 0, 0, 1)).is_selected(window.stage.look)
    assert seen(window.panel) != before


def test_the_mouse_points_at_the_number_on_the_canvas(window: Window) -> None:
    view = window.panel.view
    point_at(view.viewport(), QPointF(cell_rect(view, spot(window, "weight", 0, 1, 0)).center()))
    place = window.value.network.place_index[Place("weight", "5", "1")]
    assert pointed(window) == Pointed("weight", "", place)
    sum_of_5 = view.matrix.index_of(spot(window, "sum", 0, 1))
    point_at(view.viewport(), QPointF(view.visualRect(sum_of_5).center()))
    assert pointed(window) == Pointed("sum", "5")
    assert sum_of_5.data(Qt.ItemDataRole.ToolTipRole) == "sum of 5: −0.4"
    point_at(view.viewport(), QPointF(0, 0))
    assert pointed(window) is None


def test_a_number_is_typed_in_its_place_and_undone(window: Window) -> None:
    start, view = window.value, window.panel.view
    click(window, spot(window, "weight", 0, 0, 2), double=True)
    opened_field = field(window)
    assert opened_field is not None and opened_field.text() == "0.3"
    QTest.keyClicks(opened_field, "-1")
    QTest.keyClick(opened_field, Qt.Key.Key_Return)
    assert field(window) is None
    assert view.hasFocus()
    assert (
        window.value.parameters[window.value.network.place_index[Place("weight", "4", "3")]] == -1
    )
    # 0.5 − 0.2 + 1 = 1.3
    assert column(window, "sum", 0)[0] == pytest.approx(1.3)
    window.document.stack.undo()
    assert window.value is start


def test_typing_a_digit_opens_the_field_and_a_bad_one_stays(window: Window) -> None:
    view = window.panel.view
    click(window, spot(window, "before", 0, 0))
    QTest.keyClick(view, Qt.Key.Key_2)
    typed = field(window)
    assert typed is not None and typed.text() == "2"
    QTest.keyClicks(typed, "x")
    QTest.keyClick(typed, Qt.Key.Key_Return)
    assert field(window) is typed and typed.property("wrong") is True
    assert window.document.stack.count() == 0
    QTest.keyClick(typed, Qt.Key.Key_Escape)
    assert field(window) is None
    QTest.keyClick(view, Qt.Key.Key_2)
    QTest.mouseClick(view.viewport(), LEFT, pos=QPoint(3, 3))  # elsewhere: it is taken
    QTest.keyClick(field(window) or view, Qt.Key.Key_Return)
    assert window.value.data.cell(0, 0) == 2


def test_tab_goes_on_to_the_next_number_that_can_be_typed(window: Window) -> None:
    """Over signs and empty cells, and over what is computed."""
    view = window.panel.view
    go_to(view, spot(window, "weight", 0, 1, 2))
    QTest.keyClick(view, Qt.Key.Key_Return)
    names: list[str] = []
    while (entry := field(window)) is not None and len(names) < 3:
        names.append(entry.accessibleName())
        QTest.keyClicks(entry, f"{len(names)}")
        QTest.keyClick(entry, Qt.Key.Key_Tab)
        QApplication.processEvents()  # the field that was left goes
    assert names == ["3 → 5", "3", "4 → 6"]
    assert window.stage.look.edges == (("5", "6"),)
    numbers = window.value.parameters, window.value.network.place_index
    assert [numbers[0][numbers[1][Place("weight", *key)]] for key in (("5", "3"), ("6", "4"))] == [
        1, 3,
    ]  # fmt: skip
    assert window.value.data.cell(0, 2) == 2


def test_what_is_computed_cannot_be_typed(window: Window) -> None:
    click(window, spot(window, "value", 0, 0), double=True)
    assert field(window) is None


def test_arrows_walk_through_a_matrix_and_on_to_the_next(window: Window) -> None:
    view = window.panel.view
    view.setFocus()
    go_to(view, MatrixSpot(0, 0, 0))
    for _ in range(2):
        QTest.keyClick(view, Qt.Key.Key_Right)
    assert here(window) == MatrixSpot(0, 0, 2)
    assert window.stage.look.edges == (("3", "4"),)
    QTest.keyClick(view, Qt.Key.Key_Right)
    assert here(window) == spot(window, "before", 0, 0)
    go_to(view, spot(window, "weight", 0, 1, 2))
    QTest.keyClick(view, Qt.Key.Key_Down)
    assert here(window) == spot(window, "weight", 1, 0, 1)
    QTest.keyClick(view, Qt.Key.Key_Left)
    assert view.currentIndex().data(Qt.ItemDataRole.AccessibleTextRole) == "4 → 6: 0.7"
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down):
        for _ in range(30):
            QTest.keyClick(view, key)
            assert here(window) is not None


def test_numbers_come_as_they_are_computed(window: Window) -> None:
    window.document.step(stepping.step)
    assert column(window, "sum", 0)[0] == pytest.approx(0)
    assert np.isnan(column(window, "sum", 0)[1]) and np.isnan(column(window, "value", 0)).all()
    assert window.panel.view.matrix.working() == ("sum", "4")


def test_biases_have_a_column_and_a_missing_edge_a_dot(qtbot: QtBot) -> None:
    window = opened(qtbot, Matrices, student(), (830, 300))
    assert column(window, "bias", 0) == [-0.4, 0.2]
    window.document.remove([], [("1", "4")])
    missing = number(window.panel.view, spot(window, "weight", 0, 0, 0))
    assert not missing.there and missing.told(4) == "1 → 4: no edge"
    click(window, spot(window, "weight", 0, 0, 0), double=True)
    assert field(window) is None


def test_every_number_fills_its_place_between_the_brackets(qtbot: QtBot) -> None:
    """Two rows stand beside three, half a row lower: each number takes several rows and columns."""
    window = opened(qtbot, Matrices, student(), (830, 300))
    view = window.panel.view
    for index, grid in enumerate(view.matrix.sheet.grids):
        for row, column in np.ndindex(grid.rows, grid.columns):
            there = cell_rect(view, MatrixSpot(index, row, column))
            assert there == grid.cell(row, column).toRect()


def test_a_network_with_a_skip_link_says_so(qtbot: QtBot) -> None:
    window = opened(qtbot, Matrices, student(), (336, 222))
    window.document.connect_nodes([("1", "6")])
    assert window.panel.empty.isVisible() and not window.panel.view.isVisible()
    assert window.panel.empty.text().startswith("The edge from 1 to 6 skips a layer")
    window.document.stack.undo()
    assert window.panel.view.isVisible() and not window.panel.empty.isVisible()
    window.document.replace(new_experiment(Network()))
    assert window.panel.empty.text().startswith("Draw edges")


def test_another_sample_shows_other_numbers(qtbot: QtBot) -> None:
    window = opened(qtbot, Matrices, small(rows=5), (830, 300))
    first = column(window, "before", 0)
    window.stage.choose_row(3)
    assert column(window, "before", 0) != first


def test_what_is_out_of_sight_is_scrolled_to_and_large_ones_stay_quick(qtbot: QtBot) -> None:
    layered = network_of((200, 100, 10))
    experiment = new_experiment(layered.network, layered.layout, parameters=layered.start)
    window = opened(qtbot, Matrices, experiment, (450, 200))
    view, times = window.panel.view, []
    last = spot(window, "weight", 0, 99, 199)
    go_to(view, last)
    assert view.viewport().rect().contains(cell_rect(view, last).center())
    for row in range(9):
        begun = thread_time()
        window.document.set_number(Place("weight", "h1", "x1"), float(row))
        window.panel.grab()
        times.append(thread_time() - begun)
    assert sorted(times)[4] < 0.15


def test_the_view_has_a_name(window: Window) -> None:
    assert not unnamed([window.panel.view])
    window.panel.view.setFocus()
    assert here(window) == MatrixSpot(0, 0, 0)


def test_in_a_run_the_sample_in_sight_stays(qtbot: QtBot) -> None:
    """The batch of each update would be another one, and the canvas stays with this one."""
    window = opened(qtbot, Matrices, open_lesson("xor").experiment, (700, 500))
    trainer = Trainer(window.document, window.panel)
    window.panel.live.follow(trainer)
    chosen = {chosen_row(window.value, None)}
    trainer.start(Goal())
    for _ in range(4):
        least = window.panel.live.value.updates + 20
        qtbot.waitUntil(partial(lambda n: window.panel.live.value.updates > n, least))
        chosen.add(chosen_row(window.panel.live.value, None))
    trainer.close()
    assert len(chosen) == 1
