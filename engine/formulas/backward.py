"""The way back as formulas: the error term of a neuron, and the slope along an input."""

from engine.experiment.trace import MicroStep
from engine.formulas.numbers import Teller
from engine.formulas.paths import Paths, paths_from
from engine.formulas.pieces import (
    CLOSE,
    DOT,
    OPEN,
    PLUS,
    Piece,
    Pieces,
    Term,
    constant,
    joined,
)
from engine.formulas.reasons import why_error, why_paths
from engine.formulas.shape import Formula, Group, Plate, Product, Table, added
from engine.formulas.slopes import own_slope, slope_groups
from engine.functions.losses import loss
from engine.network import Node


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
    why = why_error(teller, node, paths)
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


def _line(blames: list[Product], tail: tuple[Group, ...], value: float) -> tuple[Term, Pieces]:
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


def _plate(
    teller: Teller, node: Node, paths: Paths, own: Group | None, tail: tuple[Group, ...],
    extra: Product | None,
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
        return Table(tuple(rows))
    return teller.bent(tuple(rows), tail)


def _paths_plate(teller: Teller, paths: Paths, tail: tuple[Group, ...]) -> Plate:
    if not paths:
        return None
    if len(paths) == 1:
        ((_, path),) = paths
        return Product((*path.groups, *tail), path.negative)
    return teller.bent(tuple(teller.row_of(path) for _, path in paths), tail)
