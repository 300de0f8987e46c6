"""The samples as a table of cells: inputs, targets, and what the network answers to each row."""

from typing import NamedTuple

from PySide6.QtCore import QObject

from engine.answers import Answer, Answers
from engine.experiment import Experiment
from engine.losses import loss
from engine.numerals import read
from playground.document import Document
from playground.roles import Role
from playground.widgets.cell_model import Cell, CellModel, Column, number_cell

NARROW = 59
TEST_WIDTH = 42


class Plan(NamedTuple):
    """What the columns stand for: the columns of the data, how many outputs, whose names."""

    cells: tuple[int, ...]
    outputs: int
    columns: tuple[Column, ...]


def plan_of(experiment: Experiment) -> Plan:
    """The columns that this experiment needs; targets only where the loss compares."""
    data, name = experiment.data, experiment.layout.name
    compared = loss(experiment.settings.loss).has_targets
    width = len(data.inputs) + (len(data.targets) if compared else 0)
    several = len(data.targets) > 1

    def called(word: str, node_id: str) -> str:
        return f"{name(node_id)} {word}" if several else word

    columns = [Column(name(i), "An input of the network.", NARROW) for i in data.inputs]
    if compared:
        columns += [
            Column(called("target", i), f"What {name(i)} should answer.", NARROW, Role.TRUTH)
            for i in data.targets
        ]
    columns += [
        Column(called("answer", i), f"What {name(i)} answers now.", NARROW) for i in data.targets
    ]
    columns.append(Column("loss", "How far the answer is from the target.", NARROW))
    if data.count > 1:
        tip = "Only tested, never learnt from."
        columns.append(Column("test", tip, TEST_WIDTH, number=False, mark=True))
    return Plan(tuple(range(width)), len(data.targets), tuple(columns))


class SamplesModel(CellModel):
    """One row for each sample; answers are computed for the rows that are looked at."""

    def __init__(self, document: Document, parent: QObject) -> None:
        super().__init__(parent)
        self._document = document
        self._answers = Answers()
        self._at: tuple[int, Answer] | None = None
        self.replan()

    def replan(self) -> None:
        """Find out again which columns there are."""
        self._plan = plan_of(self._document.value)
        self.columns = self._plan.columns
        self.forget()

    def forget(self) -> None:
        """Something changed that answers depend on."""
        self._at = None

    def count(self) -> int:
        return self._document.value.data.count

    def row_name(self, row: int) -> str:
        return f"sample {row + 1:,}"

    def cell(self, row: int, column: int) -> Cell:
        experiment, plan = self._document.value, self._plan
        if column < len(plan.cells):
            value = experiment.data.cell(row, plan.cells[column])
            truth = column >= len(experiment.data.inputs)
            return self._number(value, Role.TRUTH if truth else Role.MEMORY, editable=True)
        if plan.columns[column].mark:
            return Cell(mark=bool(experiment.data.test[row]), editable=True)
        answer, output = self._answer(row), column - len(plan.cells)
        if output == plan.outputs:
            return self._number(answer.loss)
        return self._number(float(answer.outputs[output]))

    def _number(self, value: float, role: Role = Role.MEMORY, editable: bool = False) -> Cell:
        return number_cell(value, self._document.value.settings.digits, role, editable)

    def _answer(self, row: int) -> Answer:
        """The cells of a row are painted one after the other: the last answer is kept."""
        if self._at is None or self._at[0] != row:
            self._at = (row, self._answers.row(self._document.value, row))
        return self._at[1]

    def take(self, row: int, column: int, text: str) -> None:
        value, place = read(text), self._plan.cells[column]
        if self._document.value.data.cell(row, place) != value:
            self._document.insist(lambda: self._document.set_cell(row, place, value))

    def toggle(self, row: int, column: int) -> None:
        marks = self._document.value.data.test.copy()
        marks[row] = not marks[row]
        text = "Mark for testing" if marks[row] else "Mark for training"
        self._document.edit_data(lambda data: data.with_tests(marks), text)
