"""Zoom and pan over a kept picture of what is drawn; what lies under a point, to be edited."""

import time
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from PySide6.QtCore import QObject, QPoint, QPointF, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import (
    QColor,
    QCursor,
    QPainter,
    QPainterStateGuard,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
    QTransform,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from engine.errors import Refused
from engine.files import limits
from engine.network import Place
from engine.numerals import short
from playground.canvas.layout import (
    FIT_AT_MOST,
    LARGEST_ZOOM,
    SMALLEST_ZOOM,
    Detail,
    Outline,
    detail_at,
    meeting,
)
from playground.canvas.number_positions import card_spots, edge_spots, node_spots
from playground.canvas.scene import CanvasScene
from playground.canvas.scene_painter import (
    MANY,
    cards_in_sight,
    lines_in_sight,
    paint_grid,
    paint_ground,
    paint_live,
    paint_moving,
)
from playground.canvas.scene_state import Key, NumberItem, SceneState
from playground.model.document import Document
from playground.model.stage import EdgeKey, Stage
from playground.widgets.buttons import MessageBubble
from playground.widgets.plain_text import set_tip

RIM_INSIDE, RIM_OUTSIDE = 5.0, 8.0
NEAR_EDGE = 6.0
LABEL_REACH = (80.0, 34.0)
FIRST_SLICE = 0.007
SLICE = 0.005
QUICK = 0.02  # what a picture may cost without a rest before the next one of a run
RESTS = 7  # times as long as it took beyond that


@dataclass(frozen=True, slots=True)
class Handle:
    """A number in the hand: how it is called, its value now, and what sets it."""

    key: Key
    name: str
    value: float
    set: Callable[[Document, float, bool], bool]


def handle_of(sight: SceneState, key: Key) -> Handle | None:
    """The handle of a number; None where it follows from others."""
    (kind, node, index), network = key, sight.network
    call, data, row = sight.experiment.layout.name, sight.experiment.data, sight.shown.row
    kept = network.node(node).kind if kind == "value" else ""
    if kind in ("weight", "bias", "update") or kept == "parameter":
        place = network.places[index] if index >= 0 else Place("value", node)
        name = f"{'Bias' if place.what == 'bias' else 'Value'} of {call(place.target)}"
        if place.what == "weight":
            name = f"Weight from {call(place.source)} to {call(place.target)}"
        return Handle(
            key, name, float(sight.experiment.parameters[network.place_index[place]]),
            lambda document, number, turning: document.set_number(place, number, turning),
        )  # fmt: skip
    if kept == "input":
        column, what = data.inputs.index(node), "Input"
    elif kind == "target":
        column, what = len(data.inputs) + data.targets.index(node), "Target"
    else:
        return None
    return Handle(
        key, f"{what} of {call(node)}", data.cell(row, column),
        lambda document, number, turning: document.set_cell(row, column, number, turning),
    )  # fmt: skip


def checked(value: float) -> float:
    """The same number, or the refusal of one that is too large."""
    if abs(value) > limits.WEIGHT:
        raise Refused(f"A number here is at most {short(limits.WEIGHT)}.")
    return value


@dataclass(frozen=True, slots=True)
class Hit:
    """The topmost thing; `spot` is a number of that node or edge, or of a card."""

    node: str = ""
    rim: bool = False
    name: bool = False
    edge: EdgeKey | None = None
    spot: NumberItem | None = None


def node_at(sight: SceneState, at: QPointF, zoom: float) -> tuple[int | None, bool]:
    """The topmost node here, or else the nearest, and whether it is its rim."""
    geometry = sight.geometry
    reach = RIM_OUTSIDE / min(zoom, 1.0)
    point = np.array((at.x(), at.y()))
    near = np.all(np.abs(geometry.centres - point) <= geometry.frame.halves + reach, axis=1)
    nearest: tuple[float, int | None] = (reach, None)
    for index in np.flatnonzero(near)[::-1].tolist():
        (x, y), (half, tall) = geometry.centres[index], geometry.frame.halves[index]
        figure = geometry.frame.figures[index]
        radius = tall if figure.outline is Outline.TAG and at.x() >= x else figure.radius
        dx, dy = abs(at.x() - x) - (half - radius), abs(at.y() - y) - (tall - radius)
        # how far outside the rim; negative inside
        away = float(np.hypot(max(dx, 0.0), max(dy, 0.0)) + min(max(dx, dy), 0.0) - radius)
        if away <= 0.0:
            return index, away >= -RIM_INSIDE
        nearest = min(nearest, (away, index), key=lambda each: each[0])
    return nearest[1], nearest[1] is not None


def edge_at(sight: SceneState, at: QPointF, zoom: float) -> int | None:
    pieces, owners = sight.geometry.segments
    reach = NEAR_EDGE / min(zoom, 1.5)
    spot = QRectF(at, at).adjusted(-1e-6, -1e-6, 1e-6, 1e-6)
    near = lines_in_sight(pieces, spot, reach)
    pieces, owners = pieces[near], owners[near]
    if not len(pieces):
        return None
    start, way = pieces[:, :2], pieces[:, 2:] - pieces[:, :2]
    to = np.array((at.x(), at.y())) - start
    length = np.maximum((way * way).sum(axis=1), 1e-9)
    t = np.clip((to * way).sum(axis=1) / length, 0.0, 1.0)
    away = np.hypot(*(to - way * t[:, None]).T)
    best = int(away.argmin())
    return int(owners[best]) if away[best] <= reach else None


def within(sight: SceneState, band: QRectF) -> tuple[tuple[str, ...], tuple[EdgeKey, ...]]:
    """The nodes in a rectangle, and the edges between them."""
    inside, frame = sight.geometry.inside(band), sight.geometry.frame
    names = tuple(sight.network.nodes[index].id for index in np.flatnonzero(inside).tolist())
    both = np.flatnonzero(inside[frame.sources] & inside[frame.targets]).tolist()
    return names, tuple(sight.network.edges[edge][:2] for edge in both)


def _numbers_near(
    sight: SceneState, at: QPointF, index: int | None, zoom: float
) -> Iterator[tuple[Hit, Iterator[NumberItem]]]:
    """Whose numbers may lie here: those of the node, or of nodes near it, of cards, of edges."""
    wide = 110.0 if sight.geometry.frame.circuit else 10.0
    near = meeting(sight.geometry.rooms, at.x() - wide, at.y(), at.x() + 40, at.y())
    for node in np.flatnonzero(near).tolist() if index is None else (index,):
        yield Hit(sight.network.nodes[node].id), node_spots(sight, node)
    for card in cards_in_sight(sight.geometry, QRectF(at, at).adjusted(-1, -1, 1, 1)):
        yield Hit(card.node), card_spots(sight, card)
    shown = min(len(sight.geometry.starts), MANY) if detail_at(zoom) >= Detail.ALL else 0
    for edge in range(shown):
        share = sight.label_share(edge)
        if share is not None:
            x, y = sight.label_point(edge, share)
            if abs(at.x() - x) < LABEL_REACH[0] and abs(at.y() - y) < LABEL_REACH[1]:
                yield Hit(edge=sight.network.edges[edge][:2]), edge_spots(sight, edge)


def place_of(sight: SceneState, hit: Hit) -> Place | None:
    """The weight, bias or parameter that is meant by a click here."""
    network, node = sight.network, hit.node
    if hit.spot is not None:
        kind, node, index = hit.spot.key
        if index >= 0:
            return network.places[index]
        node = node if kind == "value" else ""
    elif hit.edge is not None:
        return Place("weight", hit.edge[1], hit.edge[0])
    known = node in network.index and network.node(node).kind == "parameter"
    return Place("value", node) if known else None


class Subject(NamedTuple):
    """What the picture is of: another look or another view of it needs another picture."""

    view: QTransform
    size: QSize
    ratio: float
    ground: QColor
    what: Hashable
    draw: Callable[[QPainter], Iterator[None]]

    def is_elsewhere(self, other: "Subject") -> bool:
        return self[:4] != other[:4]


class BackgroundCache(QObject):
    """One finished picture, and one under way."""

    def __init__(self, finished: Callable[[], object], parent: QObject) -> None:
        super().__init__(parent)
        self._finished = finished
        self._shown: tuple[Subject, QPixmap] | None = None
        self._subject: Subject | None = None
        self._next: Subject | None = None
        self._pixmap = QPixmap()
        self._painter = QPainter()
        self._portions: Iterator[None] | None = None
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self.go_on)
        self._spent, self._done_at = 0.0, 0.0

    @property
    def is_done(self) -> bool:
        return self._portions is None

    def is_rested(self) -> bool:
        """Whether painting has left the rest of the program most of the time."""
        rest = RESTS * max(0.0, self._spent - QUICK)
        return self.is_done and time.perf_counter() - self._done_at >= rest

    def show(self, painter: QPainter, subject: Subject) -> None:
        """Paint the picture of this, or what there is of it by now."""
        latest = self._subject
        if latest is not None and subject[:5] == latest[:5]:
            self._next = None
        elif latest is None or self.is_done or subject[1:4] != latest[1:4]:
            self._begin(subject)
        else:
            self._next = subject  # the one under way is finished first, or none would ever be
        shown, pixmap = self._shown or (subject, self._pixmap)
        moved = shown.is_elsewhere(subject)
        with QPainterStateGuard(painter):
            painter.setTransform(shown.view.inverted()[0] * subject.view if moved else QTransform())
            painter.drawPixmap(0, 0, pixmap)

    def forget(self) -> None:
        self._shown = self._subject = self._next = self._portions = None
        self._timer.stop()

    def finish(self) -> None:
        """Paint to the end at once: for pictures that are kept."""
        while self._portions is not None:
            self._paint_for(1.0)

    def go_on(self) -> None:
        self._paint_for(SLICE)
        if self._portions is None:
            self._finished()

    def _begin(self, subject: Subject) -> None:
        slow = self._shown is not None and self._spent > FIRST_SLICE  # the last is shown meanwhile
        self._subject, self._next, self._spent = subject, None, 0.0
        self._pixmap = QPixmap(subject.size * subject.ratio)
        self._pixmap.setDevicePixelRatio(subject.ratio)
        self._pixmap.fill(subject.ground)
        self._portions = subject.draw(self._painter)
        if slow:
            self._timer.start()
        else:
            self._paint_for(FIRST_SLICE)

    def _paint_for(self, seconds: float) -> None:
        subject, portions = self._subject, self._portions
        if subject is None or portions is None:
            self._timer.stop()
            return
        end, spent = time.perf_counter() + seconds, time.thread_time()
        self._painter.begin(self._pixmap)
        self._painter.setTransform(subject.view)
        self._painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        try:
            done = all(time.perf_counter() < end for _ in portions)
        finally:
            self._painter.end()
        self._done_at = time.perf_counter()
        self._spent += time.thread_time() - spent
        if not done:
            self._timer.start()
            return
        self._portions = None
        self._shown = (subject, self._pixmap)
        self._timer.stop()
        if self._next is not None:
            self._begin(self._next)


SIDE, ABOVE_BELOW = 24.0, 32.0
LIGHT_COST, RUNNING_COST = 130, 45
NODE_COST = 5
BAR = 10  # how thick a scroll bar is
LINE = 40  # pixels that an arrow of a scroll bar moves
NEARLY = 1.0  # so little out of sight does not count


class ZoomableView(QAbstractScrollArea):
    """Sees a scene from somewhere; a large one through a picture that is painted in slices.

    Its scroll bars lie over the canvas, which stays as large as it is when they come and go.
    What works on the canvas is given this: what is drawn and looked at, and what is said there.
    """

    def __init__(self, document: Document, stage: Stage, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.document, self.stage = document, stage
        self.canvas = CanvasScene(document, stage, self)
        self.transform = QTransform()  # from the scene to the viewport
        self.backing = BackgroundCache(self.repaint_all, self)
        self._fitted = True
        self._was_light = False
        self._bars_follow = False
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for bar, name in (
            (self.horizontalScrollBar(), "Scroll the canvas sideways"),
            (self.verticalScrollBar(), "Scroll the canvas up and down"),
        ):
            bar.setParent(self)  # beside the viewport it would make that smaller
            bar.setAccessibleName(name)
            set_tip(bar, name)
            bar.setSingleStep(LINE)
            bar.hide()
        self.tip = MessageBubble(self, "warning")
        self.canvas.seen.connect(self.repaint_all)
        self.canvas.seen.connect(self._show_bars)

    def say(self, sentence: str, at: QPoint | None = None) -> None:
        """A tip at this point of the view; else at the pointer, or in the middle if it is away."""
        if at is None:
            at, room = self.mapFromGlobal(QCursor.pos()), self.rect()
            at = at if room.contains(at) else room.center()
        self.tip.show_at(at, sentence)

    def refuse(self, sentence: str) -> None:
        """Say it at the pointer, and in the strip."""
        self.document.report(sentence)
        self.say(sentence)

    def on_view_moved(self) -> None:
        """It is seen from somewhere else now."""

    @property
    def zoom(self) -> float:
        """The zoom now; 1 is as large as it is drawn."""
        return self.transform.m11()

    def fit(self) -> None:
        """The whole network in sight: 24 free at the sides, 32 above and below, at most 115 %."""
        bounds, room = self.canvas.bounds(), self.viewport().size()
        if bounds.isEmpty():
            self._see(QPointF(0, 0), 1.0, fitted=True)
            return
        across = (room.width() - 2 * SIDE) / bounds.width()
        down = (room.height() - 2 * ABOVE_BELOW) / bounds.height()
        self._see(bounds.center(), min(across, down, FIT_AT_MOST), fitted=True)

    def zoom_to(self, zoom: float) -> None:
        """This zoom, about the middle; 1 is 100 %."""
        self._see(self.visible_rect().center(), zoom)

    def zoom_by(self, factor: float, at: QPointF | None = None) -> None:
        """Nearer or farther, about a point of the viewport."""
        at = at or QPointF(self.viewport().rect().center())
        zoom = _within(self.zoom * factor)
        self._see(self.scene_point(at) - (at - self._middle()) / zoom, zoom)

    def pan(self, pixels: QPointF) -> None:
        """The view moved so far over the scene."""
        self._see(self.scene_point(self._middle()) - pixels / self.zoom, self.zoom)

    def show_node(self, name: str) -> None:
        sight = self.canvas.sight
        bounds = sight.geometry.rect(sight.network.index[name])
        if not self.visible_rect().adjusted(10, 10, -10, -10).contains(bounds):
            self._see(bounds.center(), self.zoom)

    def scene_point(self, at: QPointF) -> QPointF:
        """A point of the viewport in the scene, to a fraction of a pixel."""
        return self.transform.inverted()[0].map(at)

    def hit(self, pixel: QPointF) -> Hit:
        """The topmost thing under a point of the viewport."""
        sight, at, zoom = self.canvas.sight, self.scene_point(pixel), self.zoom
        index, rim = node_at(sight, at, zoom)
        nodes, legible = sight.network.nodes, detail_at(zoom) >= Detail.NODES
        if index is not None and rim:
            return Hit(nodes[index].id, rim=True)
        for owner, spots in _numbers_near(sight, at, index, zoom) if legible else ():
            for spot in spots:
                if spot.rect.adjusted(-2, -2, 2, 2).contains(at):
                    return replace(owner, spot=spot)
        if index is not None:
            return Hit(nodes[index].id)
        names = sight.geometry.boxes[:, (0, 1, 2, 1)] + np.array((0.0, -27.0, 0.0, -8.0))
        named = np.flatnonzero(meeting(names, at.x(), at.y(), at.x(), at.y()))
        if legible and len(named):
            return Hit(nodes[int(named[-1])].id, name=True)
        edge = edge_at(sight, at, zoom)
        return Hit() if edge is None else Hit(edge=sight.network.edges[edge][:2])

    def visible_rect(self) -> QRectF:
        return self.transform.inverted()[0].mapRect(QRectF(self.viewport().rect()))

    def _middle(self) -> QPointF:
        return QRectF(self.viewport().rect()).center()

    def _see(self, center: QPointF, zoom: float, fitted: bool = False) -> None:
        """Look at this point with this zoom; a pixel stays a pixel, so that nothing is blurred."""
        self._fitted = fitted
        zoom = _within(zoom)
        corner = (center * zoom - self._middle()).toPoint()
        self.transform = QTransform(zoom, 0, 0, zoom, -corner.x(), -corner.y())
        self.on_view_moved()
        self._show_bars()
        self.repaint_all()

    def _show_bars(self) -> None:
        """How much is out of sight; a bar in the hand leads and does not follow."""
        across, down = self.horizontalScrollBar(), self.verticalScrollBar()
        if across.isSliderDown() or down.isSliderDown():
            return
        bounds, seen, zoom = self.canvas.bounds(), self.visible_rect(), self.zoom
        whole = bounds.united(seen) if not bounds.isEmpty() else seen
        self._bars_follow = True
        for bar, page, hidden, before in (
            (across, seen.width(), whole.width() - seen.width(), seen.left() - whole.left()),
            (down, seen.height(), whole.height() - seen.height(), seen.top() - whole.top()),
        ):
            bar.setRange(0, round(hidden * zoom))
            bar.setPageStep(round(page * zoom))
            bar.setValue(round(before * zoom))
            bar.setVisible(hidden * zoom > NEARLY)
        self._bars_follow = False

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        if not self._bars_follow:
            self.pan(QPointF(dx, dy))

    def repaint_all(self) -> None:
        """Paint once more when there is time."""
        self.viewport().update()

    def finish_painting(self) -> None:
        """Nothing is left under way: for pictures."""
        self.viewport().grab()
        self.backing.finish()

    @property
    def is_light(self) -> bool:
        """Whether everything can be painted anew in every frame."""
        geometry = self.canvas.sight.geometry
        count = len(geometry.starts)
        if count > MANY or detail_at(self.zoom) < Detail.NODES:
            return count <= MANY and len(geometry.centres) < LIGHT_COST
        most = RUNNING_COST if self.canvas.running else LIGHT_COST
        return count + NODE_COST * len(geometry.centres) <= most

    def _subject(self) -> Subject:
        scene, zoom, still = self.canvas, self.zoom, self.canvas.still
        exposed, tokens, moving = self.visible_rect(), scene.tokens, scene.moving

        def draw(painter: QPainter) -> Iterator[None]:
            brush = scene.brush(painter, zoom, still)
            paint_grid(brush, exposed)
            yield from paint_ground(brush, exposed, moving, smooth=not moving)

        return Subject(
            self.transform, self.viewport().size(), self.devicePixelRatioF(), tokens.canvas,
            (id(still), moving, tokens.name), draw,
        )  # fmt: skip

    def paint_background(self, painter: QPainter, exposed: QRectF) -> None:
        """What stays the same from frame to frame, and the nodes in the hand."""
        if self.is_light:
            self._was_light = True
            self.backing.forget()
            self.canvas.paint_all(painter, exposed.adjusted(-8, -8, 8, 8), self.zoom)
            return
        self.backing.show(painter, self._subject())
        if self._was_light and self.canvas.running:  # its first picture is shown as a whole
            self.backing.finish()
            self.backing.show(painter, self._subject())
        self._was_light = False
        if self.canvas.moving:
            brush, seen = self.canvas.brush(painter, self.zoom), self.visible_rect()
            paint_moving(brush, self.canvas.moving, seen, hasty=True)

    def paint_foreground(self, painter: QPainter) -> None:
        brush, seen = self.canvas.brush(painter, self.zoom), self.visible_rect()
        paint_live(brush, self.canvas.attention, seen)

    def paintEvent(self, event: QPaintEvent) -> None:
        exposed = self.transform.inverted()[0].mapRect(QRectF(event.rect()))
        with QPainter(self.viewport()) as painter:
            painter.setTransform(self.transform)
            with QPainterStateGuard(painter):
                self.paint_background(painter, exposed)
            self.paint_foreground(painter)

    def resizeEvent(self, event: QResizeEvent) -> None:
        width, height = self.width(), self.height()
        self.horizontalScrollBar().setGeometry(0, height - BAR, width - BAR, BAR)
        self.verticalScrollBar().setGeometry(width - BAR, 0, BAR, height - BAR)
        if self._fitted:
            self.fit()
        else:
            self._show_bars()


def _within(zoom: float) -> float:
    return min(max(zoom, SMALLEST_ZOOM), LARGEST_ZOOM)
