"""Rows 11 to 48 of the faults as the window meets them: files, disks, other programs."""

import errno
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from engine.files import loading
from engine.files.loading import export_model, load, save
from engine.lessons.lesson import open_lesson
from engine.network import Place
from playground.dialogs.file_dialogs import SaveDialog
from playground.dialogs.new_network import NewNetwork
from playground.model.document import Document
from playground.session import files
from playground.session.backups import DOCUMENT
from playground.session.files import OpenDocument, OpenFileLock
from playground.window.workspace import Workspace
from tests.playground.opened import LEFT, answer, opened, question, questions
from tests.sampled import sampled

WEIGHT = Place("weight", "4", "1")


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    path = tmp_path / "mine.json"
    save(path, open_lesson("student-grade").experiment)
    return path


@pytest.fixture
def workspace(qtbot: QtBot, qapp: QApplication, tmp_path: Path, mine: Path) -> Iterator[Workspace]:
    with opened(qtbot, qapp, tmp_path, str(mine)) as made:
        yield made


def change(workspace: Workspace, value: float = 0.75) -> None:
    assert workspace.document.set_number(WEIGHT, value)


def outside(path: Path, lesson: str = "xor") -> None:
    """Another program writes the file."""
    save(path, open_lesson(lesson).experiment)


def dialog(qtbot: QtBot, workspace: Workspace) -> QFileDialog:
    def found() -> list[QFileDialog]:
        return [d for d in workspace.window.findChildren(QFileDialog) if d.isVisible()]

    qtbot.waitUntil(lambda: bool(found()))
    return found()[0]


def type_name(qtbot: QtBot, shown: QFileDialog, name: str) -> None:
    """Type a name over the one that is suggested, and press Enter."""
    field = shown.findChild(QLineEdit, "fileNameEdit")
    assert field is not None
    qtbot.waitUntil(lambda: field.hasSelectedText())
    QTest.keyClicks(field, name)
    QTest.keyClick(field, Qt.Key.Key_Return)


def full_disk(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    def write(descriptor: int, data: bytes) -> int:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "write", write)


def test_the_title_names_the_file_and_has_a_dot_for_unsaved_changes(
    workspace: Workspace, mine: Path
) -> None:
    window = workspace.window
    assert window.windowTitle() == "mine.json – Neural Playground"
    change(workspace)
    assert window.windowTitle() == "mine.json • – Neural Playground"
    window.menus.actions["undo"].trigger()
    assert window.windowTitle() == "mine.json – Neural Playground"
    window.menus.actions["redo"].trigger()
    window.menus.actions["save"].trigger()
    assert window.windowTitle() == "mine.json – Neural Playground"
    assert workspace.strip.refusal.isVisible()
    assert workspace.strip.refusal.sentence == "Saved “mine.json”."
    assert load(mine).experiment == workspace.document.value
    window.menus.actions["undo"].trigger()
    assert "•" in window.windowTitle()


def test_mere_steps_through_a_lesson_are_no_unsaved_work(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    with opened(qtbot, qapp, tmp_path) as workspace:
        known = [workspace.files.work.modified]
        acts: tuple[Callable[[], object], ...] = (
            workspace.transport.step,
            workspace.transport.step_update,
            lambda: change(workspace),
            workspace.document.stack.undo,
        )
        for act in acts:
            act()
            known.append(workspace.files.work.modified)
        assert known == [False, False, False, True, False]


def test_steps_through_a_file_are_unsaved_work(workspace: Workspace) -> None:
    workspace.transport.step()
    assert workspace.files.work.modified


def test_closing_asks_save_discard_cancel(qtbot: QtBot, workspace: Workspace, mine: Path) -> None:
    change(workspace)
    window = workspace.window
    window.close()
    asked = question(qtbot, window)
    assert asked.heading == "Save the changes to “mine.json”?"
    answer(qtbot, window, "Cancel")
    assert window.isVisible()
    window.close()
    answer(qtbot, window, "Save")
    qtbot.waitUntil(lambda: not window.isVisible())
    assert load(mine).experiment == workspace.document.value


def test_discarding_closes_and_writes_nothing(
    qtbot: QtBot, workspace: Workspace, mine: Path
) -> None:
    before = mine.read_bytes()
    change(workspace)
    workspace.window.close()
    answer(qtbot, workspace.window, "Discard")
    qtbot.waitUntil(lambda: not workspace.window.isVisible())
    assert mine.read_bytes() == before


def test_new_asks_about_unsaved_work_first(qtbot: QtBot, workspace: Workspace) -> None:
    change(workspace)
    QTest.keyClick(workspace.window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    answer(qtbot, workspace.window, "Discard")
    assert not workspace.document.value.network.nodes
    assert workspace.window.windowTitle() == "Untitled – Neural Playground"


def test_revert_asks_and_goes_back(qtbot: QtBot, workspace: Workspace) -> None:
    change(workspace)
    workspace.window.menus.actions["revert"].trigger()
    answer(qtbot, workspace.window, "Revert")
    assert not workspace.files.work.modified
    assert workspace.document.value == load(workspace.files.work.standing.path or "").experiment


def test_a_network_that_was_made_is_asked_about_before_a_lesson_takes_its_place(
    qtbot: QtBot, workspace: Workspace
) -> None:
    workspace.window.menus.actions["new-network"].trigger()
    asked = workspace.window.findChild(NewNetwork)
    assert asked is not None
    QTest.mouseClick(asked.create_button, LEFT)
    made = workspace.document.value
    assert len(made.network.nodes) == 9
    assert workspace.window.windowTitle() == "Untitled • – Neural Playground"
    assert not workspace.document.stack.canUndo()
    workspace.files.open_lesson("xor")
    assert question(qtbot, workspace.window).heading == "Save the changes to “Untitled”?"
    answer(qtbot, workspace.window, "Cancel")
    assert workspace.document.value is made
    workspace.files.open_lesson("xor")
    answer(qtbot, workspace.window, "Discard")
    assert workspace.document.value.lesson == "xor"
    workspace.files.new()
    assert workspace.window.windowTitle() == "Untitled – Neural Playground"


def test_save_as_writes_where_the_dialog_says(
    qtbot: QtBot, workspace: Workspace, tmp_path: Path
) -> None:
    change(workspace)
    workspace.window.menus.actions["save-as"].trigger()
    shown = dialog(qtbot, workspace)
    type_name(qtbot, shown, "other")
    qtbot.waitUntil(lambda: not shown.isVisible())
    assert load(tmp_path / "other.json").experiment == workspace.document.value
    assert workspace.window.windowTitle() == "other.json – Neural Playground"
    assert workspace.window.preferences.recent()[0] == tmp_path / "other.json"
    assert workspace.strip.refusal.sentence == "Saved “other.json”."


def test_a_model_opens_as_an_unsaved_copy(
    qtbot: QtBot, workspace: Workspace, tmp_path: Path
) -> None:
    export_model(workspace.document.value, tmp_path / "model.json")
    workspace.files.open_path(tmp_path / "model.json")
    assert workspace.files.work.standing.path is None
    assert len(workspace.document.value.network.nodes) == 6
    assert workspace.window.windowTitle() == "model – Neural Playground"


def test_row_11_a_broken_edge_is_left_out_on_request(
    qtbot: QtBot, workspace: Workspace, mine: Path, tmp_path: Path
) -> None:
    raw = json.loads(mine.read_text())
    raw["edges"][6]["target"] = "n99"
    bad = tmp_path / "bad.json"
    bad.write_text(json.dumps(raw))
    before = workspace.document.value
    workspace.files.open_path(bad)
    asked = question(qtbot, workspace.window)
    assert asked.heading == "Could not open “bad.json”"
    assert asked.sentence == "Edge 7 points to the neuron “n99”, which does not exist."
    assert workspace.document.value is before
    answer(qtbot, workspace.window, "Open without the 1 broken edge")
    assert len(workspace.document.value.network.edges) == 7
    assert workspace.files.work.standing.path is None
    assert workspace.files.work.modified


def test_row_18_a_newer_version_opens_as_a_copy_to_look_at(
    qtbot: QtBot, workspace: Workspace, mine: Path, tmp_path: Path
) -> None:
    raw = json.loads(mine.read_text())
    newer = tmp_path / "newer.json"
    newer.write_text(json.dumps({**raw, "version": 4}))
    workspace.files.open_path(newer)
    asked = question(qtbot, workspace.window)
    assert asked.sentence.startswith("Made with a newer version (format 4")
    answer(qtbot, workspace.window, "Open a read-only copy")
    assert workspace.window.windowTitle() == "newer.json (read-only) – Neural Playground"
    assert not workspace.window.menus.actions["save"].isEnabled()
    assert workspace.window.menus.actions["save-as"].isEnabled()
    change(workspace)
    assert workspace.backups.write()
    assert not list((tmp_path / "state").rglob(DOCUMENT)), "no autosave"


def made_up_version_2(
    patch: pytest.MonkeyPatch, migrate: Callable[[dict[str, Any]], dict[str, Any]]
) -> None:
    patch.setattr(loading, "MIGRATIONS", {1: migrate})
    for module in (loading, files):
        patch.setattr(module, "NEWEST", 2)


def test_row_19_the_first_save_of_a_converted_document_keeps_the_old_file(
    qapp: QApplication, mine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = Document(open_lesson("xor").experiment)
    work = OpenDocument(document)
    made_up_version_2(monkeypatch, lambda raw: raw)
    work.take(work.read(mine))
    assert work.title == "mine.json (converted)"
    old = mine.read_bytes()
    document.set_number(WEIGHT, 0.5)
    work.save()
    assert (tmp_path / "mine.v1.bak.json").read_bytes() == old
    assert work.title == "mine.json"
    document.set_number(WEIGHT, 0.6)
    work.save()
    assert (tmp_path / "mine.v1.bak.json").read_bytes() == old


def test_row_31_an_empty_document_opens_with_its_hint(workspace: Workspace, tmp_path: Path) -> None:
    empty = tmp_path / "empty.json"
    empty.write_text('{"format": "neural-playground", "version": 1}')
    workspace.files.open_path(empty)
    assert not workspace.document.value.network.nodes
    assert workspace.canvas.empty.isVisible()


def test_row_32_a_recent_file_that_vanished_leaves_the_list_on_request(
    qtbot: QtBot, workspace: Workspace, mine: Path
) -> None:
    gone = mine.with_name("gone.json")
    workspace.window.preferences.add_recent(gone)
    menu = workspace.window.menus.menus["recent"]
    menu.aboutToShow.emit()
    assert [action.text() for action in menu.actions()[:2]] == ["gone.json", "mine.json"]
    menu.actions()[0].trigger()
    assert question(qtbot, workspace.window).sentence == "“gone.json” is no longer there."
    answer(qtbot, workspace.window, "Remove from list")
    assert workspace.window.preferences.recent() == [mine]


def test_row_34_a_read_only_folder_offers_save_as(
    qtbot: QtBot, workspace: Workspace, mine: Path
) -> None:
    change(workspace)
    mine.parent.chmod(0o555)
    try:
        workspace.window.menus.actions["save"].trigger()
        asked = question(qtbot, workspace.window)
        assert asked.sentence.startswith("This folder is read-only. Your work is safe")
        answer(qtbot, workspace.window, "Save As…")
        dialog(qtbot, workspace).reject()
    finally:
        mine.parent.chmod(0o755)
    assert workspace.files.work.modified


def test_row_35_a_read_only_file_is_not_made_writable(
    qtbot: QtBot, workspace: Workspace, mine: Path
) -> None:
    change(workspace)
    mine.chmod(0o444)
    workspace.window.menus.actions["save"].trigger()
    assert question(qtbot, workspace.window).sentence.startswith(
        "The file “mine.json” is read-only"
    )
    assert mine.stat().st_mode & 0o777 == 0o444


def test_row_36_a_full_disk_keeps_the_dot_and_the_old_file(
    qtbot: QtBot, workspace: Workspace, mine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = mine.read_bytes()
    change(workspace)
    assert workspace.backups.write(), "the work is in the backup"
    full_disk(monkeypatch, errno.ENOSPC)
    workspace.window.menus.actions["save"].trigger()
    asked = question(qtbot, workspace.window)
    assert asked.heading == "Could not save “mine.json”"
    assert asked.sentence.startswith("Not saved: the disk is full (needs ")
    assert asked.sentence.endswith("The old file is unchanged.")
    assert "•" in workspace.window.windowTitle()
    assert mine.read_bytes() == before
    monkeypatch.undo()
    assert list((mine.parent / "state").rglob(DOCUMENT))


@pytest.mark.parametrize("call", sampled(["write", "fsync", "rename"], 1))
def test_row_37_an_error_of_the_disk_is_never_called_saved(
    qtbot: QtBot, workspace: Workspace, mine: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    before = mine.read_bytes()
    change(workspace)

    def fail(*arguments: object) -> int:
        raise OSError(errno.EIO, "Input/output error")

    if call == "rename":
        monkeypatch.setattr(Path, "replace", fail)
    else:
        monkeypatch.setattr(os, call, fail)
    workspace.window.menus.actions["save"].trigger()
    assert "the disk reported an error (EIO)" in question(qtbot, workspace.window).sentence
    assert workspace.strip.refusal.isHidden()
    monkeypatch.undo()
    assert workspace.files.work.modified
    assert mine.read_bytes() == before


def test_row_42_a_change_outside_is_shown_and_reloaded_on_request(
    qtbot: QtBot, workspace: Workspace, mine: Path
) -> None:
    workspace.canvas.zoom_to(0.8)
    raw = json.loads(mine.read_text())
    raw["edges"][0]["weight"] = 0.9
    mine.write_text(json.dumps(raw))
    qtbot.waitUntil(lambda: bool(workspace.notice.text))
    assert workspace.notice.text == "“mine.json” has been changed on disk."
    (reload,) = workspace.notice.findChildren(QPushButton)
    QTest.mouseClick(reload, Qt.MouseButton.LeftButton)
    assert 0.9 in workspace.document.value.parameters
    assert workspace.canvas.zoom == pytest.approx(0.8)
    assert not workspace.notice.text
    assert not workspace.files.work.modified


def test_row_43_saving_over_a_change_outside_asks(
    qtbot: QtBot, workspace: Workspace, mine: Path
) -> None:
    change(workspace)
    outside(mine)
    other = mine.read_bytes()
    workspace.window.menus.actions["save"].trigger()
    asked = question(qtbot, workspace.window)
    assert asked.sentence == ("The file has been changed by another program since you opened it.")
    assert asked.button("Save As…").isDefault()
    answer(qtbot, workspace.window, "Cancel")
    assert mine.read_bytes() == other
    workspace.window.menus.actions["save"].trigger()
    answer(qtbot, workspace.window, "Overwrite")
    assert load(mine).experiment == workspace.document.value


def test_row_44_a_file_that_is_gone_makes_the_work_unsaved(
    qtbot: QtBot, workspace: Workspace, mine: Path
) -> None:
    mine.unlink()
    qtbot.waitUntil(lambda: "•" in workspace.window.windowTitle())
    workspace.window.menus.actions["save"].trigger()
    assert question(qtbot, workspace.window).sentence == "The file was deleted; save it again?"
    answer(qtbot, workspace.window, "Save")
    assert load(mine).experiment == workspace.document.value
    assert not workspace.files.work.modified


def test_row_45_a_file_open_in_another_window_is_told(
    qtbot: QtBot, workspace: Workspace, tmp_path: Path
) -> None:
    theirs = tmp_path / "theirs.json"
    outside(theirs)
    elsewhere = OpenFileLock((tmp_path / "state",))
    elsewhere.take(theirs)
    workspace.files.open_path(theirs)
    asked = question(qtbot, workspace.window)
    assert asked.sentence.startswith("Already open in another window (since ")
    answer(qtbot, workspace.window, "Switch")
    assert elsewhere.is_wanted()
    assert not elsewhere.is_wanted(), "asked once"
    workspace.files.open_path(theirs)
    answer(qtbot, workspace.window, "Open a copy")
    assert workspace.window.windowTitle() == "theirs copy • – Neural Playground"
    elsewhere.release()
    assert not list(tmp_path.glob("*.in-use"))


@pytest.mark.parametrize(
    "mark",
    sampled(["", "garbage", '{"host": 3}', '{"host": "lab-pc", "since": 0, "token": "x"}'], 2),
)
def test_row_46_a_stale_or_foreign_mark_locks_nobody_out(
    qtbot: QtBot, workspace: Workspace, tmp_path: Path, mark: str
) -> None:
    theirs = tmp_path / "theirs.json"
    outside(theirs)
    (tmp_path / ".theirs.json.in-use").write_text(mark)
    workspace.files.open_path(theirs)
    assert question(qtbot, workspace.window).sentence.startswith("Possibly open")
    answer(qtbot, workspace.window, "Open anyway")
    assert workspace.document.value.lesson == "xor"


@pytest.mark.parametrize(
    ("name", "part"),
    [("CON.json", "Windows does not allow the name"), ("a:b.json", "Windows does not allow “:”"),
     ("x" * 260 + ".json", "The name is too long")],
)  # fmt: skip
def test_row_47_a_name_that_cannot_be_is_refused_and_kept_in_the_dialog(
    qtbot: QtBot, workspace: Workspace, name: str, part: str
) -> None:
    workspace.window.menus.actions["save-as"].trigger()
    shown = dialog(qtbot, workspace)
    type_name(qtbot, shown, name)
    asked = question(qtbot, workspace.window)
    assert part in asked.sentence
    asked.accept()
    assert shown.isVisible()
    field = shown.findChild(QLineEdit, "fileNameEdit")
    assert field is not None
    assert field.text() == name
    shown.reject()


def test_row_47_a_folder_and_a_file_open_elsewhere_are_refused(
    qtbot: QtBot, workspace: Workspace, tmp_path: Path
) -> None:
    (tmp_path / "folder.json").mkdir()
    theirs = tmp_path / "theirs.json"
    outside(theirs)
    elsewhere = OpenFileLock((tmp_path / "state",))
    elsewhere.take(theirs)
    workspace.window.menus.actions["save-as"].trigger()
    shown = dialog(qtbot, workspace)
    assert isinstance(shown, SaveDialog)
    for path, part in ((tmp_path / "folder.json", "is a folder"), (theirs, "Already open")):
        sentence = shown.try_to_write(path)
        assert part in sentence
    elsewhere.release()
    shown.reject()


def drop(workspace: Workspace, paths: list[QUrl]) -> None:
    mime = QMimeData()
    mime.setUrls(paths)
    left, plain = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    copy, at = Qt.DropAction.CopyAction, QPoint(20, 20)
    QApplication.sendEvent(workspace.window, QDragEnterEvent(at, copy, mime, left, plain))
    QApplication.sendEvent(workspace.window, QDropEvent(QPointF(at), copy, mime, left, plain))


def test_row_69_the_first_file_that_can_be_opened_is_and_the_others_are_named(
    qtbot: QtBot, workspace: Workspace, tmp_path: Path
) -> None:
    theirs = tmp_path / "theirs.json"
    outside(theirs)
    (tmp_path / "picture.png").write_bytes(b"\x89PNG")
    change(workspace)
    drop(workspace, [QUrl.fromLocalFile(str(p)) for p in (tmp_path, tmp_path / "picture.png",
                                                          theirs)])  # fmt: skip
    answer(qtbot, workspace.window, "Discard")
    assert workspace.document.value.lesson == "xor"
    assert "“picture.png”" in workspace.strip.refusal.sentence


@pytest.mark.parametrize("what", sampled(["folder", "url", "thousand"], 1))
def test_row_69_what_cannot_be_opened_is_said_and_changes_nothing(
    qtbot: QtBot, workspace: Workspace, tmp_path: Path, what: str
) -> None:
    before = workspace.document.value
    drop(workspace, {
        "folder": [QUrl.fromLocalFile(str(tmp_path))],
        "url": [QUrl("https://example.org/a.json")],
        "thousand": [QUrl.fromLocalFile(str(tmp_path / f"{n}.txt")) for n in range(1000)],
    }[what])  # fmt: skip
    qtbot.waitUntil(lambda: workspace.strip.refusal.isVisible())
    assert workspace.document.value is before
    assert not questions(workspace.window)
