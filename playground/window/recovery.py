"""The start of the program: what is opened first, and what a crash left behind is offered."""

from pathlib import Path

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

from engine.errors import Refused, brief
from engine.experiment.experiment import Experiment
from engine.files.disk import kind_of, whole
from engine.files.limits import NAME
from engine.lessons.lesson import lesson_ids, open_folder, opened_lesson
from engine.numerals import count
from playground.cli.streams import STREAM
from playground.dialogs.message_box import DialogAnswer, ask
from playground.session.backups import Backup, Backups, Starts, found
from playground.session.files import contents, differences
from playground.session.preferences import Preferences
from playground.window.file_desk import FIRST_LESSON, FileDesk

WELL = 60_000  # ms after which a start counts as one that went well


class Recovery(QObject):
    """Opens the first document; asks before anything that may have crashed the program before."""

    def __init__(
        self,
        files: FileDesk,
        backups: Backups,
        starts: Starts,
        folders: tuple[Path, ...],
        preferences: Preferences,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._files, self._backups, self._starts = files, backups, starts
        self._folders, self._preferences, self._window = folders, preferences, window
        self._left: list[Backup] = []
        QTimer.singleShot(WELL, self, starts.reset)

    def begin(self, name: str = "") -> None:
        """Open what was asked for, or what was open last; then offer what was left behind."""
        if not self._starts.looping:
            self._open(name)
            return
        self._files.read_lesson(FIRST_LESSON)
        ask(self._window, "Start without reopening?",
            "The program ended unexpectedly several times in a row. What was open then may be the "
            "reason. Backups are kept.",
            (DialogAnswer("Start without reopening"),
             DialogAnswer("Reopen", lambda: self._open(name))))  # fmt: skip

    def _open(self, name: str) -> None:
        lessons, last = self._lessons(), self._preferences.text("last")
        if name == STREAM:
            self._files.read_input()
        elif name and name not in lessons:
            self._read(whole(name))
        elif name or not last or last in lessons or not self._open_quietly(Path(last)):
            self._files.read_lesson(name or (last if last in lessons else FIRST_LESSON))
        self._left = found(self._folders)
        self._offer_next()

    def _lessons(self) -> tuple[str, ...]:
        try:
            return lesson_ids()
        except Refused:
            return ()

    def _open_quietly(self, path: Path) -> bool:
        """What was open last, unless that is no longer possible: that is no reason to complain."""
        try:
            if kind_of(path) == "folder":
                open_folder(path)
            else:
                self._files.work.read(path)
        except Refused:
            return False
        self._read(path)
        return True

    def _read(self, path: Path) -> None:
        """A document, or the folder of a lesson."""
        if kind_of(path) == "folder":
            self._files.read_folder(path)
        else:
            self._files.read(path, at_once=True)

    # what a crash left behind

    def _offer_next(self) -> None:
        if not self._left:
            return
        backup = self._left.pop(0)
        changed = backup.changed_since()
        title = f"“{brief(backup.about.title, NAME)}”"
        if backup.about.run:
            heading = f"A run was interrupted at update {count(backup.about.run)}."
            sentence = (
                f"{changed or 'The program ended before the run did.'} It belongs to {title}."
            )
        elif changed:
            heading = f"A backup of {title} was found."
            sentence = f"{changed} The backup is from {backup.clock}."
        else:
            heading = f"Unsaved changes from {backup.clock} were found."
            sentence = f"They belong to {title}. The program ended before they were saved."

        def compare() -> None:
            told = "\n".join(self._told(backup))
            ask(self._window, f"What the backup from {backup.clock} holds", told)

        def discard() -> None:
            backup.discard()
            self._offer_next()

        ask(self._window, heading, sentence,
            (DialogAnswer("Restore", lambda: self.restore(backup)),
             DialogAnswer("Compare", compare, stays=True),
             DialogAnswer("Discard", discard)))  # fmt: skip

    def restore(self, backup: Backup) -> None:
        """The backup is only let go of when this program has one of its own."""
        try:
            restored = self._files.work.read_backup(backup)
        except Refused as refused:
            ask(self._window, "The backup could not be read.", refused.sentence,
                (DialogAnswer("Close"), DialogAnswer("Discard", backup.discard)))  # fmt: skip
            return
        self._files.show(restored)
        if self._backups.write():
            backup.discard()

    def _told(self, backup: Backup) -> list[str]:
        """What has changed since the file; all it holds where there is nothing to compare with."""
        try:
            after = backup.load().experiment
        except Refused as refused:
            return [refused.sentence]
        try:
            before = self._before(backup, after)
        except Refused as refused:
            return [f"{refused.sentence} This is what the backup holds:", *contents(after)]
        if before is None:
            return ["It was never saved. This is what it holds:", *contents(after)]
        return differences(before, after) or ["The same as the file."]

    def _before(self, backup: Backup, after: Experiment) -> Experiment | None:
        """What is saved of it: its file, or the lesson it began with."""
        if backup.about.path:
            return self._files.work.read(Path(backup.about.path)).loaded.experiment
        if after.lesson in self._lessons():
            return opened_lesson(after.lesson).loaded.experiment
        return None
