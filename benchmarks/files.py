"""How long a large document takes to load, and how soon the command line answers."""

import json
import random
import subprocess
import sys
from collections.abc import Iterator
from functools import partial

import numpy as np

from benchmarks.timing import Row, ratio
from engine.experiment.experiment import Experiment, new_experiment
from engine.files.document import document_text
from engine.files.loading import load_bytes
from engine.network import Edge, Network, Node

NODES, EDGES, INPUTS = 3000, 100_000, 100


def large_experiment() -> Experiment:
    """A hundred thousand edges, drawn at random, never backwards."""
    rng = random.Random(0)
    pairs: dict[tuple[int, int], None] = {}
    while len(pairs) < EDGES:
        source = rng.randrange(NODES - 1)
        pairs[source, rng.randrange(max(INPUTS, source + 1), NODES)] = None
    nodes = [Node(f"neuron{i}", "input") for i in range(INPUTS)]
    nodes += [Node(f"neuron{i}", activation="tanh", bias=True) for i in range(INPUTS, NODES)]
    edges = [Edge(f"neuron{a}", f"neuron{b}") for a, b in sorted(pairs)]
    network = Network(tuple(nodes), tuple(edges))
    return new_experiment(
        network, parameters=np.random.default_rng(0).normal(size=len(network.places))
    )


def measured() -> Iterator[Row]:
    """Loading up to the Experiment, and the two commands that must be quick."""
    data = document_text(large_experiment()).encode()
    text = data.decode()
    loading = ratio(lambda: load_bytes(data), lambda: json.loads(text), seconds=6)
    name = f"load {len(data) / 1e6:.0f} MB, {EDGES:,} edges, to the experiment"
    yield Row(name, "json.loads alone", loading, 8.0, floor=False)
    for option, bar in (("--version", 2.2), ("--help", 3.0)):
        told = ratio(partial(_run, "-m", "playground", option), partial(_run, "-c", "pass"))
        yield Row(f"neural-playground {option}", "python -c pass", told, bar, floor=False)
    yield Row("import engine", "import numpy",
              ratio(partial(_run, "-c", "import engine"), partial(_run, "-c", "import numpy")),
              1.5, floor=False)  # fmt: skip


def _run(*arguments: str) -> None:
    subprocess.run([sys.executable, *arguments], capture_output=True, check=True)
