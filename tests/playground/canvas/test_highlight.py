"""What each micro-step of the student-grade lesson lights up, and which numbers stand where."""

import pytest
from pytestqt.qtbot import QtBot

from engine.experiment import stepping
from engine.experiment.trace import MicroStep
from engine.lessons.lesson import open_lesson
from engine.network import Place
from engine.numerals import NumberRole
from playground.canvas.number_positions import card_spots, edge_spots, node_spots
from playground.canvas.scene_painter import sign_of
from playground.canvas.scene_state import Highlight, Key, SceneState, highlight_of, key_of
from playground.model.stage import Pointed
from playground.widgets.number_plate import State
from tests.playground.canvas_desk import Desk

START = open_lesson("student-grade").experiment


def lit(what: str, node: str = "", place: int = -1) -> Highlight:
    """The highlight of the first step like this."""
    experiment = START
    while True:
        experiment = stepping.step(experiment)
        found = highlight_of(experiment)
        assert found is not None
        step: MicroStep = found.step
        if step.what == what and node in ("", step.node) and place in (-1, step.place):
            return found


def weight(source: str, target: str) -> int:
    return START.network.place_index[Place("weight", target, source)]


def bias(target: str) -> int:
    return START.network.place_index[Place("bias", target)]


def test_nothing_is_lit_outside_a_pass() -> None:
    assert highlight_of(START) is None


def test_a_weighted_sum() -> None:
    found = lit("sum", "5")
    edges = [weight(source, "5") for source in "123"]
    assert (found.ring, found.new, found.role) == ("5", Key("sum", "5"), NumberRole.FORWARD)
    values = {Key("value", source) for source in "123"}
    weights = {Key("weight", place=edge) for edge in edges}
    assert found.sources == values | weights | {Key("bias", place=bias("5"))}
    assert sorted(found.edges) == sorted(edges)
    assert not found.backwards


def test_an_activation() -> None:
    found = lit("activation", "5")
    assert (found.ring, found.new) == ("5", Key("value", "5"))
    assert found.sources == {Key("sum", "5")}
    assert not found.edges


def test_the_loss() -> None:
    found = lit("loss")
    assert (found.ring, found.new, found.role) == ("", Key("loss", "6"), NumberRole.TRUTH)
    assert {Key("value", "6"), Key("target", "6")} <= found.sources


def test_an_error_term_comes_back_over_the_edges_that_leave() -> None:
    found = lit("error", "4")
    assert (found.ring, found.new, found.role) == ("4", Key("error", "4"), NumberRole.BACKWARD)
    w46 = weight("4", "6")
    expected: set[Key] = {Key("error", "6"), Key("weight", place=w46), Key("value", "4")}
    assert found.sources == expected
    assert found.edges == (w46,)
    assert found.backwards


def test_a_gradient_and_an_update() -> None:
    w46 = weight("4", "6")
    found = lit("gradient", place=w46)
    assert found.new == Key("gradient", place=w46)
    assert found.sources == {Key("error", "6"), Key("value", "4")}
    assert (found.ring, found.edges, found.role) == ("", (w46,), NumberRole.BACKWARD)
    found = lit("value", place=w46)
    assert found.new == Key("update", place=w46)
    assert found.sources == {Key("gradient", place=w46), Key("weight", place=w46)}
    assert found.role is NumberRole.MEMORY
    found = lit("gradient", place=bias("6"))
    assert found.sources == {Key("error", "6")}
    assert not found.edges


def test_factors_of_a_formula_find_their_numbers() -> None:
    network = START.network
    assert key_of(Pointed("weight", "", 3), network) == Key("weight", place=3)
    assert key_of(Pointed("bias", "6", 10), network) == Key("bias", place=10)
    assert key_of(Pointed("error", "6"), network) == Key("error", "6")
    assert key_of(Pointed("loss"), network) == Key("loss", "6")
    assert key_of(Pointed("parameter", "a"), network) == Key("value", "a")


def shown(sight: SceneState) -> dict[Key, str]:
    """Every number on the canvas, as it is written; an empty place is ""."""
    network = sight.experiment.network
    spots = [s for i in range(len(network.nodes)) for s in node_spots(sight, i)]
    spots += [s for i in range(len(network.edges)) for s in edge_spots(sight, i)]
    spots += [spot for card in sight.geometry.cards for spot in card_spots(sight, card)]
    return {spot.key: sight.text(spot.key) for spot in spots}


def test_what_is_not_computed_is_an_empty_place(qtbot: QtBot) -> None:
    desk = Desk(qtbot, START)
    assert shown(desk.view.canvas.sight)[Key("sum", "6")] == "−0.105", "live before a pass"
    desk.document.step(stepping.step)
    sight = desk.view.canvas.sight
    texts = shown(sight)
    assert texts[Key("sum", "4")] == "−0.7"
    assert texts[Key("sum", "6")] == ""
    assert sight.state(Key("sum", "6")) is State.NOT_COMPUTED
    assert sight.state(Key("sum", "4")) is State.AT_WORK
    assert sight.state(Key("value", "1")) is State.SOURCE
    assert sight.state(Key("weight", place=weight("4", "6"))) is State.QUIET


#: Every number that the lecture prints of its one update.
PRINTED: dict[Key, str] = {
    Key("sum", "4"): "−0.7", Key("value", "4"): "0.332",
    Key("sum", "5"): "0.1", Key("value", "5"): "0.525",
    Key("sum", "6"): "−0.105", Key("value", "6"): "0.474",
    Key("error", "6"): "−0.1311", Key("error", "5"): "0.0065",
    Key("error", "4"): "0.0087", Key("target", "6"): "1",
    Key("update", place=weight("4", "6")): "−0.261",
    Key("update", place=weight("5", "6")): "−0.138",
    Key("update", place=weight("1", "4")): "0.192",
    Key("update", place=weight("1", "5")): "−0.306",
    Key("update", place=weight("2", "4")): "0.4",
    Key("update", place=weight("2", "5")): "0.1",
    Key("update", place=weight("3", "4")): "−0.508",
    Key("update", place=weight("3", "5")): "0.194",
    Key("update", place=bias("6")): "0.218",
    Key("update", place=bias("5")): "0.194",
    Key("update", place=bias("4")): "−0.408",
}  # fmt: skip


def test_every_printed_number_of_the_update_is_on_the_canvas(qtbot: QtBot) -> None:
    desk = Desk(qtbot, START)
    trace = stepping.step(START).trace
    assert trace is not None
    for _ in range(trace.length):
        desk.document.step(stepping.step)
    texts = shown(desk.view.canvas.sight)
    assert {key: texts.get(key) for key in PRINTED} == PRINTED


@pytest.mark.parametrize("steps", range(0, 33, 4))
def test_the_number_at_work_has_exactly_one_place(qtbot: QtBot, steps: int) -> None:
    desk = Desk(qtbot, START)
    for _ in range(steps):
        desk.document.step(stepping.step)
    sight = desk.view.canvas.sight
    states = [sight.state(key) for key in shown(sight)]
    assert states.count(State.AT_WORK) == (1 if steps else 0)


@pytest.mark.parametrize(
    ("lesson", "signs", "power"),
    [("softmax", ["◎", "p", "L"], "e^s"), ("student-grade", ["◎", "E"], "e^o")],
)
def test_a_card_speaks_in_the_letters_of_the_formulas(
    qtbot: QtBot, lesson: str, signs: list[str], power: str
) -> None:
    sight = Desk(qtbot, open_lesson(lesson).experiment).view.canvas.sight
    rows = sight.geometry.cards[0].rows
    assert [sign_of(sight, row, row.kind) for row in rows] == signs
    assert sign_of(sight, rows[1], "exp") == power
