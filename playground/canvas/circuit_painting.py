"""What only circuits show: the wire of the output, the small minus, local slopes, contributions."""

import numpy as np
from PySide6.QtCore import QLineF, QPointF
from PySide6.QtGui import QPen

from engine.numerals import Role
from engine.views.sample_view import local_slope
from playground.canvas.edge_painting import paint_arrow
from playground.canvas.label_places import point_along
from playground.canvas.node_painting import Brush
from playground.canvas.sight import Sight
from playground.canvas.spots import STUB, has_stub, local_spot
from playground.canvas.wording import written
from playground.theme.fonts import DELTA, WEIGHT
from playground.theme.painting import EMPHASISED, edge_pen
from playground.theme.palette import role_color
from playground.widgets.number_plate import PlacedNumber, State, paint_place, plate_rect


def paint_stubs(brush: Brush, sight: Sight) -> None:
    """The wire on which a value stands that nothing takes on."""
    for index, node in enumerate(sight.experiment.network.nodes):
        if not has_stub(sight, node):
            continue
        x, y = sight.geometry.centres[index].tolist()
        left = x + sight.geometry.frame.figures[index].width / 2
        quiet = sight.lighting is not None
        ink = brush.tokens.quiet if quiet else brush.tokens.node_line
        brush.painter.setPen(QPen(ink, 1.25))
        brush.painter.drawLine(QLineF(left, y, left + STUB, y))


def paint_minus_signs(brush: Brush, sight: Sight) -> None:
    """A small minus at each port that is subtracted."""
    network = sight.experiment.network
    brush.painter.setPen(QPen(brush.tokens.text, 1.6))
    for number, edge in enumerate(network.edges):
        if network.node(edge.target).subtracts and sight.weight(number) < 0:
            x, y = sight.geometry.ends[number].tolist()
            brush.painter.drawLine(QLineF(x - 16, y + 9, x - 9, y + 9))


def paint_local_slopes(brush: Brush, sight: Sight) -> None:
    """The local slope of each wire at work, as a plate at its receiving port."""
    lighting = sight.lighting
    if lighting is None or not lighting.backwards:
        return
    for edge in lighting.edges:
        slope = local_slope(sight.experiment, sight.shown, edge)
        place = PlacedNumber(State.SOURCE, Role.MEMORY, written(slope, sight.digits), "×")
        face = sight.face_of(WEIGHT, place.text)
        rect = plate_rect(QPointF(*local_spot(sight, edge)), place, face)
        paint_place(brush.painter, brush.tokens, rect, place, face)


def paint_contributions(brush: Brush, sight: Sight) -> None:
    """Where several wires leave a node, what each brings back stands below it at its far end."""
    network = sight.experiment.network
    for number, edge in enumerate(network.edges):
        upstream = sight.number(("error", edge.target, -1))
        if len(network.leaving[edge.source]) < 2 or upstream != upstream:
            continue
        back = upstream * local_slope(sight.experiment, sight.shown, number)
        x, y = point_along(sight.geometry.points(number), 0.86)
        place = PlacedNumber(State.QUIET, Role.BACKWARD, written(back, sight.digits))
        face = sight.face_of(DELTA, place.text)
        rect = plate_rect(QPointF(x, y + 16), place, face)
        paint_place(brush.painter, brush.tokens, rect, place, face)


def paint_bright_stub(brush: Brush, sight: Sight) -> None:
    """At an output the slope comes in over its own wire."""
    lighting = sight.lighting
    if lighting is None or not lighting.ring or not lighting.backwards or lighting.edges:
        return
    index = sight.experiment.network.index[lighting.ring]
    node = sight.experiment.network.nodes[index]
    if not has_stub(sight, node):
        return
    x, y = sight.geometry.centres[index].tolist()
    left = x + sight.geometry.frame.figures[index].width / 2
    color = role_color(brush.tokens, lighting.role)
    brush.painter.setPen(edge_pen(color, EMPHASISED, dashed=False))
    brush.painter.drawLine(QLineF(left + 6, y, left + STUB, y))
    paint_arrow(brush.painter, np.array([[left + STUB, y], [left, y]]), color)
