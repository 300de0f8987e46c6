"""What is drawn: nodes and edges, frozen, and the vector of the numbers that learning changes."""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import repeat
from typing import Any, Literal, NamedTuple, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.errors import Refused, brief, unknown
from engine.functions import Floats, frozen
from engine.functions.activations import LEAK, activation
from engine.numerals import count

Kind = Literal["input", "parameter", "neuron"]
Combine = Literal["sum", "product", "max", "min"]
_T = TypeVar("_T")
LONGEST_LOOP = 10
KINDS: tuple[Kind, ...] = ("input", "parameter", "neuron")
ARTICLES: dict[Kind, str] = {"input": "an input", "parameter": "a parameter", "neuron": "a neuron"}
COMBINES: tuple[Combine, ...] = ("sum", "product", "max", "min")


What = Literal["weight", "bias", "value"]


class Place(NamedTuple):
    """Whose number stands at a place of the vector: a weight, a bias or a parameter's value."""

    what: What
    target: str
    source: str = ""

    def called(self, call: Callable[[str], str]) -> str:
        """The weight from hidden 4 to output 6, the bias of hidden 4, or a parameter's name."""
        target = call(self.target)
        if self.what == "weight":
            return f"the weight from {call(self.source)} to {target}"
        return f"the bias of {target}" if self.what == "bias" else target


@dataclass(frozen=True, slots=True)
class Node:
    """An input, a trainable number, or a neuron that combines, adds its bias and activates.

    A neuron that subtracts is a sum whose new edges, after the first, weigh -1.
    """

    id: str
    kind: Kind = "neuron"
    combine: Combine = "sum"
    activation: str = "identity"
    leak: float = LEAK
    bias: bool = False
    subtracts: bool = False
    locked: bool = False
    output: bool = False


class Edge(NamedTuple):
    """A weighted connection; a locked weight is not trained."""

    source: str
    target: str
    locked: bool = False


def _of_columns(
    nodes: tuple[Node, ...], sources: list[str], targets: list[str], locks: list[bool]
) -> "Network":
    return Network(nodes, tuple(map(Edge, sources, targets, locks)), _checked=True)


@dataclass(frozen=True)
class Network:
    """Nodes and edges in the order in which they were created; checked when it is made."""

    nodes: tuple[Node, ...] = ()
    edges: tuple[Edge, ...] = ()
    _checked: bool = field(default=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not self._checked:
            _check(self)

    def __reduce__(self) -> tuple[Any, ...]:
        """By column: to pickle a hundred thousand edges one by one takes a second."""
        return _of_columns, (self.nodes, *([edge[k] for edge in self.edges] for k in range(3)))

    @cached_property
    def index(self) -> Mapping[str, int]:
        """Where each node stands in `nodes`."""
        return {node.id: i for i, node in enumerate(self.nodes)}

    @cached_property
    def arriving(self) -> Mapping[str, tuple[Edge, ...]]:
        """The edges into each node, in order of creation."""
        return _group(self, 1, self.edges)

    @cached_property
    def leaving(self) -> Mapping[str, tuple[Edge, ...]]:
        """The edges out of each node, in order of creation."""
        return _group(self, 0, self.edges)

    @cached_property
    def places_into(self) -> Mapping[str, tuple[int, ...]]:
        """Where the weights into each node stand in the vector, in order of creation."""
        return _group(self, 1, range(len(self.edges)))  # the weights come first, in this order

    @cached_property
    def pairs(self) -> frozenset[tuple[str, str]]:
        return frozenset([(edge.source, edge.target) for edge in self.edges])

    @cached_property
    def levels(self) -> Mapping[str, int]:
        """The longest path to each node: 0 for inputs and parameters, at least 1 for neurons."""
        return _levels(self)

    @cached_property
    def order(self) -> tuple[Node, ...]:
        """The nodes by level, then in order of creation: the order in which a pass is told."""
        return tuple(sorted(self.nodes, key=lambda node: self.levels[node.id]))

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """Whose number stands where in the vector: the weights, the biases, the parameters."""
        weights = [Place("weight", edge.target, edge.source) for edge in self.edges]
        biases = [Place("bias", node.id) for node in self.nodes if node.bias]
        values = [Place("value", node.id) for node in self.nodes if node.kind == "parameter"]
        return (*weights, *biases, *values)

    @cached_property
    def place_index(self) -> Mapping[Place, int]:
        """The position in the vector of every number."""
        return {place: i for i, place in enumerate(self.places)}

    @cached_property
    def locks(self) -> tuple[bool, ...]:
        """For every number in the vector, whether learning leaves it alone."""
        others = self.places[len(self.edges) :]
        of_nodes = [self.nodes[self.index[place.target]].locked for place in others]
        return (*(edge.locked for edge in self.edges), *of_nodes)

    @cached_property
    def inputs(self) -> tuple[str, ...]:
        """The ids of the inputs: the columns of the data."""
        return tuple(node.id for node in self.nodes if node.kind == "input")

    @cached_property
    def outputs(self) -> tuple[str, ...]:
        """The ids of the outputs: the target columns of the data."""
        return tuple(node.id for node in self.nodes if node.output)

    def node(self, node_id: str) -> Node:
        """The node of that id, or a refusal with the nearest id there is."""
        if node_id not in self.index:
            raise unknown("The node", node_id, self.index)
        return self.nodes[self.index[node_id]]

    def edge(self, source: str, target: str) -> Edge:
        """The edge between two nodes, or a refusal."""
        for edge in self.leaving[self.node(source).id]:
            if edge.target == target:
                return edge
        self.node(target)
        raise Refused(f"There is no edge from {source} to {target}.")

    def add(self, node: Node) -> "Network":
        if node.id in self.index:
            raise Refused(f"There is already a node “{node.id}”. Choose another id.")
        _check_node(node)
        return Network((*self.nodes, node), self.edges, _checked=True)

    def connect(self, source: str, target: str) -> "Network":
        """The network with one more edge, or the refusal that says why not."""
        reason = self.why_not_connect(source, target)
        if reason is not None:
            raise Refused(reason)
        return Network(self.nodes, (*self.edges, Edge(source, target)), _checked=True)

    def remove(self, node_ids: Iterable[str]) -> "Network":
        """The network without these nodes and the edges that touch them."""
        gone = {self.node(node_id).id for node_id in node_ids}
        if not gone:
            return self
        edges = (e for e in self.edges if e.source not in gone and e.target not in gone)
        nodes = (node for node in self.nodes if node.id not in gone)
        return Network(tuple(nodes), tuple(edges), _checked=True)

    def without_edges(self, pairs: Iterable[tuple[str, str]]) -> "Network":
        gone = self._there(pairs)
        kept = tuple([e for e in self.edges if (e.source, e.target) not in gone])
        return Network(self.nodes, kept, _checked=True)

    def change(self, node: Node) -> "Network":
        """The network with this node in place of the one of the same id."""
        self.node(node.id)
        _check_node(node)
        if node.kind != "neuron" and self.arriving[node.id]:
            raise Refused(_no_arrivals(node.id, node.kind))
        nodes = list(self.nodes)
        nodes[self.index[node.id]] = node
        return Network(tuple(nodes), self.edges, _checked=True)

    def lock_edges(self, pairs: Iterable[tuple[str, str]], locked: bool) -> "Network":
        """The network with the locks of these edges set or opened."""
        wanted = self._there(pairs)
        edges = tuple(e._replace(locked=locked) if e[:2] in wanted else e for e in self.edges)
        return Network(self.nodes, edges, _checked=True)

    def _there(self, pairs: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
        """These pairs, or the refusal of one that is no edge."""
        wanted = set(pairs)
        for source, target in wanted - self.pairs:
            self.edge(source, target)
        return wanted

    def beside(self, other: "Network", ids: Mapping[str, str]) -> "Network":
        """The network with another one beside it, whose nodes get these ids, all of them free."""
        nodes = [replace(node, id=ids[node.id]) for node in other.nodes]
        edges = [Edge(ids[e.source], ids[e.target], e.locked) for e in other.edges]
        free = len(self.index.keys() | set(ids.values())) == len(self.nodes) + len(nodes)
        return Network((*self.nodes, *nodes), (*self.edges, *edges), _checked=free)  # or refused

    def why_not_connect(
        self, source: str, target: str, call: Callable[[str], str] = str
    ) -> str | None:
        """None where the edge is allowed, else the sentence that says why it is not."""
        start, end = self.node(source), self.node(target)
        if start is end:
            return f"“{call(source)}” cannot be connected to itself."
        if end.kind != "neuron":
            return _no_arrivals(call(target), end.kind)
        if any(edge.target == target for edge in self.leaving[source]):
            return f"There is already an edge from {call(source)} to {call(target)}."
        path = self.path(target, source)
        if path:
            return f"That would close a loop: {_told((source, *path), call)}."
        return None

    def path(self, start: str, end: str) -> tuple[str, ...]:
        """A shortest directed path from start to end, both included, or nothing."""
        came_from, reached = {start: start}, [start]
        for node_id in reached:  # it grows while it is read
            for edge in self.leaving[node_id]:
                if edge.target not in came_from and end not in came_from:
                    came_from[edge.target] = node_id
                    reached.append(edge.target)
        steps = [end] if end in came_from else []
        while steps and steps[-1] != start:
            steps.append(came_from[steps[-1]])
        return tuple(reversed(steps))

    def __hash__(self) -> int:
        """Cheap, and the same for equal networks."""
        return hash((len(self.nodes), len(self.edges)))


def _group(network: Network, end: Literal[0, 1], items: Iterable[_T]) -> dict[str, tuple[_T, ...]]:
    """What belongs to each edge by the id of its source, or of its target."""
    groups: dict[str, list[_T]] = {node.id: [] for node in network.nodes}
    for edge, item in zip(network.edges, items, strict=True):
        groups[edge[end]].append(item)
    return {node_id: tuple(found) for node_id, found in groups.items()}


def _levels(network: Network) -> dict[str, int]:
    waiting = {node_id: len(edges) for node_id, edges in network.arriving.items()}
    levels = {node.id: int(node.kind == "neuron") for node in network.nodes}
    ready = [node.id for node in network.nodes if not waiting[node.id]]
    for node_id in ready:  # it grows while it is read
        level = levels[node_id] + 1
        for _, target, _ in network.leaving[node_id]:
            if levels[target] < level:
                levels[target] = level
            waiting[target] -= 1
            if not waiting[target]:
                ready.append(target)
    stuck = [node_id for node_id, left in waiting.items() if left]
    if stuck:  # walk backwards among the nodes that wait for each other until one comes again
        here, walk = stuck[0], dict[str, None]()
        while here not in walk:
            walk[here] = None
            here = next(e.source for e in network.arriving[here] if waiting[e.source])
        steps = [*walk, here]
        loop = steps[steps.index(here) :]
        raise Refused(f"These neurons form a loop: {_told(loop[::-1])}.")
    return levels


def _told(loop: Sequence[str], call: Callable[[str], str] = str) -> str:
    """n2 → n5 → n2; of a long loop its beginning, its end and its length."""
    if len(loop) <= LONGEST_LOOP:
        return " → ".join(brief(call(node_id)) for node_id in loop)
    first, last = _told(loop[:5], call), _told(loop[-2:], call)
    return f"{first} → … → {last} ({count(len(loop) - 1)} neurons)"


def _check(network: Network) -> None:
    if len(network.index) != len(network.nodes):
        raise Refused(f"Two neurons have the id “{_first_twice([n.id for n in network.nodes])}”.")
    for node in network.nodes:
        _check_node(node)
    for name in dict.fromkeys([name for edge in network.edges for name in edge[:2]]):
        network.node(name)
    for node in network.nodes:
        if node.kind != "neuron" and network.arriving[node.id]:
            raise Refused(_no_arrivals(node.id, node.kind))
    if len(network.pairs) != len(network.edges):
        source, target = _first_twice(edge[:2] for edge in network.edges)
        raise Refused(f"There are two edges from {source} to {target}.")
    _ = network.levels


def _check_node(node: Node) -> None:
    if node.kind not in KINDS:
        raise unknown("The kind", node.kind, KINDS)
    if node.combine not in COMBINES:
        raise unknown("The combine", node.combine, COMBINES)
    activation(node.activation)
    if not math.isfinite(node.leak):
        raise Refused(f"The leak of {node.id} must be a number.")
    if node.kind != "neuron" and (node.output or node.bias or node.activation != "identity"):
        raise Refused(f"“{node.id}” is {ARTICLES[node.kind]}; only a neuron has a bias, "
                      "an activation or a target.")  # fmt: skip
    if node.bias and node.combine != "sum":
        raise Refused(f"“{node.id}” combines by {node.combine}; only a sum has a bias.")


def _no_arrivals(name: str, kind: Kind) -> str:
    return f"“{name}” is {ARTICLES[kind]}; no edge can end there."


def _first_twice(items: Iterable[_T]) -> _T:
    return next(item for item, times in Counter(items).items() if times > 1)


Indices = NDArray[np.intp]


def vector(values: Iterable[float]) -> Floats:
    """A read-only vector of these numbers."""
    return frozen(np.array(list(values), dtype=np.float64))


def changed(parameters: Floats, changes: Mapping[int, float]) -> Floats:
    """The same numbers but for these places."""
    new = parameters.copy()
    for index, value in changes.items():
        new[index] = value
    return frozen(new)


def came_from(before: Mapping[_T, int], after: Sequence[_T]) -> Indices:
    """Where the number of each place stood before; -1 where there was none."""
    return np.fromiter(map(before.get, after, repeat(-1)), np.intp, len(after))


def carried_over(parameters: Floats, came: Indices, born: ArrayLike = 0.0) -> Floats:
    """The vector of a changed network: numbers that still have a place keep it, others are born."""
    new = np.empty(len(came))
    new[came < 0] = born
    new[came >= 0] = parameters[came[came >= 0]]
    return frozen(new)
