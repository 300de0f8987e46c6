"""The curves: what they show, what a click does, how a run ends on them, and runs beside runs."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, QSize, Qt, QTimer
from PySide6.QtGui import QAction
from PySide6.QtGui import Qt as Html
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QTableWidgetItem, QWidget
from pytestqt.qtbot import QtBot

from engine.errors import Refused
from engine.experiment.editing import change_nodes, keep, with_settings
from engine.experiment.experiment import Ending, Experiment
from engine.experiment.training import Goal, trained
from engine.files.loading import load, save
from engine.lessons.lesson import open_lesson
from engine.network import Place
from playground.model.stage import place_name
from playground.plots import curves
from playground.plots.curve_plot import CurvePlot, Graph
from playground.plots.curves import Curves
from playground.plots.runs import RunsColumn
from playground.plots.series import SeriesLine
from tests.playground.panel_window import unnamed, walked
from tests.playground.plot_window import (
    PlotWindow,
    click,
    double_click,
    opened,
    point_at,
    press_and_move,
    seen,
    theme,
    turn_wheel,
)

SVG = "{http://www.w3.org/2000/svg}"
WEIGHT = Place("weight", "h1", "x1")
XOR = open_lesson("xor").experiment
LEARNT = trained(XOR, Goal(updates=120))
POINTS = [int(update) for update in LEARNT.curve.column("update")]  # the updates that have one


def test_before_the_first_update_there_are_axes_and_a_sentence(qtbot: QtBot) -> None:
    window = opened(qtbot, Curves, XOR)
    assert window.panel.plot.words.text() == "Waiting for the first update"
    window.document.replace(LEARNT)
    assert window.panel.plot.words.text() == ""


@pytest.mark.parametrize("update", [0, 1, *POINTS[-5:]])
def test_the_curve_shows_what_step_shows(qtbot: QtBot, update: int) -> None:
    window = opened(qtbot, Curves, LEARNT)
    window.document.go_to(update, 0)
    value = window.value
    rows = value.data.training
    answers = value.program.answers(value.settings, value.parameters, value.data.input_rows(rows))
    # half squared, mean over the samples
    loss = 0.5 * ((answers - value.data.target_rows(rows)) ** 2).sum(axis=1).mean()
    line = window.panel.plot.graph.lines[0]
    shown = line.ys[list(line.xs).index(update)]
    assert abs(shown - loss) <= 1e-12 * max(1.0, loss)


def test_a_parameter_over_time_is_the_recorded_one_bit_for_bit(qtbot: QtBot) -> None:
    window = opened(qtbot, Curves, LEARNT)
    window.panel.show_quantity(WEIGHT)
    line = window.panel.plot.graph.lines[0]
    assert line.name == "x1 → h1"
    for update in (0, 3, 120):
        window.document.go_to(update, 0)
        index = window.value.network.place_index[WEIGHT]
        assert line.ys[list(line.xs).index(update)] == window.value.parameters[index]


def test_clicking_a_point_goes_to_that_update(qtbot: QtBot) -> None:
    window = opened(qtbot, Curves, LEARNT)
    plot = window.panel.plot
    for place in (-4, -3, -2):  # the early ones stand closer than a pixel
        click(plot, plot.pixel(POINTS[place], float(plot.graph.lines[0].ys[place])))
        assert window.value.updates == POINTS[place]
        assert plot.graph.past
        window.document.stack.undo()
        assert window.value is LEARNT


def test_a_click_between_two_points_goes_to_the_nearer_one(qtbot: QtBot) -> None:
    window = opened(qtbot, Curves, LEARNT)
    plot = window.panel.plot
    left, right = POINTS[-3:-1]
    for update, nearer in ((0.6 * left + 0.4 * right, left), (0.4 * left + 0.6 * right, right)):
        click(plot, plot.pixel(update, float(plot.graph.lines[0].ys[-3])))
        assert window.value.updates == nearer


def test_where_there_is_no_point_the_ring_stands_on_the_line(qtbot: QtBot) -> None:
    window = opened(qtbot, Curves, LEARNT)
    plot = window.panel.plot
    update = (POINTS[-3] + POINTS[-2]) // 2
    assert update not in POINTS
    window.document.go_to(update, 0)
    seen(plot)
    xs, ys = plot.graph.lines[0].series
    wanted = plot.pixel(update, float(np.interp(update, xs, ys)))
    assert plot.ring.isVisible() and plot.past.isVisible()
    assert (plot.ring.pos() - wanted).manhattanLength() < 2


@pytest.mark.parametrize("updates", [1023, 1024, 1501, 5003])
def test_a_parameter_is_drawn_to_where_learning_stands(qtbot: QtBot, updates: int) -> None:
    """Of a long record only every so manieth update is kept."""
    window = opened(qtbot, Curves, trained(XOR, Goal(updates=updates)))
    plot = window.panel.plot
    window.panel.show_quantity(WEIGHT)
    index = XOR.network.place_index[WEIGHT]
    for update in (updates, updates - 1, 2, 1):
        window.document.go_to(update, 0)
        line = plot.graph.lines[0]
        assert list(line.xs) == sorted(set(line.xs))
        assert line.xs[-1] <= updates
        assert line.ys[list(line.xs).index(update)] == window.value.parameters[index]
        assert plot.ring.isVisible()
    window.document.go_to(updates, 0)
    assert plot.graph.lines[0].xs[-1] == updates


def test_while_a_run_goes_on_a_click_goes_nowhere_and_says_so(qtbot: QtBot) -> None:
    window = opened(qtbot, Curves, LEARNT)
    plot = window.panel.plot
    at_rest = plot.toolTip()
    assert "click a point" in at_rest
    window.trainer.set_pace(50)
    window.trainer.start()
    following = window.panel.following
    qtbot.waitUntil(lambda: following.shown is not None and following.shown.done > 0)
    assert "Stop (F5)" in plot.toolTip()
    assert "click a point" not in plot.toolTip()
    point_at(plot, QPointF(plot.rect().center()))
    assert plot.plate.rows
    click(plot, QPointF(plot.rect().center()))
    QTest.keyClick(plot, Qt.Key.Key_Return)
    assert window.refused == [curves.ONLY_READ] * 2
    assert window.trainer.is_running
    window.trainer.stop()
    assert not window.value.cursor
    assert window.value.updates == window.value.newest > LEARNT.updates
    assert plot.toolTip() == at_rest


def test_updates_before_the_record_say_why_they_are_not_there_and_what_helps(
    qtbot: QtBot, tmp_path: Path
) -> None:
    save(tmp_path / "xor.json", trained(XOR, Goal(updates=1200)))
    window = opened(qtbot, Curves, load(tmp_path / "xor.json").experiment)
    plot = window.panel.plot
    assert "from update 1,200 on" in plot.toolTip()
    place = plot.view.geometry().center()
    point_at(plot, place)
    (asked, _), *_ = plot.plate.rows
    click(plot, place)
    (told,) = window.refused
    assert told == (
        f"{asked.capitalize()} is not recorded; the record begins at update 1,200, where the file "
        "was saved. Start again and train to see the updates before."
    )
    assert window.value.updates == 1200
    window.document.replace(LEARNT)
    assert "from update" not in plot.toolTip()


def test_the_keyboard_reads_and_goes(qtbot: QtBot) -> None:
    window = opened(qtbot, Curves, trained(XOR, Goal(updates=120, as_steps=True)))
    plot = window.panel.plot
    plot.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(plot, Qt.Key.Key_Left)
    QTest.keyClick(plot, Qt.Key.Key_Left)
    before = 118  # Step leaves a point at every update
    assert plot.read is not None and plot.read[0] == before
    assert plot.accessibleDescription().startswith(f"update {before}, training 0.")
    QTest.keyClick(plot, Qt.Key.Key_Return)
    assert window.value.updates == before
    QTest.keyClick(plot, Qt.Key.Key_Plus)
    low, high = across(plot)
    assert high - low < 120 and low <= before <= high
    for key in (Qt.Key.Key_0, Qt.Key.Key_A):
        QTest.keyClick(plot, Qt.Key.Key_Plus)
        QTest.keyClick(plot, key)
        assert across(plot) == [0, 120]
    QTest.keyClick(plot, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert plot.read[0] == before - 10
    QTest.keyClick(plot, Qt.Key.Key_Escape)
    assert not plot.plate.rows and plot.read is None


def across(plot: CurvePlot) -> list[float]:
    """The updates between the two edges."""
    return [float(end) for end in plot.view.viewRange()[0]]


def upwards(plot: CurvePlot) -> list[float]:
    return [float(end) for end in plot.view.viewRange()[1]]


def test_the_pointer_reads_the_nearest_point(qtbot: QtBot) -> None:
    window = opened(qtbot, Curves, LEARNT)
    plot = window.panel.plot
    before = seen(plot)
    point_at(plot, plot.pixel(POINTS[-3] + 4, float(plot.graph.lines[0].ys[-3])))
    assert plot.plate.rows[0] == (f"update {POINTS[-3]}", "text")
    assert [text.split()[0] for text, _ in plot.plate.rows] == ["update", "training", "test",
                                                                "batch"]  # fmt: skip
    assert seen(plot) != before
    point_at(plot, QPointF(2, 2))
    assert not plot.plate.rows


def test_dragging_pans_only_where_it_was_zoomed(qtbot: QtBot) -> None:
    window = opened(qtbot, Curves, LEARNT)
    plot = window.panel.plot
    middle = plot.view.geometry().center()
    QTest.keyClick(plot, Qt.Key.Key_Plus)
    low, high = across(plot)
    press_and_move(plot, middle, [middle + QPointF(20, 0), middle + QPointF(60, 40)])
    assert across(plot)[0] < low and across(plot)[1] - across(plot)[0] == pytest.approx(high - low)
    now = across(plot)
    QTest.keyClick(plot, Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
    assert across(plot)[0] == pytest.approx(now[0] + 0.1 * (high - low))
    QTest.keyClick(plot, Qt.Key.Key_0)
    press_and_move(plot, middle, [middle + QPointF(20, 0), middle + QPointF(60, 40)])
    assert across(plot) == [0, 120]
    assert window.value.updates == 120  # no click was made of it


def watching(parent: QWidget, look: Callable[[], None]) -> QTimer:
    """Looks again and again while a run goes on."""
    timer = QTimer(parent, interval=2)
    timer.timeout.connect(look)
    timer.start()
    return timer


def test_a_run_is_seen_while_it_goes_on(qtbot: QtBot) -> None:
    window = opened(qtbot, Curves, XOR)
    seen_points: list[int] = []

    def look() -> None:
        progress = window.panel.following.shown
        if progress is not None:
            line = window.panel.plot.graph.lines[0]
            assert line.xs[-1] == progress.curve.column("update")[-1]
            seen_points.append(len(line.xs))

    window.trainer.set_pace(2000)
    timer = watching(window, look)
    with qtbot.waitSignal(window.document.changed, timeout=20_000):
        window.trainer.start(Goal(updates=900))
    timer.stop()
    assert len(set(seen_points)) > 1 and seen_points == sorted(seen_points)
    assert window.panel.plot.graph.here == 900
    unseen = trained(XOR, Goal(updates=900)).curve.column("update")
    assert list(window.panel.plot.updates()) == list(unseen)


def test_a_parameter_is_followed_while_a_run_goes_on(qtbot: QtBot) -> None:
    window = opened(qtbot, Curves, XOR)
    window.panel.show_quantity(WEIGHT)
    with qtbot.waitSignal(window.document.changed, timeout=20_000):
        window.trainer.start(Goal(updates=400))
    line = window.panel.plot.graph.lines[0]
    assert list(line.xs) == list(range(401))


def test_while_a_parameter_is_drawn_the_one_that_is_selected_follows(qtbot: QtBot) -> None:
    gallery = open_lesson("loss-gallery").experiment
    for value, first, nodes, edges, wanted in (
        (LEARNT, WEIGHT, ("h1",), (), Place("bias", "h1")),
        (LEARNT, Place("bias", "h1"), (), (("x1", "h1"),), WEIGHT),
        (gallery, gallery.network.places[0], ("p",), (), Place("value", "p")),
    ):
        window = opened(qtbot, Curves, value)
        window.stage.select(nodes, edges)
        assert window.panel.plot.graph.title == "Loss"  # which is not a parameter
        window.stage.select()
        window.panel.show_quantity(first)
        window.stage.select(nodes, edges)
        assert window.panel.plot.graph.title == place_name(value.layout, wanted)


def test_a_parameter_chosen_in_a_run_from_a_past_update_has_no_gap_and_never_goes_back(
    qtbot: QtBot,
) -> None:
    window = opened(qtbot, Curves, LEARNT)
    window.document.go_to(20, 0)
    found: list[list[float]] = []

    def look() -> None:
        progress = window.panel.following.shown
        if progress is not None and progress.update > 1000:
            window.panel.show_quantity(WEIGHT)
            found.append(list(window.panel.plot.graph.lines[0].xs))

    timer = watching(window, look)
    window.trainer.start()
    qtbot.waitUntil(lambda: len(found) > 2, timeout=20_000)
    window.trainer.stop()
    timer.stop()
    for xs in found:
        assert xs == sorted(xs)
        assert xs[0] == 0 and len(set(np.diff(xs[:200]))) == 1  # every so manieth one is kept
        assert window.panel.plot.graph.lines[0].xs[-1] >= xs[-1] > 1000


@pytest.mark.long
@pytest.mark.ci
def test_a_long_run_is_followed_to_its_end_in_bounded_memory(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(curves, "MOST_LIVE", 4)
    window = opened(qtbot, Curves, XOR)
    window.panel.show_quantity(WEIGHT)
    ends: dict[int, bool] = {}
    counts: list[int] = []

    def look() -> None:
        progress = window.panel.following.shown
        if progress is not None and progress.update not in ends:
            line = window.panel.plot.graph.lines[0]
            ends[progress.update] = line.xs[-1] == progress.update
            counts.append(len(line.xs))

    timer = watching(window, look)
    window.trainer.set_pace(300)
    with qtbot.waitSignal(window.document.changed, timeout=20_000):
        window.trainer.start(Goal(updates=200))
    timer.stop()
    assert (
        len(ends) > 6 and sum(ends.values()) > len(ends) - 3
    )  # to the newest, but for one just thinned
    assert max(counts) <= counts[0] + 4  # what was recorded when it began, and what was seen since


def diverging() -> Experiment:
    """Without curves in the neurons a rate of 1 makes the numbers grow without end."""
    straight = [replace(n, activation="identity") if n.kind == "neuron" else n
                for n in XOR.network.nodes]  # fmt: skip
    return with_settings(change_nodes(XOR, straight), replace(XOR.settings, rate=1.0))


def test_a_divergence_says_why_and_offers_two_ways_on(qtbot: QtBot) -> None:
    end = trained(diverging())
    assert end.ending is not None and end.ending.rule == "infinite"
    window = opened(qtbot, Curves, end)
    note = window.panel.note
    assert note.isVisible()
    assert note.accessibleName() == (
        f"The loss became infinite at update {end.updates + 1}; the rate (1) is probably too high."
    )
    losses = end.curve.column("loss")
    best = int(end.curve.column("update")[np.nanargmin(losses)])
    assert note.back.text() == f"Go back to {best}"
    assert upwards(window.panel.plot)[1] < 100  # the axis stays readable
    assert window.panel.plot.cross.isVisible()
    QTest.mouseClick(note.back, Qt.MouseButton.LeftButton)
    assert window.value.updates == best and not note.isVisible()
    assert np.isfinite(window.value.parameters).all()
    window.document.go_to(end.updates, 0)
    assert note.isVisible()  # there again


def learnt_well_then_led_astray() -> Experiment:
    """Twenty good updates, then a rate that is far too high."""
    good = trained(with_settings(diverging(), replace(XOR.settings, rate=0.01)), Goal(updates=20))
    return trained(with_settings(good, replace(good.settings, rate=8.0)))


@pytest.mark.parametrize("runs", [False, True])
@pytest.mark.parametrize(
    "size", [(236, 124), (236, 170), (300, 200), (390, 95), (420, 170), (700, 200), (700, 400)]
)
def test_both_ways_on_can_be_read_and_hide_nothing_however_small_it_is(
    qtbot: QtBot, size: tuple[int, int], runs: bool
) -> None:
    window = opened(qtbot, Curves, trained(diverging()), (800, 500))
    panel, note = window.panel, window.panel.note
    panel.setMinimumSize(100, 60)  # a dock is not kept open by what is in it
    if runs:
        panel.runs_button.click()
    QApplication.processEvents()
    window.resize(*size)
    QApplication.processEvents()
    assert panel.size() == QSize(*size)
    assert note.isVisible() and panel.rect().contains(note.geometry())
    for other in (panel.plot, panel.runs):
        corner = other.mapTo(panel, QPoint(0, 0))
        assert not other.isVisible() or not note.geometry().intersects(QRect(corner, other.size()))
    for button in (note.back, note.halve):
        assert button.width() >= button.sizeHint().width()
        assert note.rect().contains(button.geometry())
    for label in (note.head, note.reason):
        assert label.isHidden() or label.height() >= label.heightForWidth(label.width())
        assert not label.geometry().intersects(note.back.geometry())
    assert note.toolTip().replace("\n", " ") == note.accessibleName()
    QTest.mouseClick(note.halve, Qt.MouseButton.LeftButton)
    assert note.isHidden() and panel.plot.isVisible() and panel.runs.isVisible() == runs


def test_going_back_keeps_what_was_learnt_before(qtbot: QtBot) -> None:
    window = opened(qtbot, Curves, learnt_well_then_led_astray())
    QTest.mouseClick(window.panel.note.back, Qt.MouseButton.LeftButton)
    assert 15 <= window.value.updates <= 21


def test_halving_the_rate_until_training_succeeds(qtbot: QtBot) -> None:
    end = learnt_well_then_led_astray()
    window = opened(qtbot, Curves, end)
    window.document.stack.clear()
    halvings = 0
    while window.value.ending is not None and window.value.ending.rule == "infinite":
        assert halvings < 12
        entries = window.document.stack.count()
        QTest.mouseClick(window.panel.note.halve, Qt.MouseButton.LeftButton)
        halvings += 1
        assert window.value.settings.rate == 8.0 / 2**halvings
        assert window.document.stack.count() == entries + 1
        assert not window.panel.note.isVisible()
        with qtbot.waitSignal(window.document.changed, timeout=20_000):
            window.trainer.start(Goal(updates=300))
    assert halvings > 1
    last = window.value.curve.last
    assert last is not None and last.loss < 1
    window.document.stack.undo()
    window.document.stack.undo()
    assert window.panel.note.isVisible()


def test_halve_the_rate_is_one_entry(qtbot: QtBot) -> None:
    end = trained(diverging())
    window = opened(qtbot, Curves, end)
    QTest.mouseClick(window.panel.note.halve, Qt.MouseButton.LeftButton)
    assert window.value.settings.rate == 0.5
    assert window.document.stack.text(0) == "Halve the rate"
    assert not window.panel.note.isVisible()
    assert len(window.value.runs) == 1  # what diverged can still be looked at
    window.document.stack.undo()
    assert window.value is end


def test_a_stop_rule_is_marked(qtbot: QtBot) -> None:
    stops = replace(XOR.settings.stops, epochs=3)
    end = trained(with_settings(XOR, replace(XOR.settings, stops=stops)))
    assert end.ending is not None and end.ending.rule == "epochs"
    window = opened(qtbot, Curves, replace(end, ending=None))
    assert not window.panel.plot.note.isVisible()
    window.document.replace(end)
    assert window.panel.plot.note.isVisible() and window.panel.plot.stop.isVisible()
    assert f"{window.panel.plot.note.head}: {window.panel.plot.note.rest[:1].lower()}" in (
        end.ending.sentence.replace("; ", ": ")
    )
    assert not window.panel.note.isVisible()


@pytest.mark.parametrize("log", [False, True])
def test_nothing_that_is_not_a_number_reaches_the_screen(qtbot: QtBot, log: bool) -> None:
    window = opened(qtbot, Curves, LEARNT)
    plot = window.panel.plot
    xs = np.arange(8.0)
    ys = np.array([1.0, np.nan, np.inf, 1e300, -np.inf, -1e31, 0.5, 2.0])
    plot.show_graph(Graph((SeriesLine("wild", xs, ys),), "wild", log))
    low, high = upwards(plot)
    assert np.isfinite([low, high]).all() and high < 10
    drawn = plot.curves[0].getData()[1]
    assert np.isfinite(drawn[[0, 6, 7]]).all() and np.isnan(drawn[1:6]).all()
    assert not seen(plot).isNull()


@pytest.mark.parametrize("ys", [[], [3.0], [2.0] * 5, [0.0] * 5, [-1.0] * 3, [1e-300, 1e300]])
@pytest.mark.parametrize("log", [False, True])
def test_whatever_is_shown_has_axes(qtbot: QtBot, ys: list[float], log: bool) -> None:
    window = opened(qtbot, Curves, LEARNT)
    plot = window.panel.plot
    plot.show_graph(
        Graph((SeriesLine("few", np.arange(float(len(ys))), np.array(ys)),), "few", log)
    )
    assert np.isfinite(plot.view.viewRange()).all() and plot.left.ticks() and plot.below.ticks()
    point_at(plot, plot.view.geometry().center())
    assert not seen(plot).isNull()


def test_few_points_are_drawn_whatever_there_are(qtbot: QtBot) -> None:
    window = opened(qtbot, Curves, LEARNT)
    plot = window.panel.plot
    ys = np.full(100_001, 0.5)
    ys[70_007], ys[20_003] = 1.0, 0.0
    plot.show_graph(Graph((SeriesLine("training", np.arange(100_001.0), ys),), zero=False))
    seen(plot)
    drawn = plot.curves[0].yData
    assert len(drawn) <= 2 * plot.width()
    assert drawn.min() == 0 and drawn.max() == 1  # no peak is lost


def test_a_curve_that_diverges_leaves_upwards(qtbot: QtBot) -> None:
    window = opened(qtbot, Curves, LEARNT)
    plot = window.panel.plot
    xs, ys = np.arange(5000.0), np.ones(5000)
    ys[-4:] = 2.0, 30.0, np.nan, np.nan
    ending = Ending("infinite", "The loss became infinite.", 4998)
    plot.show_graph(Graph((SeriesLine("training", xs, ys),), ending=ending))
    assert plot.cross.isVisible()
    assert plot.cross.pos().y() == pytest.approx(plot.view.geometry().top(), abs=1)
    assert plot.cross.pos().x() == pytest.approx(plot.pixel(4996.5, 0).x(), abs=2)


def test_a_curve_that_never_was_a_number_waits(qtbot: QtBot) -> None:
    window = opened(qtbot, Curves, LEARNT)
    nothing = np.full(3, np.nan)
    window.panel.plot.show_graph(Graph((SeriesLine("none", np.arange(3.0), nothing),)))
    assert not seen(window.panel.plot).isNull()
    window.panel.plot.show_graph(Graph())
    assert window.panel.plot.words.isVisible() and window.panel.plot.words.text()


def with_two_runs(qtbot: QtBot) -> PlotWindow[Curves]:
    window = opened(qtbot, Curves, LEARNT, (900, 500))
    window.document.set_settings(replace(window.value.settings, rate=0.1))
    window.panel.start_again()
    window.document.do("Train", lambda _now: trained(window.value, Goal(updates=60)))
    QTest.mouseClick(window.panel.runs_button, Qt.MouseButton.LeftButton)
    return window


def listed(runs: RunsColumn) -> list[str]:
    """The names of the runs; below each stands where it came to."""
    return [runs.list.item(row).text().partition("\n")[0] for row in range(runs.list.count())]


def checked(runs: RunsColumn) -> list[int]:
    on = Qt.CheckState.Checked
    return [row for row in range(runs.list.count()) if runs.list.item(row).checkState() == on]


def pick(runs: RunsColumn, row: int, across: int = 90) -> None:
    """On the name of a run, or so far from the left."""
    box = runs.list.visualItemRect(runs.list.item(row))
    place = QPoint(across, box.center().y())
    QTest.mouseClick(runs.list.viewport(), Qt.MouseButton.LeftButton, pos=place)


def cell(item: QTableWidgetItem | None) -> str:
    assert item is not None
    return item.text()


def compared(runs: RunsColumn) -> dict[str, tuple[str, str]]:
    """What the table says, by the names of its rows."""
    table = runs.comparison
    return {
        cell(table.verticalHeaderItem(row)): (cell(table.item(row, 0)), cell(table.item(row, 1)))
        for row in range(table.rowCount())
    }


def test_two_runs_are_laid_over_each_other_and_compared(qtbot: QtBot) -> None:
    window = with_two_runs(qtbot)
    runs = window.panel.runs
    assert listed(runs) == ["This run", "Run 1, rate 0.03"]
    told = runs.list.item(1).toolTip()
    assert "Rate: 0.03\n" in told and "Batch: 10\nOptimiser: SGD\n" in told
    assert runs.comparison.isHidden()
    pick(runs, 1)
    names = [line.name for line in window.panel.plot.graph.lines]
    assert names[0] == "training" and "rate 0.03" in names
    found = compared(runs)
    assert found["Rate"] == ("0.1", "0.03")
    assert found["Updates"] == ("60", "120")
    assert "Start" not in found  # the same numbers
    assert cell(runs.comparison.horizontalHeaderItem(1)) == "Run 1"
    pick(runs, 0)
    assert runs.comparison.isHidden()
    assert [line.name for line in window.panel.plot.graph.lines] == [
        "rate 0.03", "rate 0.03, test"]  # fmt: skip


def test_a_click_on_another_run_goes_nowhere(qtbot: QtBot) -> None:
    window = with_two_runs(qtbot)
    window.document.set_settings(replace(window.value.settings, rate=0.2))
    before, plot = window.value, window.panel.plot
    pick(window.panel.runs, 1)
    pick(window.panel.runs, 0)
    place = QPointF(plot.pixel(30, 0).x(), plot.view.geometry().center().y())
    assert plot.graph.here is None
    click(plot, place)
    QTest.keyClick(plot, Qt.Key.Key_Return)
    assert window.value is before
    pick(window.panel.runs, 0)
    place += QPointF(40, 0)  # where a second click is not a double one
    click(plot, place)
    assert 0 < window.value.updates < 60


def test_at_most_two_runs_are_chosen(qtbot: QtBot) -> None:
    window = with_two_runs(qtbot)
    window.panel.start_again()
    window.document.do("Train", lambda _now: trained(window.value, Goal(updates=30)))
    runs = window.panel.runs
    pick(runs, 1)
    pick(runs, 2)
    assert checked(runs) == [1, 2]


def test_a_run_is_checked_on_its_box_as_well_as_beside_it_and_by_the_keyboard(
    qtbot: QtBot,
) -> None:
    runs = with_two_runs(qtbot).panel.runs
    for across in (10, 90, 10):
        pick(runs, 1, across)
        assert checked(runs) == [0, 1]
        pick(runs, 1, across)
        assert checked(runs) == [0]
    box = runs.list.visualItemRect(runs.list.item(1))
    for across in (10, 90):
        place = QPoint(across, box.center().y())
        QTest.mouseDClick(runs.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
        assert checked(runs) == [0]  # twice is there and back
    runs.list.setCurrentRow(0)
    QTest.keyClick(runs.list, Qt.Key.Key_Down)
    QTest.keyClick(runs.list, Qt.Key.Key_Space)
    assert checked(runs) == [0, 1] and "Rate" in compared(runs)
    QTest.keyClick(runs.list, Qt.Key.Key_Space)
    assert checked(runs) == [0]


def test_what_is_chosen_moves_along_with_its_run_and_back(qtbot: QtBot) -> None:
    window = with_two_runs(qtbot)
    runs = window.panel.runs
    pick(runs, 1)
    window.panel.start_again()
    assert listed(runs)[2] == "Run 1, rate 0.03" and checked(runs) == [0, 2]
    window.document.undo()
    assert len(listed(runs)) == 2 and checked(runs) == [0, 1]


def test_the_name_of_a_run_is_plain_text_in_its_tip(qtbot: QtBot) -> None:
    window = with_two_runs(qtbot)
    window.document.do("Keep", lambda e: keep(e, "<img src=m.png>"))
    window.panel.start_again()
    entry = window.panel.runs.list.item(1)
    assert entry.text().startswith("<img src=m.png>\n")
    assert not Html.mightBeRichText(entry.toolTip())


def test_runs_are_told_apart_by_their_names(qtbot: QtBot) -> None:
    window = with_two_runs(qtbot)  # the present one: rate 0.1
    faster = replace(window.value.settings, rate=0.5, batch=5)
    window.document.do("Keep", lambda e: keep(with_settings(e, faster), "too fast"))
    window.panel.start_again()
    window.document.do("Train", lambda _now: trained(window.value, Goal(updates=30)))
    window.panel.start_again()
    texts = listed(window.panel.runs)
    assert texts == [
        "This run", "too fast", "Run 2, rate 0.1, batch 10", "Run 1, rate 0.03, batch 10",
    ]  # fmt: skip
    window.document.set_settings(replace(window.value.settings, rate=0.1, batch=10))
    texts = listed(window.panel.runs)
    assert texts[2:] == ["Run 2, 60 updates", "Run 1, rate 0.03"]


def test_same_start_again_starts_from_the_same_numbers(qtbot: QtBot) -> None:
    window = with_two_runs(qtbot)
    QTest.mouseClick(window.panel.runs.again, Qt.MouseButton.LeftButton)
    assert window.value.updates == 0
    assert window.value.parameters.tobytes() == XOR.parameters.tobytes()
    assert len(window.value.runs) == 2


def test_another_theme_paints_everything_anew(qtbot: QtBot) -> None:
    window = opened(qtbot, Curves, LEARNT)
    light = seen(window.panel.plot)
    theme("dark")
    dark = seen(window.panel.plot)
    theme("light")
    assert dark.pixelColor(1, 1) != light.pixelColor(1, 1)
    assert seen(window.panel.plot) == light


@pytest.mark.parametrize("name", ["curve.png", "curve.svg", "curve.csv"])
def test_pictures_and_numbers_are_saved(qtbot: QtBot, tmp_path: Path, name: str) -> None:
    window = opened(qtbot, Curves, LEARNT)
    path = tmp_path / name
    window.panel.save_picture(path)
    if name.endswith("csv"):
        assert len(path.read_text().splitlines()) == 1 + len(POINTS)
    else:
        assert path.stat().st_size > 2000
    if name.endswith("svg"):
        assert "<path" in path.read_text() or "<polyline" in path.read_text()
    with pytest.raises(Refused, match="could not be written"):
        window.panel.save_picture(tmp_path / "no such folder" / name)


def test_the_numbers_are_exact(qtbot: QtBot) -> None:
    window = opened(qtbot, Curves, LEARNT)
    window.panel.copy_numbers()
    head, *rows = QApplication.clipboard().text().splitlines()
    assert head == "update,training,test,batch"
    assert len(rows) == len(POINTS)
    for update, line in zip(POINTS, rows, strict=True):
        cells = line.split(",")
        assert float(cells[0]) == update
        for cell, drawn in zip(cells[1:], window.panel.plot.graph.lines, strict=True):
            known = drawn.ys[list(drawn.xs).index(update)] if update in drawn.xs else np.nan
            assert (float(cell) if cell else np.nan) == known or np.isnan(known)


@pytest.mark.parametrize("size", [(700, 400), (390, 95)])
def test_a_saved_picture_has_a_size_of_its_own_and_says_what_it_shows(
    qtbot: QtBot, size: tuple[int, int]
) -> None:
    window = opened(qtbot, Curves, LEARNT, size)
    plot = window.panel.plot
    plot.setFocus()
    QTest.keyClick(plot, Qt.Key.Key_Plus)
    QTest.keyClick(plot, Qt.Key.Key_Escape)
    on_screen, ranges = seen(plot), plot.view.viewRange()
    saved = plot.picture()
    assert (saved.width(), saved.height()) == (1200, 700)
    plot.graph = replace(plot.graph, title="")
    assert plot.picture() != saved  # the title was there
    assert plot.view.viewRange() == ranges and seen(plot) == on_screen


def asked(plot: CurvePlot) -> QMenu:
    """The menu that the right button opens over the middle."""
    click(plot, plot.view.geometry().center(), Qt.MouseButton.RightButton)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


def entry(menu: QMenu, words: str) -> QAction:
    return next(a for a in menu.actions() if a.text().startswith(words))


def test_the_menu_copies_and_the_right_button_opens_it(qtbot: QtBot) -> None:
    window = opened(qtbot, Curves, LEARNT)
    plot = window.panel.plot
    QApplication.clipboard().clear()
    menu = asked(plot)
    assert [a.text() for a in menu.actions() if a.text()] == [
        "Copy picture", "Copy numbers", "Save…", "Picture size", "Zoom in\t+", "Zoom out\t−",
        "View all\t0", "Log", "Grid", "Same start again", "X axis", "Y axis", "Mouse Mode",
    ]  # fmt: skip
    entry(menu, "Copy picture").trigger()
    assert QApplication.clipboard().image().size() == QSize(1200, 700)
    entry(menu, "Zoom in").trigger()
    assert across(plot) != [0, 120]
    entry(menu, "View all").trigger()
    assert across(plot) == [0, 120]
    entry(menu, "Log").trigger()
    assert plot.graph.log and window.panel.log.isChecked()
    entry(menu, "Grid").trigger()
    assert not plot.left.lines
    menu.close()
    sizes = entry(asked(plot), "Picture size").menu()
    assert isinstance(sizes, QMenu)
    entry(sizes, "2400 × 1400").trigger()
    window.panel.copy_picture()
    assert QApplication.clipboard().image().size() == QSize(2400, 1400)


def test_the_form_of_an_axis_sets_its_ends(qtbot: QtBot) -> None:
    window = opened(qtbot, Curves, LEARNT)
    plot = window.panel.plot
    menu = window.panel.menu()
    form = plot.view.menu.ctrl[0]
    form.minText.setText("20")
    form.maxText.setText("50")
    form.maxText.editingFinished.emit()
    assert across(plot) == pytest.approx([20, 50])
    assert not form.invertCheck.isVisibleTo(form.minText.parentWidget())  # no mark would follow
    menu.close()


def test_the_wheel_zooms_around_the_pointer(qtbot: QtBot) -> None:
    window = opened(qtbot, Curves, LEARNT)
    plot = window.panel.plot
    place = QPointF(plot.pixel(60.0, 0.5).x(), plot.view.geometry().center().y())
    turn_wheel(plot, place, 2)
    low, high = across(plot)
    assert high - low == pytest.approx(120 * 0.8**2)
    assert plot.at(place)[0] == pytest.approx(60.0, abs=1)  # the numbers at the left differ
    double_click(plot, place)
    assert across(plot) == [0, 120]
    assert window.value.updates == 120 and window.document.stack.count() == 0


def test_over_an_axis_the_wheel_zooms_that_axis_alone(qtbot: QtBot) -> None:
    window = opened(qtbot, Curves, LEARNT)
    plot, room = window.panel.plot, window.panel.plot.view.geometry()
    before = upwards(plot)
    turn_wheel(plot, QPointF(room.center().x(), room.bottom() + 12), 1)
    assert across(plot)[1] - across(plot)[0] == pytest.approx(96)
    fits = upwards(plot)
    turn_wheel(plot, QPointF(room.left() - 12, room.center().y()), 1)
    low, high = upwards(plot)
    assert high - low == pytest.approx(0.8 * (fits[1] - fits[0]))
    plot.show_graph(plot.graph)
    assert upwards(plot) == [low, high]  # it stays as it was set
    QTest.keyClick(plot, Qt.Key.Key_0)
    assert upwards(plot) == before and across(plot) == [0, 120]


def test_no_line_of_a_saved_drawing_leaves_the_axes(qtbot: QtBot, tmp_path: Path) -> None:
    window = opened(qtbot, Curves, LEARNT)
    plot = window.panel.plot
    xs = np.arange(40.0)
    line = SeriesLine("training", xs, 1 + 0.1 * np.sin(xs))
    wild = SeriesLine("batch", xs, 100 * np.sin(xs), "faint", 1.0, named=False)
    plot.show_graph(Graph((line, wild), "Loss"))
    window.panel.save_picture(tmp_path / "curve.svg")
    drawing = ElementTree.parse(tmp_path / "curve.svg")
    lines = {group: list(group.iter(SVG + "path")) for group in drawing.iter(SVG + "g")}
    clipped = [line for group in lines if "clip-path" in group.attrib for line in lines[group]]
    curves = [line for group in lines for line in lines[group] if "L5,0.90" in line.attrib["d"]]
    assert curves and all(line in clipped for line in curves)
    assert any(line.attrib["d"].count("L") == 39 for line in clipped)  # and the wild one is there


def test_saving_asks_whoever_made_the_panel(qtbot: QtBot, tmp_path: Path) -> None:
    window = opened(qtbot, Curves, LEARNT)
    window.panel.place_asked.connect(lambda title, name, kinds, write: write(tmp_path / name))
    entry(window.panel.menu(), "Save…").trigger()
    assert (tmp_path / "curves.png").is_file()


def test_every_control_has_a_name_and_is_reached_by_tab(qtbot: QtBot) -> None:
    window = with_two_runs(qtbot)
    controls = walked(window, window.panel.choice)
    assert window.panel.plot in controls and window.panel.more in controls
    assert window.panel.runs.again in controls
    assert not unnamed(controls)


def test_what_such_targets_do_not_have_is_not_waited_for(qtbot: QtBot) -> None:
    window = opened(qtbot, Curves, trained(open_lesson("set-bumps").experiment, Goal(updates=5)))
    window.panel.show_quantity("accuracy")
    assert window.panel.plot.words.text() == "Accuracy needs targets that are classes"


def test_a_long_name_takes_no_room_from_the_curve(qtbot: QtBot) -> None:
    window = opened(qtbot, Curves, LEARNT)
    plot, xs = window.panel.plot, np.arange(9.0)
    plot.show_graph(Graph((SeriesLine("n" * 300, xs, xs),), "long"))
    plot.below.name_it("x" * 300)
    assert plot.view.width() > 400
    point_at(plot, plot.view.geometry().center())
    box = plot.plate.mapRectToScene(plot.plate.boundingRect())
    assert plot.view.geometry().adjusted(-2, -2, 10, 2).contains(box)
    assert "n" * 300 in plot.accessibleDescription()  # it is spoken whole


def test_another_document_is_opened_at_its_loss(qtbot: QtBot) -> None:
    window = opened(qtbot, Curves, LEARNT)
    window.panel.show_quantity("gradient")
    window.document.set_settings(replace(LEARNT.settings, rate=0.1))
    assert window.panel.plot.graph.title == "Gradient norm"
    window.document.replace(open_lesson("set-circle").experiment)
    assert window.panel.plot.graph.title == "Loss"


def test_the_first_curve_has_its_names_and_its_ring_at_once(qtbot: QtBot) -> None:
    window = opened(qtbot, Curves, XOR)
    plot = window.panel.plot
    assert plot.words.text() and not any(name.isVisible() for name in plot.names)
    window.document.replace(LEARNT)
    shown = [name.text() for name in plot.names if name.isVisible()]
    assert shown == ["training", "test"] and plot.ring.isVisible()


def test_the_grid_comes_back_as_it_was(qtbot: QtBot) -> None:
    window = opened(qtbot, Curves, LEARNT)
    plot = window.panel.plot
    before = seen(plot)
    entry(window.panel.menu(), "Grid").trigger()
    assert seen(plot) != before
    entry(window.panel.menu(), "Grid").trigger()
    assert seen(plot) == before


@pytest.mark.parametrize("last", [264_000.0, 650_000.0, 49_510.0, 120.0])
@pytest.mark.parametrize("width", [340, 390, 700])
def test_two_numbers_are_read_below_whatever_the_name_takes(
    qtbot: QtBot, last: float, width: int
) -> None:
    window = opened(qtbot, Curves, LEARNT, (width, 180))
    plot, xs = window.panel.plot, np.linspace(100, last, 50)
    plot.show_graph(Graph((SeriesLine("training", xs, xs),)))
    assert len(plot.below.seen(plot.below.ticks())) >= 2


def test_what_is_read_stays_under_the_pointer_that_drags(qtbot: QtBot) -> None:
    window = opened(qtbot, Curves, LEARNT)
    plot = window.panel.plot
    every = np.arange(121.0)
    plot.show_graph(Graph((SeriesLine("training", every, every),)))
    QTest.keyClick(plot, Qt.Key.Key_Plus)
    seen(plot)  # a drag is measured in what was painted last
    middle = plot.view.geometry().center()
    end = middle + QPointF(60, 0)
    press_and_move(plot, middle, [middle + QPointF(20, 0), end])
    assert plot.read is not None
    assert plot.pixel(plot.read[0], 0).x() == pytest.approx(end.x(), abs=4)  # of 6 to an update
