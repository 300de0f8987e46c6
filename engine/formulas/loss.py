"""The loss as formulas: per output, of a sample, of the batch; softmax; and the penalties."""

from engine.experiment.trace import MicroStep
from engine.formulas.batch import chip, over_samples, some_of, sum_of
from engine.formulas.numbers import Teller, setting
from engine.formulas.pieces import (
    CLOSE,
    DOT,
    OPEN,
    PLUS,
    Piece,
    Ref,
    Term,
    constant,
    filled,
    joined,
)
from engine.formulas.shape import Formula, LazyRows, Row, Table
from engine.formulas.softmax import probability
from engine.functions.losses import classes_of, loss, middle_of
from engine.numerals import Role, count

LAMBDA1 = setting("l1", "λ1", r"\lambda_{1}")
LAMBDA2 = setting("l2", "λ2", r"\lambda_{2}")
HALF = Piece("/2", "/2")


def tell_loss(teller: Teller, step: MicroStep) -> Formula:
    """The loss of one output, the sum over the outputs, or the mean or sum over the samples."""
    if step.node:
        return _tell_output(teller, step)
    return _tell_batch(teller, step) if step.whole == "batch" else _tell_sample(teller, step)


def _tell_output(teller: Teller, step: MicroStep) -> Formula:
    network, chosen = teller.context.network, loss(teller.settings.loss)
    row = network.outputs.index(step.node)
    value = float(teller.trace.losses[row, teller.sample])
    several = len(network.outputs) > 1
    subject = teller.notation.loss(step.node) if several else _of_sample(teller)
    title, why = f"Loss of {teller.name(step.node)}", chosen.sentence(teller.comparison(step.node))
    if not chosen.has_targets:
        term, title = teller.value(step.node), f"Output {teller.name(step.node)}"
    else:
        term = _zero_one(teller, row) if chosen.by_class else _from_table(teller, step.node, value)
    return teller.tell(step, title, subject, term, value, why)


def _of_sample(teller: Teller) -> Piece:
    return teller.notation.loss(sample=teller.row if teller.samples > 1 else 0)


def _from_table(teller: Teller, node_id: str, value: float) -> Term:
    chosen = loss(teller.settings.loss)
    terms = {"a": teller.value(node_id), "t": teller.target(node_id)}
    if chosen.shares:
        terms = {"t": terms["t"], "p": probability(teller, node_id)}
    return filled(chosen.plain, chosen.latex, terms, value)


def _zero_one(teller: Teller, row: int) -> Term:
    """[answered class ≠ true class], told at the output of the true class."""
    answers = teller.trace.numbers.a[teller.trace.outputs][:, teller.sample : teller.sample + 1]
    targets = teller.trace.numbers.targets[:, teller.sample : teller.sample + 1]
    several = len(answers) > 1
    data = teller.context.data
    middle = middle_of(data.target_rows(data.training))
    answered, true = (int(classes_of(values, middle)[0]) for values in (answers, targets))
    if several and true != row:
        return constant(0)
    mine = Piece("class answered", r"\mathrm{class\ answered}", Role.FORWARD)
    wanted = Piece("class wanted", r"\mathrm{class\ wanted}", Role.TRUTH)
    parts: list[Term | Piece] = [
        Piece("[", "["), teller.term(mine, answered + several),
        Piece(" ≠ ", r"\neq "), teller.term(wanted, true + several), Piece("]", "]"),
    ]  # fmt: skip
    return joined(parts, float(answered != true))


def _tell_sample(teller: Teller, step: MicroStep) -> Formula:
    network = teller.context.network
    values = teller.trace.losses[:, teller.sample]
    terms = [
        teller.term(teller.notation.loss(node_id), float(value))
        for node_id, value in zip(network.outputs, values, strict=True)
    ]
    rows = tuple(teller.row_of_term(term) for term in terms)
    value = float(values.sum())
    title = f"Loss of sample {teller.row}" if teller.samples > 1 else "Loss"
    why = "The losses of all outputs add up."
    return teller.tell(step, title, _of_sample(teller), sum_of(terms, value), value, why,
                       Table(rows))  # fmt: skip


def _tell_batch(teller: Teller, step: MicroStep) -> Formula:
    by_sample = teller.trace.losses.sum(axis=0)
    mean = teller.settings.reduction == "mean"

    def term(sample: int) -> Term:
        row = int(teller.trace.rows[sample]) + 1
        return teller.term(teller.notation.loss(sample=row), float(by_sample[sample]))

    def row(sample: int) -> Row:
        return teller.row_of_term(term(sample), f"sample {int(teller.trace.rows[sample]) + 1}")

    everyone = some_of(term, teller.samples)
    letter = teller.notation.loss()
    each = Piece(f"{letter.plain}(i)", f"{letter.latex}^{{(i)}}", Role.TRUTH, Ref("loss"))
    total = over_samples(teller, (each,), everyone, teller.trace.total)
    kind = "mean" if mean else "sum"
    why = f"The {kind} of the losses of all {count(teller.samples)} samples of the batch."
    return teller.tell(
        step, "Loss of the batch", letter, total, teller.trace.total, why,
        Table(LazyRows(teller.samples, row), "mean" if mean else "sum"), chip=chip(teller),
    )  # fmt: skip


def tell_penalty(teller: Teller, step: MicroStep) -> Formula:
    """λ1·Σ|w| + λ2/2·Σw², on the weights that are trained."""
    network, settings = teller.context.network, teller.settings
    weights = range(len(network.edges))  # they stand first in the vector
    places = [place for place in weights if not network.locks[place]]

    def weight(index: int) -> Term:
        place = places[index]
        return teller.term(teller.notation.parameter(place), float(teller.trace.before[place]))

    parts: list[Term | Piece] = []
    if settings.l1:
        sizes = some_of(lambda i: _framed("|", weight(i), "|"), len(places))
        parts += [teller.term(LAMBDA1, settings.l1), DOT, _all("|", sizes, "|")]
    if settings.l2:
        squares = some_of(lambda i: _framed("", weight(i), "²"), len(places))
        parts += [PLUS] if parts else []
        parts += [teller.term(LAMBDA2, settings.l2), HALF, DOT, _all("", squares, "²")]
    value = teller.trace.penalty
    subject = Piece("penalty", r"\mathrm{penalty}", Role.TRUTH, Ref("loss", name="penalty"))
    why = "Large weights cost something; this is added to the loss, and shown apart from it."
    return teller.tell(step, "Penalty", subject, joined(parts, value), value, why)


def _framed(before: str, term: Term, after: str) -> Term:
    end = Piece(after, "^2" if after == "²" else after)
    return joined([Piece(before, before), term, end], term.value)


def _all(before: str, terms: Term, after: str) -> Term:
    """Σ of all weights, framed; in numbers all of them in parentheses."""
    weight = Piece(f"Σ{before}w{after}", rf"\sum {before}w{'^2' if after == '²' else after}")
    alone = len(terms.symbols) <= len((before, weight, after))
    numbers = terms.numbers if alone else (OPEN, *terms.numbers, CLOSE)
    return Term((weight,), numbers, terms.value)
