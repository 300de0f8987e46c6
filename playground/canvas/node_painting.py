"""How a node is painted: its body, its rim, its signs, its name and its numbers."""

from dataclasses import dataclass
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPainterPath, QPen

from engine.network import Node
from playground.canvas.detail import Detail
from playground.canvas.figures import CELL_INWARD, CURVE, ROW_OUTWARD, Figure, Outline
from playground.canvas.sight import Sight, Spot
from playground.canvas.spots import node_spots
from playground.canvas.symbols import (
    Symbol,
    paint_curve,
    paint_operation,
    paint_sum_sign,
    paint_symbol,
    sum_symbol,
    symbol_width,
    value_symbol,
)
from playground.canvas.tile_painting import paint_plate, paint_tile, tile_rect
from playground.theme import icons
from playground.theme.fonts import BODY, CAPTION, Face, font_of, width_of
from playground.theme.painting import (
    HAIRLINE,
    NODE_RIM,
    SOURCE_BORDER,
    WORK_RING,
    fill_rounded,
    paint_halo,
)
from playground.theme.palette import Tokens, faded, role_color
from playground.widgets.number_plate import paint_place, plate_rect

SECOND_RIM = 4.0
SIGN_RISE = 13.0
NAME_RISE = 10.0
MATH_RISE = 3.0  # an index hangs below the line, and a selection must not cut it
NAME_WIDER = 24.0
SYMBOL_GAP = 5.0
LETTER, MATH_NAME = 16.0, 19.0
ORDER_SIZE = 16.0
KNOB = 20
MARK = 11
BESIDE = 4.0
GROUND, GROUND_INSET = 0.94, 4.0
_ALIGN = {
    "left": Qt.AlignmentFlag.AlignLeft,
    "centre": Qt.AlignmentFlag.AlignHCenter,
    "right": Qt.AlignmentFlag.AlignRight,
}


class Brush(NamedTuple):
    """What painting is done with."""

    painter: QPainter
    tokens: Tokens
    detail: Detail


@dataclass(frozen=True, slots=True)
class NodeLook:
    """How a node stands out: ringed by the work, a source, or stepping back."""

    index: int
    works: bool = False
    source: bool = False
    quiet: bool = False


def node_rect(sight: Sight, index: int) -> QRectF:
    """The body of a node."""
    left, top, right, bottom = sight.geometry.box(index)
    return QRectF(left, top, right - left, bottom - top)


def look_of(sight: Sight, index: int) -> NodeLook:
    """How a node stands out at the present step."""
    lighting = sight.lighting
    if lighting is None:
        return NodeLook(index)
    name = sight.experiment.network.nodes[index].id
    works = name == lighting.ring
    phase = lighting.step.phase
    source = not works and phase == "forward" and ("value", name, -1) in lighting.sources
    return NodeLook(index, works, source, not works and not source)


def outline_path(figure: Figure, rect: QRectF) -> QPainterPath:
    """The outline of a node."""
    path = QPainterPath()
    if figure.outline is not Outline.TAG:
        radius = 8.0 if figure.outline is Outline.KNOB else rect.height() / 2
        path.addRoundedRect(rect, radius, radius)
        return path
    corner, end = 8.0, rect.height() / 2
    path.moveTo(rect.left() + corner, rect.top())
    path.lineTo(rect.right() - end, rect.top())
    path.arcTo(QRectF(rect.right() - 2 * end, rect.top(), 2 * end, 2 * end), 90, -180)
    path.lineTo(rect.left() + corner, rect.bottom())
    low = QRectF(rect.left(), rect.bottom() - 2 * corner, 2 * corner, 2 * corner)
    path.arcTo(low, 270, -90)
    path.lineTo(rect.left(), rect.top() + corner)
    path.arcTo(QRectF(rect.left(), rect.top(), 2 * corner, 2 * corner), 180, -90)
    path.closeSubpath()
    return path


def paint_node(brush: Brush, sight: Sight, look: NodeLook) -> None:
    """A node with all that belongs to it, as far as the detail goes."""
    node = sight.experiment.network.nodes[look.index]
    figure = sight.geometry.frame.figures[look.index]
    rect = node_rect(sight, look.index)
    _paint_body(brush, sight, figure, rect, look)
    if figure.mapped and brush.detail >= Detail.SHAPES:
        paint_tile(brush.painter, brush.tokens, tile_rect(figure, rect), sight.tiles.get(node.id))
    if brush.detail < Detail.NODES:
        return
    _paint_inside(brush, sight, node, figure, rect)
    _paint_name(brush, sight, node, figure, rect, look)
    if node.output and not sight.geometry.frame.circuit:
        _paint_second_rim(brush, figure, rect, look)
    for spot in node_spots(sight, look.index):
        below = spot.y > rect.bottom()
        if brush.detail >= Detail.ALL or not below or sight.is_lit(spot.key):
            if below and sight.knows(spot.key) and figure.outline is Outline.CELL:
                _paint_row_ground(brush, spot_rect(sight, spot))
            if figure.mapped and spot.key[0] == "value":
                top = spot.y - (spot.face.pixels + 2) / 2
                paint_plate(brush.painter, brush.tokens, tile_rect(figure, rect), top)
            paint_spot(brush, sight, spot)
    if node.id in sight.orders:
        _paint_order(brush, rect, sight.orders[node.id], sight.face(CAPTION))


def _paint_row_ground(brush: Brush, rect: QRectF) -> None:
    """The rows of a narrow cell stand out under arriving edges, and are read over them."""
    ground = rect.adjusted(GROUND_INSET, 1, -GROUND_INSET, -1)
    fill_rounded(brush.painter, ground, GROUND_INSET, faded(brush.tokens.canvas, GROUND))


def paint_spot(brush: Brush, sight: Sight, spot: Spot, hovered: bool = False) -> QRectF:
    """A number in its place; where its plate lies is returned."""
    place = sight.place(spot, hovered)
    rect = spot_rect(sight, spot, hovered)
    if spot.before:
        _paint_before(brush, spot, rect)
    paint_place(brush.painter, brush.tokens, rect, place, spot.face)
    agreement = sight.mark(spot.key)
    if agreement is not None:
        edges = len(sight.experiment.network.edges)
        _paint_mark(brush, rect, agreement.agrees, spot.key[2] < edges)
    return rect


def _paint_mark(brush: Brush, rect: QRectF, agrees: bool, right: bool) -> None:
    """A tick or a triangle, right of the number; left of it where an error term is at its right."""
    ink = brush.tokens.ok if agrees else brush.tokens.warn
    x = rect.right() - 3 if right else rect.left() + 3 - MARK
    corner = QPointF(x, rect.center().y() - MARK / 2)
    icons.paint(brush.painter, "tick" if agrees else "warning", ink, corner, MARK)


def spot_rect(sight: Sight, spot: Spot, hovered: bool = False) -> QRectF:
    """Where the plate of a number lies; an old number in front of it moves it to the right."""
    place = sight.place(spot, hovered)
    rect = plate_rect(QPointF(spot.x, spot.y), place, spot.face, _ALIGN[spot.align])
    return rect.translated(width_before(spot) / 2, 0) if spot.before else rect


def width_before(spot: Spot) -> float:
    """The room for the old number and its arrow."""
    return width_of(spot.before, spot.face) + BESIDE if spot.before else 0.0


def _paint_before(brush: Brush, spot: Spot, rect: QRectF) -> None:
    """The old number and an arrow, in front of the new one."""
    wide = width_before(spot)
    brush.painter.setFont(font_of(spot.face))
    brush.painter.setPen(brush.tokens.text2)
    old = QRectF(rect.left() - wide, rect.top(), wide, rect.height())
    brush.painter.drawText(old, Qt.AlignmentFlag.AlignCenter, spot.before)


def _paint_body(brush: Brush, sight: Sight, figure: Figure, rect: QRectF, look: NodeLook) -> None:
    painter, tokens = brush.painter, brush.tokens
    accent = role_color(tokens, sight.lighting.role) if sight.lighting else tokens.text
    radius = 8.0 if figure.outline in (Outline.TAG, Outline.KNOB) else rect.height() / 2
    if look.works:
        paint_halo(painter, rect, radius, accent)
    elif tokens.name == "light" and brush.detail >= Detail.NODES:
        _paint_shadow(brush, figure, rect)
    rim, width = tokens.node_line, NODE_RIM
    if look.works:
        rim, width = accent, WORK_RING
    elif look.source:
        rim, width = accent, SOURCE_BORDER
    elif look.quiet:
        rim = tokens.quiet
    inset = width / 2 - 0.5
    painter.setPen(QPen(rim, width))
    painter.setBrush(tokens.node)
    painter.drawPath(outline_path(figure, rect.adjusted(inset, inset, -inset, -inset)))


def _paint_shadow(brush: Brush, figure: Figure, rect: QRectF) -> None:
    painter = brush.painter
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(faded(brush.tokens.shade, 0.04))
    for grow, drop in ((0.5, 1.0), (1.5, 2.0), (3.0, 3.0)):
        painter.drawPath(outline_path(figure, rect.adjusted(-grow, drop - grow, grow, drop + grow)))


def _paint_second_rim(brush: Brush, figure: Figure, rect: QRectF, look: NodeLook) -> None:
    inner = rect.adjusted(SECOND_RIM, SECOND_RIM, -SECOND_RIM, -SECOND_RIM)
    rim = brush.tokens.quiet if look.quiet else brush.tokens.node_line
    brush.painter.setPen(QPen(rim, HAIRLINE))
    brush.painter.setBrush(Qt.BrushStyle.NoBrush)
    brush.painter.drawPath(outline_path(figure, inner))


def _paint_inside(brush: Brush, sight: Sight, node: Node, figure: Figure, rect: QRectF) -> None:
    painter, tokens = brush.painter, brush.tokens
    middle = rect.center()
    if figure.outline is Outline.CAPSULE:
        painter.setPen(QPen(tokens.line, HAIRLINE))
        painter.drawLine(
            QPointF(middle.x(), rect.top() + 9), QPointF(middle.x(), rect.bottom() - 9)
        )
        apart = figure.width / 4 - CELL_INWARD
        _paint_sign(brush, figure.sign, sum_symbol(sight.notation, node.id), middle, -apart)
        if not figure.mapped:
            _paint_sign(brush, CURVE, value_symbol(sight.notation, node.id), middle, apart, node)
    elif figure.outline is Outline.CELL:
        if not figure.mapped:
            _paint_sign(brush, figure.sign, sum_symbol(sight.notation, node.id), middle, 0.0)
    elif figure.outline is Outline.CIRCLE:
        if figure.sign == CURVE:
            paint_curve(painter, tokens.text, middle, 28, node.activation, node.leak, 2.2)
        else:
            paint_operation(painter, tokens.text, middle, figure.sign)
    elif figure.outline is Outline.KNOB:
        icons.paint(painter, "knob", tokens.text2, QPointF(rect.left() + 8, middle.y() - 10), KNOB)
    elif node.id not in sight.notation.spelled:
        symbol = value_symbol(sight.notation, node.id)
        paint_symbol(painter, symbol, LETTER, tokens.text2, rect.left() + 12, middle.y() + 5)
    if node.bias:
        _paint_tick(brush, figure, rect)


def _paint_tick(brush: Brush, figure: Figure, rect: QRectF) -> None:
    """The short line by which the bias hangs on its sum."""
    apart = figure.width / 4 + ROW_OUTWARD if figure.outline is Outline.CAPSULE else 32.0
    x = rect.center().x() - min(apart, figure.width / 2 - 18)
    brush.painter.setPen(QPen(brush.tokens.node_line, HAIRLINE))
    brush.painter.drawLine(QPointF(x, rect.bottom() + 2), QPointF(x, rect.bottom() + 7))


def _paint_sign(
    brush: Brush, sign: str, symbol: Symbol, middle: QPointF, aside: float,
    node: Node | None = None,
) -> None:  # fmt: skip
    """A sign and a letter beside it, above the number of a cell."""
    ink = brush.tokens.text2
    wide = symbol_width(symbol, LETTER)
    left = middle.x() + aside - (20.0 + wide) / 2
    y = middle.y() - SIGN_RISE
    at = QPointF(left + 7.0, y)
    if node is not None:
        paint_curve(brush.painter, ink, at, 14, node.activation, node.leak)
    elif sign == "Σ":
        paint_sum_sign(brush.painter, ink, at, 12)
    else:
        brush.painter.setFont(font_of(CAPTION))
        brush.painter.setPen(ink)
        box = QRectF(at.x() - 14, at.y() - 8, 24, 16)
        brush.painter.drawText(box, Qt.AlignmentFlag.AlignCenter, sign)
    paint_symbol(brush.painter, symbol, LETTER, ink, left + 20.0, y + 5.0)


class Title(NamedTuple):
    """What stands above a node: its name in words, its symbol, or the one and the other."""

    words: str
    symbol: Symbol | None = None


def title_of(sight: Sight, node_id: str) -> Title:
    """The symbol in place of the name that it spells; beside it where it stands nowhere else."""
    notation, index = sight.notation, sight.experiment.network.index[node_id]
    words = sight.experiment.layout.name(node_id)
    if node_id in notation.spelled:
        return Title("", value_symbol(notation, node_id))
    holds_none = sight.geometry.frame.figures[index].outline in (Outline.CIRCLE, Outline.KNOB)
    if holds_none and node_id in notation.bare:
        return Title(words, value_symbol(notation, node_id))
    return Title(words)


def _paint_name(
    brush: Brush, sight: Sight, node: Node, figure: Figure, rect: QRectF, look: NodeLook
) -> None:
    painter, tokens = brush.painter, brush.tokens
    ink = tokens.text if look.works else tokens.text2
    baseline = rect.top() - NAME_RISE
    words, symbol = title_of(sight, node.id)
    wide = symbol_width(symbol, MATH_NAME) if symbol is not None else 0.0
    font, gap = font_of(sight.face(BODY)), SYMBOL_GAP if words and wide else 0.0
    metrics, room = QFontMetricsF(font), max(figure.width, 100.0) + NAME_WIDER - wide - gap
    text = metrics.elidedText(words, Qt.TextElideMode.ElideRight, room)
    left = rect.center().x() - (metrics.horizontalAdvance(text) + gap + wide) / 2
    painter.setFont(font)
    painter.setPen(ink)
    painter.drawText(QPointF(left, baseline), text)
    if symbol is not None:
        left += metrics.horizontalAdvance(text) + gap
        rise = 0.0 if words else MATH_RISE
        paint_symbol(painter, symbol, MATH_NAME, ink, left, baseline - rise)


def _paint_order(brush: Brush, rect: QRectF, number: int, face: Face) -> None:
    """The number in the order of the pass, at the top left of the rim."""
    painter, tokens = brush.painter, brush.tokens
    text, high = str(number), ORDER_SIZE + face.pixels - CAPTION.pixels
    wide = max(high, 8.0 + width_of(text, face))
    box = QRectF(rect.left() - wide / 2 + 8, rect.top() - high / 2, wide, high)
    painter.setPen(QPen(tokens.node_line, HAIRLINE))
    painter.setBrush(tokens.surface)
    painter.drawRoundedRect(box, high / 2, high / 2)
    painter.setFont(font_of(face))
    painter.setPen(tokens.text2)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
