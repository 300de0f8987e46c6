"""Below the formulas, always in sight: rounding as the lecture does, and how many digits."""

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from engine.numerals import ALL_DIGITS, DIGIT_CHOICES
from engine.settings import Settings
from playground.model.document import Document
from playground.widgets.fields import QuietChoice, Switch
from playground.widgets.plain_text import set_tip

HEIGHT = 44
LONG, SHORT = "Round as the lecture does", "Lecture rounding"
ROUND_TIP = "Round after every step, as one does by hand. The pass is computed anew."
DIGITS_TIP = "How many digits are shown. The numbers themselves stay as exact as they are."


class ExplainFooter(QWidget):
    """A switch and a choice; both are settings of the experiment."""

    def __init__(self, document: Document, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._document = document
        self._digits: list[int] = []
        self.rounding = Switch(LONG, ROUND_TIP, self)
        self.rounding.clicked.connect(self._set_rounding)
        self.digits = QuietChoice("Digits", DIGITS_TIP, self)
        self.digits.activated.connect(self._set_digits)
        self.setFixedHeight(HEIGHT)
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 0, 16, 0)
        row.addWidget(self.rounding, 1)
        row.addWidget(self.digits)

    def show_settings(self, settings: Settings) -> None:
        """Show how numbers are rounded and shown."""
        reason = settings.why_not_round()
        self.rounding.setChecked(settings.rounding)
        self.rounding.setEnabled(reason is None)
        set_tip(self.rounding, reason or ROUND_TIP)
        choices = sorted({*DIGIT_CHOICES, settings.digits})
        if choices != self._digits:
            self._digits = choices
            self.digits.clear()
            self.digits.addItems([_digits_word(digits) for digits in choices])
        self.digits.setCurrentIndex(choices.index(settings.digits))
        self.digits.show_word(_digits_word(settings.digits))

    def _set_rounding(self, rounding: bool) -> None:
        settings = self._document.settings
        text = "Round as the lecture does" if rounding else "Compute exactly"
        if not self._document.set_settings(replace(settings, rounding=rounding), text):
            self.rounding.setChecked(settings.rounding)

    def _set_digits(self, entry: int) -> None:
        settings = replace(self._document.settings, digits=self._digits[entry])
        self._document.set_settings(settings, "Show digits")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.rounding.setText(LONG)
        if self.rounding.sizeHint().width() + self.digits.sizeHint().width() > self.width() - 48:
            self.rounding.setText(SHORT)


def _digits_word(digits: int) -> str:
    return "all digits" if digits >= ALL_DIGITS else f"{digits} digits"
