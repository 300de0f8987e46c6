"""Reading a lesson against its own experiment: every name must be there, every step must work."""

from engine.errors import Refused, unknown
from engine.files.lesson import Setup, Step
from engine.files.lesson_checks import (
    Looked,
    Starts,
    owner_of,
    refuse_unknown_edge,
    refuse_unknown_node,
    simple_checks,
)
from engine.files.limits import DocumentError, refused_as_document
from engine.lessons.lesson import Opened, set_up


def proofread(lesson: Opened) -> Opened:
    """The same lesson, or the refusal that names the step and what is wrong with it."""
    if not lesson.lesson.steps:
        raise DocumentError("The lesson has no steps. It needs at least one.")
    for number, step in enumerate(lesson.lesson.steps, 1):
        with refused_as_document(f"Step {number}: "):
            _proofread_step(lesson, step)
    _rehearse(lesson)
    return lesson


def _proofread_step(lesson: Opened, step: Step) -> None:
    starts = (lesson.start, *lesson.starts.values())
    _proofread_setup(lesson, starts, step.setup)
    for number, task in enumerate(step.tasks, 1):
        for check in simple_checks(task.check):
            with refused_as_document(f"task {number}: "):
                check.proofread(starts)


def _rehearse(lesson: Opened) -> None:
    """Walk through the steps as they are set up: each must work, and no task may be done before."""
    now, look = lesson.start, Looked()
    for number, step in enumerate(lesson.lesson.steps, 1):
        with refused_as_document(f"Step {number} cannot be set up: "):
            now = set_up(lesson, number - 1, now)
        for place, task in enumerate(step.tasks, 1):
            if task.check.is_done(now, look):
                raise DocumentError(
                    f"Step {number}: task {place} is done before the learner has done anything."
                )


def _proofread_setup(lesson: Opened, starts: Starts, setup: Setup) -> None:
    if setup.variant is not None and setup.variant not in lesson.starts:
        raise unknown("The variant", setup.variant, lesson.starts)
    if setup.at is not None:
        setup.at.proofread(starts)
    if setup.select is not None:
        for node_id in setup.select.nodes:
            refuse_unknown_node(starts, node_id)
        for edge in setup.select.edges:
            refuse_unknown_edge(starts, edge)
    for number in (*setup.surface, *(numeral.of for numeral in setup.numbers)):
        number.proofread(starts)
    for number in setup.surface:
        if all(number.place(start.network) is None for start in starts):
            raise Refused(f"{owner_of(number)} is no weight, bias or parameter, so it has no axis.")
    if setup.row is not None and all(setup.row > start.data.count for start in starts):
        raise Refused(f"There is no row {setup.row}.")
