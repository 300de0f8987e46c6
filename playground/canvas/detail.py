"""How much is drawn at which zoom, and what stays readable all the same."""

from enum import IntEnum
from math import ceil

from playground.theme.fonts import SMALLEST, Face

SMALLEST_ZOOM, LARGEST_ZOOM = 0.02, 4.0
FIT_AT_MOST = 1.15
LARGEST_TEXT = 15  # in the scene; larger letters would leave their places
ROUNDING = 0.1


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


def smallest_text(zoom: float) -> int:
    """How many pixels of the scene a letter needs to be 11 high on screen, as far as that goes."""
    needed = ceil(SMALLEST / max(zoom, SMALLEST_ZOOM) - ROUNDING)
    return min(max(needed, SMALLEST), LARGEST_TEXT)


def grown(face: Face, smallest: int) -> Face:
    """The face with letters at least this large, on plates that are no higher for it."""
    more = smallest - face.pixels
    return face if more <= 0 else face._replace(pixels=smallest, around=face.around - more)
