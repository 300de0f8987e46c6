"""The ways to a lesson: the list, a folder, the next one, the same one again."""

from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from playground.model.document import Document
from playground.session.lesson_guide import LessonGuide
from playground.window.file_desk import FileDesk

if TYPE_CHECKING:
    from playground.dialogs.lesson_browser import LessonsSheet

NO_LESSON = "No lesson is open. Choose one from the list."


class LessonDesk(QObject):
    """What the commands of the Lessons menu call; the list is made when it is first wanted."""

    def __init__(
        self, guide: LessonGuide, files: FileDesk, document: Document, window: QWidget
    ) -> None:
        super().__init__(window)
        self._guide, self._files, self._document, self._window = guide, files, document, window

    @cached_property
    def sheet(self) -> "LessonsSheet":
        """The list, which is not imported before it is wanted."""
        from playground.dialogs.lesson_browser import LessonsSheet

        files, places = self._files, self._guide.places
        return LessonsSheet(self._window, places, files.open_lesson, files.choose_folder,
                            self._document.report)  # fmt: skip

    def browse(self) -> None:
        """Show the list."""
        self.sheet.browse()

    def open_next(self) -> None:
        """The lesson after the present one; after the last one, the list."""
        following = self._guide.following()
        if following:
            self._files.open_lesson(following)
        else:
            self.browse()

    def turn_page(self, turn: int) -> None:
        """To the next step, or to the one before."""
        if self._is_open():
            self._guide.go_to(self._guide.progress.step + turn)

    def start_again(self) -> None:
        """The present lesson from its first step."""
        if self._is_open():
            self._guide.start_again()

    def _is_open(self) -> bool:
        if self._guide.step is None:
            self._document.report(NO_LESSON)
        return self._guide.step is not None
