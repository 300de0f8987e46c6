"""What curve, surface and canvas show at an update is what Step shows there."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.experiment.editing import with_settings
from engine.experiment.experiment import Experiment
from engine.experiment.stepping import step, step_update
from engine.experiment.trace import Trace, record
from engine.experiment.training import Goal, RunProgress
from engine.functions import Floats
from engine.functions.optimizers import Optimizer
from engine.lessons.lesson import open_lesson
from engine.network import Place
from engine.numerals import short
from playground.canvas.scene import CanvasScene
from playground.canvas.scene_state import Key
from playground.model.stage import Look
from playground.plots.curves import Curves
from playground.plots.loss_surface import LossSurface
from playground.plots.surface_plot import SurfaceSight
from playground.window.workspace import Workspace
from tests.playground.opened import opened
from tests.sampled import sampled

UPDATES = 80
PAST = (UPDATES, 61, 26, 25, 1, 0, 47)
INTO = 17  # micro-steps into a pass
CLOSE = 1e-12
FIRST, SECOND = Place("weight", "h2", "x1"), Place("weight", "y", "h5")


@dataclass(frozen=True)
class Seen:
    """What stood on screen at an update of a run."""

    progress: RunProgress
    canvas: Experiment
    point: tuple[float, ...] | None = None
    loss: float | None = None


@pytest.fixture(params=sampled(("adam", "sgd"), 1))
def stepped(request: pytest.FixtureRequest) -> list[Experiment]:
    """XOR in random order, update by update, as Step makes it; an epoch has 25 of them."""
    start = open_lesson("set-xor").experiment
    settings = replace(start.settings, optimizer=Optimizer(request.param))
    found = [with_settings(start, settings)]
    for _ in range(UPDATES + 1):
        found.append(step_update(found[-1]))
    return found


@pytest.fixture
def workspace(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, stepped: list[Experiment]
) -> Iterator[Workspace]:
    with opened(qtbot, qapp, tmp_path, "set-xor") as made:
        made.document.replace(stepped[0])
        made.stage.show(Look(surface=(FIRST, SECOND)))
        docks = made.docks.docks
        docks["surface"].setFloating(True)  # both are seen at once
        for name in ("curves", "surface"):
            docks[name].show()
            qtbot.waitUntil(lambda: made.docks.panel(name).isVisible())  # noqa: B023
        yield made
        made.trainer.stop()


def whole(experiment: Experiment) -> Trace:
    """Every number of a pass over all training rows."""
    return record(experiment.context, experiment.position, experiment.data.training)


def curves(workspace: Workspace) -> Curves:
    panel = workspace.docks.panel("curves")
    assert isinstance(panel, Curves)
    return panel


def surface(workspace: Workspace) -> LossSurface:
    panel = workspace.docks.panel("surface")
    assert isinstance(panel, LossSurface)
    return panel


def scene(workspace: Workspace) -> CanvasScene:
    found = workspace.canvas.canvas
    assert isinstance(found, CanvasScene)
    return found


def drawn_at(workspace: Workspace, update: int) -> float:
    """Where the first line of the curve is at an update."""
    line = curves(workspace).plot.graph.lines[0]
    return float(line.ys[np.flatnonzero(line.xs == update)[0]])


def loss_told(workspace: Workspace) -> str:
    """What the strip says; a run leaves a point of the curve at some updates only."""
    return next(fact.value for fact in workspace.strip.facts.facts if fact.name == "Loss")


def numbers(workspace: Workspace) -> dict[tuple[str, str], float]:
    """What the canvas knows of every node."""
    sight = scene(workspace).sight
    return {
        (kind, node.id): sight.number(Key(kind, node.id))
        for node in sight.experiment.network.nodes
        for kind in ("sum", "value", "error", "derivative", "loss")
    }


def same(left: Floats, right: Floats) -> bool:
    """Bit for bit."""
    return left.tobytes() == right.tobytes()


def trained(qtbot: QtBot, workspace: Workspace) -> None:
    """A run as fast as it goes."""
    with qtbot.waitSignal(workspace.document.changed, timeout=30_000):
        workspace.trainer.start(Goal(updates=UPDATES))


def watched(qtbot: QtBot, workspace: Workspace) -> list[Seen]:
    """A run, slow enough to be seen, with all that stood on screen meanwhile."""
    found: list[Seen] = []
    panels = surface(workspace), curves(workspace)

    def look() -> None:
        canvas = scene(workspace).sight.experiment
        there, here = (panel.following.shown for panel in panels)
        if there is not None:
            found.append(Seen(there, canvas, point=panels[0].on.point()))
        if here is not None:
            found.append(Seen(here, canvas, loss=drawn_at(workspace, here.update)))

    workspace.trainer.set_pace(60.0)
    timer = QTimer(workspace, interval=10)  # more often than pictures follow each other
    timer.timeout.connect(look)
    timer.start()
    trained(qtbot, workspace)
    timer.stop()
    return found


@pytest.mark.long
@pytest.mark.ci
def test_a_run_shows_what_step_shows(
    qtbot: QtBot, workspace: Workspace, stepped: list[Experiment]
) -> None:
    seen = watched(qtbot, workspace)
    for part in ("point", "loss"):
        assert len({look.progress.update for look in seen if getattr(look, part)}) > 3, part
    assert len({look.canvas.updates for look in seen}) > 3
    for look in seen:
        there = stepped[look.progress.update]
        index = there.network.place_index
        assert same(look.progress.position.parameters, there.position.parameters)
        assert same(look.canvas.parameters, stepped[look.canvas.updates].parameters)
        if look.point is not None:
            assert look.point == tuple(there.parameters[[index[FIRST], index[SECOND]]])
        if look.loss is not None:
            assert look.loss == pytest.approx(whole(there).total, abs=CLOSE)


@pytest.mark.long
@pytest.mark.ci
def test_past_updates_show_what_step_shows(
    qtbot: QtBot, workspace: Workspace, stepped: list[Experiment]
) -> None:
    trained(qtbot, workspace)
    document, panel = workspace.document, surface(workspace)
    points = document.value.curve.column("update").astype(int).tolist()
    assert len(points) > 5 and points[-1] == UPDATES
    for update in points:
        loss = whole(stepped[update]).total
        assert drawn_at(workspace, update) == pytest.approx(loss, abs=CLOSE)
    for update in PAST:
        document.go_to(update, 0)
        there = stepped[update]
        assert same(document.value.parameters, there.parameters)
        assert same(scene(workspace).sight.experiment.parameters, there.parameters)
        assert loss_told(workspace) == short(whole(there).total, there.settings.digits)
        check_surface(qtbot, panel, there, stepped[update + 1])
        check_pass(workspace, there)


def check_surface(qtbot: QtBot, panel: LossSurface, there: Experiment, after: Experiment) -> None:
    """The point, its loss, its slope, and where the next step ends."""
    index = [there.network.place_index[place] for place in (FIRST, SECOND)]
    plot = panel.surface
    point = tuple(there.parameters[index].tolist())
    qtbot.waitUntil(lambda: plot.sight.point == point and plot.sight.after != (), timeout=20_000)
    sight: SurfaceSight = plot.sight
    assert sight.slope == pytest.approx(whole(there).numbers.gradient[index], abs=CLOSE)
    assert sight.after == tuple(after.parameters[index].tolist())


def check_pass(workspace: Workspace, there: Experiment) -> None:
    """Some micro-steps on, every node shows what it shows when one has stepped there."""
    document = workspace.document
    document.go_to(there.updates, INTO)
    gone = numbers(workspace)
    document.go_to(there.updates, 0)
    for _ in range(INTO):
        document.step(step)
    assert sum(not math.isnan(number) for number in gone.values()) > INTO / 2
    assert gone == pytest.approx(numbers(workspace), abs=CLOSE, nan_ok=True)


def test_the_course_of_a_parameter_is_what_step_showed(
    qtbot: QtBot, workspace: Workspace, stepped: list[Experiment]
) -> None:
    trained(qtbot, workspace)
    curves(workspace).show_quantity(SECOND)
    index = stepped[0].network.place_index[SECOND]
    for update in range(UPDATES + 1):
        assert drawn_at(workspace, update) == stepped[update].parameters[index]
