"""The samples on a map: their places, their classes, and how they are drawn."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QBrush, QPainter, QPen, QPolygonF

from engine.calls import Floats
from engine.data import Data, Rows
from engine.losses import looks_like_classes, middle_of
from playground.palette import Tokens, map_ramp
from playground.plots.frame import Frame

MOST = 2000
SIZE = 4.0
SHADES = 9

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


def points_of(data: Data, first: str, second: str | None, target: str | None) -> Points:
    """The rows on the plane of two inputs, or over one input by their target."""
    rows = _some(np.arange(data.count), MOST)
    wanted = data.target_rows()[:, data.targets.index(target)] if target else np.zeros(data.count)
    known = wanted[data.training]
    across = data.input_rows(rows)[:, data.inputs.index(first)]
    up = data.input_rows(rows)[:, data.inputs.index(second)] if second else wanted[rows]
    low, high = float(known.min()), float(known.max())
    return Points(
        np.stack([across, up], axis=1), wanted[rows], data.test[rows], looks_like_classes(known),
        second is None, middle_of(known), low, high,
    )  # fmt: skip


def _some(rows: Rows, most: int) -> Rows:
    if len(rows) <= most:
        return rows
    return rows[np.linspace(0, len(rows) - 1, most).round().astype(np.intp)]


def paint_points(painter: QPainter, tokens: Tokens, frame: Frame, points: Points) -> None:
    """Class 0 an orange triangle, class 1 a blue circle; what is only tested is hollow.

    Without classes every sample is a circle, filled with the shade of its target; over one input
    its height tells the target, and it has the colour of truth.
    """
    xs, ys = frame.across(points.places[:, 0]), frame.down(points.places[:, 1])
    inside = np.isfinite(xs) & np.isfinite(ys)
    inside &= (xs >= frame.area.left() - 5) & (xs <= frame.area.right() + 5)
    shades = map_ramp(tokens, SHADES)
    for k in np.flatnonzero(inside).tolist():
        place = QPointF(float(xs[k]), float(ys[k]))
        hollow = bool(points.tested[k])
        if not points.classes:
            shade = tokens.truth if points.over_one else shades[_shade(points, k)]
            rim = tokens.truth if points.over_one else tokens.node_line if hollow else tokens.text
            painter.setPen(QPen(rim, 1))
            painter.setBrush(Qt.BrushStyle.NoBrush if hollow else QBrush(shade))
            painter.drawEllipse(place, SIZE - 0.5, SIZE - 0.5)
        else:
            _paint_class(painter, tokens, place, points.targets[k] >= points.middle, hollow)


def _shade(points: Points, row: int) -> int:
    wide = max(points.high - points.low, 1e-12)
    share = (points.targets[row] - points.low) / wide
    return int(min(max(share, 0.0), 1.0) * (SHADES - 1))


def _paint_class(
    painter: QPainter, tokens: Tokens, place: QPointF, above: bool, hollow: bool
) -> None:
    color = tokens.fwd if above else tokens.bwd
    if hollow:
        painter.setPen(QPen(color, 1.25))
        painter.setBrush(Qt.BrushStyle.NoBrush)
    else:
        painter.setPen(QPen(tokens.surface, 1))
        painter.setBrush(QBrush(color))
    if above:
        painter.drawEllipse(place, SIZE - 0.5, SIZE - 0.5)
    else:
        painter.drawPolygon(_triangle(place))


def _triangle(place: QPointF) -> QPolygonF:
    corners = ((0, -SIZE), (SIZE, SIZE * 0.8), (-SIZE, SIZE * 0.8))
    return QPolygonF([place + QPointF(x, y) for x, y in corners])
