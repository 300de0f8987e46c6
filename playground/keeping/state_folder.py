"""Where the program keeps what outlives a crash: backups, the log and the count of its starts."""

import os
import sys
import tempfile
from pathlib import Path

from PySide6.QtCore import QDir, QStandardPaths

from engine.files.disk import kind_of

NAME = "neural-playground"
_FREE_DESKTOP = not sys.platform.startswith(("win", "darwin"))


def state_folders() -> tuple[Path, ...]:
    """The folders to try, best first: the user's own, then one beside all temporary files."""
    own = _own()
    return (own, _temporary()) if own is not None else (_temporary(),)


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


def is_ours(folder: Path) -> bool:
    """Whether there is a folder that belongs to this user; it, or the link that leads to it."""
    try:
        status = folder.lstat()
    except OSError:
        return False
    ours = sys.platform == "win32" or status.st_uid == os.getuid()
    return ours and kind_of(folder) == "folder"


def _own() -> Path | None:
    given = os.environ.get("XDG_STATE_HOME", "")
    if given and Path(given).is_absolute():
        return Path(given) / NAME
    if _FREE_DESKTOP:
        try:
            return Path.home() / ".local" / "state" / NAME
        except RuntimeError:
            return None
    where = QStandardPaths.StandardLocation.GenericDataLocation
    found = QStandardPaths.writableLocation(where)
    return Path(found) / NAME if found else None


def _temporary() -> Path:
    user = "" if sys.platform == "win32" else f"-{os.getuid()}"
    return Path(tempfile.gettempdir()) / f"{NAME}{user}"
