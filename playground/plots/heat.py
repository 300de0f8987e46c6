"""A loss surface as colours: twelve bands, and contour lines between them."""

import numpy as np
from contourpy import LineType, contour_generator
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QImage, QPainter, QPainterStateGuard, QPen

from engine.calls import Floats
from playground.bands import image_of
from playground.palette import Tokens, faded, surface_ramp
from playground.plots.frame import Frame
from playground.plots.scales import drawable

BANDS = 12
WIDEST = 420
SHARE = 0.55


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


def heat_image(lifted: Floats, tokens: Tokens, width: float, height: float) -> QImage:
    """The bands of heights between 0 and 1; `sunken` where there is none.

    It has about as many points as there are pixels.
    """
    shrink = min(1.0, WIDEST / max(width, 1.0))
    size = max(2, round(width * shrink)), max(2, round(height * shrink))
    fine = stretched(lifted.astype(np.float32), *size)
    known = np.isfinite(fine)
    bands = np.where(known, np.minimum(fine * BANDS, BANDS - 1), BANDS).astype(np.uint8)
    return image_of(bands, (*surface_ramp(tokens, BANDS), tokens.sunken))


def paint_heat(painter: QPainter, frame: Frame, image: QImage, box: QRectF) -> None:
    """The picture over the part of the plane that it was computed for."""
    with QPainterStateGuard(painter):
        painter.setClipRect(frame.area)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, image.width() < WIDEST)
        painter.drawImage(box, image)


def paint_contours(
    painter: QPainter, tokens: Tokens, frame: Frame, xs: Floats, ys: Floats, lifted: Floats
) -> None:
    """Lines of equal loss, along the edges of the bands."""
    across, down = frame.across(xs), frame.down(ys)
    lifted = np.ma.masked_invalid(lifted)
    found = contour_generator(across, down, lifted, line_type=LineType.Separate)
    with QPainterStateGuard(painter):
        painter.setClipRect(frame.area)
        painter.setPen(QPen(faded(tokens.surface, SHARE), 1))
        for level in np.linspace(0, 1, BANDS + 1)[1:-1]:
            for line in found.lines(float(level)):
                points = np.asarray(line)
                painter.drawPolyline(
                    list(map(QPointF, points[:, 0].tolist(), points[:, 1].tolist()))
                )


def paint_level(
    painter: QPainter, frame: Frame, axes: tuple[Floats, Floats], values: Floats, level: float,
    pen: QPen,
) -> None:  # fmt: skip
    """One line of equal value."""
    across, down = frame.across(axes[0]), frame.down(axes[1])
    found = contour_generator(across, down, values, line_type=LineType.Separate)
    painter.setPen(pen)
    for line in found.lines(level):
        points = np.asarray(line)
        painter.drawPolyline(list(map(QPointF, points[:, 0].tolist(), points[:, 1].tolist())))


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
