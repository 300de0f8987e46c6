"""The facts at the right of the strip: loss, accuracy, updates, rate."""

import math

from engine.experiment import Experiment
from engine.numerals import count, short
from playground.widgets.strip import Fact

UNKNOWN = "—"


def facts_of(experiment: Experiment) -> tuple[Fact, ...]:
    """What is known of the experiment now; nothing is computed for it."""
    digits = experiment.settings.digits
    point = experiment.curve.last
    accuracy = math.nan
    loss = _loss_of_pass(experiment)
    if point is not None and point.update == experiment.updates:
        loss = point.loss if math.isnan(loss) else loss
        accuracy = point.accuracy
    percent = UNKNOWN if math.isnan(accuracy) else f"{100 * accuracy:.0f} %"
    return (
        Fact("Loss", short(loss, digits) or UNKNOWN),
        Fact("Accuracy", percent, important=False),
        Fact("Updates", count(experiment.updates)),
        Fact("Rate", short(experiment.settings.rate, digits), important=False),
    )


def _loss_of_pass(experiment: Experiment) -> float:
    """The loss of the pass that is being told, once it has been told."""
    trace = experiment.trace
    if trace is None:
        return math.nan
    steps = trace.script.steps
    losses = [place for place, step in enumerate(steps, 1) if step.what == "loss"]
    return trace.total if losses and losses[-1] <= experiment.cursor else math.nan
