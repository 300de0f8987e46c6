"""The table of commands: every one has a place, a sentence, a key of its own and does something."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QMenu, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from engine.numerals import DIGIT_CHOICES
from playground import icons
from playground.actions import (
    DRAW,
    MENUS,
    TOOLS,
    UNDER_POINTER,
    Command,
    Submenu,
    command,
    commands,
    tip,
)
from playground.theme import CHOICES
from playground.window.furniture import Furniture
from playground.window.help_desk import Shortcuts, keys_of
from tests.playground.opened import LEFT, opened

EVERY = commands()


@pytest.fixture
def furniture(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Furniture]:
    with opened(qtbot, qapp, tmp_path) as made:
        yield made


def test_ids_and_keys_are_given_once() -> None:
    ids = [entry.id for entry in EVERY]
    assert len(ids) == len(set(ids))
    keys = [QKeySequence(key).toString() for entry in EVERY for key in entry.keys]
    assert all(keys)
    assert len(keys) == len(set(keys))


def test_the_choices_are_those_that_there_are() -> None:
    digits = [entry.arguments[0] for entry in EVERY if entry.id.startswith("digits-")]
    assert tuple(digits) == DIGIT_CHOICES
    themes = [entry.arguments[0] for entry in EVERY if entry.id.startswith("theme-")]
    assert tuple(themes) == CHOICES


def test_every_command_says_what_it_does_and_wears_an_icon_that_exists() -> None:
    for entry in EVERY:
        assert entry.help.endswith("."), entry.id
        assert entry.text.replace("&", ""), entry.id
        assert not entry.icon or entry.icon in icons.names(), entry.id
    assert tip(command("undo")) == "Undo (Ctrl+Z): Take the last change back."


def test_mnemonics_of_a_menu_differ() -> None:
    menus: list[Submenu] = list(MENUS)
    while menus:
        menu = menus.pop()
        texts = [entry.text for entry in menu.entries if isinstance(entry, Command | Submenu)]
        letters = [text[text.index("&") + 1].lower() for text in texts if "&" in text]
        assert len(letters) == len(set(letters)), (menu.id, sorted(letters))
        menus += [entry for entry in menu.entries if isinstance(entry, Submenu)]


def test_every_command_calls_a_method_that_exists(furniture: Furniture) -> None:
    for entry in EVERY:
        part, _, method = entry.call.partition(".")
        assert callable(getattr(furniture.parts[part], method)), entry.id


def test_single_keys_choose_the_tools(qtbot: QtBot, furniture: Furniture) -> None:
    furniture.canvas.setFocus()
    for tool in TOOLS:
        QTest.keyClicks(furniture.canvas, tool.keys[0])
        assert furniture.stage.look.tool == tool.arguments[0]
        assert furniture.window.menus.actions[tool.id].isChecked()


def test_single_keys_are_letters_in_a_field(qtbot: QtBot, furniture: Furniture) -> None:
    field = QLineEdit(furniture.docks.docks["lesson"].widget())
    field.show()
    field.setFocus()
    typed = "ipnso*+-v12 c f"
    QTest.keyClicks(field, typed)
    assert field.text() == typed
    assert furniture.stage.look.tool == "select"
    assert not furniture.document.stack.count()


def test_a_choice_keeps_the_letters_by_which_one_searches(
    qtbot: QtBot, furniture: Furniture
) -> None:
    choice = QComboBox(furniture.docks.docks["lesson"].widget())
    choice.addItems(["sum", "input", "neuron"])
    choice.show()
    choice.setFocus()
    QTest.keyClicks(choice, "n")
    assert choice.currentText() == "neuron"
    assert furniture.stage.look.tool == "select"


def test_space_presses_the_button_the_keyboard_walked_to_and_steps_elsewhere(
    qtbot: QtBot, furniture: Furniture
) -> None:
    pressed: list[bool] = []
    button = QPushButton("Here", furniture.docks.docks["lesson"].widget())
    button.clicked.connect(lambda: pressed.append(True))
    button.show()
    before = QPushButton("Before", furniture.docks.docks["lesson"].widget())
    before.show()
    button.move(before.x(), before.y() + 40)  # Tab goes from top to bottom
    before.setFocus()
    QTest.keyClick(before, Qt.Key.Key_Tab)
    assert button.hasFocus()
    QTest.keyClick(button, Qt.Key.Key_Space)
    assert (len(pressed), furniture.document.value.cursor) == (1, 0)
    button.clearFocus()
    button.setFocus(Qt.FocusReason.MouseFocusReason)  # a click must not turn Space into a repeat
    QTest.keyClick(button, Qt.Key.Key_Space)
    assert (len(pressed), furniture.document.value.cursor) == (1, 1)


def test_space_steps_after_a_choice_by_hand_and_opens_the_one_the_keyboard_walked_to(
    qtbot: QtBot, furniture: Furniture
) -> None:
    furniture.files.open_lesson("xor")
    window, choice = furniture.window, furniture.transport.sample
    handle, entries = window.windowHandle(), choice.view()
    QTest.mouseClick(choice, LEFT)
    qtbot.waitUntil(entries.isVisible)
    QTest.keyClick(entries, Qt.Key.Key_Down)
    QTest.keyClick(entries, Qt.Key.Key_Return)
    window.activateWindow()  # a screen does that by itself
    qtbot.waitUntil(lambda: window.isActiveWindow() and not entries.isVisible(), timeout=9000)
    assert furniture.stage.look.row == 0
    QTest.keyClick(handle, Qt.Key.Key_Space)
    assert furniture.document.value.cursor == 1
    assert not entries.isVisible()
    QTest.keyClick(handle, Qt.Key.Key_Tab)
    QTest.keyClick(handle, Qt.Key.Key_Backtab)
    assert choice.hasFocus()
    QTest.keyClick(handle, Qt.Key.Key_Space)
    qtbot.waitUntil(entries.isVisible)
    assert furniture.document.value.cursor == 1


def test_commands_that_have_nothing_to_act_on_are_off(furniture: Furniture) -> None:
    actions = furniture.window.menus.actions
    state = {name: actions[name].isEnabled() for name in ("cut", "align-left", "undo", "revert")}
    assert state == dict.fromkeys(state, False)
    furniture.stage.select(("4",))
    assert actions["cut"].isEnabled()
    assert not actions["align-left"].isEnabled()
    furniture.stage.select(("4", "5"))
    assert actions["align-left"].isEnabled()
    actions["delete"].trigger()
    assert not actions["delete"].isEnabled()
    assert actions["undo"].text() == "&Undo “Delete”"
    actions["undo"].trigger()
    assert actions["redo"].text() == "&Redo “Delete”"


def test_undo_past_the_start_and_redo_after_a_new_action_do_nothing(
    qtbot: QtBot, furniture: Furniture
) -> None:
    before = furniture.document.value
    for _ in range(3):
        QTest.keyClick(furniture.window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert furniture.document.value is before
    furniture.document.rename("4", "four")
    QTest.keyClick(furniture.window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert furniture.document.value is before
    furniture.document.rename("4", "vier")
    after = furniture.document.value
    QTest.keyClick(furniture.window, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    assert furniture.document.value is after


def test_the_list_of_shortcuts_holds_every_key(qtbot: QtBot, furniture: Furniture) -> None:
    QTest.keyClick(furniture.window, Qt.Key.Key_F1)
    (shown,) = [d for d in furniture.window.findChildren(Shortcuts) if d.isVisible()]
    texts = {label.text() for label in shown.findChildren(QWidget) if hasattr(label, "text")}
    for menu in MENUS:
        for key, what in keys_of(menu):
            assert {key, what} <= texts
    shown.reject()


def test_connect_stands_in_the_menu_of_drawing_and_says_both_ways() -> None:
    connect = command("connect")
    assert connect in DRAW.entries
    assert "columns of the selection" in tip(connect)
    assert "sources (1)" in tip(connect) and "targets (2)" in tip(connect)


def menu_at(furniture: Furniture, at: QPoint, target: QWidget) -> QMenu:
    """What the right button brings up here."""
    reason = QContextMenuEvent.Reason.Mouse
    QApplication.sendEvent(target, QContextMenuEvent(reason, at, target.mapToGlobal(at)))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


@pytest.mark.parametrize("what", list(UNDER_POINTER))
def test_the_right_button_offers_the_commands_for_what_lies_there(
    furniture: Furniture, what: str
) -> None:
    """The same actions as in the menu bar, and what they act on is selected."""
    canvas, actions = furniture.canvas, furniture.window.menus.actions
    sight = canvas.canvas.sight
    box = sight.geometry.box(sight.experiment.network.index["4"])
    x, y = sight.label_point(0, 0.5)
    places = {"node": ((box[0] + box[2]) / 2, box[1] + 8), "edge": (x, y)}
    at = canvas.transform.map(QPointF(*places[what])) if what in places else QPointF(4, 4)
    menu = menu_at(furniture, at.toPoint(), canvas.viewport())
    look = furniture.stage.look
    assert (look.nodes, look.edges) == {
        "node": (("4",), ()), "edge": ((), (("1", "4"),)), "canvas": ((), ()),
    }[what]  # fmt: skip
    offered = [action for action in menu.actions() if not action.isSeparator()]
    assert offered == [actions[name] for name in UNDER_POINTER[what] if name]
    assert all(a.isEnabled() for a in offered)
    letters = [a.text()[a.text().index("&") + 1].lower() for a in offered]
    assert len(letters) == len(set(letters))
    menu.close()


def test_a_node_is_deleted_from_the_menu_under_the_pointer(furniture: Furniture) -> None:
    canvas = furniture.canvas
    furniture.stage.select(("4", "5"))
    box = canvas.canvas.sight.geometry.box(furniture.document.value.network.index["4"])
    at = canvas.transform.map(QPointF((box[0] + box[2]) / 2, box[1] + 8))
    menu = menu_at(furniture, at.toPoint(), canvas.viewport())
    QTest.keyClick(menu, Qt.Key.Key_L)
    assert not {"4", "5"} & set(furniture.document.value.network.index), "all that was selected"


def test_the_menu_key_asks_for_what_is_selected(furniture: Furniture) -> None:
    canvas = furniture.canvas
    furniture.stage.select(edges=(("1", "4"),))
    key = QContextMenuEvent.Reason.Keyboard
    event = QContextMenuEvent(key, QPoint(4, 4), canvas.viewport().mapToGlobal(QPoint(4, 4)))
    QApplication.sendEvent(canvas.viewport(), event)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    assert len([a for a in menu.actions() if not a.isSeparator()]) == 2
    assert furniture.stage.look.edges == (("1", "4"),)
    menu.close()


def test_on_an_empty_canvas_there_is_nothing_to_step(furniture: Furniture) -> None:
    actions = furniture.window.menus.actions
    names = ("step", "play", "phase", "update")
    assert all(actions[name].isEnabled() for name in names)
    furniture.files.show(furniture.files.work.empty())
    assert not any(actions[name].isEnabled() for name in names)
