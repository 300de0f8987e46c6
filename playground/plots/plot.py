"""What every plot can do: wear a theme, be read, moved and zoomed, be copied and saved."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from textwrap import wrap

import numpy as np
import pyqtgraph as pg
from pyqtgraph.GraphicsScene.mouseEvents import MouseClickEvent
from PySide6.QtCore import (
    QBuffer,
    QByteArray,
    QEvent,
    QIODevice,
    QPoint,
    QPointF,
    QRectF,
    QSaveFile,
    QSize,
    QSizeF,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QFontMetricsF,
    QImage,
    QImageWriter,
    QKeyEvent,
    QMouseEvent,
    QPaintDevice,
    QPainter,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import (
    QGraphicsEllipseItem,
    QGraphicsItem,
    QGraphicsPathItem,
    QGraphicsSimpleTextItem,
    QMenu,
    QWidget,
)

from engine.errors import Refused
from engine.files.limits import called
from engine.files.table import write_table
from engine.functions import Floats
from playground.plots.axes import Axis
from playground.theme.fonts import BODY, CAPTION, CHIP, HINT, font_of, strong
from playground.theme.painting import fill_rounded, rim_rounded
from playground.theme.palette import Tokens, token, tokens_of
from playground.widgets.plain_text import set_name

pg.setConfigOptions(imageAxisOrder="row-major", mouseRateLimit=0, exitCleanup=False)
pg.debug.printExc = lambda *words, **named: sys.excepthook(*sys.exc_info())  # told as any other

ZOOM = 0.8  # a press of + or −, and a notch of the wheel
STEPS = 60  # of the read-out across a plot
PAN = 0.1  # of what is seen, a press of Ctrl and an arrow
SHARPER = 2.0  # dots of a picture to a pixel: text keeps its size
TITLE = 24  # pixels above a saved picture, for its title and its legend
ARROWS: dict[int, tuple[int, int]] = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}
ZOOMS: dict[int, float] = {
    Qt.Key.Key_Plus: ZOOM,
    Qt.Key.Key_Equal: ZOOM,
    Qt.Key.Key_Minus: 1 / ZOOM,
}
ALL = (Qt.Key.Key_0, Qt.Key.Key_A)
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
DRESSED_FOR = (
    QEvent.Type.PaletteChange, QEvent.Type.FontChange, QEvent.Type.DevicePixelRatioChange,
)  # fmt: skip
PLAIN = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier
At = tuple[float, float]
Rows = list[tuple[str, str]]
#: The names of the columns, and the columns.
Numbers = tuple[list[str], Sequence[Floats]]


class Plate(QGraphicsItem):
    """Values on a plate, in pixels of the plot; it is spoken as the plot's description."""

    def __init__(self, parent: QGraphicsItem) -> None:
        super().__init__(parent)
        self.rows: Rows = []
        self._tokens: Tokens | None = None
        self._box = QRectF()
        self.setZValue(100)

    def show_rows(self, rows: Rows, at: QPointF, area: QRectF, tokens: Tokens) -> None:
        """Beside this place, on the side where there is room, inside the area."""
        self.prepareGeometryChange()
        self.rows, self._tokens = rows, tokens
        metrics, most = QFontMetricsF(font_of(CHIP)), max(60.0, area.width() - 12)
        wide = min(most, max(metrics.horizontalAdvance(text) for text, _ in rows) + 16)
        self._box = QRectF(0, 0, wide, len(rows) * 15 + 8)
        beside = at.x() + 12 if at.x() + 12 + wide <= area.right() + 8 else at.x() - 12 - wide
        lowest = max(area.top() + 2, area.bottom() - self._box.height() - 2)
        self.setPos(max(area.left(), beside), min(max(area.top() + 2, at.y() - 12), lowest))
        self.update()

    def boundingRect(self) -> QRectF:
        return self._box

    def paint(self, painter: QPainter, *_: object) -> None:
        if self._tokens is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        fill_rounded(painter, self._box, 6, self._tokens.surface)
        rim_rounded(painter, self._box, 6, QPen(self._tokens.line, 1))
        for k, (text, color) in enumerate(self.rows):
            painter.setFont(font_of(CAPTION if k else CHIP))
            painter.setPen(token(self._tokens, color))
            row = QRectF(8, 4 + k * 15, self._box.width() - 14, 15)
            cut = painter.fontMetrics().elidedText(
                text, Qt.TextElideMode.ElideMiddle, int(row.width())
            )
            painter.drawText(row, Qt.AlignmentFlag.AlignVCenter, cut)


class Plot(pg.PlotWidget):
    """Subclasses say what is shown, what is read at a place, and what a click does there."""

    menu_asked = Signal(QPoint)

    standard_size = QSize(1200, 700)
    has_grid = True  # or nothing that could be shown or hidden
    _ready = False  # pyqtgraph changes the palette before there is anything to dress

    def __init__(
        self, name: str, tip: str, parent: QWidget, least: float = 0.0, over: bool = False
    ) -> None:
        self.left, self.below = Axis("left", over=over), Axis("bottom", least, over)
        self._ours, self._room, self._said, self._lines = 0, QSizeF(), "", (True, True)
        self.saving, self.density = False, 1.0
        axes = {"left": self.left, "bottom": self.below}
        super().__init__(parent, axisItems=axes, enableMenu=False)  # the panel's menu holds its
        set_name(self, name, tip)
        self.setMinimumSize(120, 60)
        self.setAntialiasing(True)
        self.item = self.getPlotItem()
        self.item.hideButtons()
        self.item.layout.setContentsMargins(2, 8, 6, 0)
        self.item.layout.setSpacing(0)
        self.view = self.item.getViewBox()
        self.view.disableAutoRange()
        self.view.setDefaultPadding(0)
        # one notch of the wheel (120) is one press of + or −
        self.view.state["wheelScaleFactor"] = np.log(ZOOM) / np.log(1.02) / 120
        for axis in (self.left, self.below):
            axis.setZValue(0.5 if over else self.view.zValue() - 1)  # below 0 it is behind all
        for side in ("top", "right"):
            self.item.getAxis(side).unlinkFromView()  # unseen, it writes its label at every move
        self._make_readout()
        self.words = QGraphicsSimpleTextItem(self.item)
        self.words.setZValue(60)
        self.scene().sigMouseMoved.connect(self._pointed)
        self.scene().sigMouseClicked.connect(self._clicked)
        self.view.sigRangeChanged.connect(self._ranged)
        self.view.sigResized.connect(self._resized)
        self._ready = True
        self._dress()

    def _make_readout(self) -> None:
        self.read: At | None = None
        self.across, self.up = pg.InfiniteLine(angle=0), pg.InfiniteLine(angle=90)
        self.spot = QGraphicsEllipseItem(-3.5, -3.5, 7, 7, self.item)
        self.spot.setZValue(55)
        for line in (self.across, self.up):
            line.setZValue(50)
            self.view.addItem(line, ignoreBounds=True)
        self.plate = Plate(self.item)
        self._readout = (self.across, self.up, self.spot, self.plate)
        for part in self._readout:
            part.hide()

    # what a subclass says

    def title(self) -> str:
        """What a saved picture shows: on screen it stands among the controls."""
        return ""

    def wear(self, tokens: Tokens) -> None:
        """Give the items the colours of a theme."""

    def place_marks(self) -> None:
        """What stands in pixels has to follow a range or a size."""

    def readings(self, at: At) -> Rows:
        """What is read off at a place of the plane, with the tokens of its colours."""
        return []

    def read_place(self, at: At) -> At:
        """The place that is read where the pointer is at this one."""
        return at

    def first_read(self) -> At:
        """Where reading begins with the keys."""
        (left, right), (low, high) = self.view.viewRange()
        return (left + right) / 2, (low + high) / 2

    def step_read(self, across: int, up: int) -> None:
        """An arrow key moves the read-out."""
        (left, right), (low, high) = self.view.viewRange()
        x, y = self.read or self.first_read()
        if self.read is not None:
            x = min(right, max(left, x + across * (right - left) / STEPS))
            y = min(high, max(low, y + up * (high - low) / STEPS))
        self.show_read((x, y))

    def choose(self, at: At) -> None:
        """A click, or Enter at the read-out."""

    def click(self, at: At) -> None:
        """Pressed and released at one place."""

    def double_click(self) -> None:
        """All is shown again."""
        self.show_all()

    def show_all(self) -> None:
        """Show all again."""

    def moved(self) -> None:
        """The learner has zoomed or panned to another range."""

    def resized(self) -> None:
        """There is more or less room."""

    def numbers(self) -> Numbers | None:
        """What is drawn, as a table; None where there is nothing."""
        return None

    def paint_legend(self, painter: QPainter, box: QRectF, tokens: Tokens) -> None:
        """What a saved picture needs beside its title; on screen it is among the controls."""

    def fill_menu(self, menu: QMenu) -> None:
        """More entries after “View all”."""

    # ranges

    @contextmanager
    def ranging(self) -> Iterator[None]:
        """Ranges that are set in here are the program's, not the learner's."""
        self._ours += 1
        try:
            yield
        finally:
            self._ours -= 1

    def show_range(self, x: At | None = None, y: At | None = None) -> None:
        """Show exactly this much."""
        with self.ranging():
            self.view.setRange(xRange=x, yRange=y, padding=0)
            self.item.layout.activate()  # the numbers at the left may be wider now
        self.place_marks()
        self._place_read()

    def zoom(self, factor: float) -> None:
        """Show so many times as much, around the read-out or the middle."""
        x, y = self.view.mouseEnabled()
        center = pg.Point(*self.read) if self.read is not None else None
        self.view.scaleBy(x=factor if x else None, y=factor if y else None, center=center)

    def pan(self, across: float, up: float) -> None:
        """Move by a share of what is seen."""
        x, y = self.view.mouseEnabled()
        (left, right), (low, high) = self.view.viewRange()
        self.view.translateBy(x=across * (right - left) if x else None,
                              y=up * (high - low) if y else None)  # fmt: skip

    def _ranged(self, *_: object) -> None:
        if self._ours or not self._ready:
            return  # whoever sets a range places the marks in the end
        same_room = self.view.size() == self._room  # else it is told next that there is another
        if not self.saving and same_room:
            self.moved()
        self.place_marks()
        self._place_read()

    def _resized(self, *_: object) -> None:
        self._room = self.view.size()
        if self._ready and not self.saving:
            with self.ranging():
                self.resized()
        self._place_words()
        self.place_marks()
        self._place_read()

    # reading

    def show_read(self, at: At | None) -> None:
        """Show what stands there; None for nothing."""
        at = self.read_place(at) if at is not None else None
        rows = self.readings(at) if at is not None else []
        self.read = at if rows else None
        self.setAccessibleDescription(", ".join(text for text, _ in rows))
        self.plate.rows = rows
        self._place_read()

    def mark_read(self, at: At) -> At | None:
        """Where the spot of the read-out lies; None for none."""
        return at

    def _place_read(self) -> None:
        at, rows = self.read, self.plate.rows
        area = self.view.geometry().adjusted(-1, -1, 1, 1)
        mark = self.mark_read(at) if at is not None else None
        place = self.pixel(*(mark or at)) if at is not None else None
        seen = bool(rows) and place is not None and area.left() <= place.x() <= area.right()
        for part in self._readout:
            part.setVisible(seen)
        if not seen or at is None or place is None:
            return
        inside = mark is not None and area.contains(place)
        self.spot.setVisible(inside)
        self.across.setVisible(inside)
        self.spot.setPos(place)
        self.up.setPos(at[0])
        if mark is not None:
            self.across.setPos(mark[1])
        self.plate.show_rows(rows, place, self.view.geometry(), self.tokens)

    def pixel(self, x: float, y: float) -> QPointF:
        """Where a place of the plane lies on the plot."""
        (left, right), (low, high) = self.view.viewRange()
        box = self.view.geometry()
        across = box.left() + (x - left) / (right - left) * box.width()
        return QPointF(across, box.bottom() - (y - low) / (high - low) * box.height())

    def at(self, place: QPointF) -> At:
        """The place of the plane under a pixel of the plot."""
        (left, right), (low, high) = self.view.viewRange()
        box = self.view.geometry()
        across = (place.x() - box.left()) / max(1.0, box.width())
        up = (box.bottom() - place.y()) / max(1.0, box.height())
        return left + across * (right - left), low + up * (high - low)

    def _pointed(self, place: QPointF) -> None:
        self.show_read(self.at(place) if self.view.sceneBoundingRect().contains(place) else None)

    def _clicked(self, event: MouseClickEvent) -> None:
        place, button = event.scenePos(), event.button()
        if button == Qt.MouseButton.RightButton:
            self.menu_asked.emit(event.screenPos().toPoint())
        elif button == Qt.MouseButton.LeftButton and event.double():
            self.double_click()
        elif button == Qt.MouseButton.LeftButton and self.view.sceneBoundingRect().contains(place):
            self.click(self.at(place))

    # words in the middle, themes

    def say(self, words: str) -> None:
        """What stands in the middle while there is nothing to show."""
        if words != self._said:
            self._said = words
            self._place_words()

    def _place_words(self) -> None:
        """In the middle, in as many lines as it needs."""
        room, wide = self.view.geometry(), QFontMetricsF(font_of(BODY)).averageCharWidth()
        self.words.setText("\n".join(wrap(self._said, max(8, int((room.width() - 16) / wide)))))
        box = self.words.boundingRect()
        self.words.setPos(room.center() - box.center())

    def ink(self, color: QColor, width: float = 1.0, dash: Sequence[float] = ()) -> QPen:
        """A pen for what lies in the plane, in pixels whatever the range and the density."""
        dashes = [part / width for part in dash]
        pen: QPen = pg.mkPen(color, width=width * self.density, dash=dashes)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        return pen

    def _dress(self) -> None:
        self.tokens = tokens_of(self.palette())
        if not self.saving:
            self.density = self.devicePixelRatioF()
        self.setBackground(self.tokens.surface)
        for line in (self.across, self.up):
            line.setPen(self.ink(self.tokens.text2, 1.0, (3.0, 3.0)))
        self.spot.setPen(QPen(self.tokens.text, 1.6))
        self.spot.setBrush(self.tokens.surface)
        self.words.setFont(font_of(BODY))
        self.words.setBrush(self.tokens.text2)
        for axis in (self.left, self.below):
            axis.wear(self.tokens)
        self.wear(self.tokens)
        self._place_read()

    # menu, copying, saving

    def axes_menu(self, menu: QMenu) -> None:
        """pyqtgraph's own forms for each axis, and what the mouse does."""
        if self.view.menu is None:
            self.view.setMenuEnabled(True)
            self.view.state["enableMenu"] = False  # a click opens ours
        own = self.view.menu
        own.updateState()
        for form in own.ctrl:  # all else would do nothing: ranges are fitted by the plot
            for part in form.minText.parentWidget().findChildren(QWidget):
                part.setVisible(part in (form.minText, form.maxText, form.mouseCheck))
            for end in (form.minText, form.maxText):
                end.setMinimumWidth(96)
                end.setCursorPosition(0)  # where a number begins
        for action in own.actions()[1:]:  # “View All” is ours
            menu.addAction(action)

    def show_lines(self, on: bool) -> None:
        """The grid as it was, or none."""
        if not on:
            self._lines = self.left.lines, self.below.lines
        self.left.show_lines(on and self._lines[0])
        self.below.show_lines(on and self._lines[1])

    def picture(self, size: QSize | None = None, sharper: float = SHARPER) -> QImage:
        """The plot without its read-out, with title and legend, so many dots large."""
        size = size or self.standard_size
        image = QImage(size, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(sharper)
        self._draw(image, size / sharper)
        return image

    def csv(self) -> bytes:
        """The numbers of the plot, exact, a column each."""
        found = self.numbers()
        if found is None:
            raise Refused("There are no numbers in this plot yet.")
        return write_table(found[0], zip(*(column.tolist() for column in found[1]), strict=True))

    def save(self, path: Path, size: QSize | None = None) -> None:
        """SVG, CSV or, by any other name, an image; Refused where that cannot be."""
        file = QSaveFile(str(path))
        if not file.open(QIODevice.OpenModeFlag.WriteOnly):
            raise Refused(f"“{called(path)}” could not be written there. Choose another folder.")
        kind = path.suffix.lower().removeprefix(".")
        if kind == "csv":
            done = file.write(self.csv()) > 0
        elif kind == "svg":
            done = file.write(self.svg(size)) > 0
        else:
            writer = QImageWriter(file, QByteArray((kind or "png").encode()))
            done = writer.write(self.picture(size))
        if not done or not file.commit():
            file.cancelWriting()
            raise Refused(f"“{called(path)}” could not be written. Choose PNG, SVG or CSV.")

    def svg(self, size: QSize | None = None, sharper: float = SHARPER) -> QByteArray:
        """The plot as lines."""
        inner = (size or self.standard_size) / sharper
        generator = QSvgGenerator(QSvgGenerator.SvgVersion.Svg11)  # the first that clips
        generator.setOutputDevice(buffer := QBuffer())
        generator.setSize(inner)
        generator.setResolution(self.logicalDpiX())
        generator.setViewBox(QRectF(QPointF(), inner))
        generator.setTitle(self.accessibleName())
        self._draw(generator, inner)
        return buffer.data()

    def _draw(self, device: QPaintDevice, size: QSize) -> None:
        """Title and legend, and the plot below in the size of the picture instead of its own."""
        own, read, shown = self.size(), self.read, self.view.viewRange()
        self.saving, self.density = True, device.devicePixelRatioF()
        self.show_read(None)
        try:
            self._dress()
            self._become(QSize(size.width(), size.height() - TITLE))
            with QPainter(device) as painter:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.fillRect(QRectF(QPointF(), size), self.tokens.surface)
                left = self.view.geometry().left()
                row = QRectF(left, 4, size.width() - 8 - left, TITLE - 4)
                painter.setFont(font_of(strong(HINT)))
                painter.setPen(self.tokens.text)
                painter.drawText(row, Qt.AlignmentFlag.AlignVCenter, self.title())
                self.paint_legend(painter, row, self.tokens)
                target = QRectF(0, TITLE, self.width(), self.height())
                self._sharpen(True)
                self.render(painter, target, self.rect())
                self._sharpen(False)
        finally:
            self._become(own)
            self.show_range(*shown)
            self.saving = False
            self._dress()
            with self.ranging():
                self.resized()  # the numbers at the left may be wider than before
            self.show_read(read)

    def _sharpen(self, on: bool) -> None:
        """In a picture marks are shapes, not the little pictures that are kept for the screen."""
        for item in self.scene().items():
            if hasattr(item, "setExportMode"):
                item.setExportMode(on, {"antialias": True, "resolutionScale": 1.0})
            if _is_empty(item):
                item.setVisible(not on)  # an SVG may hold no path of nothing

    def _become(self, size: QSize) -> None:
        before = self.size()
        self.resize(size)
        if not self.isVisible():  # Qt keeps the event back until it is shown
            self.resizeEvent(QResizeEvent(size, before))
        self.item.layout.activate()
        self.fit_picture()
        self.item.layout.activate()
        self.place_marks()
        self._place_words()
        self.scene().prepareForPaint()

    def fit_picture(self) -> None:
        """What is seen has another room now, for a picture."""

    # mouse and keys

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.view.updateMatrix()  # pyqtgraph looks for the pointer in the picture painted last
        super().wheelEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """pyqtgraph leaves presses unaccepted, of which Qt warns."""
        self.view.updateMatrix()  # a drag is measured in the picture painted last, too
        super().mousePressEvent(event)
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        if event.buttons():  # the plane has moved since it was read
            self._pointed(self.mapToScene(event.position().toPoint()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        super().mouseDoubleClickEvent(event)
        event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The key; of the mouse a click is waited for, since a drag with that button zooms."""
        if event.reason() != QContextMenuEvent.Reason.Mouse:
            self.menu_asked.emit(event.globalPos())
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        if not self.hasFocus():
            self.show_read(None)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.show_read(None)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            key, held = event.key(), event.modifiers()
            pans = key in ARROWS and held == Qt.KeyboardModifier.ControlModifier
            known = (*ARROWS, *ZOOMS, *ALL, *ENTER, Qt.Key.Key_Escape)
            if pans or (not held & ~PLAIN and key in known):
                event.accept()
                return True
        done = bool(super().event(event))
        if self._ready and event.type() in DRESSED_FOR:
            self._dress()
        return done

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, held = event.key(), event.modifiers()
        if key in ARROWS and held & Qt.KeyboardModifier.ControlModifier:
            self.pan(*(PAN * way for way in ARROWS[key]))
        elif key in ARROWS:
            far = 10 if held & Qt.KeyboardModifier.ShiftModifier else 1
            self.step_read(*(far * way for way in ARROWS[key]))
        elif key in ZOOMS:
            self.zoom(ZOOMS[key])
        elif key in ALL and not held & Qt.KeyboardModifier.ControlModifier:
            self.show_all()
        elif key in ENTER:
            if self.read is not None:
                self.choose(self.read)
        else:
            if key == Qt.Key.Key_Escape:
                self.show_read(None)
            event.ignore()


def _is_empty(item: QGraphicsItem) -> bool:
    if isinstance(item, QGraphicsPathItem):
        return bool(QGraphicsPathItem.path(item).isEmpty())  # one of pyqtgraph's hides it
    return isinstance(item, pg.PlotCurveItem) and bool(item.getPath().isEmpty())
