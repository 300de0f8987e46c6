"""One line of text; where room is short a shorter one or an ellipsis, and then all in its tip."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.theme.fonts import BODY, Face, font_of
from playground.theme.palette import token, tokens_of
from playground.widgets.plain_text import set_tip


class ElidedLabel(QWidget):
    """Text in a face and in the colour of a token; it never asks for more room than there is."""

    def __init__(
        self, text: str, face: Face = BODY, color: str = "text", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._face = face
        self._short = ""
        self._color = color
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.set_text(text)

    def set_text(self, text: str, short: str = "") -> None:
        """Show another text, or the short one where there is no room for it."""
        self.text, self._short = text, short
        self.setAccessibleName(text)
        self._tell_all()
        self.updateGeometry()
        self.update()

    def shown(self) -> str:
        """What there is room for."""
        metrics = QFontMetrics(font_of(self._face))
        fits = metrics.horizontalAdvance(self.text) <= self.width()
        text = self.text if fits or not self._short else self._short
        return metrics.elidedText(text, Qt.TextElideMode.ElideRight, self.width())

    def _tell_all(self) -> None:
        set_tip(self, "" if self.shown() == self.text else self.text)

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(font_of(self._face))
        return QSize(metrics.horizontalAdvance(self.text) + 2, metrics.height() + 2)

    def minimumSizeHint(self) -> QSize:
        return QSize(min(24, self.sizeHint().width()), self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._tell_all()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setFont(font_of(self._face))
            tokens = tokens_of(self.palette())
            painter.setPen(token(tokens, self._color if self.isEnabled() else "off"))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter, self.shown())
