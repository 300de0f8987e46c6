"""A network compiled: which row of the activation array is whose, and what each level reads.

Rows: the targets, then blocks. A block is a row of ones and the nodes of one level, so the bias
is a weight from a row of ones and every level reads one range of rows.
"""

from bisect import bisect
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from engine.network import Network, Node, Place

Indices = NDArray[np.intp]
Marks = NDArray[np.bool_]
Form = Literal["full", "gathered", "listed"]

FULL_BELOW = 1 << 10
FULL_FROM = 1 / 4
LISTED_ABOVE = 1 << 13
LISTED_BELOW = 1 / 16
NOWHERE = -1


@dataclass(frozen=True, slots=True)
class SumBlock:
    """The sums of one level: a matrix over the rows [low, high), or a list of edges.

    full: the matrix itself lies in the vector. gathered: only its true entries do (`positions`
    in the matrix). listed: no matrix; entry k goes from row sources[k] to sum targets[k], and
    the entries stand `fewest_first`.
    """

    rows: slice
    low: int
    high: int
    form: Form
    slots: slice
    positions: Indices
    sources: Indices
    targets: Indices


@dataclass(frozen=True, slots=True)
class EdgeGroup:
    """Products, maxima or minima of one level that all have the same number of edges."""

    combine: str
    rows: slice
    fan: int
    sources: Indices
    slots: slice


@dataclass(frozen=True, slots=True)
class ActivationRun:
    """Neighbouring rows with the same activation, and the leak of each."""

    name: str
    rows: slice
    leaks: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Level:
    """What is computed together: all nodes with the same longest path to them."""

    rows: slice
    sums: SumBlock | None
    groups: tuple[EdgeGroup, ...]
    runs: tuple[ActivationRun, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything a runner needs to know of a network, as index arrays."""

    row_of: Indices
    row_count: int
    ones: Indices
    target_count: int
    inputs: slice
    parameters: slice
    parameter_slots: slice
    outputs: Indices
    levels: tuple[Level, ...]
    slot_count: int
    slot_of: Indices
    trainable: Marks
    penalised: Marks


def compile_plan(network: Network) -> Plan:
    """Lay out rows, slots and levels; the same network always gives the same plan."""
    return _Compiler(network).plan()


class _Compiler:
    """The state of one compilation: rows and slots are handed out from front to back."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.row: dict[str, int] = {}
        self.ones: list[int] = []
        self.next_row = len(network.outputs)
        self.next_slot = 0
        self.slot_of = np.zeros(len(network.places), dtype=np.intp)

    def plan(self) -> Plan:
        network = self.network
        by_level: dict[int, list[Node]] = {}
        for node in network.nodes:
            by_level.setdefault(network.levels[node.id], []).append(node)
        ground = by_level.pop(0, [])
        inputs = [node for node in ground if node.kind == "input"]
        parameters = [node for node in ground if node.kind == "parameter"]
        first = self._place_block([*inputs, *parameters]).start
        levels = [self._level(by_level[i]) for i in sorted(by_level)]
        slots = self._take_slots(len(parameters))
        for i, node in enumerate(parameters):
            self.slot_of[network.place_index[Place("value", node.id)]] = slots.start + i
        trainable, penalised = np.zeros((2, self.next_slot), dtype=np.bool_)
        learns = ~np.array(network.locks, dtype=np.bool_)
        trainable[self.slot_of] = learns
        weights = len(network.edges)  # they come first
        penalised[self.slot_of[:weights]] = learns[:weights]
        return Plan(
            row_of=np.array([self.row[node.id] for node in network.nodes], dtype=np.intp),
            row_count=self.next_row,
            ones=np.array(self.ones, dtype=np.intp),
            target_count=len(network.outputs),
            inputs=slice(first, first + len(inputs)),
            parameters=slice(first + len(inputs), first + len(ground)),
            parameter_slots=slots,
            outputs=np.array([self.row[node_id] for node_id in network.outputs], dtype=np.intp),
            levels=tuple(levels),
            slot_count=self.next_slot,
            slot_of=self.slot_of,
            trainable=trainable,
            penalised=penalised,
        )

    def _place_block(self, nodes: list[Node]) -> slice:
        head = self.next_row
        self.ones.append(head)
        self.row.update((node.id, i) for i, node in enumerate(nodes, head + 1))
        self.next_row = head + 1 + len(nodes)
        return slice(head + 1, self.next_row)

    def _take_slots(self, count: int) -> slice:
        self.next_slot += count
        return slice(self.next_slot - count, self.next_slot)

    def _level(self, nodes: list[Node]) -> Level:
        def shape(node: Node) -> tuple[str, int]:
            return node.combine, len(self.network.arriving[node.id])

        def rank(node: Node) -> tuple[bool, tuple[str, int], str, bool, int]:
            is_sum, index = node.combine == "sum", self.network.index[node.id]
            alike = ("", 0) if is_sum else shape(node)
            return not is_sum, alike, node.activation, node.output, index

        nodes.sort(key=rank)
        rows = self._place_block(nodes)
        sums = [node for node in nodes if node.combine == "sum"]
        groups = []
        start = rows.start + len(sums)
        for (combine, fan), members in groupby(nodes[len(sums) :], key=shape):
            groups.append(self._group(combine, fan, list(members), start))
            start = groups[-1].rows.stop
        block = self._sum_block(sums, rows.start) if sums else None
        runs = []
        start = rows.start
        for name, alike in groupby(nodes, key=lambda node: node.activation):
            leaks = np.array([[node.leak] for node in alike])
            runs.append(ActivationRun(name, slice(start, start + len(leaks)), leaks))
            start += len(leaks)
        return Level(rows, block, tuple(groups), tuple(runs))

    def _group(self, combine: str, fan: int, nodes: list[Node], start: int) -> EdgeGroup:
        edges = [edge for node in nodes for edge in self.network.arriving[node.id]]
        slots = self._take_slots(len(edges))
        places = [place for node in nodes for place in self.network.places_into[node.id]]
        self.slot_of[places] = np.arange(slots.start, slots.stop)
        sources = np.array([self.row[edge.source] for edge in edges], dtype=np.intp)
        return EdgeGroup(combine, slice(start, start + len(nodes)), fan, sources, slots)

    def _sum_block(self, nodes: list[Node], start: int) -> SumBlock:
        """The entries of the block are every node's bias (from the ones) and its edges."""
        network, row = self.network, self.row
        sources_of = [[row[edge.source] for edge in network.arriving[n.id]] for n in nodes]
        found = [source for sources in sources_of for source in sources]
        low = self.ones[bisect(self.ones, min(found)) - 1] if found else self.ones[0]
        high = 1 + max(found, default=low)
        sources = np.array([k for some in sources_of for k in (low, *some)], dtype=np.intp)
        counts = [1 + len(some) for some in sources_of]
        targets = np.repeat(np.arange(len(nodes), dtype=np.intp), counts)
        width = high - low
        positions = targets * width + sources - low
        form = form_of(len(nodes) * width, len(sources))
        slots = self._take_slots(len(nodes) * width if form == "full" else len(sources))
        order = fewest_first(targets) if form == "listed" else np.arange(len(sources))
        offsets = positions if form == "full" else np.argsort(order)
        # each node's bias first, which not every node has, then its weights
        index, into = network.place_index, network.places_into
        known = [(index.get(Place("bias", n.id), NOWHERE), *into[n.id]) for n in nodes]
        places = np.array([place for some in known for place in some], dtype=np.intp)
        there = places != NOWHERE
        self.slot_of[places[there]] = (slots.start + offsets)[there]
        rows = slice(start, start + len(nodes))
        return SumBlock(
            rows, low, high, form, slots, positions[order], sources[order], targets[order]
        )


def fewest_first(indices: Indices) -> Indices:
    """The order in which entries of one index are neighbours, the indices with the fewest first."""
    return np.lexsort((indices, np.bincount(indices)[indices]))


def form_of(size: int, entries: int) -> Form:
    fill = entries / size
    if size <= FULL_BELOW or fill >= FULL_FROM:
        return "full"
    return "listed" if size > LISTED_ABOVE and fill < LISTED_BELOW else "gathered"
