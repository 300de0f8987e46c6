"""Rows 38 to 41 and 48: nobody loses more than ten seconds of work, whatever happens."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from engine.files.disk import save_text
from engine.files.loading import load, save
from engine.lessons.lesson import open_lesson
from engine.network import Place
from playground.model.document import Document
from playground.model.trainer import Trainer
from playground.session.backups import (
    ABOUT,
    DOCUMENT,
    LOCK,
    SESSIONS,
    WAIT,
    About,
    Backups,
    Starts,
    digest,
    found,
)
from playground.session.files import OpenDocument
from tests.playground.opened import answer, crash, opened, question, questions

ROOT = Path(__file__).parents[3]
WEIGHT = Place("weight", "4", "1")


def weight(document: Document) -> float:
    value = document.value
    return float(value.parameters[value.network.place_index[WEIGHT]])


@pytest.fixture
def document(qapp: QApplication) -> Document:
    return Document(open_lesson("student-grade").experiment)


class Desk:
    """A document with its backups, ten times as quick as the program's."""

    def __init__(self, document: Document, folders: tuple[Path, ...]) -> None:
        self.work = OpenDocument(document)
        self.told: list[str] = []
        self.backups = Backups(
            document, folders, self.work.about, self.told.append, Trainer(document)
        )
        self.backups.timer.setInterval(20)


def left_behind(
    folder: Path, document: Document, about: About, written: float | None = None
) -> Path:
    """A backup as a program leaves it that was killed."""
    session = folder / SESSIONS / "gone"
    session.mkdir(parents=True, exist_ok=True)
    save(session / DOCUMENT, document.value)
    save_text(
        session / ABOUT,
        f'{{"title": "{about.title}", "path": "{about.path}", "digest": "{about.digest}"}}',
    )
    (session / LOCK).touch()
    if written is not None:
        os.utime(session / DOCUMENT, (written, written))
    return session


def test_a_change_is_backed_up_within_ten_seconds_however_many_follow(
    qtbot: QtBot, document: Document, tmp_path: Path
) -> None:
    assert WAIT <= 10_000
    desk = Desk(document, (tmp_path,))
    assert not list(tmp_path.iterdir())
    more = QTimer(interval=3)  # changes that never pause must not put the backup off
    more.timeout.connect(lambda: document.set_number(WEIGHT, time.monotonic(), turning=True))
    more.start()
    qtbot.waitUntil(lambda: len(list(tmp_path.rglob(DOCUMENT))) == 1)
    more.stop()
    assert not found((tmp_path,)), "the program that wrote it still lives"
    qtbot.waitUntil(lambda: not desk.backups.waiting)
    (backup,) = tmp_path.rglob(DOCUMENT)
    assert load(backup).experiment == document.value
    desk.backups.close()
    assert not list((tmp_path / SESSIONS).iterdir())


def test_saving_and_undoing_everything_leave_no_backup(document: Document, tmp_path: Path) -> None:
    desk = Desk(document, (tmp_path,))
    document.set_number(WEIGHT, 0.5)
    assert desk.backups.write()
    assert list(tmp_path.rglob(DOCUMENT))
    document.stack.undo()
    assert desk.backups.write()
    assert not list(tmp_path.rglob(DOCUMENT))
    document.stack.redo()
    assert desk.backups.write()
    desk.work.save(tmp_path / "mine.json")
    assert desk.backups.write()
    assert not list((tmp_path / SESSIONS).rglob(DOCUMENT))
    desk.backups.close()


def test_two_programs_at_once_do_not_disturb_each_other(document: Document, tmp_path: Path) -> None:
    one, other = Desk(document, (tmp_path,)), Desk(document, (tmp_path,))
    document.set_number(WEIGHT, 0.5)
    assert one.backups.write()
    assert other.backups.write()
    assert len(list(tmp_path.rglob(DOCUMENT))) == 2
    assert not found((tmp_path,))
    one.backups.close()
    assert len(list(tmp_path.rglob(DOCUMENT))) == 1
    other.backups.close()


@pytest.mark.long
@pytest.mark.ci
def test_row_38_a_kill_in_the_middle_of_a_save_leaves_old_or_new_and_a_backup(
    tmp_path: Path,
) -> None:
    """The saver is killed after random times; the file is whole each time, and so is the backup."""
    target = tmp_path / "mine.json"
    save(target, open_lesson("student-grade").experiment)
    code = (
        "import sys\nfrom pathlib import Path\n"
        "from PySide6.QtCore import QCoreApplication\n"
        "from engine.lessons.lesson import open_lesson\nfrom engine.network import Place\n"
        "from playground.session.backups import Backups\n"
        "from playground.model.document import Document\n"
        "from playground.model.trainer import Trainer\n"
        "from playground.session.files import OpenDocument\n"
        "app = QCoreApplication([])\n"
        f"target, state = Path({str(target)!r}), Path({str(tmp_path / 'state')!r})\n"
        "document = Document(open_lesson('student-grade').experiment)\n"
        "work = OpenDocument(document)\n"
        "backups = Backups(document, (state,), work.about, print, Trainer(document))\n"
        "work.take(work.read(target))\nn = 0\nprint('go', flush=True)\n"
        "while True:\n"
        "    n += 1\n    document.set_number(Place('weight', '4', '1'), n / 1000)\n"
        "    assert backups.write()\n    work.save()\n"
    )
    for wait in (0.005, 0.02, 0.05):
        saver = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE)
        assert saver.stdout is not None
        assert saver.stdout.readline().startswith(b"go")
        time.sleep(wait)
        saver.send_signal(signal.SIGKILL)
        saver.wait()
        saver.stdout.close()
        load(target)
        for backup in found((tmp_path / "state",)):
            backup.load()
            assert backup.about.path == str(target)


def test_row_39_after_a_crash_the_work_is_offered_and_restored_as_unsaved(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    target = tmp_path / "mine.json"
    save(target, open_lesson("student-grade").experiment)
    before = target.read_bytes()
    with opened(qtbot, qapp, tmp_path, str(target)) as workspace:
        assert workspace.document.set_number(WEIGHT, 0.75)
        assert workspace.backups.write()
        crash(workspace)
        workspace.starts.reset()
        kept = {p: p.read_bytes() for p in (tmp_path / "state").rglob("*") if p.is_file()}
    for path, data in kept.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    with opened(qtbot, qapp, tmp_path, str(target)) as workspace:
        asked = question(qtbot, workspace.window)
        assert asked.heading.startswith("Unsaved changes from ")
        assert "“mine.json”" in asked.sentence
        asked.button("Compare").click()
        qtbot.waitUntil(lambda: len(questions(workspace.window)) == 2)
        assert (
            "Weight assignments → hidden 4: 0.2 → 0.75" in questions(workspace.window)[-1].sentence
        )
        answer(qtbot, workspace.window, "Close")
        answer(qtbot, workspace.window, "Restore")
        assert weight(workspace.document) == 0.75
        assert "•" in workspace.window.windowTitle()
        assert workspace.files.work.standing.path == target
        assert target.read_bytes() == before, "only Save writes"
        assert not found((tmp_path / "state",)), "it is ours now"
        assert len(list((tmp_path / "state").rglob(DOCUMENT))) == 1


def test_row_03_a_file_that_ends_too_early_offers_its_newest_backup(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    target = tmp_path / "mine.json"
    target.write_text('{"format": "neural-playground", "ver', "utf-8")
    with opened(qtbot, qapp, tmp_path) as workspace:
        workspace.files.open_path(target)
        asked = question(qtbot, workspace.window)
        assert asked.sentence.startswith("The file ends too early, at line 1.")
        assert "Open newest backup" not in [b.text() for b in asked.findChildren(QPushButton)]
        answer(qtbot, workspace.window, "Close")
        drawn = Document(open_lesson("student-grade").experiment)
        assert drawn.set_number(WEIGHT, 0.75)
        left_behind(tmp_path / "state", drawn, About("mine.json", str(target)))
        workspace.files.open_path(target)
        answer(qtbot, workspace.window, "Open newest backup")
        assert weight(workspace.document) == 0.75
        assert workspace.files.work.standing.path == target and workspace.files.work.modified
        assert not found((tmp_path / "state",)), "it is ours now"


@pytest.mark.parametrize("lesson", ["", "one-of-my-own"])
def test_a_backup_of_what_was_never_saved_tells_what_it_holds(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, lesson: str
) -> None:
    drawn = replace(open_lesson("xor").experiment, lesson=lesson)
    left_behind(tmp_path / "state", Document(drawn), About("Untitled"))
    with opened(qtbot, qapp, tmp_path) as workspace:
        question(qtbot, workspace.window).button("Compare").click()
        qtbot.waitUntil(lambda: len(questions(workspace.window)) == 2)
        told = questions(workspace.window)[-1].sentence.splitlines()
        assert told == [
            "It was never saved. This is what it holds:",
            "Nodes: 9 (x1, x2, h1, h2, h3, h4, h5, h6, y)", "Edges: 18", "Samples: 500",
            "Updates: 0",
        ]  # fmt: skip


def test_a_backup_whose_file_is_gone_tells_what_it_holds(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, document: Document
) -> None:
    left_behind(tmp_path / "state", document, About("mine.json", str(tmp_path / "mine.json")))
    with opened(qtbot, qapp, tmp_path) as workspace:
        question(qtbot, workspace.window).button("Compare").click()
        qtbot.waitUntil(lambda: len(questions(workspace.window)) == 2)
        told = questions(workspace.window)[-1].sentence.splitlines()
        assert "mine.json" in told[0]
        assert told[0].endswith(" This is what the backup holds:")
        assert told[2] == "Edges: 8"


def test_row_39_discard_removes_it_and_escape_keeps_it(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, document: Document
) -> None:
    document.set_number(WEIGHT, 0.75)
    left_behind(tmp_path / "state", document, About("Will it be a B?"))
    with opened(qtbot, qapp, tmp_path) as workspace:
        question(qtbot, workspace.window).reject()
        assert weight(workspace.document) == 0.2
    assert found((tmp_path / "state",))
    with opened(qtbot, qapp, tmp_path) as workspace:
        answer(qtbot, workspace.window, "Discard")
        assert not found((tmp_path / "state",))


def killed_soon(state: Path) -> int:
    """A program that is killed soon after its start; the how manieth in a row it was."""
    starts = Starts((state,))
    assert starts.held is not None
    starts.held.close()
    return starts.in_a_row


def test_row_40_windows_opened_one_after_the_other_are_no_crashes(tmp_path: Path) -> None:
    living = [Starts((tmp_path,)) for _ in range(4)]
    assert not any(starts.looping for starts in living)
    assert killed_soon(tmp_path) == 1
    assert Starts((tmp_path,)).in_a_row == 2
    living[0].reset()
    assert Starts((tmp_path,)).in_a_row == 1


def test_row_40_the_third_start_in_a_row_asks_before_anything_is_reopened(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, document: Document
) -> None:
    state = tmp_path / "state"
    left_behind(state, document, About("Will it be a B?"))
    assert [killed_soon(state) for _ in range(2)] == [1, 2]
    with opened(qtbot, qapp, tmp_path, "xor") as workspace:
        asked = question(qtbot, workspace.window)
        assert asked.heading == "Start without reopening?"
        assert workspace.document.value.lesson == "student-grade"
        answer(qtbot, workspace.window, "Start without reopening")
        assert not questions(workspace.window)
        assert found((state,)), "the backup is kept"
    assert Starts((state,)).in_a_row == 1, "a start that ends well begins the count anew"


def test_row_40_reopening_all_the_same(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> None:
    for _ in range(2):
        killed_soon(tmp_path / "state")
    with opened(qtbot, qapp, tmp_path, "xor") as workspace:
        answer(qtbot, workspace.window, "Reopen")
        assert workspace.document.value.lesson == "xor"


def test_row_41_a_backup_older_than_its_file_is_not_offered_as_newer(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, document: Document
) -> None:
    target = tmp_path / "mine.json"
    save(target, document.value)
    then = digest(target.read_bytes())
    document.set_number(WEIGHT, 0.75)
    left_behind(tmp_path / "state", document, About("mine.json", str(target), then),
                time.time() - 3600)  # fmt: skip
    (backup,) = found((tmp_path / "state",))
    assert backup.changed_since() == "", "the file holds what it held"
    document.set_number(WEIGHT, 0.25)
    save(target, document.value)
    clock = time.strftime("%H:%M", time.localtime(target.stat().st_mtime))
    assert backup.changed_since() == f"The file was changed after this backup ({clock})."
    with opened(qtbot, qapp, tmp_path, str(target)) as workspace:
        asked = question(qtbot, workspace.window)
        assert asked.heading == "A backup of “mine.json” was found."
        assert asked.sentence.startswith("The file was changed after this backup (")


def test_row_48_a_backup_that_fails_is_told_once_and_tried_again(
    qtbot: QtBot, document: Document, tmp_path: Path
) -> None:
    blocked = tmp_path / "state"
    blocked.write_text("a file where the folder should be")
    desk = Desk(document, (blocked,))
    document.set_number(WEIGHT, 0.5)
    qtbot.waitUntil(lambda: len(desk.told) == 1)
    assert desk.told[0].startswith("Automatic backup is off: ")
    assert desk.backups.waiting
    document.set_number(WEIGHT, 0.6)
    with qtbot.waitSignal(desk.backups.timer.timeout):
        pass
    with qtbot.waitSignal(desk.backups.timer.timeout):
        pass
    assert len(desk.told) == 1, "no storm"
    blocked.unlink()
    qtbot.waitUntil(lambda: len(list(tmp_path.rglob(DOCUMENT))) == 1)
    desk.backups.close()


def test_a_full_disk_sends_the_backup_elsewhere(document: Document, tmp_path: Path) -> None:
    blocked, other = tmp_path / "blocked", tmp_path / "other"
    blocked.write_text("")
    desk = Desk(document, (blocked, other))
    document.set_number(WEIGHT, 0.5)
    assert desk.backups.write()
    assert len(list(other.rglob(DOCUMENT))) == 1
    assert not desk.told
    desk.backups.close()


def test_a_disk_that_is_full_by_and_by_leaves_no_older_backup(
    document: Document, tmp_path: Path
) -> None:
    desk = Desk(document, (tmp_path / "first", tmp_path / "other"))
    document.set_number(WEIGHT, 0.5)
    assert desk.backups.write()
    (about,) = tmp_path.rglob(ABOUT)
    about.unlink()
    about.mkdir()  # it cannot be written any more
    document.set_number(WEIGHT, 0.6)
    assert desk.backups.write()
    (newest,) = tmp_path.rglob(DOCUMENT)
    assert load(newest).experiment == document.value
    desk.backups.close()


def test_a_damaged_backup_can_be_discarded(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, document: Document
) -> None:
    session = left_behind(tmp_path / "state", document, About("mine.json"))
    (session / DOCUMENT).write_text("{")
    with opened(qtbot, qapp, tmp_path) as workspace:
        answer(qtbot, workspace.window, "Restore")
        assert question(qtbot, workspace.window).heading == "The backup could not be read."
        answer(qtbot, workspace.window, "Discard")
        assert not session.exists()
