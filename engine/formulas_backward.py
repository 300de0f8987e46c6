"""The way back as formulas: the error term of a neuron, and the slope along an input."""

from engine.activations import activation
from engine.formulas_forward import chosen_edge
from engine.formulas_numbers import Teller
from engine.formulas_paths import paths_from
from engine.formulas_pieces import (
    CLOSE,
    DOT,
    OPEN,
    PLUS,
    Piece,
    Pieces,
    Ref,
    Term,
    constant,
    filled,
    joined,
    number_piece,
)
from engine.formulas_shape import Factor, Formula, Group, Plate, Product, Table, added
from engine.formulas_softmax import probability
from engine.losses import loss
from engine.network import Edge, Node
from engine.numerals import short
from engine.script import MicroStep

SIGMA = {
    "sigmoid": ("σ", r"\sigma"), "tanh": ("tanh", r"\tanh"), "relu": ("relu", r"\mathrm{relu}"),
    "leaky relu": ("leaky", r"\mathrm{leaky}"), "softplus": ("softplus", r"\mathrm{softplus}"),
    "step": ("step", r"\mathrm{step}"), "absolute": ("abs", r"\mathrm{abs}"),
}  # fmt: skip
Paths = list[tuple[Edge, Product]]


def tell_error(teller: Teller, step: MicroStep) -> Formula:
    """δ = (the loss's own slope + Σ over the paths of upstream × local) · the activation's slope"""
    node = teller.context.network.node(step.node)
    paths, tail = paths_from(teller, node.id), slope_groups(teller, node)
    value = teller.delta(node.id)
    fused = node.output and loss(teller.settings.loss).by_sum
    own = own_slope(teller, node) if node.output else None
    subject, title = teller.notation.error(node.id), title_of(teller, node)
    blames = [Product((own,))] if own is not None and not fused else []
    blames += [path for _, path in paths]
    term, brief = _line(blames, tail, value)
    extra = Product((own,)) if own is not None and fused else None
    if extra is not None and blames:
        term = joined([term, PLUS, extra.term], value)
        brief = (*brief, PLUS, *extra.brief)
    elif extra is not None:
        term, brief = extra.term, extra.brief
    plate = _plate(teller, node, paths, own if not fused else None, tail, extra)
    why = _why_error(teller, node, paths)
    return teller.tell(step, title, subject, term, value, why, plate, brief)


def tell_derivative(teller: Teller, step: MicroStep) -> Formula:
    """The slope along an input: Σ over the paths of upstream × local."""
    value = float(teller.trace.numbers.back[teller.index(step.node), teller.sample])
    subject = teller.notation.derivative(step.node)
    paths = paths_from(teller, step.node)
    products = [path for _, path in paths]
    term, brief = _line(products, (), value)
    plate = _paths_plate(teller, paths, ())
    return teller.tell(step, slope_title(teller, step.node), subject, term, value,
                       why_paths(teller, step.node, paths), plate, brief)  # fmt: skip


def title_of(teller: Teller, node: Node) -> str:
    """Error term of hidden 4, or in a circuit: Slope of f along q."""
    if teller.notation.slopes:
        along = teller.notation.total(node.id).plain
        return f"Slope of {teller.notation.top.plain} along {along}"
    return f"Error term of {teller.name(node.id)}"


def slope_title(teller: Teller, node_id: str) -> str:
    """Slope of f along y."""
    return f"Slope of {teller.notation.top.plain} along {teller.notation.value(node_id).plain}"


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
    return Group((_factor(teller, term, "slope of the loss"),), term.symbols)


def _softmax_slope(teller: Teller, node: Node, t: Term) -> Group:
    """p − t; where the targets do not add up to 1, p times their sum."""
    p, outputs = probability(teller, node.id), teller.context.network.outputs
    whole = sum(teller.t(node_id) for node_id in outputs)
    if whole == 1:
        row = loss(teller.settings.loss)
        term = filled(row.slope_plain, row.slope_latex, {"p": p, "t": t}, p.value - t.value)
    else:
        everyone = Piece("Σt", r"\sum t", "truth", Ref("target", node.id))
        parts: list[Term | Piece] = [
            OPEN,
            p,
            DOT,
            teller.term(everyone, whole),
            Piece(" − ", "-"),
            t,
            CLOSE,
        ]
        term = joined(parts, p.value * whole - t.value)
    return Group((_factor(teller, term, "slope of the loss"),), term.symbols)


def _loss_slope(kind: str, a: float, t: float) -> float:
    if kind == "squared":
        return 2 * (a - t)
    if kind == "absolute":
        return float(a > t) - float(a < t)
    if kind == "hinge":
        return -t if t * a < 1 else 0.0
    return a - t


def _factor(teller: Teller, term: Term, caption: str) -> Factor:
    """A factor of several pieces, shown on the plate without its outer parentheses."""
    symbols = term.symbols
    plain, latex = "".join(x.plain for x in symbols), "".join(x.latex for x in symbols)
    if _is_held(plain):
        plain, latex = plain[1:-1], latex[1:-1]
    first = next((x for x in symbols if x.refers is not None), symbols[0])
    symbol = Piece(plain, latex, first.role, first.refers)
    return Factor(term, symbol, number_piece(term.value, teller.digits, first.role, first.refers),
                  caption)  # fmt: skip


def _is_held(text: str) -> bool:
    """Whether one pair of parentheses holds the whole text."""
    if not (text.startswith("(") and text.endswith(")")):
        return False
    depth = 0
    for i, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if depth == 0:
            return i == len(text) - 1
    return False


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
            known = number_piece(value, teller.digits, "forward", term.symbols[0].refers)
            term = Term(term.symbols, (known,), value)
        factors.append(_factor(teller, term, ""))
    plain, latex = SIGMA.get(node.activation, ("", ""))
    if not plain:
        named = tuple(Factor(f.term, f.symbol, f.number, "slope") for f in factors)
        return (Group(named, Product((Group(named, ()),)).term.symbols),)
    brief = Piece(f"{plain}′({z.symbols[0].plain})", f"{latex}'({z.symbols[0].latex})", "forward",
                  z.symbols[0].refers)  # fmt: skip
    return (Group(tuple(factors), (brief,), f"slope of {plain}"),)


def _line(blames: list[Product], tail: tuple[Group, ...], value: float) -> tuple[Term, Pieces]:
    """(blame + blame) · slope, in full and in short."""
    if not blames:
        return constant(0), ()
    if len(blames) == 1:
        product = Product((*blames[0].groups, *tail), blames[0].negative)
        return product.unsigned if not product.negative else product.term, product.brief
    total = added(blames, 0.0)
    short_line: list[Piece] = []
    for i, blame in enumerate(blames):
        brief = blame.brief
        if i:
            short_line += [Piece(" − ", "-"), *brief[1:]] if blame.negative else [PLUS, *brief]
        else:
            short_line += brief
    if not tail:
        return Term(total.symbols, total.numbers, value), tuple(short_line)
    slope = Product(tail)
    term = joined([OPEN, total, CLOSE, DOT, slope.term], value)
    return term, (OPEN, *short_line, CLOSE, DOT, *slope.brief)


def _plate(
    teller: Teller, node: Node, paths: Paths, own: Group | None, tail: tuple[Group, ...],
    extra: Product | None,
) -> Plate:  # fmt: skip
    if own is None and extra is None:
        return _paths_plate(teller, paths, tail)
    if not paths:
        return extra or Product((own, *tail) if own is not None else tail)
    rows = [] if own is None else [teller.row_of(Product((own,)), "from the loss")]
    for edge, path in paths:
        held = Product((*path.groups, *tail), path.negative) if extra else path
        rows.append(teller.row_of(held, f"from {teller.notation.name(edge.target)}"))
    if extra is not None:
        rows.append(teller.row_of(extra, "from the loss"))
        return Table(tuple(rows))
    return Table(tuple(rows), tail=tail)


def _paths_plate(teller: Teller, paths: Paths, tail: tuple[Group, ...]) -> Plate:
    if not paths:
        return None
    if len(paths) == 1:
        ((_, path),) = paths
        return Product((*path.groups, *tail), path.negative)
    rows = tuple(
        teller.row_of(path, f"from {teller.notation.name(edge.target)}") for edge, path in paths
    )
    return Table(rows, tail=tail)


def _why_error(teller: Teller, node: Node, paths: Paths) -> str:
    flat = activation(node.activation).remark(teller.z(node.id))
    if flat:
        return flat
    if not node.output:
        return why_paths(teller, node.id, paths)
    return _why_output(teller, node, bool(paths))


def _why_output(teller: Teller, node: Node, feeds_on: bool) -> str:
    kind = teller.settings.loss
    row = loss(kind)
    if row.remark:
        return row.remark
    if kind == "output":
        told = "The output itself is made small; its own slope is 1, and the way back begins."
    elif row.by_sum:
        told = "The slopes of sigmoid and logarithm cancel: what is left is answer minus target."
    elif kind == "softmax cross-entropy":
        told = "Softmax and logarithm together leave probability minus target."
    elif kind == "hinge" and teller.t(node.id) * teller.a(node.id) >= 1:
        told = "The answer is right with room to spare, so the hinge has slope 0."
    else:
        told = _why_miss(teller, node)
    return f"{told} The paths that go on from here add theirs." if feeds_on else told


def _why_miss(teller: Teller, node: Node) -> str:
    miss = teller.a(node.id) - teller.t(node.id)
    if miss == 0:
        return "The answer is exactly right, so there is nothing to blame."
    side = "high" if miss > 0 else "low"
    told = f"The answer is too {side} by {short(abs(miss), teller.digits)}"
    if node.activation == "identity":
        return f"{told}; that is where the blame begins."
    return f"{told}; the slope says how much the sum could change that."


def why_paths(teller: Teller, node_id: str, paths: Paths) -> str:
    """Upstream × local, which paths are summed, and what each kind of node passes on."""
    if not paths:
        what = "blame" if not teller.notation.slopes else "slope"
        return f"No path leads from here to an output, so it gets no {what}."
    if len(paths) > 1:
        names = ", ".join(teller.name(edge.target) for edge, _ in paths[:4])
        more = " and others" if len(paths) > 4 else ""
        return (f"It acts along {len(paths)} paths, through {names}{more}: what comes back along "
                "each is added up.")  # fmt: skip
    return _why_path(teller, paths[0][0])


def _why_path(teller: Teller, edge: Edge) -> str:
    network = teller.context.network
    target = network.node(edge.target)
    who = teller.name(edge.target)
    if target.combine == "product":
        others = len(network.arriving[target.id]) - 1
        passes = "the other value" if others == 1 else "the product of the others"
        return f"Upstream × local: a product passes on {passes}."
    if target.combine != "sum":
        return _why_choice(teller, edge, target)
    if teller.notation.slopes:
        return _why_sum(teller, edge)
    if teller.is_sign(edge):
        return f"The blame of {who} comes back through a fixed weight of {short(teller.w(edge))}."
    way = "with its sign turned" if teller.w(edge) < 0 else "with its sign kept"
    if teller.w(edge) == 0:
        return f"The weight to {who} is 0, so no blame comes back over it."
    return f"Blame × weight × slope: the blame of {who} comes back through the same weight, {way}."


def _why_sum(teller: Teller, edge: Edge) -> str:
    if not teller.is_sign(edge):
        return "Upstream × local: a weighted sum passes the slope on, times the weight."
    if teller.w(edge) < 0:
        return "Upstream × local: a difference turns the sign of what it takes away."
    return "Upstream × local: a sum passes the slope through unchanged."


def _why_choice(teller: Teller, edge: Edge, target: Node) -> str:
    arriving = teller.context.network.arriving[target.id]
    parts = [teller.w(other) * teller.a(other.source) for other in arriving]
    z = teller.z(target.id)
    first = chosen_edge(teller, target) is edge
    if parts.count(z) > 1 and parts[arriving.index(edge)] == z:
        which = "it is the first, so everything goes to it" if first else "the first takes it all"
        return f"Several are equally good at {teller.name(target.id)}; {which}."
    if first:
        return f"A {target.combine} passes everything back to the one it chose: this one."
    return f"A {target.combine} passes nothing back to those that it did not choose."
