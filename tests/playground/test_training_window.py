"""Training in the whole window: Train and Stop by hand, and what ends a run."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.epochs import Turn
from engine.files.documents import load
from engine.lessons import open_lesson
from engine.network import Place
from engine.numerals import count, short
from engine.settings import Stops
from engine.stopping import UP_AND_DOWN
from engine.training import Progress
from playground.canvas.lighting import at_place
from playground.panels.explain import Explain
from playground.panels.inspector import Inspector
from playground.panels.knobs import Knobs
from playground.panels.settings import SettingsPanel
from playground.panels.slopes_table import SlopesTable
from playground.panels.table import NetworkTable
from playground.panels.transport_words import remark_of
from playground.widgets.message import STAYS
from playground.widgets.place_field import PlaceField
from playground.window.facts import facts_of_run
from playground.window.furniture import Furniture
from tests.playground.lesson_learner import Learner
from tests.playground.opened import LEFT, opened
from tests.sampled import sampled


@pytest.fixture
def furniture(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Furniture]:
    with opened(qtbot, qapp, tmp_path, "set-xor") as made:
        yield made
        made.trainer.stop()


def press_train(furniture: Furniture) -> None:
    QTest.mouseClick(furniture.transport.buttons.train, LEFT)


def facts(furniture: Furniture) -> dict[str, str]:
    return {fact.name: fact.value for fact in furniture.strip.facts.facts}


def trains(qtbot: QtBot, furniture: Furniture, updates: int = 1) -> None:
    """Press Train and wait until it is seen to go on."""
    press_train(furniture)
    qtbot.waitUntil(lambda: (furniture.transport.rail.run or (0, 0))[0] >= updates, timeout=20_000)


def test_train_and_stop_are_one_change_that_undo_takes_back(
    qtbot: QtBot, furniture: Furniture
) -> None:
    before = furniture.document.value
    trains(qtbot, furniture, 200)
    buttons = furniture.transport.buttons
    assert "Stop" in buttons.train.text()
    assert not buttons.step.isEnabled()
    assert furniture.document.value is before
    assert facts(furniture).keys() >= {
        "Loss", "Test loss", "Accuracy", "Epoch", "Updates", "Updates/s", "Rate"
    }  # fmt: skip
    press_train(furniture)
    assert "Train" in buttons.train.text()
    after = furniture.document.value
    assert after.updates >= 200
    assert furniture.transport.rail.run is None
    assert facts(furniture)["Loss"] not in ("", "—")
    assert furniture.document.stack.undoText().startswith("Train ")
    QTest.keyClick(furniture.window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert furniture.document.value is before
    QTest.keyClick(furniture.window, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    assert furniture.document.value is after


def test_what_is_right_says_of_which_part_and_the_rate_stays(
    qtbot: QtBot, furniture: Furniture
) -> None:
    furniture.files.open_lesson("set-spiral")
    told: list[tuple[dict[str, str], str]] = []

    def hear(progress: Progress) -> None:
        told.append((facts(furniture), furniture.transport._title.text))

    furniture.trainer.progressed.connect(hear)
    trains(qtbot, furniture, 200)
    press_train(furniture)
    for strip, above in told[-3:]:
        assert f" {strip['Test accuracy']} of test right · " in f"{above} · "
        assert strip["Accuracy"] != ""
    point = furniture.document.value.curve.last
    assert point is not None
    assert facts(furniture)["Accuracy"] == f"{100 * point.accuracy:.0f} %"
    assert facts(furniture)["Test accuracy"] == f"{100 * point.test_accuracy:.0f} %"
    in_run = facts_of_run(
        Progress(
            furniture.document.value.network, 123_456, 123_456, Turn(12_345, 0),
            furniture.document.value.parameters, furniture.document.value.curve,
            furniture.document.settings, point,
        ),
        12_345.0,
    )  # fmt: skip
    furniture.strip.show_facts(in_run)
    names = [fact.name for fact in furniture.strip.facts.shown()]
    assert names[-1] == "Rate", names


def shown_end(qtbot: QtBot, furniture: Furniture, stops: Stops) -> tuple[int | None, str]:
    """What the rail of a run under these rules ends with; the run is stopped again."""
    document = furniture.document
    document.set_settings(replace(document.settings, stops=stops))
    trains(qtbot, furniture, document.value.updates + 100)
    run = furniture.transport.rail.run
    assert run is not None
    press_train(furniture)
    assert document.value.ending is None
    return run[1], run[2]


def test_a_run_shows_the_end_that_was_set_and_none_where_none_is(
    qtbot: QtBot, furniture: Furniture
) -> None:
    rows = len(furniture.document.value.data.training)
    wanted = 100_000 * -(-rows // 10)
    assert shown_end(qtbot, furniture, Stops(epochs=100_000)) == (wanted, f"{wanted:,}")
    assert furniture.document.value.updates > 0
    assert shown_end(qtbot, furniture, Stops(epochs=100_000)) == (wanted, f"{wanted:,}")
    assert shown_end(qtbot, furniture, Stops()) == (None, "until Stop")
    assert shown_end(qtbot, furniture, Stops(loss_below=1e-9)) == (None, "until a rule or Stop")


@pytest.mark.long
@pytest.mark.ci
def test_what_is_past_makes_room_while_it_trains(qtbot: QtBot, furniture: Furniture) -> None:
    past = furniture.transport.past
    trains(qtbot, furniture, 200)
    press_train(furniture)
    assert past.isVisible()
    trains(qtbot, furniture, 600)
    assert not past.isVisible()
    press_train(furniture)
    assert past.isVisible()
    assert past.slider.value() == furniture.document.value.updates


def test_inspector_and_table_tell_the_numbers_of_the_run(
    qtbot: QtBot, furniture: Furniture
) -> None:
    furniture.stage.select(edges=(("h6", "y"),))
    place = furniture.document.value.network.place_index[Place("weight", "y", "h6")]
    inspector, table = furniture.docks.panel("inspector"), furniture.docks.panel("table")
    assert isinstance(inspector, Inspector) and isinstance(table, NetworkTable)
    for name in ("inspector", "table"):
        furniture.docks.docks[name].show()
        furniture.docks.docks[name].raise_()
    trains(qtbot, furniture, 200)
    before = float(furniture.document.value.parameters[place])
    cell = table.edges.cells.cell
    row = next(row for row in range(18) if cell(row, 0).text == "h6" and cell(row, 1).text == "y")
    field = inspector.weight_row.field
    qtbot.waitUntil(lambda: float(inspector.live.value.parameters[place]) != before)
    assert field.text() == short(float(inspector.live.value.parameters[place]), 4)
    qtbot.waitUntil(lambda: float(table.live.value.parameters[place]) != before)
    assert cell(row, 2).text == short(float(table.live.value.parameters[place]), 4)


@pytest.mark.parametrize("name", sampled(["knobs", "h-table"], 1))
def test_knobs_and_slopes_are_those_of_the_run(
    qtbot: QtBot, furniture: Furniture, name: str
) -> None:
    panel = furniture.docks.panel(name)
    assert isinstance(panel, Knobs | SlopesTable)
    furniture.docks.docks[name].show()
    furniture.docks.docks[name].raise_()

    def told() -> list[object]:
        if isinstance(panel, SlopesTable):
            return [panel.exact.text]
        rows = range(panel.model.count())
        return [f(row) for row in rows for f in (panel.model.value, panel.model.slope_text)]

    before = told()
    assert before
    trains(qtbot, furniture, 500)
    qtbot.waitUntil(lambda: panel.live.value.updates > 500, timeout=20_000)
    assert told() != before
    press_train(furniture)
    furniture.document.undo()
    assert told() == before


@pytest.mark.long
@pytest.mark.ci
def test_a_number_that_is_typed_stays_while_it_trains(qtbot: QtBot, furniture: Furniture) -> None:
    furniture.stage.select(edges=(("h6", "y"),))
    inspector = furniture.docks.panel("inspector")
    assert isinstance(inspector, Inspector)
    field = inspector.weight_row.field
    trains(qtbot, furniture, 200)
    QTest.mouseClick(field, LEFT)
    field.selectAll()
    QTest.keyClicks(field, "1.5")
    seen = furniture.transport.rail.run or (0, 0)
    qtbot.waitUntil(lambda: (furniture.transport.rail.run or (0, 0))[0] > 3 * seen[0])
    assert field.text() == "1.5"
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert not furniture.trainer.is_running
    value = furniture.document.value
    assert value.parameters[value.network.place_index[Place("weight", "y", "h6")]] == 1.5


@pytest.mark.long
@pytest.mark.ci
def test_nothing_is_explained_with_numbers_from_before_the_run(
    qtbot: QtBot, furniture: Furniture
) -> None:
    explain = furniture.docks.panel("explain")
    assert isinstance(explain, Explain)
    furniture.stage.select(nodes=("h6",))
    assert any(block.isVisible() for block in explain.selected)
    trains(qtbot, furniture)
    assert not any(block.isVisible() for block in (explain.block, *explain.selected))
    assert "Stop" in explain.empty.text()
    press_train(furniture)
    assert any(block.isVisible() for block in explain.selected)


def test_the_strip_tells_the_losses_of_a_past_update(qtbot: QtBot, furniture: Furniture) -> None:
    trains(qtbot, furniture, 300)
    press_train(furniture)
    newest = facts(furniture)
    furniture.document.go_to(100, 0)
    point = furniture.document.value.curve.at(100)
    assert point is not None
    assert facts(furniture)["Loss"] == short(point.loss, 4) != newest["Loss"]
    assert facts(furniture)["Test loss"] == short(point.test_loss, 4)
    assert furniture.document.value.curve.at(10**9) is None
    furniture.document.go_to(furniture.document.value.newest, 0)
    assert facts(furniture) == newest


def test_a_rate_that_is_still_being_typed_is_the_one_that_f5_trains_with(
    qtbot: QtBot, furniture: Furniture
) -> None:
    panel = furniture.docks.panel("settings")
    assert isinstance(panel, SettingsPanel)
    furniture.docks.docks["settings"].show()
    furniture.docks.docks["settings"].raise_()
    field = panel.row("rate").controls[-1]
    panel.ensureWidgetVisible(field)
    for text, trains_then in (("0.2", True), ("0.1", False), ("fast", False)):
        QTest.mouseClick(field, LEFT)
        QTest.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        QTest.keyClicks(field, text)
        QTest.keyClick(field, Qt.Key.Key_F5)
        assert furniture.trainer.is_running == trains_then
    assert furniture.document.settings.rate == 0.1
    assert "rate 0.2 → 0.1" in furniture.document.stack.undoText()


def test_a_weight_that_is_still_being_typed_is_taken_before_training(
    qtbot: QtBot, furniture: Furniture
) -> None:
    place = Place("weight", "y", "h6")
    index = furniture.document.value.network.place_index[place]
    assert furniture.canvas.typing.edit(at_place("weight", index))
    field = QApplication.focusWidget()
    assert isinstance(field, PlaceField)
    QTest.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(field, "1.5")
    QTest.keyClick(field, Qt.Key.Key_F5)
    assert furniture.trainer.is_running
    assert not field.isVisible()
    assert furniture.document.value.parameters[index] == 1.5


@pytest.mark.long
@pytest.mark.ci
def test_a_run_without_an_update_leaves_no_facts_of_a_run(
    qtbot: QtBot, furniture: Furniture
) -> None:
    furniture.window.menus.actions["pace-1"].trigger()
    press_train(furniture)
    qtbot.waitUntil(lambda: "Epoch" in facts(furniture))
    press_train(furniture)
    assert "Epoch" not in facts(furniture)
    furniture.window.menus.actions["pace-fastest"].trigger()


def test_f5_trains_and_stops(furniture: Furniture) -> None:
    words = []
    for _ in range(2):
        QTest.keyClick(furniture.window, Qt.Key.Key_F5)
        words.append((furniture.trainer.is_running, furniture.window.menus.actions["train"].text()))
    assert words == [(True, "&Stop"), (False, "&Train")]


Act = Callable[[Furniture], object]

ENDS: dict[str, Act] = {
    "undo": lambda f: f.document.undo(),
    "step": lambda f: f.transport.step(),
    "scrub": lambda f: f.document.go_to(0, 0),
    "an edge less": lambda f: f.document.remove((), [("x1", "h1")]),
    "another loss": lambda f: f.document.set_settings(
        replace(f.document.settings, loss="squared"), "Set loss"
    ),
    "a number by hand": lambda f: f.document.set_number(f.document.value.network.places[0], 1.0),
    "the next page": lambda f: f.lessons.turn_page(1),
    "another lesson": lambda f: f.files.read_lesson("student-grade"),
    "a save": lambda f: f.files.work.save(f.folders[0] / "saved.json"),
    "an entry of the history": lambda f: f.document.go_to_change(0),
}


@pytest.mark.parametrize("name", sampled(tuple(ENDS), 3))
def test_what_changes_or_keeps_the_document_ends_the_run_first(
    qtbot: QtBot, furniture: Furniture, name: str
) -> None:
    before = furniture.document.value
    furniture.folders[0].mkdir(parents=True, exist_ok=True)
    trains(qtbot, furniture)
    ENDS[name](furniture)
    assert not furniture.trainer.is_running
    qtbot.wait(80)  # a frame or two: nothing of the run comes after
    if name in ("undo", "an entry of the history"):
        assert furniture.document.value is before
    elif name == "a save":
        kept = load(furniture.folders[0] / "saved.json").experiment
        assert kept == furniture.document.value
        assert kept.updates > 0
    elif name == "another lesson":
        assert furniture.document.value.lesson == "student-grade"
    else:
        texts = [furniture.document.stack.text(k) for k in range(furniture.document.stack.count())]
        assert texts[0].startswith("Train ")
        assert len(texts) == 2


EDITS: dict[str, Act] = {
    "the samples were changed": lambda f: f.document.edit_data(
        lambda data: data.with_tests(~data.test), "Mark for testing"
    ),
    "the network was changed": ENDS["an edge less"],
    "the settings were changed": ENDS["another loss"],
    "a number was set by hand": ENDS["a number by hand"],
    "a name or a place was changed": lambda f: f.document.rename("h1", "first"),
}


@pytest.mark.parametrize("reason", sampled(tuple(EDITS), 2))
def test_a_run_that_an_edit_ends_says_so(qtbot: QtBot, furniture: Furniture, reason: str) -> None:
    trains(qtbot, furniture)
    EDITS[reason](furniture)
    update = int(furniture.document.stack.text(0).split()[1].replace(",", ""))
    assert furniture.strip.refusal.isVisible()
    assert furniture.strip.refusal.sentence == (
        f"The run ended at update {count(update)}, because {reason}."
    )


@pytest.mark.parametrize("name", sampled(("undo", "step", "scrub", "the next page", "a save"), 2))
def test_a_run_that_ends_for_something_else_says_nothing_of_an_edit(
    qtbot: QtBot, furniture: Furniture, name: str
) -> None:
    furniture.folders[0].mkdir(parents=True, exist_ok=True)
    trains(qtbot, furniture)
    ENDS[name](furniture)
    assert not furniture.trainer.is_running
    assert "because" not in furniture.strip.refusal.sentence


def test_rate_batch_and_penalty_change_while_it_runs(qtbot: QtBot, furniture: Furniture) -> None:
    panel = furniture.docks.panel("settings")
    assert isinstance(panel, SettingsPanel)
    furniture.docks.docks["settings"].show()
    furniture.docks.docks["settings"].raise_()
    trains(qtbot, furniture)
    for path, text in (("rate", "0.01"), ("batch", "5"), ("l2", "0.001")):
        field = panel.row(path).controls[-1]
        panel.ensureWidgetVisible(field)
        QTest.mouseClick(field, LEFT)
        QTest.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        QTest.keyClicks(field, text)
        QTest.keyClick(field, Qt.Key.Key_Return)
        assert furniture.trainer.is_running, path
    wanted = furniture.trainer.settings
    assert (wanted.rate, wanted.batch, wanted.l2) == (0.01, 5, 0.001)
    press_train(furniture)
    assert furniture.document.value.settings == wanted
    assert "rate 0.03 → 0.01" in furniture.document.stack.undoText()


def test_a_bad_rate_is_refused_and_the_run_goes_on(qtbot: QtBot, furniture: Furniture) -> None:
    heard: list[str] = []
    furniture.document.refused.connect(heard.append)
    trains(qtbot, furniture)
    furniture.document.set_settings(replace(furniture.document.settings, rate=-1.0))
    assert "positive" in heard[0]
    assert furniture.trainer.is_running
    assert furniture.document.settings.rate == 0.03


def test_a_stop_rule_says_why_it_ended(qtbot: QtBot, furniture: Furniture) -> None:
    stops = replace(furniture.document.settings.stops, epochs=3)
    furniture.document.set_settings(replace(furniture.document.settings, stops=stops))
    press_train(furniture)
    qtbot.waitUntil(lambda: not furniture.trainer.is_running, timeout=20_000)
    ending = furniture.document.value.ending
    assert ending is not None
    assert furniture.transport._title.shown() == ending.sentence
    assert furniture.strip.refusal.isHidden(), "curve and transport have said it"
    furniture.document.undo()
    assert furniture.document.value.ending is None
    furniture.document.redo()
    furniture.strip.note(ending.sentence)
    press_train(furniture)
    assert furniture.strip.refusal.isHidden()
    assert furniture.document.value.turn.epoch == 3


def test_a_reason_that_the_transport_has_no_room_for_is_told_whole_in_the_strip(
    qtbot: QtBot, furniture: Furniture
) -> None:
    furniture.window.resize(1100, 700)
    furniture.files.open_lesson("when-to-stop")
    press_train(furniture)
    qtbot.waitUntil(lambda: furniture.document.value.ending is not None, timeout=20_000)
    ending, title = furniture.document.value.ending, furniture.transport._title
    assert ending is not None and ending.rule == "change"
    assert title.shown() == f"Stopped at update {ending.update}", "not cut"
    assert title.toolTip().replace("\n", " ") == title.accessibleName() == ending.sentence
    assert furniture.strip.refusal.isVisible()
    assert furniture.strip.refusal.sentence == ending.sentence
    furniture.document.undo()
    assert furniture.document.value.ending is None
    assert furniture.strip.refusal.isHidden(), "what has not happened is not told"


def test_a_network_that_cannot_be_trained_says_so(qtbot: QtBot, furniture: Furniture) -> None:
    furniture.files.work.take(furniture.files.work.empty())
    QTest.keyClick(furniture.window, Qt.Key.Key_F5)
    assert not furniture.trainer.is_running
    assert furniture.strip.refusal.isVisible()


@pytest.mark.long
@pytest.mark.ci
def test_one_update_a_second_goes_slowly(qtbot: QtBot, furniture: Furniture) -> None:
    furniture.window.menus.actions["pace-1"].trigger()
    began = time.monotonic()
    press_train(furniture)
    qtbot.wait(300)
    press_train(furniture)
    assert furniture.document.value.updates <= 2 + (time.monotonic() - began)
    furniture.window.menus.actions["pace-fastest"].trigger()


def test_one_epoch_is_stepped_or_run(qtbot: QtBot, furniture: Furniture) -> None:
    QTest.mouseClick(furniture.transport.buttons.epoch, LEFT)
    qtbot.waitUntil(lambda: furniture.document.value.turn.epoch == 1)
    assert furniture.document.value.turn.row == 0


def test_a_task_is_ticked_while_the_run_goes_on(qtbot: QtBot, furniture: Furniture) -> None:
    learner = Learner(qtbot, furniture)
    texts = [row.label.text() for row in learner.panel.tasks.rows]
    number = next(place for place, text in enumerate(texts) if "test loss" in text)
    trains(qtbot, furniture)
    qtbot.waitUntil(lambda: learner.panel.tasks.rows[number].circle.done, timeout=20_000)
    assert furniture.trainer.is_running


def test_the_canvas_shows_the_newest_weights_while_it_trains(
    qtbot: QtBot, furniture: Furniture
) -> None:
    still = furniture.canvas.grab().toImage()
    trains(qtbot, furniture, 500)
    qtbot.waitUntil(lambda: furniture.canvas.grab().toImage() != still)


def test_the_loss_in_the_strip_is_none_after_a_number_was_set_by_hand(
    furniture: Furniture,
) -> None:
    furniture.transport.step_update()
    furniture.transport.step_update()
    assert facts(furniture)["Loss"] != "—"
    furniture.document.set_number(furniture.document.value.network.places[0], 1.5)
    assert facts(furniture)["Loss"] == "—"
    furniture.transport.step_update()
    assert facts(furniture)["Loss"] != "—"


def test_a_loss_that_goes_up_and_down_gets_a_word(qtbot: QtBot, furniture: Furniture) -> None:
    """|x - t| learnt in steps of a tenth: it jumps over the target for ever."""
    furniture.files.open_lesson("loss-gallery")
    heard: list[str] = []

    def hear(_progress: Progress) -> None:
        heard.append(furniture.transport._title.text)

    furniture.trainer.progressed.connect(hear)
    press_train(furniture)
    qtbot.waitUntil(lambda: any(UP_AND_DOWN in text for text in heard))
    press_train(furniture)
    qtbot.waitUntil(lambda: not furniture.trainer.is_running)
    assert furniture.document.value.ending is None, "stopped by hand"
    assert furniture.transport._title.text == UP_AND_DOWN
    assert furniture.strip.refusal.sentence == UP_AND_DOWN
    assert furniture.strip.refusal.isVisible()
    rate = furniture.document.settings.rate
    furniture.document.set_settings(replace(furniture.document.settings, rate=rate / 100))
    assert UP_AND_DOWN not in furniture.transport._title.text
    QTest.mouseClick(furniture.transport.buttons.epoch, LEFT)
    assert UP_AND_DOWN not in furniture.transport._title.text


@pytest.mark.long
@pytest.mark.ci
def test_a_run_that_falls_gets_none(qtbot: QtBot, furniture: Furniture) -> None:
    heard: list[str] = []
    furniture.trainer.progressed.connect(
        lambda progress: heard.append(furniture.transport._title.text)
    )
    trains(qtbot, furniture)
    press_train(furniture)
    assert heard
    assert not any(UP_AND_DOWN in text for text in [*heard, furniture.transport._title.text])
    assert furniture.strip.refusal.isHidden()


def test_a_word_on_the_loss_is_whole_and_stays_until_it_can_have_been_read(
    qtbot: QtBot, furniture: Furniture
) -> None:
    """It comes and goes with every point; the numbers beside it stand in the strip too."""
    furniture.files.open_lesson("loss-gallery")
    heard: list[Progress] = []
    furniture.trainer.progressed.connect(heard.append)
    press_train(furniture)
    qtbot.waitUntil(lambda: furniture.transport._title.text == UP_AND_DOWN)
    press_train(furniture)
    qtbot.waitUntil(lambda: not furniture.trainer.is_running)
    desk = furniture.training
    early = replace(heard[-1], curve=open_lesson("loss-gallery").experiment.curve)
    assert not remark_of(early, furniture.document.value)
    assert desk._odd_now(early) == UP_AND_DOWN
    desk._odd_at -= STAYS / 1000
    assert desk._odd_now(early) == ""
