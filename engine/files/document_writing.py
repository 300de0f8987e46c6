"""The experiment as the text of a document."""

from collections.abc import Iterable, Iterator

import numpy as np

from engine.data import Data
from engine.experiment.curve import Point
from engine.experiment.experiment import Experiment
from engine.files.json_writing import json_pieces, to_plain
from engine.files.migrations import FORMAT, NEWEST
from engine.files.unknown import put_back
from engine.files.wire import (
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
)
from engine.functions.optimizers import OPTIMIZERS
from engine.network import Node, Place
from engine.op_list import Floats


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
    return WireDocument(
        format=FORMAT,
        version=NEWEST,
        lesson=experiment.lesson,
        neurons=[_neuron(experiment, node) for node in experiment.network.nodes],
        edges=list(_edges(experiment)),
        letters=made_into(WireLetters, experiment.layout.letters),
        settings=made_into(WireSettings, experiment.settings),
        variants=[
            WireVariant(name=name, settings=made_into(WireSettings, kept))
            for name, kept in experiment.variants.items()
        ],
        data=_data(experiment.data),
        progress=_progress(experiment),
        curve=_curve(experiment),
    )


def _neuron(experiment: Experiment, node: Node) -> WireNeuron:
    x, y = experiment.layout.position(node.id)
    number = start = None
    own = Place("value" if node.kind == "parameter" else "bias", node.id)
    place = experiment.network.place_index.get(own)
    if place is not None:
        number, start = _number_and_start(experiment, place)
    return WireNeuron(
        id=node.id,
        kind=node.kind,
        name=experiment.layout.names.get(node.id, ""),
        x=float(x),
        y=float(y),
        combine=node.combine,
        activation=node.activation,
        leak=float(node.leak),
        bias=number if node.bias else None,
        value=number if node.kind == "parameter" else None,
        start=start,
        subtracts=node.subtracts,
        locked=node.locked,
        output=node.output,
    )


def _edges(experiment: Experiment) -> Iterable[WireEdge]:
    edges = experiment.network.edges
    weights, starts = experiment.parameters[: len(edges)], experiment.start[: len(edges)]
    moved = weights.view(np.uint64) != starts.view(np.uint64)  # -0.0 is another number than 0.0
    columns = (weights.tolist(), starts.tolist(), moved.tolist())
    for edge, weight, start, other in zip(edges, *columns, strict=True):
        yield WireEdge(
            source=edge.source, target=edge.target, weight=weight,
            start=start if other else None, locked=edge.locked,
        )  # fmt: skip


def _number_and_start(experiment: Experiment, place: int) -> tuple[float, float | None]:
    number, start = float(experiment.parameters[place]), float(experiment.start[place])
    return number, None if repr(number) == repr(start) else start


def _data(data: Data) -> WireData:
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


def _curve(experiment: Experiment) -> WireCurve | None:
    """The curve so far; an empty one only where it holds entries that are not known."""
    curve = experiment.curve.cut_after(experiment.updates)
    if not curve.count and ("curve",) not in experiment.unknown:
        return None
    return WireCurve(columns=list(Point._fields), points=_nulls_for_nans(curve.table))


def _nulls_for_nans(table: Floats) -> list[list[float | None]]:
    return [[None if np.isnan(value) else value for value in row] for row in table.tolist()]
