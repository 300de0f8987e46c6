"""Samples from elsewhere: to the nodes of their names, in order, or the network is fitted."""

import numpy as np
import pytest

from engine.experiment.experiment import Experiment, new_experiment
from engine.experiment.layers import (
    HIDDEN,
    Filling,
    by_name,
    why_not_fitting,
    with_filling,
    with_set,
)
from engine.experiment.stepping import step_update
from engine.functions.datasets import Recipe, Scaling, generate
from engine.network import Network
from tests.engine.experiments import check_invariants, refused, rename, small

CELLS = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
TEST = np.array([False, True])


def called(first: str, second: str, answer: str) -> Experiment:
    """A 2-3-1 network whose inputs and output are called so."""
    start = small()
    places = (*start.network.inputs, *start.network.outputs)
    for node_id, name in zip(places, (first, second, answer), strict=True):
        start = rename(start, node_id, name)
    return start


def test_columns_go_to_the_nodes_of_their_names() -> None:
    scaling = Scaling((10.0, 20.0), (1.0, 2.0))
    filling = Filling(("b", "a"), ("c",), CELLS, TEST, scaling, ("no", "yes"))
    after = with_filling(called("a", "b", "c"), filling, fit=False)
    assert after.data.cells.tolist() == [[2.0, 1.0, 3.0], [5.0, 4.0, 6.0]]
    assert after.data.scaling == Scaling((20.0, 10.0), (2.0, 1.0))
    assert after.data.classes == ("no", "yes")
    assert after.data.test.tolist() == [False, True]
    assert after.layout.name(after.network.inputs[0]) == "a"
    check_invariants(after)


@pytest.mark.parametrize("names", [("a", "b", "z"), ("a", "z", "c"), ("a", "a", "c")])
def test_columns_of_other_names_go_in_order(names: tuple[str, str, str]) -> None:
    scaling = Scaling((10.0, 20.0), (1.0, 2.0))
    filling = Filling(("b", "a"), ("c",), CELLS, TEST, scaling)
    after = with_filling(called(*names), filling, fit=False)
    assert after.data.cells.tolist() == CELLS.tolist()
    assert after.data.scaling == scaling


def test_a_fitted_network_takes_names_and_order_from_the_samples() -> None:
    scaling = Scaling((10.0, 20.0), (1.0, 2.0))
    filling = Filling(("b", "a"), ("c",), CELLS, TEST, scaling)
    after = with_filling(called("a", "b", "c"), filling, fit=True)
    name = after.layout.name
    assert [name(node_id) for node_id in after.network.inputs] == ["b", "a"]
    assert after.data.cells.tolist() == CELLS.tolist()
    assert after.data.scaling == scaling


@pytest.mark.parametrize("fit", [False, True])
def test_other_samples_begin_a_curve_of_their_own(fit: bool) -> None:
    """What was learnt stays in the numbers, its updates and its losses in the list of runs."""
    learnt = called("a", "b", "c")
    for _ in range(5):
        learnt = step_update(learnt)
    after = with_filling(learnt, Filling(("a", "b"), ("c",), CELLS, TEST), fit)
    assert (after.updates, after.newest, after.curve.count, after.cursor) == (0, 0, 0, 0)
    assert np.array_equal(after.parameters, learnt.parameters)
    assert np.array_equal(after.start, learnt.parameters), "where to start again"
    assert [run.curve for run in after.runs] == [learnt.curve]
    check_invariants(after)


def test_a_network_of_another_size_is_left_alone_unless_it_may_be_fitted() -> None:
    filling = Filling(("a",), ("b", "c"), CELLS, TEST)
    sentence = "The samples have 1 input and 2 targets; the network has 2 inputs and 1 output."
    with refused(sentence):
        with_filling(small(), filling, fit=False)
    after = with_filling(small(), filling, fit=True)
    assert (len(after.network.inputs), len(after.network.outputs)) == (1, 2)
    check_invariants(after)


def test_what_does_not_fit_is_counted_in_words() -> None:
    empty = new_experiment(Network())
    assert why_not_fitting(small(), 2, 1) is None
    assert why_not_fitting(empty, 2, 1) == (
        "The samples have 2 inputs and 1 target; the network has no inputs and no outputs."
    )


def test_two_nodes_of_one_name_are_not_told_apart_by_it() -> None:
    assert by_name(called("a", "b", "c"), ["b", "a"], ["c"])
    assert not by_name(called("a", "b", "c"), ["a", "c"], ["b"])
    assert not by_name(called("a", "a", "c"), ["a", "a"], ["c"])


def test_a_generated_set_keeps_the_names_there_are() -> None:
    recipe = Recipe("xor", 20, test_share=0.5, seed=3)
    points = generate(recipe)
    after = with_set(called("left", "right", "answer"), recipe, fit=False)
    assert after.data.cells.tolist() == np.hstack([points.inputs, points.targets]).tolist()
    assert np.array_equal(after.data.test, points.test)
    assert after.data.recipe == recipe
    grown = with_set(new_experiment(Network()), recipe, fit=True)
    name = grown.layout.name
    assert [name(i) for i in (*grown.network.inputs, *grown.network.outputs)] == ["x1", "x2", "y"]


def test_where_nothing_is_drawn_a_hidden_layer_comes_between() -> None:
    """2 inputs, 8 hidden neurons and 3 outputs: 2·8 + 8·3 = 40 edges."""
    filling = Filling(("a", "b"), ("red", "green", "blue"), np.eye(5), np.zeros(5, np.bool_))
    after = with_filling(new_experiment(Network()), filling, fit=True)
    check_invariants(after)
    network = after.network
    hidden = [node for node in network.nodes if node.kind == "neuron" and not node.output]
    assert [node.activation for node in hidden] == ["tanh"] * HIDDEN
    assert len(network.edges) == 40
    assert len(set(after.parameters.tolist())) > 5
    assert [after.layout.name(i) for i in network.outputs] == ["red", "green", "blue"]
    assert len({after.layout.position(node.id)[0] for node in network.nodes}) == 3


def test_scores_are_compared_by_softmax_cross_entropy() -> None:
    start = with_filling(small(), Filling(("a",), ("b", "c"), CELLS, TEST), fit=True)
    filling = Filling(("a",), ("b", "c"), CELLS, TEST, scores=True)
    after = with_filling(start, filling, fit=False)
    assert after.settings.loss == "softmax cross-entropy"
    assert {after.network.node(i).activation for i in after.network.outputs} == {"identity"}
    check_invariants(after)
