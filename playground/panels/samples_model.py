"""The samples as a table of cells: inputs, targets, and what the network answers to each row.

While training runs the answers are those of the newest numbers, though the document waits.
"""

from typing import NamedTuple

from PySide6.QtCore import QObject

from engine.experiment.experiment import Experiment
from engine.experiment.training import RunProgress, exactly_as_of
from engine.functions.losses import loss, middle_of
from engine.numerals import Role, read, short
from engine.views.predictions import Answers, RowAnswer, class_names, class_of, with_class
from playground.model.document import Document
from playground.widgets.table import BLANK, Cell, CellModel, Column, number_cell

NARROW = 56  # 0.1804 just has room
WORD_WIDTH = 74
TEST_WIDTH = 42


class Plan(NamedTuple):
    """Where what stands: columns of the data first, then answers, the loss and the test mark.

    `classes` are the names of the classes, which have a column behind the targets and one behind
    the answers; it is empty where they have no names. There are no `losses` where one output itself
    is made small: its answer says it all.
    """

    data: int
    inputs: int
    outputs: int
    classes: tuple[str, ...]
    losses: bool
    columns: tuple[Column, ...]

    @property
    def truth(self) -> int:
        """The column of the class that is true, or −1."""
        return self.data if self.classes and self.data > self.inputs else -1

    @property
    def answers(self) -> int:
        """The column of the first answer."""
        return self.data + (self.truth >= 0)

    @property
    def guess(self) -> int:
        """The column of the class that is answered, or −1."""
        return self.answers + self.outputs if self.classes else -1

    @property
    def loss(self) -> int:
        """The column of the loss, or −1."""
        return self.answers + self.outputs + bool(self.classes) if self.losses else -1

    @property
    def test(self) -> int:
        """The column of the test mark, or −1."""
        return len(self.columns) - 1 if self.columns and self.columns[-1].mark else -1


def plan_of(experiment: Experiment) -> Plan:
    """The columns that this experiment needs; targets only where the loss compares."""
    data, name = experiment.data, experiment.layout.name
    compared = loss(experiment.settings.loss).has_targets
    width = len(data.inputs) + (len(data.targets) if compared else 0)
    several, classes = len(data.targets) > 1, class_names(data)

    def called(word: str, node_id: str) -> str:
        return f"{name(node_id)} {word}" if several else word

    tips = _tips_of_inputs(experiment)
    columns = [Column(name(i), tip, NARROW) for i, tip in zip(data.inputs, tips, strict=True)]
    if compared:
        columns += [
            Column(called("target", i), f"What {name(i)} should answer.", NARROW, Role.TRUTH)
            for i in data.targets
        ]
        if classes:
            tip = "The class it belongs to: what the targets say."
            columns.append(Column("class", tip, WORD_WIDTH, Role.TRUTH, number=False))
    columns += [
        Column(called("answer", i), f"What {name(i)} answers now.", NARROW) for i in data.targets
    ]
    if classes:
        tip = "The class that the network takes it for."
        columns.append(Column("taken for", tip, WORD_WIDTH, number=False))
    if compared:
        columns.append(Column("loss", "How far the answer is from the target.", NARROW))
    elif several:
        columns.append(Column("sum", "What is made small: all answers together.", NARROW))
    if data.count > 1:
        tip = "Only tested, never learnt from."
        columns.append(Column("test", tip, TEST_WIDTH, number=False, mark=True))
    return Plan(
        width, len(data.inputs), len(data.targets), classes, compared or several, tuple(columns)
    )


def _tips_of_inputs(experiment: Experiment) -> list[str]:
    """What an input is, and how it was standardised."""
    scaling, digits = experiment.data.scaling, experiment.settings.digits
    if scaling is None:
        return ["An input of the network."] * len(experiment.data.inputs)
    return [
        f"An input of the network, standardised: less {short(mean, digits)}, "
        f"by {short(deviation, digits)}."
        for mean, deviation in zip(scaling.mean, scaling.deviation, strict=True)
    ]


class SamplesModel(CellModel):
    """One row for each sample; answers are computed for the rows that are looked at.

    It keeps the experiment that the tables were told of: until they are told of another one, rows
    and columns must be as they were.
    """

    def __init__(self, document: Document, parent: QObject) -> None:
        super().__init__(parent)
        self._document = document
        self._answers = Answers()
        self._at: tuple[int, RowAnswer] | None = None
        self._middle = 0.5
        self.look_at(document.value, plan_of(document.value))

    @property
    def value(self) -> Experiment:
        """The experiment whose rows and columns these are."""
        return self._value

    @property
    def plan(self) -> Plan:
        """What stands in which column."""
        return self._plan

    def look_at(self, value: Experiment, plan: Plan) -> None:
        """This experiment from now on, with the columns that it needs."""
        self._at = None
        self._value = self._shown = value
        self._plan, self.columns = plan, plan.columns
        data = value.data
        if self._plan.classes:
            self._middle = middle_of(data.target_rows(data.training))

    def show_run(self, progress: RunProgress) -> None:
        """Answers with the numbers of a run, exact as its curve, until the document changes."""
        if progress.network is not self._value.network:
            return
        self._at = None
        self._shown = exactly_as_of(self._value, progress)
        self.show_all()

    def count(self) -> int:
        return self._value.data.count

    def row_name(self, row: int) -> str:
        return f"sample {row + 1:,}"

    def cell(self, row: int, column: int) -> Cell:
        data, plan = self._value.data, self._plan
        if column < plan.data:
            role = Role.TRUTH if column >= plan.inputs else Role.MEMORY
            return self._number(data.cell(row, column), role, editable=True)
        if column == plan.truth:
            return self._true_class(row)
        if column == plan.test:
            return Cell(mark=bool(data.test[row]), editable=True)
        answer = self._answer(row)
        if column == plan.loss:
            return self._number(answer.loss)
        if column == plan.guess:
            return self._class_cell(class_of(answer.outputs, self._middle))
        return self._number(float(answer.outputs[column - plan.answers]))

    def _number(self, value: float, role: Role = Role.MEMORY, editable: bool = False) -> Cell:
        return number_cell(value, self._value.settings.digits, role, editable)

    def _class_cell(self, which: int | None) -> Cell:
        return Cell(waiting=True) if which is None else Cell(self._plan.classes[which])

    def _true_class(self, row: int) -> Cell:
        which = class_of(self._value.data.target_rows(slice(row, row + 1))[0], self._middle)
        if which is None:
            return BLANK
        choices = {str(place): name for place, name in enumerate(self._plan.classes)}
        return Cell(self._plan.classes[which], Role.TRUTH, editable=True, choices=choices)

    def _answer(self, row: int) -> RowAnswer:
        """The cells of a row are painted one after the other: the last answer is kept."""
        if self._at is None or self._at[0] != row:
            self._at = (row, self._answers.row(self._shown, row))
        return self._at[1]

    def entry(self, row: int, column: int) -> str:
        cell = self.cell(row, column)
        if cell.choices is None:
            return cell.text
        return next(key for key, name in cell.choices.items() if name == cell.text)

    def take(self, row: int, column: int, text: str) -> None:
        if column == self._plan.truth:
            which = int(text)
            self._document.edit_data(lambda data: with_class(data, row, which), "Set class")
            return
        value = read(text)
        if self._document.value.data.cell(row, column) != value:
            self._document.insist(lambda: self._document.set_cell(row, column, value))

    def toggle(self, row: int, column: int) -> None:
        marks = self._document.value.data.test.copy()
        marks[row] = not marks[row]
        text = "Mark for testing" if marks[row] else "Mark for training"
        self._document.edit_data(lambda data: data.with_tests(marks), text)
