"""What each micro-step of the student-grade lesson lights up, and which numbers stand where."""

import pytest
from pytestqt.qtbot import QtBot

from engine.experiment import stepping
from engine.experiment.trace import MicroStep
from engine.lessons.lesson import open_lesson
from engine.network import Place
from engine.numerals import Role
from playground.canvas.number_positions import card_spots, edge_spots, node_spots
from playground.canvas.scene_painter import sign_of
from playground.canvas.scene_state import (
    Highlight,
    Key,
    SceneState,
    at_place,
    highlight_of,
    key_of,
    of_node,
)
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
    assert (found.ring, found.new, found.role) == ("5", of_node("sum", "5"), Role.FORWARD)
    values = {of_node("value", source) for source in "123"}
    weights = {at_place("weight", edge) for edge in edges}
    assert found.sources == values | weights | {at_place("bias", bias("5"))}
    assert sorted(found.edges) == sorted(edges)
    assert not found.backwards


def test_an_activation() -> None:
    found = lit("activation", "5")
    assert (found.ring, found.new) == ("5", of_node("value", "5"))
    assert found.sources == {of_node("sum", "5")}
    assert not found.edges


def test_the_loss() -> None:
    found = lit("loss")
    assert (found.ring, found.new, found.role) == ("", of_node("loss", "6"), Role.TRUTH)
    assert {of_node("value", "6"), of_node("target", "6")} <= found.sources


def test_an_error_term_comes_back_over_the_edges_that_leave() -> None:
    found = lit("error", "4")
    assert (found.ring, found.new, found.role) == ("4", of_node("error", "4"), Role.BACKWARD)
    w46 = weight("4", "6")
    expected: set[Key] = {of_node("error", "6"), at_place("weight", w46), of_node("value", "4")}
    assert found.sources == expected
    assert found.edges == (w46,)
    assert found.backwards


def test_a_gradient_and_an_update() -> None:
    w46 = weight("4", "6")
    found = lit("gradient", place=w46)
    assert found.new == at_place("gradient", w46)
    assert found.sources == {of_node("error", "6"), of_node("value", "4")}
    assert (found.ring, found.edges, found.role) == ("", (w46,), Role.BACKWARD)
    found = lit("value", place=w46)
    assert found.new == at_place("update", w46)
    assert found.sources == {at_place("gradient", w46), at_place("weight", w46)}
    assert found.role is Role.MEMORY
    found = lit("gradient", place=bias("6"))
    assert found.sources == {of_node("error", "6")}
    assert not found.edges


def test_factors_of_a_formula_find_their_numbers() -> None:
    network = START.network
    assert key_of(Pointed("weight", "", 3), network) == at_place("weight", 3)
    assert key_of(Pointed("bias", "6", 10), network) == at_place("bias", 10)
    assert key_of(Pointed("error", "6"), network) == of_node("error", "6")
    assert key_of(Pointed("loss"), network) == of_node("loss", "6")
    assert key_of(Pointed("parameter", "a"), network) == of_node("value", "a")


def shown(sight: SceneState) -> dict[Key, str]:
    """Every number on the canvas, as it is written; an empty place is ""."""
    network = sight.experiment.network
    spots = [s for i in range(len(network.nodes)) for s in node_spots(sight, i)]
    spots += [s for i in range(len(network.edges)) for s in edge_spots(sight, i)]
    spots += [spot for card in sight.geometry.cards for spot in card_spots(sight, card)]
    return {spot.key: sight.text(spot.key) for spot in spots}


def test_what_is_not_computed_is_an_empty_place(qtbot: QtBot) -> None:
    desk = Desk(qtbot, START)
    assert shown(desk.view.canvas.sight)[of_node("sum", "6")] == "−0.105", "live before a pass"
    desk.document.step(stepping.step)
    sight = desk.view.canvas.sight
    texts = shown(sight)
    assert texts[of_node("sum", "4")] == "−0.7"
    assert texts[of_node("sum", "6")] == ""
    assert sight.state(of_node("sum", "6")) is State.NOT_COMPUTED
    assert sight.state(of_node("sum", "4")) is State.AT_WORK
    assert sight.state(of_node("value", "1")) is State.SOURCE
    assert sight.state(at_place("weight", weight("4", "6"))) is State.QUIET


def test_every_printed_number_of_the_update_is_on_the_canvas(qtbot: QtBot) -> None:
    desk = Desk(qtbot, START)
    trace = stepping.step(START).trace
    assert trace is not None
    for _ in range(trace.length):
        desk.document.step(stepping.step)
    texts = shown(desk.view.canvas.sight)
    expected = {
        of_node("sum", "4"): "−0.7", of_node("value", "4"): "0.332",
        of_node("sum", "5"): "0.1", of_node("value", "5"): "0.525",
        of_node("sum", "6"): "−0.105", of_node("value", "6"): "0.474",
        of_node("error", "6"): "−0.1311", of_node("error", "5"): "0.0065",
        of_node("error", "4"): "0.0087", of_node("target", "6"): "1",
        at_place("update", weight("4", "6")): "−0.261",
        at_place("update", weight("5", "6")): "−0.138",
        at_place("update", weight("1", "4")): "0.192",
        at_place("update", weight("1", "5")): "−0.306",
        at_place("update", weight("2", "4")): "0.4",
        at_place("update", weight("2", "5")): "0.1",
        at_place("update", weight("3", "4")): "−0.508",
        at_place("update", weight("3", "5")): "0.194",
        at_place("update", bias("6")): "0.218",
        at_place("update", bias("5")): "0.194",
        at_place("update", bias("4")): "−0.408",
    }  # fmt: skip
    assert {key: texts.get(key) for key in expected} == expected


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
