"""A line of a plot: thinned to what the screen can show, and its name at its end."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from engine.calls import Floats
from playground.fonts import CAPTION, font_of
from playground.palette import Tokens, mixed, token
from playground.plots.frame import ROW, Frame

INK = 1.6
MANY = 10_000
SLOW = 300  # points from which a wide antialiased pen costs more than two thin ones
APART = 0.3
PER_COLUMN = 2
COLUMN = 2.0  # pixels: no wider than a pen
OVER = 3.0  # pixels that a line may stand out of the frame
FAINT = "faint"

Style = Literal["solid", "dashed", "dotted"]
DASHES: dict[Style, list[float]] = {"dashed": [6.0, 4.0], "dotted": [2.0, 3.0]}


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """Numbers over updates, in the colour of a token."""

    name: str
    xs: Floats
    ys: Floats
    color: str = "text"
    width: float = INK
    style: Style = "solid"
    named: bool = True


def line_color(tokens: Tokens, name: str) -> QColor:
    """The colour of a token; a faint line lies between a hairline and what steps back."""
    return mixed(tokens.line, tokens.quiet, 0.45) if name == FAINT else token(tokens, name)


def visible(frame: Frame, xs: Floats) -> slice:
    """The points between the two edges, and one more on either side."""
    first, last = np.searchsorted(xs, (frame.x.low, frame.x.high))
    return slice(max(0, int(first) - 1), min(len(xs), int(last) + 1))


def pieces(frame: Frame, xs: Floats, ys: Floats) -> list[tuple[Floats, Floats]]:
    """The line in pixels, lowest and highest of every column; broken where a number is missing."""
    shown = visible(frame, xs)
    some = _thinned(frame, xs[shown], ys[shown])
    across, down = frame.across(some[0]), frame.down(some[1])
    known = np.isfinite(down) & np.isfinite(across)
    if not known.any():
        return []
    gaps = np.flatnonzero(known[1:] != known[:-1]) + 1
    parts = zip(np.split(across, gaps), np.split(down, gaps), strict=True)
    return [(x, y) for x, y in parts if np.isfinite(y[0])]


def _thinned(frame: Frame, xs: Floats, ys: Floats) -> tuple[Floats, Floats]:
    """Lowest and highest of every column of pixels, where there are more points than that."""
    columns = max(1, round(frame.area.width() / COLUMN))
    if len(xs) <= PER_COLUMN * columns:
        return xs, ys
    edges = np.linspace(frame.x.low, frame.x.high, columns + 1)
    starts = np.unique(np.searchsorted(xs, edges[:-1]).clip(0, len(xs) - 1))
    starts[0] = 0
    low, high = np.fmin.reduceat(ys, starts), np.fmax.reduceat(ys, starts)
    ends = np.append(starts[1:], len(ys)) - 1
    rising = _last_known(ys, ends) > _last_known(ys[::-1], len(ys) - 1 - starts)
    both = np.stack([np.where(rising, low, high), np.where(rising, high, low)], axis=1)
    places = np.stack([xs[starts], xs[ends]], axis=1)
    return places.ravel(), both.ravel()


def _last_known(ys: Floats, ends: NDArray[np.intp]) -> Floats:
    """The last number at or before each of these places, where there is one."""
    found = ys[ends]
    if np.isfinite(found).all():
        return found
    places = np.where(np.isfinite(ys), np.arange(len(ys)), 0)
    return np.asarray(ys[np.maximum.accumulate(places)[ends]])


def paint_line(painter: QPainter, tokens: Tokens, frame: Frame, line: Line) -> None:
    """The whole line inside the frame."""
    found = pieces(frame, line.xs, line.ys)
    points = sum(len(xs) for xs, _ in found)
    wide = line.width if len(line.xs) <= MANY else 1.0
    if wide > 1 and points > SLOW and line.style == "solid":
        offsets: tuple[float, ...] = (-APART, APART)
        wide = 1.0
    else:
        offsets = (0.0,)
    painter.setPen(_pen(tokens, line, wide if points <= SLOW else 1.0))
    area = frame.area
    for piece in found:
        for xs, ys in clipped(*piece, area.top() - OVER, area.bottom() + OVER):
            for offset in offsets:
                _paint_piece(painter, xs, ys + offset)


def clipped(xs: Floats, ys: Floats, top: float, bottom: float) -> list[tuple[Floats, Floats]]:
    """The stretches of a line between two heights: an SVG knows no clipping."""
    if ys.min() >= top and ys.max() <= bottom:
        return [(xs, ys)]
    for level in (top, bottom):
        below = ys > level
        at = np.flatnonzero(below[1:] != below[:-1])
        share = (level - ys[at]) / (ys[at + 1] - ys[at])
        xs = np.insert(xs, at + 1, xs[at] + share * (xs[at + 1] - xs[at]))
        ys = np.insert(ys, at + 1, level)
    inside = (ys >= top) & (ys <= bottom)
    gaps = np.flatnonzero(inside[1:] != inside[:-1]) + 1
    parts = zip(np.split(xs, gaps), np.split(ys, gaps), np.split(inside, gaps), strict=True)
    return [(x, y) for x, y, seen in parts if seen[0]]


def _pen(tokens: Tokens, line: Line, width: float) -> QPen:
    pen = QPen(line_color(tokens, line.color), width)
    pen.setJoinStyle(Qt.PenJoinStyle.BevelJoin)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    if line.style in DASHES:
        pen.setDashPattern([length / width for length in DASHES[line.style]])
    return pen


def _paint_piece(painter: QPainter, xs: Floats, ys: Floats) -> None:
    points = list(map(QPointF, xs.tolist(), ys.tolist()))
    if len(points) == 1:
        points.append(points[0] + QPointF(1.5, 0))
    painter.drawPolyline(points)


def end_of(frame: Frame, line: Line) -> QPointF | None:
    """Where the line ends or leaves the frame at the top or the bottom, if it is seen."""
    few = line.ys[visible(frame, line.xs)][-1:]
    if len(few) and frame.y.low <= few[0] <= frame.y.high:
        last = visible(frame, line.xs).stop - 1
        place = frame.point(float(line.xs[last]), float(few[0]))
        return QPointF(min(place.x(), frame.area.right()), place.y())
    found = pieces(frame, line.xs, line.ys)
    if not found:
        return None
    xs, ys = found[-1]
    top, bottom = frame.area.top(), frame.area.bottom()
    inside = np.flatnonzero((ys >= top - 1) & (ys <= bottom + 1))
    last = int(inside[-1]) if len(inside) else len(ys) - 1
    x, y = float(xs[last]), float(ys[last])
    if last + 1 < len(ys):
        level = top if ys[last + 1] < top else bottom
        share = (level - y) / (float(ys[last + 1]) - y)
        x, y = x + share * (float(xs[last + 1]) - x), level
    return QPointF(min(x, frame.area.right()), min(max(y, top), bottom))


def room_for_names(lines: Sequence[Line]) -> float:
    """How wide the names at the ends of the lines are."""
    metrics = QFontMetricsF(font_of(CAPTION))
    named = [metrics.horizontalAdvance(line.name) for line in lines if line.named]
    return max(named) + 12 if named else 8.0


def paint_names(
    painter: QPainter, tokens: Tokens, frame: Frame, lines: Sequence[Line], gap: float = 6
) -> None:
    """Each name at the end of its line, moved apart where they would lie on each other."""
    painter.setFont(font_of(CAPTION))
    ends = [
        (end, line)
        for line in lines
        if line.named and (end := end_of(frame, line)) and end.x() >= frame.area.left()
    ]
    ends.sort(key=lambda pair: pair[0].y())
    levels = _apart([end.y() for end, _ in ends], frame.area.top(), frame.area.bottom())
    for (end, line), level in zip(ends, levels, strict=True):
        width = QFontMetricsF(painter.font()).horizontalAdvance(line.name)
        row = QRectF(end.x() + gap, level - ROW / 2, width + 4, ROW)
        if end.x() < frame.area.right() - 4:
            painter.fillRect(row.adjusted(-1, 0, 0, 0), tokens.surface)
        painter.setPen(token(tokens, line.color))
        painter.drawText(row, Qt.AlignmentFlag.AlignVCenter, line.name)


def _apart(levels: list[float], top: float, bottom: float) -> list[float]:
    """The same heights in the same order, no two closer than a row, all inside."""
    found: list[float] = []
    for level in levels:
        lowest = found[-1] + ROW if found else top
        found.append(max(level, lowest))
    for k in range(len(found) - 1, -1, -1):
        limit = bottom - ROW / 2 if k == len(found) - 1 else found[k + 1] - ROW
        found[k] = min(found[k], limit)
    return found
