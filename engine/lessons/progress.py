"""How far a learner has come in a lesson: the step, the ticked tasks and what was answered."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from engine.experiment.experiment import Experiment
from engine.files.lesson_checks import Looked
from engine.lessons.opened import Lesson

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
    known = {(s, t) for s, step in enumerate(lesson.steps) for t in range(len(step.tasks))}
    done = {key for entry in _rows(plain.get("done"), 2) if (key := _key(entry)) in known}
    answers = {
        key: entry[2][:LONGEST_ANSWER]
        for entry in _rows(plain.get("answers"), 3)
        if (key := _key(entry)) in known and isinstance(entry[2], str)
    }
    last = max(0, len(lesson.steps) - 1)
    step, reached = (_whole(plain.get(name), last) for name in ("step", "reached"))
    return LessonProgress(step, max(step, reached), frozenset(done), answers)


def _rows(plain: object, width: int) -> list[list[Any]]:
    if not isinstance(plain, list):
        return []
    return [row for row in plain[:MOST_KEPT] if isinstance(row, list) and len(row) == width]


def _key(entry: list[Any]) -> TaskKey:
    step, task = entry[:2]
    return (step, task) if isinstance(step, int) and isinstance(task, int) else (-1, -1)


def _whole(plain: object, most: int) -> int:
    return max(0, min(plain, most)) if isinstance(plain, int) else 0
