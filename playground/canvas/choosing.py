"""Choosing the two axes of the loss surface by a click on their numbers, and the marks on them."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainterStateGuard, QPen

from engine.network import Place
from engine.numerals import count
from playground.canvas.card_painting import paint_label
from playground.canvas.detail import Detail
from playground.canvas.drawing import all_spots
from playground.canvas.hits import Hit
from playground.canvas.lighting import Key, at_place, of_node
from playground.canvas.node_painting import Brush, spot_rect
from playground.canvas.sight import Sight
from playground.model.stage import Look
from playground.theme.fonts import CAPTION, font_of, strong

LETTERS = ("x", "y")
WHERE = ("across (x)", "upwards (y)")
MARK = 18.0
SMALLEST = 0.9  # of its size on screen, however far the canvas is


def place_of(sight: Sight, hit: Hit) -> Place | None:
    """The weight, bias or parameter that is meant by a click here."""
    network = sight.experiment.network
    if hit.spot is not None:
        kind, node, index = hit.spot.key
        if index >= 0:
            return network.places[index]
        return _parameter(sight, node) if kind == "value" else None
    if hit.edge is not None:
        return Place("weight", hit.edge[1], hit.edge[0])
    return _parameter(sight, hit.node)


def _parameter(sight: Sight, node: str) -> Place | None:
    network = sight.experiment.network
    known = node in network.index and network.node(node).kind == "parameter"
    return Place("value", node) if known else None


def note_of(sight: Sight, look: Look) -> str:
    """What the canvas says at its corner; nothing most of the time."""
    if look.choosing is not None:
        return f"Click the weight, bias or parameter that goes {WHERE[look.choosing]}; Esc ends"
    if sight.experiment.trace is None or sight.shown.in_batch:
        return ""
    rows = sight.experiment.trace.rows.tolist()
    learnt = f"sample {count(rows[0] + 1)}" if len(rows) == 1 else f"{count(len(rows))} others"
    return f"Sample {count(sight.shown.row + 1)} is not learnt now: this update takes {learnt}"


def paint_axes(brush: Brush, sight: Sight, look: Look, zoom: float) -> None:
    """An x and a y beside the two numbers, as long as they are being chosen."""
    if look.choosing is None:
        return
    for letter, place in zip(LETTERS, look.surface, strict=True):
        if place is not None and place in sight.experiment.network.place_index:
            _paint_axis(brush, sight, place, letter, zoom)


def _paint_axis(brush: Brush, sight: Sight, place: Place, letter: str, zoom: float) -> None:
    index = sight.experiment.network.place_index[place]
    if place.what == "weight" and brush.detail >= Detail.NODES and sight.has_label(index):
        paint_label(brush, sight, index)
    for key in _keys(place, index):
        for spot in all_spots(sight, key):
            rect = spot_rect(sight, spot)
            _paint_mark(brush, QPointF(rect.left() - 3, rect.center().y()), letter, zoom)
            return


def _keys(place: Place, index: int) -> tuple[Key, ...]:
    """The keys under which the number of a place may stand: as it is, or as it will be."""
    own = of_node("value", place.target) if place.what == "value" else at_place(place.what, index)
    return own, at_place("update", index)


def _paint_mark(brush: Brush, at: QPointF, letter: str, zoom: float) -> None:
    """A filled disc in ink, large enough to be read from afar."""
    painter, tokens = brush.painter, brush.tokens
    with QPainterStateGuard(painter):
        painter.translate(at)
        larger = max(1.0, SMALLEST / zoom)
        painter.scale(larger, larger)
        box = QRectF(-MARK, -MARK / 2, MARK, MARK)
        painter.setPen(QPen(tokens.canvas, 1.5))
        painter.setBrush(tokens.text)
        painter.drawEllipse(box)
        painter.setPen(tokens.on_accent)
        painter.setFont(font_of(strong(CAPTION)))
        painter.drawText(box.translated(0, -1), Qt.AlignmentFlag.AlignCenter, letter)
