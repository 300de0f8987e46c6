"""The plot of a function: its curve, its slope, the present point, and what is said of them."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from engine.experiment import stepping
from engine.experiment.experiment import Experiment
from engine.formulas.function_gallery import GalleryFunction
from engine.functions import Floats
from engine.lessons.lesson import open_lesson
from engine.network import Place
from playground.plots.functions import Functions
from tests.engine.experiments import small, student
from tests.playground.panel_window import PanelWindow, opened, unnamed, walked
from tests.playground.plot_window import (
    click,
    double_click,
    point_at,
    press_and_move,
    seen,
    theme,
    turn_wheel,
)

GALLERY = open_lesson("loss-gallery").experiment


def shown(qtbot: QtBot, experiment: Experiment) -> PanelWindow[Functions]:
    return opened(qtbot, Functions, experiment, (450, 260))


def test_a_selected_neuron_stands_on_its_activation(qtbot: QtBot) -> None:
    """i4 = −0.7: o4 = 0.33181, slope 0.33181·0.66819 = 0.22171."""
    window = shown(qtbot, student())
    window.stage.select(("4",))
    plot = window.panel.plot
    assert plot.subject.title == "Sigmoid of 4"
    assert plot.place() == pytest.approx(-0.7)
    assert [line.name for line in plot.lines] == ["value", "slope"]
    value, slope = (np.interp(-0.7, line.xs, line.ys) for line in plot.lines)
    assert value == pytest.approx(0.3318122278318339, abs=1e-4)
    assert slope == pytest.approx(0.2217128732, abs=1e-4)
    assert window.panel.told.text() == "At z4 = −0.7 the value is 0.3318, the slope 0.2217."


def test_an_output_stands_on_the_loss(qtbot: QtBot) -> None:
    """|−0.5 − 1| = 1.5 with slope −1; then 0.5 away, slope 2·(0.5 − 1) = −1 for the square."""
    window = shown(qtbot, GALLERY)
    window.stage.select(("y",))
    assert window.panel.told.text() == "At y = −0.5 the loss is 1.5, the slope −1."
    window.panel.show_function("loss", "squared")
    window.document.set_number(Place("value", "p"), 0.5)
    assert window.panel.told.text() == "At y = 0.5 the loss is 0.25, the slope −1."
    assert window.panel.plot.subject.target == 1.0


def test_a_flat_function_is_said_to_teach_nothing(qtbot: QtBot) -> None:
    window = shown(qtbot, GALLERY)
    window.panel.show_function("loss", "zero-one")
    assert window.panel.told.text().endswith(
        "the slope 0. Zero-one is flat everywhere: its slope is 0, so it cannot teach."
    )
    slope = window.panel.plot.lines[1]
    assert not np.nan_to_num(slope.ys).any()
    values = window.panel.plot.lines[0].ys
    assert np.isnan(values).any()  # no line from 1 down to 0


def test_what_is_not_computed_has_no_point(qtbot: QtBot) -> None:
    window = shown(qtbot, student())
    window.document.step(stepping.step)  # z4 alone
    window.stage.select(("6",))
    assert window.panel.told.text() == "The value of 6 is not computed yet."
    window.stage.select(("5",))
    assert window.panel.told.text() == "The weighted sum of 5 is not computed yet."
    assert np.isnan(window.panel.plot.place())
    window.stage.select(("4",))
    assert window.panel.plot.place() == pytest.approx(-0.7)


def test_the_chosen_row_decides(qtbot: QtBot) -> None:
    window = shown(qtbot, small(rows=5))
    node = window.value.network.nodes[2].id
    window.stage.select((node,))
    places = []
    for row in (0, 3):
        window.stage.choose_row(row)
        places.append(window.panel.plot.place())
    assert places[0] != places[1]


def test_mouse_and_arrows_read_the_function_and_escape_lets_go(qtbot: QtBot) -> None:
    window = shown(qtbot, student())
    window.stage.select(("4",))
    plot = window.panel.plot
    point_at(plot, plot.pixel(2.0, 0.5))
    assert plot.place() == pytest.approx(2.0, abs=0.03)
    assert [text.split()[0] for text, _ in plot.plate.rows] == ["z4", "value", "slope"]
    assert window.panel.told.text().startswith(f"At {plot.plate.rows[0][0].split()[0]} = ")
    point_at(plot, QPointF(plot.rect().center()))
    plot.setFocus()
    before = plot.place()
    QTest.keyClick(plot, Qt.Key.Key_Right)
    assert plot.place() > before
    QTest.keyClick(plot, Qt.Key.Key_Escape)
    assert plot.place() == pytest.approx(-0.7)


def test_the_wheel_and_keys_zoom_across_and_upwards_it_fits(qtbot: QtBot) -> None:
    """Around −2: what lies 2 to the left and 6 to the right lies 1.6 and 4.8 away, then 2 and 6."""
    window = shown(qtbot, student())
    plot = window.panel.plot
    window.panel.show_function("activation", "square")
    turn_wheel(plot, plot.pixel(-2.0, 8.0), 1)
    assert plot.x_span() == pytest.approx((-3.6, 2.8), abs=0.03)
    assert tuple(plot.view.viewRange()[0]) == plot.x_span()
    assert plot.lines[0].xs[0] == plot.x_span()[0]
    assert plot.view.viewRange()[1][1] == pytest.approx(3.6**2, rel=0.15)
    turn_wheel(plot, plot.pixel(-2.0, 8.0), -1)
    assert plot.x_span() == pytest.approx((-4.0, 4.0), abs=0.05)
    plot.show_read(None)
    QTest.keyClick(plot, Qt.Key.Key_0)
    QTest.keyClick(plot, Qt.Key.Key_Plus)
    assert plot.x_span() == pytest.approx((-3.2, 3.2))
    QTest.keyClick(plot, Qt.Key.Key_Minus)
    assert plot.x_span() == pytest.approx((-4.0, 4.0))


def test_over_an_axis_the_wheel_zooms_that_one(qtbot: QtBot) -> None:
    window = shown(qtbot, student())
    plot = window.panel.plot
    low, high = plot.view.viewRange()[1]
    area = plot.view.geometry()
    turn_wheel(plot, QPointF(area.left() - 10, area.center().y()), 1)
    narrow = plot.view.viewRange()[1]
    assert narrow[1] - narrow[0] == pytest.approx(0.8 * (high - low))
    assert plot.x_span() == (-4.0, 4.0)
    turn_wheel(plot, QPointF(area.center().x(), area.bottom() + 10), 1)
    assert plot.x_span()[1] == pytest.approx(3.2, abs=0.05)
    assert plot.view.viewRange()[1] == narrow
    QTest.keyClick(plot, Qt.Key.Key_A)
    assert plot.x_span() == (-4.0, 4.0) and plot.view.viewRange()[1] == [low, high]


def test_a_drag_and_ctrl_with_an_arrow_pan_and_a_double_click_shows_all(qtbot: QtBot) -> None:
    window = shown(qtbot, student())
    plot = window.panel.plot
    start, end = plot.pixel(0.0, 0.5), plot.pixel(1.0, 0.5)
    assert not seen(plot).isNull()  # pyqtgraph pans by the transform of the last painting
    press_and_move(plot, start, [start + QPointF(12, 0), end])
    assert plot.x_span() == pytest.approx((-5.0, 3.0), abs=0.05)
    assert plot.lines[0].xs[0] == plot.x_span()[0]
    QTest.keyClick(plot, Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
    assert plot.x_span() == pytest.approx((-4.2, 3.8), abs=0.05)
    double_click(plot, plot.pixel(0.0, 0.5))
    assert plot.x_span() == (-4.0, 4.0)


def test_shift_reads_ten_times_as_far_and_the_value_is_spoken(qtbot: QtBot) -> None:
    window = shown(qtbot, student())
    window.stage.select(("4",))
    plot = window.panel.plot
    QTest.keyClick(plot, Qt.Key.Key_Right)
    assert plot.place() == pytest.approx(-0.7 + 8 / 60)
    QTest.keyClick(plot, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert plot.place() == pytest.approx(-0.7 - 9 * 8 / 60)
    assert plot.accessibleDescription().startswith("z4 −1.9, value 0.13")
    QTest.keyClick(plot, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(plot, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert plot.place() == -4.0


def test_a_right_click_opens_the_menu(qtbot: QtBot) -> None:
    window = shown(qtbot, student())
    plot = window.panel.plot
    with qtbot.waitSignal(plot.menu_asked):
        click(plot, plot.pixel(0.0, 0.5), Qt.MouseButton.RightButton)
    texts = [action.text().partition("\t")[0] for action in window.panel.menu().actions()]
    assert texts[:2] == ["Copy picture", "Copy numbers"]
    assert {"View all", "Grid", "X axis", "Y axis", "Mouse Mode"} <= set(texts)


def _dull(xs: Floats, value: float) -> tuple[Floats, Floats]:
    return np.full_like(xs, value), np.zeros_like(xs)


@pytest.mark.parametrize("value", [0.0, 2.5, np.nan, np.inf, -np.inf, 1e300, 9e29])
@pytest.mark.parametrize("here", [0.5, np.nan, 1e300])
def test_functions_that_cannot_be_drawn_are_drawn_somehow(
    qtbot: QtBot, value: float, here: float
) -> None:
    window = shown(qtbot, student())
    plot = window.panel.plot
    home = (-1.0, 1.0)
    plot.show_subject(GalleryFunction("Dull", "", lambda xs: _dull(xs, value), home, here), True)
    assert not seen(plot).isNull()
    low, high = plot.view.viewRange()[1]
    assert np.isfinite([low, high]).all() and low < high
    assert plot.dots[0].isVisible() == (here == 0.5 and abs(value) < 1e30)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Plus, Qt.Key.Key_Minus):
        QTest.keyClick(plot, key)
    assert not plot.picture().isNull()


@pytest.mark.parametrize("here", [1e20, 9e29, 1e31])
def test_a_sum_far_out_is_shown_where_it_is(qtbot: QtBot, here: float) -> None:
    window = shown(qtbot, student())
    window.stage.select(("4",))
    window.document.set_number(Place("bias", "4"), here)
    plot = window.panel.plot
    assert window.panel.told.text().startswith("At z4 = ")
    assert not seen(plot).isNull()
    assert (plot.x_span()[1] > 8.0) == (here < 1e30)
    assert plot.dots[0].isVisible() == (here < 1e30)


def test_a_range_has_its_limits(qtbot: QtBot) -> None:
    window = shown(qtbot, student())
    plot = window.panel.plot
    for key in (Qt.Key.Key_Plus, Qt.Key.Key_Minus):
        QTest.keyClick(plot, Qt.Key.Key_0)
        for _ in range(400):
            QTest.keyClick(plot, key)
        low, high = plot.x_span()
        assert -1e30 <= low < high <= 1e30
        assert tuple(plot.view.viewRange()[0]) == (low, high)


def test_a_picture_has_its_own_size_and_the_numbers_are_exact(qtbot: QtBot, tmp_path: Path) -> None:
    window = shown(qtbot, student())
    window.stage.select(("4",))
    before = seen(window.panel)
    image = window.panel.plot.picture()
    assert (image.width(), image.height()) == (1200, 700)
    for name in ("function.png", "function.svg", "function.csv"):
        window.panel.save_picture(tmp_path / name)
        assert (tmp_path / name).stat().st_size > 2000
    rows = [row.split(",") for row in (tmp_path / "function.csv").read_text().splitlines()]
    assert rows[0] == ["z4", "value", "slope"]
    x, value, slope = (float(cell) for cell in rows[40])
    assert value == pytest.approx(1 / (1 + np.exp(-x)), rel=1e-12)
    assert slope == pytest.approx(value * (1 - value), rel=1e-12)
    assert seen(window.panel) == before


def test_a_list_chooses_and_the_slope_is_switched_off(qtbot: QtBot) -> None:
    window = shown(qtbot, student())
    choice = window.panel.choice
    choice.setFocus()
    QTest.keyClicks(choice, "ReLU")
    choice.activated.emit(choice.currentIndex())
    assert window.panel.plot.subject.title == "ReLU"
    QTest.mouseClick(window.panel.slope, Qt.MouseButton.LeftButton)
    assert [line.name for line in window.panel.plot.lines] == ["value"]


def test_every_control_has_a_name_and_both_themes_paint(qtbot: QtBot) -> None:
    window = shown(qtbot, GALLERY)
    controls = walked(window, window.panel.choice)
    assert window.panel.plot in controls and window.panel.slope in controls
    assert not unnamed(controls)
    light = seen(window.panel)
    theme("dark")
    assert seen(window.panel) != light
    theme("light")


def test_a_network_without_an_output_shows_functions_all_the_same(qtbot: QtBot) -> None:
    from engine.experiment.experiment import new_experiment
    from engine.network import Network

    window = shown(qtbot, new_experiment(Network()))
    assert window.panel.told.text() == "Mark a neuron as output."
    window.panel.show_function("activation", "tanh")
    assert window.panel.told.text() == "Select a neuron."
    assert window.panel.plot.lines


def test_where_nothing_stands_nothing_is_drawn(qtbot: QtBot) -> None:
    """Zero-one has a value everywhere, even where no place is known."""
    from engine.experiment.experiment import new_experiment
    from engine.network import Network

    window = shown(qtbot, new_experiment(Network()))
    window.panel.show_function("loss", "zero-one")
    plot = window.panel.plot
    assert not plot.tangent.isVisible() and not any(dot.isVisible() for dot in plot.dots)
    point_at(plot, plot.view.geometry().center())
    assert plot.tangent.isVisible() and plot.dots[0].isVisible()
