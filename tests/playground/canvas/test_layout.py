"""Ports, bows, labels and fit: where things stand, without a mouse."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.experiment import editing
from engine.lessons.lesson import open_lesson
from engine.network import Edge, Network, Node
from engine.numerals import DIGIT_CHOICES, NumberRole, short
from playground.canvas.layout import (
    Geometry,
    Measures,
    Outline,
    bow_height,
    bowed,
    crossings,
    figure_of,
    frame_of,
    geometry_of,
    is_circuit,
    moved,
    point_along,
    port_heights,
    rim_inset,
)
from playground.canvas.number_positions import FIRST, label_places
from playground.canvas.scene_state import LabelPlaces, fitted, measures_of, written
from playground.theme.fonts import VALUE, strong
from playground.widgets.number_plate import PADDING, PlacedNumber, State, plate_size
from tests.playground.canvas_desk import Desk, layers

STUDENT = "student-grade"


def placed(sizes: list[int]) -> tuple[Geometry, LabelPlaces]:
    experiment = layers(sizes)
    geometry = geometry_of(frame_of(experiment.network, Measures()), experiment.layout.positions)
    return geometry, label_places(geometry, [50.0] * len(geometry.starts), 66.0)


def test_arriving_edges_are_13_apart_and_two_are_16_sorted_by_their_sources_height() -> None:
    centres = np.array([[0, 100], [0, 0], [0, 50], [300, 0], [300, 99.0]])
    sources, targets = np.array([0, 1, 2, 0, 1]), np.array([3, 3, 3, 4, 4])
    assert port_heights(sources, targets, centres, 5).tolist() == [13, -13, 0, 8, -8]


def test_many_arriving_edges_stay_within_22() -> None:
    centres = np.array([[0.0, i] for i in range(10)] + [[300.0, 5.0]])
    heights = port_heights(np.arange(10), np.full(10, 10), centres, 11)
    assert heights.min() == -22
    assert heights.max() == 22
    assert (np.diff(heights) > 0).all()


def test_a_round_rim_lies_further_in_at_its_ends() -> None:
    # r = 30: 30 - sqrt(900 - 24²) = 30 - 18
    assert rim_inset(np.array([0.0, 24.0, -24.0]), np.full(3, 30.0)).tolist() == [0, 12, 12]


@pytest.mark.parametrize(
    ("end", "meets"), [((100, 0), True), ((100, 90), False), ((-100, 0), False), ((20, 0), False)]
)
def test_which_lines_meet_a_box(end: tuple[float, float], meets: bool) -> None:
    box = np.array([[40.0, -10.0, 60.0, 10.0]])
    assert crossings(np.zeros((1, 2)), np.array([end], float), box)[0, 0] == meets


def test_a_bow_passes_every_box_on_the_nearer_side() -> None:
    start, end = np.array([0.0, 0.0]), np.array([400.0, 0.0])
    box = np.array([[150.0, -20.0, 250.0, 60.0]])
    height = bow_height(start, end, box)
    assert height < 0, "the box reaches less far up"
    points = bowed(start, end, height)
    inside = (points[:, 0] > 150) & (points[:, 0] < 250)
    assert (points[inside, 1] <= -20 + 1e-9).all()


def test_an_edge_bows_round_a_node_in_its_way() -> None:
    network = Network((Node("a", "input"), Node("b", bias=True), Node("c", bias=True)))
    network = network.connect("a", "c")
    frame = frame_of(network, Measures())
    geometry = geometry_of(frame, {"a": (0, 0), "b": (300, 0), "c": (600, 0)})
    assert 0 in geometry.bends
    aside = moved(geometry, {"b": (300, 200)})
    assert not aside.bends
    assert 0 in moved(aside, {"b": (300, 0)}).bends


def test_moving_is_the_same_as_placing_anew() -> None:
    experiment = layers([3, 5, 4, 2])
    frame = frame_of(experiment.network, Measures())
    positions = dict(experiment.layout.positions)
    moves = {"11": (500.0, 20.0), "30": (300.0, -10.0)}
    one = moved(geometry_of(frame, positions), moves)
    other = geometry_of(frame, {**positions, **moves})
    assert np.array_equal(one.ends, other.ends)
    assert set(one.bends) == set(other.bends)
    assert all(np.allclose(one.points(k), other.points(k)) for k in one.bends)


@pytest.mark.parametrize("circuit", [False, True])
def test_many_moves_come_to_the_same_places_to_the_last_bit(circuit: bool) -> None:
    drawn = layers([3, 5, 4, 2]).network
    if circuit:
        bare = [Node(n.id, n.kind) if n.kind == "input" else Node(n.id) for n in drawn.nodes]
        drawn = Network(tuple(bare), tuple(edge._replace(locked=True) for edge in drawn.edges))
    frame, dice = frame_of(drawn, Measures()), np.random.default_rng(5)
    positions = {node.id: (0.0, 0.0) for node in drawn.nodes}
    one = geometry_of(frame, positions)
    for count in (14, 1, 1, 2, 1, 3, 1, 1, 5, 1):
        names = dice.choice([node.id for node in drawn.nodes], count, replace=False).tolist()
        moves = {name: tuple(dice.integers(0, 900, 2).astype(float).tolist()) for name in names}
        positions |= moves
        one, other = moved(one, moves), geometry_of(frame, positions)
        assert np.array_equal(one.starts, other.starts) and np.array_equal(one.ends, other.ends)
        assert one.bends.keys() == other.bends.keys() and other.bends
        assert all(np.array_equal(way, other.bends[k]) for k, way in one.bends.items())
        assert one.bounds == other.bounds
        heights = np.concatenate(list(one.bends.values()))[:, 1]
        assert one.bounds.top() <= heights.min() and heights.max() <= one.bounds.bottom()
        pieces, owners = one.segments
        for edge in range(len(drawn.edges)):
            own, points = pieces[owners == edge], one.points(edge)
            assert np.array_equal(own, np.hstack((points[:-1], points[1:])))


def test_labels_of_3_2_1_stay_in_their_column() -> None:
    _, labels = placed([3, 2, 1])
    assert set(labels.single) == set(labels.double) == {FIRST}


def test_3_4_2_hides_no_label_of_one_line_and_few_of_two() -> None:
    _, labels = placed([3, 4, 2])
    assert labels.single.count(None) == 0
    assert labels.double.count(None) <= 7
    both = zip(labels.double, labels.lean, strict=True)
    assert sum(double is lean is None for double, lean in both) <= 2


@pytest.mark.parametrize("sizes", [[3, 2, 1], [3, 4, 2], [4, 6, 4]])
def test_no_label_lies_on_another_or_on_a_node(sizes: list[int]) -> None:
    geometry, labels = placed(sizes)
    boxes = []
    for edge, t in enumerate(labels.single):
        if t is not None:
            x, y = point_along(geometry.points(edge), t)
            boxes.append((x - 25, y - 11, x + 25, y + 11))
    assert boxes
    for one, other in combinations([*boxes, *map(tuple, geometry.rooms.tolist())], 2):
        if one in boxes or other in boxes:
            apart = (
                one[2] <= other[0]
                or other[2] <= one[0]
                or (one[3] <= other[1] or other[3] <= one[1])
            )
            assert apart


def test_the_figures_of_the_nodes() -> None:
    measures = Measures()
    outlines = {
        Node("n", activation="sigmoid", bias=True): (Outline.CAPSULE, "Σ"),
        Node("n", combine="product", activation="tanh"): (Outline.CAPSULE, "×"),
        Node("n", bias=True): (Outline.CELL, "Σ"),
        Node("n"): (Outline.CIRCLE, "+"),
        Node("n", subtracts=True): (Outline.CIRCLE, "−"),
        Node("n", combine="product"): (Outline.CIRCLE, "×"),
        Node("n", combine="max"): (Outline.CIRCLE, "max"),
        Node("n", activation="sigmoid"): (Outline.CIRCLE, "curve"),
        Node("n", "input"): (Outline.TAG, ""),
        Node("n", "parameter"): (Outline.KNOB, ""),
    }
    for node, (outline, sign) in outlines.items():
        assert figure_of(node, measures, False)[::3] == (outline, sign)


def test_a_circuit_has_circles_and_locked_wires_only() -> None:
    network = Network((Node("x", "input"), Node("q")), (Edge("x", "q", locked=True),))
    assert is_circuit(network)
    assert not is_circuit(network.lock_edges([("x", "q")], False))
    assert not is_circuit(network.change(Node("q", bias=True)))
    assert not is_circuit(Network((Node("x", "input"),)))


def test_nodes_grow_with_the_digits_and_not_with_the_numbers(qapp: QApplication) -> None:
    experiment = layers([3, 4, 2])
    widths = [
        measures_of(
            editing.with_settings(experiment, replace(experiment.settings, digits=digits))
        ).neuron
        for digits in (3, 4, 6)
    ]
    assert widths == sorted(widths)
    assert widths[0] >= 144
    assert widths[2] > widths[0]
    larger = replace(
        experiment,
        position=replace(experiment.position, parameters=experiment.parameters * 1000),
    )
    assert measures_of(larger).neuron == measures_of(experiment).neuron


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [(-0.1311, 4, "−0.1311"), (1.2345e-7, 4, "1.235e−7"), (-0.010648, 4, "−0.01065"), (0.0, 4, "0"),
     (float("nan"), 4, ""), (-0.000123456, 6, "−0.000123456"), (1 / 8, 17, "0.125"),
     (1 / 3, 17, "0.333333333333…"), (-1 / 3e20, 17, "−3.3333333…e−21")],
)  # fmt: skip
def test_a_number_is_written_as_everywhere_or_visibly_cut(
    value: float, digits: int, text: str
) -> None:
    assert written(value, digits) == text
    assert text == short(value, digits) or "…" in text


@pytest.mark.parametrize("digits", DIGIT_CHOICES)
def test_a_long_number_keeps_to_the_place_of_a_usual_one(qapp: QApplication, digits: int) -> None:
    experiment = layers([1, 1])
    value = editing.with_settings(experiment, replace(experiment.settings, digits=digits))
    half = measures_of(value).neuron / 2
    for number in (-0.001, -1 / 3, -1 / 30, -1 / 300, -1 / 3000, 2 / 3e9, -99999.4, 1e12 / 7):
        text = written(number, digits)
        face = fitted(strong(VALUE), text, digits)
        plate = plate_size(PlacedNumber(State.AT_WORK, NumberRole.FORWARD, text), face)
        assert plate.width() - 2 * PADDING <= half, (text, face)
        assert face.pixels == VALUE.pixels


@pytest.mark.parametrize("size", [(830, 480), (711, 480)])
def test_the_student_grade_network_fits_at_94_percent(qtbot: QtBot, size: tuple[int, int]) -> None:
    desk = Desk(qtbot, open_lesson(STUDENT).experiment, size)
    assert desk.view.zoom >= 0.94
    cards = desk.view.canvas.sight.geometry.cards
    assert [card.above for card in cards] == [size[0] < 780]
