"""A frame of every plot, new numbers and painting together, as the window has to make it.

Milliseconds, not ratios: the bars are what an eye takes for smooth. It is the time of the thread
that paints, so that what else the machine does is not counted.
"""

import os
import time
from collections.abc import Callable, Iterator
from statistics import median
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.timing import Row
from engine.lessons import open_lesson
from engine.network import Place
from engine.surfaces import Grid, Surface
from engine.training import Goal, trained

if TYPE_CHECKING:
    from playground.plots.plot import Plot

FRAMES = 40
SIZE = (830, 300)
POINTS = 100_000
FIRST, SECOND = Place("weight", "y", "h5"), Place("weight", "y", "h6")


def rows() -> list[tuple[str, float, float]]:
    """What was measured, the milliseconds, and the bar."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtWidgets import QApplication, QWidget

    from playground.theme import Theme

    found = QApplication.instance()
    app = found if isinstance(found, QApplication) else QApplication([])
    Theme(app, "light")
    window = QWidget()
    window.resize(*SIZE)
    window.show()
    return [
        (f"live curve of {POINTS:,} points", _curves(window, 1), 5.0),
        (f"live curves, three of {POINTS:,} points", _curves(window, 3), 8.0),
        ("heat map 101×101, 11 contour lines, path", _surface(window), 8.0),
        ("3-D surface 61×61 while it turns", _hill(window), 16.0),
        ("map 100×100 with 500 samples", _map(window), 16.0),
        ("maps inside 9 nodes, 52×52, computed and coloured", _node_maps(), 4.0),
    ]


def measured() -> Iterator[Row]:
    """The same as rows of the table."""
    for what, milliseconds, bar in rows():
        yield Row(what, "milliseconds", milliseconds, bar, floor=False)


def _frames(plot: "Plot", change: Callable[[int], object]) -> float:
    """The median time from new numbers to painted pixels."""
    from PySide6.QtGui import QImage

    plot.resize(*SIZE)
    plot.show()
    image = QImage(plot.size(), QImage.Format.Format_RGB32)
    times = []
    for k in range(FRAMES):
        began = time.thread_time()
        change(k)
        plot.render(image)
        times.append(time.thread_time() - began)
    plot.hide()
    return 1000 * median(times)


def _curves(window: object, count: int) -> float:
    from PySide6.QtWidgets import QWidget

    from playground.plots.curve_plot import CurvePlot, Graph
    from playground.plots.lines import Line

    assert isinstance(window, QWidget)
    plot = CurvePlot(lambda update: None, window)
    rng = np.random.default_rng(0)
    xs = np.arange(float(POINTS))
    base = np.exp(-4 * xs / POINTS)
    ys = [base + 0.1 * (k + 1) * rng.random(POINTS) for k in range(count)]

    def change(k: int) -> None:
        lines = tuple(Line(f"line {i}", xs, y * (1 + 0.001 * k)) for i, y in enumerate(ys))
        plot.show_graph(Graph(lines))

    return _frames(plot, change)


def _sight(points: int) -> object:
    from playground.plots.plane import Marks, Picture
    from playground.plots.plane_plot import Sight

    grid = Grid(0.0, 0.0, 2.0, 2.0, points)
    xs = grid.xs(points)
    x, y = np.meshgrid(xs, xs)
    losses = x**2 + 0.6 * y**2 + 0.4 * np.sin(4 * x) * np.cos(3 * y)
    marks = Marks(np.zeros(2), (0.0, 0.0), 0.0, (0.3, 0.2), None)
    picture = Picture(grid, Surface(xs, xs, losses, 1.0), marks, 1.0)
    walk = np.cumsum(np.random.default_rng(0).normal(size=(1000, 2)) * 0.04, axis=0)
    return Sight(grid, picture, ("w", "v"), walk, (0.4, 0.5), (0.3, 0.2), (0.5, 0.4), True)


def _surface(window: object) -> float:
    from PySide6.QtWidgets import QWidget

    from playground.plots.plane_plot import Sight
    from playground.plots.surface_plot import SurfacePlot

    assert isinstance(window, QWidget)
    plot = SurfacePlot(lambda numbers, moving: None, lambda grid: None, window)
    sight = _sight(101)
    assert isinstance(sight, Sight)
    plot.show_sight(sight)
    return _frames(plot, lambda k: plot.renew())


def _hill(window: object) -> float:
    from PySide6.QtWidgets import QWidget

    from playground.plots.hill_plot import HillPlot
    from playground.plots.plane_plot import Sight

    assert isinstance(window, QWidget)
    plot = HillPlot(lambda grid: None, window)
    sight = _sight(61)
    assert isinstance(sight, Sight)
    plot.show_sight(sight)
    return _frames(plot, lambda k: plot.pan(4, 0.5))


def _map(window: object) -> float:
    from PySide6.QtWidgets import QWidget

    from playground.document import Document
    from playground.plots.boundary import DecisionMap
    from playground.stage import Stage
    from playground.trainer import Trainer

    assert isinstance(window, QWidget)
    document = Document(trained(open_lesson("xor").experiment, Goal(updates=500)), window)
    trainer = Trainer(document, window)
    panel = DecisionMap(document, Stage(window), trainer, window)
    panel.resize(*SIZE)
    panel.show()
    found = _frames(panel.plot, lambda k: panel.refresh())
    trainer.close()
    panel.hide()
    return found


def _node_maps() -> float:
    from playground.node_maps import TileMaker
    from playground.palette import LIGHT

    value = open_lesson("xor").experiment
    maker, nodes = TileMaker(), tuple(value.network.index)
    times = []
    for _ in range(FRAMES):
        began = time.thread_time()
        *_, tiles = maker.tiles(value, value.parameters, nodes)
        for tile in tiles.values():
            tile.image(LIGHT)
        times.append(time.thread_time() - began)
    return 1000 * median(times)
