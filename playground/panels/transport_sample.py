"""Which sample is shown: "sample 1 of 30", with those marked that the next update learns from."""

from collections.abc import Callable

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QListView, QWidget

from engine.experiment.experiment import Experiment
from engine.experiment.stepping import batch_of
from engine.numerals import count
from playground.widgets.fields import QuietChoice

FOLLOW, LEARNT = "Whichever is learnt now", "learnt now"
NOT_IN_BATCH = "not in this batch"
TIP = (
    "Choose the sample that is shown. It never changes what is trained: that is the batch, the "
    "samples that one update learns from. How many these are stands in Settings."
)
_Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


class _Samples(QAbstractListModel):
    """One entry for "whichever is first", then one for each row; made when they are looked at."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.rows = 0
        self.batch: frozenset[int] = frozenset()

    def show_rows(self, rows: int, batch: frozenset[int]) -> None:
        """So many rows, these of them in the batch."""
        if rows != self.rows:
            self.beginResetModel()
            self.rows, self.batch = rows, batch
            self.endResetModel()
        elif batch != self.batch:
            self.batch = batch
            self.dataChanged.emit(self.index(0), self.index(rows))

    def rowCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() else self.rows + 1

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> str | None:
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if index.row() == 0:
            return FOLLOW
        learnt = index.row() - 1 in self.batch and len(self.batch) < self.rows
        mark = f" · {LEARNT}" if learnt else ""
        return f"Sample {count(index.row())}{mark}"


class SampleChooser(QuietChoice):
    """Tells `choose` the row, or None for the first of those that are learnt."""

    def __init__(self, choose: Callable[[int | None], None], parent: QWidget) -> None:
        super().__init__("Sample", TIP, parent)
        self._samples = _Samples(self)
        self.setModel(self._samples)
        self.setMaxVisibleItems(12)
        entries = self.view()
        assert isinstance(entries, QListView)
        # Else each is measured, and all are placed, whenever the theme changes.
        entries.setUniformItemSizes(True)
        entries.setLayoutMode(QListView.LayoutMode.Batched)
        self._entries = entries
        self.activated.connect(lambda entry: choose(entry - 1 if entry else None))

    def showPopup(self) -> None:
        self._entries.setLayoutMode(QListView.LayoutMode.SinglePass)  # or it would not scroll there
        self._entries.doItemsLayout()
        super().showPopup()
        self._entries.setLayoutMode(QListView.LayoutMode.Batched)

    def show_sample(self, experiment: Experiment, row: int | None) -> None:
        """Show which sample is looked at."""
        rows = experiment.data.count
        batch = batch_of(experiment)
        followed = row is None or row >= rows
        shown = int(batch[0]) if row is None or followed else row
        members = frozenset(batch.tolist())
        self._samples.show_rows(rows, members)
        self.setCurrentIndex(0 if followed else shown + 1)
        self.setEnabled(rows > 1)
        self.setVisible(bool(experiment.data.columns) or rows > 1)
        outside = "" if shown in members else f" · {NOT_IN_BATCH}"
        self.show_word(f"sample {count(shown + 1)} of {count(rows)}{outside}")
