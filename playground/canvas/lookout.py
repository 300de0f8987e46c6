"""Where the canvas is seen from: zoom, fit, pan; and a picture kept of what does not move."""

from collections.abc import Iterator

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QFrame, QGraphicsView, QWidget

from playground.canvas.backing import Backing, Subject
from playground.canvas.card_painting import paint_grid
from playground.canvas.detail import FIT_AT_MOST, LARGEST_ZOOM, SMALLEST_ZOOM, Detail, detail_at
from playground.canvas.drawing import paint_ground, paint_moving
from playground.canvas.edge_painting import MANY
from playground.canvas.scene import CanvasScene
from playground.palette import tokens_of

SIDE, ABOVE_BELOW = 24.0, 32.0
LIGHT_COST, RUNNING_COST = 130, 45
NODE_COST = 5


class Lookout(QGraphicsView):
    """Sees a scene from somewhere; a large one through a picture that is painted in slices."""

    def __init__(self, scene: CanvasScene, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.canvas = scene
        self.backing = Backing(self.repaint_all, self)
        self._fitted = True
        self._was_light = False
        self.setScene(scene)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.FullViewportUpdate)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setResizeAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        scene.seen.connect(self.repaint_all)

    def moved_on(self) -> None:
        """It is seen from somewhere else now."""

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
        self.moved_on()
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
        most = RUNNING_COST if self.canvas.running else LIGHT_COST
        return count + NODE_COST * len(geometry.centres) <= most

    def _subject(self) -> Subject:
        scene, zoom = self.canvas, self.zoom
        still, moving = scene.still, scene.moving
        exposed = self.mapToScene(self.viewport().rect()).boundingRect()
        tokens = tokens_of(self.palette())

        def draw(painter: QPainter) -> Iterator[None]:
            brush = scene.brush(painter, zoom)
            paint_grid(painter, brush, exposed, zoom)
            yield from paint_ground(brush, still, exposed, zoom, moving, smooth=not moving)

        return Subject(
            (id(still), moving, tokens.name), self.viewportTransform(),
            self.viewport().size(), self.devicePixelRatioF(), tokens.canvas, draw,
        )  # fmt: skip

    def drawBackground(self, painter: QPainter, rect: QRectF | object) -> None:
        assert isinstance(rect, QRectF)
        if self.is_light:
            self._was_light = True
            self.backing.forget()
            self.canvas.drawBackground(painter, rect.adjusted(-8, -8, 8, 8))
            return
        self.backing.show(painter, self._subject())
        if self._was_light and self.canvas.running:  # its first picture is shown as a whole
            self.backing.finish()
            self.backing.show(painter, self._subject())
        self._was_light = False
        if self.canvas.moving:
            brush = self.canvas.brush(painter, self.zoom)
            paint_moving(brush, self.canvas.sight, self.canvas.moving, self.zoom)


def _within(zoom: float) -> float:
    return min(max(zoom, SMALLEST_ZOOM), LARGEST_ZOOM)
