"""A task is ticked by what it asks for, and not by something else that comes near it."""

from dataclasses import replace

import pytest

from engine.experiment.experiment import Experiment
from engine.files.lesson_checks import Looked
from engine.lessons.lesson import Opened, opened_lesson, set_up, with_variant
from tests.engine.lesson_moves import (
    Learner,
    Move,
    both,
    draw_edge,
    move,
    put,
    select,
    settings,
    train,
    updates,
)


def variant(lesson_id: str, name: str) -> Move:
    """Choose another variant."""
    opened = opened_lesson(lesson_id)
    return move(lambda experiment: with_variant(opened, experiment, name))


OTHERS: dict[tuple[str, int, int], Move] = {
    ("student-grade", 1, 1): select("1", "2", "3", "4", "5", "6"),
    ("student-grade", 2, 1): select(("1", "4"), ("1", "5")),
    ("student-grade-table", 2, 1): train(17),
    ("sum", 1, 2): put("c", 5),
    ("chain-of-speeds", 3, 1): both(put(("x", "y"), 2.5), put(("y", "z"), 4)),
    ("order-and-loops", 2, 1): draw_edge("q", "p"),
    ("which-way-is-down", 2, 1): select(("1", "y"), ("2", "y")),
    ("which-way-is-down", 3, 1): train(5),
    ("which-way-is-down", 4, 1): both(settings(rate=1.0), updates(2)),
    ("loss-gallery", 4, 1): both(variant("loss-gallery", "L2"), put("p", 1)),
    ("loss-gallery", 5, 1): both(variant("loss-gallery", "L2"), put("p", -4)),
    ("penalties", 1, 1): both(variant("penalties", "L2"), train()),
}


def at_page(opened: Opened, page: int) -> Experiment:
    value = opened.start
    for number in range(page):
        value = set_up(opened, number, value)
    return value


@pytest.mark.parametrize("where", OTHERS, ids=str)
def test_a_task_is_not_ticked_by_something_else(where: tuple[str, int, int]) -> None:
    lesson_id, page, task = where
    opened = opened_lesson(lesson_id)
    check = opened.lesson.steps[page - 1].tasks[task - 1].check
    other = OTHERS[where](Learner(at_page(opened, page), Looked()))
    assert not check.is_done(other.experiment, other.look)


def test_an_exact_count_is_not_ticked_by_a_run_that_passes_it() -> None:
    opened = opened_lesson("student-grade-table")
    check = opened.lesson.steps[1].tasks[0].check
    epoch = train(1)(Learner(at_page(opened, 2), Looked())).experiment
    assert check.is_done(epoch, Looked())
    assert not check.is_done(epoch, replace(Looked(), running=True))
