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
from playground.canvas.tip import Tip
from playground.panels.samples import Samples
from playground.panels.settings import SettingsPanel
from playground.widgets.cell_table import CellTable
from playground.widgets.form_rows import ChoiceRow, NumberRow
from playground.widgets.message import STAYS, Message
from playground.widgets.place_field import PlaceField, Sentence
from playground.widgets.strip import Refusal
from playground.window.furniture import Furniture
from tests.playground.lesson_learner import Learner
from tests.playground.opened import opened

LEFT = Qt.MouseButton.LeftButton
UNMARKED = "Nothing is there to be connected"


@pytest.fixture
def furniture(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Furniture]:
    with opened(qtbot, qapp, tmp_path) as made:
        yield made


def panel(furniture: Furniture, name: str) -> QWidget:
    dock = furniture.docks.docks[name]
    dock.show()
    dock.raise_()
    return furniture.docks.panel(name)


def bubbles(furniture: Furniture) -> list[Sentence]:
    return [s for s in furniture.window.findChildren(Sentence) if s.isVisible()]


def type_rate(furniture: Furniture, text: str) -> PlaceField:
    """A rate in the Settings that cannot be."""
    settings = panel(furniture, "settings")
    assert isinstance(settings, SettingsPanel)
    row = settings.row("rate")
    assert isinstance(row, NumberRow)
    row.field.setFocus()
    row.field.selectAll()
    QTest.keyClicks(row.field, text)
    QTest.keyClick(row.field, Qt.Key.Key_Return)
    return row.field


def try_cell(furniture: Furniture) -> CellTable:
    samples = panel(furniture, "samples")
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


def refuse_connect(furniture: Furniture) -> None:
    furniture.canvas.setFocus()
    furniture.stage.select(())
    QTest.keyClick(furniture.canvas, Qt.Key.Key_C)
    assert UNMARKED in furniture.strip.refusal.text
    assert furniture.strip.refusal.isVisible()


def test_a_refusal_goes_with_the_next_success(furniture: Furniture) -> None:
    refuse_connect(furniture)
    furniture.window.menus.actions["step"].trigger()
    assert furniture.strip.refusal.isHidden()
    assert not furniture.strip.facts.covered


def test_a_refusal_goes_when_what_was_missing_is_there(furniture: Furniture) -> None:
    refuse_connect(furniture)
    furniture.stage.select((furniture.document.value.network.nodes[0].id,))
    QTest.keyClick(furniture.canvas, Qt.Key.Key_1)
    assert furniture.strip.refusal.isHidden()


def test_what_is_said_of_something_else_stays_after_a_success(furniture: Furniture) -> None:
    refuse_connect(furniture)
    furniture.strip.note("Wrote “net.png”.")
    furniture.window.menus.actions["step"].trigger()
    assert furniture.strip.refusal.isVisible()


@pytest.mark.long
@pytest.mark.ci
def test_every_message_goes_by_itself_after_six_seconds(qtbot: QtBot, furniture: Furniture) -> None:
    field = type_rate(furniture, "fast")
    settings = furniture.docks.panel("settings")
    assert isinstance(settings, SettingsPanel)
    chosen = settings.row("loss")
    assert isinstance(chosen, ChoiceRow)
    chosen.refusal.show("This cannot be chosen.")
    furniture.canvas.context.refuse("This cannot be drawn.")
    furniture.strip.note("Wrote “net.png”.")  # in place of the refusal

    def shown() -> list[Message]:
        return [m for m in furniture.window.findChildren(Message) if m.isVisible()]

    assert len(shown()) == 4, "a field, a choice, the pointer, the strip"
    began = time.monotonic()
    qtbot.waitUntil(lambda: not shown(), timeout=STAYS + 20_000)
    assert time.monotonic() - began > STAYS / 1000 - 1
    assert field.property("wrong"), "the entry still waits to be mended"
    assert not chosen.field.accessibleDescription()


def test_only_one_place_says_how_long() -> None:
    """Every window of its own that says something for a while is a Message."""
    folder = Path(playground.__file__).parent
    said = [p.name for p in folder.rglob("*.py") if "STAYS =" in p.read_text("utf-8")]
    assert said == ["message.py"]
    assert STAYS == 6000
    assert all(issubclass(kind, Message) for kind in (Sentence, Tip, Refusal))


def test_a_field_says_again_what_is_wrong_when_one_comes_back(
    qtbot: QtBot, furniture: Furniture
) -> None:
    field = type_rate(furniture, "fast")
    (bubble,) = bubbles(furniture)
    bubble.end()
    assert field.refusal, "the cause is still there"
    furniture.canvas.setFocus()
    bubble.end()
    field.setFocus()
    assert bubble.isVisible()


def test_a_bubble_goes_with_its_control(furniture: Furniture) -> None:
    settings = panel(furniture, "settings")
    assert isinstance(settings, SettingsPanel)
    chosen = settings.row("loss")
    assert isinstance(chosen, ChoiceRow)
    chosen.refusal.show("This cannot be chosen.")
    type_rate(furniture, "fast")
    assert len(bubbles(furniture)) == 2
    furniture.docks.docks["settings"].close()
    assert not bubbles(furniture)


@pytest.mark.parametrize("typed", ["", "fast"])
def test_turning_the_page_ends_a_bubble_about_a_cell(
    qtbot: QtBot, furniture: Furniture, typed: str
) -> None:
    learner = Learner(qtbot, furniture)
    table = try_cell(furniture)
    QTest.keyClick(type_in(table, "0.5"), Qt.Key.Key_Return)
    field = type_in(table, typed)
    if not typed:
        QTest.keyClick(field, Qt.Key.Key_Backspace)
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert len(bubbles(furniture)) == 1
    learner.next()
    assert not bubbles(furniture)
    assert not [f for f in furniture.window.findChildren(PlaceField) if f.refusal]
    assert not [f for f in table.viewport().findChildren(PlaceField) if f.isVisible()]


def test_another_document_ends_every_bubble(furniture: Furniture) -> None:
    field = type_rate(furniture, "fast")
    furniture.window.menus.actions["new"].trigger()
    assert not bubbles(furniture)
    assert not field.refusal


def test_a_refused_number_on_the_canvas_is_given_up_with_its_page(
    qtbot: QtBot, furniture: Furniture
) -> None:
    learner = Learner(qtbot, furniture)
    edge = furniture.document.value.network.edges[0]
    furniture.stage.select(edges=((edge.source, edge.target),))
    furniture.window.menus.actions["edit"].trigger()
    field = furniture.canvas.typing.field
    assert field is not None
    field.selectAll()
    QTest.keyClicks(field, "much")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert len(bubbles(furniture)) == 1
    learner.next()
    assert not bubbles(furniture)
    assert furniture.canvas.typing.field is None


def test_a_notice_goes_when_the_file_is_as_it_was(
    qtbot: QtBot, furniture: Furniture, tmp_path: Path
) -> None:
    mine = tmp_path / "mine.json"
    furniture.files.work.save(mine)
    before, times = mine.read_bytes(), mine.stat()
    mine.write_bytes(before.replace(b"0", b"1", 1))
    qtbot.waitUntil(lambda: bool(furniture.notice.text))
    mine.write_bytes(before)
    os.utime(mine, ns=(times.st_atime_ns, times.st_mtime_ns))
    qtbot.waitUntil(lambda: not furniture.notice.text)


def test_a_bubble_is_inside_its_window(furniture: Furniture) -> None:
    type_rate(furniture, "fast")
    (bubble,) = bubbles(furniture)
    assert bubble.parentWidget() is not None
    corner = bubble.mapTo(furniture.window, QPoint())
    assert furniture.window.rect().contains(corner)
