"""The mouse wheel turns a field only while that has the keyboard, else what is around scrolls."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QScrollBar,
    QTabBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from engine.lessons.lesson import open_lesson
from playground.canvas.scene_state import Key
from playground.dialogs.generate_data import GenerateSet
from playground.dialogs.new_network import NewNetwork
from playground.widgets.fields import ChoiceField
from playground.widgets.form import Form
from playground.window.workspace import Workspace
from tests.playground.canvas_desk import Desk
from tests.playground.opened import opened
from tests.playground.table_desk import TableDesk

ALT = Qt.KeyboardModifier.AltModifier
NONE = Qt.KeyboardModifier.NoModifier
FIELDS = (QComboBox, QAbstractSpinBox, QAbstractSlider, QTabBar)
MANY = 12  # kinds of fields a window has at the least


@pytest.fixture
def workspace(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Workspace]:
    with opened(qtbot, qapp, tmp_path, "set-circle") as made:
        yield made


def turn(over: QWidget, at: QPoint | None = None, keys: Qt.KeyboardModifier = NONE) -> None:
    """One notch towards the hand, given to the window as the system gives it."""
    place = over.mapTo(over.window(), over.rect().center() if at is None else at)
    QTest.wheelEvent(over.window().windowHandle(), QPointF(place), QPoint(0, -120), QPoint(), keys)


def fields(window: QWidget) -> list[QWidget]:
    """What a wheel may turn and does not only scroll."""
    return [
        w for w in window.findChildren(QWidget)
        if isinstance(w, FIELDS) and not isinstance(w, QScrollBar) and w.isEnabled()
        and w.window() is window and is_seen(w)
    ]  # fmt: skip


def is_seen(widget: QWidget) -> bool:
    """Whether anything of it is on screen."""
    return not widget.visibleRegion().isEmpty()


def place_of(field: QWidget) -> int:
    """What it says now."""
    if isinstance(field, QAbstractSlider):
        return field.value()
    assert isinstance(field, QComboBox | QTabBar)
    return field.currentIndex()


def turned(window: QWidget, at_rest: QWidget) -> list[str]:
    """The fields that a wheel over them changed, or gave the keyboard."""
    found = []
    for field in fields(window):
        at_rest.setFocus()
        before = place_of(field)
        for notch in (-120, 120):
            middle = QPointF(field.mapTo(window, field.rect().center()))
            QTest.wheelEvent(window.windowHandle(), middle, QPoint(0, notch))
            if place_of(field) != before or field.hasFocus():
                found.append(f"{type(field).__name__} “{field.accessibleName()}”")
    return found


def test_row_82_no_field_of_the_window_is_turned_without_the_keyboard(
    qtbot: QtBot, workspace: Workspace
) -> None:
    seen: set[str] = set()
    workspace.transport.step()
    for name, dock in workspace.docks.docks.items():
        workspace.guide.panels.open_all((name,))
        workspace.docks.panel(name)
        qtbot.waitUntil(partial(is_seen, dock))
        seen |= {field.accessibleName() for field in fields(workspace.window)}
        before = workspace.document.value
        assert turned(workspace.window, workspace.canvas) == [], name
        assert workspace.document.value is before
    assert len(seen) > MANY
    assert {"Optimiser", "Speed", "Steps of this update", "Digits", "Sample"} <= seen


def generate_set() -> QDialog:
    return GenerateSet(open_lesson("set-circle").experiment)


@pytest.mark.parametrize("make", [NewNetwork, generate_set])
def test_row_82_nor_one_of_a_dialog(qtbot: QtBot, make: Callable[[], QDialog]) -> None:
    made = make()
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    assert fields(made)
    assert turned(made, made) == []


def test_row_82_nor_one_of_the_dialog_of_a_table(qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("x,y\n1,0\n2,1\n3,1\n")
    dialog = TableDesk(qtbot, open_lesson("xor").experiment, tmp_path).opened(path)
    assert {type(field) for field in fields(dialog)} >= {QTabBar, ChoiceField}
    assert turned(dialog, dialog) == []
    dialog.reject()


def test_row_82_the_panel_scrolls_and_the_field_in_hand_turns(
    qtbot: QtBot, workspace: Workspace
) -> None:
    workspace.guide.panels.open_all(("settings",))
    panel = workspace.docks.panel("settings")
    area = panel if isinstance(panel, Form) else panel.findChild(Form)
    assert isinstance(area, Form)
    optimiser = next(w for w in area.findChildren(QComboBox) if w.accessibleName() == "Optimiser")
    qtbot.waitUntil(lambda: area.verticalScrollBar().maximum() > 0)
    area.ensureWidgetVisible(optimiser)
    workspace.canvas.setFocus()
    kind, scrolled = workspace.document.value.settings.optimizer.kind, area.verticalScrollBar()
    scrolled.setValue(min(scrolled.value(), scrolled.maximum() - 20))
    before = scrolled.value()
    turn(optimiser)
    assert scrolled.value() > before
    assert workspace.document.value.settings.optimizer.kind == kind
    area.ensureWidgetVisible(optimiser)
    optimiser.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(optimiser.hasFocus)
    turn(optimiser)
    assert workspace.document.value.settings.optimizer.kind != kind


@pytest.mark.long
@pytest.mark.ci
def test_alt_and_the_wheel_turn_on_the_canvas_only_what_is_a_number(qtbot: QtBot) -> None:
    desk = Desk(qtbot, open_lesson("student-grade").experiment)
    seen = desk.view.viewport().rect()
    before, zoom = desk.value, desk.view.zoom
    empty = [
        at for x in range(4, seen.width(), 9) for y in range(4, seen.height(), 9)
        if desk.view.hit(QPointF(at := QPoint(x, y))).spot is None
    ]  # fmt: skip
    for at in empty:
        turn(desk.view.viewport(), at, ALT)
    assert desk.value is before
    assert desk.view.zoom == zoom
    turn(desk.view.viewport(), desk.number(Key("weight", place=0)), ALT)
    assert desk.value is not before
