"""From the parsed text of a document to the experiment, rule by rule, with notes for the reader."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec
import numpy as np

from engine.data import Data, make_data
from engine.experiment.curve import WIDTH, Curve, Point
from engine.experiment.experiment import Experiment, at_position
from engine.experiment.stepping import go_to
from engine.experiment.walk import Context, EpochPosition, Position
from engine.files import limits
from engine.files.drawing_reading import Drawing, read_drawing
from engine.files.names import brief, clean_name, invisible_note
from engine.files.refusals import DocumentError, Offer, refused_as_document
from engine.files.unknown import EntryPlace, Unknown, unknown_in
from engine.files.wire import (
    WireCurve,
    WireData,
    WireDocument,
    WireProgress,
    WireVariant,
    made_into,
    typed,
)
from engine.functions.datasets import Recipe, Scaling, check_recipe
from engine.functions.optimizers import OPTIMIZERS
from engine.network import Network
from engine.numerals import count, counted
from engine.op_list import Floats, frozen
from engine.program.program import compile_network, why_not_run
from engine.settings import Settings, check

WITHOUT_DATA = Offer("open_without_data", "Open without the data")


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


def read_document(raw: Mapping[str, Any], repairs: Repairs | None = None) -> Loaded:
    """The experiment that a parsed document of the newest version describes."""
    wanted = repairs or Repairs()
    _refuse_counts(raw)
    wire = typed(raw, WireDocument)
    with refused_as_document():
        return _read(raw, wire, wanted)


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


def _read(raw: Mapping[str, Any], wire: WireDocument, repairs: Repairs) -> Loaded:
    if repairs.data:
        wire = msgspec.structs.replace(wire, data=None)
    drawing = read_drawing(wire, repairs.broken_edges)
    others = [*(wire.data.classes if wire.data else ()), *(each.name for each in wire.variants)]
    notes = [*name_notes(drawing, others), *drawing.notes]
    settings = check(made_into(Settings, wire.settings))
    data = _data(wire.data, drawing.network)
    context = Context(compile_network(drawing.network), drawing.layout, data, settings)
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
        curve=_curve(wire.curve, wire.progress.updates),
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


def _data(wire: WireData | None, network: Network) -> Data:
    inputs, targets = network.inputs, network.outputs
    if wire is None:
        return make_data(inputs, targets, [])
    limits.at_most(len(wire.inputs) * (len(inputs) + len(targets)), limits.CELLS, "data cells")
    if len(wire.inputs) != len(wire.targets):
        raise DocumentError(
            f"The data has {counted(len(wire.inputs), 'row')} of inputs but "
            f"{counted(len(wire.targets), 'row')} of targets.", "data", WITHOUT_DATA,
        )  # fmt: skip
    _refuse_ragged(wire.inputs, len(inputs), "input")
    _refuse_ragged(wire.targets, len(targets), "target")
    rows = len(wire.inputs)
    test = np.zeros(max(rows, 1), dtype=np.bool_)
    for number in wire.test:
        if number > rows:
            raise DocumentError(f"The data marks row {count(number)} for testing, but has only "
                                f"{counted(rows, 'row')}.", "data.test", WITHOUT_DATA)  # fmt: skip
        test[number - 1] = True
    cells = np.hstack([_columns(wire.inputs, len(inputs)), _columns(wire.targets, len(targets))])
    return make_data(
        inputs, targets, cells, test,
        _scaling(wire, len(inputs)), [clean_name(name)[0] for name in wire.classes], _recipe(wire),
    )  # fmt: skip


def _columns(rows: list[list[float]], width: int) -> Floats:
    return np.array(rows, dtype=np.float64).reshape(len(rows), width)


def _refuse_ragged(rows: list[list[float]], width: int, what: str) -> None:
    for number, row in enumerate(rows, 1):
        if len(row) != width:
            raise DocumentError(
                f"Row {count(number)} has {counted(len(row), 'value')}, the network has "
                f"{counted(width, what)}.",
                f"data.{what}s[{number - 1}]",
                WITHOUT_DATA,
            )


def _scaling(wire: WireData, width: int) -> Scaling | None:
    if wire.scaling is None:
        return None
    mean, deviation = wire.scaling.mean, wire.scaling.deviation
    if len(mean) != width or len(deviation) != width or not all(d > 0 for d in deviation):
        raise DocumentError("The scaling of the data does not fit the inputs of the network.",
                            "data.scaling", WITHOUT_DATA)  # fmt: skip
    return Scaling(mean, deviation)


def _recipe(wire: WireData) -> Recipe | None:
    if wire.recipe is None:
        return None
    recipe = made_into(Recipe, wire.recipe)
    check_recipe(recipe)
    return recipe


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


def _curve(wire: WireCurve | None, updates: int) -> Curve:
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
