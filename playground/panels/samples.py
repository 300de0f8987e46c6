"""The samples: a line to try, the rows, and how they come and go by clipboard and drop."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QMimeData, QModelIndex
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QResizeEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from engine.data import Data
from engine.errors import Refused
from engine.experiment.experiment import Experiment
from engine.experiment.training import RunProgress
from engine.files.table_reading import is_table, pasted_cells
from engine.numerals import count, counted
from engine.op_list import Floats
from engine.views.samples import chosen_row
from playground.model.document import Document, is_another
from playground.model.stage import Look, Stage
from playground.model.trainer import SAMPLES, ThrottledProgress, Trainer
from playground.panels.samples_table import (
    SIDE,
    RowTable,
    SampleColumns,
    SamplesModel,
    TryModel,
    TryTable,
    plan_of,
)
from playground.theme.fonts import CAPTION
from playground.widgets.buttons import icon_button, push_button, restyle
from playground.widgets.form import words
from playground.widgets.layout import lay_out
from playground.widgets.plain_text import set_tip
from playground.widgets.table import ROW_HEIGHT


def rows_text(data: Data, rows: Sequence[int], wide: int) -> str:
    """The first `wide` columns of these rows, every number exact."""
    lines = ["\t".join(map(_plain, data.cells[row, :wide].tolist())) for row in rows]
    return "\n".join(lines) + "\n"


def _plain(value: float) -> str:
    return repr(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def put_in(data: Data, block: Floats, row: int, column: int, wide: int) -> tuple[Data, str]:
    """The data with these cells from there on, and what was done in words.

    Only the first `wide` columns are there to be filled.
    """
    place = _first_column(data, block, column, wide)
    rows, columns = block.shape
    if rows == columns == 1:
        return data.with_cell(row, place, float(block[0, 0])), "Paste a cell"
    return data.with_block(row, place, block), f"Paste {count(rows)} × {count(columns)} cells"


def _first_column(data: Data, block: Floats, column: int, wide: int) -> int:
    """Whole rows begin at the first column, wherever the cursor is."""
    columns = block.shape[1]
    if columns == wide:
        return 0
    room = wide - column
    if columns <= room:
        return column
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


SUFFIXES = (".csv", ".tsv", ".txt")


def dropped_table(mime: QMimeData) -> Path | None:
    """The one table that is dragged, or None."""
    files = [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]
    if len(files) == 1 and files[0].suffix.lower() in SUFFIXES:
        return files[0]
    return None


TIP = (
    "Samples: arrows choose the one that is looked at, Enter edits and goes on below, after the "
    "last cell in a new row, Delete removes, Ctrl+C and Ctrl+V copy and paste cells."
)
TRY_TIP = "Try: type inputs and see the answer at once; this line is never trained (Delete clears)."
SCALED = "As in the table; the samples below are standardised."


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
        self.model = SamplesModel(document, self)
        self.table = RowTable(
            "Samples", TIP, self.model, self, self.remove_rows,
            {"copy": self.copy, "cut": self.cut, "paste": self.paste},
        )  # fmt: skip
        self.tried = TryModel(document, self._row, self)
        self.try_table = TryTable(TRY_TIP, self.tried, self.table, self, self.tried.clear)
        self.scaled = words(SCALED, CAPTION, self)
        self.scaled.setContentsMargins(SIDE + 8, 0, 0, 2)
        self._add_buttons()
        if ways is not None:
            self._add_entries(
                ("&Open a table…", "Samples from a file (CSV).", ways.open_table),
                ("&Generate a set…", "Points in the plane, made from a seed.", ways.generate),
                ("&Save as a table…", "The samples into a file (CSV).", ways.save),
                ("&Names of classes…", "What the outputs stand for.", ways.name_classes),
            )
        self._lay_out()
        self.table.selectionModel().currentRowChanged.connect(self._choose)
        self.table.clicked.connect(self._choose)
        self.table.delegate.entered.connect(self._go_on)
        document.changed.connect(self._changed)
        stage.looked.connect(self._looked)
        self._follow()
        self._settle()

    def _add_buttons(self) -> None:
        self.add_button = push_button(
            "+  Add a row, or drop a table here",
            "Add a row: one more sample, all 0. A table (CSV) dropped here takes the place of all.",
            self.add_row,
            self,
        )
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
        self.menu = QMenu(self)
        self.menu.setToolTipsVisible(True)
        paste = "Numbers from the clipboard, from the current cell on (Ctrl+V)."
        self._add_entries(
            ("&Add a row", "One more sample, all 0.", self.add_row),
            ("&Delete rows", "Without the selected rows (Delete).", self.remove_rows),
        )
        self._add_entries(
            ("&Copy rows", "The selected rows to the clipboard (Ctrl+C).", self.copy),
            ("&Paste cells", paste, self.paste),
        )

    def _add_entries(self, *entries: tuple[str, str, Callable[[], object]]) -> None:
        """A few more in the menu, below a line."""
        if self.menu.actions():
            self.menu.addSeparator()
        for text, tip, act in entries:
            action = self.menu.addAction(text, act)
            set_tip(action, tip)

    def _lay_out(self) -> None:
        self.table.setMinimumHeight(ROW_HEIGHT)
        buttons = ((self.add_button, 1), self.remove_button, self.more_button)
        line = lay_out(QHBoxLayout(), *buttons, margins=(2, 0, 6, 4))
        parts = (self.try_table, self.scaled, (self.table, 1), 2, line)
        lay_out(QVBoxLayout(self), *parts, margins=(4, 4, 8, 0)).addStretch(0)
        self.setTabOrder(self.try_table, self.table)
        self.setTabOrder(self.table, self.add_button)

    def follow(self, trainer: Trainer) -> None:
        """Show the answers of the newest numbers while training runs."""
        self.following = ThrottledProgress(
            trainer, self._progressed, lambda _: self._show(), SAMPLES, self
        )

    # showing

    def _row(self) -> int:
        return chosen_row(self._document.value, self._stage.look.row)

    def _changed(self, before: Experiment, after: Experiment) -> None:
        if before.network is not after.network and is_another(before, after):
            self.tried.clear()
        self._show()
        self._follow()
        self._settle()

    def _show(self) -> None:
        """The experiment as it is now, in the same rows and columns or in others."""
        held, value = self.model.value, self._document.value
        plan = self.model.plan if held.context is value.context else plan_of(value)
        if held.data.count != value.data.count or plan != self.model.plan:
            self._reset(value, plan)
            return
        for model in (self.model, self.tried):
            model.look_at(value, plan)
            model.show_all()

    def _progressed(self, progress: RunProgress) -> None:
        if self.isVisible():
            self.model.show_run(progress)
            self.tried.show_run(progress)

    def _reset(self, value: Experiment, plan: SampleColumns) -> None:
        """One table after the other: each resizes the other, which must not be half-way itself."""
        self._following = True
        for model in (self.tried, self.model):
            model.beginResetModel()
            model.look_at(value, plan)
            model.endResetModel()
        self.try_table.settle()
        self._following = False

    def _looked(self, before: Look, after: Look) -> None:
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
        corner.setX(corner.x() - size.width())
        corner.setY(corner.y() - size.height())
        self.menu.popup(corner)

    # editing

    def add_row(self) -> None:
        """One more sample, all 0, which is then looked at."""
        width = len(self._document.value.data.columns)
        zeros = [0.0] * width
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
        """Without the selected samples."""
        rows = self.table.chosen_rows()
        if not rows:
            return
        text = "Delete a sample" if len(rows) == 1 else f"Delete {len(rows):,} samples"
        if self._document.edit_data(lambda data: data.without_rows(rows), text):
            self._stage.choose_row(min(rows[0], self._document.value.data.count - 1))

    def copy(self) -> None:
        """The selected rows to the clipboard, as a spreadsheet takes them."""
        rows = self.table.chosen_rows()
        if rows:
            text = rows_text(self._document.value.data, rows, self.model.plan.data)
            QGuiApplication.clipboard().setText(text)

    def cut(self) -> None:
        """The selected rows to the clipboard, and away."""
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
                self._document.refuse(refused.sentence)
            return
        if data != self._document.value.data:
            self._document.set_data(data, told)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu.popup(event.globalPos())

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self._ways is not None and dropped_table(event.mimeData()) is not None:
            event.acceptProposedAction()
        else:
            event.ignore()

    def dropEvent(self, event: QDropEvent) -> None:
        path = dropped_table(event.mimeData())
        if path is not None and self._ways is not None:
            event.acceptProposedAction()
            self._ways.open_path(path)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._settle()
