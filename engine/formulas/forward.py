"""The way forward as formulas: what a neuron combines, and what its activation makes of it."""

from collections.abc import Sequence

from engine.experiment.trace import MicroStep
from engine.formulas.numbers import Teller
from engine.formulas.pieces import (
    CLOSE,
    COMMA,
    PLUS,
    Piece,
    Pieces,
    Term,
    constant,
    filled,
    joined,
)
from engine.formulas.shape import Formula, Group, Product, Row, Table, added
from engine.functions.activations import activation
from engine.network import Edge, Node
from engine.numerals import short

MANY = 3
TITLES = {
    "sum": "Weighted sum of {}", "product": "Product at {}", "max": "Largest at {}",
    "min": "Smallest at {}",
}  # fmt: skip
SUPERLATIVES = {"large": "largest", "small": "smallest"}


def part_of(teller: Teller, edge: Edge) -> Product:
    """value × weight of one edge; a weight locked at 1 or −1 is only a sign."""
    value = teller.group(teller.value(edge.source), f"from {teller.notation.name(edge.source)}")
    if teller.is_sign(edge):
        return Product((value,), negative=teller.w(edge) < 0)
    return Product((value, teller.group(teller.weight(edge), "weight")))


def tell_sum(teller: Teller, step: MicroStep) -> Formula:
    """z = Σ weight · value + b, or the product, the maximum or the minimum of what arrives."""
    node = teller.context.network.node(step.node)
    parts = [part_of(teller, edge) for edge in teller.context.network.arriving[node.id]]
    if node.combine == "sum":
        return _tell_sum(teller, step, node, parts)
    if node.combine == "product":
        return _tell_product(teller, step, node, parts)
    return _tell_choice(teller, step, node, parts)


def _tell_sum(teller: Teller, step: MicroStep, node: Node, parts: list[Product]) -> Formula:
    rows = [teller.row_of(part) for part in parts]
    bias = _bias(teller, node)
    if bias is not None:
        parts = [*parts, Product((bias,))]
        rows.append(teller.row_of(parts[-1]))
    z = teller.z(node.id)
    plate = Table(tuple(rows)) if len(rows) > 1 else (parts[0] if parts else None)
    title = TITLES["sum"] if any(len(p.groups) > 1 for p in parts) else "Sum at {}"
    return teller.tell(
        step, title.format(teller.name(node.id)), teller.notation.total(node.id),
        added(parts, z), z, _why_sum(teller, node, rows), plate, _brief_sum(teller, node),
    )  # fmt: skip


def _bias(teller: Teller, node: Node) -> Group | None:
    if not node.bias:
        return None
    return teller.group(teller.learnt(teller.place_of("bias", node.id)), "bias")


def _brief_sum(teller: Teller, node: Node) -> Pieces:
    """Σ w·x where there are many terms of one kind; else the full line has to do."""
    network, notation = teller.context.network, teller.notation
    edges = network.arriving[node.id]
    kinds = {network.node(edge.source).kind for edge in edges}
    plain = len(edges) < MANY or len(kinds) > 1
    if plain or any(e.source in notation.bare or teller.is_sign(e) for e in edges):
        return ()
    value = notation.any_value(edges[0].source)
    summed = Piece("Σ ", r"\sum_{i} ")
    line = (summed, notation.any_weight(node.id), Piece("·", r"\,"), value)
    bias = _bias(teller, node)
    return line if bias is None else (*line, PLUS, *bias.brief)


def _why_sum(teller: Teller, node: Node, rows: Sequence[Row]) -> str:
    edges = teller.context.network.arriving[node.id]
    if not edges:
        return "Nothing arrives here, so only the bias counts." if rows else "Nothing arrives here."
    names = [*(teller.name(edge.source) for edge in edges), "the bias"]
    told = _pushes(teller, rows, names)
    if len(rows) == 1:
        told = f"Only {names[0]} arrives here" + (
            "." if teller.is_sign(edges[0]) else ", times its weight.")  # fmt: skip
    idle = [
        teller.name(edge.source)
        for edge in edges
        if not teller.is_sign(edge) and teller.a(edge.source) == 0
    ]
    if not idle:
        return told
    whom = " and ".join(idle) if len(idle) < MANY else f"{len(idle)} of them"
    weights = "that weight has" if len(idle) == 1 else "those weights have"
    return f"{told} With {whom} at 0, {weights} no say."


def _pushes(teller: Teller, rows: Sequence[Row], names: Sequence[str]) -> str:
    """Who pulls the sum up most, and who pulls it down most."""
    up = max(range(len(rows)), key=lambda i: rows[i].value)
    down = min(range(len(rows)), key=lambda i: rows[i].value)
    said = []
    if rows[up].value > 0:
        said.append(f"up most by {names[up]} ({short(rows[up].value, teller.digits)})")
    if rows[down].value < 0:
        said.append(f"down most by {names[down]} ({short(rows[down].value, teller.digits)})")
    if not said:
        return "Everything that arrives is 0."
    return f"Pulled {', '.join(said)}."


def _tell_product(teller: Teller, step: MicroStep, node: Node, parts: list[Product]) -> Formula:
    groups = tuple(group for part in parts for group in part.groups)
    product = Product(groups, sum(part.negative for part in parts) % 2 == 1)
    why = "Everything that arrives is multiplied."
    if any(part.value == 0 for part in parts):
        why = "One of the factors is 0, so the product is 0."
    elif not parts:
        why = "Nothing arrives here; a product of nothing is 1."
    return teller.tell(
        step, TITLES["product"].format(teller.name(node.id)), teller.notation.total(node.id),
        product.term, teller.z(node.id), why, product if groups else None, product.brief,
    )  # fmt: skip


def _tell_choice(teller: Teller, step: MicroStep, node: Node, parts: list[Product]) -> Formula:
    edges, z = teller.context.network.arriving[node.id], teller.z(node.id)
    chosen = chosen_edge(teller, node)
    rows = tuple(
        teller.row_of(part, edge is chosen) for part, edge in zip(parts, edges, strict=True)
    )
    line: list[Term | Piece] = [Piece(f"{node.combine}(", rf"\{node.combine}(")]
    for i, part in enumerate(parts):
        line += [COMMA, part.term] if i else [part.term]
    term = joined([*line, CLOSE], z) if parts else constant(0)
    return teller.tell(
        step, TITLES[node.combine].format(teller.name(node.id)), teller.notation.total(node.id),
        term, z, _why_choice(teller, node, parts, chosen),
        Table(rows, "max" if node.combine == "max" else "min") if rows else None,
    )  # fmt: skip


def chosen_edge(teller: Teller, node: Node) -> Edge | None:
    """The edge that a maximum or minimum lets through: the first among equals."""
    edges = teller.context.network.arriving[node.id]
    if not edges:
        return None
    values = [teller.w(edge) * teller.a(edge.source) for edge in edges]
    best = max(values) if node.combine == "max" else min(values)
    return edges[values.index(best)]


def _why_choice(teller: Teller, node: Node, parts: Sequence[Product], chosen: Edge | None) -> str:
    if chosen is None:
        return "Nothing arrives here, so it is 0."
    word = "large" if node.combine == "max" else "small"
    best = [part.value for part in parts].count(teller.z(node.id))
    who = teller.name(chosen.source)
    if best > 1:
        return f"Several are equally {word}; the first of them, {who}, counts."
    return f"Only the {SUPERLATIVES[word]} passes: it comes from {who}."


def tell_activation(teller: Teller, step: MicroStep) -> Formula:
    """a = f(z)"""
    node = teller.context.network.node(step.node)
    row, z, a = activation(node.activation), teller.z(node.id), teller.a(node.id)
    plain, latex = row.form(z, node.leak) if row.form else (row.plain, row.latex)
    leak = constant(node.leak, teller.digits)
    term = filled(plain, latex, {"z": teller.total(node.id), "leak": leak}, a)
    title, why = f"Value of {teller.name(node.id)}", row.sentence(z, node.leak, teller.digits)
    return teller.tell(step, title, teller.notation.value(node.id), term, a, why)
