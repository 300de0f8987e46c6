"""Commands that last say how far they are, on standard error, and Ctrl+C ends them in a line."""

import contextlib
import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import IO

import pytest

from playground.cli.shared import LongWork
from tests.sampled import sampled
from tests.test_cli import ENVIRONMENT

pytestmark = pytest.mark.skipif(os.name != "posix", reason="terminals and signals of POSIX")
PATIENCE = 60  # s


def started(*arguments: str, terminal: int | None = None) -> subprocess.Popen[str]:
    """The program with its input held open; standard error is a pipe, or this terminal."""
    error = subprocess.PIPE if terminal is None else terminal
    return subprocess.Popen(
        [sys.executable, "-m", "playground", *arguments], text=True, env=ENVIRONMENT,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=error,
    )  # fmt: skip


def line_of(stream: IO[str] | None) -> str:
    assert stream is not None
    ready, _, _ = select.select([stream], [], [], PATIENCE)
    assert ready, "nothing is said"
    return stream.readline()


def seen_until(terminal: int, wanted: str) -> str:
    """What the terminal shows, up to these words."""
    seen, deadline = "", time.monotonic() + PATIENCE
    while wanted not in seen and time.monotonic() < deadline:
        if select.select([terminal], [], [], 1)[0]:
            seen += os.read(terminal, 4096).decode()
    assert wanted in seen
    return seen


@pytest.mark.long
@pytest.mark.ci
def test_what_waits_says_so_every_other_second_and_then_answers() -> None:
    process = started("check", "-")
    assert line_of(process.stderr) == "Reading standard input\n"
    began = time.monotonic()
    assert line_of(process.stderr) == "Reading standard input\n"
    assert time.monotonic() - began > 1.5
    document = Path("resources/lessons/student-grade/experiment.json").read_text()
    said, _ = process.communicate(document, timeout=PATIENCE)
    assert (process.returncode, said[:18]) == (0, "The file is sound.")


@pytest.mark.parametrize(
    ("line", "working", "code", "last"),
    sampled((("check -", "Reading standard input", 1, "Stopped.\n"),
     ("step xor --update 999999999", "Made ", 1, "Stopped.\n"),
     ("step xor --updates 999999999", "Telling update ", 1, "Stopped.\n"),
     ("picture xor out.png --update 999999999", "Made ", 1, "Stopped.\n"),
     ("train xor --epochs 999999999", "Training: epoch ", 0, "")), 1),
)  # fmt: skip
def test_ctrl_c_ends_it_in_one_line(
    tmp_path: Path, line: str, working: str, code: int, last: str
) -> None:
    words = [str(tmp_path / word) if word == "out.png" else word for word in line.split()]
    with (tmp_path / "out").open("w") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "playground", *words], text=True, env=ENVIRONMENT,
            stdin=subprocess.PIPE, stdout=out, stderr=subprocess.PIPE,
        )  # fmt: skip
        assert line_of(process.stderr).startswith(working)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=PATIENCE)
    lines = [line for line in said.splitlines(keepends=True) if not line.startswith(working)]
    assert (process.returncode, lines) == (code, [last] if last else [])
    assert not (tmp_path / "out.png").exists()


@pytest.mark.long
@pytest.mark.ci
def test_ctrl_c_while_a_picture_is_painted_leaves_no_picture(tmp_path: Path) -> None:
    out = tmp_path / "out.png"
    line = ("picture", "set-spiral", str(out), "--view", "surface", "--size", "8000x8000")
    process = started(*line)
    assert line_of(process.stderr) == "Painting the picture\n"
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=PATIENCE)
    assert (process.returncode, said.splitlines()[-1]) == (1, "Stopped.")
    assert not out.exists()


@pytest.mark.long
@pytest.mark.ci
def test_a_terminal_shows_a_bar_that_is_gone_in_the_end() -> None:
    ours, theirs = os.openpty()
    with os.fdopen(theirs, "w") as stream, contextlib.redirect_stderr(stream):
        with LongWork("Moving") as work:
            seen_until(ours, "\rMoving")
            work.at(0.5, "Made 5 of 10 updates")
            seen = seen_until(ours, " s left. Made 5 of 10 updates")
            assert "\r[##########..........] " in seen
            work.at(1, "Made 10 of 10 updates")
            seen = seen_until(ours, "\r[####################] Made 10 of 10 updates")
        seen = seen_until(ours, f"\r{' ' * 79}\r")
        assert "\n" not in seen
    os.close(ours)


@pytest.mark.long
@pytest.mark.ci
def test_on_a_terminal_a_sentence_stands_alone_on_its_line() -> None:
    ours, theirs = os.openpty()
    process = started("check", "-", terminal=theirs)
    seen_until(ours, "Reading standard input")
    process.send_signal(signal.SIGINT)
    seen = seen_until(ours, "Stopped.\r\n")
    assert seen.rpartition("\r")[0].splitlines()[-1].strip(" \r") == "Stopped."
    process.communicate(timeout=PATIENCE)
    assert process.returncode == 1
    os.close(ours)
    os.close(theirs)


def test_what_is_over_soon_says_nothing() -> None:
    process = started("check", "student-grade")
    _, said = process.communicate(timeout=PATIENCE)
    assert (process.returncode, said) == (0, "")
