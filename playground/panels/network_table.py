"""Nodes and edges as two tables with their numbers."""

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from engine.errors import Refused
from engine.experiment import editing
from engine.experiment.experiment import Experiment
from engine.files.limits import NAME
from engine.functions.activations import ACTIVATIONS
from engine.network import COMBINES as COMBINE_KEYS
from engine.network import Network, Node, Place
from engine.numerals import NumberRole, count, read
from engine.views.samples import SampleNumbers, SampleView
from playground.model.document import Document
from playground.model.stage import Look, Stage
from playground.model.trainer import RunFollower
from playground.widgets.buttons import tab_bar
from playground.widgets.layout import lay_out
from playground.widgets.table import BLANK, Cell, CellModel, CellTable, Column, number_cell

COMBINES = {"sum": "Sum", "product": "Product", "max": "Largest", "min": "Smallest"}
TITLES = {key: row.title for key, row in ACTIVATIONS.items()}


def with_combine(node: Node, key: str) -> Node:
    """Only a sum has a bias: with another combine it goes."""
    sums, combine = key == "sum", next(known for known in COMBINE_KEYS if known == key)
    return replace(
        node, combine=combine, bias=node.bias and sums, subtracts=node.subtracts and sums
    )


class NetworkModel(CellModel):
    """What nodes and edges have in common: the experiment, the numbers of one row of it."""

    def __init__(self, document: Document, parent: QObject) -> None:
        super().__init__(parent)
        self.document, self.value = document, document.value
        self.shown = SampleView().shown(document.value)

    def look_at(self, value: Experiment, shown: SampleNumbers) -> None:
        self.value, self.shown = value, shown

    def name(self, node_id: str) -> str:
        return self.value.layout.name(node_id)

    def number(
        self, value: float, editable: bool = False, role: NumberRole = NumberRole.MEMORY
    ) -> Cell:
        return number_cell(value, self.value.settings.digits, role, editable)

    def parameter(self, place: Place) -> Cell:
        return self.number(self._standing(place), editable=True)

    def _standing(self, place: Place) -> float:
        return float(self.value.parameters[self.value.network.place_index[place]])

    def set_number(self, place: Place, value: float) -> None:
        """Set it, unless it is so already."""
        if self._standing(place) != value:
            self.document.apply_or_raise(lambda: self.document.set_number(place, value))


class NodesModel(NetworkModel):
    ID, NAME, KIND, COMBINE, ACTIVATION, BIAS, LOCKED, OUTPUT, VALUE, SUM, ERROR = range(11)

    columns = (
        Column("id", "What the file calls it.", 48, number=False),
        Column("name", "What it is called on the canvas.", 96, number=False),
        Column("kind", "Input, parameter or neuron.", 84, number=False),
        Column("combine", "What it does with what arrives.", 78, number=False),
        Column("activation", "What becomes of its sum.", 92, number=False),
        Column("bias", "A number of its own that is added to the sum."),
        Column("locked", "Learning leaves its bias or its number as it is.", 58,
               number=False, mark=True),
        Column("output", "The loss compares it with a target.", 58, number=False, mark=True),
        Column("value", "What it passes on, for the chosen sample."),
        Column("sum", "What it has combined, before its activation."),
        Column("error", "Its error term: how the loss changes with its sum.", 64,
               NumberRole.BACKWARD),
    )  # fmt: skip

    def node(self, row: int) -> Node:
        return self.value.network.nodes[row]

    def count(self) -> int:
        return len(self.value.network.nodes)

    def row_name(self, row: int) -> str:
        return self.name(self.node(row).id)

    def cell(self, row: int, column: int) -> Cell:
        node = self.node(row)
        if column <= self.KIND:
            named = column == self.NAME
            text = (node.id, self.name(node.id), node.kind.capitalize())[column]
            return Cell(text, editable=named, faint=not named)
        if column in (self.LOCKED, self.OUTPUT):
            possible, on = node.bias or node.kind == "parameter", node.locked
            if column == self.OUTPUT:
                possible, on = node.kind == "neuron", node.output
            return Cell(mark=on, editable=True) if possible else BLANK
        if column == self.VALUE:
            if node.kind == "parameter":
                return self.parameter(Place("value", node.id))
            value = float(self.shown.values[row])
            return self.number(value, editable=node.kind == "input")
        return self._cell_of_neuron(node, row, column) if node.kind == "neuron" else BLANK

    def _cell_of_neuron(self, node: Node, row: int, column: int) -> Cell:
        """What only a neuron has."""
        if column == self.COMBINE:
            return Cell(COMBINES[node.combine], editable=True, choices=COMBINES)
        if column == self.ACTIVATION:
            return Cell(TITLES[node.activation], editable=True, choices=TITLES)
        if column == self.BIAS:
            if node.bias:
                return self.parameter(Place("bias", node.id))
            none = Cell("none", number=True, editable=True, faint=True)
            return none if node.combine == "sum" else BLANK
        if column == self.SUM:
            return self.number(float(self.shown.sums[row]))
        return self.number(float(self.shown.errors[row]), role=NumberRole.BACKWARD)

    def take(self, row: int, column: int, text: str) -> None:
        node = self.node(row)
        if column == self.NAME:
            self._rename(node, text.strip())
        elif column == self.COMBINE:
            self.document.change_nodes([with_combine(node, text)], "Set combine")
        elif column == self.ACTIVATION:
            self.document.change_nodes([replace(node, activation=text)], "Set activation")
        elif column == self.BIAS:
            self._set_bias(node, read(text))
        else:
            self._set_value(node, read(text))

    def _rename(self, node: Node, name: str) -> None:
        if len(name) > NAME:
            raise Refused(f"A name has at most {NAME} characters.")
        if name != self.name(node.id):
            self.document.apply_or_raise(lambda: self.document.rename(node.id, name))

    def _set_bias(self, node: Node, value: float) -> None:
        """A number typed where there was none adds the bias, in one entry."""
        place = Place("bias", node.id)

        def move(experiment: Experiment) -> Experiment:
            with_bias = editing.change_nodes(experiment, [replace(node, bias=True)])
            return editing.set_numbers(with_bias, {place: value})

        if node.bias:
            self.set_number(place, value)
        else:
            self.document.apply_or_raise(lambda: self.document.do("Add bias", move))

    def _set_value(self, node: Node, value: float) -> None:
        if node.kind == "parameter":
            self.set_number(Place("value", node.id), value)
            return
        row, column = self.shown.row, self.value.data.inputs.index(node.id)
        if self.value.data.cell(row, column) != value:
            self.document.apply_or_raise(lambda: self.document.set_cell(row, column, value))

    def toggle(self, row: int, column: int) -> None:
        node = self.node(row)
        text, changed = "Unlock" if node.locked else "Lock", replace(node, locked=not node.locked)
        if column == self.OUTPUT:
            text = "No longer an output" if node.output else "Make output"
            changed = replace(node, output=not node.output)
        self.document.change_nodes([changed], text)


class EdgesModel(NetworkModel):
    FROM, TO, WEIGHT, LOCKED, GRADIENT, UPDATED = range(6)

    columns = (
        Column("from", "The node it starts at.", 72, number=False),
        Column("to", "The node it ends at.", 72, number=False),
        Column("weight", "What a value is multiplied by on its way."),
        Column("locked", "Learning leaves the weight as it is.", 52, number=False, mark=True),
        Column("gradient", "How the loss changes with the weight.", 68, NumberRole.BACKWARD),
        Column("new weight", "The weight after this update.", 82),
    )

    def count(self) -> int:
        return len(self.value.network.edges)

    def row_name(self, row: int) -> str:
        edge = self.value.network.edges[row]
        return f"{self.name(edge.source)} to {self.name(edge.target)}"

    def place(self, row: int) -> Place:
        """Where the weight of a row stands in the vector."""
        edge = self.value.network.edges[row]
        return Place("weight", edge.target, edge.source)

    def cell(self, row: int, column: int) -> Cell:
        edge = self.value.network.edges[row]
        if column in (self.FROM, self.TO):
            return Cell(self.name(edge.source if column == self.FROM else edge.target))
        if column == self.WEIGHT:
            return self.parameter(self.place(row))
        if column == self.LOCKED:
            return Cell(mark=edge.locked, editable=True)
        if edge.locked:
            return BLANK
        index = self.value.network.place_index[self.place(row)]
        if column == self.GRADIENT:
            return self.number(float(self.shown.gradients[index]), role=NumberRole.BACKWARD)
        return self.number(float(self.shown.updated[index]))

    def take(self, row: int, column: int, text: str) -> None:
        self.set_number(self.place(row), read(text))

    def toggle(self, row: int, column: int) -> None:
        edge = self.value.network.edges[row]
        self.document.lock_edges([edge[:2]], not edge.locked)


class NetworkTable(QWidget):
    """Nodes behind one tab and edges behind the other; the selection follows and sets the stage."""

    def __init__(self, document: Document, stage: Stage, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName("Table")
        self._stage = stage
        self.live = RunFollower(document, self._show, self)
        self._showing = SampleView()
        self._following = False
        tip = "Nodes or edges: which of the two tables is shown."
        self.tabs = tab_bar(("Nodes", "Edges"), "Nodes or edges", tip, self)
        self.tabs.setFixedHeight(30)
        self._models = (NodesModel(document, self), EdgesModel(document, self))
        self.nodes = self._table("Nodes", self._models[0])
        self.edges = self._table("Edges", self._models[1])
        pages = QStackedWidget(self)
        for table in (self.nodes, self.edges):
            pages.addWidget(table)
        self.tabs.currentChanged.connect(pages.setCurrentIndex)
        lay_out(QVBoxLayout(self), self.tabs, (pages, 1), margins=(10, 0, 10, 4))
        stage.looked.connect(self._on_looked)

    def _table(self, name: str, model: NetworkModel) -> CellTable:
        tip = f"{name} of the network. Arrows move, Enter edits, Space sets a mark."
        table = CellTable(name, tip, model, self)
        table.selectionModel().selectionChanged.connect(self._select)
        return table

    # showing

    @property
    def _network(self) -> Network:
        """The one whose rows the tables have."""
        return self._models[0].value.network

    def _show(self) -> None:
        value, before = self.live.value, self._network
        after = value.network
        same = before is after or list(before.index) == list(after.index)
        same = same and [e[:2] for e in before.edges] == [e[:2] for e in after.edges]
        shown = self._showing.shown(value, self._stage.look.row)
        self._following = True
        for model in self._models:
            model.change(partial(model.look_at, value, shown), same)
        self._following = False
        if not same:
            self._follow()
        self.tabs.setTabText(0, f"Nodes {count(len(after.nodes))}")
        self.tabs.setTabText(1, f"Edges {count(len(after.edges))}")

    def _on_looked(self, before: Look, after: Look) -> None:
        if not self.isVisible():
            return
        if before.row != after.row:
            self._show()
        if (before.nodes, before.edges) != (after.nodes, after.edges):
            self._follow()

    def _follow(self) -> None:
        """Select what the stage has selected."""
        if self._following:
            return
        look, network = self._stage.look, self._network
        nodes, edges = set(look.nodes), set(look.edges)
        self._following = True
        self.nodes.choose_rows([i for i, n in enumerate(network.nodes) if n.id in nodes])
        self.edges.choose_rows([i for i, e in enumerate(network.edges) if e[:2] in edges])
        self._following = False

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._follow()

    def _select(self) -> None:
        """The stage selects what is selected here."""
        if self._following:
            return
        network = self._network
        self._following = True
        if self.tabs.currentIndex() == 0:
            ids = tuple(network.nodes[row].id for row in self.nodes.chosen_rows())
            self._stage.select(ids, ())
            self.edges.choose_rows([])
        else:
            pairs = tuple(network.edges[row][:2] for row in self.edges.chosen_rows())
            self._stage.select((), pairs)
            self.nodes.choose_rows([])
        self._following = False
