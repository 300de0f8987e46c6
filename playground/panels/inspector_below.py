"""A line along the lower edge of a panel that names the rows which are scrolled out of sight."""

from PySide6.QtCore import QEvent, QObject, QRect, Qt, QTimer
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.theme import icons
from playground.theme.fonts import HINT, font_of
from playground.theme.painting import draw_elided
from playground.theme.palette import tokens_of
from playground.widgets.form import PADDING, Form, FormRow
from playground.widgets.plain_text import set_tip

HIGH = 26
ICON = 14
IN_SIGHT = 22  # so much of a row must be seen for it to count


class Below(QWidget):
    """“Below: Output, Subtracts”; a click scrolls there. Tab goes to the rows themselves."""

    def __init__(self, form: Form) -> None:
        super().__init__(form)
        self._form = form
        self.hidden: list[FormRow] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.hide()
        self._soon = QTimer(self, interval=0, singleShot=True)
        self._soon.timeout.connect(self.refresh)
        bar = form.verticalScrollBar()
        bar.valueChanged.connect(self._soon.start)
        bar.rangeChanged.connect(self._soon.start)
        form.installEventFilter(self)
        form.content.installEventFilter(self)

    @property
    def text(self) -> str:
        """What it says."""
        return "Below: " + ", ".join(row.label for row in self.hidden)

    def refresh(self) -> None:
        """Say which rows lie below what is seen, with the room this line takes."""
        form = self._form
        end = form.verticalScrollBar().value() + form.viewport().height()
        low = end + (HIGH if self.isVisible() else 0)
        rows = [row for row in form.rows if not row.isHidden()]
        last = max((row.geometry().bottom() for row in rows), default=0)
        edge = low if last <= low else low - HIGH
        self.hidden = [row for row in rows if row.geometry().top() + IN_SIGHT > edge]
        wanted = bool(self.hidden)
        form.setViewportMargins(0, 0, 0, HIGH if wanted else 0)
        self.setVisible(wanted)
        self.setGeometry(QRect(0, form.height() - HIGH, form.width(), HIGH))
        self.setAccessibleName(self.text if wanted else "")
        set_tip(self, f"{self.text}. A click scrolls there." if wanted else "")
        self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest, QEvent.Type.Show):
            self._soon.start()
        return super().eventFilter(watched, event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        bar = self._form.verticalScrollBar()
        bar.setValue(bar.maximum())

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = tokens_of(self.palette())
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), tokens.surface)
            painter.fillRect(0, 0, self.width(), 1, tokens.line)
            painter.setFont(font_of(HINT))
            painter.setPen(tokens.text2)
            words = self.rect().adjusted(PADDING, 1, -PADDING - ICON - 6, 0)
            draw_elided(painter, words, self.text)
            corner = QRect(self.width() - PADDING - ICON, (HIGH - ICON) // 2, ICON, ICON).topLeft()
            icons.paint(painter, "chevron-down", tokens.text2, corner.toPointF(), ICON)
