"""The line to try, cells on their way to a spreadsheet and back, and classes by their names."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QFontMetricsF, QGuiApplication, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QTableView
from pytestqt.qtbot import QtBot

from engine.data import make_data
from engine.experiment.editing import with_data
from engine.experiment.experiment import Experiment
from engine.experiment.training import Goal
from engine.functions.datasets import Scaling
from engine.network import Node
from engine.numerals import short
from engine.views.samples import with_class_names
from playground.model.trainer import Trainer
from playground.panels.samples import Samples
from playground.theme.fonts import BODY, NARROWEST
from playground.widgets.fields import PlaceField
from playground.widgets.table import LEAST, PADDING, fitting, number_cell
from tests.engine.experiments import small, three_inputs
from tests.playground.panel_window import PanelWindow, opened

Window = PanelWindow[Samples]
COPY, PASTE, CUT = Qt.Key.Key_C, Qt.Key.Key_V, Qt.Key.Key_X


@pytest.fixture
def window(qtbot: QtBot) -> Window:
    """Seven rows: two inputs, target, answer, loss, test."""
    return opened(qtbot, Samples, small(7), (600, 300))


def click(
    table: QTableView, row: int, column: int,
    keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
) -> None:  # fmt: skip
    place = table.visualRect(table.model().index(row, column)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, keys, place)


def control(table: QTableView, key: Qt.Key) -> None:
    QTest.keyClick(table, key, Qt.KeyboardModifier.ControlModifier)


def paste(window: Window, text: str) -> None:
    QGuiApplication.clipboard().setText(text)
    control(window.panel.table, PASTE)


def texts(table: QTableView, row: int = 0) -> list[str]:
    model = table.model()
    return [str(model.index(row, column).data()) for column in range(model.columnCount())]


def opened_field(table: QTableView) -> PlaceField:
    """The one that is typed in; others wait to be taken away."""
    (field,) = (field for field in table.findChildren(PlaceField) if field.isVisible())
    return field


def try_number(window: Window, column: int, text: str) -> None:
    table = window.panel.try_table
    click(table, 0, column)
    QTest.keyClick(table, Qt.Key.Key_Return)
    field = opened_field(table)
    field.selectAll()
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return)


def answered(experiment: Experiment, inputs: list[float]) -> str:
    found = experiment.program.answers(
        experiment.settings, experiment.parameters, np.array([inputs])
    )
    return short(float(found[0, 0]))


# the line to try


def test_the_first_line_is_empty_until_something_is_tried(window: Window) -> None:
    assert texts(window.panel.try_table) == ["", "", "", "", "", ""]
    assert window.panel.try_table.y() < window.panel.table.y()


def test_what_is_tried_is_answered_at_once_and_is_no_part_of_the_document(window: Window) -> None:
    before = window.value
    second = before.data.cell(0, 1)
    try_number(window, 0, "2,5")
    assert texts(window.panel.try_table)[:4] == [
        "2.5", short(second), "", answered(before, [2.5, second]),
    ]  # fmt: skip
    assert window.value is before
    assert window.document.stack.count() == 0


def test_the_rest_comes_from_the_sample_that_is_looked_at(window: Window) -> None:
    window.stage.choose_row(4)
    try_number(window, 1, "1/2")
    assert texts(window.panel.try_table)[0] == short(window.value.data.cell(4, 0))


def test_after_standardising_one_tries_the_numbers_of_the_table(window: Window) -> None:
    """What is typed is scaled as the samples were; the panel says so, and the heads of columns."""
    panel, plain = window.panel, window.value.data
    assert panel.scaled.isHidden()
    scaling = Scaling((10.0, 200.0), (2.0, 50.0))
    standard = make_data(plain.inputs, plain.targets, plain.cells, scaling=scaling)
    window.document.edit_data(lambda _now: standard, "Change samples")
    assert panel.scaled.isVisible()
    assert panel.scaled.text() == "As in the table; the samples below are standardised."
    assert panel.tried.columns[0].tip.endswith("standardised: less 10, by 2.")
    second = standard.cell(0, 1)
    try_number(window, 0, "11")
    assert texts(panel.try_table)[:4] == [
        "11", short(200 + 50 * second), "", answered(window.value, [0.5, second]),
    ]  # fmt: skip
    window.document.edit_data(lambda _now: plain, "Change samples")
    assert panel.scaled.isHidden()
    assert texts(panel.try_table)[0] == "", "11 was a number of the table, and there is none"


def test_one_tries_the_numbers_of_the_table_after_an_input_is_added(window: Window) -> None:
    panel, plain = window.panel, window.value.data
    standard = replace(plain, scaling=Scaling((10.0, 200.0), (2.0, 50.0)))
    window.document.edit_data(lambda _now: standard, "Change samples")
    window.document.add_node(Node("x3", "input"), (0, 0))
    assert panel.scaled.isVisible()
    second = standard.cell(0, 1)
    try_number(window, 0, "11")
    assert texts(panel.try_table)[:5] == [
        "11", short(200 + 50 * second), "0", "", answered(window.value, [0.5, second, 0.0]),
    ]  # fmt: skip
    window.document.stack.undo()
    assert window.value.data == standard


def test_the_answer_to_what_is_tried_follows_the_weights(window: Window) -> None:
    try_number(window, 0, "1")
    value = window.value
    window.document.set_numbers({value.network.places[0]: 3.0}, "Set weight")
    wanted = answered(window.value, [1.0, value.data.cell(0, 1)])
    assert texts(window.panel.try_table)[3] == wanted


def test_a_bad_number_is_not_tried_and_delete_clears(window: Window) -> None:
    table = window.panel.try_table
    click(table, 0, 0)
    QTest.keyClick(table, Qt.Key.Key_Return)
    field = opened_field(table)
    QTest.keyClicks(field, "two")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert "is not a number" in field.refusal
    QTest.keyClick(field, Qt.Key.Key_Escape)
    try_number(window, 1, "3")
    QTest.keyClick(table, Qt.Key.Key_Delete)
    assert texts(table) == [""] * 6
    assert window.value.data.count == 7


def test_what_is_tried_stays_when_a_node_is_renamed_or_a_row_added(window: Window) -> None:
    try_number(window, 0, "2")
    window.document.rename("x1", "wide")
    window.panel.add_row()
    assert texts(window.panel.try_table)[0] == "2"
    assert window.panel.tried.columns[0].title == "wide"


def test_columns_stay_in_line_with_the_rows(qtbot: QtBot) -> None:
    window = opened(qtbot, Samples, small(400, 100, sizes=(6, 2, 2)), (374, 200))
    table, tried = window.panel.table, window.panel.try_table
    assert table.horizontalScrollBar().maximum() > 0
    for place in (0, 37, table.horizontalScrollBar().maximum()):
        table.horizontalScrollBar().setValue(place)
        for column in range(len(window.panel.model.columns)):
            assert tried.columnViewportPosition(column) == table.columnViewportPosition(column)
            assert tried.columnWidth(column) == table.columnWidth(column)


def test_there_is_nothing_to_try_without_inputs(qtbot: QtBot) -> None:
    window = opened(qtbot, Samples, three_inputs(), (374, 164))
    assert window.panel.tried.rowCount() == 0
    assert window.panel.try_table.height() == 26


# training


def test_answers_are_live_while_training_runs(qtbot: QtBot, window: Window) -> None:
    trainer = Trainer(window.document, window)
    window.panel.follow(trainer)
    try_number(window, 0, "1")
    before, tried = texts(window.panel.table, 0)[3], texts(window.panel.try_table)[3]
    start = window.value
    seen: list[tuple[str, str]] = []
    trainer.progressed.connect(
        lambda now: seen.append((texts(window.panel.table, 0)[3], texts(window.panel.try_table)[3]))
    )
    trainer.start(Goal(updates=10_000_000))
    qtbot.waitUntil(lambda: bool(seen) and seen[-1][0] != before and seen[-1][1] != tried)
    assert trainer.is_running and window.value is start
    trainer.stop()
    value = window.value
    assert value.updates > 0
    assert texts(window.panel.table, 0)[3] == answered(value, value.data.input_rows()[0].tolist())
    trainer.close()


# the clipboard


def test_rows_are_copied_exactly_and_pasted_elsewhere(window: Window) -> None:
    table, cells = window.panel.table, window.value.data.cells
    click(table, 2, 0)
    click(table, 3, 0, Qt.KeyboardModifier.ShiftModifier)
    control(table, COPY)
    lines = QGuiApplication.clipboard().text().splitlines()
    assert [[float(cell) for cell in line.split("\t")] for line in lines] == cells[2:4].tolist()
    click(table, 5, 1)
    control(table, PASTE)
    assert window.value.data.cells[5:7].tolist() == cells[2:4].tolist()
    assert window.document.stack.undoText() == "Paste 2 × 3 cells"
    window.document.stack.undo()
    assert window.value.data.cells is cells


def test_cells_of_a_spreadsheet_are_pasted_with_decimal_commas(window: Window) -> None:
    click(window.panel.table, 1, 1)
    paste(window, "0,5\t1\r\n−2,25\t0\r\n")
    assert window.value.data.cells[1:3, 1:].tolist() == [[0.5, 1], [-2.25, 0]]
    assert window.document.stack.count() == 1


def test_names_above_the_cells_are_left_out_and_missing_rows_added(window: Window) -> None:
    click(window.panel.table, 6, 0)
    paste(window, "a\tb\tt\n1\t2\t0\n3\t4\t1\n5\t6\t1\n")
    assert window.value.data.count == 9
    assert window.value.data.cells[6:].tolist() == [[1, 2, 0], [3, 4, 1], [5, 6, 1]]
    window.document.stack.undo()
    assert window.panel.model.rowCount() == 7


def test_one_number_is_pasted_into_one_cell(window: Window) -> None:
    click(window.panel.table, 1, 0)
    paste(window, "0,75")
    assert window.value.data.cell(1, 0) == 0.75
    assert window.document.stack.undoText() == "Paste a cell"
    paste(window, "0.75")
    assert window.document.stack.count() == 1


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "There are no cells to paste. Copy numbers from a spreadsheet first."),
        ("hello", "Row 1, cell 1 of what is pasted: “hello” is not a number."),
        ("1\t2\nnan\t3", "Row 2, cell 1 of what is pasted: “nan” is not a number."),
        ("1\t2\n3\t", "Row 2, cell 2 of what is pasted: the cell is empty."),
        ("1\t1_000", "Row 1, cell 2 of what is pasted: “1_000” is not a number."),
        ("1\t1e999", "Row 1, cell 2 of what is pasted: “1e999” is too large."),
        ("1\t2\n3", "Row 2 of what is pasted has 1 cell instead of 2."),
        ("1\t2\t3\t4", "4 columns are pasted, but there are only 3 to fill: "
                       "2 for inputs and 1 for targets."),
        ('{"format": 1}', "Row 1, cell 1 of what is pasted: “{\"format\": 1}” is not a number."),
        ("1\t" * 5_000_000, "That is too much to paste. Save it as a table (CSV) and open that."),
    ],
    ids=range(10),
)  # fmt: skip
def test_what_is_no_cells_is_refused(window: Window, text: str, sentence: str) -> None:
    start = window.value
    click(window.panel.table, 0, 0)
    paste(window, text)
    assert window.refused == [sentence]
    assert window.value is start
    assert window.document.stack.count() == 0


def test_too_wide_from_here_on_says_where_to_begin(window: Window) -> None:
    click(window.panel.table, 0, 2)
    paste(window, "1\t2")
    assert window.refused == [
        "2 columns are pasted, but from here on there is room for 1 column. "
        "Choose a cell further to the left."
    ]


def test_rows_are_cut_and_all_are_selected(window: Window) -> None:
    table = window.panel.table
    click(table, 0, 0)
    control(table, Qt.Key.Key_A)
    assert len(table.chosen_rows()) == 7
    click(table, 1, 0)
    kept = window.value.data.cells[1].tolist()
    control(table, CUT)
    assert window.value.data.count == 6
    assert [float(cell) for cell in QGuiApplication.clipboard().text().split()] == kept


def test_the_keys_of_the_table_are_not_those_of_the_window(window: Window) -> None:
    """The window copies and pastes nodes with the same keys."""
    heard: list[str] = []
    for key in (QKeySequence.StandardKey.Copy, QKeySequence.StandardKey.Paste):
        action = QAction(window)
        action.setShortcut(key)
        action.triggered.connect(lambda: heard.append("window"))
        window.addAction(action)
    click(window.panel.table, 0, 0)
    control(window.panel.table, COPY)
    assert "\t" in QGuiApplication.clipboard().text()
    control(window.panel.table, PASTE)
    assert heard == []


# classes


def with_names(experiment: Experiment, *names: str) -> Experiment:
    return with_data(experiment, with_class_names(experiment.data, names))


def titles(window: Window) -> list[str]:
    return [column.title for column in window.panel.model.columns]


def test_named_classes_have_columns_of_their_own(qtbot: QtBot) -> None:
    window = opened(qtbot, Samples, with_names(small(7), "no", "yes"), (600, 300))
    assert titles(window) == [
        "x1", "x2", "target", "class", "answer", "taken for", "loss", "test",
    ]  # fmt: skip
    for row in range(7):
        shown = texts(window.panel.table, row)
        assert shown[3] == ("yes" if window.value.data.cell(row, 2) else "no")
        answer = float(shown[4].replace("−", "-"))
        assert shown[5] == ("yes" if answer >= 0.5 else "no")


def test_a_class_is_chosen_by_its_name(qtbot: QtBot) -> None:
    experiment = small(7, sizes=(2, 3, 3))
    window = opened(qtbot, Samples, with_names(experiment, "cat", "dog", "fox"), (900, 300))
    window.panel.model.take(1, 5, "2")
    assert window.value.data.cells[1, 2:].tolist() == [0, 0, 1]
    assert texts(window.panel.table, 1)[5] == "fox"
    assert window.panel.model.entry(1, 5) == "2"
    assert window.document.stack.undoText() == "Set class"


def test_without_targets_there_is_no_true_class(qtbot: QtBot) -> None:
    experiment = with_names(small(3), "no", "yes")
    window = opened(qtbot, Samples, experiment, (600, 300))
    window.document.set_settings(replace(experiment.settings, loss="output"))
    assert titles(window) == ["x1", "x2", "answer", "taken for", "test"]
    assert texts(window.panel.table, 0)[3] in ("no", "yes")


def test_classes_of_plus_and_minus_one(qtbot: QtBot) -> None:
    experiment = small(2)
    data = make_data(experiment.data.inputs, experiment.data.targets, [[0, 0, -1], [0, 0, 1]])
    window = opened(
        qtbot, Samples, with_names(with_data(experiment, data), "out", "in"), (600, 300)
    )
    assert [texts(window.panel.table, row)[3] for row in (0, 1)] == ["out", "in"]
    window.panel.model.take(1, 3, "0")
    assert window.value.data.cell(1, 2) == -1


# how numbers are set


@pytest.mark.parametrize("value", [0.1097, -0.1804, 0.00081, 0.1, -0.5, 12.34, 3e-5])
def test_numbers_of_a_column_have_as_many_digits(window: Window, value: float) -> None:
    """A long one is set narrower; before, 0.1097 stood as 0.11 beside 0.108."""
    column = window.panel.model.columns[0].width
    cell = number_cell(value, 4)
    font, text = fitting(cell, column - LEAST - PADDING)
    assert text == short(value, 4)
    assert font.pixelSize() == BODY.pixels
    assert QFontMetricsF(font).horizontalAdvance(text) <= column - LEAST - PADDING + 1


def test_a_number_that_would_be_too_narrow_has_fewer_digits(qapp: QApplication) -> None:
    font, text = fitting(number_cell(-0.00032731, 6), 40)
    assert text == "−0.00033"
    assert font.stretch() >= NARROWEST


# anything at any time


def test_rows_and_columns_may_go_while_one_types(window: Window) -> None:
    """Whoever changes them: the menu, a lesson, a run that ends."""
    for table in (window.panel.table, window.panel.try_table):
        click(table, table.model().rowCount() - 1, 0)
        QTest.keyClick(table, Qt.Key.Key_Return)
        opened_field(table).setText("5")
        window.document.edit_data(lambda data: data.without_rows([5, 6]), "Delete")
        window.document.remove([window.value.network.inputs[-1]])
        assert [f for f in table.findChildren(PlaceField) if f.isVisible()] == []
        assert window.panel.model.rowCount() == 5
        assert "5" not in texts(window.panel.try_table)
        window.document.stack.undo()
        window.document.stack.undo()
        assert window.panel.model.rowCount() == 7
