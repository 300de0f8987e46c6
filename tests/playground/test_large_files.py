"""Large files are read beside the window: nothing waits for them, and nothing is lost meanwhile."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.files.document_reading import Repairs, read_document
from engine.files.documents import load, save
from engine.lessons import open_lesson
from engine.network import Place
from playground.keeping.backups import DOCUMENT
from playground.window import file_desk
from playground.window.furniture import Furniture
from tests.playground.opened import LEFT, answer, opened, question, questions
from tests.playground.window_calls import calls_here

WEIGHT = Place("weight", "4", "1")


@pytest.fixture
def furniture(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Furniture]:
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


def title(furniture: Furniture) -> str:
    return furniture.files.work.title


def shown(qtbot: QtBot, furniture: Furniture, name: str) -> None:
    qtbot.waitUntil(lambda: title(furniture) == name)
    assert not furniture.files.is_reading


def test_a_large_file_is_read_beside_the_window(
    qtbot: QtBot, furniture: Furniture, tmp_path: Path
) -> None:
    path = tmp_path / "large.json"
    save(path, replace(open_lesson("xor").experiment, lesson=""))  # else its lesson is read too
    with calls_here(read_document) as done:
        furniture.files.open_path(path)
        assert title(furniture) == "mine.json"
        assert furniture.strip.refusal.sentence == "Opening “large.json”…"
        shown(qtbot, furniture, "large.json")
    assert not done
    assert not furniture.document.value.lesson
    assert furniture.document.stack.isClean()
    assert furniture.strip.refusal.isHidden()
    assert furniture._preferences.recent()[0] == path


def test_a_small_file_is_there_at_once(
    furniture: Furniture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = large(tmp_path)
    monkeypatch.setattr(file_desk, "LARGE", path.stat().st_size + 1)
    furniture.files.open_path(path)
    assert title(furniture) == "large.json"


def test_the_newest_of_two_wins(qtbot: QtBot, furniture: Furniture, tmp_path: Path) -> None:
    furniture.files.open_path(large(tmp_path, "first"))
    furniture.files.open_path(large(tmp_path, "second", "student-grade"))
    shown(qtbot, furniture, "second.json")
    qtbot.waitUntil(lambda: not furniture.trainer.is_busy)
    qtbot.wait(1)
    assert title(furniture) == "second.json"


def test_a_new_document_wins_over_one_that_is_being_read(
    qtbot: QtBot, furniture: Furniture, tmp_path: Path
) -> None:
    furniture.files.open_path(large(tmp_path))
    furniture.files.new()
    assert not furniture.files.is_reading
    assert furniture.strip.refusal.isHidden()
    qtbot.waitUntil(lambda: not furniture.trainer.is_busy)
    assert title(furniture) == "Untitled"


@pytest.mark.parametrize("choice", ["Cancel", "Discard", "Save"])
def test_what_is_edited_meanwhile_is_asked_about(
    qtbot: QtBot, furniture: Furniture, tmp_path: Path, choice: str
) -> None:
    furniture.files.open_path(large(tmp_path))
    assert furniture.document.set_number(WEIGHT, 0.75)
    changed = furniture.document.value
    assert "mine.json" in question(qtbot, furniture.window).heading
    assert furniture.document.value is changed
    answer(qtbot, furniture.window, choice)
    if choice == "Cancel":
        assert furniture.document.value is changed
        assert furniture.files.work.modified
    else:
        shown(qtbot, furniture, "large.json")
    kept = furniture.files.work.read(tmp_path / "mine.json").loaded.experiment
    assert (kept.parameters == changed.parameters).all() == (choice == "Save")


def test_it_waits_until_a_dialog_is_closed(
    qtbot: QtBot, furniture: Furniture, tmp_path: Path
) -> None:
    furniture.files.open_path(large(tmp_path))
    furniture.files.save_as()
    qtbot.waitUntil(lambda: not furniture.trainer.is_busy)
    dialog = QApplication.activeModalWidget()
    assert dialog is not None
    qtbot.wait(2 * file_desk.SOON)
    assert title(furniture) == "mine.json"
    dialog.close()
    shown(qtbot, furniture, "large.json")


def test_a_run_that_was_begun_meanwhile_is_asked_about(
    qtbot: QtBot, furniture: Furniture, tmp_path: Path
) -> None:
    furniture.files.open_path(large(tmp_path))
    with qtbot.waitSignal(furniture.trainer.progressed):
        furniture.trainer.start()
    question(qtbot, furniture.window)
    assert not furniture.trainer.is_running
    assert furniture.document.value.updates
    answer(qtbot, furniture.window, "Cancel")
    assert title(furniture) == "mine.json"


def test_a_refusal_is_the_same_dialog(qtbot: QtBot, furniture: Furniture, tmp_path: Path) -> None:
    path = large(tmp_path)
    path.write_text(path.read_text()[:-20])
    furniture.files.open_path(path)
    asked = question(qtbot, furniture.window)
    assert asked.heading == "Could not open “large.json”"
    assert furniture.strip.refusal.isHidden()
    answer(qtbot, furniture.window, "Close")
    assert title(furniture) == "mine.json"


def test_closing_the_window_drops_it(qtbot: QtBot, furniture: Furniture, tmp_path: Path) -> None:
    before = furniture.document.value
    furniture.files.open_path(large(tmp_path))
    assert furniture.window.close()
    qtbot.wait(2 * file_desk.SOON)
    assert furniture.document.value is before
    assert not questions(furniture.window)
    assert not furniture.files.is_reading


def test_reading_again_keeps_what_is_looked_at(
    qtbot: QtBot, furniture: Furniture, tmp_path: Path
) -> None:
    furniture.canvas.zoom_to(2.5)
    large(tmp_path, "mine", "xor")
    furniture.files.reload()
    qtbot.waitUntil(lambda: furniture.document.value.lesson == "xor")
    assert furniture.canvas.zoom == 2.5


@pytest.mark.long
@pytest.mark.ci
def test_a_copy_and_a_repaired_file_are_backed_up_beside_the_window(
    qtbot: QtBot, furniture: Furniture, tmp_path: Path
) -> None:
    """They are opened unsaved, so a backup is due at once, and nothing waits for it."""
    work, state = furniture.files.work, tmp_path / "state"
    for found in (work.read_copy(large(tmp_path)), work.read(large(tmp_path), Repairs(data=True))):
        before = set(state.rglob(DOCUMENT))
        written = [load(path).experiment for path in before]
        furniture.trainer._worker.rest()
        furniture.files.show(found)
        assert furniture.backups.waiting
        assert [load(path).experiment for path in before] == written, "it has only been asked for"
        furniture.trainer._worker.go_on()
        qtbot.waitUntil(lambda: not furniture.backups.waiting)
        (backup,) = state.rglob(DOCUMENT)
        assert load(backup).experiment == furniture.document.value
    work.save(tmp_path / "saved.json")
    assert not list(state.rglob(DOCUMENT)), "what is saved needs no backup, at once"
