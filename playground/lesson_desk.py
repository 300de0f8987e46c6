"""The ways to a lesson: the list, a folder, the next one, the same one again."""

from PySide6.QtCore import QObject

from playground.document import Document
from playground.file_desk import FileDesk
from playground.lesson_guide import LessonGuide
from playground.lessons_sheet import LessonsSheet

NO_LESSON = "No lesson is open. Choose one from the list."


class LessonDesk(QObject):
    """What the commands of the Lessons menu call; the list is made when it is first wanted."""

    def __init__(
        self, guide: LessonGuide, files: FileDesk, document: Document, sheet: LessonsSheet
    ) -> None:
        super().__init__(sheet)
        self._guide, self._files, self._document, self.sheet = guide, files, document, sheet

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
            self._document.refuse(NO_LESSON)
        return self._guide.step is not None
