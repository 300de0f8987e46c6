"""Row 70: an exception anywhere is told once, after the backup, and the program goes on."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication, QPaintEvent
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from engine.network import Place
from playground.session.backups import DOCUMENT, LARGEST_LOG, LOG, OLD_LOG, Crashes
from playground.window.workspace import Workspace
from tests.playground.opened import answer, opened, question, questions


@pytest.fixture
def workspace(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Workspace]:
    with opened(qtbot, qapp, tmp_path) as made:
        made.crashes.install()
        yield made
        made.crashes.remove()


class Broken(QWidget):
    """Cannot be painted."""

    def paintEvent(self, event: QPaintEvent) -> None:
        raise ZeroDivisionError("in paint")


def fail() -> None:
    raise ValueError("in a slot")


def test_row_70_an_exception_in_a_slot_is_told_once_and_the_work_is_safe(
    qtbot: QtBot, workspace: Workspace, tmp_path: Path
) -> None:
    workspace.document.set_number(Place("weight", "4", "1"), 0.75)
    button = QPushButton("Fail", workspace.window)
    button.clicked.connect(fail)
    button.click()
    asked = question(qtbot, workspace.window)
    assert asked.heading == "Something went wrong."
    assert asked.sentence == "Your work has been backed up."
    assert len(list((tmp_path / "state").rglob(DOCUMENT))) == 1
    log = (tmp_path / "state" / LOG).read_text()
    assert "in a slot" in log
    assert "Traceback" in log
    asked.button("Copy report").click()
    assert "ValueError: in a slot" in QGuiApplication.clipboard().text()
    answer(qtbot, workspace.window, "Continue")
    button.click()
    with qtbot.waitSignal(workspace.document.changed):
        QTimer.singleShot(0, workspace.window, workspace.transport.step)
    assert not questions(workspace.window), "the same error is told once"
    assert (tmp_path / "state" / LOG).read_text().endswith("(again)\n")


def test_row_70_an_exception_in_painting_makes_one_dialog_not_a_storm(
    qtbot: QtBot, workspace: Workspace
) -> None:
    broken = Broken(workspace.window)
    broken.resize(50, 50)
    broken.show()
    for _ in range(5):
        broken.update()
        QApplication.processEvents()
    question(qtbot, workspace.window)
    assert len(questions(workspace.window)) == 1
    broken.deleteLater()


def test_row_70_an_exception_in_a_timer(qtbot: QtBot, workspace: Workspace) -> None:
    QTimer.singleShot(0, workspace.window, fail)
    (details,) = question(qtbot, workspace.window).findChildren(QPlainTextEdit)
    assert "ValueError: in a slot" in details.toPlainText()


def test_a_backup_that_fails_is_not_called_safe(qtbot: QtBot, tmp_path: Path) -> None:
    told: list[tuple[str, bool]] = []

    def stumble() -> bool:
        raise OSError("no disk")

    crashes = Crashes((tmp_path,), stumble, lambda report, safe: told.append((report, safe)))
    try:
        fail()
    except ValueError as error:
        crashes.caught(ValueError, error, error.__traceback__)
    qtbot.waitUntil(lambda: bool(told))
    assert not told[0][1]
    assert "no disk" in (tmp_path / LOG).read_text()


def test_the_log_does_not_grow_for_ever(qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / LOG).write_text("x" * (LARGEST_LOG + 1))
    crashes = Crashes((tmp_path,), lambda: True, lambda report, safe: None)
    error = ValueError("new")
    crashes.caught(ValueError, error, None)
    assert (tmp_path / OLD_LOG).stat().st_size == LARGEST_LOG + 1
    assert "new" in (tmp_path / LOG).read_text()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names")
@pytest.mark.timeout(20)
def test_a_pipe_in_the_place_of_the_log_holds_up_nothing(
    qapp: QApplication, tmp_path: Path
) -> None:
    os.mkfifo(tmp_path / LOG)
    crashes = Crashes((tmp_path,), lambda: True, lambda report, safe: None)
    crashes.caught(ValueError, ValueError("new"), None)


def test_a_keyboard_interrupt_is_none_of_its_business(tmp_path: Path) -> None:
    seen: list[type[BaseException]] = []
    before, sys.excepthook = sys.excepthook, lambda kind, error, trace: seen.append(kind)
    try:
        crashes = Crashes((tmp_path,), lambda: True, lambda report, safe: None)
        crashes.install()
        sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
        crashes.remove()
    finally:
        sys.excepthook = before
    assert seen == [KeyboardInterrupt]
