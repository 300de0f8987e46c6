"""The knobs as rows of a model: one for each number that learning may change.

It shows one experiment until it is given another one: rows and numbers always belong together.
"""

import math
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt

from engine.experiment.experiment import Experiment
from engine.formulas import notation_of
from engine.network import Place
from engine.numerals import read, short
from engine.op_list import Floats
from playground.model.document import Document
from playground.model.stage import place_name
from playground.panels.knob_slopes import turnable
from playground.widgets.table import Cell, CellModel, Column, Index, number_cell


@dataclass(frozen=True, slots=True)
class Knob:
    """Whose number it is, where that stands in the vector, its name, and its letter in formulas."""

    place: Place
    index: int
    name: str
    symbol: str


class KnobModel(CellModel):
    """Numbers come from the experiment it is given, slopes from whoever computes them."""

    def __init__(self, document: Document, parent: QObject) -> None:
        super().__init__(parent)
        self._document, self._value = document, document.value
        self.columns = (Column("number", "The number that the knob turns."),)
        self.knobs: list[Knob] = []
        self._slopes: Floats | None = None

    def list_knobs(self, value: Experiment) -> None:
        """Find out which there are in this experiment."""
        index, layout = value.network.place_index, value.layout
        notation = notation_of(value.context)
        self.beginResetModel()
        self._value = value
        self.knobs = [
            Knob(p, index[p], place_name(layout, p), notation.parameter(index[p]).plain)
            for p in turnable(value)
        ]
        self._slopes = None
        self.endResetModel()

    def show_numbers(self, value: Experiment, slopes: Floats | None) -> None:
        """Other numbers of the same knobs, and other slopes or none."""
        self._value, self._slopes = value, slopes
        self.show_all()

    def value(self, row: int) -> float:
        """The number of a knob."""
        return float(self._value.parameters[self.knobs[row].index])

    def slope_text(self, row: int) -> str:
        """The slope of a knob as it is shown; "" where there is none."""
        slope = math.nan if self._slopes is None else float(self._slopes[self.knobs[row].index])
        return short(slope, self._value.settings.digits)

    def row_of(self, place: Place) -> int | None:
        """Where the knob of that number stands."""
        return next((row for row, knob in enumerate(self.knobs) if knob.place == place), None)

    def count(self) -> int:
        return len(self.knobs)

    def row_name(self, row: int) -> str:
        return self.knobs[row].name

    def read_aloud(self, row: int, column: int) -> str:
        slope = self.slope_text(row) or "not known"
        return f"{self.row_name(row)}: {self.cell(row, 0).text}, slope {slope}"

    def cell(self, row: int, column: int) -> Cell:
        return number_cell(self.value(row), self._value.settings.digits, editable=True)

    def take(self, row: int, column: int, text: str) -> None:
        value, place = read(text), self.knobs[row].place
        if self.value(row) != value:
            self._document.insist(lambda: self._document.set_number(place, value))

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if index.isValid() and role == Qt.ItemDataRole.DisplayRole:
            return self.row_name(index.row())  # by which one searches while typing
        return super().data(index, role)
