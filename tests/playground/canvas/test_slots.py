"""An empty place is a promise: every dotted slot of a pass is filled before the pass ends."""

from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from engine.experiment.editing import change_nodes, with_settings
from engine.experiment.experiment import Experiment
from engine.experiment.stepping import go_to, step
from engine.lessons.lesson import lesson_ids, open_lesson
from playground.canvas.number_positions import card_spots, edge_spots, node_spots
from playground.canvas.scene_state import Key, SceneState
from tests.playground.canvas_desk import Desk
from tests.sampled import sampled

CIRCUITS = ("sum", "product-of-a-sum", "x-plus-y-times-z", "one-minus", "chain-of-speeds")


def empty(sight: SceneState) -> set[Key]:
    """Every number whose empty place is drawn."""
    network = sight.experiment.network
    spots = [spot for node in range(len(network.nodes)) for spot in node_spots(sight, node)]
    spots += [spot for edge in range(len(network.edges)) for spot in edge_spots(sight, edge)]
    spots += [spot for card in sight.geometry.cards for spot in card_spots(sight, card)]
    return {spot.key for spot in spots if not sight.knows(spot.key)}


def check_slots(qtbot: QtBot, experiment: Experiment, row: int | None = None) -> set[Key]:
    """Step through a pass; all that was empty on the way, and is filled."""
    desk, seen = Desk(qtbot, step(experiment)), set[Key]()
    desk.stage.choose_row(row)
    trace = desk.value.trace
    assert trace is not None
    for cursor in range(1, trace.length):
        desk.document.replace(go_to(desk.value, desk.value.updates, cursor))
        seen |= empty(desk.view.canvas.sight)
    desk.document.replace(go_to(desk.value, desk.value.updates, trace.length))
    never = {key for key in seen if not desk.view.canvas.sight.knows(key)}
    assert never == set()
    return seen


def compared(experiment: Experiment) -> Experiment:
    """The same under a loss with targets."""
    return with_settings(experiment, replace(experiment.settings, loss="half squared"))


@pytest.mark.parametrize("name", sampled(lesson_ids(), 6))
def test_every_slot_of_a_lesson_is_filled(qtbot: QtBot, name: str) -> None:
    check_slots(qtbot, open_lesson(name).experiment)


@pytest.mark.parametrize("name", CIRCUITS)
def test_a_circuit_has_slots_under_its_inputs_only_where_they_are_filled(
    qtbot: QtBot, name: str
) -> None:
    circuit = open_lesson(name).experiment
    under = {("derivative", node, -1) for node in circuit.network.inputs}
    assert check_slots(qtbot, circuit) >= under
    assert not check_slots(qtbot, compared(circuit)) & under


def test_a_locked_parameter_has_no_slot_for_a_gradient(qtbot: QtBot) -> None:
    circuit = open_lesson("three-inputs").experiment
    parameters = [node for node in circuit.network.nodes if node.kind == "parameter"]
    assert {key for key in check_slots(qtbot, circuit) if key[0] == "gradient"}
    locked = change_nodes(circuit, [replace(node, locked=True) for node in parameters])
    assert not {key for key in check_slots(qtbot, locked) if key[0] == "gradient"}


def test_the_slots_of_a_sample_beside_the_batch_are_filled_too(qtbot: QtBot) -> None:
    begun = step(open_lesson("loss-curves").experiment)
    assert begun.trace is not None
    outside = next(row for row in range(begun.data.count) if row not in begun.trace.rows)
    assert ("mean", "", -1) in check_slots(qtbot, begun, outside)
