"""A learner who has never seen the program does the whole first lesson, guided by its text."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from engine.network import Place
from playground.canvas.scene_state import Key
from playground.panels.lesson_tasks import ALL_DONE
from playground.window.workspace import Workspace
from tests.playground.canvas.test_highlight import PRINTED, shown, weight
from tests.playground.canvas_desk import LEFT
from tests.playground.lesson_learner import Learner
from tests.playground.opened import opened, questions


@pytest.fixture
def workspace(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Workspace]:
    with opened(qtbot, qapp, tmp_path) as made:
        yield made


def first_steps(learner: Learner) -> None:
    """The pages that look at the network and go forward."""
    assert learner.ticked() == [False]
    assert "Click the input that is 0." in learner.row(0).label.text()
    learner.click_node("2")
    assert learner.ticked() == [True]
    learner.next()
    assert "from assignments to hidden 4" in learner.row(0).label.text()
    learner.click_number(Key("weight", place=weight("1", "4")))
    learner.answer(1, "11")
    assert learner.ticked() == [True, True]
    learner.next()
    learner.step_until(0)
    learner.choose(1, "above ½")
    learner.step_until(2)
    learner.next()
    learner.answer(0, "0.526")
    learner.step_until(1)
    learner.next()


def last_steps(learner: Learner) -> None:
    """The pages that go back, and the update."""
    learner.step_until(0)
    learner.choose(1, "positive")
    learner.step_until(2)
    learner.next()
    learner.answer(0, "0")
    learner.step_until(1)
    learner.next()
    learner.answer(0, "-0,261")
    learner.step_until(1)


def test_the_whole_lesson_with_mouse_and_keys(
    qtbot: QtBot, tmp_path: Path, qapp: QApplication
) -> None:
    with opened(qtbot, qapp, tmp_path, "") as workspace:
        learner = Learner(qtbot, workspace)
        assert workspace.document.value.lesson == "student-grade"
        assert learner.panel.head.place.text() == "1 of 7"
        first_steps(learner)
        assert learner.panel.head.place.text() == "5 of 7"
        last_steps(learner)
        assert workspace.guide.complete
        texts = shown(workspace.canvas.canvas.sight)
        assert {key: texts.get(key) for key in PRINTED} == PRINTED
        assert not questions(workspace.window)


def test_in_a_small_window_one_task_at_a_time_stays_in_sight(
    qtbot: QtBot, tmp_path: Path, qapp: QApplication
) -> None:
    with opened(qtbot, qapp, tmp_path, "", (1024, 700)) as workspace:
        learner = Learner(qtbot, workspace)
        head = learner.panel.head
        assert head.next.isVisible()
        assert not learner.panel.footer.isVisible()
        QTest.mouseClick(head.next, LEFT)
        QTest.mouseClick(head.next, LEFT)
        for number in (0, 1, 2):
            learner.settled()
            present = learner.row(number)
            assert [row.isVisible() for row in learner.panel.tasks.rows].index(True) == number
            box = present.rect().translated(present.mapTo(learner.panel, present.rect().topLeft()))
            assert learner.panel.rect().contains(box)
            if number == 1:
                learner.choose(1, "below ½")
            else:
                learner.step_until(number)
        assert not any(row.isVisible() for row in learner.panel.tasks.rows)
        done = next(w for w in learner.panel.tasks.findChildren(QLabel) if ALL_DONE in w.text())
        assert done.text() == "All done here.\nYour guess: below ½\nThe answer: above ½"
        assert done.isVisible()


def test_going_on_is_one_entry_and_no_work_of_the_learner(
    qtbot: QtBot, tmp_path: Path, qapp: QApplication
) -> None:
    with opened(qtbot, qapp, tmp_path) as workspace:
        learner = Learner(qtbot, workspace)
        start = workspace.document.value
        for _ in range(4):
            learner.next()
        assert workspace.document.value.cursor > 0
        assert workspace.document.stack.count() == 3, "some pages change nothing"
        assert not workspace.files.work.modified
        while workspace.document.stack.canUndo():
            workspace.document.stack.undo()
        assert workspace.document.value is start
        assert learner.panel.head.place.text() == "5 of 7"


def test_a_page_that_is_read_again_is_found_as_it_was_left(
    qtbot: QtBot, tmp_path: Path, qapp: QApplication
) -> None:
    with opened(qtbot, qapp, tmp_path) as workspace:
        learner = Learner(qtbot, workspace)
        learner.next()
        learner.next()
        learner.step_until(0)
        left = workspace.document.value
        learner.press_button(learner.panel.footer.back)
        learner.next()
        assert workspace.document.value is left
        assert learner.ticked() == [True, False, False]


def test_what_the_learner_breaks_is_mended_by_the_next_page(
    qtbot: QtBot, tmp_path: Path, qapp: QApplication
) -> None:
    with opened(qtbot, qapp, tmp_path) as workspace:
        learner = Learner(qtbot, workspace)
        learner.next()
        learner.next()
        workspace.document.remove(["6"])
        learner.next()
        assert "6" in workspace.document.value.network.index
        workspace.document.stack.undo()
        assert "6" not in workspace.document.value.network.index


def test_start_again_restores_the_lesson_and_can_be_undone(
    qtbot: QtBot, tmp_path: Path, qapp: QApplication
) -> None:
    with opened(qtbot, qapp, tmp_path) as workspace:
        learner = Learner(qtbot, workspace)
        start = workspace.document.value
        learner.click_node("2")
        learner.next()
        learner.next()
        workspace.document.set_number(Place("weight", "6", "4"), 5.0)
        mine = workspace.document.value
        QTest.mouseClick(learner.panel.footer.again, LEFT)
        learner.settled()
        assert workspace.document.value == start
        assert learner.panel.head.place.text() == "1 of 7"
        assert learner.ticked() == [False]
        workspace.document.stack.undo()
        assert workspace.document.value is mine


def test_wrong_answers_are_met_gently(qtbot: QtBot, tmp_path: Path, qapp: QApplication) -> None:
    with opened(qtbot, qapp, tmp_path) as workspace:
        learner = Learner(qtbot, workspace)
        for _ in range(6):
            learner.next()
        answer = learner.row(0).answer
        assert answer is not None
        assert answer.field is not None
        replies = {
            "0,261": "Right size, wrong sign.", "x": "“x” is not a number. Write it like −0.3, "
            "1/3 or 2e−3.", "-2.61": "The right digits, but the point is in another place.",
            "-0.3": "Close, but not there yet.", "7": "Not yet. Try again, or take the hint.",
        }  # fmt: skip
        for text, reply in replies.items():
            learner.answer(0, text)
            assert answer.reply.text() == reply
            assert answer.field.property("wrong")
            answer.field.selectAll()
            QTest.keyClick(answer.field, Qt.Key.Key_Delete)
        assert learner.ticked() == [False, False]
        learner.answer(0, "-261/1000")
        assert learner.ticked() == [True, False]
        assert answer.reply.isHidden()
        assert answer.field.isReadOnly()


def test_a_hint_comes_and_goes(qtbot: QtBot, workspace: Workspace) -> None:
    learner = Learner(qtbot, workspace)
    row = learner.row(0)
    assert row.hint_button is not None
    assert not row.hint.isVisible()
    QTest.mouseClick(row.hint_button, LEFT)
    assert row.hint.isVisible()
    QTest.mouseClick(row.hint_button, LEFT)
    assert not row.hint.isVisible()


def test_in_a_small_window_a_reply_is_in_sight(
    qtbot: QtBot, tmp_path: Path, qapp: QApplication
) -> None:
    with opened(qtbot, qapp, tmp_path, "", (1024, 700)) as workspace:
        learner = Learner(qtbot, workspace)
        for _ in range(6):
            QTest.mouseClick(learner.panel.head.next, LEFT)
        learner.settled()
        learner.answer(0, "0.261")
        answer = learner.row(0).answer
        assert answer is not None
        view = learner.panel.pin.viewport()
        qtbot.waitUntil(lambda: answer.reply.isVisible() and answer.reply.height() > 8)
        qtbot.waitUntil(
            lambda: view.rect().contains(answer.reply.mapTo(view, answer.reply.rect().center()))
        )
        assert answer.field is not None
        assert answer.field.hasFocus(), "one goes on typing"


def test_what_was_done_just_before_the_page_is_turned_counts(
    qtbot: QtBot, workspace: Workspace
) -> None:
    learner = Learner(qtbot, workspace)
    workspace.stage.select(("2",))
    workspace.guide.go_to(1)
    assert workspace.guide.progress.is_ticked(0, step=0)
    assert not workspace.guide.progress.is_ticked(0)
    assert learner.ticked() == [False, False]
