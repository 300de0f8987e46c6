"""Along which paths the slope of the loss comes back to a node: upstream × local, for each path."""

from engine.formulas.forward import chosen_edge, part_of
from engine.formulas.numbers import Teller
from engine.formulas.pieces import Piece, Ref, Term, constant
from engine.formulas.shape import Factor, Group, Product
from engine.network import Edge
from engine.numerals import Role

Paths = list[tuple[Edge, Product]]


def path_of(teller: Teller, edge: Edge) -> Product:
    """δ of the target × the slope of the target's sum along the value of the source."""
    upstream = _upstream(teller, edge.target)
    local = local_slope(teller, edge)
    if teller.notation.slopes and all(_is_constant(group) for group in local.groups):
        return Product((upstream, _told_as_slope(teller, edge, local)))
    groups = local.groups
    if teller.notation.slopes:
        groups = with_brackets(groups)
    return Product((upstream, *groups), local.negative)


def _upstream(teller: Teller, target: str) -> Group:
    return teller.group(teller.error(target), reused(teller, target))


def reused(teller: Teller, node_id: str) -> str:
    """What stands under an error term that an earlier step has computed."""
    name = teller.notation.name(node_id)
    return "upstream" if teller.notation.slopes else f"from {name}, reused"


def local_slope(teller: Teller, edge: Edge, along_weight: bool = False) -> Product:
    """How the combined input of the target moves with the source's value, or with the weight.

    sum: the weight. product: the weight and all other parts. max and min: the weight where the
    edge is the chosen one, else 0.
    """
    node = teller.context.network.node(edge.target)
    groups: list[Group] = []
    negative = False
    if along_weight:
        groups.append(
            teller.group(teller.value(edge.source), f"from {teller.notation.name(edge.source)}")
        )
    elif teller.is_sign(edge):
        negative = teller.w(edge) < 0
    else:
        groups.append(teller.group(teller.weight(edge), "weight"))
    if node.combine == "product":
        for other in teller.context.network.arriving[node.id]:
            if other is not edge:
                part = part_of(teller, other)
                groups += part.groups
                negative ^= part.negative
    elif node.combine != "sum":
        groups.append(_choice(teller, edge, chosen_edge(teller, node) is edge))
    return Product(tuple(groups), negative)


def _choice(teller: Teller, edge: Edge, wins: bool) -> Group:
    """1 where the max or min let this edge through, else 0."""
    name = teller.notation.value(edge.source)
    combine = teller.context.network.node(edge.target).combine
    symbol = Piece(
        f"[{name.plain} wins]", rf"[{name.latex}\ \mathrm{{wins}}]", Role.FORWARD,
        Ref("value", edge.target),
    )  # fmt: skip
    return teller.group(teller.term(symbol, float(wins)), combine)


def _is_constant(group: Group) -> bool:
    """Whether a local slope is a mere 1, −1 or 0 that no number on the canvas stands for."""
    return all(factor.caption in ("max", "min") for factor in group.factors)


def _told_as_slope(teller: Teller, edge: Edge, local: Product) -> Group:
    """∂q/∂x, or simply its number where that would be the very slope that is looked for."""
    notation = teller.notation
    source = notation.value(edge.source)
    target = notation.total(edge.target)
    symbol = notation.slope(target, source, Ref("weight", place=teller.place(edge)))
    symbol = Piece(symbol.plain, symbol.latex, Role.MEMORY, symbol.refers)
    if target == notation.top:
        term: Term = constant(local.value, teller.digits)
        return teller.group(term, "local")
    return teller.group(teller.term(symbol, local.value), "local")


def with_brackets(groups: tuple[Group, ...]) -> tuple[Group, ...]:
    """All factors of a local slope under one bracket."""
    whole = Product(groups)
    if len(whole.factors) == 1:
        (factor,) = whole.factors
        named = Factor(factor.term, factor.symbol, factor.number, "local")
        return (Group((named,), groups[0].brief),)
    return (Group(whole.factors, whole.brief, "local"),)


def paths_from(teller: Teller, node_id: str) -> Paths:
    """Every edge out of a node with what comes back over it."""
    return [(edge, path_of(teller, edge)) for edge in teller.context.network.leaving[node_id]]
