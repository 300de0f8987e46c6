"""When training ends by itself, and the sentences that say why, or that it gets nowhere."""

from dataclasses import dataclass, replace

import numpy as np

from engine.curve import Curve, Point, goes_up_and_down
from engine.data import Data
from engine.epochs import batch_size
from engine.experiment import Ending
from engine.history import History
from engine.losses import loss
from engine.numerals import count, counted, short
from engine.settings import Settings

UP_AND_DOWN = "The loss goes up and down: the rate may be too high."
NOTHING_LEFT = "The loss is 0: nothing is left to learn."


def remark(curve: Curve, history: History, settings: Settings, data: Data) -> str:
    """What is to be said of a loss that can fall no further, or only goes up and down."""
    since = history[-1].first if history else 0
    if curve.last is not None and curve.last.update > since and _is_least(curve.last, settings):
        return NOTHING_LEFT
    all_rows = batch_size(settings, data) >= len(data.training)
    return UP_AND_DOWN if goes_up_and_down(curve, since, all_rows) else ""


@dataclass(frozen=True, slots=True)
class Watch:
    """What the rules must remember from point to point of one run."""

    first_epoch: int
    best: float = float("inf")
    best_epoch: int = 0

    def after(self, point: Point) -> "Watch":
        """The same, knowing one more point."""
        progress = _watched(point)
        if progress < self.best:
            return replace(self, best=progress, best_epoch=int(point.epoch))
        return self


def ending_at(settings: Settings, watch: Watch, point: Point, epoch_ended: bool) -> Ending | None:
    """The first rule that says stop at this point of the curve, if one does."""
    update = int(point.update)
    for rule, reason in _reasons(settings, watch, point, epoch_ended):
        return Ending(rule, f"Stopped at update {count(update)}: {reason}.", update)
    return None


def _reasons(
    settings: Settings, watch: Watch, point: Point, epoch_ended: bool
) -> list[tuple[str, str]]:
    stops, digits = settings.stops, settings.digits
    reasons: list[tuple[str, str]] = []
    if stops.loss_below is not None and point.loss < stops.loss_below:
        reasons.append(("loss", f"the training loss, {short(point.loss, digits)}, is below "
                                f"{short(stops.loss_below)}"))  # fmt: skip
    if stops.change_below is not None and point.change < stops.change_below:
        reasons.append(("change", f"the largest change of a weight, "
                                  f"{short(point.change, digits)}, is below "
                                  f"{short(stops.change_below)}"))  # fmt: skip
    wrong = round(1 - point.accuracy, 12)  # 1 − 0.9 would be a little below 0.1
    if stops.misclassified_below is not None and wrong < stops.misclassified_below:
        reasons.append(("misclassified", f"the misclassified share, {short(wrong)}, is below "
                                         f"{short(stops.misclassified_below)}"))  # fmt: skip
    if epoch_ended:
        reasons += _epoch_reasons(settings, watch, point)
    return reasons


def _epoch_reasons(settings: Settings, watch: Watch, point: Point) -> list[tuple[str, str]]:
    stops, epoch = settings.stops, int(point.epoch)
    reasons: list[tuple[str, str]] = []
    if stops.patience is not None and epoch - watch.best_epoch >= stops.patience:
        reasons.append(("progress", f"no progress for {_epochs(stops.patience)}; the best loss "
                                    f"was {short(watch.best, settings.digits)}"))  # fmt: skip
    if stops.epochs is not None and epoch >= last_epoch(stops.epochs, watch.first_epoch):
        verb = "is" if epoch == 1 else "are"
        reasons.append(("epochs", f"{_epochs(epoch)} {verb} done, as set"))
    return reasons


def last_epoch(wanted: int, first: int) -> int:
    """The rule counts all epochs; a run that begins where it ended gets as many again."""
    return wanted if first < wanted else first + wanted


def _is_least(point: Point, settings: Settings) -> bool:
    """Whether no weights can do better: "the output itself" has no least, and penalties go on."""
    bounded = loss(settings.loss).has_targets and not (settings.l1 or settings.l2)
    return bounded and point.loss == 0


def _watched(point: Point) -> float:
    """Progress is told by the test loss where there is a test part."""
    return point.loss if np.isnan(point.test_loss) else point.test_loss


def _epochs(number: int) -> str:
    return counted(number, "epoch")
