"""A question: Enter gives the answer the keyboard is at, the first one unless it was moved."""

from functools import partial

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMainWindow
from pytestqt.qtbot import QtBot

from playground.dialogs.message_box import DialogAnswer, ask


@pytest.mark.parametrize(("tabs", "given"), [(0, "Save"), (1, "Discard"), (2, "Cancel")])
def test_enter_gives_the_answer_the_keyboard_is_at(qtbot: QtBot, tabs: int, given: str) -> None:
    window, heard = QMainWindow(), list[str]()
    qtbot.addWidget(window)
    window.show()
    names = ("Save", "Discard", "Cancel")
    answers = tuple(DialogAnswer(name, partial(heard.append, name)) for name in names)
    asked = ask(window, "Save the changes?", "Or not.", answers)
    asked.activateWindow()
    qtbot.waitUntil(asked.button("Save").hasFocus)
    for name in names[1 : tabs + 1]:
        asked.button(name).setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(asked.windowHandle(), Qt.Key.Key_Return)
    assert heard == [given]
