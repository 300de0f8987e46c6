"""A table to be opened, as tables of cells: as it is read, as numbers, and its columns."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject

from engine.errors import brief
from engine.files.table import Preview, Table, TableColumn
from engine.files.table_use import TableUse, Use, as_use, headings_of
from engine.numerals import Role, count
from engine.op_list import Floats
from playground.widgets.table import BLANK, Cell, CellModel, CellTable, Column, number_cell

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
            held = "labels" if here.is_text else "numbers"
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
