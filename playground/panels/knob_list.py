"""A list of painted knobs: drag one, turn the wheel over it, press + and −, or type its number."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QPersistentModelIndex, QPoint, QPointF, QRect, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterStateGuard,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyleOptionViewItem, QWidget

from engine.numerals import Role
from playground.panels.knob_model import KnobModel
from playground.theme.fonts import GRADIENT, HINT, WEIGHT, font_of, strong
from playground.theme.painting import fill_rounded, rim_rounded
from playground.theme.palette import Tokens, tokens_of
from playground.widgets.fields import dragged, notches, turned
from playground.widgets.number_plate import SLOT, PlacedNumber, State, paint_place
from playground.widgets.plain_text import set_tip
from playground.widgets.table import CellDelegate, Index

KNOB = 38.0
HIGH = 58
NARROWEST = 148
TEXT = 56
SWEEP = 135.0
REST = 700  # ms after which the next notch is another turn
_OPENS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_TURNS: dict[int, int] = {Qt.Key.Key_Plus: 1, Qt.Key.Key_Equal: 1, Qt.Key.Key_Minus: -1}


def knob_rect(cell: QRect) -> QRectF:
    """Where the knob lies in its cell."""
    return QRectF(cell.left() + 8, cell.center().y() + 0.5 - KNOB / 2, KNOB, KNOB)


def angle_of(value: float) -> float:
    """Degrees from straight up: 0 stands up, ±1 half way, and no number turns it round."""
    return SWEEP * math.atan(value) * 2 / math.pi


def paint_knob(painter: QPainter, tokens: Tokens, box: QRectF, value: float, color: QColor) -> None:
    """A round knob; the arc from 0 to its hand has the colour of the sign."""
    ring = box.adjusted(2.5, 2.5, -2.5, -2.5)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(_arc(tokens.line, 3))
    painter.drawArc(ring, round((90 - SWEEP) * 16), round(2 * SWEEP * 16))
    angle = angle_of(value)
    painter.setPen(_arc(color, 3))
    painter.drawArc(ring, 90 * 16, -round(angle * 16))
    body = box.adjusted(7, 7, -7, -7)
    painter.setPen(QPen(tokens.node_line, 1.25))
    painter.setBrush(tokens.node)
    painter.drawEllipse(body)
    turn = math.radians(angle)
    hand = QPointF(math.sin(turn), -math.cos(turn))
    middle, far = box.center(), body.width() / 2
    painter.setPen(_arc(tokens.text, 2))
    painter.drawLine(middle + hand * far * 0.35, middle + hand * far * 0.85)


def _arc(color: QColor, width: float) -> QPen:
    return QPen(color, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)


class KnobDelegate(CellDelegate):
    """Paints a knob with its name, its number and its slope; the number is typed in its place."""

    def __init__(self, model: KnobModel, view: QListView) -> None:
        super().__init__(view)
        self._model, self._list = model, view

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        tokens, row, box = tokens_of(option.palette), index.row(), QRectF(option.rect)
        what, value = self._model.knobs[row].place.what, self._model.value(row)
        with QPainterStateGuard(painter):
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if option.state & QStyle.StateFlag.State_Selected:
                fill_rounded(painter, box.adjusted(2, 2, -2, -2), 8, tokens.fwd_t)
            color = tokens.neg if value < 0 else tokens.pos
            own = color if what == "weight" else tokens.text
            paint_knob(painter, tokens, knob_rect(option.rect), value, own)
            self._paint_words(painter, tokens, option.rect, row)
            if option.state & QStyle.StateFlag.State_HasFocus and self._list.hasFocus():
                rim_rounded(painter, box.adjusted(2, 2, -2, -2), 8, QPen(tokens.fwd, 2))

    def _paint_words(self, painter: QPainter, tokens: Tokens, cell: QRect, row: int) -> None:
        knob, number = self._model.knobs[row], self._model.cell(row, 0).text
        left, room = cell.left() + TEXT, cell.width() - TEXT - 6
        rows = [QRectF(left, cell.top() + top, room, 17) for top in (3, 19, 36)]
        painter.setFont(font_of(HINT))
        painter.setPen(tokens.text2)
        fits = painter.fontMetrics().horizontalAdvance(knob.name) <= room
        name = knob.name if fits else knob.symbol
        painter.drawText(rows[0], Qt.AlignmentFlag.AlignVCenter, name)
        painter.setFont(font_of(strong(WEIGHT)))
        painter.setPen(tokens.text)
        painter.drawText(rows[1], Qt.AlignmentFlag.AlignVCenter, number)
        slope = self._model.slope_text(row)
        if not slope:
            place = PlacedNumber(State.NOT_COMPUTED, Role.BACKWARD)
            paint_place(painter, tokens, QRectF(rows[2].topLeft(), SLOT), place, GRADIENT)
            return
        painter.setFont(font_of(GRADIENT))
        painter.setPen(tokens.bwd)
        painter.drawText(rows[2], Qt.AlignmentFlag.AlignVCenter, f"∂ {slope}")

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return self._list.gridSize()

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, index: Index
    ) -> None:
        cell = option.rect
        editor.setGeometry(
            cell.left() + TEXT - 8, cell.top() + 14, min(cell.width() - TEXT, 110), 28
        )


@dataclass(slots=True)
class Turn:
    """A turn that goes on: which knob, from where, how far, and whether the mouse holds it."""

    index: QPersistentModelIndex
    start: float
    pressed: QPointF | None = None
    steps: float = 0.0


class KnobList(QListView):
    """Tells of turns: `begin(row)`, then `turn(row, value)` again and again, then `end()`."""

    def __init__(
        self,
        model: KnobModel,
        begin: Callable[[int], object],
        turn: Callable[[int, float], object],
        end: Callable[[], object],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.knobs = model
        self._begin, self._turn_to, self._end = begin, turn, end
        self._turn: Turn | None = None
        self._rest = QTimer(self, interval=REST, singleShot=True)
        self._rest.timeout.connect(self.rest)
        self.setModel(model)
        self.setItemDelegate(KnobDelegate(model, self))
        self.setAccessibleName("Knobs")
        set_tip(
            self,
            "Knobs: drag one sideways or up, press + and −, or Enter to type. Shift turns finely.",
        )
        self.setProperty("ownRing", True)
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(True)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked
            | QAbstractItemView.EditTrigger.EditKeyPressed
        )

    def rest(self) -> None:
        """The turn is over; the next one is another."""
        self._rest.stop()
        if self._turn is not None:
            self._turn = None
            self._end()

    def knob_at(self, place: QPoint) -> int | None:
        """The row of the knob under the mouse."""
        index = self.indexAt(place)
        if not index.isValid():
            return None
        near = knob_rect(self.visualRect(index)).adjusted(-4, -4, 4, 4)
        return index.row() if near.contains(QPointF(place)) else None

    def _take(self, row: int, pressed: QPointF | None = None) -> Turn:
        """The turn that goes on at this knob, or a new one."""
        if self._turn is None or self._turn.index.row() != row or pressed is not None:
            self.rest()
            index = self.knobs.index(row, 0)
            self._turn = Turn(QPersistentModelIndex(index), self.knobs.value(row), pressed)
            self.setCurrentIndex(index)
            self._begin(row)
        return self._turn

    def _step(self, row: int, steps: float, fine: bool) -> None:
        turn = self._take(row)
        turn.steps += steps
        self._rest.start()
        self._turn_to(row, turned(turn.start, turn.steps, fine))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        row = self.knob_at(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and row is not None:
            self._take(row, event.position())
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        turn = self._turn
        if turn is not None and turn.pressed is not None:
            moved = event.position() - turn.pressed
            fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._turn_to(turn.index.row(), dragged(turn.start, moved.x() - moved.y(), fine))
            return
        over = self.knob_at(event.position().toPoint()) is not None
        shape = Qt.CursorShape.SizeHorCursor if over else Qt.CursorShape.ArrowCursor
        self.viewport().setCursor(shape)
        super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._turn is not None and self._turn.pressed is not None:
            self.rest()
        else:
            super().mouseReleaseEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        row = self.knob_at(event.position().toPoint())
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        mine = row is not None and (alt or (self.hasFocus() and row == self.currentIndex().row()))
        if row is None or not mine:
            super().wheelEvent(event)
            return
        fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        self._step(row, notches(event.angleDelta().x(), event.angleDelta().y()), fine)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        if event.key() in _TURNS and index.isValid():
            self._step(index.row(), _TURNS[event.key()], fine=False)
        elif event.key() in _OPENS and index.isValid():
            self.edit(index)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if not self.currentIndex().isValid() and self.knobs.rowCount():
            self.setCurrentIndex(self.knobs.index(0, 0))

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.rest()

    def resizeEvent(self, event: QResizeEvent) -> None:
        bar = self.verticalScrollBar().sizeHint().width()
        wide = max(1, self.width() - bar - 2)
        self.setGridSize(QSize(wide // max(1, wide // NARROWEST), HIGH))
        super().resizeEvent(event)
