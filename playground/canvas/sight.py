"""All there is to see at one moment: the geometry, the numbers, and what the step lights up.

A sight is a value. Spots are its numbers in their places; whatever paints, types, turns or points
at a number asks for its spot.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import isnan, nan
from typing import NamedTuple

import numpy as np

from engine.experiment.experiment import Experiment
from engine.formulas.notation import Notation
from engine.network import Place as Owner
from engine.network import What
from engine.numerals import Role
from engine.op_list import Floats
from engine.views.gradient_check import Agreement
from engine.views.sample_view import SampleNumbers
from playground.canvas.detail import grown
from playground.canvas.geometry import Geometry
from playground.canvas.label_places import LabelPlaces, point_along
from playground.canvas.lighting import Key, Lighting, at_place
from playground.canvas.wording import fitted, written
from playground.model.node_maps import Tiles
from playground.theme.fonts import SMALLEST, Face
from playground.widgets.number_plate import PlacedNumber, State


class Spot(NamedTuple):
    """A number in its place: `x`, `y` is the middle of its plate, or of one of its ends."""

    key: Key
    x: float
    y: float
    role: Role
    face: Face
    label: str = ""
    align: str = "centre"
    slot: bool = False  # whether an empty place is shown before it is computed
    locked: bool = False
    before: str = ""  # the old number, in front of the new one


@dataclass(frozen=True, eq=False)
class Sight:
    """What the canvas shows; while it is `waiting`, the new number is still on its way."""

    experiment: Experiment
    geometry: Geometry
    shown: SampleNumbers
    lighting: Lighting | None
    notation: Notation
    labels: LabelPlaces
    pointed: Key | None = None
    waiting: bool = False
    marks: Mapping[int, Agreement] = field(default_factory=dict)
    tiles: Tiles = field(default_factory=dict)
    orders: Mapping[str, int] = field(default_factory=dict)
    smallest: int = SMALLEST  # letters of the scene are at least so many pixels high

    @property
    def digits(self) -> int:
        """How many digits are shown."""
        return self.experiment.settings.digits

    def face(self, face: Face) -> Face:
        """A face as it is set now: seen from farther off, small letters are drawn larger."""
        return grown(face, self.smallest)

    def face_of(self, face: Face, text: str) -> Face:
        """The same for a number: a long one is set narrower."""
        return fitted(self.face(face), text, self.digits)

    def number(self, key: Key) -> float:
        """The number of a key; NaN where it is not known."""
        kind, node, place = key
        if kind in _BY_PLACE:
            return float(self._vectors[kind][place])
        if kind in _WHOLE:
            return self._whole(kind)
        if kind in ("exp", "probability"):
            return self._share(kind, node)
        index = self.experiment.network.index.get(node)
        array = {
            "sum": self.shown.sums,
            "value": self.shown.values,
            "error": self.shown.errors,
            "derivative": self.shown.derivatives,
            "target": self.shown.targets,
            "loss": self.shown.losses,
        }.get(kind)
        return nan if index is None or array is None else float(array[index])

    def text(self, key: Key) -> str:
        """The number as it is written."""
        return written(self.number(key), self.digits)

    def knows(self, key: Key) -> bool:
        """Whether the number is known."""
        return not isnan(self.number(key))

    def state(self, key: Key) -> State:
        """What the number is doing at the present step."""
        if not self.knows(key):
            return State.NOT_COMPUTED
        if key == self.pointed:
            return State.SOURCE
        lighting = self.lighting
        if lighting is None:
            return State.AT_REST
        if key == lighting.new:
            return State.NOT_COMPUTED if self.waiting else State.AT_WORK
        return State.SOURCE if key in lighting.sources else State.QUIET

    def place(self, spot: Spot, hovered: bool = False) -> PlacedNumber:
        """A spot as it is painted."""
        state = self.state(spot.key)
        return PlacedNumber(state, spot.role, self.text(spot.key), spot.label, hovered, spot.locked)

    def mark(self, key: Key) -> Agreement | None:
        """What the gradient check says of a parameter's number."""
        kind, node, place = key
        if not self.marks or kind not in ("weight", "bias", "update", "value"):
            return None
        if kind == "value":
            owner = Owner("value", node)
            place = self.experiment.network.place_index.get(owner, -1)
        return self.marks.get(place)

    def is_lit(self, key: Key) -> bool:
        """Whether the number is at work, a source, or pointed at."""
        return self.state(key) in (State.AT_WORK, State.SOURCE)

    def weight(self, edge: int) -> float:
        """The weight of an edge."""
        return float(self.experiment.parameters[edge])

    def has_label(self, edge: int) -> bool:
        """A locked weight of 1 is drawn without a number, and so is the -1 of a minus node."""
        drawn = self.experiment.network.edges[edge]
        if not drawn.locked:
            return True
        subtracts = self.experiment.network.node(drawn.target).subtracts
        return self.weight(edge) != 1.0 and not (subtracts and self.weight(edge) == -1.0)

    def label_share(self, edge: int) -> float | None:
        """Where along an edge its label stands now; None while it is hidden."""
        return self.labels.of(edge, self.knows(at_place("gradient", edge)))

    def label_point(self, edge: int, share: float) -> tuple[float, float]:
        """The middle of the label of an edge at this share of its way."""
        x, y = point_along(self.geometry.points(edge), share)
        return (x + self.labels.aside(edge, self.knows(at_place("gradient", edge))), y)

    def place_of(self, what: What, target: str, source: str = "") -> int:
        """The place of a weight, a bias or a parameter."""
        return self.experiment.network.place_index[Owner(what, target, source)]

    @cached_property
    def scale(self) -> float:
        """The weight that is drawn widest: the 95th percentile of |w|."""
        weights = np.abs(self.experiment.parameters[: len(self.experiment.network.edges)])
        return float(np.percentile(weights, 95)) if len(weights) else 1.0

    @cached_property
    def _vectors(self) -> dict[str, Floats]:
        return {
            "weight": self.experiment.parameters,
            "bias": self.experiment.parameters,
            "gradient": self.shown.gradients,
            "update": self.shown.updated,
        }

    def _whole(self, kind: str) -> float:
        if kind == "total":
            return self.shown.total
        if kind == "mean":
            return self.shown.batch_loss
        trace = self.experiment.trace
        if trace is None:
            return nan
        told = any(s.what == "penalty" for s in trace.script.steps[: self.experiment.cursor])
        return trace.penalty if told else nan

    def _share(self, kind: str, node: str) -> float:
        """A power or a probability of the softmax, once it has been told."""
        trace = self.experiment.trace
        if trace is None or not self.shown.in_batch or not self.shown.in_pass:
            return nan
        steps = trace.script.steps[: self.experiment.cursor]
        if not any(step.what == kind and step.node == node for step in steps):
            return nan
        array = trace.exps if kind == "exp" else trace.probabilities
        sample = int(np.flatnonzero(trace.rows == self.shown.row)[0])
        return float(array[self.experiment.network.outputs.index(node), sample])


_BY_PLACE = ("weight", "bias", "gradient", "update")
_WHOLE = ("total", "mean", "penalty")


def edge_key(sight: Sight, edge: int) -> Key:
    """The number that stands for an edge: its new weight once that is known, else its weight."""
    update = at_place("update", edge)
    return update if sight.knows(update) else at_place("weight", edge)
