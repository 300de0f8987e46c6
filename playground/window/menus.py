"""What a command is, and the menu bar and every action made from the table of them."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, Literal, NamedTuple, TypeAlias, TypeVar

from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QAction, QActionGroup, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu, QMenuBar

from playground.theme import icons
from playground.widgets.plain_text import set_tip

HEIGHT = 26
ALSO_AT_CANVAS = ("delete", "edit")  # with Shift, or as Backspace, they are keys of the canvas only


_ARROWS = {"Left": "←", "Right": "→"}


W = TypeVar("W")
#: What a command needs; `window.action_states` knows whether it is there, and what to say if not.
Need = Literal["", "nodes", "several", "selection", "marks", "undo", "redo", "file", "writable",
               "network", "forward", "back", "epoch", "train"]  # fmt: skip


@dataclass(frozen=True)  # no slots: Python notes the W of a generic class on what is made
class Command(Generic[W]):
    """`keys` are as Qt writes them; of a `group` one `choice` is taken; `short` is for buttons."""

    id: str
    text: str
    do: Callable[[W], object]
    help: str
    keys: tuple[str, ...] = ()
    icon: str = ""
    needs: Need = ""
    checks: bool = False
    group: str = ""
    choice: object = None
    short: str = ""

    @property
    def name(self) -> str:
        """What it is called where no key is underlined."""
        return self.short or self.text.replace("&", "").rstrip("…")

    @property
    def at_canvas(self) -> bool:
        """Whether its key is a letter, which means this only while the canvas has the keyboard."""
        return any(len(key) == 1 for key in self.keys)


@dataclass(frozen=True, slots=True)
class Submenu:
    """A menu in a menu; one without entries is filled by the window while it runs."""

    id: str
    text: str
    entries: tuple["Entry", ...] = ()


@dataclass(frozen=True, slots=True)
class MenuLine:
    """A hairline between groups of commands."""


Entry: TypeAlias = Command[Any] | Submenu | MenuLine
LINE = MenuLine()


class CommandTable(NamedTuple):
    """All commands by menu, those of them that are tools, and what the right button offers.

    `under_pointer` has ids by what lies under the pointer; "" is a hairline.
    """

    menus: tuple[Submenu, ...]
    tools: tuple[Command[Any], ...]
    under_pointer: Mapping[str, Sequence[str]]


def commands_in(entries: Sequence[Entry]) -> tuple[Command[Any], ...]:
    """Every command, in the order of the menus."""
    found: list[Command[Any]] = []
    for entry in entries:
        if isinstance(entry, Command):
            found.append(entry)
        elif isinstance(entry, Submenu):
            found.extend(commands_in(entry.entries))
    return tuple(found)


def tip(entry: Command[Any]) -> str:
    """Name, key and one sentence."""
    key = f" ({entry.keys[0]})" if entry.keys else ""
    for word, arrow in _ARROWS.items():
        key = key.replace(word, arrow)
    return f"{entry.name}{key}: {entry.help}"


class Actions(dict[str, QAction]):
    """The actions by the ids of their commands; each is made when it is first asked for."""

    def __init__(self, make: Callable[[str], QAction]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, command_id: str) -> QAction:
        self[command_id] = self._make(command_id)
        return self[command_id]


class LetterMenu(QMenu):
    """One whose letters choose its entries, also while it hides a canvas that has tools by letter.

    Opened by the keyboard the menu bar has the focus, and Qt takes keys of the canvas for its own.
    """

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            event.setAccepted(event.text().isprintable())
            return event.isAccepted() or super().event(event)
        return super().event(event)


def submenu(above: QMenuBar | QMenu, text: str) -> LetterMenu:
    """A new menu at the end of this one."""
    made = LetterMenu(text, above)
    above.addMenu(made)
    return made


class Menus:
    """All actions by id and all menus by id; `run` is called with the command that was chosen.

    An action holds all that is known of its command: text, short text, tip, keys, the name of its
    icon (`data`), whether it is off, and then, as its tip, why. Whatever gives a command shows it.

    Before the first paint there are only the names of the menus and what the tool bar shows.
    """

    def __init__(
        self, window: QMainWindow, table: CommandTable, run: Callable[[Command[Any]], object]
    ) -> None:
        self._window, self.table, self._run = window, table, run
        self.commands = {command.id: command for command in commands_in(table.menus)}
        self.actions = Actions(self._action)
        self._reasons: dict[str, str] = {}
        self._groups = defaultdict[str, QActionGroup](partial(QActionGroup, window))
        bar = window.menuBar()
        bar.setFixedHeight(HEIGHT)
        bar.setAccessibleName("Menus")
        self.menus = {menu.id: submenu(bar, menu.text) for menu in table.menus}

    def fill(self) -> None:
        """Every entry; from now on every key is taken."""
        for menu in self.table.menus:
            self._fill(self.menus[menu.id], menu)

    def set_icons(self) -> None:
        """Each menu gets its icons when it is opened first."""
        for menu in self.menus.values():
            menu.aboutToShow.connect(partial(self._set_icons, menu))

    def pop_up(self, what: str, at: QPoint) -> None:
        """The menu of what lies under the pointer: the same commands as in the menu bar."""
        menu = QMenu(self._window)
        menu.setToolTipsVisible(True)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for command_id in self.table.under_pointer[what]:
            if command_id:
                menu.addAction(self.actions[command_id])
            else:
                menu.addSeparator()
        self._set_icons(menu)
        menu.popup(at)

    def at_canvas(self) -> list[QAction]:
        """The actions whose keys the canvas takes itself."""
        return [
            self.actions[command.id]
            for command in self.commands.values()
            if command.at_canvas or command.id in ALSO_AT_CANVAS
        ]

    def check(self, command_id: str, on: bool = True) -> None:
        """Show an action as chosen; nothing is done by it."""
        self.actions[command_id].setChecked(on)

    def choose(self, group: str, choice: object) -> None:
        """Show which of a group is taken; it may be none of them."""
        for command in self.commands.values():
            if command.group == group:
                self.check(command.id, command.choice == choice)

    def allow(self, reasons: Mapping[Need, str | None]) -> None:
        """Take away what cannot be done: each need is None where it is met, else why it is not.

        An empty reason leaves the tip as it is.
        """
        for command in self.commands.values():
            if command.needs in reasons:
                reason, action = reasons[command.needs], self.actions[command.id]
                action.setEnabled(reason is None)
                if (reason or "") != self._reasons.get(command.id, ""):
                    self._reasons[command.id] = reason or ""
                    set_tip(action, reason or tip(command))

    def why_off(self, key: QKeySequence) -> str:
        """Why the command of this key is off; nothing if it is not, or needs no words."""
        for name, reason in self._reasons.items():
            if reason and key in self.actions[name].shortcuts():
                return reason
        return ""

    def _set_icons(self, menu: QMenu) -> None:
        for action in menu.actions():
            if isinstance(action.data(), str) and not icons.worn(action):
                icons.set_icon(action, action.data(), self._window.palette())

    def _fill(self, made: QMenu, menu: Submenu) -> None:
        made.setToolTipsVisible(True)
        for entry in menu.entries:
            if isinstance(entry, Command):
                made.addAction(self.actions[entry.id])
            elif isinstance(entry, Submenu):
                self.menus[entry.id] = submenu(made, entry.text)
                self._fill(self.menus[entry.id], entry)
            else:
                made.addSeparator()

    def _action(self, command_id: str) -> QAction:
        command = self.commands[command_id]
        action = QAction(command.text, self._window)
        action.setObjectName(command.id)
        action.setIconText(command.name)
        set_tip(action, tip(command))
        action.setShortcuts([QKeySequence(key) for key in command.keys])
        if command.at_canvas:  # the canvas, and nothing else, takes these keys itself
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.setMenuRole(QAction.MenuRole.NoRole)
        action.setCheckable(command.checks or bool(command.group))
        if command.icon:
            action.setData(command.icon)
        if command.group:
            self._groups[command.group].addAction(action)
        action.setEnabled(not command.needs)
        action.triggered.connect(lambda: self._run(command))
        return action
