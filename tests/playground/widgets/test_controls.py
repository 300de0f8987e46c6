"""The small controls: switch, chip, elided label, choice, buttons and the focus ring."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from engine.errors import Refused
from engine.numerals import NumberRole
from playground.theme import icons
from playground.theme.theme import Theme
from playground.widgets.buttons import Chip, ElidedLabel, fill, flatten, icon_button, push_button
from playground.widgets.fields import ChoiceField, Sentence, Switch
from playground.widgets.focus import OUTSIDE, FocusRing
from playground.widgets.form import Form, SwitchRow
from tests.playground.dressed import dressed


@pytest.fixture(autouse=True)
def theme(qapp: QApplication) -> Iterator[Theme]:
    yield dressed()
    dressed()


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    made.resize(400, 300)
    QVBoxLayout(made)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    return made


def add(window: QWidget, widget: QWidget) -> None:
    layout = window.layout()
    assert layout is not None
    layout.addWidget(widget)


def test_a_switch_turns_by_mouse_and_space(qtbot: QtBot, window: QWidget) -> None:
    switch = Switch("Round as the lecture does", "Round every number as it was printed", window)
    add(window, switch)
    off = switch.grab().toImage()
    QTest.mouseClick(switch, Qt.MouseButton.LeftButton, pos=QPoint(100, switch.height() // 2))
    assert switch.isChecked()
    assert switch.grab().toImage() != off
    QTest.keyClick(switch, Qt.Key.Key_Space)
    assert not switch.isChecked()
    assert switch.accessibleName() == "Round as the lecture does"
    assert switch.sizeHint().height() >= 28


def test_a_switch_that_is_refused_goes_back_and_says_why(window: QWidget) -> None:
    def refuse(on: bool) -> None:
        raise Refused("Not now.")

    form = Form("Form", window)
    row = SwitchRow("Rounding", "As it was printed.", refuse, form)
    add(window, form)
    row.show_states([True])
    QTest.keyClick(row.field, Qt.Key.Key_Space)
    assert row.field.isChecked()
    assert [said.sentence for said in window.findChildren(Sentence)] == ["Not now."]


def test_a_chip_is_as_wide_as_its_word(qtbot: QtBot) -> None:
    chip = Chip("FORWARD", NumberRole.FORWARD)
    qtbot.addWidget(chip)
    short = chip.width()
    chip.show_word("MEAN OF 10 SAMPLES", NumberRole.BACKWARD)
    assert chip.width() > short
    assert chip.accessibleName() == "MEAN OF 10 SAMPLES"


def test_a_label_without_room_tells_all_in_its_tip(qtbot: QtBot) -> None:
    label = ElidedLabel("error term of the first hidden neuron")
    qtbot.addWidget(label)
    label.show()
    label.resize(80, 20)
    assert label.shown().endswith("…")
    assert label.toolTip() == label.text
    label.resize(600, 20)
    assert label.shown() == label.text
    assert label.toolTip() == ""


def test_the_wheel_over_a_choice_scrolls_past_unless_it_has_the_keyboard(
    qtbot: QtBot, window: QWidget
) -> None:
    choice = ChoiceField("Activation", "What the neuron does with its sum", window)
    choice.addItems(["Sigmoid", "Tanh", "ReLU"])
    add(window, choice)

    def turn() -> None:
        down = QWheelEvent(
            QPointF(5, 5),
            QPointF(5, 5),
            QPoint(),
            QPoint(0, -120),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(choice, down)

    other = QLineEdit(window)
    add(window, other)
    other.setFocus()
    turn()
    assert choice.currentIndex() == 0
    choice.setFocus()
    qtbot.waitUntil(choice.hasFocus)
    turn()
    assert choice.currentIndex() == 1


def test_buttons_are_named_tipped_and_press(qtbot: QtBot, window: QWidget) -> None:
    pressed: list[str] = []
    step = push_button("Step", "One step (Space)", lambda: pressed.append("step"), window, "step")
    back = icon_button("back", "Back", "One step back", lambda: pressed.append("back"), window)
    for button in (step, back):
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        assert button.accessibleName()
        assert button.toolTip()
        assert button.height() >= 28
    assert pressed == ["step", "back"]


def test_a_filled_button_takes_the_colour_of_its_phase(
    qtbot: QtBot, window: QWidget, theme: Theme
) -> None:
    step = push_button("Step", "One step", lambda: None, window, "step")
    add(window, step)
    grounds = []
    for role in NumberRole:
        fill(step, role)
        grounds.append(step.grab().toImage().pixelColor(8, step.height() // 2).name())
    tokens = theme.tokens
    wanted = (tokens.fwd, tokens.bwd, tokens.text, tokens.truth)
    assert grounds == [color.name() for color in wanted]
    assert icons.worn(step) == "step"
    flatten(step)
    assert step.property("look") == "plain"


def test_the_ring_follows_the_keyboard_and_not_the_mouse(qtbot: QtBot, window: QWidget) -> None:
    ring = FocusRing(window)
    first, second = QPushButton("First", window), QPushButton("Second", window)
    add(window, first)
    add(window, second)
    first.setFocus()
    qtbot.waitUntil(first.hasFocus)
    QTest.keyClick(first, Qt.Key.Key_Tab)
    assert ring.target is second
    box = second.geometry().adjusted(-OUTSIDE, -OUTSIDE, OUTSIDE, OUTSIDE)
    assert ring.geometry() == box
    second.move(30, 40)
    assert ring.geometry().topLeft() == QPoint(30 - OUTSIDE, 40 - OUTSIDE)
    second.hide()
    assert not ring.isVisible()


def test_the_ring_scrolls_along(qtbot: QtBot, window: QWidget) -> None:
    ring = FocusRing(window)
    area = QScrollArea(window)
    content = QWidget()
    content.resize(300, 2000)
    fields = [QLineEdit(content) for _ in range(2)]
    for place, field in enumerate(fields):
        field.setGeometry(20, 20 + 40 * place, 120, 28)
    area.setWidget(content)
    add(window, area)
    qtbot.waitUntil(fields[1].isVisible)
    fields[0].setFocus()
    QTest.keyClick(fields[0], Qt.Key.Key_Tab)
    assert ring.target is fields[1]
    assert ring.parentWidget() is content


def test_the_ring_leaves_those_alone_who_paint_their_own(qtbot: QtBot, window: QWidget) -> None:
    ring = FocusRing(window)
    first, own = QPushButton("First", window), QPushButton("Own", window)
    own.setProperty("ownRing", True)
    add(window, first)
    add(window, own)
    first.setFocus()
    qtbot.waitUntil(first.hasFocus)
    QTest.keyClick(first, Qt.Key.Key_Tab)
    assert own.hasFocus()
    assert ring.target is None
