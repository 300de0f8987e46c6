"""The loss surface from the side: turned with the mouse, path and ball on it."""

import numpy as np
import pyqtgraph as pg
from pyqtgraph.GraphicsScene.mouseEvents import MouseDragEvent
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPen, QRadialGradient
from PySide6.QtWidgets import QGraphicsSceneWheelEvent, QMenu, QWidget

from engine.functions import Floats
from engine.views.landscape import (
    FINE,
    RIM,
    AxisWord,
    Camera,
    HeightField,
    Mask,
    Places,
    Projection,
    Rendering,
    axis_words,
    height_field,
    render,
    tone_colors,
)
from engine.views.surfaces import Surface
from playground.plots.images import BANDS, color_table, heights, stretched
from playground.plots.plane_plot import sound
from playground.plots.plot import PAN, ZOOM, At, Numbers, Plot
from playground.plots.series import INK
from playground.plots.surface_plot import TITLE, SurfaceSight
from playground.theme.fonts import CAPTION, font_of
from playground.theme.palette import LIGHT, Tokens, faded, mixed, surface_ramp

MOST_ACROSS = 500  # pixels that are computed; a larger picture is stretched
TURN = 8.0  # pixels of a drag that an arrow key stands for
BALL = 6.0
AT_EDGES = 9  # rows of the field: a rim, or a ball at it, is seen although it lies lower
HIDDEN = 0.28  # of the ink, for what is behind a hill
ROOM_FOR_ENDS = 150


class Landscape(pg.GraphicsObject):
    """A sight seen from where the camera stands; a drag and the wheel are told.

    `zoomed` tells the factor and the place of the ground under the pointer, or None.
    """

    dragged = Signal(float, float)
    zoomed = Signal(float, object)

    def __init__(self) -> None:
        self.sight = SurfaceSight()
        self.camera, self.tokens, self.area = Camera(), LIGHT, QRectF(0, 0, 100, 100)
        self._laid: tuple[Surface, HeightField] | None = None
        self._seen: Rendering | None = None
        super().__init__()

    def boundingRect(self) -> QRectF:
        return self.area.adjusted(-8, 0, 8, 8)

    def projection(self) -> Projection:
        """The pixels that are computed."""
        wide, high = self.area.width(), self.area.height()
        full = Projection(max(8, round(wide)), max(8, round(high)), self.camera)
        shrink = min(1.0, MOST_ACROSS / max(1, full.columns.stop - full.columns.start))
        return Projection(max(8, round(wide * shrink)), max(8, round(high * shrink)), self.camera)

    def seen(self) -> Rendering | None:
        """The landscape, rendered where anything has changed."""
        surface, view = self.sight.surface, self.projection()
        if surface is None:
            return None
        if self._laid is None or self._laid[0] is not surface:
            lifted = np.nan_to_num(heights(surface.losses), nan=1.0)
            self._laid = surface, height_field(lifted, stretched(lifted, FINE, FINE), BANDS)
        field, seen = self._laid[1], self._seen
        if seen is None or seen.field is not field or seen.projection != view:
            self._seen = render(field, view)
        return self._seen

    def ground_at(self, place: QPointF) -> At | None:
        """The place of the ground, from -1 to 1 both ways, that is seen at a pixel of the plot."""
        seen, inside = self.seen(), place - self.area.topLeft()
        if seen is None or not self.area.contains(place):
            return None
        return seen.ground_at(inside.x() / self.area.width(), 1 - inside.y() / self.area.height())

    # painting

    def paint(self, painter: QPainter, *_: object) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        view, seen = self.projection(), self.seen()
        painter.setPen(QPen(self.tokens.line, 1))
        painter.drawPath(self._path(view, view.project(*RIM, np.zeros_like(RIM[0]))))
        if seen is not None:
            self._paint_field(painter, seen)
            self._paint_walk(painter, seen)
        painter.setFont(font_of(CAPTION))
        with_ends = self.area.height() >= ROOM_FOR_ENDS
        for word in axis_words(self.camera.turn, self.sight.grid, self.sight.names, with_ends):
            self._paint_word(painter, view, word)

    def _paint_field(self, painter: QPainter, seen: Rendering) -> None:
        high, wide = seen.tones.shape
        image = QImage(seen.tones.tobytes(), wide, high, wide, QImage.Format.Format_Indexed8)
        image.setColorTable(tone_colors(color_table(surface_ramp(self.tokens, BANDS))[:BANDS]))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(self.area, image)
        rim = seen.rim()
        painter.setPen(QPen(mixed(self.tokens.hill, self.tokens.text, 0.25), 1))
        painter.drawPath(self._path(seen.projection, rim, seen.sees(*rim, AT_EDGES)))

    def _paint_walk(self, painter: QPainter, seen: Rendering) -> None:
        """The path, dimmed where a hill hides it, and the ball where learning stands."""
        surface, path, point = self.sight.shown, self.sight.path, self.sight.point
        view, ink = seen.projection, self.tokens.text
        assert surface is not None
        if len(path) > 1 and path.shape[1] == 2:
            places, inside = seen.places(path, surface.xs, surface.ys)
            painter.setPen(QPen(faded(ink, HIDDEN), 1))
            painter.drawPath(self._path(view, places, inside))
            painter.setPen(QPen(ink, INK))
            painter.drawPath(self._path(view, places, inside & seen.sees(*places)))
        if len(point) == 2:
            places, inside = seen.places(np.array([point]), surface.xs, surface.ys)
            x, y = self._pixels(view, places)
            if inside[0]:
                in_sight = bool(seen.sees(*places, AT_EDGES)[0])
                _paint_ball(painter, self.tokens, QPointF(x[0], y[0]), in_sight)

    def _paint_word(self, painter: QPainter, view: Projection, word: AxisWord) -> None:
        """At its place of the ground, on the side that points away from the middle."""
        across, deep = np.array([word.at, word.out]).T
        x, y = self._pixels(view, view.project(across, deep, np.zeros(2)))
        wide = painter.fontMetrics().horizontalAdvance(word.text) + 2.0
        left = float(x[0]) - (wide if x[1] < self.area.center().x() else 0.0)
        top = min(float(y[0]) - 2, self.area.bottom() - 10)
        box = QRectF(max(0.0, min(left, self.area.right() - wide)), top, wide, 14)
        painter.setPen(self.tokens.text if word.is_name else self.tokens.text2)
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, word.text)

    def _pixels(self, view: Projection, places: Places) -> tuple[Floats, Floats]:
        """In pixels of the plot."""
        x = self.area.left() + places[0] * (self.area.width() / view.width)
        return x, self.area.bottom() - places[1] * (self.area.height() / view.height)

    def _path(self, view: Projection, places: Places, seen: Mask | None = None) -> QPainterPath:
        """A line through these places, where both ends of a piece are seen."""
        joined = np.append(seen[1:] & seen[:-1], False) if seen is not None else "all"
        x, y = self._pixels(view, places)
        path: QPainterPath = pg.arrayToQPath(x, y, connect=joined, finiteCheck=False)
        return path

    # hands

    def mouseDragEvent(self, event: MouseDragEvent) -> None:
        """pyqtgraph asks what lies on top first."""
        if event.button() == Qt.MouseButton.LeftButton:
            step = event.pos() - event.lastPos()
            self.dragged.emit(step.x(), step.y())
            event.accept()
        else:
            event.ignore()

    def wheelEvent(self, event: QGraphicsSceneWheelEvent) -> None:
        self.zoomed.emit(ZOOM ** (event.delta() / 120), self.ground_at(event.pos()))
        event.accept()


class HillPlot(Plot):
    """The landscape, turned by drags and arrow keys.

    `range_wanted` tells which part of the plane the learner wants to see, or None for all.
    """

    range_wanted = Signal(object)

    tip = "Loss surface from the side: drag or use the arrow keys to turn it, + and − zoom."
    standard_size = QSize(1200, 1200)
    has_grid = False

    def __init__(self, parent: QWidget) -> None:
        self.landscape = Landscape()
        super().__init__("Loss surface, 3-D", self.tip, parent)
        self.item.hideAxis("left")
        self.item.hideAxis("bottom")
        self.view.setMouseEnabled(x=False, y=False)
        self.landscape.setParentItem(self.item)
        self.landscape.dragged.connect(self.turn)
        self.landscape.zoomed.connect(self.zoom)

    @property
    def sight(self) -> SurfaceSight:
        """What is shown."""
        return self.landscape.sight

    def show_sight(self, sight: SurfaceSight) -> None:
        """Show this from now on."""
        self.landscape.sight = sight
        self.landscape.update()
        self.say(sight.note)

    def turn(self, across: float, down: float) -> None:
        """The hand moved by so many pixels."""
        self.landscape.camera = self.landscape.camera.turned(across, down)
        self.landscape.update()

    def step_read(self, across: int, up: int) -> None:
        """There is no read-out from the side: arrows turn."""
        self.turn(across * TURN, -up * TURN)

    def pan(self, across: float, up: float) -> None:
        self.turn(across / PAN * TURN, -up / PAN * TURN)

    def zoom(self, factor: float, at: At | None = None) -> None:
        """So many times as much, around a place of the ground or its middle."""
        grid, (x, y) = self.sight.grid, at or (0.0, 0.0)
        across = _zoomed(grid.center_x, grid.half_x, x, factor)
        up = _zoomed(grid.center_y, grid.half_y, y, factor)
        if sound(across) and sound(up):
            self.range_wanted.emit((across, up))

    def show_all(self) -> None:
        self.range_wanted.emit(None)

    def place_marks(self) -> None:
        self.landscape.prepareGeometryChange()
        self.landscape.area = self.view.geometry().adjusted(6, 0, -2, -4)
        self.landscape.update()

    def wear(self, tokens: Tokens) -> None:
        self.landscape.tokens = tokens
        self.landscape.update()

    def title(self) -> str:
        return TITLE

    def paint_legend(self, painter: QPainter, box: QRectF, tokens: Tokens) -> None:
        self.sight.paint(painter, box, tokens)

    def numbers(self) -> Numbers | None:
        return self.sight.table()

    def axes_menu(self, menu: QMenu) -> None:
        """There are no axes to set up."""


def _zoomed(center: float, half: float, share: float, factor: float) -> At:
    held = center + share * half
    return held + (center - half - held) * factor, held + (center + half - held) * factor


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
