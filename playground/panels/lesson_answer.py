"""Where a task asks for an answer: a field for a number, or a few answers to choose from."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPalette
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from engine.files.lesson_checks import AnswerCheck
from engine.numerals import MINUS, Role
from playground.panels.lesson_replies import reply_to
from playground.theme.fonts import HINT
from playground.widgets.buttons import fill, push_button, restyle
from playground.widgets.form import keep_place, words
from playground.widgets.plain_text import set_tip

FIELD_WIDTH, FIELD_HEIGHT = 108, 36
SHORT, HALF = 20, 11  # letters that fit into a line, and into half of one
PLACEHOLDER = "?"
_WALKS = (Qt.Key.Key_Left, Qt.Key.Key_Right)  # with Ctrl
Take = Callable[[str], bool]


class AnswerField(QLineEdit):
    """ "?" until it has the focus, then a caret; Enter gives the answer."""

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFixedSize(FIELD_WIDTH, FIELD_HEIGHT)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setPlaceholderText(PLACEHOLDER)
        self.setAccessibleName(f"Your answer: {name}")
        set_tip(self, "Your answer: type a number like −0.3, 1/3 or 2e−3, then press Enter.")
        restyle(self, "turn", Role.FORWARD.value)

    def event(self, event: QEvent) -> bool:
        """Keys that step are left to the window: a number needs none of them."""
        asked = event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
        if asked and isinstance(event, QKeyEvent) and _steps(event):
            event.ignore()
            return True
        return super().event(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.setPlaceholderText("")

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.setPlaceholderText(PLACEHOLDER)


def _steps(event: QKeyEvent) -> bool:
    controlled = event.modifiers() & Qt.KeyboardModifier.ControlModifier
    return event.key() == Qt.Key.Key_Space or bool(controlled and event.key() in _WALKS)


class Answer(QWidget):
    """Gives what was typed or chosen to `take`, which says whether it is right."""

    def __init__(
        self, check: AnswerCheck, task: str, take: Take, given: str, done: bool, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._check, self._take, self.done = check, take, False
        self.field: AnswerField | None = None
        self.choices: list[QPushButton] = []
        self.beside = words("", HINT, self) if check.is_guess else None
        self.reply = self._make_reply()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)
        if check.choices:
            self._add_choices(task)
        else:
            self._add_field(task)
        self._column.addWidget(self.reply)
        if self.beside is not None:
            self._column.addWidget(self.beside)
        self._show_given(given)
        self.show_done(done)

    def show_done(self, done: bool, truth: str = "") -> None:
        """The answer is given: it stays, and can no longer be changed; a guess has it beside it."""
        if self.beside is not None:
            self.beside.setText(self._set_beside(self._given if done else "", truth))
        if not done or self.done:
            return
        self.done = True
        self.reply.hide()
        if self.field is not None:
            self._settle_field(self.field)
        for button in self.choices:
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            restyle(button, "right", not self._check.is_guess)

    def _set_beside(self, guess: str, truth: str) -> str:
        """As many lines at any time, so that nothing below them moves."""
        yours = f"Your guess: {guess or 'not made yet'}"
        if self._check.known is None:
            return yours
        return f"{yours}\nThe answer: {truth or 'not known yet'}"

    # making

    def _make_reply(self) -> QLabel:
        reply = words("", HINT, self, quiet=False)
        reply.setForegroundRole(QPalette.ColorRole.BrightText)
        reply.hide()
        return reply

    def _add_field(self, task: str) -> None:
        self.field = field = AnswerField(task, self)
        tip = "Check (Enter): see whether the answer is right."
        self.button = push_button("Check", tip, self._check_field, self)
        self.button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves it in the field
        fill(self.button, Role.FORWARD)
        field.returnPressed.connect(self._check_field)
        field.textEdited.connect(self._forget)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(field)
        row.addWidget(self.button)
        row.addStretch(1)
        self._column.addLayout(row)

    def _add_choices(self, task: str) -> None:
        grid = QGridLayout()
        grid.setSpacing(6)
        columns = _columns(self._check.choices)
        for place, choice in enumerate(self._check.choices):
            button = push_button(choice, f"{task} {choice}", partial(self._choose, choice), self)
            button.setFixedHeight(30)
            button.setCheckable(True)
            button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            restyle(button, "look", "choice")
            restyle(button, "guess", self._check.is_guess)
            self.choices.append(button)
            grid.addWidget(button, *divmod(place, columns))
        self._column.addLayout(grid)

    # answering

    def _choose(self, choice: str) -> None:
        if self.done:
            self._show_given(self._given)
            return
        self._show_given(choice)
        self._say("" if self._take(choice) else reply_to(self._check, choice))

    def _check_field(self) -> None:
        if self.field is None or self.done:
            return
        text = self.field.text()
        right = self._take(text)
        restyle(self.field, "wrong", not right)
        self._say("" if right else reply_to(self._check, text))
        if right:
            self.show_done(True)

    def _forget(self) -> None:
        """Something else is being typed: nothing is wrong yet."""
        if self.field is not None:
            restyle(self.field, "wrong", False)
        self._say("")

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

    def _settle_field(self, field: AnswerField) -> None:
        """A number that is known; the keyboard is free for the next step."""
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


def _columns(choices: tuple[str, ...]) -> int:
    """How many choices stand side by side."""
    if sum(map(len, choices)) <= SHORT and len(choices) <= 4:
        return len(choices)
    return 2 if max(map(len, choices)) <= HALF else 1
