"""The way back as formulas: error terms by path, gradients over the batch, and why they are so."""

from engine.experiment.trace import MicroStep
from engine.formulas.forward import chosen_edge, part_of, probability
from engine.formulas.teller import Teller, chip, over_samples, some_of
from engine.formulas.terms import (
    CLOSE,
    DOT,
    OPEN,
    PLUS,
    Factor,
    FactorGroup,
    LazyRows,
    Piece,
    Pieces,
    Plate,
    Product,
    Ref,
    StepFormula,
    SumRow,
    Term,
    TermTable,
    added,
    constant,
    filled,
    joined,
    number_piece,
)
from engine.functions.activations import activation
from engine.functions.losses import loss, slope_at
from engine.network import Edge, Node, Place
from engine.numerals import Role, short

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


def _upstream(teller: Teller, target: str) -> FactorGroup:
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
    groups: list[FactorGroup] = []
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


def _choice(teller: Teller, edge: Edge, wins: bool) -> FactorGroup:
    """1 where the max or min let this edge through, else 0."""
    name = teller.notation.value(edge.source)
    combine = teller.context.network.node(edge.target).combine
    symbol = Piece(
        f"[{name.plain} wins]", rf"[{name.latex}\ \mathrm{{wins}}]", Role.FORWARD,
        Ref("value", edge.target),
    )  # fmt: skip
    return teller.group(teller.term(symbol, float(wins)), combine)


def _is_constant(group: FactorGroup) -> bool:
    """Whether a local slope is a mere 1, −1 or 0 that no number on the canvas stands for."""
    return all(factor.caption in ("max", "min") for factor in group.factors)


def _told_as_slope(teller: Teller, edge: Edge, local: Product) -> FactorGroup:
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


def with_brackets(groups: tuple[FactorGroup, ...]) -> tuple[FactorGroup, ...]:
    """All factors of a local slope under one bracket."""
    whole = Product(groups)
    if len(whole.factors) == 1:
        (factor,) = whole.factors
        named = Factor(factor.term, factor.symbol, factor.number, "local")
        return (FactorGroup((named,), groups[0].brief),)
    return (FactorGroup(whole.factors, whole.brief, "local"),)


def paths_from(teller: Teller, node_id: str) -> Paths:
    """Every edge out of a node with what comes back over it."""
    return [(edge, path_of(teller, edge)) for edge in teller.context.network.leaving[node_id]]


FLAT = 0.02
MOST_NAMES = 3


def why_error(teller: Teller, node: Node, paths: Paths) -> str:
    """Why a neuron has the error term that it has."""
    if not node.output and not paths:
        return why_paths(teller, node.id, paths)
    row, z, a = activation(node.activation), teller.z(node.id), teller.a(node.id)
    remark = row.remark(z)
    if remark:
        return remark
    cancels = node.output and loss(teller.settings.loss).by_sum
    if row.ends and not cancels and row.slope_at(z, a, node.leak) < FLAT:
        return f"Its {node.activation} is nearly flat here, so hardly any blame gets through."
    if node.output:
        return _why_output(teller, node, bool(paths))
    told = why_paths(teller, node.id, paths)
    if teller.notation.slopes and node.activation != "identity":
        return f"{told} Then its own curve's slope."
    return told


def _why_output(teller: Teller, node: Node, feeds_on: bool) -> str:
    row = loss(teller.settings.loss)
    if row.remark:
        return row.remark
    told = row.blame(teller.comparison(node.id))
    return f"{told} The paths that go on from here add theirs." if feeds_on else told


def why_paths(teller: Teller, node_id: str, paths: Paths) -> str:
    """Upstream × local, which paths are summed, and what each kind of node passes on."""
    if not paths:
        what = "blame" if not teller.notation.slopes else "slope"
        return f"No path leads from here to an output, so it gets no {what}."
    if len(paths) > 1:
        names = [teller.name(edge.target) for edge, _ in paths]
        through = f", through {', '.join(names[:-1])} and {names[-1]}"
        if len(names) > MOST_NAMES:
            through = ""
        return f"It acts along {len(paths)} paths{through}: what comes back on each is added up."
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
    if teller.w(edge) == 0:
        return f"The weight to {who} is 0, so no blame comes back over it."
    product = "Blame × weight" if _is_plain(teller, edge) else "Blame × weight × slope"
    if teller.w(edge) < 0:
        return f"{product}: the weight is negative, so what {who} sends back turns its sign."
    return f"{product}: the blame of {who} comes back through the same weight."


def _is_plain(teller: Teller, edge: Edge) -> bool:
    return teller.context.network.node(edge.source).activation == "identity"


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


def tell_gradient(teller: Teller, step: MicroStep) -> StepFormula:
    """∂E/∂w = δ·o for one sample; for several the mean or the sum of what each of them says."""
    place = teller.context.network.places[step.place]
    value = float(teller.trace.numbers.gradient[step.place])
    subject = teller.notation.gradient(step.place)
    title, products = gradient_title(teller, place), _contributions(teller, place)
    why = _why(teller, place, value)
    if teller.samples > 1:
        return _tell_batch(teller, step, place, title, why)
    brief = products[0].brief if len(products) == 1 else ()
    return teller.tell(step, title, subject, added(products, value), value, why,
                       _gradient_plate(teller, products), brief)  # fmt: skip


def gradient_title(teller: Teller, place: Place) -> str:
    """Gradient of the weight from hidden 4 to output 6."""
    if teller.notation.slopes:
        along = teller.notation.parameter(teller.context.network.place_index[place])
        return f"Slope of {teller.notation.top.plain} along {along.plain}"
    return f"Gradient of {called(teller, place)}"


def called(teller: Teller, place: Place) -> str:
    """The weight from hidden 4 to output 6, the bias of hidden 4, or the name of a parameter."""
    if place.what == "weight":
        source, target = teller.name(place.source), teller.name(place.target)
        return f"the weight from {source} to {target}"
    return f"the bias of {teller.name(place.target)}" if place.what == "bias" else (
        teller.name(place.target))  # fmt: skip


def _contributions(teller: Teller, place: Place) -> list[Product]:
    """What one sample says: one product for a weight or a bias, one per path for a parameter."""
    if place.what == "value":
        return [path for _, path in paths_from(teller, place.target)]
    upstream = teller.group(teller.error(place.target), reused(teller, place.target))
    if place.what == "bias":
        return [Product((upstream,))]
    local = local_slope(teller, _edge(teller, place), along_weight=True)
    groups = with_brackets(local.groups) if teller.notation.slopes else local.groups
    return [Product((upstream, *groups), local.negative)]


def _edge(teller: Teller, place: Place) -> Edge:
    return teller.context.network.edge(place.source, place.target)


def _gradient_plate(teller: Teller, products: list[Product]) -> Plate:
    if not products:
        return None
    if len(products) == 1:
        return products[0]
    return TermTable(tuple(teller.row_of(product) for product in products))


def _tell_batch(teller: Teller, step: MicroStep, place: Place, title: str, why: str) -> StepFormula:
    value = float(teller.trace.numbers.gradient[step.place])

    def term(sample: int) -> Term:
        return added(_contributions(teller.of_sample(sample), place), 0.0)

    def row(sample: int) -> SumRow:
        products = _contributions(teller.of_sample(sample), place)
        total = added(products, sum(product.value for product in products))
        return teller.row_of_term(total, f"sample {int(teller.trace.rows[sample]) + 1}")

    line = over_samples(teller, _each(teller, place), some_of(term, teller.samples), value)
    table = TermTable(LazyRows(teller.samples, row), teller.settings.reduction)
    return teller.tell(step, title, teller.notation.gradient(step.place), line, value, why,
                       table, chip=chip(teller))  # fmt: skip


def _each(teller: Teller, place: Place) -> Pieces:
    products = _contributions(teller, place)
    symbols = added(products, 0.0).symbols
    alone = len(products) == 1 and not products[0].negative
    return symbols if alone or not products else (OPEN, *symbols, CLOSE)


def _why(teller: Teller, place: Place, value: float) -> str:
    if teller.samples > 1:
        kind = "mean" if teller.settings.reduction == "mean" else "sum"
        return f"Each sample says how the loss moves with it; the {kind} of all of them counts."
    if place.what == "value":
        return why_paths(teller, place.target, paths_from(teller, place.target))
    error = "upstream slope" if teller.notation.slopes else "error term"
    if place.what == "bias":
        return f"A bias is added as it is, so its gradient is the {error} itself."
    return _why_weight(teller, place, value, error)


def _why_weight(teller: Teller, place: Place, value: float, error: str) -> str:
    source, target = teller.name(place.source), teller.name(place.target)
    if teller.a(place.source) == 0:
        return f"What came in from {source} is 0, so this weight had no say."
    if teller.delta(place.target) == 0:
        return f"The {error} of {target} is 0, so this weight gets no blame."
    if value == 0:
        return "What this weight changes does not get through, so it gets no blame."
    way = "raises" if value > 0 else "lowers"
    what = teller.notation.top.plain if teller.notation.slopes else "the loss"
    came = f"what came in from {source}"
    if teller.context.network.node(place.target).combine == "product":
        came += " and the other factors"
    return f"The {error} of {target}, times {came}: more weight {way} {what}."


def own_slope(teller: Teller, node: Node) -> FactorGroup:
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
    return FactorGroup((teller.whole_factor(term, "slope of the loss"),), term.symbols)


def _softmax_slope(teller: Teller, node: Node, t: Term) -> FactorGroup:
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
    return FactorGroup((teller.whole_factor(term, "slope of the loss"),), term.symbols)


def slope_groups(teller: Teller, node: Node) -> tuple[FactorGroup, ...]:
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
        return (FactorGroup(named, Product((FactorGroup(named, ()),)).term.symbols),)
    total = z.symbols[0]
    brief = Piece(f"{row.sign}′({total.plain})", f"{row.sign_latex}'({total.latex})", Role.FORWARD,
                  total.refers)  # fmt: skip
    return (FactorGroup(tuple(factors), (brief,), f"slope of {row.sign}"),)


def tell_error(teller: Teller, step: MicroStep) -> StepFormula:
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
    plate = _error_plate(teller, node, paths, own if not fused else None, tail, extra)
    why = why_error(teller, node, paths)
    return teller.tell(step, title, subject, term, value, why, plate, brief)


def tell_derivative(teller: Teller, step: MicroStep) -> StepFormula:
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


def _line(
    blames: list[Product], tail: tuple[FactorGroup, ...], value: float
) -> tuple[Term, Pieces]:
    """(blame + blame) · slope, in full and in short."""
    if not blames:
        return constant(0), ()
    if len(blames) == 1:
        product = Product((*blames[0].groups, *tail), blames[0].negative)
        return product.term, product.brief
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
    term = joined([OPEN, total, CLOSE, DOT, slope.unsigned], value)
    return term, (OPEN, *short_line, CLOSE, DOT, *tail[0].brief)


def _error_plate(
    teller: Teller, node: Node, paths: Paths, own: FactorGroup | None,
    tail: tuple[FactorGroup, ...], extra: Product | None,
) -> Plate:  # fmt: skip
    if own is None and extra is None:
        return _paths_plate(teller, paths, tail)
    if not paths:
        return extra or Product((own, *tail) if own is not None else tail)
    rows = [] if own is None else [teller.row_of(Product((own,)))]
    for _, path in paths:
        held = Product((*path.groups, *tail), path.negative) if extra else path
        rows.append(teller.row_of(held))
    if extra is not None:
        rows.append(teller.row_of(extra))
        return TermTable(tuple(rows))
    return teller.bent(tuple(rows), tail)


def _paths_plate(teller: Teller, paths: Paths, tail: tuple[FactorGroup, ...]) -> Plate:
    if not paths:
        return None
    if len(paths) == 1:
        ((_, path),) = paths
        return Product((*path.groups, *tail), path.negative)
    return teller.bent(tuple(teller.row_of(path) for _, path in paths), tail)
