"""A second opinion on every network: plain Python, one number at a time, nothing of the engine.

Slow and short on purpose. It evaluates a network by walking from the outputs to the inputs, and
finds every derivative by the chain rule over the drawn graph.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from engine.network import Edge, Network, Node
from engine.settings import Settings

Key = tuple[str, str, str]
Numbers = Mapping[Key, float]
Sample = Mapping[str, float]
Scalar = Callable[[float, float], float]


def logistic(z: float) -> float:
    """1 / (1 + e^-z)"""
    return 1 / (1 + math.exp(-z)) if z >= 0 else math.exp(z) / (1 + math.exp(z))


def sign(z: float) -> float:
    """-1, 0 or 1"""
    return float(z > 0) - float(z < 0)


# name -> value and slope, both about z and the leak
CURVES: dict[str, tuple[Scalar, Scalar]] = {
    "identity": (lambda z, leak: z, lambda z, leak: 1.0),
    "sigmoid": (lambda z, leak: logistic(z), lambda z, leak: logistic(z) * logistic(-z)),
    "tanh": (lambda z, leak: math.tanh(z), lambda z, leak: 1 / math.cosh(z) ** 2),
    "relu": (lambda z, leak: max(z, 0.0), lambda z, leak: float(z > 0)),
    "leaky relu": (
        lambda z, leak: z if z > 0 else leak * z,
        lambda z, leak: 1.0 if z > 0 else leak,
    ),
    "softplus": (lambda z, leak: math.log1p(math.exp(z)), lambda z, leak: logistic(z)),
    "step": (lambda z, leak: float(z >= 0), lambda z, leak: 0.0),
    "sine": (lambda z, leak: math.sin(z), lambda z, leak: math.cos(z)),
    "cosine": (lambda z, leak: math.cos(z), lambda z, leak: -math.sin(z)),
    "exponential": (lambda z, leak: math.exp(z), lambda z, leak: math.exp(z)),
    "logarithm": (lambda z, leak: math.log(z), lambda z, leak: 1 / z),
    "square": (lambda z, leak: z * z, lambda z, leak: 2 * z),
    "reciprocal": (lambda z, leak: 1 / z, lambda z, leak: -1 / (z * z)),
    "absolute": (lambda z, leak: abs(z), lambda z, leak: sign(z)),
}
KINKS = ("relu", "leaky relu", "step", "absolute")


@dataclass
class Reading:
    """What every node holds for one sample."""

    z: dict[str, float]
    a: dict[str, float]


@dataclass
class Verdict:
    """Loss (after the reduction) and every derivative; lists go over the samples."""

    loss: float
    gradient: dict[Key, float]
    z: dict[str, list[float]]
    a: dict[str, list[float]]
    back: dict[str, list[float]]
    error: dict[str, list[float]]


def parts_of(network: Network, node: Node, numbers: Numbers, a: Sample) -> list[float]:
    """weight × value of every edge into a node, in order of creation."""
    return [numbers["weight", e.target, e.source] * a[e.source] for e in into(network, node)]


def into(network: Network, node: Node) -> list[Edge]:
    """The edges that end at a node."""
    return [edge for edge in network.edges if edge.target == node.id]


def combined(node: Node, parts: Sequence[float]) -> float:
    """What a node makes of what arrives; nothing arriving makes 0, or the empty product 1."""
    if node.combine == "product":
        return math.prod(parts)
    if node.combine == "sum" or not parts:
        return sum(parts)
    return max(parts) if node.combine == "max" else min(parts)


def topological(network: Network) -> list[Node]:
    """Every node after all that it reads from."""
    order: list[Node] = []
    waiting = list(network.nodes)
    while waiting:
        known = {node.id for node in order}
        ready = [n for n in waiting if all(e.source in known for e in into(network, n))]
        order += ready
        waiting = [node for node in waiting if node not in ready]
    return order


def read(
    network: Network, numbers: Numbers, inputs: Sample, nudges: Sample | None = None
) -> Reading:
    """The forward pass of one sample; a nudge is added to the value of a node."""
    found = Reading({}, {})
    for node in topological(network):
        if node.kind == "input":
            z = value = inputs[node.id]
        elif node.kind == "parameter":
            z = value = numbers["value", node.id, ""]
        else:
            z = combined(node, parts_of(network, node, numbers, found.a))
            z += numbers.get(("bias", node.id, ""), 0.0)
            value = CURVES[node.activation][0](z, node.leak)
        found.z[node.id] = z
        found.a[node.id] = value + (nudges or {}).get(node.id, 0.0)
    return found


def sample_loss(name: str, a: Sequence[float], t: Sequence[float], middle: float) -> float:
    """The loss of one sample: the sum over its outputs."""
    if name == "softmax cross-entropy":
        total = sum(math.exp(value) for value in a)
        return -sum(true * math.log(math.exp(v) / total) for v, true in zip(a, t, strict=True))
    if name == "zero-one":
        answered = [v >= middle for v in a] if len(a) == 1 else [v == max(a) for v in a]
        true = [v >= middle for v in t] if len(t) == 1 else [v == max(t) for v in t]
        return float(answered.index(True) != true.index(True) if len(a) > 1 else answered != true)
    terms: dict[str, Scalar] = {
        "squared": lambda a, t: (a - t) ** 2,
        "half squared": lambda a, t: (a - t) ** 2 / 2,
        "absolute": lambda a, t: abs(a - t),
        "hinge": lambda a, t: max(0.0, 1 - t * a),
        "binary cross-entropy": lambda a, t: -(t * math.log(a) + (1 - t) * math.log(1 - a)),
        "output": lambda a, t: a,
    }
    return sum(terms[name](value, true) for value, true in zip(a, t, strict=True))


def loss_slopes(name: str, a: Sequence[float], t: Sequence[float]) -> list[float]:
    """dE/da of every output for one sample."""
    if name == "softmax cross-entropy":
        total = sum(math.exp(value) for value in a)
        return [math.exp(v) / total * sum(t) - true for v, true in zip(a, t, strict=True)]
    terms: dict[str, Scalar] = {
        "squared": lambda a, t: 2 * (a - t),
        "half squared": lambda a, t: a - t,
        "absolute": lambda a, t: sign(a - t),
        "hinge": lambda a, t: -t if t * a < 1 else 0.0,
        "zero-one": lambda a, t: 0.0,
        "binary cross-entropy": lambda a, t: (1 - t) / (1 - a) - t / a,
        "output": lambda a, t: 1.0,
    }
    return [terms[name](value, true) for value, true in zip(a, t, strict=True)]


def part_slopes(node: Node, parts: Sequence[float]) -> list[float]:
    """d(combined)/d(part); the first among equals is the maximum or the minimum."""
    places = range(len(parts))
    if node.combine == "sum":
        return [1.0 for _ in places]
    if node.combine == "product":
        return [math.prod(parts[j] for j in places if j != i) for i in places]
    best = parts.index(combined(node, parts)) if parts else -1
    return [float(i == best) for i in places]


def judge(
    network: Network,
    settings: Settings,
    numbers: Numbers,
    inputs: Sequence[Sample],
    targets: Sequence[Sequence[float]],
    middle: float = 0.5,
) -> Verdict:
    """Loss and derivatives of a whole batch, sample after sample."""
    ids = [node.id for node in network.nodes]
    z, a, backs, errors = (dict[str, list[float]]((i, []) for i in ids) for _ in range(4))
    verdict = Verdict(0.0, dict.fromkeys(network.places, 0.0), z, a, backs, errors)
    share = 1 / len(inputs) if settings.reduction == "mean" else 1.0
    for sample, true in zip(inputs, targets, strict=True):
        reading = read(network, numbers, sample)
        outputs = [reading.a[node_id] for node_id in network.outputs]
        verdict.loss += share * sample_loss(settings.loss, outputs, true, middle)
        slopes = loss_slopes(settings.loss, outputs, true)
        back = dict.fromkeys(ids, 0.0) | dict(zip(network.outputs, slopes, strict=True))
        error = _chain(network, numbers, reading, back, verdict.gradient, share)
        for node_id in ids:
            verdict.z[node_id].append(reading.z[node_id])
            verdict.a[node_id].append(reading.a[node_id])
            verdict.back[node_id].append(back[node_id])
            verdict.error[node_id].append(error.get(node_id, 0.0))
    return verdict


def _chain(
    network: Network,
    numbers: Numbers,
    reading: Reading,
    back: dict[str, float],
    gradient: dict[Key, float],
    share: float,
) -> dict[str, float]:
    """Upstream × local, from the last node to the first; fills back and gradient."""
    error: dict[str, float] = {}
    for node in reversed(topological(network)):
        if node.kind == "parameter":
            gradient["value", node.id, ""] += share * back[node.id]
        if node.kind != "neuron":
            continue
        e = back[node.id] * CURVES[node.activation][1](reading.z[node.id], node.leak)
        error[node.id] = e
        if node.bias:
            gradient["bias", node.id, ""] += share * e
        slopes = part_slopes(node, parts_of(network, node, numbers, reading.a))
        for edge, slope in zip(into(network, node), slopes, strict=True):
            key = ("weight", edge.target, edge.source)
            gradient[key] += share * e * slope * reading.a[edge.source]
            back[edge.source] += e * slope * numbers[key]
    return error


def room(
    network: Network, settings: Settings, numbers: Numbers, sample: Sample, t: Sequence[float]
) -> float:
    """How far one sample is from the nearest kink, from 0 for a logarithm or reciprocal too."""
    reading = read(network, numbers, sample)
    distances = [math.inf]
    for node in network.nodes:
        if node.activation in (*KINKS, "logarithm", "reciprocal"):
            distances.append(abs(reading.z[node.id]))
        parts = sorted(parts_of(network, node, numbers, reading.a))
        if node.combine in ("max", "min") and len(parts) > 1:
            a, b = parts[-2:] if node.combine == "max" else parts[:2]
            distances.append(b - a)
    outputs = [reading.a[node_id] for node_id in network.outputs]
    if settings.loss == "absolute":
        distances += [abs(a - true) for a, true in zip(outputs, t, strict=True)]
    if settings.loss == "hinge":
        distances += [abs(1 - a * true) for a, true in zip(outputs, t, strict=True)]
    if settings.loss == "zero-one":
        best = sorted(outputs)
        distances.append(best[-1] - best[-2] if len(best) > 1 else abs(best[0] - 0.5))
    return min(distances)
