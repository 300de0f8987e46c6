"""The three lines of the first start: a card over the lower edge of the canvas that goes away."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QRectF, QSize
from PySide6.QtGui import QPaintEvent, QPen
from PySide6.QtWidgets import QVBoxLayout, QWidget

from playground.theme.fonts import HINT, font_of
from playground.theme.painting import fill_rounded, paint_shadow, painted, rim_rounded
from playground.widgets.buttons import icon_button
from playground.widgets.layout import lay_out
from playground.widgets.plain_text import plain_label

WIDTH = 320
FROM_EDGE = 12
RADIUS = 10
AROUND = 6  # room for the shadow
STEPS = 3
LINES = (
    "Space takes one step, Shift+Space goes back.",
    "Double-click a number to change it.",
    "Drag from a rim to draw an edge.",
)


class HintCard(QWidget):
    """Lies over a part of the window until ×, or until three steps have been taken."""

    def __init__(self, over: QWidget, gone: Callable[[], object]) -> None:
        super().__init__(over)
        self._gone = gone
        self._steps = 0
        self.setAccessibleName("First steps: " + " ".join(LINES))
        words = [plain_label(line, self) for line in LINES]
        for label in words:
            label.setFont(font_of(HINT))
        lay_out(QVBoxLayout(self), *words, spacing=6,
                margins=(AROUND + 16, AROUND + 12, AROUND + 30, AROUND + 12))  # fmt: skip
        tip = "Close the hints; Help has them all."
        self._close = icon_button("close", "Close the hints", tip, self.leave, self, "text2")
        self._close.setFixedSize(28, 28)
        self._close.setIconSize(QSize(16, 16))
        self.setMinimumWidth(WIDTH + 2 * AROUND)
        over.installEventFilter(self)
        self.place()
        self.show()

    def count_step(self) -> None:
        """One step was taken; the third is the last that needs the card."""
        self._steps += 1
        if self._steps >= STEPS:
            self.leave()

    def leave(self) -> None:
        """It is not needed any more."""
        self.hide()
        self._gone()
        self.deleteLater()

    def place(self) -> None:
        """At the right of the lower edge, where networks seldom reach."""
        over = self.parentWidget()
        if over is not None:
            self.adjustSize()
            self._close.move(self.width() - AROUND - 32, AROUND + 2)
            left = over.width() - self.width() - FROM_EDGE + AROUND
            self.move(max(0, left), max(0, over.height() - self.height() - FROM_EDGE + AROUND))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self.place()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        with painted(self) as (painter, tokens):
            box = QRectF(self.rect()).adjusted(AROUND, AROUND, -AROUND, -AROUND)
            paint_shadow(painter, tokens, box, RADIUS)
            fill_rounded(painter, box, RADIUS, tokens.surface)
            rim_rounded(painter, box, RADIUS, QPen(tokens.line, 1))
