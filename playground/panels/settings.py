"""The settings of the experiment: only what matters for what is chosen, each with its help."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from engine.errors import Refused
from engine.experiment.editing import drawn_numbers
from engine.experiment.experiment import Experiment
from engine.functions.initializers import AS_DRAWN
from engine.numerals import short
from engine.program.program import why_not_run
from engine.settings import Settings
from playground.model.document import Document
from playground.model.stage import Stage
from playground.panels.settings_schema import (
    SECTIONS,
    START,
    Choice,
    Item,
    NumberSetting,
    Option,
    Section,
    Toggle,
    read_path,
    with_path,
)
from playground.widgets.buttons import push_button
from playground.widgets.form import (
    ChoiceRow,
    Form,
    FormRow,
    NumberRow,
    OptionalNumberRow,
    SwitchRow,
)
from playground.widgets.layout import lay_out
from playground.widgets.plain_text import set_tip

DIGITS = 6


@dataclass(frozen=True, slots=True)
class SettingsRow:
    """A row of the panel and how it is filled."""

    item: Item
    row: FormRow
    show: Callable[[Settings], None]


class SettingsPanel(Form):
    """Shows the settings and hands changes to the document; what is refused stays in its field."""

    def __init__(self, document: Document, stage: Stage, parent: QWidget) -> None:
        super().__init__("Settings", parent)
        self._document = document
        self._entries: dict[str, SettingsRow] = {}
        for section in SECTIONS:
            self._add_section(section)
        document.changed.connect(self._changed)
        self._refresh()

    def row(self, path: str) -> FormRow:
        """The row of a setting: "rate", "optimizer.kind"."""
        return self._entries[path].row

    # building

    def _add_section(self, section: Section) -> None:
        self.add_heading(section.title)
        for item in section.items:
            self._entries[item.path] = self._entry(item)
        if section is START:
            self._add_buttons()

    def _entry(self, item: Item) -> SettingsRow:
        words = item.help(self._document.value.settings)
        if isinstance(item, Choice):
            return self._choice(item, words)
        if isinstance(item, Toggle):
            return self._toggle(item, words)
        if isinstance(item, Option):
            return self._option(item, words)
        return self._number(item, words)

    def _choice(self, item: Choice, words: str) -> SettingsRow:
        row = ChoiceRow(
            item.label, words, item.choices, lambda key: self._put(item, item.read(key)), self
        )
        return SettingsRow(item, row, lambda now: row.show_keys([str(read_path(now, item.path))]))

    def _toggle(self, item: Toggle, words: str) -> SettingsRow:
        row = SwitchRow(item.label, words, lambda on: self._put(item, on), self)
        return SettingsRow(item, row, lambda now: row.show_states([read_path(now, item.path)]))

    def _number(self, item: NumberSetting, words: str) -> SettingsRow:
        row = NumberRow(item.label, words, partial(self._put_number, item), self)
        return SettingsRow(
            item, row, lambda now: row.show_numbers([read_path(now, item.path)], DIGITS)
        )

    def _option(self, item: Option, words: str) -> SettingsRow:
        def turn(on: bool) -> None:
            self._put(item, item.start if on else None)

        def show(now: Settings) -> None:
            value = read_path(now, item.path)
            values = [] if value is None else [value]
            row.show_option([value is not None], values, DIGITS, item.without)

        row = OptionalNumberRow(item.label, words, turn, partial(self._put_number, item), self)
        return SettingsRow(item, row, show)

    def _add_buttons(self) -> None:
        self.draw_button = push_button("Draw weights again", "", self._draw_again, self.content)
        self.start_button = push_button(
            "Start again",
            "Start again: before the first update, from the same starting numbers.",
            self._document.start_again,
            self.content,
        )
        line, buttons = QHBoxLayout(), ((self.draw_button, 1), (self.start_button, 1))
        self.column.addLayout(lay_out(line, *buttons, spacing=8, margins=(0, 6, 0, 6)))

    # showing

    def _changed(self, before: Experiment, after: Experiment) -> None:
        concerns = before.context is not after.context or before.start is not after.start
        if concerns and self.isVisible():
            self._refresh()

    def _refresh(self) -> None:
        experiment, settings = self._document.value, self._document.settings
        for entry in self._entries.values():
            entry.show(settings)
            entry.row.tell(entry.item.help(settings))
            if isinstance(entry.item, NumberSetting):
                entry.row.setVisible(entry.item.when(settings))
        network, reason = experiment.network, None
        if network.outputs:
            reason = why_not_run(network, settings, experiment.layout.name)
        self.row("loss").note(reason or "")
        rounding = settings.rounding or settings.why_not_round() is None
        self.row("rounding").controls[0].setEnabled(rounding)
        drawing = settings.initializer.kind != AS_DRAWN
        self.draw_button.setEnabled(drawing)
        set_tip(
            self.draw_button,
            "Draw weights again: other starting numbers, from the next seed."
            if drawing
            else "The weights stay as they were drawn. Choose another initialiser first.",
        )

    # editing

    def _put(self, item: Item, value: object) -> None:
        settings = self._document.settings
        if read_path(settings, item.path) == value:
            return
        changed = with_path(settings, item.path, value)
        text = f"Set {_in_a_list(item.label)}"
        self._document.insist(lambda: self._document.set_settings(changed, text))
        if self._document.run is not None:  # the document tells of it when the run is over
            self._refresh()

    def _put_number(self, item: NumberSetting | Option, value: float) -> None:
        self._put(item, whole(value, item.label) if item.whole else value)

    def _draw_again(self) -> None:
        """From the seed that is set; from the next one where that would draw the same again."""
        experiment = self._document.value
        settings = experiment.settings
        drawn = drawn_numbers(experiment.network, settings, experiment.start)
        same = np.array_equal(drawn, experiment.start)
        self._document.draw_again(settings.seed + 1 if same else None)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._refresh()


def whole(value: float, label: str) -> int:
    """The number as a whole one, or the refusal of anything else."""
    if value != int(value) or abs(value) >= 2**53:
        raise Refused(f"{label} takes a whole number, such as 1 or 20, not {short(value)}.")
    return int(value)


def _in_a_list(label: str) -> str:
    """A label as the name of an entry: "Set rate", but "Set L1 penalty"."""
    return label if label[1:2].isdigit() or not label[:1].isascii() else label.lower()
