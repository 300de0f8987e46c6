"""The way forward as formulas: sums, activations, softmax, and the loss with its penalties."""

from collections.abc import Sequence

from engine.experiment.trace import LARGEST_POWER, MicroStep
from engine.formulas.teller import Teller, over_batch, setting, some_of, sum_of
from engine.formulas.terms import (
    Part,
    Piece,
    Pieces,
    Plate,
    Product,
    Ref,
    StepFormula,
    Term,
    TermTable,
    added,
    constant,
    filled,
    joined,
    latex_of,
    listed,
    plain_of,
    settled,
)
from engine.functions.activations import activation
from engine.functions.losses import classes_of, loss
from engine.network import Edge, Node, Place
from engine.numerals import NumberRole, count, short

MANY = 3


def part_of(teller: Teller, edge: Edge) -> Product:
    """value × weight of one edge; a weight locked at 1 or −1 is only a sign."""
    value = teller.came_in(edge.source)
    if teller.is_sign(edge):
        return Product((value,), negative=teller.w(edge) < 0)
    return Product((value, teller.factor(teller.learnt(teller.place(edge)), "weight")))


Told = tuple[str, Term, str, Plate, Pieces]


def tell_sum(teller: Teller, step: MicroStep) -> StepFormula:
    """z = Σ weight · value + b, or the product, the maximum or the minimum of what arrives."""
    node = teller.network.node(step.node)
    parts = [part_of(teller, edge) for edge in teller.network.arriving[node.id]]
    combined = {"sum": _sum, "product": _product}.get(node.combine, _choice)
    title, term, why, plate, brief = combined(teller, node, parts)
    title, subject = title.format(teller.name(node.id)), teller.notation.total(node.id)
    return teller.tell(step, title, subject, term, why, plate, brief)


def _sum(teller: Teller, node: Node, parts: list[Product]) -> Told:
    network, notation, biases = teller.network, teller.notation, list[Part]()
    title = "Weighted sum of {}" if any(len(part.factors) > 1 for part in parts) else "Sum at {}"
    if node.bias:
        bias = teller.factor(teller.learnt(network.place_index[Place("bias", node.id)]), "bias")
        parts, biases = [*parts, Product((bias,))], [" + ", bias.symbol]
    term, why = added(parts, teller.z(node.id)), _why_sum(teller, node, parts)
    edges, brief = network.arriving[node.id], Pieces()
    alike = len({network.node(edge.source).kind for edge in edges}) == 1 and len(edges) >= MANY
    if alike and not any(e.source in notation.bare or teller.is_sign(e) for e in edges):
        # Σ w·x where there are many terms of one kind; else the full line has to do
        weight, value = notation.any_weight(node.id), notation.any_value(edges[0].source)
        summed, times = Piece("Σ ", r"\sum_{i} "), Piece("·", r"\,")
        brief = joined([summed, weight, times, value, *biases], 0.0).symbols
    return title, term, why, teller.plate(parts), brief


def _why_sum(teller: Teller, node: Node, parts: Sequence[Product]) -> str:
    edges = teller.network.arriving[node.id]
    if not edges:
        return f"Nothing arrives here{', so only the bias counts' if parts else ''}."
    names = [*(teller.name(edge.source) for edge in edges), "the bias"]
    if len(parts) == 1:
        times = "" if teller.is_sign(edges[0]) else ", times its weight"
        told = f"Only {names[0]} arrives here{times}."
    else:
        told = _pushes(teller, [part.value for part in parts], names)
    silent = [edge for edge in edges if not teller.is_sign(edge) and teller.a(edge.source) == 0]
    idle = [teller.name(edge.source) for edge in silent]
    if not idle:
        return told
    whom = " and ".join(idle) if len(idle) < MANY else f"{len(idle)} of them"
    weights = "that weight has" if len(idle) == 1 else "those weights have"
    return f"{told} With {whom} at 0, {weights} no say."


def _pushes(teller: Teller, values: Sequence[float], names: Sequence[str]) -> str:
    """Who pulls the sum up most, and who pulls it down most."""
    said = []
    for way, most in (("up", max(values)), ("down", min(values))):
        if most > 0 if way == "up" else most < 0:
            name = names[values.index(most)]
            said.append(f"{way} most by {name} ({short(most, teller.digits)})")
    return f"Pulled {', '.join(said)}." if said else "Everything that arrives is 0."


def _product(teller: Teller, node: Node, parts: list[Product]) -> Told:
    factors = tuple(factor for part in parts for factor in part.factors)
    product = Product(factors, sum(part.negative for part in parts) % 2 == 1)
    why = "Everything that arrives is multiplied."
    if any(part.value == 0 for part in parts):
        why = "One of the factors is 0, so the product is 0."
    elif not parts:
        why = "Nothing arrives here; a product of nothing is 1."
    term = joined([product.term], teller.z(node.id))
    return "Product at {}", term, why, product if factors else None, product.brief


def _choice(teller: Teller, node: Node, parts: list[Product]) -> Told:
    edges, z = teller.network.arriving[node.id], teller.z(node.id)
    chosen = chosen_edge(teller, node)
    rows = tuple(
        teller.row_of(part.term, chosen=edge is chosen)
        for part, edge in zip(parts, edges, strict=True)
    )
    name = Piece(f"{node.combine}(", rf"\{node.combine}(")
    arguments = listed((part.term for part in parts), ", ", z)
    term = joined([name, arguments, ")"], z) if parts else constant(0.0)
    plate = TermTable(rows, "max" if node.combine == "max" else "min") if rows else None
    why, best = "Nothing arrives here, so it is 0.", [part.value for part in parts].count(z)
    most = "largest" if node.combine == "max" else "smallest"
    if chosen is not None:
        who = teller.name(chosen.source)
        why = f"Only the {most} passes: it comes from {who}."
        if best > 1:
            why = f"Several are equally {most[:5]}; the first of them, {who}, counts."
    return f"{most.capitalize()} at {{}}", term, why, plate, ()


def chosen_edge(teller: Teller, node: Node) -> Edge | None:
    """The edge that a maximum or minimum lets through: the first among equals."""
    edges = teller.network.arriving[node.id]
    if not edges:
        return None
    values = [teller.w(edge) * teller.a(edge.source) for edge in edges]
    best = max(values) if node.combine == "max" else min(values)
    return edges[values.index(best)]


def tell_activation(teller: Teller, step: MicroStep) -> StepFormula:
    """a = f(z)"""
    node = teller.network.node(step.node)
    row, z, a = activation(node.activation), teller.z(node.id), teller.a(node.id)
    plain, latex = row.form(z, node.leak) if row.form else (row.plain, row.latex)
    leak = constant(node.leak, teller.digits)
    term = filled(plain, latex, {"z": teller.total(node.id), "leak": leak}, a)
    title, why = f"Value of {teller.name(node.id)}", row.sentence(z, node.leak, teller.digits)
    return teller.tell(step, title, teller.notation.value(node.id), term, why)


def tell_exp(teller: Teller, step: MicroStep) -> StepFormula:
    """e^score, or e^(score − largest score) where the power would be too large for a number."""
    score, value = _exponent(teller, step.node), teller.of_output(teller.trace.exps, step.node)
    lines: list[Pieces] = []
    for power in (settled(score.symbols), settled(score.numbers)):
        text = plain_of(power)
        held = text if text.isalnum() or text.replace(".", "").isdigit() else f"({text})"
        refers = score.symbols[0].refers
        lines.append((Piece(f"e^{held}", f"e^{{{latex_of(power)}}}", NumberRole.FORWARD, refers),))
    why = "A power of e is never negative and grows fast, so high scores stand out."
    if len(score.symbols) > 1:
        why = ("The largest score is taken off first: the shares stay the same, and no power "
               "becomes too large.")  # fmt: skip
    title, subject = f"Power of e for {teller.name(step.node)}", known_power(teller, step.node)
    return teller.tell(step, title, subject.symbols[0], Term(lines[0], lines[1], value), why)


def tell_probability(teller: Teller, step: MicroStep) -> StepFormula:
    """p = e^score / Σ e^score"""
    known, outputs = probability(teller, step.node), teller.network.outputs
    everyone = sum_of([known_power(teller, node_id) for node_id in outputs])
    term = joined([known_power(teller, step.node), "/", "(", everyone, ")"], known.value)
    share = short(100 * known.value, min(teller.digits, 3))
    why = f"Its share of the sum of all powers, {share} %. All shares add up to 1."
    title = f"Probability of {teller.name(step.node)}"
    return teller.tell(step, title, known.symbols[0], term, why)


def known_power(teller: Teller, node_id: str) -> Term:
    """e^score as a number that is already known."""
    exponent = settled(_exponent(teller, node_id).symbols)
    plain, latex = f"exp({plain_of(exponent)})", rf"\exp({latex_of(exponent)})"
    symbol = Piece(plain, latex, NumberRole.FORWARD, Ref("exp", node_id))
    return teller.term(symbol, teller.of_output(teller.trace.exps, node_id))


def probability(teller: Teller, node_id: str) -> Term:
    """The share of a score."""
    value = teller.of_output(teller.trace.probabilities, node_id)
    return teller.term(teller.notation.probability(node_id), value)


def _exponent(teller: Teller, node_id: str) -> Term:
    """The score; less the largest where a power would be too large for a number."""
    score, largest = teller.value(node_id), max(teller.network.outputs, key=teller.a)
    if teller.trace.numbers.a[teller.trace.outputs].max() > LARGEST_POWER:  # of any sample
        return joined([score, " − ", teller.value(largest)], score.value - teller.a(largest))
    return score


LAMBDA1 = setting("l1", "λ1", r"\lambda_{1}")
LAMBDA2 = setting("l2", "λ2", r"\lambda_{2}")


def tell_loss(teller: Teller, step: MicroStep) -> StepFormula:
    """The loss of one output, the sum over the outputs, or the mean or sum over the samples."""
    if step.whole == "batch":
        return _tell_batch_loss(teller, step)
    of_sample = teller.notation.loss(sample=teller.row if teller.samples > 1 else 0)
    if not step.node:
        outputs, total = teller.network.outputs, float(teller.trace.losses[:, teller.sample].sum())
        terms = [teller.term(teller.notation.loss(i), teller.of_output(teller.trace.losses, i))
                 for i in outputs]  # fmt: skip
        title = f"Loss of sample {teller.row}" if teller.samples > 1 else "Loss"
        why, plate = "The losses of all outputs add up.", TermTable([*map(teller.row_of, terms)])
        return teller.tell(step, title, of_sample, sum_of(terms, total), why, plate)
    row, value = loss(teller.settings.loss), teller.of_output(teller.trace.losses, step.node)
    title, why = f"Loss of {teller.name(step.node)}", row.sentence(teller.comparison(step.node))
    several = len(teller.network.outputs) > 1
    subject = teller.notation.loss(step.node) if several else of_sample
    put = {"a": teller.value(step.node), "t": teller.target(step.node)}
    if not row.has_targets:
        term, title = joined([put["a"]], value), f"Output {teller.name(step.node)}"
    elif row.by_class:
        term = _zero_one(teller, step.node, value)
    else:
        if row.shares:
            put["p"] = probability(teller, step.node)
        term = filled(row.plain, row.latex, put, value)
    return teller.tell(step, title, subject, term, why)


def _zero_one(teller: Teller, node_id: str, value: float) -> Term:
    """[answered class ≠ true class], told at the output of the true class."""
    outputs, here = teller.network.outputs, slice(teller.sample, teller.sample + 1)
    sides = teller.trace.numbers.a[teller.trace.outputs], teller.trace.numbers.targets
    middle, several = teller.context.data.middle, len(outputs) > 1
    answered, true = (int(classes_of(values[:, here], middle)[0]) for values in sides)
    if several and outputs[true] != node_id:
        return constant(0.0)
    mine = Piece("class answered", r"\mathrm{class\ answered}", NumberRole.FORWARD)
    wanted = Piece("class wanted", r"\mathrm{class\ wanted}", NumberRole.TRUTH)
    left, right = teller.term(mine, answered + several), teller.term(wanted, true + several)
    return joined(["[", left, " ≠ ", right, "]"], value)


def _tell_batch_loss(teller: Teller, step: MicroStep) -> StepFormula:
    by_sample = teller.trace.losses.sum(axis=0)

    def term(sample: int) -> Term:
        row = int(teller.trace.rows[sample]) + 1
        return teller.term(teller.notation.loss(sample=row), float(by_sample[sample]))

    letter = teller.notation.loss()
    each = Piece(f"{letter.plain}(i)", f"{letter.latex}^{{(i)}}", NumberRole.TRUTH, Ref("loss"))
    samples = count(teller.samples)
    why = f"The {teller.settings.reduction} of the losses of all {samples} samples of the batch."
    whole, table = over_batch(teller, (each,), term, teller.trace.total)
    return teller.tell(step, "Loss of the batch", letter, whole, why, table)


def tell_penalty(teller: Teller, step: MicroStep) -> StepFormula:
    """λ1·Σ|w| + λ2/2·Σw², on the weights that are trained."""
    network, settings = teller.network, teller.settings
    weights = range(len(network.edges))  # they stand first in the vector
    places = [place for place in weights if not network.locks[place]]

    def summed(before: str, after: str) -> Term:
        """Σ of all weights, framed; in numbers all of them in parentheses."""

        def weight(index: int) -> Term:
            term = teller.learnt(places[index])
            return joined([before, term, after], term.value)

        terms, square = some_of(weight, len(places)), "^2" if after == "²" else after
        symbol = Piece(f"Σ{before}w{after}", rf"\sum {before}w{square}")
        alone = len(terms.symbols) <= len((before, symbol, after))
        numbers = terms.numbers if alone else joined(["(", terms.numbers, ")"], 0.0).symbols
        return Term((symbol,), numbers, terms.value)

    parts: list[Part] = []
    if settings.l1:
        parts += [teller.term(LAMBDA1, settings.l1), "·", summed("|", "|")]
    if settings.l2:
        parts += [" + "] if parts else []
        parts += [teller.term(LAMBDA2, settings.l2), "/2", "·", summed("", "²")]
    subject = Piece("penalty", r"\mathrm{penalty}", NumberRole.TRUTH, Ref("loss", name="penalty"))
    why = "Large weights cost something; this is added to the loss, and shown apart from it."
    return teller.tell(step, "Penalty", subject, joined(parts, teller.trace.penalty), why)
