"""The answers that a lesson does not write down: found in its own experiment, step by step."""

from dataclasses import replace
from math import isfinite

from engine.errors import Refused
from engine.experiment.experiment import Experiment
from engine.files.lesson import Step
from engine.files.lesson_checks import (
    AllCheck,
    AnswerCheck,
    AnyCheck,
    Check,
    Moment,
    ValueOf,
    owner_of,
)
from engine.files.limits import refused_as_document
from engine.lessons.opened import Opened
from engine.lessons.setting_up import moved_to, set_up


def with_answers(lesson: Opened) -> Opened:
    """The lesson with a number in the place of each “value of”, or the refusal that names it."""
    now, steps = lesson.start, []
    for number, step in enumerate(lesson.lesson.steps):
        now = set_up(lesson, number, now)
        with refused_as_document(f"Step {number + 1}: "):
            steps.append(_answered_step(step, now))
    return replace(lesson, lesson=replace(lesson.lesson, steps=tuple(steps)))


def _answered_step(step: Step, now: Experiment) -> Step:
    row = None if step.setup.row is None else min(step.setup.row, now.data.count) - 1
    tasks = []
    for number, task in enumerate(step.tasks, 1):
        with refused_as_document(f"task {number}: "):
            tasks.append(task.but(check=_answered(task.check, now, row)))
    return step.but(tasks=tuple(tasks))


def _answered(check: Check, now: Experiment, row: int | None) -> Check:
    if isinstance(check, AllCheck | AnyCheck):
        return check.but(of=tuple(_answered(member, now, row) for member in check.of))
    if isinstance(check, AnswerCheck) and isinstance(check.is_, ValueOf):
        return check.but(is_=_value(check.is_, now, row))
    return check


def _value(wanted: ValueOf, now: Experiment, row: int | None) -> float:
    """The number where it is asked for; one that is not there cannot be an answer."""
    then = now if wanted.at is None else moved_to(now, wanted.at)
    found = wanted.of.value(then, row)
    if not isfinite(found):
        raise Refused(
            f"the {wanted.of.what} of {owner_of(wanted.of)} is not known yet {_when(wanted.at)}."
        )
    return found


def _when(at: Moment | None) -> str:
    if at is None:
        return "when the step is opened. Name with “at” the moment at which it is"
    return f"at the {at.what} of {owner_of(at)}. Name a later “at”"
