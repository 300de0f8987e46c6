"""The lesson beside the document: its page, its tasks, what it asks the window to show; and where
the learner is in each lesson, from one start to the next."""

import json
import os
from collections.abc import Collection
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, QTimer, Signal

from engine.errors import Refused
from engine.experiment.experiment import Experiment
from engine.files.disk import kind_of, read_bytes, save_private
from engine.files.document import document_text
from engine.files.json_text import parse
from engine.files.lesson import Setup, Step, Task
from engine.files.lesson_checks import AnswerCheck, Check, Looked, OpenedCheck, simple_checks
from engine.files.loading import load
from engine.lessons.lesson import (
    Lesson,
    LessonProgress,
    Opened,
    lesson_ids,
    opened_lesson,
    progress_from,
    set_up,
    variant_of,
    with_variant,
)
from playground.model.document import Document
from playground.model.stage import Look, Stage
from playground.session.backups import digest, first_made, made
from playground.session.files import Found

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
        return progress_from(self._kept.get(key_of(lesson)), lesson)

    def put(self, lesson: Lesson, progress: LessonProgress) -> None:
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
        with suppress(OSError):  # what was left of a lesson of one's own before it was changed
            for older in () if lesson.ours else file.parent.glob(f"{key_of(lesson)}-*.json"):
                if older != file:
                    older.unlink()
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


def staged(look: Look, setup: Setup, checks: tuple[Check, ...], experiment: Experiment) -> Look:
    """The look as the step wants it; `checks` are those of the tasks that are still to do."""
    network = experiment.network
    for check in checks:
        look = replace(look, **check.not_yet)
    if setup.select is not None:
        drawn = [edge for edge in setup.select.edges if edge in network.pairs]
        nodes = [node for node in setup.select.nodes if node in network.index]
        look = replace(look, nodes=tuple(nodes), edges=tuple(drawn))
    if setup.row is not None:
        look = replace(look, row=min(setup.row, experiment.data.count) - 1)
    if setup.surface:
        found = [number.place(network) for number in setup.surface]
        axes = [network.places[place] if place is not None else None for place in found]
        first, second = (*axes, None)[:2]
        look = replace(look, surface=(first, second), spans=setup.spans)
    if setup.maps is not None:
        look = replace(look, maps=setup.maps)
    return look if setup.order is None else replace(look, orders=setup.order)


AS_LEFT = "This lesson is as you left it. “Start the lesson again” in the menu begins anew."


class Panels(Protocol):
    """What a lesson needs of the docks: `window/lesson_docks.py` says what each does."""

    def in_front(self) -> Collection[str]: ...
    def open_all(self, names: Collection[str]) -> None: ...
    def put_behind(self, names: Collection[str]) -> None: ...


def prepared(opened: Opened, step: int) -> Experiment:
    """The experiment as it is when a learner comes to this step."""
    value = opened.start
    for number in range(min(step + 1, len(opened.lesson.steps))):
        value = set_up(opened, number, value)
    return value


def asked(task: Task) -> AnswerCheck | None:
    """What the learner is to type or to choose for a task, if anything."""
    checks = simple_checks(task.check)
    return next((check for check in checks if isinstance(check, AnswerCheck)), None)


class LessonGuide(QObject):
    """`changed` tells that the lesson, the step, a tick, an answer or a truth is another."""

    changed = Signal()
    page_turned = Signal()

    def __init__(
        self,
        document: Document,
        stage: Stage,
        places: LessonPlaces,
        panels: Panels,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._document, self._stage, self.places = document, stage, places
        self.panels = panels
        self.opened: Opened | None = None
        self.progress = LessonProgress()
        self._left: dict[int, Experiment] = {}
        self._entered: Experiment | None = None
        self._refused = ""
        self._truths: tuple[str, ...] = ()
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(lambda: self.watch())
        document.changed.connect(self.look_again)
        document.refused.connect(self._hear)
        stage.looked.connect(self.look_again)

    @property
    def lesson(self) -> Lesson | None:
        return self.opened.lesson if self.opened is not None else None

    @property
    def step(self) -> Step | None:
        lesson = self.lesson
        return lesson.steps[self.progress.step] if lesson is not None and lesson.steps else None

    @property
    def variant(self) -> str:
        """The variant that the experiment is now, if it is one."""
        return "" if self.opened is None else variant_of(self.opened, self._document.value)

    @property
    def complete(self) -> bool:
        return self.lesson is not None and self.progress.is_complete(self.lesson)

    # opening

    def at_place(self, found: Found) -> Found:
        """A lesson as it is when its learner comes back to it."""
        opened = found.standing.lesson
        if opened is None:
            return found
        notes = found.loaded.notes
        experiment = self.places.left(opened.lesson)
        if experiment is not None:
            notes = (*notes, AS_LEFT)
        else:
            experiment = prepared(opened, self.places.progress(opened.lesson).step)
        return replace(found, loaded=replace(found.loaded, experiment=experiment, notes=notes))

    def set_lesson(self, opened: Opened | None, lesson_id: str) -> None:
        """Another document: its lesson, or the one whose id it bears, or none."""
        now = self.opened
        if opened is None and lesson_id:
            if now is not None and now.lesson.ours and now.lesson.id == lesson_id:
                return
            with suppress(Refused):
                opened = opened_lesson(lesson_id)
        if opened is now:
            return
        self.opened = opened
        self.progress = LessonProgress()
        self._left.clear()
        self._entered = self._document.value
        if opened is not None:
            self._put(self.places.progress(opened.lesson))
        self.changed.emit()
        self.look_again()

    def following(self) -> str:
        """The id of the lesson after this one in the list, if there is one."""
        lesson = self.lesson
        ids = lesson_ids() if lesson is not None and lesson.ours else ()
        place = ids.index(lesson.id) + 1 if lesson is not None and lesson.id in ids else len(ids)
        return ids[place] if place < len(ids) else ""

    # moving

    def go_to(self, number: int) -> None:
        """To another step; what it wants is put in place as one entry of the history.

        A page that is only read again is found as it was left.
        """
        opened = self.opened
        if opened is None:
            return
        self._document.stop_run()
        self.watch()  # what was done just now belongs to the page that is left
        here, value = self.progress.step, self._document.value
        idle = value is self._entered
        self._left[here] = value
        there = self.progress.go_to(opened.lesson, number)
        as_left = self._left.get(there.step) if there.step < here or idle else None
        title = opened.lesson.steps[there.step].title

        def move(experiment: Experiment) -> Experiment:
            if as_left is not None:
                return as_left
            try:
                after = set_up(opened, there.step, experiment)
            except Refused:  # it does not fit any more: the lesson's own
                return prepared(opened, there.step)
            recorded = (experiment.newest, len(experiment.runs)) == (after.newest, len(after.runs))
            return experiment if recorded and after == experiment else after

        self._document.set_up(f"Lesson: {title}", move)
        self._arrive(there)

    def start_again(self) -> None:
        """The lesson as it was before its first step; this too can be undone."""
        opened = self.opened
        if opened is not None:
            self._left.clear()
            self.places.forget_left(opened.lesson)
            self._document.set_up("Start the lesson again", lambda _now: prepared(opened, 0))
            self._arrive(LessonProgress())

    def choose_variant(self, name: str) -> None:
        """Another experiment of this lesson; runs made so far stay in the list."""
        opened = self.opened
        if opened is not None and name != self.variant:
            self._document.set_up(f"Choose “{name}”", lambda e: with_variant(opened, e, name))

    def apply_step(self) -> None:
        """Look at what the present step wants to be looked at."""
        step = self.step
        if step is None:
            return
        self._refused = ""
        tasks = (t for i, t in enumerate(step.tasks) if not self.progress.is_ticked(i))
        checks = tuple(check for task in tasks for check in simple_checks(task.check))
        self._stage.show(staged(self._stage.look, step.setup, checks, self._document.value))
        self.panels.open_all(step.setup.open)
        asked_for = {check.dock for check in checks if isinstance(check, OpenedCheck)}
        self.panels.put_behind(asked_for - set(step.setup.open))

    def _arrive(self, there: LessonProgress) -> None:
        self._put(there)
        self._entered = self._document.value
        self.apply_step()
        self.changed.emit()
        self.page_turned.emit()
        self.look_again()

    # tasks

    def answer(self, number: int, text: str) -> bool:
        """What was typed or chosen for a task; whether it is what was asked for."""
        step = self.step
        check = asked(step.tasks[number]) if step is not None else None
        if check is None:
            return False
        self._put(self.progress.answered(number, text))
        self.watch()
        return check.is_right(text)

    def truth(self, task: Task) -> str:
        """What a guess is set beside, if that is known by now."""
        check = asked(task)
        return check.came_true(self._document.value) if check is not None else ""

    def look_again(self) -> None:
        """Something may have been done: see which tasks are, once all else has been told."""
        self._soon.start()

    def watch(self, experiment: Experiment | None = None) -> None:
        """Tick what is done, by what a run has come to where that is given: it need not be over."""
        lesson = self.lesson
        if lesson is None:
            return
        look = self._stage.look
        looked = Looked(
            look.nodes, look.edges, look.row, frozenset(self.panels.in_front()), self._refused,
            look.checked, running=experiment is not None,
        )  # fmt: skip
        ticked = self.progress.looked(lesson, experiment or self._document.value, looked)
        truths = tuple(map(self.truth, self.step.tasks)) if self.step is not None else ()
        if ticked is not self.progress:
            self._put(ticked)
        elif truths == self._truths:
            return
        self._truths = truths
        self.changed.emit()

    def _put(self, progress: LessonProgress) -> None:
        self.progress = progress
        if self.lesson is not None:
            self.places.put(self.lesson, progress)

    # following

    def _hear(self, sentence: str) -> None:
        self._refused = sentence
        self.look_again()
