"""What painting shares: pens, rounded boxes, shadows, bands of colour, pictures as bytes."""

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QImageWriter, QPainter, QPen
from PySide6.QtWidgets import QWidget

from playground.theme.palette import Tokens, faded, tokens_of


def png_bytes(image: QImage) -> bytes:
    """The same dots, however dense the screen is that they were made for."""
    plain = QImage(image)
    plain.setDevicePixelRatio(1)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(plain)
    return bytes(buffer.data().data())


@contextmanager
def painted(widget: QWidget) -> Iterator[tuple[QPainter, Tokens]]:
    """A painter on a widget, with smooth edges, and the colours in force there."""
    with QPainter(widget) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        yield painter, tokens_of(widget.palette())


HAIRLINE = 1.0
NODE_RIM = 1.25
WORK_RING = 2.5
SOURCE_BORDER = 1.5
EMPHASISED = 2.25
HALO_WIDER = 7.0
HALO_SHARE = 0.13
DASH_ON, DASH_OFF = 8.0, 5.0
SMALLEST_SCALE = 0.6


def weight_width(weight: float, scale: float) -> float:
    """1 + 1.6 · min(1, |w| / scale); scale is the 95th percentile of |w|, at least 0.6."""
    return 1 + 1.6 * min(1.0, abs(weight) / max(SMALLEST_SCALE, scale))


def weight_color(tokens: Tokens, weight: float) -> QColor:
    """Teal from 0 up, rose below."""
    return tokens.neg if weight < 0 else tokens.pos


def edge_pen(color: QColor, width: float, dashed: bool) -> QPen:
    """A pen for any edge: negative ones are dashed 8 on, 5 off, in pixels whatever the width."""
    pen = QPen(color, width)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    if dashed:
        pen.setDashPattern([DASH_ON / width, DASH_OFF / width])
    return pen


def dotted_pen(color: QColor, width: float = HAIRLINE) -> QPen:
    """Dots 2, gaps 3: an empty place, or a line that only belongs together."""
    pen = QPen(color, width)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    pen.setDashPattern([2 / width, 3 / width])
    return pen


def fill_rounded(painter: QPainter, rect: QRectF, radius: float, fill: QColor) -> None:
    """A rounded rectangle without a rim."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(fill)
    painter.drawRoundedRect(rect, radius, radius)


def rim_rounded(painter: QPainter, rect: QRectF, radius: float, pen: QPen) -> None:
    """The rim of a rounded rectangle, wholly inside it."""
    inset = pen.widthF() / 2
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    inner = rect.adjusted(inset, inset, -inset, -inset)
    painter.drawRoundedRect(inner, max(0.0, radius - inset), max(0.0, radius - inset))


def paint_halo(painter: QPainter, rect: QRectF, radius: float, accent: QColor) -> None:
    """The soft ring round the thing at work: no blur, one translucent shape."""
    wide = rect.adjusted(-HALO_WIDER, -HALO_WIDER, HALO_WIDER, HALO_WIDER)
    fill_rounded(painter, wide, radius + HALO_WIDER, faded(accent, HALO_SHARE))


def paint_shadow(painter: QPainter, tokens: Tokens, rect: QRectF, radius: float) -> None:
    """One soft shadow under nodes, in light only: three rounded rectangles of 4 % each."""
    if tokens.name == "dark":
        return
    for grow, drop in ((0.5, 1.0), (1.5, 2.0), (3.0, 3.0)):
        spread = rect.adjusted(-grow, drop - grow, grow, drop + grow)
        fill_rounded(painter, spread, radius + grow, faded(tokens.shade, 0.04))


def draw_elided(
    painter: QPainter,
    box: QRectF | QRect,
    text: str,
    align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
) -> None:
    """A line of text in the middle of its height; where room is short it ends in an ellipsis."""
    room = int(box.width()) + 1  # what just fits is not cut for a fraction of a pixel
    text = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room)
    painter.drawText(box, align | Qt.AlignmentFlag.AlignVCenter, text)
