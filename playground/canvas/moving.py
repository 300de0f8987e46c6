"""Moving nodes by the mouse: they follow the hand and are drawn to their neighbours' lines."""

import numpy as np
from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QPainter, QPen

from engine.files import limits
from engine.layout import NodePosition
from engine.op_list import Floats
from playground.canvas.context import CanvasContext
from playground.canvas.gesture import Gesture, Keys, choose
from playground.canvas.hits import Hit
from playground.canvas.snapping import PULL, Snapped, snapped


class MoveNodes(Gesture):
    """Moves the pressed node, or all selected ones if it is among them. Alt does not snap."""

    def __init__(self, context: CanvasContext, pressed: QPointF, hit: Hit) -> None:
        super().__init__(context, pressed)
        self._hit = hit
        self._moves: dict[str, NodePosition] = {}
        self._snap = Snapped(0.0, 0.0)
        self._names: tuple[str, ...] = ()
        self._moving: Floats = np.zeros((0, 2))
        self._others: Floats = np.zeros((0, 2))

    def go(self, at: QPointF, keys: Keys) -> None:
        if not self._names:
            self._take(keys)
        way = self.context.view.scene_point(at) - self.began
        pull = 0.0 if keys & Qt.KeyboardModifier.AltModifier else PULL / self.context.view.zoom
        self._snap = snapped(self._moving, self._others, way.x(), way.y(), pull)
        shift = np.array((self._snap.dx, self._snap.dy))
        places = np.clip(self._moving + shift, -limits.COORDINATE, limits.COORDINATE)
        self._moves = {
            name: (x, y) for name, (x, y) in zip(self._names, places.tolist(), strict=True)
        }
        self.context.scene.preview(self._moves)

    def drop(self, at: QPointF, keys: Keys) -> None:
        moves = self._moves
        self.context.scene.preview({})
        if moves:
            self.context.document.move_nodes(moves)
        elif not self.moved:
            choose(self.context, self._hit, keys)

    def cancel(self) -> None:
        self.context.scene.preview({})

    def paint(self, painter: QPainter, zoom: float) -> None:
        """The lines that were met."""
        visible = self.context.view.visible_rect()
        painter.setPen(QPen(self.context.scene.tokens.fwd, 1 / zoom))
        if self._snap.x is not None:
            painter.drawLine(QLineF(self._snap.x, visible.top(), self._snap.x, visible.bottom()))
        if self._snap.y is not None:
            painter.drawLine(QLineF(visible.left(), self._snap.y, visible.right(), self._snap.y))

    def _take(self, keys: Keys) -> None:
        """What is dragged is selected: alone, unless it was selected with others."""
        stage = self.context.stage
        if self._hit.node not in stage.look.nodes:
            choose(self.context, self._hit, keys)
        self._names = stage.look.nodes
        geometry = self.context.scene.sight.geometry
        index = geometry.frame.network.index
        taken = [index[name] for name in self._names]
        self._moving = geometry.centres[taken]
        others = np.ones(len(geometry.centres), dtype=np.bool_)
        others[taken] = False
        self._others = self._near(geometry.centres[others])

    def _near(self, centres: Floats) -> Floats:
        """Neighbours are what is in sight."""
        seen = self.context.view.visible_rect()
        x, y = centres[:, 0], centres[:, 1]
        inside = (x > seen.left()) & (x < seen.right()) & (y > seen.top()) & (y < seen.bottom())
        return centres[inside]
