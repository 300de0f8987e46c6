"""A learner before the whole window: reads the lesson, clicks, types and presses keys."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from playground.canvas.scene_state import Key
from playground.panels.lesson import LessonPanel
from playground.panels.lesson_tasks import TaskRow
from playground.window.workspace import Workspace
from tests.playground.canvas_desk import LEFT, Desk

MOST_STEPS = 40


class Learner(Desk):
    """Has the canvas of the window under the hand, and the lesson beside it."""

    def __init__(self, qtbot: QtBot, workspace: Workspace) -> None:
        self.qtbot, self.workspace = qtbot, workspace
        self.document, self.stage = workspace.document, workspace.stage
        self.view = workspace.canvas
        self.view.reduce_motion(True)

    @property
    def panel(self) -> LessonPanel:
        found = self.workspace.docks.docks["lesson"].widget()
        assert isinstance(found, LessonPanel)
        return found

    def settled(self) -> None:
        """Ticks come one turn of the event loop after what was done."""
        QApplication.processEvents()
        QApplication.processEvents()

    def row(self, number: int) -> TaskRow:
        return self.panel.tasks.rows[number]

    def ticked(self) -> list[bool]:
        self.settled()
        return [row.circle.done for row in self.panel.tasks.rows]

    def click_number(self, key: Key) -> None:
        self.click(self.number(key))

    def click_node(self, node: str) -> None:
        self.click(self.body(node))

    def answer(self, number: int, text: str) -> None:
        answer = self.row(number).answer
        assert answer is not None
        assert answer.field is not None
        self.panel.area.ensureWidgetVisible(answer)
        QTest.mouseClick(answer.field, LEFT)
        QTest.keyClicks(answer.field, text)
        QTest.keyClick(answer.field, Qt.Key.Key_Return)

    def choose(self, number: int, choice: str) -> None:
        answer = self.row(number).answer
        assert answer is not None
        button = next(b for b in answer.choices if b.text() == choice)
        self.press_button(button)

    def step_until(self, number: int) -> None:
        """Press Space, as the hint says, until the task is ticked."""
        for _ in range(MOST_STEPS):
            if self.ticked()[number]:
                return
            self.space()
        raise AssertionError(self.row(number).label.text())

    def space(self) -> None:
        QTest.keyClick(QApplication.focusWidget() or self.workspace.window, Qt.Key.Key_Space)

    def next(self) -> None:
        self.press_button(self.panel.footer.next)
        self.settled()

    def press_button(self, button: QPushButton) -> None:
        assert button.isVisible()
        QTest.mouseClick(button, LEFT, Qt.KeyboardModifier.NoModifier, middle(button))


def middle(widget: QWidget) -> QPoint:
    return widget.rect().center()
