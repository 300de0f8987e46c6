"""A row with a slider and the same number beside it, to be typed exactly."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSlider

from playground.widgets.form import FIELD_WIDTH, Form, FormRow
from playground.widgets.place_field import NumberField
from playground.widgets.plain_text import set_tip
from playground.widgets.wheel import turn_only_in_hand

FIELD = 62
SLIDER = FIELD_WIDTH - FIELD - 8


class SliderRow(FormRow):
    """The slider moves in whole steps; `take` gets the number, from either, and may refuse it."""

    def __init__(
        self,
        label: str,
        help_text: str,
        steps: tuple[int, int],
        step: float,
        take: Callable[[float], None],
        form: Form,
    ) -> None:
        super().__init__(label, help_text, form)
        self._step, self._showing = step, False
        self.slider = QSlider(Qt.Orientation.Horizontal, self)
        self.slider.setRange(*steps)
        self.slider.setPageStep(max(1, (steps[1] - steps[0]) // 10))
        self.slider.setAccessibleName(f"{label}, slider")
        set_tip(self.slider, f"{label}: {help_text}")
        turn_only_in_hand(self.slider)
        self.slider.valueChanged.connect(self._slid)
        self.field = NumberField(label, take, self)
        self.field.setAlignment(Qt.AlignmentFlag.AlignRight)
        set_tip(self.field, f"{label}: {help_text}")
        self.put(self.slider, SLIDER)
        self.put(self.field, FIELD)
        self._take = take

    def show_number(self, value: float) -> None:
        """Show this number; the slider stands as near to it as it can."""
        self._showing = True
        self.slider.setValue(round(value / self._step))
        self._showing = False
        self.field.show_number(value)

    def _slid(self, place: int) -> None:
        if not self._showing:
            self._take(round(place * self._step, 10))
