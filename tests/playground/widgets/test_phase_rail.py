"""The rail of an update answers the mouse and the keyboard with a number of steps."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from engine.numerals import NumberRole
from playground.widgets.phase_rail import MIDDLE, PhaseRail, Segment

SEGMENTS = (
    Segment("Forward", NumberRole.FORWARD, 6),
    Segment("Loss", NumberRole.TRUTH, 1),
    Segment("Error terms", NumberRole.BACKWARD, 3),
    Segment("Gradients", NumberRole.BACKWARD, 11),
    Segment("Update", NumberRole.MEMORY, 11),
)
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def asked() -> list[int]:
    return []


@pytest.fixture
def rail(qtbot: QtBot, asked: list[int]) -> PhaseRail:
    made = PhaseRail(asked.append)
    qtbot.addWidget(made)
    made.resize(790, made.sizeHint().height())
    made.show()
    made.show_steps(SEGMENTS, 10)
    return made


def at(rail: PhaseRail, done: int) -> QPoint:
    return QPoint(round(rail.x_of(done)), round(MIDDLE))


def test_segments_are_as_long_as_their_steps(rail: PhaseRail) -> None:
    boxes = rail.boxes()
    assert boxes[0].left() == 0
    assert boxes[-1].right() == pytest.approx(790)
    assert boxes[3].width() == pytest.approx(11 * boxes[1].width())
    assert boxes[1].left() - boxes[0].right() == pytest.approx(3)


def test_every_step_has_its_place(rail: PhaseRail) -> None:
    for done in range(1, 33):
        assert rail.step_at(rail.x_of(done)) == done
    assert rail.step_at(-50) == 0
    assert rail.step_at(5000) == 32


def test_dragging_asks_for_each_step_once(qtbot: QtBot, rail: PhaseRail, asked: list[int]) -> None:
    QTest.mousePress(rail, LEFT, pos=at(rail, 10))
    assert asked == []
    for done in (11, 11, 13):
        QTest.mouseMove(rail, at(rail, done))
    QTest.mouseRelease(rail, LEFT, pos=at(rail, 13))
    QTest.mouseMove(rail, at(rail, 20))
    assert asked == [11, 13]


def test_a_click_goes_there(qtbot: QtBot, rail: PhaseRail, asked: list[int]) -> None:
    QTest.mouseClick(rail, LEFT, pos=at(rail, 30))
    assert asked == [30]


@pytest.mark.parametrize(
    ("key", "done"),
    [
        (Qt.Key.Key_Left, 9),
        (Qt.Key.Key_Right, 11),
        (Qt.Key.Key_Home, 0),
        (Qt.Key.Key_End, 32),
        (Qt.Key.Key_PageUp, 7),
        (Qt.Key.Key_PageDown, 21),
    ],
)
def test_keys(qtbot: QtBot, rail: PhaseRail, asked: list[int], key: Qt.Key, done: int) -> None:
    QTest.keyClick(rail, key)
    assert asked == [done]


def test_the_ends_hold(qtbot: QtBot, rail: PhaseRail, asked: list[int]) -> None:
    rail.show_steps(SEGMENTS, 32)
    QTest.keyClick(rail, Qt.Key.Key_Right)
    rail.show_steps(SEGMENTS, 0)
    QTest.keyClick(rail, Qt.Key.Key_Left)
    assert asked == []


def test_the_phase_of_the_last_step_done_is_the_present_one(rail: PhaseRail) -> None:
    for done, name in (
        (0, "Forward"),
        (6, "Forward"),
        (7, "Loss"),
        (8, "Error terms"),
        (32, "Update"),
    ):
        rail.show_steps(SEGMENTS, done)
        assert rail.present().name == name
        assert rail.accessibleDescription() == name


def test_without_a_pass_it_is_empty_and_off(rail: PhaseRail) -> None:
    rail.show_steps((), 0)
    assert not rail.isEnabled()
    assert not rail.grab().isNull()


def test_a_long_run_is_one_segment(rail: PhaseRail) -> None:
    rail.show_steps((Segment("Updates", NumberRole.MEMORY, 100_000),), 40_000)
    assert rail.step_at(395) == pytest.approx(50_000, abs=100)
    assert not rail.grab().isNull()


def test_showing_steps_asks_for_nothing(rail: PhaseRail, asked: list[int]) -> None:
    rail.show_steps(SEGMENTS, 20)
    assert asked == []
