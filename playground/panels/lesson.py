"""The lesson: head, page, formulas, and how far it has come."""

from collections.abc import Callable
from typing import NamedTuple

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import (
    QFontMetricsF,
    QHelpEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from engine.experiment.experiment import Experiment
from engine.files.lesson import Formula
from engine.formulas.terms import Piece
from engine.lessons.latex import why_not_drawn
from engine.numerals import NumberRole
from playground.model.document import Document
from playground.panels.lesson_tasks import TaskList, paragraph, set_paragraph
from playground.session.lesson_guide import LessonGuide
from playground.theme import icons
from playground.theme.fonts import (
    BODY,
    CAPTION,
    LESSON_TEXT,
    LESSON_TITLE,
    LESSON_TITLE_NARROW,
    SMALLEST,
    SYMBOLS_LINE,
    font_of,
)
from playground.theme.formula_pictures import Extent, FormulaPictures, reserved
from playground.theme.painting import fill_rounded, painted
from playground.theme.palette import Tokens, tokens_of
from playground.widgets.buttons import ElidedLabel, fill, flatten, icon_button, push_button, restyle
from playground.widgets.fields import ChoiceField
from playground.widgets.form import words
from playground.widgets.formula import HotspotWidget, Laid
from playground.widgets.layout import lay_out, scroll_area, share_padding
from playground.widgets.plain_text import set_name, set_tip, show_tip

RADIUS, SIDES, ENDS, LEADING = 8, 12, 8, 6
UNBROKEN = 16  # a line is set as small as this before it is broken
BROKEN = 17


class _Line(NamedTuple):
    """A line of mathematics as it is set."""

    symbol: Piece
    pixels: int
    extent: Extent
    above: float  # the room it has, which is more than it takes
    below: float


def broken(latex: str) -> tuple[str, ...]:
    """The formula in the pieces that may stand on lines of their own: each begins with an operator.

    Nothing is broken inside braces, brackets or parentheses.
    """
    pieces, groups, parentheses, start = [], 0, 0, 0
    for place, letter in enumerate(latex):
        named = latex[place - 1 : place] == "\\"  # \{ is a sign, no group
        groups += 0 if named else (letter == "{") - (letter == "}")
        parentheses = max(0, parentheses + (letter in "([") - (letter in ")]"))
        binary = letter == "=" or (letter in "+-" and latex[start:place].strip()[-1:] not in "=^_,")
        if not groups and not parentheses and binary and place > start and not named:
            pieces.append(latex[start:place])
            start = place
    pieces.append(latex[start:])
    return tuple(piece if piece[:1] not in ("+", "-") else "{}" + piece for piece in pieces)


class FormulaPlate(HotspotWidget):
    """Mathematics; what cannot or may not be drawn is shown as plain text."""

    def __init__(
        self, formulas: tuple[Formula, ...], pictures: FormulaPictures, parent: QWidget
    ) -> None:
        super().__init__("Formula", pictures, parent)
        drawn = not any(why_not_drawn(formula.latex) for formula in formulas)
        self._plain = "" if drawn else "\n".join(formula.plain for formula in formulas)
        symbols = [Piece(formula.plain, formula.latex) for formula in formulas if drawn]
        self.refresh("; ".join(formula.plain for formula in formulas), symbols)

    def lay_out(self, width: float) -> Laid:
        laid, room = Laid(), width - 2 * SIDES
        lines = [line for symbol in self._symbols for line in self._lines_of(symbol, room)]
        tall = sum(line.above + line.below for line in lines) + LEADING * max(0, len(lines) - 1)
        if self._plain:
            metrics, most = QFontMetricsF(font_of(LESSON_TEXT)), QRectF(0, 0, room, 10_000)
            tall = metrics.boundingRect(most, _WRAPPED, self._plain).height()
        laid.height = round(tall) + 2 * ENDS
        ready = all(self.pictures.ready(line.symbol.latex) for line in lines)
        self.complete &= ready  # a line may be a part of a formula

        def paint_ground(painter: QPainter, tokens: Tokens) -> None:
            fill_rounded(painter, self.rect().toRectF(), RADIUS, tokens.sunken)
            painter.setFont(font_of(LESSON_TEXT))
            painter.setPen(tokens.text)
            painter.drawText(QRectF(SIDES, 0, room, laid.height), _WRAPPED, self._plain)

        laid.marks.append(paint_ground)
        top = float(ENDS)
        for line in lines if ready else ():
            left = max(float(SIDES), (width - line.extent.width) / 2)
            high = line.above + line.below - line.extent.ascent - line.extent.descent
            baseline = top + high / 2 + line.extent.ascent
            self.put_symbol(laid, line.symbol, left, baseline, line.pixels, "text")
            top += line.above + line.below + LEADING
        return laid

    def _lines_of(self, symbol: Piece, room: float) -> list[_Line]:
        if not self.pictures.ready(symbol.latex):
            return [self._line(symbol, SYMBOLS_LINE)]
        line = self._fitted(symbol, room, SYMBOLS_LINE, UNBROKEN)
        if line.extent.width <= room:  # however small it is set, it has the room of a large one
            return [self._line(symbol, line.pixels, SYMBOLS_LINE)]
        pieces, lines = list(broken(symbol.latex)), list[_Line]()
        while pieces:
            for count in range(len(pieces), 0, -1):
                latex = "".join(pieces[:count])
                if self.pictures.extent(latex, "", BROKEN).width <= room:
                    break
            lines.append(self._fitted(Piece(symbol.plain, latex), room, BROKEN, SMALLEST))
            del pieces[:count]
        return lines

    def _fitted(self, symbol: Piece, room: float, most: int, least: int) -> _Line:
        """The line as large as there is room for, between these two sizes."""
        line = self._line(symbol, most)
        while line.extent.width > room and line.pixels > least:
            line = self._line(symbol, line.pixels - 1)
        return line

    def _line(self, symbol: Piece, pixels: int, room_of: int = 0) -> _Line:
        """The line in this size, with the room of a larger one if there should be one."""
        extent = self.extent(symbol, pixels)
        above, below = reserved(symbol.latex, max(pixels, room_of))
        above, below = max(above, extent.ascent), max(below, extent.descent)
        return _Line(symbol, pixels, extent, above, below)


_WRAPPED = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignCenter


BACK_TIP = "Back: to the step before."
NEXT_TIP = "Next: to the next step."
AGAIN_TIP = "Start again: this lesson from its first step, with nothing ticked."
TURN = 24
Act = Callable[[], object]


class LessonHead(QWidget):
    """The lesson's name and "3 of 7"; with little room also what turns the page."""

    def __init__(self, back: Act, on: Act, parent: QWidget) -> None:
        super().__init__(parent)
        self.title = ElidedLabel("", CAPTION, "text2", self)
        self.place = words("", CAPTION, self)
        self.place.setWordWrap(False)
        self.back = icon_button("chevron-left", "Back", BACK_TIP, back, self)
        self.next = icon_button("chevron-right", "Next", NEXT_TIP, on, self)
        lay_out(QHBoxLayout(self), (self.title, 1), self.back, self.place, self.next, spacing=4)
        for button in (self.back, self.next):
            button.setFixedSize(TURN, TURN)
            button.setIconSize(QSize(16, 16))
            button.hide()

    def show_place(self, step: int, count: int, done: bool) -> None:
        """At this step of so many; `done`: nothing is left to do in it."""
        self.place.setText(f"{step + 1} of {count}")
        self.back.setEnabled(step > 0)
        icons.set_icon(self.next, "chevron-right", self.palette(), "fwd" if done else "text")


class LessonFooter(QWidget):
    def __init__(self, back: Act, on: Act, again: Act, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(56)
        self.back = push_button("Back", BACK_TIP, back, self)
        flatten(self.back)
        self.again = icon_button("reset", "Start again", AGAIN_TIP, again, self, "text2")
        self.next = push_button("Next", NEXT_TIP, on, self)
        self.next.setMinimumWidth(84)
        row = QHBoxLayout(self)
        lay_out(row, self.back, self.again, None, self.next, spacing=8, margins=(12, 1, 20, 0))

    def show_place(self, first: bool, last: bool, done: bool, complete: bool) -> None:
        """Where the learner is; when all is done here, Next is the button to press."""
        self.back.setEnabled(not first)
        self.next.setText("Next lesson" if last else "Next")
        tip = "Next lesson: the one after this in the list." if last else NEXT_TIP
        set_name(self.next, self.next.text(), tip)
        if complete if last else done:
            fill(self.next, NumberRole.FORWARD)
        else:
            restyle(self.next, "look", "")


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
        count = max(1, len(self._titles))
        wide = (self.width() - GAP * (count - 1)) / count
        return QRectF(number * (wide + GAP), (HIGH - THICK) / 2, wide, THICK)

    def _at(self, x: float) -> int | None:
        boxes = enumerate(map(self.segment, range(len(self._titles))))
        found = (n for n, box in boxes if box.left() - GAP / 2 <= x <= box.right() + GAP / 2)
        return next(found, None)

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
        with painted(self) as (painter, tokens):
            for number in range(len(self._titles)):
                known = tokens.quiet if number <= self._reached else tokens.line
                color = tokens.fwd if number <= self._step else known
                fill_rounded(painter, self.segment(number), THICK / 2, color)


PADDING = 20
LEAST_TEXT, PIN_TOP, PIN_BOTTOM = 30, 4, 8
TIGHT = 330  # a panel less high than this shows one task at a time
VARIANT_TIP = (
    "Variant: the same experiment with other settings. "
    "A page sets the one that it speaks of; choose another to compare."
)


class LessonPanel(QWidget):
    """Shows the guide's lesson; `open_lessons` opens the list, `open_next` the lesson after it."""

    def __init__(
        self,
        document: Document,
        guide: LessonGuide,
        pictures: FormulaPictures,
        parent: QWidget,
        open_lessons: Act,
        open_next: Act,
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName("Lesson")
        self._guide, self._pictures = guide, pictures
        self._shown: object = None
        self._tight = False
        self._paragraphs: list[tuple[QLabel, str]] = []
        self._text: list[QWidget] = []  # they, and the formulas
        self._asking = QTimer(self, singleShot=True, interval=0)
        self._asking.timeout.connect(self._ask)
        self._make_parts(open_lessons, open_next)
        self._lay_out()
        document.changed.connect(self._on_changed)
        guide.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """The lesson, the step or a tick is another."""
        opened, progress = self._guide.opened, self._guide.progress
        page = (opened, progress.step, progress.is_begun)
        if page != self._shown:
            self._shown = page
            self._show_page()
        else:
            self.tasks.refresh()
            self._fit_pin()
            if QApplication.focusWidget() is None:  # a question let go of it: on to the next
                self._asking.start()
        lesson = self._guide.lesson
        if lesson is not None and lesson.steps:
            titles = tuple(step.title for step in lesson.steps)
            self.rail.show_steps(titles, progress.step, progress.reached)
            last = progress.step == len(titles) - 1
            done = all(row.circle.done for row in self.tasks.rows)
            self.head.show_place(progress.step, len(titles), done)
            self.footer.show_place(progress.step == 0, last, done, self._guide.complete)

    # making

    def _make_parts(self, open_lessons: Act, open_next: Act) -> None:
        def on() -> None:
            lesson = self._guide.lesson
            if lesson is not None and self._guide.progress.step == len(lesson.steps) - 1:
                open_next()
            else:
                self._go(1)

        self.head = LessonHead(lambda: self._go(-1), on, self)
        self.rail = LessonRail(self._guide.go_to, self)
        self.footer = LessonFooter(lambda: self._go(-1), on, self._guide.start_again, self)
        self.variants = ChoiceField("Variant", VARIANT_TIP, self)
        self.variants.setPlaceholderText("Your own")
        self.variants.textActivated.connect(self._guide.choose_variant)
        self.variant_label = words("Variant", BODY, self)
        self.variant_label.setWordWrap(False)
        set_tip(self.variant_label, VARIANT_TIP)
        self.title = words("", LESSON_TITLE, self, quiet=False)
        self.tasks = TaskList(self._guide, self)
        self.empty = words("This experiment does not belong to a lesson.", BODY, self)
        tip = "Open a lesson: choose one from the list."
        self.button = push_button("Open a lesson", tip, open_lessons, self, "lessons")

    def _lay_out(self) -> None:
        self._page = QWidget(self)
        variant = lay_out(QHBoxLayout(), self.variant_label, (self.variants, 1), spacing=8)
        self._column = lay_out(
            QVBoxLayout(self._page), variant, self.title, self.tasks, None,
            spacing=12, margins=(PADDING, 0, PADDING, 12),
        )  # fmt: skip
        self.area = scroll_area(self._page, self)
        self.area.setMinimumHeight(LEAST_TEXT)
        share_padding(self.area, self._column, PADDING)
        ground = QWidget(self)  # the present task stands there when there is little room
        margins = (PADDING, PIN_TOP, PADDING, PIN_BOTTOM)
        self._pinned = lay_out(QVBoxLayout(ground), margins=margins)
        self.pin = scroll_area(ground, self)
        self.pin.hide()
        self.pin.setViewportMargins(0, 1, 0, 0)  # the line above it
        share_padding(self.pin, self._pinned, PADDING)
        self.pin.verticalScrollBar().rangeChanged.connect(self._follow_reply)
        self._top = lay_out(QVBoxLayout(), self.head, self.rail, 6)
        self.no_lesson = QWidget(self)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        middle = (self.button, Qt.AlignmentFlag.AlignHCenter)
        lay_out(
            QVBoxLayout(self.no_lesson), None, self.empty, middle, None,
            spacing=12, margins=(PADDING, 0, PADDING, 0),
        )  # fmt: skip
        parts = (self._top, (self.area, 1), self.pin, self.footer, self.no_lesson)
        lay_out(QVBoxLayout(self), *parts)

    # showing

    def _show_page(self) -> None:
        lesson, step = self._guide.lesson, self._guide.step
        self.head.setVisible(lesson is not None)
        self.area.setVisible(lesson is not None)
        self.no_lesson.setVisible(lesson is None)
        self.rail.setVisible(step is not None)
        self.footer.setVisible(step is not None and not self._tight)
        if lesson is None:
            self._show_text((), ())
            self._top.setContentsMargins(0, 0, 0, 0)
            self.tasks.show_tasks(())
            return
        self.head.title.set_text(lesson.title)
        names = [variant.name for variant in lesson.variants]
        self.variants.setVisible(bool(names))
        self.variant_label.setVisible(bool(names))
        if names:
            self.variants.clear()
            self.variants.addItems(names)
            self._show_variant()
        if step is None:
            self.title.setText(lesson.title)
            self._show_text((f"{lesson.line}.",), ())
        else:
            self.title.setText(step.title)
            self._show_text(step.text, step.formulas)
        self.tasks.show_tasks(step.tasks if step is not None else ())
        self.area.verticalScrollBar().setValue(0)
        self._dress()
        self._asking.start()

    def _ask(self) -> None:
        """The question of the page has the keyboard; a button that was clicked does not keep it."""
        field, here = self.tasks.question(), QApplication.focusWidget()
        if field is not None and field.isVisible():
            field.setFocus(Qt.FocusReason.OtherFocusReason)
        elif here is not None and self.isAncestorOf(here):
            by_keyboard = Qt.WidgetAttribute.WA_KeyboardFocusChange
            if not self.window().testAttribute(by_keyboard):
                here.clearFocus()

    def _show_text(self, texts: tuple[str, ...], formulas: tuple[Formula, ...]) -> None:
        for part in self._text:
            part.hide()
            part.deleteLater()
        self._paragraphs = [(paragraph(text, LESSON_TEXT, self._page), text) for text in texts]
        self._text = [label for label, _ in self._paragraphs]
        if formulas:
            self._text.append(FormulaPlate(formulas, self._pictures, self._page))
        place = self._column.indexOf(self.title) + 1
        for number, part in enumerate(self._text):
            self._column.insertWidget(place + number, part)
            part.show()  # Qt would show it later, and paint the page without it until then

    def _show_variant(self) -> None:
        self.variants.setCurrentIndex(self.variants.findText(self._guide.variant))

    def _on_changed(self, before: Experiment, after: Experiment) -> None:
        same = before.settings is after.settings and before.network is after.network
        if not (same and before.start is after.start) and not self.variants.isHidden():
            self._show_variant()

    def _go(self, turn: int) -> None:
        self._guide.go_to(self._guide.progress.step + turn)

    # room

    def _fit_pin(self) -> None:
        """The present task takes what it needs, but leaves the text a line."""
        if self._tight:
            room = self.height() - self.head.height() - self.rail.height() - LEAST_TEXT
            needed = (
                self.tasks.heightForWidth(self.width() - 2 * PADDING) + PIN_TOP + PIN_BOTTOM + 1
            )
            self.pin.setFixedHeight(max(0, min(needed, room)))
        self.pin.setVisible(self._tight and bool(self.tasks.rows))

    def _follow_reply(self, low: int, high: int) -> None:
        """A reply or a hint that came gets room, and is brought into sight."""
        self._fit_pin()
        if self.tasks.says_something:
            self.pin.verticalScrollBar().setValue(high)

    def _dress(self) -> None:
        self.title.setFont(font_of(LESSON_TITLE_NARROW if self._tight else LESSON_TITLE))
        for label, text in self._paragraphs:
            set_paragraph(label, text, BODY if self._tight else LESSON_TEXT)
        margins = self._column.contentsMargins()
        margins.setBottom(0 if self._tight else 12)
        self._column.setContentsMargins(margins)
        self._column.setSpacing(6 if self._tight else 12)
        self._top.setContentsMargins(PADDING, 2 if self._tight else 14, PADDING, 0)
        self._fit_pin()

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:  # a hint or a reply came or went
            self._fit_pin()
        return done

    def sizeHint(self) -> QSize:
        return QSize(272, 560)

    def minimumSizeHint(self) -> QSize:
        return QSize(240, 120)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        tight = event.size().height() < TIGHT
        if tight != self._tight:  # in little room the present task stays, the text above scrolls
            self._tight = tight
            self.tasks.set_tight(tight)
            if tight:
                self._pinned.addWidget(self.tasks)
            else:
                self._column.insertWidget(self._column.count() - 1, self.tasks)
            self.footer.setVisible(not tight and self._guide.step is not None)
            self.head.back.setVisible(tight)
            self.head.next.setVisible(tight)
            self._dress()
        self._fit_pin()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.pin.isVisible():
            line = tokens_of(self.palette()).line
            QPainter(self).fillRect(0, self.pin.y(), self.width(), 1, line)
