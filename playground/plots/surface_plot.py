"""The loss over a plane from above, or along one parameter: bands, path, slope and next step.

The present point can be dragged where the axes are parameters.
"""

from dataclasses import dataclass, field

import numpy as np
import pyqtgraph as pg
from pyqtgraph.GraphicsScene.mouseEvents import MouseDragEvent
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QGraphicsEllipseItem, QGraphicsItem, QWidget

from engine.functions import Floats
from engine.numerals import short
from engine.views.runs import drawable
from engine.views.surface_planes import Picture, ranges_of
from engine.views.surfaces import Surface, SurfaceGrid
from playground.plots import images
from playground.plots.images import BANDS
from playground.plots.legend import paint_caption
from playground.plots.plane_plot import PlanePlot, Ranges
from playground.plots.plot import At, Numbers, Rows
from playground.plots.series import INK
from playground.theme.palette import Tokens, faded, surface_ramp

POINT, NEXT = 6.0, 4.0  # pixels, radii
REACH = 14.0  # around the middle of the point: from here it is taken
ARROW, HEAD, SHORTEST = 46.0, 8.0, 14.0
DOT, APART = 2.2, 9.0  # dots of a path are left out where they would touch
FEW = 300  # points of a path that a wide pen can draw in time
FINE = 1500  # dots a side of the image in a saved picture
CONTOURS = 0.55  # how much of them is seen
TITLE = "Loss"
ROOM = 0.06  # above and below a curve, so that the ring is whole
GAP = 12  # pixels between the title of a picture and its caption
EMPTY: Floats = np.empty((0, 2))
NOWHERE = SurfaceGrid(0.0, 0.0, 2.0, 2.0, 61)


@dataclass(frozen=True, slots=True, eq=False)
class SurfaceSight:
    """All that the plot shows: the plane, the picture of it, and where learning is on it."""

    grid: SurfaceGrid = NOWHERE
    picture: Picture | None = None
    names: tuple[str, str] = ("", "")
    path: Floats = field(default_factory=lambda: EMPTY)
    point: tuple[float, ...] = ()
    slope: tuple[float, ...] = ()
    after: tuple[float, ...] = ()
    movable: bool = False
    note: str = ""
    caption: str = ""
    digits: int = 4

    @property
    def shown(self) -> Surface | None:
        """The numbers of the picture."""
        return self.picture.shown if self.picture is not None else None

    @property
    def surface(self) -> Surface | None:
        """The same over a plane."""
        return self.shown if self.shown is not None and len(self.shown.ys) > 1 else None

    @property
    def span(self) -> At | None:
        """The least and the largest loss of a surface that have a colour."""
        known = drawable(self.surface.losses) if self.surface is not None else EMPTY
        if not np.isfinite(known).any():
            return None
        return float(np.nanmin(known)), float(np.nanmax(known))

    @property
    def curve(self) -> tuple[Floats, Floats] | None:
        """The values of the one parameter and the loss at each."""
        picture = self.picture
        if picture is None or self.surface is not None or not self.point:
            return None
        return picture.shown.xs + picture.marks.at[0], picture.shown.losses[0]

    def table(self) -> Numbers | None:
        """The loss at every point of the surface or the curve."""
        surface, curve = self.surface, self.curve
        if curve is not None:
            return [self.names[0], "loss"], curve
        if surface is None:
            return None
        x, y = np.meshgrid(surface.xs, surface.ys)
        return [*self.names, "loss"], [part.ravel() for part in (x, y, surface.losses)]

    def paint(self, painter: QPainter, box: QRectF, tokens: Tokens) -> None:
        """What the title of a saved picture is followed by."""
        left = painter.fontMetrics().horizontalAdvance(TITLE) + GAP
        paint_caption(painter, tokens, box.adjusted(left, 0, 0, 0), self.caption, self.span)


class SteadyCurve(pg.PlotCurveItem):
    """Its numbers are not searched for their bounds whenever the view moves."""

    def __init__(self) -> None:
        super().__init__(connect="finite", antialias=True)

    def viewTransformChanged(self) -> None:
        self._boundingRect = None  # it has the width of the pen in it
        self.prepareGeometryChange()


class Ball(pg.TargetItem):
    """The present point; `dragged` tells each place it is dragged to, and whether it still is."""

    dragged = Signal(float, float, bool)

    def __init__(self) -> None:
        super().__init__(size=round(2 * REACH), symbol="o", movable=False)
        self.halo = QPen()
        self.setZValue(30)

    def set_movable(self, on: bool) -> None:
        """Whether it can be dragged; the pointer says so."""
        self.movable = on
        self.setCursor(Qt.CursorShape.OpenHandCursor if on else Qt.CursorShape.ArrowCursor)

    def mouseDragEvent(self, event: MouseDragEvent) -> None:
        super().mouseDragEvent(event)
        if self.movable and event.button() == Qt.MouseButton.LeftButton:
            ends = self.getViewBox().viewRange()
            x, y = (
                min(max(at, low), high) for at, (low, high) in zip(self.pos(), ends, strict=True)
            )
            self.dragged.emit(x, y, not event.isFinish())

    def paint(self, painter: QPainter, *_: object) -> None:
        """A ring, smaller than the shape by which it is taken."""
        box = self.shape().boundingRect()
        ring = QRectF(QPointF(), box.size() * (POINT / REACH))
        ring.moveCenter(box.center())
        painter.setBrush(self.currentBrush)
        for pen in (self.halo, self.currentPen):
            painter.setPen(pen)
            painter.drawEllipse(ring)


class SightPlot(PlanePlot):
    """`moved_to` tells the numbers that the point was dragged to, and whether it still moves."""

    moved_to = Signal(object, bool)

    def __init__(self, name: str, tip: str, parent: QWidget) -> None:
        self.sight = SurfaceSight()
        self.ball = Ball()
        self.next = QGraphicsEllipseItem(-NEXT, -NEXT, 2 * NEXT, 2 * NEXT)
        self.next.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIgnoresTransformations)
        self.step = SteadyCurve()
        super().__init__(name, tip, parent)
        self.put(20, self.step, self.next)
        self.put(30, self.ball)
        self.ball.dragged.connect(self._dragged)

    def put(self, depth: int, *items: QGraphicsItem) -> None:
        """Items of the plane, each above the one before."""
        for k, item in enumerate(items):
            item.setZValue(depth + k)
            self.view.addItem(item, ignoreBounds=True)

    # what a subclass says

    def lay(self) -> None:
        """Another picture."""

    def two(self, numbers: tuple[float, ...]) -> At:
        """Where these numbers along the axes are seen."""
        return numbers[0], numbers[1]

    # what is shown

    def show_sight(self, sight: SurfaceSight) -> None:
        """Show this from now on."""
        before, self.sight = self.sight, sight
        if before.shown is not sight.shown:
            self.lay()
        self.below.name_it(sight.names[0])
        self.ball.set_movable(sight.movable)
        self.show_plane(ranges_of(sight.grid))
        self._place_point()
        self.place_marks()
        self.say(sight.note)
        if before.picture is not sight.picture:
            self.show_read(self.read)

    def _place_point(self) -> None:
        here, there = self._place_of(self.sight.point), self._place_of(self.sight.after)
        self.ball.setVisible(here is not None)
        for item in (self.next, self.step):
            item.setVisible(here is not None and there is not None)
        if here is None:
            return
        if not self.ball.moving:
            self.ball.setPos(*here)
        if there is not None:
            self.step.setData(*np.array([here, there]).T)
            self.next.setPos(*there)

    def _place_of(self, numbers: tuple[float, ...]) -> At | None:
        place = self.two(numbers) if numbers else (np.nan, np.nan)
        return place if np.isfinite(place).all() else None

    # reading and moving

    def first_read(self) -> At:
        """Where learning is."""
        return self.two(self.sight.point) if self.sight.point else super().first_read()

    def _loss_row(self, value: float) -> tuple[str, str]:
        return f"loss {short(value, self.sight.digits) or '–'}", "truth"

    def choose(self, at: At) -> None:
        """The point goes to what is read."""
        if self.sight.movable:
            self.moved_to.emit(at[: len(self.sight.point)], True)
            self.moved_to.emit((), False)

    def click(self, at: At) -> None:
        """Only a drag of the point sets it."""

    def _dragged(self, x: float, y: float, moving: bool) -> None:
        numbers = (x, y)[: len(self.sight.point)]
        self.ball.setPos(*self.two(numbers))
        self.moved_to.emit(numbers, True)
        if not moving:
            self.moved_to.emit((), False)

    def numbers(self) -> Numbers | None:
        return self.sight.table()

    def title(self) -> str:
        return TITLE

    def paint_legend(self, painter: QPainter, box: QRectF, tokens: Tokens) -> None:
        self.sight.paint(painter, box, tokens)

    def wear(self, tokens: Tokens) -> None:
        self.ball.setPen(self.ink(tokens.text, 2))
        self.ball.setHoverPen(self.ink(tokens.fwd, 2))
        self.ball.halo = self.ink(faded(tokens.surface, 0.9), 4)
        self.ball.setBrush(tokens.surface)
        self.ball.setHoverBrush(tokens.surface)
        self.next.setPen(QPen(tokens.text, INK))
        self.step.setPen(self.ink(tokens.text, 1))


class SurfacePlot(SightPlot):
    """Two parameters or directions."""

    tip = (
        "Loss surface: drag the point to set the two parameters. Arrow keys read the loss, "
        "Enter moves the point there, + and − zoom, 0 shows the whole path."
    )

    def __init__(self, parent: QWidget) -> None:
        self.image, self.lines, self.path = pg.ImageItem(), SteadyCurve(), SteadyCurve()
        self.dots = pg.ScatterPlotItem(size=2 * DOT, pen=None)  # one path of all takes 4 ms
        self._dotted: object = None  # the path that has dots, and how close they may be
        self._spaced: Floats = np.zeros(2)
        self.arrow = pg.ArrowItem(headLen=HEAD, headWidth=HEAD / 2, tailWidth=2, pen=None)
        super().__init__("Loss surface", self.tip, parent)
        self.put(1, self.image, self.lines, self.path, self.dots, self.arrow)
        self.step.setZValue(self.arrow.zValue() - 0.5)

    def lay(self) -> None:
        surface = self.sight.surface
        for item in (self.image, self.lines):
            item.setVisible(surface is not None)
        if surface is None:
            return
        lifted = images.heights(surface.losses)
        size = (FINE, FINE) if self.saving else images.size_for(self.view.geometry())
        fine = images.stretched(lifted.astype(np.float32), *size)
        known = np.isfinite(fine)
        bands = np.where(known, np.minimum(fine * BANDS, BANDS - 1), BANDS).astype(np.uint8)
        table = images.color_table((*surface_ramp(self.tokens, BANDS), self.tokens.sunken))
        images.lay(self.image, bands, table, surface.xs, surface.ys)
        levels = np.linspace(0, 1, BANDS + 1)[1:-1]
        self.lines.setData(*images.contours(surface.xs, surface.ys, lifted, levels))

    def show_sight(self, sight: SurfaceSight) -> None:
        self.left.name_it(sight.names[1])
        if sight.path is not self.sight.path:
            self._show_path(sight.path)
        super().show_sight(sight)

    def _show_path(self, path: Floats) -> None:
        known = drawable(path if path.shape[1] == 2 and len(path) > 1 else EMPTY)
        self.path.setData(known[:, 0], known[:, 1])
        self._known = known[np.isfinite(known).all(axis=1)]
        self._wear_path()

    _known = EMPTY

    def _wear_path(self) -> None:
        width = INK if len(self._known) <= FEW else 1.0
        self.path.setPen(self.ink(self.tokens.text, width))

    def place_marks(self) -> None:
        self._place_arrow()
        self._place_dots()

    def _place_arrow(self) -> None:
        """Downhill, against the gradient, as it lies on this screen; its tip is on the plot."""
        slope, pixel = np.array(self.sight.slope), self._pixel()
        way = -slope / pixel if len(slope) == 2 else np.zeros(2)
        steep = float(np.hypot(*way))
        seen = len(self.sight.point) == 2 and 1e-12 < steep < np.inf
        self.arrow.setVisible(seen)
        if not seen:
            return
        way, here = way / steep, self._pixels(np.array([self.sight.point]))[0]
        size = self.view.width(), self.view.height()
        with np.errstate(divide="ignore", invalid="ignore"):
            room = np.where(way > 0, size - here, -here) / way  # to the edge that is ahead
        length = POINT + float(np.clip(np.nanmin(room) - POINT - 2, SHORTEST, ARROW))
        turned = float(np.degrees(np.arctan2(way[1], way[0])))
        self.arrow.setStyle(angle=180 + turned, tailLen=length - HEAD - POINT)
        self.arrow.setPos(*(self.sight.point + way * length * pixel))

    def _pixel(self) -> Floats:
        """How much of the plane lies a pixel to the right and down."""
        (left, right), (low, high) = self.view.viewRange()
        return np.array([(right - left) / self.view.width(), (low - high) / self.view.height()])

    def _pixels(self, points: Floats) -> Floats:
        """Where they lie, from the upper left corner of the view."""
        (left, _), (_, high) = self.view.viewRange()
        return np.asarray((points - (left, high)) / self._pixel())

    def _place_dots(self) -> None:
        """On the path, where they stand apart."""
        pixel = self._pixel()
        if self._dotted is self._known and np.allclose(pixel, self._spaced, rtol=1e-9, atol=0):
            return  # it is only moved
        self._dotted, self._spaced = self._known, pixel
        kept, last_x, last_y = [], -np.inf, -np.inf
        for at, (x, y) in enumerate((self._known / pixel).tolist()):
            if abs(x - last_x) + abs(y - last_y) >= APART:
                kept.append(at)
                last_x, last_y = x, y
        self.dots.setData(*self._known[kept].T)

    def readings(self, at: At) -> Rows:
        surface = self.sight.surface
        if surface is None:
            return []
        value = images.value_at(surface.xs, surface.ys, surface.losses, *at)
        names = zip(self.sight.names, at, strict=True)
        return [self._loss_row(value), *((f"{n} {short(x, 3)}", "text2") for n, x in names)]

    def wear(self, tokens: Tokens) -> None:
        self.lines.setPen(self.ink(faded(tokens.surface, CONTOURS)))
        self._wear_path()
        self.dots.setBrush(tokens.text)
        self.arrow.setStyle(brush=tokens.bwd)
        self.lay()
        super().wear(tokens)


class SlopePlot(SightPlot):
    """One parameter: the loss over it, the tangent at the present value, and the next step."""

    tip = (
        "Loss along one parameter: drag the point to set it. Arrow keys read the loss, Enter "
        "moves the point there, + and − zoom, 0 resets."
    )
    standard_size = QSize(1200, 700)

    def __init__(self, parent: QWidget) -> None:
        self.own_height = False
        self._height: At = (0.0, 1.0)
        self.line, self.tangent = SteadyCurve(), SteadyCurve()
        super().__init__("Loss along a parameter", self.tip, parent)
        self.put(1, self.line, self.tangent)
        self.left.name_it("loss")
        self.below.show_lines(False)
        self.view.setMouseEnabled(x=True, y=False)  # upwards it fits the curve

    def loss_at(self, x: float) -> float:
        """The loss there; NaN beside what is drawn."""
        found = self.sight.curve
        return float(np.interp(x, *found, left=np.nan, right=np.nan)) if found else float("nan")

    def two(self, numbers: tuple[float, ...]) -> At:
        y = drawable(np.array([self.loss_at(numbers[0])]))[0]
        return numbers[0], float(y)

    def lay(self) -> None:
        found, picture = self.sight.curve, self.sight.picture
        self.line.setVisible(found is not None)
        self.tangent.setVisible(found is not None)
        if found is None or picture is None:
            return
        self.line.setData(found[0], drawable(found[1]))
        self._height = _height(drawable(found[1]))
        x, reach = picture.marks.at[0], 0.5 * picture.grid.half_x
        steps = np.array([-reach, reach])
        rise = drawable(picture.marks.loss + steps * picture.marks.slope[0])
        self.tangent.setData(x + steps, rise)

    # ranges: only across it is a part of the plane

    def show_plane(self, ranges: Ranges) -> None:
        self.ranges = ranges
        self.show_range(ranges[0], None if self.own_height else self._height)

    def moved(self) -> None:
        y = self.view.viewRange()[1]
        self.own_height = not np.allclose(y, self._height, rtol=1e-9, atol=0)
        super().moved()

    def show_all(self) -> None:
        self.own_height = False
        super().show_all()

    def readings(self, at: At) -> Rows:
        if self.sight.curve is None:
            return []
        name = f"{self.sight.names[0]} {short(at[0], 3)}"
        return [self._loss_row(self.loss_at(at[0])), (name, "text2")]

    def mark_read(self, at: At) -> At | None:
        x, y = self.two((at[0],))
        return (x, y) if np.isfinite(y) else None

    def wear(self, tokens: Tokens) -> None:
        self.line.setPen(self.ink(tokens.truth, INK))
        self.tangent.setPen(self.ink(tokens.bwd, INK, (6.0, 4.0)))
        super().wear(tokens)


def _height(losses: Floats) -> At:
    """What a curve needs, with some room; from 0 if that is near."""
    if not np.isfinite(losses).any():
        return 0.0, 1.0
    low, high = float(np.nanmin(losses)), float(np.nanmax(losses))
    if 0 <= low <= 0.7 * high:
        low = 0.0
    wide = high - low
    room = ROOM * wide if wide > 1e-9 * abs(high) else max(0.1 * abs(high), 1e-6)
    return low - room, high + room
