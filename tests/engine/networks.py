"""Networks to test with: layers, the student-grade example, and random graphs of every kind."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

import numpy as np
from hypothesis import strategies as st

from engine.functions import Floats
from engine.functions.initializers import Initializer, draw_each
from engine.functions.losses import LOSSES
from engine.network import Combine, Edge, Network, Node
from engine.program.program import Program, Runner
from engine.settings import Settings
from tests.engine import oracle

TAME = ("identity", "sigmoid", "tanh", "tanh", "relu", "leaky relu", "softplus", "sine", "cosine",
        "absolute", "step", "square", "exponential")  # fmt: skip
COMBINES: tuple[Combine, ...] = ("sum", "sum", "sum", "sum", "sum", "product", "max", "min")


def layered(sizes: Sequence[int], activation: str = "tanh", last: str | None = None) -> Network:
    """Every neuron reads the whole layer before it; the last layer is the output."""
    nodes = [Node(f"x{i}", "input") for i in range(1, sizes[0] + 1)]
    layers = [[node.id for node in nodes]]
    edges: list[Edge] = []
    for depth, size in enumerate(sizes[1:], 1):
        output = depth == len(sizes) - 1
        curve = last if output and last else activation
        layer = [f"{'y' if output else f'h{depth}.'}{i}" for i in range(1, size + 1)]
        nodes += [Node(i, activation=curve, bias=True, output=output) for i in layer]
        edges += [Edge(source, target) for target in layer for source in layers[-1]]
        layers.append(layer)
    return Network(tuple(nodes), tuple(edges))


def drawn(
    initializer: Initializer, fan_in: int, fan_out: int, seed: int, source: str, target: str
) -> float:
    """The weight of one new edge."""
    ends = [(source, target)]
    return draw_each(initializer, np.array([fan_in]), np.array([fan_out]), seed, ends)[0]


STUDENT_WEIGHTS = {
    ("1", "4"): 0.2, ("2", "4"): 0.4, ("3", "4"): -0.5,
    ("1", "5"): -0.3, ("2", "5"): 0.1, ("3", "5"): 0.2,
    ("4", "6"): -0.3, ("5", "6"): -0.2,
}  # fmt: skip
STUDENT_BIASES = {"4": -0.4, "5": 0.2, "6": 0.1}


def student_grade() -> Network:
    """The flagship: 3-2-1, sigmoids; nodes 1 to 3 are inputs, 6 is the output."""
    nodes = [Node(i, "input") for i in "123"]
    nodes += [Node(i, activation="sigmoid", bias=True, output=i == "6") for i in "456"]
    return Network(tuple(nodes), tuple(Edge(*pair) for pair in STUDENT_WEIGHTS))


def student_numbers() -> Floats:
    """The weights and biases that the flagship starts from, in the network's order."""
    return np.array([*STUDENT_WEIGHTS.values(), *STUDENT_BIASES.values()])


@dataclass(frozen=True)
class Case:
    """A network with everything that one pass needs."""

    network: Network
    settings: Settings
    parameters: Floats
    inputs: Floats
    targets: Floats

    @property
    def program(self) -> Program:
        """Compiled anew."""
        return Program(self.network)

    def runner(self, dtype: type[np.floating] = np.float64) -> Runner:
        """A runner that has made the forward and the backward pass."""
        runner = self.program.runner(self.settings, len(self.inputs), dtype, inputs_too=True)
        runner.load(self.parameters)
        runner.forward(self.head())
        runner.backward()
        return runner

    def head(self) -> Floats:
        """The whole batch as the runner takes it."""
        return self.program.heads(self.inputs, self.targets)

    def numbers(self) -> dict[oracle.Key, float]:
        """The parameters by their place."""
        return dict(zip(self.network.places, self.parameters.tolist(), strict=True))

    def samples(self) -> list[dict[str, float]]:
        """The inputs of every sample by node."""
        return [dict(zip(self.network.inputs, row, strict=True)) for row in self.inputs.tolist()]

    def verdict(self) -> oracle.Verdict:
        """What the second opinion says."""
        return oracle.judge(self.network, self.settings, self.numbers(), self.samples(),
                            self.targets.tolist())  # fmt: skip

    def clear(self, room: float = 2e-3, size: float = 30.0) -> bool:
        """Whether every number exists, none is large, and no sample is near a kink."""
        try:
            verdict = self.verdict()
            rooms = [
                oracle.room(self.network, self.settings, self.numbers(), sample, t)
                for sample, t in zip(self.samples(), self.targets.tolist(), strict=True)
            ]
        except (ValueError, ZeroDivisionError, OverflowError):
            return False
        tables = (verdict.z, verdict.a, verdict.back, verdict.error)
        largest = max(abs(v) for table in tables for values in table.values() for v in values)
        return min(rooms) > room and largest < size


def random_graph(rng: Random, neurons: int = 8) -> Network:
    """Skip links, products, maxima, several outputs that may feed on, dead ends, nodes alone."""
    grown = [Node(f"x{i}", "input") for i in range(rng.randint(1, 3))]
    grown += [Node(f"p{i}", "parameter", locked=rng.random() < 0.2)
              for i in range(rng.randint(0, 2))]  # fmt: skip
    edges: list[Edge] = []
    for i in range(rng.randint(1, neurons)):
        node = _random_neuron(rng, f"n{i}", alone=rng.random() < 0.06)
        fan = rng.randint(1, min(4, len(grown))) if rng.random() > 0.06 else 0
        near = grown[-4:] if rng.random() < 0.5 and fan <= len(grown[-4:]) else grown
        edges += [Edge(source.id, node.id, rng.random() < 0.15) for source in rng.sample(near, fan)]
        grown.append(node)
    if not any(node.output for node in grown):
        grown[-1] = _as_output(grown[-1])
    rng.shuffle(grown)
    rng.shuffle(edges)
    return Network(tuple(grown), tuple(edges))


def _random_neuron(rng: Random, name: str, alone: bool) -> Node:
    combine = rng.choice(COMBINES)
    return Node(
        name,
        combine=combine,
        activation=rng.choice(TAME),
        leak=rng.choice((0.01, 0.2)),
        bias=combine == "sum" and rng.random() < 0.7,
        locked=rng.random() < 0.2,
        output=not alone and rng.random() < 0.3,
    )


def _as_output(node: Node) -> Node:
    return Node(node.id, "neuron", node.combine, node.activation, node.leak, node.bias,
                node.locked, output=True)  # fmt: skip


def random_case(rng: Random) -> Case:
    """A random graph with a loss, numbers and a batch of 1 to 16; well clear of every kink."""
    while True:
        network = random_graph(rng)
        loss = rng.choice(tuple(LOSSES))
        if loss == "softmax cross-entropy" and len(network.outputs) < 2:
            continue
        if loss == "binary cross-entropy":
            network = _with_sigmoid_outputs(network)
        settings = Settings(loss=loss, reduction=rng.choice(("mean", "sum")), rate=0.05)
        case = drawn_case(rng, network, settings, rng.randint(1, 16))
        if case.clear():
            return case


def _with_sigmoid_outputs(network: Network) -> Network:
    for node in network.nodes:
        if node.output:
            network = network.change(Node(node.id, "neuron", node.combine, "sigmoid", node.leak,
                                          node.bias, node.locked, output=True))  # fmt: skip
    return network


def drawn_case(
    rng: Random,
    network: Network,
    settings: Settings,
    batch: int,
    draw: Callable[[Random], float] = lambda rng: rng.uniform(-1.2, 1.2),
) -> Case:
    """Numbers for a network: parameters, inputs, and targets that suit the loss."""
    parameters = np.array([draw(rng) for _ in network.places])
    inputs = np.array([[draw(rng) for _ in network.inputs] for _ in range(batch)])
    targets = np.array([_targets(rng, network, settings.loss) for _ in range(batch)])
    return Case(network, settings, parameters, inputs.reshape(batch, len(network.inputs)), targets)


def _targets(rng: Random, network: Network, loss: str) -> list[float]:
    count = len(network.outputs)
    if loss == "hinge":
        return [rng.choice((-1.0, 1.0)) for _ in range(count)]
    if loss == "binary cross-entropy":
        return [rng.choice((0.0, 1.0, 0.3)) for _ in range(count)]
    if loss in ("softmax cross-entropy", "zero-one"):
        if count == 1:
            return [rng.choice((0.0, 1.0))]
        true = rng.randrange(count)
        return [float(i == true) for i in range(count)]
    return [rng.uniform(-1, 1) for _ in range(count)]


cases: st.SearchStrategy[Case] = st.integers(0, 2**32).map(lambda seed: random_case(Random(seed)))
graphs: st.SearchStrategy[Network] = st.randoms(use_true_random=False).map(random_graph)
