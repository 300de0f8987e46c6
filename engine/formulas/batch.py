"""What several samples say together: their sum, or their mean."""

from collections.abc import Callable, Sequence

from engine.formulas.numbers import Teller
from engine.formulas.pieces import CLOSE, DOTS, OPEN, PLUS, SIGN, Piece, Term, constant, joined
from engine.numerals import count

MOST_TERMS, FIRST_TERMS = 7, 3
SUM_SIGN = Piece("Σ ", r"\sum ")
SLASH = Piece("/", "/")


def chip(teller: Teller) -> str:
    """What stands beside the phase where a batch of several samples is told."""
    if teller.samples == 1:
        return ""
    return f"{teller.settings.reduction} of {count(teller.samples)} samples"


def over_samples(teller: Teller, each: Sequence[Piece], everyone: Term, value: float) -> Term:
    """1/B · Σ of what each sample says, or the sum alone; the numbers are those of the samples."""
    if teller.settings.reduction == "sum":
        return Term((SUM_SIGN, *each), everyone.numbers, value)
    size = str(teller.samples)
    share = Piece(f"1/{size}·", rf"\frac{{1}}{{{size}}}")
    mean = (OPEN, *everyone.numbers, CLOSE, SLASH, Piece(size, size))
    return Term((share, SUM_SIGN, *each), mean, value)


def sum_of(terms: Sequence[Term], value: float) -> Term:
    """Terms with a plus between them; no term at all is 0."""
    parts: list[Term | Piece] = []
    for term in terms:
        held = joined([OPEN, term, CLOSE], term.value) if term.symbols[0] is SIGN else term
        parts += [PLUS, held] if parts else [held]
    return joined(parts or [constant(0)], value)


def some_of(make: Callable[[int], Term], many: int) -> Term:
    """The sum of so many terms: all of them if they are few, else the first, dots, the last."""
    if many <= MOST_TERMS:
        return sum_of([make(i) for i in range(many)], 0.0)
    first = sum_of([make(i) for i in range(FIRST_TERMS)], 0.0)
    return joined([first, PLUS, DOTS, PLUS, make(many - 1)], 0.0)
