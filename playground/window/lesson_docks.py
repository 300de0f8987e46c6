"""The docks as a lesson knows them: which are in front, opening some, putting some behind."""

from collections.abc import Collection

from PySide6.QtWidgets import QMainWindow

from playground.widgets.dock import Dock
from playground.window.docks import Docks

LESSON = "lesson"


class LessonDocks:
    """Never covers the lesson's own text."""

    def __init__(self, docks: Docks, window: QMainWindow) -> None:
        self._docks, self._window = docks.docks, window

    def in_front(self) -> frozenset[str]:
        """The docks that are open and in front."""
        return frozenset(name for name, dock in self._docks.items() if _is_seen(dock))

    def open_all(self, names: Collection[str]) -> None:
        """Open these, but leave the lesson in front of those that share its place."""
        lesson = self._docks[LESSON]
        for dock in [self._docks[name] for name in names if name in self._docks]:
            dock.show()
            if dock not in self._window.tabifiedDockWidgets(lesson):
                dock.raise_()
        if lesson.isVisible():
            lesson.raise_()

    def put_behind(self, names: Collection[str]) -> None:
        """Bring another one in front of these, or close them where they stand alone."""
        for name in names:
            dock = self._docks.get(name)
            if dock is None or not _is_seen(dock):
                continue
            others = [o for o in self._window.tabifiedDockWidgets(dock) if o.isVisible()]
            if others:
                others[0].raise_()
            else:
                dock.close()


def _is_seen(dock: Dock) -> bool:
    return dock.isVisible() and not dock.visibleRegion().isEmpty()
