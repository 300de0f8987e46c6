"""Help: the list of every shortcut, and versions and licences."""

import platform
from collections.abc import Sequence

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from playground import __version__
from playground.dialogs.message_box import ask
from playground.theme.fonts import BODY, BODY_STRONG, HINT, STEP_TITLE, Face, font_of
from playground.widgets.buttons import push_button
from playground.widgets.layout import lay_out
from playground.widgets.plain_text import plain_label
from playground.window.menus import Submenu, commands_in

LIBRARIES = (
    ("PySide6_Essentials", "Qt for Python", "LGPL 3"),
    ("numpy", "NumPy", "BSD"),
    ("msgspec", "msgspec", "BSD"),
    ("contourpy", "contourpy", "BSD"),
    ("ziamath", "ziamath", "MIT"),
)
BY_HAND = (
    ("Tab, Shift+Tab", "Walk from control to control; on the canvas from node to node"),
    ("Enter", "Type the number or name that has the focus"),
    ("Shift+click", "Put down a neuron and keep the tool while Shift is held"),
    ("Arrows", "Move the selected neurons"),
    ("Alt+wheel", "Turn the number under the pointer like a knob"),
    ("Wheel", "Zoom at the pointer; in a field that has the keyboard, turn that"),
    ("Letters, 1, 2, + − *", "Tools and marks, while the canvas has the keyboard"),
    ("Esc", "Stop what the hand is doing"),
)


class Shortcuts(QDialog):
    """Every key there is, by menu, in two columns."""

    def __init__(self, window: QWidget, menus: Sequence[Submenu]) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Shortcuts")
        area = QScrollArea(self)
        area.setWidgetResizable(True)
        area.setAccessibleName("Every shortcut")
        area.setWidget(self._table(menus))
        close = push_button("Close", "Close the list", self.accept, self)
        lay_out(QVBoxLayout(self), _label(self, "Shortcuts", STEP_TITLE), area,
                (close, Qt.AlignmentFlag.AlignRight),
                spacing=12, margins=(24, 20, 24, 20))  # fmt: skip
        self.resize(780, min(640, window.height() - 48))

    def _table(self, menus: Sequence[Submenu]) -> QWidget:
        table = QWidget(self)
        halves = lay_out(QHBoxLayout(table), spacing=40)
        groups = [(menu, rows) for menu in menus if (rows := keys_of(menu))]
        heights = [len(rows) + 2 for _, rows in groups]
        split = min(  # two columns that are about equally high
            range(1, len(groups)), key=lambda k: abs(sum(heights[:k]) - sum(heights[k:]))
        )
        for half in (range(split), range(split, len(groups))):
            grid = QGridLayout()
            grid.setHorizontalSpacing(16)
            grid.setVerticalSpacing(6)
            for index in half:
                menu, rows = groups[index]
                self._add(grid, menu.text.replace("&", ""), rows)
            if half[-1] == len(groups) - 1:
                self._add(grid, "By hand", BY_HAND)
            grid.setRowStretch(grid.rowCount(), 1)
            halves.addLayout(grid, 1)
        return table

    def _add(self, grid: QGridLayout, title: str, rows: tuple[tuple[str, str], ...]) -> None:
        line = grid.rowCount()
        heading = _label(self, title, BODY_STRONG)
        heading.setContentsMargins(0, 10 if line > 1 else 0, 0, 0)
        grid.addWidget(heading, line, 0, 1, 2)
        for key, what in rows:
            line += 1
            grid.addWidget(_label(self, key, HINT), line, 0)
            words = _label(self, what, BODY)
            words.setWordWrap(True)
            grid.addWidget(words, line, 1)
        grid.setColumnStretch(1, 1)


class HelpDesk(QObject):
    """What the Help menu opens."""

    def __init__(self, window: QWidget, menus: Sequence[Submenu]) -> None:
        super().__init__(window)
        self._window, self._menus = window, menus

    def show_shortcuts(self) -> None:
        """Every key there is."""
        Shortcuts(self._window, self._menus).open()

    def show_about(self) -> None:
        """Versions and licences."""
        lines = [f"{name} {_version(package)}, {licence}" for package, name, licence in LIBRARIES]
        ask(self._window, f"Neural Playground {__version__}",
            "Draw a network neuron by neuron and see every number of learning.\n"
            "Free software under the MIT licence.\n\n"
            f"Python {platform.python_version()}\n" + "\n".join(lines))  # fmt: skip


def keys_of(menu: Submenu) -> tuple[tuple[str, str], ...]:
    """The keys of a menu, as this system writes them, and what they do."""
    native = QKeySequence.SequenceFormat.NativeText
    return tuple(
        (" or ".join(QKeySequence(key).toString(native) for key in command.keys),
         command.text.replace("&", "").rstrip("…"))
        for command in commands_in(menu.entries) if command.keys
    )  # fmt: skip


def _label(parent: QWidget, text: str, face: Face) -> QLabel:
    made = plain_label(text, parent)
    made.setFont(font_of(face))
    return made


def _version(package: str) -> str:
    from importlib.metadata import PackageNotFoundError, version  # 20 ms that no start waits for

    try:
        return version(package)
    except PackageNotFoundError:
        return "(not installed)"
