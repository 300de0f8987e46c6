"""The scene mirrors the network after anything; pictures, large networks and what is kept."""

import random
from collections.abc import Callable
from dataclasses import replace
from itertools import product
from typing import get_args
from xml.etree import ElementTree

import numpy as np
import pytest
from PySide6.QtCore import QByteArray, QRect, QSize
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from benchmarks.canvas import large_experiment
from engine.data import make_data
from engine.experiment import stepping
from engine.experiment.experiment import Experiment, new_experiment
from engine.layout import Layout
from engine.lessons.lesson import open_lesson
from engine.network import Network, Node
from engine.settings import Settings
from playground.canvas.layout import node_of
from playground.canvas.scene_state import Key
from playground.model.stage import Pointed, Tool
from playground.theme.palette import LIGHT, tokens_of
from tests.playground.canvas_desk import Desk, layers
from tests.sampled import sampled

TOOLS = sorted(set(get_args(Tool)) - {"select"})


def circuit() -> Experiment:
    """(x + y) z"""
    nodes = (*(Node(name, "input") for name in "xyz"), Node("q"))
    network = Network((*nodes, Node("f", combine="product", output=True)))
    for source, target in (("x", "q"), ("y", "q"), ("q", "f"), ("z", "f")):
        network = network.connect(source, target).lock_edges([(source, target)], True)
    layout = Layout({"x": (0, -120), "y": (0, 0), "z": (0, 140), "q": (265, -60), "f": (490, 40)})
    data = make_data("xyz", ["f"], [[-2, 5, -4, 0]])
    return new_experiment(network, layout, data, Settings(loss="output"), np.ones(4))


def act(desk: Desk, dice: random.Random) -> None:
    """One random thing a learner does."""
    document, network = desk.document, desk.value.network
    names = list(network.index)
    some = dice.sample(names, min(len(names), dice.randint(1, 3)))
    edges = [(edge.source, edge.target) for edge in network.edges]
    at = (dice.uniform(-400, 400), dice.uniform(-300, 300))
    tool = dice.choice(TOOLS)
    acts: list[Callable[[], object]] = [
        lambda: document.add_node(node_of(tool, network), at),
        lambda: document.connect_nodes([(dice.choice(names), dice.choice(names))]),
        lambda: document.connect_nodes([(dice.choice(names), dice.choice(names))]),
        lambda: document.move_nodes({some[0]: at}),
        lambda: document.rename(some[0], dice.choice(["net", "α", "", "a long long name"])),
        lambda: document.remove(some[:1], edges[:1] if dice.random() < 0.3 else ()),
        lambda: document.lock_edges(edges[-1:], dice.random() < 0.5) if edges else None,
        lambda: document.step(stepping.step),
        lambda: document.step(stepping.step_phase),
        lambda: document.step(stepping.step_back),
        lambda: document.stack.undo(),
        lambda: document.stack.redo(),
        lambda: desk.stage.select(tuple(some), tuple(edges[:2])),
        desk.view.commands.duplicate,
        desk.view.commands.arrange,
        lambda: desk.view.commands.align(dice.choice(["left", "center", "right", "top", "bottom"])),
        lambda: desk.view.commands.distribute("across"),
        lambda: desk.view.zoom_by(dice.choice([0.5, 0.8, 1.3])),
        desk.view.fit,
        lambda: desk.view.show_node(some[0]),
    ]
    (dice.choice(acts) if names else acts[0])()


@pytest.mark.parametrize("seed", sampled(range(6), 2))
def test_the_scene_mirrors_the_network_after_anything(qtbot: QtBot, seed: int) -> None:
    desk = Desk(qtbot)
    start, dice = desk.value, random.Random(seed)
    for count in range(150):
        act(desk, dice)
        desk.check_mirror()
        if count % 10 == 0:
            desk.view.viewport().grab()
    while desk.document.stack.canUndo():
        desk.document.stack.undo()
    desk.check_mirror()
    assert desk.value is start


def test_a_mirror_that_is_broken_is_noticed(qtbot: QtBot) -> None:
    desk = Desk(qtbot, layers([2, 2, 1]))
    desk.view.canvas.preview({"10": (0.0, 0.0)})
    with pytest.raises(AssertionError):
        desk.check_mirror()
    desk.view.canvas.preview({})
    desk.check_mirror()


def test_only_what_a_change_concerns_is_made_anew(qtbot: QtBot) -> None:
    desk = Desk(qtbot, layers([3, 4, 2]))
    before = desk.view.canvas.sight
    desk.document.step(stepping.step)
    stepped = desk.view.canvas.sight
    assert stepped.geometry is before.geometry
    assert stepped.labels is before.labels
    assert stepped.notation is before.notation
    desk.document.move_nodes({"00": (-50.0, 0.0)})
    moved = desk.view.canvas.sight
    assert moved.geometry is not before.geometry
    assert moved.geometry.frame is before.geometry.frame
    assert moved.notation is before.notation


@pytest.mark.parametrize(
    ("zoom", "theme"), sampled(list(product((1.2, 0.7, 0.5, 0.3, 0.1), ("light", "dark"))), 5)
)
def test_every_detail_is_painted_at_every_step(qtbot: QtBot, theme: str, zoom: float) -> None:
    desk = Desk(qtbot, open_lesson("student-grade").experiment)
    desk.view.zoom_to(zoom)
    pictures = set()
    for _ in range(32):
        desk.document.step(stepping.step)
        image = desk.view.grab().toImage()
        pictures.add(bytes(image.constBits()))
    assert len(pictures) >= 31, "each step looks different"


def test_a_circuit_shows_values_above_its_wires_and_slopes_below(qtbot: QtBot) -> None:
    desk = Desk(qtbot, circuit())
    assert desk.view.canvas.sight.geometry.frame.circuit
    assert not desk.view.canvas.sight.geometry.cards
    for _ in range(8):
        desk.document.step(stepping.step)
        desk.view.viewport().grab()
    sight = desk.view.canvas.sight
    texts = {key: sight.text(key) for key in (
        Key("value", "q"), Key("value", "f"), Key("error", "q"), Key("error", "f"),
    )}  # fmt: skip
    assert list(texts.values()) == ["3", "−12", "−4", "1"]
    assert not any(sight.has_label(edge) for edge in range(4))


def test_pictures_of_the_whole_network(qtbot: QtBot) -> None:
    desk = Desk(qtbot, layers([3, 4, 2]))
    desk.view.zoom_to(3.0)
    desk.stage.select(("10",))
    image = desk.view.render_image(scale=2.0)
    bounds = desk.view.canvas.bounds()
    assert abs(image.width() - 2 * (bounds.width() + 64)) <= 2
    assert image.pixelColor(0, 0) == tokens_of(desk.view.palette()).canvas
    small = desk.view.render_image(QSize(400, 300))
    assert (small.width(), small.height()) == (400, 300)
    desk.stage.select()
    assert desk.view.render_image(scale=2.0) == image, "what is selected is not in the picture"


def test_the_network_as_lines(qtbot: QtBot) -> None:
    desk = Desk(qtbot, layers([3, 4, 2]))
    svg = desk.view.render_svg()
    ElementTree.fromstring(svg)
    assert svg.count(b"<text") > 20, "letters stay letters"
    renderer = QSvgRenderer(QByteArray(svg))
    assert renderer.isValid()
    size = desk.view.render_image().size()
    assert renderer.viewBox().size() == size


def test_an_empty_canvas_has_a_picture_too(qtbot: QtBot) -> None:
    desk = Desk(qtbot)
    assert not desk.view.render_image().isNull()
    assert desk.view.render_svg()
    desk.view.fit()


def test_a_large_network_is_painted_in_slices(qtbot: QtBot) -> None:
    desk = Desk(qtbot, large_experiment(100, 1_000, 10))
    view = desk.view
    assert not view.is_light
    view.viewport().grab()
    qtbot.waitUntil(lambda: view.backing.is_done)
    whole = view.grab().toImage()
    assert whole.pixelColor(5, 5) == LIGHT.canvas
    name, numbers = "50", desk.value.parameters * -1
    position = replace(desk.value.position, parameters=numbers)
    desk.document.show_value(replace(desk.value, position=position))
    view.viewport().grab()
    qtbot.waitUntil(lambda: view.backing.is_done)
    assert view.grab().toImage() != whole, "recoloured"
    start = desk.at(*desk.value.layout.position(name))
    desk.press(start)
    desk.drag_to(start, start + (desk.at(100, 60) - desk.at(0, 0)))
    dragged = view.viewport().grab().toImage()
    assert dragged != whole
    desk.release(start + (desk.at(100, 60) - desk.at(0, 0)))
    desk.check_mirror()


def test_another_document_is_fitted(qtbot: QtBot) -> None:
    desk = Desk(qtbot, layers([3, 4, 2]))
    desk.view.zoom_to(0.3)
    desk.document.replace(open_lesson("student-grade").experiment)
    assert desk.view.zoom >= 0.94
    desk.check_mirror()
    desk.view.zoom_to(2.5)
    desk.document.replace(new_experiment(Network()))
    assert desk.view.zoom == 1.0, "what is drawn first has its own size"


def test_arranging_glides_and_ends_where_the_document_is(qtbot: QtBot) -> None:
    desk = Desk(qtbot, layers([3, 4, 2]))
    desk.view.reduce_motion(False)
    desk.document.move_nodes({"10": (-300.0, 300.0)})
    desk.view.commands.arrange()
    assert desk.view.canvas.moving
    qtbot.waitUntil(lambda: not desk.view.canvas.moving)
    desk.check_mirror()
    assert desk.document.stack.undoText() == "Arrange in layers"


def waits(desk: Desk) -> bool:
    return desk.view.canvas.sight.waiting


def test_a_new_input_ends_a_motion_at_once(qtbot: QtBot) -> None:
    desk = Desk(qtbot, open_lesson("student-grade").experiment)
    desk.view.reduce_motion(False)
    desk.document.step(stepping.step)
    assert waits(desk), "the number is on its way"
    desk.view.viewport().grab()
    desk.click(desk.body("6"))
    assert not waits(desk)
    desk.document.step(stepping.step_back)
    assert not waits(desk), "a step back is at once"


def test_a_node_is_brought_into_sight(qtbot: QtBot) -> None:
    desk = Desk(qtbot, open_lesson("student-grade").experiment)
    desk.view.zoom_to(3.0)
    desk.stage.point_at(Pointed("value", "6"))
    assert desk.view.canvas.sight.pointed == Key("value", "6")
    desk.view.show_node("6")
    assert desk.view.viewport().rect().contains(desk.number(Key("value", "6")))


def test_the_zoom_control(qtbot: QtBot) -> None:
    desk = Desk(qtbot, open_lesson("student-grade").experiment)
    corner = desk.view.corner
    assert corner.percent.text() == f"{round(desk.view.zoom * 100)} %"
    corner.percent.click()
    assert desk.view.zoom == 1.0
    corner.fit_button.click()
    assert desk.view.zoom < 1.0
    assert (corner.width(), corner.height()) == (102, 28)
    assert desk.view.width() - corner.geometry().right() - 1 == 12


def test_images_are_not_null_when_the_view_has_no_room(qtbot: QtBot) -> None:
    desk = Desk(qtbot, open_lesson("student-grade").experiment)
    desk.view.setMinimumSize(0, 0)
    for size in (QSize(1, 1), QSize(3000, 2000), QSize(0, 0)):
        desk.view.resize(size)
        desk.view.fit()
        assert isinstance(desk.view.grab().toImage(), QImage)
    assert desk.view.zoom > 0


def test_slices_come_to_the_same_picture_as_painting_at_once(qtbot: QtBot) -> None:
    desk = Desk(qtbot, large_experiment(400, 6_000, 20))
    view = desk.view
    view.zoom_to(0.45)
    view.viewport().grab()
    qtbot.waitUntil(lambda: view.backing.is_done)
    sliced = view.viewport().grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    whole = QImage(view.viewport().size(), QImage.Format.Format_RGB32)
    painter = QPainter(whole)
    painter.setTransform(view.transform)
    view.canvas.paint_all(painter, view.visible_rect(), view.zoom)
    painter.end()
    area = QRect(0, 60, 600, 400)
    assert sliced.copy(area) == whole.copy(area)


@pytest.mark.parametrize("key", [Key("bias", place=10), Key("weight", place=7), Key("target", "6")])
def test_what_is_under_the_mouse_may_go(qtbot: QtBot, key: Key) -> None:
    desk = Desk(qtbot, open_lesson("student-grade").experiment)
    QTest.mouseMove(desk.view.viewport(), desk.number(key))
    qtbot.waitUntil(lambda: desk.view.canvas.attention.number == key)
    desk.view.commands.select_all()
    desk.view.commands.delete()
    assert desk.view.canvas.attention.number is None
    assert not desk.view.canvas.attention.node
    assert not desk.view.grab().isNull()
    desk.document.stack.undo()
    assert not desk.view.grab().isNull()


def test_an_error_while_painting_does_not_end_the_program(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(qtbot, open_lesson("student-grade").experiment)
    # This one is raised by C, not by Python.
    monkeypatch.setattr(desk.view, "paint_foreground", lambda *_: [][1])
    with qtbot.captureExceptions() as caught:
        desk.view.viewport().update()
        qtbot.waitUntil(lambda: bool(caught))
        monkeypatch.undo()
    assert caught[0][0] is IndexError
