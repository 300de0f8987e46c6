"""A layered network as matrices: places, multiplying out, and why some networks are none."""

import numpy as np
import pytest

from engine.experiment.layers import network_of
from engine.functions.activations import evaluate
from engine.lessons.lesson import open_lesson
from engine.network import Edge, Network, Node, Place
from engine.views.matrices import NOWHERE, formula_of, layers_of
from tests.engine.experiments import refused, small, student, three_inputs


def test_rows_are_targets_and_columns_are_sources() -> None:
    network = student().network
    first, second = layers_of(network)
    assert (first.before, first.neurons) == (("1", "2", "3"), ("4", "5"))
    assert (second.before, second.neurons) == (("4", "5"), ("6",))
    assert first.weights[0, 2] == network.place_index[Place("weight", "4", "3")]
    assert second.biases[0] == network.place_index[Place("bias", "6")]
    assert first.activation == "sigmoid"


def test_multiplied_out_the_matrices_give_the_answers() -> None:
    experiment = small(sizes=(3, 4, 2))
    numbers = np.append(experiment.parameters, 0.0)  # the last one stands for no edge: 0
    values = experiment.data.input_rows().T
    for layer in layers_of(experiment.network):
        sums = numbers[layer.weights] @ values + numbers[layer.biases][:, None]
        values = evaluate(layer.activation, sums)[0]
    answers = experiment.program.answers(
        experiment.settings, experiment.parameters, experiment.data.input_rows()
    )
    np.testing.assert_allclose(values.T, answers, rtol=1e-13)


def test_an_edge_that_is_not_there_has_no_place() -> None:
    network = network_of((2, 2, 1)).network.without_edges([("x1", "h2")])
    first = layers_of(network)[0]
    assert first.weights[1, 0] == NOWHERE and (first.weights != NOWHERE).sum() == 3


def test_what_is_not_layered_is_told() -> None:
    skip = network_of((1, 1, 1)).network.connect("x1", "y")
    with refused("The edge from x1 to y skips a layer"):
        layers_of(skip)
    with refused("The edge from first to y skips a layer"):
        layers_of(skip, lambda node_id: {"x1": "first"}.get(node_id, node_id))
    with refused("q multiplies what arrives"):
        layers_of(three_inputs().network)
    with refused("Draw edges from layer to layer"):
        layers_of(Network((Node("x", "input"),)))


@pytest.mark.parametrize(
    ("lesson", "formula"),
    [("matrices", "y = W₂·σ(W₁·x)"), ("linear-classifier", "y = W₁·x + b₁"),
     ("student-grade", "y = σ(W₂·σ(W₁·x + b₁) + b₂)")],
)  # fmt: skip
def test_the_formula_in_one_line(lesson: str, formula: str) -> None:
    assert formula_of(layers_of(open_lesson(lesson).experiment.network)) == formula


def test_brackets_where_layers_only_add() -> None:
    nodes = (Node("x", "input"), Node("h", bias=True), Node("y", output=True))
    network = Network(nodes, (Edge("x", "h"), Edge("h", "y")))
    assert formula_of(layers_of(network)) == "y = W₂·(W₁·x + b₁)"
    mixed = network.add(Node("g", activation="tanh")).connect("x", "g").connect("g", "y")
    assert layers_of(mixed)[0].activation == ""
    assert formula_of(layers_of(mixed)) == "y = W₂·f(W₁·x + b₁)"
