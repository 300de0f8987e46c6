"""Commands on a large drawing: no work for every edge is done once for every edge again."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.data import make_data
from engine.experiment.experiment import Experiment, new_experiment
from engine.experiment.layers import network_of
from engine.functions.initializers import draw_each
from engine.network import Network, Place
from playground.canvas.clipboard import from_text
from playground.canvas.scene_painter import paint_ground
from playground.canvas.view import STRIP, sheet_of
from playground.panels.inspector import selected
from playground.panels.transport import SampleChooser, SampleList
from playground.window.workspace import Workspace
from tests.playground.opened import opened
from tests.playground.window_calls import calls_here

SIZES = (20, 30, 20, 1)
EDGES = 20 * 30 + 30 * 20 + 20
LOOKS = [vars(Network)[name].func for name in ("arriving", "leaving")]  # each looks at every edge


def large(rows: int = 1) -> Experiment:
    layers = network_of(SIZES)
    network = layers.network
    data = make_data(network.inputs, network.outputs, np.zeros((rows, 21)))
    return new_experiment(network, layers.layout, data, parameters=layers.start)


@pytest.fixture
def workspace(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Workspace]:
    with opened(qtbot, qapp, tmp_path, "xor") as made:
        made.document.replace(large())
        yield made


def layer(network: Network, depth: int) -> tuple[str, ...]:
    return tuple(node for node, level in network.levels.items() if level == depth)


def test_many_edges_are_connected_with_one_look_at_the_network(workspace: Workspace) -> None:
    network = workspace.document.value.network
    workspace.stage.mark_ends(layer(network, 0), layer(network, 2))
    with calls_here(*LOOKS, draw_each) as done:
        workspace.window.menus.actions["connect"].trigger()
    assert len(workspace.document.value.network.edges) == EDGES + 400
    assert done.pop("draw_each") == 1, "all at once, for now and for the start"
    assert 1 <= done.total() <= 2


def test_many_edges_that_close_a_loop_are_refused_after_a_few_looks(workspace: Workspace) -> None:
    network = workspace.document.value.network
    workspace.stage.mark_ends(layer(network, 2), layer(network, 1))
    with calls_here(*LOOKS) as done:
        workspace.window.menus.actions["connect"].trigger()
    assert workspace.document.value.network is network
    assert "loop" in workspace.strip.refusal.sentence
    assert 1 <= done.total() <= 4 * 10  # 600 edges, halved until the first is found


@pytest.mark.parametrize("command", ["paste", "duplicate"])
def test_what_is_put_in_brings_its_numbers_and_draws_none(
    workspace: Workspace, command: str
) -> None:
    actions, before = workspace.window.menus.actions, workspace.document.value
    workspace.canvas.commands.select_all()
    actions["copy"].trigger()
    with calls_here(draw_each, from_text) as done:  # nor is what was just copied read
        actions[command].trigger()
    assert not done
    after = workspace.document.value
    assert len(after.network.edges) == 2 * EDGES
    added = after.network.edges[EDGES:]
    index = after.network.place_index
    numbers = [after.parameters[index[Place("weight", e.target, e.source)]] for e in added]
    assert numbers == before.parameters[:EDGES].tolist()
    assert (after.start == after.parameters).all()
    QGuiApplication.clipboard().clear()


def test_another_theme_does_not_measure_every_sample(workspace: Workspace) -> None:
    workspace.document.replace(large(3000))
    QApplication.processEvents()
    with calls_here(SampleList.data, SampleList.rowCount) as done:
        workspace.window.menus.actions["theme-dark"].trigger()
        QApplication.processEvents()
        workspace.window.menus.actions["theme-light"].trigger()
        QApplication.processEvents()
    assert done["data"] < 3000 and done["rowCount"] < 10_000


def test_the_list_of_many_samples_opens_at_the_one_that_is_shown(workspace: Workspace) -> None:
    workspace.document.replace(large(2000))
    chooser = workspace.transport.findChild(SampleChooser)
    assert isinstance(chooser, SampleChooser)
    chooser.setCurrentIndex(1500)
    chooser.showPopup()
    QApplication.processEvents()
    view = chooser.view()
    place = view.visualRect(view.currentIndex())
    assert view.currentIndex().row() == 1500 and place.intersects(view.viewport().rect())
    chooser.hidePopup()


def test_saving_does_not_look_at_the_selection_again(workspace: Workspace, tmp_path: Path) -> None:
    workspace.files.work.save(tmp_path / "large.json")
    workspace.canvas.commands.select_all()
    assert workspace.document.rename(workspace.document.value.network.nodes[0].id, "renamed")
    with calls_here(selected) as done:
        workspace.files.save()
    assert workspace.document.stack.isClean()
    assert not done


def test_a_picture_takes_its_memory_bit_by_bit(workspace: Workspace) -> None:
    scene = workspace.canvas.canvas
    with calls_here(paint_ground) as done:
        sheet = sheet_of(scene, ".png")
        height = QImage.fromData(sheet.data()).height()
        for _ in range(height // STRIP):
            next(sheet.portions)
        assert not done, "the ground of each strip first"
        next(sheet.portions)
        next(sheet.portions)
        assert done


class CountedId(str):
    """An id that counts how often it is looked up."""

    looks = 0

    def __hash__(self) -> int:
        CountedId.looks += 1
        return super().__hash__()


def test_many_nodes_are_deleted_with_a_few_looks_at_each(workspace: Workspace) -> None:
    network = workspace.document.value.network
    gone = [CountedId(node) for node in layer(network, 0) + layer(network, 1)]
    cut = [edge[:2] for edge in network.edges]
    CountedId.looks = 0
    workspace.document.remove(gone, cut)
    assert len(workspace.document.value.network.nodes) == len(network.nodes) - len(gone)
    assert CountedId.looks <= 6 * len(gone), "not all of them for every edge"
