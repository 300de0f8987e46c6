"""The ring around the control that has the keyboard lets go of a window that is going."""

import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLineEdit, QVBoxLayout
from pytestqt.qtbot import QtBot

from playground.widgets.focus_ring import FocusRing


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
