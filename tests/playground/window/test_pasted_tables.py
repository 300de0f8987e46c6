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

from playground.dialogs.import_table import OpenTable
from playground.panels.samples import Samples
from playground.panels.settings import SettingsPanel
from playground.widgets.fields import PlaceField
from playground.widgets.form import NumberRow
from playground.window.workspace import Workspace
from tests.playground.canvas_desk import LEFT
from tests.playground.opened import opened
from tests.sampled import sampled

CTRL = Qt.KeyboardModifier.ControlModifier
IRIS = (
    "sepal\tpetal\tspecies\r\n5.1\t1.4\tsetosa\r\n4.9\t1.5\tsetosa\r\n6.4\t4.5\tversicolor\r\n"
    "6.9\t4.9\tversicolor\r\n6.3\t6.0\tvirginica\r\n5.8\t5.1\tvirginica\r\n"
)


@pytest.fixture
def workspace(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Workspace]:
    with opened(qtbot, qapp, tmp_path) as made:
        yield made


def copy(text: str) -> None:
    QGuiApplication.clipboard().setText(text)


def press_paste() -> None:
    """Ctrl+V to whatever has the keyboard."""
    widget = QApplication.focusWidget()
    assert widget is not None
    QTest.keyClick(widget, Qt.Key.Key_V, CTRL)


def dialogs(workspace: Workspace) -> list[OpenTable]:
    return [d for d in workspace.window.findChildren(OpenTable) if d.isVisible()]


def dialog_of(qtbot: QtBot, workspace: Workspace) -> OpenTable:
    (dialog,) = dialogs(workspace)
    qtbot.waitUntil(lambda: not dialog.reading.busy)
    return dialog


def new(workspace: Workspace) -> None:
    workspace.window.menus.actions["new"].trigger()
    assert not workspace.document.value.network.nodes


def panel(workspace: Workspace, name: str) -> QWidget:
    dock = workspace.docks.docks[name]
    dock.show()
    dock.raise_()
    return workspace.docks.panel(name)


def samples_of(workspace: Workspace) -> Samples:
    found = panel(workspace, "samples")
    assert isinstance(found, Samples)
    QApplication.processEvents()
    found.table.setFocus()
    return found


def rate_field(workspace: Workspace) -> PlaceField:
    settings = panel(workspace, "settings")
    assert isinstance(settings, SettingsPanel)
    row = settings.row("rate")
    assert isinstance(row, NumberRow)
    row.field.setFocus()
    return row.field


def focus(workspace: Workspace, place: str) -> None:
    """The keyboard at one of the places of the window."""
    match place:
        case "canvas":
            workspace.canvas.setFocus()
        case "samples":
            samples_of(workspace)
        case "try":
            samples_of(workspace).try_table.setFocus()
        case "a field":
            rate_field(workspace)
        case "transport":
            workspace.transport.buttons.epoch.setFocus()
        case _:
            panel(workspace, place)
            dock = workspace.docks.docks[place]
            stop = next(w for w in dock.findChildren(QWidget)
                        if w.focusPolicy() & Qt.FocusPolicy.TabFocus and w.isVisible()
                        and w.isEnabled())  # fmt: skip
            stop.setFocus()


PLACES = ("canvas", "samples", "try", "a field", "transport", "lesson", "inspector", "history")


@pytest.mark.parametrize("place", sampled(tuple(PLACES), 2))
def test_row_83_a_table_with_labels_pasted_anywhere(
    qtbot: QtBot, workspace: Workspace, place: str
) -> None:
    start = workspace.document.value
    copy(IRIS)
    focus(workspace, place)
    press_paste()
    dialog = dialog_of(qtbot, workspace)
    assert dialog.heading.text == "Pasted cells"
    assert not dialog.dialect.fields["encoding"].isEnabled()
    assert dialog.use.names("target") == ["species"]
    assert not dialog.trouble.isVisible()
    dialog.reject()
    assert workspace.document.value is start
    assert not workspace.strip.refusal.isVisible()


@pytest.mark.parametrize("place", sampled(("canvas", "samples"), 1))
def test_row_83_a_table_pasted_into_an_empty_document(
    qtbot: QtBot, workspace: Workspace, place: str
) -> None:
    """From the clipboard to three classes that are learnt."""
    new(workspace)
    start = workspace.document.value
    copy(IRIS)
    focus(workspace, place)
    press_paste()
    dialog = dialog_of(qtbot, workspace)
    assert dialog.fit.text() == "Make a network: 2 inputs, 8 hidden neurons, 3 outputs"
    assert dialog.fit.isChecked()
    assert dialog.options.scaled.field.isChecked()
    assert dialog.options.scored.field.isChecked()
    QTest.mouseClick(dialog.create_button, LEFT)
    value = workspace.document.value
    assert value.settings.loss == "softmax cross-entropy"
    assert value.data.classes == ("setosa", "versicolor", "virginica")
    assert value.data.scaling is not None
    hidden = [n for n in value.network.nodes if n.kind == "neuron" and not n.output]
    assert len(hidden) == 8
    assert np.allclose(value.data.input_rows().mean(axis=0), 0)
    assert workspace.document.stack.undoText() == "Paste a table"
    for _ in range(100):
        QTest.mouseClick(workspace.transport.buttons.epoch, LEFT)
        qtbot.waitUntil(lambda: not workspace.trainer.is_running)
    last = workspace.document.value.curve.last
    assert last is not None
    assert last.accuracy == 1.0
    while workspace.document.stack.canUndo():
        workspace.document.stack.undo()
    assert workspace.document.value is start


def test_other_samples_begin_a_curve_of_their_own_and_the_network_is_seen_whole(
    qtbot: QtBot, workspace: Workspace
) -> None:
    """One output becomes three, far to the right of where the learner looks."""
    workspace.files.read_lesson("xor")
    for _ in range(3):
        workspace.transport.step_update()
    canvas = workspace.canvas
    canvas.zoom_to(2.0)
    copy(IRIS)
    focus(workspace, "canvas")
    press_paste()
    dialog = dialog_of(qtbot, workspace)
    dialog.fit.click()
    QTest.mouseClick(dialog.create_button, LEFT)
    value = workspace.document.value
    assert len(value.network.outputs) == 3
    seen = canvas.visible_rect()
    assert seen.contains(canvas.canvas.bounds())
    facts = {fact.name: fact.value for fact in workspace.strip.facts.facts}
    assert (facts["Updates"], facts["Loss"]) == ("0", "—")
    assert (value.curve.count, len(value.runs)) == (0, 1)
    assert workspace.strip.refusal.sentence.startswith("Updates count from 0 again")


@pytest.mark.parametrize(
    "text", ["1\t2\t3\t0\r\n4\t5\t6\t1\r\n", "a,b,t\n1,2,0\n3,4,1\n", "1\n2\n"]
)
def test_row_83_numbers_pasted_into_an_empty_document(
    qtbot: QtBot, workspace: Workspace, text: str
) -> None:
    new(workspace)
    copy(text)
    workspace.canvas.setFocus()
    press_paste()
    dialog = dialog_of(qtbot, workspace)
    assert dialog.table is not None
    assert not dialog.options.scored.field.isEnabled()
    assert not dialog.options.scaled.field.isChecked()


def test_the_menu_pastes_where_the_keyboard_is(qtbot: QtBot, workspace: Workspace) -> None:
    samples = samples_of(workspace)
    wide = samples.model.plan.data
    samples.table.setCurrentIndex(samples.model.index(0, 0))
    copy("\t".join("7" for _ in range(wide)) + "\n")
    workspace.window.menus.actions["paste"].trigger()
    assert workspace.document.value.data.cells[0].tolist() == [7.0] * wide
    assert not dialogs(workspace)
    copy(IRIS)
    workspace.window.menus.actions["paste"].trigger()
    dialog_of(qtbot, workspace).reject()


def test_numbers_that_fit_are_pasted_into_the_cells(workspace: Workspace) -> None:
    samples = samples_of(workspace)
    samples.table.setCurrentIndex(samples.model.index(0, 1))
    copy("5\n6\n")
    press_paste()
    assert workspace.document.value.data.cells[:2, 1].tolist() == [5, 6]
    assert not dialogs(workspace)


def test_numbers_with_room_further_left_are_told_so(workspace: Workspace) -> None:
    samples = samples_of(workspace)
    wide = samples.model.plan.data
    samples.table.setCurrentIndex(samples.model.index(0, wide - 1))
    copy("5\t6\n")
    press_paste()
    assert "Choose a cell further to the left." in workspace.strip.refusal.sentence
    assert not dialogs(workspace)


def test_more_columns_than_there_are_open_as_a_table(qtbot: QtBot, workspace: Workspace) -> None:
    samples = samples_of(workspace)
    wide = samples.model.plan.data + 2
    copy("\n".join("\t".join("7" for _ in range(wide)) for _ in range(3)))
    press_paste()
    assert dialog_of(qtbot, workspace).table is not None


@pytest.mark.parametrize("text", ["virginica", "Dear Anna,\nthank you for all", ""])
def test_words_are_refused_with_a_sentence(workspace: Workspace, text: str) -> None:
    start = workspace.document.value
    for place in ("canvas", "samples"):
        focus(workspace, place)
        copy(text)
        press_paste()
        assert workspace.strip.refusal.isVisible()
        assert workspace.strip.refusal.sentence.endswith(".")
        assert not dialogs(workspace)
    assert workspace.document.value is start


def test_words_are_still_pasted_into_a_field(workspace: Workspace) -> None:
    field = rate_field(workspace)
    field.selectAll()
    copy("0.25")
    press_paste()
    assert field.text() == "0.25"


def test_a_part_of_a_network_is_pasted_as_before(workspace: Workspace) -> None:
    before = len(workspace.document.value.network.nodes)
    workspace.canvas.setFocus()
    workspace.stage.select((workspace.document.value.network.nodes[-1].id,))
    QTest.keyClick(workspace.canvas, Qt.Key.Key_C, CTRL)
    press_paste()
    assert len(workspace.document.value.network.nodes) == before + 1


def test_a_pasted_table_with_mistakes_says_so_in_the_dialog(
    qtbot: QtBot, workspace: Workspace
) -> None:
    copy("a\tb\tt\n1\t2\t0\n3\tx\t1\n5\t6\t1\n7\t8\t0\n")
    workspace.canvas.setFocus()
    press_paste()
    dialog = dialog_of(qtbot, workspace)
    assert dialog.trouble.isVisible()
    assert dialog.trouble.sentence.text() == "1 row cannot be used."
