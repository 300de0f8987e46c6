"""A mark beside an open file that tells other windows of it: advice, never a gate."""

import contextlib
import json
import os
import platform
import time
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex

from engine.errors import Refused, brief
from engine.files.disk import FileLock, is_held, kind_of, read_bytes, save_private
from playground.keeping.backups import clock
from playground.keeping.state_folder import made

MARK_BYTES = 2000
WANTED = "wanted"
UNMARKED = (
    "The mark beside this file could not be written; other windows will not know that it is open."
)


@dataclass(frozen=True, slots=True)
class Other:
    """Who else has the file open, as far as its mark tells."""

    host: str
    since: float
    token: str
    lives: bool

    @property
    def here(self) -> bool:
        """Whether it is certain: a living program on this computer."""
        return self.lives and self.host == platform.node()

    @property
    def sentence(self) -> str:
        """What the learner is told."""
        if self.here:
            return f"Already open in another window (since {clock(self.since)}, this computer)."
        where = f" on “{brief(self.host)}”" if self.host else " in another program"
        since = f" since {clock(self.since)}" if self.since else ""
        return f"Possibly open{where}{since}."


class InUse:
    """The mark of the file that is open here; one at a time."""

    def __init__(self, folders: tuple[Path, ...]) -> None:
        self.token = token_hex(8)
        self._folders = folders
        self._held: FileLock | None = None

    def other(self, path: Path) -> Other | None:
        """Who else has this file open; a mark that a crash left behind here is nobody's."""
        mark = _mark(path)
        if self._held is not None and self._held.path == mark:
            return None
        other = _read(mark)
        if other is None:
            return Other("", 0.0, "", bool(is_held(mark))) if os.path.lexists(mark) else None
        gone = not other.lives and other.host == platform.node()
        return None if gone else other

    def take(self, path: Path | None) -> bool:
        """Mark this file, and no other; False where a mark is wanted and cannot be written.

        A mark that nobody holds gives way; whatever else stands there stays as it is.
        """
        self.release()
        about = {"host": platform.node(), "since": round(time.time()), "token": self.token}
        try:
            if path is None or not os.access(path, os.W_OK):
                return True
            mark = _mark(path)
            left = _read(mark)
            if left is not None and not left.lives:
                mark.unlink()
            self._held = FileLock(mark, json.dumps(about).encode())
        except (OSError, ValueError):
            return False
        return True

    def release(self) -> None:
        """The file is no longer open here."""
        held, self._held = self._held, None
        if held is not None:
            held.release()

    def wanted_folder(self) -> Path | None:
        """Where another window of this learner leaves word that it wants this one in front."""
        return next((f / WANTED for f in self._folders if made(f) and made(f / WANTED)), None)

    def want(self, other: Other) -> None:
        """Ask the window that has the file to come to the front."""
        folder = self.wanted_folder()
        if folder is not None and other.token.isalnum():
            with contextlib.suppress(Refused):
                save_private(folder / other.token, "")

    def is_wanted(self) -> bool:
        """Whether another window asked for this one; it is asked once."""
        folder = self.wanted_folder()
        word = folder / self.token if folder is not None else None
        if word is None or not kind_of(word):
            return False
        with contextlib.suppress(OSError):
            word.unlink()
        return True


def _mark(path: Path) -> Path:
    return path.parent / f".{path.name}.in-use"


def _read(mark: Path) -> Other | None:
    """What a mark of ours says; None where there is none, or something else stands there."""
    try:
        found = json.loads(read_bytes(mark, MARK_BYTES, through_links=False))
        host, since, token = str(found["host"])[:80], float(found["since"]), str(found["token"])
    except (Refused, ValueError, KeyError, TypeError, OverflowError):
        return None
    return Other(host, since, token, bool(is_held(mark)))
