"""A network fitted to the columns of a table keeps what it can."""

import numpy as np
import pytest

from engine.experiment.experiment import Experiment, new_experiment
from engine.experiment.layers import fitted_to
from engine.network import Edge, Network, Node
from tests.engine.experiments import check_invariants, connect, small


def names(experiment: Experiment) -> tuple[list[str], list[str]]:
    call = experiment.layout.name
    return (
        [call(node_id) for node_id in experiment.network.inputs],
        [call(node_id) for node_id in experiment.network.outputs],
    )


def edges(experiment: Experiment) -> set[tuple[str, str]]:
    return {(edge.source, edge.target) for edge in experiment.network.edges}


@pytest.mark.parametrize(("inputs", "outputs"), [(1, 1), (2, 1), (4, 1), (2, 3), (5, 4), (1, 2)])
def test_there_are_as_many_as_asked_and_they_are_called_so(inputs: int, outputs: int) -> None:
    wanted = [f"in {k}" for k in range(inputs)], [f"out {k}" for k in range(outputs)]
    after = fitted_to(small(7), *wanted)
    check_invariants(after)
    assert names(after) == wanted
    hidden = [node.id for node in after.network.nodes if node.kind == "neuron" and not node.output]
    assert len(hidden) == 3
    wanted_edges = {(i, h) for i in after.network.inputs for h in hidden}
    wanted_edges |= {(h, o) for h in hidden for o in after.network.outputs}
    assert edges(after) == wanted_edges


def test_what_stays_keeps_its_numbers_and_new_outputs_are_like_the_last() -> None:
    before = small(7)
    after = fitted_to(before, ["a", "b", "c"], ["d", "e"])
    kept = [after.network.place_index[place] for place in before.network.places]
    assert after.parameters[kept].tolist() == before.parameters.tolist()
    first, second = (after.network.node(node_id) for node_id in after.network.outputs)
    assert (first.activation, first.bias) == (second.activation, second.bias)


def test_the_same_numbers_of_them_only_change_the_names() -> None:
    before = small(7)
    after = fitted_to(before, ["a", "b"], ["c"])
    assert after.network is before.network
    assert after.parameters is before.parameters
    assert fitted_to(before, list(before.network.inputs), list(before.network.outputs)) == before


def test_an_empty_canvas_gets_inputs_that_lead_to_outputs() -> None:
    after = fitted_to(new_experiment(Network()), ["a", "b"], ["c", "d"])
    check_invariants(after)
    assert names(after) == (["a", "b"], ["c", "d"])
    assert len(edges(after)) == 4
    across = [after.layout.position(node.id)[0] for node in after.network.nodes]
    assert max(across[:2]) < min(across[2:])
    assert len({after.layout.position(node.id) for node in after.network.nodes}) == 4


def test_a_surplus_output_that_others_hear_stays_as_a_neuron() -> None:
    nodes = (Node("x", "input"), Node("a", output=True), Node("b", output=True))
    network = Network(nodes, (Edge("x", "a"), Edge("x", "b")))
    experiment = connect(new_experiment(network, parameters=np.ones(2)), "b", "a")
    after = fitted_to(experiment, ["x"], ["a"])
    assert after.network.outputs == ("a",)
    assert edges(after) == {("x", "a"), ("x", "b"), ("b", "a")}


def test_many_columns_are_quick() -> None:
    after = fitted_to(small(3), [f"p{k}" for k in range(784)], [f"d{k}" for k in range(10)])
    assert len(after.network.inputs) == 784
    assert len(after.network.edges) == 784 * 3 + 3 * 10
