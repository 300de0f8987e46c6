"""What the present micro-step lights up: where it works, what it works from, and along which edges.

A number is named by a key: its kind, its node, or its place in the vector.
"""

from collections.abc import Callable
from dataclasses import dataclass

from engine.experiment.experiment import Experiment
from engine.experiment.trace import MicroStep, Phase
from engine.network import Network, Place
from engine.numerals import Role
from playground.model.stage import Pointed

Key = tuple[str, str, int]

ROLES: dict[Phase, Role] = {
    "forward": Role.FORWARD,
    "loss": Role.TRUTH,
    "backward": Role.BACKWARD,
    "gradient": Role.BACKWARD,
    "update": Role.MEMORY,
}
_BY_PLACE = ("weight", "bias", "gradient", "update", "state")


@dataclass(frozen=True, slots=True)
class Lighting:
    """The step at work. `ring` is the node it works at; edges are indices into the network."""

    step: MicroStep
    role: Role
    new: Key
    ring: str = ""
    sources: frozenset[Key] = frozenset()
    edges: tuple[int, ...] = ()
    backwards: bool = False


def of_node(kind: str, node: str) -> Key:
    """The key of a number that belongs to a node."""
    return (kind, node, -1)


def at_place(kind: str, place: int) -> Key:
    """The key of a number that belongs to a place of the vector."""
    return (kind, "", place)


def key_of(pointed: Pointed, network: Network) -> Key:
    """The key of the number that a factor of a formula comes from."""
    if pointed.kind in _BY_PLACE:
        return at_place(pointed.kind, pointed.place)
    if pointed.kind == "parameter":
        return of_node("value", pointed.node)
    if pointed.kind == "loss" and not pointed.node:
        alone = len(network.outputs) == 1
        return of_node("loss", network.outputs[0]) if alone else of_node("total", "")
    return of_node(pointed.kind, pointed.node)


def lighting_of(experiment: Experiment) -> Lighting | None:
    """The lighting of the last micro-step that is known; None outside a pass."""
    trace, cursor = experiment.trace, experiment.cursor
    if trace is None or not cursor:
        return None
    step = trace.script.steps[cursor - 1]
    return _LIT[step.what](experiment.network, step)


def _sum(network: Network, step: MicroStep) -> Lighting:
    arriving = network.arriving[step.node]
    sources = {of_node("value", edge.source) for edge in arriving}
    places = [network.place_index[Place("weight", e.target, e.source)] for e in arriving]
    sources |= {at_place("weight", place) for place in places}
    if network.node(step.node).bias:
        sources.add(at_place("bias", network.place_index[Place("bias", step.node)]))
    plain = network.node(step.node).activation == "identity"
    new = of_node("value" if plain else "sum", step.node)
    return Lighting(step, Role.FORWARD, new, step.node, frozenset(sources), tuple(places))


def _activation(network: Network, step: MicroStep) -> Lighting:
    sources = frozenset({of_node("sum", step.node)})
    return Lighting(step, Role.FORWARD, of_node("value", step.node), step.node, sources)


def _exp(network: Network, step: MicroStep) -> Lighting:
    sources = frozenset({of_node("value", step.node)})
    return Lighting(step, Role.TRUTH, of_node("exp", step.node), "", sources)


def _probability(network: Network, step: MicroStep) -> Lighting:
    sources = frozenset(of_node("exp", output) for output in network.outputs)
    return Lighting(step, Role.TRUTH, of_node("probability", step.node), "", sources)


def _loss(network: Network, step: MicroStep) -> Lighting:
    if step.whole == "sample":
        sources = frozenset(of_node("loss", output) for output in network.outputs)
        return Lighting(step, Role.TRUTH, of_node("total", ""), "", sources)
    if step.whole == "batch":
        whole = of_node("total", "")
        if len(network.outputs) == 1:
            whole = of_node("loss", network.outputs[0])
        return Lighting(step, Role.TRUTH, of_node("mean", ""), "", frozenset({whole}))
    kinds = ("value", "probability", "target")
    sources = frozenset(of_node(kind, step.node) for kind in kinds)
    return Lighting(step, Role.TRUTH, of_node("loss", step.node), "", sources)


def _penalty(network: Network, step: MicroStep) -> Lighting:
    return Lighting(step, Role.TRUTH, of_node("penalty", ""))


def _backward(network: Network, step: MicroStep) -> Lighting:
    """An error term comes back over the edges that leave; at an output from its target."""
    leaving = network.leaving[step.node]
    places = [network.place_index[Place("weight", e.target, e.source)] for e in leaving]
    sources = {of_node("error", edge.target) for edge in leaving}
    sources |= {at_place("weight", place) for place in places}
    node = network.node(step.node)
    if node.output:
        sources |= {of_node(kind, step.node) for kind in ("value", "target", "probability")}
    elif node.activation != "identity":
        sources.add(of_node("value", step.node))
    kind = "error" if step.what == "error" else "derivative"
    return Lighting(
        step, Role.BACKWARD, of_node(kind, step.node), step.node, frozenset(sources),
        tuple(places), backwards=True,
    )  # fmt: skip


def _gradient(network: Network, step: MicroStep) -> Lighting:
    place = network.places[step.place]
    new = at_place("gradient", step.place)
    if place.what == "value":
        back = _backward(network, MicroStep(step.phase, "derivative", place.target))
        return Lighting(step, Role.BACKWARD, new, place.target, back.sources, back.edges, True)
    sources = {of_node("error", place.target)}
    if place.what == "bias":
        return Lighting(step, Role.BACKWARD, new, "", frozenset(sources))
    sources.add(of_node("value", place.source))
    return Lighting(step, Role.BACKWARD, new, "", frozenset(sources), (step.place,))


def _update(network: Network, step: MicroStep) -> Lighting:
    what = network.places[step.place].what
    old = {
        "weight": at_place("weight", step.place),
        "bias": at_place("bias", step.place),
        "value": of_node("value", network.places[step.place].target),
    }[what]
    sources = frozenset({at_place("gradient", step.place), old})
    edges = (step.place,) if what == "weight" else ()
    return Lighting(
        step, Role.MEMORY, at_place("update", step.place), "", sources, edges, backwards=False
    )


_LIT: dict[str, Callable[[Network, MicroStep], Lighting]] = {
    "sum": _sum,
    "activation": _activation,
    "exp": _exp,
    "probability": _probability,
    "loss": _loss,
    "penalty": _penalty,
    "error": _backward,
    "derivative": _backward,
    "gradient": _gradient,
    "value": _update,
}
