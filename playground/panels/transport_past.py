"""The slider over past updates: "update ──●─ 12 of 340"."""

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QSlider, QWidget

from engine.experiment.experiment import Experiment
from engine.experiment.history import start_of
from engine.numerals import count
from playground.panels.transport_words import noun
from playground.theme.fonts import HINT
from playground.widgets.buttons import ElidedLabel, turn_only_in_hand
from playground.widgets.plain_text import set_tip

WIDE, NARROW = 110, 72
WORDS = 2
MOST_NOTCHES = 10**9  # what a slider can count; updates are counted further
PATIENCE = 30  # ms; while the slider is dragged, updates are looked at one in so long a time
TIP = "Drag to look at an earlier update, or use the arrow keys. Nothing is lost by looking."


class PastSlider(QWidget):
    """Asks for the update that the hand points at; hidden until there is a past."""

    def __init__(self, go_to: Callable[[int], None], parent: QWidget) -> None:
        super().__init__(parent)
        self._go_to = go_to
        self._first, self._newest, self._notch = 0, 0, 1
        self._word = ElidedLabel("update", HINT, "text2", self)
        self._place = ElidedLabel("", HINT, "text2", self)
        self.slider = QSlider(Qt.Orientation.Horizontal, self)
        self.slider.setAccessibleName("Past updates")
        set_tip(self.slider, TIP)
        turn_only_in_hand(self.slider)
        self.slider.setFixedHeight(28)
        self.slider.valueChanged.connect(self._ask)
        self.slider.sliderReleased.connect(self._arrive)
        self._later = QTimer(self, interval=PATIENCE, singleShot=True)
        self._later.timeout.connect(self._arrive)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for part in (self._word, self.slider, self._place):
            row.addWidget(part)
        self.hide()

    def show_past(self, experiment: Experiment) -> None:
        """Show where in the record the experiment stands."""
        self._word.set_text(noun(experiment))
        first, self._newest = start_of(experiment.history), experiment.newest
        if self.slider.isSliderDown():
            return
        self._later.stop()
        self.slider.blockSignals(True)
        self._first, self._notch = first, 1 + (self._newest - first) // MOST_NOTCHES
        last = -(-(self._newest - first) // self._notch)
        self.slider.setRange(0, last)
        self.slider.setPageStep(max(1, last // 10))
        self.slider.setValue(-(-(experiment.updates - first) // self._notch))
        self.slider.blockSignals(False)
        self._show_place(experiment.updates)
        self.setVisible(self._newest > first)

    def set_room(self, narrow: bool) -> None:
        """Take less room."""
        self.slider.setFixedWidth(NARROW if narrow else WIDE)

    def show_words(self, most: int) -> None:
        """So many of its words: first "update" goes, then "12 of 340"; the title names it too."""
        self._word.setVisible(most > 1)
        self._place.setVisible(most > 0)
        self.updateGeometry()

    def _show_place(self, update: int) -> None:
        self._place.set_text(f"{count(update)} of {count(self._newest)}")
        self.slider.setAccessibleDescription(f"{self._word.text} {self._place.text}")

    def update_at(self) -> int:
        """The update that the slider points at."""
        return min(self._first + self.slider.value() * self._notch, self._newest)

    def _ask(self) -> None:
        self._show_place(self.update_at())
        if not self.slider.isSliderDown():
            self._arrive()
        elif not self._later.isActive():
            self._later.start()

    def _arrive(self) -> None:
        self._later.stop()
        self._go_to(self.update_at())
