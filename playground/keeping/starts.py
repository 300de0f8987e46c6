"""How often in a row the program has started and died before it had run or ended as it should."""

import contextlib
from pathlib import Path
from secrets import token_hex

from engine.files.disk import FileLock, is_held
from playground.keeping.state_folder import made

FOLDER = "starting"
THIRD = 3


class Starts:
    """Each start holds a file until the program has run or ended well; nobody holds a dead one's.

    So windows that were opened one after the other and all live are no crashes.
    """

    def __init__(self, folders: tuple[Path, ...]) -> None:
        folder = next((f / FOLDER for f in folders if made(f) and made(f / FOLDER)), None)
        self._folder = None if folder is None or folder.is_symlink() else folder
        self.in_a_row = len(self._dead()) + 1
        self._held: FileLock | None = None
        if self._folder is not None:
            with contextlib.suppress(OSError):
                self._held = FileLock(self._folder / token_hex(8), b"")

    @property
    def looping(self) -> bool:
        """Whether it is better to ask before anything is opened again."""
        return self.in_a_row >= THIRD

    def went_well(self) -> None:
        """The next start is the first again."""
        if self._held is not None:
            self._held.release()
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
