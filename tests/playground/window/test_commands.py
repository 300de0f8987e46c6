"""The table of commands: every one has a place, a sentence, a key of its own and does something."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from engine.numerals import DIGIT_CHOICES
from playground.theme import icons
from playground.theme.theme import CHOICES
from playground.window import start
from playground.window.command_table import DRAW, HELP, MENUS, TOOLS, UNDER_POINTER
from playground.window.help_desk import Shortcuts, keys_of
from playground.window.menus import Command, CommandTable, Submenu, commands_in, tip
from playground.window.workspace import Workspace
from tests.playground.opened import LEFT, opened

EVERY = commands_in(MENUS)
BY_ID = {entry.id: entry for entry in EVERY}


@pytest.fixture
def workspace(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Workspace]:
    with opened(qtbot, qapp, tmp_path) as made:
        yield made


def test_ids_and_keys_are_given_once() -> None:
    ids = [entry.id for entry in EVERY]
    assert len(ids) == len(set(ids))
    keys = [QKeySequence(key).toString() for entry in EVERY for key in entry.keys]
    assert all(keys)
    assert len(keys) == len(set(keys))


def test_the_choices_are_those_that_there_are() -> None:
    digits = [entry.choice for entry in EVERY if entry.group == "digits"]
    assert tuple(digits) == DIGIT_CHOICES
    themes = [entry.choice for entry in EVERY if entry.group == "theme"]
    assert tuple(themes) == CHOICES


def test_every_command_says_what_it_does_and_wears_an_icon_that_exists() -> None:
    for entry in EVERY:
        assert entry.help.endswith("."), entry.id
        assert entry.text.replace("&", ""), entry.id
        assert not entry.icon or (icons.FOLDER / f"{entry.icon}.svg").is_file(), entry.id
    assert tip(BY_ID["undo"]) == "Undo (Ctrl+Z): Take the last change back."


def test_mnemonics_of_a_menu_differ() -> None:
    left: list[Submenu] = list(MENUS)
    while left:
        menu = left.pop()
        texts = [entry.text for entry in menu.entries if isinstance(entry, Command | Submenu)]
        letters = [text[text.index("&") + 1].lower() for text in texts if "&" in text]
        assert len(letters) == len(set(letters)), (menu.id, sorted(letters))
        left += [entry for entry in menu.entries if isinstance(entry, Submenu)]


def test_single_keys_choose_the_tools(qtbot: QtBot, workspace: Workspace) -> None:
    workspace.canvas.setFocus()
    for tool in TOOLS:
        QTest.keyClicks(workspace.canvas, tool.keys[0])
        assert workspace.stage.look.tool == tool.choice
        assert workspace.window.menus.actions[tool.id].isChecked()


def test_single_keys_are_letters_in_a_field(qtbot: QtBot, workspace: Workspace) -> None:
    field = QLineEdit(workspace.docks.docks["lesson"].widget())
    field.show()
    field.setFocus()
    typed = "ipnso*+-v12 c f"
    QTest.keyClicks(field, typed)
    assert field.text() == typed
    assert workspace.stage.look.tool == "select"
    assert not workspace.document.stack.count()


def test_a_choice_keeps_the_letters_by_which_one_searches(
    qtbot: QtBot, workspace: Workspace
) -> None:
    choice = QComboBox(workspace.docks.docks["lesson"].widget())
    choice.addItems(["sum", "input", "neuron"])
    choice.show()
    choice.setFocus()
    QTest.keyClicks(choice, "n")
    assert choice.currentText() == "neuron"
    assert workspace.stage.look.tool == "select"


def test_space_presses_the_button_the_keyboard_walked_to_and_steps_elsewhere(
    qtbot: QtBot, workspace: Workspace
) -> None:
    pressed: list[bool] = []
    button = QPushButton("Here", workspace.docks.docks["lesson"].widget())
    button.clicked.connect(lambda: pressed.append(True))
    button.show()
    before = QPushButton("Before", workspace.docks.docks["lesson"].widget())
    before.show()
    button.move(before.x(), before.y() + 40)  # Tab goes from top to bottom
    before.setFocus()
    QTest.keyClick(before, Qt.Key.Key_Tab)
    assert button.hasFocus()
    QTest.keyClick(button, Qt.Key.Key_Space)
    assert (len(pressed), workspace.document.value.cursor) == (1, 0)
    button.clearFocus()
    button.setFocus(Qt.FocusReason.MouseFocusReason)  # a click must not turn Space into a repeat
    QTest.keyClick(button, Qt.Key.Key_Space)
    assert (len(pressed), workspace.document.value.cursor) == (1, 1)


def test_space_steps_after_a_choice_by_hand_and_opens_the_one_the_keyboard_walked_to(
    qtbot: QtBot, workspace: Workspace
) -> None:
    workspace.files.open_lesson("xor")
    window, choice = workspace.window, workspace.transport.sample
    handle, entries = window.windowHandle(), choice.view()
    QTest.mouseClick(choice, LEFT)
    qtbot.waitUntil(entries.isVisible)
    QTest.keyClick(entries, Qt.Key.Key_Down)
    QTest.keyClick(entries, Qt.Key.Key_Return)
    window.activateWindow()  # a screen does that by itself
    qtbot.waitUntil(lambda: window.isActiveWindow() and not entries.isVisible(), timeout=9000)
    assert workspace.stage.look.row == 0
    QTest.keyClick(handle, Qt.Key.Key_Space)
    assert workspace.document.value.cursor == 1
    assert not entries.isVisible()
    QTest.keyClick(handle, Qt.Key.Key_Tab)
    QTest.keyClick(handle, Qt.Key.Key_Backtab)
    assert choice.hasFocus()
    QTest.keyClick(handle, Qt.Key.Key_Space)
    qtbot.waitUntil(entries.isVisible)
    assert workspace.document.value.cursor == 1


def test_commands_that_have_nothing_to_act_on_are_off(workspace: Workspace) -> None:
    actions = workspace.window.menus.actions
    state = {name: actions[name].isEnabled() for name in ("cut", "align-left", "undo", "revert")}
    assert state == dict.fromkeys(state, False)
    workspace.stage.select(("4",))
    assert actions["cut"].isEnabled()
    assert not actions["align-left"].isEnabled()
    workspace.stage.select(("4", "5"))
    assert actions["align-left"].isEnabled()
    actions["delete"].trigger()
    assert not actions["delete"].isEnabled()
    assert actions["undo"].text() == "&Undo “Delete”"
    actions["undo"].trigger()
    assert actions["redo"].text() == "&Redo “Delete”"


def test_undo_past_the_start_and_redo_after_a_new_action_do_nothing(
    qtbot: QtBot, workspace: Workspace
) -> None:
    before = workspace.document.value
    for _ in range(3):
        QTest.keyClick(workspace.window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert workspace.document.value is before
    workspace.document.rename("4", "four")
    QTest.keyClick(workspace.window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert workspace.document.value is before
    workspace.document.rename("4", "vier")
    after = workspace.document.value
    QTest.keyClick(workspace.window, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    assert workspace.document.value is after


def test_the_list_of_shortcuts_holds_every_key(qtbot: QtBot, workspace: Workspace) -> None:
    QTest.keyClick(workspace.window, Qt.Key.Key_F1)
    (shown,) = [d for d in workspace.window.findChildren(Shortcuts) if d.isVisible()]
    texts = {label.text() for label in shown.findChildren(QWidget) if hasattr(label, "text")}
    for menu in MENUS:
        for key, what in keys_of(menu):
            assert {key, what} <= texts
    shown.reject()


def test_connect_stands_in_the_menu_of_drawing_and_says_both_ways() -> None:
    connect = BY_ID["connect"]
    assert connect in DRAW.entries
    assert "columns of the selection" in tip(connect)
    assert "sources (1)" in tip(connect) and "targets (2)" in tip(connect)


def menu_at(workspace: Workspace, at: QPoint, target: QWidget) -> QMenu:
    """What the right button brings up here."""
    reason = QContextMenuEvent.Reason.Mouse
    QApplication.sendEvent(target, QContextMenuEvent(reason, at, target.mapToGlobal(at)))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


@pytest.mark.parametrize("what", list(UNDER_POINTER))
def test_the_right_button_offers_the_commands_for_what_lies_there(
    workspace: Workspace, what: str
) -> None:
    """The same actions as in the menu bar, and what they act on is selected."""
    canvas, actions = workspace.canvas, workspace.window.menus.actions
    sight = canvas.canvas.sight
    box = sight.geometry.rect(sight.experiment.network.index["4"])
    x, y = sight.label_point(0, 0.5)
    places = {"node": (box.center().x(), box.top() + 8), "edge": (x, y)}
    at = canvas.transform.map(QPointF(*places[what])) if what in places else QPointF(4, 4)
    menu = menu_at(workspace, at.toPoint(), canvas.viewport())
    look = workspace.stage.look
    assert (look.nodes, look.edges) == {
        "node": (("4",), ()), "edge": ((), (("1", "4"),)), "canvas": ((), ()),
    }[what]  # fmt: skip
    offered = [action for action in menu.actions() if not action.isSeparator()]
    assert offered == [actions[name] for name in UNDER_POINTER[what] if name]
    assert all(a.isEnabled() for a in offered)
    letters = [a.text()[a.text().index("&") + 1].lower() for a in offered]
    assert len(letters) == len(set(letters))
    menu.close()


def test_a_node_is_deleted_from_the_menu_under_the_pointer(workspace: Workspace) -> None:
    canvas = workspace.canvas
    workspace.stage.select(("4", "5"))
    box = canvas.canvas.sight.geometry.rect(workspace.document.value.network.index["4"])
    at = canvas.transform.map(QPointF(box.center().x(), box.top() + 8))
    menu = menu_at(workspace, at.toPoint(), canvas.viewport())
    QTest.keyClick(menu, Qt.Key.Key_L)
    assert not {"4", "5"} & set(workspace.document.value.network.index), "all that was selected"


def test_the_menu_key_asks_for_what_is_selected(workspace: Workspace) -> None:
    canvas = workspace.canvas
    workspace.stage.select(edges=(("1", "4"),))
    key = QContextMenuEvent.Reason.Keyboard
    event = QContextMenuEvent(key, QPoint(4, 4), canvas.viewport().mapToGlobal(QPoint(4, 4)))
    QApplication.sendEvent(canvas.viewport(), event)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    assert len([a for a in menu.actions() if not a.isSeparator()]) == 2
    assert workspace.stage.look.edges == (("1", "4"),)
    menu.close()


def test_letters_in_a_menu_that_the_keyboard_opened_choose_its_entries(
    workspace: Workspace,
) -> None:
    """Then the menu bar has the focus, in which Qt would look for the keys of the canvas."""
    window, chosen = workspace.window, []
    window.menus.actions["save"].triggered.connect(lambda: chosen.append("save"))
    window.menus.actions["tool-sigmoid"].triggered.connect(lambda: chosen.append("sigmoid"))
    QTest.keyClick(workspace.canvas, Qt.Key.Key_F, Qt.KeyboardModifier.AltModifier)
    menu = QApplication.activePopupWidget()
    assert menu is window.menus.menus["file"]
    window.menuBar().setFocus()
    assert "&S" in window.menus.actions["save"].text()
    QTest.keyClick(menu, Qt.Key.Key_S)
    assert chosen == ["save"]


def test_on_an_empty_canvas_there_is_nothing_to_step(workspace: Workspace) -> None:
    actions = workspace.window.menus.actions
    names = ("step", "play", "phase", "update")
    assert all(actions[name].isEnabled() for name in names)
    workspace.files.show(workspace.files.work.empty())
    assert not any(actions[name].isEnabled() for name in names)


def test_a_command_is_its_row_and_what_the_row_calls(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A made-up one stands in menu, list of keys and canvas, on and off, by its row alone."""
    cheered: list[tuple[str, ...]] = []
    row: Command[Workspace] = Command(
        "cheer", "Ch&eer…", lambda w: cheered.append(w.stage.look.nodes),
        "Praise the selected neurons.", ("Y", "Ctrl+Alt+Y"), "check", "nodes", short="Praise",
    )  # fmt: skip
    lines = [*HELP.entries[:1], row, *HELP.entries[1:]]
    table = (*MENUS[:-1], Submenu(HELP.id, HELP.text, tuple(lines)))
    monkeypatch.setattr(start, "TABLE", CommandTable(table, TOOLS, UNDER_POINTER))
    with opened(qtbot, qapp, tmp_path) as workspace:
        made, canvas = workspace.window.menus, workspace.canvas
        action = made.actions["cheer"]
        assert list(made.commands)[-3:] == ["shortcuts", "cheer", "about"]
        assert made.menus["help"].actions() == [
            made.actions[each.id] for each in commands_in(tuple(lines))
        ]
        assert (action.text(), action.iconText()) == ("Ch&eer…", "Praise")
        assert action.toolTip() == "Praise (Y): Praise the selected neurons."
        made.menus["help"].aboutToShow.emit()
        assert icons.worn(action) == "check"
        assert not action.isEnabled()
        QTest.keyClicks(canvas, "y")
        workspace.stage.select(("4",))
        assert action.isEnabled()
        QTest.keyClicks(canvas, "y")
        field = QLineEdit(workspace.docks.docks["lesson"].widget())
        field.show()
        field.setFocus()
        QTest.keyClicks(field, "y")
        action.trigger()
        assert (cheered, field.text()) == ([("4",), ("4",)], "y")
        made.actions["shortcuts"].trigger()
        (shown,) = [d for d in workspace.window.findChildren(Shortcuts) if d.isVisible()]
        texts = {label.text() for label in shown.findChildren(QLabel)}
        assert {"Y or Ctrl+Alt+Y", "Cheer"} <= texts
        shown.reject()


def test_every_need_can_be_met(workspace: Workspace) -> None:
    """Off at first, every command is on at some time; one with an unknown need never would be."""
    actions = workspace.window.menus.actions
    on: set[str] = set()

    def look() -> None:
        on.update(name for name, action in actions.items() if action.isEnabled())

    workspace.files.work.save(Path(workspace.folders[0]) / "net.json")
    workspace.stage.select(("4", "5"))
    workspace.document.rename("4", "four")
    workspace.transport.step()
    look()
    workspace.document.undo()
    look()
    assert {entry.id for entry in EVERY} == on


def test_a_button_of_the_transport_is_its_action(qtbot: QtBot, workspace: Workspace) -> None:
    buttons, actions = workspace.transport.buttons, workspace.window.menus.actions
    pairs: dict[str, QAbstractButton] = {
        "play": buttons.play, "update-back": buttons.update_back, "phase-back": buttons.phase_back,
        "step-back": buttons.back, "step": buttons.step, "phase": buttons.phase,
        "update": buttons.whole_update, "epoch": buttons.epoch, "train": buttons.train,
    }  # fmt: skip

    def shown() -> list[tuple[str, str, bool]]:
        told = [(b.accessibleName(), b.toolTip(), b.isEnabled()) for b in pairs.values()]
        assert told == [
            (a.iconText(), a.toolTip(), a.isEnabled()) for a in map(actions.get, pairs) if a
        ]
        return told

    assert shown()[1] == ("Update back", "This is the start; there is nothing before it.", False)
    workspace.transport.step()
    assert shown()[1][1].replace("\n", " ") == (
        "Update back (Ctrl+Shift+←): To the beginning of this update, or of the one before."
    )
    workspace.training.set_pace(1.0)
    actions["train"].trigger()
    try:
        told = shown()
        assert told[-1][0] == "Stop"
        settings = replace(workspace.document.settings, rate=0.5)
        workspace.document.set_settings(settings)  # which goes into the run
        assert workspace.trainer.is_running
        assert shown() == told
        buttons.step.click()
        assert actions["train"].iconText() == "Train", "a step ends the run first"
        assert workspace.document.value.cursor == 1
    finally:
        workspace.trainer.stop()
    assert shown()[4] == ("Step", "Step (Space): One number further.", True)
    workspace.files.show(workspace.files.work.empty())
    assert not any(on for _, _, on in shown())


def test_the_key_of_a_command_that_is_off_says_why(workspace: Workspace) -> None:
    told: list[str] = []
    workspace.document.refused.connect(told.append)
    canvas = workspace.canvas
    QTest.keyClick(canvas, Qt.Key.Key_Space, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(canvas, Qt.Key.Key_Delete)  # nothing is selected, which needs no words
    workspace.files.show(workspace.files.work.empty())
    for key in (Qt.Key.Key_F5, Qt.Key.Key_C):
        QTest.keyClick(canvas, key)
    assert told[0] == "This is the start; there is nothing before it."
    assert len(told) == 3
    assert told[1].startswith(told[2].split(".")[0]), "nothing is drawn"


@pytest.mark.parametrize(
    ("key", "keys"),
    [
        (Qt.Key.Key_Delete, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_Delete, Qt.KeyboardModifier.ShiftModifier),
        (Qt.Key.Key_Backspace, Qt.KeyboardModifier.NoModifier),
    ],
)
def test_the_canvas_deletes_by_every_key_for_it(
    workspace: Workspace, key: Qt.Key, keys: Qt.KeyboardModifier
) -> None:
    workspace.stage.select(("4",))
    QTest.keyClick(workspace.canvas, key, keys)
    assert "4" not in workspace.document.value.network.index
