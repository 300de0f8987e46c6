"""How often in a row the program has started without ending as it should."""

from pathlib import Path

from engine.errors import Refused
from engine.files.reading import read_bytes
from engine.files.saving import save_private
from playground.keeping.state_folder import made

FILE = "starts"
THIRD = 3


class Starts:
    """Counts a start at once, and takes it back when the program has run or ended well."""

    def __init__(self, folders: tuple[Path, ...]) -> None:
        self._file = next((f / FILE for f in folders if made(f)), None)
        self.in_a_row = self._read() + 1
        self._write(self.in_a_row)

    @property
    def looping(self) -> bool:
        """Whether it is better to ask before anything is opened again."""
        return self.in_a_row >= THIRD

    def went_well(self) -> None:
        """The next start is the first again."""
        self._write(0)

    def _read(self) -> int:
        try:
            return min(int(read_bytes(self._file, 20)), 99) if self._file else 0
        except (Refused, ValueError):
            return 0

    def _write(self, count: int) -> None:
        try:
            if self._file is not None:
                save_private(self._file, f"{count}\n")
        except Refused:
            self._file = None
