"""A trained model alone, lean enough for another program to read in ten lines, and back."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine.data import make_data
from engine.errors import Refused, brief, clean_name
from engine.experiment.experiment import Experiment, new_experiment
from engine.files import limits
from engine.files.disk import save_text
from engine.files.document import (
    Drawing,
    Loaded,
    migrate,
    name_notes,
    read_drawing,
    to_json,
    to_plain,
)
from engine.files.limits import DocumentError, refused_as_document
from engine.files.wire import (
    WireDocument,
    WireEdge,
    WireModel,
    WireModelInput,
    WireModelNode,
    WireNeuron,
    typed,
)
from engine.functions.datasets import Scaling
from engine.functions.initializers import AS_DRAWN, Initializer
from engine.layout import Layout, arranged
from engine.network import Node, Place
from engine.numerals import counted
from engine.settings import Settings

VERSION = 1


def model_text(experiment: Experiment) -> str:
    """The network, its numbers, scaling, names, classes and loss; nothing of how it learnt."""
    network = experiment.network
    return to_json(
        to_plain(
            WireModel(
                format="neural-playground-model",
                version=VERSION,
                loss=experiment.settings.loss,
                inputs=_inputs(experiment),
                nodes=[_node(experiment, n) for n in network.order if n.kind != "input"],
                outputs=list(network.outputs),
                classes=list(experiment.data.classes),
            )
        )
    )


def _inputs(experiment: Experiment) -> list[WireModelInput]:
    ids, scaling = experiment.network.inputs, experiment.data.scaling
    means = scaling.mean if scaling else (0.0,) * len(ids)
    deviations = scaling.deviation if scaling else (1.0,) * len(ids)
    return [
        WireModelInput(id=i, name=experiment.layout.name(i), mean=float(m), deviation=float(d))
        for i, m, d in zip(ids, means, deviations, strict=True)
    ]


def _node(experiment: Experiment, node: Node) -> WireModelNode:
    edges = experiment.network.arriving[node.id]
    combine: str = node.combine
    bias = _number(experiment, Place("value" if node.kind == "parameter" else "bias", node.id))
    if combine != "sum" and not edges:  # a constant: no other program need know how
        combine, bias = "sum", 1.0 if node.combine == "product" else 0.0
    return WireModelNode(
        id=node.id,
        name=experiment.layout.name(node.id),
        kind="parameter" if node.kind == "parameter" else "neuron",
        combine=combine,
        sources=[edge.source for edge in edges],
        weights=[_number(experiment, Place("weight", e.target, e.source)) for e in edges],
        bias=bias,
        activation=node.activation,
        leak=float(node.leak),
    )


def _number(experiment: Experiment, place: Place) -> float:
    """The number there, or 0 where there is none."""
    at = experiment.network.place_index.get(place)
    return 0.0 if at is None else float(experiment.parameters[at])


def export_model(experiment: Experiment, path: str | Path) -> None:
    """Write the model alone, in the format that the ending asks for."""
    ending = Path(path).suffix.lower()
    if ending != ".json":
        asked = f"“{brief(ending)}”" if ending else "a file without an ending"
        known = ".json (the trained model as JSON)"
        raise Refused(f"There is no export to {asked}. Endings that exist: {known}.")
    save_text(path, model_text(experiment))


@refused_as_document()
def read_model(raw: Mapping[str, Any]) -> Loaded:
    """The experiment that holds this model; it has one row of zeros and no history."""
    current, _ = migrate(dict(raw), {}, VERSION)
    wire = typed(current, WireModel)
    limits.at_most(len(wire.nodes) + len(wire.inputs), limits.NEURONS, "neurons")
    limits.at_most(sum(len(node.sources) for node in wire.nodes), limits.EDGES, "edges")
    drawing = read_drawing(_as_document(wire))
    network = drawing.network
    classes = _classes(wire, drawing)
    data = make_data(network.inputs, network.outputs, [], scaling=_scaling(wire),
                     classes=[clean_name(name)[0] for name in classes])  # fmt: skip
    settings = Settings(loss=wire.loss, initializer=Initializer(AS_DRAWN))
    positions = arranged(network.levels, any(node.bias for node in network.nodes))
    layout = Layout(positions, drawing.layout.names)
    experiment = new_experiment(network, layout, data, settings, drawing.parameters)
    return Loaded(experiment, name_notes(drawing, classes), model=True)


def _as_document(wire: WireModel) -> WireDocument:
    inputs = [WireNeuron(id=i.id, name=i.name, kind="input") for i in wire.inputs]
    unknown = set(wire.outputs) - {node.id for node in wire.nodes}
    if unknown:
        raise DocumentError(
            f"The output “{brief(min(unknown))}” is not among the nodes.", "outputs"
        )
    return WireDocument(
        format="neural-playground",
        version=1,
        neurons=[*inputs, *(_neuron(node, wire.outputs) for node in wire.nodes)],
        edges=[edge for node in wire.nodes for edge in _edges(node)],
    )


def _neuron(node: WireModelNode, outputs: list[str]) -> WireNeuron:
    is_parameter = node.kind == "parameter"
    has_bias = not is_parameter and node.combine == "sum" and node.bias != 0
    same = ("id", "name", "kind", "combine", "activation", "leak")
    return WireNeuron(
        **{name: getattr(node, name) for name in same},
        bias=node.bias if has_bias else None,
        value=node.bias if is_parameter else None,
        output=node.id in outputs,
    )


def _edges(node: WireModelNode) -> list[WireEdge]:
    if len(node.sources) != len(node.weights):
        raise DocumentError(f"“{brief(node.id)}” has {counted(len(node.sources), 'source')} but "
                            f"{counted(len(node.weights), 'weight')}.", "nodes")  # fmt: skip
    pairs = zip(node.sources, node.weights, strict=True)
    return [WireEdge(source=source, target=node.id, weight=weight) for source, weight in pairs]


def _classes(wire: WireModel, drawing: Drawing) -> list[str]:
    """The names of the classes, each with the output it had in the file."""
    if len(wire.classes) != len(wire.outputs):
        return wire.classes  # one output stands for two classes
    outputs = [drawing.ids.get(output, output) for output in wire.outputs]
    called = dict(zip(outputs, wire.classes, strict=True))
    return [called[output] for output in drawing.network.outputs]


def _scaling(wire: WireModel) -> Scaling | None:
    mean = tuple(one.mean for one in wire.inputs)
    deviation = tuple(one.deviation for one in wire.inputs)
    if not all(value > 0 for value in deviation):
        raise DocumentError("A deviation of the inputs is not above 0.", "inputs")
    plain = not any(mean) and all(value == 1 for value in deviation)
    return None if plain else Scaling(mean, deviation)
