"""How kept settings are told apart: only what is not the same in all of them, in a few words."""

from collections.abc import Callable, Iterable

from engine.experiment.experiment import Experiment, PastRun
from engine.functions.losses import LOSSES
from engine.functions.optimizers import OPTIMIZERS
from engine.numerals import count, counted, short
from engine.settings import Settings

ALWAYS = 2  # the first of the table, where nothing tells them apart


def _batch(settings: Settings) -> str:
    return "all rows at once" if settings.batch is None else f"batch {count(settings.batch)}"


def _stops(settings: Settings) -> str:
    stops = settings.stops
    told = [counted(stops.epochs, "epoch")] if stops.epochs else []
    if stops.patience:
        told.append(f"patience {count(stops.patience)}")
    below = (
        ("loss", stops.loss_below),
        ("change", stops.change_below),
        ("wrong", stops.misclassified_below),
    )
    told += [f"{name} < {short(bound)}" for name, bound in below if bound is not None]
    return f"stop: {', '.join(told)}" if told else "no stop rule"


WORDS: tuple[Callable[[Settings], str], ...] = (
    lambda s: f"rate {short(s.rate)}",
    _batch,
    lambda s: OPTIMIZERS[s.optimizer.kind].short,
    lambda s: LOSSES[s.loss].title.lower(),
    lambda s: f"{s.reduction} over samples",
    lambda s: f"{s.schedule.kind} rate" if s.schedule.kind == "constant" else s.schedule.kind,
    lambda s: f"L1 {short(s.l1)}",
    lambda s: f"L2 {short(s.l2)}",
    lambda s: "shuffled" if s.shuffle else "in order",
    lambda s: f"seed {s.seed}",
    lambda s: f"start {s.initializer.kind}",
    _stops,
    lambda s: "lecture rounding" if s.rounding else "exact",
)


def differences(settings: Settings, others: Iterable[Settings]) -> str:
    """What is not the same in all of them; the rate and the batch where everything is."""
    beside = list(others)
    found = [word for word in WORDS if len({word(other) for other in beside}) > 1]
    return ", ".join(word(settings) for word in found or WORDS[:ALWAYS])


def reached(experiment: Experiment, name: str) -> str:
    """Where the newest run under these settings came to; "" before the first."""
    if name == experiment.variant and experiment.curve.count > 1:
        last = experiment.curve.last
    else:
        last = next((run.curve.last for run in _runs(experiment, name)), None)
    if last is None:
        return ""
    updates = int(last.update)
    loss = short(last.loss, experiment.settings.digits)
    return f"loss {loss} after {counted(updates, 'update')}"


def _runs(experiment: Experiment, name: str) -> Iterable[PastRun]:
    """The runs of that name, the newest first."""
    return (run for run in reversed(experiment.runs) if run.title == name)
