"""The command line on streams that are closed, full, left by their reader, or short of letters."""

import json
import os
import signal
import subprocess
import sys
import time
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from engine.data import make_data
from engine.experiment.editing import with_data, with_settings
from engine.experiment.experiment import new_experiment
from engine.experiment.stepping import go_to
from engine.files.loading import load, save
from engine.lessons.lesson import open_lesson
from engine.network import Edge, Network, Node
from engine.settings import Settings
from playground.cli import commands
from tests.sampled import sampled
from tests.test_cli import ENVIRONMENT, complaints, run, steps

PLAIN = {name: value for name, value in ENVIRONMENT.items() if name != "PYTHONUNBUFFERED"}
COMMANDS = ("lessons", "step student-grade", "step student-grade --json", "check student-grade",
            "train student-grade --epochs 2", "--help", "--version", "step --help")  # fmt: skip
posix = pytest.mark.skipif(os.name != "posix", reason="the shell of this test is a POSIX one")


def shell(command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        command.replace("playground", f"{sys.executable} -m playground"), shell=True,
        capture_output=True, text=True, env={**PLAIN, **environment}, timeout=60, check=False,
    )  # fmt: skip
    done.stderr = complaints(done.stderr)
    return done


@posix
@pytest.mark.parametrize(
    ("command", "way"), sampled(list(product(COMMANDS, (">&-", "| true", "2>&-"))), 8)
)
def test_a_stream_that_is_closed_or_left_ends_quietly(command: str, way: str) -> None:
    done = shell(f"playground {command} {way}")
    assert (done.returncode, done.stderr) == (0, "")


@posix
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize("command", sampled(COMMANDS, 3))
def test_a_full_disk_is_told_in_a_sentence(command: str) -> None:
    done = shell(f"playground {command} > /dev/full")
    assert done.returncode == 1
    assert done.stderr == "The output cannot be written: No space left on device.\n"


@posix
def test_a_refusal_that_nobody_reads_is_still_a_refusal() -> None:
    done = shell("playground check no-such-file.json 2>&-; echo $?")
    assert done.stdout == "1\n"


def test_letters_that_the_stream_lacks_are_replaced() -> None:
    done = shell("playground step student-grade", PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (0, "")
    assert "i4 = x1?w14" in done.stdout
    lines = shell("playground step student-grade --json", PYTHONIOENCODING="ascii").stdout
    assert [json.loads(line) for line in lines.splitlines()] == steps("student-grade")


@posix
def test_training_ends_in_its_file_although_nobody_listens(tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    done = shell(f"playground train student-grade --epochs 3000 --out {out} | head -1")
    assert done.stderr == ""
    deadline = time.monotonic() + 60
    while not out.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert load(out).experiment.updates == 3000


@posix
def test_ctrl_c_is_no_traceback() -> None:
    command = [sys.executable, "-u", "-m", "playground", "step", "xor", "--updates", "100000"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                               env=PLAIN)  # fmt: skip
    assert process.stdout is not None
    process.stdout.readline()
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=30)
    assert (process.returncode, said) == (1, "Stopped.\n")


def test_a_place_that_cannot_be_written_is_refused_before_the_training(tmp_path: Path) -> None:
    done = run("train", "xor", "--epochs", "1000000", "--out", str(tmp_path / "no" / "out.json"))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "The folder “no” is not there. Choose another one.\n"


def test_a_row_outside_the_batch_is_told_with_the_gradients_of_the_batch(tmp_path: Path) -> None:
    rows: list[list[float]] = [[1.0, 0, 1, 1], [0, 1, 1, 0], [1, 1, 0, 1]]
    start = open_lesson("student-grade").experiment
    save(tmp_path / "rows.json",
         with_data(start, make_data(start.data.inputs, start.data.targets, rows)))  # fmt: skip
    batch = steps(str(tmp_path / "rows.json"))
    told = steps(str(tmp_path / "rows.json"), "--sample", "2")
    assert {line["sample"] for line in told if "sample" in line} == {2}
    assert [line for line in told if "sample" not in line] == [
        line for line in batch if "sample" not in line
    ]
    i4 = next(line for line in told if line["what"] == "sum")
    assert (i4["node"], i4["value"]) == ("4", -0.5)  # 0·0.2 + 1·0.4 + 1·(−0.5) − 0.4
    plain = run("step", str(tmp_path / "rows.json"), "--sample", "2").stdout
    assert plain.startswith("Update 1, sample 2, which is not in this batch; the gradients are")


def test_a_pass_saved_at_its_end_can_be_stepped(tmp_path: Path) -> None:
    save(tmp_path / "end.json", go_to(open_lesson("student-grade").experiment, 0, None))
    assert steps(str(tmp_path / "end.json"), "--updates", "2")[:32] == steps("student-grade")


def test_digits_that_cannot_be_shown_are_refused() -> None:
    done = run("step", "student-grade", "--digits", "18")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "Numbers are shown with 1 to 17 digits.\n"


def test_a_kink_is_no_fault_of_the_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    nodes = (Node("x", "input"), Node("h", activation="relu", bias=True), Node("y", output=True))
    network = Network(nodes, (Edge("x", "h"), Edge("h", "y")))
    data = make_data(("x",), ("y",), [[0.0, 1.0], [1.0, 1.0]])
    save(tmp_path / "kink.json", new_experiment(network, None, data, Settings("squared", batch=2),
                                                np.array([0.5, 1.0, 0.0])))  # fmt: skip
    assert commands.run(["check", str(tmp_path / "kink.json")]) == 0
    said = capsys.readouterr().out
    assert said.startswith("The file is sound. 2 of 3 gradients agree with the numeric ones; for "
                           "the bias of h there is no telling. Here is a kink:")  # fmt: skip


def test_check_looks_at_every_row_for_numbers_that_do_not_exist(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    nodes = (Node("x", "input"), Node("y", activation="logarithm", output=True))
    data = make_data(("x",), ("y",), [[1.0, 0.0]] * 200 + [[-1.0, 0.0]])
    lost = new_experiment(Network(nodes, (Edge("x", "y"),)), None, data, None, np.ones(1))
    save(tmp_path / "lost.json", with_settings(lost, Settings("squared")))
    assert commands.run(["check", str(tmp_path / "lost.json")]) == 1
    assert "neuron y, sample 201" in capsys.readouterr().err


def test_one_gradient_is_told_as_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    network = Network((Node("x", "input"), Node("y", output=True)), (Edge("x", "y"),))
    save(tmp_path / "one.json", new_experiment(network))
    assert commands.run(["check", str(tmp_path / "one.json")]) == 0
    said = capsys.readouterr().out
    assert said == "The file is sound. The one gradient agrees with the numeric one.\n"
