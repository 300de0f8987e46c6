"""The canvas as a picture: the whole network, as dots or as lines, at once or in portions."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, QSize
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgGenerator

from engine.errors import Refused
from playground.canvas.scene import CanvasScene
from playground.theme.painting import png_bytes

MARGIN = 32.0
DOTS_AN_INCH = 96
EMPTY = QSize(320, 200)
STRIP = 128  # rows of dots
DENSE = 2.0  # dots of a file for each one on the screen


class Sheet(NamedTuple):
    """A picture under way: after all portions, `data` are its bytes, made in whichever thread."""

    portions: Iterator[None]
    data: Callable[[], bytes]


def whole(scene: CanvasScene) -> QRectF:
    """What a picture shows: everything, with a margin."""
    bounds = scene.bounds()
    if bounds.isEmpty():
        return QRectF(0, 0, EMPTY.width(), EMPTY.height())
    return bounds.adjusted(-MARGIN, -MARGIN, MARGIN, MARGIN)


def sheet_of(scene: CanvasScene, ending: str) -> Sheet:
    """The picture for a file with this ending, in portions."""
    if ending == ".svg":
        return _lines(scene)
    if ending != ".png":
        raise Refused("A picture needs a name that ends in .png or .svg.")
    image, portions = _dots(scene, None, DENSE)
    return Sheet(portions, lambda: png_bytes(image))


def image_of(scene: CanvasScene, size: QSize | None, scale: float) -> QImage:
    """The network fitted into a size, or as large as it is drawn; `scale` makes it sharper."""
    image, portions = _dots(scene, size, scale)
    for _ in portions:
        pass
    return image


def svg_of(scene: CanvasScene) -> bytes:
    """The network as lines, sharp at any size."""
    sheet = _lines(scene)
    for _ in sheet.portions:
        pass
    return sheet.data()


def _dots(scene: CanvasScene, size: QSize | None, scale: float) -> tuple[QImage, Iterator[None]]:
    area = whole(scene)
    wanted = size or area.size().toSize()
    image = QImage(wanted * scale, QImage.Format.Format_ARGB32_Premultiplied)
    ground = scene.tokens.canvas
    portions = scene.painting(QRectF(0, 0, wanted.width(), wanted.height()), area)

    def paint() -> Iterator[None]:
        with QPainter(image) as painter:
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
            for top in range(0, image.height(), STRIP):  # to take much memory at once takes long
                painter.fillRect(0, top, image.width(), STRIP, ground)
                yield
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
            painter.scale(scale, scale)
            yield from portions(painter)

    return image, paint()


def _lines(scene: CanvasScene) -> Sheet:
    area = whole(scene)
    data = QByteArray()
    sheet = QRectF(0, 0, area.width(), area.height())
    ground, portions = scene.tokens.canvas, scene.painting(sheet, area)

    def paint() -> Iterator[None]:
        buffer = QBuffer(data)
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        generator = QSvgGenerator()
        generator.setOutputDevice(buffer)
        generator.setTitle("Neural Playground")
        generator.setResolution(DOTS_AN_INCH)
        generator.setSize(area.size().toSize())
        generator.setViewBox(sheet)
        with QPainter(generator) as painter:
            painter.fillRect(sheet, ground)
            yield from portions(painter)
        buffer.close()

    return Sheet(paint(), lambda: bytes(data.data()))
