"""Saving samples as a table, and naming classes."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from engine.experiment.experiment import new_experiment
from engine.network import Network
from playground.dialogs.class_names import ClassNames
from playground.dialogs.message_box import Question
from tests.engine.experiments import small
from tests.engine.tables import read_table, to_arrays
from tests.playground.panel_window import unnamed
from tests.playground.table_desk import TableDesk


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> TableDesk:
    return TableDesk(qtbot, small(7), tmp_path)


def asked_for_names(desk: TableDesk) -> ClassNames:
    desk.desk.name_classes()
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, ClassNames)
    return dialog


def titles(desk: TableDesk) -> list[str]:
    return [column.title for column in desk.panel.model.columns]


# saving


def test_samples_are_saved_under_a_name_that_is_asked_for(desk: TableDesk, tmp_path: Path) -> None:
    desk.desk.save()
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, QFileDialog)
    field = dialog.findChild(QLineEdit, "fileNameEdit")
    assert isinstance(field, QLineEdit)
    assert field.text() == "samples.csv"
    field.selectAll()
    QTest.keyClicks(field, "mine")
    QTest.keyClick(field, Qt.Key.Key_Return)
    path = tmp_path / "mine.csv"
    assert path.read_bytes().startswith(b"x1,x2,y1\r\n")
    arrays = to_arrays(read_table(path))
    cells = desk.value.data.cells
    assert np.hstack([arrays.inputs, arrays.targets]).tolist() == cells.tolist()
    assert desk.told == ["Wrote “mine.csv”."]


def test_a_place_that_cannot_be_written_to_is_told(desk: TableDesk, tmp_path: Path) -> None:
    desk.desk.save()
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, QFileDialog)
    field = dialog.findChild(QLineEdit, "fileNameEdit")
    assert isinstance(field, QLineEdit)
    field.setText("a" * 300)
    QTest.keyClick(field, Qt.Key.Key_Return)
    question = QApplication.activeModalWidget()
    assert isinstance(question, Question)
    assert desk.told == []
    QTest.keyClick(question, Qt.Key.Key_Escape)
    dialog.reject()


def test_names_that_a_spreadsheet_would_compute_are_guarded(
    desk: TableDesk, tmp_path: Path
) -> None:
    desk.document.rename("x1", "=SUM(A1)")
    desk.desk.write(tmp_path / "samples.csv")
    assert (tmp_path / "samples.csv").read_bytes().startswith(b"'=SUM(A1),x2,y1\r\n")
    assert read_table(tmp_path / "samples.csv").columns[0].name == "=SUM(A1)"


def test_names_that_are_numbers_are_not_taken_for_a_sample(desk: TableDesk, tmp_path: Path) -> None:
    for node_id, name in (("x1", "1"), ("x2", "2"), ("y1", "−3")):
        desk.document.rename(node_id, name)
    desk.desk.write(tmp_path / "samples.csv")
    table = read_table(tmp_path / "samples.csv")
    assert [column.name for column in table.columns] == ["input 1", "input 2", "target −3"]
    assert table.rows == 7


def test_many_samples_are_saved_beside_the_window(
    qtbot: QtBot, desk: TableDesk, tmp_path: Path
) -> None:
    cells = np.random.default_rng(0).normal(size=(50_000, 3))
    desk.document.edit_data(lambda data: data.with_rows(cells), "Many")
    path = tmp_path / "many.csv"
    desk.desk.write(path)
    assert not path.exists()
    qtbot.waitUntil(lambda: desk.told == ["Wrote “many.csv”."])
    arrays = to_arrays(read_table(path))
    assert np.hstack([arrays.inputs, arrays.targets]).tolist() == cells.tolist()


def test_a_late_refusal_is_told_in_a_dialog(qtbot: QtBot, desk: TableDesk, tmp_path: Path) -> None:
    desk.document.edit_data(lambda data: data.with_rows(np.zeros((30_000, 3))), "Many")
    desk.desk.write(tmp_path / "nowhere" / "many.csv")
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), Question))
    question = QApplication.activeModalWidget()
    assert isinstance(question, Question)
    assert question.heading == "Could not save “many.csv”"
    assert desk.told == []
    QTest.mouseClick(question.findChildren(QPushButton)[0], Qt.MouseButton.LeftButton)


# opening


def test_a_table_is_asked_for(desk: TableDesk, tmp_path: Path) -> None:
    (tmp_path / "some.csv").write_text("a,b,t\n1,2,3\n", encoding="utf-8")
    desk.desk.open()
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, QFileDialog)
    assert dialog.windowTitle() == "Open a table"
    assert dialog.nameFilters()[0] == "Tables (*.csv *.tsv *.txt)"
    dialog.reject()


# classes


def test_classes_are_named_and_shown(desk: TableDesk) -> None:
    dialog = asked_for_names(desk)
    assert [field.accessibleName() for field in dialog.fields] == ["y1 is low", "y1 is high"]
    for field, text in zip(dialog.fields, ("fail", "pass"), strict=True):
        field.setFocus()
        QTest.keyClicks(field, text)
    QTest.mouseClick(dialog.create_button, Qt.MouseButton.LeftButton)
    assert desk.value.data.classes == ("fail", "pass")
    assert "class" in titles(desk)
    assert desk.document.stack.undoText() == "Name classes"
    again = asked_for_names(desk)
    assert [field.text() for field in again.fields] == ["fail", "pass"]
    QTest.mouseClick(again.create_button, Qt.MouseButton.LeftButton)
    assert desk.document.stack.count() == 1
    last = asked_for_names(desk)
    for field in last.fields:
        field.clear()
    QTest.mouseClick(last.create_button, Qt.MouseButton.LeftButton)
    assert "class" not in titles(desk)
    assert not desk.value.data.classes


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        (("fail", ""), "Give every class a name, or none."),
        (("same", "same "), "Two classes cannot have the same name."),
    ],
)
def test_names_that_do_not_tell_classes_apart_are_refused(
    desk: TableDesk, names: tuple[str, str], sentence: str
) -> None:
    dialog = asked_for_names(desk)
    for field, text in zip(dialog.fields, names, strict=True):
        field.setText(text)
    QTest.mouseClick(dialog.create_button, Qt.MouseButton.LeftButton)
    assert dialog.told.text() == sentence
    assert dialog.isVisible()
    dialog.reject()


def test_without_outputs_there_is_nothing_to_name(qtbot: QtBot, tmp_path: Path) -> None:
    desk = TableDesk(qtbot, new_experiment(Network()), tmp_path)
    desk.desk.name_classes()
    assert desk.refused == ["There is no output yet, so there are no classes to name."]


def test_the_names_of_many_classes_are_all_reached(qtbot: QtBot, tmp_path: Path) -> None:
    desk = TableDesk(qtbot, small(7, sizes=(2, 2, 12)), tmp_path)
    dialog = asked_for_names(desk)
    dialog.fields[0].setFocus(Qt.FocusReason.TabFocusReason)
    found = []
    for _ in range(14):
        found.append(dialog.focusWidget())
        QTest.keyClick(found[-1], Qt.Key.Key_Tab)
    assert found == [*dialog.fields, dialog.cancel_button, dialog.create_button]
    assert unnamed(found) == []
    dialog.reject()
