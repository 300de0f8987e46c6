"""Row 76: asked to end from outside, the program ends in order, and it was no crash."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.files.loading import save
from engine.lessons.lesson import open_lesson
from playground.session.backups import LOG, Starts, found
from playground.window.end_requests import PATIENCE, SIGNALLED, EndRequests
from playground.window.workspace import Workspace
from tests.playground.opened import opened, question, questions
from tests.playground.programs import program, state_of
from tests.playground.session.test_files import WEIGHT, change
from tests.sampled import sampled

EDIT = """
from engine.network import Place
workspace.document.set_number(Place("weight", "4", "1"), 0.75)
"""
READY = "print('ready', flush=True)"
ASK = "workspace.files.revert()\n"
TRAIN = """
workspace.trainer.progressed.connect(
    lambda progress: print(progress.update, flush=True) if progress.done else None)
workspace.trainer.start()
"""


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    path = tmp_path / "mine.json"
    save(path, open_lesson("student-grade").experiment)
    return path


ENDED = {
    "edited": (signal.SIGINT, EDIT + READY, 1),
    "edited, twice": (signal.SIGINT, EDIT + READY, 2),
    "with a question": (signal.SIGHUP, EDIT + ASK + READY, 1),
    "in a run, twice": (signal.SIGTERM, TRAIN, 2),
}


@pytest.mark.parametrize("how", sampled(tuple(ENDED), 2))
def test_row_76_a_signal_ends_the_program_in_order(tmp_path: Path, mine: Path, how: str) -> None:
    number, act, times = ENDED[how]
    before = mine.read_bytes()
    with program(tmp_path, str(mine), act) as process:
        assert (tmp_path / ".mine.json.in-use").exists()
        for _ in range(times):
            process.send_signal(number)
            time.sleep(0.02)  # else the system makes one of them
        assert process.wait(30) == SIGNALLED + number
        assert process.stderr is not None
        told = process.stderr.read().splitlines()
        assert not [line for line in told if not line.startswith("This plugin does not support")]
    state = state_of(tmp_path)
    assert not (tmp_path / ".mine.json.in-use").exists()
    assert not (state / LOG).exists()
    assert Starts((state,)).in_a_row == 1, "not counted as a crash"
    (backup,) = found((state,))
    assert backup.about.path == str(mine)
    kept = backup.load().experiment
    assert kept.updates > 0 if act == TRAIN else 0.75 in kept.parameters
    assert mine.read_bytes() == before


@pytest.mark.long
@pytest.mark.ci
def test_ctrl_c_again_a_while_later_ends_a_window_that_does_not_answer(tmp_path: Path) -> None:
    with program(tmp_path, "xor", READY + "\nwhile True:\n    pass") as process:
        began = time.monotonic()
        while process.poll() is None and time.monotonic() - began < 60:
            process.send_signal(signal.SIGINT)
            time.sleep(0.2)
        assert process.returncode == -signal.SIGINT
        assert time.monotonic() - began > PATIENCE


@pytest.fixture
def workspace(qtbot: QtBot, qapp: QApplication, tmp_path: Path, mine: Path) -> Iterator[Workspace]:
    with opened(qtbot, qapp, tmp_path, str(mine)) as made:
        yield made


def test_row_76_logging_out_asks_nothing_and_loses_nothing(
    workspace: Workspace, tmp_path: Path, mine: Path
) -> None:
    window = workspace.window
    change(workspace)
    workspace.trainer.start()
    window.keep_everything()
    assert not workspace.trainer.is_running
    assert not found((tmp_path / "state",)), "it still lives"
    assert Starts((tmp_path / "state",)).in_a_row == 1, "no crash, even if it is killed now"
    assert window.close()
    assert not questions(window)
    (backup,) = found((tmp_path / "state",))
    assert backup.load().experiment == workspace.document.value
    assert not (tmp_path / ".mine.json.in-use").exists()


def test_who_works_on_after_all_is_asked_as_ever(qtbot: QtBot, workspace: Workspace) -> None:
    change(workspace)
    workspace.window.keep_everything()
    change(workspace, 0.5)
    assert not workspace.window.close()
    assert question(qtbot, workspace.window).heading == "Save the changes to “mine.json”?"


def test_a_document_that_is_saved_leaves_no_backup(workspace: Workspace, tmp_path: Path) -> None:
    change(workspace)
    assert workspace.backups.write()
    workspace.files.work.save()
    workspace.end()
    workspace.end()
    assert not list((tmp_path / "state" / "sessions").iterdir())


def test_a_lesson_is_found_again_as_it_was_left(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    with opened(qtbot, qapp, tmp_path, "student-grade") as workspace:
        change(workspace)
        workspace.end()
        assert not found((tmp_path / "state",))
    with opened(qtbot, qapp, tmp_path, "student-grade") as workspace:
        assert not questions(workspace.window)
        value = workspace.document.value
        assert value.parameters[value.network.place_index[WEIGHT]] == 0.75


def test_a_signal_is_heard_by_an_idle_loop_and_once(qtbot: QtBot, qapp: QApplication) -> None:
    requests = EndRequests()
    told: list[int] = []
    requests.asked.connect(told.append)
    try:
        with qtbot.waitSignal(requests.asked):
            os.kill(os.getpid(), signal.SIGTERM)
            os.kill(os.getpid(), signal.SIGHUP)
        assert told == [signal.SIGTERM]
    finally:
        requests.close()


def test_what_was_ignored_before_stays_ignored(qapp: QApplication) -> None:
    """As under nohup, or in the background of a script."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        requests = EndRequests()
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
        assert signal.getsignal(signal.SIGTERM) != signal.SIG_DFL
        requests.close()
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    finally:
        signal.signal(signal.SIGHUP, before)
