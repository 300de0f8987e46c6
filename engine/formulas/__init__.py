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
from engine.experiment.trace import MicroStep, Trace, What, record
from engine.experiment.walk import Context
from engine.formulas import backward, forward
from engine.formulas.notation import Notation, notation_of
from engine.formulas.teller import Teller
from engine.formulas.terms import StepFormula
from engine.formulas.update import tell_update
from engine.network import Place
from engine.program.program import why_not_run
from engine.views.samples import chosen_row

NOT_YET = "Not computed yet."
_TELL: dict[What, Callable[[Teller, MicroStep], StepFormula]] = {
    "sum": forward.tell_sum,
    "activation": forward.tell_activation,
    "exp": forward.tell_exp,
    "probability": forward.tell_probability,
    "loss": forward.tell_loss,
    "penalty": forward.tell_penalty,
    "error": backward.tell_error,
    "derivative": backward.tell_derivative,
    "gradient": backward.tell_gradient,
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
        last, context = experiment.last_step, experiment.context
        return None if last is None else self._tell(experiment, row, last, notation_of(context))

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
        if done:
            return told
        for i, ahead in enumerate(told):  # in symbols only: nobody has computed it yet
            term = replace(ahead.formula.term, numbers=ahead.formula.term.symbols, value=nan)
            bare = replace(ahead.formula, term=term, plate=None, why=NOT_YET, asides=())
            told[i] = replace(ahead, formula=bare)
        return told

    def _tell(
        self, experiment: Experiment, row: int | None, step: MicroStep, notation: Notation
    ) -> Explanation:
        """In its column of the batch; else alone, or in the first where there is no such pass."""
        trace, column, alone = experiment.trace, 0, None
        if trace is not None and row is not None and row in trace.rows:
            column = int(np.argmax(trace.rows == row))
        elif trace is None or not (
            row is None or step.whole == "batch" or step.phase in ("gradient", "update")
        ):
            alone = self._alone(experiment, row)
        shown = alone or trace
        assert shown is not None
        digits = experiment.settings.digits
        formula = explain(experiment.context, shown, step, column, digits, notation)
        return Explanation(step, formula, beside=trace is not None and alone is not None)

    def _alone(self, experiment: Experiment, row: int | None) -> Trace | None:
        """The pass of one row; None where there cannot be one."""
        context, chosen = experiment.context, chosen_row(experiment, row)
        made_of = (context.program, context.data, context.settings, experiment.parameters)
        if chosen == self._row and all(map(is_, made_of, self._made_of)):
            return self._kept
        self._row, self._made_of, self._kept = chosen, made_of, None
        if why_not_run(experiment.network, experiment.settings) is None:
            with suppress(Refused):
                self._kept = record(context, experiment.position, np.array([chosen]))
        return self._kept
