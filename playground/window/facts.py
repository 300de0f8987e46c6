"""The facts at the right of the strip: loss, test loss, accuracy, updates, rate; also of a run."""

import math
from dataclasses import replace

from engine.experiment.curve import CHEAP_POINT, Curve, Point, work_of_point
from engine.experiment.experiment import Experiment, with_point
from engine.experiment.training import RunProgress
from engine.functions.losses import loss as loss_of
from engine.numerals import count, short
from engine.program.program import why_not_run
from engine.settings import Settings
from playground.panels.transport import noun
from playground.widgets.status_bar import Fact

UNKNOWN = "—"


def facts_of(experiment: Experiment) -> tuple[Fact, ...]:
    """What is known of the experiment now; hardly anything is computed for it."""
    digits, trace = experiment.settings.digits, experiment.trace
    point = _point_of(experiment)
    steps = trace.script.steps if trace is not None else ()
    told = [place for place, step in enumerate(steps, 1) if step.what == "loss"]
    loss = math.nan
    if trace is not None and told and told[-1] <= experiment.cursor:
        loss = trace.total  # of the pass that is being told, as soon as that is
    if math.isnan(loss) and point is not None:
        loss = point.loss
    return (
        Fact(_made_small(experiment.settings), short(loss, digits) or UNKNOWN),
        *_measured(point, digits),
        Fact("Updates" if noun(experiment) == "update" else "Passes", count(experiment.updates)),
        Fact("Rate", short(experiment.settings.rate, digits)),
    )


def _point_of(experiment: Experiment) -> Point | None:
    """The point of the present update, unless a number was changed by hand since the last one.

    A run leaves one at some updates only. At others it is computed where that costs little; else
    the newest update has that of the last one before.
    """
    if experiment.updates < experiment.newest:
        begun = [segment.first for segment in experiment.history[1:]]
        if experiment.updates in begun:
            return None
        return experiment.curve.at(experiment.updates) or _computed(experiment)
    point = experiment.curve.last
    if point is None or not experiment.history:
        return point if point is not None and point.update == experiment.updates else None
    since = experiment.history[-1].first if len(experiment.history) > 1 else -1
    if not since < point.update <= experiment.updates:
        return None
    return point if point.update == experiment.updates else _computed(experiment) or point


def _computed(experiment: Experiment) -> Point | None:
    odd = why_not_run(experiment.network, experiment.settings)
    if odd or work_of_point(experiment.context) > CHEAP_POINT:
        return None
    bare = replace(experiment, curve=Curve())
    return with_point(bare).curve.last


def facts_of_run(progress: RunProgress, speed: float) -> tuple[Fact, ...]:
    """The newest numbers of a run; losses are those of the last point of its curve.

    Epoch and speed go first where room is short: they stand in the transport too.
    """
    point, settings = progress.curve.last, progress.settings
    loss = short(point.loss, settings.digits) if point is not None else UNKNOWN
    rate = settings.rate_in(progress.position.turn.epoch)
    return (
        Fact(_made_small(settings), loss or UNKNOWN),
        *_measured(point, settings.digits),
        Fact("Epoch", count(progress.position.turn.epoch + 1), important=False),
        Fact("Updates", count(progress.update)),
        Fact("Updates/s", count(round(speed)) if speed >= 1 else UNKNOWN, important=False),
        Fact("Rate", short(rate, settings.digits)),
    )


def _made_small(settings: Settings) -> str:
    """A circuit whose output itself is made small has no loss."""
    return "Loss" if loss_of(settings.loss).has_targets else "Output"


def _measured(point: Point | None, digits: int) -> tuple[Fact, ...]:
    """What only data with test rows or with classes has."""
    if point is None:
        return ()
    measured = [("Test loss", point.test_loss, short(point.test_loss, digits))]
    for name, share in (("Accuracy", point.accuracy), ("Test accuracy", point.test_accuracy)):
        measured.append((name, share, f"{100 * share:.0f} %"))
    return tuple(Fact(name, told, important=False) for name, value, told in measured
                 if not math.isnan(value))  # fmt: skip
