"""The canvas as a widget: the scene, where it is seen from, and what may be done on it."""

from collections.abc import Callable, Iterator

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QResizeEvent
from PySide6.QtWidgets import QFrame, QGraphicsView, QWidget

from engine.experiment import Experiment
from playground.canvas.backing import Backing, Subject
from playground.canvas.card_painting import paint_grid
from playground.canvas.detail import FIT_AT_MOST, LARGEST_ZOOM, SMALLEST_ZOOM, Detail, detail_at
from playground.canvas.drawing import paint_ground, paint_moving
from playground.canvas.edge_painting import MANY
from playground.canvas.overlay import EmptyCanvas, ZoomControl
from playground.canvas.scene import CanvasScene
from playground.document import Document
from playground.palette import tokens_of
from playground.stage import Stage

SIDE, ABOVE_BELOW = 24.0, 32.0
NARROW = 780
CORNER = 12
LIGHT_COST = 220
NODE_COST = 5


def _nothing() -> None:
    """What a button does until the window gives it something to do."""


class CanvasView(QGraphicsView):
    """Shows the network of the document; all changes go through the document and the stage."""

    def __init__(
        self,
        document: Document,
        stage: Stage,
        parent: QWidget | None = None,
        *,
        on_new_network: Callable[[], object] = _nothing,
        on_open_lesson: Callable[[], object] = _nothing,
    ) -> None:
        super().__init__(parent)
        self.document, self.stage = document, stage
        self.on_new_network, self.on_open_lesson = on_new_network, on_open_lesson
        self.canvas = CanvasScene(document, stage, self)
        self.backing = Backing(self.repaint_all, self)
        self._fitted = True
        self._set_up()
        self.corner = ZoomControl(self.fit, lambda: self.zoom_to(1.0), self)
        self.empty = EmptyCanvas(lambda: self.on_new_network(), lambda: self.on_open_lesson(), self)
        self.canvas.seen.connect(self.repaint_all)
        document.changed.connect(self.take_change)
        self._show_empty()

    def _set_up(self) -> None:
        self.setScene(self.canvas)
        self.setAccessibleName("Canvas")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.FullViewportUpdate)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setResizeAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.setMinimumSize(320, 240)
        self.viewport().setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    # where it is seen from

    @property
    def zoom(self) -> float:
        """The zoom now; 1 is as large as it is drawn."""
        return self.transform().m11()

    def fit(self) -> None:
        """The whole network in sight: 24 free at the sides, 32 above and below, at most 115 %."""
        self._fitted = True
        bounds = self.canvas.bounds()
        if bounds.isEmpty():
            self._see(QPointF(0, 0), 1.0)
            return
        room = self.viewport().size()
        across = (room.width() - 2 * SIDE) / bounds.width()
        down = (room.height() - 2 * ABOVE_BELOW) / bounds.height()
        self._see(bounds.center(), min(across, down, FIT_AT_MOST))

    def zoom_to(self, zoom: float) -> None:
        """This zoom, about the middle; 1 is 100 %."""
        self._fitted = False
        self._see(self.mapToScene(self.viewport().rect()).boundingRect().center(), zoom)

    def zoom_by(self, factor: float, at: QPointF | None = None) -> None:
        """Nearer or farther, about a point of the viewport."""
        self._fitted = False
        at = at or QPointF(self.viewport().rect().center())
        fixed = self.scene_point(at)
        zoom = _within(self.zoom * factor)
        middle = QPointF(self.viewport().width() / 2, self.viewport().height() / 2)
        self._see(fixed - (at - middle) / zoom, zoom)

    def pan(self, pixels: QPointF) -> None:
        """The view moved so far over the scene."""
        self._fitted = False
        middle = QPointF(self.viewport().width() / 2, self.viewport().height() / 2)
        self._see(self.scene_point(middle) - pixels / self.zoom, self.zoom)

    def scene_point(self, at: QPointF) -> QPointF:
        """A point of the viewport in the scene, to a fraction of a pixel."""
        return self.viewportTransform().inverted()[0].map(at)

    def _see(self, center: QPointF, zoom: float) -> None:
        """Look at this point with this zoom."""
        zoom = _within(zoom)
        wide, high = self.viewport().width() / zoom, self.viewport().height() / zoom
        self.setSceneRect(QRectF(center.x() - wide, center.y() - high, 2 * wide, 2 * high))
        self.resetTransform()
        self.scale(zoom, zoom)
        self.centerOn(center)
        self.corner.show_zoom(zoom)
        self.repaint_all()

    # painting

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
        return count + NODE_COST * len(geometry.centres) <= LIGHT_COST

    def _subject(self) -> Subject:
        scene, zoom = self.canvas, self.zoom
        still, moving = scene.still, scene.moving
        exposed = self.mapToScene(self.viewport().rect()).boundingRect()
        tokens = tokens_of(self.palette())
        orders = scene.attention.look.orders

        def draw(painter: QPainter) -> Iterator[None]:
            brush = scene.brush(painter, zoom)
            paint_grid(painter, brush, exposed, zoom)
            yield from paint_ground(
                brush, still, exposed, zoom, moving, smooth=not moving, orders=orders
            )

        return Subject(
            (id(still), moving, tokens.name, orders), self.viewportTransform(),
            self.viewport().size(), self.devicePixelRatioF(), tokens.canvas, draw,
        )  # fmt: skip

    def take_change(self, before: Experiment, after: Experiment) -> None:
        """Another document is fitted; a structure that came or went changes the hint."""
        if before.network is not after.network:
            self._show_empty()
        if not self.document.stack.count():
            self.fit()

    def _show_empty(self) -> None:
        self.empty.setVisible(not self.document.value.network.nodes)

    # Qt

    def drawBackground(self, painter: QPainter, rect: QRectF | object) -> None:
        assert isinstance(rect, QRectF)
        if self.is_light:
            self.backing.forget()
            self.canvas.drawBackground(painter, rect.adjusted(-8, -8, 8, 8))
            return
        self.backing.show(painter, self._subject())
        if self.canvas.moving:
            brush = self.canvas.brush(painter, self.zoom)
            paint_moving(brush, self.canvas.sight, self.canvas.moving, self.zoom)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.canvas.set_narrow(self.viewport().width() < NARROW)
        self.corner.move(self.width() - self.corner.width() - CORNER, CORNER)
        self.empty.move((self.width() - self.empty.width()) // 2,
                        (self.height() - self.empty.height()) // 2)  # fmt: skip
        if self._fitted:
            self.fit()


def _within(zoom: float) -> float:
    return min(max(zoom, SMALLEST_ZOOM), LARGEST_ZOOM)
