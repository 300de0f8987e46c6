"""Where a slope starts and what bends it: the slope of the loss, and that of an activation."""

from engine.activations import activation
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
from engine.losses import loss
from engine.network import Node
from engine.numerals import Role

SIGMA = {
    "sigmoid": ("σ", r"\sigma"), "tanh": ("tanh", r"\tanh"), "relu": ("relu", r"\mathrm{relu}"),
    "leaky relu": ("leaky", r"\mathrm{leaky}"), "softplus": ("softplus", r"\mathrm{softplus}"),
    "step": ("step", r"\mathrm{step}"), "absolute": ("abs", r"\mathrm{abs}"),
}  # fmt: skip


def own_slope(teller: Teller, node: Node) -> Group:
    """The slope of the loss at an output: along its value, or along its sum where that is short."""
    chosen, kind = loss(teller.settings.loss), teller.settings.loss
    if kind == "output":
        return teller.group(constant(1), "the output itself")
    if kind == "zero-one":
        return teller.group(constant(0), "slope of the loss")
    a, t = teller.value(node.id), teller.target(node.id)
    if kind == "softmax cross-entropy":
        return _softmax_slope(teller, node, t)
    value = _loss_slope(kind, a.value, t.value)
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


def _loss_slope(kind: str, a: float, t: float) -> float:
    if kind == "squared":
        return 2 * (a - t)
    if kind == "absolute":
        return float(a > t) - float(a < t)
    if kind == "hinge":
        return -t if t * a < 1 else 0.0
    return a - t


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
        if node.activation == "leaky relu":
            known = number_piece(value, teller.digits, Role.FORWARD, term.symbols[0].refers)
            term = Term(term.symbols, (known,), value)
        factors.append(teller.whole_factor(term, ""))
    plain, latex = SIGMA.get(node.activation, ("", ""))
    if not plain:
        named = tuple(Factor(f.term, f.symbol, f.number, "slope") for f in factors)
        return (Group(named, Product((Group(named, ()),)).term.symbols),)
    of = z.symbols[0]
    brief = Piece(f"{plain}′({of.plain})", f"{latex}'({of.latex})", Role.FORWARD, of.refers)
    return (Group(tuple(factors), (brief,), f"slope of {plain}"),)
