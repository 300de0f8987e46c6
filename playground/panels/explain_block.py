"""One formula in words of mathematics: title, symbols, numbers, what it comes to, and why."""

import re
from collections.abc import Iterable
from dataclasses import replace

from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from engine.formulas import Aside, NumberLine, Piece, Pieces, Product, StepFormula, TermTable
from engine.formulas.terms import EQUALS, plain_of
from playground.theme.fonts import BODY, BODY_STRONG, HINT, STEP_TITLE, SYMBOLS_SMALLEST
from playground.theme.formula_pictures import FormulaPictures
from playground.widgets.buttons import restyle
from playground.widgets.form import words
from playground.widgets.formula import FactorPlate, FormulaRow, Pointing, ResultLine, SumTable

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

    def show_formula(self, formula: StepFormula) -> None:
        """Show this formula; its parts are laid out once, when all are there."""
        self._column.setEnabled(False)
        self._show_parts(formula)
        self._column.setEnabled(True)
        self.setAccessibleName(formula.title)
        self.setAccessibleDescription(f"{formula.symbols_plain}; {formula.numbers_plain}")

    def _show_parts(self, formula: StepFormula) -> None:
        self.title.setText(_ENDS.sub("from\u00a0\\1\u00a0to\u00a0\\2", formula.title))
        self._show_asides(formula)
        self.symbols.show_pieces(_in_ink(formula.symbols))
        plate = None if _is_one_number(formula.plate) else formula.plate
        table = plate if isinstance(plate, TermTable) else None
        self.table.show_sum(table)
        _show(self.table, table is not None)
        self._show_factors(plate)
        self._show_numbers(formula, plate is None)
        at_right = table is not None and not table.tail
        self.result.show_result(formula.subject, formula.result, at_right)
        _show(self.result, bool(formula.result_plain))
        self.why.setText(formula.why)
        _show(self.why, bool(formula.why))

    def set_roomy(self, roomy: bool) -> None:
        """More white space where the panel is high."""
        self._column.setSpacing(ROOMY if roomy else TIGHT)

    def _show_asides(self, formula: StepFormula) -> None:
        """What else went into it stands below: where m = …"""
        _show(self.where, bool(formula.asides))
        while len(self.asides) < len(formula.asides):
            row = FormulaRow("Where", self._pictures, self, self._pointing, SYMBOLS_SMALLEST, RING)
            self._column.addWidget(_inset(row, TEXT_MARGIN - RING))
            self.asides.append(row)
        for place, row in enumerate(self.asides):
            told = place < len(formula.asides)
            row.show_pieces(_line_of(formula.asides[place]) if told else ())
            _show(row, told)

    def _show_factors(self, plate: Product | TermTable | NumberLine | None) -> None:
        factors = () if plate is None else plate.columns
        self.factors.show_factors(factors)
        _show(self.factors, bool(factors))

    def _show_numbers(self, formula: StepFormula, wanted: bool) -> None:
        """The line with the numbers put in, where no plate or table shows them."""
        wanted = wanted and formula.numbers_plain != formula.symbols_plain
        self.numbers.show_pieces(formula.numbers if wanted else ())
        _show(self._plate, wanted)


def _in_ink(pieces: Iterable[Piece]) -> Pieces:
    """A line of symbols has no colours: they come with the numbers."""
    return tuple(replace(piece, role=None) if piece.role else piece for piece in pieces)


def _line_of(aside: Aside) -> Pieces:
    """A line that is needed first: in symbols, in numbers, and what it comes to."""
    numbers = aside.numbers[2:]  # behind the subject and "="
    return (*_in_ink(aside.spelled), EQUALS, *numbers, EQUALS, aside.result)


def _is_one_number(plate: object) -> bool:
    """Whether its one column would say only what the whole comes to, not what it is made of."""
    if not isinstance(plate, Product) or len(plate.columns) != 1:
        return False
    (factor,) = plate.columns
    return plain_of(factor.term.numbers) != factor.number.plain


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
