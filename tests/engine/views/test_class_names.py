"""Classes by their names: what a row says, and what to set for one."""

import numpy as np
import pytest

from engine.data import make_data
from engine.errors import Refused
from engine.experiment.experiment import new_experiment
from engine.network import Network, Node
from engine.views.samples import (
    class_count,
    class_names,
    class_of,
    has_output_per_class,
    targets_of,
    with_class,
    with_class_names,
)

ONE = make_data(("x",), ("y",), [[0.5, 1.0], [0.2, -1.0]])
THREE = make_data(("x",), ("a", "b", "c"), [[0.5, 1, 0, 0], [0.1, 0, 0, 1]])


def test_one_output_tells_two_classes_and_three_tell_three() -> None:
    assert (class_count(ONE), class_count(THREE)) == (2, 3)
    assert targets_of(ONE, 0) == (-1.0,) and targets_of(ONE, 1) == (1.0,)
    assert targets_of(THREE, 1) == (0.0, 1.0, 0.0)
    assert with_class(THREE, 0, 2).target_rows()[0].tolist() == [0, 0, 1]


def test_what_a_row_says_is_none_while_it_is_not_known() -> None:
    assert class_of(np.array([]), 0.0) is None
    assert class_of(np.array([np.nan]), 0.0) is None
    assert class_of(np.array([-0.4]), 0.0) == 0
    assert class_of(np.array([0.1, 0.7, 0.2]), 0.5) == 1


def test_names_are_all_there_or_none() -> None:
    named = with_class_names(THREE, [" cat ", "car", "frog"])
    assert class_names(named) == ("cat", "car", "frog")
    assert class_names(with_class_names(named, ["", "", ""])) == ()
    with pytest.raises(Refused, match="Give every class a name"):
        with_class_names(THREE, ["cat", "", "frog"])
    with pytest.raises(Refused, match="same name"):
        with_class_names(THREE, ["cat", "cat", "frog"])


def test_the_largest_of_several_outputs_says_the_class_where_classes_are_compared() -> None:
    network = Network((Node("x", "input"), *(Node(k, output=True) for k in "abc")))
    for name in "abc":
        network = network.connect("x", name)
    assert has_output_per_class(new_experiment(network, data=THREE))
    numbers = make_data(("x",), ("a", "b", "c"), [[0.5, 0.3, 7, 0]])
    assert not has_output_per_class(new_experiment(network, data=numbers))
    alone = Network((Node("x", "input"), Node("y", output=True))).connect("x", "y")
    assert not has_output_per_class(new_experiment(alone, data=ONE))
