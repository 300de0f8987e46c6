"""At every update the curve, the surface and the canvas show what Step shows there."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.data import make_data
from engine.experiment.editing import with_data, with_settings
from engine.experiment.experiment import Experiment
from engine.experiment.stepping import go_to, step, step_update
from engine.experiment.trace import record
from engine.experiment.training import Goal, trained
from engine.experiment.walk import Position
from engine.lessons.lesson import open_lesson
from engine.network import Place
from playground.model.document import Document
from playground.plots.curves import Curves
from playground.plots.loss_surface import LossSurface
from playground.plots.series import SeriesLine
from playground.plots.surface_plot import SurfaceSight
from playground.window.workspace import Workspace
from tests.engine.experiments import scheduled
from tests.playground.opened import opened
from tests.playground.plot_window import opened as opened_alone

FIRST, SECOND = Place("weight", "y", "h5"), Place("bias", "h1")
UPDATES = 24
SEEN = (0, 1, 6, 13, UPDATES)
EXACT = 1e-12
BATCHES = pytest.mark.parametrize("batch", [None, 7])


def exactly(number: float) -> object:
    return pytest.approx(number, rel=EXACT, abs=EXACT)


def experiment(batch: int | None) -> Experiment:
    """Forty samples of xor, ten of them only tested, with a penalty on the weights."""
    lesson = open_lesson("xor").experiment
    data, test = lesson.data, np.arange(40) % 4 == 3
    cells = np.concatenate([data.input_rows()[:40], data.target_rows()[:40]], axis=1)
    few = make_data(data.inputs, data.targets, cells, test)
    settings = replace(lesson.settings, batch=batch, rate=0.2, l2=0.01, shuffle=True)
    return with_settings(with_data(lesson, few), settings)


def after_each_step(start: Experiment) -> list[Experiment]:
    """What Step leaves after every update; the first two walked micro-step by micro-step."""
    found = [start]
    for update in range(UPDATES):
        value = found[-1]
        if update < 2:
            while value.updates == update:
                value = step(value)
        else:
            value = step_update(value)
        found.append(value)
    return found


def loss_by_hand(value: Experiment, rows: np.ndarray) -> float:
    """Half squared, mean over these samples, from the answers alone."""
    answers = value.program.answers(value.settings, value.parameters, value.data.input_rows(rows))
    return float(0.5 * ((answers - value.data.target_rows(rows)) ** 2).sum(axis=1).mean())


def at(line: SeriesLine, update: int) -> float:
    return float(line.ys[list(line.xs).index(update)])


@BATCHES
def test_curves_of_a_run_are_those_of_step(qtbot: QtBot, batch: int | None) -> None:
    start = experiment(batch)
    by_step = after_each_step(start)
    window = opened_alone(qtbot, Curves, by_step[-1])
    assert _updates_shown_as_in(window.panel, by_step) == list(range(UPDATES + 1))
    window.document.replace(start)
    with qtbot.waitSignal(window.document.changed, timeout=20_000):
        window.trainer.start(Goal(updates=UPDATES))
    shown = _updates_shown_as_in(window.panel, by_step)
    assert shown == scheduled(start, UPDATES)


def _updates_shown_as_in(curves: Curves, by_step: list[Experiment]) -> list[int]:
    """Those that have a point; every line is there what Step comes to."""
    curves.show_quantity("loss")
    lines = {line.name: line for line in curves.plot.graph.lines}
    curves.show_quantity("gradient")
    norms = curves.plot.graph.lines[0]
    shown = [int(update) for update in lines["training"].xs]
    for update in shown:
        value = by_step[update]
        data = value.data
        assert at(lines["training"], update) == exactly(loss_by_hand(value, data.training))
        assert at(lines["test"], update) == exactly(loss_by_hand(value, data.testing))
        weights = [p.what == "weight" for p in value.network.places]
        penalty = 0.005 * float((value.parameters[weights] ** 2).sum())  # λ/2 · Σ w²
        assert at(lines["penalty"], update) == exactly(penalty)
    for update in shown[1:]:
        before = by_step[update - 1]
        trace = go_to(before, before.updates, None).trace  # the pass that leads to this update
        assert trace is not None
        assert at(lines["batch"], update) == exactly(trace.total)
        assert at(norms, update) == exactly(float(np.sqrt((trace.numbers.gradient**2).sum())))
    return shown


@BATCHES
def test_parameters_of_a_run_are_those_of_step_bit_for_bit(qtbot: QtBot, batch: int | None) -> None:
    start = experiment(batch)
    by_step = after_each_step(start)
    window = opened_alone(qtbot, Curves, start)
    with qtbot.waitSignal(window.document.changed, timeout=20_000):
        window.trainer.start(Goal(updates=UPDATES))
    for k, place in enumerate(start.network.places):
        window.panel.show_quantity(place)
        line = window.panel.plot.graph.lines[0]
        assert list(line.xs) == list(range(UPDATES + 1))
        assert line.ys.tobytes() == np.array([v.parameters[k] for v in by_step]).tobytes()


@BATCHES
def test_the_surface_at_an_update_is_what_step_shows_there(qtbot: QtBot, batch: int | None) -> None:
    start = experiment(batch)
    by_step = after_each_step(start)
    window = opened_alone(qtbot, LossSurface, trained(start, Goal(updates=UPDATES)))
    window.panel.show_places(FIRST, SECOND)
    index = [start.network.place_index[place] for place in (FIRST, SECOND)]
    for update in SEEN[:-1]:
        window.document.go_to(update, 0)
        qtbot.waitUntil(lambda: not window.panel.work.busy, timeout=20_000)
        sight, value = window.panel.surface.sight, by_step[update]
        assert sight.point == tuple(value.parameters[index])
        assert sight.after == tuple(by_step[update + 1].parameters[index])
        assert np.array_equal(sight.path, [v.parameters[index] for v in by_step[: update + 1]])
        _assert_loss_and_slope(sight, value, index)


def _assert_loss_and_slope(sight: SurfaceSight, value: Experiment, index: list[int]) -> None:
    assert sight.picture is not None
    loss = loss_by_hand(value, value.data.training)
    assert sight.picture.marks.loss == exactly(loss)
    # as Step does with all samples in one batch
    trace = record(value.context, Position(value.parameters), value.data.training)
    for k, slope in zip(index, sight.slope, strict=True):
        assert slope == exactly(float(trace.numbers.gradient[k]))


@pytest.fixture
def workspace(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Workspace]:
    with opened(qtbot, qapp, tmp_path, "xor") as made:
        yield made
        made.trainer.stop()


def test_curve_surface_and_canvas_agree_in_the_window(qtbot: QtBot, workspace: Workspace) -> None:
    """The loss of every sample as the canvas shows it makes the point of the curve."""
    document: Document = workspace.document
    document.replace(experiment(7))
    curves, surface = workspace.docks.panel("curves"), workspace.docks.panel("surface")
    assert isinstance(curves, Curves) and isinstance(surface, LossSurface)
    with qtbot.waitSignal(document.changed, timeout=20_000):
        workspace.trainer.start(Goal(updates=UPDATES))
    points = scheduled(experiment(7), UPDATES)
    for dock, panel, seen in (("curves", curves, points), ("surface", surface, SEEN)):
        workspace.docks.docks[dock].show()
        workspace.docks.docks[dock].raise_()
        qtbot.waitUntil(panel.isVisible)
        surface.show_places(FIRST, SECOND)
        for update in seen:
            document.go_to(update, 0)
            shown = _shown_by(qtbot, panel, update)
            assert shown == exactly(_mean_on_canvas(workspace))


def _shown_by(qtbot: QtBot, panel: Curves | LossSurface, update: int) -> float:
    if isinstance(panel, Curves):
        return at(panel.plot.graph.lines[0], update)
    qtbot.waitUntil(lambda: not panel.work.busy, timeout=20_000)
    picture = panel.surface.sight.picture
    assert picture is not None
    return picture.marks.loss


def _mean_on_canvas(workspace: Workspace) -> float:
    """Over the training samples, each chosen and stepped to its loss."""
    document, canvas = workspace.document, workspace.canvas.canvas
    before = document.value
    total = 0.0
    for row in before.data.training.tolist():
        workspace.stage.choose_row(row)
        sight = canvas.sight
        assert sight.experiment.parameters.tobytes() == before.parameters.tobytes()
        answer = float(sight.shown.values[before.network.index["y"]])
        target = float(before.data.target_rows(np.array([row]))[0, 0])
        total += 0.5 * (answer - target) ** 2
    return total / len(before.data.training)
