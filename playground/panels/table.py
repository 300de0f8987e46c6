"""The network as tables: the same nodes and edges as on the canvas, to read and to edit.

This is what a screen reader reads.
"""

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from engine.experiment.experiment import Experiment
from engine.network import Network
from engine.numerals import count
from playground.model.document import Document
from playground.model.stage import Look, Stage
from playground.model.trainer import RunFollower
from playground.panels.table_models import EdgesModel, NetworkModel, NodesModel, Numbers
from playground.widgets.buttons import tab_bar
from playground.widgets.table import CellTable

TABS_HEIGHT = 30


class NetworkTable(QWidget):
    """Nodes behind one tab and edges behind the other; the selection follows and sets the stage."""

    def __init__(self, document: Document, stage: Stage, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName("Table")
        self._stage = stage
        self.live = RunFollower(document, self._show, self)
        self._numbers = Numbers(document.value, stage)
        self._following = False
        tip = "Nodes or edges: which of the two tables is shown."
        self.tabs = tab_bar(("Nodes", "Edges"), "Nodes or edges", tip, self)
        self.tabs.setFixedHeight(TABS_HEIGHT)
        self.nodes = self._table("Nodes", NodesModel(document, self._numbers, self))
        self.edges = self._table("Edges", EdgesModel(document, self._numbers, self))
        self._pages = QStackedWidget(self)
        for table in (self.nodes, self.edges):
            self._pages.addWidget(table)
        self.tabs.currentChanged.connect(self._pages.setCurrentIndex)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 0, 10, 4)
        column.setSpacing(0)
        column.addWidget(self.tabs)
        column.addWidget(self._pages, 1)
        document.changed.connect(self._changed)
        stage.looked.connect(self._looked)
        self._count()
        self._follow()

    def _table(self, name: str, model: NetworkModel) -> CellTable:
        tip = f"{name} of the network. Arrows move, Enter edits, Space sets a mark."
        table = CellTable(name, tip, model, self)
        table.selectionModel().selectionChanged.connect(self._select)
        return table

    # showing

    def _changed(self, before: Experiment, after: Experiment) -> None:
        self._show()

    def _show(self) -> None:
        """The experiment as it is now, in the same rows or in others."""
        value, tables = self.live.value, (self.nodes, self.edges)
        if _same_rows(self._numbers.value.network, value.network):
            self._numbers.look_at(value)
            for table in tables:
                table.cells.show_all()
            return
        self._following = True
        for table in tables:
            table.cells.beginResetModel()
        self._numbers.look_at(value)
        for table in tables:
            table.cells.endResetModel()
        self._following = False
        self._count()
        self._follow()

    def _looked(self, before: Look, after: Look) -> None:
        if before.row != after.row:
            self._show()
        if (before.nodes, before.edges) != (after.nodes, after.edges):
            self._follow()

    def _count(self) -> None:
        network = self._numbers.value.network
        self.tabs.setTabText(0, f"Nodes {count(len(network.nodes))}")
        self.tabs.setTabText(1, f"Edges {count(len(network.edges))}")

    def _follow(self) -> None:
        """Select what the stage has selected; behind another panel that can wait."""
        if self._following or not self.isVisible():
            return
        look, network = self._stage.look, self._numbers.value.network
        nodes, edges = set(look.nodes), set(look.edges)
        self._following = True
        self.nodes.choose_rows([i for i, n in enumerate(network.nodes) if n.id in nodes])
        self.edges.choose_rows([i for i, e in enumerate(network.edges) if e[:2] in edges])
        self._following = False

    def _select(self) -> None:
        """The stage selects what is selected here."""
        if self._following:
            return
        network = self._numbers.value.network
        shows_nodes = self.tabs.currentIndex() == 0
        self._following = True
        if shows_nodes:
            ids = tuple(network.nodes[row].id for row in self.nodes.chosen_rows())
            self._stage.select(ids, ())
            self.edges.choose_rows([])
        else:
            pairs = tuple(network.edges[row][:2] for row in self.edges.chosen_rows())
            self._stage.select((), pairs)
            self.nodes.choose_rows([])
        self._following = False

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._follow()


def _same_rows(before: Network, after: Network) -> bool:
    """Whether the tables have the same rows, whatever stands in them."""
    if before is after:
        return True
    return (
        len(before.nodes) == len(after.nodes)
        and len(before.edges) == len(after.edges)
        and all(a.id == b.id for a, b in zip(before.nodes, after.nodes, strict=True))
        and all(a[:2] == b[:2] for a, b in zip(before.edges, after.edges, strict=True))
    )
