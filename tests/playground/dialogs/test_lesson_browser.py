"""The list of lessons: by keyboard and mouse, its search, what is done, small pictures."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from engine.lessons.lesson import LessonProgress, lessons, open_lesson
from playground.dialogs.lesson_browser import LessonCard, LessonsSheet
from playground.theme.palette import tokens_of
from playground.window.workspace import Workspace
from tests.playground.opened import LEFT, opened, questions
from tests.playground.panel_window import unnamed


@pytest.fixture
def workspace(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Workspace]:
    with opened(qtbot, qapp, tmp_path) as made:
        yield made


def browsed(qtbot: QtBot, workspace: Workspace) -> LessonsSheet:
    """The list, opened by the button of the tool bar."""
    QTest.mouseClick(workspace.window.tool_bar.row.lessons, LEFT)
    sheet = workspace.lessons.sheet
    assert sheet.isVisible()
    qtbot.waitUntil(lambda: isinstance(QApplication.focusWidget(), LessonCard))
    return sheet


def focused() -> str:
    card = QApplication.focusWidget()
    assert isinstance(card, LessonCard)
    return card.lesson.id


def key(code: Qt.Key, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    widget = QApplication.focusWidget()
    assert widget is not None
    QTest.keyClick(widget, code, keys)


def is_marked(card: LessonCard) -> bool:
    """Whether it has the thick rim in the colour of what is chosen."""
    shown = card.grab().toImage()
    rim = [shown.pixelColor(x, shown.height() // 2) for x in (0, 1)]
    return rim[0] == rim[1] == tokens_of(card.palette()).fwd


def test_arrows_move_enter_opens_and_esc_closes(qtbot: QtBot, workspace: Workspace) -> None:
    sheet = browsed(qtbot, workspace)
    assert focused() == "student-grade"
    key(Qt.Key.Key_Right)
    assert focused() == "student-grade-table"
    key(Qt.Key.Key_Down)
    assert focused() == "parabola"
    key(Qt.Key.Key_Down)
    assert focused() == "convex-or-not"
    key(Qt.Key.Key_Left)
    key(Qt.Key.Key_Up)
    assert focused() == "guess-and-check"
    key(Qt.Key.Key_End)
    assert focused() == "set-bumps"
    visible = sheet.area.viewport().rect()
    card = QApplication.focusWidget()
    assert card is not None
    assert visible.contains(card.mapTo(sheet.area.viewport(), QPoint(4, 4)))
    key(Qt.Key.Key_Escape)
    assert not sheet.isVisible()
    assert workspace.document.value.lesson == "student-grade"
    sheet = browsed(qtbot, workspace)
    key(Qt.Key.Key_Right)
    key(Qt.Key.Key_Return)
    assert not sheet.isVisible()
    assert workspace.document.value.lesson == "student-grade-table"
    browsed(qtbot, workspace)
    assert focused() == "student-grade-table", "the lesson used last is where one begins"


def test_a_field_that_ends_when_the_list_opens_is_not_gone_back_to(
    qtbot: QtBot, workspace: Workspace
) -> None:
    canvas = workspace.canvas
    canvas.setFocus()
    canvas.typing.edit_node("4")
    field = canvas.typing.field
    assert field is not None
    gone: list[bool] = []
    field.destroyed.connect(lambda: gone.append(True))
    workspace.lessons.browse()
    qtbot.waitUntil(lambda: bool(gone))
    key(Qt.Key.Key_Escape)
    assert not workspace.lessons.sheet.isVisible()
    assert QApplication.focusWidget() is canvas
    key(Qt.Key.Key_Space)
    assert workspace.document.value.cursor == 1


def test_the_window_below_takes_no_keys(qtbot: QtBot, workspace: Workspace) -> None:
    sheet = browsed(qtbot, workspace)
    before = workspace.document.value
    for code in (Qt.Key.Key_N, Qt.Key.Key_Delete, Qt.Key.Key_F):
        key(code)
    assert sheet.search.text() == "nf", "letters go to the search"
    key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert workspace.document.value is before
    assert workspace.stage.look.tool == "select"


def test_tab_stays_inside(qtbot: QtBot, workspace: Workspace) -> None:
    sheet = browsed(qtbot, workspace)
    first = QApplication.focusWidget()
    seen = []
    for _ in range(100):
        key(Qt.Key.Key_Tab)
        now = QApplication.focusWidget()
        assert now is not None
        assert sheet.isAncestorOf(now)
        seen.append(now)
        if now is first:
            break
    assert {sheet.search, sheet.close_button, sheet.folder} <= set(seen)
    assert len([w for w in seen if isinstance(w, LessonCard)]) == len(lessons())
    assert unnamed(seen) == []


def test_search_filters_by_every_word(qtbot: QtBot, workspace: Workspace) -> None:
    sheet = browsed(qtbot, workspace)
    QTest.mouseClick(sheet.search, LEFT)
    QTest.keyClicks(sheet.search, "points SPIRAL")
    assert [card.lesson.id for card in sheet.board.present()] == ["set-spiral"]
    assert [h for h, label in sheet.board.headings.items() if label.isVisible()] == [
        "Points in the plane"
    ]
    key(Qt.Key.Key_Return)
    assert workspace.document.value.lesson == "set-spiral"
    sheet = browsed(qtbot, workspace)
    assert len(sheet.board.present()) == len(lessons())
    QTest.keyClicks(sheet.search, "zebra")
    assert sheet.nothing.isVisible()


def test_enter_opens_the_first_that_is_found_which_is_marked(
    qtbot: QtBot, workspace: Workspace
) -> None:
    sheet = browsed(qtbot, workspace)
    QTest.mouseClick(sheet.search, LEFT)
    QTest.keyClicks(sheet.search, "training")
    found = sheet.board.present()
    assert len(found) > 1
    qtbot.waitUntil(lambda: sheet.pictures.settled)
    assert is_marked(found[0])
    assert not any(is_marked(card) for card in found[1:])
    key(Qt.Key.Key_Down)
    key(Qt.Key.Key_Right)
    assert [is_marked(card) for card in found[:2]] == [False, True]
    sheet.search.setFocus()
    key(Qt.Key.Key_Return)
    assert not sheet.isVisible()
    assert workspace.document.value.lesson == found[0].lesson.id


def test_what_is_done_and_begun_is_told(qtbot: QtBot, workspace: Workspace) -> None:
    for lesson in lessons():
        every = frozenset((s, t) for s, p in enumerate(lesson.steps) for t in range(len(p.tasks)))
        last = len(lesson.steps) - 1
        if lesson.id == "parabola":
            workspace.guide.places.put(lesson, LessonProgress(last, last, every))
        if lesson.id == "sum":
            workspace.guide.places.put(lesson, LessonProgress(1, 1))
    sheet = browsed(qtbot, workspace)
    cards = {card.lesson.id: card for card in sheet.board.cards}
    assert cards["parabola"].done
    assert cards["sum"].chip == "page 2 of 2"
    assert cards["xor"].chip == ""
    names = [button.accessibleName() for button in sheet.groups.buttons.values()]
    assert "Functions, slopes and steps: 1 of 7 done" in names
    assert len(names) == 7


def test_a_group_at_the_left_is_brought_up(qtbot: QtBot, workspace: Workspace) -> None:
    sheet = browsed(qtbot, workspace)
    QTest.mouseClick(sheet.groups.buttons["Training"], LEFT)
    heading = sheet.board.headings["Training"]
    assert 0 <= heading.mapTo(sheet.area.viewport(), QPoint()).y() <= 40
    assert sheet.groups.buttons["Training"].isChecked()


@pytest.mark.parametrize(
    ("size", "columns", "sheet_size"),
    [((1440, 900), 3, (1080, 732)), ((1024, 700), 2, (976, 652)), ((769, 520), 2, (721, 472))],
)
def test_the_sheet_fits_the_window(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, size: tuple[int, int], columns: int,
    sheet_size: tuple[int, int],
) -> None:  # fmt: skip
    with opened(qtbot, qapp, tmp_path, size=size) as workspace:
        sheet = browsed(qtbot, workspace)
        assert (sheet.sheet.width(), sheet.sheet.height()) == sheet_size
        assert len({card.x() for card in sheet.board.cards}) == columns
        for card in sheet.board.cards:
            assert card.geometry().right() < sheet.area.viewport().width()


@pytest.mark.long
@pytest.mark.ci
def test_pictures_are_read_one_by_one(qtbot: QtBot, workspace: Workspace) -> None:
    sheet = browsed(qtbot, workspace)
    assert not sheet.pictures.settled or not sheet.pictures.read
    qtbot.waitUntil(lambda: sheet.pictures.settled and bool(sheet.pictures.read))
    assert len(sheet.pictures.read) < len(lessons()), "only what is in sight"
    assert sheet.pictures.read["student-grade"] == open_lesson("student-grade").experiment


def test_a_click_beside_the_sheet_closes_it_and_one_on_a_card_opens(
    qtbot: QtBot, workspace: Workspace
) -> None:
    sheet = browsed(qtbot, workspace)
    QTest.mouseClick(sheet, LEFT, pos=QPoint(10, 10))
    assert not sheet.isVisible()
    sheet = browsed(qtbot, workspace)
    QTest.mouseClick(sheet.board.cards[2], LEFT)
    assert workspace.document.value.lesson == sheet.board.cards[2].lesson.id
    assert not questions(workspace.window)


def test_the_button_on_an_empty_canvas_opens_the_list(qtbot: QtBot, workspace: Workspace) -> None:
    workspace.files.new()
    button = next(
        b for b in workspace.canvas.findChildren(type(workspace.window.tool_bar.row.lessons))
        if "lesson" in b.accessibleName().lower()
    )  # fmt: skip
    QTest.mouseClick(button, LEFT)
    assert workspace.lessons.sheet.isVisible()


def test_the_sheet_closes_though_what_had_the_keyboard_is_gone(
    qtbot: QtBot, workspace: Workspace
) -> None:
    before = QLineEdit(workspace.window)
    before.show()
    before.setFocus()
    qtbot.waitUntil(before.hasFocus)
    workspace.window.menus.actions["lessons-list"].trigger()
    qtbot.waitUntil(lambda: isinstance(QApplication.focusWidget(), LessonCard))
    shiboken6.delete(before)
    key(Qt.Key.Key_Escape)
    assert not workspace.lessons.sheet.isVisible()


def test_the_keyboard_comes_back_though_a_menu_had_it(qtbot: QtBot, workspace: Workspace) -> None:
    window = workspace.window
    bar, handle, view = window.menuBar(), window.windowHandle(), window.menus.menus["view"]
    QTest.mouseClick(bar, LEFT, pos=bar.actionGeometry(view.menuAction()).center())
    qtbot.waitUntil(view.isVisible)
    QTest.keyClick(view, Qt.Key.Key_Escape)
    window.activateWindow()  # a screen does that by itself
    qtbot.waitUntil(lambda: window.isActiveWindow() and bar.hasFocus(), timeout=9000)
    window.menus.actions["lessons-list"].trigger()
    sheet = workspace.lessons.sheet
    qtbot.waitUntil(lambda: isinstance(QApplication.focusWidget(), LessonCard), timeout=9000)
    QTest.mouseClick(sheet.search, LEFT)
    QTest.keyClicks(sheet.search, "guess")
    key(Qt.Key.Key_Return)
    assert workspace.document.value.lesson == "guess-and-check"
    qtbot.waitUntil(workspace.canvas.hasFocus, timeout=9000)
    QTest.keyClick(handle, Qt.Key.Key_Space)
    assert workspace.document.value.lesson == "guess-and-check"
    assert workspace.document.value.cursor == 1
