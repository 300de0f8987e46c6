"""A tool in the hand: its node follows the mouse as a ghost until it is put down."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from engine.files import limits
from engine.layout import Position
from playground.canvas.figures import NAME_ROOM, figure_of
from playground.canvas.node_painting import outline_path
from playground.canvas.snapping import PULL, snapped
from playground.canvas.tools import node_of
from playground.palette import tokens_of
from playground.stage import Tool
from playground.strokes import dotted_pen

if TYPE_CHECKING:
    from playground.canvas.view import CanvasView

import numpy as np

FREE_STEP = 96.0


class Placing:
    """Puts down new nodes, on their neighbours' lines where these are near."""

    def __init__(self, view: "CanvasView") -> None:
        self._view = view
        self.ghost: QPointF | None = None
        self.dragged: Tool = "select"
        self._kept = False

    @property
    def tool(self) -> Tool:
        """The tool in the hand, or that which is dragged in."""
        return self.dragged if self.dragged != "select" else self._view.stage.look.tool

    def show_ghost(self, at: QPointF | None) -> None:
        """The mouse is here now, in the scene."""
        self.ghost = at
        self._view.repaint_all()

    def put_down(self, tool: Tool, at: QPointF) -> bool:
        """A new node here; it is selected."""
        network = self._view.document.value.network
        node = node_of(tool, network)
        place = self._snapped(at)
        if not self._view.document.add_node(node, place):
            return False
        self._view.stage.select((node.id,))
        return True

    def settle(self, keep: bool) -> None:
        """A node was put down; the tool goes, or stays until Shift is let go."""
        self._kept = keep
        self.show_ghost(None)
        if not keep:
            self._view.stage.take_tool("select")

    def let_go(self) -> None:
        """Shift is held no longer: a tool that stayed for it goes."""
        if self._kept:
            self.settle(False)

    def free_spot(self) -> QPointF:
        """Where a node can stand that was placed by the keyboard: in sight, on nobody."""
        seen = self._view.visible_rect()
        at = seen.center()
        rooms = self._view.canvas.sight.geometry.rooms
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
        view = self._view
        node = node_of(self.tool, view.document.value.network)
        circuit = view.canvas.sight.geometry.frame.circuit
        figure = figure_of(node, view.canvas.measures, circuit)
        x, y = self._snapped(self.ghost)
        rect = QRectF(x - figure.width / 2, y - figure.height / 2, figure.width, figure.height)
        tokens = tokens_of(view.palette())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(dotted_pen(tokens.fwd, 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(outline_path(figure, rect))
        painter.setPen(tokens.fwd)
        label = QRectF(x - 60, rect.top() - NAME_ROOM, 120, 20)
        painter.drawText(label, Qt.AlignmentFlag.AlignCenter, node.id)

    def _snapped(self, at: QPointF) -> Position:
        centres = self._view.canvas.sight.geometry.centres
        here = np.array(((at.x(), at.y()),))
        snap = snapped(here, centres, 0.0, 0.0, PULL / self._view.zoom)
        most = limits.COORDINATE
        x = min(max(at.x() + snap.dx, -most), most)
        y = min(max(at.y() + snap.dy, -most), most)
        return (round(x, 1) + 0.0, round(y, 1) + 0.0)
