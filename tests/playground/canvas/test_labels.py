"""Every number of a whole update has room: no plate lies on another one or on a node."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from engine.experiment.editing import with_settings
from engine.experiment.experiment import Experiment, new_experiment
from engine.experiment.layers import network_of
from engine.experiment.stepping import go_to, step_update
from playground.canvas.layout import point_along
from playground.canvas.number_positions import card_spots, edge_spots, node_spots
from playground.canvas.scene_painter import readable_rect
from playground.canvas.scene_state import Key, NumberItem, SceneState
from playground.cli.shared import open_experiment
from playground.theme.fonts import SMALLEST
from playground.theme.palette import LIGHT
from tests.playground.canvas_desk import Desk

WIDE, NARROW = (830, 480), (711, 480)
SMALL, SMALLER = (600, 400), (480, 280)
STEPS = 32
AT_REST = (5.0, 3.0)  # what a plate without a ground has around its text


def flagship(digits: int) -> Experiment:
    experiment = open_experiment("student-grade")
    settings = replace(experiment.settings, digits=digits, rounding=digits == 4)
    return with_settings(experiment, settings)


def box(sight: SceneState, spot: NumberItem) -> QRectF:
    """What a number really covers."""
    rect = spot.rect
    if not sight.is_lit(spot.key):
        rect.adjust(AT_REST[0], AT_REST[1], -AT_REST[0], -AT_REST[1])
    rect.setLeft(rect.left() - spot.width_before)
    return rect


def labels(sight: SceneState) -> list[NumberItem]:
    count = len(sight.experiment.network.edges)
    return [spot for edge in range(count) for spot in edge_spots(sight, edge)]


def others(sight: SceneState) -> list[NumberItem]:
    nodes = range(len(sight.experiment.network.nodes))
    return [
        *(spot for index in nodes for spot in node_spots(sight, index)),
        *(spot for card in sight.geometry.cards for spot in card_spots(sight, card)),
    ]


def check_apart(boxes: list[tuple[Key, QRectF]], cursor: int) -> None:
    """None lies on another; from left to right, so that far ones are not compared."""
    ordered = sorted(boxes, key=lambda one: one[1].left())
    for at, (key, one) in enumerate(ordered):
        for other_key, other in ordered[at + 1 :]:
            if other.left() >= one.right():
                break
            assert not one.intersects(other), (cursor, key, other_key)


def check_room(sight: SceneState) -> None:
    along = labels(sight)
    known = [spot for spot in (*along, *others(sight)) if sight.knows(spot.key)]
    check_apart([(spot.key, box(sight, spot)) for spot in known], sight.experiment.cursor)
    bodies = [sight.geometry.rect(index) for index in range(len(sight.experiment.network.nodes))]
    for spot in along:
        rect = box(sight, spot)
        assert not any(rect.intersects(body) for body in bodies), spot.key


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("digits", [4, 6])
def test_no_number_of_the_flagship_lies_on_another(
    qtbot: QtBot, size: tuple[int, int], digits: int
) -> None:
    desk = Desk(qtbot, flagship(digits), size)
    if digits > 4:
        desk.view.commands.arrange()  # nodes are wider, so there is less room between them
    for cursor in range(STEPS + 1):
        desk.document.go_to(0, cursor)
        check_room(desk.view.canvas.sight)


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_labels_stand_aside_of_a_short_edge_rather_than_nowhere(
    qtbot: QtBot, size: tuple[int, int]
) -> None:
    """With 6 digits 62 are left between two nodes of the lesson, and a label is 96 wide."""
    desk = Desk(qtbot, flagship(6), size)
    for cursor in range(STEPS + 1):
        desk.document.go_to(0, cursor)
        sight = desk.view.canvas.sight
        check_room(sight)
    count = len(desk.value.network.edges)
    assert all(sight.labels.has_two_lines(edge) for edge in range(count))
    lines = [len(list(edge_spots(sight, edge))) for edge in range(count)]
    assert lines == [2] * count
    assert any(sight.labels.asides.values())


def test_more_digits_make_wider_nodes_and_the_view_still_holds_them(qtbot: QtBot) -> None:
    desk = Desk(qtbot, flagship(4), NARROW)
    desk.document.set_settings(replace(desk.value.settings, digits=6, rounding=False))
    seen = desk.view.visible_rect()
    assert seen.contains(desk.view.canvas.bounds())


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_nor_after_some_updates_when_all_have_three_decimals(
    qtbot: QtBot, size: tuple[int, int]
) -> None:
    desk = Desk(qtbot, go_to(step_update(step_update(flagship(4))), 2, STEPS), size)
    for cursor in range(STEPS + 1):
        desk.document.go_to(2, cursor)
        check_room(desk.view.canvas.sight)


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_every_number_stands_somewhere_at_the_end(qtbot: QtBot, size: tuple[int, int]) -> None:
    desk = Desk(qtbot, go_to(flagship(4), 0, STEPS), size)
    sight = desk.view.canvas.sight
    keys = {spot.key for spot in (*labels(sight), *others(sight))}
    network = desk.value.network
    for place in range(len(network.places)):
        assert {Key("gradient", place=place), Key("update", place=place)} <= keys
    assert all(sight.label_share(edge) is not None for edge in range(len(network.edges)))


def test_where_there_is_no_room_the_old_weight_is_left_out(qtbot: QtBot) -> None:
    desk = Desk(qtbot, flagship(6), NARROW)  # not arranged anew: too little room
    edge = desk.value.network.place_index
    number = next(index for place, index in edge.items() if place.source == "4")
    desk.document.go_to(0, 22)
    sight = desk.view.canvas.sight
    new, gradient = edge_spots(sight, number)
    assert (new.key, new.before) == (Key("update", place=number), "")
    assert gradient.key == Key("gradient", place=number)
    hovered = next(iter(edge_spots(sight, number, full=True)))
    assert hovered.before == "", "nor does the mouse lay it over a node"


@pytest.mark.parametrize("digits", [4, 6])
@pytest.mark.parametrize("size", [WIDE, NARROW, SMALL, SMALLER], ids=str)
def test_the_label_of_an_edge_under_the_mouse_lies_on_no_node(
    qtbot: QtBot, size: tuple[int, int], digits: int
) -> None:
    desk = Desk(qtbot, flagship(digits), size)
    for cursor in (22, 23, STEPS):
        desk.document.go_to(0, cursor)
        sight = desk.view.canvas.sight
        bodies = [
            sight.geometry.rect(index) for index in range(len(sight.experiment.network.nodes))
        ]
        edges = range(len(sight.experiment.network.edges))
        for edge in filter(sight.labels.has_two_lines, edges):
            for spot in edge_spots(sight, edge, full=True):
                assert not any(box(sight, spot).intersects(body) for body in bodies), (cursor, edge)


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize(
    "lesson",
    ["softmax", "linear-classifier", "smallest-perceptron", "sigmoid-perceptron",
     "squared-error-regression", "penalties"],
)  # fmt: skip
def test_error_terms_stand_beside_values_and_cards(
    qtbot: QtBot, size: tuple[int, int], lesson: str
) -> None:
    desk = Desk(qtbot, go_to(open_experiment(lesson), 0, 1), size)
    trace = desk.value.trace
    assert trace is not None
    for cursor in range(1, len(trace.script.steps) + 1):
        desk.document.go_to(0, cursor)
        sight = desk.view.canvas.sight
        known = [spot for spot in others(sight) if sight.knows(spot.key)]
        boxes = [(spot.key, box(sight, spot)) for spot in known]
        check_apart(boxes, cursor)
        for card in sight.geometry.cards:
            ground = QRectF(0, 0, card.width, card.height)
            ground.moveCenter(QPointF(card.x, card.y))
            below = [rect for (kind, _, _), rect in boxes if kind == "error"]
            assert not any(rect.intersects(ground) for rect in below)


def test_the_answer_of_a_circuit_stands_between_its_node_and_its_card(qtbot: QtBot) -> None:
    desk = Desk(qtbot, go_to(open_experiment("guess-and-check"), 0, 4), WIDE)
    sight = desk.view.canvas.sight
    (card,) = sight.geometry.cards
    ground = QRectF(0, 0, card.width, card.height)
    ground.moveCenter(QPointF(card.x, card.y))
    index = sight.experiment.network.index["s"]
    mine = {spot.key[0]: box(sight, spot) for spot in node_spots(sight, index)}
    assert {"value", "error"} <= mine.keys()
    assert not any(rect.intersects(ground) for rect in mine.values())


@pytest.mark.long
@pytest.mark.ci
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_a_crowded_network_stays_legible_and_labels_give_way(
    qtbot: QtBot, size: tuple[int, int]
) -> None:
    """3-4-2 with all its numbers: letters of 11 pixels at least, and none on another."""
    made = network_of((3, 4, 2))
    value = new_experiment(made.network, made.layout, parameters=made.start)
    desk = Desk(qtbot, value, size)
    for column, number in enumerate((1.0, 0.5, -0.8, 0.3, -1.0)):
        desk.document.set_cell(0, column, number)
    desk.document.go_to(0, 1)
    trace = desk.value.trace
    assert trace is not None
    for cursor in range(1, len(trace.script.steps) + 1):
        desk.document.go_to(0, cursor)
        sight = desk.view.canvas.sight
        shown = [s for s in labels(sight) if sight.label_share(s.key[2]) is not None]
        known = [spot for spot in (*shown, *others(sight)) if sight.knows(spot.key)]
        assert min(s.face.pixels for s in known) * desk.view.zoom >= SMALLEST - 0.1
        check_apart([(spot.key, box(sight, spot)) for spot in known], cursor)
        bodies = [sight.geometry.rect(index) for index in range(len(value.network.nodes))]
        for spot in shown:
            rect = box(sight, spot)
            assert not any(rect.intersects(body) for body in bodies), (cursor, spot)


def ink_left(desk: Desk, edge: int) -> int:
    """How many pixels in the colour of gradients stand where the label of an edge no longer is."""
    sight, view = desk.view.canvas.sight, desk.view.transform
    _, old = edge_spots(sight, edge)
    image, ink = desk.view.viewport().grab().toImage(), LIGHT.bwd
    full = [view.mapRect(box(sight, spot)) for spot in edge_spots(sight, edge, full=True)]
    area = view.mapRect(box(sight, old)).toAlignedRect()
    around = [
        QPoint(x, y)
        for x in range(area.left(), area.right() + 1)
        for y in range(area.top(), area.bottom() + 1)
        if not any(rect.contains(QPointF(x, y)) for rect in full)
    ]
    colors = [image.pixelColor(point) for point in around]
    return sum(abs(c.red() - ink.red()) + abs(c.blue() - ink.blue()) < 60 for c in colors)


@pytest.mark.parametrize("all_chosen", [True, False], ids=["chosen", "under the mouse"])
def test_an_edge_has_one_label_when_its_old_weight_is_told(qtbot: QtBot, all_chosen: bool) -> None:
    desk = Desk(qtbot, flagship(4), WIDE)
    desk.document.go_to(0, 23)
    sight = desk.view.canvas.sight
    edge = sight.geometry.frame.edge_index["4", "6"]
    assert ink_left(desk, edge), "its usual label stands there"
    if all_chosen:
        desk.view.commands.select_all()
    else:
        x, y = point_along(sight.geometry.points(edge), 0.8)
        QTest.mouseMove(desk.view.viewport(), desk.at(x, y))
    qtbot.waitUntil(lambda: not ink_left(desk, edge), timeout=2000)


def test_below_four_in_a_layer_no_row_reaches_the_next_name(qtbot: QtBot) -> None:
    made = network_of((3, 4, 2))
    value = new_experiment(made.network, made.layout, parameters=made.start)
    desk = Desk(qtbot, value, WIDE)
    desk.document.go_to(0, 1)
    trace = desk.value.trace
    assert trace is not None
    desk.document.go_to(0, len(trace.script.steps))
    sight = desk.view.canvas.sight
    names = [value.network.index[name] for name in ("h2", "h3", "h4")]
    tops = [sight.geometry.rect(index).top() - 24 for index in names]
    above = [value.network.index[name] for name in ("h1", "h2", "h3")]
    lows = [max(box(sight, s).bottom() for s in node_spots(sight, index)) for index in above]
    assert all(low < top for low, top in zip(lows, tops, strict=True))
    kinds = {spot.key[0] for spot in node_spots(sight, above[0])}
    assert "update" in kinds and "bias" not in kinds


@pytest.mark.parametrize("zoom", [0.58, 0.5, 0.4])
@pytest.mark.parametrize("digits", [4, 6])
def test_from_afar_the_two_numbers_of_a_node_keep_to_their_cells(
    qtbot: QtBot, digits: int, zoom: float
) -> None:
    desk = Desk(qtbot, flagship(digits), SMALLER)
    desk.document.go_to(0, 6)
    desk.view.zoom_to(zoom)
    sight = desk.view.canvas.sight
    total, value = (desk.spot(Key(kind, "6")) for kind in ("sum", "value"))
    boxes = [readable_rect(sight, spot, zoom) for spot in (total, value)]
    assert not boxes[0].intersects(boxes[1])
    for spot, rect in zip((total, value), boxes, strict=True):
        larger = rect.height() / spot.rect.height()
        assert larger * spot.face.pixels * zoom == pytest.approx(SMALLEST)
