"""How the network is trained and told: everything the learner can set beside the drawing."""

from dataclasses import dataclass, field, replace

from engine.errors import Refused, unknown
from engine.functions.initializers import Initializer, check_initializer
from engine.functions.losses import REDUCTIONS, Reduction, loss
from engine.functions.optimizers import (
    SCHEDULES,
    Optimizer,
    Schedule,
    check_optimizer,
    check_schedule,
)
from engine.numerals import ALL_DIGITS, short

ENDLESS = 10**15  # a file holds whole numbers of fifteen digits


@dataclass(frozen=True, slots=True)
class Stops:
    """When training ends by itself; a rule that is None is off."""

    epochs: int | None = None
    loss_below: float | None = None
    change_below: float | None = None
    misclassified_below: float | None = None
    patience: int | None = None

    @property
    def look_at_points(self) -> bool:
        """Whether a rule looks at the points of the curve; the number of epochs is counted."""
        rules = (self.loss_below, self.change_below, self.misclassified_below, self.patience)
        return any(rule is not None for rule in rules)


@dataclass(frozen=True, slots=True)
class Settings:
    """One value; a change makes a new one. `batch` None means all training rows at once."""

    loss: str = "half squared"
    reduction: Reduction = "mean"
    optimizer: Optimizer = field(default_factory=Optimizer)
    rate: float = 0.1
    schedule: Schedule = field(default_factory=Schedule)
    batch: int | None = 1
    shuffle: bool = False
    l1: float = 0.0
    l2: float = 0.0
    seed: int = 0
    initializer: Initializer = field(default_factory=Initializer)
    stops: Stops = field(default_factory=Stops)
    rounding: bool = False
    digits: int = 4

    def rate_in(self, epoch: int) -> float:
        """The learning rate of that epoch, as the schedule has it."""
        return SCHEDULES[self.schedule.kind].rate(self.schedule, self.rate, epoch)

    def why_not_round(self) -> str | None:
        """None where lecture rounding can be had, else the reason."""
        if self.optimizer.kind != "sgd" or self.l1 or self.l2:
            return "Rounding as the lecture does needs plain SGD without penalties."
        return None


def check(settings: Settings) -> Settings:
    """The same settings, or the refusal of the first one that cannot be."""
    loss(settings.loss)
    if settings.reduction not in REDUCTIONS:
        raise unknown("The reduction", settings.reduction, REDUCTIONS)
    check_optimizer(settings.optimizer)
    check_schedule(settings.schedule)
    check_initializer(settings.initializer)
    if not 0 < settings.rate <= 1e12:
        raise Refused(
            "The learning rate must be a positive number up to 1e12, "
            f"not {short(settings.rate) or 'nothing'}."
        )
    for name, amount in (("L1", settings.l1), ("L2", settings.l2)):
        if not 0 <= amount <= 1e12:
            raise Refused(f"The {name} penalty must be 0 or a positive number up to 1e12.")
    _check_whole(settings)
    if settings.rounding and (reason := settings.why_not_round()):
        raise Refused(reason)
    _check_stops(settings.stops)
    return settings


def _check_whole(settings: Settings) -> None:
    """No whole number has more digits than a file may hold."""
    if settings.batch is not None and settings.batch < 1:
        raise Refused("A batch needs at least one sample.")
    if not 1 <= settings.digits <= ALL_DIGITS:
        raise Refused(f"Numbers are shown with 1 to {ALL_DIGITS} digits.")
    if settings.seed < 0:
        raise Refused("The seed must be a whole number from 0 on.")
    schedule, stops = settings.schedule, settings.stops
    for name, number in (
        ("seed", settings.seed), ("batch size", settings.batch),
        ("schedule’s “every”", schedule.every), ("schedule’s “epochs”", schedule.epochs),
        ("number of epochs", stops.epochs), ("patience", stops.patience),
    ):  # fmt: skip
        if number is not None and number >= ENDLESS:
            raise Refused(f"The {name} must be below {short(ENDLESS)}.")


def _check_stops(stops: Stops) -> None:
    for name, count in (("number of epochs", stops.epochs), ("patience", stops.patience)):
        if count is not None and count < 1:
            raise Refused(f"The {name} to stop after must be at least 1.")
    for name, bound in (
        ("loss", stops.loss_below),
        ("change of the weights", stops.change_below),
        ("misclassified share", stops.misclassified_below),
    ):
        if bound is not None and not 0 < bound <= 1e12:
            raise Refused(f"The {name} to stop below must be a positive number up to 1e12.")


def without_rounding(settings: Settings) -> Settings:
    """Train always computes exactly."""
    return replace(settings, rounding=False) if settings.rounding else settings
