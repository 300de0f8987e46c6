"""Where the numbers and the moments that a lesson names are found in an experiment."""

import numpy as np

from engine.editing import set_cell, set_numbers
from engine.errors import Refused
from engine.experiment import Experiment
from engine.files.lesson_checks import Moment, Number
from engine.files.lesson_wire import Numeral
from engine.names import brief
from engine.network import Network, Place
from engine.script import MicroStep, Script, script_of
from engine.showing import Showing, Shown
from engine.stepping import batch_of

NAN = float("nan")


def number_of(experiment: Experiment, number: Number, row: int | None = None) -> float:
    """The number as the canvas shows it for this row; NaN where there is none, or not yet."""
    network = experiment.network
    place = place_of(network, number)
    if number.what in ("gradient", "new"):
        shown = _shown(experiment, row)
        vector = shown.gradients if number.what == "gradient" else shown.updated
        return NAN if place is None else float(vector[place])
    if number.edge is not None or number.what == "bias":
        return NAN if place is None else float(experiment.parameters[place])
    if not number.node:
        return _shown(experiment, row).total if number.what == "loss" else NAN
    if number.node not in network.index:
        return NAN
    return float(_by_node(_shown(experiment, row), number.what)[network.index[number.node]])


def place_of(network: Network, number: Number) -> int | None:
    """Where a weight, a bias or a parameter stands in the vector of numbers."""
    if number.edge is not None:
        source, target = number.edge
        return network.place_index.get(Place("weight", target, source))
    bias = network.place_index.get(Place("bias", number.node))
    return network.place_index.get(Place("value", number.node)) if bias is None else bias


def put(experiment: Experiment, numeral: Numeral) -> Experiment:
    """The experiment with this number by hand: a weight, a bias, a parameter, or an input."""
    number, data = numeral.of, experiment.data
    if number.edge is None and number.node in data.inputs and number.what == "value":
        return set_cell(experiment, 0, data.inputs.index(number.node), numeral.is_)
    place = place_of(experiment.network, number)
    if place is None:
        raise Refused(f"There is no number at {called(number)} that could be set.")
    return set_numbers(experiment, {experiment.network.places[place]: numeral.is_})


def called(part: Number | Moment) -> str:
    """“4”, or “4”→“6”, or the loss of all."""
    if part.edge is not None:
        return f"“{brief(part.edge[0])}”→“{brief(part.edge[1])}”"
    return f"“{brief(part.node)}”" if part.node else "the whole"


def cursor_of(experiment: Experiment, moment: Moment) -> int | None:
    """How many micro-steps of a pass are told at that moment; None if there is no such one."""
    script = script_at(experiment)
    if moment.what in ("start", "end"):
        return 0 if moment.what == "start" else len(script.steps)
    network = experiment.network
    found = [i for i, step in enumerate(script.steps, 1) if _is_it(network, step, moment)]
    if not found and moment.what == "loss" and not moment.node:
        found = [i for i, step in enumerate(script.steps, 1) if step.what == "loss"][-1:]
    return found[-1] if found else None


def script_at(experiment: Experiment) -> Script:
    """The micro-steps of the present pass, or of the next one."""
    if experiment.trace is not None:
        return experiment.trace.script
    return script_of(experiment.network, experiment.settings, len(batch_of(experiment)))


def _is_it(network: Network, step: MicroStep, moment: Moment) -> bool:
    if step.what != moment.what:
        return False
    place = network.places[step.place] if step.place >= 0 else None
    if moment.edge is not None:
        source, target = moment.edge
        return place == Place("weight", target, source)
    return step.node == moment.node and (place is None or place.what != "weight")


def _shown(experiment: Experiment, row: int | None) -> Shown:
    return Showing().shown(experiment, row)


def _by_node(shown: Shown, what: str) -> np.ndarray:
    return {
        "value": shown.values, "activation": shown.values, "sum": shown.sums,
        "error": shown.errors,
        "derivative": shown.derivatives, "target": shown.targets, "loss": shown.losses,
    }[what]  # fmt: skip
