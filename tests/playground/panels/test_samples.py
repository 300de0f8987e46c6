"""The samples: chosen, typed, added, marked and removed; the answers of the rows in view only."""

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from time import thread_time

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QContextMenuEvent, QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from engine.experiment import stepping
from engine.numerals import short
from engine.views.samples import Answers
from playground.panels.samples import Samples, Ways
from playground.widgets.fields import PlaceField
from tests.engine.experiments import small, student
from tests.playground.panel_window import PanelWindow, opened, unnamed, walked
from tests.playground.window_calls import calls_here

Window = PanelWindow[Samples]


@pytest.fixture
def window(qtbot: QtBot) -> Window:
    """Seven rows: two inputs, target, answer, loss, test."""
    return opened(qtbot, Samples, small(7), (600, 300))


def texts(window: Window, row: int) -> list[str]:
    model = window.panel.model
    return [str(model.index(row, column).data()) for column in range(model.columnCount())]


def titles(window: Window) -> list[str]:
    return [column.title for column in window.panel.model.columns]


def click(
    window: Window, row: int, column: int,
    keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
) -> None:  # fmt: skip
    table = window.panel.table
    place = table.visualRect(table.model().index(row, column)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, keys, place)


def begin(window: Window, row: int, column: int) -> QLineEdit:
    """Go to a cell with the mouse and open it with Enter."""
    click(window, row, column)
    QTest.keyClick(window.panel.table, Qt.Key.Key_Return)
    (field,) = window.panel.table.findChildren(PlaceField)
    return field


def test_inputs_target_answer_and_loss_stand_beside_each_other(qtbot: QtBot) -> None:
    window = opened(qtbot, Samples, student(rounding=True), (374, 164))
    assert titles(window) == ["1", "2", "3", "target", "answer", "loss"]
    assert texts(window, 0) == ["1", "0", "1", "1", "0.474", "0.1383"]
    window.document.step(stepping.step)
    assert texts(window, 0) == ["1", "0", "1", "1", "", ""]


def test_every_row_has_its_own_answer(window: Window) -> None:
    value = window.value
    wanted = value.program.answers(value.settings, value.parameters, value.data.input_rows())
    assert [texts(window, row)[3] for row in range(7)] == [short(w) for w in wanted[:, 0]]
    window.document.set_numbers({value.network.places[0]: 2.0}, "Set weight")
    assert texts(window, 0)[3] != short(wanted[0, 0])


def test_a_click_chooses_the_row_and_the_stage_chooses_it_too(window: Window) -> None:
    assert window.panel.table.chosen_rows() == [0]
    click(window, 3, 0)
    assert window.stage.look.row == 3
    QTest.keyClick(window.panel.table, Qt.Key.Key_Down)
    assert window.stage.look.row == 4
    window.stage.choose_row(1)
    assert window.panel.table.chosen_rows() == [1]


def test_the_first_row_of_the_batch_is_chosen_by_itself(window: Window) -> None:
    window.document.step(stepping.step_update)
    assert window.stage.look.row is None
    assert window.panel.table.chosen_rows() == [3]


def test_a_number_is_typed_and_undone(window: Window) -> None:
    start = window.value
    field = begin(window, 2, 1)
    field.selectAll()
    QTest.keyClicks(field, "-0,5")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert window.value.data.cell(2, 1) == -0.5
    assert texts(window, 2)[1] == "−0.5"
    assert window.document.stack.undoText() == "Set sample"
    window.document.stack.undo()
    assert window.value is start


def test_typing_over_a_cell_begins_at_once(window: Window) -> None:
    click(window, 0, 0)
    QTest.keyClick(window.panel.table, Qt.Key.Key_7)
    (field,) = window.panel.table.findChildren(PlaceField)
    assert field.text() == "7"
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert window.value.data.cell(0, 0) == 7


def test_a_bad_number_stays_and_says_why(window: Window) -> None:
    field = begin(window, 2, 1)
    field.setText("1/0")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert field.isVisible()
    assert field.property("wrong") is True
    assert window.document.stack.count() == 0
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert not field.isVisible()


def test_answers_are_not_typed(window: Window) -> None:
    click(window, 2, 3)
    QTest.keyClick(window.panel.table, Qt.Key.Key_Return)
    assert window.panel.table.findChildren(PlaceField) == []


def test_a_row_is_added_and_looked_at(window: Window) -> None:
    QTest.mouseClick(window.panel.add_button, Qt.MouseButton.LeftButton)
    assert window.value.data.count == 8
    assert texts(window, 7)[:3] == ["0", "0", "0"]
    assert window.stage.look.row == 7
    assert window.panel.table.hasFocus()
    window.document.stack.undo()
    assert window.panel.model.rowCount() == 7


def test_rows_are_removed_by_key_and_by_button_but_never_all(window: Window) -> None:
    kept = window.value.data.cell(3, 0)
    click(window, 1, 0)
    click(window, 2, 0, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(window.panel.table, Qt.Key.Key_Delete)
    assert window.value.data.count == 5
    assert window.value.data.cell(1, 0) == kept
    assert window.document.stack.undoText() == "Delete 2 samples"
    click(window, 0, 0)
    QTest.mouseClick(window.panel.remove_button, Qt.MouseButton.LeftButton)
    assert window.value.data.count == 4
    window.panel.table.selectAll()
    QTest.keyClick(window.panel.table, Qt.Key.Key_Delete)
    assert window.value.data.count == 4
    assert window.refused == ["There must be a row to learn from. Leave at least one."]


def test_the_last_row_cannot_be_removed(qtbot: QtBot) -> None:
    window = opened(qtbot, Samples, student(), (374, 164))
    assert not window.panel.remove_button.isEnabled()
    assert "test" not in titles(window)
    QTest.mouseClick(window.panel.add_button, Qt.MouseButton.LeftButton)
    assert window.panel.remove_button.isEnabled()
    assert "test" in titles(window)


def test_a_mark_puts_a_row_aside_for_testing(window: Window) -> None:
    column = titles(window).index("test")
    click(window, 6, column)
    assert window.value.data.testing.tolist() == [6]
    QTest.keyClick(window.panel.table, Qt.Key.Key_Space)
    assert window.value.data.testing.tolist() == []
    for row in range(7):
        click(window, row, column)
    assert window.refused == ["All rows are marked for testing. Leave at least one to learn from."]


def test_a_new_output_brings_its_columns(window: Window) -> None:
    node = window.value.network.nodes[2]
    window.document.change_nodes([replace(node, output=True)])
    assert titles(window)[2:] == [
        "h1.1 target", "y1 target", "h1.1 answer", "y1 answer", "loss", "test",
    ]  # fmt: skip
    window.document.stack.undo()
    assert titles(window) == ["x1", "x2", "target", "answer", "loss", "test"]


def test_the_output_itself_has_neither_a_target_nor_a_loss(window: Window) -> None:
    """Several outputs have a sum, which is what is made small."""
    window.document.set_settings(replace(window.value.settings, loss="output"))
    assert titles(window) == ["x1", "x2", "answer", "test"]
    click(window, 2, 3)
    assert window.value.data.testing.tolist() == [2]
    window.document.change_nodes([replace(window.value.network.nodes[2], output=True)])
    assert titles(window) == ["x1", "x2", "h1.1 answer", "y1 answer", "sum", "test"]
    row = texts(window, 0)
    total = sum(float(text.replace("−", "-")) for text in row[2:4])
    assert float(row[4].replace("−", "-")) == pytest.approx(total, abs=2e-4)


def dropped(window: Window, path: Path) -> bool:
    """Drag a file over the panel and let it go."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    none = Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(9, 9), copy, mime, left, none)
    enter.setAccepted(False)
    QApplication.sendEvent(window.panel, enter)
    if not enter.isAccepted():
        return False
    QApplication.sendEvent(window.panel, QDropEvent(QPointF(9, 9), copy, mime, left, none))
    return True


def with_ways(qtbot: QtBot, ask: Callable[[object], object]) -> Window:
    """A panel in a window that notes what it is asked for."""
    ways = Ways(lambda: ask("open"), ask, ask, lambda: ask("generate"),
                lambda: ask("save"), lambda: ask("names"))  # fmt: skip
    return opened(
        qtbot,
        lambda document, stage, parent: Samples(document, stage, parent, ways),
        small(7),
        (600, 300),
    )


def test_a_dropped_table_is_opened_by_the_window(
    qtbot: QtBot, window: Window, tmp_path: Path
) -> None:
    table = tmp_path / "new.csv"
    assert not dropped(window, table)
    found: list[object] = []
    window = with_ways(qtbot, found.append)
    assert dropped(window, table)
    assert found == [table]
    assert not dropped(window, tmp_path / "picture.png")


def test_the_menu_offers_what_the_window_can_do(qtbot: QtBot) -> None:
    found: list[object] = []
    window = with_ways(qtbot, found.append)
    QTest.mouseClick(window.panel.more_button, Qt.MouseButton.LeftButton)
    menu = window.panel.menu
    assert menu.isVisible()
    for key in (Qt.Key.Key_O, Qt.Key.Key_G, Qt.Key.Key_S, Qt.Key.Key_N):
        window.panel.more_button.click()
        QTest.keyClick(menu, key)
        assert not menu.isVisible()
    assert found == ["open", "generate", "save", "names"]
    assert all(action.toolTip() for action in menu.actions() if not action.isSeparator())


def test_the_right_button_offers_the_menu_for_the_row_under_the_pointer(window: Window) -> None:
    table = window.panel.table
    at = table.visualRect(table.model().index(3, 0)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.RightButton, pos=at)
    reason = QContextMenuEvent.Reason.Mouse
    event = QContextMenuEvent(reason, at, table.viewport().mapToGlobal(at))
    QApplication.sendEvent(table.viewport(), event)
    assert window.stage.look.row == 3
    assert window.panel.menu.isVisible()
    QTest.keyClick(window.panel.menu, Qt.Key.Key_D)
    assert window.value.data.count == 6


def test_only_rows_in_view_are_answered_and_ten_thousand_stay_quick(qtbot: QtBot) -> None:
    with calls_here(Answers.row) as done:
        window = opened(qtbot, Samples, small(10_000, 100), (600, 300))
        window.panel.table.grab()
    assert 1 <= done["row"] < 100
    times = []
    for row in (9_999, 0, 5_000):
        begun = thread_time()
        window.stage.choose_row(row)
        window.document.set_cell(row, 0, float(row))
        window.panel.table.viewport().repaint()
        times.append(thread_time() - begun)
    assert max(times) < 0.1, times
    begun = thread_time()
    QTest.mouseClick(window.panel.add_button, Qt.MouseButton.LeftButton)
    assert thread_time() - begun < 0.2
    assert window.value.data.count == 10_001
    assert np.isfinite(window.value.data.cells).all()


def test_every_control_is_named_tipped_and_reached(window: Window) -> None:
    panel = window.panel
    controls = walked(window, panel.table)
    assert controls == [
        panel.table, panel.add_button, panel.remove_button, panel.more_button, panel.try_table,
    ]  # fmt: skip
    assert unnamed(controls) == []


@pytest.mark.parametrize("height", [124, 164, 300])
def test_nothing_lies_over_anything_however_low_it_is(qtbot: QtBot, height: int) -> None:
    window = opened(qtbot, Samples, small(50), (280, height))
    panel = window.panel
    parts = (panel.try_table, panel.table, panel.add_button)
    for above, below in pairwise(parts):
        assert above.geometry().bottom() < below.geometry().top()
    assert panel.table.viewport().height() >= 18
    assert panel.add_button.geometry().bottom() <= height


def test_enter_in_the_last_cell_adds_a_row_to_type_in(window: Window) -> None:
    last = window.panel.model.plan.data - 1
    field = begin(window, 6, last)
    QTest.keyClicks(field, "1")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert window.value.data.count == 8
    assert window.value.data.cell(6, last) == 1
    assert window.value.data.cell(7, 0) == 0
    here = window.panel.table.currentIndex()
    assert (here.row(), here.column(), window.stage.look.row) == (7, 0, 7)
    assert window.panel.table.hasFocus()
    QTest.keyClicks(window.panel.table, "3")
    (typed,) = [f for f in window.panel.table.findChildren(PlaceField) if f.isVisible()]
    QTest.keyClick(typed, Qt.Key.Key_Return)
    assert window.value.data.cell(7, 0) == 3
    assert window.value.data.count == 8, "only the last cell adds one"
    window.document.undo()
    window.document.undo()
    assert window.value.data.count == 7


@pytest.mark.parametrize(("cell", "then"), [((2, 0), (3, 0)), ((2, 2), (3, 0)), ((6, 1), (6, 1))])
def test_enter_goes_on_to_the_next_row(
    window: Window, cell: tuple[int, int], then: tuple[int, int]
) -> None:
    """To the cell below, and from the last number to the first of the row below."""
    field = begin(window, *cell)
    QTest.keyClick(field, Qt.Key.Key_Return)
    here = window.panel.table.currentIndex()
    assert (here.row(), here.column()) == then
    assert window.stage.look.row == then[0]
    assert window.panel.table.chosen_rows() == [then[0]]
    assert window.panel.table.hasFocus()


def test_tab_goes_from_the_last_number_to_the_test_box(window: Window) -> None:
    """Over answers, which cannot be typed; back as well. Nothing is typed in a box."""
    table, box = window.panel.table, titles(window).index("test")
    field = begin(window, 2, 2)
    QTest.keyClick(field, Qt.Key.Key_Tab)
    assert (table.currentIndex().row(), table.currentIndex().column()) == (2, box)
    QTest.keyClick(table, Qt.Key.Key_5)
    QTest.keyClick(table, Qt.Key.Key_Return)
    assert window.value.data.testing.tolist() == [2]
    assert not [f for f in table.findChildren(PlaceField) if f.isVisible()]
    QTest.keyClick(table, Qt.Key.Key_Space)
    assert window.value.data.testing.tolist() == []
    click(window, 3, 0)
    QTest.keyClick(table, Qt.Key.Key_Return)
    (field,) = (f for f in table.findChildren(PlaceField) if f.isVisible())
    QTest.keyClick(field, Qt.Key.Key_Backtab)
    assert (table.currentIndex().row(), table.currentIndex().column()) == (2, box)


@pytest.mark.parametrize(("row", "column", "text"), [(5, 2, "1"), (6, 1, "1"), (6, 2, "one")])
def test_enter_elsewhere_or_a_refused_entry_adds_none(
    window: Window, row: int, column: int, text: str
) -> None:
    assert window.panel.model.plan.data == 3
    field = begin(window, row, column)
    field.selectAll()
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert window.value.data.count == 7
