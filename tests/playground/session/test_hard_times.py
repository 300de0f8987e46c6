"""Two programs on one file, a clock that goes backwards, a state folder that takes nothing."""

import itertools
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.files.loading import load, save
from engine.lessons.lesson import open_lesson
from playground.session.backups import DOCUMENT, found
from playground.session.files import OpenFileLock
from playground.window.workspace import Workspace
from tests.odd_paths import not_root
from tests.playground.opened import answer, crash, opened, question, questions
from tests.playground.programs import program
from tests.playground.session.test_backups import weight
from tests.playground.session.test_files import change

READY = "print('ready', flush=True)\n"
TELL = """
from PySide6.QtCore import QTimer
from playground.dialogs.message_box import Question
QTimer.singleShot(0, lambda: print(
    [asked.sentence for asked in workspace.window.findChildren(Question)],
    workspace.document.value.lesson, flush=True))
"""


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    path = tmp_path / "mine.json"
    save(path, open_lesson("student-grade").experiment)
    return path


@pytest.mark.long
@pytest.mark.ci
@pytest.mark.long
@pytest.mark.ci
def test_two_real_programs_on_one_file(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, mine: Path
) -> None:
    mark = tmp_path / ".mine.json.in-use"
    with program(tmp_path, str(mine), READY) as first:
        kept = mark.read_bytes()
        with program(tmp_path, str(mine), READY + TELL) as second:
            assert second.stdout is not None
            told = second.stdout.readline()
            assert "Already open in another window (since " in told
            assert "student-grade" not in told, "nothing was opened"
            second.kill()
            second.wait()
        assert mark.read_bytes() == kept, "the mark of the first"
        with opened(qtbot, qapp, tmp_path, str(mine)) as third:
            answer(qtbot, third.window, "Open read-only")
            change(third)
            assert third.document.value.lesson == "student-grade"
        assert mark.read_bytes() == kept
        first.kill()
        first.wait()
    assert mark.exists()
    with opened(qtbot, qapp, tmp_path, str(mine)) as fourth:
        assert not questions(fourth.window), "the mark of a program that was killed is nobody's"
        change(fourth)
        fourth.files.work.save()
    assert not mark.exists()
    assert 0.75 in load(mine).experiment.parameters


@pytest.fixture
def backwards(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each look at the clock finds it an hour earlier."""
    now = time.time()
    hours = itertools.count(1)
    monkeypatch.setattr(time, "time", lambda: now - 3600 * next(hours))


def test_a_clock_that_goes_backwards_stops_neither_runs_nor_backups(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, mine: Path, backwards: None
) -> None:
    with opened(qtbot, qapp, tmp_path, str(mine)) as workspace:
        workspace.backups.timer.setInterval(20)
        workspace.trainer.set_pace(200.0)
        workspace.trainer.start()
        qtbot.waitUntil(lambda: bool(list((tmp_path / "state").rglob(DOCUMENT))))
        workspace.trainer.stop()
        qtbot.waitUntil(lambda: not workspace.backups.waiting)
        (backup,) = (tmp_path / "state").rglob(DOCUMENT)
        assert load(backup).experiment == workspace.document.value
        assert workspace.document.value.updates > 0
        assert workspace.in_use.other(tmp_path / "other.json") is None


def test_a_backup_from_before_its_file_by_the_clock_is_offered_all_the_same(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, mine: Path
) -> None:
    """The file was saved, then the clock was set back a day, then the work was backed up."""
    with opened(qtbot, qapp, tmp_path, str(mine)) as workspace:
        change(workspace)
        assert workspace.backups.write()
        (file,) = (tmp_path / "state").rglob(DOCUMENT)
        yesterday = time.time() - 86_400
        os.utime(file, (yesterday, yesterday))
        copied = tmp_path / "copied"
        shutil.copytree(tmp_path / "state", copied)
        crash(workspace)
    shutil.rmtree(tmp_path / "state")
    copied.rename(tmp_path / "state")
    (backup,) = found((tmp_path / "state",))
    assert backup.changed_since() == ""
    with opened(qtbot, qapp, tmp_path, str(mine)) as workspace:
        assert question(qtbot, workspace.window).heading.startswith("Unsaved changes from ")
        answer(qtbot, workspace.window, "Restore")
        assert weight(workspace.document) == 0.75


def test_a_mark_from_the_future_names_its_day(tmp_path: Path, mine: Path) -> None:
    in_use, other = OpenFileLock((tmp_path,)), OpenFileLock((tmp_path,))
    assert in_use.take(mine)
    with pytest.MonkeyPatch.context() as patch:
        past = time.time() - 30 * 86_400
        patch.setattr(time, "time", lambda: past)
        found_by_other = other.other(mine)
    assert found_by_other is not None and found_by_other.here
    assert found_by_other.sentence.startswith("Already open in another window (since ")
    in_use.release()


@pytest.fixture
def everyones() -> Iterator[Path]:
    """A folder that anyone may enter, unlike those that pytest makes."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o777)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def full(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own with no room left."""
    folder = tmp_path / "state"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m,mode=0700", "none", str(folder)]
    if os.geteuid() or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no disk can be mounted here")
    try:
        with (folder / "filler").open("wb", buffering=0) as file:
            while True:
                file.write(b"x" * 65_536)
    except OSError:
        pass
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def work_goes_on(qtbot: QtBot, workspace: Workspace, mine: Path) -> None:
    """It is told once that there is no backup; everything else works, and the work can be saved."""
    workspace.backups.timer.setInterval(20)
    change(workspace)
    qtbot.waitUntil(lambda: bool(workspace.strip.refusal.sentence))
    assert workspace.strip.refusal.sentence.startswith("Automatic backup is off: ")
    workspace.strip.note("Something else.")
    with qtbot.waitSignal(workspace.backups.timer.timeout):
        pass
    with qtbot.waitSignal(workspace.trainer.progressed):
        workspace.trainer.start()
    with qtbot.waitSignal(workspace.backups.timer.timeout):
        pass
    workspace.trainer.stop()
    assert workspace.strip.refusal.sentence == "Something else.", "told once"
    workspace.keep_everything()
    workspace.files.work.save()
    assert load(mine).experiment == workspace.document.value


def test_a_state_folder_that_is_full(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, mine: Path, full: Path
) -> None:
    with opened(qtbot, qapp, tmp_path, str(mine)) as workspace:
        work_goes_on(qtbot, workspace, mine)
        change(workspace, 0.5)
        (full / "filler").unlink()
        qtbot.waitUntil(lambda: bool(list(full.rglob(DOCUMENT))))


@pytest.mark.long
@pytest.mark.ci
def test_a_state_folder_that_may_not_be_written(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, everyones: Path
) -> None:
    lesson = open_lesson("student-grade").experiment
    with opened(qtbot, qapp, tmp_path):
        pass  # what is imported late is there before this process gives its rights away
    mine = everyones / "mine.json"
    (everyones / "state").mkdir(mode=0o555)
    with not_root():
        save(mine, replace(lesson, lesson=""))
        with opened(qtbot, qapp, everyones, str(mine)) as workspace:
            work_goes_on(qtbot, workspace, mine)
    assert not list((everyones / "state").iterdir())
