"""A number has a place before it has a value: the one function that paints that place.

State, role and text say everything. Nodes, edge labels, the loss card, circuits, tables and the
field one answers in all come here.
"""

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from engine.numerals import NumberRole
from playground.theme import icons
from playground.theme.fonts import Face, font_of, strong, width_of
from playground.theme.painting import SOURCE_BORDER, dotted_pen, fill_rounded, rim_rounded
from playground.theme.palette import Tokens, role_color, role_tint

RADIUS = 6.0
SLOT = QSizeF(36, 12)
ASKED_WIDTH = 44.0
PADDING = 6.0
LOCK = 12
LOCK_ROOM = 14.0
CARET_ROOM = 6.0


class State(StrEnum):
    """What a number is doing at the present step."""

    NOT_COMPUTED = "not computed"
    AT_REST = "at rest"
    QUIET = "quiet"
    SOURCE = "source"
    AT_WORK = "at work"
    YOUR_TURN = "your turn"
    TYPED = "typed"
    WRONG = "wrong"


_STRONG = {State.SOURCE, State.AT_WORK, State.YOUR_TURN, State.TYPED, State.WRONG}
_ASKED = {State.YOUR_TURN, State.TYPED, State.WRONG}


@dataclass(frozen=True, slots=True)
class PlacedNumber:
    """One number as it stands on screen; `label` is the b, δ, ∂ or → before it."""

    state: State
    role: NumberRole
    text: str = ""
    label: str = ""
    hovered: bool = False
    locked: bool = False

    @property
    def words(self) -> str:
        """What is written: the label and the number, or the question."""
        text = "?" if self.state is State.YOUR_TURN and not self.text else self.text
        return f"{self.label} {text}" if self.label else text


def face_of(place: PlacedNumber, face: Face) -> Face:
    """Whatever takes part in the step is set stronger."""
    return strong(face) if place.state in _STRONG else face


def plate_size(place: PlacedNumber, face: Face) -> QSizeF:
    """Text + 12 wide, and as much higher than the font as its face says; a slot is 36 × 12."""
    if place.state is State.NOT_COMPUTED:
        return QSizeF(SLOT)
    width = width_of(place.words, face_of(place, face))
    if place.state in _ASKED:
        width = max(width, ASKED_WIDTH - 2 * PADDING)
    room = LOCK_ROOM if place.locked else CARET_ROOM if place.state is State.TYPED else 0.0
    return QSizeF(width + 2 * PADDING + room, face.pixels + face.around)


def plate_rect(anchor: QPointF, place: PlacedNumber, face: Face, flush: bool = False) -> QRectF:
    """Where the plate lies: `anchor` is its middle, or, where it is `flush`, the end of the text.

    Then numbers stay in line whether they have a plate or not.
    """
    size = plate_size(place, face)
    left = anchor.x() - size.width() / 2
    if flush:
        left = anchor.x() - size.width() + PADDING * (place.state is not State.NOT_COMPUTED)
    return QRectF(QPointF(left, anchor.y() - size.height() / 2), size)


def paint_place(
    painter: QPainter, tokens: Tokens, rect: QRectF, place: PlacedNumber, face: Face
) -> None:
    """Paint a number's place, whatever its state, into the rectangle of `plate_rect`."""
    if place.state is State.NOT_COMPUTED:
        paint_slot(painter, tokens, rect)
        return
    own = role_color(tokens, place.role)
    if place.state is State.AT_WORK:
        fill_rounded(painter, rect, RADIUS, own)
    elif place.state is State.SOURCE:
        fill_rounded(painter, rect, RADIUS, role_tint(tokens, place.role))
        rim_rounded(painter, rect, RADIUS, QPen(own, SOURCE_BORDER))
    elif place.state in _ASKED:
        fill_rounded(painter, rect, RADIUS, tokens.surface)
        rim = tokens.warn if place.state is State.WRONG else own
        rim_rounded(painter, rect, RADIUS, QPen(rim, 2))
    text = rect.adjusted(LOCK_ROOM, 0, 0, 0) if place.locked else rect
    _paint_words(painter, tokens, text, place, face)
    if place.locked:
        corner = QPointF(rect.left() + PADDING - 2, rect.center().y() - LOCK / 2)
        icons.paint(painter, "lock", text_color(tokens, place), corner, LOCK)
    if place.hovered:
        low = text.bottom() - 2
        painter.setPen(dotted_pen(tokens.text2))
        painter.drawLine(QPointF(text.left() + PADDING, low), QPointF(text.right() - PADDING, low))


def text_color(tokens: Tokens, place: PlacedNumber) -> QColor:
    own = role_color(tokens, place.role)
    if place.state is State.AT_WORK:
        return tokens.on_accent
    if place.state is State.WRONG:
        return tokens.warn
    if place.state in _STRONG or place.role in (NumberRole.BACKWARD, NumberRole.TRUTH):
        return own
    return tokens.text2 if place.state is State.QUIET else tokens.text


def paint_slot(painter: QPainter, tokens: Tokens, rect: QRectF) -> None:
    """An empty place in the middle of the rectangle."""
    slot = QRectF(QPointF(), SLOT)
    slot.moveCenter(rect.center())
    rim_rounded(painter, slot, RADIUS, dotted_pen(tokens.node_line))


def _paint_words(
    painter: QPainter, tokens: Tokens, rect: QRectF, place: PlacedNumber, face: Face
) -> None:
    painter.setFont(font_of(face_of(place, face)))
    painter.setPen(text_color(tokens, place))
    if place.state is State.AT_REST and place.label and place.role is NumberRole.MEMORY:
        # at rest the letter of a parameter steps back behind its number
        inner, lines = rect.adjusted(PADDING, 0, -PADDING, 0), Qt.AlignmentFlag.AlignVCenter
        painter.drawText(inner, Qt.AlignmentFlag.AlignRight | lines, place.text)
        painter.setPen(tokens.text2)
        painter.drawText(inner, Qt.AlignmentFlag.AlignLeft | lines, place.label)
        return
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, place.words)
    if place.state is State.TYPED:
        end = rect.center().x() + painter.fontMetrics().horizontalAdvance(place.words) / 2 + 1.5
        tall = face.pixels * 0.55
        middle = rect.center().y()
        painter.drawLine(QPointF(end, middle - tall), QPointF(end, middle + tall))
