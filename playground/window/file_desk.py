"""New, open, save, revert and export as a person meets them: questions, refusals, ways out.

A large file is read beside the window; it is shown when nobody is in the middle of anything.
"""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer, QUrl, Signal
from PySide6.QtWidgets import QApplication, QWidget

from engine.errors import LONGEST, Refused, brief
from engine.experiment.experiment import Experiment
from engine.files.disk import as_name, kind_of, whole
from engine.files.document import NewerVersion
from engine.files.lesson import LESSON_FILE
from engine.files.limits import NEWEST_BACKUP, DocumentError, FileGone, NotSaved, called
from engine.files.loading import export_model
from engine.lessons.lesson import open_folder, opened_lesson
from playground.dialogs.file_dialogs import DOCUMENTS, SaveDialog, choose_to_open
from playground.dialogs.message_box import CANCEL, DialogAnswer, ask
from playground.model.document import Document
from playground.model.trainer import Trainer
from playground.session.backups import Backup, home
from playground.session.files import (
    REPAIRS,
    UNMARKED,
    Found,
    OpenDocument,
    OpenFileLock,
    Other,
    Outside,
)
from playground.session.lesson_guide import LessonGuide
from playground.session.preferences import Preferences
from playground.widgets.fields import finish_entry
from playground.widgets.status_bar import StatusBar

MODELS, EXPORT = "Trained model (*.json)", "Export the canvas"
PICTURES = {".png": "Picture (*.png)", ".svg": "Drawing (*.svg)"}
TABLE_ENDINGS, FIRST_LESSON = (".csv", ".tsv"), "student-grade"
LARGE = 500_000  # bytes; a smaller file is read in less than 50 ms, so the window does it itself
KIND = "open"
OUTSIDE: dict[Outside, str] = {
    "changed": "The file has been changed by another program since you opened it.",
    "gone": "The file was deleted; save it again?",
    "unknown": "The file cannot be read now, so it is not known whether another program has "
               "changed it.",
}  # fmt: skip
SOON = 50  # ms until another look whether what was read can be shown
Act = Callable[[], object]
ReadFile = Callable[[], Found]


@dataclass(frozen=True, slots=True, eq=False)
class _Reading:
    """A file that is read beside the window, and what was open when that began."""

    path: Path
    again: bool
    before: Experiment

    @property
    def sentence(self) -> str:
        return f"Opening “{called(self.path)}”…"


class FileDesk(QObject):
    """Every way in and out of the open document; `opened` tells that another one is shown.

    `write_picture` writes the canvas. `keep_sight` gives what brings back the place and the zoom.
    `newest_backup` is that of a file; `backup_wanted` asks to restore it.
    """

    opened = Signal()
    table_dropped = Signal(object)
    backup_wanted = Signal(object)

    def __init__(
        self,
        work: OpenDocument,
        document: Document,
        preferences: Preferences,
        in_use: OpenFileLock,
        window: QWidget,
        strip: StatusBar,
        trainer: Trainer,
        guide: LessonGuide,
        write_picture: Callable[[Path], object],
        keep_sight: Callable[[], Act],
        newest_backup: Callable[[Path], Backup | None],
    ) -> None:
        super().__init__(window)
        self.work, self._document, self._preferences = work, document, preferences
        self._in_use, self._window, self._guide = in_use, window, guide
        self._write_picture, self._keep_sight = write_picture, keep_sight
        self._newest_backup = newest_backup
        self._strip, self._tell, self._trainer = strip, strip.note, trainer
        self._reading: _Reading | None = None

    # opening

    def new(self, experiment: Experiment | None = None) -> None:
        """An empty canvas, or a network that was built in layers."""
        self.unless_unsaved(lambda: self.show(self.work.empty(experiment)))

    def open(self) -> None:
        """Ask which file, and open it."""
        choose_to_open(self._window, self.folder(), self.open_path)

    def open_path(self, path: Path) -> None:
        """Open this file."""
        place = whole(path)
        self.unless_unsaved(lambda: self.read(place))

    def open_lesson(self, lesson_id: str) -> None:
        """Open this lesson from its start."""
        self.unless_unsaved(lambda: self.read_lesson(lesson_id))

    def read_lesson(self, lesson_id: str) -> bool:
        """Open a lesson without asking; False where it is missing, which is told in the strip."""
        try:
            found = self._guide.at_place(self.work.lesson(opened_lesson(lesson_id)))
        except Refused as refused:
            self._tell(refused.sentence)
            return False
        self.show(found)
        self._preferences.put("last", lesson_id)
        return True

    def choose_folder(self) -> None:
        """Ask in which folder a lesson lies, and open it."""
        choose_to_open(self._window, self.folder(), self.open_folder, "Open lesson", "")

    def open_folder(self, folder: Path) -> None:
        """Open the lesson that lies in this folder."""
        self.unless_unsaved(lambda: self.read_folder(folder))

    def read_folder(self, folder: Path) -> None:
        """Open a lesson by anyone; what is wrong with it is said in a sentence."""
        try:
            found = self._guide.at_place(self.work.lesson(open_folder(folder)))
        except DocumentError as error:
            self._refuse(folder, error)
        except Refused as refused:
            self._refuse(folder, DocumentError(refused.sentence))
        else:
            self.show(found)
            self._preferences.put("last", str(whole(folder)))

    def read_input(self) -> None:
        """Open what comes in through standard input."""
        try:
            self.show(self.work.read_input())
        except Refused as refused:
            self._refuse(Path("standard input"), DocumentError(refused.sentence))

    def read(self, path: Path, mark: bool = True, at_once: bool = False) -> None:
        """Open a file without asking about unsaved work; another window's mark is told of."""
        self.give_up_reading()
        other = self._in_use.other(path) if mark else None
        if other is not None:
            self._ask_about(other, path)
            return
        self._try(path, lambda: self.work.read(path), at_once=at_once)

    def drop(self, urls: list[QUrl]) -> None:
        """Files let fall on the window: the first that can be opened is, the others are named."""
        paths = [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]
        files = [p for p in paths if p.suffix.lower() == ".json" and kind_of(p) == "file"]
        tables = [path for path in paths if path.suffix.lower() in TABLE_ENDINGS]
        if tables and not files:
            self._tell_others(tables[0], paths)
            self.table_dropped.emit(tables[0])
            return
        if not files and paths and kind_of(paths[0] / LESSON_FILE) == "file":
            self.open_folder(paths[0])
            return
        if not files:
            what = f"“{called(paths[0])}” is no playground document." if paths else ""
            self._tell(what or "Only files of this computer can be dropped here.")
            return
        self._tell_others(files[0], paths)
        self.open_path(files[0])
        if self.is_reading:
            self._tell_others(files[0], paths)  # it says what is being read, and more

    def _tell_others(self, opening: Path, paths: list[Path]) -> None:
        others = [called(path) for path in paths if path != opening]
        if others:
            shown = ", ".join(f"“{name}”" for name in others[:3])
            more = f" and {len(others) - 3:,} more" if len(others) > 3 else ""
            self._tell(f"Opening “{called(opening)}”. Not opened: {shown}{more}.")

    def revert(self) -> None:
        """Back to what the file holds, after asking."""
        self._document.stop_run()
        path = self.work.standing.path
        if path is None:
            return
        if not self.work.modified:
            self.reload()
            return
        ask(self._window, f"Revert “{called(path)}”?",
            "All changes since the last save are lost.",
            (DialogAnswer("Revert", self.reload), CANCEL))  # fmt: skip

    def reload(self) -> None:
        """What the file holds now; what is looked at stays."""
        path = self.work.standing.path
        if path is not None:
            self._try(path, lambda: self.work.read(path), again=True)

    # saving

    def save(self, then: Act = lambda: None) -> None:
        """To its own file; where it has none, ask for one."""
        self._document.stop_run()
        standing = self.work.standing
        if standing.path is None or standing.read_only:
            self.save_as(then)
            return
        outside = self.work.outside()
        if outside == "same":
            self._write(then)
            return
        elsewhere = DialogAnswer("Save As…", lambda: self.save_as(then))
        overwrite = DialogAnswer("Overwrite", lambda: self._write(then))
        ways: tuple[DialogAnswer, ...] = (elsewhere, overwrite, CANCEL)
        if outside == "gone":
            ways = (DialogAnswer("Save", overwrite.act), elsewhere, CANCEL)
        if outside == "changed":
            ways = (elsewhere, overwrite, DialogAnswer("Reload", self.reload), CANCEL)
        ask(self._window, f"Save “{called(standing.path)}”", OUTSIDE[outside], ways)

    def save_as(self, then: Act = lambda: None) -> None:
        """To a file that is asked for."""

        def write(path: Path) -> None:
            other = self._in_use.other(path)
            if other is not None and other.here:
                raise Refused(f"{other.sentence} Choose another name.")
            self.work.save(path)

        def done() -> None:
            self._saved()
            then()

        dialog = SaveDialog(self._window, "Save As", self._suggestion(".json"), DOCUMENTS, write)
        dialog.accepted.connect(done)

    def export_model(self) -> None:
        """The trained model alone."""
        self._document.stop_run()
        dialog = SaveDialog(
            self._window, "Export the trained model", self._suggestion("-model.json"), MODELS,
            lambda path: export_model(self._document.value, path),
        )  # fmt: skip
        dialog.accepted.connect(lambda: self._tell(f"Wrote “{called(dialog.written)}”."))

    def export_picture(self, ending: str) -> None:
        """What the canvas shows; it tells by itself when it is written."""
        self._document.stop_run()
        place = self._suggestion(ending)
        SaveDialog(self._window, EXPORT, place, PICTURES[ending], self._write_picture)

    # leaving

    def unless_unsaved(self, then: Act) -> None:
        """Do it at once, or after asking what becomes of unsaved work."""
        self._document.stop_run()
        kept = self.keeps_lesson()
        if kept or not self.work.modified:
            then()
            return
        title = brief(self.work.standing.title, LONGEST)
        ask(self._window, f"Save the changes to “{title}”?",
            "If you do not save them, they are lost.",
            (DialogAnswer("Save", lambda: self.save(then)), DialogAnswer("Discard", then),
             CANCEL))  # fmt: skip

    def keeps_lesson(self) -> bool:
        """Whether this is a lesson, which is found again as it was left; nothing is asked then."""
        standing, stack = self.work.standing, self._document.stack
        if standing.lesson is None or standing.path is not None or not stack.count():
            return False
        return self._guide.places.leave(standing.lesson.lesson, self._document.value)

    def show(self, found: Found, again: bool = False) -> None:
        """Show what was read; `again` keeps what is looked at."""
        self.give_up_reading()
        look_again = self._keep_sight() if again else lambda: None
        self.work.take(found)
        path = found.standing.path
        marked = self._in_use.take(path)
        if path is not None and not found.unsaved:
            self._preferences.add_recent(path)
            self._preferences.put("last", str(path))
        if not again:
            self.opened.emit()
        notes = [*found.loaded.notes] if marked else [UNMARKED, *found.loaded.notes]
        if found.loaded.converted:
            notes.insert(0, "Converted from an older version; the first save keeps the old file.")
        if notes:
            self._tell(" ".join(notes))
        look_again()

    @property
    def is_reading(self) -> bool:
        """Whether a file is read that has not been shown yet."""
        return self._reading is not None

    def give_up_reading(self) -> None:
        """Whatever is read beside the window is not wanted any more."""
        if self._reading is not None:
            self._trainer.cancel(KIND)
            self._strip.take_back(self._reading.sentence)
            self._reading = None

    # inside

    def _try(self, path: Path, read: ReadFile, again: bool = False, at_once: bool = False) -> None:
        """Read and show; the newest wish wins over one that is still being read."""
        self.give_up_reading()
        if at_once or _size(path) < LARGE:
            self._put_up(path, _result(read), again)
            return
        self._reading = reading = _Reading(path, again, self._document.value)
        self._tell(reading.sentence)
        self._trainer.work(KIND, _job(read), partial(self._take, reading))

    def _take(self, reading: _Reading, result: Found | DocumentError, over: bool) -> None:
        """Not shown from in here: something else may be waiting for the worker just now."""
        if over:
            QTimer.singleShot(0, self, partial(self._arrive, reading, result))

    def _arrive(self, reading: _Reading, result: Found | DocumentError) -> None:
        """What was edited meanwhile is asked about like any unsaved work."""
        if reading is not self._reading:
            return
        # A question, a menu or the mouse may hold on to what is open.
        held = QApplication.mouseButtons() != Qt.MouseButton.NoButton
        asked = QApplication.activeModalWidget() or QApplication.activePopupWidget()
        if held or asked or not finish_entry():
            QTimer.singleShot(SOON, self, partial(self._arrive, reading, result))
            return
        self.give_up_reading()
        self._document.stop_run()
        put_up = partial(self._put_up, reading.path, result, reading.again)
        if isinstance(result, DocumentError) or self._document.value is reading.before:
            put_up()
        else:
            self.unless_unsaved(put_up)

    def _put_up(self, path: Path, result: Found | DocumentError, again: bool) -> None:
        """Show it; a refusal is a dialog that holds its ways out."""
        if isinstance(result, FileGone):
            self._ask_about_gone(path, result)
        elif isinstance(result, NewerVersion):
            read = partial(self.work.read_newer, path, result)
            self._refuse(path, result, lambda: self._try(path, read))
        elif isinstance(result, DocumentError):
            self._refuse(path, result, self._way_out(path, result))
        else:
            self.show(result, again)

    def _way_out(self, path: Path, error: DocumentError) -> Act | None:
        action = error.offer.action if error.offer is not None else ""
        if action in REPAIRS:
            return lambda: self._try(path, lambda: self.work.read(path, REPAIRS[action]))
        backup = self._newest_backup(path) if error.offer == NEWEST_BACKUP else None
        return None if backup is None else lambda: self.backup_wanted.emit(backup)

    def _refuse(self, path: Path, error: DocumentError, way_out: Act | None = None) -> None:
        self._ask_ways_out(f"Could not open “{called(path)}”", error, way_out)

    def _ask_ways_out(self, heading: str, error: DocumentError, way_out: Act | None) -> None:
        answers: tuple[DialogAnswer, ...] = (DialogAnswer("Close"),)
        if error.offer is not None and way_out is not None:
            answers = (DialogAnswer(error.offer.button, way_out), *answers)
        ask(self._window, heading, error.sentence, answers, error.details)

    def _write(self, then: Act) -> None:
        try:
            self.work.save()
        except NotSaved as refused:
            heading = f"Could not save “{brief(self.work.standing.title, LONGEST)}”"
            self._ask_ways_out(heading, refused, lambda: self.save_as(then))
        else:
            self._saved()
            then()

    def _saved(self) -> None:
        path = self.work.standing.path
        if path is not None:
            saved = f"Saved “{called(path)}”."
            self._tell(saved if self._in_use.take(path) else f"{saved} {UNMARKED}")
            self._preferences.add_recent(path)
            self._preferences.put("last", str(path))

    def _ask_about_gone(self, path: Path, gone: FileGone) -> None:
        find = partial(choose_to_open, self._window, path.parent, self.open_path)
        remove = partial(self._preferences.forget_recent, path)
        known = path in (*self._preferences.recent(), self.work.standing.path)
        sentence = f"“{called(path)}” is no longer there." if known else gone.sentence
        ask(self._window, f"Could not open “{called(path)}”", sentence,
            (DialogAnswer("Find…", find), DialogAnswer("Remove from list", remove),
             DialogAnswer("Close")),
            gone.details)  # fmt: skip

    def _ask_about(self, other: Other, path: Path) -> None:
        read_only = partial(self._try, path, partial(self.work.read_only, path))
        look = DialogAnswer("Open read-only", read_only)
        copy = partial(self._try, path, partial(self.work.read_copy, path))
        anyway = DialogAnswer("Open anyway", lambda: self.read(path, mark=False))
        switch = DialogAnswer("Switch", lambda: self._in_use.want(other))
        here = (switch, look, DialogAnswer("Open a copy", copy), CANCEL)
        ask(self._window, f"Open “{called(path)}”", other.sentence,
            here if other.here else (anyway, look, CANCEL))  # fmt: skip

    def _suggestion(self, ending: str) -> Path:
        standing = self.work.standing
        stem = Path(standing.title).stem if standing.path else standing.title
        return (self.folder() or home()) / f"{as_name(stem)}{ending}"

    def folder(self) -> Path | None:
        """Where the learner's files are, as far as that is known."""
        path = self.work.standing.path or next(iter(self._preferences.recent()), None)
        return path.parent if path is not None else None


def _size(path: Path) -> int:
    """In bytes; 0 where that cannot be told, and reading it will say why."""
    try:
        return path.stat().st_size
    except (OSError, ValueError):
        return 0


def _result(read: ReadFile) -> Found | DocumentError:
    try:
        return read()
    except DocumentError as error:
        return error


def _job(read: ReadFile) -> Generator[Found | DocumentError | None, None, None]:
    yield _result(read)
