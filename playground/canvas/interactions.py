"""The mouse and the keyboard on the canvas: what a press begins, and what each key does."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple, cast, get_args

import numpy as np
from PySide6.QtCore import QEvent, QLineF, QObject, QPointF, QRectF, Qt, QTimer
from PySide6.QtGui import (
    QAction,
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
from engine.functions import Floats
from engine.layout import NodePosition
from engine.numerals import ALL_DIGITS, counted, short
from playground.canvas.clipboard import Commands
from playground.canvas.layout import NAME_ROOM, figure_of, meeting, node_of
from playground.canvas.node_painter import outline_path
from playground.canvas.number_editor import NAME, Typing
from playground.canvas.overlays import Motion
from playground.canvas.scene_state import Key, SceneState
from playground.canvas.viewport import (
    Handle,
    Hit,
    ZoomableView,
    checked,
    handle_of,
    node_at,
    place_of,
    within,
)
from playground.model.stage import DRAGGED_TOOL, Look, Tool
from playground.theme.painting import WORK_RING, dotted_pen
from playground.theme.palette import faded
from playground.widgets.fields import dragged, notches, turned
from playground.widgets.plain_text import show_tip

PULL = 6.0
FAR_ENOUGH = 4
Keys = Qt.KeyboardModifier
PLUS = 5.0
FREE_STEP = 96.0
AT_REST_AFTER = 700
ZOOM_A_NOTCH = 1.2
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
    dx, x = _nearest(moving[:, 0], others[:, 0], dx, pull)
    dy, y = _nearest(moving[:, 1], others[:, 1], dy, pull)
    return Snapped(dx, dy, x, y)


def _nearest(moving: Floats, lines: Floats, move: float, pull: float) -> tuple[float, float | None]:
    some = (moving if len(moving) <= 20 else moving[:1]) + move
    gaps = lines[None, :] - some[:, None]
    best = np.unravel_index(np.abs(gaps).argmin(), gaps.shape)
    if abs(gaps[best]) > pull:
        return round(move), None
    return move + float(gaps[best]), float(lines[best[1]])


class Gesture:
    """What all gestures share: where they began, and whether the mouse has moved far enough.

    By itself it is a click: what was hit is selected, with Ctrl or Shift it is one more or less.
    """

    def __init__(self, view: ZoomableView, pressed: QPointF, hit: Hit) -> None:
        self.view, self.pressed, self.hit = view, pressed, hit
        self.began = view.scene_point(pressed)
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
        hit, stage = self.hit, self.view.stage
        if keys & (Keys.ControlModifier | Keys.ShiftModifier):
            stage.toggle(hit.node, hit.edge)
        elif hit.edge is not None:
            stage.select(edges=(hit.edge,))
        else:
            stage.select((hit.node,) if hit.node else ())

    def cancel(self) -> None:
        """As if nothing had been."""

    def paint(self, painter: QPainter, zoom: float) -> None:
        """Paint what the gesture shows, in the scene."""


class Pan(Gesture):
    """The canvas follows the hand."""

    def __init__(self, view: ZoomableView, pressed: QPointF, hit: Hit) -> None:
        super().__init__(view, pressed, hit)
        self._last = pressed
        self._cursor = view.viewport().cursor()
        view.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)

    def go(self, at: QPointF, keys: Keys) -> None:
        self.view.pan(at - self._last)
        self._last = at

    def drop(self, at: QPointF, keys: Keys) -> None:
        self.cancel()

    def cancel(self) -> None:
        self.view.viewport().setCursor(self._cursor)


class RubberBand(Gesture):
    """Catches all nodes in a rectangle and the edges between them; with Shift, more of them."""

    _band = QRectF()

    def go(self, at: QPointF, keys: Keys) -> None:
        self._band = QRectF(self.began, self.view.scene_point(at)).normalized()

    def drop(self, at: QPointF, keys: Keys) -> None:
        look = self.view.stage.look
        nodes, edges = within(self.view.canvas.sight, self._band) if self.moved else ((), ())
        if keys & Keys.ShiftModifier:
            nodes = tuple(dict.fromkeys((*look.nodes, *nodes)))
            edges = tuple(dict.fromkeys((*look.edges, *edges)))
        self.view.stage.select(nodes, edges)

    def paint(self, painter: QPainter, zoom: float) -> None:
        if self.moved:
            tokens = self.view.canvas.tokens
            painter.setPen(QPen(tokens.fwd, 1 / zoom))
            painter.setBrush(faded(tokens.fwd, 0.08))
            painter.drawRect(self._band)


class PickAxis(Gesture):
    """A click that makes a number an axis of the surface."""

    def drop(self, at: QPointF, keys: Keys) -> None:
        place = place_of(self.view.canvas.sight, self.hit)
        if place is not None and not self.moved:
            self.view.stage.take_axis(place)


class DragEdge(Gesture):
    """A dashed line, no part of the network; over a node it is green, or red and says why."""

    _to = QPointF()
    target = ""
    reason: str | None = None

    def go(self, at: QPointF, keys: Keys) -> None:
        self._to = self.view.scene_point(at)
        sight = self.view.canvas.sight
        index, _ = node_at(sight, self._to, self.view.zoom)
        target = "" if index is None else sight.network.nodes[index].id
        if target == self.hit.node and not self.target:
            target = ""
        if target != self.target:
            self.target, self.reason = target, None
            if target:
                names = self.view.document.value.layout.name
                self.reason = sight.network.why_not_connect(self.hit.node, target, names)
        if self.reason:
            self.view.say(self.reason, at.toPoint())
        else:
            self.view.tip.hide()

    def drop(self, at: QPointF, keys: Keys) -> None:
        self.view.tip.hide()
        if not self.moved:
            super().drop(at, keys)
        elif self.target and self.target != self.hit.node:
            edge = (self.hit.node, self.target)
            if self.view.document.connect_nodes([edge]):
                self.view.stage.select(edges=(edge,))

    def cancel(self) -> None:
        self.view.tip.hide()

    def paint(self, painter: QPainter, zoom: float) -> None:
        if not self.moved:
            return
        tokens, sight = self.view.canvas.tokens, self.view.canvas.sight
        ink = tokens.text2
        if self.target:
            ink = tokens.ok if self.reason is None else tokens.warn
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        rect = sight.geometry.rect(sight.network.index[self.hit.node])
        painter.setPen(QPen(ink, 1.5 / min(zoom, 1.0), Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(rect.right(), rect.center().y()), self._to)
        if not self.target:
            return
        over = sight.network.index[self.target]
        painter.setPen(QPen(ink, WORK_RING / min(zoom, 1.0)))
        figure = sight.geometry.frame.figures[over]
        painter.drawPath(outline_path(figure, sight.geometry.rect(over)))
        if self.reason is None:  # a plus at the mouse: this will be an edge
            at, reach = self._to + QPointF(14, 14) / zoom, PLUS / zoom
            painter.setPen(QPen(ink, 2 / zoom))
            painter.drawLine(QLineF(at.x() - reach, at.y(), at.x() + reach, at.y()))
            painter.drawLine(QLineF(at.x(), at.y() - reach, at.x(), at.y() + reach))


class MoveNodes(Gesture):
    """Moves the pressed node, or all selected ones if it is among them. Alt does not snap."""

    _moves: Mapping[str, NodePosition] = {}
    _snap = Snapped(0.0, 0.0)
    _names: tuple[str, ...] = ()
    _moving: Floats
    _others: Floats

    def go(self, at: QPointF, keys: Keys) -> None:
        if not self._names:
            self._take(at, keys)
        way = self.view.scene_point(at) - self.began
        pull = 0.0 if keys & Keys.AltModifier else PULL / self.view.zoom
        self._snap = snapped(self._moving, self._others, way.x(), way.y(), pull)
        places = _kept_near(self._moving + np.array((self._snap.dx, self._snap.dy)))
        self._moves = {
            name: (x, y) for name, (x, y) in zip(self._names, places.tolist(), strict=True)
        }
        self.view.canvas.preview(self._moves)

    def drop(self, at: QPointF, keys: Keys) -> None:
        moves = self._moves
        self.view.canvas.preview({})
        if moves:
            self.view.document.move_nodes(moves)
        elif not self.moved:
            super().drop(at, keys)

    def cancel(self) -> None:
        self.view.canvas.preview({})

    def paint(self, painter: QPainter, zoom: float) -> None:
        """The lines that were met."""
        visible = self.view.visible_rect()
        painter.setPen(QPen(self.view.canvas.tokens.fwd, 1 / zoom))
        if self._snap.x is not None:
            painter.drawLine(QLineF(self._snap.x, visible.top(), self._snap.x, visible.bottom()))
        if self._snap.y is not None:
            painter.drawLine(QLineF(visible.left(), self._snap.y, visible.right(), self._snap.y))

    def _take(self, at: QPointF, keys: Keys) -> None:
        """What is dragged is selected: alone, unless it was selected with others."""
        stage = self.view.stage
        if self.hit.node not in stage.look.nodes:
            super().drop(at, keys)
        self._names = stage.look.nodes
        geometry = self.view.canvas.sight.geometry
        taken = [geometry.frame.network.index[name] for name in self._names]
        self._moving = geometry.centres[taken]
        others = geometry.inside(self.view.visible_rect())
        others[taken] = False
        self._others = geometry.centres[others]


def _kept_near(places: Floats) -> Floats:
    """No node stands farther out than a file may say."""
    return np.clip(places, -limits.COORDINATE, limits.COORDINATE)


class Placing:
    """Puts down new nodes, on their neighbours' lines where these are near."""

    def __init__(self, view: ZoomableView) -> None:
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
        node = node_of(tool, self._view.document.value.network)
        if not self._view.document.add_node(node, self._snapped(at)):
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
            x, y = at.x(), at.y()
            if not meeting(rooms, x - 80, y - 60, x + 80, y + 60).any():
                break
            at += QPointF(0, FREE_STEP)
            if at.y() > seen.bottom() - 60:
                at = QPointF(at.x() + 180, seen.top() + 80)
        return at

    def paint(self, painter: QPainter) -> None:
        assert self.ghost is not None
        scene = self._view.canvas
        node = node_of(self.tool, self._view.document.value.network)
        frame = scene.sight.geometry.frame
        figure = figure_of(node, frame.measures, frame.circuit)
        x, y = self._snapped(self.ghost)
        rect = QRectF(x - figure.width / 2, y - figure.height / 2, figure.width, figure.height)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(dotted_pen(scene.tokens.fwd, 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(outline_path(figure, rect))
        painter.setPen(scene.tokens.fwd)
        label = QRectF(x - 60, rect.top() - NAME_ROOM, 120, 20)
        painter.drawText(label, Qt.AlignmentFlag.AlignCenter, node.id)

    def _snapped(self, at: QPointF) -> NodePosition:
        here, others = np.array(((at.x(), at.y()),)), self._view.canvas.sight.geometry.centres
        snap = snapped(here, others, 0.0, 0.0, PULL / self._view.zoom)
        x, y = _kept_near(here[0] + (snap.dx, snap.dy)).tolist()
        return (round(x, 1) + 0.0, round(y, 1) + 0.0)


class TurnNumber(Gesture):
    """Follows the mouse sideways. Shift turns finely."""

    def __init__(
        self, view: ZoomableView, pressed: QPointF, hit: Hit, handle: Handle, typing: Typing
    ) -> None:
        super().__init__(view, pressed, hit)
        self._handle, self._typing = handle, typing
        self._changed = False
        self._after = view.document.value

    def go(self, at: QPointF, keys: Keys) -> None:
        if not self._changed:
            self.view.document.end_fold()
        fine = bool(keys & Keys.ShiftModifier)
        value = dragged(self._handle.value, at.x() - self.pressed.x(), fine)
        if _turn(self.view, self._handle, value):
            self._changed, self._after = True, self.view.document.value

    def drop(self, at: QPointF, keys: Keys) -> None:
        self.view.document.end_fold()
        if not self.moved:
            self._typing.clicked = self._handle.key
            super().drop(at, keys)

    def cancel(self) -> None:
        if self._changed and self.view.document.value is self._after:
            self.view.document.undo()
        self.view.document.end_fold()


class WheelEdit(QObject):
    """Turns the number under the mouse; it is one turn until the wheel rests."""

    def __init__(self, view: ZoomableView) -> None:
        super().__init__(view)
        self._view = view
        self._handle: Handle | None = None
        self._steps = 0.0
        self._rest = QTimer(self, interval=AT_REST_AFTER, singleShot=True)
        self._rest.timeout.connect(self.rest)

    def turn(self, hit: Hit, steps: float, fine: bool) -> None:
        """So many notches more, where there is a number to turn."""
        if hit.spot is None:
            return
        if self._handle is None or self._handle.key != hit.spot.key:
            self.rest()
            self._handle = handle_of(self._view.canvas.sight, hit.spot.key)
            self._steps = 0.0
        if self._handle is not None:
            self._steps += steps
            self._rest.start()
            _turn(self._view, self._handle, turned(self._handle.value, self._steps, fine))

    def rest(self) -> None:
        """The next turn is another one."""
        self._rest.stop()
        if self._handle is not None:
            self._view.document.end_fold()
        self._handle = None


def _turn(view: ZoomableView, handle: Handle, value: float) -> bool:
    try:
        return handle.set(view.document, checked(value), True)
    except Refused as refused:
        view.refuse(refused.sentence)
        return False


class MouseController(QObject):
    """Begins one gesture at most, and shows what the mouse points at."""

    def __init__(self, view: ZoomableView, typing: Typing, motion: Motion) -> None:
        super().__init__(view)
        self._view, self._typing, self._motion = view, typing, motion
        self.placing = Placing(view)
        self.wheel = WheelEdit(view)
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
        view.stage.looked.connect(self.on_looked)

    def on_looked(self, before: Look, after: Look) -> None:
        if before.tool != after.tool:
            plain, shapes = after.tool == "select", Qt.CursorShape
            self._view.viewport().setCursor(shapes.ArrowCursor if plain else shapes.CrossCursor)
            self.placing.show_ghost(None)

    @property
    def chooses(self) -> bool:
        """Whether a click chooses an axis of the surface."""
        return self._view.stage.look.choosing is not None

    def press(self, event: QMouseEvent) -> None:
        self.at = event.position()
        if self.gesture is not None:
            return
        if self._typing.field is not None:
            self._typing.close()
        if self._motion.share is not None:
            self._motion.finish()
        self.wheel.rest()
        self._view.tip.hide()
        button, tool = event.button(), self.placing.tool
        if button == Qt.MouseButton.MiddleButton:
            self.gesture = Pan(self._view, self.at, Hit())
        elif button == Qt.MouseButton.LeftButton:
            if tool == "select":
                self.gesture = self._begun(self._view.hit(self.at), event.modifiers())
            elif self.placing.put_down(tool, self._view.scene_point(self.at)):
                self.placing.settle(bool(event.modifiers() & Keys.ShiftModifier))

    def move(self, event: QMouseEvent) -> None:
        self.at = event.position()
        if self.gesture is not None:
            self.gesture.drag(self.at, event.modifiers())
            self._view.repaint_all()
        elif self.placing.tool != "select":
            self.placing.show_ghost(self._view.scene_point(self.at))
        else:
            self._hover(self._view.hit(self.at))

    def release(self, event: QMouseEvent) -> None:
        gesture, self.gesture = self.gesture, None
        if gesture is not None:
            gesture.drop(event.position(), event.modifiers())
            self._view.repaint_all()

    def double_click(self, event: QMouseEvent) -> None:
        """Type where the mouse is: a number, a name, or the number that makes the node."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        if self.chooses:
            self.press(event)
            return
        self.cancel()
        hit = self._view.hit(event.position())
        if hit.spot is not None and self._typing.edit(hit.spot.key):
            return
        if hit.name:
            self._typing.edit(Key(NAME, hit.node))
        elif hit.node:
            self._typing.edit_node(hit.node)
        elif hit.edge is not None:
            self._view.stage.select(edges=(hit.edge,))
            self._typing.edit_edge(hit.edge)

    def turn(self, event: QWheelEvent) -> None:
        """The wheel zooms at the pointer; with Alt it turns the number under it."""
        steps = notches(event.angleDelta().x(), event.angleDelta().y())
        if event.modifiers() & Keys.AltModifier:
            fine = bool(event.modifiers() & Keys.ShiftModifier)
            self.wheel.turn(self._view.hit(event.position()), steps, fine)
        elif steps and self.gesture is None:
            self._view.zoom_by(ZOOM_A_NOTCH**steps, event.position())
        event.accept()

    def subject(self, at: QPointF | None) -> str:
        """What a menu is about: what lies here, which is selected, or else the selection."""
        stage = self._view.stage
        nodes, edges = stage.look.nodes, stage.look.edges
        if at is not None:
            hit = self._view.hit(at)
            nodes = (hit.node,) if hit.node else ()
            edges = (hit.edge,) if hit.edge is not None else ()
            if not set(nodes) <= set(stage.look.nodes) or not set(edges) <= set(stage.look.edges):
                stage.select(nodes, edges)
        return "node" if nodes else "edge" if edges else "canvas"

    def show_tip(self, event: QHelpEvent) -> None:
        show_tip(event.globalPos(), self.told(event.pos().toPointF()), self._view)

    def told(self, at: QPointF) -> str:
        """What a tip says of the thing here: its whole name, its number with all digits."""
        hit, sight = self._view.hit(at), self._view.canvas.sight
        lines = [sight.experiment.layout.name(hit.node)] if hit.node else []
        if hit.edge is not None:
            lines.append(" → ".join(map(sight.experiment.layout.name, hit.edge)))
        if hit.spot is not None and sight.knows(hit.spot.key):
            lines.append(short(sight.number(hit.spot.key), ALL_DIGITS))
            found = sight.mark(hit.spot.key)
            if found is not None:
                word = "agrees with" if found.agrees else "differs from"
                lines.append(
                    found.remark
                    or f"The gradient {word} the numeric one: {short(found.analytic, 6)} and "
                    f"{short(found.numeric, 6)}, relative difference {short(found.difference, 2)}"
                )
        return "\n".join(lines)

    def cancel(self) -> bool:
        """Give up what the hand is doing; False where it does nothing."""
        if self.cancel_gesture():
            return True
        if self.placing.tool != "select":
            self._view.stage.take_tool("select")
            self.placing.show_ghost(None)
            return True
        if self.chooses:
            self._view.stage.choose_axes(False)
            return True
        return False

    def cancel_gesture(self) -> bool:
        """Give up what began with a press; False where nothing did."""
        gesture, self.gesture = self.gesture, None
        if gesture is not None:
            gesture.cancel()
            self._view.repaint_all()
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
        self.placing.show_ghost(self._view.scene_point(event.position()))
        event.acceptProposedAction()

    def drag_leave(self, event: QDragLeaveEvent | None = None) -> None:
        self.placing.dragged = "select"
        self.placing.show_ghost(None)

    def drop(self, event: QDropEvent) -> None:
        tool = self.placing.dragged
        self.drag_leave()
        if tool == "select":
            event.ignore()
        elif self.placing.put_down(tool, self._view.scene_point(event.position())):
            event.acceptProposedAction()
            self._view.setFocus()

    def _begun(self, hit: Hit, keys: Keys) -> Gesture:
        kind, sight = Gesture, self._view.canvas.sight
        if self.chooses:
            kind = Pan if place_of(sight, hit) is None else PickAxis
        elif hit == Hit():
            kind = Pan if keys & Keys.ControlModifier else RubberBand
        elif hit.rim:
            kind = DragEdge
        elif hit.spot is not None and (handle := handle_of(sight, hit.spot.key)) is not None:
            return TurnNumber(self._view, self.at, hit, handle, self._typing)
        elif hit.node:
            kind = MoveNodes
        return kind(self._view, self.at, hit)

    def _hover(self, hit: Hit) -> None:
        """Light what is here, and tell by the pointer what a press begins."""
        shapes, sight, key = Qt.CursorShape, self._view.canvas.sight, None
        if hit.spot is not None and (self.chooses or handle_of(sight, hit.spot.key) is not None):
            key = hit.spot.key
        cursor = shapes.ArrowCursor
        if self.chooses and place_of(sight, hit) is None:
            hit, key = Hit(), None  # only what can be an axis stands out
        elif self.chooses:
            hit, cursor = Hit(edge=hit.edge), shapes.PointingHandCursor
        elif hit.rim:
            cursor = shapes.CrossCursor
        elif key is not None:
            cursor = shapes.SizeHorCursor
        elif hit.node and not hit.name:
            cursor = shapes.OpenHandCursor
        elif hit.edge is not None or hit.name:
            cursor = shapes.PointingHandCursor
        self._view.canvas.show_attention(node=hit.node, edge=hit.edge, number=key)
        self._view.viewport().setCursor(cursor)


class Keyboard:
    """Tab walks the nodes in the order of the pass and leaves the canvas after the last.

    The shortcuts of `keys` are taken here, with Shift too, and only here.
    """

    def __init__(
        self, view: ZoomableView, hand: MouseController, commands: Commands, keys: Sequence[QAction]
    ) -> None:
        self._view, self._hand, self._commands, self._actions = view, hand, commands, keys
        self.current = ""

    def walk(self, forward: bool) -> bool:
        """On to the next node; False at the end."""
        names = [node.id for node in self._view.document.value.network.order]
        if self.current in names:
            at = names.index(self.current) + (1 if forward else -1)
        else:
            at = 0 if forward else len(names) - 1
        if not 0 <= at < len(names):
            self.focus_node("")
            return False
        self.focus_node(names[at])
        self._view.stage.select((names[at],))
        return True

    def focus_node(self, node: str) -> None:
        """The keyboard is at this node now, and a screen reader is told."""
        from PySide6.QtGui import QAccessible, QAccessibleEvent  # long to set up, and seldom used

        self.current = node
        view, sight = self._view, self._view.canvas.sight
        view.canvas.show_attention(focused=node)
        name = f"Canvas, {sight.experiment.layout.name(node)}" if node else "Canvas"
        nodes, edges = len(sight.network.nodes), len(sight.network.edges)
        whole = f"{counted(nodes, 'node')}, {counted(edges, 'edge')}"
        view.setAccessibleName(name)
        view.setAccessibleDescription(_described(sight, node) if node else whole)
        QAccessible.updateAccessibility(QAccessibleEvent(view, QAccessible.Event.NameChanged))
        if node:
            view.show_node(node)

    def press(self, event: QKeyEvent) -> bool:
        key, plain = Qt.Key(event.key()), event.modifiers() in _PLAIN
        with_shift = bool(event.modifiers() & Keys.ShiftModifier)
        if key == Qt.Key.Key_Escape:
            return self._escape()
        if key in _ARROWS and plain:
            self._nudge(*_ARROWS[key], 1.0 if with_shift else GRID_STEP)
            return True
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            return self._enter(with_shift)
        known = {keys.toString(): each for each in self._actions for keys in each.shortcuts()}
        sign = event.text().upper()  # that the key makes with Shift
        names = [_SAME.get(name, name) for name in (QKeySequence(key).toString(), sign)]
        action = next((known[name] for name in names if name in known), None) if plain else None
        if action is None or not action.isEnabled():
            return False
        action.trigger()
        return True

    def _escape(self) -> bool:
        if self._hand.cancel():
            return True
        look = self._view.stage.look
        if not (look.nodes or look.edges or look.sources or look.targets):
            return False
        self._view.stage.show(replace(look, nodes=(), edges=(), sources=(), targets=()))
        self.focus_node("")
        return True

    def _enter(self, again: bool) -> bool:
        tool, placing = self._view.stage.look.tool, self._hand.placing
        if tool == "select":
            return self._commands.edit()
        at = placing.ghost if placing.ghost is not None else placing.free_spot()
        if placing.put_down(tool, at):
            placing.settle(again)
            self.focus_node(self._view.stage.look.nodes[-1])
        return True

    def _nudge(self, dx: float, dy: float, step: float) -> None:
        layout = self._view.document.value.layout
        places = {name: layout.position(name) for name in self._view.stage.look.nodes}
        moves = {name: (x + dx * step, y + dy * step) for name, (x, y) in places.items()}
        if moves:
            self._view.document.move_nodes(moves, dragging=True)
        else:
            self._view.pan(QPointF(-dx, -dy) * 40)


def _described(sight: SceneState, node: str) -> str:
    """What a screen reader says of a node: what it is, its numbers, and what it is joined to."""
    network, layout = sight.network, sight.experiment.layout
    drawn = network.node(node)
    parts: list[str] = ["output" if drawn.output else drawn.kind]
    for kind, word in (("sum", "weighted sum"), ("value", "value"), ("error", "error term")):
        text = sight.text(Key(kind, node))
        if text:
            parts.append(f"{word} {text}")
    sources = ", ".join(layout.name(edge.source) for edge in network.arriving[node])
    targets = ", ".join(layout.name(edge.target) for edge in network.leaving[node])
    parts += [f"from {sources}"] * bool(sources) + [f"to {targets}"] * bool(targets)
    return "; ".join(parts)
