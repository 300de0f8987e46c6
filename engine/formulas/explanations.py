"""The formulas of the present pass for the row that is looked at, in the batch or beside it.

What a row beside the batch says on the way forward, of its loss and of its error terms comes from a
pass of its own; gradients and updates are always the batch's.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import nan

import numpy as np

from engine.errors import Refused
from engine.experiment.experiment import Experiment
from engine.experiment.stepping import batch_of
from engine.experiment.trace import MicroStep, Trace, record
from engine.experiment.walk import Context
from engine.formulas import Notation, StepFormula, explain, notation_of
from engine.network import Place
from engine.op_list import Floats
from engine.program.program import why_not_run

NOT_YET = "Not computed yet."


@dataclass(frozen=True, slots=True)
class Explanation:
    """A formula, the micro-step it tells, and whether it speaks of a row beside the batch."""

    step: MicroStep
    formula: StepFormula
    beside: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class _SinglePass:
    """The pass of one row, and what it was made of."""

    context: Context
    parameters: Floats
    row: int
    trace: Trace | None

    def is_of(self, context: Context, parameters: Floats, row: int) -> bool:
        return (
            self.context.program is context.program
            and self.context.data is context.data
            and self.context.settings is context.settings
            and self.parameters is parameters
            and self.row == row
        )


class Explainer:
    """Finds what to tell; keeps the pass of one row alone while its numbers stay the same."""

    def __init__(self) -> None:
        self._kept: _SinglePass | None = None

    def step(self, experiment: Experiment, row: int | None = None) -> Explanation | None:
        """The micro-step that was told last; None before a pass."""
        if experiment.trace is None or not experiment.cursor:
            return None
        last = experiment.trace.script.steps[experiment.cursor - 1]
        return self._tell(experiment, row, last, notation_of(experiment.context))

    def node(
        self, experiment: Experiment, node_id: str, row: int | None = None
    ) -> list[Explanation]:
        """All of a node that is told so far, or what comes next; before a pass its way forward."""
        places = experiment.network.places

        def is_mine(step: MicroStep) -> bool:
            of_node = step.place < 0 or places[step.place].what != "weight"
            return step.node == node_id and of_node

        return self._tell_all(experiment, row, is_mine)

    def edge(
        self, experiment: Experiment, source: str, target: str, row: int | None = None
    ) -> list[Explanation]:
        """All of an edge's weight that is told so far, or what comes next."""
        place = experiment.network.place_index[Place("weight", target, source)]
        return self._tell_all(experiment, row, lambda step: step.place == place)

    def _tell_all(
        self, experiment: Experiment, row: int | None, wanted: Callable[[MicroStep], bool]
    ) -> list[Explanation]:
        trace, cursor = experiment.trace, experiment.cursor
        if trace is None:
            trace = self._alone(experiment, row)
            cursor = trace.script.phase_ends().get("forward", 0) if trace is not None else 0
        if trace is None:
            return []
        steps = [step for step in trace.script.steps if wanted(step)]
        notation = notation_of(experiment.context) if steps else None
        done = [step for step in trace.script.steps[:cursor] if wanted(step)]
        next_ones = [step for step in steps if step.phase == steps[0].phase]
        told = [self._tell(experiment, row, step, notation) for step in done or next_ones]
        return told if done else [_ahead(one) for one in told]

    def _tell(
        self, experiment: Experiment, row: int | None, step: MicroStep, notation: Notation | None
    ) -> Explanation:
        trace, digits = experiment.trace, experiment.settings.digits
        sample = None if trace is None else _sample(trace, row)
        of_batch = trace is not None and _is_of_the_batch(step)
        alone = None if sample is not None or of_batch else self._alone(experiment, row)
        shown = alone if alone is not None else trace
        assert shown is not None
        column = 0 if shown is alone or sample is None else sample
        formula = explain(experiment.context, shown, step, column, digits, notation)
        return Explanation(step, formula, beside=trace is not None and shown is alone)

    def _alone(self, experiment: Experiment, row: int | None) -> Trace | None:
        """The pass of one row; None where there cannot be one."""
        chosen = row
        if chosen is None or chosen >= experiment.data.count:
            chosen = int(batch_of(experiment)[0])
        context, parameters = experiment.context, experiment.parameters
        if self._kept is None or not self._kept.is_of(context, parameters, chosen):
            trace = _record_alone(experiment, chosen)
            self._kept = _SinglePass(context, parameters, chosen, trace)
        return self._kept.trace


def _ahead(told: Explanation) -> Explanation:
    """The same in symbols only: nobody has computed it yet."""
    formula = told.formula
    empty = replace(formula.result, latex="", plain="")
    bare = replace(
        formula,
        numbers=formula.spelled,
        plate=None,
        result=empty,
        value=nan,
        why=NOT_YET,
        asides=(),
    )
    return replace(told, formula=bare)


def _record_alone(experiment: Experiment, row: int) -> Trace | None:
    if why_not_run(experiment.network, experiment.settings) is not None:
        return None
    try:
        return record(experiment.context, experiment.position, np.array([row]))
    except Refused:
        return None


def _sample(trace: Trace, row: int | None) -> int | None:
    """The column of a row in the batch; the first where no row is chosen."""
    if row is None:
        return 0
    found = np.flatnonzero(trace.rows == row)
    return int(found[0]) if len(found) else None


def _is_of_the_batch(step: MicroStep) -> bool:
    return step.phase in ("gradient", "update") or step.whole == "batch"
