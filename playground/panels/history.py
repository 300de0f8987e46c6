"""Every change by its name: a click goes back to it, or forth again."""

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt, QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QAbstractItemView, QApplication, QListView, QVBoxLayout, QWidget

from playground.model.document import FORGOTTEN, Document
from playground.widgets.layout import lay_out
from playground.widgets.plain_text import plain_tip, set_name
from playground.widgets.table import NOWHERE, Index


class HistoryModel(QAbstractListModel):
    """The undo stack as rows: the start (or what is left of it), then each change."""

    def __init__(self, document: Document, parent: QObject) -> None:
        super().__init__(parent)
        self._document = document

    @property
    def now(self) -> int:
        return max(0, self._document.stack.index() - self._document.forgotten)

    def words(self, row: int) -> str:
        if row:
            return self._document.stack.text(row - 1 + self._document.forgotten)
        return FORGOTTEN if self._document.forgotten else "Start"

    def rowCount(self, parent: Index = NOWHERE) -> int:
        if parent.isValid():
            return 0
        return 1 + self._document.stack.count() - self._document.forgotten

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        row = index.row()
        if role == Qt.ItemDataRole.DisplayRole:
            return self.words(row)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            place = "now" if row == self.now else "undone" if row > self.now else "done"
            return f"{self.words(row)}, {place}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(f"{self.words(row)}: click to go here.")
        if role == Qt.ItemDataRole.ForegroundRole and row > self.now:
            return QApplication.palette().placeholderText()  # what is undone steps back
        return None


class HistoryList(QWidget):
    """The list of changes; it is filled anew once per turn of the event loop at most."""

    def __init__(self, document: Document, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName("History")
        self._document, self._following = document, False
        self.model = HistoryModel(document, self)
        self.list = QListView(self)
        self.list.setModel(self.model)
        self.list.setUniformItemSizes(True)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        tip = "History: every change by its name. Go to one to be back there."
        set_name(self.list, "History", tip)
        self.list.selectionModel().currentChanged.connect(self._go)
        lay_out(QVBoxLayout(self), self.list, margins=(8, 4, 8, 4))
        self._filling = QTimer(self, singleShot=True, interval=0)
        self._filling.timeout.connect(self._fill)
        document.stack.indexChanged.connect(self._fill_soon)

    def _fill_soon(self) -> None:
        if self.isVisible():
            self._filling.start()

    def _fill(self) -> None:
        self._following = True
        self.model.beginResetModel()
        self.model.endResetModel()
        self.list.setCurrentIndex(self.model.index(self.model.now, 0))
        self._following = False

    def _go(self, now: QModelIndex) -> None:
        if not self._following and now.isValid():
            self._following = True
            self._document.go_to_change(now.row() + self._document.forgotten)
            self._following = False

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fill()
