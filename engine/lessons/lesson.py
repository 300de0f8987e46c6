"""A lesson that is open: what each of its steps starts from, and how far a learner has come."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from engine.errors import Refused, brief, unknown
from engine.experiment.editing import draw_again, with_settings
from engine.experiment.experiment import MOST_RUNS, Experiment, with_run
from engine.experiment.stepping import go_to, step_update
from engine.experiment.walk import with_free_settings
from engine.files.document import Loaded
from engine.files.lesson import EXPERIMENT_FILE, Step, Variant
from engine.files.lesson_checks import Looked, Moment, owner_of
from engine.files.limits import DocumentError, refused_as_document
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
        """What was typed or chosen for a task of the present step."""
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
        """Whether anything was done at all."""
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
