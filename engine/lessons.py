"""The lessons that come with the program: data in folders, opened like any other document."""

from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable

from engine.errors import Refused, unknown
from engine.files.document_reading import Loaded
from engine.files.documents import load_bytes
from engine.files.lesson_reading import WireIndex, WireLesson, read_wire


@dataclass(frozen=True, slots=True)
class Lesson:
    """What a list of lessons shows of one."""

    id: str
    title: str
    group: str
    line: str


def lessons() -> tuple[Lesson, ...]:
    """All lessons, in their groups and in order."""
    return tuple(
        _lesson(lesson_id, group.title) for group in _index().groups for lesson_id in group.lessons
    )


def lesson_ids() -> tuple[str, ...]:
    """The ids of all lessons, in order."""
    return tuple(lesson_id for group in _index().groups for lesson_id in group.lessons)


def open_lesson(lesson_id: str) -> Loaded:
    """The experiment that a lesson starts from."""
    known = lesson_ids()
    if lesson_id not in known:
        raise unknown("Lesson", lesson_id, known)
    return load_bytes(_read(_folder() / lesson_id / "experiment.json", lesson_id))


def _index() -> WireIndex:
    return read_wire(_read(_folder() / "index.json", "index"), WireIndex)


def _lesson(lesson_id: str, group: str) -> Lesson:
    wire = read_wire(_read(_folder() / lesson_id / "lesson.json", lesson_id), WireLesson)
    return Lesson(lesson_id, wire.title, group, wire.line)


def _folder() -> Traversable:
    return files("resources") / "lessons"


def _read(file: Traversable, lesson_id: str) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        raise Refused(f"Lesson “{lesson_id}” is missing; please reinstall.") from None
