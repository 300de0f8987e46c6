"""The picture of one moment: numbers, highlights, and how they are worded."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import isnan, nan
from typing import NamedTuple

import numpy as np
from PySide6.QtCore import QPointF, QRectF

from engine.experiment.experiment import Experiment
from engine.experiment.trace import PHASE_ROLES, MicroStep
from engine.formulas.notation import Notation
from engine.functions import Floats
from engine.network import Edge, Network, Place, What
from engine.numerals import MINUS, NumberRole, short
from engine.views.objective import Agreement
from engine.views.samples import SampleNumbers
from playground.canvas.layout import (
    CELL_INWARD,
    PADDING,
    SIGN_ROOM,
    Geometry,
    Measures,
    point_along,
)
from playground.model.node_maps import Tiles
from playground.model.stage import Pointed
from playground.theme.fonts import NARROWEST, SMALLEST, VALUE, WEIGHT, Face, strong, width_of
from playground.widgets.number_plate import PlacedNumber, State, plate_rect

Shares = tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class LabelPlaces:
    """The share of the way at which each edge has its label; None where it is hidden.

    `single` is for the weight alone; `double` is for a weight with its gradient below, and `lean`
    is for the weight of those that have no room for their gradient then. `asides` says how far
    right of their edge some of two lines stand, for want of room. `now` says it for those that
    the present step moves or hides, and `pair` for the edge with its old and its new weight.
    """

    single: Shares = ()
    double: Shares = ()
    lean: Shares = ()
    asides: Mapping[int, float] = field(default_factory=dict)
    now: Mapping[int, float | None] = field(default_factory=dict)
    pair: tuple[int, float] | None = None

    def has_two_lines(self, edge: int) -> bool:
        return edge >= len(self.double) or self.double[edge] is not None


class Key(NamedTuple):
    """A number: its kind, and the node or the place of the vector that it belongs to."""

    kind: str
    node: str = ""
    place: int = -1


@dataclass(frozen=True, slots=True)
class Highlight:
    """The step at work. `ring` is the node it works at; edges are indices into the network."""

    step: MicroStep
    new: Key
    sources: frozenset[Key] = frozenset()
    ring: str = ""
    edges: tuple[int, ...] = ()

    @property
    def role(self) -> NumberRole:
        """The colour of its phase."""
        return PHASE_ROLES[self.step.phase]

    @property
    def backwards(self) -> bool:
        """Whether it comes to its node over the edges that leave it."""
        return bool(self.ring) and self.role is NumberRole.BACKWARD


def key_of(pointed: Pointed, network: Network) -> Key:
    """The key of the number that a factor of a formula comes from."""
    if pointed.kind in ("weight", "bias", "gradient", "update", "state"):
        return Key(pointed.kind, place=pointed.place)
    if pointed.kind == "parameter":
        return Key("value", pointed.node)
    if pointed.kind == "loss" and not pointed.node:
        alone = len(network.outputs) == 1
        return Key("loss", network.outputs[0]) if alone else Key("total", "")
    return Key(pointed.kind, pointed.node)


def highlight_of(experiment: Experiment) -> Highlight | None:
    """The highlight of the last micro-step that is known; None outside a pass."""
    step = experiment.last_step
    return None if step is None else _LIT[step.what](experiment.network, step)


def _of_nodes(kind: str, nodes: Iterable[str]) -> frozenset[Key]:
    return frozenset(Key(kind, node) for node in nodes)


def _weights(network: Network, edges: Iterable[Edge]) -> tuple[tuple[int, ...], frozenset[Key]]:
    """The places of the weights of these edges, and their keys."""
    places = tuple(network.place_index[Place("weight", e.target, e.source)] for e in edges)
    return places, frozenset(Key("weight", place=place) for place in places)


def _sum(network: Network, step: MicroStep) -> Highlight:
    arriving, node = network.arriving[step.node], network.node(step.node)
    places, sources = _weights(network, arriving)
    sources |= _of_nodes("value", (edge.source for edge in arriving))
    if node.bias:
        sources |= {Key("bias", place=network.place_index[Place("bias", step.node)])}
    new = Key("value" if node.activation == "identity" else "sum", step.node)
    return Highlight(step, new, sources, step.node, places)


#: What a number of a node is made of, where that is all at the same node.
_MADE_OF = {
    "activation": ("sum",),
    "exp": ("value",),
    "loss": ("value", "probability", "target"),
    "probability": (),
    "penalty": (),
}


def _made(network: Network, step: MicroStep) -> Highlight:
    """What no edge takes part in: an activation, and what is computed at the end of a pass."""
    kind, node, ring = str(step.what), step.node, ""
    sources = frozenset(Key(part, node) for part in _MADE_OF[kind])
    if kind == "activation":
        kind, ring = "value", node
    elif kind == "probability":
        sources = _of_nodes("exp", network.outputs)
    elif kind == "loss" and step.whole == "sample":
        kind, node, sources = "total", "", _of_nodes("loss", network.outputs)
    elif kind == "loss" and step.whole:
        kind, node, sources = "mean", "", frozenset({key_of(Pointed("loss"), network)})
    return Highlight(step, Key(kind, node), sources, ring)


def _backward(network: Network, step: MicroStep) -> Highlight:
    """An error term comes back over the edges that leave; at an output from its target."""
    leaving, node = network.leaving[step.node], network.node(step.node)
    places, sources = _weights(network, leaving)
    sources |= _of_nodes("error", (edge.target for edge in leaving))
    if node.output:
        sources |= {Key(kind, step.node) for kind in ("value", "target", "probability")}
    elif node.activation != "identity":
        sources |= {Key("value", step.node)}
    kind = "error" if step.what == "error" else "derivative"
    return Highlight(step, Key(kind, step.node), sources, step.node, places)


def _gradient(network: Network, step: MicroStep) -> Highlight:
    place, new = network.places[step.place], Key("gradient", place=step.place)
    if place.what == "value":
        back = _backward(network, MicroStep(step.phase, "derivative", place.target))
        return replace(back, step=step, new=new)
    sources = frozenset({Key("error", place.target)})
    if place.what == "bias":
        return Highlight(step, new, sources)
    sources |= {Key("value", place.source)}
    return Highlight(step, new, sources, edges=(step.place,))


def _update(network: Network, step: MicroStep) -> Highlight:
    place = network.places[step.place]
    by_node = place.what == "value"
    old = Key("value", place.target) if by_node else Key(place.what, place=step.place)
    edges = (step.place,) if place.what == "weight" else ()
    sources = frozenset({Key("gradient", place=step.place), old})
    return Highlight(step, Key("update", place=step.place), sources, edges=edges)


_LIT: dict[str, Callable[[Network, MicroStep], Highlight]] = {
    **dict.fromkeys(_MADE_OF, _made),
    "sum": _sum,
    "error": _backward,
    "derivative": _backward,
    "gradient": _gradient,
    "value": _update,
}


LONGEST = 7
MOST_DECIMALS = 6
LECTURE_DECIMALS, LECTURE_LOSS = 3, 4
PLATE = 12.0
SAMPLE_ROWS = 20
BESIDE = 4.0


def written(value: float, digits: int) -> str:
    """A number as it is written everywhere; one that no place holds is cut, and one sees that."""
    text = short(value, digits)
    most = room_for(digits) * 100 // NARROWEST
    if len(text) <= most:
        return text
    mantissa, mark, exponent = text.partition("e")
    return f"{mantissa[: most - len(mark + exponent) - 1]}…{mark}{exponent}"


def room_for(digits: int) -> int:
    """How many letters a place has room for."""
    return max(LONGEST, min(digits, MOST_DECIMALS) + 3)


def fitted(face: Face, text: str, digits: int) -> Face:
    """The face in which a number keeps to its place: the longer it is, the narrower."""
    room = room_for(digits)
    if len(text) <= room:
        return face
    return face._replace(stretch=max(NARROWEST, 100 * room // len(text)))


def measures_of(experiment: Experiment, maps: bool = False) -> Measures:
    """Room for as many decimals as are set, and for the first inputs with their extremes."""
    settings, data = experiment.settings, experiment.data
    decimals = LECTURE_DECIMALS if settings.rounding else min(settings.digits, MOST_DECIMALS)
    losses = max(decimals, LECTURE_LOSS) if settings.rounding else decimals
    plate = width_of(f"{MINUS}0.{'0' * decimals}", strong(VALUE)) + PLATE
    loss = width_of(f"0.{'0' * losses}", strong(VALUE))
    cell, inputs = 0.0, data.cells[:, : len(data.inputs)]
    if inputs.size:
        some = np.concatenate((inputs[:SAMPLE_ROWS].ravel(), [inputs.min(), inputs.max()]))
        texts = {written(float(value), settings.digits) for value in some}
        faces = ((text, fitted(strong(VALUE), text, settings.digits)) for text in texts)
        cell = max(width_of(text, face) for text, face in faces)
    return Measures(
        neuron=max(144.0, 2 * round(plate + CELL_INWARD)),
        input=max(84.0, round(30 + cell + PLATE)),
        parameter=max(84.0, round(32 + plate)),
        card=max(88.0, round(SIGN_ROOM + PADDING + loss + PLATE)),
        label=max(60.0, round(width_of(f"→ {MINUS}0.{'0' * decimals}", WEIGHT) + 8)),
        maps=maps,
    )


class NumberItem(NamedTuple):
    """A number in its place: `x`, `y` is the middle of its plate; where it is `flush`, its end."""

    key: Key
    x: float
    y: float
    role: NumberRole
    face: Face
    label: str = ""
    flush: bool = False
    slot: bool = False  # whether an empty place is shown before it is computed
    locked: bool = False
    before: str = ""  # the old number, in front of the new one
    state: State = State.NOT_COMPUTED
    text: str = ""

    @property
    def plate(self) -> PlacedNumber:
        return PlacedNumber(self.state, self.role, self.text, self.label, locked=self.locked)

    @property
    def rect(self) -> QRectF:
        """Where its plate lies; an old number in front of it moves it to the right."""
        rect = plate_rect(QPointF(self.x, self.y), self.plate, self.face, self.flush)
        return rect.translated(self.width_before / 2, 0)

    @property
    def width_before(self) -> float:
        return width_of(self.before, self.face) + BESIDE if self.before else 0.0


@dataclass(frozen=True, eq=False)
class SceneState:
    """What the canvas shows; while it is `waiting`, the new number is still on its way."""

    experiment: Experiment
    geometry: Geometry
    shown: SampleNumbers
    highlight: Highlight | None
    notation: Notation
    labels: LabelPlaces
    pointed: Key | None = None
    waiting: bool = False
    marks: Mapping[int, Agreement] = field(default_factory=dict)
    tiles: Tiles = field(default_factory=dict)
    orders: Mapping[str, int] = field(default_factory=dict)
    smallest: int = SMALLEST  # letters of the scene are at least so many pixels high

    @property
    def network(self) -> Network:
        return self.experiment.network

    @property
    def digits(self) -> int:
        return self.experiment.settings.digits

    def face(self, face: Face) -> Face:
        """A face as it is set now: from farther off larger, on plates that are no higher for it."""
        more = self.smallest - face.pixels
        return face if more <= 0 else face._replace(pixels=self.smallest, around=face.around - more)

    def face_of(self, face: Face, text: str) -> Face:
        """The same for a number: a long one is set narrower."""
        return fitted(self.face(face), text, self.digits)

    def number(self, key: Key) -> float:
        """The number of a key; NaN where it is not known."""
        kind, node, place = key
        if kind in self._arrays:
            index = place if place >= 0 else self.network.index.get(node)
            return nan if index is None else float(self._arrays[kind][index])
        if kind == "total":
            return self.shown.total
        return self.shown.batch_loss if kind == "mean" else self._told(kind, node)

    def text(self, key: Key) -> str:
        return written(self.number(key), self.digits)

    def knows(self, key: Key) -> bool:
        return not isnan(self.number(key))

    def state(self, key: Key) -> State:
        """What the number is doing at the present step."""
        if not self.knows(key):
            return State.NOT_COMPUTED
        if key == self.pointed:
            return State.SOURCE
        highlight = self.highlight
        if highlight is None:
            return State.AT_REST
        if key == highlight.new:
            return State.NOT_COMPUTED if self.waiting else State.AT_WORK
        return State.SOURCE if key in highlight.sources else State.QUIET

    def mark(self, key: Key) -> Agreement | None:
        """What the gradient check says of a parameter's number."""
        kind, node, place = key
        if not self.marks or kind not in ("weight", "bias", "update", "value"):
            return None
        if kind == "value":
            place = self.network.place_index.get(Place("value", node), -1)
        return self.marks.get(place)

    def is_lit(self, key: Key) -> bool:
        """Whether the number is at work, a source, or pointed at."""
        return self.state(key) in (State.AT_WORK, State.SOURCE)

    def weight(self, edge: int) -> float:
        return float(self.experiment.parameters[edge])

    def has_label(self, edge: int) -> bool:
        """A locked weight of 1 is drawn without a number, and so is the -1 of a minus node."""
        drawn = self.network.edges[edge]
        if not drawn.locked:
            return True
        subtracts = self.network.node(drawn.target).subtracts
        return self.weight(edge) != 1.0 and not (subtracts and self.weight(edge) == -1.0)

    def label_share(self, edge: int) -> float | None:
        """Where along an edge its label stands now; None while it is hidden."""
        labels = self.labels
        if edge >= len(labels.single):
            return None
        if edge in labels.now:
            return labels.now[edge]
        if not self.knows(Key("gradient", place=edge)):
            return labels.single[edge]
        return labels.lean[edge] if labels.double[edge] is None else labels.double[edge]

    def label_point(self, edge: int, share: float) -> tuple[float, float]:
        x, y = point_along(self.geometry.points(edge), share)
        if edge not in self.labels.now and self.knows(Key("gradient", place=edge)):
            x += self.labels.asides.get(edge, 0.0)
        return (x, y)

    def place_of(self, what: What, target: str) -> int:
        return self.network.place_index[Place(what, target)]

    @cached_property
    def scale(self) -> float:
        """The weight that is drawn widest: the 95th percentile of |w|."""
        weights = np.abs(self.experiment.parameters[: len(self.network.edges)])
        return float(np.percentile(weights, 95)) if len(weights) else 1.0

    @cached_property
    def _arrays(self) -> dict[str, Floats]:
        return {
            "weight": self.experiment.parameters,
            "bias": self.experiment.parameters,
            "gradient": self.shown.gradients,
            "update": self.shown.updated,
            "sum": self.shown.sums,
            "value": self.shown.values,
            "error": self.shown.errors,
            "derivative": self.shown.derivatives,
            "target": self.shown.targets,
            "loss": self.shown.losses,
        }

    def _told(self, kind: str, node: str) -> float:
        """The penalty, or a power or a probability of the softmax, once the pass has told it."""
        trace, cursor = self.experiment.trace, self.experiment.cursor
        if trace is None or not any(
            step.what == kind and step.node == node for step in trace.script.steps[:cursor]
        ):
            return nan
        if kind == "penalty":
            return trace.penalty
        if not self.shown.in_batch or not self.shown.in_pass:
            return nan
        array = trace.exps if kind == "exp" else trace.probabilities
        sample = int(np.flatnonzero(trace.rows == self.shown.row)[0])
        return float(array[self.network.outputs.index(node), sample])


def edge_key(sight: SceneState, edge: int) -> Key:
    """The number that stands for an edge: its new weight once that is known, else its weight."""
    update = Key("update", place=edge)
    return update if sight.knows(update) else Key("weight", place=edge)
