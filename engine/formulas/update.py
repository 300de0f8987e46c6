"""The update as formulas: the old number minus the rate times what the optimiser makes of the
gradient; then what an L1 penalty takes."""

from engine.experiment.trace import MicroStep
from engine.formulas.gradient import called
from engine.formulas.loss import LAMBDA1, LAMBDA2
from engine.formulas.moments import OVER, RATE, Direction, direction
from engine.formulas.numbers import Teller
from engine.formulas.pieces import CLOSE, COMMA, DOT, LESS, OPEN, PLUS, Piece, Ref, Term, joined
from engine.formulas.shape import Aside, Formula, Group, Line
from engine.functions.optimizers import OPTIMIZERS, SCHEDULES
from engine.network import Place
from engine.numerals import Role, short

PULLED = "It goes {}: the penalty pulls it towards 0."
SHRINK = Piece("shrink(", r"\mathrm{shrink}(")


def tell_update(teller: Teller, step: MicroStep) -> Formula:
    """new = old − η·direction, moved towards 0 by η·λ1 where there is an L1 penalty."""
    place = teller.context.network.places[step.place]
    value = float(teller.trace.after[step.place])
    old = teller.term(teller.notation.parameter(step.place), float(teller.trace.before[step.place]))
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
    line = Line(tuple(Group((factor,), factor.term.symbols) for factor in factors))
    return teller.tell(
        step, _title(teller, place), teller.notation.new(step.place),
        joined(parts, value), value, _why(teller, step.place, old.value, value), line,
        asides=(*asides, *way.asides),
    )  # fmt: skip


def _title(teller: Teller, place: Place) -> str:
    named = called(teller, place).removeprefix("the ")
    return f"New value of {named}" if place.what == "value" else f"New {named}"


def _gradient(teller: Teller, place: int, old: Term) -> tuple[Term, tuple[Aside, ...]]:
    """The gradient that the optimiser sees: with λ2·w where there is an L2 penalty."""
    value = float(teller.trace.numbers.gradient[place])
    gradient = teller.term(teller.notation.gradient(place), value)
    l2 = teller.settings.l2
    if not l2 or teller.context.network.places[place].what != "weight":
        return gradient, ()
    whole = value + l2 * old.value
    line = joined([gradient, PLUS, teller.term(LAMBDA2, l2), DOT, old], whole)
    if not OPTIMIZERS[teller.settings.optimizer.kind].keeps:
        return joined([OPEN, line, CLOSE], whole), ()
    symbol = teller.notation.owned("g", place, "")
    both = teller.term(
        Piece(symbol.plain, symbol.latex, Role.BACKWARD, Ref("gradient", place=place)), whole
    )
    return both, (teller.aside(both, line),)


def _shrinks_by(teller: Teller, rate: Term, way: Direction) -> Term:
    """η·λ1 × what a steady gradient of 1 would move it."""
    amount = teller.term(LAMBDA1, teller.settings.l1)
    value = rate.value * amount.value
    if way.steady is None:
        return joined([rate, DOT, amount], value)
    return joined([rate, DOT, amount, way.steady], value * way.steady.value)


def _why(teller: Teller, place: int, old: float, new: float) -> str:
    told = _why_way(teller, place, old, new)
    is_weight = teller.context.network.places[place].what == "weight"
    if teller.settings.l1 and is_weight and new and told != PULLED.format(_way(old, new)):
        told += " Then L1 takes a little off its size."
    if teller.settings.schedule.kind != "constant":
        told += _schedule(teller)
    return told


def _schedule(teller: Teller) -> str:
    schedule = SCHEDULES[teller.settings.schedule.kind]
    rate = short(teller.trace.rate, teller.digits)
    return f" The schedule, {schedule.formula}, has η at {rate} in epoch {teller.trace.epoch}."


def _why_way(teller: Teller, place: int, old: float, new: float) -> str:
    """Where the sign of the update comes from."""
    gradient = float(teller.trace.numbers.gradient[place])
    what = teller.context.network.places[place].what
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
