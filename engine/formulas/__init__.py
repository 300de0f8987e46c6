"""A micro-step as a person would write it: in symbols, with the numbers put in, and why."""

from collections.abc import Callable

from engine.experiment.trace import MicroStep, Trace, What
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
from engine.formulas.terms import (
    Factor,
    NumberLine,
    Piece,
    Pieces,
    Plate,
    Product,
    Ref,
    StepFormula,
    SumRow,
    TermTable,
    ToldLine,
)
from engine.formulas.update import tell_update

__all__ = [
    "Factor", "Notation", "NumberLine", "Piece", "Pieces", "Plate", "Product", "Ref",
    "StepFormula", "SumRow", "TermTable", "ToldLine", "explain", "notation_of",
]  # fmt: skip

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
