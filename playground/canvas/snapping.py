"""Nodes in the hand are drawn to the lines their neighbours stand on."""

from typing import NamedTuple

import numpy as np

from engine.op_list import Floats

PULL = 6.0


class Snapped(NamedTuple):
    """How far to move, and the lines that were met: an x, a y, or None."""

    dx: float
    dy: float
    x: float | None = None
    y: float | None = None


def snapped(moving: Floats, others: Floats, dx: float, dy: float, pull: float) -> Snapped:
    """The move that puts a node in the hand on the nearest line, if one is within the pull."""
    if not len(others) or not len(moving):
        return Snapped(round(dx), round(dy))
    more_x, x = _nearest(moving[:, 0] + dx, others[:, 0], pull)
    more_y, y = _nearest(moving[:, 1] + dy, others[:, 1], pull)
    return Snapped(
        round(dx) if more_x is None else dx + more_x,
        round(dy) if more_y is None else dy + more_y,
        x,
        y,
    )


def _nearest(moving: Floats, lines: Floats, pull: float) -> tuple[float | None, float | None]:
    some = moving if len(moving) <= 20 else moving[:1]
    gaps = lines[None, :] - some[:, None]
    best = np.unravel_index(np.abs(gaps).argmin(), gaps.shape)
    if abs(gaps[best]) > pull:
        return None, None
    return float(gaps[best]), float(lines[best[1]])
