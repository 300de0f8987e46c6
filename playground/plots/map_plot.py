"""The answer over the plane of two inputs, with the samples; with one input the curve over them."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterStateGuard, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from engine.calls import Floats
from engine.maps import AnswerMap, Plane
from engine.numerals import short
from playground.bands import BANDS, bands_of, image_of
from playground.palette import Tokens, map_ramp
from playground.plots.class_map import class_image, outputs_at
from playground.plots.curve_marks import paint_rows
from playground.plots.frame import Frame, framed, paint_axes
from playground.plots.heat import WIDEST, paint_level, stretched, value_at
from playground.plots.lines import Line, paint_line
from playground.plots.map_legend import Legend, legend_size, paint_legend
from playground.plots.plot import Plot
from playground.plots.points import Points, mark_color, paint_points
from playground.plots.scales import Span, drawable, span_of
from playground.widgets.plain_text import set_tip

MOST_TOLD = 4
MARKS = "Filled points are trained, hollow ones tested."
KEYS = "Arrow keys read the answer, + and − zoom, 0 shows all."
Range = tuple[float, float]


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """All that a map shows."""

    plane: Plane | None = None
    answers: AnswerMap | None = None
    points: Points | None = None
    names: tuple[str, str, str] = ("", "", "")
    span: Range = (0.0, 1.0)
    note: str = ""
    classes: tuple[str, ...] = ()
    border: float | None = None

    @property
    def legend(self) -> Legend:
        """What its marks and colours mean."""
        points = self.points
        tested = points is not None and bool(points.tested.any())
        flat = self.plane is not None and self.plane.second is not None and not self.classes
        return Legend(self.span if flat else None, self.classes, tested)


class MapPlot(Plot):
    """`show_range` is called with the part of the plane to show, None for where the samples are."""

    def __init__(
        self, show_range: Callable[[tuple[Range, Range] | None], object], parent: QWidget
    ) -> None:
        super().__init__("Map", "", parent)
        self._show_range = show_range
        self.scene = Scene()
        set_tip(self, self._tip())
        self.read: tuple[float, float] | None = None
        self._dots: tuple[tuple[object, ...], QPixmap] | None = None

    def show_scene(self, scene: Scene) -> None:
        """Show this from now on."""
        self.scene = scene
        set_tip(self, self._tip())
        self.renew()

    def _tip(self) -> str:
        """What is shown, in a few lines: they stand over it."""
        shown = "the answer over the inputs, orange low and blue high."
        if self.scene.classes:
            shown = "which class has the highest output, each in its colour."
        elif self.line:
            shown = "the answer along the one input."
        return f"Map: {shown}\n{MARKS}\n{KEYS}"

    @property
    def line(self) -> bool:
        """Whether there is one input only."""
        return self.scene.plane is not None and self.scene.plane.second is None

    # axes

    def frame(self) -> Frame:
        box = QRectF(self.rect()).adjusted(0, self.top, -6, 0)
        plane = self.scene.plane
        if plane is None:
            return framed(box, Span(-1.0, 1.0), Span(-1.0, 1.0))
        x = Span(*plane.x_range)
        if plane.second is not None:
            return framed(box, x, Span(*plane.y_range), self.scene.names[1])
        return framed(box, x, self._height(), self.scene.names[2])

    def _height(self) -> Span:
        """What the curve and the samples need."""
        parts = [self.answers()] if self.scene.answers is not None else []
        if self.scene.points is not None:
            parts.append(self.scene.points.places[:, 1])
        return span_of(np.concatenate(parts), room=0.08) if parts else Span(0.0, 1.0)

    def answers(self) -> Floats:
        """The answer along the one input, or over the plane."""
        found = self.scene.answers
        if found is None:
            return np.empty(0)
        return drawable(found.values[0, 0] if self.line else found.values[0])

    def zoom(self, factor: float, at: QPointF | None = None) -> None:
        frame = self.frame()
        x, y = (0.5, 0.5) if at is None else (frame.share_x(at), frame.share_y(at))
        self._show(frame.x.zoomed(x, factor), frame.y.zoomed(y, factor))

    def pan(self, across: float, down: float) -> None:
        frame = self.frame()
        x = frame.x.moved(-across / max(1.0, frame.area.width()))
        self._show(x, frame.y.moved(down / max(1.0, frame.area.height())))

    def reset_zoom(self) -> None:
        self._show_range(None)

    def _show(self, x: Span, y: Span) -> None:
        if self.scene.plane is not None:
            self._show_range(((x.low, x.high), (y.low, y.high)))

    # reading

    def read_at(self, place: QPointF | None) -> None:
        frame = self.frame()
        inside = place is not None and frame.area.contains(place)
        self._show_read(frame.at(place) if inside and place is not None else None)

    def turn_readout(self, across: int, up: int) -> None:
        frame = self.frame()
        if self.read is None:
            self._show_read(frame.at(frame.area.center()))
            return
        x, y = frame.x.share(self.read[0]), frame.y.share(self.read[1])
        x, y = min(1.0, max(0.0, x + across / 60)), min(1.0, max(0.0, y + up / 60))
        self._show_read((frame.x.value(x), frame.y.value(y)))

    def _show_read(self, read: tuple[float, float] | None) -> None:
        if read != self.read:
            self.read = read
            self.setAccessibleDescription(", ".join(text for text, _ in self.readings()))
            self.update()

    def readings(self) -> list[tuple[str, str]]:
        """The answer at the pointer, and where that is."""
        found = self.scene.answers
        if self.read is None or found is None:
            return []
        x, y = self.read
        if self.scene.classes:
            return self._class_readings(found, x, y)
        if self.line:
            value = float(np.interp(x, found.xs, self.answers()))
        else:
            value = value_at(found.xs, found.ys, self.answers(), x, y)
        rows = [(f"{self.scene.names[2]} {short(value, 3) or '–'}", "fwd")]
        for name, number in zip(self.scene.names, (x,) if self.line else (x, y), strict=False):
            rows.append((f"{name} {short(number, 3)}", "text2"))
        return rows

    def _class_readings(self, found: AnswerMap, x: float, y: float) -> list[tuple[str, str]]:
        outputs, names = outputs_at(found, x, y), self.scene.classes
        if not np.isfinite(outputs).any():
            return []
        best = int(np.nanargmax(outputs))
        rows = [(names[best], mark_color(best))]
        told = sorted(range(len(outputs)), key=lambda k: -outputs[k])[:MOST_TOLD]
        rows += [(f"{names[k]} {short(outputs[k], 3) or '–'}", "text2") for k in told]
        places = zip(self.scene.names, (x, y), strict=False)
        return rows + [(f"{name} {short(number, 3)}", "text2") for name, number in places]

    # painting

    def waiting(self) -> str:
        return self.scene.note

    def paint_still(self, painter: QPainter, frame: Frame, tokens: Tokens) -> None:
        names = (self.scene.names[0], self.scene.names[2 if self.line else 1])
        empty = self.scene.answers is None
        paint_axes(painter, tokens, frame, names, grid=self.line or empty)
        with QPainterStateGuard(painter):
            painter.setClipRect(frame.area.adjusted(-1, -1, 1, 1))
            if not self.line and self.scene.answers is not None:
                self._paint_plane(painter, frame, tokens, self.scene.answers)
            if self.scene.points is not None:
                self._paint_points(painter, frame, tokens, self.scene.points)
            if self.line and self.scene.answers is not None:
                fitted = Line("answer", self.scene.answers.xs, self.answers(), "fwd", 2.0)
                paint_line(painter, tokens, frame, fitted)

    def _paint_points(
        self, painter: QPainter, frame: Frame, tokens: Tokens, points: Points
    ) -> None:
        """On screen from a picture that is kept while only the answer changes."""
        if not isinstance(painter.device(), QPixmap):
            paint_points(painter, tokens, frame, points)
            return
        key = (points, frame.area, frame.x, frame.y, tokens.name)
        if self._dots is None or self._dots[0] != key:
            ratio = self.devicePixelRatioF()
            dots = QPixmap(self.size() * ratio)
            dots.setDevicePixelRatio(ratio)
            dots.fill(Qt.GlobalColor.transparent)
            with QPainter(dots) as inner:
                inner.setRenderHint(QPainter.RenderHint.Antialiasing)
                paint_points(inner, tokens, frame, points)
            self._dots = key, dots
        painter.drawPixmap(0, 0, self._dots[1])

    def _paint_plane(
        self, painter: QPainter, frame: Frame, tokens: Tokens, found: AnswerMap
    ) -> None:
        low = frame.point(float(found.xs[0]), float(found.ys[0]))
        high = frame.point(float(found.xs[-1]), float(found.ys[-1]))
        box = QRectF(QPointF(low.x(), high.y()), QPointF(high.x(), low.y()))
        if self.scene.classes:
            painter.drawImage(box, class_image(found, tokens, box.width(), box.height()))
            return
        shrink = min(1.0, WIDEST / max(1.0, frame.area.width()))
        size = [max(2, round(side * shrink)) for side in (frame.area.width(), frame.area.height())]
        values = np.nan_to_num(found.values[0].astype(np.float32), posinf=1e30, neginf=-1e30)
        bands = bands_of(stretched(values, size[0], size[1]), self.scene.span)
        painter.drawImage(box, image_of(bands, map_ramp(tokens, BANDS)))
        if self.scene.border is not None:
            pen = QPen(tokens.text2, 1.25)
            paint_level(painter, frame, (found.xs, found.ys), values, self.scene.border, pen)

    def title(self) -> str:
        return self.scene.names[2]

    def paint_legend(self, painter: QPainter, box: QRectF, tokens: Tokens) -> None:
        legend = self.scene.legend
        if self.scene.answers is not None:
            own = QRectF(QPointF(), legend_size(legend))
            own.moveTopRight(box.topRight())
            paint_legend(painter, tokens, own, legend)

    def paint_readout(self, painter: QPainter, frame: Frame, tokens: Tokens) -> None:
        rows = self.readings()
        if not rows or self.read is None:
            return
        place = frame.point(*self.read)
        painter.setPen(QPen(tokens.text2, 1))
        for end in (QPointF(5, 0), QPointF(0, 5)):
            painter.drawLine(place - end, place + end)
        paint_rows(painter, tokens, frame.area, place.x(), rows)
