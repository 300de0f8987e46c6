"""Every gradient of the present point, by hand and by small steps, beside each other."""

import math
from dataclasses import dataclass, replace

import numpy as np
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QVBoxLayout, QWidget

from engine.errors import Refused
from engine.experiment.experiment import Experiment
from engine.experiment.stepping import batch_of
from engine.experiment.trace import record
from engine.formulas import explain
from engine.formulas.terms import plain_of
from engine.network import Place
from engine.numerals import ALL_DIGITS, NumberRole, short
from engine.settings import without_rounding
from engine.views.objective import StepRow, objective_of, slope_at, step_table
from playground.model.document import Document
from playground.model.stage import Look, Stage, place_name, select_place, selected_place
from playground.model.trainer import RunFollower
from playground.theme.fonts import BODY, HINT, WEIGHT
from playground.widgets.buttons import ElidedLabel, tab_bar
from playground.widgets.fields import QuietChoice
from playground.widgets.form import words
from playground.widgets.layout import lay_out
from playground.widgets.plain_text import set_tip
from playground.widgets.table import Cell, CellModel, CellTable, Column, number_cell

MOST_DIGITS = 8
LONGEST = 150
RULE, HAND = "By rule", "By hand"
ERROR_DIGITS = 2


@dataclass(frozen=True, slots=True)
class Way:
    """One way to a slope: how it goes, what it gives, and how far that is from the exact one."""

    name: str
    how: str
    slope: float
    off: float
    digits: int = MOST_DIGITS


@dataclass(frozen=True, slots=True)
class Slopes:
    """All that is known of the slope along one number."""

    exact: float
    rows: tuple[StepRow, ...]
    ways: tuple[Way, ...]


def slopes_of(experiment: Experiment, place: Place) -> Slopes:
    """Over the batch; Refused where a number does not exist."""
    objective = objective_of(experiment.context, experiment.parameters, batch_of(experiment))
    with np.errstate(all="ignore"):
        steps = step_table(objective, place, experiment.layout.name)
        all_slopes = slope_at(objective, penalties=True)
    exact = float(all_slopes[experiment.network.place_index[place]])
    best, tried = nearest(steps), Way("By trying", "no number", math.nan, math.nan)
    if best is not None:
        tried = Way(tried.name, f"h = {short(best.h)}", best.central, best.central_error)
    machine = Way("By machine", "one pass", exact, 0.0)
    return Slopes(exact, steps, (*_formula(experiment, place, exact), tried, machine))


def _formula(experiment: Experiment, place: Place, exact: float) -> tuple[Way, ...]:
    """By rule and by hand: the formula of the gradient, once in symbols, once with its numbers."""
    context = replace(experiment.context, settings=without_rounding(experiment.settings))
    trace = record(context, experiment.position, batch_of(experiment))
    index, digits = context.network.place_index[place], context.settings.digits
    steps = (s for s in trace.script.steps if s.what == "gradient" and s.place == index)
    step = next(steps, None)
    if step is None:
        return ()
    formula = explain(context, trace, step, 0, digits)
    rounded = float(f"{exact:.{digits - 1}e}") if math.isfinite(exact) else exact
    hand = formula.numbers_plain.partition(" = ")[2]
    rule = plain_of(formula.symbols).partition(" = ")[2]
    return (
        Way(RULE, rule, formula.value, abs(formula.value - exact)),
        Way(HAND, hand, rounded, abs(rounded - exact), digits),
    )


def nearest(rows: tuple[StepRow, ...]) -> StepRow | None:
    """The step from both sides that comes nearest to the exact slope."""
    known = [row for row in rows if not math.isnan(row.central_error)]
    return min(known, key=lambda row: row.central_error, default=None)


def told(slopes: Slopes) -> str:
    """What the table teaches, in a sentence."""
    best = nearest(slopes.rows)
    if best is None:
        return "A step further there is no number, so nothing can be tried here."
    found = (
        f"Exact: {short(slopes.exact, MOST_DIGITS)}. Nearest by trying: h = {short(best.h)} "
        f"from both sides, off by {short(best.central_error, ERROR_DIGITS)}."
    )
    return found if best is slopes.rows[-1] else f"{found} A smaller h drowns in rounding."


def spelled(slopes: Slopes) -> str:
    """The formula of the slope and its numbers in one line; "" where it would be too long."""
    line = " = ".join(way.how for way in slopes.ways if way.name in (RULE, HAND))
    return f"∂ = {line}" if line and len(line) <= LONGEST else ""


Row = tuple[str, tuple[Cell, ...]]
H, RIGHT, RIGHT_ERROR, BOTH, BOTH_ERROR = range(5)
OFF_BY = Column("off by", "How far that is from the exact slope.", 60)
STEPS = (
    Column("h", "The step: how far the number is moved.", 62),
    Column("to the right", "(f(x + h) − f(x)) / h", 84, NumberRole.BACKWARD),
    OFF_BY,
    Column("both sides", "(f(x + h) − f(x − h)) / 2h", 84, NumberRole.BACKWARD),
    OFF_BY,
)
WAYS = (
    Column("way", "How the slope is found.", 92, number=False),
    Column("how", "What is computed.", 84, number=False),
    Column("slope", "What comes out.", 82, NumberRole.BACKWARD),
    OFF_BY,
)


def _slope(value: float, digits: int = MOST_DIGITS) -> Cell:
    return number_cell(value, min(digits, ALL_DIGITS), NumberRole.BACKWARD)


def _step(row: StepRow) -> Row:
    h = short(row.h)
    return f"h = {h}", (
        Cell(h, number=True, faint=True),
        _slope(row.one_sided), number_cell(row.one_sided_error, ERROR_DIGITS),
        _slope(row.central), number_cell(row.central_error, ERROR_DIGITS),
    )  # fmt: skip


def _way(way: Way) -> Row:
    return way.name, (
        Cell(way.name), Cell(way.how, faint=True), _slope(way.slope, way.digits),
        number_cell(way.off, ERROR_DIGITS),
    )  # fmt: skip


class SlopesModel(CellModel):
    """Rows of what was found out about one slope."""

    def __init__(self, columns: tuple[Column, ...], parent: QObject) -> None:
        super().__init__(parent)
        self.columns = columns
        self._rows: list[Row] = []

    def show(self, rows: list[Row]) -> None:
        def take() -> None:
            self._rows = rows

        self.change(take, len(rows) == len(self._rows))

    def count(self) -> int:
        return len(self._rows)

    def row_name(self, row: int) -> str:
        return self._rows[row][0]

    def cell(self, row: int, column: int) -> Cell:
        return self._rows[row][1][column]


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
        self.place: Place | None = None  # the number whose slope is shown
        self._listed: tuple[tuple[Place, ...], object] = ((), None)
        self.slopes: Slopes | None = None
        self.steps_model, self.ways_model = SlopesModel(STEPS, self), SlopesModel(WAYS, self)
        tip = "Slope along: the number that is moved, as on the canvas"
        self.choice = QuietChoice("Slope along", tip, self)
        self.choice.activated.connect(self._choose)
        self.exact = ElidedLabel("", WEIGHT, "bwd", self)
        tip = "Steps: smaller and smaller ones. Four ways: one slope, found four times."
        self.tabs = tab_bar(("Steps", "Four ways"), "Steps or ways", tip, self)
        self.tabs.setUsesScrollButtons(False)
        self.tabs.setElideMode(Qt.TextElideMode.ElideNone)
        self.tabs.currentChanged.connect(self._arrange)
        self.steps = self._table("Steps", self.steps_model)
        self.ways = self._table("Four ways", self.ways_model)
        self.told = words("", HINT, self)
        self.empty = words("", BODY, self, centred=True)
        self.told.setContentsMargins(20, 2, 20, 6)
        head, body = (self.tabs, None, self.choice, self.exact), ((self.steps, 1), (self.ways, 1))
        lay_out(
            QVBoxLayout(self),
            lay_out(QHBoxLayout(), *head, spacing=8, margins=(8, 2, 12, 0)),
            (lay_out(QHBoxLayout(), *body, self.empty, spacing=16, margins=(6, 0, 4, 0)), 1),
            self.told,
        )
        stage.looked.connect(self._on_looked)
        self._arrange()

    def _table(self, name: str, model: CellModel) -> CellTable:
        table = CellTable(name, f"{name}: arrows move.", model, self)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        return table

    # showing

    def refresh(self) -> None:
        value = self.live.value
        self._follow(value)
        self.slopes, sentence = None, ""
        if self.place is None:
            sentence = NOTHING
        elif not self.live.quick:
            sentence = LARGE
        else:
            try:
                self.slopes = slopes_of(value, self.place)
            except Refused as refused:
                sentence = refused.sentence
        self.steps_model.show([_step(row) for row in self.slopes.rows] if self.slopes else [])
        self.ways_model.show([_way(way) for way in self.slopes.ways] if self.slopes else [])
        self.empty.setText(sentence)
        text = short(self.slopes.exact, 6) if self.slopes else ""
        self.exact.set_text(f"∂ {text}" if text else "")
        self._arrange()

    def _follow(self, value: Experiment) -> None:
        """The number that is selected; without one the last, or the first that is learnt."""
        layout, places = value.layout, value.network.places
        chosen = selected_place(value.network, self._stage.look)
        if chosen is None and self.place in value.network.place_index:
            chosen = self.place
        if chosen is None:
            free = zip(places, value.network.locks, strict=True)
            learnt = (place for place, locked in free if not locked)
            chosen = next(learnt, next(iter(places), None))
        self.place = chosen
        listed = (places, layout.names)
        if self._listed != listed:
            self._listed = listed
            self.choice.clear()
            for place in places[:MOST_LISTED]:
                self.choice.addItem(place_name(layout, place), place)
        self.choice.setEnabled(bool(places))
        if chosen is not None:
            self.choice.setCurrentIndex(min(places.index(chosen), self.choice.count() - 1))
            self.choice.show_word(place_name(layout, chosen))
        else:
            self.choice.show_word("nothing yet")

    def _choose(self, index: int) -> None:
        self.place = self._listed[0][index]
        select_place(self._stage, self.place)
        self.refresh()

    def _arrange(self) -> None:
        """Both tables where there is room, else the one whose tab is chosen, and what they tell."""
        known, both = self.slopes is not None, self.width() >= WIDE
        first = self.tabs.currentIndex() == 0
        self.tabs.setVisible(known and not both)
        self.steps.setVisible(known and (both or first))
        self.ways.setVisible(known and (both or not first))
        self.empty.setVisible(not known)
        narrow = self.width() < NARROW
        self.exact.setVisible(known and not narrow)
        self.steps.setColumnHidden(RIGHT_ERROR, narrow)
        self.told.setVisible(known and self.height() >= ROOMY)
        if self.slopes is None:
            return
        sentence, formula = told(self.slopes), spelled(self.slopes)
        alone, whole = sentence if first else formula or sentence, f"{sentence} {formula}".rstrip()
        self.told.setText(whole if both else alone)
        set_tip(self.exact, whole)

    def _on_looked(self, before: Look, after: Look) -> None:
        another = (before.nodes, before.edges) != (after.nodes, after.edges)
        if another and self.isVisible():
            self.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()
