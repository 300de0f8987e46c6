"""A message stands as long as its cause does, and six seconds at most, wherever it is said."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

import playground
from engine.errors import Refused
from playground.panels.samples import Samples
from playground.panels.settings import SettingsPanel
from playground.widgets.buttons import STAYS, MessageBubble
from playground.widgets.fields import PlaceField, Sentence
from playground.widgets.form import ChoiceRow, NumberRow
from playground.widgets.table import CellTable
from playground.window.workspace import Workspace
from tests.playground.lesson_learner import Learner
from tests.playground.opened import opened

LEFT = Qt.MouseButton.LeftButton
UNMARKED = "Nothing is there to be connected"


@pytest.fixture
def workspace(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Workspace]:
    with opened(qtbot, qapp, tmp_path) as made:
        yield made


def panel(workspace: Workspace, name: str) -> QWidget:
    dock = workspace.docks.docks[name]
    dock.show()
    dock.raise_()
    return workspace.docks.panel(name)


def bubbles(workspace: Workspace) -> list[Sentence]:
    return [s for s in workspace.window.findChildren(Sentence) if s.isVisible()]


def type_rate(workspace: Workspace, text: str) -> PlaceField:
    """A rate in the Settings that cannot be."""
    settings = panel(workspace, "settings")
    assert isinstance(settings, SettingsPanel)
    row = settings.row("rate")
    assert isinstance(row, NumberRow)
    row.field.setFocus()
    row.field.selectAll()
    QTest.keyClicks(row.field, text)
    QTest.keyClick(row.field, Qt.Key.Key_Return)
    return row.field


def refuse_choice(row: ChoiceRow) -> None:
    def refuse() -> None:
        raise Refused("This cannot be chosen.")

    row.attempt(refuse, lambda: None)


def try_cell(workspace: Workspace) -> CellTable:
    samples = panel(workspace, "samples")
    assert isinstance(samples, Samples)
    QApplication.processEvents()
    table = samples.try_table
    table.setFocus()
    table.setCurrentIndex(table.cells.index(0, 0))
    return table


def type_in(table: CellTable, text: str) -> PlaceField:
    """Begin to type in the current cell; then what is typed is emptied or goes on."""
    QTest.keyClick(table, Qt.Key.Key_F2)
    (field,) = (f for f in table.viewport().findChildren(PlaceField) if f.isVisible())
    field.selectAll()
    QTest.keyClicks(field, text)
    return field


def refuse_connect(workspace: Workspace) -> None:
    workspace.canvas.setFocus()
    workspace.stage.select(())
    QTest.keyClick(workspace.canvas, Qt.Key.Key_C)
    assert UNMARKED in workspace.strip.refusal.sentence
    assert workspace.strip.refusal.isVisible()


def test_a_refusal_goes_with_the_next_success(workspace: Workspace) -> None:
    refuse_connect(workspace)
    assert workspace.canvas.tip.isVisible()
    workspace.window.menus.actions["step"].trigger()
    assert workspace.strip.refusal.isHidden()
    assert workspace.canvas.tip.isHidden()
    assert not workspace.strip.facts.covered


def test_a_refusal_goes_when_what_was_missing_is_there(workspace: Workspace) -> None:
    refuse_connect(workspace)
    workspace.stage.select((workspace.document.value.network.nodes[0].id,))
    QTest.keyClick(workspace.canvas, Qt.Key.Key_1)
    assert workspace.strip.refusal.isHidden()


def test_what_is_said_of_something_else_stays_after_a_success(workspace: Workspace) -> None:
    refuse_connect(workspace)
    workspace.strip.note("Wrote “net.png”.")
    workspace.window.menus.actions["step"].trigger()
    assert workspace.strip.refusal.isVisible()


@pytest.mark.long
@pytest.mark.ci
def test_every_message_goes_by_itself_after_six_seconds(qtbot: QtBot, workspace: Workspace) -> None:
    field = type_rate(workspace, "fast")
    settings = workspace.docks.panel("settings")
    assert isinstance(settings, SettingsPanel)
    chosen = settings.row("loss")
    assert isinstance(chosen, ChoiceRow)
    refuse_choice(chosen)
    workspace.canvas.refuse("This cannot be drawn.")
    workspace.strip.note("Wrote “net.png”.")  # in place of the refusal

    def shown() -> list[MessageBubble]:
        return [m for m in workspace.window.findChildren(MessageBubble) if m.isVisible()]

    assert len(shown()) == 4, "a field, a choice, the pointer, the strip"
    began = time.monotonic()
    qtbot.waitUntil(lambda: not shown(), timeout=STAYS + 20_000)
    assert time.monotonic() - began > STAYS / 1000 - 1
    assert field.property("wrong"), "the entry still waits to be mended"
    assert not chosen.field.accessibleDescription()


def test_only_one_place_says_how_long() -> None:
    """Every window of its own that says something for a while is a MessageBubble."""
    folder = Path(playground.__file__).parent
    said = [p.name for p in folder.rglob("*.py") if "STAYS =" in p.read_text("utf-8")]
    assert said == ["buttons.py"]
    assert STAYS == 6000


def test_a_field_says_again_what_is_wrong_when_one_comes_back(
    qtbot: QtBot, workspace: Workspace
) -> None:
    field = type_rate(workspace, "fast")
    (bubble,) = bubbles(workspace)
    bubble.end()
    assert field.refusal, "the cause is still there"
    workspace.canvas.setFocus()
    bubble.end()
    field.setFocus()
    assert bubble.isVisible()


def test_a_bubble_goes_with_its_control(workspace: Workspace) -> None:
    settings = panel(workspace, "settings")
    assert isinstance(settings, SettingsPanel)
    chosen = settings.row("loss")
    assert isinstance(chosen, ChoiceRow)
    refuse_choice(chosen)
    type_rate(workspace, "fast")
    assert len(bubbles(workspace)) == 2
    workspace.docks.docks["settings"].close()
    assert not bubbles(workspace)


@pytest.mark.parametrize("typed", ["", "fast"])
def test_turning_the_page_ends_a_bubble_about_a_cell(
    qtbot: QtBot, workspace: Workspace, typed: str
) -> None:
    learner = Learner(qtbot, workspace)
    table = try_cell(workspace)
    QTest.keyClick(type_in(table, "0.5"), Qt.Key.Key_Return)
    field = type_in(table, typed)
    if not typed:
        QTest.keyClick(field, Qt.Key.Key_Backspace)
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert len(bubbles(workspace)) == 1
    learner.next()
    assert not bubbles(workspace)
    assert not [f for f in workspace.window.findChildren(PlaceField) if f.refusal]
    assert not [f for f in table.viewport().findChildren(PlaceField) if f.isVisible()]


def test_another_document_ends_every_bubble(workspace: Workspace) -> None:
    field = type_rate(workspace, "fast")
    workspace.window.menus.actions["new"].trigger()
    assert not bubbles(workspace)
    assert not field.refusal


def test_a_refused_number_on_the_canvas_is_given_up_with_its_page(
    qtbot: QtBot, workspace: Workspace
) -> None:
    learner = Learner(qtbot, workspace)
    edge = workspace.document.value.network.edges[0]
    workspace.stage.select(edges=((edge.source, edge.target),))
    workspace.window.menus.actions["edit"].trigger()
    field = workspace.canvas.typing.field
    assert field is not None
    field.selectAll()
    QTest.keyClicks(field, "much")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert len(bubbles(workspace)) == 1
    learner.next()
    assert not bubbles(workspace)
    assert workspace.canvas.typing.field is None


def test_a_notice_goes_when_the_file_is_as_it_was(
    qtbot: QtBot, workspace: Workspace, tmp_path: Path
) -> None:
    mine = tmp_path / "mine.json"
    workspace.files.work.save(mine)
    before, times = mine.read_bytes(), mine.stat()
    mine.write_bytes(before.replace(b"0", b"1", 1))
    qtbot.waitUntil(lambda: bool(workspace.notice.text))
    mine.write_bytes(before)
    os.utime(mine, ns=(times.st_atime_ns, times.st_mtime_ns))
    qtbot.waitUntil(lambda: not workspace.notice.text)


def test_a_bubble_is_inside_its_window(workspace: Workspace) -> None:
    type_rate(workspace, "fast")
    (bubble,) = bubbles(workspace)
    assert bubble.parentWidget() is not None
    corner = bubble.mapTo(workspace.window, QPoint())
    assert workspace.window.rect().contains(corner)
