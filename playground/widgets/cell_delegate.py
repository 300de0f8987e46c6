"""How the cells of a table look, and how one types in them: a refusal stays in its cell."""

from PySide6.QtCore import QAbstractItemModel, QEvent, QObject, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterStateGuard,
    QPen,
)
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from engine.numerals import ALL_DIGITS, Role, short
from playground.theme import icons
from playground.theme.fonts import BODY, NARROWEST, font_of
from playground.theme.painting import dotted_pen, fill_rounded, rim_rounded
from playground.theme.palette import Tokens, role_color, tokens_of
from playground.widgets.cell_model import Cell, CellModel, Index
from playground.widgets.choice_field import ChoiceField
from playground.widgets.number_plate import RADIUS, SLOT
from playground.widgets.place_field import PlaceField

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
    """The cell behind an index."""
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
        for editor in self._port.findChildren(QWidget):
            if isinstance(editor, PlaceField | ChoiceField) and not editor.isHidden():
                if isinstance(editor, PlaceField):
                    editor.cancel()
                self.closeEditor.emit(editor, _CLOSE.NoHint)

    def _paint_ground(
        self, painter: QPainter, tokens: Tokens, option: QStyleOptionViewItem, index: Index
    ) -> None:
        """The chosen row is one plate, rounded at its ends."""
        state, box = option.state, QRectF(option.rect)
        if not state & QStyle.StateFlag.State_Selected:
            return
        with QPainterStateGuard(painter):
            painter.setClipRect(box)
            first, last = index.column() == 0, index.column() == model_of(index).columnCount() - 1
            wide = box.adjusted(0 if first else -RADIUS, 0, 0 if last else RADIUS, 0)
            fill_rounded(painter, wide, RADIUS, tokens.fwd_t)

    def _paint_cell(self, painter: QPainter, tokens: Tokens, box: QRectF, cell: Cell) -> None:
        if cell.mark is not None:
            _paint_mark(painter, tokens, box, cell)
        elif cell.waiting:
            slot = QRectF(QPointF(), SLOT)
            slot.moveCenter(box.center())
            slot.moveRight(box.right() - PADDING)
            rim_rounded(painter, slot, RADIUS, dotted_pen(tokens.node_line))
        else:
            painter.setPen(_color(tokens, cell))
            inner = box.adjusted(LEAST if cell.number else PADDING, 0, -PADDING, 0)
            side = Qt.AlignmentFlag.AlignRight if cell.number else Qt.AlignmentFlag.AlignLeft
            font, text = fitting(cell, inner.width())
            painter.setFont(font)
            painter.drawText(inner, side | Qt.AlignmentFlag.AlignVCenter, text)
            if cell.opens:
                after = inner.left() + painter.fontMetrics().horizontalAdvance(text) + 4
                corner = QPointF(after, box.center().y() - CHEVRON / 2 + 1)
                icons.paint(painter, "chevron-down", tokens.text2, corner, CHEVRON)

    def _open_choice(self, parent: QWidget, index: Index, cell: Cell) -> QWidget:
        model, row, column = model_of(index), index.row(), index.column()
        assert cell.choices is not None
        field = ChoiceField(model.cell_name(row, column), model.columns[column].tip, parent)
        for key, words in cell.choices.items():
            field.addItem(words, key)

        def chosen(place: int) -> None:
            model.take(row, column, str(field.itemData(place)))
            self.closeEditor.emit(field, _CLOSE.NoHint)

        field.activated.connect(chosen)
        QTimer.singleShot(0, field, field.showPopup)
        return field

    def _open_field(self, parent: QWidget, index: Index) -> QWidget:
        model, row, column = model_of(index), index.row(), index.column()
        field = PlaceField(
            model.cell_name(row, column), lambda text: model.take(row, column, text), parent,
            lambda: self.closeEditor.emit(field, _CLOSE.RevertModelCache),
        )  # fmt: skip
        if cell_of(index).number:
            field.setAlignment(Qt.AlignmentFlag.AlignRight)
        return field

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        cell = cell_of(index)
        if cell.choices is not None:
            return self._open_choice(parent, index, cell)
        return self._open_field(parent, index)

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
        self,
        event: QEvent,
        model: QAbstractItemModel,
        option: QStyleOptionViewItem,
        index: Index,
    ) -> bool:
        cell = cell_of(index)
        if cell.mark is None or not cell.editable:
            return False
        clicked = (
            event.type() == QEvent.Type.MouseButtonRelease
            and isinstance(event, QMouseEvent)
            and event.button() == Qt.MouseButton.LeftButton
        )
        space = (
            event.type() == QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Space
        )
        if clicked or space:
            model_of(index).toggle(index.row(), index.column())
        return clicked or space or event.type() == QEvent.Type.MouseButtonDblClick

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
        view = option.widget
        tokens = tokens_of(option.palette)
        with QPainterStateGuard(painter):
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_ground(painter, tokens, option, index)
            box = QRectF(option.rect)
            self._paint_cell(painter, tokens, box, cell_of(index))
            focused = option.state & QStyle.StateFlag.State_HasFocus
            if focused and view.hasFocus():
                rim_rounded(painter, box.adjusted(1, 1, -1, -1), RADIUS, QPen(tokens.fwd, 2))


def _color(tokens: Tokens, cell: Cell) -> QColor:
    if cell.faint:
        return tokens.text2
    own = cell.role in (Role.BACKWARD, Role.TRUTH)
    return role_color(tokens, cell.role) if own else tokens.text


def _paint_mark(painter: QPainter, tokens: Tokens, box: QRectF, cell: Cell) -> None:
    """A box with a tick: filled when on, a rim when off; nothing where there is no choice."""
    mark = QRectF(0, 0, MARK, MARK)
    mark.moveCenter(box.center())
    if cell.mark:
        fill_rounded(painter, mark, 4, tokens.fwd if cell.editable else tokens.off)
        icons.paint(painter, "tick", tokens.on_accent, mark.topLeft() + QPointF(2, 2), 12)
    elif cell.editable:
        rim_rounded(painter, mark, 4, QPen(tokens.node_line, 1))
