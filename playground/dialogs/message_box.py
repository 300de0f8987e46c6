"""Questions and notices as a dialog of our own, and what every dialog ends with."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from engine.numerals import NumberRole
from playground.theme.fonts import BODY, HINT, STEP_TITLE, Face
from playground.widgets.buttons import fill, flatten, push_button
from playground.widgets.focus import FocusRing
from playground.widgets.form import words
from playground.widgets.layout import AS_STYLED, lay_out
from playground.widgets.plain_text import plain_title, set_name


@dataclass(frozen=True, slots=True)
class DialogAnswer:
    """What a button says and does; one that `stays` leaves the question open."""

    text: str
    act: Callable[[], object] = lambda: None  # changes nothing
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

    It opens over its window, and the program goes on meanwhile. Escape and closing the dialog give
    no answer: nothing is done.
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
        column = lay_out(QVBoxLayout(self), margins=(24, 20, 24, 20), spacing=12)
        for text, face in ((heading, STEP_TITLE), (sentence, BODY)):
            label = words(text, face, self, quiet=False)
            label.setFixedWidth(460)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            column.addWidget(label)
        if details:
            self._details = read_only("Details", "Where exactly, for whoever mends it", self)
            self._details.setPlainText(details)
            self._details.setFixedHeight(120)
            self._details.hide()
            column.addWidget(self._details)
        row = lay_out(QHBoxLayout(), spacing=8)
        if details:
            tip = "Show or hide where exactly it went wrong"
            row.addWidget(push_button("Details…", tip, self._turn_details, self))
        row.addStretch(1)
        for answer in reversed(answers):
            button = push_button(answer.text, answer.text, partial(self._choose, answer), self)
            row.addWidget(button)
            if answer is answers[0]:
                fill(button, NumberRole.FORWARD)
                button.setDefault(True)
                button.setFocus()
        lay_out(column, 4, row, spacing=12, margins=(24, 20, 24, 20))
        self.open()

    def button(self, text: str) -> QPushButton:
        return next(b for b in self.findChildren(QPushButton) if b.text() == text)

    def _turn_details(self) -> None:
        self._details.setVisible(self._details.isHidden())
        self.adjustSize()

    def _choose(self, answer: DialogAnswer) -> None:
        if answer.stays:
            answer.act()
        else:  # act may belong to what has no weak reference
            self.accepted.connect(lambda: answer.act())
            self.accept()


ask = Question


class ChoiceDialog(QDialog):
    """Something is chosen in it: what is told of that, Cancel, and the button that Enter presses,
    which takes it."""

    def __init__(self, title: str, parent: QWidget | None, face: Face = HINT) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.told = words("", face, self)
        FocusRing(self)

    def take(self) -> None:
        """Close, with what was chosen; what cannot be taken stays to be mended."""
        raise NotImplementedError

    def end_line(self, text: str, tip: str, *before: QWidget) -> QHBoxLayout:
        """The last line: the two buttons at the right."""
        back = "Cancel: everything stays as it is (Esc)."
        self.cancel_button = push_button("Cancel", back, self.reject, self)
        self.create_button = push_button(text, f"{text}: {tip} (Enter).", self.take, self)
        flatten(self.cancel_button)
        fill(self.create_button, NumberRole.FORWARD)
        self.create_button.setDefault(True)
        parts = (*before, None, self.cancel_button, self.create_button)
        return lay_out(QHBoxLayout(), *parts, spacing=AS_STYLED)

    def lay_out_form(self, form: QWidget, line: QHBoxLayout) -> QVBoxLayout:
        """A form, what is told of it, and the last line."""
        self.told.setContentsMargins(20, 0, 20, 0)
        line.setContentsMargins(20, 0, 20, 16)
        parts = ((form, 1), self.told, line)
        return lay_out(QVBoxLayout(self), *parts, margins=(0, 12, 0, 0), spacing=AS_STYLED)
