"""The list of runs: any two are laid over each other and compared."""

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtWidgets import (
    QHeaderView,
    QListWidget,
    QListWidgetItem,
    QScrollArea,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from engine.experiment.experiment import PastRun
from engine.views.runs import Difference, all_settings, differences, names_of, sub_line
from playground.theme.fonts import HINT
from playground.widgets.buttons import ElidedLabel, push_button, restyle
from playground.widgets.layout import AS_STYLED, lay_out
from playground.widgets.plain_text import set_name, set_tip

WIDTH, NARROW, LEAST = 216, 164, 110
BESIDE = 170  # what the narrowest plot and its margins take
ENTRY, ROW = 38, 18  # how high is an entry of two lines, and a row of the comparison
MOST = 2  # runs that are laid over each other
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
CHECKS = (Qt.CheckState.Unchecked, Qt.CheckState.Checked)


class RunsColumn(QScrollArea):
    """The present run and those that are over; at most two are checked, and these are drawn."""

    chosen = Signal()
    start_again = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._runs: list[tuple[str, str, PastRun]] = []
        self._order: list[int] = [0]
        self._before: Qt.CheckState | None = None
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inside = QWidget(self)
        self.list = QListWidget(inside)
        restyle(self.list, "look", "checks")
        set_name(self.list, "Runs",
                 "Runs: any two can be laid over each other, and are compared below.")  # fmt: skip
        self.list.setSelectionMode(QListWidget.SelectionMode.NoSelection)
        self.list.itemPressed.connect(self._press)
        self.list.itemClicked.connect(self._click)
        self.list.itemChanged.connect(self._turn)
        self.list.currentRowChanged.connect(
            lambda row: self.ensureVisible(0, row * ENTRY + ENTRY // 2, 0, ENTRY // 2)
        )
        self._empty = ElidedLabel("Runs that are over are kept here.", HINT, "text2", inside)
        self.comparison = _comparison(inside)
        tip = "before the first update, from the same numbers. This run is kept."
        self.again = push_button(
            "Same start again", f"Same start again: {tip}", self.start_again.emit, inside
        )
        parts = self.list, self._empty, self.comparison, self.again
        lay_out(QVBoxLayout(inside), *parts, None, spacing=AS_STYLED, margins=(0, 0, 4, 0))
        self.setWidget(inside)

    def show_runs(self, present: PastRun, over: Sequence[PastRun]) -> None:
        """Show these, the present one first and the newest of the others next."""
        named = zip(names_of(present, over), over, strict=True)
        self._runs = [("This run", "", present), *[(*names, run) for names, run in named][::-1]]
        number = len(self._runs)
        self._order = [index for index in self._order if index < number]
        self.list.setFixedHeight(number * ENTRY)
        self._empty.setVisible(number == 1)
        with QSignalBlocker(self.list):
            while self.list.count() > number:
                self.list.takeItem(number)
            while self.list.count() < number:
                QListWidgetItem(self.list).setSizeHint(QSize(0, ENTRY))  # no wider than the list
            for index, (name, _, run) in enumerate(self._runs):
                item = self.list.item(index)
                item.setText(f"{name}\n{sub_line(run)}")
                set_tip(item, f"{item.text()}\n{all_settings(run)}")
                item.setCheckState(CHECKS[index in self._order])
        pair = [self._runs[k] for k in sorted(self._order)] if len(self._order) == MOST else []
        heads = ["Now" if run is present else name.partition(",")[0] for name, _, run in pair]
        _fill(self.comparison, heads, differences(*(run for *_, run in pair)) if pair else [])

    def fit(self, panel: int) -> None:
        """As wide as suits a panel of this width."""
        wide = max(NARROW, min(WIDTH, round(0.38 * panel)))
        self.setFixedWidth(max(LEAST, min(wide, panel - BESIDE)))
        self.comparison.verticalHeader().setFixedWidth(round(0.33 * self.width()))

    def shift(self, by: int) -> None:
        """So many runs were put on the list since: what is chosen moves along with its run."""
        self._order = [index + by if index else 0 for index in self._order]

    @property
    def laid_over(self) -> list[tuple[str, PastRun]]:
        """The chosen runs that are over, each with its name for the end of a line."""
        return [self._runs[k][1:] for k in sorted(self._order) if k]

    @property
    def shows_present(self) -> bool:
        """Whether the present run is among the chosen."""
        return 0 in self._order or not self._order

    def _press(self, item: QListWidgetItem) -> None:
        self._before = item.checkState()

    def _click(self, item: QListWidgetItem) -> None:
        """A click beside the box does what Qt itself does for one on the box."""
        if item.checkState() == self._before:
            item.setCheckState(CHECKS[item.checkState() == CHECKS[0]])
        self._before = None

    def _turn(self, item: QListWidgetItem) -> None:
        index = self.list.row(item)
        self._order = [other for other in self._order if other != index]
        if item.checkState() == CHECKS[1]:
            self._order = [*self._order, index][-MOST:]
        self.chosen.emit()


def _comparison(parent: QWidget) -> QTableWidget:
    """What differs between two runs: a row each, and a column for each run."""
    table = QTableWidget(0, MOST, parent)
    restyle(table, "look", "small")
    table.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    table.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    table.horizontalHeader().setFixedHeight(ROW)
    for header in (table.horizontalHeader(), table.verticalHeader()):
        header.setMinimumSectionSize(ROW)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        header.setTextElideMode(Qt.TextElideMode.ElideRight)
    table.horizontalHeader().setDefaultAlignment(RIGHT)
    return table


def _fill(table: QTableWidget, heads: list[str], rows: list[Difference]) -> None:
    told = "\n".join(f"{label}: {left} | {right}" for label, left, right in rows)
    table.setVisible(bool(rows))
    set_name(table, f"{' and '.join(heads)}. {told}", told)
    table.setFixedHeight((len(rows) + 1) * ROW)
    table.setRowCount(len(rows))
    table.setHorizontalHeaderLabels(heads)
    table.setVerticalHeaderLabels([row[0] for row in rows])
    for index, row in enumerate(rows):
        for column, text in enumerate(row[1:]):
            item = QTableWidgetItem(text)
            item.setFlags(Qt.ItemFlag.ItemIsEnabled)  # only read
            item.setTextAlignment(RIGHT)
            table.setItem(index, column, item)
