"""A height field seen from a side, painted by NumPy alone.

The field is laid out anew in rows that stand at right angles to the view. Of each column of pixels
the nearest row that is high enough is seen, so a running maximum from front to back says what is
hidden: no triangles, no sorting, no holes.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage

from engine.calls import Floats

ROWS = 160
FINE = 271  # points a side of the picture of light
TALL = 0.55  # the height of the field, in half widths of its ground
REACH = math.sqrt(2.0)
SHADES = 20
WIDEST = 1.8
DARKEST, FLAT = 0.62, 0.97
LIGHT = (-0.45, -0.35, 0.82)
NOTHING = 255

Small = NDArray[np.float32]
Bytes = NDArray[np.uint8]
Whole = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Camera:
    """Turned about the upright axis, and looking down by an angle; both in radians."""

    turn: float = 0.6
    tilt: float = 0.5

    def turned(self, across: float, down: float) -> "Camera":
        """The hand moved by so many pixels."""
        tilt = min(max(self.tilt + down * 0.008, 0.12), 1.4)
        return Camera((self.turn - across * 0.01) % (2 * math.pi), tilt)


@dataclass(frozen=True, slots=True)
class Canvas:
    """How the ground, from -1 to 1 both ways, lies on so many pixels."""

    width: int
    height: int
    camera: Camera

    @property
    def scale(self) -> float:
        """Pixels of one half width: so many that it fits from every side."""
        tilt = self.camera.tilt
        tall = 2 * REACH * math.sin(tilt) + TALL * math.cos(tilt)
        return min(self.width / (2 * REACH), self.height / tall) * 0.98

    @property
    def wide(self) -> float:
        """The same across: in a low place the ground is stretched to the sides."""
        return min(self.width / (2 * REACH) * 0.98, self.scale * WIDEST)

    @property
    def floor(self) -> float:
        """How far above the lower edge the middle of the ground lies, in pixels."""
        return self.height / 2 - TALL * math.cos(self.camera.tilt) * self.scale / 2

    @property
    def columns(self) -> slice:
        """The columns of pixels that the ground can reach."""
        half = math.ceil(REACH * self.wide) + 1
        middle = self.width // 2
        return slice(max(0, middle - half), min(self.width, middle + half))

    def project(self, x: Floats, y: Floats, lifted: Floats) -> tuple[Floats, Floats, Floats]:
        """Pixels across, pixels up, and the depth: larger is farther away."""
        turn, tilt = self.camera.turn, self.camera.tilt
        across = x * math.cos(turn) + y * math.sin(turn)
        depth = -x * math.sin(turn) + y * math.cos(turn)
        up = depth * math.sin(tilt) + lifted * TALL * math.cos(tilt)
        return self.width / 2 + across * self.wide, self.floor + up * self.scale, depth


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """Heights between 0 and 1 on a grid of points; band and shade of each place, finer."""

    lifted: Small
    tones: Bytes


@dataclass(frozen=True, slots=True, eq=False)
class Hill:
    """What is seen: the image, and the row that is seen at every pixel, counted from below."""

    canvas: Canvas
    image: QImage
    nearest: Whole

    def sees(self, across: Floats, up: Floats, depth: Floats, slack: int = 3) -> NDArray[np.bool_]:
        """Whether places on the field are in view and not behind a hill, give or take some rows."""
        column = np.clip(across, 0, self.canvas.width - 1).astype(np.intp)
        pixel = np.clip(up, 0, self.canvas.height - 1).astype(np.intp)
        above = np.minimum(pixel + 1, self.canvas.height - 1)  # a line lies on the field, not in it
        row = (depth + REACH) / (2 * REACH) * (ROWS - 1)
        here, over = self.nearest[pixel, column], self.nearest[above, column]
        seen = np.maximum(_covered(here), _covered(over))
        return np.asarray(row <= np.where(seen < 0, ROWS, seen) + slack)


def _covered(nearest: Whole) -> Whole:
    """The rows that are seen; -1 where there is none."""
    return np.where(nearest < ROWS, nearest, -1)


def field(lifted: Floats, fine: Floats, bands: int) -> Field:
    """Ready to be painted from any side; `fine` are the same heights on FINE points a side."""
    step = 2 / (len(fine) - 1)
    rise_y, rise_x = np.gradient(fine * TALL, step)
    lit = (-rise_x * LIGHT[0] - rise_y * LIGHT[1] + LIGHT[2]) / np.hypot(
        np.hypot(rise_x, rise_y), 1
    )
    shade = np.clip(FLAT + 0.55 * (lit - LIGHT[2]), DARKEST, 1)
    shades = np.round((shade - DARKEST) / (1 - DARKEST) * (SHADES - 1))
    levels = np.minimum(fine * bands, bands - 1).astype(np.intp)
    tones = (levels * SHADES + shades).astype(np.uint8)
    return Field(np.ascontiguousarray(lifted, dtype=np.float32), tones)


def color_table(ramp: tuple[QColor, ...]) -> list[int]:
    """Every band in every shade, and nothing at the end."""
    shades = np.linspace(DARKEST, 1, SHADES)
    table = [
        QColor.fromRgbF(c.redF() * s, c.greenF() * s, c.blueF() * s).rgba()
        for c in ramp
        for s in shades.tolist()
    ]
    return table + [0] * (NOTHING + 1 - len(table))


def paint_hill(field_: Field, canvas: Canvas, colors: list[int]) -> Hill:
    """The field on a transparent ground."""
    columns = canvas.columns
    lifted, tones, inside = _rows(field_, canvas)
    up = np.where(inside, _levels(canvas, lifted), np.float32(-1))
    seen = np.maximum.accumulate(up, axis=0)
    nearest = _first_above(seen, canvas.height)
    wide = columns.stop - columns.start
    pixels = np.arange(canvas.height, dtype=np.float32)[:, None]
    covered = (nearest < ROWS) & (pixels >= np.floor(_front(field_, canvas)))
    at = np.minimum(nearest, ROWS - 1) * np.int32(wide) + np.arange(wide, dtype=np.int32)
    picture = np.full((canvas.height, canvas.width), NOTHING, dtype=np.uint8)
    picture[:, columns] = np.where(covered, tones.ravel().take(at), NOTHING)
    whole = np.full((canvas.height, canvas.width), ROWS, dtype=np.int32)
    whole[:, columns] = np.where(covered, nearest, ROWS)
    upright = np.ascontiguousarray(picture[::-1])
    size = canvas.width, canvas.height, canvas.width
    image = QImage(upright.tobytes(), *size, QImage.Format.Format_Indexed8)
    image.setColorTable(colors)
    return Hill(canvas, image.copy(), whole)


def _rows(field_: Field, canvas: Canvas) -> tuple[Small, Bytes, NDArray[np.bool_]]:
    """Heights and tones along rows from near to far, one place for every column of pixels."""
    depth = np.linspace(-REACH, REACH, ROWS, dtype=np.float32)[:, None]
    x, y = _ground(_columns(canvas), depth, canvas.camera.turn)
    inside = (np.abs(x) <= 1) & (np.abs(y) <= 1)
    np.clip(x, -1, 1, out=x)
    np.clip(y, -1, 1, out=y)
    return _height(field_.lifted, x, y), _tone(field_.tones, x, y), inside


def _height(lifted: Small, x: Small, y: Small) -> Small:
    """The height there, by straight lines between the points of the grid."""
    size = len(lifted)
    half = np.float32((size - 1) / 2 * (1 - 1e-6))
    column, row = (x + 1) * half, (y + 1) * half
    left, below = column.astype(np.int32), row.astype(np.int32)
    at = below * np.int32(size) + left
    column -= left
    row -= below
    flat = lifted.ravel()
    step = np.diff(lifted, axis=1, append=lifted[:, -1:]).ravel()
    low = flat.take(at) + step.take(at) * column
    at += np.int32(size)
    high = flat.take(at) + step.take(at) * column
    return np.asarray(low + (high - low) * row, dtype=np.float32)


def _tone(tones: Bytes, x: Small, y: Small) -> Bytes:
    half = np.float32((len(tones) - 1) / 2)
    column = ((x + 1) * half + np.float32(0.5)).astype(np.int32)
    row = ((y + 1) * half + np.float32(0.5)).astype(np.int32)
    return np.asarray(tones.ravel().take(row * np.int32(len(tones)) + column))


def _levels(canvas: Canvas, lifted: Small) -> Small:
    """How far up every place of the rows lies on screen."""
    tilt = canvas.camera.tilt
    depth = np.linspace(-REACH, REACH, ROWS, dtype=np.float32)[:, None]
    rise = np.float32(TALL * math.cos(tilt) * canvas.scale)
    ground = np.float32(canvas.floor) + depth * np.float32(math.sin(tilt) * canvas.scale)
    return np.asarray(ground + lifted * rise)


def _first_above(seen: Small, height: int) -> Whole:
    """For every pixel the first row whose running maximum reaches it: (height × width)."""
    width = seen.shape[1]
    level = np.clip(np.ceil(seen), 0, height).astype(np.int32)
    level *= np.int32(width)
    level += np.arange(width, dtype=np.int32)
    counts = np.bincount(level.ravel(), minlength=(height + 1) * width)
    return np.asarray(counts.reshape(height + 1, width)[:height].astype(np.int32).cumsum(axis=0))


def _front(field_: Field, canvas: Canvas) -> Small:
    """How far up the near edge of the ground lies in every column; infinite where there is none."""
    across, turn = _columns(canvas), canvas.camera.turn
    near = np.full(len(across), -np.inf)
    far = np.full(len(across), np.inf)
    for at, step in (
        (across * math.cos(turn), -math.sin(turn)),
        (across * math.sin(turn), math.cos(turn)),
    ):
        step = math.copysign(max(abs(step), 1e-9), step)
        ends = (-1 - at) / step, (1 - at) / step
        near = np.maximum(near, np.minimum(*ends))
        far = np.minimum(far, np.maximum(*ends))
    seen = near <= far
    depth = np.where(seen, near, 0.0).astype(np.float32)
    x, y = _ground(across, depth, turn)
    tilt, scale = canvas.camera.tilt, canvas.scale
    lifted = _height(field_.lifted, np.clip(x, -1, 1), np.clip(y, -1, 1))
    up = canvas.floor + (depth * math.sin(tilt) + lifted * TALL * math.cos(tilt)) * scale
    return np.where(seen, up, np.inf).astype(np.float32)


def _columns(canvas: Canvas) -> Small:
    """How far to the right every column of pixels lies on the ground."""
    pixels = np.arange(canvas.columns.start, canvas.columns.stop)
    return np.asarray(((pixels + 0.5 - canvas.width / 2) / canvas.wide).astype(np.float32))


def _ground(across: Small, depth: Small, turn: float) -> tuple[Small, Small]:
    """The places of the ground that lie so far to the right and so deep."""
    cos, sin = np.float32(math.cos(turn)), np.float32(math.sin(turn))
    return across * cos - depth * sin, across * sin + depth * cos
