"""The loss along one parameter alone: its tangent, the present point and the next step."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPainterStateGuard, QPen
from PySide6.QtWidgets import QWidget

from engine.calls import Floats
from engine.numerals import short
from engine.surfaces import Curve
from playground.palette import Tokens
from playground.plots.curve_marks import freest
from playground.plots.frame import Frame, framed, paint_axes
from playground.plots.lines import Line, paint_line
from playground.plots.plane import Picture
from playground.plots.plane_plot import Move, PlanePlot, ShowGrid
from playground.plots.scales import Span, span_of
from playground.plots.surface_marks import paint_next, paint_point


class SlopePlot(PlanePlot):
    """One parameter: the loss over it, the tangent at the present value, and the next step."""

    def __init__(
        self,
        move: Move,
        show_grid: ShowGrid,
        parent: QWidget,
    ) -> None:
        tip = (
            "Loss along one parameter: drag the point to set it. Arrow keys read the loss, Enter "
            "moves the point there, + and − zoom, 0 resets."
        )
        super().__init__("Loss along a parameter", tip, move, show_grid, parent)

    def curve(self) -> tuple[Floats, Floats] | None:
        """The parameter's values and the loss at each."""
        picture = self.sight.picture
        if picture is None or not isinstance(picture.shown, Curve) or not self.sight.point:
            return None
        return picture.shown.offsets + picture.marks.at[0], picture.shown.losses

    def frame(self) -> Frame:
        grid = self.sight.grid
        x = Span(grid.center_x - grid.half_x, grid.center_x + grid.half_x)
        found = self.curve()
        y = span_of(found[1], zero=True, room=0.08) if found else Span(0.0, 1.0)
        return framed(self._box(), x, y, "loss")

    def numbers_at(self, place: QPointF) -> tuple[float, ...]:
        return self.frame().at(place)[:1]

    def point_place(self, frame: Frame) -> QPointF | None:
        found = self.curve()
        if found is None:
            return None
        x = self.sight.point[0]
        return frame.point(x, float(np.interp(x, *found)))

    def readings(self) -> list[tuple[str, str]]:
        found = self.curve()
        if self.read is None or found is None:
            return []
        x = self.read[0]
        value = float(np.interp(x, *found))
        name = self.sight.names[0]
        return [(f"loss {short(value) or '–'}", "truth"), (f"{name} {short(x, 3)}", "text2")]

    def words_over(self, frame: Frame, words: QRectF) -> QRectF:
        """In the corner that is farthest from the curve."""
        found = self.curve()
        if found is None:
            return words
        points = np.stack([frame.across(found[0]), frame.down(found[1])], axis=1)
        return QRectF(freest(frame.area, words.size(), points), words.size())

    def paint_still(self, painter: QPainter, frame: Frame, tokens: Tokens) -> None:
        paint_axes(painter, tokens, frame, (self.sight.names[0], "loss"))
        self.paint_caption(painter, frame, tokens)
        found = self.curve()
        if found is not None:
            with QPainterStateGuard(painter):
                painter.setClipRect(frame.area.adjusted(0, -2, 0, 2))
                paint_line(painter, tokens, frame, Line("loss", *found))

    def paint_moving(self, painter: QPainter, frame: Frame, tokens: Tokens) -> None:
        found, place, picture = self.curve(), self.point_place(frame), self.sight.picture
        if found is None or place is None or picture is None:
            return
        with QPainterStateGuard(painter):
            painter.setClipRect(frame.area.adjusted(-7, -7, 7, 7))
            self._paint_tangent(painter, frame, tokens, picture)
            if self.sight.after:
                x = self.sight.after[0]
                after = frame.point(x, float(np.interp(x, *found)))
                paint_next(painter, tokens, frame, place, after)
            paint_point(painter, tokens, place)

    def _paint_tangent(
        self, painter: QPainter, frame: Frame, tokens: Tokens, picture: Picture
    ) -> None:
        x, grid = picture.marks.at[0], self.sight.grid
        reach = 0.5 * grid.half_x
        ends = [
            frame.point(x + step, picture.marks.loss + step * picture.marks.slope[0])
            for step in (-reach, reach)
        ]
        pen = QPen(tokens.bwd, 1.6)
        pen.setDashPattern([4, 3])
        painter.setPen(pen)
        painter.drawLine(*ends)
