"""Where the learner is in each lesson, from one start to the next."""

import json
import os
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QObject, QTimer

from engine.errors import Refused
from engine.experiment.experiment import Experiment
from engine.files.disk import kind_of, read_bytes, save_private
from engine.files.document import document_text
from engine.files.json_text import parse
from engine.files.loading import load
from engine.lessons import Lesson, LessonProgress, progress_from
from playground.session.backups import digest, first_made, made

FILE = "lessons.json"
LEFT = "lessons"  # a folder with an experiment for each lesson
LARGEST = 1_000_000
MOST = 300  # lessons that are remembered, those opened last
PATIENCE = 400  # ms in which several changes become one file
UNREADABLE = "The places in the lessons could not be read; every lesson begins at its first step."


def key_of(lesson: Lesson) -> str:
    """The name under which the place in a lesson is kept; one's own go by where they lie."""
    return lesson.id if lesson.ours else f"folder-{digest(os.fsencode(lesson.folder))[:16]}"


class LessonPlaces(QObject):
    """The places by lesson; a file that cannot be read is a fresh start, with a note."""

    def __init__(self, folders: tuple[Path, ...], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.note = ""
        self._folder = first_made(folders)
        self._file = self._folder / FILE if self._folder is not None else None
        self._kept: dict[str, object] = {}
        self._put: dict[str, object] = {}  # the part of it that is not written yet
        self.last = ""  # the lesson that was open last
        self._read()
        self._timer = QTimer(self, singleShot=True, interval=PATIENCE)
        self._timer.timeout.connect(self.keep)

    def progress(self, lesson: Lesson) -> LessonProgress:
        """How far the learner has come in this one."""
        return progress_from(self._kept.get(key_of(lesson)), lesson)

    def put(self, lesson: Lesson, progress: LessonProgress) -> None:
        """Remember this from now on."""
        self.last = key_of(lesson)
        self._put.pop(self.last, None)
        self._put[self.last] = progress.plain()
        self._lay_over()
        self._timer.start()

    def leave(self, lesson: Lesson, experiment: Experiment) -> bool:
        """Keep the experiment for when its learner comes back; False where that cannot be."""
        file = self._left_file(lesson)
        if file is None or not made(file.parent):
            return False
        try:
            save_private(file, document_text(experiment))
        except Refused:
            return False
        self._forget_older(lesson, file)
        return True

    def left(self, lesson: Lesson) -> Experiment | None:
        """The experiment as it was left; None where there is none that can be read."""
        file = self._left_file(lesson)
        if file is None or kind_of(file) != "file":
            return None
        try:
            return load(file).experiment
        except Refused:
            return None

    def forget_left(self, lesson: Lesson) -> None:
        """The lesson begins anew."""
        file = self._left_file(lesson)
        if file is not None:
            with suppress(OSError):
                file.unlink(missing_ok=True)

    def _forget_older(self, lesson: Lesson, file: Path) -> None:
        """What was left of a lesson of one's own before it was changed."""
        if lesson.ours:
            return
        with suppress(OSError):
            for older in file.parent.glob(f"{key_of(lesson)}-*.json"):
                if older != file:
                    older.unlink()

    def _left_file(self, lesson: Lesson) -> Path | None:
        """One that its author has changed since it was left is another one."""
        if self._folder is None:
            return None
        state = "" if lesson.ours else f"-{lesson.digest[:16]}"
        return self._folder / LEFT / f"{key_of(lesson)}{state}.json"

    def keep(self) -> None:
        """Write what was put; where that cannot be done it holds until the window closes.

        What another window has written in the meantime stays, but for these lessons.
        """
        self._timer.stop()
        if self._file is None or not self._put:
            return
        last = self.last
        self._read()
        self.last = last
        self._lay_over()
        plain = {"version": 1, "last": self.last, "lessons": self._kept}
        try:
            save_private(self._file, json.dumps(plain, ensure_ascii=False) + "\n")
            self._put.clear()
        except Refused:
            self.note = "The places in the lessons cannot be kept: the state folder is read-only."

    def _lay_over(self) -> None:
        """What was put here over what was read."""
        for key, plain in self._put.items():
            self._kept.pop(key, None)
            self._kept[key] = plain
        while len(self._kept) > MOST:
            del self._kept[next(iter(self._kept))]

    def _read(self) -> None:
        if self._file is None or kind_of(self._file) != "file":
            return
        try:
            plain = parse(read_bytes(self._file, LARGEST))
        except Refused:
            plain = None
        kept = plain.get("lessons") if isinstance(plain, dict) else None
        if not isinstance(plain, dict) or not isinstance(kept, dict):
            self.note = UNREADABLE
            return
        self._kept = dict(kept)
        last = plain.get("last")
        self.last = last if isinstance(last, str) else ""
