"""Backups while somebody works, what a crash leaves, and whether the last start went well."""

import contextlib
import json
import os
import platform
import shutil
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Generator
from dataclasses import asdict, dataclass, replace
from functools import partial
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from types import TracebackType

from PySide6 import __version__ as qt_version
from PySide6.QtCore import QDir, QObject, QStandardPaths, QTimer

from engine.errors import Refused
from engine.experiment.experiment import Experiment
from engine.experiment.training import snapshot
from engine.files.disk import FileLock, is_held, kind_of, read_bytes, save_private
from engine.files.document import Loaded, document_pieces
from engine.files.loading import load
from playground import __version__
from playground.model.document import Document
from playground.model.trainer import BACKUP, Trainer

FOLDER_NAME = "neural-playground"


def state_folders() -> tuple[Path, ...]:
    """The folders to try, best first: the user's own, then one beside all temporary files."""
    user = "" if sys.platform == "win32" else f"-{os.getuid()}"
    temporary = Path(tempfile.gettempdir()) / f"{FOLDER_NAME}{user}"
    own = _own()
    return (temporary,) if own is None else (own / FOLDER_NAME, temporary)


def _own() -> Path | None:
    given = os.environ.get("XDG_STATE_HOME", "")
    if given and Path(given).is_absolute():
        return Path(given)
    if not sys.platform.startswith(("win", "darwin")):
        try:
            return Path.home() / ".local" / "state"
        except RuntimeError:
            return None
    where = QStandardPaths.StandardLocation.GenericDataLocation
    found = QStandardPaths.writableLocation(where)
    return Path(found) if found else None


def home() -> Path:
    """The learner's own folder; `Path.home` raises where there is none."""
    return Path(QDir.homePath())


def made(folder: Path) -> bool:
    """Whether the folder is there, or can be made, and belongs to this user alone."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        return False
    return is_ours(folder)


def first_made(folders: tuple[Path, ...], inside: str = "") -> Path | None:
    """The first of these folders that is there or can be made, or one inside it."""
    return next((f / inside for f in folders if made(f) and made(f / inside)), None)


def is_ours(folder: Path) -> bool:
    """Whether there is a folder that belongs to this user; it, or the link that leads to it."""
    try:
        status = folder.lstat()
    except OSError:
        return False
    ours = sys.platform == "win32" or status.st_uid == os.getuid()
    return ours and kind_of(folder) == "folder"


WAIT = 5000  # ms from the first unsaved change to its backup
SESSIONS = "sessions"
DOCUMENT = "document.json"
ABOUT = "about.json"
LOCK = "held"


@dataclass(frozen=True, slots=True)
class About:
    """Whose backup it is: the title, the file if it has one, and what that file held.

    `run` is the update that a run had reached; 0 where none went on.
    """

    title: str
    path: str = ""
    digest: str = ""
    run: int = 0


@dataclass(frozen=True, slots=True)
class Backup:
    """Work that a program left behind when it ended without being closed."""

    folder: Path
    about: About
    written: float

    @property
    def clock(self) -> str:
        """When it was written, as the learner's clock showed it."""
        return clock(self.written)

    def load(self) -> Loaded:
        return load(self.folder / DOCUMENT)

    def changed_since(self) -> str:
        """The sentence for a file that was changed after this backup, or nothing."""
        if not self.about.path:
            return ""
        path = Path(self.about.path)
        try:
            changed = path.stat().st_mtime
            if changed <= self.written or digest(read_bytes(path)) == self.about.digest:
                return ""
        except (OSError, ValueError, Refused):
            return ""
        return f"The file was changed after this backup ({clock(changed)})."

    def discard(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)


def clock(seconds: float) -> str:
    """A time of today as 14:32, an older one with its day."""
    try:
        then = time.localtime(seconds)
    except (OSError, OverflowError, ValueError):  # a mark or a file may hold any number
        return "another day"
    today = time.localtime()[:3] == then[:3]
    return time.strftime("%H:%M" if today else "%Y-%m-%d %H:%M", then)


def digest(data: bytes) -> str:
    """What tells two contents of a file apart."""
    return sha256(data).hexdigest()


def found(folders: tuple[Path, ...]) -> list[Backup]:
    """Every backup that no living program works on, the newest first."""
    backups = []
    for folder in folders:
        if not is_ours(folder) or (folder / SESSIONS).is_symlink():
            continue  # what lies there is not ours: neither to be offered nor to be removed
        with contextlib.suppress(OSError):
            for session in (folder / SESSIONS).iterdir():
                if is_held(session / LOCK):
                    continue
                try:
                    written = (session / DOCUMENT).stat().st_mtime
                except OSError:  # a program that is gone has left a folder without a backup
                    shutil.rmtree(session, ignore_errors=True)
                else:
                    backups.append(Backup(session, _about(session), written))
    return sorted(backups, key=lambda backup: backup.written, reverse=True)


def newest_of(folders: tuple[Path, ...], path: Path) -> Backup | None:
    """The newest backup of this file, if a program that is gone has left one."""
    return next((backup for backup in found(folders) if backup.about.path == str(path)), None)


def _about(session: Path) -> About:
    try:
        read = json.loads(read_bytes(session / ABOUT))
        run = read.get("run", 0)
        run = run if type(run) is int and 0 < run < 10**15 else 0
        return About(str(read["title"]), str(read["path"]), str(read["digest"]), run)
    except (Refused, ValueError, KeyError, TypeError, AttributeError):
        return About("Untitled")


@dataclass(frozen=True, slots=True, eq=False)
class _Wanted:
    """What is to be written, and what it was made from: a value, or a snapshot of a run."""

    source: object
    value: Experiment
    about: About


class Backups(QObject):
    """Backs the document up while it holds unsaved changes; says once when it cannot."""

    def __init__(
        self,
        document: Document,
        folders: tuple[Path, ...],
        describe: Callable[[], About | None],
        warn: Callable[[str], None],
        trainer: Trainer,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document, self._folders = document, folders
        self._describe, self._warn, self._trainer = describe, warn, trainer
        self._name = f"{SESSIONS}/{token_hex(8)}"
        self.held: dict[Path, FileLock] = {}
        self._written: _Wanted | None = None
        self._warned = False
        self.timer = QTimer(self, singleShot=True, interval=WAIT)
        self.timer.timeout.connect(self.write_beside)
        for told in (document.changed, trainer.progressed, trainer.running_changed):
            told.connect(self.expect)

    @property
    def waiting(self) -> bool:
        """Whether a change has not been backed up yet."""
        return self.timer.isActive() or self._trainer.is_working(BACKUP)

    def expect(self) -> None:
        """Something has changed; what follows before the backup goes along with it."""
        if not self.timer.isActive():
            self.timer.start()

    def write(self) -> bool:
        """Back up now; a saved document needs none. False where it could not be written."""
        self.timer.stop()
        self._trainer.finish(BACKUP)  # else the older one might be written last
        wanted = self._wanted()
        if wanted is None:
            return True
        *_, reason = self._job(wanted)
        self._take(wanted, reason, True)
        return not reason

    def write_beside(self) -> None:
        """Back up without keeping the window waiting."""
        if self._trainer.is_working(BACKUP):
            self.timer.start()
        elif (wanted := self._wanted()) is not None:
            self._trainer.work(BACKUP, self._job(wanted), partial(self._take, wanted))

    def _wanted(self) -> _Wanted | None:
        """The newest snapshot of a run, or the document; None where it is written or saved."""
        about, progress = self._describe(), self._trainer.progress
        if progress is not None and not progress.done:
            progress = None
        if about is None or (self._document.stack.isClean() and progress is None):
            self.forget()
            return None
        value, written = self._document.value, self._written
        wanted = _Wanted(value, value, about)
        if progress is not None:
            about = replace(about, run=progress.update)
            wanted = _Wanted(progress, snapshot(value, progress), about)
        if written is not None and written.source is wanted.source and written.about == about:
            return None
        return wanted

    def _job(self, wanted: _Wanted) -> Generator[str, None, None]:
        """Write it piece by piece; the last thing it says is why that was not possible."""
        pieces = []
        for piece in document_pieces(wanted.value):
            pieces.append(piece)
            yield ""
        yield self._write_somewhere("".join(pieces), wanted.about)

    def _take(self, wanted: _Wanted, reason: str, over: bool) -> None:
        if over and not reason:
            self._written, self._warned = wanted, False
        elif over:
            if not self._warned:
                self._warned = True
                self._warn(f"Automatic backup is off: {reason}")
            self.timer.start()

    def forget(self) -> None:
        """The work is saved, or not wanted: nothing is left to be found."""
        self._trainer.finish(BACKUP)  # else it would be written after this
        self._written = None
        self._remove_but(None)

    def _remove_but(self, newest: Path | None) -> None:
        """Leave nothing to be found but in this folder; another may hold what was written first."""
        for session in self.held:
            if session != newest:
                with contextlib.suppress(OSError):
                    (session / DOCUMENT).unlink(missing_ok=True)

    def close(self, stays: bool = False) -> None:
        """The program ends as it should; nothing of this session stays but a backup that is to."""
        self.timer.stop()
        for session, held in self.held.items():
            held.release()
            if not (stays and kind_of(session / DOCUMENT) == "file"):
                shutil.rmtree(session, ignore_errors=True)
        self.held.clear()

    def _write_somewhere(self, text: str, about: About) -> str:
        """Write into the first folder that takes it; why the first one did not, if none does."""
        reasons = []
        for folder in self._folders:
            try:
                session = folder / self._name
                if not (made(folder) and made(session)):
                    raise OSError(0, "no permission")
                if session not in self.held or not kind_of(session / LOCK):
                    self.held[session] = FileLock(session / LOCK)
                save_private(session / ABOUT, json.dumps(asdict(about), ensure_ascii=False))
                save_private(session / DOCUMENT, text)
                self._remove_but(session)
                return ""
            except Refused as refused:
                reasons.append(refused.sentence)
            except OSError as error:
                reasons.append(f"{folder} cannot be written ({error.strerror}).")
        return reasons[0] if reasons else "there is no folder for it."


LOG = "log.txt"
OLD_LOG = "log.old.txt"
LARGEST_LOG = 1_000_000
_APPEND = (
    os.O_WRONLY
    | os.O_APPEND
    | os.O_CREAT
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)  # a pipe that nobody reads would hold the window for ever
)


class Crashes(QObject):
    """Catches what reaches the top; `back_up` saves the work, `show` tells of it once per error."""

    def __init__(
        self,
        folders: tuple[Path, ...],
        back_up: Callable[[], bool],
        show: Callable[[str, bool], object],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._folders, self._back_up, self._show = folders, back_up, show
        self._seen: set[tuple[object, ...]] = set()
        self._before = sys.excepthook

    def install(self) -> None:
        self._before = sys.excepthook
        sys.excepthook = self.caught

    def remove(self) -> None:
        sys.excepthook = self._before

    def caught(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        """The hook: an exception in a slot, in painting, in a timer."""
        if not issubclass(kind, Exception):
            self._before(kind, error, trace)
            return
        told = "".join(traceback.format_exception(kind, error, trace))
        # The same place and kind is the same error.
        place = (kind, *((f.filename, f.lineno) for f in traceback.extract_tb(trace)[-1:]))
        if place in self._seen:
            self._log(told.splitlines()[-1] + " (again)\n")
            return
        self._seen.add(place)
        safe = False
        try:
            safe = self._back_up()
        except Exception:  # the backup may stumble over the very same fault; it is told
            self._log(traceback.format_exc())
        self._log(told)
        QTimer.singleShot(0, self, lambda: self._show(report(told), safe))

    def _log(self, text: str) -> None:
        folder = first_made(self._folders)
        if folder is None:
            return
        log = folder / LOG
        try:
            if kind_of(log) == "file" and log.stat().st_size > LARGEST_LOG:
                log.replace(folder / OLD_LOG)
            with os.fdopen(os.open(log, _APPEND, 0o600), "a", encoding="utf-8",
                           errors="replace") as file:  # fmt: skip
                file.write(text)
        except OSError:
            return


def report(told: str) -> str:
    """What can be copied and sent to whoever mends it: versions and the traceback, no work."""
    return (
        f"Neural Playground {__version__}, Python {platform.python_version()}, Qt {qt_version}, "
        f"{platform.system()} {platform.release()}\n\n{told}"
    )


FOLDER = "starting"
THIRD = 3


class Starts:
    """Each start holds a file until the program has run or ended well; nobody holds a dead one's.

    So windows that were opened one after the other and all live are no crashes.
    """

    def __init__(self, folders: tuple[Path, ...]) -> None:
        folder = first_made(folders, FOLDER)
        self._folder = None if folder is None or folder.is_symlink() else folder
        self.in_a_row = len(self._dead()) + 1
        self.held: FileLock | None = None
        if self._folder is not None:
            with contextlib.suppress(OSError):
                self.held = FileLock(self._folder / token_hex(8), b"")

    @property
    def looping(self) -> bool:
        """Whether it is better to ask before anything is opened again."""
        return self.in_a_row >= THIRD

    def reset(self) -> None:
        """The next start is the first again."""
        if self.held is not None:
            self.held.release()
        for mark in self._dead():
            with contextlib.suppress(OSError):
                mark.unlink()

    def _dead(self) -> list[Path]:
        """What programs left behind that died soon after their start."""
        try:
            marks = list(self._folder.iterdir()) if self._folder is not None else []
        except OSError:
            return []
        return [mark for mark in marks if not is_held(mark)]
