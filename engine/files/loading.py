"""Files loaded and saved: documents, strictly and all or nothing, and trained models alone.

A model is lean enough for another program to read in ten lines.
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from engine.data import make_data
from engine.errors import Refused, brief, clean_name
from engine.experiment.experiment import Experiment, new_experiment
from engine.files import limits
from engine.files.disk import read_bytes, save_text
from engine.files.document import (
    MIGRATIONS,
    NEWEST,
    Loaded,
    Repairs,
    document_text,
    migrate,
    name_notes,
    ours,
    read_document,
    read_drawing,
)
from engine.files.json_text import json_pieces, parse
from engine.files.limits import DocumentError, refused_as_document
from engine.files.wire import (
    WireDocument,
    WireEdge,
    WireModel,
    WireModelInput,
    WireModelNode,
    WireNeuron,
    to_plain,
    typed,
)
from engine.functions.datasets import Scaling
from engine.functions.initializers import AS_DRAWN, Initializer
from engine.layout import Layout, arranged
from engine.network import Node, Place
from engine.numerals import counted
from engine.settings import Settings

MODEL_FORMAT = "neural-playground-model"
MODEL_VERSION = 1


def load(path: str | Path, repairs: Repairs | None = None) -> Loaded:
    """The experiment in a file, or a DocumentError that says what, where and what now."""
    return load_bytes(read_bytes(path), repairs)


def load_bytes(data: bytes, repairs: Repairs | None = None) -> Loaded:
    """The same from the bytes of a file."""
    parsed = parse(data)
    if isinstance(parsed, dict) and parsed.get("format") == MODEL_FORMAT:
        return _read_model(parsed)
    raw, version = migrate(ours(parsed), MIGRATIONS, NEWEST)
    loaded = read_document(raw, repairs)
    return replace(loaded, version=version, converted=version < NEWEST)


def save(path: str | Path, experiment: Experiment) -> None:
    """The experiment on the disk, or a refusal and the old file unchanged."""
    save_text(path, document_text(experiment))


def export_model(experiment: Experiment, path: str | Path) -> None:
    """Write the model alone, in the format that the ending asks for."""
    ending = Path(path).suffix.lower()
    if ending != ".json":
        asked = f"“{brief(ending)}”" if ending else "a file without an ending"
        known = ".json (the trained model as JSON)"
        raise Refused(f"There is no export to {asked}. Endings that exist: {known}.")
    save_text(path, model_text(experiment))


def model_text(experiment: Experiment) -> str:
    """The network, its numbers, scaling, names, classes and loss; nothing of how it learnt."""
    network, scaling = experiment.network, experiment.data.scaling
    numbers = dict(zip(network.places, experiment.parameters.tolist(), strict=True))
    model = WireModel(
        format="neural-playground-model",
        version=MODEL_VERSION,
        loss=experiment.settings.loss,
        inputs=[
            WireModelInput(
                id=node_id,
                name=experiment.layout.name(node_id),
                mean=float(scaling.mean[column]) if scaling else 0.0,
                deviation=float(scaling.deviation[column]) if scaling else 1.0,
            )
            for column, node_id in enumerate(network.inputs)
        ],
        nodes=[_node(experiment, n, numbers) for n in network.order if n.kind != "input"],
        outputs=list(network.outputs),
        classes=list(experiment.data.classes),
    )
    return "".join(json_pieces(to_plain(model)))


def _node(experiment: Experiment, node: Node, numbers: Mapping[Place, float]) -> WireModelNode:
    edges = experiment.network.arriving[node.id]
    combine: str = node.combine
    bias = numbers.get(Place("value" if node.kind == "parameter" else "bias", node.id), 0.0)
    if combine != "sum" and not edges:  # a constant: no other program need know how
        combine, bias = "sum", 1.0 if node.combine == "product" else 0.0
    return WireModelNode(
        id=node.id,
        name=experiment.layout.name(node.id),
        kind="parameter" if node.kind == "parameter" else "neuron",
        combine=combine,
        sources=[edge.source for edge in edges],
        weights=[numbers[Place("weight", edge.target, edge.source)] for edge in edges],
        bias=bias,
        activation=node.activation,
        leak=float(node.leak),
    )


@refused_as_document()
def _read_model(raw: Mapping[str, Any]) -> Loaded:
    """The experiment that holds this model; it has one row of zeros and no history."""
    current, _ = migrate(dict(raw), {}, MODEL_VERSION)
    wire = typed(current, WireModel)
    limits.at_most(len(wire.nodes) + len(wire.inputs), limits.NEURONS, "neurons")
    limits.at_most(sum(len(node.sources) for node in wire.nodes), limits.EDGES, "edges")
    drawing = read_drawing(_as_document(wire))
    network = drawing.network
    classes = wire.classes
    if len(classes) == len(wire.outputs):  # each with its output, whatever the order in the file
        called = dict(zip(wire.outputs, classes, strict=True))
        classes = [called[node.id] for node in wire.nodes if node.id in called]
    mean = tuple(one.mean for one in wire.inputs)
    deviation = tuple(one.deviation for one in wire.inputs)
    if not all(value > 0 for value in deviation):
        raise DocumentError("A deviation of the inputs is not above 0.", "inputs")
    plain = not any(mean) and all(value == 1 for value in deviation)
    data = make_data(network.inputs, network.outputs, [],
                     scaling=None if plain else Scaling(mean, deviation),
                     classes=[clean_name(name)[0] for name in classes])  # fmt: skip
    settings = Settings(loss=wire.loss, initializer=Initializer(AS_DRAWN))
    positions = arranged(network.levels, any(node.bias for node in network.nodes))
    layout = Layout(positions, drawing.layout.names)
    experiment = new_experiment(network, layout, data, settings, drawing.parameters)
    return Loaded(experiment, name_notes(drawing, classes), model=True)


def _as_document(wire: WireModel) -> WireDocument:
    if unknown := set(wire.outputs) - {node.id for node in wire.nodes}:
        sentence = f"The output “{brief(min(unknown))}” is not among the nodes."
        raise DocumentError(sentence, "outputs")
    neurons = [WireNeuron(id=each.id, name=each.name, kind="input") for each in wire.inputs]
    edges: list[WireEdge] = []
    same = ("id", "name", "kind", "combine", "activation", "leak")
    for node in wire.nodes:
        is_parameter = node.kind == "parameter"
        has_bias = not is_parameter and node.combine == "sum" and node.bias != 0
        neurons.append(
            WireNeuron(
                **{name: getattr(node, name) for name in same},
                bias=node.bias if has_bias else None,
                value=node.bias if is_parameter else None,
                output=node.id in wire.outputs,
            )
        )
        if len(node.sources) != len(node.weights):
            sources = counted(len(node.sources), "source")
            has = f"{sources} but {counted(len(node.weights), 'weight')}"
            raise DocumentError(f"“{brief(node.id)}” has {has}.", "nodes")
        edges += [
            WireEdge(source=source, target=node.id, weight=weight)
            for source, weight in zip(node.sources, node.weights, strict=True)
        ]
    return WireDocument(format="neural-playground", version=1, neurons=neurons, edges=edges)
