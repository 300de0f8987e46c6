"""The letters of mathematics in nodes, and the signs: Σ, the curve of an activation, +, −, ×, ◎.

Letters are set in the formula library's own font, so canvas and formula look alike.
"""

from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontMetricsF, QPainter, QPen, QPolygonF

from engine.formulas.notation import Notation
from engine.functions.activations import activation
from engine.op_list import run

INDEX_SIZE = 0.7
INDEX_DROP = 0.2
CURVE_SPAN = 4.0
_ITALICS = (("A", 26, 0x1D434), ("a", 26, 0x1D44E), ("Α", 25, 0x1D6E2), ("α", 25, 0x1D6FC))
_OPERATIONS: dict[str, tuple[tuple[float, float, float, float], ...]] = {
    "+": ((-8.5, 0, 8.5, 0), (0, -8.5, 0, 8.5)),
    "−": ((-8.5, 0, 8.5, 0),),
    "×": ((-7, -7, 7, 7), (-7, 7, 7, -7)),
}
_PLANCK = 0x210E  # where Unicode keeps the italic h


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


def sum_symbol(notation: Notation, node: str) -> Symbol:
    """What a neuron combines."""
    if notation.network.node(node).activation == "identity":
        return value_symbol(notation, node)
    return Symbol(notation.letters.sum, notation.subscripts[node])


def symbol_width(symbol: Symbol, pixels: float) -> float:
    """The room a letter with its index takes."""
    letter, index = _fonts(pixels)
    width = QFontMetricsF(letter).horizontalAdvance(italic(symbol.letter))
    if symbol.index:
        width += 0.5 + QFontMetricsF(index).horizontalAdvance(italic(symbol.index))
    return width


def paint_symbol(
    painter: QPainter, symbol: Symbol, pixels: float, color: QColor, left: float, baseline: float
) -> float:
    """Paint a letter with its index; the width it took is returned."""
    letter, index = _fonts(pixels)
    painter.setPen(color)
    painter.setFont(letter)
    text = italic(symbol.letter)
    painter.drawText(QPointF(left, baseline), text)
    width = QFontMetricsF(letter).horizontalAdvance(text)
    if symbol.index:
        painter.setFont(index)
        small = italic(symbol.index)
        place = QPointF(left + width + 0.5, baseline + pixels * INDEX_DROP)
        painter.drawText(place, small)
        width += 0.5 + QFontMetricsF(index).horizontalAdvance(small)
    return width


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


def paint_sum_sign(painter: QPainter, color: QColor, center: QPointF, size: float) -> None:
    """The Σ."""
    half = size / 2
    x, y = center.x(), center.y()
    shape = ((0.75, -0.72), (0.68, -1), (-0.7, -1), (0.1, 0), (-0.7, 1), (0.75, 1), (0.8, 0.7))
    _stroke(
        painter, color, max(1.2, size / 9), [QPointF(x + a * half, y + b * half) for a, b in shape]
    )


def paint_curve(
    painter: QPainter, color: QColor, center: QPointF, size: float, name: str, leak: float,
    width: float = 1.5,
) -> None:  # fmt: skip
    """The little curve of an activation, as wide and as high as its box."""
    half = size / 2
    line = [center + QPointF(x * half, -y * half) for x, y in _curve(name, leak)]
    _stroke(painter, color, width, line)


def paint_operation(painter: QPainter, color: QColor, center: QPointF, sign: str) -> None:
    """+, −, × or a word, as it stands in a circle."""
    if len(sign) > 1:
        font = QFont(_fonts(15)[0])
        font.setPixelSize(16)
        painter.setFont(font)
        painter.setPen(color)
        box = QRectF(center.x() - 26, center.y() - 12, 52, 24)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, sign)
        return
    for x1, y1, x2, y2 in _OPERATIONS[sign]:
        _stroke(painter, color, 2.2, [center + QPointF(x1, y1), center + QPointF(x2, y2)])


def paint_bulls_eye(painter: QPainter, color: QColor, center: QPointF) -> None:
    """The sign of truth."""
    painter.setPen(QPen(color, 1.4))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawEllipse(center, 6.5, 6.5)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    painter.drawEllipse(center, 2.2, 2.2)


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
    """The font of a letter and of its index."""
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
