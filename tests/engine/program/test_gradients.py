"""Every derivative of the engine against the second opinion and against central differences."""

from itertools import product
from random import Random

import numpy as np
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings

from engine.functions import Floats
from engine.functions.activations import ACTIVATIONS
from engine.functions.losses import LOSSES, loss
from engine.network import COMBINES, Combine, Edge, Network, Node
from engine.program.program import Runner
from engine.settings import Settings
from tests.engine import oracle
from tests.engine.networks import Case, cases, drawn_case, random_case
from tests.sampled import sampled

H = 1e-5


def close(left: Floats, right: Floats, share: float) -> bool:
    """|l - r| <= share · max(1, |l|, |r|), everywhere."""
    scale = np.maximum(1, np.maximum(np.abs(left), np.abs(right)))
    return bool((np.abs(left - right) <= share * scale).all())


def table(case: Case, found: dict[str, list[float]]) -> Floats:
    """The oracle's lists by node as the engine's (nodes × samples)."""
    return np.array([found[node.id] for node in case.network.nodes])


def agrees_with_oracle(case: Case, runner: Runner) -> None:
    verdict, found = case.verdict(), runner.record()
    neurons = [i for i, node in enumerate(case.network.nodes) if node.kind == "neuron"]
    assert close(found.a, table(case, verdict.a), 1e-12)
    assert close(found.z[neurons], table(case, verdict.z)[neurons], 1e-12)
    assert close(found.back, table(case, verdict.back), 1e-12)
    assert close(found.error[neurons], table(case, verdict.error)[neurons], 1e-12)
    gradient = np.array([verdict.gradient[place] for place in case.network.places])
    assert close(found.gradient, gradient, 1e-12)
    assert abs(loss_now(case, runner) - verdict.loss) <= 1e-12 * max(1, abs(verdict.loss))


def loss_now(case: Case, runner: Runner) -> float:
    value = loss(case.settings.loss).value
    terms = value(runner.outputs(), case.targets.T, runner.output_sums(), 0.5)
    return float(terms.sum()) / (len(case.inputs) if case.settings.reduction == "mean" else 1)


def numeric_gradient(case: Case) -> Floats:
    """(E(θ + h) - E(θ - h)) / 2h of every parameter, by the engine's forward pass alone."""
    runner, head = case.runner(), case.head()
    found = np.empty_like(case.parameters)
    for i in range(len(found)):
        sides = []
        for h in (H, -H):
            moved = case.parameters.copy()
            moved[i] += h
            runner.load(moved)
            runner.forward(head)
            sides.append(loss_now(case, runner))
        found[i] = (sides[0] - sides[1]) / (2 * H)
    return found


def numeric_back(case: Case) -> Floats:
    """dE/da of every node and sample, by nudging the node's value in the second opinion."""
    found = np.empty((len(case.network.nodes), len(case.inputs)))
    pairs = list(zip(case.samples(), case.targets.tolist(), strict=True))
    for i, node in enumerate(case.network.nodes):
        for j, (sample, t) in enumerate(pairs):
            sides = []
            for h in (H, -H):
                a = oracle.read(case.network, case.numbers(), sample, {node.id: h}).a
                outputs = [a[node_id] for node_id in case.network.outputs]
                sides.append(oracle.sample_loss(case.settings.loss, outputs, t, 0.5))
            found[i, j] = (sides[0] - sides[1]) / (2 * H)
    return found


def agrees(case: Case) -> None:
    runner = case.runner()
    agrees_with_oracle(case, runner)
    assert close(runner.gradient(), numeric_gradient(case), 1e-6)
    assert close(runner.record().back, numeric_back(case), 1e-6)


def mixture(combine: Combine, activation: str, last: str) -> Network:
    """The combine and the activation hidden and at an output that feeds on; a skip link past."""
    bias = combine == "sum"
    nodes = (
        Node("x1", "input"), Node("x2", "input"), Node("p", "parameter"),
        Node("h1", combine=combine, activation=activation, leak=0.1, bias=bias),
        Node("h2", activation="tanh", bias=True),
        Node("y1", combine=combine, activation=last, leak=0.2, bias=bias, output=True),
        Node("y2", activation="sigmoid", bias=True, output=True),
    )  # fmt: skip
    reads = {"h1": ("x1", "x2", "p"), "h2": ("x1", "p"), "y1": ("h1", "h2", "x2"),
             "y2": ("h1", "y1")}  # fmt: skip
    edges = (Edge(source, target) for target, sources in reads.items() for source in sources)
    return Network(nodes, tuple(edges))


@pytest.mark.parametrize(
    ("activation", "loss_name", "combine"),
    sampled(tuple(product(ACTIVATIONS, LOSSES, COMBINES)), 100),
)
def test_every_activation_loss_and_combine(
    activation: str, loss_name: str, combine: Combine
) -> None:
    last = "sigmoid" if LOSSES[loss_name].by_sum else activation
    network = mixture(combine, activation, last)
    settings = Settings(loss=loss_name)
    rng = Random(f"{activation} {loss_name} {combine}")
    for _ in range(2000):
        case = drawn_case(rng, network, settings, 2, lambda rng: rng.uniform(-0.4, 1.5))
        if case.clear(room=0.03):
            agrees(case)
            return
    pytest.fail("no draw was clear of kinks")


def test_every_kind_of_graph_is_drawn() -> None:
    """The sample below would say little if it never held the things that are easy to get wrong."""
    seen: set[str] = set()
    for seed in range(60):
        network = random_case(Random(seed)).network
        levels, leaving, arriving = network.levels, network.leaving, network.arriving
        for edge in network.edges:
            skips = levels[edge.target] - levels[edge.source] > 1
            seen.add("skip" if skips else "step")
        for node in network.nodes:
            seen.add(node.combine)
            if node.output and leaving[node.id]:
                seen.add("output that feeds on")
            if not node.output and not leaving[node.id]:
                seen.add("alone" if not arriving[node.id] else "dead end")
            if node.kind == "parameter":
                seen.add("parameter")
        seen.add(f"{min(len(network.outputs), 3)} outputs")
    assert seen >= {"skip", "product", "max", "min", "output that feeds on", "alone", "dead end",
                    "parameter", "1 outputs", "2 outputs", "3 outputs"}  # fmt: skip


@pytest.mark.parametrize("seed", range(60))
def test_random_graphs(seed: int) -> None:
    agrees(random_case(Random(seed)))


@pytest.mark.long
@pytest.mark.ci
@pytest.mark.timeout(1200)
def test_a_thousand_random_graphs() -> None:
    for seed in range(1000, 2000):
        agrees(random_case(Random(seed)))


@given(cases)
@hypothesis_settings(
    max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
def test_any_graph_agrees_with_the_second_opinion(case: Case) -> None:
    agrees_with_oracle(case, case.runner())


def test_dead_ends_have_no_gradient() -> None:
    """x → h → y is the network; d reads h and x but nobody reads d, e stands alone."""
    network = Network(
        (Node("x", "input"), Node("h", activation="tanh", bias=True), Node("p", "parameter"),
         Node("d", activation="exponential", bias=True), Node("y", bias=True, output=True),
         Node("e", combine="product"), Node("m", combine="max")),
        (Edge("x", "h"), Edge("h", "d"), Edge("x", "d"), Edge("p", "d"), Edge("h", "y"),
         Edge("d", "m")),
    )  # fmt: skip
    for name in ("squared", "output"):
        case = drawn_case(Random(1), network, Settings(loss=name), 3)
        found = case.runner().record()
        dead = [network.place_index[p] for p in network.places if p.target in ("d", "m", "p")]
        assert len(dead) == 6
        assert not found.gradient[dead].any()
        for node_id in "dem":
            assert not found.back[network.index[node_id]].any()
            assert not found.error[network.index[node_id]].any()
        agrees_with_oracle(case, case.runner())


def test_without_inputs_too_nothing_else_changes() -> None:
    for seed in range(20):
        case = random_case(Random(seed))
        plain = case.program.runner(case.settings, len(case.inputs))
        plain.load(case.parameters)
        plain.forward(case.head())
        plain.backward()
        assert np.array_equal(plain.gradient(), case.runner().gradient())
