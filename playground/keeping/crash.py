"""What happens to an exception that nobody caught: backup first, then the log, then one dialog."""

import os
import platform
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from PySide6 import __version__ as qt_version
from PySide6.QtCore import QObject, QTimer

from engine.files.disk import kind_of
from playground import __version__
from playground.keeping.state_folder import made

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
        self._seen: set[tuple[str, str, int]] = set()
        self._before = sys.excepthook

    def install(self) -> None:
        """From now on."""
        self._before = sys.excepthook
        sys.excepthook = self.caught

    def remove(self) -> None:
        """As it was before."""
        sys.excepthook = self._before

    def caught(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        """The hook: an exception in a slot, in painting, in a timer."""
        if not issubclass(kind, Exception):
            self._before(kind, error, trace)
            return
        told = "".join(traceback.format_exception(kind, error, trace))
        place = _place(kind, trace)
        if place in self._seen:
            self._log(told.splitlines()[-1] + " (again)\n")
            return
        self._seen.add(place)
        safe = self._try_to_back_up()
        self._log(told)
        QTimer.singleShot(0, self, lambda: self._show(report(told), safe))

    def _try_to_back_up(self) -> bool:
        try:
            return self._back_up()
        except Exception:  # the backup may stumble over the very same fault; it is told
            self._log(traceback.format_exc())
            return False

    def _log(self, text: str) -> None:
        folder = next((f for f in self._folders if made(f)), None)
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


def _place(kind: type[BaseException], trace: TracebackType | None) -> tuple[str, str, int]:
    """Where it was raised: the same place and kind is the same error."""
    frames = traceback.extract_tb(trace) if trace is not None else []
    if not frames:
        return kind.__name__, "", 0
    return kind.__name__, frames[-1].filename, frames[-1].lineno or 0
