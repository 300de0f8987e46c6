"""The scene mirrors the experiment: on a change it looks again, and paints what there is to see."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from PySide6.QtCore import QObject, QRectF, Signal
from PySide6.QtGui import QGuiApplication, QPainter, QPainterStateGuard

from engine.experiment.experiment import Experiment
from engine.layout import NodePosition
from engine.network import Network
from playground.canvas.card_painting import paint_grid
from playground.canvas.checking import Agreements, Checking
from playground.canvas.choosing import paint_axes
from playground.canvas.detail import detail_at, smallest_text
from playground.canvas.drawing import Attention, paint_ground, paint_live, paint_moving
from playground.canvas.figures import Measures
from playground.canvas.looking import Looking
from playground.canvas.node_painting import Brush
from playground.canvas.sight import Sight
from playground.model.document import Document
from playground.model.node_maps import Tiles
from playground.model.stage import EdgeKey, Look, Stage
from playground.model.trainer import Trainer
from playground.theme.palette import Tokens, tokens_of

SEEN = ("row", "pointed", "checked", "orders", "maps")  # what of a look makes another sight


class CanvasScene(QObject):
    """What is drawn, as a sight. It paints itself whole; a view may keep parts of the painting."""

    seen = Signal()

    def __init__(self, document: Document, stage: Stage, parent: QObject) -> None:
        super().__init__(parent)
        self._document, self._stage = document, stage
        self._looking = Looking()
        self._narrow = False
        self._moves: dict[str, NodePosition] = {}
        self._running: Experiment | None = None
        self._tiles: Tiles = {}
        self._checking: Checking | None = None
        self._marks: Agreements = {}
        self._still = self._looking.sight(document.value, stage.look, self._narrow)
        self.sight: Sight = self._still
        self.attention = Attention(stage.look)
        document.changed.connect(self.take_change)
        stage.looked.connect(self.take_look)

    @property
    def still(self) -> Sight:
        """What there is to see without the nodes in the hand having moved."""
        return self._still

    @property
    def moving(self) -> frozenset[int]:
        """The nodes that are in the hand."""
        index = self.sight.experiment.network.index
        return frozenset(index[name] for name in self._moves if name in index)

    @property
    def running(self) -> bool:
        """Whether an update of a run that goes on is shown."""
        return self._running is not None

    def show_running(self, running: Experiment | None) -> None:
        """Show this update of a run that goes on; None for what the document holds."""
        if running is not self._running:
            self._running = running
            self._look_again()

    def take_change(self, before: Experiment, after: Experiment) -> None:
        """The experiment is another."""
        self._moves, self._running = {}, None
        if before.network is not after.network:
            self.attention = _still_there(self.attention, after.network)
        self._look_again()

    def take_look(self, before: Look, after: Look) -> None:
        """Something else is looked at."""
        self.attention = replace(self.attention, look=after)
        if any(getattr(before, name) != getattr(after, name) for name in SEEN):
            self._look_again()
        else:
            self.seen.emit()

    def check_beside(self, trainer: Trainer) -> None:
        """Let its worker check gradients where that is wanted."""
        self._checking = Checking(trainer, self.show_marks)
        self._look_again()

    def show_marks(self, marks: Agreements) -> None:
        """This is what the gradient check has found out by now."""
        self._marks = marks
        self._still = replace(self._still, marks=marks)
        self.sight = replace(self.sight, marks=marks)
        self.seen.emit()

    def show_tiles(self, tiles: Tiles) -> None:
        """These are the maps inside the nodes now."""
        self._tiles = tiles
        self._still = replace(self._still, tiles=tiles)
        self.sight = replace(self.sight, tiles=tiles)
        self.seen.emit()

    def set_narrow(self, narrow: bool) -> None:
        """Whether the canvas is narrow, so that the loss card stands above its output."""
        if narrow != self._narrow:
            self._narrow = narrow
            self._look_again()

    def set_zoom(self, zoom: float) -> None:
        """From how far it is seen, so that small letters can be drawn larger."""
        smallest = smallest_text(zoom)
        if smallest != self._looking.smallest:
            self._looking.smallest = smallest
            self._look_again()

    def preview(self, moves: Mapping[str, NodePosition]) -> None:
        """Show these nodes somewhere else, without changing the document; none ends it."""
        self._moves = dict(moves)
        self.sight = self._looking.previewed(self._still, moves) if moves else self._still
        self.seen.emit()

    def set_waiting(self, waiting: bool) -> None:
        """Whether the new number is still on its way."""
        self._still = replace(self._still, waiting=waiting)
        self.sight = replace(self.sight, waiting=waiting)
        self.seen.emit()

    def show_attention(self, attention: Attention) -> None:
        """Something else is under the mouse."""
        if attention != self.attention:
            self.attention = attention
            self.seen.emit()

    @property
    def measures(self) -> Measures:
        """The widths in force."""
        return self._looking.measures

    def bounds(self) -> QRectF:
        """Everything that is drawn."""
        found = self.sight.geometry.bounds
        if found is None:
            return QRectF()
        left, top, right, bottom = found
        return QRectF(left, top, right - left, bottom - top)

    def _look_again(self) -> None:
        value, look, running = self._document.value, self._stage.look, self._running
        if self._checking is not None:
            self._marks = self._checking.check(value, look.checked and running is None)
        still = self._looking.sight(running or value, look, self._narrow, running is not None)
        self._still = replace(still, marks=self._marks, tiles=self._tiles)
        self.sight = self._still
        self.seen.emit()

    @property
    def tokens(self) -> Tokens:
        """The colours in force."""
        return tokens_of(QGuiApplication.palette())

    def brush(self, painter: QPainter, zoom: float) -> Brush:
        """What is painted with at this zoom."""
        return Brush(painter, self.tokens, detail_at(zoom))

    def paint_all(self, painter: QPainter, exposed: QRectF, zoom: float) -> None:
        """The whole picture at once, without what stands out."""
        brush, moving = self.brush(painter, zoom), self.moving
        painter.fillRect(exposed, brush.tokens.canvas)
        paint_grid(painter, brush, exposed, zoom)
        for _ in paint_ground(brush, self.sight, exposed, zoom, moving):
            pass
        if moving:
            paint_moving(brush, self.sight, moving, zoom)

    def paint_attention(self, painter: QPainter, zoom: float) -> None:
        """What stands out."""
        brush = self.brush(painter, zoom)
        paint_live(brush, self.sight, self.attention, zoom)
        paint_axes(brush, self.sight, self.attention.look, zoom)

    def painting(self, target: QRectF, area: QRectF) -> Callable[[QPainter], Iterator[None]]:
        """Paints a part of the scene into a rectangle, without what is selected or pointed at.

        It is painted as it is now, whatever happens before the last portion.
        """
        sight, moving = self.sight, self.moving
        zoom = min(target.width() / area.width(), target.height() / area.height())
        wide, high = target.width() / zoom, target.height() / zoom
        shown = QRectF(area.center().x() - wide / 2, area.center().y() - high / 2, wide, high)

        def paint(painter: QPainter) -> Iterator[None]:
            with QPainterStateGuard(painter):
                painter.translate(target.center())
                painter.scale(zoom, zoom)
                painter.translate(-area.center())
                brush = self.brush(painter, zoom)
                yield from paint_ground(brush, sight, shown, zoom, moving)
                if moving:
                    paint_moving(brush, sight, moving, zoom)
                paint_live(brush, sight, Attention(), zoom)

        return paint


def _still_there(attention: Attention, network: Network) -> Attention:
    """Without what is gone; numbers have other places now, so none is under the mouse."""
    node, edge, focused = attention.node, attention.edge, attention.focused
    return replace(
        attention,
        node=node if node in network.index else "",
        edge=edge if edge is not None and _joined(network, edge) else None,
        number=None,
        focused=focused if focused in network.index else "",
    )


def _joined(network: Network, edge: EdgeKey) -> bool:
    return any((each.source, each.target) == edge for each in network.edges)
