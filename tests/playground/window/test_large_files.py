"""Large files are read beside the window: nothing waits for them, and nothing is lost meanwhile."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.files.document import Repairs, read_document
from engine.files.loading import load, save
from engine.lessons.lesson import open_lesson
from engine.network import Place
from playground.session.backups import DOCUMENT
from playground.window import file_desk
from playground.window.workspace import Workspace
from tests.playground.opened import LEFT, answer, opened, question, questions
from tests.playground.window_calls import calls_here

WEIGHT = Place("weight", "4", "1")


@pytest.fixture
def workspace(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Workspace]:
    """Its own file is open; whatever is opened from now on counts as large."""
    mine = tmp_path / "mine.json"
    save(mine, open_lesson("student-grade").experiment)
    with opened(qtbot, qapp, tmp_path, str(mine)) as made:
        QTest.mouseRelease(made.window, LEFT)  # another test may have left it pressed
        monkeypatch.setattr(file_desk, "LARGE", 0)
        yield made


def large(folder: Path, name: str = "large", lesson: str = "xor") -> Path:
    path = folder / f"{name}.json"
    save(path, open_lesson(lesson).experiment)
    return path


def title(workspace: Workspace) -> str:
    return workspace.files.work.title


def shown(qtbot: QtBot, workspace: Workspace, name: str) -> None:
    qtbot.waitUntil(lambda: title(workspace) == name)
    assert not workspace.files.is_reading


def test_a_large_file_is_read_beside_the_window(
    qtbot: QtBot, workspace: Workspace, tmp_path: Path
) -> None:
    path = tmp_path / "large.json"
    save(path, replace(open_lesson("xor").experiment, lesson=""))  # else its lesson is read too
    with calls_here(read_document) as done:
        workspace.files.open_path(path)
        assert title(workspace) == "mine.json"
        assert workspace.strip.refusal.sentence == "Opening “large.json”…"
        shown(qtbot, workspace, "large.json")
    assert not done
    assert not workspace.document.value.lesson
    assert workspace.document.stack.isClean()
    assert workspace.strip.refusal.isHidden()
    assert workspace.window.preferences.recent()[0] == path


def test_a_small_file_is_there_at_once(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = large(tmp_path)
    monkeypatch.setattr(file_desk, "LARGE", path.stat().st_size + 1)
    workspace.files.open_path(path)
    assert title(workspace) == "large.json"


def test_the_newest_of_two_wins(qtbot: QtBot, workspace: Workspace, tmp_path: Path) -> None:
    workspace.files.open_path(large(tmp_path, "first"))
    workspace.files.open_path(large(tmp_path, "second", "student-grade"))
    shown(qtbot, workspace, "second.json")
    qtbot.waitUntil(lambda: not workspace.trainer.is_busy)
    qtbot.wait(1)
    assert title(workspace) == "second.json"


def test_a_new_document_wins_over_one_that_is_being_read(
    qtbot: QtBot, workspace: Workspace, tmp_path: Path
) -> None:
    workspace.files.open_path(large(tmp_path))
    workspace.files.new()
    assert not workspace.files.is_reading
    assert workspace.strip.refusal.isHidden()
    qtbot.waitUntil(lambda: not workspace.trainer.is_busy)
    assert title(workspace) == "Untitled"


@pytest.mark.parametrize("choice", ["Cancel", "Discard", "Save"])
def test_what_is_edited_meanwhile_is_asked_about(
    qtbot: QtBot, workspace: Workspace, tmp_path: Path, choice: str
) -> None:
    workspace.files.open_path(large(tmp_path))
    assert workspace.document.set_number(WEIGHT, 0.75)
    changed = workspace.document.value
    assert "mine.json" in question(qtbot, workspace.window).heading
    assert workspace.document.value is changed
    answer(qtbot, workspace.window, choice)
    if choice == "Cancel":
        assert workspace.document.value is changed
        assert workspace.files.work.modified
    else:
        shown(qtbot, workspace, "large.json")
    kept = workspace.files.work.read(tmp_path / "mine.json").loaded.experiment
    assert (kept.parameters == changed.parameters).all() == (choice == "Save")


def test_it_waits_until_a_dialog_is_closed(
    qtbot: QtBot, workspace: Workspace, tmp_path: Path
) -> None:
    workspace.files.open_path(large(tmp_path))
    workspace.files.save_as()
    qtbot.waitUntil(lambda: not workspace.trainer.is_busy)
    dialog = QApplication.activeModalWidget()
    assert dialog is not None
    qtbot.wait(2 * file_desk.SOON)
    assert title(workspace) == "mine.json"
    dialog.close()
    shown(qtbot, workspace, "large.json")


def test_a_run_that_was_begun_meanwhile_is_asked_about(
    qtbot: QtBot, workspace: Workspace, tmp_path: Path
) -> None:
    workspace.files.open_path(large(tmp_path))
    with qtbot.waitSignal(workspace.trainer.progressed):
        workspace.trainer.start()
    question(qtbot, workspace.window)
    assert not workspace.trainer.is_running
    assert workspace.document.value.updates
    answer(qtbot, workspace.window, "Cancel")
    assert title(workspace) == "mine.json"


def test_a_refusal_is_the_same_dialog(qtbot: QtBot, workspace: Workspace, tmp_path: Path) -> None:
    path = large(tmp_path)
    path.write_text(path.read_text()[:-20])
    workspace.files.open_path(path)
    asked = question(qtbot, workspace.window)
    assert asked.heading == "Could not open “large.json”"
    assert workspace.strip.refusal.isHidden()
    answer(qtbot, workspace.window, "Close")
    assert title(workspace) == "mine.json"


def test_closing_the_window_drops_it(qtbot: QtBot, workspace: Workspace, tmp_path: Path) -> None:
    before = workspace.document.value
    workspace.files.open_path(large(tmp_path))
    assert workspace.window.close()
    qtbot.wait(2 * file_desk.SOON)
    assert workspace.document.value is before
    assert not questions(workspace.window)
    assert not workspace.files.is_reading


def test_reading_again_keeps_what_is_looked_at(
    qtbot: QtBot, workspace: Workspace, tmp_path: Path
) -> None:
    workspace.canvas.zoom_to(2.5)
    large(tmp_path, "mine", "xor")
    workspace.files.reload()
    qtbot.waitUntil(lambda: workspace.document.value.lesson == "xor")
    assert workspace.canvas.zoom == 2.5


@pytest.mark.long
@pytest.mark.ci
def test_a_copy_and_a_repaired_file_are_backed_up_beside_the_window(
    qtbot: QtBot, workspace: Workspace, tmp_path: Path
) -> None:
    """They are opened unsaved, so a backup is due at once, and nothing waits for it."""
    work, state = workspace.files.work, tmp_path / "state"
    for found in (work.read_copy(large(tmp_path)), work.read(large(tmp_path), Repairs(data=True))):
        before = set(state.rglob(DOCUMENT))
        written = [load(path).experiment for path in before]
        workspace.trainer.worker.awake.clear()
        workspace.files.show(found)
        assert workspace.backups.waiting
        assert [load(path).experiment for path in before] == written, "it has only been asked for"
        workspace.trainer.worker.awake.set()
        qtbot.waitUntil(lambda: not workspace.backups.waiting)
        (backup,) = state.rglob(DOCUMENT)
        assert load(backup).experiment == workspace.document.value
    work.save(tmp_path / "saved.json")
    assert not list(state.rglob(DOCUMENT)), "what is saved needs no backup, at once"
