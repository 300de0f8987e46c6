"""The canvas as a widget: the scene, where it is seen from, and what may be done on it."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPoint, QPointF, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QCursor,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QHelpEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterStateGuard,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from engine.experiment import Experiment
from playground.canvas.choosing import note_of
from playground.canvas.commands import Commands
from playground.canvas.following import Following
from playground.canvas.hand import Hand
from playground.canvas.keyboard import Keyboard
from playground.canvas.lighting import at_place, of_node
from playground.canvas.lookout import Lookout
from playground.canvas.maps import NodeMaps
from playground.canvas.motion import Motion
from playground.canvas.overlay import EmptyCanvas, ZoomControl, paint_hint, paint_note
from playground.canvas.picture import image_of, svg_of
from playground.canvas.scene import CanvasScene
from playground.canvas.tip import Tip
from playground.canvas.typing_field import NAME, Typing
from playground.document import Document, is_another
from playground.stage import Look, Stage, Tool
from playground.trainer import Trainer
from playground.widgets.plain_text import show_tip

NARROW = 780
CORNER = 12


def _nothing() -> None:
    """What a button does until the window gives it something to do."""


class CanvasView(Lookout):
    """Shows the network of the document; all changes go through the document and the stage."""

    table_pasted = Signal(object)
    menu_asked = Signal(str, QPoint)

    def __init__(
        self,
        document: Document,
        stage: Stage,
        parent: QWidget | None = None,
        *,
        on_new_network: Callable[[], object] = _nothing,
        on_open_lesson: Callable[[], object] = _nothing,
    ) -> None:
        super().__init__(CanvasScene(document, stage, document), parent)
        self.canvas.setParent(self)
        self.document, self.stage = document, stage
        self.on_new_network, self.on_open_lesson = on_new_network, on_open_lesson
        self.typing = Typing(self)
        self.hand = Hand(self)
        self.keyboard = Keyboard(self)
        self.commands = Commands(self)
        self.motion = Motion(self)
        self.maps = NodeMaps(document, stage, self.canvas, self)
        self._set_up()
        self.corner = ZoomControl(self.fit, lambda: self.zoom_to(1.0), self)
        self.empty = EmptyCanvas(lambda: self.on_new_network(), lambda: self.on_open_lesson(), self)
        self.tip = Tip(self)
        document.changed.connect(self.take_change)
        document.refused.connect(self.take_refusal)
        stage.looked.connect(self.take_look)
        self._show_empty()

    def _set_up(self) -> None:
        self.setAccessibleName("Canvas")
        self.setMinimumSize(320, 184)
        self.viewport().setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAcceptDrops(True)
        self.setProperty("ownRing", True)

    def follow(self, trainer: Trainer) -> None:
        """Show every update of its runs, as fast as they can be painted."""
        Following(trainer, self.document, self.canvas, self._is_free, self)
        self.maps.follow(trainer)

    def _is_free(self) -> bool:
        return self.isVisible() and self.backing.is_rested()

    def moved_on(self) -> None:
        """It is seen from somewhere else now."""
        self.canvas.set_zoom(self.zoom)
        self.corner.show_zoom(self.zoom)
        self.typing.place()

    # what the menus do

    def arrange(self) -> None:
        """Every node into its layer."""
        self.motion.glide(self.commands.arrange())

    def align(self, side: str) -> None:
        """The selected nodes on one line: left, center, right, top, middle or bottom."""
        self.commands.align(side)

    def distribute(self, axis: str) -> None:
        """Equal gaps: across or down."""
        self.commands.distribute(axis)

    def duplicate(self) -> None:
        """The selection once more."""
        self.commands.duplicate()

    def copy(self) -> None:
        """The selection to the clipboard."""
        self.commands.copy()

    def cut(self) -> None:
        """The selection to the clipboard, and away."""
        if self.commands.copy():
            self.commands.delete()

    def paste(self) -> None:
        """What the clipboard holds."""
        self.commands.paste()

    def delete_selection(self) -> None:
        """Without the selected nodes and edges."""
        self.commands.delete()

    def select_all(self) -> None:
        """Everything."""
        self.commands.select_all()

    def mark_sources(self) -> None:
        """New edges will start at the selected nodes."""
        self.stage.mark_ends(self.stage.look.nodes, self.stage.look.targets)

    def mark_targets(self) -> None:
        """New edges will end at the selected nodes."""
        self.stage.mark_ends(self.stage.look.sources, self.stage.look.nodes)

    def connect_ends(self) -> None:
        """An edge from every source to every target, or from column to column of the selection."""
        self.commands.connect()

    def edit_current(self, named: bool = False) -> bool:
        """Type at what is selected: the weight of an edge, the number of a node or its name.

        `named` prefers the name of a neuron; an input or a parameter is its number first of all.
        """
        look, sight = self.stage.look, self.canvas.sight
        if named and look.nodes:
            drawn = sight.experiment.network.node(look.nodes[-1])
            if drawn.kind == "neuron":
                return self.typing.edit(of_node(NAME, drawn.id))
        if look.edges:
            edge = sight.geometry.frame.edge_index[look.edges[-1]]
            return self.typing.edit(at_place("weight", edge))
        return bool(look.nodes) and self.typing.edit_node(look.nodes[-1])

    def drop_palette(self, tool: Tool, at: QPointF) -> bool:
        """A new node here, in the scene."""
        return self.hand.placing.put_down(tool, at)

    def refuse(self, sentence: str) -> None:
        """Say it where the hand is, and in the strip."""
        self.document.refuse(sentence)
        self.show_refusal(sentence)

    def show_refusal(self, sentence: str) -> None:
        """A tip at the pointer."""
        at = self.mapFromGlobal(QCursor.pos())
        inside = self.rect().contains(at)
        self.tip.show_at(at if inside else self.rect().center(), sentence)

    def render_image(self, size: QSize | None = None, scale: float = 1.0) -> QImage:
        """The whole network as a picture."""
        return image_of(self.canvas, size, scale)

    def render_svg(self) -> bytes:
        """The whole network as lines."""
        return svg_of(self.canvas)

    def reduce_motion(self, reduced: bool | None) -> None:
        """Whether nothing glides or runs; None is as the system has it."""
        self.motion.reduced = reduced

    def finish_motion(self) -> None:
        """A new input ends a running motion, and what was refused is said no longer."""
        self.motion.finish()
        self.tip.hide()

    def take_change(self, before: Experiment, after: Experiment) -> None:
        """Another document is fitted; a structure that came or went changes the hint."""
        if before.network is not after.network:
            network = after.network
            self.stage.keep_only(frozenset(network.index), network.pairs, after.data.count)
            self.hand.cancel_gesture()
            if self.keyboard.current not in network.index:
                self.keyboard.current = ""
            self._show_empty()
            if len(network.nodes) > 1 and is_another(before, after):
                self.fit()
        elif before.settings.digits != after.settings.digits and self._fitted:
            self.fit()  # nodes are as wide as their numbers
        if after.trace is not None and before.trace is None:
            self.stage.meet_batch(frozenset(after.trace.rows.tolist()))
        self.typing.place()
        self.motion.run(before, after)

    def take_look(self, before: Look, after: Look) -> None:
        """A tool was taken or put back."""
        if before.tool != after.tool:
            shape = (
                Qt.CursorShape.ArrowCursor
                if after.tool == "select"
                else (Qt.CursorShape.CrossCursor)
            )
            self.viewport().setCursor(shape)
            self.hand.placing.show_ghost(None)

    def take_refusal(self, sentence: str) -> None:
        """Said where the hand is, if it is here."""
        self.typing.refused = sentence
        if self.typing.field is None and self.underMouse():
            self.show_refusal(sentence)

    def _show_empty(self) -> None:
        self.empty.setVisible(not self.document.value.network.nodes)

    # Qt

    def _paint_words(self, painter: QPainter) -> None:
        """What a click does now, or that the numbers shown are not trained; or how to begin."""
        note = note_of(self.canvas.sight, self.stage.look)
        with QPainterStateGuard(painter):
            painter.resetTransform()
            if note:
                paint_note(painter, self.palette(), note)
            if not self.empty.isHidden():
                paint_hint(painter, self.palette(), self.rect().toRectF().center())

    def paint_foreground(self, painter: QPainter) -> None:
        """What stands out, and what the hand is at."""
        super().paint_foreground(painter)
        self.motion.paint(painter, self.zoom)
        self._paint_words(painter)
        self.hand.placing.paint(painter)
        if self.hand.gesture is not None:
            self.hand.gesture.paint(painter, self.zoom)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.canvas.set_narrow(self.viewport().width() < NARROW)
        self.corner.move(self.width() - self.corner.width() - CORNER, CORNER)
        self.empty.stand_in(self.size())
        super().resizeEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.hand.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.hand.move(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.hand.release(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.hand.double_click(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.hand.turn(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self.hand.gesture is None and not self.hand.chooses:
            by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
            what = self.hand.selected() if by_key else self.hand.select(event.pos().toPointF())
            self.menu_asked.emit(what, event.globalPos())

    def viewportEvent(self, event: QEvent) -> bool:
        if not isinstance(event, QHelpEvent):
            return super().viewportEvent(event)
        show_tip(event.globalPos(), self.hand.told(event.pos().toPointF()), self)
        return True

    def leaveEvent(self, event: QEvent) -> None:
        self.hand.leave()
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self.finish_motion()
        if not self.keyboard.press(event):
            event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Shift:
            self.hand.placing.let_go()
        super().keyReleaseEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        inside = self.hasFocus() and self.keyboard.walk(forward)
        return inside or super().focusNextPrevChild(forward)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self.keyboard.walk(event.reason() == Qt.FocusReason.TabFocusReason)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.keyboard.stand_at("")

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self.hand.drag_enter(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        self.hand.drag_move(event)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.hand.drag_leave()

    def dropEvent(self, event: QDropEvent) -> None:
        self.hand.drop(event)
