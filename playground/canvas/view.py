"""The canvas as a widget, and as a picture."""

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from PySide6.QtCore import QBuffer, QByteArray, QEvent, QIODevice, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QContextMenuEvent,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QPainter,
    QPainterStateGuard,
    QResizeEvent,
)
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QWidget

from engine.errors import Refused
from engine.experiment.experiment import Experiment
from engine.experiment.training import RunProgress
from playground.canvas.clipboard import Commands
from playground.canvas.interactions import Keyboard, MouseController
from playground.canvas.number_editor import Typing
from playground.canvas.overlays import EmptyCanvas, Motion, ZoomControl, paint_hint, paint_note
from playground.canvas.scene import CanvasScene
from playground.canvas.scene_painter import note_of
from playground.canvas.viewport import ZoomableView
from playground.model.document import Document, is_another
from playground.model.stage import Stage
from playground.model.trainer import Trainer
from playground.theme.painting import png_bytes

MARGIN = 32.0
DOTS_AN_INCH = 96
EMPTY = QSize(320, 200)
STRIP = 128  # rows of dots
DENSE = 2.0  # dots of a file for each one on the screen
NARROW = 780
CORNER = 12


class PictureJob(NamedTuple):
    """A picture under way: after all portions, `data` are its bytes, made in whichever thread."""

    portions: Iterator[None]
    data: Callable[[], bytes]


def _whole(scene: CanvasScene) -> QRectF:
    bounds = scene.bounds()
    if bounds.isEmpty():
        return QRectF(0, 0, EMPTY.width(), EMPTY.height())
    return bounds.adjusted(-MARGIN, -MARGIN, MARGIN, MARGIN)


def sheet_of(scene: CanvasScene, ending: str) -> PictureJob:
    """The picture for a file with this ending, in portions."""
    if ending == ".svg":
        return _lines(scene)
    if ending != ".png":
        raise Refused("A picture needs a name that ends in .png or .svg.")
    image, portions = _dots(scene, None, DENSE)
    return PictureJob(portions, lambda: png_bytes(image))


def _dots(scene: CanvasScene, size: QSize | None, scale: float) -> tuple[QImage, Iterator[None]]:
    area = _whole(scene)
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


def _lines(scene: CanvasScene) -> PictureJob:
    area = _whole(scene)
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

    return PictureJob(paint(), lambda: bytes(data.data()))


class CanvasView(ZoomableView):
    """Shows the network of the document; all changes go through the document and the stage."""

    new_network_asked = Signal()
    lessons_asked = Signal()
    menu_asked = Signal(str, QPoint)
    _acts: Mapping[QEvent.Type, Callable[[Any], None]] = {}  # Qt sends events from the first on

    def __init__(
        self,
        document: Document,
        stage: Stage,
        parent: QWidget | None = None,
        *,
        keys: Sequence[QAction] = (),
    ) -> None:
        super().__init__(document, stage, parent)
        self.typing = Typing(self)
        self.motion = Motion(self)
        self.hand = MouseController(self, self.typing, self.motion)
        self._acts = self.hand.acts
        self.commands = Commands(self, self.typing, self.motion)
        self.keyboard = Keyboard(self, self.hand, self.commands, keys)
        self.setAccessibleName("Canvas")
        self.setMinimumSize(320, 184)
        self.viewport().setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAcceptDrops(True)
        self.setProperty("ownRing", True)
        self.corner = ZoomControl(self.fit, lambda: self.zoom_to(1.0), self)
        self.empty = EmptyCanvas(self.new_network_asked.emit, self.lessons_asked.emit, self)
        document.changed.connect(self.on_changed)
        document.refused.connect(self.on_refused)
        self._show_empty()

    def follow(self, trainer: Trainer) -> None:
        """Show every update of its runs, and let it check and make maps beside them."""
        trainer.progressed.connect(self.on_progressed)
        self.canvas.follow(trainer)

    def on_progressed(self, progress: RunProgress) -> None:
        """As fast as they can be painted."""
        if self.isVisible() and self.backing.is_rested():
            self.canvas.show_progress(progress)

    def on_view_moved(self) -> None:
        self.canvas.set_zoom(self.zoom)
        self.corner.show_zoom(self.zoom)
        if self.typing.field is not None:
            self.typing.place()

    def render_image(self, size: QSize | None = None, scale: float = 1.0) -> QImage:
        image, portions = _dots(self.canvas, size, scale)
        deque(portions, maxlen=0)
        return image

    def render_svg(self) -> bytes:
        sheet = _lines(self.canvas)
        deque(sheet.portions, maxlen=0)
        return sheet.data()

    def reduce_motion(self, reduced: bool | None) -> None:
        """Whether nothing glides or runs; None is as the system has it."""
        self.motion.finish()
        self.motion.reduced = reduced

    def on_changed(self, before: Experiment, after: Experiment) -> None:
        """Another document is fitted; a structure that came or went changes the hint."""
        self.tip.end()  # what was refused is not what is there now
        if before.network is not after.network:
            network = after.network
            self.stage.keep_only(frozenset(network.index), network.pairs, after.data.count)
            self.hand.cancel_gesture()
            if self.keyboard.current not in network.index:
                self.keyboard.current = ""
            self._show_empty()
            if len(network.nodes) != 1 and is_another(before, after):
                self.fit()  # a first node stays where it was put
        elif before.settings.digits != after.settings.digits and self._fitted:
            self.fit()  # nodes are as wide as their numbers
        if after.trace is not None and before.trace is None:
            self.stage.meet_batch(frozenset(after.trace.rows.tolist()))
        if self.typing.field is not None:
            self.typing.place()
        if not self.motion.reduced:
            self.motion.run(before, after)

    def on_refused(self, sentence: str) -> None:
        """Said where the hand is, if it is here."""
        self.typing.refused = sentence
        if self.typing.field is None and self.underMouse():
            self.say(sentence)

    def _show_empty(self) -> None:
        self.empty.setVisible(not self.document.value.network.nodes)

    # Qt

    def viewportEvent(self, event: QEvent) -> bool:
        act = self._acts.get(event.type())
        if act is None:
            return super().viewportEvent(event)
        act(event)
        return True

    def paint_foreground(self, painter: QPainter) -> None:
        """What stands out, what the hand is at, and a few words: what a click does now, or that
        the numbers shown are not trained; or how to begin.
        """
        super().paint_foreground(painter)
        if self.motion.share is not None:
            self.motion.paint(painter, self.zoom)
        with QPainterStateGuard(painter):
            painter.resetTransform()
            note = note_of(self.canvas.sight, self.stage.look)
            if note:
                paint_note(painter, self.canvas.tokens, note)
            if not self.empty.isHidden():
                paint_hint(painter, self.canvas.tokens, self.rect().toRectF().center())
        if self.hand.placing.ghost is not None:
            self.hand.placing.paint(painter)
        if self.hand.gesture is not None:
            self.hand.gesture.paint(painter, self.zoom)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.canvas.set_narrow(self.viewport().width() < NARROW)
        self.corner.move(self.width() - self.corner.width() - CORNER, CORNER)
        self.empty.move((self.width() - self.empty.width()) // 2, self.height() // 2 + 54)
        super().resizeEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self.hand.gesture is None and not self.hand.chooses:
            by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
            what = self.hand.subject(None if by_key else event.pos().toPointF())
            self.menu_asked.emit(what, event.globalPos())

    def leaveEvent(self, event: QEvent) -> None:
        self.hand.leave()
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self.motion.finish()
        self.tip.hide()
        if not self.keyboard.press(event):
            event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Shift:
            self.hand.placing.let_go()
        super().keyReleaseEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        inside = self.hasFocus() and self.keyboard.walk(forward)
        return inside or super().focusNextPrevChild(forward)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self.keyboard.walk(event.reason() == Qt.FocusReason.TabFocusReason)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.keyboard.focus_node("")
