"""The transport bar under the hand: steps, phases, updates, scrubbing, playing, the past."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from engine.experiment import stepping
from engine.experiment.experiment import Ending, Experiment, new_experiment
from engine.formulas import explain
from engine.lessons.lesson import open_lesson
from engine.network import Edge, Network, Node
from engine.numerals import NumberRole
from engine.settings import Settings
from playground.model.document import Document
from playground.model.stage import Stage
from playground.panels.transport import Transport
from playground.widgets.phase_rail import MIDDLE
from tests.engine.experiments import small, three_inputs
from tests.playground.acting import Acting

LEFT = Qt.MouseButton.LeftButton


@dataclass(frozen=True)
class Bar:
    """A transport bar in a window, with what it works on."""

    document: Document
    stage: Stage
    transport: Transport
    window: QWidget

    @property
    def value(self) -> Experiment:
        return self.document.value

    @property
    def place(self) -> tuple[int, int]:
        return self.value.updates, self.value.cursor

    @property
    def row(self) -> int | None:
        return self.stage.look.row

    @property
    def playing(self) -> bool:
        return self.transport.player.playing

    def click(self, button: QAbstractButton) -> None:
        QTest.mouseClick(button, LEFT)

    def resize(self, width: int) -> None:
        self.window.resize(width, 120)
        self.transport.resize(width, 108)


Make = Callable[..., Bar]


def after_run(sentence: str) -> Experiment:
    """Twelve updates, and a sentence that says why there are no more."""
    value = small()
    for _ in range(12):
        value = stepping.step_update(value)
    return replace(value, ending=Ending("loss", sentence, 12))


@pytest.fixture
def make(qtbot: QtBot) -> Make:
    def made(
        experiment: Experiment,
        width: int = 830,
    ) -> Bar:
        window = QWidget()
        qtbot.addWidget(window)
        document, stage = Document(experiment, window), Stage(window)
        acting = Acting(document, stage, window)
        transport = Transport(document, stage, acting.actions, window)
        acting.parts.transport = transport
        acting.parts.training = SimpleNamespace(epoch=transport.step_epoch)
        bar = Bar(document, stage, transport, window)
        bar.resize(width)
        window.show()
        return bar

    return made


@pytest.fixture
def student() -> Experiment:
    return open_lesson("student-grade").experiment


def titles(experiment: Experiment) -> list[str]:
    begun = stepping.step(experiment)
    assert begun.trace is not None
    told = [explain(begun.context, begun.trace, s).title for s in begun.trace.script.steps]
    return [title[:1].lower() + title[1:] for title in told]


def said(bar: Bar) -> tuple[str, str]:
    return bar.transport.where.text, bar.transport.title.text


def test_a_whole_update_is_walked_on_and_back_with_its_titles(
    make: Make, student: Experiment
) -> None:
    bar, names = make(student), titles(student)
    assert said(bar) == ("Update 1 · 32 steps", "before the first step")
    for number, name in enumerate(names, 1):
        bar.click(bar.transport.buttons.step)
        assert said(bar) == (f"Update 1 · step {number} of 32", name)
    assert said(bar)[1] == "new bias of hidden 4"
    bar.click(bar.transport.buttons.step)
    assert said(bar) == ("Update 2 · 32 steps", "before the first step")
    bar.click(bar.transport.buttons.back)
    for number in range(31, 0, -1):
        bar.click(bar.transport.buttons.back)
        assert said(bar) == (f"Update 1 · step {number} of 32", names[number - 1])
    bar.click(bar.transport.buttons.back)
    assert bar.place == (0, 0)
    assert not bar.transport.buttons.back.isEnabled()
    assert "nothing before" in bar.transport.buttons.back.toolTip()


def test_the_step_button_takes_the_colour_of_the_phase(make: Make, student: Experiment) -> None:
    bar = make(student)
    looks = []
    for _ in range(32):
        looks.append(bar.transport.buttons.step.property("look"))
        bar.click(bar.transport.buttons.step)
    assert looks[:8] == [NumberRole.FORWARD.value] * 7 + [NumberRole.TRUTH.value]
    assert looks[8] == looks[20] == NumberRole.BACKWARD.value
    assert looks[22:] == [NumberRole.MEMORY.value] * 10


def test_phases_and_updates_have_buttons_of_their_own(make: Make, student: Experiment) -> None:
    bar = make(student)
    buttons = bar.transport.buttons
    places = []
    for button in (buttons.phase, buttons.phase, buttons.phase, buttons.phase_back,
                   buttons.whole_update, buttons.update_back, buttons.epoch):  # fmt: skip
        bar.click(button)
        places.append(bar.place)
    assert places == [(0, 6), (0, 7), (0, 10), (0, 7), (1, 0), (0, 0), (1, 0)]
    assert bar.document.stack.count() == 1, "neighbouring moves are one entry"


def test_the_rail_is_scrubbed_by_the_mouse(make: Make, student: Experiment) -> None:
    bar = make(student)
    rail = bar.transport.rail

    def at(done: int) -> QPoint:
        return QPoint(round(rail.x_of(done)), round(MIDDLE))

    QTest.mousePress(rail, LEFT, pos=at(3))
    assert bar.place == (0, 3)
    for done in (10, 22, 9):
        QTest.mouseMove(rail, at(done))
        assert bar.place == (0, done)
    QTest.mouseRelease(rail, LEFT, pos=at(9))
    assert said(bar)[1] == "error term of hidden 5"
    QTest.mouseClick(rail, LEFT, pos=at(0))
    assert bar.place == (0, 0)
    assert bar.value.trace is None
    assert bar.document.stack.count() == 0, "it ended where it began"


def test_scrubbing_within_a_pass_keeps_its_numbers(make: Make, student: Experiment) -> None:
    bar = make(student)
    bar.click(bar.transport.buttons.phase)
    trace = bar.value.trace
    QTest.keyClick(bar.transport.rail, Qt.Key.Key_End)
    assert bar.place == (0, 32)
    assert bar.value.trace is trace


def test_the_past_has_a_slider_as_soon_as_there_is_one(make: Make) -> None:
    bar = make(small(rows=30))
    past = bar.transport.past
    assert not past.isVisible()
    for _ in range(12):
        bar.transport.step_update()
    assert past.isVisible()
    assert (past.slider.minimum(), past.slider.maximum(), past.slider.value()) == (0, 12, 12)
    assert past.place.text == "12 of 12"


def test_the_slider_goes_to_past_updates(make: Make, qtbot: QtBot) -> None:
    bar = make(small(rows=30))
    for _ in range(12):
        bar.transport.step_update()
    after = bar.value.parameters
    slider = bar.transport.past.slider
    handle = QPoint(slider.width() - 6, slider.height() // 2)
    QTest.mousePress(slider, LEFT, pos=handle)
    QTest.mouseMove(slider, QPoint(slider.width() // 2, slider.height() // 2))
    qtbot.waitUntil(lambda: bar.value.updates < 12)
    middle = bar.value.updates
    assert slider.isSliderDown()
    assert slider.value() == middle
    QTest.mouseMove(slider, QPoint(5, slider.height() // 2))
    QTest.mouseRelease(slider, LEFT, pos=QPoint(5, slider.height() // 2))
    assert bar.place == (0, 0), "exact as soon as it is let go"
    assert bar.value.newest == 12, "nothing is lost by looking"
    QTest.keyClick(slider, Qt.Key.Key_End)
    assert bar.value.updates == 12
    assert (bar.value.parameters == after).all()
    assert bar.transport.past.place.text == "12 of 12"


def test_why_a_run_ended_is_read_whole_beside_the_past(make: Make, qtbot: QtBot) -> None:
    bar = make(after_run("Stopped at update 12: the training loss, 0.0999, is below 0.1."))
    title, past, where = bar.transport.title, bar.transport.past, bar.transport.where
    qtbot.waitUntil(lambda: title.shown() == title.text)
    assert "is below 0.1." in title.text
    assert past.slider.isVisible()
    assert not past.place.isVisible()
    bar.transport.step()
    qtbot.waitUntil(past.place.isVisible)
    assert where.isVisible()
    assert title.shown() == title.text


def test_playing_steps_to_the_end_of_the_pass(make: Make, qtbot: QtBot) -> None:
    bar = make(three_inputs())
    for _ in range(9):
        bar.transport.player.turn_speed(1)
    assert bar.transport.player.speed == 20
    bar.click(bar.transport.buttons.play)
    assert bar.place == (0, 1), "the first step comes at once"
    assert bar.transport.buttons.play.accessibleName() == "Pause"
    qtbot.waitUntil(lambda: not bar.transport.player.playing)
    assert bar.place == (0, 11)
    assert bar.transport.buttons.play.accessibleName() == "Play"


@pytest.mark.parametrize("other", ["step", "edit", "pause", "undo"])
def test_any_other_input_stops_playing(make: Make, student: Experiment, other: str) -> None:
    bar = make(student)
    bar.transport.step()
    bar.click(bar.transport.buttons.play)
    assert bar.playing
    if other == "step":
        bar.click(bar.transport.buttons.step)
    elif other == "edit":
        bar.document.rename("4", "four")
    elif other == "pause":
        bar.click(bar.transport.buttons.play)
    else:
        bar.document.stack.undo()
    assert not bar.playing


def test_a_step_that_is_refused_stops_playing(make: Make, qtbot: QtBot) -> None:
    bar = make(new_experiment(Network((Node("x", "input"),))))
    with qtbot.waitSignal(bar.document.refused) as told:
        bar.transport.player.toggle()
    assert "output" in told.args[0]
    assert not bar.transport.player.playing


def test_the_speed_is_a_slider_or_a_menu(make: Make, student: Experiment) -> None:
    bar = make(student)
    buttons = bar.transport.buttons
    QTest.keyClick(buttons.speed, Qt.Key.Key_Right)
    assert bar.transport.player.speed == 2
    bar.resize(711)
    assert not buttons.speed.isVisible()
    bar.click(buttons.speed_menu_button)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    QTest.keyClick(menu, Qt.Key.Key_Down)
    QTest.keyClick(menu, Qt.Key.Key_Return)
    assert bar.transport.player.speed == 1
    bar.resize(830)
    assert buttons.speed.isVisible()
    assert buttons.speed.value() == 0


def test_an_epoch_moves_into_the_menu_of_train_where_room_is_short(make: Make) -> None:
    bar = make(small(rows=7), 711)
    buttons = bar.transport.buttons
    assert not buttons.epoch.isVisible()
    bar.click(buttons.train_menu_button)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    QTest.keyClick(menu, Qt.Key.Key_Down)
    QTest.keyClick(menu, Qt.Key.Key_Return)
    assert bar.place == (3, 0)
    assert bar.value.turn.epoch == 1
    bar.transport.step_epoch_back()
    assert bar.place == (0, 0)


@pytest.mark.parametrize("width", [480, 711, 830, 1200])
def test_no_button_overlaps_another(make: Make, width: int) -> None:
    bar = make(small(rows=30), width)
    bar.transport.step_update()
    shown = [b for b in bar.transport.buttons.findChildren(QAbstractButton) if b.isVisible()]
    for index, button in enumerate(shown):
        box = button.geometry()
        assert box.right() < bar.transport.buttons.width()
        assert not any(box.intersects(other.geometry()) for other in shown[index + 1 :])


def circuit() -> Experiment:
    nodes = (Node("x", "input"), Node("y", "input"), Node("f", combine="product", output=True))
    edges = tuple(Edge(name, "f", locked=True) for name in "xy")
    return new_experiment(
        Network(nodes, edges), settings=Settings(loss="output"), parameters=np.ones(2)
    )


def test_a_circuit_is_told_in_its_own_words(make: Make) -> None:
    bar = make(circuit(), 830)
    bar.transport.step()
    assert said(bar) == ("Pass 1 · step 1 of 5", "product at f")
    assert [s.name for s in bar.transport.rail.segments] == ["Forward", "Output", "Slopes"]
    assert not bar.transport.buttons.train.isEnabled()
    assert "nothing to train" in bar.transport.buttons.train.toolTip()
    assert bar.transport.buttons.epoch.isEnabled(), "its passes can be walked, as the menu does"
    bar.transport.step_update()
    assert said(bar)[0] == "Pass 2 · 5 steps"
    assert bar.transport.past.slider.accessibleDescription() == "pass 1 of 1"
    assert bar.transport.past.word.text == "pass"


def test_a_sample_is_chosen_and_marked(make: Make) -> None:
    bar = make(small(rows=7))
    chooser = bar.transport.sample
    bar.transport.step()
    assert chooser.word() == "sample 1 of 7"
    QTest.keyClick(chooser, Qt.Key.Key_Down)
    rows = [bar.row]
    for _ in range(3):
        QTest.keyClick(chooser, Qt.Key.Key_Down)
    rows.append(bar.row)
    assert chooser.word() == "sample 4 of 7 · not in this batch"
    bar.transport.step_update()
    assert chooser.word() == "sample 4 of 7"
    QTest.keyClick(chooser, Qt.Key.Key_Home)
    rows.append(bar.row)
    assert rows == [0, 3, None]
    assert chooser.word() == "sample 4 of 7", "the first of the next batch"


def test_the_list_of_samples_says_which_are_learnt_now_and_scrolls(make: Make) -> None:
    """The few that are learnt are marked, not all the others; the first entry is the way back."""
    bar = make(small(rows=30))
    bar.transport.step()
    chooser = bar.transport.sample
    assert "the samples that one update learns from" in " ".join(chooser.toolTip().split())
    entries = [chooser.itemText(entry) for entry in range(chooser.count())]
    assert entries[:5] == ["Whichever is learnt now", *(
        f"Sample {row} · learnt now" for row in (1, 2, 3)), "Sample 4"]  # fmt: skip
    assert not any("learnt" in entry for entry in entries[4:])
    chooser.showPopup()
    assert chooser.view().verticalScrollBar().isVisible()
    chooser.hidePopup()
    whole = replace(bar.value.settings, batch=None)
    bar.document.set_settings(whole)
    assert chooser.itemText(1) == "Sample 1", "where all are learnt there is nothing to mark"


def test_the_title_stands_still_where_there_is_nothing_to_choose(
    make: Make, student: Experiment, qtbot: QtBot
) -> None:
    bar, empty = make(student), make(new_experiment(Network()))
    assert not empty.transport.sample.isVisible()
    assert empty.transport.title.y() == bar.transport.title.y()


def test_before_anything_is_drawn_there_is_nothing_to_step(make: Make) -> None:
    bar = make(new_experiment(Network()), 830)
    buttons = bar.transport.buttons
    forward = (buttons.step, buttons.play, buttons.phase, buttons.whole_update, buttons.train)
    assert not any(button.isEnabled() for button in forward)
    assert buttons.step.toolTip().startswith("Nothing is drawn yet. Draw ")
    bar.document.replace(small())
    assert all(button.isEnabled() for button in forward)
    assert buttons.step.toolTip() == "Step (Space): One number further."


def test_one_sample_is_no_choice(make: Make, student: Experiment) -> None:
    bar = make(student)
    assert bar.transport.sample.word() == "sample 1 of 1"
    assert not bar.transport.sample.isEnabled()


def test_back_to_the_start_keeps_the_record(make: Make) -> None:
    bar = make(small(rows=7))
    bar.transport.step_epoch()
    bar.transport.step_phase()
    bar.transport.to_start()
    assert bar.place == (0, 0)
    assert bar.value.newest == 3


def test_everything_can_be_named_and_reached(make: Make, qtbot: QtBot) -> None:
    bar = make(small(rows=7), 830)
    bar.transport.step_update()
    seen: list[QWidget] = []
    bar.transport.past.slider.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(bar.transport.past.slider.hasFocus)
    while (now := QApplication.focusWidget()) is not None and now not in seen:
        seen.append(now)
        assert now.accessibleName()
        assert now.toolTip()
        QTest.keyClick(now, Qt.Key.Key_Tab)
    assert bar.transport.buttons.train in seen
    assert len(seen) == 14
