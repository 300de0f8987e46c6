"""Random things a learner may do with a document: edits, steps, undos and redos."""

import random
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from engine.experiment import stepping
from engine.experiment.editing import free_id
from engine.functions.activations import ACTIVATIONS
from engine.functions.losses import LOSSES
from engine.functions.optimizers import OPTIMIZERS, Optimizer
from engine.network import COMBINES, Node
from playground.model.document import Document

MOST_NODES = 50
STEPS = (
    stepping.step, stepping.step, stepping.step, stepping.step_back, stepping.step_phase,
    stepping.step_phase_back, stepping.step_update, stepping.step_update_back,
)  # fmt: skip


class Mover:
    """Does one random thing after the other; what is refused is refused, and nothing breaks."""

    def __init__(self, document: Document, seed: int) -> None:
        self.document = document
        self.rng = random.Random(seed)
        self.moves: list[tuple[Callable[[], object], int]] = [
            (self.add_node, 6), (self.connect, 10), (self.remove, 2), (self.cut_edge, 2),
            (self.change_node, 4), (self.move, 4), (self.rename, 2), (self.set_number, 6),
            (self.set_cell, 3), (self.change_settings, 2), (self.lock, 2), (self.step, 25),
            (self.go_to, 2), (self.undo, 28), (self.redo, 20), (self.rows, 1), (self.restart, 1),
        ]  # fmt: skip

    def act(self) -> str:
        """One random thing; its name."""
        moves, weights = zip(*self.moves, strict=True)
        (move,) = self.rng.choices(moves, weights)
        move()
        return str(move.__name__)

    def node(self) -> str | None:
        nodes = self.document.value.network.nodes
        return self.rng.choice(nodes).id if nodes else None

    def add_node(self) -> None:
        network, rng = self.document.value.network, self.rng
        if len(network.nodes) >= MOST_NODES:
            return
        kind = rng.choice(("input", "parameter", "neuron", "neuron", "neuron", "neuron"))
        at = (rng.uniform(-500, 500), rng.uniform(-300, 300))
        if kind == "input":
            self.document.add_node(Node(free_id(network, "x"), "input"), at)
        elif kind == "parameter":
            self.document.add_node(Node(free_id(network, "p"), "parameter"), at)
        else:
            node = Node(free_id(network), activation=rng.choice(("sigmoid", "tanh", "identity")),
                        bias=rng.random() < 0.6, output=rng.random() < 0.3)  # fmt: skip
            self.document.add_node(node, at, rng.choice(("", "", "h", "a long name")))

    def connect(self) -> None:
        source, target = self.node(), self.node()
        if source and target:
            self.document.connect_nodes([(source, target)])

    def remove(self) -> None:
        gone = self.node()
        if gone:
            self.document.remove([gone])

    def cut_edge(self) -> None:
        edges = self.document.value.network.edges
        if edges:
            edge = self.rng.choice(edges)
            self.document.remove([], [(edge.source, edge.target)])

    def change_node(self) -> None:
        name = self.node()
        if not name:
            return
        node, rng = self.document.value.network.node(name), self.rng
        changes: list[dict[str, object]] = [
            {"activation": rng.choice(sorted(ACTIVATIONS))}, {"bias": not node.bias},
            {"combine": rng.choice(COMBINES), "bias": False}, {"output": not node.output},
            {"locked": not node.locked},
        ]  # fmt: skip
        self.document.change_nodes([replace(node, **rng.choice(changes))])  # type: ignore[arg-type]

    def move(self) -> None:
        name = self.node()
        if name:
            at = (self.rng.uniform(-500, 500), self.rng.uniform(-300, 300))
            self.document.move_nodes({name: at}, dragging=self.rng.random() < 0.5)

    def rename(self) -> None:
        name = self.node()
        if name:
            self.document.rename(name, self.rng.choice(("", "α", "two words", "q")))

    def set_number(self) -> None:
        places = self.document.value.network.places
        if places:
            value = self.rng.choice((0.0, -0.3, 1.0, self.rng.uniform(-2, 2)))
            self.document.set_number(self.rng.choice(places), value, self.rng.random() < 0.3)

    def set_cell(self) -> None:
        data = self.document.value.data
        if data.columns:
            row, column = self.rng.randrange(data.count), self.rng.randrange(len(data.columns))
            self.document.set_cell(row, column, self.rng.uniform(-2, 2))

    def change_settings(self) -> None:
        rng, settings = self.rng, self.document.value.settings
        changes: list[dict[str, object]] = [
            {"loss": rng.choice(sorted(LOSSES))}, {"rate": rng.choice((0.01, 0.1, 0.9))},
            {"batch": rng.choice((1, 2, None))}, {"rounding": not settings.rounding},
            {"optimizer": Optimizer(rng.choice(sorted(OPTIMIZERS)))},
            {"l2": rng.choice((0.0, 0.01))}, {"digits": rng.choice((3, 4, 6))},
            {"shuffle": not settings.shuffle},
        ]  # fmt: skip
        self.document.set_settings(replace(settings, **rng.choice(changes)))  # type: ignore[arg-type]

    def lock(self) -> None:
        edges = self.document.value.network.edges
        if edges:
            edge = self.rng.choice(edges)
            self.document.lock_edges([(edge.source, edge.target)], self.rng.random() < 0.5)

    def step(self) -> None:
        self.document.step(self.rng.choice(STEPS))

    def go_to(self) -> None:
        self.document.go_to(self.rng.randint(0, self.document.value.newest), 0)

    def undo(self) -> None:
        self.document.undo()

    def redo(self) -> None:
        self.document.redo()

    def rows(self) -> None:
        data = self.document.value.data
        if self.rng.random() < 0.7 and data.count < 12:
            cells = [*data.cells.tolist(), [self.rng.uniform(-1, 1) for _ in data.columns]]
        else:
            cells = data.cells.tolist()[: max(1, data.count - 1)]
        array = np.array(cells, dtype=np.float64).reshape(len(cells), len(data.columns))
        self.document.edit_data(lambda now: now.with_rows(array), "Change samples")

    def restart(self) -> None:
        self.rng.choice((self.document.start_again, self.document.draw_again))()
