"""What the start of the window leaves out until it is wanted."""

import os
import subprocess
import sys
from pathlib import Path

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from playground.panels.inspector import Inspector
from playground.panels.samples import Samples
from playground.panels.settings import SettingsPanel
from tests.playground.opened import opened

ROOT = Path(__file__).parents[3]
HOOK = """
import builtins, linecache, sys
plain = builtins.__import__
import playground.window.start
import playground.window.workspace
assert builtins.__import__ is plain
assert not [name for name in linecache.cache if "numpy" in name]
assert not sys.modules.keys() & {"ziamath", "numpy.random", "pyqtgraph"}
"""


def test_no_source_is_read_and_nothing_is_imported_that_draws_formulas_or_numbers() -> None:
    done = subprocess.run(
        [sys.executable, "-c", HOOK], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


SHOWN = """
import sys, threading
where = []
def watch(event, arguments):
    if event == "import" and arguments[0] == "pyqtgraph":
        where.append(threading.current_thread().name)
sys.addaudithook(watch)
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from playground.window import start
plain = start.begin
def begin(workspace, name):
    plain(workspace, name)
    assert "pyqtgraph" not in sys.modules, "imported before the window is there"
    docks = workspace.docks
    docks.docks["curves"].show()
    docks.docks["curves"].raise_()
    def look():
        panel = docks.docks["curves"].widget()
        if type(panel).__name__ == "Curves" and panel.plot.isVisible():
            QApplication.exit(0 if where == ["import pyqtgraph"] else 3)
    timer = QTimer(workspace.window, interval=5)
    timer.timeout.connect(look)
    timer.start()
start.begin = begin
sys.exit(start.open_window("student-grade"))
"""


def test_pyqtgraph_is_imported_beside_the_window_and_a_plot_waits_for_it(tmp_path: Path) -> None:
    environment = os.environ | {"XDG_CONFIG_HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", SHOWN],
        cwd=ROOT, capture_output=True, text=True, check=False, env=environment, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_a_panel_behind_another_is_made_when_it_comes_in_front(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    with opened(qtbot, qapp, tmp_path) as workspace:
        docks = workspace.docks.docks
        qtbot.waitUntil(lambda: isinstance(docks["inspector"].widget(), Inspector))
        qtbot.waitUntil(lambda: isinstance(docks["samples"].widget(), Samples))  # made the last
        assert not isinstance(docks["settings"].widget(), SettingsPanel)
        docks["settings"].raise_()
        qtbot.waitUntil(lambda: isinstance(docks["settings"].widget(), SettingsPanel))


def test_what_is_needed_for_the_first_paint_brings_no_numpy() -> None:
    code = "import sys, playground.window.start; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


ENDED = """
import atexit, sys
from PySide6.QtCore import QCoreApplication
from playground.plots import background_import
atexit.register(lambda: print(background_import.is_over()))
app = QCoreApplication([])
background_import.begin()
"""


def test_a_program_that_ends_while_the_plots_are_imported_waits_for_them() -> None:
    """Where Python stops a thread in Qt's code, the whole process is aborted."""
    done = subprocess.run(
        [sys.executable, "-c", ENDED], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "True\n"), done.stderr
