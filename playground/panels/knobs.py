"""The knobs: one for each number that learning may change, with its slope, and what a turn does."""

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from engine.experiment.experiment import Experiment
from engine.functions.losses import loss
from engine.numerals import counted
from engine.program.program import why_not_run
from playground.model.document import Document
from playground.model.stage import Look, Stage, select_place, selected_place
from playground.model.trainer import RunFollower
from playground.panels.knob_list import KnobList
from playground.panels.knob_model import KnobModel
from playground.panels.knob_slopes import SPANS, Ground, effect_of, ground_of, rows_of
from playground.panels.turn_line import TurnLine
from playground.theme.fonts import BODY, HINT
from playground.widgets.buttons import ElidedLabel
from playground.widgets.fields import QuietChoice
from playground.widgets.form import words

LOCKED = "Every number is locked or comes from the samples: there is nothing to turn."
SHORT = 14  # a name that fits above its number
ROOMY = 170
EMPTY = "Draw a network: every weight and bias becomes a knob."


class Knobs(QWidget):
    """Computes slopes while it is seen; a turn is one undo entry."""

    def __init__(self, document: Document, stage: Stage, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName("Knobs")
        self._document, self._stage = document, stage
        self.live = RunFollower(document, self.refresh, self)
        self._ground: Ground | None = None
        self._begun: Ground | None = None
        self._following = self._turning = False
        self._listed: object = None
        self._top = "E"
        self.model = KnobModel(document, self)
        self.list = KnobList(self.model, self._begin, self._turn, self._end, self)
        self.list.selectionModel().currentChanged.connect(self._select)
        self.number = ElidedLabel("", HINT, "text2", self)
        self.choice = QuietChoice(
            "Slopes over", "Slopes over: the batch, the chosen sample or all training samples", self
        )
        for span, text in SPANS.items():
            self.choice.addItem(text, span)
        self.choice.activated.connect(lambda index: self._ask_again())
        self.empty = words("", BODY, self)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.line = TurnLine(self)
        self._lay_out()
        document.changed.connect(self._changed)
        stage.looked.connect(self._looked)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(20, 2, 10, 0)
        head.addWidget(self.number, 1)
        head.addWidget(self.choice)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        inner = QHBoxLayout()
        inner.setContentsMargins(10, 0, 4, 0)
        inner.addWidget(self.list)
        inner.addWidget(self.empty)
        column.addLayout(inner, 1)
        column.addWidget(self.line)

    # showing

    def refresh(self) -> None:
        """Show what there is to see now."""
        if not self.isVisible():
            return
        value = self.live.value
        listed = (value.network, value.layout.names, value.settings.loss)
        if self._listed != listed:
            self._listed = listed
            self._list(value)
        rows = rows_of(value, str(self.choice.currentData()), self._stage.look.row)
        self._ground = ground_of(value, rows) if self.live.quick else None
        slopes = self._ground.slopes if self._ground is not None else None
        self.model.show_numbers(value, slopes)
        self._show_empty(value)

    def _list(self, value: Experiment) -> None:
        self._following = True
        self.list.rest()
        self.model.list_knobs(value)
        self.list.setCurrentIndex(self.model.index(0, 0))
        self._following = False
        number = self.model.count()
        self.number.set_text(counted(number, "knob"))
        self._top = _top(value)
        self._begun = None
        self.line.show_effect(None, self._top, value.settings.digits)
        self._follow()

    def _show_empty(self, value: Experiment) -> None:
        number = self.model.count()
        sentence = why_not_run(value.network, value.settings, value.layout.name) or ""
        if not number:
            sentence = LOCKED if value.network.places else EMPTY
        self.empty.setText(sentence)
        self.empty.setVisible(not number)
        self.list.setVisible(bool(number))
        for part in (self.number, self.choice):
            part.setVisible(bool(number))
        self._show_line()

    def _show_line(self) -> None:
        """Where room is short, only a turn is told, and not that one could turn."""
        told = self.line.effect is not None or self.height() >= ROOMY
        self.line.setVisible(told and self.model.count() > 0)

    def _changed(self, before: Experiment, after: Experiment) -> None:
        self.refresh()
        if not self._turning and before.parameters is not after.parameters:
            self._begun = None
            self.line.show_effect(None, self._top, after.settings.digits)
            self._show_line()

    def _looked(self, before: Look, after: Look) -> None:
        if (before.nodes, before.edges) != (after.nodes, after.edges):
            self._follow()
        if before.row != after.row:
            self.refresh()

    def _ask_again(self) -> None:
        self.choice.show_word(self.choice.currentText())
        self.list.rest()
        self.refresh()

    def _follow(self) -> None:
        """The knob of what is selected on the canvas comes into view."""
        place = selected_place(self._document.value.network, self._stage.look)
        row = None if place is None else self.model.row_of(place)
        if row is not None and not self._following:
            self._following = True
            self.list.setCurrentIndex(self.model.index(row, 0))
            self._following = False

    def _select(self, now: QModelIndex) -> None:
        if now.isValid() and not self._following:
            self._following = True
            select_place(self._stage, self.model.knobs[now.row()].place)
            self._following = False

    # turning

    def _begin(self, row: int) -> None:
        self._document.end_fold()
        self._begun = self._ground
        select_place(self._stage, self.model.knobs[row].place)

    def _turn(self, row: int, value: float) -> None:
        knob = self.model.knobs[row]
        self._turning = True
        self._document.set_number(knob.place, value, turning=True)
        self._turning = False
        if self._begun is not None:
            name = knob.name if len(knob.name) <= SHORT else knob.symbol
            effect = effect_of(self._begun, self._document.value, knob.place, name)
            self.line.show_effect(effect, self._top, self._document.value.settings.digits)
            self._show_line()

    def _end(self) -> None:
        self._document.end_fold()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_line()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()


def _top(value: Experiment) -> str:
    """What is made small: the one output by its name, or the letter of the loss."""
    outputs = value.network.outputs
    if loss(value.settings.loss).has_targets or len(outputs) != 1:
        return value.layout.letters.loss
    return value.layout.name(outputs[0])
