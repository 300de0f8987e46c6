"""The samples on a map: their places, their classes, and how they are drawn."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QBrush, QPainter, QPen, QPolygonF

from engine.calls import Floats
from engine.data import Data, Rows
from engine.losses import looks_like_classes, middle_of
from playground.palette import Tokens, map_ramp, token
from playground.plots.frame import Frame

MOST = 2000
SIZE = 4.0
SHADES = 9

COLORS = ("bwd", "fwd", "truth", "pos", "neg", "text2")
#: Corners in sizes around the middle, for each class; none is a circle.
SHAPES: tuple[tuple[tuple[float, float], ...], ...] = (
    ((0, -1), (1, 0.8), (-1, 0.8)),
    (),
    ((-0.8, -0.8), (0.8, -0.8), (0.8, 0.8), (-0.8, 0.8)),
    ((0, -1.1), (1.1, 0), (0, 1.1), (-1.1, 0)),
    ((0, 1), (1, -0.8), (-1, -0.8)),
    ((-1, -0.4), (-0.4, -0.4), (-0.4, -1), (0.4, -1), (0.4, -0.4), (1, -0.4), (1, 0.4),
     (0.4, 0.4), (0.4, 1), (-0.4, 1), (-0.4, 0.4), (-1, 0.4)),
)  # fmt: skip

Marks = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """Some rows of the data on a plane; evenly chosen where there are very many."""

    places: Floats
    targets: Floats
    tested: Marks
    classes: bool
    over_one: bool
    middle: float
    low: float
    high: float
    kinds: Rows | None = None


def points_of(data: Data, first: str, second: str | None, target: str | None) -> Points:
    """The rows on the plane of two inputs, or over one input by their target."""
    rows = _some(np.arange(data.count), MOST)
    wanted = data.target_rows()[:, data.targets.index(target)] if target else np.zeros(data.count)
    known = wanted[data.training]
    across = data.input_rows(rows)[:, data.inputs.index(first)]
    up = data.input_rows(rows)[:, data.inputs.index(second)] if second else wanted[rows]
    low, high = float(known.min()), float(known.max())
    classes = looks_like_classes(known)
    middle = middle_of(known)
    kinds = (wanted[rows] >= middle).astype(np.intp) if classes else None
    return Points(
        np.stack([across, up], axis=1), wanted[rows], data.test[rows], classes,
        second is None, middle, low, high, kinds,
    )  # fmt: skip


def points_by_class(data: Data, first: str, second: str) -> Points:
    """The rows on the plane of two inputs, each with the class of its largest target."""
    found = points_of(data, first, second, None)
    rows = _some(np.arange(data.count), MOST)
    return replace(found, classes=True, kinds=data.target_rows(rows).argmax(axis=1))


def _some(rows: Rows, most: int) -> Rows:
    if len(rows) <= most:
        return rows
    return rows[np.linspace(0, len(rows) - 1, most).round().astype(np.intp)]


def paint_points(painter: QPainter, tokens: Tokens, frame: Frame, points: Points) -> None:
    """Every class has a mark of its own; what is only tested is hollow.

    Without classes every sample is a circle, filled with the shade of its target; over one input
    its height tells the target, and it has the colour of truth.
    """
    xs, ys = frame.across(points.places[:, 0]), frame.down(points.places[:, 1])
    inside = np.isfinite(xs) & np.isfinite(ys)
    inside &= (xs >= frame.area.left() - 5) & (xs <= frame.area.right() + 5)
    inside &= (ys >= frame.area.top() - 5) & (ys <= frame.area.bottom() + 5)
    shades = map_ramp(tokens, SHADES)
    for k in np.flatnonzero(inside).tolist():
        place = QPointF(float(xs[k]), float(ys[k]))
        hollow = bool(points.tested[k])
        if points.kinds is not None:
            paint_mark(painter, tokens, place, int(points.kinds[k]), hollow)
            continue
        shade = tokens.truth if points.over_one else shades[_shade(points, k)]
        rim = tokens.truth if points.over_one else tokens.node_line if hollow else tokens.text
        painter.setPen(QPen(rim, 1))
        painter.setBrush(Qt.BrushStyle.NoBrush if hollow else QBrush(shade))
        painter.drawEllipse(place, SIZE - 0.5, SIZE - 0.5)


def _shade(points: Points, row: int) -> int:
    wide = max(points.high - points.low, 1e-12)
    share = (points.targets[row] - points.low) / wide
    return int(min(max(share, 0.0), 1.0) * (SHADES - 1))


def mark_color(kind: int) -> str:
    """The token of a class."""
    return COLORS[kind % len(COLORS)]


def paint_mark(
    painter: QPainter, tokens: Tokens, place: QPointF, kind: int, hollow: bool, of: str = ""
) -> None:
    """The mark of a class: its shape tells it as well as its colour, unless another is given."""
    color = token(tokens, of or mark_color(kind))
    if hollow:
        painter.setPen(QPen(color, 1.25))
        painter.setBrush(Qt.BrushStyle.NoBrush)
    else:
        painter.setPen(QPen(tokens.surface, 1))
        painter.setBrush(QBrush(color))
    corners = SHAPES[kind % len(SHAPES)]
    if corners:
        painter.drawPolygon(QPolygonF([place + QPointF(x, y) * SIZE for x, y in corners]))
    else:
        painter.drawEllipse(place, SIZE - 0.5, SIZE - 0.5)
