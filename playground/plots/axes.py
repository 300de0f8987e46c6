"""The axes of every plot in the look of the program: hairlines, few numbers, the name among them.

pyqtgraph's own ticks cost three times as much a frame, and widen an axis while it is painted.
"""

import math
from collections.abc import Callable
from typing import NamedTuple

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QGraphicsSceneWheelEvent

from engine.numerals import MINUS, short
from playground.theme.fonts import CAPTION, font_of
from playground.theme.palette import Tokens, faded

BELOW = 22.0  # pixels under a plot for the numbers
ROW = 13.0
GAP = 8.0
MOST_GUTTER = 96.0  # a longer name of the upward axis stands inside, on a plate
APART = {"left": 27.0, "bottom": 72.0}  # pixels a tick, at the least
# pixels an axis is wider than its labels before it shrinks; with the aspect locked other labels
# need another range, and that other labels: it would go on for ever
SLACK = (4.0, 20.0)
LEAST_TICKS, MORE = 2, 12
OVER_SHARE = 0.07  # of the ink: hairlines over a picture
NICE = (1.0, 2.0, 5.0, 10.0)
PLAIN_UNTIL, MOST_DECIMALS = 1e6, 5
LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
MIDDLE = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignHCenter
RIGHT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight


class Tick(NamedTuple):
    """A place on an axis, in powers of ten where it is logarithmic, and what stands there."""

    value: float
    label: str


class Axis(pg.AxisItem):
    """Ticks stand at multiples of `least` at the finest: 1 where only whole numbers mean anything.

    `over`: the hairlines lie over a picture, where those of the ground would not be seen.
    """

    def __init__(self, side: str, least: float = 0.0, over: bool = False) -> None:
        self._least, self._over, self._words = least, over, ""
        self._known: tuple[object, list[Tick]] = (None, [])
        self._name_color, self._plate = QColor(), QColor()
        self.lines = over or side == "left"
        super().__init__(side)
        self.enableAutoSIPrefix(False)
        if side == "bottom":
            self.setHeight(BELOW)
        else:
            self.setWidth(32)

    @property
    def upward(self) -> bool:
        """Whether it is the axis at the left."""
        return bool(self.orientation == "left")

    def wear(self, tokens: Tokens) -> None:
        """The colours of a theme."""
        self.setPen(pg.mkPen(None))
        line = faded(tokens.text, OVER_SHARE) if self._over else tokens.line
        self.setTickPen(QPen(line, 1))  # as wide on any density, unlike pyqtgraph's own pens
        self.setTextPen(pg.mkPen(tokens.text2))
        self._name_color, self._plate = tokens.text, tokens.surface

    def show_lines(self, on: bool) -> None:
        """Hairlines across the plot, or none."""
        self.lines = on
        self.prepareGeometryChange()
        self.update()

    def name_it(self, words: str) -> None:
        """What stands at its end, among the numbers."""
        if words != self._words:
            self._words = words
            self._fit()
            self.update()

    def setRange(self, mn: float, mx: float) -> None:
        super().setRange(mn, mx)
        self._fit()

    def setLogMode(self, *arguments: object, **named: object) -> None:
        super().setLogMode(*arguments, **named)
        self._fit()

    def _fit(self) -> None:
        """As wide as the widest label; it does not shrink for a pixel."""
        if self.upward:
            labels = [_wide(tick.label) for tick in self.ticks()]
            name = _wide(self._words)
            widest = max([*labels, name if name <= MOST_GUTTER else 0.0, 12.0]) + GAP
            if not 0 <= self.width() - widest <= SLACK[self._over]:
                self.setWidth(min(MOST_GUTTER + GAP, widest) + 2)

    def ticks(self) -> list[Tick]:
        """Where the numbers stand, and as what: few, but two at least where there is room."""
        size = self.height() if self.upward else self.width()
        low, high = self.range
        key = (low, high, size, self.logMode, self._words)
        if self._known[0] != key:
            most = max(2, min(5 if self.upward else 99, int(size / APART[self.orientation])))
            enough = (
                found for more in range(MORE) if len(self.seen(found := self._some(most + more)))
                >= LEAST_TICKS and (not self.upward or len(found) * ROW <= size)
            )  # fmt: skip
            self._known = key, next(enough, []) or self._some(most)
        return self._known[1]

    def _some(self, most: int) -> list[Tick]:
        low, high = self.range
        if not (math.isfinite(low) and math.isfinite(high) and high > low):
            return []
        return log_ticks(low, high, most) if self.logMode else ticks(low, high, most, self._least)

    def paint(self, painter: QPainter, *_: object) -> None:
        """Hairlines, the name, and the numbers that do not lie on it or on each other."""
        view, (low, high) = self.linkedView(), self.range
        if view is None or not high > low:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setFont(font_of(CAPTION))
        across, name = self._view_box(), self._name_box()
        painter.setPen(self.tickPen())
        for tick in self.ticks() if self.lines else ():
            painter.drawLine(*_line(across, self._place(tick.value), self.upward))
        painter.setPen(self.textPen())
        for room, label in self.seen(self.ticks()):
            painter.drawText(room, RIGHT if self.upward else MIDDLE, label)
        self._paint_name(painter, name)

    def _paint_name(self, painter: QPainter, box: QRectF) -> None:
        inside = self.upward and self.is_long
        if inside:
            painter.fillRect(box, self._plate)
        painter.setPen(self._name_color)
        wide = int(box.width()) + 1
        text = painter.fontMetrics().elidedText(self._words, Qt.TextElideMode.ElideMiddle, wide)
        painter.drawText(box, LEFT if inside else RIGHT, text)

    def _view_box(self) -> QRectF:
        view = self.linkedView()
        return QRectF(view.mapRectToItem(self, view.boundingRect()))

    def seen(self, found: list[Tick]) -> list[tuple[QRectF, str]]:
        """The numbers that lie neither on the name nor on each other."""
        name, last, seen = self._name_box(), -math.inf, []
        for value, label in found:
            room = self._room(self._place(value), label)
            hidden = bool(self._words) and room.intersects(name)
            if not hidden and (self.upward or room.left() >= last + GAP):
                seen.append((room, label))
                last = room.right()
        return seen

    def _place(self, value: float) -> float:
        box, (low, high) = self.rect(), self.range
        share = (value - low) / (high - low)
        return float(
            box.bottom() - share * box.height() if self.upward else box.left() + share * box.width()
        )

    def _room(self, place: float, label: str) -> QRectF:
        box = self.rect()
        if self.upward:
            return QRectF(box.left(), place - ROW / 2, box.width() - GAP, ROW)
        wide = _wide(label) + 4
        return QRectF(place - wide / 2, box.top() + 5, wide, ROW)

    @property
    def is_long(self) -> bool:
        """Whether its name stands inside the plot, on a plate."""
        return _wide(self._words) > MOST_GUTTER

    def _name_box(self) -> QRectF:
        box, wide = self.rect(), _wide(self._words) + 4
        if not self.upward:
            wide = min(wide, box.width() / 2)
            return QRectF(box.right() - wide, box.top() + 5, wide, ROW)
        if self.is_long:
            view = self._view_box()
            return QRectF(view.left() + 6, view.top() + 4, min(wide, view.width() - 12), ROW + 4)
        return QRectF(box.left(), box.top() - ROW / 2, box.width() - GAP, ROW)

    def boundingRect(self) -> QRectF:
        """The first and the last number stand out of it, and its hairlines cross the view."""
        box = QRectF(self.rect()).adjusted(-30, -8, 30, 8)
        if self.linkedView() is not None and (self.lines or self.is_long):
            box = box.united(self._view_box())
        return box

    def wheelEvent(self, event: QGraphicsSceneWheelEvent) -> None:
        """Over an axis that axis alone is zoomed, even where the plot fits it by itself."""
        self._freely(super().wheelEvent, event)

    def mouseDragEvent(self, event: object) -> None:
        """Along an axis that axis alone is moved."""
        self._freely(super().mouseDragEvent, event)

    def _freely(self, act: Callable[[object], object], event: object) -> None:
        enabled, axis = self.linkedView().state["mouseEnabled"], 1 if self.upward else 0
        before, enabled[axis] = enabled[axis], True  # without the signal: it is given back at once
        try:
            act(event)
        finally:
            enabled[axis] = before


def _wide(text: str) -> float:
    return QFontMetricsF(font_of(CAPTION)).horizontalAdvance(text)


def _line(across: QRectF, place: float, upward: bool) -> tuple[QPointF, QPointF]:
    if upward:
        return QPointF(across.left(), place), QPointF(across.right(), place)
    return QPointF(place, across.top()), QPointF(place, across.bottom())


def ticks(low: float, high: float, most: int, least: float = 0.0) -> list[Tick]:
    """At most about so many round places between two numbers, with what stands at each."""
    step = max(_nice_step(max((high - low) / max(1, most), 1e-300)), least)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    values = [k * step for k in range(first, min(last, first + 100) + 1)]
    return [Tick(value, _label(value, step)) for value in values]


def _nice_step(least: float) -> float:
    power = 10.0 ** math.floor(math.log10(least))
    return next((nice * power for nice in NICE if nice * power >= least * 0.999), 10 * power)


def _label(value: float, step: float) -> str:
    """All labels of an axis have as many decimals as its step."""
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    if abs(value) < step / 2:
        value = 0.0
    if decimals > MOST_DECIMALS or abs(value) >= PLAIN_UNTIL:
        return short(value, 3)
    return f"{value:,.{decimals if value else 0}f}".replace("-", MINUS)


def log_ticks(low: float, high: float, most: int) -> list[Tick]:
    """The same between two powers of ten; round numbers between them where they are near."""
    if high - low < 2.2:
        between = NICE[:3] if high - low > 0.5 else (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 7.0)
        powers = range(math.floor(low), math.ceil(high) + 1)
        places = [power + math.log10(nice) for power in powers for nice in between]
        inside = [place for place in places if low <= place <= high]
        return [Tick(place, short(10.0**place, 3)) for place in inside[: 2 * most]]
    step = max(1, math.ceil((high - low) / max(1, most)))
    whole = range(math.ceil(low / step) * step, math.floor(high) + 1, step)
    return [Tick(float(power), short(10.0**power, 3)) for power in whole]
