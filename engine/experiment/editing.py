"""Moves that change what is drawn, its numbers, data or settings, and settings kept by name."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import count as counting

import numpy as np

from engine.data import Data
from engine.errors import Refused, unknown
from engine.experiment.experiment import (
    Experiment,
    at_position,
    fresh_position,
    in_context,
    last_made,
    recorded_anew,
    suited,
    with_run,
    without_pass,
)
from engine.experiment.walk import Context, EpochPosition, with_free_settings
from engine.functions import Floats
from engine.functions.initializers import AS_DRAWN, draw, draw_each
from engine.layout import Layout, NodePosition
from engine.network import (
    Edge,
    Indices,
    Network,
    Node,
    Place,
    came_from,
    carried_over,
    changed,
    vector,
)
from engine.numerals import counted
from engine.program.program import Program
from engine.settings import Settings, check


def add_node(experiment: Experiment, node: Node, at: NodePosition, name: str = "") -> Experiment:
    """One more node; a new input or output adds a column of 0 to the data."""
    layout = experiment.layout.move({node.id: at}).rename(node.id, name)
    return with_network(experiment, experiment.network.add(node), layout)


def connect_all(experiment: Experiment, pairs: Iterable[tuple[str, str]]) -> Experiment:
    """One more edge for each pair: all of them, or the refusal of the first that cannot be."""
    network, call = experiment.network, experiment.layout.name
    edges = tuple(
        Edge(a, b, b in network.index and new_edge_is_locked(network, b)) for a, b in pairs
    )
    longer = _longer(network, edges)
    if longer is None:
        good = bisect_left(
            range(len(edges)), True, key=lambda n: _longer(network, edges[: n + 1]) is None
        )
        before = _longer(network, edges[:good]) or network
        source, target, _ = edges[good]
        raise Refused(before.why_not_connect(source, target, call) or "That edge cannot be drawn.")
    return with_network(experiment, longer)


def _longer(network: Network, edges: tuple[Edge, ...]) -> Network | None:
    """The network with these edges, checked as a whole; None where one of them cannot be."""
    try:
        return Network(network.nodes, (*network.edges, *edges))
    except Refused:
        return None


def change_nodes(experiment: Experiment, nodes: Iterable[Node]) -> Experiment:
    """These nodes as they are given, in place of those of the same ids."""
    network = experiment.network
    for node in nodes:
        network = network.change(node)
    return with_network(experiment, network)


def with_layout(experiment: Experiment, layout: Layout) -> Experiment:
    return replace(experiment, context=replace(experiment.context, layout=layout))


def set_numbers(experiment: Experiment, values: Mapping[Place, float]) -> Experiment:
    """Weights, biases or parameters by hand; before the first update, of the start as well."""
    index = experiment.network.place_index
    unknown = [place for place in values if place not in index]
    if unknown:
        raise Refused(f"There is no {unknown[0].what} at {unknown[0].target} to set.")
    if not all(np.isfinite(value) for value in values.values()):
        raise Refused("A weight must be a number that is neither infinite nor missing.")
    changes = {index[place]: value for place, value in values.items()}
    position = experiment.position
    moved = replace(position, parameters=changed(position.parameters, changes))
    start = experiment.start if experiment.updates else changed(experiment.start, changes)
    return recorded_anew(in_context(experiment, experiment.context, moved, start))


def set_cell(experiment: Experiment, row: int, column: int, value: float) -> Experiment:
    if not np.isfinite(value):
        raise Refused("A cell of the data must be a number.")
    return with_data(experiment, experiment.data.with_cell(row, column, value))


def with_data(experiment: Experiment, data: Data) -> Experiment:
    """Other samples. Another number of training rows starts a new epoch and closes the pass."""
    network = experiment.network
    fitted = suited(data, network, experiment.layout.name)
    context = replace(experiment.context, data=fitted)
    if np.array_equal(fitted.training, experiment.data.training):
        return recorded_anew(in_context(experiment, context, experiment.position))
    turn = experiment.turn
    moved = replace(experiment.position, turn=EpochPosition(turn.epoch + bool(turn.row), 0))
    return without_pass(in_context(experiment, context, moved))


def with_settings(experiment: Experiment, settings: Settings) -> Experiment:
    """Other settings. Another kind of optimiser starts empty, with a count of its own.

    What no update depends on changes without touching the pass or the record.
    """
    before = experiment.settings
    if settings == before:
        return experiment
    context = replace(experiment.context, settings=check(settings))
    if with_free_settings(settings, before) == before:
        return replace(experiment, context=context)
    position = experiment.position
    if settings.optimizer.kind != before.optimizer.kind:
        position = fresh_position(context, position.parameters, position.turn)
    new = in_context(experiment, context, position)
    same_batch = (settings.batch, settings.seed, settings.shuffle) == (
        before.batch, before.seed, before.shuffle,
    )  # fmt: skip
    return recorded_anew(new) if same_batch else without_pass(new)


def start_again(experiment: Experiment) -> Experiment:
    """Before the first update, from the same starting numbers; the run stays in the list."""
    return _restarted(experiment, experiment.context, experiment.start)


def begin_anew(experiment: Experiment) -> Experiment:
    """Before a first update, from the numbers of now; the run so far stays in the list."""
    if not experiment.newest:
        return experiment
    return _restarted(experiment, experiment.context, experiment.parameters)


def draw_again(experiment: Experiment, seed: int | None = None) -> Experiment:
    """Before the first update, from numbers drawn by the initialiser; locked ones stay."""
    settings = experiment.settings
    if seed is not None:
        settings = check(replace(settings, seed=seed))
    context = replace(experiment.context, settings=settings)
    fresh = drawn_numbers(experiment.network, settings, experiment.start)
    return _restarted(experiment, context, fresh)


def drawn_numbers(network: Network, settings: Settings, start: Floats) -> Floats:
    """Starting numbers by the initialiser: weights and biases that learning may change."""
    edges = network.edges
    fan_in = np.array([len(network.arriving[edge.target]) for edge in edges], dtype=np.intp)
    fan_out = np.array([len(network.leaving[edge.source]) for edge in edges], dtype=np.intp)
    numbers, initializer = start.copy(), settings.initializer
    weights = np.asarray(start[: len(edges)], np.float64)
    numbers[: len(edges)] = draw(initializer, fan_in, fan_out, settings.seed, weights)
    if initializer.kind != AS_DRAWN:
        numbers[[k for k, p in enumerate(network.places) if p.what == "bias"]] = initializer.bias
    return np.where(np.array(network.locks, dtype=np.bool_), start, numbers)


def new_edge_is_locked(network: Network, target: str) -> bool:
    """Edges into +, − and × nodes weigh 1 and are not trained."""
    node = network.node(target)
    plain_sum = node.combine == "sum" and node.activation == "identity" and not node.bias
    return plain_sum or node.combine == "product"


def with_network(
    experiment: Experiment,
    network: Network,
    layout: Layout | None = None,
    numbers: Floats | None = None,
) -> Experiment:
    """Another structure: numbers, state and columns that still have a place keep it.

    New places have these numbers, in the order of the network; without any they are drawn.
    """
    if network == experiment.network:
        return experiment if layout is None else with_layout(experiment, layout)
    position = experiment.position
    came = came_from(experiment.network.place_index, network.places)
    born = _born(network, experiment.settings, came) if numbers is None else numbers
    context = replace(
        experiment.context,
        program=Program(network),
        layout=layout or experiment.layout,
        data=experiment.data.fitted(network.inputs, network.outputs),
    )
    moved = replace(
        position,
        parameters=carried_over(position.parameters, came, born),
        state=tuple(carried_over(vector, came) for vector in position.state),
    )
    start = carried_over(experiment.start, came, born)
    return without_pass(in_context(experiment, context, moved, start))


def _born(network: Network, settings: Settings, came: Indices) -> Floats:
    """The numbers of new places: drawn once, for now and for the start."""
    places = [network.places[k] for k in np.flatnonzero(came < 0)]
    targets = {place.target for place in places if place.what == "weight"}
    locked = {target for target in targets if new_edge_is_locked(network, target)}
    ends = [(p.source, p.target) for p in places if p.what == "weight" and p.target not in locked]
    fan_in = np.array([len(network.arriving[target]) for _, target in ends], np.intp)
    fan_out = np.array([len(network.leaving[source]) for source, _ in ends], np.intp)
    initializer = settings.initializer
    drawn = iter(draw_each(initializer, fan_in, fan_out, settings.seed, ends) if ends else ())

    def number(place: Place) -> float:
        if place.what == "bias":
            return initializer.bias
        if place.what == "value":
            return 0.0
        if place.target not in locked:
            return next(drawn)
        # A new edge into a node that only adds, subtracts or multiplies.
        first = network.arriving[place.target][0].source == place.source
        return -1.0 if network.node(place.target).subtracts and not first else 1.0

    return vector(map(number, places))


def _restarted(experiment: Experiment, context: Context, start: Floats) -> Experiment:
    kept = with_run(experiment, run_title(experiment))
    new = at_position(context, fresh_position(context, start), start, 0)
    return replace(
        new, runs=kept.runs, lesson=kept.lesson, variants=kept.variants, unknown=kept.unknown
    )


def run_title(experiment: Experiment) -> str:
    """What the present run is called in the list: by the settings it was made with, if named."""
    made = last_made(experiment).context.settings
    return experiment.name_of(made) or f"Run of {counted(experiment.newest, 'update')}"


def free_id(network: Network, stem: str = "n") -> str:
    return next(free_ids(network, stem))


def free_ids(network: Network, stem: str) -> Iterator[str]:
    ids = (f"{stem}{k}" for k in counting(1))
    return (node_id for node_id in ids if node_id not in network.index)


def keep(experiment: Experiment, name: str) -> Experiment:
    """The present settings under this name, in place of what had it before."""
    wanted = name.strip()
    if not wanted:
        raise Refused("Give the settings a name, so that you find them again.")
    if experiment.variants.get(wanted) == experiment.settings:
        return experiment
    return replace(experiment, variants={**experiment.variants, wanted: experiment.settings})


def forget(experiment: Experiment, name: str) -> Experiment:
    """Without the settings of that name; what is in force stays."""
    settings_of(experiment, name)
    left = {key: kept for key, kept in experiment.variants.items() if key != name}
    return replace(experiment, variants=left)


def switch_to(experiment: Experiment, name: str) -> Experiment:
    """These settings before the first update, from the same numbers; the run stays in the list.

    The number of digits is that of now: it is no matter of learning.
    """
    settings = replace(settings_of(experiment, name), digits=experiment.settings.digits)
    runs = with_run(experiment, run_title(experiment)).runs
    return replace(start_again(with_settings(experiment, settings)), runs=runs)


def settings_of(experiment: Experiment, name: str) -> Settings:
    """The settings of that name, or a refusal with the nearest name there is."""
    if name not in experiment.variants:
        raise unknown("The variant", name, experiment.variants)
    return experiment.variants[name]
