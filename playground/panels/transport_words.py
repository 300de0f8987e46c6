"""What the transport bar says: where in the pass we are, and why there is nothing to train."""

from engine.experiment import Experiment
from engine.formulas import explain
from engine.numerals import count
from engine.program import why_not_run
from playground.panels.rail_steps import is_trained

BEFORE = "before the first step"
NOTHING_TO_TRAIN = "There is nothing to train: no weight, bias or parameter is unlocked."


def where(experiment: Experiment, steps: int) -> str:
    """Update 1 · step 10 of 32; a pass that changes nothing is not called an update."""
    noun = "Update" if is_trained(experiment.network) else "Pass"
    told = f"{noun} {count(experiment.updates + 1)}"
    if not experiment.cursor:
        return f"{told} · {count(steps)} steps"
    return f"{told} · step {count(experiment.cursor)} of {count(steps)}"


def title(experiment: Experiment) -> str:
    """What the last step told: error term of hidden 4."""
    if experiment.trace is None or not experiment.cursor:
        return BEFORE
    step = experiment.trace.script.steps[experiment.cursor - 1]
    told = explain(experiment.context, experiment.trace, step).title
    return told[:1].lower() + told[1:]


def why_not_train(experiment: Experiment) -> str | None:
    """None, or the sentence that says why there is nothing to train."""
    reason = why_not_run(experiment.network, experiment.settings)
    if reason is None and not is_trained(experiment.network):
        return NOTHING_TO_TRAIN
    return reason
