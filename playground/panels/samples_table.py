"""The table of the samples and its model."""

from collections.abc import Callable, Mapping
from typing import Literal, NamedTuple

import numpy as np
from PySide6.QtCore import QModelIndex, QObject, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QFontMetrics,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QWidget

from engine.experiment.experiment import Experiment
from engine.experiment.training import RunProgress, exactly_as_of
from engine.functions.datasets import scale, unscale
from engine.functions.losses import loss
from engine.numerals import Role, read, short
from engine.op_list import Floats, frozen
from engine.views.samples import Answers, RowAnswer, class_names, class_of, with_class
from playground.model.document import Document
from playground.theme.fonts import CAPTION, font_of
from playground.theme.painting import fill_rounded
from playground.theme.palette import tokens_of
from playground.widgets.number_plate import RADIUS
from playground.widgets.table import (
    BLANK,
    HEAD_HEIGHT,
    ROW_HEIGHT,
    Cell,
    CellModel,
    CellTable,
    Column,
    number_cell,
    paint_title,
)

NARROW = 56  # 0.1804 just has room
WORD_WIDTH = 74
TEST_WIDTH = 42


Kind = Literal["input", "target", "class", "answer", "guess", "loss", "test"]


class SampleColumns(NamedTuple):
    """The columns, those of the data first; `kinds` say of each what it is, and the how many-th.

    Only where the classes have names is there one that is true, and one that is guessed. There is
    no loss where one output itself is made small: its answer says it all.
    """

    classes: tuple[str, ...]
    kinds: tuple[tuple[Kind, int], ...]
    columns: tuple[Column, ...]

    @property
    def data(self) -> int:
        """How many columns of the data there are."""
        return sum(kind in ("input", "target") for kind, _ in self.kinds)


def plan_of(experiment: Experiment) -> SampleColumns:
    """The columns that this experiment needs; targets only where the loss compares."""
    data, name = experiment.data, experiment.layout.name
    compared = loss(experiment.settings.loss).has_targets
    several, classes = len(data.targets) > 1, class_names(data)
    found: list[tuple[Kind, int, Column]] = []

    def called(word: str, node_id: str) -> str:
        return f"{name(node_id)} {word}" if several else word

    for k, (i, tip) in enumerate(zip(data.inputs, _tips_of_inputs(experiment), strict=True)):
        found.append(("input", k, Column(name(i), tip, NARROW)))
    for k, i in enumerate(data.targets if compared else ()):
        tip = f"What {name(i)} should answer."
        found.append(("target", k, Column(called("target", i), tip, NARROW, Role.TRUTH)))
    if classes and compared and data.targets:
        tip = "The class it belongs to: what the targets say."
        found.append(("class", 0, Column("class", tip, WORD_WIDTH, Role.TRUTH, number=False)))
    for k, i in enumerate(data.targets):
        found.append(
            ("answer", k, Column(called("answer", i), f"What {name(i)} answers now.", NARROW))
        )
    if classes:
        tip = "The class that the network takes it for."
        found.append(("guess", 0, Column("taken for", tip, WORD_WIDTH, number=False)))
    if compared:
        found.append(("loss", 0, Column("loss", "How far the answer is from the target.", NARROW)))
    elif several:
        tip = "What is made small: all answers together."
        found.append(("loss", 0, Column("sum", tip, NARROW)))
    if data.count > 1:
        tip = "Only tested, never learnt from."
        found.append(("test", 0, Column("test", tip, TEST_WIDTH, number=False, mark=True)))
    kinds = tuple((kind, k) for kind, k, _ in found)
    return SampleColumns(classes, kinds, tuple(column for *_, column in found))


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


class AnswersModel(CellModel):
    """What the samples and the line to try have in common: their columns, and their answers.

    It keeps the experiment that the tables were told of: until they are told of another one, rows
    and columns must be as they were.
    """

    def __init__(self, document: Document, parent: QObject) -> None:
        super().__init__(parent)
        self.document = document
        self.look_at(document.value, plan_of(document.value))

    def look_at(self, value: Experiment, plan: SampleColumns) -> None:
        """This experiment from now on, with the columns that it needs."""
        self.value = self.shown = value
        self.plan, self.columns = plan, plan.columns
        self.forget_answer()

    def show_run(self, progress: RunProgress) -> None:
        """Answers with the numbers of a run, exact as its curve, until the document changes."""
        if progress.network is self.value.network:
            self.shown = exactly_as_of(self.value, progress)
            self.forget_answer()
            self.show_all()

    def forget_answer(self) -> None:
        """What it depends on is another."""
        self._kept: tuple[int, RowAnswer] | None = None

    def computed(self, row: int) -> RowAnswer:
        """What the network answers to a row."""
        raise NotImplementedError

    def answer(self, row: int) -> RowAnswer:
        """The cells of a row are painted one after the other: the last answer is kept."""
        if self._kept is None or self._kept[0] != row:
            self._kept = (row, self.computed(row))
        return self._kept[1]

    def number(self, value: float, role: Role = Role.MEMORY, editable: bool = False) -> Cell:
        return number_cell(value, self.value.settings.digits, role, editable)

    def class_cell(self, outputs: Floats, unknown: Cell) -> Cell:
        """The name of the class that these outputs, or targets, say."""
        which = class_of(outputs, self.value.data.middle)
        return unknown if which is None else Cell(self.plan.classes[which])

    def cell(self, row: int, column: int) -> Cell:
        kind, number = self.plan.kinds[column]
        if kind == "guess":
            return self.class_cell(self.answer(row).outputs, Cell(waiting=True))
        return self.number(float(self.answer(row).outputs[number]))


class SamplesModel(AnswersModel):
    """One row for each sample; answers are computed for the rows that are looked at."""

    def __init__(self, document: Document, parent: QObject) -> None:
        self._answers = Answers()
        super().__init__(document, parent)

    def count(self) -> int:
        return self.value.data.count

    def row_name(self, row: int) -> str:
        return f"sample {row + 1:,}"

    def computed(self, row: int) -> RowAnswer:
        return self._answers.row(self.shown, row)

    def cell(self, row: int, column: int) -> Cell:
        data, kind = self.value.data, self.plan.kinds[column][0]
        if kind == "input":
            return self.number(data.cell(row, column), editable=True)
        if kind == "target":
            return self.number(data.cell(row, column), Role.TRUTH, editable=True)
        if kind == "class":
            found = self.class_cell(data.target_rows(slice(row, row + 1))[0], BLANK)
            if found is BLANK:
                return found
            choices = {str(place): name for place, name in enumerate(self.plan.classes)}
            return Cell(found.text, Role.TRUTH, editable=True, choices=choices)
        if kind == "test":
            return Cell(mark=bool(data.test[row]), editable=True)
        if kind == "loss":
            return self.number(self.answer(row).loss)
        return super().cell(row, column)

    def take(self, row: int, column: int, text: str) -> None:
        document = self.document
        if self.plan.kinds[column][0] == "class":
            document.edit_data(lambda data: with_class(data, row, int(text)), "Set class")
            return
        value = read(text)
        if document.value.data.cell(row, column) != value:
            document.insist(lambda: document.set_cell(row, column, value))

    def toggle(self, row: int, column: int) -> None:
        marks = self.document.value.data.test.copy()
        marks[row] = not marks[row]
        text = "Mark for testing" if marks[row] else "Mark for training"
        self.document.edit_data(lambda data: data.with_tests(marks), text)


class TryModel(AnswersModel):
    """One row with the columns of the samples. The first number that is typed takes the others
    from the sample that is looked at.

    Where samples are standardised, these are the numbers as they stood in the table: nobody knows
    an apple by how many deviations it is wider than the mean.
    """

    def __init__(self, document: Document, chosen_row: Callable[[], int], parent: QObject) -> None:
        self._chosen_row = chosen_row
        self._inputs: dict[str, float] = {}
        self._scaling = document.value.data.scaling
        super().__init__(document, parent)

    def look_at(self, value: Experiment, plan: SampleColumns) -> None:
        if value.data.scaling != self._scaling:
            self._inputs = {}  # they mean something else now
        self._scaling = value.data.scaling
        super().look_at(value, plan)

    def clear(self) -> None:
        """Nothing is typed any more."""
        self._inputs = {}
        self.forget_answer()
        self.show_all()

    def count(self) -> int:
        data = self.value.data
        return 1 if data.inputs and data.targets else 0

    def row_name(self, row: int) -> str:
        return "the line to try"

    def computed(self, row: int) -> RowAnswer:
        data = self.value.data
        typed = np.array([self._inputs.get(node_id, np.nan) for node_id in data.inputs])
        scaled = typed if data.scaling is None else scale(data.scaling, typed)
        return RowAnswer(answer_to(self.shown, scaled.tolist()), np.nan)

    def cell(self, row: int, column: int) -> Cell:
        kind = self.plan.kinds[column][0]
        if kind == "input":
            value = self._inputs.get(self.value.data.inputs[column], np.nan)
            return self.number(value, editable=True)
        return super().cell(row, column) if kind in ("answer", "guess") else BLANK

    def take(self, row: int, column: int, text: str) -> None:
        value, data = read(text), self.value.data
        if not self._inputs:
            shown = data.input_rows(np.array([self._chosen_row()]))[0]
            plain = shown if data.scaling is None else unscale(data.scaling, shown)
            self._inputs = dict(zip(data.inputs, plain.tolist(), strict=True))
        self._inputs[data.inputs[column]] = value
        self.forget_answer()
        self.show_all()


def answer_to(experiment: Experiment, inputs: list[float]) -> Floats:
    """What the outputs say to these inputs, rounded as all answers; NaN where one is missing."""
    if np.isnan(inputs).any():
        return frozen(np.full(len(experiment.data.targets), np.nan))
    program = experiment.program
    runner = program.forward_runner(experiment.settings, 1)
    runner.load(experiment.parameters)
    with np.errstate(all="ignore"):
        runner.forward(program.heads(np.array([inputs]), np.zeros((1, program.plan.target_count))))
    return frozen(runner.outputs()[:, 0])


TRY = "Try"
SIDE = 28
_SEQUENCES = {
    "copy": QKeySequence.StandardKey.Copy,
    "cut": QKeySequence.StandardKey.Cut,
    "paste": QKeySequence.StandardKey.Paste,
    "select_all": QKeySequence.StandardKey.SelectAll,
}


class SideHeader(QHeaderView):
    """What a row is called, in small letters at its left."""

    def __init__(self, name: Callable[[int], str], clickable: bool, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self._name = name
        self.setSectionsClickable(clickable)
        self.setHighlightSections(False)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMinimumSectionSize(ROW_HEIGHT)
        self.setDefaultSectionSize(ROW_HEIGHT)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:
        tokens = tokens_of(self.palette())
        painter.fillRect(rect, tokens.surface)
        inner, side = rect.adjusted(0, 0, -6, 0), Qt.AlignmentFlag.AlignRight
        paint_title(painter, inner, self._name(logicalIndex), tokens.text2, side)


class RowTable(CellTable):
    """The samples themselves. Keys to copy, cut, paste and select all mean its rows."""

    fitted = Signal()  # it has got another width

    def __init__(
        self,
        name: str,
        tip: str,
        model: CellModel,
        parent: QWidget,
        deletes: Callable[[], object],
        moves: Mapping[str, Callable[[], object]],
    ) -> None:
        super().__init__(name, tip, model, parent, deletes)
        self._moves = {"select_all": self.selectAll, **moves}
        self.side = SideHeader(lambda row: f"{row + 1}", True, self)
        self.setVerticalHeader(self.side)
        self.side.show()
        self.horizontalHeader().hide()

    def side_width(self) -> int:
        """Room for the number of the last row."""
        widest = QFontMetrics(font_of(CAPTION)).horizontalAdvance(f"{self.cells.rowCount()}")
        return max(SIDE, widest + 10)

    def _meant(self, event: QKeyEvent) -> Callable[[], object] | None:
        if self.state() == QAbstractItemView.State.EditingState:
            return None
        for name, sequence in _SEQUENCES.items():
            if event.matches(sequence):
                return self._moves.get(name)
        return None

    def wants(self, event: QKeyEvent) -> bool:
        return self._meant(event) is not None or super().wants(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        meant = self._meant(event)
        if meant is None:
            super().keyPressEvent(event)
        else:
            meant()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fitted.emit()


class TryTable(CellTable):
    """The line to try, with the titles of all columns above it; follows the columns of the rows."""

    def __init__(
        self,
        tip: str,
        model: CellModel,
        rows: RowTable,
        parent: QWidget,
        clear: Callable[[], object],
    ) -> None:
        super().__init__("Try", tip, model, parent, clear)
        self._rows = rows
        self.setVerticalHeader(SideHeader(lambda row: TRY, False, self))
        self.verticalHeader().show()
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        rows.horizontalHeader().sectionResized.connect(self._follow_width)
        rows.horizontalScrollBar().valueChanged.connect(self.horizontalScrollBar().setValue)
        self.horizontalScrollBar().valueChanged.connect(rows.horizontalScrollBar().setValue)
        rows.fitted.connect(self.settle)

    def settle(self) -> None:
        """As wide as the rows, without their scroll bar."""
        side = self._rows.side_width()
        for table in (self, self._rows):
            table.verticalHeader().setFixedWidth(side)
        self.setFixedSize(
            self._rows.viewport().width() + side, HEAD_HEIGHT + ROW_HEIGHT * self.cells.rowCount()
        )
        self.fit_columns()

    def _follow_width(self, column: int, before: int, after: int) -> None:
        self.setColumnWidth(column, after)

    def fit_columns(self) -> None:
        for column in range(min(len(self.cells.columns), self._rows.horizontalHeader().count())):
            self.setColumnWidth(column, self._rows.columnWidth(column))

    def moveCursor(
        self, cursorAction: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        """Down leads on to the rows."""
        if cursorAction == QAbstractItemView.CursorAction.MoveDown:
            self._rows.setFocus(Qt.FocusReason.OtherFocusReason)
        return super().moveCursor(cursorAction, modifiers)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.cells.rowCount():
            with QPainter(self.viewport()) as painter:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                plate = QRectF(self.viewport().rect()).adjusted(0, 1, 0, -1)
                fill_rounded(painter, plate, RADIUS, tokens_of(self.palette()).sunken)
        super().paintEvent(event)
