"""The groups at the left of the list of lessons, each with how many of its lessons are done."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QVBoxLayout, QWidget

from playground.theme.fonts import BODY, CAPTION, font_of, strong
from playground.theme.painting import fill_rounded
from playground.theme.palette import tokens_of
from playground.widgets.plain_text import set_tip, set_words

WIDE, HIGH, INSIDE, COUNT = 212, 38, 14, 44
RADIUS = 8
_TURNS: dict[int, int] = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


class GroupButton(QAbstractButton):
    """One group: its name, and 2 / 7."""

    def __init__(self, name: str, done: int, count: int, parent: "Groups") -> None:
        super().__init__(parent)
        self._groups, self._count = parent, f"{done} / {count}"
        set_words(self, name)
        self.setCheckable(True)
        self.setFixedSize(WIDE, HIGH)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(f"{name}: {done} of {count} done")
        set_tip(self, f"{name}: {done} of {count} lessons done")

    def sizeHint(self) -> QSize:
        return QSize(WIDE, HIGH)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _TURNS:
            self._groups.turn(self, _TURNS[event.key()])
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
                fill_rounded(painter, box, RADIUS, tokens.fwd_t if chosen else tokens.sunken)
            painter.setFont(font_of(strong(BODY) if chosen else BODY))
            painter.setPen(tokens.fwd if chosen else tokens.text)
            room = box.adjusted(INSIDE, 0, -INSIDE - COUNT, 0)
            name = _short(self.text(), painter.fontMetrics(), room.width())
            middle = Qt.AlignmentFlag.AlignVCenter
            painter.drawText(room, middle | Qt.AlignmentFlag.AlignLeft, name)
            painter.setFont(font_of(CAPTION))
            painter.setPen(tokens.text2)
            count = box.adjusted(0, 0, -INSIDE, 0)
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
        self.setFixedWidth(WIDE)

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
