"""The mouse on the canvas: what a press begins, what lies under it, and the wheel."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast, get_args

from PySide6.QtCore import QEvent, QObject, QPointF, Qt
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QHelpEvent,
    QMouseEvent,
    QWheelEvent,
)

from engine.numerals import ALL_DIGITS, short
from playground.canvas.checking import told
from playground.canvas.choosing import place_of
from playground.canvas.context import CanvasContext
from playground.canvas.gesture import Choose, Gesture, Pan, PickAxis, RubberBand
from playground.canvas.handles import handle_of
from playground.canvas.hits import Hit, hit_at
from playground.canvas.joining import DragEdge
from playground.canvas.lighting import of_node
from playground.canvas.motion import Motion
from playground.canvas.moving import MoveNodes
from playground.canvas.placing import Placing
from playground.canvas.turning import TurnNumber, Wheel
from playground.canvas.typing_field import NAME, Typing
from playground.model.stage import DRAGGED_TOOL, Look, Tool
from playground.widgets.fields import notches
from playground.widgets.plain_text import show_tip

ZOOM_A_NOTCH = 1.2


class Hand(QObject):
    """Begins one gesture at most, and shows what the mouse points at."""

    def __init__(self, context: CanvasContext, typing: Typing, motion: Motion) -> None:
        super().__init__(context.view)
        self._context, self._typing, self._motion = context, typing, motion
        self.placing = Placing(context)
        self.wheel = Wheel(context)
        self.gesture: Gesture | None = None
        self.at = QPointF(-1, -1)
        self._acts: dict[QEvent.Type, Callable[[Any], None]] = {
            QEvent.Type.MouseButtonPress: self.press,
            QEvent.Type.MouseMove: self.move,
            QEvent.Type.MouseButtonRelease: self.release,
            QEvent.Type.MouseButtonDblClick: self.double_click,
            QEvent.Type.Wheel: self.turn,
            QEvent.Type.ToolTip: self.show_tip,
            QEvent.Type.DragEnter: self.drag_enter,
            QEvent.Type.DragMove: self.drag_move,
            QEvent.Type.DragLeave: self.drag_leave,
            QEvent.Type.Drop: self.drop,
        }
        context.view.viewport().installEventFilter(self)
        context.stage.looked.connect(self.take_look)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        act = self._acts.get(event.type())
        if act is not None:
            act(event)
        return act is not None

    def take_look(self, before: Look, after: Look) -> None:
        """A tool was taken or put back."""
        if before.tool != after.tool:
            shapes = Qt.CursorShape
            self._point(shapes.ArrowCursor if after.tool == "select" else shapes.CrossCursor)
            self.placing.show_ghost(None)

    @property
    def chooses(self) -> bool:
        """Whether a click chooses an axis of the surface."""
        return self._context.stage.look.choosing is not None

    def hit(self, at: QPointF) -> Hit:
        """What lies at a point of the viewport."""
        view = self._context.view
        return hit_at(self._context.scene.sight, view.scene_point(at), view.zoom)

    def press(self, event: QMouseEvent) -> None:
        """A button goes down."""
        self.at = event.position()
        if self.gesture is not None:
            return
        self._typing.close()
        self.wheel.rest()
        self._motion.finish()
        self._context.tip.hide()
        button, keys = event.button(), event.modifiers()
        if button == Qt.MouseButton.MiddleButton:
            self.gesture = Pan(self._context, self.at)
        elif button == Qt.MouseButton.LeftButton:
            if self.placing.tool != "select":
                self._place(bool(keys & Qt.KeyboardModifier.ShiftModifier))
            else:
                self.gesture = self._begun(self.hit(self.at), keys)

    def move(self, event: QMouseEvent) -> None:
        """The mouse moves, with or without a button."""
        self.at = event.position()
        if self.gesture is not None:
            self.gesture.drag(self.at, event.modifiers())
            self._context.view.repaint_all()
        elif self.placing.tool != "select":
            self.placing.show_ghost(self._context.view.scene_point(self.at))
        elif self.chooses:
            self._hover_choosing(self.hit(self.at))
        else:
            self._hover(self.hit(self.at))

    def release(self, event: QMouseEvent) -> None:
        """A button goes up."""
        gesture, self.gesture = self.gesture, None
        if gesture is not None:
            gesture.drop(event.position(), event.modifiers())
            self._context.view.repaint_all()

    def double_click(self, event: QMouseEvent) -> None:
        """Type where the mouse is: a number, a name, or the number that makes the node."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        if self.chooses:
            self.press(event)
            return
        self.cancel()
        hit = self.hit(event.position())
        if hit.spot is not None and self._typing.edit(hit.spot.key):
            return
        if hit.name:
            self._typing.edit(of_node(NAME, hit.node))
        elif hit.node:
            self._typing.edit_node(hit.node)
        elif hit.edge is not None:
            self._context.stage.select(edges=(hit.edge,))
            self._typing.edit_edge(hit.edge)

    def turn(self, event: QWheelEvent) -> None:
        """The wheel zooms at the pointer; with Alt it turns the number under it."""
        steps = notches(event.angleDelta().x(), event.angleDelta().y())
        if event.modifiers() & Qt.KeyboardModifier.AltModifier:
            fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self.wheel.turn(self.hit(event.position()), steps, fine)
        elif steps and self.gesture is None:
            self._context.view.zoom_by(ZOOM_A_NOTCH**steps, event.position())
        event.accept()

    def select(self, at: QPointF) -> str:
        """Select what lies here, unless it is selected: it is what a menu is about, and named."""
        hit, look = self.hit(at), self._context.stage.look
        if hit.node:
            if hit.node not in look.nodes:
                self._context.stage.select((hit.node,))
            return "node"
        if hit.edge is not None:
            if hit.edge not in look.edges:
                self._context.stage.select(edges=(hit.edge,))
            return "edge"
        return "canvas"

    def selected(self) -> str:
        """What a menu is about that was asked for with the keyboard."""
        look = self._context.stage.look
        return "node" if look.nodes else "edge" if look.edges else "canvas"

    def show_tip(self, event: QHelpEvent) -> None:
        """The mouse rests."""
        show_tip(event.globalPos(), self.told(event.pos().toPointF()), self._context.view)

    def told(self, at: QPointF) -> str:
        """What a tip says of the thing here: its whole name, its number with all digits."""
        hit, sight = self.hit(at), self._context.scene.sight
        lines = [sight.experiment.layout.name(hit.node)] if hit.node else []
        if hit.edge is not None:
            source, target = map(sight.experiment.layout.name, hit.edge)
            lines.append(f"{source} → {target}")
        if hit.spot is not None and sight.knows(hit.spot.key):
            lines.append(short(sight.number(hit.spot.key), ALL_DIGITS))
            agreement = sight.mark(hit.spot.key)
            if agreement is not None:
                lines.append(told(agreement))
        return "\n".join(lines)

    def cancel(self) -> bool:
        """Give up what the hand is doing; False where it does nothing."""
        if self.cancel_gesture():
            return True
        if self.placing.tool != "select":
            self._context.stage.take_tool("select")
            self.placing.show_ghost(None)
            return True
        if self.chooses:
            self._context.stage.choose_axes(False)
            return True
        return False

    def cancel_gesture(self) -> bool:
        """Give up what began with a press; False where nothing did."""
        gesture, self.gesture = self.gesture, None
        if gesture is not None:
            gesture.cancel()
            self._context.view.repaint_all()
        return gesture is not None

    def leave(self) -> None:
        """The mouse has left the canvas."""
        self.placing.show_ghost(None)
        if self.gesture is None:
            self._hover(Hit())

    def drag_enter(self, event: QDragEnterEvent) -> None:
        """A tool of the palette is dragged in; anything else is not for the canvas."""
        tool = bytes(event.mimeData().data(DRAGGED_TOOL).data()).decode("ascii", "replace")
        if tool in get_args(Tool) and tool != "select":
            self.placing.dragged = cast(Tool, tool)
            event.acceptProposedAction()
        else:
            event.ignore()

    def drag_move(self, event: QDragMoveEvent) -> None:
        """Its ghost follows."""
        if self.placing.dragged == "select":
            event.ignore()
            return
        self.placing.show_ghost(self._context.view.scene_point(event.position()))
        event.acceptProposedAction()

    def drag_leave(self, event: QDragLeaveEvent | None = None) -> None:
        """It was dragged out again."""
        self.placing.dragged = "select"
        self.placing.show_ghost(None)

    def drop(self, event: QDropEvent) -> None:
        """It is put down."""
        tool = self.placing.dragged
        self.drag_leave()
        if tool == "select":
            event.ignore()
        elif self.placing.put_down(tool, self._context.view.scene_point(event.position())):
            event.acceptProposedAction()
            self._context.view.setFocus()

    def _begun(self, hit: Hit, keys: Qt.KeyboardModifier) -> Gesture:
        if self.chooses:
            place = place_of(self._context.scene.sight, hit)
            if place is None:
                return Pan(self._context, self.at)
            return PickAxis(self._context, self.at, place)
        if hit.is_empty:
            if keys & Qt.KeyboardModifier.ControlModifier:
                return Pan(self._context, self.at)
            return RubberBand(self._context, self.at)
        if hit.rim:
            return DragEdge(self._context, self.at, hit)
        if hit.spot is not None:
            handle = handle_of(self._context.scene.sight, hit.spot.key)
            if handle is not None:
                return TurnNumber(self._context, self.at, hit, handle, self._typing)
        if hit.node:
            return MoveNodes(self._context, self.at, hit)
        return Choose(self._context, self.at, hit)

    def _place(self, again: bool) -> None:
        tool = self.placing.tool
        if self.placing.put_down(tool, self._context.view.scene_point(self.at)):
            self.placing.settle(again)

    def _hover_choosing(self, hit: Hit) -> None:
        """Only what can be an axis stands out."""
        scene, found = self._context.scene, place_of(self._context.scene.sight, hit)
        key = hit.spot.key if hit.spot is not None and found is not None else None
        edge = hit.edge if found is not None else None
        scene.show_attention(replace(scene.attention, node="", edge=edge, number=key))
        shapes = Qt.CursorShape
        self._point(shapes.ArrowCursor if found is None else shapes.PointingHandCursor)

    def _hover(self, hit: Hit) -> None:
        scene = self._context.scene
        handle = hit.spot is not None and handle_of(scene.sight, hit.spot.key) is not None
        key = hit.spot.key if hit.spot is not None and handle else None
        scene.show_attention(replace(scene.attention, node=hit.node, edge=hit.edge, number=key))
        shapes = Qt.CursorShape
        cursor = shapes.ArrowCursor
        if hit.rim:
            cursor = shapes.CrossCursor
        elif handle:
            cursor = shapes.SizeHorCursor
        elif hit.node and not hit.name:
            cursor = shapes.OpenHandCursor
        elif hit.edge is not None or hit.name:
            cursor = shapes.PointingHandCursor
        self._point(cursor)

    def _point(self, cursor: Qt.CursorShape) -> None:
        self._context.view.viewport().setCursor(cursor)
