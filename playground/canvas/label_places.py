"""Where the labels of edges stand so that none lies on another or on a node."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from engine.op_list import Floats
from playground.canvas.figures import HALF_ROW, NAME_ROOM, ROW, ROW_OUTWARD, Outline
from playground.canvas.geometry import Geometry

FIRST = 0.34
MIDDLE = 0.50
OTHERS = (0.26, 0.42, 0.22, 0.50, 0.58, 0.66, 0.18, 0.74, 0.30, 0.38, 0.46, 0.54, 0.62, 0.70)
NEAR_ENDS = (0.14, 0.78, 0.82, 0.86)  # for labels that stand aside of their edge
LINE = 22.0
SECOND_LINE = 18.0
MOST_EDGES = 150
OVERLAP = 8.0  # so much of a label that stands aside of its edge still lies on it
STEP_ASIDE = 4.0
LIT = 10.0  # so much wider is a label that takes part in the step

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

    def of(self, edge: int, double: bool) -> float | None:
        """The place of an edge's label."""
        if edge >= len(self.single):
            return None
        if edge in self.now:
            return self.now[edge]
        if not double:
            return self.single[edge]
        return self.lean[edge] if self.double[edge] is None else self.double[edge]

    def aside(self, edge: int, double: bool) -> float:
        """How far right of its edge a label stands."""
        moved = double and edge not in self.now
        return self.asides.get(edge, 0.0) if moved else 0.0

    def has_two_lines(self, edge: int) -> bool:
        """Whether there is room for the gradient."""
        return edge >= len(self.double) or self.double[edge] is not None


def label_places(
    geometry: Geometry, widths: list[float], width: float, names: Sequence[float] = ()
) -> LabelPlaces:
    """A place for each label of one line, and of two; where it can, a label stays in its place.

    `widths` are those of the weights (0: no label); `width` leaves room for a new weight; `names`
    are the widths of the names of the nodes; without them no label stands aside of its edge.
    """
    count = len(widths)
    if count > MOST_EDGES:
        return LabelPlaces()
    single = _placed(geometry, widths, LINE, (None,) * count, _Taken(geometry, count))
    taken = _Taken(geometry, count)
    full = [width if own else 0.0 for own in widths]
    double = _placed(geometry, full, LINE + SECOND_LINE, single, taken)
    double, asides = _set_aside(geometry, full, double, names, taken)
    rest = [0.0 if share is not None else own for share, own in zip(double, widths, strict=True)]
    lean = _placed(geometry, rest, LINE, (MIDDLE,) * count, taken)
    return LabelPlaces(single, double, lean, asides)


def clear_of_nodes(
    geometry: Geometry, edge: int, size: tuple[float, float], liked: float
) -> float | None:
    """Where along an edge a label of this size lies on no node, whatever other labels do."""
    return _place(geometry.points(edge), size, liked, _Taken(geometry, 1))


def point_along(points: Floats, t: float) -> tuple[float, float]:
    """The point at this share of the way along straight pieces."""
    if len(points) == 2:  # much the most, so this way is a short one
        (x1, y1), (x2, y2) = points.tolist()
        return (x1 + (x2 - x1) * t, y1 + (y2 - y1) * t)
    ((x, y),) = _points_along(points, np.array((t,))).tolist()
    return (x, y)


def _points_along(points: Floats, shares: Floats) -> Floats:
    """A point for each of these shares of the way."""
    steps = np.hypot(*np.diff(points, axis=0).T)
    ways = np.concatenate(([0.0], np.cumsum(steps)))
    at = shares * ways[-1]
    return np.stack((np.interp(at, ways, points[:, 0]), np.interp(at, ways, points[:, 1])), axis=1)


def _placed(
    geometry: Geometry, widths: list[float], height: float, liked: Shares, taken: "_Taken"
) -> Shares:
    """Go through the edges in order; each label takes the first place that is free."""
    return tuple(
        _place(geometry.points(edge), (width, height), liked[edge], taken) if width else None
        for edge, width in enumerate(widths)
    )


def _place(
    points: Floats, size: tuple[float, float], liked: float | None, taken: "_Taken"
) -> float | None:
    """The first share of the way at which a label lies on nothing; it is taken from now on."""
    shares = np.array((liked or FIRST, FIRST, *OTHERS))
    middles, half = _points_along(points, shares), np.array(size) / 2
    boxes = np.hstack((middles - half, middles + half))
    free = taken.are_free(boxes)
    first = int(free.argmax())
    if not free[first]:
        return None
    taken.take(boxes[first])
    return float(shares[first])


def _set_aside(
    geometry: Geometry, widths: list[float], shares: Shares, names: Sequence[float], taken: "_Taken"
) -> tuple[Shares, dict[int, float]]:
    """Labels that have no room on the middle of their edge lie on it with one of their ends.

    They use all that the nodes leave free: beside a short name, below a single row.
    """
    homeless = [k for k, share in enumerate(shares) if share is None and widths[k]]
    found, asides = list(shares), dict[int, float]()
    if not homeless or not names:
        return shares, asides
    room = _Taken(geometry, len(shares), _close_rooms(geometry, names, widths[homeless[0]]))
    for box in taken.labels:
        room.take(box)
    for edge in homeless:
        size = np.array((widths[edge] + LIT, LINE + SECOND_LINE))
        place = _place_aside(geometry.points(edge), size, room)
        if place is not None:
            found[edge], asides[edge] = place
            taken.take(room.labels[-1])
    return tuple(found), asides


def _place_aside(points: Floats, size: Floats, room: "_Taken") -> tuple[float, float] | None:
    """The share of the way, and how far aside; the least there is."""
    most = size[0] / 2 - OVERLAP
    steps = np.arange(-most, most, STEP_ASIDE)
    shares = np.array((FIRST, *OTHERS, *NEAR_ENDS))
    asides, which = steps.repeat(len(shares)), np.tile(np.arange(len(shares)), len(steps))
    middles = _points_along(points, shares)[which] + np.stack((asides, np.zeros_like(asides)), 1)
    boxes = np.hstack((middles - size / 2, middles + size / 2))
    free = np.flatnonzero(room.are_free(boxes))
    if not len(free):
        return None
    best = int(free[np.abs(asides[free]).argmin()])
    room.take(boxes[best])
    return float(shares[which[best]]), float(asides[best])


def _close_rooms(geometry: Geometry, names: Sequence[float], width: float) -> Floats:
    """What nodes cover: their bodies, their names, and their rows left and right below."""
    boxes: list[tuple[float, ...]] = []
    for index, figure in enumerate(geometry.frame.figures):
        left, top, right, bottom = geometry.box(index)
        if figure.outline is not Outline.CAPSULE:
            boxes.append(tuple(geometry.rooms[index].tolist()))
            continue
        x, half = (left + right) / 2, names[index] / 2
        apart, wide = figure.width / 4 + ROW_OUTWARD, width / 2
        low = bottom + float(geometry.frame.below[index])
        boxes += [
            (left, top, right, bottom),
            (x - half, top - NAME_ROOM, x + half, top),
            (x - apart - wide, bottom, x - apart + wide, low),
            (x + apart - wide, bottom, x + apart + wide, bottom + ROW + HALF_ROW),
        ]
    return np.array(boxes).reshape(-1, 4)


class _Taken:
    """The boxes that are taken: those of nodes and cards, then those of labels."""

    def __init__(self, geometry: Geometry, more: int, rooms: Floats | None = None) -> None:
        rooms = geometry.rooms if rooms is None else rooms
        boxes = np.concatenate((rooms, _card_boxes(geometry)))
        self._boxes = np.empty((len(boxes) + more, 4))
        self._boxes[: len(boxes)] = boxes
        self._count = self._fixed = len(boxes)

    @property
    def labels(self) -> Floats:
        """The boxes of the labels that have a place."""
        return self._boxes[self._fixed : self._count]

    def are_free(self, boxes: Floats) -> NDArray[np.bool_]:
        """Which of these boxes (left, top, right, bottom) lie on none that is taken."""
        left, top, right, bottom = boxes.T[:, :, None]
        b = self._boxes[: self._count]
        meets = (b[:, 0] < right) & (b[:, 2] > left) & (b[:, 1] < bottom) & (b[:, 3] > top)
        free: NDArray[np.bool_] = ~meets.any(axis=1)
        return free

    def take(self, box: Floats) -> None:
        self._boxes[self._count] = box
        self._count += 1


def _card_boxes(geometry: Geometry) -> Floats:
    boxes = [
        (c.x - c.width / 2, c.y - c.height / 2 - 20, c.x + c.width / 2, c.y + c.height / 2)
        for c in geometry.cards
    ]
    return np.array(boxes).reshape(-1, 4)
