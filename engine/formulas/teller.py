"""The numbers of one pass as terms of formulas, for one sample and for several together."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from engine.experiment.trace import MicroStep, Trace
from engine.experiment.walk import Context
from engine.formulas.notation import Notation
from engine.formulas.terms import (
    CLOSE,
    DOTS,
    OPEN,
    PLUS,
    SIGN,
    Factor,
    FactorGroup,
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
    constant,
    equation,
    joined,
    latex_of,
    listed,
    number_piece,
    plain_of,
    quantity,
    settled,
    unheld,
)
from engine.functions.losses import Comparison
from engine.network import Edge, Network, Place
from engine.numerals import Role, count
from engine.op_list import Floats
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
        """How the network is trained."""
        return self.context.settings

    @property
    def network(self) -> Network:
        """What is drawn."""
        return self.context.network

    @property
    def row(self) -> int:
        """The row of the data that the sample is, counted from 1."""
        return int(self.trace.rows[self.sample]) + 1

    @property
    def samples(self) -> int:
        """How many samples the batch has."""
        return len(self.trace.rows)

    def of_sample(self, sample: int) -> "Teller":
        """The same for another sample of the batch."""
        return replace(self, sample=sample)

    def name(self, node_id: str) -> str:
        """What the learner calls a node."""
        return self.context.layout.name(node_id)

    def back(self, node_id: str) -> float:
        """The slope of the loss along what a node passes on."""
        return self._at(self.trace.numbers.back, node_id)

    def a(self, node_id: str) -> float:
        """What a node passes on."""
        return self._at(self.trace.numbers.a, node_id)

    def z(self, node_id: str) -> float:
        """What a neuron combined."""
        return self._at(self.trace.numbers.z, node_id)

    def delta(self, node_id: str) -> float:
        """The error term of a neuron."""
        return self._at(self.trace.numbers.error, node_id)

    def _at(self, table: Floats, node_id: str) -> float:
        return float(table[self.network.index[node_id], self.sample])

    def t(self, node_id: str) -> float:
        """The target of an output."""
        return self.of_output(self.trace.numbers.targets, node_id)

    def of_output(self, table: Floats, node_id: str) -> float:
        """What a table has of an output, for this sample."""
        return float(table[self.network.outputs.index(node_id), self.sample])

    def comparison(self, node_id: str) -> Comparison:
        """An output beside its target."""
        return Comparison(
            self.a(node_id),
            self.t(node_id),
            self.of_output(self.trace.losses, node_id),
            sum(map(self.t, self.network.outputs)),
            self.network.node(node_id).activation != "identity",
            self.digits,
        )

    def place(self, edge: Edge) -> int:
        """Where the weight of an edge stands in the vector."""
        return self.network.place_index[Place("weight", edge.target, edge.source)]

    def w(self, edge: Edge) -> float:
        """The weight of an edge before the update."""
        return float(self.trace.before[self.place(edge)])

    def term(self, symbol: Piece, value: float) -> Term:
        """A symbol with its number."""
        return quantity(symbol, value, self.digits)

    def value(self, node_id: str) -> Term:
        return self.term(self.notation.value(node_id), self.a(node_id))

    def total(self, node_id: str) -> Term:
        """What a neuron combined."""
        return self.term(self.notation.total(node_id), self.z(node_id))

    def error(self, node_id: str) -> Term:
        """The error term of a neuron."""
        return self.term(self.notation.error(node_id), self.delta(node_id))

    def target(self, node_id: str) -> Term:
        """The target of an output."""
        return self.term(self.notation.target(node_id), self.t(node_id))

    def weight(self, edge: Edge) -> Term:
        return self.learnt(self.place(edge))

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

    def factor(self, term: Term, caption: str, symbol: Piece | None = None) -> Factor:
        """A factor of the plate, with the number that its symbol comes to."""
        shown = symbol or term.symbols[0]
        number = number_piece(term.value, self.digits, shown.role, shown.refers)
        return Factor(term, shown, number, caption)

    def whole_factor(self, term: Term, caption: str, operator: str = "·") -> Factor:
        """A factor of several pieces, shown on the plate without the parentheses around them."""
        pieces = unheld(term.symbols)
        first = next((piece for piece in pieces if piece.refers is not None), pieces[0])
        symbol = Piece(plain_of(pieces), latex_of(pieces), first.role, first.refers)
        return replace(self.factor(term, caption, symbol), operator=operator)

    def group(self, term: Term, caption: str, symbol: Piece | None = None) -> FactorGroup:
        """A factor that stands alone."""
        return FactorGroup((self.factor(term, caption, symbol),), term.symbols)

    def upstream(self, node_id: str) -> FactorGroup:
        """An error term that an earlier step has computed."""
        reused = f"from {self.notation.subscripts[node_id]}, reused"
        return self.group(self.error(node_id), "upstream" if self.notation.slopes else reused)

    def came_in(self, node_id: str) -> FactorGroup:
        """What a node passes on, as a factor of what it arrives at."""
        return self.group(self.value(node_id), f"from {self.notation.subscripts[node_id]}")

    def row_of(self, product: Product, chosen: bool = False) -> SumRow:
        """A product as a row of a table."""
        return self.row_of_term(product.term, chosen=chosen)

    def row_of_term(self, term: Term, caption: str = "", chosen: bool = False) -> SumRow:
        """A term as a row of a table."""
        result = number_piece(term.value, self.digits)
        symbols, numbers = settled(term.symbols), settled(term.numbers)
        return SumRow(symbols, numbers, result, term.value, caption, chosen)

    def plate(self, products: list[Product], tail: tuple[FactorGroup, ...] = ()) -> Plate:
        """The factors of one product, or the rows of several; `tail` is by what all is multiplied,
        such as the slope of an activation."""
        if not products:
            return None
        if len(products) == 1:
            return Product((*products[0].groups, *tail), products[0].negative)
        rows, columns = tuple(map(self.row_of, products)), tuple[Factor, ...]()
        if tail:
            total = constant(sum(row.value for row in rows), self.digits)
            whole = self.factor(total, "the sum", Piece("Σ", r"\sum", Role.BACKWARD))
            columns = (whole, *Product(tail).factors)
        return TermTable(rows, columns=columns)

    def aside(self, subject: Term, right: Term) -> ToldLine:
        """A line that is needed before the main one."""
        symbol = subject.symbols[0]
        return ToldLine(
            spelled=equation(symbol, right.symbols),
            numbers=equation(symbol, right.numbers),
            result=number_piece(subject.value, self.digits, symbol.role, symbol.refers),
            value=subject.value,
        )

    def tell(
        self,
        step: MicroStep,
        title: str,
        subject: Piece,
        term: Term,
        value: float,
        why: str,
        plate: Plate = None,
        brief: Pieces = (),
        chip: str = "",
        asides: tuple[ToldLine, ...] = (),
    ) -> StepFormula:
        """The formula of a micro-step whose full line is `term`."""
        return StepFormula(
            title=title,
            phase=step.phase,
            subject=subject,
            symbols=equation(subject, brief or term.symbols),
            spelled=equation(subject, term.symbols),
            numbers=equation(subject, term.numbers),
            plate=plate,
            result=number_piece(value, self.digits, subject.role, subject.refers),
            value=value,
            why=why,
            chip=chip,
            asides=asides,
        )


def setting(name: str, plain: str, latex: str) -> Piece:
    """A number that the learner set: the rate, a penalty, a share of the optimiser."""
    refers = Ref("rate") if name == "rate" else Ref("setting", name=name)
    return Piece(plain, latex, Role.MEMORY, refers)


MOST_TERMS, FIRST_TERMS = 7, 3
SUM_SIGN = Piece("Σ ", r"\sum ")
SLASH = Piece("/", "/")


def tell_batch(
    teller: Teller,
    step: MicroStep,
    title: str,
    subject: Piece,
    each: Pieces,
    term: Callable[[int], Term],
    value: float,
    why: str,
) -> StepFormula:
    """1/B · Σ of what `each` sample says, or the sum alone; the numbers are those of the samples,
    and of a few of them where they are many."""
    reduction, samples = teller.settings.reduction, teller.samples

    def row(sample: int) -> SumRow:
        return teller.row_of_term(term(sample), f"sample {int(teller.trace.rows[sample]) + 1}")

    everyone = some_of(term, samples)
    whole = Term((SUM_SIGN, *each), everyone.numbers, value)
    if reduction == "mean":
        share = Piece(f"1/{samples}·", rf"\frac{{1}}{{{samples}}}")
        by = Piece(str(samples), str(samples))
        whole = Term((share, *whole.symbols), (OPEN, *everyone.numbers, CLOSE, SLASH, by), value)
    table = TermTable(LazyRows(samples, row), reduction)
    chip = f"{reduction} of {count(samples)} samples" if samples > 1 else ""
    return teller.tell(step, title, subject, whole, value, why, table, chip=chip)


def sum_of(terms: Sequence[Term], value: float) -> Term:
    """Terms with a plus between them; no term at all is 0."""
    held = (
        joined([OPEN, term, CLOSE], term.value) if term.symbols[0] is SIGN else term
        for term in terms
    )  # fmt: skip
    return listed(held, PLUS, value)


def some_of(make: Callable[[int], Term], many: int) -> Term:
    """The sum of so many terms: all of them if they are few, else the first, dots, the last."""
    if many <= MOST_TERMS:
        return sum_of([make(i) for i in range(many)], 0.0)
    first = sum_of([make(i) for i in range(FIRST_TERMS)], 0.0)
    return joined([first, PLUS, DOTS, PLUS, make(many - 1)], 0.0)
