"""Aligning, distributing and arranging: positions in, positions out; and telling columns."""

from collections.abc import Mapping, Sequence
from math import inf

from engine.layout import NodePosition, arranged
from engine.network import Network
from playground.canvas.figures import Measures

SIDES = ("left", "center", "right", "top", "middle", "bottom")
Sizes = Mapping[str, tuple[float, float]]
Places = dict[str, NodePosition]
SWEEPS = 4


def aligned(places: Mapping[str, NodePosition], sizes: Sizes, side: str) -> Places:
    """The nodes on one line: their left rims, their middles, and so on."""
    axis = 0 if side in ("left", "center", "right") else 1
    share = {"left": -0.5, "top": -0.5, "center": 0.0, "middle": 0.0}.get(side, 0.5)
    rims = {name: at[axis] + share * sizes[name][axis] for name, at in places.items()}
    if share == 0:
        line = (min(rims.values()) + max(rims.values())) / 2
    else:
        line = min(rims.values()) if share < 0 else max(rims.values())
    return {name: _with(at, axis, line - share * sizes[name][axis]) for name, at in places.items()}


def distributed(places: Mapping[str, NodePosition], sizes: Sizes, axis_name: str) -> Places:
    """Equal gaps between the nodes, the outermost staying where they are."""
    axis = 0 if axis_name == "across" else 1
    ordered = sorted(places, key=lambda name: places[name][axis])
    if len(ordered) < 3:
        return dict(places)
    first, last = places[ordered[0]][axis], places[ordered[-1]][axis]
    inner = sum(sizes[name][axis] for name in ordered[1:-1])
    ends = (sizes[ordered[0]][axis] + sizes[ordered[-1]][axis]) / 2
    gap = (last - first - ends - inner) / (len(ordered) - 1)
    found, at = {}, first - sizes[ordered[0]][axis] / 2
    for name in ordered:
        found[name] = _with(places[name], axis, at + sizes[name][axis] / 2)
        at += sizes[name][axis] + gap
    return found


def columns(places: Mapping[str, NodePosition], sizes: Sizes) -> list[tuple[str, ...]]:
    """The nodes column by column from left to right, each from top to bottom.

    A node stands in the column whose leftmost node it overlaps from left to right. That one alone
    counts: nodes that stand like stairs would else all be one column.
    """
    found: list[list[str]] = []
    end = -inf
    for name in sorted(places, key=lambda name: places[name][0] - sizes[name][0] / 2):
        left = places[name][0] - sizes[name][0] / 2
        if left >= end:
            found.append([])
            end = left + sizes[name][0]
        found[-1].append(name)
    return [tuple(sorted(column, key=lambda name: places[name][1])) for column in found]


def in_layers(network: Network, measures: Measures) -> Places:
    """Every node in its layer, the rows in an order with few crossings."""
    order = _few_crossings(network)
    levels = {name: network.levels[name] for name in order}
    has_biases = any(node.bias for node in network.nodes)
    found = arranged(levels, has_biases, measures.neuron)
    return {name: (round(x), round(y)) for name, (x, y) in found.items()}


def _few_crossings(network: Network) -> list[str]:
    """Rows sorted by the mean height of their neighbours, first forwards and then backwards."""
    layers: dict[int, list[str]] = {}
    for node in network.nodes:
        layers.setdefault(network.levels[node.id], []).append(node.id)
    rank = {name: row - (len(layer) - 1) / 2
            for layer in layers.values() for row, name in enumerate(layer)}  # fmt: skip
    for sweep in range(SWEEPS):
        forwards = sweep % 2 == 0
        for level in sorted(layers, reverse=not forwards):
            beside = {
                name: [edge.source for edge in network.arriving[name]] if forwards
                else [edge.target for edge in network.leaving[name]]
                for name in layers[level]
            }  # fmt: skip
            _sort(layers[level], beside, rank)
    return [name for level in sorted(layers) for name in layers[level]]


def _sort(layer: list[str], beside: Mapping[str, Sequence[str]], rank: dict[str, float]) -> None:
    def height(name: str) -> float:
        found = beside[name]
        return sum(rank[other] for other in found) / len(found) if found else rank[name]

    layer.sort(key=lambda name: round(height(name), 6))
    for row, name in enumerate(layer):
        rank[name] = row - (len(layer) - 1) / 2


def _with(at: NodePosition, axis: int, value: float) -> NodePosition:
    return (value, at[1]) if axis == 0 else (at[0], value)
