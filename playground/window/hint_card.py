"""The three lines of the first start: a card over the lower edge of the canvas that goes away."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QLabel, QToolButton, QVBoxLayout, QWidget

from playground.theme import icons
from playground.theme.fonts import HINT, font_of
from playground.theme.painting import fill_rounded, paint_shadow, rim_rounded
from playground.theme.palette import tokens_of
from playground.widgets.plain_text import plain_label, set_tip

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
        column = QVBoxLayout(self)
        column.setContentsMargins(AROUND + 16, AROUND + 12, AROUND + 30, AROUND + 12)
        column.setSpacing(6)
        for line in LINES:
            column.addWidget(self._line(line))
        self._close = self._make_close()
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

    def _line(self, text: str) -> QLabel:
        made = plain_label(text, self)
        made.setFont(font_of(HINT))
        return made

    def _make_close(self) -> QToolButton:
        button = QToolButton(self)
        icons.wear(button, "close", self.palette(), "text2")
        button.setFixedSize(28, 28)
        button.setAccessibleName("Close the hints")
        set_tip(button, "Close the hints; Help has them all.")
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.clicked.connect(self.leave)
        return button

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self.place()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = tokens_of(self.palette())
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            box = QRectF(self.rect()).adjusted(AROUND, AROUND, -AROUND, -AROUND)
            paint_shadow(painter, tokens, box, RADIUS)
            fill_rounded(painter, box, RADIUS, tokens.surface)
            rim_rounded(painter, box, RADIUS, QPen(tokens.line, 1))
