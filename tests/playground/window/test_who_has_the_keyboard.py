"""Who has the keyboard: the field of a question, the canvas when nobody has, and letters there."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from playground.panels.samples import Samples
from playground.window.command_table import MENUS
from playground.window.menus import commands_in
from playground.window.workspace import Workspace
from tests.playground.lesson_learner import Learner
from tests.playground.opened import LEFT, opened
from tests.sampled import sampled

ASKING = 3  # a page that asks for a number first
LETTERS = tuple(c for c in commands_in(MENUS) if any(len(key) == 1 for key in c.keys))


@pytest.fixture
def workspace(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Workspace]:
    with opened(qtbot, qapp, tmp_path) as made:
        yield made


def type_at_window(workspace: Workspace, text: str) -> None:
    """Keys as the system gives them: to the window, which knows who has the keyboard."""
    handle = workspace.window.windowHandle()
    for letter in text:
        QTest.keyClick(handle, ord(letter))


def question_field(learner: Learner, row: int = 0) -> QLineEdit:
    answer = learner.row(row).answer
    assert answer is not None
    assert answer.field is not None
    return answer.field


def at_question(qtbot: QtBot, workspace: Workspace) -> Learner:
    learner = Learner(qtbot, workspace)
    for _ in range(ASKING):
        learner.next()
    return learner


def test_on_a_page_with_a_question_the_field_has_the_keyboard(
    qtbot: QtBot, workspace: Workspace
) -> None:
    learner = at_question(qtbot, workspace)
    field = question_field(learner)
    qtbot.waitUntil(field.hasFocus, timeout=9000)
    workspace.stage.select(("4",))
    type_at_window(workspace, "-1+2")
    assert field.text() == "-1+2"
    look = workspace.stage.look
    assert (look.tool, look.sources, look.targets) == ("select", (), ())


def test_space_steps_though_a_question_waits(qtbot: QtBot, workspace: Workspace) -> None:
    learner = at_question(qtbot, workspace)
    field, cursor = question_field(learner), workspace.document.value.cursor
    qtbot.waitUntil(field.hasFocus, timeout=9000)
    handle = workspace.window.windowHandle()
    QTest.keyClick(handle, Qt.Key.Key_Space)
    assert workspace.document.value.cursor == cursor + 1
    QTest.keyClick(handle, Qt.Key.Key_Space, Qt.KeyboardModifier.ShiftModifier)
    assert workspace.document.value.cursor == cursor
    assert field.text() == ""


def test_a_right_answer_gives_the_keyboard_to_the_canvas(
    qtbot: QtBot, workspace: Workspace
) -> None:
    learner = at_question(qtbot, workspace)
    qtbot.waitUntil(question_field(learner).hasFocus, timeout=9000)
    type_at_window(workspace, "0.526")
    QTest.keyClick(workspace.window.windowHandle(), Qt.Key.Key_Return)
    assert learner.ticked()[0]
    qtbot.waitUntil(workspace.canvas.hasFocus, timeout=9000)


def test_a_right_answer_gives_it_to_the_next_question(qtbot: QtBot, workspace: Workspace) -> None:
    workspace.files.open_lesson("three-inputs")
    workspace.guide.go_to(1)
    learner = Learner(qtbot, workspace)
    learner.settled()
    qtbot.waitUntil(question_field(learner).hasFocus, timeout=9000)
    type_at_window(workspace, "3")
    QTest.keyClick(workspace.window.windowHandle(), Qt.Key.Key_Return)
    assert learner.ticked()[0]
    qtbot.waitUntil(question_field(learner, 1).hasFocus, timeout=9000)


def test_a_wrong_answer_checked_with_the_mouse_leaves_it_in_the_field(
    qtbot: QtBot, workspace: Workspace
) -> None:
    learner = at_question(qtbot, workspace)
    field = question_field(learner)
    qtbot.waitUntil(field.hasFocus, timeout=9000)
    type_at_window(workspace, "9")
    answer = learner.row(0).answer
    assert answer is not None
    QTest.mouseClick(answer.button, LEFT)
    assert not learner.ticked()[0]
    assert field.hasFocus()


@pytest.mark.parametrize("letter", sampled([c.keys[0] for c in LETTERS], 4))
def test_letters_take_tools_and_marks_only_at_the_canvas(
    qtbot: QtBot, workspace: Workspace, letter: str
) -> None:
    qtbot.waitUntil(workspace.canvas.hasFocus, timeout=9000)
    workspace.stage.select(("4",))
    workspace.stage.take_tool("neuron")
    for other in (workspace.transport.buttons.step, workspace.window.tool_bar.row.lessons):
        other.setFocus()
        qtbot.waitUntil(other.hasFocus, timeout=9000)
        look, zoom, value = workspace.stage.look, workspace.canvas.zoom, workspace.document.value
        type_at_window(workspace, letter)
        assert workspace.stage.look == look
        assert workspace.canvas.zoom == zoom
        assert workspace.document.value is value


def test_the_canvas_knows_every_letter_of_the_menus(qtbot: QtBot, workspace: Workspace) -> None:
    qtbot.waitUntil(workspace.canvas.hasFocus, timeout=9000)
    tools = [command for command in LETTERS if command.id.startswith("tool-")]
    assert len(tools) == 9
    for command in tools:
        type_at_window(workspace, command.keys[0])
        assert workspace.stage.look.tool == command.choice
    type_at_window(workspace, "v")
    workspace.stage.select(("4",))
    type_at_window(workspace, "1")
    workspace.stage.select(("5",))
    type_at_window(workspace, "2")
    assert (workspace.stage.look.sources, workspace.stage.look.targets) == (("4",), ("5",))
    workspace.canvas.zoom_by(1.5)
    zoom = workspace.canvas.zoom
    type_at_window(workspace, "f")
    assert workspace.canvas.zoom != zoom


def test_at_the_start_and_when_nobody_has_it_the_canvas_has_the_keyboard(
    qtbot: QtBot, workspace: Workspace
) -> None:
    qtbot.waitUntil(workspace.canvas.hasFocus, timeout=9000)
    workspace.transport.buttons.step.setFocus()
    workspace.transport.buttons.step.clearFocus()
    qtbot.waitUntil(workspace.canvas.hasFocus, timeout=9000)


def test_a_page_without_a_question_leaves_the_keyboard_at_the_canvas(
    qtbot: QtBot, workspace: Workspace
) -> None:
    learner = at_question(qtbot, workspace)
    qtbot.waitUntil(question_field(learner).hasFocus, timeout=9000)
    learner.press_button(learner.panel.footer.back)
    qtbot.waitUntil(workspace.canvas.hasFocus, timeout=9000)
    type_at_window(workspace, "n")
    assert workspace.stage.look.tool == "neuron"


def test_next_keeps_the_keyboard_that_walked_to_it(qtbot: QtBot, workspace: Workspace) -> None:
    learner = Learner(qtbot, workspace)
    workspace.guide.go_to(1)
    learner.settled()
    button = learner.panel.footer.next
    learner.panel.footer.again.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(workspace.window.windowHandle(), Qt.Key.Key_Tab)
    assert button.hasFocus()
    QTest.keyClick(workspace.window.windowHandle(), Qt.Key.Key_Space)
    learner.settled()
    assert learner.panel.head.place.text() == "3 of 7"
    assert button.hasFocus()


def test_enter_presses_the_button_that_the_keyboard_walked_to(
    qtbot: QtBot, workspace: Workspace
) -> None:
    """From the last cell of the samples Tab leads to the button that adds a row."""
    panel, window = workspace.docks.panel("samples"), workspace.window
    assert isinstance(panel, Samples)
    rows = workspace.document.value.data.count
    panel.table.setFocus()
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_Tab)
    assert panel.add_button.hasFocus()
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_Return)
    assert workspace.document.value.data.count == rows + 1
    for _ in range(2):
        QTest.keyClick(window.windowHandle(), Qt.Key.Key_Tab)
    assert panel.remove_button.hasFocus()
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_Enter)
    assert workspace.document.value.data.count == rows


def test_a_tool_taken_with_the_mouse_leaves_the_keyboard_at_the_canvas(
    qtbot: QtBot, workspace: Workspace
) -> None:
    qtbot.waitUntil(workspace.canvas.hasFocus, timeout=9000)
    QTest.mouseClick(workspace.window.tool_bar.row.cells[1], LEFT)
    taken = [workspace.stage.look.tool]
    type_at_window(workspace, "o")
    assert [*taken, workspace.stage.look.tool] == ["input", "output"]


class Watch(QObject):
    """Where the tasks stood each time the page was painted."""

    def __init__(self, learner: Learner) -> None:
        super().__init__()
        self._panel, self._seen = learner.panel, set[tuple[str, ...]]()
        page = learner.panel.title.parentWidget()
        assert page is not None
        page.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            tasks = self._panel.tasks
            places = [tasks.mapTo(self._panel, QPoint(0, 0)).y(), *(r.y() for r in tasks.rows)]
            self._seen.add((self._panel.title.text(), *map(str, places)))
        return False

    def has_seen(self, title: str) -> bool:
        return bool(self.of_page(title))

    def of_page(self, title: str) -> list[tuple[str, ...]]:
        """All of them while this page was shown."""
        return [seen for seen in self._seen if seen[0] == title]


@pytest.mark.long
@pytest.mark.ci
@pytest.mark.parametrize("lesson", sampled(("student-grade", "xor", "parabola"), 1))
def test_the_tasks_of_a_turned_page_stand_still(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, lesson: str
) -> None:
    with opened(qtbot, qapp, tmp_path, lesson) as workspace:
        learner = Learner(qtbot, workspace)
        pages = range(len(workspace.guide.lesson.steps))  # type: ignore[union-attr]
        for page in pages:  # once, so that the formulas of all are drawn
            workspace.guide.go_to(page)
            qtbot.wait(1)
            qtbot.waitUntil(lambda: workspace.pictures.settled)
        workspace.guide.go_to(0)
        for page in pages[1:]:
            qtbot.wait(50)
            watch = Watch(learner)
            learner.next()
            title = learner.panel.title.text()
            qtbot.waitUntil(partial(watch.has_seen, title))
            qtbot.wait(50)
            assert len(watch.of_page(title)) == 1, page
