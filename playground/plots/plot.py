"""What every plot can do: paint itself in layers, zoom, be read with mouse and keys, be saved.

The still layer is kept as a picture until something it shows changes; only the rest is painted
again and again.
"""

from pathlib import Path

from PySide6.QtCore import (
    QBuffer,
    QByteArray,
    QEvent,
    QIODevice,
    QPointF,
    QRectF,
    QSaveFile,
    QSize,
    Qt,
)
from PySide6.QtGui import (
    QFocusEvent,
    QGuiApplication,
    QImage,
    QImageWriter,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.errors import Refused
from engine.files.names import called
from playground.fonts import BODY, HINT, font_of, strong
from playground.palette import Tokens, tokens_of
from playground.plots.frame import Frame
from playground.strokes import fill_rounded
from playground.widgets.knob import notches
from playground.widgets.plain_text import set_tip

ZOOM_A_NOTCH = 0.8
STILL_A_CLICK = 4.0
SHARPER = 2.0
TOP, TITLE = 8.0, 20.0

_TURNS: dict[int, tuple[int, int]] = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}
_ZOOMS: dict[int, float] = {
    Qt.Key.Key_Plus: ZOOM_A_NOTCH,
    Qt.Key.Key_Equal: ZOOM_A_NOTCH,
    Qt.Key.Key_Minus: 1 / ZOOM_A_NOTCH,
}
_OTHERS = (Qt.Key.Key_0, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape)


class Plot(QWidget):
    """Subclasses say where the axes are and what stands between them."""

    def __init__(self, name: str, tip: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        set_tip(self, tip)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(120, 60)
        self._still: QPixmap | None = None
        self._pressed: QPointF | None = None
        self._last = QPointF()
        self._dragging = False
        self.saving = False

    @property
    def top(self) -> float:
        """What is left free above the axes; a saved picture has its title and its legend there."""
        return TOP + (TITLE if self.saving else 0.0)

    # what a subclass says

    def title(self) -> str:
        """What a saved picture shows: on screen it stands among the controls."""
        return ""

    def frame(self) -> Frame:
        """Where the axes are now."""
        raise NotImplementedError

    def waiting(self) -> str:
        """What stands in the middle while there is nothing to show."""
        return ""

    def paint_still(self, painter: QPainter, frame: Frame, tokens: Tokens) -> None:
        """What seldom changes."""

    def paint_moving(self, painter: QPainter, frame: Frame, tokens: Tokens) -> None:
        """What changes while training runs."""

    def paint_readout(self, painter: QPainter, frame: Frame, tokens: Tokens) -> None:
        """What is read off under the pointer; it is not part of a saved picture."""

    def paint_legend(self, painter: QPainter, box: QRectF, tokens: Tokens) -> None:
        """What a saved picture needs beside, in this row; on screen it is among the controls."""

    def zoom(self, factor: float, at: QPointF | None = None) -> None:
        """Show so many times as much, around a place or the middle."""

    def reset_zoom(self) -> None:
        """Show all again."""

    def pan(self, across: float, down: float) -> None:
        """Move what is shown by so many pixels."""

    def grip(self, place: QPointF) -> bool:
        """Whether there is something at this place that can be dragged; if so, take it."""
        return False

    def drag(self, place: QPointF) -> None:
        """What was taken is now here."""

    def let_go(self) -> None:
        """What was taken stays where it is."""

    def click(self, place: QPointF) -> None:
        """Pressed and released at one place."""

    def read_at(self, place: QPointF | None) -> None:
        """The pointer is here, or has gone."""

    def turn_readout(self, across: int, up: int) -> None:
        """An arrow key."""

    def choose_readout(self) -> None:
        """Enter."""

    # painting and saving

    def renew(self) -> None:
        """Paint everything anew."""
        self._still = None
        self.update()

    def picture(self) -> QImage:
        """The plot as it is seen, without the readout, at twice the density."""
        image = QImage(self.size() * SHARPER, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(SHARPER)
        with QPainter(image) as painter:
            self._paint_all(painter)
        return image

    def copy_picture(self) -> None:
        """The plot into the clipboard."""
        QGuiApplication.clipboard().setImage(self.picture())

    def save_picture(self, path: Path) -> None:
        """The plot as a file: SVG or, by any other name, an image."""
        file = QSaveFile(str(path))
        if not file.open(QIODevice.OpenModeFlag.WriteOnly):
            raise Refused(f"“{called(path)}” could not be written there. Choose another folder.")
        svg = path.suffix.lower() == ".svg"
        kind = QByteArray((path.suffix.removeprefix(".") or "png").encode())
        done = (
            file.write(self._svg()) > 0 if svg else QImageWriter(file, kind).write(self.picture())
        )
        if not done or not file.commit():
            file.cancelWriting()
            raise Refused(f"“{called(path)}” could not be written. Choose PNG or SVG.")

    def _svg(self) -> QByteArray:
        buffer = QBuffer()
        generator = QSvgGenerator()
        generator.setOutputDevice(buffer)
        generator.setSize(self.size())
        generator.setResolution(self.logicalDpiX())
        generator.setViewBox(self.rect())
        generator.setTitle(self.accessibleName())
        with QPainter(generator) as painter:
            self._paint_all(painter)
        return buffer.data()

    def _paint_all(self, painter: QPainter) -> None:
        self.saving = True
        tokens, frame = tokens_of(self.palette()), self.frame()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), tokens.surface)
        self.paint_still(painter, frame, tokens)
        self.paint_moving(painter, frame, tokens)
        row = QRectF(frame.area.left(), 2, self.width() - frame.area.left() - 6, TITLE)
        painter.setFont(font_of(strong(HINT)))
        painter.setPen(tokens.text)
        painter.drawText(row, Qt.AlignmentFlag.AlignVCenter, self.title())
        self.paint_legend(painter, row, tokens)
        self._paint_waiting(painter, frame, tokens)
        self.saving = False
        self.renew()

    def _still_picture(self, frame: Frame, tokens: Tokens) -> QPixmap:
        if self._still is None:
            ratio = self.devicePixelRatioF()
            size = QSize(round(self.width() * ratio), round(self.height() * ratio))
            self._still = QPixmap(size)
            self._still.setDevicePixelRatio(ratio)
            self._still.fill(tokens.surface)
            with QPainter(self._still) as painter:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                self.paint_still(painter, frame, tokens)
        return self._still

    def _paint_waiting(self, painter: QPainter, frame: Frame, tokens: Tokens) -> None:
        text = self.waiting()
        if not text:
            return
        painter.setFont(font_of(BODY))
        room = QRectF(frame.area).adjusted(8, 4, -8, -4)
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        box = painter.boundingRect(room, flags, text)
        fill_rounded(painter, box.adjusted(-10, -4, 10, 4), 12, tokens.surface)
        painter.setPen(tokens.text2)
        painter.drawText(room, flags, text)

    # Qt's own

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens, frame = tokens_of(self.palette()), self.frame()
        with QPainter(self) as painter:
            painter.drawPixmap(0, 0, self._still_picture(frame, tokens))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self.paint_moving(painter, frame, tokens)
            self._paint_waiting(painter, frame, tokens)
            self.paint_readout(painter, frame, tokens)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.renew()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self.renew()

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = notches(event.angleDelta().x(), event.angleDelta().y())
        if turned:
            self.zoom(ZOOM_A_NOTCH**turned, event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = self._last = event.position()
            self._dragging = self.grip(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        here = event.position()
        if self._dragging:
            self.drag(here)
        elif self._pressed is not None:
            moved = here - self._pressed
            if moved.manhattanLength() > STILL_A_CLICK or self._last != self._pressed:
                step = here - self._last
                self._last = here
                self.pan(step.x(), step.y())
        else:
            self.read_at(here)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or self._pressed is None:
            return
        if self._dragging:
            self.let_go()
        elif self._last == self._pressed:
            self.click(event.position())
        self._pressed, self._dragging = None, False

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.reset_zoom()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        if not self.hasFocus():
            self.read_at(None)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.read_at(None)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            plain = event.modifiers() in (
                Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier,
                Qt.KeyboardModifier.KeypadModifier,
            )  # fmt: skip
            if plain and (event.key() in _TURNS or event.key() in _ZOOMS or event.key() in _OTHERS):
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        far = 10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
        if key in _TURNS:
            across, up = _TURNS[key]
            self.turn_readout(across * far, up * far)
        elif key in _ZOOMS:
            self.zoom(_ZOOMS[key])
        elif key == Qt.Key.Key_0:
            self.reset_zoom()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.choose_readout()
        elif key == Qt.Key.Key_Escape:
            self.read_at(None)
            event.ignore()
        else:
            super().keyPressEvent(event)
