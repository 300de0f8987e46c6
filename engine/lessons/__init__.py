"""Lessons: text, tasks and an experiment to start from; those that ship, and those in a folder."""

from engine.files.lesson_checks import Looked
from engine.lessons.opened import Lesson, Opened, variant_of, with_variant
from engine.lessons.progress import LessonProgress, progress_from
from engine.lessons.setting_up import set_up
from engine.lessons.shelf import (
    lesson_ids,
    lessons,
    open_folder,
    open_lesson,
    opened_lesson,
    title_of,
)

__all__ = [
    "Lesson", "LessonProgress", "Looked", "Opened", "lesson_ids", "lessons",
    "open_folder", "open_lesson", "opened_lesson", "progress_from", "set_up", "title_of",
    "variant_of", "with_variant",
]  # fmt: skip
