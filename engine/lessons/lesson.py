"""Lessons: where they come from, what each step starts from, and how far a learner has come.

What is found in them is proofread: every name must be there, every step work.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from hashlib import sha256
from importlib.resources import files
from math import isfinite
from pathlib import Path
from typing import Any

import numpy as np

from engine.errors import Refused, brief, unknown
from engine.experiment.editing import draw_again, with_settings
from engine.experiment.experiment import MOST_RUNS, Experiment, with_run
from engine.experiment.stepping import go_to, step_update
from engine.experiment.walk import with_free_settings
from engine.files import limits
from engine.files.disk import read_bytes
from engine.files.document import Loaded
from engine.files.lesson import (
    EXPERIMENT_FILE,
    LESSON_BYTES,
    LESSON_FILE,
    Setup,
    Step,
    Variant,
    WireIndex,
    WireLesson,
    read_index,
    read_lesson,
)
from engine.files.lesson_checks import (
    AllCheck,
    AnswerCheck,
    AnyCheck,
    Check,
    Looked,
    Moment,
    Starts,
    ValueOf,
    owner_of,
)
from engine.files.limits import DocumentError, FileGone, called, refused_as_document
from engine.files.loading import load_bytes
from engine.numerals import counted


@dataclass(frozen=True, slots=True)
class Lesson:
    """What there is to read.

    A lesson of one's own has a `folder` in which it lies, and the `digest` of what its files hold.
    """

    id: str
    title: str
    group: str
    line: str
    steps: tuple[Step, ...] = ()
    variants: tuple[Variant, ...] = ()
    folder: str = ""
    digest: str = ""

    @property
    def ours(self) -> bool:
        """Whether it ships with the program."""
        return not self.folder


@dataclass(frozen=True, slots=True, eq=False)
class Opened:
    """A lesson with its experiments: the one it starts from, and one for each variant by name."""

    lesson: Lesson
    loaded: Loaded
    starts: Mapping[str, Experiment]

    @property
    def start(self) -> Experiment:
        return self.loaded.experiment


def opened(lesson: Lesson, read: Callable[[str], Loaded]) -> Opened:
    """The lesson with its experiments; `read` loads one from a file of its folder."""
    loaded = read(EXPERIMENT_FILE)
    starts: dict[str, Experiment] = {}
    for variant in lesson.variants:
        if variant.name in starts:
            raise DocumentError(f"There are two variants “{brief(variant.name)}”.")
        base = read(variant.file).experiment if variant.file else loaded.experiment
        with refused_as_document(f"The variant “{brief(variant.name)}”: "):
            start = with_settings(base, variant.settings.applied_to(base.settings))
            if variant.settings.draws_again():
                start = draw_again(start)
            for numeral in variant.numbers:
                start = numeral.put_into(start)
            starts[variant.name] = start
    return Opened(lesson, loaded, starts)


def with_variant(lesson: Opened, experiment: Experiment, name: str) -> Experiment:
    """A variant from its start; what was learnt before stays in the list of runs."""
    if name not in lesson.starts:
        raise unknown("The variant", name, lesson.starts)
    return keeping_runs(lesson, experiment, lesson.starts[name])


def keeping_runs(lesson: Opened, before: Experiment, start: Experiment) -> Experiment:
    """Another start, with the runs so far in its list, the present one under its variant's name."""
    title = variant_of(lesson, before) or f"Run of {counted(before.newest, 'update')}"
    runs = with_run(before, title).runs if before.newest else before.runs
    variants = {**start.variants, **before.variants}
    return replace(start, runs=runs[-MOST_RUNS:], variants=variants)


def variant_of(lesson: Opened, experiment: Experiment) -> str:
    """The variant that the present settings are those of, and if several are, whose start it had.

    "" where there is none.
    """
    now, starts = experiment.settings, lesson.starts
    alike = [
        name for name, start in starts.items()
        if with_free_settings(now, start.settings) == start.settings
        and now.stops == start.settings.stops and experiment.network == start.network
    ]  # fmt: skip
    if len(alike) > 1:
        alike = [name for name in alike if np.array_equal(starts[name].start, experiment.start)]
    return alike[0] if alike else ""


TaskKey = tuple[int, int]
MOST_KEPT = 400  # entries of one lesson: its forty steps have six tasks at most
LONGEST_ANSWER = 100  # letters, of a number or of one of the choices


@dataclass(frozen=True, slots=True)
class LessonProgress:
    """Steps and tasks count from 0; `reached` is the furthest step that was opened."""

    step: int = 0
    reached: int = 0
    done: frozenset[TaskKey] = frozenset()
    answers: Mapping[TaskKey, str] = field(default_factory=dict)

    def go_to(self, lesson: Lesson, step: int) -> "LessonProgress":
        there = max(0, min(step, len(lesson.steps) - 1))
        return replace(self, step=there, reached=max(self.reached, there))

    def answered(self, task: int, answer: str) -> "LessonProgress":
        """With what was typed or chosen for a task of the present step."""
        return replace(self, answers={**self.answers, (self.step, task): answer[:LONGEST_ANSWER]})

    def answer(self, task: int) -> str:
        return self.answers.get((self.step, task), "")

    def looked(self, lesson: Lesson, experiment: Experiment, look: Looked) -> "LessonProgress":
        """With the tasks of the present step ticked that are done now; a tick stays."""
        if not lesson.steps:
            return self
        new = {
            (self.step, i)
            for i, task in enumerate(lesson.steps[self.step].tasks)
            if (self.step, i) not in self.done
            and task.check.is_done(experiment, replace(look, answer=self.answer(i)))
        }
        return replace(self, done=self.done | new) if new else self

    def is_ticked(self, task: int, step: int | None = None) -> bool:
        """Whether a task of a step, or of the present one, is done."""
        return (self.step if step is None else step, task) in self.done

    def is_step_done(self, lesson: Lesson, step: int) -> bool:
        """Whether all tasks of a step are done; one without tasks, whether it was opened."""
        tasks = range(len(lesson.steps[step].tasks))
        return step <= self.reached and all((step, task) in self.done for task in tasks)

    def is_complete(self, lesson: Lesson) -> bool:
        steps = range(len(lesson.steps))
        return bool(steps) and all(self.is_step_done(lesson, step) for step in steps)

    @property
    def is_begun(self) -> bool:
        return bool(self.reached or self.done)

    def plain(self) -> dict[str, Any]:
        """The same in plain values, to be kept with the preferences."""
        return {
            "step": self.step,
            "reached": self.reached,
            "done": sorted(list(key) for key in self.done),
            "answers": sorted([*key, answer] for key, answer in self.answers.items()),
        }


def progress_from(plain: object, lesson: Lesson) -> LessonProgress:
    """What was kept; anything that does not fit this lesson is forgotten."""
    if not isinstance(plain, dict):
        return LessonProgress()
    known = [[s, t] for s, step in enumerate(lesson.steps) for t in range(len(step.tasks))]
    last = max(0, len(lesson.steps) - 1)

    def rows(name: str, width: int) -> list[list[Any]]:
        found = plain.get(name)
        kept = found[:MOST_KEPT] if isinstance(found, list) else []
        fit = [row for row in kept if isinstance(row, list) and len(row) == width]
        return [row for row in fit if row[:2] in known]

    def whole(name: str) -> int:
        found = plain.get(name)
        return max(0, min(found, last)) if isinstance(found, int) else 0

    step, answers = whole("step"), rows("answers", 3)
    return LessonProgress(
        step,
        max(step, whole("reached")),
        frozenset((int(s), int(t)) for s, t in rows("done", 2)),
        {(int(s), int(t)): a[:LONGEST_ANSWER] for s, t, a in answers if isinstance(a, str)},
    )


def set_up(lesson: Opened, number: int, experiment: Experiment) -> Experiment:
    """The experiment as this step (from 0) wants it; the same object where it wants nothing.

    What else a step sets up (selection, docks, row) belongs to whoever shows the lesson.
    """
    setup = lesson.lesson.steps[number].setup
    if setup.variant is not None:
        experiment = with_variant(lesson, experiment, setup.variant)
    elif setup.again:
        experiment = keeping_runs(lesson, experiment, lesson.start)
    told = {"rounding": setup.rounding, "digits": setup.digits}
    asked: dict[str, Any] = {name: value for name, value in told.items() if value is not None}
    experiment = with_settings(experiment, replace(experiment.settings, **asked))
    for numeral in setup.numbers:
        experiment = numeral.put_into(experiment)
    return experiment if setup.at is None else moved_to(experiment, setup.at)


def moved_to(experiment: Experiment, moment: Moment) -> Experiment:
    """The experiment at that moment; updates that are not made yet are made."""
    wanted = moment.update - 1
    if wanted != experiment.updates or moment.what == "start":
        experiment = go_to(experiment, min(wanted, experiment.newest))
    while experiment.updates < wanted:
        experiment = step_update(experiment)
    cursor = moment.cursor(experiment)
    if cursor is None:
        raise Refused(f"No micro-step tells the {moment.what} of {owner_of(moment)}.")
    return go_to(experiment, wanted, cursor) if cursor else experiment


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
        wanted = check.is_
        found = wanted.of.value(now if wanted.at is None else moved_to(now, wanted.at), row)
        if isfinite(found):
            return check.but(is_=found)
        when = "when the step is opened. Name with “at” the moment at which it is"
        if wanted.at is not None:
            when = f"at the {wanted.at.what} of {owner_of(wanted.at)}. Name a later “at”"
        raise Refused(f"the {wanted.of.what} of {owner_of(wanted.of)} is not known yet {when}.")
    return check


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
    _group_of(lesson_id)
    return load_bytes(_read(lesson_id, lesson_id, EXPERIMENT_FILE))


def opened_lesson(lesson_id: str) -> Opened:
    """A lesson that ships, with its text and all its experiments."""
    group, read = _group_of(lesson_id), partial(_read, lesson_id, lesson_id)
    lesson = _lesson(lesson_id, group, read_lesson(read(LESSON_FILE)))
    return with_answers(opened(lesson, lambda name: load_bytes(read(name))))


def open_folder(path: str | Path) -> Opened:
    """A lesson in a folder, proofread, or the sentence that says what is wrong with it."""
    folder, seen = Path(path), sha256()

    def bytes_of(name: str, limit: int = limits.FILE_BYTES) -> bytes:
        try:
            data = read_bytes(folder / name, limit)
        except FileGone as gone:
            sentence = f"The folder “{called(folder)}” has no {name}."
            raise DocumentError(sentence, gone.details) from None
        seen.update(data)
        return data

    def read(name: str) -> Loaded:
        loaded = load_bytes(bytes_of(name))
        return replace(loaded, experiment=replace(loaded.experiment, lesson=""))

    wire = read_lesson(bytes_of(LESSON_FILE, LESSON_BYTES))  # first: it tells of an odd path
    place = folder.resolve()
    found = with_answers(proofread(opened(_lesson(place.name, "", wire, str(place)), read)))
    return replace(found, lesson=replace(found.lesson, digest=seen.hexdigest()))


def _lesson(lesson_id: str, group: str, wire: WireLesson, folder: str = "") -> Lesson:
    return Lesson(lesson_id, wire.title, group, wire.line, wire.steps, wire.variants, folder)


def _group_of(lesson_id: str) -> str:
    for group in _index().groups:
        if lesson_id in group.lessons:
            return group.title
    raise unknown("Lesson", brief(lesson_id), lesson_ids())


def _index() -> WireIndex:
    return read_index(_read("index", "index.json"))


def _read(lesson_id: str, *place: str) -> bytes:
    """A file that ships in resources/lessons; one that is missing is named by its lesson."""
    try:
        return files("resources").joinpath("lessons", *place).read_bytes()
    except OSError:
        raise Refused(f"Lesson “{lesson_id}” is missing; please reinstall.") from None
