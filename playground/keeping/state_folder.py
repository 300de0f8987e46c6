"""Where the program keeps what outlives a crash: backups, the log and the count of its starts."""

import os
import stat
import sys
import tempfile
from pathlib import Path

from PySide6.QtCore import QStandardPaths

NAME = "neural-playground"
_FREE_DESKTOP = not sys.platform.startswith(("win", "darwin"))


def state_folders() -> tuple[Path, ...]:
    """The folders to try, best first: the user's own, then one beside all temporary files."""
    own = _own()
    return (own, _temporary()) if own is not None else (_temporary(),)


def made(folder: Path) -> bool:
    """Whether the folder is there, or can be made, and belongs to this user alone."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = folder.lstat()
    except OSError:
        return False
    if not stat.S_ISDIR(status.st_mode) and not folder.is_dir():
        return False
    return sys.platform == "win32" or status.st_uid == os.getuid()


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
