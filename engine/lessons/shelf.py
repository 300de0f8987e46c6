"""Where lessons come from: the shelf of those that ship, or a folder on the disk."""

from dataclasses import replace
from functools import partial
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from engine.errors import Refused, brief, unknown
from engine.files.document import Loaded
from engine.files.lesson import (
    EXPERIMENT_FILE,
    LESSON_BYTES,
    LESSON_FILE,
    WireIndex,
    WireLesson,
    read_folder_file,
    read_index,
    read_lesson,
)
from engine.files.loading import load_bytes
from engine.lessons.answers import with_answers
from engine.lessons.opened import Lesson, Opened, opened
from engine.lessons.proofs import proofread


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
