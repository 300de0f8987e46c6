"""A micro-step as a person would write it: in symbols, with the numbers put in, and why.

What a row beside the batch says on the way forward, of its loss and of its error terms comes from a
pass of its own; gradients and updates are always the batch's.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from math import nan
from operator import is_

import numpy as np

from engine.errors import Refused
from engine.experiment.experiment import Experiment
from engine.experiment.stepping import batch_of
from engine.experiment.trace import MicroStep, Trace, What, record
from engine.experiment.walk import Context
from engine.formulas.backward import tell_derivative, tell_error, tell_gradient
from engine.formulas.forward import (
    tell_activation,
    tell_exp,
    tell_loss,
    tell_penalty,
    tell_probability,
    tell_sum,
)
from engine.formulas.notation import Notation, notation_of
from engine.formulas.teller import Teller
from engine.formulas.terms import StepFormula, Term
from engine.formulas.update import tell_update
from engine.network import Place
from engine.program.program import why_not_run

NOT_YET = "Not computed yet."
_TELL: dict[What, Callable[[Teller, MicroStep], StepFormula]] = {
    "sum": tell_sum,
    "activation": tell_activation,
    "exp": tell_exp,
    "probability": tell_probability,
    "loss": tell_loss,
    "penalty": tell_penalty,
    "error": tell_error,
    "derivative": tell_derivative,
    "gradient": tell_gradient,
    "value": tell_update,
}


def explain(
    context: Context,
    trace: Trace,
    step: MicroStep,
    sample: int = 0,
    digits: int = 4,
    notation: Notation | None = None,
) -> StepFormula:
    """The formula of a micro-step for one sample (column) of the batch.

    Who explains many steps passes the notation, which is the same for all of them.
    """
    teller = Teller(context, trace, notation or notation_of(context), sample, digits)
    return _TELL[step.what](teller, step)


@dataclass(frozen=True, slots=True)
class Explanation:
    """A formula, the micro-step it tells, and whether it speaks of a row beside the batch."""

    step: MicroStep
    formula: StepFormula
    beside: bool = False


class Explainer:
    """Finds what to tell; keeps the pass of one row alone while its numbers stay the same."""

    def __init__(self) -> None:
        self._made_of: tuple[object, ...] = ()
        self._row = -1
        self._kept: Trace | None = None

    def step(self, experiment: Experiment, row: int | None = None) -> Explanation | None:
        """The micro-step that was told last; None before a pass."""
        last = experiment.last_step
        if last is None:
            return None
        return self._tell(experiment, row, last, notation_of(experiment.context))

    def node(
        self, experiment: Experiment, node_id: str, row: int | None = None
    ) -> list[Explanation]:
        """All of a node that is told so far, or what comes next; before a pass its way forward."""
        places = experiment.network.places
        return self._tell_all(experiment, row, lambda step: step.node == node_id and (
            step.place < 0 or places[step.place].what != "weight"))  # fmt: skip

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
            if trace is None:
                return []
            cursor = trace.script.phase_ends().get("forward", 0)
        steps = [step for step in trace.script.steps if wanted(step)]
        if not steps:
            return []
        notation = notation_of(experiment.context)
        done = [step for step in trace.script.steps[:cursor] if wanted(step)]
        next_ones = [step for step in steps if step.phase == steps[0].phase]
        told = [self._tell(experiment, row, step, notation) for step in done or next_ones]
        return told if done else [_ahead(one) for one in told]

    def _tell(
        self, experiment: Experiment, row: int | None, step: MicroStep, notation: Notation
    ) -> Explanation:
        """In its column of the batch; else alone, or in the first where there is no such pass."""
        trace, column, alone = experiment.trace, None, None
        if trace is not None:
            of_batch = step.phase in ("gradient", "update") or step.whole == "batch"
            found = [0] if row is None else np.flatnonzero(trace.rows == row).tolist()
            column = found[0] if found else 0 if of_batch else None
        if column is None:
            alone = self._alone(experiment, row)
        shown = alone or trace
        assert shown is not None
        digits = experiment.settings.digits
        formula = explain(experiment.context, shown, step, column or 0, digits, notation)
        return Explanation(step, formula, beside=trace is not None and alone is not None)

    def _alone(self, experiment: Experiment, row: int | None) -> Trace | None:
        """The pass of one row; None where there cannot be one."""
        chosen = row
        if chosen is None or chosen >= experiment.data.count:
            chosen = int(batch_of(experiment)[0])
        context = experiment.context
        made_of = (context.program, context.data, context.settings, experiment.parameters)
        if chosen == self._row and all(map(is_, made_of, self._made_of)):
            return self._kept
        self._row, self._made_of, self._kept = chosen, made_of, None
        if why_not_run(experiment.network, experiment.settings) is None:
            with suppress(Refused):
                self._kept = record(context, experiment.position, np.array([chosen]))
        return self._kept


def _ahead(told: Explanation) -> Explanation:
    """The same in symbols only: nobody has computed it yet."""
    line = told.formula.term.symbols
    unknown = Term(line, line, nan)
    bare = replace(told.formula, term=unknown, plate=None, why=NOT_YET, asides=())
    return replace(told, formula=bare)
