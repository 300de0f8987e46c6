"""The samples: a row for each, with the network's answer and loss beside it."""

from pathlib import Path

from PySide6.QtCore import QModelIndex
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from engine.data import Data
from engine.experiment import Experiment
from engine.showing import chosen_row
from playground.document import Document
from playground.panels.samples_drop import dropped_table, read_samples
from playground.panels.samples_model import SamplesModel, plan_of
from playground.stage import Look, Stage
from playground.widgets.buttons import icon_button, push_button, restyle
from playground.widgets.cell_table import HEAD_HEIGHT, ROW_HEIGHT, CellTable


class Samples(QWidget):
    """Chooses the row that is looked at; adds, changes, marks and removes samples."""

    def __init__(self, document: Document, stage: Stage, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName("Samples")
        self.setAcceptDrops(True)
        self._document, self._stage = document, stage
        self._following = False
        self.model = SamplesModel(document, self)
        tip = "Samples: arrows choose the one that is looked at, Enter edits, Delete removes."
        self.table = CellTable("Samples", tip, self.model, self)
        self.table.deletes = self.remove_rows
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
        self._lay_out()
        self.table.selectionModel().currentRowChanged.connect(self._choose)
        self.table.clicked.connect(self._choose)
        document.changed.connect(self._changed)
        stage.looked.connect(self._looked)
        self._follow()
        self._settle()

    def _lay_out(self) -> None:
        line = QHBoxLayout()
        line.setContentsMargins(2, 0, 6, 4)
        line.addWidget(self.add_button, 1)
        line.addWidget(self.remove_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 4, 8, 0)
        column.setSpacing(2)
        column.addWidget(self.table, 1)
        column.addLayout(line)
        column.addStretch(0)

    # showing

    def _changed(self, before: Experiment, after: Experiment) -> None:
        self.model.forget()
        if _other_rows(before, after):
            self._reset()
        else:
            self.model.show_all()
        self._follow()
        self._settle()

    def _reset(self) -> None:
        self._following = True
        self.model.beginResetModel()
        self.model.replan()
        self.model.endResetModel()
        self._following = False

    def _looked(self, before: Look, after: Look) -> None:
        if before.row != after.row:
            self._follow()

    def _follow(self) -> None:
        """The row that is looked at is the chosen one."""
        row = chosen_row(self._document.value, self._stage.look.row)
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
        wide = sum(column.width for column in self.model.columns) > self.width() - 16
        extra = bar.sizeHint().height() if wide else 0
        rows = self._document.value.data.count
        self.table.setMaximumHeight(HEAD_HEIGHT + min(rows, 10_000) * ROW_HEIGHT + extra)
        self.remove_button.setEnabled(rows > 1)

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

    def remove_rows(self) -> None:
        """Without the selected samples."""
        rows = self.table.chosen_rows()
        if not rows:
            return
        text = "Delete a sample" if len(rows) == 1 else f"Delete {len(rows):,} samples"
        if self._document.edit_data(lambda data: data.without_rows(rows), text):
            self._stage.choose_row(min(rows[0], self._document.value.data.count - 1))

    def take_table(self, path: Path) -> None:
        """The samples of a table in place of these."""

        def read(data: Data) -> Data:
            return read_samples(path, data)

        self._document.edit_data(read, f"Take {path.name}")

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_table(event.mimeData()) is not None:
            event.acceptProposedAction()
        else:
            event.ignore()

    def dropEvent(self, event: QDropEvent) -> None:
        path = dropped_table(event.mimeData())
        if path is not None:
            event.acceptProposedAction()
            self.take_table(path)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._settle()


def _other_rows(before: Experiment, after: Experiment) -> bool:
    """Whether the table has other rows or columns now."""
    if before.context is after.context:
        return False
    return before.data.count != after.data.count or plan_of(before) != plan_of(after)
