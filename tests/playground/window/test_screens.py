"""The window fits the screen it opens on, whatever screen and scale it was left on."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.sampled import sampled

ROOT = Path(__file__).parents[3]

#: A window is opened, made as large as asked, and closed; how it stood on its screen is told.
PROGRAM = """
import json, sys
from pathlib import Path
from playground.overrides import guard_overrides
guard_overrides()
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from playground.session.preferences import Preferences
from playground.theme.theme import Theme
from playground.window.start import make_window

app = QApplication([])
folder = Path(sys.argv[1])
size = json.loads(sys.argv[2])

def begun(workspace):
    workspace.begin("student-grade")
    QTimer.singleShot(300, look)

def look():
    if size:
        window.resize(*size)
        window.move(60, 40)
    outer, screen = window.frameGeometry(), window.screen().availableGeometry()
    least = window.minimumSize()
    print(json.dumps([outer.getRect(), screen.getRect(), [least.width(), least.height()]]))
    window.close()

window = make_window(Theme(app, "light"), Preferences(folder / "p.ini"), begun, (folder,))
window.show()
app.exec()
"""


def opened_on(
    folder: Path, wide: int, high: int, size: tuple[int, int] | None = None, scale: float = 1
) -> tuple[list[int], list[int], list[int]]:
    """The frame, the screen and the smallest size of a window that is opened and closed there."""
    screen = {"name": "one", "x": 0, "y": 0, "width": wide, "height": high, "dpr": 1,
              "logicalDpi": 96, "logicalBaseDpi": 96}  # fmt: skip
    config = folder / "screens.json"
    config.write_text(json.dumps({"screens": [screen], "windowFrameMargins": True}), "utf-8")
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(folder), json.dumps(size)], cwd=ROOT, timeout=200,
        capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT), "QT_SCALE_FACTOR": str(scale),
             "QT_QPA_PLATFORM": f"offscreen:configfile={config}"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    frame, seen, least = json.loads(done.stdout)
    return frame, seen, least


def check_fits(frame: list[int], screen: list[int]) -> None:
    """All of the frame, and so its title bar, lies on the screen."""
    for at, length in ((0, 2), (1, 3)):
        assert frame[at] >= screen[at]
        assert frame[at] + frame[length] <= screen[at] + screen[length]


@pytest.mark.parametrize(("wide", "high"), sampled(((1366, 768), (1024, 700), (2560, 1440)), 1))
def test_the_first_window_shows_its_title_bar(tmp_path: Path, wide: int, high: int) -> None:
    frame, screen, least = opened_on(tmp_path, wide, high)
    assert screen[2:] == [wide, high]
    check_fits(frame, screen)
    assert least[0] <= frame[2] and least[1] <= frame[3]


@pytest.mark.long
@pytest.mark.ci
@pytest.mark.parametrize(
    ("wide", "high", "scale"),
    sampled(
        ((1366, 768, 1), (1024, 700, 1), (2400, 1300, 1), (2560, 1440, 2), (2560, 1440, 1.25)), 1
    ),
)
def test_row_84_what_was_left_on_another_screen_fits_this_one(
    tmp_path: Path, wide: int, high: int, scale: float
) -> None:
    large, _, _ = opened_on(tmp_path, 2560, 1440, (2480, 1360))
    assert large[2] >= 2480
    frame, screen, _ = opened_on(tmp_path, wide, high, scale=scale)
    check_fits(frame, screen)


@pytest.mark.long
@pytest.mark.ci
def test_where_it_fits_it_stands_as_it_was_left(tmp_path: Path) -> None:
    left, _, _ = opened_on(tmp_path, 2560, 1440, (1200, 800))
    again, _, _ = opened_on(tmp_path, 2560, 1440)
    assert again == left
