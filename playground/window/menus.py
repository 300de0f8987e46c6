"""The menu bar and every action, made from the table of commands."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

from playground import icons
from playground.actions import MENUS, UNDER_POINTER, Command, Submenu, commands, tip
from playground.widgets.plain_text import set_tip

HEIGHT = 26


class Actions(dict[str, QAction]):
    """The actions by the ids of their commands; each is made when it is first asked for."""

    def __init__(self, make: Callable[[str], QAction]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, command_id: str) -> QAction:
        self[command_id] = self._make(command_id)
        return self[command_id]


class Menus:
    """All actions by id and all menus by id; `run` is called with the command that was chosen.

    Before the first paint there are only the names of the menus and what the tool bar shows.
    """

    def __init__(self, window: QMainWindow, run: Callable[[Command], object]) -> None:
        self._window, self._run = window, run
        self.commands = {command.id: command for command in commands()}
        self.actions = Actions(self._action)
        self._groups: dict[str, QActionGroup] = {}
        bar = window.menuBar()
        bar.setFixedHeight(HEIGHT)
        bar.setAccessibleName("Menus")
        self.menus = {menu.id: bar.addMenu(menu.text) for menu in MENUS}

    def fill(self) -> None:
        """Every entry; from now on every key is taken."""
        for menu in MENUS:
            self._fill(self.menus[menu.id], menu)

    def wear_icons(self) -> None:
        """Each menu gets its icons when it is opened first."""
        for menu in self.menus.values():
            menu.aboutToShow.connect(partial(self._wear, menu))

    def pop_up(self, what: str, at: QPoint) -> None:
        """The menu of what lies under the pointer: the same commands as in the menu bar."""
        menu = QMenu(self._window)
        menu.setToolTipsVisible(True)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for command_id in UNDER_POINTER[what]:
            if command_id:
                menu.addAction(self.actions[command_id])
            else:
                menu.addSeparator()
        self._wear(menu)
        menu.popup(at)

    def check(self, command_id: str, on: bool = True) -> None:
        """Show an action as chosen; nothing is done by it."""
        if command_id in self.commands and self.actions[command_id].isChecked() != on:
            self.actions[command_id].setChecked(on)

    def _wear(self, menu: QMenu) -> None:
        for action in menu.actions():
            command = self.commands.get(action.objectName())
            if command is not None and command.icon and not icons.worn(action):
                icons.wear(action, command.icon, self._window.palette())

    def _fill(self, made: QMenu, menu: Submenu) -> None:
        made.setToolTipsVisible(True)
        for entry in menu.entries:
            if isinstance(entry, Command):
                made.addAction(self.actions[entry.id])
            elif isinstance(entry, Submenu):
                self.menus[entry.id] = made.addMenu(entry.text)
                self._fill(self.menus[entry.id], entry)
            else:
                made.addSeparator()

    def _action(self, command_id: str) -> QAction:
        command = self.commands[command_id]
        action = QAction(command.text, self._window)
        action.setObjectName(command.id)
        action.setIconText(command.text.replace("&", "").rstrip("…"))
        set_tip(action, tip(command))
        action.setShortcuts([QKeySequence(key) for key in command.keys])
        if command.at_canvas:  # the canvas, and nothing else, takes these keys itself
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.setMenuRole(QAction.MenuRole.NoRole)
        action.setEnabled(not command.needs)
        if command.kind != "plain":
            action.setCheckable(True)
        if command.kind == "radio":
            self._group(command.call).addAction(action)
        action.triggered.connect(lambda: self._run(command))
        return action

    def _group(self, call: str) -> QActionGroup:
        if call not in self._groups:
            self._groups[call] = QActionGroup(self._window)
        return self._groups[call]
