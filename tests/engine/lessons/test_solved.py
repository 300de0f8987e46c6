"""Every lesson is walked through: nothing is ticked too early, and all of it can be done."""

from functools import cache

import pytest

from engine.files.lesson_checks import Looked
from engine.lessons.lesson import (
    LessonProgress,
    Opened,
    lesson_ids,
    opened_lesson,
    proofread,
    set_up,
)
from tests.engine.lesson_moves import Learner
from tests.engine.lesson_solutions import SOLUTIONS
from tests.sampled import sampled


@cache
def lesson(lesson_id: str) -> Opened:
    return opened_lesson(lesson_id)


def test_every_lesson_has_a_solution() -> None:
    assert list(SOLUTIONS) == list(lesson_ids())


@pytest.mark.parametrize("lesson_id", lesson_ids())
def test_a_lesson_reads_as_a_foreign_one_would_have_to(lesson_id: str) -> None:
    proofread(lesson(lesson_id))


@pytest.mark.parametrize("lesson_id", lesson_ids())
def test_no_task_is_ticked_at_the_start(lesson_id: str) -> None:
    opened = lesson(lesson_id)
    for number, step in enumerate(opened.lesson.steps):
        for task in step.tasks:
            assert not task.check.is_done(opened.start, Looked()), (number + 1, task.text)


@pytest.mark.parametrize("lesson_id", sampled(lesson_ids(), 16))
def test_each_task_is_ticked_by_its_reference_solution(lesson_id: str) -> None:
    opened = lesson(lesson_id)
    steps, solution = opened.lesson.steps, SOLUTIONS[lesson_id]
    assert [len(step.tasks) for step in steps] == [len(moves) for moves in solution]
    progress, now = LessonProgress(), opened.start
    for number, moves in enumerate(solution):
        progress = progress.go_to(opened.lesson, number)
        learner = Learner(set_up(opened, number, now), Looked())
        for task, move in enumerate(moves):
            progress = progress.looked(opened.lesson, learner.experiment, learner.look)
            assert not progress.is_ticked(task), (number + 1, task + 1)
            learner = move(learner)
            if learner.answer:
                progress = progress.answered(task, learner.answer)
                learner = Learner(learner.experiment, learner.look)
            progress = progress.looked(opened.lesson, learner.experiment, learner.look)
            assert progress.is_ticked(task), (number + 1, task + 1)
        now = learner.experiment
        assert progress.is_step_done(opened.lesson, number)
    assert progress.is_complete(opened.lesson)
