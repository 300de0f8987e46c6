"""The line to try things on: inputs typed freely, the answer at once; never a part of the data."""

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QObject

from engine.experiment.experiment import Experiment
from engine.experiment.training import RunProgress, exactly_as_of
from engine.functions.datasets import scale, unscale
from engine.functions.losses import middle_of
from engine.numerals import read
from engine.op_list import Floats, frozen
from engine.program.program import why_not_run
from engine.program.runner import Runner
from engine.settings import Settings
from engine.views.predictions import class_of
from playground.model.document import Document
from playground.panels.samples_model import Plan, plan_of
from playground.widgets.table import BLANK, Cell, CellModel, number_cell


class TryModel(CellModel):
    """One row with the columns of the samples. The first number that is typed takes the others
    from the sample that is looked at.

    Where samples are standardised, these are the numbers as they stood in the table: nobody knows
    an apple by how many deviations it is wider than the mean.
    """

    def __init__(self, document: Document, chosen_row: Callable[[], int], parent: QObject) -> None:
        super().__init__(parent)
        self._chosen_row = chosen_row
        self._inputs: dict[str, float] = {}
        self._answer: Floats | None = None
        self._value = document.value
        self.look_at(document.value, plan_of(document.value))

    @property
    def is_empty(self) -> bool:
        """Whether nothing has been typed."""
        return not self._inputs

    def look_at(self, value: Experiment, plan: Plan) -> None:
        """The answers and the columns of this experiment from now on."""
        if value.data.scaling != self._value.data.scaling:
            self._inputs = {}  # they mean something else now
        self._value = self._shown = value
        self._plan, self.columns = plan, plan.columns
        self._answer = None

    def show_run(self, progress: RunProgress) -> None:
        """The answer with the numbers of a run, exact as its curve, until the document changes."""
        if progress.network is not self._value.network:
            return
        self._shown, self._answer = exactly_as_of(self._value, progress), None
        self.show_all()

    def clear(self) -> None:
        """Nothing is typed any more."""
        self._inputs, self._answer = {}, None
        self.show_all()

    def count(self) -> int:
        data = self._value.data
        return 1 if data.inputs and data.targets else 0

    def row_name(self, row: int) -> str:
        return "the line to try"

    def cell(self, row: int, column: int) -> Cell:
        plan, digits = self._plan, self._value.settings.digits
        if column < plan.inputs:
            node_id = self._value.data.inputs[column]
            return number_cell(self._inputs.get(node_id, np.nan), digits, editable=True)
        output = column - plan.answers
        if 0 <= output < plan.outputs:
            return number_cell(float(self._answered()[output]), digits)
        if column == plan.guess:
            return self._guess()
        return BLANK

    def _guess(self) -> Cell:
        data = self._value.data
        which = class_of(self._answered(), middle_of(data.target_rows(data.training)))
        return Cell(waiting=True) if which is None else Cell(self._plan.classes[which])

    def _answered(self) -> Floats:
        if self._answer is None:
            data = self._value.data
            typed = np.array([self._inputs.get(node_id, np.nan) for node_id in data.inputs])
            scaled = typed if data.scaling is None else scale(data.scaling, typed)
            self._answer = answer_to(self._shown, scaled.tolist())
        return self._answer

    def take(self, row: int, column: int, text: str) -> None:
        value, data = read(text), self._value.data
        if not self._inputs:
            shown = data.input_rows(np.array([self._chosen_row()]))[0]
            plain = shown if data.scaling is None else unscale(data.scaling, shown)
            self._inputs = dict(zip(data.inputs, plain.tolist(), strict=True))
        self._inputs[data.inputs[column]] = value
        self._answer = None
        self.show_all()


def answer_to(experiment: Experiment, inputs: list[float]) -> Floats:
    """What the outputs say to these inputs, rounded as all answers; NaN where one is missing."""
    if np.isnan(inputs).any():
        return frozen(np.full(len(experiment.data.targets), np.nan))
    settings, program = experiment.settings, experiment.program
    if why_not_run(experiment.network, settings) is not None:
        settings = Settings()
    runner = Runner(program.plan, settings, 1)
    runner.load(experiment.parameters)
    with np.errstate(all="ignore"):
        runner.forward(program.heads(np.array([inputs]), np.zeros((1, program.plan.target_count))))
    return frozen(runner.outputs()[:, 0])
