"""The list of lessons: a sheet over the dimmed window, with groups, cards and a search.

While it is there, keyboard and mouse belong to it: no key reaches the commands of the window.
"""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QRect, QRectF, Qt, QTimer
from PySide6.QtGui import QAction, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QScrollArea, QWidget
from shiboken6 import isValid

from engine.errors import Refused
from engine.lessons import Lesson, lessons
from playground.dialogs.lesson_cards import Board, Card, Entry
from playground.dialogs.lesson_groups import WIDE as GROUP_WIDE
from playground.dialogs.lesson_groups import Groups
from playground.dialogs.lesson_pictures import LessonPictures
from playground.session.settings import LessonPlaces
from playground.theme import icons
from playground.theme.fonts import BODY, SHEET_TITLE
from playground.theme.painting import fill_rounded
from playground.theme.palette import faded, tokens_of
from playground.widgets.buttons import icon_button, push_button
from playground.widgets.form import words
from playground.widgets.plain_text import set_tip
from playground.widgets.tab_walk import walk

WIDE, HIGH, FREE, RADIUS = 1080, 732, 48, 14
DIMMED = 0.43
HEAD, SIDE = 84, 20
CARDS_LEFT = SIDE + GROUP_WIDE + 28
SEARCH_WIDE, SEARCH_HIGH = 280, 36
WITH_GROUPS = 820  # a sheet less wide than this shows the cards alone
NONE_FOUND = "No lesson is found by these words."
_LETTERS = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier)


class LessonsSheet(QWidget):
    """`open_lesson` is called with the id that was chosen, `open_folder` to ask for a folder."""

    def __init__(
        self,
        window: QWidget,
        places: LessonPlaces,
        open_lesson: Callable[[str], object],
        open_folder: Callable[[], object],
        refuse: Callable[[str], object],
    ) -> None:
        super().__init__(window)
        self._window, self._places, self._refuse = window, places, refuse
        self._open_lesson, self._open_folder = open_lesson, open_folder
        self._before: tuple[QWidget, ...] = ()
        self.setAccessibleName("Lessons")
        self.hide()
        self.pictures = LessonPictures(self)
        self._sheet = QWidget(self)
        self._make_parts()
        window.installEventFilter(self)

    def browse(self) -> None:
        """Show the list, at the lesson that was open last."""
        try:
            known = lessons()
        except Refused as refused:
            self._refuse(refused.sentence)
            return
        if self.isHidden():
            self._before = _with_parents(QApplication.focusWidget())
        self._fill(known)
        self.search.clear()
        self.setGeometry(self._window.rect())
        self._lay_out()
        self.raise_()
        self.show()
        cards = self.board.cards
        last = next((c for c in cards if c.entry.lesson.id == self._places.last), None)
        if cards:
            (last or cards[0]).setFocus(Qt.FocusReason.OtherFocusReason)
        QTimer.singleShot(0, self, self._follow_scroll)

    def leave(self) -> None:
        """Back to the window, as it was."""
        if self.isHidden():
            return
        self.pictures.forget_wishes()
        self.hide()
        before, self._before = self._before, ()
        there = next((widget for widget in before if _takes_keys(widget)), None)
        focused = QApplication.focusWidget()
        if there is not None:
            there.setFocus(Qt.FocusReason.OtherFocusReason)
        elif focused is not None and self.isAncestorOf(focused):
            focused.clearFocus()  # a menu had it, say: the window gives it to its canvas

    # making

    def _make_parts(self) -> None:
        sheet = self._sheet
        self.title = words("Lessons", SHEET_TITLE, sheet, quiet=False)
        self.search = QLineEdit(sheet)
        self.search.setProperty("look", "search")
        self.search.setPlaceholderText("Search")
        self.search.setAccessibleName("Search")
        set_tip(
            self.search,
            "Search: words of a title or of what a lesson is about. Enter opens the first found.",
        )
        self.search.setClearButtonEnabled(False)
        glass = QAction(self.search)
        icons.wear(glass, "search", self.palette(), "text2")
        self.search.addAction(glass, QLineEdit.ActionPosition.LeadingPosition)
        self.search.textChanged.connect(self._find)
        self.close_button = icon_button(
            "close", "Close", "Close (Esc): back to the window.", self.leave, sheet
        )
        self.groups = Groups(self._go_to_group, sheet)
        self.folder = push_button(
            "Open lesson…", "Open lesson: one that lies in a folder, by whoever wrote it.",
            self._choose_folder, sheet,
        )  # fmt: skip
        self.area = QScrollArea(sheet)
        self.area.setWidgetResizable(True)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.board = Board(self._choose, self.pictures, self.area)
        self.board.card_reached.connect(self._bring_up)
        self.area.setWidget(self.board)
        self.area.verticalScrollBar().valueChanged.connect(self._follow_scroll)
        self.nothing = words(NONE_FOUND, BODY, sheet)
        self.nothing.hide()

    def _fill(self, known: tuple[Lesson, ...]) -> None:
        entries = tuple(Entry(lesson, self._places.progress(lesson)) for lesson in known)
        counts: dict[str, tuple[int, int]] = {}
        for entry in entries:
            done, count = counts.get(entry.lesson.group, (0, 0))
            counts[entry.lesson.group] = (done + entry.done, count + 1)
        self.groups.show_groups(counts)
        self.board.show_entries(entries, self._places.last)

    def _lay_out(self) -> None:
        room = self.size()
        wide, high = min(WIDE, room.width() - FREE), min(HIGH, room.height() - FREE)
        box = QRect((room.width() - wide) // 2, (room.height() - high) // 2, wide, high)
        self._sheet.setGeometry(box)
        self.title.setGeometry(32, 24, 240, 36)
        self.close_button.move(wide - 20 - 32, 26)
        self.search.setGeometry(wide - 72 - SEARCH_WIDE, 24, SEARCH_WIDE, SEARCH_HIGH)
        beside = wide >= WITH_GROUPS
        self.groups.setVisible(beside)
        self.groups.setGeometry(SIDE, HEAD + 8, GROUP_WIDE, high - HEAD - 8 - 64)
        self.folder.setGeometry(SIDE, high - 52, GROUP_WIDE if beside else 160, 32)
        left = CARDS_LEFT if beside else SIDE
        self.area.setGeometry(left, HEAD, wide - left - 12, high - HEAD - (8 if beside else 64))
        self.nothing.setGeometry(left + 4, HEAD + 12, wide - left - 40, 24)

    # choosing

    def _choose(self, lesson_id: str) -> None:
        self.leave()
        self._open_lesson(lesson_id)

    def _choose_folder(self) -> None:
        self.leave()
        self._open_folder()

    def _find(self, text: str) -> None:
        self.nothing.setVisible(not self.board.search(text))
        self.area.verticalScrollBar().setValue(0)
        self._follow_scroll()

    def _go_to_group(self, name: str) -> None:
        self.search.clear()
        self.area.verticalScrollBar().setValue(self.board.headings[name].y() - 4)
        self.groups.show_chosen(name)

    def _bring_up(self, card: Card) -> None:
        self.area.ensureWidgetVisible(card, 0, 40)
        self.groups.show_chosen(card.entry.lesson.group)

    def _follow_scroll(self) -> None:
        """The first group of which a whole row is in sight is the chosen one."""
        top = self.area.verticalScrollBar().value()
        cards = [card for card in self.board.present() if card.y() >= top - 40]
        focused = QApplication.focusWidget()
        if isinstance(focused, Card) and focused in cards[:9]:
            return
        self.groups.show_chosen(cards[0].entry.lesson.group if cards else "")

    def _type(self, event: QKeyEvent) -> bool:
        """Letters typed at a card go to the search."""
        letter = event.text()
        if not letter.strip() or not letter.isprintable() or event.modifiers() not in _LETTERS:
            return False
        self.search.setFocus(Qt.FocusReason.OtherFocusReason)
        self.search.insert(letter)
        return True

    # Qt

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab stays inside the sheet; Qt asks too while it is hidden, when nothing may take it."""
        if not walk([self], forward) and self.isVisible():
            self.search.setFocus(Qt.FocusReason.TabFocusReason)
        return True

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and not self.isHidden():
            self.setGeometry(self._window.rect())
            self._lay_out()
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        cards = self.board.present()
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        elif self.search.hasFocus() and cards and event.key() in _INTO_CARDS:
            if event.key() != Qt.Key.Key_Down and self.board.found is not None:
                self.board.found.click()
            else:
                cards[0].setFocus(Qt.FocusReason.TabFocusReason)
        elif not self._type(event):
            event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self._sheet.geometry().contains(event.position().toPoint()):
            self.leave()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = tokens_of(self.palette())
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.fillRect(self.rect(), faded(tokens.shade, DIMMED))
            fill_rounded(painter, QRectF(self._sheet.geometry()), RADIUS, tokens.surface)


_INTO_CARDS = (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter)


def _with_parents(widget: QWidget | None) -> tuple[QWidget, ...]:
    """It and what it stands in, for a field may be gone when the keyboard comes back."""
    return () if widget is None else (widget, *_with_parents(widget.parentWidget()))


def _takes_keys(widget: QWidget) -> bool:
    if not (isValid(widget) and widget.isVisible()):
        return False
    return widget.focusPolicy() != Qt.FocusPolicy.NoFocus
