"""The kinds of rows a form has: a text, a number, a choice, a switch, a number that may be off.

Each shows the values of one thing or of several ("various") and gives what is entered to `take`,
which may raise Refused: then the field says why and keeps what was there.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property

from engine.errors import Refused
from engine.numerals import short
from playground.widgets.choice_field import ChoiceField
from playground.widgets.form import FIELD_WIDTH, Form, FormRow
from playground.widgets.place_field import NumberField, PlaceField, Sentence
from playground.widgets.plain_text import set_tip
from playground.widgets.switch import TRACK, Switch

VARIOUS = "various"
BESIDE_SWITCH = FIELD_WIDTH - TRACK.width() - 8


class RefusingRow(FormRow):
    """A row with a control that cannot hold a wrong entry: what was refused is put back."""

    @cached_property
    def refusal(self) -> Sentence:
        """Made when it is first said: a change of theme asks every widget there is."""
        return Sentence(self.controls[0])

    def forget(self) -> None:
        """Take the refusal away: something else is looked at."""
        self._end_refusal()

    def _end_refusal(self) -> None:
        if "refusal" in vars(self):
            self.refusal.end()

    def attempt(self, take: Callable[[], object], put_back: Callable[[], object]) -> None:
        """Take what was entered, or put back what was there and say why."""
        self._end_refusal()
        try:
            take()
        except Refused as refused:
            put_back()
            self.refusal.say(refused.sentence)


class TextRow(FormRow):
    """One line of text."""

    def __init__(
        self, label: str, help_text: str, take: Callable[[str], None], form: Form, longest: int
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

    def forget(self) -> None:
        """Drop what is typed: something else is looked at."""
        self.field.show_text("")


class NumberRow(FormRow):
    """A number."""

    def __init__(
        self, label: str, help_text: str, take: Callable[[float], None], form: Form
    ) -> None:
        super().__init__(label, help_text, form)
        self.field = NumberField(label, take, self)
        set_tip(self.field, f"{label}: {help_text}")
        self.put(self.field)

    def show_numbers(self, values: Iterable[float], digits: int) -> None:
        """Show the number, or that there are several."""
        fill_number(self.field, set(values), digits)

    def forget(self) -> None:
        """Drop what is typed: something else is looked at."""
        self.field.show_text("")


class ChoiceRow(RefusingRow):
    """One of a table: keys with their titles."""

    def __init__(
        self,
        label: str,
        help_text: str,
        choices: Mapping[str, str],
        take: Callable[[str], None],
        form: Form,
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
        """Show the choice, or that there are several."""
        found = set(keys)
        index = self._index_of(found.pop()) if len(found) == 1 else -1
        self._shown = index
        if self.field.currentIndex() != index:
            self.field.setCurrentIndex(index)

    def _index_of(self, key: str) -> int:
        """Where it stands in the list; what a document has beyond the list is added to it."""
        index = self.field.findData(key)
        if index < 0:
            self.field.addItem(key, key)
            index = self.field.count() - 1
        return index

    def _chosen(self, index: int) -> None:
        if index != self._shown:
            self.attempt(
                lambda: self._take(str(self.field.itemData(index))),
                lambda: self.field.setCurrentIndex(self._shown),
            )


class SwitchRow(RefusingRow):
    """On or off."""

    def __init__(
        self, label: str, help_text: str, take: Callable[[bool], None], form: Form
    ) -> None:
        super().__init__(label, help_text, form)
        self.field = Switch("", f"{label}: {help_text}", self)
        self.field.setAccessibleName(label)
        self.put(self.field)
        self._take, self._shown = take, False
        self.field.clicked.connect(self._clicked)

    def show_states(self, states: Iterable[bool]) -> None:
        """Show on or off; where both are there, off and the word for it."""
        found = set(states)
        self._shown = found == {True}
        self.field.setChecked(self._shown)
        self.field.setText(VARIOUS if len(found) > 1 else "")
        self.field.update()

    def _clicked(self, checked: bool) -> None:
        self.attempt(lambda: self._take(checked), lambda: self.field.setChecked(self._shown))


class OptionalNumberRow(RefusingRow):
    """A switch, and a number while it is on."""

    def __init__(
        self,
        label: str,
        help_text: str,
        turn: Callable[[bool], None],
        take: Callable[[float], None],
        form: Form,
        on: str = "on or off",
    ) -> None:
        super().__init__(label, help_text, form)
        self.switch = Switch("", f"{label}, {on}: {help_text}", self)
        self.switch.setAccessibleName(f"{label}, {on}")
        self.field = NumberField(label, take, self)
        set_tip(self.field, f"{label}: {help_text}")
        self.put(self.switch, TRACK.width())
        self.put(self.field, BESIDE_SWITCH)
        self._turn, self._on = turn, False
        self.switch.clicked.connect(self._clicked)

    def show_option(
        self, states: Iterable[bool], values: Iterable[float], digits: int, without: str = ""
    ) -> None:
        """Show whether it is on, and the number; `without` stands there while it is off."""
        found = set(states)
        self._on = found == {True}
        self.switch.setChecked(self._on)
        self.field.setEnabled(self._on)
        fill_number(self.field, set(values), digits)
        if not self._on:
            self.field.setPlaceholderText(VARIOUS if len(found) > 1 else without)

    def forget(self) -> None:
        """Drop what is typed: something else is looked at."""
        super().forget()
        self.field.show_text("")

    def _clicked(self, checked: bool) -> None:
        self.attempt(lambda: self._turn(checked), lambda: self.switch.setChecked(self._on))


def fill_number(field: NumberField, values: set[float], digits: int) -> None:
    """The one value there is, or the word for several; an entry that waits for a mend stays."""
    field.setPlaceholderText(VARIOUS if len(values) > 1 else "")
    text = short(next(iter(values)), digits) if len(values) == 1 else ""
    if text != field.shown:
        field.show_text(text)
