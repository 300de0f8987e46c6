"""What is wrong with a table, and the ways out as buttons: a tinted plate above the end."""

from collections.abc import Callable, Sequence

from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from playground.theme.fonts import BODY, strong
from playground.widgets.buttons import push_button, restyle
from playground.widgets.form import words
from playground.widgets.plain_text import set_tip

LIST_HEIGHT = 64

Way = tuple[str, str, Callable[[], object]]


class Trouble(QFrame):
    """A sentence, perhaps a list, and a button for each way out; hidden where nothing is wrong."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName("What is wrong")
        self.sentence = words("", strong(BODY), self, quiet=False)
        self.list = QPlainTextEdit(self)
        self.list.setReadOnly(True)
        self.list.setTabChangesFocus(True)
        self.list.setMinimumHeight(LIST_HEIGHT)
        self.list.setAccessibleName("Rows that cannot be used")
        set_tip(self.list, "Rows that cannot be used: the first of them, and why.")
        self.ways: list[QPushButton] = []
        self._line = QHBoxLayout()
        self._line.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 10)
        column.setSpacing(8)
        column.addWidget(self.sentence)
        column.addWidget(self.list, 1)
        column.addLayout(self._line)
        self.hide()

    def tell(
        self,
        sentence: str,
        lines: Sequence[str] = (),
        ways: Sequence[Way] = (),
        wrong: bool = True,
    ) -> None:
        """Show this; an empty sentence hides it. What is not wrong is only asked."""
        self.setVisible(bool(sentence))
        restyle(self, "look", "warning" if wrong else "plate")
        roles = QPalette.ColorRole
        self.sentence.setForegroundRole(roles.BrightText if wrong else roles.WindowText)
        high = QSizePolicy.Policy.Expanding if lines else QSizePolicy.Policy.Maximum
        self.setSizePolicy(QSizePolicy.Policy.Preferred, high)
        self.sentence.setText(sentence)
        self.setAccessibleDescription(sentence)
        self.list.setVisible(len(lines) > 0)
        self.list.setPlainText("\n".join(lines))
        for button in self.ways:
            self._line.removeWidget(button)
            button.hide()
            button.deleteLater()
        self.ways = [push_button(text, tip, act, self) for text, tip, act in ways]
        for place, button in enumerate(self.ways):
            self._line.insertWidget(place, button)
