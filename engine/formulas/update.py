"""The update as formulas: what each optimiser makes of a gradient, and what is taken off."""

from dataclasses import dataclass, replace

from engine.experiment.trace import MicroStep
from engine.formulas.backward import called
from engine.formulas.forward import LAMBDA1, LAMBDA2
from engine.formulas.teller import Teller, setting
from engine.formulas.terms import (
    CLOSE,
    COMMA,
    DOT,
    LESS,
    OPEN,
    PLUS,
    NumberLine,
    Piece,
    Ref,
    StepFormula,
    Term,
    ToldLine,
    joined,
)
from engine.functions.optimizers import OPTIMIZERS, SCHEDULES, StateVector
from engine.network import Place
from engine.numerals import Role, short

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
    asides: tuple[ToldLine, ...] = ()


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
            steady = joined([OVER, below], 1 / below.value)
        else:
            above, caption = kept, f"corrected {vector.name}" if vector.corrected else vector.name
            steady = None if vector.mean else _gathered(_number(teller, vector.share))
    if row.looks_ahead:
        share = _number(teller, row.keeps[0].share)
        above, caption = _ahead(gradient, share, above), "look ahead"
    return Direction(above, caption, below, steady, (*asides, *corrections))


def _kept(teller: Teller, place: int, gradient: Term, vector: StateVector) -> tuple[Term, ToldLine]:
    """v = μ·v + g; of a mean m = β·m + (1 − β)·g; of squares the same with g²."""
    symbol = teller.notation.owned(vector.letter, place, vector.name)
    at = OPTIMIZERS[teller.settings.optimizer.kind].keeps.index(vector)
    new = teller.term(symbol, float(teller.trace.state[at][place]))
    before = replace(
        symbol, plain=f"{symbol.plain} old", latex=rf"{symbol.latex}^{{\mathrm{{old}}}}"
    )
    old = teller.term(before, float(teller.trace.state_before[at][place]))
    share = _number(teller, vector.share) if vector.share else None
    parts: Parts = [share, DOT, old, PLUS] if share else [old, PLUS]
    if share and vector.mean:
        parts += [OPEN, ONE, LESS, share, CLOSE, DOT]
    if vector.squared:
        parts.append(joined([_as_base(gradient), SQUARED], gradient.value**2))
    else:
        parts.append(gradient)
    return new, teller.aside(new, joined(parts, new.value))


def _ahead(gradient: Term, share: Term, velocity: Term) -> Term:
    """(g + μ·v)"""
    value = gradient.value + share.value * velocity.value
    return joined([OPEN, gradient, PLUS, share, DOT, velocity, CLOSE], value)


def _as_base(term: Term) -> Term:
    """A slope is a fraction: it needs parentheses before it can be squared."""
    (symbol,) = term.symbols
    if "/" not in symbol.plain:
        return term
    held = replace(symbol, plain=f"({symbol.plain})", latex=f"({symbol.latex})")
    return replace(term, symbols=(held,))


def _corrected(teller: Teller, mean: Term, beta: Term) -> tuple[Term, ToldLine]:
    """m̂ = m / (1 − βᵗ): at first a mean is too small, since it began at 0."""
    updates = teller.trace.count
    power = Piece(f"^{updates}", f"^{{{updates}}}")
    symbol = mean.symbols[0]
    plain = symbol.plain[0] + "\u0302" + symbol.plain[1:]
    latex = rf"\hat{{{symbol.latex[0]}}}{symbol.latex[1:]}"
    hat = replace(symbol, plain=plain, latex=latex)
    new = teller.term(hat, mean.value / (1 - beta.value**updates))
    line = joined([mean, OVER, OPEN, ONE, LESS, beta, power, CLOSE], new.value)
    return new, teller.aside(new, line)


def _root_and_epsilon(teller: Teller, square: Term) -> Term:
    """(√s + ε)"""
    epsilon, value = _number(teller, "epsilon"), square.value**0.5
    symbol, number = (
        replace(piece, plain=f"√{piece.plain}", latex=rf"\sqrt{{{piece.latex}}}")
        for piece in (square.symbols[0], square.numbers[0])
    )
    root = Term((symbol,), (number,), value)
    return joined([OPEN, root, PLUS, epsilon, CLOSE], value + epsilon.value)


def _number(teller: Teller, name: str) -> Term:
    """One of the optimiser's own numbers."""
    return teller.term(LETTERS[name], float(getattr(teller.settings.optimizer, name)))


def _gathered(share: Term) -> Term:
    """/(1 − μ): what a velocity comes to in the end."""
    return joined([OVER, OPEN, ONE, LESS, share, CLOSE], 1 / (1 - share.value))


PULLED = "It goes {}: the penalty pulls it towards 0."
SHRINK = Piece("shrink(", r"\mathrm{shrink}(")


def tell_update(teller: Teller, step: MicroStep) -> StepFormula:
    """new = old − η·direction, moved towards 0 by η·λ1 where there is an L1 penalty."""
    place = teller.network.places[step.place]
    value = float(teller.trace.after[step.place])
    old = teller.learnt(step.place)
    rate = teller.term(RATE, teller.trace.rate)
    gradient, asides = _gradient(teller, step.place, old)
    way = direction(teller, step.place, gradient)
    parts: list[Term | Piece] = [old, LESS, rate, DOT, way.above]
    factors = [
        teller.factor(old, "old"), teller.whole_factor(rate, "rate", "−"),
        teller.whole_factor(way.above, way.caption, "·"),
    ]  # fmt: skip
    if way.below is not None:
        parts += [OVER, way.below]
        factors.append(teller.whole_factor(way.below, "scale", "/"))
    if place.what == "weight" and teller.settings.l1:
        by = _shrinks_by(teller, rate, way)
        parts = [SHRINK, *parts, COMMA, by, CLOSE]
        factors.append(teller.whole_factor(by, "then shrink by", ","))
    line = NumberLine(tuple(factors))
    return teller.tell(
        step, _title(teller, place), teller.notation.new(step.place),
        joined(parts, value), value, _why(teller, step.place, old.value, value), line,
        asides=(*asides, *way.asides),
    )  # fmt: skip


def _title(teller: Teller, place: Place) -> str:
    named = called(teller, place).removeprefix("the ")
    return f"New value of {named}" if place.what == "value" else f"New {named}"


def _gradient(teller: Teller, place: int, old: Term) -> tuple[Term, tuple[ToldLine, ...]]:
    """The gradient that the optimiser sees: with λ2·w where there is an L2 penalty."""
    value = float(teller.trace.numbers.gradient[place])
    gradient = teller.term(teller.notation.gradient(place), value)
    l2 = teller.settings.l2
    if not l2 or teller.network.places[place].what != "weight":
        return gradient, ()
    whole = value + l2 * old.value
    line = joined([gradient, PLUS, teller.term(LAMBDA2, l2), DOT, old], whole)
    if not OPTIMIZERS[teller.settings.optimizer.kind].keeps:
        return joined([OPEN, line, CLOSE], whole), ()
    symbol = teller.notation.owned("g", place, "")
    refers = Ref("gradient", place=place)
    both = teller.term(replace(symbol, role=Role.BACKWARD, refers=refers), whole)
    return both, (teller.aside(both, line),)


def _shrinks_by(teller: Teller, rate: Term, way: Direction) -> Term:
    """η·λ1 × what a steady gradient of 1 would move it."""
    amount = teller.term(LAMBDA1, teller.settings.l1)
    by = joined([rate, DOT, amount], rate.value * amount.value)
    return by if way.steady is None else joined([by, way.steady], by.value * way.steady.value)


def _why(teller: Teller, place: int, old: float, new: float) -> str:
    told, schedule = _why_way(teller, place, old, new), teller.settings.schedule.kind
    is_weight = teller.network.places[place].what == "weight"
    if teller.settings.l1 and is_weight and new and told != PULLED.format(_way(old, new)):
        told += " Then L1 takes a little off its size."
    if schedule != "constant":
        formula, rate = SCHEDULES[schedule].formula, short(teller.trace.rate, teller.digits)
        told += f" The schedule, {formula}, has η at {rate} in epoch {teller.trace.epoch}."
    return told


def _why_way(teller: Teller, place: int, old: float, new: float) -> str:
    """Where the sign of the update comes from."""
    gradient = float(teller.trace.numbers.gradient[place])
    what = teller.network.places[place].what
    cause = "raising it" if what == "value" else f"more {what}"
    if teller.settings.l1 and what == "weight" and new == 0:
        return "The L1 penalty pulls it all the way to 0 and holds it there."
    if new == old:
        if gradient == 0:
            return "The gradient is 0: nothing says which way to go, so it stays."
        return "The step is too small to change it."
    up = new > old
    if gradient == 0 or (gradient > 0) == up:
        return _why_else(teller, place, old, new)
    sign, effect = ("negative", "less loss") if gradient < 0 else ("positive", "more loss")
    if teller.notation.slopes:
        size = "a smaller" if gradient < 0 else "a larger"
        effect = f"{size} {teller.notation.top.plain}"
    return f"The gradient is {sign}: {cause} means {effect}, so it goes {_way(old, new)}."


def _why_else(teller: Teller, place: int, old: float, new: float) -> str:
    """It moves although the gradient does not say so: memory does it, or else a penalty."""
    keeps = OPTIMIZERS[teller.settings.optimizer.kind].keeps
    before = zip(keeps, teller.trace.state_before, strict=True)
    if any(kept[place] for vector, kept in before if not vector.squared):
        return f"It goes {_way(old, new)}: earlier gradients still carry it on."
    return PULLED.format(_way(old, new))


def _way(old: float, new: float) -> str:
    return "up" if new > old else "down"
