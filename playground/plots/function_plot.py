"""A function and its slope as two curves: the present point, its tangent, and what is read off."""

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPainterStateGuard, QPen
from PySide6.QtWidgets import QWidget

from engine.calls import Floats
from engine.numerals import short
from playground.fonts import CAPTION, font_of
from playground.palette import Tokens, token
from playground.plots.curve_marks import paint_rows
from playground.plots.frame import ROW, Frame, framed, paint_axes
from playground.plots.function_subject import Subject
from playground.plots.lines import Line, paint_line, paint_names, room_for_names
from playground.plots.plot import Plot
from playground.plots.scales import LARGEST, Span, drawable, span_of
from playground.strokes import dotted_pen

TOP = 8.0
POINTS = 161  # few enough that lines are never thinned over a gap
POINT = 5.0
REACH = 46.0  # how far a tangent goes to either side, in pixels
JUMP = 0.2
BULK = (5, 95)
POLE = 3.0  # times the bulk: beyond it the rest is cut off
BESIDE = 1.5
STEPS = 60
SLOPE, TARGET = "slope", "target"


class FunctionPlot(Plot):
    """Shows one subject; without a zoom of its own it shows the home of the subject."""

    def __init__(self, on_read: Callable[[], object], parent: QWidget) -> None:
        tip = (
            "Function: the curve, its slope and the present point. Arrow keys read values, "
            "+ and − zoom, 0 shows all."
        )
        super().__init__("Function", tip, parent)
        self._on_read = on_read
        self.subject: Subject | None = None
        self.with_slope = True
        self.span: Span | None = None
        self.read: float | None = None
        self.lines: tuple[Line, ...] = ()

    def show_subject(self, subject: Subject | None, with_slope: bool) -> None:
        """Show this from now on."""
        before = self.subject
        if before is None or subject is None or before.title != subject.title:
            self.span, self.read = None, None
        self.subject, self.with_slope = subject, with_slope
        self._draw()

    def x_span(self) -> Span:
        """What is shown of the axis."""
        if self.span is not None:
            return self.span
        return self.subject.home if self.subject is not None else Span(-4.0, 4.0)

    def place(self) -> float:
        """Where value and slope are read: at the pointer, else at the present point."""
        if self.read is not None:
            return self.read
        return self.subject.here if self.subject is not None else float("nan")

    def _draw(self) -> None:
        """Compute the curves anew."""
        self.lines = ()
        if self.subject is not None:
            xs, values, slopes = _broken(*_curves(self.subject, self.x_span()))
            lines = [Line(self.subject.what, xs, values, self.subject.color)]
            if self.with_slope:
                lines.append(Line(SLOPE, xs, slopes, "bwd", 1.2, "dashed"))
            self.lines = tuple(lines)
        self.renew()

    def frame(self) -> Frame:
        y = span_of(self._seen(), room=0.08)
        box = QRectF(self.rect()).adjusted(0, TOP, -room_for_names(self.lines), 0)
        return framed(box, self.x_span(), y)

    def _seen(self) -> Floats:
        """The heights that the axis should hold: a slope never presses its function flat."""
        if self.subject is None or not self.lines:
            return np.zeros(1)
        here = drawable(np.array(self.subject.at(self.subject.here)[:1]))
        ends = np.concatenate([_inner(self.lines[0].ys), here, [0.0]])
        low, high = float(np.nanmin(ends)), float(np.nanmax(ends))
        more = BESIDE * (high - low) or 1.0
        slopes = [np.clip(_inner(line.ys), low - more, high + more) for line in self.lines[1:]]
        return np.concatenate([ends, *slopes])

    # painting

    def waiting(self) -> str:
        return "" if self.subject is not None else "Select a neuron"

    def paint_still(self, painter: QPainter, frame: Frame, tokens: Tokens) -> None:
        subject = self.subject
        paint_axes(painter, tokens, frame, (subject.x_name if subject else "", ""))
        if subject is None:
            return
        self._paint_zero(painter, frame, tokens)
        with QPainterStateGuard(painter):
            painter.setClipRect(frame.area.adjusted(0, -2, 0, 2))
            self._paint_target(painter, frame, tokens, subject)
            for line in reversed(self.lines):
                paint_line(painter, tokens, frame, line)
        paint_names(painter, tokens, frame, self.lines)

    def _paint_zero(self, painter: QPainter, frame: Frame, tokens: Tokens) -> None:
        """The two axes through 0, a little stronger than the grid."""
        painter.setPen(QPen(tokens.node_line, 1))
        zero = frame.point(0.0, 0.0)
        if frame.area.top() <= zero.y() <= frame.area.bottom():
            painter.drawLine(
                QPointF(frame.area.left(), zero.y()), QPointF(frame.area.right(), zero.y())
            )
        if frame.area.left() <= zero.x() <= frame.area.right():
            painter.setPen(QPen(tokens.line, 1))
            painter.drawLine(
                QPointF(zero.x(), frame.area.top()), QPointF(zero.x(), frame.area.bottom())
            )

    def _paint_target(
        self, painter: QPainter, frame: Frame, tokens: Tokens, subject: Subject
    ) -> None:
        if np.isnan(subject.target):
            return
        across = frame.point(subject.target, 0.0).x()
        painter.setPen(dotted_pen(tokens.truth, 1.25))
        painter.drawLine(QPointF(across, frame.area.top()), QPointF(across, frame.area.bottom()))
        painter.setFont(font_of(CAPTION))
        wide = painter.fontMetrics().horizontalAdvance(TARGET)
        left = across + 5 if across + 5 + wide <= frame.area.right() else across - 5 - wide
        painter.drawText(QPointF(left, frame.area.top() + ROW - 2), TARGET)

    def paint_moving(self, painter: QPainter, frame: Frame, tokens: Tokens) -> None:
        subject, x = self.subject, self.place()
        if subject is None or np.isnan(x):
            return
        value, slope = subject.at(x)
        if not (abs(value) <= LARGEST and abs(slope) <= LARGEST):
            return
        with QPainterStateGuard(painter):
            painter.setClipRect(frame.area.adjusted(-7, -7, 5, 7))
            here = frame.point(x, value)
            self._paint_tangent(painter, frame, tokens, (x, value, slope))
            if self.with_slope:
                painter.setPen(QPen(tokens.surface, 1.5))
                painter.setBrush(tokens.bwd)
                painter.drawEllipse(frame.point(x, slope), POINT - 1, POINT - 1)
            painter.setPen(QPen(tokens.surface, 1.5))
            painter.setBrush(token(tokens, subject.color))
            painter.drawEllipse(here, POINT + 1, POINT + 1)

    def _paint_tangent(
        self, painter: QPainter, frame: Frame, tokens: Tokens, at: tuple[float, float, float]
    ) -> None:
        """The straight line with the slope of the curve, as long on screen whatever the slope."""
        x, value, slope = at
        unit = frame.area.width() / max(1e-300, frame.x.high - frame.x.low)
        tall = frame.area.height() / max(1e-300, frame.y.high - frame.y.low)
        step = REACH / float(np.hypot(unit, slope * tall))
        ends = [frame.point(x + side * step, value + side * step * slope) for side in (-1, 1)]
        painter.setPen(QPen(tokens.bwd, 2.0))
        painter.drawLine(*ends)

    def readings(self) -> list[tuple[str, str]]:
        """What is read off at the pointer."""
        if self.subject is None or self.read is None:
            return []
        value, slope = self.subject.at(self.read)
        return [
            (f"{self.subject.x_name} {short(self.read, 3)}", "text"),
            (f"{self.subject.what} {short(value) or '–'}", self.subject.color),
            (f"slope {short(slope) or '–'}", "bwd"),
        ]

    def paint_readout(self, painter: QPainter, frame: Frame, tokens: Tokens) -> None:
        rows = self.readings()
        if rows and self.read is not None:
            across = frame.point(self.read, 0.0).x()
            paint_rows(painter, tokens, frame.area, across, rows)

    # reading and zooming

    def read_at(self, place: QPointF | None) -> None:
        frame = self.frame()
        inside = place is not None and frame.area.adjusted(-4, -4, 4, 4).contains(place)
        self._show_read(frame.x.value(frame.share_x(place)) if inside and place else None)

    def turn_readout(self, across: int, up: int) -> None:
        span, x = self.x_span(), self.place()
        start = x if np.isfinite(x) else (span.low + span.high) / 2
        wanted = start + (across + up) * (span.high - span.low) / STEPS
        self._show_read(min(span.high, max(span.low, wanted)))

    def _show_read(self, read: float | None) -> None:
        if read != self.read:
            self.read = read
            self.setAccessibleDescription(", ".join(text for text, _ in self.readings()))
            self._on_read()
            self.update()

    def zoom(self, factor: float, at: QPointF | None = None) -> None:
        share = self.frame().share_x(at) if at is not None else 0.5
        self.span = self.x_span().zoomed(share, factor)
        self._draw()

    def pan(self, across: float, down: float) -> None:
        self.span = self.x_span().moved(-across / max(1.0, self.frame().area.width()))
        self._draw()

    def reset_zoom(self) -> None:
        self.span = None
        self._draw()


def _curves(subject: Subject, span: Span) -> tuple[Floats, Floats, Floats]:
    xs = np.linspace(span.low, span.high, POINTS)
    values, slopes = subject.function(xs)
    return xs, drawable(values), drawable(slopes)


def _broken(xs: Floats, values: Floats, slopes: Floats) -> tuple[Floats, Floats, Floats]:
    """With a gap where the function jumps, or its slope: no line leads from side to side."""
    with np.errstate(invalid="ignore", over="ignore"):
        missed = np.abs(np.diff(values) - slopes[:-1] * (xs[1] - xs[0]))
        torn = missed > JUMP * _tall(values)
        bent = np.abs(np.diff(slopes)) > JUMP * _tall(slopes)
    jumps = np.flatnonzero(torn | bent) + 1
    gap = np.full(len(jumps), np.nan)
    joined = np.where(torn[jumps - 1], np.nan, values[jumps])
    return (
        np.insert(xs, jumps, xs[jumps]),
        np.insert(values, jumps, joined),
        np.insert(slopes, jumps, gap),
    )


def _tall(values: Floats) -> float:
    """How far the bulk reaches; a flat function never jumps."""
    ends = _inner(values)
    return float(ends[-1] - ends[0]) or np.inf


def _inner(values: Floats) -> Floats:
    """The least and the largest number, without a pole that would press all else flat."""
    known = values[np.isfinite(values)]
    if not len(known):
        return np.zeros(1)
    ends, bulk = np.array([known.min(), known.max()]), np.percentile(known, BULK)
    wide = bulk[1] - bulk[0]
    return bulk if 0 < POLE * wide < ends[1] - ends[0] else ends
