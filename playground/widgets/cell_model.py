"""A table of cells as a model for Qt: one cell says what it shows, what it means, whether it edits.

What is entered is given to `take`, which may raise Refused with the sentence to show.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from engine.numerals import Role, short
from playground.widgets.plain_text import plain_tip

Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: text or a number, a mark that is on or off, or a place still without a number.

    `choices` are the keys and titles one can choose from, and `opens` shows that there are some;
    `faint` text steps back. A number that does not fit is shown with fewer digits: `value` is
    what it is exactly.
    """

    text: str = ""
    role: Role = Role.MEMORY
    number: bool = False
    mark: bool | None = None
    waiting: bool = False
    editable: bool = False
    choices: Mapping[str, str] | None = None
    faint: bool = False
    value: float | None = None
    digits: int = 4
    opens: bool = False


BLANK = Cell()


@dataclass(frozen=True, slots=True)
class Column:
    """The head of a column: title, what it means, and how wide it is at least."""

    title: str
    tip: str
    width: int = 64
    role: Role = Role.MEMORY
    number: bool = True
    mark: bool = False


def number_cell(
    value: float, digits: int, role: Role = Role.MEMORY, editable: bool = False
) -> Cell:
    """A number, or an empty place where it is not computed yet."""
    text = short(value, digits)
    return Cell(
        text, role, number=True, waiting=not text, editable=editable, value=value, digits=digits
    )


class CellModel(QAbstractTableModel):
    """Rows of cells; what they are is for each table to say.

    Python's abstract classes cannot be made from Qt's, so what is missing fails when it is asked.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.columns: tuple[Column, ...] = ()

    def count(self) -> int:
        """How many rows there are."""
        raise NotImplementedError

    def cell(self, row: int, column: int) -> Cell:
        """What stands there."""
        raise NotImplementedError

    def row_name(self, row: int) -> str:
        """What the row is called when it is read aloud."""
        raise NotImplementedError

    def cell_name(self, row: int, column: int) -> str:
        """What a cell is called: by its column and its row."""
        return f"{self.columns[column].title} of {self.row_name(row)}"

    def entry(self, row: int, column: int) -> str:
        """The text an editor begins with."""
        return self.cell(row, column).text

    def take(self, row: int, column: int, text: str) -> None:
        """What was typed or chosen, or Refused."""
        raise NotImplementedError

    def toggle(self, row: int, column: int) -> None:
        """A mark was clicked."""

    def show_all(self) -> None:
        """Every cell may have changed, but the rows are the same."""
        if self.rowCount() and self.columns:
            last = self.index(self.rowCount() - 1, len(self.columns) - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def read_aloud(self, row: int, column: int) -> str:
        """The cell in words: for a screen reader, and as its tip."""
        cell = self.cell(row, column)
        said = cell.text
        if cell.mark is not None:
            said = "on" if cell.mark else "off"
        elif cell.waiting:
            said = "not computed"
        return f"{self.cell_name(row, column)}: {said or 'nothing'}"

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else self.count()

    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        row, column = index.row(), index.column()
        if role == Qt.ItemDataRole.EditRole:
            return self.entry(row, column)
        cell = self.cell(row, column)
        if role == Qt.ItemDataRole.DisplayRole:
            return cell.text
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self.read_aloud(row, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(self.read_aloud(row, column))
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT if cell.number else LEFT
        if role == Qt.ItemDataRole.CheckStateRole and cell.mark is not None:
            return Qt.CheckState.Checked if cell.mark else Qt.CheckState.Unchecked
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation == Qt.Orientation.Vertical:
            return self.row_name(section) if role == Qt.ItemDataRole.DisplayRole else None
        column = self.columns[section]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return column.title
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(f"{column.title}: {column.tip}")
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        found = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        cell = self.cell(index.row(), index.column())
        if cell.editable:
            marked = cell.mark is not None  # a mark is set, never typed
            found |= Qt.ItemFlag.ItemIsUserCheckable if marked else Qt.ItemFlag.ItemIsEditable
        return found
