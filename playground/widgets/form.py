"""A form of named rows, and the kinds of row there are."""

from collections.abc import Callable, Iterable, Mapping

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, QTimer
from PySide6.QtGui import QFocusEvent, QPalette
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from engine.errors import Refused
from engine.numerals import count, short
from playground.theme.fonts import BODY, HINT, Face, font_of, strong
from playground.widgets.buttons import ElidedLabel, turn_only_in_hand
from playground.widgets.fields import (
    NOT_LEFT,
    TRACK,
    ChoiceField,
    NumberField,
    PlaceField,
    Sentence,
    Switch,
)
from playground.widgets.layout import keep_to_width, lay_out, share_padding
from playground.widgets.plain_text import plain_label, set_name, set_tip

TakeText = Callable[[str], None]  # each of these may refuse what was entered
TakeNumber = Callable[[float], None]
TakeState = Callable[[bool], None]

FIELD_WIDTH = 170
FIELD_HEIGHT = 28
LEAST_FIELD = 60
FIRST = 1000  # shares of the room: a field is as wide as it may be before a label gets more
PADDING = 20
PATIENCE = 60  # ms between looks whether the mouse has let go


def words(
    text: str, face: Face, parent: QWidget, quiet: bool = True, centred: bool = False
) -> QLabel:
    """Text that wraps; never read as anything but plain text."""
    made = plain_label(text, parent)
    made.setWordWrap(True)
    if centred:
        made.setAlignment(Qt.AlignmentFlag.AlignCenter)
    made.setFont(font_of(face))
    if quiet:
        made.setForegroundRole(QPalette.ColorRole.PlaceholderText)
    return made


def show_words(label: QLabel, sentence: str, wrong: bool, quiet: bool = True) -> None:
    """Say this there, in red where something is wrong."""
    roles = QPalette.ColorRole
    calm = roles.PlaceholderText if quiet else roles.WindowText
    label.setForegroundRole(roles.BrightText if wrong else calm)
    label.setText(sentence)
    label.setAccessibleName(sentence)


MOST_SEED = 2**31


def whole(value: float, least: int, most: int, what: str) -> int:
    """The number that was entered, or Refused where it is not one of these."""
    if value != round(value) or not least <= value <= most:
        raise Refused(f"{what} must be a whole number from {count(least)} to {count(most)}.")
    return int(value)


def keep_place(part: QWidget) -> None:
    """While it is hidden its place stays empty, so that nothing around it moves."""
    policy = part.sizePolicy()
    policy.setRetainSizeWhenHidden(True)
    part.setSizePolicy(policy)


class FormRow(QWidget):
    """A label, the controls that belong to it, and one sentence of help."""

    def __init__(self, label: str, help_text: str, form: "Form") -> None:
        super().__init__(form.content)
        self._form, self.label, self.help_text = form, label, help_text
        self.controls: list[QWidget] = []
        self._refusal: Sentence | None = None
        words_of_it = ElidedLabel(label, BODY, "text2", self)
        words_of_it.setMinimumWidth(words_of_it.sizeHint().width())
        self._line = lay_out(QHBoxLayout(), (words_of_it, 1), spacing=8, margins=(0, 4, 0, 4))
        self._help = words(help_text, HINT, self)
        self._note = words("", HINT, self)
        for sentence in (self._note, self._help):
            sentence.setContentsMargins(0, 0, 0, 6)
            sentence.hide()
        lay_out(QVBoxLayout(self), self._line, self._note, self._help)
        form.rows.append(self)
        form.column.addWidget(self)

    def put(self, control: QWidget, width: int = FIELD_WIDTH) -> None:
        """One more control at the right, so wide or less: it gives way to the label."""
        control.setFixedHeight(FIELD_HEIGHT)
        control.setMinimumWidth(min(width, LEAST_FIELD))
        control.setMaximumWidth(width)
        control.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._line.addWidget(control, FIRST)
        self.controls.append(control)
        control.installEventFilter(self._form)  # which shows the help while it has the keyboard

    def put_number(self, take: TakeNumber, width: int = FIELD_WIDTH) -> NumberField:
        """One more control: a number, called what the row is called."""
        field = NumberField(self.label, take, self)
        set_tip(field, f"{self.label}: {self.help_text}")
        self.put(field, width)
        return field

    def put_switch(self, name: str, take: TakeState, width: int = FIELD_WIDTH) -> Switch:
        """One more control: a switch, which goes back where it is refused."""
        switch = Switch("", "", self)
        set_name(switch, name, f"{name}: {self.help_text}")
        self.put(switch, width)
        switch.clicked.connect(
            lambda on: self.attempt(lambda: take(on), lambda: switch.setChecked(not on))
        )
        return switch

    def tell(self, help_text: str) -> None:
        """Another sentence of help, which may depend on what is chosen."""
        if help_text == self.help_text:
            return
        self.help_text = help_text
        self._help.setText(help_text)
        for control in self.controls:
            set_tip(control, f"{self.label}: {help_text}")

    def note(self, sentence: str) -> None:
        """What is wrong with the present choice, or nothing."""
        show_words(self._note, sentence, wrong=True)
        self._note.setVisible(bool(sentence))

    def attempt(self, take: Callable[[], object], put_back: Callable[[], object]) -> None:
        """Take what was entered where no wrong entry can stay; put back what was, and say why."""
        self._end_refusal()
        try:
            take()
        except Refused as refused:
            put_back()
            if self._refusal is None:  # only now: a change of theme asks every widget there is
                self._refusal = Sentence(self.controls[0])
            self._refusal.say(refused.sentence)

    def _end_refusal(self) -> None:
        if self._refusal is not None:
            self._refusal.end()

    def forget(self) -> None:
        """Something else is looked at: nothing half-entered stays."""
        self._end_refusal()
        for control in self.controls:
            if isinstance(control, PlaceField):
                control.show_text("")

    def show_help(self, wanted: bool) -> None:
        self._help.setVisible(wanted and bool(self.help_text))


class Form(QScrollArea):
    """Rows one below the other; the help follows the focus once the mouse has let go.

    If the rows below moved while a button is held, a click would miss what it was aimed at.
    """

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.content = QWidget(self)
        self.column = lay_out(QVBoxLayout(self.content), margins=(PADDING, 8, PADDING, 12))
        self.column.setAlignment(Qt.AlignmentFlag.AlignTop)
        keep_to_width(self, self.content)
        self.rows: list[FormRow] = []
        self._wanted: FormRow | None = None
        self._shown: FormRow | None = None
        self.settling = QTimer(self, singleShot=True)
        self.settling.timeout.connect(self._settle)
        share_padding(self, self.column, PADDING)

    def add_heading(self, text: str) -> None:
        label = words(text, strong(HINT), self.content, quiet=False)
        label.setContentsMargins(0, 12 if self.rows else 0, 0, 4)
        self.column.addWidget(label)

    def _settle(self) -> None:
        held = QApplication.mouseButtons() != Qt.MouseButton.NoButton
        if held or QApplication.activePopupWidget() is not None:
            self.settling.start(PATIENCE)
            return
        if self._shown is not None and self._shown is not self._wanted:
            self._shown.show_help(False)
        self._shown = self._wanted
        if self._shown is not None:
            self._shown.show_help(True)
            self.column.activate()
            self.ensureWidgetVisible(self._shown, 0, 8)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QFocusEvent) and event.reason() not in NOT_LEFT:
            row = next((row for row in self.rows if watched in row.controls), None)
            if row is self._wanted or (event.gotFocus() and row is not None):
                self._wanted = row if event.gotFocus() else None
                self.settling.start(0)
        return super().eventFilter(watched, event)


VARIOUS = "various"


class TextRow(FormRow):
    def __init__(
        self, label: str, help_text: str, take: TakeText, form: Form, longest: int
    ) -> None:
        super().__init__(label, help_text, form)
        self.field = PlaceField(label, take, self)
        self.field.setMaxLength(longest)
        set_tip(self.field, f"{label}: {help_text}")
        self.put(self.field)

    def show_text(self, text: str) -> None:
        """Show what is so; an entry that waits for a mend stays."""
        if text != self.field.shown:
            self.field.show_text(text)


class NumberRow(FormRow):
    def __init__(self, label: str, help_text: str, take: TakeNumber, form: Form) -> None:
        super().__init__(label, help_text, form)
        self.field = self.put_number(take)

    def show_numbers(self, values: Iterable[float], digits: int) -> None:
        """Show the number, or that there are several."""
        _fill_number(self.field, set(values), digits)


class ChoiceRow(FormRow):
    """One of a table: keys with their titles."""

    def __init__(
        self, label: str, help_text: str, choices: Mapping[str, str], take: TakeText, form: Form
    ) -> None:
        super().__init__(label, help_text, form)
        self.field = ChoiceField(label, f"{label}: {help_text}", self)
        self.field.setPlaceholderText(VARIOUS)
        for key, title in choices.items():
            self.field.addItem(title, key)
        self.put(self.field, max(FIELD_WIDTH, self.field.needed()))
        self._take, self._shown = take, -1
        self.field.activated.connect(self._chosen)

    def show_keys(self, keys: Iterable[str]) -> None:
        """Show the choice, or that there are several.

        What a document has beyond the list is added to it.
        """
        found = set(keys)
        self._shown = -1
        if len(found) == 1:
            key = found.pop()
            if self.field.findData(key) < 0:
                self.field.addItem(key, key)
            self._shown = self.field.findData(key)
        if self.field.currentIndex() != self._shown:
            self.field.setCurrentIndex(self._shown)

    def _chosen(self, index: int) -> None:
        if index != self._shown:
            self.attempt(
                lambda: self._take(str(self.field.itemData(index))),
                lambda: self.field.setCurrentIndex(self._shown),
            )


class SwitchRow(FormRow):
    def __init__(self, label: str, help_text: str, take: TakeState, form: Form) -> None:
        super().__init__(label, help_text, form)
        self.field = self.put_switch(label, take)

    def show_states(self, states: Iterable[bool]) -> None:
        """Show on or off; where both are there, off and the word for it."""
        found = set(states)
        self.field.setChecked(found == {True})
        self.field.setText(VARIOUS if len(found) > 1 else "")


class OptionalNumberRow(FormRow):
    """A switch, and a number while it is on."""

    def __init__(
        self,
        label: str,
        help_text: str,
        turn: TakeState,
        take: TakeNumber,
        form: Form,
        on: str = "on or off",
    ) -> None:
        super().__init__(label, help_text, form)
        self.switch = self.put_switch(f"{label}, {on}", turn, TRACK.width())
        self.field = self.put_number(take, FIELD_WIDTH - TRACK.width() - 8)

    def show_option(
        self, states: Iterable[bool], values: Iterable[float], digits: int, without: str = ""
    ) -> None:
        """Show whether it is on, and the number; `without` stands there while it is off."""
        found = set(states)
        on = found == {True}
        self.switch.setChecked(on)
        self.field.setEnabled(on)
        _fill_number(self.field, set(values), digits)
        if not on:
            self.field.setPlaceholderText(VARIOUS if len(found) > 1 else without)


def _fill_number(field: NumberField, values: set[float], digits: int) -> None:
    """The one value there is, or the word for several; an entry that waits for a mend stays."""
    field.setPlaceholderText(VARIOUS if len(values) > 1 else "")
    text = short(next(iter(values)), digits) if len(values) == 1 else ""
    if text != field.shown:
        field.show_text(text)


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
        take: TakeNumber,
        form: Form,
    ) -> None:
        super().__init__(label, help_text, form)
        self._step = step
        self.slider = QSlider(Qt.Orientation.Horizontal, self)
        self.slider.setRange(*steps)
        self.slider.setPageStep(max(1, (steps[1] - steps[0]) // 10))
        set_name(self.slider, f"{label}, slider", f"{label}: {help_text}")
        turn_only_in_hand(self.slider)
        self.slider.valueChanged.connect(lambda place: take(round(place * step, 10)))
        self.put(self.slider, SLIDER)
        self.field = self.put_number(take, FIELD)
        self.field.setAlignment(Qt.AlignmentFlag.AlignRight)

    def show_number(self, value: float) -> None:
        """Show this number; the slider stands as near to it as it can."""
        with QSignalBlocker(self.slider):
            self.slider.setValue(round(value / self._step))
        self.field.show_number(value)
