"""Turning a number like a knob: dragged sideways, or by the wheel with Alt. One undo entry each."""

from PySide6.QtCore import QObject, QPointF, Qt, QTimer

from engine.errors import Refused
from playground.canvas.context import CanvasContext
from playground.canvas.gesture import Gesture, Keys, choose
from playground.canvas.handles import Handle, checked, handle_of
from playground.canvas.hits import Hit
from playground.canvas.typing_field import Typing
from playground.widgets.fields import dragged, turned

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


class Wheel(QObject):
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
