"""Generating sets: seen while the sliders move, taken as one entry, the network fitted."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.experiment.editing import with_data
from engine.experiment.experiment import new_experiment
from engine.files.document import document_text
from engine.files.loading import load_bytes
from engine.functions.datasets import DATASETS, Recipe, generate
from engine.network import Network
from playground.dialogs.generate_data import GenerateSet
from playground.widgets.form import MOST_SEED
from tests.engine.experiments import small, student
from tests.playground.panel_window import enter, unnamed
from tests.playground.table_desk import TableDesk


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> TableDesk:
    return TableDesk(qtbot, small(7), tmp_path)


@pytest.fixture
def dialog(desk: TableDesk) -> GenerateSet:
    return asked(desk)


def asked(desk: TableDesk) -> GenerateSet:
    desk.desk.generate()
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, GenerateSet)
    return dialog


def seen(dialog: GenerateSet) -> QImage:
    return dialog.picture.grab().toImage()


@pytest.mark.parametrize("kind", DATASETS)
def test_each_set_is_taken_with_its_recipe_as_one_entry(
    desk: TableDesk, dialog: GenerateSet, kind: str
) -> None:
    start = desk.value
    tile = next(tile for tile in dialog.tiles if tile.kind == kind)
    QTest.mouseClick(tile, Qt.MouseButton.LeftButton)
    enter(dialog.number.field, "200")
    QTest.mouseClick(dialog.create_button, Qt.MouseButton.LeftButton)
    data, points = desk.value.data, generate(Recipe(kind, 200))
    assert data.recipe == Recipe(kind, 200)
    assert data.input_rows().tolist() == points.inputs.tolist()
    assert data.target_rows().tolist() == points.targets.tolist()
    assert data.test.tolist() == points.test.tolist()
    assert desk.document.stack.undoText() == f"Generate {DATASETS[kind].title}, 200 points"
    desk.document.stack.undo()
    assert desk.value is start


def test_row_81_another_seed_after_the_largest_one_is_the_first(
    qtbot: QtBot, tmp_path: Path
) -> None:
    start = small(7)
    data = replace(start.data, recipe=Recipe("xor", 7, seed=10**15 - 1))
    desk = TableDesk(qtbot, with_data(start, data), tmp_path)
    dialog = asked(desk)
    QTest.mouseClick(dialog.shuffle, Qt.MouseButton.LeftButton)
    assert dialog.recipe.seed <= MOST_SEED
    QTest.mouseClick(dialog.create_button, Qt.MouseButton.LeftButton)
    assert load_bytes(document_text(desk.value).encode()).experiment == desk.value


def test_the_picture_follows_everything_that_moves(dialog: GenerateSet) -> None:
    left = Qt.MouseButton.LeftButton
    middle = dialog.noise.slider.rect().center()
    pictures = [seen(dialog)]
    QTest.mouseClick(dialog.noise.slider, left, pos=middle)
    pictures.append(seen(dialog))
    QTest.mouseClick(dialog.number.slider, left, pos=QPoint(9, 14))
    pictures.append(seen(dialog))
    QTest.keyClick(dialog.share.slider, Qt.Key.Key_PageDown)
    pictures.append(seen(dialog))
    QTest.mouseClick(dialog.shuffle, left)
    pictures.append(seen(dialog))
    QTest.mouseClick(dialog.tiles[3], left)
    pictures.append(seen(dialog))
    assert all(before != after for before, after in pairwise(pictures))
    recipe = dialog.recipe
    assert recipe.noise > 0 and recipe.size < 500 and recipe.test_share == 0.41
    assert (recipe.seed, recipe.kind) == (1, "spiral")
    assert dialog.noise.field.text() == f"{recipe.noise:g}"
    tested = round(recipe.size * 0.41)
    assert (
        dialog.caption.text()
        == f"{recipe.size - tested} to train, filled; {tested} to test, hollow"
    )


def test_arrow_keys_go_from_kind_to_kind(dialog: GenerateSet) -> None:
    dialog.tiles[0].setFocus()
    QTest.keyClick(dialog.tiles[0], Qt.Key.Key_Right)
    assert dialog.recipe.kind == "xor"
    assert dialog.tiles[1].isChecked()


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("noise", "1.5", "The noise cannot be 1.5. Give a number from 0 to 1."),
        ("number", "0", "The number of points must be a whole number from 1 to 10,000."),
        ("number", "10001", "The number of points must be a whole number from 1 to 10,000."),
        ("share", "0.95", "The share of test rows cannot be 0.95. Give a number from 0 to 0.9."),
        ("seed", "-1", "The seed must be a whole number from 0 to 2,147,483,648."),
        ("seed", "x", "“x” is not a number. Write it like −0.3, 1/3 or 2e−3."),
    ],
)
def test_what_cannot_be_stays_in_its_field(
    dialog: GenerateSet, name: str, text: str, sentence: str
) -> None:
    fields = {
        "noise": dialog.noise.field, "number": dialog.number.field, "share": dialog.share.field,
        "seed": dialog.seed,
    }  # fmt: skip
    before = dialog.recipe
    enter(fields[name], text)
    assert fields[name].refusal == sentence
    assert dialog.recipe == before
    assert dialog.isVisible()


def test_it_begins_with_the_recipe_of_the_samples(desk: TableDesk, dialog: GenerateSet) -> None:
    QTest.mouseClick(dialog.tiles[4], Qt.MouseButton.LeftButton)
    enter(dialog.noise.field, "0.2")
    QTest.mouseClick(dialog.create_button, Qt.MouseButton.LeftButton)
    again = asked(desk)
    assert again.recipe == Recipe("plane", noise=0.2)
    assert again.tiles[4].isChecked()
    assert again.noise.slider.value() == 20


def test_a_network_of_other_inputs_is_fitted_only_if_wanted(qtbot: QtBot, tmp_path: Path) -> None:
    desk = TableDesk(qtbot, student(), tmp_path)
    start, dialog = desk.value, asked(desk)
    assert dialog.told.text() == (
        "The samples have 2 inputs and 1 target; the network has 3 inputs and 1 output."
    )
    assert not dialog.create_button.isEnabled()
    QTest.mouseClick(dialog.fit, Qt.MouseButton.LeftButton, pos=dialog.fit.rect().center())
    QTest.mouseClick(dialog.create_button, Qt.MouseButton.LeftButton)
    assert len(desk.value.network.inputs) == 2
    assert desk.value.data.count == 500
    assert desk.document.stack.count() == 1
    desk.document.stack.undo()
    assert desk.value is start


def test_an_empty_canvas_gets_two_inputs_and_an_output(qtbot: QtBot, tmp_path: Path) -> None:
    desk = TableDesk(qtbot, new_experiment(Network()), tmp_path)
    dialog = asked(desk)
    QTest.mouseClick(dialog.fit, Qt.MouseButton.LeftButton, pos=dialog.fit.rect().center())
    QTest.mouseClick(dialog.create_button, Qt.MouseButton.LeftButton)
    assert (len(desk.value.network.inputs), len(desk.value.network.outputs)) == (2, 1)
    assert desk.value.data.recipe == Recipe("circle")


def test_enter_on_cancel_cancels(desk: TableDesk, dialog: GenerateSet) -> None:
    before = desk.value
    dialog.cancel_button.setFocus()
    QTest.keyClick(dialog.cancel_button, Qt.Key.Key_Return)
    assert desk.value is before
    assert not dialog.isVisible()


def test_escape_changes_nothing(desk: TableDesk, dialog: GenerateSet) -> None:
    start = desk.value
    QTest.mouseClick(dialog.tiles[2], Qt.MouseButton.LeftButton)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert desk.value is start
    assert desk.document.stack.count() == 0


def test_every_control_is_named_tipped_and_reached(dialog: GenerateSet) -> None:
    wanted = {
        dialog.tiles[0], dialog.noise.slider, dialog.noise.field, dialog.number.slider,
        dialog.number.field, dialog.share.slider, dialog.share.field, dialog.shuffle, dialog.seed,
        dialog.cancel_button, dialog.create_button,
    }  # fmt: skip
    dialog.tiles[0].setFocus(Qt.FocusReason.TabFocusReason)
    found = []
    for _ in wanted:
        found.append(dialog.focusWidget())
        QTest.keyClick(found[-1], Qt.Key.Key_Tab)
    assert set(found) == wanted
    assert unnamed([*found, *dialog.tiles]) == []


def test_an_entry_that_was_refused_is_mended_before_anything_is_made(
    desk: TableDesk, dialog: GenerateSet
) -> None:
    start = desk.value
    enter(dialog.number.field, "many")
    assert dialog.number.field.refusal
    QTest.mouseClick(dialog.create_button, Qt.MouseButton.LeftButton)
    assert dialog.isVisible()
    assert dialog.number.field.text() == "many"
    assert desk.value is start
    enter(dialog.number.field, "100")
    QTest.mouseClick(dialog.create_button, Qt.MouseButton.LeftButton)
    assert desk.value.data.count == 100
