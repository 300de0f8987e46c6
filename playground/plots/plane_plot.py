"""What all views of a loss surface share: the point that can be dragged, readout, zoom, caption."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QWidget

from engine.calls import Floats
from engine.surfaces import Grid, Surface
from playground.fonts import CAPTION, font_of
from playground.palette import Tokens, surface_ramp
from playground.plots.curve_marks import paint_rows
from playground.plots.frame import ROW, Frame
from playground.plots.heat import BANDS
from playground.plots.key import key_size, paint_key
from playground.plots.plane import Picture, zoomed
from playground.plots.plot import TOP, Plot
from playground.plots.scales import drawable
from playground.strokes import fill_rounded

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

    @property
    def high_up(self) -> bool:
        """Whether the present point is in the upper half."""
        return len(self.point) == 2 and self.point[1] > self.grid.center_y


def _shown(sight: Sight) -> object:
    return sight.picture.shown if sight.picture is not None else None


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
            _shown(before) is _shown(sight)
            and before.grid == sight.grid
            and before.names == sight.names
            and before.caption == sight.caption
            and before.high_up == sight.high_up
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
        top = self.top + (ROW + 2 if self._has_caption() else 0)
        return QRectF(self.rect()).adjusted(0, top, -6, 0)

    def _has_caption(self) -> bool:
        roomy = self.saving or self.height() >= HIGH_ENOUGH
        return bool(self.sight.caption) and roomy

    def surface(self) -> Surface | None:
        """The surface that is shown; none where the loss is shown along one parameter."""
        picture = self.sight.picture
        return picture.shown if picture and isinstance(picture.shown, Surface) else None

    def losses(self) -> tuple[float, float] | None:
        """The least and the largest loss that have a colour."""
        surface = self.surface()
        known = drawable(surface.losses) if surface is not None else EMPTY
        if not np.isfinite(known).any():
            return None
        return float(np.nanmin(known)), float(np.nanmax(known))

    def paint_caption(self, painter: QPainter, frame: Frame, tokens: Tokens) -> None:
        """What the picture was made of, and what its colours mean: above it, or on it if low."""
        if not self.sight.caption:
            return
        painter.setFont(font_of(CAPTION))
        area, above = frame.area, self._has_caption()
        over = area.bottom() - ROW - 8 if self.caption_below() else area.top() + 4
        top = self.top - TOP if above else over
        inset = 0.0 if above else 4.0
        row = QRectF(area.left() + inset, top, area.width() - 2 * inset, ROW + 4)
        span = self.losses()
        key = key_size(span, BANDS) if span is not None else QSizeF()
        text = min(painter.fontMetrics().horizontalAdvance(self.sight.caption), row.width() - 8)
        words = QRectF(row.topLeft(), QSizeF(text + 9, row.height()))
        self._paint_words(painter, tokens, words if above else self.words_over(frame, words))
        if span is not None and text + key.width() + 24 <= row.width():
            box = QRectF(row.right() - key.width(), row.top(), key.width(), row.height())
            if not above:
                fill_rounded(painter, box, 5, tokens.surface)
            paint_key(painter, tokens, box, span, surface_ramp(tokens, BANDS))

    def title(self) -> str:
        return "Loss"

    def caption_below(self) -> bool:
        """Whether the caption on a low picture stands at the bottom: away from the point."""
        return False

    def words_over(self, frame: Frame, words: QRectF) -> QRectF:
        """Where the caption stands on a low picture."""
        return words

    def _paint_words(self, painter: QPainter, tokens: Tokens, box: QRectF) -> None:
        above = self._has_caption()
        if not above:
            fill_rounded(painter, box, 5, tokens.surface)
        painter.setPen(tokens.text2)
        elide = painter.fontMetrics().elidedText
        text = elide(self.sight.caption, Qt.TextElideMode.ElideRight, round(box.width()) - 8)
        inner = box if above else box.adjusted(4, 0, 0, 0)
        painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter, text)

    def paint_readout(self, painter: QPainter, frame: Frame, tokens: Tokens) -> None:
        rows = self.readings()
        if not rows or self.read is None:
            return
        place = frame.point(*self.read)
        painter.setPen(QPen(tokens.text2, 1))
        for end in (QPointF(5, 0), QPointF(0, 5)):
            painter.drawLine(place - end, place + end)
        paint_rows(painter, tokens, frame.area, place.x(), rows)
