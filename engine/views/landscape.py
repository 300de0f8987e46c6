"""A surface as a landscape that can be seen from every side, rendered by NumPy.

The field is laid out anew in rows that stand at right angles to the view. Of each column of pixels
the nearest row that is high enough is seen, so a running maximum from front to back says what is
hidden: no triangles, no sorting, no holes. The ground reaches from -1 to 1 both ways.
"""

import math
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.functions import Floats
from engine.numerals import short
from engine.views.surfaces import SurfaceGrid

ROWS = 160
FINE = 271  # points a side of the picture of light
TALL = 0.55  # the height of the field, in half widths of its ground
REACH = math.sqrt(2.0)  # from the middle of the ground to its corners
SHADES = 20
WIDEST = 1.8  # times as wide as it is deep, in a low place
DARKEST, FLAT = 0.62, 0.97  # of the light: the darkest slope, and what lies flat
LIGHT_FROM = (-0.45, -0.35, 0.82)
LOWEST, HIGHEST = 0.12, 1.4  # radians that the camera looks down
NOTHING = 255  # the colour of what is beside the field
END, OUT = 0.86, 1.12  # where the ends of the axes stand along their edge, and how far from it
DEPTHS = np.linspace(-REACH, REACH, ROWS, dtype=np.float32)[:, None]
_AROUND = np.linspace(0, 4, 241)
RIM = (
    np.interp(_AROUND, range(5), (-1, 1, 1, -1, -1)),
    np.interp(_AROUND, range(5), (-1, -1, 1, 1, -1)),
)

Small = NDArray[np.float32]
Bytes = NDArray[np.uint8]
Whole = NDArray[np.int32]
Mask = NDArray[np.bool_]
Places = tuple[Floats, Floats, Floats]
At = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Camera:
    """Turned about the upright axis, and looking down by an angle; both in radians."""

    turn: float = 0.6
    tilt: float = 0.5

    def turned(self, across: float, down: float) -> "Camera":
        """The hand moved by so many pixels."""
        tilt = min(max(self.tilt + down * 0.008, LOWEST), HIGHEST)
        return Camera((self.turn - across * 0.01) % (2 * math.pi), tilt)


@dataclass(frozen=True, slots=True)
class Projection:
    """How the ground lies on so many pixels."""

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
    def columns(self) -> slice:
        """The columns of pixels that the ground can reach."""
        half = math.ceil(REACH * self.wide) + 1
        middle = self.width // 2
        return slice(max(0, middle - half), min(self.width, middle + half))

    @property
    def across(self) -> Small:
        """How far to the right every column of pixels lies on the ground."""
        pixels = np.arange(self.columns.start, self.columns.stop)
        return np.asarray((pixels + 0.5 - self.width / 2) / self.wide, dtype=np.float32)

    def ground(self, across: Small, depth: Small) -> tuple[Small, Small]:
        """The places of the ground that lie so far to the right and so deep."""
        cos, sin = np.float32(math.cos(self.camera.turn)), np.float32(math.sin(self.camera.turn))
        return across * cos - depth * sin, across * sin + depth * cos

    def up(self, depth: Any, lifted: Any) -> Any:
        """How far up on screen lies what is so deep and so high."""
        scale, cos = self.scale, math.cos(self.camera.tilt)
        floor = self.height / 2 - TALL * cos * scale / 2  # of the middle of the ground
        return floor + depth * (scale * math.sin(self.camera.tilt)) + lifted * (scale * TALL * cos)

    def project(self, x: Floats, y: Floats, lifted: Floats) -> Places:
        """Pixels across, pixels up, and the depth: larger is farther away."""
        cos, sin = math.cos(self.camera.turn), math.sin(self.camera.turn)
        depth = y * cos - x * sin
        return self.width / 2 + (x * cos + y * sin) * self.wide, self.up(depth, lifted), depth


@dataclass(frozen=True, slots=True, eq=False)
class HeightField:
    """Heights between 0 and 1 on a grid of points; band and shade of each place, finer."""

    lifted: Small
    tones: Bytes

    def height(self, x: Any, y: Any) -> Any:
        """The height there, by straight lines between the points of the grid."""
        size = len(self.lifted)
        half = np.float32((size - 1) / 2 * (1 - 1e-6))
        column, row = (x + 1) * half, (y + 1) * half
        left, below = column.astype(np.int32), row.astype(np.int32)
        at = below * np.int32(size) + left
        column -= left
        row -= below
        flat = self.lifted.ravel()
        step = np.diff(self.lifted, axis=1, append=self.lifted[:, -1:]).ravel()
        low = flat.take(at) + step.take(at) * column
        at += np.int32(size)
        high = flat.take(at) + step.take(at) * column
        return low + (high - low) * row


@dataclass(frozen=True, slots=True, eq=False)
class Rendering:
    """What is seen: the tone at every pixel, from above, and the row of the field that lies there.

    The rows of pixels of `nearest` are counted from below; where there is nothing it is -1.
    """

    field: HeightField
    projection: Projection
    tones: Bytes
    nearest: Whole

    def sees(self, across: Floats, up: Floats, depth: Floats, slack: int = 3) -> Mask:
        """Whether places on the field are in view and not behind a hill, give or take some rows."""
        width, height = self.projection.width, self.projection.height
        column = np.clip(across, 0, width - 1).astype(np.intp)
        pixel = np.clip(up, 0, height - 1).astype(np.intp)
        above = np.minimum(pixel + 1, height - 1)  # a line lies on the field, not in it
        row = (depth + REACH) / (2 * REACH) * (ROWS - 1)
        seen = np.maximum(self.nearest[pixel, column], self.nearest[above, column])
        return np.asarray(row <= np.where(seen < 0, ROWS, seen) + slack)

    def rim(self) -> Places:
        """Along the four sides of the field."""
        return self.projection.project(*RIM, self.field.height(*RIM))

    def places(self, points: Floats, xs: Floats, ys: Floats) -> tuple[Places, Mask]:
        """Points of the plane laid on the field over these axes, and which lie on it at all."""
        x, y = (  # -1 at the low end of an axis, 1 at the high one
            2 * (along - axis[0]) / (axis[-1] - axis[0]) - 1
            for along, axis in zip(points.T, (xs, ys), strict=True)
        )
        inside = (np.abs(x) <= 1) & (np.abs(y) <= 1)
        x, y = np.where(inside, x, 0.0), np.where(inside, y, 0.0)
        return self.projection.project(x, y, self.field.height(x, y) + 0.01), inside

    def ground_at(self, right: float, up: float) -> At | None:
        """The place of the ground that is seen at these shares of the width and of the height."""
        view = self.projection
        column = min(int(right * view.width), view.width - 1)
        row = int(self.nearest[min(int(up * view.height), view.height - 1), column])
        if row < 0:
            return None
        x, y = view.ground(view.across[[column - view.columns.start]], DEPTHS[row])
        return float(x[0]), float(y[0])


class AxisWord(NamedTuple):
    """What stands beside the ground: where, and which way is out."""

    text: str
    at: At
    out: At
    is_name: bool


def height_field(lifted: Floats, fine: Floats, bands: int) -> HeightField:
    """Ready to be seen from any side; `fine` are the same heights on FINE points a side."""
    rise_y, rise_x = np.gradient(fine * TALL, 2 / (len(fine) - 1))
    lit = LIGHT_FROM[2] - rise_x * LIGHT_FROM[0] - rise_y * LIGHT_FROM[1]
    lit /= np.sqrt(rise_x**2 + rise_y**2 + 1)
    shade = np.clip(FLAT + 0.55 * (lit - LIGHT_FROM[2]), DARKEST, 1)
    shades = np.round((shade - DARKEST) / (1 - DARKEST) * (SHADES - 1))
    levels = np.minimum(fine * bands, bands - 1).astype(np.intp)
    tones = (levels * SHADES + shades).astype(np.uint8)
    return HeightField(np.ascontiguousarray(lifted, dtype=np.float32), tones)


def tone_colors(bands: Bytes) -> list[int]:
    """0xAARRGGBB of every band (red, green, blue) in every shade, and nothing at the end."""
    lit = np.round(bands[:, None, :3] * np.linspace(DARKEST, 1, SHADES)[:, None]).astype(int)
    table: list[int] = (lit.reshape(-1, 3) @ np.array([1 << 16, 1 << 8, 1]) + (255 << 24)).tolist()
    return table + [0] * (NOTHING + 1 - len(table))


def render(field: HeightField, view: Projection) -> Rendering:
    columns, across = view.columns, view.across
    x, y = view.ground(across, DEPTHS)
    inside = (np.abs(x) <= 1) & (np.abs(y) <= 1)
    np.clip(x, -1, 1, out=x)
    np.clip(y, -1, 1, out=y)
    up = np.where(inside, view.up(DEPTHS, field.height(x, y)), np.float32(-1))
    # For every pixel the first row whose running maximum reaches it, by counting up from below.
    height, width = view.height, np.int32(len(across))
    along = np.arange(width, dtype=np.int32)
    level = np.clip(np.ceil(np.maximum.accumulate(up, axis=0)), 0, height).astype(np.int32)
    level *= width
    level += along
    counts = np.bincount(level.ravel(), minlength=(height + 1) * width).reshape(height + 1, width)
    nearest: Whole = counts[:height].astype(np.int32).cumsum(axis=0)
    pixels = np.arange(height, dtype=np.float32)[:, None]
    covered = (nearest < ROWS) & (pixels >= np.floor(_front(field, view)))
    at = np.minimum(nearest, ROWS - 1) * width + along
    tones = np.full((height, view.width), NOTHING, dtype=np.uint8)
    half, size = np.float32((len(field.tones) - 1) / 2), np.int32(len(field.tones))
    right, behind = (((k + 1) * half + np.float32(0.5)).astype(np.int32) for k in (x, y))
    tone = field.tones.ravel().take(behind * size + right)
    tones[:, columns] = np.where(covered, tone.ravel().take(at), NOTHING)
    whole = np.full((height, view.width), -1, dtype=np.int32)
    whole[:, columns] = np.where(covered, nearest, -1)
    return Rendering(field, view, np.ascontiguousarray(tones[::-1]), whole)


def _front(field: HeightField, view: Projection) -> Small:
    """How far up the near edge of the ground lies in every column; infinite where there is none."""
    across, turn = view.across, view.camera.turn
    steps = (-math.sin(turn), math.cos(turn))  # of x and of y, for a step away from the eye
    slow = np.array([math.copysign(max(abs(step), 1e-9), step) for step in steps])[:, None]
    sides = np.array([-1.0, 1.0])[:, None, None]
    ends = (sides - np.stack(view.ground(across, np.zeros_like(across)))) / slow
    near, far = ends.min(axis=0).max(axis=0), ends.max(axis=0).min(axis=0)
    depth = np.where(near <= far, near, 0.0).astype(np.float32)
    x, y = view.ground(across, depth)
    lifted = field.height(np.clip(x, -1, 1), np.clip(y, -1, 1))
    return np.where(near <= far, view.up(depth, lifted), np.inf).astype(np.float32)


def axis_words(
    turn: float, grid: SurfaceGrid, names: tuple[str, str], with_ends: bool
) -> list[AxisWord]:
    """The names of the axes and their ends, beside the near edges of the ground."""
    near_x = 1.0 if math.sin(turn) > 0 else -1.0
    near_y = -1.0 if math.cos(turn) > 0 else 1.0
    x_out, y_out = (0.0, near_y), (near_x, 0.0)
    words = [
        AxisWord(names[0], (0.0, OUT * near_y), x_out, True),
        AxisWord(names[1], (OUT * near_x, 0.0), y_out, True),
    ]
    for side in (-1.0, 1.0) if with_ends and any(names) else ():
        x, y = grid.center_x + side * grid.half_x, grid.center_y + side * grid.half_y
        words.append(AxisWord(short(x, 3), (END * side, OUT * near_y), x_out, False))
        words.append(AxisWord(short(y, 3), (OUT * near_x, END * side), y_out, False))
    return words
