"""Random graphs of three shapes against a loop over a dictionary of nodes; and editing them."""

from collections.abc import Iterator
from random import Random

import numpy as np

from benchmarks.graph_loop import GraphLoop
from benchmarks.layers import layered, ready
from benchmarks.timing import Row, ratio
from engine.functions import Floats
from engine.network import Edge, Network, Node
from engine.program.program import Program
from engine.settings import Settings

BATCH = 10
INPUTS = 10
EDGES = (200, 2_000, 20_000)


def deep(edges: int) -> Network:
    """Every neuron reads 10 of the 40 nodes made before it: hundreds of levels."""
    return _grown(edges, near=40)


def tangled(edges: int) -> Network:
    """Every neuron reads 10 nodes made any time before: long skip links everywhere."""
    return _grown(edges, near=edges)


def wide(edges: int) -> Network:
    """Five levels; every neuron reads 10 nodes of any level before its own."""
    return _grown(edges, near=edges, layer=max(1, edges // INPUTS // 5))


def _grown(edges: int, near: int, layer: int = 1) -> Network:
    """A node is seen by others once its layer is complete."""
    rng = Random(edges)
    nodes = [Node(f"x{i}", "input") for i in range(INPUTS)]
    found: list[Edge] = []
    while len(found) < edges:
        seen = nodes[-near:]
        for _ in range(layer):
            name = f"n{len(nodes)}"
            found += [Edge(node.id, name) for node in rng.sample(seen, INPUTS)]
            nodes.append(Node(name, activation="tanh", bias=True, output=len(found) >= edges))
    return Network(tuple(nodes), tuple(found))


def against_loop(shape: str, network: Network) -> Row:
    """One update of a batch of 10; both must end in the same numbers."""
    rng = np.random.default_rng(0)
    x, t = rng.normal(size=(BATCH, INPUTS)), rng.uniform(-0.5, 0.5, size=(BATCH, 1))
    program = Program(network)
    start = rng.normal(size=len(network.places)) * 0.3
    loop, runner = GraphLoop(network, start), program.runner(Settings(rate=0.01), BATCH)
    runner.load(start)
    head, x_rows, t_rows = program.heads(x, t), x.tolist(), t.tolist()
    loop.update(x_rows, t_rows, 0.01)
    runner.update(head)
    if len(network.edges) <= EDGES[1]:
        assert np.allclose(runner.parameters(), loop.parameters(), rtol=1e-9, atol=1e-12)
    found = ratio(lambda: loop.update(x_rows, t_rows, 0.01), lambda: runner.update(head), 1.0)
    levels = max(network.levels.values())
    what = f"{shape} graph, {len(network.edges):,} edges in {levels} levels, one update"
    return Row(what, "loop over a dict of nodes", found)


def edited(network: Network) -> Network:
    """The network with one neuron more, on the way from the first input to an output."""
    output = network.outputs[0]
    grown = network.add(Node("new", activation="tanh", bias=True))
    return grown.connect(network.inputs[0], "new").connect("new", output)


def _first_update(network: Network, head: Floats) -> None:
    program = Program(edited(network))
    runner = program.runner(Settings(), BATCH)
    runner.load(np.zeros(len(program.network.places)))
    runner.update(head)


def editing() -> Iterator[Row]:
    """From the edit to the first update made."""
    network = layered([2, 8, 8, 1])
    _, runner, heads = ready([2, 8, 8, 1], BATCH)

    def edit() -> None:
        _first_update(network, heads[0])

    name = "structural edit until it runs, 2-8-8-1"
    yield Row(name, "one epoch of 250", ratio(edit, lambda: runner.updates(heads)), 8.0, False)
    big = tangled(EDGES[-1])
    program = Program(big)
    big_runner = program.runner(Settings(rate=1e-4), BATCH)
    head = program.heads(np.zeros((BATCH, INPUTS)), np.zeros((BATCH, 1)))

    def big_edit() -> None:
        _first_update(big, head)

    name = f"structural edit until it runs, {EDGES[-1]:,} edges"
    found = ratio(big_edit, lambda: big_runner.update(head), 2.0)
    yield Row(name, "one update", found, 100.0, False)


def measured() -> Iterator[Row]:
    """How the ratio grows with the graph, then the edits."""
    for edges in EDGES:
        yield against_loop("deep", deep(edges))
        yield against_loop("tangled", tangled(edges))
        yield against_loop("wide", wide(edges))
    yield from editing()
