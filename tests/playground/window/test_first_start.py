"""The first start opens the student-grade lesson, ready to step, with three lines that go away."""

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolButton
from pytestqt.qtbot import QtBot

from engine.files.document import document_text
from engine.files.loading import save
from engine.lessons.lesson import open_lesson
from playground.__main__ import may_be_opened
from playground.canvas.scene_state import Key
from playground.window.hint_card import LINES
from tests.playground.lesson_learner import Learner
from tests.playground.opened import opened, question

ROOT = Path(__file__).parents[3]


def test_the_first_start_is_ready_to_step(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> None:
    with opened(qtbot, qapp, tmp_path, "", hinted=False) as workspace:
        assert workspace.document.value.lesson == "student-grade"
        assert workspace.window.windowTitle() == "Will it be a B? – Neural Playground"
        hint = workspace.hint
        assert hint is not None
        assert hint.isVisible()
        assert all(line in hint.accessibleName() for line in LINES)
        assert workspace.canvas.rect().contains(hint.geometry())
        for _ in range(3):
            assert hint.isVisible()
            QTest.keyClick(workspace.window, Qt.Key.Key_Space)
        assert workspace.document.value.cursor == 3
        assert workspace.hint is None
    with opened(qtbot, qapp, tmp_path, "", hinted=False) as workspace:
        assert workspace.hint is None


def test_what_the_hint_says_of_numbers_is_true(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    assert "Double-click a number to change it." in LINES
    with opened(qtbot, qapp, tmp_path, "", hinted=False) as workspace:
        learner = Learner(qtbot, workspace)
        learner.click_number(Key("weight", place=0))
        assert workspace.canvas.typing.field is None
        learner.double_click(learner.number(Key("weight", place=0)))
        assert workspace.canvas.typing.field is not None


def test_the_hints_can_be_closed(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> None:
    with opened(qtbot, qapp, tmp_path, "", hinted=False) as workspace:
        assert workspace.hint is not None
        (close,) = workspace.hint.findChildren(QToolButton)
        QTest.mouseClick(close, Qt.MouseButton.LeftButton)
        assert workspace.hint is None


@pytest.mark.long
@pytest.mark.ci
def test_the_next_start_opens_what_was_open_last(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    mine = tmp_path / "mine.json"
    save(mine, open_lesson("xor").experiment)
    with opened(qtbot, qapp, tmp_path, "xor"):
        pass
    with opened(qtbot, qapp, tmp_path, "") as workspace:
        assert workspace.document.value.lesson == "xor"
        workspace.files.open_path(mine)
    with opened(qtbot, qapp, tmp_path, "") as workspace:
        assert workspace.files.work.standing.path == mine
    mine.unlink()
    with opened(qtbot, qapp, tmp_path, "") as workspace:
        assert workspace.document.value.lesson == "student-grade"


def test_a_file_that_cannot_be_opened_is_told_over_the_window(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    with opened(qtbot, qapp, tmp_path, str(tmp_path / "gone.json")) as workspace:
        assert question(qtbot, workspace.window).heading == "Could not open “gone.json”"


def test_what_comes_in_is_opened_as_a_document_that_was_never_saved(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = document_text(open_lesson("xor").experiment)
    for given in (text, "{"):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given.encode()), "utf-8"))
        with opened(qtbot, qapp, tmp_path, "-") as workspace:
            if given == text:
                assert workspace.document.value == open_lesson("xor").experiment
                assert workspace.files.work.standing.path is None
                assert workspace.files.work.modified
                workspace.document.stack.setClean()
                continue
            asked = question(qtbot, workspace.window)
            assert asked.heading == "Could not open “standard input”"
            assert asked.sentence.startswith("The file ends too early, at line 1.")


def test_a_file_without_an_ending_is_opened(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    save(tmp_path / "plain", open_lesson("xor").experiment)
    assert may_be_opened("plain") and not may_be_opened("none")
    with opened(qtbot, qapp, tmp_path, "plain") as workspace:
        assert workspace.files.work.standing.path == tmp_path / "plain"


@pytest.mark.skipif(sys.platform != "linux", reason="other systems always have a screen")
@pytest.mark.parametrize("arguments", [[], ["xor"]])
@pytest.mark.parametrize("runtime", [True, False])
def test_without_a_screen_one_line_says_so_and_the_steps_are_told(
    arguments: list[str], runtime: bool, tmp_path: Path
) -> None:
    unset = ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY", "XDG_RUNTIME_DIR")
    environment = {k: v for k, v in os.environ.items() if k not in unset}
    if runtime:
        environment["XDG_RUNTIME_DIR"] = str(tmp_path)
    done = subprocess.run(
        [sys.executable, "-m", "playground", *arguments], cwd=ROOT, env=environment,
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stderr == (
        "No window can be opened here (there is no screen); these are the steps in words.\n"
    )
    assert done.stdout.startswith("Update 1, sample 1")


def test_a_name_that_is_neither_lesson_nor_file_is_refused_in_the_terminal() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "playground", "nonsense"], cwd=ROOT, capture_output=True, text=True,
        check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.startswith("Lesson “nonsense” is not known.")
