"""The tasks of a page: a guess and what came of it, and that nothing jumps when one is ticked."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QRect
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from playground.panels.lesson_tasks import paragraph
from playground.theme.fonts import LESSON_TEXT
from playground.window.workspace import Workspace
from tests.playground.lesson_learner import Learner
from tests.playground.opened import LEFT, opened
from tests.sampled import sampled


@pytest.fixture
def workspace(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Workspace]:
    with opened(qtbot, qapp, tmp_path) as made:
        yield made


def beside(learner: Learner, number: int) -> str:
    answer = learner.row(number).answer
    assert answer is not None
    assert answer.beside is not None
    assert answer.beside.isVisible()
    return answer.beside.text()


@pytest.mark.parametrize("guess", ["below ½", "above ½"])
def test_a_guess_is_not_called_right_and_the_answer_comes_beside_it(
    qtbot: QtBot, workspace: Workspace, guess: str
) -> None:
    learner = Learner(qtbot, workspace)
    learner.next()
    learner.next()
    learner.step_until(0)
    assert beside(learner, 1) == "Your guess: not made yet\nThe answer: not known yet"
    learner.choose(1, guess)
    assert learner.ticked() == [True, True, False]
    row = learner.row(1)
    assert row.answer is not None
    assert [b.isChecked() for b in row.answer.choices] == [
        b.text() == guess for b in row.answer.choices
    ]
    assert not any(button.property("right") for button in row.answer.choices)
    assert row.circle.accessibleName() == "Guessed"
    assert beside(learner, 1) == f"Your guess: {guess}\nThe answer: not known yet"
    learner.step_until(2)
    assert beside(learner, 1) == f"Your guess: {guess}\nThe answer: above ½"
    workspace.document.stack.undo()
    workspace.document.stack.undo()
    learner.settled()
    assert workspace.document.value.cursor == 0
    assert beside(learner, 1) == f"Your guess: {guess}\nThe answer: not known yet"


def test_what_is_to_be_guessed_is_not_on_the_canvas_already(
    qtbot: QtBot, workspace: Workspace
) -> None:
    learner = Learner(qtbot, workspace)
    learner.next()
    learner.next()
    assert workspace.document.value.trace is not None, "values are told, none stands in advance"


def places(learner: Learner) -> list[tuple[QRect, QRect]]:
    """Where every task stands, and its words in it."""
    learner.settled()
    return [(row.geometry(), row.label.geometry()) for row in learner.panel.tasks.rows]


@pytest.mark.parametrize("width", sampled([240, 272, 400], 1))
def test_nothing_jumps_when_a_task_is_ticked(
    qtbot: QtBot, workspace: Workspace, width: int
) -> None:
    learner = Learner(qtbot, workspace)
    workspace.docks.docks["lesson"].setFixedWidth(width)
    learner.next()
    learner.next()
    before = places(learner)
    learner.step_until(0)
    assert places(learner) == before
    learner.choose(1, "below ½")
    assert places(learner) == before
    learner.step_until(2)
    assert places(learner) == before
    assert not any(
        row.hint_button.isVisible() for row in learner.panel.tasks.rows if row.hint_button
    )


def test_what_was_said_of_a_task_keeps_its_place_when_it_is_ticked(
    qtbot: QtBot, workspace: Workspace
) -> None:
    learner = Learner(qtbot, workspace)
    for _ in range(4):
        learner.next()
    learner.step_until(0)
    button = learner.row(1).hint_button
    assert button is not None
    QTest.mouseClick(button, LEFT)
    learner.choose(1, "negative")
    before = places(learner)
    answer = learner.row(1).answer
    assert answer is not None
    assert answer.reply.isVisible()
    learner.choose(1, "positive")
    assert learner.ticked() == [True, True, False]
    assert not answer.reply.isVisible()
    assert places(learner) == before


def test_a_wrong_number_keeps_its_place_while_another_is_typed(
    qtbot: QtBot, workspace: Workspace
) -> None:
    learner = Learner(qtbot, workspace)
    for _ in range(6):
        learner.next()
    learner.answer(0, "7")
    before = places(learner)
    answer = learner.row(0).answer
    assert answer is not None
    assert answer.field is not None
    answer.field.clear()
    learner.answer(0, "-0.261")
    assert learner.ticked()[0]
    assert places(learner) == before


def test_a_number_and_its_percent_stay_on_one_line(
    qtbot: QtBot, workspace: Workspace, tmp_path: Path
) -> None:
    workspace.files.read_lesson("xor")
    panel = Learner(qtbot, workspace).panel
    task = panel.tasks.rows[2]
    assert task.label.text() == "Is the accuracy above 70\u00a0%?"
    label = paragraph("About **70 %** of 5 points", LESSON_TEXT, panel)
    assert "70\u00a0%" in label.text()
    assert label.accessibleName() == "About 70 % of 5 points"


def test_train_is_not_one_epoch_and_undo_gives_another_try(
    qtbot: QtBot, workspace: Workspace
) -> None:
    workspace.files.read_lesson("student-grade-table")
    learner = Learner(qtbot, workspace)
    learner.next()
    buttons = workspace.transport.buttons
    QTest.mouseClick(buttons.train, LEFT)
    qtbot.waitUntil(lambda: workspace.document.value.updates > 24, timeout=20_000)
    assert not workspace.trainer.is_running, "a rule has stopped it"
    assert learner.ticked() == [False, False]
    workspace.document.stack.undo()
    QTest.mouseClick(buttons.epoch, LEFT)
    qtbot.waitUntil(lambda: learner.ticked()[0])
    assert workspace.document.value.updates == 24
    learner.answer(1, "24")
    assert learner.ticked() == [True, True]
