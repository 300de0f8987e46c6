"""Networks whose maps are looked at, and what is asked of every map."""

import numpy as np
import pytest

from engine.data import make_data
from engine.experiment.experiment import Experiment, new_experiment
from engine.experiment.training import Goal, trained
from engine.functions import Floats
from engine.lessons.lesson import open_lesson
from engine.network import Network, Node
from engine.settings import Settings
from playground.plots.decision_map import DecisionMap
from playground.plots.map_plot import MapPlot
from tests.playground.plot_window import PlotWindow

LEARNT = trained(open_lesson("xor").experiment, Goal(updates=300))
TABLE = open_lesson("student-grade-table").experiment


def fitting() -> Experiment:
    """y = 2 tanh(x) + 1 over six samples, two of them only tested."""
    nodes = (Node("x", "input"), Node("h", activation="tanh"), Node("y", bias=True, output=True))
    network = Network(nodes).connect("x", "h").connect("h", "y")
    xs = np.linspace(-2, 3, 6)
    test = np.array([False, True, False, False, True, False])
    data = make_data(["x"], ["y"], np.stack([xs, np.sin(xs)], axis=1), test)
    return new_experiment(network, data=data, parameters=np.array([1.0, 2.0, 1.0]))


def three_classes(names: tuple[str, ...] = ()) -> Experiment:
    """Three scores over the plane: −x, x and y, with samples of all three."""
    nodes = [Node("x", "input"), Node("y", "input")]
    nodes += [Node(k, activation="identity", output=True) for k in ("left", "right", "up")]
    network = Network(tuple(nodes))
    for start, end in (("x", "left"), ("x", "right"), ("y", "up")):
        network = network.connect(start, end)
    cells = [[-3.0, 0, 1, 0, 0], [3.0, 0, 0, 1, 0], [0, 4.0, 0, 0, 1], [1.0, -1, 0, 1, 0]]
    test = np.array([False, False, False, True])
    data = make_data(["x", "y"], ["left", "right", "up"], cells, test, classes=names)
    settings = Settings(loss="softmax cross-entropy")
    numbers = np.array([-1.0, 1.0, 1.0])
    return new_experiment(network, data=data, settings=settings, parameters=numbers)


def summed(cells: Floats) -> Experiment:
    """y from a and b, over these samples."""
    network = Network((Node("a", "input"), Node("b", "input"), Node("y", output=True)))
    network = network.connect("a", "y").connect("b", "y")
    return new_experiment(network, data=make_data(["a", "b"], ["y"], cells))


def very_different() -> Experiment:
    """One input goes to 200,000, the other to 3."""
    return summed(np.array([[0.0, 0, 0], [200_000, 3, 1], [90_000, 2, 0], [150_000, 1, 1]]))


def large() -> Experiment:
    """Two inputs and 120 hidden neurons: too much for a frame."""
    rng = np.random.default_rng(0)
    nodes = [Node("a", "input"), Node("b", "input")]
    nodes += [Node(f"h{i}", activation="tanh") for i in range(120)]
    network = Network((*nodes, Node("y", output=True)))
    for i in range(120):
        network = network.connect("a", f"h{i}").connect("b", f"h{i}").connect(f"h{i}", "y")
    data = make_data(["a", "b"], ["y"], rng.normal(size=(20, 3)))
    return new_experiment(network, data=data, parameters=rng.normal(size=len(network.places)))


def answer(window: PlotWindow[DecisionMap], *inputs: float) -> float:
    value = window.value
    return float(value.program.answers(value.settings, value.parameters, np.array([inputs]))[0, 0])


def complete(plot: MapPlot) -> bool:
    """Whether the whole picture is there."""
    return plot.shown.answers is not None and plot.shown.answers.complete


def spans(plot: MapPlot) -> tuple[float, float]:
    """How much is seen to the right and upwards."""
    (left, right), (low, high) = plot.view.viewRange()
    return right - left, high - low


def is_computed(plot: MapPlot) -> bool:
    """Whether the answers are those of exactly what is seen, in equal units both ways."""
    found, ranges = plot.shown.answers, plot.view.viewRange()
    assert found is not None
    computed = (found.xs[[0, -1]], found.ys[[0, -1]])
    return bool(np.allclose(computed, ranges, rtol=1e-6)) and is_even(plot)


def is_even(plot: MapPlot, unit: float = 1.0) -> bool:
    """Whether one up is as long as one to the right."""
    (across, up), room = spans(plot), plot.view.geometry()
    return bool((up / room.height()) / (across / room.width()) == pytest.approx(unit, rel=1e-6))
