"""The loss surface from above: bands, contour lines, the path, the present point, what is next."""

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPainterStateGuard
from PySide6.QtWidgets import QWidget

from engine.numerals import short
from playground.palette import Tokens
from playground.plots.frame import Frame, framed, paint_axes
from playground.plots.heat import heat_image, heights, paint_contours, paint_heat, value_at
from playground.plots.plane_plot import Move, PlanePlot, ShowGrid
from playground.plots.scales import Span
from playground.plots.surface_marks import paint_arrow, paint_next, paint_path, paint_point


class SurfacePlot(PlanePlot):
    """Two parameters or directions."""

    def __init__(
        self,
        move: Move,
        show_grid: ShowGrid,
        parent: QWidget,
    ) -> None:
        tip = (
            "Loss surface: drag the point to set the two parameters. Arrow keys read the loss, "
            "Enter moves the point there, + and − zoom, 0 shows the whole path."
        )
        super().__init__("Loss surface", tip, move, show_grid, parent)

    def frame(self) -> Frame:
        grid = self.sight.grid
        x = Span(grid.center_x - grid.half_x, grid.center_x + grid.half_x)
        y = Span(grid.center_y - grid.half_y, grid.center_y + grid.half_y)
        return framed(self._box(), x, y, self.sight.names[1])

    def point_place(self, frame: Frame) -> QPointF | None:
        point = self.sight.point
        return frame.point(point[0], point[1]) if len(point) == 2 else None

    def caption_below(self) -> bool:
        return self.sight.high_up

    def readings(self) -> list[tuple[str, str]]:
        surface = self.surface()
        if self.read is None or surface is None:
            return []
        x, y = self.read
        value = value_at(surface.xs, surface.ys, surface.losses, x, y)
        rows = [(f"loss {short(value) or '–'}", "truth")]
        for name, number in zip(self.sight.names, (x, y), strict=True):
            rows.append((f"{name} {short(number, 3)}", "text2"))
        return rows

    def paint_still(self, painter: QPainter, frame: Frame, tokens: Tokens) -> None:
        surface = self.surface()
        paint_axes(painter, tokens, frame, self.sight.names, grid=surface is None)
        if surface is None:
            self.paint_caption(painter, frame, tokens)
            return
        low = frame.point(float(surface.xs[0]), float(surface.ys[0]))
        high = frame.point(float(surface.xs[-1]), float(surface.ys[-1]))
        box = QRectF(QPointF(low.x(), high.y()), QPointF(high.x(), low.y()))
        lifted = heights(surface.losses)
        image = heat_image(lifted, tokens, box.width(), box.height())
        paint_heat(painter, frame, image, box)
        paint_contours(painter, tokens, frame, surface.xs, surface.ys, lifted)
        self.paint_caption(painter, frame, tokens)

    def paint_moving(self, painter: QPainter, frame: Frame, tokens: Tokens) -> None:
        with QPainterStateGuard(painter):
            painter.setClipRect(frame.area.adjusted(-1, -1, 1, 1))
            paint_path(painter, tokens, frame, self.sight.path)
            place = self.point_place(frame)
            if place is not None:
                if len(self.sight.slope) == 2:
                    paint_arrow(painter, tokens, frame, place, self.sight.slope)
                if len(self.sight.after) == 2:
                    paint_next(painter, tokens, frame, place, frame.point(*self.sight.after[:2]))
                paint_point(painter, tokens, place)
