"""What a screen reader hears: drop-downs by what they set, the program by its name."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QApplication, QComboBox
from pytestqt.qtbot import QtBot

from playground.dialogs.new_network import NewNetwork
from playground.session.backups import FOLDER_NAME
from playground.widgets.fields import QuietChoice
from playground.window.workspace import Workspace
from tests.playground.opened import opened
from tests.playground.programs import program, state_of

HEAR = """
import json
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QComboBox
QAccessible.setActive(True)
app = QApplication.instance()
heard = {
    field.accessibleName(): QAccessible.queryAccessibleInterface(field).text(QAccessible.Text.Name)
    for field in workspace.window.findChildren(QComboBox)
}
told = QAccessible.queryAccessibleInterface(app).text(QAccessible.Text.Name)
print(json.dumps({"app": told, "choices": heard}), flush=True)
app.exit(7)
"""


@pytest.fixture
def workspace(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Workspace]:
    with opened(qtbot, qapp, tmp_path, "loss-curves") as made:
        for name in made.docks.docks:
            made.docks.panel(name)
        yield made


def heard_of(field: QComboBox) -> QAccessibleInterface:
    return QAccessible.queryAccessibleInterface(field)


def texts(field: QComboBox) -> tuple[str, str]:
    """Its name and its value."""
    kinds, heard = QAccessible.Text, heard_of(field)
    return heard.text(kinds.Name), heard.text(kinds.Value)


def test_a_drop_down_is_called_after_what_it_sets(workspace: Workspace) -> None:
    fields = workspace.window.findChildren(QComboBox)
    names = {field.accessibleName() for field in fields}
    assert {"Optimiser", "Activation", "Variant", "Digits", "Sample"} <= names
    for field in fields:
        name, value = texts(field)
        shown = field.word() if isinstance(field, QuietChoice) else field.currentText()
        assert name == field.accessibleName() != ""
        assert name != value
        assert value == (shown or field.placeholderText())
        assert heard_of(field).role() == QAccessible.Role.ComboBox


def test_its_value_follows_the_choice(workspace: Workspace) -> None:
    fields = workspace.window.findChildren(QComboBox)
    optimiser = next(field for field in fields if field.accessibleName() == "Optimiser")
    before = texts(optimiser)
    assert before == ("Optimiser", optimiser.itemText(0))
    optimiser.setCurrentIndex(2)
    assert texts(optimiser) == ("Optimiser", optimiser.itemText(2))
    entries = heard_of(optimiser).child(0)
    (chosen,) = entries.selectionInterface().selectedItems()
    assert chosen.text(QAccessible.Text.Name) == optimiser.itemText(2)


def test_it_is_opened_by_its_action_and_says_so(qtbot: QtBot, workspace: Workspace) -> None:
    dialog = NewNetwork()
    qtbot.addWidget(dialog)
    dialog.show()
    field = dialog.hidden.field
    heard = heard_of(field)
    assert (heard.childCount(), heard.indexOfChild(heard.child(0))) == (1, 0)
    assert heard.state().expanded == 0
    heard.actionInterface().doAction(heard.actionInterface().actionNames()[0])
    qtbot.waitUntil(field.view().isVisible)
    assert heard.state().expanded == 1
    field.hidePopup()
    assert heard.state().expanded == 0


@pytest.mark.long
@pytest.mark.ci
def test_the_program_has_its_name_keeps_its_folders_and_ends_in_order(tmp_path: Path) -> None:
    with program(tmp_path, "student-grade", "print('ready', flush=True)\n" + HEAR) as process:
        assert process.stdout is not None and process.stderr is not None
        heard = json.loads(process.stdout.readline())
        process.wait(60)
        assert process.returncode == 7, process.stderr.read()
    assert heard["app"] == "Neural Playground"
    assert "Sample" in heard["choices"]
    assert all(name == said for name, said in heard["choices"].items())
    assert [path.name for path in (tmp_path / "config").iterdir()] == [FOLDER_NAME]
    assert [path.name for path in state_of(tmp_path).parent.iterdir()] == [FOLDER_NAME]
