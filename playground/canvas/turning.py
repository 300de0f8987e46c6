"""Turning a number like a knob: dragged sideways, or by the wheel with Alt. One undo entry each."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPointF, Qt, QTimer

from engine.errors import Refused
from playground.canvas.gesture import Gesture, Keys, choose
from playground.canvas.handles import Handle, checked, handle_of
from playground.canvas.hits import Hit
from playground.widgets.knob import dragged, turned

if TYPE_CHECKING:
    from playground.canvas.view import CanvasView

AT_REST_AFTER = 700


class TurnNumber(Gesture):
    """Follows the mouse sideways. Shift turns finely."""

    def __init__(self, view: "CanvasView", pressed: QPointF, hit: Hit, handle: Handle) -> None:
        super().__init__(view, pressed)
        self._hit, self._handle = hit, handle
        self._changed = False
        self._after = view.document.value

    def go(self, at: QPointF, keys: Keys) -> None:
        fine = bool(keys & Qt.KeyboardModifier.ShiftModifier)
        if not self._changed:
            self.view.document.end_fold()
        value = dragged(self._handle.value, at.x() - self.pressed.x(), fine)
        if _turn(self.view, self._handle, value):
            self._changed, self._after = True, self.view.document.value

    def drop(self, at: QPointF, keys: Keys) -> None:
        self.view.document.end_fold()
        if not self.moved:
            self.view.typing.clicked = self._handle.key
            choose(self.view, self._hit, keys)

    def cancel(self) -> None:
        if self._changed and self.view.document.value is self._after:
            self.view.document.undo()
        self.view.document.end_fold()


class Wheel(QObject):
    """Turns the number under the mouse; it is one turn until the wheel rests."""

    def __init__(self, view: "CanvasView") -> None:
        super().__init__(view)
        self._view = view
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
            self._handle = handle_of(self._view.canvas.sight, hit.spot.key)
            self._steps = 0.0
        if self._handle is None:
            return False
        self._steps += steps
        self._rest.start()
        _turn(self._view, self._handle, turned(self._handle.value, self._steps, fine))
        return True

    def rest(self) -> None:
        """The next turn is another one."""
        self._rest.stop()
        if self._handle is not None:
            self._view.document.end_fold()
        self._handle = None


def _turn(view: "CanvasView", handle: Handle, value: float) -> bool:
    try:
        return handle.set(view.document, checked(value), True)
    except Refused as refused:
        view.refuse(refused.sentence)
        return False
