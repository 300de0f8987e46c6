"""Which numbers may be set by hand, what each is called, and how it is set."""

from collections.abc import Callable
from dataclasses import dataclass

from engine.errors import Refused
from engine.experiment.experiment import Experiment
from engine.files import limits
from engine.network import Place
from engine.numerals import short
from playground.canvas.lighting import Key
from playground.canvas.sight import Sight
from playground.model.document import Document

Set = Callable[[Document, float, bool], bool]


@dataclass(frozen=True, slots=True)
class Handle:
    """A number in the hand: how it is called, its value now, and what sets it."""

    key: Key
    name: str
    value: float
    set: Set


def handle_of(sight: Sight, key: Key) -> Handle | None:
    """The handle of a number; None where it follows from others."""
    kind, node, place = key
    if kind in ("weight", "bias", "update"):
        return _of_place(sight, key, sight.experiment.network.places[place])
    if kind == "value" and sight.experiment.network.node(node).kind == "parameter":
        return _of_place(sight, key, Place("value", node))
    if kind == "value" and sight.experiment.network.node(node).kind == "input":
        column = sight.experiment.data.inputs.index(node)
        return _of_cell(sight, key, column, f"Input of {sight.experiment.layout.name(node)}")
    if kind == "target":
        data = sight.experiment.data
        column = len(data.inputs) + data.targets.index(node)
        return _of_cell(sight, key, column, f"Target of {sight.experiment.layout.name(node)}")
    return None


def checked(value: float) -> float:
    """The same number, or the refusal of one that is too large."""
    if abs(value) > limits.WEIGHT:
        raise Refused(f"A number here is at most {short(limits.WEIGHT)}.")
    return value


def name_of_place(experiment: Experiment, place: Place) -> str:
    """What a weight, a bias or a parameter is called."""
    call = experiment.layout.name
    if place.what == "weight":
        return f"Weight from {call(place.source)} to {call(place.target)}"
    return f"{'Bias' if place.what == 'bias' else 'Value'} of {call(place.target)}"


def _of_place(sight: Sight, key: Key, place: Place) -> Handle:
    index = sight.experiment.network.place_index[place]
    value = float(sight.experiment.parameters[index])

    def set_it(document: Document, number: float, turning: bool) -> bool:
        return document.set_number(place, number, turning)

    return Handle(key, name_of_place(sight.experiment, place), value, set_it)


def _of_cell(sight: Sight, key: Key, column: int, name: str) -> Handle:
    row = sight.shown.row

    def set_it(document: Document, number: float, turning: bool) -> bool:
        return document.set_cell(row, column, number, turning)

    return Handle(key, name, sight.experiment.data.cell(row, column), set_it)
