"""Drawing an edge from the rim of a node to another node."""

from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from playground.canvas.context import CanvasContext
from playground.canvas.gesture import Gesture, Keys, choose
from playground.canvas.hits import Hit, node_at
from playground.canvas.node_painting import node_rect, outline_path
from playground.theme.painting import WORK_RING
from playground.theme.palette import Tokens

PLUS = 5.0


class DragEdge(Gesture):
    """A dashed line, no part of the network; over a node it is green, or red and says why."""

    def __init__(self, context: CanvasContext, pressed: QPointF, hit: Hit) -> None:
        super().__init__(context, pressed)
        self._hit = hit
        self._to = self.began
        self.target = ""
        self.reason: str | None = None

    def go(self, at: QPointF, keys: Keys) -> None:
        self._to = self.context.view.scene_point(at)
        index, _ = node_at(self.context.scene.sight, self._to, self.context.view.zoom)
        target = "" if index is None else self.context.scene.sight.geometry.frame.ids[index]
        if target == self._hit.node and not self.target:
            target = ""
        if target != self.target:
            self.target = target
            self.reason = (
                self.context.document.why_not_connect(self._hit.node, target) if target else None
            )
        if self.reason:
            self.context.say(self.reason, at.toPoint())
        else:
            self.context.tip.hide()
        self.context.view.repaint_all()

    def drop(self, at: QPointF, keys: Keys) -> None:
        self.context.tip.hide()
        if not self.moved:
            choose(self.context, self._hit, keys)
        elif self.target and self.target != self._hit.node:
            edge = (self._hit.node, self.target)
            if self.context.document.connect_nodes([edge]):
                self.context.stage.select(edges=(edge,))

    def cancel(self) -> None:
        self.context.tip.hide()

    def paint(self, painter: QPainter, zoom: float) -> None:
        if not self.moved:
            return
        tokens = self.context.scene.tokens
        ink = self._ink(tokens)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        sight = self.context.scene.sight
        start = sight.geometry.frame.network.index[self._hit.node]
        rect = node_rect(sight, start)
        begin = QPointF(rect.right(), rect.center().y())
        painter.setPen(QPen(ink, 1.5 / min(zoom, 1.0), Qt.PenStyle.DashLine))
        painter.drawLine(QLineF(begin, self._to))
        if not self.target:
            return
        index = sight.geometry.frame.network.index[self.target]
        painter.setPen(QPen(ink, WORK_RING / min(zoom, 1.0)))
        figure = sight.geometry.frame.figures[index]
        painter.drawPath(outline_path(figure, node_rect(sight, index)))
        if self.reason is None:
            _paint_plus(painter, self._to + QPointF(14, 14) / zoom, ink, zoom)

    def _ink(self, tokens: Tokens) -> QColor:
        if not self.target:
            return tokens.text2
        return tokens.ok if self.reason is None else tokens.warn


def _paint_plus(painter: QPainter, at: QPointF, ink: QColor, zoom: float) -> None:
    """A small plus at the mouse: this will be an edge."""
    reach = PLUS / zoom
    painter.setPen(QPen(ink, 2 / zoom))
    painter.drawLine(QLineF(at.x() - reach, at.y(), at.x() + reach, at.y()))
    painter.drawLine(QLineF(at.x(), at.y() - reach, at.x(), at.y() + reach))
