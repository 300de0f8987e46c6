"""The first and the last line of the lesson's panel: name and place, Back and Next."""

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from engine.numerals import Role
from playground.theme import icons
from playground.theme.fonts import CAPTION
from playground.widgets.buttons import ElidedLabel, fill, flatten, icon_button, push_button, restyle
from playground.widgets.form import words
from playground.widgets.plain_text import set_tip

BACK_TIP = "Back: to the step before."
NEXT_TIP = "Next: to the next step."
AGAIN_TIP = "Start again: this lesson from its first step, with nothing ticked."
TURN = 24
FOOTER = 56


class LessonHead(QWidget):
    """The lesson's name and "3 of 7"; with little room also what turns the page."""

    def __init__(
        self, back: Callable[[], object], on: Callable[[], object], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.title = ElidedLabel("", CAPTION, "text2", self)
        self.place = words("", CAPTION, self)
        self.place.setWordWrap(False)
        self.back = icon_button("chevron-left", "Back", BACK_TIP, back, self)
        self.next = icon_button("chevron-right", "Next", NEXT_TIP, on, self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.title, 1)
        row.addWidget(self.back)
        row.addWidget(self.place)
        row.addWidget(self.next)
        for button in (self.back, self.next):
            button.setFixedSize(TURN, TURN)
            button.setIconSize(QSize(16, 16))
        self.set_tight(False)

    def show_place(self, step: int, count: int, done: bool) -> None:
        """At this step of so many; `done`: nothing is left to do in it."""
        self.place.setText(f"{step + 1} of {count}")
        self.back.setEnabled(step > 0)
        icons.wear(self.next, "chevron-right", self.palette(), "fwd" if done else "text")

    def set_tight(self, tight: bool) -> None:
        """Whether there is a footer below, or the page is turned here."""
        self.back.setVisible(tight)
        self.next.setVisible(tight)


class LessonFooter(QWidget):
    """Back, Start again, Next."""

    def __init__(
        self,
        back: Callable[[], object],
        on: Callable[[], object],
        again: Callable[[], object],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(FOOTER)
        self.back = push_button("Back", BACK_TIP, back, self)
        flatten(self.back)
        self.again = icon_button("reset", "Start again", AGAIN_TIP, again, self)
        icons.wear(self.again, "reset", self.palette(), "text2")
        self.next = push_button("Next", NEXT_TIP, on, self)
        self.next.setMinimumWidth(84)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 1, 20, 0)
        row.setSpacing(8)
        row.addWidget(self.back)
        row.addWidget(self.again)
        row.addStretch(1)
        row.addWidget(self.next)

    def show_place(self, first: bool, last: bool, done: bool, complete: bool) -> None:
        """Where the learner is; when all is done here, Next is the button to press."""
        self.back.setEnabled(not first)
        self.next.setText("Next lesson" if last else "Next")
        self.next.setAccessibleName(self.next.text())
        set_tip(self.next, "Next lesson: the one after this in the list." if last else NEXT_TIP)
        if complete if last else done:
            fill(self.next, Role.FORWARD)
        else:
            restyle(self.next, "look", "")
