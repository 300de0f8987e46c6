"""The settings of the experiment: only what matters for what is chosen, each with its help."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from operator import attrgetter
from typing import Any

import numpy as np
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from engine.errors import Refused
from engine.experiment.editing import drawn_numbers
from engine.experiment.experiment import Experiment
from engine.functions.initializers import AS_DRAWN, INITIALIZERS
from engine.functions.losses import LOSSES, loss
from engine.functions.optimizers import OPTIMIZERS, SCHEDULES
from engine.numerals import ALL_DIGITS, DIGIT_CHOICES, short
from engine.program.program import why_not_run
from engine.settings import Settings
from playground.model.document import Document
from playground.model.stage import Stage
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
LONG = 32


@dataclass(frozen=True, slots=True)
class Setting:
    """One row of the panel: where it is kept, its words, its help.

    It is one of its `choices`, or a switch, or a number, as the new settings have it there. A
    number that may be None begins at `start`, and `without` is said of None.
    """

    path: str
    label: str
    help: str | Callable[[Settings], str]
    choices: Mapping[str, str] | None = None
    start: float | None = None
    without: str = "off"

    @property
    def kind(self) -> type:
        """What stands there when it is set."""
        return type(read_path(Settings(), self.path) if self.start is None else self.start)

    def told(self, settings: Settings) -> str:
        """Its help, which may depend on what else is chosen."""
        return self.help if isinstance(self.help, str) else self.help(settings)

    def matters(self, settings: Settings) -> bool:
        """Whether the optimiser, the schedule or the initialiser that is chosen uses it."""
        outer, _, inner = self.path.partition(".")
        if inner == "kind":
            return True
        if outer == "optimizer":
            return inner in OPTIMIZERS[settings.optimizer.kind].uses
        if outer == "schedule":
            return inner in SCHEDULES[settings.schedule.kind].uses
        return inner != "size" or INITIALIZERS[settings.initializer.kind].uses_size


def read_path(settings: Settings, path: str) -> Any:
    """What stands there: "rate", "optimizer.momentum"."""
    return attrgetter(path)(settings)


def with_path(settings: Settings, path: str, value: object) -> Settings:
    outer, _, inner = path.partition(".")
    changed: Any = replace(getattr(settings, outer), **{inner: value}) if inner else value
    return replace(settings, **{outer: changed})


def titles_of(table: Mapping[str, Any]) -> dict[str, str]:
    return {key: row.title for key, row in table.items()}


def _unbroken(formula: str) -> str:
    """A short formula stays on one line."""
    return formula.replace(" ", "\u00a0") if len(formula) < LONG else formula


def _loss_help(settings: Settings) -> str:
    row = loss(settings.loss)
    formula = _unbroken(row.plain.format(a="o", t="t", p="p"))
    letters = "o is the answer, t the target" if row.has_targets else "o is the answer"
    if row.shares:
        letters = "p is the share of an answer, t its target"
    return f"{formula}; {letters}. {row.remark}".strip()


def _rate_help(settings: Settings) -> str:
    constant = settings.schedule.kind == "constant"
    what = "η: how far one update goes" if constant else "η before the schedule has changed it"
    return f"{what}. Above 0; 0.01 to 1 is usual."


def _schedule_help(settings: Settings) -> str:
    if settings.schedule.kind == "constant":
        return "The rate stays as it is."
    formula = _unbroken(SCHEDULES[settings.schedule.kind].formula)
    epochs = ", ".join(short(settings.rate_in(epoch)) for epoch in (0, 1, 10, 100))
    return f"{formula}; e counts epochs. At epochs 0, 1, 10 and 100 the rate is {epochs}."


START = "Starting weights"
SECTIONS: Mapping[str, tuple[Setting, ...]] = {
    "Learning": (
        Setting("optimizer.kind", "Optimiser",
                lambda settings: OPTIMIZERS[settings.optimizer.kind].help, titles_of(OPTIMIZERS)),
        Setting("rate", "Rate", _rate_help),
        Setting("optimizer.momentum", "Momentum μ",
                "How much of the velocity stays from update to update: 0 to just below 1."),
        Setting("optimizer.beta1", "β₁",
                "How much of the mean of the gradients stays: 0 to just below 1."),
        Setting("optimizer.beta2", "β₂",
                "How much of the mean of their squares stays: 0 to just below 1."),
        Setting("optimizer.smoothing", "Smoothing α",
                "How much of the mean of the squares stays: 0 to just below 1."),
        Setting("optimizer.epsilon", "ε", "A small number above 0 that keeps the division from 0."),
        Setting("schedule.kind", "Schedule", _schedule_help, titles_of(SCHEDULES)),
        Setting("schedule.factor", "Factor", "What the rate is multiplied by: above 0, up to 1."),
        Setting("schedule.every", "Every",
                "After how many epochs the rate is multiplied again: 1 or more."),
        Setting("schedule.floor", "Floor", "The rate at the end: 0 or more."),
        Setting("schedule.epochs", "Epochs",
                "How many epochs it takes to reach the floor: 1 or more."),
        Setting("schedule.decay", "Decay",
                "How fast the rate falls: 0 or more; at 1 it is halved after one epoch."),
    ),
    "Loss": (
        Setting("loss", "Loss", _loss_help, titles_of(LOSSES)),
        Setting("reduction", "Over a batch",
                "Whether the samples' losses are averaged or added up.",
                {"mean": "Mean", "sum": "Sum"}),
        Setting("l2", "L2 penalty",
                "λ: adds λ/2 × the squares of the weights; 0 is none. Biases are free."),
        Setting("l1", "L1 penalty",
                "λ: adds λ × the sizes of the weights; 0 is none. Biases are free."),
    ),
    "Samples": (
        Setting("batch", "Batch", "How many samples make one update; off takes all of them.",
                start=1, without="all"),
        Setting("shuffle", "Shuffle", "Takes the samples in another order in every epoch."),
        Setting("seed", "Seed",
                "The same whole number from 0 gives the same weights and the same order."),
    ),
    START: (
        Setting("initializer.kind", "Initialiser",
                lambda settings: INITIALIZERS[settings.initializer.kind].help,
                titles_of(INITIALIZERS)),
        Setting("initializer.size", "Size", "How large the weights become that are drawn."),
        Setting("initializer.bias", "Bias", "What every new or newly drawn bias starts at."),
    ),
    "Stop training when": (
        Setting("stops.epochs", "Epochs", "So many epochs are done: 1 or more.", start=100),
        Setting("stops.loss_below", "Loss below", "The training loss is below this.", start=0.01),
        Setting("stops.misclassified_below", "Wrong below",
                "The share of wrongly classified training samples is below this.", start=0.05),
        Setting("stops.change_below", "Change below",
                "No weight changes by more than this in an update.", start=1e-4),
        Setting("stops.patience", "Stuck epochs",
                "So many epochs in a row bring no better loss (of the test part, if any).",
                start=10),
    ),
    "Numbers": (
        Setting("rounding", "Lecture rounding", lambda settings: settings.why_not_round() or
                "Rounds every number as it is printed in the lecture, and goes on with that."),
        Setting("digits", "Digits", "How many significant digits are shown everywhere.",
                {str(n): "All" if n == ALL_DIGITS else str(n) for n in DIGIT_CHOICES}),
    ),
}  # fmt: skip


class SettingsPanel(Form):
    """Shows the settings and hands changes to the document; what is refused stays in its field."""

    def __init__(self, document: Document, stage: Stage, parent: QWidget) -> None:
        super().__init__("Settings", parent)
        self._document = document
        self._entries: dict[str, tuple[Setting, FormRow, Callable[[Any], None]]] = {}
        for title, settings in SECTIONS.items():
            self.add_heading(title)
            for setting in settings:
                self._entries[setting.path] = (setting, *self._make_row(setting))
            if title == START:
                self._add_buttons()
        document.changed.connect(self._on_changed)
        self._refresh()

    def row(self, path: str) -> FormRow:
        """The row of a setting: "rate", "optimizer.kind"."""
        return self._entries[path][1]

    # building

    def _make_row(self, setting: Setting) -> tuple[FormRow, Callable[[Any], None]]:
        """The row, and how what stands there is shown in it."""
        named = (setting.label, setting.told(self._document.value.settings))
        put = partial(self._put, setting)
        if setting.choices is not None:
            choice = ChoiceRow(*named, setting.choices, lambda key: put(setting.kind(key)), self)
            return choice, lambda value: choice.show_keys([str(value)])
        if setting.kind is bool:
            switch = SwitchRow(*named, put, self)
            return switch, lambda on: switch.show_states([on])
        if setting.start is None:
            number = NumberRow(*named, put, self)
            return number, lambda value: number.show_numbers([value], DIGITS)

        def show(value: float | None) -> None:
            values = [] if value is None else [value]
            option.show_option([value is not None], values, DIGITS, setting.without)

        option = OptionalNumberRow(*named, lambda on: put(setting.start if on else None), put, self)
        return option, show

    def _add_buttons(self) -> None:
        self.draw_button = push_button("Draw weights again", "", self._draw_again, self.content)
        tip = "Start again: before the first update, from the same starting numbers."
        again = self._document.start_again
        self.start_button = push_button("Start again", tip, again, self.content)
        line, buttons = QHBoxLayout(), ((self.draw_button, 1), (self.start_button, 1))
        self.column.addLayout(lay_out(line, *buttons, spacing=8, margins=(0, 6, 0, 6)))

    # showing

    def _on_changed(self, before: Experiment, after: Experiment) -> None:
        concerns = before.context is not after.context or before.start is not after.start
        if concerns and self.isVisible():
            self._refresh()

    def _refresh(self) -> None:
        experiment, settings = self._document.value, self._document.settings
        for setting, row, show in self._entries.values():
            show(read_path(settings, setting.path))
            row.tell(setting.told(settings))
            row.setVisible(setting.matters(settings))
        network = experiment.network
        reason = why_not_run(network, settings, experiment.layout.name) if network.outputs else ""
        self.row("loss").note(reason or "")
        rounding = settings.rounding or settings.why_not_round() is None
        self.row("rounding").controls[0].setEnabled(rounding)
        drawing = settings.initializer.kind != AS_DRAWN
        self.draw_button.setEnabled(drawing)
        tip = "Draw weights again: other starting numbers, from the next seed."
        stay = "The weights stay as they were drawn. Choose another initialiser first."
        set_tip(self.draw_button, tip if drawing else stay)

    # editing

    def _put(self, setting: Setting, value: Any) -> None:
        settings = self._document.settings
        if setting.kind is int and value is not None:
            value = whole(value, setting.label)
        if read_path(settings, setting.path) == value:
            return
        changed = with_path(settings, setting.path, value)
        label = setting.label  # "Set rate", but "Set L1 penalty"
        text = f"Set {label if label[1:2].isdigit() or not label[:1].isascii() else label.lower()}"
        self._document.apply_or_raise(lambda: self._document.set_settings(changed, text))
        if self._document.run is not None:  # the document tells of it when the run is over
            self._refresh()

    def _draw_again(self) -> None:
        """From the seed that is set; from the next one where that would draw the same again."""
        experiment, settings = self._document.value, self._document.settings
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
