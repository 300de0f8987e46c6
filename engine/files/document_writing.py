"""The experiment as the text of a document."""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from engine.calls import Floats
from engine.curve import Curve, Point
from engine.data import Data
from engine.experiment import Experiment
from engine.files.json_writing import json_pieces, to_plain
from engine.files.migrations import FORMAT, NEWEST
from engine.files.unknown import put_back
from engine.files.wire import (
    WireCurve,
    WireData,
    WireDocument,
    WireEdge,
    WireInitializer,
    WireLetters,
    WireNeuron,
    WireOptimizer,
    WireProgress,
    WireRecipe,
    WireScaling,
    WireSchedule,
    WireSettings,
    WireStops,
    WireVariant,
)
from engine.network import Node, Place
from engine.optimizers import KINDS
from engine.settings import Settings


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
    letters, unknown = experiment.layout.letters, experiment.unknown
    return WireDocument(
        format=FORMAT,
        version=NEWEST,
        lesson=experiment.lesson,
        neurons=[_neuron(experiment, node) for node in experiment.network.nodes],
        edges=list(_edges(experiment)),
        letters=WireLetters(
            sum=letters.sum, value=letters.value, error=letters.error, loss=letters.loss
        ),
        settings=_settings(experiment.settings),
        variants=[
            WireVariant(name=name, settings=_settings(kept))
            for name, kept in experiment.variants.items()
        ],
        data=_data(experiment.data),
        progress=_progress(experiment),
        curve=_curve(experiment.curve.cut_after(experiment.updates), ("curve",) in unknown),
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


def _settings(settings: Settings) -> WireSettings:
    optimizer, schedule = settings.optimizer, settings.schedule
    initializer, stops = settings.initializer, settings.stops
    return WireSettings(
        loss=settings.loss,
        reduction=settings.reduction,
        optimizer=WireOptimizer(**_members(optimizer, WireOptimizer)),
        rate=float(settings.rate),
        schedule=WireSchedule(**_members(schedule, WireSchedule)),
        batch=settings.batch,
        shuffle=settings.shuffle,
        l1=float(settings.l1),
        l2=float(settings.l2),
        seed=settings.seed,
        initializer=WireInitializer(**_members(initializer, WireInitializer)),
        stops=WireStops(**_members(stops, WireStops)),
        rounding=settings.rounding,
        digits=settings.digits,
    )


def _members(value: object, wire: type[Any]) -> dict[str, Any]:
    """The members of one of our own values, by the names that its wire type has."""
    return {name: _as_wire(getattr(value, name), name) for name in wire.__struct_fields__}


def _as_wire(value: object, name: str) -> object:
    """Whole numbers typed where the file has a float are written as one."""
    whole = name in ("every", "epochs", "patience")
    return float(value) if isinstance(value, int) and not whole else value


def _data(data: Data) -> WireData:
    scaling, recipe = data.scaling, data.recipe
    return WireData(
        inputs=data.input_rows().tolist(),
        targets=data.target_rows().tolist(),
        test=(data.testing + 1).tolist(),
        scaling=WireScaling(mean=list(scaling.mean), deviation=list(scaling.deviation))
        if scaling
        else None,
        classes=list(data.classes),
        recipe=WireRecipe(
            kind=recipe.kind,
            size=recipe.size,
            noise=float(recipe.noise),
            seed=recipe.seed,
            test_share=float(recipe.test_share),
        )
        if recipe
        else None,
    )


def _progress(experiment: Experiment) -> WireProgress:
    position = experiment.position
    names = KINDS[experiment.settings.optimizer.kind].state
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


def _curve(curve: Curve, even_empty: bool) -> WireCurve | None:
    if not curve.count and not even_empty:
        return None
    return WireCurve(columns=list(Point._fields), points=_nulls_for_nans(curve.table))


def _nulls_for_nans(table: Floats) -> list[list[float | None]]:
    return [[None if np.isnan(value) else value for value in row] for row in table.tolist()]
