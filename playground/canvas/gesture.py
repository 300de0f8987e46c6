"""A gesture is what happens between pressing a button and letting it go; one at most, Esc cancels.

A gesture changes nothing until it ends: what it shows meanwhile is a preview.
"""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from engine.network import Place
from playground.canvas.context import CanvasContext
from playground.canvas.hits import Hit, within
from playground.theme.palette import faded

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
        self.context.view.viewport().setCursor(self._cursor)

    def cancel(self) -> None:
        self.context.view.viewport().setCursor(self._cursor)


class RubberBand(Gesture):
    """Catches all nodes in a rectangle and the edges between them; with Shift, more of them."""

    def __init__(self, context: CanvasContext, pressed: QPointF) -> None:
        super().__init__(context, pressed)
        self._to = self.began

    @property
    def band(self) -> QRectF:
        """The rectangle so far."""
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
        nodes, edges = within(self.context.scene.sight, self.band)
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
        painter.drawRect(self.band)


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
