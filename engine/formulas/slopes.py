"""Where a slope starts and what bends it: the slope of the loss, and that of an activation."""

from engine.formulas.numbers import Teller
from engine.formulas.pieces import (
    CLOSE,
    DOT,
    OPEN,
    Piece,
    Ref,
    Term,
    constant,
    filled,
    joined,
    number_piece,
)
from engine.formulas.shape import Factor, Group, Product
from engine.formulas.softmax import probability
from engine.functions.activations import activation
from engine.functions.losses import loss, slope_at
from engine.network import Node
from engine.numerals import Role


def own_slope(teller: Teller, node: Node) -> Group:
    """The slope of the loss at an output: along its value, or along its sum where that is short."""
    chosen = loss(teller.settings.loss)
    if "{" not in chosen.slope_plain:
        caption = "slope of the loss" if chosen.has_targets else "the output itself"
        return teller.group(constant(float(chosen.slope_plain)), caption)
    a, t = teller.value(node.id), teller.target(node.id)
    if chosen.shares:
        return _softmax_slope(teller, node, t)
    value = slope_at(teller.settings.loss, a.value, t.value)
    term = filled(chosen.slope_plain, chosen.slope_latex, {"a": a, "t": t}, value)
    return Group((teller.whole_factor(term, "slope of the loss"),), term.symbols)


def _softmax_slope(teller: Teller, node: Node, t: Term) -> Group:
    """p − t; where the targets do not add up to 1, p times their sum."""
    p, outputs = probability(teller, node.id), teller.context.network.outputs
    whole = sum(teller.t(node_id) for node_id in outputs)
    if whole == 1:
        row = loss(teller.settings.loss)
        term = filled(row.slope_plain, row.slope_latex, {"p": p, "t": t}, p.value - t.value)
    else:
        everyone = Piece("Σt", r"\sum t", Role.TRUTH, Ref("target", node.id))
        parts: list[Term | Piece] = [
            OPEN,
            p,
            DOT,
            teller.term(everyone, whole),
            Piece(" − ", "-"),
            t,
            CLOSE,
        ]
        term = joined([OPEN, *parts, CLOSE], p.value * whole - t.value)
    return Group((teller.whole_factor(term, "slope of the loss"),), term.symbols)


def slope_groups(teller: Teller, node: Node) -> tuple[Group, ...]:
    """The slope of the activation as a group of factors; none for identity."""
    if node.activation == "identity":
        return ()
    row = activation(node.activation)
    z, a = teller.total(node.id), teller.value(node.id)
    factors = []
    for factor in row.slope_factors:
        value = factor.value(z.value, a.value, node.leak)
        terms = {"z": z, "a": a}
        if "{a}" not in factor.plain:
            terms = {"z": z}
        elif "{z}" not in factor.plain:
            terms = {"a": a}
        term = filled(factor.plain, factor.latex, terms, value)
        if factor.opaque:
            known = number_piece(value, teller.digits, Role.FORWARD, term.symbols[0].refers)
            term = Term(term.symbols, (known,), value)
        factors.append(teller.whole_factor(term, ""))
    if not row.sign_latex:
        named = tuple(Factor(f.term, f.symbol, f.number, "slope") for f in factors)
        return (Group(named, Product((Group(named, ()),)).term.symbols),)
    total = z.symbols[0]
    brief = Piece(f"{row.sign}′({total.plain})", f"{row.sign_latex}'({total.latex})", Role.FORWARD,
                  total.refers)  # fmt: skip
    return (Group(tuple(factors), (brief,), f"slope of {row.sign}"),)
