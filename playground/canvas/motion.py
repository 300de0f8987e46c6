"""What glides and runs: nodes into their layers, and a point along each edge of a step.

A new input ends a running motion at once, and nothing waits for one.
"""

from collections.abc import Mapping

from PySide6.QtCore import QEasingCurve, QElapsedTimer, QObject, QPointF, Qt, QVariantAnimation
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle

from engine.experiment.experiment import Experiment
from engine.layout import NodePosition
from playground.canvas.context import CanvasContext
from playground.canvas.label_places import point_along
from playground.theme.palette import role_color

GLIDE, RUN = 260, 180
QUICK = 250
POINT = 3.0
MOST_NODES, MOST_EDGES = 300, 60


class Motion(QObject):
    """One motion at a time."""

    def __init__(self, context: CanvasContext) -> None:
        super().__init__(context.view)
        self._context = context
        self._from: dict[str, NodePosition] = {}
        self._running = -1.0
        self._since = QElapsedTimer()
        self._clock = QVariantAnimation(self)
        self._clock.setStartValue(0.0)
        self._clock.setEndValue(1.0)
        self._clock.setEasingCurve(QEasingCurve.Type.InOutCubic)
        self._clock.valueChanged.connect(self.show_share)
        self._clock.finished.connect(self.finish)
        self.reduced: bool | None = None

    @property
    def is_off(self) -> bool:
        """Whether nothing moves: as was chosen, or as the system's style has it."""
        if self.reduced is not None:
            return self.reduced
        hint = QStyle.StyleHint.SH_Widget_Animation_Duration
        return self._context.view.style().styleHint(hint) == 0

    def glide(self, before: Mapping[str, NodePosition]) -> None:
        """From where the nodes stood to where they stand now."""
        self.finish()
        if self.is_off or not before or len(before) > MOST_NODES:
            return
        self._from = dict(before)
        self._context.scene.preview(self._from)
        self._start(GLIDE)

    def run(self, before: Experiment, after: Experiment) -> None:
        """A point along the edges of a step forward; not while steps follow each other quickly."""
        self.finish()
        one_on = after.trace is not None and after.cursor == before.cursor + 1
        quick = self._since.isValid() and self._since.elapsed() < QUICK
        self._since.restart()
        if not one_on or quick or self.is_off or not self._edges():
            return
        self._context.scene.set_waiting(True)
        self._running = 0.0
        self._start(RUN)

    def finish(self) -> None:
        """Be where it all ends."""
        self._clock.stop()
        if self._from:
            self._from = {}
            self._context.scene.preview({})
        if self._running >= 0.0:
            self._running = -1.0
            self._context.scene.set_waiting(False)

    def show_share(self, share: object) -> None:
        """So much of the way is done."""
        assert isinstance(share, float)
        if self._from:
            layout = self._context.document.value.layout
            places = {}
            for name, (x, y) in self._from.items():
                to_x, to_y = layout.position(name)
                places[name] = (x + (to_x - x) * share, y + (to_y - y) * share)
            self._context.scene.preview(places)
        else:
            self._running = share
            self._context.view.repaint_all()

    def paint(self, painter: QPainter, zoom: float) -> None:
        """The points on their way."""
        lighting = self._context.scene.sight.lighting
        if self._running < 0.0 or lighting is None:
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(role_color(self._context.scene.tokens, lighting.role))
        share = 1 - self._running if lighting.backwards else self._running
        for edge in self._edges():
            at = point_along(self._context.scene.sight.geometry.points(edge), share)
            painter.drawEllipse(QPointF(*at), POINT / min(zoom, 1), POINT / min(zoom, 1))

    def _edges(self) -> tuple[int, ...]:
        lighting = self._context.scene.sight.lighting
        if lighting is None or not lighting.ring or len(lighting.edges) > MOST_EDGES:
            return ()
        return lighting.edges

    def _start(self, milliseconds: int) -> None:
        self._clock.setDuration(milliseconds)
        self._clock.start()
