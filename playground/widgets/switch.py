"""The toggle: on or off at once, with its words at the right."""

from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QCheckBox, QWidget

from playground.theme.fonts import HINT, font_of
from playground.theme.painting import draw_elided, fill_rounded
from playground.theme.palette import Tokens, tokens_of
from playground.widgets.plain_text import set_tip

TRACK = QSize(30, 18)
GAP = 10


class Switch(QCheckBox):
    """A check box that looks like a switch; `toggled` and `clicked` are those of any button."""

    def __init__(self, text: str, tip: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setAccessibleName(text)
        set_tip(self, tip)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def _paint_track(self, painter: QPainter, tokens: Tokens, top: float) -> None:
        ground = tokens.fwd if self.isChecked() else tokens.off
        if not self.isEnabled():
            ground = tokens.line
        track = QRectF(0, top, TRACK.width(), TRACK.height())
        fill_rounded(painter, track, TRACK.height() / 2, ground)
        side = TRACK.height() - 6
        left = TRACK.width() - side - 3 if self.isChecked() else 3
        fill_rounded(painter, QRectF(left, top + 3, side, side), side / 2, tokens.surface)

    def sizeHint(self) -> QSize:
        width = QFontMetrics(font_of(HINT)).horizontalAdvance(self.text())
        return QSize(TRACK.width() + (GAP + width + 2 if self.text() else 0), 28)

    def minimumSizeHint(self) -> QSize:
        return QSize(TRACK.width(), 28)

    def hitButton(self, pos: QPoint) -> bool:
        return self.rect().contains(pos)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = tokens_of(self.palette())
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_track(painter, tokens, (self.height() - TRACK.height()) / 2)
            painter.setFont(font_of(HINT))
            painter.setPen(tokens.text if self.isEnabled() else tokens.off)
            words = self.rect().adjusted(TRACK.width() + GAP, 0, 0, 0)
            draw_elided(painter, words, self.text())
