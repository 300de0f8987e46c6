"""Points in the plane as a picture: classes by shape and colour, test points hollow."""

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QBrush,
    QEnterEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from engine.functions.datasets import DATASETS, Points, Recipe, generate
from playground.theme.fonts import CAPTION, font_of, strong
from playground.theme.painting import draw_elided, fill_rounded, rim_rounded
from playground.theme.palette import Tokens, mixed, tokens_of
from playground.widgets.plain_text import set_tip

MOST = 1200
REACH = 6.5
SIZE = 4.0
SMALL = 2.0
FRAME = 8


def paint_set(
    painter: QPainter, tokens: Tokens, room: QRectF, points: Points, classes: bool,
    size: float, reach: float = 0.0,
) -> None:  # fmt: skip
    """All points inside the room, the middle of the plane in the middle; a few of very many."""
    inputs, targets, test = points.inputs, points.targets[:, 0], points.test
    reach = max(reach, float(np.abs(inputs).max(initial=0)) * 1.04)
    scale = (min(room.width(), room.height()) / 2 - size) / reach
    middle = room.center()
    for k in range(0, len(inputs), -(-len(inputs) // MOST)):
        x, y = inputs[k]
        place = middle + QPointF(float(x) * scale, -float(y) * scale)
        above, hollow = bool(targets[k] >= 0), bool(test[k]) and size > SMALL
        color = tokens.fwd if above else tokens.bwd
        if not classes:
            color = mixed(tokens.quiet, color, min(1.0, abs(float(targets[k]))))
        painter.setPen(QPen(color, 1.25) if hollow else QPen(tokens.surface, 0.75))
        painter.setBrush(QBrush(Qt.BrushStyle.NoBrush) if hollow else QBrush(color))
        if size == SMALL:
            painter.setPen(Qt.PenStyle.NoPen)
        _paint_point(painter, place, above or not classes, size)


def _paint_point(painter: QPainter, place: QPointF, round_one: bool, size: float) -> None:
    if round_one:
        painter.drawEllipse(place, size - 0.5, size - 0.5)
    else:
        corners = ((0, -size), (size, size * 0.8), (-size, size * 0.8))
        painter.drawPolygon(QPolygonF([place + QPointF(x, y) for x, y in corners]))


class SetPicture(QWidget):
    """The set as it will be."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._points: Points | None = None
        self._classes = True
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_points(self, points: Points, classes: bool, told: str) -> None:
        """Paint these from now on."""
        self._points, self._classes = points, classes
        self.setAccessibleName(f"Picture of the set: {told}")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(280, 280)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens, painter = tokens_of(self.palette()), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect())
        fill_rounded(painter, box, FRAME, tokens.canvas)
        rim_rounded(painter, box, FRAME, QPen(tokens.line, 1))
        painter.setPen(QPen(tokens.line, 1))
        middle = box.center()
        painter.drawLine(QPointF(box.left() + 8, middle.y()), QPointF(box.right() - 8, middle.y()))
        painter.drawLine(QPointF(middle.x(), box.top() + 8), QPointF(middle.x(), box.bottom() - 8))
        if self._points is not None:
            paint_set(painter, tokens, box.adjusted(6, 6, -6, -6), self._points, self._classes,
                      SIZE, REACH)  # fmt: skip


class KindTile(QAbstractButton):
    """One kind of set to choose, as a small picture with its name below."""

    def __init__(self, kind: str, chosen: Callable[[str], object], parent: QWidget) -> None:
        super().__init__(parent)
        self.kind = kind
        about = DATASETS[kind]
        self._points = generate(Recipe(kind, 90 if about.classification else 140))
        self.setText(about.title)
        self.setAccessibleName(about.title)
        set_tip(self, f"{about.title}: {about.line}")
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.toggled.connect(lambda on: chosen(kind) if on else None)

    def sizeHint(self) -> QSize:
        return QSize(92, 96)

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens, painter = tokens_of(self.palette()), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect())
        chosen = self.isChecked()
        fill_rounded(painter, box, FRAME, tokens.fwd_t if chosen else tokens.sunken)
        if chosen or self.underMouse():
            rim = QPen(tokens.fwd, 2) if chosen else QPen(tokens.node_line, 1)
            rim_rounded(painter, box, FRAME, rim)
        classes = DATASETS[self.kind].classification
        paint_set(painter, tokens, box.adjusted(8, 6, -8, -24), self._points, classes, SMALL)
        painter.setFont(font_of(strong(CAPTION) if chosen else CAPTION))
        painter.setPen(tokens.text if chosen else tokens.text2)
        words = QRectF(box.left() + 2, box.bottom() - 22, box.width() - 4, 18)
        draw_elided(painter, words, self.text(), Qt.AlignmentFlag.AlignHCenter)
