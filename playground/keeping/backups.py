"""Backups of unsaved work: written a few seconds after a change, found again after a crash.

Every running program has a folder of its own and holds a file in it; the system lets go of that
file when the program is killed, so the next start knows which backups nobody works on.
"""

import contextlib
import json
import shutil
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from secrets import token_hex

from PySide6.QtCore import QObject, QTimer

from engine.errors import Refused
from engine.experiment import Experiment
from engine.files.document_reading import Loaded
from engine.files.document_writing import document_text
from engine.files.documents import load
from engine.files.holding import Held, is_held
from engine.files.reading import kind_of, read_bytes
from engine.files.saving import save_private
from playground.document import Document
from playground.keeping.state_folder import is_ours, made

WAIT = 5000  # ms from the first unsaved change to its backup
SESSIONS = "sessions"
DOCUMENT = "document.json"
ABOUT = "about.json"
LOCK = "held"


@dataclass(frozen=True, slots=True)
class About:
    """Whose backup it is: the title, the file if it has one, and what that file held."""

    title: str
    path: str = ""
    digest: str = ""


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
        """The experiment in it."""
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
        """It is not wanted any more."""
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
                if not is_held(session / LOCK):
                    backups += _left_in(session)
    return sorted(backups, key=lambda backup: backup.written, reverse=True)


def _left_in(session: Path) -> list[Backup]:
    """The backup in the folder of a program that is gone; a folder without one is removed."""
    try:
        written = (session / DOCUMENT).stat().st_mtime
    except OSError:
        shutil.rmtree(session, ignore_errors=True)
        return []
    return [Backup(session, _about(session), written)]


def _about(session: Path) -> About:
    try:
        read = json.loads(read_bytes(session / ABOUT))
        return About(str(read["title"]), str(read["path"]), str(read["digest"]))
    except (Refused, ValueError, KeyError, TypeError):
        return About("Untitled")


class Backups(QObject):
    """Backs the document up while it holds unsaved changes; says once when it cannot."""

    def __init__(
        self,
        document: Document,
        folders: tuple[Path, ...],
        describe: Callable[[], About | None],
        warn: Callable[[str], None],
        parent: QObject | None = None,
        wait: int = WAIT,
    ) -> None:
        super().__init__(parent)
        self._document, self._folders = document, folders
        self._describe, self._warn = describe, warn
        self._name = f"{SESSIONS}/{token_hex(8)}"
        self._held: dict[Path, Held] = {}
        self._written: tuple[Experiment, About] | None = None
        self._warned = False
        self._timer = QTimer(self, singleShot=True, interval=wait)
        self._timer.timeout.connect(self.write)
        document.changed.connect(self.expect)

    @property
    def waiting(self) -> bool:
        """Whether a change has not been backed up yet."""
        return self._timer.isActive()

    def expect(self) -> None:
        """Something has changed; what follows before the backup goes along with it."""
        if not self._timer.isActive():
            self._timer.start()

    def write(self) -> bool:
        """Back up now; a saved document needs none. False where it could not be written."""
        self._timer.stop()
        about = self._describe()
        if about is None or self._document.stack.isClean():
            self.forget()
            return True
        value = self._document.value
        if self._written is not None and self._written[0] is value and self._written[1] == about:
            return True
        reason = self._write_somewhere(value, about)
        if reason:
            self._fail(reason)
            return False
        self._written, self._warned = (value, about), False
        return True

    def forget(self) -> None:
        """The work is saved, or not wanted: nothing is left to be found."""
        self._written = None
        for session in self._held:
            with contextlib.suppress(OSError):
                (session / DOCUMENT).unlink(missing_ok=True)

    def close(self) -> None:
        """The program ends as it should; nothing of this session stays."""
        self._timer.stop()
        for session, held in self._held.items():
            held.release()
            shutil.rmtree(session, ignore_errors=True)
        self._held.clear()

    def _write_somewhere(self, value: Experiment, about: About) -> str:
        """Write into the first folder that takes it; why the first one did not, if none does."""
        reasons = []
        for folder in self._folders:
            try:
                session = self._session(folder)
                save_private(session / ABOUT, json.dumps(asdict(about), ensure_ascii=False))
                save_private(session / DOCUMENT, document_text(value))
                return ""
            except Refused as refused:
                reasons.append(refused.sentence)
            except OSError as error:
                reasons.append(f"{folder} cannot be written ({error.strerror}).")
        return reasons[0] if reasons else "there is no folder for it."

    def _session(self, folder: Path) -> Path:
        session = folder / self._name
        if not (made(folder) and made(session)):
            raise OSError(0, "no permission")
        if session not in self._held or not kind_of(session / LOCK):
            self._held[session] = Held(session / LOCK)
        return session

    def _fail(self, reason: str) -> None:
        if not self._warned:
            self._warned = True
            self._warn(f"Automatic backup is off: {reason}")
        self._timer.start()
