"""What each optimiser makes of a gradient, as formulas: velocity, means and their corrections."""

from collections.abc import Callable
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
from engine.optimizers import KINDS

Parts = list[Term | Piece]
SQUARED = Piece("²", "^2")
OVER = Piece("/", "/")
ONE = Piece("1", "1")
RATE = setting("rate", "η", r"\eta")
MU = setting("momentum", "μ", r"\mu")
ALPHA = setting("smoothing", "α", r"\alpha")
BETA1, BETA2 = setting("beta1", "β1", r"\beta_{1}"), setting("beta2", "β2", r"\beta_{2}")
EPSILON = setting("epsilon", "ε", r"\varepsilon")


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
    """What the optimiser in force makes of this gradient."""
    return _KINDS[teller.settings.optimizer.kind](teller, place, gradient)


def _sgd(teller: Teller, place: int, gradient: Term) -> Direction:
    return Direction(gradient, "gradient")


def _momentum(teller: Teller, place: int, gradient: Term) -> Direction:
    """v = μ·v + g; the update is η·v."""
    velocity, aside = _velocity(teller, place, gradient)
    return Direction(velocity, "velocity", steady=_left_over(teller, MU), asides=(aside,))


def _nesterov(teller: Teller, place: int, gradient: Term) -> Direction:
    """v = μ·v + g; the update is η·(g + μ·v)."""
    velocity, aside = _velocity(teller, place, gradient)
    mu = teller.term(MU, teller.settings.optimizer.momentum)
    value = gradient.value + mu.value * velocity.value
    ahead = joined([OPEN, gradient, PLUS, mu, DOT, velocity, CLOSE], value)
    return Direction(ahead, "look ahead", steady=_left_over(teller, MU), asides=(aside,))


def _velocity(teller: Teller, place: int, gradient: Term) -> tuple[Term, Aside]:
    mu = teller.term(MU, teller.settings.optimizer.momentum)
    new = _state(teller, place, "velocity", "v")
    old = _old(teller, place, "velocity", new)
    return new, teller.aside(new, joined([mu, DOT, old, PLUS, gradient], new.value))


def _rmsprop(teller: Teller, place: int, gradient: Term) -> Direction:
    """s = α·s + (1 − α)·g²; the update is η·g / (√s + ε)."""
    square, aside = _mean_square(teller, place, gradient, ALPHA)
    below = _root_and_epsilon(teller, square)
    return Direction(gradient, "gradient", below, _one_over(below), (aside,))


def _adam(teller: Teller, place: int, gradient: Term) -> Direction:
    """m = β1·m + (1 − β1)·g; s = β2·s + (1 − β2)·g²; the update is η·m̂ / (√ŝ + ε)."""
    beta = _share(teller, BETA1)
    mean = _state(teller, place, "mean", "m")
    old = _old(teller, place, "mean", mean)
    parts: Parts = [beta, DOT, old, PLUS, OPEN, ONE, LESS, beta, CLOSE, DOT, gradient]
    first = teller.aside(mean, joined(parts, mean.value))
    square, second = _mean_square(teller, place, gradient, BETA2)
    full_mean, third = _corrected(teller, mean, beta)
    full_square, fourth = _corrected(teller, square, _share(teller, BETA2))
    below = _root_and_epsilon(teller, full_square)
    asides = (first, second, third, fourth)
    return Direction(full_mean, "corrected mean", below, _one_over(below), asides)


def _mean_square(teller: Teller, place: int, gradient: Term, symbol: Piece) -> tuple[Term, Aside]:
    """s = α·s + (1 − α)·g²"""
    share = _share(teller, symbol)
    new = _state(teller, place, "square", "s")
    old = _old(teller, place, "square", new)
    square = joined([_as_base(gradient), SQUARED], gradient.value**2)
    rest: Parts = [OPEN, ONE, LESS, share, CLOSE, DOT, square]
    parts = [share, DOT, old, PLUS, *rest]
    return new, teller.aside(new, joined(parts, new.value))


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
    epsilon = teller.term(EPSILON, teller.settings.optimizer.epsilon)
    symbol, number = square.symbols[0], square.numbers[0]
    root = Term((_root(symbol),), (_root(number),), square.value**0.5)
    return joined([OPEN, root, PLUS, epsilon, CLOSE], root.value + epsilon.value)


def _root(piece: Piece) -> Piece:
    return Piece(f"√{piece.plain}", rf"\sqrt{{{piece.latex}}}", piece.role, piece.refers)


def _share(teller: Teller, symbol: Piece) -> Term:
    assert symbol.refers is not None
    return teller.term(symbol, float(getattr(teller.settings.optimizer, symbol.refers.name)))


def _left_over(teller: Teller, symbol: Piece) -> Term:
    """/(1 − μ)"""
    share = _share(teller, symbol)
    return joined([OVER, OPEN, ONE, LESS, share, CLOSE], 1 / (1 - share.value))


def _one_over(below: Term) -> Term:
    return joined([OVER, below], 1 / below.value)


def _state(teller: Teller, place: int, name: str, letter: str) -> Term:
    """What the optimiser keeps for a number, after this update."""
    names = KINDS[teller.settings.optimizer.kind].state
    value = float(teller.trace.state[names.index(name)][place])
    return teller.term(teller.notation.owned(letter, place, name), value)


def _old(teller: Teller, place: int, name: str, new: Term) -> Term:
    """The same before this update."""
    symbol = new.symbols[0]
    latex = symbol.latex + r"^{\mathrm{old}}"
    names = KINDS[teller.settings.optimizer.kind].state
    value = float(teller.trace.state_before[names.index(name)][place])
    return teller.term(Piece(f"{symbol.plain} old", latex, symbol.role, symbol.refers), value)


_KINDS: dict[str, Callable[[Teller, int, Term], Direction]] = {
    "sgd": _sgd, "momentum": _momentum, "nesterov": _nesterov, "rmsprop": _rmsprop, "adam": _adam,
}  # fmt: skip
