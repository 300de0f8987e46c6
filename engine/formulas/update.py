"""The update as formulas: what each optimiser makes of a gradient, and what is taken off."""

from dataclasses import replace

from engine.experiment.trace import MicroStep
from engine.formulas.forward import LAMBDA1, LAMBDA2
from engine.formulas.teller import Teller, setting
from engine.formulas.terms import NumberLine, Part, Piece, Ref, StepFormula, Term, ToldLine, joined
from engine.functions.optimizers import OPTIMIZERS, SCHEDULES, StateVector
from engine.numerals import NumberRole, short

RATE = setting("rate", "η", r"\eta")
#: How the numbers of an optimiser are written.
LETTERS = {
    "momentum": setting("momentum", "μ", r"\mu"),
    "beta1": setting("beta1", "β1", r"\beta_{1}"),
    "beta2": setting("beta2", "β2", r"\beta_{2}"),
    "smoothing": setting("smoothing", "α", r"\alpha"),
    "epsilon": setting("epsilon", "ε", r"\varepsilon"),
}


Told = list[tuple[Term, str, str]]


def _moved_by(teller: Teller, place: int, gradient: Term) -> tuple[Told, list[ToldLine]]:
    """What the optimiser in force multiplies by the rate, above the line and below it, each with
    its caption and its operator; and the lines of what it keeps, which are needed first."""
    row = OPTIMIZERS[teller.settings.optimizer.kind]
    above, caption, scale = gradient, "gradient", Told()
    lines, corrections = [], []
    for at, vector in enumerate(row.keeps):
        kept = _kept(teller, place, gradient, vector, at)
        lines.append(kept)
        if vector.corrected:
            kept = _corrected(teller, kept, _number(teller, vector.share))
            corrections.append(kept)
        new = teller.term(kept.subject, kept.value)
        if vector.squared:
            scale.append((_root_and_epsilon(teller, new), "scale", "/"))
        else:
            above, caption = new, f"corrected {vector.name}" if vector.corrected else vector.name
    if row.looks_ahead:
        share, caption = _number(teller, row.keeps[0].share), "look ahead"
        value = gradient.value + share.value * above.value
        above = joined(["(", gradient, " + ", share, "·", above, ")"], value)
    return [(above, caption, "·"), *scale], [*lines, *corrections]


def _shrinks_by(teller: Teller, rate: Term, scale: Told) -> Term:
    """η·λ1 × what a steady gradient of 1 would move it: in the end a velocity adds up."""
    amount = teller.term(LAMBDA1, teller.settings.l1)
    by = joined([rate, "·", amount], rate.value * amount.value)
    keeps = OPTIMIZERS[teller.settings.optimizer.kind].keeps
    if scale:
        below = scale[0][0]
        return joined([by, "/", below], by.value * (1 / below.value))
    if keeps:
        share = _number(teller, keeps[0].share)
        return joined([by, "/", "(", "1", " − ", share, ")"], by.value * (1 / (1 - share.value)))
    return by


def _kept(teller: Teller, place: int, gradient: Term, vector: StateVector, at: int) -> ToldLine:
    """v = μ·v + g; of a mean m = β·m + (1 − β)·g; of squares the same with g²."""
    symbol = teller.notation.owned(vector.letter, place, vector.name)
    before = replace(
        symbol, plain=f"{symbol.plain} old", latex=rf"{symbol.latex}^{{\mathrm{{old}}}}"
    )
    parts: list[Part] = [teller.term(before, float(teller.trace.state_before[at][place])), " + "]
    if vector.share:
        share = _number(teller, vector.share)
        parts = [share, "·", *parts]
        if vector.mean:
            parts += ["(", "1", " − ", share, ")", "·"]
    if vector.squared:
        (base,) = gradient.symbols
        if "/" in base.plain:  # a slope is a fraction, which needs parentheses
            base = replace(base, plain=f"({base.plain})", latex=f"({base.latex})")
        parts.append(joined([replace(gradient, symbols=(base,)), "²"], gradient.value**2))
    else:
        parts.append(gradient)
    return teller.line(symbol, joined(parts, float(teller.trace.state[at][place])))


def _corrected(teller: Teller, mean: ToldLine, beta: Term) -> ToldLine:
    """m̂ = m / (1 − βᵗ): at first a mean is too small, since it began at 0."""
    updates, symbol = teller.trace.count, mean.subject
    power = Piece(f"^{updates}", f"^{{{updates}}}")
    plain = symbol.plain[0] + "\u0302" + symbol.plain[1:]
    hat = replace(symbol, plain=plain, latex=rf"\hat{{{symbol.latex[0]}}}{symbol.latex[1:]}")
    value, old = mean.value / (1 - beta.value**updates), teller.term(symbol, mean.value)
    return teller.line(hat, joined([old, "/", "(", "1", " − ", beta, power, ")"], value))


def _root_and_epsilon(teller: Teller, square: Term) -> Term:
    """(√s + ε)"""
    epsilon, value = _number(teller, "epsilon"), square.value**0.5
    symbol, number = (
        replace(piece, plain=f"√{piece.plain}", latex=rf"\sqrt{{{piece.latex}}}")
        for piece in (square.symbols[0], square.numbers[0])
    )
    root = Term((symbol,), (number,), value)
    return joined(["(", root, " + ", epsilon, ")"], value + epsilon.value)


def _number(teller: Teller, name: str) -> Term:
    return teller.term(LETTERS[name], float(getattr(teller.settings.optimizer, name)))


PULLED = "It goes {}: the penalty pulls it towards 0."


def tell_update(teller: Teller, step: MicroStep) -> StepFormula:
    """new = old − η·direction, moved towards 0 by η·λ1 where there is an L1 penalty."""
    place = teller.network.places[step.place]
    value = float(teller.trace.after[step.place])
    old, rate = teller.learnt(step.place), teller.term(RATE, teller.trace.rate)
    gradient, asides = _gradient(teller, step.place, old)
    moved, lines = _moved_by(teller, step.place, gradient)
    told: Told = [(old, "old", "·"), (rate, "rate", "−"), *moved]
    parts: list[Part] = [old, " − ", rate]
    for term, _, operator in moved:
        parts += [operator, term]
    if place.what == "weight" and teller.settings.l1:
        by = _shrinks_by(teller, rate, moved[1:])
        parts = ["shrink(", *parts, ", ", by, ")"]
        told.append((by, "then shrink by", ","))
    named = place.called(teller.name).removeprefix("the ")
    title = f"New value of {named}" if place.what == "value" else f"New {named}"
    return teller.tell(
        step, title, teller.notation.new(step.place), joined(parts, value),
        _why(teller, step.place, old.value, value),
        NumberLine(tuple(teller.factor(*one) for one in told)), asides=(*asides, *lines),
    )  # fmt: skip


def _gradient(teller: Teller, place: int, old: Term) -> tuple[Term, tuple[ToldLine, ...]]:
    """The gradient that the optimiser sees: with λ2·w where there is an L2 penalty."""
    value = float(teller.trace.numbers.gradient[place])
    gradient = teller.term(teller.notation.gradient(place), value)
    l2 = teller.settings.l2
    if not l2 or teller.network.places[place].what != "weight":
        return gradient, ()
    whole = value + l2 * old.value
    line = joined([gradient, " + ", teller.term(LAMBDA2, l2), "·", old], whole)
    if not OPTIMIZERS[teller.settings.optimizer.kind].keeps:
        return joined(["(", line, ")"], whole), ()
    refers = Ref("gradient", place=place)
    symbol = replace(teller.notation.owned("g", place, ""), role=NumberRole.BACKWARD, refers=refers)
    return teller.term(symbol, whole), (teller.line(symbol, line),)


def _why(teller: Teller, place: int, old: float, new: float) -> str:
    way, schedule = "up" if new > old else "down", teller.settings.schedule.kind
    told = _why_way(teller, place, old, new, way)
    is_weight = teller.network.places[place].what == "weight"
    if teller.settings.l1 and is_weight and new and told != PULLED.format(way):
        told += " Then L1 takes a little off its size."
    if schedule != "constant":
        formula, rate = SCHEDULES[schedule].formula, short(teller.trace.rate, teller.digits)
        told += f" The schedule, {formula}, has η at {rate} in epoch {teller.trace.epoch}."
    return told


def _why_way(teller: Teller, place: int, old: float, new: float, way: str) -> str:
    """Where the sign of the update comes from."""
    gradient = float(teller.trace.numbers.gradient[place])
    what = teller.network.places[place].what
    cause = "raising it" if what == "value" else f"more {what}"
    if teller.settings.l1 and what == "weight" and new == 0:
        return "The L1 penalty pulls it all the way to 0 and holds it there."
    if new == old and gradient == 0:
        return "The gradient is 0: nothing says which way to go, so it stays."
    if new == old:
        return "The step is too small to change it."
    if gradient == 0 or (gradient > 0) == (new > old):  # memory does it, or else a penalty
        keeps = OPTIMIZERS[teller.settings.optimizer.kind].keeps
        before = zip(keeps, teller.trace.state_before, strict=True)
        if any(kept[place] for vector, kept in before if not vector.squared):
            return f"It goes {way}: earlier gradients still carry it on."
        return PULLED.format(way)
    sign, effect = ("negative", "less loss") if gradient < 0 else ("positive", "more loss")
    if teller.notation.slopes:
        size = "a smaller" if gradient < 0 else "a larger"
        effect = f"{size} {teller.notation.top.plain}"
    return f"The gradient is {sign}: {cause} means {effect}, so it goes {way}."
