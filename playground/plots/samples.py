"""The samples on a map: the mark and the tint of every class."""

from typing import NamedTuple

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPen, QPolygonF, QTransform

from engine.data import Rows
from engine.functions import Floats
from engine.views.decision_map import MapPoints
from engine.views.runs import drawable
from playground.plots.plot import Plot
from playground.theme.palette import Tokens, map_ramp, mixed, token

SHADES = 9
TINT = {"light": 0.2, "dark": 0.34}
FILLED, HOLLOW = 1.0, 1.25  # pixels of the rim

COLORS = ("bwd", "fwd", "truth", "pos", "neg", "text2")
CIRCLE = 1
#: Corners in pixels around the middle, for each class; none is a circle.
SHAPES: tuple[tuple[tuple[float, float], ...], ...] = (
    ((0, -4), (4, 3.2), (-4, 3.2)),
    (),
    ((-3.2, -3.2), (3.2, -3.2), (3.2, 3.2), (-3.2, 3.2)),
    ((0, -4.4), (4.4, 0), (0, 4.4), (-4.4, 0)),
    ((0, 4), (4, -3.2), (-4, -3.2)),
    ((-4, -1.6), (-1.6, -1.6), (-1.6, -4), (1.6, -4), (1.6, -1.6), (4, -1.6), (4, 1.6),
     (1.6, 1.6), (1.6, 4), (-1.6, 4), (-1.6, 1.6), (-4, 1.6)),
)  # fmt: skip
RADIUS = 3.5
SIZE = 9.0  # pixels: no shape is larger


class MarkStyle(NamedTuple):
    """How the samples of one kind are drawn."""

    symbol: QPainterPath  # one unit large, as pyqtgraph wants it
    rim: QColor
    width: float
    fill: QBrush


def class_mark(tokens: Tokens, kind: int, hollow: bool = False) -> MarkStyle:
    """The mark of a class: its shape tells it as well as its colour."""
    color = token(tokens, mark_color(kind))
    return _mark(SYMBOLS[kind % len(SYMBOLS)], color, tokens.surface, hollow)


def circle_mark(color: QColor, rim: QColor, hollow: bool) -> MarkStyle:
    """The mark of any sample."""
    return _mark(SYMBOLS[CIRCLE], color, rim, hollow)


def _mark(symbol: QPainterPath, color: QColor, rim: QColor, hollow: bool) -> MarkStyle:
    if hollow:
        return MarkStyle(symbol, color, HOLLOW, QBrush(Qt.BrushStyle.NoBrush))
    return MarkStyle(symbol, rim, FILLED, QBrush(color))


def mark_color(kind: int) -> str:
    """The token of a class."""
    return COLORS[kind % len(COLORS)]


def paint_mark(painter: QPainter, place: QPointF, style: MarkStyle) -> None:
    """A mark outside a plot."""
    to_place = QTransform.fromTranslate(place.x(), place.y()).scale(SIZE, SIZE)
    painter.setPen(QPen(style.rim, style.width))
    painter.setBrush(style.fill)
    painter.drawPath(to_place.map(style.symbol))


def _symbol(corners: tuple[tuple[float, float], ...]) -> QPainterPath:
    path = QPainterPath()
    if corners:
        path.addPolygon(QPolygonF([QPointF(x, y) / SIZE for x, y in corners]))
        path.closeSubpath()
    else:
        path.addEllipse(QPointF(), RADIUS / SIZE, RADIUS / SIZE)
    return path


SYMBOLS = tuple(map(_symbol, SHAPES))


class SampleItems:
    """The samples on a plot: one item for all that look alike, since one of many looks is slow."""

    def __init__(self, plot: Plot) -> None:
        self._plot = plot
        self._shown: tuple[object, ...] = ()
        self.items: list[pg.ScatterPlotItem] = []

    def show(self, points: MapPoints | None) -> None:
        """Every class has a mark of its own; what is only tested is hollow.

        Without classes every sample is a circle, filled with the shade of its target; over one
        input its height tells the target, and it has the colour of truth.
        """
        plot = self._plot
        shown = points, plot.tokens.name, plot.density
        if shown == self._shown:
            return
        self._shown = shown
        for item in self.items:
            plot.view.removeItem(item)
        self.items = []
        if points is None:
            return
        kinds, places = _kinds(points), drawable(points.places)
        known = np.isfinite(places).all(axis=1)
        for kind, hollow in sorted(set(zip(kinds.tolist(), points.tested.tolist(), strict=True))):
            rows = known & (kinds == kind) & (points.tested == hollow)
            self._add(places[rows], _style_on(points, plot.tokens, kind, hollow))

    def _add(self, places: Floats, style: MarkStyle) -> None:
        item = pg.ScatterPlotItem(
            x=places[:, 0], y=places[:, 1], symbol=style.symbol, size=SIZE,
            pen=self._plot.ink(style.rim, style.width), brush=style.fill,
        )  # fmt: skip
        item.setZValue(20)
        self._plot.view.addItem(item, ignoreBounds=True)
        self.items.append(item)


def _kinds(points: MapPoints) -> Rows:
    """What each sample looks like: its class, or the shade of its target."""
    if points.kinds is not None:
        return points.kinds % len(SHAPES)
    if points.over_one:
        return np.zeros(len(points.places), dtype=np.intp)
    low, high = points.ends
    shares = np.clip((points.targets - low) / max(high - low, 1e-12), 0.0, 1.0)
    return np.where(points.tested, 0, shares * (SHADES - 1)).astype(np.intp)


def _style_on(points: MapPoints, tokens: Tokens, kind: int, hollow: bool) -> MarkStyle:
    if points.kinds is not None:
        return class_mark(tokens, kind, hollow)
    if points.over_one:
        return circle_mark(tokens.truth, tokens.truth, hollow)
    if hollow:
        return circle_mark(tokens.node_line, tokens.node_line, hollow)
    return circle_mark(map_ramp(tokens, SHADES)[kind], tokens.text, hollow)


def tints(tokens: Tokens) -> tuple[QColor, ...]:
    """The ground of every class; they come again where there are more."""
    share = TINT[tokens.name]
    return tuple(mixed(tokens.canvas, token(tokens, color), share) for color in COLORS)
