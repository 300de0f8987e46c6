"""The numbers and the moments that a lesson names, and where they are found in an experiment."""

from typing import Annotated, Literal, Self

import numpy as np
from msgspec import Meta, Struct, structs

from engine.errors import Refused, brief, unknown
from engine.experiment.experiment import Experiment
from engine.experiment.stepping import batch_of
from engine.experiment.trace import MicroStep, Script, script_of
from engine.network import Network, Place
from engine.views.sample_view import SampleNumbers, SampleView

MOST = 10**12  # what counts something in a lesson stays below what a file may hold (15 digits)
FURTHEST = 1000  # updates that are made while a lesson opens; more would keep its reader waiting
NAN = float("nan")

Id = Annotated[str, Meta(min_length=1, max_length=200)]
Ends = tuple[Id, Id]
Positive = Annotated[int, Meta(ge=1, le=MOST)]
Count = Annotated[int, Meta(ge=0, le=MOST)]
NumberKind = Literal[
    "value", "activation", "sum", "error", "derivative", "gradient", "new", "bias", "target",
    "loss",
]  # fmt: skip
StepKind = Literal[
    "start", "sum", "activation", "exp", "probability", "loss", "penalty", "error", "derivative",
    "gradient", "value", "end",
]  # fmt: skip
Starts = tuple[Experiment, ...]


class Plain(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What all parts of a lesson share: nothing unknown, nothing that can be changed."""

    def but(self, **other: object) -> Self:
        """The same with other entries."""
        return structs.replace(self, **other)


class Number(Plain, frozen=True):
    """A number on the canvas: what it is, and the node or the edge it belongs to."""

    what: NumberKind = "value"
    node: Id = ""
    edge: Ends | None = None

    def value(self, experiment: Experiment, row: int | None = None) -> float:
        """The number as the canvas shows it for this row; NaN where there is none, or not yet."""
        network = experiment.network
        place = self.place(network)
        if self.what in ("gradient", "new"):
            shown = _shown(experiment, row)
            vector = shown.gradients if self.what == "gradient" else shown.updated
            return NAN if place is None else float(vector[place])
        if self.edge is not None or self.what == "bias":
            return NAN if place is None else float(experiment.parameters[place])
        if not self.node:
            return _shown(experiment, row).total if self.what == "loss" else NAN
        if self.node not in network.index:
            return NAN
        return float(_by_node(_shown(experiment, row), self.what)[network.index[self.node]])

    def place(self, network: Network) -> int | None:
        """Where a weight, a bias or a parameter stands in the vector of numbers."""
        if self.edge is not None:
            source, target = self.edge
            return network.place_index.get(Place("weight", target, source))
        bias = network.place_index.get(Place("bias", self.node))
        return network.place_index.get(Place("value", self.node)) if bias is None else bias

    def proofread(self, starts: Starts) -> None:
        """Refuse a number that does not belong to something that has one of its kind."""
        if self.edge is not None and self.node:
            raise Refused("A number belongs to a node or to an edge, not to both.")
        if self.edge is not None:
            refuse_unknown_edge(starts, self.edge)
            if self.what not in ("value", "gradient", "new"):
                raise Refused(f"An edge has no {self.what}; it has a value, a gradient and a new.")
            return
        if not self.node:
            if self.what != "loss":
                raise Refused(f"Whose {self.what}? Name a “node” or an “edge”.")
            return
        refuse_unknown_node(starts, self.node)
        if not any(self._is_had(start) for start in starts if self.node in start.network.index):
            raise Refused(f"“{self.node}” has no {self.what}.")

    def _is_had(self, start: Experiment) -> bool:
        """Whether the node has a number of this kind."""
        network = start.network
        node = network.node(self.node)
        if self.what in ("activation", "sum", "error"):
            return node.kind == "neuron"
        if self.what in ("gradient", "new", "bias"):
            return self.place(network) is not None and (self.what != "bias" or node.bias)
        if self.what in ("target", "loss"):
            return node.output
        return self.what == "value" or node.kind == "input"


class Moment(Plain, frozen=True):
    """A place in time: in which update, and after which micro-step, named as `step` prints it."""

    what: StepKind
    node: Id = ""
    edge: Ends | None = None
    update: Positive = 1

    def cursor(self, experiment: Experiment) -> int | None:
        """How many micro-steps of a pass are told at that moment; None if there is no such one."""
        script = _script_at(experiment)
        if self.what in ("start", "end"):
            return 0 if self.what == "start" else len(script.steps)
        network = experiment.network
        found = [i for i, step in enumerate(script.steps, 1) if self._is(network, step)]
        if not found and self.what == "loss" and not self.node:
            found = [i for i, step in enumerate(script.steps, 1) if step.what == "loss"][-1:]
        return found[-1] if found else None

    def is_reached(self, experiment: Experiment) -> bool:
        """Whether stepping has come as far, or further."""
        if experiment.updates >= self.update:
            return True
        if experiment.updates < self.update - 1:
            return False
        cursor = self.cursor(experiment)
        return cursor is not None and experiment.cursor >= max(cursor, 1)

    def proofread(self, starts: Starts) -> None:
        """Refuse a moment that never comes, or too late to go to."""
        if self.update > FURTHEST:
            raise Refused(f"Update {self.update:,} is too far to go to; at most {FURTHEST:,}.")
        if self.edge is not None:
            refuse_unknown_edge(starts, self.edge)
        elif self.node:
            refuse_unknown_node(starts, self.node)
        known = [start for start in starts if not self.node or self.node in start.network.index]
        if all(self.cursor(start) is None for start in known):
            raise Refused(f"No micro-step tells the {self.what} of {owner_of(self)}.")

    def _is(self, network: Network, step: MicroStep) -> bool:
        if step.what != self.what:
            return False
        place = network.places[step.place] if step.place >= 0 else None
        if self.edge is not None:
            source, target = self.edge
            return place == Place("weight", target, source)
        return step.node == self.node and (place is None or place.what != "weight")


class ValueOf(Plain, frozen=True, rename={"of": "value of"}):
    """The value of a number in the lesson's own experiment: as a step is set up, or at a moment."""

    of: Number
    at: Moment | None = None


def owner_of(part: Number | Moment) -> str:
    """“4”, or “4”→“6”, or the loss of all."""
    if part.edge is not None:
        return f"“{brief(part.edge[0])}”→“{brief(part.edge[1])}”"
    return f"“{brief(part.node)}”" if part.node else "the whole"


def refuse_unknown_node(starts: Starts, node_id: str) -> None:
    """Refuse a node that none of these experiments has."""
    known = dict.fromkeys(name for start in starts for name in start.network.index)
    if node_id not in known:
        raise unknown("The node", node_id, known)


def refuse_unknown_edge(starts: Starts, edge: tuple[str, str]) -> None:
    """Refuse an edge that none of these experiments has."""
    for node_id in edge:
        refuse_unknown_node(starts, node_id)
    if not any(edge in start.network.pairs for start in starts):
        raise Refused(f"There is no edge from “{edge[0]}” to “{edge[1]}”.")


def _script_at(experiment: Experiment) -> Script:
    """The micro-steps of the present pass, or of the next one."""
    if experiment.trace is not None:
        return experiment.trace.script
    return script_of(experiment.network, experiment.settings, len(batch_of(experiment)))


def _shown(experiment: Experiment, row: int | None) -> SampleNumbers:
    return SampleView().shown(experiment, row)


def _by_node(shown: SampleNumbers, what: str) -> np.ndarray:
    return {
        "value": shown.values, "activation": shown.values, "sum": shown.sums,
        "error": shown.errors,
        "derivative": shown.derivatives, "target": shown.targets, "loss": shown.losses,
    }[what]  # fmt: skip
