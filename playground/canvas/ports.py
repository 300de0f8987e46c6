"""Where edges leave and arrive: from the right rim, spread over the left one, bowed round nodes."""

import numpy as np
from numpy.typing import NDArray

from engine.op_list import Floats

Indices = NDArray[np.intp]

PORT_PITCH = 13.0
PORT_PITCH_OF_TWO = 16.0
PORT_REACH = 22.0
MARGIN = 12.0
LEAD = 88.0
CURVE_POINTS = 24
MOST_TESTS = 1_500_000
CORNERS = ((0, 1), (2, 1), (0, 3), (2, 3))
_T = np.linspace(0.0, 1.0, CURVE_POINTS)
BASIS = np.stack(((1 - _T) ** 3, 3 * (1 - _T) ** 2 * _T, 3 * (1 - _T) * _T**2, _T**3), axis=1)


def port_heights(sources: Indices, targets: Indices, centres: Floats, count: int) -> Floats:
    """How far above or below its middle each edge arrives at its target.

    Arriving edges are spread 13 apart (16 for two, at most ±22), sorted by their sources' height.
    """
    if not len(sources):
        return np.zeros(0)
    order = np.lexsort((sources, centres[sources, 0], centres[sources, 1], targets))
    arrivals = np.bincount(targets, minlength=count)
    firsts = np.concatenate(([0], np.cumsum(arrivals)[:-1]))
    rank = np.empty(len(sources))
    rank[order] = np.arange(len(sources)) - firsts[targets[order]]
    many = arrivals[targets]
    pitch = np.where(many == 2, PORT_PITCH_OF_TWO, PORT_PITCH)
    pitch = np.minimum(pitch, 2 * PORT_REACH / np.maximum(many - 1, 1))
    heights: Floats = (rank - (many - 1) / 2) * pitch
    return heights


def rim_inset(heights: Floats, radii: Floats) -> Floats:
    """How far inside the box a round rim lies at this height."""
    reach = np.minimum(np.abs(heights), radii)
    inset: Floats = radii - np.sqrt(radii * radii - reach * reach)
    return inset


def crossings(starts: Floats, ends: Floats, boxes: Floats) -> NDArray[np.bool_]:
    """Which lines (rows) meet which boxes (columns; left, top, right, bottom)."""
    way = (ends - starts)[:, None, :]
    with np.errstate(divide="ignore", invalid="ignore"):
        one = (boxes[None, :, :2] - starts[:, None, :]) / way
        two = (boxes[None, :, 2:] - starts[:, None, :]) / way
    low, high = np.fmin(one, two), np.fmax(one, two)
    inside = (starts[:, None, :] >= boxes[None, :, :2]) & (starts[:, None, :] <= boxes[None, :, 2:])
    flat = way == 0
    low = np.where(flat, np.where(inside, -np.inf, np.inf), low)
    high = np.where(flat, np.where(inside, np.inf, -np.inf), high)
    enter, leave = low.max(axis=2), high.min(axis=2)
    meet: NDArray[np.bool_] = (enter <= leave) & (leave > 0.0) & (enter < 1.0)
    return meet


def bow_height(start: Floats, end: Floats, boxes: Floats) -> float:
    """How far the middle of a line must swing out to pass these boxes, on the nearer side.

    A cubic with both handles swung by 4/3 h is 4t(1-t)h away from its chord at t.
    """
    way = end - start
    length = float(np.hypot(*way)) or 1.0
    across = np.array([-way[1], way[0]]) / length
    corners = boxes[:, CORNERS].reshape(-1, 2) - start
    along = np.clip(corners @ way / length**2, 0.12, 0.88)
    away = corners @ across / (4 * along * (1 - along))
    one, other = max(0.0, float(away.max())), max(0.0, -float(away.min()))
    return one if one <= other else -other


def bowed(start: Floats, end: Floats, height: float) -> Floats:
    """The points of a cubic that swings out by so much."""
    way = end - start
    across = np.array([-way[1], way[0]]) / (float(np.hypot(*way)) or 1.0)
    swing = across * height * 4 / 3
    return cubic(start, start + way / 3 + swing, end - way / 3 + swing, end)


def wire(start: Floats, end: Floats) -> Floats:
    """The points of a circuit's wire: a straight lead, then one cubic into the port."""
    room = float(end[0] - start[0])
    lead = min(LEAD, max(12.0, room * 0.45))
    bend = start + np.array((lead, 0.0))
    reach = max(24.0, (float(end[0]) - float(bend[0])) * 0.5)
    handle = np.array((reach, 0.0))
    curve = cubic(bend, bend + handle, end - handle, end)
    return np.concatenate((start[None, :], curve))


def cubic(start: Floats, one: Floats, two: Floats, end: Floats) -> Floats:
    """Points along a cubic, both ends included."""
    points: Floats = BASIS @ np.stack((start, one, two, end))
    return points
