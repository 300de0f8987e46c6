"""Every lesson as a card with its picture, in groups, and how far the learner has come."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QEvent, QObject, QPointF, QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAction,
    QFocusEvent,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QVBoxLayout, QWidget
from shiboken6 import isValid

from engine.errors import Refused
from engine.experiment.experiment import Experiment
from engine.lessons.lesson import Lesson, LessonProgress, lessons, open_lesson
from playground.session.lesson_guide import LessonPlaces
from playground.theme import icons
from playground.theme.fonts import (
    BODY,
    BODY_STRONG,
    CAPTION,
    CHIP,
    FACTOR,
    HINT,
    SHEET_TITLE,
    font_of,
    strong,
)
from playground.theme.painting import (
    draw_elided,
    edge_pen,
    fill_rounded,
    painted,
    rim_rounded,
    weight_color,
)
from playground.theme.palette import Tokens, faded
from playground.widgets.buttons import icon_button, push_button
from playground.widgets.fields import ENTERS
from playground.widgets.focus import walk
from playground.widgets.form import words
from playground.widgets.layout import lay_out, scroll_area
from playground.widgets.plain_text import set_name, set_words

GROUP_WIDE, GROUP_HIGH, GROUP_INSIDE, COUNT = 212, 38, 14, 44
GROUP_RADIUS = 8


class PaintedButton(QAbstractButton):
    """A button that paints itself, of one size; Enter clicks it, arrows go to what is `beside`."""

    def __init__(self, text: str, size: tuple[int, int], parent: QWidget) -> None:
        super().__init__(parent)
        set_words(self, text)
        self.setFixedSize(*size)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def beside(self, key: int) -> QWidget | None:
        """The button that this key takes the keyboard to, if it means one."""
        raise NotImplementedError

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in ENTERS:
            self.click()
        elif (there := self.beside(event.key())) is not None:
            there.setFocus(Qt.FocusReason.TabFocusReason)
        else:
            super().keyPressEvent(event)


class GroupButton(PaintedButton):
    """One group: its name, and 2 / 7."""

    def __init__(self, name: str, done: int, count: int, parent: "Groups") -> None:
        super().__init__(name, (GROUP_WIDE, GROUP_HIGH), parent)
        self._groups, self._count = parent, f"{done} / {count}"
        self.setCheckable(True)
        set_name(self, f"{name}: {done} of {count} done", f"{name}: {done} of {count} lessons done")

    def beside(self, key: int) -> QWidget | None:
        if key not in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            return None
        buttons = list(self._groups.buttons.values())
        place = buttons.index(self) + (1 if key == Qt.Key.Key_Down else -1)
        return buttons[max(0, min(len(buttons) - 1, place))]

    def paintEvent(self, event: QPaintEvent) -> None:
        with painted(self) as (painter, tokens):
            box = QRectF(self.rect())
            chosen = self.isChecked()
            if chosen or self.underMouse():
                fill_rounded(painter, box, GROUP_RADIUS, tokens.fwd_t if chosen else tokens.sunken)
            painter.setFont(font_of(strong(BODY) if chosen else BODY))
            painter.setPen(tokens.fwd if chosen else tokens.text)
            room = box.adjusted(GROUP_INSIDE, 0, -GROUP_INSIDE - COUNT, 0)
            name, metrics = self.text(), painter.fontMetrics()
            # as many whole words of a list of things as there is room for; the tip tells all
            while metrics.horizontalAdvance(name) > room.width() and " " in name:
                name = name.rpartition(" ")[0].removesuffix(" and").rstrip(",")
            name = metrics.elidedText(name, Qt.TextElideMode.ElideRight, int(room.width()))
            middle = Qt.AlignmentFlag.AlignVCenter
            painter.drawText(room, middle | Qt.AlignmentFlag.AlignLeft, name)
            painter.setFont(font_of(CAPTION))
            painter.setPen(tokens.text2)
            count = box.adjusted(0, 0, -GROUP_INSIDE, 0)
            painter.drawText(count, middle | Qt.AlignmentFlag.AlignRight, self._count)


class Groups(QWidget):
    """Done and all by group; `chosen` is called with the name of a group."""

    def __init__(
        self, counts: dict[str, tuple[int, int]], chosen: Callable[[str], object], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.buttons = {name: GroupButton(name, *told, self) for name, told in counts.items()}
        lay_out(QVBoxLayout(self), *self.buttons.values(), None, spacing=4)
        self.setFixedWidth(GROUP_WIDE)
        for name, button in self.buttons.items():
            button.clicked.connect(partial(chosen, name))

    def show_chosen(self, name: str) -> None:
        """The group that is in sight."""
        for known, button in self.buttons.items():
            button.setChecked(known == name)


NODE_RADIUS, SMALLEST_RADIUS = 7.0, 3.0
SIDES, ENDS = 34.0, 20.0
WIDEST_GAP = 62.0
STROKE = 1.25
MANY = 400  # edges; more are drawn thinner


def paint_network(painter: QPainter, tokens: Tokens, experiment: Experiment, box: QRectF) -> None:
    network, points = experiment.network, _points(experiment, box)
    rows = len({round(point.y()) for point in points})
    radius = max(SMALLEST_RADIUS, min(NODE_RADIUS, NODE_RADIUS * 7 / max(1, rows)))
    width = STROKE if len(network.edges) <= MANY else 0.5
    for edge, weight in zip(network.edges, experiment.parameters, strict=False):
        color = tokens.node_line if edge.locked else weight_color(tokens, float(weight))
        painter.setPen(edge_pen(color, width, weight < 0 and not edge.locked))
        ends = network.index[edge.source], network.index[edge.target]
        painter.drawLine(points[ends[0]], points[ends[1]])
    rims = {"input": tokens.fwd, "parameter": tokens.text}
    for point, node in zip(points, network.nodes, strict=True):
        kind = "output" if node.output else node.kind
        painter.setPen(QPen(rims.get(kind, tokens.text2), 1.5))
        painter.setBrush(tokens.node)
        if kind == "parameter":
            side = 2 * radius - 1
            square = QRectF(point.x() - side / 2, point.y() - side / 2, side, side)
            painter.drawRoundedRect(square, 3, 3)
        else:
            painter.drawEllipse(point, radius, radius)
        if kind == "output" and radius > 5:
            painter.drawEllipse(point, radius - 3, radius - 3)


def _points(experiment: Experiment, box: QRectF) -> list[QPointF]:
    """As large as there is room, but columns never further apart than in a drawing by hand."""
    room = box.adjusted(SIDES, ENDS, -SIDES, -ENDS)
    places = [experiment.layout.position(node.id) for node in experiment.network.nodes]
    xs = _spread([x for x, _ in places], room.center().x(), room.width(), WIDEST_GAP)
    ys = _spread([y for _, y in places], room.center().y(), room.height(), WIDEST_GAP / 2)
    return [QPointF(x, y) for x, y in zip(xs, ys, strict=True)]


def _spread(places: list[float], middle: float, room: float, gap: float) -> list[float]:
    """The places along one axis, about the middle of the room."""
    least, wide = min(places, default=0.0), max(places, default=0.0) - min(places, default=0.0)
    shares = [(place - least) / wide if wide else 0.5 for place in places]
    lines = len({round(share, 2) for share in shares})
    taken = min(room, gap * max(0, lines - 1))
    return [middle + (share - 0.5) * taken for share in shares]


class LessonPictures(QObject):
    """The networks read so far; one more is read in each turn of the event loop."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.read: dict[str, Experiment | None] = {}
        self._wanted: dict[str, Callable[[], object]] = {}
        self._turn = QTimer(self, interval=0)
        self._turn.timeout.connect(self._read_one)

    @property
    def settled(self) -> bool:
        """Whether every picture that was asked for is there."""
        return not self._wanted

    def experiment(self, lesson_id: str, drawn: Callable[[], object]) -> Experiment | None:
        """What the lesson begins with, or None until it is read; `drawn` is called then."""
        if lesson_id not in self.read:
            self._wanted[lesson_id] = drawn
            self._turn.start()
        return self.read.get(lesson_id)

    def forget_wishes(self) -> None:
        """Nobody looks any more."""
        self._wanted.clear()
        self._turn.stop()

    def _read_one(self) -> None:
        if self._wanted:
            lesson_id = next(iter(self._wanted))
            drawn = self._wanted.pop(lesson_id)
            try:
                self.read[lesson_id] = open_lesson(lesson_id).experiment
            except Refused:
                self.read[lesson_id] = None
            drawn()
        if not self._wanted:
            self._turn.stop()


WIDE, HIGH, PICTURE = 244, 186, 110
GAP, BELOW_HEADING, BETWEEN_GROUPS, HEADING = 16, 10, 24, 20
RADIUS = 10
INSIDE = 16
TICK = 20
RIM = 4  # room round the board, so that no border is cut


class LessonCard(PaintedButton):
    """Picture, title and line of one lesson; Enter or a click opens it."""

    def __init__(
        self,
        lesson: Lesson,
        progress: LessonProgress,
        last: bool,
        pictures: LessonPictures,
        board: "Board",
    ) -> None:
        super().__init__(lesson.title, (WIDE, HIGH), board)
        self.lesson, self._last, self._pictures, self._board = lesson, last, pictures, board
        self.done, begun = progress.is_complete(lesson), progress.is_begun
        page = f"page {progress.step + 1} of {len(lesson.steps)}"
        self.chip = page if begun and not self.done else ""
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setProperty("ownRing", True)
        state = "done" if self.done else self.chip or "not begun"
        told = f"{lesson.title}: {lesson.line}"
        set_name(self, f"{told}, {state}", told)

    def beside(self, key: int) -> QWidget | None:
        cards = self._board.present()
        place = cards.index(self)
        wanted: dict[int, LessonCard] = {
            Qt.Key.Key_Left: cards[max(0, place - 1)],
            Qt.Key.Key_Right: cards[min(len(cards) - 1, place + 1)],
            Qt.Key.Key_Up: _in_next_row(cards, self, -1),
            Qt.Key.Key_Down: _in_next_row(cards, self, 1),
            Qt.Key.Key_Home: cards[0],
            Qt.Key.Key_End: cards[-1],
        }
        return wanted.get(key)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._board.update()
        self._board.card_reached.emit(self)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._board.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with painted(self) as (painter, tokens):
            box = QRectF(self.rect())
            fill_rounded(painter, box, RADIUS, tokens.surface)
            area = QRectF(1, 1, box.width() - 2, PICTURE)
            whole, above = QPainterPath(), QPainterPath()
            whole.addRoundedRect(box.adjusted(1, 1, -1, -1), RADIUS - 1, RADIUS - 1)
            above.addRect(area)
            painter.fillPath(whole.intersected(above), tokens.sunken)
            experiment = self._pictures.experiment(self.lesson.id, self.update)
            if experiment is not None:
                paint_network(painter, tokens, experiment, area)
            # the one with the keyboard; if none has it, what Enter opens, or what was open last
            found, last = self._board.found, self._last and self._board.found is None
            held = isinstance(QApplication.focusWidget(), LessonCard)
            marked = last or (self.hasFocus() if held else found is self)
            rim = tokens.fwd if marked else tokens.node_line if self.underMouse() else tokens.line
            rim_rounded(painter, box, RADIUS, QPen(rim, 2 if marked else 1))
            for text, face, color, top in (
                (self.lesson.title, FACTOR, tokens.text, PICTURE + 14),
                (self.lesson.line, HINT, tokens.text2, PICTURE + 38),
            ):
                painter.setFont(font_of(face))
                painter.setPen(color)
                draw_elided(painter, QRect(INSIDE, top, WIDE - 2 * INSIDE, 20), text)
            self._paint_state(painter, tokens)

    def _paint_state(self, painter: QPainter, tokens: Tokens) -> None:
        if self.done:
            box = QRectF(WIDE - TICK - 8, 8, TICK, TICK)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tokens.ok)
            painter.drawEllipse(box)
            icons.paint(painter, "tick", tokens.on_accent, box.topLeft() + QPointF(2, 2), 16)
        elif self.chip:
            font = font_of(CHIP)
            wide = QFontMetrics(font).horizontalAdvance(self.chip) + 17
            box = QRectF(WIDE - wide - 10, 10, wide, 20)
            fill_rounded(painter, box, 10, tokens.fwd_t)
            painter.setFont(font)
            painter.setPen(tokens.fwd)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self.chip)


class Board(QWidget):
    """All cards by group; those that do not match the search are not there.

    `card_reached` tells to which one the keyboard has come.
    """

    card_reached = Signal(object)

    def __init__(
        self,
        entries: Sequence[tuple[Lesson, LessonProgress]],
        last: str,
        chosen: Callable[[str], object],
        pictures: LessonPictures,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.cards: list[LessonCard] = []
        self.found: LessonCard | None = None
        self.headings: dict[str, QLabel] = {}
        for lesson, progress in entries:
            if lesson.group not in self.headings:
                self.headings[lesson.group] = words(lesson.group, BODY_STRONG, self)
            card = LessonCard(lesson, progress, lesson.id == last, pictures, self)
            card.clicked.connect(partial(chosen, lesson.id))
            self.cards.append(card)
        self.lay_out()

    def search(self, wanted: str) -> int:
        """Only cards whose title, line, group or id holds every word; how many there are.

        The first that is found by some words is the one that Enter in the search opens.
        """
        parts = wanted.casefold().split()
        for card in self.cards:
            lesson = card.lesson
            text = f"{lesson.title} {lesson.line} {lesson.group} {lesson.id}".casefold()
            card.setVisible(all(part in text for part in parts))
        self.lay_out()
        present = self.present()
        self.found = present[0] if parts and present else None
        self.update()
        return len(present)

    def present(self) -> list[LessonCard]:
        return [card for card in self.cards if not card.isHidden()]

    def lay_out(self) -> None:
        top, columns = RIM, max(1, min(3, (self.width() - 2 * RIM + GAP) // (WIDE + GAP)))
        for group, heading in self.headings.items():
            cards = [card for card in self.present() if card.lesson.group == group]
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

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.lay_out()


def _in_next_row(cards: list[LessonCard], card: LessonCard, turn: int) -> LessonCard:
    """The card in the nearest row above or below that is nearest in its column."""
    beyond = [other for other in cards if turn * (other.y() - card.y()) > 0]
    if not beyond:
        return card
    nearest = min(turn * (other.y() - card.y()) for other in beyond)
    row = [other for other in beyond if turn * (other.y() - card.y()) == nearest]
    return min(row, key=lambda other: abs(other.x() - card.x()))


SHEET_WIDE, SHEET_HIGH, FREE, SHEET_RADIUS = 1080, 732, 48, 14
DIMMED = 0.43
HEAD, SIDE = 84, 20
CARDS_LEFT = SIDE + GROUP_WIDE + 28
SEARCH_WIDE, SEARCH_HIGH = 280, 36
WITH_GROUPS = 820  # a sheet less wide than this shows the cards alone
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
        self._before: list[QWidget] = []  # what had the keyboard, and what that stands in
        self.setAccessibleName("Lessons")
        self.hide()
        self.pictures = LessonPictures(self)
        self.sheet = QWidget(self)
        window.installEventFilter(self)

    def browse(self) -> None:
        """Show the list, at the lesson that was open last."""
        try:
            known = lessons()
        except Refused as refused:
            self._refuse(refused.sentence)
            return
        if self.isHidden():
            widget = QApplication.focusWidget()
            while widget is not None:  # a field may be gone when the keyboard comes back
                self._before.append(widget)
                widget = widget.parentWidget()
        self.pictures.forget_wishes()
        self.sheet.hide()
        self.sheet.deleteLater()
        self.sheet = QWidget(self)
        self._make_parts(self.sheet, known)
        self._lay_out()
        self.raise_()
        self.show()
        cards = self.board.cards
        if cards:
            last = next((c for c in cards if c.lesson.id == self._places.last), cards[0])
            last.setFocus(Qt.FocusReason.OtherFocusReason)
        QTimer.singleShot(0, self, self._follow_scroll)

    def leave(self) -> None:
        """Back to the window, as it was."""
        if self.isHidden():
            return
        self.pictures.forget_wishes()
        self.hide()
        before, self._before = self._before, []
        present = (widget for widget in before if isValid(widget) and widget.isVisible())
        takes = (w for w in present if w.focusPolicy() != Qt.FocusPolicy.NoFocus)
        there, focused = next(takes, None), QApplication.focusWidget()
        if there is not None:
            there.setFocus(Qt.FocusReason.OtherFocusReason)
        elif focused is not None and self.isAncestorOf(focused):
            focused.clearFocus()  # a menu had it, say: the window gives it to its canvas

    # making

    def _make_parts(self, sheet: QWidget, known: Sequence[Lesson]) -> None:
        self.title = words("Lessons", SHEET_TITLE, sheet, quiet=False)
        self.search = QLineEdit(sheet)
        self.search.setProperty("look", "search")
        self.search.setPlaceholderText("Search")
        tip = "words of a title or of what a lesson is about. Enter opens the first found."
        set_name(self.search, "Search", f"Search: {tip}")
        glass = QAction(self.search)
        icons.set_icon(glass, "search", self.palette(), "text2")
        self.search.addAction(glass, QLineEdit.ActionPosition.LeadingPosition)
        self.search.textChanged.connect(self._find)
        self.close_button = icon_button(
            "close", "Close", "Close (Esc): back to the window.", self.leave, sheet
        )
        self.folder = push_button(
            "Open lesson…", "Open lesson: one that lies in a folder, by whoever wrote it.",
            self._choose_folder, sheet,
        )  # fmt: skip
        entries = [(lesson, self._places.progress(lesson)) for lesson in known]
        last = self._places.last
        self.board = Board(entries, last, self._choose, self.pictures, sheet)
        counts: dict[str, tuple[int, int]] = {}
        for card in self.board.cards:
            done, count = counts.get(card.lesson.group, (0, 0))
            counts[card.lesson.group] = (done + card.done, count + 1)
        self.groups = Groups(counts, self._go_to_group, sheet)
        self.board.card_reached.connect(self._bring_up)
        self.area = scroll_area(self.board, sheet)
        self.area.verticalScrollBar().valueChanged.connect(self._follow_scroll)
        self.nothing = words("No lesson is found by these words.", BODY, sheet)
        self.nothing.hide()

    def _lay_out(self) -> None:
        self.setGeometry(self._window.rect())
        room = self.size()
        wide, high = min(SHEET_WIDE, room.width() - FREE), min(SHEET_HIGH, room.height() - FREE)
        box = QRect((room.width() - wide) // 2, (room.height() - high) // 2, wide, high)
        self.sheet.setGeometry(box)
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

    def _choose(self, lesson_id: str, _checked: bool = False) -> None:
        self.leave()
        self._open_lesson(lesson_id)

    def _choose_folder(self) -> None:
        self.leave()
        self._open_folder()

    def _find(self, text: str) -> None:
        self.nothing.setVisible(not self.board.search(text))
        self.area.verticalScrollBar().setValue(0)
        self._follow_scroll()

    def _go_to_group(self, name: str, _checked: bool = False) -> None:
        self.search.clear()
        self.area.verticalScrollBar().setValue(self.board.headings[name].y() - 4)
        self.groups.show_chosen(name)

    def _bring_up(self, card: LessonCard) -> None:
        self.area.ensureWidgetVisible(card, 0, 40)
        self.groups.show_chosen(card.lesson.group)

    def _follow_scroll(self) -> None:
        """The first group of which a whole row is in sight is the chosen one."""
        top = self.area.verticalScrollBar().value()
        cards = [card for card in self.board.present() if card.y() >= top - 40]
        focused = QApplication.focusWidget()
        if isinstance(focused, LessonCard) and focused in cards[:9]:
            return
        self.groups.show_chosen(cards[0].lesson.group if cards else "")

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
            self._lay_out()
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        cards, letter = self.board.present(), event.text()
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        elif self.search.hasFocus() and cards and event.key() in (Qt.Key.Key_Down, *ENTERS):
            if event.key() != Qt.Key.Key_Down and self.board.found is not None:
                self.board.found.click()
            else:
                cards[0].setFocus(Qt.FocusReason.TabFocusReason)
        elif letter.strip() and letter.isprintable() and event.modifiers() in _LETTERS:
            self.search.setFocus(Qt.FocusReason.OtherFocusReason)
            self.search.insert(letter)  # typed at a card

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self.sheet.geometry().contains(event.position().toPoint()):
            self.leave()

    def paintEvent(self, event: QPaintEvent) -> None:
        with painted(self) as (painter, tokens):
            painter.fillRect(self.rect(), faded(tokens.shade, DIMMED))
            fill_rounded(painter, QRectF(self.sheet.geometry()), SHEET_RADIUS, tokens.surface)
