"""What the surface chooses by itself, and every hand on its plots, with real events."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from engine.experiment.editing import change_nodes, set_numbers
from engine.experiment.experiment import Experiment, new_experiment
from engine.experiment.training import Goal, trained
from engine.lessons.lesson import open_lesson
from engine.network import Place
from engine.views.objective import objective_of, slope_at
from engine.views.surface_planes import Marks, Picture, most_felt
from engine.views.surfaces import Surface, SurfaceGrid
from playground.plots.axes import Axis
from playground.plots.images import BANDS
from playground.plots.loss_surface import FAR, MOST_LISTED, LossSurface
from playground.plots.plot import PAN, STEPS, ZOOM
from playground.plots.surface_plot import SightPlot, SlopePlot, SurfacePlot, SurfaceSight
from tests.engine.experiments import lock_edges
from tests.engine.networks import layered
from tests.playground.plot_window import (
    PlotWindow,
    click,
    double_click,
    opened,
    point_at,
    press_and_move,
    turn_wheel,
)

FIRST, SECOND = Place("weight", "y", "h5"), Place("weight", "y", "h6")
XOR = open_lesson("xor").experiment
LEARNT = trained(XOR, Goal(updates=300))
CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
BOTH = pytest.mark.parametrize("second", [SECOND, None], ids=["surface", "slice"])

Window = PlotWindow[LossSurface]


def settled(qtbot: QtBot, window: Window) -> None:
    qtbot.waitUntil(lambda: not window.panel.work.busy, timeout=20_000)


def shown(qtbot: QtBot, second: Place | None = SECOND) -> tuple[Window, SightPlot]:
    window = opened(qtbot, LossSurface, LEARNT)
    window.panel.show_places(FIRST, second)
    settled(qtbot, window)
    plot = window.panel.shown_plot()
    assert isinstance(plot, SightPlot)
    return window, plot


def width(plot: SightPlot) -> float:
    left, right = plot.view.viewRange()[0]
    return float(right - left)


def chosen(window: Window) -> tuple[Place, ...]:
    plane = window.panel.on.plane
    return plane.axes.places() if plane is not None else ()


# what it chooses by itself


def gradient(value: Experiment) -> np.ndarray:
    return np.abs(slope_at(objective_of(value.context, value.parameters, value.data.training)))


def test_a_fresh_document_shows_the_two_largest_gradients_biases_too(qtbot: QtBot) -> None:
    window = opened(qtbot, LossSurface, XOR)
    settled(qtbot, window)
    sizes = gradient(XOR)
    best = [XOR.network.places[k] for k in np.argsort(-sizes)[:2]]
    assert chosen(window) == tuple(best) and any(place.what == "bias" for place in best)
    assert window.panel.surface.sight.surface is not None
    assert window.panel.row.first.word() == "x: bias of y"
    assert window.stage.look.surface == (None, None), "a lesson still waits for the learner"


def test_locked_numbers_are_not_chosen_and_ties_go_by_order() -> None:
    output = replace(XOR.network.node("y"), locked=True)
    assert (
        most_felt(change_nodes(XOR, [output]))
        == tuple(
            XOR.network.places[k]
            for k in np.argsort(-gradient(XOR))
            if XOR.network.places[k] != Place("bias", "y")
        )[:2]
    )
    dead = set_numbers(XOR, dict.fromkeys(XOR.network.places, 0.0))
    felt = gradient(dead)
    flat = np.argsort(-felt, kind="stable")[:2].tolist()
    assert most_felt(dead) == tuple(dead.network.places[k] for k in flat)


def test_a_document_with_a_path_shows_its_directions(qtbot: QtBot) -> None:
    window = opened(qtbot, LossSurface, LEARNT)
    settled(qtbot, window)
    assert window.panel.row.mode.word() == "Path"
    assert window.panel.surface.sight.caption.startswith("explains ")
    window.document.start_again()  # the path is gone, so something else is shown
    settled(qtbot, window)
    assert chosen(window) == most_felt(window.value)
    assert not window.panel.surface.words.text()


def test_nothing_jumps_while_a_run_goes_on_and_after(qtbot: QtBot) -> None:
    window = opened(qtbot, LossSurface, XOR)
    settled(qtbot, window)
    before, seen = chosen(window), set()
    window.trainer.progressed.connect(lambda _: seen.add(chosen(window)))
    with qtbot.waitSignal(window.document.changed, timeout=20_000):
        window.trainer.start(Goal(updates=300))
    assert seen | {chosen(window)} == {before} and most_felt(window.value) != before
    window.document.replace(LEARNT)  # another document, with a path of its own
    assert chosen(window) == before, "its nodes are the same"
    other = trained(open_lesson("student-grade").experiment, Goal(updates=40))
    window.document.replace(other)
    assert window.panel.row.mode.word() == "Path"


def test_what_the_learner_chose_stays(qtbot: QtBot) -> None:
    window = opened(qtbot, LossSurface, XOR)
    window.panel.show_mode("random")
    window.document.do("Train", lambda _now: LEARNT)
    assert window.panel.row.mode.word() == "Random"
    window.panel.show_places(FIRST, SECOND)
    window.document.start_again()
    assert chosen(window) == (FIRST, SECOND)


def test_only_where_nothing_can_be_chosen_a_sentence_stays(qtbot: QtBot) -> None:
    window = opened(qtbot, LossSurface, XOR)
    words = window.panel.surface.words
    window.document.change_nodes([replace(XOR.network.node("y"), output=False)])
    settled(qtbot, window)
    assert words.text().startswith("There is no output.")
    window.document.stack.undo()
    settled(qtbot, window)
    assert not words.text() and window.panel.surface.sight.surface is not None


def test_where_all_is_locked_a_sentence_says_what_helps(qtbot: QtBot) -> None:
    neurons = [replace(node, locked=True) for node in XOR.network.nodes if node.kind == "neuron"]
    pairs = [edge[:2] for edge in XOR.network.edges]
    window = opened(qtbot, LossSurface, lock_edges(change_nodes(XOR, neurons), pairs, True))
    words = window.panel.surface.words
    assert words.text().replace("\n", " ") == (
        "No number learns here, so there is no loss surface. Unlock a weight or a bias."
    )
    window.document.lock_edges(pairs[:1], False)
    settled(qtbot, window)
    assert window.panel.shown_plot() is window.panel.slope
    assert not window.panel.slope.words.text()


def test_biases_are_offered_beside_any_number_of_weights(qtbot: QtBot) -> None:
    window = opened(qtbot, LossSurface, new_experiment(layered([20, 20, 1])))
    row = window.panel.row
    names = [row.first.itemText(k) for k in range(row.first.count())]
    assert len(window.value.network.edges) > MOST_LISTED
    assert sum(name.startswith("bias of ") for name in names) == 21
    at = next(k for k, name in enumerate(names) if name.startswith("bias of "))
    row.first.setCurrentIndex(at)
    row.first.activated.emit(at)
    settled(qtbot, window)
    assert window.stage.look.surface[0] == Place("bias", window.value.network.nodes[20].id)


# hands


@BOTH
def test_the_wheel_zooms_at_the_pointer(qtbot: QtBot, second: Place | None) -> None:
    window, plot = shown(qtbot, second)
    place = plot.view.geometry().center() + QPointF(70, -40)
    before, under = width(plot), plot.at(place)
    turn_wheel(plot, place, 1)
    assert width(plot) == pytest.approx(ZOOM * before)
    assert plot.at(place)[0] == pytest.approx(under[0], abs=before / 400)  # a pixel at the most
    settled(qtbot, window)
    assert plot.sight.picture is not None and plot.sight.picture.grid == plot.sight.grid
    assert tuple(plot.sight.grid.xs(2)) == pytest.approx(plot.view.viewRange()[0])
    turn_wheel(plot, place, -1)
    assert width(plot) == pytest.approx(before)


def over(axis: Axis) -> QPointF:
    """Amid its numbers."""
    return QPointF(axis.mapToScene(axis.rect().center()))


def test_over_an_axis_a_plane_stays_what_it_is_and_a_slice_zooms_that_axis(qtbot: QtBot) -> None:
    _, plot = shown(qtbot)
    for axis in (plot.below, plot.left):
        before, pixels = width(plot), plot.view.viewPixelSize()
        turn_wheel(plot, over(axis), 1)
        assert width(plot) == pytest.approx(ZOOM * before)
        shape = plot.view.viewPixelSize()
        assert shape[0] / shape[1] == pytest.approx(pixels[0] / pixels[1], rel=1e-6)
    _, plot = shown(qtbot, None)
    before, heights = width(plot), plot.view.viewRange()[1]
    turn_wheel(plot, over(plot.below), 1)
    assert width(plot) == pytest.approx(ZOOM * before)
    before = width(plot)
    turn_wheel(plot, over(plot.left), 1)
    low, high = plot.view.viewRange()[1]
    assert width(plot) == pytest.approx(before)
    assert high - low == pytest.approx(ZOOM * (heights[1] - heights[0]), rel=0.02)


@BOTH
def test_a_drag_pans_and_what_is_seen_is_sharpened(qtbot: QtBot, second: Place | None) -> None:
    window, plot = shown(qtbot, second)
    start = plot.view.geometry().center() + QPointF(-80, 60)
    under, size = plot.at(start), width(plot)
    press_and_move(plot, start, [start + QPointF(20, 0), start + QPointF(60, -30)])
    assert plot.at(start + QPointF(60, -30))[0] == pytest.approx(under[0], abs=size / 200)
    assert width(plot) == pytest.approx(size)
    settled(qtbot, window)
    assert plot.sight.picture is not None and plot.sight.picture.grid == plot.sight.grid
    assert window.document.stack.count() == 0


@BOTH
@pytest.mark.parametrize("all_again", [Qt.Key.Key_0, Qt.Key.Key_A, "double click", "menu"])
def test_keys_zoom_and_all_is_shown_again(
    qtbot: QtBot, second: Place | None, all_again: Qt.Key | str
) -> None:
    window, plot = shown(qtbot, second)
    before = plot.sight.grid
    plot.setFocus()
    QTest.keyClick(plot, Qt.Key.Key_Plus)
    assert plot.sight.grid.half_x == pytest.approx(ZOOM * before.half_x)
    QTest.keyClick(plot, Qt.Key.Key_Minus)
    QTest.keyClick(plot, Qt.Key.Key_Minus)
    assert plot.sight.grid.half_x == pytest.approx(before.half_x / ZOOM)
    QTest.keyClick(plot, Qt.Key.Key_Left, CONTROL)
    assert plot.sight.grid.center_x == pytest.approx(
        before.center_x - PAN * 2 * before.half_x / ZOOM
    )
    if isinstance(all_again, Qt.Key):
        QTest.keyClick(plot, all_again)
    elif all_again == "menu":
        entry(window, "View all\t0")
    else:
        double_click(plot, plot.view.geometry().center() + QPointF(50, 60))
    assert plot.sight.grid == before and window.document.stack.count() == 0


def entry(window: Window, text: str) -> None:
    menu = window.panel.menu()
    next(action for action in menu.actions() if action.text() == text).trigger()
    menu.deleteLater()


@BOTH
def test_arrows_read_and_enter_goes_there(qtbot: QtBot, second: Place | None) -> None:
    window, plot = shown(qtbot, second)
    plot.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(plot, Qt.Key.Key_Right)
    assert plot.read is not None and plot.read[0] == pytest.approx(plot.sight.point[0])
    start, step = plot.read[0], width(plot) / STEPS
    QTest.keyClick(plot, Qt.Key.Key_Right)
    assert plot.read[0] == pytest.approx(start + step)
    QTest.keyClick(plot, Qt.Key.Key_Left, SHIFT)
    assert plot.read[0] == pytest.approx(start - 9 * step)
    assert plot.accessibleDescription().startswith("loss ") and plot.plate.isVisible()
    there = plot.read[0]
    QTest.keyClick(plot, Qt.Key.Key_Return)
    index = window.value.network.place_index
    assert window.value.parameters[index[FIRST]] == there
    assert window.document.stack.count() == 1
    QTest.keyClick(plot, Qt.Key.Key_Escape)
    assert plot.read is None


@BOTH
def test_a_click_sets_nothing_and_the_right_button_opens_our_menu(
    qtbot: QtBot, second: Place | None
) -> None:
    window, plot = shown(qtbot, second)
    place = plot.view.geometry().center() + QPointF(40, 70)
    click(plot, place)
    assert window.document.stack.count() == 0
    click(plot, place, Qt.MouseButton.RightButton)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    texts = [action.text() for action in menu.actions() if action.text()]
    assert texts[:4] == ["Copy picture", "Copy numbers", "Save…", "Picture size"]
    assert {"Grid", "Points a side", "View all\t0"} <= set(texts)
    menu.close()


def test_the_pointer_says_where_the_point_can_be_taken(qtbot: QtBot) -> None:
    window, plot = shown(qtbot)
    here = plot.pixel(*plot.sight.point)
    for place, shape in (
        (here + QPointF(5, 5), Qt.CursorShape.OpenHandCursor),
        (here + QPointF(60, 60), Qt.CursorShape.ArrowCursor),
    ):
        point_at(plot, place)
        assert plot.viewport().cursor().shape() == shape
    window.panel.show_mode("random")  # no place of two directions is a number to set
    settled(qtbot, window)
    point_at(plot, plot.pixel(*plot.sight.point))
    assert plot.viewport().cursor().shape() == Qt.CursorShape.ArrowCursor
    before = plot.view.viewRange()
    start = plot.pixel(*plot.sight.point)
    press_and_move(plot, start, [start + QPointF(30, 0), start + QPointF(60, 0)])
    assert plot.view.viewRange() != before, "there it pans"
    assert window.document.stack.count() == 0


def test_the_part_that_is_seen_stays_while_the_point_is_dragged(qtbot: QtBot) -> None:
    window, plot = shown(qtbot)
    start, ranges = plot.pixel(*plot.sight.point), plot.view.viewRange()
    far = QPointF(plot.width() + 200, start.y())
    held = QTest.mousePress
    held(plot.viewport(), Qt.MouseButton.LeftButton, pos=start.toPoint())
    QTest.mouseMove(plot.viewport(), (start + QPointF(30, 0)).toPoint())
    seen = []
    window.document.changed.connect(lambda *_: seen.append(plot.view.viewRange()))
    press_and_move(plot, start, [start + QPointF(30, 0), far])
    assert seen and all(np.allclose(ranges, one) for one in seen)
    right = ranges[0][1]
    index = window.value.network.place_index
    assert window.value.parameters[index[FIRST]] == pytest.approx(right), "not out of the plot"


# shape, numbers that cannot be drawn, pictures


@pytest.mark.parametrize("size", [(700, 400), (390, 200), (500, 900)])
def test_one_up_is_as_long_as_one_across(qtbot: QtBot, size: tuple[int, int]) -> None:
    window, plot = shown(qtbot)
    home = plot.sight.grid
    window.resize(*size)
    settled(qtbot, window)
    wide, tall = plot.view.viewPixelSize()
    assert wide == pytest.approx(tall, rel=1e-3)
    assert min(plot.sight.grid.half_x, plot.sight.grid.half_y) == pytest.approx(
        min(home.half_x, home.half_y)
    ), "a resized plot shows the same part, not another one"
    surface = plot.sight.shown
    assert isinstance(surface, Surface)
    (left, right), (low, high) = plot.view.viewRange()
    assert (surface.xs[0], surface.xs[-1]) == pytest.approx((left, right))
    assert (surface.ys[0], surface.ys[-1]) == pytest.approx((low, high))


def picture_of(losses: np.ndarray) -> SurfaceSight:
    grid = SurfaceGrid(0.0, 0.0, 2.0, 2.0, len(losses))
    xs = grid.xs(len(losses))
    marks = Marks(np.zeros(2), (0.0, 0.0), float("nan"), (np.inf, 0.2), None)
    shape = Picture(grid, Surface(xs, xs, losses, 1.0), marks)
    path = np.array([[0.0, 0.0], [np.nan, 1.0], [1e300, -np.inf], [1.0, 1.0]])
    return SurfaceSight(
        grid, shape, ("w", "v"), path, (0.5, 0.5), (np.inf, 0.2), (1e300, 0.0), True
    )


def _ramp() -> np.ndarray:
    return np.linspace(0.0, 1.0, 25).reshape(5, 5)


ODD: dict[str, Callable[[], np.ndarray]] = {
    "nan": lambda: np.where(_ramp() > 0.5, np.nan, _ramp()),
    "infinite": lambda: np.where(_ramp() > 0.5, np.inf, _ramp()),
    "minus infinite": lambda: np.where(_ramp() > 0.5, -np.inf, _ramp()),
    "1e300": lambda: np.where(_ramp() > 0.5, 1e300, _ramp()),
    "constant": lambda: np.full((5, 5), 0.25),
    "all nan": lambda: np.full((5, 5), np.nan),
    "two a side": lambda: np.array([[0.0, 1.0], [2.0, 3.0]]),
}


@pytest.mark.parametrize("odd", list(ODD))
def test_odd_numbers_are_drawn_as_far_as_they_can_be(qtbot: QtBot, odd: str) -> None:
    _, plot = shown(qtbot)
    assert isinstance(plot, SurfacePlot)
    plot.show_sight(picture_of(ODD[odd]()))
    assert not plot.grab().isNull()
    bands = np.asarray(plot.image.image)
    if odd in ("nan", "all nan"):
        assert (bands == BANDS).any(), "what is not known is sunken"
    elif odd in ("infinite", "1e300"):
        assert bands.max() == BANDS - 1, "what is too large is the top"
    point_at(plot, plot.pixel(0.4, 0.4))
    assert plot.plate.rows[0][0].startswith("loss ")
    plot.show_sight(SurfaceSight(plot.sight.grid))
    assert not plot.image.isVisible() and not plot.ball.isVisible()


@pytest.mark.parametrize("odd", ["nan", "infinite", "1e300", "constant", "all nan"])
def test_a_slice_of_odd_numbers(qtbot: QtBot, odd: str) -> None:
    _, plot = shown(qtbot, None)
    assert isinstance(plot, SlopePlot)
    losses = ODD[odd]()[2]
    marks = Marks(np.zeros(1), (0.0,), 0.5, (0.3,), None)
    curve = Surface(np.linspace(-2, 2, 5), np.zeros(1), losses[None], 1.0)
    grid = SurfaceGrid(0.0, 0.0, 2.0, 1.0, 5)
    plot.show_sight(SurfaceSight(grid, Picture(grid, curve, marks), ("w", ""), point=(0.0,)))
    assert not plot.grab().isNull()
    assert np.isfinite(plot.view.viewRange()).all()
    assert plot.ball.isVisible() == bool(abs(losses[2]) < 1e30)


def test_far_zooms_end_where_numbers_do(qtbot: QtBot) -> None:
    window, plot = shown(qtbot)
    for factor in (ZOOM**20, ZOOM**-20):
        for _ in range(40):
            plot.zoom(factor)
        settled(qtbot, window)
        assert np.isfinite(plot.view.viewRange()).all() and not plot.grab().isNull()
    plot.show_all()
    huge = set_numbers(LEARNT, {FIRST: 1e300, SECOND: -1e300})
    window.document.replace(huge)
    settled(qtbot, window)
    assert plot.words.text().replace("\n", " ") == FAR and not plot.grab().isNull()
    window.document.replace(LEARNT)
    settled(qtbot, window)
    assert not plot.words.text() and plot.sight.shown is not None


@BOTH
def test_a_saved_picture_has_its_own_size_and_numbers_are_exact(
    qtbot: QtBot, second: Place | None, tmp_path: Path
) -> None:
    window, plot = shown(qtbot, second)
    before, ranges = plot.grab().toImage(), plot.view.viewRange()
    for name in ("loss.png", "loss.svg", "loss.csv"):
        window.panel.save_picture(tmp_path / name)
    assert QImage(str(tmp_path / "loss.png")).size() == plot.standard_size
    assert plot.standard_size == QSize(1200, 1200 if second else 700)
    lines = (tmp_path / "loss.csv").read_text().splitlines()
    assert lines[0].endswith(",loss")
    last = [float(cell) for cell in lines[-1].split(",")]
    shown_now = plot.sight.shown
    assert shown_now is not None and last[-1] == shown_now.losses.flat[-1]
    QApplication.processEvents()
    settled(qtbot, window)
    assert np.allclose(plot.view.viewRange(), ranges, rtol=1e-12)
    after = plot.grab().toImage()
    places = [(x, y) for x in range(before.width()) for y in range(before.height())]
    changed = sum(after.pixel(*place) != before.pixel(*place) for place in places)
    assert changed < len(places) / 100  # the last bit of a range shades the edge of a line


def test_plots_that_are_gone_leave_nothing(qtbot: QtBot) -> None:
    window, plot = shown(qtbot)
    sight = plot.sight
    for k in range(40):
        other = (SurfacePlot, SlopePlot)[k % 2](window)
        other.show_sight(sight if k % 2 == 0 else SurfaceSight(sight.grid))
        other.show()
        other.grab()
        other.close()
        other.deleteLater()
        QApplication.sendPostedEvents(None, 52)  # DeferredDelete
    assert len(window.findChildren(SurfacePlot)) == 1


def test_a_saved_picture_shows_the_whole_path_in_its_own_shape(qtbot: QtBot) -> None:
    """A plot as wide as a dock is cut to nothing where only what it shows is saved."""
    window = opened(qtbot, LossSurface, LEARNT, (900, 220))
    settled(qtbot, window)
    plot = window.panel.surface
    before, seen = plot.sight.picture, []

    def look() -> None:
        if plot.saving and plot.sight.picture is not None:
            seen.append((plot.view.viewRange(), plot.sight.picture.grid))

    plot.scene().sigPrepareForPaint.connect(look)
    plot.picture()
    ((left, right), (low, high)), grid = seen[0]
    assert grid.half_x == pytest.approx(grid.half_y, rel=0.1)  # computed for the square
    x, y = plot.sight.path.T
    assert left <= x.min() and x.max() <= right and low <= y.min() and y.max() <= high
    assert plot.sight.picture is not None and before is not None
    assert plot.sight.picture.grid == before.grid  # and afterwards for the dock again


def test_a_loss_is_read_with_the_digits_of_the_document(qtbot: QtBot) -> None:
    window, plot = shown(qtbot)
    window.document.set_settings(replace(window.value.settings, digits=6))
    settled(qtbot, window)
    plot.show_read(plot.first_read())
    loss = plot.plate.rows[0][0].removeprefix("loss ")
    assert len(loss.lstrip("0.")) == 6
