"""A table of cells: its model, its view, and the delegate that paints and edits them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractItemModel,
    QAbstractTableModel,
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFont,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterStateGuard,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from engine.numerals import ALL_DIGITS, NumberRole, short
from playground.theme import icons
from playground.theme.fonts import BODY, CAPTION, NARROWEST, font_of
from playground.theme.painting import draw_elided, fill_rounded, rim_rounded
from playground.theme.palette import Tokens, role_color, tokens_of
from playground.widgets.fields import ENTERS, ChoiceField, PlaceField
from playground.widgets.number_plate import RADIUS, SLOT, paint_slot
from playground.widgets.plain_text import plain_tip, set_name

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
    role: NumberRole = NumberRole.MEMORY
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
    role: NumberRole = NumberRole.MEMORY
    number: bool = True
    mark: bool = False


def number_cell(
    value: float, digits: int, role: NumberRole = NumberRole.MEMORY, editable: bool = False
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

    columns: tuple[Column, ...] = ()

    def count(self) -> int:
        raise NotImplementedError

    def cell(self, row: int, column: int) -> Cell:
        raise NotImplementedError

    def row_name(self, row: int) -> str:
        """What the row is called when it is read aloud."""
        raise NotImplementedError

    def cell_name(self, row: int, column: int) -> str:
        """What a cell is called: by its column and its row."""
        return f"{self.columns[column].title} of {self.row_name(row)}"

    def entry(self, row: int, column: int) -> str:
        """The text an editor begins with, or the key of the choice; a faint word is no entry."""
        cell = self.cell(row, column)
        if cell.choices is not None:
            return next(key for key, title in cell.choices.items() if title == cell.text)
        return "" if cell.faint else cell.text

    def take(self, row: int, column: int, text: str) -> None:
        """What was typed or chosen, or Refused."""
        raise NotImplementedError

    def toggle(self, row: int, column: int) -> None:
        """A mark was clicked."""

    def change(self, take: Callable[[], object], same_rows: bool) -> None:
        """Take what is to be shown from now on, in the same rows or in others."""
        if same_rows:
            take()
            self.show_all()
        else:
            self.beginResetModel()
            take()
            self.endResetModel()

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


PADDING = 8
LEAST = 3  # left of a number, which begins at the right
MARK = 16.0
CHEVRON = 12
_CLOSE = QAbstractItemDelegate.EndEditHint
_HINTS = {
    Qt.Key.Key_Return: _CLOSE.NoHint,
    Qt.Key.Key_Enter: _CLOSE.NoHint,
    Qt.Key.Key_Tab: _CLOSE.EditNextItem,
    Qt.Key.Key_Backtab: _CLOSE.EditPreviousItem,
}


def cell_of(index: Index) -> Cell:
    return model_of(index).cell(index.row(), index.column())


def model_of(index: Index) -> CellModel:
    """The model behind an index, which is one of ours."""
    model = index.model()
    assert isinstance(model, CellModel)
    return model


def fitting(cell: Cell, room: float) -> tuple[QFont, str]:
    """How a cell is set where room is short: a text ends in an ellipsis.

    A number is set narrower, so that all of a column have as many digits; only one that would be
    too narrow to be read has fewer.
    """
    font = font_of(BODY)
    if cell.value is None:
        elided = Qt.TextElideMode.ElideRight
        return font, QFontMetricsF(font).elidedText(cell.text, elided, room + 1)
    text, wide = cell.text, QFontMetricsF(font).horizontalAdvance(cell.text)
    for digits in range(min(cell.digits, ALL_DIGITS) - 1, 0, -1):
        if wide * NARROWEST <= 100 * room:
            break
        text = short(cell.value, digits)
        wide = QFontMetricsF(font).horizontalAdvance(text)
    if wide > room:
        font = font_of(BODY._replace(stretch=max(NARROWEST, int(100 * (room - 1) / wide))))
    return font, text


class CellDelegate(QStyledItemDelegate):
    """Paints cells, toggles marks, and opens a field or a list where a cell can be edited."""

    entered = Signal()  # an entry was taken with Enter, and its field has gone

    def __init__(self, view: QAbstractItemView) -> None:
        super().__init__(view)
        self._port = view.viewport()
        view.model().modelAboutToBeReset.connect(self._close_editors)

    def _close_editors(self) -> None:
        """Nothing is typed any more, and nothing of it is taken: the cells are going.

        Qt would give the focus back in the middle of a reset, and a field without it commits.
        """
        for editor in (*self._port.findChildren(PlaceField), *self._port.findChildren(ChoiceField)):
            if not editor.isHidden():
                if isinstance(editor, PlaceField):
                    editor.cancel()
                self.closeEditor.emit(editor, _CLOSE.NoHint)

    def _paint_cell(self, painter: QPainter, tokens: Tokens, box: QRectF, cell: Cell) -> None:
        if cell.mark is not None:
            # a box with a tick: filled when on, a rim when off; nothing where there is no choice
            mark = QRectF(0, 0, MARK, MARK)
            mark.moveCenter(box.center())
            if cell.mark:
                fill_rounded(painter, mark, 4, tokens.fwd if cell.editable else tokens.off)
                corner = mark.topLeft() + QPointF(2, 2)
                icons.paint(painter, "tick", tokens.on_accent, corner, 12)
            elif cell.editable:
                rim_rounded(painter, mark, 4, QPen(tokens.node_line, 1))
        elif cell.waiting:
            slot = QRectF(box)
            slot.setLeft(box.right() - 2 * PADDING - SLOT.width())
            paint_slot(painter, tokens, slot)
        else:
            plain = cell.role not in (NumberRole.BACKWARD, NumberRole.TRUTH)
            color = tokens.text if plain else role_color(tokens, cell.role)
            painter.setPen(tokens.text2 if cell.faint else color)
            inner = box.adjusted(LEAST if cell.number else PADDING, 0, -PADDING, 0)
            font, text = fitting(cell, inner.width())
            painter.setFont(font)
            painter.drawText(inner, RIGHT if cell.number else LEFT, text)
            if cell.opens:
                after = inner.left() + painter.fontMetrics().horizontalAdvance(text) + 4
                corner = QPointF(after, box.center().y() - CHEVRON / 2 + 1)
                icons.paint(painter, "chevron-down", tokens.text2, corner, CHEVRON)

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        model, row, column = model_of(index), index.row(), index.column()
        name, cell = model.cell_name(row, column), cell_of(index)
        if cell.choices is None:
            typed = PlaceField(name, lambda text: model.take(row, column, text), parent)
            typed.cancelled.connect(lambda: self.closeEditor.emit(typed, _CLOSE.RevertModelCache))
            typed.setAlignment(RIGHT if cell.number else LEFT)
            return typed
        field = ChoiceField(name, model.columns[column].tip, parent)
        for key, words in cell.choices.items():
            field.addItem(words, key)

        def chosen(place: int) -> None:
            model.take(row, column, str(field.itemData(place)))
            self.closeEditor.emit(field, _CLOSE.NoHint)

        field.activated.connect(chosen)
        QTimer.singleShot(0, field, field.showPopup)
        return field

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """Called again whenever the table changes: what is being typed must stay."""
        text = model_of(index).entry(index.row(), index.column())
        if isinstance(editor, PlaceField) and editor.shown != text:
            editor.show_text(text)
            editor.selectAll()
        elif isinstance(editor, ChoiceField):
            editor.setCurrentIndex(editor.findData(text))

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        """A field gives its entry itself, and a list when one of it is chosen."""

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, index: Index
    ) -> None:
        editor.setGeometry(option.rect)

    def editorEvent(
        self, event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem, index: Index
    ) -> bool:
        cell = cell_of(index)
        if cell.mark is None or not cell.editable:
            return False
        clicked = isinstance(event, QMouseEvent) and event.button() == Qt.MouseButton.LeftButton
        released = clicked and event.type() == QEvent.Type.MouseButtonRelease
        pressed = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Space
        if released or (pressed and event.type() == QEvent.Type.KeyPress):
            model_of(index).toggle(index.row(), index.column())
            return True
        return event.type() == QEvent.Type.MouseButtonDblClick

    def eventFilter(self, editor: QObject, event: QEvent) -> bool:
        if not isinstance(editor, PlaceField):
            return super().eventFilter(editor, event)
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            key = Qt.Key(event.key())
            if key in _HINTS:
                if editor.commit():
                    self.closeEditor.emit(editor, _HINTS[key])
                    if _HINTS[key] == _CLOSE.NoHint:
                        self.entered.emit()
                return True
            if key == Qt.Key.Key_Escape:
                editor.cancel()
                return True
        if event.type() == QEvent.Type.FocusOut and editor.isVisible() and editor.commit():
            self.closeEditor.emit(editor, _CLOSE.NoHint)
        return False

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        tokens = tokens_of(option.palette)
        with QPainterStateGuard(painter):
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            box = QRectF(option.rect)
            if option.state & QStyle.StateFlag.State_Selected:
                # the chosen row is one plate, rounded at its ends
                first = index.column() == 0
                last = index.column() == model_of(index).columnCount() - 1
                wide = box.adjusted(0 if first else -RADIUS, 0, 0 if last else RADIUS, 0)
                with QPainterStateGuard(painter):
                    painter.setClipRect(box)
                    fill_rounded(painter, wide, RADIUS, tokens.fwd_t)
            self._paint_cell(painter, tokens, box, cell_of(index))
            focused = option.state & QStyle.StateFlag.State_HasFocus
            if focused and option.widget.hasFocus():
                rim_rounded(painter, box.adjusted(1, 1, -1, -1), RADIUS, QPen(tokens.fwd, 2))


ROW_HEIGHT = 28
HEAD_HEIGHT = 26
_STARTS = frozenset("0123456789-+.,\u2212")
_PLAIN = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)


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
        plain = column.role is NumberRole.MEMORY
        color = tokens.text2 if plain else role_color(tokens, column.role)
        inner = rect.adjusted(LEAST if column.number else PADDING, 0, -PADDING, 0)
        side = RIGHT if column.number else LEFT
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
        set_name(self, name, tip)
        self.setProperty("ownRing", True)
        self.delegate = self.delegate_type(self)
        self.setItemDelegate(self.delegate)
        self.setHorizontalHeader(CellHeader(model, self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setTabKeyNavigation(False)
        edits = QAbstractItemView.EditTrigger
        self.setEditTriggers(edits.DoubleClicked | edits.EditKeyPressed | edits.AnyKeyPressed)
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
        stretches = self.selectionModel().selection().toList()
        return sorted({row for s in stretches for row in range(s.top(), s.bottom() + 1)})

    def choose_rows(self, rows: list[int]) -> None:
        """Select these rows and no others; the first one comes into view."""
        model, selection = self.cells, QItemSelection()
        last = len(model.columns) - 1
        stretches: list[list[int]] = []  # without gaps: 1 2 3 7 is 1 to 3 and 7 to 7
        for row in rows:
            if stretches and stretches[-1][1] == row - 1:
                stretches[-1][1] = row
            else:
                stretches.append([row, row])
        for first, end in stretches:
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
        return event.text() in _STARTS if cell.number else event.key() in ENTERS

    def moveCursor(
        self, cursorAction: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        """Tab out of a field: to the next cell that can be set, or nowhere at the ends."""
        actions = QAbstractItemView.CursorAction
        if cursorAction not in (actions.MoveNext, actions.MovePrevious):
            return super().moveCursor(cursorAction, modifiers)
        here, wide = self.currentIndex(), len(self.cells.columns)
        step = 1 if cursorAction == actions.MoveNext else -1
        place = here.row() * wide + here.column() + step
        while 0 <= place < self.cells.count() * wide:
            if self.cells.cell(*divmod(place, wide)).editable:
                return self.cells.index(*divmod(place, wide))
            place += step
        return QModelIndex()

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
        if event.key() in ENTERS and not editing:
            here = self.currentIndex()
            if here.flags() & Qt.ItemFlag.ItemIsEditable:
                self.edit(here)
            elif here.flags() & Qt.ItemFlag.ItemIsUserCheckable:
                self.cells.toggle(here.row(), here.column())
        elif event.key() == Qt.Key.Key_Delete and not editing and self._deletes is not None:
            self._deletes()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit_columns()
