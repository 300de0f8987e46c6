"""Where lessons come from, those that ship or a folder's, and the answers found in them."""

from dataclasses import replace
from functools import partial
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from math import isfinite
from pathlib import Path

from engine.errors import Refused, brief, unknown
from engine.experiment.experiment import Experiment
from engine.files.document import Loaded
from engine.files.lesson import (
    EXPERIMENT_FILE,
    LESSON_BYTES,
    LESSON_FILE,
    Step,
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
    Moment,
    ValueOf,
    owner_of,
)
from engine.files.limits import refused_as_document
from engine.files.loading import load_bytes
from engine.lessons.lesson import Lesson, Opened, moved_to, opened, set_up
from engine.lessons.proofread import proofread


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


def lessons() -> tuple[Lesson, ...]:
    """All lessons, in their groups and in order."""
    return tuple(
        _listed(lesson_id, group.title) for group in _index().groups for lesson_id in group.lessons
    )


def lesson_ids() -> tuple[str, ...]:
    return tuple(lesson_id for group in _index().groups for lesson_id in group.lessons)


def title_of(lesson_id: str) -> str:
    return _listed(lesson_id, "").title


def open_lesson(lesson_id: str) -> Loaded:
    """The experiment that a lesson starts from."""
    _refuse_unknown(lesson_id)
    return _shipped(lesson_id, EXPERIMENT_FILE)


def opened_lesson(lesson_id: str) -> Opened:
    """A lesson that ships, with its text and all its experiments."""
    _refuse_unknown(lesson_id)
    group = next(g.title for g in _index().groups if lesson_id in g.lessons)
    lesson = _lesson(lesson_id, group, read_lesson(_read(lesson_id, LESSON_FILE)))
    read = partial(_shipped, lesson_id)
    return with_answers(opened(lesson, read, EXPERIMENT_FILE))


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

    found = with_answers(proofread(opened(lesson, read, EXPERIMENT_FILE)))
    return replace(found, lesson=replace(found.lesson, digest=seen.hexdigest()))


def _lesson(lesson_id: str, group: str, wire: WireLesson, folder: str = "") -> Lesson:
    return Lesson(lesson_id, wire.title, group, wire.line, wire.steps, wire.variants, folder)


def _listed(lesson_id: str, group: str) -> Lesson:
    """A lesson as it is listed; one that is missing says so in its line, and the others stay."""
    try:
        wire = read_lesson(_read(lesson_id, LESSON_FILE))
    except Refused as refused:
        return Lesson(lesson_id, lesson_id, group, refused.sentence)
    return _lesson(lesson_id, group, wire)


def _refuse_unknown(lesson_id: str) -> None:
    known = lesson_ids()
    if lesson_id not in known:
        raise unknown("Lesson", brief(lesson_id), known)


def _shipped(lesson_id: str, name: str) -> Loaded:
    return load_bytes(_read(lesson_id, name))


def _index() -> WireIndex:
    return read_index(_bytes(_folder() / "index.json", "index"))


def _read(lesson_id: str, name: str) -> bytes:
    return _bytes(_folder() / lesson_id / name, lesson_id)


def _folder() -> Traversable:
    return files("resources") / "lessons"


def _bytes(file: Traversable, lesson_id: str) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        raise Refused(f"Lesson “{lesson_id}” is missing; please reinstall.") from None
