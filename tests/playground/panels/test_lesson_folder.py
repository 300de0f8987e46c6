"""A lesson of one's own in the window: opened, left and found again like one that ships."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from playground.cli.commands import run
from playground.panels.lesson import FormulaPlate
from playground.window.workspace import Workspace
from tests.engine.lessons.test_folder import SHIPPED
from tests.playground.lesson_learner import Learner
from tests.playground.opened import opened, questions


def folder_in(place: Path, lesson: str = "student-grade", name: str = "mine") -> Path:
    shutil.copytree(SHIPPED / lesson, place / name)
    return place / name


@pytest.fixture
def workspace(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Workspace]:
    with opened(qtbot, qapp, tmp_path, str(folder_in(tmp_path))) as made:
        yield made


def name_of(workspace: Workspace) -> str:
    return workspace.document.value.layout.name("4")


def test_the_program_starts_with_a_folder_and_goes_on_with_it(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    folder = folder_in(tmp_path)
    with opened(qtbot, qapp, tmp_path, str(folder)) as first:
        assert first.window.windowTitle() == "Will it be a B? – Neural Playground"
        Learner(qtbot, first).next()
        first.document.rename("4", "mine")
        assert first.window.close()
        assert not questions(first.window)
    with opened(qtbot, qapp, tmp_path, "") as second:
        assert name_of(second) == "mine"
        assert Learner(qtbot, second).panel.head.place.text() == "2 of 7"
    shutil.rmtree(folder)
    with opened(qtbot, qapp, tmp_path, "") as third:
        assert third.document.value.lesson == "student-grade"
        assert not questions(third.window)


def test_it_is_left_without_a_question_and_found_again_as_it_was(
    qtbot: QtBot, workspace: Workspace, tmp_path: Path
) -> None:
    workspace.document.rename("4", "mine")
    workspace.transport.step_update()
    left = workspace.document.value
    workspace.files.open_lesson("xor")
    assert workspace.document.value.lesson == "xor" and not questions(workspace.window)
    workspace.files.open_folder(tmp_path / "mine")
    assert workspace.document.value == left
    assert "as you left it" in workspace.strip.refusal.sentence
    workspace.lessons.start_again()
    assert name_of(workspace) != "mine"
    workspace.files.open_lesson("xor")
    workspace.files.open_folder(tmp_path / "mine")
    assert name_of(workspace) != "mine"


def test_one_that_was_written_anew_begins_anew(workspace: Workspace, tmp_path: Path) -> None:
    file = tmp_path / "mine" / "lesson.json"
    workspace.document.rename("4", "mine")
    workspace.files.open_lesson("xor")
    file.write_text(file.read_text("utf-8").replace("Will it be a B?", "Anew"), "utf-8")
    workspace.files.open_folder(file.parent)
    assert workspace.window.windowTitle() == "Anew – Neural Playground"
    assert name_of(workspace) != "mine"
    workspace.document.rename("5", "mine")
    workspace.files.open_lesson("xor")
    assert not questions(workspace.window)
    assert len(list((workspace.folders[0] / "lessons").glob("folder-*"))) == 1


def test_two_folders_of_one_name_are_two_lessons(
    qtbot: QtBot, workspace: Workspace, tmp_path: Path
) -> None:
    (tmp_path / "other").mkdir()
    other = folder_in(tmp_path / "other")
    Learner(qtbot, workspace).next()
    workspace.document.rename("4", "mine")
    workspace.files.open_folder(other)
    assert name_of(workspace) != "mine"
    assert workspace.guide.progress.step == 0


def test_a_folder_may_be_dropped_on_the_window(workspace: Workspace, tmp_path: Path) -> None:
    folder = folder_in(tmp_path, "parabola", "yours")
    workspace.files.drop([QUrl.fromLocalFile(str(folder))])
    assert workspace.window.windowTitle() == "Parabola – Neural Playground"


def plate_of(qtbot: QtBot, workspace: Workspace, place: Path, latex: str) -> FormulaPlate:
    """The plate of a page with one formula, and beside it what `check` says of it."""
    folder = folder_in(place, "parabola", "yours")
    raw = json.loads((folder / "lesson.json").read_text("utf-8"))
    raw["steps"][0]["formulas"] = [{"plain": "one half", "latex": latex}]
    (folder / "lesson.json").write_text(json.dumps(raw), "utf-8")
    workspace.files.open_folder(folder)
    qtbot.waitUntil(lambda: workspace.pictures.settled)
    found = Learner(qtbot, workspace).panel.findChildren(FormulaPlate)[-1]
    assert not run(["check", str(folder)])
    return found


def test_its_formulas_are_drawn(
    qtbot: QtBot, workspace: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plate = plate_of(qtbot, workspace, tmp_path, r"\frac{1}{2}")
    assert r"\frac{1}{2}" in workspace.pictures.drawn()
    assert plate.height() > 40, "a fraction is high"
    assert capsys.readouterr().err == ""


def test_one_that_may_not_be_drawn_is_plain_and_told(
    qtbot: QtBot, workspace: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plate_of(qtbot, workspace, tmp_path, r"\input{/etc/passwd}")
    assert not any("input" in latex for latex in workspace.pictures.drawn())
    why = r"\input is none of its commands"
    told = f"Step 1: “one half” is shown as plain text, since {why}.\n"
    assert capsys.readouterr().err == told
