"""A dock's header looks the same alone and tabbed, and the strip brings every dock back."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow, QTabBar
from pytestqt.qtbot import QtBot

from engine.numerals import NumberRole
from playground.widgets.dock import HEIGHT, Dock, DockHeaders
from playground.widgets.status_bar import DockButton, Fact, StatusBar
from tests.playground.dressed import dressed

RIGHT = Qt.DockWidgetArea.RightDockWidgetArea


class Window(QMainWindow):
    """Four docks at the right: the first three tabbed, the fourth alone."""

    def __init__(self) -> None:
        super().__init__()
        self.resize(1024, 700)
        self.setCentralWidget(QLabel("canvas", self))
        self.headers = DockHeaders(self)
        self.strip = StatusBar(self)
        self.setStatusBar(self.strip)
        self.docks = [Dock(n.lower(), n, self) for n in ("Lesson", "Inspector", "Settings", "Map")]
        for dock in self.docks:
            dock.setWidget(QLabel(dock.windowTitle(), dock))
            self.addDockWidget(RIGHT, dock)
            self.strip.add_dock(dock)
        for dock in self.docks[1:3]:
            self.tabifyDockWidget(self.docks[0], dock)


@pytest.fixture
def window(qtbot: QtBot, qapp: QApplication) -> Iterator[Window]:
    dressed()
    made = Window()
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    qtbot.waitUntil(lambda: names(made.docks[0]) == ["Lesson", "Inspector", "Settings"])
    yield made


def names(dock: Dock) -> list[str]:
    tabs = dock.header.tabs
    return [tabs.tabText(index) for index in range(tabs.count())]


def shown(dock: Dock) -> bool:
    return dock.isVisible() and not dock.visibleRegion().isEmpty()


def buttons(window: Window) -> dict[str, DockButton]:
    return {button.text(): button for button in window.strip.findChildren(DockButton)}


def test_headers_are_36_high_alone_tabbed_and_floating(qtbot: QtBot, window: Window) -> None:
    assert [dock.header.height() for dock in window.docks] == [HEIGHT] * 4
    alone, tabbed = window.docks[3], window.docks[2]
    assert shown(tabbed)
    for dock in (alone, tabbed):
        content = dock.widget()
        assert content is not None
        assert content.mapTo(dock, QPoint(0, 0)).y() == HEIGHT
    tabbed.setFloating(True)
    assert tabbed.header.height() == HEIGHT
    qtbot.waitUntil(lambda: names(tabbed) == ["Settings"])


def test_qts_own_tab_bar_takes_no_room_and_no_focus(window: Window) -> None:
    (bar,) = window.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly)
    assert bar.sizeHint().height() == 0
    assert not window.rect().intersects(bar.geometry())
    assert bar.focusPolicy() == Qt.FocusPolicy.NoFocus


def test_every_header_of_a_group_names_the_group_and_marks_itself(window: Window) -> None:
    for dock in window.docks[:3]:
        assert names(dock) == ["Lesson", "Inspector", "Settings"]
        tabs = dock.header.tabs
        assert tabs.tabText(tabs.currentIndex()) == dock.windowTitle()
    assert names(window.docks[3]) == ["Map"]


def test_a_click_on_a_name_brings_that_dock_forward(qtbot: QtBot, window: Window) -> None:
    lesson, settings = window.docks[0], window.docks[2]
    tabs = settings.header.tabs
    place = tabs.tabRect(0).center()
    QTest.mouseClick(tabs, Qt.MouseButton.LeftButton, pos=place)
    assert shown(lesson)
    assert not shown(settings)


def test_the_arrows_walk_the_names_and_take_the_focus_along(qtbot: QtBot, window: Window) -> None:
    settings, inspector = window.docks[2], window.docks[1]
    settings.header.tabs.setFocus()
    QTest.keyClick(settings.header.tabs, Qt.Key.Key_Left)
    assert shown(inspector)
    assert window.focusWidget() is inspector.header.tabs
    QTest.keyClick(inspector.header.tabs, Qt.Key.Key_Up)
    assert shown(inspector)


def test_closing_and_floating_leave_the_group(qtbot: QtBot, window: Window) -> None:
    lesson, inspector, settings, _ = window.docks
    inspector.close()
    qtbot.waitUntil(lambda: names(lesson) == ["Lesson", "Settings"])
    settings.setFloating(True)
    qtbot.waitUntil(lambda: names(lesson) == ["Lesson"])
    settings.setFloating(False)
    inspector.show()
    qtbot.waitUntil(lambda: names(lesson) == ["Lesson", "Inspector", "Settings"])


def test_a_dock_moved_to_another_group_is_named_there(qtbot: QtBot, window: Window) -> None:
    window.tabifyDockWidget(window.docks[3], window.docks[0])
    qtbot.waitUntil(lambda: names(window.docks[3]) == ["Lesson", "Map"])
    assert names(window.docks[1]) == ["Inspector", "Settings"]


def test_chips_come_and_go(qtbot: QtBot, window: Window) -> None:
    header = window.docks[3].header
    header.show_chips([("BACKWARD", NumberRole.BACKWARD), ("YOUR TURN", NumberRole.MEMORY)])
    assert [chip.text for chip in header.chips] == ["BACKWARD", "YOUR TURN"]
    header.show_chips([("FORWARD", NumberRole.FORWARD)])
    assert [(chip.text, chip.role) for chip in header.chips] == [("FORWARD", NumberRole.FORWARD)]
    assert header.height() == HEIGHT


def test_a_strip_button_shows_a_dock_behind_and_closes_one_seen(
    qtbot: QtBot, window: Window
) -> None:
    lesson, _, settings, _ = window.docks
    button = buttons(window)["Lesson"]
    assert not button.isChecked()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert shown(lesson)
    assert button.isChecked()
    assert not buttons(window)["Settings"].isChecked()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert lesson.isHidden()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert shown(lesson)
    assert not shown(settings)


def test_the_strip_is_30_high_and_drops_what_matters_less_first(window: Window) -> None:
    strip = window.strip
    assert strip.height() == 30
    facts = (
        Fact("Loss", "0.138"),
        Fact("Test loss", "0.2", important=False),
        Fact("Accuracy", "—"),
        Fact("Updates", "0"),
        Fact("Rate", "0.9", important=False),
    )
    strip.show_facts(facts)
    assert strip.facts.shown() == list(facts)
    seen: list[list[str]] = []
    for width in range(500, -1, -1):
        strip.facts.resize(width, strip.height())
        names = [fact.name for fact in strip.facts.shown()]
        if names not in seen:
            seen.append(names)
    main = ["Loss", "Accuracy", "Updates"]
    assert seen[0] == [fact.name for fact in facts]
    assert seen[1:] == [["Loss", "Test loss", *main[1:]], main, main[:2], main[:1], []]
    told = "Loss 0.138, Test loss 0.2, Accuracy —, Updates 0, Rate 0.9"
    assert strip.facts.accessibleName() == told


def test_a_rare_dock_has_a_button_while_it_is_open(qtbot: QtBot, window: Window) -> None:
    rare = Dock("knobs", "Knobs", window)
    rare.setWidget(QLabel("knobs", rare))
    window.addDockWidget(RIGHT, rare)
    rare.close()
    window.strip.add_dock(rare, rare=True)
    button = buttons(window)["Knobs"]
    assert button.isHidden()
    assert window.strip.more.isVisible()
    menu = window.strip.overflow()
    assert [action.text() for action in menu.actions()] == ["Knobs"]
    menu.actions()[0].trigger()
    qtbot.waitUntil(button.isVisible)
    assert shown(rare)
    assert not window.strip.more.isVisible()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert button.isHidden()
    menu.close()


def test_a_panel_behind_another_is_hidden_until_it_comes_forward(
    qtbot: QtBot, window: Window
) -> None:
    panels = [QLabel(text, window) for text in ("front", "behind")]
    for dock, panel in zip((window.docks[2], window.docks[1]), panels, strict=True):
        dock.hold(panel)
    front, behind = panels

    def seen() -> tuple[bool, bool]:
        return front.isVisible(), behind.isVisible()

    window.docks[2].raise_()
    qtbot.waitUntil(lambda: seen() == (True, False))
    window.docks[1].raise_()
    qtbot.waitUntil(lambda: seen() == (False, True))
    window.docks[2].setFloating(True)
    qtbot.waitUntil(lambda: seen() == (True, True))


def test_a_refusal_lies_over_the_facts_and_goes(qtbot: QtBot, window: Window) -> None:
    strip = window.strip
    strip.show_facts((Fact("Loss", "0.01602"), Fact("Test loss", "0.0043")))
    facts = strip.facts.grab().toImage()
    strip.refuse("An edge from output 6 to hidden 4 would close a loop: 4 → 6 → 4.")
    assert strip.facts.grab().toImage() != facts, "no half of a fact stands beside the sentence"
    refusal = strip.refusal
    assert refusal.isVisible()
    assert refusal.geometry().right() == strip.rect().right()
    assert refusal.width() > 300
    strip.refusal.end()
    assert not refusal.isVisible()
    assert strip.facts.grab().toImage() == facts


def test_closing_has_a_name_and_a_tip(window: Window) -> None:
    close = window.docks[0].header.close_button
    assert close.accessibleName() == "Close Lesson"
    assert close.toolTip()
    close.click()
    assert window.docks[0].isHidden()


def test_dragging_the_name_of_the_shown_dock_drags_the_dock(qtbot: QtBot, window: Window) -> None:
    settings = window.docks[2]
    tabs = settings.header.tabs
    start = tabs.tabRect(2).center()
    QTest.mousePress(tabs, Qt.MouseButton.LeftButton, pos=start)
    for far in (10, 40, 120):
        QTest.mouseMove(tabs, start + QPoint(-far, far))
    assert settings.isFloating()
    QTest.mouseRelease(tabs, Qt.MouseButton.LeftButton, pos=start + QPoint(-120, 120))


def test_buttons_without_room_move_into_a_menu(qtbot: QtBot, window: Window) -> None:
    strip = window.strip
    for name in ("Samples", "Table", "History", "Curves"):
        dock = Dock(name.lower(), name, window)
        window.addDockWidget(RIGHT, dock)
        window.tabifyDockWidget(window.docks[3], dock)
        strip.add_dock(dock)
    assert not strip.more.isVisible()
    window.resize(420, 500)
    qtbot.waitUntil(strip.more.isVisible)
    seen = [button for button in strip.findChildren(DockButton) if button.isVisible()]
    hidden = [button for button in strip.findChildren(DockButton) if not button.isVisible()]
    assert all(b.geometry().right() < strip.more.geometry().left() for b in seen)
    menu = strip.overflow()
    assert [action.text() for action in menu.actions()] == [b.text() for b in hidden] != []
    before = hidden[0].isChecked()
    menu.actions()[0].trigger()
    qtbot.waitUntil(lambda: hidden[0].isChecked() is not before)
    window.resize(1200, 500)
    qtbot.waitUntil(lambda: not strip.more.isVisible())
    assert all(button.isVisible() for button in hidden)


def test_in_a_crowded_header_the_name_in_front_stays_whole(qtbot: QtBot, window: Window) -> None:
    more = [Dock(name.lower(), name, window) for name in ("History", "Variants")]
    for dock in more:
        dock.setWidget(QLabel(dock.windowTitle(), dock))
        window.addDockWidget(RIGHT, dock)
        window.tabifyDockWidget(window.docks[0], dock)
    qtbot.waitUntil(lambda: len(names(more[1])) == 5)
    window.resizeDocks([window.docks[0]], [312], Qt.Orientation.Horizontal)
    for dock in (*more, window.docks[0]):
        dock.raise_()
        qtbot.waitUntil(lambda: shown(dock))  # noqa: B023
        tabs = dock.header.tabs
        front = tabs.currentIndex()
        assert tabs.tabText(front) == dock.windowTitle()
        assert tabs.tabRect(front).width() == tabs.tabSizeHint(front).width()
        assert dock.width() <= 312
