"""The table of h: the slope along one number by trying, beside the exact one, and four ways."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QTabBar, QVBoxLayout, QWidget

from engine.errors import Refused
from engine.experiment.experiment import Experiment
from engine.network import Place
from engine.numerals import short
from playground.model.document import Document
from playground.model.stage import Look, Stage, place_name, select_place, selected_place
from playground.model.trainer import RunFollower
from playground.panels.slope_rows import (
    Slopes,
    StepsModel,
    WaysModel,
    slopes_of,
    spelled,
    told,
)
from playground.theme.fonts import BODY, HINT, WEIGHT
from playground.widgets.buttons import ElidedLabel, tab_bar
from playground.widgets.fields import QuietChoice
from playground.widgets.form import words
from playground.widgets.plain_text import set_tip
from playground.widgets.table import CellModel, CellTable

MOST_LISTED = 300
WIDE, NARROW, ROOMY = 720, 400, 190
NOTHING = "Draw a network: every weight and bias has a slope."
LARGE = "Press Stop to see the slopes of so large a network."


class SlopesTable(QWidget):
    """Follows what is selected; computes while it is seen."""

    def __init__(self, document: Document, stage: Stage, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName("Slopes")
        self._stage = stage
        self.live = RunFollower(document, self.refresh, self)
        self._place: Place | None = None
        self._listed: tuple[tuple[Place, ...], object] = ((), None)
        self.steps_model, self.ways_model = StepsModel(self), WaysModel(self)
        self.choice = QuietChoice(
            "Slope along", "Slope along: the number that is moved, as on the canvas", self
        )
        self.choice.activated.connect(self._choose)
        self.exact = ElidedLabel("", WEIGHT, "bwd", self)
        self.tabs = self._make_tabs()
        self.steps = self._table("Steps", self.steps_model)
        self.ways = self._table("Four ways", self.ways_model)
        self.told = words("", HINT, self)
        self.empty = words("", BODY, self)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._lay_out()
        document.changed.connect(self._changed)
        stage.looked.connect(self._looked)
        self._arrange()

    def _make_tabs(self) -> QTabBar:
        tip = "Steps: smaller and smaller ones. Four ways: one slope, found four times."
        tabs = tab_bar(("Steps", "Four ways"), "Steps or ways", tip, self)
        tabs.setUsesScrollButtons(False)
        tabs.setElideMode(Qt.TextElideMode.ElideNone)
        tabs.currentChanged.connect(lambda index: self._arrange())
        return tabs

    def _table(self, name: str, model: CellModel) -> CellTable:
        table = CellTable(name, f"{name}: arrows move.", model, self)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        return table

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(8, 2, 12, 0)
        head.setSpacing(8)
        head.addWidget(self.tabs)
        head.addStretch(1)
        head.addWidget(self.choice)
        head.addWidget(self.exact)
        body = QHBoxLayout()
        body.setContentsMargins(6, 0, 4, 0)
        body.setSpacing(16)
        body.addWidget(self.steps, 1)
        body.addWidget(self.ways, 1)
        body.addWidget(self.empty)
        self.told.setContentsMargins(20, 2, 20, 6)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addLayout(body, 1)
        column.addWidget(self.told)

    # showing

    @property
    def place(self) -> Place | None:
        """The number whose slope is shown."""
        return self._place

    def refresh(self) -> None:
        """Show what there is to see now."""
        if not self.isVisible():
            return
        value = self.live.value
        self._follow(value)
        slopes, sentence = self._compute(value)
        self.steps_model.show(slopes)
        self.ways_model.show(slopes)
        self.empty.setText(sentence)
        text = short(slopes.exact, 6) if slopes is not None else ""
        self.exact.set_text(f"∂ {text}" if text else "")
        self._arrange()

    def _compute(self, value: Experiment) -> tuple[Slopes | None, str]:
        if self._place is None:
            return None, NOTHING
        if not self.live.quick:
            return None, LARGE
        try:
            return slopes_of(value, self._place), ""
        except Refused as refused:
            return None, refused.sentence

    def _follow(self, value: Experiment) -> None:
        """The number that is selected; without one the last, or the first that is learnt."""
        index = value.network.place_index
        chosen = selected_place(value.network, self._stage.look)
        if chosen is None and self._place in index:
            chosen = self._place
        if chosen is None:
            free = zip(value.network.places, value.network.locks, strict=True)
            learnt = (place for place, locked in free if not locked)
            chosen = next(learnt, next(iter(value.network.places), None))
        self._place = chosen
        self._list(value)

    def _list(self, value: Experiment) -> None:
        layout, places = value.layout, value.network.places
        listed = (places, layout.names)
        if self._listed != listed:
            self._listed = listed
            self.choice.clear()
            for place in places[:MOST_LISTED]:
                self.choice.addItem(place_name(layout, place), place)
        self.choice.setEnabled(bool(places))
        if self._place is not None:
            self.choice.setCurrentIndex(min(places.index(self._place), self.choice.count() - 1))
            self.choice.show_word(place_name(layout, self._place))
        else:
            self.choice.show_word("nothing yet")

    def _choose(self, index: int) -> None:
        self._place = self._listed[0][index]
        select_place(self._stage, self._place)
        self.refresh()

    def _arrange(self) -> None:
        """Both tables where there is room, else the one whose tab is chosen, and what they tell."""
        known, both = self.steps_model.slopes is not None, self.width() >= WIDE
        first = self.tabs.currentIndex() == 0
        self.tabs.setVisible(known and not both)
        self.steps.setVisible(known and (both or first))
        self.ways.setVisible(known and (both or not first))
        self.empty.setVisible(not known)
        narrow = self.width() < NARROW
        self.exact.setVisible(known and not narrow)
        self.steps.setColumnHidden(StepsModel.RIGHT_ERROR, narrow)
        self._tell(both, first)

    def _tell(self, both: bool, first: bool) -> None:
        slopes = self.steps_model.slopes
        self.told.setVisible(slopes is not None and self.height() >= ROOMY)
        if slopes is None:
            return
        sentence, formula = told(slopes), spelled(slopes)
        alone = sentence if first or not formula else formula
        self.told.setText(f"{sentence} {formula}".rstrip() if both else alone)
        set_tip(self.exact, f"{sentence} {formula}".rstrip())

    def _changed(self, before: Experiment, after: Experiment) -> None:
        self.refresh()

    def _looked(self, before: Look, after: Look) -> None:
        if (before.nodes, before.edges) != (after.nodes, after.edges):
            self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()
