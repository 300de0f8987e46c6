"""Numbers over a plane as an image: bands of colour, lines of equal value, the value at a place."""

import numpy as np
import pyqtgraph as pg
from contourpy import LineType, contour_generator
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor

from engine.functions import Floats
from engine.views.runs import drawable

BANDS = 12  # of a loss surface
WIDEST = 420  # dots of an image: more are not seen between bands

Table = NDArray[np.uint8]


def heights(losses: Floats) -> Floats:
    """0 at the lowest loss, 1 at the highest; by the square root, so that the valley shows too.

    What is too large to be drawn is 1; what is not known (yet) stays NaN.
    """
    numbers = np.asarray(losses, dtype=np.float64)
    drawn = drawable(numbers)
    if not np.isfinite(drawn).any():
        return np.full(numbers.shape, np.nan)
    low, high = float(np.nanmin(drawn)), float(np.nanmax(drawn))
    wide = max(high - low, 1e-12 * max(abs(high), 1e-12))
    with np.errstate(invalid="ignore"):
        return np.asarray(np.sqrt(np.clip((np.minimum(numbers, high) - low) / wide, 0, 1)))


def stretched(values: Floats, width: int, height: int) -> Floats:
    """The same picture with so many points across and down, by straight lines between."""
    rows, columns = values.shape
    below, share = _places(rows, height)
    some = values[below] * (1 - share)[:, None] + values[below + 1] * share[:, None]
    left, share = _places(columns, width)
    return np.asarray(some[:, left] * (1 - share) + some[:, left + 1] * share)


def _places(known: int, wanted: int) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    at = np.linspace(0, known - 1, wanted)
    left = np.minimum(at.astype(np.intp), known - 2)
    return left, (at - left).astype(np.float32)


def size_for(room: QRectF) -> tuple[int, int]:
    """How many dots across and down an image needs to fill this room."""
    shrink = min(1.0, WIDEST / max(room.width(), room.height(), 1.0))
    return max(2, round(room.width() * shrink)), max(2, round(room.height() * shrink))


def color_table(colors: tuple[QColor, ...]) -> Table:
    """The colour of each band, for an image of the numbers of bands."""
    table = np.zeros((256, 4), dtype=np.uint8)
    table[: len(colors)] = np.array([color.getRgb() for color in colors], dtype=np.uint8)
    return table


def lay(
    image: pg.ImageItem, bands: NDArray[np.uint8], table: Table, xs: Floats, ys: Floats
) -> None:
    """Put bands over the part of the plane from the first to the last x and y."""
    image.setImage(bands, autoLevels=False, levels=(0, 255), lut=table)
    image.setRect(QRectF(xs[0], ys[0], xs[-1] - xs[0], ys[-1] - ys[0]))


def contours(xs: Floats, ys: Floats, values: Floats, levels: Floats) -> tuple[Floats, Floats]:
    """The x and the y of all lines of equal value, NaN between any two."""
    known = values if np.isfinite(values).all() else np.ma.masked_invalid(values)
    found = contour_generator(xs, ys, known, line_type=LineType.ChunkCombinedNan)
    gap = np.full((1, 2), np.nan)
    parts = [part for level in levels for part in found.lines(float(level))[0] if part is not None]
    rows = np.concatenate([row for part in parts for row in (part, gap)]) if parts else gap
    return rows[:, 0], rows[:, 1]


def value_at(xs: Floats, ys: Floats, values: Floats, x: float, y: float) -> float:
    """The value there, by straight lines between the points of a grid; NaN outside it."""
    if not (xs[0] <= x <= xs[-1] and ys[0] <= y <= ys[-1]):
        return float("nan")
    left, across = _between(xs, x)
    below, up = _between(ys, y)
    four = np.asarray(values[below : below + 2, left : left + 2], dtype=np.float64)
    if not np.isfinite(four).all():
        return float(four[round(up), round(across)])
    return float(np.array([1 - up, up]) @ four @ np.array([1 - across, across]))


def _between(axis: Floats, value: float) -> tuple[int, float]:
    """The point of an axis below a number, and the share of the way to the next one."""
    at = int(np.clip(np.searchsorted(axis, value, side="right") - 1, 0, len(axis) - 2))
    return at, float((value - axis[at]) / (axis[at + 1] - axis[at]))
