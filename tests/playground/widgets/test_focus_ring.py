"""The ring around the control that has the keyboard lets go of a window that is going."""

from pathlib import Path

import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QVBoxLayout
from pytestqt.qtbot import QtBot

from playground.plots.curves import Curves
from playground.widgets.focus import FocusRing
from tests.playground.opened import opened


def test_a_dialog_that_is_deleted_with_its_ring_shown(qtbot: QtBot) -> None:
    dialog = QDialog()
    fields, column = [QLineEdit(dialog), QLineEdit(dialog)], QVBoxLayout(dialog)
    for field in fields:
        column.addWidget(field)
    ring = FocusRing(dialog)
    dialog.show()
    dialog.activateWindow()
    fields[0].setFocus()
    qtbot.waitUntil(fields[0].hasFocus)
    QTest.keyClick(fields[0], Qt.Key.Key_Tab)
    assert ring.target is fields[1]
    shiboken6.delete(dialog)
    assert not shiboken6.isValid(ring)


def test_a_floating_dock_has_a_ring_of_its_own(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    with opened(qtbot, qapp, tmp_path, "xor") as workspace:
        dock = workspace.docks.docks["curves"]
        dock.show()
        dock.setFloating(True)
        curves = workspace.docks.panel("curves")
        assert isinstance(curves, Curves)
        dock.activateWindow()
        curves.choice.setFocus()
        qtbot.waitUntil(curves.choice.hasFocus)
        QTest.keyClick(curves.choice, Qt.Key.Key_Tab)
        assert [ring for ring in dock.findChildren(FocusRing) if ring.target is curves.log]
