"""The menus that are filled while the window runs: lessons, recent files, panels."""

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu

from engine.errors import Refused
from engine.files.limits import called
from engine.lessons.lesson import lessons
from playground.session.preferences import Preferences
from playground.widgets.dock import Dock
from playground.widgets.plain_text import set_tip, without_key
from playground.window.docks import Docks
from playground.window.file_desk import FileDesk
from playground.window.menus import Menus, submenu

_T = TypeVar("_T")


class FilledMenus(QObject):
    """Fills each menu when it is opened, not before: there are many lessons."""

    def __init__(
        self, menus: Menus, files: FileDesk, docks: Docks, preferences: Preferences, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._files, self._preferences = files, preferences
        self._lessons, self._recent = menus.menus["lessons"], menus.menus["recent"]
        self._filled = False
        self._lessons.aboutToShow.connect(self.fill_lessons)
        self._recent.aboutToShow.connect(self.fill_recent)
        for dock in docks.docks.values():
            menus.menus["docks"].addAction(dock.toggleViewAction())
            dock.toggleViewAction().triggered.connect(_brought_forward(dock))

    def fill_recent(self) -> None:
        """The files opened last."""
        menu = self._recent
        menu.clear()
        for path in self._preferences.recent():
            action = menu.addAction(without_key(called(path)))
            set_tip(action, str(path))
            action.triggered.connect(_with(self._files.open_path, path))
        if menu.isEmpty():
            menu.addAction("No file was opened yet").setEnabled(False)
            return
        menu.addSeparator()
        clear = menu.addAction("Clear the list")
        clear.triggered.connect(lambda: self._preferences.forget_recent())

    def fill_lessons(self) -> None:
        """Every lesson in its group; once is enough."""
        if self._filled:
            return
        self._filled = True
        try:
            known = lessons()
        except Refused as refused:
            self._lessons.addAction(without_key(refused.sentence)).setEnabled(False)
            return
        groups: dict[str, QMenu] = {}
        for lesson in known:
            if lesson.group not in groups:
                groups[lesson.group] = submenu(self._lessons, without_key(lesson.group))
                groups[lesson.group].setToolTipsVisible(True)
            action = groups[lesson.group].addAction(without_key(lesson.title))
            set_tip(action, lesson.line)
            action.triggered.connect(_with(self._files.open_lesson, lesson.id))


def _brought_forward(dock: Dock) -> Callable[[bool], None]:
    """Where others stand as tabs, Qt opens a panel behind them."""
    return lambda shown: dock.raise_() if shown else None


def _with(act: Callable[[_T], object], argument: _T) -> Callable[[], object]:
    """The act with its argument; the tick of a menu entry is no part of it."""
    return lambda: act(argument)
