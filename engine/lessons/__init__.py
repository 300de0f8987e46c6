"""Lessons: text, tasks and an experiment to start from; those that ship, and those in a folder."""

from engine.files.lesson_checks import Looked
from engine.lessons.lesson import (
    Lesson,
    LessonProgress,
    Opened,
    lesson_ids,
    lessons,
    open_folder,
    open_lesson,
    opened_lesson,
    progress_from,
    set_up,
    variant_of,
    with_variant,
)

__all__ = [
    "Lesson", "LessonProgress", "Looked", "Opened", "lesson_ids", "lessons",
    "open_folder", "open_lesson", "opened_lesson", "progress_from", "set_up",
    "variant_of", "with_variant",
]  # fmt: skip
