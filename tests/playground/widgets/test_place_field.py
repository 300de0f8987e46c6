"""A field commits on Enter, Tab and leaving, cancels on Esc, and says why an entry is refused."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from engine.errors import Refused
from playground.widgets.fields import (
    NumberField,
    PlaceField,
    Sentence,
    dragged,
    notches,
    step_of,
    turned,
)


class Form(QWidget):
    """A number field with another field after it."""

    def __init__(self) -> None:
        super().__init__()
        self.resize(400, 300)
        self.taken: list[float] = []
        self.field = NumberField("Bias of hidden 4", self.taken.append, self)
        self.other = QLineEdit(self)
        layout = QVBoxLayout(self)
        layout.addWidget(self.field)
        layout.addWidget(self.other)
        self.field.show_number(-0.4)


@pytest.fixture
def form(qtbot: QtBot) -> Form:
    made = Form()
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    made.field.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(made.field.hasFocus)
    return made


def enter(qtbot: QtBot, form: Form, text: str) -> None:
    form.field.selectAll()
    QTest.keyClicks(form.field, text)


@pytest.mark.parametrize(
    ("text", "value"),
    [("−0.3", -0.3), ("-0,3", -0.3), ("1/3", 1 / 3), ("2e-3", 0.002), (" 7 ", 7), (".5", 0.5)],
)
def test_what_is_taken(qtbot: QtBot, form: Form, text: str, value: float) -> None:
    form.field.setText(text)
    QTest.keyClick(form.field, Qt.Key.Key_Return)
    assert form.taken == [value]
    assert form.field.refusal == ""


@pytest.mark.parametrize("text", ["abc", "", "1/0", "1e999", "1 2", "nan"])
def test_what_is_refused_stays_and_says_why(qtbot: QtBot, form: Form, text: str) -> None:
    form.field.setText(text)
    QTest.keyClick(form.field, Qt.Key.Key_Return)
    assert form.taken == []
    assert form.field.text() == text
    assert form.field.property("wrong") is True
    assert form.field.refusal.endswith((".", "large."))
    (sentence,) = form.findChildren(Sentence)
    assert sentence.isVisible()
    assert sentence.y() >= form.field.geometry().bottom()
    assert form.rect().contains(sentence.geometry())


def test_mending_the_entry_takes_the_sentence_away(qtbot: QtBot, form: Form) -> None:
    enter(qtbot, form, "x")
    QTest.keyClick(form.field, Qt.Key.Key_Return)
    assert form.field.refusal
    enter(qtbot, form, "2")
    assert form.field.refusal == ""
    assert form.field.property("wrong") is False
    QTest.keyClick(form.field, Qt.Key.Key_Return)
    assert form.taken == [2]


def test_tab_commits_and_goes_on(qtbot: QtBot, form: Form) -> None:
    enter(qtbot, form, "3")
    QTest.keyClick(form.field, Qt.Key.Key_Tab)
    assert form.taken == [3]
    assert form.other.hasFocus()


def test_tab_stays_with_a_bad_entry(qtbot: QtBot, form: Form) -> None:
    enter(qtbot, form, "three")
    QTest.keyClick(form.field, Qt.Key.Key_Tab)
    assert form.field.hasFocus()
    assert form.field.refusal


def test_a_click_elsewhere_commits(qtbot: QtBot, form: Form) -> None:
    enter(qtbot, form, "4")
    QTest.mouseClick(form.other, Qt.MouseButton.LeftButton)
    form.other.setFocus(Qt.FocusReason.MouseFocusReason)
    assert form.taken == [4]


def test_escape_brings_back_what_was_there(qtbot: QtBot, form: Form) -> None:
    enter(qtbot, form, "oops")
    QTest.keyClick(form.field, Qt.Key.Key_Return)
    QTest.keyClick(form.field, Qt.Key.Key_Escape)
    assert form.field.text() == "−0.4"
    assert form.field.refusal == ""
    assert form.taken == []


def test_an_untouched_number_is_not_committed_with_fewer_digits(qtbot: QtBot, form: Form) -> None:
    form.field.show_number(1 / 3, digits=3)
    assert form.field.text() == "0.333"
    QTest.keyClick(form.field, Qt.Key.Key_Return)
    QTest.keyClick(form.field, Qt.Key.Key_Tab)
    assert form.taken == []


def test_what_is_not_computed_is_empty(form: Form) -> None:
    form.field.show_number(float("nan"))
    assert form.field.text() == ""


def test_the_one_who_takes_may_refuse_too(qtbot: QtBot, form: Form) -> None:
    def take(text: str) -> None:
        raise Refused(f"There is already a node called {text}. Choose another name.")

    name = PlaceField("Name", take, form)
    name.show()
    name.setText("hidden 4")
    assert not name.commit()
    assert name.refusal.startswith("There is already")
    name.hide()
    assert name.refusal == ""


def test_a_knob_turns_in_round_steps() -> None:
    assert step_of(0) == step_of(0.3) == 0.01
    assert step_of(35) == pytest.approx(0.1)
    assert turned(-0.3, 3) == pytest.approx(-0.27)
    assert (turned(0.4, 1), turned(0.4, 17), turned(0.1, 2, True)) == (0.41, 0.57, 0.102)
    assert (turned(123.0, 5), turned(4567.0, 1)) == (128.0, 4580.0)
    assert turned(0.333, 1) == pytest.approx(0.34)
    assert turned(1 / 3, 0) == 1 / 3
    assert turned(0.3, -1, fine=True) == pytest.approx(0.299)
    assert dragged(0.2, 40) == pytest.approx(0.3)
    assert notches(0, 120) == notches(120, 0) == 1
