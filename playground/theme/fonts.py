"""The sizes and weights of text: one table of faces, one family, digits of one width."""

from functools import lru_cache
from typing import NamedTuple

from PySide6.QtGui import QFont, QFontDatabase, QFontMetricsF, QGuiApplication

SMALLEST = 11


class Face(NamedTuple):
    """How one kind of text is set, and how much higher than the text its plate is.

    `stretch` is in percent: a long text is set narrower, so that it keeps to its place.
    """

    pixels: int
    weight: int
    around: float = 9.0
    stretch: int = 100


CLOSE = 4.0  # these stand in rows, and their plates must not touch

RESULT = Face(26, 600)
SHEET_TITLE = Face(22, 600)
LESSON_TITLE = Face(18, 600)
LESSON_TITLE_NARROW = Face(16, 600)
STEP_TITLE = Face(16, 600)
VALUE = Face(15, 500)
LESSON_TEXT = Face(14, 400)
FACTOR = Face(14, 600)
WEIGHT = Face(13, 500)
DELTA = Face(13, 500, CLOSE)
BODY = Face(13, 400)
BODY_STRONG = Face(13, 600)
GRADIENT = Face(12, 500, CLOSE)
HINT = Face(12, 400)
CAPTION = Face(11, 400)
CHIP = Face(11, 600)
NARROWEST = 60  # percent of the usual width; narrower letters are no longer read at a glance

# Sizes of mathematics, in pixels.
RESULT_SYMBOL = 22
SYMBOLS_LINE = 19
FACTOR_SYMBOL = 18
SYMBOLS_SMALLEST = 15


def ui_font() -> QFont:
    """The system's own font for text in a window, with digits of one width."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    font.setFamilies([*font.families(), "DejaVu Sans"])
    font.setPixelSize(BODY.pixels)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


def forget_fonts() -> None:
    """The program has another font now than that which faces were made and measured in."""
    font_of.cache_clear()
    width_of.cache_clear()


@lru_cache(maxsize=512)  # a Step asks hundreds of times, for a dozen faces
def font_of(face: Face) -> QFont:
    """The program's font in this size and weight; nothing becomes smaller than 11 pixels.

    All who ask share it: whoever changes it takes a copy first.
    """
    font = QFont(QGuiApplication.font())
    font.setPixelSize(max(SMALLEST, face.pixels))
    font.setWeight(QFont.Weight(face.weight))
    if face.stretch != 100:
        font.setStretch(face.stretch)
    return font


@lru_cache(maxsize=4096)  # the numbers of a large network in sight
def width_of(text: str, face: Face) -> float:
    return QFontMetricsF(font_of(face)).horizontalAdvance(text)


def strong(face: Face) -> Face:
    """The same size as it looks at work, or when chosen."""
    return face._replace(weight=600)


def stand_in(pixels: int) -> QFont:
    """What shows mathematics until its picture is drawn."""
    font = QFont(font_of(Face(pixels, 400)))
    font.setItalic(True)
    return font
