"""A quiet table: rows 28 high, no grid, one plate for the chosen row, edited where it stands."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QItemSelection, QItemSelectionModel, QModelIndex, QRect, Qt
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QPainter, QPainterStateGuard, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QTableView,
    QWidget,
)

from engine.numerals import Role
from playground.theme.fonts import CAPTION, font_of
from playground.theme.painting import draw_elided
from playground.theme.palette import role_color, tokens_of
from playground.widgets.cell_delegate import LEAST, PADDING, CellDelegate
from playground.widgets.cell_model import CellModel
from playground.widgets.plain_text import set_tip

ROW_HEIGHT = 28
HEAD_HEIGHT = 26
_EDITS = (
    QAbstractItemView.EditTrigger.DoubleClicked
    | QAbstractItemView.EditTrigger.EditKeyPressed
    | QAbstractItemView.EditTrigger.AnyKeyPressed
)
_STARTS = frozenset("0123456789-+.,\u2212")
_PLAIN = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
_STEPS = {
    QAbstractItemView.CursorAction.MoveNext: 1,
    QAbstractItemView.CursorAction.MovePrevious: -1,
}
_OPENS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class CellHeader(QHeaderView):
    """The titles of the columns, in the colour of what stands below them."""

    def __init__(self, model: CellModel, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._cells = model
        self.setSectionsClickable(False)
        self.setFixedHeight(HEAD_HEIGHT)
        self.setMinimumSectionSize(36)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:
        tokens = tokens_of(self.palette())
        column = self._cells.columns[logicalIndex]
        painter.fillRect(rect, tokens.surface)
        plain = column.role is Role.MEMORY
        color = tokens.text2 if plain else role_color(tokens, column.role)
        inner = rect.adjusted(LEAST if column.number else PADDING, 0, -PADDING, 0)
        side = Qt.AlignmentFlag.AlignRight if column.number else Qt.AlignmentFlag.AlignLeft
        if column.mark:
            inner, side = rect, Qt.AlignmentFlag.AlignHCenter
        paint_title(painter, inner, column.title, color, side)


def paint_title(
    painter: QPainter, box: QRect, title: str, color: QColor, side: Qt.AlignmentFlag
) -> None:
    """A title in small letters; one that is too long ends in dots."""
    with QPainterStateGuard(painter):
        painter.setFont(font_of(CAPTION))
        painter.setPen(color)
        draw_elided(painter, box, title, side)


class CellTable(QTableView):
    """Shows a CellModel. Tab leaves it; arrows move in it; Enter or typing edits the cell.

    The Delete key is left to others unless it `deletes` something.
    """

    delegate_type: type[CellDelegate] = CellDelegate

    def __init__(
        self,
        name: str,
        tip: str,
        model: CellModel,
        parent: QWidget,
        deletes: Callable[[], object] | None = None,
    ) -> None:
        super().__init__(parent)
        self.cells, self._deletes = model, deletes
        self.setModel(model)
        self.setAccessibleName(name)
        set_tip(self, tip)
        self.setProperty("ownRing", True)
        self.delegate = self.delegate_type(self)
        self.setItemDelegate(self.delegate)
        self.setHorizontalHeader(CellHeader(model, self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setTabKeyNavigation(False)
        self.setEditTriggers(_EDITS)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        side = self.verticalHeader()
        side.hide()
        side.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        side.setDefaultSectionSize(ROW_HEIGHT)
        model.modelReset.connect(self.fit_columns)

    def fit_columns(self) -> None:
        """Every column at least as wide as it asks; what is left over is shared."""
        widths = [column.width for column in self.cells.columns]
        if not widths:
            return
        spare = max(0, self.viewport().width() - sum(widths))
        shared = 0
        for column, width in enumerate(widths):
            share = spare * sum(widths[: column + 1]) // sum(widths)
            self.setColumnWidth(column, width + share - shared)
            shared = share

    def chosen_rows(self) -> list[int]:
        """The rows that are selected, from top to bottom."""
        rows: set[int] = set()
        selection = self.selectionModel().selection()
        for stretch in map(selection.at, range(selection.count())):
            rows.update(range(stretch.top(), stretch.bottom() + 1))
        return sorted(rows)

    def choose_rows(self, rows: list[int]) -> None:
        """Select these rows and no others; the first one comes into view."""
        model, selection = self.cells, QItemSelection()
        last = len(model.columns) - 1
        for first, end in runs(rows):
            selection.select(model.index(first, 0), model.index(end, last))
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect
        self.selectionModel().select(selection, flags)
        here = self.currentIndex()
        if rows and here.row() not in rows:
            there = model.index(rows[0], max(0, here.column()))
            stay = QItemSelectionModel.SelectionFlag.NoUpdate
            self.selectionModel().setCurrentIndex(there, stay)
            self.scrollTo(there)

    def wants(self, event: QKeyEvent) -> bool:
        """Whether a key means this table, though the window has a shortcut for it."""
        if event.modifiers() not in _PLAIN or not event.text():
            return False
        if event.key() == Qt.Key.Key_Delete:
            return self._deletes is not None
        index = self.currentIndex()
        if not index.isValid():
            return False
        cell = self.cells.cell(index.row(), index.column())
        if cell.mark is not None or not cell.editable:
            return cell.editable and event.key() == Qt.Key.Key_Space
        return event.text() in _STARTS if cell.number else event.key() in _OPENS

    def _open_current(self) -> None:
        """Type in the current cell; a mark is set or taken away."""
        here = self.currentIndex()
        if here.flags() & Qt.ItemFlag.ItemIsEditable:
            self.edit(here)
        elif here.flags() & Qt.ItemFlag.ItemIsUserCheckable:
            self.cells.toggle(here.row(), here.column())

    def _next(self, step: int) -> QModelIndex:
        """The next cell that can be set, over those that only tell; none at the ends."""
        here, wide = self.currentIndex(), len(self.cells.columns)
        place = here.row() * wide + here.column() + step
        while 0 <= place < self.cells.count() * wide:
            if self.cells.cell(*divmod(place, wide)).editable:
                return self.cells.index(*divmod(place, wide))
            place += step
        return QModelIndex()

    def moveCursor(
        self, cursorAction: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        """Tab out of a field."""
        if cursorAction in _STEPS:
            return self._next(_STEPS[cursorAction])
        return super().moveCursor(cursorAction, modifiers)

    def event(self, event: QEvent) -> bool:
        asked = event.type() == QEvent.Type.ShortcutOverride
        if asked and isinstance(event, QKeyEvent) and self.wants(event):
            event.accept()
            return True
        return super().event(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if not self.currentIndex().isValid() and self.cells.rowCount():
            stay = QItemSelectionModel.SelectionFlag.NoUpdate
            self.selectionModel().setCurrentIndex(self.cells.index(0, 0), stay)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        editing = self.state() == QAbstractItemView.State.EditingState
        if event.key() in _OPENS and not editing:
            self._open_current()
        elif event.key() == Qt.Key.Key_Delete and not editing and self._deletes is not None:
            self._deletes()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit_columns()


def runs(rows: list[int]) -> list[tuple[int, int]]:
    """Rows as stretches without gaps: 1 2 3 7 is (1, 3), (7, 7)."""
    found: list[tuple[int, int]] = []
    for row in rows:
        if found and found[-1][1] == row - 1:
            found[-1] = (found[-1][0], row)
        else:
            found.append((row, row))
    return found
