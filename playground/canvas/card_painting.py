"""How the cards of target and loss are painted, and the labels of edges."""

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from playground.canvas.cards import CARD_ROW, Card, Row
from playground.canvas.geometry import Geometry
from playground.canvas.lighting import of_node
from playground.canvas.node_painting import Brush, paint_spot, spot_rect, width_before
from playground.canvas.sight import Sight, Spot
from playground.canvas.spots import card_spots, edge_spots
from playground.canvas.symbols import Symbol, paint_bulls_eye, paint_symbol
from playground.theme.fonts import BODY, CAPTION, Face, font_of
from playground.theme.painting import (
    EMPHASISED,
    NODE_RIM,
    WORK_RING,
    dotted_pen,
    fill_rounded,
    paint_halo,
    rim_rounded,
)
from playground.theme.palette import faded
from playground.widgets.number_plate import State

RADIUS = 10.0
LABEL_GROUND = 0.94
LABEL_PADDING = 4.0


def card_rect(card: Card) -> QRectF:
    """Where a card lies."""
    left, top = card.x - card.width / 2, card.y - card.height / 2
    return QRectF(left, top, card.width, card.height)


def card_works(sight: Sight, card: Card) -> bool:
    """Whether the number at work stands on this card."""
    lighting = sight.lighting
    if lighting is None or lighting.step.phase != "loss":
        return False
    keys = {of_node(row.kind, row.node) for row in card.rows}
    keys |= {of_node("exp", row.node) for row in card.rows if row.kind == "probability"}
    return lighting.new in keys


def paint_card(brush: Brush, sight: Sight, card: Card) -> None:
    """A card with its title, its signs and its numbers."""
    painter, tokens = brush.painter, brush.tokens
    rect = card_rect(card)
    works = card_works(sight, card)
    if works:
        paint_halo(painter, rect, RADIUS, tokens.truth)
    fill_rounded(painter, rect, RADIUS, tokens.truth_t)
    quiet = sight.lighting is not None and not works
    rim = tokens.quiet if quiet else tokens.truth
    rim_rounded(painter, rect, RADIUS, QPen(rim, WORK_RING if works else NODE_RIM))
    if brush.detail.value < 2:
        return
    painter.setFont(font_of(sight.face(BODY)))
    painter.setPen(tokens.text if works else tokens.text2)
    title = QRectF(card.x - 80, rect.top() - 25, 160, 20)
    painter.drawText(title, Qt.AlignmentFlag.AlignCenter, card.title)
    for number in range(1, len(card.rows)):
        y = rect.top() + number * CARD_ROW
        painter.setPen(QPen(faded(tokens.truth, 0.35), 1))
        painter.drawLine(QLineF(rect.left() + 10, y, rect.right() - 10, y))
    for number, spot in enumerate(card_spots(sight, card)):
        sign = sign_of(sight, card.rows[number], spot.key[0])
        _paint_sign(brush, sign, rect.left(), spot, sight.face(CAPTION))
        paint_spot(brush, sight, spot)


def paint_tether(brush: Brush, sight: Sight, card: Card, geometry: Geometry) -> None:
    """The dotted line between an output and its card."""
    if not card.node:
        return
    index = geometry.frame.network.index[card.node]
    _, top, right, bottom = geometry.box(index)
    lit = card_works(sight, card)
    pen = dotted_pen(brush.tokens.truth, EMPHASISED if lit else 1.25)
    brush.painter.setPen(pen)
    if card.above:
        x = card.x
        line = QLineF(x, card.y + card.height / 2, x, top - 28)
    else:
        y = (top + bottom) / 2
        line = QLineF(right, y, card.x - card.width / 2, y)
    brush.painter.drawLine(line)


def paint_label(brush: Brush, sight: Sight, edge: int, full: bool = False) -> None:
    """The label of an edge on its ground."""
    spots = list(edge_spots(sight, edge, full))
    for spot in spots:
        _paint_ground(brush, sight, spot)
    for spot in spots:
        paint_spot(brush, sight, spot)


def cover_label(brush: Brush, sight: Sight, edge: int) -> None:
    """Nothing is left of the label of an edge that is about to stand elsewhere in full."""
    for spot in edge_spots(sight, edge):
        _paint_ground(brush, sight, spot, 1.0)


def _paint_ground(brush: Brush, sight: Sight, spot: Spot, share: float = LABEL_GROUND) -> None:
    if sight.state(spot.key) is State.NOT_COMPUTED:
        return
    rect = spot_rect(sight, spot).adjusted(2, 1, -2, -1)
    rect.setLeft(rect.left() - width_before(spot))
    fill_rounded(brush.painter, rect, LABEL_PADDING, faded(brush.tokens.canvas, share))


def sign_of(sight: Sight, row: Row, kind: str) -> str:
    """The sign before a number that is of this kind now, in the letters of the formulas."""
    letters = sight.notation.letters
    if kind == "exp":
        return f"e^{letters.value}"
    return letters.loss if row.kind in ("loss", "total") else row.sign


def _paint_sign(brush: Brush, sign: str, left: float, spot: Spot, face: Face) -> None:
    painter, tokens = brush.painter, brush.tokens
    if sign == "◎":
        paint_bulls_eye(painter, tokens.truth, QPointF(left + 18, spot.y))
    elif len(sign) == 1:
        paint_symbol(painter, Symbol(sign), 16, tokens.truth, left + 12, spot.y + 5)
    else:
        painter.setFont(font_of(face))
        painter.setPen(tokens.text2)
        box = QRectF(left + 6, spot.y - 10, 60, 20)
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, sign)


def paint_grid(painter: QPainter, brush: Brush, exposed: QRectF, zoom: float) -> None:
    """Dots 24 apart, hidden when small."""
    if zoom < 0.5995:
        return
    step, size = 24.0, 1.3
    pen = QPen(brush.tokens.dot, size / zoom if zoom > 1 else size)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    left, top = (exposed.left() // step) * step, (exposed.top() // step) * step
    across, down = int(exposed.width() / step) + 2, int(exposed.height() / step) + 2
    painter.drawPoints(
        [QPointF(left + i * step, top + j * step) for i in range(across) for j in range(down)]
    )
