"""What the transport bar says: where in the pass we are, and why there is nothing to train."""

from math import isfinite, isnan

from engine.experiment.experiment import Experiment
from engine.experiment.training import RunProgress, last_epoch, remark
from engine.experiment.walk import batch_size
from engine.formulas import explain
from engine.numerals import count, counted, short
from engine.program.program import why_not_run
from engine.settings import Stops
from playground.panels.rail_steps import is_trained

BEFORE = "before the first step"
NOTHING_TO_TRAIN = "There is nothing to train: no weight, bias or parameter is unlocked."


def noun(experiment: Experiment) -> str:
    """A pass that changes nothing is not called an update."""
    return "update" if is_trained(experiment.network) else "pass"


def where(experiment: Experiment, steps: int) -> str:
    """Update 1 · step 10 of 32."""
    told = f"{noun(experiment).capitalize()} {count(experiment.updates + 1)}"
    if not experiment.cursor:
        return f"{told} · {counted(steps, 'step')}"
    return f"{told} · step {count(experiment.cursor)} of {count(steps)}"


def title(experiment: Experiment) -> str:
    """What the last step told: error term of hidden 4; after a run, why it ended."""
    past = experiment.updates < experiment.newest
    told = ending(experiment) if not experiment.cursor and not past else ""
    if told:
        return told
    if experiment.trace is None or not experiment.cursor:
        return BEFORE
    step = experiment.trace.script.steps[experiment.cursor - 1]
    told = explain(experiment.context, experiment.trace, step).title
    return told[:1].lower() + told[1:]


def ending(experiment: Experiment) -> str:
    """Why the run ended, and before that what is odd about its loss; nothing if nothing is."""
    end = experiment.ending
    if end is not None and end.rule == "infinite":
        return end.sentence
    odd = remark(experiment.curve, experiment.history, experiment.settings, experiment.data)
    return " ".join(filter(None, (odd, end.sentence if end else "")))


def interrupted(before: Experiment, after: Experiment) -> str:
    """Why a run is over that an edit has ended; nothing where a move in time has."""
    if after.network is not before.network:
        changed = "the network was changed"
    elif after.data is not before.data:
        changed = "the samples were changed"
    elif after.settings != before.settings:
        changed = "the settings were changed"
    elif after.layout is not before.layout:
        changed = "a name or a place was changed"
    elif after.updates == before.updates:
        changed = "a number was set by hand"
    else:
        return ""
    return f"The run ended at update {count(before.updates)}, because {changed}."


def shorter(told: str, experiment: Experiment) -> str:
    """That the run ended, without the reason: Stopped at update 463; nothing for another title."""
    end = experiment.ending
    if end is None or not told.endswith(end.sentence):
        return ""
    return end.sentence.partition(":")[0].rstrip(".")


def where_in_run(progress: RunProgress) -> str:
    """Update 3,412 · epoch 137, counted from 1."""
    return f"Update {count(progress.update)} · epoch {count(progress.turn.epoch + 1)}"


def run_text(progress: RunProgress, speed: float) -> str:
    """Test loss 0.0131 · 98 % of test right · 12,300/s, as far as they are known."""
    point, digits, told = progress.point, progress.settings.digits, []
    if point is not None:
        measured, right = point.test_loss, point.test_accuracy
        words = ("test loss", measured) if isfinite(measured) else ("loss", point.loss)
        told += [f"{words[0]} {short(words[1], digits)}"] if isfinite(words[1]) else []
        part, right = ("", point.accuracy) if isnan(right) else (" of test", right)
        told += [f"{100 * right:.0f} %{part} right"] if isfinite(right) else []
    told += [f"{count(round(speed))}/s"] if speed >= 1 else []
    return " · ".join(told) or "training"


def remark_of(progress: RunProgress, begun: Experiment) -> str:
    """What is odd about the loss of a run; nothing if nothing is."""
    return remark(progress.curve, progress.history, progress.settings, begun.data)


def end_of_run(progress: RunProgress, begun: Experiment, one_epoch: bool) -> int | None:
    """The update with which it is over at the latest; None where no number of epochs is set."""
    turn, wanted = progress.turn, progress.settings.stops.epochs
    if one_epoch:
        last = begun.turn.epoch + 1
    elif wanted is not None:
        last = last_epoch(wanted, begun.turn.epoch)
    else:
        return None
    size, rows = batch_size(progress.settings, begun.data), len(begun.data.training)
    left = -(-(rows - turn.row) // size) + (last - turn.epoch - 1) * -(-rows // size)
    return progress.update + max(0, left)


def until(end: int | None, stops: Stops) -> str:
    """What stands at the end of the rail of a run."""
    if end is not None:
        return count(end)
    return "until Stop" if stops == Stops() else "until a rule or Stop"


def why_not_step(experiment: Experiment) -> str | None:
    """None where anything is drawn; what else keeps it from stepping, a step tells itself."""
    if experiment.network.nodes:
        return None
    return why_not_run(experiment.network, experiment.settings)


def why_not_train(experiment: Experiment) -> str | None:
    """None, or the sentence that says why there is nothing to train."""
    reason = why_not_run(experiment.network, experiment.settings, experiment.layout.name)
    if reason is None and not is_trained(experiment.network):
        return NOTHING_TO_TRAIN
    return reason
