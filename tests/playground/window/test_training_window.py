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

from engine.experiment.curve import FIRST
from engine.experiment.editing import with_network
from engine.experiment.stepping import go_to
from engine.experiment.training import UP_AND_DOWN, Goal, RunProgress, remark, trained
from engine.experiment.walk import EpochPosition
from engine.files.loading import load, save
from engine.lessons.lesson import open_lesson
from engine.network import Place
from engine.numerals import count, short
from engine.settings import Stops
from playground.canvas.scene_state import Key
from playground.panels.explanation import Explain
from playground.panels.gradient_table import SlopesTable
from playground.panels.inspector import Inspector
from playground.panels.knobs import Knobs
from playground.panels.network_table import NetworkTable
from playground.panels.settings import SettingsPanel
from playground.widgets.fields import PlaceField
from playground.window.facts import facts_of_run
from playground.window.workspace import Workspace
from tests.playground.lesson_learner import Learner
from tests.playground.opened import LEFT, opened
from tests.sampled import sampled


@pytest.fixture
def workspace(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Workspace]:
    with opened(qtbot, qapp, tmp_path, "set-xor") as made:
        yield made
        made.trainer.stop()


def press_train(workspace: Workspace) -> None:
    QTest.mouseClick(workspace.transport.buttons.train, LEFT)


def facts(workspace: Workspace) -> dict[str, str]:
    return {fact.name: fact.value for fact in workspace.strip.facts.facts}


def trains(qtbot: QtBot, workspace: Workspace, updates: int = 1) -> None:
    """Press Train and wait until it is seen to go on."""
    press_train(workspace)
    qtbot.waitUntil(lambda: (workspace.transport.rail.run or (0, 0))[0] >= updates, timeout=20_000)


def test_train_and_stop_are_one_change_that_undo_takes_back(
    qtbot: QtBot, workspace: Workspace
) -> None:
    before = workspace.document.value
    trains(qtbot, workspace, 200)
    buttons = workspace.transport.buttons
    assert "Stop" in buttons.train.text()
    assert buttons.step.isEnabled(), "a step ends the run first"
    assert workspace.document.value is before
    assert facts(workspace).keys() >= {
        "Loss", "Test loss", "Accuracy", "Epoch", "Updates", "Updates/s", "Rate"
    }  # fmt: skip
    press_train(workspace)
    assert "Train" in buttons.train.text()
    after = workspace.document.value
    assert after.updates >= 200
    assert workspace.transport.rail.run is None
    assert facts(workspace)["Loss"] not in ("", "—")
    assert workspace.document.stack.undoText().startswith("Train ")
    QTest.keyClick(workspace.window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert workspace.document.value is before
    QTest.keyClick(workspace.window, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    assert workspace.document.value is after


def test_what_is_right_says_of_which_part_and_the_rate_stays(
    qtbot: QtBot, workspace: Workspace
) -> None:
    workspace.files.open_lesson("set-spiral")
    told: list[tuple[dict[str, str], str]] = []

    def hear(progress: RunProgress) -> None:
        told.append((facts(workspace), workspace.transport.title.text))

    workspace.trainer.progressed.connect(hear)
    trains(qtbot, workspace, 200)
    press_train(workspace)
    for strip, above in told[-3:]:
        assert f" {strip['Test accuracy']} of test right · " in f"{above} · "
        assert strip["Accuracy"] != ""
    point = workspace.document.value.curve.last
    assert point is not None
    assert facts(workspace)["Accuracy"] == f"{100 * point.accuracy:.0f} %"
    assert facts(workspace)["Test accuracy"] == f"{100 * point.test_accuracy:.0f} %"
    in_run = facts_of_run(
        RunProgress(
            workspace.document.value.network, 123_456, 123_456,
            replace(workspace.document.value.position, turn=EpochPosition(12_345, 0)),
            workspace.document.value.curve, workspace.document.settings,
        ),
        12_345.0,
    )  # fmt: skip
    workspace.strip.show_facts(in_run)
    names = [fact.name for fact in workspace.strip.facts.shown()]
    assert names[-1] == "Rate", names


def shown_end(qtbot: QtBot, workspace: Workspace, stops: Stops) -> tuple[int | None, str]:
    """What the rail of a run under these rules ends with; the run is stopped again."""
    document = workspace.document
    document.set_settings(replace(document.settings, stops=stops))
    trains(qtbot, workspace, document.value.updates + 100)
    run = workspace.transport.rail.run
    assert run is not None
    press_train(workspace)
    assert document.value.ending is None
    return run[1], run[2]


def test_a_run_shows_the_end_that_was_set_and_none_where_none_is(
    qtbot: QtBot, workspace: Workspace
) -> None:
    rows = len(workspace.document.value.data.training)
    wanted = 100_000 * -(-rows // 10)
    assert shown_end(qtbot, workspace, Stops(epochs=100_000)) == (wanted, f"{wanted:,}")
    assert workspace.document.value.updates > 0
    assert shown_end(qtbot, workspace, Stops(epochs=100_000)) == (wanted, f"{wanted:,}")
    assert shown_end(qtbot, workspace, Stops()) == (None, "until Stop")
    assert shown_end(qtbot, workspace, Stops(loss_below=1e-9)) == (None, "until a rule or Stop")


@pytest.mark.long
@pytest.mark.ci
def test_what_is_past_makes_room_while_it_trains(qtbot: QtBot, workspace: Workspace) -> None:
    past = workspace.transport.past
    trains(qtbot, workspace, 200)
    press_train(workspace)
    assert past.isVisible()
    trains(qtbot, workspace, 600)
    assert not past.isVisible()
    press_train(workspace)
    assert past.isVisible()
    assert past.slider.value() == workspace.document.value.updates


def test_inspector_and_table_tell_the_numbers_of_the_run(
    qtbot: QtBot, workspace: Workspace
) -> None:
    workspace.stage.select(edges=(("h6", "y"),))
    place = workspace.document.value.network.place_index[Place("weight", "y", "h6")]
    inspector, table = workspace.docks.panel("inspector"), workspace.docks.panel("table")
    assert isinstance(inspector, Inspector) and isinstance(table, NetworkTable)
    for name in ("inspector", "table"):
        workspace.docks.docks[name].show()
        workspace.docks.docks[name].raise_()
    trains(qtbot, workspace, 200)
    before = float(workspace.document.value.parameters[place])
    cell = table.edges.cells.cell
    row = next(row for row in range(18) if cell(row, 0).text == "h6" and cell(row, 1).text == "y")
    field = inspector.weight_row.field
    qtbot.waitUntil(lambda: float(inspector.live.value.parameters[place]) != before)
    assert field.text() == short(float(inspector.live.value.parameters[place]), 4)
    qtbot.waitUntil(lambda: float(table.live.value.parameters[place]) != before)
    assert cell(row, 2).text == short(float(table.live.value.parameters[place]), 4)


@pytest.mark.parametrize("name", sampled(["knobs", "h-table"], 1))
def test_knobs_and_slopes_are_those_of_the_run(
    qtbot: QtBot, workspace: Workspace, name: str
) -> None:
    panel = workspace.docks.panel(name)
    assert isinstance(panel, Knobs | SlopesTable)
    workspace.docks.docks[name].show()
    workspace.docks.docks[name].raise_()

    def told() -> list[object]:
        if isinstance(panel, SlopesTable):
            return [panel.exact.text]
        rows = range(panel.model.count())
        return [f(row) for row in rows for f in (panel.model.value, panel.model.slope_text)]

    before = told()
    assert before
    trains(qtbot, workspace, 500)
    qtbot.waitUntil(lambda: panel.live.value.updates > 500, timeout=20_000)
    assert told() != before
    press_train(workspace)
    workspace.document.undo()
    assert told() == before


@pytest.mark.long
@pytest.mark.ci
def test_a_number_that_is_typed_stays_while_it_trains(qtbot: QtBot, workspace: Workspace) -> None:
    workspace.stage.select(edges=(("h6", "y"),))
    inspector = workspace.docks.panel("inspector")
    assert isinstance(inspector, Inspector)
    field = inspector.weight_row.field
    trains(qtbot, workspace, 200)
    QTest.mouseClick(field, LEFT)
    field.selectAll()
    QTest.keyClicks(field, "1.5")
    seen = workspace.transport.rail.run or (0, 0)
    qtbot.waitUntil(lambda: (workspace.transport.rail.run or (0, 0))[0] > 3 * seen[0])
    assert field.text() == "1.5"
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert not workspace.trainer.is_running
    value = workspace.document.value
    assert value.parameters[value.network.place_index[Place("weight", "y", "h6")]] == 1.5


@pytest.mark.long
@pytest.mark.ci
def test_nothing_is_explained_with_numbers_from_before_the_run(
    qtbot: QtBot, workspace: Workspace
) -> None:
    explain = workspace.docks.panel("explain")
    assert isinstance(explain, Explain)
    workspace.stage.select(nodes=("h6",))
    assert any(block.isVisible() for block in explain.selected)
    trains(qtbot, workspace)
    assert not any(block.isVisible() for block in (explain.block, *explain.selected))
    assert "Stop" in explain.empty.text()
    press_train(workspace)
    assert any(block.isVisible() for block in explain.selected)


def test_the_strip_tells_the_losses_of_a_past_update(qtbot: QtBot, workspace: Workspace) -> None:
    trains(qtbot, workspace, 300)
    press_train(workspace)
    newest = facts(workspace)
    begun = go_to(workspace.document.value, 0, 0)
    by_step = trained(begun, Goal(updates=110, as_steps=True)).curve
    points = workspace.document.value.curve
    assert points.at(FIRST) is not None and points.at(100) is None  # Train leaves a few points
    for update in (FIRST, 99, 100, 101):
        workspace.document.go_to(update, 0)
        point = by_step.at(update)
        assert point is not None
        assert facts(workspace)["Loss"] == short(point.loss, 4) != newest["Loss"]
        assert facts(workspace)["Test loss"] == short(point.test_loss, 4)
    workspace.document.go_to(workspace.document.value.newest, 0)
    assert facts(workspace) == newest


def test_the_strip_tells_the_loss_of_where_a_file_was_saved(
    workspace: Workspace, tmp_path: Path
) -> None:
    """At a past update: the last point in the file is that of an update before."""
    begun = workspace.document.value
    save(tmp_path / "past.json", go_to(trained(begun, Goal(updates=300)), 100, 0))
    workspace.document.replace(load(tmp_path / "past.json").experiment)
    now, by_step = workspace.document.value, trained(begun, Goal(updates=100, as_steps=True))
    last, wanted = now.curve.last, by_step.curve.last
    assert last is not None and wanted is not None
    assert last.update < now.updates == wanted.update == 100
    assert facts(workspace)["Loss"] == short(wanted.loss, 4) != short(last.loss, 4)
    outputs = now.network.outputs
    workspace.document.do("Remove", lambda e: with_network(e, e.network.remove(outputs)))
    assert facts(workspace)["Updates"] == "100", "nothing is computed without an output"


def test_where_a_point_costs_much_the_strip_tells_none(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace.document.replace(trained(workspace.document.value, Goal(updates=300)))
    monkeypatch.setattr("playground.window.facts.CHEAP_POINT", 1000)
    workspace.document.go_to(FIRST, 0)
    assert facts(workspace)["Loss"] != "—"
    workspace.document.go_to(100, 0)
    assert facts(workspace)["Loss"] == "—"


def test_a_rate_that_is_still_being_typed_is_the_one_that_f5_trains_with(
    qtbot: QtBot, workspace: Workspace
) -> None:
    panel = workspace.docks.panel("settings")
    assert isinstance(panel, SettingsPanel)
    workspace.docks.docks["settings"].show()
    workspace.docks.docks["settings"].raise_()
    field = panel.row("rate").controls[-1]
    panel.ensureWidgetVisible(field)
    for text, trains_then in (("0.2", True), ("0.1", False), ("fast", False)):
        QTest.mouseClick(field, LEFT)
        QTest.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        QTest.keyClicks(field, text)
        QTest.keyClick(field, Qt.Key.Key_F5)
        assert workspace.trainer.is_running == trains_then
    assert workspace.document.settings.rate == 0.1
    assert "rate 0.2 → 0.1" in workspace.document.stack.undoText()


def test_a_weight_that_is_still_being_typed_is_taken_before_training(
    qtbot: QtBot, workspace: Workspace
) -> None:
    place = Place("weight", "y", "h6")
    index = workspace.document.value.network.place_index[place]
    assert workspace.canvas.typing.edit(Key("weight", place=index))
    field = QApplication.focusWidget()
    assert isinstance(field, PlaceField)
    QTest.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(field, "1.5")
    QTest.keyClick(field, Qt.Key.Key_F5)
    assert workspace.trainer.is_running
    assert not field.isVisible()
    assert workspace.document.value.parameters[index] == 1.5


@pytest.mark.long
@pytest.mark.ci
def test_a_run_without_an_update_leaves_no_facts_of_a_run(
    qtbot: QtBot, workspace: Workspace
) -> None:
    workspace.window.menus.actions["pace-1"].trigger()
    press_train(workspace)
    qtbot.waitUntil(lambda: "Epoch" in facts(workspace))
    press_train(workspace)
    assert "Epoch" not in facts(workspace)
    workspace.window.menus.actions["pace-fastest"].trigger()


def test_f5_trains_and_stops(workspace: Workspace) -> None:
    words = []
    for _ in range(2):
        QTest.keyClick(workspace.window, Qt.Key.Key_F5)
        words.append((workspace.trainer.is_running, workspace.window.menus.actions["train"].text()))
    assert words == [(True, "&Stop"), (False, "&Train")]


Act = Callable[[Workspace], object]

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
    qtbot: QtBot, workspace: Workspace, name: str
) -> None:
    before = workspace.document.value
    workspace.folders[0].mkdir(parents=True, exist_ok=True)
    trains(qtbot, workspace)
    ENDS[name](workspace)
    assert not workspace.trainer.is_running
    qtbot.wait(80)  # a frame or two: nothing of the run comes after
    if name in ("undo", "an entry of the history"):
        assert workspace.document.value is before
    elif name == "a save":
        kept = load(workspace.folders[0] / "saved.json").experiment
        assert kept == workspace.document.value
        assert kept.updates > 0
    elif name == "another lesson":
        assert workspace.document.value.lesson == "student-grade"
    else:
        texts = [workspace.document.stack.text(k) for k in range(workspace.document.stack.count())]
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
def test_a_run_that_an_edit_ends_says_so(qtbot: QtBot, workspace: Workspace, reason: str) -> None:
    trains(qtbot, workspace)
    EDITS[reason](workspace)
    update = int(workspace.document.stack.text(0).split()[1].replace(",", ""))
    assert workspace.strip.refusal.isVisible()
    assert workspace.strip.refusal.sentence == (
        f"The run ended at update {count(update)}, because {reason}."
    )


@pytest.mark.parametrize("name", sampled(("undo", "step", "scrub", "the next page", "a save"), 2))
def test_a_run_that_ends_for_something_else_says_nothing_of_an_edit(
    qtbot: QtBot, workspace: Workspace, name: str
) -> None:
    workspace.folders[0].mkdir(parents=True, exist_ok=True)
    trains(qtbot, workspace)
    ENDS[name](workspace)
    assert not workspace.trainer.is_running
    assert "because" not in workspace.strip.refusal.sentence


def test_rate_batch_and_penalty_change_while_it_runs(qtbot: QtBot, workspace: Workspace) -> None:
    panel = workspace.docks.panel("settings")
    assert isinstance(panel, SettingsPanel)
    workspace.docks.docks["settings"].show()
    workspace.docks.docks["settings"].raise_()
    trains(qtbot, workspace)
    for path, text in (("rate", "0.01"), ("batch", "5"), ("l2", "0.001")):
        field = panel.row(path).controls[-1]
        panel.ensureWidgetVisible(field)
        QTest.mouseClick(field, LEFT)
        QTest.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        QTest.keyClicks(field, text)
        QTest.keyClick(field, Qt.Key.Key_Return)
        assert workspace.trainer.is_running, path
    wanted = workspace.trainer.settings
    assert (wanted.rate, wanted.batch, wanted.l2) == (0.01, 5, 0.001)
    press_train(workspace)
    assert workspace.document.value.settings == wanted
    assert "rate 0.03 → 0.01" in workspace.document.stack.undoText()


def test_a_bad_rate_is_refused_and_the_run_goes_on(qtbot: QtBot, workspace: Workspace) -> None:
    heard: list[str] = []
    workspace.document.refused.connect(heard.append)
    trains(qtbot, workspace)
    workspace.document.set_settings(replace(workspace.document.settings, rate=-1.0))
    assert "positive" in heard[0]
    assert workspace.trainer.is_running
    assert workspace.document.settings.rate == 0.03


def test_a_stop_rule_says_why_it_ended(qtbot: QtBot, workspace: Workspace) -> None:
    stops = replace(workspace.document.settings.stops, epochs=3)
    workspace.document.set_settings(replace(workspace.document.settings, stops=stops))
    press_train(workspace)
    qtbot.waitUntil(lambda: not workspace.trainer.is_running, timeout=20_000)
    ending = workspace.document.value.ending
    assert ending is not None
    assert workspace.transport.title.shown() == ending.sentence
    assert workspace.strip.refusal.isHidden(), "curve and transport have said it"
    workspace.document.undo()
    assert workspace.document.value.ending is None
    workspace.document.redo()
    workspace.strip.note(ending.sentence)
    press_train(workspace)
    assert workspace.strip.refusal.isHidden()
    assert workspace.document.value.turn.epoch == 3


def test_a_reason_that_the_transport_has_no_room_for_is_told_whole_in_the_strip(
    qtbot: QtBot, workspace: Workspace
) -> None:
    workspace.window.resize(1100, 700)
    workspace.files.open_lesson("when-to-stop")
    press_train(workspace)
    qtbot.waitUntil(lambda: workspace.document.value.ending is not None, timeout=20_000)
    ending, title = workspace.document.value.ending, workspace.transport.title
    assert ending is not None and ending.rule == "change"
    assert title.shown() == f"Stopped at update {ending.update}", "not cut"
    assert title.toolTip().replace("\n", " ") == title.accessibleName() == ending.sentence
    assert workspace.strip.refusal.isVisible()
    assert workspace.strip.refusal.sentence == ending.sentence
    workspace.document.undo()
    assert workspace.document.value.ending is None
    assert workspace.strip.refusal.isHidden(), "what has not happened is not told"


def test_a_network_that_cannot_be_trained_says_so(qtbot: QtBot, workspace: Workspace) -> None:
    workspace.files.work.take(workspace.files.work.empty())
    QTest.keyClick(workspace.window, Qt.Key.Key_F5)
    assert not workspace.trainer.is_running
    assert workspace.strip.refusal.isVisible()


@pytest.mark.long
@pytest.mark.ci
def test_one_update_a_second_goes_slowly(qtbot: QtBot, workspace: Workspace) -> None:
    workspace.window.menus.actions["pace-1"].trigger()
    began = time.monotonic()
    press_train(workspace)
    qtbot.wait(300)
    press_train(workspace)
    assert workspace.document.value.updates <= 2 + (time.monotonic() - began)
    workspace.window.menus.actions["pace-fastest"].trigger()


def test_one_epoch_is_stepped_or_run(qtbot: QtBot, workspace: Workspace) -> None:
    QTest.mouseClick(workspace.transport.buttons.epoch, LEFT)
    qtbot.waitUntil(lambda: workspace.document.value.turn.epoch == 1)
    assert workspace.document.value.turn.row == 0


def test_a_task_is_ticked_while_the_run_goes_on(qtbot: QtBot, workspace: Workspace) -> None:
    learner = Learner(qtbot, workspace)
    texts = [row.label.text() for row in learner.panel.tasks.rows]
    number = next(place for place, text in enumerate(texts) if "test loss" in text)
    trains(qtbot, workspace)
    qtbot.waitUntil(lambda: learner.panel.tasks.rows[number].circle.done, timeout=20_000)
    assert workspace.trainer.is_running


def test_the_canvas_shows_the_newest_weights_while_it_trains(
    qtbot: QtBot, workspace: Workspace
) -> None:
    still = workspace.canvas.grab().toImage()
    trains(qtbot, workspace, 500)
    qtbot.waitUntil(lambda: workspace.canvas.grab().toImage() != still)


def test_the_loss_in_the_strip_is_none_after_a_number_was_set_by_hand(
    workspace: Workspace,
) -> None:
    workspace.transport.step_update()
    workspace.transport.step_update()
    assert facts(workspace)["Loss"] != "—"
    workspace.document.set_number(workspace.document.value.network.places[0], 1.5)
    assert facts(workspace)["Loss"] == "—"
    workspace.transport.step_update()
    assert facts(workspace)["Loss"] != "—"


def test_a_loss_that_goes_up_and_down_gets_a_word(qtbot: QtBot, workspace: Workspace) -> None:
    """|x - t| learnt in steps of a tenth: it jumps over the target for ever."""
    workspace.files.open_lesson("loss-gallery")
    heard: list[str] = []

    def hear(_progress: RunProgress) -> None:
        heard.append(workspace.transport.title.text)

    workspace.trainer.progressed.connect(hear)
    press_train(workspace)
    qtbot.waitUntil(lambda: any(UP_AND_DOWN in text for text in heard))
    press_train(workspace)
    qtbot.waitUntil(lambda: not workspace.trainer.is_running)
    assert workspace.document.value.ending is None, "stopped by hand"
    assert workspace.transport.title.text == UP_AND_DOWN
    assert workspace.strip.refusal.sentence == UP_AND_DOWN
    assert workspace.strip.refusal.isVisible()
    rate = workspace.document.settings.rate
    workspace.document.set_settings(replace(workspace.document.settings, rate=rate / 100))
    assert UP_AND_DOWN not in workspace.transport.title.text
    QTest.mouseClick(workspace.transport.buttons.epoch, LEFT)
    assert UP_AND_DOWN not in workspace.transport.title.text


@pytest.mark.long
@pytest.mark.ci
def test_a_run_that_falls_gets_none(qtbot: QtBot, workspace: Workspace) -> None:
    heard: list[str] = []
    workspace.trainer.progressed.connect(
        lambda progress: heard.append(workspace.transport.title.text)
    )
    trains(qtbot, workspace)
    press_train(workspace)
    assert heard
    assert not any(UP_AND_DOWN in text for text in [*heard, workspace.transport.title.text])
    assert workspace.strip.refusal.isHidden()


def test_a_word_on_the_loss_is_whole_and_stays_until_it_can_have_been_read(
    qtbot: QtBot, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It comes and goes with every point; the numbers beside it stand in the strip too."""
    workspace.files.open_lesson("loss-gallery")
    heard: list[RunProgress] = []
    workspace.trainer.progressed.connect(heard.append)
    press_train(workspace)
    qtbot.waitUntil(lambda: workspace.transport.title.text == UP_AND_DOWN)
    early = replace(heard[-1], curve=open_lesson("loss-gallery").experiment.curve)
    data = workspace.document.value.data
    assert not remark(early.curve, early.history, early.settings, data)
    workspace.trainer.progressed.emit(early)
    assert workspace.transport.title.text == UP_AND_DOWN
    monkeypatch.setattr("playground.window.train_desk.STAYS", 0)
    workspace.trainer.progressed.emit(early)
    assert UP_AND_DOWN not in workspace.transport.title.text
    press_train(workspace)
