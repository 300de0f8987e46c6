"""How far a learner has come: moves, ticks that stay, and what is kept between two visits."""

import json
from dataclasses import replace
from typing import Any

import pytest

from engine.files.lesson_checks import Looked, Moment
from engine.lessons.lesson import (
    LessonProgress,
    moved_to,
    opened_lesson,
    progress_from,
    with_variant,
)
from tests.engine.experiments import refused
from tests.engine.lesson_moves import Learner, until

OPENED = opened_lesson("student-grade")
LESSON = OPENED.lesson


def test_steps_stay_within_the_lesson() -> None:
    fresh = LessonProgress()
    assert fresh.go_to(LESSON, -1) == fresh and not fresh.is_begun
    third = fresh.go_to(LESSON, 1).go_to(LESSON, 2)
    assert (third.step, third.reached) == (2, 2) and third.is_begun
    back = third.go_to(LESSON, 1)
    assert (back.step, back.reached) == (1, 2)
    assert fresh.go_to(LESSON, 99).step == len(LESSON.steps) - 1


def test_only_the_tasks_of_the_present_step_are_ticked_and_a_tick_stays() -> None:
    learner = until("activation", "6")(Learner(OPENED.start, Looked()))
    first = LessonProgress().looked(LESSON, learner.experiment, learner.look)
    assert not first.done
    third = first.go_to(LESSON, 2).looked(LESSON, learner.experiment, learner.look)
    assert [third.is_ticked(task) for task in range(3)] == [True, False, True]
    assert third.looked(LESSON, OPENED.start, Looked()) is third
    guessed = third.answered(1, "below ½").looked(LESSON, OPENED.start, Looked())
    assert guessed.is_step_done(LESSON, 2) and not guessed.is_complete(LESSON)
    assert not third.is_step_done(LESSON, 2) and not third.is_step_done(LESSON, 3)


def test_what_is_kept_comes_back() -> None:
    progress = LessonProgress().go_to(LESSON, 2).answered(1, "above ½")
    progress = progress.looked(LESSON, OPENED.start, Looked())
    kept = json.loads(json.dumps(progress.plain()))
    assert progress_from(kept, LESSON) == progress


@pytest.mark.parametrize(
    "plain",
    [None, 3, [], {"step": "2"}, {"step": -4}, {"done": [[9, 9], [0], "x", [0.5, 1], [None, 0]]},
     {"answers": [[0, 0, 5], [0, 0], {}]}, {"done": {"0": 1}}],
)  # fmt: skip
def test_what_does_not_fit_is_forgotten(plain: Any) -> None:
    assert progress_from(plain, LESSON) == LessonProgress()


def test_a_step_beyond_the_end_is_the_last_one() -> None:
    found = progress_from({"step": 50, "reached": 2, "done": [[2, 0]]}, LESSON)
    assert (found.step, found.reached, found.done) == (6, 6, frozenset({(2, 0)}))


def test_a_long_answer_is_cut() -> None:
    assert len(LessonProgress().answered(0, "x" * 1000).answers[0, 0]) == 100


def test_a_lesson_without_steps_ticks_nothing() -> None:
    bare = replace(LESSON, steps=())
    fresh = LessonProgress()
    assert fresh.looked(bare, OPENED.start, Looked()) is fresh


def test_what_is_not_in_a_lesson_is_refused() -> None:
    with refused("The variant “none” is not known."):
        with_variant(OPENED, OPENED.start, "none")
    with refused("No micro-step tells the sum of"):
        moved_to(OPENED.start, Moment("sum", node="1"))
