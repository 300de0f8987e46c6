"""Small pictures of networks for the list of lessons: read one by one, when nothing else waits."""

from collections.abc import Callable
from typing import NamedTuple

from PySide6.QtCore import QObject, QPointF, QRectF, QTimer
from PySide6.QtGui import QColor, QPainter, QPen

from engine.errors import Refused
from engine.experiment.experiment import Experiment
from engine.lessons import open_lesson
from playground.theme.painting import edge_pen, weight_color
from playground.theme.palette import Tokens

RADIUS, SMALLEST_RADIUS = 7.0, 3.0
SIDES, ENDS = 34.0, 20.0
WIDEST_GAP = 62.0
STROKE = 1.25
MANY = 400  # edges; more are drawn thinner


class Line(NamedTuple):
    """An edge between two nodes, by their places in the sketch."""

    start: int
    end: int
    weight: float
    locked: bool


class Sketch(NamedTuple):
    """A network as far as a small picture shows it; places lie between 0 and 1."""

    places: tuple[tuple[float, float], ...]
    kinds: tuple[str, ...]
    lines: tuple[Line, ...]
    shape: tuple[float, float]


def sketch_of(experiment: Experiment) -> Sketch:
    """What there is to draw of an experiment."""
    network, layout = experiment.network, experiment.layout
    points = [layout.position(node.id) for node in network.nodes]
    xs, ys = [x for x, _ in points] or [0.0], [y for _, y in points] or [0.0]
    wide, high = max(xs) - min(xs), max(ys) - min(ys)
    places = tuple(
        ((x - min(xs)) / wide if wide else 0.5, (y - min(ys)) / high if high else 0.5)
        for x, y in points
    )
    kinds = tuple("output" if node.output else node.kind for node in network.nodes)
    lines = tuple(
        Line(network.index[e.source], network.index[e.target], float(w), e.locked)
        for e, w in zip(network.edges, experiment.parameters, strict=False)
    )
    return Sketch(places, kinds, lines, (wide, high))


def paint_sketch(painter: QPainter, tokens: Tokens, sketch: Sketch, box: QRectF) -> None:
    """The network in the middle of the box."""
    points = _points(sketch, box)
    rows = len({round(y, 3) for _, y in sketch.places})
    radius = max(SMALLEST_RADIUS, min(RADIUS, RADIUS * 7 / max(1, rows)))
    width = STROKE if len(sketch.lines) <= MANY else 0.5
    for line in sketch.lines:
        color = tokens.node_line if line.locked else weight_color(tokens, line.weight)
        painter.setPen(edge_pen(color, width, line.weight < 0 and not line.locked))
        painter.drawLine(points[line.start], points[line.end])
    for point, kind in zip(points, sketch.kinds, strict=True):
        painter.setPen(QPen(_rim(tokens, kind), 1.5))
        painter.setBrush(tokens.node)
        if kind == "parameter":
            side = 2 * radius - 1
            square = QRectF(point.x() - side / 2, point.y() - side / 2, side, side)
            painter.drawRoundedRect(square, 3, 3)
        else:
            painter.drawEllipse(point, radius, radius)
        if kind == "output" and radius > 5:
            painter.drawEllipse(point, radius - 3, radius - 3)


def _points(sketch: Sketch, box: QRectF) -> list[QPointF]:
    """As large as there is room, but columns never further apart than in a drawing by hand."""
    room = box.adjusted(SIDES, ENDS, -SIDES, -ENDS)
    columns = len({round(x, 2) for x, _ in sketch.places})
    rows = len({round(y, 2) for _, y in sketch.places})
    wide = min(room.width(), WIDEST_GAP * max(0, columns - 1))
    high = min(room.height(), WIDEST_GAP * max(0, rows - 1) / 2)
    left, top = box.center().x() - wide / 2, box.center().y() - high / 2
    return [QPointF(left + x * wide, top + y * high) for x, y in sketch.places]


def _rim(tokens: Tokens, kind: str) -> QColor:
    return {"input": tokens.fwd, "parameter": tokens.text}.get(kind, tokens.text2)


class LessonPictures(QObject):
    """The sketches read so far; one more is read in each turn of the event loop."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._sketches: dict[str, Sketch | None] = {}
        self._wanted: dict[str, Callable[[], object]] = {}
        self._turn = QTimer(self, interval=0)
        self._turn.timeout.connect(self._read_one)

    @property
    def settled(self) -> bool:
        """Whether every picture that was asked for is there."""
        return not self._wanted

    def sketch(self, lesson_id: str, drawn: Callable[[], object]) -> Sketch | None:
        """The sketch, or None until it is read; `drawn` is called then."""
        if lesson_id not in self._sketches:
            self._wanted[lesson_id] = drawn
            self._turn.start()
        return self._sketches.get(lesson_id)

    def forget_wishes(self) -> None:
        """Nobody looks any more."""
        self._wanted.clear()
        self._turn.stop()

    def _read_one(self) -> None:
        if self._wanted:
            lesson_id = next(iter(self._wanted))
            drawn = self._wanted.pop(lesson_id)
            try:
                self._sketches[lesson_id] = sketch_of(open_lesson(lesson_id).experiment)
            except Refused:
                self._sketches[lesson_id] = None
            drawn()
        if not self._wanted:
            self._turn.stop()
