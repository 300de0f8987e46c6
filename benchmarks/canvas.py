"""The canvas with many nodes and edges, under a mouse as a learner moves it: frames of a pan, of
the wheel and of a drag, the slices of the full picture, a click, undo, a recolouring, and updates
that are shown while training goes on beside it.

Milliseconds, not ratios: the bars are what an eye takes for smooth, scaled by how slow this machine
is.
"""

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from statistics import median

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt

from benchmarks.first_paint import slowness
from benchmarks.timing import Row
from engine.experiment.experiment import Experiment, new_experiment
from engine.layout import Layout
from engine.network import Edge, Network, Node

FRAMES, TURNS = 40, 8
SKIP_SHARE = 0.2
SMOOTH = 16.0
# nodes, edges, layers; the bars of a drag, and of what is done once or goes on by itself
SIZES = (
    (100, 1_000, 10, 8.0, SMOOTH),
    (1_000, 10_000, 25, SMOOTH, 50.0),
    (5_000, 50_000, 50, SMOOTH, 50.0),
)


def measured() -> Iterator[Row]:
    """Every size, seen whole and from two places near by."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtWidgets import QApplication

    from playground.theme.theme import Theme

    slow = slowness()
    found = QApplication.instance()
    app = found if isinstance(found, QApplication) else QApplication([])
    Theme(app, "light")
    for nodes, edges, layers, drag, once in SIZES:
        bench = Bench(large_experiment(nodes, edges, layers), app)
        for zoom in (None, 0.45, 0.7):
            name = f"canvas {nodes:,}/{edges:,} at {bench.look_from(zoom)} %"
            for what, measure, bar in (
                ("a frame of a pan", bench.pan, SMOOTH),
                ("a frame of the wheel", bench.turn_wheel, SMOOTH),
                ("longest slice of the picture", bench.paint, SMOOTH),
                ("a frame of a drag", bench.drag, drag),
                ("undo and redo of the drag", bench.undo, once),
                ("a click that selects", bench.click, SMOOTH),
                ("longest pause recolouring", bench.recolour, once),
                ("longest pause in a run", bench.follow, once),
            ):
                against = f"milliseconds / {slow:.2f}"
                yield Row(f"{name}: {what}", against, measure() * 1e3 / slow, bar, floor=False)
        bench.close()


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

    def pan(self) -> float:
        """The median of the frames while the ground is dragged, there and back."""
        return self._dragged(QPointF(400, 240), Qt.MouseButton.MiddleButton)

    def turn_wheel(self) -> float:
        """The median of the frames while the wheel turns, in and out."""
        from PySide6.QtGui import QWheelEvent

        at, none = QPointF(400, 240), Qt.MouseButton.NoButton

        def turn(notch: int) -> None:
            port = self._view.viewport()
            where, angle = port.mapToGlobal(at), QPoint(0, 120 * notch)
            event = QWheelEvent(
                at, where, QPoint(), angle, none, Qt.KeyboardModifier.NoModifier,
                Qt.ScrollPhase.NoScrollPhase, False,
            )  # fmt: skip
            self._app.sendEvent(port, event)

        notches = (1, 1, -1, -1) * (FRAMES // 4)
        times = [self._turn(partial(turn, notch)) for notch in notches]
        self._settle()
        return median(times)

    def paint(self) -> float:
        """The median, over several pictures from the start, of the longest slice."""
        longest = []
        for _ in range(TURNS):
            self._view.backing.forget()
            longest.append(self._longest(self._view.repaint_all))
        return median(longest)

    def drag(self) -> float:
        """The median of the frames while the node nearest to the middle is dragged."""
        return self._dragged(self._in_a_node(), Qt.MouseButton.LeftButton)

    def undo(self) -> float:
        """The median of the longest times the window is held; it is done again each time."""
        return median(
            self._longest(act)
            for _ in range(TURNS)
            for act in (self._document.undo, self._document.redo)
        )

    def click(self) -> float:
        """The median of several clicks that select a node."""
        at, times = self._in_a_node(), []
        for _ in range(TURNS):
            self._view.stage.select()
            self._settle()
            times.append(self._turn(lambda: self._click(at)))
        self._view.stage.select()
        return median(times)

    def recolour(self) -> float:
        """The median, over several recolourings, of the longest time the window was held."""
        rng = np.random.default_rng(1)
        pauses = []
        for _ in range(TURNS):
            value = self._document.value
            numbers = rng.normal(size=len(value.parameters))
            after = replace(value, position=replace(value.position, parameters=numbers))
            pauses.append(self._longest(partial(self._document.show_value, after)))
        return median(pauses)

    def follow(self) -> float:
        """The median, over several updates of a run, of the longest time the window was held."""
        self._trainer.start()
        pauses: list[float] = []
        known = None
        while len(pauses) <= TURNS:
            held = self._turn(lambda: None)
            sight = self._view.canvas.sight.experiment
            if sight.updates != known:
                known = sight.updates
                pauses.append(held)
            else:
                pauses[-1] = max(pauses[-1], held)
        self._trainer.stop()
        self._settle()
        return median(pauses[1:])

    def close(self) -> None:
        """The thread beside the window ends."""
        self._trainer.close()

    def _in_a_node(self) -> QPointF:
        """In the node nearest to the middle: where it can be taken, on no number."""
        view = self._view
        geometry, middle = view.canvas.sight.geometry, view.visible_rect().center()
        away = geometry.centres - np.array(middle.toTuple())
        body = geometry.rect(int(np.hypot(*away.T).argmin()))
        return view.transform.map(QPointF(body.center().x(), body.top() + 8))

    def _dragged(self, start: QPointF, button: Qt.MouseButton) -> float:
        """The median of the frames, once the first picture is there."""
        self._mouse(QEvent.Type.MouseButtonPress, start, button)

        def go_on(frame: int) -> None:
            at = start + QPointF(3, 2) * abs(FRAMES / 2 - frame)
            self._mouse(QEvent.Type.MouseMove, at, button)

        go_on(0)
        self._settle()
        times = [self._turn(partial(go_on, frame)) for frame in range(FRAMES)]
        self._mouse(QEvent.Type.MouseButtonRelease, start + QPointF(60, 40), button)
        self._settle()
        return median(times)

    def _click(self, at: QPointF) -> None:
        for kind in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease):
            self._mouse(kind, at, Qt.MouseButton.LeftButton)

    def _mouse(self, kind: QEvent.Type, at: QPointF, button: Qt.MouseButton) -> None:
        from PySide6.QtGui import QMouseEvent

        port, none = self._view.viewport(), Qt.KeyboardModifier.NoModifier
        self._app.sendEvent(port, QMouseEvent(kind, at, port.mapToGlobal(at), button, button, none))

    def _turn(self, act: Callable[[], object]) -> float:
        """How long the window is held by this and what comes of it at once."""
        begun = time.perf_counter()
        act()
        self._app.processEvents()
        return time.perf_counter() - begun

    def _longest(self, act: Callable[[], object]) -> float:
        """The longest time the window is held until what comes of this is painted."""
        longest, waited = self._turn(act), 0
        while not self._view.backing.is_done or waited < 3:
            longest = max(longest, self._turn(lambda: None))
            waited += 1
        return longest

    def _settle(self) -> None:
        self._view.finish_painting()
        self._app.processEvents()
