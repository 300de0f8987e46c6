"""A lesson of one's own on the command line: its folder stands wherever a file or lesson does."""

import shutil
from pathlib import Path

import pytest

from engine.files.loading import load
from playground.__main__ import may_be_opened
from tests.engine.lessons.test_folder import SHIPPED
from tests.playground.test_picture import picture
from tests.test_cli import run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(SHIPPED / "parabola", tmp_path / "mine")
    return tmp_path / "mine"


@pytest.mark.parametrize("name", ["mine", "./mine", "mine/"])
def test_a_folder_is_stepped_trained_exported_and_checked(folder: Path, name: str) -> None:
    stepped = run("step", name, "--json", cwd=folder.parent)
    assert (stepped.returncode, stepped.stderr) == (0, "")
    assert stepped.stdout == run("step", "parabola", "--json").stdout
    trained = run("train", name, "--epochs", "2", "--out", "out.json", cwd=folder.parent)
    assert (trained.returncode, trained.stderr) == (0, "")
    done = load(folder.parent / "out.json").experiment
    assert (done.updates, done.lesson) == (2, "")
    assert run("export", name, "model.json", cwd=folder.parent).returncode == 0
    assert run("check", name, cwd=folder.parent).stdout.startswith("The lesson is sound")


def test_what_is_wrong_with_a_folder_is_one_sentence(folder: Path) -> None:
    (folder / "experiment.json").unlink()
    for command in (["step"], ["train"], ["check"]):
        done = run(*command, "mine", cwd=folder.parent)
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr == "The folder “mine” has no experiment.json.\n"


def test_the_id_of_a_lesson_wins_over_a_folder(folder: Path) -> None:
    folder.rename(folder.with_name("xor"))
    assert run("step", "xor", cwd=folder.parent).stdout == run("step", "xor").stdout


def test_the_window_and_the_picture_take_a_folder(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder.parent)
    assert may_be_opened("mine") and not may_be_opened("yours")
    done = picture("mine", "out.svg", "--size", "900x700", cwd=folder.parent)
    assert (done.returncode, done.stderr) == (0, "")
    assert "One number, one curve" in (folder.parent / "out.svg").read_text("utf-8")
