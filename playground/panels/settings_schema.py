"""Everything that can be set for an experiment, as a table: where it is kept, its words, its help.

`when` tells whether a row matters for what else is chosen; a row that does not is not shown.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from engine.functions import initializers, optimizers
from engine.functions.losses import LOSSES, loss
from engine.numerals import ALL_DIGITS, DIGIT_CHOICES, short
from engine.settings import Settings

LONG = 32

Help = Callable[[Settings], str]
When = Callable[[Settings], bool]


def always(_settings: Settings) -> bool:
    """Whatever else is chosen."""
    return True


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several; `keys` turns what stands in the field back into the value."""

    path: str
    label: str
    help: Help
    choices: Mapping[str, str]
    read: Callable[[str], Any] = str


@dataclass(frozen=True, slots=True)
class NumberSetting:
    """A number, perhaps a whole one."""

    path: str
    label: str
    help: Help
    when: When = always
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Toggle:
    """On or off."""

    path: str
    label: str
    help: Help


@dataclass(frozen=True, slots=True)
class Option:
    """A number or None; `start` is where it begins when switched on, `without` is said of None."""

    path: str
    label: str
    help: Help
    start: float
    whole: bool = False
    without: str = "off"


Item = Choice | NumberSetting | Toggle | Option


@dataclass(frozen=True, slots=True)
class Section:
    """Rows under a few words."""

    title: str
    items: tuple[Item, ...]


def read_path(settings: Settings, path: str) -> Any:
    """What stands there: "rate", "optimizer.momentum"."""
    found: Any = settings
    for name in path.split("."):
        found = getattr(found, name)
    return found


def with_path(settings: Settings, path: str, value: object) -> Settings:
    """The same settings but for what stands there."""
    changes: dict[str, Any] = {}
    outer, _, inner = path.partition(".")
    changes[outer] = replace(getattr(settings, outer), **{inner: value}) if inner else value
    return replace(settings, **changes)


def _told(sentence: str) -> Help:
    return lambda settings: sentence


def _unbroken(formula: str) -> str:
    """A short formula stays on one line."""
    return formula.replace(" ", "\u00a0") if len(formula) < LONG else formula


def _loss_help(settings: Settings) -> str:
    row = loss(settings.loss)
    formula = _unbroken(row.plain.format(a="o", t="t", p="p"))
    letters = "o is the answer, t the target" if row.has_targets else "o is the answer"
    if row.shares:
        letters = "p is the share of an answer, t its target"
    sentence = f"{formula}; {letters}."
    return f"{sentence} {row.remark}".strip()


REDUCTIONS = {"mean": "Mean", "sum": "Sum"}


def _rate_help(settings: Settings) -> str:
    if settings.schedule.kind == "constant":
        return "η: how far one update goes. Above 0; 0.01 to 1 is usual."
    return "η before the schedule has changed it. Above 0; 0.01 to 1 is usual."


def _schedule_help(settings: Settings) -> str:
    if settings.schedule.kind == "constant":
        return "The rate stays as it is."
    formula = _unbroken(optimizers.SCHEDULES[settings.schedule.kind].formula)
    epochs = ", ".join(short(settings.rate_in(epoch)) for epoch in (0, 1, 10, 100))
    return f"{formula}; e counts epochs. At epochs 0, 1, 10 and 100 the rate is {epochs}."


def _optimised(field: str) -> When:
    return lambda settings: field in optimizers.OPTIMIZERS[settings.optimizer.kind].uses


def _scheduled(field: str) -> When:
    return lambda settings: field in optimizers.SCHEDULES[settings.schedule.kind].uses


def _rounding_help(settings: Settings) -> str:
    reason = settings.why_not_round()
    return reason or "Rounds every number as it is printed in the lecture, and goes on with that."


_LOSS = Section(
    "Loss",
    (
        Choice("loss", "Loss", _loss_help, {key: row.title for key, row in LOSSES.items()}),
        Choice(
            "reduction", "Over a batch",
            _told("Whether the samples' losses are averaged or added up."), REDUCTIONS,
        ),
        NumberSetting(
            "l2", "L2 penalty",
            _told("λ: adds λ/2 × the squares of the weights; 0 is none. Biases are free."),
        ),
        NumberSetting(
            "l1", "L1 penalty",
            _told("λ: adds λ × the sizes of the weights; 0 is none. Biases are free."),
        ),
    ),
)  # fmt: skip

_LEARNING = Section(
    "Learning",
    (
        Choice(
            "optimizer.kind", "Optimiser",
            lambda settings: optimizers.OPTIMIZERS[settings.optimizer.kind].help,
            {key: kind.title for key, kind in optimizers.OPTIMIZERS.items()},
        ),
        NumberSetting("rate", "Rate", _rate_help),
        NumberSetting(
            "optimizer.momentum", "Momentum μ",
            _told("How much of the velocity stays from update to update: 0 to just below 1."),
            _optimised("momentum"),
        ),
        NumberSetting(
            "optimizer.beta1", "β₁",
            _told("How much of the mean of the gradients stays: 0 to just below 1."),
            _optimised("beta1"),
        ),
        NumberSetting(
            "optimizer.beta2", "β₂",
            _told("How much of the mean of their squares stays: 0 to just below 1."),
            _optimised("beta2"),
        ),
        NumberSetting(
            "optimizer.smoothing", "Smoothing α",
            _told("How much of the mean of the squares stays: 0 to just below 1."),
            _optimised("smoothing"),
        ),
        NumberSetting(
            "optimizer.epsilon", "ε",
            _told("A small number above 0 that keeps the division from 0."),
            _optimised("epsilon"),
        ),
        Choice(
            "schedule.kind", "Schedule", _schedule_help,
            {key: kind.title for key, kind in optimizers.SCHEDULES.items()},
        ),
        NumberSetting(
            "schedule.factor", "Factor",
            _told("What the rate is multiplied by: above 0, up to 1."), _scheduled("factor"),
        ),
        NumberSetting(
            "schedule.every", "Every",
            _told("After how many epochs the rate is multiplied again: 1 or more."),
            _scheduled("every"), whole=True,
        ),
        NumberSetting(
            "schedule.floor", "Floor",
            _told("The rate at the end: 0 or more."), _scheduled("floor"),
        ),
        NumberSetting(
            "schedule.epochs", "Epochs",
            _told("How many epochs it takes to reach the floor: 1 or more."),
            _scheduled("epochs"), whole=True,
        ),
        NumberSetting(
            "schedule.decay", "Decay",
            _told("How fast the rate falls: 0 or more; at 1 it is halved after one epoch."),
            _scheduled("decay"),
        ),
    ),
)  # fmt: skip

_SAMPLES = Section(
    "Samples",
    (
        Option(
            "batch", "Batch", _told("How many samples make one update; off takes all of them."),
            1, whole=True, without="all",
        ),
        Toggle("shuffle", "Shuffle", _told("Takes the samples in another order in every epoch.")),
        NumberSetting(
            "seed", "Seed",
            _told("The same whole number from 0 gives the same weights and the same order."),
            whole=True,
        ),
    ),
)  # fmt: skip

_STOP = Section(
    "Stop training when",
    (
        Option("stops.epochs", "Epochs", _told("So many epochs are done: 1 or more."),
               100, whole=True),
        Option("stops.loss_below", "Loss below", _told("The training loss is below this."), 0.01),
        Option("stops.misclassified_below", "Wrong below",
               _told("The share of wrongly classified training samples is below this."), 0.05),
        Option("stops.change_below", "Change below",
               _told("No weight changes by more than this in an update."), 1e-4),
        Option("stops.patience", "Stuck epochs",
               _told("So many epochs in a row bring no better loss (of the test part, if any)."),
               10, whole=True),
    ),
)  # fmt: skip

_NUMBERS = Section(
    "Numbers",
    (
        Toggle("rounding", "Lecture rounding", _rounding_help),
        Choice(
            "digits", "Digits", _told("How many significant digits are shown everywhere."),
            {str(n): "All" if n == ALL_DIGITS else str(n) for n in DIGIT_CHOICES}, read=int,
        ),
    ),
)  # fmt: skip

START = Section(
    "Starting weights",
    (
        Choice(
            "initializer.kind", "Initialiser",
            lambda settings: initializers.INITIALIZERS[settings.initializer.kind].help,
            {key: kind.title for key, kind in initializers.INITIALIZERS.items()},
        ),
        NumberSetting(
            "initializer.size", "Size", _told("How large the weights become that are drawn."),
            lambda settings: initializers.INITIALIZERS[settings.initializer.kind].uses_size,
        ),
        NumberSetting("initializer.bias", "Bias",
               _told("What every new or newly drawn bias starts at."),
        ),
    ),
)  # fmt: skip

SECTIONS = (_LEARNING, _LOSS, _SAMPLES, START, _STOP, _NUMBERS)
