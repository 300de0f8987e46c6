"""The note of a run that became infinite: why, and the two ways on."""

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRect, QRectF, QSizeF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from engine.calls import Floats
from engine.numerals import count
from playground.palette import tokens_of
from playground.plots.curve_marks import Note, freest
from playground.strokes import fill_rounded
from playground.widgets.buttons import push_button

WIDTH = 272
BUTTONS = 40
LOW = 110
NO_UPDATE = -1


class DivergenceNote(QWidget):
    """Stands over the plot; `go_back` gets the update, `halve` halves the rate."""

    def __init__(
        self, go_back: Callable[[int], object], halve: Callable[[], object], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._update = NO_UPDATE
        self._sentence = ""
        self._note = Note("", QRectF())
        self.back = push_button("Go back", "Go back to finite numbers", lambda: go_back(self._update), self)
        self.halve = push_button(
            "Halve the rate",
            "Halve the rate",
            halve,
            self,
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 6, 10, 8)
        column.addStretch(1)
        row = QHBoxLayout()
        row.setSpacing(6)
        for button in (self.back, self.halve):
            button.setFixedHeight(28)
            row.addWidget(button, 1)
        column.addLayout(row)
        self.hide()

    def tell(self, sentence: str, update: int, why: str) -> None:
        """Say what happened; `update` is where to go back to, and `why` there."""
        self._sentence = sentence
        self._update = update
        name = f"Go back to {count(update)}"
        self.back.setText(name)
        self.back.setAccessibleName(name)
        self.back.setToolTip(f"{name}: {why}.")
        self.halve.setToolTip(
            f"Halve the rate: {name[:1].lower()}{name[1:]}, {why}, with half the learning rate. "
            "Train then goes on from there."
        )
        self.setAccessibleName(sentence)
        self.setToolTip(sentence)
        self.show()

    def place(self, area: QRectF, crowd: Floats) -> None:
        """Stand inside the axes where it hides least of these places."""
        high = area.height() - BUTTONS if area.height() < LOW else 2 * LOW
        room = QRectF(0, 0, min(WIDTH, area.width()), high)
        self._note = Note(self._sentence, room)
        size = QSizeF(min(WIDTH, area.width()), self._note.size.height() + BUTTONS)
        corner = freest(area, size, crowd)
        self.setGeometry(QRect(corner.toPoint(), size.toSize()))

    @property
    def buttons(self) -> tuple[QPushButton, QPushButton]:
        """Both ways on."""
        return self.back, self.halve

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = tokens_of(self.palette())
        fill_rounded(painter, self.rect().toRectF(), 8, tokens.sunken)
        self._note.paint(painter, tokens, QPointF(0, 0))
