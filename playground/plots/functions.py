"""The Function dock: any activation or loss with its slope, and the present point on it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from engine.formulas.function_gallery import subject_of
from engine.functions.activations import ACTIVATIONS
from engine.functions.losses import LOSSES
from engine.views.samples import SampleView
from playground.model.document import Document
from playground.model.stage import Look, Stage
from playground.model.trainer import RunFollower
from playground.plots.function_plot import FunctionPlot
from playground.plots.panel import SIDE, PlotPanel, word_button
from playground.theme.fonts import CAPTION, HINT
from playground.widgets.buttons import ElidedLabel
from playground.widgets.fields import QuietChoice
from playground.widgets.form import words as wrapped

FOLLOW = ("", "")


class Functions(PlotPanel):
    """Follows the selected neuron, or shows the function that is chosen."""

    def __init__(self, document: Document, stage: Stage, parent: QWidget) -> None:
        super().__init__("Function", parent)
        self._document, self._stage = document, stage
        self.live = RunFollower(document, self.refresh, self)
        self._showing = SampleView()
        self._make_controls()
        self.plot = FunctionPlot(self)
        self.plot.read_moved.connect(self._tell)
        self.add_plot(self.plot)
        self.told = wrapped("", HINT, self)
        self.told.setContentsMargins(SIDE, 0, SIDE, 8)
        self.told.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.column.addWidget(self.told)
        stage.looked.connect(self._looked)
        self.refresh()

    def _make_controls(self) -> None:
        self.choice = QuietChoice(
            "Function", "Function: that of the selected neuron, or any activation or loss", self
        )
        self.choice.addItem("As selected", FOLLOW)
        for kind, table in (("activation", ACTIVATIONS), ("loss", LOSSES)):
            self.choice.insertSeparator(self.choice.count())
            for name, row in table.items():
                self.choice.addItem(row.title, (kind, name))
        self.choice.activated.connect(lambda index: self.refresh())
        self.formula = ElidedLabel("", CAPTION, "text2", self)
        self.slope = word_button("Slope", "Slope", "Slope: its own curve below the function", self)
        self.slope.setChecked(True)
        self.slope.clicked.connect(lambda on: self.refresh())
        self.head.addWidget(self.choice)
        self.head.addWidget(self.formula, 1)
        self.head.addWidget(self.slope)
        self.end_head()

    def show_function(self, kind: str = "", name: str = "") -> None:
        """Show an "activation" or a "loss" of that name; without one, that of the selection."""
        wanted = (kind, name)
        items = range(self.choice.count())
        found = (i for i in items if tuple(self.choice.itemData(i) or ()) == wanted)
        self.choice.setCurrentIndex(next(found, 0))
        self.refresh()

    def refresh(self) -> None:
        """Show what there is to see now."""
        if not self.isVisible():
            return
        value, look = self.live.value, self._stage.look
        shown = self._showing.shown(value, look.row)
        chosen = tuple(self.choice.currentData() or FOLLOW)
        subject = subject_of(value, shown, look.nodes, chosen)
        self.choice.show_word(subject.title)
        self.formula.set_text(subject.formula)
        self.plot.show_subject(subject, self.slope.isChecked())
        self._tell()

    def _tell(self) -> None:
        digits = self._document.value.settings.digits
        self.told.setText(self.plot.subject.words(self.plot.place(), digits))

    def _looked(self, before: Look, after: Look) -> None:
        if (before.nodes, before.row) != (after.nodes, after.row):
            self.refresh()
