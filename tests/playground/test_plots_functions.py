"""The plot of a function: its curve, its slope, the present point, and what is said of them."""

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from engine import stepping
from engine.activations import ACTIVATIONS
from engine.experiment import Experiment
from engine.lessons import open_lesson
from engine.losses import LOSSES
from engine.network import Place
from playground.plots.functions import Functions
from tests.engine.experiments import small, student
from tests.playground.panel_window import PanelWindow, opened, unnamed, walked
from tests.playground.plot_window import point_at, seen, theme

GALLERY = open_lesson("loss-gallery").experiment


def shown(qtbot: QtBot, experiment: Experiment) -> PanelWindow[Functions]:
    return opened(qtbot, Functions, experiment, (450, 260))


def test_a_selected_neuron_stands_on_its_activation(qtbot: QtBot) -> None:
    """i4 = −0.7: o4 = 0.33181, slope 0.33181·0.66819 = 0.22171."""
    window = shown(qtbot, student())
    window.stage.select(("4",))
    plot = window.panel.plot
    assert plot.subject is not None and plot.subject.title == "Sigmoid of 4"
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
    assert window.panel.plot.subject is not None
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
    frame = plot.frame()
    point_at(plot, frame.point(2.0, 0.5))
    assert plot.place() == pytest.approx(2.0, abs=0.03)
    assert [text.split()[0] for text, _ in plot.readings()] == ["z4", "value", "slope"]
    assert window.panel.told.text().startswith(f"At {plot.readings()[0][0].split()[0]} = ")
    QTest.mouseMove(plot, plot.rect().center())
    plot.setFocus()
    before = plot.place()
    QTest.keyClick(plot, Qt.Key.Key_Right)
    assert plot.place() > before
    QTest.keyClick(plot, Qt.Key.Key_Escape)
    assert plot.place() == pytest.approx(-0.7)


def test_the_wheel_zooms_and_0_shows_all(qtbot: QtBot) -> None:
    window = shown(qtbot, student())
    plot = window.panel.plot
    plot.setFocus()
    QTest.keyClick(plot, Qt.Key.Key_Plus)
    assert plot.x_span().high - plot.x_span().low == pytest.approx(8 * 0.8)
    QTest.keyClick(plot, Qt.Key.Key_0)
    assert plot.x_span().high == 4.0


@pytest.mark.parametrize(
    ("kind", "name"),
    [*(("activation", name) for name in ACTIVATIONS), *(("loss", name) for name in LOSSES)],
)
def test_the_slope_that_is_drawn_is_the_slope_of_the_curve(
    qtbot: QtBot, kind: str, name: str
) -> None:
    window = shown(qtbot, student())
    window.panel.show_function(kind, name)
    subject = window.panel.plot.subject
    assert subject is not None
    home = subject.home
    xs = np.linspace(home.low, home.high, 37)[1:-1] + 1e-3
    values, slopes = subject.function(xs)
    right, left = subject.function(xs + 1e-6)[0], subject.function(xs - 1e-6)[0]
    known = np.isfinite(values) & (np.abs(slopes) < 1e3)
    assert known.any()
    np.testing.assert_allclose(((right - left) / 2e-6)[known], slopes[known], rtol=1e-5, atol=1e-7)
    assert not seen(window.panel).isNull()


def test_a_list_chooses_and_the_slope_is_switched_off(qtbot: QtBot) -> None:
    window = shown(qtbot, student())
    choice = window.panel.choice
    choice.setFocus()
    QTest.keyClicks(choice, "ReLU")
    choice.activated.emit(choice.currentIndex())
    assert window.panel.plot.subject is not None
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
    from engine.experiment import new_experiment
    from engine.network import Network

    window = shown(qtbot, new_experiment(Network()))
    assert window.panel.told.text() == "Mark a neuron as output."
    window.panel.show_function("activation", "tanh")
    assert window.panel.told.text() == "Select a neuron."
    assert window.panel.plot.lines
    assert QPointF(window.panel.plot.frame().area.topLeft()).x() >= 0
