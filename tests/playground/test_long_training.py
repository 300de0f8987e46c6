"""A million updates under the window: what is kept of them stays within its cap."""

import gc
import os
import resource
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.experiment.history import CAP
from engine.experiment.training import Goal, RunProgress
from engine.lessons.lesson import open_lesson
from playground.model.stage import Look
from playground.window.workspace import Workspace
from tests.playground.opened import opened

UPDATES = 1_000_000
WARM = 5_000
BEYOND = 20 * 1024 * 1024


def resident() -> int:
    """The memory of this process, in bytes."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


@pytest.fixture
def workspace(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Workspace]:
    with opened(qtbot, qapp, tmp_path, "set-circle") as made:
        weights = [place for place in made.document.value.network.places if place.what == "weight"]
        made.stage.show(Look(surface=(weights[0], weights[-1]), maps=True))
        for name in ("curves", "surface", "map"):
            made.docks.docks[name].show()
            made.docks.docks[name].raise_()
            qtbot.waitUntil(made.docks.panel(name).isVisible)
        yield made
        made.trainer.stop()


def trained(qtbot: QtBot, workspace: Workspace, updates: int) -> int:
    """A run under the window; the most memory that was seen meanwhile."""
    most = [0]

    def look(progress: RunProgress) -> None:
        most[0] = max(most[0], resident())

    workspace.trainer.progressed.connect(look)
    with qtbot.waitSignal(workspace.document.changed, timeout=3_000_000):
        workspace.trainer.start(Goal(updates=updates))
    workspace.trainer.progressed.disconnect(look)
    qtbot.wait(200)
    gc.collect()
    return most[0]


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is read from /proc")
def test_a_million_updates_stay_within_the_cap(qtbot: QtBot, workspace: Workspace) -> None:
    document = workspace.document
    trained(qtbot, workspace, WARM)
    document.replace(open_lesson("set-circle").experiment)
    document.set_settings(document.value.settings)
    qtbot.wait(200)
    gc.collect()
    before = resident()
    most = trained(qtbot, workspace, UPDATES)
    after = resident()
    size = sum(segment.size for segment in document.value.history)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print("\n" + ", ".join(
        f"{what} {number / 1024**2:.1f} MB" for what, number in (
            ("before", before), ("most seen in the run", most), ("after", after),
            ("record", size), ("peak of the process", peak),
        )
    ))  # fmt: skip
    assert document.value.updates == UPDATES
    assert size <= CAP
    assert after - before < CAP + BEYOND
    assert most - before < CAP + BEYOND
    assert document.stack.count() == 1
    document.stack.undo()
    assert document.value.updates == 0
