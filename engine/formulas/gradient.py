"""Gradients as formulas: error term × what came in, over all samples of the batch."""

from engine.experiment.trace import MicroStep
from engine.formulas.batch import chip, over_samples, some_of
from engine.formulas.numbers import Teller
from engine.formulas.paths import local_slope, paths_from, reused, with_brackets
from engine.formulas.pieces import CLOSE, OPEN, Pieces, Term
from engine.formulas.reasons import why_paths
from engine.formulas.shape import Formula, LazyRows, Plate, Product, Row, Table, added
from engine.network import Edge, Place


def tell_gradient(teller: Teller, step: MicroStep) -> Formula:
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
                       _plate(teller, products), brief)  # fmt: skip


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


def _plate(teller: Teller, products: list[Product]) -> Plate:
    if not products:
        return None
    if len(products) == 1:
        return products[0]
    return Table(tuple(teller.row_of(product) for product in products))


def _tell_batch(teller: Teller, step: MicroStep, place: Place, title: str, why: str) -> Formula:
    value = float(teller.trace.numbers.gradient[step.place])

    def term(sample: int) -> Term:
        return added(_contributions(teller.of_sample(sample), place), 0.0)

    def row(sample: int) -> Row:
        products = _contributions(teller.of_sample(sample), place)
        total = added(products, sum(product.value for product in products))
        return teller.row_of_term(total, f"sample {int(teller.trace.rows[sample]) + 1}")

    line = over_samples(teller, _each(teller, place), some_of(term, teller.samples), value)
    table = Table(LazyRows(teller.samples, row), teller.settings.reduction)
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
