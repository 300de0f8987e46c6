"""Whether a task is done: each kind of check as a pure function of the experiment and the look."""

from collections.abc import Callable, Iterator, Mapping
from math import isnan
from typing import Any

import numpy as np

from engine.curve import Curve, Evaluator
from engine.errors import Refused
from engine.experiment import Experiment
from engine.files.lesson_checks import (
    AccuracyCheck,
    AllCheck,
    AnswerCheck,
    AnyCheck,
    Check,
    CountCheck,
    EdgeCheck,
    EndedCheck,
    GradientsCheck,
    LossCheck,
    NodeCheck,
    OpenedCheck,
    RefusedCheck,
    RowCheck,
    RunCheck,
    SelectedCheck,
    SettingCheck,
    ToldCheck,
    ValueCheck,
)
from engine.lessons.look import Look
from engine.lessons.numbers import cursor_of, number_of
from engine.network import Network
from engine.numerals import read, short
from engine.program import why_not_run


def is_done(check: Check, experiment: Experiment, look: Look, answer: str = "") -> bool:
    """Whether the check holds now; `answer` is what the learner typed or chose for this task."""
    if isinstance(check, AllCheck | AnyCheck):
        members = (is_done(member, experiment, look, answer) for member in check.of)
        return all(members) if isinstance(check, AllCheck) else any(members)
    if isinstance(check, AnswerCheck):
        return is_right(check, answer)
    if isinstance(check, ValueCheck):
        return _value(check, experiment, look)
    if isinstance(check, CountCheck) and check.is_ is not None and look.running:
        return False  # a run that passes by has not done just so much
    if type(check) in _OF_THE_LOOK:
        return _OF_THE_LOOK[type(check)](check, look)
    return _OF_THE_EXPERIMENT[type(check)](check, experiment)


def simple_checks(check: Check) -> Iterator[Check]:
    """The check itself, or all that it is made of."""
    if isinstance(check, AllCheck | AnyCheck):
        for member in check.of:
            yield from simple_checks(member)
    else:
        yield check


def is_right(check: AnswerCheck, answer: str) -> bool:
    """Whether this is the answer that is asked for; of a guess, whether it is one at all."""
    if not answer.strip():
        return False
    if check.choices:
        return answer in check.choices if check.is_guess else answer == check.is_
    try:
        typed = read(answer)
    except Refused:
        return False
    return check.is_guess or _near(typed, check.is_, check.within)


def came_true(check: AnswerCheck, experiment: Experiment) -> str:
    """What a guess is set beside, from the moment on at which that is known."""
    if check.known is None or not _told(ToldCheck(at=check.known), experiment):
        return ""
    return short(check.is_) if isinstance(check.is_, float | int) else str(check.is_)


def _value(check: ValueCheck, experiment: Experiment, look: Look) -> bool:
    found = number_of(experiment, check.of, look.row)
    return _lies(found, check.is_, check.within, check.above, check.below) and (
        check.is_not is None or not _near(found, check.is_not, check.within)
    )


def _lies(
    found: float, wanted: float | None, within: float, above: float | None, below: float | None
) -> bool:
    if isnan(found):
        return False
    return (
        (wanted is None or _near(found, wanted, within))
        and (above is None or found > above)
        and (below is None or found < below)
    )


def _near(found: float, wanted: object, within: float) -> bool:
    """Half a millionth of slack, so that 1.8705 counts as 1.87 within 0.0005."""
    assert isinstance(wanted, int | float)
    return abs(found - wanted) <= within * (1 + 1e-6) + 1e-12


def _setting(check: SettingCheck, experiment: Experiment) -> bool:
    found = setting_of(experiment, check.of)
    if check.above is not None or check.below is not None:
        number = float(found) if isinstance(found, int | float) else float("nan")
        return _lies(number, None, 0, check.above, check.below)
    if isinstance(found, float) and isinstance(check.is_, int | float):
        return _near(found, check.is_, 1e-12)
    return bool(found == check.is_ and isinstance(found, bool) == isinstance(check.is_, bool))


def setting_of(experiment: Experiment, name: str) -> object:
    """A setting by its name; of a rule that has several numbers, its kind."""
    owner, _, member = name.rpartition(".")
    if owner == "data":
        return getattr(experiment.data.recipe, member, None)
    if owner == "stops":
        return getattr(experiment.settings.stops, member)
    found = getattr(experiment.settings, name)
    return getattr(found, "kind", found)


def _count(check: CountCheck, experiment: Experiment) -> bool:
    found = count_of(experiment, check.of)
    return (
        (check.is_ is None or found == check.is_)
        and (check.at_least is None or found >= check.at_least)
        and (check.at_most is None or found <= check.at_most)
    )


def count_of(experiment: Experiment, name: str) -> int:
    """How many there are."""
    return _COUNTS[name](experiment)


def _of_kind(network: Network, kind: str) -> int:
    return sum(node.kind == kind for node in network.nodes)


def _zero_weights(experiment: Experiment) -> int:
    """Unlocked weights of exactly 0."""
    network = experiment.network
    weights = experiment.parameters[: len(network.edges)]
    locked = np.array(network.locks[: len(weights)], dtype=np.bool_)
    return int(((weights == 0) & ~locked).sum())


_COUNTS: dict[str, Callable[[Experiment], int]] = {
    "inputs": lambda e: len(e.network.inputs),
    "parameters": lambda e: _of_kind(e.network, "parameter"),
    "neurons": lambda e: _of_kind(e.network, "neuron"),
    "outputs": lambda e: len(e.network.outputs),
    "weights": lambda e: len(e.network.edges),
    "numbers": lambda e: len(e.network.places),
    "zero weights": _zero_weights,
    "locked": lambda e: sum(e.network.locks),
    "rows": lambda e: e.data.count,
    "test rows": lambda e: len(e.data.testing),
    "updates": lambda e: e.updates,
    "epochs": lambda e: e.turn.epoch,
    "runs": lambda e: len(e.runs) + (e.curve.count > 1),
}


def _loss(check: LossCheck, experiment: Experiment) -> bool:
    found = _summary(experiment, check.part)[0]
    return _lies(found, None, 0, check.above, check.below)


def _accuracy(check: AccuracyCheck, experiment: Experiment) -> bool:
    return _summary(experiment, check.part)[1] >= check.at_least


def _summary(experiment: Experiment, part: str) -> tuple[float, float]:
    """Loss and accuracy over the rows of a part, with the present numbers."""
    if why_not_run(experiment.network, experiment.settings) is not None:
        return float("nan"), float("nan")
    evaluator = Evaluator(experiment.context)
    rows = evaluator.training if part == "training" else evaluator.testing
    with np.errstate(all="ignore"):
        return evaluator.summary(experiment.parameters, rows)


def _told(check: ToldCheck, experiment: Experiment) -> bool:
    moment = check.at
    if experiment.updates >= moment.update:
        return True
    cursor = cursor_of(experiment, moment)
    here = experiment.updates == moment.update - 1 and cursor is not None
    return here and cursor is not None and experiment.cursor >= max(cursor, 1)


def _ended(check: EndedCheck, experiment: Experiment) -> bool:
    return experiment.ending is not None and experiment.ending.rule == check.by


def _run(check: RunCheck, experiment: Experiment) -> bool:
    """Updates that were made under settings which these would not change."""
    wanted = check.settings
    made = [s.updates for s in experiment.history if wanted.is_in(s.context.settings)]
    runs = [r for r in experiment.runs if wanted.is_in(r.context.settings)]
    return max([sum(made), *(_length(run.curve) for run in runs)]) >= check.updates


def _length(curve: Curve) -> int:
    return int(curve.last.update) if curve.last is not None else 0


def _edge(check: EdgeCheck, experiment: Experiment) -> bool:
    source, target = check.edge
    edges = [e for e in experiment.network.edges if (e.source, e.target) == (source, target)]
    if not check.there or not edges:
        return bool(edges) == check.there
    return check.locked is None or edges[0].locked == check.locked


def _node(check: NodeCheck, experiment: Experiment) -> bool:
    network = experiment.network
    if not check.there or check.node not in network.index:
        return (check.node in network.index) == check.there
    node = network.node(check.node)
    return check.activation in (None, node.activation) and check.combine in (None, node.combine)


def _selected(check: SelectedCheck, look: Look) -> bool:
    """These and no others: of the nodes if nodes are asked for, of the edges if edges are."""
    nodes = not check.nodes or set(check.nodes) == set(look.nodes)
    return nodes and (not check.edges or set(check.edges) == set(look.edges))


_OF_THE_EXPERIMENT: Mapping[type, Callable[[Any, Experiment], bool]] = {
    SettingCheck: _setting,
    CountCheck: _count,
    LossCheck: _loss,
    AccuracyCheck: _accuracy,
    ToldCheck: _told,
    EndedCheck: _ended,
    RunCheck: _run,
    EdgeCheck: _edge,
    NodeCheck: _node,
}
_OF_THE_LOOK: Mapping[type, Callable[[Any, Look], bool]] = {
    SelectedCheck: _selected,
    OpenedCheck: lambda check, look: check.dock in look.docks,
    RowCheck: lambda check, look: look.row == check.is_ - 1,
    RefusedCheck: lambda check, look: check.says.casefold() in look.refused.casefold(),
    GradientsCheck: lambda check, look: look.checked,
}
