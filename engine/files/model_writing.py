"""The trained model alone, lean enough for another program to read in ten lines."""

from engine.experiment.experiment import Experiment
from engine.files.json_writing import to_json, to_plain
from engine.files.model_wire import WireModel, WireModelInput, WireModelNode
from engine.network import Node, Place

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
    bias = _number(experiment, node)
    if combine != "sum" and not edges:  # a constant: no other program need know how
        combine, bias = "sum", 1.0 if node.combine == "product" else 0.0
    return WireModelNode(
        id=node.id,
        name=experiment.layout.name(node.id),
        kind="parameter" if node.kind == "parameter" else "neuron",
        combine=combine,
        sources=[edge.source for edge in edges],
        weights=[_at(experiment, Place("weight", e.target, e.source)) for e in edges],
        bias=bias,
        activation=node.activation,
        leak=float(node.leak),
    )


def _number(experiment: Experiment, node: Node) -> float:
    if node.kind == "parameter":
        return _at(experiment, Place("value", node.id))
    return _at(experiment, Place("bias", node.id)) if node.bias else 0.0


def _at(experiment: Experiment, place: Place) -> float:
    return float(experiment.parameters[experiment.network.place_index[place]])
