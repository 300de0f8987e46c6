"""The order in which a pass is told: one micro-step after the other, without any numbers.

Nodes by level, then by creation: the combined input, then the activation; the loss; backwards in
exactly the reverse order each error term; the gradients, then the updates.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np

from engine.losses import loss
from engine.network import Network, Node, Place
from engine.plan import Indices
from engine.settings import Settings

Phase = Literal["forward", "loss", "backward", "gradient", "update"]
What = Literal[
    "sum", "activation", "exp", "probability", "loss", "penalty", "error", "derivative",
    "gradient", "value",
]  # fmt: skip
PHASES: tuple[Phase, ...] = ("forward", "loss", "backward", "gradient", "update")
PHASE_TITLES: dict[Phase, str] = {
    "forward": "Forward",
    "loss": "Loss",
    "backward": "Error terms",
    "gradient": "Gradients",
    "update": "Update",
}
NEVER = np.iinfo(np.intp).max


class MicroStep(NamedTuple):
    """One number that becomes known: of a node, of a place in the vector, or of the whole."""

    phase: Phase
    what: What
    node: str = ""
    place: int = -1
    whole: Literal["", "sample", "batch"] = ""


@dataclass(frozen=True, slots=True, eq=False)
class Script:
    """The micro-steps, and for every number the step (from 1) at which it becomes known."""

    steps: tuple[MicroStep, ...]
    sums: Indices
    values: Indices
    errors: Indices
    derivatives: Indices
    losses: Indices
    gradients: Indices
    updates: Indices

    def phase_ends(self) -> dict[Phase, int]:
        """How many steps are done when each phase that there is has ended."""
        return {step.phase: i for i, step in enumerate(self.steps, 1)}


def script_of(network: Network, settings: Settings, samples: int) -> Script:
    """The script of a pass with so many samples."""
    return _indexed(network, tuple(_steps(network, settings, samples)))


def phase_counts(network: Network, settings: Settings, samples: int) -> dict[Phase, int]:
    """How many steps each phase of such a pass has, without making them."""
    neurons = [node for node in network.nodes if node.kind == "neuron"]
    trained = network.locks.count(False)
    derivatives = 0 if loss(settings.loss).has_targets else len(network.inputs)
    return {
        "forward": len(neurons) + sum(node.activation != "identity" for node in neurons),
        "loss": sum(1 for _ in _loss_steps(network, settings, samples)),
        "backward": len(neurons) + derivatives,
        "gradient": trained,
        "update": trained,
    }


def _steps(network: Network, settings: Settings, samples: int) -> Iterator[MicroStep]:
    neurons = [node for node in network.order if node.kind == "neuron"]
    for node in neurons:
        yield MicroStep("forward", "sum", node.id)
        if node.activation != "identity":
            yield MicroStep("forward", "activation", node.id)
    yield from _loss_steps(network, settings, samples)
    for node in reversed(neurons):
        yield MicroStep("backward", "error", node.id)
    if not loss(settings.loss).has_targets:
        for node in reversed(network.order):
            if node.kind == "input":
                yield MicroStep("backward", "derivative", node.id)
    places, locks = network.places, network.locks
    trained = [(places[k].target, k) for k in told_places(network) if not locks[k]]
    for owner, place in trained:
        yield MicroStep("gradient", "gradient", owner, place)
    for owner, place in trained:
        yield MicroStep("update", "value", owner, place)


def _loss_steps(network: Network, settings: Settings, samples: int) -> Iterator[MicroStep]:
    if loss(settings.loss).shares:
        yield from (MicroStep("loss", "exp", node_id) for node_id in network.outputs)
        yield from (MicroStep("loss", "probability", node_id) for node_id in network.outputs)
    for node_id in network.outputs:
        yield MicroStep("loss", "loss", node_id)
    if len(network.outputs) > 1:
        yield MicroStep("loss", "loss", whole="sample")
    if samples > 1:
        yield MicroStep("loss", "loss", whole="batch")
    if settings.l1 or settings.l2:
        yield MicroStep("loss", "penalty", whole="batch")


def told_places(network: Network) -> list[int]:
    """The places of the vector as they are told: for each target in backward order its edges in
    order of creation, then its bias; parameters last."""
    places: list[int] = []
    index, into = network.place_index, network.places_into
    for node in reversed(network.order):
        places += into[node.id]
        if node.bias:
            places.append(index[Place("bias", node.id)])
    return places + [index[Place("value", n.id)] for n in network.order if n.kind == "parameter"]


def _indexed(network: Network, steps: tuple[MicroStep, ...]) -> Script:
    """Note when each number becomes known; inputs and parameters are from the start."""
    nodes, places = len(network.nodes), len(network.places)
    known = {
        what: np.full(nodes, NEVER) for what in ("sum", "activation", "error", "derivative", "loss")
    }
    updates, gradients = np.full(places, NEVER), np.full(places, NEVER)
    for i, step in enumerate(steps, 1):
        if step.what == "gradient":
            gradients[step.place] = i
        elif step.what == "value":
            updates[step.place] = i
        elif step.node and step.what in known:
            known[step.what][network.index[step.node]] = i
    ground = np.array([node.kind != "neuron" for node in network.nodes], dtype=np.bool_)
    plain = np.array([_is_plain(node) for node in network.nodes], dtype=np.bool_)
    values = np.where(plain, known["sum"], known["activation"])
    values[ground] = 0
    arrays = (known["sum"], values, known["error"], known["derivative"], known["loss"],
              gradients, updates)  # fmt: skip
    for array in arrays:
        array.flags.writeable = False
    return Script(steps, *arrays)


def _is_plain(node: Node) -> bool:
    return node.kind == "neuron" and node.activation == "identity"
