"""The experiment as the text of a document, and back, rule by rule, with notes for the reader."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import isnan
from typing import Any, Final

import numpy as np
from msgspec.structs import replace as replace_in_struct

from engine.data import Data, make_data
from engine.errors import Refused, brief, clean_name
from engine.experiment.curve import WIDTH, Curve, Point
from engine.experiment.experiment import Experiment, at_position
from engine.experiment.stepping import go_to
from engine.experiment.walk import Context, EpochPosition, Position
from engine.files import limits
from engine.files.json_text import json_pieces
from engine.files.limits import (
    READ_ONLY_COPY,
    DocumentError,
    WayOut,
    refused_as_document,
)
from engine.files.table import distinct
from engine.files.wire import (
    Unknown,
    WireCurve,
    WireData,
    WireDocument,
    WireEdge,
    WireNeuron,
    WireProgress,
    WireRecipe,
    WireSettings,
    WireVariant,
    made_into,
    put_back,
    to_plain,
    typed,
    unknown_in,
)
from engine.functions import Floats, frozen
from engine.functions.datasets import Recipe, check_recipe
from engine.functions.optimizers import OPTIMIZERS
from engine.layout import PITCH_ROOMY, Layout, NodePosition, arranged
from engine.network import Edge, Network, Node, Place
from engine.numerals import MINUS, count, counted, short
from engine.program.program import Program, why_not_run
from engine.settings import Settings, check

SHORTER = limits.NAME - 10  # so that a number fits behind it where another id is cut to the same
LETTER = 3  # as in “net”
#: What a node has by the same name in the file.
_OF_A_NODE = (
    "id", "kind", "combine", "activation", "leak", "subtracts", "locked", "output",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Drawing:
    """What is drawn, and the numbers on it now and at the start.

    `moves` would bring into view what stands out of reach or all on one point; `ids` are those
    that could not be shown as they stand in the file, each with the one it has here, and `cleaned`
    says how many names and ids held characters that cannot be seen.
    """

    network: Network
    layout: Layout
    parameters: Floats
    start: Floats
    notes: tuple[str, ...]
    moves: dict[str, NodePosition]
    ids: dict[str, str]
    cleaned: int


def read_drawing(wire: WireDocument, without_broken_edges: bool = False) -> Drawing:
    """The network, or the refusal that names the neuron or edge that is wrong."""
    old = list(dict.fromkeys(neuron.id for neuron in wire.neurons))
    fit = [one if clean_name(one)[0] == one else brief(one, SHORTER) for one in old]
    ids = {one: new for one, new in zip(old, distinct(fit), strict=True) if new != one}
    unseen = sum(clean_name(node_id)[1] for node_id in ids)
    if ids:
        neurons = [replace_in_struct(n, id=ids.get(n.id, n.id)) for n in wire.neurons]
        ends = [(ids.get(e.source, e.source), ids.get(e.target, e.target)) for e in wire.edges]
        joined = [
            replace_in_struct(edge, source=source, target=target)
            for edge, (source, target) in zip(wire.edges, ends, strict=True)
        ]
        wire = replace_in_struct(wire, neurons=neurons, edges=joined)
    nodes = tuple(_node(neuron) for neuron in wire.neurons)
    edges = list(wire.edges)
    notes: list[str] = []
    if without_broken_edges:
        edges = sound_edges(nodes, edges)
        left_out = len(wire.edges) - len(edges)
        were = "was" if left_out == 1 else "were"
        notes.append(f"{counted(left_out, 'broken edge')} {were} left out.")
    network = _network(nodes, edges)
    names = {neuron.id: clean_name(neuron.name) for neuron in wire.neurons}
    unseen += sum(cleaned for _, cleaned in names.values())
    limit = limits.COORDINATE  # never so far away that nothing could bring them back
    positions = {
        neuron.id: (max(-limit, min(limit, neuron.x)), max(-limit, min(limit, neuron.y)))
        for neuron in wire.neurons
    }
    moves = _moves(wire, network, positions)
    if moves:
        were, have = ("neuron was", "has") if len(moves) == 1 else ("neurons were", "have")
        notes.append(f"{count(len(moves))} {were} outside the canvas and {have} been moved.")
    numbers = [(edge.weight, edge.start) for edge in edges]
    numbers += [(n.bias, n.start) for n in wire.neurons if n.bias is not None]
    numbers += [(n.value, n.start) for n in wire.neurons if n.value is not None]
    parameters = _vector([number for number, _ in numbers])
    start = _vector([number if start is None else start for number, start in numbers])
    if huge := int((np.abs(parameters) > limits.WEIGHT).sum()):
        what = "1 weight or bias is" if huge == 1 else f"{count(huge)} weights or biases are"
        larger = f"{what} larger than {short(limits.WEIGHT)}"
        notes.append(f"{larger}; sums may become too large for a number.")
    named = {node_id: name for node_id, (name, _) in names.items() if name and name != node_id}
    letters = wire.letters  # they stand in formulas, so each is one, or a word as short as “net”
    for letter in (letters.sum, letters.value, letters.error, letters.loss):
        if not (len(letter) <= LETTER and letter.isalpha()):
            raise DocumentError(f"“{brief(letter)}” cannot be a letter of the formulas.", "letters")
    layout = Layout(positions, named, letters)
    return Drawing(network, layout, parameters, start, tuple(notes), moves, ids, unseen)


def sound_edges(nodes: tuple[Node, ...], edges: list[WireEdge]) -> list[WireEdge]:
    """The edges without those that point nowhere, come twice, end in an input or close a loop."""
    network = Network(nodes)
    kept = []
    for edge in edges:
        ends = edge.source in network.index and edge.target in network.index
        if ends and network.why_not_connect(edge.source, edge.target) is None:
            network = network.connect(edge.source, edge.target)
            kept.append(edge)
    return kept


def _network(nodes: tuple[Node, ...], edges: list[WireEdge]) -> Network:
    known = {node.id for node in nodes}
    if not {edge.source for edge in edges} | {edge.target for edge in edges} <= known:
        number, ends, gone = next(
            (number, ends, end) for number, edge in enumerate(edges, 1)
            for ends, end in (("starts at", edge.source), ("points to", edge.target))
            if end not in known
        )  # fmt: skip
        sentence = f"Edge {count(number)} {ends} the neuron “{brief(gone)}”, which does not exist."
        raise DocumentError(sentence, f"edges[{number - 1}]", _offer(nodes, edges))
    drawn = tuple([Edge(edge.source, edge.target, edge.locked) for edge in edges])
    try:
        return Network(nodes, drawn)
    except Refused as refused:
        raise DocumentError(refused.sentence, "edges", _offer(nodes, edges)) from None


def _offer(nodes: tuple[Node, ...], edges: list[WireEdge]) -> WayOut | None:
    """The way out: all but the broken edges, if that makes a network."""
    if len({node.id for node in nodes}) < len(nodes):
        return None
    if len(edges) > limits.REPAIRED_EDGES:
        return WayOut("open_without_broken_edges", "Open without the broken edges")
    try:
        broken = len(edges) - len(sound_edges(nodes, edges))
    except Refused:
        return None
    return WayOut("open_without_broken_edges", f"Open without the {counted(broken, 'broken edge')}")


def _node(wire: WireNeuron) -> Node:
    if wire.kind == "parameter" and wire.value is None:
        raise DocumentError(f"The parameter “{brief(wire.id)}” has no “value”.")
    if wire.value is not None and wire.kind != "parameter":
        raise DocumentError(f"“{brief(wire.id)}” is no parameter and cannot have a “value”.")
    return Node(bias=wire.bias is not None, **{name: getattr(wire, name) for name in _OF_A_NODE})


def _moves(
    wire: WireDocument, network: Network, positions: dict[str, NodePosition]
) -> dict[str, NodePosition]:
    """Where to put nodes that are out of reach, or all of them where they share one point."""
    if len(positions) > 1 and len(set(positions.values())) == 1:
        return arranged(network.levels, any(node.bias for node in network.nodes))
    away = [n.id for n in wire.neurons if positions[n.id] != (n.x, n.y)]
    near = [positions[n.id] for n in wire.neurons if positions[n.id] == (n.x, n.y)]
    left = min((x for x, _ in near), default=0.0)
    below = max((y for _, y in near), default=0.0)
    return {node_id: (left, below + PITCH_ROOMY * number) for number, node_id in enumerate(away, 1)}


def _vector(numbers: list[float]) -> Floats:
    return frozen(np.array(numbers, dtype=np.float64))


WITHOUT_DATA = WayOut("open_without_data", "Open without the data")


@dataclass(frozen=True, slots=True)
class Loaded:
    """An experiment from a file, and what the reader of the file should be told.

    `moves` would bring into view the neurons that a note speaks of; the window makes them an edit.
    """

    experiment: Experiment
    notes: tuple[str, ...] = ()
    moves: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    version: int = 1
    converted: bool = False
    model: bool = False


@dataclass(frozen=True, slots=True)
class Repairs:
    """What may be left out, each only when the reader has asked for it."""

    broken_edges: bool = False
    data: bool = False


@refused_as_document()
def read_document(raw: Mapping[str, Any], repairs: Repairs | None = None) -> Loaded:
    """The experiment that a parsed document of the newest version describes."""
    repairs = repairs or Repairs()
    for key, limit in (("neurons", limits.NEURONS), ("edges", limits.EDGES)):
        members = raw.get(key)
        if isinstance(members, list):  # far too many are refused before any of them is built
            limits.at_most(len(members), limit, key)
    match raw.get("data"):
        case {"recipe": {"size": int(size)}}:
            limits.at_most(size, limits.CELLS, "data rows")
    wire = typed(raw, WireDocument)
    if repairs.data:
        wire = replace_in_struct(wire, data=None)
    drawing = read_drawing(wire, repairs.broken_edges)
    settings = check(made_into(Settings, wire.settings))
    data = _read_data(wire.data, drawing.network)
    context = Context(Program(drawing.network), drawing.layout, data, settings)
    position = _position(wire.progress, settings, drawing, len(data.training))
    unknown = _unknown(raw, drawing, repairs)
    experiment = replace(
        at_position(context, position, drawing.start, wire.progress.updates),
        curve=_read_curve(wire.curve, wire.progress.updates),
        lesson=wire.lesson,
        variants=_variants(wire.variants),
        unknown=unknown,
    )
    if wire.progress.cursor:
        reason = why_not_run(drawing.network, settings, drawing.layout.name)
        if reason is not None:
            raise DocumentError(f"The saved pass cannot be shown: {reason}")
        experiment = go_to(experiment, experiment.updates, wire.progress.cursor)
    others = [*(wire.data.classes if wire.data else ()), *(each.name for each in wire.variants)]
    notes = [*name_notes(drawing, others), *drawing.notes]
    if kept := sum(map(len, unknown.values())):
        entries = "entry" if kept == 1 else "entries"
        notes.append(f"Kept {count(kept)} {entries} that this version does not know.")
    return Loaded(experiment, tuple(notes), drawing.moves)


def name_notes(drawing: Drawing, others: Iterable[str]) -> tuple[str, ...]:
    """How many names of nodes, and of whatever else, held characters that cannot be seen."""
    cleaned = drawing.cleaned + sum(clean_name(name)[1] for name in others)
    note = f"{counted(cleaned, 'name')} contained invisible characters."
    return (note,) if cleaned else ()


def _variants(wires: list[WireVariant]) -> dict[str, Settings]:
    """Settings by name; each name once."""
    limits.at_most(len(wires), limits.VARIANTS, "variants")
    found: dict[str, Settings] = {}
    for wire in wires:
        name = clean_name(wire.name)[0]
        if not name or name in found:
            what = f"are two variants “{brief(name)}”" if name else "is a variant without a name"
            raise DocumentError(f"There {what}.", "variants")
        with refused_as_document(f"The variant “{brief(name)}”: "):
            found[name] = check(made_into(Settings, wire.settings))
    return found


def _read_data(wire: WireData | None, network: Network) -> Data:
    inputs, targets = network.inputs, network.outputs
    if wire is None:
        return make_data(inputs, targets, [])
    rows = len(wire.inputs)
    limits.at_most(rows * (len(inputs) + len(targets)), limits.CELLS, "data cells")
    if len(wire.targets) != rows:
        has = f"{counted(rows, 'row')} of inputs but {counted(len(wire.targets), 'row')} of targets"
        raise DocumentError(f"The data has {has}.", "data", WITHOUT_DATA)
    blocks = [_block(wire.inputs, inputs, "input"), _block(wire.targets, targets, "target")]
    test = np.zeros(max(rows, 1), dtype=np.bool_)
    for number in wire.test:
        if number > rows:
            marks = f"marks row {count(number)} for testing, but has only {counted(rows, 'row')}"
            raise DocumentError(f"The data {marks}.", "data.test", WITHOUT_DATA)
        test[number - 1] = True
    if (scaling := wire.scaling) is not None:
        fits = len(scaling.mean) == len(scaling.deviation) == len(inputs)
        if not fits or not all(deviation > 0 for deviation in scaling.deviation):
            sentence = "The scaling of the data does not fit the inputs of the network."
            raise DocumentError(sentence, "data.scaling", WITHOUT_DATA)
    recipe = made_into(Recipe, wire.recipe) if wire.recipe else None
    if recipe is not None:
        check_recipe(recipe)
    classes = [clean_name(name)[0] for name in wire.classes]
    return make_data(inputs, targets, np.hstack(blocks), test, scaling, classes, recipe)


def _block(rows: list[list[float]], nodes: Sequence[str], what: str) -> Floats:
    for number, row in enumerate(rows, 1):
        if len(row) != len(nodes):
            has = f"Row {count(number)} has {counted(len(row), 'value')}"
            sentence = f"{has}, the network has {counted(len(nodes), what)}."
            raise DocumentError(sentence, f"data.{what}s[{number - 1}]", WITHOUT_DATA)
    return np.array(rows, dtype=np.float64).reshape(len(rows), len(nodes))


def _position(
    wire: WireProgress, settings: Settings, drawing: Drawing, training_rows: int
) -> Position:
    """Where learning stands; the optimiser's vectors must fit the numbers of the network."""
    size = len(drawing.parameters)
    names = OPTIMIZERS[settings.optimizer.kind].state
    if unknown := set(wire.state) - set(names):
        raise DocumentError(f"The optimiser {settings.optimizer.kind} has no state "
                            f"“{brief(min(unknown))}”.", "progress.state")  # fmt: skip
    state = []
    for name in names:
        vector = wire.state.get(name, [0.0] * size)
        if len(vector) != size:
            found = counted(len(vector), "number")
            raise DocumentError(f"The optimiser's “{name}” has {found}; the network has "
                                f"{count(size)}.", "progress.state")  # fmt: skip
        state.append(_vector(vector))
    if wire.row >= training_rows:
        raise DocumentError(f"The epoch stands at row {count(wire.row)} of only "
                            f"{counted(training_rows, 'row')}.", "progress.row")  # fmt: skip
    turn = EpochPosition(wire.epoch, wire.row)
    return Position(drawing.parameters, tuple(state), wire.count, turn)


def _read_curve(wire: WireCurve | None, updates: int) -> Curve:
    if wire is None:
        return Curve()
    if wire.columns != list(Point._fields) or any(len(p) != WIDTH for p in wire.points):
        raise DocumentError("The curve does not have the columns it should have.", "curve")
    table = np.array(wire.points, dtype=np.float64).reshape(-1, WIDTH)
    if not (np.diff(table[:, 0]) > 0).all() or np.isnan(table[:, 0]).any():
        raise DocumentError("The points of the curve are not in order.", "curve.points")
    if len(table) and table[-1, 0] > updates:
        raise DocumentError(f"The curve goes on after update {count(updates)}, where learning "
                            "stands.", "curve.points")  # fmt: skip
    return Curve((frozen(table),)) if len(table) else Curve()


def _unknown(raw: Mapping[str, Any], drawing: Drawing, repairs: Repairs) -> Unknown:
    """What this version does not know, by the ids and names that its places go by here.

    What a repair leaves out takes its entries along.
    """
    left = {name: raw[name] for name in raw if not (repairs.data and name == "data")}
    pairs = drawing.network.pairs
    found: Unknown = {}
    for place, entries in unknown_in(left).items():
        if place[:1] in (("neurons",), ("edges",)):
            place = (place[0], *[drawing.ids.get(key, key) for key in place[1:]])
        elif place[:1] == ("variants",):
            place = (place[0], clean_name(place[1])[0], *place[2:])
        if place[:1] != ("edges",) or place[1:] in pairs:
            found[place] = entries
    return found


FORMAT: Final = "neural-playground"
NEWEST: Final = 1

Raw = dict[str, Any]
Migrations = Mapping[int, Callable[[Raw], Raw]]

#: From a version to the next one, by the older; pure functions that leave their argument alone.
MIGRATIONS: Final[Migrations] = {}


class NewerVersion(DocumentError):
    """The document comes from a newer version; `raw` is what a read-only copy can be made of."""

    def __init__(self, raw: Raw, version: int, newest: int) -> None:
        super().__init__(
            f"Made with a newer version (format {count(version)}; this app reads up to "
            f"{count(newest)}). Open a read-only copy?",
            "version",
            READ_ONLY_COPY,
        )
        self.raw = raw
        self.version = version


def ours(raw: object) -> Raw:
    """`raw` itself if it is an object that calls itself one of our format."""
    if isinstance(raw, dict) and raw.get("format") == FORMAT:
        return raw
    why = "no “format” entry"
    if isinstance(raw, dict) and "format" in raw:
        found = raw["format"]
        why = f"its “format” is {f'“{brief(found)}”' if isinstance(found, str) else 'not a name'}"
    raise DocumentError(f"This JSON file is not a playground document ({why}).", "format")


def migrate(raw: Raw, table: Migrations, newest: int) -> tuple[Raw, int]:
    """The document in the newest version, and the version that the file has."""
    original = _version(raw)
    if original > newest:
        raise NewerVersion(raw, original, newest)
    for version in range(original, newest):
        raw = {**table[version](raw), "version": version + 1}
    return raw, original


def _version(raw: Raw) -> int:
    version = raw.get("version")
    if isinstance(version, int) and not isinstance(version, bool) and version >= 1:
        return version
    if "version" not in raw:
        why = "The format version is not valid: there is no “version” entry."
    elif isinstance(version, str):
        why = f"The format version “{brief(version)}” is not valid: it is text, not a number."
    else:
        holding: dict[type, str] = {list: "[…]", dict: "{…}"}
        text = holding.get(type(version)) or json.dumps(version)
        shown = brief(text).replace("-", MINUS)
        why = f"The format version “{shown}” is not valid."
    raise DocumentError(why, "version")


def document_text(experiment: Experiment) -> str:
    """The whole document; the same experiment always gives the same text."""
    return "".join(document_pieces(experiment))


def document_pieces(experiment: Experiment) -> Iterator[str]:
    """The same text piece by piece, for work that others must be able to interrupt."""
    unknown = experiment.unknown
    document = _document(experiment)
    yield ""
    plain = to_plain(document, {place[0] for place in unknown if place})
    put_back(plain, unknown)
    yield from json_pieces(plain)


def _document(experiment: Experiment) -> WireDocument:
    numbers, data, position = _numbers(experiment), experiment.data, experiment.position
    states = zip(OPTIMIZERS[experiment.settings.optimizer.kind].state, position.state, strict=True)
    edges = zip(experiment.network.edges, numbers.values(), strict=False)
    curve = experiment.curve.cut_after(experiment.updates).table.tolist()
    points = [[None if isnan(value) else value for value in row] for row in curve]
    has_curve = points or ("curve",) in experiment.unknown  # where it holds what is not known
    return WireDocument(
        format=FORMAT,
        version=NEWEST,
        lesson=experiment.lesson,
        neurons=[_neuron(experiment, node, numbers) for node in experiment.network.nodes],
        edges=[
            WireEdge(source=source, target=target, weight=weight, start=start, locked=locked)
            for (source, target, locked), (weight, start) in edges
        ],
        letters=experiment.layout.letters,
        settings=made_into(WireSettings, experiment.settings),
        variants=[
            WireVariant(name=name, settings=made_into(WireSettings, kept))
            for name, kept in experiment.variants.items()
        ],
        data=WireData(
            inputs=data.input_rows().tolist(),
            targets=data.target_rows().tolist(),
            test=(data.testing + 1).tolist(),
            scaling=data.scaling,
            classes=list(data.classes),
            recipe=made_into(WireRecipe, data.recipe) if data.recipe else None,
        ),
        progress=WireProgress(
            updates=experiment.updates,
            epoch=position.turn.epoch,
            row=position.turn.row,
            cursor=experiment.cursor,
            count=position.count,
            state={name: vector.tolist() for name, vector in states if vector.any()},
        ),
        curve=WireCurve(columns=list(Point._fields), points=points) if has_curve else None,
    )


def _neuron(
    experiment: Experiment, node: Node, numbers: Mapping[Place, tuple[float, float | None]]
) -> WireNeuron:
    x, y = experiment.layout.position(node.id)
    place = Place("value" if node.kind == "parameter" else "bias", node.id)
    number, start = numbers.get(place, (None, None))
    return WireNeuron(
        **{name: getattr(node, name) for name in _OF_A_NODE},
        name=experiment.layout.names.get(node.id, ""),
        x=float(x),
        y=float(y),
        bias=number if node.bias else None,
        value=number if node.kind == "parameter" else None,
        start=start,
    )


def _numbers(experiment: Experiment) -> dict[Place, tuple[float, float | None]]:
    """Every number, and the one it started from where that is another one."""
    now, then = experiment.parameters, experiment.start
    moved = now.view(np.uint64) != then.view(np.uint64)  # -0.0 is another number than 0.0
    starts = [start if other else None for start, other in zip(then.tolist(), moved, strict=True)]
    return dict(zip(experiment.network.places, zip(now.tolist(), starts, strict=True), strict=True))
