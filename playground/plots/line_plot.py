"""Lines over one axis, named at their ends: zoomed across, and upwards as high as what is seen."""

from itertools import zip_longest

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterStateGuard, QTransform
from PySide6.QtWidgets import QGraphicsItem, QGraphicsSimpleTextItem, QWidget

from engine.functions import Floats
from engine.views.runs import LARGEST, last_known, thinned
from playground.plots.plane_plot import sound
from playground.plots.plot import At, Plot
from playground.plots.series import DASHES, FAINT, SeriesLine
from playground.theme.fonts import CAPTION, font_of
from playground.theme.palette import Tokens, mixed, token

DENSE = 10_000  # points from which one thin line fills its columns of pixels anyway
COLUMN = 2.0  # pixels in which no more than two points of a line are seen
BEYOND = 1e5  # heights of the plot: what lies farther out would upset the painter
BESIDE = 0.3  # pixels to either side of the two thin ones
LONGEST_NAME = 140  # pixels
ROW = 13.0  # pixels between the names at the ends of lines
NOTHING: Floats = np.empty(0)


class Hairlines(pg.PlotCurveItem):
    """Two thin lines beside each other where a wide pen would cost a hundred times as much."""

    offsets: tuple[float, ...] = (0.0,)

    def paint(self, painter: QPainter, option: object, widget: object) -> None:
        for offset in self.offsets:
            with QPainterStateGuard(painter):
                moved = painter.worldTransform() * QTransform.fromTranslate(0, offset)
                painter.setWorldTransform(moved)
                super().paint(painter, option, widget)


class LinePlot(Plot):
    """Subclasses draw lines, and say how far the axis reaches and how high it has to be."""

    most_wide = 120  # points: a wide antialiased pen over more costs a hundred times two thin ones

    def __init__(self, name: str, tip: str, parent: QWidget, least: float = 0.0) -> None:
        self.lines: tuple[SeriesLine, ...] = ()  # as they are drawn
        self.whole: At = (0.0, 100.0)  # all there is of the axis
        self.span: At | None = None  # what the learner chose of it, and of the heights
        self.own_height: At | None = None
        self._heights: At = (0.0, 1.0)
        self.gap = 6.0  # pixels between the end of a line and its name
        self.curves: list[Hairlines] = []
        self._drawn: tuple[object, ...] = ()
        self.names: list[QGraphicsSimpleTextItem] = []
        super().__init__(name, tip, parent, least)
        self.view.setMouseEnabled(x=True, y=False)  # upwards it fits what is seen

    # lines

    def draw_lines(self, lines: tuple[SeriesLine, ...]) -> None:
        """These from now on; what cannot be drawn of them is NaN."""
        self.lines = lines
        while len(self.curves) < len(lines):
            self._add_line()
        unused = [SeriesLine("", NOTHING, NOTHING)] * (len(self.curves) - len(lines))
        for curve, name, line in zip(self.curves, self.names, [*lines, *unused], strict=True):
            self._dress_line(curve, name, line)
        wide = max((name.boundingRect().width() for name in self.names), default=0.0)
        if self.item.layout.getContentsMargins()[2] != round(wide) + 12:
            self.item.layout.setContentsMargins(2, 8, round(wide) + 12, 0)
            self.item.layout.activate()

    def _add_line(self) -> None:
        item = Hairlines(connect="finite", antialias=True)
        self.view.addItem(item, ignoreBounds=True)
        self.curves.append(item)
        self.names.append(QGraphicsSimpleTextItem(self.item))

    def _lay(self) -> None:
        """As much of the lines as can be seen.

        pyqtgraph's own thinning takes so many points at a time, wherever they stand.
        """
        (left, right), (low, high) = self.view.viewRange()
        columns, far = max(1, round(self.view.width() / COLUMN)), BEYOND * (high - low)
        drawn = self.lines, left, right, low, high, columns
        if drawn == self._drawn:
            return
        self._drawn = drawn
        for curve, line in zip_longest(self.curves, self.lines):
            xs, ys = thinned(line.series, left, right, columns) if line else (NOTHING, NOTHING)
            curve.setData(xs, np.clip(ys, low - far, high + far))

    def _dress_line(self, item: Hairlines, name: QGraphicsSimpleTextItem, line: SeriesLine) -> None:
        many, dense = len(line.xs) > self.most_wide, len(line.xs) > DENSE
        color = color_of(self.tokens, line.color)
        key = f"{color.rgba()} {many} {dense} {line.width} {line.style} {self.density}"
        if item.property("dress") != key:  # a pen that is set paints all anew
            item.setProperty("dress", key)
            item.setPen(self.ink(color, 1.0 if many else line.width, DASHES[line.style]))
            two = many and not dense and line.width > 1.2
            item.offsets = (-BESIDE, BESIDE) if two else (0.0,)
            item.setZValue(-1 if line.color == FAINT else line.width)
            name.setBrush(color)
            name.setFont(font_of(CAPTION))
        metrics = QFontMetricsF(font_of(CAPTION))
        words = metrics.elidedText(line.name, Qt.TextElideMode.ElideMiddle, LONGEST_NAME)
        name.setText(words if line.named else "")

    def wear(self, tokens: Tokens) -> None:
        for item in self.curves:
            item.setProperty("dress", "")
        self.draw_lines(self.lines)
        self.place_marks()

    # ranges

    def x_span(self) -> At:
        """What is shown of the axis."""
        return self.span or self.whole

    def within(self, span: At) -> At | None:
        """So much of this as may be shown; None for all."""
        return span

    def heights(self) -> At:
        """What the lines need that are seen."""
        return 0.0, 1.0

    def fit(self) -> None:
        """All of the axis, and as high as the lines, unless the learner chose something else."""
        self._heights = self.own_height or self.heights()
        self.show_range(self.x_span(), self._heights)

    def moved(self) -> None:
        x, y = (tuple(ends) for ends in self.view.viewRange())
        if sound(x):
            self.span = self.within(x)
        if sound(y) and not np.allclose(y, self._heights, rtol=1e-9, atol=1e-6 * (y[1] - y[0])):
            self.own_height = y
        self.fit()

    def show_all(self) -> None:
        self.span = self.own_height = None
        self.fit()

    # marks in pixels

    def put(self, item: QGraphicsItem, x: float, y: float) -> None:
        """There, if that is on the plot; it may stand out of it by half its width."""
        known = abs(x) <= LARGEST and abs(y) <= LARGEST
        place = self.pixel(x, y) if known else QPointF()
        inside = known and self.view.geometry().adjusted(-1, -1, 1, 1).contains(place)
        item.setVisible(inside)
        if inside:
            item.setPos(place)

    def place_marks(self) -> None:
        """The lines, and each name at the end of its line, no two on each other."""
        self._lay()
        area, (left, right) = self.view.geometry(), self.view.viewRange()[0]
        ends: list[tuple[float, float, QGraphicsSimpleTextItem]] = []
        for name, line in zip(self.names, self.lines, strict=False):
            name.hide()
            end = last_known(line.series, left, right)
            if name.text() and end is not None and not self.words.text():
                place = self.pixel(float(line.xs[end]), float(line.ys[end]))
                level = min(max(place.y(), area.top()), area.bottom())
                ends.append((level, min(place.x(), area.right()) + self.gap, name))
        ends.sort(key=lambda end: end[0])
        levels = apart([level for level, _, _ in ends], area.top(), area.bottom())
        for level, (_, across, name) in zip(levels, ends, strict=True):
            name.setPos(across, level - name.boundingRect().height() / 2)
            name.show()


def color_of(tokens: Tokens, name: str) -> QColor:
    """The colour of a token; a faint line lies between a hairline and what steps back."""
    return mixed(tokens.line, tokens.quiet, 0.45) if name == FAINT else token(tokens, name)


def apart(levels: list[float], top: float, bottom: float) -> list[float]:
    """The same heights in the same order, no two closer than a row, all inside."""
    found: list[float] = []
    for level in levels:
        found.append(max(level, found[-1] + ROW if found else top))
    for k in range(len(found) - 1, -1, -1):
        limit = bottom - ROW / 2 if k == len(found) - 1 else found[k + 1] - ROW
        found[k] = min(found[k], limit)
    return found
