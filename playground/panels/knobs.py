"""Every parameter as a knob to turn, with the loss and its slope while it turns."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import (
    QModelIndex,
    QObject,
    QPoint,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterStateGuard,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QListView,
    QSizePolicy,
    QStyle,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from engine.data import Rows
from engine.experiment.experiment import Experiment
from engine.experiment.stepping import batch_of
from engine.formulas.notation import notation_of
from engine.functions import Floats
from engine.functions.losses import loss
from engine.network import Place
from engine.numerals import NumberRole, counted, read, short
from engine.program.program import why_not_run
from engine.views.objective import loss_at, objective_of, slope_at
from engine.views.samples import chosen_row
from playground.model.document import Document
from playground.model.stage import Look, Stage, place_name, select_place, selected_place
from playground.model.trainer import RunFollower
from playground.theme.fonts import BODY, CAPTION, FACTOR, GRADIENT, HINT, WEIGHT, font_of, strong
from playground.theme.painting import fill_rounded, painted, rim_rounded
from playground.theme.palette import Tokens, tokens_of
from playground.widgets.buttons import ElidedLabel
from playground.widgets.fields import QuietChoice, dragged, notches, turned
from playground.widgets.form import words
from playground.widgets.layout import AS_STYLED, lay_out
from playground.widgets.number_plate import SLOT, PlacedNumber, State, paint_place
from playground.widgets.plain_text import set_name
from playground.widgets.table import Cell, CellDelegate, CellModel, Column, Index, number_cell

SPANS: dict[str, Callable[[Experiment, int | None], Rows]] = {
    "over the batch": lambda experiment, row: batch_of(experiment),
    "over the chosen sample": lambda experiment, row: np.array([chosen_row(experiment, row)]),
    "over all training samples": lambda experiment, row: experiment.data.training,
}


@dataclass(frozen=True, slots=True)
class Effect:
    """A turn: by how much, what ∂·Δ predicts, and what really happened."""

    name: str
    turned: float
    slope: float
    really: float

    @property
    def predicted(self) -> float:
        return self.slope * self.turned  # ∂E/∂w · Δw


@dataclass(frozen=True, slots=True, eq=False)
class SlopesHere:
    """The loss and its slopes at one point, over these rows, exactly and without penalties."""

    experiment: Experiment
    rows: Rows
    loss: float
    slopes: Floats

    def effect(self, now: Experiment, place: Place, name: str) -> Effect:
        index = self.experiment.network.place_index[place]
        turned = float(now.parameters[index] - self.experiment.parameters[index])
        really = loss_at(objective_of(now.context, now.parameters, self.rows)) - self.loss
        return Effect(name, turned, float(self.slopes[index]), really)


def slopes_here(experiment: Experiment, rows: Rows) -> SlopesHere | None:
    """Loss and slopes now; None where the network cannot run."""
    if why_not_run(experiment.network, experiment.settings) is not None:
        return None
    objective = objective_of(experiment.context, experiment.parameters, rows)
    with np.errstate(all="ignore"):
        return SlopesHere(experiment, rows, loss_at(objective), slope_at(objective))


@dataclass(frozen=True, slots=True)
class Knob:
    """Whose number it is, where that stands in the vector, its name, and its letter in formulas."""

    place: Place
    index: int
    name: str
    symbol: str


class KnobModel(CellModel):
    """Numbers come from the experiment it is given, slopes from whoever computes them."""

    columns = (Column("number", "The number that the knob turns."),)

    def __init__(self, document: Document, parent: QObject) -> None:
        super().__init__(parent)
        self._document, self._value = document, document.value
        self.knobs: list[Knob] = []
        self._slopes: Floats | None = None

    def list_knobs(self, value: Experiment) -> None:
        network, notation = value.network, notation_of(value.context)
        self.beginResetModel()
        self._value = value
        self.knobs = [
            Knob(place, index, place_name(value.layout, place), notation.parameter(index).plain)
            for index, place in enumerate(network.places)
            if not network.locks[index]
        ]
        self._slopes = None
        self.endResetModel()

    def show_numbers(self, value: Experiment, slopes: Floats | None) -> None:
        """Other numbers of the same knobs, and other slopes or none."""
        self._value, self._slopes = value, slopes
        self.show_all()

    def value(self, row: int) -> float:
        return float(self._value.parameters[self.knobs[row].index])

    def slope_text(self, row: int) -> str:
        """The slope of a knob as it is shown; "" where there is none."""
        slope = math.nan if self._slopes is None else float(self._slopes[self.knobs[row].index])
        return short(slope, self._value.settings.digits)

    def row_of(self, place: Place) -> int | None:
        return next((row for row, knob in enumerate(self.knobs) if knob.place == place), None)

    def count(self) -> int:
        return len(self.knobs)

    def row_name(self, row: int) -> str:
        return self.knobs[row].name

    def read_aloud(self, row: int, column: int) -> str:
        slope = self.slope_text(row) or "not known"
        return f"{self.row_name(row)}: {self.cell(row, 0).text}, slope {slope}"

    def cell(self, row: int, column: int) -> Cell:
        return number_cell(self.value(row), self._value.settings.digits, editable=True)

    def take(self, row: int, column: int, text: str) -> None:
        value, place = read(text), self.knobs[row].place
        if self.value(row) != value:
            self._document.apply_or_raise(lambda: self._document.set_number(place, value))

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if index.isValid() and role == Qt.ItemDataRole.DisplayRole:
            return self.row_name(index.row())  # by which one searches while typing
        return super().data(index, role)


KNOB = 38.0
HIGH = 58
NARROWEST = 148
TEXT = 56
SWEEP = 135.0
REST = 700  # ms after which the next notch is another turn
_OPENS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_TURNS: dict[int, int] = {Qt.Key.Key_Plus: 1, Qt.Key.Key_Equal: 1, Qt.Key.Key_Minus: -1}


def knob_rect(cell: QRect) -> QRectF:
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
            place = PlacedNumber(State.NOT_COMPUTED, NumberRole.BACKWARD)
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
        wide = min(cell.width() - TEXT, 110)
        editor.setGeometry(cell.left() + TEXT - 8, cell.top() + 14, wide, 28)


@dataclass(slots=True)
class Turn:
    """A turn that goes on: which knob, from where, how far, and whether the mouse holds it."""

    row: int
    start: float
    pressed: QPointF | None = None
    steps: float = 0.0


class KnobList(QListView):
    """Tells of turns: one begins, goes on and on, and ends."""

    begun = Signal(int)  # its row
    turned = Signal(int, float)  # its row and its number
    ended = Signal()

    def __init__(self, model: KnobModel, parent: QWidget) -> None:
        super().__init__(parent)
        self.knobs = model
        self._turn: Turn | None = None
        self._rest = QTimer(self, interval=REST, singleShot=True)
        self._rest.timeout.connect(self.rest)
        self.setModel(model)
        self.setItemDelegate(KnobDelegate(model, self))
        tip = "Knobs: drag one sideways or up, press + and −, or Enter to type. Shift turns finely."
        set_name(self, "Knobs", tip)
        self.setProperty("ownRing", True)
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(True)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        edits = QAbstractItemView.EditTrigger
        self.setEditTriggers(edits.DoubleClicked | edits.EditKeyPressed)

    def rest(self) -> None:
        """The turn is over; the next one is another."""
        self._rest.stop()
        if self._turn is not None:
            self._turn = None
            self.ended.emit()

    def knob_at(self, place: QPoint) -> int | None:
        index = self.indexAt(place)
        if not index.isValid():
            return None
        near = knob_rect(self.visualRect(index)).adjusted(-4, -4, 4, 4)
        return index.row() if near.contains(QPointF(place)) else None

    def _take(self, row: int, pressed: QPointF | None = None) -> Turn:
        """The turn that goes on at this knob, or a new one."""
        if self._turn is None or self._turn.row != row or pressed is not None:
            self.rest()
            self._turn = Turn(row, self.knobs.value(row), pressed)
            self.setCurrentIndex(self.knobs.index(row, 0))
            self.begun.emit(row)
        return self._turn

    def _step(self, row: int, steps: float, fine: bool = False) -> None:
        turn = self._take(row)
        turn.steps += steps
        self._rest.start()
        self.turned.emit(row, turned(turn.start, turn.steps, fine))

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
            self.turned.emit(turn.row, dragged(turn.start, moved.x() - moved.y(), fine))
            return
        over, shape = self.knob_at(event.position().toPoint()), Qt.CursorShape
        self.viewport().setCursor(shape.ArrowCursor if over is None else shape.SizeHorCursor)
        super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._turn is not None and self._turn.pressed is not None:
            self.rest()
        else:
            super().mouseReleaseEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        row, keys = self.knob_at(event.position().toPoint()), event.modifiers()
        in_hand = self.hasFocus() and row == self.currentIndex().row()
        if row is None or not (in_hand or keys & Qt.KeyboardModifier.AltModifier):
            super().wheelEvent(event)
            return
        fine = bool(keys & Qt.KeyboardModifier.ShiftModifier)
        self._step(row, notches(event.angleDelta().x(), event.angleDelta().y()), fine)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        if event.key() in _TURNS and index.isValid():
            self._step(index.row(), _TURNS[event.key()])
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


MARGIN = 12.0


class TurnLine(QWidget):
    """Turned by Δ; predicted ∂·Δ; really. Before the first turn it says what to do."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.show_effect(None, "E", 4)

    def show_effect(self, effect: Effect | None, top: str, digits: int) -> None:
        """Show a turn; `top` is the letter of what is made small."""

        def signed(value: float) -> str:
            text = short(value, digits) or "–"
            return f"+{text}" if value > 0 else text

        self.effect = effect
        #: Captions, numbers, and the tokens of their colours.
        self.columns: list[tuple[str, str, str]] = []
        self._said = f"Turn a knob: {top} should change by about its slope ∂ times the turn."
        if effect is not None:
            self.columns = [
                (f"{effect.name} by", signed(effect.turned), "text"),
                (f"{top} predicted", signed(effect.predicted), "bwd"),
                (f"{top} really", signed(effect.really), "truth"),
            ]
            slope, turned = (short(x, digits) for x in (effect.slope, effect.turned))
            self._product = f"{slope} · ({turned})" if effect.turned < 0 else f"{slope} · {turned}"
            columns = "; ".join(f"{name} {number}" for name, number, _ in self.columns)
            self._said = f"{columns}. Predicted is slope times turn: {self._product}"
        set_name(self, self._said, self._said)
        self.update()

    def _paint_columns(self, painter: QPainter, tokens: Tokens, box: QRectF) -> None:
        wide = (box.width() - MARGIN) / len(self.columns)
        for place, (caption, number, color) in enumerate(self.columns):
            left = box.left() + MARGIN + place * wide
            painter.setFont(font_of(CAPTION))
            painter.setPen(tokens.text2)
            elide, middle = painter.fontMetrics().elidedText, Qt.TextElideMode.ElideMiddle
            row = QRectF(left, box.top() + 4, wide - 6, 16)
            painter.drawText(row, elide(caption, middle, int(wide - 8)))
            painter.setFont(font_of(FACTOR))
            product = f"{self._product} = " if color == "bwd" else ""
            metrics, row = painter.fontMetrics(), QRectF(left, box.top() + 21, wide - 6, 20)
            if product and metrics.horizontalAdvance(product + number) <= wide - 6:
                painter.drawText(row, product)
                row.translate(metrics.horizontalAdvance(product), 0)
            painter.setPen(getattr(tokens, color))
            painter.drawText(row, number)

    def sizeHint(self) -> QSize:
        return QSize(200, 52)

    def paintEvent(self, event: QPaintEvent) -> None:
        with painted(self) as (painter, tokens):
            box = QRectF(self.rect()).adjusted(MARGIN, 2, -MARGIN, -6)
            fill_rounded(painter, box, 8, tokens.sunken)
            if self.effect is not None:
                self._paint_columns(painter, tokens, box)
                return
            painter.setFont(font_of(HINT))
            painter.setPen(tokens.text2)
            flags = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(box.adjusted(MARGIN, 0, -MARGIN, 0), flags, self._said)


LOCKED = "Every number is locked or comes from the samples: there is nothing to turn."
SHORT = 14  # a name that fits above its number
ROOMY = 170
EMPTY = "Draw a network: every weight and bias becomes a knob."


class Knobs(QWidget):
    """Computes slopes while it is seen; a turn is one undo entry."""

    def __init__(self, document: Document, stage: Stage, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName("Knobs")
        self._document, self._stage = document, stage
        self.live = RunFollower(document, self.refresh, self)
        self._here: SlopesHere | None = None
        self._begun: SlopesHere | None = None
        self._following = self._turning = False
        self._listed: object = None
        self._top = "E"
        self.model = KnobModel(document, self)
        self.list = KnobList(self.model, self)
        self.list.begun.connect(self._begin)
        self.list.turned.connect(self._turn)
        self.list.ended.connect(document.end_fold)
        self.list.selectionModel().currentChanged.connect(self._select)
        self.number = ElidedLabel("", HINT, "text2", self)
        tip = "Slopes over: the batch, the chosen sample or all training samples"
        self.choice = QuietChoice("Slopes over", tip, self)
        self.choice.addItems(list(SPANS))
        self.choice.activated.connect(self._ask_again)
        self.empty = words("", BODY, self, centred=True)
        self.line = TurnLine(self)
        head = (self.number, 1), self.choice
        lay_out(
            QVBoxLayout(self),
            lay_out(QHBoxLayout(), *head, spacing=AS_STYLED, margins=(20, 2, 10, 0)),
            (lay_out(QHBoxLayout(), self.list, self.empty, margins=(10, 0, 4, 0)), 1),
            self.line,
        )
        document.changed.connect(self._on_changed)
        stage.looked.connect(self._on_looked)

    # showing

    def refresh(self) -> None:
        value = self.live.value
        listed = (value.network, value.layout.names, value.settings.loss)
        if self._listed != listed:
            self._listed = listed
            self.list.rest()
            self.model.list_knobs(value)
            self._set_current(0)
            outputs, of_loss = value.network.outputs, loss(value.settings.loss).has_targets
            named = of_loss or len(outputs) != 1  # else one output itself is made small
            self._top = value.layout.letters.loss if named else value.layout.name(outputs[0])
            self._forget_turn(value)
            self._follow()
        rows = SPANS[self.choice.currentText()](value, self._stage.look.row)
        self._here = slopes_here(value, rows) if self.live.quick else None
        self.model.show_numbers(value, None if self._here is None else self._here.slopes)
        number = self.model.count()
        self.number.set_text(counted(number, "knob"))
        sentence = why_not_run(value.network, value.settings, value.layout.name) or ""
        if not number:
            sentence = LOCKED if value.network.places else EMPTY
        self.empty.setText(sentence)
        self.empty.setVisible(not number)
        for part in (self.list, self.number, self.choice):
            part.setVisible(bool(number))
        self._show_line()

    def _show_line(self) -> None:
        """Where room is short, only a turn is told, and not that one could turn."""
        wanted = self.line.effect is not None or self.height() >= ROOMY
        self.line.setVisible(wanted and self.model.count() > 0)

    def _on_changed(self, before: Experiment, after: Experiment) -> None:
        if not self._turning and before.parameters is not after.parameters:
            self._forget_turn(after)
            self._show_line()

    def _forget_turn(self, value: Experiment) -> None:
        self._begun = None
        self.line.show_effect(None, self._top, value.settings.digits)

    def _on_looked(self, before: Look, after: Look) -> None:
        if (before.nodes, before.edges) != (after.nodes, after.edges):
            self._follow()
        if before.row != after.row and self.isVisible():
            self.refresh()

    def _ask_again(self, index: int) -> None:
        self.choice.show_word(self.choice.currentText())
        self.list.rest()
        self.refresh()

    def _follow(self) -> None:
        """The knob of what is selected on the canvas comes into view."""
        place = selected_place(self._document.value.network, self._stage.look)
        row = None if place is None else self.model.row_of(place)
        if row is not None and not self._following:
            self._set_current(row)

    def _set_current(self, row: int) -> None:
        self._following = True
        self.list.setCurrentIndex(self.model.index(row, 0))
        self._following = False

    def _select(self, now: QModelIndex) -> None:
        if now.isValid() and not self._following:
            self._following = True
            select_place(self._stage, self.model.knobs[now.row()].place)
            self._following = False

    # turning

    def _begin(self, row: int) -> None:
        self._document.end_fold()
        self._begun = self._here
        select_place(self._stage, self.model.knobs[row].place)

    def _turn(self, row: int, value: float) -> None:
        knob = self.model.knobs[row]
        if self._document.run is not None:  # it ends here, and not where it was seen last
            self._document.stop_run()
            self._begun = self._here
        self._turning = True
        self._document.set_number(knob.place, value, turning=True)
        self._turning = False
        if self._begun is not None:
            name = knob.name if len(knob.name) <= SHORT else knob.symbol
            effect = self._begun.effect(self._document.value, knob.place, name)
            self.line.show_effect(effect, self._top, self._document.value.settings.digits)
            self._show_line()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_line()
