"""Why an error term is what it is, in one sentence: upstream × local, paths, and slopes of 0."""

from engine.formulas.forward import chosen_edge
from engine.formulas.numbers import Teller
from engine.formulas.paths import Paths
from engine.functions.activations import activation
from engine.functions.losses import loss
from engine.network import Edge, Node
from engine.numerals import short

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
