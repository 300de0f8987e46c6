"""What is remembered from one start to the next; read before the first paint, so it stays lean."""

from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QByteArray, QSettings

_Word = TypeVar("_Word", bound=str)

NAME = "neural-playground"
MOST_RECENT = 10
LARGEST_STATE = 100_000  # bytes of a saved arrangement; more is not ours


class Preferences:
    """Values by name; whatever is missing or damaged is as if it had never been set."""

    def __init__(self, file: Path | None = None) -> None:
        ini = QSettings.Format.IniFormat
        if file is None:
            self._settings = QSettings(ini, QSettings.Scope.UserScope, NAME, NAME)
        else:
            self._settings = QSettings(str(file), ini)
        self.note = ""
        if self._settings.status() != QSettings.Status.NoError:
            self.note = "The settings could not be read; the window starts as if it were new."
            with suppress(RuntimeError):
                self._settings.clear()

    def word(self, name: str, known: tuple[_Word, ...]) -> _Word:
        """One of the words that are known, the first if nothing is set."""
        found = self._settings.value(name)
        return next((word for word in known if word == found), known[0])

    def flag(self, name: str, default: bool = False) -> bool:
        found = str(self._settings.value(name)).lower()  # a file holds words
        return {"true": True, "false": False}.get(found, default)

    def text(self, name: str) -> str:
        found = self._settings.value(name)
        return found if isinstance(found, str) else ""

    def state(self, name: str) -> QByteArray:
        """A saved arrangement, empty if there is none."""
        found = self._settings.value(name)
        if isinstance(found, QByteArray) and found.size() <= LARGEST_STATE:
            return found
        return QByteArray()

    def put(self, name: str, value: bool | str | QByteArray) -> None:
        self._settings.setValue(name, value)

    def keep(self) -> bool:
        """Write what was put; False where it could not be written."""
        self._settings.sync()
        return self._settings.status() == QSettings.Status.NoError

    def recent(self) -> list[Path]:
        """The files opened last, the newest first."""
        found = self._settings.value("recent")
        names = [found] if isinstance(found, str) else found
        if not isinstance(names, list):
            return []
        return [Path(name) for name in names if isinstance(name, str) and name][:MOST_RECENT]

    def add_recent(self, path: Path) -> None:
        others = [other for other in self.recent() if other != path]
        self._put_recent([path, *others])

    def forget_recent(self, path: Path | None = None) -> None:
        """This one is no longer there, or none is to be."""
        self._put_recent([other for other in self.recent() if path not in (other, None)])

    def _put_recent(self, paths: list[Path]) -> None:
        self._settings.setValue("recent", [str(path) for path in paths][:MOST_RECENT])
