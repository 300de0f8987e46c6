"""The slope of the loss along one number, found in four ways: what stands in the two tables."""

import math
from dataclasses import dataclass, replace

import numpy as np
from PySide6.QtCore import QObject

from engine.experiment.experiment import Experiment
from engine.experiment.stepping import batch_of
from engine.experiment.trace import record
from engine.formulas import explain
from engine.formulas.terms import plain_of
from engine.functions.losses import middle_of
from engine.network import Place
from engine.numerals import ALL_DIGITS, Role, short
from engine.settings import without_rounding
from engine.views.gradient_check import StepRow, step_table
from engine.views.loss_probe import slope_at
from playground.widgets.table import Cell, CellModel, Column, number_cell

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
    rows, data = batch_of(experiment), experiment.data
    inputs, targets = data.input_rows(rows), data.target_rows(rows)
    program, settings, numbers = experiment.program, experiment.settings, experiment.parameters
    middle = middle_of(data.target_rows(data.training))
    with np.errstate(all="ignore"):
        steps = step_table(
            program, settings, numbers, inputs, targets, place, middle, experiment.layout.name
        )
        all_slopes = slope_at(program, settings, numbers, inputs, targets, penalties=True)
    exact = float(all_slopes[experiment.network.place_index[place]])
    ways = (*_formula(experiment, place, exact), _tried(steps), _machine(exact))
    return Slopes(exact, steps, ways)


def _formula(experiment: Experiment, place: Place, exact: float) -> tuple[Way, ...]:
    """By rule and by hand: the formula of the gradient, once in symbols, once with its numbers."""
    position = experiment.position
    context = replace(experiment.context, settings=without_rounding(experiment.settings))
    trace = record(
        context.program, context.settings, context.data, batch_of(experiment),
        position.turn.epoch, position.parameters, position.state, position.count,
        context.layout.name,
    )  # fmt: skip
    index, digits = context.network.place_index[place], context.settings.digits
    told = [s for s in trace.script.steps if s.what == "gradient" and s.place == index]
    if not told:
        return ()
    formula = explain(context, trace, told[0], 0, digits)
    rounded = float(f"{exact:.{digits - 1}e}") if math.isfinite(exact) else exact
    hand = formula.numbers_plain.partition(" = ")[2]
    rule = plain_of(formula.symbols).partition(" = ")[2]
    return (
        Way(RULE, rule, formula.value, abs(formula.value - exact)),
        Way(HAND, hand, rounded, abs(rounded - exact), digits),
    )


def _tried(rows: tuple[StepRow, ...]) -> Way:
    best = nearest(rows)
    if best is None:
        return Way("By trying", "no number", math.nan, math.nan)
    return Way("By trying", f"h = {short(best.h)}", best.central, best.central_error)


def _machine(exact: float) -> Way:
    return Way("By machine", "one pass", exact, 0.0)


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
    if best is slopes.rows[-1]:
        return found
    return f"{found} A smaller h drowns in rounding."


def spelled(slopes: Slopes) -> str:
    """The formula of the slope and its numbers in one line; "" where it would be too long."""
    line = " = ".join(way.how for way in slopes.ways if way.name in (RULE, HAND))
    return f"∂ = {line}" if line and len(line) <= LONGEST else ""


class SlopesModel(CellModel):
    """Rows of what was found out about one slope."""

    slopes: Slopes | None = None

    def show(self, slopes: Slopes | None) -> None:
        """These, in the same rows where there are as many."""
        before, self.slopes = self.count(), slopes
        if before and before == self.count():
            self.show_all()
        else:
            self.beginResetModel()
            self.endResetModel()


class StepsModel(SlopesModel):
    """One row for each step size h."""

    H, RIGHT, RIGHT_ERROR, BOTH, BOTH_ERROR = range(5)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.columns = (
            Column("h", "The step: how far the number is moved.", 62),
            Column("to the right", "(f(x + h) − f(x)) / h", 84, Role.BACKWARD),
            Column("off by", "How far that is from the exact slope.", 60),
            Column("both sides", "(f(x + h) − f(x − h)) / 2h", 84, Role.BACKWARD),
            Column("off by", "How far that is from the exact slope.", 60),
        )

    def count(self) -> int:
        return len(self.slopes.rows) if self.slopes is not None else 0

    def row_name(self, row: int) -> str:
        return f"h = {short(self._row(row).h)}"

    def _row(self, row: int) -> StepRow:
        assert self.slopes is not None
        return self.slopes.rows[row]

    def cell(self, row: int, column: int) -> Cell:
        step = self._row(row)
        if column == self.H:
            return Cell(short(step.h), number=True, faint=True)
        if column == self.RIGHT:
            return number_cell(step.one_sided, MOST_DIGITS, Role.BACKWARD)
        if column == self.BOTH:
            return number_cell(step.central, MOST_DIGITS, Role.BACKWARD)
        error = step.one_sided_error if column == self.RIGHT_ERROR else step.central_error
        return number_cell(error, ERROR_DIGITS)


class WaysModel(SlopesModel):
    """One row for each of the four ways."""

    NAME, HOW, SLOPE, OFF = range(4)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.columns = (
            Column("way", "How the slope is found.", 92, number=False),
            Column("how", "What is computed.", 84, number=False),
            Column("slope", "What comes out.", 82, Role.BACKWARD),
            Column("off by", "How far that is from the exact slope.", 60),
        )

    def count(self) -> int:
        return len(self.slopes.ways) if self.slopes is not None else 0

    def row_name(self, row: int) -> str:
        return self._way(row).name

    def _way(self, row: int) -> Way:
        assert self.slopes is not None
        return self.slopes.ways[row]

    def cell(self, row: int, column: int) -> Cell:
        way = self._way(row)
        if column == self.NAME:
            return Cell(way.name)
        if column == self.HOW:
            return Cell(way.how, faint=True)
        if column == self.SLOPE:
            return number_cell(way.slope, min(way.digits, ALL_DIGITS), Role.BACKWARD)
        return number_cell(way.off, ERROR_DIGITS)
