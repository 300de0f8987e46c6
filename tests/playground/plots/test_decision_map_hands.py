"""Moving, zooming, reading and saving a map, whatever its inputs and samples are."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from engine.views.decision_map import AnswerMap, InputPlane
from playground.plots.decision_map import DecisionMap
from playground.plots.map_plot import MapPlot, MapScene
from playground.theme.palette import LIGHT, map_ramp
from tests.playground.map_cases import (
    LEARNT,
    complete,
    fitting,
    is_computed,
    is_even,
    large,
    spans,
    summed,
    very_different,
)
from tests.playground.plot_window import (
    click,
    double_click,
    opened,
    point_at,
    press_and_move,
    seen,
    turn_wheel,
)


def test_a_plane_is_never_stretched_and_is_computed_where_it_is_seen(qtbot: QtBot) -> None:
    window = opened(qtbot, DecisionMap, LEARNT)
    plot = window.panel.plot
    for size in ((700, 400), (400, 700), (1000, 300)):
        window.resize(*size)
        qtbot.waitUntil(lambda: is_computed(plot))
        low, high = LEARNT.data.input_rows().min(axis=0), LEARNT.data.input_rows().max(axis=0)
        ranges = np.array(plot.view.viewRange())
        assert (ranges[:, 0] < low).all() and (ranges[:, 1] > high).all(), "all samples are seen"
    told: list[object] = []
    plot.range_wanted.connect(told.append)
    window.resize(500, 500)
    qtbot.waitUntil(lambda: is_computed(plot))
    assert not told, "another size of the window is not the learner's hand"


def test_a_plane_settles_in_any_shape(qtbot: QtBot) -> None:
    window = opened(qtbot, DecisionMap, very_different(), (300, 760))
    plot = window.panel.plot
    told: list[int] = []
    plot.room_changed.connect(lambda: told.append(plot.view.width()))
    for wide in range(250, 600, 10):
        window.resize(wide, 760)
        told.clear()
        for _ in range(30):
            QApplication.processEvents()
        assert len(told) < 10, f"{wide}: other numbers at the left ask for other numbers"


def test_inputs_of_very_different_units_fill_the_plot(qtbot: QtBot) -> None:
    window = opened(qtbot, DecisionMap, very_different())
    across, up = spans(window.panel.plot)
    assert is_even(window.panel.plot, unit=3 / 200_000)
    assert up == pytest.approx(3.6, rel=0.01), "as high as the samples need"
    turn_wheel(window.panel.plot, window.panel.plot.view.geometry().center(), 2)
    assert is_even(window.panel.plot, unit=3 / 200_000)
    assert spans(window.panel.plot)[0] < across


def test_the_wheel_zooms_at_the_pointer_and_the_plane_is_sharpened(qtbot: QtBot) -> None:
    window = opened(qtbot, DecisionMap, LEARNT)
    plot = window.panel.plot
    place, before = QPointF(plot.pixel(2.0, 3.0).toPoint()), spans(plot)
    under = plot.at(place)
    turn_wheel(plot, place, 1)
    assert plot.at(place) == pytest.approx(under, abs=1e-6)
    assert spans(plot) == pytest.approx([0.8 * span for span in before])
    qtbot.waitUntil(lambda: is_computed(plot))
    assert plot.at(place) == pytest.approx(under, abs=0.1), "but for wider numbers at the left"
    over_axis = QPointF(plot.view.geometry().center().x(), plot.height() - 8)
    turn_wheel(plot, over_axis, -1)
    assert spans(plot) == pytest.approx(before, rel=1e-6), "both, so that nothing is stretched"


def test_dragging_pans_and_a_double_click_shows_all(qtbot: QtBot) -> None:
    window = opened(qtbot, DecisionMap, LEARNT)
    plot = window.panel.plot
    before = window.panel.plane()
    start = QPointF(plot.pixel(1.0, 1.0).toPoint())
    held = plot.at(start)
    ends = [start + QPointF(k, -k / 2) for k in (10, 30, 60)]
    press_and_move(plot, start, ends)
    assert plot.at(ends[-1]) == pytest.approx(held, abs=1e-6)
    qtbot.waitUntil(lambda: is_computed(plot))
    assert window.panel.plane() != before
    double_click(plot, start)
    qtbot.waitUntil(lambda: window.panel.plane() == before and is_computed(plot))


def test_keys_zoom_pan_and_show_all(qtbot: QtBot) -> None:
    window = opened(qtbot, DecisionMap, LEARNT)
    plot, keys = window.panel.plot, Qt.Key
    plot.setFocus(Qt.FocusReason.TabFocusReason)
    home, before = window.panel.plane(), spans(plot)
    for key in (keys.Key_0, keys.Key_A):
        QTest.keyClick(plot, keys.Key_Plus)
        assert spans(plot) == pytest.approx([0.8 * span for span in before])
        QTest.keyClick(plot, keys.Key_Right, Qt.KeyboardModifier.ControlModifier)
        assert plot.view.viewRange()[0][0] > -0.4 * before[0]
        qtbot.waitUntil(lambda: is_computed(plot))
        QTest.keyClick(plot, key)
        assert window.panel.plane() == home and is_computed(plot)
    QTest.keyClick(plot, keys.Key_Minus)
    assert spans(plot) == pytest.approx([span / 0.8 for span in before])
    assert not plot.plate.rows
    QTest.keyClick(plot, keys.Key_Right)
    first = plot.read
    QTest.keyClick(plot, keys.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(plot, keys.Key_Up)
    assert first is not None and plot.read is not None
    assert plot.read[0] - first[0] == pytest.approx(10 * spans(plot)[0] / 60)
    assert plot.read[1] - first[1] == pytest.approx(spans(plot)[1] / 60)
    QTest.keyClick(plot, keys.Key_Return)
    assert window.value is LEARNT, "there is nowhere to go to"


def test_the_right_button_opens_the_menu_of_every_plot(qtbot: QtBot) -> None:
    window = opened(qtbot, DecisionMap, LEARNT)
    with qtbot.waitSignal(window.panel.plot.menu_asked):
        click(window.panel.plot, window.panel.plot.pixel(1, 1), Qt.MouseButton.RightButton)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    words = [action.text() for action in menu.actions()]
    assert "Copy picture" in words and "Copy numbers" in words and "Grid" in words
    menu.close()


def test_along_one_input_the_height_fits_until_its_own_axis_is_zoomed(qtbot: QtBot) -> None:
    window = opened(qtbot, DecisionMap, fitting())
    plot = window.panel.plot
    home = plot.view.viewRange()
    turn_wheel(plot, plot.view.geometry().center(), 1)
    assert spans(plot)[0] == pytest.approx(0.8 * (home[0][1] - home[0][0]))
    qtbot.waitUntil(lambda: plot.shown.plane == window.panel.plane())
    assert plot.answers().min() > -0.92, "2 tanh(x) + 1 where x > −2"
    low, high = plot.view.viewRange()[1]
    assert low > home[1][0] + 0.03, "it fits what is seen"
    turn_wheel(plot, QPointF(8, plot.view.geometry().center().y()), 1)
    assert spans(plot)[1] == pytest.approx(0.8 * (high - low))
    own = plot.view.viewRange()[1]
    QTest.keyClick(plot, Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
    qtbot.wait(1)
    assert plot.view.viewRange()[1] == pytest.approx(own), "it stays the learner's own"
    QTest.keyClick(plot, Qt.Key.Key_0)
    assert np.allclose(plot.view.viewRange(), home)
    window.document.replace(LEARNT)
    assert is_computed(plot), "and a plane after a line is not stretched"
    plot.view.setAspectLocked(False)
    plot.show_plane(plot.ranges)
    plot.zoom(0.5)
    plot.view.setXRange(-1, 1, padding=0)
    assert is_even(plot), "whatever range the line had"


def test_a_large_network_is_moved_at_once_and_sharpened_beside_the_window(qtbot: QtBot) -> None:
    window = opened(qtbot, DecisionMap, large())
    plot = window.panel.plot
    qtbot.waitUntil(lambda: complete(plot) and is_computed(plot))
    before, old = plot.view.viewRange(), plot.shown.answers
    QTest.keyClick(plot, Qt.Key.Key_Plus)
    assert plot.view.viewRange() != before and plot.shown.answers is old
    qtbot.waitUntil(lambda: complete(plot) and is_computed(plot))
    QTest.keyClick(plot, Qt.Key.Key_0)
    assert np.allclose(plot.view.viewRange(), before), "all is shown before it is computed"
    qtbot.waitUntil(lambda: complete(plot) and is_computed(plot))


@pytest.mark.parametrize("far", [np.nan, np.inf, -np.inf, 1e300, 1e30, 1e12])
def test_samples_far_away_do_not_break_the_map(qtbot: QtBot, far: float) -> None:
    window = opened(qtbot, DecisionMap, LEARNT)
    plot = window.panel.plot
    points = plot.shown.points
    assert points is not None
    places = points.places.copy()
    places[0] = far, 1.0
    plot.show_scene(replace(plot.shown, points=replace(points, places=places)))
    shown = sum(len(item.data) for item in plot.samples.items)
    assert shown == len(places) - (not abs(far) <= 1e30)
    assert not seen(plot).isNull()
    point_at(plot, plot.pixel(1.0, 1.0))
    assert plot.plate.rows


@pytest.mark.parametrize(
    "rows",
    [[[0.0, 0.0, 1.0]], [[5.0, 5.0, 1.0]] * 4, [[1e15, 0.0, 1.0]] * 2,
     [[-1e300, 1e-300, 1.0], [1e300, 0.0, 0.0]]],
)  # fmt: skip
def test_one_sample_equal_ones_and_huge_ones_have_a_plane(
    qtbot: QtBot, rows: list[list[float]]
) -> None:
    window = opened(qtbot, DecisionMap, summed(np.array(rows)))
    plot = window.panel.plot
    assert not seen(plot).isNull()
    for key in (Qt.Key.Key_Plus, Qt.Key.Key_Minus, Qt.Key.Key_0):
        QTest.keyClick(plot, key)
        assert np.isfinite(plot.view.viewRange()).all() and min(spans(plot)) > 0
    for _ in range(200):
        QTest.keyClick(plot, Qt.Key.Key_Plus)
    assert np.isfinite(plot.view.viewRange()).all() and min(spans(plot)) > 0


@pytest.mark.parametrize("fill", [np.nan, np.inf, 1e300, 0.0, 7.0])
def test_a_curve_that_is_not_finite_or_even_has_a_height(qtbot: QtBot, fill: float) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    plot = MapPlot(window)
    plot.resize(500, 300)
    window.show()
    xs = np.linspace(0.0, 2.0, 50)
    found = AnswerMap(xs, np.zeros(1), ("y",), np.full((1, 1, 50), fill), True)
    plot.show_scene(MapScene(InputPlane("x", None, (0.0, 2.0)), found, names=("x", "", "y")))
    assert np.isfinite(plot.view.viewRange()).all() and spans(plot)[1] > 0
    assert not seen(plot).isNull()
    point_at(plot, QPointF(250, 150))
    assert plot.plate.rows[0][0] == ("y –" if not abs(fill) <= 1e30 else f"y {fill:g}")
    plot.show_scene(MapScene())
    assert not seen(plot).isNull()


def test_a_picture_has_a_size_of_its_own_and_is_computed_for_it(qtbot: QtBot) -> None:
    window = opened(qtbot, DecisionMap, LEARNT, (900, 300))
    plot = window.panel.plot
    before = plot.view.viewRange()
    image = plot.picture()
    assert image.size() == QSize(1200, 1200)
    ramp = {color.rgb() for color in map_ramp(LIGHT, 9)}
    inside = image.rect().adjusted(90, 80, -30, -60)
    for corner in (inside.topLeft(), inside.topRight(), inside.bottomLeft(), inside.bottomRight()):
        assert image.pixelColor(corner).rgb() in ramp, "the plane goes to the edges"
    assert np.allclose(plot.view.viewRange(), before, rtol=0.02) and is_computed(plot)
    window.document.replace(summed(np.array([[0.0, 0, 0], [9, 3, 1]])))
    image = plot.picture()
    dots = (image.pixelColor(x, y) for x in range(0, 1200, 3) for y in range(90, 1200, 3))
    assert LIGHT.fwd in dots, "a square shows all samples, far apart to one side as they are"
    window.document.replace(fitting())
    assert plot.picture().size() == QSize(1200, 700)
