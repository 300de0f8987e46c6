"""Row 78: every command, every odd path: one sentence on one line, exit 1, no traceback."""

import os
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from engine.files.disk import kind_of, whole
from engine.files.limits import called
from playground.__main__ import may_be_opened, picture
from playground.cli.commands import order, run
from playground.cli.streams import guarded
from tests.odd_paths import ODD, STANDING, not_root, standing

ROOT = Path(__file__).parents[1]
Line = Callable[[str, Path], list[str]]

READERS: dict[str, Line] = {
    "walk": lambda path, folder: [path],
    "step": lambda path, folder: ["step", path],
    "train": lambda path, folder: ["train", path],
    "check": lambda path, folder: ["check", path],
    "export": lambda path, folder: ["export", path, str(folder / "out.json")],
    "picture": lambda path, folder: ["picture", path, str(folder / "out.png")],
}
WRITERS: dict[str, Line] = {
    "train --out": lambda path, folder: ["train", "xor", "--epochs", "1", "--out", f"{path}.json"],
    "export OUT": lambda path, folder: ["export", "xor", f"{path}.json"],
    "picture OUT": lambda path, folder: ["picture", "xor", f"{path}.png"],
}


@cache
def warm() -> None:
    """What commands import late is there before this process gives its rights away."""
    lines = ["step xor", "check xor", "train xor --epochs 1", "export xor /nowhere/x.json",
             "picture /nowhere/x x.png"]  # fmt: skip
    for line in map(str.split, lines):
        guarded(lambda line=line: run(line, {"picture": picture}))  # type: ignore[misc]


def sentence(capsys: pytest.CaptureFixture[str], line: list[str]) -> str:
    """What the command says; it must refuse in one line."""
    warm()
    capsys.readouterr()
    with not_root():
        code = guarded(lambda: run(line, {"picture": picture}))
    told = capsys.readouterr()
    assert code == 1
    assert told.out == ""
    assert told.err.count("\n") == 1 and told.err.endswith(".\n"), told.err
    assert told.err[:-1].isprintable(), told.err
    assert len(told.err) < 1000
    return told.err[:-1]


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("command", READERS)
def test_row_78_a_path_to_read_from(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, command: str, odd: str
) -> None:
    assert sentence(capsys, READERS[command](f"{ODD[odd](tmp_path)}.json", tmp_path))
    assert sentence(capsys, READERS[command](f"{tmp_path}/{odd}/{odd}", tmp_path))


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("command", WRITERS)
def test_row_78_a_path_to_write_to(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, command: str, odd: str
) -> None:
    assert sentence(capsys, WRITERS[command](ODD[odd](tmp_path), tmp_path))


@pytest.mark.parametrize("what", STANDING)
@pytest.mark.parametrize("command", [*READERS, *WRITERS])
def test_row_78_what_is_no_file(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, command: str, what: str
) -> None:
    tmp_path.chmod(0o777)
    if command in READERS:
        line = READERS[command](standing(tmp_path, what, ".json"), tmp_path)
    else:
        path = tmp_path / what
        standing(tmp_path, what, ".png" if command.startswith("picture") else ".json")
        line = WRITERS[command](str(path), tmp_path)
    assert sentence(capsys, line)


@pytest.mark.parametrize("name", ["", "n" * 300, "n" * 5000, "two\nlines", "n\0l", "half \udcff"])
@pytest.mark.parametrize("command", READERS)
def test_row_78_a_name_that_is_no_lesson(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, command: str, name: str
) -> None:
    assert sentence(capsys, READERS[command](name, tmp_path))
    assert not (name and may_be_opened(name))


def test_a_result_without_a_name_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert sentence(capsys, ["train", "xor", "--epochs", "1", "--out", ""])


def test_what_was_written_is_told_on_one_line(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    folder = tmp_path / "two\nlines"
    folder.mkdir()
    for line in (["export", "xor", str(folder / "out.json")],
                 ["train", "xor", "--epochs", "1", "--out", str(folder / "out.json")]):  # fmt: skip
        assert run(line) == 0
        assert capsys.readouterr().out.splitlines()[-1].endswith("two�lines/out.json.")


def test_a_slash_behind_the_name_of_a_file_is_nothing(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    written = tmp_path / "out.json"
    assert run(["train", "xor", "--epochs", "1", "--out", f"{written}/"]) == 0
    for line in (["check", f"{written}/"], ["step", f"{written}/"]):
        assert run(line) == 0
    assert order(["xor", f"{tmp_path}/z.svg/"]).out == f"{tmp_path}/z.svg"
    assert not capsys.readouterr().err


@pytest.mark.parametrize(
    "line", [["no\nsuch", "x"], ["-\n"], ["step", "xor", "--updates", "1\n2"], ["step", "a", "b\n"]]
)
def test_wrong_usage_is_told_on_one_line(
    capsys: pytest.CaptureFixture[str], line: list[str]
) -> None:
    assert guarded(lambda: run(line)) == 2
    told = capsys.readouterr().err
    assert told.count("\n") == 1 and told.endswith(".\n") and told[:-1].isprintable()


@pytest.mark.parametrize("odd", ODD)
def test_asking_what_stands_at_a_place_never_raises(tmp_path: Path, odd: str) -> None:
    path = ODD[odd](tmp_path)
    with not_root():
        assert kind_of(path) == ""
        assert whole(path) == Path(path)
    assert called(path).isprintable() and len(called(path)) <= 200


def test_what_stands_at_a_place_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "link").symlink_to(tmp_path / "file")
    assert [kind_of(tmp_path / name) for name in ("file", "link", "", "none")] == [
        "file", "file", "folder", "",
    ]  # fmt: skip
    assert kind_of("/dev/null") == "other"


def test_a_path_in_a_folder_that_has_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    warm()
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert whole("mine.json") == Path("mine.json")
    for line in (["step", "./mine.json"], ["train", "xor", "--epochs", "1", "--out", "mine.json"]):
        capsys.readouterr()
        assert guarded(lambda line=line: run(line)) == 1  # type: ignore[misc]
        assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize("line", [["check", "n" * 300], ["export", "xor", "two\nlines.json"]])
def test_row_78_as_a_real_program(tmp_path: Path, line: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "playground", *line], capture_output=True, text=True, check=False,
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}, timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1 and done.stderr.endswith(".\n")
