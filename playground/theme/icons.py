"""The program's own icons: drawn from SVG in the colour of a token, at any size and density."""

import math
from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QObject, QPointF, QRectF, Qt
from PySide6.QtGui import (
    QAction,
    QColor,
    QGuiApplication,
    QIcon,
    QImage,
    QPainter,
    QPalette,
    QPixmap,
)
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton

import resources
from playground.theme.palette import Tokens, token, tokens_of

#: By its path, since the first paint waits for it and importlib.resources takes 7 ms to import.
FOLDER = Path(resources.__file__).with_name("icons")

SIZE = 20
_NAME = "iconName"  # dynamic properties of whatever wears an icon
_TOKEN = "iconToken"


@lru_cache(maxsize=1024)
def image(name: str, color: str, size: int = SIZE, ratio: float = 1.0) -> QImage:
    """The icon in one colour, which is given by its name; it is drawn once."""
    source = (FOLDER / f"{name}.svg").read_text(encoding="utf-8")
    renderer = QSvgRenderer(QByteArray(source.replace("currentColor", color).encode()))
    pixels = round(size * ratio)
    image = QImage(pixels, pixels, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    with QPainter(image) as painter:
        renderer.render(painter, QRectF(0, 0, pixels, pixels))
    image.setDevicePixelRatio(ratio)
    return image


def paint(painter: QPainter, name: str, color: QColor, corner: QPointF, size: int = SIZE) -> None:
    """Draw an icon with its top left corner here, sharp on whatever is painted on."""
    zoom = max(1.0, math.ceil(painter.worldTransform().m11()))
    ratio = painter.device().devicePixelRatioF() * zoom
    painter.drawImage(corner, image(name, color.name(), size, ratio))


def icon(name: str, tokens: Tokens, color: str = "text") -> QIcon:
    """An icon for Qt's own buttons and menus: accent when chosen, `off` when disabled."""
    made, own = QIcon(), token(tokens, color)
    looks = (
        (tokens.off, QIcon.Mode.Disabled, QIcon.State.Off),
        (own, QIcon.Mode.Normal, QIcon.State.Off),
        (tokens.fwd if color == "text" else own, QIcon.Mode.Normal, QIcon.State.On),
    )
    for ratio in _ratios():
        for shade, mode, state in looks:
            picture = QPixmap.fromImage(image(name, shade.name(), SIZE, ratio))
            made.addPixmap(picture, mode, state)
    return made


def _ratios() -> set[float]:
    return {screen.devicePixelRatio() for screen in QGuiApplication.screens()} or {1.0}


def set_icon(
    target: QAction | QAbstractButton, name: str, palette: QPalette, color: str = "text"
) -> None:
    """Give a button or an action its icon; it is drawn anew when the theme changes."""
    target.setProperty(_NAME, name)
    target.setProperty(_TOKEN, color)
    target.setIcon(icon(name, tokens_of(palette), color))


def sketch(target: QAction | QAbstractButton, name: str, palette: QPalette) -> None:
    """An icon in one colour only, where the first paint waits for it: `update_icons` comes."""
    target.setProperty(_NAME, name)
    target.setProperty(_TOKEN, "text")
    color, ratio = tokens_of(palette).text, max(_ratios())
    target.setIcon(QIcon(QPixmap.fromImage(image(name, color.name(), SIZE, ratio))))


def worn(target: QAction | QAbstractButton) -> str:
    """The name of the icon it wears, or ""."""
    name = target.property(_NAME)
    return name if isinstance(name, str) else ""


def update_icons(root: QObject, tokens: Tokens) -> None:
    """Draw every icon below `root` in the colours of another table."""
    targets: list[QAction | QAbstractButton] = root.findChildren(QAction)
    for target in (*targets, *root.findChildren(QAbstractButton)):
        color = target.property(_TOKEN)
        if worn(target) and isinstance(color, str):
            target.setIcon(icon(worn(target), tokens, color))
