"""The samples: a line to try, the rows, and how they come and go by clipboard and drop."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np
from PySide6.QtCore import QMimeData, QModelIndex, QObject, QPoint, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDropEvent,
    QFontMetrics,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QMenu,
    QVBoxLayout,
    QWidget,
)

from engine.data import Data
from engine.errors import Refused
from engine.experiment.experiment import Experiment
from engine.experiment.training import RunProgress, exactly_as_of
from engine.files.table_reading import is_table, pasted_cells
from engine.functions import Floats, frozen
from engine.functions.datasets import scale, unscale
from engine.functions.losses import loss
from engine.numerals import NumberRole, count, counted, read, short
from engine.views.samples import Answers, RowAnswer, chosen_row, class_names, class_of, with_class
from playground.model.document import Document, is_another
from playground.model.stage import Look, Stage
from playground.model.trainer import SAMPLES, ThrottledProgress, Trainer
from playground.theme.fonts import CAPTION, font_of
from playground.theme.painting import fill_rounded, painted
from playground.theme.palette import tokens_of
from playground.widgets.buttons import icon_button, push_button, restyle
from playground.widgets.form import words
from playground.widgets.layout import lay_out
from playground.widgets.number_plate import RADIUS
from playground.widgets.plain_text import set_tip
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
        return sum(kind in ("input", "target") for kind, _ in self.kinds)


def plan_of(experiment: Experiment) -> SampleColumns:
    """The columns that this experiment needs; targets only where the loss compares."""
    data, name = experiment.data, experiment.layout.name
    compared = loss(experiment.settings.loss).has_targets
    several, classes = len(data.targets) > 1, class_names(data)
    kinds: list[tuple[Kind, int]] = []
    columns: list[Column] = []

    def add(kind: Kind, k: int, title: str, tip: str, wide: int = NARROW, **more: Any) -> None:
        kinds.append((kind, k))
        columns.append(Column(title, tip, wide, **more))

    tip, scaling, digits = "An input of the network", data.scaling, experiment.settings.digits
    for k, i in enumerate(data.inputs):
        less, by = (0.0, 1.0) if scaling is None else (scaling.mean[k], scaling.deviation[k])
        scaled = f", standardised: less {short(less, digits)}, by {short(by, digits)}"
        add("input", k, name(i), f"{tip}{scaled if scaling else ''}.")
    for k, i in enumerate(data.targets if compared else ()):
        title = f"{name(i)} target" if several else "target"
        add("target", k, title, f"What {name(i)} should answer.", role=NumberRole.TRUTH)
    if classes and compared and data.targets:
        tip = "The class it belongs to: what the targets say."
        add("class", 0, "class", tip, WORD_WIDTH, role=NumberRole.TRUTH, number=False)
    for k, i in enumerate(data.targets):
        title = f"{name(i)} answer" if several else "answer"
        add("answer", k, title, f"What {name(i)} answers now.")
    if classes:
        tip = "The class that the network takes it for."
        add("guess", 0, "taken for", tip, WORD_WIDTH, number=False)
    if compared:
        add("loss", 0, "loss", "How far the answer is from the target.")
    elif several:
        add("loss", 0, "sum", "What is made small: all answers together.")
    if data.count > 1:
        tip = "Only tested, never learnt from."
        add("test", 0, "test", tip, TEST_WIDTH, number=False, mark=True)
    return SampleColumns(classes, tuple(kinds), tuple(columns))


class AnswersModel(CellModel):
    """What the samples and the line to try have in common: their columns, and their answers.

    It keeps the experiment that the tables were told of: until they are told of another one, rows
    and columns must be as they were.
    """

    def __init__(self, document: Document, parent: QObject) -> None:
        super().__init__(parent)
        self.document, self.value = document, document.value
        self.look_at(document.value, plan_of(document.value))

    def look_at(self, value: Experiment, plan: SampleColumns) -> None:
        self.value = self.shown = value
        self.plan, self.columns = plan, plan.columns

    def show_run(self, progress: RunProgress) -> None:
        """Answers with the numbers of a run, exact as its curve, until the document changes."""
        if progress.network is self.value.network:
            self.shown = exactly_as_of(self.value, progress)
            self.show_all()

    def answer(self, row: int) -> RowAnswer:
        raise NotImplementedError

    def number(
        self, value: float, role: NumberRole = NumberRole.MEMORY, editable: bool = False
    ) -> Cell:
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

    def answer(self, row: int) -> RowAnswer:
        return self._answers.row(self.shown, row)

    def cell(self, row: int, column: int) -> Cell:
        data, kind = self.value.data, self.plan.kinds[column][0]
        if kind == "input":
            return self.number(data.cell(row, column), editable=True)
        if kind == "target":
            return self.number(data.cell(row, column), NumberRole.TRUTH, editable=True)
        if kind == "class":
            found = self.class_cell(data.target_rows(slice(row, row + 1))[0], BLANK)
            if found is BLANK:
                return found
            choices = {str(place): name for place, name in enumerate(self.plan.classes)}
            return Cell(found.text, NumberRole.TRUTH, editable=True, choices=choices)
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
            document.apply_or_raise(lambda: document.set_cell(row, column, value))

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
        self._kept: tuple[Experiment, RowAnswer] | None = None
        super().__init__(document, parent)

    def look_at(self, value: Experiment, plan: SampleColumns) -> None:
        if value.data.scaling != self.value.data.scaling:
            self._inputs = {}  # they mean something else now
        super().look_at(value, plan)

    def clear(self) -> None:
        self._inputs, self._kept = {}, None
        self.show_all()

    def count(self) -> int:
        data = self.value.data
        return 1 if data.inputs and data.targets else 0

    def row_name(self, row: int) -> str:
        return "the line to try"

    def answer(self, row: int) -> RowAnswer:
        """What the outputs say, rounded as all answers; NaN where a number is missing.

        The cells of the row are painted one after the other: the answer is kept.
        """
        if self._kept is not None and self._kept[0] is self.shown:
            return self._kept[1]
        shown, data, program = self.shown, self.value.data, self.shown.program
        typed = np.array([[self._inputs.get(node_id, np.nan) for node_id in data.inputs]])
        scaled = typed if data.scaling is None else scale(data.scaling, typed)
        outputs = np.full(len(data.targets), np.nan)
        if not np.isnan(scaled).any():
            runner = program.forward_runner(shown.settings, 1)
            runner.load(shown.parameters)
            with np.errstate(all="ignore"):
                runner.forward(program.heads(scaled, np.zeros((1, program.plan.target_count))))
            outputs = runner.outputs()[:, 0]
        self._kept = shown, RowAnswer(frozen(outputs), np.nan)
        return self._kept[1]

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
        self._kept = None
        self.show_all()


SIDE = 28
TIP = (
    "Samples: arrows choose the one that is looked at, Enter edits and goes on below, after the "
    "last cell in a new row, Delete removes, Ctrl+C and Ctrl+V copy and paste cells."
)
TRY_TIP = "Try: type inputs and see the answer at once; this line is never trained (Delete clears)."


class SideHeader(QHeaderView):
    """What a row is called, in small letters at its left."""

    def __init__(self, name: Callable[[int], str], clickable: bool, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self._name = name
        self.setSectionsClickable(clickable)
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
        model: CellModel,
        parent: QWidget,
        deletes: Callable[[], object],
        moves: Mapping[QKeySequence.StandardKey, Callable[[], object]],
    ) -> None:
        super().__init__("Samples", TIP, model, parent, deletes)
        self._moves = {QKeySequence.StandardKey.SelectAll: self.selectAll, **moves}
        self.setVerticalHeader(SideHeader(lambda row: f"{row + 1}", True, self))
        self.verticalHeader().show()
        self.horizontalHeader().hide()

    def side_width(self) -> int:
        """Room for the number of the last row."""
        widest = QFontMetrics(font_of(CAPTION)).horizontalAdvance(f"{self.cells.rowCount()}")
        return max(SIDE, widest + 10)

    def _meant(self, event: QKeyEvent) -> Callable[[], object] | None:
        if self.state() == QAbstractItemView.State.EditingState:
            return None
        return next((move for key, move in self._moves.items() if event.matches(key)), None)

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

    def __init__(self, model: TryModel, rows: RowTable, parent: QWidget) -> None:
        super().__init__("Try", TRY_TIP, model, parent, model.clear)
        self._rows = rows
        self.setVerticalHeader(SideHeader(lambda row: "Try", False, self))
        self.verticalHeader().show()
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        resized = rows.horizontalHeader().sectionResized
        resized.connect(lambda column, before, after: self.setColumnWidth(column, after))
        rows.horizontalScrollBar().valueChanged.connect(self.horizontalScrollBar().setValue)
        self.horizontalScrollBar().valueChanged.connect(rows.horizontalScrollBar().setValue)
        rows.fitted.connect(self.settle)

    def settle(self) -> None:
        """As wide as the rows, without their scroll bar."""
        side, high = self._rows.side_width(), HEAD_HEIGHT + ROW_HEIGHT * self.cells.rowCount()
        for table in (self, self._rows):
            table.verticalHeader().setFixedWidth(side)
        self.setFixedSize(self._rows.viewport().width() + side, high)
        self.fit_columns()

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
            with painted(self.viewport()) as (painter, tokens):
                plate = QRectF(self.viewport().rect()).adjusted(0, 1, 0, -1)
                fill_rounded(painter, plate, RADIUS, tokens.sunken)
        super().paintEvent(event)


def _exactly(value: float) -> str:
    return repr(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def put_in(data: Data, block: Floats, row: int, column: int, wide: int) -> tuple[Data, str]:
    """The data with these cells from there on, and what was done in words.

    Only the first `wide` columns are there to be filled. Whole rows begin at the first of them,
    wherever the cursor is.
    """
    rows, columns = block.shape
    if columns == wide:
        column = 0
    room = wide - column
    if columns <= room:
        if rows == columns == 1:
            return data.with_cell(row, column, float(block[0, 0])), "Paste a cell"
        return data.with_block(row, column, block), f"Paste {count(rows)} × {count(columns)} cells"
    pasted = f"{counted(columns, 'column')} {'is' if columns == 1 else 'are'} pasted"
    if columns > wide:
        raise Refused(
            f"{pasted}, but there {'is' if wide == 1 else 'are'} only {count(wide)} to fill: "
            f"{len(data.inputs)} for inputs and {wide - len(data.inputs)} for targets."
        )
    here = counted(max(0, room), "column")
    raise Refused(
        f"{pasted}, but from here on there is room for {here}. Choose a cell further to the left."
    )


def dropped_table(mime: QMimeData) -> Path | None:
    files = [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]
    fits = len(files) == 1 and files[0].suffix.lower() in (".csv", ".tsv", ".txt")
    return files[0] if fits else None


@dataclass(frozen=True, slots=True)
class Ways:
    """What asks before it does something, and so belongs to the window: menu and dropped tables."""

    open_table: Callable[[], object]
    open_path: Callable[[Path], object]
    open_text: Callable[[str], object]
    generate: Callable[[], object]
    save: Callable[[], object]
    name_classes: Callable[[], object]


class Samples(QWidget):
    """Chooses the row that is looked at; adds, changes, marks, copies and removes samples."""

    def __init__(
        self, document: Document, stage: Stage, parent: QWidget, ways: Ways | None = None
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName("Samples")
        self.setAcceptDrops(True)
        self._document, self._stage = document, stage
        self._following = False
        self._ways = ways
        self.model, keys = SamplesModel(document, self), QKeySequence.StandardKey
        self.table = RowTable(
            self.model, self, self.remove_rows,
            {keys.Copy: self.copy, keys.Cut: self.cut, keys.Paste: self.paste},
        )  # fmt: skip
        self.tried = TryModel(document, self._row, self)
        self.try_table = TryTable(self.tried, self.table, self)
        text = "As in the table; the samples below are standardised."
        self.scaled = words(text, CAPTION, self)
        self.scaled.setContentsMargins(SIDE + 8, 0, 0, 2)
        self._add_buttons()
        self._fill_menu()
        buttons = ((self.add_button, 1), self.remove_button, self.more_button)
        line = lay_out(QHBoxLayout(), *buttons, margins=(2, 0, 6, 4))
        parts = (self.try_table, self.scaled, (self.table, 1), 2, line)
        lay_out(QVBoxLayout(self), *parts, margins=(4, 4, 8, 0)).addStretch(0)
        self.table.setMinimumHeight(ROW_HEIGHT)
        self.setTabOrder(self.try_table, self.table)
        self.setTabOrder(self.table, self.add_button)
        self.table.selectionModel().currentRowChanged.connect(self._choose)
        self.table.clicked.connect(self._choose)
        self.table.delegate.entered.connect(self._go_on)
        document.changed.connect(self._on_changed)
        stage.looked.connect(self._on_looked)
        self._follow()
        self._settle()

    def _add_buttons(self) -> None:
        text, tip = "+  Add a row, or drop a table here", "Add a row: one more sample, all 0."
        tip += " A table (CSV) dropped here takes the place of all."
        self.add_button = push_button(text, tip, self.add_row, self)
        self.add_button.setAccessibleName("Add a row")
        restyle(self.add_button, "look", "quiet")
        self.remove_button = icon_button(
            "delete", "Delete rows", "Delete rows: those that are selected (Delete).",
            self.remove_rows, self,
        )  # fmt: skip
        self.more_button = icon_button(
            "more", "More", "More: copy and paste, tables, generated sets, names of classes.",
            self._open_menu, self,
        )  # fmt: skip

    def _fill_menu(self) -> None:
        self.menu, ways = QMenu(self), self._ways
        self.menu.setToolTipsVisible(True)
        paste = "Numbers from the clipboard, from the current cell on (Ctrl+V)."
        entries: list[tuple[str, str, Callable[[], object]] | None] = [
            ("&Add a row", "One more sample, all 0.", self.add_row),
            ("&Delete rows", "Without the selected rows (Delete).", self.remove_rows),
            None,
            ("&Copy rows", "The selected rows to the clipboard (Ctrl+C).", self.copy),
            ("&Paste cells", paste, self.paste),
        ]
        if ways is not None:
            entries += [
                None,
                ("&Open a table…", "Samples from a file (CSV).", ways.open_table),
                ("&Generate a set…", "Points in the plane, made from a seed.", ways.generate),
                ("&Save as a table…", "The samples into a file (CSV).", ways.save),
                ("&Names of classes…", "What the outputs stand for.", ways.name_classes),
            ]
        for entry in entries:
            if entry is None:
                self.menu.addSeparator()
            else:
                set_tip(self.menu.addAction(entry[0], entry[2]), entry[1])

    def follow(self, trainer: Trainer) -> None:
        """Show the answers of the newest numbers while training runs."""

        def show_run(progress: RunProgress) -> None:
            if self.isVisible():
                self.model.show_run(progress)
                self.tried.show_run(progress)

        ThrottledProgress(trainer, show_run, lambda running: self._show(), SAMPLES, self)

    # showing

    def _row(self) -> int:
        return chosen_row(self._document.value, self._stage.look.row)

    def _on_changed(self, before: Experiment, after: Experiment) -> None:
        if before.network is not after.network and is_another(before, after):
            self.tried.clear()
        self._show()
        self._follow()
        self._settle()

    def _show(self) -> None:
        held, value = self.model.value, self._document.value
        plan = self.model.plan if held.context is value.context else plan_of(value)
        same = held.data.count == value.data.count and plan == self.model.plan
        # One table after the other: each resizes the other, which must not be half-way itself.
        self._following = True
        for model in (self.tried, self.model):
            model.change(partial(model.look_at, value, plan), same)
        if not same:
            self.try_table.settle()
        self._following = False

    def _on_looked(self, before: Look, after: Look) -> None:
        if before.row != after.row:
            self._follow()

    def _follow(self) -> None:
        """The row that is looked at is the chosen one."""
        row = self._row()
        if self._following or row in self.table.chosen_rows():
            return
        self._following = True
        self.table.choose_rows([row])
        self._following = False

    def _choose(self, now: QModelIndex) -> None:
        if not self._following and now.isValid():
            self._following = True
            self._stage.choose_row(now.row())
            self._following = False

    def _settle(self) -> None:
        """The table is as high as its rows, so that the line to add one follows the last."""
        bar = self.table.horizontalScrollBar()
        side = self.table.side_width() + 12
        wide = sum(column.width for column in self.model.columns) > self.width() - side
        extra = bar.sizeHint().height() if wide else 0
        data = self._document.value.data
        rows = data.count
        self.scaled.setVisible(data.scaling is not None and self.tried.rowCount() > 0)
        self.table.setMaximumHeight(min(rows, 10_000) * ROW_HEIGHT + extra)
        self.try_table.settle()
        self.remove_button.setEnabled(rows > 1)

    def _open_menu(self) -> None:
        corner = self.more_button.mapToGlobal(self.more_button.rect().topRight())
        size = self.menu.sizeHint()
        self.menu.popup(corner - QPoint(size.width(), size.height()))

    # editing

    def add_row(self) -> None:
        """One more sample, all 0, which is then looked at."""
        zeros = [0.0] * len(self._document.value.data.columns)
        if self._document.edit_data(lambda data: data.with_row(zeros), "Add a sample"):
            last = self._document.value.data.count - 1
            self._stage.choose_row(last)
            self.table.setCurrentIndex(self.model.index(last, 0))
            self.table.setFocus()

    def _go_on(self) -> None:
        """Enter goes on in the row below, after the last number from its beginning.

        After the last of all that is a row of its own, as in a spreadsheet.
        """
        here, last = self.table.currentIndex(), self.model.plan.data - 1
        if here.row() + 1 < self._document.value.data.count:
            column = 0 if here.column() == last else here.column()
            self.table.setCurrentIndex(self.model.index(here.row() + 1, column))
        elif here.column() == last:
            self.add_row()

    def remove_rows(self) -> None:
        rows = self.table.chosen_rows()
        text = "Delete a sample" if len(rows) == 1 else f"Delete {len(rows):,} samples"
        if rows and self._document.edit_data(lambda data: data.without_rows(rows), text):
            self._stage.choose_row(min(rows[0], self._document.value.data.count - 1))

    def copy(self) -> None:
        """The selected rows to the clipboard, every number exact."""
        rows = self.table.chosen_rows()
        if rows:
            cells, wide = self._document.value.data.cells, self.model.plan.data
            lines = ("\t".join(map(_exactly, cells[row, :wide].tolist())) for row in rows)
            QGuiApplication.clipboard().setText("\n".join(lines) + "\n")

    def cut(self) -> None:
        self.copy()
        self.remove_rows()

    def paste(self) -> None:
        """Numbers from the clipboard, from the current cell on; missing rows are added.

        What cannot stand in these columns is a table of its own.
        """
        here, rows = self.table.currentIndex(), self.table.chosen_rows()
        row = rows[0] if rows else max(0, here.row())
        column, wide = max(0, here.column()), self.model.plan.data
        text, fits = QGuiApplication.clipboard().text(), False
        try:
            block = pasted_cells(text)
            fits = block.shape[1] <= wide
            data, told = put_in(self._document.value.data, block, row, column, wide)
        except Refused as refused:
            if self._ways is not None and not fits and is_table(text):
                self._ways.open_text(text)
            else:
                self._document.report(refused.sentence)
            return
        if data != self._document.value.data:
            self._document.edit_data(lambda _now: data, told)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu.popup(event.globalPos())

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self._ways is not None and dropped_table(event.mimeData()) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        path = dropped_table(event.mimeData())
        if path is not None and self._ways is not None:
            event.acceptProposedAction()
            self._ways.open_path(path)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._settle()
