"""What is drawn, following document, stage and runs."""

from collections import deque
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import replace
from math import ceil
from operator import is_
from typing import Any

import numpy as np
from PySide6.QtCore import QElapsedTimer, QObject, QRectF, Signal
from PySide6.QtGui import QGuiApplication, QPainter, QPainterStateGuard

from engine.data import Rows
from engine.experiment.experiment import Experiment
from engine.experiment.stepping import batch_of
from engine.experiment.training import RunProgress, sample_as_of
from engine.experiment.walk import Context
from engine.formulas.notation import Notation, notation_of
from engine.functions import Floats
from engine.layout import NodePosition
from engine.program.program import why_not_run
from engine.views.objective import Agreement, agreements, objective_of
from engine.views.samples import SampleView
from playground.canvas.layout import (
    Geometry,
    Measures,
    cards_of,
    frame_of,
    geometry_of,
    mapped_nodes,
    moved,
    smallest_text,
)
from playground.canvas.node_painter import Brush
from playground.canvas.number_positions import MOST_EDGES, label_places, resolve_label_overlaps
from playground.canvas.scene_painter import (
    Attention,
    paint_grid,
    paint_ground,
    paint_live,
    paint_moving,
)
from playground.canvas.scene_state import (
    Key,
    LabelPlaces,
    SceneState,
    highlight_of,
    key_of,
    measures_of,
)
from playground.model.document import Document
from playground.model.node_maps import TileMaker, Tiles, why_no_maps
from playground.model.stage import Look, Stage
from playground.model.trainer import Job, LatestJob, Trainer
from playground.theme.fonts import BODY, SMALLEST, WEIGHT, width_of
from playground.theme.palette import Tokens, tokens_of

MOST_ROWS = 200
MOST_PLACES = 5_000
WORTH_MEASURING = 60
STEP_OF_WIDTH = 10.0
SEEN = ("row", "pointed", "checked", "orders", "maps")  # what of a look makes another sight
REST = 100  # milliseconds between two sets of maps while a run goes on

Agreements = Mapping[int, Agreement]  # what is known so far, by the place in the vector
Parts = tuple[object, ...]  # what something was made of


def _same(parts: Parts, others: Parts) -> bool:
    """Whether it is made of the same once more, so that there is nothing to do."""
    return len(parts) == len(others) and all(map(is_, parts, others))


class Checking:
    """Holds the agreements of one experiment; `found` is told them as they are found out."""

    def __init__(self, trainer: Trainer, found: Callable[[Agreements], object]) -> None:
        self._found = found
        self._value: Experiment | None = None
        self._of: Parts = ()
        self._marks: Agreements = {}
        self._rows: Rows = np.zeros(0, dtype=np.intp)
        self._job = LatestJob(trainer, "gradient check", self._make, self._take)

    def check(self, value: Experiment, wanted: bool) -> Agreements:
        """Check this one from now on, or none; what is known of the same numbers is kept."""
        rows = batch_of(value)
        of: Parts = (value.network, value.parameters, value.data, value.settings)
        if not wanted or why_not_run(value.network, value.settings) is not None:
            of = ()
        if not _same(of, self._of) or not np.array_equal(rows, self._rows):
            self._value, self._of, self._rows, self._marks = value, of, rows, {}
            self._job.start()
        return self._marks

    def _make(self) -> Job | None:
        value = self._value
        if not self._of or value is None or len(value.network.places) > MOST_PLACES:
            return None
        return _agreements(value)

    def _take(self, marks: Agreements, over: bool) -> None:
        self._marks = marks
        self._found(marks)


def _agreements(value: Experiment) -> Generator[Agreements, None, None]:
    """All that is known after every few parameters."""
    index, rows = value.network.place_index, batch_of(value)[:MOST_ROWS]
    marks: dict[int, Agreement] = {}
    objective = objective_of(value.context, value.parameters, rows)
    parts = agreements(objective, value.layout.name)
    while True:
        with np.errstate(all="ignore"):
            part = next(parts, None)
        if part is None:
            return
        marks = marks | {index[one.place]: one for one in part}
        yield marks


def _label_width(sight: SceneState, edge: int, most: float) -> float:
    """The room for a weight, in steps, so that a digit more seldom moves it."""
    if not sight.has_label(edge):
        return 0.0
    if len(sight.network.edges) > WORTH_MEASURING:
        return most
    text = sight.text(Key("weight", place=edge))
    locked = 14.0 * sight.network.edges[edge].locked
    wide = width_of(text, sight.face_of(WEIGHT, text)) + 6.0 + locked
    return ceil(wide / STEP_OF_WIDTH) * STEP_OF_WIDTH


class CanvasScene(QObject):
    """What is drawn, as a sight. It paints itself whole; a view may keep parts of the painting."""

    seen = Signal()

    def __init__(self, document: Document, stage: Stage, parent: QObject) -> None:
        super().__init__(parent)
        self.document, self.stage = document, stage
        self._showing = SampleView()
        self._measured: Parts = ()
        self._placed: Parts = ()
        self._geometry: Geometry | None = None
        self._noted: tuple[Context, Notation] | None = None
        self._labelled: tuple[Geometry | None, list[float], LabelPlaces] = (None, [], LabelPlaces())
        self._measures = Measures()  # the widths in force
        self._narrow = False
        self._smallest = SMALLEST
        self.moving: frozenset[int] = frozenset()  # the nodes in the hand
        self.running: Experiment | None = None  # an update of a run that goes on
        self._progress: RunProgress | None = None
        self._checking: Checking | None = None
        self.still = self._sight()
        self.sight = self.still  # the same, but for the nodes in the hand
        self.attention = Attention(stage.look)
        document.changed.connect(self.on_changed)
        stage.looked.connect(self.on_looked)

    def follow(self, trainer: Trainer) -> None:
        """Let its worker check gradients and make maps where that is wanted."""
        trainer.running_changed.connect(self.on_running_changed)
        self._checking = Checking(trainer, lambda marks: self.show(marks=marks))
        self._rebuild()
        NodeMaps(trainer, self)

    def show_progress(self, progress: RunProgress) -> None:
        """A newer update of a run, or the same as before where training is slow."""
        begun, was = self.document.value, self._progress
        is_shown = was is not None and (
            was.update == progress.update and was.settings is progress.settings
        )
        if is_shown or progress.network is not begun.network:
            return
        self.running, self._progress = sample_as_of(begun, progress), progress
        self._rebuild()

    def on_running_changed(self, running: bool) -> None:
        """What the document holds is shown before the first update and after the last."""
        self._progress = None
        if self.running is not None:
            self.running = None
            self._rebuild()

    def on_changed(self, before: Experiment, after: Experiment) -> None:
        self.moving, self.running = frozenset(), None
        if before.network is not after.network:  # without what is gone, and no number is as it was
            had, index, pairs = self.attention, after.network.index, after.network.pairs
            self.attention = replace(
                had,
                node=had.node if had.node in index else "",
                edge=had.edge if had.edge in pairs else None,
                number=None,
                focused=had.focused if had.focused in index else "",
            )
        self._rebuild()

    def on_looked(self, before: Look, after: Look) -> None:
        self.attention = replace(self.attention, look=after)
        if any(getattr(before, name) != getattr(after, name) for name in SEEN):
            self._rebuild()
        else:
            self.seen.emit()

    def set_narrow(self, narrow: bool) -> None:
        """Whether the canvas is narrow, so that the loss card stands above its output."""
        if narrow != self._narrow:
            self._narrow = narrow
            self._rebuild()

    def set_zoom(self, zoom: float) -> None:
        """From how far it is seen, so that small letters can be drawn larger."""
        smallest = smallest_text(zoom)
        if smallest != self._smallest:
            self._smallest = smallest
            self._rebuild()

    def preview(self, moves: Mapping[str, NodePosition]) -> None:
        """Show these nodes somewhere else, without changing the document; none ends it."""
        self.sight = still = self.still
        index = still.network.index
        self.moving = frozenset([index[name] for name in moves])
        if moves:
            geometry = moved(still.geometry, moves, hasty=len(still.geometry.starts) > MOST_EDGES)
            if not moves.keys().isdisjoint(still.network.outputs):
                geometry = self._with_cards(still.experiment, geometry)
            self.sight = replace(still, geometry=geometry)
        self.seen.emit()

    def show(self, **changes: Any) -> None:
        """The same moment, but for these: marks, tiles, or whether a number is on its way."""
        self.still = replace(self.still, **changes)
        self.sight = replace(self.sight, **changes)
        self.seen.emit()

    def show_attention(self, **changes: Any) -> None:
        """Something else is under the mouse, or at the keyboard."""
        attention = replace(self.attention, **changes)
        if attention != self.attention:
            self.attention = attention
            self.seen.emit()

    def bounds(self) -> QRectF:
        return self.sight.geometry.bounds

    def _rebuild(self) -> None:
        old, marks = self.still, self.still.marks
        if self._checking is not None:
            wanted = self.stage.look.checked and self.running is None
            marks = self._checking.check(self.document.value, wanted)
        self.still = self.sight = replace(self._sight(), marks=marks, tiles=old.tiles)
        self.seen.emit()

    def _sight(self) -> SceneState:
        """What there is to see now, sharing what it can with the last."""
        experiment, look = self.running or self.document.value, self.stage.look
        network = experiment.network
        maps = look.maps and why_no_maps(network) is None
        measured = (experiment.settings, experiment.data, maps)
        if not _same(measured, self._measured):
            self._measured, measures = measured, measures_of(experiment, maps)
            if measures != self._measures:  # else nothing is placed anew
                self._measures = measures
        if self._noted is None or self._noted[0] is not experiment.context:
            self._noted = experiment.context, notation_of(experiment.context)
        show = self._showing.running if self.running else self._showing.shown
        sight = SceneState(
            experiment,
            self._geometry_of(experiment),
            show(experiment, look.row),
            highlight_of(experiment),
            self._noted[1],
            LabelPlaces(),
            key_of(look.pointed, network) if look.pointed else None,
            orders={n.id: k for k, n in enumerate(network.order, 1)} if look.orders else {},
            smallest=self._smallest,
        )
        labelled = replace(sight, labels=self._labelling(sight))
        return replace(labelled, labels=resolve_label_overlaps(labelled))

    def _geometry_of(self, experiment: Experiment) -> Geometry:
        network, positions, old = experiment.network, experiment.layout.positions, self._geometry
        of = (positions, experiment.settings, experiment.trace, self._narrow)
        made = (old.frame.network, old.frame.measures) if old is not None else ()
        if old is None or not _same((network, self._measures), made):
            geometry = geometry_of(frame_of(network, self._measures), positions)
        elif _same(of, self._placed):
            return old
        else:
            moves = {}
            if positions is not self._placed[0]:
                places = zip(network.index, old.centres.tolist(), strict=True)
                moves = {name: positions.get(name, (0.0, 0.0)) for name, at in places
                         if list(positions.get(name, (0.0, 0.0))) != at}  # fmt: skip
            geometry = moved(old, moves) if moves else old
        self._placed, self._geometry = of, self._with_cards(experiment, geometry)
        return self._geometry

    def _with_cards(self, experiment: Experiment, geometry: Geometry) -> Geometry:
        cards = cards_of(geometry, experiment.settings, len(batch_of(experiment)), self._narrow)
        return geometry if cards == geometry.cards else replace(geometry, cards=cards)

    def _labelling(self, sight: SceneState) -> LabelPlaces:
        """Labels keep their places while only numbers change, as long as they have room.

        In a run the room of each only grows, so that it is soon enough and nothing moves.
        """
        count = len(sight.network.edges)
        if count > MOST_EDGES:
            return LabelPlaces()
        most = self._measures.label * max(1.0, sight.smallest / WEIGHT.pixels)  # of any new weight
        own = [_label_width(sight, edge, most) for edge in range(count)]
        geometry, room, labels = self._labelled
        if self.running and geometry is sight.geometry and len(room) == count:
            own = [max(pair) for pair in zip(own, room, strict=True)]
        fits = len(room) == count and all(
            bool(new) == bool(old) and new <= old for new, old in zip(own, room, strict=True)
        )
        if geometry is not sight.geometry or not fits:
            call, face = sight.experiment.layout.name, sight.face(BODY)
            names = [width_of(call(name), face) for name in sight.network.index]
            labels = label_places(sight.geometry, own, most, names)
            self._labelled = (sight.geometry, own, labels)
        return labels

    @property
    def tokens(self) -> Tokens:
        return tokens_of(QGuiApplication.palette())

    def brush(self, painter: QPainter, zoom: float, sight: SceneState | None = None) -> Brush:
        """What is painted with at this zoom: the sight as it is now, or this one."""
        return Brush(painter, self.tokens, sight or self.sight, zoom)

    def paint_all(self, painter: QPainter, exposed: QRectF, zoom: float) -> None:
        """The whole picture at once, without what stands out."""
        brush, moving = self.brush(painter, zoom), self.moving
        painter.fillRect(exposed, brush.tokens.canvas)
        paint_grid(brush, exposed)
        deque(paint_ground(brush, exposed, moving), maxlen=0)
        if moving:
            paint_moving(brush, moving, exposed)

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
                brush = self.brush(painter, zoom, sight)
                yield from paint_ground(brush, shown, moving)
                if moving:
                    paint_moving(brush, moving, shown)
                paint_live(brush, Attention(), shown)

        return paint


class NodeMaps(QObject):
    """Keeps the tiles of a scene up to date while the stage wants them.

    Tiles of another network or of other samples are taken away before the new ones are there.
    """

    def __init__(self, trainer: Trainer, scene: CanvasScene) -> None:
        super().__init__(scene)
        self._document, self._stage, self._scene = scene.document, scene.stage, scene
        self._maker = TileMaker()
        self._job = LatestJob(trainer, "node maps", self._make, self._take)
        self._progress: RunProgress | None = None
        self._of: Floats | None = None
        self._since = QElapsedTimer()
        self._document.changed.connect(self._changed)
        self._stage.looked.connect(self._looked)
        trainer.progressed.connect(self._on_progressed)
        self.refresh()

    def refresh(self) -> None:
        """The maps of what the document holds, or none."""
        if self._wanted():
            self._job.refresh()
        else:
            self._forget()

    def _wanted(self) -> bool:
        return self._stage.look.maps and why_no_maps(self._document.value.network) is None

    def _forget(self) -> None:
        self._job.cancel()
        self._show({})

    def _changed(self, before: Experiment, after: Experiment) -> None:
        if before.program is not after.program or before.data is not after.data:
            self._forget()
            self._maker = TileMaker()
        if self._of is not after.parameters:
            self.refresh()

    def _looked(self, before: Look, after: Look) -> None:
        if before.maps != after.maps:
            self.refresh()

    def _on_progressed(self, progress: RunProgress) -> None:
        resting = self._since.isValid() and self._since.elapsed() < REST
        known = self._of is progress.position.parameters
        known = known or progress.network is not self._document.value.network
        if not (known or resting or self._job.busy) and self._wanted():
            self._progress = progress
            self._job.start()

    def _make(self) -> Job:
        """Of the run that goes on only where that has just told of itself."""
        value = self._document.value
        self._of = (self._progress or value).position.parameters
        self._progress = None
        self._since.start()
        return self._maker.tiles(value, self._of, mapped_nodes(value.network))

    def _take(self, tiles: Tiles, over: bool) -> None:
        if over:
            self._show(tiles)

    def _show(self, tiles: Tiles) -> None:
        if not tiles:
            self._of = None
        if tiles or self._scene.sight.tiles:
            self._scene.show(tiles=tiles)
