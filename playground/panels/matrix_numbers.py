"""The numbers of the matrices: whose they are, how they stand now, and how they are set."""

import math
from dataclasses import dataclass

from engine.experiment.experiment import Experiment
from engine.network import Place
from engine.numerals import short
from engine.views.matrices import NOWHERE, Layer
from engine.views.sample_view import SampleNumbers
from playground.model.document import Document
from playground.model.stage import EdgeKey, Look, Pointed
from playground.panels.matrix_sheet import Grid


@dataclass(frozen=True, slots=True)
class Number:
    """One number: what it belongs to, what it is, and whether it can be set."""

    kind: str
    node: str = ""
    edge: EdgeKey | None = None
    place: int = NOWHERE
    value: float = math.nan
    name: str = ""
    editable: bool = False
    locked: bool = False
    there: bool = True

    @property
    def pointed(self) -> Pointed:
        """The same number on the canvas."""
        if self.kind in ("weight", "bias"):
            return Pointed(self.kind, "" if self.edge else self.node, self.place)
        return Pointed(self.kind, self.node)

    def is_pointed(self, pointed: Pointed | None) -> bool:
        """Whether a factor of a formula, or the mouse, speaks of it."""
        if pointed is None:
            return False
        if self.kind in ("weight", "bias"):
            return pointed.kind == self.kind and pointed.place == self.place
        kinds = ("value", "parameter") if self.kind == "value" else (self.kind,)
        return pointed.kind in kinds and pointed.node == self.node

    def is_selected(self, look: Look) -> bool:
        """Whether its edge or its node is selected."""
        return self.edge in look.edges if self.edge is not None else self.node in look.nodes

    def told(self, digits: int) -> str:
        """What a tip and a screen reader say."""
        if not self.there:
            return f"{self.name}: no edge"
        lock = ", locked" if self.locked else ""
        return f"{self.name}: {short(self.value, digits) or 'not computed'}{lock}"


class Numbers:
    """Looks numbers up in one experiment, for one sample."""

    def __init__(
        self, experiment: Experiment, shown: SampleNumbers, layers: tuple[Layer, ...]
    ) -> None:
        self._experiment, self._shown, self.layers = experiment, shown, layers

    def number(self, grid: Grid, row: int, column: int) -> Number:
        """The number of a cell."""
        layer = self.layers[grid.layer]
        if grid.kind == "weight":
            return self._weight(layer, row, column)
        if grid.kind == "before":
            return self._value(layer.before[row])
        node = layer.neurons[row]
        if grid.kind == "bias":
            return self._bias(node, int(layer.biases[row]))
        if grid.kind == "value":
            return self._value(node)
        sums = self._shown.sums[self._experiment.network.index[node]]
        return Number("sum", node, value=float(sums), name=f"sum of {self.name(node)}")

    def name(self, node: str) -> str:
        """What the learner calls a node."""
        return self._experiment.layout.name(node)

    def _weight(self, layer: Layer, row: int, column: int) -> Number:
        target, source = layer.neurons[row], layer.before[column]
        place, name = int(layer.weights[row, column]), f"{self.name(source)} → {self.name(target)}"
        if place == NOWHERE:
            return Number("none", name=name, there=False)
        value, locked = self._standing(place)
        return Number("weight", target, (source, target), place, value, name, True, locked)

    def _bias(self, node: str, place: int) -> Number:
        name = f"bias of {self.name(node)}"
        if place == NOWHERE:
            return Number("none", node, name=name, there=False)
        value, locked = self._standing(place)
        return Number("bias", node, None, place, value, name, True, locked)

    def _value(self, node: str) -> Number:
        network = self._experiment.network
        kind = network.node(node).kind
        value = float(self._shown.values[network.index[node]])
        return Number("value", node, None, NOWHERE, value, self.name(node), kind != "neuron")

    def _standing(self, place: int) -> tuple[float, bool]:
        value = float(self._experiment.parameters[place])
        return value, self._experiment.network.locks[place]

    def set(self, document: Document, number: Number, value: float) -> None:
        """Set it, unless it is so already; Refused where that cannot be."""
        if value == number.value:
            return
        network = self._experiment.network
        if number.place != NOWHERE:
            place = network.places[number.place]
            document.insist(lambda: document.set_number(place, value))
        elif network.node(number.node).kind == "parameter":
            own = Place("value", number.node)
            document.insist(lambda: document.set_number(own, value))
        else:
            column = self._experiment.data.inputs.index(number.node)
            document.insist(lambda: document.set_cell(self._shown.row, column, value))

    def working(self) -> tuple[str, str]:
        """The kind and the node of the number that the present micro-step has computed."""
        trace, cursor = self._experiment.trace, self._experiment.cursor
        if trace is None or not cursor:
            return "", ""
        step = trace.script.steps[cursor - 1]
        plain = step.node and self._experiment.network.node(step.node).activation == "identity"
        if step.what == "sum":
            return ("value" if plain else "sum"), step.node
        return ("value", step.node) if step.what == "activation" else ("", "")
