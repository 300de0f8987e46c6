"""The experiment as the text of a document, and back, rule by rule, with notes for the reader."""

import json
import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, is_dataclass, replace
from functools import cache
from math import isnan
from typing import Any, Final, TypeVar, get_type_hints

import msgspec
import numpy as np
from msgspec import NODEFAULT, Struct
from msgspec.structs import fields
from msgspec.structs import replace as replace_in_struct

from engine.data import Data, make_data
from engine.errors import Refused, brief, clean_name
from engine.experiment.curve import WIDTH, Curve, Point
from engine.experiment.experiment import Experiment, at_position
from engine.experiment.stepping import go_to
from engine.experiment.walk import Context, EpochPosition, Position
from engine.files import limits
from engine.files.limits import (
    READ_ONLY_COPY,
    DocumentError,
    WayOut,
    invisible_note,
    refused_as_document,
)
from engine.files.table import distinct
from engine.files.wire import (
    EntryPlace,
    Unknown,
    WireCurve,
    WireData,
    WireDocument,
    WireEdge,
    WireLetters,
    WireNeuron,
    WireProgress,
    WireRecipe,
    WireScaling,
    WireSettings,
    WireVariant,
    made_into,
    put_back,
    typed,
    unknown_in,
)
from engine.functions.datasets import Recipe, Scaling, check_recipe
from engine.functions.optimizers import OPTIMIZERS
from engine.layout import PITCH_ROOMY, Layout, Letters, NodePosition, arranged
from engine.network import Edge, Network, Node, Place
from engine.numerals import MINUS, count, counted, short
from engine.op_list import Floats, frozen
from engine.program.program import Program, why_not_run
from engine.settings import Settings, check

SHORTER = limits.NAME - 10  # so that a number fits behind it where another id is cut to the same
LETTER = 3  # as in “net”
#: What a node has by the same name in the file.
_OF_A_NODE = (
    "id", "kind", "combine", "activation", "leak", "subtracts", "locked", "output",
)  # fmt: skip
_T = TypeVar("_T", bound=Struct)


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
    ids = _ids_to_show(wire)
    unseen = sum(clean_name(node_id)[1] for node_id in ids)
    wire = _with_ids(wire, ids) if ids else wire
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
        neurons = "neuron was" if len(moves) == 1 else "neurons were"
        have = "has" if len(moves) == 1 else "have"
        notes.append(f"{count(len(moves))} {neurons} outside the canvas and {have} been moved.")
    numbers = [(edge.weight, edge.start) for edge in edges]
    numbers += [(n.bias, n.start) for n in wire.neurons if n.bias is not None]
    numbers += [(n.value, n.start) for n in wire.neurons if n.value is not None]
    parameters, start = (
        frozen(np.array(column, dtype=np.float64))
        for column in (
            [number for number, _ in numbers],
            [number if start is None else start for number, start in numbers],
        )
    )
    notes += _huge_notes(parameters)
    named = {node_id: name for node_id, (name, _) in names.items() if name and name != node_id}
    layout = Layout(positions, named, _checked(made_into(Letters, wire.letters)))
    return Drawing(network, layout, parameters, start, tuple(notes), moves, ids, unseen)


def _ids_to_show(wire: WireDocument) -> dict[str, str]:
    """The ids that cannot be shown as they are, each with one that can and that no other has."""
    ids = list(dict.fromkeys(neuron.id for neuron in wire.neurons))
    shown = [(node_id, clean_name(node_id)[0]) for node_id in ids]
    fit = [old if new == old else brief(old, SHORTER) for old, new in shown]
    if fit == ids:
        return {}
    return {old: new for old, new in zip(ids, distinct(fit), strict=True) if new != old}


def _with_ids(wire: WireDocument, ids: dict[str, str]) -> WireDocument:
    def shown(part: _T, *names: str) -> _T:
        found = {name: getattr(part, name) for name in names}
        return replace_in_struct(part, **{name: ids.get(old, old) for name, old in found.items()})

    neurons = [shown(neuron, "id") for neuron in wire.neurons]
    edges = [shown(edge, "source", "target") for edge in wire.edges]
    return replace_in_struct(wire, neurons=neurons, edges=edges)


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
    ends = {edge.source for edge in edges} | {edge.target for edge in edges}
    if not ends <= known:
        raise _missing_end(nodes, edges)
    drawn = tuple([Edge(edge.source, edge.target, edge.locked) for edge in edges])
    try:
        return Network(nodes, drawn)
    except Refused as refused:
        raise DocumentError(refused.sentence, "edges", _offer(nodes, edges)) from None


def _missing_end(nodes: tuple[Node, ...], edges: list[WireEdge]) -> DocumentError:
    known = {node.id for node in nodes}
    number, ends, gone = next(
        (number, ends, end) for number, edge in enumerate(edges, 1)
        for ends, end in (("starts at", edge.source), ("points to", edge.target))
        if end not in known
    )  # fmt: skip
    sentence = f"Edge {count(number)} {ends} the neuron “{brief(gone)}”, which does not exist."
    return DocumentError(sentence, f"edges[{number - 1}]", _offer(nodes, edges))


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
    near = [at for node_id, at in positions.items() if node_id not in set(away)]
    left = min((x for x, _ in near), default=0.0)
    below = max((y for _, y in near), default=0.0)
    return {node_id: (left, below + PITCH_ROOMY * number) for number, node_id in enumerate(away, 1)}


def _huge_notes(parameters: Floats) -> list[str]:
    huge = int((np.abs(parameters) > limits.WEIGHT).sum())
    if not huge:
        return []
    what = "1 weight or bias is" if huge == 1 else f"{count(huge)} weights or biases are"
    return [f"{what} larger than {short(limits.WEIGHT)}; sums may become too large for a number."]


def _checked(letters: Letters) -> Letters:
    """Letters stand in formulas, so each must be one, or a word as short as “net”."""
    for letter in (letters.sum, letters.value, letters.error, letters.loss):
        if not (len(letter) <= LETTER and letter.isalpha()):
            raise DocumentError(f"“{brief(letter)}” cannot be a letter of the formulas.", "letters")
    return letters


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


def _refuse_counts(raw: Mapping[str, Any]) -> None:
    """Far too much of anything is refused before any of it is built."""
    for key, limit in (("neurons", limits.NEURONS), ("edges", limits.EDGES)):
        members = raw.get(key)
        if isinstance(members, list):
            limits.at_most(len(members), limit, key)
    data = raw.get("data")
    if isinstance(data, dict) and isinstance(data.get("recipe"), dict):
        size = data["recipe"].get("size")
        if isinstance(size, int):
            limits.at_most(size, limits.CELLS, "data rows")


@refused_as_document()
def read_document(raw: Mapping[str, Any], repairs: Repairs | None = None) -> Loaded:
    """The experiment that a parsed document of the newest version describes."""
    repairs = repairs or Repairs()
    _refuse_counts(raw)
    wire = typed(raw, WireDocument)
    if repairs.data:
        wire = msgspec.structs.replace(wire, data=None)
    drawing = read_drawing(wire, repairs.broken_edges)
    others = [*(wire.data.classes if wire.data else ()), *(each.name for each in wire.variants)]
    notes = [*name_notes(drawing, others), *drawing.notes]
    settings = check(made_into(Settings, wire.settings))
    data = _read_data(wire.data, drawing.network)
    context = Context(Program(drawing.network), drawing.layout, data, settings)
    position = _position(wire.progress, settings, drawing, len(data.training))
    experiment = at_position(context, position, drawing.start, wire.progress.updates)
    unknown = _unknown(raw, drawing, repairs)
    if kept := sum(map(len, unknown.values())):
        entries = "entry" if kept == 1 else "entries"
        notes.append(f"Kept {count(kept)} {entries} that this version does not know.")
    experiment = _dressed(experiment, wire, unknown)
    return Loaded(experiment, tuple(notes), drawing.moves)


def name_notes(drawing: Drawing, others: Iterable[str]) -> tuple[str, ...]:
    """How many names of nodes, and of whatever else, held characters that cannot be seen."""
    cleaned = drawing.cleaned + sum(clean_name(name)[1] for name in others)
    return (invisible_note(cleaned),) if cleaned else ()


def _dressed(experiment: Experiment, wire: WireDocument, unknown: Unknown) -> Experiment:
    """With the curve, the lesson and the pass that was being told."""
    dressed = replace(
        experiment,
        curve=_read_curve(wire.curve, wire.progress.updates),
        lesson=wire.lesson,
        variants=_variants(wire.variants),
        unknown=unknown,
    )
    if not wire.progress.cursor:
        return dressed
    reason = why_not_run(dressed.network, dressed.settings, dressed.layout.name)
    if reason is not None:
        raise DocumentError(f"The saved pass cannot be shown: {reason}")
    return go_to(dressed, dressed.updates, wire.progress.cursor)


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
    limits.at_most(len(wire.inputs) * (len(inputs) + len(targets)), limits.CELLS, "data cells")
    if len(wire.inputs) != len(wire.targets):
        raise DocumentError(
            f"The data has {counted(len(wire.inputs), 'row')} of inputs but "
            f"{counted(len(wire.targets), 'row')} of targets.", "data", WITHOUT_DATA,
        )  # fmt: skip
    blocks = (
        _block(wire.inputs, len(inputs), "input"), _block(wire.targets, len(targets), "target")
    )  # fmt: skip
    rows = len(wire.inputs)
    test = np.zeros(max(rows, 1), dtype=np.bool_)
    for number in wire.test:
        if number > rows:
            raise DocumentError(f"The data marks row {count(number)} for testing, but has only "
                                f"{counted(rows, 'row')}.", "data.test", WITHOUT_DATA)  # fmt: skip
        test[number - 1] = True
    recipe = made_into(Recipe, wire.recipe) if wire.recipe else None
    scaling = _scaling(wire, len(inputs))
    if recipe is not None:
        check_recipe(recipe)
    classes = [clean_name(name)[0] for name in wire.classes]
    return make_data(inputs, targets, np.hstack(blocks), test, scaling, classes, recipe)


def _block(rows: list[list[float]], width: int, what: str) -> Floats:
    for number, row in enumerate(rows, 1):
        if len(row) != width:
            raise DocumentError(
                f"Row {count(number)} has {counted(len(row), 'value')}, the network has "
                f"{counted(width, what)}.",
                f"data.{what}s[{number - 1}]",
                WITHOUT_DATA,
            )
    return np.array(rows, dtype=np.float64).reshape(len(rows), width)


def _scaling(wire: WireData, width: int) -> Scaling | None:
    if wire.scaling is None:
        return None
    mean, deviation = wire.scaling.mean, wire.scaling.deviation
    if len(mean) != width or len(deviation) != width or not all(d > 0 for d in deviation):
        raise DocumentError("The scaling of the data does not fit the inputs of the network.",
                            "data.scaling", WITHOUT_DATA)  # fmt: skip
    return Scaling(mean, deviation)


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
        state.append(frozen(np.array(vector, dtype=np.float64)))
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
    """What this version does not know; what a repair leaves out takes its entries along."""
    left = {name: raw[name] for name in raw if not (repairs.data and name == "data")}
    pairs = drawing.network.pairs
    found = {_renamed(place, drawing): entries for place, entries in unknown_in(left).items()}
    return {
        place: entries for place, entries in found.items()
        if place[:1] != ("edges",) or place[1:] in pairs
    }  # fmt: skip


def _renamed(place: EntryPlace, drawing: Drawing) -> EntryPlace:
    """The same place by the ids and names that it goes by here."""
    what, *keys = place or ("",)
    if what in ("neurons", "edges"):
        return (what, *[drawing.ids.get(key, key) for key in keys])
    if what == "variants":
        return (what, clean_name(keys[0])[0], *keys[1:])
    return place


LINE = 100  # letters, as many as an editor shows side by side
INDENT = "  "
# On one line; a number that is not finite has no place in a file, and is an error here.
_flat = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode
_SCALARS = {str, float, int, bool, type(None)}
_HALF = re.compile("[\ud800-\udfff]")


def to_plain(value: Any, always: Container[str] = ()) -> Any:
    """A wire value as dicts and lists; defaults are left out where the type says so.

    `always` are members of the value itself that are written even so.
    """
    if isinstance(value, list | tuple):
        return [item if type(item) in _SCALARS else to_plain(item) for item in value]
    kind = type(value)
    if not (issubclass(kind, Struct) or is_dataclass(kind)):
        return value
    found: dict[str, Any] = {}
    for name, default in _fields(kind):
        member = getattr(value, name)
        if member != default or name in always:
            found[name] = member if type(member) in _SCALARS else to_plain(member)
    return found


@cache
def _fields(kind: type) -> tuple[tuple[str, Any], ...]:
    """Names and the values that are left out, if any: none of one of the engine's own values.

    Asked once: to read the annotations of a type takes longer than to write its value.
    """
    if not issubclass(kind, Struct):
        return tuple((name, NODEFAULT) for name in get_type_hints(kind))
    defaults = {}
    for each in fields(kind):
        factory = each.default_factory
        defaults[each.name] = each.default if factory is NODEFAULT else factory()
    return tuple(defaults.items())


def to_json(value: Any) -> str:
    """The text of a document; half a character (a lone surrogate) is written as an escape."""
    return "".join(json_pieces(value))


def json_pieces(value: Any) -> Iterator[str]:
    """The same text piece by piece, for work that others must be able to interrupt."""
    for piece in _pieces(value, ""):
        yield piece if piece.isascii() else _HALF.sub(lambda half: f"\\u{ord(half[0]):04x}", piece)
    yield "\n"


def _pieces(value: Any, indent: str) -> Iterator[str]:
    """A value on one line where it is short and holds no long list, else a line per member."""
    if not isinstance(value, dict | list) or not value:
        yield _flat(value)
        return
    opening, closing = ("{", "}") if isinstance(value, dict) else ("[", "]")
    members = value.items() if isinstance(value, dict) else ((None, item) for item in value)
    inner = indent + INDENT
    lead = f"{opening}\n"
    for key, member in members:
        start = lead + inner + ("" if key is None else f"{_flat(key)}: ")
        line = _line(member)
        if line is None:
            yield start
            yield from _pieces(member, inner)
        else:
            yield start + line
        lead = ",\n"
    yield f"\n{indent}{closing}"


def _line(value: Any) -> str | None:
    """A member on one line, or None where it is a line per member."""
    if not isinstance(value, dict | list) or not value:
        return _flat(value)
    members = value.values() if isinstance(value, dict) else value
    if _SCALARS.issuperset(map(type, members)):
        return _flat(value)  # the usual case, and asked for every edge
    if isinstance(value, list):
        return None if any(isinstance(m, dict | list) for m in members) else _flat(value)
    if any(isinstance(m, list) and m and isinstance(m[0], dict | list) for m in members):
        return None
    line = _flat(value)
    return line if len(line) <= LINE or not any(isinstance(m, dict) for m in members) else None


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
    if not isinstance(raw, dict) or "format" not in raw:
        raise DocumentError(
            "This JSON file is not a playground document (no “format” entry).", "format"
        )
    if raw["format"] != FORMAT:
        found = raw["format"]
        shown = f"“{brief(found)}”" if isinstance(found, str) else "not a name"
        raise DocumentError(
            f"This JSON file is not a playground document (its “format” is {shown}).", "format"
        )
    return raw


def migrate(raw: Raw, table: Migrations = MIGRATIONS, newest: int = NEWEST) -> tuple[Raw, int]:
    """The document in the newest version, and the version that the file has."""
    original = _version(raw)
    if original > newest:
        raise NewerVersion(raw, original, newest)
    for version in range(original, newest):
        raw = {**table[version](raw), "version": version + 1}
    return raw, original


def _version(raw: Raw) -> int:
    if "version" not in raw:
        raise DocumentError(
            "The format version is not valid: there is no “version” entry.", "version"
        )
    version = raw["version"]
    if isinstance(version, int) and not isinstance(version, bool) and version >= 1:
        return version
    kind = ": it is text, not a number" if isinstance(version, str) else ""
    raise DocumentError(f"The format version “{_shown(version)}” is not valid{kind}.", "version")


def _shown(version: object) -> str:
    if isinstance(version, bool) or version is None:
        return {True: "true", False: "false", None: "null"}[version]
    if isinstance(version, list | dict):
        return "[…]" if isinstance(version, list) else "{…}"
    text = brief(str(version))
    return text if isinstance(version, str) else text.replace("-", MINUS)


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
    numbers = _numbers(experiment)
    return WireDocument(
        format=FORMAT,
        version=NEWEST,
        lesson=experiment.lesson,
        neurons=[_neuron(experiment, node, numbers) for node in experiment.network.nodes],
        edges=[
            WireEdge(source=source, target=target, weight=weight, start=start, locked=locked)
            for (source, target, locked), (weight, start) in zip(
                experiment.network.edges, numbers, strict=False
            )
        ],
        letters=made_into(WireLetters, experiment.layout.letters),
        settings=made_into(WireSettings, experiment.settings),
        variants=[
            WireVariant(name=name, settings=made_into(WireSettings, kept))
            for name, kept in experiment.variants.items()
        ],
        data=_written_data(experiment.data),
        progress=_progress(experiment),
        curve=_written_curve(experiment),
    )


def _neuron(
    experiment: Experiment, node: Node, numbers: list[tuple[float, float | None]]
) -> WireNeuron:
    x, y = experiment.layout.position(node.id)
    own = Place("value" if node.kind == "parameter" else "bias", node.id)
    place = experiment.network.place_index.get(own)
    number, start = (None, None) if place is None else numbers[place]
    return WireNeuron(
        **{name: getattr(node, name) for name in _OF_A_NODE},
        name=experiment.layout.names.get(node.id, ""),
        x=float(x),
        y=float(y),
        bias=number if node.bias else None,
        value=number if node.kind == "parameter" else None,
        start=start,
    )


def _numbers(experiment: Experiment) -> list[tuple[float, float | None]]:
    """Every number, and the one it started from where that is another one."""
    now, then = experiment.parameters, experiment.start
    moved = now.view(np.uint64) != then.view(np.uint64)  # -0.0 is another number than 0.0
    columns = zip(now.tolist(), then.tolist(), moved.tolist(), strict=True)
    return [(number, start if other else None) for number, start, other in columns]


def _written_data(data: Data) -> WireData:
    scaling, recipe = data.scaling, data.recipe
    return WireData(
        inputs=data.input_rows().tolist(),
        targets=data.target_rows().tolist(),
        test=(data.testing + 1).tolist(),
        scaling=WireScaling(scaling.mean, scaling.deviation) if scaling else None,
        classes=list(data.classes),
        recipe=made_into(WireRecipe, recipe) if recipe else None,
    )


def _progress(experiment: Experiment) -> WireProgress:
    position = experiment.position
    names = OPTIMIZERS[experiment.settings.optimizer.kind].state
    return WireProgress(
        updates=experiment.updates,
        epoch=position.turn.epoch,
        row=position.turn.row,
        cursor=experiment.cursor,
        count=position.count,
        state={
            name: vector.tolist()
            for name, vector in zip(names, position.state, strict=True)
            if vector.any()
        },
    )


def _written_curve(experiment: Experiment) -> WireCurve | None:
    """The curve so far; an empty one only where it holds entries that are not known."""
    curve = experiment.curve.cut_after(experiment.updates)
    if not curve.count and ("curve",) not in experiment.unknown:
        return None
    points = [[None if isnan(value) else value for value in row] for row in curve.table.tolist()]
    return WireCurve(columns=list(Point._fields), points=points)
