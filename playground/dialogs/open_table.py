"""What opening or pasting a table shows: its cells, what its columns are for, what is wrong."""

from dataclasses import replace

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QDialog, QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from engine.errors import Refused
from engine.experiment.experiment import Experiment
from engine.experiment.fit_to_table import Filling, with_filling
from engine.files import limits
from engine.files.table import Preview, Table, TableError, TooManyRows
from engine.files.table_reading import ReadingProgress, Source
from engine.files.table_use import (
    TableUse,
    Use,
    constant_inputs,
    filling_of,
    first_use,
    learns_classes,
    names_of,
    proposed,
)
from engine.numerals import count, counted
from playground.dialogs.question import end_buttons
from playground.dialogs.table_dialect import DialectRow
from playground.dialogs.table_fit import FitOffer, Names
from playground.dialogs.table_models import ColumnsModel, PreviewModel, PreviewTable, nodes_of
from playground.dialogs.table_options import TableOptions
from playground.dialogs.table_reading import Found, TableReading
from playground.dialogs.table_trouble import Trouble, Way
from playground.model.trainer import Trainer
from playground.theme.fonts import HINT, STEP_TITLE
from playground.widgets.buttons import ElidedLabel, FocusRing, tab_bar
from playground.widgets.form import words
from playground.widgets.plain_text import set_tip
from playground.widgets.table import HEAD_HEIGHT, ROW_HEIGHT, CellTable

SIZE = (860, 620)
SHOWN_ROWS = 5
NO_USE = TableUse({})


class OpenTable(QDialog):
    """A dialog: when it is accepted, `filled` puts the samples into an experiment."""

    def __init__(
        self,
        source: Source,
        name: str,
        experiment: Experiment,
        trainer: Trainer,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Open a table")
        self._experiment = experiment
        self.table: Table | None = None
        self.filling: Filling | None = None
        self.use, self._skipped, self._refused = NO_USE, False, ""
        self._preview: Preview = ()
        self.reading = TableReading(source, trainer, self._tell_progress, self._read)
        self.heading = ElidedLabel(name, STEP_TITLE, "text", self)
        self.dialect = DialectRow(self._begin, self)
        self.dialect.encoding.setEnabled(not isinstance(source, bytes))  # pasted: letters already
        self._add_tables()
        self._add_end()
        self._lay_out()
        FocusRing(self)
        self.resize(*SIZE)
        self._begin()

    # making

    def _add_tables(self) -> None:
        titles = ("As it is read", "As the network gets it")
        tip = "What is shown of the table: its text, or the numbers it becomes."
        self.sight = tab_bar(titles, "What is shown of the table", tip, self)
        self.sight.currentChanged.connect(self._show_preview)
        self.preview_model = PreviewModel(self)
        tip = "First rows of the table."
        self.preview = PreviewTable("First rows", tip, self.preview_model, self)
        self.preview.setFixedHeight(HEAD_HEIGHT + SHOWN_ROWS * ROW_HEIGHT + 10)
        self.columns_model = ColumnsModel(self._use_as, self._hold, self)
        tip = "Columns: what each holds and what it is for; click, or press Enter, to change it."
        self.columns = CellTable("Columns", tip, self.columns_model, self)
        self.columns.clicked.connect(self._open_cell)
        self.options = TableOptions(self._take_use, self)
        self.options.setFixedWidth(320)
        self.trouble = Trouble(self)

    def _add_end(self) -> None:
        self.bar = QProgressBar(self)
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("How much has been read")
        set_tip(self.bar, "How much has been read")
        self.told = words("", HINT, self)
        self.told.setMinimumHeight(34)
        self.told.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.fit = FitOffer(self._experiment, self)
        self.fit.clicked.connect(self._show)
        self.cancel_button, self.create_button = end_buttons(
            self, "Open", "these samples in place of those there are", self.take
        )

    def _lay_out(self) -> None:
        self.choices = QWidget(self)
        beside = QHBoxLayout(self.choices)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.addWidget(self.columns, 1)
        beside.addWidget(self.options)
        end = QHBoxLayout()
        end.addWidget(self.fit)
        end.addStretch(1)
        end.addWidget(self.cancel_button)
        end.addWidget(self.create_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 16, 24, 16)
        column.setSpacing(8)
        for part in (self.heading, self.dialect, self.sight, self.preview):
            column.addWidget(part)
        column.addWidget(self.choices, 1)
        column.addWidget(self.trouble)
        column.addStretch(0)
        column.addWidget(self.bar)
        column.addWidget(self.told)
        column.addLayout(end)

    # reading

    def _begin(self) -> None:
        """Read the table again, from its beginning."""
        self.bar.setValue(0)
        self.bar.show()
        self.trouble.tell("")
        self.create_button.setEnabled(False)
        self.told.setText("Reading…")
        self.told.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.reading.begin(self.dialect.options)

    def _tell_progress(self, progress: ReadingProgress) -> None:
        self.bar.setValue(round(1000 * progress.fraction))
        rows = f" {counted(progress.rows, 'row')}" if progress.rows else ""
        self.told.setText(f"Reading…{rows}")

    def _read(self, found: Found) -> None:
        self.bar.hide()
        self._skipped = False
        if isinstance(found, Table):
            self._take_table(found)
        else:
            self.table, self.use, self._refused = None, NO_USE, found.sentence
            self._take_error(found)
            ways: list[Way] = []
            if isinstance(found, TooManyRows):
                offered = found.offered
                ways = [(f"Load the first {count(offered)}", "Load only these rows.",
                         lambda: self._load(offered))]  # fmt: skip
            self.trouble.tell(found.sentence, (), ways, wrong=not ways)
            self.columns_model.show(None, NO_USE, {})
        self._show()

    def _take_error(self, error: Refused) -> None:
        """What was read in spite of it, and how."""
        self._preview = error.preview if isinstance(error, TableError) else ()
        if isinstance(error, TableError) and error.dialect is not None:
            self.dialect.show_dialect(error.dialect)

    def _take_table(self, table: Table) -> None:
        names = [column.name for column in table.columns]
        if list(self.use.uses) != names:
            self.use = first_use(table, self._experiment)
        elif self.table is None or not learns_classes(self.table, self.use):
            self.use = proposed(table, self.use, None)
        self.table, self._preview, self._refused = table, table.preview, ""
        self.dialect.show_dialect(table.dialect)
        self._tell_problems(table)
        self.fit.offer(self._names())

    def _load(self, rows: int) -> None:
        self.dialect.options = replace(self.dialect.options, rows=rows)
        self._begin()

    def _tell_problems(self, table: Table) -> None:
        """The list of what is wrong, with the ways out."""
        if not table.problems:
            self.trouble.tell("")
            return
        rows, shown = table.problem_rows, len(table.problems)
        these = "this row" if rows == 1 else f"these {count(rows)} rows"
        sentence = "1 row cannot be used." if rows == 1 else f"{count(rows)} rows cannot be used."
        if table.problem_count > shown:
            sentence += f" The first {shown} of {count(table.problem_count)} mistakes:"
        ways: list[Way] = [(f"Skip {these}", "Leave them out and take the others.", self._skip)]
        column = table.problems[0].column
        if column:
            ways.append((f"Use “{_short(column)}” as labels", "Then it holds classes, not numbers.",
                         lambda: self._hold(column, "labels")))  # fmt: skip
        self.trouble.tell(sentence, [problem.sentence for problem in table.problems], ways)

    def _skip(self) -> None:
        self._skipped = True
        self.trouble.tell("")
        self._show()

    # choosing

    def _hold(self, name: str, holds: str) -> None:
        """Read the column as labels, or as numbers."""
        options = self.dialect.options
        text = tuple(n for n in options.text if n != name)
        numbers = tuple(n for n in options.numbers if n != name)
        if holds == "labels":
            text = (*text, name)
        else:
            numbers = (*numbers, name)
        self.dialect.options = replace(options, text=text, numbers=numbers)
        self._begin()

    def _use_as(self, name: str, use: Use) -> None:
        assert self.table is not None
        self._take_use(proposed(self.table, self.use.with_use(name, use), self.use))

    def _take_use(self, use: TableUse) -> None:
        other = use.uses != self.use.uses
        self.use = use
        if other:
            self.fit.offer(self._names())
        self._show()

    def _open_cell(self, index: QModelIndex) -> None:
        if self.columns_model.cell(index.row(), index.column()).choices is not None:
            self.columns.edit(index)

    # showing

    def _names(self) -> Names | None:
        """The names of the inputs and targets, where the columns can be used so."""
        if self.table is None:
            return None
        try:
            return names_of(self.table, self.use)
        except Refused as refused:
            self._refused = refused.sentence
            return None

    def _show(self) -> None:
        """Everything that depends on what is chosen."""
        table, undecided = self.table, self.trouble.isVisibleTo(self)
        self.choices.setVisible(not undecided)
        reason = self._why_not()
        if table is not None:
            self.columns_model.show(table, self.use, self._nodes(table))
            self.options.show_use(self.use, learns_classes(table, self.use))
            rows = counted(table.rows, "row")
            self.create_button.setText(f"Open {rows}")
        self.create_button.setEnabled(table is not None and not reason and not undecided)
        self._tell(reason if table is not None and not undecided else "", wrong=True)
        if not reason and table is not None and not undecided:
            self._tell(" ".join(self._notes(table)), wrong=False)
        self._show_preview()

    def _tell(self, sentence: str, wrong: bool) -> None:
        roles = QPalette.ColorRole
        self.told.setForegroundRole(roles.BrightText if wrong else roles.PlaceholderText)
        self.told.setText(sentence)
        set_tip(self.told, sentence)
        self.told.setAccessibleName(sentence)

    def _why_not(self) -> str:
        """What keeps the samples from being taken, or nothing."""
        names = self._names()
        if names is None:
            return self._refused
        if self.table is not None and not self.table.rows:
            return "No data rows are left."
        return self.fit.why_not(names)

    def _notes(self, table: Table) -> list[str]:
        """What was changed or is remarkable, without saying anything twice."""
        notes = [*(table.without_problem_rows().notes if self._skipped else table.notes)]
        if self.use.standardise:
            notes += [f"“{name}” is constant." for name in constant_inputs(table, self.use)]
        return list(dict.fromkeys(notes))

    def _nodes(self, table: Table) -> dict[str, str]:
        names = self._names()
        return {} if names is None else nodes_of(table, self.use, self.fit.nodes(names))

    def _show_preview(self) -> None:
        table = self.table
        if self.sight.currentIndex() == 1 and table is not None and self._names() is not None:
            try:
                filling = filling_of(table, self.use)
            except Refused as refused:
                self._tell(refused.sentence, wrong=True)
            else:
                self.preview_model.show_numbers(
                    filling.cells[: len(table.preview)], filling.inputs, filling.targets
                )
                return
        header = self.dialect.header.isChecked()
        self.preview_model.show_text(self._preview, header, table, self.use)

    # taking

    def take(self) -> None:
        """Close, with the samples as they are chosen; what cannot be taken stays to be mended."""
        if self.table is None or not self.create_button.isEnabled():
            return
        try:
            self.filling = filling_of(self.table, self.use)
            self.filled(self._experiment)
        except Refused as refused:
            self._tell(refused.sentence, wrong=True)
            return
        self.accept()

    def filled(self, experiment: Experiment) -> Experiment:
        """The experiment with the samples as they were chosen."""
        assert self.filling is not None
        after = with_filling(experiment, self.filling, self.fit.wanted)
        nodes, edges = len(after.network.nodes), len(after.network.edges)
        if nodes > limits.NEURONS or edges > limits.EDGES:
            raise Refused(f"That would be {count(nodes)} neurons and {count(edges)} weights; the "
                          f"limit is {count(limits.NEURONS)} and {count(limits.EDGES)}. "
                          "Leave some columns out.")  # fmt: skip
        return after

    def done(self, result: int) -> None:
        self.reading.cancel()
        super().done(result)


def _short(name: str) -> str:
    return name if len(name) <= 20 else name[:19] + "…"
