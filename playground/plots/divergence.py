"""A run that became infinite: the ways back from it, and the card that says why and offers them."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QFrame, QVBoxLayout, QWidget

from engine.numerals import count
from playground.theme.fonts import HINT, strong
from playground.widgets.buttons import push_button, restyle
from playground.widgets.form import words
from playground.widgets.layout import lay_out
from playground.widgets.plain_text import set_name, set_tip

ASIDE, WIDE = 234, 520  # beside a low curve; with the buttons beside the words
GAP, PLOT_WIDTH, PLOT_HEIGHT, LEAST_HEIGHT = 6, 126, 126, 66  # with the gap, left to the plot
SIDE, EDGE, BETWEEN, BUTTON = 10, 5, 4, 26
DOWN, ACROSS = QBoxLayout.Direction.TopToBottom, QBoxLayout.Direction.LeftToRight


class DivergenceCard(QFrame):
    """Stands below the curve or at its right, and in a panel too small for both instead of it."""

    go_back = Signal()
    halve_rate = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        restyle(self, "look", "warning")
        self._words = ("", "")
        self.head = words("", strong(HINT), self, quiet=False)
        self.reason = words("", HINT, self, quiet=False)
        self.back = push_button("Go back", "Go back to where it was good", self.go_back.emit, self)
        self.halve = push_button("Halve the rate", "Halve the rate", self.halve_rate.emit, self)
        text = lay_out(QVBoxLayout(), self.head, self.reason)
        self._row = QBoxLayout(ACROSS)
        for button in (self.back, self.halve):
            button.setFixedHeight(BUTTON)
            restyle(button, "look", "tight")
            self._row.addWidget(button)
        self._all = lay_out(QBoxLayout(DOWN, self), (text, 1), self._row,
                            spacing=BETWEEN, margins=(SIDE, EDGE, SIDE, EDGE))  # fmt: skip
        self.hide()

    def tell(self, sentence: str, update: int, why: str) -> None:
        """Say what happened; `update` is where to go back to, and `why` there."""
        head, _, reason = sentence.rstrip(".").replace(": ", "; ", 1).partition("; ")
        self._words = f"{head}.", reason and f"{reason[:1].upper()}{reason[1:]}."
        set_name(self, sentence, sentence)
        name = f"Go back to {count(update)}"
        self.back.setText(name)
        set_name(self.back, name, f"{name}: {why}.")
        there = f"{name[:1].lower()}{name[1:]}, {why}, with half the learning rate"
        set_tip(self.halve, f"Halve the rate: {there}. Train then goes on from there.")

    def place(self, room: QBoxLayout, width: int, height: int) -> bool:
        """Share this room with the plot, which stands in it first; whether both find place."""
        for direction, wide, high in (
            (DOWN, width, height - PLOT_HEIGHT),
            (ACROSS, ASIDE, height if width >= ASIDE + PLOT_WIDTH else 0),
            (DOWN, width, height - LEAST_HEIGHT),
            (DOWN, width, height),
        ):
            taken = self._fit(wide, high)
            room.setDirection(direction)
            if taken <= high:
                break
        self.setFixedSize(wide, taken)
        return direction == ACROSS or high < height

    def _fit(self, width: int, height: int) -> int:
        """Say as much as fits into so much room; the height that it takes."""
        inner = width - 2 * SIDE
        buttons = self.back.sizeHint().width() + BETWEEN + self.halve.sizeHint().width()
        wide, narrow = width >= WIDE, buttons > inner
        self._all.setDirection(ACROSS if wide else DOWN)
        self._row.setDirection(DOWN if narrow else ACROSS)
        below = 0 if wide else BUTTON + BETWEEN + (BUTTON + BETWEEN if narrow else 0)
        inner -= buttons + BETWEEN if wide else 0
        head, reason = self._words
        line = head.replace(" at update ", " at ")
        line = self.head.fontMetrics().elidedText(line, Qt.TextElideMode.ElideRight, inner)
        for texts in ((head, reason), (head, ""), (line, "")):
            high = 0
            for label, text in zip((self.head, self.reason), texts, strict=True):
                label.setText(text)
                label.setVisible(bool(text))
                high += label.heightForWidth(inner) if text else 0
            taken = 2 * EDGE + max(high + below, BUTTON)
            if taken <= height:
                break
        return taken
