"""Settings with which training ends in numbers that are not finite, drawn by a seed."""

import random
from dataclasses import replace

import numpy as np

from engine.data import make_data
from engine.errors import Refused
from engine.experiment.experiment import Experiment, new_experiment
from engine.experiment.layers import network_of
from engine.experiment.training import Goal, trained
from engine.functions.activations import ACTIVATIONS
from engine.functions.losses import LOSSES
from engine.functions.optimizers import OPTIMIZERS, Optimizer
from engine.network import COMBINES, Node
from engine.settings import Settings

SOON = 600
SIZES = ((1, 1), (2, 1), (2, 3, 1), (3, 4, 4, 2), (2, 8, 8, 1), (4, 5, 3))
GROWING = ("identity", "relu", "square", "exponential", "leaky relu", "softplus", "absolute value")


def divergent(seed: int) -> Experiment:
    """The first that diverges within a few hundred updates, of those that this seed draws."""
    rng = random.Random(seed)
    while True:
        try:
            drawn = _drawn(rng)
            ending = trained(drawn, Goal(updates=SOON)).ending
        except Refused:
            continue
        if ending is not None and ending.rule == "infinite":
            return drawn


def _drawn(rng: random.Random) -> Experiment:
    sizes = rng.choice(SIZES)
    layers = network_of(sizes, seed=rng.randrange(99))
    network = layers.network
    for node in network.nodes:
        if node.kind == "neuron" and rng.random() < 0.7:
            network = network.change(_changed(node, rng))
    rows = rng.choice((1, 4, 30))
    generator = np.random.default_rng(rng.randrange(99))
    inputs = generator.uniform(-1, 1, (rows, sizes[0])) * 10 ** rng.uniform(-1, 2)
    targets = generator.integers(0, 2, (rows, sizes[-1]))
    marks = np.arange(rows) >= rows - rng.choice((0, rows // 2))
    data = make_data(network.inputs, network.outputs, np.hstack([inputs, targets]), marks)
    scale = 10 ** rng.uniform(-1, 1)
    start = layers.start * scale
    return new_experiment(network, layers.layout, data, _settings(rng), start)


def _changed(node: Node, rng: random.Random) -> Node:
    kinds = [kind for kind in ACTIVATIONS if kind in GROWING or rng.random() < 0.3]
    combine = rng.choice(COMBINES) if rng.random() < 0.2 else "sum"
    return replace(node, activation=rng.choice(kinds), combine=combine)


def _settings(rng: random.Random) -> Settings:
    return Settings(
        loss=rng.choice(sorted(LOSSES)),
        reduction=rng.choice(("mean", "sum")),
        optimizer=Optimizer(rng.choice(sorted(OPTIMIZERS)), momentum=rng.choice((0.5, 0.9, 0.99))),
        rate=10 ** rng.uniform(-2, 12),
        batch=rng.choice((None, 1, 3, 10)),
        shuffle=rng.random() < 0.5,
        l1=rng.choice((0.0, 0.0, 0.01)),
        l2=rng.choice((0.0, 0.0, 0.1, 10.0)),
        seed=rng.randrange(9),
    )
