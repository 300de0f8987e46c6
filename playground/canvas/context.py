"""What everything that works on the canvas is given; only the view itself knows more."""

from dataclasses import dataclass

from PySide6.QtCore import QPoint
from PySide6.QtGui import QCursor

from playground.canvas.scene import CanvasScene
from playground.canvas.viewport import ZoomableView
from playground.model.document import Document
from playground.model.stage import Stage
from playground.widgets.buttons import MessageBubble


@dataclass(frozen=True, slots=True)
class CanvasContext:
    """What is drawn, what is looked at and from where; and what is said at the pointer."""

    document: Document
    stage: Stage
    scene: CanvasScene
    view: ZoomableView
    tip: MessageBubble

    def say(self, sentence: str, at: QPoint | None = None) -> None:
        """A tip at this point of the view; else at the pointer, or in the middle if it is away."""
        if at is None:
            at, room = self.view.mapFromGlobal(QCursor.pos()), self.view.rect()
            at = at if room.contains(at) else room.center()
        self.tip.show_at(at, sentence)

    def refuse(self, sentence: str) -> None:
        """Say it at the pointer, and in the strip."""
        self.document.refuse(sentence)
        self.say(sentence)
