"""How much is drawn at which zoom, and what stays readable all the same."""

from enum import IntEnum

from playground.fonts import SMALLEST, Face

SMALLEST_ZOOM, LARGEST_ZOOM = 0.02, 4.0
FIT_AT_MOST = 1.15


class Detail(IntEnum):
    """From points to every number."""

    POINTS = 0
    SHAPES = 1
    NODES = 2
    ALL = 3


def detail_at(zoom: float) -> Detail:
    """All from 60 %, whole nodes from 40 %, shapes from 25 %, below that points."""
    if zoom >= 0.5995:
        return Detail.ALL
    if zoom >= 0.4:
        return Detail.NODES
    return Detail.SHAPES if zoom >= 0.25 else Detail.POINTS


def magnified(face: Face, zoom: float) -> float:
    """How much larger a number must be drawn so that it is 11 pixels high on screen."""
    return max(1.0, SMALLEST / (face.pixels * zoom))
