"""A choice that looks like a line of text with a chevron: "sample 1 of 30 ▾"."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QEnterEvent, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QComboBox, QWidget

from playground.theme import icons
from playground.theme.fonts import HINT, font_of
from playground.theme.painting import draw_elided, fill_rounded
from playground.theme.palette import tokens_of
from playground.widgets.plain_text import set_tip
from playground.widgets.wheel import turn_only_in_hand

HEIGHT = 28
CHEVRON = 14
PADDING = 6
AROUND_ENTRY = 44  # with a scroll bar
MEASURED = 20


class QuietChoice(QComboBox):
    """A combo box without a frame; `word` may say more than the entry that is chosen."""

    def __init__(self, name: str, tip: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._word = ""
        self._offered: list[tuple[str, str]] = []
        self.setAccessibleName(name)
        set_tip(self, tip)
        turn_only_in_hand(self)
        self.setFixedHeight(HEIGHT)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setStyleSheet("QComboBox { combobox-popup: 0; }")  # a list that scrolls when long

    def offer(self, entries: Sequence[tuple[str, str]], chosen: str | None, role: str) -> None:
        """These words and what they stand for; without any it goes. "role: the chosen one" is said.

        Nothing is chosen that is not among them.
        """
        if self._offered != list(entries):
            self._offered = list(entries)
            self.clear()
            for words, key in entries:
                self.addItem(words, key)
        self.setCurrentIndex(self.findData(chosen))
        self.show_word(f"{role}: {self.currentText()}")
        self.setVisible(bool(entries))

    def show_word(self, word: str) -> None:
        """Say this instead of the chosen entry."""
        if word != self._word:
            self._word = word
            self.setAccessibleDescription(word)
            self.updateGeometry()
            self.update()

    def word(self) -> str:
        """What is said."""
        return self._word or self.currentText()

    def _open_end(self) -> float:
        """Room at the right for the chevron, where there is anything to choose."""
        return CHEVRON + 4 if self.isEnabled() else 0

    def sizeHint(self) -> QSize:
        wide = QFontMetricsF(font_of(HINT)).horizontalAdvance(self.word())
        return QSize(round(wide + self._open_end() + PADDING + 2), HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(min(64, self.sizeHint().width()), HEIGHT)

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.update()

    def showPopup(self) -> None:
        metrics = QFontMetricsF(self.view().font())
        looked_at = (*range(min(self.count(), MEASURED)), self.count() - 1)
        widest = max(metrics.horizontalAdvance(self.itemText(entry)) for entry in looked_at)
        self.view().setMinimumWidth(max(self.width(), round(widest) + AROUND_ENTRY))
        self.view().setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)  # Qt: off
        super().showPopup()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = tokens_of(self.palette())
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if self.isEnabled() and self.underMouse():
                fill_rounded(painter, self.rect().toRectF(), 6, tokens.sunken)
            painter.setFont(font_of(HINT))
            painter.setPen(tokens.text2)
            room = QRectF(self.rect()).adjusted(PADDING, 0, -self._open_end(), 0)
            draw_elided(painter, room, self.word(), Qt.AlignmentFlag.AlignRight)
            if self.isEnabled():
                corner = QPointF(self.width() - CHEVRON - 2, (self.height() - CHEVRON) / 2)
                icons.paint(painter, "chevron-down", tokens.text2, corner, CHEVRON)
