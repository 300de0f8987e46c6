"""Layers as one types them: sizes, counts, names, places and starting numbers."""

import numpy as np
import pytest

from engine.errors import Refused
from engine.experiment.layers import counts_of, network_of, sizes_of, why_too_large
from engine.functions.initializers import Initializer


@pytest.mark.parametrize(
    "text", ["3-4-2", "3 4 2", "3,4,2", " 3 - 4 - 2 ", "3, 4, 2", "3–4–2", "3x4x2", "3-4-2-"]
)
def test_the_same_layers_in_many_hands(text: str) -> None:
    assert sizes_of(text) == (3, 4, 2)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Type the size of each layer, such as 3-4-2."),
        ("three", "“three” is not a whole number."),
        ("3-4.5-2", "“4.5” is not a whole number."),
        ("3-٤-2", "“٤” is not a whole number."),
        ("-3-2", "A number is missing."),
        ("3-0-2", "A layer needs at least one neuron."),
        ("3", "One layer is not enough"),
        ("3-99999999999999999999", "is too large."),
    ],
)
def test_nonsense_is_refused_in_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(Refused) as caught:
        sizes_of(text)
    assert sentence in caught.value.sentence


def test_the_counts_of_3_4_2() -> None:
    # 4 + 2 neurons; 3·4 + 4·2 = 20 weights; one bias each: 26 parameters.
    counts = counts_of((3, 4, 2), biases=True)
    assert (counts.neurons, counts.weights, counts.parameters) == (6, 20, 26)
    assert counts_of((3, 4, 2), biases=False).parameters == 20


@pytest.mark.parametrize("sizes", [(3, 4, 2), (1, 1), (2, 3, 4, 1)])
@pytest.mark.parametrize("biases", [True, False])
def test_the_network_is_as_large_as_was_told(sizes: tuple[int, ...], biases: bool) -> None:
    made, counts = network_of(sizes, biases=biases), counts_of(sizes, biases)
    network = made.network
    assert len(network.inputs) == counts.inputs == sizes[0]
    assert len(network.nodes) - len(network.inputs) == counts.neurons
    assert len(network.edges) == counts.weights
    assert len(network.places) == len(made.start) == counts.parameters
    assert len(network.outputs) == sizes[-1]


def test_limits_are_named_just_above_them() -> None:
    assert why_too_large((4000, 2000), 6000, 8_000_000) is None
    assert why_too_large((4000, 2001), 6000, 10**8) == (
        "That would be 6,001 neurons with the inputs; the limit is 6,000."
    )
    assert why_too_large((10, 10), 10_000, 100) is None
    assert why_too_large((10, 11), 10_000, 100) == ("That would be 110 weights; the limit is 100.")


def test_activations_names_and_places() -> None:
    made = network_of((2, 2, 2, 1), "relu", "sigmoid")
    ids = [node.id for node in made.network.nodes]
    assert ids == ["x1", "x2", "h1", "h2", "h3", "h4", "y"]
    found = {node.id: node.activation for node in made.network.nodes if node.kind == "neuron"}
    assert found == dict.fromkeys(["h1", "h2", "h3", "h4"], "relu") | {"y": "sigmoid"}
    left = [made.layout.position(node_id)[0] for node_id in ("x1", "h1", "h3", "y")]
    assert left == sorted(set(left))
    assert made.layout.position("h1")[1] == -made.layout.position("h2")[1]


def test_the_start_is_drawn_from_the_seed() -> None:
    first = network_of((3, 4, 2), seed=1).start
    assert np.array_equal(first, network_of((3, 4, 2), seed=1).start)
    assert not np.array_equal(first, network_of((3, 4, 2), seed=2).start)
    assert (np.abs(first[:20]) <= 0.5).all()
    assert (first[:20] != 0).all()
    assert (first[20:] == 0).all()
    fixed = network_of((3, 2), initializer=Initializer("constant", 0.25, 0.1)).start
    assert fixed.tolist() == [0.25] * 6 + [0.1] * 2
