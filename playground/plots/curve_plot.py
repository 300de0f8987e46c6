"""The plot of the curves: lines over updates, what is read off them, and where a run ended."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QMouseEvent, QPainter, QPainterStateGuard, QPen
from PySide6.QtWidgets import QWidget

from engine.calls import Floats
from engine.experiment import Ending
from engine.numerals import count, short
from playground.palette import Tokens, token
from playground.plots.curve_marks import RING, Note, freest, paint_cross, paint_ring, paint_rows
from playground.plots.frame import Frame, framed, paint_axes
from playground.plots.lines import (
    FAINT,
    Line,
    end_of,
    paint_line,
    paint_names,
    pieces,
    room_for_names,
    visible,
)
from playground.plots.plot import Plot
from playground.plots.scales import Span, drawable, span_of
from playground.strokes import dotted_pen
from playground.widgets.plain_text import set_tip

EMPTY = Span(0.0, 100.0, least=1.0)
NOTHING: Floats = np.empty(0)
INFINITE = "infinite"
BLOWN_UP = 8.0  # times the median: beyond it a curve that diverges leaves at the top
CLEAR = 11.0  # from a cross to a name
GOES = "click a point, or press Enter where it is read, to go to that update"
QUIET_ENDINGS = ("goal",)


@dataclass(frozen=True, slots=True, eq=False)
class Graph:
    """All that the plot shows; the first line is the one that is read and clicked.

    Where it is not the document's own, there is nowhere to go to.
    """

    lines: tuple[Line, ...] = ()
    title: str = ""
    log: bool = False
    zero: bool = True
    here: int | None = None
    past: bool = False
    ending: Ending | None = None
    own: bool = True
    digits: int = 4


class CurvePlot(Plot):
    """`go_to` is called with the update of the point that was chosen."""

    def __init__(self, go_to: Callable[[int], object], parent: QWidget) -> None:
        super().__init__(
            "Curves",
            _tip(GOES),
            parent,
        )
        self._go_to = go_to
        self.graph = Graph()
        self.span: Span | None = None
        self.read: int | None = None
        self._came_from: int | None = None
        self.aside = 0.0  # room at the right that belongs to a note

    def show_graph(self, graph: Graph) -> None:
        """Show these lines from now on."""
        self.graph = graph
        if self.read is not None and self.read >= len(self.updates()):
            self.read = None
        self.renew()

    def updates(self) -> Floats:
        """The updates that have a point on the line that is read."""
        return self.graph.lines[0].xs if self.graph.lines else NOTHING

    def say_where_to(self, where: str) -> None:
        """What a click does now."""
        set_tip(self, _tip(where))

    # axes

    def all_x(self) -> Span:
        """From the first update to the last."""
        ends = [line.xs[[0, -1]] for line in self.graph.lines if len(line.xs)]
        if not ends:
            return EMPTY
        low, high = float(np.min(ends)), float(np.max(ends))
        return Span(low, high, least=1.0) if high > low else Span(low, low + 100, least=1.0)

    def frame(self) -> Frame:
        x = self.span or self.all_x()
        right = room_for_names(self.graph.lines) + (0.0 if self.saving else self.aside)
        box = QRectF(self.rect()).adjusted(0, self.top, -right, 0)
        return framed(box, x, self._y(x))

    def _y(self, x: Span) -> Span:
        """What the lines need between the two edges; the faint one need not fit."""
        bare = Frame(QRectF(0, 0, 1, 1), x, EMPTY)
        firm = [line for line in self.graph.lines if line.color != FAINT] or self.graph.lines
        parts = [line.ys[visible(bare, line.xs)] for line in firm]
        if not self.graph.log and not self.diverged:
            parts = [_extremes(part) for part in parts if len(part)]
        values = np.concatenate(parts) if parts else NOTHING
        if self.diverged and not self.graph.log:
            values = values[np.isfinite(values)]
            usual = float(np.median(np.abs(values))) if len(values) else 0.0
            values = values[values <= BLOWN_UP * usual]
        return span_of(values, self.graph.log, self.graph.zero, 0.06)

    @property
    def diverged(self) -> bool:
        """Whether the run ended at a number that is not finite."""
        return self.graph.ending is not None and self.graph.ending.rule == INFINITE

    def zoom(self, factor: float, at: QPointF | None = None) -> None:
        frame = self.frame()
        share = 0.5 if at is None else min(1.0, max(0.0, frame.share_x(at)))
        if at is None and self.read is not None:
            share = min(1.0, max(0.0, frame.x.share(float(self.updates()[self.read]))))
        self._show_x(frame.x.zoomed(share, factor))

    def pan(self, across: float, down: float) -> None:
        frame, whole = self.frame(), self.all_x()
        moved = frame.x.moved(-across / max(1.0, frame.area.width()))
        if moved.low >= whole.low and moved.high <= whole.high:
            self._show_x(moved)

    def reset_zoom(self) -> None:
        self.span = None
        self.renew()

    def _show_x(self, wanted: Span) -> None:
        whole = self.all_x()
        low, high = max(wanted.low, whole.low), min(wanted.high, whole.high)
        inside = high - low < 0.999 * (whole.high - whole.low)
        if high - low >= 2 or not inside:
            self.span = Span(low, high, least=1.0) if inside else None
        self.renew()

    # reading

    def read_at(self, place: QPointF | None) -> None:
        self._show_read(None if place is None else self._nearest(place))

    def turn_readout(self, across: int, up: int) -> None:
        xs = self.updates()
        if not len(xs):
            return
        frame = self.frame()
        shown = visible(frame, xs)
        step = max(1, round((shown.stop - shown.start) / max(1.0, frame.area.width() / 2)))
        if self.read is None:
            before = len(xs) - 1 if self.graph.here is None else self._index(self.graph.here)
        else:
            before = self.read
        self._show_read(min(len(xs) - 1, max(0, before + (across + up) * step)))

    def choose_readout(self) -> None:
        if self.read is not None and self.graph.own:
            self._go_to(int(self.updates()[self.read]))

    def click(self, place: QPointF) -> None:
        index, self._came_from = self._nearest(place), None
        if index is not None and self.graph.own:
            self._came_from = self.graph.here
            self._go_to(int(self.updates()[index]))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """All is shown again; the first of the two clicks has led away from where learning was."""
        if self._came_from is not None:
            self._go_to(self._came_from)
        super().mouseDoubleClickEvent(event)

    def _index(self, update: float) -> int:
        """The point nearest to an update."""
        xs = self.updates()
        right = int(np.clip(np.searchsorted(xs, update), 0, len(xs) - 1))
        left = max(0, right - 1)
        return left if abs(xs[left] - update) <= abs(xs[right] - update) else right

    def _nearest(self, place: QPointF) -> int | None:
        frame = self.frame()
        if not len(self.updates()) or not frame.area.adjusted(-6, -6, 6, 6).contains(place):
            return None
        return self._index(frame.x.value(frame.share_x(place)))

    def _show_read(self, index: int | None) -> None:
        if index != self.read:
            self.read = index
            self.setAccessibleDescription(", ".join(text for text, _ in self.readings()))
            self.update()

    def readings(self) -> list[tuple[str, str]]:
        """What is read off: texts and the tokens of their colours, the update first."""
        if self.read is None or self.read >= len(self.updates()):
            return []
        update = float(self.updates()[self.read])
        rows = [(f"update {count(round(update))}", "text")]
        for line in self.graph.lines:
            at = int(np.searchsorted(line.xs, update))
            if at < len(line.xs) and line.xs[at] == update and np.isfinite(line.ys[at]):
                color = "text2" if line.color == FAINT else line.color
                rows.append((f"{line.name} {short(float(line.ys[at]), self.graph.digits)}", color))
        return rows

    # painting

    def title(self) -> str:
        return self.graph.title

    def waiting(self) -> str:
        seen = any(len(line.xs) > 1 for line in self.graph.lines)
        return "" if seen else "Waiting for the first update"

    def paint_still(self, painter: QPainter, frame: Frame, tokens: Tokens) -> None:
        paint_axes(painter, tokens, frame, ("updates", ""))
        with QPainterStateGuard(painter):
            painter.setClipRect(frame.area.adjusted(0, -3, 3, 3))
            for line in reversed(self.graph.lines):
                paint_line(painter, tokens, frame, line)
        if not self.waiting():
            paint_names(painter, tokens, frame, self.graph.lines, CLEAR if self.diverged else 6)
            self._paint_ending(painter, frame, tokens)

    def paint_moving(self, painter: QPainter, frame: Frame, tokens: Tokens) -> None:
        here = self.graph.here
        if here is None or self.waiting():
            return
        place = self._on_curve(frame, here)
        if place is None or not frame.area.left() - 1 <= place.x() <= frame.area.right() + 1:
            return
        if self.graph.past:
            painter.setPen(QPen(tokens.node_line, 1))
            painter.drawLine(
                QPointF(place.x(), frame.area.top()), QPointF(place.x(), frame.area.bottom())
            )
        paint_ring(painter, tokens, place, "text")

    def _on_curve(self, frame: Frame, update: int) -> QPointF | None:
        """The place on the first line at that update, between its points if need be."""
        if not self.graph.lines:
            return None
        line = self.graph.lines[0]
        known = np.isfinite(line.ys)
        if not known.any() or update > line.xs[known][-1]:
            return None
        y = float(np.interp(update, line.xs[known], line.ys[known]))
        place = frame.point(float(update), y)
        return place if np.isfinite(place.y()) else None

    def _paint_ending(self, painter: QPainter, frame: Frame, tokens: Tokens) -> None:
        ending = self.graph.ending
        if ending is None or ending.rule in QUIET_ENDINGS:
            return
        place = self._on_curve(frame, ending.update)
        if ending.rule == INFINITE:
            end = self._last_known(frame)
            if end is not None:
                paint_cross(painter, tokens, end)
            return
        if place is None or not frame.area.adjusted(-1, 0, 1, 0).contains(
            QPointF(place.x(), frame.area.center().y())
        ):
            return
        painter.setPen(dotted_pen(tokens.text2, 1.25))
        painter.drawLine(
            QPointF(place.x(), frame.area.top()), QPointF(place.x(), frame.area.bottom())
        )
        paint_ring(painter, tokens, place, "text")
        note = Note(ending.sentence, frame.area)
        note.paint(painter, tokens, freest(frame.area, note.size, self.crowd(frame)))

    def crowd(self, frame: Frame) -> Floats:
        """Where the lines run, in pixels: what a note should not hide."""
        parts = [
            _spread(xs, ys)
            for line in self.graph.lines
            if line.color != FAINT
            for xs, ys in pieces(frame, line.xs, line.ys)
        ]
        for line in self.graph.lines:
            end = end_of(frame, line) if line.named else None
            if end is not None:
                parts.append(_spread(end.x() + np.array([0, 60]), end.y() + np.array([0, 0])))
        return np.concatenate(parts) if parts else np.empty((0, 2))

    def _last_known(self, frame: Frame) -> QPointF | None:
        """Where the first line ends."""
        return end_of(frame, self.graph.lines[0]) if self.graph.lines else None

    def paint_readout(self, painter: QPainter, frame: Frame, tokens: Tokens) -> None:
        rows = self.readings()
        if not rows:
            return
        update = float(self.updates()[self.read or 0])
        across = frame.point(update, frame.y.low).x()
        if not frame.area.left() - 1 <= across <= frame.area.right() + 1:
            return
        painter.setPen(QPen(tokens.node_line, 1))
        painter.drawLine(QPointF(across, frame.area.top()), QPointF(across, frame.area.bottom()))
        place = self._on_curve(frame, round(update))
        if place is not None:
            painter.setPen(QPen(tokens.surface, 1))
            painter.setBrush(token(tokens, self.graph.lines[0].color))
            painter.drawEllipse(place, RING - 0.5, RING - 0.5)
        paint_rows(painter, tokens, frame.area, across, rows)


def _tip(where: str) -> str:
    return f"Curves: {where}. Arrow keys read the values, + and − zoom, 0 shows all."


def _extremes(values: Floats) -> Floats:
    """The least and the largest number, which is all that a plain axis asks for."""
    found = np.array([np.fmin.reduce(values), np.fmax.reduce(values)])
    return found if np.isfinite(drawable(found)).all() else values


def _spread(xs: Floats, ys: Floats) -> Floats:
    """Places along a line, a few pixels apart."""
    across = np.linspace(xs[0], xs[-1], 1 + int((xs[-1] - xs[0]) / 4))
    return np.stack([across, np.interp(across, xs, ys)], axis=1)
