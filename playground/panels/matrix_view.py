"""The sheet of matrices as a view that scrolls: hover, select, walk with arrows, type in place."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import (
    QFocusEvent,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from playground.document import Document
from playground.fonts import CAPTION, WEIGHT, font_of, strong
from playground.palette import tokens_of
from playground.panels.matrix_numbers import Number, Numbers
from playground.panels.matrix_painting import MatrixPainting
from playground.panels.matrix_sheet import CELL_HIGH, Sheet, Spot, sheet_of
from playground.stage import Stage
from playground.strokes import rim_rounded
from playground.widgets.place_field import NumberField
from playground.widgets.plain_text import set_tip

NARROWEST, MOST_DIGITS = 46.0, 7
MOST_NAME = 84.0
STARTS = frozenset("0123456789-+.,\u2212")
_TURNS: dict[int, tuple[int, int]] = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
_ENDS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_OPENS = (*_ENDS, Qt.Key.Key_F2)


class InPlace(NumberField):
    """A field over a number; `done` is called when it has committed by Enter or lost the focus."""

    def __init__(
        self, name: str, take: Callable[[float], None], done: Callable[[], None], parent: QWidget
    ) -> None:
        super().__init__(name, take, parent, done)
        self._done = done

    def keyPressEvent(self, event: QKeyEvent) -> None:
        super().keyPressEvent(event)
        if event.key() in _ENDS and not self.refusal:
            self._done()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        kept = (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason)
        if event.reason() not in kept and not self.refusal:
            self._done()


class MatrixView(QAbstractScrollArea):
    """Shows one experiment's matrices; what it selects and points at goes through the stage."""

    def __init__(self, document: Document, stage: Stage, parent: QWidget) -> None:
        super().__init__(parent)
        self._document, self._stage = document, stage
        self.numbers: Numbers | None = None
        self.sheet = Sheet()
        self.here: Spot | None = None
        self.hovered: Spot | None = None
        self._names = 0.0
        self.field: InPlace | None = None
        self._typed: Number | None = None
        self.setAccessibleName("Matrices")
        set_tip(self, "Matrices: arrows move, Enter or a double-click types a number in place.")
        self.setProperty("ownRing", True)
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setMouseTracking(True)

    @property
    def digits(self) -> int:
        """With more the columns would get too wide."""
        return min(MOST_DIGITS, self._document.value.settings.digits)

    # showing

    def show_numbers(self, numbers: Numbers | None, letters: tuple[str, str], anew: bool) -> None:
        """Show these; `anew` where other neurons or names stand there."""
        self.numbers = numbers
        if anew:
            self.end_typing()
            self.here = self.hovered = None
            self._lay_out(letters)
        elif self.field is not None and self._typed is not None:
            self._show_typed()
        self.viewport().update()
        self._say()

    def _lay_out(self, letters: tuple[str, str]) -> None:
        if self.numbers is None:
            self.sheet = Sheet()
        else:
            bold = QFontMetricsF(font_of(strong(WEIGHT)))
            wide = max(NARROWEST, bold.horizontalAdvance("−0." + "8" * self.digits) + 8)
            self._names = self._room_for_names(self.numbers)
            self.sheet = sheet_of(self.numbers.layers, wide, self._names, letters)
        self._set_bars()

    def _room_for_names(self, numbers: Numbers) -> float:
        metrics = QFontMetricsF(font_of(CAPTION))
        names = [numbers.name(node) for layer in numbers.layers for node in layer.neurons[:200]]
        widest = max((metrics.horizontalAdvance(name) for name in names), default=0.0)
        return min(MOST_NAME, max(26.0, widest + 8))

    def _set_bars(self) -> None:
        size, view = self.sheet.size, self.viewport().size()
        for bar, need, room in (
            (self.horizontalScrollBar(), size.width(), view.width()),
            (self.verticalScrollBar(), size.height(), view.height()),
        ):
            bar.setRange(0, max(0, round(need - room)))
            bar.setPageStep(room)
            bar.setSingleStep(round(CELL_HIGH))

    def _origin(self) -> QPointF:
        return QPointF(self.horizontalScrollBar().value(), self.verticalScrollBar().value())

    def spot_at(self, place: QPointF) -> Spot | None:
        """The number at a place of the viewport."""
        return self.sheet.at(place + self._origin())

    def cell_rect(self, spot: Spot) -> QRectF:
        """Where a number stands in the viewport."""
        return self.sheet.cell(spot).translated(-self._origin())

    def number(self, spot: Spot) -> Number:
        """What stands there."""
        assert self.numbers is not None
        return self.numbers.number(self.sheet.grids[spot.grid], spot.row, spot.column)

    def go_to(self, spot: Spot, select: bool = True) -> None:
        """Stand on this number; its edge or node is selected."""
        self.here = spot
        self._show_cell(spot)
        number = self.number(spot)
        if select and number.edge is not None:
            self._stage.select(edges=(number.edge,))
        elif select and number.there and number.node:
            self._stage.select(nodes=(number.node,))
        self._say()
        self.viewport().update()

    def _show_cell(self, spot: Spot) -> None:
        cell, view = self.sheet.cell(spot), self.viewport()
        for bar, low, high, room in (
            (self.horizontalScrollBar(), cell.left(), cell.right(), view.width()),
            (self.verticalScrollBar(), cell.top() - CELL_HIGH, cell.bottom(), view.height()),
        ):
            bar.setValue(round(max(min(bar.value(), low - 8), high + 8 - room)))

    def _say(self) -> None:
        has = self.here is not None and self.numbers is not None and self.sheet.has(self.here)
        told = self.number(self.here).told(self.digits) if has and self.here else ""
        self.setAccessibleDescription(told)

    def _hover(self, spot: Spot | None) -> None:
        if spot == self.hovered:
            return
        self.hovered = spot
        number = self.number(spot) if spot is not None else None
        self._stage.point_at(number.pointed if number is not None and number.there else None)
        set_tip(self.viewport(), number.told(self.digits) if number is not None else "")
        self.viewport().update()

    # typing

    def edit(self, spot: Spot, start: str = "") -> None:
        """Open a field over a number that can be set."""
        number = self.number(spot)
        if not number.editable:
            return
        self.end_typing()
        self._typed = number
        self.field = InPlace(number.name, self._take, self.end_typing, self.viewport())
        self.field.show_number(number.value, self._document.value.settings.digits)
        self.field.setGeometry(self.cell_rect(spot).adjusted(-3, -2, 9, 2).toAlignedRect())
        self.field.show()
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)
        self.field.selectAll()
        if start:
            self.field.setText(start)

    def _take(self, value: float) -> None:
        if self.numbers is not None and self._typed is not None:
            self.numbers.set(self._document, self._typed, value)

    def _show_typed(self) -> None:
        """The number may have become another one under the field."""
        if (
            self.field is not None
            and self.here is not None
            and self.field.text() == self.field.shown
        ):
            self.field.show_number(self.number(self.here).value, self.digits)

    def end_typing(self) -> None:
        """Take the field away."""
        if self.field is not None:
            field, self.field, self._typed = self.field, None, None
            had = field.hasFocus()
            field.show_text(field.shown)  # what was refused is not tried again
            field.hide()
            field.deleteLater()
            if had:
                self.setFocus(Qt.FocusReason.OtherFocusReason)

    # Qt's own

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            own = event.key() in _TURNS or event.key() in _OPENS or event.text() in STARTS
            if own and event.modifiers() in (
                Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier
            ):  # fmt: skip
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self.sheet.grids:
            super().keyPressEvent(event)
            return
        here = self.here or Spot(0, 0, 0)
        if event.key() in _TURNS:
            self.go_to(self.sheet.moved(here, *_TURNS[event.key()]))
        elif event.key() in _OPENS:
            self.edit(here)
        elif event.text() and event.text() in STARTS:
            self.edit(here, event.text())
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self.here is None and self.sheet.grids:
            self.go_to(Spot(0, 0, 0), select=False)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        spot = self.spot_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and spot is not None:
            self.go_to(spot)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        spot = self.spot_at(event.position())
        if spot is not None:
            self.edit(spot)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self.spot_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hover(None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._set_bars()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self.end_typing()
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.numbers is None:
            return
        tokens = tokens_of(self.palette())
        with QPainter(self.viewport()) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.translate(-self._origin())
            view = QRectF(event.rect()).translated(self._origin())
            painter.setClipRect(view)
            painting = MatrixPainting(painter, tokens, self.numbers, self._stage.look, self.digits)
            painting.paint(self.sheet, view, self._names, self.hovered)
            if self.hasFocus() and self.here is not None and self.sheet.has(self.here):
                cell = self.sheet.cell(self.here)
                rim_rounded(painter, cell.adjusted(0, 0, 0, 0), 7, QPen(tokens.fwd, 2))
