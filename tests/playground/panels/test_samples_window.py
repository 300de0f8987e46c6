"""The samples as they stand in the window: menus, keys, dropped tables, and the whole way back."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from engine.network import Place
from playground.dialogs.class_names import ClassNames
from playground.dialogs.generate_data import GenerateSet
from playground.dialogs.import_table import OpenTable
from playground.panels.samples import Samples
from playground.window.workspace import Workspace
from tests.playground.opened import opened

TABLE = "a,b,c,t\n1,2,3,0\n4,5,6,1\n"


@pytest.fixture
def workspace(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Workspace]:
    with opened(qtbot, qapp, tmp_path) as made:
        yield made


def panel_of(workspace: Workspace) -> Samples:
    """The panel in its dock, in front."""
    dock = workspace.docks.docks["samples"]
    dock.show()
    dock.raise_()
    found = dock.findChild(Samples)
    assert isinstance(found, Samples)
    return found


@pytest.mark.parametrize(
    ("command", "kind"),
    [
        ("open-table", QFileDialog), ("generate-set", GenerateSet), ("name-classes", ClassNames),
        ("save-table", QFileDialog),
    ],
)  # fmt: skip
def test_the_menu_opens_what_it_says(
    workspace: Workspace, command: str, kind: type[QFileDialog]
) -> None:
    workspace.window.menus.actions[command].trigger()
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, kind)
    dialog.reject()


def test_a_table_dropped_on_the_window_is_opened(
    qtbot: QtBot, workspace: Workspace, tmp_path: Path
) -> None:
    path = tmp_path / "class.csv"
    path.write_text(TABLE, encoding="utf-8")
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    plain, at = Qt.KeyboardModifier.NoModifier, QPoint(300, 10)
    QApplication.sendEvent(workspace.window, QDragEnterEvent(at, copy, mime, left, plain))
    QApplication.sendEvent(workspace.window, QDropEvent(QPointF(at), copy, mime, left, plain))
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), OpenTable))
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, OpenTable)
    qtbot.waitUntil(dialog.create_button.isEnabled)
    start = workspace.document.value
    QTest.mouseClick(dialog.create_button, Qt.MouseButton.LeftButton)
    assert workspace.document.value.data.count == 2
    workspace.document.stack.undo()
    assert workspace.document.value is start


def test_cells_are_pasted_where_the_keyboard_is(workspace: Workspace) -> None:
    """The window pastes nodes with the same key."""
    panel = panel_of(workspace)
    nodes = len(workspace.document.value.network.nodes)
    panel.table.setFocus()
    QGuiApplication.clipboard().setText("0,25\t0,5\t0,75\t1\n1\t1\t1\t0\n")
    QTest.keyClick(panel.table, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    value = workspace.document.value
    assert value.data.cells.tolist() == [[0.25, 0.5, 0.75, 1], [1, 1, 1, 0]]
    assert len(value.network.nodes) == nodes
    QTest.keyClick(panel.table, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert workspace.stage.look.nodes == ()
    assert panel.table.chosen_rows() == [0, 1]


def test_what_is_tried_is_typed_with_keys_that_are_tools_elsewhere(workspace: Workspace) -> None:
    panel = panel_of(workspace)
    tool = workspace.stage.look.tool
    panel.try_table.setFocus()
    QTest.keyClicks(panel.try_table, "-")
    field = QApplication.focusWidget()
    assert field is not None
    QTest.keyClicks(field, "1")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert panel.tried.cell(0, 0).text == "−1"
    assert workspace.stage.look.tool == tool
    assert workspace.document.stack.count() == 0


def test_what_is_tried_belongs_to_one_document(workspace: Workspace) -> None:
    panel = panel_of(workspace)
    panel.tried.take(0, 0, "7")
    workspace.document.set_number(Place("bias", "4"), 0.5)
    assert panel.tried.cell(0, 0).text == "7", "an edit is no other document"
    workspace.files.read_lesson("student-grade-table")
    assert panel.tried.cell(0, 0).text == ""
    panel.tried.take(0, 0, "7")
    workspace.files.show(workspace.files.work.empty())
    workspace.files.read_lesson("student-grade")
    assert panel.tried.cell(0, 0).text == ""


def test_a_first_step_goes_to_a_sample_that_is_learnt(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    """The third student is looked at; the batch that Step begins has another one."""
    with opened(qtbot, qapp, tmp_path, "student-grade-table") as workspace:
        dock = workspace.docks.docks["samples"]
        dock.show()
        dock.raise_()
        qtbot.waitUntil(lambda: workspace.docks.panel("samples").isVisible())
        panel, canvas = panel_of(workspace), workspace.canvas
        cell = panel.table.visualRect(panel.model.index(2, 0)).center()
        QTest.mouseClick(panel.table.viewport(), Qt.MouseButton.LeftButton, pos=cell)
        assert canvas.canvas.sight.shown.row == 2
        canvas.setFocus()
        QTest.keyClick(canvas, Qt.Key.Key_Space)
        trace = workspace.document.value.trace
        assert trace is not None and 2 not in trace.rows
        assert canvas.canvas.sight.shown.row == trace.rows[0]
        assert panel.table.chosen_rows() == [trace.rows[0]]

        QTest.mouseClick(panel.table.viewport(), Qt.MouseButton.LeftButton, pos=cell)
        shown = canvas.canvas.sight.shown
        assert shown.row == 2 and not shown.in_batch, "in the pass any sample may be looked at"
        assert np.isnan(shown.losses).all() and np.isnan(shown.errors).all(), "not told yet"
