"""The loss surface: its numbers, the point that is dragged, its path, and its view from a side."""

import itertools
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt, QTimer
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from engine.experiment.curve import Evaluator
from engine.experiment.editing import set_numbers, with_settings
from engine.experiment.experiment import Experiment
from engine.experiment.history import path_of, position_at
from engine.experiment.training import Goal, trained
from engine.lessons.lesson import open_lesson
from engine.network import Place
from engine.views.objective import objective_of, slope_at
from engine.views.surface_planes import Mode, coordinates, most_felt, path_so_far, random_directions
from playground.plots.images import BANDS, heights
from playground.plots.loss_surface import LossSurface
from playground.plots.plot import ZOOM
from playground.plots.surface_plot import SightPlot
from playground.theme.palette import LIGHT, surface_ramp
from tests.playground.panel_window import enter, unnamed, walked
from tests.playground.plot_window import PlotWindow, opened, point_at, press_and_move, seen, theme

FIRST, SECOND = Place("weight", "y", "h5"), Place("weight", "y", "h6")
XOR = open_lesson("xor").experiment
LEARNT = trained(XOR, Goal(updates=300))


def loss_of(experiment: Experiment) -> float:
    evaluator = Evaluator(experiment.context)
    return evaluator.summary(experiment.parameters, evaluator.training)[0]


def point(plot: SightPlot) -> QPointF:
    """Where the present point is drawn."""
    return plot.pixel(*plot.two(plot.sight.point))


def settled(qtbot: QtBot, window: PlotWindow[LossSurface]) -> None:
    qtbot.waitUntil(lambda: not window.panel.work.busy, timeout=20_000)


def shown(
    qtbot: QtBot, experiment: Experiment = LEARNT, size: tuple[int, int] = (700, 400)
) -> PlotWindow[LossSurface]:
    """The surface of two weights, complete."""
    window = opened(qtbot, LossSurface, experiment, size)
    window.panel.show_places(FIRST, SECOND)
    settled(qtbot, window)
    return window


def test_a_lesson_may_say_from_where_to_where_the_axes_go(qtbot: QtBot) -> None:
    window = opened(qtbot, LossSurface, LEARNT)
    spans = ((-4.0, 1.0), (0.5, 2.0))
    window.stage.show(replace(window.stage.look, surface=(FIRST, SECOND), spans=spans))
    settled(qtbot, window)
    surface = window.panel.surface.sight.surface
    assert surface is not None
    for axis, (low, high) in zip((surface.xs, surface.ys), spans, strict=True):
        assert axis[0] <= low + 1e-12 and axis[-1] >= high - 1e-12
    assert (surface.ys[0], surface.ys[-1]) == pytest.approx(spans[1]) or (
        surface.xs[0],
        surface.xs[-1],
    ) == pytest.approx(spans[0]), "no more than fills the plot"
    window.panel.show_places(SECOND, FIRST)
    assert not window.stage.look.spans, "other axes choose their own part"
    settled(qtbot, window)
    turned = window.panel.surface.sight.surface
    assert turned is not None
    assert turned.xs[0] < LEARNT.parameters[LEARNT.network.place_index[SECOND]] < turned.xs[-1]


def test_first_two_parameters_are_chosen(qtbot: QtBot) -> None:
    window = opened(qtbot, LossSurface, LEARNT)
    window.stage.show(replace(window.stage.look, surface=(FIRST, SECOND)))  # as the canvas does
    settled(qtbot, window)
    assert window.panel.surface.words.text() == ""
    assert window.panel.row.first.word() == "x: h5 → y"
    assert window.panel.surface.sight.surface is not None


def test_choosing_in_the_row_tells_the_stage(qtbot: QtBot) -> None:
    window = shown(qtbot)
    field = window.panel.row.second
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_Home)
    assert window.stage.look.surface == (FIRST, None)
    settled(qtbot, window)
    assert window.panel.shown_plot() is window.panel.slope


def test_the_surface_is_the_loss_that_step_shows(qtbot: QtBot) -> None:
    window = shown(qtbot)
    sight = window.panel.surface.sight
    assert sight.picture is not None
    assert abs(sight.picture.marks.loss - loss_of(LEARNT)) <= 1e-12
    surface = window.panel.surface.sight.surface
    assert surface is not None and surface.done == 1
    for row, column in ((0, 0), (10, 50), (60, 60)):
        there = {FIRST: float(surface.xs[column]), SECOND: float(surface.ys[row])}
        exact = loss_of(set_numbers(LEARNT, there))
        assert abs(surface.losses[row, column] - exact) < 2e-5 * max(1.0, exact)  # float32
    index = LEARNT.network.place_index
    assert sight.point == tuple(LEARNT.parameters[[index[FIRST], index[SECOND]]])


def test_the_slope_and_the_next_step_are_those_of_the_engine(qtbot: QtBot) -> None:
    window = shown(qtbot)
    sight, index = window.panel.surface.sight, LEARNT.network.place_index
    one_more = trained(LEARNT, Goal(updates=1))
    assert sight.after == tuple(one_more.parameters[[index[FIRST], index[SECOND]]])
    h = 1e-5
    for place, slope in zip((FIRST, SECOND), sight.slope, strict=True):
        at = float(LEARNT.parameters[index[place]])
        up, down = (loss_of(set_numbers(LEARNT, {place: at + d})) for d in (h, -h))
        assert abs((up - down) / (2 * h) - slope) < 1e-6


def test_dragging_the_point_sets_both_with_one_entry(qtbot: QtBot) -> None:
    window = shown(qtbot)
    plot = window.panel.surface
    start = point(plot)
    end = start + QPointF(-60, 40)
    press_and_move(plot, start, [start + QPointF(-20, 10), start + QPointF(-50, 30), end])
    index = window.value.network.place_index
    pixels = np.array(plot.view.viewPixelSize())
    moved = window.value.parameters[[index[FIRST], index[SECOND]]]
    assert np.all(np.abs(moved - plot.at(end)) <= pixels)
    assert plot.pixel(*moved).toPoint() == plot.pixel(plot.ball.x(), plot.ball.y()).toPoint()
    assert window.document.stack.count() == 1
    assert window.document.stack.text(0) == "Set two parameters"
    window.document.stack.undo()
    assert window.value is LEARNT


def test_two_drags_are_two_entries(qtbot: QtBot) -> None:
    window = shown(qtbot)
    plot = window.panel.surface
    for _ in range(2):
        start = point(plot)
        press_and_move(plot, start, [start + QPointF(-12, 8)])
    assert window.document.stack.count() == 2


def test_enter_moves_the_point_to_the_readout(qtbot: QtBot) -> None:
    window = shown(qtbot)
    plot = window.panel.surface
    plot.setFocus(Qt.FocusReason.TabFocusReason)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Return):
        QTest.keyClick(plot, key)
    assert plot.accessibleDescription().startswith("loss 0.")
    assert plot.read is not None
    index = window.value.network.place_index
    assert window.value.parameters[index[FIRST]] == plot.read[0]
    assert window.document.stack.count() == 1


def test_one_parameter_is_a_curve_with_its_tangent(qtbot: QtBot) -> None:
    window = opened(qtbot, LossSurface, LEARNT)
    window.panel.show_places(FIRST, None)
    settled(qtbot, window)
    plot = window.panel.slope
    assert window.panel.shown_plot() is plot and not window.panel.side.isEnabled()
    found = plot.sight.curve
    assert found is not None
    xs, losses = found
    for k in (0, 77, len(xs) - 1):
        assert losses[k] == pytest.approx(loss_of(set_numbers(LEARNT, {FIRST: float(xs[k])})))
    picture = plot.sight.picture
    assert picture is not None and len(picture.shown.losses) == 1
    objective = objective_of(LEARNT.context, LEARNT.parameters, LEARNT.data.training)
    index = LEARNT.network.place_index[FIRST]
    assert picture.marks.slope[0] == pytest.approx(slope_at(objective)[index], abs=1e-12)
    start = point(plot)
    press_and_move(plot, start, [start + QPointF(30, 0)])
    assert window.document.stack.text(0) == "Set parameter"


def test_random_directions_follow_their_seed(qtbot: QtBot) -> None:
    window = opened(qtbot, LossSurface, LEARNT)
    window.panel.show_mode("random")
    enter(window.panel.row.seed, "7")
    settled(qtbot, window)
    plane = window.panel.on.plane
    assert plane is not None
    expected, _ = random_directions(LEARNT.program, LEARNT.parameters, 7)
    assert np.array_equal(plane.axes.directions(LEARNT.program)[0], expected)
    assert window.panel.surface.sight.caption == "seed 7, ± 1 around update 300"
    assert window.panel.caption.words == window.panel.surface.sight.caption
    enter(window.panel.row.seed, "-1")
    assert "whole number" in window.panel.row.seed.refusal
    enter(window.panel.row.half, "3")
    grid = window.panel.surface.sight.grid
    assert min(grid.half_x, grid.half_y) == pytest.approx(3)
    assert window.panel.surface.sight.caption == "seed 7, ± 3 around update 300"


@pytest.mark.parametrize("mode", ["numbers", "random", "path"])
@pytest.mark.parametrize("width", [236, 300, 440])
def test_no_control_lies_under_another(qtbot: QtBot, width: int, mode: Mode) -> None:
    window = shown(qtbot, size=(500, 170))
    window.panel.setFixedWidth(width)  # a dock asks for no more than this
    window.panel.show_half(4.42)
    window.panel.show_mode(mode)
    settled(qtbot, window)
    row = window.panel.row
    parts = [row.mode, row.first, row.second, row.choose, row.seed_word, row.seed, row.half_word,
             row.half, window.panel.side]  # fmt: skip
    boxes = [part.geometry() for part in parts if part.isVisible()]
    assert all(a.right() < b.left() for a, b in itertools.pairwise(boxes))
    if width == 440 and mode == "numbers":
        assert row.half.fontMetrics().horizontalAdvance(row.half.text()) + 14 <= row.half.width()


def test_the_path_needs_a_path(qtbot: QtBot) -> None:
    window = opened(qtbot, LossSurface, XOR)
    window.panel.show_mode("path")
    assert "Train a few updates" in window.panel.surface.words.text().replace("\n", " ")
    window.document.do("Train", lambda _now: LEARNT)
    settled(qtbot, window)
    caption = window.panel.surface.sight.caption
    assert caption.startswith("explains ")
    assert 50 < sum(map(int, re.findall(r"(\d+) %", caption))) <= 101  # each is rounded
    assert np.allclose(window.panel.surface.sight.path[-1], 0, atol=1e-9)


@pytest.mark.parametrize("late", [False, True])
def test_the_path_of_a_run_is_whole_whenever_it_is_asked_for(qtbot: QtBot, late: bool) -> None:
    window = opened(qtbot, LossSurface, XOR)
    if not late:
        window.panel.show_mode("path")
    window.trainer.start()
    following = window.panel.following
    qtbot.waitUntil(lambda: bool(following.shown and following.shown.update > 1500), timeout=20_000)
    if late:
        window.panel.show_mode("path")
    sight = window.panel.surface.sight
    assert window.trainer.is_running
    assert sight.caption.startswith("explains ")
    window.panel.show_places(*XOR.network.places[:2])
    seen, shown = window.panel.surface.sight.path, following.shown
    window.trainer.stop()
    plane = window.panel.on.plane
    assert plane is not None and shown is not None
    of_run = path_of(shown.history, 10**6)  # what is recorded further on keeps fewer of them
    made = coordinates(window.value, plane, of_run).tolist()
    assert len(seen) > 250
    stride = -(-len(made) // 2000)  # a longer path is drawn with every so manieth of its points
    assert seen[0].tolist() in made[:stride]
    assert all(place in made for place in seen[::50].tolist())
    for row in range(0, len(of_run), 100):
        _, past = position_at(window.value.history, row * shown.history[-1].spacing)
        assert past.parameters.tobytes() == of_run[row].tobytes()


def test_the_path_goes_only_as_far_as_now(qtbot: QtBot) -> None:
    window = shown(qtbot)
    assert len(window.panel.surface.sight.path) == 301
    window.document.go_to(100, 0)
    settled(qtbot, window)
    path = window.panel.surface.sight.path
    assert len(path) == 101 == len(path_so_far(window.value))
    assert tuple(path[-1]) == window.panel.surface.sight.point


def test_the_surface_follows_a_run(qtbot: QtBot) -> None:
    window = shown(qtbot, XOR)
    plot, losses, points = window.panel.surface, set(), set()

    def look(_: object) -> None:
        picture = plot.sight.picture
        losses.add(picture.marks.loss if picture is not None else 0.0)
        points.add(plot.sight.point)

    window.trainer.progressed.connect(look)
    window.trainer.set_pace(40)
    with qtbot.waitSignal(window.document.changed, timeout=20_000):
        window.trainer.start(Goal(updates=30))
    assert len(losses) > 2 and len(points) > 2
    settled(qtbot, window)
    assert plot.sight.picture is not None
    assert abs(plot.sight.picture.marks.loss - loss_of(window.value)) <= 1e-12


def test_along_directions_arrow_and_next_step_follow_a_run(qtbot: QtBot) -> None:
    window = opened(qtbot, LossSurface, XOR)
    window.panel.show_mode("random")
    settled(qtbot, window)
    plot, panel = window.panel.surface, window.panel
    before = plot.sight.surface
    slopes, steps, same = set(), set(), set()

    def look(_: object) -> None:
        slopes.add(plot.sight.slope)
        steps.add(plot.sight.after)
        same.add(plot.sight.surface is before)

    window.trainer.progressed.connect(look)
    window.trainer.set_pace(40)
    with qtbot.waitSignal(window.document.changed, timeout=20_000):
        window.trainer.start(Goal(updates=20))
    assert len(slopes) > 3 and len(steps) > 3
    assert same == {True}  # training does not change the surface along directions
    settled(qtbot, window)
    one_more = trained(window.value, Goal(updates=1))
    assert plot.sight.after == panel.on.place_of(one_more.parameters)


def test_the_next_step_follows_a_run_whatever_the_optimiser(qtbot: QtBot) -> None:
    adam = replace(XOR.settings, optimizer=replace(XOR.settings.optimizer, kind="adam"))
    window = shown(qtbot, with_settings(XOR, adam))
    plot = window.panel.surface
    steps: dict[int, tuple[float, ...]] = {}

    def look() -> None:
        progress = window.panel.following.shown
        if plot.sight.after and progress is not None:
            steps[progress.update] = plot.sight.after

    timer = QTimer(window, interval=2)
    timer.timeout.connect(look)
    timer.start()
    window.trainer.set_pace(40)
    with qtbot.waitSignal(window.document.changed, timeout=20_000):
        window.trainer.start(Goal(updates=20))
    timer.stop()
    index = [XOR.network.place_index[place] for place in (FIRST, SECOND)]
    seen_before_the_end = {update: step for update, step in steps.items() if update < 20}
    assert len(seen_before_the_end) > 3
    for update, step in seen_before_the_end.items():
        window.document.go_to(update + 1, 0)
        assert tuple(window.value.parameters[index]) == step


def test_a_low_picture_tells_range_seed_and_centre_too(qtbot: QtBot) -> None:
    window = shown(qtbot, size=(449, 164))
    plot, caption = window.panel.surface, window.panel.caption
    assert caption.words.startswith("± ") and caption.words in plot.toolTip()
    assert not caption.isVisible() and window.width() == 449
    for places in ((FIRST, None), (FIRST, SECOND)):
        window.panel.show_mode("random")
        window.panel.show_places(*places)
        assert window.width() == 449  # no control pushes the dock wider


def test_the_key_goes_where_the_words_would_be_cut(qtbot: QtBot) -> None:
    window = shown(qtbot)
    caption = window.panel.caption
    assert caption.isVisible() and caption.toolTip() == caption.words
    colors = [surface_ramp(LIGHT, BANDS)[k].rgb() for k in (6, 11)]
    caption.setFixedWidth(400)
    assert all(has(seen(caption), color) for color in colors)
    caption.setFixedWidth(200)
    assert not any(has(seen(caption), color) for color in colors)


def has(image: QImage, color: int) -> bool:
    places = ((x, y) for x in range(image.width()) for y in range(image.height()))
    return any(image.pixel(x, y) == color for x, y in places)


def test_the_readout_lies_between_the_points_of_the_grid(qtbot: QtBot) -> None:
    window = shown(qtbot)
    plot = window.panel.surface
    point_at(plot, point(plot))
    assert plot.read is not None
    there = dict(zip((FIRST, SECOND), plot.read, strict=True))
    exact = loss_of(set_numbers(LEARNT, there))
    assert float(plot.readings(plot.read)[0][0].removeprefix("loss ")) == pytest.approx(
        exact, rel=2e-3
    )


def test_dragging_ends_a_run_first(qtbot: QtBot) -> None:
    window = shown(qtbot, XOR)
    window.trainer.start()
    qtbot.waitUntil(lambda: bool(window.trainer.progress and window.trainer.progress.done))
    plot = window.panel.surface
    start = point(plot)
    press_and_move(plot, start, [start + QPointF(5, 5)])
    assert not window.trainer.is_running
    assert window.document.stack.count() == 2


def test_a_large_picture_says_how_long_and_can_be_cancelled(qtbot: QtBot) -> None:
    window = shown(qtbot)
    data = LEARNT.data
    many = data.with_rows(np.tile(data.cells, (40, 1)))
    window.document.edit_data(lambda _now: many, "Change samples")
    window.panel.show_places(Place("weight", "h1", "x1"), Place("weight", "h4", "x2"))
    settled(qtbot, window)
    window.panel.show_fineness(1000)
    assert window.panel.wait.isVisible()
    assert window.panel.wait.words.text().startswith("about ")
    assert window.panel.rect().contains(window.panel.wait.geometry())
    qtbot.waitUntil(lambda: window.panel.surface.sight.picture is not None, timeout=20_000)
    qtbot.waitUntil(lambda: window.panel.wait.bar.value() > 0, timeout=20_000)
    QTest.mouseClick(window.panel.wait.cancel, Qt.MouseButton.LeftButton)
    assert not window.panel.work.busy and not window.panel.wait.isVisible()
    assert window.panel.surface.sight.surface is not None  # what was drawn so far stays


def test_zoom_and_all(qtbot: QtBot) -> None:
    window = shown(qtbot)
    plot = window.panel.surface
    before = plot.sight.grid
    plot.zoom(ZOOM)
    settled(qtbot, window)
    assert plot.sight.grid.half_x == pytest.approx(ZOOM * before.half_x)
    surface = plot.sight.surface
    assert surface is not None
    assert surface.xs[-1] - surface.xs[0] == pytest.approx(2 * plot.sight.grid.half_x)
    plot.show_all()
    assert plot.sight.grid == before


def test_numbers_that_are_gone_are_no_longer_axes(qtbot: QtBot) -> None:
    window = shown(qtbot)
    window.document.remove(["h6"])
    settled(qtbot, window)
    assert window.panel.shown_plot() is window.panel.slope
    window.document.remove(["h5"])
    settled(qtbot, window)
    plane = window.panel.on.plane
    assert plane is not None and plane.axes.places() == most_felt(window.value), "others are chosen"
    window.document.stack.undo()
    window.document.stack.undo()
    settled(qtbot, window)
    assert window.panel.surface.sight.surface is not None


def test_an_overflowing_corner_is_drawn(qtbot: QtBot) -> None:
    steep = with_settings(LEARNT, LEARNT.settings)
    window = shown(qtbot, steep)
    enter(window.panel.row.half, "1000000")
    settled(qtbot, window)
    assert not seen(window.panel.surface).isNull()
    lifted = heights(np.array([[1.0, np.nan], [np.inf, 5.0]]))
    assert lifted[0, 0] == 0 and lifted[1, 0] == 1 == lifted[1, 1]
    assert np.isnan(lifted[0, 1])  # not known: shown in no band
    assert np.isnan(heights(np.full((2, 2), np.nan))).all()


def test_the_landscape_shows_the_same_surface_and_zooms_it(qtbot: QtBot) -> None:
    window = shown(qtbot)
    QTest.mouseClick(window.panel.side, Qt.MouseButton.LeftButton)
    settled(qtbot, window)
    plot, before = window.panel.hill, window.panel.hill.sight
    assert window.panel.shown_plot() is plot and before.shown is not None
    first = seen(plot)
    press_and_move(plot, QPointF(200, 150), [QPointF(220, 150), QPointF(280, 160)])
    assert seen(plot) != first
    QTest.keyClick(plot, Qt.Key.Key_Plus)
    settled(qtbot, window)
    assert plot.sight.grid.half_x == pytest.approx(0.8 * before.grid.half_x)
    assert plot.sight.shown is not before.shown
    QTest.keyClick(plot, Qt.Key.Key_0)
    settled(qtbot, window)
    assert plot.sight.grid == before.grid
    assert window.document.stack.count() == 0


def test_another_theme_and_saving(qtbot: QtBot, tmp_path: Path) -> None:
    window = shown(qtbot)
    light = seen(window.panel.surface)
    theme("dark")
    dark = seen(window.panel.surface)
    theme("light")
    assert dark != light
    point_at(window.panel.surface, QPointF(100, 100))
    for plot_side in (False, True):
        window.panel.side.setChecked(plot_side)
        for name in ("surface.png", "surface.svg"):
            window.panel.save_picture(tmp_path / name)
            assert (tmp_path / name).stat().st_size > 2000


def test_every_control_has_a_name_and_is_reached_by_tab(qtbot: QtBot) -> None:
    window = shown(qtbot)
    controls = walked(window, window.panel.row.mode)
    assert {window.panel.surface, window.panel.row.half, window.panel.side} <= set(controls)
    assert not unnamed(controls)


def test_nothing_is_computed_while_it_is_hidden(qtbot: QtBot) -> None:
    window = shown(qtbot)
    window.panel.hide()
    window.panel.show_places(SECOND, FIRST)
    assert not window.panel.work.busy
    window.panel.show()
    settled(qtbot, window)
    assert window.panel.surface.sight.names == ("h6 → y", "h5 → y")
