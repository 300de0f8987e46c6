"""The way back as formulas: error terms by path, gradients over the batch, and why they are so."""

from dataclasses import replace

from engine.experiment.trace import MicroStep
from engine.formulas.forward import chosen_edge, part_of, probability
from engine.formulas.teller import Teller, over_batch
from engine.formulas.terms import (
    Factor,
    Part,
    Piece,
    Pieces,
    Product,
    Ref,
    StepFormula,
    Term,
    added,
    constant,
    filled,
    joined,
    number_piece,
    unheld,
)
from engine.functions.activations import activation
from engine.functions.losses import loss, slope_at
from engine.network import Edge, Node, Place
from engine.numerals import NumberRole, short

Paths = list[tuple[Edge, Product]]


def paths_from(teller: Teller, node_id: str) -> Paths:
    """Every edge out of a node with what comes back over it: δ of the target × the slope of the
    target's sum along the value of the source."""
    found, notation = Paths(), teller.notation
    for edge in teller.network.leaving[node_id]:
        local = _local_slope(teller, edge)
        # A mere 1, −1 or 0 that no number on the canvas stands for.
        is_constant = all(factor.caption in ("max", "min") for factor in local.factors)
        if notation.slopes and is_constant:
            target, term = notation.total(edge.target), constant(local.value, teller.digits)
            if target != notation.top:  # else it is the very slope that is looked for
                refers = Ref("weight", place=teller.place(edge))
                symbol = notation.slope(target, notation.value(edge.source), refers)
                term = teller.term(replace(symbol, role=NumberRole.MEMORY), local.value)
            local = Product((teller.factor(term, "local"),))
        found.append((edge, _over(teller, edge.target, local)))
    return found


def _local_slope(teller: Teller, edge: Edge, along_weight: bool = False) -> Product:
    """How the combined input of the target moves with the source's value, or with the weight.

    sum: the weight. product: the weight and all other parts. max and min: the weight where the
    edge is the chosen one, else 0.
    """
    node = teller.network.node(edge.target)
    factors: list[Factor] = []
    negative = False
    if along_weight:
        factors.append(teller.came_in(edge.source))
    elif teller.is_sign(edge):
        negative = teller.w(edge) < 0
    else:
        factors.append(teller.factor(teller.learnt(teller.place(edge)), "weight"))
    if node.combine == "product":
        for other in teller.network.arriving[node.id]:
            if other is not edge:
                part = part_of(teller, other)
                factors += part.factors
                negative ^= part.negative
    elif node.combine != "sum":
        name = teller.notation.value(edge.source)
        symbol = Piece(
            f"[{name.plain} wins]", rf"[{name.latex}\ \mathrm{{wins}}]", NumberRole.FORWARD,
            Ref("value", node.id),
        )  # fmt: skip
        wins = float(chosen_edge(teller, node) is edge)
        factors.append(teller.factor(teller.term(symbol, wins), node.combine))
    return Product(tuple(factors), negative)


def _over(teller: Teller, target: str, local: Product) -> Product:
    """Upstream × local; in a circuit all factors of a local slope stand under one bracket."""
    factors = local.factors
    if teller.notation.slopes:
        factors = tuple(replace(factor, caption="local") for factor in factors)
    return Product((teller.upstream(target), *factors), local.negative)


FLAT = 0.02
MOST_NAMES = 3


def why_error(teller: Teller, node: Node, paths: Paths) -> str:
    """Why a neuron has the error term that it has."""
    if not node.output and not paths:
        return why_paths(teller, node.id, paths)
    row, z, a = activation(node.activation), teller.z(node.id), teller.a(node.id)
    if remark := row.remark(z):
        return remark
    chosen = loss(teller.settings.loss)
    cancels = node.output and chosen.by_sum
    if row.ends and not cancels and row.slope_at(z, a, node.leak) < FLAT:
        return f"Its {node.activation} is nearly flat here, so hardly any blame gets through."
    if node.output:
        told = chosen.remark or chosen.blame(teller.comparison(node.id))
        feeds_on = paths and not chosen.remark
        return f"{told} The paths that go on from here add theirs." if feeds_on else told
    told = why_paths(teller, node.id, paths)
    if teller.notation.slopes and node.activation != "identity":
        return f"{told} Then its own curve's slope."
    return told


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
    network = teller.network
    target = network.node(edge.target)
    who = teller.name(edge.target)
    if target.combine == "product":
        others = len(network.arriving[target.id]) - 1
        passes = "the other value" if others == 1 else "the product of the others"
        return f"Upstream × local: a product passes on {passes}."
    if target.combine != "sum":
        return _why_choice(teller, edge, target)
    if teller.notation.slopes:
        passes = "sum passes the slope through unchanged"
        if not teller.is_sign(edge):
            passes = "weighted sum passes the slope on, times the weight"
        elif teller.w(edge) < 0:
            passes = "difference turns the sign of what it takes away"
        return f"Upstream × local: a {passes}."
    if teller.is_sign(edge):
        return f"The blame of {who} comes back through a fixed weight of {short(teller.w(edge))}."
    if teller.w(edge) == 0:
        return f"The weight to {who} is 0, so no blame comes back over it."
    plain = network.node(edge.source).activation == "identity"
    product = "Blame × weight" if plain else "Blame × weight × slope"
    if teller.w(edge) < 0:
        return f"{product}: the weight is negative, so what {who} sends back turns its sign."
    return f"{product}: the blame of {who} comes back through the same weight."


def _why_choice(teller: Teller, edge: Edge, target: Node) -> str:
    arriving = teller.network.arriving[target.id]
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
    place = teller.network.places[step.place]
    value = float(teller.trace.numbers.gradient[step.place])
    subject, products = teller.notation.gradient(step.place), _contributions(teller, place)
    along = teller.notation.parameter(step.place)
    title = _title(teller, along, f"Gradient of {place.called(teller.name)}")
    why, line = _why(teller, place, value), added(products, value)
    if teller.samples == 1:
        brief = products[0].brief if len(products) == 1 else ()
        return teller.tell(step, title, subject, line, why, teller.plate(products), brief)

    def term(sample: int) -> Term:
        products = _contributions(replace(teller, sample=sample), place)
        return added(products, sum(product.value for product in products))

    plain = not products or (len(products) == 1 and not products[0].negative)
    each = line.symbols if plain else joined(["(", line, ")"], value).symbols
    whole, table = over_batch(teller, each, term, value)
    return teller.tell(step, title, subject, whole, why, table)


def _title(teller: Teller, along: Piece, otherwise: str = "") -> str:
    """In a circuit, or where nothing else is said: Slope of f along q."""
    slope = f"Slope of {teller.notation.top.plain} along {along.plain}"
    return slope if teller.notation.slopes else otherwise or slope


def _contributions(teller: Teller, place: Place) -> list[Product]:
    """What one sample says: one product for a weight or a bias, one per path for a parameter."""
    if place.what == "value":
        return [path for _, path in paths_from(teller, place.target)]
    if place.what == "bias":
        return [Product((teller.upstream(place.target),))]
    edge = teller.network.edge(place.source, place.target)
    return [_over(teller, place.target, _local_slope(teller, edge, along_weight=True))]


def _why(teller: Teller, place: Place, value: float) -> str:
    if teller.samples > 1:
        kind = teller.settings.reduction
        return f"Each sample says how the loss moves with it; the {kind} of all of them counts."
    if place.what == "value":
        return why_paths(teller, place.target, paths_from(teller, place.target))
    error = "upstream slope" if teller.notation.slopes else "error term"
    if place.what == "bias":
        return f"A bias is added as it is, so its gradient is the {error} itself."
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
    if teller.network.node(place.target).combine == "product":
        came += " and the other factors"
    return f"The {error} of {target}, times {came}: more weight {way} {what}."


def _own_slope(teller: Teller, node: Node) -> Factor:
    """The slope of the loss at an output: along its value, or along its sum where that is short."""
    chosen = loss(teller.settings.loss)
    if "{" not in chosen.slope_plain:
        caption = "slope of the loss" if chosen.has_targets else "the output itself"
        return teller.factor(constant(float(chosen.slope_plain)), caption)
    t, targets = teller.target(node.id), sum(map(teller.t, teller.network.outputs))
    if chosen.shares:
        p = probability(teller, node.id)
        if targets != 1:  # then it is p times their sum, minus t
            whole = Piece("Σt", r"\sum t", NumberRole.TRUTH, Ref("target", node.id))
            p = joined([p, "·", teller.term(whole, targets)], p.value * targets)
        terms, value = {"p": p, "t": t}, p.value - t.value
    else:
        a = teller.value(node.id)
        terms, value = {"a": a, "t": t}, slope_at(teller.settings.loss, a.value, t.value)
    term = filled(chosen.slope_plain, chosen.slope_latex, terms, value)
    return teller.factor(term, "slope of the loss")


def _slope_of(teller: Teller, node: Node) -> tuple[Factor, ...]:
    """The slope of the activation at its sum; nothing where it is 1 everywhere."""
    if node.activation == "identity":
        return ()
    row = activation(node.activation)
    z, a = teller.total(node.id), teller.value(node.id)
    total, factors = z.symbols[0], list[Factor]()
    caption, brief = "slope", None
    if row.sign_latex:
        told = f"{row.sign}′({total.plain})", f"{row.sign_latex}'({total.latex})"
        caption, brief = f"slope of {row.sign}", (Piece(*told, NumberRole.FORWARD, total.refers),)
    for factor in row.slope_factors:
        value = factor.value(z.value, a.value, node.leak)
        term = filled(factor.plain, factor.latex, {"z": z, "a": a}, value)
        if factor.opaque:
            known = number_piece(value, teller.digits, NumberRole.FORWARD, term.symbols[0].refers)
            term = Term(term.symbols, (known,), value)
        factors.append(teller.factor(term, caption, brief=unheld(term.symbols)))
    if brief:  # it is told with the first of them
        factors = [replace(one, brief=() if i else brief) for i, one in enumerate(factors)]
    return tuple(factors)


def tell_error(teller: Teller, step: MicroStep) -> StepFormula:
    """δ = (the loss's own slope + Σ over the paths of upstream × local) · the activation's slope"""
    node, value = teller.network.node(step.node), teller.delta(step.node)
    paths, tail = paths_from(teller, node.id), _slope_of(teller, node)
    own = [Product((_own_slope(teller, node),))] if node.output else []
    blames = [path for _, path in paths]
    fused = loss(teller.settings.loss).by_sum
    if not fused:
        blames = [*own, *blames]
    term, brief = _line(blames, tail, value)
    plate = teller.plate(blames, tail)
    if own and fused:  # the loss's own slope holds that of the activation already
        whole = [Product((*blame.factors, *tail), blame.negative) for blame in blames]
        plate = teller.plate([*whole, *own])
        before: list[Part] = [term, " + "] if blames else []
        brief = joined([brief, *before[1:], own[0].brief], value).symbols
        term = joined([*before, own[0].term], value)
    title = _title(teller, teller.notation.total(node.id), f"Error term of {teller.name(node.id)}")
    why = why_error(teller, node, paths)
    return teller.tell(step, title, teller.notation.error(node.id), term, why, plate, brief)


def tell_derivative(teller: Teller, step: MicroStep) -> StepFormula:
    """The slope along an input: Σ over the paths of upstream × local."""
    paths = paths_from(teller, step.node)
    products = [path for _, path in paths]
    term, brief = _line(products, (), teller.back(step.node))
    notation, along = teller.notation, teller.notation.value(step.node)
    subject = notation.slope(notation.top, along, Ref("derivative", step.node))
    why, plate = why_paths(teller, step.node, paths), teller.plate(products)
    return teller.tell(step, _title(teller, along), subject, term, why, plate, brief)


def _line(blames: list[Product], tail: tuple[Factor, ...], value: float) -> tuple[Term, Pieces]:
    """(blame + blame) · slope, in full and in short."""
    if not blames:
        return constant(value), ()
    if len(blames) == 1:
        product = Product((*blames[0].factors, *tail), blames[0].negative)
        return joined([product.term], value), product.brief
    total, brief = added(blames, value), added(blames, value, short=True)
    if tail:
        slope = Product(tail)
        total = joined(["(", total, ")", "·", slope.unsigned], value)
        brief = joined(["(", brief, ")", "·", slope.brief], value)
    return total, brief.symbols
