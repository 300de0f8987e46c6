"""The command line as people use it: its output, errors and exit codes.

What a command says is read in this process; where streams, signals or imports matter, from a
process of its own.
"""

import contextlib
import io
import json
import os
import re
import signal
import subprocess
import sys
import threading
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from engine.files.limits import DocumentError
from engine.files.loading import load
from engine.lessons.lesson import open_lesson
from playground.__main__ import main
from playground.cli import commands, shared
from tests.sampled import sampled

ROOT = Path(__file__).parents[1]
ENVIRONMENT = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)}


def run(
    *arguments: str, cwd: Path | None = None, given: str = ""
) -> subprocess.CompletedProcess[str]:
    """The whole program, with streams like a terminal's, in that folder; it never takes long."""
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
    with (
        pytest.MonkeyPatch.context() as patch, contextlib.chdir(cwd or Path.cwd()),
        contextlib.redirect_stdout(out), contextlib.redirect_stderr(err),
    ):  # fmt: skip
        patch.setattr(shared, "SILENCE", threading.TIMEOUT_MAX)  # however busy the machine is
        patch.setattr(sys, "argv", ["neural-playground", *arguments])
        patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given.encode()), "utf-8"))
        code = main()
    said = (stream.buffer.getvalue().decode() for stream in (out, err))
    return subprocess.CompletedProcess(sys.argv, code, *said)


def complaints(said: str) -> str:
    """Standard error without the lines that a busy machine is told in: how far it is by now."""
    return re.sub(r"(?m)^(Reading|Training|Made|Making|Writing)\b.*(?<!\.)\n", "", said)


@cache
def steps(*arguments: str) -> list[dict[str, Any]]:
    done = run("step", *arguments, "--json")
    assert done.returncode == 0 and done.stderr == ""
    return [json.loads(line) for line in done.stdout.splitlines()]


def value(lines: list[dict[str, Any]], what: str, owner: str | list[str]) -> float:
    key = "edge" if isinstance(owner, list) else "node"
    (found,) = [line["value"] for line in lines if line["what"] == what and line.get(key) == owner]
    return float(found)


def test_student_grade_shows_every_exact_number_of_the_lecture() -> None:
    lines = steps("student-grade", "--rounding", "off")
    exact = {
        ("sum", "4"): -0.7, ("activation", "4"): 0.3318122278318339,
        ("sum", "5"): 0.1, ("activation", "5"): 0.52497918747894,
        ("sum", "6"): -0.10453950584533817, ("activation", "6"): 0.47388889882398544,
        ("error", "6"): -0.1311690782143445, ("error", "5"): 0.0065420850641689935,
        ("error", "4"): 0.008724561965433263, ("gradient", "46"): -0.04352350406494972,
        ("gradient", "56"): -0.06886103610332811, ("gradient", "6"): -0.1311690782143445,
        ("value", "46"): -0.26082884634154524, ("value", "56"): -0.13802506750700472,
        ("value", "6"): 0.21805217039291008, ("value", "14"): 0.19214789423111006,
        ("value", "15"): -0.30588787655775207, ("value", "24"): 0.4, ("value", "25"): 0.1,
        ("value", "34"): -0.50785210576889, ("value", "35"): 0.19411212344224793,
        ("value", "5"): 0.19411212344224793, ("value", "4"): -0.40785210576888997,
    }  # fmt: skip
    for (what, name), expected in exact.items():
        owner = list(name) if len(name) == 2 else name
        assert value(lines, what, owner) == pytest.approx(expected, rel=0, abs=1e-15)


def test_student_grade_rounded_as_the_lecture_does_shows_every_printed_number() -> None:
    lines = steps("student-grade")
    printed = {
        ("sum", "4"): -0.7, ("activation", "4"): 0.332, ("sum", "5"): 0.1,
        ("activation", "5"): 0.525, ("sum", "6"): -0.105, ("activation", "6"): 0.474,
        ("error", "6"): -0.1311, ("error", "5"): 0.0065, ("error", "4"): 0.0087,
        ("gradient", "46"): -0.0435, ("gradient", "56"): -0.0688, ("gradient", "6"): -0.1311,
        ("value", "46"): -0.261, ("value", "56"): -0.138, ("value", "6"): 0.218,
        ("value", "14"): 0.192, ("value", "15"): -0.306, ("value", "24"): 0.4,
        ("value", "25"): 0.1, ("value", "34"): -0.508, ("value", "35"): 0.194,
        ("value", "5"): 0.194, ("value", "4"): -0.408,
    }  # fmt: skip
    for (what, name), expected in printed.items():
        assert value(lines, what, list(name) if len(name) == 2 else name) == expected


def test_the_order_and_the_fields_of_a_step() -> None:
    lines = steps("student-grade")
    assert [(line["what"], line.get("node")) for line in lines[:10]] == [
        ("sum", "4"), ("activation", "4"), ("sum", "5"), ("activation", "5"), ("sum", "6"),
        ("activation", "6"), ("loss", "6"), ("error", "6"), ("error", "5"), ("error", "4"),
    ]  # fmt: skip
    phases = [line["phase"] for line in lines]
    assert phases == sorted(phases, key=["forward", "loss", "backward", "gradient", "update"].index)
    assert len(lines) == 32
    assert all(line["update"] == 1 and line["symbols"] and line["numbers"] for line in lines)
    assert all(line["sample"] == 1 for line in lines if line["phase"] in ("forward", "backward"))
    weight = next(line for line in lines if line["what"] == "gradient")
    assert (weight["edge"], weight["parameter"]) == (["4", "6"], "weight")
    bias = next(line for line in lines if line["what"] == "value" and "node" in line)
    assert (bias["node"], bias["parameter"]) == ("6", "bias")
    assert "sample" not in weight and "node" not in weight


def test_a_batch_tells_the_chosen_sample_and_the_loss_of_all() -> None:
    lines = steps("xor", "--updates", "2")
    assert {line["update"] for line in lines} == {1, 2}
    losses = [line for line in lines if line["what"] == "loss" and line["update"] == 1]
    assert ["sample" in line for line in losses] == [True, False]
    told = {line["sample"] for line in lines if line["update"] == 1 and "sample" in line}
    assert len(told) == 1
    (row,) = told
    again = steps("xor", "--sample", str(row))
    assert again == [line for line in lines if line["update"] == 1]


def test_step_for_a_person_reads_like_the_lecture() -> None:
    done = run("step", "student-grade", "--digits", "4")
    assert "i4 = x1·w14 + x2·w24 + x3·w34 + b4" in done.stdout
    assert "e4 = e6·w46·o4·(1 − o4)" in done.stdout
    assert "= −0.1311" in done.stdout and "Traceback" not in done.stderr


def test_lessons_lists_what_there_is() -> None:
    done = run("lessons", "--json")
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert found[0]["id"] == "student-grade"
    assert set(found[0]) == {"id", "title", "group", "line"}
    assert "student-grade" in run("lessons").stdout


def test_training_with_one_seed_gives_one_file(tmp_path: Path) -> None:
    for name in ("a.json", "b.json"):
        done = run("train", "xor", "--epochs", "5", "--seed", "7", "--out", str(tmp_path / name))
        assert done.returncode == 0, done.stderr
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()
    loaded = load(tmp_path / "a.json").experiment
    assert loaded.turn.epoch == 5 and loaded.settings.seed == 7
    run("train", "xor", "--epochs", "5", "--seed", "8", "--out", str(tmp_path / "c.json"))
    assert (tmp_path / "a.json").read_bytes() != (tmp_path / "c.json").read_bytes()


def test_the_seed_leaves_weights_as_they_are_drawn(tmp_path: Path) -> None:
    run("train", "student-grade", "--epochs", "1", "--seed", "9", "--out", str(tmp_path / "s.json"))
    start = open_lesson("student-grade").experiment.start
    assert load(tmp_path / "s.json").experiment.start.tolist() == start.tolist()


def test_training_writes_plain_lines_and_json() -> None:
    plain = run("train", "xor", "--epochs", "20", "--rate", "0,05")
    assert "\r" not in plain.stdout and "Stopped at update 500, as asked." in plain.stdout
    lines = [json.loads(line) for line in run("train", "xor", "--json").stdout.splitlines()]
    assert lines[-1]["epoch"] == 100 and lines[-1]["ended"] == "goal"


@pytest.mark.skipif(os.name != "posix", reason="there is no SIGINT to send elsewhere")
@pytest.mark.parametrize("number", sampled((signal.SIGINT, signal.SIGTERM, signal.SIGHUP), 1))
def test_a_signal_stops_at_the_end_of_an_update_and_still_writes(
    tmp_path: Path, number: signal.Signals
) -> None:
    out = tmp_path / "out.json"
    command = [sys.executable, "-u", "-m", "playground", "train", "xor", "--epochs", "10000",
               "--out", str(out)]  # fmt: skip
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=ENVIRONMENT)
    assert process.stdout is not None
    process.stdout.readline()  # before the first update
    process.stdout.readline()
    process.send_signal(number)
    rest, _ = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "Stopped at update" in rest
    assert load(out).experiment.updates > 0


def test_check_says_that_all_is_well_or_what_is_not(tmp_path: Path) -> None:
    assert run("check", "student-grade").stdout.startswith("The file is sound. All 11 gradients")
    rows = [json.loads(line) for line in run("check", "xor", "--json").stdout.splitlines()]
    assert len(rows) == 25 and all(row["agrees"] for row in rows)
    assert set(rows[0]) >= {"analytic", "numeric", "difference"}
    bad = tmp_path / "bad.json"
    bad.write_text("{")
    done = run("check", str(bad))
    assert done.returncode == 1 and done.stdout == ""
    assert done.stderr == "The file ends too early, at line 1. It may be only partly saved or " \
                          "downloaded.\n"  # fmt: skip


def test_export_writes_the_model_and_refuses_other_endings(tmp_path: Path) -> None:
    out = tmp_path / "model.json"
    assert run("export", "student-grade", str(out)).returncode == 0
    assert json.loads(out.read_text())["format"] == "neural-playground-model"
    assert load(out).experiment.network.outputs == ("6",)
    done = run("export", "student-grade", str(tmp_path / "model.h5"))
    assert done.returncode == 1 and ".json" in done.stderr


@pytest.mark.parametrize(("arguments", "code"), [
    (("step", "no-such-lesson"), 1), (("step", "no-such-file.json"), 1), (("step",), 2),
    (("step", "xor", "--updates", "0"), 2), (("train", "xor", "--rate", "-1"), 2),
    (("--nonsense",), 2), (("nonsense", "more"), 2), (("step", "xor", "--sample", "501"), 1),
    (("train", "xor", "--seed", "x"), 2), (("step", "xor", "--up", "1"), 2),
])  # fmt: skip
def test_errors_are_one_sentence_on_standard_error(arguments: tuple[str, ...], code: int) -> None:
    done = run(*arguments)
    assert done.returncode == code
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1 and "Traceback" not in done.stderr


def test_a_lesson_wins_over_a_file_and_a_file_has_an_ending_or_a_separator(tmp_path: Path) -> None:
    (tmp_path / "xor").write_text("not a document")
    assert run("check", "xor", cwd=tmp_path).returncode == 0
    done = run("check", "./xor", cwd=tmp_path)
    assert done.returncode == 1 and "looks like plain text" in done.stderr


@pytest.mark.parametrize(
    ("line", "code", "meant"),
    [("trian", 2, "train"), ("trian xor", 2, "train"), ("Train", 2, "train"),
     ("lesson", 2, "lessons"), ("chekc my.json", 2, "check"), ("--hlep", 2, "--help"),
     ("xro", 1, "xor"), ("step xro", 1, "xor"), ("train student-grad", 1, "student-grade"),
     ("picture XOR out.png", 1, "xor"), ("step xor --updats 3", 2, "--updates"),
     ("step xor --updats=3", 2, "--updates"), ("train xor --epoch 3", 2, "--epochs"),
     ("picture xor out.png --theme drak", 2, "dark")],
)  # fmt: skip
def test_row_86_a_mistyped_word_is_answered_with_the_one_that_was_meant(
    tmp_path: Path, line: str, code: int, meant: str
) -> None:
    done = run(*line.split(), cwd=tmp_path)
    assert (done.returncode, done.stdout) == (code, "")
    assert f"Did you mean “{meant}”?" in done.stderr
    assert done.stderr.count("\n") == 1
    assert len(done.stderr) < 200, "the nearest one, not all that there are"


def test_row_86_where_nothing_is_near_it_is_said_where_to_look() -> None:
    lesson = run("step", "nonsense")
    assert (lesson.returncode, lesson.stderr) == (
        1, "Lesson “nonsense” is not known. The command lessons lists them all; a file is named "
        "with its ending, like nonsense.json.\n",
    )  # fmt: skip
    command = run("nonsense", "xor")
    assert command.stderr == "There is no command “nonsense”. See neural-playground --help.\n"


@pytest.mark.parametrize(
    ("line", "said"),
    [("step", "FILE|LESSON is missing"), ("export xor", "OUT.json is missing"),
     ("step xor --updates", "There is no value behind --updates"),
     ("check xor --json=3", "--json takes no value"),
     ("train xor more", "“more” is one word too many"),
     ("step xor --rounding x", "--rounding: the word “x” is not known. Known: lecture, off"),
     ("train xor --rate x", "--rate: “x” is not a positive number"),
     ("train xor --epochs " + "9" * 5000, "--epochs: “9999"),
     ("picture xor out.gif", "“out.gif” ends neither in .png nor in .svg"),
     ("train xor --json --out -", "--json and --out - would both write to standard output")],
)  # fmt: skip
def test_wrong_usage_is_told_in_our_own_words(line: str, said: str) -> None:
    done = run(*line.split())
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(said) and done.stderr.count("\n") == 1
    assert done.stderr.endswith(f". See neural-playground {line.split()[0]} --help.\n")


@pytest.mark.parametrize("command", [*commands.COMMANDS, "picture"])
def test_help_is_in_our_own_words(command: str) -> None:
    told = run(command, "--help").stdout
    assert told.startswith(f"Usage: neural-playground {command} ") and "\nOptions:\n" in told
    assert not {"usage:", "options:", "positional", "exit"} & set(told.split())


def test_a_dash_is_standard_input_and_standard_output(tmp_path: Path) -> None:
    text = run("train", "student-grade", "--epochs", "2", "--out", "-")
    assert text.stderr == "Stopped at update 2, as asked. Training loss 0.09996.\n"
    path = tmp_path / "same.json"
    assert run("train", "student-grade", "--epochs", "2", "--out", str(path)).returncode == 0
    assert text.stdout == path.read_text()
    for line in ("step -", "check -", "step - --json", "export - -", "train - --epochs 1 --json"):
        named = run(*[str(path) if word == "-" else word for word in line.split()][:2],
                    *line.split()[2:])  # fmt: skip
        piped = run(*line.split(), given=text.stdout)
        assert (piped.returncode, piped.stdout, piped.stderr) == (0, named.stdout, named.stderr)
    model = json.loads(run("export", "-", "-", given=text.stdout).stdout)
    assert model["format"] == "neural-playground-model"


def test_what_comes_in_is_refused_like_a_file(tmp_path: Path) -> None:
    for given in ("", "{", "plain"):
        (tmp_path / "same.json").write_text(given)
        named, piped = run("check", str(tmp_path / "same.json")), run("check", "-", given=given)
        assert (piped.returncode, piped.stderr) == (1, named.stderr)
    large = run("check", "-", given=" " * (64 * 1024 * 1024 + 1))
    assert (large.returncode, large.stderr) == (1, "The file is larger than 64 MB.\n")


@pytest.mark.parametrize("command", ["step", "train", "check", "export"])
def test_an_empty_name_is_none(command: str) -> None:
    out = ["out.json"] if command == "export" else []
    done = run(command, "", *out)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "The name is empty. Name a file or a lesson.\n"
    assert run("").stderr == done.stderr


def test_what_is_there_is_a_file_whatever_its_ending(tmp_path: Path) -> None:
    document = run("train", "student-grade", "--epochs", "1", "--out", "-").stdout
    for name in ("plain", "doc.txt"):
        (tmp_path / name).write_text(document)
        assert run("check", name, cwd=tmp_path).returncode == 0
        assert run("check", f"./{name}", cwd=tmp_path).returncode == 0
    assert run("check", "none", cwd=tmp_path).stderr.startswith("Lesson “none” is not known.")
    assert run("check", "none.json", cwd=tmp_path).stderr == "“none.json” is not there.\n"


def test_training_that_diverged_says_so_and_keeps_the_last_numbers(tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    done = run("train", "parabola", "--rate", "100", "--out", str(out))
    assert done.returncode == 3
    assert done.stderr == (
        "The loss became infinite at update 54; the rate (100) is probably too high. "
        "The numbers of update 53 are kept.\n"
    )
    last, wrote = done.stdout.splitlines()[-2:]
    assert (last, wrote) == ("Stopped at update 53.", f"Wrote {out}.")
    assert load(out).experiment.updates == 53
    told = run("train", "parabola", "--rate", "100", "--json")
    assert told.returncode == 3
    assert json.loads(told.stdout.splitlines()[-1])["ended"] == "infinite"


def test_updates_before_what_is_told_are_those_of_steps() -> None:
    for lesson in ("student-grade", "xor"):
        last = [line for line in steps(lesson, "--updates", "7") if line["update"] == 7]
        assert steps(lesson, "--update", "6") == last


def test_one_row_is_told_as_one() -> None:
    done = run("step", "student-grade", "--sample", "2")
    assert done.stderr == "There is no sample 2; the data has 1 row.\n"


def test_a_closed_pipe_ends_quietly() -> None:
    command = f"{sys.executable} -m playground step xor --updates 20 | head -1"
    done = subprocess.run(command, shell=True, capture_output=True, text=True,
                          env=ENVIRONMENT, timeout=60, check=False)  # fmt: skip
    assert complaints(done.stderr) == "" and done.stdout.count("\n") == 1


def test_help_and_version_import_neither_numpy_nor_qt() -> None:
    for option in ("--help", "--version"):
        code = (
            "import sys; sys.argv = ['neural-playground', '" + option + "'];"
            "from playground.__main__ import main; code = main();"
            "bad = [m for m in sys.modules if m.split('.')[0] in ('numpy', 'PySide6', 'engine')"
            " and m not in ('engine', 'engine.errors', 'engine.errors')];"
            "sys.exit(code or bool(bad) * 9)"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True,
                              env=ENVIRONMENT, timeout=60, check=False)  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        assert done.stdout


def test_the_command_line_imports_no_qt() -> None:
    code = (
        "import sys; sys.argv = ['neural-playground', 'check', 'student-grade'];"
        "from playground.__main__ import main; code = main();"
        "sys.exit(code or any(m.split('.')[0] in ('PySide6', 'pyqtgraph') for m in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True,
                          env=ENVIRONMENT, timeout=60, check=False)  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_the_version_is_quick_to_tell() -> None:
    """A ratio in one run; the bar of 2.2 is for a quiet machine, this one only notices a slip."""
    resource = pytest.importorskip("resource")

    def spent() -> float:
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        return float(usage.ru_utime + usage.ru_stime)

    def best(command: list[str]) -> float:
        times = []
        for _ in range(5):
            began = spent()
            subprocess.run(command, capture_output=True, env=ENVIRONMENT, check=True)
            times.append(spent() - began)
        return min(times)

    bare = best([sys.executable, "-c", "pass"])
    assert best([sys.executable, "-m", "playground", "--version"]) < 4 * bare


BAD_FILES: dict[str, bytes] = {
    "empty": b"  ",
    "png": b"\x89PNG\r\n\x1a\n0000",
    "truncated": b'{"format": "neural-playground",',
    "comma": b'{"format": 1,}',
    "deep": b"[" * 100_000,
    "nan": b'{"format": "neural-playground", "x": NaN}',
    "twice": b'{"format": "a", "form\\u0061t": "b"}',
    "package": b'{"name": "left-pad"}',
    "newer": b'{"format": "neural-playground", "version": 4}',
    "version": b'{"format": "neural-playground", "version": 1.5}',
    "latin": b'{"format": "caf\xe9"}',
    "type": b'{"format": "neural-playground", "version": 1, "neurons": [{"id": "a", "x": "1"}]}',
    "edge": b'{"format": "neural-playground", "version": 1, "edges": '
    b'[{"source": "a", "target": "b", "weight": 1.0}]}',
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_check_says_in_one_sentence_what_the_engine_says(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / f"{name}.json"
    path.write_bytes(BAD_FILES[name])
    with pytest.raises(DocumentError) as caught:
        load(path)
    assert commands.run(["check", str(path)]) == 1
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", f"{caught.value.sentence}\n")
    assert path.read_bytes() == BAD_FILES[name]


def test_check_of_a_file_that_opens_with_a_note_says_the_note(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "note.json"
    path.write_text('{"format": "neural-playground", "version": 1, "colour": "blue"}')
    assert commands.run(["check", str(path)]) == 0
    said = capsys.readouterr()
    assert said.err == "Kept 1 entry that this version does not know.\n"
    assert said.out.startswith("The file is sound.")
