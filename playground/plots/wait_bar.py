"""How long a large picture will take, and Cancel."""

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from engine.numerals import count
from playground.fonts import HINT, font_of
from playground.palette import tokens_of
from playground.strokes import fill_rounded
from playground.widgets.buttons import push_button

HEIGHT = 36


class WaitBar(QWidget):
    """Stands in the lower left corner of a plot while there is something to wait for."""

    def __init__(self, cancel: Callable[[], object], parent: QWidget) -> None:
        super().__init__(parent)
        self.text, self._done = "", 0.0
        self.cancel = push_button(
            "Cancel", "Cancel: stop here and keep what is drawn so far.", cancel, self
        )
        self.cancel.setFixedHeight(26)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 4, 5, 6)
        row.addStretch(1)
        row.addWidget(self.cancel)
        self.hide()

    def tell(self, seconds: float, done: float) -> None:
        """So long in all, and this share of it is done."""
        self.text, self._done = f"about {spoken(seconds)}", done
        self.setAccessibleName(f"{self.text}, {round(100 * done)} % done")
        metrics = QFontMetrics(font_of(HINT))
        width = metrics.horizontalAdvance(self.text) + self.cancel.sizeHint().width() + 34
        room = self.parentWidget()
        top = (room.height() if room is not None else 0) - HEIGHT - 30
        self.setGeometry(56, max(2, top), width, HEIGHT)
        self.show()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            tokens = tokens_of(self.palette())
            fill_rounded(painter, self.rect().toRectF(), 8, tokens.sunken)
            painter.setFont(font_of(HINT))
            painter.setPen(tokens.text)
            row = self.rect().adjusted(10, 0, 0, -4)
            painter.drawText(row, Qt.AlignmentFlag.AlignVCenter, self.text)
            whole = QRectF(QPointF(8, HEIGHT - 4), QPointF(self.width() - 8, HEIGHT - 2))
            fill_rounded(painter, whole, 1, tokens.line)
            whole.setWidth(whole.width() * min(1.0, max(0.0, self._done)))
            fill_rounded(painter, whole, 1, tokens.fwd)


def spoken(seconds: float) -> str:
    """A rough time: "4 s", "40 s", "3 min", "2 h"."""
    if seconds < 10:
        return f"{max(1, round(seconds))} s"
    if seconds < 90:
        return f"{round(seconds / 5) * 5} s"
    if seconds < 5400:
        return f"{round(seconds / 60)} min"
    return f"{count(round(seconds / 3600))} h"
