"""What stands on a loss surface: the path, the present point, the way down and the next step."""

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from engine.calls import Floats
from playground.palette import Tokens, faded
from playground.plots.frame import Frame
from playground.plots.lines import clipped

POINT = 6.0
ARROW = 46.0
HEAD = 8.0
SHORTEST = 14.0
DOT, APART = 2.2, 9.0


def paint_path(painter: QPainter, tokens: Tokens, frame: Frame, path: Floats) -> None:
    """Ink with dots, the dots only where they stand apart."""
    if len(path) < 2 or path.shape[1] != 2:
        return
    xs, ys = frame.across(path[:, 0]), frame.down(path[:, 1])
    known = np.isfinite(xs) & np.isfinite(ys)
    xs, ys, area = xs[known], ys[known], frame.area
    painter.setPen(QPen(tokens.text, 1.6 if len(xs) <= 300 else 1.0))
    if len(xs) < 2:
        return
    for across, down in clipped(xs, ys, area.top(), area.bottom()):
        for y, x in clipped(down, across, area.left(), area.right()):
            painter.drawPolyline(list(map(QPointF, x.tolist(), y.tolist())))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(tokens.text)
    inside = (xs >= area.left()) & (xs <= area.right()) & (ys >= area.top()) & (ys <= area.bottom())
    last_x = last_y = -APART
    for x, y in zip(xs[inside].tolist(), ys[inside].tolist(), strict=True):
        if abs(x - last_x) + abs(y - last_y) >= APART:
            painter.drawEllipse(QPointF(x, y), DOT, DOT)
            last_x, last_y = x, y


def paint_arrow(
    painter: QPainter, tokens: Tokens, frame: Frame, place: QPointF, slope: tuple[float, ...]
) -> None:
    """Downhill, against the gradient, as it lies on this screen."""
    across = -slope[0] / (frame.x.high - frame.x.low) * frame.area.width()
    down = slope[1] / (frame.y.high - frame.y.low) * frame.area.height()
    steep = float(np.hypot(across, down))
    if not np.isfinite(steep) or steep < 1e-12:
        return
    along = QPointF(across / steep, down / steep)
    side = QPointF(-along.y(), along.x())
    tip = place + along * (POINT + _room(frame, place, along))
    neck = tip - along * HEAD
    painter.setPen(QPen(tokens.bwd, 2))
    painter.drawLine(place + along * POINT, neck)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(tokens.bwd)
    painter.drawPolygon(QPolygonF([tip, neck + side * HEAD / 2, neck - side * HEAD / 2]))


def _room(frame: Frame, place: QPointF, along: QPointF) -> float:
    """How long the arrow may be without leaving the frame; never too short to be seen."""
    area, limits = frame.area, [ARROW]
    for at, step, low, high in (
        (place.x(), along.x(), area.left(), area.right()),
        (place.y(), along.y(), area.top(), area.bottom()),
    ):
        if abs(step) > 1e-6:
            limits.append(((high if step > 0 else low) - at) / step - POINT - 2)
    return max(SHORTEST, min(limits))


def paint_next(
    painter: QPainter, tokens: Tokens, frame: Frame, place: QPointF, after: QPointF
) -> None:
    """A hollow ring where the next update goes, where that is on the picture."""
    if not frame.area.contains(after):
        return
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(tokens.text, 1))
    painter.drawLine(place, after)
    painter.setPen(QPen(tokens.text, 1.6))
    painter.drawEllipse(after, POINT - 2, POINT - 2)


def paint_point(painter: QPainter, tokens: Tokens, place: QPointF) -> None:
    """The present point."""
    painter.setPen(QPen(faded(tokens.surface, 0.9), 4))
    painter.setBrush(tokens.surface)
    painter.drawEllipse(place, POINT, POINT)
    painter.setPen(QPen(tokens.text, 2))
    painter.drawEllipse(place, POINT, POINT)
