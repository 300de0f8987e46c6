"""The map of answers over the inputs, the samples on it, and the small maps of the nodes."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.errors import Refused
from engine.experiment.training import Goal
from engine.lessons.lesson import open_lesson
from engine.views.decision_map import CLASS
from playground.model.node_maps import plane_of
from playground.plots.decision_map import DecisionMap
from playground.plots.legend import Legend
from playground.plots.map_plot import MapPlot
from playground.plots.samples import SYMBOLS, tints
from playground.theme.colour_bands import bands_of, class_bands
from playground.theme.palette import LIGHT
from tests.playground.map_cases import (
    LEARNT,
    TABLE,
    answer,
    complete,
    fitting,
    is_even,
    large,
    three_classes,
)
from tests.playground.panel_window import enter, unnamed, walked
from tests.playground.plot_window import opened, point_at, seen, theme


def test_a_network_without_inputs_has_no_map(qtbot: QtBot) -> None:
    window = opened(qtbot, DecisionMap, open_lesson("parabola").experiment)
    assert window.panel.plot.words.text() == "Needs one or two inputs"
    assert is_even(window.panel.plot)
    window.document.replace(LEARNT)
    assert window.panel.plot.words.text() == ""


def test_the_map_is_the_answer_of_the_network(qtbot: QtBot) -> None:
    window = opened(qtbot, DecisionMap, LEARNT)
    found = window.panel.plot.shown.answers
    assert found is not None and found.complete
    for row, column in ((0, 0), (50, 20), (99, 99)):
        exact = answer(window, float(found.xs[column]), float(found.ys[row]))
        assert found.values[0, row, column] == pytest.approx(exact, abs=2e-6)
    assert window.panel.plot.shown.span == (-1, 1)


def test_the_readout_tells_answer_and_place(qtbot: QtBot) -> None:
    window = opened(qtbot, DecisionMap, LEARNT)
    plot = window.panel.plot
    point_at(plot, plot.pixel(2.0, 3.0))
    assert [text.split()[0] for text, _ in plot.plate.rows] == ["y", "x1", "x2"]
    plot.setFocus(Qt.FocusReason.TabFocusReason)
    before = plot.plate.rows
    QTest.keyClick(plot, Qt.Key.Key_Right)
    assert plot.plate.rows != before
    assert plot.accessibleDescription().startswith("y ")


def test_samples_stand_where_they_are(qtbot: QtBot) -> None:
    window = opened(qtbot, DecisionMap, LEARNT)
    points = window.panel.plot.shown.points
    assert points is not None and points.kinds is not None and points.middle == 0
    assert np.array_equal(points.places, LEARNT.data.input_rows())
    assert np.array_equal(points.tested, LEARNT.data.test)


def test_the_axes_can_be_chosen_and_the_others_held(qtbot: QtBot) -> None:
    window = opened(qtbot, DecisionMap, TABLE, (900, 400))
    assert not window.panel.fixed_inputs.fields, "made when they are asked for"
    QTest.mouseClick(window.panel.others, Qt.MouseButton.LeftButton)
    assert list(window.panel.fixed_inputs.fields) == ["3"]
    enter(window.panel.fixed_inputs.fields["3"], "0.25")
    found = window.panel.plot.shown.answers
    assert found is not None
    exact = answer(window, float(found.xs[5]), float(found.ys[9]), 0.25)
    assert found.values[0, 9, 5] == pytest.approx(exact, abs=2e-6)
    window.panel.show_axes("1", "3")
    assert list(window.panel.fixed_inputs.fields) == ["2"]
    window.panel.show_axes("3", "3")  # the two change places
    plane = window.panel.plane()
    assert plane is not None and (plane.first, plane.second) == ("3", "1")
    QTest.keyClick(window.panel.across, Qt.Key.Key_Up)
    plane = window.panel.plane()
    assert plane is not None and (plane.first, plane.second) == ("2", "1"), "the other axis stays"
    QTest.keyClick(window.panel.answer, Qt.Key.Key_Down)
    assert window.panel.plot.shown.names[2] == window.panel.answer.itemText(1)


def test_one_input_is_a_curve_over_the_samples(qtbot: QtBot) -> None:
    window = opened(qtbot, DecisionMap, fitting())
    plot = window.panel.plot
    assert plot.shown.line
    found = plot.shown.answers
    assert found is not None
    # y = 2 tanh(x) + 1
    assert plot.answers() == pytest.approx(2 * np.tanh(found.xs) + 1, abs=1e-6)
    _, (low, high) = plot.view.viewRange()
    assert low <= -1 and high >= 2.9
    point_at(plot, plot.pixel(1.0, 1.0))
    assert plot.plate.rows[0][0].startswith("y 2.5")
    legend = window.panel.key.legend
    assert legend.span is None and legend.tested  # no shades, but two parts


def test_several_outputs_have_regions_of_the_largest(qtbot: QtBot) -> None:
    window = opened(qtbot, DecisionMap, three_classes(("cat", "car", "frog")), (900, 500))
    panel, plot = window.panel, window.panel.plot
    assert plot.shown.classes == ("cat", "car", "frog")
    assert panel.answer.word() == "answer: class"
    assert panel.key.isVisible() and panel.key.legend.classes == ("cat", "car", "frog")
    points = plot.shown.points
    assert points is not None and points.kinds is not None
    assert points.kinds.tolist() == [0, 1, 2, 1]
    # the largest of −x, x and y
    told = {(-2.1, 0.5): "cat", (2.1, 1.0): "car", (0.3, 3.0): "frog", (-1.0, 2.5): "frog"}
    picture = seen(plot)
    ground = tints(LIGHT)
    for (x, y), name in told.items():
        place = plot.pixel(x, y)
        point_at(plot, place)
        assert plot.plate.rows[0][0] == name
        tint = ground[plot.shown.classes.index(name)]
        assert picture.pixelColor(place.toPoint()).rgb() == tint.rgb()
    assert [text for text, _ in plot.plate.rows[:2]] == ["frog", "frog 2.5"]


def test_classes_follow_a_run_and_one_output_can_be_asked(qtbot: QtBot) -> None:
    window = opened(qtbot, DecisionMap, three_classes(), (900, 500))
    before = seen(window.panel.plot)
    with qtbot.waitSignal(window.document.changed, timeout=20_000):
        window.trainer.start(Goal(updates=300))
    assert seen(window.panel.plot) != before
    window.panel.show_answer("up")
    alone = window.panel.plot.shown
    assert not alone.classes and alone.names[2] == "up"
    window.panel.show_answer(CLASS)
    again = window.panel.plot.shown
    assert again.classes == ("left", "right", "up")


def test_one_output_shows_where_its_classes_meet(qtbot: QtBot) -> None:
    window = opened(qtbot, DecisionMap, LEARNT)
    plot = window.panel.plot
    border = plot.shown.border
    assert border == 0  # between −1 and 1
    with_line = seen(plot)
    plot.show_scene(replace(plot.shown, border=None))
    assert seen(plot) != with_line


def test_the_legend_gives_way_where_there_is_little_room(qtbot: QtBot) -> None:
    window = opened(qtbot, DecisionMap, LEARNT, (900, 300))
    key = window.panel.key
    assert key.fitting() == key.legend == Legend((-1, 1), (), tested=True)
    window.resize(420, 300)
    assert key.fitting() == Legend((-1, 1), (), tested=False)
    window.resize(300, 300)
    assert key.fitting() == Legend()
    assert "hollow ones are tested" in key.toolTip().replace("\n", " ")


def test_the_tip_is_short_and_true_of_what_is_shown(qtbot: QtBot) -> None:
    window = opened(qtbot, DecisionMap, LEARNT)
    plot = window.panel.plot
    assert "orange low and blue high" in plot.toolTip()
    window.document.replace(three_classes())
    assert plot.shown.classes
    assert "which class" in plot.toolTip()
    assert "orange" not in plot.toolTip()
    window.document.replace(fitting())
    assert plot.shown.line
    assert "orange" not in plot.toolTip()
    for experiment in (LEARNT, three_classes(), fitting()):
        window.document.replace(experiment)
        assert "hollow" in plot.toolTip()
        assert max(map(len, plot.toolTip().split("\n"))) <= 60
        assert plot.toolTip().count("\n") <= 3


def test_any_node_can_be_asked(qtbot: QtBot) -> None:
    window = opened(qtbot, DecisionMap, LEARNT)
    window.panel.show_answer("h1")
    found = window.panel.plot.shown.answers
    assert found is not None and found.nodes == ("h1",)
    assert window.panel.plot.shown.names[2] == "h1"


def test_the_map_follows_a_run_and_an_edit(qtbot: QtBot) -> None:
    window = opened(qtbot, DecisionMap, open_lesson("xor").experiment)
    pictures: list[bytes] = []

    def look(_: object) -> None:
        found = window.panel.plot.shown.answers
        assert found is not None
        pictures.append(found.values.tobytes())

    window.trainer.progressed.connect(look)
    window.trainer.start()
    qtbot.waitUntil(lambda: len(set(pictures)) > 2)
    window.trainer.stop()
    before = window.panel.plot.shown.answers
    window.document.stack.undo()
    after = window.panel.plot.shown.answers
    assert before is not None and after is not None
    assert not np.array_equal(before.values, after.values)


def test_a_large_network_is_mapped_beside_the_window(qtbot: QtBot) -> None:
    window = opened(qtbot, DecisionMap, large())
    qtbot.waitUntil(lambda: complete(window.panel.plot))
    found = window.panel.plot.shown.answers
    assert found is not None
    exact = answer(window, float(found.xs[3]), float(found.ys[4]))
    assert found.values[0, 4, 3] == pytest.approx(exact, abs=1e-4)


def test_samples_that_look_alike_are_one_item_made_but_once(qtbot: QtBot) -> None:
    window = opened(qtbot, DecisionMap, three_classes())
    plot = window.panel.plot
    items = plot.samples.items
    counts = [(len(item.data), bool(item.opts["brush"].style().value)) for item in items]
    assert counts == [(1, True), (1, True), (1, False), (1, True)]  # the tested one is hollow
    assert [item.opts["symbol"] for item in items] == [SYMBOLS[k] for k in (0, 1, 1, 2)]
    ground = plot.ground.image
    plot.show_scene(replace(plot.shown))
    assert plot.ground.image is ground, "the same answer is not laid again"
    window.document.set_number(window.value.network.places[0], 3.0)
    assert plot.ground.image is not ground
    assert plot.samples.items is items, "another answer needs no other samples"
    theme("dark")
    assert plot.samples.items is not items
    theme("light")


def test_numbers_are_the_grid_and_its_answers(qtbot: QtBot, tmp_path: Path) -> None:
    window = opened(qtbot, DecisionMap, LEARNT)
    window.panel.save_picture(tmp_path / "map.csv")
    head, *rows = (tmp_path / "map.csv").read_text(encoding="utf-8").splitlines()
    assert head == "x1,x2,y" and len(rows) == 100 * 100
    x, y, told = map(float, rows[4_321].split(","))
    assert told == pytest.approx(answer(window, x, y), abs=2e-6)
    assert max(map(len, rows)) < 60, "no digits beyond what is known"
    window.document.replace(three_classes(("cat", "car", "frog")))
    names, columns = plot_numbers(window.panel.plot)
    assert names == ["x", "y", "cat", "car", "frog"]
    assert np.allclose(columns[2:], [-columns[0], columns[0], columns[1]], atol=1e-5)
    window.document.replace(fitting())
    window.panel.copy_numbers()
    head, *rows = QApplication.clipboard().text().splitlines()
    assert head == "x,y" and len(rows) == 400
    window.document.replace(open_lesson("parabola").experiment)
    assert window.panel.plot.numbers() is None


def plot_numbers(plot: MapPlot) -> tuple[list[str], np.ndarray]:
    """The names of the columns, and the columns."""
    found = plot.numbers()
    assert found is not None
    return found[0], np.array(found[1])


def test_names_of_classes_are_plain_text(qtbot: QtBot) -> None:
    window = opened(qtbot, DecisionMap, three_classes(("<b>a</b>", "b", "c")), (900, 500))
    plot = window.panel.plot
    point_at(plot, plot.pixel(-2.1, 0.5))
    assert plot.plate.rows[0][0] == "<b>a</b>"
    assert "<b>" not in window.panel.key.toolTip().replace("&lt;b&gt;", "")
    assert "<b>a</b>" in window.panel.key.accessibleName()


def test_a_map_needs_inputs() -> None:
    with pytest.raises(Refused, match="Needs one or two inputs"):
        plane_of(open_lesson("parabola").experiment.data)


def test_wild_answers_are_drawn() -> None:
    values = np.array([-np.inf, -1e300, -1.0, 0.0, np.nan, 1.0, np.inf])
    assert bands_of(values, (-1.0, 1.0)).tolist() == [0, 0, 0, 4, 4, 8, 8]
    assert bands_of(values, (0.0, 0.0)).max() <= 8


def test_where_two_classes_meet_there_is_a_line() -> None:
    outputs = np.array([[[2.0, 2, 0, np.nan]], [[1, 1, 3, 4]], [[0, 0, 1, np.inf]]])
    assert class_bands(outputs, 6).tolist() == [[0, 0, 6, 6]]
    assert class_bands(outputs[:, :, 2:3], 6).tolist() == [[1]]
    assert class_bands(outputs[:, :, 3:], 2).tolist() == [[0]], "the third has the first colour"


def test_a_network_that_overflows_still_shows(qtbot: QtBot) -> None:
    wild = fitting()
    square = [replace(n, activation="exponential") if n.id == "h" else n
              for n in wild.network.nodes]  # fmt: skip
    window = opened(qtbot, DecisionMap, wild)
    window.document.change_nodes(square)
    weight = next(p for p in window.value.network.places if p.target == "h")
    window.document.set_number(weight, 500.0)
    assert np.isfinite(window.panel.plot.view.viewRange()).all()
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
    controls = walked(window, window.panel.across)
    assert window.panel.plot in controls and window.panel.fixed_inputs.fields["3"] in controls
    assert not unnamed(controls)
    point_at(window.panel.plot, QPointF(3, 3))
    assert not window.panel.plot.plate.rows
