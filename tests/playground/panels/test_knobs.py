"""The knobs: a number and a slope for each, turned by mouse, wheel and keys, and what that does."""

from time import thread_time

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.experiment.experiment import new_experiment
from engine.experiment.layers import network_of
from engine.experiment.training import Goal
from engine.lessons.lesson import open_lesson
from engine.network import Network, Place
from engine.views.objective import loss_at, objective_of
from playground.model.trainer import Trainer
from playground.panels.knobs import LOCKED, SPANS, Knobs, angle_of, knob_rect
from playground.widgets.fields import PlaceField
from tests.engine.experiments import small, student
from tests.playground.panel_window import PanelWindow, opened, unnamed, walked

Window = PanelWindow[Knobs]
LESSON = open_lesson("slope-and-knobs").experiment
FROM_3 = Place("weight", "f", "3")


@pytest.fixture
def window(qtbot: QtBot) -> Window:
    return opened(qtbot, Knobs, LESSON, (450, 400))


def middle(window: Window, row: int) -> QPoint:
    knobs = window.panel.list
    return knob_rect(knobs.visualRect(knobs.knobs.index(row, 0))).center().toPoint()


def drag(window: Window, row: int, pixels: int, release: bool = True) -> None:
    """Press on a knob, move sideways with the button held, release."""
    port, start = window.panel.list.viewport(), middle(window, row)
    QTest.mousePress(port, Qt.MouseButton.LeftButton, pos=start)
    for share in (0.5, 1.0):
        place = QPointF(start.x() + pixels * share, start.y())
        event = QMouseEvent(
            QEvent.Type.MouseMove, place, port.mapToGlobal(place), Qt.MouseButton.NoButton,
            Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier,
        )  # fmt: skip
        QApplication.sendEvent(port, event)
    if release:
        QTest.mouseRelease(port, Qt.MouseButton.LeftButton, pos=start)


def wheel(window: Window, row: int, notches: int, alt: bool) -> None:
    port, place = window.panel.list.viewport(), QPointF(middle(window, row))
    keys = Qt.KeyboardModifier.AltModifier if alt else Qt.KeyboardModifier.NoModifier
    event = QWheelEvent(
        place, port.mapToGlobal(place), QPoint(), QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton, keys, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(port, event)


def test_every_trainable_number_has_a_knob_with_its_slope(window: Window) -> None:
    """df/db = 1; df/dw3f = o3 = σ(0.8 − 0.25 + 0.1) = σ(0.65) = 0.657; df/dw4f = 0.4875."""
    model = window.panel.model
    assert model.count() == 9
    slopes = {model.row_name(row): model.slope_text(row) for row in range(9)}
    assert (slopes["bias of f"], slopes["3 → f"], slopes["4 → f"]) == ("1", "0.657", "0.4875")
    assert window.panel.number.text == "9 knobs"


def test_dragging_a_knob_shows_what_was_predicted_and_what_happened(window: Window) -> None:
    """40 pixels are 10 steps of 0.01: 1.2 → 1.3, and f is linear in it: 0.657 · 0.1 = 0.0657."""
    row = window.panel.model.row_of(FROM_3)
    assert row is not None
    start = window.value
    drag(window, row, 40)
    assert window.value.parameters[window.value.network.place_index[FROM_3]] == pytest.approx(1.3)
    effect = window.panel.line.effect
    assert effect is not None
    assert effect.turned == pytest.approx(0.1)
    assert effect.slope == pytest.approx(0.657, abs=1e-4)
    assert effect.predicted == pytest.approx(0.0657, abs=1e-5)
    assert effect.really == pytest.approx(effect.predicted, rel=1e-9)
    assert [number for _, number, _ in window.panel.line.columns][1] == "+0.0657"
    assert window.document.stack.count() == 1
    window.document.stack.undo()
    assert window.value is start
    assert window.panel.line.effect is None


def test_a_bent_function_does_not_do_quite_what_its_slope_says(window: Window) -> None:
    row = window.panel.model.row_of(Place("weight", "3", "1"))
    assert row is not None
    before = window.value
    drag(window, row, 80)
    effect = window.panel.line.effect
    assert effect is not None

    def f(numbers: np.ndarray) -> float:
        return loss_at(objective_of(before.context, numbers, np.arange(before.data.count)))

    assert effect.really == f(window.value.parameters) - f(before.parameters)
    assert 0 < abs(effect.really - effect.predicted) < 0.2 * abs(effect.predicted)


def test_each_turn_is_an_entry_and_the_wheel_needs_alt_or_the_knob_in_hand(window: Window) -> None:
    wheel(window, 1, 1, alt=False)
    assert window.document.stack.count() == 0
    wheel(window, 1, 1, alt=True)
    wheel(window, 1, 2, alt=True)
    assert window.value.parameters[1] == pytest.approx(-0.47)
    assert window.document.stack.count() == 1
    window.panel.list.rest()
    wheel(window, 1, -1, alt=False)  # in hand now
    assert window.value.parameters[1] == pytest.approx(-0.48)
    assert window.document.stack.count() == 2


def test_keys_turn_and_enter_types(window: Window) -> None:
    knobs = window.panel.list
    knobs.setFocus()
    QTest.keyClick(knobs, Qt.Key.Key_Right)
    assert knobs.currentIndex().row() == 1
    for _ in range(3):
        QTest.keyClick(knobs, Qt.Key.Key_Plus)
    QTest.keyClick(knobs, Qt.Key.Key_Minus)
    assert window.value.parameters[1] == pytest.approx(-0.48)
    QTest.keyClick(knobs, Qt.Key.Key_Return)
    (field,) = knobs.findChildren(PlaceField)
    field.selectAll()
    QTest.keyClicks(field, "1/4")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert window.value.parameters[1] == 0.25
    assert window.document.stack.count() == 2


def test_a_bad_number_stays_in_its_field(window: Window) -> None:
    knobs = window.panel.list
    place = knobs.visualRect(knobs.knobs.index(2, 0)).center()
    QTest.mouseClick(knobs.viewport(), Qt.MouseButton.LeftButton, pos=place)
    QTest.mouseDClick(knobs.viewport(), Qt.MouseButton.LeftButton, pos=place)
    (field,) = knobs.findChildren(PlaceField)
    field.selectAll()
    QTest.keyClicks(field, "many")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert field.property("wrong") is True
    assert window.document.stack.count() == 0


def test_another_document_takes_nothing_of_what_is_typed(window: Window) -> None:
    window.panel.list.setFocus()
    QTest.keyClick(window.panel.list, Qt.Key.Key_Return)
    (field,) = window.panel.list.findChildren(PlaceField)
    QTest.keyClicks(field, "5")
    other = student()
    window.document.replace(other)
    QApplication.processEvents()
    assert window.value is other and window.document.stack.count() == 0
    assert not any(entry.isVisible() for entry in window.panel.list.findChildren(PlaceField))


def test_canvas_and_knobs_select_the_same(window: Window) -> None:
    window.stage.select(edges=(("4", "f"),))
    model = window.panel.model
    assert model.row_name(window.panel.list.currentIndex().row()) == "4 → f"
    window.stage.select(nodes=("3",))
    assert model.row_name(window.panel.list.currentIndex().row()) == "bias of 3"
    window.panel.list.setCurrentIndex(model.index(0, 0))
    assert window.stage.look.edges == (("1", "3"),)


def test_slopes_over_one_sample_or_all(qtbot: QtBot) -> None:
    window = opened(qtbot, Knobs, small(rows=6, batch=2), (450, 300))
    texts = []
    for span in range(3):
        window.panel.choice.setCurrentIndex(span)
        window.panel.choice.activated.emit(span)
        texts.append(window.panel.model.slope_text(0))
    assert len(set(texts)) == 3
    window.panel.choice.setCurrentIndex(1)
    window.stage.choose_row(4)
    assert window.panel.model.slope_text(0) not in texts


def test_where_nothing_can_be_turned_a_sentence_stands(qtbot: QtBot) -> None:
    window = opened(qtbot, Knobs, open_lesson("sum").experiment)
    assert window.panel.empty.text() == LOCKED
    assert not window.panel.list.isVisible() and window.panel.empty.isVisible()
    window.document.replace(new_experiment(Network()))
    assert window.panel.empty.text().startswith("Draw a network")
    window.document.replace(LESSON)
    assert window.panel.list.isVisible()


def test_200_knobs_stay_quick(qtbot: QtBot) -> None:
    layered = network_of((12, 12, 4))  # 12·12 + 12·4 + 16 = 208
    experiment = new_experiment(layered.network, layered.layout, parameters=layered.start)
    window = opened(qtbot, Knobs, experiment, (450, 300))
    assert window.panel.model.count() == 208
    knobs, times = window.panel.list, []
    knobs.setFocus()
    for _ in range(9):
        begun = thread_time()
        QTest.keyClick(knobs, Qt.Key.Key_Plus)
        window.panel.grab()
        times.append(thread_time() - begun)
    assert sorted(times)[4] < 0.1
    assert window.document.stack.count() == 1


def test_a_hand_never_goes_all_the_way_round() -> None:
    assert angle_of(0) == 0
    assert angle_of(1) == pytest.approx(67.5)
    assert angle_of(-1e9) == pytest.approx(-135)


def test_every_control_is_named_and_a_screen_reader_hears_the_slope(window: Window) -> None:
    controls = walked(window, window.panel.list)
    assert window.panel.choice in controls
    assert not unnamed(controls)
    index = window.panel.model.index(4, 0)
    said = index.data(Qt.ItemDataRole.AccessibleTextRole)
    assert said == "3 → f: 1.2, slope 0.657"


def test_another_network_brings_other_knobs(window: Window) -> None:
    window.document.replace(student())
    assert window.panel.model.count() == 11
    assert window.panel.line.accessibleName().startswith("Turn a knob: E should change")


def test_a_turn_in_a_run_is_told_from_where_the_run_ended(qtbot: QtBot) -> None:
    window = opened(qtbot, Knobs, open_lesson("xor").experiment, (450, 400))
    trainer = Trainer(window.document, window.panel)
    window.panel.live.follow(trainer)
    trainer.start(Goal())
    qtbot.waitUntil(lambda: window.panel.live.value.updates > 20)
    drag(window, 0, 40)
    trainer.close()
    after, effect = window.value, window.panel.line.effect
    window.document.stack.undo()
    ended, place = window.value, window.panel.model.knobs[0].place
    assert ended.updates > 20
    assert effect is not None
    index = ended.network.place_index[place]
    assert effect.turned == after.parameters[index] - ended.parameters[index]
    rows = SPANS[window.panel.choice.currentText()](ended, None)
    was, is_now = (loss_at(objective_of(e.context, e.parameters, rows)) for e in (ended, after))
    assert effect.really == is_now - was
