"""Cells from a spreadsheet, pasted wherever the keyboard is: a table with labels, or numbers."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from playground.dialogs.open_table import OpenTable
from playground.panels.samples import Samples
from playground.panels.settings import SettingsPanel
from playground.widgets.form_rows import NumberRow
from playground.widgets.place_field import PlaceField
from playground.window.furniture import Furniture
from tests.playground.canvas_desk import LEFT
from tests.playground.opened import opened
from tests.sampled import sampled

CTRL = Qt.KeyboardModifier.ControlModifier
IRIS = (
    "sepal\tpetal\tspecies\r\n5.1\t1.4\tsetosa\r\n4.9\t1.5\tsetosa\r\n6.4\t4.5\tversicolor\r\n"
    "6.9\t4.9\tversicolor\r\n6.3\t6.0\tvirginica\r\n5.8\t5.1\tvirginica\r\n"
)


@pytest.fixture
def furniture(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Furniture]:
    with opened(qtbot, qapp, tmp_path) as made:
        yield made


def copy(text: str) -> None:
    QGuiApplication.clipboard().setText(text)


def press_paste() -> None:
    """Ctrl+V to whatever has the keyboard."""
    widget = QApplication.focusWidget()
    assert widget is not None
    QTest.keyClick(widget, Qt.Key.Key_V, CTRL)


def dialogs(furniture: Furniture) -> list[OpenTable]:
    return [d for d in furniture.window.findChildren(OpenTable) if d.isVisible()]


def dialog_of(qtbot: QtBot, furniture: Furniture) -> OpenTable:
    (dialog,) = dialogs(furniture)
    qtbot.waitUntil(lambda: not dialog.reading.is_running)
    return dialog


def new(furniture: Furniture) -> None:
    furniture.window.menus.actions["new"].trigger()
    assert not furniture.document.value.network.nodes


def panel(furniture: Furniture, name: str) -> QWidget:
    dock = furniture.docks.docks[name]
    dock.show()
    dock.raise_()
    return furniture.docks.panel(name)


def samples_of(furniture: Furniture) -> Samples:
    found = panel(furniture, "samples")
    assert isinstance(found, Samples)
    QApplication.processEvents()
    found.table.setFocus()
    return found


def rate_field(furniture: Furniture) -> PlaceField:
    settings = panel(furniture, "settings")
    assert isinstance(settings, SettingsPanel)
    row = settings.row("rate")
    assert isinstance(row, NumberRow)
    row.field.setFocus()
    return row.field


def focus(furniture: Furniture, place: str) -> None:
    """The keyboard at one of the places of the window."""
    match place:
        case "canvas":
            furniture.canvas.setFocus()
        case "samples":
            samples_of(furniture)
        case "try":
            samples_of(furniture).try_table.setFocus()
        case "a field":
            rate_field(furniture)
        case "transport":
            furniture.transport.buttons.epoch.setFocus()
        case _:
            panel(furniture, place)
            dock = furniture.docks.docks[place]
            stop = next(w for w in dock.findChildren(QWidget)
                        if w.focusPolicy() & Qt.FocusPolicy.TabFocus and w.isVisible()
                        and w.isEnabled())  # fmt: skip
            stop.setFocus()


PLACES = ("canvas", "samples", "try", "a field", "transport", "lesson", "inspector", "history")


@pytest.mark.parametrize("place", sampled(tuple(PLACES), 2))
def test_row_83_a_table_with_labels_pasted_anywhere(
    qtbot: QtBot, furniture: Furniture, place: str
) -> None:
    start = furniture.document.value
    copy(IRIS)
    focus(furniture, place)
    press_paste()
    dialog = dialog_of(qtbot, furniture)
    assert dialog.heading.text == "Pasted cells"
    assert not dialog.dialect.encoding.isEnabled()
    assert dialog.use.names("target") == ["species"]
    assert not dialog.trouble.isVisible()
    dialog.reject()
    assert furniture.document.value is start
    assert not furniture.strip.refusal.isVisible()


@pytest.mark.parametrize("place", sampled(("canvas", "samples"), 1))
def test_row_83_a_table_pasted_into_an_empty_document(
    qtbot: QtBot, furniture: Furniture, place: str
) -> None:
    """From the clipboard to three classes that are learnt."""
    new(furniture)
    start = furniture.document.value
    copy(IRIS)
    focus(furniture, place)
    press_paste()
    dialog = dialog_of(qtbot, furniture)
    assert dialog.fit.text() == "Make a network: 2 inputs, 8 hidden neurons, 3 outputs"
    assert dialog.fit.isChecked()
    assert dialog.options.scaled.field.isChecked()
    assert dialog.options.scored.field.isChecked()
    QTest.mouseClick(dialog.create_button, LEFT)
    value = furniture.document.value
    assert value.settings.loss == "softmax cross-entropy"
    assert value.data.classes == ("setosa", "versicolor", "virginica")
    assert value.data.scaling is not None
    hidden = [n for n in value.network.nodes if n.kind == "neuron" and not n.output]
    assert len(hidden) == 8
    assert np.allclose(value.data.input_rows().mean(axis=0), 0)
    assert furniture.document.stack.undoText() == "Paste a table"
    for _ in range(100):
        QTest.mouseClick(furniture.transport.buttons.epoch, LEFT)
        qtbot.waitUntil(lambda: not furniture.trainer.is_running)
    last = furniture.document.value.curve.last
    assert last is not None
    assert last.accuracy == 1.0
    while furniture.document.stack.canUndo():
        furniture.document.stack.undo()
    assert furniture.document.value is start


def test_other_samples_begin_a_curve_of_their_own_and_the_network_is_seen_whole(
    qtbot: QtBot, furniture: Furniture
) -> None:
    """One output becomes three, far to the right of where the learner looks."""
    furniture.files.read_lesson("xor")
    for _ in range(3):
        furniture.transport.step_update()
    canvas = furniture.canvas
    canvas.zoom_to(2.0)
    copy(IRIS)
    focus(furniture, "canvas")
    press_paste()
    dialog = dialog_of(qtbot, furniture)
    dialog.fit.click()
    QTest.mouseClick(dialog.create_button, LEFT)
    value = furniture.document.value
    assert len(value.network.outputs) == 3
    seen = canvas.visible_rect()
    assert seen.contains(canvas.canvas.bounds())
    facts = {fact.name: fact.value for fact in furniture.strip.facts.facts}
    assert (facts["Updates"], facts["Loss"]) == ("0", "—")
    assert (value.curve.count, len(value.runs)) == (0, 1)
    assert furniture.strip.refusal.text.startswith("Updates count from 0 again")


@pytest.mark.parametrize(
    "text", ["1\t2\t3\t0\r\n4\t5\t6\t1\r\n", "a,b,t\n1,2,0\n3,4,1\n", "1\n2\n"]
)
def test_row_83_numbers_pasted_into_an_empty_document(
    qtbot: QtBot, furniture: Furniture, text: str
) -> None:
    new(furniture)
    copy(text)
    furniture.canvas.setFocus()
    press_paste()
    dialog = dialog_of(qtbot, furniture)
    assert dialog.table is not None
    assert not dialog.options.scored.field.isEnabled()
    assert not dialog.options.scaled.field.isChecked()


def test_the_menu_pastes_where_the_keyboard_is(qtbot: QtBot, furniture: Furniture) -> None:
    samples = samples_of(furniture)
    wide = samples.model.plan.data
    samples.table.setCurrentIndex(samples.model.index(0, 0))
    copy("\t".join("7" for _ in range(wide)) + "\n")
    furniture.window.menus.actions["paste"].trigger()
    assert furniture.document.value.data.cells[0].tolist() == [7.0] * wide
    assert not dialogs(furniture)
    copy(IRIS)
    furniture.window.menus.actions["paste"].trigger()
    dialog_of(qtbot, furniture).reject()


def test_numbers_that_fit_are_pasted_into_the_cells(furniture: Furniture) -> None:
    samples = samples_of(furniture)
    samples.table.setCurrentIndex(samples.model.index(0, 1))
    copy("5\n6\n")
    press_paste()
    assert furniture.document.value.data.cells[:2, 1].tolist() == [5, 6]
    assert not dialogs(furniture)


def test_numbers_with_room_further_left_are_told_so(furniture: Furniture) -> None:
    samples = samples_of(furniture)
    wide = samples.model.plan.data
    samples.table.setCurrentIndex(samples.model.index(0, wide - 1))
    copy("5\t6\n")
    press_paste()
    assert "Choose a cell further to the left." in furniture.strip.refusal.text
    assert not dialogs(furniture)


def test_more_columns_than_there_are_open_as_a_table(qtbot: QtBot, furniture: Furniture) -> None:
    samples = samples_of(furniture)
    wide = samples.model.plan.data + 2
    copy("\n".join("\t".join("7" for _ in range(wide)) for _ in range(3)))
    press_paste()
    assert dialog_of(qtbot, furniture).table is not None


@pytest.mark.parametrize("text", ["virginica", "Dear Anna,\nthank you for all", ""])
def test_words_are_refused_with_a_sentence(furniture: Furniture, text: str) -> None:
    start = furniture.document.value
    for place in ("canvas", "samples"):
        focus(furniture, place)
        copy(text)
        press_paste()
        assert furniture.strip.refusal.isVisible()
        assert furniture.strip.refusal.text.endswith(".")
        assert not dialogs(furniture)
    assert furniture.document.value is start


def test_words_are_still_pasted_into_a_field(furniture: Furniture) -> None:
    field = rate_field(furniture)
    field.selectAll()
    copy("0.25")
    press_paste()
    assert field.text() == "0.25"


def test_a_part_of_a_network_is_pasted_as_before(furniture: Furniture) -> None:
    before = len(furniture.document.value.network.nodes)
    furniture.canvas.setFocus()
    furniture.stage.select((furniture.document.value.network.nodes[-1].id,))
    QTest.keyClick(furniture.canvas, Qt.Key.Key_C, CTRL)
    press_paste()
    assert len(furniture.document.value.network.nodes) == before + 1


def test_a_pasted_table_with_mistakes_says_so_in_the_dialog(
    qtbot: QtBot, furniture: Furniture
) -> None:
    copy("a\tb\tt\n1\t2\t0\n3\tx\t1\n5\t6\t1\n7\t8\t0\n")
    furniture.canvas.setFocus()
    press_paste()
    dialog = dialog_of(qtbot, furniture)
    assert dialog.trouble.isVisible()
    assert dialog.trouble.sentence.text() == "1 row cannot be used."
