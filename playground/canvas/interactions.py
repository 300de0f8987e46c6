"""The mouse and the keyboard on the canvas: what a press begins, and what each key does."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple, cast, get_args

import numpy as np
from PySide6.QtCore import QEvent, QLineF, QObject, QPointF, QRectF, Qt, QTimer
from PySide6.QtGui import (
    QAction,
    QColor,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QHelpEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPen,
    QWheelEvent,
)

from engine.errors import Refused
from engine.files import limits
from engine.layout import NodePosition
from engine.network import Place
from engine.numerals import ALL_DIGITS, counted, short
from engine.op_list import Floats
from playground.canvas.clipboard import Commands
from playground.canvas.hit_test import Handle, Hit, checked, handle_of, hit_at, node_at, within
from playground.canvas.layout import NAME_ROOM, figure_of, meeting, node_of
from playground.canvas.node_painter import node_rect, outline_path
from playground.canvas.number_editor import NAME, Typing
from playground.canvas.overlays import Motion
from playground.canvas.scene import told
from playground.canvas.scene_painter import place_of
from playground.canvas.scene_state import Key, SceneState, of_node
from playground.canvas.viewport import CanvasContext
from playground.model.stage import DRAGGED_TOOL, Look, Tool
from playground.theme.painting import WORK_RING, dotted_pen
from playground.theme.palette import Tokens, faded
from playground.widgets.fields import dragged, notches, turned
from playground.widgets.plain_text import show_tip

PULL = 6.0


class Snapped(NamedTuple):
    """How far to move, and the lines that were met: an x, a y, or None."""

    dx: float
    dy: float
    x: float | None = None
    y: float | None = None


def snapped(moving: Floats, others: Floats, dx: float, dy: float, pull: float) -> Snapped:
    """The move that puts a node in the hand on the nearest line, if one is within the pull."""
    if not len(others) or not len(moving):
        return Snapped(round(dx), round(dy))
    more_x, x = _nearest(moving[:, 0] + dx, others[:, 0], pull)
    more_y, y = _nearest(moving[:, 1] + dy, others[:, 1], pull)
    return Snapped(
        round(dx) if more_x is None else dx + more_x,
        round(dy) if more_y is None else dy + more_y,
        x,
        y,
    )


def _nearest(moving: Floats, lines: Floats, pull: float) -> tuple[float | None, float | None]:
    some = moving if len(moving) <= 20 else moving[:1]
    gaps = lines[None, :] - some[:, None]
    best = np.unravel_index(np.abs(gaps).argmin(), gaps.shape)
    if abs(gaps[best]) > pull:
        return None, None
    return float(gaps[best]), float(lines[best[1]])


FAR_ENOUGH = 4
Keys = Qt.KeyboardModifier


class Gesture:
    """What all gestures share: where they began, and whether the mouse has moved far enough."""

    def __init__(self, context: CanvasContext, pressed: QPointF) -> None:
        self.context = context
        self.pressed = pressed
        self.began = context.view.scene_point(pressed)
        self.moved = False

    def drag(self, at: QPointF, keys: Keys) -> None:
        """The mouse is here now, in the viewport."""
        if not self.moved and (at - self.pressed).manhattanLength() < FAR_ENOUGH:
            return
        self.moved = True
        self.go(at, keys)

    def go(self, at: QPointF, keys: Keys) -> None:
        """Show what would come of it."""

    def drop(self, at: QPointF, keys: Keys) -> None:
        """The button was let go."""

    def cancel(self) -> None:
        """As if nothing had been."""

    def paint(self, painter: QPainter, zoom: float) -> None:
        """Paint what the gesture shows, in the scene."""


class Pan(Gesture):
    """The canvas follows the hand."""

    def __init__(self, context: CanvasContext, pressed: QPointF) -> None:
        super().__init__(context, pressed)
        self._last = pressed
        self._cursor = context.view.viewport().cursor()
        context.view.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)

    def go(self, at: QPointF, keys: Keys) -> None:
        self.context.view.pan(at - self._last)
        self._last = at

    def drop(self, at: QPointF, keys: Keys) -> None:
        self.cancel()

    def cancel(self) -> None:
        self.context.view.viewport().setCursor(self._cursor)


class RubberBand(Gesture):
    """Catches all nodes in a rectangle and the edges between them; with Shift, more of them."""

    def __init__(self, context: CanvasContext, pressed: QPointF) -> None:
        super().__init__(context, pressed)
        self._to = self.began

    def _band(self) -> QRectF:
        return QRectF(self.began, self._to).normalized()

    def go(self, at: QPointF, keys: Keys) -> None:
        self._to = self.context.view.scene_point(at)
        self.context.view.repaint_all()

    def drop(self, at: QPointF, keys: Keys) -> None:
        stage, look = self.context.stage, self.context.stage.look
        more = bool(keys & Qt.KeyboardModifier.ShiftModifier)
        if not self.moved:
            if not more:
                stage.select()
            return
        nodes, edges = within(self.context.scene.sight, self._band())
        if more:
            nodes = tuple(dict.fromkeys((*look.nodes, *nodes)))
            edges = tuple(dict.fromkeys((*look.edges, *edges)))
        stage.select(nodes, edges)

    def paint(self, painter: QPainter, zoom: float) -> None:
        if not self.moved:
            return
        tokens = self.context.scene.tokens
        painter.setPen(QPen(tokens.fwd, 1 / zoom))
        painter.setBrush(faded(tokens.fwd, 0.08))
        painter.drawRect(self._band())


class Choose(Gesture):
    """A click on an edge or a card: it is selected, with Ctrl or Shift it is one more or less."""

    def __init__(self, context: CanvasContext, pressed: QPointF, hit: Hit) -> None:
        super().__init__(context, pressed)
        self._hit = hit

    def drop(self, at: QPointF, keys: Keys) -> None:
        choose(self.context, self._hit, keys)


class PickAxis(Gesture):
    """A click that makes a number an axis of the surface."""

    def __init__(self, context: CanvasContext, pressed: QPointF, place: Place) -> None:
        super().__init__(context, pressed)
        self._place = place

    def drop(self, at: QPointF, keys: Keys) -> None:
        if not self.moved:
            self.context.stage.take_axis(self._place)


def choose(context: CanvasContext, hit: Hit, keys: Keys) -> None:
    """Select what was hit, alone or with what is selected."""
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    if keys & both:
        context.stage.toggle(hit.node, hit.edge)
    elif hit.edge is not None:
        context.stage.select(edges=(hit.edge,))
    else:
        context.stage.select((hit.node,) if hit.node else ())


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
        sight = self.context.scene.sight
        index, _ = node_at(sight, self._to, self.context.view.zoom)
        target = "" if index is None else sight.geometry.frame.ids[index]
        if target == self._hit.node and not self.target:
            target = ""
        if target != self.target:
            self.target, self.reason = target, None
            if target:
                self.reason = self.context.document.why_not_connect(self._hit.node, target)
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
        index = sight.experiment.network.index
        rect = node_rect(sight, index[self._hit.node])
        begin = QPointF(rect.right(), rect.center().y())
        painter.setPen(QPen(ink, 1.5 / min(zoom, 1.0), Qt.PenStyle.DashLine))
        painter.drawLine(QLineF(begin, self._to))
        if not self.target:
            return
        over = index[self.target]
        painter.setPen(QPen(ink, WORK_RING / min(zoom, 1.0)))
        painter.drawPath(outline_path(sight.geometry.frame.figures[over], node_rect(sight, over)))
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
        self._others = geometry.centres[others & geometry.inside(self.context.view.visible_rect())]


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
        node = node_of(tool, self._context.document.value.network)
        if not self._context.document.add_node(node, self._snapped(at)):
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
            x, y = at.x(), at.y()
            if not meeting(rooms, x - 80, y - 60, x + 80, y + 60).any():
                break
            at += QPointF(0, FREE_STEP)
            if at.y() > seen.bottom() - 60:
                at = QPointF(at.x() + 180, seen.top() + 80)
        return at

    def paint(self, painter: QPainter) -> None:
        assert self.ghost is not None
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
        here = np.array(((at.x(), at.y()),))
        others = self._context.scene.sight.geometry.centres
        snap = snapped(here, others, 0.0, 0.0, PULL / self._context.view.zoom)
        place = np.clip(here[0] + (snap.dx, snap.dy), -limits.COORDINATE, limits.COORDINATE)
        x, y = place.tolist()
        return (round(x, 1) + 0.0, round(y, 1) + 0.0)


AT_REST_AFTER = 700


class TurnNumber(Gesture):
    """Follows the mouse sideways. Shift turns finely."""

    def __init__(
        self, context: CanvasContext, pressed: QPointF, hit: Hit, handle: Handle, typing: Typing
    ) -> None:
        super().__init__(context, pressed)
        self._hit, self._handle, self._typing = hit, handle, typing
        self._changed = False
        self._after = context.document.value

    def go(self, at: QPointF, keys: Keys) -> None:
        fine = bool(keys & Qt.KeyboardModifier.ShiftModifier)
        if not self._changed:
            self.context.document.end_fold()
        value = dragged(self._handle.value, at.x() - self.pressed.x(), fine)
        if _turn(self.context, self._handle, value):
            self._changed, self._after = True, self.context.document.value

    def drop(self, at: QPointF, keys: Keys) -> None:
        self.context.document.end_fold()
        if not self.moved:
            self._typing.clicked = self._handle.key
            choose(self.context, self._hit, keys)

    def cancel(self) -> None:
        if self._changed and self.context.document.value is self._after:
            self.context.document.undo()
        self.context.document.end_fold()


class WheelEdit(QObject):
    """Turns the number under the mouse; it is one turn until the wheel rests."""

    def __init__(self, context: CanvasContext) -> None:
        super().__init__(context.view)
        self._context = context
        self._handle: Handle | None = None
        self._steps = 0.0
        self._rest = QTimer(self, interval=AT_REST_AFTER, singleShot=True)
        self._rest.timeout.connect(self.rest)

    def turn(self, hit: Hit, steps: float, fine: bool) -> bool:
        """So many notches more; False where there is no number to turn."""
        if hit.spot is None:
            return False
        if self._handle is None or self._handle.key != hit.spot.key:
            self.rest()
            self._handle = handle_of(self._context.scene.sight, hit.spot.key)
            self._steps = 0.0
        if self._handle is None:
            return False
        self._steps += steps
        self._rest.start()
        _turn(self._context, self._handle, turned(self._handle.value, self._steps, fine))
        return True

    def rest(self) -> None:
        """The next turn is another one."""
        self._rest.stop()
        if self._handle is not None:
            self._context.document.end_fold()
        self._handle = None


def _turn(context: CanvasContext, handle: Handle, value: float) -> bool:
    try:
        return handle.set(context.document, checked(value), True)
    except Refused as refused:
        context.refuse(refused.sentence)
        return False


ZOOM_A_NOTCH = 1.2


class MouseController(QObject):
    """Begins one gesture at most, and shows what the mouse points at."""

    def __init__(self, context: CanvasContext, typing: Typing, motion: Motion) -> None:
        super().__init__(context.view)
        self._context, self._typing, self._motion = context, typing, motion
        self.placing = Placing(context)
        self.wheel = WheelEdit(context)
        self.gesture: Gesture | None = None
        self.at = QPointF(-1, -1)
        self.acts: dict[QEvent.Type, Callable[[Any], None]] = {
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
        context.stage.looked.connect(self.on_looked)

    def on_looked(self, before: Look, after: Look) -> None:
        if before.tool != after.tool:
            shapes = Qt.CursorShape
            self._point(shapes.ArrowCursor if after.tool == "select" else shapes.CrossCursor)
            self.placing.show_ghost(None)

    @property
    def chooses(self) -> bool:
        """Whether a click chooses an axis of the surface."""
        return self._context.stage.look.choosing is not None

    def hit(self, at: QPointF) -> Hit:
        view = self._context.view
        return hit_at(self._context.scene.sight, view.scene_point(at), view.zoom)

    def press(self, event: QMouseEvent) -> None:
        self.at = event.position()
        if self.gesture is not None:
            return
        if self._typing.field is not None:
            self._typing.close()
        if self._motion.share is not None:
            self._motion.finish()
        self.wheel.rest()
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
        if self.placing.dragged == "select":
            event.ignore()
            return
        self.placing.show_ghost(self._context.view.scene_point(event.position()))
        event.acceptProposedAction()

    def drag_leave(self, event: QDragLeaveEvent | None = None) -> None:
        self.placing.dragged = "select"
        self.placing.show_ghost(None)

    def drop(self, event: QDropEvent) -> None:
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
        if place_of(self._context.scene.sight, hit) is None:
            self._light(Hit(), None, Qt.CursorShape.ArrowCursor)
        else:
            key = hit.spot.key if hit.spot is not None else None
            self._light(Hit(edge=hit.edge), key, Qt.CursorShape.PointingHandCursor)

    def _hover(self, hit: Hit) -> None:
        key = hit.spot.key if hit.spot is not None else None
        if key is not None and handle_of(self._context.scene.sight, key) is None:
            key = None
        shapes = Qt.CursorShape
        cursor = shapes.ArrowCursor
        if hit.rim:
            cursor = shapes.CrossCursor
        elif key is not None:
            cursor = shapes.SizeHorCursor
        elif hit.node and not hit.name:
            cursor = shapes.OpenHandCursor
        elif hit.edge is not None or hit.name:
            cursor = shapes.PointingHandCursor
        self._light(hit, key, cursor)

    def _light(self, hit: Hit, number: Key | None, cursor: Qt.CursorShape) -> None:
        scene = self._context.scene
        scene.show_attention(replace(scene.attention, node=hit.node, edge=hit.edge, number=number))
        self._point(cursor)

    def _point(self, cursor: Qt.CursorShape) -> None:
        self._context.view.viewport().setCursor(cursor)


GRID_STEP = 24.0
_ARROWS = {
    Qt.Key.Key_Left: (-1.0, 0.0),
    Qt.Key.Key_Right: (1.0, 0.0),
    Qt.Key.Key_Up: (0.0, -1.0),
    Qt.Key.Key_Down: (0.0, 1.0),
}
_PLAIN = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.KeypadModifier,
)
_SAME = {"−": "-", "Backspace": "Del"}


class Keyboard:
    """Tab walks the nodes in the order of the pass and leaves the canvas after the last.

    The keys of `actions` are taken here, with Shift too, and only here.
    """

    def __init__(
        self,
        context: CanvasContext,
        hand: MouseController,
        commands: Commands,
        actions: Sequence[QAction],
    ) -> None:
        self._context, self._hand, self._actions = context, hand, actions
        self._commands = commands
        self.current = ""

    def walk(self, forward: bool) -> bool:
        """On to the next node; False at the end."""
        names = [node.id for node in self._context.document.value.network.order]
        if self.current in names:
            at = names.index(self.current) + (1 if forward else -1)
        else:
            at = 0 if forward else len(names) - 1
        if not 0 <= at < len(names):
            self.focus_node("")
            return False
        self.focus_node(names[at])
        self._context.stage.select((names[at],))
        return True

    def focus_node(self, node: str) -> None:
        """The keyboard is at this node now, and a screen reader is told."""
        from PySide6.QtGui import QAccessible, QAccessibleEvent  # long to set up, and seldom used

        self.current = node
        view, scene = self._context.view, self._context.scene
        scene.show_attention(replace(scene.attention, focused=node))
        sight = scene.sight
        view.setAccessibleName(
            f"Canvas, {sight.experiment.layout.name(node)}" if node else "Canvas"
        )
        view.setAccessibleDescription(described(sight, node) if node else summary(sight))
        event = QAccessibleEvent(view, QAccessible.Event.NameChanged)
        QAccessible.updateAccessibility(event)
        if node:
            view.show_node(node)

    def press(self, event: QKeyEvent) -> bool:
        key, plain = Qt.Key(event.key()), event.modifiers() in _PLAIN
        if key == Qt.Key.Key_Escape:
            return self._escape()
        if key in _ARROWS and plain:
            fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            return self._nudge(*_ARROWS[key], 1.0 if fine else GRID_STEP)
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            return self._enter(bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        action = self._action_of(event) if plain else None
        if action is None or not action.isEnabled():
            return False
        action.trigger()
        return True

    def _action_of(self, event: QKeyEvent) -> QAction | None:
        """By the key, or by the sign that it makes with Shift."""
        known = {key.toString(): each for each in self._actions for key in each.shortcuts()}
        for name in (QKeySequence(Qt.Key(event.key())).toString(), event.text().upper()):
            found = known.get(_SAME.get(name, name))
            if found is not None:
                return found
        return None

    def _escape(self) -> bool:
        if self._hand.cancel():
            return True
        look = self._context.stage.look
        if not (look.nodes or look.edges or look.sources or look.targets):
            return False
        self._context.stage.show(replace(look, nodes=(), edges=(), sources=(), targets=()))
        self.focus_node("")
        return True

    def _enter(self, again: bool) -> bool:
        tool = self._context.stage.look.tool
        if tool != "select":
            placing = self._hand.placing
            ghost = placing.ghost
            if placing.put_down(tool, placing.free_spot() if ghost is None else ghost):
                placing.settle(again)
                self.focus_node(self._context.stage.look.nodes[-1])
            return True
        return self._commands.edit()

    def _nudge(self, dx: float, dy: float, step: float) -> bool:
        nodes = self._context.stage.look.nodes
        if not nodes:
            self._context.view.pan(QPointF(-dx, -dy) * 40)
            return True
        layout = self._context.document.value.layout
        moves = {}
        for name in nodes:
            x, y = layout.position(name)
            moves[name] = (x + dx * step, y + dy * step)
        self._context.document.move_nodes(moves, dragging=True)
        return True


def described(sight: SceneState, node: str) -> str:
    """What a screen reader says of a node: what it is, its numbers, and what it is joined to."""
    network, layout = sight.experiment.network, sight.experiment.layout
    drawn = network.node(node)
    what = "output" if drawn.output else drawn.kind
    parts: list[str] = [what]
    for kind, word in (("sum", "weighted sum"), ("value", "value"), ("error", "error term")):
        text = sight.text(of_node(kind, node))
        if text:
            parts.append(f"{word} {text}")
    sources = ", ".join(layout.name(edge.source) for edge in network.arriving[node])
    targets = ", ".join(layout.name(edge.target) for edge in network.leaving[node])
    parts += [f"from {sources}"] * bool(sources) + [f"to {targets}"] * bool(targets)
    return "; ".join(parts)


def summary(sight: SceneState) -> str:
    """What a screen reader says of the whole."""
    network = sight.experiment.network
    return f"{counted(len(network.nodes), 'node')}, {counted(len(network.edges), 'edge')}"
