"""The canvas as a picture: the whole network, as dots or as lines."""

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, QSize
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgGenerator

from playground.canvas.scene import CanvasScene
from playground.palette import tokens_of

MARGIN = 32.0
DOTS_AN_INCH = 96
EMPTY = QSize(320, 200)


def whole(scene: CanvasScene) -> QRectF:
    """What a picture shows: everything, with a margin."""
    bounds = scene.bounds()
    if bounds.isEmpty():
        return QRectF(0, 0, EMPTY.width(), EMPTY.height())
    return bounds.adjusted(-MARGIN, -MARGIN, MARGIN, MARGIN)


def image_of(scene: CanvasScene, size: QSize | None, scale: float) -> QImage:
    """The network fitted into a size, or as large as it is drawn; `scale` makes it sharper."""
    area = whole(scene)
    wanted = size or area.size().toSize()
    image = QImage(wanted * scale, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(tokens_of(scene.palette()).canvas)
    with QPainter(image) as painter:
        painter.scale(scale, scale)
        scene.paint_into(painter, QRectF(0, 0, wanted.width(), wanted.height()), area)
    return image


def svg_of(scene: CanvasScene) -> bytes:
    """The network as lines, sharp at any size."""
    area = whole(scene)
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setTitle("Neural Playground")
    generator.setResolution(DOTS_AN_INCH)
    generator.setSize(area.size().toSize())
    generator.setViewBox(QRectF(0, 0, area.width(), area.height()))
    with QPainter(generator) as painter:
        scene.paint_into(painter, QRectF(0, 0, area.width(), area.height()), area)
    buffer.close()
    return bytes(data.data())
