"""Bad use gets a sentence that says what, where and what now."""

from dataclasses import replace

import numpy as np
import pytest

from engine.data import make_data
from engine.errors import Refused
from engine.experiment import editing
from engine.experiment.experiment import new_experiment
from engine.experiment.stepping import step
from engine.lessons.lesson import open_lesson
from engine.network import Edge, Network, Node
from engine.settings import Settings, check
from tests.engine.experiments import connect

STUDENT = open_lesson("student-grade").experiment


def sentence(caught: pytest.ExceptionInfo[Refused]) -> str:
    assert caught.value.sentence.endswith((".", "?"))
    return caught.value.sentence


@pytest.mark.parametrize(("source", "target", "expected"), [
    ("6", "4", "That would close a loop: output 6 → hidden 4 → output 6."),
    ("4", "1", "“assignments” is an input; no edge can end there."),
    ("1", "4", "There is already an edge from assignments to hidden 4."),
    ("4", "4", "“hidden 4” cannot be connected to itself."),
])  # fmt: skip
def test_an_edge_that_cannot_be(source: str, target: str, expected: str) -> None:
    with pytest.raises(Refused) as caught:
        connect(STUDENT, source, target)
    assert sentence(caught) == expected


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    network = Network((Node("hidden1"), Node("hidden2")))
    with pytest.raises(Refused) as caught:
        network.connect("hidden1", "hiden2")
    assert sentence(caught).endswith("Did you mean “hidden2”?")


def test_a_target_without_output() -> None:
    data = make_data(("1", "2", "3"), ("4",), [[1, 0, 1, 1]])
    with pytest.raises(Refused) as caught:
        editing.with_data(STUDENT, data)
    assert sentence(caught) == ("There is a target for hidden 4, which is no output. "
                                "Mark it as output, or leave the target out.")  # fmt: skip


def test_data_with_the_wrong_number_of_columns() -> None:
    with pytest.raises(Refused) as caught:
        make_data(("1", "2", "3"), ("6",), [[1, 0, 1]])
    assert sentence(caught).startswith("The data has 3 columns, but the network has 4")


@pytest.mark.parametrize("rate", [0.0, -1.0, np.nan, np.inf])
def test_a_rate_that_is_not_a_positive_number(rate: float) -> None:
    with pytest.raises(Refused) as caught:
        check(Settings(rate=rate))
    assert sentence(caught).startswith("The learning rate must be a positive number")


def test_the_logarithm_of_a_negative_number_names_the_node_and_the_sample() -> None:
    network = Network(
        (Node("x", "input"), Node("log", activation="logarithm", output=True)), (Edge("x", "log"),)
    )
    data = make_data(("x",), ("log",), [[1.0, 0.0], [-0.5, 0.0]])
    experiment = new_experiment(network, data=data, settings=Settings(batch=None),
                                parameters=np.ones(1))  # fmt: skip
    with pytest.raises(Refused) as caught:
        step(experiment)
    assert "The logarithm of −0.5 does not exist" in sentence(caught)
    assert "neuron log" in sentence(caught) and "sample 2" in sentence(caught)


def test_a_loss_that_does_not_suit_the_output_is_refused_before_anything_runs() -> None:
    tanh = replace(STUDENT.network.node("6"), activation="tanh")
    experiment = editing.with_settings(
        editing.change_nodes(STUDENT, [tanh]),
        replace(STUDENT.settings, loss="binary cross-entropy"),
    )
    with pytest.raises(Refused) as caught:
        step(experiment)
    assert "give 6 a sigmoid" in sentence(caught)
