"""The note of a run that became infinite: why, and the two ways on."""

from collections.abc import Callable

from PySide6.QtCore import QRect, QRectF, QSizeF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from engine.calls import Floats
from engine.numerals import count
from playground.fonts import HINT, font_of, strong
from playground.palette import tokens_of
from playground.plots.curve_marks import freest
from playground.strokes import fill_rounded
from playground.widgets.buttons import push_button, restyle
from playground.widgets.plain_text import set_tip

WIDTH = 296
ASIDE = 236  # beside a low curve
SIDE, EDGE, GAP = 10, 6, 2
BUTTONS, BUTTON, BETWEEN = 38, 28, 6
BESIDE, BELOW = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
NO_UPDATE = -1
WRAPPED = int(Qt.TextFlag.TextWordWrap)


class DivergenceNote(QWidget):
    """Stands over the plot; `go_back` gets the update, `halve` halves the rate."""

    def __init__(
        self, go_back: Callable[[int], object], halve: Callable[[], object], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._update = NO_UPDATE
        self._sentence = ""
        self._words = ("", "")
        self._taken = BUTTONS
        self._head, self._rest, self._says_why = QRectF(), QRectF(), False
        self.back = push_button(
            "Go back", "Go back to finite numbers", lambda: go_back(self._update), self
        )
        self.halve = push_button(
            "Halve the rate", "Halve the rate and go back to finite numbers", halve, self
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(SIDE, EDGE, SIDE, EDGE + 2)
        column.addStretch(1)
        self._row = row = QBoxLayout(BESIDE)
        row.setSpacing(BETWEEN)
        for button in (self.back, self.halve):
            button.setFixedHeight(BUTTON)
            restyle(button, "look", "tight")
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            row.addWidget(button)
        column.addLayout(row)
        self.hide()

    def tell(self, sentence: str, update: int, why: str) -> None:
        """Say what happened; `update` is where to go back to, and `why` there."""
        self._sentence = sentence
        self._update = update
        name = f"Go back to {count(update)}"
        self.back.setText(name)
        self.back.setAccessibleName(name)
        set_tip(self.back, f"{name}: {why}.")
        set_tip(
            self.halve,
            f"Halve the rate: {name[:1].lower()}{name[1:]}, {why}, with half the learning rate. "
            "Train then goes on from there.",
        )
        self.setAccessibleName(sentence)
        set_tip(self, sentence)
        self.show()

    @property
    def least(self) -> float:
        """How wide it must be for both buttons beside each other."""
        return sum(button.sizeHint().width() for button in self.buttons) + BETWEEN + 2 * SIDE

    def place(self, room: QRectF, crowd: Floats | None) -> None:
        """Stand in this room: where it hides least of these places, or, without any, fill it."""
        below = room.width() < self.least
        self._row.setDirection(BELOW if below else BESIDE)
        self._taken = BUTTONS + (BUTTON + BETWEEN if below else 0)
        self._fit(min(WIDTH, room.width()), room.height())
        high = self._head.height() + self._rest.height() + self._taken
        high += GAP if self._says_why else 0
        size = QSizeF(min(WIDTH, room.width()), min(high + 2 * EDGE, room.height()))
        corner = room.topLeft() if crowd is None else freest(room, size, crowd)
        self.setGeometry(QRect(corner.toPoint(), size.toSize()))

    def _fit(self, width: float, height: float) -> None:
        """The lines of the two parts of the sentence; where it is low, the reason is in the tip."""
        wide = QRectF(0, 0, width - 2 * SIDE, 400)
        bold, plain = QFontMetricsF(font_of(strong(HINT))), QFontMetricsF(font_of(HINT))
        head, _, rest = self._sentence.rstrip(".").replace(": ", "; ", 1).partition("; ")
        self._words = head, rest[:1].upper() + rest[1:]
        self._head = bold.boundingRect(wide, WRAPPED, self._words[0])
        self._rest = plain.boundingRect(wide, WRAPPED, self._words[1])
        needed = self._head.height() + self._rest.height() + GAP + self._taken + 2 * EDGE
        self._says_why = bool(rest) and needed <= height
        if not self._says_why:
            self._rest = QRectF()

    @property
    def buttons(self) -> tuple[QPushButton, QPushButton]:
        """Both ways on."""
        return self.back, self.halve

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            tokens = tokens_of(self.palette())
            fill_rounded(painter, self.rect().toRectF(), 8, tokens.sunken)
            wide = self.width() - 2 * SIDE
            painter.setFont(font_of(strong(HINT)))
            painter.setPen(tokens.text)
            head = QRectF(SIDE, EDGE, wide, self._head.height())
            painter.drawText(head, WRAPPED, self._words[0])
            if self._says_why:
                painter.setFont(font_of(HINT))
                painter.setPen(tokens.text2)
                rest = QRectF(SIDE, head.bottom() + GAP, wide, self._rest.height())
                painter.drawText(rest, WRAPPED, self._words[1])
