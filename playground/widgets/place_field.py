"""A field that stands where a number or a name stands: it commits, or says why it cannot.

Enter, Tab and a click elsewhere commit; Esc brings back what was there.
"""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import (
    QFocusEvent,
    QGuiApplication,
    QHideEvent,
    QKeyEvent,
    QKeySequence,
)
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from engine.errors import Refused
from engine.numerals import read, short
from playground.widgets.buttons import restyle
from playground.widgets.message import EDGE, MessageBubble
from playground.widgets.plain_text import set_tip

_ENDS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_NOT_LEFT = (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason)


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
    return field.finish() if isinstance(field, PlaceField) else True


def give_up_refused(window: QWidget) -> None:
    """Another thing is looked at: what was refused is mended no more, and nothing is said of it."""
    for field in window.findChildren(PlaceField):
        if field.refusal:
            field.cancel()
    for sentence in window.findChildren(Sentence):
        sentence.end()


class PlaceField(QLineEdit):
    """One line of text. `take` commits it, or raises Refused with the sentence to show."""

    def __init__(
        self,
        name: str,
        take: Callable[[str], None],
        parent: QWidget,
        cancelled: Callable[[], None] | None = None,
    ) -> None:
        super().__init__(parent)
        self._take = take
        self._cancelled = cancelled
        self.shown = ""  # what is so, whatever is being typed
        self.refusal = ""  # what is wrong with the entry that stands here, said or not
        self._sentence: Sentence | None = None
        self.setAccessibleName(name)
        set_tip(self, name)
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

    def finish(self) -> bool:
        """Take the entry because something else is about to be done; False if it was refused."""
        return self.commit()

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
        """Bring back what was there."""
        self.show_text(self.shown)
        if self._cancelled is not None:
            self._cancelled()

    def _forget_refusal(self) -> None:
        restyle(self, "wrong", False)
        self.refusal = ""
        self._tell_refusal()
        if self._sentence is not None:
            self._sentence.end()

    def _tell_refusal(self) -> None:
        """What is still wrong is told for as long as it is, though the bubble goes by itself."""
        self.setAccessibleDescription(self.refusal)

    def _means_table(self, event: QKeyEvent) -> bool:
        """Whether cells are to be pasted, which are no entry of a field."""
        if not event.matches(QKeySequence.StandardKey.Paste):
            return False
        from engine.files.table_reading import is_table  # seldom wanted

        return is_table(QGuiApplication.clipboard().text())

    def event(self, event: QEvent) -> bool:
        asked = event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
        if asked and isinstance(event, QKeyEvent) and self._means_table(event):
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
        if event.reason() not in _NOT_LEFT:
            self.commit()

    def hideEvent(self, event: QHideEvent) -> None:
        self._forget_refusal()
        super().hideEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _ENDS:
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

    def __init__(
        self,
        name: str,
        take: Callable[[float], None],
        parent: QWidget,
        cancelled: Callable[[], None] | None = None,
    ) -> None:
        super().__init__(name, lambda text: take(read(text)), parent, cancelled)

    def show_number(self, value: float, digits: int = 4) -> None:
        """Show a number; what is not computed is empty."""
        self.show_text(short(value, digits))
