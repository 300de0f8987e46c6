"""The window: where its parts stand, what it remembers, how the keyboard walks it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray, QRect, Qt
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QListView, QMenu, QTabBar, QWidget
from pytestqt.qtbot import QtBot

from playground.keeping.preferences import Preferences
from playground.theme import Theme
from playground.widgets.dock import Dock, HeaderTabs
from playground.window.furniture import Furniture
from playground.window.main_window import MainWindow
from tests.playground.opened import opened, questions
from tests.sampled import sampled

WIDE, NARROW = (1440, 900), (1024, 700)
FIRST = {"lesson", "explain", "inspector", "curves", "samples"}  # the docks in sight at first


@pytest.fixture
def furniture(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Furniture]:
    with opened(qtbot, qapp, tmp_path) as made:
        yield made


def shown(furniture: Furniture) -> set[str]:
    docks = furniture.docks.docks.items()
    return {n for n, d in docks if d.isVisible() and not d.visibleRegion().isEmpty()}


def action(furniture: Furniture, name: str) -> QAction:
    return furniture.window.menus.actions[name]


def test_wide_every_part_has_its_place_and_size(furniture: Furniture) -> None:
    docks, window = furniture.docks.docks, furniture.window
    assert shown(furniture) == FIRST
    assert window.menuBar().height() == 26
    assert window.tool_bar.height() == 56
    assert furniture.strip.height() == 30
    assert furniture.transport.height() == 108
    assert (docks["lesson"].width(), docks["explain"].width()) == (272, 336)
    assert abs(docks["inspector"].height() - 222) <= 8
    assert docks["curves"].height() == docks["samples"].height() == 200
    together = docks["curves"].width() + docks["samples"].width()
    assert abs(docks["curves"].width() / together - 0.54) < 0.01
    assert docks["lesson"].geometry().bottom() == docks["inspector"].geometry().bottom()
    assert furniture.canvas.width() == 830
    assert furniture.canvas.height() >= 470


def test_narrow_the_lesson_stands_above_explain(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    with opened(qtbot, qapp, tmp_path, size=NARROW) as furniture:
        docks = furniture.docks.docks
        assert shown(furniture) == {"lesson", "explain"}
        assert docks["lesson"].width() == docks["explain"].width() == 312
        assert docks["lesson"].height() == 214
        assert (furniture.canvas.width(), furniture.canvas.height()) == (711, 480)
        assert furniture.window.tool_bar.row.more.isVisible()
        assert furniture.canvas.zoom >= 0.94


def test_a_panel_that_a_lesson_opens_at_the_start_leaves_the_canvas_its_room(
    qtbot: QtBot, tmp_path: Path, qapp: QApplication
) -> None:
    with opened(qtbot, qapp, tmp_path, "when-to-stop", (1024, 700)) as furniture:
        curves = furniture.docks.docks["curves"]
        qtbot.waitUntil(lambda: curves.isVisible() and curves.height() < 200)
        assert furniture.canvas.height() > 280


def test_the_palette_stands_in_the_middle_and_nothing_overlaps(
    qtbot: QtBot, furniture: Furniture
) -> None:
    row = furniture.window.tool_bar.row
    cells = row.cells
    middle = (cells[0].geometry().left() + cells[-1].geometry().right()) / 2
    assert abs(middle - row.width() / 2) <= 2
    for dock in furniture.docks.docks.values():
        dock.close()
    qtbot.waitUntil(lambda: furniture.window.minimumWidth() == 720)
    for width in (720, 900, 1024, 1199, 1200, 1440, 2560):
        furniture.window.resize(width, 700)
        qtbot.waitUntil(lambda: row.width() == width)  # noqa: B023
        parts = [p for p in row.findChildren(QAbstractButton) if p.isVisible()]
        boxes = [part.geometry() for part in parts]
        for i, box in enumerate(boxes):
            assert row.rect().contains(box), (width, parts[i].accessibleName())
            for other in boxes[i + 1 :]:
                assert not box.intersects(other), width


def test_no_dock_runs_over_another_when_the_window_shrinks(
    qtbot: QtBot, furniture: Furniture
) -> None:
    window = furniture.window
    window.resize(1024, 700)
    qtbot.waitUntil(lambda: window.width() == 1024)
    qtbot.waitUntil(lambda: furniture.docks.docks["curves"].geometry().bottom() < 672)
    docks = [furniture.docks.docks[name] for name in FIRST]
    boxes = [part.geometry() for part in (window.centralWidget(), *docks) if part is not None]
    for i, box in enumerate(boxes):
        assert window.rect().contains(box)
        assert not any(box.intersects(other) for other in boxes[i + 1 :])


def test_the_window_shrinks_no_further_than_what_is_open_needs(
    qtbot: QtBot, furniture: Furniture
) -> None:
    window = furniture.window
    least = window.minimumHeight
    qtbot.waitUntil(lambda: least() > 520)
    high = least()
    for name in ("curves", "surface", "map", "samples", "table"):
        furniture.docks.docks[name].close()
    qtbot.waitUntil(lambda: least() < high)
    assert least() >= window.minimumSizeHint().height()


def test_closed_docks_are_a_click_away_and_reset_brings_all_back(
    qtbot: QtBot, furniture: Furniture
) -> None:
    docks = furniture.docks.docks
    docks["lesson"].close()
    docks["explain"].setFloating(True)
    furniture.window.tabifyDockWidget(docks["inspector"], docks["samples"])
    action(furniture, "reset-layout").trigger()
    qtbot.waitUntil(lambda: shown(furniture) == FIRST)
    qtbot.waitUntil(lambda: docks["lesson"].width() == 272)
    assert not docks["explain"].isFloating()
    assert docks["explain"].width() == 336


def test_sizes_and_docks_are_remembered(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> None:
    with opened(qtbot, qapp, tmp_path) as furniture:
        lesson = furniture.docks.docks["lesson"]
        furniture.docks.docks["samples"].close()
        furniture.window.resizeDocks([lesson], [300], Qt.Orientation.Horizontal)
        qtbot.waitUntil(lambda: lesson.width() == 300)
        furniture.window.close()
    with opened(qtbot, qapp, tmp_path) as furniture:
        qtbot.waitUntil(lambda: furniture.docks.docks["lesson"].width() == 300)
        assert "samples" not in shown(furniture)


DAMAGED = (
    b"garbage",
    b"[General]\ngeometry=@ByteArray(zzz)\nlayout=3\ntheme=pink\nrecent=@Invalid()\nhinted=maybe\n",
    b"\x00\xff" * 999,
)


@pytest.mark.parametrize("damage", DAMAGED)
def test_row_49_damaged_settings_fall_back(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, damage: bytes
) -> None:
    (tmp_path / "settings.ini").write_bytes(damage)
    with opened(qtbot, qapp, tmp_path, hinted=False) as furniture:
        assert shown(furniture) == FIRST
        assert not questions(furniture.window)


def test_row_49_settings_that_cannot_be_read_or_kept_are_noted(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    (tmp_path / "settings.ini").mkdir()
    with opened(qtbot, qapp, tmp_path) as furniture:
        assert "could not be read" in furniture.strip.refusal.sentence
        assert shown(furniture) == FIRST


def test_row_49_a_window_from_a_screen_that_is_gone_comes_back(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    theme = Theme(qapp, "light")
    far = MainWindow(theme, Preferences(tmp_path / "a.ini"), folders=(tmp_path,))
    qtbot.addWidget(far)
    far.setGeometry(QRect(90_000, 90_000, 800, 600))
    geometry = far.saveGeometry()
    preferences = Preferences(tmp_path / "b.ini")
    preferences.put("geometry", geometry)
    window = MainWindow(theme, preferences, folders=(tmp_path,))
    qtbot.addWidget(window)
    screen = QGuiApplication.primaryScreen().availableGeometry()
    assert screen.intersects(window.frameGeometry())
    assert window.y() >= screen.top()
    theme.deleteLater()


def test_row_49_a_window_whose_screen_goes_while_it_is_hidden_comes_back(
    qtbot: QtBot, furniture: Furniture
) -> None:
    window = furniture.window
    window.hide()
    window.move(90_000, 90_000)
    window.show()
    screen = QGuiApplication.primaryScreen().availableGeometry()
    qtbot.waitUntil(lambda: screen.intersects(window.frameGeometry()))


def test_row_50_a_missing_lesson_is_said_and_the_rest_works(
    qtbot: QtBot, furniture: Furniture, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = furniture.document.value
    read = Path.read_bytes

    def gone(path: Path) -> bytes:
        if "xor" in path.parts:
            raise FileNotFoundError(path)
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", gone)
    furniture.files.open_lesson("xor")
    assert furniture.strip.refusal.sentence == "Lesson “xor” is missing; please reinstall."
    assert furniture.document.value is before
    menu = furniture.window.menus.menus["lessons"]
    menu.aboutToShow.emit()
    texts = [a.text() for group in menu.findChildren(QMenu) for a in group.actions()]
    assert "Will it be a B?" in texts
    furniture.files.open_lesson("student-grade")
    assert furniture.document.value.lesson == "student-grade"


def test_f6_walks_the_panes_in_order_and_back(qtbot: QtBot, furniture: Furniture) -> None:
    furniture.canvas.setFocus()
    seen = []
    for _ in range(13):
        QTest.keyClick(QApplication.focusWidget() or furniture.window, Qt.Key.Key_F6)
        seen.append(pane(furniture))
    assert seen[0] == "transport"
    assert set(seen) == {*FIRST, "transport", "strip", "tools", "canvas"}
    here = pane(furniture)
    QTest.keyClick(QApplication.focusWidget() or furniture.window, Qt.Key.Key_F6)
    QTest.keyClick(QApplication.focusWidget() or furniture.window, Qt.Key.Key_F6,
                   Qt.KeyboardModifier.ShiftModifier)  # fmt: skip
    assert pane(furniture) == here


def pane(furniture: Furniture) -> str:
    focus = QApplication.focusWidget()
    assert focus is not None
    parts: dict[str, QWidget] = {
        "tools": furniture.window.tool_bar, "canvas": furniture.canvas,
        "transport": furniture.transport, "strip": furniture.strip, **furniture.docks.docks,
    }  # fmt: skip
    return next(n for n, part in parts.items() if part is focus or part.isAncestorOf(focus))


def test_every_control_has_a_name_and_a_tip(furniture: Furniture) -> None:
    for dock in furniture.docks.docks.values():
        dock.show()
        dock.raise_()
    tab = Qt.FocusPolicy.TabFocus
    for widget in furniture.window.findChildren(QWidget):
        if not widget.focusPolicy() & tab or widget.focusProxy() is not None:
            continue
        if isinstance(widget, HeaderTabs | Dock) or widget.objectName().startswith("qt_"):
            continue
        if isinstance(widget.parentWidget(), QTabBar) or isinstance(widget, QListView):
            continue  # Qt's own scroll buttons, which are never shown, and the lists of choices
        place = f"{type(widget).__name__} in {type(widget.parentWidget()).__name__}"
        assert widget.accessibleName(), place
        if isinstance(widget, QAbstractButton):
            assert widget.toolTip(), place


def test_theme_and_digits_are_chosen_in_the_menu(furniture: Furniture) -> None:
    action(furniture, "theme-dark").trigger()
    assert furniture.window.theme.choice == "dark"
    assert furniture.window.preferences.word("theme", ("system", "dark")) == "dark"
    assert action(furniture, "digits-4").isChecked()
    action(furniture, "digits-6").trigger()
    assert furniture.document.value.settings.digits == 6
    furniture.document.stack.undo()
    assert action(furniture, "digits-4").isChecked()
    action(furniture, "reduced-motion").trigger()
    assert furniture.canvas.motion.is_off


@pytest.mark.parametrize("size", [(1, 1), (8000, 8000)])
def test_row_68_no_size_of_the_window_breaks_it(
    qtbot: QtBot, furniture: Furniture, size: tuple[int, int]
) -> None:
    furniture.window.setMinimumSize(1, 1)
    furniture.canvas.setMinimumSize(0, 0)
    furniture.window.resize(*size)
    assert not furniture.window.grab().isNull()
    furniture.canvas.resize(0, 0)
    furniture.canvas.fit()
    furniture.transport.step()
    furniture.window.resize(*WIDE)
    qtbot.waitUntil(lambda: furniture.canvas.zoom > 0.5)


@pytest.mark.long
@pytest.mark.ci
def test_row_68_three_hundred_percent_scaling(tmp_path: Path) -> None:
    import subprocess
    import sys

    out = tmp_path / "large.png"
    done = subprocess.run(
        [sys.executable, "-m", "playground", "picture", "student-grade", str(out), "--size",
         "1024x700", "--scale", "3"],
        cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert out.stat().st_size > 10_000


@pytest.mark.parametrize("changes", sampled((150, 1000), 1))
def test_row_67_a_refused_action_leaves_no_entry_and_undo_all_is_the_start(
    furniture: Furniture, changes: int
) -> None:
    before = furniture.document.value
    stack = furniture.document.stack
    assert not furniture.document.connect_nodes([("6", "4")])
    assert "6" in furniture.strip.refusal.sentence or "output" in furniture.strip.refusal.sentence
    assert stack.count() == 0
    for n in range(changes):
        furniture.document.rename("4", f"name {n}")
    while stack.canUndo() and stack.index() > furniture.document.forgotten:
        action(furniture, "undo").trigger()
    if not furniture.document.forgotten:
        assert furniture.document.value is before
    assert "•" not in furniture.window.windowTitle()
    action(furniture, "redo").trigger()
    assert "•" in furniture.window.windowTitle()
    action(furniture, "undo").trigger()
    assert "•" not in furniture.window.windowTitle()


def test_an_arrangement_that_is_not_ours_is_ignored(tmp_path: Path) -> None:
    preferences = Preferences(tmp_path / "s.ini")
    preferences.put("layout", QByteArray(b"x" * 200_000))
    assert preferences.state("layout").isEmpty()


def test_f2_types_the_name_and_enter_the_number(qtbot: QtBot, furniture: Furniture) -> None:
    canvas = furniture.canvas
    canvas.setFocus()
    furniture.stage.select(("4",))
    QTest.keyClick(canvas, Qt.Key.Key_F2)
    qtbot.waitUntil(lambda: canvas.typing.field is not None)
    field = canvas.typing.field
    assert field is not None
    assert field.text() == "hidden 4"
    QTest.keyClick(field, Qt.Key.Key_Escape)
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    assert canvas.typing.field is not None
    assert canvas.typing.field.text() == "−0.4"


def test_a_circuit_has_an_output_and_passes_where_others_have_a_loss(furniture: Furniture) -> None:
    names = [fact.name for fact in furniture.strip.facts.facts]
    assert names[:2] == ["Loss", "Updates"]
    furniture.files.read_lesson("one-minus")
    furniture.transport.step_update()
    facts = {fact.name: fact.value for fact in furniture.strip.facts.facts}
    assert "Loss" not in facts
    assert (facts["Output"], facts["Passes"]) == ("3", "1")
