"""Where lessons come from, and what is found in them: every name must be there, every step work."""

from dataclasses import replace
from hashlib import sha256
from importlib.resources import files
from math import isfinite
from pathlib import Path

from engine.errors import Refused, brief, unknown
from engine.experiment.experiment import Experiment
from engine.files.document import Loaded
from engine.files.lesson import (
    EXPERIMENT_FILE,
    LESSON_BYTES,
    LESSON_FILE,
    Setup,
    WireIndex,
    WireLesson,
    read_folder_file,
    read_index,
    read_lesson,
)
from engine.files.lesson_checks import (
    AllCheck,
    AnswerCheck,
    AnyCheck,
    Check,
    Looked,
    Starts,
    ValueOf,
    owner_of,
)
from engine.files.limits import DocumentError, refused_as_document
from engine.files.loading import load_bytes
from engine.lessons.lesson import Lesson, Opened, moved_to, opened, set_up


def proofread(lesson: Opened) -> Opened:
    """The same lesson, or the refusal that names the step and what is wrong with it.

    Then its steps are set up one by one: each must work, and no task may be done before.
    """
    if not lesson.lesson.steps:
        raise DocumentError("The lesson has no steps. It needs at least one.")
    starts = (lesson.start, *lesson.starts.values())
    for number, step in enumerate(lesson.lesson.steps, 1):
        with refused_as_document(f"Step {number}: "):
            _proofread_setup(lesson, starts, step.setup)
        for place, task in enumerate(step.tasks, 1):
            with refused_as_document(f"Step {number}: task {place}: "):
                task.check.proofread(starts)
    now, look = lesson.start, Looked()
    for number, step in enumerate(lesson.lesson.steps, 1):
        with refused_as_document(f"Step {number} cannot be set up: "):
            now = set_up(lesson, number - 1, now)
        for place, task in enumerate(step.tasks, 1):
            if task.check.is_done(now, look):
                raise DocumentError(
                    f"Step {number}: task {place} is done before the learner has done anything."
                )
    return lesson


def _proofread_setup(lesson: Opened, starts: Starts, setup: Setup) -> None:
    if setup.variant is not None and setup.variant not in lesson.starts:
        raise unknown("The variant", setup.variant, lesson.starts)
    setup.proofread(starts)
    for number in setup.surface:
        if all(number.place(start.network) is None for start in starts):
            raise Refused(f"{owner_of(number)} is no weight, bias or parameter, so it has no axis.")
    if setup.row is not None and all(setup.row > start.data.count for start in starts):
        raise Refused(f"There is no row {setup.row}.")


def with_answers(lesson: Opened) -> Opened:
    """The lesson with a number in the place of each “value of”, or the refusal that names it."""
    now, steps = lesson.start, []
    for number, step in enumerate(lesson.lesson.steps):
        now = set_up(lesson, number, now)
        row = None if step.setup.row is None else min(step.setup.row, now.data.count) - 1
        tasks = []
        for place, task in enumerate(step.tasks, 1):
            with refused_as_document(f"Step {number + 1}: task {place}: "):
                tasks.append(task.but(check=_answered(task.check, now, row)))
        steps.append(step.but(tasks=tuple(tasks)))
    return replace(lesson, lesson=replace(lesson.lesson, steps=tuple(steps)))


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
    if isfinite(found):
        return found
    when = "when the step is opened. Name with “at” the moment at which it is"
    if wanted.at is not None:
        when = f"at the {wanted.at.what} of {owner_of(wanted.at)}. Name a later “at”"
    raise Refused(f"the {wanted.of.what} of {owner_of(wanted.of)} is not known yet {when}.")


def lessons() -> tuple[Lesson, ...]:
    """All lessons, in their groups and in order.

    One that is missing says so in its line, and the others stay.
    """
    found = []
    for group in _index().groups:
        for lesson_id in group.lessons:
            try:
                wire = read_lesson(_read(lesson_id, lesson_id, LESSON_FILE))
                found.append(_lesson(lesson_id, group.title, wire))
            except Refused as refused:
                found.append(Lesson(lesson_id, lesson_id, group.title, refused.sentence))
    return tuple(found)


def lesson_ids() -> tuple[str, ...]:
    return tuple(lesson_id for group in _index().groups for lesson_id in group.lessons)


def open_lesson(lesson_id: str) -> Loaded:
    """The experiment that a lesson starts from."""
    _refuse_unknown(lesson_id)
    return load_bytes(_read(lesson_id, lesson_id, EXPERIMENT_FILE))


def opened_lesson(lesson_id: str) -> Opened:
    """A lesson that ships, with its text and all its experiments."""
    _refuse_unknown(lesson_id)
    group = next(g.title for g in _index().groups if lesson_id in g.lessons)
    lesson = _lesson(lesson_id, group, read_lesson(_read(lesson_id, lesson_id, LESSON_FILE)))
    return with_answers(opened(lesson, lambda name: load_bytes(_read(lesson_id, lesson_id, name))))


def open_folder(path: str | Path) -> Opened:
    """A lesson in a folder, proofread, or the sentence that says what is wrong with it."""
    folder, seen = Path(path), sha256()
    data = read_folder_file(folder, LESSON_FILE, LESSON_BYTES)
    seen.update(data)
    place = folder.resolve()
    lesson = _lesson(place.name, "", read_lesson(data), str(place))

    def read(name: str) -> Loaded:
        data = read_folder_file(folder, name)
        seen.update(data)
        loaded = load_bytes(data)
        return replace(loaded, experiment=replace(loaded.experiment, lesson=""))

    found = with_answers(proofread(opened(lesson, read)))
    return replace(found, lesson=replace(found.lesson, digest=seen.hexdigest()))


def _lesson(lesson_id: str, group: str, wire: WireLesson, folder: str = "") -> Lesson:
    return Lesson(lesson_id, wire.title, group, wire.line, wire.steps, wire.variants, folder)


def _refuse_unknown(lesson_id: str) -> None:
    known = lesson_ids()
    if lesson_id not in known:
        raise unknown("Lesson", brief(lesson_id), known)


def _index() -> WireIndex:
    return read_index(_read("index", "index.json"))


def _read(lesson_id: str, *place: str) -> bytes:
    """A file that ships in resources/lessons; one that is missing is named by its lesson."""
    try:
        return files("resources").joinpath("lessons", *place).read_bytes()
    except OSError:
        raise Refused(f"Lesson “{lesson_id}” is missing; please reinstall.") from None
