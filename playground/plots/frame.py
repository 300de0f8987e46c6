"""The axes of a plot: where a number lies on screen, hairlines, and what stands beside them."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen

from engine.calls import Floats
from playground.fonts import CAPTION, font_of
from playground.palette import Tokens
from playground.plots.scales import Span, Tick, ticks
from playground.strokes import HAIRLINE

BELOW = 22.0
GAP = 8.0
SPARE = 2.0
MOST_GUTTER = 96.0
ROW = 13.0
PIXELS_A_TICK = 27.0
PIXELS_ACROSS = 72.0
LEAST_TICKS = 2
MOST_TICKS = 12
MORE = 4
FAR = 1e6


@dataclass(frozen=True, slots=True)
class Frame:
    """A plane of numbers laid on a rectangle of the screen."""

    area: QRectF
    x: Span
    y: Span

    def across(self, xs: Floats) -> Floats:
        """Pixels from the left; NaN where a number has no place, and never far outside."""
        return _near(self.area.left() + self.x.shares(xs) * self.area.width())

    def down(self, ys: Floats) -> Floats:
        """Pixels from the top."""
        return _near(self.area.bottom() - self.y.shares(ys) * self.area.height())

    def point(self, x: float, y: float) -> QPointF:
        """Where one point lies."""
        across, down = self.across(np.array([x])), self.down(np.array([y]))
        return QPointF(float(across[0]), float(down[0]))

    def at(self, place: QPointF) -> tuple[float, float]:
        """The numbers that lie at a place of the screen."""
        return self.x.value(self.share_x(place)), self.y.value(self.share_y(place))

    def share_x(self, place: QPointF) -> float:
        """How far to the right a place is: 0 at the left edge, 1 at the right one."""
        return (place.x() - self.area.left()) / max(1.0, self.area.width())

    def share_y(self, place: QPointF) -> float:
        """How far up a place is."""
        return (self.area.bottom() - place.y()) / max(1.0, self.area.height())


def _near(pixels: Floats) -> Floats:
    return np.clip(pixels, -FAR, FAR)


def framed(box: QRectF, x: Span, y: Span, y_name: str = "") -> Frame:
    """The axes inside a box: room at the left for the widest label, and a row below."""
    metrics = QFontMetricsF(font_of(CAPTION))
    high = max(1.0, box.height() - BELOW)
    labels = [tick.label for tick in _ticks_left(y, high, bool(y_name))]
    widest = max((metrics.horizontalAdvance(text) for text in (*labels, y_name)), default=0.0)
    gutter = min(widest, MOST_GUTTER) + GAP + SPARE
    area = QRectF(box.left() + gutter, box.top(), max(1.0, box.width() - gutter), high)
    return Frame(area, x, y)


def _ticks_left(y: Span, high: float, named: bool) -> list[Tick]:
    """Few ticks, but two at least that the name in the middle does not hide, if there is room."""
    most = first = _count_down(high)
    while most < MOST_TICKS:
        found = ticks(y, most)
        if len(found) * ROW > high:
            break
        apart = [tick for tick in found if abs(y.share(tick.value) - 0.5) * high > ROW]
        if len(apart if named else found) >= LEAST_TICKS:
            return found
        most += 1
    return ticks(y, first)


def _count_down(high: float) -> int:
    return max(2, min(5, int(high / PIXELS_A_TICK)))


def paint_axes(
    painter: QPainter, tokens: Tokens, frame: Frame, names: tuple[str, str], grid: bool = True
) -> None:
    """Hairlines, numbers at the left and below, the names of the axes among them."""
    painter.setFont(font_of(CAPTION))
    _paint_left(painter, tokens, frame, names[1], grid)
    _paint_below(painter, tokens, frame, names[0])


def _paint_left(painter: QPainter, tokens: Tokens, frame: Frame, name: str, grid: bool) -> None:
    area, taken = frame.area, []
    right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    left = area.left() - GAP - MOST_GUTTER
    if name:
        row = QRectF(left, area.center().y() - ROW / 2, MOST_GUTTER, ROW)
        taken.append(row)
        painter.setPen(tokens.text)
        elide = painter.fontMetrics().elidedText
        painter.drawText(row, right, elide(name, Qt.TextElideMode.ElideMiddle, int(MOST_GUTTER)))
    for tick in _ticks_left(frame.y, area.height(), bool(name)):
        level = area.bottom() - frame.y.share(tick.value) * area.height()
        if grid:
            painter.setPen(QPen(tokens.line, HAIRLINE))
            painter.drawLine(QPointF(area.left(), level), QPointF(area.right(), level))
        row = QRectF(left, level - ROW / 2, MOST_GUTTER, ROW)
        if not any(row.intersects(other) for other in taken):
            painter.setPen(tokens.text2)
            painter.drawText(row, right, tick.label)


def _paint_below(painter: QPainter, tokens: Tokens, frame: Frame, name: str) -> None:
    area, metrics = frame.area, QFontMetricsF(painter.font())
    top = area.bottom() + 5
    width = metrics.horizontalAdvance(name)
    name_row = QRectF(area.right() - width - 1, top, width + 2, ROW)
    painter.setPen(tokens.text)
    painter.drawText(name_row, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, name)
    painter.setPen(tokens.text2)
    first = max(2, int(area.width() / PIXELS_ACROSS))
    found = [_fitting(frame, most, metrics, name_row) for most in range(first, first + MORE)]
    enough = (rows for rows in found if len(rows) >= LEAST_TICKS)
    for label, row in next(enough, found[0]):
        painter.drawText(row, Qt.AlignmentFlag.AlignCenter, label)


def _fitting(
    frame: Frame, most: int, metrics: QFontMetricsF, name_row: QRectF
) -> list[tuple[str, QRectF]]:
    """The numbers below that lie neither on each other nor on the name of the axis."""
    rows: list[tuple[str, QRectF]] = []
    last = -FAR
    for tick in ticks(frame.x, most):
        width = metrics.horizontalAdvance(tick.label) + 2
        row = _below_tick(frame, tick, width, name_row.top())
        if row.left() > last + GAP and row.right() < name_row.left() - GAP:
            rows.append((tick.label, row))
            last = row.right()
    return rows


def _below_tick(frame: Frame, tick: Tick, width: float, top: float) -> QRectF:
    middle = frame.area.left() + frame.x.share(tick.value) * frame.area.width()
    return QRectF(middle - width / 2, top, width, ROW)
