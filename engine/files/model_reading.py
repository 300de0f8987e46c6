"""A trained model from its lean file, as an experiment that can be looked at and trained on."""

from collections.abc import Mapping
from typing import Any

from engine.data import make_data
from engine.experiment.experiment import new_experiment
from engine.files import limits
from engine.files.document_reading import Loaded, name_notes
from engine.files.drawing_reading import Drawing, read_drawing
from engine.files.migrations import migrate
from engine.files.model_wire import WireModel, WireModelNode
from engine.files.model_writing import VERSION
from engine.files.names import brief, clean_name
from engine.files.refusals import DocumentError, refused_as_document
from engine.files.wire import WireDocument, WireEdge, WireNeuron, typed
from engine.functions.datasets import Scaling
from engine.functions.initializers import AS_DRAWN, Initializer
from engine.layout import Layout, arranged
from engine.numerals import counted
from engine.settings import Settings


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
    experiment = new_experiment(network, _layout(drawing), data, settings, drawing.parameters)
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
    return WireNeuron(
        id=node.id,
        name=node.name,
        kind=node.kind,
        combine=node.combine,
        activation=node.activation,
        leak=node.leak,
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


def _layout(drawing: Drawing) -> Layout:
    network = drawing.network
    biases = any(node.bias for node in network.nodes)
    return Layout(arranged(network.levels, biases), drawing.layout.names)
