"""The curves: what they show, what a click does, how a run ends on them, and runs beside runs."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QContextMenuEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from engine.editing import change_nodes, with_settings
from engine.errors import Refused
from engine.experiment import Experiment
from engine.files.documents import load, save
from engine.lessons import open_lesson
from engine.network import Place
from engine.training import Goal, trained
from engine.variants import keep
from playground.plots import curves
from playground.plots.curve_plot import Graph
from playground.plots.curves import Curves
from playground.plots.lines import Line, pieces
from tests.playground.panel_window import unnamed, walked
from tests.playground.plot_window import PlotWindow, opened, point_at, seen, theme

WEIGHT = Place("weight", "h1", "x1")
XOR = open_lesson("xor").experiment
LEARNT = trained(XOR, Goal(updates=120))


def test_before_the_first_update_there_are_axes_and_a_sentence(qtbot: QtBot) -> None:
    window = opened(qtbot, Curves, XOR)
    assert window.panel.plot.waiting() == "Waiting for the first update"
    window.document.replace(LEARNT)
    assert window.panel.plot.waiting() == ""


@pytest.mark.parametrize("update", [0, 1, 7, 119, 120])
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
    frame, line = plot.frame(), plot.graph.lines[0]
    place = frame.point(40.0, float(line.ys[40]))
    QTest.mouseClick(plot, Qt.MouseButton.LeftButton, pos=place.toPoint())
    assert abs(window.value.updates - 40) <= 1  # a pixel is less than an update wide
    assert plot.graph.past
    window.document.stack.undo()
    assert window.value is LEARNT


def test_while_a_run_goes_on_a_click_goes_nowhere_and_says_so(qtbot: QtBot) -> None:
    window = opened(qtbot, Curves, LEARNT)
    plot = window.panel.plot
    at_rest = plot.toolTip()
    assert "click a point" in at_rest
    window.trainer.set_pace(50)
    window.trainer.start()
    qtbot.waitUntil(lambda: window.panel.following.shown is not None)
    assert "Stop (F5)" in plot.toolTip()
    assert "click a point" not in plot.toolTip()
    point_at(plot, QPointF(plot.rect().center()))
    assert plot.readings()
    QTest.mouseClick(plot, Qt.MouseButton.LeftButton, pos=plot.rect().center())
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
    place = plot.frame().area.center()
    point_at(plot, place)
    (asked, _), *_ = plot.readings()
    QTest.mouseClick(plot, Qt.MouseButton.LeftButton, pos=place.toPoint())
    (told,) = window.refused
    assert told == (
        f"{asked.capitalize()} is not recorded; the record begins at update 1,200, where the file "
        "was saved. Start again and train to see the updates before."
    )
    assert window.value.updates == 1200
    window.document.replace(LEARNT)
    assert "from update" not in plot.toolTip()


def test_the_keyboard_reads_and_goes(qtbot: QtBot) -> None:
    window = opened(qtbot, Curves, LEARNT)
    plot = window.panel.plot
    plot.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(plot, Qt.Key.Key_Left)
    QTest.keyClick(plot, Qt.Key.Key_Left)
    assert plot.read is not None
    update = int(plot.updates()[plot.read])
    assert update == 118
    assert plot.accessibleDescription().startswith("update 118, training 0.")
    QTest.keyClick(plot, Qt.Key.Key_Return)
    assert window.value.updates == 118
    QTest.keyClick(plot, Qt.Key.Key_Plus)
    assert plot.span is not None and plot.span.high - plot.span.low < 120
    assert plot.span.low <= 118 <= plot.span.high
    QTest.keyClick(plot, Qt.Key.Key_0)
    assert plot.frame().x == plot.all_x()
    QTest.keyClick(plot, Qt.Key.Key_Escape)
    assert not plot.readings()


def test_the_pointer_reads_the_nearest_point(qtbot: QtBot) -> None:
    window = opened(qtbot, Curves, LEARNT)
    plot = window.panel.plot
    before = seen(plot)
    point_at(plot, plot.frame().point(60.0, float(plot.graph.lines[0].ys[60])))
    assert plot.readings()[0] == ("update 60", "text")
    assert [text.split()[0] for text, _ in plot.readings()] == ["update", "training", "test",
                                                                "batch"]  # fmt: skip
    assert seen(plot) != before
    point_at(plot, QPointF(2, 2))
    assert not plot.readings()


def test_dragging_pans_only_where_it_was_zoomed(qtbot: QtBot) -> None:
    window = opened(qtbot, Curves, LEARNT)
    plot = window.panel.plot
    window.panel.zoom_in()
    assert plot.span is not None
    low = plot.span.low
    plot.pan(30, 0)
    assert plot.span.low < low
    window.panel.reset_zoom()
    plot.pan(30, 0)
    assert plot.frame().x == plot.all_x()
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
    assert len(window.panel.plot.updates()) == 901


def test_a_parameter_is_followed_while_a_run_goes_on(qtbot: QtBot) -> None:
    window = opened(qtbot, Curves, XOR)
    window.panel.show_quantity(WEIGHT)
    with qtbot.waitSignal(window.document.changed, timeout=20_000):
        window.trainer.start(Goal(updates=400))
    line = window.panel.plot.graph.lines[0]
    assert list(line.xs) == list(range(401))


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
        assert xs[:500] == list(range(500))
        assert window.panel.plot.graph.lines[0].xs[-1] >= xs[-1] > 1000


@pytest.mark.long
@pytest.mark.ci
def test_a_long_run_is_followed_to_its_end_in_bounded_memory(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(curves, "MOST_LIVE", 6)
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
    assert max(counts) <= 8


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
    frame = window.panel.plot.frame()
    assert frame.y.high < 100  # the axis stays readable
    QTest.mouseClick(note.back, Qt.MouseButton.LeftButton)
    assert window.value.updates == best and not note.isVisible()
    assert np.isfinite(window.value.parameters).all()
    window.document.go_to(end.updates, 0)
    assert note.isVisible()  # there again


def learnt_well_then_led_astray() -> Experiment:
    """Twenty good updates, then a rate that is far too high."""
    good = trained(with_settings(diverging(), replace(XOR.settings, rate=0.01)), Goal(updates=20))
    return trained(with_settings(good, replace(good.settings, rate=8.0)))


@pytest.mark.parametrize("size", [(236, 170), (300, 200), (420, 170), (700, 400)])
def test_both_ways_on_can_be_read_however_narrow_it_is(qtbot: QtBot, size: tuple[int, int]) -> None:
    window = opened(qtbot, Curves, trained(diverging()), size)
    note = window.panel.note
    assert note.isVisible() and window.panel.plot.rect().contains(note.geometry())
    for button in note.buttons:
        assert button.width() >= button.sizeHint().width()
        assert note.rect().contains(button.geometry())


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
    without = seen(window.panel.plot)
    window.document.replace(end)
    assert seen(window.panel.plot) != without
    assert not window.panel.note.isVisible()


@pytest.mark.parametrize("log", [False, True])
def test_nothing_that_is_not_a_number_reaches_the_screen(qtbot: QtBot, log: bool) -> None:
    window = opened(qtbot, Curves, LEARNT)
    plot = window.panel.plot
    xs = np.arange(8.0)
    ys = np.array([1.0, np.nan, np.inf, 1e300, -np.inf, -1e31, 0.5, 2.0])
    plot.show_graph(Graph((Line("wild", xs, ys),), "wild", log))
    frame = plot.frame()
    assert np.isfinite([frame.y.low, frame.y.high]).all()
    assert frame.y.high < 10
    down = frame.down(ys)
    assert np.isfinite(down[[0, 6, 7]]).all() and np.isnan(down[1:6]).all()
    assert not seen(plot).isNull()


def test_a_thinned_curve_still_leaves_upwards_where_it_breaks(qtbot: QtBot) -> None:
    window = opened(qtbot, Curves, LEARNT)
    plot = window.panel.plot
    xs, ys = np.arange(5000.0), np.ones(5000)
    ys[-4:] = 2.0, 3.0, np.nan, np.nan
    plot.show_graph(Graph((Line("training", xs, ys),)))
    pixels = pieces(plot.frame(), xs, ys)[-1][1]
    assert pixels[-1] == pixels.min() < pixels[0]  # at the top


def test_a_curve_that_never_was_a_number_waits(qtbot: QtBot) -> None:
    window = opened(qtbot, Curves, LEARNT)
    nothing = np.full(3, np.nan)
    window.panel.plot.show_graph(Graph((Line("none", np.arange(3.0), nothing),)))
    assert not seen(window.panel.plot).isNull()
    window.panel.plot.show_graph(Graph())
    assert window.panel.plot.waiting()


def with_two_runs(qtbot: QtBot) -> PlotWindow[Curves]:
    window = opened(qtbot, Curves, LEARNT, (900, 500))
    window.document.set_settings(replace(window.value.settings, rate=0.1))
    window.panel.start_again()
    window.document.commit_run("Train", trained(window.value, Goal(updates=60)))
    QTest.mouseClick(window.panel.runs_button, Qt.MouseButton.LeftButton)
    return window


def test_two_runs_are_laid_over_each_other_and_compared(qtbot: QtBot) -> None:
    window = with_two_runs(qtbot)
    runs = window.panel.runs
    assert [box.text() for box in runs.boxes] == ["This run", "Run 1, rate 0.03"]
    assert "Rate: 0.03\n" in runs.boxes[1].toolTip()
    assert "Batch: 10\nOptimiser: SGD\n" in runs.boxes[1].toolTip()
    QTest.mouseClick(runs.boxes[1], Qt.MouseButton.LeftButton)
    names = [line.name for line in window.panel.plot.graph.lines]
    assert names[0] == "training" and "rate 0.03" in names
    found = {row.label: (row.left, row.right) for row in runs.comparison.rows}
    assert found["Rate"] == ("0.1", "0.03")
    assert found["Updates"] == ("60", "120")
    assert "Start" not in found  # the same numbers
    QTest.mouseClick(runs.boxes[0], Qt.MouseButton.LeftButton)
    assert [line.name for line in window.panel.plot.graph.lines] == [
        "rate 0.03", "rate 0.03, test"]  # fmt: skip


def test_a_click_on_another_run_goes_nowhere(qtbot: QtBot) -> None:
    window = with_two_runs(qtbot)
    window.document.set_settings(replace(window.value.settings, rate=0.2))
    before, plot = window.value, window.panel.plot
    for box in window.panel.runs.boxes[1::-1]:
        QTest.mouseClick(box, Qt.MouseButton.LeftButton)
    place = QPointF(plot.frame().point(30, 0).x(), plot.frame().area.center().y())
    assert plot.graph.here is None
    QTest.mouseClick(plot, Qt.MouseButton.LeftButton, pos=place.toPoint())
    QTest.keyClick(plot, Qt.Key.Key_Return)
    assert window.value is before
    QTest.mouseClick(window.panel.runs.boxes[0], Qt.MouseButton.LeftButton)
    place += QPointF(40, 0)  # where a second click is not a double one
    QTest.mouseClick(plot, Qt.MouseButton.LeftButton, pos=place.toPoint())
    assert 0 < window.value.updates < 60


def test_at_most_two_runs_are_chosen(qtbot: QtBot) -> None:
    window = with_two_runs(qtbot)
    window.panel.start_again()
    window.document.commit_run("Train", trained(window.value, Goal(updates=30)))
    runs = window.panel.runs
    for box in (runs.boxes[1], runs.boxes[2]):
        QTest.mouseClick(box, Qt.MouseButton.LeftButton)
    assert [box.isChecked() for box in runs.boxes[:3]] == [False, True, True]


def test_runs_are_told_apart_by_their_names(qtbot: QtBot) -> None:
    window = with_two_runs(qtbot)  # the present one: rate 0.1
    faster = replace(window.value.settings, rate=0.5, batch=5)
    window.document.do("Keep", lambda e: keep(with_settings(e, faster), "too fast"))
    window.panel.start_again()
    window.document.commit_run("Train", trained(window.value, Goal(updates=30)))
    window.panel.start_again()
    texts = [box.text() for box in window.panel.runs.boxes]
    assert texts == [
        "This run", "too fast", "Run 2, rate 0.1, batch 10", "Run 1, rate 0.03, batch 10",
    ]  # fmt: skip
    window.document.set_settings(replace(window.value.settings, rate=0.1, batch=10))
    texts = [box.text() for box in window.panel.runs.boxes]
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


@pytest.mark.parametrize("name", ["curve.png", "curve.svg"])
def test_pictures_are_saved(qtbot: QtBot, tmp_path: Path, name: str) -> None:
    window = opened(qtbot, Curves, LEARNT)
    path = tmp_path / name
    window.panel.save_picture(path)
    assert path.stat().st_size > 2000
    if name.endswith("svg"):
        assert "<path" in path.read_text() or "<polyline" in path.read_text()
    with pytest.raises(Refused, match="could not be written"):
        window.panel.save_picture(tmp_path / "no such folder" / name)


def test_a_saved_picture_says_what_it_shows(qtbot: QtBot) -> None:
    window = opened(qtbot, Curves, LEARNT)
    plot = window.panel.plot
    on_screen, area = seen(plot), plot.frame().area
    saved = plot.picture()
    assert saved.width() == 2 * plot.width()
    plot.graph = replace(plot.graph, title="")
    assert plot.picture() != saved  # the title was there
    assert plot.frame().area == area and seen(plot) == on_screen


def test_the_menu_copies_and_the_right_button_opens_it(qtbot: QtBot) -> None:
    window = opened(qtbot, Curves, LEARNT)
    plot = window.panel.plot
    QApplication.clipboard().clear()
    place = plot.rect().center()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, plot.mapToGlobal(place))
    QApplication.sendEvent(plot, event)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    next(a for a in menu.actions() if a.text() == "Copy picture").trigger()
    assert QApplication.clipboard().image().width() == 2 * plot.width()
    next(a for a in menu.actions() if a.text().startswith("Zoom in")).trigger()
    assert plot.frame().x != plot.all_x()
    next(a for a in menu.actions() if a.text().startswith("Reset zoom")).trigger()
    assert plot.frame().x == plot.all_x()
    menu.close()


def test_the_wheel_zooms_around_the_pointer(qtbot: QtBot) -> None:
    window = opened(qtbot, Curves, LEARNT)
    plot = window.panel.plot
    place = plot.frame().point(60.0, 0.2)
    turned = QWheelEvent(
        place, plot.mapToGlobal(place), QPoint(), QPoint(0, 240), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(plot, turned)
    frame = plot.frame()
    assert frame.x.high - frame.x.low == pytest.approx(120 * 0.8**2)
    assert frame.at(place)[0] == pytest.approx(60.0, abs=1)  # the numbers at the left differ
    QTest.mouseDClick(plot, Qt.MouseButton.LeftButton, pos=place.toPoint())
    assert plot.frame().x == plot.all_x()
    assert window.value.updates == 120 and window.document.stack.count() == 0


def test_no_line_of_a_saved_drawing_leaves_the_axes(qtbot: QtBot, tmp_path: Path) -> None:
    window = opened(qtbot, Curves, LEARNT)
    plot = window.panel.plot
    xs = np.arange(40.0)
    line = Line("training", xs, 1 + 0.1 * np.sin(xs))
    wild = Line("batch", xs, 100 * np.sin(xs), "faint", 1.0, named=False)
    plot.show_graph(Graph((line, wild), "Loss"))
    window.panel.save_picture(tmp_path / "curve.svg")
    text = (tmp_path / "curve.svg").read_text()
    drawn = re.findall(r'<polyline[^>]*points="([^"]*)"', text)
    heights = [float(y) for points in drawn for y in re.findall(r",(-?[\d.]+)", points)]
    assert len(heights) > 40
    assert min(heights) >= 0 and max(heights) <= plot.height()


def test_saving_asks_whoever_made_the_panel(qtbot: QtBot, tmp_path: Path) -> None:
    window = opened(qtbot, Curves, LEARNT)
    assert "Save as PNG…" not in [a.text() for a in window.panel.menu().actions()]
    window.panel.choose_file = lambda title, name, kinds, write: write(tmp_path / name)
    menu = window.panel.menu()
    next(a for a in menu.actions() if a.text() == "Save as SVG…").trigger()
    assert (tmp_path / "curves.svg").is_file()


def test_every_control_has_a_name_and_is_reached_by_tab(qtbot: QtBot) -> None:
    window = with_two_runs(qtbot)
    controls = walked(window, window.panel.choice)
    assert window.panel.plot in controls and window.panel.more in controls
    assert window.panel.runs.again in controls
    assert not unnamed(controls)
