"""The tasks of a page: what is asked, what was answered, and what is said to that."""

import math
import re
from collections.abc import Callable
from functools import partial
from html import escape

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFocusEvent, QFontMetricsF, QKeyEvent, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import (
    QApplication,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLayout,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from engine.errors import Refused
from engine.files.lesson import Task, runs_of
from engine.files.lesson_checks import AnswerCheck
from engine.numerals import MINUS, NumberRole, read
from playground.session.lesson_guide import LessonGuide, asked
from playground.theme import icons
from playground.theme.fonts import BODY, BODY_STRONG, HINT, Face, font_of
from playground.theme.painting import painted
from playground.widgets.buttons import fill, icon_button, push_button, restyle
from playground.widgets.form import keep_place, words
from playground.widgets.layout import lay_out
from playground.widgets.plain_text import set_name

NOT_YET = "Not yet. Try again, or take the hint."
CLOSE = "Close, but not there yet."


def reply_to(check: AnswerCheck, text: str) -> str:
    """A sentence for an answer that is wrong."""
    if check.choices:
        return "Not this one. Look again, or take the hint."
    if not text.strip():
        return "Type a number first."
    try:
        typed = read(text)
    except Refused as refused:
        return refused.sentence
    wanted = check.is_
    return _why(typed, wanted, check.within) if isinstance(wanted, int | float) else NOT_YET


def _why(typed: float, wanted: float, within: float) -> str:
    """The first of a few usual slips that explains the number."""
    slack = max(within, 0.002 * abs(wanted))
    if not wanted or not typed:
        return CLOSE if not wanted and 0 < abs(typed) <= 20 * within else NOT_YET
    slips = (
        (-wanted, "Right size, wrong sign."),
        (2 * wanted, "Twice as much as it should be."),
        (wanted / 2, "Half of what it should be."),
        (1 / wanted, "Upside down: divide the other way round."),
    )
    for slipped, sentence in slips:
        if abs(typed - slipped) <= slack * min(1.0, abs(slipped / wanted)):
            return sentence
    tens = math.log10(abs(typed / wanted))
    if typed * wanted > 0 and round(tens) and abs(tens - round(tens)) < 0.001:
        return "The right digits, but the point is in another place."
    share = abs(typed - wanted) / abs(wanted)
    if share <= 0.02:
        return "Nearly. Give it a digit more."
    return CLOSE if share <= 0.15 else NOT_YET


SHORT, HALF = 20, 11  # letters that fit into a line, and into half of one
PLACEHOLDER = "?"
_WALKS = (Qt.Key.Key_Left, Qt.Key.Key_Right)  # with Ctrl
Take = Callable[[str], bool]


class AnswerField(QLineEdit):
    """ "?" until it has the focus, then a caret; Enter gives the answer."""

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFixedSize(108, 36)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setPlaceholderText(PLACEHOLDER)
        tip = "Your answer: type a number like −0.3, 1/3 or 2e−3, then press Enter."
        set_name(self, f"Your answer: {name}", tip)
        restyle(self, "turn", NumberRole.FORWARD.value)

    def event(self, event: QEvent) -> bool:
        """Keys that step are left to the window: a number needs none of them."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            controlled = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
            if event.key() == Qt.Key.Key_Space or (controlled and event.key() in _WALKS):
                event.ignore()
                return True
        return super().event(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.setPlaceholderText("")

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.setPlaceholderText(PLACEHOLDER)


class AnswerRow(QWidget):
    """Gives what was typed or chosen to `take`, which says whether it is right."""

    def __init__(
        self, check: AnswerCheck, task: str, take: Take, given: str, done: bool, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._check, self._take, self.done = check, take, False
        self.field: AnswerField | None = None
        self.choices: list[QPushButton] = []
        self.beside = words("", HINT, self) if check.is_guess else None
        self.reply = words("", HINT, self, quiet=False)
        self.reply.setForegroundRole(QPalette.ColorRole.BrightText)
        self.reply.hide()
        asked = self._make_choices(task) if check.choices else self._make_field(task)
        beside = () if self.beside is None else (self.beside,)
        lay_out(QVBoxLayout(self), asked, self.reply, *beside, spacing=6)
        self._show_given(given)
        self.show_done(done)

    def show_done(self, done: bool, truth: str = "") -> None:
        """The answer is given: it stays, and can no longer be changed; a guess has it beside it."""
        if self.beside is not None:
            guess = self._given if done else ""
            told = [f"Your guess: {guess or 'not made yet'}"]
            if self._check.known is not None:  # then as many lines at any time: nothing moves
                told.append(f"The answer: {truth or 'not known yet'}")
            self.beside.setText("\n".join(told))
        if not done or self.done:
            return
        self.done = True
        self.reply.hide()
        field = self.field
        if field is not None:  # a number that is known; the keyboard is free for the next step
            had_focus = field.hasFocus() or self.button.hasFocus()
            field.setText(field.text().strip().replace("-", MINUS))
            field.setReadOnly(True)
            field.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            restyle(field, "wrong", False)
            restyle(field, "right", not self._check.is_guess)
            self.button.hide()
            if had_focus:  # so that the canvas has it: Space steps, letters take tools
                field.clearFocus()
                self.button.clearFocus()
        for button in self.choices:
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            restyle(button, "right", not self._check.is_guess)

    # making

    def _make_field(self, task: str) -> QLayout:
        self.field = field = AnswerField(task, self)

        def check() -> None:
            if not self.done:
                text = field.text()
                right = self._take(text)
                restyle(field, "wrong", not right)
                self._say("" if right else reply_to(self._check, text))
                if right:
                    self.show_done(True)

        def forget(typed: str) -> None:
            """Something else is being typed: nothing is wrong yet."""
            restyle(field, "wrong", False)
            self._say("")

        tip = "Check (Enter): see whether the answer is right."
        self.button = push_button("Check", tip, check, self)
        self.button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves it in the field
        fill(self.button, NumberRole.FORWARD)
        field.returnPressed.connect(check)
        field.textEdited.connect(forget)
        return lay_out(QHBoxLayout(), field, self.button, None, spacing=8)

    def _make_choices(self, task: str) -> QLayout:
        grid = QGridLayout()
        grid.setSpacing(6)
        letters = [len(choice) for choice in self._check.choices]
        columns = 2 if max(letters) <= HALF else 1
        if sum(letters) <= SHORT and len(letters) <= 4:
            columns = len(letters)
        for place, choice in enumerate(self._check.choices):
            button = push_button(choice, f"{task} {choice}", partial(self._choose, choice), self)
            button.setFixedHeight(30)
            button.setCheckable(True)
            button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            restyle(button, "look", "choice")
            restyle(button, "guess", self._check.is_guess)
            self.choices.append(button)
            grid.addWidget(button, *divmod(place, columns))
        return grid

    # answering

    def _choose(self, choice: str) -> None:
        self._show_given(self._given if self.done else choice)
        if not self.done:
            self._say("" if self._take(choice) else reply_to(self._check, choice))

    def _say(self, sentence: str) -> None:
        """Say it, or take back what was said; its place stays, so that nothing below moves."""
        if sentence:
            self.reply.setText(sentence)
            keep_place(self.reply)
        self.reply.setVisible(bool(sentence) and not self.done)

    def _show_given(self, given: str) -> None:
        self._given = given
        if self.field is not None:
            self.field.setText(given)
        for choice, button in zip(self._check.choices, self.choices, strict=False):
            button.setChecked(choice == given)


WORDS_LEADING = 1.55


def kept_together(text: str) -> str:
    """The text with a number and its % always on one line."""
    return re.sub(r"(?<=[\d*]) (?=%)", "\N{NO-BREAK SPACE}", text)


def paragraph(text: str, face: Face, parent: QWidget) -> QLabel:
    """A paragraph; all that is special in it is **bold**, whatever else it holds is plain text."""
    label = QLabel(parent)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.RichText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
    set_paragraph(label, text, face)
    return label


def set_paragraph(label: QLabel, text: str, face: Face) -> None:
    """The same in another size, or another text."""
    font = font_of(face)
    label.setFont(font)
    share = WORDS_LEADING * face.pixels / QFontMetricsF(font).height()
    runs = "".join(
        f'<span style="font-weight:600">{escape(run)}</span>' if bold else escape(run)
        for run, bold in runs_of(kept_together(text))
    )
    label.setText(f'<p style="margin:0; line-height:{round(100 * share)}%">{runs}</p>')
    label.setAccessibleName(text.replace("**", ""))


CIRCLE, BESIDE, HINT_BUTTON = 16, 8, 24
DROP = 4  # so that circle, first line and hint stand on one line
TICK, DOT = 12, 3.5
ALL_DONE = "All done here."


class Circle(QWidget):
    """Empty until its task is done, then a tick; for a guess a dot: it is not called right."""

    def __init__(self, guess: bool, parent: QWidget) -> None:
        super().__init__(parent)
        self.done, self._guess = False, guess
        self.setFixedSize(CIRCLE, CIRCLE + DROP)

    def show_done(self, done: bool) -> None:
        self.done = done
        self.word = ("Guessed" if self._guess else "Done") if done else "To do"
        self.setAccessibleName(self.word)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with painted(self) as (painter, tokens):
            box = QRectF(0, DROP, CIRCLE, CIRCLE)
            if self._guess or not self.done:
                painter.setPen(QPen(tokens.node_line, 1.25))
                painter.drawEllipse(box.adjusted(0.75, 0.75, -0.75, -0.75))
                if self.done:
                    painter.setBrush(tokens.text2)
                    painter.drawEllipse(box.center(), DOT, DOT)
                return
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tokens.ok)
            painter.drawEllipse(box)
            corner = box.topLeft() + QPointF((CIRCLE - TICK) / 2, (CIRCLE - TICK) / 2)
            icons.paint(painter, "tick", tokens.on_accent, corner, TICK)


class TaskRow(QWidget):
    """One task; `answer` is called with what was typed or chosen for it."""

    def __init__(self, task: Task, answer: Take, given: str, done: bool, parent: QWidget) -> None:
        super().__init__(parent)
        check, self.task = asked(task), task
        self.circle = Circle(check is not None and check.is_guess, self)
        self.label = words(kept_together(task.text), BODY, self, quiet=False)
        self.label.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.label.setContentsMargins(0, DROP, 0, 0)
        self.hint = words(kept_together(task.hint), HINT, self)
        self.hint.hide()
        self.hint_button: QWidget | None = None
        if task.hint:
            tip = "Hint: a little help with this task."
            button = icon_button("help", "Hint", tip, self._turn_hint, self, "text2")
            button.setIconSize(QSize(TICK + 4, TICK + 4))
            button.setFixedSize(HINT_BUTTON, HINT_BUTTON)
            keep_place(button)
            self.hint_button = button
        self.answer = AnswerRow(check, task.text, answer, given, done, self) if check else None
        top = Qt.AlignmentFlag.AlignTop
        hint = [(self.hint_button, top)] if self.hint_button is not None else []
        row = lay_out(QHBoxLayout(), (self.circle, top), (self.label, 1), *hint, spacing=BESIDE)
        below = (self.hint,) if self.answer is None else (self.answer, self.hint)
        margins = (CIRCLE + BESIDE, 0, 0, 0)
        inner = lay_out(QVBoxLayout(), *below, spacing=6, margins=margins)
        lay_out(QVBoxLayout(self), row, inner, spacing=6)
        self.show_done(done)

    def show_done(self, done: bool, truth: str = "") -> None:
        """Tick it off; a hint stays, so that nothing moves, and a guess has the truth beside it."""
        self.circle.show_done(done)
        role = QPalette.ColorRole
        self.label.setForegroundRole(role.PlaceholderText if done else role.WindowText)
        if self.hint_button is not None:
            self.hint_button.setVisible(not done)
        if self.answer is not None:
            self.answer.show_done(done, truth)
        self.setAccessibleName(f"{self.circle.word}: {self.label.text()}")

    def _turn_hint(self) -> None:
        self.hint.setVisible(self.hint.isHidden())


class TaskList(QWidget):
    """All tasks of the present step; where room is short only the first that is still to do."""

    def __init__(self, guide: LessonGuide, parent: QWidget) -> None:
        super().__init__(parent)
        self._guide = guide
        self._tight = False
        self.rows: list[TaskRow] = []
        self.heading = words("Your turn", BODY_STRONG, self)
        self._all_done = words(ALL_DONE, BODY, self)
        self._column = lay_out(QVBoxLayout(self), self.heading, self._all_done, spacing=4)

    def show_tasks(self, tasks: tuple[Task, ...]) -> None:
        here = QApplication.focusWidget()
        if here is not None and self.isAncestorOf(here):
            here.clearFocus()  # Qt would give the keyboard to what comes next, and scroll to that
        for row in self.rows:
            row.hide()
            row.deleteLater()
        progress = self._guide.progress
        self.rows = []
        for number, task in enumerate(tasks):
            given, done = progress.answer(number), progress.is_ticked(number)
            row = TaskRow(task, partial(self._guide.answer, number), given, done, self)
            self.rows.append(row)
            self._column.insertWidget(number + 1, row)
        self.refresh()

    def refresh(self) -> None:
        progress = self._guide.progress
        for number, row in enumerate(self.rows):
            row.show_done(progress.is_ticked(number), self._guide.truth(row.task))
        self._show_what_fits()

    def set_tight(self, tight: bool) -> None:
        """Show one task at a time, without a heading."""
        self._tight = tight
        self._show_what_fits()

    def question(self) -> AnswerField | None:
        """The field of the first question in sight that is still open."""
        answers = (row.answer for row in self.rows if not row.isHidden())
        fields = (answer.field for answer in answers if answer is not None and not answer.done)
        return next(filter(None, fields), None)

    @property
    def says_something(self) -> bool:
        shown = [row for row in self.rows if not row.isHidden()]
        replies = [row.answer.reply for row in shown if row.answer is not None]
        return any(not word.isHidden() for word in [*replies, *(row.hint for row in shown)])

    def _show_what_fits(self) -> None:
        to_do = [row for row in self.rows if not row.circle.done]
        for row in self.rows:
            row.setVisible(not self._tight or row in to_do[:1])
        guesses = [row.answer.beside for row in self.rows if row.answer is not None]
        told = [beside for beside in guesses if beside is not None]
        for beside in told:
            beside.setVisible(not self._tight)
        self._all_done.setText("\n".join([ALL_DONE, *(beside.text() for beside in told)]))
        self.heading.setVisible(bool(self.rows) and not self._tight)
        self._all_done.setVisible(self._tight and bool(self.rows) and not to_do)
        self.setVisible(bool(self.rows))
