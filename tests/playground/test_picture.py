"""The command `picture`: the real window in a file, as large as asked, at the step asked for."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from PySide6.QtSvg import QSvgRenderer

from engine.lessons import open_lesson
from playground.cli.picture import order
from playground.picture import moved
from tests.sampled import sampled

ROOT = Path(__file__).parents[2]


def picture(*arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    environment.pop("QT_QPA_PLATFORM", None)
    environment |= {"XDG_STATE_HOME": str(cwd / "st"), "XDG_CONFIG_HOME": str(cwd / "cf")}
    return subprocess.run(
        [sys.executable, "-m", "playground", "picture", *arguments], cwd=cwd, env=environment,
        capture_output=True, text=True, check=False, timeout=100,
    )  # fmt: skip


SIZES: Sequence[tuple[list[str], tuple[int, int]]] = (
    ([], (1440, 900)), (["--size", "1024x700", "--theme", "dark", "--cursor", "9"], (1024, 700)),
    (["--size", "1024x700", "--scale", "2", "--view", "canvas"], (2048, 1400)),
    (["--size", "700x400", "--view", "curves", "--update", "3"], (700, 400)),
    (["--size", "600x500", "--scale", "1.5", "--view", "surface", "--theme", "dark"], (900, 750)),
    (["--size", "500x400", "--view", "boundary"], (500, 400)),
)  # fmt: skip
VIEWS = ("window", "canvas", "curves", "surface", "boundary")


@pytest.mark.parametrize(("arguments", "size"), sampled(SIZES, 2))
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


@pytest.mark.parametrize("view", sampled(VIEWS, 2))
def test_a_drawing_is_one_that_can_be_read(tmp_path: Path, view: str) -> None:
    out = tmp_path / "out.svg"
    done = picture("student-grade", str(out), "--view", view)
    assert (done.returncode, done.stderr) == (0, "")
    assert QSvgRenderer(str(out)).isValid()


def test_updates_come_before_the_cursor() -> None:
    start = open_lesson("student-grade").experiment
    later = moved(start, 2, 12)
    assert (later.updates, later.cursor) == (2, 12)
    assert moved(start, None, None) is start
    assert moved(moved(start, 1, 5), 1, None).updates == 2
    assert moved(start, None, 3).cursor == 3


@pytest.mark.parametrize(
    ("arguments", "code", "part"),
    [(("student-grade", "out.gif"), 2, "ends neither in .png nor in .svg"),
     (("student-grade", "out.png", "--size", "big"), 2, "is not a size like 1440x900"),
     (("student-grade", "out.png", "--size", "1x1"), 2, "is not a size like 1440x900"),
     (("student-grade", "out.png", "--scale", "9"), 2, "between 0.5 and 4"),
     (("student-grade", "out.png", "--size", "8000x8000", "--scale", "4"), 2, "100 million"),
     (("student-grade", "out.png", "--theme", "pink"), 2, "invalid choice"),
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
        "import sys\nfrom playground.cli.picture import order\norder(['xor', 'a.png'])\n"
        "sys.exit(any(name.startswith(('PySide6', 'numpy')) for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
