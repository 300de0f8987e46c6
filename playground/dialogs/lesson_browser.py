"""Every lesson as a card with its picture, in groups, and how far the learner has come."""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from PySide6.QtCore import QEvent, QObject, QPointF, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAction,
    QColor,
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
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QLabel,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from engine.errors import Refused
from engine.experiment.experiment import Experiment
from engine.lessons import Lesson, LessonProgress, lessons, open_lesson
from playground.session.settings import LessonPlaces
from playground.theme import icons
from playground.theme.fonts import (
    BODY,
    BODY_STRONG,
    CAPTION,
    CHIP,
    FACTOR,
    HINT,
    SHEET_TITLE,
    Face,
    font_of,
    strong,
)
from playground.theme.painting import draw_elided, edge_pen, fill_rounded, rim_rounded, weight_color
from playground.theme.palette import Tokens, faded, tokens_of
from playground.widgets.buttons import icon_button, push_button
from playground.widgets.form import words
from playground.widgets.plain_text import set_tip, set_words
from playground.widgets.tab_walk import walk

GROUP_WIDE, GROUP_HIGH, GROUP_INSIDE, COUNT = 212, 38, 14, 44
GROUP_RADIUS = 8
_GROUP_TURNS: dict[int, int] = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


class GroupButton(QAbstractButton):
    """One group: its name, and 2 / 7."""

    def __init__(self, name: str, done: int, count: int, parent: "Groups") -> None:
        super().__init__(parent)
        self._groups, self._count = parent, f"{done} / {count}"
        set_words(self, name)
        self.setCheckable(True)
        self.setFixedSize(GROUP_WIDE, GROUP_HIGH)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(f"{name}: {done} of {count} done")
        set_tip(self, f"{name}: {done} of {count} lessons done")

    def sizeHint(self) -> QSize:
        return QSize(GROUP_WIDE, GROUP_HIGH)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _GROUP_TURNS:
            self._groups.turn(self, _GROUP_TURNS[event.key()])
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = tokens_of(self.palette())
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            box = QRectF(self.rect())
            chosen = self.isChecked()
            if chosen or self.underMouse():
                fill_rounded(painter, box, GROUP_RADIUS, tokens.fwd_t if chosen else tokens.sunken)
            painter.setFont(font_of(strong(BODY) if chosen else BODY))
            painter.setPen(tokens.fwd if chosen else tokens.text)
            room = box.adjusted(GROUP_INSIDE, 0, -GROUP_INSIDE - COUNT, 0)
            name = _short(self.text(), painter.fontMetrics(), room.width())
            middle = Qt.AlignmentFlag.AlignVCenter
            painter.drawText(room, middle | Qt.AlignmentFlag.AlignLeft, name)
            painter.setFont(font_of(CAPTION))
            painter.setPen(tokens.text2)
            count = box.adjusted(0, 0, -GROUP_INSIDE, 0)
            painter.drawText(count, middle | Qt.AlignmentFlag.AlignRight, self._count)


def _short(name: str, metrics: QFontMetrics, room: float) -> str:
    """As many whole words of a list of things as there is room for; the tip tells all."""
    while metrics.horizontalAdvance(name) > room and " " in name:
        name = name.rpartition(" ")[0].removesuffix(" and").rstrip(",")
    return metrics.elidedText(name, Qt.TextElideMode.ElideRight, int(room))


class Groups(QWidget):
    """`chosen` is called with the name of a group."""

    def __init__(self, chosen: Callable[[str], object], parent: QWidget) -> None:
        super().__init__(parent)
        self._chosen = chosen
        self.buttons: dict[str, GroupButton] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self._column.addStretch(1)
        self.setFixedWidth(GROUP_WIDE)

    def show_groups(self, counts: dict[str, tuple[int, int]]) -> None:
        """Done and all by group."""
        for button in self.buttons.values():
            button.hide()
            button.deleteLater()
        self.buttons = {}
        for place, (name, (done, count)) in enumerate(counts.items()):
            button = GroupButton(name, done, count, self)
            button.clicked.connect(partial(self._choose, name))
            self.buttons[name] = button
            self._column.insertWidget(place, button)

    def show_chosen(self, name: str) -> None:
        """The group that is in sight."""
        for known, button in self.buttons.items():
            button.setChecked(known == name)

    def turn(self, button: GroupButton, turn: int) -> None:
        """Take the keyboard to the group above or below."""
        buttons = list(self.buttons.values())
        place = max(0, min(len(buttons) - 1, buttons.index(button) + turn))
        buttons[place].setFocus(Qt.FocusReason.TabFocusReason)

    def _choose(self, name: str, _checked: bool = False) -> None:
        self.show_chosen(name)
        self._chosen(name)


NODE_RADIUS, SMALLEST_RADIUS = 7.0, 3.0
SIDES, ENDS = 34.0, 20.0
WIDEST_GAP = 62.0
STROKE = 1.25
MANY = 400  # edges; more are drawn thinner


class SketchEdge(NamedTuple):
    """An edge between two nodes, by their places in the sketch."""

    start: int
    end: int
    weight: float
    locked: bool


class Sketch(NamedTuple):
    """A network as far as a small picture shows it; places lie between 0 and 1."""

    places: tuple[tuple[float, float], ...]
    kinds: tuple[str, ...]
    lines: tuple[SketchEdge, ...]
    shape: tuple[float, float]


def sketch_of(experiment: Experiment) -> Sketch:
    """What there is to draw of an experiment."""
    network, layout = experiment.network, experiment.layout
    points = [layout.position(node.id) for node in network.nodes]
    xs, ys = [x for x, _ in points] or [0.0], [y for _, y in points] or [0.0]
    wide, high = max(xs) - min(xs), max(ys) - min(ys)
    places = tuple(
        ((x - min(xs)) / wide if wide else 0.5, (y - min(ys)) / high if high else 0.5)
        for x, y in points
    )
    kinds = tuple("output" if node.output else node.kind for node in network.nodes)
    lines = tuple(
        SketchEdge(network.index[e.source], network.index[e.target], float(w), e.locked)
        for e, w in zip(network.edges, experiment.parameters, strict=False)
    )
    return Sketch(places, kinds, lines, (wide, high))


def paint_sketch(painter: QPainter, tokens: Tokens, sketch: Sketch, box: QRectF) -> None:
    """The network in the middle of the box."""
    points = _points(sketch, box)
    rows = len({round(y, 3) for _, y in sketch.places})
    radius = max(SMALLEST_RADIUS, min(NODE_RADIUS, NODE_RADIUS * 7 / max(1, rows)))
    width = STROKE if len(sketch.lines) <= MANY else 0.5
    for line in sketch.lines:
        color = tokens.node_line if line.locked else weight_color(tokens, line.weight)
        painter.setPen(edge_pen(color, width, line.weight < 0 and not line.locked))
        painter.drawLine(points[line.start], points[line.end])
    for point, kind in zip(points, sketch.kinds, strict=True):
        painter.setPen(QPen(_rim(tokens, kind), 1.5))
        painter.setBrush(tokens.node)
        if kind == "parameter":
            side = 2 * radius - 1
            square = QRectF(point.x() - side / 2, point.y() - side / 2, side, side)
            painter.drawRoundedRect(square, 3, 3)
        else:
            painter.drawEllipse(point, radius, radius)
        if kind == "output" and radius > 5:
            painter.drawEllipse(point, radius - 3, radius - 3)


def _points(sketch: Sketch, box: QRectF) -> list[QPointF]:
    """As large as there is room, but columns never further apart than in a drawing by hand."""
    room = box.adjusted(SIDES, ENDS, -SIDES, -ENDS)
    columns = len({round(x, 2) for x, _ in sketch.places})
    rows = len({round(y, 2) for _, y in sketch.places})
    wide = min(room.width(), WIDEST_GAP * max(0, columns - 1))
    high = min(room.height(), WIDEST_GAP * max(0, rows - 1) / 2)
    left, top = box.center().x() - wide / 2, box.center().y() - high / 2
    return [QPointF(left + x * wide, top + y * high) for x, y in sketch.places]


def _rim(tokens: Tokens, kind: str) -> QColor:
    return {"input": tokens.fwd, "parameter": tokens.text}.get(kind, tokens.text2)


class LessonPictures(QObject):
    """The sketches read so far; one more is read in each turn of the event loop."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.sketches: dict[str, Sketch | None] = {}
        self._wanted: dict[str, Callable[[], object]] = {}
        self._turn = QTimer(self, interval=0)
        self._turn.timeout.connect(self._read_one)

    @property
    def settled(self) -> bool:
        """Whether every picture that was asked for is there."""
        return not self._wanted

    def sketch(self, lesson_id: str, drawn: Callable[[], object]) -> Sketch | None:
        """The sketch, or None until it is read; `drawn` is called then."""
        if lesson_id not in self.sketches:
            self._wanted[lesson_id] = drawn
            self._turn.start()
        return self.sketches.get(lesson_id)

    def forget_wishes(self) -> None:
        """Nobody looks any more."""
        self._wanted.clear()
        self._turn.stop()

    def _read_one(self) -> None:
        if self._wanted:
            lesson_id = next(iter(self._wanted))
            drawn = self._wanted.pop(lesson_id)
            try:
                self.sketches[lesson_id] = sketch_of(open_lesson(lesson_id).experiment)
            except Refused:
                self.sketches[lesson_id] = None
            drawn()
        if not self._wanted:
            self._turn.stop()


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


class LessonEntry(NamedTuple):
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


class LessonCard(QAbstractButton):
    """Picture, title and line of one lesson; Enter or a click opens it."""

    def __init__(
        self, entry: LessonEntry, last: bool, pictures: LessonPictures, board: "Board"
    ) -> None:
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
        if isinstance(QApplication.focusWidget(), LessonCard):
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
        self.cards: list[LessonCard] = []
        self.found: LessonCard | None = None
        self.headings: dict[str, QLabel] = {}

    def show_entries(self, entries: tuple[LessonEntry, ...], last: str) -> None:
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
            card = LessonCard(entry, entry.lesson.id == last, self._pictures, self)
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

    def present(self) -> list[LessonCard]:
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

    def turn(self, card: LessonCard, where: str) -> None:
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

    def show_card(self, card: LessonCard) -> None:
        """The keyboard has come to this one."""
        self.update()
        self.card_reached.emit(card)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.lay_out()


def _beside(cards: list[LessonCard], card: LessonCard, turn: int) -> LessonCard:
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
        self.sheet = QWidget(self)
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
        sheet = self.sheet
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
        entries = tuple(LessonEntry(lesson, self._places.progress(lesson)) for lesson in known)
        counts: dict[str, tuple[int, int]] = {}
        for entry in entries:
            done, count = counts.get(entry.lesson.group, (0, 0))
            counts[entry.lesson.group] = (done + entry.done, count + 1)
        self.groups.show_groups(counts)
        self.board.show_entries(entries, self._places.last)

    def _lay_out(self) -> None:
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

    def _bring_up(self, card: LessonCard) -> None:
        self.area.ensureWidgetVisible(card, 0, 40)
        self.groups.show_chosen(card.entry.lesson.group)

    def _follow_scroll(self) -> None:
        """The first group of which a whole row is in sight is the chosen one."""
        top = self.area.verticalScrollBar().value()
        cards = [card for card in self.board.present() if card.y() >= top - 40]
        focused = QApplication.focusWidget()
        if isinstance(focused, LessonCard) and focused in cards[:9]:
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
        if not self.sheet.geometry().contains(event.position().toPoint()):
            self.leave()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = tokens_of(self.palette())
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.fillRect(self.rect(), faded(tokens.shade, DIMMED))
            fill_rounded(painter, QRectF(self.sheet.geometry()), SHEET_RADIUS, tokens.surface)


_INTO_CARDS = (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter)


def _with_parents(widget: QWidget | None) -> tuple[QWidget, ...]:
    """It and what it stands in, for a field may be gone when the keyboard comes back."""
    return () if widget is None else (widget, *_with_parents(widget.parentWidget()))


def _takes_keys(widget: QWidget) -> bool:
    if not (isValid(widget) and widget.isVisible()):
        return False
    return widget.focusPolicy() != Qt.FocusPolicy.NoFocus
