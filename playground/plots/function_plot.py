"""A function and its slope as two curves: the present point, its tangent, and what is read off."""

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Signal
from PySide6.QtGui import QPen
from PySide6.QtWidgets import (
    QGraphicsEllipseItem,
    QGraphicsLineItem,
    QGraphicsSimpleTextItem,
    QWidget,
)

from engine.formulas.function_gallery import UNKNOWN, GalleryFunction, heights_of, with_gaps
from engine.numerals import short
from engine.views.runs import LARGEST
from playground.plots.line_plot import NOTHING, LinePlot
from playground.plots.plot import STEPS, At, Numbers, Rows
from playground.plots.series import DASHES, LAID_OVER, SeriesLine
from playground.theme.fonts import CAPTION, font_of
from playground.theme.palette import Tokens, token

POINTS = 161  # enough for a round bend
REACH = 46.0  # how far a tangent goes to either side, in pixels
COLORS = {"value": "fwd", "loss": "truth"}  # blue for what travels forward, violet for a loss
NOBODY = GalleryFunction("", "", lambda xs: (np.full_like(xs, UNKNOWN),) * 2, (-4.0, 4.0))
TIP = (
    "Function: the curve, its slope and the present point. Arrow keys read values, "
    "+ and − zoom, 0 shows all."
)


class FunctionPlot(LinePlot):
    """Shows one subject; without a zoom of its own it shows the home of the subject.

    `read_moved` tells that another place is read, or none any more.
    """

    read_moved = Signal()

    most_wide = 2 * POINTS  # a smooth line is cheap

    def __init__(self, parent: QWidget) -> None:
        self.subject, self.with_slope = NOBODY, True
        self.zeros = pg.InfiniteLine(angle=90), pg.InfiniteLine(angle=0)
        self.target = pg.InfiniteLine(angle=90)
        self.target_name = QGraphicsSimpleTextItem("target")
        self.tangent = QGraphicsLineItem()
        self.dots = QGraphicsEllipseItem(-6, -6, 12, 12), QGraphicsEllipseItem(-4, -4, 8, 8)
        super().__init__("Function", TIP, parent)
        for item, level in zip((*self.zeros, self.target), (-3, -2, -1), strict=True):
            item.setZValue(level)
            self.view.addItem(item, ignoreBounds=True)
        self.tangent.setParentItem(self.view)  # which clips it
        for item, level in zip((self.target_name, *self.dots), (40, 57, 56), strict=True):
            item.setZValue(level)
            item.setParentItem(self.item)

    # what is shown

    def show_subject(self, subject: GalleryFunction, with_slope: bool) -> None:
        """Show this from now on."""
        if self.subject.title != subject.title:
            self.span = self.own_height = self.read = None
        self.subject, self.with_slope, self.whole = subject, with_slope, subject.home
        self.below.name_it(subject.x_name)
        self.wear(self.tokens)
        self.fit()
        self.show_read(self.read)

    def place(self) -> float:
        """Where value and slope are read: at the pointer, else at the present point."""
        return self.read[0] if self.read is not None else self.subject.here

    def fit(self) -> None:
        """The curves are computed anew for what is shown of the axis."""
        what, curves = self.subject.what, self.subject.sampled(self.x_span(), POINTS)
        xs, values, slopes = with_gaps(*curves)
        value = SeriesLine(what, xs, values, COLORS[what])
        slope = SeriesLine("slope", xs, slopes, "bwd", LAID_OVER, "dashed")
        self.draw_lines((value, slope) if self.with_slope else (value,))
        super().fit()

    def heights(self) -> At:
        here = self.subject.at(self.subject.here)[0]
        slopes = self.lines[1].ys if self.with_slope else NOTHING
        return heights_of(self.lines[0].ys, slopes, here)

    # marks in pixels

    def place_marks(self) -> None:
        super().place_marks()
        self._place_target()
        self._place_point()

    def _place_point(self) -> None:
        x = self.place()
        value, slope = self.subject.at(x) if np.isfinite(x) else (UNKNOWN, UNKNOWN)
        known = abs(value) <= LARGEST and abs(slope) <= LARGEST
        self.put(self.dots[0], x, value if known else UNKNOWN)
        self.put(self.dots[1], x, slope if known and self.with_slope else UNKNOWN)
        self.tangent.setVisible(known)
        if known:
            self._place_tangent(x, value, slope)

    def _place_tangent(self, x: float, value: float, slope: float) -> None:
        """The straight line with the slope of the curve, as long on screen whatever the slope."""
        (left, right), (low, high) = self.view.viewRange()
        room = self.view.geometry()
        steep = slope * (room.height() / (high - low)) / (room.width() / (right - left))
        step = QPointF(1.0, -steep) * (REACH / float(np.hypot(1.0, steep)))
        here = self.pixel(x, value) - room.topLeft()
        first, last = here - step, here + step
        self.tangent.setLine(first.x(), first.y(), last.x(), last.y())

    def _place_target(self) -> None:
        at, area, (left, right) = self.subject.target, self.view.geometry(), self.x_span()
        seen = left <= at <= right
        self.target.setVisible(seen)
        self.target_name.setVisible(seen)
        if seen:
            self.target.setPos(at)
            across, wide = self.pixel(at, 0.0).x(), self.target_name.boundingRect().width()
            beside = across + 5 if across + 5 + wide <= area.right() else across - 5 - wide
            self.target_name.setPos(beside, area.top())

    # reading

    def show_read(self, at: At | None) -> None:
        before = self.read
        super().show_read(at)
        self._place_point()
        if self.read != before:
            self.read_moved.emit()

    def read_place(self, at: At) -> At:
        return at[0], 0.0

    def step_read(self, across: int, up: int) -> None:
        (left, right), x = self.x_span(), self.place()
        start = x if np.isfinite(x) else (left + right) / 2
        wanted = start + (across + up) * (right - left) / STEPS
        self.show_read((min(right, max(left, wanted)), 0.0))

    def mark_read(self, at: At) -> At | None:
        value = self.subject.at(at[0])[0]
        return (at[0], value) if abs(value) <= LARGEST else None

    def readings(self, at: At) -> Rows:
        """What is read off at the pointer."""
        value, slope = self.subject.at(at[0])
        return [
            (f"{self.subject.x_name} {short(at[0], 3)}", "text"),
            (f"{self.subject.what} {short(value) or '–'}", COLORS[self.subject.what]),
            (f"slope {short(slope) or '–'}", "bwd"),
        ]

    # saving, themes

    def title(self) -> str:
        return self.subject.title

    def numbers(self) -> Numbers:
        names = [self.subject.x_name, *(line.name for line in self.lines)]
        return names, self.subject.sampled(self.x_span(), POINTS)[: len(names)]

    def wear(self, tokens: Tokens) -> None:
        super().wear(tokens)
        color = token(tokens, COLORS[self.subject.what])
        self.zeros[0].setPen(self.ink(tokens.line))
        self.zeros[1].setPen(self.ink(tokens.node_line))
        self.target.setPen(self.ink(tokens.truth, 1.25, DASHES["dotted"]))
        self.target_name.setBrush(tokens.truth)
        self.target_name.setFont(font_of(CAPTION))
        self.tangent.setPen(QPen(tokens.bwd, 2))
        for dot, brush in zip(self.dots, (color, tokens.bwd), strict=True):
            dot.setBrush(brush)
            dot.setPen(QPen(tokens.surface, 1.5))
