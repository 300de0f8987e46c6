"""Ten thousand samples in their panel: the longest pause of everything one does with them.

Milliseconds, not ratios: nothing may hold the window for more than 100.
"""

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.timing import Row
from engine.data import make_data
from engine.experiment.experiment import Experiment, new_experiment
from engine.experiment.layers import network_of
from engine.experiment.training import train

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

COUNT, REPEATS = 10_000, 9
BAR = 100.0
SIZE = (600, 400)
TABLE_ROWS = 300_000


def rows() -> list[tuple[str, float, float]]:
    """What was measured, the milliseconds, and the bar."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtWidgets import QApplication

    from playground.theme.theme import Theme

    found = QApplication.instance()
    app = found if isinstance(found, QApplication) else QApplication([])
    Theme(app, "light")
    bench = Bench(app)
    named = f"{COUNT:,} samples"
    told = [(f"{named}: {what}", bench.pause(act), BAR) for what, act in bench.acts().items()]
    bench.close()
    late = reading_late(app)
    return [*told, (f"a table of {TABLE_ROWS:,} rows is read: window late", late, BAR)]


def measured() -> Iterator[Row]:
    """The same as rows of the table."""
    for what, milliseconds, bar in rows():
        yield Row(what, "milliseconds", milliseconds, bar, floor=False)


def many_samples(count: int) -> Experiment:
    """A 2-8-8-1 network on so many random rows, a tenth of them for testing."""
    layers = network_of((2, 8, 8, 1))
    generator = np.random.default_rng(0)
    inputs = generator.uniform(-1, 1, (count, 2))
    cells = np.hstack([inputs, (inputs[:, :1] > 0) * 1.0])
    data = make_data(
        layers.network.inputs, layers.network.outputs, cells, np.arange(count) % 10 == 0,
        classes=("low", "high"),
    )  # fmt: skip
    return new_experiment(layers.network, layers.layout, data, parameters=layers.start)


class Bench:
    """The panel of the samples on screen, driven as its user and the trainer drive it."""

    def __init__(self, app: "QApplication") -> None:
        from PySide6.QtWidgets import QMainWindow

        from playground.model.document import Document
        from playground.model.stage import Stage
        from playground.panels.samples import Samples

        self._app = app
        self._window = QMainWindow()
        self._document = Document(many_samples(COUNT), self._window)
        self._stage = Stage(self._window)
        self._panel = Samples(self._document, self._stage, self._window)
        self._window.setCentralWidget(self._panel)
        self._window.resize(*SIZE)
        self._window.show()
        app.processEvents()
        self._turn = 0

    def acts(self) -> dict[str, Callable[[], object]]:
        """Everything that is measured."""
        from PySide6.QtGui import QGuiApplication

        cells = self._document.value.data.cells
        lines = "\n".join("\t".join(map(repr, row)) for row in cells[:1000].tolist())
        clipboard, panel, document = QGuiApplication.clipboard(), self._panel, self._document

        def paste() -> None:
            clipboard.setText(lines)
            panel.paste()

        return {
            "scroll": self._scroll,
            "choose a row": lambda: self._stage.choose_row(self._place()),
            "set a cell": lambda: document.set_cell(self._place(), 0, float(self._turn)),
            "set a weight": self._set_weight,
            "newest numbers of a run": self._run,
            "mark for testing": lambda: panel.model.toggle(self._place(), 7),
            "add a row": panel.add_row,
            "remove a row": panel.remove_rows,
            "undo": document.stack.undo,
            "select all": panel.table.selectAll,
            "copy all": panel.copy,
            "paste 1,000 rows": paste,
        }

    def pause(self, act: Callable[[], object]) -> float:
        """The longest that the window is held, until what was done is painted."""
        times = []
        for _ in range(REPEATS):
            self._turn += 1
            begun = time.perf_counter()
            act()
            self._window.repaint()
            self._app.processEvents()
            times.append(time.perf_counter() - begun)
        return max(times) * 1e3

    def close(self) -> None:
        """Nothing stays on screen."""
        self._window.close()

    def _place(self) -> int:
        return self._turn * 997 % COUNT

    def _scroll(self) -> None:
        bar = self._panel.table.verticalScrollBar()
        bar.setValue(self._turn * 997 % max(1, bar.maximum()))

    def _set_weight(self) -> None:
        place = self._document.value.network.places[0]
        self._document.set_numbers({place: 0.1 * self._turn}, "Set weight")

    def _run(self) -> None:
        progress = next(train(self._document.value))
        numbers = progress.position.parameters * (1 + 0.01 * self._turn)
        self._panel.model.show_run(
            replace(progress, position=replace(progress.position, parameters=numbers))
        )
        self._panel.tried.show_run(
            replace(progress, position=replace(progress.position, parameters=numbers))
        )


def reading_late(app: "QApplication") -> float:
    """How late a timer of the window is at most while a table with labels is read."""
    from PySide6.QtCore import QTimer

    from playground.dialogs.import_table import OpenTable
    from playground.model.document import Document
    from playground.model.trainer import Trainer

    with TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        path.write_text("a,b,kind\n" + "0.25,−1.5,fox\n0.5,1,cat\n" * (TABLE_ROWS // 2), "utf-8")
        document = Document(many_samples(10))
        trainer = Trainer(document)
        dialog = OpenTable(path, path.name, document.value, trainer)
        dialog.open()
        beats: list[float] = []
        timer = QTimer()
        timer.setInterval(16)
        timer.timeout.connect(lambda: beats.append(time.perf_counter()))
        timer.start()
        while dialog.reading.busy:
            app.processEvents()
        app.processEvents()
        beats.append(time.perf_counter())
        dialog.reject()
        trainer.close()
    return float(max(np.diff(beats), default=0.0)) * 1e3 - 16
