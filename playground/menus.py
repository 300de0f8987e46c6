"""The menu bar and every action, made from the table of commands."""

from collections.abc import Callable

from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu, QMenuBar

from playground import icons
from playground.actions import MENUS, Command, Entry, Submenu, tip

HEIGHT = 26


class Menus:
    """All actions by id and all menus by id; `run` is called with the command that was chosen."""

    def __init__(self, window: QMainWindow, run: Callable[[Command], object]) -> None:
        self._window, self._run = window, run
        self.actions: dict[str, QAction] = {}
        self.menus: dict[str, QMenu] = {}
        self.commands: dict[str, Command] = {}
        self._groups: dict[str, QActionGroup] = {}
        bar = window.menuBar()
        bar.setFixedHeight(HEIGHT)
        bar.setAccessibleName("Menus")
        for menu in MENUS:
            self._add_menu(bar, menu)

    def wear_icons(self) -> None:
        """Give the actions their icons; this is not needed before the first paint."""
        for command_id, action in self.actions.items():
            icon = self.commands[command_id].icon
            if icon and not icons.worn(action):
                icons.wear(action, icon, self._window.palette())

    def check(self, command_id: str, on: bool = True) -> None:
        """Show an action as chosen; nothing is done by it."""
        action = self.actions.get(command_id)
        if action is not None and action.isChecked() != on:
            action.setChecked(on)

    def _add_menu(self, parent: QMenuBar | QMenu, menu: Submenu) -> None:
        made = parent.addMenu(menu.text)
        made.setToolTipsVisible(True)
        self.menus[menu.id] = made
        for entry in menu.entries:
            self._add_entry(made, entry)

    def _add_entry(self, menu: QMenu, entry: Entry) -> None:
        if isinstance(entry, Command):
            menu.addAction(self._action(entry))
        elif isinstance(entry, Submenu):
            self._add_menu(menu, entry)
        else:
            menu.addSeparator()

    def _action(self, command: Command) -> QAction:
        action = QAction(command.text, self._window)
        action.setIconText(command.text.replace("&", "").rstrip("…"))
        action.setToolTip(tip(command))
        action.setShortcuts([QKeySequence(key) for key in command.keys])
        action.setMenuRole(QAction.MenuRole.NoRole)
        action.setEnabled(not command.needs)
        if command.kind != "plain":
            action.setCheckable(True)
        if command.kind == "radio":
            self._group(command.call).addAction(action)
        action.triggered.connect(lambda: self._run(command))
        self.actions[command.id] = action
        self.commands[command.id] = command
        return action

    def _group(self, call: str) -> QActionGroup:
        if call not in self._groups:
            self._groups[call] = QActionGroup(self._window)
        return self._groups[call]
