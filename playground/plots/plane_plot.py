"""What all views of a loss surface share: the point that can be dragged, readout, zoom, caption."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QWidget

from engine.calls import Floats
from engine.surfaces import Grid
from playground.fonts import CAPTION, font_of
from playground.palette import Tokens
from playground.plots.curve_marks import paint_rows
from playground.plots.frame import ROW, Frame
from playground.plots.plane import Picture, zoomed
from playground.plots.plot import Plot

TOP = 8.0
REACH = 14.0
HIGH_ENOUGH = 190
EMPTY: Floats = np.empty((0, 2))

#: The numbers along the axes where the point was dragged to, and whether it still moves.
Move = Callable[[tuple[float, ...], bool], object]
ShowGrid = Callable[[Grid | None], object]


@dataclass(frozen=True, slots=True, eq=False)
class Sight:
    """All that the plot shows: the plane, the picture of it, and where learning is on it."""

    grid: Grid
    picture: Picture | None = None
    names: tuple[str, str] = ("", "")
    path: Floats = field(default_factory=lambda: EMPTY)
    point: tuple[float, ...] = ()
    slope: tuple[float, ...] = ()
    after: tuple[float, ...] = ()
    movable: bool = False
    note: str = ""
    caption: str = ""


class PlanePlot(Plot):
    """What the two views from above share: the point that can be dragged, and zoom."""

    def __init__(
        self,
        name: str,
        tip: str,
        move: Move,
        show_grid: ShowGrid,
        parent: QWidget,
    ) -> None:
        super().__init__(name, tip, parent)
        self._move, self._show_grid = move, show_grid
        self.sight = Sight(Grid(0.0, 0.0, 2.0, 2.0, 61))
        self.read: tuple[float, float] | None = None

    def show_sight(self, sight: Sight) -> None:
        """Show this from now on; what stands still is painted anew only where it must."""
        before, self.sight = self.sight, sight
        same = (
            before.picture is sight.picture
            and before.grid == sight.grid
            and before.names == sight.names
            and before.caption == sight.caption
        )
        if same:
            self.update()
        else:
            self.renew()

    def point_place(self, frame: Frame) -> QPointF | None:
        """Where the present point is."""
        raise NotImplementedError

    def numbers_at(self, place: QPointF) -> tuple[float, ...]:
        """The parameters that a place of the screen stands for."""
        return self.frame().at(place)

    def waiting(self) -> str:
        return self.sight.note

    def grip(self, place: QPointF) -> bool:
        point = self.point_place(self.frame())
        near = point is not None and (place - point).manhattanLength() <= REACH
        return near and self.sight.movable

    def drag(self, place: QPointF) -> None:
        area = self.frame().area
        inside = QPointF(
            min(max(place.x(), area.left()), area.right()),
            min(max(place.y(), area.top()), area.bottom()),
        )
        self._move(self.numbers_at(inside), True)

    def let_go(self) -> None:
        self._move((), False)

    def read_at(self, place: QPointF | None) -> None:
        frame = self.frame()
        inside = place is not None and frame.area.contains(place)
        self._show_read(frame.at(place) if inside and place is not None else None)
        point = self.point_place(frame) if place is not None and self.sight.movable else None
        near = (
            point is not None and place is not None and (place - point).manhattanLength() <= REACH
        )
        if near:
            self.setCursor(Qt.CursorShape.OpenHandCursor)
        else:
            self.unsetCursor()

    def turn_readout(self, across: int, up: int) -> None:
        frame = self.frame()
        if self.read is None:
            point = self.point_place(frame)
            self._show_read(frame.at(point) if point is not None else frame.at(frame.area.center()))
            return
        x, y = frame.x.share(self.read[0]), frame.y.share(self.read[1])
        x, y = min(1.0, max(0.0, x + across / 60)), min(1.0, max(0.0, y + up / 60))
        self._show_read((frame.x.value(x), frame.y.value(y)))

    def choose_readout(self) -> None:
        if self.read is not None and self.sight.movable:
            self._move(self.read[: len(self.sight.point)], True)
            self._move((), False)

    def _show_read(self, read: tuple[float, float] | None) -> None:
        if read != self.read:
            self.read = read
            self.setAccessibleDescription(", ".join(text for text, _ in self.readings()))
            self.update()

    def readings(self) -> list[tuple[str, str]]:
        """What is read off at the pointer, with the tokens of its colours."""
        raise NotImplementedError

    def zoom(self, factor: float, at: QPointF | None = None) -> None:
        frame, grid = self.frame(), self.sight.grid
        x, y = (grid.center_x, grid.center_y) if at is None else frame.at(at)
        self._show_grid(zoomed(grid, x, y, factor))

    def pan(self, across: float, down: float) -> None:
        frame, grid = self.frame(), self.sight.grid
        x = grid.center_x - across / max(1.0, frame.area.width()) * 2 * grid.half_x
        y = grid.center_y + down / max(1.0, frame.area.height()) * 2 * grid.half_y
        self._show_grid(Grid(x, y, grid.half_x, grid.half_y, grid.count))

    def reset_zoom(self) -> None:
        self._show_grid(None)

    def _box(self) -> QRectF:
        """Where the axes may stand; room for the caption where there is enough."""
        top = TOP + (ROW + 2 if self._has_caption() else 0)
        return QRectF(self.rect()).adjusted(0, top, -6, 0)

    def _has_caption(self) -> bool:
        return bool(self.sight.caption) and self.height() >= HIGH_ENOUGH

    def paint_caption(self, painter: QPainter, frame: Frame, tokens: Tokens) -> None:
        """What the picture was made of: range, seed and centre."""
        if self._has_caption():
            painter.setFont(font_of(CAPTION))
            painter.setPen(tokens.text2)
            row = QRectF(frame.area.left(), 0, frame.area.width(), ROW + 4)
            room = int(row.width())
            elide = painter.fontMetrics().elidedText
            text = elide(self.sight.caption, Qt.TextElideMode.ElideRight, room)
            painter.drawText(row, Qt.AlignmentFlag.AlignVCenter, text)

    def paint_readout(self, painter: QPainter, frame: Frame, tokens: Tokens) -> None:
        rows = self.readings()
        if not rows or self.read is None:
            return
        place = frame.point(*self.read)
        painter.setPen(QPen(tokens.text2, 1))
        for end in (QPointF(5, 0), QPointF(0, 5)):
            painter.drawLine(place - end, place + end)
        paint_rows(painter, tokens, frame.area, place.x(), rows)
