"""A table as samples: how it is read, what its columns are for, what is wrong in it."""

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QModelIndex, QObject, Qt
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from engine.errors import Refused, brief
from engine.experiment.experiment import Experiment
from engine.experiment.layers import HIDDEN, Filling, by_name, why_not_fitting, with_filling
from engine.files import limits
from engine.files.table import (
    DELIMITERS,
    ENCODINGS,
    Dialect,
    Options,
    Preview,
    Table,
    TableColumn,
    TableError,
    TooManyRows,
)
from engine.files.table_reading import ReadingProgress, Source, reading
from engine.files.table_use import (
    TableUse,
    Use,
    as_use,
    constant_inputs,
    filling_of,
    first_use,
    headings_of,
    learns_classes,
    names_of,
    proposed,
)
from engine.functions.datasets import MOST_TEST, split
from engine.numerals import Role, count, counted
from engine.op_list import Floats
from playground.dialogs.message_box import ChoiceDialog
from playground.model.trainer import LatestJob, Trainer
from playground.theme.fonts import BODY, HINT, STEP_TITLE, strong
from playground.widgets.buttons import ElidedLabel, push_button, restyle, tab_bar
from playground.widgets.fields import ChoiceField, Switch
from playground.widgets.form import (
    FIELD_HEIGHT,
    MOST_SEED,
    Form,
    NumberRow,
    SliderRow,
    SwitchRow,
    show_words,
    whole,
    words,
)
from playground.widgets.layout import AS_STYLED, lay_out
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
)

DECIMALS = {".": "point", ",": "comma"}
HEADER = "First row holds names"


class DialectRow(QWidget):
    """Shows what was guessed; what is chosen goes into `options`, the rest is guessed again."""

    def __init__(self, changed: Callable[[], object], parent: QWidget) -> None:
        super().__init__(parent)
        self.options = Options()
        self._changed = changed
        self._line = lay_out(QHBoxLayout(self), margins=(0, 0, 0, 0), spacing=6)
        self.delimiter = self._field(
            "delimiter", "Divided by", "What stands between the cells.", DELIMITERS, 124
        )
        self.decimal = self._field(
            "decimal", "Decimal", "What stands before the decimals of a number.", DECIMALS, 104
        )
        self.encoding = self._field(
            "encoding", "Text", "How letters are written as bytes.", ENCODINGS, 110
        )
        self.header = Switch(HEADER, f"{HEADER}: not numbers to learn from.", self)
        self.header.clicked.connect(lambda on: self._choose(header=on))
        lay_out(self._line, None, self.header, spacing=6)

    def _field(
        self, option: str, name: str, tip: str, choices: Mapping[str, str], width: int
    ) -> ChoiceField:
        label = words(name, HINT, self)
        label.setWordWrap(False)
        field = ChoiceField(name, f"{name}: {tip}", self)
        field.setFixedSize(width, FIELD_HEIGHT)
        for key, title in choices.items():
            field.addItem(title, key)
        field.activated.connect(lambda index: self._choose(**{option: field.itemData(index)}))
        label.setBuddy(field)
        lay_out(self._line, label, field, spacing=6)
        self._line.addSpacing(8)
        return field

    def show_dialect(self, dialect: Dialect) -> None:
        self.delimiter.setCurrentIndex(self.delimiter.findData(dialect.delimiter))
        self.decimal.setCurrentIndex(self.decimal.findData(dialect.decimal))
        self.encoding.setCurrentIndex(self.encoding.findData(dialect.encoding))
        self.header.setChecked(dialect.header)

    def _choose(self, **change: Any) -> None:
        """What was said about columns was said about other columns."""
        self.options = replace(self.options, text=(), numbers=(), **change)
        self._changed()


NAMES_OFFER = "Name the inputs and outputs after the columns"

Names = tuple[tuple[str, ...], tuple[str, ...]]


class FitOffer(Switch):
    """A switch that is there only where there is anything to offer."""

    def __init__(self, experiment: Experiment, parent: QWidget) -> None:
        super().__init__("", "", parent)
        self._experiment = experiment
        self.hide()

    @property
    def wanted(self) -> bool:
        """Whether the network is to be fitted."""
        return not self.isHidden() and self.isChecked()

    def offer(self, names: Names | None) -> None:
        """For columns of these names; first as it is likely to be wanted."""
        self.setVisible(names is not None and not by_name(self._experiment, *names))
        if names is None:
            return
        network, layout = self._experiment.network, self._experiment.layout
        if why_not_fitting(self._experiment, len(names[0]), len(names[1])) is None:
            text = NAMES_OFFER
            self.setChecked(not any(node_id in layout.names for node_id in network.inputs))
        else:
            ends = counted(len(names[0]), "input"), counted(len(names[1]), "output")
            text = f"Fit the network: {', '.join(ends)}"
            if not network.nodes:
                text = f"Make a network: {ends[0]}, {HIDDEN} hidden neurons, {ends[1]}"
            self.setChecked(not network.nodes)
        self.setText(text)
        self.setAccessibleName(text)
        set_tip(self, f"{text}. One undo takes it back together with the samples.")
        self.updateGeometry()

    def why_not(self, names: Names) -> str:
        """What keeps these columns from the network as it is, or nothing."""
        if self.wanted or by_name(self._experiment, *names):
            return ""
        return why_not_fitting(self._experiment, len(names[0]), len(names[1])) or ""

    def nodes(self, names: Names) -> Names:
        """What the nodes are called that these columns go to."""
        if self.wanted or by_name(self._experiment, *names) or self.why_not(names):
            return names
        name, network = self._experiment.layout.name, self._experiment.network
        return tuple(map(name, network.inputs)), tuple(map(name, network.outputs))


USES: Mapping[str, str] = {
    "input": "input",
    "target": "target",
    "test": "test mark",
    "none": "left out",
}
HOLDS = {"numbers": "numbers", "labels": "labels"}
WIDTH = 88
WIDEST = 132
SHOWN_LABELS = 4


class PreviewModel(CellModel):
    """The first rows: the text as it is read, or the numbers that the network gets."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._text: Preview = ()
        self._numbers: Floats | None = None

    def show_text(self, preview: Preview, header: bool, table: Table | None, use: TableUse) -> None:
        """As it is read. Without a table nothing is known of the columns but their cells."""
        self.beginResetModel()
        self._numbers = None
        self._text = preview[header:]
        wide = max((len(row) for row in preview), default=0)
        known = table.columns if table is not None else ()
        first = preview[0] if header and preview else ()
        names = [column.name for column in known] or [brief(name) for name in first]
        names += [str(k + 1) for k in range(len(names), wide)]
        self.columns = tuple(
            Column(
                name, "As it is read.", WIDTH, _role(use.uses.get(name)),
                number=k < len(known) and not known[k].is_text,
            )
            for k, name in enumerate(names)
        )  # fmt: skip
        self._faint = tuple(use.uses.get(name) == "none" for name in names)
        self.endResetModel()

    def show_numbers(
        self, cells: Floats, inputs: tuple[str, ...], targets: tuple[str, ...]
    ) -> None:
        """As the network gets it."""
        self.beginResetModel()
        self._numbers = cells
        self.columns = (
            *(Column(name, "An input of the network.", WIDTH) for name in inputs),
            *(Column(name, "A target of the network.", WIDTH, Role.TRUTH) for name in targets),
        )
        self.endResetModel()

    def count(self) -> int:
        return len(self._text) if self._numbers is None else len(self._numbers)

    def cell(self, row: int, column: int) -> Cell:
        here = self.columns[column]
        if self._numbers is not None:
            return number_cell(float(self._numbers[row, column]), 4, here.role)
        cells = self._text[row]
        if column >= len(cells):
            return BLANK
        faint = self._faint[column]
        return Cell(brief(cells[column]), here.role, number=here.number, faint=faint)

    def row_name(self, row: int) -> str:
        return f"row {row + 1}"


class PreviewTable(CellTable):
    """Columns as wide as they need to be, from the left."""

    def fit_columns(self) -> None:
        columns = self.cells.columns
        room = self.viewport().width() // max(1, len(columns))
        for place, column in enumerate(columns):
            self.setColumnWidth(place, min(max(column.width, room), WIDEST))


class ColumnsModel(CellModel):
    """A row for each column of the table: what it holds, what it is for, and what it becomes."""

    def __init__(
        self,
        use: Callable[[str, Use], object],
        hold: Callable[[str, str], object],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._use_as, self._hold = use, hold
        self._table: Table | None = None
        self._use = TableUse({})
        self._nodes: Mapping[str, str] = {}
        self.columns = (
            Column("column", "Its name in the table.", 84, number=False),
            Column("holds", "Numbers, or labels: then one column of 0 and 1 for each.", 82,
                   number=False),
            Column("use", "What the network does with it.", 82, number=False),
            Column("becomes", "The nodes it goes to, or the labels it holds.", 200, number=False),
        )  # fmt: skip

    def show(self, table: Table | None, use: TableUse, nodes: Mapping[str, str]) -> None:
        """These columns; `nodes` says where each goes to."""
        same = table is self._table
        if not same:
            self.beginResetModel()
        self._table, self._use, self._nodes = table, use, nodes
        if same:
            self.show_all()
        else:
            self.endResetModel()

    def count(self) -> int:
        return 0 if self._table is None else len(self._table.columns)

    def row_name(self, row: int) -> str:
        return f"column {self._column(row).name}"

    def _column(self, row: int) -> TableColumn:
        assert self._table is not None
        return self._table.columns[row]

    def cell(self, row: int, column: int) -> Cell:
        here = self._column(row)
        use = self._use.uses[here.name]
        if column == 0:
            return Cell(here.name, _role(use), faint=use == "none")
        if column == 1:
            held = self.entry(row, column)
            return Cell(HOLDS[held], editable=True, choices=HOLDS, opens=True)
        if column == 2:
            return Cell(USES[use], _role(use), editable=True, choices=USES, opens=True)
        return Cell(self._becomes(here, use), faint=True)

    def _becomes(self, column: TableColumn, use: Use) -> str:
        if use in ("input", "target"):
            return labels_told(column) if column.is_text else self._nodes.get(column.name, "")
        return "the rows for testing" if use == "test" else ""

    def entry(self, row: int, column: int) -> str:
        here = self._column(row)
        if column == 1:
            return "labels" if here.is_text else "numbers"
        return self._use.uses[here.name] if column == 2 else ""

    def take(self, row: int, column: int, text: str) -> None:
        name = self._column(row).name
        if column == 1:
            self._hold(name, text)
        else:
            self._use_as(name, as_use(text))


def labels_told(column: TableColumn) -> str:
    """How many labels there are, and the first of them."""
    labels = sorted(column.labels)
    shown = ", ".join(brief(label, 16) for label in labels[:SHOWN_LABELS])
    more = ", …" if len(labels) > SHOWN_LABELS else ""
    return f"{count(len(labels))} classes: {shown}{more}"


def nodes_of(
    table: Table, use: TableUse, called: tuple[tuple[str, ...], tuple[str, ...]]
) -> dict[str, str]:
    """For each column that is used, the nodes it goes to, when these are called so in order."""
    found: dict[str, str] = {}
    for kind, names in zip(("input", "target"), called, strict=True):
        at = 0
        for name in use.names("input" if kind == "input" else "target"):
            wide = len(headings_of(table, use, name))
            found[name] = ", ".join(names[at : at + wide][: SHOWN_LABELS + 1])
            at += wide
    return found


def _role(use: Use | None) -> Role:
    return Role.TRUTH if use == "target" else Role.MEMORY


class TableOptions(Form):
    """Changes the use of a table; `changed` is called with the new one."""

    def __init__(self, changed: Callable[[TableUse], object], parent: QWidget) -> None:
        super().__init__("What becomes of the rows", parent)
        self._changed = changed
        self._use = TableUse({})
        self.scaled = SwitchRow(
            "Standardise",
            "Shift and scale each input so that its training rows have mean 0 and standard "
            "deviation 1. Labels stay as they are.",
            lambda on: self._change(standardise=on), self,
        )  # fmt: skip
        self.scored = SwitchRow(
            "Softmax loss",
            "Softmax cross-entropy as the loss: each output is the score of one label, "
            "without an activation.",
            lambda on: self._change(scores=on), self,
        )  # fmt: skip
        self.share = SliderRow(
            "Test share", "The part that is only tested, never learnt from.",
            (0, round(100 * MOST_TEST)), 0.01, self._share, self,
        )  # fmt: skip
        self.seed = NumberRow(
            "Seed", "Which rows are drawn for testing.",
            lambda value: self._change(seed=whole(value, 0, MOST_SEED, "The seed")), self,
        )  # fmt: skip
        self.seed.field.setAlignment(Qt.AlignmentFlag.AlignRight)

    def show_use(self, use: TableUse, labels: bool) -> None:
        """Show what is chosen; where a column marks the rows for testing, none are drawn.

        A loss for labels can be chosen where labels are learnt.
        """
        self._use = use
        self.scaled.show_states([use.standardise])
        self.scored.show_states([use.scores])
        self.scored.field.setEnabled(labels)
        self.share.show_number(use.share)
        self.seed.field.show_text(str(use.seed))
        drawn = not use.names("test")
        for field in (self.share.slider, self.share.field, self.seed.field):
            field.setEnabled(drawn)

    def _change(self, **change: Any) -> None:
        self._changed(replace(self._use, **change))

    def _share(self, value: float) -> None:
        split(1, value, 0)  # refuses a share that cannot be
        self._change(share=value)


KIND = "table"

Found = Table | Refused
Step = ReadingProgress | Found


def reading_job(source: Source, options: Options) -> Generator[Step, None, None]:
    """The steps of reading, and what came of it as the last one."""
    found: Found
    try:
        found = yield from reading(source, options)
    except Refused as refused:
        found = refused
    yield found


LIST_HEIGHT = 64

Way = tuple[str, str, Callable[[], object]]


class Trouble(QFrame):
    """A sentence, perhaps a list, and a button for each way out; hidden where nothing is wrong."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName("What is wrong")
        self.sentence = words("", strong(BODY), self, quiet=False)
        self.list = QPlainTextEdit(self)
        self.list.setReadOnly(True)
        self.list.setTabChangesFocus(True)
        self.list.setMinimumHeight(LIST_HEIGHT)
        self.list.setAccessibleName("Rows that cannot be used")
        set_tip(self.list, "Rows that cannot be used: the first of them, and why.")
        self.ways: list[QPushButton] = []
        self._line = lay_out(QHBoxLayout(), None, spacing=AS_STYLED)
        lay_out(
            QVBoxLayout(self),
            self.sentence,
            (self.list, 1),
            self._line,
            margins=(12, 8, 12, 10),
            spacing=8,
        )
        self.hide()

    def tell(
        self,
        sentence: str,
        lines: Sequence[str] = (),
        ways: Sequence[Way] = (),
        wrong: bool = True,
    ) -> None:
        """Show this; an empty sentence hides it. What is not wrong is only asked."""
        self.setVisible(bool(sentence))
        restyle(self, "look", "warning" if wrong else "plate")
        show_words(self.sentence, sentence, wrong, quiet=False)
        high = QSizePolicy.Policy.Expanding if lines else QSizePolicy.Policy.Maximum
        self.setSizePolicy(QSizePolicy.Policy.Preferred, high)
        self.setAccessibleDescription(sentence)
        self.list.setVisible(len(lines) > 0)
        self.list.setPlainText("\n".join(lines))
        for button in self.ways:
            self._line.removeWidget(button)
            button.hide()
            button.deleteLater()
        self.ways = [push_button(text, tip, act, self) for text, tip, act in ways]
        for place, button in enumerate(self.ways):
            self._line.insertWidget(place, button)


SIZE = (860, 620)
SHOWN_ROWS = 5
NO_USE = TableUse({})


class OpenTable(ChoiceDialog):
    """A dialog: when it is accepted, `filled` puts the samples into an experiment."""

    def __init__(
        self,
        source: Source,
        name: str,
        experiment: Experiment,
        trainer: Trainer,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("Open a table", parent)
        self._experiment = experiment
        self.table: Table | None = None
        self.filling: Filling | None = None
        self.use, self._skipped, self._refused = NO_USE, False, ""
        self._preview: Preview = ()
        self.reading = LatestJob(
            trainer, KIND, lambda: reading_job(source, self.dialect.options), self._take_step
        )
        self.heading = ElidedLabel(name, STEP_TITLE, "text", self)
        self.dialect = DialectRow(self._begin, self)
        self.dialect.encoding.setEnabled(not isinstance(source, bytes))  # pasted: letters already
        self._add_tables()
        self._add_end()
        self._lay_out()
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

    def _lay_out(self) -> None:
        self.choices = QWidget(self)
        lay_out(
            QHBoxLayout(self.choices),
            (self.columns, 1),
            self.options,
            margins=(0, 0, 0, 0),
            spacing=AS_STYLED,
        )
        tip = "these samples in place of those there are"
        lay_out(
            QVBoxLayout(self), self.heading, self.dialect, self.sight, self.preview,
            (self.choices, 1), self.trouble, (None, 0), self.bar, self.told,
            self.end_line("Open", tip, self.fit), margins=(24, 16, 24, 16), spacing=8,
        )  # fmt: skip

    # reading

    def _begin(self) -> None:
        """Read the table again, from its beginning."""
        self.bar.setValue(0)
        self.bar.show()
        self.trouble.tell("")
        self.create_button.setEnabled(False)
        self._tell("Reading…", wrong=False)
        self.reading.start()

    def _take_step(self, step: Step, over: bool) -> None:
        if isinstance(step, ReadingProgress):
            self.bar.setValue(round(1000 * step.fraction))
            rows = f" {counted(step.rows, 'row')}" if step.rows else ""
            self._tell(f"Reading…{rows}", wrong=False)
        elif over:
            self._read(step)

    def _read(self, found: Found) -> None:
        self.bar.hide()
        self._skipped = False
        if isinstance(found, Table):
            self._take_table(found)
        else:
            self.table, self.use, self._refused = None, NO_USE, found.sentence
            self._preview = found.preview if isinstance(found, TableError) else ()
            if isinstance(found, TableError) and found.dialect is not None:
                self.dialect.show_dialect(found.dialect)
            ways: list[Way] = []
            if isinstance(found, TooManyRows):
                offered = found.offered
                ways = [(f"Load the first {count(offered)}", "Load only these rows.",
                         lambda: self._load(offered))]  # fmt: skip
            self.trouble.tell(found.sentence, (), ways, wrong=not ways)
            self.columns_model.show(None, NO_USE, {})
        self._show()

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
            text = f"Use “{brief(column, 20)}” as labels"
            tip = "Then it holds classes, not numbers."
            ways.append((text, tip, lambda: self._hold(column, "labels")))
        self.trouble.tell(sentence, [problem.sentence for problem in table.problems], ways)

    def _skip(self) -> None:
        self._skipped = True
        self.trouble.tell("")
        self._show()

    # choosing

    def _hold(self, name: str, holds: str) -> None:
        options = self.dialect.options
        text = tuple(n for n in options.text if n != name)
        numbers = tuple(n for n in options.numbers if n != name)
        self.dialect.options = (
            replace(options, text=(*text, name), numbers=numbers)
            if holds == "labels"
            else replace(options, text=text, numbers=(*numbers, name))
        )
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
        if table is None or undecided or reason:
            self._tell("" if table is None or undecided else reason, wrong=True)
        else:
            self._tell(" ".join(self._notes(table)), wrong=False)
        self._show_preview()

    def _tell(self, sentence: str, wrong: bool) -> None:
        show_words(self.told, sentence, wrong)
        set_tip(self.told, sentence)

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
