"""Row 72: every dialog, sheet and menu opens and closes again and again; everything goes on."""

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QMenu, QWidget
from pytestqt.qtbot import QtBot

from playground.panels.transport import TransportButtons
from playground.window.command_table import MENUS
from playground.window.menus import commands_in
from playground.window.workspace import Workspace
from tests.playground.opened import opened

TIMES = 3
ENDS = ("close", "quit")
OPENS = (
    "new-network", "open", "save-as", "export-model", "export-png", "export-svg", "open-table",
    "generate-set", "save-table", "name-classes", "lessons-list", "lesson-folder", "shortcuts",
    "about",
)  # fmt: skip


@pytest.fixture
def workspace(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Workspace]:
    with opened(qtbot, qapp, tmp_path) as made:
        yield made


def what_is_over(window: QWidget) -> list[QWidget]:
    """Dialogs, menus and the sheet of lessons that lie over the window now."""
    found = [w for w in QApplication.topLevelWidgets() if isinstance(w, QDialog | QMenu)]
    sheets = [w for w in window.findChildren(QWidget) if w.accessibleName() == "Lessons"]
    covering = [sheet for sheet in sheets if sheet.size() == window.size()]
    return [w for w in (*found, *covering) if w.isVisible()]


def throw_away() -> None:
    """Delete what nobody needs any more, as an event loop and Python do sooner or later."""
    QApplication.processEvents()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect(1)  # what is young; all of it takes long in a process with many tests behind it


def escape(qtbot: QtBot, window: QWidget) -> None:
    """Press Escape until nothing lies over the window."""
    throw_away()
    for over in what_is_over(window):
        focus = QApplication.focusWidget()
        inside = focus is not None and over.isAncestorOf(focus)
        QTest.keyClick(focus if inside and focus else over, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not what_is_over(window))
    throw_away()


def kept(owner: QObject) -> list[str]:
    """The attributes of an object that Qt has deleted behind its back."""
    objects = {name: held for name, held in vars(owner).items() if isinstance(held, QObject)}
    return [name for name, held in objects.items() if not shiboken6.isValid(held)]


def use_every_command(qtbot: QtBot, workspace: Workspace) -> None:
    """Each that can be used now, what it opens closed at once."""
    for command in commands_in(MENUS):
        action = workspace.window.menus.actions[command.id]
        if command.id not in ENDS and action.isEnabled():
            action.trigger()
            escape(qtbot, workspace.window)
    workspace.document.stop_run()


def test_row_72_the_sheet_of_lessons_leaves_the_transport_as_it_was(
    qtbot: QtBot, workspace: Workspace
) -> None:
    buttons = workspace.window.findChild(TransportButtons)
    assert isinstance(buttons, TransportButtons)
    for tabs in (0, 0, 4):
        workspace.window.menus.actions["lessons-list"].trigger()
        throw_away()
        for _ in range(tabs):
            QTest.keyClick(QApplication.focusWidget() or workspace.window, Qt.Key.Key_Tab)
        escape(qtbot, workspace.window)
        assert not kept(buttons)
        assert not kept(workspace.lessons.sheet)
    before = workspace.document.value.cursor
    QTest.keyClick(workspace.canvas, Qt.Key.Key_Space)
    assert workspace.document.value.cursor == before + 1


@pytest.mark.long
@pytest.mark.ci
def test_row_72_after_all_of_them_every_command_still_works(
    qtbot: QtBot, workspace: Workspace
) -> None:
    for _ in range(TIMES):
        gc.collect()
        for menu in workspace.window.findChildren(QMenu):
            menu.popup(workspace.window.mapToGlobal(workspace.window.rect().center()))
            escape(qtbot, workspace.window)
        for command in OPENS:
            workspace.window.menus.actions[command].trigger()
            qtbot.waitUntil(lambda: len(what_is_over(workspace.window)) == 1)
            escape(qtbot, workspace.window)
    use_every_command(qtbot, workspace)
    for part in vars(workspace).values():
        assert not isinstance(part, QObject) or not kept(part), part
