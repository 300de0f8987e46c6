"""Questions and notices as a dialog of our own, and what every dialog ends with."""

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
from playground.widgets.focus import FocusRing
from playground.widgets.layout import AS_STYLED, lay_out
from playground.widgets.plain_text import plain_label, plain_title, set_name

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


def read_only(name: str, tip: str, parent: QWidget) -> QPlainTextEdit:
    """Lines to read and to copy."""
    made = QPlainTextEdit(parent)
    made.setReadOnly(True)
    made.setTabChangesFocus(True)
    set_name(made, name, tip)
    return made


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
        self._column = lay_out(
            QVBoxLayout(self), self._label(heading, STEP_TITLE), self._label(sentence, BODY),
            margins=(24, 20, 24, 20), spacing=12,
        )  # fmt: skip
        if details:
            self._details = read_only("Details", "Where exactly, for whoever mends it", self)
            self._details.setPlainText(details)
            self._details.setFixedHeight(DETAILS_HEIGHT)
            self._details.hide()
            self._column.addWidget(self._details)
        self._column.addSpacing(4)
        self._add_buttons()

    def button(self, text: str) -> QPushButton:
        return next(b for b in self.findChildren(QPushButton) if b.text() == text)

    def _label(self, text: str, face: Face) -> QLabel:
        made = plain_label(text, self)
        made.setFont(font_of(face))
        made.setWordWrap(True)
        made.setFixedWidth(WIDTH)
        made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return made

    def _add_buttons(self) -> None:
        row = lay_out(QHBoxLayout(), spacing=8)
        if self.findChild(QPlainTextEdit) is not None:
            tip = "Show or hide where exactly it went wrong"
            row.addWidget(push_button("Details…", tip, self._turn_details, self))
        row.addStretch(1)
        for answer in reversed(self._answers):
            button = push_button(answer.text, answer.text, partial(self._choose, answer), self)
            row.addWidget(button)
            if answer is self._answers[0]:
                fill(button, Role.FORWARD)
                button.setDefault(True)
                button.setFocus()
        self._column.addLayout(row)

    def _turn_details(self) -> None:
        self._details.setVisible(self._details.isHidden())
        self.adjustSize()

    def _choose(self, answer: DialogAnswer) -> None:
        if not answer.stays:
            self.accepted.connect(
                lambda: answer.act()
            )  # which may belong to what has no weak reference
            self.accept()
        else:
            answer.act()


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


class ChoiceDialog(QDialog):
    """Something is chosen in it: Cancel, and the button that Enter presses, which takes it."""

    cancel_button: QPushButton
    create_button: QPushButton

    def __init__(self, title: str, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        FocusRing(self)

    def take(self) -> None:
        """Close, with what was chosen; what cannot be taken stays to be mended."""
        raise NotImplementedError

    def end_line(self, text: str, tip: str, *before: QWidget) -> QHBoxLayout:
        """The last line: the two buttons at the right."""
        tip_of_cancel = "Cancel: everything stays as it is (Esc)."
        self.cancel_button = push_button("Cancel", tip_of_cancel, self.reject, self)
        self.create_button = push_button(text, f"{text}: {tip} (Enter).", self.take, self)
        flatten(self.cancel_button)
        fill(self.create_button, Role.FORWARD)
        self.create_button.setDefault(True)
        return lay_out(
            QHBoxLayout(), *before, None, self.cancel_button, self.create_button, spacing=AS_STYLED
        )

    def lay_out_form(self, form: QWidget, told: QLabel, line: QHBoxLayout) -> QVBoxLayout:
        """A form, what is told of it, and the last line."""
        told.setContentsMargins(20, 0, 20, 0)
        line.setContentsMargins(20, 0, 20, 16)
        return lay_out(
            QVBoxLayout(self), (form, 1), told, line, margins=(0, 12, 0, 0), spacing=AS_STYLED
        )
