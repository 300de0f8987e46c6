"""Numbers over updates: live lines, a log axis, what is read, and where a run ended."""

from dataclasses import dataclass, replace

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsEllipseItem, QGraphicsItem, QGraphicsPathItem, QMenu, QWidget

from engine.experiment.experiment import Ending
from engine.functions import Floats
from engine.numerals import count, short
from engine.views.runs import LARGEST, between, columns_of, drawable, ends_of, height_at, nearest
from playground.plots.line_plot import NOTHING, LinePlot
from playground.plots.plot import At, Numbers, Rows
from playground.plots.series import DASHES, FAINT, SeriesLine
from playground.theme.fonts import HINT, font_of, strong
from playground.theme.painting import fill_rounded
from playground.theme.palette import LIGHT, Tokens
from playground.widgets.plain_text import set_tip

BLOWN_UP = 8.0  # times the median: beyond it a curve that diverges leaves at the top
ROOM, LOG_ROOM = 0.06, 0.04  # above and below the lines, of their height
NOTE_ROOM = 300.0  # a narrower plot would lie under it; the sentence stands in the transport
NOTE_WIDTH = 250.0
LEAST_UPDATES = 2.0
EMPTY = 100.0  # updates that the axis holds before there are two
INFINITE, GOAL = "infinite", "goal"
GOES = "click a point, or press Enter where it is read, to go to that update"


@dataclass(frozen=True, slots=True, eq=False)
class Graph:
    """All that the plot shows; the first line is the one that is read and clicked.

    Where it is not the document's own, there is nowhere to go to.
    """

    lines: tuple[SeriesLine, ...] = ()
    title: str = ""
    log: bool = False
    zero: bool = True
    here: int | None = None
    past: bool = False
    ending: Ending | None = None
    own: bool = True
    digits: int = 4
    waiting: str = "Waiting for the first update"

    @property
    def diverged(self) -> bool:
        """Whether the run ended at a number that is not finite."""
        return self.ending is not None and self.ending.rule == INFINITE

    @property
    def stop(self) -> Ending | None:
        """The rule that ended the run, where that is worth a note."""
        told = self.ending is not None and self.ending.rule not in (INFINITE, GOAL)
        return self.ending if told else None


class Note(QGraphicsItem):
    """Why a run was stopped: the rule in bold and what it means, on a sunken plate."""

    def __init__(self) -> None:
        super().__init__()
        self.head = self.rest = ""
        self._size, self._tokens = QRectF(), LIGHT

    def tell(self, sentence: str, widest: float, highest: float, tokens: Tokens) -> None:
        """As much of the sentence as has room."""
        self.prepareGeometryChange()
        self._tokens = tokens
        mark = ": " if ": " in sentence else "; "
        self.head, _, rest = sentence.rstrip(".").partition(mark)
        self.rest = rest[:1].upper() + rest[1:]
        bold, plain = QFontMetricsF(font_of(strong(HINT))), QFontMetricsF(font_of(HINT))
        widest = min(NOTE_WIDTH, widest)
        inner = QRectF(0, 0, max(40.0, widest - 20), 400)
        below = plain.boundingRect(inner, Qt.TextFlag.TextWordWrap, self.rest)
        if not self.rest or below.height() + 34 > highest:
            self.rest, below = "", QRectF()
        wide = min(widest, max(bold.horizontalAdvance(self.head), below.width()) + 22)
        self._size = QRectF(0, 0, wide, 26 + (below.height() + 4 if self.rest else 0))
        self.update()

    def boundingRect(self) -> QRectF:
        return self._size

    def paint(self, painter: QPainter, *_: object) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        fill_rounded(painter, self._size, 6, self._tokens.sunken)
        painter.setFont(font_of(strong(HINT)))
        painter.setPen(self._tokens.text)
        inner = self._size.adjusted(10, 5, -10, 0)
        head = painter.fontMetrics().elidedText(
            self.head, Qt.TextElideMode.ElideRight, int(inner.width()) + 1
        )
        painter.drawText(inner, Qt.AlignmentFlag.AlignTop, head)
        painter.setFont(font_of(HINT))
        painter.setPen(self._tokens.text2)
        below = self._size.adjusted(10, 23, -8, 0)
        painter.drawText(below, Qt.TextFlag.TextWordWrap, self.rest)


class CurvePlot(LinePlot):
    """`chosen` tells the update of the point that was clicked."""

    chosen = Signal(int)
    logged = Signal(bool)

    def __init__(self, parent: QWidget) -> None:
        self.graph = Graph()
        self._came_from: int | None = None
        self.past, self.stop = pg.InfiniteLine(angle=90), pg.InfiniteLine(angle=90)
        self.ring, self.cross = QGraphicsEllipseItem(-4, -4, 8, 8), QGraphicsPathItem(_cross())
        self.note = Note()
        super().__init__("Curves", _tip(GOES), parent, least=1.0)
        for line in (self.past, self.stop):
            self.view.addItem(line, ignoreBounds=True)
        for item, level in ((self.ring, 40), (self.cross, 40), (self.note, 35)):
            item.setZValue(level)
            item.setParentItem(self.item)
        self.below.name_it("updates")

    # what is shown

    def show_graph(self, graph: Graph) -> None:
        """Show these lines from now on."""
        if self.graph.log != graph.log:
            self.left.setLogMode(y=graph.log)
            self.own_height = None
        self.graph, ends = graph, ends_of([line.series for line in graph.lines])
        first, last = ends or (0.0, EMPTY)
        self.whole = first, last if last > first else first + EMPTY
        self.gap = 11.0 if graph.diverged else 6.0  # beside a cross
        self.span = self.within(self.span) if self.span is not None else None
        self.draw_lines(tuple(_drawn(line, graph.log) for line in graph.lines))
        seen = any(len(line.xs) > 1 for line in graph.lines)
        self.say("" if seen else graph.waiting)
        self.fit()
        if self.read is not None:
            self.show_read(self.read)

    def say_where_to(self, where: str) -> None:
        """What a click does now."""
        set_tip(self, _tip(where))

    def updates(self) -> Floats:
        """The updates that have a point on the line that is read."""
        return self.graph.lines[0].xs if self.graph.lines else NOTHING

    # ranges

    def within(self, span: At) -> At | None:
        """Never beyond the updates there are."""
        (left, right), (low, high) = span, self.whole
        if right - left >= 0.999 * (high - low):
            return None
        wide = max(LEAST_UPDATES, right - left)
        left = min(max(left, low), high - wide)
        return left, left + wide

    def heights(self) -> At:
        """What the lines need between the two edges; the faint one need not fit."""
        firm = [line for line in self.lines if line.color != FAINT] or self.lines
        parts = [line.ys[between(line.xs, *self.x_span())] for line in firm]
        if self.graph.diverged and not self.graph.log and parts:
            values = np.concatenate(parts)
            known = np.abs(values[np.isfinite(values)])
            usual = float(np.median(known)) if len(known) else 0.0
            with np.errstate(invalid="ignore"):
                parts = [part[part <= BLOWN_UP * usual] for part in parts]
        lows = [float(np.fmin.reduce(part)) for part in parts if len(part)]
        highs = [float(np.fmax.reduce(part)) for part in parts if len(part)]
        low, high = float(np.fmin.reduce([*lows, np.nan])), float(np.fmax.reduce([*highs, np.nan]))
        return _with_room(low, high, self.graph)

    # marks in pixels

    def place_marks(self) -> None:
        super().place_marks()
        graph, here = self.graph, float(self.graph.here or 0)
        y = self._height(here) if graph.here is not None and not self.words.text() else np.nan
        self.put(self.ring, here, y)
        self.past.setVisible(graph.past and bool(np.isfinite(y)))
        self.past.setPos(here)
        self.put(self.cross, *self._leaves())
        self._place_stop()

    def _leaves(self) -> At:
        """Where a curve that diverges leaves the frame at the top, or ends; NaN for nowhere."""
        if not (self.graph.diverged and self.lines):
            return np.nan, np.nan
        (xs, ys), top = (self.lines[0].xs, self.lines[0].ys), self.view.viewRange()[1][1]
        with np.errstate(invalid="ignore"):
            inside = np.flatnonzero(ys <= top)
        if not len(inside):
            return np.nan, np.nan
        k = int(inside[-1])
        if k + 1 >= len(ys) or not ys[k + 1] > top:
            return float(xs[k]), float(ys[k])
        share = (top - ys[k]) / (ys[k + 1] - ys[k])
        return float(xs[k] + share * (xs[k + 1] - xs[k])), float(top)

    def _place_stop(self) -> None:
        """A dotted line where a rule stopped the run, and a note beside it."""
        stop, (left, right), area = self.graph.stop, self.x_span(), self.view.geometry()
        seen = stop is not None and left <= stop.update <= right and not self.words.text()
        self.stop.setVisible(seen)
        self.note.setVisible(seen and area.width() >= NOTE_ROOM)
        if stop is not None and seen:
            self.stop.setPos(stop.update)
            self.note.tell(stop.sentence, area.width() - 16, area.height(), self.tokens)
            across = self.pixel(stop.update, 0).x() - self.note.boundingRect().width() - 8
            # a loss falls: the upper part of the plot is free at its end
            self.note.setPos(max(area.left() + 4, across), area.top() + 2)

    def _height(self, update: float) -> float:
        """How high the first line is there."""
        return height_at(self.lines[0].series, update) if self.lines else np.nan

    # reading

    def read_place(self, at: At) -> At:
        return self._nearest(at[0]), at[1]

    def first_read(self) -> At:
        """Where learning is, else the end."""
        xs, here = self.updates(), self.graph.here
        return (float(here if here is not None else xs[-1]) if len(xs) else 0.0), 0.0

    def step_read(self, across: int, up: int) -> None:
        """From point to point; where there are more than pixels, by what can be seen."""
        xs = self.updates()
        if not len(xs):
            return
        (left, right), wide = self.view.viewRange()[0], max(1.0, self.view.width() / 2)
        shown = between(xs, left, right)
        step = max(1, round((shown.stop - shown.start) / wide))
        before = nearest(xs, self.read[0] if self.read is not None else self.first_read()[0])
        at = min(len(xs) - 1, max(0, before + (across + up) * step))
        self.show_read((float(xs[at]), 0.0))

    def mark_read(self, at: At) -> At | None:
        y = self._height(at[0])
        return (at[0], y) if np.isfinite(y) else None

    def readings(self, at: At) -> Rows:
        """Texts and the tokens of their colours, the update first."""
        if not len(self.updates()):
            return []
        update = at[0]
        rows = [(f"update {count(round(update))}", "text")]
        for line in self.graph.lines:
            k = int(np.searchsorted(line.xs, update))
            if k < len(line.xs) and line.xs[k] == update and np.isfinite(line.ys[k]):
                color = "text2" if line.color == FAINT else line.color
                rows.append((f"{line.name} {short(float(line.ys[k]), self.graph.digits)}", color))
        return rows

    def _nearest(self, update: float) -> float:
        xs = self.updates()
        return float(xs[nearest(xs, update)]) if len(xs) else update

    def choose(self, at: At) -> None:
        if self.graph.own and len(self.updates()):
            self.chosen.emit(int(self._nearest(at[0])))

    def click(self, at: At) -> None:
        self._came_from = self.graph.here if self.graph.own else None
        self.choose(at)

    def double_click(self) -> None:
        """All is shown again; the first of the two clicks has led away from where learning was."""
        if self._came_from is not None:
            self.chosen.emit(self._came_from)
        super().double_click()

    # saving, menu, themes

    def title(self) -> str:
        return self.graph.title

    def numbers(self) -> Numbers | None:
        """Every update that has a point, and what each line is there."""
        lines = [line for line in self.graph.lines if len(line.xs)]
        names = ["update", *(line.name for line in lines)]
        return (names, columns_of([line.series for line in lines])) if lines else None

    def fill_menu(self, menu: QMenu) -> None:
        action = menu.addAction("Log")
        action.setCheckable(True)
        action.setChecked(self.graph.log)
        action.triggered.connect(self.logged)

    def wear(self, tokens: Tokens) -> None:
        super().wear(tokens)
        self.past.setPen(self.ink(tokens.node_line))
        self.stop.setPen(self.ink(tokens.text2, 1.25, DASHES["dotted"]))
        self.ring.setPen(QPen(tokens.text, 1.6))
        self.ring.setBrush(tokens.surface)
        self.cross.setPen(QPen(tokens.warn, 2))


def _tip(where: str) -> str:
    return f"Curves: {where}. Arrow keys read the values, + and − zoom, 0 shows all."


def _drawn(line: SeriesLine, log: bool) -> SeriesLine:
    """NaN where a number cannot be drawn; powers of ten where the axis counts in them."""
    ys = line.ys
    low, high = float(np.min(ys, initial=1.0)), float(np.max(ys, initial=1.0))
    if not (low >= -LARGEST and high <= LARGEST):
        ys = drawable(ys)
    if log:
        with np.errstate(invalid="ignore", divide="ignore"):
            ys = np.where(ys > 0, np.log10(ys), np.nan)
    return replace(line, ys=ys)


def _with_room(low: float, high: float, graph: Graph) -> At:
    """With some room above and below; from 0 if that is near and meant."""
    if not low <= high:
        return (-1.0, 0.0) if graph.log else (0.0, 1.0)
    if graph.log:
        room = LOG_ROOM * (high - low) if high - low > 0.02 else 0.3
    elif graph.zero and 0 <= low <= 0.7 * high:
        return 0.0, high * (1 + ROOM)
    elif high - low <= 1e-9 * max(abs(low), abs(high), 1e-9):
        room = max(abs(high) * 0.1, 1e-6)
    else:
        room = ROOM * (high - low)
    return low - room, high + room


def _cross() -> QPainterPath:
    path = QPainterPath()
    for side in (-5.0, 5.0):
        path.moveTo(-5, -side)
        path.lineTo(5, side)
    return path
