"""The rail of a lesson: a segment for each step, in full colour as far as the learner is."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QHelpEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.theme.painting import fill_rounded
from playground.theme.palette import tokens_of
from playground.widgets.plain_text import show_tip

THICK, GAP, HIGH = 4, 4, 16


class LessonRail(QWidget):
    """A click goes to a step that was opened before; the keyboard has Back and Next."""

    def __init__(self, chosen: Callable[[int], object], parent: QWidget) -> None:
        super().__init__(parent)
        self._chosen = chosen
        self._titles: tuple[str, ...] = ()
        self._step = self._reached = 0
        self.setFixedHeight(HIGH)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)

    def show_steps(self, titles: tuple[str, ...], step: int, reached: int) -> None:
        """So many steps; this is the present one, and that the furthest."""
        self._titles, self._step, self._reached = titles, step, reached
        self.setAccessibleName(f"Page {step + 1} of {len(titles)}")
        self.update()

    def segment(self, number: int) -> QRectF:
        """Where the segment of a step stands."""
        count = max(1, len(self._titles))
        wide = (self.width() - GAP * (count - 1)) / count
        return QRectF(number * (wide + GAP), (HIGH - THICK) / 2, wide, THICK)

    def _at(self, x: float) -> int | None:
        for number in range(len(self._titles)):
            box = self.segment(number)
            if box.left() - GAP / 2 <= x <= box.right() + GAP / 2:
                return number
        return None

    def sizeHint(self) -> QSize:
        return QSize(200, HIGH)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            at = self._at(event.pos().x())
            text = "" if at is None else f"{at + 1}. {self._titles[at]}"
            show_tip(event.globalPos(), text, self)
            return True
        return super().event(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = self._at(event.position().x())
        shape = Qt.CursorShape
        live = at is not None and at <= self._reached and at != self._step
        self.setCursor(shape.PointingHandCursor if live else shape.ArrowCursor)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = self._at(event.position().x())
        if event.button() == Qt.MouseButton.LeftButton and at is not None and at <= self._reached:
            self._chosen(at)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = tokens_of(self.palette())
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for number in range(len(self._titles)):
                known = tokens.quiet if number <= self._reached else tokens.line
                color = tokens.fwd if number <= self._step else known
                fill_rounded(painter, self.segment(number), THICK / 2, color)
