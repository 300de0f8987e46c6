"""Paints a node: its shape, symbol, numbers, and the map in it."""

from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFont,
    QFontDatabase,
    QFontMetricsF,
    QPainter,
    QPainterPath,
    QPainterStateGuard,
    QPen,
    QPolygonF,
)

from engine.formulas.notation import Notation
from engine.functions import run
from engine.functions.activations import activation
from engine.network import Node
from playground.canvas.layout import (
    CELL_INWARD,
    CORNER,
    CURVE,
    ROW_OUTWARD,
    TILE,
    Detail,
    NodeShape,
    Outline,
    detail_at,
    tile_aside,
)
from playground.canvas.number_positions import node_spots
from playground.canvas.scene_state import Key, NumberItem, SceneState
from playground.model.node_maps import SIDE, Tile
from playground.theme import icons
from playground.theme.fonts import BODY, CAPTION, font_of, width_of
from playground.theme.painting import (
    HAIRLINE,
    NODE_RIM,
    SOURCE_BORDER,
    WORK_RING,
    fill_rounded,
    paint_halo,
    rim_rounded,
)
from playground.theme.palette import Tokens, faded, role_color
from playground.widgets.number_plate import paint_place

INDEX_SIZE = 0.7
INDEX_DROP = 0.2
CURVE_SPAN = 4.0
_ITALICS = (("A", 26, 0x1D434), ("a", 26, 0x1D44E), ("Α", 25, 0x1D6E2), ("α", 25, 0x1D6FC))
_OPERATIONS: dict[str, tuple[tuple[float, float, float, float], ...]] = {
    "+": ((-8.5, 0, 8.5, 0), (0, -8.5, 0, 8.5)),
    "−": ((-8.5, 0, 8.5, 0),),
    "×": ((-7, -7, 7, 7), (-7, 7, 7, -7)),
}
SUM_SIGN = 12
_SIGMA = ((0.75, -0.72), (0.68, -1), (-0.7, -1), (0.1, 0), (-0.7, 1), (0.75, 1), (0.8, 0.7))
_PLANCK = 0x210E  # where Unicode keeps the italic h
RADIUS = 8.0
PLATE_SHARE = 0.9
COURSE = 1.6
COURSE_ABOVE, COURSE_BELOW = 5.0, 19.0  # it ends above the number


@dataclass(frozen=True, slots=True)
class Symbol:
    """A letter with its index: z with 4, or x alone."""

    letter: str
    index: str = ""


def value_symbol(notation: Notation, node: str) -> Symbol:
    """What a node passes on."""
    kind = notation.network.node(node).kind
    if node in notation.bare:
        name = notation.subscripts[node]
        letters = name.rstrip("0123456789")
        return Symbol(letters, name[len(letters) :])
    letter = {"input": "x", "parameter": "θ"}.get(kind, notation.letters.value)
    return Symbol(letter, notation.subscripts[node])


def symbol_width(symbol: Symbol, pixels: float) -> float:
    letter, index = _fonts(pixels)
    width = QFontMetricsF(letter).horizontalAdvance(italic(symbol.letter))
    if symbol.index:
        width += 0.5 + QFontMetricsF(index).horizontalAdvance(italic(symbol.index))
    return width


def paint_symbol(
    painter: QPainter, symbol: Symbol, pixels: float, color: QColor, left: float, baseline: float
) -> None:
    letter, index = _fonts(pixels)
    painter.setPen(color)
    painter.setFont(letter)
    text = italic(symbol.letter)
    painter.drawText(QPointF(left, baseline), text)
    if symbol.index:
        left += QFontMetricsF(letter).horizontalAdvance(text) + 0.5
        painter.setFont(index)
        painter.drawText(QPointF(left, baseline + pixels * INDEX_DROP), italic(symbol.index))


def italic(text: str) -> str:
    """A single letter leans; digits and words stand."""
    if len(text) != 1:
        return text
    if text == "h":
        return chr(_PLANCK)
    for first, count, start in _ITALICS:
        if 0 <= ord(text) - ord(first) < count:
            return chr(start + ord(text) - ord(first))
    return text


def paint_curve(
    painter: QPainter, color: QColor, center: QPointF, size: float, node: Node, width: float = 1.5
) -> None:
    """The little curve of an activation, as wide and as high as its box."""
    half = size / 2
    line = [center + QPointF(x * half, -y * half) for x, y in _curve(node.activation, node.leak)]
    _stroke(painter, color, width, line)


def _stroke(painter: QPainter, color: QColor, width: float, points: list[QPointF]) -> None:
    pen = QPen(color, width)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolyline(QPolygonF(points))


@lru_cache(maxsize=64)
def _curve(name: str, leak: float) -> tuple[tuple[float, float], ...]:
    """The curve of an activation fitted into a box from -1 to 1."""
    z = np.linspace(-CURVE_SPAN, CURVE_SPAN, 25)
    a, slope = np.empty_like(z), np.full_like(z, leak)
    with np.errstate(all="ignore"):
        run(activation(name).forward(z, a, slope))
    a = np.where(np.isfinite(a), a, 0.0)
    low, high = float(a.min()), float(a.max())
    tall = (a - low) / (high - low or 1.0) * 1.6 - 0.8
    return tuple(zip((z / CURVE_SPAN).tolist(), tall.tolist(), strict=True))


@lru_cache(maxsize=16)
def _fonts(pixels: float) -> tuple[QFont, QFont]:
    letter, index = QFont(_family()), QFont(_family())
    letter.setPixelSize(round(pixels))
    index.setPixelSize(max(9, round(pixels * INDEX_SIZE)))
    return letter, index


@lru_cache(maxsize=1)
def _family() -> str:
    """The font that the formula library brings along; without it, whatever serif there is."""
    found = find_spec("ziamath")
    if found is None or found.origin is None:
        return "serif"
    file = Path(found.origin).parent / "fonts" / "STIXTwoMath-Regular.ttf"
    number = QFontDatabase.addApplicationFont(str(file))
    families = QFontDatabase.applicationFontFamilies(number)
    return families[0] if families else "serif"


def tile_rect(figure: NodeShape, body: QRectF) -> QRectF:
    middle = body.center() + QPointF(tile_aside(figure), 0.0)
    return QRectF(middle.x() - TILE / 2, middle.y() - TILE / 2, TILE, TILE)


def _paint_tile(painter: QPainter, tokens: Tokens, rect: QRectF, tile: Tile | None) -> None:
    """A tile with its rim; only the rim while nothing is known."""
    if tile is not None:
        brush = QBrush(tile.image(tokens))
        with QPainterStateGuard(painter):
            painter.translate(rect.topLeft())
            painter.scale(rect.width() / SIDE, rect.height() / SIDE)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(brush)
            painter.drawRoundedRect(QRectF(0, 0, SIDE, SIDE), RADIUS, RADIUS)
    if tile is not None and tile.course is not None:  # of one input: a line, low at the bottom
        wide = rect.width() / (len(tile.course) - 1)
        high, bottom = rect.height() - COURSE_ABOVE - COURSE_BELOW, rect.bottom() - COURSE_BELOW
        points = [
            QPointF(rect.left() + k * wide, bottom - share * high)
            for k, share in enumerate(tile.course.tolist())
        ]
        painter.setPen(QPen(tokens.text, COURSE))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(QPolygonF(points[1:-1]))
    rim_rounded(painter, rect, RADIUS, QPen(tokens.line, HAIRLINE))


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
GROUND, GROUND_INSET = 0.94, 4.0


class Brush(NamedTuple):
    """What is painted, with what, and from how far it is seen."""

    painter: QPainter
    tokens: Tokens
    sight: SceneState
    zoom: float

    @property
    def detail(self) -> Detail:
        return detail_at(self.zoom)


def outline_path(figure: NodeShape, rect: QRectF) -> QPainterPath:
    path = QPainterPath()
    if figure.outline is not Outline.TAG:
        radius = CORNER if figure.outline is Outline.KNOB else rect.height() / 2
        path.addRoundedRect(rect, radius, radius)
        return path
    corner, end = CORNER, rect.height() / 2
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


def paint_node(brush: Brush, index: int) -> None:
    """A node with all that belongs to it, as far as the detail goes."""
    painter, tokens, sight, _ = brush
    node = sight.network.nodes[index]
    figure, rect = sight.geometry.frame.figures[index], sight.geometry.rect(index)
    works = sight.highlight is not None and node.id == sight.highlight.ring
    quiet = _paint_body(brush, node, figure, rect, works)
    if figure.mapped and brush.detail >= Detail.SHAPES:
        _paint_tile(painter, tokens, tile_rect(figure, rect), sight.tiles.get(node.id))
    if brush.detail < Detail.NODES:
        return
    _paint_inside(brush, node, figure, rect)
    _paint_name(brush, node, figure, rect, tokens.text if works else tokens.text2)
    if node.output and not sight.geometry.frame.circuit:
        painter.setPen(QPen(tokens.quiet if quiet else tokens.node_line, HAIRLINE))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        inner = rect.adjusted(SECOND_RIM, SECOND_RIM, -SECOND_RIM, -SECOND_RIM)
        painter.drawPath(outline_path(figure, inner))
    for spot in node_spots(sight, index):
        below = spot.y > rect.bottom()
        if brush.detail < Detail.ALL and below and not sight.is_lit(spot.key):
            continue
        if below and spot.text and figure.outline is Outline.CELL:
            # the rows of a narrow cell stand under arriving edges, and are read over them
            ground = spot.rect.adjusted(GROUND_INSET, 1, -GROUND_INSET, -1)
            fill_rounded(painter, ground, GROUND_INSET, faded(tokens.canvas, GROUND))
        if figure.mapped and spot.key.kind == "value":
            top = spot.y - (spot.face.pixels + 2) / 2
            # the ground of the number along the lower edge of its tile
            tile, whole, lower = tile_rect(figure, rect), QPainterPath(), QPainterPath()
            whole.addRoundedRect(tile, RADIUS, RADIUS)
            lower.addRect(QRectF(tile.left(), top, tile.width(), tile.bottom() - top))
            painter.fillPath(whole & lower, faded(tokens.node, PLATE_SHARE))
            rim_rounded(painter, tile, RADIUS, QPen(tokens.line, HAIRLINE))
        paint_spot(brush, spot)
    if node.id in sight.orders:
        _paint_order(brush, rect, str(sight.orders[node.id]))


def paint_spot(brush: Brush, spot: NumberItem) -> None:
    """A number, with the old one and an arrow in front of it, and what the check says of it."""
    painter, tokens, sight, _ = brush
    rect, wide = spot.rect, spot.width_before
    if spot.before:
        painter.setFont(font_of(spot.face))
        painter.setPen(tokens.text2)
        old = QRectF(rect.left() - wide, rect.top(), wide, rect.height())
        painter.drawText(old, Qt.AlignmentFlag.AlignCenter, spot.before)
    paint_place(painter, tokens, rect, spot.plate, spot.face)
    agreement = sight.mark(spot.key)
    if agreement is not None:
        name, ink = ("tick", tokens.ok) if agreement.agrees else ("warning", tokens.warn)
        right = spot.key[2] < len(sight.network.edges)  # else an error term is there
        x = rect.right() - 3 if right else rect.left() + 3 - MARK
        icons.paint(painter, name, ink, QPointF(x, rect.center().y() - MARK / 2), MARK)


def _paint_body(brush: Brush, node: Node, figure: NodeShape, rect: QRectF, works: bool) -> bool:
    """Ringed by the work, a source of it, or stepping back; whether it steps back."""
    painter, tokens, sight, _ = brush
    highlight, rim, width = sight.highlight, tokens.node_line, NODE_RIM
    accent = role_color(tokens, highlight.role) if highlight else tokens.text
    source = (
        highlight is not None and highlight.step.phase == "forward"
        and Key("value", node.id) in highlight.sources
    )  # fmt: skip
    quiet = highlight is not None and not works and not source
    if works:
        paint_halo(painter, rect, figure.radius, accent)
        rim, width = accent, WORK_RING
    elif source:
        rim, width = accent, SOURCE_BORDER
    elif quiet:
        rim = tokens.quiet
    if not works and tokens.name == "light" and brush.detail >= Detail.NODES:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(faded(tokens.shade, 0.04))
        for grow, drop in ((0.5, 1.0), (1.5, 2.0), (3.0, 3.0)):
            shadow = rect.adjusted(-grow, drop - grow, grow, drop + grow)
            painter.drawPath(outline_path(figure, shadow))
    inset = width / 2 - 0.5
    painter.setPen(QPen(rim, width))
    painter.setBrush(tokens.node)
    painter.drawPath(outline_path(figure, rect.adjusted(inset, inset, -inset, -inset)))
    return quiet


def _paint_inside(brush: Brush, node: Node, figure: NodeShape, rect: QRectF) -> None:
    painter, tokens, notation = brush.painter, brush.tokens, brush.sight.notation
    middle, outline = rect.center(), figure.outline
    if outline is Outline.CAPSULE:
        painter.setPen(QPen(tokens.line, HAIRLINE))
        painter.drawLine(QLineF(middle.x(), rect.top() + 9, middle.x(), rect.bottom() - 9))
        apart = QPointF(figure.width / 4 - CELL_INWARD, 0)
        total = Symbol(notation.letters.sum, notation.subscripts[node.id])
        _paint_sign(brush, figure.sign, total, middle - apart, node)
        if not figure.mapped:
            _paint_sign(brush, CURVE, value_symbol(notation, node.id), middle + apart, node)
    elif outline is Outline.CELL and not figure.mapped:
        _paint_sign(brush, figure.sign, value_symbol(notation, node.id), middle, node)
    elif outline is Outline.CIRCLE:
        _paint_operation(brush, figure.sign, middle, node)
    elif outline is Outline.KNOB:
        icons.paint(painter, "knob", tokens.text2, QPointF(rect.left() + 8, middle.y() - 10), KNOB)
    elif outline is Outline.TAG and node.id not in notation.spelled:
        symbol = value_symbol(notation, node.id)
        paint_symbol(painter, symbol, LETTER, tokens.text2, rect.left() + 12, middle.y() + 5)
    if node.bias:  # the short line by which it hangs on its sum
        apart_x = figure.width / 4 + ROW_OUTWARD if outline is Outline.CAPSULE else 32.0
        x = middle.x() - min(apart_x, figure.width / 2 - 18)
        painter.setPen(QPen(tokens.node_line, HAIRLINE))
        painter.drawLine(QLineF(x, rect.bottom() + 2, x, rect.bottom() + 7))


def _paint_operation(brush: Brush, sign: str, center: QPointF, node: Node) -> None:
    """A curve, +, −, × or a word, as it stands in a circle."""
    painter, color = brush.painter, brush.tokens.text
    if sign == CURVE:
        paint_curve(painter, color, center, 28, node, 2.2)
    elif len(sign) > 1:
        font = QFont(_fonts(15)[0])
        font.setPixelSize(16)
        painter.setFont(font)
        painter.setPen(color)
        box = QRectF(center.x() - 26, center.y() - 12, 52, 24)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, sign)
    else:
        for x1, y1, x2, y2 in _OPERATIONS[sign]:
            _stroke(painter, color, 2.2, [center + QPointF(x1, y1), center + QPointF(x2, y2)])


def _paint_sign(brush: Brush, sign: str, symbol: Symbol, middle: QPointF, node: Node) -> None:
    """A sign and a letter beside it, above the number of a cell."""
    painter, ink = brush.painter, brush.tokens.text2
    left = middle.x() - (20.0 + symbol_width(symbol, LETTER)) / 2
    at = QPointF(left + 7.0, middle.y() - SIGN_RISE)
    if sign == CURVE:
        paint_curve(painter, ink, at, 14, node)
    elif sign == "Σ":
        half = SUM_SIGN / 2
        points = [QPointF(at.x() + x * half, at.y() + y * half) for x, y in _SIGMA]
        _stroke(painter, ink, max(1.2, SUM_SIGN / 9), points)
    else:
        painter.setFont(font_of(CAPTION))
        painter.setPen(ink)
        box = QRectF(at.x() - 14, at.y() - 8, 24, 16)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, sign)
    paint_symbol(painter, symbol, LETTER, ink, left + 20.0, at.y() + 5.0)


def title_of(sight: SceneState, node_id: str) -> tuple[str, Symbol | None]:
    """The name of a node and its symbol, as they stand above it.

    The symbol is in place of the name that it spells; beside it where it stands nowhere else.
    """
    notation, index = sight.notation, sight.network.index[node_id]
    words = sight.experiment.layout.name(node_id)
    if node_id in notation.spelled:
        return "", value_symbol(notation, node_id)
    holds_none = sight.geometry.frame.figures[index].outline in (Outline.CIRCLE, Outline.KNOB)
    beside = holds_none and node_id in notation.bare
    return words, value_symbol(notation, node_id) if beside else None


def _paint_name(brush: Brush, node: Node, figure: NodeShape, rect: QRectF, ink: QColor) -> None:
    painter, baseline = brush.painter, rect.top() - NAME_RISE
    words, symbol = title_of(brush.sight, node.id)
    wide = symbol_width(symbol, MATH_NAME) if symbol is not None else 0.0
    font, gap = font_of(brush.sight.face(BODY)), SYMBOL_GAP if words and wide else 0.0
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


def _paint_order(brush: Brush, rect: QRectF, text: str) -> None:
    """The number in the order of the pass, at the top left of the rim."""
    painter, tokens, face = brush.painter, brush.tokens, brush.sight.face(CAPTION)
    high = ORDER_SIZE + face.pixels - CAPTION.pixels
    wide = max(high, 8.0 + width_of(text, face))
    box = QRectF(rect.left() - wide / 2 + 8, rect.top() - high / 2, wide, high)
    painter.setPen(QPen(tokens.node_line, HAIRLINE))
    painter.setBrush(tokens.surface)
    painter.drawRoundedRect(box, high / 2, high / 2)
    painter.setFont(font_of(face))
    painter.setPen(tokens.text2)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
