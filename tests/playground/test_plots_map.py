"""The map of answers over the inputs, the samples on it, and the small maps of the nodes."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from engine.data import make_data
from engine.errors import Refused
from engine.experiment import Experiment, new_experiment
from engine.lessons import open_lesson
from engine.network import Network, Node
from engine.settings import Settings
from engine.training import Goal, trained
from playground.bands import bands_of
from playground.node_maps import plane_of
from playground.palette import LIGHT
from playground.plots.boundary import DecisionMap
from playground.plots.class_map import CLASS, tints
from playground.plots.map_legend import Legend
from tests.playground.panel_window import enter, unnamed, walked
from tests.playground.plot_window import PlotWindow, opened, point_at, seen, theme

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


def answer(window: PlotWindow[DecisionMap], *inputs: float) -> float:
    value = window.value
    return float(value.program.answers(value.settings, value.parameters, np.array([inputs]))[0, 0])


def test_a_network_without_inputs_has_no_map(qtbot: QtBot) -> None:
    window = opened(qtbot, DecisionMap, open_lesson("parabola").experiment)
    assert window.panel.plot.waiting() == "Needs one or two inputs"
    window.document.replace(LEARNT)
    assert window.panel.plot.waiting() == ""


def test_the_map_is_the_answer_of_the_network(qtbot: QtBot) -> None:
    window = opened(qtbot, DecisionMap, LEARNT)
    found = window.panel.plot.scene.answers
    assert found is not None and found.complete
    for row, column in ((0, 0), (50, 20), (99, 99)):
        exact = answer(window, float(found.xs[column]), float(found.ys[row]))
        assert found.values[0, row, column] == pytest.approx(exact, abs=2e-6)
    assert window.panel.plot.scene.span == (-1, 1)


def test_the_readout_tells_answer_and_place(qtbot: QtBot) -> None:
    window = opened(qtbot, DecisionMap, LEARNT)
    plot = window.panel.plot
    point_at(plot, plot.frame().point(2.0, 3.0))
    assert [text.split()[0] for text, _ in plot.readings()] == ["y", "x1", "x2"]
    plot.setFocus(Qt.FocusReason.TabFocusReason)
    before = plot.readings()
    QTest.keyClick(plot, Qt.Key.Key_Right)
    assert plot.readings() != before
    assert plot.accessibleDescription().startswith("y ")


def test_samples_stand_where_they_are(qtbot: QtBot) -> None:
    window = opened(qtbot, DecisionMap, LEARNT)
    points = window.panel.plot.scene.points
    assert points is not None and points.classes and points.middle == 0
    assert np.array_equal(points.places, LEARNT.data.input_rows())
    assert np.array_equal(points.tested, LEARNT.data.test)


def test_the_axes_can_be_chosen_and_the_others_held(qtbot: QtBot) -> None:
    window = opened(qtbot, DecisionMap, TABLE, (900, 400))
    assert not window.panel.held.fields, "made when they are asked for"
    QTest.mouseClick(window.panel.others, Qt.MouseButton.LeftButton)
    assert list(window.panel.held.fields) == ["3"]
    enter(window.panel.held.fields["3"], "0.25")
    found = window.panel.plot.scene.answers
    assert found is not None
    exact = answer(window, float(found.xs[5]), float(found.ys[9]), 0.25)
    assert found.values[0, 9, 5] == pytest.approx(exact, abs=2e-6)
    window.panel.show_second("3")
    assert list(window.panel.held.fields) == ["2"]
    window.panel.show_first("3")  # the two change places
    plane = window.panel.plane()
    assert plane is not None and (plane.first, plane.second) == ("3", "1")


def test_one_input_is_a_curve_over_the_samples(qtbot: QtBot) -> None:
    window = opened(qtbot, DecisionMap, fitting())
    plot = window.panel.plot
    assert plot.line
    found = plot.scene.answers
    assert found is not None
    # y = 2 tanh(x) + 1
    assert plot.answers() == pytest.approx(2 * np.tanh(found.xs) + 1, abs=1e-6)
    frame = plot.frame()
    assert frame.y.low <= -1 and frame.y.high >= 2.9
    point_at(plot, frame.point(1.0, 1.0))
    assert plot.readings()[0][0].startswith("y 2.5")
    legend = window.panel.key.legend
    assert legend.span is None and legend.tested  # no shades, but two parts


def test_several_outputs_have_regions_of_the_largest(qtbot: QtBot) -> None:
    window = opened(qtbot, DecisionMap, three_classes(("cat", "car", "frog")), (900, 500))
    panel, plot = window.panel, window.panel.plot
    assert plot.scene.classes == ("cat", "car", "frog")
    assert panel.row.answer.word() == "answer: class"
    assert panel.key.isVisible() and panel.key.legend.classes == ("cat", "car", "frog")
    points = plot.scene.points
    assert points is not None and points.kinds is not None
    assert points.kinds.tolist() == [0, 1, 2, 1]
    # the largest of −x, x and y
    told = {(-2.0, 0.5): "cat", (2.0, 1.0): "car", (0.3, 3.0): "frog", (-1.0, 2.5): "frog"}
    picture, frame = seen(plot), plot.frame()
    ground = tints(LIGHT, 3)
    for (x, y), name in told.items():
        place = frame.point(x, y)
        point_at(plot, place)
        assert plot.readings()[0][0] == name
        tint = ground[plot.scene.classes.index(name)]
        assert picture.pixelColor(place.toPoint()).rgb() == tint.rgb()
    assert [text for text, _ in plot.readings()[:2]] == ["frog", "frog 2.5"]


def test_classes_follow_a_run_and_one_output_can_be_asked(qtbot: QtBot) -> None:
    window = opened(qtbot, DecisionMap, three_classes(), (900, 500))
    before = seen(window.panel.plot)
    with qtbot.waitSignal(window.document.changed, timeout=20_000):
        window.trainer.start(Goal(updates=300))
    assert seen(window.panel.plot) != before
    window.panel.show_answer("up")
    alone = window.panel.plot.scene
    assert not alone.classes and alone.names[2] == "up"
    window.panel.show_answer(CLASS)
    again = window.panel.plot.scene
    assert again.classes == ("left", "right", "up")


def test_one_output_shows_where_its_classes_meet(qtbot: QtBot) -> None:
    window = opened(qtbot, DecisionMap, LEARNT)
    plot = window.panel.plot
    border = plot.scene.border
    assert border == 0  # between −1 and 1
    with_line = seen(plot)
    plot.show_scene(replace(plot.scene, border=None))
    assert seen(plot) != with_line


def test_the_legend_gives_way_where_there_is_little_room(qtbot: QtBot) -> None:
    window = opened(qtbot, DecisionMap, LEARNT, (900, 300))
    assert window.panel.key.legend == Legend((-1, 1), (), tested=True)
    window.resize(420, 300)
    assert window.panel.key.legend == Legend((-1, 1), (), tested=False)
    assert window.panel.key.isVisible()
    assert "hollow ones are tested" in window.panel.key.toolTip().replace("\n", " ")


def test_the_tip_is_short_and_true_of_what_is_shown(qtbot: QtBot) -> None:
    window = opened(qtbot, DecisionMap, LEARNT)
    plot = window.panel.plot
    assert "orange low and blue high" in plot.toolTip()
    window.document.replace(three_classes())
    assert plot.scene.classes
    assert "which class" in plot.toolTip()
    assert "orange" not in plot.toolTip()
    window.document.replace(fitting())
    assert plot.line
    assert "orange" not in plot.toolTip()
    for experiment in (LEARNT, three_classes(), fitting()):
        window.document.replace(experiment)
        assert "hollow" in plot.toolTip()
        assert max(map(len, plot.toolTip().split("\n"))) <= 60
        assert plot.toolTip().count("\n") <= 3


def test_any_node_can_be_asked(qtbot: QtBot) -> None:
    window = opened(qtbot, DecisionMap, LEARNT)
    window.panel.show_answer("h1")
    found = window.panel.plot.scene.answers
    assert found is not None and found.nodes == ("h1",)
    assert window.panel.plot.scene.names[2] == "h1"


def test_the_map_follows_a_run_and_an_edit(qtbot: QtBot) -> None:
    window = opened(qtbot, DecisionMap, open_lesson("xor").experiment)
    pictures: list[bytes] = []

    def look(_: object) -> None:
        found = window.panel.plot.scene.answers
        assert found is not None
        pictures.append(found.values.tobytes())

    window.trainer.progressed.connect(look)
    with qtbot.waitSignal(window.document.changed, timeout=20_000):
        window.trainer.start(Goal(updates=2500))
    assert len(set(pictures)) > 1
    before = window.panel.plot.scene.answers
    window.document.stack.undo()
    after = window.panel.plot.scene.answers
    assert before is not None and after is not None
    assert not np.array_equal(before.values, after.values)


def test_a_large_network_is_mapped_beside_the_window(qtbot: QtBot) -> None:
    rng = np.random.default_rng(0)
    nodes = [Node("a", "input"), Node("b", "input")]
    nodes += [Node(f"h{i}", activation="tanh") for i in range(120)]
    network = Network((*nodes, Node("y", output=True)))
    for i in range(120):
        network = network.connect("a", f"h{i}").connect("b", f"h{i}").connect(f"h{i}", "y")
    data = make_data(["a", "b"], ["y"], rng.normal(size=(20, 3)))
    large = new_experiment(network, data=data, parameters=rng.normal(size=len(network.places)))
    window = opened(qtbot, DecisionMap, large)

    def complete() -> bool:
        found = window.panel.plot.scene.answers
        return found is not None and found.complete

    qtbot.waitUntil(complete, timeout=20_000)
    found = window.panel.plot.scene.answers
    assert found is not None
    exact = answer(window, float(found.xs[3]), float(found.ys[4]))
    assert found.values[0, 4, 3] == pytest.approx(exact, abs=1e-4)


def test_zoom_shows_less_and_reset_shows_all(qtbot: QtBot) -> None:
    window = opened(qtbot, DecisionMap, LEARNT)
    before = window.panel.plane()
    window.panel.zoom_in()
    after = window.panel.plane()
    assert before is not None and after is not None
    assert after.x_range[1] - after.x_range[0] < before.x_range[1] - before.x_range[0]
    window.panel.reset_zoom()
    assert window.panel.plane() == before


def test_a_map_needs_inputs() -> None:
    with pytest.raises(Refused, match="Needs one or two inputs"):
        plane_of(open_lesson("parabola").experiment.data)


def test_wild_answers_are_drawn() -> None:
    values = np.array([-np.inf, -1e300, -1.0, 0.0, np.nan, 1.0, np.inf])
    assert bands_of(values, (-1.0, 1.0)).tolist() == [0, 0, 0, 4, 4, 8, 8]
    assert bands_of(values, (0.0, 0.0)).max() <= 8


def test_a_network_that_overflows_still_shows(qtbot: QtBot) -> None:
    wild = fitting()
    square = [replace(n, activation="exponential") if n.id == "h" else n
              for n in wild.network.nodes]  # fmt: skip
    window = opened(qtbot, DecisionMap, wild)
    window.document.change_nodes(square)
    weight = next(p for p in window.value.network.places if p.target == "h")
    window.document.set_number(weight, 500.0)
    frame = window.panel.plot.frame()
    assert np.isfinite([frame.y.low, frame.y.high]).all()
    assert not seen(window.panel.plot).isNull()


def test_another_theme_and_saving(qtbot: QtBot, tmp_path: Path) -> None:
    window = opened(qtbot, DecisionMap, LEARNT)
    light = seen(window.panel.plot)
    theme("dark")
    assert seen(window.panel.plot) != light
    theme("light")
    for name in ("map.png", "map.svg"):
        window.panel.save_picture(tmp_path / name)
        assert (tmp_path / name).stat().st_size > 2000


def test_every_control_has_a_name_and_is_reached_by_tab(qtbot: QtBot) -> None:
    window = opened(qtbot, DecisionMap, TABLE, (900, 400))
    QTest.mouseClick(window.panel.others, Qt.MouseButton.LeftButton)
    controls = walked(window, window.panel.row.across)
    assert window.panel.plot in controls and window.panel.held.fields["3"] in controls
    assert not unnamed(controls)
    point_at(window.panel.plot, QPointF(3, 3))
    assert not window.panel.plot.readings()
