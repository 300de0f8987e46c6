"""The cards of the list of lessons: one for each, in columns under the headings of their groups."""

from collections.abc import Callable
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QFontMetrics,
    QKeyEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget

from engine.lessons import Lesson, LessonProgress
from playground.dialogs.lesson_pictures import LessonPictures, paint_sketch
from playground.theme import icons
from playground.theme.fonts import BODY_STRONG, CHIP, FACTOR, HINT, Face, font_of
from playground.theme.painting import draw_elided, fill_rounded, rim_rounded
from playground.theme.palette import Tokens, tokens_of
from playground.widgets.form import words
from playground.widgets.plain_text import set_tip, set_words

WIDE, HIGH, PICTURE = 244, 186, 110
GAP, BELOW_HEADING, BETWEEN_GROUPS, HEADING = 16, 10, 24, 20
RADIUS = 10
INSIDE = 16
TICK = 20
RIM = 4  # room round the board, so that no border is cut

_TURNS: dict[int, str] = {
    Qt.Key.Key_Left: "left",
    Qt.Key.Key_Right: "right",
    Qt.Key.Key_Up: "up",
    Qt.Key.Key_Down: "down",
    Qt.Key.Key_Home: "home",
    Qt.Key.Key_End: "end",
}


class Entry(NamedTuple):
    """A lesson in the list, and how far the learner has come in it."""

    lesson: Lesson
    progress: LessonProgress

    @property
    def done(self) -> bool:
        """Whether all of it is done."""
        return self.progress.is_complete(self.lesson)

    @property
    def chip(self) -> str:
        """Where the learner stands in a lesson that is begun."""
        if self.done or not self.progress.is_begun:
            return ""
        return f"page {self.progress.step + 1} of {len(self.lesson.steps)}"


class Card(QAbstractButton):
    """Picture, title and line of one lesson; Enter or a click opens it."""

    def __init__(self, entry: Entry, last: bool, pictures: LessonPictures, board: "Board") -> None:
        super().__init__(board)
        self.entry, self._last, self._pictures, self._board = entry, last, pictures, board
        lesson = entry.lesson
        set_words(self, lesson.title)
        self.setFixedSize(WIDE, HIGH)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setProperty("ownRing", True)
        state = "done" if entry.done else entry.chip or "not begun"
        self.setAccessibleName(f"{lesson.title}: {lesson.line}, {state}")
        set_tip(self, f"{lesson.title}: {lesson.line}")

    def sizeHint(self) -> QSize:
        return QSize(WIDE, HIGH)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        elif event.key() in _TURNS:
            self._board.turn(self, _TURNS[event.key()])
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._board.show_card(self)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._board.update()

    def _is_marked(self) -> bool:
        """The one with the keyboard; if none has it, what Enter opens, or what was open last."""
        if isinstance(QApplication.focusWidget(), Card):
            return self.hasFocus() or (self._last and self._board.found is None)
        return self._board.found is self if self._board.found is not None else self._last

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = tokens_of(self.palette())
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            box = QRectF(self.rect())
            fill_rounded(painter, box, RADIUS, tokens.surface)
            self._paint_picture(painter, tokens, box)
            marked = self._is_marked()
            rim = tokens.fwd if marked else tokens.node_line if self.underMouse() else tokens.line
            rim_rounded(painter, box, RADIUS, QPen(rim, 2 if marked else 1))
            self._paint_line(painter, tokens, FACTOR, self.entry.lesson.title, PICTURE + 14)
            self._paint_line(painter, tokens, HINT, self.entry.lesson.line, PICTURE + 38)
            self._paint_state(painter, tokens)

    def _paint_picture(self, painter: QPainter, tokens: Tokens, box: QRectF) -> None:
        area = QRectF(1, 1, box.width() - 2, PICTURE)
        whole, above = QPainterPath(), QPainterPath()
        whole.addRoundedRect(box.adjusted(1, 1, -1, -1), RADIUS - 1, RADIUS - 1)
        above.addRect(area)
        painter.fillPath(whole.intersected(above), tokens.sunken)
        sketch = self._pictures.sketch(self.entry.lesson.id, self.update)
        if sketch is not None:
            paint_sketch(painter, tokens, sketch, area)

    def _paint_line(
        self, painter: QPainter, tokens: Tokens, face: Face, text: str, top: int
    ) -> None:
        painter.setFont(font_of(face))
        painter.setPen(tokens.text2 if face is HINT else tokens.text)
        draw_elided(painter, QRect(INSIDE, top, WIDE - 2 * INSIDE, 20), text)

    def _paint_state(self, painter: QPainter, tokens: Tokens) -> None:
        if self.entry.done:
            box = QRectF(WIDE - TICK - 8, 8, TICK, TICK)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tokens.ok)
            painter.drawEllipse(box)
            icons.paint(painter, "tick", tokens.on_accent, box.topLeft() + QPointF(2, 2), 16)
        elif self.entry.chip:
            font = font_of(CHIP)
            wide = QFontMetrics(font).horizontalAdvance(self.entry.chip) + 17
            box = QRectF(WIDE - wide - 10, 10, wide, 20)
            fill_rounded(painter, box, 10, tokens.fwd_t)
            painter.setFont(font)
            painter.setPen(tokens.fwd)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self.entry.chip)


class Board(QWidget):
    """All cards by group; those that do not match the search are not there.

    `card_reached` tells to which one the keyboard has come.
    """

    card_reached = Signal(object)

    def __init__(
        self, chosen: Callable[[str], object], pictures: LessonPictures, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._chosen, self._pictures = chosen, pictures
        self.cards: list[Card] = []
        self.found: Card | None = None
        self.headings: dict[str, QLabel] = {}

    def show_entries(self, entries: tuple[Entry, ...], last: str) -> None:
        """These lessons, each with a card."""
        for part in (*self.cards, *self.headings.values()):
            part.hide()
            part.deleteLater()
        self.cards, self.headings, self.found = [], {}, None
        for entry in entries:
            group = entry.lesson.group
            if group not in self.headings:
                self.headings[group] = words(group, BODY_STRONG, self)
                self.headings[group].show()
            card = Card(entry, entry.lesson.id == last, self._pictures, self)
            card.clicked.connect(lambda _on=False, c=card: self._chosen(c.entry.lesson.id))
            card.show()
            self.cards.append(card)
        self.lay_out()

    def search(self, wanted: str) -> int:
        """Only cards whose title, line, group or id holds every word; how many there are.

        The first that is found by some words is the one that Enter in the search opens.
        """
        parts = wanted.casefold().split()
        for card in self.cards:
            lesson = card.entry.lesson
            text = f"{lesson.title} {lesson.line} {lesson.group} {lesson.id}".casefold()
            card.setVisible(all(part in text for part in parts))
        self.lay_out()
        present = self.present()
        self.found = present[0] if parts and present else None
        self.update()
        return len(present)

    def present(self) -> list[Card]:
        """The cards that are there, in order."""
        return [card for card in self.cards if not card.isHidden()]

    @property
    def columns(self) -> int:
        """How many cards stand side by side."""
        return max(1, min(3, (self.width() - 2 * RIM + GAP) // (WIDE + GAP)))

    def lay_out(self) -> None:
        """Group under group."""
        top, columns = RIM, self.columns
        for group, heading in self.headings.items():
            cards = [card for card in self.present() if card.entry.lesson.group == group]
            heading.setVisible(bool(cards))
            if not cards:
                continue
            heading.setGeometry(RIM, top, self.width() - 2 * RIM, HEADING)
            top += HEADING + BELOW_HEADING
            for number, card in enumerate(cards):
                row, column = divmod(number, columns)
                card.move(RIM + column * (WIDE + GAP), top + row * (HIGH + GAP))
            rows = -(-len(cards) // columns)
            top += rows * (HIGH + GAP) - GAP + BETWEEN_GROUPS
        self.setFixedHeight(max(RIM, top - BETWEEN_GROUPS + RIM))

    def turn(self, card: Card, where: str) -> None:
        """Take the keyboard to the next card in a direction."""
        cards = self.present()
        place = cards.index(card)
        if where in ("left", "right"):
            place = max(0, min(len(cards) - 1, place + (1 if where == "right" else -1)))
        elif where in ("home", "end"):
            place = 0 if where == "home" else len(cards) - 1
        else:
            place = cards.index(_beside(cards, card, 1 if where == "down" else -1))
        cards[place].setFocus(Qt.FocusReason.TabFocusReason)

    def show_card(self, card: Card) -> None:
        """The keyboard has come to this one."""
        self.update()
        self.card_reached.emit(card)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.lay_out()


def _beside(cards: list[Card], card: Card, turn: int) -> Card:
    """The card in the nearest row above or below that is nearest in its column."""
    beyond = [other for other in cards if turn * (other.y() - card.y()) > 0]
    if not beyond:
        return card
    nearest = min(turn * (other.y() - card.y()) for other in beyond)
    row = [other for other in beyond if turn * (other.y() - card.y()) == nearest]
    return min(row, key=lambda other: abs(other.x() - card.x()))
