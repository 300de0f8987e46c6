"""Questions and notices as a dialog of our own, and the end of every dialog."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from engine.numerals import Role
from playground.theme.fonts import BODY, STEP_TITLE, Face, font_of
from playground.widgets.buttons import fill, flatten, push_button
from playground.widgets.plain_text import plain_label, plain_title, set_tip

WIDTH = 460
DETAILS_HEIGHT = 120


def _nothing() -> None:
    """The answer that changes nothing."""


@dataclass(frozen=True, slots=True)
class DialogAnswer:
    """What a button says and does; one that `stays` leaves the question open."""

    text: str
    act: Callable[[], object] = _nothing
    stays: bool = False


CANCEL = DialogAnswer("Cancel")


class Question(QDialog):
    """A heading, a sentence, perhaps details, and the answers; the first one is the default.

    Escape and closing the dialog give no answer: nothing is done.
    """

    def __init__(
        self,
        window: QWidget,
        heading: str,
        sentence: str,
        answers: tuple[DialogAnswer, ...] = (DialogAnswer("Close"),),
        details: str = "",
    ) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(plain_title(heading))
        self.setAccessibleDescription(sentence)
        self.heading, self.sentence = heading, sentence
        self._answers = answers
        self._chosen = CANCEL
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(24, 20, 24, 20)
        self._column.setSpacing(12)
        self._column.addWidget(self._label(heading, STEP_TITLE))
        self._column.addWidget(self._label(sentence, BODY))
        if details:
            self._add_details(details)
        self._column.addSpacing(4)
        self._add_buttons()
        self.finished.connect(self._answer)

    def button(self, text: str) -> QPushButton:
        """The button that says this."""
        return next(b for b in self.findChildren(QPushButton) if b.text() == text)

    def _label(self, text: str, face: Face) -> QLabel:
        made = plain_label(text, self)
        made.setFont(font_of(face))
        made.setWordWrap(True)
        made.setFixedWidth(WIDTH)
        made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return made

    def _add_details(self, details: str) -> None:
        words = QPlainTextEdit(details, self)
        words.setReadOnly(True)
        words.setTabChangesFocus(True)
        words.setFixedHeight(DETAILS_HEIGHT)
        words.setAccessibleName("Details")
        set_tip(words, "Where exactly, for whoever mends it")
        words.hide()
        self._details = words
        self._column.addWidget(words)

    def _add_buttons(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(8)
        if self.findChild(QPlainTextEdit) is not None:
            tip = "Show or hide where exactly it went wrong"
            row.addWidget(self._button("Details…", tip, self._turn_details))
        row.addStretch(1)
        for answer in reversed(self._answers):
            button = self._button(answer.text, answer.text, partial(self._choose, answer))
            row.addWidget(button)
            if answer is self._answers[0]:
                fill(button, Role.FORWARD)
                button.setDefault(True)
                button.setFocus()
        self._column.addLayout(row)

    def _button(self, text: str, tip: str, pressed: Callable[[], object]) -> QPushButton:
        return push_button(text, tip, pressed, self)

    def _turn_details(self) -> None:
        self._details.setVisible(self._details.isHidden())
        self.adjustSize()

    def _choose(self, answer: DialogAnswer) -> None:
        if answer.stays:
            answer.act()
            return
        self._chosen = answer
        self.accept()

    def _answer(self) -> None:
        self._chosen.act()


def ask(
    window: QWidget,
    heading: str,
    sentence: str,
    answers: tuple[DialogAnswer, ...] = (DialogAnswer("Close"),),
    details: str = "",
) -> Question:
    """Ask over this window; the program goes on meanwhile."""
    question = Question(window, heading, sentence, answers, details)
    question.open()
    return question


def end_buttons(
    dialog: QDialog, text: str, tip: str, take: Callable[[], object]
) -> tuple[QPushButton, QPushButton]:
    """Cancel, and the button that Enter presses: it takes what was chosen."""
    cancel = push_button(
        "Cancel", "Cancel: everything stays as it is (Esc).", dialog.reject, dialog
    )
    chosen = push_button(text, f"{text}: {tip} (Enter).", take, dialog)
    flatten(cancel)
    fill(chosen, Role.FORWARD)
    chosen.setDefault(True)
    return cancel, chosen
