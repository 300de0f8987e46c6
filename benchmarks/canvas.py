"""The canvas with many nodes and edges: a frame of a drag, the longest pause of a recolouring,
and of an update that is shown while training goes on beside it.

Milliseconds, not ratios: the bars are what an eye takes for smooth.
"""

import os
import time
from collections.abc import Iterator
from dataclasses import replace
from statistics import median

import numpy as np

from benchmarks.timing import Row
from engine.experiment.experiment import Experiment, new_experiment
from engine.layout import Layout
from engine.network import Edge, Network, Node

FRAMES, RECOLOURINGS = 40, 8
SKIP_SHARE = 0.2
SIZES = ((100, 1_000, 10, 8.0, 16.0), (1_000, 10_000, 25, 16.0, 50.0))


def rows() -> list[tuple[str, float, float]]:
    """What was measured, the milliseconds, and the bar."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtWidgets import QApplication

    from playground.theme.theme import Theme

    found = QApplication.instance()
    app = found if isinstance(found, QApplication) else QApplication([])
    Theme(app, "light")
    measured: list[tuple[str, float, float]] = []
    for nodes, edges, layers, drag_bar, pause_bar in SIZES:
        bench = Bench(large_experiment(nodes, edges, layers), app)
        for zoom in (None, 0.45, 0.7):
            name = f"canvas {nodes:,}/{edges:,} at {bench.look_from(zoom)} %"
            measured.append((f"{name}: a frame of a drag", bench.drag(), drag_bar))
            measured.append((f"{name}: longest pause recolouring", bench.recolour(), pause_bar))
            measured.append((f"{name}: longest pause in a run", bench.follow(), pause_bar))
        bench.close()
    return measured


def measured() -> Iterator[Row]:
    """The same as rows of the table."""
    for what, milliseconds, bar in rows():
        yield Row(what, "milliseconds", milliseconds, bar, floor=False)


def large_experiment(nodes: int, edges: int, layers: int) -> Experiment:
    """Random edges between neighbouring layers, some over a layer."""
    rng = np.random.default_rng(0)
    tall = nodes // layers
    drawn = [
        Node(str(i), "input") if i < tall
        else Node(str(i), activation="tanh", bias=True, output=i >= nodes - tall)
        for i in range(nodes)
    ]  # fmt: skip
    pairs: set[tuple[int, int]] = set()
    while len(pairs) < edges:
        layer = int(rng.integers(layers - 2))
        further = 1 + int(rng.random() < SKIP_SHARE)
        source = layer * tall + int(rng.integers(tall))
        pairs.add((source, (layer + further) * tall + int(rng.integers(tall))))
    network = Network(tuple(drawn), tuple(Edge(str(a), str(b)) for a, b in sorted(pairs)))
    places = {str(i): (i // tall * 300.0, i % tall * 110.0) for i in range(nodes)}
    numbers = rng.normal(size=len(network.places))
    return new_experiment(network, Layout(places), parameters=numbers)


class Bench:
    """A view on a large network, driven as the mouse and the trainer drive it."""

    def __init__(self, experiment: Experiment, app: object) -> None:
        from PySide6.QtWidgets import QApplication

        from playground.canvas.view import CanvasView
        from playground.model.document import Document
        from playground.model.stage import Stage
        from playground.model.trainer import Trainer

        assert isinstance(app, QApplication)
        self._app = app
        self._document = Document(experiment)
        self._view = CanvasView(self._document, Stage())
        self._view.reduce_motion(True)
        self._trainer = Trainer(self._document)
        self._view.follow(self._trainer)
        self._view.resize(830, 480)
        self._view.show()
        app.processEvents()

    def look_from(self, zoom: float | None) -> int:
        """Look from there, and paint all there is; the percentage is returned."""
        if zoom is None:
            self._view.fit()
        else:
            self._view.zoom_to(zoom)
        self._settle()
        return round(self._view.zoom * 100)

    def drag(self) -> float:
        """The median of the frames while a node in the middle is dragged."""
        layout = self._document.value.layout
        name = str(len(self._document.value.network.nodes) // 2)
        x, y = layout.position(name)
        times = []
        for frame in range(FRAMES):
            begun = time.perf_counter()
            self._view.canvas.preview({name: (x + frame, y + frame)})
            self._view.viewport().repaint()
            times.append(time.perf_counter() - begun)
            self._app.processEvents()
        self._view.canvas.preview({})
        self._settle()
        return median(times) * 1e3

    def recolour(self) -> float:
        """The median, over several recolourings, of the longest time the window was held."""
        rng = np.random.default_rng(1)
        pauses = []
        for _ in range(RECOLOURINGS):
            value = self._document.value
            numbers = rng.normal(size=len(value.parameters))
            position = replace(value.position, parameters=numbers)
            pauses.append(self._longest(replace(value, position=position)))
        return median(pauses) * 1e3

    def follow(self) -> float:
        """The median, over several updates of a run, of the longest time the window was held."""
        self._trainer.start()
        pauses: list[float] = []
        known = None
        while len(pauses) <= RECOLOURINGS:
            begun = time.perf_counter()
            self._app.processEvents()
            held = time.perf_counter() - begun
            sight = self._view.canvas.sight.experiment
            if sight.updates != known:
                known = sight.updates
                pauses.append(held)
            else:
                pauses[-1] = max(pauses[-1], held)
        self._trainer.stop()
        self._settle()
        return median(pauses[1:]) * 1e3

    def close(self) -> None:
        """The thread beside the window ends."""
        self._trainer.close()

    def _longest(self, after: Experiment) -> float:
        """Show this experiment and turn the event loop until it is painted."""
        begun = time.perf_counter()
        self._document.show_value(after)
        longest, waited = time.perf_counter() - begun, 0
        while not self._view.backing.is_done or waited < 3:
            begun = time.perf_counter()
            self._app.processEvents()
            longest = max(longest, time.perf_counter() - begun)
            waited += 1
        return longest

    def _settle(self) -> None:
        self._view.finish_painting()
        self._app.processEvents()
