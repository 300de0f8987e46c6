"""Row 70: an error in an override of Qt is told like any other; nothing dies or stays open."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QPainter, QPainterStateGuard, QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from playground.panels.samples import SamplesModel
from tests.playground.opened import answer, opened, question, questions

NOTHING: list[int] = []
#: Each of these ends the process on Python 3.11 where overrides are not guarded.
DEADLY = """
import sys
from playground.overrides import guard_overrides
guard_overrides()
from PySide6.QtCore import QAbstractTableModel, QSize
from PySide6.QtWidgets import QApplication, QTableView, QWidget

class Model(QAbstractTableModel):
    def rowCount(self, parent): return 3
    def columnCount(self, parent): return [][0]
    def flags(self, index): return [][1]
    def headerData(self, section, orientation, role): return {}[section]

class Widget(QWidget):
    def sizeHint(self): return QSize(*None)
    def resizeEvent(self, event): raise KeyError("here")
    def minimumSizeHint(self): return [][2]

told = []
sys.excepthook = lambda kind, error, trace: told.append(error)
app = QApplication([])
table, widget = QTableView(), Widget()
table.setModel(Model())
table.show()
widget.show()
widget.resize(300, 200)
table.selectRow(1)
table.resizeColumnsToContents()
widget.adjustSize()
table.model().flags(table.rootIndex())
app.processEvents()
assert {type(error) for error in told} == {IndexError, KeyError, TypeError}, told
print("alive")
"""


def test_no_error_in_an_override_ends_the_process() -> None:
    done = subprocess.run(
        [sys.executable, "-X", "faulthandler", "-c", DEADLY], capture_output=True, text=True,
        timeout=60, env=os.environ | {"PYTHONPATH": str(Path.cwd())},
    )  # fmt: skip
    assert done.stdout == "alive\n", done.stderr


class Broken(QWidget):
    """Fails with its painter open and a state saved."""

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter, QPainterStateGuard(painter):
            painter.translate(1, 1)
            painter.translate(*NOTHING)


@pytest.mark.qt_no_exception_capture
def test_a_painter_is_ended_though_painting_fails(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[BaseException] = []
    monkeypatch.setattr(sys, "excepthook", lambda kind, error, trace: told.append(error))
    broken = Broken()
    qtbot.addWidget(broken)
    broken.show()
    qtbot.waitUntil(lambda: bool(told))
    broken.grab()
    assert {type(error) for error in told} == {TypeError}


@pytest.mark.qt_no_exception_capture
def test_a_table_that_cannot_say_what_stands_in_it_is_told_once(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(qtbot, qapp, tmp_path) as workspace:
        workspace.crashes.install()
        dock = workspace.docks.docks["samples"]
        dock.show()
        dock.raise_()
        qtbot.wait(1)
        whole = SamplesModel.cell
        monkeypatch.setattr(SamplesModel, "cell", lambda self, row, column: NOTHING[row])
        workspace.stage.choose_row(0)
        dock.widget().update()
        dock.grab()
        question(qtbot, workspace.window)
        dock.grab()
        assert len(questions(workspace.window)) == 1
        answer(qtbot, workspace.window, "Continue")
        monkeypatch.setattr(SamplesModel, "cell", whole)
        workspace.transport.step()
        assert workspace.document.value.cursor == 1
        workspace.crashes.remove()
