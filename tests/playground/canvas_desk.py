"""A canvas under a hand that presses, drags and types as a learner does."""

from itertools import pairwise

import numpy as np
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from engine.experiment.experiment import Experiment, new_experiment
from engine.layout import Layout, arranged
from engine.network import Edge, Network, Node
from playground.canvas.number_positions import card_spots, edge_spots, node_spots
from playground.canvas.scene import CanvasScene
from playground.canvas.scene_state import Key, NumberItem
from playground.canvas.view import CanvasView
from playground.model.document import Document
from playground.model.stage import Stage
from tests.playground.acting import Acting

LEFT = Qt.MouseButton.LeftButton
PLAIN = Qt.KeyboardModifier.NoModifier


class Desk:
    """A view, its document and its stage."""

    def __init__(
        self, qtbot: QtBot, experiment: Experiment | None = None, size: tuple[int, int] = (830, 480)
    ) -> None:
        self.document = Document(experiment or new_experiment(Network()))
        self.stage = Stage()
        self._owner = QWidget()
        acting = Acting(self.document, self.stage, self._owner)
        self.view = CanvasView(self.document, self.stage, keys=acting.menus.at_canvas())
        acting.parts.canvas = self.view
        self.view.reduce_motion(True)
        qtbot.addWidget(self.view)
        self.refusals: list[str] = []
        self.document.refused.connect(self.refusals.append)
        self.view.resize(*size)
        self.view.show()
        qtbot.waitExposed(self.view)

    @property
    def value(self) -> Experiment:
        return self.document.value

    def check_mirror(self) -> None:
        assert mirrors(self.view.canvas, self.value) is None

    def at(self, x: float, y: float) -> QPoint:
        """A point of the scene in the viewport."""
        return self.view.transform.map(QPointF(x, y)).toPoint()

    def body(self, node: str) -> QPoint:
        """Inside a node, on nothing else."""
        body = self.view.canvas.sight.geometry.rect(self.value.network.index[node])
        return self.at(body.center().x(), body.top() + 8)

    def rim(self, node: str) -> QPoint:
        """The right rim of a node."""
        body = self.view.canvas.sight.geometry.rect(self.value.network.index[node])
        return self.at(body.right(), body.center().y())

    def spot(self, key: Key) -> NumberItem:
        """The place of a number."""
        sight = self.view.canvas.sight
        spots = [
            s for i in range(len(sight.experiment.network.nodes)) for s in node_spots(sight, i)
        ]
        spots += [
            s for i in range(len(sight.experiment.network.edges)) for s in edge_spots(sight, i)
        ]
        spots += [spot for card in sight.geometry.cards for spot in card_spots(sight, card)]
        return next(spot for spot in spots if spot.key == key)

    def number(self, key: Key) -> QPoint:
        """Where a number stands."""
        center = self.spot(key).rect.center()
        return self.at(center.x(), center.y())

    def press(self, at: QPoint, keys: Qt.KeyboardModifier = PLAIN) -> None:
        QTest.mouseMove(self.view.viewport(), at)
        QTest.mousePress(self.view.viewport(), LEFT, keys, at)

    def drag_to(self, start: QPoint, end: QPoint) -> None:
        """The mouse on its way, the button held."""
        for share in (0.2, 0.5, 0.8, 1.0):
            QTest.mouseMove(self.view.viewport(), start + (end - start) * share)

    def release(self, at: QPoint, keys: Qt.KeyboardModifier = PLAIN) -> None:
        QTest.mouseRelease(self.view.viewport(), LEFT, keys, at)

    def drag(self, start: QPoint, end: QPoint, keys: Qt.KeyboardModifier = PLAIN) -> None:
        self.press(start, keys)
        self.drag_to(start, end)
        self.release(end, keys)

    def click(self, at: QPoint, keys: Qt.KeyboardModifier = PLAIN) -> None:
        QTest.mouseMove(self.view.viewport(), at)
        QTest.mouseClick(self.view.viewport(), LEFT, keys, at)

    def double_click(self, at: QPoint) -> None:
        QTest.mouseDClick(self.view.viewport(), LEFT, PLAIN, at)

    def key(self, key: Qt.Key, keys: Qt.KeyboardModifier = PLAIN) -> None:
        QTest.keyClick(self.view, key, keys)

    def type(self, text: str) -> None:
        """Over whatever stands in the field."""
        field = self.view.typing.field
        assert field is not None
        field.selectAll()
        QTest.keyClicks(field, text)

    def type_key(self, key: Qt.Key) -> None:
        field = self.view.typing.field
        assert field is not None
        QTest.keyClick(field, key)


def layers(sizes: list[int], activation: str = "tanh") -> Experiment:
    """A full network; numbers with two decimals."""
    nodes, rows = [], []
    for layer, size in enumerate(sizes):
        ids = [f"{layer}{row}" for row in range(size)]
        last = layer == len(sizes) - 1
        nodes += [
            Node(i, activation=activation, bias=True, output=last) if layer else Node(i, "input")
            for i in ids
        ]
        rows.append(ids)
    edges = [Edge(a, b) for before, after in pairwise(rows) for a in before for b in after]
    network = Network(tuple(nodes), tuple(edges))
    numbers = np.random.default_rng(3).normal(size=len(network.places)).round(2)
    return new_experiment(network, Layout(arranged(network.levels, True)), parameters=numbers)


def mirrors(scene: CanvasScene, experiment: Experiment) -> str | None:
    """None where the scene shows exactly this experiment, else what is different."""
    sight, network = scene.sight, experiment.network
    frame = sight.geometry.frame
    if frame.network is not network and frame.network != network:
        return "another network is drawn"
    if sight.experiment is not experiment:
        return "another experiment is shown"
    if scene.moving:
        return "some nodes are still in the hand"
    for name, index in network.index.items():
        if tuple(sight.geometry.centres[index].tolist()) != experiment.layout.position(name):
            return f"{name} is drawn somewhere else"
    places = np.array([network.index[edge.source] for edge in network.edges], dtype=np.intp)
    if not np.array_equal(frame.sources, places):
        return "edges start somewhere else"
    places = np.array([network.index[edge.target] for edge in network.edges], dtype=np.intp)
    if not np.array_equal(frame.targets, places):
        return "edges end somewhere else"
    if any(not np.array_equal(sight.geometry.points(k)[0], start)
           for k, start in enumerate(sight.geometry.starts)):  # fmt: skip
        return "an edge does not start at its node"
    if [c.node for c in sight.geometry.cards if c.node] and not network.outputs:
        return "a card hangs on no output"
    return None
