"""Row 78 in the window: wherever a path comes from, an odd one is a sentence and never an error."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.files.loading import save
from engine.lessons.lesson import open_lesson
from playground.session.backups import ABOUT, About, found
from playground.window.file_desk import OUTSIDE
from playground.window.workspace import Workspace
from tests.odd_paths import ODD, not_root
from tests.playground.opened import answer, opened, question, questions
from tests.playground.session.test_backups import left_behind
from tests.playground.session.test_files import change, drop
from tests.sampled import sampled


@pytest.fixture
def workspace(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Workspace]:
    with opened(qtbot, qapp, tmp_path, "xor") as made:
        yield made


def refused(qtbot: QtBot, workspace: Workspace) -> None:
    """One question, on lines of its own making, that can be closed."""
    asked = question(qtbot, workspace.window)
    assert asked.heading.isprintable() and asked.sentence.isprintable()
    assert len(asked.heading) < 250
    answer(qtbot, workspace.window, "Close")
    assert not questions(workspace.window)


@pytest.mark.parametrize("odd", sampled(tuple(ODD), 3))
def test_row_78_every_way_in_and_out(
    qtbot: QtBot, workspace: Workspace, tmp_path: Path, odd: str
) -> None:
    path = Path(f"{ODD[odd](tmp_path)}.json")
    files, before = workspace.files, workspace.document.value
    workspace.samples.open_path(tmp_path / "none.csv")  # imports what it needs while it may
    with not_root():
        files.open_path(path)
        refused(qtbot, workspace)
        files.open_folder(path)
        refused(qtbot, workspace)
        drop(workspace, [QUrl.fromLocalFile(str(path))])
        workspace.samples.open_path(path.with_suffix(".csv"))
    assert workspace.document.value is before


@pytest.mark.parametrize("odd", sampled(tuple(ODD), 2))
def test_row_78_the_start_and_the_files_opened_last(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, odd: str
) -> None:
    path = Path(f"{ODD[odd](tmp_path)}.json")
    with opened(qtbot, qapp, tmp_path, str(path)) as workspace:
        asked = question(qtbot, workspace.window)
        assert asked.heading.isprintable() and asked.sentence.isprintable()
        answer(qtbot, workspace.window, "Close")
        preferences = workspace.window.preferences
        preferences.add_recent(path)
        workspace.filled.fill_recent()
        (entry, *_rest) = workspace.window.menus.menus["recent"].actions()
        entry.trigger()
        refused(qtbot, workspace)
        preferences.put("last", str(path))
    with opened(qtbot, qapp, tmp_path, "") as workspace:
        assert not questions(workspace.window), "what was open last is no reason to complain"


@pytest.mark.parametrize("odd", sampled(tuple(ODD), 2))
def test_row_78_a_backup_of_an_odd_place_is_restored_and_saved_elsewhere(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, odd: str
) -> None:
    path = f"{ODD[odd](tmp_path)}.json"
    with opened(qtbot, qapp, tmp_path, "xor") as workspace:
        session = left_behind(tmp_path / "state", workspace.document, About("mine.json"))
        about = {"title": Path(path).name, "path": path, "digest": "0"}
        (session / ABOUT).write_text(json.dumps(about))
    (backup,) = found((tmp_path / "state",))
    assert backup.changed_since() == ""
    with opened(qtbot, qapp, tmp_path, "set-spiral") as workspace:
        asked = question(qtbot, workspace.window)
        assert asked.heading.isprintable() and asked.sentence.isprintable()
        answer(qtbot, workspace.window, "Restore")
        assert workspace.document.value.lesson == "xor"
        workspace.window.came_back.emit()
        workspace.window.menus.actions["save"].trigger()
        assert question(qtbot, workspace.window).sentence.isprintable()
        question(qtbot, workspace.window).reject()
        mine = tmp_path / "mine.json"
        workspace.files.work.save(mine)
        assert mine.exists()


def test_row_78_a_folder_that_becomes_closed_while_its_document_is_open(
    qtbot: QtBot, workspace: Workspace, tmp_path: Path
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    mine = folder / "mine.json"
    save(mine, open_lesson("student-grade").experiment)
    workspace.files.open_path(mine)
    assert workspace.files.work.standing.path == mine
    folder.chmod(0)
    tmp_path.chmod(0o755)
    with not_root():
        workspace.window.came_back.emit()
        assert workspace.notice.isHidden(), "nobody knows whether it was changed"
        change(workspace)
        drop(workspace, [QUrl.fromLocalFile(str(mine))])
        qtbot.waitUntil(lambda: bool(workspace.strip.refusal.sentence))
        assert workspace.strip.refusal.sentence == "“mine.json” is no playground document."
        workspace.files.save()
        asked = question(qtbot, workspace.window)
        assert asked.sentence == OUTSIDE["unknown"]
        answer(qtbot, workspace.window, "Overwrite")
        sentence = question(qtbot, workspace.window).sentence
        assert sentence.startswith("Not saved: you are not allowed to replace this file")
        question(qtbot, workspace.window).reject()
        workspace.files.reload()
        assert (
            question(qtbot, workspace.window).sentence == "You are not allowed to read this file."
        )
        question(qtbot, workspace.window).reject()
    folder.chmod(0o755)
    assert workspace.files.work.modified


def test_a_mark_may_say_any_time(qtbot: QtBot, workspace: Workspace, tmp_path: Path) -> None:
    theirs = tmp_path / "theirs.json"
    save(theirs, open_lesson("student-grade").experiment)
    for since in ("1e300", "-1e300", "1e17", "1e999", "true"):
        mark = f'{{"host": "lab-pc", "since": {since}, "token": "x"}}'
        (tmp_path / ".theirs.json.in-use").write_text(mark)
        workspace.files.open_path(theirs)
        assert question(qtbot, workspace.window).sentence.startswith("Possibly open")
        question(qtbot, workspace.window).reject()
    os.utime(theirs, (2**40, 2**40))
    workspace.files.open_path(theirs)
