"""Where the labels of edges stand so that none lies on another or on a node."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from engine.calls import Floats
from playground.canvas.geometry import Geometry

FIRST = 0.34
MIDDLE = 0.50
OTHERS = (0.26, 0.42, 0.22, 0.50, 0.58, 0.66, 0.18, 0.74, 0.30, 0.38, 0.46, 0.54, 0.62, 0.70)
LINE = 22.0
SECOND_LINE = 18.0
MOST_EDGES = 150

Shares = tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class LabelPlaces:
    """The share of the way at which each edge has its label; None where it is hidden.

    `single` is for the weight alone; `double` is for a weight with its gradient below, and `lean`
    is for the weight of those that have no room for their gradient then. `now` says it for those
    that the present step moves or hides, and `pair` for the edge with its old and its new weight.
    """

    single: Shares = ()
    double: Shares = ()
    lean: Shares = ()
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

    def has_two_lines(self, edge: int) -> bool:
        """Whether there is room for the gradient."""
        return edge >= len(self.double) or self.double[edge] is not None


def label_places(geometry: Geometry, widths: list[float], width: float) -> LabelPlaces:
    """A place for each label of one line, and of two; where it can, a label stays in its place.

    `widths` are those of the weights (0: no label); `width` leaves room for a new weight.
    """
    count = len(widths)
    if count > MOST_EDGES:
        return LabelPlaces()
    single = _placed(geometry, widths, LINE, (None,) * count, _Taken(geometry, count))
    taken = _Taken(geometry, count)
    full = [width if own else 0.0 for own in widths]
    double = _placed(geometry, full, LINE + SECOND_LINE, single, taken)
    rest = [0.0 if share is not None else own for share, own in zip(double, widths, strict=True)]
    return LabelPlaces(single, double, _placed(geometry, rest, LINE, (MIDDLE,) * count, taken))


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


class _Taken:
    """The boxes that are taken."""

    def __init__(self, geometry: Geometry, more: int) -> None:
        boxes = np.concatenate((geometry.rooms, _card_boxes(geometry)))
        self._boxes = np.empty((len(boxes) + more, 4))
        self._boxes[: len(boxes)] = boxes
        self._count = len(boxes)

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
