"""Row 74: nothing of the program's own is written through a link, or over a file of someone else.

A link beside a document may come with the folder it was unpacked from.
"""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.files.disk import FileLock, save_private
from engine.files.loading import load, save
from engine.lessons.lesson import open_lesson
from playground.model.document import Document
from playground.session.backups import LOG, SESSIONS, Crashes, Starts, found
from playground.session.files import UNMARKED, OpenDocument, OpenFileLock
from playground.session.lesson_guide import FILE, LessonPlaces
from playground.window.workspace import Workspace
from tests.playground.opened import answer, opened
from tests.playground.session.test_files import dialog, made_up_version_2, type_name

THESIS = b"The work of four years.\n"


def link(mark: Path, thesis: Path) -> None:
    mark.symlink_to(thesis)


def dangling(mark: Path, thesis: Path) -> None:
    mark.symlink_to(thesis.with_name("not there yet"))


def hard_link(mark: Path, thesis: Path) -> None:
    os.link(thesis, mark)


def link_to_a_mark(mark: Path, thesis: Path) -> None:
    elsewhere = mark.with_name("elsewhere")
    elsewhere.write_text('{"host": "lab-pc", "since": 0, "token": "x"}')
    mark.symlink_to(elsewhere)


def foreign(mark: Path, thesis: Path) -> None:
    mark.write_bytes(THESIS)


def folder(mark: Path, thesis: Path) -> None:
    mark.mkdir()


def fifo(mark: Path, thesis: Path) -> None:
    os.mkfifo(mark)


@pytest.fixture
def thesis(tmp_path: Path) -> Path:
    path = tmp_path / "home" / "thesis.txt"
    path.parent.mkdir()
    path.write_bytes(THESIS)
    return path


def is_safe(thesis: Path) -> bool:
    return [thesis] == list(thesis.parent.iterdir()) and thesis.read_bytes() == THESIS


@pytest.mark.parametrize(
    "stands", [link, dangling, hard_link, link_to_a_mark, foreign, folder, fifo]
)
def test_row_74_what_stands_where_a_mark_would_be_stays_and_is_told(
    tmp_path: Path, thesis: Path, stands: Callable[[Path, Path], None]
) -> None:
    mine, mark = tmp_path / "mine.json", tmp_path / ".mine.json.in-use"
    mine.write_text("{}")
    stands(mark, thesis)
    before = mark.lstat()
    in_use = OpenFileLock((tmp_path / "state",))
    other = in_use.other(mine)
    assert other is not None and other.sentence == "Possibly open in another program."
    assert not in_use.take(mine)
    in_use.release()
    assert (mark.lstat().st_ino, mark.lstat().st_size) == (before.st_ino, before.st_size)
    assert is_safe(thesis)


def test_row_74_opening_saving_and_reloading_write_through_no_link(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, thesis: Path
) -> None:
    mine, there = tmp_path / "mine.json", tmp_path / "there.json"
    save(mine, open_lesson("student-grade").experiment)
    for name in (mine.name, there.name):
        (tmp_path / f".{name}.in-use").symlink_to(thesis)

    def told(workspace: Workspace) -> bool:
        return workspace.strip.refusal.sentence.endswith(UNMARKED) and is_safe(thesis)

    with opened(qtbot, qapp, tmp_path, "xor") as workspace:
        workspace.files.open_path(mine)
        answer(qtbot, workspace.window, "Open anyway")
        assert workspace.files.work.standing.path == mine
        assert told(workspace)
        workspace.strip.note("Something else.")
        workspace.files.reload()
        assert told(workspace)
        workspace.strip.note("Something else.")
        workspace.window.menus.actions["save-as"].trigger()
        type_name(qtbot, dialog(qtbot, workspace), there.name)
        assert workspace.files.work.standing.path == there
        assert told(workspace)
    assert is_safe(thesis)


def test_a_mark_is_for_this_user_alone_and_goes_with_the_one_who_made_it(tmp_path: Path) -> None:
    mine, mark = tmp_path / "mine.json", tmp_path / ".mine.json.in-use"
    mine.write_text("{}")
    one, other = OpenFileLock((tmp_path / "state",)), OpenFileLock((tmp_path / "state",))
    assert one.take(mine)
    assert mark.stat().st_mode & 0o777 == 0o600
    assert not other.take(mine), "it is held"
    other.release()
    found_by_other = other.other(mine)
    assert found_by_other is not None and found_by_other.here
    mark.unlink()
    mark.write_bytes(THESIS)
    one.release()
    assert mark.read_bytes() == THESIS, "another one by now"


def test_a_mark_that_a_crash_left_behind_gives_way(tmp_path: Path) -> None:
    mine, mark = tmp_path / "mine.json", tmp_path / ".mine.json.in-use"
    mine.write_text("{}")
    one, other = OpenFileLock((tmp_path / "state",)), OpenFileLock((tmp_path / "state",))
    assert one.take(mine)
    assert one.held is not None
    one.held.close()
    assert other.other(mine) is None
    assert other.take(mine)
    assert json.loads(mark.read_bytes())["token"] == other.token
    other.release()
    assert not mark.exists()


def test_a_new_file_that_cannot_be_written_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(OSError):
        FileLock(tmp_path / "mark", b"who")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("stands", [link, dangling])
def test_a_file_of_the_programs_own_takes_the_place_of_a_link(
    tmp_path: Path, thesis: Path, stands: Callable[[Path, Path], None]
) -> None:
    own = tmp_path / "own"
    stands(own, thesis)
    save_private(own, "ours")
    assert own.read_text() == "ours" and not own.is_symlink()
    assert own.stat().st_mode & 0o777 == 0o600
    own.chmod(0o644)
    save_private(own, "again")
    assert own.stat().st_mode & 0o777 == 0o600
    assert is_safe(thesis)


def test_links_in_the_state_folder_lead_nowhere(
    qapp: QApplication, tmp_path: Path, thesis: Path
) -> None:
    state = tmp_path / "state"
    (state / "wanted").mkdir(parents=True)
    for name in ("starting", FILE, LOG):
        (state / name).symlink_to(thesis)
    assert Starts((state,)).in_a_row == 1
    (state / "starting").unlink()
    (state / "starting").symlink_to(thesis.parent)
    Starts((state,)).reset()
    LessonPlaces((state,)).keep()
    crashes = Crashes((state,), lambda: True, lambda report, safe: None)
    crashes.caught(ValueError, ValueError("new"), None)
    assert is_safe(thesis)


def test_what_a_link_calls_sessions_is_neither_offered_nor_removed(tmp_path: Path) -> None:
    state, pictures = tmp_path / "state", tmp_path / "pictures"
    (pictures / "holiday").mkdir(parents=True)
    state.mkdir()
    (state / SESSIONS).symlink_to(pictures)
    assert found((state,)) == []
    assert (pictures / "holiday").is_dir()


@pytest.mark.parametrize("stands", [dangling, link, foreign, folder])
def test_the_old_file_of_a_converted_document_is_kept_where_nothing_else_stands(
    qapp: QApplication, tmp_path: Path, thesis: Path, stands: Callable[[Path, Path], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Version 2 is made up: only the number differs."""
    mine = tmp_path / "mine.json"
    save(mine, open_lesson("student-grade").experiment)
    before = mine.read_bytes()
    stands(tmp_path / "mine.v1.bak.json", thesis)
    work = OpenDocument(Document(open_lesson("xor").experiment))
    made_up_version_2(monkeypatch, lambda raw: {**raw, "version": 2})
    work.take(work.read(mine))
    work.save()
    assert (tmp_path / "mine.v1.bak-2.json").read_bytes() == before
    assert is_safe(thesis)


def test_a_document_that_is_a_link_on_purpose_is_followed(tmp_path: Path) -> None:
    there, mine = tmp_path / "there.json", tmp_path / "mine.json"
    save(there, open_lesson("xor").experiment)
    mine.symlink_to(there)
    save(mine, open_lesson("student-grade").experiment)
    assert mine.is_symlink()
    assert load(there).experiment.lesson == "student-grade"


def test_only_what_a_save_left_behind_is_swept_away(tmp_path: Path) -> None:
    from engine.files.disk import temporary_name

    mine = tmp_path / "mine.json"
    theirs = tmp_path / f"{temporary_name(mine.name, 'notes')}"
    theirs.write_bytes(THESIS)
    save(mine, open_lesson("xor").experiment)
    assert theirs.read_bytes() == THESIS
