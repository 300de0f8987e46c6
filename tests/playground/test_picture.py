"""The command `picture`: the real window in a file, as large as asked, at the step asked for."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from PySide6.QtSvg import QSvgRenderer

from engine.experiment.experiment import Experiment
from engine.experiment.stepping import go_to, step_update
from engine.lessons.lesson import open_lesson
from playground.cli.commands import order
from playground.cli.shared import LongWork
from playground.picture import moved
from tests.sampled import sampled

ROOT = Path(__file__).parents[2]


def picture(*arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    environment.pop("QT_QPA_PLATFORM", None)
    environment |= {"XDG_STATE_HOME": str(cwd / "st"), "XDG_CONFIG_HOME": str(cwd / "cf")}
    done = subprocess.run(
        [sys.executable, "-m", "playground", "picture", *arguments], cwd=cwd, env=environment,
        capture_output=True, text=True, check=False, timeout=100,
    )  # fmt: skip
    done.stderr = done.stderr.replace("Painting the picture\n", "")  # a machine may be slow
    return done


SIZES: Sequence[tuple[list[str], tuple[int, int]]] = (
    ([], (1440, 900)), (["--size", "1024x700", "--theme", "dark", "--cursor", "9"], (1024, 700)),
    (["--size", "1024x700", "--scale", "2", "--view", "canvas"], (2048, 1400)),
    (["--size", "700x400", "--view", "curves", "--update", "3"], (700, 400)),
    (["--size", "600x500", "--scale", "1.5", "--view", "surface", "--theme", "dark"], (900, 750)),
    (["--size", "500x400", "--view", "boundary"], (500, 400)),
)  # fmt: skip
VIEWS = ("window", "canvas", "curves", "surface", "boundary")


@pytest.mark.parametrize(("arguments", "size"), sampled(SIZES, 1))
def test_a_picture_is_as_large_as_asked_and_leaves_nothing_behind(
    tmp_path: Path, arguments: list[str], size: tuple[int, int]
) -> None:
    done = picture("student-grade", "out.png", *arguments, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "Wrote out.png.\n"
    image = QImage(str(tmp_path / "out.png"))
    assert (image.width(), image.height()) == size
    colors = {image.pixel(x, y) for x in range(0, size[0], 7) for y in range(0, size[1], 7)}
    assert len(colors) > 10
    assert [path.name for path in tmp_path.iterdir()] == ["out.png"]


@pytest.mark.parametrize("view", sampled(VIEWS, 1))
def test_a_drawing_is_one_that_can_be_read(tmp_path: Path, view: str) -> None:
    out = tmp_path / "out.svg"
    done = picture("student-grade", str(out), "--view", view)
    assert (done.returncode, done.stderr) == (0, "")
    assert QSvgRenderer(str(out)).isValid()


@pytest.mark.long
@pytest.mark.ci
def test_a_document_may_have_any_ending_and_come_through_a_pipe(tmp_path: Path) -> None:
    document = ROOT / "resources/lessons/xor/experiment.json"
    for name in ("doc.txt", "plain"):
        shutil.copy(document, tmp_path / name)
        done = picture(f"./{name}", f"{name}.png", "--size", "1024x700", cwd=tmp_path)
        assert (done.returncode, done.stderr, done.stdout) == (0, "", f"Wrote {name}.png.\n")
    with document.open() as given:
        piped = subprocess.run(
            [sys.executable, "-m", "playground", "picture", "-", "-", "--size", "1024x700"],
            stdin=given, capture_output=True, cwd=ROOT, timeout=100, check=True,
        )  # fmt: skip
    image = QImage()
    assert image.loadFromData(piped.stdout) and image.width() == 1024


def test_many_updates_take_no_longer_than_training() -> None:
    start = open_lesson("xor").experiment
    with LongWork("Moving") as work:
        assert moved(start, 60, 3, work) == go_to(stepped(start, 60), 60, 3)
        began = time.process_time()
        stepped(start, 60)
        slowly = (time.process_time() - began) * 100
        began = time.process_time()
        moved(start, 6000, None, work)
        assert time.process_time() - began < slowly / 3


@pytest.mark.long
@pytest.mark.ci
def test_a_picture_of_a_divergence_is_refused(tmp_path: Path) -> None:
    done = picture("three-inputs", "out.png", "--update", "40000", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines()[-1].startswith("The loss became infinite at update 35,576;")
    assert not list(tmp_path.iterdir())


def stepped(experiment: Experiment, updates: int) -> Experiment:
    for _ in range(updates):
        experiment = step_update(experiment)
    return experiment


def test_updates_come_before_the_cursor() -> None:
    start = open_lesson("student-grade").experiment
    with LongWork("Moving") as work:
        later = moved(start, 2, 12, work)
        assert (later.updates, later.cursor) == (2, 12)
        assert moved(start, None, None, work) is start
        assert moved(moved(start, 1, 5, work), 1, None, work).updates == 2
        assert moved(start, None, 3, work).cursor == 3


@pytest.mark.parametrize(
    ("arguments", "code", "part"),
    [(("student-grade", "out.gif"), 2, "ends neither in .png nor in .svg"),
     (("student-grade", "out.png", "--size", "big"), 2, "is not a size like 1440x900"),
     (("student-grade", "out.png", "--size", "1x1"), 2, "is not a size like 1440x900"),
     (("student-grade", "out.png", "--scale", "9"), 2, "between 0.5 and 4"),
     (("student-grade", "out.png", "--size", "8000x8000", "--scale", "4"), 2, "100 million"),
     (("student-grade", "out.png", "--theme", "pink"), 2, "the word “pink” is not known."),
     (("nonsense", "out.png"), 1, "Lesson “nonsense” is not known"),
     (("student-grade", "gone/out.png"), 1, "is not there")],
)  # fmt: skip
def test_what_cannot_be_painted_is_said(
    tmp_path: Path, arguments: tuple[str, ...], code: int, part: str
) -> None:
    done = picture(*arguments, cwd=tmp_path)
    assert done.returncode == code
    assert part.lower() in done.stderr.lower()
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.iterdir())


def test_the_order_is_read_without_qt() -> None:
    wanted = order(["xor", "a.png", "--size", "1024x700", "--update", "3"])
    assert (wanted.size, wanted.update, wanted.cursor, wanted.view) == (
        (1024, 700), 3, None, "window",
    )  # fmt: skip
    code = (
        "import sys\nfrom playground.cli.commands import order\norder(['xor', 'a.png'])\n"
        "sys.exit(any(name.startswith(('PySide6', 'numpy')) for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
