"""Softmax as formulas: each score as a power of e, then its share of all of them."""

from engine.experiment.trace import LARGEST_POWER, MicroStep
from engine.formulas.batch import SLASH, sum_of
from engine.formulas.numbers import Teller
from engine.formulas.pieces import (
    CLOSE,
    LESS,
    OPEN,
    Piece,
    Ref,
    Term,
    joined,
    latex_of,
    plain_of,
    settled,
)
from engine.formulas.shape import Formula
from engine.numerals import Role, short


def tell_exp(teller: Teller, step: MicroStep) -> Formula:
    """e^score, or e^(score − largest score) where the power would be too large for a number."""
    score = _exponent(teller, step.node)
    symbols, numbers = settled(score.symbols), settled(score.numbers)
    plain, put_in = plain_of(symbols), plain_of(numbers)
    refers = score.symbols[0].refers
    term = Term(
        (Piece(f"e^{_held(plain)}", f"e^{{{latex_of(symbols)}}}", Role.FORWARD, refers),),
        (Piece(f"e^{_held(put_in)}", f"e^{{{latex_of(numbers)}}}", Role.FORWARD, refers),),
        _number(teller, step.node, powers=True),
    )
    why = "A power of e is never negative and grows fast, so high scores stand out."
    if _is_shifted(teller):
        why = ("The largest score is taken off first: the shares stay the same, and no power "
               "becomes too large.")  # fmt: skip
    title = f"Power of e for {teller.name(step.node)}"
    return teller.tell(step, title, power(teller, step.node).symbols[0], term, term.value, why)


def tell_probability(teller: Teller, step: MicroStep) -> Formula:
    """p = e^score / Σ e^score"""
    outputs = teller.context.network.outputs
    everyone = sum_of([power(teller, node_id) for node_id in outputs], 0.0)
    value = _number(teller, step.node, powers=False)
    own = power(teller, step.node)
    term = joined([own, SLASH, OPEN, everyone, CLOSE], value)
    share = short(100 * value, min(teller.digits, 3))
    why = f"Its share of the sum of all powers, {share} %. All shares add up to 1."
    title = f"Probability of {teller.name(step.node)}"
    return teller.tell(step, title, teller.notation.probability(step.node), term, value, why)


def power(teller: Teller, node_id: str) -> Term:
    """e^score as a number that is already known."""
    exponent = settled(_exponent(teller, node_id).symbols)
    refers = Ref("exp", node_id)
    symbol = Piece(
        f"exp({plain_of(exponent)})", rf"\exp({latex_of(exponent)})", Role.FORWARD, refers
    )
    return teller.term(symbol, _number(teller, node_id, powers=True))


def probability(teller: Teller, node_id: str) -> Term:
    """The share of a score."""
    return teller.term(teller.notation.probability(node_id), _number(teller, node_id, powers=False))


def _number(teller: Teller, node_id: str, powers: bool) -> float:
    table = teller.trace.exps if powers else teller.trace.probabilities
    return float(table[teller.context.network.outputs.index(node_id), teller.sample])


def _exponent(teller: Teller, node_id: str) -> Term:
    score = teller.value(node_id)
    if not _is_shifted(teller):
        return score
    largest = max(teller.context.network.outputs, key=teller.a)
    return joined([score, LESS, teller.value(largest)], score.value - teller.a(largest))


def _is_shifted(teller: Teller) -> bool:
    scores = teller.trace.numbers.a[teller.trace.outputs]
    return bool(scores.max() > LARGEST_POWER)


def _held(text: str) -> str:
    return text if text.isalnum() or text.replace(".", "").isdigit() else f"({text})"
