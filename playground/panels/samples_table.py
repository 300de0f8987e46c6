"""The table of the samples and its model."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

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
from engine.functions.losses import loss
from engine.numerals import Role, read, short
from engine.views.predictions import Answers, RowAnswer, class_names, class_of, with_class
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


class SampleColumns(NamedTuple):
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


def plan_of(experiment: Experiment) -> SampleColumns:
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
    return SampleColumns(
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
        self.look_at(document.value, plan_of(document.value))

    @property
    def value(self) -> Experiment:
        """The experiment whose rows and columns these are."""
        return self._value

    @property
    def plan(self) -> SampleColumns:
        """What stands in which column."""
        return self._plan

    def look_at(self, value: Experiment, plan: SampleColumns) -> None:
        """This experiment from now on, with the columns that it needs."""
        self._at = None
        self._value = self._shown = value
        self._plan, self.columns = plan, plan.columns

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
            return self._class_cell(class_of(answer.outputs, self._value.data.middle))
        return self._number(float(answer.outputs[column - plan.answers]))

    def _number(self, value: float, role: Role = Role.MEMORY, editable: bool = False) -> Cell:
        return number_cell(value, self._value.settings.digits, role, editable)

    def _class_cell(self, which: int | None) -> Cell:
        return Cell(waiting=True) if which is None else Cell(self._plan.classes[which])

    def _true_class(self, row: int) -> Cell:
        which = class_of(
            self._value.data.target_rows(slice(row, row + 1))[0], self._value.data.middle
        )
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
