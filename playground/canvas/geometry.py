"""Where everything is drawn: nodes, ports, edges and cards as plain numbers, ready to be painted.

A frame holds what follows from the network; a geometry adds where the nodes stand. Moving some
nodes makes a new geometry from the old one and computes again only what they touch.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from engine.layout import NodePosition
from engine.network import Network
from engine.op_list import Floats
from playground.canvas.cards import TITLE_ROOM, Card
from playground.canvas.figures import (
    NAME_ROOM,
    NEXT_ROW,
    ROW_OUTWARD,
    Figure,
    Measures,
    Outline,
    figure_of,
    is_circuit,
)
from playground.canvas.ports import (
    LEAD,
    MARGIN,
    MOST_TESTS,
    Indices,
    bow_height,
    bowed,
    crossings,
    port_heights,
    rim_inset,
    wire,
)

ROOMY_ROWS = 3  # as many neurons of a layer have three rows below them

Rect = tuple[float, float, float, float]  # left, top, right, bottom


@dataclass(frozen=True, eq=False)
class Frame:
    """What is to be placed: the figures of the nodes and the ends of the edges as indices."""

    network: Network
    circuit: bool
    figures: tuple[Figure, ...]
    halves: Floats
    radii: Floats
    below: Floats
    circles: NDArray[np.bool_]
    sources: Indices
    targets: Indices
    asides: Floats  # how far the rows below stand out at the sides
    folded: bool  # a new bias stands in the place of the old one: rows are near each other

    @property
    def ids(self) -> tuple[str, ...]:
        """The node ids, in the order of the arrays."""
        return tuple(self.network.index)

    @cached_property
    def edge_index(self) -> Mapping[tuple[str, str], int]:
        """Where each edge stands in the arrays."""
        return {(e.source, e.target): i for i, e in enumerate(self.network.edges)}


def frame_of(network: Network, measures: Measures) -> Frame:
    """The frame of a network."""
    circuit = is_circuit(network)
    figures = tuple(figure_of(node, measures, circuit) for node in network.nodes)
    index = network.index
    folded = not circuit and is_crowded(network)
    sizes = np.array([(f.width, f.height) for f in figures]).reshape(-1, 2)
    return Frame(
        network,
        circuit,
        figures,
        sizes / 2,
        np.array([_radius(figure) for figure in figures]),
        np.array([f.below - NEXT_ROW * (folded and n.bias)
                  for f, n in zip(figures, network.nodes, strict=True)]),
        np.array([figure.outline is Outline.CIRCLE for figure in figures], dtype=np.bool_),
        np.array([index[edge.source] for edge in network.edges], dtype=np.intp),
        np.array([index[edge.target] for edge in network.edges], dtype=np.intp),
        np.array([_aside(figure, measures, circuit) for figure in figures]),
        folded,
    )  # fmt: skip


def _aside(figure: Figure, measures: Measures, circuit: bool) -> float:
    """Below a narrow cell there is as much as below a wide neuron."""
    if circuit or figure.outline is not Outline.CELL:
        return 0.0
    return measures.neuron / 4 + ROW_OUTWARD + measures.label / 2 - figure.width / 2


def is_crowded(network: Network) -> bool:
    """Whether a layer has so many neurons with a bias that their rows are near each other."""
    levels = Counter(network.levels[node.id] for node in network.nodes if node.bias)
    return any(count > ROOMY_ROWS for count in levels.values())


def _radius(figure: Figure) -> float:
    """The radius of the left rim."""
    return figure.height / 2 if figure.outline not in (Outline.TAG, Outline.KNOB) else 8.0


@dataclass(frozen=True, eq=False)
class Geometry:
    """Everything that is drawn in its place. `bends` holds the points of edges that are curved."""

    frame: Frame
    centres: Floats
    starts: Floats
    ends: Floats
    bends: Mapping[int, Floats]
    cards: tuple[Card, ...] = ()

    def points(self, edge: int) -> Floats:
        """The points of an edge, from its source to its target."""
        if edge in self.bends:
            return self.bends[edge]
        return np.array((self.starts[edge], self.ends[edge]))

    def box(self, node: int) -> Rect:
        """The body of a node."""
        (x, y), (half, tall) = self.centres[node].tolist(), self.frame.halves[node].tolist()
        return (x - half, y - tall, x + half, y + tall)

    @cached_property
    def boxes(self) -> Floats:
        """The bodies of all nodes: left, top, right, bottom."""
        return np.hstack((self.centres - self.frame.halves, self.centres + self.frame.halves))

    @cached_property
    def rooms(self) -> Floats:
        """The bodies with their names above, and the rows kept free below them."""
        rooms = self.boxes.copy()
        rooms[:, 1] -= NAME_ROOM
        rooms[:, 3] += self.frame.below
        rooms[:, 0] -= self.frame.asides
        rooms[:, 2] += self.frame.asides
        if self.frame.circuit and len(rooms):
            wired = np.array([self._has_lead(i) for i in range(len(rooms))])
            rooms[:, 2] += np.where(wired, LEAD, 0.0)
            rooms[:, 3] = np.maximum(rooms[:, 3], self.centres[:, 1] + 34.0)
        return rooms

    def _has_lead(self, node: int) -> bool:
        return self.frame.network.nodes[node].output

    @cached_property
    def bounds(self) -> Rect | None:
        """What a picture of everything must show; None where there is nothing."""
        if not len(self.centres):
            return None
        left, top = self.rooms[:, :2].min(axis=0).tolist()
        right, bottom = self.rooms[:, 2:].max(axis=0).tolist()
        for card in self.cards:
            left = min(left, card.x - card.width / 2)
            right = max(right, card.x + card.width / 2)
            top = min(top, card.y - card.height / 2 - TITLE_ROOM)
            bottom = max(bottom, card.y + card.height / 2)
        for points in self.bends.values():
            top, bottom = (
                min(top, float(points[:, 1].min())),
                max(bottom, float(points[:, 1].max())),
            )
        return (left, top, right, bottom)

    @cached_property
    def chords(self) -> Floats:
        """All edges from middle to middle, as they are seen from far away."""
        frame = self.frame
        return np.hstack((self.centres[frame.sources], self.centres[frame.targets]))

    @cached_property
    def segments(self) -> tuple[Floats, Indices]:
        """All edges as straight pieces (x1, y1, x2, y2), and whose piece each is."""
        count = len(self.starts)
        straight = np.array([k for k in range(count) if k not in self.bends], dtype=np.intp)
        pieces = [np.hstack((self.starts[straight], self.ends[straight]))]
        owners = [straight]
        for edge, points in self.bends.items():
            pieces.append(np.hstack((points[:-1], points[1:])))
            owners.append(np.full(len(points) - 1, edge, dtype=np.intp))
        return np.concatenate(pieces), np.concatenate(owners)


def geometry_of(frame: Frame, positions: Mapping[str, NodePosition]) -> Geometry:
    """Everything in its place."""
    centres = np.array([positions.get(name, (0.0, 0.0)) for name in frame.network.index])
    return _placed(frame, centres.reshape(-1, 2).astype(np.float64))


def moved(geometry: Geometry, moves: Mapping[str, NodePosition], hasty: bool = False) -> Geometry:
    """The same with these nodes somewhere else; in haste, edges that move run straight."""
    frame = geometry.frame
    centres = geometry.centres.copy()
    nodes = [frame.network.index[name] for name in moves]
    centres[nodes] = [moves[name] for name in moves]
    return _placed(frame, centres, geometry, nodes, hasty)


def touching(frame: Frame, nodes: Iterable[int]) -> Indices:
    """The edges that start or end at these nodes."""
    marks = np.zeros(len(frame.figures), dtype=np.bool_)
    marks[list(nodes)] = True
    if not len(frame.sources):
        return frame.sources
    return np.flatnonzero(marks[frame.sources] | marks[frame.targets])


def _placed(
    frame: Frame,
    centres: Floats,
    old: Geometry | None = None,
    nodes: Iterable[int] = (),
    hasty: bool = False,
) -> Geometry:
    sources, targets = frame.sources, frame.targets
    heights = port_heights(sources, targets, centres, len(centres))
    starts, ends = np.zeros((len(sources), 2)), np.zeros((len(sources), 2))
    if len(sources):
        starts = centres[sources] + frame.halves[sources] * (1.0, 0.0)
        ends = centres[targets] - frame.halves[targets] * (1.0, 0.0)
        ends[:, 0] += rim_inset(heights, frame.radii[targets])
        ends[:, 1] += heights
    if frame.circuit:
        wires = {k: wire(starts[k], ends[k]) for k in range(len(starts))}
        return Geometry(frame, centres, starts, ends, wires)
    if len(starts) * len(centres) > MOST_TESTS:
        return Geometry(frame, centres, starts, ends, {})
    if hasty and old is not None:
        still = ~_shifted(starts, ends, old)
        bends = {edge: points for edge, points in old.bends.items() if still[edge]}
        return Geometry(frame, centres, starts, ends, bends)
    return Geometry(frame, centres, starts, ends, _bows(frame, centres, starts, ends, old, nodes))


def _shifted(starts: Floats, ends: Floats, old: Geometry) -> NDArray[np.bool_]:
    """Which edges run elsewhere now."""
    elsewhere = np.any(starts != old.starts, axis=1) | np.any(ends != old.ends, axis=1)
    return np.asarray(elsewhere, dtype=np.bool_)


def _bows(
    frame: Frame,
    centres: Floats,
    starts: Floats,
    ends: Floats,
    old: Geometry | None,
    nodes: Iterable[int],
) -> dict[int, Floats]:
    """The edges that would cross a node, as curves round it."""
    boxes = np.hstack((centres - frame.halves - MARGIN, centres + frame.halves + MARGIN))
    boxes[:, 3] += np.where(frame.circles, frame.below, 0.0)
    edges = np.arange(len(starts))
    kept: dict[int, Floats] = {}
    if old is not None:
        shifted = _shifted(starts, ends, old)
        bent = np.zeros(len(starts), dtype=np.bool_)
        bent[list(old.bends)] = True
        near = crossings(starts, ends, boxes[list(nodes)]).any(axis=1)
        again = shifted | bent | near
        edges = np.flatnonzero(again)
    meet = crossings(starts[edges], ends[edges], boxes)
    rows = np.arange(len(edges))
    if len(edges):
        meet[rows, frame.sources[edges]] = False
        meet[rows, frame.targets[edges]] = False
    for row in np.flatnonzero(meet.any(axis=1)):
        edge = int(edges[row])
        height = bow_height(starts[edge], ends[edge], boxes[meet[row]])
        kept[edge] = bowed(starts[edge], ends[edge], height)
    return kept
