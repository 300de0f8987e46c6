"""How soon the window is painted and takes a click, against a bare Qt window.

Each run is a process of its own, from a warm cache of compiled modules, with settings and state
folders that are thrown away. The bare window holds one centred label.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from benchmarks.timing import Row

ROOT = Path(__file__).parents[1]
ROUNDS = 9
PATIENCE = 30.0
REFERENCE = 0.160  # seconds of the bare window, on the machine that bars in milliseconds are for

BARE = """
import os
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow

class Window(QMainWindow):
    def paintEvent(self, event):
        super().paintEvent(event)
        os._exit(0)

app = QApplication([])
window = Window()
label = QLabel("Hello", window)
label.setAlignment(Qt.AlignmentFlag.AlignCenter)
window.setCentralWidget(label)
window.resize(1440, 900)
window.show()
app.exec()
"""

PAINTED = """
import gc, os
gc.disable()
from playground.window import main_window

paint = main_window.MainWindow.paintEvent

def painted(self, event):
    paint(self, event)
    os._exit(0)

main_window.MainWindow.paintEvent = painted
from playground.window.start import open_window
open_window("student-grade")
"""

CLICKED = """
import gc, os
gc.disable()
from playground.window import main_window

build = main_window.MainWindow.build

def built(self):
    first = self.content is None
    build(self)
    if first:
        self.content.document.changed.connect(lambda before, after: os._exit(0))
        self.content.transport.buttons.step.click()

main_window.MainWindow.build = built
from playground.window.start import open_window
open_window("student-grade")
"""


def measured() -> Iterator[Row]:
    """Both bars, in turn in the same minute."""
    with tempfile.TemporaryDirectory() as folder:
        environment = _environment(Path(folder))
        programs = (BARE, PAINTED, CLICKED)
        for program in programs:
            _seconds(program, environment)
        rounds = [[_seconds(p, environment) for p in programs] for _ in range(ROUNDS)]
    bare = median(times[0] for times in rounds)
    note = f"bare {1000 * bare:.0f} ms"
    painted = median(times[1] / times[0] for times in rounds)
    yield Row("first painted window", "a bare Qt window", painted, 1.3, False, note)
    clicked = median(times[2] / times[0] for times in rounds)
    yield Row("a click on Step is taken", "a bare Qt window", clicked, 4.0, False, note)


def slowness() -> float:
    """How much longer the bare window takes here and now than where the bars were set."""
    with tempfile.TemporaryDirectory() as folder:
        environment = _environment(Path(folder))
        return median(_seconds(BARE, environment) for _ in range(ROUNDS)) / REFERENCE


def _environment(folder: Path) -> dict[str, str]:
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    environment.setdefault("QT_QPA_PLATFORM", "offscreen")
    return environment | {
        "PYTHONPATH": str(ROOT),
        "PYTHONPYCACHEPREFIX": str(folder / "compiled"),
        "XDG_STATE_HOME": str(folder / "state"),
        "XDG_CONFIG_HOME": str(folder / "settings"),
    }


def _seconds(program: str, environment: dict[str, str]) -> float:
    """From the start of the process to its end; a start is never taken for a crash before it."""
    (Path(environment["XDG_STATE_HOME"]) / "neural-playground" / "starts").unlink(missing_ok=True)
    before = time.perf_counter()
    subprocess.run(
        [sys.executable, "-c", program], env=environment, check=True, timeout=PATIENCE,
        capture_output=True,
    )  # fmt: skip
    return time.perf_counter() - before
