"""A network too large to be painted in every frame: how much is looked at and painted, never how
long that takes.
"""

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from benchmarks.canvas import large_experiment
from engine.experiment import stepping
from engine.functions import Floats
from playground.canvas import layout, scene_painter
from playground.canvas.layout import port_heights
from playground.canvas.node_painter import outline_path, paint_node
from playground.canvas.number_positions import card_spots
from playground.canvas.scene_painter import HASTY_EDGES, draw_lines
from playground.canvas.viewport import Hit
from playground.theme.palette import LIGHT
from playground.widgets.number_plate import plate_rect
from tests.playground.canvas_desk import PLAIN, Desk
from tests.playground.window_calls import calls_here

NODES, EDGES = 1_000, 10_000
MIDDLE = Qt.MouseButton.MiddleButton


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    made = Desk(qtbot, large_experiment(NODES, EDGES, 25))
    made.view.finish_painting()
    return made


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many lines are drawn at once, again and again."""
    return noted(monkeypatch, scene_painter, draw_lines, lambda painter, rows: len(rows))


def noted(
    patch: pytest.MonkeyPatch, where: object, what: Callable[..., object], size: Callable[..., int]
) -> list[int]:
    sizes: list[int] = []

    def noting(*given: object) -> object:
        sizes.append(size(*given))
        return what(*given)

    patch.setattr(where, what.__name__, noting)
    return sizes


def in_the_middle(desk: Desk) -> str:
    """The node nearest to the middle of what is in sight."""
    geometry = desk.view.canvas.sight.geometry
    away = geometry.centres - np.array(desk.view.visible_rect().center().toTuple())
    return desk.value.network.nodes[int(np.hypot(*away.T).argmin())].id


def frame(desk: Desk, at: QPoint) -> None:
    """The mouse is here, and what that shows is painted."""
    QTest.mouseMove(desk.view.viewport(), at)
    desk.view.viewport().repaint()


@pytest.mark.parametrize("zoom", [None, 0.45, 0.7])
def test_a_pan_paints_the_kept_picture_and_nothing_else(desk: Desk, zoom: float | None) -> None:
    desk.view.zoom_to(zoom or desk.view.zoom)
    desk.view.finish_painting()
    QTest.mousePress(desk.view.viewport(), MIDDLE, PLAIN, QPoint(400, 240))
    with calls_here(draw_lines, paint_node) as done:
        for far in range(5, 200, 5):
            frame(desk, QPoint(400 - far, 240))
            desk.view.zoom_by(1.01)
            desk.view.viewport().repaint()
    assert not done.total()
    QTest.mouseRelease(desk.view.viewport(), MIDDLE, PLAIN, QPoint(200, 240))


def test_a_view_that_never_rests_is_painted_too(desk: Desk) -> None:
    desk.view.zoom_to(0.7)
    desk.view.finish_painting()
    for _ in range(300):
        desk.view.pan(QPointF(-1, 0))
        desk.view.viewport().repaint()
        desk.view.backing.go_on()
    seen = QImage(desk.view.viewport().size(), QImage.Format.Format_RGB32)
    desk.view.viewport().render(seen)
    new = seen.copy(seen.width() - 300, 40, 200, seen.height() - 80)
    ground = new.copy()
    ground.fill(LIGHT.canvas)
    assert new != ground, "what came into sight stands there while the hand goes on"


def test_only_what_is_in_sight_is_painted(desk: Desk, lines: list[int]) -> None:
    desk.view.zoom_to(0.7)
    lines.clear()
    with calls_here(paint_node) as nodes:
        desk.view.finish_painting()
    geometry, seen = desk.view.canvas.sight.geometry, desk.view.visible_rect()
    wide = seen.adjusted(-9, -9, 9, 9)
    near = sum(wide.intersects(box_of(*geometry.points(edge)[[0, -1]])) for edge in range(EDGES))
    assert 0 < sum(lines) <= near < EDGES / 4
    around = seen.adjusted(-400, -200, 400, 200)
    assert 0 < nodes.total() <= sum(around.contains(QPointF(*at)) for at in geometry.centres)


def box_of(start: Floats, end: Floats) -> QRectF:
    """With some breadth, where it is flat."""
    return QRectF(QPointF(*start), QPointF(*end)).normalized().adjusted(-1, -1, 1, 1)


def test_a_drag_places_only_the_edges_it_concerns(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.view.zoom_to(0.7)
    node, network = in_the_middle(desk), desk.value.network
    desk.press(desk.body(node))
    placed = noted(monkeypatch, layout, port_heights, lambda sources, *rest: len(sources))
    for far in range(4, 60, 4):
        frame(desk, desk.body(node) + QPoint(far, 0))
    ends = {node, *(edge.target for edge in network.leaving[node])}
    concerned = sum(len(network.arriving[end]) for end in ends)
    assert placed and set(placed) == {concerned}
    assert concerned < EDGES / 20


def test_a_hand_full_of_nodes_shows_the_strongest_edges_and_what_is_in_sight(
    desk: Desk, lines: list[int]
) -> None:
    desk.view.zoom_to(0.7)
    at = desk.body(in_the_middle(desk))
    desk.view.commands.select_all()
    desk.press(at)
    frame(desk, at + QPoint(9, 0))
    desk.view.finish_painting()
    lines.clear()
    with calls_here(paint_node) as nodes:
        frame(desk, at + QPoint(30, 20))
    assert 0 < sum(lines) <= HASTY_EDGES
    assert 0 < nodes.total() < 60
    desk.view.fit()
    desk.view.finish_painting()
    lines.clear()
    frame(desk, at + QPoint(60, 40))
    assert HASTY_EDGES / 2 < sum(lines) <= HASTY_EDGES, "of nearly all, which are in sight now"
    before = dict(desk.value.layout.positions)
    desk.release(at + QPoint(60, 40))
    desk.view.finish_painting()
    moved = desk.value.layout.positions
    assert all(moved[name] != place for name, place in before.items())
    desk.check_mirror()
    desk.document.undo()
    desk.check_mirror()


def test_all_selected_from_afar_are_points_in_ink(desk: Desk) -> None:
    desk.view.commands.select_all()
    with calls_here(outline_path) as outlines:
        desk.view.viewport().repaint()
    assert not outlines.total()
    node = desk.value.network.nodes[NODES // 2].id
    at = desk.at(*desk.value.layout.position(node))
    assert desk.view.viewport().grab().toImage().pixelColor(at) == LIGHT.text


def test_the_mouse_looks_only_at_the_numbers_near_it(desk: Desk) -> None:
    desk.view.zoom_to(0.7)
    cards = desk.view.canvas.sight.geometry.cards
    (target,) = (s for s in card_spots(desk.view.canvas.sight, cards[-2]) if s.key[0] == "target")
    with calls_here(plate_rect) as looked:
        hit = desk.view.hit(QPointF(desk.at(target.x, target.y)))
    assert hit.spot == target and len(cards) > 30
    assert 0 < looked.total() < 10


@pytest.mark.parametrize("zoom", [0.45, 0.7])
def test_of_what_a_step_lights_up_only_what_is_in_sight_is_painted(desk: Desk, zoom: float) -> None:
    desk.view.zoom_to(zoom)
    for _ in range(2):
        desk.document.step(stepping.step_phase)
    highlight = desk.view.canvas.sight.highlight
    assert highlight is not None and len(highlight.sources) == len(desk.value.network.outputs) > 30
    desk.view.finish_painting()
    with calls_here(paint_node, plate_rect) as done:
        desk.view.viewport().repaint()
    assert done.total() < 10, "the outputs are far to the right"


def test_from_afar_a_press_takes_the_node_under_it_not_its_neighbour(desk: Desk) -> None:
    desk.view.zoom_to(0.04)
    for node in desk.value.network.nodes[500:520]:
        x, y = desk.value.layout.position(node.id)
        assert desk.view.hit(desk.view.transform.map(QPointF(x, y))) == Hit(node.id)
    outside = desk.view.transform.map(QPointF(x, y + 42))  # 13 below it, 37 above the next
    assert desk.view.hit(outside) == Hit(node.id, rim=True)


def test_all_is_caught_deleted_and_comes_back(desk: Desk) -> None:
    desk.view.fit()
    desk.press(QPoint(1, 1))
    frame(desk, QPoint(300, 200))
    frame(desk, QPoint(820, 470))
    desk.release(QPoint(820, 470))
    assert len(desk.stage.look.nodes) == NODES and len(desk.stage.look.edges) == EDGES
    start = desk.value
    desk.key(Qt.Key.Key_Delete)
    assert not desk.value.network.nodes
    desk.check_mirror()
    desk.document.undo()
    assert desk.value is start
    desk.view.finish_painting()
    desk.check_mirror()
