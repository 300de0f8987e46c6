"""The program as it runs, in the hands of a learner who goes on for a long time; then told in JSON.

It prints the memory at each lesson, what the idle window costs, and what is left when it is closed.
"""

import json
import sys
import threading
import time
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from engine.lessons.lesson import lesson_ids
from playground.session.preferences import Preferences
from playground.theme.theme import Theme
from playground.window.start import make_window
from playground.window.workspace import Workspace

PULSE = 20  # milliseconds between two things the learner does
STEPS, TRAINED = 40, 60
SETTLED, IDLE = 10.0, 10.0  # seconds; a backup may be due when the learner stops
PANELS = ("curves", "surface", "map", "samples", "knobs", "matrices", "table", "explain")


class Learner:
    """Opens lesson after lesson, steps, trains, looks at other panels and undoes."""

    def __init__(self, workspace: Workspace, minutes: float) -> None:
        self.workspace, self.until = workspace, time.monotonic() + 60 * minutes
        self.memory: list[float] = []
        self.idle = 0.0
        self._things = self._all()
        self._timer = QTimer(workspace.window, interval=PULSE)
        self._timer.timeout.connect(self._go_on)
        self._timer.start()

    def _go_on(self) -> None:
        if next(self._things, None) is None:
            self._timer.stop()
            QTimer.singleShot(round(1e3 * SETTLED), self._settle)

    def _all(self) -> Iterator[bool]:
        """One thing at a pulse, until the time is up."""
        actions, panels = self.workspace.window.menus.actions, cycle(PANELS)
        for lesson in cycle(lesson_ids()):
            self.memory.append(resident())
            if time.monotonic() > self.until:
                return
            self.workspace.files.open_lesson(lesson)
            dock = self.workspace.docks.docks[next(panels)]
            dock.show()
            dock.raise_()
            for _ in range(STEPS):
                actions["step"].trigger()
                yield True
            for name, pulses in (("train", TRAINED), ("train", 1), ("undo", 5), ("redo", 5)):
                actions[name].trigger()
                for _ in range(pulses):
                    yield True
            self.workspace.trainer.stop()
            dock.close()
            yield True

    def _settle(self) -> None:
        """What an open window costs while nobody does anything."""
        began = time.process_time()

        def close() -> None:
            self.idle = (time.process_time() - began) / IDLE
            self.workspace.leave()
            self.workspace.window.close()

        QTimer.singleShot(round(1e3 * IDLE), close)


def resident() -> float:
    """MB of memory in use now."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * 4096 / 1e6


def main(folder: Path, minutes: float) -> int:
    """Run it; the exit code is that of the program."""
    app = QApplication(["neural-playground"])
    learners: list[Learner] = []
    preferences = Preferences(folder / "settings.ini")

    def begin(workspace: Workspace) -> None:
        workspace.begin("student-grade")
        learners.append(Learner(workspace, minutes))

    window = make_window(Theme(app, "light"), preferences, begin, (folder / "state",))
    window.show()
    code = app.exec()
    window.deleteLater()
    told = {
        "memory": learners[0].memory, "idle": learners[0].idle,
        "threads": [t.name for t in threading.enumerate() if t is not threading.main_thread()],
        "left": [str(p.relative_to(folder)) for p in sorted(folder.rglob("*")) if p.is_file()],
    }  # fmt: skip
    sys.stdout.write(json.dumps(told) + "\n")
    return code
