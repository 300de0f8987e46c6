"""A layered network as matrices: the same numbers as on the canvas, in rows and columns."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from engine.errors import Refused
from engine.experiment.experiment import Experiment
from engine.views.matrices import Layer, formula_of, layers_of
from engine.views.sample_view import SampleView
from playground.model.document import Document
from playground.model.stage import Look, Stage
from playground.model.trainer import RunFollower
from playground.panels.matrix_numbers import Numbers
from playground.panels.matrix_view import MatrixView
from playground.theme.fonts import BODY
from playground.widgets.buttons import ElidedLabel
from playground.widgets.form import words


class Matrices(QWidget):
    """Follows document and stage while it is seen; says why a network is no row of matrices."""

    def __init__(self, document: Document, stage: Stage, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName("Matrices")
        self._stage = stage
        self.live = RunFollower(document, self.refresh, self)
        self._showing = SampleView()
        self._layers: tuple[Layer, ...] = ()
        self._laid: tuple[object, ...] = ()
        self.formula = ElidedLabel("", BODY, "text2", self)
        self.view = MatrixView(document, stage, self)
        self.empty = words("", BODY, self)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setContentsMargins(20, 8, 20, 8)
        self.formula.setContentsMargins(0, 0, 0, 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 4, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.formula)
        column.addWidget(self.view, 1)
        column.addWidget(self.empty, 1)
        document.changed.connect(self._changed)
        stage.looked.connect(self._looked)

    def refresh(self) -> None:
        """Show what there is to see now."""
        if not self.isVisible():
            return
        value = self.live.value
        letters = (value.layout.letters.sum, value.layout.letters.value)
        laid = (value.network, value.layout.names, letters, self.view.matrix.digits)
        anew = self._laid != laid
        if anew:
            self._laid = laid
            self._divide(value)
        numbers = None
        if self._layers:
            shown = self._showing.shown(value, self._stage.look.row)
            numbers = Numbers(value, shown, self._layers)
        self.view.show_numbers(numbers, letters, anew)

    def _divide(self, value: Experiment) -> None:
        """The layers, or the sentence that says why there are none."""
        sentence = ""
        try:
            self._layers = layers_of(value.network, value.layout.name)
        except Refused as refused:
            self._layers, sentence = (), refused.sentence
        self.formula.set_text(formula_of(self._layers) if self._layers else "")
        self.empty.setText(sentence)
        self.empty.setVisible(bool(sentence))
        self.formula.setVisible(not sentence)
        self.view.setVisible(not sentence)

    def _changed(self, before: Experiment, after: Experiment) -> None:
        self.refresh()

    def _looked(self, before: Look, after: Look) -> None:
        if before.row != after.row:
            self.refresh()
        elif (before.nodes, before.edges, before.pointed) != (
            after.nodes, after.edges, after.pointed,
        ):  # fmt: skip
            self.view.viewport().update()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()
