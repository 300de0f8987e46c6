"""The lesson that the document came from: its title and its line, and the way to the others."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from engine.errors import Refused
from engine.experiment import Experiment
from engine.lessons import Lesson, lessons
from playground.document import Document
from playground.fonts import CAPTION, LESSON_TEXT, LESSON_TITLE
from playground.stage import Stage
from playground.widgets.buttons import push_button
from playground.widgets.form import words

NO_LESSON = "This experiment does not belong to a lesson."


def _nothing() -> None:
    """Until the window says where the lessons are."""


class LessonPanel(QWidget):
    """Title, line, and a button that opens the lessons."""

    def __init__(
        self,
        document: Document,
        stage: Stage,
        parent: QWidget,
        on_open_lessons: Callable[[], object] = _nothing,
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName("Lesson")
        self._document = document
        self.group = words("", CAPTION, self)
        self.title = words("", LESSON_TITLE, self, quiet=False)
        self.line = words("", LESSON_TEXT, self)
        self.button = push_button(
            "Open a lesson", "Open a lesson: choose one from the list.", on_open_lessons, self,
            "lessons",
        )  # fmt: skip
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 12, 20, 12)
        column.setSpacing(6)
        column.setAlignment(Qt.AlignmentFlag.AlignTop)
        for label in (self.group, self.title, self.line):
            column.addWidget(label)
        column.addSpacing(10)
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)
        document.changed.connect(self._changed)
        self._show_lesson(document.value.lesson)

    def _changed(self, before: Experiment, after: Experiment) -> None:
        if before.lesson != after.lesson:
            self._show_lesson(after.lesson)

    def _show_lesson(self, lesson_id: str) -> None:
        lesson = _known(lesson_id)
        self.group.setVisible(lesson is not None)
        self.title.setVisible(lesson is not None)
        if lesson is None:
            self.line.setText(NO_LESSON)
            return
        self.group.setText(lesson.group)
        self.title.setText(lesson.title)
        self.line.setText(f"{lesson.line}.")


def _known(lesson_id: str) -> Lesson | None:
    """The lesson of that id; None where there is none, or where it is not installed."""
    if not lesson_id:
        return None
    try:
        return next((lesson for lesson in lessons() if lesson.id == lesson_id), None)
    except Refused:
        return None
