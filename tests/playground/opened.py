"""A whole window for a test: its own settings and state folder, nothing of the learner's."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from playground.dialogs.message_box import Question
from playground.session.preferences import Preferences
from playground.theme.theme import Choice
from playground.window.start import make_window
from playground.window.workspace import Workspace
from tests.playground.dressed import dressed

LEFT = Qt.MouseButton.LeftButton


@contextmanager
def opened(
    qtbot: QtBot,
    app: QApplication,
    folder: Path,
    name: str = "student-grade",
    size: tuple[int, int] = (1440, 900),
    theme: Choice = "light",
    hinted: bool = True,
) -> Iterator[Workspace]:
    """The window as the program opens it, closed in the end without a question."""
    dress = dressed(theme)
    preferences = Preferences(folder / "settings.ini")
    if hinted:
        preferences.put("hinted", True)
    window = make_window(dress, preferences, lambda f: f.begin(name), (folder / "state",))
    window.resize(*size)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(lambda: window.content is not None and app.activeWindow() is not None)
    workspace = window.workspace()
    workspace.crashes.remove()  # here an exception must fail the test
    qtbot.wait(1)
    try:
        yield workspace
    finally:
        for question in questions(window):
            question.reject()
        workspace.leave()
        window.close()
        window.deleteLater()
        QApplication.sendPostedEvents(None, 0)


def crash(workspace: Workspace) -> None:
    """What kill -9 leaves: the files, but nobody who holds them."""
    for held in workspace.backups.held.values():
        held.close()
    workspace.backups.held.clear()
    workspace.backups.timer.stop()


def questions(window: QWidget) -> list[Question]:
    """The questions that are open over a window."""
    return [q for q in window.findChildren(Question) if q.isVisible()]


def question(qtbot: QtBot, window: QWidget) -> Question:
    """The one question that is open; waited for."""
    qtbot.waitUntil(lambda: bool(questions(window)))
    return questions(window)[-1]


def answer(qtbot: QtBot, window: QWidget, text: str) -> None:
    """Press the button that says this."""
    asked = question(qtbot, window)
    QTest.mouseClick(asked.button(text), LEFT)
    qtbot.waitUntil(lambda: asked not in questions(window))
