"""A table as samples: how it is read, what its columns are for, what is wrong in it."""

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import replace
from typing import Any, get_args

from PySide6.QtCore import QModelIndex, QObject, Qt
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
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
    TableUse,
    TooManyRows,
    Use,
    constant_inputs,
    filling_of,
    first_use,
    headings_of,
    learns_classes,
    names_of,
    proposed,
)
from engine.files.table_reading import ReadingProgress, Source, reading
from engine.functions.datasets import MOST_TEST, split
from engine.numerals import NumberRole, count, counted
from playground.dialogs.message_box import ChoiceDialog, read_only
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
from playground.widgets.plain_text import set_name, set_tip
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

HEADER = "First row holds names"
DECIMALS = {".": "point", ",": "comma"}
_DIALECT = {  # of each option its name, what it means, its choices, and how wide they are
    "delimiter": ("Divided by", "What stands between the cells.", DELIMITERS, 124),
    "decimal": ("Decimal", "What stands before the decimals of a number.", DECIMALS, 104),
    "encoding": ("Text", "How letters are written as bytes.", ENCODINGS, 110),
}


class DialectRow(QWidget):
    """Shows what was guessed; what is chosen goes into `options`, the rest is guessed again."""

    def __init__(self, changed: Callable[[], object], parent: QWidget) -> None:
        super().__init__(parent)
        self.options = Options()
        self._changed = changed
        self.fields: dict[str, ChoiceField] = {}
        line = lay_out(QHBoxLayout(self), spacing=6)
        for option, (name, tip, choices, width) in _DIALECT.items():
            label = words(name, HINT, self)
            label.setWordWrap(False)
            field = ChoiceField(name, f"{name}: {tip}", self)
            field.setFixedSize(width, FIELD_HEIGHT)
            for key, title in choices.items():
                field.addItem(title, key)
            field.activated.connect(
                lambda index, o=option, f=field: self._choose(**{o: f.itemData(index)})
            )
            label.setBuddy(field)
            self.fields[option] = field
            lay_out(line, label, field, 8, spacing=6)
        self.header = Switch(HEADER, f"{HEADER}: not numbers to learn from.", self)
        self.header.clicked.connect(lambda on: self._choose(header=on))
        lay_out(line, None, self.header, spacing=6)

    def show_dialect(self, dialect: Dialect) -> None:
        for option, field in self.fields.items():
            field.setCurrentIndex(field.findData(getattr(dialect, option)))
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
        self._by_name, self._reason = False, ""
        self.hide()

    @property
    def wanted(self) -> bool:
        return not self.isHidden() and self.isChecked()

    @property
    def why_not(self) -> str:
        """What keeps the columns from the network as it is, or nothing."""
        return "" if self.wanted else self._reason

    def offer(self, names: Names | None) -> None:
        """For columns of these names; first as it is likely to be wanted."""
        experiment = self._experiment
        self._by_name = names is not None and by_name(experiment, *names)
        self.setVisible(names is not None and not self._by_name)
        if names is None:
            return
        network, sizes = experiment.network, (len(names[0]), len(names[1]))
        self._reason = "" if self._by_name else why_not_fitting(experiment, *sizes) or ""
        if not self._reason:
            text = NAMES_OFFER
            named = any(node_id in experiment.layout.names for node_id in network.inputs)
            self.setChecked(not named)
        else:
            ends = counted(sizes[0], "input"), counted(sizes[1], "output")
            text = f"Fit the network: {', '.join(ends)}"
            if not network.nodes:
                text = f"Make a network: {ends[0]}, {HIDDEN} hidden neurons, {ends[1]}"
            self.setChecked(not network.nodes)
        self.setText(text)
        set_name(self, text, f"{text}. One undo takes it back together with the samples.")
        self.updateGeometry()

    def nodes(self, names: Names) -> Names:
        """What the nodes are called that these columns go to."""
        if self.wanted or self._by_name or self._reason:
            return names
        name, network = self._experiment.layout.name, self._experiment.network
        return tuple(map(name, network.inputs)), tuple(map(name, network.outputs))


USES = {"input": "input", "target": "target", "test": "test mark", "none": "left out"}
HOLDS = {"numbers": "numbers", "labels": "labels"}
NO_USE = TableUse({})
WIDTH = 88
WIDEST = 132
SHOWN_LABELS = 4


class PreviewModel(CellModel):
    """The first rows: the text as it is read, or the numbers that the network gets."""

    _rows: Sequence[Sequence[Cell]] = ()

    def show_text(self, preview: Preview, header: bool, table: Table | None, use: TableUse) -> None:
        """As it is read. Without a table nothing is known of the columns but their cells."""
        wide = max((len(row) for row in preview), default=0)
        known = table.columns if table is not None else ()
        first = preview[0] if header and preview else ()
        names = [column.name for column in known] or [brief(name) for name in first]
        names += [str(k + 1) for k in range(len(names), wide)]
        columns, models = list[Column](), list[Cell]()
        for k, name in enumerate(names):
            role, number = _role(use.uses.get(name)), k < len(known) and not known[k].is_text
            columns.append(Column(name, "As it is read.", WIDTH, role, number))
            models.append(Cell("", role, number, faint=use.uses.get(name) == "none"))
        rows = [
            [replace(model, text=brief(text)) for model, text in zip(models, row, strict=False)]
            for row in preview[header:]
        ]
        self._show(columns, [row + [BLANK] * (len(names) - len(row)) for row in rows])

    def show_numbers(self, filling: Filling, count: int) -> None:
        columns = [Column(name, "An input of the network.", WIDTH) for name in filling.inputs]
        tip = "A target of the network."
        columns += [Column(name, tip, WIDTH, NumberRole.TRUTH) for name in filling.targets]
        roles = [column.role for column in columns]
        self._show(columns, [
            [number_cell(float(cell), 4, role) for cell, role in zip(row, roles, strict=True)]
            for row in filling.cells[:count]
        ])  # fmt: skip

    def _show(self, columns: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> None:
        self.beginResetModel()
        self.columns, self._rows = tuple(columns), rows
        self.endResetModel()

    def count(self) -> int:
        return len(self._rows)

    def cell(self, row: int, column: int) -> Cell:
        return self._rows[row][column]

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
        self, use: Callable[[str, Use], object], hold: Callable[[str, str], object], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._use_as, self._hold = use, hold
        self._columns: tuple[TableColumn, ...] = ()
        self._use = NO_USE
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
        columns = () if table is None else table.columns
        same = columns is self._columns
        if not same:
            self.beginResetModel()
        self._columns, self._use, self._nodes = columns, use, nodes
        if same:
            self.show_all()
        else:
            self.endResetModel()

    def count(self) -> int:
        return len(self._columns)

    def row_name(self, row: int) -> str:
        return f"column {self._columns[row].name}"

    def cell(self, row: int, column: int) -> Cell:
        here = self._columns[row]
        use = self._use.uses[here.name]
        if column == 0:
            return Cell(here.name, _role(use), faint=use == "none")
        if column == 1:
            held = HOLDS["labels" if here.is_text else "numbers"]
            return Cell(held, editable=True, choices=HOLDS, opens=True)
        if column == 2:
            return Cell(USES[use], _role(use), editable=True, choices=USES, opens=True)
        becomes = "the rows for testing" if use == "test" else ""
        if use in ("input", "target"):
            becomes = self._nodes.get(here.name, "")
            if here.is_text:  # how many labels there are, and the first of them
                labels = sorted(here.labels)
                shown = ", ".join(brief(label, 16) for label in labels[:SHOWN_LABELS])
                more = ", …" if len(labels) > SHOWN_LABELS else ""
                becomes = f"{count(len(labels))} classes: {shown}{more}"
        return Cell(becomes, faint=True)

    def take(self, row: int, column: int, text: str) -> None:
        name = self._columns[row].name
        if column == 1:
            self._hold(name, text)
        else:
            self._use_as(name, next(use for use in get_args(Use) if use == text))


def nodes_of(table: Table, use: TableUse, called: Names) -> dict[str, str]:
    """For each column that is used, the nodes it goes to, when these are called so in order."""
    found: dict[str, str] = {}
    for columns, names in zip((use.names("input"), use.names("target")), called, strict=True):
        at = 0
        for name in columns:
            wide = len(headings_of(table, use, name))
            found[name] = ", ".join(names[at : at + wide][: SHOWN_LABELS + 1])
            at += wide
    return found


def _role(use: Use | None) -> NumberRole:
    return NumberRole.TRUTH if use == "target" else NumberRole.MEMORY


class TableOptions(Form):
    """Changes the use of a table; `changed` is called with the new one."""

    def __init__(self, changed: Callable[[TableUse], object], parent: QWidget) -> None:
        super().__init__("What becomes of the rows", parent)
        self._changed, self._use = changed, NO_USE
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

Step = ReadingProgress | Table | Refused


def reading_job(source: Source, options: Options) -> Generator[Step, None, None]:
    """The steps of reading, and what came of it as the last one."""
    try:
        yield (yield from reading(source, options))
    except Refused as refused:
        yield refused


Way = tuple[str, str, Callable[[], object]]


class Trouble(QFrame):
    """A sentence, perhaps a list, and a button for each way out; hidden where nothing is wrong."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName("What is wrong")
        self.sentence = words("", strong(BODY), self, quiet=False)
        self.list = read_only(
            "Rows that cannot be used",
            "Rows that cannot be used: the first of them, and why.", self,
        )  # fmt: skip
        self.list.setMinimumHeight(64)
        self.ways: list[QPushButton] = []
        self._line = lay_out(QHBoxLayout(), None, spacing=AS_STYLED)
        parts = (self.sentence, (self.list, 1), self._line)
        lay_out(QVBoxLayout(self), *parts, margins=(12, 8, 12, 10), spacing=8)
        self.hide()

    def tell(
        self, sentence: str, lines: Sequence[str] = (), ways: Sequence[Way] = (), wrong: bool = True
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
            button.hide()
            button.deleteLater()
        self.ways = [push_button(text, tip, act, self) for text, tip, act in ways]
        for place, button in enumerate(self.ways):
            self._line.insertWidget(place, button)


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
        self.use, self._skipped = NO_USE, False
        self._names: Names | None = None  # of the inputs and targets, where columns can be so used
        self._refused = ""  # why they cannot
        self._preview: Preview = ()
        self.reading = LatestJob(
            trainer, KIND, lambda: reading_job(source, self.dialect.options), self._take_step
        )
        self.finished.connect(self.reading.cancel)
        self.heading = ElidedLabel(name, STEP_TITLE, "text", self)
        self.dialect = DialectRow(self._begin, self)
        self.dialect.fields["encoding"].setEnabled(not isinstance(source, bytes))  # pasted: letters
        self._add_parts()
        self.resize(860, 620)
        self._begin()

    # making

    def _add_parts(self) -> None:
        titles = ("As it is read", "As the network gets it")
        tip = "What is shown of the table: its text, or the numbers it becomes."
        self.sight = tab_bar(titles, "What is shown of the table", tip, self)
        self.sight.currentChanged.connect(self._show_preview)
        self.preview_model = PreviewModel(self)
        tip = "First rows of the table."
        self.preview = PreviewTable("First rows", tip, self.preview_model, self)
        self.preview.setFixedHeight(HEAD_HEIGHT + 5 * ROW_HEIGHT + 10)
        self.columns_model = ColumnsModel(self._use_as, self._hold, self)
        tip = "Columns: what each holds and what it is for; click, or press Enter, to change it."
        self.columns = CellTable("Columns", tip, self.columns_model, self)
        self.columns.clicked.connect(self._open_cell)
        self.options = TableOptions(self._take_use, self)
        self.options.setFixedWidth(320)
        self.choices = QWidget(self)
        lay_out(QHBoxLayout(self.choices), (self.columns, 1), self.options, spacing=AS_STYLED)
        self.trouble = Trouble(self)
        self.bar = QProgressBar(self)
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        set_name(self.bar, "How much has been read", "How much has been read")
        self.told.setMinimumHeight(34)
        self.told.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.fit = FitOffer(self._experiment, self)
        self.fit.clicked.connect(self._show)
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
            self.bar.hide()
            self._skipped = False
            if isinstance(step, Refused):
                self._take_refusal(step)
            else:
                if list(self.use.uses) != [column.name for column in step.columns]:
                    self.use = first_use(step, self._experiment)
                elif self.table is None or not learns_classes(self.table, self.use):
                    self.use = proposed(step, self.use, None)
                self.table, self._preview = step, step.preview
                self.dialect.show_dialect(step.dialect)
                self._tell_problems(step)
                self._offer(step)
            self._show()

    def _take_refusal(self, found: Refused) -> None:
        self.table, self._names, self.use = None, None, NO_USE
        self._refused, self._preview = found.sentence, ()
        if isinstance(found, TableError):
            self._preview = found.preview
            if found.dialect is not None:
                self.dialect.show_dialect(found.dialect)
        ways: list[Way] = []
        if isinstance(found, TooManyRows):
            rows = found.offered
            ways = [(f"Load the first {count(rows)}", "Load only these rows.",
                     lambda: self._read_as(rows=rows))]  # fmt: skip
        self.trouble.tell(found.sentence, (), ways, wrong=not ways)
        self.columns_model.show(None, NO_USE, {})

    def _tell_problems(self, table: Table) -> None:
        if not table.problems:
            self.trouble.tell("")
            return
        rows, shown = table.problem_rows, len(table.problems)
        these = "this row" if rows == 1 else f"these {count(rows)} rows"
        sentence = f"{counted(rows, 'row')} cannot be used."
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

    def _read_as(self, **change: Any) -> None:
        self.dialect.options = replace(self.dialect.options, **change)
        self._begin()

    def _hold(self, name: str, holds: str) -> None:
        options = self.dialect.options
        held = {
            "text": tuple(n for n in options.text if n != name),
            "numbers": tuple(n for n in options.numbers if n != name),
        }
        held["text" if holds == "labels" else "numbers"] += (name,)
        self._read_as(**held)

    def _use_as(self, name: str, use: Use) -> None:
        assert self.table is not None
        self._take_use(proposed(self.table, self.use.with_use(name, use), self.use))

    def _take_use(self, use: TableUse) -> None:
        other = use.uses != self.use.uses
        self.use = use
        if other and self.table is not None:
            self._offer(self.table)
        self._show()

    def _offer(self, table: Table) -> None:
        """What the columns are called decides how the network may be fitted."""
        try:
            self._names, self._refused = names_of(table, self.use), ""
        except Refused as refused:
            self._names, self._refused = None, refused.sentence
        self.fit.offer(self._names)

    def _open_cell(self, index: QModelIndex) -> None:
        if self.columns_model.cell(index.row(), index.column()).choices is not None:
            self.columns.edit(index)

    # showing

    def _show(self) -> None:
        """Everything that depends on what is chosen."""
        table, undecided = self.table, self.trouble.isVisibleTo(self)
        self.choices.setVisible(not undecided)
        reason = self._why_not()
        if table is not None:
            names = self._names
            nodes = {} if names is None else nodes_of(table, self.use, self.fit.nodes(names))
            self.columns_model.show(table, self.use, nodes)
            self.options.show_use(self.use, learns_classes(table, self.use))
            self.create_button.setText(f"Open {counted(table.rows, 'row')}")
        self.create_button.setEnabled(table is not None and not reason and not undecided)
        if table is None or undecided or reason:
            self._tell("" if table is None or undecided else reason, wrong=True)
        else:
            notes = [*(table.without_problem_rows().notes if self._skipped else table.notes)]
            if self.use.standardise:
                notes += [f"“{name}” is constant." for name in constant_inputs(table, self.use)]
            self._tell(" ".join(dict.fromkeys(notes)), wrong=False)  # nothing is said twice
        self._show_preview()

    def _tell(self, sentence: str, wrong: bool) -> None:
        show_words(self.told, sentence, wrong)
        set_tip(self.told, sentence)

    def _why_not(self) -> str:
        """What keeps the samples from being taken, or nothing."""
        if self._names is None:
            return self._refused
        if self.table is not None and not self.table.rows:
            return "No data rows are left."
        return self.fit.why_not

    def _show_preview(self) -> None:
        table, model = self.table, self.preview_model
        if self.sight.currentIndex() == 1 and table is not None and self._names is not None:
            try:
                model.show_numbers(filling_of(table, self.use), len(table.preview))
                return
            except Refused as refused:
                self._tell(refused.sentence, wrong=True)
        model.show_text(self._preview, self.dialect.header.isChecked(), table, self.use)

    # taking

    def take(self) -> None:
        if self.table is None or not self.create_button.isEnabled():
            return
        try:
            self.filling = filling_of(self.table, self.use)
            self.filled(self._experiment)
        except Refused as refused:
            self._tell(refused.sentence, wrong=True)
        else:
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
