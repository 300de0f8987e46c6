"""The explanation: the last step as formulas with their numbers, their results and a reason."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import zip_longest

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from engine.experiment.experiment import Experiment
from engine.formulas import Explainer, Explanation
from engine.formulas.terms import (
    EQUALS,
    Piece,
    Pieces,
    Product,
    Ref,
    StepFormula,
    TermTable,
    ToldLine,
    plain_of,
)
from engine.network import Place
from engine.numerals import ALL_DIGITS, DIGIT_CHOICES, NumberRole
from engine.program.program import why_not_run
from engine.settings import Settings
from playground.model.document import Document
from playground.model.stage import Look, Pointed, Stage, select_place
from playground.model.trainer import Trainer
from playground.panels.transport import chip_of
from playground.theme.fonts import BODY, BODY_STRONG, HINT, STEP_TITLE, SYMBOLS_SMALLEST
from playground.theme.formula_pictures import FormulaPictures
from playground.widgets.buttons import restyle
from playground.widgets.fields import QuietChoice, Switch
from playground.widgets.form import words
from playground.widgets.formula import FactorPlate, FormulaRow, Pointing, ResultLine, SumTable
from playground.widgets.layout import AS_STYLED, lay_out, scroll_area
from playground.widgets.plain_text import set_tip

TEXT_MARGIN, PLATE_MARGIN, RING = 20, 12, 6

_ENDS = re.compile(r"from (\S+) to (\S+)$")


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
        self._plate = QFrame(self)  # a sunken ground for the line with the numbers put in
        restyle(self._plate, "look", "plate")
        self.numbers = FormulaRow("With numbers", pictures, self._plate, pointing)
        lay_out(QVBoxLayout(self._plate), self.numbers, margins=(12, 10, 12, 8))
        self.table = SumTable("Terms", pictures, self, pointing)
        self.factors = FactorPlate("Factors", pictures, self, pointing)
        self.result = ResultLine("Result", pictures, self, None, TEXT_MARGIN - PLATE_MARGIN - 4)
        self.why = words("", BODY, self)
        self.where = words("where", HINT, self)
        self._column = lay_out(
            QVBoxLayout(self),
            _inset(self.title, TEXT_MARGIN),
            _inset(self.symbols, TEXT_MARGIN - RING),
            *(_inset(part, PLATE_MARGIN) for part in (self.table, self._plate, self.factors)),
            *(_inset(part, TEXT_MARGIN) for part in (self.result, self.why, self.where)),
        )

    def show_formula(self, formula: StepFormula) -> None:
        """Show this formula; its parts are laid out once, when all are there."""
        self._column.setEnabled(False)
        self.setAccessibleName(formula.title)
        self.setAccessibleDescription(f"{formula.symbols_plain}; {formula.numbers_plain}")
        self.title.setText(_ENDS.sub("from\u00a0\\1\u00a0to\u00a0\\2", formula.title))
        _show(self.where, bool(formula.asides))  # what else went into it: where m = …
        while len(self.asides) < len(formula.asides):
            row = FormulaRow("Where", self._pictures, self, self._pointing, RING, SYMBOLS_SMALLEST)
            self._column.addWidget(_inset(row, TEXT_MARGIN - RING))
            self.asides.append(row)
        for aside, row in zip_longest(formula.asides, self.asides):
            row.show_pieces(_line_of(aside) if aside else ())
            _show(row, aside is not None)
        self.symbols.show_pieces(_in_ink(formula.symbols))
        plate = None if _is_one_number(formula.plate) else formula.plate
        table = plate if isinstance(plate, TermTable) else None
        self.table.show_sum(table)
        _show(self.table, table is not None)
        factors = plate.columns if plate else ()
        self.factors.show_factors(factors)
        _show(self.factors, bool(factors))
        # The line with the numbers put in, where no plate or table shows them.
        in_line = plate is None and formula.numbers_plain != formula.symbols_plain
        self.numbers.show_pieces(formula.numbers if in_line else ())
        _show(self._plate, in_line)
        at_right = table is not None and not table.columns
        self.result.show_result(formula.subject, formula.result, at_right)
        _show(self.result, bool(formula.result.plain))
        self.why.setText(formula.why)
        _show(self.why, bool(formula.why))
        self._column.setEnabled(True)

    def set_roomy(self, roomy: bool) -> None:
        """More white space where the panel is high."""
        self._column.setSpacing(12 if roomy else 6)


def _in_ink(pieces: Iterable[Piece]) -> Pieces:
    """A line of symbols has no colours: they come with the numbers."""
    return tuple(replace(piece, role=None) if piece.role else piece for piece in pieces)


def _line_of(aside: ToldLine) -> Pieces:
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
    lay_out(QVBoxLayout(holder), part, margins=(margin, 0, margin, 0))
    return holder


def _show(part: QWidget, shown: bool) -> None:
    holder = part.parentWidget()
    assert holder is not None
    holder.setVisible(shown)


LONG, SHORT = "Round as the lecture does", "Lecture rounding"
ROUND_TIP = "Round after every step, as one does by hand. The pass is computed anew."
DIGITS_TIP = "How many digits are shown. The numbers themselves stay as exact as they are."


class ExplainFooter(QWidget):
    """A switch and a choice; both are settings of the experiment."""

    def __init__(self, document: Document, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._document = document
        self.rounding = Switch(LONG, ROUND_TIP, self)
        self.rounding.clicked.connect(self._set_rounding)
        self.digits = QuietChoice("Digits", DIGITS_TIP, self)
        self.digits.activated.connect(self._set_digits)
        self.setFixedHeight(44)
        parts = (self.rounding, 1), self.digits
        lay_out(QHBoxLayout(self), *parts, spacing=AS_STYLED, margins=(20, 0, 16, 0))

    def show_settings(self, settings: Settings) -> None:
        reason = settings.why_not_round()
        self.rounding.setChecked(settings.rounding)
        self.rounding.setEnabled(reason is None)
        set_tip(self.rounding, reason or ROUND_TIP)
        choices = sorted({*DIGIT_CHOICES, settings.digits})
        entries = [(f"{'all' if n >= ALL_DIGITS else n} digits", str(n)) for n in choices]
        self.digits.offer(entries, str(settings.digits))

    def _set_rounding(self, rounding: bool) -> None:
        settings = self._document.settings
        text = "Round as the lecture does" if rounding else "Compute exactly"
        if not self._document.set_settings(replace(settings, rounding=rounding), text):
            self.rounding.setChecked(settings.rounding)

    def _set_digits(self, entry: int) -> None:
        settings = replace(self._document.settings, digits=int(self.digits.itemData(entry)))
        self._document.set_settings(settings, "Show digits")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.rounding.setText(LONG)
        if self.rounding.sizeHint().width() + self.digits.sizeHint().width() > self.width() - 48:
            self.rounding.setText(SHORT)


FIRST = "Press Space to take the first step"
TRAINS = "Press Stop to see it step by step"
BESIDE = "not in this batch"
BETWEEN = 16
ROOMY = 420  # high
Chips = list[tuple[str, NumberRole]]


class Hairline(QWidget):
    """Between what the step tells and what else is told."""


class Explain(QWidget):
    """Tells the step, and below it whatever is told so far of the one thing that is selected.

    `chips_changed` tells what stands beside the panel's name.
    """

    chips_changed = Signal(object)

    def __init__(
        self, document: Document, stage: Stage, pictures: FormulaPictures, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._document, self._stage, self._pictures = document, stage, pictures
        self.chips: Chips = []  # the phase, and whose numbers these are where that is not plain
        self._trains = False
        self._telling = Explainer()
        self._pointing = Pointing(self._point_at, self._choose)
        self.setAccessibleName("Explain")
        self.empty = words(FIRST, BODY, self, centred=True)
        self.empty.setContentsMargins(TEXT_MARGIN, 24, TEXT_MARGIN, 24)
        self.selected: list[ExplainBlock] = []
        self._lines: list[Hairline] = []
        self._content = QWidget(self)
        self.block = ExplainBlock(pictures, self._pointing, self._content, first=True)
        column = QVBoxLayout(self._content)
        self._column = lay_out(column, self.empty, self.block, None, spacing=BETWEEN)
        self.area = scroll_area(self._content, self)
        self.footer = ExplainFooter(document, self)
        lay_out(QVBoxLayout(self), (self.area, 1), self.footer)
        document.changed.connect(self._on_changed)
        stage.looked.connect(self._on_looked)
        self.show_experiment(document.value)

    def show_experiment(self, experiment: Experiment) -> None:
        """Tell what there is to tell of this experiment; it is laid out once, when all is told."""
        self._column.setEnabled(False)
        told = None if self._trains else self._telling.step(experiment, self._stage.look.row)
        self.block.setVisible(told is not None)
        self.empty.setVisible(told is None)
        chips: Chips = []
        if told is not None:
            self.block.show_formula(told.formula)
            whose = BESIDE if told.beside else told.formula.chip
            chips = [chip_of(told.step.phase, experiment.settings)]
            chips += [(whose, NumberRole.MEMORY)] * bool(whose)
        else:
            reason = why_not_run(experiment.network, experiment.settings, experiment.layout.name)
            self.empty.setText(reason or (TRAINS if self._trains else FIRST))
        if chips != self.chips:
            self.chips = chips
            self.chips_changed.emit(chips)
        found = self._tell_selected(experiment)
        wanted = [other.formula for other in found if told is None or other.step != told.step]
        while len(self.selected) < len(wanted):
            self._add_block()
        for formula, line, block in zip_longest(wanted, self._lines, self.selected):
            line.setVisible(formula is not None)
            block.setVisible(formula is not None)
            if formula is not None:
                block.show_formula(formula)
        self.footer.show_settings(experiment.settings)
        self._column.setEnabled(True)
        self._column.activate()

    def _tell_selected(self, experiment: Experiment) -> Sequence[Explanation]:
        """All that is told so far of the one node or edge that is selected."""
        look, network = self._stage.look, experiment.network
        if self._trains or len(look.nodes) + len(look.edges) != 1:
            return ()
        if look.nodes:
            known = look.nodes[0] in network.index
            return self._telling.node(experiment, look.nodes[0], look.row) if known else ()
        source, target = look.edges[0]
        known = Place("weight", target, source) in network.place_index
        return self._telling.edge(experiment, source, target, look.row) if known else ()

    def _on_changed(self, before: Experiment, after: Experiment) -> None:
        self.show_experiment(after)
        if (before.updates, before.cursor) != (after.updates, after.cursor):
            self.area.verticalScrollBar().setValue(0)

    def follow(self, trainer: Trainer) -> None:
        """Tell no numbers from before a run while it goes on."""
        trainer.running_changed.connect(self._show_running)

    def _show_running(self, running: bool) -> None:
        self._trains = running
        self.show_experiment(self._document.value)

    def _on_looked(self, before: Look, after: Look) -> None:
        if (before.nodes, before.edges, before.row) != (after.nodes, after.edges, after.row):
            self.show_experiment(self._document.value)

    # what a formula speaks of

    def _point_at(self, refers: Ref | None) -> None:
        there = None if refers is None else Pointed(refers.kind, refers.node, refers.place)
        self._stage.point_at(there)

    def _choose(self, refers: Ref) -> None:
        """Select what the number belongs to; the canvas brings it into view."""
        network = self._document.value.network
        if refers.place >= 0:
            select_place(self._stage, network.places[refers.place])
        elif refers.node:
            self._stage.select(nodes=(refers.node,))
        elif len(network.outputs) == 1:
            self._stage.select(nodes=network.outputs)

    def _add_block(self) -> None:
        line = Hairline(self._content)
        line.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        line.setFixedHeight(1)
        block = ExplainBlock(self._pictures, self._pointing, self._content)
        place = self._column.count() - 1
        self._column.insertWidget(place, line)
        self._column.insertWidget(place + 1, block)
        block.set_roomy(self.height() >= ROOMY)
        self._lines.append(line)
        self.selected.append(block)

    def sizeHint(self) -> QSize:
        return QSize(336, 480)

    def minimumSizeHint(self) -> QSize:
        return QSize(288, 160)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        roomy = event.size().height() >= ROOMY
        top, bottom = (20, BETWEEN) if roomy else (12, BETWEEN // 4)
        self._column.setContentsMargins(0, top, 0, bottom)
        for block in (self.block, *self.selected):
            block.set_roomy(roomy)
