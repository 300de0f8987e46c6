"""The numbers of one pass as terms of formulas, for one sample and for several together."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from engine.experiment.trace import MicroStep, Trace
from engine.experiment.walk import Context
from engine.formulas.notation import Notation
from engine.formulas.terms import (
    SIGN,
    Factor,
    LazyRows,
    Piece,
    Pieces,
    Plate,
    Product,
    Ref,
    StepFormula,
    SumRow,
    Term,
    TermTable,
    ToldLine,
    joined,
    listed,
    number_piece,
    settled,
    sign,
    unheld,
    whole,
)
from engine.functions import Floats
from engine.functions.losses import Comparison
from engine.network import Edge, Network, Place
from engine.numerals import NumberRole, count
from engine.settings import Settings


@dataclass(frozen=True, slots=True)
class Teller:
    """Knows the pass, the sample and how things are written, and tells any number of them."""

    context: Context
    trace: Trace
    notation: Notation
    sample: int
    digits: int

    @property
    def settings(self) -> Settings:
        return self.context.settings

    @property
    def network(self) -> Network:
        return self.context.network

    @property
    def row(self) -> int:
        """The row of the data that the sample is, counted from 1."""
        return int(self.trace.rows[self.sample]) + 1

    @property
    def samples(self) -> int:
        return len(self.trace.rows)

    def name(self, node_id: str) -> str:
        return self.context.layout.name(node_id)

    def _at(self, table: Floats, node_id: str) -> float:
        return float(table[self.network.index[node_id], self.sample])

    def z(self, node_id: str) -> float:
        """What a neuron combined."""
        return self._at(self.trace.numbers.z, node_id)

    def a(self, node_id: str) -> float:
        """What a node passes on."""
        return self._at(self.trace.numbers.a, node_id)

    def back(self, node_id: str) -> float:
        """The slope of the loss along what a node passes on."""
        return self._at(self.trace.numbers.back, node_id)

    def delta(self, node_id: str) -> float:
        """The error term of a neuron."""
        return self._at(self.trace.numbers.error, node_id)

    def of_output(self, table: Floats, node_id: str) -> float:
        """What a table has of an output, for this sample."""
        return float(table[self.network.outputs.index(node_id), self.sample])

    def t(self, node_id: str) -> float:
        return self.of_output(self.trace.numbers.targets, node_id)

    def comparison(self, node_id: str) -> Comparison:
        """An output beside its target."""
        network, lost = self.network, self.of_output(self.trace.losses, node_id)
        targets = sum(map(self.t, network.outputs))
        bent = network.node(node_id).activation != "identity"
        return Comparison(self.a(node_id), self.t(node_id), lost, targets, bent, self.digits)

    def place(self, edge: Edge) -> int:
        """Where the weight of an edge stands in the vector."""
        return self.network.place_index[Place("weight", edge.target, edge.source)]

    def w(self, edge: Edge) -> float:
        """The weight of an edge before the update."""
        return float(self.trace.before[self.place(edge)])

    def term(self, symbol: Piece, value: float) -> Term:
        number = number_piece(value, self.digits, symbol.role, symbol.refers)
        return Term((symbol,), (number,), value)

    def value(self, node_id: str) -> Term:
        return self.term(self.notation.value(node_id), self.a(node_id))

    def total(self, node_id: str) -> Term:
        return self.term(self.notation.total(node_id), self.z(node_id))

    def target(self, node_id: str) -> Term:
        return self.term(self.notation.target(node_id), self.t(node_id))

    def learnt(self, place: int) -> Term:
        """A weight, bias or parameter before the update; in a circuit a locked one is a number."""
        value = float(self.trace.before[place])
        symbol = self.notation.parameter(place)
        what = self.network.places[place].what
        if self.notation.slopes and self.network.locks[place] and what != "value":
            symbol = number_piece(value, self.digits, symbol.role, symbol.refers)
        return self.term(symbol, value)

    def is_sign(self, edge: Edge) -> bool:
        """Whether a weight is left out of formulas: locked at 1, or at −1, a mere minus sign."""
        return edge.locked and abs(self.w(edge)) == 1

    def factor(
        self, term: Term, caption: str, operator: str = "·", brief: Pieces | None = None
    ) -> Factor:
        """A factor of the plate, of several pieces shown without the parentheses around them."""
        symbol = whole(unheld(term.symbols))
        number = number_piece(term.value, self.digits, symbol.role, symbol.refers)
        return Factor(term, symbol, number, caption, operator, brief)

    def upstream(self, node_id: str) -> Factor:
        """An error term that an earlier step has computed."""
        error = self.term(self.notation.error(node_id), self.delta(node_id))
        reused = f"from {self.notation.subscripts[node_id]}, reused"
        return self.factor(error, "upstream" if self.notation.slopes else reused)

    def came_in(self, node_id: str) -> Factor:
        """What a node passes on, as a factor of what it arrives at."""
        return self.factor(self.value(node_id), f"from {self.notation.subscripts[node_id]}")

    def row_of(self, term: Term, caption: str = "", chosen: bool = False) -> SumRow:
        result = number_piece(term.value, self.digits)
        symbols, numbers = settled(term.symbols), settled(term.numbers)
        return SumRow(symbols, numbers, result, term.value, caption, chosen)

    def plate(self, products: list[Product], tail: tuple[Factor, ...] = ()) -> Plate:
        """The factors of one product, or the rows of several; `tail` is by what all is multiplied,
        such as the slope of an activation."""
        if not products:
            return None
        if len(products) == 1:
            return Product((*products[0].factors, *tail), products[0].negative)
        rows, columns = tuple(self.row_of(product.term) for product in products), tail
        if tail:
            total = self.term(
                Piece("Σ", r"\sum", NumberRole.BACKWARD), sum(row.value for row in rows)
            )
            columns = (self.factor(total, "the sum"), *tail)
        return TermTable(rows, columns=columns)

    def line(self, subject: Piece, term: Term) -> ToldLine:
        """A line that is needed before the main one."""
        return ToldLine(subject=subject, term=term, digits=self.digits)

    def tell(
        self,
        step: MicroStep,
        title: str,
        subject: Piece,
        term: Term,
        why: str,
        plate: Plate = None,
        brief: Pieces = (),
        asides: tuple[ToldLine, ...] = (),
    ) -> StepFormula:
        """The formula of a micro-step whose full line is `term`."""
        chip = ""
        if isinstance(plate, TermTable) and isinstance(plate.rows, LazyRows) and self.samples > 1:
            chip = f"{plate.kind} of {count(self.samples)} samples"
        return StepFormula(
            subject=subject, term=term, digits=self.digits, title=title, phase=step.phase,
            plate=plate, why=why, brief=brief, chip=chip, asides=asides,
        )  # fmt: skip


def setting(name: str, plain: str, latex: str) -> Piece:
    """A number that the learner set: the rate, a penalty, a share of the optimiser."""
    refers = Ref("rate") if name == "rate" else Ref("setting", name=name)
    return Piece(plain, latex, NumberRole.MEMORY, refers)


MOST_TERMS, FIRST_TERMS = 7, 3


def over_batch(
    teller: Teller, each: Pieces, term: Callable[[int], Term], value: float
) -> tuple[Term, TermTable]:
    """1/B · Σ of what `each` sample says, or the sum alone; the numbers are those of the samples,
    and of a few of them where they are many."""
    reduction, samples = teller.settings.reduction, teller.samples

    def row(sample: int) -> SumRow:
        return teller.row_of(term(sample), f"sample {int(teller.trace.rows[sample]) + 1}")

    numbers, symbols = some_of(term, samples).numbers, (sign("Σ "), *each)
    if reduction == "mean":
        symbols = (Piece(f"1/{samples}·", rf"\frac{{1}}{{{samples}}}"), *symbols)
        numbers = joined(["(", numbers, ")", "/", str(samples)], value).symbols
    return Term(symbols, numbers, value), TermTable(LazyRows(samples, row), reduction)


def sum_of(terms: Sequence[Term], value: float = math.nan) -> Term:
    """Terms with a plus between them; no term at all is 0."""
    held = (
        joined(["(", term, ")"], term.value) if term.symbols[0] is SIGN else term for term in terms
    )
    return listed(held, " + ", value)


def some_of(make: Callable[[int], Term], many: int) -> Term:
    """The sum of so many terms: all of them if they are few, else the first, dots, the last."""
    if many <= MOST_TERMS:
        return sum_of([make(i) for i in range(many)])
    first = sum_of([make(i) for i in range(FIRST_TERMS)])
    return joined([first, " + ", "…", " + ", make(many - 1)], math.nan)
