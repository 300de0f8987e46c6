"""The tasks of a step: a circle that ticks itself off, what to do, a hint, and room to answer."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from engine.files.lesson import Task
from playground.panels.lesson_answer import Answer, AnswerField
from playground.panels.lesson_words import kept_together
from playground.session.lesson_guide import LessonGuide, asked
from playground.theme import icons
from playground.theme.fonts import BODY, BODY_STRONG, HINT
from playground.theme.palette import tokens_of
from playground.widgets.buttons import icon_button
from playground.widgets.form import keep_place, words

CIRCLE, BESIDE, HINT_BUTTON = 16, 8, 24
DROP = 4  # so that circle, first line and hint stand on one line
TICK, DOT = 12, 3.5
HEADING = "Your turn"
ALL_DONE = "All done here."


class Circle(QWidget):
    """Empty until its task is done, then a tick; for a guess a dot: it is not called right."""

    def __init__(self, guess: bool, parent: QWidget) -> None:
        super().__init__(parent)
        self.done, self._guess = False, guess
        self.setFixedSize(CIRCLE, CIRCLE + DROP)

    def show_done(self, done: bool) -> None:
        """Tick it."""
        self.done = done
        self.setAccessibleName(self.word)
        self.update()

    @property
    def word(self) -> str:
        """What it says."""
        return ("Guessed" if self._guess else "Done") if self.done else "To do"

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = tokens_of(self.palette())
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
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

    def __init__(
        self, task: Task, answer: Callable[[str], bool], given: str, done: bool, parent: QWidget
    ) -> None:
        super().__init__(parent)
        check, self.task = asked(task), task
        self.circle = Circle(check is not None and check.is_guess, self)
        self.label = words(kept_together(task.text), BODY, self, quiet=False)
        self.label.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.label.setContentsMargins(0, DROP, 0, 0)
        self.hint = words(kept_together(task.hint), HINT, self)
        self.hint.hide()
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(BESIDE)
        row.addWidget(self.circle, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.label, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(row)
        self.hint_button = self._add_hint(row) if task.hint else None
        inner = QVBoxLayout()
        inner.setContentsMargins(CIRCLE + BESIDE, 0, 0, 0)
        inner.setSpacing(6)
        self.answer = Answer(check, task.text, answer, given, done, self) if check else None
        if self.answer is not None:
            inner.addWidget(self.answer)
        inner.addWidget(self.hint)
        column.addLayout(inner)
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

    def _add_hint(self, row: QHBoxLayout) -> QWidget:
        button = icon_button("help", "Hint", "Hint: a little help with this task.",
                             self._turn_hint, self)  # fmt: skip
        icons.wear(button, "help", self.palette(), "text2")
        button.setIconSize(QSize(TICK + 4, TICK + 4))
        button.setFixedSize(HINT_BUTTON, HINT_BUTTON)
        keep_place(button)
        row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        return button

    def _turn_hint(self) -> None:
        self.hint.setVisible(self.hint.isHidden())


class TaskList(QWidget):
    """All tasks of the present step; where room is short only the first that is still to do."""

    def __init__(self, guide: LessonGuide, parent: QWidget) -> None:
        super().__init__(parent)
        self._guide = guide
        self._tight = False
        self.rows: list[TaskRow] = []
        self.heading = words(HEADING, BODY_STRONG, self)
        self._all_done = words(ALL_DONE, BODY, self)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self._column.addWidget(self.heading)
        self._column.addWidget(self._all_done)

    def show_tasks(self, tasks: tuple[Task, ...]) -> None:
        """The tasks of another step."""
        here = QApplication.focusWidget()
        if here is not None and self.isAncestorOf(here):
            here.clearFocus()  # Qt would give the keyboard to what comes next, and scroll to that
        for row in self.rows:
            row.hide()
            row.deleteLater()
        progress = self._guide.progress
        self.rows = []
        for number, task in enumerate(tasks):
            given = progress.answer(number)
            answer = partial(self._guide.answer, number)
            row = TaskRow(task, answer, given, progress.is_ticked(number), self)
            self.rows.append(row)
            self._column.insertWidget(number + 1, row)
        self.refresh()

    def refresh(self) -> None:
        """Tick off what is done by now."""
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
        return next((field for field in fields if field is not None), None)

    @property
    def says_something(self) -> bool:
        """Whether a hint or a reply is shown."""
        shown = [row for row in self.rows if not row.isHidden()]
        replies = [row.answer.reply for row in shown if row.answer is not None]
        return any(not word.isHidden() for word in [*replies, *(row.hint for row in shown)])

    def height_for(self, width: int) -> int:
        """The height that what is shown needs."""
        return self._column.totalHeightForWidth(width)

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
