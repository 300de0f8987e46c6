"""The settings: only what matters is shown, and a bad value is refused with its range."""

import math
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from engine.experiment.editing import with_settings
from engine.functions.initializers import Initializer
from engine.functions.optimizers import OPTIMIZERS, SCHEDULES, Optimizer, Schedule
from playground.panels.settings import SECTIONS, SettingsPanel, read_path, with_path
from playground.widgets.buttons import ElidedLabel
from playground.widgets.fields import NumberField, Sentence
from playground.widgets.form import ChoiceRow, FormRow, NumberRow, OptionalNumberRow, SwitchRow
from tests.engine.experiments import small, student
from tests.playground.panel_window import PanelWindow, enter, opened, unnamed, walked

Window = PanelWindow[SettingsPanel]


@pytest.fixture
def window(qtbot: QtBot) -> Window:
    return opened(qtbot, SettingsPanel, student(), (336, 700))


def field(window: Window, path: str) -> NumberField:
    row = window.panel.row(path)
    assert isinstance(row, NumberRow | OptionalNumberRow)
    return row.field


def choice(window: Window, path: str) -> ChoiceRow:
    row = window.panel.row(path)
    assert isinstance(row, ChoiceRow)
    return row


def pick(window: Window, path: str, key: str) -> None:
    """Walk through the list by keyboard until that entry is there."""
    combo = choice(window, path).field
    combo.setFocus()
    wanted = combo.findData(key)
    down = combo.currentIndex() < wanted
    while combo.currentIndex() != wanted:
        QTest.keyClick(combo, Qt.Key.Key_Down if down else Qt.Key.Key_Up)


def shown(window: Window) -> set[str]:
    items = [item.path for section in SECTIONS.values() for item in section]
    return {path for path in items if window.panel.row(path).isVisibleTo(window.panel)}


def rows_in_sight(window: Window) -> list[FormRow]:
    return [row for row in window.panel.rows if row.isVisible()]


def test_no_entry_of_a_list_is_cut(window: Window) -> None:
    for row in rows_in_sight(window):
        if isinstance(row, ChoiceRow):
            for place in range(row.field.count()):
                row.field.setCurrentIndex(place)
                assert row.field.written() == row.field.itemText(place)


@pytest.mark.parametrize("width", [300, 336, 500])
def test_no_label_is_cut_and_every_field_is_inside(qtbot: QtBot, width: int) -> None:
    adam = replace(student().settings, optimizer=Optimizer("adam"))
    window = opened(qtbot, SettingsPanel, with_settings(student(), adam), (width, 500))
    QApplication.processEvents()
    for row in rows_in_sight(window):
        (label,) = row.findChildren(ElidedLabel)
        assert label.shown() == row.label
        for control in row.controls:
            right = control.mapTo(window.panel, control.rect().topRight()).x()
            assert right < window.panel.viewport().width()
            assert control.width() >= 30
            assert control.x() > label.geometry().right()


def test_the_table_names_every_setting_once() -> None:
    paths = [item.path for section in SECTIONS.values() for item in section]
    assert len(set(paths)) == len(paths)
    settings = student().settings
    for path in paths:
        assert with_path(settings, path, read_path(settings, path)) == settings


@pytest.mark.parametrize("text", ["0", "-1", "", "abc", "1e308", "1e999", "nan"])
def test_a_bad_rate_turns_red_and_the_good_one_is_kept(window: Window, text: str) -> None:
    rate = field(window, "rate")
    enter(rate, text)
    assert rate.property("wrong") is True
    assert rate.text() == text
    assert rate.refusal
    assert window.value.settings.rate == 0.9
    assert window.document.stack.count() == 0
    QTest.keyClick(rate, Qt.Key.Key_Escape)
    assert (rate.text(), rate.refusal) == ("0.9", "")


def test_the_refusal_tells_the_allowed_range(window: Window) -> None:
    enter(field(window, "rate"), "1e308")
    assert field(window, "rate").refusal.startswith(
        "The learning rate must be a positive number up to 1e12"
    )
    assert window.refused == []


def test_a_good_rate_is_taken_and_undone(window: Window) -> None:
    start = window.value
    enter(field(window, "rate"), "1/4")
    assert window.value.settings.rate == 0.25
    assert window.document.stack.undoText() == "Set rate"
    window.document.stack.undo()
    assert window.value is start
    assert field(window, "rate").text() == "0.9"


@pytest.mark.parametrize("kind", OPTIMIZERS)
def test_only_the_numbers_of_the_optimiser_are_shown(window: Window, kind: str) -> None:
    pick(window, "optimizer.kind", kind)
    assert window.value.settings.optimizer.kind == kind
    fields = {path for path in shown(window) if path.startswith("optimizer.")}
    assert fields == {"optimizer.kind", *(f"optimizer.{name}" for name in OPTIMIZERS[kind].uses)}


def test_every_optimiser_has_help(window: Window) -> None:
    for kind in OPTIMIZERS:
        window.document.set_settings(replace(window.value.settings, optimizer=Optimizer(kind)))
        assert window.panel.row("optimizer.kind").help_text.endswith(".")


def test_only_the_numbers_of_the_schedule_are_shown(window: Window) -> None:
    for kind, row in SCHEDULES.items():
        window.document.set_settings(replace(window.value.settings, schedule=Schedule(kind)))
        fields = {path for path in shown(window) if path.startswith("schedule.")}
        assert fields == {"schedule.kind", *(f"schedule.{name}" for name in row.uses)}


def test_the_size_is_asked_where_the_initialiser_has_one(window: Window) -> None:
    pick(window, "initializer.kind", "xavier")
    assert "initializer.size" not in shown(window)
    pick(window, "initializer.kind", "normal")
    assert "initializer.size" in shown(window)
    enter(field(window, "initializer.size"), "-1")
    assert field(window, "initializer.size").refusal.startswith("The size of the initialiser")


def test_a_batch_is_a_number_or_all(window: Window) -> None:
    row = window.panel.row("batch")
    assert isinstance(row, OptionalNumberRow)
    QTest.mouseClick(row.switch, Qt.MouseButton.LeftButton)
    assert read_path(window.value.settings, "batch") is None
    assert row.field.placeholderText() == "all"
    assert not row.field.isEnabled()
    QTest.mouseClick(row.switch, Qt.MouseButton.LeftButton)
    assert read_path(window.value.settings, "batch") == 1
    enter(row.field, "2.5")
    assert row.field.refusal.startswith("Batch takes a whole number")
    enter(row.field, "0")
    assert row.field.refusal == "A batch needs at least one sample."
    enter(row.field, "12")
    assert window.value.settings.batch == 12


def test_stop_rules_have_a_check_and_a_number(window: Window) -> None:
    row = window.panel.row("stops.loss_below")
    assert isinstance(row, OptionalNumberRow)
    assert row.field.text() == ""
    QTest.keyClick(row.switch, Qt.Key.Key_Space)
    assert window.value.settings.stops.loss_below == 0.01
    enter(row.field, "0.2")
    assert window.value.settings.stops.loss_below == 0.2
    enter(row.field, "-3")
    assert row.field.refusal.startswith("The loss to stop below must be a positive number")
    QTest.keyClick(row.switch, Qt.Key.Key_Space)
    assert window.value.settings.stops.loss_below is None


def test_rounding_is_off_with_its_reason_where_it_cannot_be(window: Window) -> None:
    row = window.panel.row("rounding")
    assert isinstance(row, SwitchRow)
    QTest.mouseClick(row.field, Qt.MouseButton.LeftButton)
    assert window.value.settings.rounding
    pick_row = choice(window, "optimizer.kind")
    pick_row.field.setFocus()
    QTest.keyClick(pick_row.field, Qt.Key.Key_Down)
    assert window.value.settings.optimizer.kind == "sgd"
    assert pick_row.field.currentData() == "sgd"
    (said,) = (said for said in window.findChildren(Sentence) if said.isVisible())
    assert "Rounding as the lecture does needs plain SGD" in said.sentence
    QTest.mouseClick(row.field, Qt.MouseButton.LeftButton)
    pick(window, "optimizer.kind", "adam")
    assert not row.field.isEnabled()
    assert row.help_text.startswith("Rounding as the lecture does needs")


def test_a_loss_that_does_not_suit_says_so_under_its_field(window: Window) -> None:
    pick(window, "loss", "softmax cross-entropy")
    sentence = "Softmax cross-entropy compares several outputs. Add one per class."
    labels = window.panel.row("loss").findChildren(QLabel)
    note = next(label for label in labels if label.text() == sentence)
    assert note.isVisible()
    pick(window, "loss", "squared")
    assert not note.isVisible()


def test_digits_of_a_lesson_that_are_not_in_the_list(window: Window) -> None:
    window.document.set_settings(replace(window.value.settings, digits=5))
    assert choice(window, "digits").field.currentText() == "5"
    pick(window, "digits", "17")
    assert window.value.settings.digits == 17


def test_weights_are_drawn_again_and_learning_starts_again(qtbot: QtBot) -> None:
    window = opened(
        qtbot, SettingsPanel, small(seed=3, initializer=Initializer("uniform", 0.5)), (336, 900)
    )
    start = window.value
    QTest.mouseClick(window.panel.draw_button, Qt.MouseButton.LeftButton)
    first = window.value
    assert first.settings.seed == 3
    QTest.mouseClick(window.panel.draw_button, Qt.MouseButton.LeftButton)
    assert window.value.settings.seed == 4
    assert not (window.value.parameters == first.parameters).all()
    enter(field(window, "seed"), "7")
    window.document.stack.setIndex(0)
    assert window.value is start


def test_numbers_as_drawn_are_not_drawn_again(window: Window) -> None:
    pick(window, "initializer.kind", "as drawn")
    assert not window.panel.draw_button.isEnabled()
    assert "Choose another initialiser" in window.panel.draw_button.toolTip().replace("\n", " ")


def test_every_control_is_named_tipped_helped_and_reached(window: Window) -> None:
    window.document.set_settings(
        replace(window.value.settings, optimizer=Optimizer("adam"), schedule=Schedule("cosine"))
    )
    first = choice(window, "optimizer.kind").field
    controls = walked(window, first)
    assert unnamed(controls) == []
    rows = [row for row in window.panel.rows if row.isVisibleTo(window.panel)]
    wanted = [control for row in rows for control in row.controls if control.isEnabled()]
    assert set(controls) == {*wanted, window.panel.draw_button, window.panel.start_button}
    assert all(row.help_text.endswith(".") for row in rows)
    assert math.isclose(window.value.settings.rate, 0.9)
