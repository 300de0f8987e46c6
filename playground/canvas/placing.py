"""A tool in the hand: its node follows the mouse as a ghost until it is put down."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from engine.files import limits
from engine.layout import NodePosition
from playground.canvas.context import CanvasContext
from playground.canvas.figures import NAME_ROOM, figure_of
from playground.canvas.node_painting import outline_path
from playground.canvas.snapping import PULL, snapped
from playground.canvas.tools import node_of
from playground.model.stage import Tool
from playground.theme.painting import dotted_pen

FREE_STEP = 96.0


class Placing:
    """Puts down new nodes, on their neighbours' lines where these are near."""

    def __init__(self, context: CanvasContext) -> None:
        self._context = context
        self.ghost: QPointF | None = None
        self.dragged: Tool = "select"
        self._kept = False

    @property
    def tool(self) -> Tool:
        """The tool in the hand, or that which is dragged in."""
        return self.dragged if self.dragged != "select" else self._context.stage.look.tool

    def show_ghost(self, at: QPointF | None) -> None:
        """The mouse is here now, in the scene."""
        self.ghost = at
        self._context.view.repaint_all()

    def put_down(self, tool: Tool, at: QPointF) -> bool:
        """A new node here; it is selected."""
        network = self._context.document.value.network
        node = node_of(tool, network)
        place = self._snapped(at)
        if not self._context.document.add_node(node, place):
            return False
        self._context.stage.select((node.id,))
        return True

    def settle(self, keep: bool) -> None:
        """A node was put down; the tool goes, or stays until Shift is let go."""
        self._kept = keep
        self.show_ghost(None)
        if not keep:
            self._context.stage.take_tool("select")

    def let_go(self) -> None:
        """Shift is held no longer: a tool that stayed for it goes."""
        if self._kept:
            self.settle(False)

    def free_spot(self) -> QPointF:
        """Where a node can stand that was placed by the keyboard: in sight, on nobody."""
        seen = self._context.view.visible_rect()
        at = seen.center()
        rooms = self._context.scene.sight.geometry.rooms
        for _ in range(200):
            box = (at.x() - 80, at.y() - 60, at.x() + 80, at.y() + 60)
            meets = (
                (rooms[:, 0] < box[2]) & (rooms[:, 2] > box[0])
                & (rooms[:, 1] < box[3]) & (rooms[:, 3] > box[1])
            )  # fmt: skip
            if not meets.any():
                break
            at += QPointF(0, FREE_STEP)
            if at.y() > seen.bottom() - 60:
                at = QPointF(at.x() + 180, seen.top() + 80)
        return at

    def paint(self, painter: QPainter) -> None:
        """The outline of the node to come."""
        if self.ghost is None or self.tool == "select":
            return
        scene = self._context.scene
        node = node_of(self.tool, self._context.document.value.network)
        figure = figure_of(node, scene.measures, scene.sight.geometry.frame.circuit)
        x, y = self._snapped(self.ghost)
        rect = QRectF(x - figure.width / 2, y - figure.height / 2, figure.width, figure.height)
        tokens = scene.tokens
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(dotted_pen(tokens.fwd, 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(outline_path(figure, rect))
        painter.setPen(tokens.fwd)
        label = QRectF(x - 60, rect.top() - NAME_ROOM, 120, 20)
        painter.drawText(label, Qt.AlignmentFlag.AlignCenter, node.id)

    def _snapped(self, at: QPointF) -> NodePosition:
        centres = self._context.scene.sight.geometry.centres
        here = np.array(((at.x(), at.y()),))
        snap = snapped(here, centres, 0.0, 0.0, PULL / self._context.view.zoom)
        most = limits.COORDINATE
        x = min(max(at.x() + snap.dx, -most), most)
        y = min(max(at.y() + snap.dy, -most), most)
        return (round(x, 1) + 0.0, round(y, 1) + 0.0)
