"""What each optimiser makes of a gradient, as formulas: velocity, means and their corrections."""

from dataclasses import dataclass

from engine.formulas.numbers import Teller, setting
from engine.formulas.pieces import (
    CLOSE,
    DOT,
    LESS,
    OPEN,
    PLUS,
    Piece,
    Term,
    joined,
)
from engine.formulas.shape import Aside
from engine.functions.optimizers import OPTIMIZERS, State, StateVector

Parts = list[Term | Piece]
SQUARED = Piece("²", "^2")
OVER = Piece("/", "/")
ONE = Piece("1", "1")
RATE = setting("rate", "η", r"\eta")
#: How the numbers of an optimiser are written.
LETTERS = {
    "momentum": setting("momentum", "μ", r"\mu"),
    "beta1": setting("beta1", "β1", r"\beta_{1}"),
    "beta2": setting("beta2", "β2", r"\beta_{2}"),
    "smoothing": setting("smoothing", "α", r"\alpha"),
    "epsilon": setting("epsilon", "ε", r"\varepsilon"),
}


@dataclass(frozen=True, slots=True)
class Direction:
    """What is multiplied by the rate, in one or two parts: above and below the line.

    `steady` is what a steady gradient of 1 would move, apart from the rate: 1 for SGD.
    """

    above: Term
    caption: str
    below: Term | None = None
    steady: Term | None = None
    asides: tuple[Aside, ...] = ()


def direction(teller: Teller, place: int, gradient: Term) -> Direction:
    """What the optimiser in force makes of this gradient, told from what it keeps."""
    row = OPTIMIZERS[teller.settings.optimizer.kind]
    above, caption, below, steady = gradient, "gradient", None, None
    asides, corrections = [], []
    for vector in row.keeps:
        kept, aside = _kept(teller, place, gradient, vector)
        asides.append(aside)
        if vector.corrected:
            kept, aside = _corrected(teller, kept, _number(teller, vector.share))
            corrections.append(aside)
        if vector.squared:
            below = _root_and_epsilon(teller, kept)
            steady = _one_over(below)
        else:
            above, caption = kept, f"corrected {vector.name}" if vector.corrected else vector.name
            steady = None if vector.mean else _left_over(_number(teller, vector.share))
    if row.looks_ahead:
        share = _number(teller, row.keeps[0].share)
        above, caption = _ahead(gradient, share, above), "look ahead"
    return Direction(above, caption, below, steady, (*asides, *corrections))


def _kept(teller: Teller, place: int, gradient: Term, vector: StateVector) -> tuple[Term, Aside]:
    """v = μ·v + g; of a mean m = β·m + (1 − β)·g; of squares the same with g²."""
    symbol = teller.notation.owned(vector.letter, place, vector.name)
    new = teller.term(symbol, _in_state(teller, place, vector, teller.trace.state))
    latex = symbol.latex + r"^{\mathrm{old}}"
    before = Piece(f"{symbol.plain} old", latex, symbol.role, symbol.refers)
    old = teller.term(before, _in_state(teller, place, vector, teller.trace.state_before))
    share = _number(teller, vector.share) if vector.share else None
    parts: Parts = [share, DOT, old, PLUS] if share else [old, PLUS]
    if share and vector.mean:
        parts += [OPEN, ONE, LESS, share, CLOSE, DOT]
    added = joined([_as_base(gradient), SQUARED], gradient.value**2)
    parts.append(added if vector.squared else gradient)
    return new, teller.aside(new, joined(parts, new.value))


def _in_state(teller: Teller, place: int, vector: StateVector, state: State) -> float:
    keeps = OPTIMIZERS[teller.settings.optimizer.kind].keeps
    return float(state[keeps.index(vector)][place])


def _ahead(gradient: Term, share: Term, velocity: Term) -> Term:
    """(g + μ·v)"""
    value = gradient.value + share.value * velocity.value
    return joined([OPEN, gradient, PLUS, share, DOT, velocity, CLOSE], value)


def _as_base(term: Term) -> Term:
    """A slope is a fraction: it needs parentheses before it can be squared."""
    (symbol,) = term.symbols
    if "/" not in symbol.plain:
        return term
    held = Piece(f"({symbol.plain})", rf"({symbol.latex})", symbol.role, symbol.refers)
    return Term((held,), term.numbers, term.value)


def _corrected(teller: Teller, mean: Term, beta: Term) -> tuple[Term, Aside]:
    """m̂ = m / (1 − βᵗ): at first a mean is too small, since it began at 0."""
    updates = teller.trace.count
    power = Piece(f"^{updates}", f"^{{{updates}}}")
    symbol = mean.symbols[0]
    plain = symbol.plain[0] + "\u0302" + symbol.plain[1:]
    latex = rf"\hat{{{symbol.latex[0]}}}{symbol.latex[1:]}"
    hat = Piece(plain, latex, symbol.role, symbol.refers)
    new = teller.term(hat, mean.value / (1 - beta.value**updates))
    line = joined([mean, OVER, OPEN, ONE, LESS, beta, power, CLOSE], new.value)
    return new, teller.aside(new, line)


def _root_and_epsilon(teller: Teller, square: Term) -> Term:
    """(√s + ε)"""
    epsilon = _number(teller, "epsilon")
    symbol, number = square.symbols[0], square.numbers[0]
    root = Term((_root(symbol),), (_root(number),), square.value**0.5)
    return joined([OPEN, root, PLUS, epsilon, CLOSE], root.value + epsilon.value)


def _root(piece: Piece) -> Piece:
    return Piece(f"√{piece.plain}", rf"\sqrt{{{piece.latex}}}", piece.role, piece.refers)


def _number(teller: Teller, name: str) -> Term:
    """One of the optimiser's own numbers."""
    return teller.term(LETTERS[name], float(getattr(teller.settings.optimizer, name)))


def _left_over(share: Term) -> Term:
    """/(1 − μ)"""
    return joined([OVER, OPEN, ONE, LESS, share, CLOSE], 1 / (1 - share.value))


def _one_over(below: Term) -> Term:
    return joined([OVER, below], 1 / below.value)
