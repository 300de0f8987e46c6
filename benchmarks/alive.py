"""Is the window alive while it trains? A timer of its own, the speed under it, Stop and Cancel.

The real window with canvas and curves in sight; a run without any window, taken in the same minute,
tells how fast training could go, and a beat without training how busy the machine is with other
things. Of several turns each number is that of the turn that was disturbed least.
"""

import gc
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.first_paint import slowness
from benchmarks.timing import Row
from benchmarks.training import xor
from engine.data import make_data
from engine.experiment.experiment import Experiment, new_experiment
from engine.experiment.layers import network_of
from engine.experiment.training import RunProgress, train
from engine.functions import Floats
from engine.network import Place
from engine.settings import Settings

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from playground.window.workspace import Workspace

BEAT = 16
SECONDS = 5.0
WARM = 0.5
ALONE = 1.0
TURNS = 3
SIZE = (1440, 900)
DOCK = "curves"
LATE, LATEST, WAIT, SHARE, PICTURES = 20.0, 100.0, 200.0, 0.75, 10.0
FINEST = 1000


def measured() -> Iterator[Row]:
    """The bars of one network after the other."""
    slow = slowness()
    with window() as (app, workspace):
        for name, experiment in experiments():
            yield from _rows(app, workspace, name, experiment, slow)


def experiments() -> Iterator[tuple[str, Experiment]]:
    """From a few weights to 159,010."""
    yield "XOR 2-3-1, all in a batch", xor()
    yield "2-8-8-1, batch 10", _experiment((2, 8, 8, 1), 10, 500)
    yield "2-16-1, batch 10", _experiment((2, 16, 1), 10, 500)
    yield "2-400-1, batch 10", _experiment((2, 400, 1), 10, 500)
    yield "784-200-10, batch 128", _experiment((784, 200, 10), 128, 2000)


def _experiment(sizes: tuple[int, ...], batch: int, count: int) -> Experiment:
    """A circle for two inputs; for more, classes told by a few of them."""
    layers = network_of(sizes)
    rng = np.random.default_rng(0)
    inputs = rng.uniform(-1, 1, (count, sizes[0]))
    answers = np.zeros((count, sizes[-1]))
    if sizes[-1] == 1:
        answers[:, 0] = np.hypot(inputs[:, 0], inputs[:, 1]) < 0.7
    else:
        answers[np.arange(count), inputs[:, : sizes[-1]].argmax(axis=1)] = 1.0
    network = layers.network
    data = make_data(
        network.inputs, network.outputs, np.hstack([inputs, answers]), np.arange(count) % 2 == 0
    )
    settings = Settings(rate=0.003, batch=batch)
    return new_experiment(network, layers.layout, data, settings, layers.start)


@contextmanager
def window() -> Iterator[tuple["QApplication", "Workspace"]]:
    """The real window, with the plots in sight."""
    with window_of("xor") as (app, workspace):
        _put_in_sight(app, workspace)
        gc.collect()
        gc.freeze()
        yield app, workspace


@contextmanager
def window_of(lesson: str) -> Iterator[tuple["QApplication", "Workspace"]]:
    """The real window as it opens; nothing of it is kept."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtWidgets import QApplication

    from playground.session.preferences import Preferences
    from playground.theme.theme import Theme
    from playground.window.start import make_window

    found = QApplication.instance()
    app = found if isinstance(found, QApplication) else QApplication([])
    with TemporaryDirectory() as folder:
        preferences = Preferences(Path(folder) / "settings.ini")
        preferences.put("hinted", True)
        theme = Theme(app, "light")
        state = (Path(folder) / "state",)
        opened = make_window(theme, preferences, lambda f: f.begin(lesson), state)
        opened.resize(*SIZE)
        opened.show()
        workspace = opened.workspace()
        workspace.crashes.remove()  # an exception ends the benchmark
        yield app, workspace
        workspace.leave()
        opened.close()


def _put_in_sight(app: "QApplication", workspace: "Workspace") -> None:
    dock = workspace.docks.docks[DOCK]
    dock.show()
    dock.raise_()
    _turn(app, 0.5)
    assert workspace.docks.panel(DOCK).isVisible()


def _rows(
    app: "QApplication", workspace: "Workspace", name: str, experiment: Experiment, slow: float
) -> Iterator[Row]:
    _show(app, workspace, experiment)
    idle = min(_p99(_beats(app, SECONDS / 2)) for _ in range(2))
    late, shares, stops, pictures = [], [], [], []
    for _ in range(TURNS):
        alone = _speed_alone(experiment)
        beats, speed, stop, shown = _run(app, workspace)
        late.append(beats)
        pictures.append(shown)
        shares.append(speed / alone)
        stops.append(stop)
    best = min(late, key=_p99)
    quiet = f"{idle:.0f} while nothing trains"
    yield Row(f"{name}: beat late, p99", "milliseconds", _p99(best), LATE * slow, False, quiet)
    yield Row(f"{name}: beat late, worst", "milliseconds", float(best.max()), LATEST * slow,
              False)  # fmt: skip
    note = f"{alone:,.0f} updates/s alone"
    yield Row(f"{name}: speed under it", "no window", median(shares), SHARE, True, note)
    yield Row(f"{name}: pictures a second", "", median(pictures), PICTURES)
    yield Row(f"{name}: Stop", "milliseconds", min(stops), WAIT, False)
    yield Row(f"{name}: Cancel", "milliseconds", _cancel(app, workspace), WAIT, False)


def _p99(beats: Floats) -> float:
    return float(np.percentile(beats, 99))


def _show(app: "QApplication", workspace: "Workspace", experiment: Experiment) -> None:
    """This document, with two of its weights as the axes of the surface."""
    from playground.model.stage import Look

    workspace.document.replace(experiment)
    places = [place for place in experiment.network.places if place.what == "weight"]
    axes: tuple[Place, Place] = (places[-2], places[-1])
    workspace.stage.show(Look(surface=axes))
    _turn(app, 1.0)


def _speed_alone(experiment: Experiment) -> float:
    """Updates a second of the same generator, pulled as fast as it goes."""
    training = train(experiment)
    end = time.perf_counter() + WARM
    done: RunProgress = next(training)
    while time.perf_counter() < end:
        done = next(training)
    first, began = done.update, time.perf_counter()
    while time.perf_counter() < began + ALONE:
        done = next(training)
    return (done.update - first) / (time.perf_counter() - began)


def _run(app: "QApplication", workspace: "Workspace") -> tuple[Floats, float, float, float]:
    """How late each beat came, updates a second, how long Stop took, and pictures a second."""
    seen: list[tuple[float, int]] = []

    def look(progress: RunProgress) -> None:
        seen.append((time.perf_counter(), progress.done))

    trainer = workspace.trainer
    trainer.progressed.connect(look)
    trainer.start()
    beats = _beats(app, SECONDS)
    began = time.perf_counter()
    trainer.stop()
    app.processEvents()
    stop = time.perf_counter() - began
    trainer.progressed.disconnect(look)
    workspace.document.stack.undo()
    _turn(app, 0.3)
    first = next(entry for entry in seen if entry[0] > seen[0][0] + WARM)
    speed = (seen[-1][1] - first[1]) / (seen[-1][0] - first[0])
    new = sum(1 for before, after in pairwise(seen) if after[1] > before[1])
    return beats, speed, stop * 1e3, new / (seen[-1][0] - seen[0][0])


def _beats(app: "QApplication", seconds: float) -> Floats:
    """How late each beat of a timer of the window comes, in milliseconds."""
    from PySide6.QtCore import Qt, QTimer

    beats: list[float] = []
    timer = QTimer()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.setInterval(BEAT)
    timer.timeout.connect(lambda: beats.append(time.perf_counter()))
    timer.start()
    _turn(app, seconds)
    timer.stop()
    return np.maximum(0.0, np.diff(beats) * 1e3 - BEAT)


def _cancel(app: "QApplication", workspace: "Workspace") -> float:
    """From Cancel of a surface of a million points until the worker has room for other work."""
    from playground.plots.loss_surface import LossSurface

    surface = workspace.docks.panel("surface")
    assert isinstance(surface, LossSurface)
    surface.show_fineness(FINEST)
    times = []
    for _ in range(TURNS):
        surface.show_range(None)
        _turn(app, 0.5)
        began = time.perf_counter()
        surface.cancel()
        times.append(_heard(app, workspace) - began)
    surface.show_fineness(61)
    _turn(app, 0.3)
    return min(times) * 1e3


def _heard(app: "QApplication", workspace: "Workspace") -> float:
    """When the window has heard of a job that takes no time."""
    heard: list[float] = []
    job = (number for number in (1,))
    workspace.trainer.work("probe", job, lambda value, over: heard.append(time.perf_counter()))
    while not heard:
        app.processEvents()
    return heard[0]


def _turn(app: "QApplication", seconds: float) -> None:
    """Let the window live for so long, as its own loop does."""
    from PySide6.QtCore import QEventLoop, QTimer

    loop = QEventLoop()
    QTimer.singleShot(round(seconds * 1e3), loop.quit)
    loop.exec()
