"""Everything in the window can be reached, and says what it is."""

from collections.abc import Iterator
from itertools import groupby, pairwise
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAction, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDockWidget, QMenu, QWidget
from pytestqt.qtbot import QtBot

from playground.canvas.view import CanvasView
from playground.window.command_table import MENUS
from playground.window.help_desk import Shortcuts
from playground.window.menus import commands_in, tip
from playground.window.workspace import Workspace
from tests.playground.opened import opened
from tests.sampled import sampled

SHIFT = Qt.KeyboardModifier.ShiftModifier
UInts = np.ndarray[tuple[int, ...], np.dtype[np.uint32]]
TAB = Qt.FocusPolicy.TabFocus
MANY = 300


@pytest.fixture(params=sampled(("wide", "narrow"), 1))
def workspace(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Workspace]:
    size = (1440, 900) if request.param == "wide" else (1024, 700)
    with opened(qtbot, qapp, tmp_path, size=size) as made:
        for _ in range(3):
            made.transport.step()
        yield made


def focus() -> QWidget:
    found = QApplication.focusWidget()
    assert found is not None
    return found


def walked(start: QWidget, key: Qt.Key, keys: Qt.KeyboardModifier) -> list[QWidget]:
    """Where the keyboard has been until it is back at the start."""
    start.setFocus(Qt.FocusReason.TabFocusReason)
    seen = [focus()]
    for _ in range(MANY):
        QTest.keyClick(focus(), key, keys)
        if focus() is start:
            return seen
        seen.append(focus())
    raise AssertionError("Tab never comes back")


def forward(workspace: Workspace) -> list[QWidget]:
    return walked(workspace.window.tool_bar.row.lessons, Qt.Key.Key_Tab, Qt.KeyboardModifier(0))


def pane(workspace: Workspace, widget: QWidget) -> str:
    parts: dict[str, QWidget] = {
        "tools": workspace.window.tool_bar, "canvas": workspace.canvas,
        "transport": workspace.transport, "strip": workspace.strip, **workspace.docks.docks,
    }  # fmt: skip
    return next(n for n, part in parts.items() if part is widget or part.isAncestorOf(widget))


def box(workspace: Workspace, widget: QWidget) -> QRect:
    return QRect(widget.mapTo(workspace.window, QPoint(0, 0)), widget.size())


def in_front(workspace: Workspace) -> list[QWidget]:
    """Every control that can be seen, or scrolled to."""
    window = workspace.window
    behind = [d for d in window.findChildren(QDockWidget) if d.visibleRegion().isEmpty()]
    return [
        w
        for w in window.findChildren(QWidget)
        if w.focusPolicy() & TAB and w.isVisible() and w.isEnabled() and w.window() is window
        and w.focusProxy() is None and not any(dock.isAncestorOf(w) for dock in behind)
    ]  # fmt: skip


def test_tab_stops_once_at_everything_that_can_be_seen(workspace: Workspace) -> None:
    seen = forward(workspace)
    assert {id(w) for w in in_front(workspace)} == {id(w) for w in seen}
    alone = [widget for widget, _ in groupby(seen)]
    assert len(alone) == len(set(map(id, alone)))
    nodes = len(workspace.document.value.network.nodes)
    assert seen.count(workspace.canvas) == nodes
    assert len(seen) == len(alone) + nodes - 1


def test_tab_goes_part_by_part_and_reads_each_as_one_reads_a_page(workspace: Workspace) -> None:
    alone = [widget for widget, _ in groupby(forward(workspace))]
    parts = [name for name, _ in groupby(alone, lambda widget: pane(workspace, widget))]
    assert len(parts) == len(set(parts))
    assert parts[:4] == ["tools", "lesson", "canvas", "transport"]
    assert parts[-1] == "strip"
    for before, after in pairwise(alone):
        if pane(workspace, before) == pane(workspace, after) and before is not workspace.canvas:
            one, other = box(workspace, before), box(workspace, after)
            right = other.left() >= one.right() and other.bottom() >= one.center().y()
            below = other.center().y() > one.center().y()
            assert right or below, (before.accessibleName(), after.accessibleName())


@pytest.mark.long
@pytest.mark.ci
def test_backwards_it_is_the_same_way(workspace: Workspace) -> None:
    there = forward(workspace)
    back = walked(there[0], Qt.Key.Key_Backtab, SHIFT)
    assert back == [there[0], *reversed(there[1:])]


def test_tab_in_the_corner_of_the_canvas_does_not_walk_its_nodes(workspace: Workspace) -> None:
    fit = workspace.canvas.corner.fit_button
    fit.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(fit, Qt.Key.Key_Tab)
    assert focus() is workspace.canvas.corner.percent
    assert not workspace.stage.look.nodes


@pytest.mark.long
@pytest.mark.ci
def test_a_panel_behind_another_is_walked_once_it_is_in_front(workspace: Workspace) -> None:
    settings = workspace.docks.docks["settings"]
    assert not any(settings.isAncestorOf(w) for w in forward(workspace))
    settings.raise_()
    QApplication.processEvents()
    assert sum(settings.isAncestorOf(w) for w in forward(workspace)) > 10


def test_every_stop_says_what_it_is_and_what_it_does(workspace: Workspace) -> None:
    for dock in workspace.docks.docks.values():
        dock.show()
        dock.raise_()
        QApplication.processEvents()
        for widget in in_front(workspace):
            place = f"{type(widget).__name__} “{widget.accessibleName()}” in {dock.windowTitle()}"
            assert widget.accessibleName(), place
            if not isinstance(widget, CanvasView):  # its tips are those of what is under the mouse
                assert widget.toolTip(), place
                assert max(map(len, widget.toolTip().split("\n"))) <= 60, place


def actions_in(menu: QMenu) -> Iterator[QAction]:
    for action in menu.actions():
        inner = action.menu()
        if isinstance(inner, QMenu):
            yield from actions_in(inner)
        else:
            yield action


def test_every_command_stands_in_a_menu_with_its_words(workspace: Workspace) -> None:
    bar = workspace.window.menuBar()
    menus = [m for a in bar.actions() if isinstance(m := a.menu(), QMenu)]
    inside = {id(action) for menu in menus for action in actions_in(menu)}
    for command in commands_in(MENUS):
        action = workspace.window.menus.actions[command.id]
        assert id(action) in inside, command.id
        assert action.text().replace("&", ""), command.id
        assert action.toolTip().startswith(tip(command).split(":")[0].split(" (")[0].split()[0])
        shortcuts = [key.toString() for key in action.shortcuts()]
        assert len(shortcuts) == len(command.keys)


def test_no_two_actions_of_the_window_share_a_shortcut(workspace: Workspace) -> None:
    found = workspace.window.findChildren(QAction)
    keys = [key.toString() for action in found for key in action.shortcuts()]
    assert len(keys) > 30
    assert sorted(keys) == sorted(set(keys))


def test_f6_comes_to_every_part_that_is_seen_and_back(workspace: Workspace) -> None:
    workspace.canvas.setFocus()
    seen = []
    for _ in range(20):
        QTest.keyClick(focus(), Qt.Key.Key_F6)
        seen.append(pane(workspace, focus()))
        if seen[-1] == "canvas":
            break
    assert len(seen) == len(set(seen))
    assert set(seen) == {pane(workspace, widget) for widget in in_front(workspace)}


def pixels(image: QImage, box: QRect) -> UInts:
    """What stands in and right around a control."""
    part = image.copy(box.adjusted(-6, -6, 6, 6)).convertToFormat(QImage.Format.Format_RGB32)
    return np.frombuffer(part.constBits(), np.uint32).copy()


def assert_shown(workspace: Workspace, key: Qt.Key) -> QWidget:
    """Where this key takes the keyboard, as much changes as a ring has at the least."""
    before = workspace.window.grab().toImage()
    QTest.keyClick(workspace.window.windowHandle(), key)
    after, here = workspace.window.grab().toImage(), focus()
    place = box(workspace, here)
    changed = np.count_nonzero(pixels(before, place) != pixels(after, place))
    assert changed > 2 * min(here.width(), here.height(), 50), here.accessibleName()
    return here


@pytest.mark.long
@pytest.mark.ci
def test_where_tab_lands_something_shows_it(workspace: Workspace) -> None:
    for name in ("history", "samples"):
        workspace.docks.docks[name].show()
        workspace.docks.docks[name].raise_()
    QApplication.processEvents()
    first = workspace.window.tool_bar.row.lessons
    first.setFocus()
    for _ in range(MANY):
        if assert_shown(workspace, Qt.Key.Key_Tab) is first:
            break
    assert focus() is first


def test_where_f6_lands_something_shows_it_and_space_presses_a_button_there(
    workspace: Workspace,
) -> None:
    workspace.canvas.setFocus()
    seen: list[QWidget] = []
    while workspace.canvas not in seen:
        seen.append(assert_shown(workspace, Qt.Key.Key_F6))
    button = workspace.window.tool_bar.row.lessons
    assert button in seen
    QTest.keyClick(workspace.window.windowHandle(), Qt.Key.Key_F6, SHIFT)
    QTest.keyClick(workspace.window.windowHandle(), Qt.Key.Key_F6, SHIFT)
    assert focus() is button
    QTest.keyClick(workspace.window.windowHandle(), Qt.Key.Key_Space)
    assert workspace.lessons.sheet.isVisible()


def test_f1_lists_the_keys_of_every_action(workspace: Workspace) -> None:
    QTest.keyClick(workspace.canvas, Qt.Key.Key_F1)
    (shown,) = [d for d in workspace.window.findChildren(Shortcuts) if d.isVisible()]
    texts = [str(label.property("text")) for label in shown.findChildren(QWidget)]
    for command in commands_in(MENUS):
        if command.keys:
            assert any(command.text.replace("&", "").rstrip("…") in text for text in texts), (
                command.id
            )
    shown.reject()
