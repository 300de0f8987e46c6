"""The loss surface as a landscape: turned with the mouse, with the path and a ball on it."""

from functools import partial

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QRadialGradient
from PySide6.QtWidgets import QWidget

from engine.calls import Floats
from engine.numerals import short
from engine.surfaces import Surface
from playground.fonts import CAPTION, font_of
from playground.palette import Tokens, faded, mixed, surface_ramp
from playground.plots.frame import Frame
from playground.plots.heat import BANDS, heights, stretched
from playground.plots.hill import (
    FINE,
    Camera,
    Canvas,
    Field,
    Hill,
    color_table,
    field,
    paint_hill,
)
from playground.plots.plane_plot import PlanePlot, ShowGrid
from playground.plots.scales import Span

MOST_ACROSS = 500  # pixels that are computed; a larger picture is stretched
TURN = 8.0
BALL = 6.0
EDGE = 61
AT_EDGES = 9
EVERYTHING = 10_000  # rows: no hill hides anything
HIDDEN = 0.28
ROOM_FOR_ENDS = 150

Places = tuple[Floats, Floats, Floats]


class HillPlot(PlanePlot):
    """Dragging turns it; arrow keys too."""

    def __init__(self, show_grid: ShowGrid, parent: QWidget) -> None:
        tip = "Loss surface from the side: drag or use the arrow keys to turn it, + and − zoom."
        super().__init__("Loss surface, 3-D", tip, lambda numbers, moving: None, show_grid, parent)
        self.camera = Camera()
        self._known: tuple[object, Field] | None = None
        self._seen: Hill | None = None

    # what is shown

    def frame(self) -> Frame:
        return Frame(self._box().adjusted(8, 0, -2, -4), Span(-1.0, 1.0), Span(-1.0, 1.0))

    def point_place(self, frame: Frame) -> QPointF | None:
        return None

    def grip(self, place: QPointF) -> bool:
        return False

    def read_at(self, place: QPointF | None) -> None:
        """There is no readout from the side."""

    def readings(self) -> list[tuple[str, str]]:
        return []

    def pan(self, across: float, down: float) -> None:
        self.camera = self.camera.turned(across, down)
        self.renew()

    def turn_readout(self, across: int, up: int) -> None:
        self.pan(across * TURN, -up * TURN)

    def zoom(self, factor: float, at: QPointF | None = None) -> None:
        super().zoom(factor)

    def canvas(self, frame: Frame) -> Canvas:
        """The pixels that are computed."""
        wide, high = frame.area.width(), frame.area.height()
        full = Canvas(max(8, round(wide)), max(8, round(high)), self.camera)
        across = full.columns.stop - full.columns.start
        shrink = min(1.0, MOST_ACROSS / max(1, across))
        return Canvas(max(8, round(wide * shrink)), max(8, round(high * shrink)), self.camera)

    def field(self) -> Field | None:
        """The heights, prepared once for each surface."""
        surface = self.surface()
        if surface is None:
            return None
        if self._known is None or self._known[0] is not surface:
            lifted = np.nan_to_num(heights(surface.losses), nan=1.0)
            fine = stretched(lifted, FINE, FINE)
            self._known = surface, field(lifted, fine, BANDS)
        return self._known[1]

    # painting

    def paint_still(self, painter: QPainter, frame: Frame, tokens: Tokens) -> None:
        heights_ = self.field()
        self._seen = None
        canvas = self.canvas(frame)
        _paint_ground(painter, tokens, frame, canvas)
        if heights_ is not None:
            self._seen = paint_hill(heights_, canvas, color_table(surface_ramp(tokens, BANDS)))
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(frame.area, self._seen.image)
            self._paint_edges(painter, tokens, frame, heights_)
        self._paint_names(painter, tokens, frame, canvas)
        self.paint_caption(painter, frame, tokens)

    def paint_moving(self, painter: QPainter, frame: Frame, tokens: Tokens) -> None:
        surface, heights_, hill = self.surface(), self.field(), self._seen
        if surface is None or heights_ is None or hill is None:
            return
        if len(self.sight.path) > 1 and self.sight.path.shape[1] == 2:
            places = self._on_field(surface, heights_, hill.canvas, self.sight.path)
            painter.setPen(QPen(faded(tokens.text, HIDDEN), 1))
            _paint_seen(painter, frame, hill, places, EVERYTHING)
            painter.setPen(QPen(tokens.text, 1.6))
            _paint_seen(painter, frame, hill, places)
        if len(self.sight.point) == 2:
            point = np.array([self.sight.point])
            across, up, depth = self._on_field(surface, heights_, hill.canvas, point)
            if np.isfinite(across).all():
                seen = bool(hill.sees(across, up, depth, AT_EDGES)[0])
                _paint_ball(painter, tokens, _pixel(frame, hill.canvas, across[0], up[0]), seen)

    def _on_field(self, surface: Surface, known: Field, canvas: Canvas, points: Floats) -> Places:
        """Points of the plane laid on the surface; NaN outside it."""
        x = _unit(points[:, 0], surface.xs)
        y = _unit(points[:, 1], surface.ys)
        inside = (np.abs(x) <= 1) & (np.abs(y) <= 1)
        x, y = np.where(inside, x, np.nan), np.where(inside, y, np.nan)
        return canvas.project(x, y, _height(known, x, y) + 0.01)

    def _paint_edges(self, painter: QPainter, tokens: Tokens, frame: Frame, known: Field) -> None:
        """The rim of the field, a hairline where it is seen."""
        if self._seen is None:
            return
        painter.setPen(QPen(mixed(tokens.hill, tokens.text, 0.25), 1))
        along, side = np.linspace(-1, 1, EDGE), np.ones(EDGE)
        for x, y in ((along, -side), (along, side), (-side, along), (side, along)):
            places = self._seen.canvas.project(x, y, _height(known, x, y))
            _paint_seen(painter, frame, self._seen, places, AT_EDGES)

    def _paint_names(self, painter: QPainter, tokens: Tokens, frame: Frame, canvas: Canvas) -> None:
        """Names and ends of the axes, along the near edges of the ground."""
        painter.setFont(font_of(CAPTION))
        turn, grid, names = canvas.camera.turn, self.sight.grid, self.sight.names
        near_y = -1.0 if np.cos(turn) > 0 else 1.0
        near_x = 1.0 if np.sin(turn) > 0 else -1.0
        x_ends = (grid.center_x - grid.half_x, grid.center_x + grid.half_x)
        y_ends = (grid.center_y - grid.half_y, grid.center_y + grid.half_y)
        beside = partial(_paint_beside, painter, frame, canvas)
        painter.setPen(tokens.text)
        beside(names[0], (0.0, near_y), (0.0, near_y))
        beside(names[1], (near_x, 0.0), (near_x, 0.0))
        if frame.area.height() < ROOM_FOR_ENDS or not any(names):
            return
        painter.setPen(tokens.text2)
        for side in (-1.0, 1.0):
            end = int(side > 0)
            beside(short(x_ends[end], 3), (0.86 * side, near_y), (0.0, near_y))
            beside(short(y_ends[end], 3), (near_x, 0.86 * side), (near_x, 0.0))


def _paint_beside(
    painter: QPainter,
    frame: Frame,
    canvas: Canvas,
    text: str,
    place: tuple[float, float],
    outwards: tuple[float, float],
) -> None:
    """Words beside a place of the ground, on the side that points away from its middle."""
    x, y = place[0] + 0.12 * outwards[0], place[1] + 0.12 * outwards[1]
    across, up, _ = canvas.project(np.array([x]), np.array([y]), np.zeros(1))
    edge, _, _ = canvas.project(np.array([outwards[0]]), np.array([outwards[1]]), np.zeros(1))
    middle, _, _ = canvas.project(np.zeros(1), np.zeros(1), np.zeros(1))
    at = _pixel(frame, canvas, across[0], up[0])
    wide = painter.fontMetrics().horizontalAdvance(text) + 2.0
    start = at.x() - wide if edge[0] < middle[0] else at.x()
    box = QRectF(max(0.0, min(start, frame.area.right() - wide)), at.y() - 2, wide, 14)
    painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, text)


def _unit(values: Floats, axis: Floats) -> Floats:
    """-1 at the low end of an axis, 1 at the high one."""
    return np.asarray(2 * (values - axis[0]) / (axis[-1] - axis[0]) - 1)


def _height(known: Field, x: Floats, y: Floats) -> Floats:
    size = len(known.lifted)
    column = np.nan_to_num((x + 1) / 2 * (size - 1)).clip(0, size - 1.001)
    row = np.nan_to_num((y + 1) / 2 * (size - 1)).clip(0, size - 1.001)
    left, below = column.astype(np.intp), row.astype(np.intp)
    share, up = column - left, row - below
    low = known.lifted[below, left] * (1 - share) + known.lifted[below, left + 1] * share
    high = known.lifted[below + 1, left] * (1 - share) + known.lifted[below + 1, left + 1] * share
    return np.asarray(low * (1 - up) + high * up)


def _pixel(frame: Frame, canvas: Canvas, across: float, up: float) -> QPointF:
    area = frame.area
    x = area.left() + across / canvas.width * area.width()
    return QPointF(x, area.bottom() - up / canvas.height * area.height())


def _paint_seen(
    painter: QPainter, frame: Frame, hill: Hill, places: Places, slack: int = 3
) -> None:
    """A line over the field, left out where a hill hides it."""
    across, up, depth = places
    known = np.isfinite(across) & np.isfinite(up)
    safe = [np.where(known, values, 0.0) for values in (across, up, depth)]
    seen = known & hill.sees(safe[0], safe[1], safe[2], slack)
    starts = np.flatnonzero(np.diff(np.concatenate([[False], seen, [False]]).astype(np.int8)))
    for first, last in starts.reshape(-1, 2).tolist():
        pairs = zip(across[first:last].tolist(), up[first:last].tolist(), strict=True)
        painter.drawPolyline([_pixel(frame, hill.canvas, x, y) for x, y in pairs])


def _paint_ground(painter: QPainter, tokens: Tokens, frame: Frame, canvas: Canvas) -> None:
    """The square below the field."""
    corners = np.array([[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0], [-1.0, -1.0]])
    across, up, _ = canvas.project(corners[:, 0], corners[:, 1], np.zeros(5))
    painter.setPen(QPen(tokens.line, 1))
    pairs = zip(across.tolist(), up.tolist(), strict=True)
    painter.drawPolyline([_pixel(frame, canvas, x, y) for x, y in pairs])


def _paint_ball(painter: QPainter, tokens: Tokens, foot: QPointF, seen: bool) -> None:
    """A ball that rests on the surface; behind a hill it is a shade."""
    middle = foot - QPointF(0, BALL - 1)
    if not seen:
        painter.setPen(QPen(faded(tokens.text, 3 * HIDDEN), 1.4))
        painter.setBrush(faded(tokens.text, HIDDEN))
        painter.drawEllipse(middle, BALL, BALL)
        return
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(faded(tokens.shade, 0.25))
    painter.drawEllipse(foot, BALL, BALL * 0.4)
    light = QRadialGradient(middle - QPointF(2, 2.5), BALL * 1.6)
    light.setColorAt(0, mixed(tokens.text, tokens.surface, 0.6))
    light.setColorAt(1, tokens.text)
    painter.setBrush(light)
    painter.drawEllipse(middle, BALL, BALL)
