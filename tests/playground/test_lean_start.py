"""What the start of the window leaves out until it is wanted."""

import subprocess
import sys
from pathlib import Path

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from playground.panels.inspector import Inspector
from playground.panels.samples import Samples
from playground.panels.settings import SettingsPanel
from tests.playground.opened import opened

ROOT = Path(__file__).parents[2]
HOOK = """
import builtins, linecache, sys
plain = builtins.__import__
import playground.window.start
import playground.window.furniture
assert builtins.__import__ is plain
assert not [name for name in linecache.cache if "numpy" in name]
assert not sys.modules.keys() & {"ziamath", "numpy.random"}
"""


def test_no_source_is_read_and_nothing_is_imported_that_draws_formulas_or_numbers() -> None:
    done = subprocess.run(
        [sys.executable, "-c", HOOK], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_a_panel_behind_another_is_made_when_it_comes_in_front(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    with opened(qtbot, qapp, tmp_path) as furniture:
        docks = furniture.docks.docks
        qtbot.waitUntil(lambda: isinstance(docks["inspector"].widget(), Inspector))
        qtbot.waitUntil(lambda: isinstance(docks["samples"].widget(), Samples))  # made the last
        assert not isinstance(docks["settings"].widget(), SettingsPanel)
        docks["settings"].raise_()
        qtbot.waitUntil(lambda: isinstance(docks["settings"].widget(), SettingsPanel))
