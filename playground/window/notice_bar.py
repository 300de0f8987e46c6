"""A bar above the canvas that says something as long as it is so, and offers what to do."""

from collections.abc import Callable
from typing import NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from playground.theme.fonts import BODY
from playground.widgets.buttons import ElidedLabel, icon_button, push_button
from playground.widgets.layout import lay_out

HEIGHT = 44


class NoticeOffer(NamedTuple):
    """One thing to do about it: what its button says, what it does, and that in a tip."""

    name: str
    act: Callable[[], object]
    tip: str = ""


class NoticeBar(QWidget):
    """Hidden until there is something to say; × hides it again."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(HEIGHT)
        self._label = ElidedLabel("", BODY, "text", self)
        self._buttons: list[QPushButton] = []
        name = "Close the notice"
        close = icon_button("close", name, name, self.hide, self)
        row = QHBoxLayout(self)
        self._row = lay_out(row, (self._label, 1), close, spacing=8, margins=(20, 0, 12, 0))
        self.hide()

    @property
    def text(self) -> str:
        """What it says now, or nothing."""
        return "" if self.isHidden() else self._label.text

    def say(self, sentence: str, *offers: NoticeOffer) -> None:
        """Say this, with what can be done about it."""
        self._label.set_text(sentence)
        for button in self._buttons:
            button.hide()
            button.deleteLater()
        self._buttons = [self._button(offer, offer.tip or f"{offer.name}: {sentence}")
                         for offer in offers]  # fmt: skip
        for place, button in enumerate(self._buttons, 1):
            self._row.insertWidget(place, button)
        self.show()

    def _button(self, offer: NoticeOffer, tip: str) -> QPushButton:
        def act() -> None:
            self.hide()
            offer.act()

        return push_button(offer.name, tip, act, self)
