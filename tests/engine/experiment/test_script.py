"""The order in which a pass is told, without any numbers."""

from collections import Counter
from random import Random

import numpy as np
import pytest

from engine.experiment.trace import NEVER, PHASES, phase_counts, script_of, told_places
from engine.network import Edge, Network, Node, Place
from engine.settings import Settings
from tests.engine.networks import random_graph, student_grade

PLAIN = Settings()


def told(network: Network, settings: Settings = PLAIN, samples: int = 1) -> list[str]:
    """The micro-steps in short: "sum 4", "gradient 46", "loss batch"."""
    found = []
    for step in script_of(network, settings, samples).steps:
        place = network.places[step.place] if step.place >= 0 else None
        whose = place.source + place.target if place else step.node or step.whole
        found.append(f"{step.what} {whose}")
    return found


def test_the_flagship_from_beginning_to_end() -> None:
    numbers = ["46", "56", "6", "15", "25", "35", "5", "14", "24", "34", "4"]
    assert told(student_grade()) == [
        "sum 4", "activation 4", "sum 5", "activation 5", "sum 6", "activation 6", "loss 6",
        "error 6", "error 5", "error 4",
        *(f"gradient {n}" for n in numbers), *(f"value {n}" for n in numbers),
    ]  # fmt: skip


def test_nodes_are_told_by_level_then_in_order_of_creation() -> None:
    nodes = (
        Node("y", output=True),
        Node("b"),
        Node("x", "input"),
        Node("a"),
        Node("p", "parameter"),
    )
    edges = (Edge("a", "y"), Edge("x", "b"), Edge("x", "a"), Edge("b", "y"), Edge("p", "y"))
    found = told(Network(nodes, edges))
    assert found[:3] == ["sum b", "sum a", "sum y"]
    assert found[4:7] == ["error y", "error a", "error b"]
    assert found[7:13] == [
        "gradient ay",
        "gradient by",
        "gradient py",
        "gradient xa",
        "gradient xb",
        "gradient p",
    ]


def test_losses_of_several_outputs_and_samples() -> None:
    two = student_grade().change(Node("5", activation="sigmoid", bias=True, output=True))
    assert [s for s in told(two, samples=1) if "loss" in s] == ["loss 5", "loss 6", "loss sample"]
    assert [s for s in told(two, samples=2) if "loss" in s][-2:] == ["loss sample", "loss batch"]
    soft = told(two, Settings(loss="softmax cross-entropy"))
    assert soft[6:11] == ["exp 5", "exp 6", "probability 5", "probability 6", "loss 5"]
    for more in (Settings(l1=0.1), Settings(l2=0.1)):
        assert "penalty batch" in told(two, more)
    assert "penalty batch" not in told(two)


@pytest.mark.parametrize("seed", range(40))
def test_any_network_is_told_completely_and_in_order(seed: int) -> None:
    rng = Random(seed)
    network = random_graph(rng)
    settings = Settings(loss=rng.choice(("squared", "output")), l2=rng.choice((0.0, 0.1)))
    samples = rng.randint(1, 3)
    script = script_of(network, settings, samples)
    counts = phase_counts(network, settings, samples)
    assert Counter(counts) == Counter(s.phase for s in script.steps)
    phases = [PHASES.index(step.phase) for step in script.steps]
    assert phases == sorted(phases)
    free = [i for i, locked in enumerate(network.locks) if not locked]
    for what in ("gradient", "value"):
        places = [step.place for step in script.steps if step.what == what]
        assert sorted(places) == free
        assert places == [place for place in told_places(network) if place in free]
    assert sorted(told_places(network)) == list(range(len(network.places)))
    neurons = [node.id for node in network.order if node.kind == "neuron"]
    assert [s.node for s in script.steps if s.what == "sum"] == neurons
    assert [s.node for s in script.steps if s.what == "error"] == neurons[::-1]
    check_when_known(network, settings)


def check_when_known(network: Network, settings: Settings) -> None:
    """The step at which a number becomes known is the step that computes it."""
    script = script_of(network, settings, 1)
    told = script.since
    arrays = {
        "sum": told.sums, "error": told.errors, "derivative": told.derivatives,
        "loss": told.losses, "gradient": told.gradients, "value": told.updated,
    }  # fmt: skip
    for what, since in arrays.items():
        steps = {
            (s.place if s.place >= 0 else network.index[s.node]): i
            for i, s in enumerate(script.steps, 1)
            if s.what == what and (s.node or s.place >= 0)
        }
        assert {int(i): int(since[i]) for i in np.flatnonzero(since != NEVER)} == steps
    for node in network.nodes:
        known = int(script.since.values[network.index[node.id]])
        assert (known == 0) is (node.kind != "neuron")
        if node.kind == "neuron":
            step = script.steps[known - 1]
            assert (step.node, step.what) == (
                node.id, "sum" if node.activation == "identity" else "activation",
            )  # fmt: skip


def test_the_biases_and_parameters_have_their_own_places() -> None:
    network = student_grade().add(Node("p", "parameter")).connect("p", "6")
    last = network.places[told_places(network)[-1]]
    assert last == Place("value", "p")
