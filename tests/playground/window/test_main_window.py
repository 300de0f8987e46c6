"""The window: where its parts stand, what it remembers, how the keyboard walks it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray, QRect, Qt
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QListView, QMenu, QTabBar, QWidget
from pytestqt.qtbot import QtBot

from playground.session.preferences import Preferences
from playground.theme.theme import Theme
from playground.widgets.dock import Dock, HeaderTabs
from playground.window.start import make_window
from playground.window.workspace import Workspace
from tests.playground.opened import opened, questions
from tests.sampled import sampled

WIDE, NARROW = (1440, 900), (1024, 700)
FIRST = {"lesson", "explain", "inspector", "curves", "samples"}  # the docks in sight at first


@pytest.fixture
def workspace(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Workspace]:
    with opened(qtbot, qapp, tmp_path) as made:
        yield made


def shown(workspace: Workspace) -> set[str]:
    docks = workspace.docks.docks.items()
    return {n for n, d in docks if d.isVisible() and not d.visibleRegion().isEmpty()}


def action(workspace: Workspace, name: str) -> QAction:
    return workspace.window.menus.actions[name]


def test_wide_every_part_has_its_place_and_size(workspace: Workspace) -> None:
    docks, window = workspace.docks.docks, workspace.window
    assert shown(workspace) == FIRST
    assert window.menuBar().height() == 26
    assert window.tool_bar.height() == 56
    assert workspace.strip.height() == 30
    assert workspace.transport.height() == 108
    assert (docks["lesson"].width(), docks["explain"].width()) == (272, 336)
    assert abs(docks["inspector"].height() - 222) <= 8
    assert docks["curves"].height() == docks["samples"].height() == 200
    together = docks["curves"].width() + docks["samples"].width()
    assert abs(docks["curves"].width() / together - 0.54) < 0.01
    assert docks["lesson"].geometry().bottom() == docks["inspector"].geometry().bottom()
    assert workspace.canvas.width() == 830
    assert workspace.canvas.height() >= 470


def test_narrow_the_lesson_stands_above_explain(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    with opened(qtbot, qapp, tmp_path, size=NARROW) as workspace:
        docks = workspace.docks.docks
        assert shown(workspace) == {"lesson", "explain"}
        assert docks["lesson"].width() == docks["explain"].width() == 312
        assert docks["lesson"].height() == 214
        assert (workspace.canvas.width(), workspace.canvas.height()) == (711, 480)
        assert workspace.window.tool_bar.row.more.isVisible()
        assert workspace.canvas.zoom >= 0.94


def test_a_panel_that_a_lesson_opens_at_the_start_leaves_the_canvas_its_room(
    qtbot: QtBot, tmp_path: Path, qapp: QApplication
) -> None:
    with opened(qtbot, qapp, tmp_path, "when-to-stop", (1024, 700)) as workspace:
        curves = workspace.docks.docks["curves"]
        qtbot.waitUntil(lambda: curves.isVisible() and curves.height() < 200)
        assert workspace.canvas.height() > 280


def test_the_palette_stands_in_the_middle_and_nothing_overlaps(
    qtbot: QtBot, workspace: Workspace
) -> None:
    row = workspace.window.tool_bar.row
    cells = row.cells
    middle = (cells[0].geometry().left() + cells[-1].geometry().right()) / 2
    assert abs(middle - row.width() / 2) <= 2
    for dock in workspace.docks.docks.values():
        dock.close()
    qtbot.waitUntil(lambda: workspace.window.minimumWidth() == 720)
    for width in (720, 900, 1024, 1199, 1200, 1440, 2560):
        workspace.window.resize(width, 700)
        qtbot.waitUntil(lambda: row.width() == width)  # noqa: B023
        parts = [p for p in row.findChildren(QAbstractButton) if p.isVisible()]
        boxes = [part.geometry() for part in parts]
        for i, box in enumerate(boxes):
            assert row.rect().contains(box), (width, parts[i].accessibleName())
            for other in boxes[i + 1 :]:
                assert not box.intersects(other), width


def test_no_dock_runs_over_another_when_the_window_shrinks(
    qtbot: QtBot, workspace: Workspace
) -> None:
    window = workspace.window
    window.resize(1024, 700)
    qtbot.waitUntil(lambda: window.width() == 1024)
    qtbot.waitUntil(lambda: workspace.docks.docks["curves"].geometry().bottom() < 672)
    docks = [workspace.docks.docks[name] for name in FIRST]
    boxes = [part.geometry() for part in (window.centralWidget(), *docks) if part is not None]
    for i, box in enumerate(boxes):
        assert window.rect().contains(box)
        assert not any(box.intersects(other) for other in boxes[i + 1 :])


def test_the_window_shrinks_no_further_than_what_is_open_needs(
    qtbot: QtBot, workspace: Workspace
) -> None:
    window = workspace.window
    least = window.minimumHeight
    qtbot.waitUntil(lambda: least() > 520)
    high = least()
    for name in ("curves", "surface", "map", "samples", "table"):
        workspace.docks.docks[name].close()
    qtbot.waitUntil(lambda: least() < high)
    assert least() >= window.minimumSizeHint().height()


def test_closed_docks_are_a_click_away_and_reset_brings_all_back(
    qtbot: QtBot, workspace: Workspace
) -> None:
    docks = workspace.docks.docks
    docks["lesson"].close()
    docks["explain"].setFloating(True)
    workspace.window.tabifyDockWidget(docks["inspector"], docks["samples"])
    action(workspace, "reset-layout").trigger()
    qtbot.waitUntil(lambda: shown(workspace) == FIRST)
    qtbot.waitUntil(lambda: docks["lesson"].width() == 272)
    assert not docks["explain"].isFloating()
    assert docks["explain"].width() == 336


def test_sizes_and_docks_are_remembered(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> None:
    with opened(qtbot, qapp, tmp_path) as workspace:
        lesson = workspace.docks.docks["lesson"]
        workspace.docks.docks["samples"].close()
        workspace.window.resizeDocks([lesson], [300], Qt.Orientation.Horizontal)
        qtbot.waitUntil(lambda: lesson.width() == 300)
        workspace.window.close()
    with opened(qtbot, qapp, tmp_path) as workspace:
        qtbot.waitUntil(lambda: workspace.docks.docks["lesson"].width() == 300)
        assert "samples" not in shown(workspace)


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
    with opened(qtbot, qapp, tmp_path, hinted=False) as workspace:
        assert shown(workspace) == FIRST
        assert not questions(workspace.window)


def test_row_49_settings_that_cannot_be_read_or_kept_are_noted(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    (tmp_path / "settings.ini").mkdir()
    with opened(qtbot, qapp, tmp_path) as workspace:
        assert "could not be read" in workspace.strip.refusal.sentence
        assert shown(workspace) == FIRST


def test_row_49_a_window_from_a_screen_that_is_gone_comes_back(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    theme = Theme(qapp, "light")
    far = make_window(theme, Preferences(tmp_path / "a.ini"), folders=(tmp_path,))
    qtbot.addWidget(far)
    far.setGeometry(QRect(90_000, 90_000, 800, 600))
    geometry = far.saveGeometry()
    preferences = Preferences(tmp_path / "b.ini")
    preferences.put("geometry", geometry)
    window = make_window(theme, preferences, folders=(tmp_path,))
    qtbot.addWidget(window)
    screen = QGuiApplication.primaryScreen().availableGeometry()
    assert screen.intersects(window.frameGeometry())
    assert window.y() >= screen.top()
    theme.deleteLater()


def test_row_49_a_window_whose_screen_goes_while_it_is_hidden_comes_back(
    qtbot: QtBot, workspace: Workspace
) -> None:
    window = workspace.window
    window.hide()
    window.move(90_000, 90_000)
    window.show()
    screen = QGuiApplication.primaryScreen().availableGeometry()
    qtbot.waitUntil(lambda: screen.intersects(window.frameGeometry()))


def test_row_50_a_missing_lesson_is_said_and_the_rest_works(
    qtbot: QtBot, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = workspace.document.value
    read = Path.read_bytes

    def gone(path: Path) -> bytes:
        if "xor" in path.parts:
            raise FileNotFoundError(path)
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", gone)
    workspace.files.open_lesson("xor")
    assert workspace.strip.refusal.sentence == "Lesson “xor” is missing; please reinstall."
    assert workspace.document.value is before
    menu = workspace.window.menus.menus["lessons"]
    menu.aboutToShow.emit()
    texts = [a.text() for group in menu.findChildren(QMenu) for a in group.actions()]
    assert "Will it be a B?" in texts
    workspace.files.open_lesson("student-grade")
    assert workspace.document.value.lesson == "student-grade"


def test_f6_walks_the_panes_in_order_and_back(qtbot: QtBot, workspace: Workspace) -> None:
    workspace.canvas.setFocus()
    seen = []
    for _ in range(13):
        QTest.keyClick(QApplication.focusWidget() or workspace.window, Qt.Key.Key_F6)
        seen.append(pane(workspace))
    assert seen[0] == "transport"
    assert set(seen) == {*FIRST, "transport", "strip", "tools", "canvas"}
    here = pane(workspace)
    QTest.keyClick(QApplication.focusWidget() or workspace.window, Qt.Key.Key_F6)
    QTest.keyClick(QApplication.focusWidget() or workspace.window, Qt.Key.Key_F6,
                   Qt.KeyboardModifier.ShiftModifier)  # fmt: skip
    assert pane(workspace) == here


def pane(workspace: Workspace) -> str:
    focus = QApplication.focusWidget()
    assert focus is not None
    parts: dict[str, QWidget] = {
        "tools": workspace.window.tool_bar, "canvas": workspace.canvas,
        "transport": workspace.transport, "strip": workspace.strip, **workspace.docks.docks,
    }  # fmt: skip
    return next(n for n, part in parts.items() if part is focus or part.isAncestorOf(focus))


def test_every_control_has_a_name_and_a_tip(workspace: Workspace) -> None:
    for dock in workspace.docks.docks.values():
        dock.show()
        dock.raise_()
    tab = Qt.FocusPolicy.TabFocus
    for widget in workspace.window.findChildren(QWidget):
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


def test_theme_and_digits_are_chosen_in_the_menu(workspace: Workspace) -> None:
    action(workspace, "theme-dark").trigger()
    assert workspace.window.theme.choice == "dark"
    assert workspace.window.preferences.word("theme", ("system", "dark")) == "dark"
    assert action(workspace, "digits-4").isChecked()
    action(workspace, "digits-6").trigger()
    assert workspace.document.value.settings.digits == 6
    workspace.document.stack.undo()
    assert action(workspace, "digits-4").isChecked()
    action(workspace, "reduced-motion").trigger()
    assert workspace.canvas.motion.is_off


@pytest.mark.parametrize("size", [(1, 1), (8000, 8000)])
def test_row_68_no_size_of_the_window_breaks_it(
    qtbot: QtBot, workspace: Workspace, size: tuple[int, int]
) -> None:
    workspace.window.setMinimumSize(1, 1)
    workspace.canvas.setMinimumSize(0, 0)
    workspace.window.resize(*size)
    assert not workspace.window.grab().isNull()
    workspace.canvas.resize(0, 0)
    workspace.canvas.fit()
    workspace.transport.step()
    workspace.window.resize(*WIDE)
    qtbot.waitUntil(lambda: workspace.canvas.zoom > 0.5)


@pytest.mark.long
@pytest.mark.ci
@pytest.mark.long
@pytest.mark.ci
def test_row_68_three_hundred_percent_scaling(tmp_path: Path) -> None:
    import subprocess
    import sys

    out = tmp_path / "large.png"
    done = subprocess.run(
        [sys.executable, "-m", "playground", "picture", "student-grade", str(out), "--size",
         "1024x700", "--scale", "3"],
        cwd=Path(__file__).parents[3], capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert out.stat().st_size > 10_000


@pytest.mark.parametrize("changes", sampled((150, 1000), 1))
def test_row_67_a_refused_action_leaves_no_entry_and_undo_all_is_the_start(
    workspace: Workspace, changes: int
) -> None:
    before = workspace.document.value
    stack = workspace.document.stack
    assert not workspace.document.connect_nodes([("6", "4")])
    assert "6" in workspace.strip.refusal.sentence or "output" in workspace.strip.refusal.sentence
    assert stack.count() == 0
    for n in range(changes):
        workspace.document.rename("4", f"name {n}")
    while stack.canUndo() and stack.index() > workspace.document.forgotten:
        action(workspace, "undo").trigger()
    if not workspace.document.forgotten:
        assert workspace.document.value is before
    assert "•" not in workspace.window.windowTitle()
    action(workspace, "redo").trigger()
    assert "•" in workspace.window.windowTitle()
    action(workspace, "undo").trigger()
    assert "•" not in workspace.window.windowTitle()


def test_an_arrangement_that_is_not_ours_is_ignored(tmp_path: Path) -> None:
    preferences = Preferences(tmp_path / "s.ini")
    preferences.put("layout", QByteArray(b"x" * 200_000))
    assert preferences.state("layout").isEmpty()


def test_f2_types_the_name_and_enter_the_number(qtbot: QtBot, workspace: Workspace) -> None:
    canvas = workspace.canvas
    canvas.setFocus()
    workspace.stage.select(("4",))
    QTest.keyClick(canvas, Qt.Key.Key_F2)
    qtbot.waitUntil(lambda: canvas.typing.field is not None)
    field = canvas.typing.field
    assert field is not None
    assert field.text() == "hidden 4"
    QTest.keyClick(field, Qt.Key.Key_Escape)
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    assert canvas.typing.field is not None
    assert canvas.typing.field.text() == "−0.4"


def test_a_circuit_has_an_output_and_passes_where_others_have_a_loss(workspace: Workspace) -> None:
    names = [fact.name for fact in workspace.strip.facts.facts]
    assert names[:2] == ["Loss", "Updates"]
    workspace.files.read_lesson("one-minus")
    workspace.transport.step_update()
    facts = {fact.name: fact.value for fact in workspace.strip.facts.facts}
    assert "Loss" not in facts
    assert (facts["Output"], facts["Passes"]) == ("3", "1")
