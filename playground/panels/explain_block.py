"""One formula in words of mathematics: title, symbols, numbers, what it comes to, and why."""

import re

from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from engine.formulas import Formula, Line, Product, Table
from playground.fonts import BODY, BODY_STRONG, HINT, STEP_TITLE, SYMBOLS_SMALLEST
from playground.formula_pieces import Piece
from playground.mathematics import FormulaPictures
from playground.panels.explain_pieces import (
    Terms,
    aside_of,
    closing_of,
    factors_of,
    is_one_number,
    pieces_of,
    result_of,
    tail_of,
)
from playground.widgets.buttons import restyle
from playground.widgets.factor_plate import FactorPlate
from playground.widgets.form import words
from playground.widgets.formula_row import FormulaRow
from playground.widgets.result_line import ResultLine
from playground.widgets.spots import Pointing
from playground.widgets.sum_table import SumTable

TEXT_MARGIN, PLATE_MARGIN, RING = 20, 12, 6
TIGHT, ROOMY = 6, 12

_ENDS = re.compile(r"from (\S+) to (\S+)$")


class Plate(QFrame):
    """A sunken ground for a line with the numbers put in."""

    def __init__(self, row: FormulaRow, parent: QWidget) -> None:
        super().__init__(parent)
        restyle(self, "look", "plate")
        self.row = row
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 8)
        row.setParent(self)
        column.addWidget(row)


class ExplainBlock(QWidget):
    """Shows any formula; what it does not need is hidden."""

    def __init__(
        self, pictures: FormulaPictures, pointing: Pointing, parent: QWidget, first: bool = False
    ) -> None:
        super().__init__(parent)
        self._pictures, self._pointing = pictures, pointing
        self.title = words("", STEP_TITLE if first else BODY_STRONG, self, quiet=False)
        self.asides: list[FormulaRow] = []
        self.symbols = FormulaRow("Formula", pictures, self, pointing, margin=RING)
        self.numbers = FormulaRow("With numbers", pictures, self, pointing)
        self._plate = Plate(self.numbers, self)
        self.table = SumTable("Terms", pictures, self, pointing)
        self.factors = FactorPlate("Factors", pictures, self, pointing)
        self.result = ResultLine(pictures, self, TEXT_MARGIN - PLATE_MARGIN - 4)
        self.why = words("", BODY, self)
        self.where = words("where", HINT, self)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        parts: tuple[tuple[QWidget, int], ...] = (
            (self.title, TEXT_MARGIN),
            (self.symbols, TEXT_MARGIN - RING),
            (self.table, PLATE_MARGIN),
            (self._plate, PLATE_MARGIN),
            (self.factors, PLATE_MARGIN),
            (self.result, TEXT_MARGIN),
            (self.why, TEXT_MARGIN),
            (self.where, TEXT_MARGIN),
        )
        for part, margin in parts:
            self._column.addWidget(_inset(part, margin))

    def show_formula(self, formula: Formula, digits: int) -> None:
        """Show this formula; its parts are laid out once, when all are there."""
        self._column.setEnabled(False)
        self._show_parts(formula, digits)
        self._column.setEnabled(True)
        self.setAccessibleName(formula.title)
        self.setAccessibleDescription(f"{formula.symbols_plain}; {formula.numbers_plain}")

    def _show_parts(self, formula: Formula, digits: int) -> None:
        self.title.setText(_ENDS.sub("from\u00a0\\1\u00a0to\u00a0\\2", formula.title))
        self._show_asides(formula)
        self.symbols.show_pieces(pieces_of(formula.symbols))
        plate = formula.plate
        table = plate if isinstance(plate, Table) else None
        self._show_table(table)
        alone = isinstance(plate, Product) and is_one_number(plate)
        self._show_factors(None if alone else plate, table, digits)
        self._show_numbers(formula, plate is None or alone)
        self._show_result(formula, table)
        self.why.setText(formula.why)
        _show(self.why, bool(formula.why))

    def _show_result(self, formula: Formula, table: Table | None) -> None:
        known = bool(formula.result_plain)
        at_right = table is not None and not table.tail
        self.result.show_result(result_of(formula) if known else None, at_right)
        _show(self.result, known)

    def set_roomy(self, roomy: bool) -> None:
        """More white space where the panel is high."""
        self._column.setSpacing(ROOMY if roomy else TIGHT)

    def _show_asides(self, formula: Formula) -> None:
        """What else went into it stands below: where m = …"""
        _show(self.where, bool(formula.asides))
        while len(self.asides) < len(formula.asides):
            row = FormulaRow("Where", self._pictures, self, self._pointing, SYMBOLS_SMALLEST, RING)
            self._column.addWidget(_inset(row, TEXT_MARGIN - RING))
            self.asides.append(row)
        for place, row in enumerate(self.asides):
            told = place < len(formula.asides)
            row.show_pieces(aside_of(formula.asides[place]) if told else ())
            _show(row, told)

    def _show_table(self, table: Table | None) -> None:
        named = table is not None and all(
            row.caption.startswith("sample") for row in table.rows[:1]
        )
        if table is None:
            self.table.show_terms(())
        else:
            self.table.show_terms(Terms(table.rows, named), closing_of(table))
        _show(self.table, table is not None)

    def _show_factors(self, plate: object, table: Table | None, digits: int) -> None:
        factors = factors_of(plate) if isinstance(plate, Product | Line) else ()
        if table is not None:
            factors = tail_of(table, digits)
        self.factors.show_factors(factors)
        _show(self.factors, bool(factors))

    def _show_numbers(self, formula: Formula, wanted: bool) -> None:
        """The line with the numbers put in, where no plate or table shows them."""
        wanted = wanted and formula.numbers_plain != formula.symbols_plain
        pieces: tuple[Piece, ...] = pieces_of(formula.numbers, colored=True) if wanted else ()
        self.numbers.show_pieces(pieces)
        _show(self._plate, wanted)


def _inset(part: QWidget, margin: int) -> QWidget:
    """The part with room at its sides; it is shown and hidden by itself."""
    holder = QWidget(part.parentWidget())
    column = QVBoxLayout(holder)
    column.setContentsMargins(margin, 0, margin, 0)
    column.addWidget(part)
    return holder


def _show(part: QWidget, shown: bool) -> None:
    holder = part.parentWidget()
    assert holder is not None
    holder.setVisible(shown)
