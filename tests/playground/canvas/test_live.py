"""The canvas while a network trains: what it shows at an update is what Step shows there."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from engine.experiment.experiment import Experiment
from engine.experiment.stepping import go_to, step
from engine.experiment.training import Goal, RunProgress
from engine.lessons.lesson import open_lesson
from engine.settings import without_rounding
from playground.canvas.scene_state import Key, SceneState
from playground.model.trainer import Trainer
from tests.playground.canvas_desk import Desk, layers
from tests.sampled import sampled

STUDENT = open_lesson("student-grade").experiment
CIRCLE = open_lesson("set-circle").experiment
KINDS = ("value", "sum", "target", "loss")
NAMES = ("set-circle", "softmax", "student-grade", "parabola")


class Live(Desk):
    """A canvas that follows a trainer."""

    def __init__(self, qtbot: QtBot, experiment: Experiment, size: tuple[int, int]) -> None:
        super().__init__(qtbot, experiment, size)
        self.trainer = Trainer(self.document)
        self.view.follow(self.trainer)
        self.sights: list[tuple[RunProgress, SceneState]] = []
        self.trainer.progressed.connect(self._keep)

    @property
    def sight(self) -> SceneState:
        return self.view.canvas.sight

    def _keep(self, progress: RunProgress) -> None:
        if self.sight.experiment.updates == progress.update:
            self.sights.append((progress, self.sight))

    def run(self, qtbot: QtBot, goal: Goal) -> None:
        self.trainer.start(goal)
        qtbot.waitUntil(lambda: not self.trainer.is_running, timeout=20_000)


@pytest.fixture
def lives(qtbot: QtBot) -> Iterator[list[Live]]:
    made: list[Live] = []
    yield made
    for live in made:
        live.trainer.close()


def live_of(
    qtbot: QtBot, lives: list[Live], experiment: Experiment, size: tuple[int, int] = (830, 480)
) -> Live:
    lives.append(Live(qtbot, experiment, size))
    return lives[-1]


def exactly(experiment: Experiment) -> Experiment:
    settings = without_rounding(experiment.settings)
    return replace(experiment, context=replace(experiment.context, settings=settings))


def told_by_step(experiment: Experiment, update: int) -> Experiment:
    """Step at that update, at the end of its losses."""
    begun = go_to(experiment, update, None)
    assert begun.trace is not None
    return go_to(experiment, update, begun.trace.script.phase_ends()["loss"])


def assert_step_shows(desk: Desk, sight: SceneState, after: Experiment, row: int) -> None:
    """Every number of this sight is the one that Step shows at the same update."""
    desk.document.replace(told_by_step(exactly(after), sight.experiment.updates))
    desk.stage.choose_row(row)
    stepped = desk.view.canvas.sight
    assert sight.experiment.parameters.tobytes() == stepped.experiment.parameters.tobytes()
    for name in sight.experiment.network.index:
        for kind in KINDS:
            key = Key(kind, name)
            assert sight.number(key) == pytest.approx(
                stepped.number(key), rel=1e-12, abs=1e-12, nan_ok=True
            ), key


@pytest.mark.parametrize(("name", "row"), sampled(list(product(NAMES, (None, 7))), 2))
def test_what_is_shown_at_an_update_is_what_step_shows_there(
    qtbot: QtBot, lives: list[Live], name: str, row: int | None
) -> None:
    experiment = open_lesson(name).experiment
    live = live_of(qtbot, lives, experiment)
    live.stage.choose_row(None if row is None else min(row, experiment.data.count - 1))
    before = live.sight.shown.row
    live.trainer.set_pace(60.0)
    live.run(qtbot, Goal(updates=25))
    after, seen = live.value, [sight for _, sight in live.sights]
    shown = {sight.experiment.updates: sight for sight in seen}
    inside = [sight for update, sight in shown.items() if 0 < update < after.updates]
    assert inside  # at both ends Step rounds where the lecture does, Train never
    assert len({sight.shown.row for sight in seen}) == 1  # the sample in sight stays the same
    desk = Desk(qtbot, experiment)
    for sight in inside:
        assert sight.shown.row == before, "the sample in sight stays"
        assert_step_shows(desk, sight, after, before)


def test_while_it_runs_nothing_is_shown_that_is_not_computed(
    qtbot: QtBot, lives: list[Live]
) -> None:
    live = live_of(qtbot, lives, told_by_step(STUDENT, 0))
    assert live.sight.highlight is not None
    live.run(qtbot, Goal(updates=300))
    _, sight = live.sights[-1]
    assert sight.highlight is None
    for name in sight.experiment.network.index:
        assert not sight.knows(Key("error", name))
    for place in range(len(sight.experiment.parameters)):
        assert not sight.knows(Key("gradient", place=place))
        assert not sight.knows(Key("update", place=place))
    assert sight.knows(Key("loss", "6")) and sight.knows(Key("target", "6"))


def test_labels_show_the_newest_weights_and_then_the_documents(
    qtbot: QtBot, lives: list[Live]
) -> None:
    live = live_of(qtbot, lives, CIRCLE)
    live.trainer.start()
    qtbot.waitUntil(lambda: bool(live.sights) and live.sights[-1][0].update > 50, timeout=20_000)
    progress, sight = live.sights[-1]
    for edge in range(len(sight.experiment.network.edges)):
        assert sight.weight(edge) == progress.position.parameters[edge]
    painted = live.view.grab().toImage()
    qtbot.waitUntil(lambda: live.sights[-1][0].update > progress.update, timeout=20_000)
    qtbot.waitUntil(lambda: live.view.grab().toImage() != painted, timeout=20_000)
    live.trainer.stop()
    live.check_mirror()


def test_a_run_without_updates_ends_at_what_the_document_holds(
    qtbot: QtBot, lives: list[Live]
) -> None:
    live = live_of(qtbot, lives, told_by_step(STUDENT, 0))
    live.run(qtbot, Goal(updates=0))
    live.check_mirror()


def test_a_run_that_is_stopped_before_its_first_update_shows_the_pass_again(
    qtbot: QtBot, lives: list[Live]
) -> None:
    live = live_of(qtbot, lives, told_by_step(STUDENT, 0))
    before = live.sight.highlight
    live.trainer.set_pace(0.001)
    live.trainer.start()
    qtbot.waitUntil(lambda: live.sight.highlight is None, timeout=20_000)
    live.trainer.stop()
    live.check_mirror()
    assert live.sight.highlight == before


@pytest.mark.long
@pytest.mark.ci
def test_the_same_update_is_not_painted_again(qtbot: QtBot, lives: list[Live]) -> None:
    live = live_of(qtbot, lives, CIRCLE)
    live.trainer.set_pace(2.0)
    looks: list[int] = []
    live.view.canvas.seen.connect(lambda: looks.append(live.sight.experiment.updates))
    heard: list[RunProgress] = []
    live.trainer.progressed.connect(heard.append)
    live.trainer.start()
    qtbot.waitUntil(lambda: len(heard) > 25, timeout=20_000)
    assert looks == sorted(set(looks))


def test_a_large_network_is_recoloured_while_it_trains(qtbot: QtBot, lives: list[Live]) -> None:
    live = live_of(qtbot, lives, layers([10, 20, 20, 10]))
    assert not live.view.is_light
    live.view.finish_painting()
    before = live.view.grab().toImage()
    live.document.set_settings(replace(live.value.settings, rate=0.5))
    live.trainer.start()
    qtbot.waitUntil(lambda: len(live.sights) > 2, timeout=20_000)
    qtbot.waitUntil(lambda: live.view.backing.is_done, timeout=20_000)
    assert live.view.grab().toImage() != before
    live.trainer.stop()
    live.check_mirror()


def test_another_row_can_be_looked_at_meanwhile(qtbot: QtBot, lives: list[Live]) -> None:
    live = live_of(qtbot, lives, CIRCLE)
    live.trainer.start()
    qtbot.waitUntil(lambda: len(live.sights) > 1, timeout=20_000)
    live.stage.choose_row(11)
    sight = live.sight
    assert sight.shown.row == 11 and sight.experiment is not live.value
    value = sight.experiment
    row = value.data.input_rows(np.array([11]))
    answer = value.program.answers(value.settings, value.parameters, row)[0, 0]
    assert sight.number(Key("value", value.network.outputs[0])) == pytest.approx(answer)


def test_the_gradient_check_marks_every_parameter(qtbot: QtBot, lives: list[Live]) -> None:
    live = live_of(qtbot, lives, layers([3, 4, 2]))
    live.stage.show(replace(live.stage.look, checked=True))
    count = len(live.value.parameters)
    qtbot.waitUntil(lambda: len(live.sight.marks) == count)
    mark = live.sight.mark(Key("weight", place=0))
    assert mark is not None
    assert mark.agrees
    live.document.step(step)
    assert len(live.sight.marks) == count, "kept while the numbers are the same"
    live.view.viewport().grab()
    live.stage.show(replace(live.stage.look, checked=False))
    assert not live.sight.marks


def test_the_gradient_check_says_which_number_does_not_exist(
    qtbot: QtBot, lives: list[Live]
) -> None:
    live = live_of(qtbot, lives, STUDENT)
    node = live.value.network.node("4")
    live.document.change_nodes([replace(node, activation="reciprocal")])
    places = live.value.network.places
    live.document.set_numbers({p: 0.0 for p in places if p.target == "4"}, "Set weights")
    live.stage.show(replace(live.stage.look, checked=True))
    qtbot.waitUntil(lambda: bool(live.refusals))
    assert live.refusals[0].startswith("1/0 does not exist: neuron hidden 4, sample 1.")
    assert not live.sight.marks


def test_the_gradient_check_waits_for_the_end(qtbot: QtBot, lives: list[Live]) -> None:
    live = live_of(qtbot, lives, STUDENT)
    live.stage.show(replace(live.stage.look, checked=True))
    qtbot.waitUntil(lambda: bool(live.sight.marks), timeout=20_000)
    live.trainer.start()
    qtbot.waitUntil(lambda: len(live.sights) > 1, timeout=20_000)
    assert not live.sight.marks
    live.trainer.stop()
    qtbot.waitUntil(lambda: bool(live.sight.marks), timeout=20_000)


def test_typing_a_number_ends_the_run_and_is_kept(qtbot: QtBot, lives: list[Live]) -> None:
    live = live_of(qtbot, lives, CIRCLE)
    live.trainer.start()
    qtbot.waitUntil(lambda: len(live.sights) > 1, timeout=20_000)
    live.double_click(live.number(Key("weight", place=0)))
    live.type("0.25")
    live.type_key(Qt.Key.Key_Return)
    assert not live.trainer.is_running
    assert live.value.parameters[0] == 0.25 and live.value.updates > 0
    live.check_mirror()
