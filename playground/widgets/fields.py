"""What a value is given in: lines of text, numbers, knobs, choices, switches."""

import math
from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleActionInterface,
    QAccessibleInterface,
    QColor,
    QFocusEvent,
    QFontMetrics,
    QFontMetricsF,
    QGuiApplication,
    QHideEvent,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QPalette,
)
from PySide6.QtWidgets import (
    QAccessibleWidget,
    QApplication,
    QCheckBox,
    QComboBox,
    QLineEdit,
    QStyle,
    QStyleOptionComboBox,
    QStylePainter,
    QWidget,
)

from engine.errors import Refused
from engine.numerals import read, short
from playground.theme import icons
from playground.theme.fonts import HINT, font_of
from playground.theme.painting import draw_elided, fill_rounded, painted
from playground.theme.palette import tokens_of
from playground.widgets.buttons import EDGE, MessageBubble, restyle, turn_only_in_hand
from playground.widgets.plain_text import set_name

CHEVRON = 16
INSIDE = 10
AROUND = CHEVRON + 2 * INSIDE + 4


class ChoiceField(QComboBox):
    """A named combo box."""

    def __init__(self, name: str, tip: str, parent: QWidget) -> None:
        super().__init__(parent)
        set_name(self, name, tip)
        turn_only_in_hand(self)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(6)

    def needed(self) -> int:
        """How wide it must be to show each of its entries whole."""
        texts = map(self.itemText, range(self.count()))
        return max(map(self.fontMetrics().horizontalAdvance, texts), default=0) + AROUND

    def written(self) -> str:
        """What stands there, with an ellipsis where room is short."""
        text = self.placeholderText() if self.currentIndex() < 0 else self.currentText()
        elide = Qt.TextElideMode.ElideRight
        return self.fontMetrics().elidedText(text, elide, self.width() - AROUND)

    def showPopup(self) -> None:
        """The list is as wide as its longest entry."""
        self.view().setMinimumWidth(self.view().sizeHintForColumn(0) + 2 * INSIDE)
        super().showPopup()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = tokens_of(self.palette())
        painter = QStylePainter(self)
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        option.currentText = self.written()
        if self.currentIndex() < 0:
            option.palette.setColor(QPalette.ColorRole.ButtonText, tokens.text2)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
        _paint_chevron(self, painter, tokens.text2 if self.isEnabled() else tokens.off, CHEVRON, 8)


def _paint_chevron(field: QWidget, painter: QPainter, color: QColor, size: int, right: int) -> None:
    corner = QPointF(field.width() - size - right, (field.height() - size) / 2)
    icons.paint(painter, "chevron-down", color, corner, size)


PIXELS_A_STEP = 4
NOTCH = 120  # eighths of a degree that one notch of a wheel reports


def step_of(value: float) -> float:
    """One step of a knob: a hundredth of the power of ten the number lies in, at least 0.01."""
    return float(10.0 ** (math.floor(math.log10(max(abs(value), 1.0))) - 2))


def turned(start: float, steps: float, fine: bool = False) -> float:
    """The number so many steps away from where the hand began, on a round place."""
    step = step_of(start) / (10 if fine else 1)
    if not steps:
        return start
    decimals = max(0, -math.floor(math.log10(step) + 0.5))  # 0.41, not 0.41000000000000003
    return round(round((start + round(steps) * step) / step) * step, decimals)


def dragged(start: float, pixels: float, fine: bool = False) -> float:
    return turned(start, pixels / PIXELS_A_STEP, fine)


def notches(horizontal: int, vertical: int) -> float:
    """Notches of a wheel, whichever axis the system turned it into (Alt swaps the two)."""
    return (vertical or horizontal) / NOTCH


ENTERS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
NOT_LEFT = (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason)


class Sentence(MessageBubble):
    """What is wrong with an entry, just below the control as long as that is seen."""

    widest = 284

    def __init__(self, control: QWidget) -> None:
        super().__init__(control.window())
        self._control = control
        control.destroyed.connect(self.deleteLater)

    def say(self, text: str) -> None:
        """Stand below the control, moved so that it stays inside the window."""
        control, window = self._control, self._control.window()
        if self.parentWidget() is not window:  # its dock has left the window, or has come back
            self.setParent(window)
        self.fit(text)
        corner = control.mapTo(window, QPoint(0, control.height() + EDGE))
        corner.setX(max(EDGE, min(corner.x(), window.width() - self.width() - EDGE)))
        if corner.y() + self.height() > window.height():
            corner.setY(control.mapTo(window, QPoint()).y() - self.height() - EDGE)
        self.move(corner)
        self.begin(text)
        control.setAccessibleDescription(text)
        control.installEventFilter(self)

    def end(self) -> None:
        self._control.removeEventFilter(self)
        self._control.setAccessibleDescription("")
        super().end()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Hide:
            self.end()
        return False


def finish_entry() -> bool:
    """Take what is being typed anywhere; False if it was refused, which the field says."""
    field = QApplication.focusWidget()
    return field.commit() if isinstance(field, PlaceField) else True


def give_up_refused(window: QWidget) -> None:
    """Another thing is looked at: what was refused is mended no more, and nothing is said of it."""
    for field in window.findChildren(PlaceField):
        if field.refusal:
            field.cancel()
    for sentence in window.findChildren(Sentence):
        sentence.end()


class PlaceField(QLineEdit):
    """One line of text. `take` commits it, or raises Refused with the sentence to show."""

    cancelled = Signal()

    def __init__(self, name: str, take: Callable[[str], None], parent: QWidget) -> None:
        super().__init__(parent)
        self._take = take
        self.shown = ""  # what is so, whatever is being typed
        self.refusal = ""  # what is wrong with the entry that stands here, said or not
        self._sentence: Sentence | None = None
        set_name(self, name, name)
        self.textEdited.connect(self._forget_refusal)

    def show_text(self, text: str) -> None:
        """Show what is so; a refusal goes."""
        self._forget_refusal()
        self.shown = text
        self.setText(text)

    def commit(self) -> bool:
        """Take the entry. Nothing happens if it was not changed; False if it was refused."""
        if self.text() == self.shown:
            return True
        entry = self.text()
        try:
            self._take(entry)
        except Refused as refused:
            self.refuse(refused.sentence)
            return False
        self._forget_refusal()
        self.shown = self.text()
        return True

    def refuse(self, sentence: str) -> None:
        """Turn red and say why; the text stays for mending."""
        restyle(self, "wrong", True)
        self.refusal = sentence
        if self._sentence is None:
            self._sentence = Sentence(self)
            self._sentence.ended.connect(self._tell_refusal)
        if self.isVisible():  # one that is hidden loses the focus after that, and tries once more
            self._sentence.say(sentence)
        self._tell_refusal()

    def cancel(self) -> None:
        self.show_text(self.shown)
        self.cancelled.emit()

    def _forget_refusal(self) -> None:
        restyle(self, "wrong", False)
        self.refusal = ""
        self._tell_refusal()
        if self._sentence is not None:
            self._sentence.end()

    def _tell_refusal(self) -> None:
        """What is still wrong is told for as long as it is, though the bubble goes by itself."""
        self.setAccessibleDescription(self.refusal)

    def event(self, event: QEvent) -> bool:
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.matches(QKeySequence.StandardKey.Paste)
        ):
            from engine.files.table_reading import is_table  # seldom wanted

            if is_table(QGuiApplication.clipboard().text()):  # cells are no entry of a field
                event.ignore()
                return False
        return super().event(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        return super().focusNextPrevChild(forward) if self.commit() else True

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() != Qt.FocusReason.MouseFocusReason:
            self.selectAll()
        if self.refusal:
            self.refuse(self.refusal)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() not in NOT_LEFT:
            self.commit()

    def hideEvent(self, event: QHideEvent) -> None:
        self._forget_refusal()
        super().hideEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in ENTERS:
            if self.commit():
                self.selectAll()
        elif event.key() == Qt.Key.Key_Escape:
            if self.text() == self.shown and not self.refusal:
                event.ignore()  # nothing to take back here: it means the dialog around the field
            self.cancel()
        else:
            super().keyPressEvent(event)


class NumberField(PlaceField):
    """A number: −0.3, -0,3, 1/3 and 2e-3 are all taken."""

    def __init__(self, name: str, take: Callable[[float], None], parent: QWidget) -> None:
        super().__init__(name, lambda text: take(read(text)), parent)

    def show_number(self, value: float, digits: int = 4) -> None:
        """Show a number; what is not computed is empty."""
        self.show_text(short(value, digits))


QUIET_HEIGHT = 28
QUIET_CHEVRON = 14
PADDING = 6
AROUND_ENTRY = 44  # with a scroll bar
MEASURED = 20


class QuietChoice(QComboBox):
    """A combo box without a frame; `word` may say more than the entry that is chosen."""

    def __init__(self, name: str, tip: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._word = ""
        self._offered: list[tuple[str, str]] = []
        set_name(self, name, tip)
        turn_only_in_hand(self)
        self.setFixedHeight(QUIET_HEIGHT)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setStyleSheet("QComboBox { combobox-popup: 0; }")  # a list that scrolls when long

    def offer(self, entries: Sequence[tuple[str, str]], chosen: str | None, role: str = "") -> None:
        """These words and what they stand for; without any it goes. "role: the chosen one" is said.

        Nothing is chosen that is not among them.
        """
        if self._offered != list(entries):
            self._offered = list(entries)
            self.clear()
            for words, key in entries:
                self.addItem(words, key)
        self.setCurrentIndex(self.findData(chosen))
        self.show_word(f"{role}: {self.currentText()}" if role else self.currentText())
        self.setVisible(bool(entries))

    def show_word(self, word: str) -> None:
        """Say this instead of the chosen entry."""
        if word != self._word:
            self._word = word
            self.setAccessibleDescription(word)
            self.updateGeometry()
            self.update()

    def word(self) -> str:
        return self._word or self.currentText()

    def sizeHint(self) -> QSize:
        wide = QFontMetricsF(font_of(HINT)).horizontalAdvance(self.word())
        chevron = QUIET_CHEVRON + 4 if self.isEnabled() else 0  # where there is a choice
        return QSize(round(wide + chevron + PADDING + 2), QUIET_HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(min(64, self.sizeHint().width()), QUIET_HEIGHT)

    def showPopup(self) -> None:
        metrics = QFontMetricsF(self.view().font())
        looked_at = (*range(min(self.count(), MEASURED)), self.count() - 1)
        widest = max(metrics.horizontalAdvance(self.itemText(entry)) for entry in looked_at)
        self.view().setMinimumWidth(max(self.width(), round(widest) + AROUND_ENTRY))
        self.view().setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)  # Qt: off
        super().showPopup()

    def paintEvent(self, event: QPaintEvent) -> None:
        with painted(self) as (painter, tokens):
            if self.isEnabled() and self.underMouse():
                fill_rounded(painter, self.rect().toRectF(), 6, tokens.sunken)
            painter.setFont(font_of(HINT))
            painter.setPen(tokens.text2)
            room = QRectF(self.rect()).adjusted(PADDING, 0, 0, 0)
            if self.isEnabled():
                _paint_chevron(self, painter, tokens.text2, QUIET_CHEVRON, 2)
                room.setRight(room.right() - QUIET_CHEVRON - 4)
            draw_elided(painter, room, self.word(), Qt.AlignmentFlag.AlignRight)


_OPENS = (QAccessibleActionInterface.pressAction(), "ShowMenu")


class SpokenChoice(QAccessibleWidget):
    """What a screen reader hears of a drop-down: named by what it sets, its value what is chosen.

    Qt itself gives the chosen entry as the name on Linux, and then nobody hears what is chosen
    there. The list of the entries is a child, and an action opens it.
    """

    def __init__(self, field: QComboBox) -> None:
        super().__init__(field, QAccessible.Role.ComboBox)

    def text(self, t: QAccessible.Text) -> str:
        field = self._field()
        if field is None or t not in (QAccessible.Text.Name, QAccessible.Text.Value):
            return super().text(t)
        if t == QAccessible.Text.Name:
            return field.accessibleName()
        if isinstance(field, QuietChoice):
            return field.word()
        return field.currentText() or field.placeholderText()

    def state(self) -> QAccessible.State:
        state, field = super().state(), self._field()
        if field is not None:
            state.expandable = 1
            state.expanded = int(field.view().isVisible())
        return state

    def childCount(self) -> int:
        return 0 if self._field() is None else 1

    def child(self, index: int) -> QAccessibleInterface:
        field = self._field()
        if field is None:
            return super().child(index)
        return QAccessible.queryAccessibleInterface(field.view())

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        field = self._field()
        return 0 if field is not None and child.object() is field.view() else -1

    def actionNames(self) -> list[str]:
        return [*_OPENS]

    def doAction(self, actionName: str) -> None:
        field = self._field()
        if field is not None and actionName in _OPENS and field.isEnabled():
            field.showPopup()

    def _field(self) -> QComboBox | None:
        field = self.object()
        return field if isinstance(field, QComboBox) else None


def speak_of_choices() -> None:
    """From now on every drop-down that a screen reader comes to is heard so."""
    QAccessible.installFactory(
        lambda _, found: SpokenChoice(found) if isinstance(found, QComboBox) else None
    )


TRACK = QSize(30, 18)
GAP = 10


class Switch(QCheckBox):
    """A check box that looks like a switch; `toggled` and `clicked` are those of any button."""

    def __init__(self, text: str, tip: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        set_name(self, text, tip)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def sizeHint(self) -> QSize:
        width = QFontMetrics(font_of(HINT)).horizontalAdvance(self.text())
        return QSize(TRACK.width() + (GAP + width + 2 if self.text() else 0), 28)

    def minimumSizeHint(self) -> QSize:
        return QSize(TRACK.width(), 28)

    def hitButton(self, pos: QPoint) -> bool:
        return self.rect().contains(pos)

    def paintEvent(self, event: QPaintEvent) -> None:
        with painted(self) as (painter, tokens):
            on, top = self.isChecked(), (self.height() - TRACK.height()) / 2
            ground = tokens.fwd if on else tokens.off
            if not self.isEnabled():
                ground = tokens.line
            track = QRectF(0, top, TRACK.width(), TRACK.height())
            fill_rounded(painter, track, TRACK.height() / 2, ground)
            side = TRACK.height() - 6
            left = TRACK.width() - side - 3 if on else 3
            fill_rounded(painter, QRectF(left, top + 3, side, side), side / 2, tokens.surface)
            painter.setFont(font_of(HINT))
            painter.setPen(tokens.text if self.isEnabled() else tokens.off)
            words = self.rect().adjusted(TRACK.width() + GAP, 0, 0, 0)
            draw_elided(painter, words, self.text())
