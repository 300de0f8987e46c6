"""The maps inside nodes: the answers they show, where they lie, and how they follow a run."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.data import make_data
from engine.experiment.experiment import Experiment, new_experiment
from engine.experiment.training import Goal, trained
from engine.layout import Layout, arranged
from engine.lessons.lesson import open_lesson
from engine.network import Network, Node, Place
from engine.settings import without_rounding
from playground.canvas.layout import MAPPED_HEIGHT, NEURON_HEIGHT, TILE, mapped_nodes
from playground.canvas.node_painter import outline_path, tile_rect
from playground.canvas.scene_state import Key
from playground.model.node_maps import SIDE, TileMaker, Tiles, plane_of, why_no_maps
from playground.model.trainer import Trainer
from playground.theme.colour_bands import BANDS, bands_of
from playground.theme.palette import DARK, LIGHT, map_ramp
from tests.playground.canvas_desk import Desk, layers
from tests.playground.opened import opened

CIRCLE = open_lesson("set-circle").experiment
LEARNT = trained(CIRCLE, Goal(updates=400))


def tiles_of(experiment: Experiment) -> Tiles:
    nodes = tuple(experiment.network.index)
    *_, tiles = TileMaker().tiles(experiment, experiment.parameters, nodes)
    return tiles


def answers(experiment: Experiment, inputs: np.ndarray) -> np.ndarray:
    settings = without_rounding(experiment.settings)
    return experiment.program.answers(settings, experiment.parameters, inputs)


def one_input() -> Experiment:
    """y = 2 tanh(x) + 1."""
    nodes = (Node("x", "input"), Node("h", activation="tanh"), Node("y", bias=True, output=True))
    network = Network(nodes).connect("x", "h").connect("h", "y")
    data = make_data(["x"], ["y"], [[-3.0, -1.0], [3.0, 3.0]])
    layout = Layout(arranged(network.levels, True))
    return new_experiment(network, layout, data, parameters=np.array([1.0, 2.0, 1.0]))


class Mapped(Desk):
    """A canvas with maps in its nodes, and a trainer."""

    def __init__(self, qtbot: QtBot, experiment: Experiment) -> None:
        super().__init__(qtbot, experiment)
        self.trainer = Trainer(self.document)
        self.view.follow(self.trainer)
        self.stage.show(replace(self.stage.look, maps=True))

    @property
    def tiles(self) -> Tiles:
        return self.view.canvas.sight.tiles

    def shows(self, experiment: Experiment) -> bool:
        """Whether every tile is the one of these numbers."""
        wanted = tiles_of(experiment)
        return bool(self.tiles) and all(
            np.array_equal(tile.bands, wanted[name].bands) for name, tile in self.tiles.items()
        )

    def settle(self, qtbot: QtBot) -> None:
        qtbot.waitUntil(lambda: self.shows(self.value), timeout=20_000)


@pytest.fixture
def mapped(qtbot: QtBot) -> Iterator[list[Mapped]]:
    made: list[Mapped] = []
    yield made
    for desk in made:
        desk.trainer.close()


def desk_of(qtbot: QtBot, mapped: list[Mapped], experiment: Experiment) -> Mapped:
    mapped.append(Mapped(qtbot, experiment))
    return mapped[-1]


# what a tile shows


def test_a_tile_is_the_answer_of_its_node() -> None:
    tiles, plane = tiles_of(LEARNT), plane_of(LEARNT.data)
    xs, ys = np.linspace(*plane.x_range, SIDE), np.linspace(*plane.y_range, SIDE)
    grid = np.stack([np.tile(xs, SIDE), np.repeat(ys, SIDE)], axis=1)
    exact = answers(LEARNT, grid)[:, 0].reshape(SIDE, SIDE)
    shown = tiles[LEARNT.network.outputs[0]].bands
    assert np.mean(shown == bands_of(exact, (-1.0, 1.0))) > 0.999  # float32 at a band's edge
    assert len(set(shown.ravel().tolist())) > 4


def test_inputs_run_from_orange_to_blue() -> None:
    tiles, ramp = tiles_of(LEARNT), map_ramp(LIGHT)
    x1, x2 = (tiles[name].image(LIGHT) for name in LEARNT.network.inputs)
    assert (x1.width(), x1.height()) == (SIDE, SIDE)
    assert x1.pixelColor(0, 20) == ramp[0] and x1.pixelColor(51, 20) == ramp[-1]
    assert x2.pixelColor(20, 51) == ramp[0] and x2.pixelColor(20, 0) == ramp[-1]
    name = LEARNT.network.inputs[0]
    assert tiles[name].image(DARK) != x1
    assert tiles[name].image(LIGHT) is x1


def test_with_one_input_a_tile_holds_the_course() -> None:
    value = one_input()
    tile = tiles_of(value)["h"]
    plane = plane_of(value.data)
    assert tile.course is not None and tile.bands.shape == (SIDE, SIDE)
    exact = (np.tanh(np.linspace(*plane.x_range, SIDE)) + 1) / 2
    assert tile.course == pytest.approx(exact, abs=1e-6)


def test_a_maker_keeps_its_plane_for_other_numbers() -> None:
    maker, nodes = TileMaker(), tuple(CIRCLE.network.index)
    *_, before = maker.tiles(CIRCLE, CIRCLE.parameters, nodes)
    *_, after = maker.tiles(CIRCLE, LEARNT.parameters, nodes)
    wanted = tiles_of(LEARNT)
    assert all(np.array_equal(after[n].bands, wanted[n].bands) for n in nodes)
    assert any(not np.array_equal(after[n].bands, before[n].bands) for n in nodes)


def test_wild_numbers_still_make_tiles() -> None:
    wild = replace(LEARNT.position, parameters=np.full(len(LEARNT.parameters), 1e300))
    tiles = tiles_of(replace(LEARNT, position=wild))
    assert all(tile.bands.max() < BANDS for tile in tiles.values())


@pytest.mark.parametrize("name", ["parabola", "student-grade"])
def test_other_networks_have_none_and_say_why(name: str) -> None:
    network = open_lesson(name).experiment.network
    assert (why_no_maps(network) or "").startswith("Needs one or two inputs")
    assert why_no_maps(CIRCLE.network) is None


# where they lie


@pytest.mark.parametrize("digits", [3, 4, 6])
def test_tiles_lie_inside_their_nodes(qtbot: QtBot, mapped: list[Mapped], digits: int) -> None:
    desk = desk_of(qtbot, mapped, LEARNT)
    desk.document.set_settings(replace(LEARNT.settings, digits=digits))
    desk.settle(qtbot)
    assert set(desk.tiles) == set(mapped_nodes(LEARNT.network))
    sight = desk.view.canvas.sight
    for name in desk.tiles:
        index = sight.experiment.network.index[name]
        figure, body = sight.geometry.frame.figures[index], sight.geometry.rect(index)
        tile, inner = tile_rect(figure, body), body.adjusted(4, 4, -4, -4)
        assert (body.height(), tile.width()) == (MAPPED_HEIGHT, TILE)
        assert tile.left() > body.center().x()
        corners = (tile.topRight(), tile.bottomRight())
        off = 8 * (1 - 0.5**0.5)  # a corner is round
        for corner in corners:
            inside = (
                corner.x() - off,
                corner.y() + (off if corner.y() < body.center().y() else -off),
            )
            assert outline_path(figure, inner).contains(type(corner)(*inside))
        number = desk.spot(Key("value", name)).rect
        assert abs(number.center().x() - tile.center().x()) < 0.01
        assert tile.center().y() < number.center().y() < tile.bottom()


def test_without_maps_nodes_are_as_low_as_before(qtbot: QtBot, mapped: list[Mapped]) -> None:
    desk = desk_of(qtbot, mapped, LEARNT)
    desk.settle(qtbot)
    desk.stage.show(replace(desk.stage.look, maps=False))
    sight = desk.view.canvas.sight
    assert not desk.tiles
    hidden = sight.experiment.network.index[LEARNT.network.outputs[0]]
    assert sight.geometry.rect(hidden).height() == NEURON_HEIGHT


def test_a_third_input_takes_the_maps_away(qtbot: QtBot, mapped: list[Mapped]) -> None:
    desk = desk_of(qtbot, mapped, LEARNT)
    desk.settle(qtbot)
    desk.document.add_node(Node("x9", "input"), (0.0, 600.0))
    assert not desk.tiles
    desk.document.stack.undo()
    desk.settle(qtbot)


@pytest.mark.parametrize("experiment", [LEARNT, layers([2, 1], "identity")])
def test_the_picture_shows_the_tile(
    qtbot: QtBot, mapped: list[Mapped], experiment: Experiment
) -> None:
    desk = desk_of(qtbot, mapped, experiment)
    desk.settle(qtbot)
    desk.view.zoom_to(1.0)
    name = experiment.network.outputs[0]
    sight = desk.view.canvas.sight
    index = sight.experiment.network.index[name]
    desk.view.show_node(name)
    tile = tile_rect(sight.geometry.frame.figures[index], sight.geometry.rect(index))
    desk.view.finish_painting()
    picture = desk.view.viewport().grab().toImage()
    own = sight.tiles[name].image(desk.view.canvas.brush(None, 1.0).tokens)  # type: ignore[arg-type]
    for x, y in product(range(5, 47), range(5, 32)):
        seen = picture.pixelColor(desk.at(tile.left() + x + 0.5, tile.top() + y + 0.5))
        near = {own.pixelColor(x + i, y + j).rgb() for i in (-1, 0, 1) for j in (-1, 0, 1)}
        if len(near) == 1:
            assert _differ(seen, own.pixelColor(x, y)) <= 2


def _differ(one: QColor, other: QColor) -> int:
    return max(
        abs(one.red() - other.red()),
        abs(one.green() - other.green()),
        abs(one.blue() - other.blue()),
    )


# following


def test_maps_follow_an_edit_and_undo(qtbot: QtBot, mapped: list[Mapped]) -> None:
    desk = desk_of(qtbot, mapped, LEARNT)
    desk.settle(qtbot)
    before = desk.tiles
    first = LEARNT.network.inputs[0]
    target = LEARNT.network.leaving[first][0].target
    desk.document.set_number(Place("weight", target, first), 3.0)
    desk.settle(qtbot)
    assert not np.array_equal(desk.tiles[target].bands, before[target].bands)
    desk.document.stack.undo()
    desk.settle(qtbot)


def test_maps_follow_a_run_and_end_with_it(qtbot: QtBot, mapped: list[Mapped]) -> None:
    desk = desk_of(qtbot, mapped, CIRCLE)
    desk.settle(qtbot)
    seen: list[Tiles] = []

    def look() -> None:
        if desk.trainer.is_running and (not seen or seen[-1] is not desk.tiles):
            seen.append(desk.tiles)

    desk.view.canvas.seen.connect(look)
    desk.trainer.start()
    qtbot.waitUntil(lambda: len(seen) > 3, timeout=20_000)
    desk.trainer.stop()
    desk.settle(qtbot)
    output = CIRCLE.network.outputs[0]
    pictures = {tiles[output].bands.tobytes() for tiles in seen}
    assert len(pictures) > 2


def test_another_document_has_its_own_maps(qtbot: QtBot, mapped: list[Mapped]) -> None:
    desk = desk_of(qtbot, mapped, LEARNT)
    desk.settle(qtbot)
    desk.document.replace(layers([2, 3, 1]))
    assert not desk.tiles
    desk.settle(qtbot)
    assert set(desk.tiles) == {"10", "11", "12", "20"}


def test_order_numbers_stand_on_the_rims(qtbot: QtBot) -> None:
    desk = Desk(qtbot, LEARNT)
    plain = desk.view.grab().toImage()
    desk.stage.show(replace(desk.stage.look, orders=True))
    order = [node.id for node in LEARNT.network.order]
    assert dict(desk.view.canvas.sight.orders) == {n: k for k, n in enumerate(order, 1)}
    assert desk.view.grab().toImage() != plain
    desk.stage.show(replace(desk.stage.look, orders=False))
    assert desk.view.grab().toImage() == plain


# the menu


def test_the_view_menu_switches_maps_and_order_numbers(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    with opened(qtbot, qapp, tmp_path, "set-circle") as workspace:
        actions, stage = workspace.window.menus.actions, workspace.stage
        for name, field in (("node-maps", "maps"), ("order-numbers", "orders")):
            assert not actions[name].isChecked()
            actions[name].trigger()
            assert getattr(stage.look, field) and actions[name].isChecked()
            actions[name].trigger()
            assert not getattr(stage.look, field) and not actions[name].isChecked()
        stage.show(replace(stage.look, maps=True, orders=True))  # as a lesson does
        assert actions["node-maps"].isChecked() and actions["order-numbers"].isChecked()


def test_where_there_can_be_no_maps_the_strip_says_why(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    with opened(qtbot, qapp, tmp_path, "student-grade") as workspace:
        refused: list[str] = []
        workspace.document.refused.connect(refused.append)
        action = workspace.window.menus.actions["node-maps"]
        action.trigger()
        assert refused == [
            "Needs one or two inputs: this network has 3, so its nodes have no maps."
        ]
        assert not workspace.stage.look.maps and not action.isChecked()
