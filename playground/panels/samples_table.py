"""The two tables of the samples: the line to try above the rows, their columns in step."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QModelIndex, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QFontMetrics,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QWidget

from playground.theme.fonts import CAPTION, font_of
from playground.theme.painting import fill_rounded
from playground.theme.palette import tokens_of
from playground.widgets.number_plate import RADIUS
from playground.widgets.table import HEAD_HEIGHT, ROW_HEIGHT, CellModel, CellTable, paint_title

TRY = "Try"
SIDE = 28
_SEQUENCES = {
    "copy": QKeySequence.StandardKey.Copy,
    "cut": QKeySequence.StandardKey.Cut,
    "paste": QKeySequence.StandardKey.Paste,
    "select_all": QKeySequence.StandardKey.SelectAll,
}


class SideHeader(QHeaderView):
    """What a row is called, in small letters at its left."""

    def __init__(self, name: Callable[[int], str], clickable: bool, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self._name = name
        self.setSectionsClickable(clickable)
        self.setHighlightSections(False)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMinimumSectionSize(ROW_HEIGHT)
        self.setDefaultSectionSize(ROW_HEIGHT)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:
        tokens = tokens_of(self.palette())
        painter.fillRect(rect, tokens.surface)
        inner, side = rect.adjusted(0, 0, -6, 0), Qt.AlignmentFlag.AlignRight
        paint_title(painter, inner, self._name(logicalIndex), tokens.text2, side)


class RowTable(CellTable):
    """The samples themselves. Keys to copy, cut, paste and select all mean its rows."""

    fitted = Signal()  # it has got another width

    def __init__(
        self,
        name: str,
        tip: str,
        model: CellModel,
        parent: QWidget,
        deletes: Callable[[], object],
        moves: Mapping[str, Callable[[], object]],
    ) -> None:
        super().__init__(name, tip, model, parent, deletes)
        self._moves = {"select_all": self.selectAll, **moves}
        self.side = SideHeader(lambda row: f"{row + 1}", True, self)
        self.setVerticalHeader(self.side)
        self.side.show()
        self.horizontalHeader().hide()

    def side_width(self) -> int:
        """Room for the number of the last row."""
        widest = QFontMetrics(font_of(CAPTION)).horizontalAdvance(f"{self.cells.rowCount()}")
        return max(SIDE, widest + 10)

    def _meant(self, event: QKeyEvent) -> Callable[[], object] | None:
        if self.state() == QAbstractItemView.State.EditingState:
            return None
        for name, sequence in _SEQUENCES.items():
            if event.matches(sequence):
                return self._moves.get(name)
        return None

    def wants(self, event: QKeyEvent) -> bool:
        return self._meant(event) is not None or super().wants(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        meant = self._meant(event)
        if meant is None:
            super().keyPressEvent(event)
        else:
            meant()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fitted.emit()


class TryTable(CellTable):
    """The line to try, with the titles of all columns above it; follows the columns of the rows."""

    def __init__(
        self,
        tip: str,
        model: CellModel,
        rows: RowTable,
        parent: QWidget,
        clear: Callable[[], object],
    ) -> None:
        super().__init__("Try", tip, model, parent, clear)
        self._rows = rows
        self.setVerticalHeader(SideHeader(lambda row: TRY, False, self))
        self.verticalHeader().show()
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        rows.horizontalHeader().sectionResized.connect(self._follow_width)
        rows.horizontalScrollBar().valueChanged.connect(self.horizontalScrollBar().setValue)
        self.horizontalScrollBar().valueChanged.connect(rows.horizontalScrollBar().setValue)
        rows.fitted.connect(self.settle)

    def settle(self) -> None:
        """As wide as the rows, without their scroll bar."""
        side = self._rows.side_width()
        for table in (self, self._rows):
            table.verticalHeader().setFixedWidth(side)
        self.setFixedSize(
            self._rows.viewport().width() + side, HEAD_HEIGHT + ROW_HEIGHT * self.cells.rowCount()
        )
        self.fit_columns()

    def _follow_width(self, column: int, before: int, after: int) -> None:
        self.setColumnWidth(column, after)

    def fit_columns(self) -> None:
        for column in range(min(len(self.cells.columns), self._rows.horizontalHeader().count())):
            self.setColumnWidth(column, self._rows.columnWidth(column))

    def moveCursor(
        self, cursorAction: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        """Down leads on to the rows."""
        if cursorAction == QAbstractItemView.CursorAction.MoveDown:
            self._rows.setFocus(Qt.FocusReason.OtherFocusReason)
        return super().moveCursor(cursorAction, modifiers)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.cells.rowCount():
            with QPainter(self.viewport()) as painter:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                plate = QRectF(self.viewport().rect()).adjusted(0, 1, 0, -1)
                fill_rounded(painter, plate, RADIUS, tokens_of(self.palette()).sunken)
        super().paintEvent(event)
